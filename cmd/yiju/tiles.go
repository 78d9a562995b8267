package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/snapshot"
	"yiju/tiles"
	"yiju/tiles/pmtiles"
)

func newTilesCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tiles",
		Short: a.say("矢量瓦片", "Vector tiles"),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newTilesExportCommand(a))
	return cmd
}

// exportOptions are the flags of `yiju tiles export`.
type exportOptions struct {
	layers  []string
	minZoom uint8
	maxZoom uint8
}

func newTilesExportCommand(a *app) *cobra.Command {
	o := exportOptions{minZoom: 8, maxZoom: 16}
	cmd := &cobra.Command{
		Use:     "export FILE.pmtiles",
		Short:   a.say("把图层写成一个 PMTiles 文件", "Write layers into one PMTiles file"),
		Example: "  yiju tiles export city.pmtiles --layers buildings,ways --store city.gpkg",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.openPlace(cmd.Context())
			if err != nil {
				return err
			}
			defer p.Close()
			a.sayPlace(p)
			return a.exportTiles(cmd.Context(), p.store, args[0], o)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.layers, "layers", nil, a.say("图层，默认全部", "layers; default all"))
	f.Uint8Var(&o.minZoom, "min-zoom", o.minZoom, a.say("最小级别", "lowest zoom"))
	f.Uint8Var(&o.maxZoom, "max-zoom", o.maxZoom, a.say("最大级别", "highest zoom"))
	a.scenarioFlag(cmd)
	return cmd
}

// snapshotBytes bounds the decoded layers that an export keeps in memory.
const snapshotBytes = 1 << 30

func (a *app) exportTiles(ctx context.Context, store layers.Store, path string, o exportOptions) error {
	if o.minZoom > o.maxZoom || o.maxZoom > tiles.MaxZoom {
		return usageError{fmt.Errorf("--min-zoom %d --max-zoom %d: 0 ≤ min ≤ max ≤ %d", o.minZoom, o.maxZoom, tiles.MaxZoom)}
	}
	reader := snapshot.New(store, snapshotBytes)
	infos, err := chosenLayers(ctx, reader, o.layers)
	if err != nil {
		return err
	}
	plan := pmtiles.Plan{Bounds: geo.EmptyExtent(), MinZoom: o.minZoom, MaxZoom: o.maxZoom}
	sources := make([]tiles.Layer, len(infos))
	schemas := make([]geo.Schema, len(infos))
	for i, info := range infos {
		plan.Bounds = plan.Bounds.Union(info.Extent)
		schemas[i] = info.Schema
		sources[i] = tiles.Layer{Name: info.Schema.Layer, Schema: info.Schema,
			Each: func(ctx context.Context, e geo.Extent, yield func(*geo.Feature) bool) error {
				return reader.View(ctx, info.Schema.Layer, e, yield)
			}}
	}
	plan.Meta = pmtiles.Meta{Name: "Yiju 宜居", Type: "overlay", VectorLayers: tiles.VectorLayers(schemas, o.minZoom, o.maxZoom, a.lang)}
	bar := a.progressBar()
	plan.Progress = func(zoom uint8, done, of int) { bar(fmt.Sprintf("z%d", zoom), done, of) }
	report, err := pmtiles.File(ctx, path, func(ctx context.Context, c tiles.Coord) (tiles.Tile, error) {
		return tiles.Encode(ctx, c, sources, tiles.Options{})
	}, plan)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, a.say("%s：%d 个瓦片，%d 种内容，%.1f MB；因大小限制略去要素 %d 次\n",
		"%s: %d tiles of %d contents, %.1f MB; features left out for size: %d\n"),
		path, report.Tiles, report.Contents, float64(report.Bytes)/1e6, report.Dropped)
	return nil
}

// chosenLayers finds the named layers, or all that have a place.
func chosenLayers(ctx context.Context, r layers.Reader, names []string) ([]layers.Info, error) {
	all, err := r.Layers(ctx)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return slices.DeleteFunc(slices.Clone(all), func(i layers.Info) bool { return i.Extent.IsEmpty() }), nil
	}
	var out []layers.Info
	for _, name := range names {
		at := slices.IndexFunc(all, func(i layers.Info) bool { return i.Schema.Layer == name })
		if at < 0 {
			return nil, &layers.NoLayerError{Layer: name}
		}
		out = append(out, all[at])
	}
	return out, nil
}
