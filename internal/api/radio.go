package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"yiju/internal/pipeline"
)

type radioInput struct {
	ScenarioQuery
	Body struct {
		Thresholds string  `json:"thresholds,omitempty" maxLength:"63" doc:"When a place counts as covered: the id of a profile"`
		Assume     string  `json:"assume,omitempty" maxLength:"63" doc:"What stands in for missing attributes; nothing does when empty"`
		Res_m      float64 `json:"res_m,omitempty" doc:"Side of a pixel"`
		Reach_m    float64 `json:"reach_m,omitempty" doc:"How far a cell is followed"`
		Blocked    string  `json:"blocked,omitempty" maxLength:"63" doc:"What a blocked path loses: statistical or knife_edge"`
		Entry      string  `json:"entry,omitempty" maxLength:"63" doc:"How hard walls are to enter: low or high"`
		Community  string  `json:"community,omitempty" maxLength:"200" doc:"Id or name"`
	}
}

type sectionInput struct {
	ScenarioQuery
	Cell      string  `query:"cell" required:"true" maxLength:"1000"`
	Lon       float64 `query:"lon" required:"true" minimum:"-180" maximum:"180"`
	Lat       float64 `query:"lat" required:"true" minimum:"-90" maximum:"90"`
	Community string  `query:"community" maxLength:"200"`
}

func (s *Server) radioRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-radio-choices", Method: http.MethodGet, Path: "/api/radio/choices",
		Summary: "Thresholds and defaults of 5G coverage", Tags: []string{"analyses"},
	}, func(ctx context.Context, _ *struct{}) (*answer[pipeline.RadioChoices], error) {
		choices, err := pipeline.LoadRadioChoices()
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		return &answer[pipeline.RadioChoices]{choices}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "radio-section", Method: http.MethodGet, Path: "/api/radio/section",
		Summary: "The side view from a 5G cell to a place", Tags: []string{"analyses"},
	}, func(ctx context.Context, in *sectionInput) (*answer[pipeline.Section], error) {
		at, err := s.at(ctx, in.Scenario)
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		section, err := at.pipeline.RadioSection(ctx, in.Community, in.Cell, orb.Point{in.Lon, in.Lat})
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		return &answer[pipeline.Section]{section}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "run-radio", Method: http.MethodPost, Path: "/api/analyses/radio",
		Summary: "Compute where 5G can be received, and keep the result", Tags: []string{"analyses"},
		MaxBodyBytes: maxBody,
	}, s.runRadio)
	huma.Register(api, huma.Operation{
		OperationID: "advise-radio", Method: http.MethodPost, Path: "/api/analyses/radio/advice",
		Summary: "The single changes that would cover the most outdoor ground", Tags: []string{"analyses"},
		MaxBodyBytes: maxBody,
	}, s.adviseRadio)
}

type adviceInput struct {
	ScenarioQuery
	Body struct {
		Candidates []string `json:"candidates,omitempty" maxItems:"10" doc:"Where cells could be added: rooftops, lamps; both when empty"`
		Changes    []string `json:"changes,omitempty" maxItems:"10" doc:"What to try: add, tilt, turn, raise; all when empty"`
		Operator   string   `json:"operator,omitempty" maxLength:"200" doc:"Fill the gaps of this operator; empty for places without any"`
		Limit      int      `json:"limit,omitempty" minimum:"0" maximum:"100" doc:"How much advice at the most"`
		Community  string   `json:"community,omitempty" maxLength:"200" doc:"Id or name"`
	}
}

func (s *Server) adviseRadio(ctx context.Context, in *adviceInput) (*answer[pipeline.RadioAdvice], error) {
	ctx, cancel := context.WithTimeout(ctx, analysisTime)
	defer cancel()
	at, err := s.at(ctx, in.Scenario)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	b := &in.Body
	advice, err := at.pipeline.AdviseRadio(ctx, pipeline.RadioAdviceRequest{
		Community: b.Community, Candidates: b.Candidates, Changes: b.Changes, Operator: b.Operator, Limit: b.Limit,
	})
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	return &answer[pipeline.RadioAdvice]{advice}, nil
}

func (s *Server) runRadio(ctx context.Context, in *radioInput) (*answer[pipeline.Run], error) {
	ctx, cancel := context.WithTimeout(ctx, analysisTime)
	defer cancel()
	at, err := s.at(ctx, in.Scenario)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	b := &in.Body
	run, err := at.pipeline.Radio(ctx, pipeline.RadioRequest{
		Thresholds: b.Thresholds, Assume: b.Assume, Res_m: b.Res_m, Reach_m: b.Reach_m,
		Blocked: b.Blocked, Entry: b.Entry, Community: b.Community,
	})
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	return &answer[pipeline.Run]{run}, nil
}
