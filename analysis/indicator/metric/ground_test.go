package metric

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// place is a community with an outline.
func place(t testing.TB, outline orb.Geometry) *ground {
	t.Helper()
	g, err := groundOf(&analysis.Scene{Community: geo.Feature{ID: "c", Geometry: outline}})
	if err != nil || g == nil {
		t.Fatalf("no ground: %v", err)
	}
	return g
}

func box(x0, y0, x1, y1 float64) orb.Polygon {
	return geo.Extent{MinX: x0, MinY: y0, MaxX: x1, MaxY: y1}.Polygon()
}

func round(s spans) spans {
	for i := range s {
		s[i] = span{math.Round(s[i].from*1e6) / 1e6, math.Round(s[i].to*1e6) / 1e6}
	}
	return s
}

// A square of 100 m with a hole from 40 to 60.
func TestWithin(t *testing.T) {
	hole := box(40, 40, 60, 60)[0]
	slices.Reverse(hole)
	g := place(t, orb.Polygon{box(0, 0, 100, 100)[0], hole})
	if g.area_m2 != 9600 {
		t.Errorf("area %v, want 9600", g.area_m2)
	}
	for _, c := range []struct {
		name string
		line orb.LineString
		want spans
	}{
		{"through", orb.LineString{{-10, 20}, {110, 20}}, spans{{10, 110}}},
		{"through the hole", orb.LineString{{-10, 50}, {110, 50}}, spans{{10, 50}, {70, 110}}},
		{"inside", orb.LineString{{10, 10}, {20, 10}, {20, 30}}, spans{{0, 30}}},
		{"outside", orb.LineString{{110, 0}, {110, 100}}, nil},
		{"along the outline", orb.LineString{{-20, 0}, {50, 0}, {120, 0}}, spans{{20, 120}}},
		{"along the hole", orb.LineString{{40, 30}, {40, 70}}, spans{{0, 40}}},
		{"in and out at a vertex", orb.LineString{{50, -10}, {50, 0}, {60, -10}}, nil},
		{"a loop back", orb.LineString{{90, 90}, {110, 90}, {110, 95}, {90, 95}}, spans{{0, 10}, {35, 45}}},
		{"no length", orb.LineString{{5, 5}, {5, 5}}, nil},
	} {
		got := round(g.within(measured(c.line)))
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(span{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// An outline that crosses itself is repaired: a bow tie has two halves of 25 m².
func TestGroundIsRepaired(t *testing.T) {
	if g := place(t, orb.Polygon{{{0, 0}, {10, 10}, {10, 0}, {0, 10}, {0, 0}}}); math.Abs(g.area_m2-50) > 1e-9 {
		t.Errorf("area %v, want 50", g.area_m2)
	}
	for _, nothing := range []orb.Geometry{nil, orb.Point{1, 1}, orb.Polygon{{{0, 0}, {1, 1}, {0, 0}, {0, 0}}}, orb.Polygon{{{math.NaN(), 0}, {1, 1}, {0, 1}, {math.NaN(), 0}}}} {
		if g, err := groundOf(&analysis.Scene{Community: geo.Feature{Geometry: nothing}}); g != nil || err != nil {
			t.Errorf("%v gives %v, %v", nothing, g, err)
		}
	}
}

// Sets of stretches against a row of marks, one for each decimetre.
func TestSpansAgainstMarks(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	some := func() (spans, [100]bool) {
		var s spans
		var marks [100]bool
		for range rng.IntN(5) {
			from := rng.IntN(99)
			to := from + 1 + rng.IntN(99-from)
			s = append(s, span{float64(from) / 10, float64(to) / 10})
			for i := from; i < to; i++ {
				marks[i] = true
			}
		}
		return s.joined(), marks
	}
	check := func(what string, got spans, want func(i int) bool) {
		last := -1.0
		for _, x := range got {
			if x.from <= last || x.to <= x.from {
				t.Fatalf("%s: %v is not in order", what, got)
			}
			last = x.to
		}
		for i := range 100 {
			mid := float64(i)/10 + 0.05
			in := slices.ContainsFunc(got, func(x span) bool { return x.from < mid && mid < x.to })
			if in != want(i) {
				t.Fatalf("%s: %v at %v is %v", what, got, mid, in)
			}
		}
	}
	for range 500 {
		a, am := some()
		b, bm := some()
		check("joined", a, func(i int) bool { return am[i] })
		check("and", a.and(b), func(i int) bool { return am[i] && bm[i] })
		check("without", a.without(b), func(i int) bool { return am[i] && !bm[i] })
		if got, want := a.and(b).length()+a.without(b).length(), a.length(); math.Abs(got-want) > 1e-9 {
			t.Fatalf("parts have %v m, the whole %v", got, want)
		}
	}
}

func TestPiece(t *testing.T) {
	l := measured(orb.LineString{{0, 0}, {10, 0}, {10, 10}})
	for _, c := range []struct {
		s    span
		want orb.LineString
	}{
		{span{0, 20}, orb.LineString{{0, 0}, {10, 0}, {10, 10}}},
		{span{4, 6}, orb.LineString{{4, 0}, {6, 0}}},
		{span{5, 15}, orb.LineString{{5, 0}, {10, 0}, {10, 5}}},
		{span{10, 20}, orb.LineString{{10, 0}, {10, 10}}},
	} {
		if diff := cmp.Diff(c.want, l.piece(c.s)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.s, diff)
		}
	}
}

// shape is a random thing: a point, a line or a triangle.
func shape(rng *rand.Rand, size float64) orb.Geometry {
	x, y := 100*rng.Float64(), 100*rng.Float64()
	p := func() orb.Point { return orb.Point{x + size*rng.Float64(), y + size*rng.Float64()} }
	switch rng.IntN(3) {
	case 0:
		return p()
	case 1:
		return orb.LineString{p(), p(), p()}
	}
	a := p()
	return orb.Polygon{{a, p(), p(), a}}
}

// The nearest thing, against points taken along both outlines. Where one lies within
// the other the distance is 0.
func TestNearestAgainstPoints(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	dots := func(g orb.Geometry) []orb.Point {
		var out []orb.Point
		eachSide(g, func(a, b orb.Point) {
			for i := range 41 {
				s := float64(i) / 40
				out = append(out, orb.Point{a[0] + s*(b[0]-a[0]), a[1] + s*(b[1]-a[1])})
			}
		})
		return out
	}
	for range 120 {
		var all places
		var things []orb.Geometry
		for i := range 12 { // each thing twice: of equal ones the first is meant
			things = append(things, shape(rng, 20))
			all.add(i+12, things[i])
			all.add(i, things[i])
		}
		from := shape(rng, 30)
		reach := 40 * rng.Float64()
		best, slack := math.Inf(1), 1.5 // 41 points on up to 42 m, on both sides
		for _, thing := range things {
			for _, p := range dots(thing) {
				if len(geo.Polygons(from)) > 0 && geo.Inside(from, p) {
					best = 0
				}
				for _, q := range dots(from) {
					best = min(best, geo.Distance(p, q))
					if len(geo.Polygons(thing)) > 0 && geo.Inside(thing, q) {
						best = 0
					}
				}
			}
		}
		item, d := all.nearest(from, reach)
		switch {
		case item >= 12, item < 0 && best < reach-slack, item >= 0 && (d > reach || d > best+1e-9 || d < best-slack):
			t.Fatalf("nearest is %d at %v m, want %v; reach %v", item, d, best, reach)
		case item >= 0:
			if one, e := (&places{}), 0.0; true {
				one.add(0, things[item])
				if _, e = one.nearest(from, reach); e != d {
					t.Fatalf("thing %d alone is at %v m, among all at %v", item, e, d)
				}
			}
		}
	}
}
