package scenario_test

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// merger is the oracle of a rebase: three worlds in, one out, by plain comparison.
type merger struct {
	ancestor, ours, theirs world
	take                   func(layer, id, field string) scenario.Take
	conflicts              []scenario.Conflict // without sides
	out                    world
}

func (m *merger) run() {
	m.out = world{}
	for layer := range m.theirs {
		m.out[layer] = map[string]geo.Feature{}
		ids := map[string]bool{}
		for _, w := range []world{m.ancestor, m.ours, m.theirs} {
			for id := range w[layer] {
				ids[id] = true
			}
		}
		for id := range ids {
			m.feature(layer, id)
		}
	}
	slices.SortFunc(m.conflicts, func(a, b scenario.Conflict) int {
		return cmp.Or(cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Field, b.Field))
	})
}

func (m *merger) feature(layer, id string) {
	a, o, t := lookup(m.ancestor, layer, id), lookup(m.ours, layer, id), lookup(m.theirs, layer, id)
	put := func(f *geo.Feature) {
		if f != nil {
			m.out[layer][id] = *f
		}
	}
	whole := func() {
		if m.ask(layer, id, "") == scenario.TakeOurs {
			put(o)
		} else {
			put(t)
		}
	}
	switch {
	case reflect.DeepEqual(o, a), reflect.DeepEqual(o, t):
		put(t)
		return
	case reflect.DeepEqual(t, a):
		put(o)
		return
	case a == nil || o == nil || t == nil:
		whole()
		return
	}
	type rest struct {
		extra   map[string]any
		source  geo.Source
		quality []string
	}
	restOf := func(f *geo.Feature) rest { return rest{f.Extra, f.Source, f.Quality} }
	ar, or, tr := restOf(a), restOf(o), restOf(t)
	if !reflect.DeepEqual(or, ar) && !reflect.DeepEqual(tr, ar) && !reflect.DeepEqual(or, tr) {
		whole()
		return
	}
	f := t.Clone()
	if !reflect.DeepEqual(or, ar) {
		f.Extra, f.Source, f.Quality = or.extra, or.source, or.quality
	}
	type place struct {
		g orb.Geometry
		z []float64
	}
	ap, op, tp := place{a.Geometry, a.Z}, place{o.Geometry, o.Z}, place{t.Geometry, t.Z}
	if !reflect.DeepEqual(op, ap) && (reflect.DeepEqual(tp, ap) || reflect.DeepEqual(op, tp) || m.ask(layer, id, "geometry") == scenario.TakeOurs) {
		f.Geometry, f.Z = op.g, op.z
	}
	names := maps.Clone(a.Attributes)
	if names == nil {
		names = map[string]any{}
	}
	maps.Copy(names, o.Attributes)
	maps.Copy(names, t.Attributes)
	for name := range names {
		av, ov, tv := a.Attributes[name], o.Attributes[name], t.Attributes[name]
		field := name
		if name == "geometry" {
			field = "attributes.geometry"
		}
		if ov != av && (tv == av || ov == tv || m.ask(layer, id, field) == scenario.TakeOurs) {
			f.Set(name, ov)
		}
	}
	if len(f.Attributes) == 0 {
		f.Attributes = nil
	}
	put(&f)
}

func (m *merger) ask(layer, id, field string) scenario.Take {
	m.conflicts = append(m.conflicts, scenario.Conflict{Layer: layer, ID: id, Field: field})
	return m.take(layer, id, field)
}

func lookup(w world, layer, id string) *geo.Feature {
	if f, ok := w[layer][id]; ok {
		return &f
	}
	return nil
}

// draft appends random edits that are taken, and switches some.
func (d *dice) draft(t testing.TB, b *scenario.Book, id string, n int) *scenario.Scenario {
	t.Helper()
	for _, e := range d.edits(n) {
		off := e.Off
		e.Off = false
		s, seqs, err := b.Edit(t.Context(), id, scenario.Order{Steps: []scenario.Step{appended(e)}})
		var conflict *layers.ConflictError
		if errors.As(err, &conflict) {
			continue // nothing to work on
		}
		if err != nil {
			t.Fatal(err)
		}
		if off {
			seqs = []int64{1 + d.Int64N(s.Next-1)}
			if slices.ContainsFunc(s.Edits, func(e scenario.Edit) bool { return e.Seq == seqs[0] }) {
				edit(t, b, id, "", scenario.Step{Do: scenario.Switch, Seqs: seqs, Off: d.IntN(3) > 0})
			}
		}
	}
	return must[*scenario.Scenario](t)(b.Get(t.Context(), id))
}

func (w world) seen(t testing.TB, store layers.Store, s *scenario.Scenario, names []string) world {
	t.Helper()
	view := must[*scenario.View](t)(scenario.NewView(t.Context(), store, s.Base))
	must[[]scenario.Shift](t)(view.Show(t.Context(), must[*scenario.Net](t)(scenario.Resolve(t.Context(), store, s.Base, s.Edits))))
	return worldOf(t, view, 0, names...)
}

// rebaseOnce plays one random rebase and holds it against the oracle. It returns how
// many conflicts there were.
func rebaseOnce(t *testing.T, store layers.Store, d *dice, what string) int {
	t.Helper()
	names, b := d.names(), scenario.NewBook(store)
	s := must[*scenario.Scenario](t)(b.Create(t.Context(), scenario.New{Name: what}))
	s = d.draft(t, b, s.ID, 1+d.IntN(25))
	ancestor := worldOf(t, store, s.Base, names...)
	ours := ancestor.clone()
	ours.edit(s.Edits)
	d.move(t, store, 1+d.IntN(14))
	theirs := worldOf(t, store, 0, names...)
	before := placeDump(t, store)

	answer := map[string]scenario.Take{}
	one := []scenario.Take{scenario.TakeOurs, scenario.TakeTheirs, ""}[d.IntN(3)]
	m := merger{ancestor: ancestor, ours: ours, theirs: theirs, take: func(layer, id, field string) scenario.Take {
		key := layer + "/" + id + "/" + field
		if answer[key] = one; one == "" {
			answer[key] = []scenario.Take{scenario.TakeOurs, scenario.TakeTheirs}[d.IntN(2)]
		}
		return answer[key]
	}}
	m.run()
	done := must[*scenario.Rebased](t)(b.Rebase(t.Context(), s.ID, scenario.RebaseOrder{}))
	var open []scenario.Conflict
	var answers []scenario.Answer
	for _, c := range done.Conflicts {
		open = append(open, scenario.Conflict{Layer: c.Layer, ID: c.ID, Field: c.Field})
		answers = append(answers, scenario.Answer{Layer: c.Layer, ID: c.ID, Field: c.Field, Take: answer[c.Layer+"/"+c.ID+"/"+c.Field]})
		sides(t, &c, ancestor, ours, theirs)
	}
	slices.SortFunc(open, func(a, b scenario.Conflict) int {
		return cmp.Or(cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Field, b.Field))
	})
	same(t, what+": conflicts", open, m.conflicts)
	if len(open) > 0 {
		if got := must[*scenario.Scenario](t)(b.Get(t.Context(), s.ID)); done.Done || got.Version != s.Version {
			t.Errorf("%s: something was written while conflicts were open", what)
		}
		done = must[*scenario.Rebased](t)(b.Rebase(t.Context(), s.ID, scenario.RebaseOrder{To: done.To, Answers: answers}))
	}
	if !done.Done || done.Scenario.Base != done.To {
		t.Fatalf("%s: not done: %+v", what, done)
	}
	same(t, what+": the scenario as rebased", world{}.seen(t, store, done.Scenario, names), m.out)
	same(t, what+": the scenario read anew", must[*scenario.Scenario](t)(scenario.NewBook(store).Get(t.Context(), s.ID)), done.Scenario)
	same(t, what+": the base", placeDump(t, store), before)
	nothingLost(t, what, s.Edits, done.Scenario.Edits)
	return len(open)
}

// sides checks that a conflict shows what each side has.
func sides(t *testing.T, c *scenario.Conflict, ancestor, ours, theirs world) {
	t.Helper()
	for i, w := range []world{ancestor, ours, theirs} {
		got := []any{c.Ancestor, c.Ours, c.Theirs}[i]
		f := lookup(w, c.Layer, c.ID)
		var want any
		switch c.Field {
		case "":
			if g, ok := got.(*geo.Feature); ok {
				h := g.Clone()
				h.Version = 0
				got = &h
			}
			if f != nil {
				want = f
			}
		case "geometry":
			want = &scenario.Place{Geometry: f.Geometry, Z: f.Z}
		default:
			want = f.Attributes[strings.TrimPrefix(c.Field, "attributes.")]
		}
		same(t, fmt.Sprintf("side %d of %s/%s %s", i, c.Layer, c.ID, c.Field), got, want)
	}
}

// nothingLost checks that every edit is still there under its number, that those that
// were off are as they were, that one newly off says why, and that what a change gave
// is still said by some edit.
func nothingLost(t *testing.T, what string, before, after []scenario.Edit) {
	t.Helper()
	for i, was := range before {
		is := after[i]
		switch {
		case is.Seq != was.Seq:
			t.Fatalf("%s: edit %d is gone or out of order", what, was.Seq)
		case was.Off:
			same(t, fmt.Sprintf("%s: edit %d, which was off", what, was.Seq), is, was)
		case is.Off:
			if !strings.Contains(is.Comment, "rebased") {
				t.Errorf("%s: edit %d is off and does not say why", what, was.Seq)
			}
			is.Off, is.Comment, is.Version = was.Off, was.Comment, was.Version
			same(t, fmt.Sprintf("%s: edit %d, switched off", what, was.Seq), is, was)
		}
		said := func(holds func(e *scenario.Edit) bool) bool {
			return slices.ContainsFunc(after, func(e scenario.Edit) bool { return e.Layer == was.Layer && e.ID == was.ID && holds(&e) })
		}
		for name, v := range was.Set {
			if !said(func(e *scenario.Edit) bool {
				w, sets := e.Set[name]
				return sets && w == v || e.Feature != nil && e.Feature.Attributes[name] == v
			}) {
				t.Errorf("%s: %s=%v of edit %d is lost", what, name, v, was.Seq)
			}
		}
		if was.Geometry != nil && !said(func(e *scenario.Edit) bool {
			return reflect.DeepEqual(e.Geometry, was.Geometry) && reflect.DeepEqual(e.Z, was.Z) ||
				e.Feature != nil && reflect.DeepEqual(e.Feature.Geometry, was.Geometry) && reflect.DeepEqual(e.Feature.Z, was.Z)
		}) {
			t.Errorf("%s: the geometry of edit %d is lost", what, was.Seq)
		}
	}
}

func TestRebaseAgreesWithTheOracle(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			rounds := map[string]int{"memory": 300, "gpkg": 8, "postgis": 8}[k.name]
			if testing.Short() {
				rounds /= 6
			}
			free, clashing := 0, 0
			for seed := range uint64(rounds) {
				d := roll(seed)
				if k.name != "memory" {
					d = roll(1000 + seed)
				}
				store, _ := k.opened(t)
				d.found(t, store)
				if rebaseOnce(t, store, d, fmt.Sprintf("seed %d", seed)) == 0 {
					free++
				} else {
					clashing++
				}
				store.Close()
				if t.Failed() {
					t.FailNow()
				}
			}
			if rounds > 20 && (free == 0 || clashing == 0) {
				t.Errorf("%d rebases without conflicts, %d with; the dice show too little", free, clashing)
			}
		})
	}
}
