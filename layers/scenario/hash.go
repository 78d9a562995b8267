package scenario

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers/internal/codec"
)

// hashOf is the hash of what a net comes to, in hexadecimal.
func hashOf(n *Net) string {
	if n.Empty() {
		return ""
	}
	h := sha256.New()
	write := func(b []byte) {
		var size [8]byte
		binary.LittleEndian.PutUint64(size[:], uint64(len(b)))
		h.Write(size[:])
		h.Write(b)
	}
	for _, name := range n.Layers() {
		write([]byte(name))
		for i := range n.layers[name].touched {
			t := &n.layers[name].touched[i]
			write([]byte(t.ID))
			if t.New == nil {
				write(nil)
				continue
			}
			write(content(t.New))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// content is everything of a feature but its id and version, the same bytes for the
// same content.
func content(f *geo.Feature) []byte {
	out := codec.AppendBody(nil, codec.BodyOf(f))
	out = appendGeometry(out, f.Geometry)
	for _, z := range f.Z {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(z))
	}
	return out
}

// appendGeometry adds a geometry in a form of its own, which tells empty ones and
// kinds apart that WKB may not.
func appendGeometry(to []byte, g orb.Geometry) []byte {
	points := func(kind byte, ps []orb.Point) {
		to = binary.LittleEndian.AppendUint32(append(to, kind), uint32(len(ps)))
		for _, p := range ps {
			to = binary.LittleEndian.AppendUint64(to, math.Float64bits(p[0]))
			to = binary.LittleEndian.AppendUint64(to, math.Float64bits(p[1]))
		}
	}
	count := func(kind byte, n int) { to = binary.LittleEndian.AppendUint32(append(to, kind), uint32(n)) }
	polygon := func(p orb.Polygon) {
		count('A', len(p))
		for _, ring := range p {
			points('r', ring)
		}
	}
	switch g := g.(type) {
	case nil:
		to = append(to, '0')
	case orb.Point:
		points('p', []orb.Point{g})
	case orb.MultiPoint:
		points('P', g)
	case orb.LineString:
		points('l', g)
	case orb.Polygon:
		polygon(g)
	case orb.MultiLineString:
		count('L', len(g))
		for _, l := range g {
			points('l', l)
		}
	case orb.MultiPolygon:
		count('M', len(g))
		for _, p := range g {
			polygon(p)
		}
	case orb.Collection:
		count('C', len(g))
		for _, m := range g {
			to = appendGeometry(to, m)
		}
	case orb.Ring:
		polygon(orb.Polygon{g})
	case orb.Bound:
		polygon(g.ToPolygon())
	}
	return to
}

// Same tells whether two features are the same to the last bit, but for id and version.
func Same(a, b *geo.Feature) bool { return string(content(a)) == string(content(b)) }
