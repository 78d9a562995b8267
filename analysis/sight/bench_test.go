package sight

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"

	"yiju/analysis"
	"yiju/analysis/sight/plan"
	"yiju/geo"
	"yiju/geo/crs"
	"yiju/internal/sample"
)

// city is a town from OpenStreetMap, read once.
type city struct {
	once  sync.Once
	scene *analysis.Scene
	err   error
}

var monaco, neuss city

// readCity reads the buildings and walls of a town, and its streets to stand
// cameras in.
func readCity(path string) (*analysis.Scene, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	nodes := make(map[osm.NodeID]orb.Point)
	layers := make(map[string][]geo.Feature)
	s := osmpbf.New(context.Background(), f, 1)
	defer s.Close()
	for s.Scan() {
		switch o := s.Object().(type) {
		case *osm.Node:
			nodes[o.ID] = orb.Point{o.Lon, o.Lat}
		case *osm.Way:
			addWay(layers, o, nodes)
		}
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	all := geo.EmptyExtent()
	for _, f := range layers["buildings"] {
		all = all.Union(geo.ExtentOf(f.Geometry))
	}
	to, err := crs.Working(all.Centre())
	if err != nil {
		return nil, err
	}
	way, err := crs.New(crs.WGS84, to)
	if err != nil {
		return nil, err
	}
	for _, features := range layers {
		if err := way.ForwardFeatures(features); err != nil {
			return nil, err
		}
		analysis.SortByID(features)
	}
	return &analysis.Scene{CRS: to, Layers: layers, Community: geo.Feature{ID: "town"}}, nil
}

func addWay(layers map[string][]geo.Feature, w *osm.Way, nodes map[osm.NodeID]orb.Point) {
	var line orb.LineString
	for _, n := range w.Nodes {
		if p, ok := nodes[n.ID]; ok {
			line = append(line, p)
		}
	}
	id := fmt.Sprintf("w%012d", w.ID)
	closed := len(line) > 3 && line[0] == line[len(line)-1]
	switch {
	case len(line) < 2:
	case w.Tags.Find("building") != "" && closed:
		floors, err := strconv.Atoi(w.Tags.Find("building:levels"))
		if err != nil {
			floors = 6
		}
		layers["buildings"] = append(layers["buildings"], geo.Feature{ID: id, Geometry: orb.Polygon{orb.Ring(line)}, Attributes: map[string]any{"floors": int64(floors)}})
	case slices.Contains([]string{"wall", "retaining_wall"}, w.Tags.Find("barrier")):
		layers["barriers"] = append(layers["barriers"], geo.Feature{ID: id, Geometry: line, Attributes: map[string]any{"kind": "wall", "height_m": 2.2}})
	case w.Tags.Find("highway") != "":
		layers["ways"] = append(layers["ways"], geo.Feature{ID: id, Geometry: line, Attributes: map[string]any{}})
	}
}

// inMonaco puts cameras along the streets, outside of buildings.
func inMonaco(b *testing.B, n int, terrain analysis.Terrain) *Model {
	b.Helper()
	path := sample.Path(b, "osm-monaco/monaco-2021-04-19.osm.pbf")
	monaco.once.Do(func() { monaco.scene, monaco.err = readCity(path) })
	if monaco.err != nil {
		b.Fatal(monaco.err)
	}
	town := monaco.scene
	scene := *town
	scene.Terrain = terrain
	layers := map[string][]geo.Feature{"buildings": town.Layers["buildings"], "barriers": town.Layers["barriers"]}
	scene.Layers = layers
	bare := mustModel(b, &scene, Params{})
	r := rand.New(rand.NewPCG(1, 1))
	for len(layers["cameras"]) < n {
		line := town.Layers["ways"][r.IntN(len(town.Layers["ways"]))].Geometry.(orb.LineString)
		i := 1 + r.IntN(len(line)-1)
		p := between(line[i-1], line[i], r.Float64())
		if len(bare.town.near(p, 1)) > 0 {
			continue
		}
		layers["cameras"] = append(layers["cameras"], geo.Feature{ID: fmt.Sprintf("c%05d", len(layers["cameras"])), Geometry: p, Attributes: map[string]any{
			"kind": "fixed", "height_m": 4.0, "azimuth_deg": r.Float64() * 360, "tilt_deg": 12.0, "hfov_deg": 80.0, "vfov_deg": 50.0,
			"pixels_w": int64(2560), "range_m": 60.0, "working": true,
		}})
	}
	m := mustModel(b, &scene, Params{})
	return m
}

// reach_m is how far the plan views of the benchmarks go.
const reach_m = 100

// BenchmarkPlanPolygon is the polygon seen from a place in the streets, all around.
func BenchmarkPlanPolygon(b *testing.B) {
	m := inMonaco(b, 1000, nil)
	var s plan.Sweep
	opaque := func(int32) plan.Opacity { return plan.Opaque }
	b.ReportAllocs()
	vertices := 0
	times := make([]float64, 0, len(m.cameras))
	for i := 0; b.Loop(); i++ {
		v := plan.View{From: m.cameras[i%len(m.cameras)].At, Cos: 1, Half: plan.Last, ReachM: reach_m}
		start := b.Elapsed()
		spans, _ := s.Look(m.town.inPlan, v, opaque)
		vertices += len(s.Polygon(spans)[0])
		if len(times) < cap(times) {
			times = append(times, float64((b.Elapsed() - start).Nanoseconds()))
		}
	}
	slices.Sort(times)
	b.ReportMetric(times[len(times)/2]/1000, "µs/median")
	b.ReportMetric(float64(vertices)/float64(b.N), "vertices/op")
}

// BenchmarkPlanPlain is the same in the plain way: a ray to both sides of every end
// in reach, cut by every edge in reach.
func BenchmarkPlanPlain(b *testing.B) {
	m := inMonaco(b, 1000, nil)
	for i := 0; b.Loop(); i++ {
		plainPolygon(m, m.cameras[i%len(m.cameras)].At)
	}
}

func plainPolygon(m *Model, from orb.Point) []orb.Point {
	var near []int32
	seen := make(map[int32]bool)
	m.town.inPlan.Within(geo.Extent{MinX: from[0] - reach_m, MinY: from[1] - reach_m, MaxX: from[0] + reach_m, MaxY: from[1] + reach_m}, func(e int32) {
		if !seen[e] && nearEdge(&m.town.edges[e], from) < reach_m {
			seen[e] = true
			near = append(near, e)
		}
	})
	var angles []float64
	for _, e := range near {
		ed := &m.town.edges[e]
		for _, p := range [2]orb.Point{ed.A, ed.B} {
			a := math.Atan2(p[1]-from[1], p[0]-from[0])
			angles = append(angles, a-1e-9, a+1e-9)
		}
	}
	slices.Sort(angles)
	var out []orb.Point
	for _, a := range angles {
		dy, dx := math.Sincos(a)
		best := float64(reach_m)
		for _, e := range near {
			ed := &m.town.edges[e]
			ax, ay := ed.A[0]-from[0], ed.A[1]-from[1]
			ex, ey := ed.B[0]-ed.A[0], ed.B[1]-ed.A[1]
			den := dx*ey - dy*ex
			if den == 0 {
				continue
			}
			if t, u := (ax*ey-ay*ex)/den, (ax*dy-ay*dx)/den; t > 0 && u >= 0 && u <= 1 {
				best = min(best, t)
			}
		}
		out = append(out, orb.Point{from[0] + best*dx, from[1] + best*dy})
	}
	return out
}

// BenchmarkView is all that one camera sees, by classes, low walls seen over, on flat
// ground and on hills.
func BenchmarkView(b *testing.B) {
	for _, ground := range []struct {
		name    string
		terrain analysis.Terrain
	}{{"flat", nil}, {"hills", hills{3, 40}}} {
		b.Run(ground.name, func(b *testing.B) {
			m := inMonaco(b, 1000, ground.terrain)
			k, w := newLooker(m), &weaver{}
			b.ReportAllocs()
			times := make([]float64, 0, len(m.cameras))
			for i := 0; b.Loop(); i++ {
				c := &m.cameras[i%len(m.cameras)]
				start := b.Elapsed()
				f := k.look(&c.now, c.roofs)
				for class := int8(0); class < 4; class++ {
					w.area(&k.view, f, class, class)
				}
				if len(times) < cap(times) {
					times = append(times, float64((b.Elapsed() - start).Nanoseconds()))
				}
			}
			slices.Sort(times)
			b.ReportMetric(times[len(times)/2]/1000, "µs/median")
		})
	}
}

// BenchmarkTown is a whole run, redundancy included, with as many cameras as a
// town of that size has, and with five times as many.
func BenchmarkTown(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprintf("%d cameras", n), func(b *testing.B) {
			m := inMonaco(b, n, nil)
			for b.Loop() {
				if _, err := m.Run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkTownViews is the areas that 10,000 cameras see.
func BenchmarkTownViews(b *testing.B) {
	m := inMonaco(b, 10_000, nil)
	m.p.Omit = []string{"redundancy", "cameras"}
	for b.Loop() {
		if _, err := m.Run(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWhy is one place explained in a town with 10,000 cameras.
func BenchmarkWhy(b *testing.B) {
	m := inMonaco(b, 10_000, nil)
	for i := 0; b.Loop(); i++ {
		if _, err := m.Why(m.cameras[i%len(m.cameras)].At, ""); err != nil {
			b.Fatal(err)
		}
	}
}
