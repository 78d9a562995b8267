package walk

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// editor changes a scene by lot, as somebody does who tries layouts. A scene that it
// gave is never touched again.
type editor struct {
	rng    *rand.Rand
	scene  *analysis.Scene
	box    geo.Extent // where it works
	serial int
	past   []edit
}

// edit is one batch: what the features were before, by layer and id; nil for none.
type edit map[string]map[string]*geo.Feature

func newEditor(scene *analysis.Scene, seed uint64) *editor {
	e := &editor{rng: rand.New(rand.NewPCG(seed, 99)), scene: scene, box: geo.EmptyExtent()}
	for i := range scene.Layers["ways"] {
		e.box = e.box.Union(geo.ExtentOf(scene.Layers["ways"][i].Geometry))
	}
	return e
}

// put replaces, adds or (nil) deletes features and gives their ids by layer.
func (e *editor) put(batch edit, remember bool) map[string][]string {
	next := *e.scene
	next.Layers = make(map[string][]geo.Feature, len(e.scene.Layers))
	for name, list := range e.scene.Layers {
		next.Layers[name] = list
	}
	before, changed := edit{}, map[string][]string{}
	for layer, features := range batch {
		before[layer] = map[string]*geo.Feature{}
		list := slices.Clone(next.Layers[layer])
		for id, f := range features {
			changed[layer] = append(changed[layer], id)
			i, found := slices.BinarySearchFunc(list, id, func(f geo.Feature, id string) int {
				switch {
				case f.ID < id:
					return -1
				case f.ID > id:
					return 1
				}
				return 0
			})
			if before[layer][id] = nil; found {
				old := list[i]
				before[layer][id] = &old
				list = slices.Delete(list, i, i+1)
			}
			if f != nil {
				list = slices.Insert(list, i, *f)
			}
		}
		next.Layers[layer] = list
	}
	if remember {
		e.past = append(e.past, before)
	}
	e.scene = &next
	return changed
}

// undo takes the last batch back.
func (e *editor) undo() map[string][]string {
	last := e.past[len(e.past)-1]
	e.past = e.past[:len(e.past)-1]
	return e.put(last, false)
}

// pick is a copy of some feature of a layer; nil where there is none in the box.
func (e *editor) pick(layer string) *geo.Feature {
	list := e.scene.Layers[layer]
	for range min(len(list), 200) {
		f := list[e.rng.IntN(len(list))].Clone()
		if f.Geometry != nil && geo.ExtentOf(f.Geometry).Touches(e.box) {
			return &f
		}
	}
	return nil
}

// place is a vertex of a way, a place on one, or anywhere.
func (e *editor) place() orb.Point {
	if w := e.pick("ways"); w != nil && e.rng.IntN(4) > 0 {
		if line, ok := w.Geometry.(orb.LineString); ok && len(line) > 1 {
			k := 1 + e.rng.IntN(len(line)-1)
			return along(line[k-1], line[k], []float64{0, 1, e.rng.Float64()}[e.rng.IntN(3)])
		}
	}
	return orb.Point{
		e.box.MinX + e.rng.Float64()*(e.box.MaxX-e.box.MinX), e.box.MinY + e.rng.Float64()*(e.box.MaxY-e.box.MinY),
	}
}

func (e *editor) near(p orb.Point, metres float64) orb.Point {
	return orb.Point{p[0] + (2*e.rng.Float64()-1)*metres, p[1] + (2*e.rng.Float64()-1)*metres}
}

func one[T any](e *editor, of ...T) T { return of[e.rng.IntN(len(of))] }

// change makes a batch of one to three edits by lot.
func (e *editor) change() (what string, changed map[string][]string) {
	if len(e.past) > 0 && e.rng.IntN(6) == 0 {
		return "undo", e.undo()
	}
	batch := edit{}
	for range 1 + e.rng.IntN(3) {
		layer, f, gone := e.lot()
		if f == nil {
			continue
		}
		if batch[layer] == nil {
			batch[layer] = map[string]*geo.Feature{}
		}
		id := f.ID
		if gone {
			f = nil
		}
		batch[layer][id] = f
		what += fmt.Sprint(layer, " ", id, " gone ", gone, "; ")
	}
	return what, e.put(batch, true)
}

// lot draws one edit: a feature as it will be, or one that goes.
func (e *editor) lot() (layer string, f *geo.Feature, gone bool) {
	layer = one(e, "ways", "ways", "ways", "barriers", "barriers", "entrances", "compounds", "crossings", "facilities", "facilities", "buildings", "buildings")
	f = e.pick(layer)
	switch kind := e.rng.IntN(8); {
	case f == nil || kind < 3:
		e.serial++
		f = &geo.Feature{ID: fmt.Sprintf("%c-new%03d", "agmxz"[e.rng.IntN(5)], e.serial), Attributes: map[string]any{}}
		e.draw(layer, f)
		e.describe(layer, f)
	case kind < 5:
		return layer, f, true
	case kind == 5:
		e.draw(layer, f)
	default:
		e.describe(layer, f)
	}
	return layer, f, false
}

// draw gives a feature a place.
func (e *editor) draw(layer string, f *geo.Feature) {
	p := e.place()
	box := func(metres float64) orb.Polygon { return pointExtent(p, metres*(0.5+e.rng.Float64())).Polygon() }
	switch layer {
	case "ways":
		line := orb.LineString{p, e.near(p, 60), e.place()}
		if e.rng.IntN(2) == 0 {
			line = line[:2]
		}
		f.Geometry = line
		if e.rng.IntN(6) == 0 {
			f.Geometry = box(20)
		}
	case "barriers":
		f.Geometry = p
		if e.rng.IntN(2) == 0 {
			f.Geometry = orb.LineString{e.near(p, 30), e.near(p, 30)}
		}
	case "entrances", "crossings":
		f.Geometry = p
		if h := e.pick("buildings"); layer == "entrances" && h != nil {
			if ring := outline(h.Geometry); ring != nil {
				f.Geometry = along(ring[0], ring[1], e.rng.Float64())
			}
		}
	case "compounds":
		f.Geometry = box(70)
	case "facilities":
		f.Geometry = one[orb.Geometry](e, p, e.near(p, 20), box(12))
	case "buildings":
		p = e.near(p, 40)
		f.Geometry = box(8)
	}
}

// describe gives a feature attributes.
func (e *editor) describe(layer string, f *geo.Feature) {
	set := func(key string, values ...any) {
		delete(f.Attributes, key)
		f.Set(key, one(e, values...))
	}
	if f.Attributes == nil {
		f.Attributes = map[string]any{}
	}
	switch layer {
	case "ways":
		set("class", "footway", "path", "residential", "steps", "primary", "pedestrian", "motorway")
		set("foot", nil, nil, nil, "no", "private", "yes")
		set("oneway_foot", nil, nil, "yes", "reverse")
		set("incline_pct", nil, 5.0, -12.0)
		set("bridge", nil, nil, true)
		set("surface", nil, nil, "sand", "sett")
	case "barriers":
		set("kind", "gate", "gate", "wall", "fence", "bollard", "stile")
		set("locked", nil, true, false)
		set("foot", nil, nil, "private")
	case "entrances":
		set("kind", "building_door", "compound_gate", "facility", nil)
		set("access_person", nil, true)
		set("locked", nil, nil, true)
		set("step_free", nil, true, false)
		set("of", nil)
		if of := e.pick(one(e, "buildings", "facilities", "compounds")); of != nil && e.rng.IntN(2) == 0 {
			set("of", of.ID)
		}
	case "compounds":
		set("gated", true, true, false)
	case "crossings":
		set("kind", "zebra", "signals", "unmarked")
	case "facilities":
		set("category", "sport/pitch", "sport/hall", "shop/bakery")
		set("name", nil, "one", "two")
		set("foot", nil, nil, nil, "private", "no")
		set("entrances", nil)
		if of := e.pick("entrances"); of != nil && e.rng.IntN(2) == 0 {
			set("entrances", of.ID+" nowhere")
		}
	case "buildings":
		set("use", nil, "residential", "office")
		set("households", nil, int64(e.rng.IntN(90)))
		set("residents", nil, int64(e.rng.IntN(200)))
	}
}
