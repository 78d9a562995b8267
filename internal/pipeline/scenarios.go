package pipeline

import (
	"context"
	"slices"
	"sync"

	"yiju/layers"
	"yiju/layers/scenario"
)

// maxPlaces bounds the scenarios that are kept ready in memory.
const maxPlaces = 16

// Scenarios gives the scenarios of a workspace as places that can be read, analysed
// and judged like the workspace itself. It may be used by several goroutines.
type Scenarios struct {
	base scenario.Base
	book *scenario.Book

	mu     sync.Mutex
	places []*Place // most recently used first
	lives  []lively // likewise
}

// lively is a live community of a place.
type lively struct {
	place *Place
	live  *Live
}

// maxLives bounds the communities and standards that are followed at once, of all
// scenarios together: each keeps networks, a radio model and views of cameras, 100 to
// 200 MB for a community like a small town.
const maxLives = 6

// NewScenarios keeps the scenarios of a store. What they lie on is read from base,
// which is the store or keeps its layers in memory.
func NewScenarios(store layers.Store, base scenario.Base) *Scenarios {
	return &Scenarios{base: base, book: scenario.NewBook(store)}
}

// Book is where the scenarios are written down.
func (s *Scenarios) Book() *scenario.Book { return s.book }

// Place is a scenario made ready. Its View is a store like any other, of which
// Pipeline works.
type Place struct {
	ID       string
	View     *scenario.View
	Pipeline *Pipeline

	s        *Scenarios
	mu       sync.Mutex // held while the scenario is brought up to date
	scenario *scenario.Scenario

	living sync.Mutex // held while a live community begins
	lives  []*Live    // most recently asked for first
}

// Place gives a scenario as it is written down now. An unknown one gives a
// *scenario.NoScenarioError.
func (s *Scenarios) Place(ctx context.Context, id string) (*Place, error) {
	now, err := s.book.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	p, err := s.place(ctx, now)
	if err != nil {
		return nil, err
	}
	return p, p.follow(ctx, now)
}

// place finds the place of a scenario over its base, or makes it. A scenario that was
// laid over another base is another place.
func (s *Scenarios) place(ctx context.Context, now *scenario.Scenario) (*Place, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, p := range s.places {
		if p.ID == now.ID && p.View.Pin() == now.Base {
			copy(s.places[1:i+1], s.places[:i])
			s.places[0] = p
			return p, nil
		}
	}
	view, err := scenario.NewView(ctx, s.base, now.Base)
	if err != nil {
		return nil, err
	}
	p := &Place{ID: now.ID, View: view, Pipeline: New(view), s: s}
	s.places = slices.DeleteFunc(s.places, func(p *Place) bool { return p.ID == now.ID })
	s.places = append([]*Place{p}, s.places...)
	s.places = s.places[:min(len(s.places), maxPlaces)]
	return p, nil
}

// Scenario is the scenario as it was last read. It is shared and must not be changed.
func (p *Place) Scenario() *scenario.Scenario {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.scenario
}

// follow brings the view to what is written down.
func (p *Place) follow(ctx context.Context, now *scenario.Scenario) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.scenario != nil && p.scenario.Version >= now.Version {
		return nil
	}
	net, err := p.s.book.Net(ctx, now)
	if err != nil {
		return err
	}
	if _, err := p.View.Show(ctx, net); err != nil {
		return err
	}
	p.scenario = now
	return nil
}

// Live tells what the scenario comes to under a standard, beside its base. The first
// time computes everything; after an edit only what it can change is computed.
func (p *Place) Live(ctx context.Context, request LiveRequest) (*LiveAnswer, error) {
	l, now, err := p.following(ctx, request)
	if err != nil {
		return nil, err
	}
	// Who asked may be gone before it is done; half an update would be thrown away, and the
	// next to ask would wait for everything anew.
	if _, err := l.Update(context.WithoutCancel(ctx)); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.answer()
	out.Scenario, out.Version = now.ID, now.Version
	return out, nil
}

// following gives the live community of a request, begun when it is first asked for.
func (p *Place) following(ctx context.Context, request LiveRequest) (*Live, *scenario.Scenario, error) {
	l, err := p.liveOf(ctx, request)
	if err != nil {
		return nil, nil, err
	}
	p.s.used(p, l)
	return l, p.Scenario(), nil
}

// used notes that a live community was asked for, and lets go of those that were not for
// longest.
func (s *Scenarios) used(p *Place, l *Live) {
	s.mu.Lock()
	s.lives = slices.DeleteFunc(s.lives, func(o lively) bool { return o.live == l })
	s.lives = append([]lively{{p, l}}, s.lives...)
	over := slices.Clone(s.lives[min(len(s.lives), maxLives):])
	s.lives = slices.Clone(s.lives[:min(len(s.lives), maxLives)])
	s.mu.Unlock()
	for _, o := range over {
		o.place.forget(o.live)
	}
}

func (p *Place) forget(l *Live) {
	p.living.Lock()
	defer p.living.Unlock()
	p.lives = slices.DeleteFunc(slices.Clone(p.lives), func(o *Live) bool { return o == l })
}

func (p *Place) liveOf(ctx context.Context, request LiveRequest) (*Live, error) {
	p.living.Lock()
	defer p.living.Unlock()
	for i, l := range p.lives {
		if l.request == request {
			copy(p.lives[1:i+1], p.lives[:i])
			p.lives[0] = l
			return l, nil
		}
	}
	l, err := newLive(ctx, p.Pipeline, p.View, request)
	if err == nil {
		p.lives = append([]*Live{l}, p.lives...)
	}
	return l, err
}

// Draw makes the result layers behind what Live told last. It gives way to edits, and
// tells whether it came to its end.
func (p *Place) Draw(ctx context.Context) (drawn bool, err error) {
	p.living.Lock()
	var l *Live
	if len(p.lives) > 0 {
		l = p.lives[0]
	}
	p.living.Unlock()
	if l == nil {
		return false, nil
	}
	return l.Draw(ctx)
}
