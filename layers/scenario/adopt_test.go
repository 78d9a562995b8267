package scenario_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// adopted approves and adopts a scenario, and checks that the base is then what the
// scenario showed, byte for byte but for versions, and came to be so in one revision.
func adopted(t *testing.T, store layers.Store, b *scenario.Book, s *scenario.Scenario) {
	t.Helper()
	net := must[*scenario.Net](t)(b.Net(t.Context(), s))
	view := must[*scenario.View](t)(scenario.NewView(t.Context(), store, s.Base))
	must[[]scenario.Shift](t)(view.Show(t.Context(), net))
	want := placeDump(t, view)
	must[*scenario.Scenario](t)(b.Approve(t.Context(), s.ID, "批", net.Hash()))
	before := newest(t, store)
	at := must[layers.Revision](t)(b.Adopt(t.Context(), s.ID, "采"))
	if now := newest(t, store); at != before+1 || now != at {
		t.Errorf("adopted as %d; the revisions went from %d to %d", at, before, now)
	}
	same(t, "the base after the adoption", placeDump(t, store), want, cmpopts.IgnoreFields(geo.Feature{}, "Version"))
	for layer, features := range placeDump(t, store) {
		for _, f := range features {
			if touched := net.Find(layer, f.ID) != nil; touched != (f.Version == int64(at)) {
				t.Errorf("%s/%s is touched: %v, and of version %d", layer, f.ID, touched, f.Version)
			}
		}
	}
	changes := must[[]layers.Change](t)(store.Changes(t.Context(), before))
	if c := changes[0]; c.Author != "采" || !strings.Contains(c.Reason, s.Name) || !strings.Contains(c.Reason, s.ID) {
		t.Errorf("the revision says %q by %q", c.Reason, c.Author)
	}
	for range 2 { // also when the record is written once more
		now := must[*scenario.Scenario](t)(scenario.NewBook(store).Get(t.Context(), s.ID))
		if now.State != scenario.Adopted || now.AdoptedAs != at || now.ApprovedBy != "批" {
			t.Errorf("adopted: %s as %d", now.State, now.AdoptedAs)
		}
		if _, _, err := b.Edit(t.Context(), s.ID, scenario.Order{Steps: []scenario.Step{{Do: scenario.Switch, Seqs: []int64{1}, Off: true}}}); geo.AsFault(err) == nil {
			t.Errorf("an adopted scenario was edited: %v", err)
		}
		must[*scenario.Scenario](t)(b.Archive(t.Context(), s.ID, ""))
		must[*scenario.Scenario](t)(b.Restore(t.Context(), s.ID, ""))
	}
}

func TestAdoptRandomScenarios(t *testing.T) {
	onEach(t, func(t *testing.T, store layers.Store) {
		d := roll(21)
		d.found(t, store)
		b := scenario.NewBook(store)
		for round := range 6 {
			s := must[*scenario.Scenario](t)(b.Create(t.Context(), scenario.New{Name: fmt.Sprintf("第%d轮", round)}))
			s = d.draft(t, b, s.ID, 15)
			if must[*scenario.Net](t)(b.Net(t.Context(), s)).Empty() {
				continue
			}
			adopted(t, store, b, s)
		}
	})
}

// A scenario is adopted only as approved, and only on what it lies on.
func TestAdoptRefuses(t *testing.T) {
	onEach(t, func(t *testing.T, store layers.Store) {
		small(t, store)
		b := scenario.NewBook(store)
		make := func() *scenario.Scenario {
			s := must[*scenario.Scenario](t)(b.Create(t.Context(), scenario.New{Name: "一", Edits: []scenario.Edit{
				{Layer: "cameras", Op: scenario.Change, ID: "c1", Set: map[string]any{"height_m": 5.0}},
				{Layer: "cameras", Op: scenario.Add, ID: "c2", Feature: &geo.Feature{Geometry: orb.Point{117, 36}}},
			}}))
			return s
		}
		approve := func(s *scenario.Scenario) {
			must[*scenario.Scenario](t)(b.Approve(t.Context(), s.ID, "", must[*scenario.Net](t)(b.Net(t.Context(), s)).Hash()))
		}
		refused := func(s *scenario.Scenario, word string) {
			t.Helper()
			before := newest(t, store)
			_, err := b.Adopt(t.Context(), s.ID, "")
			if f := geo.AsFault(err); f == nil || !strings.Contains(f.Say("en"), word) || newest(t, store) != before {
				t.Errorf("got %v; want a refusal with %q", err, word)
			}
		}
		s := make()
		refused(s, "approve it first")
		approve(s)
		apply(t, store, layers.Edit{Layer: "ways", Op: layers.Put, Feature: geo.Feature{ID: "w2"}}) // not what it touches
		other := make()
		approve(other)
		apply(t, store, layers.Edit{Layer: "cameras", Op: layers.Put, Feature: geo.Feature{ID: "c1", Geometry: orb.Point{117.1, 36.1}, Attributes: map[string]any{"name": "改", "height_m": 3.5}}})
		refused(other, "rebase it")
		var conflict *layers.ConflictError
		if _, err := b.Adopt(t.Context(), other.ID, ""); !errors.As(err, &conflict) || conflict.Conflicts[0].Yours.ID != "c1" || conflict.Conflicts[0].Theirs.Attributes["name"] != "改" {
			t.Errorf("the refusal does not show what is there: %v", err)
		}
		done := must[*scenario.Rebased](t)(b.Rebase(t.Context(), s.ID, scenario.RebaseOrder{}))
		if !done.Done || done.Scenario.State != scenario.Draft {
			t.Fatalf("rebased: %+v", done)
		}
		adopted(t, store, b, done.Scenario)
		if f := read(t, store, "cameras", layers.Query{IDs: []string{"c1"}}); cmp.Diff(f[0].Attributes, map[string]any{"name": "改", "height_m": 5.0}) != "" {
			t.Errorf("both changes are not there: %v", f)
		}
		refused(other, "rebase it") // c2 has come
	})
}

// meddling is a store that somebody else writes to just before a batch comes in.
type meddling struct {
	layers.Store
	before func()
}

func (m *meddling) Apply(ctx context.Context, b layers.Batch) (layers.Revision, error) {
	if before := m.before; before != nil {
		m.before = nil
		before()
	}
	return m.Store.Apply(ctx, b)
}

// What comes in between the last look and the batch is seen all the same.
func TestAdoptMeetsAnotherWriter(t *testing.T) {
	onEach(t, func(t *testing.T, store layers.Store) {
		small(t, store)
		m := &meddling{Store: store}
		b := scenario.NewBook(m)
		s := must[*scenario.Scenario](t)(b.Create(t.Context(), scenario.New{Name: "一", Edits: []scenario.Edit{
			{Layer: "cameras", Op: scenario.Change, ID: "c1", Set: map[string]any{"height_m": 5.0}},
		}}))
		must[*scenario.Scenario](t)(b.Approve(t.Context(), s.ID, "", must[*scenario.Net](t)(b.Net(t.Context(), s)).Hash()))
		m.before = func() {
			apply(t, store, layers.Edit{Layer: "cameras", Op: layers.Update, Feature: geo.Feature{ID: "c1", Attributes: map[string]any{"name": "改"}}})
		}
		if _, err := b.Adopt(t.Context(), s.ID, ""); geo.AsFault(err) == nil || !strings.Contains(geo.AsFault(err).Say("en"), "rebase it") {
			t.Errorf("got %v", err)
		}
		same(t, "the camera", read(t, store, "cameras", layers.Query{})[0].Attributes, map[string]any{"name": "改"})
		if now := must[*scenario.Scenario](t)(b.Get(t.Context(), s.ID)); now.State != scenario.Approved {
			t.Errorf("the scenario is %s", now.State)
		}
		// An edit of the scenario itself takes the approval away, and the adoption with it.
		again := must[*scenario.Rebased](t)(b.Rebase(t.Context(), s.ID, scenario.RebaseOrder{Answers: []scenario.Answer{{Layer: "cameras", ID: "c1", Take: scenario.TakeOurs}}}))
		must[*scenario.Scenario](t)(b.Approve(t.Context(), s.ID, "", must[*scenario.Net](t)(b.Net(t.Context(), again.Scenario)).Hash()))
		m.before = func() {
			edit(t, scenario.NewBook(store), s.ID, "", appended(scenario.Edit{Layer: "ways", Op: scenario.Delete, ID: "w1"}))
		}
		if at, err := b.Adopt(t.Context(), s.ID, ""); geo.AsFault(err) == nil {
			t.Errorf("adopted as %d, %v, though it was edited after the approval", at, err)
		}
	})
}
