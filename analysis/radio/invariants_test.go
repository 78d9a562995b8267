package radio

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// differing counts the pixels of the community for which ok is false.
func differing(px *pixels, ok func(k int) bool) (bad, n int) {
	for k, kind := range px.kind {
		if kind == Outside {
			continue
		}
		n++
		if !ok(k) {
			bad++
		}
	}
	return bad, n
}

func scenarios(m *Model) []string {
	var out []string
	for _, t := range m.transmitters {
		out = append(out, t.scenario.String())
	}
	return out
}

// Taking a building away never lowers a level. (Where it changes whether a cell
// stands above the roofs around, the formulas change, and it may.)
func TestRemovingABuildingNeverLowers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	town := randomTown(11, 400, 60, 3)
	p := Params{ResM: 4, Thresholds: Thresholds{RSRPdBm: -80}}
	before := town.model(t, p)
	was := all(t, before.Grid(), before.Tiles)
	buildings := town.scene.Layers["buildings"]
	tried := 0
	for range 40 {
		i := rng.IntN(len(buildings))
		town.scene.Layers["buildings"] = slices.Delete(slices.Clone(buildings), i, i+1)
		m := town.model(t, p)
		if !slices.Equal(scenarios(m), scenarios(before)) {
			continue
		}
		tried++
		px := all(t, m.Grid(), m.Tiles)
		bad, _ := differing(px, func(k int) bool {
			elsewhere := px.kind[k] == Indoor && was.building[k] == int32(i) // was in two
			return elsewhere || px.rsrp[k] >= was.rsrp[k]-1e-4
		})
		if bad > 0 {
			t.Errorf("%d pixels lose without building %s", bad, buildings[i].ID)
		}
	}
	if tried < 10 {
		t.Errorf("only %d buildings tried", tried)
	}
}

// Another site never lowers the level of the best server; a site on the same
// frequency may lower the ratio, one on another may not.
func TestAddingASiteNeverLowers(t *testing.T) {
	town := randomTown(12, 400, 60, 2)
	p := Params{ResM: 4, Thresholds: Thresholds{RSRPdBm: -80}}
	m := town.model(t, p)
	was := all(t, m.Grid(), m.Tiles)
	lower := 0
	for i, f := range []float64{3500, 2600} {
		town.cell(orb.Point{200, 200}, 30, 45, "freq_mhz", f, "power_w", 0.01)
		m := town.model(t, p)
		px := all(t, m.Grid(), m.Tiles)
		if bad, n := differing(px, func(k int) bool { return px.rsrp[k] >= was.rsrp[k] }); bad > 0 {
			t.Errorf("%d of %d pixels lose", bad, n)
		}
		less, _ := differing(px, func(k int) bool { return px.server[k] != was.server[k] || px.sinr[k] >= was.sinr[k] })
		if i == 0 {
			lower = less
		} else if less > 0 {
			t.Errorf("%d ratios fall by a site on another frequency", less)
		}
		town.scene.Layers["cells"] = town.scene.Layers["cells"][:len(town.scene.Layers["cells"])-1]
	}
	if lower == 0 {
		t.Error("a site on the same frequency disturbs no one")
	}
}

// turned is a town seen in another way: all places moved by f, azimuths by g.
func (t *town) turned(f func(orb.Point) orb.Point, g func(azimuth float64) float64) *town {
	out := &town{t.scene}
	out.scene.Community = t.scene.Community.Clone()
	out.scene.Community.Geometry = geo.MapPoints(t.scene.Community.Geometry, f)
	out.scene.Layers = map[string][]geo.Feature{}
	for layer, features := range t.scene.Layers {
		for _, o := range features {
			o = o.Clone()
			o.Geometry = geo.MapPoints(o.Geometry, f)
			if a, ok := o.Number("azimuth_deg"); ok {
				o.Set("azimuth_deg", math.Mod(g(a)+720, 360))
			}
			out.scene.Layers[layer] = append(out.scene.Layers[layer], o)
		}
	}
	return out
}

// A mirrored town has the mirrored map, a turned one the turned map.
func TestMirroredAndTurnedTowns(t *testing.T) {
	const side = 400.0
	town := randomTown(13, side, 60, 3)
	p := Params{ResM: 4, Thresholds: Thresholds{RSRPdBm: -80, SINRdB: number(0)}}
	m := town.model(t, p)
	px := all(t, m.Grid(), m.Tiles)
	n := px.grid.Cols
	for _, c := range []struct {
		name  string
		place func(orb.Point) orb.Point
		turn  func(float64) float64
		pixel func(c, r int) (int, int)
	}{
		{"mirrored", func(p orb.Point) orb.Point { return orb.Point{side - p[0], p[1]} }, func(a float64) float64 { return -a },
			func(c, r int) (int, int) { return n - 1 - c, r }},
		{"turned", func(p orb.Point) orb.Point { return orb.Point{p[1], side - p[0]} }, func(a float64) float64 { return a + 90 },
			func(c, r int) (int, int) { return r, n - 1 - c }},
		{"moved", func(p orb.Point) orb.Point { return orb.Point{p[0] + 500_000, p[1] + 4_000_000} }, func(a float64) float64 { return a },
			func(c, r int) (int, int) { return c, r }},
	} {
		m := town.turned(c.place, c.turn).model(t, p)
		other := all(t, m.Grid(), m.Tiles)
		bad, all := differing(px, func(k int) bool {
			x, y := c.pixel(k%n, k/n)
			o := y*n + x
			return px.kind[k] == other.kind[o] && px.server[k] == other.server[o] && px.covers[k] == other.covers[o] &&
				math.Abs(float64(px.rsrp[k]-other.rsrp[o])) < 1e-3 && math.Abs(float64(px.sinr[k]-other.sinr[o])) < 1e-2
		})
		// Rounding decides where paths graze corners and pixels outlines.
		if float64(bad) > 5e-4*float64(all) {
			t.Errorf("%s: %d of %d pixels differ", c.name, bad, all)
		}
	}
}

// Which of two equal sites comes first in the order of ids does not matter.
func TestSwappedSites(t *testing.T) {
	town := randomTown(14, 300, 40, 2)
	p := Params{ResM: 4, Thresholds: Thresholds{RSRPdBm: -80}}
	m := town.model(t, p)
	px := all(t, m.Grid(), m.Tiles)
	cells := town.scene.Layers["cells"]
	n := len(cells) / 2
	for i := range n {
		cells[i].ID, cells[i+n].ID = cells[i+n].ID, cells[i].ID
	}
	m = town.model(t, p)
	other := all(t, m.Grid(), m.Tiles)
	bad, _ := differing(px, func(k int) bool {
		return px.rsrp[k] == other.rsrp[k] && math.Abs(float64(px.sinr[k]-other.sinr[k])) < 1e-5 && px.server[k] == (other.server[k]+int16(n))%int16(2*n)
	})
	if bad > 0 {
		t.Errorf("%d pixels differ", bad)
	}
}

// What the exact way calls free agrees with points sampled along the path.
func TestFreeAgreesWithSampling(t *testing.T) {
	for _, terrain := range []bool{false, true} {
		town := randomTown(15, 400, 80, 3)
		if terrain {
			town.scene.Terrain = hilly{15, 60}
		}
		m := town.model(t, Params{})
		rng := rand.New(rand.NewPCG(8, 8))
		wrong, blocked := 0, 0
		const paths = 3000
		for range paths {
			tx := m.transmitters[rng.IntN(len(m.transmitters))]
			s := m.receiver(orb.Point{rng.Float64() * 400, rng.Float64() * 400})
			free := m.free(tx, &s)
			if !free {
				blocked++
			}
			if free == m.sampled(tx, &s) {
				wrong++
			}
		}
		// A corner may be passed between two samples.
		if wrong > paths/200 || blocked < paths/10 || blocked > paths*9/10 {
			t.Errorf("%d of %d paths wrong, %d blocked", wrong, paths, blocked)
		}
	}
}

// sampled tells whether something stands in the way at any of many points.
func (m *Model) sampled(t *transmitter, s *receiver) (blocked bool) {
	const samples = 4000
	for i := 1; i < samples; i++ {
		u := float64(i) / samples
		p := orb.Point{t.at[0] + (s.at[0]-t.at[0])*u, t.at[1] + (s.at[1]-t.at[1])*u}
		z := t.z + (s.z-t.z)*u
		if m.ground != nil && m.ground.height(p) > z {
			return true
		}
		hit := false
		m.index.Each(geo.Extent{MinX: p[0], MinY: p[1], MaxX: p[0], MaxY: p[1]}, func(k int) bool {
			b := &m.prisms[k]
			hit = z < b.topM && (!b.raised || z > b.baseM) && b.contains(p) &&
				!slices.Contains(t.exempt, int32(k)) && !slices.Contains(s.holders, int32(k))
			return !hit
		})
		if hit {
			return true
		}
	}
	return false
}
