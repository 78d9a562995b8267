package walk

import (
	"github.com/paulmach/orb"

	"yiju/geo"
)

// joinLooseEnds links ends of ways that end in nothing to another way within the
// tolerance, at the same level and with no wall between. The gap is walked. The
// links are added when all insertions are applied.
func (b *plan) joinLooseEnds() []strand {
	if b.rules.joinM <= sameM {
		return nil
	}
	uses := make([]int32, len(b.verts))
	for i := range b.strands {
		for _, v := range b.strands[i].v {
			uses[v]++
		}
	}
	var links []strand
	linked := make(map[[2]int32]bool)
	for i := range b.strands {
		s := &b.strands[i]
		if len(s.v) < 2 {
			continue
		}
		for _, end := range [2]int32{s.v[0], s.v[len(s.v)-1]} {
			if uses[end] != 1 {
				continue
			}
			to, ok := b.nearbyVertex(int32(i), end)
			if !ok || linked[[2]int32{to, end}] {
				continue
			}
			linked[[2]int32{end, to}] = true
			links = append(links, strand{way: s.way, walk: s.walk.ofLink(), v: []int32{end, to}, link: true})
		}
	}
	return links
}

// nearbyVertex finds the vertex, old or new, on another way that a loose end is
// joined to.
func (b *plan) nearbyVertex(own, end int32) (int32, bool) {
	p, m := b.verts[end], b.strands[own].walk
	best, bestT, bestD := segRef{}, 0.0, b.rules.joinM
	found := false
	around := pointExtent(p, bestD+sameM)
	b.segGrid.each(pointExtent(p, bestD), func(k int32) bool {
		r := b.segs[k]
		from, to := b.segment(r)
		if r.line == own || !around.Touches(segmentExtent(from, to)) {
			return true
		}
		o := &b.strands[r.line]
		if o.walk.level != m.level || o.walk.span != m.span {
			return true
		}
		q, t := geo.NearestOnSegment(from, to, p)
		if d := geo.Distance(q, p); d <= bestD && (!found || d < bestD) && b.wallAcross(p, q) < 0 {
			best, bestT, bestD, found = r, t, d, true
		}
		return true
	})
	if !found {
		return 0, false
	}
	v := b.vertexOn(best, bestT)
	if v != end && bestD <= sameM {
		b.same.union(v, end)
		return 0, false
	}
	return v, v != end
}

// wallAcross gives a wall between two places that are close together, or -1.
func (b *plan) wallAcross(p, q orb.Point) int32 {
	found := int32(-1)
	b.wallGrid.each(segmentExtent(p, q), func(i int32) bool {
		from, to := b.wallSegment(b.wallSegs[i])
		if passesThrough(p, q, from, to) {
			found = b.wallSegs[i].line
		}
		return found < 0
	})
	return found
}
