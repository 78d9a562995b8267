package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers"
)

// workspaceBody says what a workspace is about.
type workspaceBody struct {
	Name        string          `json:"name"`
	CRS         string          `json:"crs" doc:"Working CRS, in which everything is measured"`
	Revision    layers.Revision `json:"revision"`
	Synthetic   bool            `json:"synthetic" doc:"The data is made up, for demonstration"`
	Extent      []float64       `json:"extent" doc:"West, south, east, north in degrees; null when nothing has a place"`
	Communities []communityBody `json:"communities"`
	Version     string          `json:"version" doc:"Version of the engine"`
}

type communityBody struct {
	ID     string    `json:"id"`
	Name   string    `json:"name"`
	Centre []float64 `json:"centre"`
	Extent []float64 `json:"extent"`
}

type answer[T any] struct{ Body T }

func (s *Server) workspaceRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "get-workspace", Method: http.MethodGet, Path: "/api/workspace",
		Summary: "What the workspace is about", Tags: []string{"workspace"},
	}, func(ctx context.Context, in *ScenarioQuery) (*answer[workspaceBody], error) {
		body, err := s.workspace(ctx, in.Scenario)
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		return &answer[workspaceBody]{body}, nil
	})
}

func (s *Server) workspace(ctx context.Context, scenario string) (workspaceBody, error) {
	at, err := s.at(ctx, scenario)
	if err != nil {
		return workspaceBody{}, err
	}
	infos, err := at.store.Layers(ctx)
	if err != nil {
		return workspaceBody{}, err
	}
	body := workspaceBody{Version: pipeline.Engine, Communities: []communityBody{}}
	extent := geo.EmptyExtent()
	for _, info := range infos {
		extent = extent.Union(info.Extent)
		body.Revision = max(body.Revision, info.Changed)
	}
	body.Extent = numbers(extent)
	settings, err := pipeline.Settings(ctx, at.store, 0)
	if err != nil {
		return workspaceBody{}, err
	}
	body.Name, _ = settings.Text("name")
	body.CRS, _ = settings.Text("crs")
	body.Synthetic, _ = settings.Bool("synthetic")
	chosen, _ := settings.Text("community")
	communities, err := pipeline.Communities(ctx, at.store, 0)
	if err != nil {
		return workspaceBody{}, err
	}
	for _, f := range communities {
		e := geo.ExtentOf(f.Geometry)
		if e.IsEmpty() {
			continue
		}
		name, _ := f.Text("name")
		c := communityBody{ID: f.ID, Name: name, Extent: numbers(e), Centre: []float64{e.Centre()[0], e.Centre()[1]}}
		if f.ID == chosen { // the default comes first
			body.Communities = append([]communityBody{c}, body.Communities...)
			continue
		}
		body.Communities = append(body.Communities, c)
	}
	return body, nil
}

// numbers is an extent as west, south, east, north; nil when it is empty.
func numbers(e geo.Extent) []float64 {
	if e.IsEmpty() {
		return nil
	}
	return []float64{e.MinX, e.MinY, e.MaxX, e.MaxY}
}
