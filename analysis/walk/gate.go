package walk

import (
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// passage is what a gate lets through.
type passage uint8

const (
	passOpen    passage = iota
	passPrivate         // whoever is inside may leave
	passShut
)

// gate is a point that a walk goes through with a delay, or does not.
type gate struct {
	of    *geo.Feature
	kind  string
	p     orb.Point
	opens bool // a wall that it stands in
}

// passing is how a profile passes a gate.
type passing struct {
	pass   passage
	delayS float64
}

// special is a vertex where something happens to a walk.
type special struct {
	gate    int32 // position in gates; -1 for none
	free    bool  // the gate stands nearby on the same way and rules there
	marks   []wallMark
	rays    []float64
	waitS   float64 // for crossing a major road here
	crossed bool    // a major road passes through
	breaks  bool    // strands are cut into edges here
	sectors []int   // between walls, that strands leave into
	nodes   []int32 // made for this vertex
}

// walled tells whether walls part the strands that meet here.
func (s *special) walled() bool { return len(s.rays) > 1 && len(s.sectors) > 1 && !s.free }

// at gives the special of a vertex, making it when it is not there.
func (b *builder) at(v int32) *special {
	v = b.same.find(v)
	s, ok := b.specials[v]
	if !ok {
		s = &special{gate: -1}
		b.specials[v] = s
	}
	return s
}

// collectGates lists point barriers and entrances that can stand in a walk.
func (b *plan) collectGates() {
	add := func(f *geo.Feature, kind string, opens bool) {
		for _, part := range geo.Parts(f.Geometry) {
			if p, ok := part.(orb.Point); ok {
				b.gates = append(b.gates, gate{f, kind, p, opens})
			}
		}
	}
	for i := range b.scene.Layers["barriers"] {
		f := &b.scene.Layers["barriers"][i]
		if kind, _ := f.Text("kind"); geo.Finite(f.Geometry) {
			add(f, kind, kind != "kerb" && !slices.Contains(b.rules.walls, kind))
		}
	}
	for i := range b.scene.Layers["entrances"] {
		f := &b.scene.Layers["entrances"][i]
		kind, _ := f.Text("kind")
		if geo.Finite(f.Geometry) && (kind == "compound_gate" || kind == "facility" || kind == "fire" || kind == "") {
			add(f, "gate", true)
		}
	}
	b.gateGrid = newGrid(len(b.gates), func(i int) geo.Extent { return pointExtent(b.gates[i].p, 0) })
}

// passage judges a gate: what its own attributes say goes before what its kind
// usually is.
func (p *Profile) passage(f *geo.Feature, kind string) (passage, float64) {
	rule := p.barrier(kind)
	locked, _ := f.Bool("locked")
	foot, _ := f.Text("foot")
	chair, _ := f.Text("wheelchair")
	stepFree, stepKnown := f.Bool("step_free")
	controlled, _ := f.Bool("access_person")
	switch {
	case locked || foot == "no":
		return passShut, 0
	case p.Wheelchair && (chair == "no" || stepKnown && !stepFree || chair == "limited" && !p.WheelchairLimited):
		return passShut, 0
	case foot == "private" || controlled && foot != "yes" && foot != "customers":
		return passPrivate, rule.DelayS
	case foot == "customers" && !p.CustomersWays:
		return passShut, 0
	case rule.Open == IsClosed && foot != "yes" && !(p.Wheelchair && chair == "yes"):
		return passShut, 0
	}
	return passOpen, rule.DelayS
}

// seatGates finds the vertex that each gate stands on: one that is there, or a
// new one on the nearest way within the joining tolerance. Gates on no way may
// still open a wall where a way crosses it.
func (b *plan) seatGates() {
	b.gateSeat = make([]int32, len(b.gates))
	for i := range b.gates {
		b.gateSeat[i] = -1
		best, bestT, bestD := segRef{}, 0.0, b.rules.joinM
		found := false
		around := pointExtent(b.gates[i].p, bestD+sameM)
		b.segGrid.each(pointExtent(b.gates[i].p, bestD), func(k int32) bool {
			r := b.segs[k]
			from, to := b.segment(r)
			if !around.Touches(segmentExtent(from, to)) {
				return true
			}
			q, t := geo.NearestOnSegment(from, to, b.gates[i].p)
			d := geo.Distance(q, b.gates[i].p)
			if d > sameM && !b.strands[r.line].walk.grounded {
				return true // a gate below a bridge
			}
			if d < bestD || d <= bestD && !found {
				best, bestT, bestD, found = r, t, d, true
			}
			return true
		})
		if found {
			b.gateSeat[i] = b.vertexOn(best, bestT)
		}
	}
}

// judgeGates tells how the profile passes each gate.
func (b *builder) judgeGates() {
	b.passing = make([]passing, len(b.gates))
	for i := range b.gates {
		b.passing[i].pass, b.passing[i].delayS = b.prof.passage(b.gates[i].of, b.gates[i].kind)
	}
}

// settleGates tells vertices of the gates that stand on them. Of several, the
// strictest rules.
func (b *builder) settleGates() {
	for i, v := range b.gateSeat {
		if v < 0 {
			continue
		}
		s := b.at(v)
		if s.gate < 0 || b.passing[i].stricter(&b.passing[s.gate]) {
			s.gate = int32(i)
		}
		s.breaks = true
	}
}

func (g *passing) stricter(o *passing) bool {
	return g.pass > o.pass || g.pass == o.pass && g.delayS > o.delayS
}

// settleWalls gives every vertex on a wall its gate, if there is one within
// reach, and the directions of its walls.
func (b *builder) settleWalls() {
	for lo := 0; lo < len(b.wallMarks); {
		hi := lo
		v := b.wallMarks[lo].vertex
		for hi < len(b.wallMarks) && b.wallMarks[hi].vertex == v {
			hi++
		}
		s := b.at(v)
		s.marks = b.wallMarks[lo:hi]
		s.rays = b.raysAt(v, s.marks)
		s.breaks = true
		if s.gate < 0 {
			reach := b.prof.Snap.GateM
			if b.walls[s.marks[0].at.line].compound {
				reach += insetM
			}
			s.gate = b.gateNear(v, reach)
			s.free = s.gate >= 0 && b.seatedOn(s.gate, s.marks)
		}
		lo = hi
	}
}

// seatedOn tells whether a gate stands on one of the strands that the marks are
// of: whoever goes along there goes through the gate anyway.
func (b *builder) seatedOn(g int32, marks []wallMark) bool {
	seat := b.gateSeat[g]
	return seat >= 0 && slices.ContainsFunc(marks, func(m wallMark) bool {
		return slices.Contains(b.strands[m.strand].v, seat)
	})
}

// gateNear finds the gate that opens a wall at a vertex: the nearest one within
// the tolerance, the first of equally near ones.
func (b *builder) gateNear(v int32, reach_m float64) int32 {
	best, bestD := int32(-1), reach_m
	b.gateGrid.each(pointExtent(b.verts[v], bestD), func(i int32) bool {
		d := geo.Distance(b.gates[i].p, b.verts[v])
		if b.gates[i].opens && (d < bestD || d == bestD && (best < 0 || i < best)) {
			best, bestD = i, d
		}
		return true
	})
	return best
}

// markCrossings finds where ways on foot meet major roads, and what is known of
// the crossing there.
func (b *builder) markCrossings() {
	passes := make(map[int32]int)
	count := func(s *strand) {
		if !s.walk.major {
			return
		}
		for i, v := range s.v {
			passes[v]++
			if i > 0 && i+1 < len(s.v) {
				passes[v]++
			}
		}
	}
	for i := range b.strands {
		count(&b.strands[i])
	}
	for i := range b.ghosts {
		count(&b.ghosts[i])
	}
	for i := range b.strands {
		s := &b.strands[i]
		if s.walk.major {
			continue
		}
		for _, v := range s.v {
			if passes[v] < 2 {
				continue
			}
			at := b.at(v)
			at.crossed, at.breaks = true, true
			at.waitS = b.prof.CrossingWaitS.of(b.kinds.near(b.verts[v]))
		}
	}
}

// kindIndex finds the kind of a crossing by place.
type kindIndex struct {
	points []orb.Point
	kinds  []string
	grid   *grid
}

func crossingKinds(scene *analysis.Scene) kindIndex {
	var k kindIndex
	for i := range scene.Layers["crossings"] {
		f := &scene.Layers["crossings"][i]
		kind, _ := f.Text("kind")
		if p, ok := f.Geometry.(orb.Point); ok && geo.Finite(p) {
			k.points, k.kinds = append(k.points, p), append(k.kinds, kind)
		}
	}
	k.grid = newGrid(len(k.points), func(i int) geo.Extent { return pointExtent(k.points[i], 0) })
	return k
}

// near is the kind of the crossing at a place; empty when none is drawn there.
func (k *kindIndex) near(p orb.Point) (kind string) {
	k.grid.each(pointExtent(p, sameM), func(i int32) bool {
		if geo.Distance(k.points[i], p) > sameM {
			return true
		}
		kind = k.kinds[i]
		return false
	})
	return kind
}
