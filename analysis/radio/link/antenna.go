package link

import "math"

// Greatest loss beside the main direction in dB (TR 38.901, table 7.3-1): A_max and
// SLA_V.
const (
	FrontToBackDB = 30.0
	SideLobeDB    = 30.0
)

// AllRoundDeg is the horizontal width from which an antenna has no main direction
// in plan.
const AllRoundDeg = 360.0

// Beam is the pattern of TR 38.901, table 7.3-1, with the widths of the antenna in
// the place of its 65°: the widths at which it is 3 dB down.
type Beam struct{ HBWDeg, VBWDeg float64 }

// LossDB is what is lost, 0 to 30 dB, in a direction beside the axis of the antenna:
// off degrees to the side (−180 to 180) and up degrees above it (−90 to 90).
func (b Beam) LossDB(offDeg, upDeg float64) float64 {
	v := upDeg / b.VBWDeg
	down := min(12*v*v, SideLobeDB)
	if b.HBWDeg >= AllRoundDeg {
		return down
	}
	h := offDeg / b.HBWDeg
	return min(down+min(12*h*h, FrontToBackDB), FrontToBackDB)
}

// Antenna is a beam that points somewhere. Tilt turns the antenna as a whole about
// its horizontal axis (mechanical tilt, the rotation of TR 38.901, 7.1.3): the beam
// dips in front and rises behind. An antenna without a main direction in plan cannot
// be turned so; its beam is shifted down by the tilt all round (electrical tilt).
type Antenna struct {
	Beam Beam
	// SinAzimuth to CosTilt are of the azimuth, clockwise from north, and of the
	// tilt, down positive.
	SinAzimuth, CosAzimuth, SinTilt, CosTilt float64
	TiltDeg                                  float64
}

// NewAntenna points a beam.
func NewAntenna(b Beam, azimuthDeg, tiltDeg float64) Antenna {
	a := Antenna{Beam: b, TiltDeg: tiltDeg}
	a.SinAzimuth, a.CosAzimuth = sinCos(azimuthDeg)
	a.SinTilt, a.CosTilt = sinCos(tiltDeg)
	return a
}

// sinCos is exact at whole quarter turns, so that maps of turned antennas are turned
// maps.
func sinCos(deg float64) (sin, cos float64) {
	deg = math.Mod(deg, 360)
	quarter := math.Round(deg / 90)
	sin, cos = math.Sincos((deg - quarter*90) * math.Pi / 180)
	switch int(quarter+8) % 4 {
	case 1:
		return cos, -sin
	case 2:
		return -sin, -cos
	case 3:
		return -cos, sin
	}
	return sin, cos
}

// AllRound tells that the antenna has no main direction in plan.
func (a *Antenna) AllRound() bool { return a.Beam.HBWDeg >= AllRoundDeg }

// Local is a direction (east, north, up) seen from the antenna: ahead, to the right,
// above its axis. An antenna without a main direction is not turned.
func (a *Antenna) Local(dx, dy, dz float64) (ahead, right, above float64) {
	right = dx*a.CosAzimuth - dy*a.SinAzimuth
	level := dx*a.SinAzimuth + dy*a.CosAzimuth
	if a.AllRound() {
		return level, right, dz
	}
	return level*a.CosTilt - dz*a.SinTilt, right, level*a.SinTilt + dz*a.CosTilt
}

// LossDB is what is lost towards a direction (east, north, up), of any length.
func (a *Antenna) LossDB(dx, dy, dz float64) float64 {
	ahead, right, above := a.Local(dx, dy, dz)
	off := math.Atan2(right, ahead) * 180 / math.Pi
	up := math.Atan2(above, math.Hypot(ahead, right)) * 180 / math.Pi
	if a.AllRound() {
		up += a.TiltDeg
	}
	return a.Beam.LossDB(off, up)
}
