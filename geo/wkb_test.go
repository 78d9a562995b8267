package geo_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"yiju/geo"
)

// kinds is one geometry of every kind, with places, besides orb's list of all
// kinds empty and nil.
func kinds() map[string]orb.Geometry {
	ring := orb.Ring{{0, 0}, {8, 0}, {8, 6}, {0, 6}, {0, 0}}
	hole := orb.Ring{{1, 1}, {1, 3}, {3, 3}, {3, 1}, {1, 1}}
	return map[string]orb.Geometry{
		"point":        orb.Point{117.5, 36.25},
		"multi-point":  orb.MultiPoint{{1, 2}, {3, 4}},
		"line":         orb.LineString{{0, 0}, {3, 4}, {3, 8}},
		"multi-line":   orb.MultiLineString{{{0, 0}, {3, 4}}, {{5, 5}, {5, 6}, {7, 6}}},
		"ring":         ring,
		"polygon":      orb.Polygon{ring},
		"holed":        orb.Polygon{ring, hole},
		"multipolygon": orb.MultiPolygon{{ring, hole}, {{{20, 0}, {21, 0}, {21, 1}, {20, 0}}}},
		"bound":        orb.Bound{Min: orb.Point{1, 2}, Max: orb.Point{3, 5}},
		"collection":   orb.Collection{orb.Point{1, 1}, orb.LineString{{0, 0}, {1, 1}}, orb.Collection{orb.Polygon{ring}}},
	}
}

func TestWKBRoundTrip(t *testing.T) {
	for name, g := range kinds() {
		t.Run(name, func(t *testing.T) {
			f := geo.Feature{ID: name, Geometry: g}
			b, err := f.MarshalWKB()
			if err != nil {
				t.Fatal(err)
			}
			want, err := wkb.Unmarshal(b) // another decoder
			if err != nil {
				t.Fatal(err)
			}
			big, err := wkb.Marshal(g, binary.BigEndian)
			if err != nil {
				t.Fatal(err)
			}
			for _, bytes := range [][]byte{b, big} {
				var got geo.Feature
				if err := got.UnmarshalWKB(bytes); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got.Geometry); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
		})
	}
	for _, g := range orb.AllGeometries {
		f := geo.Feature{Geometry: g}
		b, err := f.MarshalWKB()
		if err != nil {
			t.Fatalf("%#v: %v", g, err)
		}
		var got geo.Feature
		if err := got.UnmarshalWKB(b); err != nil {
			t.Errorf("%#v: %v", g, err)
		}
		if (got.Geometry == nil) != (len(b) == 0) {
			t.Errorf("%#v comes back as %#v", g, got.Geometry)
		}
	}
}

func TestWKBKeepsHeightsOfLines(t *testing.T) {
	for _, f := range []geo.Feature{
		{Geometry: orb.LineString{{1, 2}, {3, 4}, {5, 6}}, Z: []float64{10, -2.5, 0}},
		{Geometry: orb.LineString{}, Z: []float64{}},
	} {
		b, err := f.MarshalWKB()
		if err != nil {
			t.Fatal(err)
		}
		var got geo.Feature
		if err := got.UnmarshalWKB(b); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(f, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	for _, f := range []geo.Feature{
		{ID: "a", Geometry: orb.LineString{{1, 2}, {3, 4}}, Z: []float64{1}},
		{ID: "a", Geometry: orb.Point{1, 2}, Z: []float64{1}},
	} {
		if _, err := f.MarshalWKB(); err == nil || !strings.Contains(err.Error(), `"a"`) {
			t.Errorf("%v: error %v does not name the feature", f, err)
		}
	}
}

// wkbBytes writes uint32 and float64 values after a byte order mark; a byte
// starts a geometry.
func wkbBytes(order binary.ByteOrder, values ...any) []byte {
	var out bytes.Buffer
	for _, v := range values {
		if err := binary.Write(&out, order, v); err != nil {
			panic(err)
		}
	}
	return out.Bytes()
}

func TestWKBNotations(t *testing.T) {
	le, u := binary.LittleEndian, func(v uint32) uint32 { return v }
	const one = byte(1)
	square := func(code uint32, extra ...float64) []byte {
		out := wkbBytes(le, one, code, u(1), u(4))
		for _, p := range [][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 0}} {
			out = append(out, wkbBytes(le, p[0], p[1])...)
			out = append(out, wkbBytes(le, extra)...)
		}
		return out
	}
	line := orb.LineString{{1, 2}, {3, 4}}
	flat := orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}
	for _, tc := range []struct {
		name string
		b    []byte
		want geo.Feature
	}{
		{"line Z, ISO", wkbBytes(le, one, u(1002), u(2), 1., 2., 7., 3., 4., 8.), geo.Feature{Geometry: line, Z: []float64{7, 8}}},
		{"line Z, big endian", wkbBytes(binary.BigEndian, byte(0), u(1002), u(2), 1., 2., 7., 3., 4., 8.), geo.Feature{Geometry: line, Z: []float64{7, 8}}},
		{"line Z, PostGIS", wkbBytes(le, one, u(0x80000002), u(2), 1., 2., 7., 3., 4., 8.), geo.Feature{Geometry: line, Z: []float64{7, 8}}},
		{"line Z, PostGIS with SRID", wkbBytes(le, one, u(0xA0000002), u(4326), u(2), 1., 2., 7., 3., 4., 8.), geo.Feature{Geometry: line, Z: []float64{7, 8}}},
		{"line M", wkbBytes(le, one, u(2002), u(2), 1., 2., 7., 3., 4., 8.), geo.Feature{Geometry: line}},
		{"line ZM", wkbBytes(le, one, u(3002), u(2), 1., 2., 7., 70., 3., 4., 8., 80.), geo.Feature{Geometry: line, Z: []float64{7, 8}}},
		{"a single line in a multi-line Z", wkbBytes(le, one, u(1005), u(1), one, u(1002), u(2), 1., 2., 7., 3., 4., 8.), geo.Feature{Geometry: line, Z: []float64{7, 8}}},
		{"a single line in a flat multi-line", wkbBytes(le, one, u(5), u(1), one, u(2), u(2), 1., 2., 3., 4.), geo.Feature{Geometry: orb.MultiLineString{line}}},
		{"polygon Z, ISO", square(1003, 9), geo.Feature{Geometry: flat}},
		{"polygon Z, PostGIS", square(0x80000003, 9), geo.Feature{Geometry: flat}},
		{"polygon ZM", square(3003, 9, 10), geo.Feature{Geometry: flat}},
		{"point Z", wkbBytes(le, one, u(1001), 1., 2., 3.), geo.Feature{Geometry: orb.Point{1, 2}}},
		{"empty point", wkbBytes(le, one, u(1), math.NaN(), math.NaN()), geo.Feature{}},
		{"empty point in a collection", wkbBytes(le, one, u(7), u(1), one, u(1), math.NaN(), math.NaN()), geo.Feature{Geometry: orb.Collection{}}},
		{"mixed byte orders", append(wkbBytes(le, one, u(4), u(1)), wkbBytes(binary.BigEndian, byte(0), u(1), 1., 2.)...), geo.Feature{Geometry: orb.MultiPoint{{1, 2}}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := geo.Feature{Geometry: orb.Point{9, 9}, Z: []float64{1}}
			if err := got.UnmarshalWKB(tc.b); err != nil {
				t.Fatalf("%v for %s", err, hex.EncodeToString(tc.b))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// deep is a collection in a collection in a collection, n times.
func deep(n int) []byte {
	return bytes.Repeat(wkbBytes(binary.LittleEndian, byte(1), uint32(7), uint32(1)), n)
}

func TestWKBRefusesHostileBytes(t *testing.T) {
	le, huge := binary.LittleEndian, uint32(math.MaxUint32)
	good, _ := (&geo.Feature{Geometry: kinds()["multipolygon"]}).MarshalWKB()
	cases := map[string][]byte{
		"not WKB":                    []byte("POINT(1 2)"),
		"a byte":                     {1},
		"a header":                   {1, 2, 0, 0, 0},
		"byte order 2":               append([]byte{2}, good[1:]...),
		"no such type":               wkbBytes(le, byte(1), uint32(17), uint32(0)),
		"type 0":                     wkbBytes(le, byte(1), uint32(0), uint32(0)),
		"dimension 9000":             wkbBytes(le, byte(1), uint32(9002), uint32(0)),
		"more vertices than bytes":   wkbBytes(le, byte(1), uint32(2), huge, 1., 2.),
		"more heights than bytes":    wkbBytes(le, byte(1), uint32(1002), uint32(1), 1., 2.),
		"more rings than bytes":      wkbBytes(le, byte(1), uint32(3), huge, uint32(0)),
		"more members than bytes":    wkbBytes(le, byte(1), uint32(6), huge, 1., 2.),
		"a line among points":        wkbBytes(le, byte(1), uint32(4), uint32(1), byte(1), uint32(2), uint32(0)),
		"a multipolygon of the same": wkbBytes(le, byte(1), uint32(6), uint32(1), byte(1), uint32(6), uint32(0)),
		"bytes after the end":        append(bytes.Clone(good), 0),
		"a million collections":      deep(1_000_000),
		"a SRID and nothing":         wkbBytes(le, byte(1), uint32(0x20000001), uint16(4326)),
	}
	for n := 1; n < len(good); n++ {
		cases[fmt.Sprintf("the first %d of %d bytes", n, len(good))] = good[:n]
	}
	for name, b := range cases {
		f := geo.Feature{ID: "x7", Geometry: orb.Point{1, 2}, Z: []float64{3}}
		err := f.UnmarshalWKB(b)
		if err == nil || !strings.Contains(err.Error(), `"x7"`) {
			t.Errorf("%s: error %v, want one that names the feature", name, err)
		}
		if f.Geometry != nil || f.Z != nil {
			t.Errorf("%s: refused, yet the feature holds %v %v", name, f.Geometry, f.Z)
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 100 {
		_ = new(geo.Feature).UnmarshalWKB(cases["more rings than bytes"])
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / 100; each > 10_000 {
		t.Errorf("%d bytes allocated for a count that cannot be true", each)
	}
}

func FuzzUnmarshalWKB(f *testing.F) {
	for _, g := range kinds() {
		b, err := (&geo.Feature{Geometry: g}).MarshalWKB()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(wkbBytes(binary.LittleEndian, byte(1), uint32(3002), uint32(1), 1., 2., 7., 70.))
	f.Add(wkbBytes(binary.BigEndian, byte(0), uint32(0xA0000002), uint32(4326), uint32(1), 1., 2., 7.))
	f.Add(deep(20))
	f.Fuzz(func(t *testing.T, b []byte) {
		var once geo.Feature
		if once.UnmarshalWKB(b) != nil {
			return
		}
		again, err := once.MarshalWKB()
		if err != nil {
			t.Fatalf("read but cannot be written: %v", err)
		}
		var twice geo.Feature
		if err := twice.UnmarshalWKB(again); err != nil {
			t.Fatalf("written but cannot be read: %v", err)
		}
		// Compared as bytes: NaN is never equal to itself.
		third, err := twice.MarshalWKB()
		if err != nil || !bytes.Equal(again, third) {
			t.Fatalf("%x became %x, %v", again, third, err)
		}
	})
}

func BenchmarkUnmarshalWKB(b *testing.B) {
	ring := make(orb.Ring, 0, 33)
	for i := range 33 {
		a := float64(i%32) / 32 * 2 * math.Pi
		ring = append(ring, orb.Point{math.Cos(a), math.Sin(a)})
	}
	in, err := (&geo.Feature{Geometry: orb.Polygon{ring}}).MarshalWKB()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		var f geo.Feature
		if err := f.UnmarshalWKB(in); err != nil {
			b.Fatal(err)
		}
	}
}
