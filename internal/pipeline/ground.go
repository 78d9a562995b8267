package pipeline

import (
	"context"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/analysis/radio"
	"yiju/analysis/sight"
	"yiju/analysis/walk"
	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// ground is what a judgement stands on: scenes of the community, and what analyses
// say of them. One computes everything from a store, another keeps what it computed
// and follows a scenario under edit; both say the same to the bit.
type ground interface {
	scene(ctx context.Context, spec sceneSpec) (*scene, error)
	// network is that of the walker's profile on the walker's scene.
	network(k *walker) (*walk.Network, error)
	walk(k *walker, params walk.Params) (answer, error)
	radio(s *scene, params radio.Params) (answer, error)
	cameras(s *scene, params sight.Params) (answer, error)
}

// answer is what an analysis says.
type answer struct {
	// brief has all values and notes, and of every layer at least the schema; costly
	// layers may have no features yet.
	brief analysis.Result
	// draw gives everything, whatever happens to the scenario meanwhile; nil where brief
	// is that.
	draw func() (analysis.Result, error)
	// same tells that it is what was answered before, so that what rests on it stands.
	same bool
}

func (a *answer) all() (analysis.Result, error) {
	if a.draw == nil {
		return a.brief, nil
	}
	return a.draw()
}

// storeGround computes everything from a store at a revision.
type storeGround struct {
	store layers.Reader
	at    layers.Revision
}

func (g storeGround) scene(ctx context.Context, spec sceneSpec) (*scene, error) {
	return readScene(ctx, g.store, spec)
}

func (g storeGround) network(k *walker) (*walk.Network, error) {
	return walk.BuildNetwork(k.scene.Scene, k.profile)
}

func (g storeGround) walk(k *walker, params walk.Params) (answer, error) {
	result, err := walk.RunOn(k.network, params)
	return answer{brief: result}, err
}

func (g storeGround) radio(s *scene, params radio.Params) (answer, error) {
	result, err := radio.Run(s.Scene, params)
	return answer{brief: result}, err
}

func (g storeGround) cameras(s *scene, params sight.Params) (answer, error) {
	result, err := sight.Run(s.Scene, params)
	return answer{brief: result}, err
}

// scenarioHash tells which scenario a store shows; empty for the base.
func scenarioHash(store layers.Reader) string {
	if v, ok := store.(*scenario.View); ok {
		return v.Net().Hash()
	}
	return ""
}

// inputRevision is the revision that a judgement is bound to: the newest of the
// inputs, in a scenario of those below it.
func inputRevision(store layers.Reader, at layers.Revision) layers.Revision {
	v, ok := store.(*scenario.View)
	if !ok {
		return at
	}
	var newest layers.Revision
	for _, info := range v.Pinned() {
		if info.Schema.Kind == geo.Input && !layers.Planning(info.Schema.Layer) {
			newest = max(newest, info.Changed)
		}
	}
	return newest
}

// readRevision is the revision to read what a judgement rests on: in a scenario its
// newest, since the base below it is what the judgement names.
func readRevision(store layers.Reader, j *indicator.Judgement) layers.Revision {
	if _, ok := store.(*scenario.View); ok {
		return 0
	}
	return layers.Revision(j.Revision)
}
