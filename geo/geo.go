// Package geo is the vocabulary that every other package speaks: features with
// their attributes, the schemas that attributes are checked against, extents,
// measures in metres, and errors written for the person who reads them.
//
// A Feature at rest (in a store, a file or a tile) has longitude and latitude in
// degrees, in that order, on WGS 84 or CGCS2000, which are taken as equal: they
// differ by decimetres at most. A Feature in a scene has metres east and north in
// the working CRS of the place. Functions say which of the two they expect.
//
// Package geo imports nothing else of this project.
package geo

import (
	"fmt"
	"maps"
	"slices"

	"github.com/paulmach/orb"
)

// Text is a wording in the two languages of the product.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// T is a Text from its two wordings, Chinese first.
func T(zh, en string) Text { return Text{ZH: zh, EN: en} }

// Tf formats both wordings with the same arguments; use %[1]v where the order
// of words differs.
func Tf(zh, en string, args ...any) Text {
	return Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

// In returns the wording for "zh" or, for anything else, English.
func (t Text) In(lang string) string {
	if lang == "zh" && t.ZH != "" {
		return t.ZH
	}
	return t.EN
}

// Feature is one thing on the map.
type Feature struct {
	// ID is stable text, unique in its layer.
	ID string
	// Geometry may be nil: the thing is known, its place is not.
	Geometry orb.Geometry
	// Z holds the height in metres of each vertex of a line, in order. It is nil
	// when the line has no heights of its own; only orb.LineString may carry it.
	Z []float64
	// Attributes are those that the layer's schema declares. A missing key and a
	// nil value both mean unknown. Values are bool, int64, float64 or string.
	Attributes map[string]any
	// Extra are further attributes, kept as they came. Same value types.
	Extra map[string]any
	// Source says where the feature came from.
	Source Source
	// Quality notes how values were obtained, such as "height_source=floors×3".
	Quality []string
	// Version is the revision that last wrote the feature; 0 before it is stored.
	Version int64
}

// Source names the file or service a feature came from and its id there.
type Source struct {
	Name string `json:"name,omitempty"`
	ID   string `json:"id,omitempty"`
}

// Clone returns a copy that shares nothing with f.
func (f Feature) Clone() Feature {
	if f.Geometry != nil {
		f.Geometry = orb.Clone(f.Geometry)
	}
	f.Z = slices.Clone(f.Z)
	f.Attributes = maps.Clone(f.Attributes)
	f.Extra = maps.Clone(f.Extra)
	f.Quality = slices.Clone(f.Quality)
	return f
}

// Text returns the attribute as text; false when it is unknown or not text.
func (f *Feature) Text(name string) (string, bool) {
	v, ok := f.Attributes[name].(string)
	return v, ok
}

// Number returns the attribute as a number; false when it is unknown or not one.
func (f *Feature) Number(name string) (float64, bool) {
	switch v := f.Attributes[name].(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	}
	return 0, false
}

// Bool returns the attribute as yes or no; false for known when it is neither.
func (f *Feature) Bool(name string) (value, known bool) {
	value, known = f.Attributes[name].(bool)
	return value, known
}

// Set gives an attribute a value, or takes it away when value is nil.
func (f *Feature) Set(name string, value any) {
	if value == nil {
		delete(f.Attributes, name)
		return
	}
	if f.Attributes == nil {
		f.Attributes = make(map[string]any)
	}
	f.Attributes[name] = value
}

// Parts lists the simple parts of a geometry (points, lines, polygons), with
// multi-geometries and collections taken apart in order. Rings and bounds become
// polygons. A nil geometry has no parts.
func Parts(g orb.Geometry) []orb.Geometry {
	switch g := g.(type) {
	case nil:
		return nil
	case orb.MultiPoint:
		return parts(g)
	case orb.MultiLineString:
		return parts(g)
	case orb.MultiPolygon:
		return parts(g)
	case orb.Collection:
		var out []orb.Geometry
		for _, m := range g {
			out = append(out, Parts(m)...)
		}
		return out
	case orb.Ring:
		return []orb.Geometry{orb.Polygon{g}}
	case orb.Bound:
		return []orb.Geometry{g.ToPolygon()}
	}
	return []orb.Geometry{g}
}

func parts[S ~[]G, G orb.Geometry](s S) []orb.Geometry {
	out := make([]orb.Geometry, len(s))
	for i, g := range s {
		out[i] = g
	}
	return out
}

// Polygons lists the polygons among the parts of g.
func Polygons(g orb.Geometry) []orb.Polygon {
	var out []orb.Polygon
	for _, p := range Parts(g) {
		if poly, ok := p.(orb.Polygon); ok && len(poly) > 0 {
			out = append(out, poly)
		}
	}
	return out
}

// Lines lists the lines among the parts of g.
func Lines(g orb.Geometry) []orb.LineString {
	var out []orb.LineString
	for _, p := range Parts(g) {
		if l, ok := p.(orb.LineString); ok && len(l) > 1 {
			out = append(out, l)
		}
	}
	return out
}
