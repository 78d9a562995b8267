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
	"yiju/layers/layerstest"
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

// warmed is a store whose layers are read through a snapshot that holds them.
type warmed struct {
	*memory.Store
	reader *snapshot.Reader
}

func (w warmed) Features(ctx context.Context, layer string, q layers.Query) iter.Seq2[geo.Feature, error] {
	_ = w.reader.View(ctx, layer, geo.EmptyExtent(), func(*geo.Feature) bool { return true })
	return w.reader.Features(ctx, layer, q)
}

// A snapshot answers as the store would, whether it asks or is told of changes,
// and whether layers fit its budget or not.
func TestSnapshotKeepsTheRulesOfStores(t *testing.T) {
	for name, c := range map[string]struct {
		budget int64
		follow bool
	}{"asking": {1 << 30, false}, "following": {1 << 30, true}, "little room": {5000, false}} {
		t.Run(name, func(t *testing.T) {
			layerstest.Run(t, func(t *testing.T) layers.Store {
				s := memory.New()
				t.Cleanup(func() { s.Close() })
				w := warmed{s, snapshot.New(s, c.budget)}
				if c.follow {
					if err := w.reader.Follow(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				return w
			})
		})
	}
}

// slow holds a read back until it is let go.
type slow struct {
	*memory.Store
	reading, proceed chan struct{}
}

func (s *slow) Features(ctx context.Context, layer string, q layers.Query) iter.Seq2[geo.Feature, error] {
	all := s.Store.Features(ctx, layer, q)
	return func(yield func(geo.Feature, error) bool) {
		var old []geo.Feature
		for f := range all {
			old = append(old, f)
		}
		s.reading <- struct{}{}
		<-s.proceed
		for _, f := range old {
			if !yield(f, nil) {
				return
			}
		}
	}
}

// Who looks after a change must not be given what a load read before it.
func TestViewDoesNotJoinAnOldLoad(t *testing.T) {
	s := &slow{town(t, 10).Store, make(chan struct{}, 9), make(chan struct{})}
	r := snapshot.New(s, 1<<30)
	everywhere := geo.Extent{MinX: 117, MinY: 36, MaxX: 118, MaxY: 37}
	first := make(chan []string)
	go func() { first <- view(t, r, everywhere) }()
	<-s.reading
	if _, err := s.Apply(t.Context(), layers.Batch{Clear: []string{"devices"}}); err != nil {
		t.Fatal(err)
	}
	second := make(chan []string)
	go func() { second <- view(t, r, everywhere) }()
	close(s.proceed)
	<-first
	if got := <-second; len(got) != 0 {
		t.Errorf("a view after the layer was cleared saw %d features", len(got))
	}
}

// Own writes are seen at once, those of others when they are told.
func TestFollowSeesOwnWritesAtOnce(t *testing.T) {
	s := town(t, 10)
	r := snapshot.New(s, 1<<30)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if err := r.Follow(ctx); err != nil {
		t.Fatal(err)
	}
	everywhere := geo.Extent{MinX: 117, MinY: 36, MaxX: 118, MaxY: 37}
	for i := range 200 {
		if i == 100 {
			cancel()
		}
		f := geo.Feature{ID: fmt.Sprintf("x%d", i), Geometry: orb.Point{117.05, 36.05}}
		if _, err := s.Apply(t.Context(), layers.Batch{Edits: []layers.Edit{{Layer: "devices", Op: layers.Add, Feature: f}}}); err != nil {
			t.Fatal(err)
		}
		if got := view(t, r, everywhere); len(got) != 11+i {
			t.Fatalf("%d features after %d writes", len(got), i+1)
		}
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
