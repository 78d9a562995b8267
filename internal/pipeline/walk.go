package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"

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
	p.running.Lock()
	defer p.running.Unlock()
	at, err := newest(ctx, p.store)
	if err != nil {
		return Run{}, err
	}
	s, err := readWalkScene(ctx, p.store, at, request.Community, params)
	if err != nil {
		return Run{}, err
	}
	if err := checkWalkable(s, params.Categories); err != nil {
		return Run{}, err
	}
	result, err := walk.Run(s.Scene, params)
	if err != nil {
		return Run{}, err
	}
	if err := ctx.Err(); err != nil {
		return Run{}, err
	}
	asked, err := json.Marshal(request)
	if err != nil {
		return Run{}, fmt.Errorf("pipeline: walk: %w", err)
	}
	return p.keep(ctx, s, &result, Run{
		ID: request.ID, Analysis: "walk", Title: params.Title, Params: asked,
		Revision: at, Engine: Engine, Community: s.Community.ID, Inputs: walkInputs,
	})
}

// readWalkScene reads the community and as far around it as someone walks in the
// time.
func readWalkScene(ctx context.Context, r layers.Reader, at layers.Revision, community string, params walk.Params) (*scene, error) {
	return readScene(ctx, r, sceneSpec{
		community: community, layers: walkInputs, at: at, margin_m: math.Ceil(params.MarginM()),
	})
}

// checkWalkable refuses a scene that has nothing to walk on or nowhere to walk to:
// shares of zero would read as an answer.
func checkWalkable(s *scene, categories []string) error {
	if len(s.Layers["ways"]) == 0 {
		return geo.Refuse(geo.T("社区及周边没有道路，无法计算步行", "there are no ways in or around the community to walk on"),
			geo.T("导入道路数据，例如 yiju import osm", "import ways, for example with yiju import osm"))
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
