package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"yiju/geo/raster"
)

// Field types of TIFF.
const (
	typeShort  = 3
	typeLong   = 4
	typeDouble = 12
)

// tiffField is an entry of a TIFF directory.
type tiffField struct {
	tag, kind uint16
	count     uint32
	data      []byte
}

func shorts(tag uint16, values ...uint16) tiffField {
	var b []byte
	for _, v := range values {
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	return tiffField{tag, typeShort, uint32(len(values)), b}
}

func long(tag uint16, v uint32) tiffField {
	return tiffField{tag, typeLong, 1, binary.LittleEndian.AppendUint32(nil, v)}
}

func doubles(tag uint16, values ...float64) tiffField {
	var b []byte
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return tiffField{tag, typeDouble, uint32(len(values)), b}
}

// encodeTIFF writes a height grid as a GeoTIFF: one band of 32-bit floating point
// numbers in one strip, not packed, so that the bytes depend on nothing else.
// Layout: TIFF 6.0 §2 and GeoTIFF 1.1 §7 (keys 1024 model type, 1025 raster type,
// 3072 projected CRS).
func encodeTIFF(g *raster.Grid) ([]byte, error) {
	if err := g.Check(); err != nil {
		return nil, err
	}
	code, err := strconv.ParseUint(strings.TrimPrefix(g.CRS, "EPSG:"), 10, 16)
	if err != nil {
		return nil, fmt.Errorf("encodeTIFF: %w", err)
	}
	const first = 8 // the strip follows the header
	size := uint32(4 * len(g.Z))
	fields := []tiffField{
		long(256, uint32(g.Cols)), long(257, uint32(g.Rows)),
		shorts(258, 32), shorts(259, 1), shorts(262, 1), // bits, not packed, black is zero
		long(273, first), shorts(277, 1), long(278, uint32(g.Rows)), long(279, size), // one strip, one sample
		shorts(339, 3), // floating point
		doubles(33550, g.StepX, g.StepY, 0),
		doubles(33922, 0, 0, 0, g.West-g.StepX/2, g.North+g.StepY/2, 0),
		shorts(34735, 1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, uint16(code)),
	}
	var b bytes.Buffer
	b.WriteString("II*\x00")
	b.Write(binary.LittleEndian.AppendUint32(nil, first+size))
	for _, z := range g.Z {
		b.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(z)))
	}
	writeDirectory(&b, fields)
	return b.Bytes(), nil
}

// writeDirectory appends the directory, and after it the values that do not fit
// into their entries.
func writeDirectory(b *bytes.Buffer, fields []tiffField) {
	rest := uint32(b.Len() + 2 + 12*len(fields) + 4)
	var outside []byte
	b.Write(binary.LittleEndian.AppendUint16(nil, uint16(len(fields))))
	for _, f := range fields {
		b.Write(binary.LittleEndian.AppendUint16(nil, f.tag))
		b.Write(binary.LittleEndian.AppendUint16(nil, f.kind))
		b.Write(binary.LittleEndian.AppendUint32(nil, f.count))
		if len(f.data) <= 4 {
			b.Write(append(append([]byte{}, f.data...), make([]byte, 4-len(f.data))...))
			continue
		}
		b.Write(binary.LittleEndian.AppendUint32(nil, rest+uint32(len(outside))))
		outside = append(outside, f.data...)
	}
	b.Write(make([]byte, 4)) // no further directory
	b.Write(outside)
}
