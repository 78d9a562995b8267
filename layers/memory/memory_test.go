package memory_test

import (
	"context"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/layerstest"
	"yiju/layers/memory"
)

func TestNotify(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	store := memory.New()
	news, err := store.Notify(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		f := geo.Feature{ID: string(rune('a' + i)), Geometry: orb.Point{117, 36}}
		if _, err := store.Apply(ctx, layers.Batch{Edits: []layers.Edit{{Layer: "cameras", Op: layers.Add, Feature: f}}}); err != nil {
			t.Fatal(err)
		}
	}
	if got := <-news; got != 3 {
		t.Errorf("a slow reader got revision %d, want the newest, 3", got)
	}
	cancel()
	if r, open := <-news; open {
		t.Errorf("after the end of its context the channel gave %d; want it closed", r)
	}
}

func TestStore(t *testing.T) {
	layerstest.Run(t, func(t *testing.T) layers.Store {
		s := memory.New()
		t.Cleanup(func() { s.Close() })
		return s
	})
}

func BenchmarkStore(b *testing.B) {
	layerstest.Benchmark(b, func(b *testing.B) layers.Store {
		s := memory.New()
		b.Cleanup(func() { s.Close() })
		return s
	})
}
