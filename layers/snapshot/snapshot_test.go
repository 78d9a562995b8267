package snapshot_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/memory"
	"yiju/layers/snapshot"
)

// counted tells how often layers are read from a store.
type counted struct {
	*memory.Store
	reads atomic.Int64
}

func (c *counted) Features(ctx context.Context, layer string, q layers.Query) iter.Seq2[geo.Feature, error] {
	c.reads.Add(1)
	return c.Store.Features(ctx, layer, q)
}

func town(t testing.TB, n int) *counted {
	t.Helper()
	rng := rand.New(rand.NewPCG(7, 7))
	var b layers.Batch
	for i := range n {
		p := orb.Point{117 + rng.Float64()/10, 36 + rng.Float64()/10}
		b.Edits = append(b.Edits, layers.Edit{Layer: "devices", Op: layers.Add, Feature: geo.Feature{
			ID: fmt.Sprintf("d%04d", i), Geometry: p, Attributes: map[string]any{"kind": "lamp"}}})
	}
	s := &counted{Store: memory.New()}
	if _, err := s.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	return s
}

func view(t testing.TB, r *snapshot.Reader, e geo.Extent) []string {
	t.Helper()
	var ids []string
	if err := r.View(t.Context(), "devices", e, func(f *geo.Feature) bool { ids = append(ids, f.ID); return true }); err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	return ids
}

func stored(t testing.TB, s layers.Reader, e geo.Extent) []string {
	t.Helper()
	var ids []string
	for f, err := range s.Features(t.Context(), "devices", layers.Query{Extent: &e}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, f.ID)
	}
	return ids
}

// What is seen is what the store holds, from memory and past its budget alike.
func TestViewAgreesWithTheStore(t *testing.T) {
	s := town(t, 2000)
	rng := rand.New(rand.NewPCG(1, 1))
	for _, budget := range []int64{1 << 30, 1000} {
		r := snapshot.New(s, budget)
		for range 50 {
			e := geo.ExtentOf(orb.Point{117 + rng.Float64()/10, 36 + rng.Float64()/10}).Grow(0.01)
			if diff := cmp.Diff(stored(t, s, e), view(t, r, e)); diff != "" {
				t.Fatalf("budget %d (-store +view):\n%s", budget, diff)
			}
		}
	}
}

// One read serves many views, until somebody writes.
func TestReadsOnceUntilChanged(t *testing.T) {
	s := town(t, 100)
	r := snapshot.New(s, 1<<30)
	everywhere := geo.Extent{MinX: 117, MinY: 36, MaxX: 118, MaxY: 37}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { view(t, r, everywhere) })
	}
	wg.Wait()
	if n := s.reads.Load(); n != 1 {
		t.Errorf("%d reads for 8 views at once, want 1", n)
	}
	if _, err := s.Apply(t.Context(), layers.Batch{Edits: []layers.Edit{{Layer: "devices", Op: layers.Delete, Feature: geo.Feature{ID: "d0007"}}}}); err != nil {
		t.Fatal(err)
	}
	if got := view(t, r, everywhere); len(got) != 99 || slices.Contains(got, "d0007") {
		t.Errorf("%d features after one of 100 was deleted", len(got))
	}
	if _, err := s.Apply(t.Context(), layers.Batch{Edits: []layers.Edit{{Layer: "greens", Op: layers.Add, Feature: geo.Feature{ID: "g"}}}}); err != nil {
		t.Fatal(err)
	}
	before := s.reads.Load()
	view(t, r, everywhere)
	if s.reads.Load() != before {
		t.Error("a change in another layer made this one be read again")
	}
}

func TestViewOfNoLayer(t *testing.T) {
	r := snapshot.New(town(t, 1), 1<<20)
	err := r.View(t.Context(), "nothing", geo.Extent{}, func(*geo.Feature) bool { return true })
	if _, ok := err.(*layers.NoLayerError); !ok {
		t.Errorf("got %v, want a NoLayerError", err)
	}
}

func BenchmarkView(b *testing.B) {
	r := snapshot.New(town(b, 50_000), 1<<30)
	e := geo.ExtentOf(orb.Point{117.05, 36.05}).Grow(0.002)
	view(b, r, e)
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		if err := r.View(b.Context(), "devices", e, func(*geo.Feature) bool { n++; return true }); err != nil {
			b.Fatal(err)
		}
	}
}
