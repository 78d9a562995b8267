package tiles_test

import (
	"context"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/tiles"
	"yiju/tiles/mvt"
)

// FuzzAreas makes rings of bytes: corners on and between the lines of the grid, in
// the middle of a tile or astride its buffer, so that they touch, cross and run
// along one another and the edge.
func FuzzAreas(f *testing.F) {
	f.Add([]byte{0, 0, 40, 0, 40, 40, 0, 40}, byte(0))
	f.Add([]byte{0, 0, 40, 40, 40, 0, 0, 40}, byte(1))
	f.Add([]byte{0, 0, 80, 0, 80, 80, 0, 80, 255, 20, 20, 20, 60, 60, 60}, byte(2))
	f.Add([]byte{0, 0, 80, 0, 80, 80, 0, 80, 255, 0, 20, 40, 40, 0, 60, 255, 80, 10, 60, 10, 60, 30, 80, 30}, byte(3))
	f.Add([]byte{0, 0, 200, 1, 0, 2, 200, 3, 0, 4, 200, 9, 0, 9}, byte(6))
	f.Fuzz(func(t *testing.T, b []byte, how byte) {
		if len(b) > 400 {
			return
		}
		c := tileAt(jinan, 12+how%4)
		origin := 1000.0
		if how&4 != 0 {
			origin = -80 // the buffer ends at -64
		}
		var g orb.MultiPolygon
		polygon := orb.Polygon{nil}
		for i := 0; i+1 < len(b); i += 2 {
			switch b[i] {
			case 255:
				polygon = append(polygon, nil)
				i--
			case 254:
				g = append(g, polygon)
				polygon = orb.Polygon{nil}
				i--
			default:
				last := len(polygon) - 1
				polygon[last] = append(polygon[last], at(origin+float64(b[i])/4, origin+float64(b[i+1])/4, c))
			}
		}
		layer := tiles.Layer{Name: "l", Each: func(_ context.Context, _ geo.Extent, yield func(*geo.Feature) bool) error {
			yield(&geo.Feature{ID: "f", Geometry: append(g, polygon)})
			return nil
		}}
		tile := encode(t, c, tiles.Options{}, layer)
		if tile.Faulty > 0 {
			t.Errorf("%v cannot be drawn", g)
		}
		for _, v := range mvt.Check(tile.Data) {
			t.Error(v)
		}
	})
}
