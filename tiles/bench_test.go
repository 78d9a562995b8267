package tiles_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"

	"yiju/geo"
	"yiju/internal/sample"
	"yiju/tiles"
	"yiju/tiles/testtown"
)

func townLayers(houses int) []tiles.Layer {
	var out []tiles.Layer
	for _, s := range testtown.Make(1, houses, orb.Point{117.02, 36.65}) {
		out = append(out, tiles.Hold(s.Schema.Layer, s.Schema, s.Features))
	}
	return out
}

// neussLayers reads a real town, roughly sorted into layers by its tags.
func neussLayers(t testing.TB) []tiles.Layer {
	file, err := os.Open(sample.Path(t, "osm-neuss/neuss-s11.osm.pbf"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	scanner := osmpbf.New(context.Background(), file, 1)
	defer scanner.Close()
	nodes := make(map[osm.NodeID]orb.Point)
	sets := map[string][]geo.Feature{}
	add := func(layer, id string, g orb.Geometry, tags osm.Tags) {
		attributes := map[string]any{}
		for _, tag := range tags {
			attributes[tag.Key] = tag.Value
		}
		sets[layer] = append(sets[layer], geo.Feature{ID: id, Geometry: g, Attributes: attributes})
	}
	for scanner.Scan() {
		switch o := scanner.Object().(type) {
		case *osm.Node:
			nodes[o.ID] = o.Point()
			if len(o.Tags) > 0 {
				add("points", fmt.Sprintf("n%d", o.ID), o.Point(), o.Tags)
			}
		case *osm.Way:
			line := make(orb.LineString, 0, len(o.Nodes))
			for _, n := range o.Nodes {
				if p, ok := nodes[n.ID]; ok {
					line = append(line, p)
				}
			}
			id := fmt.Sprintf("w%d", o.ID)
			closed := len(line) > 3 && line[0] == line[len(line)-1]
			switch {
			case o.Tags.HasTag("building") && closed:
				add("buildings", id, orb.Polygon{orb.Ring(line)}, o.Tags)
			case o.Tags.HasTag("highway"):
				add("ways", id, line, o.Tags)
			case closed:
				add("areas", id, orb.Polygon{orb.Ring(line)}, o.Tags)
			default:
				add("lines", id, line, o.Tags)
			}
		}
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	var fields []geo.Field
	for _, name := range []string{"name", "building", "building:levels", "height", "highway", "surface", "width", "lit", "foot", "landuse", "leisure", "natural", "amenity", "barrier"} {
		fields = append(fields, geo.Field{Name: name, Type: geo.String})
	}
	var out []tiles.Layer
	for _, name := range []string{"areas", "buildings", "lines", "points", "ways"} {
		out = append(out, tiles.Hold(name, geo.Schema{Layer: name, Fields: fields}, sets[name]))
	}
	return out
}

// extentOf is where a town lies.
var (
	townExtent  = geo.Extent{MinX: 117.012, MinY: 36.645, MaxX: 117.028, MaxY: 36.655}
	neussExtent = geo.Extent{MinX: 6.6722, MinY: 51.1851, MaxX: 6.6936, MaxY: 51.2187}
)

func BenchmarkEncode(b *testing.B) {
	for _, town := range []struct {
		name   string
		layers []tiles.Layer
		place  geo.Extent
	}{
		{"town", townLayers(2300), townExtent},
		{"neuss", neussLayers(b), neussExtent},
	} {
		for _, zoom := range []uint8{10, 12, 13, 14, 15, 16, 18} {
			b.Run(fmt.Sprintf("%s/z%d", town.name, zoom), func(b *testing.B) {
				benchEncode(b, town.layers, slices.Collect(tiles.Cover(town.place, zoom, zoom)))
			})
		}
	}
}

func benchEncode(b *testing.B, layers []tiles.Layer, coords []tiles.Coord) {
	b.ReportAllocs()
	runtime.GC()
	var took []time.Duration
	features, size, i := 0, 0, 0
	for b.Loop() {
		start := time.Now()
		tile, err := tiles.Encode(context.Background(), coords[i%len(coords)], layers, tiles.Options{})
		if err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
		features, size, i = max(features, tile.Features), max(size, len(tile.Data)), i+1
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(features), "max-features")
	b.ReportMetric(float64(size)/1000, "max-kB")
}
