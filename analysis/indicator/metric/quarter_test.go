package metric

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// quarter is a seeded town of streets on a crooked grid with houses, lamps, greens and
// shops, on a community that is not a square.
func quarter(seed uint64, blocks int) *Input {
	rng := rand.New(rand.NewPCG(seed, 11))
	const block = 80.0
	size := block * float64(blocks)
	jitter := func() float64 { return 16 * (rng.Float64() - 0.5) }
	corner := make([][]orb.Point, blocks+1)
	for i := range corner {
		for j := range blocks + 1 {
			corner[i] = append(corner[i], orb.Point{block*float64(i) + jitter(), block*float64(j) + jitter()})
		}
	}
	var list []layered
	put := func(layer, id string, g orb.Geometry, attributes map[string]any) {
		list = append(list, layered{layer, geo.Feature{ID: id, Geometry: g, Attributes: attributes}})
	}
	maybe := func(m map[string]any, share float64, name string, v any) {
		if rng.Float64() < share {
			m[name] = v
		}
	}
	classes := []string{"residential", "residential", "service", "footway", "tertiary"}
	street := func(id string, a, b orb.Point) {
		m := map[string]any{"class": classes[rng.IntN(len(classes))]}
		maybe(m, 0.4, "width_m", 2+6*rng.Float64())
		maybe(m, 0.3, "lit", rng.IntN(2) == 0)
		maybe(m, 0.1, "surface", "gravel")
		middle := orb.Point{(a[0]+b[0])/2 + jitter(), (a[1]+b[1])/2 + jitter()}
		put("ways", id, orb.LineString{a, middle, b}, m)
	}
	for i := range blocks + 1 {
		for j := range blocks + 1 {
			if i < blocks && rng.Float64() < 0.8 {
				street(fmt.Sprintf("e%02d-%02d", i, j), corner[i][j], corner[i+1][j])
			}
			if j < blocks && rng.Float64() < 0.8 {
				street(fmt.Sprintf("n%02d-%02d", i, j), corner[i][j], corner[i][j+1])
			}
		}
	}
	for i := range blocks {
		for j := range blocks {
			at := orb.Point{block*float64(i) + 25, block*float64(j) + 25}
			for k := range 3 {
				x, y := at[0]+15*float64(k)+3*rng.Float64(), at[1]+30*rng.Float64()
				m := map[string]any{"use": "residential", "households": int64(rng.IntN(40)), "renewed": rng.IntN(2) == 0}
				put("buildings", fmt.Sprintf("b%02d-%02d-%d", i, j, k), box(x, y, x+10, y+12+10*rng.Float64()), m)
			}
			if rng.Float64() < 0.5 {
				put("devices", fmt.Sprintf("l%02d-%02d", i, j), orb.Point{at[0] + 30*jitter()/8, at[1] - 25 + jitter()}, map[string]any{"kind": "lamp"})
			}
			if rng.Float64() < 0.3 {
				x, y := at[0]+jitter(), at[1]+jitter()
				m := map[string]any{"kind": "park"}
				maybe(m, 0.5, "counted_share", 0.5)
				put("greens", fmt.Sprintf("g%02d-%02d", i, j), orb.Polygon{{{x, y}, {x + 60, y + 10}, {x + 40, y + 70}, {x, y}}}, m)
			}
			category := []string{"sport/pitch", "commerce/pharmacy", "care/canteen"}[rng.IntN(3)]
			if rng.Float64() < 0.15 {
				put("facilities", fmt.Sprintf("f%02d-%02d", i, j), corner[i][j], map[string]any{"category": category})
			}
		}
	}
	in := town("residents=1000", list...)
	in.Scene.Community.Geometry = orb.Polygon{{
		{0.2 * size, 0.1 * size}, {0.9 * size, 0.2 * size}, {0.6 * size, 0.5 * size}, {0.8 * size, 0.9 * size}, {0.1 * size, 0.8 * size}, {0.2 * size, 0.1 * size},
	}}
	return in
}

func compute(t testing.TB, id string, in *Input, with string) indicator.Measure {
	t.Helper()
	m, ok := ByID(id)
	if !ok {
		t.Fatalf("there is no metric %s", id)
	}
	got, err := m.Compute(in, params(with))
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	return got
}

// value is the value of a measure, or the middle of its bounds.
func value(m indicator.Measure) float64 {
	switch {
	case m.Value != nil:
		return *m.Value
	case m.Low != nil:
		return (*m.Low + *m.High) / 2
	}
	return math.NaN()
}

// walkAlong visits points of the lines of a feature, half a metre apart.
func walkAlong(f *geo.Feature, visit func(p orb.Point, step_m float64)) {
	for _, line := range geo.Lines(f.Geometry) {
		for i := 1; i < len(line); i++ {
			length := geo.Distance(line[i-1], line[i])
			n := math.Ceil(length / 0.5)
			for k := range int(n) {
				s := (float64(k) + 0.5) / n
				a, b := line[i-1], line[i]
				visit(orb.Point{a[0] + s*(b[0]-a[0]), a[1] + s*(b[1]-a[1])}, length/n)
			}
		}
	}
}
