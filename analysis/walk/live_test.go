package walk

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"

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

// liveQuestions are what every change is asked.
func liveQuestions() []Params {
	return []Params{
		{ID: "near", Categories: []string{"sport"}, MinutesCutoffs: []float64{1, 3}},
		{ID: "far", Categories: []string{"sport/pitch"}, MinutesCutoffs: []float64{5, 10}, Radii: []Cutoff{{5, 300}}},
		{ID: "other", Categories: []string{"shop/bakery", "sport/hall"}, MinutesCutoffs: []float64{4}, Omit: []string{"edges", "snaps", "islands"}},
		{ID: "bare", Categories: []string{"sport/hall"}, MinutesCutoffs: []float64{30}, Omit: []string{"venues", "edges", "areas"}},
	}
}

// follower holds live networks against fresh ones.
type follower struct {
	t        *testing.T
	lives    []*Live
	profiles []Profile
	last     []map[string]Answer
	same     int
}

func follow(t *testing.T, scene *analysis.Scene, profiles ...Profile) *follower {
	f := &follower{t: t, profiles: profiles}
	for _, p := range profiles {
		l, err := NewLive(scene, p)
		if err != nil {
			t.Fatal(err)
		}
		f.lives, f.last = append(f.lives, l), append(f.last, map[string]Answer{})
	}
	f.check("at first", scene, nil, true)
	return f
}

// check updates and compares everything; whole draws areas and stretches as well.
func (f *follower) check(what string, scene *analysis.Scene, changed map[string][]string, whole bool) {
	f.t.Helper()
	for i, l := range f.lives {
		if err := l.Update(scene, changed); err != nil {
			f.t.Fatal(err)
		}
		fresh, err := BuildNetwork(scene, f.profiles[i])
		if err != nil {
			f.t.Fatal(err)
		}
		sameNetwork(f.t, what, l.Network(), fresh)
		for _, p := range liveQuestions() {
			f.compare(what, i, fresh, p, whole)
		}
	}
}

func (f *follower) compare(what string, i int, fresh *Network, p Params, whole bool) {
	f.t.Helper()
	got, err := f.lives[i].Run(p)
	if err != nil {
		f.t.Fatal(err)
	}
	fast := p
	fast.Omit = append(slices.Clone(p.Omit), "areas", "land", "edges", "snaps", "islands")
	want, err := RunOn(fresh, fast)
	if err != nil {
		f.t.Fatal(err)
	}
	where := fmt.Sprintf("%s: %s, %s", what, f.profiles[i].ID, p.ID)
	equal(f.t, where+": values", got.Values, want.Values)
	equal(f.t, where+": notes", got.Notes, want.Notes)
	equal(f.t, where+": layers", got.Layers, want.Layers)
	if last, asked := f.last[i][p.ID]; got.Same {
		f.same++
		if !asked {
			f.t.Fatal(where, ": the same as what?")
		}
		equal(f.t, where+": values of old", got.Values, last.Values)
		equal(f.t, where+": notes of old", got.Notes, last.Notes)
		equal(f.t, where+": layers of old", got.Layers, last.Layers)
	}
	f.last[i][p.ID] = got
	if !whole {
		return
	}
	drawn, err := got.Result()
	if err != nil {
		f.t.Fatal(err)
	}
	all, err := RunOn(fresh, p)
	if err != nil {
		f.t.Fatal(err)
	}
	equal(f.t, where+": result", drawn, all)
	var names []string
	for _, l := range all.Layers {
		names = append(names, l.Schema.Layer)
	}
	equal(f.t, where+": names", got.Names, names)
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	if g.Kind() == reflect.Slice && g.Len() == w.Len() { // the first that differs says enough
		for i := range g.Len() {
			if fmt.Sprintf("%+v", g.Index(i)) != fmt.Sprintf("%+v", w.Index(i)) {
				t.Fatalf("%s: at %d of %d\n got %+v\nwant %+v", what, i, g.Len(), g.Index(i), w.Index(i))
			}
		}
	}
	t.Fatalf("%s\n got %+v\nwant %+v", what, got, want)
}

// sameNetwork compares all that answers are made of.
func sameNetwork(t *testing.T, what string, got, want *Network) {
	t.Helper()
	equal(t, what+": nodes", got.nodes, want.nodes)
	equal(t, what+": edges", got.edges, want.edges)
	equal(t, what+": points", got.pts, want.pts)
	equal(t, what+": metres", got.cum, want.cum)
	equal(t, what+": out", got.out, want.out)
	equal(t, what+": in", got.in, want.in)
	equal(t, what+": time", got.time, want.time)
	equal(t, what+": length", got.length, want.length)
	equal(t, what+": components", got.comp, want.comp)
	equal(t, what+": ranks", got.rank, want.rank)
	equal(t, what+": notes", got.notes, want.notes)
	equal(t, what+": venues", got.venues, want.venues)
	equal(t, what+": doors", got.doors, want.doors)
	equal(t, what+": targets", got.allTargets(), want.allTargets())
}

// liveTown is a random town with everything that may change in it.
func liveTown(seed uint64) *analysis.Scene {
	scene := randomTown(seed, townOptions{walls: true, gates: true, oneway: true, slopes: true, closed: true})
	scene.Community = geo.Feature{ID: "c", Geometry: geo.Extent{MinX: 500_000, MinY: 4_000_000, MaxX: 500_450, MaxY: 4_000_450}.Polygon()}
	rng := rand.New(rand.NewPCG(seed, 7))
	for i, category := range []string{"sport/pitch", "sport/hall", "shop/bakery", "sport/pitch"} {
		line := scene.Layers["ways"][rng.IntN(len(scene.Layers["ways"]))].Geometry.(orb.LineString)
		scene.Layers["facilities"] = append(scene.Layers["facilities"], geo.Feature{ID: fmt.Sprint("v", i), Geometry: line[0], Attributes: map[string]any{"category": category}})
	}
	return scene
}

func liveProfiles(t testing.TB) []Profile {
	town := townProfile(t)
	town.ID = "town"
	town.Private = Private{Enter: IsOpen}
	return []Profile{town, profile(t, "elderly"), profile(t, "wheelchair")}
}

// A network under change is at every moment what a fresh one is, and its answers are
// those of a fresh run.
func TestLiveFollowsEveryEdit(t *testing.T) {
	for seed := uint64(900); seed < 906; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			e := newEditor(liveTown(seed), seed)
			f := follow(t, e.scene, liveProfiles(t)...)
			first := f.last[0]["near"]
			for i := range 20 {
				what, changed := e.change()
				f.check(fmt.Sprintf("edit %d: %s", i, what), e.scene, changed, true)
			}
			for len(e.past) > 0 {
				f.check("undo", e.scene, nil, false)
				f.check("undo", e.scene, e.undo(), false)
			}
			equal(t, "all undone: layers", f.last[0]["near"].Layers, first.Layers)
			equal(t, "all undone: values", f.last[0]["near"].Values, first.Values)
			if f.same == 0 {
				t.Error("no answer ever stayed the same: the test tests little")
			}
		})
	}
}

func TestLiveFollowsNeuss(t *testing.T) {
	e := newEditor(neuss(t), 1)
	c := e.scene.Community.Geometry.Bound().Center()
	e.box = pointExtent(c, 350)
	f := follow(t, e.scene, profile(t, "adult"), profile(t, "wheelchair"))
	first := f.last[1]["far"]
	for i := range 24 {
		what, changed := e.change()
		f.check(fmt.Sprintf("edit %d: %s", i, what), e.scene, changed, i%8 == 7)
	}
	for len(e.past) > 0 {
		changed := e.undo()
		f.check("undo", e.scene, changed, false)
	}
	equal(t, "all undone: layers", f.last[1]["far"].Layers, first.Layers)
	equal(t, "all undone: values", f.last[1]["far"].Values, first.Values)
}

// wallCrossings are the places where walls cut ways.
func wallCrossings(scene *analysis.Scene) []orb.Point {
	var out []orb.Point
	for _, w := range scene.Layers["ways"] {
		line, _ := w.Geometry.(orb.LineString)
		for _, f := range scene.Layers["barriers"] {
			wall, _ := f.Geometry.(orb.LineString)
			for i := 1; i < len(line); i++ {
				for j := 1; j < len(wall); j++ {
					if t, ok := properCrossing(line[i-1], line[i], wall[j-1], wall[j]); ok {
						out = append(out, along(line[i-1], line[i], t))
					}
				}
			}
		}
	}
	return out
}

// A gate more in a wall never makes a walk longer; an update without a change, or with
// the same features again, changes nothing.
func TestLiveGatesNeverLengthen(t *testing.T) {
	p := townProfile(t)
	p.Barriers = map[string]Barrier{"gate": {IsOpen, 0}}
	question := Params{Categories: []string{"sport", "shop"}, MinutesCutoffs: []float64{30}, Radii: []Cutoff{{30, 2000}}}
	gates, shorter := 0, 0
	for seed := uint64(950); seed < 962; seed++ {
		e := newEditor(liveTown(seed), seed)
		l, err := NewLive(e.scene, p)
		if err != nil {
			t.Fatal(err)
		}
		ask := func(changed map[string][]string) (Answer, map[string]float64) {
			if err := l.Update(e.scene, changed); err != nil {
				t.Fatal(err)
			}
			a, err := l.Run(question)
			if err != nil {
				t.Fatal(err)
			}
			minutes := map[string]float64{}
			for _, f := range a.Layer("buildings").Features {
				if m, ok := f.Number("minutes"); ok {
					minutes[f.ID] = m
				}
			}
			return a, minutes
		}
		_, before := ask(nil)
		for i, p := range wallCrossings(e.scene) {
			gates++
			g := &geo.Feature{ID: fmt.Sprintf("gate%02d", i), Geometry: p, Attributes: map[string]any{"kind": "gate"}}
			changed := e.put(edit{"barriers": {g.ID: g}}, true)
			_, after := ask(changed)
			for id, m := range before {
				if got, ok := after[id]; !ok || got > m {
					t.Errorf("seed %d: with one more gate at %v %s takes %v minutes, before %v", seed, p, id, got, m)
				} else if got < m {
					shorter++
				}
			}
			network := l.Network()
			if a, _ := ask(nil); !a.Same || l.Network() != network {
				t.Error("an update without a change changes something")
			}
			if a, again := ask(changed); !a.Same || !reflect.DeepEqual(again, after) {
				t.Error("the same features again change something")
			}
			before = after
		}
	}
	if gates < 10 || shorter == 0 {
		t.Errorf("%d gates made %d walks shorter: the test tests little", gates, shorter)
	}
}

// What makes no sense, and a scene beyond the bounds, is refused and changes nothing.
func TestLiveRefuses(t *testing.T) {
	scene := liveTown(970)
	l, err := NewLive(scene, townProfile(t))
	if err != nil {
		t.Fatal(err)
	}
	before, network := l.Network().Size(), l.Network()
	if _, err := NewLive(scene, Profile{}); geo.AsFault(err) == nil {
		t.Error("a profile without speed is not refused:", err)
	}
	for _, p := range []Params{{}, {Categories: []string{"sport"}}, {Categories: []string{"sport"}, MinutesCutoffs: []float64{5}, Profile: Profile{ID: "another"}}} {
		if _, err := l.Run(p); geo.AsFault(err) == nil {
			t.Errorf("%v is not refused: %v", p, err)
		}
	}
	large := *scene
	large.Layers = map[string][]geo.Feature{"ways": scene.Layers["ways"], "facilities": make([]geo.Feature, maxVenues+1)}
	if err := l.Update(&large, map[string][]string{"facilities": {"x"}}); geo.AsFault(err) == nil {
		t.Error("too many facilities are not refused:", err)
	}
	if l.Network() != network || l.Network().Size() != before {
		t.Error("a refused update changes the network")
	}
}

// Several goroutines may ask at once, of several profiles over one scene.
func TestLiveIsAskedByMany(t *testing.T) {
	e := newEditor(liveTown(980), 980)
	p := &parade{}
	for _, one := range liveProfiles(t) {
		l, err := NewLive(e.scene, one)
		if err != nil {
			t.Fatal(err)
		}
		p.lives, p.needs = append(p.lives, l), append(p.needs, liveQuestions())
	}
	for range 6 {
		_, changed := e.change()
		p.ask(t, e.scene, changed)
		var wg sync.WaitGroup
		for i, l := range p.lives {
			for _, need := range p.needs[i] {
				wg.Go(func() {
					for range 2 {
						if a, err := l.Run(need); err != nil || !a.Same {
							t.Error("another answer without a change:", err)
						}
						l.Network().Size()
					}
				})
			}
		}
		wg.Wait()
	}
}
