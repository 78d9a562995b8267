package crs

import (
	"math"

	"github.com/paulmach/orb"
)

// The two obfuscated systems of Chinese web maps. There is no official
// definition; the formulas below are the ones in public circulation, good to
// about a metre against the maps themselves.
const (
	gcjA  = 6378245.0              // semi-major axis of Krasovsky 1940, metres
	gcjEE = 0.00669342162296594323 // its eccentricity squared
	bdPi  = math.Pi * 3000.0 / 180.0
)

// ToGCJ02 shifts a WGS 84 position to GCJ-02 (Gaode, Tencent). Outside mainland
// China the two are the same.
func ToGCJ02(p orb.Point) orb.Point {
	if p[0] < 72.004 || p[0] > 137.8347 || p[1] < 0.8293 || p[1] > 55.8271 {
		return p
	}
	dx, dy := gcjShift(p[0]-105, p[1]-35)
	lat := p[1] * math.Pi / 180
	m := 1 - gcjEE*math.Sin(lat)*math.Sin(lat)
	root := math.Sqrt(m)
	dy = dy * 180 / (gcjA * (1 - gcjEE) / (m * root) * math.Pi)
	dx = dx * 180 / (gcjA / root * math.Cos(lat) * math.Pi)
	return orb.Point{p[0] + dx, p[1] + dy}
}

// gcjShift is the shift in metres east and north at x, y degrees from 105°E 35°N.
func gcjShift(x, y float64) (dx, dy float64) {
	wave := func(v, a1, f1, a2, f2, a3, f3 float64) float64 {
		return (a1*math.Sin(f1*v*math.Pi) + a2*math.Sin(f2*v*math.Pi) + a3*math.Sin(v*math.Pi/f3)) * 2 / 3
	}
	common := (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	root := math.Sqrt(math.Abs(x))
	dy = -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*root + common
	dy += wave(y, 20, 1, 40, 1.0/3, 160, 12) + 320*math.Sin(y*math.Pi/30)*2/3
	dx = 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*root + common
	dx += wave(x, 20, 1, 40, 1.0/3, 150, 12) + 300*math.Sin(x*math.Pi/30)*2/3
	return dx, dy
}

// FromGCJ02 finds the WGS 84 position that ToGCJ02 shifts to p, to better than a
// millimetre, by fixed-point iteration.
func FromGCJ02(p orb.Point) orb.Point {
	q := p
	for range 12 {
		s := ToGCJ02(q)
		q = orb.Point{q[0] + p[0] - s[0], q[1] + p[1] - s[1]}
	}
	return q
}

// GCJ02ToBD09 shifts a GCJ-02 position to BD-09 (Baidu).
func GCJ02ToBD09(p orb.Point) orb.Point {
	z := math.Hypot(p[0], p[1]) + 0.00002*math.Sin(p[1]*bdPi)
	theta := math.Atan2(p[1], p[0]) + 0.000003*math.Cos(p[0]*bdPi)
	return orb.Point{z*math.Cos(theta) + 0.0065, z*math.Sin(theta) + 0.006}
}

// BD09ToGCJ02 is the inverse of GCJ02ToBD09, by fixed-point iteration.
func BD09ToGCJ02(p orb.Point) orb.Point {
	q := orb.Point{p[0] - 0.0065, p[1] - 0.006}
	for range 12 {
		s := GCJ02ToBD09(q)
		q = orb.Point{q[0] + p[0] - s[0], q[1] + p[1] - s[1]}
	}
	return q
}
