package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Extent is an axis-parallel rectangle, its edges included. Its unit is that of
// the coordinates it was made from. The zero Extent is the single point 0,0; use
// EmptyExtent to start collecting.
type Extent struct {
	MinX, MinY, MaxX, MaxY float64
}

// EmptyExtent holds nothing and touches nothing; Include grows it.
func EmptyExtent() Extent {
	return Extent{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
}

// ExtentOf is the extent of a geometry; empty for nil and for empty geometries.
func ExtentOf(g orb.Geometry) Extent {
	e := EmptyExtent()
	EachPoint(g, func(p orb.Point) { e.IncludePoint(p) })
	return e
}

// IsEmpty tells whether the extent holds no point.
func (e Extent) IsEmpty() bool { return !(e.MinX <= e.MaxX && e.MinY <= e.MaxY) }

// IncludePoint grows e to hold p.
func (e *Extent) IncludePoint(p orb.Point) {
	e.MinX, e.MaxX = math.Min(e.MinX, p[0]), math.Max(e.MaxX, p[0])
	e.MinY, e.MaxY = math.Min(e.MinY, p[1]), math.Max(e.MaxY, p[1])
}

// Union is the smallest extent that holds both.
func (e Extent) Union(o Extent) Extent {
	return Extent{
		math.Min(e.MinX, o.MinX), math.Min(e.MinY, o.MinY),
		math.Max(e.MaxX, o.MaxX), math.Max(e.MaxY, o.MaxY),
	}
}

// Touches tells whether the two share a point; touching edges count.
func (e Extent) Touches(o Extent) bool {
	return e.MinX <= o.MaxX && o.MinX <= e.MaxX && e.MinY <= o.MaxY && o.MinY <= e.MaxY
}

// Contains tells whether p lies inside or on the edge.
func (e Extent) Contains(p orb.Point) bool {
	return e.MinX <= p[0] && p[0] <= e.MaxX && e.MinY <= p[1] && p[1] <= e.MaxY
}

// Grow moves every edge outwards by d, in the extent's own unit.
func (e Extent) Grow(d float64) Extent {
	return Extent{e.MinX - d, e.MinY - d, e.MaxX + d, e.MaxY + d}
}

// Centre is the middle point.
func (e Extent) Centre() orb.Point { return orb.Point{(e.MinX + e.MaxX) / 2, (e.MinY + e.MaxY) / 2} }

// Polygon is the extent as a closed ring, counter-clockwise.
func (e Extent) Polygon() orb.Polygon {
	return orb.Polygon{{
		{e.MinX, e.MinY}, {e.MaxX, e.MinY}, {e.MaxX, e.MaxY}, {e.MinX, e.MaxY}, {e.MinX, e.MinY},
	}}
}

// EachPoint calls f for every vertex of g in order; a bound has those of its
// polygon.
func EachPoint(g orb.Geometry, f func(orb.Point)) {
	switch g := g.(type) {
	case nil:
	case orb.Point:
		f(g)
	case orb.MultiPoint:
		each(g, f)
	case orb.LineString:
		each(g, f)
	case orb.Ring:
		each(g, f)
	case orb.MultiLineString:
		for _, l := range g {
			each(l, f)
		}
	case orb.Polygon:
		for _, r := range g {
			each(r, f)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			EachPoint(p, f)
		}
	case orb.Collection:
		for _, m := range g {
			EachPoint(m, f)
		}
	case orb.Bound:
		EachPoint(g.ToPolygon(), f)
	}
}

func each(points []orb.Point, f func(orb.Point)) {
	for _, p := range points {
		f(p)
	}
}

// Finite tells whether every coordinate of g is a finite number. It is so for nil
// and empty geometries.
func Finite(g orb.Geometry) bool {
	finite := true
	EachPoint(g, func(p orb.Point) {
		// The difference of a number with itself is 0 unless it is NaN or infinite.
		finite = finite && p[0]-p[0] == 0 && p[1]-p[1] == 0
	})
	return finite
}

// MapPoints returns a copy of g with every vertex replaced by f of it.
func MapPoints(g orb.Geometry, f func(orb.Point) orb.Point) orb.Geometry {
	switch g := g.(type) {
	case nil:
		return nil
	case orb.Point:
		return f(g)
	case orb.MultiPoint:
		return orb.MultiPoint(mapped(g, f))
	case orb.LineString:
		return orb.LineString(mapped(g, f))
	case orb.Ring:
		return orb.Ring(mapped(g, f))
	case orb.MultiLineString:
		out := make(orb.MultiLineString, len(g))
		for i, l := range g {
			out[i] = mapped(l, f)
		}
		return out
	case orb.Polygon:
		return mapPolygon(g, f)
	case orb.MultiPolygon:
		out := make(orb.MultiPolygon, len(g))
		for i, p := range g {
			out[i] = mapPolygon(p, f)
		}
		return out
	case orb.Collection:
		out := make(orb.Collection, len(g))
		for i, m := range g {
			out[i] = MapPoints(m, f)
		}
		return out
	case orb.Bound:
		return mapPolygon(g.ToPolygon(), f)
	}
	return g
}

func mapPolygon(p orb.Polygon, f func(orb.Point) orb.Point) orb.Polygon {
	out := make(orb.Polygon, len(p))
	for i, r := range p {
		out[i] = mapped(r, f)
	}
	return out
}

func mapped(points []orb.Point, f func(orb.Point) orb.Point) []orb.Point {
	out := make([]orb.Point, len(points))
	for i, p := range points {
		out[i] = f(p)
	}
	return out
}
