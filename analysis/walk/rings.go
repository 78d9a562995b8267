package walk

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"yiju/geo"
)

// assemble makes polygons of outlines given as directed segments with the area to
// their left. Segments do not cross; where more than two meet, rings part. Rings
// are simple: counter-clockwise around parts, clockwise around holes.
func assemble(segments [][2]orb.Point) orb.MultiPolygon {
	if len(segments) == 0 {
		return nil
	}
	t := newTracer(segments)
	var outers, holes []orb.Ring
	for s := range segments {
		if t.used[s] {
			continue
		}
		for _, ring := range t.trace(int32(s)) {
			switch a := planar.Area(ring); {
			case a > minRingM2:
				outers = append(outers, ring)
			case a < -minRingM2:
				holes = append(holes, ring)
			}
		}
	}
	return nest(outers, holes)
}

// minRingM2 is the smallest ring worth keeping, in square metres: smaller ones are
// stretches that two triangles close against each other.
const minRingM2 = 1e-9

// tracer follows outlines.
type tracer struct {
	points []orb.Point
	ends   [][2]int32 // of segments, as numbers of points
	head   []int32    // first segment leaving each point
	leave  []int32
	used   []bool
	at     []int32 // position of a point in the ring being traced, plus 1
}

func newTracer(segments [][2]orb.Point) *tracer {
	t := &tracer{ends: make([][2]int32, len(segments)), used: make([]bool, len(segments))}
	size := 16
	for size < 4*len(segments) {
		size *= 2
	}
	table := make([]int32, size) // numbers of points plus 1, by hash
	for i, s := range segments {
		for k, p := range s {
			h := hashPoint(p) & uint64(size-1)
			for table[h] != 0 && t.points[table[h]-1] != p {
				h = (h + 1) & uint64(size-1)
			}
			if table[h] == 0 {
				t.points = append(t.points, p)
				table[h] = int32(len(t.points))
			}
			t.ends[i][k] = table[h] - 1
		}
	}
	t.head = make([]int32, len(t.points)+1)
	for _, e := range t.ends {
		t.head[e[0]+1]++
	}
	for i := 1; i < len(t.head); i++ {
		t.head[i] += t.head[i-1]
	}
	t.leave = make([]int32, len(segments))
	next := slices.Clone(t.head)
	for i, e := range t.ends {
		t.leave[next[e[0]]] = int32(i)
		next[e[0]]++
	}
	t.at = make([]int32, len(t.points))
	return t
}

func hashPoint(p orb.Point) uint64 {
	h := math.Float64bits(p[0])*0x9E3779B97F4A7C15 ^ math.Float64bits(p[1])*0xC2B2AE3D27D4EB4F
	h ^= h >> 29
	h *= 0xBF58476D1CE4E5B9
	return h ^ h>>32
}

// trace follows the outline from a segment until it is back, and gives the simple
// rings it consists of.
func (t *tracer) trace(start int32) []orb.Ring {
	var rings []orb.Ring
	var path []int32 // points
	for s := start; s >= 0 && !t.used[s]; s = t.next(s) {
		t.used[s] = true
		from := t.ends[s][0]
		if at := t.at[from]; at > 0 { // a loop closes here
			rings = append(rings, t.ring(path[at-1:]))
			for _, p := range path[at-1:] {
				t.at[p] = 0
			}
			path = path[:at-1]
		}
		path = append(path, from)
		t.at[from] = int32(len(path))
	}
	for _, p := range path {
		t.at[p] = 0
	}
	return append(rings, t.ring(path))
}

func (t *tracer) ring(path []int32) orb.Ring {
	out := make(orb.Ring, 0, len(path)+1)
	for _, p := range path {
		out = append(out, t.points[p])
	}
	return append(out, t.points[path[0]])
}

// next is the segment that goes on along the same part of the area: of those that
// leave the end of s, the first one clockwise from the way back. Where an outline
// ends at a place that others begin at, one of them is next; loop by loop, they
// part again.
func (t *tracer) next(s int32) int32 {
	from, at := t.ends[s][0], t.ends[s][1]
	list := t.leave[t.head[at]:t.head[at+1]]
	if len(list) == 1 {
		return list[0]
	}
	best := int32(-1)
	for _, o := range list {
		if t.used[o] {
			continue
		}
		if best < 0 || clockwise(t.points[at], t.points[from], t.points[t.ends[o][1]], t.points[t.ends[best][1]]) {
			best = o
		}
	}
	return best
}

// clockwise tells whether, turning clockwise around o from the direction of back,
// a is met before b.
func clockwise(o, back, a, b orb.Point) bool {
	quarter := func(p orb.Point) int {
		switch side := turn(o, back, p); {
		case side < 0:
			return 1
		case side > 0:
			return 3
		case (back[0]-o[0])*(p[0]-o[0])+(back[1]-o[1])*(p[1]-o[1]) < 0:
			return 2
		}
		return 0
	}
	if qa, qb := quarter(a), quarter(b); qa != qb {
		return qa < qb
	}
	return turn(o, a, b) < 0
}

// nest puts holes into the parts that hold them, and orders the parts from west to
// east. Which part a hole is in, its neighbours tell: looking west from a side of
// the hole across the area, the first outline seen bounds the same part.
func nest(outers, holes []orb.Ring) orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(outers))
	extents := make([]geo.Extent, len(outers))
	for i, ring := range outers {
		out[i], extents[i] = orb.Polygon{ring}, geo.ExtentOf(ring)
	}
	var unsure []orb.Ring
	for _, hole := range holes {
		e := geo.ExtentOf(hole)
		in, count := 0, 0
		for i := range extents {
			if extents[i].Union(e) == extents[i] {
				in = i
				count++
			}
		}
		if count == 1 {
			out[in] = append(out[in], hole)
		} else {
			unsure = append(unsure, hole)
		}
	}
	if len(unsure) > 0 {
		placeHoles(out, outers, holes, unsure)
	}
	slices.SortFunc(out, func(x, y orb.Polygon) int {
		a, b := geo.ExtentOf(x[0]), geo.ExtentOf(y[0])
		return cmp.Or(cmp.Compare(a.MinX, b.MinX), cmp.Compare(a.MinY, b.MinY), cmp.Compare(b.MaxX, a.MaxX), cmp.Compare(b.MaxY, a.MaxY))
	})
	return out
}

// placeHoles puts holes into the one of several parts that holds them.
func placeHoles(out orb.MultiPolygon, outers, holes, unsure []orb.Ring) {
	rings := append(slices.Clone(outers), holes...)
	same := newUnionFind(len(rings))
	w := newLookout(rings)
	for h := len(outers); h < len(rings); h++ {
		if r, ok := w.neighbour(int32(h)); ok {
			same.union(int32(h), r)
		}
	}
	for k, h := 0, len(outers); k < len(unsure); h++ {
		if &rings[h][0] != &unsure[k][0] {
			continue
		}
		if i := same.find(int32(h)); int(i) < len(outers) {
			out[i] = append(out[i], rings[h])
		}
		k++
	}
}

// lookout sees which outline lies next to the west of a place.
type lookout struct {
	rings []orb.Ring
	sides [][2]int32 // ring and position
	grid  *grid
}

func newLookout(rings []orb.Ring) *lookout {
	w := &lookout{rings: rings}
	for r, ring := range rings {
		for k := range len(ring) - 1 {
			w.sides = append(w.sides, [2]int32{int32(r), int32(k)})
		}
	}
	w.grid = newGrid(len(w.sides), func(i int) geo.Extent {
		s := w.sides[i]
		return segmentExtent(rings[s[0]][s[1]], rings[s[0]][s[1]+1])
	})
	return w
}

// neighbour looks west from the sides of a hole that have the area there, until
// another outline is seen.
func (w *lookout) neighbour(hole int32) (int32, bool) {
	ring := w.rings[hole]
	for k := range len(ring) - 1 {
		if ring[k+1][1] <= ring[k][1] {
			continue // the area is not to the west
		}
		if r, ok := w.west(hole, int32(k)); ok && r != hole {
			return r, true
		}
	}
	return 0, false
}

// west finds the ring of the first side to the west of side k of the ring own,
// halfway up. A side that has no area on its east is a touching of outlines and
// tells nothing.
func (w *lookout) west(own, k int32) (ring int32, ok bool) {
	lower, upper := w.rings[own][k], w.rings[own][k+1]
	y, east := (lower[1]+upper[1])/2, max(lower[0], upper[0])
	far := w.grid.origin[0] - 1
	for width := w.grid.cell_m; ; width *= 4 {
		from := math.Max(far, east-width)
		first, found := [2]orb.Point{}, false // from its lower end
		w.grid.each(geo.Extent{MinX: from, MinY: y, MaxX: east, MaxY: y}, func(i int32) bool {
			s := w.sides[i]
			a, b := w.rings[s[0]][s[1]], w.rings[s[0]][s[1]+1]
			if s == [2]int32{own, k} || (a[1] <= y) == (b[1] <= y) {
				return true
			}
			down := b[1] < a[1]
			if down {
				a, b = b, a
			}
			if side := [2]orb.Point{a, b}; westOf(side, [2]orb.Point{lower, upper}) && (!found || westOf(first, side)) {
				first, found, ring, ok = side, true, s[0], down
			}
			return true
		})
		if found && min(first[0][0], first[1][0]) >= from || from <= far {
			return ring, ok
		}
	}
}

// westOf tells whether s runs to the west of t. Both are given from their lower
// ends, reach a height in common and do not cross.
func westOf(s, t [2]orb.Point) bool {
	var side float64 // of t on which s lies
	if s[0][1] >= t[0][1] {
		side = turn(t[0], t[1], s[0])
	} else {
		side = -turn(s[0], s[1], t[0])
	}
	if side == 0 { // they begin together
		if s[1][1] <= t[1][1] {
			side = turn(t[0], t[1], s[1])
		} else {
			side = -turn(s[0], s[1], t[1])
		}
	}
	return side > 0
}
