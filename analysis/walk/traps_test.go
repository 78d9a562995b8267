package walk

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/analysis/testmap"
	"yiju/geo"
	"yiju/geo/overlay"
)

// The known traps of reachability, and what holds them here:
//
//	 1 origin and destination on one edge        TestSameEdge
//	 2 meeting edges interpolated                TestMeetingEdge
//	 3 boundary edge dropped or counted whole    TestBoundaryEdge
//	 4 times rounded edge by edge                TestManyShortEdges
//	 5 whole-number division on links            TestLinksKeepFractions
//	 6 ordered by cost, cut by time              TestStairsCountInTime
//	 7 stairs, gates, lifts only as penalty      TestStairsCountInTime, TestGateTakesTime, TestLiftTakesTime
//	 8 leaks over walls and rivers               TestAreaStopsAtWalls, TestAreaStopsAtReach
//	 9 grid too coarse                           TestOneMinuteOnAFootpath
//	10 only the largest part, no holes           TestPartsAndHolesAreKept
//	11 larger limit without the smaller          sandwich, in every test of areas
//	12 snap to motorway, private drive, far      TestSnapChoosesTheWay
//	13 snap to a small island                    TestSnapPrefersTheMainNetwork
//	14 snap to tunnel or bridge                  TestSnapIgnoresBridges
//	15 off-network walk ignored or default speed TestOffNetworkWalkCounts
//	16 far venue snapped at no distance          TestFarVenueIsRefused
//	17 tiny limit gives nothing                  TestTinyLimit
//	18 access applied after the search           TestAccessComesFirst
//	19 parallel edges lost                       TestParallelEdges
//	20 one-way, and linking to one-way           TestOneWay
//	21 crossing a wide road for nothing          TestCrossingWait
//	22 profile not applied to a new way          TestAddedWayKeepsTheRules
//	23 noise between scenario and baseline       TestUnrelatedChangeChangesNothing
//	24 added street joins only at its ends       TestAddedStreetJoinsAlongItsLength
//	25 residents counted twice                   TestResidentsAreCountedOnce
//	26 one failing origin stops the batch        TestBadVenueStopsNothing
//	27 state shared between searches             TestConcurrentRunsAgree
//	28 park entered from a bridge; no entrance   TestParkBelowABridge, TestParkWithoutEntrance
//	29 network clipped at the boundary           TestClippedNetworkIsTold
//	30 duplicate venues                          TestDuplicateVenues
//	31 heap misuse                               TestHeapSorts
//	32 mixed coordinate systems                  TestShiftedVenuesAreTold

func TestSameEdge(t *testing.T) {
	w := play(t, 10, `
		A------------------B
		     h1   v1
	`, []float64{5})
	// Both 10 m off one way of 190 m; no way round by its ends. h1 stands 3 m
	// closer with its outline, 50 m west of v1.
	w.wantMinutes(map[string]float64{"h1": (7 + 50 + 10) / 60.0})
}

func TestMeetingEdge(t *testing.T) {
	// Two venues, 100 s beyond both ends of a street of 100 m: its ends are 100 s
	// away and its middle 150 s; interpolation would say 100.
	w := play(t, 10, `
		A---------B---------C---------D
	`+legend("facilities/a: at=A category=sport", "facilities/d: at=D category=sport"), []float64{2, 3})
	mid := w.m.At("B")
	w.wantSeconds(map[string]float64{"B": 100, "C": 100})
	if got := w.secondsAt(orb.Point{mid[0] + 50, mid[1]}); !near2(got, 150, 1e-4) {
		t.Errorf("the middle is %v s away, want 150", got)
	}
	// At 120 s, 20 m from each end of BC are reached; at 180 s all of it, in two
	// stretches that meet in the middle.
	want := map[string]int{"BC:1": 2, "BC:2": 3, "BC:3": 3, "BC:4": 2}
	got := map[string]int{}
	for _, f := range w.layer("edges") {
		if f.Attributes["way"] == "BC" {
			band, _ := f.Number("band")
			got[f.ID] = int(band)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func legend(lines ...string) string { return "\n\n" + strings.Join(lines, "\n") + "\n" }

func TestBoundaryEdge(t *testing.T) {
	w := play(t, 10, `
		A---------B--------------------C
	`+legend("facilities/a: at=A category=sport"), []float64{3})
	// 180 s: all of AB, 80 m of the 210 m of BC, cut to the millimetre.
	total := 0.0
	for _, f := range w.layer("edges") {
		total += geo.Length(f.Geometry)
	}
	if !near2(total, 180, 1e-6) {
		t.Errorf("%v m of ways within 3 minutes, want 180", total)
	}
	sandwichAll(t, w.n, 1, 3)
}

func TestManyShortEdges(t *testing.T) {
	// A kilometre in 1 m pieces takes exactly as long as in one.
	p := plain(t)
	p.SpeedMPS = 1.2345
	time := func(pieces int) float64 {
		scene := &analysis.Scene{Layers: map[string][]geo.Feature{}}
		for i := range pieces {
			a, b := 1000*float64(i)/float64(pieces), 1000*float64(i+1)/float64(pieces)
			scene.Layers["ways"] = append(scene.Layers["ways"], geo.Feature{ID: fmt.Sprintf("w%05d", i), Geometry: orb.LineString{{a, 0}, {b, 0}}, Attributes: map[string]any{"class": "footway"}})
		}
		scene.Layers["facilities"] = []geo.Feature{{ID: "v", Geometry: orb.Point{0, 0}, Attributes: map[string]any{"category": "sport"}}}
		n, err := BuildNetwork(scene, p)
		if err != nil {
			t.Fatal(err)
		}
		return n.Why(orb.Point{1000, 0}, "sport").Walks[0].Minutes * 60
	}
	one, many := time(1), time(1000)
	if math.Abs(one-1000/1.2345) > 1e-6 || math.Abs(many-one) > 0.0005 { // half a microsecond a piece
		t.Errorf("1 piece %.7f s, 1000 pieces %.7f s, want %.7f", one, many, 1000/1.2345)
	}
}

func TestLinksKeepFractions(t *testing.T) {
	w := play(t, 10, `
		A----------B
	`+legend("facilities/v: at=A@0.7/0.3 category=sport", "buildings/h1: at=B@-0.4/0.9,B@1/0.9,B@1/3,B@-0.4/0.9"), []float64{5})
	// 0.3 m to the way, 109.3 m along it, less 0.2 m: the front of h1 faces the last
	// 0.4 m of the way; 0.9 m to the door.
	w.wantMinutes(map[string]float64{"h1": (0.3 + 110 - 0.7 - 0.2 + 0.9) / 60})
}

func TestStairsCountInTime(t *testing.T) {
	// 60 m of stairs at three times the time, or 140 m round: the way round wins,
	// and the label is its time.
	drawing := `
		A======B
		|      |
		|      |
		|      |
		|      |
		C------D
	`
	with := func(factor float64) *world {
		return play(t, 10, drawing+legend("facilities/v: at=B category=sport"), []float64{10}, func(p *Profile) { p.Steps.TimeFactor = factor })
	}
	with(3).wantSeconds(map[string]float64{"A": 170})
	with(2).wantSeconds(map[string]float64{"A": 140})
	w := play(t, 10, drawing+legend("facilities/v: at=B category=sport"), []float64{10}, func(p *Profile) { p.Steps.Open = IsClosed })
	w.wantSeconds(map[string]float64{"A": 170})
}

func TestGateTakesTime(t *testing.T) {
	w := play(t, 10, `
		A---g---B---l---C
	`+legend("facilities/v: at=B category=sport"), []float64{10}, func(p *Profile) { p.Barriers["gate"] = Barrier{IsOpen, 30} })
	w.wantSeconds(map[string]float64{"A": 80 + 30, "C": inf})
	w.wantNote("gates_shut", "l0.12")
}

func TestLiftTakesTime(t *testing.T) {
	w := play(t, 10, `
		A---B-C---D

		BC: class=elevator
		facilities/v: at=A category=sport
	`, []float64{10}, func(p *Profile) { p.Lift.WaitS = 45 })
	w.wantSeconds(map[string]float64{"D": 40 + 20 + 45 + 40})
}

func TestAreaStopsAtWalls(t *testing.T) {
	w := play(t, 10, `
		A-------------------B

		  ################
		C-------------------D

		facilities/v: at=A category=sport
	`, []float64{1, 4}, func(p *Profile) { p.AreaReachM = 50 })
	// AB is 30 m north of CD, the wall 10 m north of CD: from AB nobody gets past it.
	p := w.m.At("C")
	p = orb.Point{p[0] + 80, p[1] + 5} // south of the wall, 75 m from its end
	for _, f := range w.layer("area_4") {
		if geo.Inside(f.Geometry, p) {
			t.Error("the area leaks through the wall")
		}
	}
	q := orb.Point{p[0], p[1] + 7} // north of it
	found := false
	for _, f := range w.layer("area_4") {
		found = found || geo.Inside(f.Geometry, q)
	}
	if !found {
		t.Error("the area does not reach the wall from the north")
	}
	sandwichAll(t, w.n, 1, 2, 4)
}

func TestAreaStopsAtReach(t *testing.T) {
	// A square of streets round a lake of 300 m: all of them are reached, its
	// middle is not.
	w := play(t, 30, `
		A---------B
		|         |
		|         |
		|         |
		|         |
		|         |
		|         |
		|         |
		|         |
		|         |
		C---------D

		facilities/v: at=A category=sport
	`, []float64{20})
	a := w.m.At("A")
	areas := w.layer("area_20")
	if len(areas) != 1 {
		t.Fatalf("%d parts, want 1", len(areas))
	}
	if geo.Inside(areas[0].Geometry, orb.Point{a[0] + 150, a[1] - 150}) {
		t.Error("the middle of the lake is within the area")
	}
	// 300 m squared with 50 m of reach on both sides, rounded outside by straight
	// lines between steps at the vertices: 400² − 200², less corners.
	if got := geo.Area(areas[0].Geometry); got < 110_000 || got > 120_001 {
		t.Errorf("area %.0f m², want about 120 000", got)
	}
	if rings := len(areas[0].Geometry.(orb.Polygon)); rings != 2 {
		t.Errorf("%d rings, want an outline and a hole", rings)
	}
}

func TestOneMinuteOnAFootpath(t *testing.T) {
	w := play(t, 2, `
		A----+----+----B
		     |    |
		     C    D

		facilities/v: at=A category=sport
	`, []float64{0.25, 0.4})
	// 15 s: 15 m, of which the first branch, at 10 m, has 4 m.
	total := 0.0
	for _, f := range w.layer("edges") {
		if band, _ := f.Number("band"); band == 0.25 {
			total += geo.Length(f.Geometry)
		}
	}
	if !near2(total, 15+4, 1e-6) {
		t.Errorf("%v m within 15 s, want 19", total)
	}
	sandwichAll(t, w.n, 0.1, 0.25, 0.4)
}

func TestPartsAndHolesAreKept(t *testing.T) {
	// Two venues too far apart to meet, each in a ring of streets whose inside is
	// wide.
	w := play(t, 25, `
		A--------B                       E--------F
		|        |                       |        |
		|        |                       |        |
		|        |                       |        |
		|        |                       |        |
		|        |                       |        |
		|        |                       |        |
		|        |                       |        |
		C--------D-----------------------G--------H

		facilities/v: at=A category=sport
		facilities/w: at=F category=sport
	`, []float64{8}, func(p *Profile) { p.AreaReachM = 30 })
	areas := w.layer("area_8")
	if len(areas) != 2 {
		t.Fatalf("%d parts, want 2", len(areas))
	}
	for _, f := range areas {
		if rings := len(f.Geometry.(orb.Polygon)); rings != 2 {
			t.Errorf("part %s has %d rings, want an outline and a hole", f.ID, rings)
		}
	}
	sandwichAll(t, w.n, 3, 8)
}

// sandwichAll checks the areas around all venues.
func sandwichAll(t *testing.T, n *Network, minutes ...float64) {
	t.Helper()
	var limits []int64
	for _, m := range minutes {
		limits = append(limits, int64(m*60/microsecond))
	}
	f, done := toVenue(n, -1, minutes[len(minutes)-1])
	defer done()
	sandwich(t, &f, limits)
}

func TestSnapChoosesTheWay(t *testing.T) {
	w := play(t, 10, `
		A---------B
		h1
		C---------D
		     v1   |
		E---------F

		AB: class=motorway
		CD: class=service foot=private
		h1: households=3
	`, []float64{10})
	if got := w.building("h1").Attributes["snap"]; got != "building:h1:1" {
		t.Fatalf("h1 joins %v", got)
	}
	for _, f := range w.layer("snaps") {
		way := f.Attributes["way"]
		switch {
		case f.ID == "building:h1:1" && way != "CD":
			t.Errorf("h1 joins %v, want its private drive CD, not the motorway", way)
		case f.ID == "venue:v1:1" && way != "EF":
			t.Errorf("v1 joins %v, want the public EF, not the private CD", way)
		}
	}
}

func TestSnapPrefersTheMainNetwork(t *testing.T) {
	drawing := `
		h1
		A---B



		C-------------------------D
		                         v1
	`
	// The island AB of 40 m is not worth it; one of 2 km would be.
	w := play(t, 10, drawing, []float64{15}, func(p *Profile) { p.Snap.IslandM = 1000 })
	w.wantMinutes(map[string]float64{"h1": (10 + 40 - 3 + 250 - 1.5 + 10) / 60})
	w.wantNote("islands")
	w = play(t, 10, drawing, []float64{15}, func(p *Profile) { p.Snap.IslandM = 30 })
	if f := w.building("h1"); f.Attributes["reason"] != "island" {
		t.Errorf("h1: %v, want reason island", f.Attributes)
	}
	w.wantNote("buildings_on_islands", "h1")
	islands := w.layer("islands")
	if len(islands) != 1 || islands[0].Attributes["length_m"] != 40.0 || islands[0].Attributes["ways"] != int64(1) {
		t.Errorf("islands: %v", islands)
	}
}

func TestSnapIgnoresBridges(t *testing.T) {
	w := play(t, 10, `
		    C
		    |
		A---^----B
		  h1|
		    |
		    D----v1
	`, []float64{15})
	for _, f := range w.layer("snaps") {
		if way := f.Attributes["way"]; way == "AB" {
			t.Errorf("%s joins the bridge", f.ID)
		}
	}
	// h1, 3 m around its centre, is 17 m west of CD.
	w.wantMinutes(map[string]float64{"h1": (17 + 20 + 50) / 60.0})
}

func TestOffNetworkWalkCounts(t *testing.T) {
	w := play(t, 10, `
		h1


		A----------B
		           v1
	`, []float64{10}, func(p *Profile) { p.OffNetworkMPS = 0.5 })
	// 27 m from the outline and 10 m to the venue at half a metre a second.
	w.wantMinutes(map[string]float64{"h1": (27/0.5 + 110 - 1.5 + 10/0.5) / 60})
}

func TestFarVenueIsRefused(t *testing.T) {
	w := play(t, 10, `
		v1












		A----------B
		h1
	`, []float64{60})
	if m := w.minutes("h1"); !math.IsNaN(m) {
		t.Errorf("h1 takes %v minutes to a venue 130 m off every way", m)
	}
	w.wantNote("unreachable_venues", "v1")
}

func TestTinyLimit(t *testing.T) {
	w := play(t, 10, `
		A----------B
	`+legend("facilities/v: at=A category=sport"), []float64{0.001, 0.01, 1})
	for _, layer := range []string{"area_0_001", "area_0_01", "area_1"} {
		got := w.layer(layer)
		if len(got) != 1 || geo.Area(got[0].Geometry) <= 0 {
			t.Errorf("%s has %d parts", layer, len(got))
			continue
		}
		if why, err := overlay.Invalid(got[0].Geometry); why != "" || err != nil {
			t.Errorf("%s: %s %v", layer, why, err)
		}
	}
	w = play(t, 10, "A---B", []float64{5})
	w.wantNote("no_venues")
	w = play(t, 10, "h1\n\nfacilities/v: at=h1 category=sport", []float64{5})
	w.wantNote("no_ways")
}

func TestAccessComesFirst(t *testing.T) {
	// The short way is closed; the search must find the long one, not drop the
	// answer afterwards.
	for name, closed := range map[string]string{"no": "foot=no", "class": "class=construction", "private": "foot=private"} {
		t.Run(name, func(t *testing.T) {
			w := play(t, 10, `
				A----+----B
				|         |
				|         |
				C---------D
			`+legend("+0.5B: "+closed, "facilities/v: at=B category=sport"), []float64{10})
			w.wantSeconds(map[string]float64{"A": 160})
		})
	}
}

func TestParallelEdges(t *testing.T) {
	w := play(t, 10, `
		A----------B

		AB: class=steps
		ways/slope: at=A,A@0/-10,B@0/-10,B class=footway
		ways/other: at=A,B class=footway
		facilities/v: at=B category=sport
	`, []float64{10}, func(p *Profile) { p.Steps.TimeFactor = 5 })
	w.wantSeconds(map[string]float64{"A": 110}) // three edges between the same nodes
	count := 0
	for i := range w.n.edges {
		e := &w.n.edges[i]
		if e.a != e.b && geo.Distance(w.n.nodes[e.a], w.n.nodes[e.b]) > 109 {
			count++
		}
	}
	if count != 3 {
		t.Errorf("%d edges between A and B, want 3", count)
	}
}

func TestOneWay(t *testing.T) {
	w := play(t, 10, `
		A----------B
		|    h1    |
		C----------D
		     h2

		AB: oneway_foot=yes
		facilities/v: at=B category=sport
		h1: use=residential
	`, []float64{10})
	// h1 is 7 m from AB and from CD; from AB it may only go on to B.
	w.wantMinutes(map[string]float64{"h1": (7 + 60) / 60.0, "h2": (7 + 60 + 20) / 60.0})
	w2 := play(t, 10, `
		A----------B
		|          |
		C----------D

		AB: oneway_foot=reverse
		facilities/v: at=B category=sport
	`, []float64{10})
	w2.wantSeconds(map[string]float64{"A": 20 + 20 + 110})
}

func TestCrossingWait(t *testing.T) {
	drawing := `
		A    C
		|    |
		+----+----B
		|
		E

		+2.0+2.5: class=primary
		+2.5B: class=primary
		facilities/v: at=E category=sport
	`
	wait := func(p *Profile) {
		p.MajorClasses = []string{"primary"}
		p.CrossingWaitS = Waits{Signals: 40, Zebra: 6, Unmarked: 16, Unknown: 10}
	}
	// A crosses at the place that AE shares with the road, though the road ends
	// there: nothing to cross.
	play(t, 10, drawing, []float64{10}, wait).wantSeconds(map[string]float64{"A": 40})
	through := strings.Replace(drawing, "+----+----B", "F-----+----B", 1)
	_ = through
	w := play(t, 10, `
		     A
		     |
		F----+----B
		     |
		     E

		F+2.5: class=primary
		+2.5B: class=primary
		facilities/v: at=E category=sport
	`, []float64{10}, wait)
	// Straight across 10 s; from the road itself, half of it; along the road none.
	w.wantSeconds(map[string]float64{"A": 40 + 10, "F": 50 + 20 + 5, "B": 50 + 20 + 5})
	w = play(t, 10, `
		     A
		     |
		F----+----B
		     |
		     E

		F+2.5: class=primary
		+2.5B: class=primary
		crossings/c: at=+2.5 kind=signals
		facilities/v: at=E category=sport
	`, []float64{10}, wait)
	w.wantSeconds(map[string]float64{"A": 40 + 40})
	// A crossing drawn as a way has its wait along its length, once.
	w = play(t, 10, `
		     A
		     |
		     C
		F----+----B
		     D
		     |
		     E

		facilities/v: at=E category=sport
		ways/CD: at=C,+3.5,D class=footway crossing=zebra
		F+3.5: class=primary
		+3.5B: class=primary
	`, []float64{10}, wait)
	w.wantSeconds(map[string]float64{"A": 60 + 6})
}

func TestAddedWayKeepsTheRules(t *testing.T) {
	drawing := `
		A---------B
		|
		|
		C---------D

		facilities/v: at=D category=sport
	`
	before := play(t, 10, drawing, []float64{10}).seconds("B")
	closed := play(t, 10, drawing+"ways/new: at=B,D foot=no class=footway\n", []float64{10}).seconds("B")
	if closed != before {
		t.Errorf("a new way that is closed changes the time from %v to %v", before, closed)
	}
	open := play(t, 10, drawing+"ways/new: at=B,D class=steps\n", []float64{10}, func(p *Profile) { p.Steps.TimeFactor = 3 }).seconds("B")
	if open != 90 {
		t.Errorf("over new stairs B is %v s away, want 90", open)
	}
}

func TestUnrelatedChangeChangesNothing(t *testing.T) {
	drawing := `
		A---------B      X
		|    h1   |      |
		|         |      |
		C----D----E      Y

		facilities/v: at=D category=sport
	`
	base := play(t, 10, drawing, []float64{5, 10})
	again := play(t, 10, drawing, []float64{5, 10})
	if diff := cmp.Diff(base.result, again.result); diff != "" {
		t.Errorf("the same scene gives another result:\n%s", diff)
	}
	far := play(t, 10, drawing+"ways/far: at=X,Y@0/-30 class=footway\n", []float64{5, 10})
	for _, layer := range []string{"edges", "buildings"} {
		if diff := cmp.Diff(base.layer(layer), far.layer(layer)); diff != "" {
			t.Errorf("a way far away changes %s:\n%s", layer, diff)
		}
	}
}

func TestAddedStreetJoinsAlongItsLength(t *testing.T) {
	w := play(t, 10, `
		A         C
		|         |
		B---------D
		    E
		    |
		    F

		ways/new: at=B@0/5,B@0/-10,E@0/0,D@0/-10,D@30/-10 class=footway
		facilities/v: at=F category=sport
	`, []float64{10})
	// The new street shares a vertex in its middle with EF.
	if got := w.secondsAt(orb.Point{w.m.At("D")[0] + 30, w.m.At("D")[1] - 10}); !near2(got, 90+20, 1e-4) {
		t.Errorf("the end of the new street is %v s away, want 110", got)
	}
	// A loose end 0.4 m short of a way is joined to it, one 0.6 m short is not.
	w = play(t, 10, `
		A---------B
		     C
		     |
		     D

		ways/near: at=C,C@0/9.6 class=footway
		facilities/v: at=D category=sport
	`, []float64{10})
	w.wantSeconds(map[string]float64{"A": 50 + 10 + 20})
	w.wantNote("joined_ends", "near")
	w = play(t, 10, `
		A---------B
		     C
		     |
		     D

		ways/near: at=C,C@0/9.4 class=footway
		facilities/v: at=D category=sport
	`, []float64{10})
	if got := w.secondsAt(orb.Point{w.m.At("A")[0] - 95, w.m.At("A")[1]}); got < 80 {
		t.Errorf("an end 0.6 m short is joined: %v s", got)
	}
}

func TestResidentsAreCountedOnce(t *testing.T) {
	w := play(t, 10, `
		h1   h2                   h3   h4
		A----B--------------------C----D
		v1   v2

		h1: households=10 residents=20
		h2: households=30 residents=70
		h3: households=20
		h4: use=garage
	`, []float64{3})
	// Both venues reach h1 and h2; h3 lies 200 m away. 20 residents of h3 unknown.
	w.wantShare("walk_time_3_households", 40, 60, 0)
	w.wantShare("walk_time_3_residents", 90, 90, 1)
	w.wantShare("walk_time_3_buildings", 2, 3, 0)
	if got := w.building("h2").Attributes["choices"]; got != int64(2) {
		t.Errorf("h2 has a choice of %v venues, want 2", got)
	}
	for _, f := range w.layer("venues") {
		if f.Attributes["households"] != int64(40) || f.Attributes["only_buildings"] != int64(0) {
			t.Errorf("%s serves %v", f.ID, f.Attributes)
		}
	}
}

// wantShare checks a value: numerator, denominator and how many things are said to
// be missing.
func (w *world) wantShare(id string, numerator, denominator float64, missing int) {
	w.t.Helper()
	for _, v := range w.result.Values {
		if v.ID != id {
			continue
		}
		if v.Numerator == nil || *v.Numerator != numerator || *v.Denominator != denominator || len(v.Missing) != missing {
			w.t.Errorf("%s is %v of %v, missing %v; want %v of %v, %d missing", id, deref(v.Numerator), deref(v.Denominator), v.Missing, numerator, denominator, missing)
		}
		return
	}
	w.t.Errorf("there is no value %s", id)
}

func TestUnknownHouseholdsGiveNoShare(t *testing.T) {
	w := play(t, 10, `
		h1
		A----B
		v1
	`, []float64{3})
	for _, v := range w.result.Values {
		if strings.HasSuffix(v.ID, "_households") && (v.Value != nil || v.Numerator != nil || len(v.Missing) == 0) {
			t.Errorf("%s has a value though no household is known: %v", v.ID, deref(v.Value))
		}
	}
}

func TestBadVenueStopsNothing(t *testing.T) {
	w := play(t, 10, `
		h1
		A----B
		v1

		facilities/bad1: category=sport
		facilities/bad2: at=A,A,A,A category=sport
		facilities/bad3: at=B category=sport foot=private
		facilities/bad4: at=B category=sport foot=no
	`, []float64{3})
	w.wantMinutes(map[string]float64{"h1": (7 + 1.5) / 60}) // to bad2, a park without size
	w.wantNote("unreachable_venues", "bad1", "bad3", "bad4")
	nan := testmap.Must(10, "A----B\n\nfacilities/v: at=A category=sport")
	nan.Scene.Layers["facilities"] = append(nan.Scene.Layers["facilities"], geo.Feature{ID: "z", Geometry: orb.Point{math.NaN(), 0}, Attributes: map[string]any{"category": "sport"}})
	nan.Scene.Layers["ways"] = append(nan.Scene.Layers["ways"], geo.Feature{ID: "z", Geometry: orb.LineString{{math.Inf(1), 0}, {1, 1}}})
	if got := playScene(t, nan, nan.Scene, []float64{3}); got.seconds("B") != 50 {
		t.Errorf("a broken venue and a broken way change B to %v s", got.seconds("B"))
	}
}

func TestConcurrentRunsAgree(t *testing.T) {
	n := build(t, neuss(t), "adult")
	p := Params{Categories: []string{"sport"}, MinutesCutoffs: []float64{5, 15}, Profile: n.profile}
	want, err := RunOn(n, p)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			q := p
			if i%2 == 1 {
				q.Categories = []string{"sport/pitch"}
			}
			got, err := RunOn(n, q)
			if err != nil {
				t.Error(err)
			} else if i%2 == 0 && !cmp.Equal(want, got) {
				t.Error("a run beside others gives another result")
			}
			n.Why(n.nodes[i*7], "sport")
		})
	}
	wg.Wait()
	fresh, err := Run(neuss(t), p)
	if err != nil {
		t.Fatal(err)
	}
	if !cmp.Equal(want, fresh) {
		t.Error("a fresh network gives another result")
	}
}

func TestParkBelowABridge(t *testing.T) {
	w := play(t, 10, `
		A-------------^----B
		        K     |
		        C-----+--D
		        |
		        E--------F
		        |        |
		        G        H

		facilities/park: at=E,F,H,G,E category=sport
		ways/over: at=K,E@40/-10,G@40/-30 class=footway bridge=true
		AB: bridge=true
	`, []float64{10})
	// The bridge over the park does not lead into it; K has no other way.
	w.wantSeconds(map[string]float64{"K": 10 + 20})
	// C is joined to the park along CE: 20 m to its corner.
	w.wantSeconds(map[string]float64{"C": 20, "E": 0})
}

func TestParkWithoutEntrance(t *testing.T) {
	w := play(t, 10, `
		A------------------B

		    P        Q

		    R        S

		facilities/park: at=P,Q,S,R,P category=sport
	`, []float64{10})
	// No way enters: from the way across the grass, 20 m, anywhere along its front.
	w.wantSeconds(map[string]float64{"A": 40 + 20, "B": 60 + 20})
}

func TestClippedNetworkIsTold(t *testing.T) {
	m := testmap.Must(10, "A----------B\n\nfacilities/v: at=A category=sport")
	playScene(t, m, m.Scene, []float64{15}).wantNote("clipped")
	big := testmap.Must(10, "A----------B\n\nfacilities/v: at=A category=sport")
	a := big.At("A")
	big.Scene.Community.Geometry = pointExtent(a, 20).Polygon()
	for i, d := range []orb.Point{{-1000, -1000}, {1000, 1000}} {
		big.Scene.Layers["ways"] = append(big.Scene.Layers["ways"], geo.Feature{
			ID: fmt.Sprint("x", i), Geometry: orb.LineString{a, {a[0] + d[0], a[1] + d[1]}}, Attributes: map[string]any{"class": "path"},
		})
	}
	if w := playScene(t, big, big.Scene, []float64{10}); w.note("clipped") != nil {
		t.Error("a network that reaches 980 m beyond the community is told to be clipped at 600 m")
	}
}

func TestDuplicateVenues(t *testing.T) {
	w := play(t, 10, `
		h1
		A----B----C----D----E

		facilities/a: at=A category=sport/pitch name=One
		facilities/a2: at=A@9/0 category=sport/pitch name=One
		facilities/b: at=C@-5/-5,C@5/-5,C@5/5,C@-5/5,C@-5/-5 category=sport/pitch name=Two
		facilities/b2: at=C category=sport/pitch
		facilities/c: at=E category=sport/pitch
		facilities/c2: at=E@-2/0 category=sport/pitch
	`, []float64{10})
	n := w.note("duplicate_venues")
	if n == nil || !slices.Equal(n.IDs, []string{"a2", "b2"}) {
		t.Fatalf("duplicates: %v, want a2 and b2; c and c2 have no name and stand side by side", n)
	}
	if got := w.building("h1").Attributes["choices"]; got != int64(4) {
		t.Errorf("h1 has a choice of %v venues, want 4", got)
	}
}

func TestHeapSorts(t *testing.T) {
	s := newScratch(0)
	x := uint64(1)
	var want []uint64
	for range 1000 {
		x = x*6364136223846793005 + 1442695040888963407
		want = append(want, x>>40)
		s.push(heapItem{x >> 40, 0})
	}
	slices.Sort(want)
	for i, v := range want {
		if got := s.pop().label; got != v {
			t.Fatalf("item %d is %d, want %d", i, got, v)
		}
	}
}

func TestShiftedVenuesAreTold(t *testing.T) {
	// GCJ-02 shifts places by half a kilometre: such venues lie off every way.
	scene := *neuss(t)
	layers := map[string][]geo.Feature{"ways": scene.Layers["ways"], "buildings": scene.Layers["buildings"]}
	for _, f := range scene.Layers["facilities"] {
		f.Geometry = geo.MapPoints(f.Geometry, func(p orb.Point) orb.Point { return orb.Point{p[0] + 480, p[1] - 290} })
		layers["facilities"] = append(layers["facilities"], f)
	}
	scene.Layers = layers
	p := profile(t, "adult")
	p.Snap.MaxM = 500
	got, err := Run(&scene, Params{Categories: []string{"sport"}, MinutesCutoffs: []float64{15}, Profile: p, Omit: []string{"edges", "areas", "land", "venues"}})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, result: got}
	w.wantNote("far_venues")
}
