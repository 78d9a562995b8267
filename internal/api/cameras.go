package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"yiju/internal/pipeline"
)

type camerasInput struct {
	ScenarioQuery
	Body struct {
		Classes   string   `json:"classes,omitempty" maxLength:"63" doc:"The id of a table of classes of seeing"`
		Assume    string   `json:"assume,omitempty" maxLength:"63" doc:"What stands in for missing attributes; nothing does when empty"`
		PTZ       string   `json:"ptz,omitempty" maxLength:"63" doc:"How cameras that turn count: now or could"`
		Target_m  float64  `json:"target_m,omitempty" doc:"Height of what is to be seen"`
		Derive    []string `json:"derive,omitempty" maxItems:"10" doc:"Kinds of key points to take from entrances and ways"`
		Advise    bool     `json:"advise,omitempty" doc:"Also propose where more cameras would do most"`
		Community string   `json:"community,omitempty" maxLength:"200" doc:"Id or name"`
	}
}

type cameraSectionInput struct {
	ScenarioQuery
	Camera    string  `query:"camera" required:"true" maxLength:"1000"`
	Lon       float64 `query:"lon" required:"true" minimum:"-180" maximum:"180"`
	Lat       float64 `query:"lat" required:"true" minimum:"-90" maximum:"90"`
	Community string  `query:"community" maxLength:"200"`
}

func (s *Server) cameraRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-camera-choices", Method: http.MethodGet, Path: "/api/cameras/choices",
		Summary: "Tables of classes and defaults of cameras", Tags: []string{"analyses"},
	}, func(ctx context.Context, _ *struct{}) (*answer[pipeline.CameraChoices], error) {
		choices, err := pipeline.LoadCameraChoices()
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		return &answer[pipeline.CameraChoices]{choices}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "camera-section", Method: http.MethodGet, Path: "/api/cameras/section",
		Summary: "The side view from a camera to a place", Tags: []string{"analyses"},
	}, func(ctx context.Context, in *cameraSectionInput) (*answer[pipeline.CameraSection], error) {
		at, err := s.at(ctx, in.Scenario)
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		section, err := at.pipeline.CameraSection(ctx, in.Community, in.Camera, orb.Point{in.Lon, in.Lat})
		if err != nil {
			return nil, s.asProblem(ctx, err)
		}
		return &answer[pipeline.CameraSection]{section}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "run-cameras", Method: http.MethodPost, Path: "/api/analyses/cameras",
		Summary: "Compute what the cameras see, and keep the result", Tags: []string{"analyses"},
		MaxBodyBytes: maxBody,
	}, s.runCameras)
}

func (s *Server) runCameras(ctx context.Context, in *camerasInput) (*answer[pipeline.Run], error) {
	ctx, cancel := context.WithTimeout(ctx, analysisTime)
	defer cancel()
	at, err := s.at(ctx, in.Scenario)
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	b := &in.Body
	run, err := at.pipeline.Cameras(ctx, pipeline.CamerasRequest{
		Classes: b.Classes, Assume: b.Assume, PTZ: b.PTZ, Target_m: b.Target_m, Derive: b.Derive, Advise: b.Advise, Community: b.Community,
	})
	if err != nil {
		return nil, s.asProblem(ctx, err)
	}
	return &answer[pipeline.Run]{run}, nil
}
