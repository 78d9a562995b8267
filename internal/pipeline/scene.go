package pipeline

import (
	"context"
	"errors"
	"math"
	"sync"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
	"yiju/geo/crs"
	"yiju/geo/raster"
	"yiju/layers"
)

// sceneSpec says what a scene holds.
type sceneSpec struct {
	community string          // id or name; empty takes the default
	layers    []string        // layers to read; those that do not exist are left empty
	margin_m  float64         // how far beyond the community
	at        layers.Revision // never 0
}

// scene is an analysis.Scene with the way back to degrees.
type scene struct {
	*analysis.Scene
	transform *crs.Transform
}

// newest is the revision to pin reads to.
func newest(ctx context.Context, r layers.Reader) (layers.Revision, error) {
	infos, err := r.Layers(ctx)
	if err != nil {
		return 0, err
	}
	var at layers.Revision
	for _, info := range infos {
		at = max(at, info.Changed)
	}
	if at == 0 {
		return 0, geo.Refuse(
			geo.T("工作区是空的", "the workspace is empty"),
			geo.T("先用 yiju import 导入数据，或用 yiju demo 建立示范社区", "import data with yiju import, or make the demo with yiju demo"))
	}
	return at, nil
}

// readScene copies what spec names out of the store and projects it once.
func readScene(ctx context.Context, r layers.Reader, spec sceneSpec) (*scene, error) {
	community, err := chooseCommunity(ctx, r, spec.at, spec.community)
	if err != nil {
		return nil, err
	}
	place := geo.ExtentOf(community.Geometry)
	if place.IsEmpty() {
		return nil, geo.Refuse(geo.Tf("社区 %q 没有边界", "community %q has no boundary", community.ID),
			geo.T("为社区画出边界后重试", "draw its boundary and try again"))
	}
	system, err := workingCRS(ctx, r, spec.at, place)
	if err != nil {
		return nil, err
	}
	transform, err := crs.New(crs.WGS84, system)
	if err != nil {
		return nil, err
	}
	out := &scene{transform: transform, Scene: &analysis.Scene{CRS: system, Layers: make(map[string][]geo.Feature)}}
	window := growMetres(place, spec.margin_m)
	for _, layer := range spec.layers {
		if layer == "terrain" {
			continue // comes as heights, below
		}
		features, err := readAll(ctx, r, layer, layers.Query{Extent: &window, At: spec.at})
		if err != nil {
			return nil, err
		}
		if err := transform.ForwardFeatures(features); err != nil {
			return nil, err
		}
		out.Layers[layer] = features
	}
	projected := []geo.Feature{community}
	if err := transform.ForwardFeatures(projected); err != nil {
		return nil, err
	}
	out.Community = projected[0]
	out.Terrain, err = readTerrain(ctx, r, spec.at, window, system)
	return out, err
}

// readAll collects a layer; a layer that does not exist has no features.
func readAll(ctx context.Context, r layers.Reader, layer string, q layers.Query) ([]geo.Feature, error) {
	var out []geo.Feature
	for f, err := range r.Features(ctx, layer, q) {
		var missing *layers.NoLayerError
		if errors.As(err, &missing) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// growMetres grows an extent in degrees by at least d metres on every side.
func growMetres(e geo.Extent, d float64) geo.Extent {
	const metresPerDegree = 110_500 // least length of a degree of latitude
	lat := math.Min(math.Max(math.Abs(e.MinY), math.Abs(e.MaxY)), 84)
	dLat := d / metresPerDegree
	dLon := dLat / math.Cos((lat+dLat)*math.Pi/180)
	return geo.Extent{MinX: e.MinX - dLon, MinY: e.MinY - dLat, MaxX: e.MaxX + dLon, MaxY: e.MaxY + dLat}
}

// readTerrain collects the height tiles in a window; nil when there are none.
func readTerrain(ctx context.Context, r layers.Reader, at layers.Revision, window geo.Extent, system string) (analysis.Terrain, error) {
	tiles, err := readAll(ctx, r, "terrain", layers.Query{Extent: &window, At: at})
	if err != nil || len(tiles) == 0 {
		return nil, err
	}
	t := &terrain{}
	for i := range tiles {
		grid, err := raster.FromFeature(&tiles[i])
		if err != nil {
			return nil, err
		}
		way, err := crs.New(system, grid.CRS)
		if err != nil {
			return nil, err
		}
		t.grids = append(t.grids, grid)
		t.ways = append(t.ways, way)
	}
	return t, nil
}

// maxSeenHeights bounds the heights that are remembered: some 50 MB.
const maxSeenHeights = 1 << 20

// terrain looks heights up in the grids as they came, without resampling.
type terrain struct {
	grids []*raster.Grid
	ways  []*crs.Transform // from the working CRS to the grid's, by grid

	mu   sync.Mutex
	seen map[orb.Point]float64 // looked-up heights; NaN where unknown
}

// HeightAt implements analysis.Terrain. The first grid that knows the place answers.
func (t *terrain) HeightAt(p orb.Point) (float64, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if z, ok := t.seen[p]; ok {
		return z, !math.IsNaN(z)
	}
	z := math.NaN()
	for i, grid := range t.grids {
		q, err := t.ways[i].ForwardPoint(p)
		if err != nil {
			continue
		}
		if h, ok := grid.HeightAt(q); ok {
			z = h
			break
		}
	}
	if t.seen == nil {
		t.seen = make(map[orb.Point]float64)
	}
	if len(t.seen) < maxSeenHeights {
		t.seen[p] = z
	}
	return z, !math.IsNaN(z)
}
