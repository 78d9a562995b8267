package demo_test

import (
	"container/heap"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// The network as a person in one compound may use it: all ways but those closed
// to walkers, all gates of the own compound but locked ones, and no other
// compound. Squares are crossed in straight lines between their corners.
type network map[orb.Point]map[orb.Point]float64

func walkable(t *testing.T, compound string, unlocked ...string) network {
	t.Helper()
	var others []orb.Geometry
	for _, c := range scene(t, "compounds") {
		if c.ID != compound {
			others = append(others, c.Geometry)
		}
	}
	shut := make(map[orb.Point]bool)
	for _, e := range scene(t, "entrances") {
		locked, _ := e.Bool("locked")
		own := text(e, "of") == compound
		if text(e, "kind") == "compound_gate" && (locked || !own) && !strings.Contains(strings.Join(unlocked, " "), e.ID) {
			shut[first(e.Geometry)] = true
		}
	}
	n := make(network)
	for _, way := range scene(t, "ways") {
		if text(way, "foot") == "no" {
			continue
		}
		for _, l := range outlines(way.Geometry) {
			for i := 1; i < len(l); i++ {
				n.join(l[i-1], l[i], shut, others)
			}
		}
		if p, ok := way.Geometry.(orb.Polygon); ok {
			for i, a := range p[0] {
				for _, b := range p[0][i+1:] {
					n.join(a, b, shut, others)
				}
			}
		}
	}
	return n
}

func outlines(g orb.Geometry) []orb.LineString {
	if p, ok := g.(orb.Polygon); ok {
		return []orb.LineString{orb.LineString(p[0])}
	}
	return geo.Lines(g)
}

func (n network) join(a, b orb.Point, shut map[orb.Point]bool, others []orb.Geometry) {
	for _, p := range []orb.Point{a, b} {
		if shut[p] {
			return
		}
		for _, o := range others {
			if geo.Inside(o, p) {
				return
			}
		}
	}
	for _, pair := range [][2]orb.Point{{a, b}, {b, a}} {
		if n[pair[0]] == nil {
			n[pair[0]] = make(map[orb.Point]float64)
		}
		n[pair[0]][pair[1]] = geo.Distance(a, b)
	}
}

// from gives the metres on the network from the nearest of several places.
func (n network) from(starts []orb.Point) map[orb.Point]float64 {
	done := make(map[orb.Point]float64)
	var q queue
	for _, s := range starts {
		q = append(q, reached{s, 0})
	}
	heap.Init(&q)
	for len(q) > 0 {
		r := heap.Pop(&q).(reached)
		if _, seen := done[r.at]; seen {
			continue
		}
		done[r.at] = r.metres
		for next, d := range n[r.at] {
			if _, seen := done[next]; !seen {
				heap.Push(&q, reached{next, r.metres + d})
			}
		}
	}
	return done
}

type reached struct {
	at     orb.Point
	metres float64
}

type queue []reached

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].metres < q[j].metres }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(reached)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// venues finds the vertices of the network nearest to facilities of some kinds
// that everybody may use.
func venues(t *testing.T, n network, kinds ...string) []orb.Point {
	t.Helper()
	entrances := byID(scene(t, "entrances"))
	var out []orb.Point
	for _, f := range scene(t, "facilities") {
		category := text(f, "category")
		match := false
		for _, k := range kinds {
			match = match || category == k
		}
		if foot := text(f, "foot"); !match || foot == "private" || foot == "no" {
			continue
		}
		at, _ := geo.Centroid(f.Geometry)
		if e, ok := entrances[text(f, "entrances")]; ok {
			at = first(e.Geometry)
		}
		best, bestD := orb.Point{}, 60.0
		for v := range n {
			if d := geo.Distance(v, at); d < bestD || d == bestD && v[0] < best[0] {
				best, bestD = v, d
			}
		}
		if bestD < 60 {
			out = append(out, best)
		}
	}
	return out
}

var (
	sportKinds   = []string{"sport/court", "sport/hall", "sport/pool", "sport/pitch"}
	fitnessKinds = []string{"sport/fitness_station", "sport/fitness_centre"}
)

// allKinds lists every kind of sport that there is.
func allKinds(t *testing.T) []string {
	var out []string
	for _, f := range scene(t, "facilities") {
		if c := text(f, "category"); strings.HasPrefix(c, "sport/") {
			out = append(out, c)
		}
	}
	return out
}

// share is the percentage of households within so many minutes at 1.2 m/s.
func share(t *testing.T, minutes float64, kinds []string, unlocked ...string) float64 {
	t.Helper()
	const speed_mPerS = 1.2
	doors := where(scene(t, "entrances"), "kind", "building_door")
	within, total := 0.0, 0.0
	for _, compound := range scene(t, "compounds") {
		n := walkable(t, compound.ID, unlocked...)
		metres := n.from(venues(t, n, kinds...))
		for _, b := range inside(scene(t, "buildings"), compound.Geometry) {
			households, _ := b.Number("households")
			best := math.Inf(1)
			for _, d := range where(doors, "of", b.ID) {
				if m, ok := metres[first(d.Geometry)]; ok {
					best = min(best, m)
				}
			}
			total += households
			if best <= minutes*60*speed_mPerS {
				within += households
			}
		}
	}
	return 100 * within / total
}

// The demo is there to show something: many but not all reach a sports ground
// soon, the locked gate costs many of them dearly, and some are too far from the
// fitness places.
func TestWalkingShowsSomething(t *testing.T) {
	tests := []struct {
		name        string
		got         float64
		least, most float64
	}{
		{"sports within 5 minutes", share(t, 5, sportKinds), 10, 60},
		{"sports within 10 minutes", share(t, 10, sportKinds), 65, 97},
		{"any public sport within 10 minutes", share(t, 10, allKinds(t)), 65, 97},
		{"sports within 15 minutes", share(t, 15, sportKinds), 100, 100},
		{"fitness within 10 minutes", share(t, 10, fitnessKinds), 50, 95},
	}
	for _, test := range tests {
		t.Logf("%s: %.1f %% of households", test.name, test.got)
		if test.got < test.least || test.got > test.most {
			t.Errorf("%s: %.1f %% of households, want %g … %g", test.name, test.got, test.least, test.most)
		}
	}
	for name, kinds := range map[string][]string{"sports": sportKinds, "fitness": fitnessKinds} {
		before, after := share(t, 10, kinds), share(t, 10, kinds, "e-pine-east")
		t.Logf("%s within 10 minutes: %.1f %%, with the eastern gate open %.1f %%", name, before, after)
		if after < before+3 {
			t.Errorf("opening the gate brings %s from %.1f %% to %.1f %% of households only", name, before, after)
		}
	}
}

// Every unit door is a vertex of its building and of a way, and one can walk from
// it through the gates to the streets.
func TestDoorsTouchPaths(t *testing.T) {
	buildings := byID(scene(t, "buildings"))
	onWay := vertices(scene(t, "ways"))
	doors := where(scene(t, "entrances"), "kind", "building_door")
	if len(doors) < 300 {
		t.Fatalf("only %d doors", len(doors))
	}
	for _, e := range scene(t, "entrances") {
		at := first(e.Geometry)
		if !onWay[at] {
			t.Errorf("%s %s is no vertex of a way", e.ID, text(e, "name"))
		}
		if b, ok := buildings[text(e, "of")]; ok && text(e, "kind") == "building_door" && !vertices([]geo.Feature{b})[at] {
			t.Errorf("%s is no vertex of %s", e.ID, b.ID)
		}
	}
	for _, compound := range scene(t, "compounds") {
		n := walkable(t, compound.ID)
		street := only(scene(t, "ways"), func(f *geo.Feature) bool { return text(*f, "name") == "丰泽大街人行道" })
		metres := n.from([]orb.Point{first(street[0].Geometry)})
		for _, d := range doors {
			of := buildings[text(d, "of")]
			if !geo.Inside(compound.Geometry, first(of.Geometry)) {
				continue
			}
			if _, ok := metres[first(d.Geometry)]; !ok {
				t.Errorf("nobody gets from %s to the street", d.ID)
			}
		}
	}
}

// The walkable network is one piece; what is not is listed.
func TestWaysHangTogether(t *testing.T) {
	n := walkable(t, "")
	for _, c := range scene(t, "compounds") {
		for at, to := range walkable(t, c.ID) {
			for next, d := range to {
				if n[at] == nil {
					n[at] = make(map[orb.Point]float64)
				}
				n[at][next] = d
			}
		}
	}
	street := only(scene(t, "ways"), func(f *geo.Feature) bool { return text(*f, "name") == "丰泽大街人行道" })
	metres := n.from([]orb.Point{first(street[0].Geometry)})
	for _, way := range scene(t, "ways") {
		reached := text(way, "foot") == "no"
		geo.EachPoint(way.Geometry, func(p orb.Point) {
			_, ok := metres[p]
			reached = reached || ok
		})
		if !reached {
			t.Errorf("%s %s (%s) cannot be reached", way.ID, text(way, "name"), text(way, "class"))
		}
	}
}
