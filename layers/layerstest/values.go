package layerstest

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
)

// shapes are geometries of every kind, by name.
func shapes() []geo.Feature {
	square := orb.Polygon{{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}}, {{1, 1}, {1, 2}, {2, 2}, {1, 1}}}
	far := orb.Polygon{{{-1e-7, 0.1 + 0.2}, {1e300, -5e-324}, {math.Pi, math.E}, {-1e-7, 0.1 + 0.2}}}
	return []geo.Feature{
		{ID: "collection", Geometry: orb.Collection{orb.Point{1, 2}, orb.LineString{{1, 2}, {3, 4}}, orb.Collection{square}}},
		{ID: "empty collection", Geometry: orb.Collection{}},
		{ID: "empty line", Geometry: orb.LineString{}},
		{ID: "empty lines", Geometry: orb.MultiLineString{}},
		{ID: "empty points", Geometry: orb.MultiPoint{}},
		{ID: "empty polygon", Geometry: orb.Polygon{}},
		{ID: "empty polygons", Geometry: orb.MultiPolygon{}},
		{ID: "line", Geometry: orb.LineString{{117.1, 36.1}, {117.2, 36.2}, {117.1, 36.1}}},
		{ID: "line with heights", Geometry: orb.LineString{{1, 2}, {3, 4}}, Z: []float64{-3.25, 1e-9}},
		{ID: "lines", Geometry: orb.MultiLineString{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}, {9, 10}}}},
		{ID: "lines, one empty", Geometry: orb.MultiLineString{{}, {{5, 6}, {7, 8}}}},
		{ID: "no length", Geometry: orb.LineString{{1, 2}, {1, 2}}},
		{ID: "nowhere"},
		{ID: "one in many", Geometry: orb.MultiPolygon{square}},
		{ID: "point", Geometry: orb.Point{-0.1, 1.0 / 3}},
		{ID: "points", Geometry: orb.MultiPoint{{1, 2}, {1, 2}, {-3, 4}}},
		{ID: "polygon", Geometry: square},
		{ID: "polygons", Geometry: orb.MultiPolygon{square, far}},
		{ID: "polygons, one empty", Geometry: orb.MultiPolygon{square, {}}},
		// A ring that crosses itself is kept: whether it is wanted is for others to say.
		{ID: "twisted", Geometry: orb.Polygon{{{0, 0}, {1, 1}, {1, 0}, {0, 1}, {0, 0}}}},
		{ID: "wrong way round", Geometry: orb.Polygon{{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0, 0}}}},
	}
}

func geometries(t *testing.T, s layers.Store) {
	want := shapes()
	r := apply(t, s, layers.Batch{Define: []geo.Schema{trees(geo.Custom)}, Edits: edit("trees", layers.Add, want...)})
	same(t, "features", read(t, s, "trees", layers.Query{}), version(r, want...))
	for i := range want {
		want[i].Quality = []string{"checked"}
	}
	r2 := apply(t, s, layers.Batch{Edits: edit("trees", layers.Update, want...)})
	same(t, "features after an update", read(t, s, "trees", layers.Query{}), version(r2, want...))
	same(t, "features before the update", read(t, s, "trees", layers.Query{At: r}), version(r, shapes()...))
}

// numbers are those that a careless text form would change.
var numbers = []float64{
	0, 1, -1, 0.1, 1.0 / 3, 0.1 + 0.2, math.Pi, 1e15, 1e16, 1e17, 123456789012345680, 1e21, 1e22, 9.9e299, -9.9e299,
	1e300, 5e-324, math.SmallestNonzeroFloat64 * 3, 2.2250738585072014e-308, 9007199254740993, 4.35, 100, 1e-7, 299792458,
}

var wholes = []int64{0, 1, -1, 42, math.MaxInt32 + 1, 1<<53 + 1, math.MaxInt64, math.MinInt64, -9007199254740993}

var texts = []string{
	"", " ", "宜居", "Straße", "a'b", `a"b`, "a\\b", "a\nb\tc\r", "NULL", "\\N", "0", "1.0", "true", "𠮷😀", "\u200b", "\ufeffx",
	"<script>&", "%s%d", "$1", "{}", "[1]", "\u2028", "e\u0301", "\x01\x1f\x7f",
}

func values(t *testing.T, s layers.Store) {
	var want []geo.Feature
	add := func(field string, v any) {
		want = append(want, geo.Feature{ID: fmt.Sprintf("%04d", len(want)), Attributes: map[string]any{field: v}})
	}
	for _, v := range numbers {
		add("height_m", v)
	}
	for _, v := range wholes {
		add("count", v)
	}
	for _, v := range texts {
		add("name", v)
	}
	add("old", true)
	add("old", false)
	add("state", "good")
	want = append(want, geo.Feature{ID: "all", Geometry: orb.Point{1, 2}, Attributes: map[string]any{
		"name": "宜居", "count": int64(7), "height_m": 7.0, "old": false, "state": "bad",
	}})
	r := apply(t, s, layers.Batch{Define: []geo.Schema{trees(geo.Custom)}, Edits: edit("trees", layers.Put, want...)})
	same(t, "features", read(t, s, "trees", layers.Query{}), version(r, want...))
	apply(t, s, layers.Batch{Clear: []string{"trees"}})
	same(t, "features of the older revision", read(t, s, "trees", layers.Query{At: r}), version(r, want...))
}

func wholeReals(t *testing.T, s layers.Store) {
	r := apply(t, s, layers.Batch{Define: []geo.Schema{trees(geo.Custom)}, Edits: edit("trees", layers.Add,
		geo.Feature{ID: "a", Attributes: map[string]any{"height_m": int64(12), "count": int64(12)}},
		geo.Feature{ID: "b", Attributes: map[string]any{"height_m": math.Copysign(0, -1)}})})
	want := version(r, geo.Feature{ID: "a", Attributes: map[string]any{"height_m": 12.0, "count": int64(12)}},
		geo.Feature{ID: "b", Attributes: map[string]any{"height_m": 0.0}})
	same(t, "features", read(t, s, "trees", layers.Query{}), want)
	apply(t, s, layers.Batch{Edits: edit("trees", layers.Delete, want...)})
	same(t, "features of the older revision", read(t, s, "trees", layers.Query{At: r}), want)
}

func rest(t *testing.T, s layers.Store) {
	extra := map[string]any{"yes": true, "no": false, "": "no name", "名": "值", "name": "also a field", "id": "x", `q"'\`: `q"'\`}
	for i, v := range numbers {
		extra[fmt.Sprintf("real %d", i)] = v
	}
	for i, v := range wholes {
		extra[fmt.Sprintf("whole %d", i)] = v
	}
	for i, v := range texts {
		extra[fmt.Sprintf("text %d", i)] = v
	}
	want := []geo.Feature{
		{ID: "a", Geometry: orb.Point{1, 2}, Attributes: map[string]any{"name": "a field"}, Extra: extra,
			Source: geo.Source{Name: "烟台.osm.pbf", ID: "w123"}, Quality: []string{"height_source=floors×3", "", "height_source=floors×3"}},
		{ID: "b", Extra: map[string]any{"k": int64(1)}, Source: geo.Source{ID: "only an id"}},
		{ID: "c", Extra: map[string]any{"k": 1.0}, Quality: []string{"georef=level 20"}},
	}
	r := apply(t, s, adding("cameras", want...))
	same(t, "features", read(t, s, "cameras", layers.Query{}), version(r, want...))
	apply(t, s, layers.Batch{Edits: edit("cameras", layers.Update, at("a", 1, 1), at("b", 1, 1), at("c", 1, 1))})
	same(t, "features of the older revision", read(t, s, "cameras", layers.Query{At: r}), version(r, want...))
}

func tidies(t *testing.T, s layers.Store) {
	ring := orb.Ring{{0, 0}, {1, 0}, {1, 1}, {0, 0}}
	bound := orb.Bound{Min: orb.Point{1, 2}, Max: orb.Point{3, 4}}
	given := []geo.Feature{
		{ID: "a", Attributes: map[string]any{"name": nil}, Extra: map[string]any{"x": nil, "zero": math.Copysign(0, -1)}, Version: 99},
		{ID: "b", Attributes: map[string]any{}, Extra: map[string]any{}, Quality: []string{}, Z: []float64{}},
		{ID: "c", Geometry: ring},
		{ID: "d", Geometry: bound},
		{ID: "e", Geometry: orb.Collection{ring, bound}},
		{ID: "f", Geometry: orb.LineString(nil)},
		{ID: "g", Geometry: orb.MultiPolygon{nil, {ring}}},
		{ID: "h", Geometry: orb.LineString{}, Z: []float64{}},
	}
	want := []geo.Feature{
		{ID: "a", Extra: map[string]any{"zero": 0.0}},
		{ID: "b"},
		{ID: "c", Geometry: orb.Polygon{ring}},
		{ID: "d", Geometry: bound.ToPolygon()},
		{ID: "e", Geometry: orb.Collection{orb.Polygon{ring}, bound.ToPolygon()}},
		{ID: "f"},
		{ID: "g", Geometry: orb.MultiPolygon{{}, {ring}}},
		{ID: "h", Geometry: orb.LineString{}},
	}
	r := apply(t, s, layers.Batch{Define: []geo.Schema{trees(geo.Custom)}, Edits: edit("trees", layers.Add, given...)})
	same(t, "features", read(t, s, "trees", layers.Query{}), version(r, want...))
}

func largeValues(t *testing.T, s layers.Store) {
	ring := make(orb.Ring, 100_000)
	for i := range ring {
		a := 2 * math.Pi * float64(i) / float64(len(ring)-1)
		ring[i] = orb.Point{117 + math.Cos(a), 36 + math.Sin(a)}
	}
	ring[len(ring)-1] = ring[0]
	want := []geo.Feature{
		{ID: strings.Repeat("长", geo.MaxIDBytes/3), Geometry: orb.Polygon{ring},
			Attributes: map[string]any{"heights": strings.Repeat("12.5 ", 1_000_000)}},
	}
	r := apply(t, s, adding("terrain", want...))
	same(t, "features", read(t, s, "terrain", layers.Query{}), version(r, want...))
	apply(t, s, layers.Batch{Edits: edit("terrain", layers.Delete, want...)})
	same(t, "features of the older revision", read(t, s, "terrain", layers.Query{At: r}), version(r, want...))
}
