package metric

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"yiju/analysis/indicator"
	"yiju/analysis/testmap"
	"yiju/analysis/walk"
	"yiju/geo"
)

// walking runs the walks that a metric needs on a drawing.
func walking(metric string, p indicator.Params, m *testmap.Map) *Input {
	in := &Input{Scene: m.Scene, Runs: make(map[string]Run)}
	of, ok := ByID(metric)
	if !ok {
		panic("there is no metric " + metric)
	}
	for _, need := range of.Needs(p) {
		in.Runs[need.Key()] = walkOf(in, need)
	}
	return in
}

func walkOf(in *Input, need Need) Run {
	run := Run{ID: "walk"}
	profile := walkers()[need.Profile]
	n, err := walk.BuildNetwork(in.Scene, profile)
	if err == nil {
		run.Result, err = walk.RunOn(n, walk.Params{ID: run.ID, Categories: need.Categories, MinutesCutoffs: need.Minutes, Profile: profile})
	}
	if err != nil {
		panic(err)
	}
	return run
}

// missing is an input whose walks have no result.
func missing(metric string, p indicator.Params, in *Input) *Input {
	in.Runs = make(map[string]Run)
	of, _ := ByID(metric)
	for _, need := range of.Needs(p) {
		in.Runs[need.Key()] = Run{ID: "walk", Missing: geo.Refuse(geo.T("没有结果", "there is no result"), geo.T("补充数据", "add data"))}
	}
	return in
}

// row is a street with three houses. At a metre a second h1 is 55.5 s from v1, h2
// 231 s and h3 501 s; v2 is 526.5 s, 351 s and 81 s away (see the walks of TestBuildingsCountTheirDoorstep:
// 21 m to the way, along it, 30 m to the venue).
func row(legend string) *testmap.Map {
	return testmap.Must(30, `
		h1    h2       h3
		A------B--------C
		v1              v2

		v2: category=commerce/pharmacy
		`+legend)
}

func reachExamples() map[string][]example {
	const households = "h1: households=10\nh2: households=20\nh3: households=70\n"
	const elders = "h1: residents_60plus=1\nh2: residents_60plus=1\nh3: residents_60plus=2\n"
	sport := "categories=sport profile=plain minutes="
	both := "categories=sport,commerce/pharmacy|care profile=plain minutes="
	reach := func(name, legend, with, want string, notes ...string) example {
		return example{name: name, in: walking("walk.reach_share", params(with), row(legend)), params: params(with), want: want, notes: notes}
	}
	venues := func(name, legend, with, want string) example {
		return example{name: name, in: walking("walk.venues_in_reach", params(with), row(legend)), params: params(with), want: want}
	}
	circles := func(name, legend, with, want string, notes ...string) example {
		return example{name: name, in: walking("walk.circle_share", params(with), row(legend)), params: params(with), want: want, notes: notes}
	}
	path := way("w", "class=path", 0, 500, 100, 500)
	home := house(1, "households=10")
	club := at("facilities", "v", 500, 500, "category=sport/pitch")
	without := func(name, metric, with, want string, features ...layered) example {
		return example{name: name, in: missing(metric, params(with), town("", features...)), params: params(with), want: want}
	}
	nobody := func(metric, with, none string) []example {
		return []example{
			without("none of the kind", metric, with, none, path, home, at("facilities", "x", 500, 500, "category=education/school")),
			without("none that tells its kind", metric, with, "?; lacks features of layer facilities that do not tell the category: 1", path, home, at("facilities", "x", 500, 500, "name=unknown")),
			without("no facilities", metric, with, "?; lacks layer facilities holds no facilities in the community", path, home),
			without("no ways", metric, with, noStreets, home, club),
			without("no result", metric, with, "?; lacks there is no result", path, home, club),
			without("no buildings", metric, with, "?; "+noHouses, path, club),
		}
	}
	return map[string][]example{
		"walk.reach_share": append([]example{
			reach("households", households, sport+"5", "30 = 30/100; made h1 h2; failed h3"),
			reach("elders", elders, sport+"5 weight=residents_60plus", "50 = 2/4; made h1 h2; failed h3"),
			reach("buildings", "h3: use=office", sport+"1 weight=buildings", "50 = 1/2; made h1; failed h2"),
			reach("any category", households, "categories=sport,commerce profile=plain minutes=1.35", "80 = 80/100; made h1 h3; failed h2"),
			reach("households unknown", "h1: households=10\nh2: households=20\n", sport+"5", "? 0..100; made h1 h2; unknown h3; "+noHouseholds+"1"),
			// h3 is beyond v1, and may be near a facility of which it is not known what it is.
			reach("a facility without a category", households+"facilities/x: at=A@0/50 name=unknown", sport+"5", "? 30..100 = 30/100; made h1 h2; unknown h3; lacks features of layer facilities that do not tell the category: 1"),
			reach("beyond twice the time", households, sport+"1", "10 = 10/100; made h1; failed h2 h3"),
			{name: "ways end early", in: onWays(walking("walk.reach_share", params(sport+"5"), row(households))), params: params(sport + "5"), want: "30 = 30/100; made h1 h2; failed h3",
				notes: []string{"ways are drawn only 0 m beyond the community, a walk of 5 minutes needs 360 m; reach near the edge may come out too low"}},
			reach("an island", households+"facilities/v3: at=A@0/300 category=care", "categories=care profile=plain minutes=5", "0 = 0/100; failed h1 h2 h3"),
		}, nobody("walk.reach_share", sport+"5", "0 = 0/10; failed b1")...),
		"walk.venues_in_reach": append([]example{
			venues("one", households, sport+"1", "1; made v1"),
			venues("of both kinds", households, "categories=sport,commerce profile=plain minutes=1", "1; made v1"),
			venues("more time", households, "categories=sport,commerce profile=plain minutes=2", "2; made v1 v2"),
			venues("none in time", households, sport+"0.5", "0"),
			// h1 alone gets to v1 in a minute, and is an office.
			venues("an office", "h1: use=office", sport+"1", "? 0..1; unknown v1; lacks 1 facilities may be reached by buildings alone that nobody lives in"),
			{name: "an office, by the network", in: onWays(walking("walk.venues_in_reach", params(sport+"1"), row("h1: use=office"))), params: params(sport + "1"), want: "0"},
			{name: "an office before a home", in: onWays(walking("walk.venues_in_reach", params(sport+"4"), row("h1: use=office\nh3: use=office"))), params: params(sport + "4"), want: "1; made v1"},
			venues("an office and a home", "h1: use=office", sport+"5", "1; made v1"),
		}, nobody("walk.venues_in_reach", sport+"5", "0")...),
		"walk.circle_share": append([]example{
			circles("both", households, both+"6", "20 = 20/100; made h2; failed h1 h3",
				"sport: 30 %", "commerce/pharmacy or care: 90 %"),
			circles("more time", households, both+"8.36", "90 = 90/100; made h2 h3; failed h1", "sport: 100 %", "commerce/pharmacy or care: 90 %"),
			circles("households unknown", "h1: households=10\nh2: households=20\n", both+"6", "? 0..66.6667; made h2; failed h1; unknown h3; "+noHouseholds+"1"),
		}, nobody("walk.circle_share", both+"5", "0 = 0/10; failed b1")...),
	}
}

// The scale of minutes has a step for each time of a building, and the minutes asked
// for; the verdict turns where the share is the threshold.
func TestReachTellsMinutes(t *testing.T) {
	p := params("categories=sport profile=plain minutes=5")
	in := walking("walk.reach_share", p, row("h1: households=10\nh2: households=20\nh3: households=70\n"))
	m, _ := ByID("walk.reach_share")
	got, err := m.Compute(in, p)
	if err != nil {
		t.Fatal(err)
	}
	want := []indicator.Step{{At: 0, Value: 0}, {At: 0.925, Value: 10}, {At: 3.85, Value: 30}, {At: 5, Value: 30}, {At: 8.35, Value: 100}}
	if diff := cmp.Diff(want, got.Scale.Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if s := got.Scale; s.Zero != 5 || !s.Stairs || s.Unit != "min" {
		t.Errorf("scale %+v", s)
	}
	if diff := cmp.Diff([]string{"walk_buildings", "walk_area_5", "walk_venues"}, got.Layers); diff != "" {
		t.Errorf("layers (-want +got):\n%s", diff)
	}
	// The circle turns at the last venue of each house.
	both := params("categories=sport,commerce profile=plain minutes=6")
	c, _ := ByID("walk.circle_share")
	round, err := c.Compute(walking("walk.circle_share", both, row("h1: households=10\nh2: households=20\nh3: households=70\n")), both)
	if err != nil {
		t.Fatal(err)
	}
	want = []indicator.Step{{At: 0, Value: 0}, {At: 5.85, Value: 20}, {At: 6, Value: 20}, {At: 8.35, Value: 90}, {At: 8.775, Value: 100}}
	if diff := cmp.Diff(want, round.Scale.Steps); diff != "" {
		t.Errorf("steps of the circle (-want +got):\n%s", diff)
	}
	lacks := make(map[string]any)
	for _, f := range round.Drawn.Features {
		lacks[f.ID] = []any{f.Attributes["reached"], f.Attributes["lacks"], f.Attributes["minutes"]}
	}
	wantDrawn := map[string]any{
		"h1": []any{int64(1), "commerce", 8.775}, "h2": []any{int64(2), nil, 5.85}, "h3": []any{int64(1), "sport", 8.35},
	}
	if diff := cmp.Diff(wantDrawn, lacks); diff != "" {
		t.Errorf("drawn (-want +got):\n%s", diff)
	}
}

// A share of nearly all is not written as all.
func TestPercent(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 100: "100", 66.666: "66.7", 99.96: "99.96", 0.04: "0.04", 99.9999: "99.9999", 50: "50"} {
		if got := percent(v); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
}

// Of households that are not all known there is no scale, and no run is asked for
// minutes that are not set.
func TestReachWithoutNumbers(t *testing.T) {
	p := params("categories=sport profile=plain minutes=5")
	m, _ := ByID("walk.reach_share")
	got, err := m.Compute(walking("walk.reach_share", p, row("h1: households=10")), p)
	if err != nil || got.Scale != nil {
		t.Errorf("scale %+v, %v", got.Scale, err)
	}
	for _, id := range []string{"walk.reach_share", "walk.venues_in_reach", "walk.circle_share"} {
		m, _ := ByID(id)
		unset := params("categories=sport")
		if needs := m.Needs(unset); len(needs) > 0 {
			t.Errorf("%s needs %v", id, needs)
		}
		if got, err := m.Compute(&Input{Scene: row("").Scene}, unset); err != nil || len(got.Missing) != 1 {
			t.Errorf("%s: %v, %v", id, got.Missing, err)
		}
	}
	if needs := m.Needs(params("categories=sport minutes=200")); len(needs) != 1 || needs[0].Minutes[1] != longestWalkMin || needs[0].Profile != "adult" {
		t.Errorf("needs %+v", needs)
	}
}
