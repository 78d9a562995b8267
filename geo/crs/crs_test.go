package crs_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"yiju/geo"
	"yiju/geo/crs"
)

func TestWorking(t *testing.T) {
	for _, tc := range []struct {
		name string
		p    orb.Point
		want string
	}{
		{"Tai'an", orb.Point{117.1, 36.19}, "EPSG:4548"},
		{"Yantai west of the zone edge", orb.Point{121.4, 37.5}, "EPSG:4549"},
		{"Yantai east of the zone edge", orb.Point{121.6, 37.5}, "EPSG:4550"},
		{"Neuss", orb.Point{6.68, 51.2}, "EPSG:32632"},
		{"Porto Alegre", orb.Point{-51.22, -30.03}, "EPSG:32722"},
		{"antimeridian", orb.Point{180, 10}, "EPSG:32660"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := crs.Working(tc.p)
			if err != nil || got != tc.want {
				t.Errorf("Working(%v) = %q, %v; want %q", tc.p, got, err, tc.want)
			}
		})
	}
	for _, bad := range []orb.Point{{math.NaN(), 0}, {200, 0}, {36.19, 117.1}} {
		if got, err := crs.Working(bad); geo.AsFault(err) == nil {
			t.Errorf("Working(%v) = %q, %v; want a fault", bad, got, err)
		}
	}
}

// The zone has its false easting of 500 km on the central meridian, and the
// round trip returns to the same place within a hundredth of a millimetre.
func TestTransformZone(t *testing.T) {
	tr, err := crs.New(crs.WGS84, "EPSG:4548")
	if err != nil {
		t.Fatal(err)
	}
	on, err := tr.ForwardPoint(orb.Point{117, 36.19})
	if err != nil || math.Abs(on[0]-500_000) > 1e-6 || math.Abs(on[1]-4_006_500) > 500 {
		t.Errorf("central meridian at %v, %v", on, err)
	}
	p := orb.Point{117.123456, 36.187654}
	m, err := tr.ForwardPoint(p)
	if err != nil {
		t.Fatal(err)
	}
	back, err := tr.InversePoint(m)
	if err != nil || math.Abs(back[0]-p[0]) > 1e-10 || math.Abs(back[1]-p[1]) > 1e-10 {
		t.Errorf("round trip of %v gives %v, %v", p, back, err)
	}
}

// A square kilometre near Tai'an is a square kilometre in the zone and 1.53 times
// that in Web Mercator, which is why nothing is measured there.
func TestWebMercatorIsTooLarge(t *testing.T) {
	zone, err := crs.New("EPSG:4548", "EPSG:3857")
	if err != nil {
		t.Fatal(err)
	}
	square := orb.Polygon{{{510_000, 4_006_000}, {511_000, 4_006_000}, {511_000, 4_007_000}, {510_000, 4_007_000}, {510_000, 4_006_000}}}
	m, err := zone.Forward(square)
	if err != nil {
		t.Fatal(err)
	}
	if ratio := planar.Area(m) / 1e6; math.Abs(ratio-1.535) > 0.005 {
		t.Errorf("Web Mercator area ratio %.4f, want about 1.535", ratio)
	}
}

func TestTransformRefuses(t *testing.T) {
	for _, name := range []string{"EPSG:999999", "", "somewhere", "EPSG:4548; DROP"} {
		if _, err := crs.New(crs.WGS84, name); geo.AsFault(err) == nil {
			t.Errorf("New(%q) = %v, want a fault", name, err)
		}
	}
	tr, err := crs.New(crs.WGS84, "EPSG:4548")
	if err != nil {
		t.Fatal(err)
	}
	bad := []geo.Feature{{ID: "far", Geometry: orb.Point{math.Inf(1), 36}}}
	if err := tr.ForwardFeatures(bad); geo.AsFault(err) == nil {
		t.Errorf("infinite coordinate: %v, want a fault", err)
	}
}

// Shifts and round trips of the two web map systems at the places where they matter.
func TestChineseShifts(t *testing.T) {
	tr, err := crs.New(crs.WGS84, "EPSG:4548")
	if err != nil {
		t.Fatal(err)
	}
	dist := func(a, b orb.Point) float64 {
		pa, err1 := tr.ForwardPoint(a)
		pb, err2 := tr.ForwardPoint(b)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		return geo.Distance(pa, pb)
	}
	for _, tc := range []struct {
		name  string
		p     orb.Point
		shift float64
	}{
		{"Tai'an", orb.Point{117.13, 36.19}, 546},
		{"Yantai", orb.Point{121.39, 37.54}, 472},
	} {
		gcj := crs.ToGCJ02(tc.p)
		if d := dist(tc.p, gcj); math.Abs(d-tc.shift) > 25 {
			t.Errorf("%s: GCJ-02 shift %.1f m, want about %v m", tc.name, d, tc.shift)
		}
		if d := dist(crs.FromGCJ02(gcj), tc.p); d > 0.001 {
			t.Errorf("%s: GCJ-02 round trip misses by %g m", tc.name, d)
		}
		bd := crs.GCJ02ToBD09(gcj)
		if d := dist(crs.BD09ToGCJ02(bd), gcj); d > 0.001 {
			t.Errorf("%s: BD-09 round trip misses by %g m", tc.name, d)
		}
	}
	abroad := orb.Point{6.68, 51.2}
	if got := crs.ToGCJ02(abroad); got != abroad {
		t.Errorf("outside China shifted to %v", got)
	}
}

// Every kind of geometry comes back with its kind, its vertices and their order.
func TestTransformEveryKind(t *testing.T) {
	tr, err := crs.New(crs.WGS84, "EPSG:4548")
	if err != nil {
		t.Fatal(err)
	}
	ring := orb.Ring{{117, 36}, {117.01, 36}, {117.01, 36.01}, {117, 36}}
	features := []geo.Feature{
		{Geometry: orb.Collection{orb.Point{117, 36}, orb.MultiPolygon{{ring}}, orb.Collection{nil, ring}}},
		{Geometry: orb.Bound{Min: orb.Point{117, 36}, Max: orb.Point{117.01, 36.01}}},
		{Geometry: orb.MultiLineString{{{117, 36}, {117.01, 36}}, {}}},
	}
	for _, g := range orb.AllGeometries {
		if geo.ExtentOf(g).IsEmpty() {
			features = append(features, geo.Feature{Geometry: g})
		}
	}
	want := make([]orb.Geometry, len(features))
	for i, f := range features {
		want[i] = geo.MapPoints(f.Geometry, func(p orb.Point) orb.Point { return p })
	}
	if err := tr.ForwardFeatures(features); err != nil {
		t.Fatal(err)
	}
	if e := geo.ExtentOf(features[1].Geometry); math.Abs(e.MaxX-e.MinX-901) > 5 {
		t.Errorf("a hundredth of a degree is %v m wide", e.MaxX-e.MinX)
	}
	if err := tr.InverseFeatures(features); err != nil {
		t.Fatal(err)
	}
	for i, f := range features {
		rounded := geo.MapPoints(f.Geometry, func(p orb.Point) orb.Point {
			return orb.Point{math.Round(p[0]*1e9) / 1e9, math.Round(p[1]*1e9) / 1e9}
		})
		if !orb.Equal(rounded, want[i]) {
			t.Errorf("%#v comes back as %#v", want[i], rounded)
		}
	}
}
