package walk

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Areas of reach. A place between ways belongs to the area of a limit when
// somebody there can step onto the nearest ways and be in time, and the ways are
// within the profile's reach. In terms of the mesh: along a way, a side of a
// triangle is reached exactly as far as the search says; along any other side, as
// far from both its vertices as what is left of the limit, and the reach, allow.
// The area takes of every triangle what its reached sides span. It follows that
//
//   - every reached stretch of way is in the area, and no other stretch is, but
//     for the places where the two meet (sandwichM is the tolerance);
//   - no part and no hole is left out, and nothing leaks through a wall;
//   - a greater limit gives an area that holds that of a smaller one.
//
// The one exception are straight lines across squares: a square is filled from its
// outline and its entries.

// sandwichM is the tolerance of areas, in metres: they are drawn on a lattice of a
// millimetre, and pass stretches that are not reached by a hair.
const sandwichM = 0.01

// Areas pass a stretch that is not reached, between two that are, at this share of
// its length, and are that wide where a reached stretch has no room on a side.
const dentShare = 1e-4

// strideM is the width that an area has on both sides of a way that cannot be left
// (a bridge, a tunnel), in metres.
const strideM = 1.0

// hairM is how far an area stays from a vertex of ways that is not reached.
const hairM = 0.005

// areas gives the area of every limit. An area without any part is nil.
func (f *field) areas(limits []int64) []orb.MultiPolygon {
	m := f.n.theMesh()
	a := f.n.borrowArea()
	defer f.n.releaseArea(a)
	a.fit(m)
	a.begin()
	edges := f.reachedEdges()
	f.vertexCosts(m, a, edges)
	f.freeVertices(m, a)
	a.listTriangles(m)
	out := make([]orb.MultiPolygon, len(limits))
	for i, limit := range limits {
		out[i] = f.area(m, a, edges, limit)
	}
	return out
}

// vertexCosts finds the cost from every vertex of the mesh that lies on a reached
// edge.
func (f *field) vertexCosts(m *mesh, a *areaScratch, edges []int32) {
	for _, e := range edges {
		leave := f.n.edges[e].flags&canLeave != 0
		give := func(v int32, along_m float64) {
			cost, _, ok := f.at(e, along_m)
			if !ok {
				return
			}
			s := a.meet(v)
			s.cost = min(s.cost, cost)
			if leave {
				s.leave = min(s.leave, cost)
			}
		}
		for _, s := range m.edgeSides[m.edgeHead[e]:m.edgeHead[e+1]] {
			u, v := m.sides[s.side].u, m.sides[s.side].v
			if s.against {
				u, v = v, u
			}
			give(u, s.lo)
			give(v, s.hi)
		}
	}
}

// freeVertices spreads distance and cost off the network to the vertices that no
// way leads to, the nearest first. It goes as far as twice the reach: what lies
// beyond tells where the edge of an area runs.
func (f *field) freeVertices(m *mesh, a *areaScratch) {
	h := &a.heap
	h.heap = h.heap[:0]
	for _, v := range a.verts[:len(a.verts):len(a.verts)] {
		f.spread(m, a, v)
	}
	for len(h.heap) > 0 {
		it := h.pop()
		if math.Float64bits(a.at[it.node].off_m) == it.label {
			f.spread(m, a, it.node)
		}
	}
}

// spread goes on from a vertex to those around it.
func (f *field) spread(m *mesh, a *areaScratch, v int32) {
	from, reach := a.at[v], f.n.profile.AreaReachM
	if math.IsInf(from.leave, 1) {
		return
	}
	for _, t := range m.triList[m.triHead[v]:m.triHead[v+1]] {
		for _, w := range m.tris[t].v {
			if w == v || m.flags[w]&onWay != 0 {
				continue
			}
			d := geo.Distance(m.pts[v], m.pts[w])
			off, cost := from.off_m+d, from.leave+d*f.c.offPerM
			if off > 2*reach {
				continue
			}
			s := a.meet(w)
			if math.IsInf(s.leave, 1) {
				s.off_m = math.Inf(1)
			}
			if off <= reach || s.off_m > reach {
				s.leave = min(s.leave, cost)
			}
			if off < s.off_m {
				s.off_m = off
				a.heap.push(heapItem{math.Float64bits(off), w})
			}
		}
	}
}

// listTriangles lists the triangles at reached vertices.
func (a *areaScratch) listTriangles(m *mesh) {
	for _, v := range a.verts {
		for _, t := range m.triList[m.triHead[v]:m.triHead[v+1]] {
			if a.triSeen[t] != a.stamp {
				a.triSeen[t] = a.stamp
				a.tris = append(a.tris, t)
			}
		}
	}
}

// area makes the area of one limit.
func (f *field) area(m *mesh, a *areaScratch, edges []int32, limit int64) orb.MultiPolygon {
	a.out, a.walls = a.out[:0], a.walls[:0]
	a.round++
	for _, e := range edges {
		f.reachSides(m, a, e, limit)
	}
	f.setSteps(m, a, limit)
	for _, t := range a.tris {
		a.cutTriangle(m, t)
	}
	a.faces(m)
	return assemble(a.out)
}

// reachSides sets how far the sides along an edge are reached.
func (f *field) reachSides(m *mesh, a *areaScratch, e int32, limit int64) {
	list := m.edgeSides[m.edgeHead[e]:m.edgeHead[e+1]]
	if len(list) == 0 {
		return
	}
	c := f.covered(e, limit)
	for _, s := range list {
		length := m.sides[s.side].length
		scale := 0.0
		if s.hi > s.lo {
			scale = length / (s.hi - s.lo)
		}
		p, q := 0.0, length
		switch {
		case c.fromA >= s.hi:
			p = length
		case c.fromA > s.lo:
			p = (c.fromA - s.lo) * scale
		}
		switch {
		case c.toB <= s.lo:
			q = 0
		case c.toB < s.hi:
			q = length - (s.hi-c.toB)*scale
		}
		if s.against {
			p, q = length-q, length-p
		}
		state, _ := a.side(m, s.side)
		state.p, state.q = max(state.p, p), min(state.q, q)
	}
}

// setSteps finds how far from every vertex one gets off the network within a
// limit, in metres; less than 0 where not even the vertex is within.
func (f *field) setSteps(m *mesh, a *areaScratch, limit int64) {
	perM, reach, gain := 1/f.c.offPerM, f.n.profile.AreaReachM, f.squareGain()
	for _, v := range a.verts {
		s := &a.at[v]
		left := (float64(limit) - s.leave) * perM
		s.step = min(reach-s.off_m, left)
		if m.flags[v]&onWay != 0 {
			if any := (float64(limit) - s.cost) * perM; any >= 0 {
				s.step = max(s.step, min(strideM, any))
			} else {
				s.step = any
			}
		}
		s.square = s.step
		if left > 0 {
			s.square = max(s.step, left*gain)
		}
	}
}

// stepFrom is how far one gets from a vertex; known tells whether the search came
// as far as the vertex.
func (a *areaScratch) stepFrom(v int32, square bool) (step_m float64, known bool) {
	s := &a.at[v]
	switch {
	case s.stamp != a.stamp:
		return -1, false
	case square:
		return s.square, true
	}
	return s.step, true
}

// squareGain is how many times farther than off the network one gets on a square.
func (f *field) squareGain() float64 {
	if f.c == &f.n.length {
		return 1
	}
	return max(1, f.n.profile.SpeedMPS/f.n.profile.OffNetworkMPS)
}

// freeSide finds how far a side that is not along a way is reached. From way to
// way people step off at both ends. In open land what is left falls evenly.
func (a *areaScratch) freeSide(m *mesh, side *meshSide) (p, q float64) {
	l := side.length
	u, knownU := a.stepFrom(side.u, side.square)
	v, knownV := a.stepFrom(side.v, side.square)
	p, q = 0, l
	if knownU && knownV && m.flags[side.u]&m.flags[side.v]&onWay == 0 {
		switch {
		case u >= 0 && v >= 0:
			p = l
		case u > 0:
			p = l * u / (u - v)
		case v > 0:
			q = l - l*v/(v-u)
		}
		return p, q
	}
	hair := min(hairM, l/4)
	if u > 0 {
		p = min(u, l)
		if v < 0 && m.flags[side.v]&onWay != 0 {
			p = min(p, l-hair)
		}
	}
	if v > 0 {
		q = l - min(v, l)
		if u < 0 && m.flags[side.u]&onWay != 0 {
			q = max(q, hair)
		}
	}
	return p, q
}

// cutTriangle adds the outline that an area has inside a triangle.
func (a *areaScratch) cutTriangle(m *mesh, t int32) {
	tr := &m.tris[t]
	for k := 0; ; k++ {
		if step, _ := a.stepFrom(tr.v[k], false); step >= 0 {
			break
		}
		if k == 2 {
			return // no corner is reached, so nothing is
		}
	}
	var p, q [3]float64 // along the triangle's own direction
	full := true
	for k, s := range tr.side {
		side := &m.sides[s]
		state, fresh := a.side(m, s)
		if fresh && !side.way {
			state.p, state.q = a.freeSide(m, side)
		}
		if side.twin >= 0 {
			a.walls = append(a.walls, s)
		}
		if state.p >= state.q {
			p[k], q[k] = side.length, 0
			continue
		}
		full = false
		if side.u == tr.v[k] {
			p[k], q[k] = state.p, state.q
		} else {
			p[k], q[k] = side.length-state.q, side.length-state.p
		}
	}
	if !full {
		a.gaps(m, tr, p, q)
	}
}

// gaps walks around a triangle and closes each stretch that is not reached.
func (a *areaScratch) gaps(m *mesh, tr *meshTri, p, q [3]float64) {
	open := func(k int) bool { return p[k] < q[k] }
	toEnd := func(k int) bool { return open(k) && q[k] >= m.sides[tr.side[k]].length }
	fromStart := func(k int) bool { return open(k) && p[k] <= 0 }
	for k := range 3 {
		if b, c := (k+1)%3, (k+2)%3; fromStart(b) && toEnd(b) && fromStart(c) && toEnd(c) {
			a.rim(m, tr, k, p[k], q[k])
			return
		}
	}
	var list [3]gap
	n := 0
	for k := range 3 {
		if !open(k) || fromStart(k) && toEnd((k+2)%3) {
			continue // no gap begins on this side
		}
		last := k
		for toEnd(last) && fromStart((last+1)%3) {
			last = (last + 1) % 3
		}
		list[n] = gap{k, last, a.gapPoint(m, tr, k, false), a.gapPoint(m, tr, last, true)}
		n++
	}
	a.close(list[:n])
}

// gap is a stretch of a triangle's outline that is not reached, with the sides it
// begins and ends on.
type gap struct {
	first, last int
	from, to    orb.Point
}

// close draws the outline of an area across a triangle with gaps. One gap is cut
// off. Between several lies land that is too far from every corner, so what is
// reached is the corners that the gaps leave, each on its own.
func (a *areaScratch) close(gaps []gap) {
	for i, g := range gaps {
		before := gaps[(i+len(gaps)-1)%len(gaps)]
		switch {
		case g.from == before.to:
		case len(gaps) == 1 && g.first == g.last: // dent the side, or its reached ends would close over the gap
			a.bend(g.from, g.to, dentShare)
		default:
			a.out = append(a.out, [2]orb.Point{g.from, before.to})
		}
	}
}

// rim gives a width to what is reached on side k of a triangle when nothing else
// of the triangle is.
func (a *areaScratch) rim(m *mesh, tr *meshTri, k int, p, q float64) {
	start, end := m.pts[tr.v[k]], m.pts[tr.v[(k+1)%3]]
	length := m.sides[tr.side[k]].length
	if p >= q {
		a.bend(end, start, -dentShare)
		return
	}
	if p > 0 {
		a.bend(a.gapPoint(m, tr, k, false), start, -dentShare)
	}
	if q < length {
		a.bend(end, a.gapPoint(m, tr, k, true), -dentShare)
	}
}

// bend adds an outline between two places that keeps to the left of the straight
// line by a share of its length.
func (a *areaScratch) bend(from, to orb.Point, share float64) {
	dx, dy := to[0]-from[0], to[1]-from[1]
	mid := orb.Point{(from[0]+to[0])/2 - dy*share, (from[1]+to[1])/2 + dx*share}
	a.out = append(a.out, [2]orb.Point{from, mid}, [2]orb.Point{mid, to})
}

// gapPoint is where the gap on side k of a triangle begins or ends, computed alike
// for both triangles at the side.
func (a *areaScratch) gapPoint(m *mesh, tr *meshTri, k int, end bool) orb.Point {
	s := tr.side[k]
	side := &m.sides[s]
	if (side.u == tr.v[k]) == end {
		return m.sidePoint(s, a.sides[s].q)
	}
	return m.sidePoint(s, a.sides[s].p)
}

// sidePoint is the place along a side.
func (m *mesh) sidePoint(s int32, along_m float64) orb.Point {
	side := &m.sides[s]
	switch {
	case along_m <= 0:
		return m.pts[side.u]
	case along_m >= side.length:
		return m.pts[side.v]
	}
	return along(m.pts[side.u], m.pts[side.v], along_m/side.length)
}

// faces adds the outline that an area has along walls: where one face is reached
// and the other is not.
func (a *areaScratch) faces(m *mesh) {
	slices.Sort(a.walls)
	for i, s := range a.walls {
		if i > 0 && s == a.walls[i-1] {
			continue
		}
		this, twin := a.sides[s], m.sides[s].twin
		_, both := slices.BinarySearch(a.walls, twin)
		other := a.sides[twin]
		cuts := []float64{0, this.p, this.q, m.sides[s].length}
		if both {
			cuts = append(cuts, other.p, other.q)
		}
		slices.Sort(cuts)
		for k := 1; k < len(cuts); k++ {
			lo, hi := cuts[k-1], cuts[k]
			mid := (lo + hi) / 2
			if hi <= lo || !this.holds(mid) || both && other.holds(mid) {
				continue
			}
			from, to := m.sidePoint(s, lo), m.sidePoint(s, hi)
			if a.runsBack(m, s) {
				from, to = to, from
			}
			a.out = append(a.out, [2]orb.Point{from, to})
		}
	}
}

func (s *sideState) holds(along_m float64) bool { return along_m <= s.p || along_m >= s.q }

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
