package scenario_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// small is a workspace of a camera, a way with heights and a green.
func small(t testing.TB, store layers.Store) layers.Revision {
	t.Helper()
	return apply(t, store,
		layers.Edit{Layer: "cameras", Op: layers.Add, Feature: geo.Feature{ID: "c1", Geometry: orb.Point{117.1, 36.1}, Attributes: map[string]any{"name": "一号", "height_m": 3.5}}},
		layers.Edit{Layer: "ways", Op: layers.Add, Feature: geo.Feature{ID: "w1", Geometry: orb.LineString{{117.1, 36.1}, {117.2, 36.2}}, Z: []float64{1, 2.5}, Attributes: map[string]any{"name": "路"}, Extra: map[string]any{"k": int64(1), "r": 1.0}}},
		layers.Edit{Layer: "greens", Op: layers.Add, Feature: geo.Feature{ID: "g1", Geometry: orb.Polygon{{{117.1, 36.1}, {117.2, 36.1}, {117.2, 36.2}, {117.1, 36.1}}}}},
	)
}

// What a Book returns is what it reads back, also through another Book, and every value
// keeps type and bits.
func TestBookKeepsWhatItIsGiven(t *testing.T) {
	onEach(t, func(t *testing.T, store layers.Store) {
		base := small(t, store)
		b := scenario.NewBook(store)
		s := must[*scenario.Scenario](t)(b.Create(t.Context(), scenario.New{
			Name: "方案一", Description: "试", Author: "甲",
			Costs: []scenario.Cost{{Kind: "gate", Amount: 0.1 + 0.2, Currency: "CNY", Per: scenario.PerThing}},
			Edits: []scenario.Edit{{Layer: "cameras", Op: scenario.Change, ID: "c1", Set: map[string]any{"height_m": int64(4), "name": nil}}},
		}))
		if s.Base != base || s.State != scenario.Draft || s.Next != 2 || s.Count != 1 || s.Version != int64(base)+1 {
			t.Errorf("made %+v", s)
		}
		later, seqs := edit(t, b, s.ID, "乙",
			appended(scenario.Edit{Layer: "ways", Op: scenario.Move, ID: "w1", Geometry: orb.LineString{{1.0 / 3, 5e-324}, {math.Pi, math.Copysign(0, -1)}}, Z: []float64{0.1, 1e300}, Comment: "移\n动", Group: "g", Kind: "footpath"}),
			appended(scenario.Edit{Layer: "facilities", Op: scenario.Add, Feature: &geo.Feature{
				ID: "f1", Geometry: orb.MultiPoint{{117, 36}, {117.5, 36.5}}, Attributes: map[string]any{"name": "<健身>\u2028"},
				Extra: map[string]any{"whole": int64(1<<53 + 1), "real": 2.0, "yes": true}, Source: geo.Source{Name: "n", ID: "i"}, Quality: []string{"q"},
			}}),
			appended(scenario.Edit{Layer: "greens", Op: scenario.Delete, ID: "g1"}))
		same(t, "numbers", seqs, []int64{2, 3, 4})
		for name, book := range map[string]*scenario.Book{"the same book": b, "another book": scenario.NewBook(store)} {
			same(t, name, must[*scenario.Scenario](t)(book.Get(t.Context(), s.ID)), later)
			list := must[[]scenario.Scenario](t)(book.List(t.Context()))
			same(t, "list of "+name, list, []scenario.Scenario{*later}, cmpopts.IgnoreFields(scenario.Scenario{}, "Edits"))
		}
		if h := later.Edits[0].Set["height_m"]; h != 4.0 {
			t.Errorf("a real attribute is kept as %T %v", h, h)
		}
		if _, ok := later.Edits[0].Set["name"]; !ok {
			t.Error("an attribute made unknown is not kept")
		}
		net := must[*scenario.Net](t)(b.Net(t.Context(), later))
		fresh := must[*scenario.Net](t)(scenario.Resolve(t.Context(), store, later.Base, later.Edits))
		if net.Hash() != fresh.Hash() || net.Hash() == "" {
			t.Errorf("hash %q, resolved afresh %q", net.Hash(), fresh.Hash())
		}
		for _, layer := range fresh.Layers() {
			same(t, "the net of "+layer, net.Touched(layer), fresh.Touched(layer))
		}
	})
}

func TestBookLife(t *testing.T) {
	store, _ := kinds[0].opened(t)
	b := scenario.NewBook(store)
	ctx := t.Context()
	if list, err := b.List(ctx); len(list) > 0 || err != nil {
		t.Errorf("an empty workspace lists %v, %v", list, err)
	}
	var missing *scenario.NoScenarioError
	if _, err := b.Get(ctx, "s-none"); !errors.As(err, &missing) || missing.ID != "s-none" {
		t.Errorf("got %v", err)
	}
	if _, err := b.Create(ctx, scenario.New{Name: "x"}); geo.AsFault(err) == nil {
		t.Errorf("a scenario over nothing: %v", err)
	}
	small(t, store)
	get := must[*scenario.Scenario](t)
	s := get(b.Create(ctx, scenario.New{Name: "一", Author: "甲"}))
	no, yes := false, true
	if _, err := b.Describe(ctx, s.ID, scenario.Description{Author: "乙", MayEdit: &no}); geo.AsFault(err) == nil {
		t.Errorf("somebody else decided who may edit: %v", err)
	}
	get(b.Describe(ctx, s.ID, scenario.Description{Author: "甲", MayEdit: &no, MayCopy: &no}))
	move := appended(scenario.Edit{Layer: "cameras", Op: scenario.Move, ID: "c1", Geometry: orb.Point{117.3, 36.3}})
	refused := func(what string, err error) {
		t.Helper()
		if geo.AsFault(err) == nil {
			t.Errorf("%s: got %v; want a fault", what, err)
		}
	}
	_, _, err := b.Edit(ctx, s.ID, scenario.Order{Author: "乙", Steps: []scenario.Step{move}})
	refused("edit by another", err)
	_, err = b.Copy(ctx, s.ID, "二", "乙")
	refused("copy by another", err)
	_, err = b.Archive(ctx, s.ID, "乙")
	refused("archive by another", err)
	_, err = b.Approve(ctx, s.ID, "丙", "")
	refused("approval of nothing", err)

	s, _ = edit(t, b, s.ID, "甲", move)
	hash := must[*scenario.Net](t)(b.Net(ctx, s)).Hash()
	_, err = b.Approve(ctx, s.ID, "丙", "other")
	refused("approval of another content", err)
	var conflict *layers.ConflictError
	if !errors.As(err, &conflict) {
		t.Errorf("approval of another content is no conflict: %v", err)
	}
	if s = get(b.Approve(ctx, s.ID, "丙", hash)); s.State != scenario.Approved || s.ApprovedBy != "丙" || s.ApprovedHash != hash {
		t.Errorf("approved: %+v", s)
	}
	name := "新名"
	if s = get(b.Describe(ctx, s.ID, scenario.Description{Author: "甲", Name: &name, MayCopy: &yes, Seen: s.Version})); s.State != scenario.Approved || s.Name != name {
		t.Errorf("a new name: %+v", s)
	}
	_, err = b.Describe(ctx, s.ID, scenario.Description{Author: "甲", Name: &name, Seen: s.Version - 1})
	refused("a description of another version", err)
	copied := get(b.Copy(ctx, s.ID, "二", "乙"))
	if copied.Parent != s.ID || copied.State != scenario.Draft || copied.Author != "乙" || copied.ApprovedBy != "" || copied.ID == s.ID {
		t.Errorf("copy: %+v", copied)
	}
	if must[*scenario.Net](t)(b.Net(ctx, copied)).Hash() != hash {
		t.Error("a copy comes to something else")
	}
	s = get(b.Archive(ctx, s.ID, "甲"))
	_, _, err = b.Edit(ctx, s.ID, scenario.Order{Author: "甲", Steps: []scenario.Step{move}})
	refused("edit in the archive", err)
	if s = get(b.Restore(ctx, s.ID, "甲")); s.State != scenario.Approved {
		t.Errorf("restored as %s", s.State)
	}
	if s, _ = edit(t, b, s.ID, "甲", scenario.Step{Do: scenario.Switch, Seqs: []int64{1}, Off: true}); s.State != scenario.Draft || s.ApprovedHash != "" {
		t.Errorf("edited after approval: %+v", s)
	}
}
