package pipeline_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis/radio/survey"
	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers"
)

// measured puts levels around the cells of the demo that fall off by a law of their
// own, 5 dB around it.
func measured(t *testing.T, store layers.Store, perCell int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var edits []layers.Edit
	for _, cell := range all(t, store, "cells") {
		at := cell.Geometry.(orb.Point)
		for i := range perCell {
			a, d := 2*math.Pi*r.Float64(), 30+350*math.Sqrt(r.Float64())
			p := orb.Point{at[0] + d*math.Sin(a)/90_000, at[1] + d*math.Cos(a)/111_000}
			edits = append(edits, layers.Edit{Layer: "measurements", Op: layers.Put, Feature: geo.Feature{ID: fmt.Sprintf("%s-%03d", cell.ID, i), Geometry: p,
				Attributes: map[string]any{"cell": cell.ID, "rsrp_dbm": max(-85-20*math.Log10(d/100)+5*r.NormFloat64(), -159)}}})
		}
	}
	if _, err := store.Apply(t.Context(), layers.Batch{Author: "test", Clear: []string{"measurements"}, Edits: edits}); err != nil {
		t.Fatal(err)
	}
}

// Measurements of a workspace make a calibration that does better on sites it has not
// seen, and that an analysis takes.
func TestCalibrateRadio(t *testing.T) {
	store := demoStore(t)
	measured(t, store, 60)
	p := pipeline.New(store)
	r, err := p.CalibrateRadio(t.Context(), pipeline.CalibrateRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Used != 36*60 || r.Obstacles.Source != "buildings" || len(r.Sites) != 8 {
		t.Errorf("%d rows, obstacles %q, %d sites", r.Used, r.Obstacles.Source, len(r.Sites))
	}
	if nominal := r.References[0]; r.Test == nil || r.Test.RMSEDB > 6.5 || r.Test.RMSEDB >= r.Test.MeasuredSDDB || r.Test.RMSEDB >= nominal.RMSEDB {
		t.Errorf("nominal %+v, calibrated %+v", nominal.Figures, r.Test)
	}
	again, err := p.CalibrateRadio(t.Context(), pipeline.CalibrateRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, again); diff != "" {
		t.Error(diff)
	}
	before, err := p.Radio(t.Context(), pipeline.RadioRequest{Res_m: 8})
	if err != nil {
		t.Fatal(err)
	}
	after, err := p.Radio(t.Context(), pipeline.RadioRequest{Res_m: 8, Calibration: &r.Calibration})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := value(t, before, "radio_covered_share"), value(t, after, "radio_covered_share"); a.Value == nil || b.Value == nil || *a.Value == *b.Value {
		t.Errorf("the calibration changes nothing: %s, %s", text(t, a), text(t, b))
	}
}

func TestCalibrateRadioRefuses(t *testing.T) {
	store := demoStore(t)
	p := pipeline.New(store)
	for _, c := range []struct {
		request pipeline.CalibrateRequest
		want    string
	}{
		{pipeline.CalibrateRequest{}, "too few"}, // the demo's own walk of a few rows
		{pipeline.CalibrateRequest{Assume: "nothing"}, "set of defaults"},
		{pipeline.CalibrateRequest{Entry: "thick"}, "class of walls"},
		{pipeline.CalibrateRequest{FitShare: 2}, "share of sites"},
		{pipeline.CalibrateRequest{ID: "Ä"}, "name"},
	} {
		_, err := p.CalibrateRadio(t.Context(), c.request)
		if f := geo.AsFault(err); f == nil || !strings.Contains(f.Say("en"), c.want) {
			t.Errorf("%+v: %v", c.request, err)
		}
	}
	if _, err := store.Apply(t.Context(), layers.Batch{Author: "test", Clear: []string{"measurements"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.CalibrateRadio(t.Context(), pipeline.CalibrateRequest{}); geo.AsFault(err) == nil {
		t.Errorf("no measurements: %v", err)
	}
	// A cell that is gone is told by count, not passed over.
	measured(t, store, 60)
	if _, err := store.Apply(t.Context(), layers.Batch{Author: "test", Edits: []layers.Edit{{Layer: "cells", Op: layers.Delete, Feature: geo.Feature{ID: "cell-01"}}}}); err != nil {
		t.Fatal(err)
	}
	r, err := p.CalibrateRadio(t.Context(), pipeline.CalibrateRequest{})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(r.Left, func(l survey.Left) bool { return l.Reason == survey.NoCell })
	if i < 0 || r.Left[i].Rows != 60 {
		t.Errorf("%+v", r.Left)
	}
}
