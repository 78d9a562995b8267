package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"yiju/analysis"
	"yiju/analysis/radio"
	"yiju/geo"
	"yiju/layers"
)

// radioInputs are the layers that the radio analysis reads; a change in any of
// them makes its results stale.
var radioInputs = []string{"buildings", "cells", "communities", "terrain"}

// Radio runs the analysis on the newest revision and keeps its result.
func (p *Pipeline) Radio(ctx context.Context, request RadioRequest) (Run, error) {
	choices, err := LoadRadioChoices()
	if err != nil {
		return Run{}, err
	}
	params, request, err := choices.complete(request)
	if err != nil {
		return Run{}, err
	}
	return p.ask(ctx, question{
		id: request.ID, analysis: "radio", title: params.Title, request: request, inputs: radioInputs,
		read: func(at layers.Revision) (*scene, error) {
			return readRadioScene(ctx, p.store, at, request.Community, params)
		},
		analyse: func(s *analysis.Scene) (analysis.Result, error) { return radio.Run(s, params) },
	})
}

// readRadioScene reads the community and as far around it as a cell is followed.
func readRadioScene(ctx context.Context, r layers.Reader, at layers.Revision, community string, params radio.Params) (*scene, error) {
	s, err := readScene(ctx, r, radioSpec(community, at, params))
	if err != nil {
		return nil, err
	}
	if len(s.Layers["cells"]) == 0 {
		return nil, noCells(params)
	}
	return s, nil
}

func radioSpec(community string, at layers.Revision, params radio.Params) sceneSpec {
	return sceneSpec{community: community, layers: radioInputs, at: at, margin_m: params.MarginM()}
}

func noCells(params radio.Params) *geo.Fault {
	return geo.Refuse(
		geo.Tf("社区及周边 %g 米内没有 5G 小区", "there is no 5G cell in the community or within %g m of it", params.MarginM()),
		geo.T("导入站点清单，例如 yiju import table 站点.xlsx --layer cells", "import a list of sites, for example yiju import table sites.xlsx --layer cells"))
}

// radioModel is a model with what it was built from.
type radioModel struct {
	run     string // the run whose request it is; empty when there is none
	request RadioRequest
	model   *radio.Model
	scene   *scene
}

// radioFor gives the model that explains the results on the map: that of the newest
// radio run of the community, or of an empty request where there is none. It is nil
// when the workspace has no cells there.
func (p *Pipeline) radioFor(ctx context.Context, community string) (*radioModel, error) {
	request := RadioRequest{Community: community}
	run, err := p.newestRequest(ctx, "radio", community, &request)
	if err != nil {
		return nil, err
	}
	key, err := json.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("pipeline: radio: %w", err)
	}
	at, err := p.changed(ctx, radioInputs)
	if err != nil {
		return nil, err
	}
	return p.radios.get(run+" "+string(key), at, func() (*radioModel, error) { return p.buildRadio(ctx, run, request) })
}

// newestRequest finds what the newest run of an analysis of a community was asked,
// and which run that is; request stays as it is when there is none.
func (p *Pipeline) newestRequest(ctx context.Context, analysis, community string, request any) (run string, err error) {
	runs, err := Runs(ctx, p.store)
	if err != nil {
		return "", err
	}
	var found *Run
	for i := range runs {
		r := &runs[i]
		if r.Analysis == analysis && (community == "" || r.Community == community) && (found == nil || r.Revision >= found.Revision) {
			found = r
		}
	}
	if found == nil {
		return "", nil
	}
	if err := json.Unmarshal(found.Params, request); err != nil {
		return "", fmt.Errorf("pipeline: run %q: %w", found.ID, err)
	}
	return found.ID, nil
}

// changed is the newest revision that touched any of some layers.
func (p *Pipeline) changed(ctx context.Context, names []string) (layers.Revision, error) {
	infos, err := p.store.Layers(ctx)
	if err != nil {
		return 0, err
	}
	var at layers.Revision
	for _, info := range infos {
		if slices.Contains(names, info.Schema.Layer) {
			at = max(at, info.Changed)
		}
	}
	return at, nil
}

func (p *Pipeline) buildRadio(ctx context.Context, run string, request RadioRequest) (*radioModel, error) {
	choices, err := LoadRadioChoices()
	if err != nil {
		return nil, err
	}
	params, request, err := choices.complete(request)
	if err != nil {
		return nil, err
	}
	at, err := newest(ctx, p.store)
	if err != nil {
		return nil, err
	}
	s, err := readScene(ctx, p.store, sceneSpec{community: request.Community, layers: radioInputs, at: at, margin_m: params.MarginM()})
	if err != nil || len(s.Layers["cells"]) == 0 {
		return nil, err
	}
	model, err := radio.NewModel(s.Scene, params)
	if err != nil {
		return nil, err
	}
	return &radioModel{run: run, request: request, model: model, scene: s}, nil
}
