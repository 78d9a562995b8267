package gpkgfile

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// envelopes are the sizes of envelopes by their code in the flags, -1 for codes that
// mean nothing (OGC 12-128r19, clause 2.1.3).
var envelopes = [8]int{0, 32, 48, 48, 64, -1, -1, -1}

// Marks that PostGIS sets in type numbers, instead of ISO's thousands, for heights,
// measures and a reference system.
const (
	ewkbZ     = 0x80000000
	ewkbMarks = 0xE0000000
)

// decodeBlob reads a geometry as GeoPackage stores it: a header with an optional
// extent, then WKB. Heights are kept for a single line; dropped tells that there
// were others.
func decodeBlob(b []byte) (g orb.Geometry, z []float64, dropped bool, err error) {
	if len(b) < 8 || b[0] != 'G' || b[1] != 'P' {
		return nil, nil, false, errors.New("it is not a GeoPackage geometry")
	}
	flags := b[3]
	if flags&0x20 != 0 {
		return nil, nil, false, errors.New("it is of an extended kind")
	}
	skip := envelopes[flags>>1&7]
	if skip < 0 || len(b) <= 8+skip {
		return nil, nil, false, errors.New("it ends early")
	}
	wkb := b[8+skip:]
	var f geo.Feature
	if err := f.UnmarshalWKB(wkb); err != nil {
		return nil, nil, false, errors.Unwrap(err) // without the feature, which the caller names
	}
	if !geo.Finite(f.Geometry) {
		return nil, nil, false, errors.New("a coordinate is not a finite number")
	}
	if g, err = mend(f.Geometry); err != nil {
		return nil, nil, false, err
	}
	if _, ok := g.(orb.LineString); ok && f.Z != nil && allFinite(f.Z) {
		return g, f.Z, false, nil
	}
	return g, nil, hasHeights(wkb), nil
}

// hasHeights tells whether whole WKB is written with heights, in ISO's or in
// PostGIS' notation.
func hasHeights(wkb []byte) bool {
	order := binary.ByteOrder(binary.BigEndian)
	if wkb[0] == 1 {
		order = binary.LittleEndian
	}
	code := order.Uint32(wkb[1:])
	return code&ewkbZ != 0 || (code&^ewkbMarks)/1000&1 != 0
}

func allFinite(values []float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// mend leaves out what is empty and closes rings. What is left of nothing is nil;
// what cannot be a line or a ring is an error.
func mend(g orb.Geometry) (orb.Geometry, error) {
	switch g := g.(type) {
	case orb.LineString:
		switch len(g) {
		case 0:
			return nil, nil
		case 1:
			return nil, errors.New("a line has one point only")
		}
		return g, nil
	case orb.Polygon:
		return mendPolygon(g)
	case orb.MultiPoint:
		if len(g) == 0 {
			return nil, nil
		}
		return g, nil
	case orb.MultiLineString:
		out, err := mendAll(g)
		if out == nil {
			return nil, err
		}
		return orb.MultiLineString(out), nil
	case orb.MultiPolygon:
		out, err := mendAll(g)
		if out == nil {
			return nil, err
		}
		return orb.MultiPolygon(out), nil
	case orb.Collection:
		out, err := mendAll(g)
		if out == nil {
			return nil, err
		}
		return orb.Collection(out), nil
	}
	return g, nil
}

// mendAll mends the members of a geometry; nil when none is left.
func mendAll[G orb.Geometry](members []G) ([]G, error) {
	var out []G
	for _, m := range members {
		g, err := mend(m)
		if err != nil {
			return nil, err
		}
		if g != nil {
			out = append(out, g.(G))
		}
	}
	return out, nil
}

func mendPolygon(g orb.Polygon) (orb.Geometry, error) {
	var out orb.Polygon
	for i, ring := range g {
		if len(ring) == 0 {
			if i == 0 {
				return nil, nil
			}
			continue
		}
		if ring[0] != ring[len(ring)-1] {
			ring = append(ring, ring[0])
		}
		if len(ring) < 4 {
			return nil, errors.New("a ring has fewer than three points")
		}
		out = append(out, ring)
	}
	if out == nil {
		return nil, nil
	}
	return out, nil
}
