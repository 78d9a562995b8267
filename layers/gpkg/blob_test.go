package gpkg

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
)

func TestBlobRoundTrip(t *testing.T) {
	square := orb.Polygon{{{0, 0}, {9, 0}, {9, 9}, {0, 0}}, {{1, 1}, {1, 2}, {2, 2}, {1, 1}}}
	for name, f := range map[string]geo.Feature{
		"nothing":    {},
		"point":      {Geometry: orb.Point{117.1, 36.2}},
		"line":       {Geometry: orb.LineString{{1, 2}, {3, 4}}},
		"heights":    {Geometry: orb.LineString{{1, 2}, {3, 4}}, Z: []float64{5, -6}},
		"empty":      {Geometry: orb.Polygon{}},
		"collection": {Geometry: orb.Collection{orb.MultiPolygon{square, {}}, orb.Collection{}, orb.Point{1, 2}}},
	} {
		blob, err := encode(&f)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got geo.Feature
		flattened, err := decode(blob, &got)
		if diff := cmp.Diff(f, got); diff != "" || err != nil || flattened {
			t.Errorf("%s: flattened %v, %v (-want +got):\n%s", name, flattened, err, diff)
		}
		e, err := extentOf(blob)
		if diff := cmp.Diff(geo.ExtentOf(f.Geometry), e); diff != "" || err != nil {
			t.Errorf("%s: extent %v (-want +got):\n%s", name, err, diff)
		}
	}
}

// wkb makes big- or little-endian WKB from numbers: int is a count or type.
func wkb(order binary.AppendByteOrder, first byte, parts ...any) []byte {
	b := []byte{first}
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			b = order.AppendUint32(b, uint32(p))
		case float64:
			b = order.AppendUint64(b, math.Float64bits(p))
		case []byte:
			b = append(b, p...)
		}
	}
	return b
}

func TestWKBOfOtherSoftware(t *testing.T) {
	big := func(parts ...any) []byte { return wkb(binary.BigEndian, 0, parts...) }
	little := func(parts ...any) []byte { return wkb(binary.LittleEndian, 1, parts...) }
	nan := math.NaN()
	for name, c := range map[string]struct {
		b         []byte
		want      orb.Geometry
		z         []float64
		flattened bool
	}{
		"big-endian point":        {big(1, 3.0, 4.0), orb.Point{3, 4}, nil, false},
		"point with height":       {little(1001, 3.0, 4.0, 5.0), orb.Point{3, 4}, nil, true},
		"point with measure":      {little(2001, 3.0, 4.0, 5.0), orb.Point{3, 4}, nil, true},
		"point of PostGIS":        {little(0x20000001, 4326, 3.0, 4.0), orb.Point{3, 4}, nil, false},
		"line with both":          {little(3002, 2, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0), orb.LineString{{1, 2}, {5, 6}}, []float64{3, 7}, true},
		"line with measures":      {little(2002, 1, 1.0, 2.0, 3.0), orb.LineString{{1, 2}}, nil, true},
		"line of PostGIS, height": {big(-0x80000000+2, 1, 1.0, 2.0, 3.0), orb.LineString{{1, 2}}, []float64{3}, false},
		"polygon with heights":    {little(1003, 1, 2, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0), orb.Polygon{{{1, 2}, {4, 5}}}, nil, true},
		"lines with heights":      {little(1005, 1, little(1002, 1, 1.0, 2.0, 3.0)), orb.MultiLineString{{{1, 2}}}, nil, true},
		"mixed orders":            {big(4, 2, little(1, 1.0, 2.0), big(1, 3.0, 4.0)), orb.MultiPoint{{1, 2}, {3, 4}}, nil, false},
		"empty point":             {little(1, nan, nan), nil, nil, false},
		"points, one empty":       {little(4, 2, little(1, nan, nan), little(1, 3.0, 4.0)), orb.MultiPoint{{3, 4}}, nil, false},
		"collection":              {little(7, 2, little(1002, 1, 1.0, 2.0, 3.0), little(7, 0)), orb.Collection{orb.LineString{{1, 2}}, orb.Collection{}}, nil, true},
	} {
		g, z, flattened, err := parseWKB(c.b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff([]any{c.want, c.z, c.flattened}, []any{g, z, flattened}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestWKBThatIsNone(t *testing.T) {
	little := func(parts ...any) []byte { return wkb(binary.LittleEndian, 1, parts...) }
	deep := little(7, 0)
	for range 100 {
		deep = little(7, 1, deep)
	}
	for name, b := range map[string][]byte{
		"nothing":       {},
		"short":         {1, 1},
		"byte order":    wkb(binary.LittleEndian, 2, 1, 3.0, 4.0),
		"short point":   little(1, 3.0),
		"huge count":    little(2, -1, 1.0, 2.0),
		"huge members":  little(6, -1),
		"curve":         little(8, 0),
		"surface":       little(15, 0),
		"unknown":       little(5001, 3.0, 4.0),
		"wrong member":  little(5, 1, little(1, 3.0, 4.0)),
		"missing":       little(4, 1),
		"very deep":     deep,
		"polygon short": little(3, 2, 1, 1.0, 2.0),
	} {
		if g, _, _, err := parseWKB(b); err == nil {
			t.Errorf("%s gives %v; want an error", name, g)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, g := range []geo.Feature{
		{Geometry: orb.Point{1, 2}}, {Geometry: orb.LineString{{1, 2}, {3, 4}}, Z: []float64{1, 2}},
		{Geometry: orb.Collection{orb.MultiPoint{{1, 2}}, orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}}}}, {Geometry: orb.MultiLineString{}},
	} {
		b, err := encode(&g)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	z, _ := hex.DecodeString("47500005e610000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001e9030000000000000000f03f00000000000000400000000000000840")
	f.Add(z)
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := extentOf(b); err != nil && len(b) == 0 {
			t.Error("NULL has no extent")
		}
		var got geo.Feature
		if _, err := decode(b, &got); err != nil || got.Geometry == nil {
			return
		}
		again, err := encode(&got)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		var second geo.Feature
		if _, err := decode(again, &second); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		twice, err := encode(&second)
		if diff := cmp.Diff(again, twice); diff != "" || err != nil {
			t.Errorf("written twice: %v (-first +second):\n%s", err, diff)
		}
	})
}
