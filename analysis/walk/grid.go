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
	for i := range n {
		all = all.Union(extent(i))
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
	g.fill(n, extent)
	return g
}

func (g *grid) fill(n int, extent func(i int) geo.Extent) {
	g.head = make([]int32, int(g.nx)*int(g.ny)+1)
	g.spans = make([]cellRange, n)
	for i := range n {
		r := g.span(extent(i))
		g.spans[i] = r
		for y := r.y0; y <= r.y1; y++ {
			for x := r.x0; x <= r.x1; x++ {
				g.head[y*g.nx+x+1]++
			}
		}
	}
	for c := 1; c < len(g.head); c++ {
		g.head[c] += g.head[c-1]
	}
	g.items = make([]int32, g.head[len(g.head)-1])
	next := append([]int32(nil), g.head[:len(g.head)-1]...)
	for i := range n {
		r := g.spans[i]
		for y := r.y0; y <= r.y1; y++ {
			for x := r.x0; x <= r.x1; x++ {
				c := y*g.nx + x
				g.items[next[c]] = int32(i)
				next[c]++
			}
		}
	}
}

// span is the block of cells that an extent touches, cut to the grid.
func (g *grid) span(e geo.Extent) cellRange {
	if e.IsEmpty() || g.nx == 0 {
		return cellRange{0, 0, -1, -1}
	}
	at := func(v, origin float64, n int32, up float64) int32 {
		c := math.Floor((v - origin) / g.cell_m)
		if up < 0 {
			return int32(math.Max(0, math.Min(c, float64(n))))
		}
		return int32(math.Max(-1, math.Min(c, float64(n-1))))
	}
	return cellRange{
		at(e.MinX, g.origin[0], g.nx, -1), at(e.MinY, g.origin[1], g.ny, -1),
		at(e.MaxX, g.origin[0], g.nx, 1), at(e.MaxY, g.origin[1], g.ny, 1),
	}
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
