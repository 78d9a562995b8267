package api

import (
	"context"
	"slices"
	"sync"

	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers"
	"yiju/layers/scenario"
	"yiju/layers/snapshot"
)

// ScenarioQuery lets a request look at a scenario in place of the base.
type ScenarioQuery struct {
	Scenario string `query:"scenario" maxLength:"63" doc:"Look at this scenario in place of the base"`
}

// site is what a request looks at: the base, or a scenario over it. The same code
// answers for both.
type site struct {
	store    layers.Store
	view     viewer
	pipeline *pipeline.Pipeline
	place    *pipeline.Place // nil for the base
}

// viewer shares features of a layer that touch an extent, and lists the layers at
// little cost.
type viewer interface {
	pipeline.Viewer
	Layers(ctx context.Context) ([]layers.Info, error)
}

// base is the workspace as scenarios lie on it: its layers kept in memory, with the
// history that the store has.
type base struct {
	*snapshot.Reader
	store layers.Store
}

var (
	_ scenario.Base   = base{}
	_ scenario.Viewer = base{}
)

func (b base) Changes(ctx context.Context, since layers.Revision) ([]layers.Change, error) {
	return b.store.Changes(ctx, since)
}

// at gives what a request asks about: the base when no scenario is named.
func (s *Server) at(ctx context.Context, id string) (site, error) {
	if id == "" {
		return site{store: s.store, view: s.snapshot, pipeline: s.pipeline}, nil
	}
	place, err := s.places.place(ctx, s, id)
	if err != nil {
		return site{}, err
	}
	return site{store: place.View, view: place.View, pipeline: place.Pipeline, place: place}, nil
}

// maxReady bounds the scenarios that are remembered as up to date.
const maxReady = 16

// ready remembers which scenarios were brought up to date at which state of the book,
// so that a tile need not read it.
type ready struct {
	mu   sync.Mutex
	list []readyPlace // the last was used last
}

type readyPlace struct {
	id    string
	book  layers.Revision
	place *pipeline.Place
}

func (r *ready) place(ctx context.Context, s *Server, id string) (*pipeline.Place, error) {
	infos, err := s.snapshot.Layers(ctx)
	if err != nil {
		return nil, err
	}
	now := bookAt(infos)
	r.mu.Lock()
	i := slices.IndexFunc(r.list, func(p readyPlace) bool { return p.id == id })
	if i >= 0 && r.list[i].book >= now {
		defer r.mu.Unlock()
		found := r.list[i]
		r.list = append(slices.Delete(r.list, i, i+1), found)
		return found.place, nil
	}
	r.mu.Unlock()
	place, err := s.scenarios.Place(ctx, id)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = slices.DeleteFunc(r.list, func(p readyPlace) bool { return p.id == id && p.book <= now })
	if !slices.ContainsFunc(r.list, func(p readyPlace) bool { return p.id == id }) {
		r.list = append(r.list, readyPlace{id, now, place})
	}
	r.list = slices.Clone(r.list[max(0, len(r.list)-maxReady):])
	return place, nil
}

// bookAt is the revision that last touched a scenario, any of them.
func bookAt(infos []layers.Info) layers.Revision {
	at := layers.Revision(0)
	for _, info := range infos {
		if name := info.Schema.Layer; name == layers.ScenariosLayer || name == layers.ScenarioEditsLayer {
			at = max(at, info.Changed)
		}
	}
	return at
}

// unmoved tells whether some layers of the base are as they were at a revision.
func unmoved(infos []layers.Info, names []string, since layers.Revision) bool {
	for _, info := range infos {
		if slices.Contains(names, info.Schema.Layer) && (info.Changed > since || info.Schema.Kind == geo.Result) {
			return false
		}
	}
	return true
}
