package pipeline

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/internal/ingest"
	"yiju/internal/sample"
	"yiju/layers"
	"yiju/layers/memory"
	"yiju/layers/scenario"
)

// liveNeuss is Neuss with what OpenStreetMap does not know of it: cells of 12 sites and
// 40 cameras, placed by a seed.
func liveNeuss(t testing.TB) layers.Store {
	t.Helper()
	store := memory.New()
	box := geo.Extent{MinX: 6.6722, MinY: 51.1851, MaxX: 6.6936, MaxY: 51.2187}
	if _, err := ingest.Run(t.Context(), store, ingest.Options{
		Format: ingest.OSM, Path: sample.Path(t, "osm-neuss/neuss-s11.osm.pbf"), BBox: &box, Name: "neuss", Margin: 1500,
	}); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(5, 5))
	somewhere := func() orb.Point {
		return orb.Point{box.MinX + rng.Float64()*(box.MaxX-box.MinX), box.MinY + rng.Float64()*(box.MaxY-box.MinY)}
	}
	batch := layers.Batch{Clear: []string{"cells", "cameras"}}
	for site := range 12 {
		at := somewhere()
		for sector := range 3 {
			batch.Edits = append(batch.Edits, layers.Edit{Layer: "cells", Op: layers.Add, Feature: geo.Feature{
				ID: fmt.Sprintf("c%d-%d", site, sector), Geometry: at, Attributes: map[string]any{
					"operator": "A", "technology": "nr", "band": "n78", "freq_mhz": 3500.0, "bandwidth_mhz": 100.0, "scs_khz": 30.0, "power_w": 200.0,
					"gain_dbi": 24.0, "azimuth_deg": 120 * float64(sector), "hbw_deg": 65.0, "vbw_deg": 8.0, "tilt_deg": 6.0, "height_m": 28.0,
				}}})
		}
	}
	for i := range 40 {
		batch.Edits = append(batch.Edits, layers.Edit{Layer: "cameras", Op: layers.Add, Feature: geo.Feature{
			ID: fmt.Sprintf("k%d", i), Geometry: somewhere(), Attributes: map[string]any{
				"kind": "fixed", "height_m": 4.0, "azimuth_deg": 360 * rng.Float64(), "tilt_deg": 15.0, "hfov_deg": 80.0, "vfov_deg": 45.0,
				"pixels_w": int64(2560), "pixels_h": int64(1440), "range_m": 60.0, "working": true, "networked": true, "on_platform": true,
			}}})
	}
	if _, err := store.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	return store
}

// BenchmarkLive measures from a scenario's new net to all values of a standard, an edit
// after the other, by the layer edited.
func BenchmarkLive(b *testing.B) {
	store := liveNeuss(b)
	for _, profile := range []string{"shandong-smart-community/growth", "yantai-beautiful-community/new"} {
		b.Run(profile, func(b *testing.B) { benchmarkLive(b, store, profile) })
	}
}

func benchmarkLive(b *testing.B, store layers.Store, profile string) {
	at, err := newest(b.Context(), store)
	if err != nil {
		b.Fatal(err)
	}
	view, err := scenario.NewView(b.Context(), store, at)
	if err != nil {
		b.Fatal(err)
	}
	l, err := newLive(b.Context(), New(view), view, LiveRequest{Profile: profile})
	if err != nil {
		b.Fatal(err)
	}
	var edits []scenario.Edit
	var all []time.Duration
	for _, layer := range []string{"ways", "barriers", "entrances", "facilities", "buildings", "greens", "cells", "cameras", "devices"} {
		b.Run(layer, func(b *testing.B) {
			h := newHand(b, store, 3)
			var took []time.Duration
			for b.Loop() {
				h.seq = int64(len(edits))
				edits = append(edits, h.edit(layer))
				net, err := scenario.Resolve(b.Context(), store, at, edits)
				if err != nil {
					b.Fatal(err)
				}
				began := time.Now()
				if _, err := view.Show(b.Context(), net); err != nil {
					b.Fatal(err)
				}
				if _, err := l.Update(b.Context()); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			all = append(all, took...)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
	if len(all) > 0 {
		slices.Sort(all)
		b.Logf("%d edits: p50 %v, p95 %v", len(all), all[len(all)/2], all[len(all)*95/100])
	}
}
