package sight

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
	"yiju/internal/sample"
)

// BenchmarkLive is one edit and the answer after it, in a made-up town as large as a
// community with 100 cameras, and all of Run beside it.
func BenchmarkLive(b *testing.B) {
	e := &edits{rand.New(rand.NewPCG(5, 5)), randomTown(9, 700, 450, 24, 100, hills{1, 90})}
	e.furnish(130)
	liveBenchmarks(b, e.scene, Params{Table: dori, Derive: []string{"garage_entrance", "building_door", "main_road", "fire_lane"},
		Required: map[string]string{"garage_entrance": "detect", "main_road": "observe", "fire_lane": "detect"}})
}

// BenchmarkLiveNeuss is the same among real buildings, with 60 cameras along streets
// and 80 key points.
func BenchmarkLiveNeuss(b *testing.B) {
	path := sample.Path(b, "osm-neuss/neuss-s11.osm.pbf")
	neuss.once.Do(func() { neuss.scene, neuss.err = readCity(path) })
	if neuss.err != nil {
		b.Fatal(neuss.err)
	}
	town, rng := neuss.scene, rand.New(rand.NewPCG(2, 2))
	var xs, ys []float64
	for _, f := range town.Layers["buildings"] {
		c := geo.ExtentOf(f.Geometry).Centre()
		xs, ys = append(xs, c[0]), append(ys, c[1])
	}
	slices.Sort(xs)
	slices.Sort(ys)
	place := geo.ExtentOf(orb.Point{xs[len(xs)/2], ys[len(ys)/2]}).Grow(350)
	scene := &analysis.Scene{CRS: town.CRS, Community: geo.Feature{ID: "c", Geometry: place.Polygon()}, Layers: make(map[string][]geo.Feature)}
	for layer, features := range town.Layers {
		scene.Layers[layer] = slices.DeleteFunc(slices.Clone(features), func(f geo.Feature) bool { return !geo.ExtentOf(f.Geometry).Touches(place.Grow(defaultReachM)) })
	}
	onStreet := func() orb.Point {
		for {
			line := scene.Layers["ways"][rng.IntN(len(scene.Layers["ways"]))].Geometry.(orb.LineString)
			i := 1 + rng.IntN(len(line)-1)
			if p := between(line[i-1], line[i], rng.Float64()); place.Contains(p) {
				return p
			}
		}
	}
	for i := range 60 {
		scene.Layers["cameras"] = append(scene.Layers["cameras"], geo.Feature{ID: fmt.Sprintf("c%05d", i), Geometry: onStreet(), Attributes: map[string]any{
			"kind": []string{"fixed", "dome", "ptz"}[i%3], "height_m": 3.5 + rng.Float64()*3, "azimuth_deg": rng.Float64() * 360, "tilt_deg": 12.0, "hfov_deg": 80.0,
			"vfov_deg": 50.0, "pixels_w": int64(2560), "working": true}})
	}
	for i := range 80 {
		scene.Layers["keypoints"] = append(scene.Layers["keypoints"], gate(fmt.Sprintf("k%05d", i), onStreet(), "detect"))
	}
	for i := range scene.Layers["ways"] {
		scene.Layers["ways"][i].Attributes = map[string]any{"main_road": i%5 == 0}
	}
	b.Logf("%d buildings, %d cameras", len(scene.Layers["buildings"]), len(scene.Layers["cameras"]))
	liveBenchmarks(b, scene, Params{Table: dori, Derive: []string{"main_road"}, Required: map[string]string{"main_road": "detect"}})
}

// processor_ms is the time that all processors have worked for this process: where
// others use the machine it says more than the clock.
func processor_ms() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return math.NaN()
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e6
}

func liveBenchmarks(b *testing.B, scene *analysis.Scene, p Params) {
	b.Run("full", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Run(scene, p); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, kind := range []string{"turn", "move", "add", "demolish", "raise"} {
		b.Run(kind, func(b *testing.B) {
			e := &edits{rand.New(rand.NewPCG(5, 5)), scene}
			l, err := NewLive(scene, p)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := l.Answer(); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			var times, work []float64
			for i := 0; b.Loop(); i++ {
				layer := map[bool]string{true: "buildings", false: "cameras"}[kind == "demolish" || kind == "raise"]
				f := e.any(layer)
				now := &f
				switch kind {
				case "turn":
					f.Set("azimuth_deg", e.rng.Float64()*360)
				case "move":
					at := f.Geometry.(orb.Point)
					f.Geometry = orb.Point{at[0] + e.rng.Float64()*4 - 2, at[1] + e.rng.Float64()*4 - 2}
				case "add":
					f.ID, f.Geometry = fmt.Sprint(f.ID, i), e.place()
				case "raise":
					f.Set("height_m", 3+e.rng.Float64()*30)
				case "demolish":
					now = nil
				}
				changed := e.put(layer, f.ID, now)
				start, busy := time.Now(), processor_ms()
				if err := l.Update(e.scene, changed); err != nil {
					b.Fatal(err)
				}
				if _, err := l.Answer(); err != nil {
					b.Fatal(err)
				}
				times, work = append(times, float64(time.Since(start).Microseconds())/1000), append(work, processor_ms()-busy)
				if kind == "add" || kind == "demolish" { // undone, not measured
					e.scene = scene
					if err := l.Update(scene, changed); err != nil {
						b.Fatal(err)
					}
					if _, err := l.Answer(); err != nil {
						b.Fatal(err)
					}
				}
			}
			for prefix, list := range map[string][]float64{"": times, "cpu-": work} {
				slices.Sort(list)
				at := func(q float64) float64 { return list[int(math.Ceil(q*float64(len(list))))-1] }
				b.ReportMetric(at(0.5), prefix+"p50-ms")
				b.ReportMetric(at(0.95), prefix+"p95-ms")
			}
			sameAnswer(b, l, e.scene, p, true)
		})
	}
}
