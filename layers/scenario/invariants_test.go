package scenario_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// everything is all that a store tells of the place and its past.
type everything struct {
	Layers   []layers.Info
	Features map[string]map[layers.Revision][]geo.Feature
}

func dump(t testing.TB, s layers.Reader, at ...layers.Revision) everything {
	t.Helper()
	out := everything{Features: map[string]map[layers.Revision][]geo.Feature{}}
	for _, info := range must[[]layers.Info](t)(s.Layers(t.Context())) {
		name := info.Schema.Layer
		if name == layers.ScenariosLayer || name == layers.ScenarioEditsLayer {
			continue
		}
		out.Layers = append(out.Layers, info)
		out.Features[name] = map[layers.Revision][]geo.Feature{}
		for _, r := range append(at, 0) {
			out.Features[name][r] = read(t, s, name, layers.Query{At: r})
		}
	}
	return out
}

// An empty scenario is its base to the byte, and so is one whose edits undo one another.
func TestNothingIsTheBase(t *testing.T) {
	onEach(t, func(t *testing.T, store layers.Store) {
		d := roll(3)
		d.found(t, store)
		pin := d.move(t, store, 10)
		view := must[*scenario.View](t)(scenario.NewView(t.Context(), store, pin))
		want := dump(t, store, 1, pin)
		same(t, "an empty scenario", dump(t, view, 1, pin), want)
		same(t, "its changes", must[[]layers.Change](t)(view.Changes(t.Context(), 0)), must[[]layers.Change](t)(store.Changes(t.Context(), 0)))

		b := scenario.NewBook(store)
		s := must[*scenario.Scenario](t)(b.Create(t.Context(), scenario.New{Name: "空"}))
		if s.Base != pin {
			t.Errorf("a new scenario lies over %d; the newest state is that of %d", s.Base, pin)
		}
		add := appended(scenario.Edit{Layer: "cameras", Op: scenario.Add, ID: "new", Feature: &geo.Feature{Geometry: orb.Point{10, 10}}})
		s, _ = edit(t, b, s.ID, "", add)
		one := must[*scenario.Net](t)(b.Net(t.Context(), s))
		must[[]scenario.Shift](t)(view.Show(t.Context(), one))
		if one.Hash() == "" || !strings.Contains(fmt.Sprint(placeDump(t, view)), "new") {
			t.Error("an added camera is not there")
		}
		s, _ = edit(t, b, s.ID, "", appended(scenario.Edit{Layer: "cameras", Op: scenario.Delete, ID: "new"}))
		net := must[*scenario.Net](t)(b.Net(t.Context(), s))
		if net.Hash() != "" || !net.Empty() {
			t.Errorf("added and deleted comes to %v, hash %q", net, net.Hash())
		}
		must[[]scenario.Shift](t)(view.Show(t.Context(), net))
		got := dump(t, view, 1, pin)
		same(t, "added and deleted", got, want, cmpopts.IgnoreFields(layers.Info{}, "Changed"))
		same(t, "the base", dump(t, store, 1, pin), want)

		s, _ = edit(t, b, s.ID, "", scenario.Step{Do: scenario.Remove, Seqs: []int64{2}})
		if again := must[*scenario.Net](t)(b.Net(t.Context(), s)); again.Hash() != one.Hash() {
			t.Error("the same content has another hash")
		}
	})
}

// Edits of different features come to the same in any order.
func TestOrderOfIndependentEdits(t *testing.T) {
	store, _ := kinds[0].opened(t)
	d := roll(5)
	pin := d.found(t, store)
	for round := range 40 {
		var edits []scenario.Edit
		for _, e := range d.edits(12) {
			if !slices.ContainsFunc(edits, func(o scenario.Edit) bool { return o.Layer == e.Layer && o.ID == e.ID }) {
				edits = append(edits, e)
			}
		}
		one := must[*scenario.Net](t)(scenario.Resolve(t.Context(), store, pin, edits))
		d.Shuffle(len(edits), func(i, j int) { edits[i], edits[j] = edits[j], edits[i] })
		two := must[*scenario.Net](t)(scenario.Resolve(t.Context(), store, pin, edits))
		if one.Hash() != two.Hash() || len(scenario.Compare(one, two)) > 0 {
			t.Fatalf("round %d: another order comes to something else", round)
		}
		v, w := must[*scenario.View](t)(scenario.NewView(t.Context(), store, pin)), must[*scenario.View](t)(scenario.NewView(t.Context(), store, pin))
		must[[]scenario.Shift](t)(v.Show(t.Context(), one))
		must[[]scenario.Shift](t)(w.Show(t.Context(), two))
		same(t, fmt.Sprintf("round %d", round), dump(t, w), dump(t, v))
	}
}

// No operation of a book touches the place or its past.
func TestBaseIsNeverTouched(t *testing.T) {
	onEach(t, func(t *testing.T, store layers.Store) {
		d := roll(7)
		d.found(t, store)
		d.move(t, store, 10)
		pin := d.move(t, store, 10)
		want := dump(t, store, 1, 2, pin)
		b := scenario.NewBook(store)
		s := must[*scenario.Scenario](t)(b.Create(t.Context(), scenario.New{Name: "试", Base: 2}))
		s = d.draft(t, b, s.ID, 20)
		name := "新"
		must[*scenario.Scenario](t)(b.Describe(t.Context(), s.ID, scenario.Description{Name: &name}))
		must[*scenario.Scenario](t)(b.Copy(t.Context(), s.ID, "再", ""))
		net := must[*scenario.Net](t)(b.Net(t.Context(), s))
		must[*scenario.Scenario](t)(b.Approve(t.Context(), s.ID, "", net.Hash()))
		done := must[*scenario.Rebased](t)(b.Rebase(t.Context(), s.ID, scenario.RebaseOrder{}))
		var answers []scenario.Answer
		for _, c := range done.Conflicts {
			answers = append(answers, scenario.Answer{Layer: c.Layer, ID: c.ID, Field: c.Field, Take: scenario.TakeOurs})
		}
		if done = must[*scenario.Rebased](t)(b.Rebase(t.Context(), s.ID, scenario.RebaseOrder{Answers: answers})); !done.Done || done.Scenario.State != scenario.Draft {
			t.Errorf("rebased: %v, state %s", done.Done, done.Scenario.State)
		}
		must[*scenario.Scenario](t)(b.Archive(t.Context(), s.ID, ""))
		must[*scenario.Scenario](t)(b.Restore(t.Context(), s.ID, ""))
		same(t, "the base", dump(t, store, 1, 2, pin), want)
	})
}

// A refused order leaves nothing, and says all that is wrong at once.
func TestRefusedOrders(t *testing.T) {
	onEach(t, func(t *testing.T, store layers.Store) {
		small(t, store)
		must[layers.Revision](t)(store.Apply(t.Context(), layers.Batch{Define: []geo.Schema{{Layer: "made", Kind: geo.Result, Shapes: []geo.Shape{geo.Point}}}}))
		b := scenario.NewBook(store)
		s := must[*scenario.Scenario](t)(b.Create(t.Context(), scenario.New{Name: "一"}))
		s, _ = edit(t, b, s.ID, "", appended(scenario.Edit{Layer: "cameras", Op: scenario.Change, ID: "c1", Set: map[string]any{"name": "二"}}))
		before := newest(t, store)
		good := appended(scenario.Edit{Layer: "greens", Op: scenario.Delete, ID: "g1"})
		order := func(steps ...scenario.Step) error {
			t.Helper()
			_, _, err := b.Edit(t.Context(), s.ID, scenario.Order{Steps: append([]scenario.Step{good}, steps...)})
			if err == nil {
				t.Fatal("the order was taken")
			}
			return err
		}
		var invalid *layers.InvalidError
		var conflict *layers.ConflictError
		var noLayer *layers.NoLayerError
		err := order(
			appended(scenario.Edit{Layer: "cameras", Op: scenario.Change, ID: "c1", Set: map[string]any{"height_m": "hoch", "no_such": nil}}),
			appended(scenario.Edit{Layer: "ways", Op: scenario.Move, ID: "w1", Geometry: orb.Point{1, 2}}),
			appended(scenario.Edit{Layer: "cameras", Op: scenario.Add, ID: "c9", Feature: &geo.Feature{Attributes: map[string]any{"height_m": -1e9}}}))
		if !errors.As(err, &invalid) || invalid.Total != 4 {
			t.Errorf("four things are wrong; got %v", err)
		}
		if err := order(appended(scenario.Edit{Layer: "nowhere", Op: scenario.Delete, ID: "x"})); !errors.As(err, &noLayer) {
			t.Errorf("an unknown layer: %v", err)
		}
		for _, layer := range []string{"made", "runs", "settings", layers.ScenariosLayer, layers.ScenarioEditsLayer} {
			if err := order(appended(scenario.Edit{Layer: layer, Op: scenario.Delete, ID: "x"})); geo.AsFault(err) == nil {
				t.Errorf("an edit of %s: %v", layer, err)
			}
		}
		idle := order(
			appended(scenario.Edit{Layer: "cameras", Op: scenario.Add, ID: "c1", Feature: &geo.Feature{}}),
			appended(scenario.Edit{Layer: "cameras", Op: scenario.Delete, ID: "none"}),
			appended(scenario.Edit{Layer: "greens", Op: scenario.Delete, ID: "g1"}))
		if !errors.As(idle, &conflict) || conflict.Total != 3 || conflict.Conflicts[0].Theirs == nil || conflict.Conflicts[0].Theirs.Attributes["name"] != "二" ||
			conflict.Conflicts[1].Theirs != nil || conflict.Conflicts[2].Theirs != nil {
			t.Errorf("edits that find nothing to work on: %v", idle)
		}
		other := int64(99)
		stale := appended(scenario.Edit{Layer: "cameras", Op: scenario.Delete, ID: "c1"})
		stale.Seen = &other
		if err := order(stale); !errors.As(err, &conflict) || conflict.Total != 1 || conflict.Conflicts[0].Theirs.Version != s.Edits[0].Version {
			t.Errorf("an edit of another version: %v", err)
		}
		old := s.Edits[0].Version - 1
		for _, st := range []scenario.Step{
			{Do: scenario.Remove, Seqs: []int64{1}, Seen: &old}, {Do: scenario.Switch, Seqs: []int64{1}, Off: true, Seen: &old},
			{Do: scenario.Replace, Seqs: []int64{1}, Seen: &old, Edit: good.Edit}, {Do: scenario.Remove, Seqs: []int64{77}, Seen: &old},
		} {
			if err := order(st); !errors.As(err, &conflict) || conflict.Conflicts[0].Layer != layers.ScenarioEditsLayer {
				t.Errorf("%s of an edit that changed: %v", st.Do, err)
			}
		}
		for what, st := range malformed(good.Edit) {
			if err := order(st); geo.AsFault(err) == nil {
				t.Errorf("%s: got %v; want a fault", what, err)
			}
		}
		if _, _, err := b.Edit(t.Context(), s.ID, scenario.Order{Steps: make([]scenario.Step, scenario.MaxSteps+1)}); geo.AsFault(err) == nil {
			t.Errorf("too many steps: %v", err)
		}
		same(t, "the scenario", must[*scenario.Scenario](t)(scenario.NewBook(store).Get(t.Context(), s.ID)), s)
		if now := newest(t, store); now != before {
			t.Errorf("refused orders made revisions %d to %d", before+1, now)
		}
	})
}

// malformed are steps that no schema is needed to refuse.
func malformed(good *scenario.Edit) map[string]scenario.Step {
	long := strings.Repeat("长", scenario.MaxComment+1)
	many := make(orb.LineString, scenario.MaxVertices+1)
	return map[string]scenario.Step{
		"no such edit":              {Do: scenario.Remove, Seqs: []int64{77}},
		"no such step":              {Do: "turn"},
		"no edit":                   {Do: scenario.Append},
		"two to replace":            {Do: scenario.Replace, Seqs: []int64{1, 1}, Edit: good},
		"a long comment":            appended(scenario.Edit{Layer: "cameras", Op: scenario.Delete, ID: "c1", Comment: long}),
		"bytes":                     appended(scenario.Edit{Layer: "cameras", Op: scenario.Delete, ID: "c1", Comment: "\xff"}),
		"no such operation":         appended(scenario.Edit{Layer: "cameras", Op: "turn", ID: "c1"}),
		"no id":                     appended(scenario.Edit{Layer: "cameras", Op: scenario.Delete}),
		"a change of nothing":       appended(scenario.Edit{Layer: "cameras", Op: scenario.Change, ID: "c1"}),
		"a move to nowhere":         appended(scenario.Edit{Layer: "cameras", Op: scenario.Move, ID: "c1", Geometry: orb.LineString(nil)}),
		"a deletion with values":    appended(scenario.Edit{Layer: "cameras", Op: scenario.Delete, ID: "c1", Set: map[string]any{"name": "x"}}),
		"an addition of nothing":    appended(scenario.Edit{Layer: "cameras", Op: scenario.Add, ID: "c1"}),
		"an addition of two ids":    appended(scenario.Edit{Layer: "cameras", Op: scenario.Add, ID: "c8", Feature: &geo.Feature{ID: "c7"}}),
		"a line of 100001 vertices": appended(scenario.Edit{Layer: "ways", Op: scenario.Move, ID: "w1", Geometry: many}),
	}
}

// Every step on every kind of state: what an order makes is what its steps make one by
// one.
func TestStepsOfOneOrderSeeEachOther(t *testing.T) {
	store, _ := kinds[0].opened(t)
	small(t, store)
	b := scenario.NewBook(store)
	s := must[*scenario.Scenario](t)(b.Create(t.Context(), scenario.New{Name: "一"}))
	name := func(v string) *scenario.Edit {
		return &scenario.Edit{Layer: "cameras", Op: scenario.Change, ID: "c1", Set: map[string]any{"name": v}, Group: "g"}
	}
	s, seqs := edit(t, b, s.ID, "甲",
		scenario.Step{Do: scenario.Append, Edit: name("一")}, scenario.Step{Do: scenario.Append, Edit: name("二")}, scenario.Step{Do: scenario.Append, Edit: name("三")},
		scenario.Step{Do: scenario.Remove, Seqs: []int64{2}}, scenario.Step{Do: scenario.Switch, Seqs: []int64{3, 1}, Off: true}, scenario.Step{Do: scenario.Replace, Seqs: []int64{1}, Edit: name("四")},
		scenario.Step{Do: scenario.Switch, Seqs: []int64{1}})
	same(t, "new numbers", seqs, []int64{1, 3})
	if len(s.Edits) != 2 || s.Edits[0].Set["name"] != "四" || s.Edits[0].Off || !s.Edits[1].Off || s.Next != 4 {
		t.Errorf("the edits are %+v, the next %d", s.Edits, s.Next)
	}
	version := s.Version
	if s, _ = edit(t, b, s.ID, "甲", scenario.Step{Do: scenario.Switch, Seqs: []int64{1}}); s.Version != version {
		t.Error("a switch to what it is was written")
	}
	seen := s.Edits[0].Version
	s, _ = edit(t, b, s.ID, "甲", scenario.Step{Do: scenario.Remove, Seqs: []int64{1, 3}, Seen: &seen})
	if s, seqs = edit(t, b, s.ID, "甲", scenario.Step{Do: scenario.Append, Edit: name("五")}); seqs[0] != 4 {
		t.Errorf("number %d is used again", seqs[0])
	}
	same(t, "read anew", must[*scenario.Scenario](t)(scenario.NewBook(store).Get(t.Context(), s.ID)), s)
}

// Every layer of the place can be edited, in every way.
func TestEveryLayerCanBeEdited(t *testing.T) {
	onEach(t, func(t *testing.T, store layers.Store) {
		d := roll(9)
		b := layers.Batch{Define: []geo.Schema{trees()}}
		all := append(layers.Schemas(), trees())
		for i := range all {
			f := d.feature(&all[i])
			f.ID = "there"
			b.Edits = append(b.Edits, layers.Edit{Layer: all[i].Layer, Op: layers.Put, Feature: f})
		}
		b.Edits = slices.DeleteFunc(b.Edits, func(e layers.Edit) bool { return layers.Own(e.Layer) })
		must[layers.Revision](t)(store.Apply(t.Context(), b))
		book := scenario.NewBook(store)
		s := must[*scenario.Scenario](t)(book.Create(t.Context(), scenario.New{Name: "全"}))
		var steps []scenario.Step
		edited := 0
		for i := range all {
			schema := &all[i]
			if schema.Kind == geo.Result || layers.Own(schema.Layer) {
				continue
			}
			edited++
			f := d.feature(schema)
			for len(f.Attributes) == 0 {
				f.Attributes = d.feature(schema).Attributes
			}
			f.ID = "new"
			steps = append(steps, appended(scenario.Edit{Layer: schema.Layer, Op: scenario.Add, Feature: &f}),
				appended(scenario.Edit{Layer: schema.Layer, Op: scenario.Change, ID: "there", Set: f.Attributes}))
			if len(schema.Shapes) > 0 {
				g, z := d.geometry(schema)
				steps = append(steps, appended(scenario.Edit{Layer: schema.Layer, Op: scenario.Move, ID: "there", Geometry: g, Z: z}))
			}
			gone := f.Clone()
			gone.ID = "gone"
			steps = append(steps, appended(scenario.Edit{Layer: schema.Layer, Op: scenario.Add, Feature: &gone}),
				appended(scenario.Edit{Layer: schema.Layer, Op: scenario.Delete, ID: "gone"}))
		}
		if edited < 15 {
			t.Errorf("only %d layers were edited", edited)
		}
		s, _ = edit(t, book, s.ID, "", steps...)
		net := must[*scenario.Net](t)(book.Net(t.Context(), s))
		if err := net.Check(nil); err != nil {
			t.Error(err)
		}
		for i := range s.Edits {
			if why, idle := net.Idle(s.Edits[i].Seq); idle {
				t.Errorf("edit %d is idle: %s", i, why.EN)
			}
		}
		adopted(t, store, book, s)
	})
}
