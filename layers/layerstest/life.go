package layerstest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
)

func ownership(t *testing.T, s layers.Store) {
	want := shapes()
	for i := range want {
		want[i].Attributes = map[string]any{"name": "x"}
		want[i].Extra = map[string]any{"k": "v"}
		want[i].Quality = []string{"q"}
	}
	pristine := version(1, want...)
	apply(t, s, layers.Batch{Define: []geo.Schema{trees(geo.Custom)}, Edits: edit("trees", layers.Add, want...)})
	spoil(want)
	for range 2 {
		got := read(t, s, "trees", layers.Query{})
		same(t, "features", got, pristine)
		spoil(got)
	}
	all, err := s.Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all[0].Schema.Fields[0].Name, *all[0].Schema.Fields[2].Min, all[0].Schema.Shapes[0] = "spoilt", 99, "spoilt"
	all[0].Schema.Fields[4].Codes[0].Value = "spoilt"
	got, _ := info(t, s, "trees")
	same(t, "schema", got.Schema, trees(geo.Custom))
	last(t, s).Layers[0].Layer = "spoilt"
	same(t, "change", last(t, s).Layers[0].Layer, "trees")
}

// spoil changes everything that features refer to.
func spoil(features []geo.Feature) {
	for i := range features {
		f := &features[i]
		f.Attributes["name"], f.Extra["k"], f.Quality[0] = "spoilt", "spoilt", "spoilt"
		if len(f.Z) > 0 {
			f.Z[0] = 1e9
		}
		switch g := f.Geometry.(type) {
		case orb.LineString:
			if len(g) > 0 {
				g[0][0] = 1e9
			}
		case orb.Polygon:
			if len(g) > 0 {
				g[0][0][0] = 1e9
			}
		case orb.MultiPolygon:
			if len(g) > 0 {
				g[0][0][0][0] = 1e9
			}
		case orb.Collection:
			if len(g) > 0 {
				g[0] = orb.Point{1e9, 1e9}
			}
		}
	}
}

func batchUntouched(t *testing.T, s layers.Store) {
	f := geo.Feature{ID: "a", Geometry: orb.MultiLineString{nil, {{1, 2}, {3, 4}}}, Attributes: map[string]any{"height_m": int64(3), "name": nil}, Extra: map[string]any{"x": nil}, Version: 5}
	b := layers.Batch{Define: []geo.Schema{trees(geo.Custom)}, Edits: edit("trees", layers.Add, f, at("0", 1, 1))}
	before := layers.Batch{Define: []geo.Schema{trees(geo.Custom)}, Edits: edit("trees", layers.Add, f.Clone(), at("0", 1, 1))}
	before.Edits[0].Feature.Geometry = orb.MultiLineString{nil, {{1, 2}, {3, 4}}}
	apply(t, s, b)
	same(t, "batch", b, before)
}

// fill puts n cameras in a row, from west to east.
func fill(t testing.TB, s layers.Store, n int) {
	t.Helper()
	features := make([]geo.Feature, n)
	for i := range features {
		features[i] = at(fmt.Sprintf("c%06d", i), 100+float64(i)/1000, 36)
		features[i].Set("name", fmt.Sprint(i))
	}
	apply(t, s, adding("cameras", features...))
}

func cancellation(t *testing.T, s layers.Store) {
	fill(t, s, 6000)
	for _, after := range []int{0, 1, 2500} {
		ctx, cancel := context.WithCancel(t.Context())
		if after == 0 {
			cancel()
		}
		n, ended := 0, false
		for _, err := range s.Features(ctx, "cameras", layers.Query{}) {
			if ended {
				t.Fatal("the sequence goes on after an error")
			}
			if err != nil {
				if !errors.Is(err, context.Canceled) {
					t.Errorf("after %d features: %v; want context.Canceled", n, err)
				}
				ended = true
				continue
			}
			if n++; n == after {
				cancel()
			}
		}
		cancel()
		if !ended || n != after {
			t.Errorf("cancelled after %d features, the sequence gave %d; ended with an error: %v", after, n, ended)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Apply(ctx, adding("cameras", at("x", 1, 1))); !errors.Is(err, context.Canceled) {
		t.Errorf("Apply: %v; want context.Canceled", err)
	}
	same(t, "newest revision", last(t, s).Revision, 1)
	same(t, "features", len(read(t, s, "cameras", layers.Query{})), 6000)
}

// leaving would run dry if a loop that is left kept anything.
func leaving(t *testing.T, s layers.Store) {
	fill(t, s, 6000)
	for i := range 60 {
		n := 0
		for _, err := range s.Features(t.Context(), "cameras", layers.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n > i*100 {
				break
			}
		}
	}
	apply(t, s, layers.Batch{Clear: []string{"cameras"}})
}

func oneRevision(t *testing.T, s layers.Store) {
	fill(t, s, 6000)
	n := 0
	for f, err := range s.Features(t.Context(), "cameras", layers.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n%1000 == 0 {
			apply(t, s, layers.Batch{Edits: append(
				edit("cameras", layers.Put, at("c005999", 1, 1), at(fmt.Sprintf("z%d", n), 1, 1)),
				edit("cameras", layers.Delete, at(fmt.Sprintf("c%06d", 5000+n/1000), 0, 0))...)})
		}
		if f.Version != 1 || f.ID != fmt.Sprintf("c%06d", n) {
			t.Fatalf("feature %d of the sequence is %s of version %d", n, f.ID, f.Version)
		}
		n++
	}
	same(t, "features of the sequence", n, 6000)
	same(t, "features afterwards", len(read(t, s, "cameras", layers.Query{})), 6000)
}

// wholeRevisions has a writer that keeps two layers in step and readers that
// must never see them out of it.
func wholeRevisions(t *testing.T, s layers.Store) {
	step := func(n int) layers.Batch {
		b := layers.Batch{Clear: []string{"cameras"}}
		for i := range n%5 + 1 {
			b.Edits = append(b.Edits, edit("cameras", layers.Add, at(fmt.Sprintf("c%d", i), float64(n), 1))...)
		}
		b.Edits = append(b.Edits, edit("settings", layers.Put, geo.Feature{ID: "workspace", Attributes: map[string]any{"name": fmt.Sprint(n)}})...)
		return b
	}
	apply(t, s, step(0))
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for !stop.Load() {
				got, err := collect(s.Features(background(), "cameras", layers.Query{}))
				if err != nil || len(got) == 0 {
					t.Errorf("a reader saw %d features: %v", len(got), err)
					return
				}
				x := got[0].Geometry.(orb.Point)[0]
				for _, f := range got {
					if f.Geometry.(orb.Point)[0] != x || len(got) != int(x)%5+1 || f.Version != int64(x)+1 {
						t.Errorf("a reader saw a mixture: %v", got)
						return
					}
				}
			}
		})
	}
	for n := 1; n < 40 && !t.Failed(); n++ {
		apply(t, s, step(n))
	}
	stop.Store(true)
	wg.Wait()
}

func oneWinner(t *testing.T, s layers.Store) {
	const writers, rounds = 6, 5
	apply(t, s, adding("cameras", at("a", 0, 0)))
	for round := range rounds {
		seen := read(t, s, "cameras", layers.Query{})[0].Version
		var won, lost atomic.Int32
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() {
				_, err := s.Apply(background(), layers.Batch{Edits: []layers.Edit{{Layer: "cameras", Op: layers.Update, Feature: at("a", float64(i), 1), Seen: seen}}})
				switch {
				case err == nil:
					won.Add(1)
				case errors.As(err, new(*layers.ConflictError)):
					lost.Add(1)
				default:
					t.Errorf("Apply: %v", err)
				}
			})
		}
		wg.Wait()
		same(t, fmt.Sprintf("winners and losers of round %d", round), []int32{won.Load(), lost.Load()}, []int32{1, writers - 1})
	}
	same(t, "newest revision", last(t, s).Revision, rounds+1)
}

func allWinners(t *testing.T, s layers.Store) {
	const writers, each = 4, 8
	var wg sync.WaitGroup
	revisions := make(chan layers.Revision, writers*each)
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				r, err := s.Apply(background(), adding("cameras", at(fmt.Sprintf("w%d-%d", w, i), float64(w), float64(i))))
				if err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
				revisions <- r
			}
		})
	}
	wg.Wait()
	close(revisions)
	seen := map[layers.Revision]bool{}
	for r := range revisions {
		seen[r] = true
	}
	for r := layers.Revision(1); r <= writers*each; r++ {
		if !seen[r] {
			t.Errorf("nobody was given revision %d", r)
		}
		same(t, fmt.Sprintf("features at revision %d", r), len(read(t, s, "cameras", layers.Query{At: r})), int(r))
	}
}

func nested(t *testing.T, s layers.Store) {
	fill(t, s, 200)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for f, err := range s.Features(background(), "cameras", layers.Query{Limit: 20}) {
				if err != nil {
					t.Errorf("outer: %v", err)
					return
				}
				inner, err := collect(s.Features(background(), "cameras", layers.Query{IDs: []string{f.ID}}))
				if err != nil || len(inner) != 1 {
					t.Errorf("inner: %d features, %v", len(inner), err)
				}
			}
		})
	}
	wg.Wait()
}

func manyFeatures(t *testing.T, s layers.Store) {
	town := Town(20_000)
	apply(t, s, adding("buildings", town...))
	same(t, "features", read(t, s, "buildings", layers.Query{}), version(1, town...))
	for i := range town {
		town[i].Set("floors", int64(3))
	}
	apply(t, s, layers.Batch{Edits: edit("buildings", layers.Update, town[:10_000]...)})
	want := append(version(2, town[:10_000]...), version(1, Town(20_000)[10_000:]...)...)
	same(t, "features after an update", read(t, s, "buildings", layers.Query{}), want)
	same(t, "features before it", read(t, s, "buildings", layers.Query{At: 1}), version(1, Town(20_000)...))
	part := geo.Extent{MinX: 117.01, MinY: 36.01, MaxX: 117.02, MaxY: 36.02}
	var inside []string
	for _, f := range town {
		if geo.ExtentOf(f.Geometry).Touches(part) {
			inside = append(inside, f.ID)
		}
	}
	same(t, "features of a part", readIDs(t, s, "buildings", layers.Query{Extent: &part}), inside)
	apply(t, s, layers.Batch{Edits: edit("buildings", layers.Delete, town...)})
	same(t, "features after all were deleted", len(read(t, s, "buildings", layers.Query{Extent: &part})), 0)
	same(t, "features before that", read(t, s, "buildings", layers.Query{At: 2}), want)
}

func notify(t *testing.T, s layers.Store) {
	n, ok := s.(layers.Notifier)
	if !ok {
		t.Skip("the store tells no news")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	news, err := n.Notify(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		apply(t, s, adding("cameras", at(fmt.Sprint(i), 1, 1)))
	}
	var heard layers.Revision
	for deadline := time.After(20 * time.Second); heard < 5; {
		select {
		case r, open := <-news:
			if !open || r <= heard {
				t.Fatalf("after revision %d came %d; channel open: %v", heard, r, open)
			}
			heard = r
		case <-deadline:
			t.Fatalf("no news of revision 5; the last was %d", heard)
		}
	}
	cancel()
	select {
	case r, open := <-news:
		if open {
			t.Errorf("after its context ended the channel gave %d", r)
		}
	case <-time.After(20 * time.Second):
		t.Error("the channel stays open after its context ended")
	}
}

func newest(t *testing.T, s layers.Store) {
	n, ok := s.(layers.Numbered)
	if !ok {
		t.Fatal("the store does not tell its newest revision")
	}
	for want := range layers.Revision(3) {
		got, err := n.Newest(t.Context())
		if err != nil || got != want {
			t.Errorf("Newest = %d, %v; want %d", got, err, want)
		}
		apply(t, s, layers.Batch{})
	}
}

func closed(t *testing.T, s layers.Store) {
	apply(t, s, adding("cameras", at("a", 1, 1)))
	if err := s.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	if _, err := collect(s.Features(t.Context(), "cameras", layers.Query{})); err == nil {
		t.Error("Features of a closed store gives no error")
	}
	if _, err := s.Layers(t.Context()); err == nil {
		t.Error("Layers of a closed store gives no error")
	}
	if _, err := s.Apply(t.Context(), layers.Batch{}); err == nil {
		t.Error("Apply on a closed store gives no error")
	}
	if _, err := s.Changes(t.Context(), 0); err == nil {
		t.Error("Changes of a closed store gives no error")
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
}
