package tiles_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/tiles"
)

func TestParseCoord(t *testing.T) {
	for _, tc := range []struct {
		z, x, y string
		want    tiles.Coord
		ok      bool
	}{
		{"0", "0", "0", tiles.Coord{}, true},
		{"14", "13517", "6447", tiles.Coord{Z: 14, X: 13517, Y: 6447}, true},
		{"22", "4194303", "4194303", tiles.Coord{Z: 22, X: 4194303, Y: 4194303}, true},
		{"22", "4194304", "0", tiles.Coord{}, false},
		{"0", "1", "0", tiles.Coord{}, false},
		{"0", "0", "1", tiles.Coord{}, false},
		{"23", "0", "0", tiles.Coord{}, false},
		{"-1", "0", "0", tiles.Coord{}, false},
		{"1", "-0", "0", tiles.Coord{}, false},
		{"1", "+1", "0", tiles.Coord{}, false},
		{"1", "01", "0", tiles.Coord{}, false},
		{"00", "0", "0", tiles.Coord{}, false},
		{"1", "", "0", tiles.Coord{}, false},
		{"1", "1 ", "0", tiles.Coord{}, false},
		{"1", "1e0", "0", tiles.Coord{}, false},
		{"1", "0x1", "0", tiles.Coord{}, false},
		{"1", "١", "0", tiles.Coord{}, false},
		{"4", "4294967297", "0", tiles.Coord{}, false},
		{"4", "18446744073709551617", "0", tiles.Coord{}, false},
		{"256", "0", "0", tiles.Coord{}, false},
		{strings.Repeat("9", 1000), "0", "0", tiles.Coord{}, false},
	} {
		got, err := tiles.ParseCoord(tc.z, tc.x, tc.y)
		if (err == nil) != tc.ok || got != tc.want {
			t.Errorf("ParseCoord(%q, %q, %q) = %v, %v", tc.z, tc.x, tc.y, got, err)
		}
		if f := geo.AsFault(err); !tc.ok && (f == nil || len(f.Fix) == 0 || len(f.Say("zh")) > 400) {
			t.Errorf("ParseCoord(%q, %q, %q) says %v", tc.z, tc.x, tc.y, err)
		}
	}
}

func FuzzParseCoord(f *testing.F) {
	f.Add("14", "13517", "6447")
	f.Add("-1", "99999999999", "0x")
	f.Fuzz(func(t *testing.T, z, x, y string) {
		c, err := tiles.ParseCoord(z, x, y)
		if err == nil && (!c.Valid() || c.String() != z+"/"+x+"/"+y) {
			t.Errorf("%q/%q/%q is read as %s", z, x, y, c)
		}
	})
}

func TestFamily(t *testing.T) {
	c := tiles.Coord{Z: 13, X: 6758, Y: 3223}
	e := geo.EmptyExtent()
	for _, child := range c.Children() {
		if child.Parent() != c || !child.Valid() {
			t.Errorf("%s is a child of %s", child, child.Parent())
		}
		e = e.Union(child.Extent())
	}
	if diff := cmp.Diff(c.Extent(), e); diff != "" {
		t.Errorf("children cover (-want +got):\n%s", diff)
	}
	if (tiles.Coord{}).Parent() != (tiles.Coord{}) {
		t.Error("the world has a parent")
	}
}

// The cover of an extent is exactly the tiles that own one of its points.
func TestCover(t *testing.T) {
	for _, e := range []geo.Extent{
		{MinX: 117.01, MinY: 36.64, MaxX: 117.03, MaxY: 36.66},
		{MinX: -180, MinY: -90, MaxX: 180, MaxY: 90},
		{MinX: 0, MinY: 0, MaxX: 0, MaxY: 0},
		{MinX: 179.9, MinY: 84, MaxX: 200, MaxY: 89},
		{MinX: -45, MinY: 0, MaxX: 45, MaxY: 66.51326044311186},
	} {
		for z := uint8(0); z <= 7; z++ {
			var got []tiles.Coord
			for c := range tiles.Cover(e, z, z) {
				got = append(got, c)
			}
			var want []tiles.Coord
			for y := range uint32(1) << z {
				for x := range uint32(1) << z {
					if c := (tiles.Coord{Z: z, X: x, Y: y}); ownsPointOf(c, e) {
						want = append(want, c)
					}
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%v at zoom %d (-want +got):\n%s", e, z, diff)
			}
			if n := tiles.CoverCount(e, z, z); n != uint64(len(want)) {
				t.Errorf("%v at zoom %d: CoverCount = %d, want %d", e, z, n, len(want))
			}
			for _, c := range want {
				if !tiles.Covers(e, c) {
					t.Errorf("%v does not cover %s", e, c)
				}
			}
		}
	}
}

// ownsPointOf is by the definition: a tile owns its western and northern edge; the
// last tiles own the end of the world and what lies beyond.
func ownsPointOf(c tiles.Coord, e geo.Extent) bool {
	t := c.Extent()
	last := uint32(1)<<c.Z - 1
	e.MaxX, e.MinY, e.MaxY = min(e.MaxX, 180), max(e.MinY, -tiles.MaxLatitude), min(e.MaxY, tiles.MaxLatitude)
	east := e.MinX < t.MaxX || c.X == last
	south := e.MaxY > t.MinY || c.Y == last
	return e.MaxX >= t.MinX && east && e.MinY <= t.MaxY && south
}

func TestCoverOfNothing(t *testing.T) {
	for _, e := range []geo.Extent{geo.EmptyExtent(), {MinX: 181, MaxX: 182}, {MinY: 86, MaxY: 87}} {
		if n := tiles.CoverCount(e, 0, 3); n != 0 {
			t.Errorf("%v is covered by %d tiles", e, n)
		}
	}
	if n := tiles.CoverCount(geo.ExtentOf(orb.Point{1, 1}), 20, 255); n != 3 {
		t.Errorf("a point has %d tiles from zoom 20 on, want those of 20, 21 and 22", n)
	}
}
