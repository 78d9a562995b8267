package scenario

import (
	"context"
	"slices"
	"sync"
)

// keptScenarios bounds the scenarios whose edits a Book remembers.
const keptScenarios = 16

// kept remembers edits and nets of the scenarios used last, so that who edits again
// and again reads only what is new. What is remembered never changes.
type kept struct {
	mu   sync.Mutex
	list []keptScenario // the last is the newest
}

type keptScenario struct {
	id      string
	version int64
	edits   []Edit
	net     *Net // nil until asked for
}

// find must be called with the lock held.
func (k *kept) find(s *Scenario) *keptScenario {
	i := slices.IndexFunc(k.list, func(l keptScenario) bool { return l.id == s.ID && l.version == s.Version })
	if i < 0 {
		return nil
	}
	return &k.list[i]
}

// edits gives a copy of the edits of a scenario, if they are remembered.
func (k *kept) edits(s *Scenario) ([]Edit, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if l := k.find(s); l != nil {
		return slices.Clone(l.edits), true
	}
	return nil, false
}

// keep remembers the edits of a scenario, and the net where it is known, in the place
// of those of another version.
func (k *kept) keep(s *Scenario, net *Net) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list = slices.DeleteFunc(k.list, func(l keptScenario) bool { return l.id == s.ID })
	k.list = append(k.list, keptScenario{id: s.ID, version: s.Version, edits: slices.Clone(s.Edits), net: net})
	if len(k.list) > keptScenarios {
		k.list = slices.Clone(k.list[len(k.list)-keptScenarios:])
	}
}

// Net is what a scenario comes to, as Get gave it. It is worked out once for each
// version.
func (b *Book) Net(ctx context.Context, s *Scenario) (*Net, error) {
	b.kept.mu.Lock()
	if l := b.kept.find(s); l != nil && l.net != nil {
		defer b.kept.mu.Unlock()
		return l.net, nil
	}
	b.kept.mu.Unlock()
	net, err := Resolve(ctx, b.store, s.Base, s.Edits)
	if err != nil {
		return nil, err
	}
	b.kept.mu.Lock()
	defer b.kept.mu.Unlock()
	if l := b.kept.find(s); l != nil {
		l.net = net
	}
	return net, nil
}
