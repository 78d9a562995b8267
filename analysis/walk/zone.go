package walk

import (
	"github.com/paulmach/orb"

	"yiju/geo"
)

// Private ways and zones. Whoever starts on a private way may leave it; nobody
// else may go in. In terms of a path: private ways only come first. A node where
// private and public edges meet is therefore made twice: the private copy has an
// arc to the public one, and none back. The same holds where a gate for residents
// is the only way into a part of the network: that part becomes private. Where another
// gate is open to all, the part is public, and a gate for residents still lets out who
// is inside: inside is then what lies in the gated compound.

// makeZones finds what lies behind gates for residents.
func (b *builder) makeZones() {
	if len(b.passes) == 0 {
		return
	}
	parts := newUnionFind(len(b.nodes))
	for i := range b.edges {
		parts.union(b.edges[i].a, b.edges[i].b)
	}
	main := b.mainPart(&parts)
	depth := b.zoneDepths(&parts, main)
	for i := range b.edges {
		if depth[parts.find(b.edges[i].a)] > 0 {
			b.edges[i].private = true
		}
	}
	inner := b.innerNodes()
	for _, p := range b.passes {
		b.openGate(p, &parts, depth, inner)
	}
}

// gatedCompounds gives a function that tells whether a place lies in one.
func (b *builder) gatedCompounds() func(orb.Point) bool {
	var gated []geo.Feature
	for _, f := range b.scene.Layers["compounds"] {
		if yes, _ := f.Bool("gated"); yes && geo.Finite(f.Geometry) {
			gated = append(gated, f)
		}
	}
	grid := newGrid(len(gated), func(i int) geo.Extent { return geo.ExtentOf(gated[i].Geometry) })
	return func(p orb.Point) bool {
		found := false
		grid.each(pointExtent(p, 0), func(i int32) bool {
			found = geo.Inside(gated[i].Geometry, p)
			return !found
		})
		return found
	}
}

// besideGateM is how far from a gate, along a way, it is looked whether the way leads
// into a compound: boundaries are drawn a little on this side or that.
const besideGateM = 15

// innerNodes are the nodes at gates for residents from which a way leads into a gated
// compound.
func (b *builder) innerNodes() map[int32]bool {
	out := make(map[int32]bool)
	for _, p := range b.passes {
		for _, n := range p.nodes {
			out[n] = false
		}
	}
	inside := b.gatedCompounds()
	for i := range b.edges {
		e := &b.edges[i]
		d := &b.dense[e.strand]
		off_m := min(besideGateM, b.length(e)/2)
		look := func(node int32, along_m float64) {
			if known, at := out[node]; at && !known {
				out[node] = inside(d.at(along_m))
			}
		}
		look(e.a, d.cum[e.i]+off_m)
		look(e.b, d.cum[e.j]-off_m)
	}
	return out
}

// mainPart is the part of the network that is public: the one with most metres of
// ways outside gated compounds.
func (b *builder) mainPart(parts *unionFind) int32 {
	inside := b.gatedCompounds()
	outer, all := make([]float64, len(b.nodes)), make([]float64, len(b.nodes))
	anyOuter := false
	for i := range b.edges {
		e := &b.edges[i]
		part, pts := parts.find(e.a), b.dense[e.strand].pts
		all[part] += b.length(e)
		if !inside(along(pts[e.i], pts[e.i+1], 0.5)) {
			outer[part] += b.length(e)
			anyOuter = true
		}
	}
	if anyOuter {
		return longest(outer)
	}
	return longest(all)
}

// longest gives the place of the greatest number, the first of equal ones.
func longest(length []float64) int32 {
	best := int32(0)
	for i, l := range length {
		if l > length[best] {
			best = int32(i)
		}
	}
	return best
}

// zoneDepths counts the gates for residents between each part of the network and
// the main one; 0 for the main part and for parts that no such gate leads to.
func (b *builder) zoneDepths(parts *unionFind, main int32) []int32 {
	depth := make([]int32, len(b.nodes))
	seen := make([]bool, len(b.nodes))
	frontier := []int32{main}
	seen[main] = true
	for level := int32(1); len(frontier) > 0; level++ {
		in := make(map[int32]bool, len(frontier))
		for _, p := range frontier {
			in[p] = true
		}
		frontier = nil
		for _, gate := range b.passes {
			reached := false
			for _, n := range gate.nodes {
				reached = reached || in[parts.find(n)]
			}
			for _, n := range gate.nodes {
				if p := parts.find(n); reached && !seen[p] {
					seen[p] = true
					depth[p] = level
					frontier = append(frontier, p)
				}
			}
		}
	}
	return depth
}

// openGate lets residents out through a gate, and strangers in if the profile
// says so.
func (b *builder) openGate(p gatePass, parts *unionFind, depth []int32, inner map[int32]bool) {
	outwards := func(from, to int32) bool {
		x, y := depth[parts.find(from)], depth[parts.find(to)]
		return x > y || x == y && inner[from] && !inner[to]
	}
	used := false
	delay := int64(b.passing[p.gate].delayS / microsecond)
	for _, from := range p.nodes {
		for _, to := range p.nodes {
			if !outwards(from, to) {
				continue
			}
			used = true
			b.arcs = append(b.arcs, looseArc{from, to, delay})
			if b.prof.Private.Enter == IsOpen {
				b.arcs = append(b.arcs, looseArc{to, from, delay + int64(b.prof.Private.EnterS/microsecond)})
			}
		}
	}
	if used {
		b.notes.Add("private_gates", notePrivateGate, "", b.gates[p.gate].of.ID)
	} else {
		b.notes.Add("useless_private_gates", noteUselessGate, "", b.gates[p.gate].of.ID)
	}
}

// partPrivate gives nodes where private and public edges meet a private copy.
func (b *builder) partPrivate() {
	public := make([]bool, len(b.nodes))
	for i := range b.edges {
		if e := &b.edges[i]; !e.private {
			public[e.a], public[e.b] = true, true
		}
	}
	copies := make(map[int32]int32)
	private := func(n int32) int32 {
		if !public[n] {
			return n
		}
		c, ok := copies[n]
		if !ok {
			c = int32(len(b.nodes))
			b.nodes = append(b.nodes, b.nodes[n])
			copies[n] = c
			b.arcs = append(b.arcs, looseArc{from: c, to: n})
			if b.prof.Private.Enter == IsOpen {
				b.arcs = append(b.arcs, looseArc{n, c, int64(b.prof.Private.EnterS / microsecond)})
			}
		}
		return c
	}
	for i := range b.edges {
		if e := &b.edges[i]; e.private {
			e.a, e.b = private(e.a), private(e.b)
		}
	}
}
