package metric

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/analysis/walk"
	"yiju/geo"
	"yiju/geo/index"
	"yiju/geo/overlay"
)

// ground is the community as an area that things are cut to.
type ground struct {
	shape   orb.Geometry // valid
	extent  geo.Extent
	area_m2 float64
	sides   [][2]orb.Point
	at      index.Index // of sides
	plots   plots
	memory  memory
}

// onOutlineM is how near to the outline, in metres, a place counts as inside, so
// that a street drawn on the boundary is not inside and outside by turns.
const onOutlineM = 0.001

// groundOf gives the outline of the community, repaired where it must be; nil where
// there is none.
func groundOf(scene *analysis.Scene) (*ground, error) {
	shape, err := union(patches(&scene.Community))
	if err != nil || shape == nil {
		return nil, err
	}
	g := &ground{shape: shape, extent: geo.ExtentOf(shape), area_m2: geo.Area(shape)}
	for _, poly := range geo.Polygons(shape) {
		for _, ring := range poly {
			for i := 1; i < len(ring); i++ {
				g.at.Add(len(g.sides), spanned(ring[i-1], ring[i]))
				g.sides = append(g.sides, [2]orb.Point{ring[i-1], ring[i]})
			}
		}
	}
	return g, nil
}

// onGround gives the ground to a measure; without an outline nothing is known.
func onGround(measure func(*Input, indicator.Params, *ground) (indicator.Measure, error)) func(*Input, indicator.Params) (indicator.Measure, error) {
	return func(in *Input, p indicator.Params) (indicator.Measure, error) {
		g, err := in.ground()
		if err != nil {
			return indicator.Measure{}, err
		}
		if g == nil {
			return indicator.Measure{
				Missing: []geo.Text{geo.T("没有社区范围", "there is no outline of the community")},
				Collect: []geo.Text{geo.T("画出社区边界", "draw the outline of the community")},
			}, nil
		}
		return measure(in, p, g)
	}
}

// patches are the areas of a feature, each valid; what cannot be repaired to an area
// is left out.
func patches(f *geo.Feature) []orb.Geometry {
	if !geo.Finite(f.Geometry) {
		return nil
	}
	var out []orb.Geometry
	for _, poly := range geo.Polygons(f.Geometry) {
		if reason, err := overlay.Invalid(poly); err == nil && reason == "" {
			out = append(out, poly)
			continue
		}
		fixed, err := overlay.MakeValid(poly)
		if err != nil || fixed == nil {
			continue
		}
		out = append(out, fixed)
	}
	return out
}

// union dissolves areas into one; nil for none.
func union(areas []orb.Geometry) (orb.Geometry, error) {
	if len(areas) == 0 {
		return nil, nil
	}
	return overlay.Union(areas...)
}

// clip is what of an area lies in the community.
func (g *ground) clip(area orb.Geometry) (orb.Geometry, error) {
	if area == nil {
		return nil, nil
	}
	return overlay.Intersection(area, g.shape)
}

// holds tells whether a place is in the community; on its outline it is.
func (g *ground) holds(p orb.Point) bool {
	return g.extent.Contains(p) && geo.Inside(g.shape, p) || g.toOutline(p, onOutlineM)
}

// toOutline tells whether the outline runs within so many metres of a place.
func (g *ground) toOutline(p orb.Point, reach_m float64) bool {
	near := false
	g.at.Each(spanned(p, p).Grow(reach_m), func(i int) bool {
		q, _ := geo.NearestOnSegment(g.sides[i][0], g.sides[i][1], p)
		near = geo.Distance(p, q) <= reach_m
		return !near
	})
	return near
}

// counts tells whether a feature that counts whole counts in the community: a
// building as walks count it, anything else by its centre.
func (g *ground) counts(f *geo.Feature) bool {
	p, ok := walk.CentreOf(f)
	if !ok {
		if !geo.Finite(f.Geometry) {
			return false
		}
		p, ok = geo.Centroid(f.Geometry)
	}
	return ok && g.holds(p)
}

// touches tells whether some of a feature lies in the community.
func (g *ground) touches(f *geo.Feature) bool {
	if !geo.Finite(f.Geometry) || !geo.ExtentOf(f.Geometry).Touches(g.extent) {
		return false
	}
	for _, part := range geo.Parts(f.Geometry) {
		switch part := part.(type) {
		case orb.Point:
			if g.holds(part) {
				return true
			}
		case orb.LineString:
			if len(part) > 1 && len(g.within(measured(part))) > 0 {
				return true
			}
		case orb.Polygon:
			if yes, err := overlay.Intersects(part, g.shape); err == nil && yes {
				return true
			}
		}
	}
	return false
}

// within lists the stretches of a line that lie in the community.
func (g *ground) within(t track) spans {
	total := t.total()
	if total == 0 || !geo.ExtentOf(t.line).Touches(g.extent) {
		return nil
	}
	cuts := []float64{0, total}
	for i := 1; i < len(t.line); i++ {
		p, q := t.line[i-1], t.line[i]
		length := t.along_m[i] - t.along_m[i-1]
		g.at.Each(spanned(p, q).Grow(onOutlineM), func(s int) bool {
			for _, share := range meetings(p, q, g.sides[s][0], g.sides[s][1]) {
				cuts = append(cuts, t.along_m[i-1]+share*length)
			}
			return true
		})
	}
	return t.where(cuts, g.holds)
}

// meetings are the shares of p–q at which c–d meets it: one for a crossing, both
// ends of what they share where they run along one another.
func meetings(p, q, c, d orb.Point) []float64 {
	var out []float64
	dx, dy, ex, ey := q[0]-p[0], q[1]-p[1], d[0]-c[0], d[1]-c[1]
	const slack = 1e-9
	if den := dx*ey - dy*ex; den != 0 {
		share := ((c[0]-p[0])*ey - (c[1]-p[1])*ex) / den
		other := ((c[0]-p[0])*dy - (c[1]-p[1])*dx) / den
		if share >= 0 && share <= 1 && other >= -slack && other <= 1+slack {
			out = append(out, share)
		}
	}
	for _, end := range [2]orb.Point{c, d} {
		if on, share := geo.NearestOnSegment(p, q, end); geo.Distance(on, end) <= onOutlineM {
			out = append(out, share)
		}
	}
	return out
}

// spanned is the extent of a segment.
func spanned(p, q orb.Point) geo.Extent {
	return geo.Extent{MinX: math.Min(p[0], q[0]), MinY: math.Min(p[1], q[1]), MaxX: math.Max(p[0], q[0]), MaxY: math.Max(p[1], q[1])}
}

// hundredths rounds metres to centimetres and square metres likewise.
func hundredths(v float64) float64 { return math.Round(v*100) / 100 }
