package metric

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/index"
)

// streetGraph is the streets of the community as a graph. Streets join where they
// share a vertex, and where one ends on another. Everything beyond the boundary is one
// node: a street that leaves the community leads on.
type streetGraph struct {
	pieces []wayPiece
	nodes  int // node 0 is the world outside
	edges  []streetEdge
	at     [][]int32 // edges at each node; a loop stands twice

	drawOnce sync.Once
	features []geo.Feature // as they are drawn
}

// streetEdge is a stretch of street between two nodes.
type streetEdge struct {
	a, b  int32
	piece int32
	part  span
	dead  bool // only back again
	loop  bool // a way round exists
}

const (
	// joinStreetM is how far, in metres, the end of a street may be from another one on
	// which it ends.
	joinStreetM = 0.5
	// leadsOutM is how near to the boundary, in metres, an end counts as leading out:
	// data are often cut there.
	leadsOutM = 1.0
	// outside is the node of the world beyond the community.
	outside = int32(0)
)

// strand is the vertices of one stretch of street inside the community.
type strand struct {
	piece   int32
	nodes   []int32
	along_m []float64
}

// graphMaker builds a streetGraph.
type graphMaker struct {
	g       *ground
	pieces  []wayPiece
	strands []strand
	byPlace map[[2]int64]int32
	places  []orb.Point // of nodes
	same    []int32     // parents of nodes found to be one
	uses    []int32
}

func streetGraphOf(g *ground, pieces []wayPiece) *streetGraph {
	m := &graphMaker{g: g, pieces: pieces, byPlace: make(map[[2]int64]int32), places: []orb.Point{{}}, same: []int32{outside}}
	for i := range pieces {
		for _, part := range pieces[i].in {
			m.lay(int32(i), part)
		}
	}
	m.countUses()
	m.joinEnds()
	m.countUses()
	m.leadOut()
	return m.cut()
}

// node is the node at a place, to the millimetre.
func (m *graphMaker) node(p orb.Point) int32 {
	key := [2]int64{int64(math.Round(p[0] * 1000)), int64(math.Round(p[1] * 1000))}
	id, ok := m.byPlace[key]
	if !ok {
		id = m.newNode(p)
		m.byPlace[key] = id
	}
	return id
}

func (m *graphMaker) newNode(p orb.Point) int32 {
	m.places, m.same = append(m.places, p), append(m.same, int32(len(m.same)))
	return int32(len(m.places) - 1)
}

func (m *graphMaker) find(v int32) int32 {
	for m.same[v] != v {
		m.same[v] = m.same[m.same[v]]
		v = m.same[v]
	}
	return v
}

// one makes two nodes one; the lesser number stands, so that outside stays outside.
func (m *graphMaker) one(v, w int32) {
	v, w = m.find(v), m.find(w)
	m.same[max(v, w)] = min(v, w)
}

// lay adds a stretch of street.
func (m *graphMaker) lay(piece int32, part span) {
	t := m.pieces[piece].track
	s := strand{piece: piece}
	add := func(node int32, along_m float64) {
		s.nodes, s.along_m = append(s.nodes, node), append(s.along_m, along_m)
	}
	end := func(along_m, last float64) {
		if math.Abs(along_m-last) <= leastSpanM {
			add(m.node(t.at(last)), last)
		} else {
			add(outside, along_m)
		}
	}
	end(part.from, 0)
	for i, along := range t.along_m {
		if along > part.from+leastSpanM && along < part.to-leastSpanM {
			add(m.node(t.line[i]), along)
		}
	}
	end(part.to, t.total())
	m.strands = append(m.strands, s)
}

// countUses counts how often streets come through each node.
func (m *graphMaker) countUses() {
	m.uses = make([]int32, len(m.places))
	for i := range m.strands {
		for _, v := range m.strands[i].nodes {
			m.uses[m.find(v)]++
		}
	}
}

// tip is a loose end and the place on another street where it ends.
type tip struct {
	node       int32
	strand     int
	segment    int
	along_m    float64
	distance_m float64
}

// joinEnds joins ends that lie on another street, or almost.
func (m *graphMaker) joinEnds() {
	type ref struct{ strand, segment int }
	var refs []ref
	var at index.Index
	for i := range m.strands {
		for k := 1; k < len(m.strands[i].nodes); k++ {
			a, b := m.ends(i, k)
			at.Add(len(refs), spanned(a, b))
			refs = append(refs, ref{i, k})
		}
	}
	var tips []tip
	for i := range m.strands {
		s := &m.strands[i]
		for _, end := range [2]int{0, len(s.nodes) - 1} {
			v := m.find(s.nodes[end])
			if v == outside || m.uses[v] != 1 {
				continue
			}
			best := tip{node: v, strand: -1, distance_m: joinStreetM}
			at.Each(spanned(m.places[v], m.places[v]).Grow(joinStreetM), func(k int) bool {
				r := refs[k]
				if r.strand != i && m.level(r.strand) == m.level(i) {
					best.nearer(m, r.strand, r.segment)
				}
				return true
			})
			if best.strand >= 0 {
				tips = append(tips, best)
			}
		}
	}
	m.insert(tips)
}

// ends are the places of a segment of a strand, the one that ends in its vertex k.
func (m *graphMaker) ends(strand, k int) (a, b orb.Point) {
	s := &m.strands[strand]
	t := m.pieces[s.piece].track
	return t.at(s.along_m[k-1]), t.at(s.along_m[k])
}

// level tells streets that pass over one another apart.
func (m *graphMaker) level(strand int) [3]any {
	f := m.pieces[m.strands[strand].piece].way
	bridge, _ := f.Bool("bridge")
	tunnel, _ := f.Bool("tunnel")
	level, _ := f.Number("level")
	return [3]any{bridge, tunnel, level}
}

// nearer keeps a segment when it is nearer to the tip than what was found before, or
// as near and earlier.
func (t *tip) nearer(m *graphMaker, strand, segment int) {
	a, b := m.ends(strand, segment)
	q, share := geo.NearestOnSegment(a, b, m.places[t.node])
	d := geo.Distance(q, m.places[t.node])
	first := t.strand < 0 || strand < t.strand || strand == t.strand && segment < t.segment
	if d > t.distance_m || d == t.distance_m && !first {
		return
	}
	s := &m.strands[strand]
	along := s.along_m[segment-1] + share*(s.along_m[segment]-s.along_m[segment-1])
	*t = tip{t.node, strand, segment, along, d}
}

// insert makes tips vertices of the streets that they end on.
func (m *graphMaker) insert(tips []tip) {
	slices.SortStableFunc(tips, func(x, y tip) int {
		return cmp.Or(cmp.Compare(x.strand, y.strand), cmp.Compare(x.along_m, y.along_m), cmp.Compare(x.node, y.node))
	})
	for i := len(tips) - 1; i >= 0; i-- { // from the end, so that places stay
		t := tips[i]
		s := &m.strands[t.strand]
		k := t.segment
		switch {
		case t.along_m-s.along_m[k-1] <= leastSpanM:
			m.one(t.node, s.nodes[k-1])
		case s.along_m[k]-t.along_m <= leastSpanM:
			m.one(t.node, s.nodes[k])
		default:
			s.nodes = slices.Insert(s.nodes, k, t.node)
			s.along_m = slices.Insert(s.along_m, k, t.along_m)
		}
	}
}

// leadOut sends ends at the boundary out of the community.
func (m *graphMaker) leadOut() {
	for i := range m.strands {
		s := &m.strands[i]
		for _, v := range [2]int32{s.nodes[0], s.nodes[len(s.nodes)-1]} {
			if v = m.find(v); v != outside && m.uses[v] == 1 && m.g.toOutline(m.places[v], leadsOutM) {
				m.one(v, outside)
			}
		}
	}
}

// cut makes the edges and judges them.
func (m *graphMaker) cut() *streetGraph {
	out := &streetGraph{pieces: m.pieces}
	number := map[int32]int32{outside: 0}
	node := func(v int32) int32 {
		v = m.find(v)
		if _, ok := number[v]; !ok {
			number[v] = int32(len(number))
		}
		return number[v]
	}
	for i := range m.strands {
		s := &m.strands[i]
		from := 0
		for k := 1; k < len(s.nodes); k++ {
			v := m.find(s.nodes[k])
			if k < len(s.nodes)-1 && v != outside && m.uses[v] < 2 {
				continue
			}
			out.edges = append(out.edges, streetEdge{
				a: node(s.nodes[from]), b: node(s.nodes[k]), piece: s.piece, part: span{s.along_m[from], s.along_m[k]},
			})
			from = k
		}
	}
	out.nodes = len(number)
	out.at = make([][]int32, out.nodes)
	for i, e := range out.edges {
		out.at[e.a] = append(out.at[e.a], int32(i))
		out.at[e.b] = append(out.at[e.b], int32(i))
	}
	out.prune()
	out.findLoops()
	return out
}

func (e *streetEdge) length() float64 { return e.part.to - e.part.from }

func (e *streetEdge) other(v int32) int32 { return e.a + e.b - v }

// tips counts the nodes from which there is only the way back.
func (g *streetGraph) tips() int {
	n := 0
	for v := 1; v < g.nodes; v++ {
		if len(g.at[v]) == 1 {
			n++
		}
	}
	return n
}

// prune marks dead ends: streets from the end of which there is only the way back,
// and then those that lead to nothing else.
func (g *streetGraph) prune() {
	left := make([]int, g.nodes)
	var queue []int32
	for v := 1; v < g.nodes; v++ {
		if left[v] = len(g.at[v]); left[v] == 1 {
			queue = append(queue, int32(v))
		}
	}
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		for _, i := range g.at[v] {
			e := &g.edges[i]
			if e.dead {
				continue
			}
			e.dead = true
			w := e.other(v)
			if left[w]--; w != outside && left[w] == 1 {
				queue = append(queue, w)
			}
		}
	}
}

// findLoops marks the edges that lie on a loop: all but the bridges, found by the
// lowest node that a depth-first search comes back to (Tarjan 1974).
func (g *streetGraph) findLoops() {
	order, low := make([]int32, g.nodes), make([]int32, g.nodes)
	count := int32(0)
	type visit struct {
		node, by int32 // by is the edge that led here; -1 for a root
		next     int
	}
	for root := range int32(g.nodes) {
		if order[root] != 0 {
			continue
		}
		count++
		order[root], low[root] = count, count
		calls := []visit{{root, -1, 0}}
		for len(calls) > 0 {
			c := &calls[len(calls)-1]
			if c.next < len(g.at[c.node]) {
				i := g.at[c.node][c.next]
				c.next++
				w := g.edges[i].other(c.node)
				switch {
				case i == c.by:
				case order[w] == 0:
					count++
					order[w], low[w] = count, count
					calls = append(calls, visit{w, i, 0})
				default:
					low[c.node] = min(low[c.node], order[w])
					g.edges[i].loop = true
				}
				continue
			}
			done := *c
			if calls = calls[:len(calls)-1]; done.by >= 0 {
				back := calls[len(calls)-1].node
				low[back] = min(low[back], low[done.node])
				g.edges[done.by].loop = low[done.node] <= order[back]
			}
		}
	}
}
