package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"yiju/analysis"
	"yiju/geo"
	"yiju/layers"
)

// Run is the record of an analysis whose results the store holds.
type Run struct {
	ID        string           `json:"id"`
	Analysis  string           `json:"analysis"`
	Title     geo.Text         `json:"title"`
	Params    json.RawMessage  `json:"params"`
	Values    []analysis.Value `json:"values"`
	Notes     []analysis.Note  `json:"notes"`
	Revision  layers.Revision  `json:"revision"` // of the input
	Engine    string           `json:"engine"`
	Community string           `json:"community"`
	Inputs    []string         `json:"inputs"`
	Outputs   []string         `json:"outputs"`
	// Stale tells that an input has changed since, or that another engine made it.
	Stale bool `json:"stale"`
}

// Runs lists the runs that a workspace holds, ordered by id.
func Runs(ctx context.Context, r layers.Reader) ([]Run, error) {
	changed, err := lastChanges(ctx, r)
	if err != nil {
		return nil, err
	}
	features, err := readAll(ctx, r, "runs", layers.Query{})
	if err != nil {
		return nil, err
	}
	out := make([]Run, 0, len(features))
	for i := range features {
		run, err := decodeRun(&features[i])
		if err != nil {
			return nil, err
		}
		run.Stale = run.Engine != Engine || changed.since(run.Inputs, run.Revision)
		out = append(out, run)
	}
	return out, nil
}

// changes are the revisions that last touched each layer.
type changes map[string]layers.Revision

func lastChanges(ctx context.Context, r layers.Reader) (changes, error) {
	infos, err := r.Layers(ctx)
	if err != nil {
		return nil, err
	}
	out := make(changes, len(infos))
	for _, info := range infos {
		out[info.Schema.Layer] = info.Changed
	}
	return out, nil
}

// since tells whether any of some layers changed after a revision.
func (c changes) since(names []string, at layers.Revision) bool {
	return slices.ContainsFunc(names, func(layer string) bool { return c[layer] > at })
}

func decodeRun(f *geo.Feature) (Run, error) {
	text := func(name string) string { s, _ := f.Text(name); return s }
	run := Run{
		ID: f.ID, Analysis: text("analysis"), Title: geo.T(text("title_zh"), text("title_en")),
		Params: json.RawMessage(text("params")), Engine: text("engine"), Community: text("community"),
		Inputs: strings.Fields(text("inputs")), Outputs: strings.Fields(text("outputs")),
	}
	revision, _ := f.Number("revision")
	run.Revision = layers.Revision(revision)
	for name, into := range map[string]any{"values": &run.Values, "notes": &run.Notes} {
		if err := json.Unmarshal([]byte(text(name)), into); err != nil {
			return Run{}, fmt.Errorf("pipeline: run %q: %s: %w", f.ID, name, err)
		}
	}
	return run, nil
}

func encodeRun(run Run) (geo.Feature, error) {
	values, err := json.Marshal(run.Values)
	if err != nil {
		return geo.Feature{}, fmt.Errorf("pipeline: run %q: values: %w", run.ID, err)
	}
	notes, err := json.Marshal(run.Notes)
	if err != nil {
		return geo.Feature{}, fmt.Errorf("pipeline: run %q: notes: %w", run.ID, err)
	}
	return geo.Feature{ID: run.ID, Attributes: map[string]any{
		"analysis": run.Analysis, "title_zh": run.Title.ZH, "title_en": run.Title.EN,
		"params": string(run.Params), "values": string(values), "notes": string(notes),
		"revision": int64(run.Revision), "engine": run.Engine, "community": run.Community,
		"inputs": strings.Join(run.Inputs, " "), "outputs": strings.Join(run.Outputs, " "),
	}}, nil
}

// question is an analysis to run on the newest revision.
type question struct {
	id, analysis string
	title        geo.Text
	request      any // as asked, to be kept with the result
	inputs       []string
	read         func(at layers.Revision) (*scene, error)
	analyse      func(*analysis.Scene) (analysis.Result, error)
}

// ask runs an analysis and keeps its result. One runs at a time.
func (p *Pipeline) ask(ctx context.Context, q question) (Run, error) {
	p.running.Lock()
	defer p.running.Unlock()
	at, err := newest(ctx, p.store)
	if err != nil {
		return Run{}, err
	}
	s, err := q.read(at)
	if err != nil {
		return Run{}, err
	}
	result, err := q.analyse(s.Scene)
	if err != nil {
		return Run{}, err
	}
	if err := ctx.Err(); err != nil {
		return Run{}, err
	}
	asked, err := json.Marshal(q.request)
	if err != nil {
		return Run{}, fmt.Errorf("pipeline: %s: %w", q.analysis, err)
	}
	return p.keep(ctx, s, &result, Run{
		ID: q.id, Analysis: q.analysis, Title: q.title, Params: asked,
		Revision: at, Engine: Engine, Community: s.Community.ID, Inputs: q.inputs,
	})
}

// keep writes a result into the store as one batch: its layers anew, the layers
// of the run before it that it no longer has taken away, and its record.
func (p *Pipeline) keep(ctx context.Context, s *scene, result *analysis.Result, run Run) (Run, error) {
	before, err := Runs(ctx, p.store)
	if err != nil {
		return Run{}, err
	}
	batch := layers.Batch{Author: "yiju", Reason: "analysis " + run.ID}
	run.Outputs = layerNames(result.Layers)
	run.Values, run.Notes = result.Values, result.Notes
	if err := writeRun(&batch, s, result.Layers, run); err != nil {
		return Run{}, err
	}
	for _, old := range before {
		if old.ID != run.ID {
			continue
		}
		for _, name := range old.Outputs {
			if !slices.Contains(run.Outputs, name) {
				batch.Drop = append(batch.Drop, name)
			}
		}
	}
	_, err = p.store.Apply(ctx, batch)
	return run, err
}

// writeRun adds the result layers and the record of a run to a batch.
func writeRun(batch *layers.Batch, s *scene, results []analysis.Layer, run Run) error {
	for _, layer := range results {
		if err := writeLayer(batch, s, layer); err != nil {
			return err
		}
	}
	record, err := encodeRun(run)
	if err != nil {
		return err
	}
	batch.Edits = append(batch.Edits, layers.Edit{Layer: "runs", Op: layers.Put, Feature: record})
	return nil
}

// writeLayer adds a result layer to a batch, in degrees, in place of what it held.
func writeLayer(batch *layers.Batch, s *scene, layer analysis.Layer) error {
	batch.Define = append(batch.Define, layer.Schema)
	batch.Clear = append(batch.Clear, layer.Schema.Layer)
	features := slices.Clone(layer.Features)
	if err := s.transform.InverseFeatures(features); err != nil {
		return err
	}
	for _, f := range features {
		batch.Edits = append(batch.Edits, layers.Edit{Layer: layer.Schema.Layer, Op: layers.Add, Feature: f})
	}
	return nil
}

func layerNames(list []analysis.Layer) []string {
	var out []string
	for _, layer := range list {
		out = append(out, layer.Schema.Layer)
	}
	return out
}
