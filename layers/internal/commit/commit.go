// Package commit works out what a batch does to a store, before anything is
// written: which layers come, change and go, and the net change of every feature.
// All stores share it, so that all refuse the same batches for the same reasons;
// what is left to a store is to write a Plan down.
package commit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yiju/geo"
	"yiju/layers"
)

// Held is what a store knows of a layer when a batch begins.
type Held struct {
	Schema geo.Schema
	Count  int
}

// Lookup gives the features that a layer holds under ids. Ids that are free are
// left out of the answer.
type Lookup func(ctx context.Context, layer string, ids []string) (map[string]geo.Feature, error)

// Write is the net change of one feature. Old is nil when it comes new, New is
// nil when it goes; one of them is always there.
type Write struct {
	ID       string
	Old, New *geo.Feature
}

// Layer is what a batch does to one layer.
type Layer struct {
	Name string
	// Before is the schema until now; nil when there was no such layer.
	Before *geo.Schema
	// After is the schema from now on; nil when the layer goes.
	After *geo.Schema
	// Dropped tells that the layer as it was goes with features and history. It
	// may come anew in the same batch.
	Dropped bool
	// Cleared tells that all features there were go before the writes.
	Cleared bool
	// Count is the number of features there were.
	Count int
	// Writes are ordered by id. The Old of a cleared or dropped layer is nil.
	Writes []Write
}

// Emptied tells that no feature of before is left when the writes begin.
func (l *Layer) Emptied() bool { return l.Dropped || l.Cleared || l.Count == 0 }

// Keeps tells that what the batch takes away is kept for reads of older
// revisions.
func (l *Layer) Keeps() bool { return !l.Dropped && l.Before != nil && l.Before.Kind != geo.Result }

// Wording makes an author or a reason fit to be kept: text that is not valid, or
// holds zero characters, is replaced where it is bad.
func Wording(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", "�")
}

// planner collects the plan by layer name.
type planner struct {
	held   map[string]Held
	layers map[string]*Layer
	slots  map[string]map[string]*slot
}

// slot is the state of one feature while the edits go through.
type slot struct{ old, now *geo.Feature }

// Plan works out a batch against what a store holds. The layers come ordered by
// name. Errors are those that layers.Store documents.
func Plan(ctx context.Context, b layers.Batch, held map[string]Held, lookup Lookup) ([]Layer, error) {
	p := &planner{held: held, layers: map[string]*Layer{}, slots: map[string]map[string]*slot{}}
	if err := p.arrange(b); err != nil {
		return nil, err
	}
	if err := p.check(b.Edits); err != nil {
		return nil, err
	}
	if err := p.load(ctx, b.Edits, lookup); err != nil {
		return nil, err
	}
	if err := p.edit(b.Edits); err != nil {
		return nil, err
	}
	return p.result(), nil
}

// arrange settles which layers there are: drops first, then definitions, then
// clears, then the layers that edits call for.
func (p *planner) arrange(b layers.Batch) error {
	for _, name := range b.Drop {
		if err := p.drop(name); err != nil {
			return err
		}
	}
	for _, s := range b.Define {
		if err := p.define(s, slices.Contains(b.Clear, s.Layer)); err != nil {
			return err
		}
	}
	for _, name := range b.Clear {
		if _, err := p.reach(name); err != nil {
			return err
		}
		p.layers[name].Cleared = true
	}
	for i := range b.Edits {
		if _, err := p.reach(b.Edits[i].Layer); err != nil {
			return err
		}
	}
	return nil
}

// at gives the plan of a layer, begun with what the store holds.
func (p *planner) at(name string) *Layer {
	if l, ok := p.layers[name]; ok {
		return l
	}
	l := &Layer{Name: name}
	if held, ok := p.held[name]; ok {
		l.Before, l.After, l.Count = &held.Schema, &held.Schema, held.Count
	}
	p.layers[name] = l
	return l
}

func (p *planner) drop(name string) error {
	held, ok := p.held[name]
	if !ok {
		return &layers.NoLayerError{Layer: name}
	}
	if held.Schema.Kind == geo.Input {
		return geo.Refuse(
			geo.Tf("图层 %s 是产品声明的图层，不能删除", "layer %s is one that the product declares and cannot be dropped", name),
			geo.T("清空该图层", "clear the layer instead"))
	}
	l := p.at(name)
	l.Dropped, l.After = true, nil
	return nil
}

func (p *planner) define(s geo.Schema, clears bool) error {
	if err := checkSchema(&s); err != nil {
		return err
	}
	s = CloneSchema(s)
	l := p.at(s.Layer)
	if l.After != nil && !clears {
		if err := checkRedefinition(l.After, &s); err != nil {
			return err
		}
	}
	l.After = &s
	return nil
}

// reach finds a layer that a batch clears or edits. A layer that the product
// declares comes into being when it is first reached, and gains the fields that
// the product has come to declare since.
func (p *planner) reach(name string) (*Layer, error) {
	l, seen := p.layers[name]
	if seen && l.After != nil {
		return l, nil
	}
	l = p.at(name)
	declared, ok := layers.Schema(name)
	switch {
	case l.After == nil && !ok:
		return nil, &layers.NoLayerError{Layer: name}
	case l.After == nil, ok && grows(l.After, &declared):
		declared = CloneSchema(declared)
		l.After = &declared
	}
	return l, nil
}

// check holds every feature of a batch against its schema.
func (p *planner) check(edits []layers.Edit) error {
	bad := &layers.InvalidError{}
	add := func(problems ...geo.Problem) {
		bad.Total += len(problems)
		room := layers.MaxProblems - len(bad.Problems)
		bad.Problems = append(bad.Problems, problems[:min(room, len(problems))]...)
	}
	for i := range edits {
		e := &edits[i]
		switch e.Op {
		case layers.Add, layers.Update, layers.Put:
			add(p.layers[e.Layer].After.Check(&e.Feature)...)
		case layers.Delete:
			if e.Feature.ID == "" {
				add(geo.Problem{Layer: e.Layer, Field: "id", Message: geo.T("缺少标识", "has no id")})
			}
		default:
			return fmt.Errorf("layers: edit of %s/%s: there is no operation %q", e.Layer, e.Feature.ID, e.Op)
		}
	}
	if bad.Total > 0 {
		return bad
	}
	return nil
}

// load asks the store for all features that edits speak of.
func (p *planner) load(ctx context.Context, edits []layers.Edit, lookup Lookup) error {
	ids := map[string][]string{}
	for i := range edits {
		e := &edits[i]
		slots := p.slots[e.Layer]
		if slots == nil {
			slots = make(map[string]*slot)
			p.slots[e.Layer] = slots
		}
		if slots[e.Feature.ID] == nil {
			slots[e.Feature.ID] = &slot{}
			ids[e.Layer] = append(ids[e.Layer], e.Feature.ID)
		}
	}
	for name, want := range ids {
		if p.layers[name].Emptied() {
			continue
		}
		slices.Sort(want)
		found, err := lookup(ctx, name, want)
		if err != nil {
			return err
		}
		for id, f := range found {
			p.slots[name][id].old = &f
			p.slots[name][id].now = &f
		}
	}
	return nil
}

// edit applies the edits in order and collects all that cannot be.
func (p *planner) edit(edits []layers.Edit) error {
	clash := &layers.ConflictError{}
	for i := range edits {
		e := &edits[i]
		s := p.slots[e.Layer][e.Feature.ID]
		if theirs, ok := s.takes(e); !ok {
			clash.Total++
			if len(clash.Conflicts) < layers.MaxProblems {
				clash.Conflicts = append(clash.Conflicts, layers.Conflict{
					Layer: e.Layer, Op: e.Op, Yours: e.Feature, Seen: e.Seen, Theirs: theirs,
				})
			}
			continue
		}
		s.now = nil
		if e.Op != layers.Delete {
			f := tidy(p.layers[e.Layer].After, e.Feature)
			s.now = &f
		}
	}
	if clash.Total > 0 {
		return clash
	}
	return nil
}

// takes tells whether an edit can be applied, and if not, what stands in its way.
// Seen is compared with what the store held before the batch, so that several
// edits of one feature in one batch may all carry the version their author saw.
func (s *slot) takes(e *layers.Edit) (theirs *geo.Feature, ok bool) {
	var version int64
	if s.old != nil {
		version = s.old.Version
	}
	switch {
	case e.Seen != 0 && e.Seen != version:
		return s.old, false
	case e.Op == layers.Add:
		return s.now, s.now == nil
	case e.Op == layers.Put:
		return nil, true
	}
	return s.now, s.now != nil
}

// result lists the layers with their net writes.
func (p *planner) result() []Layer {
	out := make([]Layer, 0, len(p.layers))
	for name, l := range p.layers {
		slots := p.slots[name]
		l.Writes = make([]Write, 0, len(slots))
		for id, s := range slots {
			if s.old != nil || s.now != nil {
				l.Writes = append(l.Writes, Write{ID: id, Old: s.old, New: s.now})
			}
		}
		slices.SortFunc(l.Writes, func(a, b Write) int { return strings.Compare(a.ID, b.ID) })
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b Layer) int { return strings.Compare(a.Name, b.Name) })
	return out
}
