package raster

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"
)

// plane is a grid whose heights lie on z = 3x − 2y + 5, which bilinear sampling
// must give back exactly at every place, not only at the centres.
func plane(cols, rows int) *Grid {
	g := &Grid{CRS: "EPSG:4548", West: 500_000, North: 4_000_000, StepX: 2, StepY: 4, Cols: cols, Rows: rows}
	for r := range rows {
		for c := range cols {
			g.Z = append(g.Z, float32(planeAt(orb.Point{g.West + float64(c)*g.StepX, g.North - float64(r)*g.StepY})))
		}
	}
	return g
}

func planeAt(p orb.Point) float64 { return 3*(p[0]-500_000) - 2*(p[1]-4_000_000) + 5 }

func TestHeightAtFollowsAPlane(t *testing.T) {
	g := plane(7, 5)
	random := rand.New(rand.NewPCG(1, 2))
	e := g.Extent()
	for range 2000 {
		p := orb.Point{e.MinX + random.Float64()*(e.MaxX-e.MinX), e.MinY + random.Float64()*(e.MaxY-e.MinY)}
		z, ok := g.HeightAt(p)
		if want := planeAt(p); !ok || math.Abs(z-want) > 1e-6 {
			t.Fatalf("HeightAt(%v) = %g, %v; want %g", p, z, ok, want)
		}
	}
}

func TestHeightAtEdges(t *testing.T) {
	g := plane(3, 3)
	g.Z[4] = float32(math.NaN()) // the middle
	tests := []struct {
		name string
		p    orb.Point
		ok   bool
	}{
		{"first centre", orb.Point{500_000, 4_000_000}, true},
		{"last centre", orb.Point{500_004, 3_999_992}, true},
		{"on the outer edge beside the hole", orb.Point{500_002, 4_000_000}, true},
		{"half a cell outside", orb.Point{499_999, 4_000_000}, false},
		{"north of it", orb.Point{500_002, 4_000_001}, false},
		{"in the hole", orb.Point{500_002, 3_999_996}, false},
		{"partly in the hole", orb.Point{500_003, 3_999_995}, false},
		{"not a number", orb.Point{math.NaN(), 3_999_995}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if z, ok := g.HeightAt(test.p); ok != test.ok || ok && math.Abs(z-planeAt(test.p)) > 1e-9 {
				t.Errorf("HeightAt(%v) = %g, %v; want known %v", test.p, z, ok, test.ok)
			}
		})
	}
}

// Tiles must answer at every place where the whole grid does, and the same.
func TestTilesAgreeWithTheWhole(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {4, 4}, {5, 9}, {9, 5}, {10, 10}, {13, 4}} {
		g := plane(size[0], size[1])
		tiles := g.Tiles(5)
		random := rand.New(rand.NewPCG(3, 4))
		e := g.Extent()
		for range 500 {
			p := orb.Point{e.MinX + random.Float64()*(e.MaxX-e.MinX), e.MinY + random.Float64()*(e.MaxY-e.MinY)}
			answers := 0
			for _, tile := range tiles {
				if z, ok := tile.Grid.HeightAt(p); ok {
					answers++
					if math.Abs(z-planeAt(p)) > 1e-6 {
						t.Fatalf("%v: tile %d,%d gives %g at %v, want %g", size, tile.Col, tile.Row, z, p, planeAt(p))
					}
				}
			}
			if answers == 0 {
				t.Fatalf("%v: no tile knows %v", size, p)
			}
		}
		for _, tile := range tiles {
			if tile.Grid.Cols > 5 || tile.Grid.Rows > 5 {
				t.Errorf("%v: tile of %d×%d", size, tile.Grid.Cols, tile.Grid.Rows)
			}
		}
	}
}

func TestFeatureRoundTrip(t *testing.T) {
	g := plane(6, 4)
	g.Z[3] = float32(math.NaN())
	f, err := g.Feature("t.0.0")
	if err != nil {
		t.Fatal(err)
	}
	back, err := FromFeature(&f)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(g, back, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	// EPSG:4548 has its false easting on 117°E.
	first := f.Geometry.(orb.Polygon)[0][0]
	if math.Abs(first[0]-117) > 1e-4 || math.Abs(first[1]-36.1) > 0.1 {
		t.Errorf("outline begins at %v", first)
	}
}

func FuzzDecodeHeights(f *testing.F) {
	good, err := EncodeHeights([]float32{1, 2, float32(math.NaN()), 4})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, 2, 2)
	f.Add(good[:10], 2, 2)
	f.Add("", 1, 1)
	f.Add(good, -1, 4)
	f.Fuzz(func(t *testing.T, text string, cols, rows int) {
		z, err := DecodeHeights(text, cols, rows)
		if err == nil && len(z) != cols*rows {
			t.Errorf("%d heights for %d×%d", len(z), cols, rows)
		}
	})
}

func BenchmarkHeightAt(b *testing.B) {
	g := plane(256, 256)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		g.HeightAt(orb.Point{500_000 + float64(i%500), 4_000_000 - float64(i%999)})
	}
}
