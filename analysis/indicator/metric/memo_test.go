package metric

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/analysis/walk"
	"yiju/geo"
)

// asked is a metric with parameters.
type asked struct {
	Metric
	params indicator.Params
}

// everyMetric is all metrics with the parameters of their examples, each set once.
func everyMetric() []asked {
	var out []asked
	for _, m := range All() {
		seen := make(map[string]bool)
		for _, x := range examples()[m.ID] {
			if key := fmt.Sprint(x.params); !seen[key] {
				seen[key] = true
				out = append(out, asked{m, x.params})
			}
		}
	}
	return out
}

// scenario is a town that is edited: each state is a scene of its own that shares what
// did not change with the one before, as a scenario keeps its scene.
type scenario struct {
	rng  *rand.Rand
	past []*Input
	now  *Input
	next int
}

func newScenario(seed uint64, blocks int) *scenario {
	in := quarter(seed, blocks)
	s := &scenario{rng: rand.New(rand.NewPCG(seed, 5)), now: in}
	for _, f := range s.somewhat(40) {
		in.Scene.Layers[f.layer] = append(in.Scene.Layers[f.layer], f.Feature)
	}
	for _, list := range in.Scene.Layers {
		analysis.SortByID(list)
	}
	return s
}

// somewhat is a number of features of all layers, drawn by lot around the town.
func (s *scenario) somewhat(n int) []layered {
	var out []layered
	for range n {
		s.next++
		layer := editedLayers[s.rng.IntN(len(editedLayers))]
		out = append(out, layered{layer, s.lot(layer, fmt.Sprintf("x%03d", s.next))})
	}
	return out
}

var editedLayers = []string{"ways", "buildings", "greens", "facilities", "devices", "entrances", "compounds", "pipes", "areas", "barriers", "cameras"}

func (s *scenario) place() orb.Point {
	e := geo.ExtentOf(s.now.Scene.Community.Geometry).Grow(60)
	return orb.Point{e.MinX + s.rng.Float64()*(e.MaxX-e.MinX), e.MinY + s.rng.Float64()*(e.MaxY-e.MinY)}
}

// lot draws a feature of a layer.
func (s *scenario) lot(layer, id string) geo.Feature {
	p, size := s.place(), 5+60*s.rng.Float64()
	f := geo.Feature{ID: id, Attributes: make(map[string]any)}
	switch layer {
	case "ways", "pipes", "barriers":
		f.Geometry = orb.LineString{p, {p[0] + size, p[1] + 2*s.rng.Float64()}, {p[0] + 2*size, p[1] - size}}
	case "devices", "cameras":
		f.Geometry = p
	case "entrances":
		f.Geometry = p
		if b := s.now.Scene.Layers["buildings"]; s.rng.IntN(3) > 0 { // a door of a building, named or not
			home := b[s.rng.IntN(len(b))]
			f.Geometry = home.Geometry.(orb.Polygon)[0][1]
			if s.rng.IntN(2) == 0 {
				f.Set("of", home.ID)
			}
		}
	case "facilities":
		if f.Geometry = p; s.rng.IntN(2) == 0 {
			f.Geometry = square(p[0], p[1], size/2)
		}
	default:
		f.Geometry = orb.Polygon{{p, {p[0] + size, p[1] + 3}, {p[0] + size - 4, p[1] + size}, {p[0] - 2, p[1] + size/2}, p}}
	}
	s.describe(&f, layer, 4)
	return f
}

// describe gives a feature some attributes, or takes them away.
func (s *scenario) describe(f *geo.Feature, layer string, n int) {
	words := map[string][]any{
		"class": {"residential", "service", "footway", "steps", "pedestrian", "cycleway", "living_street", nil}, "surface": {"gravel", "asphalt", nil},
		"width_m": {3.0, 6.5, 12.0, nil}, "lit": {true, false, nil}, "fire_lane": {true, nil}, "tunnel": {true, nil}, "incline_pct": {12.0, nil},
		"use": {"residential", "office", nil}, "households": {int64(0), int64(12), int64(30), nil}, "residents": {int64(40), nil}, "floors": {int64(6), int64(18), nil}, "renewed": {true, false, nil},
		"kind":     {"park", "greenway", "lamp", "waste_bin", "ebike_charger", "building_door", "compound_gate", "locker", "wall", "fence", nil},
		"category": {"sport/pitch", "sport/trail", "commerce/pharmacy", "care/canteen", "transport/parking", "culture/plaza", "rescue/fire_station", nil},
		"capacity": {int64(20), nil}, "area_m2": {120.0, nil}, "counted_share": {0.3, 0.5, nil}, "access": {"private", "residents", nil}, "irrigated": {true, false, nil},
		"smart": {true, false, nil}, "working": {true, false, nil}, "gated": {true, false, nil}, "step_free": {true, false, nil}, "year": {int64(2001), nil}, "waste_smart": {nil, false},
	}
	of := map[string][]string{
		"ways": {"class", "surface", "width_m", "lit", "fire_lane", "tunnel", "incline_pct"}, "buildings": {"use", "households", "residents", "floors", "renewed"},
		"greens": {"kind", "counted_share", "access", "irrigated"}, "facilities": {"category", "capacity", "area_m2"}, "devices": {"kind", "smart", "working", "capacity"},
		"entrances": {"kind", "step_free"}, "compounds": {"gated", "waste_smart"}, "pipes": {"year"}, "areas": {"use"}, "barriers": {"kind"}, "cameras": {"kind"},
	}[layer]
	for range n {
		name := of[s.rng.IntN(len(of))]
		f.Set(name, words[name][s.rng.IntN(len(words[name]))])
	}
}

// edit changes the town: a few features of a layer are drawn, moved, described anew or
// taken away. It gives what it did.
func (s *scenario) edit() string {
	s.past = append(s.past, s.now)
	if s.rng.IntN(10) == 0 {
		return s.editCommunity()
	}
	layer := editedLayers[s.rng.IntN(len(editedLayers))]
	list := slices.Clone(s.now.Scene.Layers[layer])
	what := ""
	for range 1 + s.rng.IntN(2) {
		k := 0
		if len(list) > 0 {
			k = s.rng.IntN(len(list))
		}
		switch action := s.rng.IntN(4); {
		case action == 0 || len(list) == 0:
			s.next++
			list = append(list, s.lot(layer, fmt.Sprintf("%c%03d", 'a'+rune(s.rng.IntN(26)), s.next)))
			what += " add " + list[len(list)-1].ID
		case action == 1:
			what += " drop " + list[k].ID
			list = slices.Delete(list, k, k+1)
		case action == 2:
			f := list[k].Clone()
			dx, dy := 20*(s.rng.Float64()-0.5), 20*(s.rng.Float64()-0.5)
			f.Geometry = geo.MapPoints(f.Geometry, func(p orb.Point) orb.Point { return orb.Point{p[0] + dx, p[1] + dy} })
			what, list[k] = what+" move "+f.ID, f
		default:
			f := list[k].Clone()
			s.describe(&f, layer, 2)
			what, list[k] = what+" describe "+f.ID, f
		}
	}
	analysis.SortByID(list)
	s.show(layer, list)
	return layer + what
}

// editCommunity moves a corner of the community, or changes what it tells.
func (s *scenario) editCommunity() string {
	scene := *s.now.Scene
	scene.Community = scene.Community.Clone()
	if s.rng.IntN(2) == 0 {
		scene.Community.Set("residents", int64(s.rng.IntN(5000)))
	} else {
		scene.Community.Geometry.(orb.Polygon)[0][2][0] += 20 * (s.rng.Float64() - 0.5)
	}
	s.now = &Input{Scene: &scene}
	return "community"
}

// undo goes back to the state before: its very lists, or lists of the same features.
func (s *scenario) undo() string {
	last := s.past[len(s.past)-1]
	s.past = s.past[:len(s.past)-1]
	if s.now = last; s.rng.IntN(2) == 0 {
		for _, layer := range sortedKeys(last.Scene.Layers) {
			s.show(layer, slices.Clone(last.Scene.Layers[layer]))
		}
		return "undo, read anew"
	}
	return "undo"
}

// show makes a scene with another list of one layer.
func (s *scenario) show(layer string, list []geo.Feature) {
	scene := *s.now.Scene
	scene.Layers = make(map[string][]geo.Feature)
	for name, features := range s.now.Scene.Layers {
		scene.Layers[name] = features
	}
	scene.Layers[layer] = list
	s.now = &Input{Scene: &scene}
}

// prepare brings networks and walks to the town as it is now. Other analyses have
// nothing to say of it.
func (s *scenario) prepare(metrics []asked) {
	scene := s.now.Scene
	networks := make(map[string]func() (*walk.Network, error))
	for id, profile := range walkers() {
		networks[id] = sync.OnceValues(func() (*walk.Network, error) { return walk.BuildNetwork(scene, profile) })
	}
	s.now.Network = func(profile string) (*walk.Network, error) { return networks[profile]() }
	s.now.Runs = make(map[string]Run)
	for i := range metrics {
		for _, need := range metrics[i].Needs(metrics[i].params) {
			if _, done := s.now.Runs[need.Key()]; done {
				continue
			}
			run := Run{ID: need.Analysis, Missing: geo.Refuse(geo.T("没有数据", "there are no data"))}
			if need.Analysis == "walk" {
				if n, err := s.now.Network(need.Profile); err != nil {
					run.Missing = geo.AsFault(err)
				} else if result, err := walk.RunOn(n, walk.Params{ID: "walk", Categories: need.Categories, MinutesCutoffs: need.Minutes, Profile: n.Profile()}); err != nil {
					run.Missing = geo.AsFault(err)
				} else {
					run.Result, run.Missing = result, nil
				}
			}
			s.now.Runs[need.Key()] = run
		}
	}
}

// Whatever is edited and undone, a memo carried along gives what no memo gives, with
// metrics computed side by side.
func TestMemoIsNeverStale(t *testing.T) {
	metrics := everyMetric()
	steps := 25
	if racing || testing.Short() {
		steps = 8
	}
	for seed := range uint64(3) {
		s, memo := newScenario(seed, 4), NewMemo()
		what := "the town"
		for step := range steps {
			s.prepare(metrics)
			s.compare(t, fmt.Sprintf("seed %d, step %d, %s", seed, step, what), memo, metrics)
			if t.Failed() {
				return
			}
			if what = ""; len(s.past) > 0 && s.rng.IntN(4) == 0 {
				what = s.undo()
			} else {
				what = s.edit()
			}
		}
	}
}

func (s *scenario) compare(t *testing.T, what string, memo *Memo, metrics []asked) {
	t.Helper()
	with := *s.now
	with.Memo = memo
	got := make([]indicator.Measure, len(metrics))
	errs := make([]error, len(metrics))
	order := s.rng.Perm(len(metrics))
	var group sync.WaitGroup
	for worker := range 3 {
		group.Go(func() {
			for k := worker; k < len(order); k += 3 {
				i := order[k]
				got[i], errs[i] = metrics[i].Compute(&with, metrics[i].params)
			}
		})
	}
	group.Wait()
	for i := range metrics {
		want, err := metrics[i].Compute(s.now, metrics[i].params)
		if errs[i] != nil || err != nil {
			t.Fatalf("%s: %s: %v, without memo %v", what, metrics[i].ID, errs[i], err)
		}
		if !reflect.DeepEqual(got[i], want) {
			t.Errorf("%s: %s %v (-without +with memo):\n%.2000s", what, metrics[i].ID, metrics[i].params, cmp.Diff(want, got[i]))
		}
	}
}

// Features in memory that others were in before are not taken for them: the memo keeps
// what it knows from being collected.
func TestMemoOutlivesItsScenes(t *testing.T) {
	memo := NewMemo()
	m, _ := ByID("green.ratio")
	for i := range 300 {
		side := 10 + float64(i)
		in := town("", feature("greens", "g", square(100, 100, side), "kind=park"))
		in.Memo = memo
		got, err := m.Compute(in, indicator.Params{})
		if err != nil || *got.Numerator != side*side {
			t.Fatalf("%v m² of a green of %v (%v)", got.Numerator, side*side, err)
		}
		if i%10 == 0 {
			runtime.GC()
		}
	}
}

// What a memo holds does not grow with the edits.
func TestMemoIsBounded(t *testing.T) {
	metrics := everyMetric()
	memo := NewMemo()
	s := newScenario(1, 2)
	for range 60 {
		for i := range metrics {
			if len(metrics[i].Needs(metrics[i].params)) > 0 || metrics[i].margin != nil && metrics[i].ID == "paths.connected_share" {
				continue
			}
			s.now.Memo = memo
			s.now.Network = func(string) (*walk.Network, error) {
				return nil, geo.Refuse(geo.T("没有路网", "there is no network"))
			}
			if _, err := metrics[i].Compute(s.now, metrics[i].params); err != nil {
				t.Fatal(err)
			}
		}
		s.past = nil
		s.edit()
	}
	if n := len(memo.grounds); n > maxGrounds {
		t.Errorf("%d grounds", n)
	}
	g := memo.grounds[0].g
	for layer, list := range g.memory.views {
		if len(list) > maxViews {
			t.Errorf("%d states of %s", len(list), layer)
		}
		for _, v := range list {
			if len(v.changes) > maxViews {
				t.Errorf("%d comparisons of %s", len(v.changes), layer)
			}
		}
	}
	if n := len(g.memory.now) + len(g.memory.before); n > 2*maxAnswers {
		t.Errorf("%d answers", n)
	}
}

// A building is as near as its doors are, also when only they move, far from it.
func TestMemoFollowsDoors(t *testing.T) {
	memo := NewMemo()
	home := house(1, "use=residential households=10")
	club := at("facilities", "v", 900, 900, "category=sport/pitch")
	for i, c := range []struct{ x, want float64 }{{100, 0}, {880, 10}, {100, 0}, {870, 10}} {
		in := town("", home, club, at("entrances", "d", c.x, 900, "kind=building_door of="+home.ID))
		in.Memo = memo
		if got := compute(t, "facilities.near_share", in, "categories=sport radius_m=50"); *got.Numerator != c.want {
			t.Errorf("door %d at %v: %v households, want %v", i, c.x, *got.Numerator, c.want)
		}
	}
}
