package tiles

import (
	"iter"
	"math"

	"yiju/geo"
)

// block is a rectangle of tiles of one zoom, first and last included.
type block struct {
	z                      uint8
	minX, minY, maxX, maxY uint32
}

// blockOf is the tiles of a zoom that own a point of e, in degrees. A point on
// the edge of two tiles belongs to the one in the east or south.
func blockOf(e geo.Extent, z uint8) (block, bool) {
	if e.IsEmpty() || e.MaxX < -180 || e.MinX > 180 || e.MaxY < -MaxLatitude || e.MinY > MaxLatitude {
		return block{}, false
	}
	n := math.Exp2(float64(z))
	column := func(lon float64) uint32 { return clampIndex((lon+180)/360*n, n) }
	row := func(lat float64) uint32 {
		lat = math.Max(-MaxLatitude, math.Min(MaxLatitude, lat))
		return clampIndex((0.5-math.Asinh(math.Tan(lat*math.Pi/180))/(2*math.Pi))*n, n)
	}
	return block{z, column(e.MinX), row(e.MaxY), column(e.MaxX), row(e.MinY)}, true
}

func clampIndex(v, n float64) uint32 {
	return uint32(math.Max(0, math.Min(n-1, math.Floor(v))))
}

func (b block) count() uint64 {
	return uint64(b.maxX-b.minX+1) * uint64(b.maxY-b.minY+1)
}

func (b block) holds(c Coord) bool {
	return c.Z == b.z && b.minX <= c.X && c.X <= b.maxX && b.minY <= c.Y && c.Y <= b.maxY
}

// Cover gives the tiles that own a point of an extent in degrees, for every zoom
// from minZoom to maxZoom: by zoom, then row, then column. An empty extent has no
// tiles; zooms beyond MaxZoom have none.
func Cover(e geo.Extent, minZoom, maxZoom uint8) iter.Seq[Coord] {
	return func(yield func(Coord) bool) {
		for z := minZoom; z <= min(maxZoom, MaxZoom); z++ {
			b, ok := blockOf(e, z)
			if !ok {
				return
			}
			for y := b.minY; y <= b.maxY; y++ {
				for x := b.minX; x <= b.maxX; x++ {
					if !yield(Coord{z, x, y}) {
						return
					}
				}
			}
		}
	}
}

// CoverCount is the number of tiles that Cover gives.
func CoverCount(e geo.Extent, minZoom, maxZoom uint8) uint64 {
	n := uint64(0)
	for z := minZoom; z <= min(maxZoom, MaxZoom); z++ {
		if b, ok := blockOf(e, z); ok {
			n += b.count()
		}
	}
	return n
}

// Covers tells whether Cover gives c.
func Covers(e geo.Extent, c Coord) bool {
	b, ok := blockOf(e, c.Z)
	return ok && c.Z <= MaxZoom && b.holds(c)
}
