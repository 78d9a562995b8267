package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb/geojson"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

type rebaseInput struct {
	ID   string `path:"id" maxLength:"63"`
	Body struct {
		Author  string          `json:"author,omitempty"`
		To      layers.Revision `json:"to,omitempty" minimum:"0" doc:"The revision to lay it over; the newest state of the place when 0"`
		Seen    int64           `json:"seen,omitempty" minimum:"0" doc:"The version of the scenario that the author saw; 0 is not checked"`
		Answers []answerInput   `json:"answers,omitempty" maxItems:"100000"`
	}
}

// answerInput settles a conflict.
type answerInput struct {
	Layer string          `json:"layer" minLength:"1" maxLength:"63"`
	ID    string          `json:"id" minLength:"1" maxLength:"1000"`
	Field string          `json:"field,omitempty" maxLength:"300" doc:"Of the conflict; empty also settles all fields of a feature, by ours or theirs"`
	Take  string          `json:"take" enum:"ours,theirs,value"`
	Value json.RawMessage `json:"value,omitempty" doc:"With take value: an attribute, a GeoJSON geometry or a place (geometry, z_m), a feature, or null for none"`
}

// rebaseBody is what became of laying a scenario over another revision.
type rebaseBody struct {
	Scenario  scenarioBody     `json:"scenario"`
	From      layers.Revision  `json:"from"`
	To        layers.Revision  `json:"to" doc:"To be sent along with answers"`
	Done      bool             `json:"done" doc:"False while a conflict is unanswered: nothing is written then"`
	Conflicts []rebaseConflict `json:"conflicts"`
}

// rebaseConflict is what scenario and base both made something else of. Sides are
// attributes, places or features; null is unknown, or none.
type rebaseConflict struct {
	Layer    string `json:"layer"`
	ID       string `json:"id"`
	Field    string `json:"field" doc:"An attribute, geometry, or empty for the whole feature"`
	Ancestor any    `json:"ancestor"`
	Ours     any    `json:"ours" doc:"Of the scenario"`
	Theirs   any    `json:"theirs" doc:"Of the base as it is now"`
}

// placeBody is a geometry with the heights of a line.
type placeBody struct {
	Geometry *geojson.Geometry `json:"geometry"`
	Z        []float64         `json:"z_m,omitempty"`
}

type adoptInput struct {
	ID   string `path:"id" maxLength:"63"`
	Body struct {
		By string `json:"by" minLength:"1"`
	}
}

type adoptBody struct {
	Revision layers.Revision `json:"revision" doc:"The revision of the base that the scenario became"`
}

func (s *Server) rebaseRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "rebase-scenario", Method: http.MethodPost, Path: "/api/scenarios/{id}/rebase",
		Summary: "Lay a scenario over the base as it is now", Tags: []string{"scenarios"}, MaxBodyBytes: maxEditsBody,
	}, s.rebaseScenario)
	huma.Register(api, huma.Operation{
		OperationID: "adopt-scenario", Method: http.MethodPost, Path: "/api/scenarios/{id}/adopt",
		Summary: "Make an approved scenario the base", Tags: []string{"scenarios"}, MaxBodyBytes: maxBody,
	}, s.adoptScenario)
}

func (s *Server) rebaseScenario(ctx context.Context, in *rebaseInput) (*answer[rebaseBody], error) {
	b := &in.Body
	order := scenario.RebaseOrder{Author: cmp.Or(b.Author, nobody), To: b.To, Seen: b.Seen}
	infos, err := s.snapshot.Layers(ctx)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	known := schemasOf(infos)
	for i := range b.Answers {
		a, err := b.Answers[i].read(ctx, known)
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		order.Answers = append(order.Answers, a)
	}
	done, err := s.scenarios.Book().Rebase(ctx, in.ID, order)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	if done.Done {
		s.news.wrote(done.Scenario.Version, order.Author)
	}
	body := rebaseBody{From: done.From, To: done.To, Done: done.Done, Conflicts: make([]rebaseConflict, len(done.Conflicts))}
	for i, c := range done.Conflicts {
		body.Conflicts[i] = rebaseConflict{c.Layer, c.ID, c.Field, sideJSON(c.Ancestor), sideJSON(c.Ours), sideJSON(c.Theirs)}
	}
	if body.Scenario, err = s.scenarioBody(ctx, done.Scenario); err != nil {
		return nil, s.asProblem(ctx, err)
	}
	return &answer[rebaseBody]{body}, nil
}

// sideJSON is one side of a conflict.
func sideJSON(v any) any {
	switch v := v.(type) {
	case *geo.Feature:
		if v == nil {
			return nil
		}
		return featureJSON(v)
	case *scenario.Place:
		if v == nil {
			return nil
		}
		out := placeBody{Z: v.Z}
		if v.Geometry != nil {
			out.Geometry = geojson.NewGeometry(v.Geometry)
		}
		return out
	}
	return v
}

// read turns an answer that was handed in into one of a scenario.
func (in *answerInput) read(ctx context.Context, known schemas) (scenario.Answer, error) {
	out := scenario.Answer{Layer: in.Layer, ID: in.ID, Field: in.Field, Take: scenario.Take(in.Take)}
	if out.Take != scenario.TakeValue || !given(in.Value) {
		return out, nil
	}
	schema, ok := known[in.Layer]
	if !ok {
		return out, &layers.NoLayerError{Layer: in.Layer}
	}
	var err error
	switch in.Field {
	case "":
		out.Value, err = in.feature(ctx, &schema)
	case scenario.GeometryField:
		out.Value, err = in.place(ctx)
	default:
		name := strings.TrimPrefix(in.Field, "attributes.")
		one := make(map[string]any)
		var v any
		if err := json.Unmarshal(in.Value, &v); err != nil {
			return out, in.wrong()
		}
		one[name] = v
		typed(&schema, one)
		out.Value = one[name]
	}
	return out, err
}

func (in *answerInput) feature(ctx context.Context, schema *geo.Schema) (*geo.Feature, error) {
	var n newFeature
	if err := strictly(in.Value, &n); err != nil {
		return nil, in.wrong()
	}
	e := editInput{Layer: in.Layer, ID: in.ID, Feature: &n}
	f, err := e.feature(ctx, schema)
	if err == nil && f.ID == "" {
		f.ID = in.ID
	}
	return f, err
}

// place reads a geometry, alone or with its heights beside it.
func (in *answerInput) place(ctx context.Context) (*scenario.Place, error) {
	var both struct {
		Type     string          `json:"type"`
		Geometry json.RawMessage `json:"geometry"`
		Z        []float64       `json:"z_m"`
	}
	if err := json.Unmarshal(in.Value, &both); err != nil {
		return nil, in.wrong()
	}
	raw := both.Geometry
	if both.Type != "" {
		raw = in.Value
	}
	g, z, err := readPlace(ctx, in.Layer, in.ID, raw, both.Z)
	return &scenario.Place{Geometry: g, Z: z}, err
}

// strictly decodes JSON and takes no member that it does not know.
func strictly(raw json.RawMessage, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

func (in *answerInput) wrong() error {
	return geo.Refuse(geo.Tf("对 %[1]s/%[2]s 的 %[3]q 给出的值不正确", "the value given for %[3]q of %[1]s/%[2]s is wrong", in.Layer, in.ID, in.Field),
		geo.T("给出属性值、几何或要素，与冲突两边的形式相同", "give an attribute, a geometry or a feature, in the form that the sides of the conflict have"))
}

func (s *Server) adoptScenario(ctx context.Context, in *adoptInput) (*answer[adoptBody], error) {
	at, err := s.scenarios.Book().Adopt(ctx, in.ID, in.Body.By)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	s.news.wrote(int64(at), in.Body.By)
	return &answer[adoptBody]{adoptBody{at}}, nil
}
