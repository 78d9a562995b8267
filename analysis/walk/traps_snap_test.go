package walk

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/overlay"
)

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
