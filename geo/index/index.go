// Package index finds things by extent. Build one, then read it from as many
// goroutines as you like; building and reading at the same time is not allowed.
package index

import (
	"slices"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"

	"yiju/geo"
)

// Index holds items by their extents. The zero Index is empty and ready.
type Index struct {
	tree rtree.RTreeG[int]
}

// New indexes the geometries of features by position in the slice. Features
// without geometry are left out.
func New(features []geo.Feature) *Index {
	x := &Index{}
	for i := range features {
		x.Add(i, geo.ExtentOf(features[i].Geometry))
	}
	return x
}

// Add puts an item at an extent. An empty extent is left out.
func (x *Index) Add(item int, e geo.Extent) {
	if !e.IsEmpty() {
		x.tree.Insert([2]float64{e.MinX, e.MinY}, [2]float64{e.MaxX, e.MaxY}, item)
	}
}

// Len is the number of items.
func (x *Index) Len() int { return x.tree.Len() }

// Touching lists, in ascending order, the items whose extents touch e.
func (x *Index) Touching(e geo.Extent) []int {
	var out []int
	x.Each(e, func(item int) bool {
		out = append(out, item)
		return true
	})
	slices.Sort(out)
	return out
}

// Each calls f for the items whose extents touch e, in no fixed order, until f
// says stop. It allocates nothing.
func (x *Index) Each(e geo.Extent, f func(item int) bool) {
	if e.IsEmpty() {
		return
	}
	x.tree.Search([2]float64{e.MinX, e.MinY}, [2]float64{e.MaxX, e.MaxY},
		func(_, _ [2]float64, item int) bool { return f(item) })
}

// Nearest visits items in order of distance from p to the item itself, as
// measured by dist, until f says stop. dist must never be less than the distance
// to the item's extent. Equal distances come in no fixed order.
func (x *Index) Nearest(p orb.Point, dist func(item int) float64, f func(item int, d float64) bool) {
	x.tree.Nearby(
		func(lo, hi [2]float64, item int, isItem bool) float64 {
			if isItem {
				d := dist(item)
				return d * d
			}
			dx := max(lo[0]-p[0], 0, p[0]-hi[0])
			dy := max(lo[1]-p[1], 0, p[1]-hi[1])
			return dx*dx + dy*dy
		},
		func(_, _ [2]float64, item int, _ float64) bool { return f(item, dist(item)) })
}
