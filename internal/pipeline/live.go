package pipeline

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/metric"
	"yiju/geo/crs"
	"yiju/layers"
	"yiju/layers/scenario"
)

// LiveRequest says what is followed while a scenario is edited.
type LiveRequest struct {
	// Community is an id or name; empty is the default one.
	Community string
	// Profile is the id of a standard at a tier; of a standard alone where the project
	// type of the community decides.
	Profile string
}

// Live is a community under a standard while a scenario of it is edited: after an edit
// only what it can change is computed again. What it says is, to the bit, what a
// judgement of the whole says (Pipeline.Judge on the scenario, without claims).
//
// Claims are about the place as it is; a scenario is judged by what is computed and by
// documents alone, and its base beside it likewise.
type Live struct {
	pipeline *Pipeline // on the view
	view     *scenario.View
	request  LiveRequest
	only     string // the one requirement that counts; empty for all

	mu       sync.Mutex
	net      *scenario.Net // that everything below is of
	w        *judging
	scenes   map[string]*keptScene
	engines  engines
	kept     []keptMeasure // by w.asked
	evidence []indicator.Evidence
	memo     *metric.Memo
	base     *indicator.Judgement // of the empty scenario
	baseW    *judging             // that it came from
	baseAt   layers.Revision
	now      *indicator.Judgement
	// recomputed are the requirements and runs that the last update computed anew.
	recomputed []string
	took       time.Duration
	drawing    liveDrawing
}

// keptMeasure is a measure as its metric gave it.
type keptMeasure struct {
	measure indicator.Measure
	ready   bool
}

// newLive computes the base of a scenario. The view must show some net over it.
func newLive(ctx context.Context, p *Pipeline, view *scenario.View, request LiveRequest) (*Live, error) {
	l := &Live{pipeline: p, view: view, request: request}
	bare, err := scenario.NewView(ctx, view.Below(), view.Pin())
	if err != nil {
		return nil, err
	}
	if err := l.begin(ctx, bare); err != nil {
		return nil, err
	}
	l.base, l.baseW, l.baseAt = l.now, l.w, l.w.at
	return l, nil
}

// begin computes everything of a view.
func (l *Live) begin(ctx context.Context, view *scenario.View) error {
	p := New(view)
	at, err := newestInput(ctx, view)
	if err != nil {
		return err
	}
	community, err := chooseCommunity(ctx, view, at, l.request.Community)
	if err != nil {
		return err
	}
	projectType, _ := community.Text("project_type")
	profile, sum, err := LoadProfile(l.request.Profile, nil, projectType)
	if err != nil {
		return err
	}
	l.scenes, l.memo = make(map[string]*keptScene), metric.NewMemo()
	l.engines = newEngines()
	w := newJudging(p, &liveGround{l: l, view: view}, JudgeRequest{Profile: profile.ID}, at)
	w.profile, w.sha256 = profile, sum
	if err := w.askFor(l.only); err != nil {
		return err
	}
	l.kept = make([]keptMeasure, len(w.asked))
	l.net = view.Net()
	return l.compute(ctx, w, view, community.ID, nil)
}

// Update follows the view to what it shows now. It gives false where nothing had to be
// done.
func (l *Live) Update(ctx context.Context) (bool, error) {
	l.drawing.stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	began := time.Now()
	net := l.view.Net()
	if l.w != nil && net == l.net {
		return false, nil
	}
	if err := l.update(ctx, net); err != nil {
		l.w = nil // what is kept may be of two states
		return false, err
	}
	l.took = time.Since(began)
	return true, nil
}

func (l *Live) update(ctx context.Context, net *scenario.Net) error {
	shifts := scenario.Compare(l.net, net)
	community := ""
	if l.w != nil {
		community = l.w.scene.Community.ID
	}
	if l.w == nil || slices.ContainsFunc(shifts, func(s scenario.Shift) bool { return rebuilds(&s, community) }) {
		return l.begin(ctx, l.view)
	}
	changed := make(map[string]bool)
	for _, k := range l.scenes {
		if err := k.update(shifts); err != nil {
			return err
		}
		for layer := range k.changed {
			changed[layer] = true
		}
	}
	for i := range shifts {
		if shifts[i].Layer == evidenceLayer {
			changed[evidenceLayer] = true
		}
	}
	at, err := newestInput(ctx, l.view)
	if err != nil {
		return err
	}
	if err := l.engines.update(l.scenes); err != nil {
		return err
	}
	w := newJudging(l.pipeline, &liveGround{l: l, view: l.view}, l.w.request, at)
	w.profile, w.sha256, w.asked, w.needs = l.w.profile, l.w.sha256, l.w.asked, l.w.needs
	l.net, w.net = net, net
	return l.compute(ctx, w, l.view, community, changed)
}

// compute judges. changed are the layers that differ from the last time; nil for all.
func (l *Live) compute(ctx context.Context, w *judging, view *scenario.View, community string, changed map[string]bool) error {
	var err error
	if w.scene, err = w.ground.scene(ctx, w.spec(community)); err != nil {
		return err
	}
	l.recomputed = nil
	if err := l.analyse(ctx, w); err != nil {
		return err
	}
	if err := l.measure(ctx, w, changed); err != nil {
		return err
	}
	if changed == nil || changed[evidenceLayer] {
		if l.evidence, err = readEvidence(ctx, view, w.at, community); err != nil {
			return err
		}
	}
	c := w.caseOf()
	c.Evidence = l.evidence
	l.w, l.now = w, indicator.Judge(c)
	return nil
}

// measure computes the metrics that rest on what changed, side by side.
func (l *Live) measure(ctx context.Context, w *judging, changed map[string]bool) error {
	in := w.input(ctx)
	in.Memo = l.memo
	in.Network = onceAtATime(in.Network)
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(2 * maxParallel)
	fresh := make([]bool, len(w.asked))
	for i := range w.asked {
		a := &w.asked[i]
		if l.kept[i].ready && !w.rests(a, changed) {
			continue
		}
		fresh[i] = true
		work.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			m, err := a.compute(in)
			l.kept[i] = keptMeasure{m, err == nil}
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	w.clear()
	for i := range w.asked {
		if fresh[i] {
			l.note(w.asked[i].requirement)
		}
		if err := w.take(&w.asked[i], l.kept[i].measure); err != nil {
			return err
		}
	}
	return nil
}

// maxParallel bounds the metrics computed side by side.
const maxParallel = 4

func (l *Live) note(id string) {
	if !slices.Contains(l.recomputed, id) {
		l.recomputed = append(l.recomputed, id)
	}
}

// rests tells whether a metric reads anything that changed: a layer, or the result of
// an analysis.
func (w *judging) rests(a *askedMetric, changed map[string]bool) bool {
	if changed == nil || slices.ContainsFunc(a.metric.Layers, func(l string) bool { return changed[l] }) {
		return true
	}
	return slices.ContainsFunc(a.metric.Needs(a.params), func(n metric.Need) bool { return !w.runs[n.Key()].answer.same })
}

// Judgement is what was found last. It is shared and must not be changed.
func (l *Live) Judgement() *indicator.Judgement {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

// transform leads from degrees to the working CRS.
func (l *Live) transform() *crs.Transform {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.scene.transform
}

// Base is what was found of the base.
func (l *Live) Base() *indicator.Judgement { return l.base }
