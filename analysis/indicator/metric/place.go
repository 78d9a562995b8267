package metric

import (
	"fmt"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/overlay"
)

// inside lists the features of a layer whose centre lies in the community, in the
// order of their ids.
func (in *Input) inside(layer string) []geo.Feature {
	place := in.Scene.Community.Geometry
	var out []geo.Feature
	for _, f := range in.Scene.Layers[layer] {
		if c, ok := geo.Centroid(f.Geometry); ok && geo.Inside(place, c) {
			out = append(out, f)
		}
	}
	return out
}

// clip is the part of a geometry that lies in the community; nil for none.
func (in *Input) clip(g orb.Geometry) (orb.Geometry, error) {
	place := in.Scene.Community.Geometry
	if !geo.ExtentOf(g).Touches(geo.ExtentOf(place)) {
		return nil, nil
	}
	out, err := overlay.Intersection(g, place)
	if err == nil {
		return out, nil
	}
	// Outlines that cross themselves are common in drawings.
	if g, err = overlay.MakeValid(g); err != nil {
		return nil, fmt.Errorf("metric: %w", err)
	}
	if place, err = overlay.MakeValid(place); err != nil {
		return nil, fmt.Errorf("metric: community: %w", err)
	}
	if out, err = overlay.Intersection(g, place); err != nil {
		return nil, fmt.Errorf("metric: %w", err)
	}
	return out, nil
}

// outline is the length of the outer boundaries of the areas of g, in metres.
func outline(g orb.Geometry) float64 {
	sum := 0.0
	for _, p := range geo.Polygons(g) {
		sum += geo.Length(orb.LineString(p[0]))
	}
	return sum
}

// distanceTo is how far a place is from the areas and lines of g, in metres; 0
// within an area.
func distanceTo(g orb.Geometry, at orb.Point) (d float64, ok bool) {
	if geo.Inside(g, at) {
		return 0, true
	}
	near := func(l orb.LineString) {
		if n := geo.NearestOnLine(l, at); !ok || n.Dist < d {
			d, ok = n.Dist, true
		}
	}
	for _, part := range geo.Parts(g) {
		switch part := part.(type) {
		case orb.Point:
			if e := geo.Distance(part, at); !ok || e < d {
				d, ok = e, true
			}
		case orb.LineString:
			near(part)
		case orb.Polygon:
			for _, ring := range part {
				near(orb.LineString(ring))
			}
		}
	}
	return d, ok
}
