package radio

import (
	"encoding/json"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// adviceTown is a small town with too few cells.
func adviceTown(seed uint64) (*analysis.Scene, []Candidate) {
	scene := syntheticTown(220, 1, seed)
	scene.Layers["cells"] = scene.Layers["cells"][:2]
	return scene, []Candidate{
		{ID: "east", Kind: Rooftop, At: orb.Point{500_210, 4_000_030}, HeightM: 30},
		{ID: "north", Kind: LampPost, At: orb.Point{500_100, 4_000_205}, HeightM: 8},
	}
}

// changedScene is a scene in which a cell stands as advised.
func changedScene(s *analysis.Scene, a Advice) *analysis.Scene {
	out := *s
	out.Layers = maps.Clone(s.Layers)
	out.Layers["cells"] = nil
	for _, f := range s.Layers["cells"] {
		f = f.Clone()
		if f.ID == a.Cell {
			for name, v := range map[string]*float64{"azimuth_deg": a.After.AzimuthDeg, "tilt_deg": a.After.TiltDeg, "height_m": a.After.HeightM} {
				if v != nil {
					f.Set(name, *v)
				}
			}
		}
		out.Layers["cells"] = append(out.Layers["cells"], f)
	}
	if a.Candidate != "" {
		f := s.Layers["cells"][0].Clone()
		f.ID, f.Geometry = "new", a.At
		f.Set("site", a.Candidate)
		f.Set("on_building", nil)
		f.Set("height_m", *a.After.HeightM)
		f.Set("azimuth_deg", *a.After.AzimuthDeg)
		if a.Kind == LampPost { // a tenth of the power
			w, _ := f.Number("power_w")
			f.Set("power_w", w/10)
		}
		out.Layers["cells"] = append(out.Layers["cells"], f)
	}
	return &out
}

// outdoorsCovered are the covered places outdoors.
func outdoorsCovered(t testing.TB, s *analysis.Scene, p Params) map[orb.Point]bool {
	t.Helper()
	out := pixelsCovered(t, s, p)
	for _, b := range s.Layers["buildings"] {
		maps.DeleteFunc(out, func(at orb.Point, _ bool) bool { return geo.Inside(b.Geometry, at) })
	}
	return out
}

// Advice must do what it says: a run of the changed scene gains and loses that much.
func TestAdviceDoesWhatItSays(t *testing.T) {
	for name, thresholds := range map[string]Thresholds{"level": levelsOnly(-70), "ratio": levelsAndRatio(-75, 6)} {
		t.Run(name, func(t *testing.T) {
			kinds, losses := map[Change]int{}, 0
			for seed := uint64(3); seed < 9; seed++ {
				for _, a := range checkAdvice(t, seed, Params{ResM: 5, Thresholds: thresholds}) {
					kinds[a.Change]++
					if a.LostM2 > 0 {
						losses++
					}
				}
			}
			if len(kinds) != len(Changes) || losses == 0 {
				t.Errorf("advice of kinds %v, %d with losses: the towns do not try everything", kinds, losses)
			}
		})
	}
}

func checkAdvice(t *testing.T, seed uint64, p Params) []Advice {
	t.Helper()
	scene, candidates := adviceTown(seed)
	m, err := NewModel(scene, p)
	if err != nil {
		t.Fatal(err)
	}
	advice, err := Advise(m, candidates, AdviceOptions{Limit: 20})
	if err != nil {
		t.Fatal(err)
	}
	before := outdoorsCovered(t, scene, p)
	share := ratios(mustRun(t, scene, p))["radio_outdoor_share"]
	for i, a := range advice {
		if i > 0 && a.GainedM2-a.LostM2 > advice[i-1].GainedM2-advice[i-1].LostM2 {
			t.Errorf("advice %d is better than the one before", i)
		}
		after := outdoorsCovered(t, changedScene(scene, a), p)
		gained, lost := 0.0, 0.0
		for at := range after {
			if !before[at] {
				gained += p.ResM * p.ResM
			}
		}
		for at := range before {
			if !after[at] {
				lost += p.ResM * p.ResM
			}
		}
		if gained != a.GainedM2 || lost != a.LostM2 {
			t.Errorf("town %d: %s: gains %g and loses %g", seed, a.Title.EN, gained, lost)
		}
		if pct, _ := percent(share.N+gained-lost, share.D); a.OutdoorShareAfterPct != pct {
			t.Errorf("town %d: %s: share %g, want %g", seed, a.Title.EN, a.OutdoorShareAfterPct, pct)
		}
	}
	return advice
}

// No change that is tried does better than the best advice.
func TestAdviceFindsTheBest(t *testing.T) {
	for name, thresholds := range map[string]Thresholds{"level": levelsOnly(-72), "ratio": levelsAndRatio(-78, 3)} {
		t.Run(name, func(t *testing.T) {
			scene, candidates := adviceTown(5)
			p := Params{ResM: 7, Thresholds: thresholds}
			m, err := NewModel(scene, p)
			if err != nil {
				t.Fatal(err)
			}
			advice, err := Advise(m, candidates, AdviceOptions{Limit: 1})
			if err != nil || len(advice) != 1 {
				t.Fatal(advice, err)
			}
			base, err := m.coverage(allGroup)
			if err != nil {
				t.Fatal(err)
			}
			o := AdviceOptions{Changes: Changes}
			best := 0.0
			var name string
			s := m.newScreen(base)
			for _, t := range m.tries(s, candidates, &o) {
				for _, v := range t.variants {
					one := *t
					one.best = v
					for _, a := range s.exact(base, []*try{&one}) {
						if score := a.GainedM2 - a.LostM2; score > best {
							best, name = score, a.Title.EN
						}
					}
				}
			}
			if got := advice[0].GainedM2 - advice[0].LostM2; got != best {
				t.Errorf("advice %q brings %g m², %q brings %g", advice[0].Title.EN, got, name, best)
			}
		})
	}
}

func TestAdviceIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	scene, candidates := adviceTown(7)
	m, err := NewModel(scene, Params{ResM: 5, Thresholds: levelsAndRatio(-80, 3)})
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var want []byte
	for _, n := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(n)
		// The order in which candidates are given does not matter.
		slices.Reverse(candidates)
		got, err := Advise(m, candidates, AdviceOptions{})
		if err != nil {
			t.Fatal(err)
		}
		text, _ := json.Marshal(got)
		if want == nil {
			want = text
		}
		if diff := cmp.Diff(string(want), string(text)); diff != "" || len(got) == 0 {
			t.Errorf("%d processors: %s", n, diff)
		}
	}
}

func TestAdviceRefuses(t *testing.T) {
	scene, candidates := adviceTown(3)
	p := Params{ResM: 10, Thresholds: levelsOnly(-70)}
	m, err := NewModel(scene, p)
	if err != nil {
		t.Fatal(err)
	}
	lacking, empty := *scene, *scene
	lacking.Layers = map[string][]geo.Feature{"cells": {{ID: "x", Geometry: orb.Point{500_000, 4_000_000}}}}
	empty.Layers = nil
	unknown, err := NewModel(&lacking, p)
	if err != nil {
		t.Fatal(err)
	}
	none, err := NewModel(&empty, p)
	if err != nil {
		t.Fatal(err)
	}
	low := []Candidate{{ID: "low", At: orb.Point{500_000, 4_000_000}}}
	for name, try := range map[string]func() ([]Advice, error){
		"unknown":       func() ([]Advice, error) { return Advise(unknown, candidates, AdviceOptions{}) },
		"no template":   func() ([]Advice, error) { return Advise(none, candidates, AdviceOptions{}) },
		"no height":     func() ([]Advice, error) { return Advise(m, low, AdviceOptions{}) },
		"no such thing": func() ([]Advice, error) { return Advise(m, nil, AdviceOptions{Changes: []Change{"paint"}}) },
		"too many":      func() ([]Advice, error) { return Advise(m, make([]Candidate, mostCandidates+1), AdviceOptions{}) },
	} {
		if _, err := try(); geo.AsFault(err) == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Everything is covered: there is nothing to advise.
	if m, err = NewModel(scene, Params{ResM: 10, Thresholds: levelsOnly(-190)}); err != nil {
		t.Fatal(err)
	}
	if got, err := Advise(m, candidates, AdviceOptions{}); err != nil || len(got) != 0 {
		t.Errorf("advice %v, %v", got, err)
	}
}

func TestCandidates(t *testing.T) {
	town := newTown(300)
	town.build(rectangle(10, 10, 30, 30), 20)                                                                  // lower than
	town.build(rectangle(40, 40, 60, 60), 30)                                                                  // this one in the same square
	town.build(orb.Polygon{{{110, 10}, {190, 10}, {190, 30}, {130, 30}, {130, 90}, {110, 90}, {110, 10}}}, 12) // an L
	town.build(rectangle(310, 10, 330, 30), 40)                                                                // outside
	town.scene.Layers["buildings"] = append(town.scene.Layers["buildings"], geo.Feature{
		ID: "unknown", Geometry: rectangle(210, 210, 230, 230), Attributes: map[string]any{}})
	m := town.model(t, Params{ResM: 5, Thresholds: levelsOnly(-100), Defaults: &Defaults{BuildingM: map[string]float64{"": 9}}})
	var got []string
	for _, c := range m.Rooftops() {
		got = append(got, fmt.Sprintf("%s %s %g %g %g", c.ID, c.OnBuilding, c.HeightM, c.At[0], c.At[1]))
		if i := slices.IndexFunc(m.Buildings(), func(f geo.Feature) bool { return f.ID == c.ID }); !geo.Inside(m.Buildings()[i].Geometry, c.At) {
			t.Errorf("%s is not on its roof: %v", c.ID, c.At)
		}
	}
	if len(got) != 2 || got[0] != "b0001 b0001 33 50 50" {
		t.Errorf("rooftops %q", got)
	}
	lamps := m.LampPosts([]geo.Feature{
		{ID: "z", Geometry: orb.Point{5, 5}, Attributes: map[string]any{"kind": "lamp"}},
		{ID: "a", Geometry: orb.Point{50, 5}, Attributes: map[string]any{"kind": "lamp"}},
		{ID: "b", Geometry: orb.Point{50, 5}, Attributes: map[string]any{"kind": "bench"}},
		{ID: "c", Geometry: orb.Point{-5, 5}, Attributes: map[string]any{"kind": "lamp"}},
		{ID: "d", Attributes: map[string]any{"kind": "lamp"}},
	})
	want := []Candidate{{ID: "a", Kind: LampPost, At: orb.Point{50, 5}, HeightM: 8}, {ID: "z", Kind: LampPost, At: orb.Point{5, 5}, HeightM: 8}}
	if diff := cmp.Diff(want, lamps); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkAdvise1km2(b *testing.B) {
	scene := syntheticTown(1000, 20, 5)
	m, err := NewModel(scene, Params{ResM: 2, Thresholds: levelsAndRatio(-95, -3)})
	if err != nil {
		b.Fatal(err)
	}
	candidates := m.Rooftops()
	b.ReportMetric(float64(len(candidates)), "candidates")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Advise(m, candidates, AdviceOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Where the sample is all pixels, estimates are what comes out on all pixels.
func TestEstimatesAreExactOnAllPixels(t *testing.T) {
	half, slope := 0.5, 3.0
	calibration := &Calibration{Bands: map[string]BandCalibration{"": {
		LOS:  ClassCalibration{OffsetDB: -4, SlopeDB: slope, PatternShare: &half},
		NLOS: ClassCalibration{OffsetDB: 2, PatternShare: &half, BlockersDB: 3, BuiltDB: 5},
	}}}
	for name, change := range map[string]func(*Params){
		"statistical": func(*Params) {},
		"knife edge":  func(p *Params) { p.Blocked = KnifeEdge },
		"calibrated":  func(p *Params) { p.Calibration = calibration },
		"certain":     func(p *Params) { p.Thresholds.Probability = number(0.9) },
	} {
		t.Run(name, func(t *testing.T) {
			scene, candidates := adviceTown(4)
			p := Params{ResM: 5, Thresholds: levelsAndRatio(-72, 2)}
			change(&p)
			m, err := NewModel(scene, p)
			if err != nil {
				t.Fatal(err)
			}
			base, err := m.coverage(allGroup)
			if err != nil {
				t.Fatal(err)
			}
			s := m.newScreen(base)
			o := AdviceOptions{Changes: Changes}
			tries := s.compare(m.tries(s, candidates, &o))
			if len(tries) < 6 {
				t.Fatalf("%d tries", len(tries))
			}
			for i, a := range s.exact(base, tries) {
				if try := tries[i]; a.GainedM2 != 25*try.gained || a.LostM2 != 25*try.lost {
					t.Errorf("%s: estimated %g and %g", a.Title.EN, 25*try.gained, 25*try.lost)
				}
			}
		})
	}
}

// For an operator it is that operator's share that grows, by its own cells.
func TestAdviceForAnOperator(t *testing.T) {
	scene := syntheticTown(330, 4, 11) // 甲 and 乙 in turns
	p := Params{ResM: 5, Thresholds: levelsAndRatio(-72, 3)}
	m, err := NewModel(scene, p)
	if err != nil {
		t.Fatal(err)
	}
	const group = "operator:乙"
	advice, err := Advise(m, m.Rooftops(), AdviceOptions{Group: group, Limit: 30})
	if err != nil {
		t.Fatal(err)
	}
	// A new cell in changedScene is like the first one.
	cells := scene.Layers["cells"]
	scene.Layers["cells"] = append(append([]geo.Feature(nil), cells[3:]...), cells[:3]...)
	before := ratios(mustRun(t, scene, p))["radio_outdoor_share/"+group]
	kinds := map[Change]int{}
	for _, a := range advice {
		kinds[a.Change]++
		if a.Changed.Operator != "乙" {
			t.Errorf("%s is not about the operator", a.Title.EN)
		}
		after := ratios(mustRun(t, changedScene(scene, a), p))["radio_outdoor_share/"+group]
		if got := a.GainedM2 - a.LostM2; after.N-before.N != got {
			t.Errorf("%s: the share grows by %g m², not %g", a.Title.EN, after.N-before.N, got)
		}
	}
	if len(kinds) < 3 {
		t.Errorf("advice of kinds %v", kinds)
	}
	if _, err := Advise(m, nil, AdviceOptions{Group: "operator:丙"}); geo.AsFault(err) == nil {
		t.Errorf("a group there is not: %v", err)
	}
}
