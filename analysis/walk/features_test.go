package walk

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/analysis/testmap"
	"yiju/geo"
)

func TestPrivateWays(t *testing.T) {
	drawing := `
		A---------B
		|         |
		C----D    |
		|         |
		E---------F

		AB: foot=private
		CD: foot=private
		facilities/v: at=B category=sport
	`
	// AB is private: A may not pass, but whoever is on it may leave, at either end.
	w := play(t, 10, drawing, []float64{10})
	w.wantSeconds(map[string]float64{"A": 40 + 100 + 40, "D": 50 + 20 + 100 + 40, "E": 140})
	a := w.m.At("A")
	if got := w.secondsAt(orb.Point{a[0] + 50, a[1]}); !near2(got, 50, 1e-4) {
		t.Errorf("from the middle of the private way %v s, want 50", got)
	}
	// Where the profile lets strangers in for a minute, A takes the short way.
	open := play(t, 10, drawing, []float64{10}, func(p *Profile) { p.Private = Private{IsOpen, 60} })
	open.wantSeconds(map[string]float64{"A": 160})
	// A venue at the end of a private way is for those inside.
	inside := play(t, 10, drawing+"facilities/v: at=D\n", []float64{10})
	inside.wantSeconds(map[string]float64{"E": inf})
	d := inside.m.At("D")
	if got := inside.secondsAt(orb.Point{d[0] - 30, d[1]}); !near2(got, 30, 1e-4) {
		t.Errorf("along the private way %v s, want 30", got)
	}
}

func TestGatedCompound(t *testing.T) {
	drawing := `
		A---------B---------C
		|         |         |
		|    P----p----Q    |
		|    |    |    |    |
		|    |h1  K    |    |
		|    |         |    |
		|    R---------S    |
		|                   |
		D-------------------E

		h1: households=8
		compounds/yard: at=P,Q,S,R,P gated=true
		facilities/v: at=D category=sport
	`
	// Drop the drawn lines of the compound itself: it is an outline, not ways.
	m := testmap.Must(10, drawing)
	m.Scene.Layers["ways"] = without(m.Scene.Layers["ways"], "Pp2.10", "p2.10Q", "PR", "QS", "RS")
	w := playScene(t, m, m.Scene, []float64{10})
	// From K out of the gate for residents: 20 + 20 north, then round by A: 180 m.
	w.wantSeconds(map[string]float64{"K": 40 + 100 + 80})
	w.wantNote("private_gates", "p2.10")
	// h1 is 37 m from the gate's way; AD is as near, but the boundary hides it.
	f := w.building("h1")
	if got, _ := f.Number("minutes"); !near2(got, (37+18.5+20+180)/60, 0.001) {
		t.Errorf("h1: %v, want it to leave by the gate", f.Attributes)
	}
	// Strangers do not get in.
	m.Scene.Layers["facilities"][0].Geometry = m.At("K")
	w = playScene(t, m, m.Scene, []float64{30})
	w.wantSeconds(map[string]float64{"D": inf})
	// An open gate lets them.
	m.Scene.Layers["barriers"][0].Attributes["foot"] = "yes"
	w = playScene(t, m, m.Scene, []float64{30})
	w.wantSeconds(map[string]float64{"D": 220})
	// No gate at all: nobody gets out, and the run says so.
	m.Scene.Layers["barriers"] = nil
	w = playScene(t, m, m.Scene, []float64{30})
	w.wantSeconds(map[string]float64{"D": inf})
	w.wantNote("compounds_without_gate", "yard")
	w.wantNote("cut_by_wall", "yard")
}

func without(features []geo.Feature, ids ...string) []geo.Feature {
	var out []geo.Feature
	for _, f := range features {
		keep := true
		for _, id := range ids {
			keep = keep && f.ID != id
		}
		if keep {
			out = append(out, f)
		}
	}
	return out
}

func TestBoundariesDrawnAlongStreetsCutNothing(t *testing.T) {
	w := play(t, 10, `
		A----B---------C----D
		     |         |
		     E---------F

		compounds/yard: at=B@-10/4,C@10/4,F@10/-30,E@-10/-30,B@-10/4 gated=true
		facilities/v: at=A category=sport
	`, []float64{10})
	// ABCD runs 4 m inside the boundary; BE and CF lead deep into it, but from
	// inside: nothing crosses but the street.
	w.wantSeconds(map[string]float64{"D": 200})
	road := play(t, 10, `
		A----B---------C----D

		BC: class=tertiary
		AB: class=tertiary
		CD: class=tertiary
		compounds/yard: at=B@20/40,C@-20/40,C@-20/-40,B@20/-40,B@20/40 gated=true
		facilities/v: at=A category=sport
	`, []float64{10})
	road.wantSeconds(map[string]float64{"D": 200})
}

func TestWalls(t *testing.T) {
	w := play(t, 10, `
		    #
		A---%---B
		|   #   |
		C---g---D
		    #
		    #
		E---|---F
		    #

		facilities/v: at=A category=sport
	`, []float64{10}, func(p *Profile) { p.Barriers["gate"] = Barrier{IsOpen, 6} })
	// AB is cut by the wall, CD has a gate.
	w.wantSeconds(map[string]float64{"B": 20 + 80 + 20 + 6, "D": 20 + 80 + 6})
	w.wantNote("cut_by_wall", "wall0.4-1.4")
	a := w.m.At("A")
	if got := w.secondsAt(orb.Point{a[0] + 39, a[1]}); !near2(got, 39, 1e-4) {
		t.Errorf("before the wall %v s, want 39", got)
	}
	if got := w.secondsAt(orb.Point{a[0] + 41, a[1]}); !near2(got, 126+39, 1e-4) {
		t.Errorf("behind the wall %v s, want 165", got)
	}
	sandwichAll(t, w.n, 0.5, 1, 2, 4)
}

func TestWallAtAJunction(t *testing.T) {
	// The wall runs through the junction X: what meets there on one side stays
	// together, the two sides are apart.
	w := play(t, 10, `
		A   B
		 \ /
		--X--
		 / \
		C   D

		barriers/wall: at=X@-20/0,X,X@20/0 kind=wall
		facilities/v: at=A category=sport
	`, []float64{10})
	diagonal := 20 * math.Sqrt2
	w.wantSeconds(map[string]float64{"B": 2 * diagonal, "C": inf, "D": inf})
	// A way that only touches the wall, or runs along it, is not cut.
	w = play(t, 10, `
		A---B---C
		|       |
		D-------E

		barriers/wall: at=B@-20/0,B@20/0 kind=wall
		barriers/spur: at=B,B@0/30 kind=fence
		facilities/v: at=A category=sport
	`, []float64{10})
	w.wantSeconds(map[string]float64{"C": 80})
}

func TestSquares(t *testing.T) {
	drawing := `
		A-P             Q



		                Q2
		  R             S-B

		ways/plaza: at=P,Q,S,R,P class=pedestrian
		facilities/v: at=B category=sport
	`
	w := play(t, 10, drawing, []float64{10})
	across := math.Hypot(140, 50)
	w.wantSeconds(map[string]float64{"A": 20 + across + 20})
	sandwichAll(t, w.n, 0.5, 1, 2, 4)
	// A pool in the middle makes people go round its corner.
	m := testmap.Must(10, drawing)
	ways := m.Scene.Layers["ways"]
	for i := range ways {
		if ways[i].ID == "plaza" {
			p := m.At("P")
			pool := pointExtent(orb.Point{p[0] + 70, p[1] - 25}, 10).Polygon()[0]
			ways[i].Geometry = append(ways[i].Geometry.(orb.Polygon), pool)
		}
	}
	w = playScene(t, m, m.Scene, []float64{10})
	// From P (0, 0) over a corner of the pool, (60, −35), to S (140, −50): 69.46 and
	// 81.39; over (80, −15) the same.
	round := math.Hypot(60, 35) + math.Hypot(80, 15)
	w.wantSeconds(map[string]float64{"A": 20 + round + 20})
}

func TestSquareIsEnteredWithoutASharedVertex(t *testing.T) {
	// The street runs into the square, as people draw it, and shares no vertex.
	w := play(t, 10, `
		    P------------Q
		A---------C      |
		    |            |
		    R------------S
		                 |
		                 B

		ways/plaza: at=P,Q,S,R,P class=pedestrian
		facilities/v: at=B category=sport
	`, []float64{10})
	// From C inside the square straight to S: 70 m east, 20 m south.
	w.wantSeconds(map[string]float64{"C": math.Hypot(70, 20) + 20})
	if got := w.seconds("A"); !near2(got, math.Hypot(130, 20)+40+20, 5) {
		t.Errorf("A is %v s away", got)
	}
}

func TestLargeSquareFallsBack(t *testing.T) {
	// A round square with more entries than are joined pairwise.
	scene := &analysis.Scene{Layers: map[string][]geo.Feature{}}
	var ring orb.Ring
	const n = 260
	for i := range n {
		a := 2 * math.Pi * float64(i) / n
		p := orb.Point{200 * math.Cos(a), 200 * math.Sin(a)}
		ring = append(ring, p)
		scene.Layers["ways"] = append(scene.Layers["ways"], geo.Feature{
			ID: fmt.Sprintf("w%03d", i), Geometry: orb.LineString{p, {p[0] * 1.1, p[1] * 1.1}}, Attributes: map[string]any{"class": "footway"},
		})
	}
	ring = append(ring, ring[0])
	scene.Layers["ways"] = append(scene.Layers["ways"], geo.Feature{ID: "z", Geometry: orb.Polygon{ring}, Attributes: map[string]any{"class": "pedestrian"}})
	scene.Layers["facilities"] = []geo.Feature{{ID: "v", Geometry: orb.Point{220, 0}, Attributes: map[string]any{"category": "sport"}}}
	w := &world{t: t}
	var err error
	if w.n, err = BuildNetwork(scene, plain(t)); err != nil {
		t.Fatal(err)
	}
	w.result.Notes = w.n.notes.Sorted()
	w.wantNote("squares_by_spokes", "z")
	if got := w.secondsAt(orb.Point{-220, 0}); !near2(got, 440, 1e-3) {
		t.Errorf("across by the middle %v s, want 440", got)
	}
}

// ramp is a terrain that rises eastwards.
type ramp struct{ slope, from float64 }

func (r ramp) HeightAt(p orb.Point) (float64, bool) {
	return math.Max(0, p[0]-r.from) * r.slope, true
}

func TestSlopes(t *testing.T) {
	tobler := func(p *Profile) { p.Slope.Model = slopeTobler }
	w := play(t, 10, `
		A---------B
		C---------D

		AB: incline_pct=10
		CD: incline_pct=10 class=steps
		facilities/v: at=A category=sport
		facilities/w: at=C category=health
	`, []float64{10}, tobler)
	// Down from B to A, at −10 %: as fast as on the flat. Stairs have no gradient.
	w.wantSeconds(map[string]float64{"B": 100 * toblerFactor(-0.1)})
	if got := w.n.Why(w.m.At("D"), "health").Walks[0].Minutes * 60; !near2(got, 100, 1e-4) {
		t.Errorf("stairs take %v s, want 100", got)
	}
	up := play(t, 10, `
		A---------B

		AB: incline_pct=10
		facilities/v: at=B category=sport
	`, []float64{10}, tobler)
	up.wantSeconds(map[string]float64{"A": 100 * toblerFactor(0.1)})
	// The same from a terrain, with the lower part of the way flat.
	m := testmap.Must(10, "A--------------------B\n\nfacilities/v: at=B category=sport")
	m.Scene.Terrain = ramp{0.08, m.At("A")[0] + 90}
	flat := playScene(t, m, m.Scene, []float64{10}, tobler)
	flat.wantSeconds(map[string]float64{"A": 90 + 120*toblerFactor(0.08)})
	if flat.note("no_slope") != nil {
		t.Error("slopes are known, yet the run says they are not")
	}
	m.Scene.Terrain = nil
	playScene(t, m, m.Scene, []float64{10}, tobler).wantNote("no_slope")
}

// A second gate that is open to all makes no walk longer: whoever is inside still
// leaves by the gate for residents, and strangers still do not come in by it.
func TestOpenGateBesideOneForResidents(t *testing.T) {
	drawing := `
		A----B----C
		|    |    |
		|    p    |
		|    |    |
		|    K    |
		|    |    |
		|    l    |
		|    |    |
		D----E----F

		compounds/yard: at=A@20/-18,C@-20/-18,F@-20/18,D@20/18,A@20/-18 gated=true
		facilities/v: at=B category=sport
	`
	m := testmap.Must(10, drawing)
	w := playScene(t, m, m.Scene, []float64{30})
	w.wantSeconds(map[string]float64{"K": 40, "E": 180})
	gates := m.Scene.Layers["barriers"]
	for i := range gates {
		if locked, _ := gates[i].Bool("locked"); locked {
			gates[i].Attributes = map[string]any{"kind": "gate", "locked": false, "foot": "yes"}
		}
	}
	w = playScene(t, m, m.Scene, []float64{30})
	w.wantSeconds(map[string]float64{"K": 40, "E": 80})
	m.Scene.Layers["facilities"][0].Geometry = m.At("K")
	w = playScene(t, m, m.Scene, []float64{30})
	w.wantSeconds(map[string]float64{"E": 40, "B": 220})
}
