package geo

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
)

// ISO 13249 type numbers of a line string with and without heights.
const (
	wkbLineString  = 2
	wkbLineStringZ = 1002
	ewkbZ          = 0x80000000 // PostGIS marks heights with the top bit instead
)

// MarshalWKB encodes the feature's geometry as little-endian WKB, with heights
// (ISO type 1002) when the feature is a line that carries Z. A nil geometry
// gives nil.
func (f *Feature) MarshalWKB() ([]byte, error) {
	if f.Geometry == nil {
		return nil, nil
	}
	if f.Z == nil {
		return wkb.Marshal(f.Geometry, binary.LittleEndian)
	}
	line, ok := f.Geometry.(orb.LineString)
	if !ok || len(line) != len(f.Z) {
		return nil, fmt.Errorf("geo: feature %q has %d heights for a %s", f.ID, len(f.Z), f.Geometry.GeoJSONType())
	}
	b := make([]byte, 0, 9+24*len(line))
	b = append(b, 1)
	b = binary.LittleEndian.AppendUint32(b, wkbLineStringZ)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(line)))
	for i, p := range line {
		for _, v := range [3]float64{p[0], p[1], f.Z[i]} {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
	}
	return b, nil
}

// UnmarshalWKB sets geometry and Z from WKB. Heights are kept for line strings,
// in ISO and in PostGIS' notation; other geometries must be flat.
func (f *Feature) UnmarshalWKB(b []byte) error {
	f.Geometry, f.Z = nil, nil
	if len(b) == 0 {
		return nil
	}
	line, z, ok, err := lineZ(b)
	if err != nil {
		return fmt.Errorf("geo: feature %q: %w", f.ID, err)
	}
	if ok {
		f.Geometry, f.Z = line, z
		return nil
	}
	g, err := wkb.Unmarshal(b)
	if err != nil {
		return fmt.Errorf("geo: feature %q: %w", f.ID, err)
	}
	f.Geometry = g
	return nil
}

var errShortWKB = errors.New("geo: WKB ends early")

func lineZ(b []byte) (line orb.LineString, z []float64, ok bool, err error) {
	if len(b) < 9 || b[0] > 1 {
		return nil, nil, false, nil
	}
	var order binary.ByteOrder = binary.BigEndian
	if b[0] == 1 {
		order = binary.LittleEndian
	}
	if t := order.Uint32(b[1:]); t != wkbLineStringZ && t != wkbLineString|ewkbZ {
		return nil, nil, false, nil
	}
	n := int(order.Uint32(b[5:]))
	b = b[9:]
	if n > len(b)/24 {
		return nil, nil, true, errShortWKB
	}
	line, z = make(orb.LineString, n), make([]float64, n)
	for i := range n {
		at := b[24*i:]
		line[i] = orb.Point{math.Float64frombits(order.Uint64(at)), math.Float64frombits(order.Uint64(at[8:]))}
		z[i] = math.Float64frombits(order.Uint64(at[16:]))
	}
	return line, z, true, nil
}
