package tiles

import (
	"context"
	"slices"
	"strings"

	"yiju/geo"
	"yiju/geo/index"
)

// Hold makes a layer of features in memory, found by an index. The features must
// not be changed afterwards.
func Hold(name string, schema geo.Schema, features []geo.Feature) Layer {
	order := make([]*geo.Feature, len(features))
	for i := range features {
		order[i] = &features[i]
	}
	slices.SortStableFunc(order, func(a, b *geo.Feature) int { return strings.Compare(a.ID, b.ID) })
	var found index.Index
	for i, f := range order {
		found.Add(i, geo.ExtentOf(f.Geometry))
	}
	each := func(_ context.Context, e geo.Extent, yield func(*geo.Feature) bool) error {
		for _, i := range found.Touching(e) {
			if !yield(order[i]) {
				return nil
			}
		}
		return nil
	}
	return Layer{Name: name, Schema: schema, Each: each}
}
