package tiles

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// vec is a place in a tile, in units, x east and y south, before rounding.
type vec struct{ x, y float64 }

// pt is a place on a tile's grid: column and row in units, from the north-west
// corner. Two tiles of a zoom round a place to the same point of the world.
type pt [2]int64

// snap rounds half a unit up, which unlike rounding away from zero gives the
// same in every tile.
func snap(v vec) pt { return pt{int64(math.Floor(v.x + 0.5)), int64(math.Floor(v.y + 0.5))} }

// maxLongitude bounds longitudes, so that a nonsense value cannot overflow. No
// tile shows what lies beyond ±180.
const maxLongitude = 540

// frame turns degrees into units of one tile.
type frame struct {
	perDegree float64 // units per degree of longitude
	left, top float64 // units from the world's corner to the tile's
	world     float64 // units around the world

	// Near the tile's middle latitude, in radians, the row comes from a Taylor
	// series; reach says how far, so that the error stays below seriesError.
	lat0, reach float64
	series      [7]float64
}

// seriesError bounds, in units, what the series may differ from the formula.
const seriesError = 1e-6

func newFrame(c Coord) *frame {
	f := &frame{world: Extent * math.Exp2(float64(c.Z))}
	f.perDegree = f.world / 360
	f.left, f.top = float64(c.X)*Extent, float64(c.Y)*Extent
	middle := (float64(c.Y) + 0.5) / math.Exp2(float64(c.Z))
	f.lat0 = math.Atan(math.Sinh(math.Pi * (1 - 2*middle)))
	f.expand()
	return f
}

// expand fills the series: the derivatives of asinh(tan φ) are those of the
// integral of sec φ, polynomials of t = tan φ times sec φ.
func (f *frame) expand() {
	t, sec := math.Tan(f.lat0), 1/math.Cos(f.lat0)
	t2 := t * t
	perRadian := -f.world / (2 * math.Pi)
	f.series = [7]float64{
		f.world/2 - f.top + perRadian*math.Asinh(t),
		perRadian * sec,
		perRadian * sec * t / 2,
		perRadian * sec * (2*t2 + 1) / 6,
		perRadian * sec * t * (6*t2 + 5) / 24,
		perRadian * sec * (t2*(24*t2+28) + 5) / 120,
		perRadian * sec * t * (t2*(120*t2+180) + 61) / 720,
	}
	// The first term left out bounds how far the series holds; a tenth less for
	// those that follow it.
	seventh := -perRadian * sec * (t2*(t2*(720*t2+1320)+662) + 61) / 5040
	f.reach = 0.9 * math.Pow(seriesError/seventh, 1.0/7)
}

// x is the column of a longitude.
func (f *frame) x(lon float64) float64 {
	lon = math.Max(-maxLongitude, math.Min(maxLongitude, lon))
	return lon*f.perDegree + (f.world/2 - f.left)
}

// maxPole keeps rows finite. It lies far beyond the Mercator square, so that what
// comes from there is cut where it should be.
const maxPole = 89.999

// y is the row of a latitude.
func (f *frame) y(lat float64) float64 {
	lat = math.Max(-maxPole, math.Min(maxPole, lat))
	phi := lat * (math.Pi / 180)
	if d := phi - f.lat0; math.Abs(d) <= f.reach {
		s := &f.series
		return s[0] + d*(s[1]+d*(s[2]+d*(s[3]+d*(s[4]+d*(s[5]+d*s[6])))))
	}
	return f.world*(0.5-math.Asinh(math.Tan(phi))/(2*math.Pi)) - f.top
}

func (f *frame) at(p orb.Point) vec { return vec{f.x(p[0]), f.y(p[1])} }

// side says in which outer half-planes of a box a place or a path lies: all of
// it left, right, above, below. Zero: it may touch the box.
type side uint8

const (
	west side = 1 << iota
	east
	north
	south
)

// sideOf compares a point in degrees with a box in degrees.
func sideOf(p orb.Point, box *geo.Extent) side {
	var s side
	switch {
	case p[0] < box.MinX:
		s = west
	case p[0] > box.MaxX:
		s = east
	}
	switch {
	case p[1] < box.MinY:
		s |= south
	case p[1] > box.MaxY:
		s |= north
	}
	return s
}
