package plan

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// town scatters boxes, turned, touching and overlapping, and loose walls.
func town(seed uint64, houses, walls int, side float64) []Edge {
	r := rand.New(rand.NewPCG(seed, 1))
	var out []Edge
	for range houses {
		c := orb.Point{r.Float64() * side, r.Float64() * side}
		w, h, turn := 2+r.Float64()*15, 2+r.Float64()*15, 0.0
		if r.IntN(2) == 0 {
			turn = r.Float64() * math.Pi
		}
		sin, cos := math.Sincos(turn)
		var ring []orb.Point
		for _, k := range [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
			x, y := k[0]*w/2, k[1]*h/2
			ring = append(ring, orb.Point{c[0] + x*cos - y*sin, c[1] + x*sin + y*cos})
		}
		for i := range ring {
			out = append(out, Edge{A: ring[i], B: ring[(i+1)%4], OneSided: true})
		}
	}
	for range walls {
		a := orb.Point{r.Float64() * side, r.Float64() * side}
		t, l := r.Float64()*2*math.Pi, r.Float64()*40
		out = append(out, Edge{A: a, B: orb.Point{a[0] + l*math.Cos(t), a[1] + l*math.Sin(t)}})
	}
	return out
}

// inHouse tells whether p is in a box of a town that begins with its houses.
func inHouse(edges []Edge, p orb.Point) bool {
	for i := 0; i+3 < len(edges) && edges[i].OneSided; i += 4 {
		in := true
		for k := range 4 {
			a, b := edges[i+k].A, edges[i+k].B
			in = in && (b[0]-a[0])*(p[1]-a[1])-(b[1]-a[1])*(p[0]-a[0]) > 0
		}
		if in {
			return true
		}
	}
	return false
}

// cast is the plain way: the nearest of all edges along a ray.
func cast(edges []Edge, from orb.Point, dx, dy, reach float64) float64 {
	best := reach
	for _, e := range edges {
		ax, ay := e.A[0]-from[0], e.A[1]-from[1]
		ex, ey := e.B[0]-e.A[0], e.B[1]-e.A[1]
		den := dx*ey - dy*ex
		if den == 0 {
			continue
		}
		t, u := (ax*ey-ay*ex)/den, (ax*dy-ay*dx)/den
		if t > 0 && u >= 0 && u <= 1 {
			best = min(best, t)
		}
	}
	return best
}

func allOpaque(int32) Opacity { return Opaque }

func TestLookAgreesWithRays(t *testing.T) {
	var s Sweep
	checked := 0
	for seed := range uint64(60) {
		edges := town(seed, 5+int(seed)*3, int(seed)/3, 150)
		x := New(edges)
		r := rand.New(rand.NewPCG(seed, 2))
		for range 20 {
			v := View{From: orb.Point{r.Float64() * 150, r.Float64() * 150}, Half: Last, ReachM: 20 + r.Float64()*120}
			if inHouse(edges, v.From) {
				continue
			}
			v.Sin, v.Cos = math.Sincos(r.Float64() * 7)
			if r.IntN(2) == 0 {
				v.Half = r.Float64() * 2
			}
			spans, _ := s.Look(x, v, allOpaque)
			poly := s.Polygon(spans)
			if reason := simple(poly[0]); reason != "" {
				t.Fatalf("seed %d, view %+v: %s", seed, v, reason)
			}
			for range 40 {
				a := (r.Float64()*2 - 1) * v.Half
				dx, dy := v.Unit(a)
				want, got := cast(edges, v.From, dx, dy, v.ReachM), v.ReachM
				for _, sp := range spans {
					if sp.A0 <= a && a <= sp.A1 {
						got = min(got, s.Dist(sp, a))
					}
				}
				if math.Abs(got-want) > 1e-6*want && !grazes(edges, v.From, dx, dy, got, want) {
					t.Fatalf("seed %d, view %+v: at %v seen %v m far, a ray goes %v m", seed, v, a, got, want)
				}
				near, far := v.At(a, want*0.999-0.001), v.At(a, want*1.001+0.01)
				if want < v.ReachM && (!geo.Inside(poly, near) || geo.Inside(poly, far)) && !grazes(edges, v.From, dx, dy, want*0.99, want*1.01) {
					t.Fatalf("seed %d, view %+v: polygon at %v, %v m", seed, v, a, want)
				}
				checked++
			}
		}
	}
	t.Logf("%d rays", checked)
}

// grazes tells whether a ray passes a vertex so closely that either answer is one.
func grazes(edges []Edge, from orb.Point, dx, dy, d0, d1 float64) bool {
	lo, hi := min(d0, d1)*0.98-0.1, max(d0, d1)*1.02+0.1
	return slices.ContainsFunc(edges, func(e Edge) bool {
		for _, p := range [2]orb.Point{e.A, e.B} {
			x, y := p[0]-from[0], p[1]-from[1]
			along, off := x*dx+y*dy, math.Abs(x*dy-y*dx)
			if along > lo && along < hi && off < 0.02 {
				return true
			}
		}
		return false
	})
}

// simple says what is wrong with a ring, if anything.
func simple(r orb.Ring) string {
	if len(r) < 4 || r[0] != r[len(r)-1] {
		return "the ring is not closed"
	}
	if !geo.Finite(r) {
		return "the ring is not finite"
	}
	return ""
}

func TestLookListsLowEdgesInSight(t *testing.T) {
	edges := []Edge{
		{A: orb.Point{10, -5}, B: orb.Point{10, 5}},   // 0: low, in front
		{A: orb.Point{20, -50}, B: orb.Point{20, 50}}, // 1: a wall
		{A: orb.Point{60, -5}, B: orb.Point{60, 5}},   // 2: low, behind the wall
		{A: orb.Point{-60, -5}, B: orb.Point{-60, 5}}, // 3: low, behind the viewer
	}
	var s Sweep
	spans, low := s.Look(New(edges), View{Cos: 1, Half: 0.5, ReachM: 100}, func(e int32) Opacity {
		if e == 1 {
			return Opaque
		}
		return Low
	})
	if len(spans) != 1 || spans[0].Edge != 1 || spans[0].A0 != -0.5 || spans[0].A1 != 0.5 {
		t.Errorf("spans %v", spans)
	}
	if !slices.Equal(low, []int32{0}) {
		t.Errorf("low edges %v", low)
	}
}

func TestAlongTouchesEveryCrossedEdge(t *testing.T) {
	edges := town(5, 60, 30, 200)
	x := New(edges)
	r := rand.New(rand.NewPCG(9, 9))
	for range 2000 {
		a := orb.Point{r.Float64()*300 - 50, r.Float64()*300 - 50}
		b := orb.Point{r.Float64()*300 - 50, r.Float64()*300 - 50}
		met := make(map[int32]bool)
		x.Along(a, b, func(e int32) bool {
			met[e] = true
			return true
		})
		for i, e := range edges {
			d := geo.Distance(a, b)
			if hit := cast([]Edge{e}, a, (b[0]-a[0])/d, (b[1]-a[1])/d, d); hit < d && !met[int32(i)] {
				t.Fatalf("the way from %v to %v crosses edge %d, which was not met", a, b, i)
			}
		}
	}
}

func TestAnglesOrderAndReturn(t *testing.T) {
	last := math.Inf(-1)
	for i := range 2000 {
		rad := -math.Pi + 2*math.Pi*(float64(i)+0.5)/2000
		sin, cos := math.Sincos(rad)
		a := Angle(cos, sin)
		if a <= last {
			t.Fatalf("pseudo-angle %v of %v rad is not above %v", a, rad, last)
		}
		last = a
		x, y := Direction(a)
		if back := math.Atan2(y, x); math.Abs(back-rad) > 1e-12 {
			t.Fatalf("%v rad came back as %v", rad, back)
		}
	}
}
