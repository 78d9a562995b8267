package metric

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Loops, by taking every edge away and looking whether its ends are still joined; dead
// ends, by taking away what has one end until nothing more goes.
func TestStreetsAgainstTakingAway(t *testing.T) {
	for seed := range uint64(12) {
		in := quarter(seed, 5)
		graph := pairsOf(in)
		loops, dead, all := graph.takeAway()
		got := compute(t, "roads.looped_share", in, "")
		ends := compute(t, "roads.dead_end_share", in, "")
		if math.Abs(*got.Numerator-loops) > 0.1 || math.Abs(*ends.Numerator-dead) > 0.1 || math.Abs(*got.Denominator-all) > 0.1 {
			t.Errorf("seed %d: %v m on loops, %v m in dead ends of %v m; taking away says %v, %v of %v", seed, *got.Numerator, *ends.Numerator, *got.Denominator, loops, dead, all)
		}
	}
}

// pairGraph is streets as pairs of named ends.
type pairGraph struct {
	ends   [][2]string
	length []float64
}

// pairsOf cuts the streets of a quarter, which meet at their ends alone, to the
// community. Where one is cut it ends in "out", and so does an end that nothing else
// has within a metre of the outline.
func pairsOf(in *Input) *pairGraph {
	g := &pairGraph{}
	place := in.Scene.Community.Geometry.(orb.Polygon)
	count := make(map[string]int)
	at := make(map[string]orb.Point)
	for _, f := range in.Scene.Layers["ways"] {
		if f.Attributes["class"] == "footway" {
			continue
		}
		line := f.Geometry.(orb.LineString)
		start, from, length := "out", line[0], 0.0
		inside := geo.Inside(place, line[0])
		name := func(p orb.Point) string {
			key := fmt.Sprint(p)
			at[key] = p
			return key
		}
		if inside {
			start = name(line[0])
		}
		end := func(name string) {
			g.ends, g.length = append(g.ends, [2]string{start, name}), append(g.length, length)
			count[start]++
			count[name]++
		}
		for i := 1; i < len(line); i++ {
			for _, cut := range append(crossed(line[i-1], line[i], place[0]), 1) {
				p := orb.Point{line[i-1][0] + cut*(line[i][0]-line[i-1][0]), line[i-1][1] + cut*(line[i][1]-line[i-1][1])}
				length += geo.Distance(from, p)
				from = p
				if cut == 1 {
					continue
				}
				if inside {
					end("out")
				}
				inside, start, length = !inside, "out", 0
			}
		}
		if inside {
			end(name(line[len(line)-1]))
		}
	}
	for i := range g.ends {
		for k, end := range g.ends[i] {
			if p, named := at[end]; named && count[end] == 1 && geo.NearestOnLine(orb.LineString(place[0]), p).Dist <= 1 {
				g.ends[i][k] = "out"
			}
		}
	}
	return g
}

// crossed lists where a segment crosses a ring, in order.
func crossed(a, b orb.Point, ring orb.Ring) []float64 {
	side := func(p, q, r orb.Point) float64 { return (q[0]-p[0])*(r[1]-p[1]) - (q[1]-p[1])*(r[0]-p[0]) }
	var out []float64
	for i := 1; i < len(ring); i++ {
		c, d := ring[i-1], ring[i]
		if s, e := side(c, d, a), side(c, d, b); s*e < 0 && side(a, b, c)*side(a, b, d) < 0 {
			out = append(out, s/(s-e))
		}
	}
	slices.Sort(out)
	return out
}

// takeAway gives the metres on loops, in dead ends and in all.
func (g *pairGraph) takeAway() (loops, dead, all float64) {
	joined := func(without int) bool {
		seen := map[string]bool{g.ends[without][0]: true}
		for grown := true; grown; {
			grown = false
			for i, e := range g.ends {
				if i != without && seen[e[0]] != seen[e[1]] {
					seen[e[0]], seen[e[1]], grown = true, true, true
				}
			}
		}
		return seen[g.ends[without][1]]
	}
	gone := make([]bool, len(g.ends))
	for i := range g.ends {
		all += g.length[i]
		if g.ends[i][0] == g.ends[i][1] || joined(i) {
			loops += g.length[i]
		}
	}
	for more := true; more; {
		more = false
		count := make(map[string]int)
		for i, e := range g.ends {
			if !gone[i] {
				count[e[0]]++
				count[e[1]]++
			}
		}
		for i, e := range g.ends {
			if !gone[i] && (e[0] != "out" && count[e[0]] == 1 || e[1] != "out" && count[e[1]] == 1) {
				gone[i], more = true, true
				dead += g.length[i]
			}
		}
	}
	return loops, dead, all
}
