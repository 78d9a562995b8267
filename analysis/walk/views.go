package walk

import (
	"cmp"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// views remembers which places of a square see one another. That is the dearest part of
// a plan, and an edit seldom touches any of it. The zero value remembers nothing yet.
type views struct {
	mu   sync.Mutex
	list map[viewKey][]*view // the last ones of each square, the newest first
}

// viewKey finds the views of a square: by its way and the corner of its extent.
type viewKey struct {
	way    string
	corner orb.Point
}

// view is what is seen across a square, and everything that it hangs on.
type view struct {
	poly  orb.Polygon
	sides [][2]orb.Point
	walls [][2]orb.Point // near the square, in order
	nodes []orb.Point
	seen  [][2]int32 // positions in nodes
}

const (
	maxViewed = 1 << 14 // squares that are remembered
	maxViews  = 4       // of each
)

// across lists the pairs of nodes of a square that see one another, in order.
func (b *plan) across(sq *square, sides [][2]orb.Point, nodes []int32) [][2]int32 {
	v := &view{poly: sq.poly, sides: sides}
	for _, n := range nodes {
		v.nodes = append(v.nodes, b.verts[n])
	}
	if b.views == nil {
		return b.look(sq, v)
	}
	e := geo.ExtentOf(sq.poly)
	v.walls = b.wallsNear(e)
	key := viewKey{b.ways[sq.way].ID, orb.Point{e.MinX, e.MinY}}
	if known := b.views.find(key, v); known != nil {
		return known.seen
	}
	v.seen = b.look(sq, v)
	b.views.add(key, v)
	return v.seen
}

func (b *plan) look(sq *square, v *view) [][2]int32 {
	var out [][2]int32
	for i := range v.nodes {
		for k := i + 1; k < len(v.nodes); k++ {
			if b.sees(sq, v.sides, v.nodes[i], v.nodes[k]) {
				out = append(out, [2]int32{int32(i), int32(k)})
			}
		}
	}
	return out
}

// wallsNear lists the walls that could stand between places in an extent.
func (b *plan) wallsNear(e geo.Extent) [][2]orb.Point {
	var out [][2]orb.Point
	e = e.Grow(1)
	b.wallGrid.each(e, func(i int32) bool {
		if from, to := b.wallSegment(b.wallSegs[i]); segmentExtent(from, to).Touches(e) {
			out = append(out, [2]orb.Point{from, to})
		}
		return true
	})
	slices.SortFunc(out, func(x, y [2]orb.Point) int { return cmp.Or(comparePoints(x[0], y[0]), comparePoints(x[1], y[1])) })
	return out
}

// find gives the view that hangs on the same things; nil for none.
func (w *views) find(key viewKey, like *view) *view {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.list[key]
	for i, v := range list {
		if slices.Equal(v.nodes, like.nodes) && slices.Equal(v.sides, like.sides) && slices.Equal(v.walls, like.walls) && samePolygon(v.poly, like.poly) {
			copy(list[1:i+1], list[:i])
			list[0] = v
			return v
		}
	}
	return nil
}

func (w *views) add(key viewKey, v *view) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.list == nil || len(w.list) >= maxViewed {
		w.list = make(map[viewKey][]*view)
	}
	list := append([]*view{v}, w.list[key]...)
	w.list[key] = list[:min(len(list), maxViews)]
}

func samePolygon(a, b orb.Polygon) bool {
	return slices.EqualFunc(a, b, func(x, y orb.Ring) bool { return slices.Equal(x, y) })
}
