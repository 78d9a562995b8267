package osm

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// scatter cuts closed outlines into pieces at random and shuffles and turns them.
func scatter(random *rand.Rand, outlines [][]int64) []chain {
	var pieces []chain
	for _, o := range outlines {
		turn := random.IntN(len(o) - 1)
		loop := append(slices.Clone(o[turn:len(o)-1]), o[:turn+1]...)
		for len(loop) > 1 {
			n := 1 + random.IntN(len(loop)-1)
			piece := chain(slices.Clone(loop[:n+1]))
			if random.IntN(2) == 0 {
				slices.Reverse(piece)
			}
			pieces = append(pieces, piece)
			loop = loop[n:]
		}
	}
	random.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
	return pieces
}

// edges of closed chains, each with the smaller end first.
func edges(chains []chain) map[[2]int64]int {
	out := make(map[[2]int64]int)
	for _, c := range chains {
		for i := 1; i < len(c); i++ {
			out[[2]int64{min(c[i-1], c[i]), max(c[i-1], c[i])}]++
		}
	}
	return out
}

// However outlines are cut up, joining gives closed rings of exactly their edges;
// also where two of them touch in a node.
func TestJoinPutsOutlinesTogetherAgain(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	outlines := [][]int64{
		{1, 2, 3, 4, 1},
		{4, 5, 6, 7, 4}, // touches the first in 4
		{10, 11, 12, 13, 14, 10},
		{12, 20, 21, 12}, // touches the third in 12
	}
	var whole []chain
	for _, o := range outlines {
		whole = append(whole, chain(o))
	}
	want := edges(whole)
	for range 500 {
		closed, open := join(scatter(random, outlines))
		if len(open) > 0 {
			t.Fatalf("left open: %v", open)
		}
		got := edges(closed)
		if len(got) != len(want) || len(closed) != len(outlines) {
			t.Fatalf("%d rings with %d edges, want %d with %d: %v", len(closed), len(got), len(outlines), len(want), closed)
		}
		for _, c := range closed {
			inner := slices.Clone(c[1:])
			slices.Sort(inner)
			if c[0] != last(c) || len(slices.Compact(inner)) != len(c)-1 {
				t.Fatalf("ring %v passes through a node twice", c)
			}
		}
	}
}

func TestJoinNamesWhatIsOpen(t *testing.T) {
	closed, open := join([]chain{{1, 2, 3}, {3, 4}, {10, 11, 12, 10}})
	if len(closed) != 1 || len(open) != 1 || open[0][0] != 1 || last(open[0]) != 4 {
		t.Errorf("closed %v, open %v", closed, open)
	}
}

func square(x, y, size float64) orb.Ring {
	return orb.Ring{{x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}, {x, y}}
}

func TestNest(t *testing.T) {
	tests := []struct {
		name  string
		rings []orb.Ring
		parts int
		holes int
		area  float64
	}{
		{"two apart", []orb.Ring{square(0, 0, 2), square(10, 0, 3)}, 2, 0, 13},
		{"hole", []orb.Ring{square(1, 1, 2), square(0, 0, 10)}, 1, 1, 96},
		{"island in the hole", []orb.Ring{square(0, 0, 10), square(1, 1, 8), square(2, 2, 3)}, 2, 1, 100 - 64 + 9},
		{"hole in the island", []orb.Ring{square(3, 3, 1), square(2, 2, 3), square(0, 0, 10), square(1, 1, 8)}, 2, 2, 100 - 64 + 9 - 1},
		{"hole touching the outline in a corner", []orb.Ring{square(0, 0, 10), square(0, 0, 2)}, 1, 1, 96},
		{"hole along an edge", []orb.Ring{square(0, 0, 10), square(4, 0, 2)}, 1, 1, 96},
		{"neighbours with a common edge", []orb.Ring{square(0, 0, 2), square(2, 0, 2)}, 2, 0, 8},
		{"corners only on the outline", []orb.Ring{{{0, 0}, {4, 0}, {8, 0}, {8, 8}, {0, 8}, {0, 0}}, {{0, 0}, {4, 0}, {8, 8}, {0, 0}}}, 1, 1, 64 - 16},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var rings []ring
			for _, line := range test.rings {
				rings = append(rings, ring{line: line})
			}
			got := nest(rings)
			holes := 0
			for _, p := range got {
				holes += len(p) - 1
			}
			if len(got) != test.parts || holes != test.holes || math.Abs(geo.Area(got)-test.area) > 1e-9 {
				t.Errorf("%d parts, %d holes, area %g: %v", len(got), holes, geo.Area(got), got)
			}
		})
	}
}

// document writes nodes at whole degrees and what else is given as OSM XML.
func document(nodes map[int64]orb.Point, rest ...string) string {
	var b strings.Builder
	b.WriteString("<osm version='0.6'>\n")
	ids := make([]int64, 0, len(nodes))
	for id := range nodes {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		fmt.Fprintf(&b, "<node id='%d' lon='%g' lat='%g'/>\n", id, nodes[id][0], nodes[id][1])
	}
	b.WriteString(strings.Join(rest, "\n"))
	b.WriteString("\n</osm>\n")
	return b.String()
}

func grid() map[int64]orb.Point {
	out := make(map[int64]orb.Point)
	for x := range 10 {
		for y := range 10 {
			out[int64(10*x+y)] = orb.Point{float64(x), float64(y)}
		}
	}
	return out
}

func wayXML(id int, tags string, refs ...int) string {
	s := fmt.Sprintf("<way id='%d'>", id)
	for _, ref := range refs {
		s += fmt.Sprintf("<nd ref='%d'/>", ref)
	}
	return s + tagsXML(tags) + "</way>"
}

// tagsXML writes "k=v k=v"; a plus is a space.
func tagsXML(tags string) string {
	s := ""
	for _, pair := range strings.Fields(tags) {
		k, v, _ := strings.Cut(pair, "=")
		s += fmt.Sprintf("<tag k='%s' v='%s'/>", k, strings.ReplaceAll(v, "+", " "))
	}
	return s
}

func relationXML(id int, tags string, ways ...string) string {
	s := fmt.Sprintf("<relation id='%d'>", id)
	for _, w := range ways {
		ref, role, _ := strings.Cut(w, ":")
		s += fmt.Sprintf("<member type='way' ref='%s' role='%s'/>", ref, role)
	}
	return s + tagsXML(tags) + "</relation>"
}

// Relations that are whole become areas whatever their roles say; those that are
// not are named and left out.
func TestRelations(t *testing.T) {
	outer := []string{wayXML(1, "", 0, 90, 99), wayXML(2, "", 0, 9, 99)}
	hole := wayXML(3, "", 22, 24, 44, 42, 22)
	tests := []struct {
		name    string
		ways    []string
		members []string
		area    float64 // 0 when it is left out
		problem string
	}{
		{"with a hole", append(outer, hole), []string{"1:outer", "2:outer", "3:inner"}, 81 - 4, ""},
		{"wrong roles", append(outer, hole), []string{"1:inner", "2:", "3:outer"}, 81 - 4, ""},
		{"a member twice", append(outer, hole), []string{"1:outer", "2:outer", "3:inner", "1:outer"}, 81 - 4, "member_twice"},
		{"other roles do not count", append(outer, hole), []string{"1:outer", "2:outer", "3:admin_centre"}, 81, ""},
		{"not closed", outer[:1], []string{"1:outer"}, 0, "open_ring"},
		{"a member is missing", outer[:1], []string{"1:outer", "2:outer"}, 0, "missing_member"},
		{"a node is missing", append(outer, wayXML(3, "", 22, 24, 444, 42, 22)), []string{"1:outer", "2:outer", "3:inner"}, 0, "missing_member"},
		{"no members", outer, nil, 0, "no_area"},
		{"two points there and back", []string{wayXML(1, "", 0, 1), wayXML(2, "", 1, 0)}, []string{"1:outer", "2:outer"}, 0, "degenerate_ring"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := document(grid(), append(test.ways, relationXML(7, "type=multipolygon landuse=forest", test.members...))...)
			r := features(t, text)
			got := r.Layers["greens"]
			if test.area == 0 {
				if len(got) != 0 {
					t.Errorf("made %v", got)
				}
			} else if len(got) != 1 || got[0].ID != "r7" || math.Abs(geo.Area(got[0].Geometry)-test.area) > 1e-9 {
				t.Errorf("got %+v", got)
			}
			if test.problem != "" && r.Problems.Count(test.problem) == 0 {
				t.Errorf("problems %v", r.Problems.Entries())
			}
		})
	}
}

func features(t testing.TB, text string) *Result {
	t.Helper()
	d, err := Read(context.Background(), strings.NewReader(text), Options{Name: "a.osm"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Features(context.Background(), testMapping(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func BenchmarkJoin(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	outline := make([]int64, 5001)
	for i := range outline {
		outline[i] = int64(i)
	}
	outline[5000] = 0
	pieces := scatter(random, [][]int64{outline})
	b.ReportAllocs()
	for b.Loop() {
		join(pieces)
	}
}
