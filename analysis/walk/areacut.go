package walk

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Outlines of areas are exact. Every place on them is a whole number of parts along
// a side of the mesh, or a place inside a triangle that is proven to lie where it
// should, and all of these are numbers that float64 holds without rounding (see
// mesh.parts). So what is true of the plane is true of the numbers: straight lines
// across a triangle between places on its outline do not cross unless the places
// alternate, and triangles meet along their sides only.

// dentShare says how far areas keep from a stretch that is not reached, between two
// that are, and how wide they are where a reached stretch has no room on a side:
// this share of its length.
const dentShare = 1e-4

// cutTriangle adds the outline that an area has inside a triangle. done tells that
// the whole triangle is reached and that there is no wall at it.
func (a *areaScratch) cutTriangle(m *mesh, t int32) (done bool) {
	tr := &m.tris[t]
	for k := 0; ; k++ {
		if step, _ := a.stepFrom(tr.v[k], true); step >= 0 { // no step is longer than that on a square
			break
		}
		if k == 2 {
			return false // no corner is reached, so nothing is
		}
	}
	var p, q [3]int32 // along the triangle's own direction
	full, walled := true, false
	for k, s := range tr.side {
		side := &m.sides[s]
		state, fresh := a.side(m, s)
		if fresh && !side.way {
			state.p, state.q = a.freeSide(m, side)
		}
		if side.twin >= 0 {
			a.walls = append(a.walls, s)
			walled = true
		}
		if state.p >= state.q {
			p[k], q[k] = m.parts, 0
			continue
		}
		full = false
		if side.u == tr.v[k] {
			p[k], q[k] = state.p, state.q
		} else {
			p[k], q[k] = m.parts-state.q, m.parts-state.p
		}
	}
	if !full {
		a.gaps(m, tr, p, q)
	}
	return full && !walled
}

// gap is a stretch around a triangle that is not reached. It runs from side first
// to side last, the way the corners do, and has at least one part on each.
type gap struct {
	first, last int
	from, to    orb.Point
	// Whether it begins or ends at a corner: then what is reached before it or after
	// it lies on the side before first or after last.
	fromCorner, toCorner bool
}

// before is the side on which what is reached ends where the gap begins.
func (g *gap) before() int {
	if g.fromCorner {
		return (g.first + 2) % 3
	}
	return g.first
}

// after is the side on which what is reached begins where the gap ends.
func (g *gap) after() int {
	if g.toCorner {
		return (g.last + 1) % 3
	}
	return g.last
}

// gaps walks around a triangle, whose sides are reached up to p and from q, and
// draws the outline that its gaps leave. A corner alone is not reached.
func (a *areaScratch) gaps(m *mesh, tr *meshTri, p, q [3]int32) {
	toEnd := func(k int) bool { return p[k] < q[k] && q[k] == m.parts }
	fromStart := func(k int) bool { return p[k] < q[k] && p[k] == 0 }
	corner := [3]orb.Point{m.pts[tr.v[0]], m.pts[tr.v[1]], m.pts[tr.v[2]]}
	var list [3]gap
	n := 0
	for k := range 3 {
		if p[k] >= q[k] || fromStart(k) && toEnd((k+2)%3) {
			continue // no gap begins on this side
		}
		last := k
		for toEnd(last) && fromStart((last+1)%3) {
			last = (last + 1) % 3
		}
		list[n] = gap{
			first: k, from: m.place(corner[k], corner[(k+1)%3], p[k]), fromCorner: fromStart(k),
			last: last, to: m.place(corner[last], corner[(last+1)%3], q[last]), toCorner: toEnd(last),
		}
		n++
	}
	a.close(m, corner, list[:n])
}

// close draws the outline of an area across a triangle with gaps. One gap is cut
// off. Between several lies land that is too far from every corner, so what is
// reached is what the gaps leave around the triangle, each stretch on its own. What
// would have no width, since both its ends lie on one side, is given some.
func (a *areaScratch) close(m *mesh, corner [3]orb.Point, gaps []gap) {
	if len(gaps) == 1 && gaps[0].first == gaps[0].last {
		g := &gaps[0]
		if top, ok := m.roof(g.from, g.to, corner[(g.first+2)%3]); ok {
			a.out = append(a.out, [2]orb.Point{g.from, top}, [2]orb.Point{top, g.to})
			return
		}
		a.out = append(a.out, [2]orb.Point{g.from, g.to})
		return
	}
	var middle orb.Point
	known, inside := false, false
	for i := range gaps {
		g, back := &gaps[i], &gaps[(i+len(gaps)-1)%len(gaps)]
		if back.after() == g.before() {
			if !known {
				middle, inside = m.between(corner, gaps)
				known = true
			}
			if top, ok := m.roof(back.to, g.from, middle); ok && inside {
				a.out = append(a.out, [2]orb.Point{g.from, top}, [2]orb.Point{top, back.to})
				continue
			}
		}
		a.out = append(a.out, [2]orb.Point{g.from, back.to})
	}
}

// between finds a place inside the land that the gaps of a triangle bound, once the
// stretches between them are cut off straight. That land is convex: roofs below
// the lines from their ends to this place meet neither each other nor the cuts. ok
// is false where the land is too thin to hold any place.
func (m *mesh) between(corner [3]orb.Point, gaps []gap) (middle orb.Point, ok bool) {
	ring := make([]orb.Point, 0, 9)
	for i := range gaps {
		g := &gaps[i]
		ring = append(ring, g.from)
		for k := g.first; k != g.last; k = (k + 1) % 3 {
			ring = append(ring, corner[(k+1)%3])
		}
		ring = append(ring, g.to)
	}
	var dx, dy float64
	for _, p := range ring {
		dx += p[0] - ring[0][0]
		dy += p[1] - ring[0][1]
	}
	n := float64(len(ring))
	middle = m.round(orb.Point{ring[0][0] + dx/n, ring[0][1] + dy/n})
	for i, p := range ring {
		if turn(p, ring[(i+1)%len(ring)], middle) <= 0 {
			return middle, false
		}
	}
	return middle, true
}

// roof finds a place close to the line from–to, inside the triangle that the line
// makes with a place to its left: at dentShare of the line's length, or farther, up
// to hairM, where the lattice has no place as near; above the inner half of the
// line. ok is false where there is none at all.
func (m *mesh) roof(from, to, left orb.Point) (top orb.Point, ok bool) {
	length := geo.Distance(from, to)
	height := cross(from, to, left) / length
	if height <= 0 {
		return top, false
	}
	mid := orb.Point{(from[0] + to[0]) / 2, (from[1] + to[1]) / 2}
	most := min(0.5, hairM/height, max(hairM, length/4)/geo.Distance(mid, left))
	for share := dentShare * length / height; ; share *= 8 { // along the line to left
		share = min(share, most)
		top = m.round(along(mid, left, share))
		if turn(from, to, top) > 0 && turn(to, left, top) > 0 && turn(left, from, top) > 0 {
			return top, true
		}
		if share == most {
			return top, false
		}
	}
}

// faces adds the outline that an area has along walls: where one face is reached
// and the other is not.
func (a *areaScratch) faces(m *mesh) {
	slices.Sort(a.walls)
	for i, s := range a.walls {
		if i > 0 && s == a.walls[i-1] {
			continue
		}
		side, this := &m.sides[s], a.sides[s]
		other := sideState{p: 0, q: m.parts}
		if _, met := slices.BinarySearch(a.walls, side.twin); met {
			other = a.sides[side.twin]
		}
		cuts := [...]int32{0, this.p, this.q, other.p, other.q, m.parts}
		slices.Sort(cuts[:])
		for k := 1; k < len(cuts); k++ {
			lo, hi := cuts[k-1], cuts[k]
			if lo == hi || !this.holds(lo, hi) || other.holds(lo, hi) {
				continue
			}
			from, to := m.place(m.pts[side.u], m.pts[side.v], lo), m.place(m.pts[side.u], m.pts[side.v], hi)
			if a.runsBack(m, s) {
				from, to = to, from
			}
			a.out = append(a.out, [2]orb.Point{from, to})
		}
	}
}

// holds tells whether a stretch of a side between two of its cuts is reached.
func (s *sideState) holds(lo, hi int32) bool { return s.p >= s.q || hi <= s.p || lo >= s.q }

// runsBack tells whether the triangle of a face lies to the right of its direction
// u–v, so that its outline runs against it.
func (a *areaScratch) runsBack(m *mesh, s int32) bool {
	side := &m.sides[s]
	for _, t := range m.triList[m.triHead[side.u]:m.triHead[side.u+1]] {
		for k, x := range m.tris[t].side {
			if x == s {
				return m.tris[t].v[k] != side.u
			}
		}
	}
	return false
}

// share rounds a share of a side, 0 … 1, to parts.
func (m *mesh) share(share float64) int32 {
	return int32(share*float64(m.parts) + 0.5)
}

// place is so many parts along the side a–b. It is the same from b to a.
func (m *mesh) place(a, b orb.Point, parts int32) orb.Point {
	t := float64(parts) / float64(m.parts)
	return orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
}

// round moves a place to the lattice on which parts of sides lie.
func (m *mesh) round(p orb.Point) orb.Point {
	grain := m.unit / float64(m.parts)
	return orb.Point{math.Round(p[0]/grain) * grain, math.Round(p[1]/grain) * grain}
}
