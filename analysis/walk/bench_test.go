package walk

import (
	"syscall"
	"testing"
	"time"

	"yiju/analysis"
)

// cpu reports the processor time of an operation beside the time on the clock,
// which says little on a machine that does other things too.
func cpu(b *testing.B) func() {
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	start := used()
	return func() { b.ReportMetric(float64(used()-start)/float64(b.N)/1e6, "cpu-ms/op") }
}

func build(b testing.TB, scene *analysis.Scene, profileID string) *Network {
	b.Helper()
	n, err := BuildNetwork(scene, profile(b, profileID))
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// One venue, 15 minutes, stretches of ways and polygons for three cut-offs.
func BenchmarkVenueNeuss(b *testing.B) {
	n := build(b, neuss(b), "adult")
	venue := -1
	for i := range n.venues { // the one that reaches most
		f, done := toVenue(n, i, 15)
		if venue < 0 || len(f.s.nodes) > nodesOf(n, venue) {
			venue = i
		}
		done()
	}
	limits := []int64{300e6, 600e6, 900e6}
	n.theMesh()
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		f, done := toVenue(n, venue, 15)
		var parts []part
		for _, e := range f.reachedEdges() {
			parts = f.parts(e, limits, parts)
		}
		areas := f.areas(limits)
		done()
		b.ReportMetric(float64(len(parts)), "parts")
		b.ReportMetric(float64(len(areas[2])), "polygons")
	}
}

func nodesOf(n *Network, venue int) int {
	f, done := toVenue(n, venue, 15)
	defer done()
	return len(f.s.nodes)
}

func BenchmarkBuildNetwork(b *testing.B) {
	for _, town := range []struct {
		name  string
		scene func(testing.TB) *analysis.Scene
	}{{"Neuss", neuss}, {"PortoAlegre", portoAlegre}} {
		b.Run(town.name, func(b *testing.B) {
			scene := town.scene(b)
			p := profile(b, "adult")
			b.ReportAllocs()
			defer cpu(b)()
			for b.Loop() {
				if _, err := BuildNetwork(scene, p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMesh(b *testing.B) {
	for _, town := range []struct {
		name  string
		scene func(testing.TB) *analysis.Scene
	}{{"Neuss", neuss}, {"PortoAlegre", portoAlegre}} {
		b.Run(town.name, func(b *testing.B) {
			n := build(b, town.scene(b), "adult")
			b.ReportAllocs()
			defer cpu(b)()
			for b.Loop() {
				buildMesh(n)
			}
		})
	}
}

// All venues, all buildings, three cut-offs: time and distance to the nearest
// venue, a search from every venue on its own, all values and layers. The
// network, its mesh and the places where buildings join are there already.
func BenchmarkRunPortoAlegre(b *testing.B) {
	for _, c := range []struct {
		name string
		omit []string
	}{
		{"everything", nil},
		{"withoutAreas", []string{"areas", "land"}},
		{"valuesOnly", []string{"areas", "land", "edges", "snaps", "islands"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			n := build(b, portoAlegre(b), "adult")
			n.theMesh()
			n.allTargets()
			p := Params{Categories: []string{"sport"}, MinutesCutoffs: []float64{5, 10, 15}, Profile: n.profile, Omit: c.omit}
			b.ReportAllocs()
			defer cpu(b)()
			for b.Loop() {
				if _, err := RunOn(n, p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRunNeuss(b *testing.B) {
	scene := neuss(b)
	p := profile(b, "adult")
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		if _, err := Run(scene, Params{Categories: []string{"sport"}, MinutesCutoffs: []float64{5, 10, 15}, Radii: []Cutoff{{5, 300}, {10, 500}, {15, 1000}}, Profile: p}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWhyNeuss(b *testing.B) {
	n := build(b, neuss(b), "adult")
	c := n.scene.Community.Geometry.Bound().Center()
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		n.Why(c, "sport", "sport/pitch", "sport/hall")
	}
}
