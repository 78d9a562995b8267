package walk

import (
	"math"

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

// strideM is the width that an area has on both sides of a way that cannot be left
// (a bridge, a tunnel), in metres.
const strideM = 1.0

// hairM is how far an area stays from a vertex of ways that is not reached.
const hairM = 0.005

// areas gives the area of every limit; limits ascend. An area without any part is
// nil.
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
	open := a.tris[:0]
	for _, t := range a.tris {
		if !a.cutTriangle(m, t) {
			open = append(open, t) // greater limits need not look at the others again
		}
	}
	a.tris = open
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
		p, q := int32(0), m.parts
		switch {
		case c.fromA >= s.hi:
			p = m.parts
		case c.fromA > s.lo:
			p = m.share((c.fromA - s.lo) / (s.hi - s.lo))
		}
		switch {
		case c.toB <= s.lo:
			q = 0
		case c.toB < s.hi:
			q = m.parts - m.share((s.hi-c.toB)/(s.hi-s.lo))
		}
		if s.against {
			p, q = m.parts-q, m.parts-p
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
func (a *areaScratch) freeSide(m *mesh, side *meshSide) (p, q int32) {
	l := side.length
	u, knownU := a.stepFrom(side.u, side.square)
	v, knownV := a.stepFrom(side.v, side.square)
	p, q = 0, m.parts
	if knownU && knownV && m.flags[side.u]&m.flags[side.v]&onWay == 0 {
		switch {
		case u >= 0 && v >= 0:
			p = m.parts
		case u > 0:
			p = m.share(u / (u - v))
		case v > 0:
			q = m.parts - m.share(v/(v-u))
		}
		return p, q
	}
	hair := max(1, m.share(min(hairM/l, 0.25)))
	if u > 0 {
		p = m.share(min(u/l, 1))
		if v < 0 && m.flags[side.v]&onWay != 0 {
			p = min(p, m.parts-hair)
		}
	}
	if v > 0 {
		q = m.parts - m.share(min(v/l, 1))
		if u < 0 && m.flags[side.u]&onWay != 0 {
			q = max(q, hair)
		}
	}
	return p, q
}
