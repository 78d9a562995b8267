package pipeline

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"yiju/data/standards"
	"yiju/geo"
	"yiju/layers"
)

// PaletteEntry is a thing that a designer can put into a scenario.
type PaletteEntry = standards.PaletteEntry

// PaletteTheme is what entries are shown under.
type PaletteTheme = standards.Theme

// Palette lists what a designer can put into a scenario, in the order in which it is
// shown. Attributes are of the types of their layers. The error names everything that
// does not fit the schemas.
func Palette() ([]PaletteEntry, error) {
	p, err := loadPalette()
	if err != nil {
		return nil, err
	}
	return p.Entries, nil
}

// PaletteThemes lists what entries are shown under, in order.
func PaletteThemes() ([]PaletteTheme, error) {
	p, err := loadPalette()
	if err != nil {
		return nil, err
	}
	return p.Themes, nil
}

func loadPalette() (*standards.Palette, error) {
	p, err := standards.LoadPalette()
	if err != nil {
		return nil, err
	}
	var bad []error
	for i := range p.Entries {
		bad = append(bad, fitEntry(&p.Entries[i])...)
	}
	if len(bad) > 0 {
		return nil, fmt.Errorf("pipeline: palette.yaml: %w", errors.Join(bad...))
	}
	return p, nil
}

// fitEntry gives the attributes of an entry and its parts the types of their layers,
// and lists what does not fit.
func fitEntry(e *PaletteEntry) []error {
	var bad []error
	wrong := func(format string, args ...any) {
		bad = append(bad, fmt.Errorf(e.ID+": "+format, args...))
	}
	schema, ok := layers.Schema(e.Layer)
	if !ok || schema.Kind != geo.Input || layers.Own(e.Layer) {
		wrong("there is no layer %q to edit", e.Layer)
		return bad
	}
	for _, s := range append([]geo.Shape{e.Shape}, e.Shapes...) {
		if !slices.Contains(schema.Shapes, s) {
			wrong("layer %s holds no %s", e.Layer, s)
		}
	}
	for _, err := range slices.Concat(fitAttributes(&schema, e.Attributes), fitAttributes(&schema, e.Picks)) {
		wrong("%w", err)
	}
	for _, name := range e.Ask {
		if _, ok := schema.Field(name); !ok {
			wrong("ask: layer %s has no field %q", e.Layer, name)
		}
	}
	for _, t := range e.Takes {
		if _, ok := schema.Field(t.Attribute); !ok {
			wrong("takes: layer %s has no field %q", e.Layer, t.Attribute)
		}
		if err := fitTaking(t); err != nil {
			wrong("takes: %w", err)
		}
	}
	for i := range e.Parts {
		part := &e.Parts[i]
		schema, ok := layers.Schema(part.Layer)
		if !ok || !slices.Contains(schema.Shapes, part.Shape) {
			wrong("%s: there is no layer %q of %ss", part.Role, part.Layer, part.Shape)
			continue
		}
		for _, err := range fitAttributes(&schema, part.Attributes) {
			wrong("%s: %w", part.Role, err)
		}
	}
	return bad
}

// fitTaking holds what is taken against the layer it is taken from.
func fitTaking(t standards.Taking) error {
	layer := map[string]string{"wall": "barriers", "building": "buildings", "way": "ways", "compound": "compounds"}[t.Of]
	schema, _ := layers.Schema(layer)
	field, ok := schema.Field(t.From)
	if t.From != "id" && !ok {
		return fmt.Errorf("layer %s has no field %q", layer, t.From)
	}
	if t.Plus != 0 && field.Type != geo.Real {
		return fmt.Errorf("%s of %s is no number to add to", t.From, layer)
	}
	return nil
}

// fitAttributes brings values as YAML has them to the types of a layer, in place.
// Values of closed and of open lists of codes must be known ones: a palette does not
// make up words.
func fitAttributes(schema *geo.Schema, attributes map[string]any) []error {
	var bad []error
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		field, ok := schema.Field(name)
		if !ok {
			bad = append(bad, fmt.Errorf("layer %s has no field %q", schema.Layer, name))
			continue
		}
		if n, whole := attributes[name].(int); whole {
			attributes[name] = int64(n)
			if field.Type == geo.Real {
				attributes[name] = float64(n)
			}
		}
		f := geo.Feature{ID: "x", Attributes: map[string]any{name: attributes[name]}}
		for _, p := range schema.Check(&f) {
			bad = append(bad, fmt.Errorf("%s: %s", name, p.Message.EN))
		}
		code, text := attributes[name].(string)
		if text && len(field.Codes) > 0 && !slices.ContainsFunc(field.Codes, func(c geo.Code) bool { return c.Value == code }) {
			bad = append(bad, fmt.Errorf("%s: %q is not among the codes", name, code))
		}
		if name == "category" && text {
			if err := knownCategories([]string{code}); err != nil {
				bad = append(bad, err)
			}
		}
	}
	return bad
}
