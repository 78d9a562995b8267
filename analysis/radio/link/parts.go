package link

import "math"

// PartsDB are the two parts of LossDB, beside the main direction and above or below
// it, each as if the other were not: LossDB is their sum, 30 dB at the most.
func (b Beam) PartsDB(offDeg, upDeg float64) (sideDB, downDB float64) {
	v := upDeg / b.VBWDeg
	downDB = min(12*v*v, SideLobeDB)
	if b.HBWDeg >= AllRoundDeg {
		return 0, downDB
	}
	h := offDeg / b.HBWDeg
	return min(12*h*h, FrontToBackDB), downDB
}

// PartsDB are the two parts of LossDB towards a direction (east, north, up).
func (a *Antenna) PartsDB(dx, dy, dz float64) (sideDB, downDB float64) {
	ahead, right, above := a.Local(dx, dy, dz)
	off := math.Atan2(right, ahead) * 180 / math.Pi
	up := math.Atan2(above, math.Hypot(ahead, right)) * 180 / math.Pi
	if a.AllRound() {
		up += a.TiltDeg
	}
	return a.Beam.PartsDB(off, up)
}
