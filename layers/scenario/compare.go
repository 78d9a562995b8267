package scenario

import (
	"context"
	"maps"
	"slices"
	"strings"

	"yiju/geo"
	"yiju/layers"
)

// Shift is a feature that two nets over one base show differently.
type Shift struct {
	Layer, ID string
	// Old is what the first shows, New what the second; nil for nothing.
	Old, New *geo.Feature
}

// Extent holds both places, in degrees.
func (s *Shift) Extent() geo.Extent {
	t := Touched{Old: s.Old, New: s.New}
	return t.Extent()
}

// Compare lists the features that two nets over one base show differently, by layer
// and id. Features of the same content are the same, whatever version they bear.
func Compare(a, b *Net) []Shift {
	var out []Shift
	for _, layer := range union(a.Layers(), b.Layers()) {
		from, to := a.Touched(layer), b.Touched(layer)
		for len(from) > 0 || len(to) > 0 {
			var s Shift
			switch {
			case len(to) == 0 || len(from) > 0 && from[0].ID < to[0].ID:
				s = Shift{layer, from[0].ID, from[0].New, from[0].Old}
				from = from[1:]
			case len(from) == 0 || to[0].ID < from[0].ID:
				s = Shift{layer, to[0].ID, to[0].Old, to[0].New}
				to = to[1:]
			default:
				s = Shift{layer, to[0].ID, from[0].New, to[0].New}
				from, to = from[1:], to[1:]
			}
			if differ(s.Old, s.New) {
				out = append(out, s)
			}
		}
	}
	return out
}

func differ(a, b *geo.Feature) bool {
	if a == nil || b == nil {
		return a != b
	}
	return !Same(a, b)
}

func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// noteShift adds a shift to what a change touched, by layer in order.
func noteShift(to []layers.LayerChange, s *Shift) []layers.LayerChange {
	i, there := slices.BinarySearchFunc(to, s.Layer, func(l layers.LayerChange, name string) int { return strings.Compare(l.Layer, name) })
	if !there {
		to = slices.Insert(to, i, layers.LayerChange{Layer: s.Layer, Extent: geo.EmptyExtent()})
	}
	l := &to[i]
	switch {
	case s.Old == nil:
		l.Added++
	case s.New == nil:
		l.Deleted++
	default:
		l.Updated++
	}
	l.Extent = l.Extent.Union(s.Extent())
	return to
}

// CompareViews lists the features of input layers that two views show differently, by
// layer and id. Their bases may differ; layers that moved on between the two are then
// read whole.
func CompareViews(ctx context.Context, a, b *View) ([]Shift, error) {
	if a.pin == b.pin {
		return Compare(a.Net(), b.Net()), nil
	}
	moved, err := movedBetween(ctx, a, b)
	if err != nil {
		return nil, err
	}
	var out []Shift
	for _, layer := range union(union(a.Net().Layers(), b.Net().Layers()), moved) {
		var ids []string
		if !slices.Contains(moved, layer) {
			ids = touchedIDs(a.Net().Touched(layer), b.Net().Touched(layer))
		}
		from, err := collect(ctx, a, layer, ids)
		if err != nil {
			return nil, err
		}
		to, err := collect(ctx, b, layer, ids)
		if err != nil {
			return nil, err
		}
		for _, id := range union(slices.Collect(maps.Keys(from)), slices.Collect(maps.Keys(to))) {
			if s := (Shift{layer, id, from[id], to[id]}); differ(s.Old, s.New) {
				out = append(out, s)
			}
		}
	}
	return out, nil
}

// movedBetween names the input layers of the place that changed between two pins.
func movedBetween(ctx context.Context, a, b *View) ([]string, error) {
	changes, err := a.base.Changes(ctx, min(a.pin, b.pin))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, c := range changes {
		if c.Revision > max(a.pin, b.pin) {
			break
		}
		for _, l := range c.Layers {
			if !layers.Own(l.Layer) && (a.holds(l.Layer, a.Net()) || b.holds(l.Layer, b.Net())) {
				out = append(out, l.Layer)
			}
		}
	}
	return union(out, nil), nil
}

func touchedIDs(a, b []Touched) []string {
	out := []string{}
	for _, list := range [][]Touched{a, b} {
		for i := range list {
			out = append(out, list[i].ID)
		}
	}
	return union(out, nil)
}

// collect reads a layer of a view by id; ids nil reads all.
func collect(ctx context.Context, v *View, layer string, ids []string) (map[string]*geo.Feature, error) {
	out := make(map[string]*geo.Feature)
	for f, err := range v.Features(ctx, layer, layers.Query{IDs: ids}) {
		if isNoLayer(err) {
			break
		}
		if err != nil {
			return nil, err
		}
		out[f.ID] = &f
	}
	return out, nil
}
