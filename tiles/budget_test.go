package tiles_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/tiles"
	"yiju/tiles/mvt"
)

// crowd is more than a tile may hold: areas of many sizes, lines of many lengths
// and points, partly on top of one another.
func crowd(c tiles.Coord, n int) []tiles.Layer {
	rng := rand.New(rand.NewPCG(12, 12))
	sets := [3][]geo.Feature{}
	for i := range n {
		x, y := rng.Float64()*4096, rng.Float64()*4096
		d := 1 + 60*rng.Float64()*rng.Float64()
		shapes := [3]orb.Geometry{
			geo.Extent{MinX: x, MinY: y, MaxX: x + d, MaxY: y + d}.Polygon(),
			orb.LineString{{x, y}, {x + d, y + d}},
			orb.Point{float64(int(x) / 3 * 3), float64(int(y) / 3 * 3)},
		}
		for k, g := range shapes {
			sets[k] = append(sets[k], geo.Feature{
				ID: fmt.Sprintf("f%06d", i), Geometry: degrees(g, c),
				Attributes: map[string]any{"name": fmt.Sprintf("n%d", i%100), "height_m": d},
			})
		}
	}
	few := []geo.Feature{{ID: "only", Geometry: degrees(orb.Point{7, 7}, c)}}
	return []tiles.Layer{
		tiles.Hold("areas", anySchema, sets[0]), tiles.Hold("lines", anySchema, sets[1]),
		tiles.Hold("points", anySchema, sets[2]), tiles.Hold("few", anySchema, few),
	}
}

func TestBudgetIsKept(t *testing.T) {
	low, full := tileAt(jinan, 10), tileAt(jinan, 14)
	for _, tc := range []struct {
		name  string
		c     tiles.Coord
		o     tiles.Options
		bytes int
		count int
	}{
		{"defaults", low, tiles.Options{}, 500_000, 50_000},
		{"few bytes", low, tiles.Options{MaxBytes: 20_000}, 20_000, 50_000},
		{"few features", low, tiles.Options{MaxFeatures: 500}, 500_000, 500},
		{"held in part while they come", low, tiles.Options{MaxFeatures: 60}, 500_000, 60},
		{"full zoom", full, tiles.Options{MaxBytes: 100_000}, 400_000, 50_000},
	} {
		t.Run(tc.name, func(t *testing.T) {
			const n = 8_000
			layers := crowd(tc.c, n)
			tile := encode(t, tc.c, tc.o, layers...)
			if len(tile.Data) > tc.bytes || tile.Features > tc.count {
				t.Errorf("%d bytes and %d features, want at most %d and %d", len(tile.Data), tile.Features, tc.bytes, tc.count)
			}
			if len(tile.Data) < tc.bytes/2 && tile.Features < tc.count*9/10 {
				t.Errorf("%d bytes and %d features do not use %d and %d", len(tile.Data), tile.Features, tc.bytes, tc.count)
			}
			if got := tile.Features + tile.Dropped; got != 3*n+1 {
				t.Errorf("%d features drawn and dropped, want %d", got, 3*n+1)
			}
			decoded := decode(t, tile)
			if _, ok := decoded.Layer("few"); !ok {
				t.Error("the small layer is gone")
			}
			if tile.Dropped > 0 {
				checkLargestStay(t, &decoded, layers)
			}
			for _, v := range mvt.Check(tile.Data) {
				t.Error(v)
			}
		})
	}
}

// checkLargestStay tells when an area is drawn and a larger one is not.
func checkLargestStay(t *testing.T, tile *mvt.Tile, layers []tiles.Layer) {
	areas, ok := tile.Layer("areas")
	if !ok {
		t.Fatal("no areas")
	}
	drawn := map[string]bool{}
	for i := range areas.Features {
		drawn[areas.Properties(&areas.Features[i])["id"].(string)] = true
	}
	least, most := 1e9, 0.0
	everything := geo.Extent{MinX: -180, MinY: -90, MaxX: 180, MaxY: 90}
	err := layers[0].Each(context.Background(), everything, func(f *geo.Feature) bool {
		// Sides were made from this attribute.
		if side, _ := f.Number("height_m"); drawn[f.ID] {
			least = min(least, side)
		} else {
			most = max(most, side)
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	if most > least*1.01 {
		t.Errorf("an area of side %g is left out, one of %g is drawn", most, least)
	}
}

// Points that are left out stand close to one that stays.
func TestPointsAreThinnedEvenly(t *testing.T) {
	c := tileAt(jinan, 10)
	layers := crowd(c, 12_000)
	points := decode(t, encode(t, c, tiles.Options{MaxFeatures: 1_000}, layers[2])).Layers[0]
	const cell = 256
	var cells [tiles.Extent / cell][tiles.Extent / cell]int
	for i := range points.Features {
		parts, err := points.Features[i].Parts()
		if err != nil {
			t.Fatal(err)
		}
		if p := parts[0][0]; p.X < tiles.Extent && p.Y < tiles.Extent {
			cells[p.Y/cell][p.X/cell]++
		}
	}
	for _, row := range cells {
		if least, most := slices.Min(row[:]), slices.Max(row[:]); least < 1 || most > 16 {
			t.Errorf("cells of a row hold %v points", row)
		}
	}
}

func TestBudgetDoesNotDependOnOrder(t *testing.T) {
	c := tileAt(jinan, 10)
	for k, layer := range crowd(c, 6_000)[:3] {
		var features []*geo.Feature
		err := layer.Each(context.Background(), c.Extent(), func(f *geo.Feature) bool {
			features = append(features, f)
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range []tiles.Options{{MaxBytes: 30_000}, {MaxFeatures: 300}} {
			var want []byte
			for round := range 3 {
				order := rand.New(rand.NewPCG(uint64(round), 1)).Perm(len(features))
				shuffled := tiles.Layer{Name: "l", Schema: anySchema, Each: func(_ context.Context, _ geo.Extent, yield func(*geo.Feature) bool) error {
					for _, i := range order {
						yield(features[i])
					}
					return nil
				}}
				got := encode(t, c, o, shuffled).Data
				if round == 0 {
					want = got
				} else if !cmp.Equal(want, got) {
					t.Fatalf("layer %d, %+v: another order gave another choice", k, o)
				}
			}
		}
	}
}
