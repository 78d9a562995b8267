// Package overlay does set operations on areas and lines: union, intersection,
// difference, buffer, validity. It is the only door to GEOS, whose panics it
// turns into errors. Coordinates are planar; distances are in their unit.
//
// Every call makes a GEOS context of its own, so calls from several goroutines
// do not wait for one another.
package overlay

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/twpayne/go-geos"
)

// Union dissolves geometries into one. No geometry gives nil.
func Union(gs ...orb.Geometry) (orb.Geometry, error) {
	return run("union", func(ctx *geos.Context) (*geos.Geom, error) {
		in, err := readAll(ctx, gs)
		if err != nil || len(in) == 0 {
			return nil, err
		}
		return ctx.NewCollection(geos.TypeIDGeometryCollection, in).UnaryUnion(), nil
	})
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
		return nil
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
	return run("buffer", func(ctx *geos.Context) (*geos.Geom, error) {
		in, err := read(ctx, g)
		if err != nil || in == nil {
			return nil, err
		}
		style := geos.BufCapStyleRound
		if end == Flat {
			style = geos.BufCapStyleFlat
		}
		return in.BufferWithStyle(dist, 8, style, geos.BufJoinStyleRound, 5), nil
	})
}

// Simplify takes vertices out of g without moving an edge by more than tolerance
// and without making a valid geometry invalid.
func Simplify(g orb.Geometry, tolerance float64) (orb.Geometry, error) {
	return run("simplify", func(ctx *geos.Context) (*geos.Geom, error) {
		in, err := read(ctx, g)
		if err != nil || in == nil {
			return nil, err
		}
		return in.TopologyPreserveSimplify(tolerance), nil
	})
}

// Invalid words why g is not a valid geometry; empty when it is valid.
func Invalid(g orb.Geometry) (reason string, err error) {
	_, err = run("validity", func(ctx *geos.Context) (*geos.Geom, error) {
		in, err := read(ctx, g)
		if err == nil && in != nil && !in.IsValid() {
			reason = in.IsValidReason()
		}
		return nil, err
	})
	return reason, err
}

// MakeValid repairs a geometry by its structure: rings are unioned by their
// nesting, which keeps areas that a person would call the area. What repair
// leaves over in lower dimensions is dropped.
func MakeValid(g orb.Geometry) (orb.Geometry, error) {
	return run("repair", func(ctx *geos.Context) (*geos.Geom, error) {
		in, err := read(ctx, g)
		if err != nil || in == nil {
			return nil, err
		}
		return in.MakeValidWithParams(geos.MakeValidStructure, geos.MakeValidDiscardCollapsed), nil
	})
}

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
		return op(x, y), nil
	})
}

// run calls f with a fresh context, turns a GEOS panic into an error and the
// result into our geometry. An empty result is nil.
func run(name string, f func(*geos.Context) (*geos.Geom, error)) (out orb.Geometry, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("overlay: %s: %v", name, r)
		}
	}()
	g, err := f(geos.NewContext())
	if err != nil {
		return nil, fmt.Errorf("overlay: %s: %w", name, err)
	}
	if g == nil || g.IsEmpty() {
		return nil, nil
	}
	return wkb.Unmarshal(g.ToWKB())
}

func read(ctx *geos.Context, g orb.Geometry) (*geos.Geom, error) {
	if g == nil {
		return nil, nil
	}
	if r, ok := g.(orb.Ring); ok {
		g = orb.Polygon{r}
	}
	if b, ok := g.(orb.Bound); ok {
		g = b.ToPolygon()
	}
	b, err := wkb.Marshal(g)
	if err != nil {
		return nil, err
	}
	return ctx.NewGeomFromWKB(b)
}

var errNoGeometry = errors.New("a geometry is nil")

func readAll(ctx *geos.Context, gs []orb.Geometry) ([]*geos.Geom, error) {
	out := make([]*geos.Geom, 0, len(gs))
	for _, g := range gs {
		in, err := read(ctx, g)
		if err != nil {
			return nil, err
		}
		if in == nil {
			return nil, errNoGeometry
		}
		out = append(out, in)
	}
	return out, nil
}
