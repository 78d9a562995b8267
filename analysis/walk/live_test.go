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
	var shared Shared
	for _, p := range profiles {
		l, err := shared.NewLive(scene, p)
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
	return []Profile{town, profile(t, "elderly"), profile(t, "child"), profile(t, "wheelchair")}
}

// fewer is how many lots to draw of so many, where there is little time.
func fewer(n int) int {
	if racing || testing.Short() {
		return max(1, n/4)
	}
	return n
}

// A network under change is at every moment what a fresh one is, and its answers are
// those of a fresh run.
func TestLiveFollowsEveryEdit(t *testing.T) {
	for seed := uint64(900); seed < 906; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			scene := liveTown(seed)
			if seed%2 == 1 {
				scene.Terrain = ramp{0.06, 500_100}
			}
			if seed%3 == 0 {
				scene.Community = geo.Feature{}
			}
			e := newEditor(scene, seed)
			f := follow(t, e.scene, liveProfiles(t)...)
			first := f.last[0]["near"]
			for i := range fewer(20) {
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
	for i := range fewer(24) {
		what, changed := e.change()
		f.check(fmt.Sprintf("edit %d: %s", i, what), e.scene, changed, i%8 == 3)
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
	var shared Shared
	for _, one := range liveProfiles(t) {
		l, err := shared.NewLive(e.scene, one)
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

// liveTangles is how many tangles are edited by lot.
const liveTangles = 150

// Ways that lie within millimetres of one another, walls along ways, squares over
// squares: what is kept is right there too.
func TestLiveFollowsTangles(t *testing.T) {
	p := plain(t)
	for i := range fewer(liveTangles) {
		raw := lot(i)
		scene := tangle(raw[1:])
		if len(scene.Layers["ways"]) == 0 {
			continue
		}
		for k := range 3 {
			scene.Layers["buildings"] = append(scene.Layers["buildings"], geo.Feature{
				ID: fmt.Sprint("h", k), Geometry: pointExtent(orb.Point{500_005 + 20*float64(k), 4_000_035}, 4).Polygon(),
			})
		}
		e := newEditor(scene, uint64(i))
		f := follow(t, e.scene, p)
		for k := range 5 {
			what, changed := e.change()
			f.check(fmt.Sprintf("tangle %d, edit %d: %s", i, k, what), e.scene, changed, false)
		}
		for len(e.past) > 0 {
			changed := e.undo()
			f.check(fmt.Sprintf("tangle %d: undo", i), e.scene, changed, false)
		}
	}
}
