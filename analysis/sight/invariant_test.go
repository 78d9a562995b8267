package sight

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
	"yiju/geo/overlay"
)

// Whoever sees is seen: the line of sight is the same both ways.
func TestSightIsMutual(t *testing.T) {
	for seed := range uint64(20) {
		var ground analysis.Terrain
		if seed%2 == 1 {
			ground = hills{2, 25}
		}
		m := mustModel(t, randomTown(seed, 100, 20, 8, 1, ground), Params{ReachM: 150})
		s := &sightline{m: m}
		r := rand.New(rand.NewPCG(seed, 5))
		at := func() vec {
			p := orb.Point{500_000 + r.Float64()*100, 4_000_000 + r.Float64()*100}
			return vec{p[0], p[1], m.ground.at(p) + 0.5 + r.Float64()*12}
		}
		for range 500 {
			a, b := at(), at()
			there := s.blocked(a, b, m.town.holding(a.plan())).solid != noSolid
			back := s.blocked(b, a, m.town.holding(b.plan())).solid != noSolid
			if there != back {
				t.Fatalf("seed %d: from %v to %v blocked %v, back %v", seed, a, b, there, back)
			}
		}
	}
}

// A wall more never shows more, and takes away no more than lies behind it.
func TestAWallNeverShowsMore(t *testing.T) {
	for seed := range uint64(25) {
		before := randomTown(seed, 80, int(seed)/2, 3, 6, nil)
		after := randomTown(seed, 80, int(seed)/2, 3, 6, nil)
		r := rand.New(rand.NewPCG(seed, 6))
		a := orb.Point{500_000 + r.Float64()*80, 4_000_000 + r.Float64()*80}
		after.Layers["barriers"] = append(after.Layers["barriers"], geo.Feature{ID: "z", Geometry: orb.LineString{a, {a[0] + 15, a[1] + r.Float64()*10}},
			Attributes: map[string]any{"kind": "wall", "height_m": 1 + r.Float64()*6}})
		m, n := mustModel(t, before, Params{ReachM: 80}), mustModel(t, after, Params{ReachM: 80})
		k, l, w := newLooker(m), newLooker(n), weaver{}
		for i := range m.cameras {
			c, d := &m.cameras[i], &n.cameras[i]
			if !c.able || !d.able {
				continue
			}
			less := w.area(&l.view, l.look(&d.now, d.roofs), 0, 3)
			less = w.area(&l.view, &l.fan, 0, 3)
			k.look(&c.now, c.roofs)
			more := w.area(&k.view, &k.fan, 0, 3)
			if reason, err := overlay.Invalid(less); err != nil || reason != "" {
				t.Fatalf("seed %d, camera %s: invalid area: %s %v", seed, c.ID, reason, err)
			}
			extra, err := overlay.Difference(less, more)
			if err != nil {
				t.Fatal(err)
			}
			if geo.Area(extra) > 0.05+geo.Area(more)*1e-4 {
				t.Errorf("seed %d, camera %s: a wall shows %v m² more", seed, c.ID, geo.Area(extra))
			}
		}
	}
}

// Areas are valid as GEOS and maps want them, whatever touches in them.
func TestAreasAreValid(t *testing.T) {
	areas := 0
	for seed := range uint64(60) {
		var ground analysis.Terrain
		if seed%6 == 0 {
			ground = hills{1, 30}
		}
		m := mustModel(t, randomTown(seed, 100, int(seed), int(seed)/4, 10, ground), Params{ReachM: 80})
		k, w := newLooker(m), weaver{}
		for i := range m.cameras {
			c := &m.cameras[i]
			if !c.able {
				continue
			}
			k.look(&c.now, c.roofs)
			for class := range int8(4) {
				for _, least := range []int8{class, 0} {
					areas++
					if reason, err := overlay.Invalid(w.area(&k.view, &k.fan, least, class)); err != nil || reason != "" {
						t.Errorf("seed %d, camera %s, classes %d to %d: %s %v", seed, c.ID, least, class, reason, err)
					}
				}
			}
		}
	}
	t.Logf("%d areas", areas)
}

// Two equal cameras see what one sees, twice; neither alone sees anything.
func TestTwoEqualCameras(t *testing.T) {
	scene := plainScene()
	scene.Layers["buildings"] = []geo.Feature{house("h", -3, 8, 3, 12, 9)}
	scene.Layers["keypoints"] = []geo.Feature{gate("k", orb.Point{8, 16}, "detect")}
	scene.Layers["cameras"] = []geo.Feature{camera("a", orb.Point{}, nil)}
	one, err := Run(scene, Params{Table: dori})
	if err != nil {
		t.Fatal(err)
	}
	scene.Layers["cameras"] = []geo.Feature{camera("a", orb.Point{}, nil), camera("b", orb.Point{}, nil)}
	two, err := Run(scene, Params{Table: dori})
	if err != nil {
		t.Fatal(err)
	}
	area := func(r analysis.Result, cameras int64) float64 {
		sum := 0.0
		for _, f := range layerOf(t, r, "cameras_redundancy") {
			if f.Attributes["cameras"] == cameras {
				sum += geo.Area(f.Geometry)
			}
		}
		return sum
	}
	if a, b := area(one, 1), area(two, 2); math.Abs(a-b) > 1e-3 || a < 500 || area(two, 1) > 1e-3 {
		t.Errorf("one sees %v m², two see %v m² twice and %v m² once", a, b, area(two, 1))
	}
	seen := layerOf(t, one, "cameras_cameras")[0].Attributes
	if seen["alone_points"] != int64(1) || math.Abs(seen["alone_area_m2"].(float64)-seen["area_m2"].(float64)) > 0.02 {
		t.Errorf("one camera: %v", seen)
	}
	for _, f := range layerOf(t, two, "cameras_cameras") {
		if f.Attributes["alone_points"] != int64(0) || f.Attributes["alone_area_m2"].(float64) > 0.02 || f.Attributes["points"] != int64(1) {
			t.Errorf("one of two: %v", f.Attributes)
		}
	}
	m := mustModel(t, scene, Params{})
	if l := m.Lost("a"); l.Points != 0 {
		t.Errorf("with one of two gone, %+v is lost", l)
	}
	if l := m.Lost("a", "b"); l.Points != 1 || !slices.Equal(l.Keypoints, []string{"k"}) {
		t.Errorf("with both gone, %+v is lost", l)
	}
}

// The map of redundancy counts as looking at single places does.
func TestRedundancyCounts(t *testing.T) {
	m := mustModel(t, randomTown(3, 90, 12, 4, 25, nil), Params{ReachM: 80})
	result, err := m.Run()
	if err != nil {
		t.Fatal(err)
	}
	features := layerOf(t, result, "cameras_redundancy")
	for _, f := range features {
		if reason, err := overlay.Invalid(f.Geometry); err != nil || reason != "" {
			t.Errorf("area %s: %s %v", f.ID, reason, err)
		}
	}
	s := &sightline{m: m}
	r := rand.New(rand.NewPCG(3, 3))
	wrong, most := 0, 0
	const places = 3000
	for range places {
		p := orb.Point{500_000 + r.Float64()*90, 4_000_000 + r.Float64()*90}
		want := 0
		for i := range m.cameras {
			if c := &m.cameras[i]; c.able && s.looks(&c.now, c.roofs, m.target(p), 0).class >= 0 {
				want++
			}
		}
		want = min(want, mostCovers)
		most = max(most, want)
		got := 0
		for _, f := range features {
			if geo.Inside(f.Geometry, p) {
				got = int(f.Attributes["cameras"].(int64))
			}
		}
		if got != want {
			wrong++
		}
	}
	if wrong > places/200 || most < 4 {
		t.Errorf("%d of %d places are counted wrong; up to %d cameras", wrong, places, most)
	}
}

// cells is a height grid with nodes where the analysis has them, one in each
// groundStep_m.
type cells [][]float64

func (c cells) HeightAt(p orb.Point) (float64, bool) {
	col, row := int(math.Round(p[0]/groundStep_m)), len(c)-1-int(math.Round(p[1]/groundStep_m))
	row, col = min(max(row, 0), len(c)-1), min(max(col, 0), len(c[0])-1)
	return c[row][col], true
}

// The heights at which places can be seen over terrain, from the tests of GDAL's
// viewshed (autotest/cpp/test_viewshed.cpp, MIT). They apply where a line of sight
// runs over grid points: along rows, columns and diagonals.
func TestHeightsSeenOverTerrain(t *testing.T) {
	tests := []struct {
		name     string
		grid     cells
		row, col int
		want     [][]float64
	}{
		{"5×5", cells{{-1, 0, 1, 0, -1}, {-1, 2, 0, 4, -1}, {-1, 1, 0, -1, -1}, {0, 3, 0, 2, 0}, {-1, 0, 0, 3, -1}}, 2, 2,
			[][]float64{{4, 2, 0, 4, 8}, {3, 2, 0, 4, 3}, {2, 1, 0, -1, -2}, {4, 3, 0, 2, 1}, {6, 3, 0, 2, 4}}},
		{"a bump", cells{{0, 0, 0, 1, 0, 0, 0, 0}}, 0, 2, [][]float64{{0, 0, 0, 1, 2, 3, 4, 5}}},
		{"a ramp", cells{{0, 0, 1, 2, 3, 4, 5, 6}}, 0, 0, [][]float64{{0, 0, 0, 3. / 2, 8. / 3, 15. / 4, 24. / 5, 35. / 6}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rows, cols := len(test.grid), len(test.grid[0])
			at := func(row, col int) orb.Point {
				return orb.Point{float64(col) * groundStep_m, float64(rows-1-row) * groundStep_m}
			}
			scene := &analysis.Scene{CRS: "EPSG:4548", Terrain: test.grid, Layers: map[string][]geo.Feature{}}
			scene.Community = geo.Feature{ID: "c", Geometry: geo.Extent{MinX: 0, MinY: 0, MaxX: float64(cols) * groundStep_m, MaxY: float64(rows) * groundStep_m}.Polygon()}
			m := mustModel(t, scene, Params{ReachM: 50})
			s := &sightline{m: m}
			o := at(test.row, test.col)
			eye := vec{o[0], o[1], test.grid[test.row][test.col]}
			for row := range rows {
				for col := range cols {
					dr, dc := row-test.row, col-test.col
					if dr != 0 && dc != 0 && dr != dc && dr != -dc || max(dr, -dr, dc, -dc) < 2 {
						continue // between grid points, or next to the observer: nothing in between
					}
					lo, hi := -50.0, 50.0
					for hi-lo > 1e-6 {
						p, mid := at(row, col), (lo+hi)/2
						if s.blocked(eye, vec{p[0], p[1], mid}, nil).solid == noSolid {
							hi = mid
						} else {
							lo = mid
						}
					}
					if math.Abs(hi-test.want[row][col]) > 1e-3 {
						t.Errorf("row %d, column %d is seen from %.4f m up, want %.4f", row, col, hi, test.want[row][col])
					}
				}
			}
		})
	}
}

// The search for the fewest sets finds what trying all choices finds, and the
// greedy way stays within its bound.
func TestFewestSets(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for round := range 300 {
		elements, sets := 1+r.IntN(14), 1+r.IntN(12)
		list := make([]bitset, sets)
		all := newBitset(elements)
		for i := range list {
			list[i] = newBitset(elements)
			for e := range elements {
				if r.IntN(4) == 0 {
					list[i].set(e)
					all.set(e)
				}
			}
		}
		want := math.MaxInt
		for choice := range 1 << sets {
			left := slices.Clone(all)
			n := 0
			for i := range list {
				if choice>>i&1 == 1 {
					left.remove(list[i])
					n++
				}
			}
			if left.count() == 0 {
				want = min(want, n)
			}
		}
		keep := undominated(list)
		kept := make([]bitset, len(keep))
		for i, k := range keep {
			kept[i] = list[k]
		}
		rough := greedy(kept, all, len(kept))
		best, proven := fewest(kept, all, rough)
		left := slices.Clone(all)
		for _, b := range best {
			left.remove(kept[b])
		}
		if !proven || len(best) != want || left.count() != 0 {
			t.Fatalf("round %d: %d sets, proven %v, left %d; the least is %d", round, len(best), proven, left.count(), want)
		}
		bound := 0.0
		for i := range elements {
			bound += 1 / float64(i+1)
		}
		if float64(len(rough)) > bound*float64(want)+1e-9 {
			t.Errorf("round %d: greedy takes %d, the least is %d", round, len(rough), want)
		}
	}
}

// Cameras that are proposed do cover what they are proposed for.
func TestAdviceKeepsItsWord(t *testing.T) {
	scene := plainScene()
	scene.Layers["buildings"] = []geo.Feature{house("h1", -30, 10, -10, 20, 9), house("h2", 10, 10, 30, 20, 9)}
	for i := range 8 {
		scene.Layers["keypoints"] = append(scene.Layers["keypoints"], gate(fmt.Sprintf("k%d", i), orb.Point{float64(i*10 - 35), 4}, "detect"))
	}
	scene.Layers["devices"] = []geo.Feature{{ID: "lamp", Geometry: orb.Point{0, -20}, Attributes: map[string]any{"kind": "lamp"}}}
	before, err := Run(scene, Params{Table: dori, Advice: &Advice{}})
	if err != nil {
		t.Fatal(err)
	}
	proposed := layerOf(t, before, "cameras_advice")
	if len(proposed) == 0 || len(proposed) > 2 {
		t.Fatalf("%d cameras are proposed", len(proposed))
	}
	for _, p := range proposed {
		f := camera(p.ID, p.Geometry.(orb.Point), map[string]any{"pixels_w": int64(2560)})
		for _, name := range []string{"height_m", "azimuth_deg", "tilt_deg", "hfov_deg", "vfov_deg"} {
			f.Set(name, p.Attributes[name])
		}
		scene.Layers["cameras"] = append(scene.Layers["cameras"], f)
	}
	after, err := Run(scene, Params{Table: dori})
	if err != nil {
		t.Fatal(err)
	}
	if v := valueOf(t, after, "cameras_points_share"); *v.Numerator != 8 {
		t.Errorf("with the cameras proposed, %v of 8 are covered", *v.Numerator)
	}
	if !slices.ContainsFunc(before.Notes, func(n analysis.Note) bool { return n.Code == "advice_least" }) {
		t.Error("the number is not proven")
	}
}
