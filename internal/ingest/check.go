package ingest

import (
	"context"
	"fmt"
	"strings"

	"yiju/geo"
	"yiju/geo/overlay"
	"yiju/layers"
)

var madeValid = geo.T("多边形自相交等，已按规则修复并注明", "areas that cross themselves were repaired by rule, with a note")

// check looks at every feature: its geometry, its values. What cannot be written
// ends the import with strict care, and is left out and counted with lenient.
func (r *run) check(ctx context.Context) error {
	total, done := 0, 0
	for _, list := range r.features {
		total += len(list)
	}
	for _, layer := range r.order() {
		schema, _ := r.schema(layer)
		kept := r.features[layer][:0]
		var problems []geo.Problem
		for _, f := range r.features[layer] {
			if done%4096 == 0 {
				r.progress(Checking, int64(done), int64(total))
				if err := ctx.Err(); err != nil {
					return err
				}
			}
			done++
			wrong := r.one(&schema, &f)
			if len(wrong) == 0 {
				kept = append(kept, f)
				continue
			}
			problems = append(problems, wrong...)
		}
		r.features[layer] = kept
		if err := r.refused(layer, problems); err != nil {
			return err
		}
	}
	return r.something()
}

// one checks a feature and gives what keeps it from being written.
func (r *run) one(schema *geo.Schema, f *geo.Feature) []geo.Problem {
	if p, bad := r.valid(schema.Layer, f); bad {
		return []geo.Problem{p}
	}
	var left []geo.Problem
	for _, p := range schema.Check(f) {
		v, isAttribute := f.Attributes[p.Field]
		if r.strict() || !isAttribute {
			left = append(left, p)
			continue
		}
		// Messy values must not keep a city out: they go along as they are.
		r.dropped(schema.Layer, p.Field, fmt.Sprintf("%s: %s (%s)", f.ID, show(v), p.Message.EN))
		f.Set(p.Field, nil)
		if f.Extra == nil {
			f.Extra = make(map[string]any)
		}
		if _, there := f.Extra[p.Field]; !there {
			f.Extra[p.Field] = v
		}
	}
	return left
}

// valid repairs areas that cross themselves. An area from which repair leaves
// nothing cannot be written.
func (r *run) valid(layer string, f *geo.Feature) (geo.Problem, bool) {
	if len(geo.Polygons(f.Geometry)) == 0 || !geo.Finite(f.Geometry) {
		return geo.Problem{}, false
	}
	reason, err := overlay.Invalid(f.Geometry)
	if err == nil && reason == "" {
		return geo.Problem{}, false
	}
	mended, mendErr := overlay.MakeValid(f.Geometry)
	if err != nil || mendErr != nil || len(geo.Polygons(mended)) == 0 {
		return geo.Problem{Layer: layer, ID: f.ID, Field: "geometry", Message: geo.Tf("几何无效且无法修复：%s", "is not valid and cannot be repaired: %s", reason)}, true
	}
	f.Geometry = mended
	f.Quality = append(f.Quality, "geometry=made valid")
	r.problems.Add("made_valid", madeValid, fmt.Sprintf("%s/%s: %s", layer, f.ID, reason))
	return geo.Problem{}, false
}

// refused ends a strict import, or counts what is left out.
func (r *run) refused(layer string, problems []geo.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	if r.strict() {
		return r.wrongValues(problems)
	}
	var before string
	for _, p := range problems {
		r.problems.Add("refused_"+p.Field, geo.Tf("%s 不可用，要素未写入", "%s cannot be used; the feature is left out", p.Field), fmt.Sprintf("%s/%s: %s", layer, p.ID, p.Message.EN))
		if p.ID != before {
			r.layerCount(layer).Refused++
		}
		before = p.ID
	}
	return nil
}

// something refuses an import that would write nothing.
func (r *run) something() error {
	for _, list := range r.features {
		if len(list) > 0 {
			return nil
		}
	}
	var why []string
	for _, p := range r.problems.Entries() {
		why = append(why, fmt.Sprintf("%s (%d)", p.Text.EN, p.Count))
	}
	return geo.Refuse(geo.Tf("文件 %s 中没有可导入的要素", "file %s holds no feature that can be imported", r.report.File),
		geo.Tf("检查文件内容、--layer 和边界%s", "check what the file holds, --layer and the boundary%s", prefixed(" — ", strings.Join(why, "; "))))
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// order lists the layers to be written as a person would read them, those of the
// user's own last.
func (r *run) order() []string {
	var out []string
	for _, s := range layers.Schemas() {
		if _, ok := r.features[s.Layer]; ok {
			out = append(out, s.Layer)
		}
	}
	for _, layer := range sortedKeys(r.features) {
		if _, declared := layers.Schema(layer); !declared {
			out = append(out, layer)
		}
	}
	return out
}

// layerCount finds the line of a layer in the report, and makes it when needed.
func (r *run) layerCount(layer string) *LayerCount {
	for i := range r.report.Layers {
		if r.report.Layers[i].Layer == layer {
			return &r.report.Layers[i]
		}
	}
	title := geo.T(layer, layer)
	if s, ok := r.schema(layer); ok {
		title = s.Title
	}
	r.report.Layers = append(r.report.Layers, LayerCount{Layer: layer, Title: title})
	return &r.report.Layers[len(r.report.Layers)-1]
}
