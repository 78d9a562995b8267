package main

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/crs"
)

// The drawing board is a plane in metres, x along the east-west streets and y
// along the north-south streets, with its origin in the middle of the community.
// It lies in the working CRS, turned a little so that nothing runs exactly north.
const (
	workingCRS   = "EPSG:4548"
	originEast   = 508_097.0
	originNorth  = 4_004_410.0
	turnDeg      = 4.0
	degreeDigits = 1e8
)

// toWorking places a point of the drawing board in the working CRS.
func toWorking(p orb.Point) orb.Point {
	sin, cos := math.Sincos(turnDeg * math.Pi / 180)
	return orb.Point{originEast + p[0]*cos - p[1]*sin, originNorth + p[0]*sin + p[1]*cos}
}

// fromWorking is the inverse of toWorking.
func fromWorking(p orb.Point) orb.Point {
	sin, cos := math.Sincos(turnDeg * math.Pi / 180)
	e, n := p[0]-originEast, p[1]-originNorth
	return orb.Point{e*cos + n*sin, -e*sin + n*cos}
}

// bearing turns a direction on the drawing board into degrees clockwise from
// grid north.
func bearing(from, to orb.Point) float64 {
	deg := math.Atan2(to[0]-from[0], to[1]-from[1])*180/math.Pi - turnDeg
	return math.Round(math.Mod(deg+720, 360)*10) / 10
}

// mm rounds to whole millimetres, so that a point computed in two ways is one point.
func mm(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*1000) / 1000, math.Round(p[1]*1000) / 1000}
}

// place changes features from the drawing board to degrees, rounded to 1e-8.
// Equal points stay equal.
func place(features []geo.Feature) error {
	transform, err := crs.New(workingCRS, crs.WGS84)
	if err != nil {
		return fmt.Errorf("place: %w", err)
	}
	for i := range features {
		features[i].Geometry = geo.MapPoints(features[i].Geometry, func(p orb.Point) orb.Point { return toWorking(mm(p)) })
	}
	if err := transform.ForwardFeatures(features); err != nil {
		return fmt.Errorf("place: %w", err)
	}
	for i := range features {
		features[i].Geometry = geo.MapPoints(features[i].Geometry, func(p orb.Point) orb.Point {
			return orb.Point{round(p[0], degreeDigits), round(p[1], degreeDigits)}
		})
	}
	return nil
}

// round keeps as many decimals as scale has zeros.
func round(v, scale float64) float64 { return math.Round(v*scale) / scale }
