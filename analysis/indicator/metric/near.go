package metric

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/index"
)

// places finds which of many things is nearest to another, in a straight line.
type places struct {
	bits  []bit
	at    index.Index // of bits
	areas []patch
	in    index.Index // of areas
}

// bit is a point or a side of a thing.
type bit struct {
	a, b orb.Point
	item int
}

type patch struct {
	poly orb.Polygon
	item int
}

// add puts a thing in, under a number of its own. Nothing and what is not finite is
// left out.
func (s *places) add(item int, g orb.Geometry) {
	if !geo.Finite(g) {
		return
	}
	put := func(a, b orb.Point) {
		s.at.Add(len(s.bits), spanned(a, b))
		s.bits = append(s.bits, bit{a, b, item})
	}
	eachSide(g, put)
	for _, poly := range geo.Polygons(g) {
		s.in.Add(len(s.areas), geo.ExtentOf(poly))
		s.areas = append(s.areas, patch{poly, item})
	}
}

// eachSide calls f for the sides of lines and outlines; a point is a side without
// length.
func eachSide(g orb.Geometry, f func(a, b orb.Point)) {
	run := func(line []orb.Point) {
		for i := 1; i < len(line); i++ {
			f(line[i-1], line[i])
		}
	}
	for _, part := range geo.Parts(g) {
		switch part := part.(type) {
		case orb.Point:
			f(part, part)
		case orb.LineString:
			run(part)
		case orb.Polygon:
			for _, ring := range part {
				run(ring)
			}
		}
	}
}

// nearest finds the thing nearest to g within reach, the one with the least number
// of several, and how far it is: 0 where they overlap. item is -1 where there is none.
func (s *places) nearest(g orb.Geometry, reach_m float64) (item int, distance_m float64) {
	return s.nearestBut(-1, g, reach_m)
}

// nearestBut leaves one thing out of account.
func (s *places) nearestBut(self int, g orb.Geometry, reach_m float64) (item int, distance_m float64) {
	item, distance_m = -1, math.Inf(1)
	if !geo.Finite(g) {
		return item, distance_m
	}
	better := func(d float64, i int) {
		if i != self && d <= reach_m && (d < distance_m || d == distance_m && i < item) {
			item, distance_m = i, d
		}
	}
	eachSide(g, func(a, b orb.Point) {
		s.at.Each(spanned(a, b).Grow(min(reach_m, distance_m)), func(k int) bool {
			better(apart(a, b, s.bits[k].a, s.bits[k].b), s.bits[k].item)
			return true
		})
	})
	// Neither outline need be near where one thing lies within the other.
	s.in.Each(geo.ExtentOf(g), func(k int) bool {
		inside := false
		eachSide(g, func(a, _ orb.Point) { inside = inside || geo.Inside(s.areas[k].poly, a) })
		if inside {
			better(0, s.areas[k].item)
		}
		return true
	})
	for _, poly := range geo.Polygons(g) {
		s.at.Each(geo.ExtentOf(poly), func(k int) bool {
			if geo.Inside(poly, s.bits[k].a) {
				better(0, s.bits[k].item)
			}
			return true
		})
	}
	return item, distance_m
}

// apart is the distance of two segments: 0 where they cross.
func apart(a, b, c, d orb.Point) float64 {
	turn := func(o, p, q orb.Point) float64 { return (p[0]-o[0])*(q[1]-o[1]) - (p[1]-o[1])*(q[0]-o[0]) }
	if turn(a, b, c)*turn(a, b, d) < 0 && turn(c, d, a)*turn(c, d, b) < 0 {
		return 0
	}
	best := math.Inf(1)
	for _, pair := range [4][3]orb.Point{{a, c, d}, {b, c, d}, {c, a, b}, {d, a, b}} {
		q, _ := geo.NearestOnSegment(pair[1], pair[2], pair[0])
		best = min(best, geo.Distance(pair[0], q))
	}
	return best
}
