package metric

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/geo"
)

// example is a small scene and what a metric makes of it. Numbers are worked out by
// hand; where they are not plain, the scene says how.
type example struct {
	name   string
	in     *Input
	params indicator.Params
	// want is the measure as shown writes it.
	want string
	// notes are the English notes; nil does not look at them.
	notes []string
}

// examples lists the examples of all metrics, by id. Each theme has a table.
var examples = sync.OnceValue(func() map[string][]example {
	out := make(map[string][]example)
	for _, table := range append([]map[string][]example{
		householdExamples(), peopleExamples(), compoundExamples(), buildingExamples(), pipeExamples(),
		facilityExamples(), deviceExamples(), parkingExamples(), analysisExamples(),
	}, spatialExamples()...) {
		maps.Copy(out, table)
	}
	return out
})

// shown writes a measure so that an example can state it:
//
//	80 = 4/5; made a b; failed c; lacks …
//	? 60..80 = 3/5; unknown d; lacks …
//
// The value is first, ? where it is not known; then the bounds, numerator and
// denominator, features by role, and what is missing, in English.
func shown(m indicator.Measure) string {
	var b strings.Builder
	b.WriteString("?")
	if m.Value != nil {
		b.Reset()
		b.WriteString(plain(*m.Value))
	}
	if m.Low != nil {
		fmt.Fprintf(&b, " %s..%s", plain(*m.Low), plain(*m.High))
	}
	if m.Numerator != nil || m.Denominator != nil {
		fmt.Fprintf(&b, " = %s/%s", orNone(m.Numerator), orNone(m.Denominator))
	}
	for _, role := range []indicator.Role{indicator.Made, indicator.Failed, indicator.Unknown} {
		var ids []string
		for _, r := range m.Features {
			if r.Role == role {
				ids = append(ids, r.IDs...)
			}
		}
		if len(ids) > 0 {
			fmt.Fprintf(&b, "; %s %s", role, strings.Join(ids, " "))
		}
	}
	for _, t := range m.Missing {
		fmt.Fprintf(&b, "; lacks %s", t.EN)
	}
	return b.String()
}

// plain writes a number to the fourth decimal.
func plain(v float64) string {
	s := strconv.FormatFloat(v, 'f', 4, 64)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

func orNone(v *float64) string {
	if v == nil {
		return "?"
	}
	return plain(*v)
}

func TestExamples(t *testing.T) {
	all := examples()
	for _, id := range slices.Sorted(maps.Keys(all)) {
		m, ok := ByID(id)
		if !ok {
			t.Errorf("there is no metric %s", id)
			continue
		}
		for _, x := range all[id] {
			t.Run(id+"/"+x.name, func(t *testing.T) {
				before := fingerprint(t, x.in.Scene)
				got, err := m.Compute(x.in, x.params)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(x.want, shown(got)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if x.notes != nil {
					var notes []string
					for _, n := range got.Notes {
						notes = append(notes, n.EN)
					}
					if diff := cmp.Diff(x.notes, notes); diff != "" {
						t.Errorf("notes (-want +got):\n%s", diff)
					}
				}
				checkMeasure(t, &m, x.in, got)
				if fingerprint(t, x.in.Scene) != before {
					t.Error("the scene was changed")
				}
				again, err := m.Compute(shuffled(x.in), x.params)
				if diff := cmp.Diff(got, again); err != nil || diff != "" {
					t.Errorf("from the same scene, put in order anew: %v (-first +second):\n%s", err, diff)
				}
			})
		}
	}
}

// checkMeasure holds what is true of every measure.
func checkMeasure(t *testing.T, m *Metric, in *Input, got indicator.Measure) {
	t.Helper()
	nothing := got.Denominator != nil && *got.Denominator == 0
	switch {
	case len(got.Missing) > 0 != (len(got.Collect) > 0):
		t.Errorf("missing %v, to collect %v", got.Missing, got.Collect)
	case got.Value == nil && !nothing && len(got.Missing) == 0:
		t.Error("there is no value, and nothing is said to be missing")
	case (got.Low == nil) != (got.High == nil), got.Low != nil && (*got.Low > *got.High || got.Value != nil):
		t.Error("the bounds are none")
	case got.Unit != m.Unit, got.Metric != m.ID, got.Of != ofChosen(m, got.Params):
		t.Errorf("the measure is in %q of %q", got.Unit, got.Of)
	}
	if got.Unit == "%" && got.Value != nil && got.Numerator != nil {
		if want := 100 * *got.Numerator / *got.Denominator; *got.Value < want-1e-9 || *got.Value > want+1e-9 {
			t.Errorf("%g %% is not %g ÷ %g", *got.Value, *got.Numerator, *got.Denominator)
		}
	}
	for _, text := range slices.Concat(got.Missing, got.Collect, got.Notes) {
		if text.ZH == "" || text.EN == "" || strings.Contains(text.ZH+text.EN, "%!") {
			t.Errorf("badly worded: %+v", text)
		}
	}
	for _, r := range got.Features {
		if !slices.IsSorted(r.IDs) || r.Count < len(r.IDs) || len(r.IDs) == 0 {
			t.Errorf("features %+v", r)
		}
		for _, id := range r.IDs {
			if !exists(in, r.Layer, id) {
				t.Errorf("there is no feature %s in layer %s", id, r.Layer)
			}
		}
	}
}

// exists finds a feature in the scene or in the result of a run.
func exists(in *Input, layer, id string) bool {
	is := func(f geo.Feature) bool { return f.ID == id }
	if layer == "communities" {
		return in.Scene.Community.ID == id
	}
	for _, run := range in.Runs {
		for _, l := range run.Result.Layers {
			if l.Schema.Layer == layer && slices.ContainsFunc(l.Features, is) {
				return true
			}
		}
	}
	return slices.ContainsFunc(in.Scene.Layers[layer], is)
}

func fingerprint(t *testing.T, s *analysis.Scene) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// shuffled is an input with the features of a scene read in another order, and put
// in the order of their ids again.
func shuffled(in *Input) *Input {
	rng := rand.New(rand.NewPCG(1, 2))
	out, scene := *in, *in.Scene
	scene.Layers = make(map[string][]geo.Feature)
	for _, name := range sortedKeys(in.Scene.Layers) {
		features := slices.Clone(in.Scene.Layers[name])
		for i := range features {
			features[i] = features[i].Clone()
		}
		rng.Shuffle(len(features), func(i, j int) { features[i], features[j] = features[j], features[i] })
		analysis.SortByID(features)
		scene.Layers[name] = features
	}
	out.Scene = &scene
	return &out
}

// Every metric has an example with a value, and one that tells what it lacks.
func TestEveryMetricHasExamples(t *testing.T) {
	all := examples()
	for _, m := range All() {
		known, unknown := false, false
		for _, x := range all[m.ID] {
			known = known || !strings.HasPrefix(x.want, "?")
			unknown = unknown || strings.Contains(x.want, "; lacks ")
		}
		if !known || !unknown {
			t.Errorf("%s: an example with a value: %v; one that lacks something: %v", m.ID, known, unknown)
		}
	}
}

// Scenes are drawn on a community of one kilometre square, in metres.

// town is a community with its attributes and the features of its layers.
func town(attributes string, features ...layered) *Input {
	s := &analysis.Scene{
		CRS:       "EPSG:4548",
		Community: geo.Feature{ID: "c", Geometry: square(0, 0, 1000), Attributes: pairs(attributes)},
		Layers:    make(map[string][]geo.Feature),
	}
	for _, f := range features {
		s.Layers[f.layer] = append(s.Layers[f.layer], f.Feature)
	}
	for _, list := range s.Layers {
		analysis.SortByID(list)
	}
	return &Input{Scene: s}
}

// layered is a feature with its layer.
type layered struct {
	layer string
	geo.Feature
}

// feature makes one, such as feature("devices", "l1", orb.Point{5, 5}, "kind=lamp smart=true").
func feature(layer, id string, g orb.Geometry, attributes string) layered {
	return layered{layer, geo.Feature{ID: id, Geometry: g, Attributes: pairs(attributes)}}
}

// pairs reads attributes: true and false, whole numbers, numbers with a point, text;
// what begins with ' is text whatever it looks like.
func pairs(text string) map[string]any {
	out := make(map[string]any)
	for _, pair := range strings.Fields(text) {
		name, value, _ := strings.Cut(pair, "=")
		if quoted, ok := strings.CutPrefix(value, "'"); ok {
			out[name] = quoted
		} else if b, err := strconv.ParseBool(value); err == nil && len(value) > 1 {
			out[name] = b
		} else if i, err := strconv.ParseInt(value, 10, 64); err == nil {
			out[name] = i
		} else if f, err := strconv.ParseFloat(value, 64); err == nil {
			out[name] = f
		} else {
			out[name] = value
		}
	}
	return out
}

// square is a square from its south-west corner.
func square(x, y, side float64) orb.Polygon { return box(x, y, x+side, y+side) }

func words(name string, list ...string) indicator.Params {
	return indicator.Params{Words: map[string][]string{name: list}}
}

func numbered(name string, v float64) indicator.Params {
	return indicator.Params{Numbers: map[string]float64{name: v}}
}
