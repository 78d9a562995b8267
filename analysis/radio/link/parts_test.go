package link

import (
	"math"
	"testing"
)

// The parts add up to the whole, whatever antenna and direction.
func TestPartsAddUp(t *testing.T) {
	for _, b := range []Beam{{65, 10}, {33, 7}, {120, 65}, {360, 12}} {
		for azimuth := 0.0; azimuth < 360; azimuth += 73 {
			for tilt := -4.0; tilt < 20; tilt += 6 {
				a := NewAntenna(b, azimuth, tilt)
				for to := 0.0; to < 360; to += 17 {
					for up := -85.0; up < 90; up += 9.5 {
						x, y, z := towards(to, up)
						side, widths := a.Parts(30*x, 30*y, 30*z)
						near(t, "sum", math.Min(side+DownDB(widths), FrontToBackDB), a.LossDB(30*x, 30*y, 30*z), 1e-9)
					}
				}
			}
		}
	}
}
