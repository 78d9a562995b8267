package gpkgfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

var errShort = errors.New("it ends early")

// decodeBlob reads a geometry as GeoPackage stores it: a header with an optional
// extent, then ISO WKB. Heights are kept for a single line; dropped tells that
// there were others.
func decodeBlob(b []byte) (g orb.Geometry, z []float64, dropped bool, err error) {
	if len(b) < 8 || b[0] != 'G' || b[1] != 'P' {
		return nil, nil, false, errors.New("it is not a GeoPackage geometry")
	}
	flags := b[3]
	if flags&0x20 != 0 {
		return nil, nil, false, errors.New("it is of an extended kind")
	}
	envelopes := [8]int{0, 32, 48, 48, 64, -1, -1, -1}
	skip := envelopes[flags>>1&7]
	if skip < 0 || len(b) < 8+skip {
		return nil, nil, false, errShort
	}
	p := &wkbReader{b: b[8+skip:]}
	g, err = p.geometry(0)
	if err != nil {
		return nil, nil, false, err
	}
	if line, ok := g.(orb.LineString); ok && p.hasZ && len(p.z) == len(line) && allFinite(p.z) {
		return g, p.z, false, nil
	}
	return g, nil, p.hasZ, nil
}

func allFinite(values []float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

type wkbReader struct {
	b     []byte
	order binary.ByteOrder
	z     []float64
	hasZ  bool
}

// maxDepth bounds how deep collections may lie in one another.
const maxDepth = 8

// Marks that PostGIS sets in type numbers instead of ISO's thousands.
const (
	ewkbZ    = 0x80000000
	ewkbM    = 0x40000000
	ewkbSRID = 0x20000000
)

// header reads byte order, type and count of dimensions.
func (p *wkbReader) header() (typ uint32, dims int, hasZ bool, err error) {
	if len(p.b) < 5 || p.b[0] > 1 {
		return 0, 0, false, errShort
	}
	p.order = binary.BigEndian
	if p.b[0] == 1 {
		p.order = binary.LittleEndian
	}
	typ = p.order.Uint32(p.b[1:])
	p.b = p.b[5:]
	dims = 2
	if typ&ewkbZ != 0 {
		dims, hasZ = dims+1, true
	}
	if typ&ewkbM != 0 {
		dims++
	}
	if typ&ewkbSRID != 0 {
		if _, err := p.count(0); err != nil {
			return 0, 0, false, err
		}
	}
	typ &^= ewkbZ | ewkbM | ewkbSRID
	switch typ / 1000 {
	case 0:
	case 1:
		dims, hasZ = 3, true
	case 2:
		dims = 3
	case 3:
		dims, hasZ = 4, true
	default:
		return 0, 0, false, fmt.Errorf("its type is %d", typ)
	}
	return typ % 1000, dims, hasZ, nil
}

// count reads a number of things of at least size bytes each, which must be there.
func (p *wkbReader) count(size int) (int, error) {
	if len(p.b) < 4 {
		return 0, errShort
	}
	n := uint64(p.order.Uint32(p.b))
	p.b = p.b[4:]
	if n*uint64(size) > uint64(len(p.b)) {
		return 0, errShort
	}
	return int(n), nil
}

func (p *wkbReader) geometry(depth int) (orb.Geometry, error) {
	if depth > maxDepth {
		return nil, errors.New("its collections are nested too deep")
	}
	typ, dims, hasZ, err := p.header()
	if err != nil {
		return nil, err
	}
	p.hasZ = p.hasZ || hasZ
	switch typ {
	case 1:
		return p.point(dims, hasZ)
	case 2:
		points, err := p.points(dims, hasZ)
		if err != nil || len(points) == 0 {
			return nil, err
		}
		if len(points) == 1 {
			return nil, errors.New("a line has one point only")
		}
		return orb.LineString(points), nil
	case 3:
		return p.polygon(dims, hasZ)
	case 4, 5, 6, 7:
		return p.collection(typ, depth)
	}
	return nil, fmt.Errorf("curves and surfaces (type %d) are not supported", typ)
}

func (p *wkbReader) point(dims int, hasZ bool) (orb.Geometry, error) {
	points, err := p.take(1, dims, hasZ)
	if err != nil {
		return nil, err
	}
	if math.IsNaN(points[0][0]) && math.IsNaN(points[0][1]) {
		return nil, nil // that is how an empty point is written
	}
	return points[0], finite(points)
}

func (p *wkbReader) points(dims int, hasZ bool) ([]orb.Point, error) {
	n, err := p.count(8 * dims)
	if err != nil {
		return nil, err
	}
	points, err := p.take(n, dims, hasZ)
	if err != nil {
		return nil, err
	}
	return points, finite(points)
}

func finite(points []orb.Point) error {
	for _, at := range points {
		for _, v := range at {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return errors.New("a coordinate is not a finite number")
			}
		}
	}
	return nil
}

func (p *wkbReader) take(n, dims int, hasZ bool) ([]orb.Point, error) {
	if n > len(p.b)/(8*dims) {
		return nil, errShort
	}
	out := make([]orb.Point, n)
	for i := range out {
		at := p.b[8*dims*i:]
		out[i] = orb.Point{p.float(at), p.float(at[8:])}
		if hasZ {
			p.z = append(p.z, p.float(at[16:]))
		}
	}
	p.b = p.b[8*dims*n:]
	return out, nil
}

func (p *wkbReader) float(b []byte) float64 { return math.Float64frombits(p.order.Uint64(b)) }

func (p *wkbReader) polygon(dims int, hasZ bool) (orb.Geometry, error) {
	n, err := p.count(4)
	if err != nil {
		return nil, err
	}
	var out orb.Polygon
	for i := range n {
		points, err := p.points(dims, hasZ)
		if err != nil {
			return nil, err
		}
		if len(points) == 0 {
			if i == 0 {
				return nil, nil
			}
			continue
		}
		if points[0] != points[len(points)-1] {
			points = append(points, points[0])
		}
		if len(points) < 4 {
			return nil, errors.New("a ring has fewer than three points")
		}
		out = append(out, points)
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

// collection reads multi-geometries (types 4 to 6) and mixed ones (type 7).
func (p *wkbReader) collection(typ uint32, depth int) (orb.Geometry, error) {
	n, err := p.count(5)
	if err != nil {
		return nil, err
	}
	var points orb.MultiPoint
	var lines orb.MultiLineString
	var polygons orb.MultiPolygon
	var mixed orb.Collection
	for range n {
		g, err := p.geometry(depth + 1)
		if err != nil {
			return nil, err
		}
		if g == nil {
			continue
		}
		mixed = append(mixed, g)
		switch g := g.(type) {
		case orb.Point:
			points = append(points, g)
		case orb.LineString:
			lines = append(lines, g)
		case orb.Polygon:
			polygons = append(polygons, g)
		}
	}
	switch {
	case len(mixed) == 0:
		return nil, nil
	case typ == 7:
		return mixed, nil
	case len(points) == len(mixed) && typ == 4:
		return points, nil
	case len(lines) == len(mixed) && typ == 5:
		return lines, nil
	case len(polygons) == len(mixed) && typ == 6:
		return polygons, nil
	}
	return nil, errors.New("its parts are of another kind than it says")
}
