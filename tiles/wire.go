package tiles

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// Protocol buffer keys of the tile format: field number << 3 | wire type.
const (
	tileLayers = 3<<3 | 2

	layerName     = 1<<3 | 2
	layerFeatures = 2<<3 | 2
	layerKeys     = 3<<3 | 2
	layerValues   = 4<<3 | 2
	layerExtent   = 5<<3 | 0
	layerVersion  = 15<<3 | 0

	featureID       = 1<<3 | 0
	featureTags     = 2<<3 | 2
	featureType     = 3<<3 | 0
	featureGeometry = 4<<3 | 2

	valueString = 1<<3 | 2
	valueDouble = 3<<3 | 1
	valueUint   = 5<<3 | 0
	valueSint   = 6<<3 | 0
	valueBool   = 7<<3 | 0
)

// Geometry commands.
const (
	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

const formatVersion = 2

func appendVarint(b []byte, v uint64) []byte {
	if v < 0x80 {
		return append(b, byte(v))
	}
	return binary.AppendUvarint(b, v)
}

func varintLen(v uint64) int { return (bits.Len64(v|1) + 6) / 7 }

func zigzag(v int64) uint64 { return uint64(v<<1) ^ uint64(v>>63) }

// appendText appends a length-delimited field.
func appendText(b []byte, key byte, s string) []byte {
	b = appendVarint(append(b, key), uint64(len(s)))
	return append(b, s...)
}

func appendBytes(b []byte, key byte, s []byte) []byte {
	b = appendVarint(append(b, key), uint64(len(s)))
	return append(b, s...)
}

func appendStringValue(b []byte, s string) []byte {
	b = appendVarint(append(b, layerValues), uint64(1+varintLen(uint64(len(s)))+len(s)))
	return appendText(b, valueString, s)
}

func appendIntValue(b []byte, v int64) []byte {
	key, u := byte(valueUint), uint64(v)
	if v < 0 {
		key, u = valueSint, zigzag(v)
	}
	b = append(b, layerValues, byte(1+varintLen(u)), key)
	return appendVarint(b, u)
}

func appendFloatValue(b []byte, v float64) []byte {
	b = append(b, layerValues, 9, valueDouble)
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
}

func appendBoolValue(b []byte, v bool) []byte {
	b = append(b, layerValues, 2, valueBool, 0)
	if v {
		b[len(b)-1] = 1
	}
	return b
}

// cursor writes geometry commands; it is where the last one ended.
type cursor pt

func (c *cursor) to(dst []byte, p pt) []byte {
	dst = appendVarint(dst, zigzag(p[0]-c[0]))
	dst = appendVarint(dst, zigzag(p[1]-c[1]))
	*c = cursor(p)
	return dst
}

func command(dst []byte, id, count int) []byte { return appendVarint(dst, uint64(count)<<3|uint64(id)) }

func (c *cursor) points(dst []byte, points []pt) []byte {
	dst = command(dst, moveTo, len(points))
	for _, p := range points {
		dst = c.to(dst, p)
	}
	return dst
}

func (c *cursor) path(dst []byte, line []pt) []byte {
	dst = c.to(command(dst, moveTo, 1), line[0])
	dst = command(dst, lineTo, len(line)-1)
	for _, p := range line[1:] {
		dst = c.to(dst, p)
	}
	return dst
}

func (c *cursor) ring(dst []byte, ring []pt) []byte {
	return command(c.path(dst, ring), closePath, 1)
}
