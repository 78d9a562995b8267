package radio

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// town is a made-up scene.
type town struct {
	scene analysis.Scene
}

func newTown(side float64) *town {
	return &town{analysis.Scene{
		CRS:       "EPSG:4548",
		Community: geo.Feature{ID: "c", Geometry: rectangle(0, 0, side, side)},
		Layers:    map[string][]geo.Feature{},
	}}
}

func rectangle(x0, y0, x1, y1 float64) orb.Polygon {
	return orb.Polygon{{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}}}
}

func (t *town) build(g orb.Geometry, heightM float64, attributes ...any) string {
	id := fmt.Sprintf("b%04d", len(t.scene.Layers["buildings"]))
	f := geo.Feature{ID: id, Geometry: g, Attributes: map[string]any{"height_m": heightM}}
	for i := 0; i < len(attributes); i += 2 {
		f.Set(attributes[i].(string), attributes[i+1])
	}
	t.scene.Layers["buildings"] = append(t.scene.Layers["buildings"], f)
	return id
}

func (t *town) cell(at orb.Point, heightM, azimuth float64, attributes ...any) string {
	id := fmt.Sprintf("cell%04d", len(t.scene.Layers["cells"]))
	f := geo.Feature{ID: id, Geometry: at, Attributes: map[string]any{
		"operator": "A", "band": "n78", "freq_mhz": 3500.0, "bandwidth_mhz": 100.0, "scs_khz": 30.0, "power_w": 200.0, "gain_dbi": 17.5,
		"azimuth_deg": azimuth, "hbw_deg": 65.0, "vbw_deg": 9.0, "tilt_deg": 5.0, "height_m": heightM,
	}}
	for i := 0; i < len(attributes); i += 2 {
		f.Set(attributes[i].(string), attributes[i+1])
	}
	t.scene.Layers["cells"] = append(t.scene.Layers["cells"], f)
	return id
}

func (t *town) model(tb testing.TB, p Params) *Model {
	tb.Helper()
	m, err := NewModel(&t.scene, p)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// hilly is a terrain of waves.
type hilly struct{ amplitude, wave float64 }

func (h hilly) HeightAt(p orb.Point) (float64, bool) {
	return 50 + h.amplitude*math.Sin(p[0]/h.wave)*math.Cos(p[1]/h.wave*0.8) + p[0]*0.01, true
}

// randomTown has buildings of all shapes and heights, and cells on roofs and poles of
// two operators.
func randomTown(seed uint64, side float64, buildings, sites int) *town {
	rng := rand.New(rand.NewPCG(seed, 7))
	t := newTown(side)
	for range buildings {
		x, y := -100+rng.Float64()*(side+200), -100+rng.Float64()*(side+200)
		h := 3 + rng.ExpFloat64()*14
		extra := []any{}
		if rng.IntN(12) == 0 {
			extra = append(extra, "base_m", rng.Float64()*h)
		}
		t.build(randomShape(rng, x, y), h, extra...)
	}
	for i := range sites {
		at, h := orb.Point{rng.Float64() * side, rng.Float64() * side}, 6+rng.Float64()*30
		attributes := []any{"operator", string(rune('A' + i%2))}
		if rng.IntN(3) > 0 {
			b := t.scene.Layers["buildings"][rng.IntN(buildings)]
			at, _ = geo.Centroid(b.Geometry)
			roof, _ := b.Number("height_m")
			h = roof + 3
			attributes = append(attributes, "on_building", b.ID)
		}
		for k := range 3 {
			t.cell(at, h, float64(k*120)+rng.Float64()*60, append(attributes, "tilt_deg", rng.Float64()*12, "hbw_deg", 30+rng.Float64()*60)...)
		}
	}
	return t
}

// randomShape is a box, an L, a box with a yard, a star, or an outline that crosses
// itself, turned.
func randomShape(rng *rand.Rand, x, y float64) orb.Geometry {
	w, d := 8+rng.Float64()*40, 8+rng.Float64()*20
	var g orb.Polygon
	switch rng.IntN(7) {
	case 0:
		g = orb.Polygon{{{0, 0}, {w, 0}, {w, d}, {w / 2, d}, {w / 2, 2 * d}, {0, 2 * d}, {0, 0}}}
	case 1:
		g = orb.Polygon{{{0, 0}, {w, 0}, {w, 2 * d}, {0, 2 * d}, {0, 0}}, {{w * .3, d * .5}, {w * .3, d * 1.5}, {w * .7, d * 1.5}, {w * .7, d * .5}, {w * .3, d * .5}}}
	case 2:
		var ring orb.Ring
		for i := range 7 {
			s, c := math.Sincos(float64(i) * 2 * math.Pi / 7)
			r := d * (0.3 + rng.Float64())
			ring = append(ring, orb.Point{r * c, r * s})
		}
		g = orb.Polygon{append(ring, ring[0])}
	case 3:
		g = orb.Polygon{{{0, 0}, {w, d}, {w, 0}, {0, d}, {0, 0}}}
	default:
		g = rectangle(0, 0, w, d)
	}
	if rng.IntN(3) == 0 { // clockwise shells happen
		g[0].Reverse()
	}
	s, c := math.Sincos(rng.Float64() * math.Pi)
	return geo.MapPoints(g, func(p orb.Point) orb.Point {
		return orb.Point{x + p[0]*c - p[1]*s, y + p[0]*s + p[1]*c}
	})
}

// pixels is everything that Tiles visited, in one grid.
type pixels struct {
	grid           Grid
	kind, spare    []uint8
	building       []int32
	server, sole   []int16
	rsrp, sinr, pr []float32
	free           []bool
	covers         []uint64
}

func all(tb testing.TB, g Grid, tiles func(func(*Tile) error) error) *pixels {
	tb.Helper()
	n := g.Cols * g.Rows
	out := &pixels{grid: g, kind: make([]uint8, n), spare: make([]uint8, n), building: make([]int32, n), server: make([]int16, n), sole: make([]int16, n),
		rsrp: make([]float32, n), sinr: make([]float32, n), pr: make([]float32, n), free: make([]bool, n), covers: make([]uint64, n)}
	err := tiles(func(t *Tile) error {
		for r := range t.Grid.Rows {
			to, from := (t.R0+r)*g.Cols+t.C0, r*t.Grid.Cols
			end := from + t.Grid.Cols
			copy(out.kind[to:], t.Kind[from:end])
			copy(out.spare[to:], t.Spare[from:end])
			copy(out.building[to:], t.Building[from:end])
			copy(out.server[to:], t.Server[from:end])
			copy(out.sole[to:], t.Sole[from:end])
			copy(out.rsrp[to:], t.RSRP[from:end])
			copy(out.sinr[to:], t.SINR[from:end])
			copy(out.pr[to:], t.Chance[from:end])
			copy(out.free[to:], t.Free[from:end])
			copy(out.covers[to:], t.Covers[from:end])
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}
