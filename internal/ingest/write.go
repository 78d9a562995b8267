package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"yiju/geo"
	"yiju/geo/crs"
	"yiju/layers"
)

// write puts everything into the store as one batch.
func (r *run) write(ctx context.Context, store layers.Store) error {
	batch := layers.Batch{Author: r.opts.Author, Reason: fmt.Sprintf("import %s %s", r.opts.Format, r.report.File)}
	if batch.Author == "" {
		batch.Author = "yiju import"
	}
	r.addCommunity()
	if err := r.addSettings(); err != nil {
		return err
	}
	total := 0
	for _, list := range r.features {
		total += len(list)
	}
	batch.Edits = make([]layers.Edit, 0, total)
	for _, layer := range r.order() {
		list := r.features[layer]
		if len(list) == 0 {
			continue
		}
		if s, ok := r.custom[layer]; ok {
			batch.Define = append(batch.Define, s)
		}
		count := r.layerCount(layer)
		if r.opts.Mode == Replace && layer != "settings" {
			batch.Clear = append(batch.Clear, layer)
			count.Cleared = len(r.known[layer].Fields) > 0
		}
		count.Written = len(list)
		for _, f := range list {
			batch.Edits = append(batch.Edits, layers.Edit{Layer: layer, Op: layers.Put, Feature: f})
		}
		r.features[layer] = nil // the batch has them now; a city is large
	}
	r.arrange()
	r.progress(Writing, 0, int64(len(batch.Edits)))
	revision, err := store.Apply(ctx, batch)
	if err != nil {
		return r.applyError(err)
	}
	r.progress(Writing, int64(len(batch.Edits)), int64(len(batch.Edits)))
	r.report.Revision = revision
	return nil
}

func (r *run) applyError(err error) error {
	var invalid *layers.InvalidError
	if errors.As(err, &invalid) {
		return r.wrongValues(invalid.Problems)
	}
	return fmt.Errorf("ingest.Run: %w", err)
}

// addCommunity puts the community among the features unless it is there already.
func (r *run) addCommunity() {
	if r.community == nil {
		return
	}
	list := r.features["communities"]
	i := slices.IndexFunc(list, func(f geo.Feature) bool { return f.ID == r.community.ID })
	if i < 0 {
		r.features["communities"] = append(list, *r.community)
		return
	}
	if r.opts.Name != "" {
		list[i].Set("name", r.opts.Name)
	}
}

// addSettings says what the workspace works on, where it does not say so yet.
func (r *run) addSettings() error {
	place := r.extent()
	if r.community != nil {
		place = geo.ExtentOf(r.community.Geometry)
	} else if e := extentOf(r.communities); !e.IsEmpty() {
		place = e
	}
	f := r.settings.Clone()
	f.Version = 0
	system, named := f.Text("crs")
	fresh := r.opts.Mode == Replace && r.community != nil
	if !named || fresh {
		if place.IsEmpty() {
			return geo.Refuse(geo.Tf("文件 %s 没有位置，工作区也还没有", "file %s has no places, and neither has the workspace yet", r.report.File),
				geo.T("先导入社区边界或其他带位置的数据", "import the outline of the community or other data with places first"))
		}
		var err error
		if system, err = crs.Working(place.Centre()); err != nil {
			return err
		}
		f.Set("crs", system)
	}
	r.report.CRS = system
	r.defaultCommunity(&f, fresh)
	if _, named := f.Text("name"); !named && r.report.Community != nil {
		f.Set("name", r.report.Community.Name)
	}
	r.features["settings"] = []geo.Feature{f}
	return nil
}

// defaultCommunity names the community to work on: the first that came stays.
func (r *run) defaultCommunity(f *geo.Feature, fresh bool) {
	old, named := f.Text("community")
	all := slices.Concat(r.communities, r.features["communities"])
	i := slices.IndexFunc(all, func(c geo.Feature) bool { return c.ID == old })
	switch {
	case r.community != nil && (!named || i < 0 || fresh):
		f.Set("community", r.community.ID)
		return
	case !named && len(all) == 1:
		f.Set("community", all[0].ID)
		i = 0
	}
	if i < 0 || r.report.Community != nil {
		if r.community != nil && named && old != r.community.ID {
			r.report.note(geo.Tf("默认社区仍为 %s；分析新边界时用 --community %s", "the default community stays %s; analyse the new boundary with --community %s", old, r.community.ID))
		}
		return
	}
	name, _ := all[i].Text("name")
	r.report.Community = &Community{ID: all[i].ID, Name: name, How: geo.T("工作区已有", "the workspace has it already"), Extent: geo.ExtentOf(all[i].Geometry)}
}

func extentOf(features []geo.Feature) geo.Extent {
	e := geo.EmptyExtent()
	for i := range features {
		e = e.Union(geo.ExtentOf(features[i].Geometry))
	}
	return e
}

// arrange puts the lines of the report in the order of the layers, without those
// that say nothing.
func (r *run) arrange() {
	order := r.order()
	slices.SortStableFunc(r.report.Layers, func(a, b LayerCount) int {
		return slices.Index(order, a.Layer) - slices.Index(order, b.Layer)
	})
	r.report.Layers = slices.DeleteFunc(r.report.Layers, func(l LayerCount) bool {
		return l.Layer == "settings" || l.Written+l.Outside+l.Refused == 0
	})
}
