package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/layers"
)

// judgementsLayer keeps the last judgement of each community under each profile.
const judgementsLayer = "judgements"

// KeptJudgement is a judgement as the store keeps it.
type KeptJudgement struct {
	indicator.Judgement
	// Stale tells that an input has changed since, or that another engine made it.
	Stale bool `json:"stale"`

	runs, drawn []string // names of the runs and of the layers that belong to it
}

func (k *KeptJudgement) key() string { return judgementKey(k.Profile.ID, k.Community.ID) }

func judgementKey(profile, community string) string { return profile + "@" + community }

func judgementsSchema() geo.Schema {
	field := func(name, zh, en string, bulk bool) geo.Field {
		return geo.Field{Name: name, Type: geo.String, Title: geo.T(zh, en), Bulk: bulk}
	}
	return geo.Schema{Layer: judgementsLayer, Kind: geo.Result, Title: geo.T("评定记录", "Judgements"), Fields: []geo.Field{
		field("profile", "标准", "Standard", false), field("community", "社区", "Community", false),
		field("verdict", "结论", "Verdict", false), field("engine", "引擎版本", "Engine version", false),
		{Name: "revision", Type: geo.Integer, Title: geo.T("输入版本", "Input revision")},
		field("inputs", "输入图层", "Input layers", false), field("runs", "所用分析", "Runs", true), field("drawn", "所绘图层", "Layers drawn", true),
		field("judgement", "评定（JSON）", "Judgement (JSON)", true), field("claims", "申报（JSON）", "Claims (JSON)", true),
	}}
}

// Judgements lists the judgements that a workspace holds, ordered by profile and
// community.
func Judgements(ctx context.Context, r layers.Reader) ([]KeptJudgement, error) {
	changed, err := lastChanges(ctx, r)
	if err != nil {
		return nil, err
	}
	features, err := readAll(ctx, r, judgementsLayer, layers.Query{})
	if err != nil {
		return nil, err
	}
	out := make([]KeptJudgement, 0, len(features))
	for i := range features {
		k, err := decodeJudgement(&features[i])
		if err != nil {
			return nil, err
		}
		inputs, _ := features[i].Text("inputs")
		seen, _ := features[i].Number("revision")
		k.Stale = k.Engine != Engine || changed.since(strings.Fields(inputs), layers.Revision(seen))
		out = append(out, k)
	}
	return out, nil
}

func decodeJudgement(f *geo.Feature) (KeptJudgement, error) {
	var k KeptJudgement
	text, _ := f.Text("judgement")
	if err := json.Unmarshal([]byte(text), &k.Judgement); err != nil {
		return k, fmt.Errorf("pipeline: judgement %q: %w", f.ID, err)
	}
	runs, _ := f.Text("runs")
	drawn, _ := f.Text("drawn")
	k.runs, k.drawn = strings.Fields(runs), strings.Fields(drawn)
	return k, nil
}

// keptBefore finds the judgement of a community under a profile; nil when there is none.
func keptBefore(ctx context.Context, r layers.Reader, profile, community string) (*KeptJudgement, error) {
	features, err := readAll(ctx, r, judgementsLayer, layers.Query{IDs: []string{judgementKey(profile, community)}})
	if err != nil || len(features) == 0 {
		return nil, err
	}
	k, err := decodeJudgement(&features[0])
	return &k, err
}

// keptClaims are the claims that a judgement audited; nil when there were none.
func keptClaims(ctx context.Context, r layers.Reader, key string) (*indicator.Claims, error) {
	features, err := readAll(ctx, r, judgementsLayer, layers.Query{IDs: []string{key}})
	if err != nil || len(features) == 0 {
		return nil, err
	}
	text, ok := features[0].Text("claims")
	if !ok {
		return nil, nil
	}
	var claims indicator.Claims
	if err := json.Unmarshal([]byte(text), &claims); err != nil {
		return nil, fmt.Errorf("pipeline: claims of %q: %w", key, err)
	}
	return &claims, nil
}

// keepJudgement writes a judgement as one batch: the result layers of its runs, the
// layers that metrics drew, its record; and takes away what no judgement needs
// any more.
func (p *Pipeline) keepJudgement(ctx context.Context, w *judging, j *indicator.Judgement) error {
	batch := layers.Batch{Author: "yiju", Reason: "judgement " + j.Profile.ID, Define: []geo.Schema{judgementsSchema()}}
	var runs, drawn []string
	for _, need := range w.needs {
		run := w.runs[need.Key()]
		if run.missing != nil || slices.Contains(runs, run.id) {
			continue
		}
		result, err := run.all()
		if err != nil {
			return err
		}
		record, err := run.record(w, &result)
		if err != nil {
			return err
		}
		if err := writeRun(&batch, run.scene, result.Layers, record); err != nil {
			return err
		}
		runs = append(runs, run.id)
	}
	for _, layer := range w.drawn {
		if err := writeLayer(&batch, w.scene, layer); err != nil {
			return err
		}
		drawn = append(drawn, layer.Schema.Layer)
	}
	record, err := w.record(j, runs, drawn)
	if err != nil {
		return err
	}
	batch.Edits = append(batch.Edits, layers.Edit{Layer: judgementsLayer, Op: layers.Put, Feature: record})
	if err := p.forgetUnused(ctx, &batch, record.ID, runs, drawn); err != nil {
		return err
	}
	_, err = p.store.Apply(ctx, batch)
	return err
}

func (w *judging) record(j *indicator.Judgement, runs, drawn []string) (geo.Feature, error) {
	text, err := json.Marshal(j)
	if err != nil {
		return geo.Feature{}, fmt.Errorf("pipeline: judgement: %w", err)
	}
	inputs := append(w.inputs(), evidenceLayer)
	for _, need := range w.needs {
		inputs = append(inputs, w.runs[need.Key()].inputs...)
	}
	slices.Sort(inputs)
	f := geo.Feature{ID: judgementKey(j.Profile.ID, j.Community.ID), Attributes: map[string]any{
		"profile": j.Profile.ID, "community": j.Community.ID, "verdict": string(j.Answer.Verdict), "engine": j.Engine,
		"revision": int64(w.at), "inputs": strings.Join(slices.Compact(inputs), " "),
		"runs": strings.Join(runs, " "), "drawn": strings.Join(drawn, " "), "judgement": string(text),
	}}
	if w.claims != nil {
		claims, err := json.Marshal(w.claims)
		if err != nil {
			return f, fmt.Errorf("pipeline: claims: %w", err)
		}
		f.Set("claims", string(claims))
	}
	return f, nil
}

// forgetUnused drops the runs and layers of earlier judgements that no judgement
// kept needs, the new one, with its runs and drawn layers, included.
func (p *Pipeline) forgetUnused(ctx context.Context, batch *layers.Batch, own string, runs, drawn []string) error {
	kept, err := Judgements(ctx, p.store)
	if err != nil {
		return err
	}
	all, err := Runs(ctx, p.store)
	if err != nil {
		return err
	}
	neededRuns, neededDrawn := slices.Clone(runs), slices.Clone(drawn)
	var gone []string // layers
	for i := range kept {
		if kept[i].key() == own {
			gone = append(gone, kept[i].drawn...)
			continue
		}
		neededRuns, neededDrawn = append(neededRuns, kept[i].runs...), append(neededDrawn, kept[i].drawn...)
	}
	gone = slices.DeleteFunc(gone, func(layer string) bool { return slices.Contains(neededDrawn, layer) })
	for _, run := range all {
		needed, rewritten := slices.Contains(neededRuns, run.ID), slices.Contains(runs, run.ID)
		if !OfJudgement(run.ID) || needed && !rewritten {
			continue
		}
		gone = append(gone, run.Outputs...)
		if !needed {
			batch.Edits = append(batch.Edits, layers.Edit{Layer: "runs", Op: layers.Delete, Feature: geo.Feature{ID: run.ID}})
		}
	}
	for _, layer := range gone {
		written := slices.ContainsFunc(batch.Define, func(s geo.Schema) bool { return s.Layer == layer })
		if !written && !slices.Contains(batch.Drop, layer) {
			batch.Drop = append(batch.Drop, layer)
		}
	}
	return nil
}

// AddEvidence writes a document or a waiver into the workspace. Its id is made from
// what it is for, so that another one on the same requirement by the same author
// on the same day takes its place.
func (p *Pipeline) AddEvidence(ctx context.Context, e indicator.Evidence, community string) error {
	if !e.Complete() {
		return geo.Refuse(
			geo.T("材料需要名称（或文件）、日期和出具人；豁免需要理由、日期和审核人", "a document needs its name or file, a date and an author; a waiver needs its reason, a date and an author"),
			geo.T("补齐后重新提交", "fill these in and send it again"))
	}
	known := false
	profiles, err := Profiles()
	if err != nil {
		return err
	}
	for i := range profiles {
		for _, in := range profiles[i].Indicators {
			known = known || profiles[i].Standard == e.Standard && slices.ContainsFunc(in.Requirements, func(r indicator.Requirement) bool { return r.ID == e.Requirement })
		}
	}
	if !known {
		return geo.Refuse(geo.Tf("标准 %q 没有要求 %q", "standard %q has no requirement %q", e.Standard, e.Requirement))
	}
	f := geo.Feature{ID: strings.Join([]string{e.Standard, e.Requirement, string(e.Kind), e.Date, e.Author, community}, "/"), Attributes: make(map[string]any)}
	for name, v := range map[string]string{
		"standard": e.Standard, "requirement": e.Requirement, "kind": string(e.Kind), "title": e.Title, "file": e.File,
		"date": e.Date, "author": e.Author, "reason": e.Reason, "community": community,
	} {
		if v != "" {
			f.Set(name, v)
		}
	}
	if e.Value != nil {
		f.Set("value", *e.Value)
	}
	_, err = p.store.Apply(ctx, layers.Batch{
		Author: e.Author, Reason: fmt.Sprintf("%s for %s of %s", e.Kind, e.Requirement, e.Standard),
		Edits: []layers.Edit{{Layer: evidenceLayer, Op: layers.Put, Feature: f}},
	})
	return err
}
