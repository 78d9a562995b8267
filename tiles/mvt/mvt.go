// Package mvt reads vector tiles and checks them against the Mapbox Vector Tile
// specification 2.1.
//
// Decode takes anything that can be read as a tile, Check says which rules of the
// specification a tile breaks. Both may be given bytes from anywhere: what they
// allocate is bounded by a multiple of the bytes they are given.
package mvt

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// Tile is a decoded tile.
type Tile struct {
	Layers []Layer
}

// Layer is a layer of a tile.
type Layer struct {
	Name     string
	Version  uint32 // 1 when the tile does not say
	Extent   uint32 // 4096 when the tile does not say
	Keys     []string
	Values   []Value
	Features []Feature

	// flaws are what decoding saw and passed over, for Check.
	flaws []flaw
}

// Value is an attribute's value: string, float32, float64, int64, uint64 or bool.
// A sint_value becomes an int64. A value that holds none of these is nil.
type Value any

// Type is the type of a feature's geometry.
type Type uint32

// The types.
const (
	Unknown    Type = 0
	Point      Type = 1
	LineString Type = 2
	Polygon    Type = 3
)

func (t Type) String() string {
	switch t {
	case Unknown:
		return "unknown"
	case Point:
		return "point"
	case LineString:
		return "line"
	case Polygon:
		return "polygon"
	}
	return strconv.Itoa(int(t))
}

// Feature is a feature of a layer.
type Feature struct {
	ID    uint64
	HasID bool
	Type  Type
	// Tags are numbers of keys and values, in turn.
	Tags []uint32
	// Commands are the geometry as it is written.
	Commands []uint32
}

// Layer finds a layer by name.
func (t *Tile) Layer(name string) (*Layer, bool) {
	for i := range t.Layers {
		if t.Layers[i].Name == name {
			return &t.Layers[i], true
		}
	}
	return nil, false
}

// Properties are the attributes of a feature of the layer. Tags that point
// nowhere are passed over.
func (l *Layer) Properties(f *Feature) map[string]Value {
	out := make(map[string]Value, len(f.Tags)/2)
	for i := 0; i+1 < len(f.Tags); i += 2 {
		k, v := f.Tags[i], f.Tags[i+1]
		if int(k) < len(l.Keys) && int(v) < len(l.Values) {
			out[l.Keys[k]] = l.Values[v]
		}
	}
	return out
}

// XY is a place on a tile's grid: units east and south of its north-west corner.
type XY struct{ X, Y int32 }

// numbersPerPoint is how many numbers of a geometry a point takes at least, which
// bounds what a count may promise.
const numbersPerPoint = 2

// Parts are the points of a feature, the parts of its line or the rings of its
// areas, without closing vertices. An error names the command that is wrong.
func (f *Feature) Parts() ([][]XY, error) {
	w := walker{commands: f.Commands}
	switch f.Type {
	case Point:
		return w.points()
	case LineString:
		return w.paths(false)
	case Polygon:
		return w.paths(true)
	}
	return nil, nil
}

// Orb is the feature's geometry in grid units, y south. Rings with positive area
// as drawn start a polygon, the others are holes of the one before. A geometry of
// unknown type is nil.
func (f *Feature) Orb() (orb.Geometry, error) {
	parts, err := f.Parts()
	if err != nil || len(parts) == 0 {
		return nil, err
	}
	switch f.Type {
	case Point:
		return orb.MultiPoint(toOrb(parts[0])), nil
	case LineString:
		out := make(orb.MultiLineString, len(parts))
		for i, p := range parts {
			out[i] = toOrb(p)
		}
		return out, nil
	}
	var out orb.MultiPolygon
	for _, p := range parts {
		ring := orb.Ring(toOrb(append(p, p[0])))
		if area2(p) > 0 || len(out) == 0 {
			out = append(out, orb.Polygon{ring})
			continue
		}
		out[len(out)-1] = append(out[len(out)-1], ring)
	}
	return out, nil
}

func toOrb(points []XY) []orb.Point {
	out := make([]orb.Point, len(points))
	for i, p := range points {
		out[i] = orb.Point{float64(p.X), float64(p.Y)}
	}
	return out
}

// area2 is twice the area of a ring; positive when it is clockwise as drawn. It is
// exact for coordinates of any tile that is drawn on purpose.
func area2(ring []XY) float64 {
	sum := 0.0
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		sum += float64(int64(p.X)*int64(q.Y)) - float64(int64(q.X)*int64(p.Y))
	}
	return sum
}

// Text writes a tile as text, one line for each layer and feature, for people and
// golden files.
func (t *Tile) Text() string {
	var b strings.Builder
	for i := range t.Layers {
		l := &t.Layers[i]
		fmt.Fprintf(&b, "layer %q version %d extent %d\n", l.Name, l.Version, l.Extent)
		for j := range l.Features {
			l.write(&b, &l.Features[j])
		}
	}
	return b.String()
}

func (l *Layer) write(b *strings.Builder, f *Feature) {
	b.WriteString("  ")
	if f.HasID {
		fmt.Fprintf(b, "#%d ", f.ID)
	}
	fmt.Fprintf(b, "%s", f.Type)
	parts, err := f.Parts()
	if err != nil {
		fmt.Fprintf(b, " (%v)", err)
	}
	for _, part := range parts {
		b.WriteString(" [")
		for i, p := range part {
			if i > 0 {
				b.WriteByte(' ')
			}
			fmt.Fprintf(b, "%d,%d", p.X, p.Y)
		}
		b.WriteByte(']')
	}
	for i := 0; i+1 < len(f.Tags); i += 2 {
		if k, v := f.Tags[i], f.Tags[i+1]; int(k) < len(l.Keys) && int(v) < len(l.Values) {
			fmt.Fprintf(b, " %s=%s", l.Keys[k], valueText(l.Values[v]))
		}
	}
	b.WriteByte('\n')
}

// valueText words a value so that its type shows: 1u is unsigned, 1.0 a double,
// 1.0f a float.
func valueText(v Value) string {
	number := func(x float64, bits int) string {
		s := strconv.FormatFloat(x, 'g', -1, bits)
		if !strings.ContainsAny(s, ".eIN") {
			s += ".0"
		}
		return s
	}
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case float64:
		return number(v, 64)
	case float32:
		return number(float64(v), 32) + "f"
	case uint64:
		return strconv.FormatUint(v, 10) + "u"
	}
	return fmt.Sprint(v)
}
