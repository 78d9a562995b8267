package standards

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"

	"yiju/geo"
)

//go:embed palette.yaml
var palette []byte

// Palette is what a designer may put into a scenario.
type Palette struct {
	// Sources and Themes are named by entries.
	Sources []geo.Text     `yaml:"sources"`
	Themes  []Theme        `yaml:"themes"`
	Entries []PaletteEntry `yaml:"entries"`
}

// Theme is what entries are shown under.
type Theme struct {
	ID    string   `yaml:"id" json:"id"`
	Title geo.Text `yaml:"title" json:"title"`
}

// PaletteEntry is a thing that can be put into a scenario.
type PaletteEntry struct {
	// ID is the kind that edits bear, and prices hang on.
	ID    string   `yaml:"id" json:"id"`
	Title geo.Text `yaml:"title" json:"title"`
	Theme string   `yaml:"theme" json:"theme"`
	// Op is what is done: add (the default), change or delete of what is picked.
	Op    string    `yaml:"op" json:"op"`
	Layer string    `yaml:"layer" json:"layer"`
	Shape geo.Shape `yaml:"shape" json:"shape"`
	// Shapes are further shapes that it may be drawn in.
	Shapes []geo.Shape `yaml:"shapes" json:"shapes,omitempty"`
	// On is what the drawing snaps to, or what is picked: wall, building, way; empty
	// for nothing.
	On string `yaml:"on" json:"on,omitempty"`
	// Picks are attributes that a picked thing must have.
	Picks map[string]any `yaml:"picks" json:"picks,omitempty"`
	// Attributes are those of the new thing; in a change nil makes one unknown.
	Attributes map[string]any `yaml:"attributes" json:"attributes"`
	Takes      []Taking       `yaml:"takes" json:"takes,omitempty"`
	// Parts is everything that the entry makes; none where that is the thing alone.
	Parts  []Part   `yaml:"parts" json:"parts,omitempty"`
	Hint   geo.Text `yaml:"hint" json:"hint"`
	Source geo.Text `yaml:"source" json:"source"`
	// Ask lists the attributes that a form asks first.
	Ask []string `yaml:"ask" json:"ask"`
	// Per is what a price is counted by: thing, m or m2.
	Per string `yaml:"per" json:"per"`
}

// Taking gives a new thing an attribute of the thing it was put on.
type Taking struct {
	Attribute string `yaml:"attribute" json:"attribute"`
	// From is "id" or an attribute of the nearest thing of kind Of: wall, building,
	// way, compound. A thing that does not tell it leaves the attribute as it was.
	From string `yaml:"from" json:"from"`
	Of   string `yaml:"of" json:"of"`
	// Plus is added to a number.
	Plus float64 `yaml:"plus" json:"plus,omitempty"`
}

// Part is one of several features that an entry makes or unmakes, as one group. What
// it leaves out is that of the entry; its attributes are laid over those of the entry
// where the layer is the same.
type Part struct {
	Role  string   `yaml:"role" json:"role"`
	Title geo.Text `yaml:"title" json:"title"`
	// Kind is what its edit bears: the entry whose price it has.
	Kind       string         `yaml:"kind" json:"kind"`
	Op         string         `yaml:"op" json:"op"`
	Layer      string         `yaml:"layer" json:"layer"`
	Shape      geo.Shape      `yaml:"shape" json:"shape"`
	Attributes map[string]any `yaml:"attributes" json:"attributes"`
	// Place says where it lies: drawn, picked, connect, first_leg, middle_legs,
	// last_leg, meets_road.
	Place string `yaml:"place" json:"place"`
	// Turn_deg is added to the azimuth of the entry.
	Turn_deg float64 `yaml:"turn_deg" json:"turn_deg,omitempty"`
}

// LoadPalette reads the palette, with everything that parts leave out filled in. The
// error names every mistake. Each call gives a fresh copy.
func LoadPalette() (*Palette, error) { return parsePalette("palette.yaml", palette) }

func parsePalette(name string, text []byte) (*Palette, error) {
	var p Palette
	if err := decode(name, text, &p); err != nil {
		return nil, err
	}
	for i := range p.Entries {
		p.Entries[i].fill()
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("standards: %s: %w", name, err)
	}
	return &p, nil
}

// fill puts in what is left out. YAML gives entries that share an anchor the same
// maps; each gets its own.
func (e *PaletteEntry) fill() {
	if e.Op == "" {
		e.Op = "add"
	}
	e.Attributes = maps.Clone(e.Attributes)
	if e.Attributes == nil {
		e.Attributes = map[string]any{}
	}
	if e.Ask == nil {
		e.Ask = []string{}
	}
	e.Parts = slices.Clone(e.Parts)
	for i := range e.Parts {
		part := &e.Parts[i]
		own := part.Attributes
		part.Attributes = map[string]any{}
		if part.Layer == "" || part.Layer == e.Layer {
			part.Layer = e.Layer
			maps.Copy(part.Attributes, e.Attributes)
		}
		maps.Copy(part.Attributes, own)
		if part.Shape == "" {
			part.Shape = e.Shape
		}
		if part.Kind == "" {
			part.Kind = e.ID
		}
	}
}

var (
	paletteOps    = []string{"add", "change", "delete"}
	paletteShapes = []geo.Shape{geo.Point, geo.Line, geo.Polygon}
	paletteOn     = []string{"", "wall", "building", "way"}
	paletteOf     = []string{"wall", "building", "way", "compound"}
	palettePer    = []string{"thing", "m", "m2"}
	palettePlaces = []string{"drawn", "picked", "connect", "first_leg", "middle_legs", "last_leg", "meets_road"}
)

// check lists everything that is wrong, as far as can be told without the schemas of
// layers.
func (p *Palette) check() error {
	var bad []error
	wrong := func(format string, args ...any) { bad = append(bad, fmt.Errorf(format, args...)) }
	if len(p.Entries) == 0 {
		wrong("there is no entry")
	}
	var themes, seen []string
	for _, t := range p.Themes {
		if err := checkEntry(t.ID, t.Title); err != nil {
			wrong("themes: %w", err)
		}
		themes = append(themes, t.ID)
	}
	for i := range p.Entries {
		e := &p.Entries[i]
		if err := checkEntry(e.ID, e.Title); err != nil {
			wrong("%w", err)
		}
		if slices.Contains(seen, e.ID) {
			wrong("%s is there twice", e.ID)
		}
		seen = append(seen, e.ID)
		if !slices.Contains(themes, e.Theme) {
			wrong("%s: there is no theme %q", e.ID, e.Theme)
		}
		for _, err := range e.check() {
			wrong("%s: %w", e.ID, err)
		}
	}
	for i := range p.Entries {
		for _, part := range p.Entries[i].Parts {
			if !slices.Contains(seen, part.Kind) {
				wrong("%s: %s: kind: there is no entry %q", p.Entries[i].ID, part.Role, part.Kind)
			}
		}
	}
	return errors.Join(bad...)
}

func (e *PaletteEntry) check() []error {
	var bad []error
	among := func(what, value string, of []string) {
		if !slices.Contains(of, value) {
			bad = append(bad, fmt.Errorf("%s: %q is none of %q", what, value, of))
		}
	}
	among("op", e.Op, paletteOps)
	among("on", e.On, paletteOn)
	among("per", e.Per, palettePer)
	for _, s := range append([]geo.Shape{e.Shape}, e.Shapes...) {
		if !slices.Contains(paletteShapes, s) {
			bad = append(bad, fmt.Errorf("shape: %q is none of %q", s, paletteShapes))
		}
	}
	for _, t := range []struct {
		name string
		text geo.Text
	}{{"hint", e.Hint}, {"source", e.Source}} {
		if t.text.ZH == "" || t.text.EN == "" {
			bad = append(bad, fmt.Errorf("%s: not in both languages", t.name))
		}
	}
	if e.Op != "add" && e.On == "" {
		bad = append(bad, errors.New("on: says nothing of what is picked"))
	}
	for _, t := range e.Takes {
		among("takes", t.Of, paletteOf)
	}
	var roles []string
	for i := range e.Parts {
		part := &e.Parts[i]
		if err := checkEntry(part.Role, part.Title); err != nil {
			bad = append(bad, fmt.Errorf("parts: %w", err))
		}
		if slices.Contains(roles, part.Role) {
			bad = append(bad, fmt.Errorf("parts: %s is there twice", part.Role))
		}
		roles = append(roles, part.Role)
		among("parts: op", part.Op, paletteOps)
		among("parts: place", part.Place, palettePlaces)
		if !slices.Contains(paletteShapes, part.Shape) {
			bad = append(bad, fmt.Errorf("parts: shape: %q is none of %q", part.Shape, paletteShapes))
		}
	}
	return bad
}
