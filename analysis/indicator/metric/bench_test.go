package metric

import (
	"testing"

	"yiju/analysis/indicator"
	"yiju/analysis/walk"
)

// benchmarkBlocks is the side of the town of benchmarks: 50 × 50 blocks, 4 km, with some
// 4 000 ways, 7 500 buildings and 1 250 lamps, half of it in the community.
const benchmarkBlocks = 50

func BenchmarkMetrics(b *testing.B) {
	in := onWays(quarter(1, benchmarkBlocks))
	network := make(map[string]*walk.Network)
	build := in.Network
	in.Network = func(profile string) (*walk.Network, error) {
		if network[profile] == nil {
			n, err := build(profile)
			if err != nil {
				return nil, err
			}
			network[profile] = n
		}
		return network[profile], nil
	}
	in.Runs = make(map[string]Run)
	for _, c := range []struct{ id, with string }{
		{"facade.renewed_share", "street_m=30"},
		{"green.ratio", ""},
		{"green.park_service_share", ""},
		{"light.lit_share", "reach_m=25"},
		{"roads.looped_share", ""},
		{"rescue.access_share", "reach_m=18 least_width_m=4"},
		{"paths.connected_share", ""},
		{"pervious.share", "street_width_m=8 service_width_m=4 path_width_m=2"},
		{"facilities.near_share", "categories=sport radius_m=300"},
		{"walk.reach_share", "categories=sport minutes=10"},
		{"walk.circle_share", "categories=sport,commerce,care minutes=10"},
	} {
		b.Run(c.id, func(b *testing.B) {
			m, _ := ByID(c.id)
			p := params(c.with)
			prepare(in, &m, p)
			if _, err := in.Network(onFoot); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.Compute(in, p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// prepare runs the walks that a metric needs.
func prepare(in *Input, m *Metric, p indicator.Params) {
	for _, need := range m.Needs(p) {
		if _, ok := in.Runs[need.Key()]; !ok {
			in.Runs[need.Key()] = walkOf(in, need)
		}
	}
}
