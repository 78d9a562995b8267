package api

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/data/geojson"
	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// stepBody is one step of an author.
type stepBody struct {
	Do   string     `json:"do" enum:"append,remove,replace,switch"`
	Edit *editInput `json:"edit,omitempty" doc:"Of append and replace"`
	Seqs []int64    `json:"seqs,omitempty" maxItems:"10000" doc:"The edits to remove, replace or switch"`
	Off  bool       `json:"off,omitempty" doc:"Of switch: what the edits become"`
	Seen *int64     `json:"seen,omitempty" minimum:"0" doc:"Of append: the version of the feature in the scenario that the author saw, 0 for none; otherwise that of the edit"`
}

// editInput is an edit as an author hands it in. Attributes take the types that the
// schema of the layer declares.
type editInput struct {
	Layer    string          `json:"layer" minLength:"1" maxLength:"63"`
	Op       string          `json:"op" enum:"add,change,move,delete"`
	ID       string          `json:"id,omitempty" maxLength:"1000" doc:"Of the feature; an add without it is given one"`
	Feature  *newFeature     `json:"feature,omitempty" doc:"What an add brings"`
	Set      map[string]any  `json:"set,omitempty" doc:"The attributes that a change gives; null makes one unknown"`
	Geometry json.RawMessage `json:"geometry,omitempty" doc:"A GeoJSON geometry in degrees, of a change or a move"`
	Z        []float64       `json:"z_m,omitempty" doc:"Height of each vertex of a line; a third coordinate says the same"`
	Off      bool            `json:"off,omitempty" doc:"Add it switched off"`
	Group    string          `json:"group,omitempty"`
	Kind     string          `json:"kind,omitempty" doc:"The entry of the palette that it came from"`
	Comment  string          `json:"comment,omitempty"`
}

// newFeature is a feature that an add brings: a GeoJSON feature with members of ours.
type newFeature struct {
	Type       string          `json:"type,omitempty" enum:"Feature"`
	ID         string          `json:"id,omitempty" maxLength:"1000"`
	Geometry   json.RawMessage `json:"geometry,omitempty" doc:"A GeoJSON geometry in degrees"`
	Properties map[string]any  `json:"properties,omitempty"`
	Z          []float64       `json:"z_m,omitempty"`
	Extra      json.RawMessage `json:"extra,omitempty" doc:"Further attributes: texts, numbers, yes or no"`
	Source     *geo.Source     `json:"source,omitempty"`
	Quality    []string        `json:"quality,omitempty" maxItems:"1000"`
	Version    int64           `json:"version,omitempty" doc:"Is not looked at"`
}

// schemas are those of the layers that an edit may speak of.
type schemas map[string]geo.Schema

func schemasOf(infos []layers.Info) schemas {
	out := make(schemas)
	for _, s := range layers.Schemas() {
		out[s.Layer] = s
	}
	for _, info := range infos {
		out[info.Schema.Layer] = info.Schema
	}
	return out
}

// readSteps turns what an author handed in into steps. What they hold is for the Book
// to judge.
func readSteps(ctx context.Context, in []stepBody, known schemas) ([]scenario.Step, error) {
	out := make([]scenario.Step, len(in))
	for i := range in {
		b := &in[i]
		out[i] = scenario.Step{Do: scenario.Do(b.Do), Seqs: b.Seqs, Off: b.Off, Seen: b.Seen}
		if brings := out[i].Do == scenario.Append || out[i].Do == scenario.Replace; !brings && b.Edit != nil {
			return nil, geo.Refuse(geo.Tf("第 %d 步 %s 不带编辑", "step %d (%s) brings no edit", i+1, b.Do),
				geo.T("去掉“edit”，或使用 append、replace", "leave edit away, or use append or replace"))
		}
		if b.Edit == nil {
			continue
		}
		e, err := readEdit(ctx, b.Edit, known)
		if err != nil {
			return nil, err
		}
		out[i].Edit = e
	}
	return out, nil
}

// readEdit turns an edit that was handed in into one of a scenario.
func readEdit(ctx context.Context, in *editInput, known schemas) (*scenario.Edit, error) {
	schema, ok := known[in.Layer]
	if !ok {
		return nil, &layers.NoLayerError{Layer: in.Layer}
	}
	e := &scenario.Edit{
		Layer: in.Layer, Op: scenario.Op(in.Op), ID: in.ID, Set: in.Set, Off: in.Off,
		Group: in.Group, Kind: in.Kind, Comment: in.Comment,
	}
	typed(&schema, e.Set)
	var err error
	if e.Geometry, e.Z, err = readPlace(ctx, in.Layer, in.ID, in.Geometry, in.Z); err != nil || in.Feature == nil {
		return e, err
	}
	e.Feature, err = in.feature(ctx, &schema)
	return e, err
}

func given(raw json.RawMessage) bool {
	raw = bytes.TrimSpace(raw)
	return len(raw) > 0 && string(raw) != "null"
}

// feature is what an add brings. One without an id is named after its kind.
func (in *editInput) feature(ctx context.Context, schema *geo.Schema) (*geo.Feature, error) {
	n := in.Feature
	f := &geo.Feature{ID: n.ID, Attributes: n.Properties, Quality: n.Quality}
	if n.Source != nil {
		f.Source = *n.Source
	}
	if f.ID == "" && in.ID == "" {
		f.ID = newID(cmp.Or(in.Kind, in.Layer))
	}
	typed(schema, f.Attributes)
	var err error
	if f.Geometry, f.Z, err = readPlace(ctx, in.Layer, f.ID, n.Geometry, n.Z); err != nil {
		return nil, err
	}
	f.Extra, err = readExtra(ctx, in.Layer, f.ID, n.Extra)
	return f, err
}

// typed gives whole numbers the type of the integer fields that they are for: JSON
// knows one kind of number only. Whatever does not fit is left to the schema to name.
func typed(schema *geo.Schema, attributes map[string]any) {
	const exact = 1 << 53 // beyond, neighbours are one and the same in JSON's numbers
	for name, v := range attributes {
		number, ok := v.(float64)
		if field, declared := schema.Field(name); !ok || !declared || field.Type != geo.Integer {
			continue
		}
		if number == math.Trunc(number) && math.Abs(number) <= exact {
			attributes[name] = int64(number)
		}
	}
}

// readPlace reads a GeoJSON geometry with the heights of a line, which may stand beside
// it or as third coordinates. Nothing is mended and nothing dropped in silence.
func readPlace(ctx context.Context, layer, id string, raw json.RawMessage, z []float64) (orb.Geometry, []float64, error) {
	if !given(raw) {
		return nil, z, nil
	}
	read, err := readOne(ctx, `{"type":"Feature","properties":null,"geometry":`+string(raw)+`}`)
	if err != nil {
		return nil, nil, placeFault(layer, id, "不是 GeoJSON 几何", "it is not a GeoJSON geometry")
	}
	switch {
	case len(read.Broken) > 0:
		m := read.Broken[0].Message
		return nil, nil, placeFault(layer, id, m.ZH, m.EN)
	case read.Problems.Count("ring_closed") > 0:
		return nil, nil, placeFault(layer, id, "多边形的环首尾不相接", "a ring does not end where it begins")
	case read.Problems.Count("height_dropped") > 0:
		return nil, nil, placeFault(layer, id, "只有单条线的每个顶点都有高程时才能带高程", "only a single line can carry heights, one at each vertex")
	case len(read.Features) != 1:
		return nil, nil, placeFault(layer, id, "不是一个几何", "it is not one geometry")
	}
	f := &read.Features[0]
	if len(f.Z) > 0 && len(z) > 0 && !slices.Equal(f.Z, z) {
		return nil, nil, placeFault(layer, id, "“z_m”与坐标中的高程不同", "z_m differs from the third coordinates")
	}
	if f.Geometry == nil {
		return nil, nil, placeFault(layer, id, "几何为空", "it is empty")
	}
	if len(z) == 0 {
		z = f.Z
	}
	return f.Geometry, z, nil
}

func placeFault(layer, id, zh, en string) error {
	return geo.Refuse(geo.Tf("%s/%s 的几何不正确："+escape(zh), "the geometry of %s/%s is wrong: "+escape(en), layer, id))
}

// escape keeps text from being taken for a format.
func escape(s string) string { return strings.ReplaceAll(s, "%", "%%") }

// readExtra reads further attributes, which keep the kind of number they were written as.
func readExtra(ctx context.Context, layer, id string, raw json.RawMessage) (map[string]any, error) {
	if !given(raw) {
		return nil, nil
	}
	read, err := readOne(ctx, `{"type":"Feature","geometry":null,"properties":`+string(raw)+`}`)
	if err != nil || len(read.Features) != 1 || read.Problems.Count("nested_value") > 0 {
		return nil, geo.Refuse(geo.Tf("%s/%s 的附加属性“extra”不正确", "the further attributes (extra) of %s/%s are wrong", layer, id),
			geo.T("值只能是文本、数、是/否", "values are texts, numbers, yes or no"))
	}
	return read.Features[0].Extra, nil
}

func readOne(ctx context.Context, text string) (*geojson.File, error) {
	read, err := geojson.Read(ctx, strings.NewReader(text), geojson.Options{})
	if err != nil {
		return nil, fmt.Errorf("geojson: %w", err)
	}
	return read, nil
}

// newID names a feature that an author did not name, after what it is.
func newID(kind string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '-'
	}, strings.ToLower(kind))
	return "new-" + plain[:min(len(plain), 40)] + "-" + strings.ToLower(rand.Text()[:8])
}
