package pmtiles

import "yiju/tiles"

// ID is a tile's number in an archive: the tiles of each zoom follow those of the
// zoom above, in the order of a Hilbert curve.
func ID(c tiles.Coord) uint64 {
	x, y := uint64(c.X), uint64(c.Y)
	d := firstID(c.Z)
	for s := uint64(1) << c.Z >> 1; s > 0; s >>= 1 {
		var right, low uint64
		if x&s != 0 {
			right = 1
		}
		if y&s != 0 {
			low = 1
		}
		d += s * s * (3*right ^ low)
		x, y = turn(s, x&(s-1), y&(s-1), right, low)
	}
	return d
}

// firstID is the number of the first tile of a zoom: as many as there are above,
// 1 + 4 + 16 + …
func firstID(z uint8) uint64 { return (uint64(1)<<(2*z) - 1) / 3 }

// CoordOf is the tile that has a number; false beyond tiles.MaxZoom.
func CoordOf(id uint64) (tiles.Coord, bool) {
	z := uint8(0)
	for z <= tiles.MaxZoom && id >= firstID(z+1) {
		z++
	}
	if z > tiles.MaxZoom {
		return tiles.Coord{}, false
	}
	d := id - firstID(z)
	var x, y uint64
	for s := uint64(1); s < 1<<z; s <<= 1 {
		right := d >> 1 & 1
		low := (d ^ right) & 1
		x, y = turn(s, x, y, right, low)
		x += s * right
		y += s * low
		d >>= 2
	}
	return tiles.Coord{Z: z, X: uint32(x), Y: uint32(y)}, true
}

// turn mirrors a place in a quadrant of side s as the curve runs through it.
func turn(s, x, y, right, low uint64) (uint64, uint64) {
	if low == 1 {
		return x, y
	}
	if right == 1 {
		x, y = s-1-x, s-1-y
	}
	return y, x
}

// children are the numbers of the four tiles that a tile is made of: the curve
// runs through them one after the other.
func children(id uint64, z uint8) [4]uint64 {
	first := firstID(z+1) + 4*(id-firstID(z))
	return [4]uint64{first, first + 1, first + 2, first + 3}
}
