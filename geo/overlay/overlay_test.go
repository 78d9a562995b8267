package overlay_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/overlay"
)

func box(x0, y0, x1, y1 float64) orb.Polygon {
	return geo.Extent{MinX: x0, MinY: y0, MaxX: x1, MaxY: y1}.Polygon()
}

var bowTie = orb.Polygon{{{0, 0}, {10, 10}, {10, 0}, {0, 10}, {0, 0}}}

func TestOperations(t *testing.T) {
	a, b := box(0, 0, 10, 10), box(5, 5, 15, 15)
	line := orb.LineString{{-5, 5}, {15, 5}}
	for _, tc := range []struct {
		name         string
		op           func() (orb.Geometry, error)
		area, length float64
		parts        int
	}{
		{"union", func() (orb.Geometry, error) { return overlay.Union(a, b) }, 175, 0, 1},
		{"union of parts that do not meet", func() (orb.Geometry, error) { return overlay.Union(a, box(20, 0, 21, 1)) }, 101, 0, 2},
		{"union of a shape with itself", func() (orb.Geometry, error) { return overlay.Union(a, a, orb.MultiPolygon{a}) }, 100, 0, 1},
		{"union with nothing", func() (orb.Geometry, error) { return overlay.Union(nil, a, orb.Polygon(nil), orb.MultiPoint{}) }, 100, 0, 1},
		{"intersection", func() (orb.Geometry, error) { return overlay.Intersection(a, b) }, 25, 0, 1},
		{"intersection with a line", func() (orb.Geometry, error) { return overlay.Intersection(line, a) }, 0, 10, 1},
		{"intersection along an edge", func() (orb.Geometry, error) { return overlay.Intersection(a, box(10, 0, 20, 10)) }, 0, 10, 1},
		{"intersection at a corner", func() (orb.Geometry, error) { return overlay.Intersection(a, box(10, 10, 20, 20)) }, 0, 0, 1},
		{"intersection with nothing", func() (orb.Geometry, error) { return overlay.Intersection(a, nil) }, 0, 0, 0},
		{"intersection of bound and ring", func() (orb.Geometry, error) { return overlay.Intersection(a.Bound(), b[0]) }, 25, 0, 1},
		{"difference", func() (orb.Geometry, error) { return overlay.Difference(a, b) }, 75, 0, 1},
		{"difference cuts a hole", func() (orb.Geometry, error) { return overlay.Difference(a, box(4, 4, 6, 6)) }, 96, 0, 1},
		{"difference of a line", func() (orb.Geometry, error) { return overlay.Difference(line, a) }, 0, 10, 2},
		{"difference with nothing", func() (orb.Geometry, error) { return overlay.Difference(a, orb.Collection{}) }, 100, 0, 1},
		{"difference leaves nothing", func() (orb.Geometry, error) { return overlay.Difference(a, box(-1, -1, 11, 11)) }, 0, 0, 0},
		{"difference from nothing", func() (orb.Geometry, error) { return overlay.Difference(nil, a) }, 0, 0, 0},
		{"buffer inwards", func() (orb.Geometry, error) { return overlay.Buffer(a, -1, overlay.Round) }, 64, 0, 1},
		{"buffer inwards to nothing", func() (orb.Geometry, error) { return overlay.Buffer(a, -6, overlay.Round) }, 0, 0, 0},
		{"buffer with flat ends", func() (orb.Geometry, error) { return overlay.Buffer(line, 2, overlay.Flat) }, 80, 0, 1},
		// A full circle has 32 corners: n/2·sin(2π/n)·r².
		{"buffer of a point", func() (orb.Geometry, error) { return overlay.Buffer(orb.Point{1, 1}, 2, overlay.Round) }, 16 * math.Sin(math.Pi/16) * 4, 0, 1},
		{"buffer with round ends", func() (orb.Geometry, error) { return overlay.Buffer(line, 2, overlay.Round) }, 80 + 16*math.Sin(math.Pi/16)*4, 0, 1},
		{"simplify", func() (orb.Geometry, error) {
			return overlay.Simplify(orb.LineString{{0, 0}, {5, 0.1}, {10, 0}}, 0.2)
		}, 0, 10, 1},
		{"simplify within tolerance", func() (orb.Geometry, error) {
			return overlay.Simplify(orb.LineString{{0, 0}, {5, 0.3}, {10, 0}}, 0.2)
		}, 0, 2 * math.Hypot(5, 0.3), 1},
		{"onto a grid", func() (orb.Geometry, error) { return overlay.OnGrid(box(0.4, 0.4, 9.6, 9.6), 1) }, 100, 0, 1},
		{"onto a grid, repaired", func() (orb.Geometry, error) { return overlay.OnGrid(bowTie, 1) }, 50, 0, 2},
		{"onto a grid too coarse for it", func() (orb.Geometry, error) { return overlay.OnGrid(box(0.1, 0.1, 0.3, 0.3), 1) }, 0, 0, 0},
		{"repair a bow-tie", func() (orb.Geometry, error) { return overlay.MakeValid(bowTie) }, 50, 0, 2},
		{"repair what is whole", func() (orb.Geometry, error) { return overlay.MakeValid(a) }, 100, 0, 1},
		{"repair a polygon with a spike", func() (orb.Geometry, error) {
			return overlay.MakeValid(orb.Polygon{{{0, 0}, {10, 0}, {10, 10}, {10, 30}, {10, 10}, {0, 10}, {0, 0}}})
		}, 100, 0, 1},
		{"repair a hole outside its shell", func() (orb.Geometry, error) {
			return overlay.MakeValid(orb.Polygon{a[0], box(20, 20, 22, 22)[0]})
		}, 104, 0, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := tc.op()
			if err != nil {
				t.Fatal(err)
			}
			if area := geo.Area(got); math.Abs(area-tc.area) > 1e-9 {
				t.Errorf("area %v, want %v", area, tc.area)
			}
			if length := geo.Length(got); math.Abs(length-tc.length) > 1e-9 {
				t.Errorf("length %v, want %v", length, tc.length)
			}
			if parts := geo.Parts(got); len(parts) != tc.parts || (got == nil) != (tc.parts == 0) {
				t.Errorf("%d parts, want %d: %v", len(parts), tc.parts, got)
			}
			if reason, err := overlay.Invalid(got); reason != "" || err != nil {
				t.Errorf("the result is invalid: %s %v", reason, err)
			}
		})
	}
}

func TestIntersects(t *testing.T) {
	a := box(0, 0, 10, 10)
	for _, tc := range []struct {
		name string
		b    orb.Geometry
		want bool
	}{
		{"overlapping", box(5, 5, 15, 15), true},
		{"within", orb.Point{5, 5}, true},
		{"touching", box(10, 10, 15, 15), true},
		{"apart", box(10.001, 0, 15, 15), false},
		{"nothing", nil, false},
	} {
		if got, err := overlay.Intersects(a, tc.b); got != tc.want || err != nil {
			t.Errorf("%s: %v, %v", tc.name, got, err)
		}
		if got, err := overlay.Intersects(tc.b, a); got != tc.want || err != nil {
			t.Errorf("%s, the other way round: %v, %v", tc.name, got, err)
		}
	}
}

func TestInvalid(t *testing.T) {
	for _, tc := range []struct {
		name, want string
		g          orb.Geometry
	}{
		{"nothing", "", nil},
		{"whole", "", box(0, 0, 1, 1)},
		{"bow-tie", "Self-intersection", bowTie},
		{"hole outside", "Hole lies outside shell", orb.Polygon{box(0, 0, 1, 1)[0], box(5, 5, 6, 6)[0]}},
		{"shapes that overlap", "Self-intersection", orb.MultiPolygon{box(0, 0, 5, 5), box(3, 3, 8, 8)}},
		{"ring that is not closed", "closed", orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}}},
		{"line of one vertex", "point array", orb.LineString{{1, 1}}},
		{"not finite", "finite", orb.LineString{{1, 1}, {math.Inf(1), 0}}},
	} {
		got, err := overlay.Invalid(tc.g)
		if err != nil || !strings.Contains(got, tc.want) || (got == "") != (tc.want == "") {
			t.Errorf("%s: %q, %v; want %q", tc.name, got, err, tc.want)
		}
	}
}

// crossing is a polygon that crosses itself in many places.
func crossing(rng *rand.Rand) orb.Polygon {
	ring := make(orb.Ring, 3+rng.IntN(20))
	for i := range ring {
		ring[i] = orb.Point{rng.Float64() * 10, rng.Float64() * 10}
	}
	return orb.Polygon{append(ring, ring[0])}
}

// Where GEOS gives up there must be an error: an empty result would say that two
// areas share nothing.
func TestWhatGEOSCannotDoIsAnError(t *testing.T) {
	nan := orb.Polygon{{{0, 0}, {math.NaN(), 0}, {10, 10}, {0, 0}}}
	whole := box(0, 0, 10, 10)
	far := orb.Polygon{{{0, 0}, {1e13, 0}, {10, 10}, {0, 0}}}
	for name, op := range map[string]func() (orb.Geometry, error){
		"not a number, union":             func() (orb.Geometry, error) { return overlay.Union(whole, nan) },
		"not a number, left":              func() (orb.Geometry, error) { return overlay.Intersection(nan, whole) },
		"not a number, right":             func() (orb.Geometry, error) { return overlay.Difference(whole, nan) },
		"not a number, buffer":            func() (orb.Geometry, error) { return overlay.Buffer(nan, 1, overlay.Round) },
		"not a number, deep inside":       func() (orb.Geometry, error) { return overlay.MakeValid(orb.Collection{orb.Collection{nan}}) },
		"ring that is not closed":         func() (orb.Geometry, error) { return overlay.Intersection(orb.Polygon{whole[0][:4]}, whole) },
		"line of one vertex":              func() (orb.Geometry, error) { return overlay.Buffer(orb.LineString{{1, 1}}, 1, overlay.Round) },
		"farther than anything":           func() (orb.Geometry, error) { return overlay.Intersection(far, whole) },
		"buffer as wide as not a number":  func() (orb.Geometry, error) { return overlay.Buffer(whole, math.NaN(), overlay.Round) },
		"buffer as wide as the world":     func() (orb.Geometry, error) { return overlay.Buffer(whole, math.Inf(1), overlay.Round) },
		"simplified by not a number":      func() (orb.Geometry, error) { return overlay.Simplify(whole, math.NaN()) },
		"grid without a cell":             func() (orb.Geometry, error) { return overlay.OnGrid(whole, 0) },
		"simplified by less than nothing": func() (orb.Geometry, error) { return overlay.Simplify(whole, -1) },
	} {
		got, err := op()
		if err == nil || got != nil {
			t.Errorf("%s: %v, %v; want an error", name, got, err)
			continue
		}
		if !strings.HasPrefix(err.Error(), "overlay: ") {
			t.Errorf("%s: error %q does not say where it comes from", name, err)
		}
	}

	rng := rand.New(rand.NewPCG(1, 2))
	refused := 0
	for range 200 {
		a, b := crossing(rng), crossing(rng)
		got, err := overlay.Intersection(a, b)
		if err != nil {
			refused++
			if !strings.Contains(err.Error(), "Self-intersection") {
				t.Fatalf("%v does not say what is wrong with the polygon", err)
			}
			continue
		}
		if got == nil {
			ra, err1 := overlay.MakeValid(a)
			rb, err2 := overlay.MakeValid(b)
			meet, err3 := overlay.Intersection(ra, rb)
			if err := errors.Join(err1, err2, err3); err != nil {
				t.Fatal(err)
			}
			if geo.Area(meet) > 1e-9 {
				t.Fatalf("nothing in common, they say, of %v and %v", a, b)
			}
		}
	}
	if refused < 50 {
		t.Errorf("only %d of 200 pairs were refused; the test shows little", refused)
	}
}

// Every function takes every kind of geometry, and says so when it does not.
func TestEveryKindOfGeometry(t *testing.T) {
	all := append([]orb.Geometry{}, orb.AllGeometries...)
	all = append(all, orb.Polygon{{}}, orb.Polygon{nil, {}}, orb.Polygon{box(0, 0, 1, 1)[0], nil}, orb.MultiPolygon{nil, box(0, 0, 1, 1)},
		orb.MultiLineString{nil, {{1, 1}, {2, 2}}}, orb.Collection{nil, orb.Collection{nil, orb.Polygon(nil), orb.Point{1, 1}}},
		orb.LineString{{1, 1}}, orb.Polygon{{{1, 1}}}, orb.Polygon{{{1, 1}, {1, 1}, {1, 1}, {1, 1}}})
	whole := box(0, 0, 1, 1)
	for _, g := range all {
		for name, op := range map[string]func() (orb.Geometry, error){
			"union":        func() (orb.Geometry, error) { return overlay.Union(g, whole, g) },
			"intersection": func() (orb.Geometry, error) { return overlay.Intersection(g, whole) },
			"difference":   func() (orb.Geometry, error) { return overlay.Difference(whole, g) },
			"buffer":       func() (orb.Geometry, error) { return overlay.Buffer(g, 1, overlay.Round) },
			"simplify":     func() (orb.Geometry, error) { return overlay.Simplify(g, 1) },
			"grid":         func() (orb.Geometry, error) { return overlay.OnGrid(g, 1) },
			"repair":       func() (orb.Geometry, error) { return overlay.MakeValid(g) },
		} {
			got, err := op()
			if err != nil {
				reason, _ := overlay.Invalid(g)
				if _, mixed := g.(orb.Collection); reason == "" && !mixed {
					t.Errorf("%s of %#v: %v, though it is valid", name, g, err)
				}
				continue
			}
			if got != nil && geo.ExtentOf(got).IsEmpty() {
				t.Errorf("%s of %#v gives %#v; nothing is nil", name, g, got)
			}
		}
	}
}

// Numbers at the edge of what a float holds may give any answer, but must not end
// the process.
func TestExtremeNumbers(t *testing.T) {
	numbers := []float64{math.MaxFloat64, -math.MaxFloat64, 1e300, 1e12, 1e-29, 1e-200, math.SmallestNonzeroFloat64, 0}
	for _, v := range numbers {
		shape := orb.Polygon{{{0, 0}, {v, 0}, {v, v}, {0, 0}}}
		for _, w := range numbers {
			_, _ = overlay.Buffer(shape, w, overlay.Flat)
			_, _ = overlay.Buffer(box(0, 0, 1, 1), w, overlay.Round)
			_, _ = overlay.Intersection(shape, orb.Polygon{{{0, 0}, {w, 0}, {0, w}, {0, 0}}})
			_, _ = overlay.Union(shape, orb.LineString{{0, w}, {w, 0}})
			_, _ = overlay.MakeValid(orb.Polygon{{{0, 0}, {v, w}, {v, 0}, {0, w}, {0, 0}}})
			_, _ = overlay.Simplify(shape, math.Abs(w))
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	var wait sync.WaitGroup
	for worker := range 8 {
		wait.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(worker), 1))
			for range 30 {
				x, y := rng.Float64()*10, rng.Float64()*10
				got, err := overlay.Intersection(box(0, 0, 10, 10), box(x, y, 10+x, 10+y))
				if err != nil || math.Abs(geo.Area(got)-(10-x)*(10-y)) > 1e-9 {
					t.Errorf("area %v, %v; want %v", geo.Area(got), err, (10-x)*(10-y))
				}
				if _, err := overlay.Difference(crossing(rng), crossing(rng)); err != nil && !strings.Contains(err.Error(), "Self-intersection") {
					t.Error(err)
				}
				_, _ = overlay.Buffer(orb.LineString{{1, 1}}, 1, overlay.Round)
			}
		})
	}
	wait.Wait()
}

// resident is the memory of this process in bytes: the C heap is invisible to Go.
func resident(t *testing.T) int {
	runtime.GC()
	runtime.GC() // what the cleanups of the first let go of
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skipf("memory of the process is read from /proc: %v", err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(b))[1])
	if err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

func TestNoMemoryIsLost(t *testing.T) {
	if info, _ := debug.ReadBuildInfo(); slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("the race detector itself keeps 3 kB for each call")
	}
	work := func(times int) {
		for range times {
			_, _ = overlay.Intersection(box(0, 0, 10, 10), box(5, 5, 15, 15))
			_, _ = overlay.Buffer(box(0, 0, 1, 1), 1, overlay.Round)
			_, _ = overlay.Invalid(bowTie)
			_, _ = overlay.Buffer(orb.LineString{{1, 1}}, 1, overlay.Round) // refused
		}
	}
	const rounds = 4000
	work(rounds)
	before := resident(t)
	work(rounds)
	// A GEOS context lost with each call would be 3 kB, 48 MB in all. Cleanups run
	// some time after the collection that found what to clean.
	grown := 0
	for range 100 {
		if grown = resident(t) - before; grown < 16<<20 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("%d calls took %d bytes that they did not give back", 4*rounds, grown)
}

func BenchmarkIntersection(b *testing.B) {
	x, y := box(0, 0, 10, 10), box(5, 5, 15, 15)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := overlay.Intersection(x, y); err != nil {
			b.Fatal(err)
		}
	}
}
