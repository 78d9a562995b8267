// Package overlay does set operations on areas and lines: union, intersection,
// difference, buffer, validity. It is the only door to GEOS, whose panics and
// silent refusals it turns into errors. Coordinates are planar; distances are in
// their unit.
//
// A nil and an empty geometry are the same thing here: nothing. Nothing as a
// result is nil. Refused are geometries with a coordinate that is not a finite
// number or beyond maxNumber, and invalid ones wherever GEOS cannot work with them.
//
// Functions may be called from several goroutines, which do not wait for one
// another.
package overlay

import (
	"errors"
	"fmt"
	"math"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/twpayne/go-geos"

	"yiju/geo"
)

// Union dissolves geometries into one.
func Union(gs ...orb.Geometry) (orb.Geometry, error) {
	return unary("union", orb.Collection(gs), (*geos.Geom).UnaryUnion)
}

// Intersection is what a and b share, at the highest dimension they share it in
// and below.
func Intersection(a, b orb.Geometry) (orb.Geometry, error) {
	return binary("intersection", a, b, (*geos.Geom).Intersection)
}

// Difference is what of a lies outside b.
func Difference(a, b orb.Geometry) (orb.Geometry, error) {
	return binary("difference", a, b, (*geos.Geom).Difference)
}

// Intersects tells whether a and b share a point.
func Intersects(a, b orb.Geometry) (yes bool, err error) {
	_, err = binary("intersects", a, b, func(x, y *geos.Geom) *geos.Geom {
		yes = x.Intersects(y)
		return x
	})
	return yes, err
}

// Cap is how a buffered line ends.
type Cap int

// The caps.
const (
	Round Cap = iota
	Flat      // the line ends where it ends
)

// Buffer is everything within dist of g. A full circle has 8 corners a quadrant.
func Buffer(g orb.Geometry, dist float64, end Cap) (orb.Geometry, error) {
	style := geos.BufCapStyleRound
	if end == Flat {
		style = geos.BufCapStyleFlat
	}
	if !inBounds(dist) {
		return nil, fmt.Errorf("overlay: buffer: %v is not a distance", dist)
	}
	return unary("buffer", g, func(in *geos.Geom) *geos.Geom {
		return in.BufferWithStyle(dist, 8, style, geos.BufJoinStyleRound, 5)
	})
}

// Simplify takes vertices out of g without moving an edge by more than tolerance
// and without making a valid geometry invalid.
func Simplify(g orb.Geometry, tolerance float64) (orb.Geometry, error) {
	if !inBounds(tolerance) || tolerance < 0 {
		return nil, fmt.Errorf("overlay: simplify: tolerance %v is not a distance", tolerance)
	}
	return unary("simplify", g, func(in *geos.Geom) *geos.Geom { return in.TopologyPreserveSimplify(tolerance) })
}

// Invalid words why g is not a valid geometry; empty when it is valid.
func Invalid(g orb.Geometry) (reason string, err error) {
	_, err = run("validity", func(ctx *geos.Context) (*geos.Geom, error) {
		in, err := read(ctx, g)
		switch {
		case err != nil: // not even a geometry in the eyes of GEOS, such as an open ring
			reason = err.Error()
		case in != nil && !in.IsValid():
			reason = in.IsValidReason()
		}
		return nil, nil
	})
	return reason, err
}

// MakeValid repairs a geometry by its structure: rings are unioned by their
// nesting, which keeps areas that a person would call the area. What repair
// leaves over in lower dimensions is dropped.
func MakeValid(g orb.Geometry) (orb.Geometry, error) {
	return unary("repair", g, func(in *geos.Geom) *geos.Geom {
		return in.MakeValidWithParams(geos.MakeValidStructure, geos.MakeValidDiscardCollapsed)
	})
}

// unary works on one geometry. Nothing gives nothing, without asking GEOS.
func unary(name string, g orb.Geometry, op func(*geos.Geom) *geos.Geom) (orb.Geometry, error) {
	return run(name, func(ctx *geos.Context) (*geos.Geom, error) {
		in, err := read(ctx, g)
		if err != nil || in == nil {
			return nil, err
		}
		return answer(op(in), in)
	})
}

// binary works on two geometries. Nothing on the left gives nothing; nothing on
// the right is an empty area.
func binary(name string, a, b orb.Geometry, op func(x, y *geos.Geom) *geos.Geom) (orb.Geometry, error) {
	return run(name, func(ctx *geos.Context) (*geos.Geom, error) {
		x, err := read(ctx, a)
		if err != nil || x == nil {
			return nil, err
		}
		y, err := read(ctx, b)
		if err != nil {
			return nil, err
		}
		if y == nil {
			y = ctx.NewEmptyPolygon()
		}
		return answer(op(x, y), x, y)
	})
}

// answer tells an error from an empty result: where GEOS fails, some of the
// functions of go-geos give nil and keep the reason to themselves.
func answer(g *geos.Geom, operands ...*geos.Geom) (*geos.Geom, error) {
	if g != nil {
		return g, nil
	}
	for _, o := range operands {
		if !o.IsValid() {
			return nil, fmt.Errorf("a geometry is invalid: %s", o.IsValidReason())
		}
	}
	return nil, errNoAnswer
}

var (
	errNoAnswer  = errors.New("GEOS cannot do it with these geometries")
	errNotFinite = errors.New("a coordinate is not a finite number")
	errTooLarge  = fmt.Errorf("a coordinate is beyond ±%g", maxNumber)
)

// GEOS crashes, or never comes back, where the coordinates of one geometry lie
// hundreds of powers of two apart, and for a distance that is not a number.
const (
	maxNumber = 1e12  // nothing on Earth is farther than 1e8 metres
	minNumber = 1e-30 // what is nearer to zero is zero
)

func inBounds(v float64) bool { return math.Abs(v) <= maxNumber }

// contexts holds the GEOS contexts that are idle. They are kept for good and
// used again: go-geos cannot free one, since the handle of its error handler
// keeps it alive, so a context for each call would leak. There are never more
// than calls have run at the same time.
var contexts struct {
	sync.Mutex
	idle []*geos.Context
}

func borrow() *geos.Context {
	contexts.Lock()
	defer contexts.Unlock()
	n := len(contexts.idle)
	if n == 0 {
		return geos.NewContext()
	}
	ctx := contexts.idle[n-1]
	contexts.idle = contexts.idle[:n-1]
	return ctx
}

func giveBack(ctx *geos.Context) {
	contexts.Lock()
	defer contexts.Unlock()
	contexts.idle = append(contexts.idle, ctx)
}

// run calls f with a context of its own, turns a GEOS panic into an error and the
// result into our geometry. An empty result is nil.
func run(name string, f func(*geos.Context) (*geos.Geom, error)) (out orb.Geometry, err error) {
	ctx := borrow()
	defer giveBack(ctx)
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("overlay: %s: %v", name, r)
		}
	}()
	g, err := f(ctx)
	if err != nil {
		return nil, fmt.Errorf("overlay: %s: %w", name, err)
	}
	if g == nil || g.IsEmpty() {
		return nil, nil
	}
	return wkb.Unmarshal(g.ToWKB())
}

// read gives a geometry to GEOS; nil for nothing.
func read(ctx *geos.Context, g orb.Geometry) (*geos.Geom, error) {
	g = something(g)
	if g == nil {
		return nil, nil
	}
	if !geo.Finite(g) {
		return nil, errNotFinite
	}
	g, err := bounded(g)
	if err != nil {
		return nil, err
	}
	b, err := wkb.Marshal(g)
	if err != nil {
		return nil, err
	}
	return ctx.NewGeomFromWKB(b)
}

// bounded holds a geometry to the numbers that GEOS can take.
func bounded(g orb.Geometry) (orb.Geometry, error) {
	large, tiny := false, false
	geo.EachPoint(g, func(p orb.Point) {
		for _, v := range p {
			large = large || !inBounds(v)
			tiny = tiny || v != 0 && math.Abs(v) < minNumber
		}
	})
	if large {
		return nil, errTooLarge
	}
	if !tiny {
		return g, nil
	}
	return geo.MapPoints(g, func(p orb.Point) orb.Point {
		for i, v := range p {
			if math.Abs(v) < minNumber {
				p[i] = 0
			}
		}
		return p
	}), nil
}

// something takes nil and empty members out of collections, which WKB has no
// way to say, and gives nil when nothing is left.
func something(g orb.Geometry) orb.Geometry {
	if geo.ExtentOf(g).IsEmpty() && geo.Finite(g) {
		return nil
	}
	c, ok := g.(orb.Collection)
	if !ok {
		return g
	}
	out := make(orb.Collection, 0, len(c))
	for _, m := range c {
		if m = something(m); m != nil {
			out = append(out, m)
		}
	}
	return out
}
