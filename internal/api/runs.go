package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yiju/internal/pipeline"
)

type runsBody struct {
	Runs []pipeline.Run `json:"runs"`
}

type walkInput struct {
	ScenarioQuery
	Body struct {
		Preset     string    `json:"preset,omitempty" maxLength:"63" doc:"A named set of parameters; the rest overrides it"`
		Categories []string  `json:"categories,omitempty" maxItems:"50" doc:"Facility categories, such as sport or sport/pitch"`
		Minutes    []float64 `json:"minutes,omitempty" maxItems:"12" doc:"Cut-offs"`
		Profile    string    `json:"profile,omitempty" maxLength:"63" doc:"Who walks"`
		Community  string    `json:"community,omitempty" maxLength:"200" doc:"Id or name"`
	}
}

// profilesBody lists what a walk can be asked for.
type profilesBody struct {
	Profiles []pipeline.ProfileInfo `json:"profiles"`
	Presets  []pipeline.PresetInfo  `json:"presets"`
}

func (s *Server) runRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-runs", Method: http.MethodGet, Path: "/api/runs",
		Summary: "The analyses whose results the workspace holds", Tags: []string{"analyses"},
	}, func(ctx context.Context, in *ScenarioQuery) (*answer[runsBody], error) {
		at, err := s.at(ctx, in.Scenario)
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		runs, err := pipeline.Runs(ctx, at.store)
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		return &answer[runsBody]{runsBody{runs}}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "list-profiles", Method: http.MethodGet, Path: "/api/profiles",
		Summary: "Who can walk, and the presets", Tags: []string{"analyses"},
	}, func(ctx context.Context, _ *struct{}) (*answer[profilesBody], error) {
		profiles, presets, err := pipeline.WalkChoices()
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		return &answer[profilesBody]{profilesBody{profiles, presets}}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "run-walk", Method: http.MethodPost, Path: "/api/analyses/walk",
		Summary: "Compute who reaches what on foot, and keep the result", Tags: []string{"analyses"},
		MaxBodyBytes: maxBody,
	}, s.runWalk)
}

func (s *Server) runWalk(ctx context.Context, in *walkInput) (*answer[pipeline.Run], error) {
	ctx, cancel := context.WithTimeout(ctx, analysisTime)
	defer cancel()
	at, err := s.at(ctx, in.Scenario)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	run, err := at.pipeline.Walk(ctx, pipeline.WalkRequest{
		Preset: in.Body.Preset, Categories: in.Body.Categories, Minutes: in.Body.Minutes,
		Profile: in.Body.Profile, Community: in.Body.Community,
	})
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	return &answer[pipeline.Run]{run}, nil
}

type whyInput struct {
	ScenarioQuery
	Lon       float64 `query:"lon" required:"true" minimum:"-180" maximum:"180"`
	Lat       float64 `query:"lat" required:"true" minimum:"-90" maximum:"90"`
	Profile   string  `query:"profile" maxLength:"63"`
	Community string  `query:"community" maxLength:"200"`
	Need      string  `query:"need" maxLength:"63" doc:"The class that cameras must see the place at; empty asks for the least"`
}

func (s *Server) whyRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "why-here", Method: http.MethodGet, Path: "/api/why",
		Summary: "What is reached from a place, how, and what lies there", Tags: []string{"analyses"},
	}, func(ctx context.Context, in *whyInput) (*answer[pipeline.Why], error) {
		at, err := s.at(ctx, in.Scenario)
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		why, err := at.pipeline.Why(ctx, at.view, pipeline.WhyRequest{
			Lon: in.Lon, Lat: in.Lat, Profile: in.Profile, Community: in.Community, Need: in.Need,
		})
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		return &answer[pipeline.Why]{why}, nil
	})
}
