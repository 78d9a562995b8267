package gpkg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// The header of a geometry, OGC 12-128r19 clause 2.1.3: "GP", version 0, flags,
// the id of the reference system, then an envelope and the geometry as WKB.
const (
	srsWGS84     = 4326
	headerBytes  = 8
	flagLittle   = 1 << 0
	flagEnvelope = 1 << 1 // MinX, MaxX, MinY, MaxY
	flagEmpty    = 1 << 4
	flagExtended = 1 << 5
	maxNesting   = 16 // collections within collections
)

// envelopeBytes are the sizes of envelopes by the code in the flags.
var envelopeBytes = [8]int{0, 32, 48, 48, 64, -1, -1, -1}

var errBlob = errors.New("gpkg: not a GeoPackage geometry")

// encode makes the blob of a feature's geometry; nil for a feature without one.
func encode(f *geo.Feature) ([]byte, error) {
	if f.Geometry == nil {
		return nil, nil
	}
	wkb, err := f.MarshalWKB()
	if err != nil {
		return nil, err
	}
	e := geo.ExtentOf(f.Geometry)
	flags := byte(flagLittle | flagEnvelope)
	if e.IsEmpty() {
		flags = flagLittle | flagEmpty
	}
	b := make([]byte, 0, headerBytes+32+len(wkb))
	b = append(b, 'G', 'P', 0, flags)
	b = binary.LittleEndian.AppendUint32(b, srsWGS84)
	if !e.IsEmpty() {
		for _, v := range [4]float64{e.MinX, e.MaxX, e.MinY, e.MaxY} {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
	}
	return append(b, wkb...), nil
}

// header is what precedes the WKB of a blob.
type header struct {
	order    binary.ByteOrder
	envelope []byte
	wkb      []byte
}

func parseHeader(b []byte) (header, error) {
	if len(b) < headerBytes || b[0] != 'G' || b[1] != 'P' || b[2] != 0 || b[3]&flagExtended != 0 {
		return header{}, errBlob
	}
	h := header{order: order(b[3] & flagLittle)}
	size := envelopeBytes[b[3]>>1&7]
	if size < 0 || len(b) < headerBytes+size {
		return header{}, errBlob
	}
	h.envelope, h.wkb = b[headerBytes:headerBytes+size], b[headerBytes+size:]
	return h, nil
}

func order(little byte) binary.ByteOrder {
	if little == 1 {
		return binary.LittleEndian
	}
	return binary.BigEndian
}

// extentOf reads the extent of a blob, from its envelope when it has one. NULL
// has the empty extent.
func extentOf(b []byte) (geo.Extent, error) {
	if len(b) == 0 {
		return geo.EmptyExtent(), nil
	}
	h, err := parseHeader(b)
	if err != nil {
		return geo.EmptyExtent(), err
	}
	if len(h.envelope) >= 32 {
		at := func(i int) float64 { return math.Float64frombits(h.order.Uint64(h.envelope[8*i:])) }
		return geo.Extent{MinX: at(0), MaxX: at(1), MinY: at(2), MaxY: at(3)}, nil
	}
	g, _, _, err := parseWKB(h.wkb)
	return geo.ExtentOf(g), err
}

// decode reads a blob into a feature. flattened tells that heights or measures
// were left out which a Feature cannot hold.
func decode(b []byte, f *geo.Feature) (flattened bool, err error) {
	f.Geometry, f.Z = nil, nil
	if len(b) == 0 {
		return false, nil
	}
	h, err := parseHeader(b)
	if err != nil {
		return false, err
	}
	f.Geometry, f.Z, flattened, err = parseWKB(h.wkb)
	return flattened, err
}

// parseWKB reads WKB of any software: either byte order, heights and measures in
// ISO's and in PostGIS' notation. Heights are kept for a line, and left out
// elsewhere. A point without coordinates gives nil.
func parseWKB(b []byte) (g orb.Geometry, z []float64, flattened bool, err error) {
	p := wkbParser{rest: b}
	g, err = p.geometry(0)
	if err != nil {
		return nil, nil, false, err
	}
	if _, ok := g.(orb.LineString); ok && p.z != nil {
		return g, p.z, p.measured, nil
	}
	return g, nil, p.flattened, nil
}

// wkbParser reads forward through WKB.
type wkbParser struct {
	rest      []byte
	little    bool
	z         []float64 // of the line read last
	measured  bool
	flattened bool
}

var errShort = errors.New("gpkg: the geometry ends early")

// head reads byte order and type, and gives the simple type and the number of
// coordinates of a vertex.
func (p *wkbParser) head() (kind uint32, dims int, err error) {
	if len(p.rest) < 5 || p.rest[0] > 1 {
		return 0, 0, errShort
	}
	p.little = p.rest[0] == 1
	p.rest = p.rest[1:]
	t := p.uint32()
	hasZ, hasM := t&0x80000000 != 0, t&0x40000000 != 0
	if t&0x20000000 != 0 {
		if len(p.rest) < 4 {
			return 0, 0, errShort
		}
		p.rest = p.rest[4:]
	}
	t &= 0x0fffffff
	switch t / 1000 {
	case 1:
		hasZ = true
	case 2:
		hasM = true
	case 3:
		hasZ, hasM = true, true
	}
	dims = 2
	if hasZ {
		dims++
	}
	if hasM {
		dims++
		p.measured = true
	}
	p.flattened = p.flattened || dims > 2
	if t/1000 > 3 {
		return 0, 0, fmt.Errorf("gpkg: geometry type %d is not known", t)
	}
	return t % 1000, dims, nil
}

// count reads a number of things that take at least size bytes each.
func (p *wkbParser) count(size int) (int, error) {
	if len(p.rest) < 4 {
		return 0, errShort
	}
	n := p.uint32()
	if uint64(n)*uint64(size) > uint64(len(p.rest)) {
		return 0, errShort
	}
	return int(n), nil
}

func (p *wkbParser) geometry(depth int) (orb.Geometry, error) {
	kind, dims, err := p.head()
	if err != nil {
		return nil, err
	}
	if depth > maxNesting {
		return nil, fmt.Errorf("gpkg: a collection is nested more than %d deep", maxNesting)
	}
	switch kind {
	case 1:
		return p.point(dims)
	case 2:
		points, err := p.points(dims, true)
		return orb.LineString(points), err
	case 3:
		return p.polygon(dims)
	case 4, 5, 6, 7:
		return p.members(kind, depth)
	}
	return nil, fmt.Errorf("gpkg: geometry type %d is not supported", kind)
}

func (p *wkbParser) point(dims int) (orb.Geometry, error) {
	if len(p.rest) < 8*dims {
		return nil, errShort
	}
	pt := p.vertex()
	p.rest = p.rest[8*dims:]
	if math.IsNaN(pt[0]) && math.IsNaN(pt[1]) {
		return nil, nil
	}
	return pt, nil
}

func (p *wkbParser) vertex() orb.Point { return orb.Point{p.float(0), p.float(1)} }

// float gives the i-th coordinate of the vertex that comes next.
func (p *wkbParser) float(i int) float64 {
	if p.little {
		return math.Float64frombits(binary.LittleEndian.Uint64(p.rest[8*i:]))
	}
	return math.Float64frombits(binary.BigEndian.Uint64(p.rest[8*i:]))
}

func (p *wkbParser) uint32() uint32 {
	b := p.rest
	p.rest = p.rest[4:]
	if p.little {
		return binary.LittleEndian.Uint32(b)
	}
	return binary.BigEndian.Uint32(b)
}

// points reads vertices; with heights it keeps the third coordinate in p.z.
func (p *wkbParser) points(dims int, heights bool) ([]orb.Point, error) {
	n, err := p.count(8 * dims)
	if err != nil {
		return nil, err
	}
	out := make([]orb.Point, n)
	p.z = nil
	if hasZ := dims == 4 || dims == 3 && !p.measured; heights && hasZ && n > 0 {
		p.z = make([]float64, n)
	}
	for i := range out {
		out[i] = p.vertex()
		if p.z != nil {
			p.z[i] = p.float(2)
		}
		p.rest = p.rest[8*dims:]
	}
	return out, nil
}

func (p *wkbParser) polygon(dims int) (orb.Geometry, error) {
	n, err := p.count(4)
	if err != nil {
		return nil, err
	}
	out := make(orb.Polygon, 0, n)
	for range n {
		points, err := p.points(dims, false)
		if err != nil {
			return nil, err
		}
		out = append(out, points)
	}
	return out, nil
}

// members reads a multi-geometry or a collection. Points without coordinates
// are left out.
func (p *wkbParser) members(kind uint32, depth int) (orb.Geometry, error) {
	n, err := p.count(5)
	if err != nil {
		return nil, err
	}
	all := make(orb.Collection, 0, n)
	for range n {
		g, err := p.geometry(depth + 1)
		if err != nil {
			return nil, err
		}
		if g != nil {
			all = append(all, g)
		}
	}
	p.z = nil
	switch kind {
	case 4:
		return gather[orb.MultiPoint](all)
	case 5:
		return gather[orb.MultiLineString](all)
	case 6:
		return gather[orb.MultiPolygon](all)
	}
	return all, nil
}

func gather[M interface {
	~[]G
	orb.Geometry
}, G orb.Geometry](all orb.Collection) (orb.Geometry, error) {
	out := make(M, len(all))
	for i, g := range all {
		member, ok := g.(G)
		if !ok {
			return nil, fmt.Errorf("gpkg: a %s among the members of a %s", g.GeoJSONType(), out.GeoJSONType())
		}
		out[i] = member
	}
	return out, nil
}
