package radio

import (
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// One cell told in three ways has one power of a resource element; a cell of 4G is
// none of 5G.
func TestPowersOfACell(t *testing.T) {
	cell := func(id string, more map[string]any) geo.Feature {
		attributes := map[string]any{
			"freq_mhz": 3500.0, "scs_khz": 30.0, "gain_dbi": 17.0, "azimuth_deg": 0.0, "hbw_deg": 65.0, "vbw_deg": 8.0,
			"tilt_deg": 6.0, "height_m": 30.0, "bandwidth_mhz": 100.0,
		}
		for k, v := range more {
			attributes[k] = v
		}
		return geo.Feature{ID: id, Geometry: orb.Point{50, 50}, Attributes: attributes}
	}
	// 200 W over 273 blocks are 17.86 dBm for each element (TS 38.101-1, table 5.3.2-1).
	alone := cell("c-element", map[string]any{"rs_power_dbm": 17.86})
	delete(alone.Attributes, "bandwidth_mhz")
	m, err := NewModel(&analysis.Scene{
		CRS:       "EPSG:4548",
		Community: geo.Feature{ID: "c", Geometry: orb.Polygon{{{0, 0}, {100, 0}, {100, 100}, {0, 100}, {0, 0}}}},
		Layers: map[string][]geo.Feature{"cells": {
			cell("a-total", map[string]any{"power_w": 200.0, "technology": "nr"}),
			cell("b-eirp", map[string]any{"eirp_dbm": 70.0103}),
			alone,
			cell("d-lte", map[string]any{"power_w": 40.0, "technology": "lte"}),
		}},
	}, Params{ResM: 10, Thresholds: levelsOnly(-100)})
	if err != nil {
		t.Fatal(err)
	}
	if cells := m.Cells(); len(cells) != 3 || !m.Known() {
		t.Fatalf("%d cells, known %v, lacks %v", len(cells), m.Known(), m.Lacks())
	}
	for _, c := range m.Cells() {
		if c.EPREdBm < 17.85 || c.EPREdBm > 17.87 {
			t.Errorf("%s: %g dBm", c.ID, c.EPREdBm)
		}
	}
	if others := m.Others(); !slices.Equal(others, []string{"d-lte"}) {
		t.Errorf("other technologies: %q", others)
	}
}
