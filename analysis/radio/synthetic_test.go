package radio

import (
	"fmt"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// syntheticTown is a seeded town of square blocks: rows of slabs and towers with
// streets between them, sites of three cells on roofs, two operators in turns.
func syntheticTown(side_m float64, sites int, seed uint64) *analysis.Scene {
	random := rand.New(rand.NewPCG(seed, 42))
	origin := orb.Point{500_000, 4_000_000}
	s := &analysis.Scene{CRS: "EPSG:4548", Layers: make(map[string][]geo.Feature)}
	s.Community = geo.Feature{ID: "town", Geometry: geo.Extent{
		MinX: origin[0], MinY: origin[1], MaxX: origin[0] + side_m, MaxY: origin[1] + side_m}.Polygon()}
	const block, street = 90.0, 20.0
	for y := origin[1]; y+block <= origin[1]+side_m; y += block + street {
		for x := origin[0]; x+block <= origin[0]+side_m; x += block + street {
			s.Layers["buildings"] = append(s.Layers["buildings"], syntheticBlock(x, y, random, len(s.Layers["buildings"]))...)
		}
	}
	houses := s.Layers["buildings"]
	for i := range sites {
		b := &houses[random.IntN(len(houses))]
		at, _ := geo.Centroid(b.Geometry)
		roof, _ := b.Number("height_m")
		operator, freq := "甲", 3500.0
		if i%2 == 1 {
			operator, freq = "乙", 2565.0
		}
		for k := range 3 {
			s.Layers["cells"] = append(s.Layers["cells"], geo.Feature{ID: fmt.Sprintf("c%03d-%d", i, k), Geometry: at, Attributes: map[string]any{
				"site": fmt.Sprintf("s%03d", i), "operator": operator, "band": fmt.Sprintf("f%.0f", freq), "freq_mhz": freq,
				"bandwidth_mhz": 100.0, "scs_khz": 30.0, "power_w": 20.0, "gain_dbi": 15.0, "azimuth_deg": float64(k*120 + random.IntN(60)),
				"hbw_deg": 65.0, "vbw_deg": 9.0, "tilt_deg": float64(2 + random.IntN(8)), "height_m": roof + 3, "on_building": b.ID,
			}})
		}
	}
	return s
}

// syntheticBlock is four to nine buildings on a lattice in a block.
func syntheticBlock(x, y float64, random *rand.Rand, serial int) []geo.Feature {
	n := 2 + random.IntN(2)
	step := 90.0 / float64(n)
	var out []geo.Feature
	for i := range n {
		for k := range n {
			w, d := step*(0.5+0.35*random.Float64()), step*(0.3+0.3*random.Float64())
			x0, y0 := x+float64(i)*step+2, y+float64(k)*step+2
			floors := 2 + random.IntN(6)
			if random.IntN(6) == 0 {
				floors = 12 + random.IntN(20)
			}
			out = append(out, geo.Feature{
				ID:         fmt.Sprintf("b%05d", serial+len(out)),
				Geometry:   geo.Extent{MinX: x0, MinY: y0, MaxX: x0 + w, MaxY: y0 + d}.Polygon(),
				Attributes: map[string]any{"height_m": 3 * float64(floors), "use": "residential", "households": int64(floors * 4)},
			})
		}
	}
	return out
}

// levelsOnly and levelsAndRatio are thresholds for tests.
func levelsOnly(dBm float64) Thresholds {
	from := func(v float64) *float64 { return &v }
	return Thresholds{ID: "level", Title: geo.T("电平", "level"), Sourced: true, RSRPdBm: dBm, Classes: []Class{
		{ID: "strong", FromDBm: from(dBm + 20)}, {ID: "fair", FromDBm: from(dBm + 5)}, {ID: "weak", FromDBm: from(dBm)}, {ID: "none"},
	}}
}

func levelsAndRatio(dBm, dB float64) Thresholds {
	t := levelsOnly(dBm)
	t.SINRdB = &dB
	return t
}
