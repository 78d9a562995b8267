package demo

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"yiju/geo/raster"
)

// Tags of the part of TIFF and GeoTIFF that the generator writes: one strip of
// 32-bit floating point heights, not packed.
const (
	tagWidth      = 256
	tagHeight     = 257
	tagStrip      = 273
	tagPixelScale = 33550
	tagTiePoint   = 33922
	tagGeoKeys    = 34735
	keyProjected  = 3072
)

var errTIFF = errors.New("the height grid is not as the generator writes it")

// readTIFF reads the embedded height grid. It knows the one layout in which the
// generator writes, and no other.
func readTIFF(b []byte) (*raster.Grid, error) {
	if len(b) < 8 || string(b[:4]) != "II*\x00" {
		return nil, errTIFF
	}
	tags, err := directory(b)
	if err != nil {
		return nil, err
	}
	scale, tie := reals(b, tags[tagPixelScale]), reals(b, tags[tagTiePoint])
	if len(scale) != 3 || len(tie) != 6 {
		return nil, errTIFF
	}
	code, err := projected(b, tags[tagGeoKeys])
	if err != nil {
		return nil, err
	}
	g := &raster.Grid{
		CRS: fmt.Sprintf("EPSG:%d", code), StepX: scale[0], StepY: scale[1],
		// The tie point is the outer corner of the first cell.
		West: tie[3] + scale[0]/2, North: tie[4] - scale[1]/2,
		Cols: int(tags[tagWidth].value), Rows: int(tags[tagHeight].value),
	}
	start := int(tags[tagStrip].value)
	if g.Cols < 1 || g.Rows < 1 || start < 8 || start+4*g.Cols*g.Rows > len(b) {
		return nil, errTIFF
	}
	for i := range g.Cols * g.Rows {
		g.Z = append(g.Z, math.Float32frombits(binary.LittleEndian.Uint32(b[start+4*i:])))
	}
	return g, g.Check()
}

// entry is a field of the directory: how many values, and the value or where the
// values are.
type entry struct{ count, value uint32 }

func directory(b []byte) (map[uint16]entry, error) {
	at := int(binary.LittleEndian.Uint32(b[4:]))
	if at+2 > len(b) {
		return nil, errTIFF
	}
	n := int(binary.LittleEndian.Uint16(b[at:]))
	if at+2+12*n > len(b) {
		return nil, errTIFF
	}
	out := make(map[uint16]entry, n)
	for i := range n {
		field := b[at+2+12*i:]
		out[binary.LittleEndian.Uint16(field)] = entry{
			count: binary.LittleEndian.Uint32(field[4:]), value: binary.LittleEndian.Uint32(field[8:]),
		}
	}
	return out, nil
}

func reals(b []byte, e entry) []float64 {
	at, n := int(e.value), int(e.count)
	if n > 6 || at+8*n > len(b) {
		return nil
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[at+8*i:]))
	}
	return out
}

// projected finds the EPSG code of the projected system among the geo keys.
func projected(b []byte, e entry) (uint16, error) {
	at, n := int(e.value), int(e.count)
	if n > 64 || at+2*n > len(b) {
		return 0, errTIFF
	}
	for i := 4; i+3 < n; i += 4 {
		key := b[at+2*i:]
		if binary.LittleEndian.Uint16(key) == keyProjected {
			return binary.LittleEndian.Uint16(key[6:]), nil
		}
	}
	return 0, errTIFF
}
