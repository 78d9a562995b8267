package radio

import (
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
)

var lujiazuiParams = Params{ResM: 2, Thresholds: levelsAndRatio(-80, 0), Defaults: &Defaults{BuildingM: map[string]float64{"": 18}}}

// A real place: everything drawn is valid and adds up, and the best advice is not
// worse than none.
func TestLujiazuiResult(t *testing.T) {
	town := lujiazui(t, 1000, 6)
	m := town.model(t, lujiazuiParams)
	got, err := m.Result(&town.scene)
	if err != nil {
		t.Fatal(err)
	}
	checkResult(t, got)
	r := ratios(got)
	if v := r["radio_covered_share"]; v.D != 1e6 || sumArea(t, got, "radio_classes", nil) != v.D || sumArea(t, got, "radio_covered", is("group", "all")) != v.N {
		t.Errorf("covered %v, classes %g m²", v, sumArea(t, got, "radio_classes", nil))
	}
	out := r["radio_outdoor_share"]
	spots := sumArea(t, got, "radio_spots", is("kind", "uncovered"))
	if uncovered := out.D - out.N; spots > uncovered || spots < 0.8*uncovered {
		t.Errorf("spots have %g m² of %g uncovered", spots, uncovered)
	}
	n := 0
	for _, l := range got.Layers {
		for _, f := range l.Features {
			geo.EachPoint(f.Geometry, func(orb.Point) { n++ })
		}
	}
	t.Logf("%d spots, %d corners, outdoors %v", len(layer(t, got, "radio_spots")), n, out)
	advice, err := m.Advise(m.Rooftops(), AdviceOptions{Limit: 3})
	if err != nil || len(advice) != 3 {
		t.Fatal(advice, err)
	}
	for _, a := range advice {
		if a.GainedM2-a.LostM2 <= 0 || a.GainedM2-a.LostM2 > out.D-out.N {
			t.Errorf("%s", a.Title.EN)
		}
		t.Log(a.Title.ZH)
	}
}

// One square kilometre at 2 m, 60 cells.
func BenchmarkLujiazuiResult(b *testing.B) {
	town := lujiazui(b, 1000, 20)
	m := town.model(b, lujiazuiParams)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Result(&town.scene); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLujiazuiAdvise(b *testing.B) {
	town := lujiazui(b, 1000, 20)
	m := town.model(b, lujiazuiParams)
	candidates := m.Rooftops()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Advise(candidates, AdviceOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
