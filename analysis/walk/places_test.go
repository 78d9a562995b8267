package walk

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis/testmap"
	"yiju/geo"
)

func TestWheelchair(t *testing.T) {
	chair := func(t *testing.T, drawing string) *world {
		m := testmap.Must(10, drawing)
		p := profile(t, "wheelchair")
		n, err := BuildNetwork(m.Scene, p)
		if err != nil {
			t.Fatal(err)
		}
		result, err := RunOn(n, Params{Categories: []string{"sport"}, MinutesCutoffs: []float64{30}, Profile: p})
		if err != nil {
			t.Fatal(err)
		}
		return &world{t, m, n, result}
	}
	for _, c := range []struct{ name, way string }{
		{"stairs", "class=steps"},
		{"steep", "incline_pct=9"},
		{"sand", "surface=sand"},
		{"no", "wheelchair=no"},
		{"limited", "wheelchair=limited"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := chair(t, `
				A---------B
				|         |
				C---------D

				facilities/v: at=B category=sport
				AB: `+c.way+"\n")
			w.wantSeconds(map[string]float64{"A": 140 / 0.8})
		})
	}
	t.Run("yes", func(t *testing.T) {
		w := chair(t, "A---------B\n\nAB: class=steps wheelchair=yes\nfacilities/v: at=B category=sport\n")
		w.wantSeconds(map[string]float64{"A": 300 / 0.8})
	})
	t.Run("turnstile", func(t *testing.T) {
		w := chair(t, "A----g----B\n\ng0.5: kind=turnstile\nfacilities/v: at=B category=sport\n")
		w.wantSeconds(map[string]float64{"A": inf})
	})
	t.Run("door", func(t *testing.T) {
		w := chair(t, `
			A---------B
			h1   h2
			facilities/v: at=B category=sport
			entrances/d1: at=h1@0/3 kind=building_door step_free=false
			entrances/d2: at=h2@0/3 kind=building_door step_free=true
		`)
		if got := w.building("h1").Attributes["reason"]; got != "no_door" {
			t.Errorf("h1 has reason %v, want no_door", got)
		}
		if math.IsNaN(w.minutes("h2")) {
			t.Error("h2 is not reached by its step-free door")
		}
	})
}

func TestDoorsAndEntrances(t *testing.T) {
	w := play(t, 10, `
		A---------B
		   h1
		C---------D
		|         |
		E---------F
		   G--H
		   |  |
		   I--J

		entrances/d: at=h1@0/-3 kind=building_door
		facilities/hall: at=G@5/-5,H@-5/-5,J@-5/5,I@5/5,G@5/-5 category=sport/hall entrances=e7
		entrances/e7: at=H@-5/-5
	`, []float64{20})
	// h1's door faces CD, 7 m; the hall is entered at its corner only: from GH.
	f := w.building("h1")
	if f.Attributes["snap"] != "building:h1:1" {
		t.Fatalf("h1: %v", f.Attributes)
	}
	for _, s := range w.layer("snaps") {
		if s.ID == "building:h1:1" && (s.Attributes["way"] != "CD" || s.Attributes["distance_m"] != 7.0 || s.Attributes["door"] != true) {
			t.Errorf("h1 joins by %v", s.Attributes)
		}
		if s.ID == "venue:hall:1" && s.Attributes["distance_m"] != 5.0 {
			t.Errorf("the hall joins by %v", s.Attributes)
		}
	}
	// A locked entrance is none.
	locked := play(t, 10, `
		A---------B
		facilities/v: at=B category=sport entrances=e7
		entrances/e7: at=B locked=true
	`, []float64{20})
	if v := locked.layer("venues"); v[0].Attributes["reason"] != "locked" {
		t.Errorf("a venue behind a locked entrance: %v", v[0].Attributes)
	}
}

func TestVenueInABuildingIsEnteredByItsDoor(t *testing.T) {
	w := play(t, 10, `
		A---------B
		     h1
		C---------D

		facilities/gym: at=h1 category=sport
		entrances/d: at=h1@0/-3 kind=building_door
	`, []float64{20})
	w.wantSeconds(map[string]float64{"C": 50 + 7})
	if got := w.secondsAt(w.m.At("A")); !math.IsInf(got, 1) && got < 57 {
		t.Errorf("from A %v s: through the back wall", got)
	}
}

func TestWhy(t *testing.T) {
	w := play(t, 10, `
		h1
		A----B
		     |
		     C-------D
		             v1

		v1: name=Pitch
		facilities/x: at=D@0/200 category=health name=Far
	`, []float64{20})
	got := w.n.Why(w.m.At("h1"), "sport", "health", "care")
	if got.Snap == nil || got.Snap.Building != "h1" || got.Snap.Way != "AB" || got.Snap.DistanceM != 7 {
		t.Fatalf("snap: %+v", got.Snap)
	}
	walk := got.Walks[0]
	h, v := w.m.At("h1"), w.m.At("v1")
	want := orb.LineString{{h[0] + 1.5, h[1] - 3}, {h[0] + 1.5, h[1] - 10}, w.m.At("B"), w.m.At("C"), w.m.At("D"), v}
	if diff := cmp.Diff(want, walk.Path); diff != "" {
		t.Errorf("path: %s", diff)
	}
	metres := 7 + 48.5 + 20 + 80 + 10
	if walk.Venue != "v1" || walk.VenueName != "Pitch" || !near2(walk.DistanceM, metres, 1e-6) || !near2(walk.Minutes*60, metres, 1e-4) {
		t.Errorf("walk: %+v, want %v m", walk, metres)
	}
	if !near2(walk.StraightM, geo.Distance(h, v), 1e-9) {
		t.Errorf("straight %v", walk.StraightM)
	}
	if note := got.Walks[1].Note; note == nil || got.Walks[1].Venue != "" || got.Walks[1].StraightM == 0 {
		t.Errorf("a venue off every way: %+v", got.Walks[1])
	}
	if note := got.Walks[2].Note; note == nil || note.ZH == "" {
		t.Errorf("no venue of a kind: %+v", got.Walks[2])
	}
	far := w.n.Why(orb.Point{h[0], h[1] + 5000}, "sport")
	if far.Snap != nil || far.Walks[0].Note == nil {
		t.Errorf("a place far from every way: %+v", far)
	}
}

// What Why says of a building is what the run says of it.
func TestWhyAgreesWithTheRun(t *testing.T) {
	n := build(t, neuss(t), "adult")
	got, err := RunOn(n, Params{Categories: []string{"sport"}, MinutesCutoffs: []float64{15}, Profile: n.profile, Omit: []string{"edges", "areas", "land", "venues"}})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, n: n, result: got}
	checked := 0
	for i, f := range w.layer("buildings") {
		ring := outline(f.Geometry)
		p := insidePoint(f.Geometry, ring)
		if i%7 != 0 || n.houses.at(p) < 0 || n.houses.features[n.houses.at(p)].ID != f.ID {
			continue
		}
		walk := n.Why(p, "sport").Walks[0]
		minutes, reached := f.Number("minutes")
		switch {
		case !reached && walk.Venue != "" && walk.Minutes <= 15:
			t.Errorf("%s: the run reaches nothing, Why %v in %v", f.ID, walk.Venue, walk.Minutes)
		case reached && (math.Abs(walk.Minutes-minutes) > 0.001 || walk.Venue != f.Attributes["venue"]):
			t.Errorf("%s: the run says %v to %v, Why %v to %v", f.ID, minutes, f.Attributes["venue"], walk.Minutes, walk.Venue)
		case reached:
			checked++
			length, _ := f.Number("path_m")
			if math.Abs(walk.DistanceM-length) > 0.02 {
				t.Errorf("%s: the path has %v m, the run says %v", f.ID, walk.DistanceM, length)
			}
			straight, _ := f.Number("straight_m")
			shortest, _ := f.Number("distance_m")
			if straight > shortest+0.02 || shortest > length+0.02 {
				t.Errorf("%s: straight %v ≤ shortest %v ≤ path %v does not hold", f.ID, straight, shortest, length)
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d buildings checked", checked)
	}
}

func TestParamsAreChecked(t *testing.T) {
	m := testmap.Must(10, "A----B\n\nfacilities/v: at=A category=sport")
	good := Params{Categories: []string{"sport"}, MinutesCutoffs: []float64{5}, Profile: plain(t)}
	for name, spoil := range map[string]func(*Params){
		"no category":    func(p *Params) { p.Categories = nil },
		"no minutes":     func(p *Params) { p.MinutesCutoffs = nil },
		"negative":       func(p *Params) { p.MinutesCutoffs = []float64{-1} },
		"NaN":            func(p *Params) { p.MinutesCutoffs = []float64{math.NaN()} },
		"too long":       func(p *Params) { p.MinutesCutoffs = []float64{1000} },
		"bad id":         func(p *Params) { p.ID = "步行; drop" },
		"bad radius":     func(p *Params) { p.Radii = []Cutoff{{5, math.Inf(1)}} },
		"broken profile": func(p *Params) { p.Profile.SpeedMPS = -1 },
	} {
		p := good
		spoil(&p)
		if _, err := Run(m.Scene, p); geo.AsFault(err) == nil {
			t.Errorf("%s: %v, want a fault", name, err)
		}
	}
	n, err := BuildNetwork(m.Scene, good.Profile)
	if err != nil {
		t.Fatal(err)
	}
	other := good
	other.Profile.ID = "another"
	if _, err := RunOn(n, other); geo.AsFault(err) == nil {
		t.Errorf("a run with another profile than the network's: %v", err)
	}
}

func TestThreeMeasures(t *testing.T) {
	// A detour: 40 m as the crow flies, 240 m by the way, stairs make it longer.
	m := testmap.Must(10, `
		h1
		A----------=B
		            |
		            |
		v1---------+C

		h1: households=5
		ways/foot: at=v1@0/5,C@0/5 class=footway
	`)
	p := plain(t)
	p.Steps.TimeFactor = 10
	got, err := Run(m.Scene, Params{Categories: []string{"sport"}, MinutesCutoffs: []float64{1, 4, 10}, Radii: []Cutoff{{1, 50}, {4, 280}, {10, 500}}, Profile: p})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, m: m, result: got}
	w.wantShare("walk_straight_50_households", 5, 5, 0)
	w.wantShare("walk_distance_280_households", 5, 5, 0)
	w.wantShare("walk_distance_50_households", 0, 5, 0)
	for _, v := range got.Values {
		if v.Value != nil && v.Unit == "%" && (*v.Value < 0 || *v.Value > 100+1e-9) {
			t.Errorf("%s is %v %%", v.ID, *v.Value)
		}
	}
}

// Results must pass the rules of the layers they declare, and come in order.
func TestResultsKeepTheirSchemas(t *testing.T) {
	n := build(t, monaco(t), "elderly")
	got, err := RunOn(n, Params{ID: "walk_x", Categories: []string{"sport"}, MinutesCutoffs: []float64{5, 7.5}, Radii: []Cutoff{{5, 300}}, Profile: n.profile})
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, l := range got.Layers {
		names[l.Schema.Layer] = true
		last := ""
		for i := range l.Features {
			f := &l.Features[i]
			if problems := l.Schema.Check(f); len(problems) > 0 {
				t.Fatal(problems)
			}
			if f.ID <= last {
				t.Fatalf("%s: %q comes after %q", l.Schema.Layer, f.ID, last)
			}
			last = f.ID
		}
	}
	for _, want := range []string{"walk_x_edges", "walk_x_area_5", "walk_x_area_7_5", "walk_x_buildings", "walk_x_venues", "walk_x_snaps", "walk_x_islands"} {
		if !names[want] {
			t.Errorf("there is no layer %s", want)
		}
	}
}
