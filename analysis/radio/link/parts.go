package link

import "math"

// DownDB is what a beam takes above or below its main direction, at an angle of that
// many of its vertical widths: the vertical part of LossDB.
func DownDB(widths float64) float64 { return min(12*widths*widths, SideLobeDB) }

// SideDB is what a beam takes beside its main direction, off degrees (−180 to 180):
// the horizontal part of LossDB.
func (b Beam) SideDB(offDeg float64) float64 {
	if b.HBWDeg >= AllRoundDeg {
		return 0
	}
	h := offDeg / b.HBWDeg
	return min(12*h*h, FrontToBackDB)
}

// Parts are the two parts of LossDB towards a direction (east, north, up): SideDB,
// and the angle above the axis in vertical widths of the beam, as DownDB takes it.
// LossDB is their sum, 30 dB at the most.
func (a *Antenna) Parts(dx, dy, dz float64) (sideDB, upWidths float64) {
	ahead, right, above := a.Local(dx, dy, dz)
	off := math.Atan2(right, ahead) * 180 / math.Pi
	up := math.Atan2(above, math.Hypot(ahead, right)) * 180 / math.Pi
	if a.AllRound() {
		up += a.TiltDeg
	}
	return a.Beam.SideDB(off), up / a.Beam.VBWDeg
}
