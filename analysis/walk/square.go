package walk

import (
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"yiju/geo"
)

// Bounds of the straight lines across a square. Beyond them a square is walked
// along its outline and by spokes from its middle.
const (
	maxSquareNodes = 200
	maxSquareWork  = 30_000_000 // pairs of nodes times sides of the outline
)

// enterSquares makes vertices where ways cross or touch the outline of a square
// on the same level.
func (b *plan) enterSquares() {
	for i := range b.squares {
		sq := &b.squares[i]
		for _, ring := range sq.rings {
			for k := range len(b.strands[ring].v) - 1 {
				b.enterSide(sq, segRef{ring, int32(k)})
			}
		}
	}
}

func (b *plan) enterSide(sq *square, side segRef) {
	from, to := b.segment(side)
	around := segmentExtent(from, to).Grow(2 * sameM)
	b.segGrid.each(segmentExtent(from, to).Grow(sameM), func(k int32) bool {
		r := b.segs[k]
		p, q := b.segment(r)
		if !around.Touches(segmentExtent(p, q)) { // which most in a cell do not
			return true
		}
		m := b.strands[r.line].walk
		if slices.Contains(sq.rings, r.line) || m.level != sq.walk.level || m.span != sq.walk.span {
			return true
		}
		if t, ok := properCrossing(p, q, from, to); ok {
			u, _ := properCrossing(from, to, p, q)
			b.same.union(b.vertexOn(r, t), b.vertexOn(side, u))
			return true
		}
		for j, end := range [2]orb.Point{p, q} {
			if on, u := geo.NearestOnSegment(from, to, end); geo.Distance(on, end) <= sameM {
				b.same.union(b.vertexOn(r, float64(j)), b.vertexOn(side, u))
			}
		}
		for j, corner := range [2]orb.Point{from, to} {
			if on, t := geo.NearestOnSegment(p, q, corner); geo.Distance(on, corner) <= sameM {
				b.same.union(b.vertexOn(r, t), b.vertexOn(side, float64(j)))
			}
		}
		return true
	})
}

// crossSquares adds the straight lines that people walk across squares: between
// all entries and turning corners that see one another.
func (b *plan) crossSquares() {
	if len(b.squares) == 0 {
		return
	}
	uses := make([]int32, len(b.verts))
	ends := make([]bool, len(b.verts))
	for i := range b.strands {
		v := b.strands[i].v
		for _, u := range v {
			uses[u]++
		}
		if len(v) > 0 {
			ends[v[0]], ends[v[len(v)-1]] = true, true
		}
	}
	b.indexSegments()
	for i := range b.squares {
		b.crossSquare(&b.squares[i], uses, ends)
	}
}

func (b *plan) crossSquare(sq *square, uses []int32, ends []bool) {
	sides := b.sidesOf(sq)
	entries := b.entriesOf(sq, uses, ends)
	nodes := append(slices.Clone(entries), b.turningCorners(sq)...)
	slices.Sort(nodes)
	nodes = slices.Compact(nodes)
	walk := sq.walk.ofChord()
	if len(nodes) > maxSquareNodes || len(nodes)*len(nodes)*len(sides) > maxSquareWork {
		b.spoked = append(b.spoked, sq.way)
		b.spokes(sq, sides, entries, walk)
		return
	}
	b.breaks = append(b.breaks, nodes...)
	for _, pair := range b.across(sq, sides, nodes) {
		b.addChord(sq, walk, nodes[pair[0]], nodes[pair[1]])
	}
}

func (b *plan) addChord(sq *square, walk *manner, v, w int32) {
	b.chords = append(b.chords, strand{way: sq.way, walk: walk, v: []int32{v, w}, chord: true})
}

// spokes joins the entries of a large square through its middle, where that can
// be seen.
func (b *plan) spokes(sq *square, sides [][2]orb.Point, entries []int32, walk *manner) {
	hub, _ := planar.CentroidArea(sq.poly)
	if !planar.PolygonContains(sq.poly, hub) {
		return
	}
	h := int32(len(b.verts))
	b.verts = append(b.verts, hub)
	b.same.grow()
	for _, v := range entries[:min(len(entries), maxSquareNodes*maxSquareNodes)] {
		b.breaks = append(b.breaks, v)
		if b.sees(sq, sides, hub, b.verts[v]) {
			b.addChord(sq, walk, h, v)
		}
	}
}

func (b *plan) sidesOf(sq *square) [][2]orb.Point {
	var out [][2]orb.Point
	for _, ring := range sq.rings {
		v := b.strands[ring].v
		for k := 1; k < len(v); k++ {
			out = append(out, [2]orb.Point{b.verts[v[k-1]], b.verts[v[k]]})
		}
	}
	return out
}

// entriesOf lists the vertices where people come onto a square: those of its
// outline that another way shares, and junctions and ends of ways inside.
func (b *plan) entriesOf(sq *square, uses []int32, ends []bool) []int32 {
	var out []int32
	for _, ring := range sq.rings {
		v := b.strands[ring].v
		for k, u := range v {
			if k > 0 && uses[u] > 1 && (k < len(v)-1 || uses[u] > 2) {
				out = append(out, u)
			}
		}
	}
	b.segGrid.each(geo.ExtentOf(sq.poly), func(k int32) bool {
		r := b.segs[k]
		s := &b.strands[r.line]
		if slices.Contains(sq.rings, r.line) || s.walk.level != sq.walk.level || s.walk.span != sq.walk.span {
			return true
		}
		for _, u := range s.v[r.seg : r.seg+2] {
			if (uses[u] > 1 || ends[u]) && planar.PolygonContains(sq.poly, b.verts[u]) {
				out = append(out, u)
			}
		}
		return true
	})
	return out
}

// turningCorners lists the corners of the outline that a shortest way may bend
// around: those that stick into the square.
func (b *plan) turningCorners(sq *square) []int32 {
	var out []int32
	for i, ring := range sq.rings {
		v := b.strands[ring].v
		n := len(v) - 1
		if n < 3 {
			continue
		}
		line := make(orb.Ring, len(v))
		for k, u := range v {
			line[k] = b.verts[u]
		}
		left := planar.Area(line) > 0 // the ring runs counter-clockwise
		if i > 0 {
			left = !left // the square lies outside a hole
		}
		for k := range n {
			turn := cross(line[(k+n-1)%n], line[k], line[k+1])
			if left && turn < 0 || !left && turn > 0 {
				out = append(out, v[k])
			}
		}
	}
	return out
}

// sees tells whether the straight line between two places stays inside a square
// and does not just follow its outline, nor go through a wall.
func (b *plan) sees(sq *square, sides [][2]orb.Point, p, q orb.Point) bool {
	length := geo.Distance(p, q)
	if length <= sameM {
		return false
	}
	for _, s := range sides {
		if _, ok := properCrossing(p, q, s[0], s[1]); ok {
			return false
		}
		// A line through a corner is the sum of two shorter lines.
		if on, t := geo.NearestOnSegment(p, q, s[0]); geo.Distance(on, s[0]) <= sameM && t*length > sameM && (1-t)*length > sameM {
			return false
		}
	}
	mid := along(p, q, 0.5)
	for _, s := range sides {
		if on, _ := geo.NearestOnSegment(s[0], s[1], mid); geo.Distance(on, mid) <= sameM {
			return false
		}
	}
	return planar.PolygonContains(sq.poly, mid) && b.wallAcross(p, q) < 0
}
