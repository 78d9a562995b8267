package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb/geojson"

	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers"
)

// layerBody describes a layer.
type layerBody struct {
	Name    string          `json:"name"`
	Kind    geo.Kind        `json:"kind" enum:"input,result,custom"`
	Title   geo.Text        `json:"title"`
	Shapes  []geo.Shape     `json:"shapes"`
	Fields  []geo.Field     `json:"fields"`
	Count   int             `json:"count"`
	Extent  []float64       `json:"extent" doc:"West, south, east, north in degrees, or null"`
	Changed layers.Revision `json:"changed" doc:"The revision that last touched the layer"`
	// TileVersion is no revision: those of a scenario begin anew with the server.
	TileVersion string  `json:"tile_version" doc:"Changes whenever tiles of the layer may have; to be added to their address as v"`
	Stale       bool    `json:"stale" doc:"A result whose inputs have changed since"`
	Run         *string `json:"run" doc:"The run that made a result layer"`
}

type layersBody struct {
	Revision layers.Revision `json:"revision"`
	Layers   []layerBody     `json:"layers"`
}

// rawAnswer is a body that is encoded already.
type rawAnswer struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

const geoJSONType = "application/geo+json"

func (s *Server) layerRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-layers", Method: http.MethodGet, Path: "/api/layers",
		Summary: "The layers with their schemas", Tags: []string{"layers"},
	}, func(ctx context.Context, in *ScenarioQuery) (*answer[layersBody], error) {
		body, err := s.layers(ctx, in.Scenario)
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		return &answer[layersBody]{body}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "get-feature", Method: http.MethodGet, Path: "/api/layers/{layer}/features/{id}",
		Summary: "One feature with all that is known of it", Tags: []string{"layers"},
	}, s.getFeature)
	huma.Register(api, huma.Operation{
		OperationID: "list-features", Method: http.MethodGet, Path: "/api/layers/{layer}/features",
		Summary: "Features of a layer, page by page in order of id", Tags: []string{"layers"},
	}, s.listFeatures)
}

func (s *Server) layers(ctx context.Context, scenario string) (layersBody, error) {
	at, err := s.at(ctx, scenario)
	if err != nil {
		return layersBody{}, err
	}
	infos, err := at.store.Layers(ctx)
	if err != nil {
		return layersBody{}, err
	}
	runs, err := pipeline.Runs(ctx, at.store)
	if err != nil {
		return layersBody{}, err
	}
	body := layersBody{Layers: []layerBody{}}
	for _, info := range infos {
		body.Revision = max(body.Revision, info.Changed)
		if layers.Own(info.Schema.Layer) {
			continue // they have resources of their own
		}
		version, err := s.tileVersion(at, info.Changed)
		if err != nil {
			return layersBody{}, err
		}
		l := layerBody{
			Name: info.Schema.Layer, Kind: info.Schema.Kind, Title: info.Schema.Title,
			Shapes: append([]geo.Shape{}, info.Schema.Shapes...), Fields: append([]geo.Field{}, info.Schema.Fields...),
			Count: info.Count, Extent: numbers(info.Extent), Changed: info.Changed, TileVersion: version,
		}
		for _, run := range runs {
			if slices.Contains(run.Outputs, l.Name) {
				l.Run, l.Stale = &run.ID, run.Stale
			}
		}
		body.Layers = append(body.Layers, l)
	}
	sortAsRead(body.Layers)
	return body, nil
}

// sortAsRead puts declared layers in their declared order, then results, then
// what the user made.
func sortAsRead(list []layerBody) {
	order := make(map[string]int)
	for i, schema := range layers.Schemas() {
		order[schema.Layer] = i
	}
	rank := func(l layerBody) int {
		switch l.Kind {
		case geo.Result:
			return len(order)
		case geo.Custom:
			return len(order) + 1
		}
		return order[l.Name]
	}
	slices.SortStableFunc(list, func(a, b layerBody) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
}

type featureInput struct {
	ScenarioQuery
	Layer string `path:"layer" maxLength:"63"`
	ID    string `path:"id" maxLength:"200"`
}

func (s *Server) getFeature(ctx context.Context, in *featureInput) (*rawAnswer, error) {
	at, err := s.at(ctx, in.Scenario)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	for f, err := range at.store.Features(ctx, in.Layer, layers.Query{IDs: []string{in.ID}}) {
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		body, err := json.Marshal(featureJSON(&f))
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		return &rawAnswer{ContentType: geoJSONType, Body: body}, nil
	}
	return nil, notFound(geo.Tf("图层 %q 中没有要素 %q", "layer %q has no feature %q", in.Layer, in.ID))
}

// feature is a GeoJSON feature with our own members beside the standard ones.
type feature struct {
	Type       string            `json:"type"`
	ID         string            `json:"id"`
	Geometry   *geojson.Geometry `json:"geometry"`
	Properties map[string]any    `json:"properties"`
	Z          []float64         `json:"z_m,omitempty"`
	Extra      map[string]any    `json:"extra,omitempty"`
	Source     geo.Source        `json:"source"`
	Quality    []string          `json:"quality,omitempty"`
	Version    int64             `json:"version"`
}

func featureJSON(f *geo.Feature) feature {
	out := feature{
		Type: "Feature", ID: f.ID, Properties: f.Attributes, Z: f.Z, Extra: f.Extra,
		Source: f.Source, Quality: f.Quality, Version: f.Version,
	}
	if f.Geometry != nil {
		out.Geometry = geojson.NewGeometry(f.Geometry)
	}
	if out.Properties == nil {
		out.Properties = map[string]any{}
	}
	return out
}

type featuresInput struct {
	ScenarioQuery
	Layer string `path:"layer" maxLength:"63"`
	BBox  string `query:"bbox" maxLength:"200" doc:"West, south, east, north in degrees"`
	Limit int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	After string `query:"after" maxLength:"200" doc:"Go on after this id"`
}

func (s *Server) listFeatures(ctx context.Context, in *featuresInput) (*rawAnswer, error) {
	at, err := s.at(ctx, in.Scenario)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	q := layers.Query{After: in.After, Limit: in.Limit + 1}
	if in.BBox != "" {
		e, err := parseBBox(in.BBox)
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		q.Extent = &e
	}
	page := struct {
		Type     string    `json:"type"`
		Features []feature `json:"features"`
		Next     *string   `json:"next"`
	}{Type: "FeatureCollection", Features: []feature{}}
	for f, err := range at.store.Features(ctx, in.Layer, q) {
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		if len(page.Features) == in.Limit {
			page.Next = &page.Features[in.Limit-1].ID
			break
		}
		page.Features = append(page.Features, featureJSON(&f))
	}
	body, err := json.Marshal(page)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	return &rawAnswer{ContentType: geoJSONType, Body: body}, nil
}

func parseBBox(s string) (geo.Extent, error) {
	parts := strings.Split(s, ",")
	var v [4]float64
	bad := geo.Refuse(geo.Tf("范围 %q 不正确", "the box %q is wrong", s),
		geo.T("按“西,南,东,北”给出四个经纬度，例如 117.08,36.17,117.10,36.18", "give west,south,east,north in degrees, such as 117.08,36.17,117.10,36.18"))
	if len(parts) != len(v) {
		return geo.Extent{}, bad
	}
	for i, part := range parts {
		number, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil {
			return geo.Extent{}, bad
		}
		v[i] = number
	}
	e := geo.Extent{MinX: v[0], MinY: v[1], MaxX: v[2], MaxY: v[3]}
	if e.IsEmpty() || e.MinX < -180 || e.MaxX > 180 || e.MinY < -90 || e.MaxY > 90 {
		return geo.Extent{}, bad
	}
	return e, nil
}
