package walk

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// builder makes a network on a plan: it walks the strands of the plan as its profile
// does, and cuts them into edges where something happens.
type builder struct {
	*plan
	prof    *Profile
	notes   analysis.Notebook
	manners []*manner // of ways; nil for those that do not count

	strands []strand // of the plan and across squares, walked as the profile says
	ghosts  []strand // likewise
	passing []passing
	// specials are cleared, like what nodes are found by, when all edges are cut.
	specials map[int32]*special

	dense   []dense // by strand
	edges   []rawEdge
	nodes   []orb.Point
	nodeOf  []int32           // of vertices that nothing parts; -1 for none
	nodeAt  map[nodeKey]int32 // of parts of vertices
	passes  []gatePass
	cuts    []int32    // nodes at walls and shut gates
	arcs    []looseArc // arcs without an edge: leaving what is private
	comp    []int32    // of nodes
	compLen []float64
	main    int32
}

// strand is one line of a way.
type strand struct {
	way   int32 // position in the layer of ways
	walk  *manner
	v     []int32   // vertices
	z     []float64 // heights of the vertices, or nil
	chord bool      // a straight line across a square
	link  bool      // joins a loose end to another way
}

// segRef names a segment: the one after the vertex seg of a line.
type segRef struct{ line, seg int32 }

// insertion is a vertex put into a strand at share t of a segment.
type insertion struct {
	at     segRef
	t      float64
	vertex int32
}

// square is a polygon that people cross in any direction.
type square struct {
	way   int32
	walk  *manner
	poly  orb.Polygon
	rings []int32 // strands of the outline, outer ring first
}

// judgeWays reads the layer of ways: how each is walked, and what a plan makes of it.
func (b *builder) judgeWays(ways []geo.Feature) []wayUse {
	use := make([]wayUse, len(ways))
	b.manners = make([]*manner, len(ways))
	alike := make(map[manner]*manner)
	for i := range ways {
		f := &ways[i]
		if !geo.Finite(f.Geometry) || len(geo.Parts(f.Geometry)) == 0 {
			b.notes.Add("ways_without_place", noteNoPlace, "", f.ID)
			continue
		}
		m, open := b.manner(f)
		switch {
		case open:
			use[i] = wayOpen
		case m.grounded && (m.major || m.fenced):
			use[i] = wayGhost
		default:
			continue
		}
		known, ok := alike[m]
		if !ok {
			known = &m
			alike[m] = known
		}
		b.manners[i] = known
	}
	return use
}

// collect makes strands of the ways that count.
func (b *plan) collect(manners []*manner) {
	for i, use := range b.use {
		if use == wayUnused {
			continue
		}
		b.collectLines(&b.ways[i], int32(i), manners[i], use)
		if use == wayOpen {
			b.collectSquares(&b.ways[i], int32(i), manners[i])
		}
	}
}

// points waiting to become vertices are kept as indices into b.verts, which holds
// every point of every line until clusterVertices runs.
func (b *plan) addStrand(way int32, m *manner, line []orb.Point, z []float64) strand {
	s := strand{way: way, walk: m, v: make([]int32, len(line)), z: z}
	for i, p := range line {
		s.v[i] = int32(len(b.verts))
		b.verts = append(b.verts, p)
	}
	return s
}

func (b *plan) collectLines(f *geo.Feature, way int32, m *manner, use wayUse) {
	for _, line := range geo.Lines(f.Geometry) {
		var z []float64
		if _, simple := f.Geometry.(orb.LineString); simple && len(f.Z) == len(line) && finite(f.Z) {
			z = f.Z
		}
		s := b.addStrand(way, m, line, z)
		if use == wayOpen {
			b.strands = append(b.strands, s)
		} else {
			b.ghosts = append(b.ghosts, s)
		}
	}
}

func (b *plan) collectSquares(f *geo.Feature, way int32, m *manner) {
	for _, poly := range geo.Polygons(f.Geometry) {
		sq := square{way: way, walk: m, poly: poly}
		for _, ring := range poly {
			if len(ring) < 4 {
				continue
			}
			sq.rings = append(sq.rings, int32(len(b.strands)))
			b.strands = append(b.strands, b.addStrand(way, m, ring, nil))
		}
		if len(sq.rings) > 0 {
			b.squares = append(b.squares, sq)
		}
	}
}

func finite(z []float64) bool {
	return !slices.ContainsFunc(z, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}

// clusterVertices makes one vertex of all points within sameM of one another.
// Points are taken from west to east, so the outcome does not depend on the order
// or the ids of ways.
func (b *plan) clusterVertices() {
	sorted := sortPoints(b.verts)
	id := make([]int32, len(b.verts))
	var verts []orb.Point
	for k, n := range sorted {
		if k == 0 || n.p != sorted[k-1].p {
			verts = append(verts, n.p)
		}
		id[n.i] = int32(len(verts) - 1)
	}
	near := newUnionFind(len(verts))
	for i := range verts {
		for j := i + 1; j < len(verts) && verts[j][0]-verts[i][0] <= sameM; j++ {
			if geo.Distance(verts[i], verts[j]) <= sameM {
				near.union(int32(i), int32(j))
			}
		}
	}
	b.verts = verts
	for _, group := range [][]strand{b.strands, b.ghosts} {
		for s := range group {
			group[s].rename(func(v int32) int32 { return near.find(id[v]) })
		}
	}
	b.same = newUnionFind(len(b.verts))
}

// numbered is a point with its place in a list.
type numbered struct {
	p orb.Point
	i int32
}

// sortPoints puts points in order from west to east, then from south to north. They
// are dealt into narrow strips first, which leaves little to sort.
func sortPoints(points []orb.Point) []numbered {
	all := geo.EmptyExtent()
	for _, p := range points {
		all.IncludePoint(p)
	}
	scale := 0.0
	if w := all.MaxX - all.MinX; w > 0 {
		scale = float64(len(points)-1) / w
	}
	strip := func(p orb.Point) int { return min(int((p[0]-all.MinX)*scale), len(points)-1) }
	head := make([]int32, len(points)+1)
	for _, p := range points {
		head[strip(p)+1]++
	}
	for i := 1; i < len(head); i++ {
		head[i] += head[i-1]
	}
	out := make([]numbered, len(points))
	next := slices.Clone(head)
	for i, p := range points {
		k := strip(p)
		out[next[k]] = numbered{p, int32(i)}
		next[k]++
	}
	for k := range points {
		if part := out[head[k]:head[k+1]]; len(part) > 1 {
			slices.SortFunc(part, func(x, y numbered) int { return comparePoints(x.p, y.p) })
		}
	}
	return out
}

// rename changes vertices and takes repeated ones out.
func (s *strand) rename(to func(int32) int32) {
	kept := s.v[:0]
	var z []float64
	for i, v := range s.v {
		v = to(v)
		if len(kept) > 0 && kept[len(kept)-1] == v {
			continue
		}
		kept = append(kept, v)
		if s.z != nil {
			z = append(z, s.z[i])
		}
	}
	s.v, s.z = kept, z
}

// indexSegments lists the segments of all strands and indexes them.
func (b *plan) indexSegments() {
	total := 0
	for i := range b.strands {
		total += len(b.strands[i].v)
	}
	b.segs = slices.Grow(b.segs[:0], total)
	for i := range b.strands {
		for k := 1; k < len(b.strands[i].v); k++ {
			b.segs = append(b.segs, segRef{int32(i), int32(k - 1)})
		}
	}
	b.segGrid = newGrid(len(b.segs), func(i int) geo.Extent { return segmentExtent(b.segment(b.segs[i])) })
	b.onSeg = make(map[segRef][]int32)
}

// segment gives the ends of a segment of a strand.
func (b *plan) segment(r segRef) (from, to orb.Point) {
	v := b.strands[r.line].v
	return b.verts[v[r.seg]], b.verts[v[r.seg+1]]
}

// vertexOn gives the vertex at share t of a segment: one that is there within
// sameM, or a new one.
func (b *plan) vertexOn(at segRef, t float64) int32 {
	from, to := b.segment(at)
	p := along(from, to, t)
	v := b.strands[at.line].v
	switch {
	case geo.Distance(p, from) <= sameM:
		return v[at.seg]
	case geo.Distance(p, to) <= sameM:
		return v[at.seg+1]
	}
	for _, k := range b.onSeg[at] {
		if geo.Distance(p, b.verts[b.inserts[k].vertex]) <= sameM {
			return b.inserts[k].vertex
		}
	}
	id := int32(len(b.verts))
	b.verts = append(b.verts, p)
	b.same.grow()
	b.onSeg[at] = append(b.onSeg[at], int32(len(b.inserts)))
	b.inserts = append(b.inserts, insertion{at, t, id})
	return id
}

// applyInsertions puts the collected vertices into their strands.
func (b *plan) applyInsertions() {
	slices.SortStableFunc(b.inserts, func(x, y insertion) int {
		switch {
		case x.at.line != y.at.line:
			return int(x.at.line - y.at.line)
		case x.at.seg != y.at.seg:
			return int(x.at.seg - y.at.seg)
		case x.t < y.t:
			return -1
		case x.t > y.t:
			return 1
		}
		return 0
	})
	for lo := 0; lo < len(b.inserts); {
		hi := lo
		for hi < len(b.inserts) && b.inserts[hi].at.line == b.inserts[lo].at.line {
			hi++
		}
		b.strands[b.inserts[lo].at.line].insert(b.inserts[lo:hi])
		lo = hi
	}
	for i := range b.strands {
		b.strands[i].rename(b.same.find)
	}
}

// insert takes vertices of one strand, in order.
func (s *strand) insert(list []insertion) {
	v := make([]int32, 0, len(s.v)+len(list))
	var z []float64
	for i := range s.v {
		v = append(v, s.v[i])
		if s.z != nil {
			z = append(z, s.z[i])
		}
		for len(list) > 0 && list[0].at.seg == int32(i) {
			v = append(v, list[0].vertex)
			if s.z != nil {
				z = append(z, s.z[i]+list[0].t*(s.z[i+1]-s.z[i]))
			}
			list = list[1:]
		}
	}
	s.v, s.z = v, z
}

// unionFind keeps sets of numbers; the least of a set stands for it.
type unionFind struct{ parent []int32 }

func newUnionFind(n int) unionFind {
	u := unionFind{make([]int32, n)}
	for i := range u.parent {
		u.parent[i] = int32(i)
	}
	return u
}

func (u *unionFind) grow() { u.parent = append(u.parent, int32(len(u.parent))) }

// find gives the least of the set of i. It writes nothing where all sets are settled.
func (u *unionFind) find(i int32) int32 {
	for {
		p := u.parent[i]
		if p == i {
			return i
		}
		q := u.parent[p]
		if q == p {
			return p
		}
		u.parent[i], i = q, q
	}
}

// settle lets any number of goroutines find at once from now on.
func (u *unionFind) settle() {
	for i := range u.parent {
		u.parent[i] = u.find(int32(i))
	}
}

func (u *unionFind) union(i, j int32) {
	i, j = u.find(i), u.find(j)
	if i > j {
		i, j = j, i
	}
	u.parent[j] = i
}
