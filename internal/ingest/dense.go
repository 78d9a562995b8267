package ingest

import (
	"github.com/paulmach/orb"

	"yiju/geo"
)

// dense is the outline of an extent with points between the corners, because
// straight sides bend in another system.
func dense(e geo.Extent) orb.Geometry {
	const parts = 8
	var out orb.MultiPoint
	for i := range parts + 1 {
		for k := range parts + 1 {
			out = append(out, orb.Point{
				e.MinX + (e.MaxX-e.MinX)*float64(i)/parts, e.MinY + (e.MaxY-e.MinY)*float64(k)/parts,
			})
		}
	}
	return out
}
