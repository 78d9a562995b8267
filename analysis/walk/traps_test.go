package walk

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
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
