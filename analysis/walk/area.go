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

// areaScratch is the memory of making areas.
type areaScratch struct {
	stamp   uint32
	seen    []uint32  // of vertices
	cost    []float64 // of vertices: the cost from there
	leave   []float64 // the same over ways that can be left there
	off_m   []float64 // of vertices no way leads to: metres off the network
	triSeen []uint32
	tris    []int32
	sideAt  []uint32
	freeAt  []uint32 // of sides: the round that p and q are of
	round   uint32
	p, q    []float64 // of sides: reached from u up to p, and from q up to v
	step    []float64 // of vertices: metres that one gets off the network
	left    []float64 // of vertices: metres for which the limit lasts
	sides   []int32   // faces of walls
	out     [][2]orb.Point
	heap    scratch
	verts   []int32
}

func (a *areaScratch) fit(m *mesh) {
	if len(a.seen) < len(m.pts) {
		a.seen, a.cost = make([]uint32, len(m.pts)), make([]float64, len(m.pts))
		a.leave, a.off_m = make([]float64, len(m.pts)), make([]float64, len(m.pts))
		a.triSeen, a.sideAt = make([]uint32, len(m.tris)), make([]uint32, len(m.sides))
		a.p, a.q = make([]float64, len(m.sides)), make([]float64, len(m.sides))
		a.step, a.left = make([]float64, len(m.pts)), make([]float64, len(m.pts))
		a.freeAt = make([]uint32, len(m.sides))
		a.stamp, a.round = 0, 0
	}
}

// areas gives the area of every limit; limits ascend. An area without any part is
// nil.
func (f *field) areas(limits []int64) []orb.MultiPolygon {
	m := f.n.theMesh()
	a := f.n.borrowArea()
	defer f.n.releaseArea(a)
	a.fit(m)
	a.nextStamp()
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

func (a *areaScratch) nextStamp() {
	a.stamp++
	if a.stamp == 0 {
		clear(a.seen)
		clear(a.triSeen)
		clear(a.sideAt)
		clear(a.freeAt)
		a.stamp, a.round = 1, 0
	}
}

// vertexCosts finds the cost from every vertex of the mesh that lies on a reached
// edge.
func (f *field) vertexCosts(m *mesh, a *areaScratch, edges []int32) {
	a.verts = a.verts[:0]
	give := func(v int32, cost float64, leave bool) {
		if cost > float64(f.limit) {
			return
		}
		if a.seen[v] != a.stamp {
			a.seen[v], a.cost[v], a.leave[v], a.off_m[v] = a.stamp, cost, math.Inf(1), 0
			a.verts = append(a.verts, v)
		}
		a.cost[v] = min(a.cost[v], cost)
		if leave {
			a.leave[v] = min(a.leave[v], cost)
		}
	}
	for _, e := range edges {
		leave := f.n.edges[e].flags&canLeave != 0
		for _, s := range m.edgeSides[m.edgeHead[e]:m.edgeHead[e+1]] {
			u, v := m.sides[s.side].u, m.sides[s.side].v
			if s.against {
				u, v = v, u
			}
			cu, _, _ := f.at(e, s.lo)
			cv, _, _ := f.at(e, s.hi)
			give(u, cu, leave)
			give(v, cv, leave)
		}
	}
}

// freeVertices spreads distance and cost off the network to the vertices that no
// way leads to, the nearest first. It goes as far as twice the reach: what lies
// beyond tells where the edge of an area runs.
func (f *field) freeVertices(m *mesh, a *areaScratch) {
	h := &a.heap
	h.heap = h.heap[:0]
	reach := f.n.profile.AreaReachM
	spread := func(v int32) {
		if math.IsInf(a.leave[v], 1) {
			return
		}
		for _, t := range m.triList[m.triHead[v]:m.triHead[v+1]] {
			for _, w := range m.tris[t].v {
				if w == v || m.flags[w]&onWay != 0 {
					continue
				}
				d := geo.Distance(m.pts[v], m.pts[w])
				off, cost := a.off_m[v]+d, a.leave[v]+d*f.c.offPerM
				if off > 2*reach {
					continue
				}
				if a.seen[w] != a.stamp {
					a.seen[w], a.off_m[w], a.leave[w] = a.stamp, math.Inf(1), math.Inf(1)
					a.verts = append(a.verts, w)
				}
				if off <= reach || a.off_m[w] > reach {
					a.leave[w] = min(a.leave[w], cost)
				}
				if off < a.off_m[w] {
					a.off_m[w] = off
					h.push(heapItem{math.Float64bits(off), w})
				}
			}
		}
	}
	for _, v := range a.verts[:len(a.verts):len(a.verts)] {
		spread(v)
	}
	for len(h.heap) > 0 {
		it := h.pop()
		if math.Float64bits(a.off_m[it.node]) == it.label {
			spread(it.node)
		}
	}
}

// listTriangles lists the triangles at reached vertices.
func (a *areaScratch) listTriangles(m *mesh) {
	a.tris = a.tris[:0]
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
	a.out, a.sides = a.out[:0], a.sides[:0]
	for _, t := range a.tris {
		for _, s := range m.tris[t].side {
			side := &m.sides[s]
			if side.way {
				a.p[s], a.q[s] = 0, side.length
				a.sideAt[s] = a.stamp
			}
		}
	}
	for _, e := range edges {
		f.reachSides(m, a, e, limit)
	}
	f.setSteps(m, a, limit)
	gain := f.squareGain()
	a.round++
	for _, t := range a.tris {
		f.cutTriangle(m, a, t, gain)
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
		if a.sideAt[s.side] != a.stamp {
			continue
		}
		side := &m.sides[s.side]
		scale := 0.0
		if s.hi > s.lo {
			scale = side.length / (s.hi - s.lo)
		}
		p, q := 0.0, side.length
		switch {
		case c.fromA >= s.hi:
			p = side.length
		case c.fromA > s.lo:
			p = (c.fromA - s.lo) * scale
		}
		switch {
		case c.toB <= s.lo:
			q = 0
		case c.toB < s.hi:
			q = side.length - (s.hi-c.toB)*scale
		}
		if s.against {
			p, q = side.length-q, side.length-p
		}
		a.p[s.side], a.q[s.side] = max(a.p[s.side], p), min(a.q[s.side], q)
	}
}

// setSteps finds how far from every vertex one gets off the network within a
// limit, in metres; less than 0 where not even the vertex is within.
func (f *field) setSteps(m *mesh, a *areaScratch, limit int64) {
	perM, reach := 1/f.c.offPerM, f.n.profile.AreaReachM
	for _, v := range a.verts {
		left := (float64(limit) - a.leave[v]) * perM
		step := min(reach-a.off_m[v], left)
		if m.flags[v]&onWay != 0 {
			if any := (float64(limit) - a.cost[v]) * perM; any >= 0 {
				step = max(step, min(strideM, any))
			} else {
				step = any
			}
		}
		a.left[v], a.step[v] = max(step, left), step
	}
}

// stepFrom is how far one gets from a vertex, on a square as far as the limit lets;
// known tells whether the search came as far as the vertex.
func (a *areaScratch) stepFrom(v int32, square bool, gain float64) (step_m float64, known bool) {
	switch {
	case a.seen[v] != a.stamp:
		return -1, false
	case square && a.left[v] > 0:
		return a.left[v] * gain, true
	}
	return a.step[v], true
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
func (f *field) freeSide(m *mesh, a *areaScratch, s int32, gain float64) (p, q float64) {
	side := &m.sides[s]
	l := side.length
	u, knownU := a.stepFrom(side.u, side.square, gain)
	v, knownV := a.stepFrom(side.v, side.square, gain)
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
func (f *field) cutTriangle(m *mesh, a *areaScratch, t int32, gain float64) {
	tr := &m.tris[t]
	for k := 0; ; k++ {
		if step, _ := a.stepFrom(tr.v[k], false, 1); step >= 0 {
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
		if !side.way {
			if a.freeAt[s] != a.round {
				a.freeAt[s] = a.round
				a.p[s], a.q[s] = f.freeSide(m, a, s, gain)
			}
		}
		if a.p[s] >= a.q[s] {
			p[k], q[k] = side.length, 0
			continue
		}
		full = false
		if side.u == tr.v[k] {
			p[k], q[k] = a.p[s], a.q[s]
		} else {
			p[k], q[k] = side.length-a.q[s], side.length-a.p[s]
		}
	}
	for _, s := range tr.side {
		if m.sides[s].twin >= 0 {
			a.sides = append(a.sides, s)
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
		return m.sidePoint(s, a.q[s])
	}
	return m.sidePoint(s, a.p[s])
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
	slices.Sort(a.sides)
	for i, s := range a.sides {
		if i > 0 && s == a.sides[i-1] {
			continue
		}
		twin := m.sides[s].twin
		_, both := slices.BinarySearch(a.sides, twin)
		l := m.sides[s].length
		cuts := []float64{0, a.p[s], a.q[s], l}
		if both {
			cuts = append(cuts, a.p[twin], a.q[twin])
		}
		slices.Sort(cuts)
		for k := 1; k < len(cuts); k++ {
			lo, hi := cuts[k-1], cuts[k]
			mid := (lo + hi) / 2
			in := func(s int32) bool { return mid <= a.p[s] || mid >= a.q[s] }
			if hi <= lo || !in(s) || both && in(twin) {
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
