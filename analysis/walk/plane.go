package walk

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// sameM is the distance in metres within which two places are one.
const sameM = 0.01

// cross is twice the signed area of the triangle o, a, b: positive where b lies
// to the left of the way from o to a.
func cross(o, a, b orb.Point) float64 {
	return (a[0]-o[0])*(b[1]-o[1]) - (a[1]-o[1])*(b[0]-o[0])
}

// turn is positive where b lies to the left of the way from o to a, negative to the
// right, zero on the line. It is never wrong on places that areas are made of (see
// mesh.parts): their differences are exact, and what products lose by rounding is
// taken into account.
func turn(o, a, b orb.Point) float64 {
	ax, ay, bx, by := a[0]-o[0], a[1]-o[1], b[0]-o[0], b[1]-o[1]
	p, q := ax*by, ay*bx
	return (p - q) + (math.FMA(ax, by, -p) - math.FMA(ay, bx, -q))
}

// properCrossing finds where the inside of segment a–b meets the inside of c–d:
// the share of a–b before it. Touching ends are no crossing.
func properCrossing(a, b, c, d orb.Point) (t float64, ok bool) {
	d1, d2 := cross(c, d, a), cross(c, d, b)
	if !(d1 > 0 && d2 < 0 || d1 < 0 && d2 > 0) {
		return 0, false
	}
	d3, d4 := cross(a, b, c), cross(a, b, d)
	if !(d3 > 0 && d4 < 0 || d3 < 0 && d4 > 0) {
		return 0, false
	}
	return d1 / (d1 - d2), true
}

// passesThrough tells whether the walk p–q goes through the wall a–b. Of two walls
// that share an end, one counts where the walk goes through that end.
func passesThrough(p, q, a, b orb.Point) bool {
	d1, d2 := cross(a, b, p), cross(a, b, q)
	if !(d1 > 0 && d2 < 0 || d1 < 0 && d2 > 0) {
		return false
	}
	return (cross(p, q, a) > 0) != (cross(p, q, b) > 0)
}

// along is the point at share t of the segment a–b; exact at both ends.
func along(a, b orb.Point, t float64) orb.Point {
	if t == 1 {
		return b
	}
	return orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
}

// segmentExtent is the extent of the segment a–b.
func segmentExtent(a, b orb.Point) geo.Extent {
	e := geo.Extent{MinX: a[0], MinY: a[1], MaxX: b[0], MaxY: b[1]}
	if e.MinX > e.MaxX {
		e.MinX, e.MaxX = e.MaxX, e.MinX
	}
	if e.MinY > e.MaxY {
		e.MinY, e.MaxY = e.MaxY, e.MinY
	}
	return e
}

// squareApart is the square of the distance between two extents.
func squareApart(e, o *geo.Extent) float64 {
	dx := max(e.MinX-o.MaxX, o.MinX-e.MaxX, 0)
	dy := max(e.MinY-o.MaxY, o.MinY-e.MaxY, 0)
	return dx*dx + dy*dy
}

// pointExtent is the square of half-width r around p.
func pointExtent(p orb.Point, r float64) geo.Extent {
	return geo.Extent{MinX: p[0] - r, MinY: p[1] - r, MaxX: p[0] + r, MaxY: p[1] + r}
}

// segmentDistance finds the closest places of a–b and c–d. Where the two run side
// by side, it is the middle of the stretch on which they are equally close.
func segmentDistance(a, b, c, d orb.Point) (onAB, onCD orb.Point, distance_m float64) {
	if t, ok := properCrossing(a, b, c, d); ok {
		p := along(a, b, t)
		return p, p, 0
	}
	const same = 1e-6
	distance_m = math.Inf(1)
	try := func(p, q orb.Point) {
		m := geo.Distance(p, q)
		switch {
		case m < distance_m-same:
			onAB, onCD, distance_m = p, q, m
		case m <= distance_m+same:
			onAB, onCD = along(onAB, p, 0.5), along(onCD, q, 0.5)
			distance_m = geo.Distance(onAB, onCD)
		}
	}
	q, _ := geo.NearestOnSegment(c, d, a)
	try(a, q)
	if p, t := geo.NearestOnSegment(a, b, c); t > 0 && t < 1 {
		try(p, c)
	}
	if p, t := geo.NearestOnSegment(a, b, d); t > 0 && t < 1 {
		try(p, d)
	}
	q, _ = geo.NearestOnSegment(c, d, b)
	try(b, q)
	return onAB, onCD, distance_m
}

// less orders points from west to east, then from south to north.
func less(a, b orb.Point) bool { return a[0] < b[0] || a[0] == b[0] && a[1] < b[1] }

func comparePoints(a, b orb.Point) int {
	switch {
	case less(a, b):
		return -1
	case less(b, a):
		return 1
	}
	return 0
}

// bearing is the direction from a to b in radians, 0 … 2π, counter-clockwise
// from east.
func bearing(a, b orb.Point) float64 {
	r := math.Atan2(b[1]-a[1], b[0]-a[0])
	if r < 0 {
		r += 2 * math.Pi
	}
	return r
}
