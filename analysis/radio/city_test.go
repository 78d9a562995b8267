package radio

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"

	"github.com/paulmach/orb"
)

// city is a made-up city of side metres with 1,000 buildings in a square kilometre on
// a jittered grid, and cells on roofs.
func city(side float64, sites int) *town {
	const step = 32.0
	rng := rand.New(rand.NewPCG(6, 6))
	t := newTown(side)
	for y := 0.0; y < side; y += step {
		for x := 0.0; x < side; x += step {
			at := orb.Point{x + rng.Float64()*8, y + rng.Float64()*8}
			w, d := 8+rng.Float64()*14, 8+rng.Float64()*10
			t.build(rectangle(at[0], at[1], at[0]+w, at[1]+d), 6+math.Floor(rng.ExpFloat64()*4)*3)
		}
	}
	for n := range sites {
		b := t.scene.Layers["buildings"][rng.IntN(len(t.scene.Layers["buildings"]))]
		h, _ := b.Number("height_m")
		at := b.Geometry.(orb.Polygon)[0][0]
		for k := range 3 {
			t.cell(orb.Point{at[0] + 3, at[1] + 3}, h+3, float64(k*120), "on_building", b.ID, "operator", string(rune('A'+n%3)))
		}
	}
	return t
}

// processor is the time that all processors have worked for this process, in
// seconds: on a shared machine it says more than the clock.
func processor() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return math.NaN()
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// heap is how much memory is in use, in MB.
func heap() float64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return float64(s.HeapInuse) / 1e6
}

// BenchmarkCity tells time and memory by area: model-MB is what the model holds of
// the buildings, tiles-MB what computing the tiles adds at the most.
func BenchmarkCity(b *testing.B) {
	for _, c := range []struct {
		km2   float64
		sites int
	}{{1, 20}, {10, 20}, {100, 200}} {
		b.Run(fmt.Sprintf("%gkm2", c.km2), func(b *testing.B) {
			m := city(1000*math.Sqrt(c.km2), c.sites).model(b, Params{Thresholds: Thresholds{RSRPdBm: -105}})
			runtime.GC()
			model := heap()
			b.ReportAllocs()
			peak, start := 0.0, processor()
			n := 0
			for b.Loop() {
				n++
				if err := m.Tiles(func(*Tile) error {
					peak = max(peak, heap())
					return nil
				}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric((processor()-start)/float64(n), "cpu-s/op")
			b.ReportMetric(model, "model-MB")
			b.ReportMetric(peak-model, "tiles-MB")
		})
	}
}
