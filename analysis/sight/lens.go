package sight

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/analysis/sight/plan"
)

// vec is a place or a way in metres east, north and up.
type vec [3]float64

func (a vec) dot(b vec) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func (a vec) minus(b vec) vec { return vec{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }

func (a vec) plan() orb.Point { return orb.Point{a[0], a[1]} }

// combine is s·a + t·b.
func combine(s float64, a vec, t float64, b vec) vec {
	return vec{s*a[0] + t*b[0], s*a[1] + t*b[1], s*a[2] + t*b[2]}
}

// widest is the angle of view, in degrees, from which a picture cannot be flat: it
// is then taken as even in angles, as stitched and fish-eye pictures are.
const widest_deg = 150

// lens is what an eye sees with.
type lens struct {
	eye vec
	// axis is the azimuth of the view in plan, as a unit vector east and north.
	axis [2]float64
	// flat tells that the picture is a plane, bounded by four planes through the eye:
	// seen is what has no negative product with any of them.
	flat  bool
	sides [4]vec
	// Otherwise it is bounded by azimuth (radians to either side) and by slopes.
	halfAz           float64
	slopeLo, slopeHi float64
	// half is how far the view reaches to either side in plan, as a pseudo-angle.
	half float64
	// halfH and halfV, in radians, are half the angles of view; down is the tilt.
	halfH, halfV, down float64
	// density is pixels per metre times metres.
	density float64
	// limit_m is how far it sees along the line of sight: range, pixels, reach.
	limit_m float64
	// range_m is the distance it is said to work over; infinite where not told.
	range_m float64
}

// The sides of a flat picture.
const (
	sideLeft = iota
	sideRight
	sideAbove
	sideBelow
)

// optics are the figures that make a lens, in degrees.
type optics struct {
	azimuth, tilt, hfov, vfov float64
	pixelsW                   float64
	range_m                   float64 // infinite where not told
	panoramic, turns          bool
}

func radians(deg float64) float64 { return deg * math.Pi / 180 }

// newLens makes a lens. The density of pixels across is width ÷ (2 D tan(hfov/2))
// in a flat picture, width ÷ (D hfov) in one that is even in angles.
func newLens(eye vec, o optics) lens {
	l := lens{eye: eye, halfH: radians(o.hfov) / 2, halfV: radians(o.vfov) / 2, down: radians(o.tilt), range_m: o.range_m}
	sin, cos := math.Sincos(radians(o.azimuth))
	l.axis = [2]float64{sin, cos}
	l.flat = !o.panoramic && o.hfov < widest_deg && o.vfov < widest_deg
	if l.flat {
		l.density = o.pixelsW / (2 * math.Tan(l.halfH))
	} else {
		l.density = o.pixelsW / (2 * l.halfH)
	}
	switch {
	case o.turns:
		l.flat, l.halfAz, l.half = false, math.Pi, plan.Last
		l.slopeLo, l.slopeHi = math.Inf(-1), math.Inf(1)
	case l.flat:
		l.bound()
	default:
		l.halfAz = math.Min(l.halfH, math.Pi)
		l.slopeLo, l.slopeHi = slope(-l.down-l.halfV), slope(-l.down+l.halfV)
		l.half = pseudo(l.halfAz)
	}
	return l
}

// slope is the tangent of an elevation; infinite from straight up or down on.
func slope(elevation float64) float64 {
	switch {
	case elevation >= math.Pi/2-1e-9:
		return math.Inf(1)
	case elevation <= -math.Pi/2+1e-9:
		return math.Inf(-1)
	}
	return math.Tan(elevation)
}

func pseudo(angle float64) float64 {
	if angle >= math.Pi-1e-12 {
		return plan.Last
	}
	sin, cos := math.Sincos(angle)
	return plan.Angle(cos, sin)
}

// bound makes the four sides of a flat picture and finds how far it reaches to
// either side in plan: to the corner that lies most sideways.
func (l *lens) bound() {
	sin, cos := math.Sincos(l.down)
	forward := vec{l.axis[0] * cos, l.axis[1] * cos, -sin}
	up := vec{l.axis[0] * sin, l.axis[1] * sin, cos}
	right := vec{l.axis[1], -l.axis[0], 0}
	th, tv := math.Tan(l.halfH), math.Tan(l.halfV)
	l.sides = [4]vec{
		sideLeft:  combine(th, forward, 1, right),
		sideRight: combine(th, forward, -1, right),
		sideAbove: combine(tv, forward, -1, up),
		sideBelow: combine(tv, forward, 1, up),
	}
	if math.Abs(l.down)+l.halfV >= math.Pi/2-1e-9 {
		l.half = plan.Last // it looks straight down, or up, and beyond
		return
	}
	for _, v := range [2]float64{-tv, tv} {
		ahead := cos + sin*v // of the corner, in plan
		l.half = max(l.half, plan.Angle(ahead, th))
	}
}

// pxPerM is the density of pixels at a distance along the line of sight.
func (l *lens) pxPerM(dist float64) float64 { return l.density / dist }

// field is where a place lies in a picture.
type field uint8

const (
	inField field = iota
	outside
	blindZone // below the picture, in its direction
)

// holds tells whether a place is in the picture.
func (l *lens) holds(q vec) field {
	d := q.minus(l.eye)
	if l.flat {
		in := true
		for i := range l.sides {
			in = in && l.sides[i].dot(d) >= 0
		}
		if in {
			return inField
		}
	} else {
		r := math.Hypot(d[0], d[1])
		below, above := d[2] < l.slopeLo*r, d[2] > l.slopeHi*r
		if r == 0 {
			below, above = d[2] < 0 && !math.IsInf(l.slopeLo, -1), d[2] > 0 && !math.IsInf(l.slopeHi, 1)
		}
		if !below && !above && (r == 0 || l.off(d) <= l.halfAz+1e-12) {
			return inField
		}
	}
	half := l.halfH
	if !l.flat {
		half = l.halfAz
	}
	elevation := math.Atan2(d[2], math.Hypot(d[0], d[1]))
	if elevation < -l.down && (math.Hypot(d[0], d[1]) < 1e-9 || l.off(d) <= half+1e-12) {
		return blindZone
	}
	return outside
}

// off is the angle in plan between the axis and a way, 0 to π.
func (l *lens) off(d vec) float64 {
	along := d[0]*l.axis[0] + d[1]*l.axis[1]
	left := d[1]*l.axis[0] - d[0]*l.axis[1]
	return math.Abs(math.Atan2(left, along))
}

// view is the frame of a look in plan.
func (l *lens) view(reach float64) plan.View {
	return plan.View{From: l.eye.plan(), Cos: l.axis[0], Sin: l.axis[1], Half: l.half, ReachM: reach}
}
