package plan

import (
	"math"

	"github.com/paulmach/orb"
)

// arcStep_rad is the angle between vertices of the circle that bounds a view. The
// polygon lies inside the circle, by 0.03 % of the radius at the most.
const arcStep_rad = math.Pi / 60

// Polygon draws what is seen in plan: a ring, counter-clockwise and closed, with
// straight edges wherever an edge bounds the view and arcs where its reach does. It
// begins at the viewer unless the view goes all around. Spans are those of the
// last look.
func (s *Sweep) Polygon(spans []Span) orb.Polygon {
	v := &s.view
	ring := make(orb.Ring, 0, 2*len(spans)+16)
	all := v.Half >= Last
	if !all {
		ring = append(ring, v.From)
	}
	at := -v.Half
	for _, sp := range spans {
		ring = s.arc(ring, at, sp.A0)
		ring = s.wall(ring, sp)
		at = sp.A1
	}
	ring = s.arc(ring, at, v.Half)
	if n := len(ring); all && n > 1 && close2(ring[0], ring[n-1]) {
		ring = ring[:n-1]
	}
	if len(ring) > 0 {
		ring = append(ring, ring[0])
	}
	return orb.Polygon{ring}
}

func close2(a, b orb.Point) bool {
	return math.Abs(a[0]-b[0])+math.Abs(a[1]-b[1]) < 1e-7
}

func put(ring orb.Ring, p orb.Point) orb.Ring {
	if n := len(ring); n > 0 && close2(ring[n-1], p) {
		return ring
	}
	return append(ring, p)
}

// arc follows the circle from one direction to another.
func (s *Sweep) arc(ring orb.Ring, a0, a1 float64) orb.Ring {
	if a0 >= a1 {
		return ring
	}
	x0, y0 := Direction(a0)
	x1, y1 := Direction(a1)
	t0, t1 := math.Atan2(y0, x0), math.Atan2(y1, x1)
	if a0 <= First {
		t0 = -math.Pi
	}
	if a1 >= Last {
		t1 = math.Pi
	}
	n := int(math.Ceil((t1 - t0) / arcStep_rad))
	v := &s.view
	for i := range n + 1 {
		t := t0 + (t1-t0)*float64(i)/float64(n)
		sin, cos := math.Sincos(t)
		ring = put(ring, orb.Point{
			v.From[0] + v.ReachM*(cos*v.Cos-sin*v.Sin),
			v.From[1] + v.ReachM*(cos*v.Sin+sin*v.Cos),
		})
	}
	return ring
}

// wall follows the edge of a span where it is within reach, and the circle where
// it is not.
func (s *Sweep) wall(ring orb.Ring, sp Span) orb.Ring {
	v := &s.view
	d0, d1 := s.dist(sp.Edge, sp.A0), s.dist(sp.Edge, sp.A1)
	if d0 <= v.ReachM && d1 <= v.ReachM {
		return put(put(ring, v.At(sp.A0, d0)), v.At(sp.A1, d1))
	}
	in, out, ok := s.local[s.slot[sp.Edge]].within(v.ReachM, sp.A0)
	if !ok {
		return s.arc(ring, sp.A0, sp.A1)
	}
	lo, hi := max(in, sp.A0), min(out, sp.A1)
	if lo >= hi {
		return s.arc(ring, sp.A0, sp.A1)
	}
	ring = s.arc(ring, sp.A0, lo)
	ring = put(ring, v.At(lo, min(s.dist(sp.Edge, lo), v.ReachM)))
	ring = put(ring, v.At(hi, min(s.dist(sp.Edge, hi), v.ReachM)))
	return s.arc(ring, hi, sp.A1)
}

// within gives the directions between which the line of an edge is nearer than
// reach, on the side of the back that the direction on lies on.
func (l *ends) within(reach, on float64) (in, out float64, ok bool) {
	dx, dy := l.bx-l.ax, l.by-l.ay
	len2 := dx*dx + dy*dy
	foot := -(l.ax*dx + l.ay*dy) / len2
	fx, fy := l.ax+foot*dx, l.ay+foot*dy
	h2 := reach*reach - fx*fx - fy*fy
	if h2 <= 0 {
		return 0, 0, false
	}
	half := math.Sqrt(h2 / len2)
	in = Angle(fx-half*dx, fy-half*dy)
	out = Angle(fx+half*dx, fy+half*dy)
	switch {
	case in <= out:
	case on >= 0:
		out = Last
	default:
		in = First
	}
	return in, out, true
}
