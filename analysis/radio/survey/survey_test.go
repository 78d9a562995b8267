package survey

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/analysis/radio"
	"yiju/geo"
)

// town is a made-up town of blocks on the squares of a survey, with three cells at
// each of some sites and phones around them. Levels are zero.
func town(r *rand.Rand, sites, rowsPerCell int) Input {
	var in Input
	const block, street = 40, 20 // metres, multiples of the squares' 5
	for i := range 20 {
		for k := range 20 {
			x, y := float64(i*(block+street)), float64(k*(block+street))
			w, h := float64(5*(3+r.IntN(6))), float64(5*(3+r.IntN(6)))
			in.Buildings = append(in.Buildings, geo.Feature{ID: fmt.Sprintf("b%02d%02d", i, k), Attributes: map[string]any{"height_m": float64(6 + r.IntN(30))},
				Geometry: orb.Polygon{{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}, {x, y}}}})
		}
	}
	for s := range sites {
		at := orb.Point{float64(r.IntN(1200)) + 0.31, float64(r.IntN(1200)) + 0.57}
		height := 15 + 30*r.Float64()
		for k := range 3 {
			id := fmt.Sprintf("c%02d%d", s, k)
			at := orb.Point{at[0] + float64(k), at[1] - float64(k)} // antennas of a roof stand apart
			in.Cells = append(in.Cells, geo.Feature{ID: id, Geometry: at, Attributes: map[string]any{
				"site": fmt.Sprint("s", s), "freq_mhz": 2585.0, "height_m": height, "azimuth_deg": float64(120*k + r.IntN(40)), "tilt_deg": float64(2 + r.IntN(10)),
				"hbw_deg": 65.0, "vbw_deg": 10.0, "gain_dbi": 17.0, "rs_power_dbm": 9 + 6*r.Float64(), "band": "n41",
			}})
			for range rowsPerCell {
				a, d := 2*math.Pi*r.Float64(), 20+400*math.Sqrt(r.Float64())
				in.Rows = append(in.Rows, Measurement{Cell: id, At: orb.Point{at[0] + d*math.Sin(a), at[1] + d*math.Cos(a)},
					HeightM: math.NaN(), GroundM: math.NaN(), BuildingM: math.NaN()})
			}
		}
	}
	return in
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func mustSurvey(t testing.TB, in Input, o Options) *Survey {
	t.Helper()
	s, err := New(in, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A calibration that made the levels is found again, noise and rows that are plainly
// wrong notwithstanding.
func TestKnownCalibrationIsFound(t *testing.T) {
	share := func(v float64) *float64 { return &v }
	class := func(at, per float64) radio.ClassCalibration {
		return radio.ClassCalibration{Loss: &radio.DistanceLaw{At100DB: at, PerDecadeDB: per}, PatternShare: share(0.4), PatternFade: 0.15, TiltShare: share(0.3), TiltSpread: 2,
			PowerShare: share(0.6), PowerdBm: 11, BlockersDB: 9, BuiltDB: 12, CellBuiltDB: -5}
	}
	truth := radio.BandCalibration{LOS: class(92, 21), NLOS: class(97, 26), Indoor: radio.ClassCalibration{EntryShare: share(0.5)}}
	r := newRand(7)
	s := mustSurvey(t, town(r, 16, 400), Options{})
	clean := make([]float64, len(s.samples))
	for i := range s.samples {
		a := &s.samples[i]
		clean[i] = a.predicted(&truth)
		a.rsrp = clean[i] + 6*r.NormFloat64()
		if r.IntN(50) == 0 {
			a.rsrp -= 60
		}
	}
	fit, test := s.halves()
	bands, fitted := s.fit(fit)
	got := bands["n41"]
	var off tally
	for i := range s.samples {
		if a := &s.samples[i]; test.has(s, a) {
			off.add(a.predicted(&got), clean[i])
		}
	}
	if f := off.figures(); f.RMSEDB > 1 || math.Abs(f.BiasDB) > 0.7 {
		t.Errorf("the levels found are off by %+.2f ± %.2f dB", f.BiasDB, f.SigmaDB)
	}
	for _, c := range []struct {
		name             string
		got, want, slack float64
	}{
		{"loss at 100 m", got.LOS.Loss.At100DB, 92, 1.5}, {"per decade", got.NLOS.Loss.PerDecadeDB, 26, 2},
		{"pattern", *got.LOS.PatternShare, 0.4, 0.05}, {"tilt", *got.LOS.TiltShare, 0.3, 0.12}, {"spread", got.LOS.TiltSpread, 2, 0.5},
		{"power", *got.NLOS.PowerShare, 0.6, 0.15}, {"entry", *got.Indoor.EntryShare, 0.5, 0.15},
		{"blockers", got.NLOS.BlockersDB, 9, 1.5}, {"built", got.LOS.BuiltDB, 12, 2.5},
	} {
		if math.Abs(c.got-c.want) > c.slack {
			t.Errorf("%s: %.3f, want %.3f ± %g (of %+v)", c.name, c.got, c.want, c.slack, fitted)
		}
	}
}

// Levels that defy physics do not make a calibration that does.
func TestBoundsKeepThePhysics(t *testing.T) {
	r := newRand(3)
	s := mustSurvey(t, town(r, 12, 300), Options{})
	for i := range s.samples {
		a := &s.samples[i]
		a.rsrp = -120 + 25*a.at.LogDistance() + 30*a.at.LogBlockers + a.at.SideDB + 10*a.at.BuiltShare + 0.5*a.at.EntryDB - a.at.EPREdBm + 3*r.NormFloat64()
		if a.path == radio.NLOS {
			a.rsrp += 15
		}
	}
	bands, _ := s.fit(s.everywhere())
	c := bands["n41"]
	for _, v := range []*radio.ClassCalibration{&c.LOS, &c.NLOS} {
		if v.BlockersDB < 0 || v.BuiltDB < 0 || v.PatternFade < 0 || *v.PatternShare < 0 || *v.PatternShare > 1 || *v.PowerShare < 0 || v.Loss.PerDecadeDB < 0 {
			t.Errorf("%+v", v)
		}
	}
	for side := 0.0; side <= 30; side += 10 {
		level := func(p radio.Path, d, blockers float64) float64 {
			at := radio.Circumstances{Distance3DM: d, SideDB: side, LogBlockers: blockers}
			return c.ChangeDB(p, false, &at)
		}
		for d := 20.0; d < 1400; d *= 1.1 {
			const slack = 2e-3 // figures are rounded
			for _, p := range []radio.Path{radio.LOS, radio.NLOS} {
				if level(p, 1.1*d, 0) > level(p, d, 0)+slack {
					t.Fatalf("%s: the level grows from %g m on, side %g", p, d, side)
				}
			}
			if level(radio.NLOS, d, math.Log10(2)) > level(radio.LOS, d, 0)+slack {
				t.Fatalf("a blocked path is better at %g m", d)
			}
		}
	}
}

// With bounds on single unknowns the solver finds the best of all ways to hold some of
// them at a bound.
func TestSolveAsAllCombinations(t *testing.T) {
	r := newRand(11)
	const n = 4
	for range 200 {
		s := newSystem(n)
		for range 12 {
			row := make([]float64, n)
			for i := range row {
				row[i] = r.NormFloat64()
			}
			s.add(row, 3*r.NormFloat64(), 0.5+r.Float64())
		}
		low, high := make([]float64, n), make([]float64, n)
		for i := range n {
			low[i], high[i] = -r.Float64(), r.Float64()
			up, down := make([]float64, n), make([]float64, n)
			up[i], down[i] = 1, -1
			s.bounds = append(s.bounds, bound{up, high[i]}, bound{down, -low[i]})
		}
		best := math.Inf(1)
		for code := range int(math.Pow(3, n)) {
			x, inside := heldAt(s, code, low, high)
			if inside {
				best = min(best, s.energy(x))
			}
		}
		x := s.solve()
		if got := s.energy(x); got > best+1e-4*math.Abs(best)+1e-6 {
			t.Fatalf("found %v with %g, the best is %g", x, got, best)
		}
		for i := range n {
			if x[i] < low[i]-1e-4 || x[i] > high[i]+1e-4 {
				t.Fatalf("x[%d] = %g, not within %g and %g", i, x[i], low[i], high[i])
			}
		}
	}
}

// heldAt solves with each unknown free, at its lower or at its upper bound, by the
// digits of code.
func heldAt(s *system, code int, low, high []float64) (x []float64, inside bool) {
	n := len(s.b)
	t := newSystem(n)
	for i := range n {
		copy(t.a[i], s.a[i])
	}
	copy(t.b, s.b)
	for i := range n {
		row := make([]float64, n)
		row[i] = 1
		switch code % 3 {
		case 1:
			t.add(row, low[i], 1e8)
		case 2:
			t.add(row, high[i], 1e8)
		}
		code /= 3
	}
	x = t.cholesky()
	for i := range n {
		if x[i] < low[i]-1e-6 || x[i] > high[i]+1e-6 {
			return x, false
		}
	}
	return x, true
}

func TestSplitsKeepSitesWhole(t *testing.T) {
	in := town(newRand(5), 21, 3)
	s := mustSurvey(t, in, Options{})
	seen := map[string]bool{}
	for seed := range uint64(8) {
		s.options.Seed = seed
		fit, test := s.halves()
		if fit.sites()+test.sites() != len(s.sites) || fit.sites() != int(math.Round(float64(len(s.sites))/2)) {
			t.Fatalf("%d and %d of %d sites", fit.sites(), test.sites(), len(s.sites))
		}
		at := map[string][2]bool{}
		for i := range s.samples {
			a := &s.samples[i]
			site := s.cells[a.cell].ID[:3] // as town names cells
			p := at[site]
			p[0], p[1] = p[0] || fit.has(s, a), p[1] || test.has(s, a)
			at[site] = p
		}
		for site, both := range at {
			if both[0] == both[1] {
				t.Fatalf("site %s is in both parts or in none", site)
			}
		}
		seen[fmt.Sprint(fit)] = true
		tested := make([]int, len(s.sites))
		for k := range 5 {
			fit, test := s.fold(k, 5)
			for i := range tested {
				if test[i] {
					tested[i]++
				}
				if fit[i] == test[i] {
					t.Fatal("a fold fits on what it tests")
				}
			}
		}
		if slices.Min(tested) != 1 || slices.Max(tested) != 1 {
			t.Fatalf("folds test sites %v times", tested)
		}
	}
	if len(seen) < 7 {
		t.Errorf("8 seeds give %d splits", len(seen))
	}
	// The split goes by place, not by the order of the input.
	slices.Reverse(in.Cells)
	slices.Reverse(in.Rows)
	again := mustSurvey(t, in, Options{Seed: 3})
	s.options.Seed = 3
	a, _ := s.halves()
	b, _ := again.halves()
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
}

// Buildings in the way are those whose squares the path clips below the roof: found by
// clipping the path to every square.
func TestBlockersAsByClipping(t *testing.T) {
	r := newRand(2)
	in := town(r, 4, 40)
	s := mustSurvey(t, in, Options{PlaceM: -1})
	q := s.squares
	tr := newTracer(q)
	for range 1000 {
		from := orb.Point{q.west + r.Float64()*q.side*float64(q.cols), q.south + r.Float64()*q.side*float64(q.rows)}
		to := orb.Point{q.west + r.Float64()*q.side*float64(q.cols), q.south + r.Float64()*q.side*float64(q.rows)}
		if r.IntN(10) == 0 {
			to[r.IntN(2)] = from[0] // along an axis now and then
			to = orb.Point{max(min(to[0], q.west+q.side*float64(q.cols)-1), q.west), max(min(to[1], q.south+q.side*float64(q.rows)-1), q.south)}
		}
		zFrom, zTo := 40*r.Float64(), 1.5
		want := map[int32]bool{}
		for i, label := range q.label {
			if label == 0 || label == q.label[q.at(from)] || label == q.label[q.at(to)] {
				continue
			}
			c := q.centre(i)
			t0, t1, ok := clip(from, to, c[0]-q.side/2, c[0]+q.side/2, c[1]-q.side/2, c[1]+q.side/2)
			if ok && min(zFrom+(zTo-zFrom)*t0, zFrom+(zTo-zFrom)*t1) < q.top[label] {
				want[label] = true
			}
		}
		if n, _ := tr.block(from, to, zFrom, zTo); n != len(want) {
			t.Fatalf("%v → %v: %d buildings in the way, want %d", from, to, n, len(want))
		}
	}
}

// clip is the part of a segment within a rectangle (Liang and Barsky).
func clip(a, b orb.Point, x0, x1, y0, y1 float64) (t0, t1 float64, ok bool) {
	t0, t1 = 0, 1
	for _, e := range [][2]float64{{a[0] - b[0], a[0] - x0}, {b[0] - a[0], x1 - a[0]}, {a[1] - b[1], a[1] - y0}, {b[1] - a[1], y1 - a[1]}} {
		switch p, q := e[0], e[1]; {
		case p == 0 && q < 0:
			return 0, 0, false
		case p < 0:
			t0 = max(t0, q/p)
		case p > 0:
			t1 = min(t1, q/p)
		}
	}
	return t0, t1, t0 < t1
}

// A survey sees the town as the engine does: the same paths blocked, the same nominal
// levels, and the same calibrated ones where places count as exact.
func TestAsTheEngine(t *testing.T) {
	r := newRand(9)
	in := town(r, 8, 60)
	share := 0.3
	cal := radio.Calibration{ID: "x", Bands: map[string]radio.BandCalibration{"n41": {
		LOS:    radio.ClassCalibration{Loss: &radio.DistanceLaw{At100DB: 95, PerDecadeDB: 20}, PatternShare: &share, PatternFade: 0.1, TiltSpread: 2, PowerShare: &share, PowerdBm: 9, BuiltDB: 8, CellBuiltDB: -6},
		NLOS:   radio.ClassCalibration{OffsetDB: 2, SlopeDB: 3, TiltShare: &share, BlockersDB: 7, BuiltDB: 11},
		Indoor: radio.ClassCalibration{EntryShare: &share},
	}}}
	s := mustSurvey(t, in, Options{PlaceM: -1})
	scene := &analysis.Scene{Community: geo.Feature{ID: "c", Geometry: orb.Polygon{{{-500, -500}, {1700, -500}, {1700, 1700}, {-500, 1700}, {-500, -500}}}},
		Layers: map[string][]geo.Feature{"buildings": in.Buildings, "cells": slices.Clone(in.Cells)}}
	for i := range scene.Layers["cells"] {
		f := scene.Layers["cells"][i].Clone()
		f.Set("bandwidth_mhz", 100.0)
		f.Set("scs_khz", 30.0)
		if _, ok := f.Number("power_w"); !ok {
			epre, _ := f.Number("rs_power_dbm")
			f.Set("power_w", math.Pow(10, (epre+10*math.Log10(12*273)-30)/10))
		}
		scene.Layers["cells"][i] = f
	}
	for _, calibration := range []*radio.Calibration{nil, &cal} {
		m, err := radio.NewModel(scene, radio.Params{ResM: 10, Calibration: calibration})
		if err != nil {
			t.Fatal(err)
		}
		at := map[string]int{}
		for i, c := range m.Cells() {
			at[c.ID] = i
		}
		kinds := map[string]int{}
		for i := range s.samples {
			a := &s.samples[i]
			c := &s.cells[a.cell]
			l := m.Link(at[c.ID], in.Rows[i].At)
			got := a.predicted(calibration.Of("n41"))
			if l.Path != a.path || l.Indoor != a.indoor || math.Abs(got-l.RSRPdBm) > 1e-6 {
				t.Fatalf("%s at %v: %s indoor %v %.4f dBm, the engine says %s indoor %v %.4f dBm, blockers %d", c.ID, in.Rows[i].At, a.path, a.indoor, got, l.Path, l.Indoor, l.RSRPdBm, len(l.Blockers))
			}
			kinds[fmt.Sprint(l.Path, l.Indoor)]++
		}
		if len(kinds) != 4 {
			t.Errorf("the town has paths %v only", kinds)
		}
	}
}

func TestRowsLeftOutAreCounted(t *testing.T) {
	in := town(newRand(4), 6, 200)
	set := func(cell, field string, v any) {
		for i := range in.Cells {
			if in.Cells[i].ID == cell {
				in.Cells[i].Set(field, v)
			}
		}
	}
	set("c000", "height_m", 0.0)
	set("c001", "azimuth_deg", 400.0)
	set("c002", "tilt_deg", -3.0)
	set("c010", "gain_dbi", nil)
	in.Rows[3*200+200].RSRPdBm = math.NaN() // c011
	in.Rows[3*200+201].At = orb.Point{9e4, 0}
	in.Rows[3*200+202].At = orb.Point{math.NaN(), 0}
	in.Rows[3*200+203].Cell = "elsewhere"
	s := mustSurvey(t, in, Options{})
	got := map[string]int{}
	for _, l := range s.left {
		got[l.Reason] = l.Rows
	}
	want := map[string]int{NoCell: 1, NoLevel: 1, NoPlace: 1, TooFar: 1, ZeroHeight: 200, WrongAzimuth: 200, NegativeTilt: 200, IncompleteCell: 200}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(s.samples) != len(in.Rows)-804 {
		t.Errorf("%d of %d rows are used", len(s.samples), len(in.Rows))
	}
	// With defaults the cell without gain is used, and said to be.
	s = mustSurvey(t, in, Options{Defaults: &radio.Defaults{Bands: map[string]map[string]float64{"": {"gain_dbi": 17, "height_m": 25}}}})
	if len(s.samples) != len(in.Rows)-604 {
		t.Errorf("with defaults %d of %d rows are used", len(s.samples), len(in.Rows))
	}
	if !slices.ContainsFunc(s.notes.all(), func(n analysis.Note) bool { return n.Code == "cells_assumed" && slices.Equal(n.IDs, []string{"c010"}) }) {
		t.Error("defaults are not told")
	}
}

// The report tells everything and does not depend on how often or how parallel it is
// made; too little to fit on is refused.
func TestReport(t *testing.T) {
	r := newRand(6)
	in := town(r, 10, 120)
	for i := range in.Rows {
		in.Rows[i].RSRPdBm = -90 + 8*r.NormFloat64()
	}
	report := func(o Options) *Report {
		rep, err := mustSurvey(t, in, o).Report("x", geo.T("甲", "x"))
		if err != nil {
			t.Fatal(err)
		}
		return rep
	}
	a, b := report(Options{}), report(Options{})
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
	pairs := a.Nominal.Beyond
	for _, row := range a.Calibrated.Counts {
		for _, n := range row {
			pairs += n
		}
	}
	if a.Test == nil || pairs-a.Nominal.Beyond+a.Calibrated.Beyond != a.Test.Rows || a.Fit.Rows+a.Test.Rows != a.Used || a.Cross.Rows != a.Used {
		t.Errorf("rows: fit %d, test %d, cross %d, used %d, scatter %d", a.Fit.Rows, a.Test.Rows, a.Cross.Rows, a.Used, pairs)
	}
	if !slices.ContainsFunc(a.Notes, func(n analysis.Note) bool { return n.Code == "no_gain" }) {
		t.Error("noise is not told from signal")
	}
	whole := report(Options{FitShare: 1})
	if whole.Test != nil || whole.Cross.Rows != whole.Used || !slices.ContainsFunc(whole.Notes, func(n analysis.Note) bool { return n.Code == "not_tested" }) {
		t.Error("fitted on all sites, yet tested")
	}
	in.Rows = in.Rows[:200]
	if _, err := mustSurvey(t, in, Options{}).Report("x", geo.T("甲", "x")); geo.AsFault(err) == nil {
		t.Errorf("200 rows: %v", err)
	}
	in.Rows = nil
	if _, err := New(in, Options{}); geo.AsFault(err) == nil {
		t.Errorf("no rows: %v", err)
	}
}
