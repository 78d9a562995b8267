package plan

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Index is edges in a grid of square cells. It is not changed once built and may
// be read from several goroutines.
type Index struct {
	edges []Edge
	west  float64
	south float64
	cell  float64 // side in metres
	cols  int
	rows  int
	head  []int32 // where the edges of each cell begin in items
	items []int32
}

// Bounds of the grid.
const (
	leastCell_m = 8
	mostCells   = 1 << 22
)

// New indexes edges. Edges without length or with coordinates that are not finite
// are in no cell.
func New(edges []Edge) *Index {
	x := &Index{edges: edges, cell: leastCell_m}
	e := geo.EmptyExtent()
	for i := range edges {
		if usable(&edges[i]) {
			e.IncludePoint(edges[i].A)
			e.IncludePoint(edges[i].B)
		}
	}
	if e.IsEmpty() {
		x.head = []int32{0}
		return x
	}
	w, h := e.MaxX-e.MinX, e.MaxY-e.MinY
	// Two or three edges to a cell where they stand densest.
	x.cell = max(leastCell_m, math.Sqrt(w*h/mostCells)*1.01, (w+h)/mostCells*4)
	// Corners of cells are whole multiples of their side, so that the cells of a place
	// do not depend on what stands elsewhere.
	x.west, x.south = math.Floor(e.MinX/x.cell)*x.cell, math.Floor(e.MinY/x.cell)*x.cell
	x.cols, x.rows = int((e.MaxX-x.west)/x.cell)+1, int((e.MaxY-x.south)/x.cell)+1
	x.fill()
	return x
}

// CellM is the side of a cell: how far an edge may be from an extent at the most and
// still be within it for Within.
func (x *Index) CellM() float64 { return x.cell }

// Aligned tells whether the cells of two indexes lie on one lattice. Then a look meets
// the edges that both have in the same order, and finds the same to the bit where no
// other edge is in view.
func (x *Index) Aligned(o *Index) bool {
	// Sides that are powers of two leave no rounding.
	return x.cell == o.cell && (x.cell == leastCell_m || x.west == o.west && x.south == o.south)
}

func usable(e *Edge) bool {
	return e.A != e.B && geo.Finite(orb.LineString{e.A, e.B})
}

// fill counts, then places: the items of a cell are in ascending order.
func (x *Index) fill() {
	x.head = make([]int32, x.cols*x.rows+1)
	for i := range x.edges {
		x.cellsOf(i, func(c int) { x.head[c+1]++ })
	}
	for c := 1; c < len(x.head); c++ {
		x.head[c] += x.head[c-1]
	}
	x.items = make([]int32, x.head[len(x.head)-1])
	next := append([]int32(nil), x.head...)
	for i := range x.edges {
		x.cellsOf(i, func(c int) {
			x.items[next[c]] = int32(i)
			next[c]++
		})
	}
}

// slack_m is by how much an edge counts as touching a cell that it passes by.
const slack_m = 1e-6

// cellsOf visits the cells that an edge touches.
func (x *Index) cellsOf(i int, visit func(cell int)) {
	if e := &x.edges[i]; usable(e) {
		x.along(e.A, e.B, func(c int) bool {
			visit(c)
			return true
		})
	}
}

func clampInt(v, n int) int { return min(max(v, 0), n-1) }

// along visits the cells that a segment touches, in the order of rows or columns
// from a on, until visit says stop.
func (x *Index) along(a, b orb.Point, visit func(cell int) bool) {
	ax, ay := (a[0]-x.west)/x.cell, (a[1]-x.south)/x.cell
	bx, by := (b[0]-x.west)/x.cell, (b[1]-x.south)/x.cell
	// Walk along the longer side, one strip of cells at a time.
	steep := math.Abs(by-ay) > math.Abs(bx-ax)
	n, m := x.cols, x.rows
	if steep {
		ax, ay, bx, by = ay, ax, by, bx
		n, m = m, n
	}
	slope := 0.0
	if bx != ax {
		slope = (by - ay) / (bx - ax)
	}
	const slack = slack_m / leastCell_m
	lo, hi := min(ax, bx)-slack, max(ax, bx)+slack
	if hi < 0 || lo > float64(n) {
		return
	}
	s0, s1 := clampInt(int(math.Floor(lo)), n), clampInt(int(math.Floor(hi)), n)
	step := 1
	if bx < ax {
		s0, s1, step = s1, s0, -1
	}
	for s := s0; ; s += step {
		u0, u1 := max(float64(s), lo), min(float64(s+1), hi)
		v0, v1 := ay+(u0-ax)*slope, ay+(u1-ax)*slope
		if v0 > v1 {
			v0, v1 = v1, v0
		}
		if v1+slack >= 0 && v0-slack <= float64(m) {
			for t := clampInt(int(math.Floor(v0-slack)), m); t <= clampInt(int(math.Floor(v1+slack)), m); t++ {
				c := t*x.cols + s
				if steep {
					c = s*x.cols + t
				}
				if !visit(c) {
					return
				}
			}
		}
		if s == s1 {
			return
		}
	}
}

// Along calls f for the edges in the cells that a segment touches, from a to b,
// until f says stop. An edge may come more than once.
func (x *Index) Along(a, b orb.Point, f func(edge int32) bool) {
	if x.cols == 0 {
		return
	}
	x.along(a, b, func(c int) bool {
		for _, e := range x.items[x.head[c]:x.head[c+1]] {
			if !f(e) {
				return false
			}
		}
		return true
	})
}

// Within calls f for the edges in the cells that an extent touches. An edge may
// come more than once.
func (x *Index) Within(e geo.Extent, f func(edge int32)) {
	if x.cols == 0 || e.IsEmpty() {
		return
	}
	c0, c1 := math.Floor((e.MinX-x.west)/x.cell), math.Floor((e.MaxX-x.west)/x.cell)
	r0, r1 := math.Floor((e.MinY-x.south)/x.cell), math.Floor((e.MaxY-x.south)/x.cell)
	for r := int(max(r0, 0)); r <= int(min(r1, float64(x.rows-1))); r++ {
		for c := int(max(c0, 0)); c <= int(min(c1, float64(x.cols-1))); c++ {
			for _, e := range x.items[x.head[r*x.cols+c]:x.head[r*x.cols+c+1]] {
				f(e)
			}
		}
	}
}
