package walk

import "slices"

// links says which nodes and edges of a network are those of the network before.
type links struct {
	nodeWas []int32 // for each node now its number before; -1 for none
	nodeNow []int32 // the other way round
	edgeNow []int32 // for each edge before its number now; -1 where it is not the same
	// touched are the nodes now from which, or to which, one walks otherwise than
	// before, and those that are new.
	touched []int32
	torn    [][2]int32 // pairs, before and now, that contradict others
}

// matchLinks finds the edges that are the same to the microsecond, and the nodes
// between them.
func (s *step) matchLinks() {
	old, now := s.was, s.now
	l := &s.links
	l.nodeWas, l.nodeNow, l.edgeNow = blank(len(now.nodes)), blank(len(old.nodes)), blank(len(old.edges))
	for raw := range old.snaps.raws {
		k := s.raws.of(int32(raw))
		if k < 0 {
			continue
		}
		from, to := old.pieces(int32(raw))
		first, last := now.pieces(k)
		l.pair(old.edges[from].a, now.edges[first].a)
		l.pair(old.edges[to].b, now.edges[last].b)
		if to-from != last-first {
			continue // a venue joins here that did not, or no longer
		}
		for i := from; i <= to; i++ {
			j := first + i - from
			if i > from {
				l.pair(old.edges[i].a, now.edges[j].a)
			}
			if sameEdge(old, now, i, j) {
				l.edgeNow[i] = j
			}
		}
	}
	l.part()
	for v := range now.nodes {
		if o := l.nodeWas[v]; o < 0 || !l.sameArcs(&old.in, &now.in, old.time.inW, now.time.inW, o, int32(v)) ||
			!l.sameArcs(&old.out, &now.out, old.time.outW, now.time.outW, o, int32(v)) {
			l.touched = append(l.touched, int32(v))
		}
	}
}

// pair takes node o before and node k now for the same, and notes where that
// contradicts what was taken for the same already: a node has been parted, or two
// have become one.
func (l *links) pair(o, k int32) {
	switch {
	case l.nodeNow[o] < 0 && l.nodeWas[k] < 0:
		l.nodeNow[o], l.nodeWas[k] = k, o
	case l.nodeNow[o] != k:
		l.torn = append(l.torn, [2]int32{o, k})
	}
}

// part takes nodes that contradict one another for new ones.
func (l *links) part() {
	for _, t := range l.torn {
		o, k := t[0], t[1]
		if n := l.nodeNow[o]; n >= 0 {
			l.nodeNow[o], l.nodeWas[n] = -1, -1
		}
		if w := l.nodeWas[k]; w >= 0 {
			l.nodeNow[w], l.nodeWas[k] = -1, -1
		}
	}
}

func blank(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = -1
	}
	return out
}

// pieces are the first and the last edge that a stretch was cut into.
func (n *Network) pieces(raw int32) (first, last int32) {
	first = n.snaps.raws[raw].firstPiece
	if int(raw)+1 < len(n.snaps.raws) {
		return first, n.snaps.raws[raw+1].firstPiece - 1
	}
	return first, int32(len(n.edges)) - 1
}

// sameEdge compares two edges in all that times on them depend on.
func sameEdge(old, now *Network, i, j int32) bool {
	e, f := &old.edges[i], &now.edges[j]
	if e.flags != f.flags || e.last-e.first != f.last-f.first || old.time.endA[i] != now.time.endA[j] || old.time.endB[i] != now.time.endB[j] {
		return false
	}
	lo, hi, first, last := e.first, e.last+1, f.first, f.last+1
	return slices.Equal(old.time.fwd[lo:hi], now.time.fwd[first:last]) && slices.Equal(old.time.bwd[lo:hi], now.time.bwd[first:last]) &&
		slices.Equal(old.cum[lo:hi], now.cum[first:last]) && slices.Equal(old.pts[lo:hi], now.pts[first:last])
}

// sameArcs compares the arcs of node o before with those of node v now.
func (l *links) sameArcs(old, now *csr, oldW, nowW []int64, o, v int32) bool {
	i, j := old.head[o], now.head[v]
	if old.head[o+1]-i != now.head[v+1]-j {
		return false
	}
	for ; i < old.head[o+1]; i, j = i+1, j+1 {
		if l.nodeNow[old.to[i]] != now.to[j] || oldW[i] != nowW[j] {
			return false
		}
		e, f := old.edge[i], now.edge[j]
		if e < 0 != (f < 0) || e >= 0 && (e&1 != f&1 || l.edgeNow[e>>1] != f>>1) {
			return false
		}
	}
	return true
}

// matchDoorways tells of each target whether its doors stand on the same places of
// the same edges as before.
func (s *step) matchDoorways() {
	old, now := s.was.allTargets(), s.now.targets
	s.targetNow, s.doorsSame = blank(len(old)), make([]bool, len(now))
	for i := range now {
		k := s.targetWas[i]
		if k < 0 {
			continue
		}
		s.targetNow[k] = int32(i)
		s.doorsSame[i] = slices.EqualFunc(old[k].doors, now[i].doors, func(x, y door) bool {
			return s.links.edgeNow[x.edge] == y.edge && x.along_m == y.along_m && x.off_m == y.off_m
		})
	}
	s.targetsKept = len(old) == len(now)
	for i := range now {
		s.targetsKept = s.targetsKept && s.targetWas[i] == int32(i)
		if !s.doorsSame[i] {
			s.moved = append(s.moved, int32(i))
		}
	}
}

// repair finds the labels of a search towards sources on the network of a step, going
// on from those on the network before, of a search with the same limit towards
// sources at the nodes in oldSources. Labels are those that search would find.
func (s *scratch) repair(st *step, labels []uint64, oldSources []access, sources []source, limit int64) {
	n := st.now
	s.begin()
	now := make([]int32, 0, len(oldSources))
	for v, o := range st.links.nodeWas {
		if o >= 0 && labels[o] != unreached {
			s.best[v], s.um[v], s.stamp[v] = labels[o], 0, s.now
		}
	}
	for _, a := range oldSources {
		if v := st.links.nodeNow[a.node]; v >= 0 {
			now = append(now, v)
		}
	}
	lost := s.invalidate(n, sources, st.links.touched, now)
	s.heap = s.heap[:0]
	for _, src := range sources {
		if src.cost <= limit {
			s.offer(src.node, uint64(src.cost)<<labelBits|uint64(src.label), 0, -1)
		}
	}
	for _, list := range [2][]int32{lost, st.links.touched} {
		for _, v := range list {
			for k := n.out.head[v]; k < n.out.head[v+1]; k++ {
				if at := s.at(n.out.to[k]); at != unreached {
					s.offerWithin(v, at+uint64(n.time.outW[k])<<labelBits, limit)
				}
			}
		}
	}
	s.settle(n, st.links.touched, limit)
}

// settle carries labels on from those nodes that have new ones, and from the touched.
func (s *scratch) settle(n *Network, touched []int32, limit int64) {
	for _, v := range touched {
		if at := s.at(v); at != unreached {
			s.push(heapItem{at, v})
		}
	}
	for len(s.heap) > 0 {
		it := s.pop()
		if it.label != s.best[it.node] {
			continue
		}
		for k := n.in.head[it.node]; k < n.in.head[it.node+1]; k++ {
			s.offerWithin(n.in.to[k], it.label+uint64(n.time.inW[k])<<labelBits, limit)
		}
	}
}

func (s *scratch) offerWithin(node int32, label uint64, limit int64) {
	if int64(label>>labelBits) <= limit {
		s.offer(node, label, 0, -1)
	}
}

// invalidate takes the labels from those nodes that no walk leads on from with what
// they say, beginning with the suspects, and lists them. A step that takes no time is
// not trusted to carry a label: two of them could carry each other. Such nodes are
// labelled anew, which does no harm.
func (s *scratch) invalidate(n *Network, sources []source, suspects ...[]int32) (lost []int32) {
	for _, list := range suspects {
		for _, v := range list {
			if at := s.at(v); at != unreached {
				s.push(heapItem{at, v})
			}
		}
	}
	for len(s.heap) > 0 {
		it := s.pop()
		v := it.node
		if s.at(v) != it.label || s.carried(n, sources, v, it.label) {
			continue
		}
		s.stamp[v] = s.now - 1
		lost = append(lost, v)
		for k := n.in.head[v]; k < n.in.head[v+1]; k++ {
			if x := n.in.to[k]; s.at(x) == it.label+uint64(n.time.inW[k])<<labelBits {
				s.push(heapItem{s.best[x], x})
			}
		}
	}
	return lost
}

// carried tells whether a source or a step to a node with a lesser label gives a node
// its label.
func (s *scratch) carried(n *Network, sources []source, v int32, label uint64) bool {
	for _, src := range sources {
		if src.node == v && uint64(src.cost)<<labelBits|uint64(src.label) == label {
			return true
		}
	}
	for k := n.out.head[v]; k < n.out.head[v+1]; k++ {
		at, w := s.at(n.out.to[k]), n.time.outW[k]
		if w > 0 && at != unreached && at+uint64(w)<<labelBits == label {
			return true
		}
	}
	return false
}
