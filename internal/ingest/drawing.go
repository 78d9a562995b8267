package ingest

import (
	"context"
	"fmt"
	"strings"

	"yiju/geo"
	"yiju/layers"
)

// Content is what a file holds for one layer, in degrees, with attributes of the
// layer; what has no attribute is among the further ones.
type Content struct {
	Schema   geo.Schema
	Features []geo.Feature
	// OwnIDs tells that the ids are the file's own, but for features that it gives
	// none. Otherwise they are made of rows or of what features hold.
	OwnIDs bool
	// Speaks tells the attributes that the file has columns for. A feature without
	// a value there has an empty one.
	Speaks map[string]bool
}

// Read reads a file as Run does, with the same judgement of its layers, columns, CRS
// and values, and writes nothing. Contents are in the order of the layers. Options that
// say what to keep and how to write are for Run. A column of ids may leave features
// without one: who draws in a copy of a layer adds such.
func Read(ctx context.Context, workspace layers.Reader, opts Options) ([]Content, *Report, error) {
	r := newRun(workspace, opts)
	r.drawing = &drawing{speaks: make(map[string]map[string]bool), made: make(map[string]bool)}
	if err := r.read(ctx); err != nil {
		return nil, nil, err
	}
	var out []Content
	for _, layer := range r.order() {
		schema, _ := r.schema(layer)
		c := Content{Schema: schema, Features: r.features[layer], OwnIDs: !r.drawing.made[layer], Speaks: r.drawing.speaks[layer]}
		if c.Speaks == nil {
			c.Speaks = make(map[string]bool)
		}
		for i := range c.Features {
			for name := range c.Features[i].Attributes {
				c.Speaks[name] = true
			}
		}
		out = append(out, c)
	}
	r.arrange()
	r.report.Problems = r.problems.Entries()
	return out, r.report, nil
}

// drawing is what Read notes on the way. A nil drawing notes nothing.
type drawing struct {
	speaks map[string]map[string]bool
	made   map[string]bool // layers whose ids are not the file's
}

func (d *drawing) columns(layer string, columns []column) {
	if d == nil {
		return
	}
	if d.speaks[layer] == nil {
		d.speaks[layer] = make(map[string]bool)
	}
	for _, c := range columns {
		d.speaks[layer][c.field.Name] = true
	}
}

func (d *drawing) noIDs(layer string) {
	if d != nil {
		d.made[layer] = true
	}
}

// names tells whether a column has a value for some features, and each once.
func (d *drawing) names(features []geo.Feature, column string) bool {
	if d == nil {
		return false
	}
	seen := make(map[string]bool, len(features))
	for i := range features {
		id := idText(features[i].Extra[column])
		if id != "" && seen[id] {
			return false
		}
		seen[id] = true
	}
	delete(seen, "")
	return len(seen) > 0
}

// ids takes the ids of a column; what it leaves out is made of what features hold.
func (d *drawing) ids(t *table, column string) {
	for i := range t.features {
		f := &t.features[i]
		f.ID = idText(f.Extra[column])
		delete(f.Extra, column)
		if f.ID == "" {
			f.ID = hashID(f)
		}
	}
}

func idText(v any) string {
	if v == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprint(v))
}
