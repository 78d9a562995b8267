package radio

import (
	"encoding/json"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

func mustRun(t testing.TB, s *analysis.Scene, p Params) analysis.Result {
	t.Helper()
	got, err := Run(s, p)
	if err != nil {
		t.Fatal(err)
	}
	checkResult(t, got)
	return got
}

func sumArea(t testing.TB, r analysis.Result, name string, of func(*geo.Feature) bool) float64 {
	t.Helper()
	sum := 0.0
	for _, f := range layer(t, r, name) {
		if of == nil || of(&f) {
			a, _ := f.Number("area_m2")
			sum += a
		}
	}
	return sum
}

func is(field, value string) func(*geo.Feature) bool {
	return func(f *geo.Feature) bool { v, _ := f.Text(field); return v == value }
}

// What layers draw and what values say must be the same pixels, and what is covered
// and what is not must add up to the community.
func TestAreasAddUp(t *testing.T) {
	scene := syntheticTown(330, 3, 1)
	for _, thresholds := range []Thresholds{levelsOnly(-75), levelsAndRatio(-90, 5)} {
		p := Params{ResM: 3, Thresholds: thresholds}
		m, err := NewModel(scene, p)
		if err != nil {
			t.Fatal(err)
		}
		pixel := p.ResM * p.ResM
		var all, outdoor, reached, uncovered float64
		err = m.Tiles(func(tile *Tile) error {
			for i, kind := range tile.Kind {
				if kind == Outside {
					continue
				}
				all += pixel
				if tile.Server[i] >= 0 {
					reached += pixel
				}
				if kind == Outdoor {
					outdoor += pixel
					if tile.Covers[i]&1 == 0 {
						uncovered += pixel
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		got := mustRun(t, scene, p)
		r := ratios(got)
		if v := r["radio_covered_share"]; v.D != all {
			t.Errorf("the community has %g m², the share is of %g", all, v.D)
		}
		if v := r["radio_outdoor_share"]; v.D != outdoor || v.D-v.N != uncovered || v.N == 0 || uncovered == 0 {
			t.Errorf("outdoors %g m², %g uncovered; the share is %v", outdoor, uncovered, v)
		}
		if in, out, both := r["radio_indoor_share"], r["radio_outdoor_share"], r["radio_covered_share"]; in.N+out.N != both.N || in.D+out.D != both.D {
			t.Errorf("in %v and out %v are not %v", in, out, both)
		}
		for _, f := range layer(t, got, "radio_covered") {
			id, _ := f.Text("group")
			if a := sumArea(t, got, "radio_covered", is("group", id)); a != r["radio_covered_share/"+id].N {
				t.Errorf("group %s: drawn %g m², covered %v", id, a, r["radio_covered_share/"+id])
			}
		}
		if a := sumArea(t, got, "radio_servers", nil); a != reached {
			t.Errorf("servers have %g m², %g are reached", a, reached)
		}
		if a := sumArea(t, got, "radio_classes", nil); a != all {
			t.Errorf("classes have %g m² of %g", a, all)
		}
		if gaps := sumArea(t, got, "radio_gaps", nil); gaps == 0 || gaps > outdoor-uncovered-r["radio_outdoor_share/every"].N {
			t.Errorf("gaps have %g m² of %g covered, every operator covers %v", gaps, outdoor-uncovered, r["radio_outdoor_share/every"])
		}
		checkSpots(t, got, uncovered)
		checkCells(t, got)
	}
}

// checkSpots: drawn spots and those too small to draw are all that is uncovered.
func checkSpots(t *testing.T, got analysis.Result, uncovered float64) {
	t.Helper()
	drawn := sumArea(t, got, "radio_spots", is("kind", "uncovered"))
	if drawn > uncovered || drawn == 0 {
		t.Errorf("uncovered spots have %g m² of %g", drawn, uncovered)
	}
	for _, f := range layer(t, got, "radio_spots") {
		if a, _ := f.Number("area_m2"); a < minSpotM2 {
			t.Errorf("%s has %g m²", f.ID, a)
		}
		if why, _ := f.Text("reason"); why == "" {
			t.Errorf("%s has no reason", f.ID)
		}
	}
}

// checkCells: the area where a cell is the strongest is that of its feature.
func checkCells(t *testing.T, got analysis.Result) {
	t.Helper()
	for _, f := range layer(t, got, "radio_cells") {
		a, _ := f.Number("server_m2")
		if b := sumArea(t, got, "radio_servers", is("cell", f.ID)); a != b {
			t.Errorf("cell %s: %g m², drawn %g", f.ID, a, b)
		}
		if sole, _ := f.Number("sole_m2"); sole > a { // of the level alone, the strongest covers
			t.Logf("cell %s: %g m² alone, %g m² as the strongest", f.ID, sole, a)
		}
	}
}

// Without a demand on SINR a further site takes nothing away.
func TestAnotherSiteNeverHarms(t *testing.T) {
	scene := syntheticTown(330, 3, 2)
	p := Params{ResM: 5, Thresholds: levelsOnly(-70)}
	all := scene.Layers["cells"]
	last := -1.0
	for n := 3; n <= len(all); n += 3 {
		scene.Layers["cells"] = all[:n]
		v := ratios(mustRun(t, scene, p))["radio_outdoor_share"]
		if v.N < last {
			t.Errorf("%d cells cover %g m², fewer covered %g", n, v.N, last)
		}
		last = v.N
	}
}

// What a cell covers alone is what is lost without it.
func TestSoleAreaIsWhatWouldBeLost(t *testing.T) {
	scene := syntheticTown(330, 2, 3)
	all := scene.Layers["cells"]
	for _, thresholds := range []Thresholds{levelsOnly(-70), levelsAndRatio(-80, 0)} {
		p := Params{ResM: 5, Thresholds: thresholds}
		whole := mustRun(t, scene, p)
		before := pixelsCovered(t, scene, p)
		for i, f := range layer(t, whole, "radio_cells") {
			scene.Layers["cells"] = append(append([]geo.Feature(nil), all[:i]...), all[i+1:]...)
			after := pixelsCovered(t, scene, p)
			lost := 0.0
			for at := range before {
				if !after[at] {
					lost += p.ResM * p.ResM
				}
			}
			scene.Layers["cells"] = all
			if sole, _ := f.Number("sole_m2"); sole != lost {
				t.Errorf("cell %s covers %g m² alone, without it %g are lost", f.ID, sole, lost)
			}
		}
	}
}

// pixelsCovered are the places that group "all" covers.
func pixelsCovered(t testing.TB, s *analysis.Scene, p Params) map[orb.Point]bool {
	t.Helper()
	m, err := NewModel(s, p)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[orb.Point]bool)
	err = m.Tiles(func(tile *Tile) error {
		for i := range tile.Kind {
			if tile.Covers[i]&1 != 0 {
				out[tile.Grid.At(i%tile.Grid.Cols, i/tile.Grid.Cols)] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// bytesOf is everything of a result, in order.
func bytesOf(t testing.TB, r analysis.Result) string {
	t.Helper()
	out, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestSameOnAnyNumberOfProcessors(t *testing.T) {
	scene := syntheticTown(600, 4, 4)
	p := Params{ResM: 4, Thresholds: levelsAndRatio(-85, -3)}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := bytesOf(t, mustRun(t, scene, p))
	for _, n := range []int{2, 5} {
		runtime.GOMAXPROCS(n)
		if got := bytesOf(t, mustRun(t, scene, p)); got != want {
			t.Errorf("%d processors give another result: %s", n, cmp.Diff(want, got))
		}
	}
}

// In an empty town everything can be computed by hand: an all-round antenna 20 m up,
// its level falling with distance, covers a disc.
func TestDiscOnOpenGround(t *testing.T) {
	const side, res = 400.0, 1.0
	town := newTown(side)
	town.cell(orb.Point{200, 200}, 20, 0, "hbw_deg", 360.0, "vbw_deg", 180.0, "tilt_deg", 0.0)
	// The threshold is the level at 120 m, from the link itself.
	m := town.model(t, Params{ResM: res, Thresholds: levelsOnly(-80)})
	at := m.Link(0, orb.Point{320, 200}).RSRPdBm
	got := mustRun(t, &town.scene, Params{ResM: res, Thresholds: levelsOnly(at)})
	v := ratios(got)["radio_outdoor_share"]
	want := 0.0
	for x := 0.5; x < side; x += res {
		for y := 0.5; y < side; y += res {
			if math.Hypot(x-200, y-200) <= 120 {
				want += res * res
			}
		}
	}
	if v.D != side*side || math.Abs(v.N-want) > 4 || math.Abs(v.N-math.Pi*120*120) > 200 {
		t.Errorf("covered %v, want %g of %g", v, want, side*side)
	}
	spots := attributes(t, got, "radio_spots", "kind", "reason", "best_cell")
	if s := spots["uncovered:00001"]; s["reason"] != reasonFar || s["best_cell"] != "cell0000" {
		t.Errorf("spots: %v", spots)
	}
}

// A wall throws a shadow: the ground behind it is the only spot, and it is the wall
// that is named.
func TestShadowNamesItsBuilding(t *testing.T) {
	town := newTown(200)
	town.cell(orb.Point{20, 100}, 12, 0, "hbw_deg", 360.0, "vbw_deg", 180.0, "tilt_deg", 0.0)
	wall := town.build(rectangle(80, 60, 84, 140), 30, "name", "长墙", "households", int64(10))
	m := town.model(t, Params{ResM: 2, Thresholds: levelsOnly(-80)})
	blocked, free := m.Link(0, orb.Point{101, 101}), m.Link(0, orb.Point{161, 199})
	thr := (max(blocked.RSRPdBm, m.Link(0, orb.Point{85, 101}).RSRPdBm) + free.RSRPdBm) / 2
	if free.Path != LOS || blocked.Path != NLOS || blocked.RSRPdBm > thr {
		t.Fatalf("the town is not what the test needs: %+v %+v", blocked, free)
	}
	got := mustRun(t, &town.scene, Params{ResM: 2, Thresholds: levelsOnly(thr)})
	want := map[string]map[string]any{"uncovered:00001": {"reason": reasonBlocked, "blocker": wall, "blocker_name": "长墙", "reason_pct": 100.0}}
	spots := attributes(t, got, "radio_spots", "reason", "blocker", "blocker_name", "reason_pct")
	maps.DeleteFunc(spots, func(id string, _ map[string]any) bool { return strings.HasPrefix(id, "weak") })
	if diff := cmp.Diff(want, spots); diff != "" {
		t.Error(diff)
	}
	// The wall's eastern side, 40 of its 84 pixel sides, faces the spot.
	f := layer(t, got, "radio_spots")[0]
	if h, _ := f.Number("households"); h < 10*38.0/84 || h > 10*44.0/84 {
		t.Errorf("households %g", h)
	}
}

func benchmarkRun(b *testing.B, omit ...string) {
	scene := syntheticTown(1000, 20, 5)
	m, err := NewModel(scene, Params{ResM: 2, Thresholds: levelsAndRatio(-95, -3), Omit: omit})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Result(scene); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkResult1km2(b *testing.B) { benchmarkRun(b) }

// Pixels and values alone.
func BenchmarkValues1km2(b *testing.B) {
	benchmarkRun(b, "classes", "covered", "spots", "gaps", "servers", "cells", "buildings")
}

// recorded replays the tiles of a model.
type recorded struct {
	*Model
	tiles []*Tile
}

func record(t testing.TB, m *Model) *recorded {
	t.Helper()
	r := &recorded{Model: m}
	err := m.Tiles(func(tile *Tile) error {
		c := *tile
		c.Kind, c.Building, c.Server, c.Sole = slices.Clone(c.Kind), slices.Clone(c.Building), slices.Clone(c.Server), slices.Clone(c.Sole)
		c.RSRP, c.SINR, c.Chance = slices.Clone(c.RSRP), slices.Clone(c.SINR), slices.Clone(c.Chance)
		c.Free, c.Covers, c.Spare = slices.Clone(c.Free), slices.Clone(c.Covers), slices.Clone(c.Spare)
		r.tiles = append(r.tiles, &c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *recorded) Tiles(visit func(*Tile) error) error {
	for _, t := range r.tiles {
		if err := visit(t); err != nil {
			return err
		}
	}
	return nil
}

// What comes after the pixels.
func BenchmarkAreas1km2(b *testing.B) {
	scene := syntheticTown(1000, 20, 5)
	m, err := NewModel(scene, Params{ResM: 2, Thresholds: levelsAndRatio(-95, -3)})
	if err != nil {
		b.Fatal(err)
	}
	r := record(b, m)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := result(r, scene); err != nil {
			b.Fatal(err)
		}
	}
}
