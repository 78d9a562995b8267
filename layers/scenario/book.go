package scenario

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"yiju/geo"
	"yiju/layers"
)

// Bounds of what a Book keeps.
const (
	MaxEdits     = 10_000  // edits of one scenario
	MaxSteps     = 1_000   // steps of one order
	MaxName      = 200     // characters of a name, an author, a group or a kind
	MaxComment   = 2_000   // characters of a comment or a description
	MaxVertices  = 100_000 // vertices of one geometry
	MaxCosts     = 200     // unit costs of one scenario
	maxTries     = 20      // how often a write begins anew after somebody else's
	firstBackoff = 2 * time.Millisecond
	lastBackoff  = 200 * time.Millisecond
)

// Book keeps the scenarios of a workspace in the workspace itself, in the tables
// layers.ScenariosLayer and layers.ScenarioEditsLayer, in any store. What a method has
// returned without an error is written for good.
//
// Several Books may work on one workspace at once, in several processes: a method that
// finds that a scenario was changed since it read it reads it anew and tries again. So
// whoever edits different features never sees the other; whoever edits the same ones
// is told, if he says which versions he saw.
//
// Errors for people are *geo.Fault; that of a state which is no longer what the caller
// saw holds a *layers.ConflictError, for errors.As. Methods may be called by several
// goroutines at once.
type Book struct {
	store layers.Store
	// turn is taken by whoever writes in this process, so that only other processes
	// can come in between.
	turn chan struct{}
	kept kept
}

// NewBook opens the book of a workspace. Nothing is written before the first scenario.
func NewBook(store layers.Store) *Book {
	return &Book{store: store, turn: make(chan struct{}, 1)}
}

// NoScenarioError tells that a scenario does not exist.
type NoScenarioError struct{ ID string }

func (e *NoScenarioError) Error() string { return fmt.Sprintf("there is no scenario %q", e.ID) }

// List gives all scenarios without their edits, by id.
func (b *Book) List(ctx context.Context) ([]Scenario, error) {
	var out []Scenario
	for f, err := range b.store.Features(ctx, layers.ScenariosLayer, layers.Query{}) {
		if isNoLayer(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		s, err := scenarioOf(&f)
		if err != nil {
			return nil, err
		}
		out = append(out, *s)
	}
	return out, nil
}

// Get gives a scenario with its edits, all of one moment; a *NoScenarioError where
// there is none. The caller may change what it gets, but for the features and
// geometries of the edits.
func (b *Book) Get(ctx context.Context, id string) (*Scenario, error) {
	s, err := b.head(ctx, id)
	if err != nil {
		return nil, err
	}
	if edits, ok := b.kept.edits(s); ok {
		s.Edits = edits
		return s, nil
	}
	// The edits are read as they are now, which is quick, and hold when nobody wrote
	// since the head was read. Otherwise they are read as they were then.
	if s.Edits, err = b.edits(ctx, s, 0); err != nil || !s.whole() {
		if s.Edits, err = b.edits(ctx, s, layers.Revision(s.Version)); err != nil {
			return nil, err
		}
		if !s.whole() {
			return nil, unreadable(layers.ScenariosLayer, id, fmt.Errorf("it counts %d edits; %d are there", s.Count, len(s.Edits)))
		}
	}
	b.kept.keep(s, nil)
	return s, nil
}

// whole tells that the edits are those that the head of the scenario speaks of: every
// write of an edit writes the head too.
func (s *Scenario) whole() bool {
	return len(s.Edits) == s.Count && !slices.ContainsFunc(s.Edits, func(e Edit) bool { return e.Version > s.Version || e.Seq >= s.Next })
}

// head reads a scenario without its edits.
func (b *Book) head(ctx context.Context, id string) (*Scenario, error) {
	for f, err := range b.store.Features(ctx, layers.ScenariosLayer, layers.Query{IDs: []string{id}}) {
		if isNoLayer(err) {
			break
		}
		if err != nil {
			return nil, err
		}
		return scenarioOf(&f)
	}
	return nil, &NoScenarioError{ID: id}
}

// edits reads the edits of a scenario at a revision, by number.
func (b *Book) edits(ctx context.Context, s *Scenario, at layers.Revision) ([]Edit, error) {
	out := make([]Edit, 0, s.Count)
	if s.Count == 0 {
		return out, nil
	}
	prefix := s.ID + "/"
	for f, err := range b.store.Features(ctx, layers.ScenarioEditsLayer, layers.Query{After: prefix, Limit: s.Count + 1, At: at}) {
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(f.ID, prefix) {
			break
		}
		e, err := editOf(&f)
		if err != nil {
			return nil, err
		}
		out = append(out, *e)
	}
	return out, nil
}

// write is what a change of a scenario comes to.
type write struct {
	author, reason string
	// next is the scenario as it will be, with its edits.
	next *Scenario
	// put are the numbers of the edits to write, out those of the edits that go.
	put map[int64]bool
	out []int64
	// net is what next comes to, where that was worked out; it is not shared yet.
	net *Net
	// base are edits of the place itself.
	base []layers.Edit
}

// change reads a scenario, has the change worked out and writes it as one batch, again
// when somebody else wrote meanwhile. A nil write is nothing to do.
func (b *Book) change(ctx context.Context, id string, work func(s *Scenario) (*write, error)) (*Scenario, error) {
	select {
	case b.turn <- struct{}{}:
		defer func() { <-b.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for try := 0; ; try++ {
		s, err := b.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		w, err := work(s)
		if err != nil {
			return nil, err
		}
		if w == nil {
			return b.Get(ctx, id)
		}
		err = b.write(ctx, w, s.Version)
		if err == nil {
			return w.next, nil
		}
		if !movedOn(err) {
			return nil, err
		}
		if try == maxTries {
			return nil, geo.Refuse(
				geo.Tf("方案 %s 正被他人频繁修改，%d 次尝试均未写入", "scenario %s is being changed by others all the time; %d tries did not get through", id, maxTries),
				geo.T("稍后再试", "try again in a moment")).Because(err)
		}
		if err := pause(ctx, try); err != nil {
			return nil, err
		}
	}
}

// write writes a change, provided that the scenario is still of the version seen (0 for
// a new one), and gives the scenario and its edits the versions that they now have.
func (b *Book) write(ctx context.Context, w *write, seen int64) error {
	s := w.next
	s.Changed = now()
	s.Count = len(s.Edits)
	head, err := s.row()
	if err != nil {
		return err
	}
	batch := layers.Batch{Author: w.author, Reason: w.reason}
	op := layers.Update
	if seen == 0 {
		op = layers.Add
	}
	batch.Edits = append(batch.Edits, layers.Edit{Layer: layers.ScenariosLayer, Op: op, Feature: head, Seen: seen})
	for i := range s.Edits {
		e := &s.Edits[i]
		if !w.put[e.Seq] {
			continue
		}
		row, err := e.row(s.ID)
		if err != nil {
			return err
		}
		batch.Edits = append(batch.Edits, layers.Edit{Layer: layers.ScenarioEditsLayer, Op: layers.Put, Feature: row})
	}
	for _, seq := range w.out {
		batch.Edits = append(batch.Edits, layers.Edit{Layer: layers.ScenarioEditsLayer, Op: layers.Delete, Feature: geo.Feature{ID: editID(s.ID, seq)}})
	}
	batch.Edits = append(batch.Edits, w.base...)
	at, err := b.store.Apply(ctx, batch)
	if err != nil {
		return err
	}
	s.Version = int64(at)
	for i := range s.Edits {
		if w.put[s.Edits[i].Seq] {
			s.Edits[i].Version = int64(at)
		}
	}
	if w.net != nil {
		w.net.written(w.put, int64(at))
	}
	b.kept.keep(s, w.net)
	return nil
}

// movedOn tells that a batch was refused because a scenario is no longer what was read.
func movedOn(err error) bool {
	var conflict *layers.ConflictError
	return errors.As(err, &conflict) &&
		slices.ContainsFunc(conflict.Conflicts, func(c layers.Conflict) bool { return c.Layer == layers.ScenariosLayer })
}

// pause waits a little, longer with every try, and never as long as another that waits.
func pause(ctx context.Context, try int) error {
	longest := min(firstBackoff<<try, lastBackoff)
	timer := time.NewTimer(rand.N(longest))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// now is the time in the precision that is kept.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
