package layerstest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
)

// RunReopen holds a store that outlives its process against the rules of
// keeping: after it is closed and opened again, all is as it was.
func RunReopen(t *testing.T, open Open, reopen Reopen) {
	t.Helper()
	t.Run("reopening keeps everything", func(t *testing.T) {
		s := open(t)
		d := roll(3)
		for round := range 5 {
			play(t, s, d, 25)
			before := dump(t, s)
			s = reopen(t, s)
			same(t, fmt.Sprintf("store after round %d", round), dump(t, s), before)
			agree(t, s, d.oracle)
		}
	})
	t.Run("reopening keeps values", func(t *testing.T) {
		s := open(t)
		values(t, s)
		before := dump(t, s)
		s = reopen(t, s)
		same(t, "store", dump(t, s), before)
	})
}

// Town makes n buildings, as a real town might have them: ordered by id, of 4 to
// 12 corners, some with a courtyard. It is the same every time.
func Town(n int) []geo.Feature {
	rng := rand.New(rand.NewPCG(11, 37))
	side := int(math.Ceil(math.Sqrt(float64(n))))
	uses := []string{"residential", "public", "school", "commercial", "office"}
	out := make([]geo.Feature, n)
	for i := range out {
		x, y := 117+float64(i%side)*0.0004, 36+float64(i/side)*0.0004
		poly := orb.Polygon{house(rng, x, y, 0.00015)}
		if i%10 == 0 {
			poly = append(poly, house(rng, x, y, 0.00004))
		}
		floors := rng.Int64N(33) + 1
		out[i] = geo.Feature{
			ID: fmt.Sprintf("w%09d", i), Geometry: poly,
			Attributes: map[string]any{"use": uses[rng.IntN(len(uses))], "floors": floors, "height_m": float64(floors)*2.9 + rng.Float64(), "lift": floors > 6},
			Extra:      map[string]any{"addr:housenumber": fmt.Sprint(i % 200), "roof:levels": int64(1)},
			Source:     geo.Source{Name: "town.osm.pbf", ID: fmt.Sprintf("w%d", i)},
			Quality:    []string{"height_source=floors×2.9"},
		}
	}
	return out
}

func house(rng *rand.Rand, x, y, radius float64) orb.Ring {
	n := 4 + rng.IntN(9)
	ring := make(orb.Ring, n+1)
	for i := range n {
		a := 2 * math.Pi * float64(i) / float64(n)
		r := radius * (0.8 + 0.2*rng.Float64())
		ring[i] = orb.Point{x + r*math.Cos(a), y + r*math.Sin(a)}
	}
	ring[n] = ring[0]
	return ring
}

// Benchmark measures a store: a bulk load, a reload over it, an edit, and reads.
// open is called with b.StopTimer in effect.
func Benchmark(b *testing.B, open func(b *testing.B) layers.Store) {
	const n = 100_000
	town := Town(n)
	perFeature := func(b *testing.B, features int) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(features), "ns/feature")
	}
	b.Run("import 100k buildings", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			b.StopTimer()
			s := open(b)
			b.StartTimer()
			apply(b, s, adding("buildings", town...))
		}
		perFeature(b, n)
	})
	s := open(b)
	apply(b, s, adding("buildings", town...))
	b.Run("read 100k buildings", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, err := range s.Features(b.Context(), "buildings", layers.Query{}) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		perFeature(b, n)
	})
	rng := rand.New(rand.NewPCG(5, 37))
	b.Run("read an extent of 400 buildings", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			x, y := 117+rng.Float64()*0.11, 36+rng.Float64()*0.11
			if got := read(b, s, "buildings", layers.Query{Extent: &geo.Extent{MinX: x, MinY: y, MaxX: x + 0.008, MaxY: y + 0.008}}); len(got) < 300 {
				b.Fatalf("%d buildings", len(got))
			}
		}
	})
	b.Run("read one by id", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			read(b, s, "buildings", layers.Query{IDs: []string{town[rng.IntN(n)].ID}})
		}
	})
	b.Run("edit one", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			apply(b, s, layers.Batch{Edits: edit("buildings", layers.Update, town[rng.IntN(n)])})
		}
	})
	b.Run("replace 100k buildings", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			apply(b, s, layers.Batch{Clear: []string{"buildings"}, Edits: edit("buildings", layers.Add, town...)})
		}
		perFeature(b, n)
	})
}
