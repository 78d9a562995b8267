package pipeline

import (
	"context"

	"yiju/data/demo"
	"yiju/geo"
	"yiju/layers"
)

// LoadDemo fills a workspace with the demo community as one batch. A workspace
// that holds the demo already gets it anew; one that holds anything else is
// refused, so that nobody's data is mixed with made-up data.
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
		if info.Schema.Kind != geo.Input || info.Count == 0 {
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
