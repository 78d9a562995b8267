package scenario_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// trees is a custom layer with fields of every type.
func trees() geo.Schema {
	return geo.Schema{
		Layer: "树木", Kind: geo.Custom, Title: geo.T("树木", "Trees"), Shapes: []geo.Shape{geo.Point, geo.Line, geo.Polygon},
		Fields: []geo.Field{
			{Name: "a", Type: geo.String}, {Name: "b", Type: geo.Integer}, {Name: "c", Type: geo.Real}, {Name: "d", Type: geo.Boolean},
			{Name: "geometry", Type: geo.Integer},
		},
	}
}

// dice makes batches, edits and queries from a seed. There are few ids and few values,
// so that much meets.
type dice struct {
	*rand.Rand
	schemas []geo.Schema
}

func roll(seed uint64) *dice {
	d := &dice{Rand: rand.New(rand.NewPCG(seed, 11)), schemas: []geo.Schema{trees()}}
	for _, name := range []string{"cameras", "ways"} {
		s, _ := layers.Schema(name)
		d.schemas = append(d.schemas, s)
	}
	return d
}

func (d *dice) schema() *geo.Schema { return &d.schemas[d.IntN(len(d.schemas))] }

func (d *dice) id() string { return string(rune('a' + d.IntN(8))) }

func (d *dice) place() orb.Point {
	return orb.Point{117 + float64(d.IntN(7))/7, 36 + float64(d.IntN(7))/7}
}

func (d *dice) geometry(s *geo.Schema) (orb.Geometry, []float64) {
	switch s.Shapes[d.IntN(len(s.Shapes))] {
	case geo.Point:
		return d.place(), nil
	case geo.Line:
		if d.IntN(2) == 0 {
			return orb.LineString{d.place(), d.place()}, nil
		}
		return orb.LineString{d.place(), d.place()}, []float64{float64(d.IntN(2)), 0.1}
	}
	p := d.place()
	return orb.Polygon{{p, {p[0] + 0.1, p[1]}, {p[0], p[1] + 0.1}, p}}, nil
}

// value is one that a field takes, or nil.
func (d *dice) value(f *geo.Field) any {
	if len(f.Codes) > 0 && d.IntN(4) > 0 {
		return f.Codes[d.IntN(min(2, len(f.Codes)))].Value
	}
	low := 0.0
	if f.Min != nil {
		low = *f.Min
	}
	switch n := d.IntN(3); f.Type {
	case geo.String:
		if !f.Closed {
			return fmt.Sprintf("值%d", n)
		}
	case geo.Integer:
		return int64(low) + int64(n)
	case geo.Real:
		if f.Max == nil || *f.Max >= low+0.3 {
			return low + float64(n)/10
		}
	case geo.Boolean:
		return n == 0
	}
	return nil
}

// values gives up to n attributes of the first few fields of a schema.
func (d *dice) values(s *geo.Schema, n int) map[string]any {
	out := map[string]any{}
	for range n {
		f := &s.Fields[d.IntN(min(5, len(s.Fields)))]
		if out[f.Name] = d.value(f); d.IntN(6) == 0 {
			out[f.Name] = nil
		}
	}
	return out
}

func (d *dice) feature(s *geo.Schema) geo.Feature {
	f := geo.Feature{ID: d.id()}
	if len(s.Shapes) > 0 && d.IntN(8) > 0 {
		f.Geometry, f.Z = d.geometry(s)
	}
	f.Attributes = d.values(s, 4)
	maps.DeleteFunc(f.Attributes, func(_ string, v any) bool { return v == nil })
	if d.IntN(3) == 0 {
		f.Extra = map[string]any{"n": int64(d.IntN(2)), "r": 1.0}
		f.Source = geo.Source{Name: "s", ID: f.ID}
	}
	return f
}

// edit makes an edit that may well find nothing to work on.
func (d *dice) edit() scenario.Edit {
	s := d.schema()
	e := scenario.Edit{Layer: s.Layer, ID: d.id(), Off: d.IntN(8) == 0, Kind: []string{"", "gate"}[d.IntN(2)]}
	switch d.IntN(9) {
	case 0, 1:
		f := d.feature(s)
		e.Op, e.ID, e.Feature = scenario.Add, f.ID, &f
	case 2:
		e.Op = scenario.Delete
	case 3, 4:
		e.Op = scenario.Move
		e.Geometry, e.Z = d.geometry(s)
	default:
		e.Op = scenario.Change
		e.Set = d.values(s, 1+d.IntN(3))
		if d.IntN(4) == 0 {
			e.Geometry, e.Z = d.geometry(s)
		}
	}
	return e
}

// edits gives n edits with their numbers.
func (d *dice) edits(n int) []scenario.Edit {
	out := make([]scenario.Edit, n)
	for i := range out {
		out[i] = d.edit()
		out[i].Seq, out[i].Version = int64(i+1), 1000+int64(i)
	}
	return out
}

// world is the place as plain maps: the oracle of what edits do.
type world map[string]map[string]geo.Feature

// worldOf reads a place at a revision.
func worldOf(t testing.TB, r layers.Reader, at layers.Revision, names ...string) world {
	t.Helper()
	out := world{}
	for _, name := range names {
		out[name] = map[string]geo.Feature{}
		for _, f := range read(t, r, name, layers.Query{At: at}) {
			f.Version = 0
			out[name][f.ID] = f
		}
	}
	return out
}

func (d *dice) names() []string {
	var out []string
	for _, s := range d.schemas {
		out = append(out, s.Layer)
	}
	return out
}

func (w world) clone() world {
	out := world{}
	for name, features := range w {
		out[name] = map[string]geo.Feature{}
		for id, f := range features {
			out[name][id] = f.Clone()
		}
	}
	return out
}

// list gives the features of a layer by id.
func (w world) list(layer string) []geo.Feature {
	out := []geo.Feature{}
	for _, id := range slices.Sorted(maps.Keys(w[layer])) {
		out = append(out, w[layer][id])
	}
	return out
}

// edit does the edits that are on and find something to work on.
func (w world) edit(edits []scenario.Edit) {
	for _, e := range edits {
		f, there := w[e.Layer][e.ID]
		if e.Off || there == (e.Op == scenario.Add) {
			continue
		}
		f = f.Clone()
		switch e.Op {
		case scenario.Add:
			f = e.Feature.Clone()
		case scenario.Delete:
			delete(w[e.Layer], e.ID)
			continue
		}
		for name, v := range e.Set {
			if f.Attributes == nil {
				f.Attributes = map[string]any{}
			}
			if f.Attributes[name] = v; v == nil {
				delete(f.Attributes, name)
			}
		}
		if e.Geometry != nil {
			f.Geometry, f.Z = orb.Clone(e.Geometry), slices.Clone(e.Z)
		}
		if len(f.Attributes) == 0 {
			f.Attributes = nil
		}
		w[e.Layer][e.ID] = f
	}
}

// batch gives the edits of a store that make one world another.
func (w world) batch(to world) []layers.Edit {
	var out []layers.Edit
	for _, name := range slices.Sorted(maps.Keys(to)) {
		for _, f := range to.list(name) {
			out = append(out, layers.Edit{Layer: name, Op: layers.Put, Feature: f})
		}
		for _, f := range w.list(name) {
			if _, stays := to[name][f.ID]; !stays {
				out = append(out, layers.Edit{Layer: name, Op: layers.Delete, Feature: f})
			}
		}
	}
	return out
}

// found makes a place of some features in a store.
func (d *dice) found(t testing.TB, store layers.Store) layers.Revision {
	t.Helper()
	b := layers.Batch{Define: []geo.Schema{trees()}}
	for i := range d.schemas {
		for range 5 {
			b.Edits = append(b.Edits, layers.Edit{Layer: d.schemas[i].Layer, Op: layers.Put, Feature: d.feature(&d.schemas[i])})
		}
	}
	return must[layers.Revision](t)(store.Apply(t.Context(), b))
}

// move changes the place at random, by edits like those of scenarios.
func (d *dice) move(t testing.TB, store layers.Store, n int) layers.Revision {
	t.Helper()
	was := worldOf(t, store, 0, d.names()...)
	is := was.clone()
	is.edit(d.edits(n))
	var changed []layers.Edit
	for _, e := range was.batch(is) {
		if f, there := was[e.Layer][e.Feature.ID]; e.Op == layers.Delete || !there || !scenario.Same(&f, &e.Feature) {
			changed = append(changed, e)
		}
	}
	return apply(t, store, changed...)
}

func versionless(f []geo.Feature) []geo.Feature {
	for i := range f {
		f[i].Version = 0
	}
	return f
}
