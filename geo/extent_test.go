package geo_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
)

func TestExtent(t *testing.T) {
	empty, unit := geo.EmptyExtent(), geo.Extent{MaxX: 1, MaxY: 1}
	if !empty.IsEmpty() || unit.IsEmpty() || (geo.Extent{}).IsEmpty() {
		t.Error("IsEmpty: only the empty extent holds no point")
	}
	if (geo.Extent{MinX: math.NaN()}).IsEmpty() != true {
		t.Error("an extent with an edge that is not a number holds a point")
	}
	for _, tc := range []struct {
		name string
		a, b geo.Extent
		want bool
	}{
		{"the same", unit, unit, true},
		{"a shared edge", unit, geo.Extent{MinX: 1, MaxX: 2, MaxY: 1}, true},
		{"a shared corner", unit, geo.Extent{MinX: 1, MinY: 1, MaxX: 2, MaxY: 2}, true},
		{"within", unit, geo.Extent{MinX: 0.2, MinY: 0.2, MaxX: 0.3, MaxY: 0.3}, true},
		{"a point on the edge", unit, geo.Extent{MinX: 1, MinY: 0.5, MaxX: 1, MaxY: 0.5}, true},
		{"beside", unit, geo.Extent{MinX: 1.1, MaxX: 2, MaxY: 1}, false},
		{"above", unit, geo.Extent{MinY: 1.1, MaxX: 1, MaxY: 2}, false},
		{"empty", unit, empty, false},
		{"empty twice", empty, empty, false},
	} {
		if got := tc.a.Touches(tc.b); got != tc.want {
			t.Errorf("%s: %v.Touches(%v) = %v", tc.name, tc.a, tc.b, got)
		}
		if got := tc.b.Touches(tc.a); got != tc.want {
			t.Errorf("%s, the other way round: %v", tc.name, got)
		}
	}
	if got := empty.Union(unit); got != unit {
		t.Errorf("nothing and unit make %v", got)
	}
	if got := unit.Union(geo.Extent{MinX: 3, MinY: -1, MaxX: 4, MaxY: 0}); got != (geo.Extent{MinX: 0, MinY: -1, MaxX: 4, MaxY: 1}) {
		t.Errorf("union %v", got)
	}
	if got := unit.Grow(2); got != (geo.Extent{MinX: -2, MinY: -2, MaxX: 3, MaxY: 3}) {
		t.Errorf("grown %v", got)
	}
	if !empty.Grow(5).IsEmpty() {
		t.Error("nothing grows into something")
	}
	if !unit.Contains(orb.Point{1, 0}) || unit.Contains(orb.Point{1.01, 0}) || empty.Contains(orb.Point{}) {
		t.Error("Contains: edges belong to the extent, nothing to the empty one")
	}
	if diff := cmp.Diff(unit, geo.ExtentOf(unit.Polygon())); diff != "" {
		t.Errorf("polygon and back (-want +got):\n%s", diff)
	}
	if geo.Area(unit.Polygon()) != 1 || unit.Polygon()[0].Orientation() != orb.CCW {
		t.Errorf("polygon %v", unit.Polygon())
	}
	if unit.Centre() != (orb.Point{0.5, 0.5}) {
		t.Errorf("centre %v", unit.Centre())
	}
}

func TestFinite(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, g := range []orb.Geometry{
			orb.Point{v, 0}, orb.Point{0, v}, orb.LineString{{0, 0}, {1, v}},
			orb.Collection{orb.Point{1, 1}, orb.Polygon{{{0, 0}, {1, 0}, {v, 1}, {0, 0}}}},
		} {
			if geo.Finite(g) {
				t.Errorf("%v counts as finite", g)
			}
		}
	}
	for name, g := range kinds() {
		if !geo.Finite(g) {
			t.Errorf("%s does not count as finite", name)
		}
	}
	if !geo.Finite(orb.Point{math.MaxFloat64, -math.MaxFloat64}) {
		t.Error("large numbers are finite")
	}
}
