package scenario

import (
	"context"
	"slices"
	"strings"

	"yiju/geo"
	"yiju/layers"
)

// infosAt describes the input layers of a base at a revision.
func infosAt(ctx context.Context, base Base, pin layers.Revision) ([]layers.Info, error) {
	now, err := base.Layers(ctx)
	if err != nil {
		return nil, err
	}
	var last map[string]layers.Revision
	out := make([]layers.Info, 0, len(now))
	for _, info := range now {
		if info.Schema.Kind == geo.Result {
			continue
		}
		if info.Changed > pin {
			if last == nil {
				if last, err = lastChanges(ctx, base, pin); err != nil {
					return nil, err
				}
			}
			if info.Changed = last[info.Schema.Layer]; info.Changed == 0 {
				continue // came later
			}
			if info.Count, info.Extent, err = measure(ctx, base, info.Schema.Layer, pin); err != nil {
				return nil, err
			}
		}
		out = append(out, info)
	}
	return out, nil
}

// lastChanges gives the revision, up to a pin, that last touched each layer.
func lastChanges(ctx context.Context, base Base, pin layers.Revision) (map[string]layers.Revision, error) {
	all, err := base.Changes(ctx, 0)
	if err != nil {
		return nil, err
	}
	out := make(map[string]layers.Revision)
	for _, c := range all {
		if c.Revision > pin {
			break
		}
		for _, l := range c.Layers {
			out[l.Layer] = c.Revision
		}
	}
	return out, nil
}

func measure(ctx context.Context, r layers.Reader, layer string, at layers.Revision) (count int, extent geo.Extent, err error) {
	extent = geo.EmptyExtent()
	for f, err := range r.Features(ctx, layer, layers.Query{At: at}) {
		if err != nil {
			return 0, extent, err
		}
		count++
		extent = extent.Union(geo.ExtentOf(f.Geometry))
	}
	return count, extent, nil
}

// describe tells of the input layers under a net that change brings; the lock must be
// held.
func (v *View) describe(ctx context.Context, net *Net, change layers.Change) ([]layers.Info, error) {
	out := slices.Clone(v.pinned)
	for _, name := range net.Layers() {
		l := net.layers[name]
		i, there := slices.BinarySearchFunc(out, name, func(info layers.Info, name string) int { return strings.Compare(info.Schema.Layer, name) })
		if !there {
			out = slices.Insert(out, i, layers.Info{Schema: l.schema, Extent: geo.EmptyExtent()})
		}
		out[i].Schema = l.schema // a declared layer that is edited gains the fields declared since
		if err := v.sum(ctx, &out[i], l.touched); err != nil {
			return nil, err
		}
	}
	for i := range out {
		name := out[i].Schema.Layer
		out[i].Changed = max(out[i].Changed, v.touched[name])
		if slices.ContainsFunc(change.Layers, func(l layers.LayerChange) bool { return l.Layer == name }) {
			out[i].Changed = change.Revision
		}
	}
	return out, nil
}

// sum adds what is touched to count and extent of a layer.
func (v *View) sum(ctx context.Context, info *layers.Info, touched []Touched) error {
	rim, shrinks := info.Extent, false
	for i := range touched {
		t := &touched[i]
		if t.New != nil {
			info.Count++
			info.Extent = info.Extent.Union(geo.ExtentOf(t.New.Geometry))
		}
		if t.Old != nil {
			info.Count--
			e := geo.ExtentOf(t.Old.Geometry)
			shrinks = shrinks || !e.IsEmpty() && (e.MinX == rim.MinX || e.MinY == rim.MinY || e.MaxX == rim.MaxX || e.MaxY == rim.MaxY)
		}
	}
	if !shrinks {
		return nil
	}
	info.Extent = geo.EmptyExtent()
	for f, err := range v.laid(ctx, info.Schema.Layer, layers.Query{}, touched) {
		if err != nil {
			return err
		}
		info.Extent = info.Extent.Union(geo.ExtentOf(f.Geometry))
	}
	return nil
}

// Pinned describes the input layers of the base at the pin, by name. The list is
// shared and must not be changed.
func (v *View) Pinned() []layers.Info { return v.pinned }

// Below is what the view looks at.
func (v *View) Below() Base { return v.base }

// placeOf is the revision that last touched what a place is made of: input layers,
// without records of runs and scenarios, which say nothing of it. It is 0 where there
// are none.
func placeOf(infos []layers.Info) (newest layers.Revision) {
	for _, info := range infos {
		name := info.Schema.Layer
		if info.Schema.Kind != geo.Result && (!layers.Own(name) || name == settingsLayer) {
			newest = max(newest, info.Changed)
		}
	}
	return newest
}

// settingsLayer holds the working CRS, which figures hang on.
const settingsLayer = "settings"
