package radio

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// run is pixels From to To−1 of a row of a tile.
type run struct{ row, from, to int32 }

// filler finds the pixels whose centres lie in polygons, row by row.
type filler struct{ crossings []float64 }

// fill appends the runs of pixels of grid in the rings, inside by even and odd. A
// centre on an outline belongs to the side east (and north) of it.
func (f *filler) fill(rings []orb.Ring, e geo.Extent, grid *Grid, runs []run) []run {
	first := max(int(math.Ceil((e.MinY-grid.South)/grid.ResM)), 0)
	last := min(int(math.Floor((e.MaxY-grid.South)/grid.ResM)), grid.Rows-1)
	east := grid.West + float64(grid.Cols-1)*grid.ResM
	if e.MaxX < grid.West || e.MinX > east {
		return runs
	}
	for row := first; row <= last; row++ {
		f.cross(rings, grid.South+float64(row)*grid.ResM)
		for i := 0; i+1 < len(f.crossings); i += 2 {
			from := max(int(math.Ceil((f.crossings[i]-grid.West)/grid.ResM)), 0)
			to := min(int(math.Ceil((f.crossings[i+1]-grid.West)/grid.ResM)), grid.Cols)
			if from < to {
				runs = append(runs, run{int32(row), int32(from), int32(to)})
			}
		}
	}
	return runs
}

// cross finds where the rings cross the level y, from west to east.
func (f *filler) cross(rings []orb.Ring, y float64) {
	f.crossings = f.crossings[:0]
	for _, ring := range rings {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if (a[1] <= y) != (b[1] <= y) {
				f.crossings = append(f.crossings, a[0]+(b[0]-a[0])*((y-a[1])/(b[1]-a[1])))
			}
		}
	}
	slices.Sort(f.crossings)
}

// region is an area made ready to be filled.
type region struct {
	rings  [][]orb.Ring // of each polygon
	extent []geo.Extent
}

func newRegion(g orb.Geometry) region {
	var out region
	for _, poly := range geo.Polygons(g) {
		out.rings = append(out.rings, poly)
		out.extent = append(out.extent, geo.ExtentOf(poly))
	}
	return out
}

// newGrid covers an extent with pixels.
func newGrid(e geo.Extent, res float64) (Grid, error) {
	c0, r0 := math.Floor(e.MinX/res), math.Floor(e.MinY/res)
	cols, rows := math.Ceil(e.MaxX/res)-c0, math.Ceil(e.MaxY/res)-r0
	if !(cols*rows <= mostPixels) {
		return Grid{}, geo.Refuse(
			geo.Tf("社区有 %.0f 个像元，超过上限 %d", "the community has %.0f pixels; the limit is %d", cols*rows, mostPixels),
			geo.T("加大像元边长", "take larger pixels"))
	}
	return Grid{West: (c0 + 0.5) * res, South: (r0 + 0.5) * res, ResM: res, Cols: max(int(cols), 1), Rows: max(int(rows), 1)}, nil
}
