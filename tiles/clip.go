package tiles

import (
	"cmp"
	"math"
	"slices"
)

// box is a rectangle on the grid, edges included.
type box struct{ min, max int64 }

// tileBox is the tile with a buffer around it; it is the same in x and y.
func tileBox(buffer int) box { return box{int64(-buffer), int64(Extent + buffer)} }

func (b box) holds(p pt) bool {
	return b.min <= p[0] && p[0] <= b.max && b.min <= p[1] && p[1] <= b.max
}

// edge is one side of a box: what is kept lies at at or beyond it, on an axis, in
// the direction of sign.
type edge struct {
	axis int
	sign int64
	at   int64
}

func (b box) edges() [4]edge {
	return [4]edge{{0, 1, b.min}, {0, -1, b.max}, {1, 1, b.min}, {1, -1, b.max}}
}

func (e edge) keeps(p pt) bool { return e.sign*(p[e.axis]-e.at) >= 0 }

// cut is where the straight between two points on different sides meets the edge,
// and its place along the edge before rounding. It is the same from both ends, so
// that areas that share a border still do when both are cut.
func (e edge) cut(a, b pt) (pt, float64) {
	if a[0] > b[0] || a[0] == b[0] && a[1] > b[1] {
		a, b = b, a
	}
	u, v := e.axis, 1-e.axis
	along := float64(a[v]) + float64(e.at-a[u])*(float64(b[v]-a[v])/float64(b[u]-a[u]))
	var p pt
	p[u], p[v] = e.at, int64(math.Floor(along+0.5))
	return p, along
}

// cutLine appends the parts of a line inside a box to out, each as a slice of its
// own of store, which is returned grown. Parts of a single point are left out.
func cutLine(line []pt, b box, store []pt, out [][2]int) ([]pt, [][2]int) {
	from := len(store)
	finish := func() {
		part := straighten(store[from:])
		store = store[:from+len(part)]
		if len(part) > 1 {
			out = append(out, [2]int{from, len(store)})
			from = len(store)
		}
		store = store[:from]
	}
	for i := 1; i < len(line); i++ {
		p, q, ok := cutSegment(line[i-1], line[i], b)
		if !ok {
			finish()
			continue
		}
		if n := len(store); n == from || store[n-1] != p {
			finish()
			store = append(store, p)
		}
		if q != p {
			store = append(store, q)
		}
		if q != line[i] {
			finish()
		}
	}
	finish()
	return store, out
}

// cutSegment is the part of a segment inside a box, from p to q.
func cutSegment(p, q pt, b box) (pt, pt, bool) {
	if b.holds(p) && b.holds(q) {
		return p, q, true
	}
	a, c := p, q
	for _, e := range b.edges() {
		inP, inQ := e.keeps(p), e.keeps(q)
		switch {
		case !inP && !inQ:
			return p, q, false
		case !inP:
			p = e.cutOf(a, c, p, q)
		case !inQ:
			q = e.cutOf(a, c, q, p)
		}
	}
	return p, q, b.holds(p) && b.holds(q)
}

// cutOf cuts the whole segment a–c, so that rounding at one edge of the box does
// not bend what the next edge cuts. out is the end beyond the edge.
func (e edge) cutOf(a, c, out, in pt) pt {
	if a[e.axis] == c[e.axis] {
		return out
	}
	if e.keeps(a) == e.keeps(c) {
		a, c = out, in
	}
	p, _ := e.cut(a, c)
	return p
}

// ringCutter cuts the rings of one area at the edges of a box. Where an edge cuts
// a ring more than once, the pieces are linked along the edge into rings that do
// not run over one another, holes that the edge opens becoming part of the
// outline.
type ringCutter struct {
	from, to ringSet
	chains   []chain
	ends     []chainEnd
}

// ringSet is rings without closing vertices, one after the other.
type ringSet struct {
	points []pt
	rings  [][2]int
}

func (s *ringSet) reset() { s.points, s.rings = s.points[:0], s.rings[:0] }

func (s *ringSet) ring(i int) []pt { return s.points[s.rings[i][0]:s.rings[i][1]] }

func (s *ringSet) add(ring ...pt) {
	s.points = append(s.points, ring...)
	s.rings = append(s.rings, [2]int{len(s.points) - len(ring), len(s.points)})
}

// close makes a ring of the points added since from.
func (s *ringSet) close(from int) { s.rings = append(s.rings, [2]int{from, len(s.points)}) }

// chain is a stretch of a ring on the kept side, from the edge to the edge.
type chain struct {
	ring     int
	from, to int // in points of the source set, wrapping around the ring
	start    pt
	end      pt
	next     int
	used     bool
}

// chainEnd is where a chain meets the edge. Ends at the same place are told apart
// by the way they leave the edge.
type chainEnd struct {
	along, slope float64
	chain        int
	isStart      bool
}

// cut replaces c.from by its part inside the box. Outlines must be clockwise as
// drawn and holes the other way round; so are the rings that come out.
func (c *ringCutter) cut(b box) {
	for _, e := range b.edges() {
		c.to.reset()
		c.chains, c.ends = c.chains[:0], c.ends[:0]
		for i := range c.from.rings {
			c.split(i, e)
		}
		c.link()
		c.from, c.to = c.to, c.from
	}
}

// split copies a ring that the edge leaves whole, and lists the chains of one that
// it cuts.
func (c *ringCutter) split(i int, e edge) {
	ring := c.from.ring(i)
	kept := 0
	for _, p := range ring {
		if e.keeps(p) {
			kept++
		}
	}
	if kept == 0 {
		return
	}
	if kept == len(ring) {
		c.to.add(ring...)
		return
	}
	n := len(ring)
	for k := range n {
		if before := ring[(k+n-1)%n]; e.keeps(before) || !e.keeps(ring[k]) {
			continue
		}
		last := k
		for e.keeps(ring[(last+1)%n]) {
			last = (last + 1) % n
		}
		c.addChain(i, e, k, last)
	}
}

func (c *ringCutter) addChain(i int, e edge, first, last int) {
	ring := c.from.ring(i)
	n := len(ring)
	in, out := ring[(first+n-1)%n], ring[(last+1)%n]
	start, startAlong := e.cut(in, ring[first])
	end, endAlong := e.cut(ring[last], out)
	id := len(c.chains)
	c.chains = append(c.chains, chain{ring: i, from: first, to: last, start: start, end: end, next: -1})
	c.ends = append(c.ends,
		chainEnd{startAlong, e.slope(ring[first], in), id, true},
		chainEnd{endAlong, e.slope(ring[last], out), id, false})
}

// slope is how far one moves along the edge per unit of leaving the kept side.
func (e edge) slope(in, out pt) float64 {
	v := 1 - e.axis
	return float64(out[v]-in[v]) / math.Abs(float64(out[e.axis]-in[e.axis]))
}

// link joins the chains along the edge into rings. Sorted along the edge, every
// second stretch between two chain ends lies inside the area: there, an end is
// joined to the start beside it. Areas whose outline crosses itself may not come
// out that way; their rings are closed one by one, and repaired later.
func (c *ringCutter) link() {
	if len(c.chains) == 1 {
		c.chains[0].next = 0
	} else if len(c.chains) > 1 && !c.pair() {
		c.closeEach()
	}
	for i := range c.chains {
		if c.chains[i].used {
			continue
		}
		from := len(c.to.points)
		for k := i; !c.chains[k].used; k = c.chains[k].next {
			c.chains[k].used = true
			c.appendChain(&c.chains[k])
		}
		c.to.close(from)
	}
}

func (c *ringCutter) appendChain(ch *chain) {
	ring := c.from.ring(ch.ring)
	c.to.points = append(c.to.points, ch.start)
	if ch.from <= ch.to {
		c.to.points = append(c.to.points, ring[ch.from:ch.to+1]...)
	} else {
		c.to.points = append(c.to.points, ring[ch.from:]...)
		c.to.points = append(c.to.points, ring[:ch.to+1]...)
	}
	c.to.points = append(c.to.points, ch.end)
}

func (c *ringCutter) pair() bool {
	slices.SortFunc(c.ends, func(a, b chainEnd) int {
		return cmp.Or(cmp.Compare(a.along, b.along), cmp.Compare(a.slope, b.slope), cmp.Compare(a.chain, b.chain))
	})
	for i := 0; i < len(c.ends); i += 2 {
		a, b := c.ends[i], c.ends[i+1]
		if a.isStart == b.isStart || a.isStart != c.ends[0].isStart {
			return false
		}
		if a.isStart {
			a, b = b, a
		}
		c.chains[a.chain].next = b.chain
	}
	return true
}

// closeEach links the chains of each ring in their own order.
func (c *ringCutter) closeEach() {
	for i := 0; i < len(c.chains); {
		k := i
		for k < len(c.chains) && c.chains[k].ring == c.chains[i].ring {
			c.chains[k].next = k + 1
			k++
		}
		c.chains[k-1].next = i
		i = k
	}
}
