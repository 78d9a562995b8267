package geo

import (
	"math"
	"slices"

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
		area, _ := polygonMoment(p)
		sum += area
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

// Inside tells whether p lies in the polygons of g. Outlines, those of holes as
// well, count as inside.
func Inside(g orb.Geometry, p orb.Point) bool {
	switch g := g.(type) { // the common kinds first, without taking them apart
	case orb.Polygon:
		return insidePolygon(g, p)
	case orb.MultiPolygon:
		return slices.ContainsFunc(g, func(poly orb.Polygon) bool { return insidePolygon(poly, p) })
	}
	return slices.ContainsFunc(Polygons(g), func(poly orb.Polygon) bool { return insidePolygon(poly, p) })
}

// DistanceTo is the straight distance from p to the nearest place of g: 0 inside a
// polygon, +Inf for nil and empty geometries.
func DistanceTo(g orb.Geometry, p orb.Point) float64 {
	best := math.Inf(1)
	for _, part := range Parts(g) {
		switch part := part.(type) {
		case orb.Point:
			best = min(best, Distance(part, p))
		case orb.LineString:
			best = min(best, NearestOnLine(part, p).Dist)
		case orb.Polygon:
			if insidePolygon(part, p) {
				return 0
			}
			for _, ring := range part {
				best = min(best, NearestOnLine(orb.LineString(ring), p).Dist)
			}
		}
	}
	return best
}

func insidePolygon(poly orb.Polygon, p orb.Point) bool {
	for i, ring := range poly {
		inside, on := inRing(ring, p)
		switch {
		case on:
			return true
		case inside != (i == 0): // outside the shell, or in a hole
			return false
		}
	}
	return len(poly) > 0
}

// inRing counts the edges that a ray from p eastwards crosses; of the two ends
// of an edge only the lower one counts, so that a vertex is not crossed twice.
func inRing(r orb.Ring, p orb.Point) (inside, on bool) {
	for i := range r {
		a, b := r[i], r[(i+1)%len(r)]
		if a == p {
			return false, true
		}
		if (a[1] > p[1]) == (b[1] > p[1]) {
			level := a[1] == p[1] && b[1] == p[1]
			if level && (a[0] > p[0]) != (b[0] > p[0]) {
				return false, true
			}
			continue
		}
		cross := (b[0]-a[0])*(p[1]-a[1]) - (p[0]-a[0])*(b[1]-a[1])
		if cross == 0 {
			return false, true
		}
		if up := b[1] > a[1]; up && cross > 0 || !up && cross < 0 {
			inside = !inside
		}
	}
	return inside, false
}

// Centroid is the centre of gravity of g: of its areas when it has any, else of
// its lines, else of its points. What has no area is taken for the line, and what
// has no length for the points, that it is made of. ok is false for nil and empty
// geometries and where coordinates are not finite.
func Centroid(g orb.Geometry) (p orb.Point, ok bool) {
	e := ExtentOf(g)
	if e.IsEmpty() {
		return orb.Point{}, false
	}
	// Sums are taken around the centre: coordinates are large, features small.
	origin := e.Centre()
	local := MapPoints(g, func(p orb.Point) orb.Point { return sub(p, origin) })
	weight, moment := areaMoment(local)
	if weight == 0 {
		weight, moment = lineMoment(local)
	}
	if weight == 0 {
		EachPoint(local, func(q orb.Point) { weight, moment = weight+1, add(moment, q, 1) })
	}
	c := orb.Point{origin[0] + moment[0]/weight, origin[1] + moment[1]/weight}
	return c, Finite(c)
}

func add(p, q orb.Point, times float64) orb.Point {
	return orb.Point{p[0] + times*q[0], p[1] + times*q[1]}
}

func sub(p, q orb.Point) orb.Point { return add(p, q, -1) }

// areaMoment is the area of the polygons of g and their centres times their areas.
func areaMoment(g orb.Geometry) (area float64, moment orb.Point) {
	for _, p := range Polygons(g) {
		a, m := polygonMoment(p)
		area, moment = area+a, add(moment, m, 1)
	}
	return area, moment
}

func polygonMoment(p orb.Polygon) (area float64, moment orb.Point) {
	for i, ring := range p {
		a, m := ringMoment(ring)
		if i > 0 {
			a, m = -a, orb.Point{-m[0], -m[1]}
		}
		area, moment = area+a, add(moment, m, 1)
	}
	if area <= 0 { // holes without a shell around them
		return 0, orb.Point{}
	}
	return area, moment
}

// ringMoment fans the ring out into triangles from its first vertex, which keeps
// numbers small. The area is not negative, whatever the ring's direction.
func ringMoment(r orb.Ring) (area float64, moment orb.Point) {
	for i := 1; i < len(r)-1; i++ {
		a, b := sub(r[i], r[0]), sub(r[i+1], r[0])
		twice := a[0]*b[1] - b[0]*a[1]
		area += twice / 2
		moment = add(moment, add(a, b, 1), twice/6)
	}
	if len(r) > 0 {
		moment = add(moment, r[0], area)
	}
	if area < 0 {
		return -area, orb.Point{-moment[0], -moment[1]}
	}
	return area, moment
}

// lineMoment is the length of the lines and outlines of g and their middles times
// their lengths.
func lineMoment(g orb.Geometry) (length float64, moment orb.Point) {
	for _, part := range Parts(g) {
		lines := []orb.LineString{}
		switch part := part.(type) {
		case orb.LineString:
			lines = append(lines, part)
		case orb.Polygon:
			for _, ring := range part {
				lines = append(lines, orb.LineString(ring))
			}
		}
		for _, l := range lines {
			for i := 1; i < len(l); i++ {
				d := Distance(l[i-1], l[i])
				length, moment = length+d, add(moment, add(l[i-1], l[i], 1), d/2)
			}
		}
	}
	return length, moment
}
