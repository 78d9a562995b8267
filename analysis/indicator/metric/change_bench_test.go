package metric

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// changeBlocks is the side of the town that is edited: 2.2 km, with some 1 200 ways and
// 2 200 buildings.
const changeBlocks = 27

// askedOf are the metrics that edits are measured with: most of a standard.
func askedOf() []asked {
	var out []asked
	for _, m := range All() {
		with, ok := map[string]string{
			"facade.renewed_share": "street_m=30", "light.lit_share": "reach_m=25", "rescue.access_share": "reach_m=18 least_width_m=4",
			"roads.wide_share": "least_m=4", "pervious.share": "street_width_m=8 service_width_m=4 path_width_m=2",
			"runoff.coefficient":    "street_width_m=8 service_width_m=4 path_width_m=2 roof=0.9 sealed=0.8 green=0.2",
			"facilities.near_share": "categories=sport radius_m=300", "green.park_near_share": "radius_m=300 least_m2=400", "waste.near_share": "radius_m=150",
			"rescue.station_share": "distance_m=1000", "facilities.apart": "from=sport to=care", "walk.reach_share": "categories=sport minutes=10",
			"walk.circle_share": "categories=sport,commerce,care minutes=10", "facilities.count": "categories=sport", "facilities.kinds": "categories=sport,care",
			"devices.count": "kinds=lamp", "devices.per_100_households": "kinds=lamp", "chargers.fire_clearance_share": "clearance_m=6",
		}[m.ID]
		if ok || len(m.Params) == 0 && m.needs == nil {
			out = append(out, asked{m, params(with)})
		}
	}
	return out
}

// BenchmarkMetricsUnderChange measures all metrics that read a layer of which one
// feature was moved, side by side with a memo: from the new scene to the last measure.
// Networks and walks are brought before.
func BenchmarkMetricsUnderChange(b *testing.B) {
	metrics := askedOf()
	s := &scenario{rng: rand.New(rand.NewPCG(7, 7)), now: quarter(1, changeBlocks)}
	memo := NewMemo()
	s.prepare(metrics)
	s.measure(b, memo, metrics, "")
	for _, layer := range []string{"ways", "buildings", "greens", "facilities", "devices"} {
		b.Run(layer, func(b *testing.B) {
			b.ReportAllocs()
			var took, cpu []time.Duration
			for b.Loop() {
				b.StopTimer()
				s.move(layer)
				s.prepare(metrics)
				runtime.GC()
				b.StartTimer()
				before := processor(b)
				took = append(took, s.measure(b, memo, metrics, layer))
				cpu = append(cpu, processor(b)-before)
			}
			slices.Sort(took)
			slices.Sort(cpu)
			b.ReportMetric(float64(cpu[len(cpu)/2].Microseconds())/1000, "p50-cpu-ms")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}

// processor is the time on processors that was used so far, which tells more than the
// clock on a machine that does other things too.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// move moves a feature of a layer by some metres.
func (s *scenario) move(layer string) {
	list := slices.Clone(s.now.Scene.Layers[layer])
	inside := geo.ExtentOf(s.now.Scene.Community.Geometry)
	k := s.rng.IntN(len(list))
	for !inside.Touches(geo.ExtentOf(list[k].Geometry)) {
		k = s.rng.IntN(len(list))
	}
	f := list[k].Clone()
	dx, dy := 10*(s.rng.Float64()-0.5), 10*(s.rng.Float64()-0.5)
	f.Geometry = geo.MapPoints(f.Geometry, func(p orb.Point) orb.Point { return orb.Point{p[0] + dx, p[1] + dy} })
	list[k] = f
	s.show(layer, list)
}

// measure computes the metrics that read a layer, all where it is empty.
func (s *scenario) measure(b *testing.B, memo *Memo, metrics []asked, layer string) time.Duration {
	s.now.Memo = memo
	var next atomic.Int64
	var group sync.WaitGroup
	start := time.Now()
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(metrics)); i = next.Add(1) - 1 {
				if m := &metrics[i]; layer == "" || slices.Contains(m.Layers, layer) {
					if _, err := m.Compute(s.now, m.params); err != nil {
						b.Error(err)
					}
				}
			}
		})
	}
	group.Wait()
	return time.Since(start)
}
