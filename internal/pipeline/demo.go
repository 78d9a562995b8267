package pipeline

import (
	"cmp"
	"context"
	"slices"

	"yiju/data/demo"
	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// LoadDemo fills a workspace with the demo community as one batch. A workspace
// that holds the demo already gets it anew; one that holds anything else is
// refused, so that nobody's data is mixed with made-up data. Scenarios stay.
func LoadDemo(ctx context.Context, store layers.Store) error {
	infos, err := store.Layers(ctx)
	if err != nil {
		return err
	}
	settings, err := Settings(ctx, store, 0)
	if err != nil {
		return err
	}
	synthetic, _ := settings.Bool("synthetic")
	batch := layers.Batch{Author: "yiju", Reason: "demo community (synthetic)"}
	for _, info := range infos {
		if info.Schema.Kind != geo.Input || info.Count == 0 || layers.Planning(info.Schema.Layer) {
			continue
		}
		if !synthetic {
			return geo.Refuse(
				geo.T("工作区里已有其他数据，示范社区不会写进去", "the workspace holds other data; the demo is not written into it"),
				geo.T("换一个工作区，例如 --store demo.gpkg", "name another workspace, such as --store demo.gpkg"))
		}
		batch.Clear = append(batch.Clear, info.Schema.Layer)
	}
	for _, layer := range demo.Layers() {
		features, err := demo.Features(layer)
		if err != nil {
			return err
		}
		for _, f := range features {
			batch.Edits = append(batch.Edits, layers.Edit{Layer: layer, Op: layers.Put, Feature: f})
		}
	}
	_, err = store.Apply(ctx, batch)
	return err
}

// The names of the scenario that comes with the demo.
const (
	demoScenarioName = "示例：开放松涛苑东门"
	demoAuthor       = "yiju"
)

// demoLamps is how many lamps the scenario of the demo makes smart: as many as the
// claims of the demo are short of.
const demoLamps = 3

// LoadDemoScenario writes down a scenario of the demo to begin with: a gate that is
// locked is opened, lamps are made smart. Where there is one of the name, it stays, and
// made is false.
func (s *Scenarios) LoadDemoScenario(ctx context.Context) (made bool, place *Place, err error) {
	known, err := s.book.List(ctx)
	if err != nil {
		return false, nil, err
	}
	for i := range known {
		if known[i].Name == demoScenarioName {
			place, err := s.Place(ctx, known[i].ID)
			return false, place, err
		}
	}
	edits := []scenario.Edit{}
	for layer, id := range map[string]string{"barriers": "gate-pine-east", "entrances": "e-pine-east"} {
		edits = append(edits, scenario.Edit{
			Layer: layer, Op: scenario.Change, ID: id, Set: map[string]any{"locked": false, "foot": "yes"}, Kind: "gate", Group: "east-gate",
			Comment: "东门常闭，居民绕行；改为常开",
		})
	}
	slices.SortFunc(edits, func(a, b scenario.Edit) int { return cmp.Compare(a.Layer, b.Layer) })
	devices, err := readAll(ctx, s.base, "devices", layers.Query{})
	if err != nil {
		return false, nil, err
	}
	lamps := 0
	for i := range devices {
		kind, _ := devices[i].Text("kind")
		if smart, known := devices[i].Bool("smart"); kind == "lamp" && known && !smart && lamps < demoLamps {
			lamps++
			edits = append(edits, scenario.Edit{
				Layer: "devices", Op: scenario.Change, ID: devices[i].ID, Set: map[string]any{"smart": true}, Kind: "lamp", Comment: "改造为智能路灯",
			})
		}
	}
	scn, err := s.book.Create(ctx, scenario.New{
		Name: demoScenarioName, Author: demoAuthor, Edits: edits,
		Description: "示范方案：开放常闭的东门，并改造 3 盏路灯。打开后可看到各项指标相对现状的变化。 A scenario to begin with: the locked east gate is opened, three lamps become smart.",
	})
	if err != nil {
		return false, nil, err
	}
	place, err = s.Place(ctx, scn.ID)
	return true, place, err
}
