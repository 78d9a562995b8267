package ingest

import (
	"context"

	"yiju/data/osm"
	"yiju/data/standards"
	"yiju/geo"
	"yiju/geo/crs"
)

// NewOSMMapping joins the product's mapping with its facility categories.
func NewOSMMapping() (*osm.Mapping, error) {
	groups, err := standards.Groups()
	if err != nil {
		return nil, err
	}
	var categories []osm.Category
	for _, g := range groups {
		for _, k := range g.Kinds {
			categories = append(categories, osm.Category{Code: g.Code + "/" + k.Code, Conds: k.OSM})
		}
	}
	return osm.NewMapping(standards.OSMMapping(), categories)
}

// osm brings in OpenStreetMap data.
func (r *run) osm(ctx context.Context) error {
	mapping, err := NewOSMMapping()
	if err != nil {
		return err
	}
	data, err := r.readOSM(ctx)
	if err != nil {
		return err
	}
	r.report.SourceCRS = crs.WGS84
	n := data.Counts()
	r.report.Read = []Count{
		{geo.T("个节点", "nodes"), n.Nodes}, {geo.T("条路径", "ways"), n.Ways},
		{geo.T("个关系", "relations"), n.Relations}, {geo.T("个带标签的对象", "objects with tags"), n.Tagged},
	}
	if err := r.choose(ctx, data); err != nil {
		return err
	}
	r.progress(Checking, 0, 0)
	result, err := data.Features(ctx, mapping, r.window)
	if err != nil {
		return err
	}
	r.problems.Merge(data.Problems())
	r.problems.Merge(&result.Problems)
	r.report.Read = append(r.report.Read, Count{geo.T("个无对应图层的对象", "objects that no layer is for"), result.Unmapped},
		Count{geo.T("个范围外的要素", "features outside"), result.Outside})
	r.features = result.Layers
	if r.explicit {
		return r.mustTouch(data.Extent())
	}
	return nil
}

func (r *run) readOSM(ctx context.Context) (*osm.Data, error) {
	in, err := r.file(ctx)
	if err != nil {
		return nil, err
	}
	defer in.f.Close()
	return osm.Read(ctx, in, osm.Options{Name: r.report.File})
}
