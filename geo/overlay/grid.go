package overlay

import (
	"github.com/paulmach/orb"
	"github.com/twpayne/go-geos"
)

// OnGrid makes a geometry valid with all its vertices on a square grid: it is
// repaired as MakeValid does and, where its vertices are not on the grid or two
// edges cross between grid points, snap-rounded. A vertex moves by at most half a
// grid cell in x and y; what collapses is dropped. A geometry that is valid and
// on the grid comes back as it is.
func OnGrid(g orb.Geometry, cell float64) (orb.Geometry, error) {
	return run("grid", func(ctx *geos.Context) (*geos.Geom, error) {
		in, err := read(ctx, g)
		if err != nil || in == nil {
			return nil, err
		}
		if !in.IsValid() {
			in = in.MakeValidWithParams(geos.MakeValidStructure, geos.MakeValidDiscardCollapsed)
		}
		return in.SetPrecision(cell, geos.PrecisionRuleNone), nil
	})
}
