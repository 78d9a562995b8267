package geo

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
)

// Kinds of geometry in WKB. ISO 13249 adds 1000 for heights, 2000 for measures
// and 3000 for both; PostGIS and GeoPackage writers of old set the top bits.
const (
	wkbPoint uint32 = iota + 1
	wkbLineString
	wkbPolygon
	wkbMultiPoint
	wkbMultiLineString
	wkbMultiPolygon
	wkbCollection

	wkbLineStringZ = 1000 + wkbLineString
	ewkbZ          = 0x80000000
	ewkbM          = 0x40000000
	ewkbSRID       = 0x20000000
)

// maxWKBDepth bounds collections within collections.
const maxWKBDepth = 16

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

// UnmarshalWKB sets geometry and Z from WKB, in ISO's and in PostGIS' notation of
// heights, measures and SRID. Heights are kept for a line, also for one that
// stands alone in a multi-line; all others, measures and the SRID are dropped. No
// bytes and an empty point are a nil geometry. Bytes that are not exactly one
// geometry are an error; what is allocated is in proportion to them.
func (f *Feature) UnmarshalWKB(b []byte) error {
	f.Geometry, f.Z = nil, nil
	if len(b) == 0 {
		return nil
	}
	r := wkbReader{b: b}
	g := r.geometry(0)
	if r.err == nil && len(r.b) > 0 {
		r.err = fmt.Errorf("WKB goes on for %d bytes after its end", len(r.b))
	}
	if r.err != nil {
		return fmt.Errorf("geo: feature %q: %w", f.ID, r.err)
	}
	if lines, ok := g.(orb.MultiLineString); ok && len(lines) == 1 && r.z != nil {
		g = lines[0]
	}
	f.Geometry = g
	if line, ok := g.(orb.LineString); ok && len(line) == len(r.z) {
		f.Z = r.z
	}
	return nil
}

var (
	errShortWKB = errors.New("WKB ends early")
	errDeepWKB  = fmt.Errorf("WKB nests collections more than %d deep", maxWKBDepth)
)

// wkbReader reads WKB from the front of b. The first error stays. There is one of
// its own here because the decoder of orb reads a geometry with heights as a flat
// one and follows collections to any depth.
type wkbReader struct {
	b   []byte
	err error
	z   []float64 // heights of the line read last; nil when it has none
}

// wkbHead is how the geometry ahead is written.
type wkbHead struct {
	order binary.ByteOrder
	kind  uint32
	size  int // bytes of a vertex
	z     bool
}

// take cuts n bytes off the front; nil when there are fewer.
func (r *wkbReader) take(n int) []byte {
	if r.err != nil || n > len(r.b) {
		r.fail(errShortWKB)
		return nil
	}
	head := r.b[:n]
	r.b = r.b[n:]
	return head
}

func (r *wkbReader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *wkbReader) head() (h wkbHead) {
	b := r.take(5)
	if b == nil {
		return h
	}
	if b[0] > 1 {
		r.fail(fmt.Errorf("WKB starts with byte %d, which is no byte order", b[0]))
		return h
	}
	h.order = binary.ByteOrder(binary.BigEndian)
	if b[0] == 1 {
		h.order = binary.LittleEndian
	}
	code := h.order.Uint32(b[1:])
	if code&ewkbSRID != 0 {
		r.take(4)
	}
	flags := code & (ewkbZ | ewkbM)
	code &^= ewkbZ | ewkbM | ewkbSRID
	h.kind = code % 1000
	thousands := code / 1000
	h.z = flags&ewkbZ != 0 || thousands&1 != 0
	h.size = 16
	if h.z {
		h.size += 8
	}
	if flags&ewkbM != 0 || thousands&2 != 0 {
		h.size += 8
	}
	if thousands > 3 || h.kind < wkbPoint || h.kind > wkbCollection {
		r.fail(fmt.Errorf("WKB holds geometry type %d, which is not supported", code))
	}
	return h
}

// count reads how many things of at least size bytes follow.
func (r *wkbReader) count(h wkbHead, size int) int {
	b := r.take(4)
	if b == nil {
		return 0
	}
	n := uint64(h.order.Uint32(b))
	if n*uint64(size) > uint64(len(r.b)) {
		r.fail(errShortWKB)
		return 0
	}
	return int(n)
}

func (r *wkbReader) geometry(depth int) orb.Geometry {
	h := r.head()
	if r.err != nil {
		return nil
	}
	switch h.kind {
	case wkbPoint:
		if p := r.vertices(h, 1); len(p) == 1 && !(math.IsNaN(p[0][0]) && math.IsNaN(p[0][1])) {
			return p[0]
		}
		return nil
	case wkbLineString:
		return orb.LineString(r.sequence(h))
	case wkbPolygon:
		rings := make(orb.Polygon, r.count(h, 4))
		for i := range rings {
			rings[i] = r.sequence(h)
		}
		return rings
	case wkbMultiPoint:
		return orb.MultiPoint(members[orb.Point](r, h, depth))
	case wkbMultiLineString:
		return orb.MultiLineString(members[orb.LineString](r, h, depth))
	case wkbMultiPolygon:
		return orb.MultiPolygon(members[orb.Polygon](r, h, depth))
	}
	return orb.Collection(members[orb.Geometry](r, h, depth))
}

// members reads the members of a multi-geometry or collection. Empty points,
// which are nowhere, are left out.
func members[G orb.Geometry](r *wkbReader, h wkbHead, depth int) []G {
	if depth >= maxWKBDepth {
		r.fail(errDeepWKB)
		return nil
	}
	n := r.count(h, 5)
	out := make([]G, 0, n)
	for range n {
		g := r.geometry(depth + 1)
		if r.err != nil {
			return nil
		}
		if g == nil {
			continue
		}
		m, ok := g.(G)
		if !ok {
			r.fail(fmt.Errorf("WKB holds a %s where %T belongs", g.GeoJSONType(), m))
			return nil
		}
		out = append(out, m)
	}
	return out
}

// sequence reads a counted list of vertices.
func (r *wkbReader) sequence(h wkbHead) []orb.Point { return r.vertices(h, r.count(h, h.size)) }

func (r *wkbReader) vertices(h wkbHead, n int) []orb.Point {
	b := r.take(n * h.size)
	if r.err != nil {
		return nil
	}
	r.z = nil
	if h.z && h.kind == wkbLineString {
		r.z = make([]float64, n)
	}
	out := make([]orb.Point, n)
	for i := range out {
		at := b[i*h.size:]
		out[i] = orb.Point{math.Float64frombits(h.order.Uint64(at)), math.Float64frombits(h.order.Uint64(at[8:]))}
		if r.z != nil {
			r.z[i] = math.Float64frombits(h.order.Uint64(at[16:]))
		}
	}
	return out
}
