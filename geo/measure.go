package geo

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// Length is the length of all lines of g, in metres for a projected geometry.
// The outlines of polygons do not count.
func Length(g orb.Geometry) float64 {
	sum := 0.0
	for _, l := range Lines(g) {
		sum += planar.Length(l)
	}
	return sum
}

// Area is the area of all polygons of g, holes taken away, in square metres for
// a projected geometry. Ring direction does not matter.
func Area(g orb.Geometry) float64 {
	sum := 0.0
	for _, p := range Polygons(g) {
		sum += math.Abs(planar.Area(p[0]))
		for _, hole := range p[1:] {
			sum -= math.Abs(planar.Area(hole))
		}
	}
	return sum
}

// Distance is the straight distance of two points of a projected geometry.
func Distance(a, b orb.Point) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }

// Nearest is a place on a line.
type Nearest struct {
	Point   orb.Point
	Segment int     // 0 is the segment between the first two vertices
	T       float64 // 0…1 along the segment
	Along   float64 // length of the line up to the point
	Dist    float64 // distance from the point asked about
}

// NearestOnLine finds the place on a line that is closest to p. The first of
// equally close places wins. A line without a segment gives Dist = +Inf.
func NearestOnLine(l orb.LineString, p orb.Point) Nearest {
	best := Nearest{Dist: math.Inf(1)}
	along := 0.0
	for i := 1; i < len(l); i++ {
		q, t := NearestOnSegment(l[i-1], l[i], p)
		length := Distance(l[i-1], l[i])
		if d := Distance(p, q); d < best.Dist {
			best = Nearest{Point: q, Segment: i - 1, T: t, Along: along + t*length, Dist: d}
		}
		along += length
	}
	return best
}

// NearestOnSegment finds the place on the segment a–b that is closest to p, and
// where it lies, 0 at a and 1 at b. A segment without length gives a.
func NearestOnSegment(a, b, p orb.Point) (orb.Point, float64) {
	dx, dy := b[0]-a[0], b[1]-a[1]
	l2 := dx*dx + dy*dy
	if l2 == 0 {
		return a, 0
	}
	t := ((p[0]-a[0])*dx + (p[1]-a[1])*dy) / l2
	switch {
	case !(t > 0):
		return a, 0
	case t >= 1:
		return b, 1
	}
	return orb.Point{a[0] + t*dx, a[1] + t*dy}, t
}

// Inside tells whether p lies in the polygons of g; the outline counts as inside.
func Inside(g orb.Geometry, p orb.Point) bool {
	for _, poly := range Polygons(g) {
		if planar.PolygonContains(poly, p) {
			return true
		}
	}
	return false
}

// Centroid is the centre of gravity of g: of its areas when it has any, else of
// its lines, else of its points. ok is false for nil and empty geometries.
func Centroid(g orb.Geometry) (p orb.Point, ok bool) {
	if g == nil || ExtentOf(g).IsEmpty() {
		return orb.Point{}, false
	}
	c, _ := planar.CentroidArea(g)
	if math.IsNaN(c[0]) || math.IsNaN(c[1]) {
		return ExtentOf(g).Centre(), true
	}
	return c, true
}
