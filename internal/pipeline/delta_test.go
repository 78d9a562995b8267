package pipeline

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/memory"
	"yiju/layers/scenario"
)

const growthProfile = "shandong-smart-community/growth"

// openScenario makes a scenario of the demo with some edits.
func openScenario(t *testing.T, s *Scenarios, name string, edits ...scenario.Edit) *Place {
	t.Helper()
	made, err := s.Book().Create(t.Context(), scenario.New{Name: name, Author: "a", Edits: edits})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Place(t.Context(), made.ID)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func demoScenarios(t *testing.T) (*Scenarios, layers.Store) {
	t.Helper()
	store := memory.New()
	if err := LoadDemo(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	return NewScenarios(store, store), store
}

// openGate unlocks the east gate of the demo's gated compound.
func openGate() []scenario.Edit {
	return []scenario.Edit{
		{Layer: "barriers", Op: scenario.Change, ID: "gate-pine-east", Set: map[string]any{"locked": false, "foot": "yes"}, Kind: "gate", Group: "g"},
		{Layer: "entrances", Op: scenario.Change, ID: "e-pine-east", Set: map[string]any{"locked": false, "foot": "yes"}, Kind: "gate", Group: "g"},
	}
}

// A gate that opens makes no walk longer: areas are gained and none is lost, and what
// is gained is what the area has grown by.
func TestDeltaOfAGate(t *testing.T) {
	Unwatched(t)
	s, _ := demoScenarios(t)
	place := openScenario(t, s, "gate", openGate()...)
	const profile = "yantai-beautiful-community/new"
	d, err := place.Delta(t.Context(), "", LiveRequest{Profile: profile})
	if err != nil {
		t.Fatal(err)
	}
	if d.A != nil || d.B.Name != "gate" || d.B.Hash == "" {
		t.Errorf("sides %+v %+v", d.A, d.B)
	}
	rose := 0
	for _, v := range d.Values {
		if strings.HasPrefix(v.Requirement, "14") || v.Kind != "spatial" || v.Delta == nil {
			continue
		}
		if v.Better < 0 && slices.ContainsFunc(v.Layers, func(l string) bool { return strings.HasPrefix(l, "judge_walk") }) {
			t.Errorf("%s fell from %v to %v", v.Requirement, *v.Base, *v.Value)
		}
		if v.Better > 0 {
			rose++
		}
	}
	if rose == 0 {
		t.Error("no value rose")
	}
	if len(d.Areas) == 0 {
		t.Fatal("no area was gained")
	}
	for _, a := range d.Areas {
		// Between ways an outline may run otherwise where other ways bound it.
		if a.Lost_m2 > a.Gained_m2/100 || a.Gained_m2 <= 0 {
			t.Errorf("%s: gained %g m², lost %g m²", a.Layer, a.Gained_m2, a.Lost_m2)
		}
		if got := len(features(t, place.View, a.GainedLayer)); got == 0 {
			t.Errorf("%s is not in the view", a.GainedLayer)
		}
	}
	for _, f := range d.Features {
		if len(f.Gained)+len(f.Lost) > 0 || len(f.Changed) != 1 {
			t.Errorf("%s: %+v", f.Layer, f)
		}
	}
}

func features(t *testing.T, r layers.Reader, layer string) []geo.Feature {
	t.Helper()
	list, err := readAll(t.Context(), r, layer, layers.Query{})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Against another scenario the delta is that of the two judgements, and turning it
// round turns every sign.
func TestDeltaTurnsRound(t *testing.T) {
	Unwatched(t)
	s, _ := demoScenarios(t)
	a := openScenario(t, s, "gate", openGate()...)
	b := openScenario(t, s, "lamps", scenario.Edit{Layer: "devices", Op: scenario.Delete, ID: lampOf(t, a.View)})
	request := LiveRequest{Profile: growthProfile}
	there, err := b.Delta(t.Context(), a.ID, request)
	if err != nil {
		t.Fatal(err)
	}
	back, err := a.Delta(t.Context(), b.ID, request)
	if err != nil {
		t.Fatal(err)
	}
	if there.A == nil || there.A.ID != a.ID || there.B.ID != b.ID {
		t.Fatalf("sides %+v %+v", there.A, there.B)
	}
	moved := 0
	for i := range there.Values {
		x, y := there.Values[i], back.Values[i]
		if (x.Delta == nil) != (y.Delta == nil) || x.Better != -y.Better || x.Verdict != y.BaseVerdict {
			t.Errorf("%s: %+v and %+v", x.Requirement, x, y)
		}
		if x.Delta != nil && *x.Delta != -*y.Delta {
			t.Errorf("%s: %v and %v", x.Requirement, *x.Delta, *y.Delta)
		}
		if x.Delta != nil && *x.Delta != 0 {
			moved++
		}
	}
	if moved == 0 {
		t.Error("nothing differs")
	}
	for i, f := range there.Features {
		if g := back.Features[i]; f.Layer != g.Layer || !slices.Equal(f.Gained, g.Lost) || !slices.Equal(f.Changed, g.Changed) {
			t.Errorf("%+v and %+v", f, g)
		}
	}
	for i, d := range there.Areas {
		if e := back.Areas[i]; d.Gained_m2 != e.Lost_m2 || d.Lost_m2 != e.Gained_m2 {
			t.Errorf("%+v and %+v", d, e)
		}
	}
}

func lampOf(t *testing.T, r layers.Reader) string {
	t.Helper()
	for _, f := range features(t, r, "devices") {
		if kind, _ := f.Text("kind"); kind == "lamp" {
			return f.ID
		}
	}
	t.Fatal("no lamp")
	return ""
}

// What is edited twice, or in a group, costs once; what is off or idle costs nothing;
// lengths and areas are measured on the ground.
func TestCosts(t *testing.T) {
	s, _ := demoScenarios(t)
	at := orb.Point{117.0852, 36.1702}
	line := orb.LineString{at, {at[0] + 0.001, at[1]}}
	metres := 6378137 * math.Pi / 180 * 0.001 * math.Cos(at[1]*math.Pi/180)
	path := geo.Feature{ID: "p", Geometry: line, Attributes: map[string]any{"class": "footway"}}
	lamp := geo.Feature{ID: "l", Geometry: at, Attributes: map[string]any{"kind": "lamp"}}
	place := openScenario(t, s, "costs",
		scenario.Edit{Layer: "ways", Op: scenario.Add, ID: "p", Feature: &path, Kind: "footpath"},
		scenario.Edit{Layer: "ways", Op: scenario.Change, ID: "p", Set: map[string]any{"lit": true}, Kind: "footpath"},
		scenario.Edit{Layer: "devices", Op: scenario.Add, ID: "l", Feature: &lamp, Kind: "lamp"},
		scenario.Edit{Layer: "devices", Op: scenario.Delete, ID: lampOf(t, s.base), Off: true, Kind: "lamp"},
	)
	now := *place.Scenario()
	now.Costs = []scenario.Cost{
		{Kind: "footpath", Amount: 100, Currency: "CNY", Per: scenario.PerMetre}, {Kind: "bench", Amount: 5, Currency: "CNY", Per: scenario.PerThing},
	}
	to, err := readScene(t.Context(), place.View, sceneSpec{at: place.View.Pin()})
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := costsOf(&now, place.View.Net(), to.transform)
	if err != nil {
		t.Fatal(err)
	}
	if len(sheet.Lines) != 1 || sheet.Lines[0].Count != 1 || math.Abs(sheet.Lines[0].Amount/metres-1) > 0.005 {
		t.Fatalf("%+v, want %g m", sheet, metres)
	}
	if sheet.Sums[0].Sum != sheet.Lines[0].Amount*100 || len(sheet.Unpriced) != 1 || sheet.Unpriced[0] != (UnpricedKind{"lamp", 1}) {
		t.Errorf("%+v", sheet)
	}
}
