package overlay

import (
	"fmt"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geos"
)

// OnGrid makes a geometry valid with all its vertices on a square grid: it is
// repaired as MakeValid does and, where its vertices are not on the grid or two
// edges cross between grid points, snap-rounded. A vertex moves by at most half a
// grid cell in x and y; what collapses is dropped. A geometry that is valid and
// on the grid comes back as it is.
func OnGrid(g orb.Geometry, cell float64) (orb.Geometry, error) {
	if !inBounds(cell) || cell <= 0 {
		return nil, fmt.Errorf("overlay: grid: %v is not the size of a cell", cell)
	}
	return unary("grid", g, func(in *geos.Geom) *geos.Geom {
		whole := in
		if !in.IsValid() {
			whole = in.MakeValidWithParams(geos.MakeValidStructure, geos.MakeValidDiscardCollapsed)
		}
		if whole == nil {
			return nil
		}
		return whole.SetPrecision(cell, geos.PrecisionRuleNone)
	})
}
