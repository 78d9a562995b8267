package scenario

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
)

// Take is which side an answer takes.
type Take string

// The sides. Ours is the scenario, theirs the base that moved on.
const (
	TakeOurs   Take = "ours"
	TakeTheirs Take = "theirs"
	TakeValue  Take = "value"
)

// GeometryField is the Field of a conflict about a geometry and its heights.
const GeometryField = "geometry"

// Place is the geometry of a feature, in degrees, with the heights of a line.
type Place struct {
	Geometry orb.Geometry
	Z        []float64
}

// Conflict is what scenario and base both changed since the scenario's base, each to
// something else.
type Conflict struct {
	Layer, ID string
	// Field is an attribute, GeometryField, or empty for the whole feature: one side
	// took it away, both brought it, or both changed what is no attribute of it. An
	// attribute of the very name "geometry" is "attributes.geometry".
	Field string
	// Ancestor is what the base had, Ours what the scenario has, Theirs what the base
	// has now: values of an attribute (nil is unknown), a *Place, or a *geo.Feature (nil
	// is none).
	Ancestor, Ours, Theirs any
}

// Answer settles a conflict.
type Answer struct {
	Layer, ID string
	// Field is that of the conflict. Empty also settles all conflicts of the fields of
	// a feature, by TakeOurs or TakeTheirs.
	Field string
	Take  Take
	// Value goes with TakeValue: of the types that Conflict lists, or a plain geometry
	// for a *Place.
	Value any
}

// RebaseOrder asks to lay a scenario over another revision.
type RebaseOrder struct {
	Author string
	// To is the revision; 0 is the newest state of the place. With answers, it should be
	// that of the Rebased that named the conflicts.
	To layers.Revision
	// Seen is the version of the scenario that the author saw; 0 is not checked.
	Seen    int64
	Answers []Answer
}

// Rebased is what became of a RebaseOrder.
type Rebased struct {
	// Scenario is it as it is now: rebased if Done.
	Scenario *Scenario
	From, To layers.Revision
	Done     bool
	// Conflicts are those without an answer, by layer, id and field. Nothing was
	// written while there are any.
	Conflicts []Conflict
}

// Rebase lays a scenario over another revision. What only one side changed since the
// present base, attribute by attribute, is kept; what both changed to something else is
// a conflict that waits for an answer. Edits stay as they are but for those that would
// not come to the outcome any more; what they lose stays in the list, switched off,
// with a comment. An approved scenario becomes a draft: what was approved stood on
// other ground.
func (b *Book) Rebase(ctx context.Context, id string, o RebaseOrder) (*Rebased, error) {
	answers, err := answersBy(o.Answers)
	if err != nil {
		return nil, err
	}
	out := &Rebased{}
	out.Scenario, err = b.change(ctx, id, func(s *Scenario) (*write, error) {
		*out = Rebased{From: s.Base}
		if err := s.open(o.Author); err != nil {
			return nil, err
		}
		if o.Seen != 0 && o.Seen != s.Version {
			return nil, s.movedOn(o.Seen)
		}
		to, err := b.settleBase(ctx, o.To)
		if err != nil {
			return nil, err
		}
		if out.To = to; to == s.Base {
			out.Done = true
			return nil, nil
		}
		r := &rebasing{s: s, to: to, author: o.Author, answers: answers, put: map[int64]bool{}}
		if err := r.run(ctx, b.store); err != nil {
			return nil, err
		}
		if out.Conflicts = r.open; len(r.open) > 0 {
			return nil, nil
		}
		out.Done = true
		s.Base = to
		s.redraft()
		return &write{
			author: o.Author, next: s, put: r.put,
			reason: fmt.Sprintf("方案变基 rebase scenario %s from revision %d to %d: %s", s.ID, out.From, to, s.Name),
		}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// rebasing is a scenario on its way to another base.
type rebasing struct {
	s       *Scenario
	to      layers.Revision
	author  string
	answers map[answerKey]Answer
	open    []Conflict
	put     map[int64]bool
	invalid layers.InvalidError
	schemas map[string]geo.Schema
}

// run merges every feature that the edits speak of and rewrites edits where they must.
func (r *rebasing) run(ctx context.Context, base layers.Reader) error {
	before, err := resolve(ctx, base, r.s.Base, r.s.Edits)
	if err != nil {
		return err
	}
	after, err := resolve(ctx, base, r.to, r.s.Edits)
	if err != nil {
		return err
	}
	r.schemas = after.schemas
	var want []target
	for _, layer := range sortedKeys(before.slots) {
		for _, id := range sortedKeys(before.slots[layer]) {
			was, is := before.slots[layer][id], after.slots[layer][id]
			if !differ(was.old, is.old) {
				continue
			}
			t := r.merge(layer, id, was.old, was.now, is.old)
			t.unchanged = is.now
			want = append(want, t)
		}
	}
	if r.invalid.Total > 0 {
		return &r.invalid
	}
	if len(r.open) > 0 {
		return nil
	}
	for i := range want {
		r.rewrite(&want[i])
	}
	if len(r.s.Edits) > MaxEdits {
		return tooManyEdits(len(r.s.Edits))
	}
	return r.verify(ctx, base, want)
}

// verify makes sure that the edits come to what was merged.
func (r *rebasing) verify(ctx context.Context, base layers.Reader, want []target) error {
	done, err := resolve(ctx, base, r.to, r.s.Edits)
	if err != nil {
		return err
	}
	for i := range want {
		t := &want[i]
		if differ(done.slots[t.layer][t.id].now, t.merged) {
			return fmt.Errorf("scenario: the rebase of %s to revision %d does not come to what was merged for %s/%s", r.s.ID, r.to, t.layer, t.id)
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
