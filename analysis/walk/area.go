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
	p, q    []float64 // of sides: reached from u up to p, and from q up to v
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
		a.stamp = 0
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
	f.freeVertices(m, a, limits[len(limits)-1])
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
		a.stamp = 1
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

// freeVertices spreads the costs to the vertices of walls, off the network.
func (f *field) freeVertices(m *mesh, a *areaScratch, limit int64) {
	h := &a.heap
	h.heap = h.heap[:0]
	reach := f.n.profile.AreaReachM
	spread := func(v int32) {
		for _, t := range m.triList[m.triHead[v]:m.triHead[v+1]] {
			for _, w := range m.tris[t].v {
				if w == v || m.flags[w]&onWay != 0 {
					continue
				}
				d := geo.Distance(m.pts[v], m.pts[w])
				off := a.off_m[v] + d
				cost := a.leave[v] + d*f.c.offPerM
				if off > reach || cost > float64(limit) || a.seen[w] == a.stamp && a.leave[w] <= cost {
					continue
				}
				if a.seen[w] != a.stamp {
					a.verts = append(a.verts, w)
				}
				a.seen[w], a.cost[w], a.leave[w], a.off_m[w] = a.stamp, cost, cost, off
				h.push(heapItem{math.Float64bits(cost), w})
			}
		}
	}
	for _, v := range a.verts[:len(a.verts):len(a.verts)] {
		spread(v)
	}
	for len(h.heap) > 0 {
		it := h.pop()
		if math.Float64bits(a.leave[it.node]) == it.label {
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
	slices.Sort(a.tris)
}

// area makes the area of one limit.
func (f *field) area(m *mesh, a *areaScratch, edges []int32, limit int64) orb.MultiPolygon {
	a.out, a.sides = a.out[:0], a.sides[:0]
	clearSides := a.tris // sides of these triangles are set below
	for _, t := range clearSides {
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
	for _, t := range a.tris {
		f.cutTriangle(m, a, t, limit)
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

// step is how far from a vertex one gets off the network, in metres.
func (f *field) step(a *areaScratch, v int32, square bool, limit int64) float64 {
	if a.seen[v] != a.stamp || a.cost[v] > float64(limit) {
		return -1
	}
	stride := min(strideM, (float64(limit)-a.cost[v])/f.c.offPerM)
	left := float64(limit) - a.leave[v]
	switch {
	case left < 0:
		return stride
	case square:
		return max(stride, left/f.c.offPerM*f.squareGain())
	}
	return max(stride, min(f.n.profile.AreaReachM-a.off_m[v], left/f.c.offPerM))
}

// squareGain is how many times farther than off the network one gets on a square.
func (f *field) squareGain() float64 {
	if f.c == &f.n.length {
		return 1
	}
	return max(1, f.n.profile.SpeedMPS/f.n.profile.OffNetworkMPS)
}

// freeSide finds how far a side that is not along a way is reached.
func (f *field) freeSide(m *mesh, a *areaScratch, s int32, limit int64) (p, q float64) {
	side := &m.sides[s]
	l := side.length
	fromU, fromV := f.step(a, side.u, side.square, limit), f.step(a, side.v, side.square, limit)
	hair := min(hairM, l/4)
	bound := func(step float64, other int32, reached bool) float64 {
		if !reached && m.flags[other]&onWay != 0 {
			return min(step, l-hair)
		}
		return min(step, l)
	}
	p, q = 0, l
	if fromU > 0 {
		p = bound(fromU, side.v, fromV >= 0)
	}
	if fromV > 0 {
		q = l - bound(fromV, side.u, fromU >= 0)
	}
	return p, q
}

// cutTriangle adds the outline that an area has inside a triangle.
func (f *field) cutTriangle(m *mesh, a *areaScratch, t int32, limit int64) {
	tr := &m.tris[t]
	var p, q [3]float64 // along the triangle's own direction
	full := true
	for k, s := range tr.side {
		side := &m.sides[s]
		if !side.way {
			a.p[s], a.q[s] = f.freeSide(m, a, s, limit)
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
	for k := range 3 {
		if !open(k) || fromStart(k) && toEnd((k+2)%3) {
			continue // no gap begins on this side
		}
		last := k
		for toEnd(last) && fromStart((last+1)%3) {
			last = (last + 1) % 3
		}
		from, to := a.gapPoint(m, tr, k, false), a.gapPoint(m, tr, last, true)
		switch {
		case from == to:
		case last == k: // dent the side, or its reached ends would close over the gap
			a.bend(from, to, dentShare)
		default:
			a.out = append(a.out, [2]orb.Point{from, to})
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
