package walk

import (
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// rawEdge is a stretch of a strand between two nodes.
type rawEdge struct {
	strand     int32
	i, j       int32 // first and last point in the dense strand
	a, b       int32 // nodes
	endA, endB int64 // time to pass from the edge onto the node: half a gate, half a crossing
	private    bool
}

// nodeKey names a node: a vertex, or one of the parts into which walls and gates
// split it.
type nodeKey struct{ vertex, part int32 }

// gatePass is a gate for residents: the nodes that meet at it.
type gatePass struct {
	gate  int32
	nodes []int32
}

// looseArc is a step from one node to another without an edge.
type looseArc struct {
	from, to int32
	costUs   int64
}

// cutEdges measures the strands and cuts them into edges.
func (b *builder) cutEdges() {
	uses := make([]int32, len(b.verts))
	for i := range b.strands {
		for _, v := range b.strands[i].v {
			uses[v]++
		}
	}
	b.findSectors()
	b.nodeAt, b.nodeOf = make(map[nodeKey]int32), blank(len(b.verts))
	b.dense = make([]dense, len(b.strands))
	for i := range b.strands {
		s := &b.strands[i]
		if len(s.v) < 2 {
			continue
		}
		b.dense[i] = b.costStrand(s)
		b.cutStrand(int32(i), uses)
	}
	b.tellGates()
}

// findSectors notes at every vertex on a wall into which of the spaces between
// walls strands lead.
func (b *builder) findSectors() {
	for i := range b.strands {
		s := &b.strands[i]
		if !s.walk.grounded {
			continue
		}
		for k, v := range s.v {
			sp := b.specials[v]
			if sp == nil || len(sp.rays) < 2 {
				continue
			}
			for _, n := range [2]int{k - 1, k + 1} {
				if n < 0 || n >= len(s.v) {
					continue
				}
				if in := sector(sp.rays, bearing(b.verts[v], b.verts[s.v[n]])); in >= 0 && !slices.Contains(sp.sectors, in) {
					sp.sectors = append(sp.sectors, in)
				}
			}
		}
	}
}

// cutStrand makes the edges of one strand.
func (b *builder) cutStrand(si int32, uses []int32) {
	s, d := &b.strands[si], &b.dense[si]
	last := int32(len(d.pts) - 1)
	for i := int32(0); i < last; {
		if d.steep[i] {
			b.notes.Add("too_steep", noteSteep, "", b.ways[s.way].ID)
			i++
			continue
		}
		j := i + 1
		for j < last && !d.steep[j] && !b.breaksAt(d.v[j], uses) {
			j++
		}
		e := rawEdge{strand: si, i: i, j: j, private: s.walk.private}
		e.a, e.endA = b.endNode(s, d, i, i+1)
		e.b, e.endB = b.endNode(s, d, j, j-1)
		b.edges = append(b.edges, e)
		i = j
	}
}

func (b *builder) breaksAt(v int32, uses []int32) bool {
	if v < 0 {
		return false
	}
	if uses[v] > 1 {
		return true
	}
	s := b.specials[v]
	return s != nil && s.breaks
}

// endNode gives the node at one end of an edge and the time to pass onto it.
// next is the point of the edge after the end.
func (b *builder) endNode(s *strand, d *dense, end, next int32) (node int32, passUs int64) {
	v := d.v[end]
	if v < 0 { // where steepness ends; two edges at most, and one of them is closed
		b.nodes = append(b.nodes, d.pts[end])
		return int32(len(b.nodes) - 1), 0
	}
	sp := b.specials[v]
	if sp == nil {
		return b.node(nodeKey{v, 0}), 0
	}
	delay := 0.0
	part := int32(0)
	if sp.gate >= 0 && b.passing[sp.gate].pass == passOpen {
		if !sp.free {
			delay = b.passing[sp.gate].delayS
		}
	} else {
		part = b.part(sp, s, bearing(b.verts[v], d.pts[next]))
	}
	if sp.crossed && !s.walk.major && !s.walk.crossing && s.walk.grounded {
		delay += sp.waitS
	}
	node = b.node(nodeKey{v, part})
	if !slices.Contains(sp.nodes, node) {
		sp.nodes = append(sp.nodes, node)
	}
	return node, int64(delay / 2 / microsecond)
}

// part numbers the side of a wall or shut gate that a strand is on.
func (b *builder) part(sp *special, s *strand, direction float64) int32 {
	switch {
	case sp.walled():
		in := -1
		if s.walk.grounded {
			in = sector(sp.rays, direction)
		}
		if in < 0 {
			in = slices.Min(sp.sectors)
		}
		return int32(in) + 1
	case sp.gate >= 0 && len(sp.rays) < 2 && !sp.free: // a gate on its own shuts every way that ends in it
		return int32(len(sp.nodes)) + 1
	}
	return 0
}

func (b *builder) node(k nodeKey) int32 {
	id, whole := b.nodeOf[k.vertex], k.part == 0
	if !whole {
		var ok bool
		if id, ok = b.nodeAt[k]; !ok {
			id = -1
		}
	}
	if id >= 0 {
		return id
	}
	id = int32(len(b.nodes))
	b.nodes = append(b.nodes, b.verts[k.vertex])
	if whole {
		b.nodeOf[k.vertex] = id
	} else {
		b.nodeAt[k] = id
	}
	return id
}

// tellGates reports what walls and gates do, and lists the gates for residents.
func (b *builder) tellGates() {
	vertices := make([]int32, 0, len(b.specials))
	for v := range b.specials {
		vertices = append(vertices, v)
	}
	slices.Sort(vertices)
	for _, v := range vertices {
		sp := b.specials[v]
		if len(sp.nodes) < 2 {
			continue
		}
		switch {
		case sp.gate < 0:
			b.notes.Add("cut_by_wall", noteWallCut, "", b.walls[sp.marks[0].at.line].id)
			b.cuts = append(b.cuts, sp.nodes...)
		case b.passing[sp.gate].pass == passShut:
			b.notes.Add("gates_shut", noteShutGate, "", b.gates[sp.gate].of.ID)
			b.cuts = append(b.cuts, sp.nodes...)
		case b.passing[sp.gate].pass == passPrivate:
			b.passes = append(b.passes, gatePass{sp.gate, sp.nodes})
		}
	}
}

// length is how many metres an edge has.
func (b *builder) length(e *rawEdge) float64 {
	cum := b.dense[e.strand].cum
	return cum[e.j] - cum[e.i]
}

// tellUngated reports gated compounds that have walls all round and no gate.
func (b *builder) tellUngated() {
	for i := range b.scene.Layers["compounds"] {
		f := &b.scene.Layers["compounds"][i]
		if gated, _ := f.Bool("gated"); !gated || !geo.Finite(f.Geometry) || f.Geometry == nil {
			continue
		}
		if !b.hasGate(f) {
			b.notes.Add("compounds_without_gate", noteNoGate, "", f.ID)
		}
	}
}

func (b *builder) hasGate(f *geo.Feature) bool {
	reach := b.prof.Snap.GateM + drawnWallM
	found := false
	for _, poly := range geo.Polygons(f.Geometry) {
		b.gateGrid.each(geo.ExtentOf(poly).Grow(reach), func(i int32) bool {
			for _, ring := range poly {
				near := geo.NearestOnLine(orb.LineString(ring), b.gates[i].p).Dist <= reach
				found = found || near && b.gates[i].opens
			}
			return !found
		})
	}
	return found
}
