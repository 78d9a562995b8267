package radio

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
	"yiju/geo/overlay"
)

func mustResult(t testing.TB, m predictor, scene *analysis.Scene) analysis.Result {
	t.Helper()
	got, err := result(m, scene)
	if err != nil {
		t.Fatal(err)
	}
	checkResult(t, got)
	return got
}

// checkResult holds every result to its schemas: attributes declared and of the
// right type, ids in order and unique, areas valid.
func checkResult(t testing.TB, got analysis.Result) {
	t.Helper()
	for _, l := range got.Layers {
		for i := range l.Features {
			f := &l.Features[i]
			for _, p := range l.Schema.Check(f) {
				t.Error(p)
			}
			if i > 0 && l.Features[i-1].ID >= f.ID {
				t.Errorf("%s: %q comes after %q", l.Schema.Layer, f.ID, l.Features[i-1].ID)
			}
			if reason, err := overlay.Invalid(f.Geometry); reason != "" || err != nil {
				t.Errorf("%s %s is invalid: %s %v", l.Schema.Layer, f.ID, reason, err)
			}
			if a, ok := f.Number("area_m2"); ok && math.Abs(geo.Area(f.Geometry)-a) > 1e-6 {
				t.Errorf("%s %s: area %g, drawn %g", l.Schema.Layer, f.ID, a, geo.Area(f.Geometry))
			}
		}
	}
	for _, v := range got.Values {
		if v.Value != nil && !(*v.Value >= 0 && *v.Value <= 100) {
			t.Errorf("%s = %g %%", v.ID, *v.Value)
		}
	}
}

func layer(t testing.TB, r analysis.Result, name string) []geo.Feature {
	t.Helper()
	for _, l := range r.Layers {
		if l.Schema.Layer == name {
			return l.Features
		}
	}
	t.Fatalf("there is no layer %s", name)
	return nil
}

// attributes of the features of a layer, by id.
func attributes(t testing.TB, r analysis.Result, name string, fields ...string) map[string]map[string]any {
	t.Helper()
	out := make(map[string]map[string]any)
	for _, f := range layer(t, r, name) {
		out[f.ID] = make(map[string]any)
		for _, field := range fields {
			if v, ok := f.Attributes[field]; ok {
				out[f.ID][field] = v
			}
		}
	}
	return out
}

// ratio is a value as numerator and denominator.
type ratio struct{ N, D float64 }

func ratios(r analysis.Result) map[string]ratio {
	out := make(map[string]ratio)
	for _, v := range r.Values {
		if v.Numerator != nil {
			out[v.ID] = ratio{*v.Numerator, *v.Denominator}
		}
	}
	return out
}

func TestValuesByHand(t *testing.T) {
	// 6 rows of 10 pixels less 2·2 outside: 56 pixels of 100 m², 10 of them indoors.
	want := map[string]ratio{
		"radio_covered_share":            {3700, 5600},
		"radio_outdoor_share":            {3500, 4600},
		"radio_indoor_share":             {200, 1000}, // the southern half of B
		"radio_households_share":         {40, 120},   // half of B is covered
		"radio_covered_share/all":        {3700, 5600},
		"radio_outdoor_share/all":        {3500, 4600},
		"radio_covered_share/operator:X": {2300, 5600},
		"radio_outdoor_share/operator:X": {2300, 4600},
		"radio_covered_share/operator:Y": {2500, 5600},
		"radio_outdoor_share/operator:Y": {2300, 4600},
		"radio_outdoor_share/every":      {1100, 4600},
	}
	got := mustResult(t, tenMetres(), nil)
	if diff := cmp.Diff(want, ratios(got)); diff != "" {
		t.Error(diff)
	}
	for _, v := range got.Values {
		if len(v.Missing) < 2 || v.Missing[len(v.Missing)-2].EN != "cells with assumed attributes (usual): 1" {
			t.Errorf("%s does not say that it rests on assumed attributes: %v", v.ID, v.Missing)
		}
	}
}

func TestLayersByHand(t *testing.T) {
	got := mustResult(t, tenMetres(), nil)
	type m = map[string]map[string]any
	for _, test := range []struct {
		layer  string
		fields []string
		want   m
	}{
		{"radio_covered", []string{"operator", "area_m2", "share_pct"}, m{
			"all":        {"area_m2": 3700.0, "share_pct": 66.07},
			"operator:X": {"operator": "X", "area_m2": 2300.0, "share_pct": 41.07},
			"operator:Y": {"operator": "Y", "area_m2": 2500.0, "share_pct": 44.64},
		}},
		{"radio_cells", []string{"state", "missing", "server_m2", "sole_m2", "azimuth_deg", "households"}, m{
			"c0": {"state": "used", "server_m2": 2400.0, "sole_m2": 400.0, "azimuth_deg": 0.0, "households": 0.0},
			"c1": {"state": "assumed", "missing": "height_m", "server_m2": 2600.0, "sole_m2": 800.0, "households": 20.0},
		}},
		{"radio_servers", []string{"cell", "site", "area_m2"}, m{
			"c0": {"cell": "c0", "site": "s0", "area_m2": 2400.0},
			"c1": {"cell": "c1", "site": "s1", "area_m2": 2600.0},
		}},
		{"radio_buildings", []string{"covered_pct", "served", "rsrp_dbm", "households"}, m{
			"A": {"covered_pct": 0.0, "served": false, "rsrp_dbm": -115.0, "households": 80.0},
			"B": {"covered_pct": 50.0, "served": true, "rsrp_dbm": -90.0, "households": 40.0},
			"C": {"covered_pct": 0.0, "served": false},
		}},
		// The uncovered spot has 3 of the 8 sides of A and 1 of those of B: 80·3/8 + 40/8.
		{"radio_spots", []string{"area_m2", "households", "best_cell", "rsrp_dbm", "reason", "reason_pct"}, m{
			"uncovered:00001": {"area_m2": 1100.0, "households": 35.0, "best_cell": "c0", "rsrp_dbm": -100.0, "reason": "interference", "reason_pct": 82.0},
			"weak:00001":      {"area_m2": 100.0, "households": 0.0, "best_cell": "c0", "rsrp_dbm": -100.0, "reason": "beam", "reason_pct": 100.0},
		}},
		// A has a side of 8 above the first, two beside the third and one beside the fourth.
		{"radio_gaps", []string{"operators", "area_m2", "households"}, m{
			"gap:00001": {"operators": "Y", "area_m2": 1000.0, "households": 20.0},
			"gap:00002": {"operators": "X", "area_m2": 600.0, "households": 10.0},
			"gap:00003": {"operators": "X", "area_m2": 400.0, "households": 10.0},
			"gap:00004": {"operators": "Y", "area_m2": 200.0, "households": 20.0},
			"gap:00005": {"operators": "X", "area_m2": 200.0, "households": 15.0},
		}},
	} {
		if diff := cmp.Diff(test.want, attributes(t, got, test.layer, test.fields...)); diff != "" {
			t.Errorf("%s: %s", test.layer, diff)
		}
	}
	classes := map[string]float64{}
	for _, f := range layer(t, got, "radio_classes") {
		classes[f.ID], _ = f.Number("area_m2")
	}
	want := map[string]float64{"strong:outdoor": 2200, "fair:outdoor": 1600, "low:outdoor": 600, "none:outdoor": 200, "fair:indoor": 200, "none:indoor": 800}
	if diff := cmp.Diff(want, classes); diff != "" {
		t.Errorf("radio_classes: %s", diff)
	}
}

// However the pixels are cut into tiles, the result is the same.
func TestTilesDoNotShow(t *testing.T) {
	want := mustResult(t, tenMetres(), nil)
	for _, side := range []int{1, 3, 7, 64} {
		h := tenMetres()
		h.side = side
		if diff := cmp.Diff(want, mustResult(t, h, nil)); diff != "" {
			t.Fatalf("tiles of %d: %s", side, diff)
		}
	}
}

func TestReasons(t *testing.T) {
	gain := func(v float64) func(*Link) { return func(l *Link) { l.GainDBi = v } }
	behind := func(b ...Blocker) func(*Link) { return func(l *Link) { l.Path, l.Blockers = NLOS, b } }
	both := func(past float64) func(*Link) {
		return func(l *Link) { behind(Blocker{Building: "A"})(l); l.GainDBi = 17 - past }
	}
	tests := []struct {
		name         string
		kind         int32
		pixel        pixel
		change       func(*Link)
		free         float64
		why, blocker string
	}{
		{"no cell", uncoveredSpot, pixel{server: NoServer}, gain(17), 0, reasonNoCell, ""},
		{"far", uncoveredSpot, pixel{rsrp: -120}, gain(17), -120, reasonFar, ""},
		{"beside the beam", uncoveredSpot, pixel{rsrp: -120}, gain(4.9), -120, reasonBeam, ""},
		{"at the edge of the beam", uncoveredSpot, pixel{rsrp: -120}, gain(5), -120, reasonFar, ""},
		{"behind two", uncoveredSpot, pixel{rsrp: -120}, behind(Blocker{Building: "A", AboveM: 3}, Blocker{Building: "B", AboveM: 5}), -90, reasonBlocked, "B"},
		{"behind a hill", uncoveredSpot, pixel{rsrp: -120}, behind(Blocker{AboveM: 3}), -90, reasonGround, ""},
		{"behind one, but too far anyway", uncoveredSpot, pixel{rsrp: -120}, behind(Blocker{Building: "A"}), -110, reasonBlocked, "A"},
		{"blocked and beside the beam, free would do", uncoveredSpot, pixel{rsrp: -120}, both(14), -104, reasonBlocked, "A"},
		{"blocked and beside the beam, turned would do", uncoveredSpot, pixel{rsrp: -120}, both(16), -106, reasonBeam, ""},
		{"blocked and beside the beam, mostly beside", uncoveredSpot, pixel{rsrp: -120}, both(14.5), -106, reasonBeam, ""},
		{"blocked and beside the beam, mostly blocked", uncoveredSpot, pixel{rsrp: -120}, both(13), -106, reasonBlocked, "A"},
		{"disturbed", uncoveredSpot, pixel{rsrp: -90, sinr: -4}, gain(17), -90, reasonInterference, ""},
		{"no margin", uncoveredSpot, pixel{rsrp: -104, sinr: 3}, gain(17), -104, reasonMargin, ""},
		{"weak and free", weakSpot, pixel{rsrp: -101}, gain(17), -101, reasonFar, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := tenMetres()
			h.link = func(int, orb.Point) (Link, float64) {
				l := Link{Path: LOS, GainDBi: 17, RSRPdBm: -120}
				test.change(&l)
				return l, test.free
			}
			why, blocker := newAnswer(h, nil).reason(test.kind, test.pixel)
			if why != test.why || blocker != test.blocker {
				t.Errorf("%q %q, want %q %q", why, blocker, test.why, test.blocker)
			}
		})
	}
}

func TestNotEnoughEvidence(t *testing.T) {
	h := tenMetres()
	h.unknown = true
	h.cells = h.cells[:1]
	h.lacks = []Lack{
		{Layer: "buildings", ID: "A", Fields: []string{"height_m", "floors"}},
		{Layer: "cells", ID: "c1", Fields: []string{"azimuth_deg", "power_w"}},
		{Layer: "cells", ID: "c2", Fields: []string{"azimuth_deg", "power_w"}},
	}
	scene := &analysis.Scene{Layers: map[string][]geo.Feature{"cells": {
		{ID: "c1", Geometry: orb.Point{500_000, 4_000_000}, Attributes: map[string]any{"operator": "Y", "height_m": 25.0}}, {ID: "c2"},
	}}}
	got := mustResult(t, h, scene)
	if len(got.Layers) != 1 {
		t.Errorf("%d layers", len(got.Layers))
	}
	want := map[string]map[string]any{
		"c1": {"state": "incomplete", "missing": "azimuth_deg, power_w", "operator": "Y", "height_m": 25.0},
		"c2": {"state": "incomplete", "missing": "azimuth_deg, power_w"},
	}
	if diff := cmp.Diff(want, attributes(t, got, "radio_cells", "state", "missing", "operator", "height_m")); diff != "" {
		t.Error(diff)
	}
	if len(got.Values) != 4 {
		t.Errorf("%d values", len(got.Values))
	}
	for _, v := range got.Values {
		if v.Value != nil || v.Numerator != nil {
			t.Errorf("%s has a value", v.ID)
		}
		if len(v.Missing) != 3 || v.Missing[0].ZH != "缺少方位角、发射功率的小区：2 个" || v.Missing[1].EN != "buildings without height, floors: 1" {
			t.Errorf("%s: missing %v", v.ID, v.Missing)
		}
	}
}

func TestNotes(t *testing.T) {
	h := tenMetres()
	h.params.Thresholds.Sourced = false
	h.params.Calibration = &Calibration{Title: geo.T("实测", "measured")}
	h.flags[1] = []string{"below_roof"}
	ids := map[string][]string{}
	for _, n := range mustResult(t, h, nil).Notes {
		ids[n.Code] = n.IDs
		if n.Text.ZH == "" || n.Text.EN == "" {
			t.Errorf("%s lacks a language", n.Code)
		}
	}
	want := map[string][]string{
		"radio_model": nil, "thresholds": nil, "threshold_unsourced": nil, "calibrated": nil,
		"assumed_height_m": {"c1"}, "estimated_heights": {"B"}, "assumed_building_height": {"C"}, "cell_below_roof": {"c1"},
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Error(diff)
	}
}

func TestOmit(t *testing.T) {
	h := tenMetres()
	h.params.Omit = []string{"classes", "covered", "spots", "gaps", "servers", "cells", "buildings"}
	h.params.ID = "other"
	h.params.Thresholds.Classes = nil
	got := mustResult(t, h, nil)
	if got.Values[0].Layer != "" {
		t.Errorf("a value is shown by layer %q, which is not made", got.Values[0].Layer)
	}
	if len(got.Layers) != 0 || ratios(got)["other_covered_share"] != (ratio{3700, 5600}) {
		t.Errorf("%d layers, %v", len(got.Layers), ratios(got))
	}
}

func TestMedianOfLevels(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 5, 1024, 1025, 5000} {
		var a, b, whole levels
		var all []float64
		for i := range n {
			v := float32(-140 + 90*random.Float64())
			all = append(all, math.Round(float64(v)*10)/10)
			whole.add(v)
			if i%3 == 0 {
				a.add(v)
			} else {
				b.add(v)
			}
		}
		slices.Sort(all)
		want := all[(n-1)/2]
		a.merge(&b)
		for _, l := range []*levels{&whole, &a} {
			if got, ok := l.median(); !ok || got != want {
				t.Errorf("median of %d: %g, want %g", n, got, want)
			}
		}
	}
}
