package gpkg

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
)

// check asks SQLite itself whether the tree of cameras is in order.
func check(t *testing.T, path string, rows int) {
	t.Helper()
	db := Foreign(t, path)
	defer db.Close()
	var verdict string
	if err := db.QueryRow("SELECT rtreecheck('rtree_cameras_geom')").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("rtreecheck: %s, %v", verdict, err)
	}
	var n int
	if err := db.QueryRow("SELECT count(*) FROM rtree_cameras_geom").Scan(&n); err != nil || n != rows {
		t.Errorf("the tree holds %d rows, want %d; %v", n, rows, err)
	}
}

// Sizes are about where another level of the tree begins.
func TestPackedTree(t *testing.T) {
	for _, n := range []int{500, 45*51 - 1, 45*45 + 1, 45 * 45 * 3, 20_000} {
		path := filepath.Join(t.TempDir(), "a.gpkg")
		s, err := Create(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(uint64(n), 1))
		var b layers.Batch
		add := func(op layers.Op, i int) {
			f := geo.Feature{ID: string(rune('一' + i)), Geometry: orb.Point{100 + rng.Float64(), 30 + rng.Float64()}}
			if i%100 == 7 {
				f.Geometry = nil
			}
			b.Edits = append(b.Edits, layers.Edit{Layer: "cameras", Op: op, Feature: f})
		}
		for i := range n {
			add(layers.Add, i)
		}
		apply := func() {
			t.Helper()
			if _, err := s.Apply(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			b = layers.Batch{}
		}
		apply()
		placed := n - (n+92)/100
		check(t, path, placed)
		// Rows come, move and go in the packed tree.
		for i := range 300 {
			add(layers.Add, n+i)
			add(layers.Update, i)
		}
		for i := 300; i < 450; i++ {
			b.Edits = append(b.Edits, layers.Edit{Layer: "cameras", Op: layers.Delete, Feature: geo.Feature{ID: string(rune('一' + i))}})
		}
		apply()
		now := 0
		for f, err := range s.Features(t.Context(), "cameras", layers.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
			if f.Geometry != nil {
				now++
			}
		}
		check(t, path, now)
		b.Clear = []string{"cameras"}
		apply()
		check(t, path, 0)
		s.Close()
	}
}

func TestRoundingHoldsTheTrueBox(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	values := []float64{0, math.Copysign(0, -1), 1e300, -1e300, 5e-324, -5e-324, math.MaxFloat32, math.MaxFloat64, 117.0123456789012}
	for range 10_000 {
		values = append(values, (rng.Float64()-0.5)*math.Pow(10, float64(rng.IntN(80)-40)))
	}
	for _, v := range values {
		if low, high := float64(down(v)), float64(up(v)); low > v || high < v {
			t.Fatalf("%v is rounded to %v … %v", v, low, high)
		}
	}
}

func TestPackHoldsEveryCellOnce(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for _, n := range []int{0, 1, 2, 51, 52, 53, 2000, 2500, 130_000} {
		cells := make([]cell, n)
		for i := range cells {
			x, y := rng.Float64(), rng.Float64()
			cells[i] = cellOf(int64(i), geo.Extent{MinX: x, MinY: y, MaxX: x + 0.01, MaxY: y + 0.01})
		}
		levels := pack(cells, 51)
		top := levels[len(levels)-1]
		if len(top) != 1 || top[0].number != 1 {
			t.Fatalf("%d cells: the top level is %v", n, top)
		}
		seen := map[int64]int{}
		below := map[int64]node{}
		for i, level := range levels {
			for _, nd := range level {
				if len(nd.cells) > 51 || len(nd.cells) == 0 && n > 0 {
					t.Errorf("%d cells: node %d has %d", n, nd.number, len(nd.cells))
				}
				for _, c := range nd.cells {
					if i == 0 {
						seen[c.id]++
						continue
					}
					box := below[c.id].cells[0]
					for _, o := range below[c.id].cells {
						box.include(o)
					}
					box.id = c.id
					if diff := cmp.Diff(box, c, cmp.AllowUnexported(cell{})); diff != "" {
						t.Errorf("%d cells: box of node %d (-want +got):\n%s", n, c.id, diff)
					}
				}
			}
			below = map[int64]node{}
			for _, nd := range level {
				below[nd.number] = nd
			}
		}
		for i := range n {
			if seen[int64(i)] != 1 {
				t.Fatalf("%d cells: cell %d is there %d times", n, i, seen[int64(i)])
			}
		}
	}
}
