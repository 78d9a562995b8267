// Package tiles draws features as vector tiles: Mapbox Vector Tile 2.1 in the
// WebMercatorQuad pyramid.
//
// Encode draws one tile from layers of features. Its bytes depend on the features
// alone, not on the order they come in. Cache keeps drawn tiles, compressed once,
// until a change touches them. Package mvt reads and checks tiles, package pmtiles
// packs a pyramid of them into one file, package tilehttp answers requests.
//
// # What a tile holds
//
// Each layer becomes a layer of the same name, with a grid of 4096 × 4096 units.
// Each feature keeps its text id as property `id`, and the attributes that its
// schema declares, that are not bulk and that are known; the numeric id of the
// tile's feature is FeatureID of the text id. Features come in the order of their
// ids.
//
// Geometry is drawn within the buffer around the tile. Below the zoom
// Options.FullZoom it is simplified: no vertex lies further than
// Options.Tolerance from the line drawn, plus the 0.71 units that rounding to the
// grid may add. Areas are valid after rounding, by the rules of OGC Simple
// Features; an area too small to have one on the grid is drawn as a square of one
// unit. Lines shorter than a unit are not drawn.
//
// The pyramid ends at the latitudes ±85.0511° and the longitudes ±180°: what lies
// beyond is in no tile, except in the buffers of those along the end. A geometry
// that crosses the antimeridian must be split there, as GeoJSON demands. Geometry
// with a coordinate that is not finite is not drawn and counted in Tile.Faulty.
package tiles

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"yiju/geo"
)

// Extent is the number of grid units along the side of a tile. Shown at 512
// pixels, a pixel is eight units.
const Extent = 4096

// MediaType is what a tile is served as.
const MediaType = "application/vnd.mapbox-vector-tile"

// Layer is a source of features to draw.
type Layer struct {
	Name   string
	Schema geo.Schema
	// Each gives the features whose extents touch an extent in degrees, in any
	// order, each once, until yield returns false. The features must stay as they
	// are until Encode returns. The layers of a tile are asked at the same time.
	Each func(ctx context.Context, extent geo.Extent, yield func(*geo.Feature) bool) error
}

// Options says how tiles are drawn. A field left zero takes its default.
type Options struct {
	// Buffers around the tile, in units, by the kind of geometry: how far beyond
	// its edge something is still drawn. Negative is none.
	PointBuffer, LineBuffer, AreaBuffer int // 128, 64, 64
	// FullZoom is the zoom from which on everything is drawn as exactly as the
	// grid allows; 14. Below, lines are simplified.
	FullZoom uint8
	// Tolerance is how far, in units, simplification may move a line; 1. Negative
	// is not at all.
	Tolerance float64
	// MaxBytes bounds a tile below FullZoom, uncompressed; 500,000. From FullZoom
	// on, where a reader counts on seeing everything, four times as much is
	// allowed. What is smallest on the map is left out first.
	MaxBytes int
	// MaxFeatures bounds the features of a tile; 50,000.
	MaxFeatures int
}

const fullZoomFactor = 4

func (o Options) withDefaults() Options {
	orDefault(&o.PointBuffer, 128)
	orDefault(&o.LineBuffer, 64)
	orDefault(&o.AreaBuffer, 64)
	orDefault(&o.FullZoom, 14)
	orDefault(&o.Tolerance, 1)
	orDefault(&o.MaxBytes, 500_000)
	orDefault(&o.MaxFeatures, 50_000)
	o.PointBuffer, o.LineBuffer, o.AreaBuffer = max(o.PointBuffer, 0), max(o.LineBuffer, 0), max(o.AreaBuffer, 0)
	return o
}

func orDefault[T int | uint8 | float64](v *T, d T) {
	if *v == 0 {
		*v = d
	}
}

func (o *Options) buffer() int { return max(o.PointBuffer, o.LineBuffer, o.AreaBuffer) }

func (o *Options) maxBytes(z uint8) int {
	if z >= o.FullZoom {
		return fullZoomFactor * o.MaxBytes
	}
	return o.MaxBytes
}

// Tile is a drawn tile.
type Tile struct {
	Data []byte // nil when nothing is drawn
	// Features counts what is drawn.
	Features int
	// Dropped counts features left out to keep the tile within its bounds.
	Dropped int
	// Vanished counts features that are too small to draw at this zoom, or whose
	// geometry does not come as close as its extent.
	Vanished int
	// Faulty counts features whose geometry cannot be drawn.
	Faulty int
}

// Touched tells whether any feature came near the tile. When it is false, the
// tiles below are empty too.
func (t *Tile) Touched() bool { return t.Features+t.Dropped+t.Vanished+t.Faulty > 0 }

// Encode draws the tile c. Layers without a feature in the tile are left out; a
// tile without layers has no bytes.
func Encode(ctx context.Context, c Coord, layers []Layer, o Options) (Tile, error) {
	if !c.Valid() {
		return Tile{}, fmt.Errorf("tiles: there is no tile %s", c)
	}
	if err := checkNames(layers); err != nil {
		return Tile{}, err
	}
	o = o.withDefaults()
	drawings := make([]*drawing, len(layers))
	frame := newFrame(c)
	for i := range layers {
		drawings[i] = newDrawing(c, frame, &layers[i], &o)
		defer drawings[i].release()
	}
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i, d := range drawings {
		work.Go(func() (err error) {
			defer func() {
				// Here, unlike in the caller's goroutine, a panic would end the program.
				if r := recover(); r != nil {
					err = fmt.Errorf("tiles: layer %q in %s: panic: %v\n%s", layers[i].Name, c, r, debug.Stack())
				}
			}()
			if err := d.collect(ctx); err != nil {
				return fmt.Errorf("tiles: layer %q in %s: %w", layers[i].Name, c, err)
			}
			d.finish()
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return Tile{}, err
	}
	fit(drawings, &o, c.Z)
	return assemble(drawings), nil
}

func checkNames(layers []Layer) error {
	for i := range layers {
		name := layers[i].Name
		if name == "" || !utf8.ValidString(name) {
			return geo.Refuse(geo.Tf("瓦片图层名称 %q 无效", "tile layer name %q is not valid", name),
				geo.T("名称用 UTF-8 编码，不能为空", "a name is UTF-8 text and not empty"))
		}
		if slices.ContainsFunc(layers[:i], func(l Layer) bool { return l.Name == name }) {
			return geo.Refuse(
				geo.Tf("图层 %q 在同一瓦片中出现两次", "layer %q is asked for twice in one tile", name),
				geo.T("每个图层只写一次", "name each layer once"))
		}
	}
	return nil
}

func assemble(drawings []*drawing) Tile {
	var t Tile
	size := 0
	for _, d := range drawings {
		t.Features += d.drawn
		t.Dropped += d.dropped
		t.Vanished += d.vanished
		t.Faulty += d.faulty
		size += len(d.layer)
	}
	if size == 0 {
		return t
	}
	t.Data = make([]byte, 0, size)
	for _, d := range drawings {
		t.Data = append(t.Data, d.layer...)
	}
	return t
}
