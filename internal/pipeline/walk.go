package pipeline

import (
	"context"
	"math"
	"strings"

	"yiju/analysis"
	"yiju/analysis/walk"
	"yiju/geo"
	"yiju/layers"
)

// walkInputs are the layers that a walk reads; a change in any of them makes its
// results stale.
var walkInputs = []string{"barriers", "buildings", "communities", "compounds", "crossings", "entrances", "facilities", "terrain", "ways"}

// Walk runs the analysis on the newest revision and keeps its result.
func (p *Pipeline) Walk(ctx context.Context, request WalkRequest) (Run, error) {
	choices, err := loadWalkChoices()
	if err != nil {
		return Run{}, err
	}
	params, request, err := choices.complete(request)
	if err != nil {
		return Run{}, err
	}
	return p.ask(ctx, question{
		id: request.ID, analysis: "walk", title: params.Title, request: request, inputs: walkInputs,
		read: func(at layers.Revision) (*scene, error) {
			s, err := readWalkScene(ctx, p.store, at, request.Community, params)
			if err != nil {
				return nil, err
			}
			return s, checkWalkable(s, params.Categories)
		},
		analyse: func(s *analysis.Scene) (analysis.Result, error) { return walk.Run(s, params) },
	})
}

// readWalkScene reads the community and as far around it as someone walks in the
// time.
func readWalkScene(ctx context.Context, r layers.Reader, at layers.Revision, community string, params walk.Params) (*scene, error) {
	return readScene(ctx, r, walkSpec(community, at, params))
}

func walkSpec(community string, at layers.Revision, params walk.Params) sceneSpec {
	return sceneSpec{community: community, layers: walkInputs, at: at, margin_m: math.Ceil(params.MarginM())}
}

// checkWalkable refuses a scene that has nothing to walk on or nowhere to walk to:
// shares of zero would read as an answer.
func checkWalkable(s *scene, categories []string) error {
	if len(s.Layers["ways"]) == 0 {
		return noWays()
	}
	facilities := s.Layers["facilities"]
	for i := range facilities {
		category, _ := facilities[i].Text("category")
		for _, asked := range categories {
			if category == asked || strings.HasPrefix(category, asked+"/") {
				return nil
			}
		}
	}
	list := strings.Join(categories, ", ")
	return geo.Refuse(
		geo.Tf("社区及步行范围内没有类别为 %s 的设施（其他设施 %d 个），原有结果未改动", "there is no facility of category %s within walking distance (%d others); the results are as they were", list, len(facilities)),
		geo.T("检查 facilities 图层的 category 字段，或补充设施数据", "check field category of layer facilities, or add the facilities"))
}

func noWays() *geo.Fault {
	return geo.Refuse(geo.T("社区及周边没有道路，无法计算步行", "there are no ways in or around the community to walk on"),
		geo.T("导入道路数据，例如 yiju import osm", "import ways, for example with yiju import osm"))
}
