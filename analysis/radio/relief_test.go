package radio

import "testing"

func BenchmarkHills(b *testing.B) {
	for _, h := range []struct {
		name string
		t    hilly
	}{{"gentle", hilly{3, 120}}, {"hilly", hilly{15, 100}}, {"steep", hilly{60, 120}}} {
		b.Run(h.name, func(b *testing.B) {
			town := randomTown(4, 1000, 250, 20)
			town.scene.Terrain = h.t
			m := town.model(b, Params{Thresholds: Thresholds{RSRPdBm: -105}})
			b.ReportAllocs()
			start, n := processor(), 0
			for b.Loop() {
				n++
				if err := m.Tiles(func(*Tile) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric((processor()-start)/float64(n), "cpu-s/op")
		})
	}
}
