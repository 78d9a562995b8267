package walk

import (
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// piece is a side of the triangulation along an input.
type piece struct {
	a, b   int32
	input  int32
	lo, hi float64 // metres along the edge
}

// What runs along a side of a triangle.
const (
	alongWay uint8 = 1 << iota
	alongWall
)

// finish keeps the inputs as sides and writes the mesh.
func (b *mesher) finish(d *delaunay) {
	pieces := b.pieces(d)
	kind := make([]uint8, 3*len(d.t)) // of the side after each corner
	at := make([]int32, len(pieces))  // one of the two corners that each piece follows
	for i, p := range pieces {
		t, k := d.sideBetween(p.a, p.b)
		c := 3*t + next3(k)
		at[i] = c
		what := alongWall
		if b.inputs[p.input].edge >= 0 {
			what = alongWay
		}
		o := d.t[t].n[k]
		kind[c] |= what
		kind[3*o+next3(d.opposite(o, t))] |= what
	}
	m := b.m
	corner := b.corners(d, kind)
	for _, l := range d.p {
		m.pts = append(m.pts, orb.Point{m.origin[0] + float64(l.x)*m.unit, m.origin[1] + float64(l.y)*m.unit})
	}
	m.tris = make([]meshTri, len(d.t))
	original := make([]int32, len(m.pts))
	for i := range original {
		original[i] = int32(i)
	}
	for t := range d.t {
		for k := range 3 {
			v := corner[3*t+k]
			for int(v) >= len(m.pts) { // a vertex parted by walls
				m.pts = append(m.pts, orb.Point{})
				original = append(original, 0)
			}
			o := d.t[t].v[k]
			m.pts[v], original[v] = m.pts[o], o
			m.tris[t].v[k] = v
		}
	}
	b.makeSides(d, original, kind)
	b.edgeSidesOf(pieces, at)
	b.markSquares()
	m.listTriangles()
}

// pieces keeps the chains of all inputs in the triangulation.
func (b *mesher) pieces(d *delaunay) []piece {
	out := make([]piece, 0, len(b.inputs))
	var ends [2]int32
	for i, chain := range b.chains {
		s := &b.inputs[i]
		if chain == nil {
			chain = ends[:]
			chain[0], chain[1] = s.a, s.b
		}
		p, q := b.points[s.a], b.points[s.b]
		length2 := float64((q.x-p.x)*(q.x-p.x) + (q.y-p.y)*(q.y-p.y))
		metres := func(v int32) float64 {
			switch v {
			case s.a:
				return s.lo
			case s.b:
				return s.hi
			}
			x := b.points[v]
			t := float64((x.x-p.x)*(q.x-p.x)+(x.y-p.y)*(q.y-p.y)) / length2
			return s.lo + (s.hi-s.lo)*max(0, min(1, t))
		}
		for k := 1; k < len(chain); k++ {
			d.keep(chain[k-1], chain[k], func(x, y int32) {
				out = append(out, piece{x, y, int32(i), metres(x), metres(y)})
			})
		}
	}
	return out
}

// corners numbers the corners of triangles anew: a vertex on walls becomes one
// vertex for each of the spaces that the walls part around it.
func (b *mesher) corners(d *delaunay, kind []uint8) []int32 {
	n := int32(len(d.p))
	onWall := make([]bool, n)
	sets := newUnionFind(3 * len(d.t))
	for t := range d.t {
		for k := range int32(3) {
			u, v := d.t[t].v[k], d.t[t].v[next3(k)]
			if kind[3*int32(t)+k] == alongWall {
				onWall[u], onWall[v] = true, true
				continue
			}
			o := d.t[t].n[prev3(k)]
			if o < int32(t) {
				continue
			}
			j := d.opposite(o, int32(t)) // o has v before u
			sets.union(int32(3*t)+k, 3*o+prev3(j))
			sets.union(int32(3*t)+next3(k), 3*o+next3(j))
		}
	}
	out := make([]int32, 3*len(d.t))
	first := make([]int32, n)      // set that keeps the number of the vertex, plus 1
	named := make(map[int32]int32) // the other sets
	next := n
	for c := range out {
		v := d.t[c/3].v[c%3]
		out[c] = v
		if !onWall[v] {
			continue
		}
		set := sets.find(int32(c))
		if first[v] == 0 {
			first[v] = set + 1
		}
		if first[v] == set+1 {
			continue
		}
		id, ok := named[set]
		if !ok {
			id = next
			next++
			named[set] = id
		}
		out[c] = id
	}
	return out
}

// makeSides numbers the sides. The two faces of a wall are two sides.
func (b *mesher) makeSides(d *delaunay, original []int32, kind []uint8) {
	m := b.m
	for t := range d.t {
		for k := range int32(3) {
			along := kind[3*int32(t)+k]
			o := d.t[t].n[prev3(k)]
			neighbour := int32(-1)
			if o >= 0 && o < int32(t) {
				neighbour = m.tris[o].side[next3(d.opposite(o, int32(t)))]
				if along != alongWall {
					m.tris[t].side[k] = neighbour
					continue
				}
			}
			u, v := m.tris[t].v[k], m.tris[t].v[next3(k)]
			if original[u] > original[v] {
				u, v = v, u
			}
			id := int32(len(m.sides))
			m.sides = append(m.sides, meshSide{u: u, v: v, length: geo.Distance(m.pts[u], m.pts[v]), twin: neighbour, way: along&alongWay != 0})
			if neighbour >= 0 {
				m.sides[neighbour].twin = id
			}
			m.tris[t].side[k] = id
		}
	}
}

// edgeSidesOf lists the sides along every edge and marks their vertices.
func (b *mesher) edgeSidesOf(pieces []piece, at []int32) {
	m := b.m
	m.flags = make([]vertexFlags, len(m.pts))
	m.edgeHead = make([]int32, len(b.n.edges)+1)
	for i, p := range pieces {
		e := b.inputs[p.input].edge
		if e < 0 {
			continue
		}
		side := m.tris[at[i]/3].side[at[i]%3]
		m.edgeSides = append(m.edgeSides, edgeSide{side, p.lo, p.hi, p.a > p.b})
		m.edgeHead[e+1] = int32(len(m.edgeSides))
		s := &m.sides[side]
		m.flags[s.u] |= onWay
		m.flags[s.v] |= onWay
	}
	for i := 1; i < len(m.edgeHead); i++ {
		m.edgeHead[i] = max(m.edgeHead[i], m.edgeHead[i-1])
	}
}

// markSquares finds the sides that lie on squares: those of which no triangle lies
// outside.
func (b *mesher) markSquares() {
	m := b.m
	if len(b.n.squares) == 0 {
		return
	}
	g := newGrid(len(b.n.squares), func(i int) geo.Extent { return geo.ExtentOf(b.n.squares[i]) })
	outside := make([]bool, len(m.sides))
	for t := range m.tris {
		tr := &m.tris[t]
		p, q, r := m.pts[tr.v[0]], m.pts[tr.v[1]], m.pts[tr.v[2]]
		middle := orb.Point{(p[0] + q[0] + r[0]) / 3, (p[1] + q[1] + r[1]) / 3}
		in := false
		g.each(pointExtent(middle, 0), func(i int32) bool {
			in = geo.Inside(b.n.squares[i], middle)
			return !in
		})
		for _, s := range tr.side {
			outside[s] = outside[s] || !in
		}
	}
	for s := range m.sides {
		m.sides[s].square = !outside[s]
	}
}

func (m *mesh) listTriangles() {
	m.triHead = make([]int32, len(m.pts)+1)
	for t := range m.tris {
		for _, v := range m.tris[t].v {
			m.triHead[v+1]++
		}
	}
	for i := 1; i < len(m.triHead); i++ {
		m.triHead[i] += m.triHead[i-1]
	}
	m.triList = make([]int32, 3*len(m.tris))
	next := slices.Clone(m.triHead)
	for t := range m.tris {
		for _, v := range m.tris[t].v {
			m.triList[next[v]] = int32(t)
			next[v]++
		}
	}
}
