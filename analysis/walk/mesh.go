package walk

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// mesh divides the plane into triangles whose sides include every stretch of way
// and every wall. Areas of reach are cut out of it: ways are reached exactly as
// far as the search says, and between ways people step off the network up to a
// reach. Straight lines across squares are not in the mesh; the inside of a square
// is.
type mesh struct {
	unit   float64 // metres of a lattice unit
	origin orb.Point
	// Places on a side are counted in parts of it, a power of two, so small that
	// rounding to them does not matter and so large that float64 holds each place.
	parts int32
	pts   []orb.Point // of the vertices
	flags []vertexFlags
	tris  []meshTri
	sides []meshSide
	// Sides along each edge of the network, in order.
	edgeHead  []int32
	edgeSides []edgeSide
	// Triangles at each vertex.
	triHead []int32
	triList []int32
}

type vertexFlags uint8

const (
	onWay vertexFlags = 1 << iota // a way leads here
)

// meshTri has its corners counter-clockwise; side k runs from corner k to the next.
type meshTri struct {
	v, side [3]int32
}

// meshSide runs from vertex u to vertex v.
type meshSide struct {
	u, v   int32
	length float64
	twin   int32 // the same stretch seen from the other side of a wall; -1 for none
	way    bool
	square bool // lies on a square
}

// edgeSide is a side of the mesh along an edge of the network, from lo to hi
// metres along the edge. against tells that the side runs the other way.
type edgeSide struct {
	side    int32
	lo, hi  float64
	against bool
}

// meshInput is a straight stretch that must become sides of the mesh.
type meshInput struct {
	a, b   int32   // vertices
	edge   int32   // of the network; -1 for a wall
	lo, hi float64 // metres along the edge
}

const (
	meshUnitM     = 1.0 / 1024 // finer than any survey
	meshStepM     = 25.0       // longer stretches are divided
	freeShare     = 0.8        // spacing of vertices in open land, as a share of the reach
	minFreeReachM = 5          // below this reach there are none
	maxFree       = 4 << 20
	maxWallM      = 100_000 // a longer straight wall is a mistake
	maxPartBits   = 20      // parts of a side: 0.02 mm of 25 m
	minPartBits   = 12      // for coordinates that no map has
)

// theMesh makes the mesh when it is first asked for.
func (n *Network) theMesh() *mesh {
	n.meshOnce.Do(func() { n.mesh = buildMesh(n) })
	return n.mesh
}

// mesher builds a mesh.
type mesher struct {
	n      *Network
	m      *mesh
	extent geo.Extent // what is meshed
	points []lattice
	id     map[lattice]int32 // of points
	inputs []meshInput
	chains [][]int32 // vertices along each input; nil for its two ends only
}

func buildMesh(n *Network) *mesh {
	b := &mesher{n: n, m: &mesh{}, id: make(map[lattice]int32)}
	b.frame()
	b.addEdges()
	b.addWalls()
	b.addFree()
	b.crossings()
	b.chain()
	d := triangulate(b.points, b.order())
	b.finish(d)
	return b.m
}

// frame chooses origin and unit so that all ways and what lies within reach of
// them fit the lattice. Walls farther away do not matter.
func (b *mesher) frame() {
	e := geo.EmptyExtent()
	for _, p := range b.n.pts {
		e.IncludePoint(p)
	}
	b.m.unit, b.m.parts = meshUnitM, 1<<maxPartBits
	if e.IsEmpty() {
		return
	}
	e = e.Grow(2*b.n.profile.AreaReachM + 2*meshStepM)
	b.m.origin = orb.Point{math.Floor(e.MinX), math.Floor(e.MinY)}
	b.extent = e
	size := math.Max(e.MaxX-b.m.origin[0], e.MaxY-b.m.origin[1])
	for size/b.m.unit > maxLattice/2 { // half: the outermost triangle is as wide again
		b.m.unit *= 2
	}
	// The farthest coordinate in units, the parts, and one bit for a margin must fit.
	far := math.Max(math.Max(-e.MinX, e.MaxX), math.Max(-e.MinY, e.MaxY)) / b.m.unit
	b.m.parts = 1 << max(minPartBits, min(maxPartBits, 52-math.Ilogb(math.Max(far, 1))-1))
}

func (b *mesher) lattice(p orb.Point) lattice {
	return lattice{int64(math.Round((p[0] - b.m.origin[0]) / b.m.unit)), int64(math.Round((p[1] - b.m.origin[1]) / b.m.unit))}
}

func (b *mesher) vertex(l lattice) int32 {
	i, ok := b.id[l]
	if !ok {
		i = int32(len(b.points))
		b.id[l] = i
		b.points = append(b.points, l)
	}
	return i
}

// add puts a straight stretch in, divided into pieces of meshStepM at most.
func (b *mesher) add(p, q orb.Point, edge int32, lo, hi float64) {
	n := max(1, int(math.Ceil(geo.Distance(p, q)/meshStepM)))
	from := int32(-1)
	for i := 0; i <= n; i++ {
		t := float64(i) / float64(n)
		at := along(p, q, t)
		if !b.extent.Contains(at) { // of a wall that leads out of the mesh
			from = -1
			continue
		}
		to := b.vertex(b.lattice(at))
		if from >= 0 && to != from {
			b.inputs = append(b.inputs, meshInput{from, to, edge, lo + (hi-lo)*float64(i-1)/float64(n), lo + (hi-lo)*t})
		}
		from = to
	}
}

// addWall puts a wall in, if it is near enough to matter.
func (b *mesher) addWall(p, q orb.Point) {
	if segmentExtent(p, q).Touches(b.extent) && geo.Distance(p, q) < maxWallM {
		b.add(p, q, -1, 0, 0)
	}
}

func (b *mesher) addEdges() {
	for i := range b.n.edges {
		e := &b.n.edges[i]
		if e.flags&isChord != 0 {
			continue
		}
		for k := e.first; k < e.last; k++ {
			b.add(b.n.pts[k], b.n.pts[k+1], int32(i), b.n.cum[k], b.n.cum[k+1])
		}
	}
}

func (b *mesher) addWalls() {
	for _, s := range b.n.wallSegs {
		line := b.n.walls[s.line].line
		b.addWall(line[s.seg], line[s.seg+1])
	}
	for i := range b.n.barriers {
		v := b.n.barriers[i].v
		for k := 1; k < len(v); k++ {
			b.addWall(b.n.barrierPt[v[k-1]], b.n.barrierPt[v[k]])
		}
	}
}

// addFree puts vertices into open land beside ways, in a pattern of triangles: the
// edge of an area that is not along ways follows them. The pattern is the same
// wherever the network begins, so that a change has no effect far away.
func (b *mesher) addFree() {
	reach := b.n.profile.AreaReachM
	if reach < minFreeReachM || len(b.inputs) == 0 {
		return
	}
	e := b.extent
	step := freeShare * reach
	for (e.MaxX-e.MinX)/step*(e.MaxY-e.MinY)/step > maxFree {
		step *= 2
	}
	at := func(i int32) orb.Point {
		return orb.Point{b.m.origin[0] + float64(b.points[i].x)*b.m.unit, b.m.origin[1] + float64(b.points[i].y)*b.m.unit}
	}
	inputs := len(b.inputs)
	g := newGrid(inputs, func(i int) geo.Extent { return segmentExtent(at(b.inputs[i].a), at(b.inputs[i].b)) })
	squares := newGrid(len(b.n.squares), func(i int) geo.Extent { return geo.ExtentOf(b.n.squares[i]) })
	high := step * math.Sqrt(3) / 2
	for row := math.Floor(e.MinY / high); row*high <= e.MaxY; row++ {
		shift := math.Mod(math.Abs(row), 2) / 2 * step
		for col := math.Floor(e.MinX / step); col*step <= e.MaxX; col++ {
			p := orb.Point{col*step + shift, row * high}
			if !b.isOpen(p, g, at, reach) {
				continue
			}
			onSquare := false
			squares.each(pointExtent(p, 0), func(i int32) bool {
				onSquare = geo.Inside(b.n.squares[i], p)
				return !onSquare
			})
			if !onSquare && e.Contains(p) {
				b.vertex(b.lattice(p))
			}
		}
	}
}

// isOpen tells whether a place is beside ways and not close to any way or wall.
func (b *mesher) isOpen(p orb.Point, g *grid, at func(int32) orb.Point, reach float64) bool {
	beside, open := false, true
	g.each(pointExtent(p, 1.5*reach), func(i int32) bool {
		s := &b.inputs[i]
		q, _ := geo.NearestOnSegment(at(s.a), at(s.b), p)
		d := geo.Distance(p, q)
		open = d >= freeShare/2*reach
		beside = beside || s.edge >= 0 && d <= 1.5*reach
		return open
	})
	return beside && open
}

// crossings makes vertices where inputs cross, rounded to the lattice.
func (b *mesher) crossings() {
	at := func(i int32) orb.Point { return orb.Point{float64(b.points[i].x), float64(b.points[i].y)} }
	g := newGrid(len(b.inputs), func(i int) geo.Extent { return segmentExtent(at(b.inputs[i].a), at(b.inputs[i].b)) })
	for i := range b.inputs {
		s := &b.inputs[i]
		g.each(segmentExtent(at(s.a), at(s.b)), func(j int32) bool {
			o := &b.inputs[j]
			if int(j) <= i || s.a == o.a || s.a == o.b || s.b == o.a || s.b == o.b {
				return true
			}
			if x, ok := latticeCrossing(b.points[s.a], b.points[s.b], b.points[o.a], b.points[o.b]); ok {
				b.vertex(x)
			}
			return true
		})
	}
}

// latticeCrossing finds the point in whose cell the inside of p–q meets the inside
// of r–s; of a border between cells, the cell to the right of it or above it. It is
// exact for stretches as short as inputs are.
func latticeCrossing(p, q, r, s lattice) (at lattice, ok bool) {
	before, after := orient(r, s, p), orient(r, s, q)
	if !(before > 0 && after < 0 || before < 0 && after > 0) {
		return at, false
	}
	if c, d := orient(p, q, r), orient(p, q, s); !(c > 0 && d < 0 || c < 0 && d > 0) {
		return at, false
	}
	share, of := before, before-after
	if of < 0 {
		share, of = -share, -of
	}
	round := func(from, way int64) int64 { // from + way·share/of, halves up
		n, d := 2*way*share+of, 2*of
		whole := n / d
		if n%d < 0 {
			whole--
		}
		return from + whole
	}
	return lattice{round(p.x, q.x-p.x), round(p.y, q.y-p.y)}, true
}

// chain routes every input through all vertices whose lattice cell it enters:
// snap rounding (J. D. Hobby, Practical segment intersection with finite precision
// output, 1999). Afterwards stretches meet in vertices only.
func (b *mesher) chain() {
	g := newGrid(len(b.points), func(i int) geo.Extent {
		p := orb.Point{float64(b.points[i].x), float64(b.points[i].y)}
		return pointExtent(p, 0)
	})
	b.chains = make([][]int32, len(b.inputs))
	for i := range b.inputs {
		s := &b.inputs[i]
		p, q := b.points[s.a], b.points[s.b]
		e := segmentExtent(orb.Point{float64(p.x), float64(p.y)}, orb.Point{float64(q.x), float64(q.y)})
		var inner []int32
		g.each(e.Grow(1), func(v int32) bool {
			if v != s.a && v != s.b && enters(p, q, b.points[v]) {
				inner = append(inner, v)
			}
			return true
		})
		if len(inner) == 0 {
			continue
		}
		ahead := func(v int32) int64 {
			return (b.points[v].x-p.x)*(q.x-p.x) + (b.points[v].y-p.y)*(q.y-p.y)
		}
		slices.SortFunc(inner, func(x, y int32) int { return cmp.Compare(ahead(x), ahead(y)) })
		b.chains[i] = append(append([]int32{s.a}, inner...), s.b)
	}
}

// enters tells whether the way p–q enters the unit cell around v. A way that
// passes a corner of the cell exactly enters it if it would with cells a hair
// farther left and down, less down than left. So every place is in one cell, and no
// way goes from cell to cell through a corner.
func enters(p, q, v lattice) bool {
	if v.x < min(p.x, q.x) || v.x > max(p.x, q.x) || v.y < min(p.y, q.y) || v.y > max(p.y, q.y) {
		return false
	}
	dx, dy := q.x-p.x, q.y-p.y
	c := orient(p, q, v)
	switch far, half := 2*max(c, -c), max(dx, -dx)+max(dy, -dy); {
	case far != half:
		return far < half
	default:
		return (c > 0) == (dy < 0)
	}
}

// order sorts the vertices along a Hilbert curve.
func (b *mesher) order() []int32 {
	type keyed struct {
		key uint64
		i   int32
	}
	list := make([]keyed, len(b.points))
	for i, p := range b.points {
		list[i] = keyed{hilbert(uint32(p.x>>11), uint32(p.y>>11)), int32(i)}
	}
	slices.SortFunc(list, func(x, y keyed) int { return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.i, y.i)) })
	out := make([]int32, len(list))
	for k, e := range list {
		out[k] = e.i
	}
	return out
}

// hilbert is the place of a cell along a Hilbert curve over 2¹⁶ × 2¹⁶ cells.
func hilbert(x, y uint32) (d uint64) {
	const n = 1 << 16
	for s := uint32(n / 2); s > 0; s /= 2 {
		var rx, ry uint32
		if x&s != 0 {
			rx = 1
		}
		if y&s != 0 {
			ry = 1
		}
		d += uint64(s) * uint64(s) * uint64((3*rx)^ry)
		if ry == 0 {
			if rx == 1 {
				x, y = n-1-x, n-1-y
			}
			x, y = y, x
		}
	}
	return d
}
