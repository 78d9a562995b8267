package pipeline

import (
	"context"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/crs"
	"yiju/layers"
)

const (
	pipeReach_m   = 10  // pipes further away are not "below"
	pointReach_m  = 5   // points and lines this close count as "at the place"
	maxWhyObjects = 100 // of each kind
)

// at collects what lies at the place: the layers that a person drew, in metres
// around the point.
func (w *Why) at(ctx context.Context, view Viewer, infos []layers.Info, lonLat orb.Point, to *crs.Transform) error {
	here, err := to.ForwardPoint(lonLat)
	if err != nil {
		return err
	}
	window := growMetres(geo.Extent{MinX: lonLat[0], MinY: lonLat[1], MaxX: lonLat[0], MaxY: lonLat[1]}, pipeReach_m)
	for _, info := range infos {
		layer := info.Schema.Layer
		if info.Schema.Kind == geo.Result || len(info.Schema.Shapes) == 0 || layer == "terrain" {
			continue
		}
		var found []geo.Feature
		if err := view.View(ctx, layer, window, func(f *geo.Feature) bool {
			found = append(found, f.Clone())
			return len(found) < maxWhyObjects
		}); err != nil {
			return err
		}
		if err := to.ForwardFeatures(found); err != nil {
			return err
		}
		for i := range found {
			w.note(layer, &found[i], here)
		}
	}
	slices.SortStableFunc(w.Pipes, func(a, b WhyPipe) int {
		switch {
		case a.Distance_m < b.Distance_m:
			return -1
		case a.Distance_m > b.Distance_m:
			return 1
		}
		return 0
	})
	return nil
}

// note files one feature near the place under what it is.
func (w *Why) note(layer string, f *geo.Feature, here orb.Point) {
	dist := geo.DistanceTo(f.Geometry, here)
	if layer == "pipes" {
		if dist <= pipeReach_m {
			network, _ := f.Text("network")
			w.Pipes = append(w.Pipes, WhyPipe{ID: f.ID, Network: network, Distance_m: dist,
				Depth_m: optional(f, "depth_m"), Diameter_mm: optional(f, "diameter_mm")})
		}
		return
	}
	reach := 0.0
	if geo.ShapeOf(firstPart(f.Geometry)) != geo.Polygon {
		reach = pointReach_m
	}
	if dist > reach {
		return
	}
	if layer == "buildings" {
		w.Buildings = append(w.Buildings, f.ID)
	}
	w.Features = append(w.Features, WhyFeature{Layer: layer, ID: f.ID, Name: optionalText(f, "name")})
}

func firstPart(g orb.Geometry) orb.Geometry {
	if parts := geo.Parts(g); len(parts) > 0 {
		return parts[0]
	}
	return g
}

func optional(f *geo.Feature, name string) *float64 {
	if v, ok := f.Number(name); ok {
		return &v
	}
	return nil
}

func optionalText(f *geo.Feature, name string) *string {
	if v, ok := f.Text(name); ok && v != "" {
		return &v
	}
	return nil
}
