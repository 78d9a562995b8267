package scenario

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/memory"
)

// Base is what a View looks at: a store, or a reader that keeps its layers in memory,
// together with what the store knows of its history.
type Base interface {
	layers.Reader
	Changes(ctx context.Context, since layers.Revision) ([]layers.Change, error)
}

// Viewer is a Base that shares its features instead of copying them, such as
// snapshot.Reader.
type Viewer interface {
	View(ctx context.Context, layer string, extent geo.Extent, f func(*geo.Feature) bool) error
}

// keptStates bounds the states of a view that reads can be pinned to.
const keptStates = 64

// View is a workspace as a scenario makes it. It is a layers.Store: input layers are
// those of the base at the pinned revision with the net of the scenario laid over;
// result layers are its own, live in memory, and are all that Apply can write. The
// results of the base are not there: they are of other inputs.
//
// Revisions of a View begin with the pinned one and count its changes from there. A
// layer that the scenario does not touch keeps the revision that the base gives it, so
// that an empty scenario is told from its base by nothing.
type View struct {
	base    Base
	pin     layers.Revision
	pinned  []layers.Info // input layers at the pin, by name
	results *memory.Store

	mu      sync.RWMutex
	states  []state // the last is now
	touched map[string]layers.Revision
	made    map[string]layers.Revision // result layers
	changes []layers.Change            // after the pin
}

// state is what a view shows from one of its revisions on.
type state struct {
	revision layers.Revision
	net      *Net
	infos    []layers.Info // input layers
}

var (
	_ layers.Store    = (*View)(nil)
	_ layers.Numbered = (*View)(nil)
	_ Viewer          = (*View)(nil)
)

// NewView looks at a base at a revision, which must not be 0, without any edit.
func NewView(ctx context.Context, base Base, pin layers.Revision) (*View, error) {
	v := &View{
		base: base, pin: pin, results: memory.New(),
		touched: make(map[string]layers.Revision), made: make(map[string]layers.Revision),
	}
	var err error
	if v.pinned, err = infosAt(ctx, base, pin); err != nil {
		return nil, err
	}
	v.states = []state{{pin, &Net{base: pin}, v.pinned}}
	return v, nil
}

// Pin is the revision of the base.
func (v *View) Pin() layers.Revision { return v.pin }

// Net is what the scenario comes to now.
func (v *View) Net() *Net { return v.now().net }

func (v *View) now() state {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.states[len(v.states)-1]
}

// Show puts another net over the same base in place of the one shown, and tells the
// features that it changes the look of, ordered by layer and id. Nothing is changed
// where that is none.
func (v *View) Show(ctx context.Context, net *Net) ([]Shift, error) {
	if net.base != v.pin {
		return nil, fmt.Errorf("scenario: a net over revision %d cannot be shown over %d", net.base, v.pin)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	shifts := Compare(v.states[len(v.states)-1].net, net)
	if len(shifts) == 0 { // other edits may have come to the same
		last := v.states[len(v.states)-1]
		v.states = append(slices.Clone(v.states[:len(v.states)-1]), state{last.revision, net, last.infos})
		return nil, nil
	}
	change := layers.Change{Revision: v.revision() + 1, At: time.Now().UTC()}
	for i := range shifts {
		s := &shifts[i]
		change.Layers = noteShift(change.Layers, s)
	}
	infos, err := v.describe(ctx, net, change)
	if err != nil {
		return nil, err
	}
	for _, l := range change.Layers {
		v.touched[l.Layer] = change.Revision
	}
	v.states = append(v.states, state{change.Revision, net, infos})
	v.states = slices.Clone(v.states[max(0, len(v.states)-keptStates):])
	v.changes = append(v.changes, change)
	return shifts, nil
}

// revision is the newest one; the lock must be held.
func (v *View) revision() layers.Revision {
	if len(v.changes) == 0 {
		return v.pin
	}
	return v.changes[len(v.changes)-1].Revision
}

// Layers implements layers.Reader.
func (v *View) Layers(ctx context.Context) ([]layers.Info, error) {
	results, err := v.results.Layers(ctx)
	if err != nil {
		return nil, err
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	out := slices.Clone(v.states[len(v.states)-1].infos)
	for _, info := range results {
		info.Changed = v.made[info.Schema.Layer]
		out = append(out, info)
	}
	slices.SortFunc(out, func(a, b layers.Info) int { return strings.Compare(a.Schema.Layer, b.Schema.Layer) })
	return out, nil
}

// Newest implements layers.Numbered.
func (v *View) Newest(context.Context) (layers.Revision, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.revision(), nil
}

// Applied is the newest revision, all of which come from here.
func (v *View) Applied() layers.Revision {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.revision()
}

// Features implements layers.Reader. Reads can be pinned to the last revisions of the
// view, and to all of the base up to the pin.
func (v *View) Features(ctx context.Context, layer string, q layers.Query) iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		if v.isResult(layer) {
			q.At = 0
			v.results.Features(ctx, layer, q)(yield)
			return
		}
		net, at, err := v.at(q.At)
		if err != nil {
			yield(geo.Feature{}, err)
			return
		}
		if !v.holds(layer, net) {
			yield(geo.Feature{}, &layers.NoLayerError{Layer: layer})
			return
		}
		q.At = at
		v.laid(ctx, layer, q, net.Touched(layer))(yield)
	}
}

func (v *View) isResult(layer string) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	_, ok := v.made[layer]
	return ok
}

func (v *View) holds(layer string, net *Net) bool {
	_, ok := slices.BinarySearchFunc(v.pinned, layer, func(info layers.Info, name string) int { return strings.Compare(info.Schema.Layer, name) })
	return ok || net.layers[layer] != nil
}

// at finds the net of a revision, and the revision of the base below it.
func (v *View) at(asked layers.Revision) (*Net, layers.Revision, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	newest := v.revision()
	switch {
	case asked == 0:
		return v.states[len(v.states)-1].net, v.pin, nil
	case asked < 0 || asked > newest:
		return nil, 0, &layers.NoRevisionError{Asked: asked, Newest: newest}
	case asked < v.pin:
		return &Net{base: asked}, asked, nil
	}
	for i := len(v.states) - 1; i >= 0; i-- {
		if v.states[i].revision <= asked {
			return v.states[i].net, v.pin, nil
		}
	}
	return nil, 0, &layers.NoRevisionError{Asked: asked, Newest: newest}
}

// View implements Viewer.
func (v *View) View(ctx context.Context, layer string, extent geo.Extent, f func(*geo.Feature) bool) error {
	if viewer, ok := v.base.(Viewer); ok && !v.isResult(layer) {
		net := v.Net()
		below, ok, err := v.shared(ctx, viewer, layer, extent)
		if err != nil {
			return err
		}
		if ok {
			viewOver(below, extent, net.Touched(layer), f)
			return nil
		}
	}
	for feature, err := range v.Features(ctx, layer, layers.Query{Extent: &extent}) {
		if err != nil {
			return err
		}
		if !f(&feature) {
			return nil
		}
	}
	return nil
}

// shared gives features of the base as it is now, provided that this is how it was at
// the pin, before the features were read and after: nothing may come in between.
func (v *View) shared(ctx context.Context, base Viewer, layer string, extent geo.Extent) (out []*geo.Feature, ok bool, err error) {
	if ok, err := v.unmoved(ctx, layer); err != nil || !ok {
		return nil, false, err
	}
	if err := base.View(ctx, layer, extent, func(f *geo.Feature) bool {
		out = append(out, f)
		return true
	}); err != nil {
		return nil, false, err
	}
	ok, err = v.unmoved(ctx, layer)
	return out, ok, err
}

// unmoved tells whether the newest state of a layer of the base is that of the pin.
func (v *View) unmoved(ctx context.Context, layer string) (bool, error) {
	infos, err := v.base.Layers(ctx)
	if err != nil {
		return false, err
	}
	for _, info := range infos {
		if info.Schema.Layer == layer {
			return info.Changed <= v.pin && info.Schema.Kind != geo.Result, nil
		}
	}
	return false, nil
}

// Apply keeps results of the scenario, in memory. A batch that edits anything else is
// refused: inputs of a scenario change by its edits.
func (v *View) Apply(ctx context.Context, b layers.Batch) (layers.Revision, error) {
	if err := v.onlyResults(&b); err != nil {
		return 0, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	at, err := v.results.Apply(ctx, b)
	if err != nil {
		return 0, err
	}
	done, err := v.results.Changes(ctx, at-1)
	if err != nil {
		return 0, err
	}
	change := done[0]
	change.Revision = v.revision() + 1
	for _, l := range change.Layers {
		v.made[l.Layer] = change.Revision
	}
	for _, name := range b.Drop {
		if !slices.ContainsFunc(b.Define, func(s geo.Schema) bool { return s.Layer == name }) {
			delete(v.made, name)
		}
	}
	v.changes = append(v.changes, change)
	return change.Revision, nil
}

func (v *View) onlyResults(b *layers.Batch) error {
	defined := make(map[string]bool)
	for _, s := range b.Define {
		if s.Kind != geo.Result {
			return inputsByEdits(s.Layer)
		}
		defined[s.Layer] = true
	}
	check := func(layer string) error {
		declared, ok := layers.Schema(layer)
		if defined[layer] || v.isResult(layer) || ok && declared.Kind == geo.Result {
			return nil
		}
		return inputsByEdits(layer)
	}
	for i := range b.Edits {
		if err := check(b.Edits[i].Layer); err != nil {
			return err
		}
	}
	for _, layer := range slices.Concat(b.Clear, b.Drop) {
		if err := check(layer); err != nil {
			return err
		}
	}
	return nil
}

func inputsByEdits(layer string) error {
	return geo.Refuse(
		geo.Tf("方案中的图层 %s 只能通过方案编辑修改", "layer %s of a scenario changes by the edits of the scenario only", layer),
		geo.T("在方案中添加编辑，或退出方案后修改现状", "add an edit to the scenario, or leave it and change the base"))
}

// Changes implements layers.Store: those of the base up to the pin, then those of the
// view.
func (v *View) Changes(ctx context.Context, since layers.Revision) ([]layers.Change, error) {
	var out []layers.Change
	if since < v.pin {
		below, err := v.base.Changes(ctx, since)
		if err != nil {
			return nil, err
		}
		for _, c := range below {
			if c.Revision <= v.pin {
				out = append(out, c)
			}
		}
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	for _, c := range v.changes {
		if c.Revision > since {
			out = append(out, c)
		}
	}
	return out, ctx.Err()
}

// Close forgets the results. The base stays open.
func (v *View) Close() error { return v.results.Close() }

func isNoLayer(err error) bool {
	var missing *layers.NoLayerError
	return errors.As(err, &missing)
}
