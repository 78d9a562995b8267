package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"yiju/analysis"
	"yiju/analysis/indicator/metric"
	"yiju/analysis/radio"
	"yiju/analysis/sight"
	"yiju/analysis/walk"
	"yiju/geo"
	"yiju/layers/scenario"
)

// engines are the analyses that follow a scenario, by what they are asked.
type engines struct {
	walks   map[string]*engine[*walk.Live] // by profile of walking and scene
	shared  map[string]*walk.Shared        // by scene
	radios  map[string]*engine[*radio.LiveRun]
	cameras map[string]*engine[*sight.Live]
}

// engine is an analysis that follows a scene.
type engine[L follower] struct {
	scene string // its key
	live  L
	begun bool
	err   error // why it does not follow any more; it begins anew then
	last  any   // its last answer, which it gives again where nothing has changed
}

type follower interface {
	Update(scene *analysis.Scene, changed map[string][]string) error
}

func newEngines() engines {
	return engines{
		make(map[string]*engine[*walk.Live]), make(map[string]*walk.Shared),
		make(map[string]*engine[*radio.LiveRun]), make(map[string]*engine[*sight.Live]),
	}
}

// update has all analyses follow their scenes, side by side.
func (e *engines) update(scenes map[string]*keptScene) error {
	var work errgroup.Group
	for _, w := range e.walks {
		w.follow(&work, scenes)
	}
	for _, r := range e.radios {
		r.follow(&work, scenes)
	}
	for _, c := range e.cameras {
		c.follow(&work, scenes)
	}
	return work.Wait()
}

func (e *engine[L]) follow(work *errgroup.Group, scenes map[string]*keptScene) {
	k := scenes[e.scene]
	if !e.begun || len(k.changed) == 0 {
		return
	}
	work.Go(func() error {
		e.err = e.live.Update(k.now.Scene, k.changed)
		return onlyBroken(e.err)
	})
}

// begin makes an engine that has not begun, or cannot follow any more.
func (e *engine[L]) begin(make func() (L, error)) error {
	if e.begun && e.err == nil {
		return nil
	}
	e.live, e.err = make()
	e.begun = e.err == nil
	return e.err
}

// engineOf finds an engine by name, or a new one on a scene.
func engineOf[L follower](g *liveGround, in map[string]*engine[L], name, scene string) *engine[L] {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := in[name]
	if e == nil {
		e = &engine[L]{scene: scene}
		in[name] = e
	}
	return e
}

// onlyBroken passes what is not meant for the user.
func onlyBroken(err error) error {
	if geo.AsFault(err) != nil {
		return nil
	}
	return err
}

// liveGround is the ground of a judgement that follows a scenario.
type liveGround struct {
	l    *Live
	view *scenario.View

	mu sync.Mutex // of the maps of l
}

func (g *liveGround) scene(ctx context.Context, spec sceneSpec) (*scene, error) {
	k, err := g.keep(ctx, spec)
	if err != nil {
		return nil, err
	}
	return k.now, nil
}

func (g *liveGround) keep(ctx context.Context, spec sceneSpec) (*keptScene, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if k := g.l.scenes[spec.key()]; k != nil {
		return k, nil
	}
	k, err := keepScene(ctx, g.view, spec)
	if err == nil {
		g.l.scenes[spec.key()] = k
	}
	return k, err
}

// sceneKey finds under which key a scene is kept.
func (g *liveGround) sceneKey(s *scene) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for key, k := range g.l.scenes {
		if k.now == s {
			return key, nil
		}
	}
	return "", errors.New("pipeline: a scene that is not kept")
}

func (g *liveGround) network(k *walker) (*walk.Network, error) {
	e, err := g.walks(k)
	if err != nil {
		return nil, err
	}
	return e.live.Network(), nil
}

// sharedBy is what the walks on a scene share.
func (g *liveGround) sharedBy(scene string) *walk.Shared {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.l.engines.shared[scene]
	if s == nil {
		s = &walk.Shared{}
		g.l.engines.shared[scene] = s
	}
	return s
}

// walks gives the walks of a way of walking, begun when they are first asked for. Only
// one goroutine at a time has to do with a profile.
func (g *liveGround) walks(k *walker) (*engine[*walk.Live], error) {
	key, err := g.sceneKey(k.scene)
	if err != nil {
		return nil, err
	}
	e := engineOf(g, g.l.engines.walks, k.profile.ID+"|"+key, key)
	return e, e.begin(func() (*walk.Live, error) { return g.sharedBy(key).NewLive(k.scene.Scene, k.profile) })
}

func (g *liveGround) walk(k *walker, params walk.Params) (answer, error) {
	e, err := g.walks(k)
	if err != nil {
		return answer{}, err
	}
	a, err := e.live.Run(params)
	if err != nil {
		return answer{}, err
	}
	return answer{brief: briefOf(&a), draw: a.Result, same: a.Same}, nil
}

// briefOf is a walk with those layers that are not drawn yet by name alone.
func briefOf(a *walk.Answer) analysis.Result {
	out := analysis.Result{Values: a.Values, Notes: a.Notes}
	for _, name := range a.Names {
		layer := analysis.Layer{Schema: geo.Schema{Layer: name}}
		if i := slices.IndexFunc(a.Layers, func(l analysis.Layer) bool { return l.Schema.Layer == name }); i >= 0 {
			layer = a.Layers[i]
		}
		out.Layers = append(out.Layers, layer)
	}
	return out
}

// What radio and cameras draw comes from the scene and not from what is kept, which the
// next edit changes: an edit need not wait for it.

func (g *liveGround) radio(s *scene, params radio.Params) (answer, error) {
	name, key, err := g.asked(s, params)
	if err != nil {
		return answer{}, err
	}
	e := engineOf(g, g.l.engines.radios, name, key)
	if err := e.begin(func() (*radio.LiveRun, error) { return radio.NewLiveRun(s.Scene, params) }); err != nil {
		return answer{}, err
	}
	a, err := e.live.Answer()
	if err != nil {
		return answer{}, err
	}
	draw := func() (analysis.Result, error) { return radio.Run(s.Scene, params) }
	same := a.Same || e.last == any(a)
	e.last = a
	return answer{brief: a.Result, draw: draw, same: same}, nil
}

func (g *liveGround) cameras(s *scene, params sight.Params) (answer, error) {
	name, key, err := g.asked(s, params)
	if err != nil {
		return answer{}, err
	}
	e := engineOf(g, g.l.engines.cameras, name, key)
	if err := e.begin(func() (*sight.Live, error) { return sight.NewLive(s.Scene, params) }); err != nil {
		return answer{}, err
	}
	a, err := e.live.Answer()
	if err != nil {
		return answer{}, err
	}
	draw := func() (analysis.Result, error) { return sight.Run(s.Scene, params) }
	same := a.Same || e.last == any(a)
	e.last = a
	return answer{brief: a.Result, draw: draw, same: same}, nil
}

// asked names a question on a scene.
func (g *liveGround) asked(s *scene, params any) (name, key string, err error) {
	if key, err = g.sceneKey(s); err != nil {
		return "", "", err
	}
	text, err := json.Marshal(params)
	if err != nil {
		return "", "", fmt.Errorf("pipeline: parameters: %w", err)
	}
	return string(text) + "|" + key, key, nil
}

// analyse runs what the metrics need: the walks of one way of walking one after the
// other, everything else side by side.
func (l *Live) analyse(ctx context.Context, w *judging) error {
	if err := w.prepareWalks(); err != nil {
		return err
	}
	groups := make(map[string][]metric.Need)
	for _, n := range w.needs {
		name := n.Analysis
		if n.Analysis == "walk" {
			name += " " + n.Profile
		}
		groups[name] = append(groups[name], n)
	}
	var mu sync.Mutex
	work, ctx := errgroup.WithContext(ctx)
	for _, needs := range groups {
		work.Go(func() error {
			for _, n := range needs {
				run, err := w.answer(ctx, n)
				if err != nil {
					return err
				}
				mu.Lock()
				w.runs[n.Key()] = run
				mu.Unlock()
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	l.settle(w)
	return nil
}

// settle tells of each run whether it says what it said before.
func (l *Live) settle(w *judging) {
	for key, run := range w.runs {
		var before *judgedRun
		if l.w != nil {
			before = l.w.runs[key]
		}
		switch {
		case before == nil:
			run.answer.same = false
		case run.missing != nil || before.missing != nil:
			run.answer.same = run.missing != nil && before.missing != nil && run.missing.What == before.missing.What
		}
		if !run.answer.same {
			l.note(run.id)
		}
	}
}

// onceAtATime guards the building of networks, which metrics may ask for side by side.
func onceAtATime(network func(string) (*walk.Network, error)) func(string) (*walk.Network, error) {
	var mu sync.Mutex
	return func(profile string) (*walk.Network, error) {
		mu.Lock()
		defer mu.Unlock()
		return network(profile)
	}
}
