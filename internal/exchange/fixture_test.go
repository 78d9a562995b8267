package exchange

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"yiju/data/demo"
	"yiju/geo"
	"yiju/layers"
	"yiju/layers/memory"
	"yiju/layers/scenario"
)

// edited are the layers that random edits touch.
var edited = []string{"buildings", "cameras", "cells", "devices", "greens", "pipes", "ways"}

// demoStore is a workspace that holds the demo community.
func demoStore(t testing.TB) (layers.Store, *scenario.Book) {
	t.Helper()
	store := memory.New()
	batch := layers.Batch{Author: "test"}
	for _, layer := range demo.Layers() {
		features, err := demo.Features(layer)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range features {
			batch.Edits = append(batch.Edits, layers.Edit{Layer: layer, Op: layers.Put, Feature: f})
		}
	}
	if _, err := store.Apply(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	return store, scenario.NewBook(store)
}

func all(t testing.TB, from layers.Reader, layer string, at layers.Revision) []geo.Feature {
	t.Helper()
	var out []geo.Feature
	for f, err := range from.Features(context.Background(), layer, layers.Query{At: at}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

// moved shifts a geometry in degrees.
func moved(g orb.Geometry, dx, dy float64) orb.Geometry {
	return geo.MapPoints(orb.Clone(g), func(p orb.Point) orb.Point { return orb.Point{p[0] + dx, p[1] + dy} })
}

// metre is about one in degrees of latitude at the demo.
const metre = 1 / 111_000.0

// randomEdits are n edits of different features of the demo, of all operations and
// kinds of values.
func randomEdits(t testing.TB, store layers.Reader, r *rand.Rand, n int) []scenario.Edit {
	t.Helper()
	var out []scenario.Edit
	used := make(map[string]bool)
	held := make(map[string][]geo.Feature)
	for _, layer := range edited {
		held[layer] = all(t, store, layer, 0)
	}
	for len(out) < n {
		layer := edited[r.IntN(len(edited))]
		f := held[layer][r.IntN(len(held[layer]))].Clone()
		if used[layer+f.ID] {
			continue
		}
		used[layer+f.ID] = true
		e := scenario.Edit{Layer: layer, ID: f.ID}
		// Far enough not to be another, and near enough to be the same.
		far := moved(f.Geometry, (300+r.Float64()*200)*metre, (300+r.Float64()*200)*metre)
		near := moved(f.Geometry, r.Float64()*0.2*metre, (0.05+r.Float64()*0.2)*metre)
		switch r.IntN(5) {
		case 0:
			e.Op, e.ID = scenario.Add, fmt.Sprintf("brought-%d", len(out))
			f.ID, f.Geometry, f.Version = e.ID, far, 0
			f.Extra = map[string]any{"plan": int64(len(out)), "share": 2.0, "note": "“é\n”"}
			f.Source, f.Quality = geo.Source{Name: "plan.dwg", ID: "7"}, []string{"drawn"}
			e.Feature = &f
		case 1:
			e.Op = scenario.Delete
		case 2:
			e.Op, e.Geometry, e.Z = scenario.Move, near, f.Z
		case 3:
			e.Op, e.Set = scenario.Change, randomSet(layer, &f, r)
		default:
			e.Op, e.Set, e.Geometry, e.Z = scenario.Change, randomSet(layer, &f, r), near, f.Z
		}
		out = append(out, e)
	}
	return out
}

// randomSet changes two attributes and makes one unknown.
func randomSet(layer string, f *geo.Feature, r *rand.Rand) map[string]any {
	schema, _ := layers.Schema(layer)
	set := make(map[string]any)
	for _, i := range r.Perm(len(schema.Fields)) {
		field := schema.Fields[i]
		was, known := f.Attributes[field.Name]
		if len(set) >= 3 {
			break
		}
		switch {
		case known && len(set) == 2:
			set[field.Name] = nil
		case field.Name == "network" || field.Name == "category":
		case field.Type == geo.Boolean:
			set[field.Name] = was != true
		case field.Type == geo.Integer:
			set[field.Name] = int64(1 + r.IntN(18))
		case field.Type == geo.Real && (field.Min == nil || *field.Min <= 15) && field.Max != nil && *field.Max >= 20:
			set[field.Name] = float64(15 + r.IntN(5))
		case field.Type == geo.String && len(field.Codes) == 0:
			set[field.Name] = fmt.Sprintf("改 %d", r.IntN(1000))
		}
	}
	if len(set) == 0 {
		set[schema.Fields[0].Name] = nil
	}
	return set
}

func create(t testing.TB, book *scenario.Book, edits []scenario.Edit) *scenario.Scenario {
	t.Helper()
	s, err := book.Create(context.Background(), scenario.New{
		Name: "改造方案 A", Description: "两行\n说明", Author: "设计院", Edits: edits,
		Costs: []scenario.Cost{{Kind: "camera", Amount: 3200.5, Currency: "CNY", Per: scenario.PerThing}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func netOf(t testing.TB, store layers.Reader, s *scenario.Scenario) *scenario.Net {
	t.Helper()
	net, err := scenario.Resolve(context.Background(), store, s.Base, s.Edits)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// writtenWith is what a workspace fills in.
var writtenWith = cmp.Options{cmpopts.IgnoreFields(scenario.Edit{}, "Seq", "At", "Version"), cmpopts.EquateEmpty()}

func sameEdits(t testing.TB, got, want []scenario.Edit) {
	t.Helper()
	if diff := cmp.Diff(want, got, writtenWith); diff != "" {
		t.Fatalf("edits (-want +got):\n%s", diff)
	}
}

func shuffled[T any](r *rand.Rand, s []T) []T {
	out := slices.Clone(s)
	r.Shuffle(len(out), func(i, k int) { out[i], out[k] = out[k], out[i] })
	return out
}

func inDir(t testing.TB, name string) string { return filepath.Join(t.TempDir(), name) }

func words(report *Report) string {
	var b strings.Builder
	for _, l := range report.Layers {
		fmt.Fprintf(&b, "%+v\n", l)
	}
	return b.String()
}

func asInvalid(err error, invalid **layers.InvalidError) bool { return errors.As(err, invalid) }
