package scenario_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// rebased makes a scenario of edits over small, changes the base and answers every
// conflict, of which there must be as many as answers.
func rebased(t *testing.T, edits []scenario.Edit, base []layers.Edit, answers ...scenario.Answer) (*scenario.Scenario, map[string][]geo.Feature) {
	t.Helper()
	store, _ := kinds[0].opened(t)
	small(t, store)
	b := scenario.NewBook(store)
	s := must[*scenario.Scenario](t)(b.Create(t.Context(), scenario.New{Name: "一", Edits: edits}))
	apply(t, store, base...)
	asked := must[*scenario.Rebased](t)(b.Rebase(t.Context(), s.ID, scenario.RebaseOrder{}))
	if len(asked.Conflicts) != len(answers) {
		t.Fatalf("%d conflicts; want %d: %+v", len(asked.Conflicts), len(answers), asked.Conflicts)
	}
	done := asked
	if len(answers) > 0 {
		done = must[*scenario.Rebased](t)(b.Rebase(t.Context(), s.ID, scenario.RebaseOrder{To: asked.To, Seen: s.Version, Answers: answers}))
	}
	if !done.Done {
		t.Fatalf("still open: %+v", done.Conflicts)
	}
	view := must[*scenario.View](t)(scenario.NewView(t.Context(), store, done.To))
	must[[]scenario.Shift](t)(view.Show(t.Context(), must[*scenario.Net](t)(b.Net(t.Context(), done.Scenario))))
	out := placeDump(t, view)
	for layer := range out {
		versionless(out[layer])
	}
	return done.Scenario, out
}

func putCamera(name string, height any, x float64) layers.Edit {
	f := geo.Feature{ID: "c1", Geometry: orb.Point{x, 36.1}, Attributes: map[string]any{"name": name}}
	f.Set("height_m", height)
	return layers.Edit{Layer: "cameras", Op: layers.Put, Feature: f}
}

// Different attributes merge, and edits stay as they are.
func TestRebaseMergesAttributes(t *testing.T) {
	edits := []scenario.Edit{{Layer: "cameras", Op: scenario.Change, ID: "c1", Set: map[string]any{"height_m": 5.0}, Kind: "camera"}}
	s, place := rebased(t, edits, []layers.Edit{putCamera("新名", 3.5, 117.2)})
	same(t, "the camera", place["cameras"], []geo.Feature{{ID: "c1", Geometry: orb.Point{117.2, 36.1}, Attributes: map[string]any{"name": "新名", "height_m": 5.0}}})
	if len(s.Edits) != 1 || s.Edits[0].Off || s.Edits[0].Version != s.Version-2 {
		t.Errorf("the edit was written anew: %+v", s.Edits)
	}
}

// A change of two attributes that loses one keeps the other under its number; what it
// lost stays in the list, switched off.
func TestRebaseSplitsWhatOneSideWins(t *testing.T) {
	edits := []scenario.Edit{
		{Layer: "cameras", Op: scenario.Change, ID: "c1", Set: map[string]any{"height_m": 5.0, "name": "我"}, Geometry: orb.Point{117.4, 36.1}, Kind: "camera", Comment: "为何"},
		{Layer: "greens", Op: scenario.Delete, ID: "g1", Off: true},
	}
	theirs := func(field string) scenario.Answer {
		return scenario.Answer{Layer: "cameras", ID: "c1", Field: field, Take: scenario.TakeTheirs}
	}
	value := scenario.Answer{Layer: "cameras", ID: "c1", Field: "geometry", Take: scenario.TakeValue, Value: orb.Point{117.5, 36.5}}
	ours := scenario.Answer{Layer: "cameras", ID: "c1", Field: "name", Take: scenario.TakeOurs}
	s, place := rebased(t, edits, []layers.Edit{putCamera("他", 9.0, 117.2)}, theirs("height_m"), ours, value)
	same(t, "the camera", place["cameras"], []geo.Feature{{ID: "c1", Geometry: orb.Point{117.5, 36.5}, Attributes: map[string]any{"name": "我", "height_m": 9.0}}})
	if len(s.Edits) != 3 {
		t.Fatalf("the edits are %+v", s.Edits)
	}
	first, off, left := s.Edits[0], s.Edits[1], s.Edits[2]
	same(t, "what the first sets", first.Set, map[string]any{"name": "我"})
	if first.Seq != 1 || first.Off || first.Comment != "为何" || off.Seq != 2 || !off.Off || off.Comment != "" {
		t.Errorf("the first edits are %+v, %+v", first, off)
	}
	same(t, "what is left over", left.Set, map[string]any{"height_m": 5.0})
	if !left.Off || left.Kind != "camera" || !strings.HasPrefix(left.Comment, "为何\n") || !strings.Contains(left.Comment, "rebased") || left.Geometry != orb.Geometry(orb.Point{117.4, 36.1}) {
		t.Errorf("what is left over is %+v", left)
	}
}

// A value of an answer's own takes the place of the edit's, under its number.
func TestRebaseTakesValues(t *testing.T) {
	edits := []scenario.Edit{
		{Layer: "cameras", Op: scenario.Change, ID: "c1", Set: map[string]any{"height_m": 4.0, "name": "我"}},
		{Layer: "cameras", Op: scenario.Change, ID: "c1", Set: map[string]any{"height_m": 5.0}},
	}
	value := scenario.Answer{Layer: "cameras", ID: "c1", Field: "height_m", Take: scenario.TakeValue, Value: int64(6)}
	s, place := rebased(t, edits, []layers.Edit{putCamera("一号", 9.0, 117.1)}, value)
	same(t, "the camera", place["cameras"], []geo.Feature{{ID: "c1", Geometry: orb.Point{117.1, 36.1}, Attributes: map[string]any{"name": "我", "height_m": 6.0}}})
	var got []any
	for _, e := range s.Edits {
		got = append(got, e.Off, e.Set["height_m"])
	}
	same(t, "heights of the edits", got, []any{false, 4.0, false, 6.0, true, 5.0})
}

// A feature that the base took away comes back with the change that wants it, and its
// later edits stay as they are.
func TestRebaseRevives(t *testing.T) {
	edits := []scenario.Edit{
		{Layer: "cameras", Op: scenario.Move, ID: "c1", Geometry: orb.Point{117.4, 36.1}},
		{Layer: "cameras", Op: scenario.Change, ID: "c1", Set: map[string]any{"name": "我"}},
	}
	gone := []layers.Edit{{Layer: "cameras", Op: layers.Delete, Feature: geo.Feature{ID: "c1"}}}
	answer := scenario.Answer{Layer: "cameras", ID: "c1", Take: scenario.TakeOurs}
	s, place := rebased(t, edits, gone, answer)
	same(t, "the camera", place["cameras"], []geo.Feature{{ID: "c1", Geometry: orb.Point{117.4, 36.1}, Attributes: map[string]any{"name": "我", "height_m": 3.5}}})
	if len(s.Edits) != 2 || s.Edits[0].Op != scenario.Add || s.Edits[1].Op != scenario.Change || s.Edits[1].Version >= s.Version {
		t.Errorf("the edits are %+v", s.Edits)
	}
	answer.Take = scenario.TakeTheirs
	if s, place = rebased(t, edits, gone, answer); len(place["cameras"]) > 0 || !s.Edits[0].Off || !s.Edits[1].Off || !strings.Contains(s.Edits[1].Comment, "rebased") {
		t.Errorf("after the base won, %v is there and the edits are %+v", place["cameras"], s.Edits)
	}
	answer.Take, answer.Value = scenario.TakeValue, &geo.Feature{ID: "other", Attributes: map[string]any{"name": "第三"}}
	s, place = rebased(t, edits, gone, answer)
	same(t, "the camera of the answer", place["cameras"], []geo.Feature{{ID: "c1", Attributes: map[string]any{"name": "第三"}}})
	if len(s.Edits) != 3 || !s.Edits[0].Off || !s.Edits[1].Off || s.Edits[2].Op != scenario.Add {
		t.Errorf("the edits are %+v", s.Edits)
	}
	answer.Value = nil
	if _, place = rebased(t, edits, gone, answer); len(place["cameras"]) > 0 {
		t.Errorf("an answer of nothing leaves %v", place["cameras"])
	}
}

// Both bring a feature under one id.
func TestRebaseOfTwoAdditions(t *testing.T) {
	f := geo.Feature{ID: "c2", Geometry: orb.Point{1, 2}, Attributes: map[string]any{"name": "我", "height_m": 2.0}}
	edits := []scenario.Edit{{Layer: "cameras", Op: scenario.Add, Feature: &f}, {Layer: "cameras", Op: scenario.Change, ID: "c2", Set: map[string]any{"height_m": 4.0}}}
	base := []layers.Edit{{Layer: "cameras", Op: layers.Add, Feature: geo.Feature{ID: "c2", Geometry: orb.Point{3, 4}, Attributes: map[string]any{"name": "他", "brand": "b"}}}}
	delete(base[0].Feature.Attributes, "brand")
	s, place := rebased(t, edits, base, scenario.Answer{Layer: "cameras", ID: "c2", Take: scenario.TakeOurs})
	same(t, "the camera", place["cameras"][1], geo.Feature{ID: "c2", Geometry: orb.Point{1, 2}, Attributes: map[string]any{"name": "我", "height_m": 4.0}})
	if len(s.Edits) != 2 || s.Edits[0].Op != scenario.Change || s.Edits[0].Off {
		t.Errorf("the edits are %+v", s.Edits)
	}
	base[0].Feature.Geometry, base[0].Feature.Attributes = f.Geometry, map[string]any{"name": "我", "height_m": 4.0}
	if s, _ = rebased(t, edits, base); len(s.Edits) != 2 || s.Edits[0].Off {
		t.Errorf("the same feature from both sides: %+v", s.Edits)
	}
}

// Answers that no feature could hold are refused, and nothing is written.
func TestRebaseRefusesAnswers(t *testing.T) {
	store, _ := kinds[0].opened(t)
	small(t, store)
	b := scenario.NewBook(store)
	s := must[*scenario.Scenario](t)(b.Create(t.Context(), scenario.New{Name: "一", Edits: []scenario.Edit{
		{Layer: "cameras", Op: scenario.Change, ID: "c1", Set: map[string]any{"height_m": 5.0}, Geometry: orb.Point{117.4, 36.1}},
		{Layer: "greens", Op: scenario.Delete, ID: "g1"},
	}}))
	apply(t, store, putCamera("一号", 9.0, 117.2), layers.Edit{Layer: "greens", Op: layers.Put, Feature: geo.Feature{ID: "g1"}})
	answers := func(height, place, green any) []scenario.Answer {
		return []scenario.Answer{
			{Layer: "cameras", ID: "c1", Field: "height_m", Take: scenario.TakeValue, Value: height},
			{Layer: "cameras", ID: "c1", Field: scenario.GeometryField, Take: scenario.TakeValue, Value: place},
			{Layer: "greens", ID: "g1", Take: scenario.TakeValue, Value: green},
		}
	}
	point := &scenario.Place{Geometry: orb.Point{1, 2}}
	many := make(orb.LineString, scenario.MaxVertices+1)
	for what, a := range map[string][]scenario.Answer{
		"a text":         answers("hoch", point, nil),
		"a plain int":    answers(5, point, nil),
		"a height":       answers(-1e9, point, nil),
		"no geometry":    answers(5.0, "here", nil),
		"a line":         answers(5.0, orb.LineString{{1, 2}, {3, 4}}, nil),
		"many vertices":  answers(5.0, many, nil),
		"no feature":     answers(5.0, point, "green"),
		"a poor feature": answers(5.0, point, &geo.Feature{Geometry: orb.Point{1, 2}}),
	} {
		var invalid *layers.InvalidError
		if _, err := b.Rebase(t.Context(), s.ID, scenario.RebaseOrder{Answers: a}); !errors.As(err, &invalid) || invalid.Total != 1 {
			t.Errorf("%s: got %v; want one problem", what, err)
		}
	}
	if _, err := b.Rebase(t.Context(), s.ID, scenario.RebaseOrder{Answers: []scenario.Answer{{Take: "mine"}}}); geo.AsFault(err) == nil {
		t.Errorf("an unknown side: %v", err)
	}
	var revision *layers.NoRevisionError
	if _, err := b.Rebase(t.Context(), s.ID, scenario.RebaseOrder{To: 99}); !errors.As(err, &revision) {
		t.Errorf("an unknown revision: %v", err)
	}
	if _, err := b.Rebase(t.Context(), s.ID, scenario.RebaseOrder{Seen: s.Version - 1}); geo.AsFault(err) == nil {
		t.Errorf("another version: %v", err)
	}
	same(t, "the scenario", must[*scenario.Scenario](t)(scenario.NewBook(store).Get(t.Context(), s.ID)), s)
	done := must[*scenario.Rebased](t)(b.Rebase(t.Context(), s.ID, scenario.RebaseOrder{Answers: answers(6.0, scenario.Place{Geometry: orb.Point{7, 8}}, (*geo.Feature)(nil))}))
	if !done.Done {
		t.Errorf("good answers leave %+v open", done.Conflicts)
	}
}

// Edits of a layer that is dropped, or loses a field, have no effect, and say why; the
// rest of the scenario goes on.
func TestLayersThatGo(t *testing.T) {
	onEach(t, func(t *testing.T, store layers.Store) {
		small(t, store)
		must[layers.Revision](t)(store.Apply(t.Context(), layers.Batch{Define: []geo.Schema{trees()}}))
		b := scenario.NewBook(store)
		s := must[*scenario.Scenario](t)(b.Create(t.Context(), scenario.New{Name: "一", Edits: []scenario.Edit{
			{Layer: "树木", Op: scenario.Add, Feature: &geo.Feature{ID: "t", Attributes: map[string]any{"b": int64(1)}}},
			{Layer: "cameras", Op: scenario.Delete, ID: "c1"},
		}}))
		idle := func(word string) {
			t.Helper()
			net := must[*scenario.Net](t)(scenario.NewBook(store).Net(t.Context(), s))
			if why, ok := net.Idle(1); !ok || !strings.Contains(why.EN, word) || len(net.Layers()) != 1 {
				t.Errorf("idle %v, %q, layers %v; want it to say %q", ok, why.EN, net.Layers(), word)
			}
		}
		copied := must[*scenario.Scenario](t)(b.Copy(t.Context(), s.ID, "二", ""))
		must[*scenario.Scenario](t)(b.Approve(t.Context(), copied.ID, "", must[*scenario.Net](t)(b.Net(t.Context(), copied)).Hash()))
		poor := trees()
		poor.Fields = poor.Fields[:1]
		must[layers.Revision](t)(store.Apply(t.Context(), layers.Batch{Define: []geo.Schema{poor}, Clear: []string{"树木"}}))
		idle("no such field")
		must[layers.Revision](t)(store.Apply(t.Context(), layers.Batch{Drop: []string{"树木"}}))
		idle("no layer")
		if _, err := scenario.NewBook(store).Adopt(t.Context(), copied.ID, ""); geo.AsFault(err) == nil || !strings.Contains(err.Error(), "not what was approved") {
			t.Errorf("what was approved cannot be had any more: %v", err)
		}
		done := must[*scenario.Rebased](t)(b.Rebase(t.Context(), s.ID, scenario.RebaseOrder{}))
		if len(done.Conflicts) > 0 || !done.Done {
			t.Errorf("rebase: %+v", done)
		}
		s = done.Scenario
		adopted(t, store, b, s)
	})
}

// A layer that was written before a field came to be declared gains it in a scenario,
// as it would in the base.
func TestFieldsDeclaredSince(t *testing.T) {
	onEach(t, func(t *testing.T, store layers.Store) {
		declared, _ := layers.Schema("cameras")
		old := declared
		old.Fields = old.Fields[:1]
		must[layers.Revision](t)(store.Apply(t.Context(), layers.Batch{Define: []geo.Schema{old},
			Edits: []layers.Edit{{Layer: "ways", Op: layers.Add, Feature: geo.Feature{ID: "w1"}}}}))
		b := scenario.NewBook(store)
		s := must[*scenario.Scenario](t)(b.Create(t.Context(), scenario.New{Name: "一", Edits: []scenario.Edit{
			{Layer: "cameras", Op: scenario.Add, Feature: &geo.Feature{ID: "c1", Attributes: map[string]any{"height_m": 3.0}}},
		}}))
		view := must[*scenario.View](t)(scenario.NewView(t.Context(), store, s.Base))
		must[[]scenario.Shift](t)(view.Show(t.Context(), must[*scenario.Net](t)(b.Net(t.Context(), s))))
		schema := func(r layers.Reader) geo.Schema {
			for _, info := range must[[]layers.Info](t)(r.Layers(t.Context())) {
				if info.Schema.Layer == "cameras" {
					return info.Schema
				}
			}
			return geo.Schema{}
		}
		shown := schema(view)
		adopted(t, store, b, s)
		same(t, "the schema that the scenario showed", shown, schema(store))
	})
}

// Records that another program changed are refused by name.
func TestDamagedRecords(t *testing.T) {
	store, _ := kinds[0].opened(t)
	small(t, store)
	b := scenario.NewBook(store)
	s := must[*scenario.Scenario](t)(b.Create(t.Context(), scenario.New{Name: "一", Edits: []scenario.Edit{{Layer: "cameras", Op: scenario.Delete, ID: "c1"}}}))
	damage := func(layer, name string, v any) {
		t.Helper()
		f := read(t, store, layer, layers.Query{})[0]
		good := f.Clone()
		if f.Set(name, v); name == "" {
			f.ID, f.Attributes = strings.Replace(f.ID, "0001", "0002", 1), good.Attributes
			apply(t, store, layers.Edit{Layer: layer, Op: layers.Delete, Feature: good})
		}
		apply(t, store, layers.Edit{Layer: layer, Op: layers.Put, Feature: f})
		head := read(t, store, layers.ScenariosLayer, layers.Query{})[0] // the last who writes a scenario writes its head
		apply(t, store, layers.Edit{Layer: layers.ScenariosLayer, Op: layers.Put, Feature: head})
		fresh := scenario.NewBook(store)
		_, err := fresh.Get(t.Context(), s.ID)
		if fault := geo.AsFault(err); fault == nil || !strings.Contains(fault.What.EN, s.ID) {
			t.Errorf("%s.%s = %v: got %v; want a fault that names the record", layer, name, v, err)
		}
		apply(t, store, layers.Edit{Layer: layer, Op: layers.Delete, Feature: f})
		apply(t, store, layers.Edit{Layer: layer, Op: layers.Put, Feature: good})
		apply(t, store, layers.Edit{Layer: layers.ScenariosLayer, Op: layers.Put, Feature: read(t, store, layers.ScenariosLayer, layers.Query{})[0]})
	}
	for _, c := range []struct {
		name string
		v    any
	}{{"base", int64(0)}, {"base", nil}, {"state", nil}, {"created", "gestern"}, {"edits", int64(2)}, {"may_edit", nil}, {"costs", "{"}} {
		damage(layers.ScenariosLayer, c.name, c.v)
	}
	for _, c := range []struct {
		name string
		v    any
	}{{"body", "{"}, {"body", nil}, {"op", "add"}, {"number", int64(2)}, {"feature", nil}, {"off", nil}, {"", nil}} {
		damage(layers.ScenarioEditsLayer, c.name, c.v)
	}
	must[*scenario.Scenario](t)(b.Get(t.Context(), s.ID))
}
