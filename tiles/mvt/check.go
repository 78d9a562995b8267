package mvt

import (
	"fmt"

	"github.com/paulmach/orb"

	"yiju/geo/overlay"
)

// Rule is a rule of the specification.
type Rule string

// The rules that a tile must keep.
const (
	Readable     Rule = "the tile can be read"
	LayerVersion Rule = "a layer has a version, which is 1 or 2"
	LayerName    Rule = "a layer has a name"
	UniqueNames  Rule = "no two layers have the same name"
	ValueField   Rule = "a value has exactly one field, of a known type"
	FeatureType  Rule = "a feature has a type from 0 to 3"
	FieldOnce    Rule = "a feature has each field once"
	HasGeometry  Rule = "a feature has geometry"
	TagPairs     Rule = "tags come in pairs"
	TagRange     Rule = "tags point to keys and values that are there"
	KeyOnce      Rule = "a feature has no key twice"
	Commands     Rule = "geometry commands follow the grammar of their type"
	NoStandstill Rule = "a LineTo moves the cursor"
	NoClosing    Rule = "a ring does not repeat its first point"
	OuterFirst   Rule = "a polygon starts with a ring of positive area"
	ValidArea    Rule = "rings are simple, holes lie inside their outline"
)

// The rules that a tile should keep.
const (
	VersionFirst Rule = "the version comes first in a layer"
	HasFeatures  Rule = "a layer has features"
	UniqueKeys   Rule = "keys are unique in a layer"
	UniqueValues Rule = "values are unique in a layer"
	UniqueIDs    Rule = "ids of features are unique in a layer"
	RingArea     Rule = "a ring encloses an area"
)

// Violation is a rule that a tile breaks.
type Violation struct {
	Rule Rule
	// Should is set for what the specification only recommends.
	Should bool
	Layer  string
	// Feature is the place of the feature in its layer; -1 is the layer itself.
	Feature int
	Detail  string
}

func (v Violation) String() string {
	s := fmt.Sprintf("layer %q", v.Layer)
	if v.Feature >= 0 {
		s += fmt.Sprintf(" feature %d", v.Feature)
	}
	s += " breaks: " + string(v.Rule)
	if v.Detail != "" {
		s += " (" + v.Detail + ")"
	}
	return s
}

// Check lists the rules of version 2.1 that a tile breaks, in the order of the
// tile. Layers of version 1 are let through.
func Check(b []byte) []Violation {
	t, err := Decode(b)
	if err != nil {
		return []Violation{{Rule: Readable, Feature: -1, Detail: err.Error()}}
	}
	var c checker
	names := make(map[string]bool, len(t.Layers))
	for i := range t.Layers {
		c.layer(&t.Layers[i])
		if names[c.name] {
			c.must(-1, UniqueNames, "")
		}
		names[c.name] = true
	}
	return c.found
}

type checker struct {
	name  string
	found []Violation
}

func (c *checker) must(feature int, r Rule, detail string) {
	c.found = append(c.found, Violation{Rule: r, Layer: c.name, Feature: feature, Detail: detail})
}

func (c *checker) should(feature int, r Rule, detail string) {
	c.must(feature, r, detail)
	c.found[len(c.found)-1].Should = true
}

func (c *checker) layer(l *Layer) {
	c.name = l.Name
	for _, f := range l.flaws {
		if f.rule == VersionFirst {
			c.should(f.feature, f.rule, f.detail)
		} else {
			c.must(f.feature, f.rule, f.detail)
		}
	}
	if l.Version < 1 || l.Version > 2 {
		c.must(-1, LayerVersion, fmt.Sprintf("is %d", l.Version))
	}
	if len(l.Features) == 0 {
		c.should(-1, HasFeatures, "")
	}
	unique(c, UniqueKeys, l.Keys)
	unique(c, UniqueValues, l.Values)
	ids := make(map[uint64]bool, len(l.Features))
	for i := range l.Features {
		f := &l.Features[i]
		if f.HasID && ids[f.ID] {
			c.should(i, UniqueIDs, fmt.Sprintf("id %d", f.ID))
		}
		ids[f.ID] = ids[f.ID] || f.HasID
		c.tags(l, i, f)
		c.geometry(i, f)
	}
}

func unique[T comparable](c *checker, r Rule, all []T) {
	seen := make(map[T]bool, len(all))
	for i, v := range all {
		if seen[v] {
			c.should(-1, r, fmt.Sprintf("number %d, %v", i, v))
		}
		seen[v] = true
	}
}

func (c *checker) tags(l *Layer, i int, f *Feature) {
	if len(f.Tags)%2 != 0 {
		c.must(i, TagPairs, "")
	}
	keys := make(map[uint32]bool, len(f.Tags)/2)
	for k := 0; k+1 < len(f.Tags); k += 2 {
		key, value := f.Tags[k], f.Tags[k+1]
		if uint64(key) >= uint64(len(l.Keys)) || uint64(value) >= uint64(len(l.Values)) {
			c.must(i, TagRange, fmt.Sprintf("key %d, value %d", key, value))
			continue
		}
		if keys[key] {
			c.must(i, KeyOnce, l.Keys[key])
		}
		keys[key] = true
	}
}

func (c *checker) geometry(i int, f *Feature) {
	if f.Type > Polygon {
		c.must(i, FeatureType, fmt.Sprintf("is %d", f.Type))
		return
	}
	if len(f.Commands) == 0 {
		c.must(i, HasGeometry, "")
		return
	}
	parts, err := f.Parts()
	if err != nil {
		c.must(i, Commands, err.Error())
		return
	}
	if f.Type == LineString || f.Type == Polygon {
		c.standstill(i, parts)
	}
	if f.Type == Polygon {
		c.areas(i, f, parts)
	}
}

func (c *checker) standstill(i int, parts [][]XY) {
	for _, part := range parts {
		for k := 1; k < len(part); k++ {
			if part[k] == part[k-1] {
				c.must(i, NoStandstill, fmt.Sprintf("at %d,%d", part[k].X, part[k].Y))
			}
		}
	}
}

func (c *checker) areas(i int, f *Feature, rings [][]XY) {
	for k, ring := range rings {
		area := area2(ring)
		if area == 0 {
			c.should(i, RingArea, fmt.Sprintf("ring %d", k))
		}
		if k == 0 && area < 0 {
			c.must(i, OuterFirst, "")
		}
		if ring[0] == ring[len(ring)-1] {
			c.must(i, NoClosing, fmt.Sprintf("ring %d", k))
		}
	}
	g, err := f.Orb()
	if err != nil {
		c.must(i, Commands, err.Error())
		return
	}
	reason, err := overlay.Invalid(g.(orb.MultiPolygon))
	if err != nil {
		reason = err.Error()
	}
	if reason != "" {
		c.must(i, ValidArea, reason)
	}
}
