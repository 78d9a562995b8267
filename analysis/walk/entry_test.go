package walk

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis/testmap"
	"yiju/geo"
)

func chairs(t *testing.T, drawing string) (*testmap.Map, *Network) {
	t.Helper()
	m := testmap.Must(10, drawing)
	n, err := BuildNetwork(m.Scene, profile(t, "wheelchair"))
	if err != nil {
		t.Fatal(err)
	}
	return m, n
}

// Doors are judged one by one: a door with steps, one on a piece of way that a wall
// cuts off, one far from everything, and an outline where no door is drawn.
func TestEntries(t *testing.T) {
	_, n := chairs(t, `
		              #
		h1   h2       #   h3
		A-----------B-%-C---------D    h5
		              #   h4
		              #
		E-----------F


		entrances/a: at=h1@0/-3 kind=building_door step_free=true
		entrances/b: at=h1@0/3 kind=building_door step_free=false
		entrances/c: at=h4@0/3 kind=building_door
		entrances/x: at=A kind=building_door
		EF: class=residential
		AB: class=steps
		ways/ab: at=A@0/2,B@0/2 class=footway
		ways/ae: at=A@0/2,E class=footway
		ways/long: at=E,E@0/-90 class=footway
	`)
	var got []string
	for _, e := range n.Entries() {
		door := "outline"
		if e.Entrance != nil {
			door = e.Entrance.ID
		}
		got = append(got, fmt.Sprint(e.Building.ID, " ", door, " ", e.Main, " ", e.Reason))
	}
	want := []string{
		"h1 a true ", "h1 b false steps", "h2 outline true ", "h3 outline false island", "h4 c false island", "h5 outline false island",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	// The same list as the buildings of a run have joins.
	for i := range n.allTargets() {
		target := &n.allTargets()[i]
		main := false
		for _, d := range target.doors {
			main = main || n.rank[d.comp] == 0
		}
		listed := false
		for _, e := range n.Entries() {
			if e.Building.ID == n.houses.features[target.building].ID {
				listed = listed || e.Main
			}
		}
		if main != listed {
			t.Errorf("%s: entries say %v, targets %v", n.houses.features[target.building].ID, listed, main)
		}
	}
}

// Every door and every outline joins by itself as the list says, in a town where some
// are behind walls, cut off or have steps.
func TestEntriesJoinOneByOne(t *testing.T) {
	for seed := uint64(40); seed < 52; seed++ {
		scene := liveTown(seed)
		for i := range scene.Layers["entrances"] {
			scene.Layers["entrances"][i].Attributes["step_free"] = i%3 > 0
		}
		n, err := BuildNetwork(scene, profile(t, "wheelchair"))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, fmt.Sprint("town ", seed), n.Entries(), joinOneByOne(n))
	}
}

func joinOneByOne(n *Network) []Entry {
	out := []Entry{}
	join := func(i int, door *geo.Feature, shape []orb.Point) {
		e := Entry{Building: &n.houses.features[i], Entrance: door}
		p, why := n.snaps.join(shape, wish{own: int32(i)}, newOutlook())
		free, told := true, false
		if door != nil {
			free, told = door.Bool("step_free")
		}
		switch {
		case told && !free:
			e.Reason = "steps"
		case why != joined:
			e.Reason = string(why)
		case n.rank[n.snaps.raws[p.raw].comp] != 0:
			e.Reason = "island"
		default:
			e.Main = true
		}
		out = append(out, e)
	}
	for i := range n.houses.features {
		f := &n.houses.features[i]
		if !n.inCommunity(int32(i)) {
			continue
		}
		for _, k := range n.doors[i] {
			door := &n.scene.Layers["entrances"][k]
			join(i, door, []orb.Point{door.Geometry.(orb.Point)})
		}
		if len(n.doors[i]) == 0 {
			join(i, nil, outline(f.Geometry))
		}
	}
	return out
}

// Every metre of every open way is in one stretch, and parts are numbered by length.
func TestStretches(t *testing.T) {
	_, n := chairs(t, `
		A----B----C
		     |
		D====E    F--G

		ways/sq: at=F@0/-20,G@0/-20,G@0/-40,F@0/-40,F@0/-20 class=pedestrian
	`)
	got := make(map[string]string)
	length := make(map[int]float64)
	for _, s := range n.Stretches() {
		length[s.Part] += geo.Length(s.Line)
		got[s.Way.ID] += fmt.Sprintf("%d:%.0f ", s.Part, geo.Length(s.Line))
	}
	// D=E are stairs, closed to a wheelchair; the outline of the square is no way.
	// The square, 100 m around, is the second part.
	want := map[string]string{"AB": "0:50 ", "BC": "0:50 ", "BE": "0:20 ", "FG": "2:30 "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stretches (-want +got):\n%s", diff)
	}
	if math.Abs(length[0]-120) > 1e-9 {
		t.Errorf("the main part has %v m, want 120", length[0])
	}
}

func TestStretchesOfRealTown(t *testing.T) {
	n := build(t, neuss(t), "adult")
	sum, open := 0.0, 0.0
	for _, s := range n.Stretches() {
		sum += geo.Length(s.Line)
	}
	b := &builder{prof: &n.profile}
	for i := range n.ways {
		if _, ok := b.manner(&n.ways[i]); ok {
			open += geo.Length(n.ways[i].Geometry)
		}
	}
	if math.Abs(sum-open) > 1e-6*open || open < 10_000 {
		t.Errorf("stretches have %v m, the open ways %v m", sum, open)
	}
}

// The drawing and one character around it are the community: the ways end 10 m within
// it in the north, and 30 m beyond it in the east.
func TestBeyondM(t *testing.T) {
	_, n := chairs(t, `
		A----B

		C----D
		ways/east: at=D,D@40/0 class=footway
		ways/west: at=C,C@-30/0 class=footway
		ways/south: at=C,C@0/-50 class=footway
		ways/north: at=A,A@0/0 class=footway
	`)
	if got, known := n.BeyondM(); !known || math.Abs(got+10) > 1e-6 {
		t.Errorf("the ways reach %v m beyond, want -10", got)
	}
	if _, known := (&Network{scene: n.scene}).BeyondM(); known {
		t.Error("a network without ways reaches somewhere")
	}
}

// What a venue serves is what its row of the results counts.
func TestServedIsWhatARunCounts(t *testing.T) {
	n := build(t, neuss(t), "adult")
	result, err := RunOn(n, Params{Categories: []string{"sport"}, MinutesCutoffs: []float64{7}, Profile: n.profile, Omit: []string{"areas", "land", "edges"}})
	if err != nil {
		t.Fatal(err)
	}
	some := 0
	for _, l := range result.Layers {
		if l.Schema.Layer != "walk_venues" {
			continue
		}
		for i := range l.Features {
			count, ok := l.Features[i].Number("buildings")
			if !ok {
				continue
			}
			ids, found := n.Served(l.Features[i].ID, 7)
			if !found || len(ids) != int(count) || !slices.IsSorted(ids) {
				t.Errorf("%s serves %d buildings, the run counts %v", l.Features[i].ID, len(ids), count)
			}
			some += len(ids)
		}
	}
	if _, found := n.Served("nowhere", 7); found || some == 0 {
		t.Errorf("nowhere is found: %v; %d buildings are served in all", found, some)
	}
}

func TestCentreOf(t *testing.T) {
	// An angle whose centre of gravity lies in the notch counts by its first corner.
	angle := geo.Feature{Geometry: orb.Polygon{{{0, 0}, {10, 0}, {10, 1}, {1, 1}, {1, 10}, {0, 10}, {0, 0}}}}
	if p, ok := CentreOf(&angle); !ok || p != (orb.Point{0, 0}) {
		t.Errorf("angle: %v %v", p, ok)
	}
	square := geo.Feature{Geometry: orb.Polygon{{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}}}
	if p, ok := CentreOf(&square); !ok || geo.Distance(p, orb.Point{5, 5}) > 1e-9 {
		t.Errorf("square: %v %v", p, ok)
	}
	for _, g := range []orb.Geometry{nil, orb.Point{1, 1}, orb.Polygon{{{math.NaN(), 0}, {1, 1}, {2, 0}, {math.NaN(), 0}}}} {
		if _, ok := CentreOf(&geo.Feature{Geometry: g}); ok {
			t.Errorf("%v has a centre", g)
		}
	}
}
