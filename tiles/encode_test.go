package tiles_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/tiles"
	"yiju/tiles/mvt"
)

// jinan is a place to test at.
var jinan = orb.Point{117.02, 36.65}

// tileAt is the tile of a zoom that owns a place.
func tileAt(p orb.Point, z uint8) tiles.Coord {
	for c := range tiles.Cover(geo.ExtentOf(p), z, z) {
		return c
	}
	panic("no tile there")
}

func encode(t testing.TB, c tiles.Coord, o tiles.Options, layers ...tiles.Layer) tiles.Tile {
	t.Helper()
	tile, err := tiles.Encode(context.Background(), c, layers, o)
	if err != nil {
		t.Fatal(err)
	}
	return tile
}

func decode(t testing.TB, tile tiles.Tile) mvt.Tile {
	t.Helper()
	out, err := mvt.Decode(tile.Data)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Whatever features come, a tile keeps every rule of the specification, musts and
// shoulds, and its areas are valid by GEOS.
func TestEveryTileKeepsTheRules(t *testing.T) {
	places := []tiles.Coord{
		{Z: 0}, {Z: 3, X: 6, Y: 3}, tileAt(jinan, 8), tileAt(jinan, 12), tileAt(jinan, 14), tileAt(jinan, 18), tileAt(jinan, 22),
		{Z: 10, X: 0, Y: 0}, {Z: 10, X: 1023, Y: 1023}, {Z: 6, X: 63, Y: 1},
	}
	rounds := uint64(4)
	if testing.Short() {
		rounds = 1
	}
	drawn := 0
	for _, c := range places {
		for seed := range rounds {
			features := newAnything(seed, c).features(300)
			tile := encode(t, c, tiles.Options{}, tiles.Hold("any", anySchema, features))
			for _, v := range mvt.Check(tile.Data) {
				t.Errorf("%s seed %d: %s", c, seed, v)
			}
			drawn += tile.Features
		}
	}
	if least := 800 * int(rounds); drawn < least {
		t.Errorf("only %d features drawn, want %d", drawn, least)
	}
}

func TestAllGeometryKinds(t *testing.T) {
	p, q := jinan, orb.Point{jinan[0] + 0.002, jinan[1] + 0.001}
	r := orb.Point{p[0], q[1]}
	ring := orb.Ring{p, q, r, p}
	for _, tc := range []struct {
		name string
		g    orb.Geometry
		want string // type and number of parts; empty when nothing is drawn
	}{
		{"nil", nil, ""},
		{"point", p, "point 1"},
		{"multi point", orb.MultiPoint{p, q}, "point 1"},
		{"line", orb.LineString{p, q}, "line 1"},
		{"multi line", orb.MultiLineString{{p, q}, {q, r}}, "line 2"},
		{"ring", ring, "polygon 1"},
		{"polygon", orb.Polygon{ring}, "polygon 1"},
		{"multi polygon", orb.MultiPolygon{{ring}, {{{p[0], p[1] - 0.01}, {p[0], p[1] - 0.005}, {p[0] - 0.003, p[1] - 0.008}}}}, "polygon 2"},
		{"bound", orb.Bound{Min: p, Max: q}, "polygon 1"},
		{"collection", orb.Collection{p, orb.Polygon{ring}}, "polygon 1, point 1"},
		{"empty multi point", orb.MultiPoint{}, ""},
		{"empty line", orb.LineString{}, ""},
		{"line of one point", orb.LineString{p}, ""},
		{"line of one place", orb.LineString{p, p, p}, ""},
		{"empty multi line", orb.MultiLineString{}, ""},
		{"empty ring", orb.Ring{}, ""},
		{"ring of two points", orb.Ring{p, q, p}, ""},
		{"empty polygon", orb.Polygon{}, ""},
		{"polygon of an empty ring", orb.Polygon{nil}, ""},
		{"flat polygon", orb.Polygon{{p, q, {p[0] + 0.001, p[1] + 0.0005}, p}}, ""},
		{"empty multi polygon", orb.MultiPolygon{}, ""},
		{"empty collection", orb.Collection{}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			layer := tiles.Layer{Name: "l", Each: func(_ context.Context, _ geo.Extent, yield func(*geo.Feature) bool) error {
				yield(&geo.Feature{ID: "a", Geometry: tc.g})
				return nil
			}}
			tile := encode(t, tileAt(p, 14), tiles.Options{}, layer)
			got := ""
			for _, l := range decode(t, tile).Layers {
				for i := range l.Features {
					parts, err := l.Features[i].Parts()
					if err != nil {
						t.Fatal(err)
					}
					if i > 0 {
						got += ", "
					}
					got += fmt.Sprintf("%s %d", l.Features[i].Type, len(parts))
				}
			}
			if got != tc.want {
				t.Errorf("drawn as %q, want %q", got, tc.want)
			}
			if (tile.Data == nil) != (tc.want == "") {
				t.Errorf("a tile with %d bytes, want none: %t", len(tile.Data), tc.want == "")
			}
		})
	}
}

func TestProperties(t *testing.T) {
	schema := geo.Schema{Layer: "l", Fields: []geo.Field{
		{Name: "name", Type: geo.String}, {Name: "id", Type: geo.String}, {Name: "floors", Type: geo.Integer},
		{Name: "height_m", Type: geo.Real}, {Name: "lift", Type: geo.Boolean}, {Name: "blob", Type: geo.String, Bulk: true},
	}}
	features := []geo.Feature{
		{ID: "b", Geometry: jinan, Attributes: map[string]any{
			"name": "阳光花园", "floors": int64(-2), "height_m": 0.1, "lift": false, "blob": "x", "unknown": "y", "id": "other"}},
		{ID: "a", Geometry: jinan, Attributes: map[string]any{
			"name": "阳光花园", "floors": int64(18), "height_m": int64(54), "lift": true}, Extra: map[string]any{"z": "z"}},
		{ID: "c", Geometry: jinan, Attributes: map[string]any{"name": nil, "height_m": 0.1, "lift": false}},
		{ID: "d\xff", Geometry: jinan},
	}
	l := decode(t, encode(t, tileAt(jinan, 16), tiles.Options{}, tiles.Hold("l", schema, features))).Layers[0]
	var got []map[string]mvt.Value
	for i := range l.Features {
		got = append(got, l.Properties(&l.Features[i]))
	}
	want := []map[string]mvt.Value{
		{"id": "a", "name": "阳光花园", "floors": uint64(18), "height_m": 54.0, "lift": true},
		{"id": "b", "name": "阳光花园", "floors": int64(-2), "height_m": 0.1, "lift": false},
		{"id": "c", "height_m": 0.1, "lift": false},
		{"id": "d\uFFFD"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("properties (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"id", "name", "floors", "height_m", "lift"}, l.Keys); diff != "" {
		t.Errorf("keys in the order of first use (-want +got):\n%s", diff)
	}
	values := []mvt.Value{"a", "阳光花园", uint64(18), 54.0, true, "b", int64(-2), 0.1, false, "c", "d\uFFFD"}
	if diff := cmp.Diff(values, l.Values); diff != "" {
		t.Errorf("values in the order of first use (-want +got):\n%s", diff)
	}
}

func TestSameBytesInAnyOrder(t *testing.T) {
	for _, z := range []uint8{4, 11, 15} {
		c := tileAt(jinan, z)
		features := newAnything(5, c).features(400)
		features = append(features, features[7], geo.Feature{ID: features[7].ID, Geometry: jinan})
		rng := rand.New(rand.NewPCG(1, 1))
		var want []byte
		for round := range 5 {
			layer := tiles.Layer{Name: "l", Schema: anySchema, Each: func(_ context.Context, _ geo.Extent, yield func(*geo.Feature) bool) error {
				for _, i := range rng.Perm(len(features)) {
					yield(&features[i])
				}
				return nil
			}}
			got := encode(t, c, tiles.Options{}, layer).Data
			if round == 0 {
				want = got
			} else if !cmp.Equal(want, got) {
				t.Fatalf("%s: another order of features gave other bytes", c)
			}
		}
	}
}

func TestIDsAreStableAndUnique(t *testing.T) {
	features := newAnything(3, tileAt(jinan, 13)).features(300)
	ids := map[string]uint64{}
	for z := uint8(0); z <= 18; z++ {
		for _, l := range decode(t, encode(t, tileAt(jinan, z), tiles.Options{}, tiles.Hold("l", anySchema, features))).Layers {
			for i := range l.Features {
				f := &l.Features[i]
				if f.ID == 0 || f.ID >= 1<<53 {
					t.Fatalf("id %d is not exact in JavaScript", f.ID)
				}
				text := l.Properties(f)["id"].(string)
				if i > 0 && l.Properties(&l.Features[i-1])["id"].(string) == text {
					continue // the second kind of a mixed geometry
				}
				if was, seen := ids[text]; seen && was != f.ID {
					t.Errorf("z%d: %s has id %d, had %d", z, text, f.ID, was)
				}
				ids[text] = f.ID
				if f.ID != tiles.FeatureID(text) {
					t.Errorf("z%d: %s has id %d, not %d", z, text, f.ID, tiles.FeatureID(text))
				}
			}
		}
	}
	if len(ids) < 200 {
		t.Errorf("only %d features seen", len(ids))
	}
}

func TestNamesAreRefused(t *testing.T) {
	layer := func(name string) tiles.Layer {
		return tiles.Hold(name, geo.Schema{}, nil)
	}
	for _, names := range [][]string{{"a", "b", "a"}, {""}, {"a\xff"}} {
		var layers []tiles.Layer
		for _, n := range names {
			layers = append(layers, layer(n))
		}
		if _, err := tiles.Encode(context.Background(), tiles.Coord{}, layers, tiles.Options{}); geo.AsFault(err) == nil {
			t.Errorf("layers %q: error %v, want a fault", names, err)
		}
	}
}

func TestEncodeStopsWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	given := 0
	layer := tiles.Layer{Name: "l", Each: func(_ context.Context, _ geo.Extent, yield func(*geo.Feature) bool) error {
		for yield(&geo.Feature{ID: fmt.Sprint(given), Geometry: jinan}) {
			if given++; given == 1000 {
				cancel()
			}
		}
		return nil
	}}
	_, err := tiles.Encode(ctx, tileAt(jinan, 14), []tiles.Layer{layer}, tiles.Options{})
	if err == nil || ctx.Err() == nil || given > 2000 {
		t.Errorf("after %d features: %v", given, err)
	}
}
