package tiles_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"yiju/geo"
	"yiju/geo/overlay"
	"yiju/tiles"
	"yiju/tiles/mvt"
)

// project is the textbook formula, in units of a tile.
func project(p orb.Point, c tiles.Coord) orb.Point {
	world := tiles.Extent * math.Exp2(float64(c.Z))
	phi := p[1] * math.Pi / 180
	return orb.Point{
		(p[0]+180)/360*world - float64(c.X)*tiles.Extent,
		(1-math.Log(math.Tan(phi)+1/math.Cos(phi))/math.Pi)/2*world - float64(c.Y)*tiles.Extent,
	}
}

// at is the place in degrees of a place in a tile.
func at(x, y float64, c tiles.Coord) orb.Point {
	n := math.Exp2(float64(c.Z))
	return orb.Point{
		(float64(c.X)+x/tiles.Extent)/n*360 - 180,
		math.Atan(math.Sinh(math.Pi*(1-2*(float64(c.Y)+y/tiles.Extent)/n))) * 180 / math.Pi,
	}
}

func degrees(g orb.Geometry, c tiles.Coord) orb.Geometry {
	return geo.MapPoints(g, func(p orb.Point) orb.Point { return at(p[0], p[1], c) })
}

// drawOne draws a geometry given in tile units, and gives it back as drawn.
func drawOne(t testing.TB, g orb.Geometry, c tiles.Coord, o tiles.Options) orb.Geometry {
	t.Helper()
	return drawDegrees(t, degrees(g, c), c, o)
}

func drawDegrees(t testing.TB, g orb.Geometry, c tiles.Coord, o tiles.Options) orb.Geometry {
	t.Helper()
	f := geo.Feature{ID: "f", Geometry: g}
	layer := tiles.Layer{Name: "l", Each: func(_ context.Context, _ geo.Extent, yield func(*geo.Feature) bool) error {
		yield(&f)
		return nil
	}}
	tile := encode(t, c, o, layer)
	for _, v := range mvt.Check(tile.Data) {
		t.Errorf("%v: %s", g, v)
	}
	decoded := decode(t, tile)
	if len(decoded.Layers) == 0 {
		return nil
	}
	out, err := decoded.Layers[0].Features[0].Orb()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Where nothing is cut or simplified, a tile holds the projected vertices rounded
// to the grid, no more and no less.
func TestVerticesAreRoundedExactly(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for _, z := range []uint8{14, 16, 19, 22} {
		for _, p := range []orb.Point{jinan, {6.68, 51.2}, {-0.001, 0.001}, {30, 78}, {179.99, -84.9}} {
			c := tileAt(p, z)
			for range 50 {
				var line orb.LineString
				var want []orb.Point
				for range 30 {
					p := at(rng.Float64()*4000+40, rng.Float64()*4000+40, c)
					q := project(p, c)
					if off := min(math.Abs(q[0]-math.Floor(q[0])-0.5), math.Abs(q[1]-math.Floor(q[1])-0.5)); off < 1e-4 {
						continue // either way of rounding is right
					}
					line = append(line, p)
					want = append(want, orb.Point{math.Round(q[0]), math.Round(q[1])})
				}
				got := drawDegrees(t, line, c, tiles.Options{}).(orb.MultiLineString)
				if diff := cmp.Diff(want, []orb.Point(got[0])); diff != "" {
					t.Fatalf("%s (-want +got):\n%s", c, diff)
				}
			}
		}
	}
}

// Points are not simplified: they are rounded exactly at all zooms, wherever they
// are in the tile and its buffer.
func TestPointsAreRoundedExactly(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for z := uint8(0); z <= tiles.MaxZoom; z++ {
		for _, place := range []orb.Point{jinan, {6.68, 51.2}, {30, 78}, {-70, -84.9}, {0.0001, -0.0001}} {
			c := tileAt(place, z)
			var points orb.MultiPoint
			want := map[orb.Point]bool{}
			for range 300 {
				p := at(rng.Float64()*4340-122, rng.Float64()*4340-122, c)
				q := project(p, c)
				if off := min(math.Abs(q[0]-math.Floor(q[0])-0.5), math.Abs(q[1]-math.Floor(q[1])-0.5)); off < 1e-4 {
					continue // either way of rounding is right
				}
				points = append(points, p)
				want[orb.Point{math.Round(q[0]), math.Round(q[1])}] = true
			}
			got := drawDegrees(t, points, c, tiles.Options{}).(orb.MultiPoint)
			for _, p := range got {
				if !want[p] {
					t.Fatalf("%s: %v is drawn", c, p)
				}
				delete(want, p)
			}
			if len(want) > 0 {
				t.Fatalf("%s: %v are not drawn", c, want)
			}
		}
	}
}

// What is drawn of an area is what GEOS says the area and the buffered tile have
// in common, but for the rounding along its edges.
func TestAreasAreCutAsGEOSDoes(t *testing.T) {
	c := tileAt(jinan, 15)
	rng := rand.New(rand.NewPCG(4, 4))
	window := geo.Extent{MinX: -64, MinY: -64, MaxX: tiles.Extent + 64, MaxY: tiles.Extent + 64}.Polygon()
	for round := range 300 {
		x, y := rng.Float64()*6000-1000, rng.Float64()*6000-1000
		radius := math.Pow(10, 1+3*rng.Float64())
		n := 3 + rng.IntN(80)
		ring := func(scale, turn float64) orb.Ring {
			var out orb.Ring
			for i := range n {
				sin, cos := math.Sincos(turn * 2 * math.Pi * float64(i) / float64(n))
				r := radius * scale * (1 - 0.5*rng.Float64())
				out = append(out, orb.Point{x + r*cos, y + r*sin})
			}
			return append(out, out[0])
		}
		g := orb.Polygon{ring(1, 1), ring(0.2, -1)}
		want, err := overlay.Intersection(valid(t, g), window)
		if err != nil {
			t.Fatal(err)
		}
		got := drawOne(t, g, c, tiles.Options{})
		if d := difference(t, want, got); d > outline(want) {
			t.Errorf("round %d: %v and %v differ by %g square units, with an outline of %g", round, want, got, d, outline(want))
		}
	}
}

func valid(t testing.TB, g orb.Geometry) orb.Geometry {
	out, err := overlay.MakeValid(g)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// difference is the area in one of two geometries only.
func difference(t testing.TB, a, b orb.Geometry) float64 {
	t.Helper()
	sum := 0.0
	for _, pair := range [][2]orb.Geometry{{a, b}, {b, a}} {
		if pair[0] == nil {
			continue
		}
		d, err := overlay.Difference(pair[0], pair[1])
		if err != nil {
			t.Fatal(err)
		}
		sum += geo.Area(d)
	}
	return sum
}

// outline is the length of the rings of a geometry.
func outline(g orb.Geometry) float64 {
	sum := 4.0
	for _, p := range geo.Polygons(g) {
		for _, r := range p {
			sum += planar.Length(r)
		}
	}
	return sum
}

func TestLinesAreCutAsGEOSDoes(t *testing.T) {
	c := tileAt(jinan, 15)
	rng := rand.New(rand.NewPCG(6, 6))
	window := geo.Extent{MinX: -64, MinY: -64, MaxX: tiles.Extent + 64, MaxY: tiles.Extent + 64}.Polygon()
	for range 600 {
		var line orb.LineString
		for range 2 + rng.IntN(20) {
			line = append(line, orb.Point{rng.Float64()*9000 - 2500, rng.Float64()*9000 - 2500})
		}
		inside, err := overlay.Intersection(line, window)
		if err != nil {
			t.Fatal(err)
		}
		got := drawOne(t, line, c, tiles.Options{})
		if a, b := geo.Length(inside), geo.Length(got); math.Abs(a-b) > 4*float64(len(line)) {
			t.Errorf("%v: %g units inside, %g drawn", line, a, b)
		}
		for _, part := range geo.Lines(got) {
			for _, p := range part {
				// Vertices are rounded once, ends at the buffer's edge twice.
				if d := geo.NearestOnLine(line, p).Dist; d > math.Sqrt2/2+0.5 {
					t.Errorf("%v is drawn %g units off the line", p, d)
				}
			}
		}
	}
}

// Below FullZoom no vertex lies further from what is drawn than the tolerance and
// the rounding allow; and lines have fewer vertices.
func TestSimplificationKeepsItsBound(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	c := tileAt(jinan, 12)
	for _, tolerance := range []float64{0.5, 1, 4} {
		before, after := 0, 0
		for range 60 {
			line := orb.LineString{{500, 500}}
			heading := rng.Float64() * 7
			for range 400 {
				heading += rng.NormFloat64() * 0.3
				sin, cos := math.Sincos(heading)
				p := line[len(line)-1]
				line = append(line, orb.Point{clamp(p[0] + 8*cos), clamp(p[1] + 8*sin)})
			}
			before += len(line)
			parts := geo.Lines(drawOne(t, line, c, tiles.Options{Tolerance: tolerance}))
			if len(parts) != 1 {
				t.Fatalf("drawn in %d parts", len(parts))
			}
			after += len(parts[0])
			for _, p := range line {
				if d := geo.NearestOnLine(parts[0], p).Dist; d > tolerance+math.Sqrt2/2 {
					t.Fatalf("tolerance %g: %v lies %g units from what is drawn", tolerance, p, d)
				}
			}
		}
		if after*3/2 > before {
			t.Errorf("tolerance %g: %d vertices of %d remain", tolerance, after, before)
		}
	}
}

func clamp(v float64) float64 { return math.Max(10, math.Min(4086, v)) }

// The vertices that two neighbouring tiles both draw are the same places, and
// their common edge is crossed at the same heights.
func TestNeighboursAgree(t *testing.T) {
	for _, z := range []uint8{9, 13, 16} {
		west := tileAt(jinan, z)
		east := tiles.Coord{Z: z, X: west.X + 1, Y: west.Y}
		a := newAnything(11, west)
		a.in.MinX += 0.9 * (a.in.MaxX - a.in.MinX) * 0.6 // around the common edge
		a.in.MaxX += (a.in.MaxX - a.in.MinX) * 0.3
		for i := range 150 {
			n := 2 + i%90
			left := crossings(t, a.line(n), west, east)
			if left != "" {
				t.Errorf("z%d line %d: %s", z, i, left)
			}
		}
	}
}

// crossings draws a line in two neighbouring tiles and words where they disagree
// along their common edge.
func crossings(t *testing.T, line orb.LineString, west, east tiles.Coord) string {
	var heights [2][]float64
	var vertices [2][]orb.Point
	for side, c := range []tiles.Coord{west, east} {
		shift := float64(1-side) * tiles.Extent // of the edge in this tile
		for _, part := range geo.Lines(drawDegrees(t, line, c, tiles.Options{})) {
			for i, p := range part {
				if math.Abs(p[0]-shift) < 60 && p[1] > -60 && p[1] < tiles.Extent+60 {
					vertices[side] = append(vertices[side], orb.Point{p[0] - shift, p[1]})
				}
				if i == 0 || (part[i-1][0] < shift) == (p[0] < shift) {
					continue
				}
				q := part[i-1]
				if y := q[1] + (shift-q[0])*(p[1]-q[1])/(p[0]-q[0]); y > 0 && y < tiles.Extent {
					heights[side] = append(heights[side], y)
				}
			}
		}
		slices.Sort(heights[side])
	}
	if len(heights[0]) != len(heights[1]) {
		return fmt.Sprintf("%d crossings in the west, %d in the east", len(heights[0]), len(heights[1]))
	}
	for i := range heights[0] {
		// Cutting at the end of the buffer, 64 units away, may turn a part by its rounding.
		if d := math.Abs(heights[0][i] - heights[1][i]); d > 1 {
			return fmt.Sprintf("crossing %d differs by %g", i, d)
		}
	}
	if diff := cmp.Diff(vertices[0], vertices[1]); diff != "" {
		return "vertices near the edge differ: " + diff
	}
	return ""
}

// Two areas with a common border are simplified alike along it, so that neither a
// gap nor an overlap opens.
func TestCommonBordersStayCommon(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for _, z := range []uint8{10, 12, 15} {
		c := tileAt(jinan, z)
		for range 30 {
			var border []orb.Point
			y := 2000.0
			for i := range 300 {
				y += rng.NormFloat64()
				border = append(border, orb.Point{-500 + float64(i)*17, y})
			}
			reversed := slices.Clone(border)
			slices.Reverse(reversed)
			north := orb.Ring(append([]orb.Point{{4600, -400}, {-500, -400}}, border...))
			south := orb.Ring(append([]orb.Point{{-500, 4500}, {4600, 4500}}, reversed...))
			a := drawOne(t, orb.Polygon{append(north, north[0])}, c, tiles.Options{})
			b := drawOne(t, orb.Polygon{append(south, south[0])}, c, tiles.Options{})
			both, err := overlay.Intersection(a, b)
			if err != nil {
				t.Fatal(err)
			}
			all, err := overlay.Union(a, b)
			if err != nil {
				t.Fatal(err)
			}
			want := math.Pow(tiles.Extent+128, 2)
			// The border's ends are not anchors; there the two may differ a little.
			if overlap, gap := geo.Area(both), want-geo.Area(all); overlap > 40 || gap > 40 {
				t.Errorf("z%d: overlap of %g and gap of %g square units", z, overlap, gap)
			}
		}
	}
}

func TestSmallAreasBecomeSquares(t *testing.T) {
	c := tileAt(jinan, 10)
	square := func(x, y, w, h float64) orb.Polygon {
		return orb.Polygon{{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}, {x, y}}}
	}
	for _, tc := range []struct {
		name string
		g    orb.Geometry
		want float64 // area drawn
	}{
		{"a hundredth of a unit", square(100.2, 100.2, 0.1, 0.1), 1},
		{"two of them", orb.MultiPolygon{square(100.2, 100.2, 0.1, 0.1), square(300.2, 100.2, 0.2, 0.1)}, 1},
		{"one beside a large one", orb.MultiPolygon{square(100.2, 100.2, 0.1, 0.1), square(200, 200, 10, 10)}, 100},
		{"narrow and long", square(100.2, 100.2, 50, 0.1), 0},
		{"beyond the buffer", square(-70, 100, 0.1, 0.1), 0},
	} {
		if got := geo.Area(drawOne(t, tc.g, c, tiles.Options{})); got != tc.want {
			t.Errorf("%s: drawn with %g square units, want %g", tc.name, got, tc.want)
		}
	}
}

func TestAreasAreRepaired(t *testing.T) {
	c := tileAt(jinan, 14)
	square := func(x, y, side float64) orb.Ring {
		return orb.Ring{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}
	}
	var pentagram orb.Ring
	for i := range 6 {
		sin, cos := math.Sincos(float64(i%5) * 4 * math.Pi / 5)
		pentagram = append(pentagram, orb.Point{math.Round(500 + 100*cos), math.Round(500 + 100*sin)})
	}
	for _, tc := range []struct {
		name      string
		g         orb.Geometry
		polygons  int
		area, off float64
	}{
		{"bow-tie", orb.Polygon{{{0, 0}, {10, 10}, {10, 0}, {0, 10}, {0, 0}}}, 2, 50, 0},
		{"pentagram, which turns right at each corner", orb.Polygon{pentagram}, 1, 11226, 100},
		{"an area within an area", orb.MultiPolygon{{square(0, 0, 100)}, {square(10, 10, 20)}}, 1, 10_000, 0},
		{"an island in a lake", orb.MultiPolygon{{square(0, 0, 100), square(10, 10, 50)}, {square(20, 20, 10)}}, 2, 7_600, 0},
		{"a hole in a hole", orb.Polygon{square(0, 0, 100), square(10, 10, 50), square(20, 20, 10)}, 1, 7_500, 0},
		{"a hole outside", orb.Polygon{square(0, 0, 100), square(200, 10, 50)}, 1, 10_000, 0},
		{"a hole as large as the area", orb.Polygon{square(0, 0, 100), square(0, 0, 100)}, 0, 0, 0},
		{"two areas with a common side", orb.MultiPolygon{{square(0, 0, 100)}, {square(100, 0, 100)}}, 1, 20_000, 0},
		{"a spike", orb.Polygon{{{0, 0}, {10, 0}, {10, 10}, {30, 10}, {10, 10}, {0, 10}, {0, 0}}}, 1, 100, 0},
		{"closed twice", orb.Polygon{append(square(0, 0, 10), orb.Point{0, 0})}, 1, 100, 0},
	} {
		got := drawOne(t, tc.g, c, tiles.Options{})
		if n, area := len(geo.Polygons(got)), geo.Area(got); n != tc.polygons || math.Abs(area-tc.area) > tc.off {
			t.Errorf("%s: %d polygons with an area of %g, want %d with %g", tc.name, n, area, tc.polygons, tc.area)
		}
	}
}

func TestEndsOfTheWorld(t *testing.T) {
	world := orb.Polygon{{{-180, -90}, {180, -90}, {180, 90}, {-180, 90}, {-180, -90}}}
	for _, c := range []tiles.Coord{{}, {Z: 3, X: 0, Y: 0}, {Z: 3, X: 7, Y: 7}, {Z: 8, X: 255, Y: 0}} {
		g := drawDegrees(t, world, c, tiles.Options{})
		inside, err := overlay.Intersection(g, geo.Extent{MaxX: tiles.Extent, MaxY: tiles.Extent}.Polygon())
		if err != nil {
			t.Fatal(err)
		}
		if got := geo.Area(inside); got != tiles.Extent*tiles.Extent {
			t.Errorf("%s: the whole world covers %g square units of it", c, got)
		}
	}
	for _, p := range []orb.Point{{0, 90}, {0, -90}, {0, 86}, {190, 0}, {-190, 0}} {
		if g := drawDegrees(t, p, tiles.Coord{Z: 6, X: 32, Y: 0}, tiles.Options{}); g != nil {
			t.Errorf("%v is drawn as %v", p, g)
		}
	}
}
