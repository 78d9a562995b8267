package pipeline

import (
	"context"

	"yiju/analysis"
	"yiju/analysis/sight"
	"yiju/geo"
	"yiju/layers"
)

// cameraInputs are the layers that the analysis of cameras reads; a change in any
// of them makes its results stale.
var cameraInputs = []string{
	"barriers", "buildings", "cameras", "communities", "compounds", "devices", "entrances", "keypoints", "terrain", "ways",
}

// Cameras runs the analysis on the newest revision and keeps its result.
func (p *Pipeline) Cameras(ctx context.Context, request CamerasRequest) (Run, error) {
	data, err := loadCameraData()
	if err != nil {
		return Run{}, err
	}
	params, request, err := data.complete(request)
	if err != nil {
		return Run{}, err
	}
	return p.ask(ctx, question{
		id: request.ID, analysis: "cameras", title: params.Title, request: request, inputs: cameraInputs,
		read: func(at layers.Revision) (*scene, error) {
			s, err := readCameraScene(ctx, p.store, at, request.Community, params)
			if err == nil && len(s.Layers["cameras"]) == 0 {
				err = noCameras(params.MarginM())
			}
			return s, err
		},
		analyse: func(s *analysis.Scene) (analysis.Result, error) { return sight.Run(s, params) },
	})
}

func noCameras(margin_m float64) error {
	return geo.Refuse(
		geo.Tf("社区及周边 %g 米内没有摄像机", "there is no camera in the community or within %g m of it", margin_m),
		geo.T("导入摄像机清单，例如 yiju import table 摄像机.xlsx --layer cameras", "import a list of cameras, for example yiju import table cameras.xlsx --layer cameras"))
}

// readCameraScene reads the community and as far around it as a camera looks.
func readCameraScene(ctx context.Context, r layers.Reader, at layers.Revision, community string, params sight.Params) (*scene, error) {
	return readScene(ctx, r, cameraSpec(community, at, params))
}

func cameraSpec(community string, at layers.Revision, params sight.Params) sceneSpec {
	return sceneSpec{community: community, layers: cameraInputs, at: at, margin_m: params.MarginM()}
}
