package radio

import (
	"fmt"
	"reflect"

	"yiju/analysis"
)

// LiveRun is a Run under change: it is told what of the scene came, went or changed,
// and answers as Run would of the new scene, to the bit, computing again only what the
// change touches. It is for one goroutine at a time.
type LiveRun struct {
	scene  *analysis.Scene
	params Params
	live   *Live
	answer *Answer // nil when it has to be made
	last   *Answer // the one before
	result *analysis.Result
}

// Answer is what Run tells at once: all values and notes, and its layers by name and
// order, without their features. It must not be changed.
type Answer struct {
	analysis.Result
	// Later names the layers that have no features yet; LiveRun.Result draws them.
	Later []string
	// Same tells that nothing of this differs from the answer before. What the layers
	// draw may.
	Same bool
}

// NewLiveRun makes a scene ready. Errors are those of NewModel.
func NewLiveRun(scene *analysis.Scene, p Params) (*LiveRun, error) {
	m, err := NewModel(scene, p)
	if err != nil {
		return nil, err
	}
	return &LiveRun{scene: scene, params: p, live: m.Live()}, nil
}

// Model is the model of the scene as it is now.
func (l *LiveRun) Model() *Model { return l.live.Model() }

// Update puts a scene in the place of the one before. changed names, by layer, the ids
// of all features of "cells", "buildings", "terrain" and "communities" that came, went
// or changed; others do no harm. Errors are those of NewModel; after one the scene
// before still stands.
func (l *LiveRun) Update(scene *analysis.Scene, changed map[string][]string) error {
	m := l.live.m
	if len(changed["terrain"]) > 0 || !reflect.DeepEqual(scene.Community, l.scene.Community) || scene.CRS != l.scene.CRS {
		return l.rebuild(scene)
	}
	moved := false
	if ids := changed["cells"]; len(ids) > 0 {
		next, ok, err := m.withCells(scene.Layers["cells"])
		switch {
		case err != nil:
			return err
		case !ok:
			return l.rebuild(scene)
		}
		m, moved = next, true
	}
	if ids := changed["buildings"]; len(ids) > 0 {
		which := make(map[string]bool, len(ids))
		for _, id := range ids {
			which[id] = true
		}
		// Cells first, as they are among the old buildings: what they have in common with
		// the new ones is kept.
		l.live.turn(m)
		m, moved = m.withBuildings(scene.Layers["buildings"], which), true
	}
	l.scene = scene
	if moved {
		l.live.turn(m)
		l.forget()
	}
	return nil
}

// rebuild begins anew.
func (l *LiveRun) rebuild(scene *analysis.Scene) error {
	m, err := NewModel(scene, l.params)
	if err != nil {
		return err
	}
	l.scene, l.live = scene, m.Live()
	l.forget()
	return nil
}

// forget drops the answer.
func (l *LiveRun) forget() {
	if l.answer != nil {
		l.last = l.answer
	}
	l.answer, l.result = nil, nil
}

// liveSight is a model whose tiles are kept.
type liveSight struct {
	*Model
	live *Live
}

func (s liveSight) Tiles(visit func(*Tile) error) error { return s.live.Tiles(visit) }

// Answer tells the values and notes of the scene as it is. Without a change it is the
// one that was given before.
func (l *LiveRun) Answer() (*Answer, error) {
	if l.answer != nil {
		return l.answer, nil
	}
	r := newAnswer(l.live.m, l.scene)
	if r.known {
		r.spots = &spotter{r: r}
		var tiles []*tally
		if err := l.live.make(r.tallyOf, func(t *liveTile) error {
			r.addTally(&t.tally)
			tiles = append(tiles, &t.tally)
			return nil
		}); err != nil {
			return nil, fmt.Errorf("radio: %w", err)
		}
		if r.countsSpots() {
			r.countSmall(tiles)
		}
	}
	r.tell()
	out := &Answer{Result: analysis.Result{Notes: r.notes.Sorted()}}
	for _, s := range r.sheets() {
		out.Layers = append(out.Layers, analysis.Layer{Schema: s.schema})
		out.Later = append(out.Later, s.schema.Layer)
	}
	if r.known {
		out.Values = r.values()
	} else {
		out.Values = r.unknownValues()
	}
	out.Same = l.last != nil && reflect.DeepEqual(out.Result, l.last.Result)
	l.answer, l.last = out, nil
	return out, nil
}

// Result is what Run gives of the scene as it is. Without a change it is the one that
// was given before.
func (l *LiveRun) Result() (analysis.Result, error) {
	if l.result == nil {
		out, err := result(liveSight{l.live.m, l.live}, l.scene)
		if err != nil {
			return analysis.Result{}, err
		}
		l.result = &out
	}
	return *l.result, nil
}
