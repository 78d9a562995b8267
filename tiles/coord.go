package tiles

import (
	"fmt"
	"math"
	"strconv"

	"yiju/geo"
)

// MaxZoom is the deepest zoom there is. One unit of a tile is then less than
// three millimetres wide, so a deeper zoom would show nothing new.
const MaxZoom = 22

// MaxLatitude is where the Mercator square ends, north and south, in degrees:
// atan(sinh(π)).
const MaxLatitude = 85.05112877980659

// Coord names a tile of the WebMercatorQuad pyramid: zoom, column from the west,
// row from the north.
type Coord struct {
	Z    uint8
	X, Y uint32
}

// ParseCoord reads a tile's address as it stands in a URL. Signs, spaces, leading
// zeros, zooms beyond MaxZoom and tiles outside the world are refused.
func ParseCoord(z, x, y string) (Coord, error) {
	zoom, ok := parseNumber(z)
	if !ok || zoom > MaxZoom {
		return Coord{}, geo.Refuse(
			geo.Tf("瓦片级别 %q 无效", "tile zoom %q is not valid", cut(z)),
			geo.Tf("级别是 0 到 %d 的整数", "a zoom is a whole number from 0 to %d", MaxZoom))
	}
	column, okX := parseNumber(x)
	row, okY := parseNumber(y)
	if last := uint32(1)<<zoom - 1; !okX || !okY || column > last || row > last {
		return Coord{}, geo.Refuse(
			geo.Tf("瓦片 %s/%s/%s 不存在", "there is no tile %s/%s/%s", cut(z), cut(x), cut(y)),
			geo.Tf("第 %d 级的列号和行号是 0 到 %d 的整数", "at zoom %d, columns and rows are whole numbers from 0 to %d", zoom, last))
	}
	return Coord{Z: uint8(zoom), X: column, Y: row}, nil
}

// parseNumber reads decimal digits without sign and without leading zeros.
func parseNumber(s string) (uint32, bool) {
	if s == "" || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(s, 10, 32)
	return uint32(n), err == nil
}

// cut keeps what came from outside short enough for a message.
func cut(s string) string {
	const most = 24
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// Valid tells whether the tile exists.
func (c Coord) Valid() bool {
	return c.Z <= MaxZoom && c.X < 1<<c.Z && c.Y < 1<<c.Z
}

func (c Coord) String() string { return fmt.Sprintf("%d/%d/%d", c.Z, c.X, c.Y) }

// Children are the four tiles that c is made of at the next zoom.
func (c Coord) Children() [4]Coord {
	z, x, y := c.Z+1, c.X*2, c.Y*2
	return [4]Coord{{z, x, y}, {z, x + 1, y}, {z, x, y + 1}, {z, x + 1, y + 1}}
}

// Parent is the tile of the zoom above that holds c; the tile 0/0/0 is its own.
func (c Coord) Parent() Coord {
	if c.Z == 0 {
		return c
	}
	return Coord{c.Z - 1, c.X / 2, c.Y / 2}
}

// Extent is the tile's area in degrees, without its buffer.
func (c Coord) Extent() geo.Extent { return c.grown(0) }

// grown is the tile's area in degrees with a margin, in tile units of Extent per
// side, and never beyond the world.
func (c Coord) grown(margin float64) geo.Extent {
	n := math.Exp2(float64(c.Z))
	m := margin / Extent
	lon := func(column float64) float64 { return math.Max(-180, math.Min(180, column/n*360-180)) }
	lat := func(row float64) float64 {
		row = math.Max(0, math.Min(n, row))
		return math.Atan(math.Sinh(math.Pi*(1-2*row/n))) * 180 / math.Pi
	}
	x, y := float64(c.X), float64(c.Y)
	return geo.Extent{MinX: lon(x - m), MinY: lat(y + 1 + m), MaxX: lon(x + 1 + m), MaxY: lat(y - m)}
}
