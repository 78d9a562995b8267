package main

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// touch is how close, in metres, an end must come to a segment to lie on it.
const touch = 0.002

// strand is a line that is being joined with others.
type strand struct {
	line   orb.LineString
	extent geo.Extent
	deck   int
	extra  []split
}

// split is a vertex to be put into a segment of a strand.
type split struct {
	segment int
	t       float64
	at      orb.Point
}

// joinWays gives all ways that meet on the same storey a shared vertex where they
// meet, and puts the anchors into the ways they lie on. A way on another storey
// is joined only where it ends.
func (p *plan) joinWays() {
	ways := p.features["ways"]
	strands := make([]*strand, len(ways))
	for i := range ways {
		strands[i] = newStrand(ways[i].Geometry, p.deck[ways[i].ID])
	}
	for i, a := range strands {
		for _, b := range strands[i+1:] {
			if a.extent.Grow(touch).Touches(b.extent) {
				joinPair(a, b)
			}
		}
		for _, at := range p.anchors {
			if a.deck == 0 && a.extent.Grow(touch).Contains(at) {
				a.insertIfOn(at)
			}
		}
	}
	for i, s := range strands {
		l := s.joined()
		if _, ok := ways[i].Geometry.(orb.Polygon); ok {
			ways[i].Geometry = area(l)
			continue
		}
		ways[i].Geometry = l
	}
}

func newStrand(g orb.Geometry, deck int) *strand {
	l, ok := g.(orb.LineString)
	if poly, isArea := g.(orb.Polygon); isArea {
		l, ok = orb.LineString(poly[0]), true
	}
	if !ok {
		panic("a way must be a line or an area without holes")
	}
	s := &strand{deck: deck, line: make(orb.LineString, len(l))}
	for i, at := range l {
		s.line[i] = mm(at)
	}
	s.extent = geo.ExtentOf(s.line)
	return s
}

func joinPair(a, b *strand) {
	for _, end := range []orb.Point{a.line[0], a.line[len(a.line)-1]} {
		b.insertIfOn(end)
	}
	for _, end := range []orb.Point{b.line[0], b.line[len(b.line)-1]} {
		a.insertIfOn(end)
	}
	if a.deck != b.deck {
		return
	}
	for i := 1; i < len(a.line); i++ {
		for j := 1; j < len(b.line); j++ {
			joinSegments(a, i-1, b, j-1)
		}
	}
}

// joinSegments shares the crossing of two segments, or the vertex of one that
// lies on the other.
func joinSegments(a *strand, i int, b *strand, j int) {
	p, q, r, s := a.line[i], a.line[i+1], b.line[j], b.line[j+1]
	if math.Max(p[0], q[0])+touch < math.Min(r[0], s[0]) || math.Max(r[0], s[0])+touch < math.Min(p[0], q[0]) ||
		math.Max(p[1], q[1])+touch < math.Min(r[1], s[1]) || math.Max(r[1], s[1])+touch < math.Min(p[1], q[1]) {
		return
	}
	met := false
	for _, v := range []orb.Point{p, q} {
		met = b.insertOn(j, v) || met
	}
	for _, v := range []orb.Point{r, s} {
		met = a.insertOn(i, v) || met
	}
	if met || side(p, q, r)*side(p, q, s) >= 0 || side(r, s, p)*side(r, s, q) >= 0 {
		return
	}
	at := meet(p, q, r, s)
	a.insert(i, at)
	b.insert(j, at)
}

// side is positive where c lies left of a–b.
func side(a, b, c orb.Point) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
}

func (s *strand) insertIfOn(at orb.Point) {
	for i := 1; i < len(s.line); i++ {
		if s.insertOn(i-1, at) {
			return
		}
	}
}

// insertOn puts a point that lies on a segment into it, and tells whether it does.
func (s *strand) insertOn(segment int, at orb.Point) bool {
	q, _ := geo.NearestOnSegment(s.line[segment], s.line[segment+1], at)
	if geo.Distance(q, at) > touch {
		return false
	}
	s.insert(segment, at)
	return true
}

func (s *strand) insert(segment int, at orb.Point) {
	_, t := geo.NearestOnSegment(s.line[segment], s.line[segment+1], at)
	s.extra = append(s.extra, split{segment, t, at})
}

// joined is the line with its splits. Of vertices closer than touch the first
// stays; the drawing has no two places so close.
func (s *strand) joined() orb.LineString {
	slices.SortStableFunc(s.extra, func(a, b split) int {
		switch {
		case a.segment != b.segment:
			return a.segment - b.segment
		case a.t < b.t:
			return -1
		case a.t > b.t:
			return 1
		}
		return 0
	})
	var out orb.LineString
	put := func(at orb.Point) {
		if len(out) == 0 || geo.Distance(out[len(out)-1], at) > touch {
			out = append(out, at)
		}
	}
	next := 0
	for i, at := range s.line {
		put(at)
		for ; next < len(s.extra) && s.extra[next].segment == i; next++ {
			put(s.extra[next].at)
		}
	}
	if s.line[0] == s.line[len(s.line)-1] {
		out[len(out)-1] = out[0]
	}
	return out
}
