package layerstest

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
)

// orderedIDs are in byte order: digits, capitals, small letters, then Chinese;
// prefixes first. A collation of any language would order them otherwise.
var orderedIDs = []string{
	" ", "!", "%", "10", "2", "A", "B", "Z", "_", "a", "a ", "a!", "a-b", "a.2", "aB", "aa", "ab", "b",
	"n1", "n10", "n2", "w123", "w123.2", "é", "Ω", "㐀", "一", "上海", "上海东", "东", "烟台", "龥", "￥", "😀",
}

func order(t *testing.T, s layers.Store) {
	features := make([]geo.Feature, len(orderedIDs))
	for i, id := range orderedIDs {
		features[i] = at(id, 117, 36)
	}
	if !slices.IsSorted(orderedIDs) {
		t.Fatal("the case itself is out of order")
	}
	slices.Reverse(features)
	apply(t, s, adding("cameras", features...))
	same(t, "ids", readIDs(t, s, "cameras", layers.Query{}), orderedIDs)
	world := geo.Extent{MinX: -180, MinY: -90, MaxX: 180, MaxY: 90}
	same(t, "ids within an extent", readIDs(t, s, "cameras", layers.Query{Extent: &world}), orderedIDs)
	same(t, "ids asked for", readIDs(t, s, "cameras", layers.Query{IDs: []string{"上海", "a", "Z", "10", "a"}}), []string{"10", "Z", "a", "上海"})
}

func pages(t *testing.T, s layers.Store) {
	for i, id := range orderedIDs {
		apply(t, s, adding("cameras", at(id, float64(i), 36)))
	}
	everywhere := geo.Extent{MinX: -180, MinY: -90, MaxX: 180, MaxY: 90}
	for _, q := range []layers.Query{{}, {Extent: &everywhere}, {IDs: orderedIDs}, {At: layers.Revision(len(orderedIDs))}} {
		for limit := 1; limit < 8; limit++ {
			var got []string
			q.Limit, q.After = limit, ""
			for {
				page := readIDs(t, s, "cameras", q)
				if len(page) > limit {
					t.Fatalf("a page of %d features; the limit is %d", len(page), limit)
				}
				got = append(got, page...)
				if len(page) < limit {
					break
				}
				q.After = page[len(page)-1]
			}
			same(t, "all pages", got, orderedIDs)
		}
	}
	same(t, "after an id that is not there", readIDs(t, s, "cameras", layers.Query{After: "a,", Limit: 2}), []string{"a-b", "a.2"})
	same(t, "after the last", readIDs(t, s, "cameras", layers.Query{After: "😀"}), []string{})
}

func ids(t *testing.T, s layers.Store) {
	apply(t, s, adding("cameras", at("a", 1, 1), at("b", 2, 2), at("c", 3, 3)))
	small := geo.Extent{MinX: 2, MinY: 2, MaxX: 9, MaxY: 9}
	for name, c := range map[string]struct {
		q    layers.Query
		want []string
	}{
		"none":              {layers.Query{IDs: []string{}}, []string{}},
		"one that is not":   {layers.Query{IDs: []string{"x"}}, []string{}},
		"twice":             {layers.Query{IDs: []string{"b", "b"}}, []string{"b"}},
		"not in order":      {layers.Query{IDs: []string{"c", "x", "a"}}, []string{"a", "c"}},
		"with an extent":    {layers.Query{IDs: []string{"a", "b"}, Extent: &small}, []string{"b"}},
		"with a limit":      {layers.Query{IDs: []string{"c", "b", "a"}, Limit: 2}, []string{"a", "b"}},
		"after":             {layers.Query{IDs: []string{"c", "b", "a"}, After: "a", Limit: 1}, []string{"b"}},
		"quotes":            {layers.Query{IDs: []string{"a'b", `a"b`, "a;--", "{a}", "a,b", "\\", "NULL", ""}}, []string{}},
		"impossible text":   {layers.Query{IDs: []string{"\x00", "\xff", "a\x00", "a"}}, []string{"a"}},
		"extent, then page": {layers.Query{Extent: &small, Limit: 1}, []string{"b"}},
	} {
		same(t, name, readIDs(t, s, "cameras", c.q), c.want)
	}
	many := make([]string, 70_000)
	for i := range many {
		many[i] = "no" + string(rune('0'+i%10))
	}
	same(t, "very many", readIDs(t, s, "cameras", layers.Query{IDs: append(many, "b")}), []string{"b"})
}

func extents(t *testing.T, s layers.Store) {
	apply(t, s, layers.Batch{Define: []geo.Schema{trees(geo.Custom)}, Edits: edit("trees", layers.Add,
		at("corner", 10, 10),
		at("inside", 5, 5),
		at("outside", 10.000001, 5),
		geo.Feature{ID: "crossing", Geometry: orb.LineString{{-20, 5}, {20, 5}}},
		geo.Feature{ID: "around", Geometry: orb.Polygon{{{-50, -50}, {50, -50}, {50, 50}, {-50, 50}, {-50, -50}}}},
		// Its own extent touches, though the line itself stays away.
		geo.Feature{ID: "diagonal", Geometry: orb.LineString{{9, 20}, {20, 9}}},
		geo.Feature{ID: "edge", Geometry: orb.LineString{{10, 3}, {12, 3}}},
		geo.Feature{ID: "empty", Geometry: orb.LineString{}},
		geo.Feature{ID: "nowhere"},
		geo.Feature{ID: "two parts", Geometry: orb.MultiPoint{{-30, 5}, {30, 6}}},
	)})
	box := geo.Extent{MinX: 0, MinY: 0, MaxX: 10, MaxY: 10}
	same(t, "touching a box", readIDs(t, s, "trees", layers.Query{Extent: &box}),
		[]string{"around", "corner", "crossing", "diagonal", "edge", "inside", "two parts"})
	point := geo.Extent{MinX: 5, MinY: 5, MaxX: 5, MaxY: 5}
	same(t, "touching a point", readIDs(t, s, "trees", layers.Query{Extent: &point}), []string{"around", "crossing", "inside", "two parts"})
	same(t, "everything", len(read(t, s, "trees", layers.Query{})), 10)
}

// exactExtents would fail with boxes that are kept as 32-bit floats, as R-trees do.
func exactExtents(t *testing.T, s layers.Store) {
	x, y := 117.0123456789012, 36.6543210987654
	apply(t, s, adding("ways",
		geo.Feature{ID: "line", Geometry: orb.LineString{{x, y}, {x + 0.001, y + 0.001}}},
		geo.Feature{ID: "point-like", Geometry: orb.LineString{{x, y}, {x, y}}}))
	up, down := func(v float64) float64 { return math.Nextafter(v, 1e9) }, func(v float64) float64 { return math.Nextafter(v, -1e9) }
	for name, c := range map[string]struct {
		e    geo.Extent
		want []string
	}{
		"its corner":              {geo.Extent{MinX: x, MinY: y, MaxX: x, MaxY: y}, []string{"line", "point-like"}},
		"one bit left":            {geo.Extent{MinX: x - 1, MinY: y - 1, MaxX: down(x), MaxY: y + 1}, []string{}},
		"one bit below":           {geo.Extent{MinX: x - 1, MinY: y - 1, MaxX: x + 1, MaxY: down(y)}, []string{}},
		"one bit to the right":    {geo.Extent{MinX: up(x), MinY: y, MaxX: x + 1, MaxY: y + 1}, []string{"line"}},
		"far corner":              {geo.Extent{MinX: x + 0.001, MinY: y + 0.001, MaxX: x + 1, MaxY: y + 1}, []string{"line"}},
		"one bit off the corner":  {geo.Extent{MinX: up(x + 0.001), MinY: y, MaxX: x + 1, MaxY: y + 1}, []string{}},
		"one bit above the other": {geo.Extent{MinX: x, MinY: up(y + 0.001), MaxX: x + 1, MaxY: y + 1}, []string{}},
	} {
		q := layers.Query{Extent: &c.e}
		same(t, name, readIDs(t, s, "ways", q), c.want)
		q.Limit = 1
		same(t, name+", one of them", readIDs(t, s, "ways", q), c.want[:min(1, len(c.want))])
		q.At = 1
		same(t, name+", pinned", readIDs(t, s, "ways", q), c.want[:min(1, len(c.want))])
	}
	got, _ := info(t, s, "ways")
	same(t, "extent of the layer", got.Extent, geo.Extent{MinX: x, MinY: y, MaxX: x + 0.001, MaxY: y + 0.001})
}

func oddQueries(t *testing.T, s layers.Store) {
	apply(t, s, adding("cameras", at("a", 1, 1), at("far", 1e300, -1e300)))
	inf, nan := math.Inf(1), math.NaN()
	for name, c := range map[string]struct {
		q    layers.Query
		want []string
	}{
		"empty extent":      {layers.Query{Extent: ptr(geo.EmptyExtent())}, []string{}},
		"infinite extent":   {layers.Query{Extent: &geo.Extent{MinX: -inf, MinY: -inf, MaxX: inf, MaxY: inf}}, []string{"a", "far"}},
		"huge extent":       {layers.Query{Extent: &geo.Extent{MinX: 1e299, MinY: -math.MaxFloat64, MaxX: math.MaxFloat64, MaxY: 0}}, []string{"far"}},
		"no number":         {layers.Query{Extent: &geo.Extent{MinX: nan, MinY: 0, MaxX: 9, MaxY: 9}}, []string{}},
		"upside down":       {layers.Query{Extent: &geo.Extent{MinX: 0, MinY: 9, MaxX: 9, MaxY: 0}}, []string{}},
		"after zero byte":   {layers.Query{After: "a\x00"}, []string{"far"}},
		"after half a rune": {layers.Query{After: "a\xe4"}, []string{"far"}},
		"after all":         {layers.Query{After: "\xff"}, []string{}},
		"quote":             {layers.Query{After: "a'; --"}, []string{"far"}},
		"negative limit":    {layers.Query{Limit: -1}, []string{"a", "far"}},
	} {
		same(t, name, readIDs(t, s, "cameras", c.q), c.want)
	}
	for _, r := range []layers.Revision{-1, 2, math.MaxInt64} {
		_, err := collect(s.Features(t.Context(), "cameras", layers.Query{At: r}))
		var want *layers.NoRevisionError
		if !errors.As(err, &want) || want.Asked != r || want.Newest != 1 {
			t.Errorf("at revision %d: %v; want a NoRevisionError", r, err)
		}
	}
	for _, name := range []string{"nothing", "", "buildings", "sqlite_master", "pg_class", `x"; DROP TABLE cameras; --`, "\x00", "Cameras", "yiju_layers"} {
		_, err := collect(s.Features(t.Context(), name, layers.Query{}))
		var want *layers.NoLayerError
		if !errors.As(err, &want) || want.Layer != name {
			t.Errorf("layer %q: %v; want a NoLayerError", name, err)
		}
	}
}

func ptr[T any](v T) *T { return &v }
