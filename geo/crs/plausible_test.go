package crs

import (
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
)

func around(x, y, d float64) geo.Extent {
	return geo.Extent{MinX: x - d, MinY: y - d, MaxX: x + d, MaxY: y + d}
}

func TestFits(t *testing.T) {
	tests := []struct {
		name string
		code string
		e    geo.Extent
		want bool
	}{
		{"degrees", "EPSG:4326", around(117, 36, 0.1), true},
		{"CGCS2000 degrees", "EPSG:4490", around(117, 36, 0.1), true},
		{"swapped degrees of China", "EPSG:4490", around(36, 117, 0.1), false},
		{"Lambert-93 said to be degrees", "EPSG:4326", around(770_000, 6_280_000, 5000), false},
		{"its own zone", "EPSG:4548", around(500_000, 4_000_000, 5000), true},
		{"the neighbour zone's numbers", "EPSG:4549", around(230_000, 4_000_000, 5000), true},
		{"zone 39 in zone 40", "EPSG:4528", around(39_510_000, 4_000_000, 5000), false},
		{"zone 40 in zone 40", "EPSG:4528", around(40_510_000, 4_000_000, 5000), true},
		{"web Mercator in UTM", "EPSG:32649", around(12_000_000, 3_500_000, 5000), false},
		{"web Mercator", "EPSG:3857", around(13_000_000, 4_300_000, 5000), true},
		{"beyond web Mercator", "EPSG:3857", around(39_500_000, 4_300_000, 5000), false},
		{"US feet", "EPSG:3547", around(4_960_000, 3_900_000, 5000), true},
		{"north first", "EPSG:4548", around(4_000_000, 500_000, 5000), false},
		{"degrees said to be metres", "EPSG:4548", around(117, 36, 0.1), false},
		{"not a system", "EPSG:999999", around(1, 1, 0.1), false},
		{"nothing", "EPSG:4326", geo.EmptyExtent(), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Fits(test.code, test.e); got != test.want {
				t.Errorf("Fits(%s, %v) = %v", test.code, test.e, got)
			}
		})
	}
}

// A place projected into a system must be guessed to be in that system.
func TestGuessesFindTheSystem(t *testing.T) {
	taian, montpellier := orb.Point{117.1, 36.2}, orb.Point{3.877, 43.611}
	tests := []struct {
		code    string
		at      orb.Point
		swapped bool
	}{
		{"EPSG:4527", taian, false}, {"EPSG:4498", taian, false}, {"EPSG:4548", taian, false}, {"EPSG:3857", taian, false},
		{"EPSG:2154", montpellier, false}, {"EPSG:3943", montpellier, false},
		{"EPSG:4527", taian, true}, {"EPSG:4326", taian, true},
	}
	for _, test := range tests {
		way, err := New(WGS84, test.code)
		if err != nil {
			t.Fatal(err)
		}
		p, err := way.ForwardPoint(test.at)
		if err != nil {
			t.Fatal(err)
		}
		if test.swapped {
			p[0], p[1] = p[1], p[0]
		}
		size := 100.0
		if test.code == WGS84 {
			size = 0.001
		}
		guesses := Guesses(around(p[0], p[1], size))
		if len(guesses) == 0 {
			t.Errorf("%s: nothing guessed for %v", test.code, p)
			continue
		}
		if g := guesses[0]; g.Code != test.code || g.Swapped != test.swapped || geo.Distance(g.Place, test.at) > 0.01 {
			t.Errorf("%s: guessed %+v for %v", test.code, g, p)
		}
	}
}
