package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb/geojson"

	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers/scenario"
)

type remediesInput struct {
	Body struct {
		Scenario    string `json:"scenario,omitempty" maxLength:"63" doc:"The one to go on from; empty for the base"`
		Community   string `json:"community,omitempty" maxLength:"200" doc:"Id or name"`
		Profile     string `json:"profile" minLength:"1" maxLength:"200"`
		Requirement string `json:"requirement" minLength:"1" maxLength:"200"`
	}
}

type remediesBody struct {
	Remedies []remedyBody `json:"remedies"`
	Tried    int          `json:"tried" doc:"How many places and changes were tried out"`
	Note     *geo.Text    `json:"note" doc:"Why there are none, or none that is enough"`
}

// remedyBody is a remedy with the steps that open it as a scenario.
type remedyBody struct {
	pipeline.Remedy
	Steps []appendBody `json:"steps"`
	Cost  *costBody    `json:"cost" doc:"What it costs together; null where a unit cost is missing or currencies differ"`
}

type costBody struct {
	Amount   float64 `json:"amount"`
	Currency string  `json:"currency"`
}

// appendBody is a step as it can be handed in.
type appendBody struct {
	Do   string   `json:"do" enum:"append"`
	Edit partBody `json:"edit"`
}

// partBody is an edit as it can be handed in.
type partBody struct {
	Layer    string            `json:"layer"`
	Op       scenario.Op       `json:"op" enum:"add,change,move,delete"`
	ID       string            `json:"id"`
	Feature  *feature          `json:"feature,omitempty"`
	Set      map[string]any    `json:"set,omitempty"`
	Geometry *geojson.Geometry `json:"geometry,omitempty"`
	Z        []float64         `json:"z_m,omitempty"`
	Group    string            `json:"group,omitempty"`
	Kind     string            `json:"kind,omitempty"`
	Comment  string            `json:"comment,omitempty"`
}

func (s *Server) remedyRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "find-remedies", Method: http.MethodPost, Path: "/api/scenarios/remedies",
		Summary: "What would make a failing requirement pass", Tags: []string{"scenarios"}, MaxBodyBytes: maxBody,
	}, s.remedies)
}

func (s *Server) remedies(ctx context.Context, in *remediesInput) (*answer[remediesBody], error) {
	ctx, cancel := context.WithTimeout(ctx, analysisTime)
	defer cancel()
	b := &in.Body
	found, err := s.scenarios.Remedies(ctx, pipeline.RemedyRequest{
		Scenario: b.Scenario, Community: b.Community, Profile: b.Profile, Requirement: b.Requirement,
	})
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	out := remediesBody{Remedies: make([]remedyBody, len(found.Remedies)), Tried: found.Tried}
	if found.Note.ZH != "" {
		out.Note = &found.Note
	}
	for i := range found.Remedies {
		out.Remedies[i] = remedyJSON(&found.Remedies[i])
	}
	return &answer[remediesBody]{out}, nil
}

func remedyJSON(r *pipeline.Remedy) remedyBody {
	out := remedyBody{Remedy: *r, Steps: make([]appendBody, len(r.Edits))}
	for i := range r.Edits {
		e := &r.Edits[i]
		part := partBody{Layer: e.Layer, Op: e.Op, ID: e.ID, Set: e.Set, Z: e.Z, Group: e.Group, Kind: e.Kind, Comment: e.Comment}
		if e.Feature != nil {
			f := featureJSON(e.Feature)
			part.Feature = &f
		}
		if e.Geometry != nil {
			part.Geometry = geojson.NewGeometry(e.Geometry)
		}
		out.Steps[i] = appendBody{string(scenario.Append), part}
	}
	if len(r.Costs.Sums) == 1 && len(r.Costs.Unpriced) == 0 {
		out.Cost = &costBody{r.Costs.Sums[0].Sum, r.Costs.Sums[0].Currency}
	}
	return out
}
