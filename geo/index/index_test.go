package index_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/index"
)

func scatter(n int) []geo.Feature {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([]geo.Feature, n)
	for i := range out {
		x, y := rng.Float64()*1000, rng.Float64()*1000
		out[i].Geometry = orb.LineString{{x, y}, {x + rng.Float64()*30, y + rng.Float64()*30}}
	}
	return out
}

func TestTouchingAgainstScan(t *testing.T) {
	features := append(scatter(500), geo.Feature{ID: "nowhere"})
	x := index.New(features)
	if x.Len() != 500 {
		t.Fatalf("Len = %d, want 500: a feature without place is not indexed", x.Len())
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		e := geo.ExtentOf(orb.MultiPoint{{rng.Float64() * 1000, rng.Float64() * 1000}, {rng.Float64() * 1000, rng.Float64() * 1000}})
		var want []int
		for i := range features {
			if geo.ExtentOf(features[i].Geometry).Touches(e) {
				want = append(want, i)
			}
		}
		if diff := cmp.Diff(want, x.Touching(e)); diff != "" {
			t.Fatalf("Touching(%v) (-want +got):\n%s", e, diff)
		}
	}
}

func TestNearestAgainstScan(t *testing.T) {
	features := scatter(300)
	x := index.New(features)
	p := orb.Point{400, 600}
	dist := func(i int) float64 { return geo.NearestOnLine(features[i].Geometry.(orb.LineString), p).Dist }
	var got, want []float64
	x.Nearest(p, dist, func(_ int, d float64) bool { got = append(got, d); return len(got) < 20 })
	for i := range features {
		want = append(want, dist(i))
	}
	slices.Sort(want)
	if diff := cmp.Diff(want[:20], got); diff != "" {
		t.Errorf("nearest 20 (-want +got):\n%s", diff)
	}
}
