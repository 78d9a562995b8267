package tiles

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// A line is simplified in blocks, each between two anchors that stay. A vertex is
// an anchor because of its own coordinates, so that two areas that share a border
// simplify it alike, and so that what a tile draws does not depend on how much of
// the line the tile sees.
const (
	anchorBits = 4   // one vertex of 2⁴ is an anchor
	maxBlock   = 256 // vertices; bounds the work on one block
)

func isAnchor(p orb.Point) bool {
	h := math.Float64bits(p[0])*0x9E3779B97F4A7C15 ^ math.Float64bits(p[1])*0xC2B2AE3D27D4EB4F
	h ^= h >> 29
	return h*0xBF58476D1CE4E5B9>>(64-anchorBits) == 0
}

// tracer turns lines in degrees into lines on the grid of a tile. It keeps its
// buffers; what a method returns is good until the next call.
type tracer struct {
	frame *frame
	grid  []pt
	block []vec
	keep  []bool
	stack [][2]int
}

// trace projects a line, simplifies it so that no dropped vertex lies further
// than tolerance, in units, from what is drawn, and rounds it to the grid.
// Vertices that fall on the one before are left out. Where all of a stretch lies
// on one side beyond cull, only its ends are kept; nil keeps everything. A closed
// line must come without its closing vertex.
func (t *tracer) trace(line []orb.Point, closed bool, cull *geo.Extent, tolerance float64) []pt {
	t.grid = t.grid[:0]
	if tolerance > 0 {
		t.simplified(line, closed, cull, tolerance)
	} else {
		t.whole(line, cull)
	}
	if n := len(t.grid); closed && n > 1 && t.grid[0] == t.grid[n-1] {
		t.grid = t.grid[:n-1]
	}
	return t.grid
}

func (t *tracer) add(v vec) {
	p := snap(v)
	if n := len(t.grid); n == 0 || t.grid[n-1] != p {
		t.grid = append(t.grid, p)
	}
}

// whole rounds every vertex, except those between two others beyond one side.
func (t *tracer) whole(line []orb.Point, cull *geo.Extent) {
	if cull == nil {
		for _, p := range line {
			t.add(t.frame.at(p))
		}
		return
	}
	var kept, here side
	for i, p := range line {
		if i == 0 {
			here = sideOf(p, cull)
		}
		var next side
		if i+1 < len(line) {
			next = sideOf(line[i+1], cull)
		}
		if kept&here&next == 0 {
			t.add(t.frame.at(p))
			kept = here
		}
		here = next
	}
}

// simplified goes through the blocks of a line.
func (t *tracer) simplified(line []orb.Point, closed bool, cull *geo.Extent, tolerance float64) {
	n := len(line)
	if n == 0 {
		return
	}
	last := n - 1
	if closed {
		last = n // the first vertex once more
	}
	vertex := func(i int) orb.Point {
		if i == n {
			i = 0
		}
		return line[i]
	}
	t.add(t.frame.at(line[0]))
	for from := 0; from < last; {
		to := from + 1
		for to < last && to-from < maxBlock && !isAnchor(vertex(to)) {
			to++
		}
		if !beyond(vertex, from, to, cull) {
			t.block = t.block[:0]
			for i := from; i <= to; i++ {
				t.block = append(t.block, t.frame.at(vertex(i)))
			}
			t.thin(tolerance)
		}
		t.add(t.frame.at(vertex(to)))
		from = to
	}
}

// beyond tells whether the vertices from…to all lie beyond one side of the box.
func beyond(vertex func(int) orb.Point, from, to int, box *geo.Extent) bool {
	if box == nil {
		return false
	}
	all := west | east | north | south
	for i := from; i <= to && all != 0; i++ {
		all &= sideOf(vertex(i), box)
	}
	return all != 0
}

// thin adds the inner vertices of the block that Douglas and Peucker's method
// keeps ("Algorithms for the reduction of the number of points required to
// represent a digitized line", 1973).
func (t *tracer) thin(tolerance float64) {
	n := len(t.block)
	if n < 3 {
		return
	}
	t.keep = append(t.keep[:0], make([]bool, n)...)
	t.stack = append(t.stack[:0], [2]int{0, n - 1})
	for len(t.stack) > 0 {
		top := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		if at := farthest(t.block, top[0], top[1], tolerance); at > 0 {
			t.keep[at] = true
			t.stack = append(t.stack, [2]int{top[0], at}, [2]int{at, top[1]})
		}
	}
	for i := 1; i < n-1; i++ {
		if t.keep[i] {
			t.add(t.block[i])
		}
	}
}

// farthest finds the vertex between i and j that lies farthest from the straight
// between them, and further than tolerance; 0 when there is none. It finds the
// same vertex when the line runs the other way.
func farthest(line []vec, i, j int, tolerance float64) int {
	a, b := line[i], line[j]
	if less(b, a) {
		a, b = b, a
	}
	dx, dy := b.x-a.x, b.y-a.y
	l2 := dx*dx + dy*dy
	best, most := 0, tolerance*tolerance
	for k := i + 1; k < j; k++ {
		p := line[k]
		ex, ey := p.x-a.x, p.y-a.y
		if dot := ex*dx + ey*dy; dot >= l2 && l2 > 0 {
			ex, ey = p.x-b.x, p.y-b.y
		} else if dot > 0 {
			cross := ex*dy - ey*dx
			ex, ey = cross/math.Sqrt(l2), 0
		}
		d := ex*ex + ey*ey
		if d > most || d == most && best > 0 && less(p, line[best]) {
			best, most = k, d
		}
	}
	return best
}

func less(a, b vec) bool { return a.x < b.x || a.x == b.x && a.y < b.y }
