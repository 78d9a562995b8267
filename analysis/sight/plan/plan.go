// Package plan finds what can be seen from a point in plan, among straight edges
// that may touch and cross as they like: the shape of houses and walls in a town
// as people draw it.
//
// An Index holds the edges in a grid. Look visits its cells from near to far and
// keeps, for every direction, the nearest edge that blocks it (the lower envelope
// of the edges in polar order); a cell behind what was found is not opened, so
// that the work grows with what is seen and not with the town.
//
// Directions are pseudo-angles: numbers from −2 to 2 that grow counter-clockwise
// from the back of the viewer over its right, its axis (0) and its left to its
// back again. They cost a division and order directions as angles do.
package plan

import (
	"math"

	"github.com/paulmach/orb"
)

// Edge is a straight edge. An edge that is seen from one side only blocks where
// the viewer is on its right: outlines of areas, counter-clockwise around what
// is solid, need no more, since a view enters a solid from outside first.
type Edge struct {
	A, B     orb.Point
	OneSided bool
}

// Opacity is what an edge does to a viewer.
type Opacity uint8

// The opacities.
const (
	Clear  Opacity = iota // it is as if it were not there
	Low                   // it is listed, and hides nothing by itself
	Opaque                // nothing is seen behind it
)

// Span says which edge is the nearest from pseudo-angle A0 to A1. Where there is
// no span, nothing blocks within reach.
type Span struct {
	A0, A1 float64
	Edge   int32
}

// The whole circle in pseudo-angles; both are the direction straight back.
const (
	First = -2.0
	Last  = 2.0
)

// Angle is the pseudo-angle of a direction given as parts along the axis and to
// its left, not both 0.
func Angle(along, left float64) float64 {
	t := left / (math.Abs(along) + math.Abs(left))
	switch {
	case along >= 0:
		return t
	case left >= 0:
		return 2 - t
	}
	return -2 - t
}

// Direction is the way of a pseudo-angle: parts along the axis and to its left
// that sum to 1 without their signs.
func Direction(angle float64) (along, left float64) {
	switch {
	case angle > 1:
		left = 2 - angle
		return left - 1, left
	case angle < -1:
		left = -2 - angle
		return -1 - left, left
	}
	return 1 - math.Abs(angle), angle
}

// View is a frame of reference: where somebody stands and looks.
type View struct {
	From orb.Point
	// Cos and Sin are east and north of the axis, a unit vector.
	Cos, Sin float64
	// Half is how far the view reaches to either side of the axis, as a
	// pseudo-angle from 0 to 2; 2 is all around.
	Half float64
	// ReachM bounds the view.
	ReachM float64
}

// Local turns a place into parts along the axis and to its left.
func (v *View) Local(p orb.Point) (along, left float64) {
	x, y := p[0]-v.From[0], p[1]-v.From[1]
	return x*v.Cos + y*v.Sin, y*v.Cos - x*v.Sin
}

// Unit is the direction of a pseudo-angle as parts east and north of length 1.
func (v *View) Unit(angle float64) (east, north float64) {
	along, left := Direction(angle)
	l := math.Hypot(along, left)
	along, left = along/l, left/l
	return along*v.Cos - left*v.Sin, along*v.Sin + left*v.Cos
}

// At is the place in a direction, so many metres away.
func (v *View) At(angle, dist float64) orb.Point {
	e, n := v.Unit(angle)
	return orb.Point{v.From[0] + dist*e, v.From[1] + dist*n}
}
