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

	"yiju/analysis/testmap"
	"yiju/geo"
)

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
