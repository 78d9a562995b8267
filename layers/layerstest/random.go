package layerstest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/memory"
)

// dice makes batches and queries from a seed.
type dice struct {
	*rand.Rand
	oracle  *memory.Store
	schemas map[string]geo.Schema
}

func roll(seed uint64) *dice {
	return &dice{Rand: rand.New(rand.NewPCG(seed, 37)), oracle: memory.New(), schemas: map[string]geo.Schema{}}
}

func (d *dice) id() string { return fmt.Sprintf("%c%d", "aA东"[0], d.IntN(40)) }

func (d *dice) place() orb.Point {
	p := orb.Point{116 + float64(d.IntN(50))/10, 35 + float64(d.IntN(50))/10}
	if d.IntN(3) == 0 {
		p[0] += d.Float64()
	}
	return p
}

func (d *dice) geometry() orb.Geometry {
	switch d.IntN(7) {
	case 0:
		return nil
	case 1:
		return orb.MultiPoint{d.place(), d.place()}
	case 2:
		return orb.LineString{d.place(), d.place(), d.place()}
	case 3:
		e := geo.ExtentOf(orb.MultiPoint{d.place(), d.place()})
		return e.Polygon()
	case 4:
		return orb.LineString{}
	}
	return d.place()
}

func (d *dice) feature(layer string) geo.Feature {
	f := geo.Feature{ID: d.id(), Geometry: d.geometry()}
	if line, ok := f.Geometry.(orb.LineString); ok && len(line) > 0 && d.IntN(2) == 0 {
		f.Z = []float64{1, d.Float64(), -3}
	}
	for _, field := range d.schemas[layer].Fields {
		if d.IntN(2) == 0 {
			continue
		}
		switch field.Type {
		case geo.String:
			f.Set(field.Name, texts[d.IntN(len(texts))])
		case geo.Integer:
			f.Set(field.Name, wholes[d.IntN(len(wholes))])
		case geo.Real:
			f.Set(field.Name, numbers[d.IntN(len(numbers))])
		case geo.Boolean:
			f.Set(field.Name, d.IntN(2) == 0)
		}
	}
	if d.IntN(3) == 0 {
		f.Extra = map[string]any{"k": d.Float64(), "n": d.Int64()}
		f.Source = geo.Source{Name: "f", ID: f.ID}
		f.Quality = []string{"q", "q"}
	}
	return f
}

// schema makes a layer with some of eight fields, each of a type of its own.
func (d *dice) schema(layer string, kind geo.Kind) geo.Schema {
	s := geo.Schema{Layer: layer, Kind: kind, Title: geo.T(layer, layer), Shapes: []geo.Shape{geo.Point, geo.Line, geo.Polygon}}
	types := []geo.Type{geo.String, geo.Integer, geo.Real, geo.Boolean}
	for i := range 8 {
		if d.IntN(2) == 0 {
			s.Fields = append(s.Fields, geo.Field{Name: fmt.Sprintf("f%d", i), Type: types[d.IntN(4)]})
		}
	}
	return s
}

// batch makes a batch that may well be refused.
func (d *dice) batch() layers.Batch {
	names := []string{"custom", "result", "other"}
	kinds := map[string]geo.Kind{"custom": geo.Custom, "result": geo.Result, "other": geo.Custom}
	b := layers.Batch{Author: "a", Reason: "r"}
	for _, name := range names {
		_, there := d.schemas[name]
		switch n := d.IntN(30); {
		case !there && n < 15:
			b.Define = append(b.Define, d.schema(name, kinds[name]))
		case n == 0:
			b.Drop = append(b.Drop, name)
		case n == 1:
			b.Clear = append(b.Clear, name)
		case n == 2:
			b.Define = append(b.Define, d.schema(name, kinds[name]))
			b.Clear = append(b.Clear, name)
		case n == 3:
			more := d.schemas[name]
			more.Fields = append(slices.Clone(more.Fields), geo.Field{Name: fmt.Sprintf("g%d", d.IntN(1000)), Type: geo.Real})
			b.Define = append(b.Define, more)
		}
	}
	d.schemas = d.now()
	for _, s := range b.Define {
		d.schemas[s.Layer] = s
	}
	for range d.IntN(12) {
		name := names[d.IntN(len(names))]
		e := layers.Edit{Layer: name, Feature: d.feature(name)}
		e.Op = []layers.Op{layers.Put, layers.Put, layers.Put, layers.Put, layers.Put, layers.Add, layers.Update, layers.Delete}[d.IntN(8)]
		if _, there := d.schemas[name]; !there || e.Op != layers.Put && d.taken(name, e.Feature.ID) != (e.Op != layers.Add) {
			if d.IntN(20) > 0 {
				continue
			}
		}
		b.Edits = append(b.Edits, e)
	}
	return b
}

func (d *dice) taken(layer, id string) bool {
	found, _ := collect(d.oracle.Features(background(), layer, layers.Query{IDs: []string{id}}))
	return len(found) > 0
}

// now gives the schemas that the oracle holds.
func (d *dice) now() map[string]geo.Schema {
	all, _ := d.oracle.Layers(background())
	out := map[string]geo.Schema{}
	for _, i := range all {
		out[i.Schema.Layer] = i.Schema
	}
	return out
}

func (d *dice) query(newest layers.Revision) layers.Query {
	var q layers.Query
	if d.IntN(2) == 0 {
		q.Extent = ptr(geo.ExtentOf(orb.MultiPoint{d.place(), d.place()}))
	}
	if d.IntN(3) == 0 {
		q.IDs = []string{d.id(), d.id(), d.id(), d.id()}
	}
	if d.IntN(3) == 0 {
		q.After = d.id()
	}
	if d.IntN(3) == 0 {
		q.Limit = d.IntN(6)
	}
	if d.IntN(2) == 0 {
		q.At = layers.Revision(d.Int64N(int64(newest) + 2))
	}
	return q
}

// random writes the same batches to a store and to the oracle, and holds their
// answers against one another.
func random(t *testing.T, s layers.Store) { play(t, s, roll(1), 150) }

// play plays a number of rounds.
func play(t *testing.T, s layers.Store, d *dice, rounds int) {
	t.Helper()
	for round := range rounds {
		b := d.batch()
		want, wantErr := d.oracle.Apply(t.Context(), b)
		got, gotErr := s.Apply(t.Context(), b)
		same(t, fmt.Sprintf("revision of round %d", round), got, want)
		if diff := cmp.Diff(said(wantErr), said(gotErr)); diff != "" {
			t.Errorf("error of round %d (-want +got):\n%s", round, diff)
		}
		newest, _ := d.oracle.Newest(t.Context())
		for range 4 {
			layer, q := []string{"custom", "result", "other"}[d.IntN(3)], d.query(newest)
			wantF, wantErr := collect(d.oracle.Features(t.Context(), layer, q))
			gotF, gotErr := collect(s.Features(t.Context(), layer, q))
			same(t, fmt.Sprintf("round %d: %s %+v", round, layer, q), gotF, wantF)
			same(t, fmt.Sprintf("round %d: error of %s %+v", round, layer, q), said(gotErr), said(wantErr))
		}
		if t.Failed() {
			t.Fatalf("stopped in round %d, batch %+v", round, b)
		}
	}
	agree(t, s, d.oracle)
}

// agree compares all that two stores hold, at every revision.
func agree(t *testing.T, s, oracle layers.Store) {
	t.Helper()
	want := dump(t, oracle)
	same(t, "all of the store", dump(t, s), want, timeless)
	for r := range layers.Revision(len(want.Changes)) {
		for _, l := range want.Layers {
			q := layers.Query{At: r + 1}
			same(t, fmt.Sprintf("%s at revision %d", l.Schema.Layer, r+1), read(t, s, l.Schema.Layer, q), read(t, oracle, l.Schema.Layer, q))
		}
	}
}

// said is what an error tells, less the wrapping.
func said(err error) string {
	var invalid *layers.InvalidError
	var conflict *layers.ConflictError
	var noLayer *layers.NoLayerError
	var noRevision *layers.NoRevisionError
	switch {
	case errors.As(err, &invalid):
		return invalid.Error()
	case errors.As(err, &conflict):
		return conflict.Error()
	case errors.As(err, &noLayer):
		return noLayer.Error()
	case errors.As(err, &noRevision):
		return noRevision.Error()
	case geo.AsFault(err) != nil:
		return geo.AsFault(err).Say("zh")
	case err != nil:
		return "other: " + err.Error()
	}
	return ""
}
