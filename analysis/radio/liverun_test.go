package radio

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// edits keeps a scene that is edited: each edit gives a new scene and what it changed.
type edits struct {
	rng   *rand.Rand
	scene *analysis.Scene
	side  float64
}

// put gives the scene with other features in a layer; nil takes a feature away.
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
	return orb.Point{c.MinX - 50 + e.rng.Float64()*(e.side+100), c.MinY - 50 + e.rng.Float64()*(e.side+100)}
}

func (e *edits) any(layer string) geo.Feature {
	list := e.scene.Layers[layer]
	return list[e.rng.IntN(len(list))].Clone()
}

// cell edits a cell.
func (e *edits) cell() map[string][]string {
	f := e.any("cells")
	switch e.rng.IntN(8) {
	case 0:
		if len(e.scene.Layers["cells"]) > 2 {
			return e.put("cells", f.ID, nil)
		}
		f.Set("tilt_deg", e.rng.Float64()*10)
	case 1:
		f.ID = fmt.Sprintf("%s+%d", f.ID, e.rng.IntN(100))
		f.Set("operator", string(rune('A'+e.rng.IntN(3))))
		f.Set("azimuth_deg", e.rng.Float64()*360)
	case 2:
		f.Geometry = e.place()
		f.Set("on_building", nil)
	case 3:
		f.Set("band", []string{"n78", "n41", "n1"}[e.rng.IntN(3)])
		f.Set("freq_mhz", []float64{3500, 2600}[e.rng.IntN(2)])
	case 4:
		f.Set("technology", []any{"lte", "nr", nil}[e.rng.IntN(3)])
	case 5:
		f.Set("power_w", []any{nil, 100.0, 200.0, 200.0}[e.rng.IntN(4)])
	default:
		f.Set("azimuth_deg", e.rng.Float64()*360)
	}
	return e.put("cells", f.ID, &f)
}

// building edits a building.
func (e *edits) building() map[string][]string {
	f := e.any("buildings")
	switch e.rng.IntN(8) {
	case 0, 1:
		return e.put("buildings", f.ID, nil)
	case 2:
		f.ID = fmt.Sprintf("%s+%d", f.ID, e.rng.IntN(100))
		p := e.place()
		f.Geometry = randomShape(e.rng, p[0], p[1])
	case 3:
		f.Set("height_m", []any{nil, 4.0, 60.0}[e.rng.IntN(3)])
		f.Set("floors", []any{nil, int64(7)}[e.rng.IntN(2)])
	case 4:
		f.Set("households", []any{nil, int64(e.rng.IntN(50))}[e.rng.IntN(2)])
	case 5:
		f.Set("base_m", []any{nil, 3.0}[e.rng.IntN(2)])
	case 6:
		f.Set("use", []any{nil, "residential", "office"}[e.rng.IntN(3)])
		f.Set("name", fmt.Sprint("n", e.rng.IntN(9)))
	default:
		f.Set("height_m", 2+e.rng.Float64()*40)
	}
	return e.put("buildings", f.ID, &f)
}

// edit makes a random edit.
func (e *edits) edit() map[string][]string {
	switch k := e.rng.IntN(40); {
	case k == 0:
		next := *e.scene
		if next.Terrain == nil {
			next.Terrain = hilly{5 + e.rng.Float64()*5, 80}
		} else {
			next.Terrain = nil
		}
		e.scene = &next
		return map[string][]string{"terrain": {"t"}}
	case k == 1:
		next := *e.scene
		a, b := e.rng.Float64()*40, e.rng.Float64()*40
		next.Community.Geometry = rectangle(a, b, e.side-b, e.side-a)
		e.scene = &next
		return map[string][]string{"communities": {next.Community.ID}}
	case k == 2:
		next := *e.scene
		e.scene = &next
		return map[string][]string{"ways": {"w"}}
	case k < 20:
		return e.cell()
	case k < 24: // both at once
		out := e.cell()
		maps.Copy(out, e.building())
		return out
	}
	return e.building()
}

// sameAnswer holds a LiveRun to Run.
func sameAnswer(tb testing.TB, l *LiveRun, scene *analysis.Scene, p Params) *Answer {
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
	if len(got.Layers) != len(want.Layers) || len(got.Later) != len(want.Layers) {
		tb.Fatalf("%d layers, %d to be drawn, want %d", len(got.Layers), len(got.Later), len(want.Layers))
	}
	for i := range want.Layers {
		if !reflect.DeepEqual(got.Layers[i].Schema, want.Layers[i].Schema) || got.Later[i] != want.Layers[i].Schema.Layer {
			tb.Fatalf("layer %d is announced as %s, want %s", i, got.Layers[i].Schema.Layer, want.Layers[i].Schema.Layer)
		}
	}
	drawn, err := l.Result()
	if err != nil {
		tb.Fatal(err)
	}
	for i := range want.Layers {
		if !reflect.DeepEqual(drawn.Layers[i], want.Layers[i]) {
			tb.Fatalf("layer %s differs", want.Layers[i].Schema.Layer)
		}
	}
	if !reflect.DeepEqual(drawn, want) {
		tb.Fatal("results differ")
	}
	return got
}

// Whatever is edited, the answer is that of a fresh run, and with all edits undone it
// is the first one again.
func TestLiveRunAsRun(t *testing.T) {
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 11))
		town := randomTown(seed+20, 420, 50, 3)
		for i := range town.scene.Layers["buildings"] {
			town.scene.Layers["buildings"][i].Set("households", int64(i%7))
		}
		thresholds := levelsAndRatio(-75, 0)
		p := Params{ResM: 3, ReachM: 260, Thresholds: thresholds}
		switch seed {
		case 1:
			town.scene.Terrain = hilly{8, 90}
			p.Blocked = KnifeEdge
		case 2:
			p.Calibration, p.Defaults = strange(), assumed()
		case 3:
			p.Defaults = assumed()
			p.Omit = []string{"spots", "classes"}
		}
		e := &edits{rng, &town.scene, 420}
		l, err := NewLiveRun(e.scene, p)
		if err != nil {
			t.Fatal(err)
		}
		first, scenes := sameAnswer(t, l, e.scene, p), []*analysis.Scene{e.scene}
		changes := []map[string][]string{nil}
		for step := range 30 {
			changed := e.edit()
			before, _ := l.Answer()
			if err := l.Update(e.scene, changed); err != nil {
				t.Fatal(err)
			}
			if rng.IntN(3) == 0 { // another edit before anybody asks
				more := e.edit()
				if err := l.Update(e.scene, more); err != nil {
					t.Fatal(err)
				}
				for layer, ids := range more {
					changed[layer] = append(changed[layer], ids...)
				}
			}
			t.Logf("seed %d, step %d: %v", seed, step, changed)
			after := sameAnswer(t, l, e.scene, p)
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

// Without a change the very same answer is given; an edit that changes no figure says
// that it is the same.
func TestLiveRunUnchanged(t *testing.T) {
	town := randomTown(1, 300, 20, 2)
	e := &edits{rand.New(rand.NewPCG(1, 1)), &town.scene, 300}
	l, err := NewLiveRun(e.scene, Params{Thresholds: levelsOnly(-80)})
	if err != nil {
		t.Fatal(err)
	}
	first, err := l.Answer()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Update(e.scene, map[string][]string{"ways": {"x"}, "cameras": {"y"}}); err != nil {
		t.Fatal(err)
	}
	if again, _ := l.Answer(); again != first || again.Same {
		t.Error("another answer without a change")
	}
	f := e.any("buildings")
	f.Set("name", "renamed")
	if err := l.Update(e.scene, e.put("buildings", f.ID, &f)); err != nil {
		t.Fatal(err)
	}
	if again, _ := l.Answer(); !again.Same {
		t.Error("a name changes figures")
	}
}

// With a building gone no place receives less.
func TestLessBuildingsNeverLessLevel(t *testing.T) {
	for seed := range uint64(3) {
		town := randomTown(seed, 300, 30, 2)
		e := &edits{rand.New(rand.NewPCG(seed, 3)), &town.scene, 300}
		p := Params{ResM: 5, Thresholds: levelsOnly(-80)}
		l, err := NewLiveRun(e.scene, p)
		if err != nil {
			t.Fatal(err)
		}
		levels := func() *pixels { return all(t, l.Model().Grid(), l.live.Tiles) }
		before := levels()
		for len(e.scene.Layers["buildings"]) > 0 {
			scenario := scenariosOf(l.Model())
			if err := l.Update(e.scene, e.put("buildings", e.any("buildings").ID, nil)); err != nil {
				t.Fatal(err)
			}
			after := levels()
			for i := range before.rsrp {
				// Formulas are chosen by the roofs around a cell; with others levels may fall.
				if after.rsrp[i] < before.rsrp[i] && scenariosOf(l.Model()) == scenario {
					t.Fatalf("seed %d: pixel %d falls from %g to %g dBm", seed, i, before.rsrp[i], after.rsrp[i])
				}
			}
			before = after
		}
	}
}

func scenariosOf(m *Model) string {
	out := ""
	for _, t := range m.transmitters {
		out += fmt.Sprint(t.scenario, " ")
	}
	return out
}

// BenchmarkLiveRun is one edit and the values after it, in a made-up town as large as
// a community with 36 cells among 2,250 buildings, and all of Run beside it.
func BenchmarkLiveRun(b *testing.B) {
	scene := syntheticTown(2700, 12, 3)
	inner := scene.Community
	c := geo.ExtentOf(inner.Geometry).Centre()
	inner.Geometry = rectangle(c[0]-370, c[1]-315, c[0]+370, c[1]+315)
	scene.Community = inner
	for i := range scene.Layers["cells"] { // most of the sites stand near
		at := scene.Layers["cells"][i].Geometry.(orb.Point)
		scene.Layers["cells"][i].Geometry = orb.Point{c[0] + (at[0]-c[0])/2.5, c[1] + (at[1]-c[1])/2.5}
		scene.Layers["cells"][i].Set("on_building", nil)
	}
	scene.Terrain = hilly{3, 200}
	b.Logf("%d buildings, %d cells", len(scene.Layers["buildings"]), len(scene.Layers["cells"]))
	liveRunBenchmarks(b, scene, Params{Thresholds: levelsAndRatio(-95, 0)})
}

func liveRunBenchmarks(b *testing.B, scene *analysis.Scene, p Params) {
	b.Run("full", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Run(scene, p); err != nil {
				b.Fatal(err)
			}
		}
	})
	in := geo.ExtentOf(scene.Community.Geometry)
	for _, kind := range []string{"turn", "move", "add", "demolish", "raise"} {
		b.Run(kind, func(b *testing.B) {
			e := &edits{rand.New(rand.NewPCG(5, 5)), scene, in.MaxX - in.MinX}
			l, err := NewLiveRun(scene, p)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := l.Answer(); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			var times, work []float64
			for i := 0; b.Loop(); i++ {
				var changed map[string][]string
				f := e.any("cells")
				if kind == "demolish" || kind == "raise" {
					for f = e.any("buildings"); !geo.ExtentOf(f.Geometry).Touches(in); f = e.any("buildings") {
					}
				}
				switch kind {
				case "turn":
					f.Set("azimuth_deg", e.rng.Float64()*360)
				case "move":
					at := f.Geometry.(orb.Point)
					f.Geometry = orb.Point{at[0] + e.rng.Float64()*4 - 2, at[1] + e.rng.Float64()*4 - 2}
				case "add":
					f.ID = fmt.Sprint(f.ID, i)
					f.Geometry = orb.Point{in.MinX + e.rng.Float64()*(in.MaxX-in.MinX), in.MinY + e.rng.Float64()*(in.MaxY-in.MinY)}
				case "raise":
					f.Set("height_m", 3+e.rng.Float64()*60)
				}
				changed = e.put(map[bool]string{true: "buildings", false: "cells"}[kind == "demolish" || kind == "raise"], f.ID, &f)
				if kind == "demolish" {
					changed = e.put("buildings", f.ID, nil)
				}
				start, busy := time.Now(), processor()
				if err := l.Update(e.scene, changed); err != nil {
					b.Fatal(err)
				}
				if _, err := l.Answer(); err != nil {
					b.Fatal(err)
				}
				times, work = append(times, float64(time.Since(start).Microseconds())/1000), append(work, 1000*(processor()-busy))
				if kind == "add" || kind == "demolish" { // undone, not measured
					e.scene = scene
					if err := l.Update(scene, changed); err != nil {
						b.Fatal(err)
					}
					if _, err := l.Answer(); err != nil {
						b.Fatal(err)
					}
				}
			}
			reportQuantiles(b, "", times)
			reportQuantiles(b, "cpu-", work)
			sameAnswer(b, l, e.scene, p)
		})
	}
}

// reportQuantiles tells the wall clock's time, and under "cpu-" that of all processors,
// which says more where others use the machine.
func reportQuantiles(b *testing.B, prefix string, times_ms []float64) {
	slices.Sort(times_ms)
	at := func(q float64) float64 { return times_ms[int(math.Ceil(q*float64(len(times_ms))))-1] }
	b.ReportMetric(at(0.5), prefix+"p50-ms")
	b.ReportMetric(at(0.95), prefix+"p95-ms")
}
