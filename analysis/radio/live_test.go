package radio

import (
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// change makes a random change to a town and its Live.
func (t *town) change(tb testing.TB, rng *rand.Rand, l *Live, p Params) {
	tb.Helper()
	cells := t.scene.Layers["cells"]
	check := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	switch i := rng.IntN(len(cells)); rng.IntN(6) {
	case 0, 1: // turn or move
		f := cells[i].Clone()
		f.Set("azimuth_deg", rng.Float64()*360)
		if rng.IntN(2) == 0 {
			f.Geometry = orb.Point{-50 + rng.Float64()*500, -50 + rng.Float64()*500}
			f.Set("on_building", nil)
		}
		cells[i] = f
		k := slices.IndexFunc(l.Model().Cells(), func(c Cell) bool { return c.ID == f.ID })
		check(l.Set(k, t.cellOf(tb, f.ID, p)))
	case 2:
		if len(cells) > 2 {
			k := slices.IndexFunc(l.Model().Cells(), func(c Cell) bool { return c.ID == cells[i].ID })
			t.scene.Layers["cells"] = slices.Delete(cells, i, i+1)
			l.Remove(k)
		}
	case 3:
		f := cells[i].Clone()
		f.ID += "x"
		f.Set("operator", string(rune('A'+rng.IntN(4))))
		f.Geometry = orb.Point{rng.Float64() * 400, rng.Float64() * 400}
		if slices.ContainsFunc(cells, func(o geo.Feature) bool { return o.ID == f.ID }) {
			return
		}
		t.scene.Layers["cells"] = append(cells, f)
		_, err := l.Add(t.cellOf(tb, f.ID, p))
		check(err)
	default:
		t.rebuild(rng)
		l.SetBuildings(t.scene.Layers["buildings"])
	}
}

// rebuild changes one building, or adds or takes one.
func (t *town) rebuild(rng *rand.Rand) {
	buildings := slices.Clone(t.scene.Layers["buildings"])
	i := rng.IntN(len(buildings))
	switch f := buildings[i].Clone(); rng.IntN(4) {
	case 0:
		buildings = slices.Delete(buildings, i, i+1)
	case 1:
		f.ID += "x"
		f.Geometry = randomShape(rng, rng.Float64()*400, rng.Float64()*400)
		buildings = append(buildings, f)
	case 2:
		f.Set("height_m", rng.Float64()*50)
		buildings[i] = f
	default:
		f.Set("name", "renamed")
		buildings[i] = f
	}
	t.scene.Layers["buildings"] = buildings
}

// cellOf is a cell as a fresh model reads it.
func (t *town) cellOf(tb testing.TB, id string, p Params) Cell {
	tb.Helper()
	for _, c := range t.model(tb, p).Cells() {
		if c.ID == id {
			return c
		}
	}
	tb.Fatal("no cell ", id)
	return Cell{}
}

// Whatever is changed, a Live gives the bits of a fresh model.
func TestLiveAsFresh(t *testing.T) {
	for seed := range uint64(3) {
		rng := rand.New(rand.NewPCG(seed, 1))
		town := randomTown(seed, 400, 40, 3)
		p := Params{ResM: 4, ReachM: 300, Thresholds: Thresholds{RSRPdBm: -75, SINRdB: number(0)}}
		switch seed {
		case 1:
			town.scene.Terrain = hilly{8, 90}
		case 2:
			p.Calibration = strange()
		}
		l := town.model(t, p).Live()
		for step := range 25 {
			for range 1 + rng.IntN(2) {
				town.change(t, rng, l, p)
			}
			m := town.model(t, p)
			got, want := all(t, l.Model().Grid(), l.Tiles), all(t, m.Grid(), m.Tiles)
			if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(l.Model().Groups(), m.Groups()) {
				t.Fatalf("seed %d: differs after step %d", seed, step)
			}
		}
	}
}

// The same bytes come out on one processor and on several, tiles in order.
func TestTilesOnAnyNumberOfProcessors(t *testing.T) {
	town := randomTown(5, 700, 60, 3)
	town.scene.Terrain = hilly{5, 70}
	m := town.model(t, Params{Thresholds: Thresholds{RSRPdBm: -80}})
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	one := all(t, m.Grid(), m.Tiles)
	runtime.GOMAXPROCS(3)
	if three := all(t, m.Grid(), m.Tiles); !reflect.DeepEqual(one, three) {
		t.Error("processors matter")
	}
}

// Levels of the model's own cells are those of its tiles.
func TestLevels(t *testing.T) {
	town := randomTown(3, 300, 40, 1)
	town.scene.Layers["cells"] = town.scene.Layers["cells"][:1]
	m := town.model(t, Params{ReachM: 200})
	g := m.Grid()
	px := all(t, g, m.Tiles)
	var at []orb.Point
	for k := range px.rsrp {
		at = append(at, g.At(k%g.Cols, k/g.Cols))
	}
	at = append(at, orb.Point{100.3, 100}, orb.Point{-30, 5}, orb.Point{5000, 0})
	out := make([]float32, len(at))
	m.Levels(&m.Cells()[0], at, out)
	for k, want := range px.rsrp {
		if want != out[k] {
			t.Fatalf("pixel %d: %g, want %g", k, out[k], want)
		}
	}
	for i, p := range at[len(px.rsrp):] {
		want := m.Link(0, p).RSRPdBm
		if geo.Distance(p, m.Cells()[0].At) > 200 {
			want = math.Inf(-1)
		}
		if got := out[len(px.rsrp)+i]; got != float32(want) {
			t.Errorf("%v: %g, want %g", p, got, want)
		}
	}
}

func BenchmarkLiveSet(b *testing.B) {
	town := lujiazui(b, 1000, 20)
	m := town.model(b, Params{Defaults: assumed(), Thresholds: Thresholds{RSRPdBm: -105, SINRdB: number(-3)}})
	l := m.Live()
	none := func(*Tile) error { return nil }
	if err := l.Tiles(none); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	start, i := processor(), 0
	for ; b.Loop(); i++ {
		k := i % len(m.Cells())
		c := l.Model().Cells()[k]
		c.AzimuthDeg += 10
		if err := l.Set(k, c); err != nil {
			b.Fatal(err)
		}
		if err := l.Tiles(none); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(l.used)/1e6, "kept-MB")
	b.ReportMetric((processor()-start)/float64(i), "cpu-s/op")
}
