package metric

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/overlay"
)

// squareM is the side in metres of the squares that areas are added up by, so that an
// edit changes the sums of few of them. Their corners are whole multiples of it in the
// working CRS: a square is the same whatever is drawn in it.
const squareM = 100.0

// plot is a square of ground, as far as it lies in the community.
type plot struct {
	index  int      // among the squares of the ground
	at     [2]int64 // column and row, counted from the origin of the working CRS
	name   string   // row and column, counted from the south-west of the community
	extent geo.Extent
	shape  orb.Geometry // what of it lies in the community
}

// plots are those that the community touches, row by row from the south-west.
type plots struct {
	once sync.Once
	list []plot
	err  error
}

// squares gives the squares of the ground.
func (g *ground) squares() ([]plot, error) {
	g.plots.once.Do(func() { g.plots.list, g.plots.err = g.cutSquares() })
	return g.plots.list, g.plots.err
}

// squareAt is the column or row of a coordinate.
func squareAt(v float64) int64 { return int64(math.Floor(v / squareM)) }

func (g *ground) cutSquares() ([]plot, error) {
	left, low := squareAt(g.extent.MinX), squareAt(g.extent.MinY)
	var out []plot
	for row := low; row <= squareAt(g.extent.MaxY); row++ {
		for col := left; col <= squareAt(g.extent.MaxX); col++ {
			x, y := float64(col)*squareM, float64(row)*squareM
			s := plot{
				at:     [2]int64{col, row},
				name:   fmt.Sprintf("%03d-%03d", row-low, col-left),
				extent: geo.Extent{MinX: x, MinY: y, MaxX: x + squareM, MaxY: y + squareM},
			}
			var err error
			if s.shape, err = g.inSquare(s.extent); err != nil {
				return nil, err
			}
			if geo.Area(s.shape) > 0 {
				s.index = len(out)
				out = append(out, s)
			}
		}
	}
	return out, nil
}

// inSquare is what of a square lies in the community.
func (g *ground) inSquare(e geo.Extent) (orb.Geometry, error) {
	box := e.Polygon()
	crossed := false
	g.at.Each(e.Grow(onOutlineM), func(int) bool { crossed = true; return false })
	switch {
	case crossed:
		return overlay.Intersection(box, g.shape)
	case geo.Inside(g.shape, e.Centre()):
		return box, nil
	}
	return nil, nil
}

// tiling is a question asked of every square, whose answer rests on what touches it.
type tiling[T any] struct {
	key  string
	near []*view // the layers that matter
	// extent is how far an item of a layer, given by its place in near, is felt; empty
	// for not at all. It rests on the item alone.
	extent func(layer int, x *item) geo.Extent
	// find answers for a square, from what of each layer is felt in it, in the order of
	// the layer. Several squares may be asked about at the same time.
	find func(s *plot, near [][]*item) (T, error)
}

// tiled are the answers given last.
type tiled[T any] struct {
	near    []*view
	answers []T
}

// ask gives the answers, in the order of the squares. They are not to be changed.
func (q tiling[T]) ask(g *ground) ([]T, error) {
	list, err := g.squares()
	if err != nil {
		return nil, err
	}
	a := g.memory.answer(q.key)
	a.Lock()
	defer a.Unlock()
	last, _ := a.value.(*tiled[T])
	out := &tiled[T]{near: q.near, answers: make([]T, len(list))}
	open := q.reuse(list, last, out)
	near := q.felt(list, open)
	errs := make([]error, len(open))
	inParallel(len(open), func(k int) {
		i := open[k]
		out.answers[i], errs[k] = q.find(&list[i], near[k])
	})
	for _, err := range errs { // the first in the order of squares
		if err != nil {
			return nil, err
		}
	}
	a.value = out
	return out.answers, nil
}

// reuse takes over the answers that still hold, and lists the squares that must be asked.
func (q tiling[T]) reuse(list []plot, last, out *tiled[T]) (open []int) {
	var places []geo.Extent
	if last != nil {
		for n, v := range q.near {
			for _, x := range v.since(last.near[n]) {
				places = append(places, q.extent(n, x))
			}
		}
	}
	touched := touchingAny(places)
	for i := range list {
		if last != nil && !touched(list[i].extent) {
			out.answers[i] = last.answers[i]
		} else {
			open = append(open, i)
		}
	}
	return open
}

// felt lists, for each of some squares, what of each layer is felt in it.
func (q tiling[T]) felt(list []plot, open []int) [][][]*item {
	out := make([][][]*item, len(open))
	at := make(map[[2]int64]int, len(open)) // by column and row
	window := geo.EmptyExtent()
	for k, i := range open {
		out[k] = make([][]*item, len(q.near))
		at[list[i].at] = k
		window = window.Union(list[i].extent)
	}
	for n, v := range q.near {
		for _, x := range v.items {
			e := q.extent(n, x)
			if !window.Touches(e) {
				continue
			}
			// No farther than the window: a thing may be endless.
			left, right := squareAt(max(e.MinX, window.MinX))-1, squareAt(min(e.MaxX, window.MaxX))
			low, high := squareAt(max(e.MinY, window.MinY))-1, squareAt(min(e.MaxY, window.MaxY))
			for row := low; row <= high; row++ {
				for col := left; col <= right; col++ {
					if k, ok := at[[2]int64{col, row}]; ok && list[open[k]].extent.Touches(e) {
						out[k][n] = append(out[k][n], x)
					}
				}
			}
		}
	}
	return out
}

// inParallel calls f for 0 to n−1 on all processors; for few on one alone.
func inParallel(n int, f func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers < 2 {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				f(int(i))
			}
		})
	}
	group.Wait()
}
