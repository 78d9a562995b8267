package walk

import (
	"math"
	"slices"
	"testing"

	"yiju/analysis"
	"yiju/analysis/testmap"
	"yiju/geo"
)

// world is a run on a drawn map.
type world struct {
	t      testing.TB
	m      *testmap.Map
	n      *Network
	result analysis.Result
}

// run builds and runs. The profile is plain unless changed.
func play(t testing.TB, metres float64, drawing string, minutes []float64, change ...func(*Profile)) *world {
	t.Helper()
	m, err := testmap.Parse(metres, drawing)
	if err != nil {
		t.Fatal(err)
	}
	return playScene(t, m, m.Scene, minutes, change...)
}

func playScene(t testing.TB, m *testmap.Map, scene *analysis.Scene, minutes []float64, change ...func(*Profile)) *world {
	t.Helper()
	p := plain(t)
	for _, c := range change {
		c(&p)
	}
	n, err := BuildNetwork(scene, p)
	if err != nil {
		t.Fatal(err)
	}
	result, err := RunOn(n, Params{Categories: []string{"sport"}, MinutesCutoffs: minutes, Profile: p})
	if err != nil {
		t.Fatal(err)
	}
	return &world{t, m, n, result}
}

func (w *world) layer(suffix string) []geo.Feature {
	w.t.Helper()
	for _, l := range w.result.Layers {
		if l.Schema.Layer == "walk_"+suffix {
			return l.Features
		}
	}
	w.t.Fatalf("there is no layer walk_%s", suffix)
	return nil
}

func (w *world) building(id string) geo.Feature {
	w.t.Helper()
	for _, f := range w.layer("buildings") {
		if f.ID == id {
			return f
		}
	}
	w.t.Fatalf("there is no building %s", id)
	return geo.Feature{}
}

// minutes is the time of a building; NaN when it is not reached.
func (w *world) minutes(id string) float64 {
	w.t.Helper()
	f := w.building(id)
	if m, ok := f.Number("minutes"); ok {
		return m
	}
	return math.NaN()
}

// seconds is the exact time from a named place on the network to the venues.
func (w *world) seconds(name string) float64 {
	w.t.Helper()
	return w.secondsAt(w.m.At(name))
}

func (w *world) secondsAt(p [2]float64) float64 {
	w.t.Helper()
	got := w.n.Why(p, "sport")
	if got.Walks[0].Venue == "" {
		return math.Inf(1)
	}
	return got.Walks[0].Minutes * 60
}

func (w *world) note(code string) *analysis.Note {
	for i := range w.result.Notes {
		if w.result.Notes[i].Code == code {
			return &w.result.Notes[i]
		}
	}
	return nil
}

func (w *world) wantNote(code string, ids ...string) {
	w.t.Helper()
	n := w.note(code)
	if n == nil {
		w.t.Errorf("no note %s; there are %v", code, w.result.Notes)
		return
	}
	for _, id := range ids {
		if !slices.Contains(n.IDs, id) {
			w.t.Errorf("note %s names %v, want %s among them", code, n.IDs, id)
		}
	}
}

func near2(got, want, tolerance float64) bool {
	return got == want || math.IsNaN(got) && math.IsNaN(want) || math.Abs(got-want) <= tolerance
}

func (w *world) wantMinutes(want map[string]float64) {
	w.t.Helper()
	for _, id := range []string{"h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "h9"} {
		if m, ok := want[id]; ok && !near2(w.minutes(id), m, 0.0011) {
			f := w.building(id)
			w.t.Errorf("%s takes %v minutes, want %v (%v)", id, w.minutes(id), m, f.Attributes)
		}
	}
}

func (w *world) wantSeconds(want map[string]float64) {
	w.t.Helper()
	for _, name := range sortedNames(want) {
		if got := w.seconds(name); !near2(got, want[name], 1e-4) {
			w.t.Errorf("%s is %v seconds away, want %v", name, got, want[name])
		}
	}
}

func sortedNames(m map[string]float64) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

var inf = math.Inf(1)

// A street of 60 m squares: one character is a minute.
func TestEyeCheck(t *testing.T) {
	w := play(t, 60, `
		A---B---C
		|       |
		|   h1  |
		|       |
		D---E---F
		    v1
	`, []float64{2, 5, 8})
	w.wantSeconds(map[string]float64{"E": 60, "D": 300, "F": 300, "A": 540, "C": 540, "B": 780})
	// h1 is a square of 36 m; its outline is 102 m from E–D–F.
	if f := w.building("h1"); f.Attributes["reason"] != "no_way" {
		t.Errorf("h1 has %v, want no_way: it is more than 100 m from every way", f.Attributes)
	}
}

func TestBuildingsCountTheirDoorstep(t *testing.T) {
	w := play(t, 30, `
		h1    h2       h3
		A------B--------C
		v1
	`, []float64{2, 5, 10})
	// Outlines are 9 m around the centre, so 21 m from the way; the venue is 30 m
	// from A. h1 is over A and 9 m of its front face the way: the middle counts.
	w.wantMinutes(map[string]float64{"h1": (21 + 4.5 + 30) / 60, "h2": (21 + 180 + 30) / 60.0, "h3": (21 + 450 + 30) / 60.0})
	f := w.building("h2")
	if f.Attributes["distance_m"] != 231.0 || f.Attributes["path_m"] != 231.0 || f.Attributes["venue"] != "v1" {
		t.Errorf("h2: %v", f.Attributes)
	}
}
