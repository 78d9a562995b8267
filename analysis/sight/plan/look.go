package plan

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Sweep is the working memory of looks, used again from one to the next by one
// goroutine. The zero Sweep is ready.
type Sweep struct {
	view  View
	x     *Index
	spans []Span
	low   []int32
	// local holds the ends of edges that were met, by slot.
	local []ends
	slot  []int32  // by edge: where its ends are in local
	seen  []uint32 // by edge: the look that met it last
	look  uint32
	fresh []Span // what takes the place of some spans
}

// ends are the ends of an edge along the axis and to the left of it.
type ends struct{ ax, ay, bx, by float64 }

// Look finds the nearest opaque edges all over a view. Spans are in ascending
// order and do not overlap; low are the edges called Low that may be in sight, in
// the order they were met. Both stay good until the next look.
func (s *Sweep) Look(x *Index, v View, opacity func(edge int32) Opacity) (spans []Span, low []int32) {
	s.begin(x, v)
	if x.cols == 0 {
		return nil, nil
	}
	col := int(math.Floor((v.From[0] - x.west) / x.cell))
	row := int(math.Floor((v.From[1] - x.south) / x.cell))
	// How far the viewer is from the edges of its own cell at the least: ring k of
	// cells is at least k−1 cells and this far away.
	fx := v.From[0] - x.west - float64(col)*x.cell
	fy := v.From[1] - x.south - float64(row)*x.cell
	inner := min(fx, fy, x.cell-fx, x.cell-fy)
	for k := 0; ; k++ {
		nearest := 0.0
		if k > 0 {
			nearest = float64(k-1)*x.cell + inner
		}
		if nearest > v.ReachM || s.beyondGrid(col, row, k) || k > 1 && s.closed(nearest) {
			break
		}
		s.ring(col, row, k, opacity)
	}
	return s.spans, s.low
}

func (s *Sweep) begin(x *Index, v View) {
	if len(s.seen) != len(x.edges) || s.look == math.MaxUint32 {
		s.seen, s.slot, s.look = make([]uint32, len(x.edges)), make([]int32, len(x.edges)), 0
	}
	s.look++
	s.view, s.x = v, x
	s.spans, s.low, s.local = s.spans[:0], s.low[:0], s.local[:0]
}

// beyondGrid tells whether ring k lies outside the grid on all sides.
func (s *Sweep) beyondGrid(col, row, k int) bool {
	return col-k < 0 && row-k < 0 && col+k >= s.x.cols && row+k >= s.x.rows
}

// ring opens the cells k away from the viewer's.
func (s *Sweep) ring(col, row, k int, opacity func(int32) Opacity) {
	for r := max(row-k, 0); r <= min(row+k, s.x.rows-1); r++ {
		step := 1
		if r != row-k && r != row+k && k > 0 {
			step = 2 * k
		}
		for c := col - k; c <= col+k; c += step {
			if c >= 0 && c < s.x.cols {
				s.open(c, r, k, opacity)
			}
		}
	}
}

// open takes the edges of one cell in, unless all of it is hidden or beside.
func (s *Sweep) open(c, r, k int, opacity func(int32) Opacity) {
	x := s.x
	items := x.items[x.head[r*x.cols+c]:x.head[r*x.cols+c+1]]
	if len(items) == 0 || k > 0 && s.hidden(c, r) {
		return
	}
	for _, e := range items {
		if s.seen[e] == s.look {
			continue
		}
		s.seen[e] = s.look
		switch opacity(e) {
		case Opaque:
			s.add(e)
		case Low:
			s.low = append(s.low, e)
		}
	}
}

// hidden tells whether a cell, which the viewer is not in, is beside the view, out
// of reach or behind spans that are nearer than all of it.
func (s *Sweep) hidden(c, r int) bool {
	x, v := s.x, &s.view
	x0, y0 := x.west+float64(c)*x.cell, x.south+float64(r)*x.cell
	x1, y1 := x0+x.cell, y0+x.cell
	dx, dy := max(x0-v.From[0], 0, v.From[0]-x1), max(y0-v.From[1], 0, v.From[1]-y1)
	near := math.Hypot(dx, dy)
	if near > v.ReachM {
		return true
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, p := range [4]orb.Point{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}} {
		a, l := v.Local(p)
		if a == 0 && l == 0 {
			return false
		}
		t := Angle(a, l)
		lo, hi = min(lo, t), max(hi, t)
	}
	if hi-lo > 2 { // it lies across the back, where angles begin and end
		return false
	}
	if hi < -v.Half || lo > v.Half {
		return true
	}
	return s.covered(max(lo, -v.Half), min(hi, v.Half), near)
}

// closed tells whether nothing farther than dist can be seen any more.
func (s *Sweep) closed(dist float64) bool { return s.covered(-s.view.Half, s.view.Half, dist) }

// Covered tells whether the spans of the last look that are nearer than dist close
// all directions from lo to hi.
func (s *Sweep) Covered(lo, hi, dist float64) bool { return s.covered(lo, hi, dist) }

// covered tells whether spans nearer than dist close the directions from lo to hi.
func (s *Sweep) covered(lo, hi, dist float64) bool {
	i := s.find(lo)
	for ; i < len(s.spans); i++ {
		sp := &s.spans[i]
		if sp.A0 > lo || s.dist(sp.Edge, sp.A0) > dist || s.dist(sp.Edge, sp.A1) > dist {
			return false
		}
		if lo = sp.A1; lo >= hi {
			return true
		}
	}
	return false
}

// find is the first span that ends after a.
func (s *Sweep) find(a float64) int {
	lo, hi := 0, len(s.spans)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if s.spans[mid].A1 <= a {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// add takes an opaque edge in.
func (s *Sweep) add(e int32) {
	ed := &s.x.edges[e]
	var l ends
	l.ax, l.ay = s.view.Local(ed.A)
	l.bx, l.by = s.view.Local(ed.B)
	turn := l.ax*l.by - l.ay*l.bx
	if turn == 0 || turn > 0 && ed.OneSided {
		return // seen edge-on, or from behind
	}
	if turn < 0 { // counter-clockwise from here on
		l = ends{l.bx, l.by, l.ax, l.ay}
	}
	if l.beyond(s.view.ReachM) {
		return
	}
	s.slot[e] = int32(len(s.local))
	s.local = append(s.local, l)
	a0, a1 := Angle(l.ax, l.ay), Angle(l.bx, l.by)
	if a0 <= a1 {
		s.insert(a0, a1, e)
		return
	}
	s.insert(a0, Last, e)
	s.insert(First, a1, e)
}

// beyond tells whether an edge is farther away than reach all along.
func (l *ends) beyond(reach float64) bool {
	dx, dy := l.bx-l.ax, l.by-l.ay
	t := -(l.ax*dx + l.ay*dy) / (dx*dx + dy*dy)
	t = min(max(t, 0), 1)
	return math.Hypot(l.ax+t*dx, l.ay+t*dy) > reach
}

// times is how many times the direction (as Direction gives it) goes into the way
// to the line of an edge.
func (l *ends) times(along, left float64) float64 {
	dx, dy := l.bx-l.ax, l.by-l.ay
	return (l.ax*dy - l.ay*dx) / (along*dy - left*dx)
}

// dist is how far the edge is in a direction, in metres.
func (s *Sweep) dist(e int32, angle float64) float64 {
	along, left := Direction(angle)
	return s.local[s.slot[e]].times(along, left) * math.Hypot(along, left)
}

// Dist is how far the edge of a span is in a direction within it, in metres.
func (s *Sweep) Dist(sp Span, angle float64) float64 { return s.dist(sp.Edge, angle) }

// insert lets an edge compete with the spans from a0 to a1.
func (s *Sweep) insert(a0, a1 float64, e int32) {
	a0, a1 = max(a0, -s.view.Half), min(a1, s.view.Half)
	if a0 >= a1 {
		return
	}
	i := s.find(a0)
	s.fresh = s.fresh[:0]
	at, j := a0, i
	for ; j < len(s.spans) && s.spans[j].A0 < a1; j++ {
		old := s.spans[j]
		from := old.A0
		if from < at {
			s.push(from, at, old.Edge)
			from = at
		} else {
			s.push(at, from, e)
		}
		to := min(old.A1, a1)
		s.compete(from, to, old.Edge, e)
		s.push(a1, old.A1, old.Edge)
		at = to
	}
	s.push(at, a1, e)
	if len(s.fresh) == j-i && slices.Equal(s.fresh, s.spans[i:j]) {
		return
	}
	s.spans = slices.Replace(s.spans, i, j, s.fresh...)
}

// push adds a span to the fresh ones; one without width is nothing.
func (s *Sweep) push(a0, a1 float64, e int32) {
	if a0 >= a1 {
		return
	}
	if n := len(s.fresh) - 1; n >= 0 && s.fresh[n].Edge == e && s.fresh[n].A1 == a0 {
		s.fresh[n].A1 = a1
		return
	}
	s.fresh = append(s.fresh, Span{a0, a1, e})
}

// sameShare is what two distances may differ by and count as equal.
const sameShare = 1e-12

// compete gives the directions from a0 to a1 to the nearer of two edges. The one
// that was there first wins where both are the same.
func (s *Sweep) compete(a0, a1 float64, old, e int32) {
	o, n := &s.local[s.slot[old]], &s.local[s.slot[e]]
	x0, y0 := Direction(a0)
	x1, y1 := Direction(a1)
	d0 := compare(n.times(x0, y0), o.times(x0, y0))
	d1 := compare(n.times(x1, y1), o.times(x1, y1))
	switch {
	case d0 >= 0 && d1 >= 0:
		s.push(a0, a1, old)
	case d0 <= 0 && d1 <= 0:
		s.push(a0, a1, e)
	default:
		mid := crossing(o, n, a0, a1)
		first, second := e, old
		if d0 > 0 {
			first, second = old, e
		}
		s.push(a0, mid, first)
		s.push(mid, a1, second)
	}
}

func compare(a, b float64) int {
	switch {
	case math.Abs(a-b) <= sameShare*max(math.Abs(a), math.Abs(b)):
		return 0
	case a < b:
		return -1
	}
	return 1
}

// crossing is the direction in which the lines of two edges cross, held between a0
// and a1.
func crossing(o, n *ends, a0, a1 float64) float64 {
	ox, oy := o.bx-o.ax, o.by-o.ay
	nx, ny := n.bx-n.ax, n.by-n.ay
	den := ox*ny - oy*nx
	if den == 0 {
		return a0
	}
	t := ((n.ax-o.ax)*ny - (n.ay-o.ay)*nx) / den
	x, y := o.ax+t*ox, o.ay+t*oy
	if x == 0 && y == 0 {
		return a0
	}
	return min(max(Angle(x, y), a0), a1)
}
