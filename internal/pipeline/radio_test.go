package pipeline_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers"
	"yiju/layers/memory"
	"yiju/layers/snapshot"
)

// demoStore is the demo community in memory.
func demoStore(t *testing.T) layers.Store {
	t.Helper()
	store := memory.New()
	if err := pipeline.LoadDemo(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	return store
}

func centre(t *testing.T, store layers.Store) orb.Point {
	t.Helper()
	return geo.ExtentOf(all(t, store, "communities")[0].Geometry).Centre()
}

func value(t *testing.T, run pipeline.Run, id string) analysis.Value {
	t.Helper()
	for _, v := range run.Values {
		if v.ID == id {
			return v
		}
	}
	t.Fatalf("run %s has no value %s", run.ID, id)
	return analysis.Value{}
}

func why(t *testing.T, store layers.Store, p *pipeline.Pipeline, at orb.Point) pipeline.Why {
	t.Helper()
	found, err := p.Why(t.Context(), snapshot.New(store, 64<<20), pipeline.WhyRequest{Lon: at[0], Lat: at[1]})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// 5G coverage of the demo comes out of both stores as the same numbers and the
// same features, to the last bit.
func TestRadioAgreesBetweenStores(t *testing.T) {
	stores := []layers.Store{fileStore(t), serverStore(t)}
	var runs []pipeline.Run
	for _, store := range stores {
		if err := pipeline.LoadDemo(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		run, err := pipeline.New(store).Radio(t.Context(), pipeline.RadioRequest{Res_m: 4})
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, run)
	}
	if diff := cmp.Diff(text(t, runs[0]), text(t, runs[1])); diff != "" {
		t.Errorf("runs differ (-file +server):\n%s", diff)
	}
	if len(runs[0].Outputs) < 6 {
		t.Errorf("layers %v, want six", runs[0].Outputs)
	}
	for _, layer := range runs[0].Outputs {
		if diff := cmp.Diff(all(t, stores[0], layer), all(t, stores[1], layer)); diff != "" {
			t.Errorf("layer %s differs (-file +server):\n%.3000s", layer, diff)
		}
	}
}

// A cell that lacks its height is not given one: nothing is told of coverage until
// somebody asks for defaults, and then the result says so.
func TestRadioWithoutAHeight(t *testing.T) {
	store := demoStore(t)
	cell := all(t, store, "cells")[0]
	delete(cell.Attributes, "height_m")
	if _, err := store.Apply(t.Context(), layers.Batch{Author: "test", Edits: []layers.Edit{{Layer: "cells", Op: layers.Put, Feature: cell}}}); err != nil {
		t.Fatal(err)
	}
	p := pipeline.New(store)
	run, err := p.Radio(t.Context(), pipeline.RadioRequest{Res_m: 8})
	if err != nil {
		t.Fatal(err)
	}
	share := value(t, run, "radio_covered_share")
	if share.Value != nil || len(share.Missing) == 0 || !strings.Contains(share.Missing[0].ZH, "高度") {
		t.Errorf("without a height: %s", text(t, share))
	}
	signals := why(t, store, p, centre(t, store)).Signals
	if signals == nil || signals.Covered != nil || len(signals.Missing) == 0 {
		t.Errorf("why tells %s", text(t, signals))
	}
	run, err = p.Radio(t.Context(), pipeline.RadioRequest{Res_m: 8, Assume: "urban"})
	if err != nil {
		t.Fatal(err)
	}
	if share := value(t, run, "radio_covered_share"); share.Value == nil {
		t.Errorf("with defaults: %s", text(t, share))
	}
	if notes := text(t, run.Notes); !strings.Contains(notes, cell.ID) {
		t.Errorf("no note names %s:\n%s", cell.ID, notes)
	}
}

// What is told at a place is what the map shows there.
func TestWhyAgreesWithTheMap(t *testing.T) {
	store := demoStore(t)
	p := pipeline.New(store)
	run, err := p.Radio(t.Context(), pipeline.RadioRequest{Res_m: 4})
	if err != nil {
		t.Fatal(err)
	}
	covered := all(t, store, run.ID+"_covered")
	asked, inside := 0, 0
	boundary := all(t, store, "communities")[0].Geometry
	extent := geo.ExtentOf(boundary)
	for i := range 12 {
		for j := range 12 {
			at := orb.Point{
				extent.MinX + (extent.MaxX-extent.MinX)*(float64(i)+0.37)/12,
				extent.MinY + (extent.MaxY-extent.MinY)*(float64(j)+0.61)/12,
			}
			if !geo.Inside(boundary, at) {
				continue
			}
			signals := why(t, store, p, at).Signals
			if signals == nil || signals.Covered == nil {
				t.Fatalf("at %v: %s", at, text(t, signals))
			}
			asked++
			drawn := false
			for _, f := range covered {
				if group, _ := f.Text("group"); group == "all" && geo.Inside(f.Geometry, at) {
					drawn = true
				}
			}
			if drawn == *signals.Covered {
				inside++
			}
		}
	}
	// A place is not the centre of its pixel: at edges the two may differ.
	if asked < 50 || float64(inside) < 0.93*float64(asked) {
		t.Errorf("%d of %d places are told as they are drawn", inside, asked)
	}
}

// A section ends where its link does, and is blocked by what the link names.
func TestSectionAgreesWithItsLink(t *testing.T) {
	store := demoStore(t)
	p := pipeline.New(store)
	at := centre(t, store)
	signals := why(t, store, p, at).Signals
	if signals == nil || len(signals.Links) == 0 {
		t.Fatal("no signals")
	}
	for _, link := range signals.Links {
		section, err := p.RadioSection(t.Context(), "", link.Cell, at)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(section.Length_m-link.Distance_m) > 0.01 || section.Link.RSRP_dbm != link.RSRP_dbm {
			t.Errorf("%s: section of %g m and %g dBm, link of %g m and %g dBm", link.Cell, section.Length_m, section.Link.RSRP_dbm, link.Distance_m, link.RSRP_dbm)
		}
		blocking := make(map[string]bool)
		for _, s := range section.Solids {
			if s.Blocks {
				blocking[s.Building] = true
			}
		}
		for _, b := range link.Blockers {
			if b.Building != "" && !blocking[b.Building] {
				t.Errorf("%s: %s blocks the link but not the section", link.Cell, b.Building)
			}
		}
	}
	if _, err := p.RadioSection(t.Context(), "", "no such cell", at); geo.AsFault(err) == nil {
		t.Errorf("a section from a cell that is not there gave %v", err)
	}
}
