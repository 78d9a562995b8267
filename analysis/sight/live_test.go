package sight

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// edits keeps a scene that is edited: each edit gives a new scene and what it changed.
type edits struct {
	rng   *rand.Rand
	scene *analysis.Scene
}

// put gives the scene with another feature in a layer; nil takes it away.
func (e *edits) put(layer, id string, f *geo.Feature) map[string][]string {
	next := *e.scene
	next.Layers = maps.Clone(e.scene.Layers)
	list := slices.DeleteFunc(slices.Clone(next.Layers[layer]), func(o geo.Feature) bool { return o.ID == id })
	if f != nil {
		list = append(list, *f)
		analysis.SortByID(list)
	}
	next.Layers[layer] = list
	e.scene = &next
	return map[string][]string{layer: {id}}
}

func (e *edits) place() orb.Point {
	c := geo.ExtentOf(e.scene.Community.Geometry)
	return orb.Point{c.MinX + e.rng.Float64()*(c.MaxX-c.MinX), c.MinY + e.rng.Float64()*(c.MaxY-c.MinY)}
}

func (e *edits) any(layer string) geo.Feature {
	list := e.scene.Layers[layer]
	return list[e.rng.IntN(len(list))].Clone()
}

// before is a place between a camera and anything that it may look at.
func (e *edits) before() orb.Point {
	layer := []string{"buildings", "keypoints", "entrances", "ways"}[e.rng.IntN(4)]
	a, b := geo.ExtentOf(e.any("cameras").Geometry).Centre(), geo.ExtentOf(e.any(layer).Geometry).Centre()
	return between(a, b, 0.3+0.5*e.rng.Float64())
}

// furnish puts key points, entrances, ways and high dwellings into a town.
func (e *edits) furnish(points int) {
	s := e.scene
	s.Layers["communities"] = []geo.Feature{{ID: "c", Geometry: s.Community.Geometry, Attributes: map[string]any{"adcode": "370902001"}}}
	for i := range points {
		s.Layers["keypoints"] = append(s.Layers["keypoints"], geo.Feature{ID: fmt.Sprintf("k%03d", i), Geometry: e.place(), Attributes: map[string]any{
			"kind": "compound_gate", "required_class": []any{"detect", "recognise", nil}[i%3]}})
		s.Layers["entrances"] = append(s.Layers["entrances"], geo.Feature{ID: fmt.Sprintf("e%03d", i), Geometry: e.place(), Attributes: map[string]any{
			"kind": []any{"garage", "building_door"}[i%2]}})
		line := orb.LineString{e.place()}
		for range 1 + e.rng.IntN(4) {
			p := line[len(line)-1]
			line = append(line, orb.Point{p[0] + e.rng.Float64()*60 - 30, p[1] + e.rng.Float64()*60 - 30})
		}
		s.Layers["ways"] = append(s.Layers["ways"], geo.Feature{ID: fmt.Sprintf("w%03d", i), Geometry: line, Attributes: map[string]any{
			"main_road": i%2 == 0, "fire_lane": i%3 == 0}})
	}
	for i := range s.Layers["buildings"] {
		switch b := &s.Layers["buildings"][i]; i % 9 {
		case 0:
			b.Attributes = map[string]any{"floors": int64(13 + i%4), "use": "residential"}
		case 1:
			b.Attributes = map[string]any{"use": "residential"}
		}
	}
	for i := range s.Layers["cameras"] {
		f := &s.Layers["cameras"][i]
		f.Set("code", fmt.Sprintf("3709020010132000%04d", i/2*2))
		f.Set("name", fmt.Sprint("camera ", i))
		f.Set("adcode", "370902")
		if i%7 == 0 {
			f.Set("hfov_deg", nil)
		}
	}
}

func (e *edits) camera() map[string][]string {
	f := e.any("cameras")
	switch e.rng.IntN(10) {
	case 0:
		if len(e.scene.Layers["cameras"]) > 3 {
			return e.put("cameras", f.ID, nil)
		}
	case 1:
		f.ID = fmt.Sprintf("%s+%d", f.ID, e.rng.IntN(50))
		f.Geometry = e.place()
	case 2:
		f.Geometry = e.place()
	case 3:
		f.Set("working", []any{nil, false, true}[e.rng.IntN(3)])
	case 4:
		f.Set("hfov_deg", []any{nil, 60.0}[e.rng.IntN(2)])
	case 5:
		f.Set("code", e.any("cameras").Attributes["code"])
	case 6:
		f.Set("kind", []string{"fixed", "ptz", "facade", "panoramic"}[e.rng.IntN(4)])
	default:
		f.Set("azimuth_deg", e.rng.Float64()*360)
	}
	return e.put("cameras", f.ID, &f)
}

func (e *edits) building() map[string][]string {
	f := e.any("buildings")
	switch e.rng.IntN(7) {
	case 0, 1:
		if len(e.scene.Layers["buildings"]) > 3 {
			return e.put("buildings", f.ID, nil)
		}
	case 2:
		f.ID = fmt.Sprintf("%s+%d", f.ID, e.rng.IntN(50))
		f.Geometry = box(e.before(), 3+e.rng.Float64()*15, 4, e.rng.Float64())
	case 3:
		f.Set("height_m", nil)
		f.Set("floors", []any{nil, int64(3), int64(14)}[e.rng.IntN(3)])
	case 4:
		f.Set("use", []any{nil, "residential", "office"}[e.rng.IntN(3)])
	case 5:
		f.Set("name", fmt.Sprint("n", e.rng.IntN(9)))
	default:
		f.Set("height_m", 1+e.rng.Float64()*20)
	}
	return e.put("buildings", f.ID, &f)
}

// other edits anything else that a run reads.
func (e *edits) other() map[string][]string {
	layer := []string{"barriers", "keypoints", "entrances", "ways"}[e.rng.IntN(4)]
	f := e.any(layer)
	switch e.rng.IntN(4) {
	case 0:
		if len(e.scene.Layers[layer]) > 2 {
			return e.put(layer, f.ID, nil)
		}
	case 1:
		f.ID = fmt.Sprintf("%s+%d", f.ID, e.rng.IntN(50))
		p, q := e.before(), geo.ExtentOf(f.Geometry).Centre()
		f.Geometry = geo.MapPoints(f.Geometry, func(at orb.Point) orb.Point { return orb.Point{at[0] + p[0] - q[0], at[1] + p[1] - q[1]} })
	case 2:
		f.Geometry = geo.MapPoints(f.Geometry, func(at orb.Point) orb.Point { return orb.Point{at[0] + 3, at[1] - 2} })
	default:
		switch layer {
		case "barriers":
			f.Set("height_m", []any{nil, 1.0, 4.0}[e.rng.IntN(3)])
			f.Set("kind", []any{"wall", "fence"}[e.rng.IntN(2)])
		case "keypoints":
			f.Set("required_class", []any{nil, "detect", "identify"}[e.rng.IntN(3)])
		case "entrances":
			f.Set("kind", []any{"garage", "compound_gate"}[e.rng.IntN(2)])
		default:
			f.Set("main_road", e.rng.IntN(2) == 0)
		}
	}
	return e.put(layer, f.ID, &f)
}

func (e *edits) edit() map[string][]string {
	next := *e.scene
	switch k := e.rng.IntN(50); {
	case k == 0:
		if next.Terrain == nil {
			next.Terrain = hills{1 + e.rng.Float64(), 40}
		} else {
			next.Terrain = nil
		}
		e.scene = &next
		return map[string][]string{"terrain": {"t"}}
	case k == 1:
		c := geo.ExtentOf(next.Community.Geometry)
		c.MaxX += e.rng.Float64()*20 - 10
		next.Community.Geometry = c.Polygon()
		e.scene = &next
		return map[string][]string{"communities": {"c"}}
	case k == 2:
		f := e.any("communities")
		f.Set("adcode", []any{nil, "370903", "370902001"}[e.rng.IntN(3)])
		return e.put("communities", f.ID, &f)
	case k == 3:
		e.scene = &next
		return map[string][]string{"trees": {"t"}}
	case k < 24:
		return e.camera()
	case k < 36:
		return e.building()
	case k < 40: // both at once
		out := e.camera()
		maps.Copy(out, e.building())
		return out
	}
	return e.other()
}

// sameAnswer holds a Live to Run.
func sameAnswer(tb testing.TB, l *Live, scene *analysis.Scene, p Params, draw bool) *Answer {
	tb.Helper()
	want, err := Run(scene, p)
	if err != nil {
		tb.Fatal(err)
	}
	got, err := l.Answer()
	if err != nil {
		tb.Fatal(err)
	}
	if !reflect.DeepEqual(got.Values, want.Values) {
		tb.Fatalf("values differ:\n%+v\n%+v", got.Values, want.Values)
	}
	if !reflect.DeepEqual(got.Notes, want.Notes) {
		tb.Fatalf("notes differ:\n%+v\n%+v", got.Notes, want.Notes)
	}
	if len(got.Layers) != len(want.Layers) {
		tb.Fatalf("%d layers, want %d", len(got.Layers), len(want.Layers))
	}
	for i, l := range want.Layers {
		if slices.Contains(got.Later, l.Schema.Layer) {
			l.Features = nil
		}
		if !reflect.DeepEqual(got.Layers[i].Schema, l.Schema) {
			tb.Fatalf("layer %d is %s, want %s", i, got.Layers[i].Schema.Layer, l.Schema.Layer)
		}
		sameFeatures(tb, l.Schema.Layer, got.Layers[i].Features, l.Features)
	}
	if !draw {
		return got
	}
	drawn, err := l.Result()
	if err != nil {
		tb.Fatal(err)
	}
	for i, l := range want.Layers {
		sameFeatures(tb, l.Schema.Layer, drawn.Layers[i].Features, l.Features)
	}
	if !reflect.DeepEqual(drawn, want) {
		tb.Fatal("results differ")
	}
	return got
}

func sameFeatures(tb testing.TB, layer string, got, want []geo.Feature) {
	tb.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	for i := range min(len(got), len(want)) {
		if !reflect.DeepEqual(got[i], want[i]) {
			tb.Fatalf("layer %s: %+v, want %+v", layer, got[i], want[i])
		}
	}
	tb.Fatalf("layer %s: %d features, want %d", layer, len(got), len(want))
}

// Whatever is edited, the answer is that of a fresh run, and with all edits undone it
// is the first one again.
func TestLiveAsRun(t *testing.T) {
	for seed := range uint64(5) {
		var ground analysis.Terrain
		if seed == 1 {
			ground = hills{1.5, 40}
		}
		e := &edits{rand.New(rand.NewPCG(seed, 12)), randomTown(seed+50, 130, 14, 5, 14, ground)}
		e.furnish(12)
		p := Params{Table: dori, ReachM: 90, Derive: []string{"garage_entrance", "building_door", "main_road", "fire_lane"},
			Required: map[string]string{"garage_entrance": "detect", "main_road": "observe", "fire_lane": "detect"}}
		p.Facade = Facade{Floors: 8, PxPerM: 10, Kinds: []string{"facade", "fixed", "ptz", "panoramic"}}
		switch seed {
		case 2:
			p.PTZ = PTZCould
		case 3:
			p.Omit = []string{"cameras", "views"}
		case 4:
			p.Defaults = &Defaults{Kinds: map[string]map[string]float64{"": {"hfov_deg": 70, "height_m": 4}}, BuildingM: map[string]float64{"": 9}}
		}
		l, err := NewLive(e.scene, p)
		if err != nil {
			t.Fatal(err)
		}
		first, scenes := sameAnswer(t, l, e.scene, p, true), []*analysis.Scene{e.scene}
		changes := []map[string][]string{nil}
		for step := range 30 {
			before, _ := l.Answer()
			changed := e.edit()
			if err := l.Update(e.scene, changed); err != nil {
				t.Fatal(err)
			}
			if e.rng.IntN(3) == 0 { // another edit before anybody asks
				more := e.edit()
				if err := l.Update(e.scene, more); err != nil {
					t.Fatal(err)
				}
				for layer, ids := range more {
					changed[layer] = append(changed[layer], ids...)
				}
			}
			t.Logf("seed %d, step %d: %v", seed, step, changed)
			after := sameAnswer(t, l, e.scene, p, e.rng.IntN(2) == 0)
			if after != before && after.Same != reflect.DeepEqual(after.Result, before.Result) {
				t.Fatal("says that it is the same and is not, or the other way round")
			}
			scenes, changes = append(scenes, e.scene), append(changes, changed)
		}
		for i := len(scenes) - 1; i > 0; i-- {
			if err := l.Update(scenes[i-1], changes[i]); err != nil {
				t.Fatal(err)
			}
		}
		if back, err := l.Answer(); err != nil || !reflect.DeepEqual(back.Result, first.Result) {
			t.Fatalf("seed %d: undone, it is not the first answer: %v", seed, err)
		}
	}
}

// Without a change the very same answer is given.
func TestLiveUnchanged(t *testing.T) {
	e := &edits{rand.New(rand.NewPCG(1, 1)), randomTown(3, 100, 10, 3, 5, nil)}
	e.furnish(4)
	l, err := NewLive(e.scene, Params{Table: dori})
	if err != nil {
		t.Fatal(err)
	}
	first, err := l.Answer()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Update(e.scene, map[string][]string{"cells": {"x"}, "trees": {"y"}}); err != nil {
		t.Fatal(err)
	}
	if again, _ := l.Answer(); again != first || again.Same {
		t.Error("another answer without a change")
	}
	f := e.any("ways")
	f.Set("surface", "gravel")
	if err := l.Update(e.scene, e.put("ways", f.ID, &f)); err != nil {
		t.Fatal(err)
	}
	if again, _ := l.Answer(); !again.Same {
		t.Error("a surface changes what cameras see")
	}
}

// One camera more never uncovers a key point.
func TestOneMoreNeverUncovers(t *testing.T) {
	for seed := range uint64(4) {
		e := &edits{rand.New(rand.NewPCG(seed, 4)), randomTown(seed, 150, 25, 5, 6, nil)}
		e.furnish(10)
		p := Params{Table: dori, ReachM: 80, Derive: []string{"garage_entrance"}, Required: map[string]string{"garage_entrance": "detect"}}
		l, err := NewLive(e.scene, p)
		if err != nil {
			t.Fatal(err)
		}
		covered := func() map[string]bool {
			a, err := l.Answer()
			if err != nil {
				t.Fatal(err)
			}
			out := make(map[string]bool)
			for _, f := range layerOf(t, a.Result, "cameras_keypoints") {
				if yes, _ := f.Text("covered"); yes == string(Yes) && f.Geometry.GeoJSONType() == "Point" {
					out[f.ID] = true
				}
			}
			return out
		}
		before := covered()
		for n := range 20 {
			f := e.any("cameras")
			f.ID, f.Geometry = fmt.Sprint("new", n), e.place()
			f.Set("azimuth_deg", e.rng.Float64()*360)
			f.Set("working", true)
			if err := l.Update(e.scene, e.put("cameras", f.ID, &f)); err != nil {
				t.Fatal(err)
			}
			after := covered()
			for id := range before {
				if !after[id] {
					t.Fatalf("seed %d: %s is not covered any more", seed, id)
				}
			}
			before = after
		}
	}
}
