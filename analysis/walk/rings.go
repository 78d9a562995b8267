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
	id := make(map[orb.Point]int32, len(segments))
	for i, s := range segments {
		for k, p := range s {
			n, ok := id[p]
			if !ok {
				n = int32(len(t.points))
				id[p] = n
				t.points = append(t.points, p)
			}
			t.ends[i][k] = n
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
// leave the end of s, the first one clockwise from the way back.
func (t *tracer) next(s int32) int32 {
	from, at := t.ends[s][0], t.ends[s][1]
	list := t.leave[t.head[at]:t.head[at+1]]
	if len(list) == 1 {
		return list[0]
	}
	back := bearing(t.points[at], t.points[from])
	best, bestTurn := int32(-1), math.Inf(1)
	for _, o := range list {
		if t.used[o] {
			continue
		}
		turn := back - bearing(t.points[at], t.points[t.ends[o][1]])
		if turn < 0 {
			turn += 2 * math.Pi
		}
		if turn < bestTurn {
			best, bestTurn = o, turn
		}
	}
	return best
}

// nest puts holes into the parts that hold them, and orders the parts from west to
// east.
func nest(outers, holes []orb.Ring) orb.MultiPolygon {
	type part struct {
		extent geo.Extent
		area   float64
		poly   orb.Polygon
	}
	parts := make([]part, len(outers))
	for i, ring := range outers {
		parts[i] = part{geo.ExtentOf(ring), planar.Area(ring), orb.Polygon{ring}}
	}
	for _, hole := range holes {
		e := geo.ExtentOf(hole)
		probe := along(hole[0], hole[1], 0.5) // a corner may touch other rings
		best := -1
		for i := range parts {
			p := &parts[i]
			if p.extent.Union(e) != p.extent || best >= 0 && parts[best].area <= p.area {
				continue
			}
			if planar.RingContains(p.poly[0], probe) {
				best = i
			}
		}
		if best >= 0 {
			parts[best].poly = append(parts[best].poly, hole)
		}
	}
	slices.SortFunc(parts, func(x, y part) int {
		return cmp.Or(cmp.Compare(x.extent.MinX, y.extent.MinX), cmp.Compare(x.extent.MinY, y.extent.MinY), cmp.Compare(y.area, x.area))
	})
	out := make(orb.MultiPolygon, len(parts))
	for i := range parts {
		out[i] = parts[i].poly
	}
	return out
}
