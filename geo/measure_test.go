package geo_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"yiju/geo"
)

var (
	square = orb.Ring{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}
	hole   = orb.Ring{{2, 2}, {2, 4}, {4, 4}, {4, 2}, {2, 2}}
)

// away moves a geometry to where projected coordinates of Shandong lie.
func away(g orb.Geometry) orb.Geometry {
	return geo.MapPoints(g, func(p orb.Point) orb.Point { return orb.Point{p[0] + 512_345.678, p[1] + 4_056_789.123} })
}

func TestMeasures(t *testing.T) {
	reversed := square.Clone()
	reversed.Reverse()
	for _, tc := range []struct {
		name         string
		g            orb.Geometry
		area, length float64
		centre       orb.Point
		nowhere      bool
	}{
		{name: "nil", nowhere: true},
		{name: "point", g: orb.Point{3, 4}, centre: orb.Point{3, 4}},
		{name: "multi-point", g: orb.MultiPoint{{0, 0}, {4, 2}}, centre: orb.Point{2, 1}},
		{name: "line", g: orb.LineString{{0, 0}, {6, 0}, {6, 2}}, length: 8, centre: orb.Point{3.75, 0.25}},
		{name: "line of one vertex", g: orb.LineString{{6, 2}}, centre: orb.Point{6, 2}},
		{name: "line without length", g: orb.LineString{{6, 2}, {6, 2}}, centre: orb.Point{6, 2}},
		{name: "multi-line", g: orb.MultiLineString{{{0, 0}, {2, 0}}, {{5, 0}, {5, 2}}}, length: 4, centre: orb.Point{3, 0.5}},
		{name: "square", g: orb.Polygon{square}, area: 100, centre: orb.Point{5, 5}},
		{name: "square, clockwise", g: orb.Polygon{reversed}, area: 100, centre: orb.Point{5, 5}},
		{name: "ring", g: square, area: 100, centre: orb.Point{5, 5}},
		{name: "ring that is not closed", g: square[:4], area: 100, centre: orb.Point{5, 5}},
		{name: "bound", g: orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{3, 5}}, area: 8, centre: orb.Point{2, 3}},
		{name: "hole", g: orb.Polygon{square, hole}, area: 96, centre: orb.Point{488. / 96, 488. / 96}},
		{name: "hole, both the same way round", g: orb.Polygon{reversed, hole}, area: 96, centre: orb.Point{488. / 96, 488. / 96}},
		{name: "two polygons", g: orb.MultiPolygon{{square}, {{{20, 0}, {30, 0}, {30, 10}, {20, 10}, {20, 0}}}}, area: 200, centre: orb.Point{15, 5}},
		{name: "flat polygon", g: orb.Polygon{{{0, 0}, {10, 0}, {0, 0}, {0, 0}}}, centre: orb.Point{5, 0}},
		{name: "flat polygons", g: orb.MultiPolygon{{{{0, 6}, {10, 6}, {0, 6}, {0, 6}}}}, centre: orb.Point{5, 6}},
		{name: "areas outweigh lines", g: orb.Collection{orb.LineString{{0, 0}, {99, 0}}, orb.Polygon{square}, orb.Point{70, 70}}, area: 100, length: 99, centre: orb.Point{5, 5}},
		{name: "lines outweigh points", g: orb.Collection{orb.Point{70, 70}, orb.LineString{{0, 2}, {8, 2}}}, length: 8, centre: orb.Point{4, 2}},
		{name: "points in a collection", g: orb.Collection{nil, orb.Point{1, 7}, orb.Collection{orb.Point{3, 7}}}, centre: orb.Point{2, 7}},
		{name: "not finite", g: orb.LineString{{0, 0}, {math.Inf(1), 0}}, length: math.Inf(1), nowhere: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := geo.Area(tc.g); math.Abs(got-tc.area) > 1e-9 {
				t.Errorf("area %v, want %v", got, tc.area)
			}
			if got := geo.Length(tc.g); got != tc.length {
				t.Errorf("length %v, want %v", got, tc.length)
			}
			got, ok := geo.Centroid(tc.g)
			if ok == tc.nowhere {
				t.Fatalf("centroid %v, %v", got, ok)
			}
			if ok && geo.Distance(got, tc.centre) > 1e-12 {
				t.Errorf("centroid %v, want %v", got, tc.centre)
			}
			if tc.nowhere || tc.g == nil {
				return
			}
			// Far from the origin all stays the same to a micrometre.
			if got := geo.Area(away(tc.g)); math.Abs(got-tc.area) > 1e-6 {
				t.Errorf("area %v far away, want %v", got, tc.area)
			}
			if got, _ := geo.Centroid(away(tc.g)); geo.Distance(got, away(tc.centre).(orb.Point)) > 1e-6 {
				t.Errorf("centroid %v far away, want %v", got, away(tc.centre))
			}
		})
	}
}

// Every function that takes a geometry takes all of them.
func TestEveryKindOfGeometry(t *testing.T) {
	all := append([]orb.Geometry{}, orb.AllGeometries...)
	for _, g := range kinds() {
		all = append(all, g)
	}
	all = append(all,
		orb.Polygon{{}}, orb.Polygon{nil, square}, orb.Polygon{{{1, 1}}}, orb.MultiPolygon{nil, {square}}, orb.MultiLineString{nil, {{1, 1}}},
		orb.Collection{nil, orb.LineString(nil)}, orb.Polygon{{{math.NaN(), 0}, {1, 1}, {2, 0}, {math.NaN(), 0}}})
	for _, g := range all {
		points := 0
		geo.EachPoint(g, func(orb.Point) { points++ })
		if e := geo.ExtentOf(g); geo.Finite(g) && e.IsEmpty() != (points == 0) {
			t.Errorf("%#v: %d vertices and extent %v", g, points, e)
		}
		mapped := 0
		moved := geo.MapPoints(g, func(p orb.Point) orb.Point { mapped++; return p })
		if mapped != points {
			t.Errorf("%#v has %d vertices for EachPoint, %d for MapPoints", g, points, mapped)
		}
		if _, isBound := g.(orb.Bound); !isBound {
			if geo.Finite(g) && !orb.Equal(g, moved) && orb.Clone(g) != nil {
				t.Errorf("%#v moved by nothing is %#v", g, moved)
			}
		}
		if a := geo.Area(g); a < 0 {
			t.Errorf("%#v: area %v", g, a)
		}
		if c, ok := geo.Centroid(g); ok && (math.IsNaN(c[0]) || math.IsNaN(c[1])) {
			t.Errorf("%#v: centroid %v", g, c)
		}
		for _, part := range geo.Parts(g) {
			switch part.(type) {
			case orb.Point, orb.LineString, orb.Polygon:
			default:
				t.Errorf("%#v has a part %#v", g, part)
			}
			geo.ShapeOf(part)
		}
		geo.Length(g)
		geo.Inside(g, orb.Point{1, 1})
		_ = geo.Feature{Geometry: g}.Clone()
	}
}

func TestInside(t *testing.T) {
	g := orb.MultiPolygon{{square, hole}, {{{20, 0}, {24, 4}, {20, 8}, {16, 4}, {20, 0}}}}
	for _, tc := range []struct {
		name string
		p    orb.Point
		want bool
	}{
		{"inside", orb.Point{8, 8}, true},
		{"level with vertices of the hole", orb.Point{1, 4}, true},
		{"outside, level with vertices", orb.Point{-1, 10}, false},
		{"outside, level with the tip", orb.Point{15, 4}, false},
		{"in the hole", orb.Point{3, 3}, false},
		{"on the outline", orb.Point{10, 5}, true},
		{"on a level edge", orb.Point{5, 10}, true},
		{"on a vertex", orb.Point{0, 10}, true},
		{"on the hole's outline", orb.Point{2, 3}, true},
		{"on the hole's vertex", orb.Point{4, 4}, true},
		{"on a slope", orb.Point{22, 2}, true},
		{"on a tip", orb.Point{20, 8}, true},
		{"in the second", orb.Point{20, 4}, true},
		{"nowhere", orb.Point{math.NaN(), 4}, false},
	} {
		if got := geo.Inside(g, tc.p); got != tc.want {
			t.Errorf("%s: Inside(%v) = %v, want %v", tc.name, tc.p, got, tc.want)
		}
	}
}

// star is a polygon around a centre whose corners come in the order of their
// angles, so that it never crosses itself.
func star(rng *rand.Rand, centre orb.Point, radius float64, corners int) orb.Polygon {
	ring := make(orb.Ring, 0, corners+1)
	for i := range corners {
		a := (float64(i) + 0.9*rng.Float64()) / float64(corners) * 2 * math.Pi
		r := radius * (0.2 + 0.8*rng.Float64())
		ring = append(ring, orb.Point{centre[0] + r*math.Cos(a), centre[1] + r*math.Sin(a)})
	}
	return orb.Polygon{append(ring, ring[0])}
}

// A second opinion on points that lie on no outline: orb's.
func TestInsideAgainstOrb(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	inside := 0
	for range 200 {
		g := star(rng, orb.Point{50, 50}, 50, 3+rng.IntN(30))
		for range 100 {
			p := orb.Point{rng.Float64() * 100, rng.Float64() * 100}
			got, want := geo.Inside(g, p), planar.PolygonContains(g, p)
			if got != want {
				t.Fatalf("Inside(%v, %v) = %v, want %v", g, p, got, want)
			}
			if got {
				inside++
			}
		}
	}
	if inside < 2000 || inside > 18000 {
		t.Errorf("%d of 20000 points lie inside; the test shows little", inside)
	}
}

func TestNearestOnLine(t *testing.T) {
	line := orb.LineString{{0, 0}, {10, 0}, {10, 10}}
	for _, tc := range []struct {
		name string
		l    orb.LineString
		p    orb.Point
		want geo.Nearest
	}{
		{"beside a segment", line, orb.Point{4, 3}, geo.Nearest{Point: orb.Point{4, 0}, Segment: 0, T: 0.4, Along: 4, Dist: 3}},
		{"beside the second", line, orb.Point{13, 5}, geo.Nearest{Point: orb.Point{10, 5}, Segment: 1, T: 0.5, Along: 15, Dist: 3}},
		{"before the start", line, orb.Point{-3, 4}, geo.Nearest{Point: orb.Point{0, 0}, Dist: 5}},
		{"beyond the end", line, orb.Point{10, 14}, geo.Nearest{Point: orb.Point{10, 10}, Segment: 1, T: 1, Along: 20, Dist: 4}},
		{"at a bend the first segment wins", line, orb.Point{13, -4}, geo.Nearest{Point: orb.Point{10, 0}, Segment: 0, T: 1, Along: 10, Dist: 5}},
		{"vertices that repeat", orb.LineString{{0, 0}, {0, 0}, {8, 0}}, orb.Point{2, 1}, geo.Nearest{Point: orb.Point{2, 0}, Segment: 1, T: 0.25, Along: 2, Dist: 1}},
		{"a line without length", orb.LineString{{3, 4}, {3, 4}}, orb.Point{0, 0}, geo.Nearest{Point: orb.Point{3, 4}, Dist: 5}},
		{"a line of one vertex", orb.LineString{{3, 4}}, orb.Point{0, 0}, geo.Nearest{Dist: math.Inf(1)}},
		{"no line", nil, orb.Point{0, 0}, geo.Nearest{Dist: math.Inf(1)}},
	} {
		if diff := cmp.Diff(tc.want, geo.NearestOnLine(tc.l, tc.p)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

// No place on the line, tried in small steps, is nearer than the one found, and
// the one found is where Along says.
func TestNearestOnLineIsNearest(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	random := func() orb.Point { return orb.Point{rng.Float64() * 100, rng.Float64() * 100} }
	for range 200 {
		line := make(orb.LineString, 2+rng.IntN(8))
		for i := range line {
			line[i] = random()
		}
		p := random()
		got := geo.NearestOnLine(line, p)
		along := 0.0
		for i := 1; i < len(line); i++ {
			a, b := line[i-1], line[i]
			length := geo.Distance(a, b)
			for step := range 1001 {
				f := float64(step) / 1000
				q := orb.Point{a[0] + f*(b[0]-a[0]), a[1] + f*(b[1]-a[1])}
				if geo.Distance(p, q) < got.Dist-1e-9 {
					t.Fatalf("%v is nearer to %v than %+v", q, p, got)
				}
			}
			if i-1 == got.Segment && math.Abs(along+got.T*length-got.Along) > 1e-9 {
				t.Fatalf("segment %d at %v lies %v along, not %v", got.Segment, got.T, along+got.T*length, got.Along)
			}
			along += length
		}
	}
}

func BenchmarkInside(b *testing.B) {
	g := star(rand.New(rand.NewPCG(5, 6)), orb.Point{50, 50}, 50, 64)
	rng := rand.New(rand.NewPCG(9, 9))
	points := make([]orb.Point, 1024)
	for i := range points {
		points[i] = orb.Point{rng.Float64() * 100, rng.Float64() * 100}
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		geo.Inside(g, points[i%len(points)])
		i++
	}
}

func TestDistanceTo(t *testing.T) {
	ring := orb.Ring{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}
	holed := orb.Polygon{ring, {{4, 4}, {6, 4}, {6, 6}, {4, 6}, {4, 4}}}
	for _, tc := range []struct {
		name string
		g    orb.Geometry
		p    orb.Point
		want float64
	}{
		{"nothing", nil, orb.Point{1, 1}, math.Inf(1)},
		{"no points", orb.MultiPoint{}, orb.Point{1, 1}, math.Inf(1)},
		{"point", orb.Point{3, 4}, orb.Point{0, 0}, 5},
		{"nearest of several", orb.MultiPoint{{9, 9}, {1, 0}}, orb.Point{0, 0}, 1},
		{"line beside", orb.LineString{{0, 2}, {10, 2}}, orb.Point{5, 0}, 2},
		{"inside", holed, orb.Point{1, 1}, 0},
		{"in a hole", holed, orb.Point{5, 5.5}, 0.5},
		{"outside", holed, orb.Point{13, 14}, 5},
		{"bare ring", ring, orb.Point{5, 5}, 0},
	} {
		if got := geo.DistanceTo(tc.g, tc.p); got != tc.want {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}
