package tiles_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/tiles"
)

func newCache(t testing.TB, maxBytes uint64, o tiles.Options) *tiles.Cache {
	k, err := tiles.NewCache(maxBytes, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

func get(t testing.TB, k *tiles.Cache, c tiles.Coord, layers []string, draw func(context.Context) (tiles.Tile, error)) *tiles.Body {
	t.Helper()
	b, err := k.Get(context.Background(), c, layers, draw)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCacheDrawsOnce(t *testing.T) {
	k := newCache(t, 0, tiles.Options{})
	var drawn atomic.Int32
	draw := func(context.Context) (tiles.Tile, error) {
		drawn.Add(1)
		time.Sleep(20 * time.Millisecond)
		return tiles.Tile{Data: []byte("tile"), Features: 1}, nil
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if b := get(t, k, tiles.Coord{}, []string{"a", "b"}, draw); b.Size != 4 || b.Features != 1 {
				t.Errorf("got %+v", b)
			}
		})
	}
	all.Wait()
	if n := drawn.Load(); n != 1 {
		t.Errorf("drawn %d times", n)
	}
	empty := func(context.Context) (tiles.Tile, error) { drawn.Add(1); return tiles.Tile{}, nil }
	for range 3 {
		if b := get(t, k, tiles.Coord{Z: 1}, []string{"a"}, empty); b.Gzip != nil || b.ETag == "" {
			t.Errorf("an empty tile is %+v", b)
		}
	}
	if n := drawn.Load(); n != 2 {
		t.Errorf("an empty tile is drawn %d times", n-1)
	}
	get(t, k, tiles.Coord{}, []string{"b", "a"}, empty)
	get(t, k, tiles.Coord{}, []string{"a"}, empty)
	if n := drawn.Load(); n != 4 {
		t.Error("other layers share a tile")
	}
}

// Against a model without any cleverness: what is given was drawn after the last
// change that touches the tile with its buffer, and is drawn anew only if there
// was one. Where many changes have come, it may be drawn once more.
func TestCacheForgetsWhatChangesTouch(t *testing.T) {
	o := tiles.Options{PointBuffer: 256}
	k := newCache(t, 0, o)
	rng := rand.New(rand.NewPCG(1, 1))
	layers := []string{"a", "b"}
	now := 0
	type place struct {
		layer string
		c     tiles.Coord
	}
	drawnAt, touched := map[place]int{}, map[place]int{}
	coords := []tiles.Coord{}
	for c := range tiles.Cover(geo.Extent{MinX: 117, MinY: 36.6, MaxX: 117.1, MaxY: 36.7}, 10, 14) {
		coords = append(coords, c)
	}
	again := 0
	for range 6000 {
		now++
		layer := layers[rng.IntN(2)]
		if rng.IntN(10) == 0 {
			p := orb.Point{117 + rng.Float64()*0.1, 36.6 + rng.Float64()*0.1}
			e := geo.Extent{MinX: p[0], MinY: p[1], MaxX: p[0] + rng.Float64()*0.005, MaxY: p[1] + rng.Float64()*0.005}
			k.Changed(layer, e)
			for _, c := range coords {
				area := c.Extent()
				w, h := (area.MaxX-area.MinX)/16, (area.MaxY-area.MinY)/16.1 // a degree is drawn longer in the north
				buffered := geo.Extent{MinX: area.MinX - w, MinY: area.MinY - h, MaxX: area.MaxX + w, MaxY: area.MaxY + h}
				if buffered.Touches(e) {
					touched[place{layer, c}] = now
				}
			}
			continue
		}
		p := place{layer, coords[rng.IntN(len(coords))]}
		isDrawn := false
		b := get(t, k, p.c, []string{layer}, func(context.Context) (tiles.Tile, error) {
			isDrawn = true
			return tiles.Tile{Data: fmt.Appendf(nil, "%d", now), Features: now}, nil
		})
		if b.Features < touched[p] {
			t.Fatalf("%v: drawn at %d, changed at %d", p, b.Features, touched[p])
		}
		if isDrawn && drawnAt[p] > touched[p] {
			again++
		}
		if isDrawn {
			drawnAt[p] = now
		}
	}
	if again > 900 {
		t.Errorf("drawn anew %d times without a change", again)
	}
}

func TestCacheForgetsNothingElse(t *testing.T) {
	k := newCache(t, 0, tiles.Options{})
	c := tileAt(jinan, 14)
	drawn := 0
	draw := func(context.Context) (tiles.Tile, error) { drawn++; return tiles.Tile{Data: []byte{1}}, nil }
	step := func(what string, want int) {
		t.Helper()
		get(t, k, c, []string{"a", "b"}, draw)
		if drawn != want {
			t.Errorf("%s: drawn %d times, want %d", what, drawn, want)
		}
	}
	step("first", 1)
	k.Changed("c", tiles.World())
	step("another layer", 1)
	k.Changed("a", geo.EmptyExtent())
	step("nothing with a place", 1)
	k.Changed("a", geo.ExtentOf(orb.Point{10, 10}))
	step("elsewhere", 1)
	k.Changed("b", geo.ExtentOf(jinan))
	step("here", 2)
	edge := c.Extent()
	k.Changed("a", geo.ExtentOf(orb.Point{edge.MaxX + (edge.MaxX-edge.MinX)/64, edge.MaxY}))
	step("in the buffer", 3)
	k.Changed("a", tiles.World())
	step("everywhere", 4)
}

// What is being drawn while its layer changes is not kept for those who come after.
func TestCacheChangeWhileDrawing(t *testing.T) {
	k := newCache(t, 0, tiles.Options{})
	c := tileAt(jinan, 14)
	old := get(t, k, c, []string{"a"}, func(context.Context) (tiles.Tile, error) {
		k.Changed("a", geo.ExtentOf(jinan))
		return tiles.Tile{Data: []byte("old")}, nil
	})
	fresh := get(t, k, c, []string{"a"}, func(context.Context) (tiles.Tile, error) { return tiles.Tile{Data: []byte("new")}, nil })
	if old.ETag == fresh.ETag {
		t.Error("what was drawn before the change is given after it")
	}
}

func TestCacheErrors(t *testing.T) {
	k := newCache(t, 0, tiles.Options{})
	broken := errors.New("broken")
	if _, err := k.Get(context.Background(), tiles.Coord{}, nil, func(context.Context) (tiles.Tile, error) { return tiles.Tile{}, broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if b := get(t, k, tiles.Coord{}, nil, func(context.Context) (tiles.Tile, error) { return tiles.Tile{Data: []byte{1}}, nil }); b.Size != 1 {
		t.Error("an error is kept")
	}
	timeout := func(context.Context) (tiles.Tile, error) { return tiles.Tile{}, context.DeadlineExceeded }
	if _, err := k.Get(context.Background(), tiles.Coord{Z: 3}, nil, timeout); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a store that takes too long gives %v", err)
	}
	// Who draws gives up; who waits for it does not suffer.
	ctx, cancel := context.WithCancel(context.Background())
	started := make(chan struct{})
	slow := func(ctx context.Context) (tiles.Tile, error) {
		close(started)
		<-ctx.Done()
		return tiles.Tile{}, fmt.Errorf("store: %w", ctx.Err())
	}
	var all sync.WaitGroup
	all.Go(func() {
		if _, err := k.Get(ctx, tiles.Coord{Z: 2}, nil, slow); !errors.Is(err, context.Canceled) {
			t.Errorf("the one who gave up got %v", err)
		}
	})
	<-started
	all.Go(func() {
		b := get(t, k, tiles.Coord{Z: 2}, nil, func(context.Context) (tiles.Tile, error) { return tiles.Tile{Data: []byte{2}}, nil })
		if b.Size != 1 {
			t.Errorf("the one who waited got %+v", b)
		}
	})
	time.Sleep(10 * time.Millisecond)
	cancel()
	all.Wait()
}

func TestCacheKeepsItsBound(t *testing.T) {
	const most = 1 << 20
	k := newCache(t, most, tiles.Options{})
	rng := rand.New(rand.NewPCG(1, 1))
	for x := range uint32(2000) {
		data := make([]byte, 4000)
		for i := range data {
			data[i] = byte(rng.Uint32())
		}
		get(t, k, tiles.Coord{Z: 20, X: x}, []string{"a"}, func(context.Context) (tiles.Tile, error) { return tiles.Tile{Data: data}, nil })
	}
	deadline := time.Now().Add(5 * time.Second)
	for k.Stats().Bytes > most && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond) // eviction runs beside
	}
	if s := k.Stats(); s.Bytes > most || s.Tiles == 0 || s.Misses != 2000 || s.Evictions == 0 {
		t.Errorf("stats %+v", s)
	}
}

func TestPackRoundTrip(t *testing.T) {
	tile := encode(t, tileAt(jinan, 13), tiles.Options{}, townLayers(300)...)
	a, err := tiles.Pack(tile)
	if err != nil {
		t.Fatal(err)
	}
	b, err := tiles.Pack(tile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("the same tile packed twice differs:\n%s", diff)
	}
	plain, err := a.Plain()
	if err != nil || !cmp.Equal(plain, tile.Data) {
		t.Errorf("Plain gives %d bytes of %d, %v", len(plain), len(tile.Data), err)
	}
}

func TestDescribe(t *testing.T) {
	layer := geo.Schema{Layer: "ways", Title: geo.T("道路", "Ways"), Fields: []geo.Field{
		{Name: "width_m", Type: geo.Real, Unit: "m", Title: geo.T("宽度", "Width")},
		{Name: "lit", Type: geo.Boolean}, {Name: "blob", Type: geo.String, Bulk: true},
	}}
	e := geo.Extent{MinX: 117, MinY: 36.6, MaxX: 117.02, MaxY: 36.62}
	got, err := json.MarshalIndent(tiles.Describe([]geo.Schema{layer}, "/tiles/ways/{z}/{x}/{y}.mvt", e, 2, 18, "zh"), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
 "tilejson": "3.0.0",
 "name": "道路",
 "scheme": "xyz",
 "tiles": [
  "/tiles/ways/{z}/{x}/{y}.mvt"
 ],
 "minzoom": 2,
 "maxzoom": 18,
 "bounds": [
  117,
  36.6,
  117.02,
  36.62
 ],
 "center": [
  117.01,
  36.61,
  14
 ],
 "vector_layers": [
  {
   "id": "ways",
   "description": "道路",
   "minzoom": 2,
   "maxzoom": 18,
   "fields": {
    "id": "String",
    "lit": "Boolean",
    "width_m": "Number. 宽度, m"
   }
  }
 ]
}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("TileJSON (-want +got):\n%s", diff)
	}
	world := tiles.Describe(nil, "", geo.EmptyExtent(), 0, 40, "en")
	if world.Bounds != [4]float64{-180, -tiles.MaxLatitude, 180, tiles.MaxLatitude} || world.MaxZoom != tiles.MaxZoom || world.Center[2] != 1 {
		t.Errorf("the world is described as %+v", world)
	}
}

func BenchmarkCacheHit(b *testing.B) {
	k := newCache(b, 0, tiles.Options{})
	layers := townLayers(300)
	c := tileAt(jinan, 14)
	names := []string{"communities", "greens", "buildings", "ways", "devices"}
	for i := range 300 {
		k.Changed(names[i%5], geo.ExtentOf(orb.Point{10 + float64(i), 10}))
	}
	b.ReportAllocs()
	for b.Loop() {
		get(b, k, c, names, func(ctx context.Context) (tiles.Tile, error) { return tiles.Encode(ctx, c, layers, tiles.Options{}) })
	}
}
