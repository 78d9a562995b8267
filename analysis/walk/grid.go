package walk

import (
	"math"

	"yiju/geo"
)

// grid finds things by extent. It is built in one go, several times faster than
// a tree grows, which matters because a network is built anew after every edit of
// a scenario. It is read by any number of goroutines.
type grid struct {
	origin [2]float64
	cell_m float64
	nx, ny int32
	head   []int32     // first item of each cell in items; one more at the end
	items  []int32     // items by cell
	spans  []cellRange // of each item
}

// cellRange is a block of cells, both ends included. An empty block has hi < lo.
type cellRange struct{ x0, y0, x1, y1 int32 }

// maxCells bounds the memory of a grid: 4 bytes for each cell.
const maxCells = 4 << 20

// newGrid indexes n things whose extents are given by extent. The cells are as
// wide as it takes to have about two things in each of those in use.
func newGrid(n int, extent func(i int) geo.Extent) *grid {
	all := geo.EmptyExtent()
	extents := make([]geo.Extent, n)
	for i := range extents {
		e := extent(i)
		if extents[i] = e; !e.IsEmpty() {
			all.MinX, all.MinY = min(all.MinX, e.MinX), min(all.MinY, e.MinY)
			all.MaxX, all.MaxY = max(all.MaxX, e.MaxX), max(all.MaxY, e.MaxY)
		}
	}
	g := &grid{cell_m: 1}
	if all.IsEmpty() {
		g.head = []int32{0}
		return g
	}
	w, h := all.MaxX-all.MinX, all.MaxY-all.MinY
	g.origin = [2]float64{all.MinX, all.MinY}
	g.cell_m = math.Max(25, 2*math.Sqrt(w*h/float64(n)))
	g.cell_m = math.Max(g.cell_m, math.Max(w, h)/(1<<14))
	for (w/g.cell_m+1)*(h/g.cell_m+1) > maxCells {
		g.cell_m *= 2
	}
	g.nx, g.ny = int32(w/g.cell_m)+1, int32(h/g.cell_m)+1
	g.fill(extents)
	return g
}

func (g *grid) fill(extents []geo.Extent) {
	n := len(extents)
	g.head = make([]int32, int(g.nx)*int(g.ny)+1)
	g.spans = make([]cellRange, n)
	for i := range n {
		r := g.span(extents[i])
		g.spans[i] = r
		for y := r.y0; y <= r.y1; y++ {
			for x := r.x0; x <= r.x1; x++ {
				g.head[y*g.nx+x]++ // where the cell ends, and then, going down, where it begins
			}
		}
	}
	for c := 1; c < len(g.head); c++ {
		g.head[c] += g.head[c-1]
	}
	g.items = make([]int32, g.head[len(g.head)-1])
	for i := n - 1; i >= 0; i-- {
		r := g.spans[i]
		for y := r.y0; y <= r.y1; y++ {
			for x := r.x0; x <= r.x1; x++ {
				c := y*g.nx + x
				g.head[c]--
				g.items[g.head[c]] = int32(i)
			}
		}
	}
}

// span is the block of cells that an extent touches, cut to the grid.
func (g *grid) span(e geo.Extent) cellRange {
	if e.IsEmpty() || g.nx == 0 {
		return cellRange{0, 0, -1, -1}
	}
	return cellRange{
		g.cell(e.MinX, 0, 0, g.nx), g.cell(e.MinY, 1, 0, g.ny),
		g.cell(e.MaxX, 0, -1, g.nx-1), g.cell(e.MaxY, 1, -1, g.ny-1),
	}
}

// cell is the column (axis 0) or row (axis 1) of cells that a place is in, cut to the
// range lo…hi.
func (g *grid) cell(v float64, axis int, lo, hi int32) int32 {
	c := (v - g.origin[axis]) / g.cell_m
	switch {
	case c < float64(lo): // floor(c) < lo, since lo is whole
		return lo
	case c >= float64(hi):
		return hi
	case c < 0:
		return -1
	}
	return int32(c)
}

// each calls f once for every thing in the cells that e touches, in a fixed
// order, until f says stop. Extents are not compared: f does that if it matters.
func (g *grid) each(e geo.Extent, f func(item int32) bool) {
	q := g.span(e)
	for y := q.y0; y <= q.y1; y++ {
		for x := q.x0; x <= q.x1; x++ {
			c := y*g.nx + x
			for _, item := range g.items[g.head[c]:g.head[c+1]] {
				// A thing in several cells is told in the first one asked for.
				s := &g.spans[item]
				if max(s.x0, q.x0) != x || max(s.y0, q.y0) != y {
					continue
				}
				if !f(item) {
					return
				}
			}
		}
	}
}
