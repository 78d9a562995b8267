package walk

import (
	"math"

	"github.com/paulmach/orb"
)

// A label packs a cost and the number of the source it is from: the cost in the
// upper bits, the number in the lower labelBits. Comparing labels compares costs
// and, where these are equal, sources, so ties fall the same way in every run.
const (
	labelBits = 20
	labelMask = 1<<labelBits - 1
	unreached = math.MaxUint64
	maxCost   = 1 << (63 - labelBits) // about 100 days in microseconds
)

// source is where a search starts: a node with a cost already spent.
type source struct {
	node  int32
	cost  int64
	label uint32
	um    int64 // micrometres already walked
}

// scratch is the memory of one search. Marks of earlier searches are told apart
// by their stamp, so nothing is cleared between searches.
type scratch struct {
	best  []uint64
	um    []int64 // micrometres of the walk, where they are asked for
	stamp []uint32
	pred  []int32 // arc by which a node was reached; -1 for sources
	now   uint32
	heap  []heapItem
	nodes []int32 // reached, in the order of their first label

	edgeMark  []uint32
	edgeList  []int32
	edgesDone uint32 // the search that edgeList is of
}

type heapItem struct {
	label uint64
	node  int32
}

func newScratch(nodes int) *scratch {
	return &scratch{best: make([]uint64, nodes), um: make([]int64, nodes), stamp: make([]uint32, nodes), pred: make([]int32, nodes)}
}

// begin forgets the last search.
func (s *scratch) begin() {
	s.now++
	if s.now == 0 { // the stamps have gone round
		clear(s.stamp)
		clear(s.edgeMark)
		s.now, s.edgesDone = 1, 0
	}
	s.heap, s.nodes = s.heap[:0], s.nodes[:0]
}

// at is the label of a node.
func (s *scratch) at(node int32) uint64 {
	if s.stamp[node] != s.now {
		return unreached
	}
	return s.best[node]
}

// cost is the cost of a node; maxCost when it was not reached.
func (s *scratch) cost(node int32) int64 {
	if s.stamp[node] != s.now {
		return maxCost
	}
	return int64(s.best[node] >> labelBits)
}

// offer gives a node a label if that is better than what it has: of walks with the
// same label, the shortest.
func (s *scratch) offer(node int32, label uint64, um int64, arc int32) {
	if s.stamp[node] != s.now {
		s.stamp[node] = s.now
		s.nodes = append(s.nodes, node)
	} else if label > s.best[node] || label == s.best[node] && um >= s.um[node] {
		return
	}
	s.best[node], s.um[node], s.pred[node] = label, um, arc
	s.push(heapItem{label, node})
}

// heapArity is the number of children in the heap; 4 fit a cache line.
const heapArity = 4

func (s *scratch) push(it heapItem) {
	s.heap = append(s.heap, it)
	h := s.heap
	i := len(h) - 1
	for i > 0 {
		up := (i - 1) / heapArity
		if h[up].label <= it.label {
			break
		}
		h[i] = h[up]
		i = up
	}
	h[i] = it
}

func (s *scratch) pop() heapItem {
	h := s.heap
	top := h[0]
	last := len(h) - 1
	it := h[last]
	h = h[:last]
	s.heap = h
	if last == 0 {
		return top
	}
	i := 0
	for {
		child := heapArity*i + 1
		if child >= last {
			break
		}
		least := child
		for c := child + 1; c < child+heapArity && c < last; c++ {
			if h[c].label < h[least].label {
				least = c
			}
		}
		if it.label <= h[least].label {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = it
	return top
}

// search labels all nodes within limit of the sources. Arcs are taken from g with
// their costs w: n.in for "who reaches the sources", n.out for "whom do they
// reach". um, if not nil, are the micrometres of the arcs: of walks that cost the
// same the shortest is taken, so that its length does not hang on the order in which
// nodes come. settled, if not nil, is called for every node in order of cost, and
// ends the search when it says so.
func (s *scratch) search(g *csr, w, um []int64, sources []source, limit int64, settled func(node int32, cost int64) (more bool)) {
	s.begin()
	for _, src := range sources {
		if src.cost <= limit {
			s.offer(src.node, uint64(src.cost)<<labelBits|uint64(src.label), src.um, -1)
		}
	}
	for len(s.heap) > 0 {
		it := s.pop()
		if it.label != s.best[it.node] {
			continue // a better label came later
		}
		if settled != nil && !settled(it.node, int64(it.label>>labelBits)) {
			return
		}
		for k := g.head[it.node]; k < g.head[it.node+1]; k++ {
			label := it.label + uint64(w[k])<<labelBits
			if int64(label>>labelBits) > limit {
				continue
			}
			walked := int64(0)
			if um != nil {
				walked = s.um[it.node] + um[k]
			}
			s.offer(g.to[k], label, walked, k)
		}
	}
}

// borrow gives memory for searches, release takes it back.
func (n *Network) borrow() *scratch   { return n.scratches.Get().(*scratch) }
func (n *Network) release(s *scratch) { n.scratches.Put(s) }

func (n *Network) borrowArea() *areaScratch   { return n.canvases.Get().(*areaScratch) }
func (n *Network) releaseArea(a *areaScratch) { n.canvases.Put(a) }

// field is what a search towards its sources found: the cost from any place of
// any edge.
type field struct {
	n     *Network
	c     *costs
	s     *scratch
	limit int64
}

// fieldTo searches from the sources backwards: who reaches them.
func (n *Network) fieldTo(c *costs, s *scratch, sources []source, limit int64) field {
	s.search(&n.in, c.inW, nil, sources, limit, nil)
	return field{n, c, s, limit}
}

// walksTo is fieldTo by time, with the length of the walk from every node.
func (n *Network) walksTo(s *scratch, sources []source, limit int64) field {
	s.search(&n.in, n.time.inW, n.length.inW, sources, limit, nil)
	return field{n, &n.time, s, limit}
}

// viaA is the cost from point i of edge e back to its start and on to the
// sources, viaB the same over its end; maxCost where that cannot be walked.
func (f *field) viaA(e int32, i int32) int64 {
	ed := &f.n.edges[e]
	if d := f.s.cost(ed.a); d < maxCost && ed.flags&isBackward != 0 {
		return d + f.c.endA[e] + f.c.bwd[i]
	}
	return maxCost
}

func (f *field) viaB(e int32, i int32) int64 {
	ed := &f.n.edges[e]
	if d := f.s.cost(ed.b); d < maxCost && ed.flags&isForward != 0 {
		return d + f.c.endB[e] + f.c.fwd[ed.last] - f.c.fwd[i]
	}
	return maxCost
}

// at is the cost and the source label from a place along an edge: the least over
// both ends.
func (f *field) at(e int32, along_m float64) (cost float64, label uint32, ok bool) {
	ed := &f.n.edges[e]
	viaA, viaB := f.bothWays(e, along_m)
	cost = math.Inf(1)
	better := func(c float64, node int32) {
		if math.IsInf(c, 1) {
			return
		}
		if l := uint32(f.s.at(node) & labelMask); c < cost || c == cost && l < label {
			cost, label = c, l
		}
	}
	better(viaA, ed.a)
	better(viaB, ed.b)
	return cost, label, cost <= float64(f.limit)
}

// bothWays are the costs from a place along an edge over its start and over its end;
// infinite where that cannot be walked. Whoever stands at an end may leave over it,
// one-way or not.
func (f *field) bothWays(e int32, along_m float64) (viaA, viaB float64) {
	ed := &f.n.edges[e]
	i, t := f.n.segmentOf(ed, along_m)
	viaA, viaB = math.Inf(1), math.Inf(1)
	mix := func(x, y int64) float64 { return float64(x) + t*float64(y-x) }
	j := min(i+1, ed.last)
	if a := f.viaA(e, i); a < maxCost {
		viaA = mix(a, f.viaA(e, j))
	} else if d := f.s.cost(ed.a); d < maxCost && along_m <= sameM {
		viaA = float64(d + f.c.endA[e])
	}
	if b := f.viaB(e, i); b < maxCost {
		viaB = mix(b, f.viaB(e, j))
	} else if d := f.s.cost(ed.b); d < maxCost && along_m >= f.n.cum[ed.last]-sameM {
		viaB = float64(d + f.c.endB[e])
	}
	return viaA, viaB
}

// segmentOf finds the points around a place along an edge: point i and the share
// of the way to point i+1.
func (n *Network) segmentOf(e *edge, along_m float64) (i int32, t float64) {
	lo, hi := e.first, e.last-1
	for lo < hi { // the last point at or before the place
		mid := (lo + hi + 1) / 2
		if n.cum[mid] <= along_m {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	length := n.cum[lo+1] - n.cum[lo]
	if length <= 0 {
		return lo, 0
	}
	return lo, max(0, min(1, (along_m-n.cum[lo])/length))
}

// pointAt is the place along an edge.
func (n *Network) pointAt(e *edge, along_m float64) orb.Point {
	i, t := n.segmentOf(e, along_m)
	if t == 0 {
		return n.pts[i]
	}
	return along(n.pts[i], n.pts[i+1], t)
}

// line cuts a stretch out of an edge, from lo to hi metres along it.
func (n *Network) line(e *edge, lo, hi float64) orb.LineString {
	i, _ := n.segmentOf(e, lo)
	j, _ := n.segmentOf(e, hi)
	out := make(orb.LineString, 0, j-i+2)
	out = append(out, n.pointAt(e, lo))
	for k := i + 1; k <= j; k++ {
		if n.cum[k] > lo && n.cum[k] < hi {
			out = append(out, n.pts[k])
		}
	}
	return append(out, n.pointAt(e, hi))
}

// reachedEdges lists the edges with a labelled end, each once, in ascending order
// of the first label of their nodes.
func (f *field) reachedEdges() []int32 {
	s := f.s
	if len(s.edgeMark) < len(f.n.edges) {
		s.edgeMark = make([]uint32, len(f.n.edges))
	}
	if s.edgesDone == s.now {
		return s.edgeList
	}
	s.edgesDone = s.now
	s.edgeList = s.edgeList[:0]
	for _, node := range s.nodes {
		for _, g := range [2]*csr{&f.n.in, &f.n.out} {
			for k := g.head[node]; k < g.head[node+1]; k++ {
				if e := g.edge[k] >> 1; g.edge[k] >= 0 && s.edgeMark[e] != s.now {
					s.edgeMark[e] = s.now
					s.edgeList = append(s.edgeList, e)
				}
			}
		}
	}
	return s.edgeList
}
