// Package layerstest holds the rules that every Store keeps, as tests. A store
// runs them all with Run; package memory serves as the oracle.
package layerstest

import (
	"context"
	"iter"
	"math"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
)

// Open gives an empty store that the test closes when it ends.
type Open func(t *testing.T) layers.Store

// Reopen closes a store and opens it again.
type Reopen func(t *testing.T, old layers.Store) layers.Store

// Run holds a store against all rules. open is called once for each.
func Run(t *testing.T, open Open) {
	t.Helper()
	cases := map[string]func(*testing.T, layers.Store){
		"order is by id, byte by byte":           order,
		"pages go on after an id":                pages,
		"ids select":                             ids,
		"extents touch at their edges":           extents,
		"extents are exact to the last bit":      exactExtents,
		"odd queries":                            oddQueries,
		"geometries of every kind":               geometries,
		"values of every type":                   values,
		"a real field takes whole numbers":       wholeReals,
		"further attributes, source and quality": rest,
		"one form of what is empty":              tidies,
		"bad features are refused":               invalid,
		"a failed batch leaves nothing":          failedBatch,
		"operations":                             operations,
		"edits of one batch see each other":      editsInOrder,
		"conflicts name both sides":              conflicts,
		"declared layers need no definition":     declared,
		"definitions":                            definitions,
		"redefinition after a clear":             redefinition,
		"names that are hard to keep":            hardNames,
		"clear":                                  clears,
		"drop":                                   drops,
		"counts and extents of layers":           infos,
		"changes tell what was touched":          changes,
		"older revisions can be read":            history,
		"result layers have no history":          results,
		"random edits agree with the oracle":     random,
		"features belong to the caller":          ownership,
		"a batch is left as it was":              batchUntouched,
		"cancellation":                           cancellation,
		"leaving a loop early":                   leaving,
		"one sequence is of one revision":        oneRevision,
		"readers see whole revisions":            wholeRevisions,
		"one of many writers wins":               oneWinner,
		"writers of different features all win":  allWinners,
		"a store reads itself while it reads":    nested,
		"many features in one batch":             manyFeatures,
		"large values":                           largeValues,
		"news of revisions":                      notify,
		"the newest revision":                    newest,
		"a closed store refuses":                 closed,
		"other random edits agree with it too":   func(t *testing.T, s layers.Store) { play(t, s, roll(2), 150) },
	}
	for name, rule := range cases {
		t.Run(name, func(t *testing.T) { rule(t, open(t)) })
	}
}

// trees is a layer of our own, for cases that need all types.
func trees(kind geo.Kind) geo.Schema {
	low, high := -1e300, 1e300
	return geo.Schema{
		Layer: "trees", Kind: kind, Title: geo.T("树木", "Trees"),
		Shapes: []geo.Shape{geo.Point, geo.Line, geo.Polygon},
		Fields: []geo.Field{
			{Name: "name", Type: geo.String, Title: geo.T("名称", "Name")},
			{Name: "count", Type: geo.Integer, Title: geo.T("数量", "Count")},
			{Name: "height_m", Type: geo.Real, Unit: "m", Title: geo.T("高度", "Height"), Min: &low, Max: &high},
			{Name: "old", Type: geo.Boolean, Title: geo.T("古树", "Old")},
			{Name: "state", Type: geo.String, Title: geo.T("状态", "State"), Closed: true,
				Codes: []geo.Code{{Value: "good", Title: geo.T("好", "Good")}, {Value: "bad", Title: geo.T("差", "Bad")}}},
		},
	}
}

// exact compares numbers by their bits, and takes nothing for equal to nothing
// of another make.
var exact = cmp.Options{
	cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }),
}

// timeless leaves out the time at which a revision was written.
var timeless = cmpopts.IgnoreFields(layers.Change{}, "At")

// apply writes a batch that must succeed.
func apply(t testing.TB, s layers.Store, b layers.Batch) layers.Revision {
	t.Helper()
	r, err := s.Apply(t.Context(), b)
	if err != nil {
		t.Fatalf("Apply: %v", err)
	}
	return r
}

// edit makes the same edit of many features of a layer.
func edit(layer string, op layers.Op, features ...geo.Feature) []layers.Edit {
	out := make([]layers.Edit, len(features))
	for i, f := range features {
		out[i] = layers.Edit{Layer: layer, Op: op, Feature: f}
	}
	return out
}

func adding(layer string, features ...geo.Feature) layers.Batch {
	return layers.Batch{Edits: edit(layer, layers.Add, features...)}
}

func at(id string, x, y float64) geo.Feature { return geo.Feature{ID: id, Geometry: orb.Point{x, y}} }

// collect reads a sequence to its end, or to its error.
func collect(seq iter.Seq2[geo.Feature, error]) ([]geo.Feature, error) {
	var out []geo.Feature
	for f, err := range seq {
		if err != nil {
			return out, err
		}
		out = append(out, f)
	}
	return out, nil
}

// read gives the features that a query selects.
func read(t testing.TB, s layers.Reader, layer string, q layers.Query) []geo.Feature {
	t.Helper()
	out, err := collect(s.Features(t.Context(), layer, q))
	if err != nil {
		t.Fatalf("Features(%s, %+v): %v", layer, q, err)
	}
	return out
}

func readIDs(t testing.TB, s layers.Reader, layer string, q layers.Query) []string {
	t.Helper()
	return idsOf(read(t, s, layer, q))
}

func idsOf(features []geo.Feature) []string {
	out := []string{}
	for _, f := range features {
		out = append(out, f.ID)
	}
	return out
}

// same fails when got is not want to the last bit.
func same[T any](t testing.TB, what string, got, want T, opts ...cmp.Option) {
	t.Helper()
	if f, ok := any(want).([]geo.Feature); ok && len(f) > 1000 && reflect.DeepEqual(got, want) {
		return // many features: spares the walk that words the difference
	}
	if diff := cmp.Diff(want, got, append(opts, exact)...); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// version gives a copy of the features as a revision wrote them.
func version(r layers.Revision, features ...geo.Feature) []geo.Feature {
	out := make([]geo.Feature, len(features))
	for i, f := range features {
		out[i] = f.Clone()
		out[i].Version = int64(r)
	}
	return out
}

// info finds what a store says of one layer.
func info(t testing.TB, s layers.Reader, layer string) (layers.Info, bool) {
	t.Helper()
	all, err := s.Layers(t.Context())
	if err != nil {
		t.Fatalf("Layers: %v", err)
	}
	for _, i := range all {
		if i.Schema.Layer == layer {
			return i, true
		}
	}
	return layers.Info{}, false
}

// last gives what the newest revision touched.
func last(t testing.TB, s layers.Store) layers.Change {
	t.Helper()
	all, err := s.Changes(t.Context(), 0)
	if err != nil {
		t.Fatalf("Changes: %v", err)
	}
	if len(all) == 0 {
		t.Fatal("Changes gives nothing")
	}
	return all[len(all)-1]
}

// untouched runs something that must fail, and checks that it left no trace.
func untouched(t *testing.T, s layers.Store, b layers.Batch) error {
	t.Helper()
	before := dump(t, s)
	r, err := s.Apply(t.Context(), b)
	if err == nil {
		t.Fatalf("Apply gave revision %d; want an error", r)
	}
	if r != 0 {
		t.Errorf("a failed Apply gave revision %d; want 0", r)
	}
	same(t, "store after a failed batch", dump(t, s), before, timeless)
	return err
}

// content is all that a store tells.
type content struct {
	Layers   []layers.Info
	Changes  []layers.Change
	Features map[string][]geo.Feature
}

func dump(t testing.TB, s layers.Store) content {
	t.Helper()
	var c content
	var err error
	if c.Layers, err = s.Layers(t.Context()); err != nil {
		t.Fatalf("Layers: %v", err)
	}
	if c.Changes, err = s.Changes(t.Context(), 0); err != nil {
		t.Fatalf("Changes: %v", err)
	}
	for i := range c.Changes {
		c.Changes[i].Layers = append([]layers.LayerChange{}, c.Changes[i].Layers...)
	}
	c.Layers, c.Changes = append([]layers.Info{}, c.Layers...), append([]layers.Change{}, c.Changes...)
	c.Features = map[string][]geo.Feature{}
	for _, l := range c.Layers {
		c.Features[l.Schema.Layer] = read(t, s, l.Schema.Layer, layers.Query{})
	}
	return c
}

// background is for cases that outlive the test's own context.
func background() context.Context { return context.Background() }
