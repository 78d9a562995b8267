package radio

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"yiju/analysis"
	"yiju/geo"
	"yiju/geo/crs"
	"yiju/geo/overlay"
	"yiju/internal/sample"
)

// lujiazui is the middle of Lujiazui in Shanghai: its buildings from OpenStreetMap
// with made-up cells on their roofs, three to a site, in a community of side metres.
// Where no height is mapped a default applies.
func lujiazui(tb testing.TB, side float64, sites int) *town {
	tb.Helper()
	t := newTown(side)
	buildings := readLujiazui(tb)
	var xs, ys []float64
	for _, b := range buildings {
		p, _ := geo.Centroid(b.Geometry)
		xs, ys = append(xs, p[0]), append(ys, p[1])
	}
	slices.Sort(xs)
	slices.Sort(ys)
	c := orb.Point{xs[len(xs)/2], ys[len(ys)/2]}
	t.scene.Community.Geometry = rectangle(c[0]-side/2, c[1]-side/2, c[0]+side/2, c[1]+side/2)
	t.scene.Layers["buildings"] = buildings
	around := geo.ExtentOf(t.scene.Community.Geometry).Grow(min(side/4, 300))
	t.onRoofs(around, sites)
	return t
}

// onRoofs puts sites of three cells on roofs, of three operators with two bands.
func (t *town) onRoofs(around geo.Extent, sites int) {
	rng := rand.New(rand.NewPCG(1, 2))
	buildings := t.scene.Layers["buildings"]
	tries := 100_000
	for n := 0; n < sites; {
		b := &buildings[rng.IntN(len(buildings))]
		at, _ := geo.Centroid(b.Geometry)
		roof, ok := b.Number("height_m")
		if !ok {
			roof = 18
		}
		if _, raised := b.Number("base_m"); raised || !around.Contains(at) || roof > 60 {
			if tries--; tries < 0 {
				return
			}
			continue
		}
		for k := range 3 {
			t.cell(at, roof+3, float64(k*120+rng.IntN(60)), "site", fmt.Sprint("s", n), "on_building", b.ID, "operator", string(rune('A'+n%3)),
				"freq_mhz", []float64{3500, 2600}[n/3%2], "band", []string{"n78", "n41"}[n/3%2], "tilt_deg", float64(3+rng.IntN(8)))
		}
		n++
	}
}

func readLujiazui(tb testing.TB) []geo.Feature {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join(sample.Path(tb, "cn-shanghai-lujiazui"), "buildings.geojson"))
	if err != nil {
		tb.Fatal(err)
	}
	var file struct {
		Features []struct {
			Properties map[string]any
			Geometry   struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		tb.Fatal(err)
	}
	to, err := crs.New(crs.WGS84, "EPSG:4549")
	if err != nil {
		tb.Fatal(err)
	}
	pieces := make(map[string][]orb.Geometry) // buildings are cut at the edges of tiles
	features := make(map[string]geo.Feature)
	for _, f := range file.Features {
		var p orb.Polygon
		if f.Geometry.Type != "Polygon" || json.Unmarshal(f.Geometry.Coordinates, &p) != nil {
			continue
		}
		g, err := to.Forward(p)
		if err != nil {
			tb.Fatal(err)
		}
		if reason, err := overlay.Invalid(g); err != nil || reason != "" || planar.Area(g) == 0 {
			if g, err = overlay.MakeValid(g); err != nil || geo.Area(g) == 0 {
				continue
			}
		}
		id := fmt.Sprintf("%.0f", f.Properties["id"])
		pieces[id] = append(pieces[id], g)
		feature := geo.Feature{ID: id, Attributes: map[string]any{}}
		if h, ok := f.Properties["height"].(float64); ok {
			feature.Set("height_m", h)
		}
		if h, ok := f.Properties["min_height"].(float64); ok {
			feature.Set("base_m", h)
		}
		features[id] = feature
	}
	t := newTown(1)
	for id, f := range features {
		if f.Geometry, err = overlay.Union(pieces[id]...); err != nil {
			tb.Fatal(err)
		}
		t.scene.Layers["buildings"] = append(t.scene.Layers["buildings"], f)
	}
	analysis.SortByID(t.scene.Layers["buildings"])
	return t.scene.Layers["buildings"]
}

// assumed is a height for buildings without one.
func assumed() *Defaults { return &Defaults{BuildingM: map[string]float64{"": 18}} }

func TestLujiazuiFastAsSlow(t *testing.T) {
	town := lujiazui(t, 300, 7)
	m := town.model(t, Params{ResM: 4, Defaults: assumed(), Thresholds: Thresholds{RSRPdBm: -95}})
	share, n := agree(t, m, 1)
	t.Logf("%.6f of %d agree; %d buildings", share, n, len(m.Buildings()))
	if share < 0.999 {
		t.Errorf("only %.5f of %d pixels agree", share, n)
	}
}

func BenchmarkLujiazui(b *testing.B) {
	town := lujiazui(b, 1000, 20)
	th := Thresholds{RSRPdBm: -105, SINRdB: number(-3)}
	for _, c := range []struct {
		name string
		p    Params
	}{
		{"statistical", Params{Defaults: assumed(), Thresholds: th}},
		{"edges", Params{Defaults: assumed(), Thresholds: th, Blocked: KnifeEdge}},
		{"calibrated", Params{Defaults: assumed(), Thresholds: th, Calibration: strange()}},
	} {
		b.Run(c.name, func(b *testing.B) {
			m := town.model(b, c.p)
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

func BenchmarkNewModel(b *testing.B) {
	town := lujiazui(b, 1000, 20)
	b.ReportAllocs()
	for b.Loop() {
		town.model(b, Params{Defaults: assumed()})
	}
}
