package commit

import (
	"maps"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// tidy gives the one form in which all stores keep a feature: unknown attributes
// are missing, not nil; numbers of a real field are float64; there is no negative
// zero among attributes; rings and bounds are polygons; what is empty is nil.
// What the caller gave is left as it is.
func tidy(s *geo.Schema, f geo.Feature) geo.Feature {
	f.Geometry = tidyGeometry(f.Geometry)
	if len(f.Z) == 0 {
		f.Z = nil
	}
	if len(f.Quality) == 0 {
		f.Quality = nil
	}
	f.Attributes = tidyValues(f.Attributes, func(name string) bool {
		field, _ := s.Field(name)
		return field.Type == geo.Real
	})
	f.Extra = tidyValues(f.Extra, func(string) bool { return false })
	f.Version = 0
	return f
}

// tidyValues copies a map only when it must change.
func tidyValues(values map[string]any, real func(name string) bool) map[string]any {
	out, copied := values, false
	change := func(name string, v any) {
		if !copied {
			out, copied = maps.Clone(values), true
		}
		if v == nil {
			delete(out, name)
			return
		}
		out[name] = v
	}
	for name, v := range values {
		switch v := v.(type) {
		case nil:
			change(name, nil)
		case int64:
			if real(name) {
				change(name, float64(v))
			}
		case float64:
			if v == 0 {
				change(name, 0.0)
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func tidyGeometry(g orb.Geometry) orb.Geometry {
	if isNil(g) {
		return nil
	}
	switch g := g.(type) {
	case orb.Ring:
		return orb.Polygon{g}
	case orb.Bound:
		return g.ToPolygon()
	case orb.MultiLineString:
		return tidyMembers(g, orb.LineString{})
	case orb.MultiPolygon:
		return tidyMembers(g, orb.Polygon{})
	case orb.Collection:
		out := make(orb.Collection, len(g))
		for i, m := range g {
			out[i] = tidyGeometry(m)
		}
		return out
	}
	return g
}

// tidyMembers puts an empty member in the place of a nil one.
func tidyMembers[S ~[]G, G ~[]E, E any](s S, empty G) S {
	if !slices.ContainsFunc(s, func(m G) bool { return m == nil }) {
		return s
	}
	s = slices.Clone(s)
	for i, m := range s {
		if m == nil {
			s[i] = empty
		}
	}
	return s
}

// isNil tells whether a geometry is a nil slice in an interface; like orb itself
// and WKB, a store takes it for no geometry at all.
func isNil(g orb.Geometry) bool {
	switch g := g.(type) {
	case orb.MultiPoint:
		return g == nil
	case orb.LineString:
		return g == nil
	case orb.Ring:
		return g == nil
	case orb.Polygon:
		return g == nil
	case orb.MultiLineString:
		return g == nil
	case orb.MultiPolygon:
		return g == nil
	case orb.Collection:
		return g == nil
	}
	return g == nil
}

// Tidy gives the one form in which all stores keep a feature of a schema.
func Tidy(s *geo.Schema, f geo.Feature) geo.Feature { return tidy(s, f) }
