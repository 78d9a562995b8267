package walk

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// Network is the ways of a scene as one kind of person walks them. It does not
// change after BuildNetwork and may be used by several goroutines.
type Network struct {
	profile Profile
	scene   *analysis.Scene
	ways    []geo.Feature
	notes   analysis.Notebook

	nodes   []orb.Point
	comp    []int32   // component of each node
	compLen []float64 // metres of ways in each component
	main    int32     // the component with most metres
	rank    []int32   // of components: 0 is the main one, the others by falling length

	edges []edge
	// Of all edges, one after the other:
	pts []orb.Point
	cum []float64 // metres from the start of the edge

	in, out csr
	time    costs // microseconds
	length  costs // micrometres

	snaps     *snapper
	walls     []wall
	wallSegs  []segRef
	wallGrid  *grid
	barriers  []strand // roads that cannot be crossed off the network
	barrierPt []orb.Point
	squares   []orb.Polygon

	venues    []venue
	doors     [][]int32 // entrances of each building
	houses    *houses
	scratches sync.Pool // *scratch
	canvases  sync.Pool // *areaScratch

	targetsOnce sync.Once
	targets     []target
	extentOnce  sync.Once
	extent      geo.Extent // of all points
	accessOnce  sync.Once
	accessAt    map[int32][][2]int32
	meshOnce    sync.Once
	mesh        *mesh
}

// edge is a stretch of way between two nodes.
type edge struct {
	a, b        int32 // nodes; equal for a loop
	first, last int32 // points in Network.pts, both included
	way         int32
	raw         int32   // the stretch it was cut from, as the snapper knows it
	start       float64 // metres from the start of that stretch
	flags       edgeFlags
}

type edgeFlags uint8

const (
	isForward  edgeFlags = 1 << iota // can be walked from a to b
	isBackward                       // can be walked from b to a
	isPrivate
	isChord // a straight line across a square
	canLeave
	isLink // joins a loose end
)

// csr lists the arcs of each node in one array.
type csr struct {
	head []int32
	to   []int32
	edge []int32 // edge<<1, plus 1 when walked from b to a; -1 for a step without an edge
}

// costs measures edges in one unit: time or length.
type costs struct {
	// Of all points of edges: cost from the start of the edge to here, and from
	// here back to the start.
	fwd, bwd []int64
	// Of edges: the cost to pass between the edge and its end nodes.
	endA, endB []int64
	inW, outW  []int64 // of the arcs of in and out
	offPerM    float64 // of a metre off the network
}

// limits of what BuildNetwork takes on.
const (
	maxWayPoints = 20_000_000
	maxVenues    = 1 << 19
)

// BuildNetwork makes the network of a scene for a profile. Layers ways, barriers,
// entrances, compounds, crossings, buildings and facilities are used where they
// exist. A profile that makes no sense and a scene beyond the bounds give a
// *geo.Fault.
func BuildNetwork(scene *analysis.Scene, profile Profile) (*Network, error) {
	if err := profile.Validate(); err != nil {
		return nil, err
	}
	if err := checkSize(scene); err != nil {
		return nil, err
	}
	return layWays(scene, &profile, nil).finish(), nil
}

// layWays makes the stretches and nodes of a network, without anything that joins
// them. A plan that others share is taken from them; shared may be nil.
func layWays(scene *analysis.Scene, profile *Profile, shared *Shared) *builder {
	b := &builder{prof: profile, specials: make(map[int32]*special)}
	use := b.judgeWays(scene.Layers["ways"])
	b.plan = shared.planOf(scene, planRules{profile.Walls, profile.Snap.JoinM}, use, b.manners)
	b.walkPlan()
	b.judgeGates()
	b.settleGates()
	b.settleWalls()
	b.markCrossings()
	b.takeChords()
	b.cutEdges()
	b.makeZones()
	b.partPrivate()
	b.findComponents()
	b.tellUngated()
	b.tellFlat()
	b.specials, b.nodeAt, b.nodeOf = nil, nil, nil
	return b
}

func checkSize(scene *analysis.Scene) error {
	points := 0
	for i := range scene.Layers["ways"] {
		geo.EachPoint(scene.Layers["ways"][i].Geometry, func(orb.Point) { points++ })
	}
	if points > maxWayPoints {
		return geo.Refuse(
			geo.Tf("道路共有 %d 个折点，超过步行分析的上限 %d", "the ways have %d points; a walk analysis takes %d at most", points, maxWayPoints),
			geo.T("缩小分析范围", "analyse a smaller place"))
	}
	if n := len(scene.Layers["facilities"]); n > maxVenues {
		return geo.Refuse(
			geo.Tf("设施有 %d 个，超过步行分析的上限 %d", "there are %d facilities; a walk analysis takes %d at most", n, maxVenues),
			geo.T("缩小分析范围", "analyse a smaller place"))
	}
	return nil
}

// tellFlat reports that slopes are wanted and not known.
func (b *builder) tellFlat() {
	if b.prof.Slope.Model == slopeNone && b.prof.Slope.MaxGradientPct == 0 || b.scene.Terrain != nil {
		return
	}
	for i := range b.strands {
		if b.strands[i].walk.inclined || b.strands[i].z != nil {
			return
		}
	}
	b.notes.Add("no_slope", noteNoSlope, "", "")
}

// finish turns the builder's edges into the network, with a node wherever a venue
// joins a way.
func (b *builder) finish() *Network {
	n := b.bare(b.scene)
	n.snaps = b.newSnapper()
	n.snaps.network = n
	n.houses = newHouses(b.scene)
	n.doors = n.houses.doors(b.scene)
	n.locateVenues()
	b.complete(n)
	return n
}

// bare is a network of the stretches alone. Several may be made of one builder.
func (b *builder) bare(scene *analysis.Scene) *Network {
	n := &Network{
		profile: *b.prof, scene: scene, ways: b.ways,
		nodes: slices.Clip(b.nodes), comp: slices.Clip(b.comp), compLen: b.compLen, main: b.main,
		walls: b.walls, wallSegs: b.wallSegs, wallGrid: b.wallGrid,
	}
	n.notes = b.notes
	for _, g := range b.ghosts {
		if g.walk.fenced {
			n.barriers = append(n.barriers, g)
		}
	}
	n.barrierPt = b.verts
	for i := range b.squares {
		n.squares = append(n.squares, b.squares[i].poly)
	}
	n.rank = rankComponents(n.compLen)
	return n
}

// complete cuts the stretches where venues join, and connects them.
func (b *builder) complete(n *Network) {
	b.flatten(n, n.cutPlaces())
	n.settleVenues()
	b.connect(n)
	n.scratches.New = func() any { return newScratch(len(n.nodes)) }
	n.canvases.New = func() any { return new(areaScratch) }
}

// flatten writes the stretches of the builder into the arrays of the network,
// cutting them where venues join.
func (b *builder) flatten(n *Network, cuts [][]float64) {
	b.reserve(n, cuts)
	for raw := range b.edges {
		e := &b.edges[raw]
		d := &b.dense[e.strand]
		s := &b.strands[e.strand]
		from, i := e.a, e.i
		lo := d.cum[e.i]
		for k := 0; k <= len(cuts[raw]); k++ {
			piece := edge{a: from, b: e.b, way: s.way, raw: int32(raw), start: lo - d.cum[e.i], flags: b.flagsOf(e)}
			hi := d.cum[e.j]
			if k < len(cuts[raw]) {
				hi = d.cum[e.i] + cuts[raw][k]
				piece.b = int32(len(n.nodes))
				n.nodes = append(n.nodes, d.at(hi))
				n.comp = append(n.comp, b.edgeComponent(e))
			}
			i = n.addPoints(d, i, e.j, lo, hi, &piece)
			lo = hi
			n.edges = append(n.edges, piece)
			n.time.endA = append(n.time.endA, choose(k == 0, e.endA))
			n.time.endB = append(n.time.endB, choose(k == len(cuts[raw]), e.endB))
			from = piece.b
		}
	}
	n.length.endA = make([]int64, len(n.edges))
	n.length.endB = n.length.endA
	n.length.bwd = n.length.fwd
}

// reserve makes room for all that flatten writes.
func (b *builder) reserve(n *Network, cuts [][]float64) {
	points, edges := 0, len(b.edges)
	for raw := range b.edges {
		points += int(b.edges[raw].j-b.edges[raw].i) + 1 + 2*len(cuts[raw])
		edges += len(cuts[raw])
	}
	n.pts, n.cum = make([]orb.Point, 0, points), make([]float64, 0, points)
	n.time.fwd, n.time.bwd, n.length.fwd = make([]int64, 0, points), make([]int64, 0, points), make([]int64, 0, points)
	n.edges, n.time.endA, n.time.endB = make([]edge, 0, edges), make([]int64, 0, edges), make([]int64, 0, edges)
	n.nodes, n.comp = slices.Grow(n.nodes, edges-len(b.edges)), slices.Grow(n.comp, edges-len(b.edges))
}

func choose(yes bool, v int64) int64 {
	if yes {
		return v
	}
	return 0
}

func (b *builder) flagsOf(e *rawEdge) edgeFlags {
	s := &b.strands[e.strand]
	var f edgeFlags
	set := func(yes bool, flag edgeFlags) {
		if yes {
			f |= flag
		}
	}
	set(s.walk.forward, isForward)
	set(s.walk.backward, isBackward)
	set(e.private, isPrivate)
	set(s.chord, isChord)
	set(s.link, isLink)
	set(s.walk.leave && !s.chord && !s.link, canLeave)
	return f
}

// edgeComponent is the component that a stretch belongs to: the longer of those
// of its ends.
func (b *builder) edgeComponent(e *rawEdge) int32 {
	ca, cb := b.comp[e.a], b.comp[e.b]
	if b.compLen[cb] > b.compLen[ca] {
		return cb
	}
	return ca
}

// addPoints appends the points of a piece: those of the dense strand from i on
// that lie between lo and hi metres along it, and its two ends. It returns the
// place to go on.
func (n *Network) addPoints(d *dense, i, j int32, lo, hi float64, piece *edge) int32 {
	piece.first = int32(len(n.pts))
	f0, b0, l0 := d.costAt(d.fwd, lo), d.costAt(d.bwd, lo), micro(lo)
	add := func(p orb.Point, cum float64, f, bk int64) {
		n.pts, n.cum = append(n.pts, p), append(n.cum, cum-lo)
		n.time.fwd, n.time.bwd = append(n.time.fwd, f-f0), append(n.time.bwd, bk-b0)
		n.length.fwd = append(n.length.fwd, micro(cum)-l0)
	}
	add(d.at(lo), lo, f0, b0)
	for i <= j && d.cum[i] <= lo {
		i++
	}
	for ; i <= j && d.cum[i] < hi; i++ {
		add(d.pts[i], d.cum[i], d.fwd[i], d.bwd[i])
	}
	add(d.at(hi), hi, d.costAt(d.fwd, hi), d.costAt(d.bwd, hi))
	piece.last = int32(len(n.pts) - 1)
	return i
}

func micro(metres float64) int64 { return int64(metres*1e6 + 0.5) }

// segmentAt finds the points around a place along a dense strand.
func (d *dense) segmentAt(along_m float64) (i int, t float64) {
	i, exact := slices.BinarySearch(d.cum, along_m)
	switch {
	case exact || i == 0:
		return i, 0
	case i == len(d.cum):
		return i - 1, 0
	}
	return i - 1, (along_m - d.cum[i-1]) / (d.cum[i] - d.cum[i-1])
}

func (d *dense) at(along_m float64) orb.Point {
	i, t := d.segmentAt(along_m)
	if t == 0 {
		return d.pts[i]
	}
	return along(d.pts[i], d.pts[i+1], t)
}

func (d *dense) costAt(c []int64, along_m float64) int64 {
	i, t := d.segmentAt(along_m)
	if t == 0 {
		return c[i]
	}
	return c[i] + int64(t*float64(c[i+1]-c[i])+0.5)
}

// connect lists the arcs of all nodes, both ways round.
func (b *builder) connect(n *Network) {
	n.time.offPerM = 1 / (n.profile.OffNetworkMPS * microsecond)
	n.length.offPerM = 1e6
	type arc struct {
		from, to, edge int32
		time, length   int64
	}
	arcs := make([]arc, 0, 2*len(n.edges)+len(b.arcs))
	for i := range n.edges {
		e := &n.edges[i]
		ends := n.time.endA[i] + n.time.endB[i]
		if e.flags&isForward != 0 {
			arcs = append(arcs, arc{e.a, e.b, int32(i) << 1, n.time.fwd[e.last] + ends, n.length.fwd[e.last]})
		}
		if e.flags&isBackward != 0 {
			arcs = append(arcs, arc{e.b, e.a, int32(i)<<1 | 1, n.time.bwd[e.last] + ends, n.length.fwd[e.last]})
		}
	}
	for _, a := range b.arcs {
		arcs = append(arcs, arc{a.from, a.to, -1, a.costUs, 0})
	}
	fill := func(c *csr, tw, lw *[]int64, key, other func(*arc) int32) {
		c.head = make([]int32, len(n.nodes)+1)
		for i := range arcs {
			c.head[key(&arcs[i])+1]++
		}
		for i := 1; i < len(c.head); i++ {
			c.head[i] += c.head[i-1]
		}
		c.to, c.edge = make([]int32, len(arcs)), make([]int32, len(arcs))
		*tw, *lw = make([]int64, len(arcs)), make([]int64, len(arcs))
		next := slices.Clone(c.head)
		for i := range arcs {
			a := &arcs[i]
			k := next[key(a)]
			next[key(a)]++
			c.to[k], c.edge[k], (*tw)[k], (*lw)[k] = other(a), a.edge, a.time, a.length
		}
	}
	from, to := func(a *arc) int32 { return a.from }, func(a *arc) int32 { return a.to }
	fill(&n.out, &n.time.outW, &n.length.outW, from, to)
	fill(&n.in, &n.time.inW, &n.length.inW, to, from)
}

func rankComponents(length []float64) []int32 {
	order := make([]int32, len(length))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(x, y int32) int { return cmp.Compare(length[y], length[x]) })
	rank := make([]int32, len(length))
	for k, c := range order {
		rank[c] = int32(k)
	}
	return rank
}

// Size tells how large a network is, for logs and reports.
func (n *Network) Size() string {
	return fmt.Sprintf("%d nodes, %d edges, %d components", len(n.nodes), len(n.edges), len(n.compLen))
}
