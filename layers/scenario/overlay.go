package scenario

import (
	"context"
	"iter"

	"yiju/geo"
	"yiju/layers"
)

// laid reads a layer of the base with what is touched laid over.
func (v *View) laid(ctx context.Context, layer string, q layers.Query, touched []Touched) iter.Seq2[geo.Feature, error] {
	if q.At == 0 {
		q.At = v.pin
	}
	if len(touched) == 0 {
		return v.base.Features(ctx, layer, q)
	}
	below := q
	below.Limit = 0 // features of the base may be taken away
	return func(yield func(geo.Feature, error) bool) {
		o := overlay{touched: touched, q: q, wanted: wanted(q.IDs), yield: yield}
		for f, err := range v.base.Features(ctx, layer, below) {
			if isNoLayer(err) {
				break // all of it comes from the scenario
			}
			if err != nil {
				yield(f, err)
				return
			}
			if !o.upTo(f.ID) || !o.give(f) {
				return
			}
		}
		o.rest()
	}
}

func wanted(ids []string) map[string]bool {
	if ids == nil {
		return nil
	}
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out
}

// overlay merges what is touched into a sequence of the base; both are by id.
type overlay struct {
	touched []Touched
	q       layers.Query
	wanted  map[string]bool
	yield   func(geo.Feature, error) bool
	given   int
}

// upTo gives what the scenario has before an id of the base.
func (o *overlay) upTo(id string) bool {
	for len(o.touched) > 0 && o.touched[0].ID < id {
		if !o.pop() {
			return false
		}
	}
	return true
}

func (o *overlay) rest() {
	for len(o.touched) > 0 {
		if !o.pop() {
			return
		}
	}
}

// pop gives the next touched feature, where the query selects it.
func (o *overlay) pop() bool {
	t := o.touched[0]
	o.touched = o.touched[1:]
	if t.New == nil || t.ID <= o.q.After || o.wanted != nil && !o.wanted[t.ID] {
		return true
	}
	if o.q.Extent != nil {
		e := geo.ExtentOf(t.New.Geometry)
		if e.IsEmpty() || !e.Touches(*o.q.Extent) {
			return true
		}
	}
	return o.out(t.New.Clone())
}

// give passes a feature of the base on, unless the scenario has its own.
func (o *overlay) give(f geo.Feature) bool {
	if len(o.touched) > 0 && o.touched[0].ID == f.ID {
		return o.pop()
	}
	return o.out(f)
}

func (o *overlay) out(f geo.Feature) bool {
	o.given++
	return o.yield(f, nil) && o.given != o.q.Limit
}

// viewOver shares features of a base, by id, with what is touched laid over.
func viewOver(below []*geo.Feature, extent geo.Extent, touched []Touched, f func(*geo.Feature) bool) {
	o := overlay{touched: touched, q: layers.Query{Extent: &extent}}
	o.yield = func(g geo.Feature, _ error) bool { return f(&g) }
	for _, g := range below {
		if !o.upTo(g.ID) {
			return
		}
		var more bool
		if len(o.touched) > 0 && o.touched[0].ID == g.ID {
			more = o.pop()
		} else {
			more = f(g)
		}
		if !more {
			return
		}
	}
	o.rest()
}
