package walk

import (
	"math/bits"
)

// lattice is a point of the mesh in whole units from the mesh's origin. All
// questions about lattice points are answered exactly.
type lattice struct{ x, y int64 }

// maxLattice bounds the coordinates: 2²⁷ units, so that with the corners of the
// outermost triangle differences stay below 2³⁰, products of two below 2⁶¹.
const maxLattice = 1 << 27

// orient is positive where c lies to the left of the way from a to b, negative to
// the right, zero on the line.
func orient(a, b, c lattice) int64 {
	return (b.x-a.x)*(c.y-a.y) - (b.y-a.y)*(c.x-a.x)
}

// inCircle tells whether d lies inside the circle through the corners of the
// counter-clockwise triangle a, b, c.
func inCircle(a, b, c, d lattice) bool {
	ax, ay := a.x-d.x, a.y-d.y
	bx, by := b.x-d.x, b.y-d.y
	cx, cy := c.x-d.x, c.y-d.y
	a2, b2, c2 := ax*ax+ay*ay, bx*bx+by*by, cx*cx+cy*cy
	bc, ca, ab := bx*cy-by*cx, cx*ay-cy*ax, ax*by-ay*bx
	fa, fb, fc := float64(a2)*float64(bc), float64(b2)*float64(ca), float64(c2)*float64(ab)
	det := fa + fb + fc
	if bound := 1e-14 * (abs(fa) + abs(fb) + abs(fc)); det > bound || det < -bound {
		return det > 0
	}
	sum := add128(add128(mul128(a2, bc), mul128(b2, ca)), mul128(c2, ab))
	return sum.hi > 0 || sum.hi == 0 && sum.lo > 0
}

func abs(v float64) float64 {
	if v < 0 {
		return -v
	}
	return v
}

// int128 is a signed whole number of 128 bits.
type int128 struct {
	hi int64
	lo uint64
}

func mul128(a, b int64) int128 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	h := int64(hi)
	if a < 0 {
		h -= b
	}
	if b < 0 {
		h -= a
	}
	return int128{h, lo}
}

func add128(a, b int128) int128 {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	return int128{a.hi + b.hi + int64(carry), lo}
}

// triangle has its corners counter-clockwise; n[k] is the triangle across the
// side that lies opposite corner k, -1 for none.
type triangle struct{ v, n [3]int32 }

// delaunay is a triangulation in which chosen sides are kept.
type delaunay struct {
	p    []lattice // the last three are the corners of the outermost triangle
	t    []triangle
	of   []int32 // a triangle at each point
	last int32   // where the next search starts
	work [][2]int32
}

func next3(k int32) int32 {
	if k == 2 {
		return 0
	}
	return k + 1
}

func prev3(k int32) int32 {
	if k == 0 {
		return 2
	}
	return k - 1
}

// triangulate makes the Delaunay triangulation of distinct points, inserted in
// the given order. Points that follow one another closely in space make it fast.
func triangulate(points []lattice, order []int32) *delaunay {
	n := int32(len(points))
	d := &delaunay{p: append(append(make([]lattice, 0, n+3), points...), lattice{-maxLattice, -maxLattice}, lattice{3 * maxLattice, -maxLattice}, lattice{-maxLattice, 3 * maxLattice})}
	d.of = make([]int32, n+3)
	d.t = make([]triangle, 1, 2*n+8)
	d.t[0] = triangle{[3]int32{n, n + 1, n + 2}, [3]int32{-1, -1, -1}}
	for _, i := range order {
		d.insert(i)
	}
	return d
}

// locate finds a triangle that holds a point, edges included.
func (d *delaunay) locate(p lattice) int32 {
	t := d.last
	for {
		tr := &d.t[t]
		moved := false
		for k := int32(0); k < 3; k++ {
			if orient(d.p[tr.v[next3(k)]], d.p[tr.v[prev3(k)]], p) < 0 {
				t = tr.n[k]
				moved = true
				break
			}
		}
		if !moved {
			return t
		}
	}
}

func (d *delaunay) insert(i int32) {
	p := d.p[i]
	t := d.locate(p)
	tr := d.t[t]
	for k := int32(0); k < 3; k++ {
		if orient(d.p[tr.v[next3(k)]], d.p[tr.v[prev3(k)]], p) == 0 {
			d.splitSide(t, k, i)
			return
		}
	}
	d.splitTriangle(t, i)
}

// replace tells triangle t that its neighbour old is now new.
func (d *delaunay) replace(t, old, new int32) {
	if t < 0 {
		return
	}
	for k := range d.t[t].n {
		if d.t[t].n[k] == old {
			d.t[t].n[k] = new
			return
		}
	}
}

func (d *delaunay) set(t int32, v, n [3]int32) {
	d.t[t] = triangle{v, n}
	d.of[v[0]], d.of[v[1]], d.of[v[2]] = t, t, t
}

func (d *delaunay) splitTriangle(t, p int32) {
	a, b, c := d.t[t].v[0], d.t[t].v[1], d.t[t].v[2]
	na, nb, nc := d.t[t].n[0], d.t[t].n[1], d.t[t].n[2]
	t1 := int32(len(d.t))
	t2 := t1 + 1
	d.t = append(d.t, triangle{}, triangle{})
	d.set(t, [3]int32{a, b, p}, [3]int32{t1, t2, nc})
	d.set(t1, [3]int32{b, c, p}, [3]int32{t2, t, na})
	d.set(t2, [3]int32{c, a, p}, [3]int32{t, t1, nb})
	d.replace(na, t, t1)
	d.replace(nb, t, t2)
	d.last = t
	d.legalise([2]int32{t, 2}, [2]int32{t1, 2}, [2]int32{t2, 2})
}

func (d *delaunay) splitSide(t, k, p int32) {
	o := d.t[t].n[k]
	j := d.opposite(o, t)
	a, u, w := d.t[t].v[k], d.t[t].v[next3(k)], d.t[t].v[prev3(k)]
	nu, nw := d.t[t].n[next3(k)], d.t[t].n[prev3(k)]
	q, ou, ow := d.t[o].v[j], d.t[o].n[prev3(j)], d.t[o].n[next3(j)] // o is (q, w, u)
	t1 := int32(len(d.t))
	o1 := t1 + 1
	d.t = append(d.t, triangle{}, triangle{})
	d.set(t, [3]int32{a, u, p}, [3]int32{o1, t1, nw})
	d.set(t1, [3]int32{a, p, w}, [3]int32{o, nu, t})
	d.set(o, [3]int32{q, w, p}, [3]int32{t1, o1, ou})
	d.set(o1, [3]int32{q, p, u}, [3]int32{t, ow, o})
	d.replace(nu, t, t1)
	d.replace(ow, o, o1)
	d.last = t
	d.legalise([2]int32{t, 2}, [2]int32{t1, 1}, [2]int32{o, 2}, [2]int32{o1, 1})
}

// opposite finds the corner of o that lies opposite its side with t.
func (d *delaunay) opposite(o, t int32) int32 {
	for k, n := range d.t[o].n {
		if n == t {
			return int32(k)
		}
	}
	return -1
}

// legalise flips sides until the circles of triangles hold no other point. Each
// entry is a triangle and the corner opposite the side to look at.
func (d *delaunay) legalise(first ...[2]int32) {
	d.work = append(d.work[:0], first...)
	for len(d.work) > 0 {
		w := d.work[len(d.work)-1]
		d.work = d.work[:len(d.work)-1]
		t, k := w[0], w[1]
		o := d.t[t].n[k]
		if o < 0 {
			continue
		}
		j := d.opposite(o, t)
		tr := &d.t[t]
		if inCircle(d.p[tr.v[0]], d.p[tr.v[1]], d.p[tr.v[2]], d.p[d.t[o].v[j]]) {
			d.flip(t, k, o, j)
			d.work = append(d.work, [2]int32{t, 0}, [2]int32{o, 0})
		}
	}
}

// flip turns the side between t and o; corner k of t and j of o face it. Corner 0
// of both is afterwards what was corner k of t.
func (d *delaunay) flip(t, k, o, j int32) {
	p, u, w := d.t[t].v[k], d.t[t].v[next3(k)], d.t[t].v[prev3(k)]
	nu, nw := d.t[t].n[next3(k)], d.t[t].n[prev3(k)]
	q, ow, ou := d.t[o].v[j], d.t[o].n[next3(j)], d.t[o].n[prev3(j)]
	d.set(t, [3]int32{p, u, q}, [3]int32{ow, o, nw})
	d.set(o, [3]int32{p, q, w}, [3]int32{ou, nu, t})
	d.replace(ow, o, t)
	d.replace(nu, t, o)
}

// keep makes u–v a side, turning what lies across it. Points on the way part it:
// made, if not nil, is told each piece. It fails where the way is longer than
// bounds allow, which cannot happen for pieces that do not cross.
func (d *delaunay) keep(u, v int32, made func(a, b int32)) bool {
	for u != v {
		w, ok := d.keepOne(u, v)
		if !ok {
			return false
		}
		if made != nil {
			made(u, w)
		}
		u = w
	}
	return true
}

// keepOne makes the side from u towards v, up to the first point on the way.
func (d *delaunay) keepOne(u, v int32) (end int32, ok bool) {
	pu, pv := d.p[u], d.p[v]
	t, k, end := d.wedge(u, v)
	if end >= 0 {
		return end, true
	}
	var across [][2]int32
	for { // the side opposite corner k of t lies across
		right, left := d.t[t].v[next3(k)], d.t[t].v[prev3(k)]
		across = append(across, [2]int32{right, left})
		o := d.t[t].n[k]
		j := d.opposite(o, t)
		q := d.t[o].v[j]
		if q == v {
			end = v
			break
		}
		side := orient(pu, pv, d.p[q])
		if side == 0 {
			end = q
			break
		}
		// o is (q, left, right): leave over the side that the way crosses.
		t = o
		if side > 0 {
			k = next3(j) // opposite left: the side right–q
		} else {
			k = prev3(j)
		}
	}
	return end, d.clear(u, end, across)
}

// wedge finds the triangle at u through which the way to v leads, and the corner
// of u in it; or the point that the way meets first, when it runs along a side.
func (d *delaunay) wedge(u, v int32) (t, k, met int32) {
	pu, pv := d.p[u], d.p[v]
	for t = d.of[u]; ; {
		for k = 0; d.t[t].v[k] != u; k++ {
		}
		b, c := d.t[t].v[next3(k)], d.t[t].v[prev3(k)]
		ob, oc := orient(pu, d.p[b], pv), orient(pu, d.p[c], pv)
		ahead := func(w int32) bool {
			return (d.p[w].x-pu.x)*(pv.x-pu.x)+(d.p[w].y-pu.y)*(pv.y-pu.y) > 0
		}
		switch {
		case ob == 0 && ahead(b):
			return t, k, b
		case oc == 0 && ahead(c):
			return t, k, c
		case ob > 0 && oc < 0:
			return t, k, -1
		}
		t = d.t[t].n[next3(k)] // counter-clockwise around u
	}
}

// clear flips the sides across u–v away (S. W. Sloan, A fast algorithm for
// generating constrained Delaunay triangulations, 1993).
func (d *delaunay) clear(u, v int32, across [][2]int32) bool {
	for budget := 64 + len(across)*len(across)*4; len(across) > 0; budget-- {
		if budget == 0 {
			return false
		}
		a, b := across[0][0], across[0][1]
		across = across[1:]
		t, k := d.sideBetween(a, b)
		if t < 0 {
			return false
		}
		o := d.t[t].n[k]
		j := d.opposite(o, t)
		p, q := d.t[t].v[k], d.t[o].v[j]
		pa, pb := d.p[d.t[t].v[next3(k)]], d.p[d.t[t].v[prev3(k)]]
		if !(orient(d.p[p], pa, d.p[q]) > 0 && orient(d.p[p], d.p[q], pb) > 0) { // not convex
			across = append(across, [2]int32{a, b})
			continue
		}
		d.flip(t, k, o, j)
		if p != u && p != v && q != u && q != v {
			sp, sq := orient(d.p[u], d.p[v], d.p[p]), orient(d.p[u], d.p[v], d.p[q])
			if sp > 0 != (sq > 0) && sp != 0 && sq != 0 {
				across = append(across, [2]int32{p, q})
			}
		}
	}
	return true
}

// sideBetween finds the triangle to the left of the side a–b and the corner that
// faces it; -1 when there is no such side.
func (d *delaunay) sideBetween(a, b int32) (t, k int32) {
	start := d.of[a]
	for t = start; ; {
		for k = 0; d.t[t].v[k] != a; k++ {
		}
		if d.t[t].v[next3(k)] == b {
			return t, prev3(k)
		}
		t = d.t[t].n[next3(k)]
		if t == start || t < 0 {
			return -1, 0
		}
	}
}
