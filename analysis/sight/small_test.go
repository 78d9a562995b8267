package sight

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// Small scenes in which the answer is plain to see.

// plainScene is an empty community of 200 m around 0, 0.
func plainScene() *analysis.Scene {
	return &analysis.Scene{CRS: "EPSG:4548", Layers: make(map[string][]geo.Feature),
		Community: geo.Feature{ID: "c", Geometry: geo.Extent{MinX: -100, MinY: -100, MaxX: 100, MaxY: 100}.Polygon(),
			Attributes: map[string]any{"adcode": "370902"}}}
}

// camera looks north from 3.5 m, level, 90° × 60°, 2000 pixels: 25 px/m at 40 m.
func camera(id string, at orb.Point, more map[string]any) geo.Feature {
	f := geo.Feature{ID: id, Geometry: at, Attributes: map[string]any{
		"kind": "fixed", "height_m": 3.5, "azimuth_deg": 0.0, "tilt_deg": 0.0, "hfov_deg": 90.0, "vfov_deg": 60.0, "pixels_w": int64(2000), "working": true,
	}}
	for k, v := range more {
		f.Set(k, v)
	}
	return f
}

func house(id string, minX, minY, maxX, maxY, height float64) geo.Feature {
	return geo.Feature{ID: id, Geometry: geo.Extent{MinX: minX, MinY: minY, MaxX: maxX, MaxY: maxY}.Polygon(), Attributes: map[string]any{"height_m": height}}
}

func gate(id string, at orb.Point, class string) geo.Feature {
	return geo.Feature{ID: id, Geometry: at, Attributes: map[string]any{"kind": "compound_gate", "required_class": class}}
}

func valueOf(t testing.TB, r analysis.Result, id string) analysis.Value {
	t.Helper()
	for _, v := range r.Values {
		if v.ID == id {
			return v
		}
	}
	t.Fatalf("there is no value %s", id)
	return analysis.Value{}
}

func layerOf(t testing.TB, r analysis.Result, name string) []geo.Feature {
	t.Helper()
	for _, l := range r.Layers {
		if l.Schema.Layer == name {
			return l.Features
		}
	}
	t.Fatalf("there is no layer %s", name)
	return nil
}

func TestReasonsInTheirOrder(t *testing.T) {
	off := map[string]any{"working": false}
	tests := []struct {
		name    string
		at      orb.Point
		class   string
		cameras []geo.Feature
		house   *geo.Feature
		want    Reason
	}{
		{"seen", orb.Point{0, 20}, "detect", []geo.Feature{camera("c", orb.Point{}, nil)}, nil, Covered},
		{"too few pixels", orb.Point{0, 45}, "detect", []geo.Feature{camera("c", orb.Point{}, nil)}, nil, OutOfRange},
		{"too few pixels for the class", orb.Point{0, 20}, "observe", []geo.Feature{camera("c", orb.Point{}, nil)}, nil, OutOfRange},
		{"beyond the range", orb.Point{0, 20}, "detect", []geo.Feature{camera("c", orb.Point{}, map[string]any{"range_m": 15.0})}, nil, OutOfRange},
		{"too far, and behind it too", orb.Point{0, -45}, "detect", []geo.Feature{camera("c", orb.Point{}, nil)}, nil, OutOfRange},
		{"behind it", orb.Point{0, -20}, "detect", []geo.Feature{camera("c", orb.Point{}, nil)}, nil, OutOfField},
		{"beside it", orb.Point{20, 10}, "detect", []geo.Feature{camera("c", orb.Point{}, nil)}, nil, OutOfField},
		{"at its foot", orb.Point{0, 2}, "detect", []geo.Feature{camera("c", orb.Point{}, nil)}, nil, BlindZone},
		{"behind a house", orb.Point{0, 20}, "detect", []geo.Feature{camera("c", orb.Point{}, nil)}, ptr(house("h", -3, 8, 3, 12, 9)), Blocked},
		{"off", orb.Point{0, 20}, "detect", []geo.Feature{camera("c", orb.Point{}, off)}, nil, Off},
		{"off, and blocked too", orb.Point{0, 20}, "detect", []geo.Feature{camera("c", orb.Point{}, off)}, ptr(house("h", -3, 8, 3, 12, 9)), Blocked},
		{"the camera that comes closest tells", orb.Point{0, 20}, "detect",
			[]geo.Feature{camera("a", orb.Point{0, -60}, nil), camera("b", orb.Point{}, off), camera("c", orb.Point{0, 40}, nil)}, nil, Off},
		{"over a low house", orb.Point{0, 20}, "detect", []geo.Feature{camera("c", orb.Point{}, nil)}, ptr(house("h", -3, 4, 3, 6, 2)), Covered},
		{"close behind a low house", orb.Point{0, 7}, "detect", []geo.Feature{camera("c", orb.Point{}, nil)}, ptr(house("h", -3, 4, 3, 6, 2)), Blocked},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			scene := plainScene()
			scene.Layers["cameras"] = test.cameras
			if test.house != nil {
				scene.Layers["buildings"] = []geo.Feature{*test.house}
			}
			scene.Layers["keypoints"] = []geo.Feature{gate("k", test.at, test.class)}
			result, err := Run(scene, Params{Table: dori})
			if err != nil {
				t.Fatal(err)
			}
			f := layerOf(t, result, "cameras_keypoints")[0]
			reason, _ := f.Text("reason")
			if Reason(reason) != test.want {
				t.Errorf("reason %q, want %q", reason, test.want)
			}
			if by, _ := f.Text("blocked_by"); (by == "h") != (test.want == Blocked) {
				t.Errorf("blocked by %q", by)
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

// The near bound of a level camera at 3.5 m over a target at 1.5 m, 60° high, is
// 2 m ÷ tan 30°; the far bound is where a metre fills 25 pixels.
func TestBoundsOfAPlainView(t *testing.T) {
	scene := plainScene()
	scene.Layers["cameras"] = []geo.Feature{camera("c", orb.Point{}, nil)}
	m := mustModel(t, scene, Params{})
	k, w := newLooker(m), weaver{}
	f := k.look(&m.cameras[0].now, nil)
	all := w.area(&k.view, f, 0, 3)
	e := geo.ExtentOf(all)
	near := 2 / math.Tan(math.Pi/6)
	far := math.Sqrt(40*40 - 4)
	if math.Abs(e.MinY-near) > 1e-3 || math.Abs(e.MaxY-far) > 0.01 {
		t.Errorf("seen from %v to %v m, want %v to %v", e.MinY, e.MaxY, near, far)
	}
	// A quarter of a circle but for the blind triangle.
	want := math.Pi*far*far/4 - near*near
	if got := geo.Area(all); math.Abs(got-want) > 0.5 {
		t.Errorf("%v m² are seen, want %v", got, want)
	}
	// The figures of B1: metres per class at 2000 pixels and 90°.
	for i, reach := range []float64{40, 16, 8, 4} {
		if got := m.cameras[0].now.density / dori.Classes[i].PxPerM; math.Abs(got-reach) > 1e-9 {
			t.Errorf("%s reaches %v m, want %v", dori.Classes[i].ID, got, reach)
		}
	}
}

// Ranges of a real lens by its data sheet (113°, 3840 pixels): 50.8, 20.3, 10.2,
// 5.1 m.
func TestRangesOfADataSheet(t *testing.T) {
	l := newLens(vec{}, optics{hfov: 113, vfov: 60, pixelsW: 3840, range_m: math.Inf(1)})
	for i, want := range []float64{50.8, 20.3, 10.2, 5.1} {
		if got := l.density / dori.Classes[i].PxPerM; math.Abs(got-want) > 0.06 {
			t.Errorf("class %d reaches %.2f m, want %v", i, got, want)
		}
	}
}

// A camera drawn on or in a wall looks out of it, and its building hides what lies
// behind.
func TestCamerasOnWalls(t *testing.T) {
	for _, at := range []orb.Point{{0, 0}, {0, -0.4}, {0, 0.05}, {3, -1.2}} {
		scene := plainScene()
		scene.Layers["buildings"] = []geo.Feature{house("h", -10, -10, 10, 0, 12)}
		scene.Layers["cameras"] = []geo.Feature{camera("c", at, map[string]any{"azimuth_deg": 20.0})}
		m := mustModel(t, scene, Params{})
		c := &m.cameras[0]
		if c.On != "h" || math.Abs(c.At[1]-wallOffset_m) > 1e-9 || math.Abs(c.At[0]-at[0]) > 1e-9 {
			t.Errorf("at %v: eye at %v, on %q", at, c.At, c.On)
		}
		k, w := newLooker(m), weaver{}
		area := w.area(&k.view, k.look(&c.now, c.roofs), 0, 3)
		area = w.area(&k.view, &k.fan, 0, 3)
		if e := geo.ExtentOf(area); e.MinY < 0 || geo.Area(area) < 500 {
			t.Errorf("at %v: sees %v, %v m²", at, e, geo.Area(area))
		}
	}
	// Deep inside it is indoors; above the roof it stands on it.
	scene := plainScene()
	scene.Layers["buildings"] = []geo.Feature{house("h", -10, -10, 10, 0, 12)}
	scene.Layers["cameras"] = []geo.Feature{camera("deep", orb.Point{0, -5}, nil), camera("roof", orb.Point{0, -5}, map[string]any{"height_m": 14.0})}
	m := mustModel(t, scene, Params{})
	if c := m.cameras[0]; c.Indoor != "h" || c.able {
		t.Errorf("deep inside: %+v", c)
	}
	if c := m.cameras[1]; c.Roof != "h" || !c.able {
		t.Errorf("on the roof: %+v", c)
	}
}

// What is unknown is neither yes nor no.
func TestUnknownStaysUnknown(t *testing.T) {
	base := func() *analysis.Scene {
		scene := plainScene()
		scene.Layers["cameras"] = []geo.Feature{camera("c", orb.Point{}, nil)}
		scene.Layers["keypoints"] = []geo.Feature{gate("k", orb.Point{0, 20}, "detect")}
		return scene
	}
	yes := true
	defaults := &Defaults{ID: "d", Kinds: map[string]map[string]float64{"": {"tilt_deg": 5, "azimuth_deg": 0}}, Working: &yes, BuildingM: map[string]float64{"": 9}}
	tests := []struct {
		name       string
		change     func(*analysis.Scene)
		plain      State
		defaulted  State
		assumed    bool
		wantLayers string // of the camera's view, without defaults
	}{
		{"nothing is unknown", func(*analysis.Scene) {}, Yes, Yes, false, "known"},
		{"no tilt", func(s *analysis.Scene) { s.Layers["cameras"][0].Set("tilt_deg", nil) }, Unknown, Yes, true, "insufficient"},
		{"not known whether it works", func(s *analysis.Scene) { s.Layers["cameras"][0].Set("working", nil) }, Unknown, Yes, true, "known"},
		{"a house of unknown height between", func(s *analysis.Scene) {
			h := house("h", -3, 8, 3, 12, 0)
			h.Attributes = nil
			s.Layers["buildings"] = []geo.Feature{h}
		}, Unknown, No, true, "known"},
		{"a class that nobody named", func(s *analysis.Scene) { s.Layers["keypoints"][0].Set("required_class", nil) }, Unknown, Unknown, false, "known"},
		{"no tilt, but off", func(s *analysis.Scene) {
			s.Layers["cameras"][0].Set("tilt_deg", nil)
			s.Layers["cameras"][0].Set("working", false)
		}, No, No, true, "insufficient"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, d := range []*Defaults{nil, defaults} {
				scene := base()
				test.change(scene)
				result, err := Run(scene, Params{Table: dori, Defaults: d})
				if err != nil {
					t.Fatal(err)
				}
				want := test.plain
				if d != nil {
					want = test.defaulted
				}
				f := layerOf(t, result, "cameras_keypoints")[0]
				if got, _ := f.Text("covered"); State(got) != want {
					t.Errorf("defaults %v: covered %s, want %s", d != nil, got, want)
				}
				v := valueOf(t, result, "cameras_points_share")
				if (v.Value == nil) != (want == Unknown) || (len(v.Missing) > 0) != (want == Unknown) {
					t.Errorf("defaults %v: value %v, missing %v", d != nil, v.Value, v.Missing)
				}
				// Of the one point nothing is known, or all.
				if want == Unknown && (v.Low == nil || *v.Low != 0 || *v.High != 100) || want != Unknown && v.Low != nil {
					t.Errorf("defaults %v: bounds %v and %v", d != nil, v.Low, v.High)
				}
				if assumed, _ := f.Bool("assumed"); d != nil && want != Unknown && assumed != test.assumed {
					t.Errorf("assumed %v, want %v", assumed, test.assumed)
				}
				view, _ := layerOf(t, result, "cameras_cameras")[0].Text("view")
				if d == nil && view != test.wantLayers {
					t.Errorf("view %q, want %q", view, test.wantLayers)
				}
			}
		})
	}
}

func TestCamerasThatTurn(t *testing.T) {
	scene := plainScene()
	scene.Layers["cameras"] = []geo.Feature{camera("c", orb.Point{}, map[string]any{"kind": "ptz"})}
	scene.Layers["keypoints"] = []geo.Feature{gate("k", orb.Point{0, -20}, "detect")}
	for ptz, want := range map[PTZ]State{PTZNow: No, PTZCould: Yes} {
		result, err := Run(scene, Params{Table: dori, PTZ: ptz})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := layerOf(t, result, "cameras_keypoints")[0].Text("covered"); State(got) != want {
			t.Errorf("%s: covered %s, want %s", ptz, got, want)
		}
	}
	m := mustModel(t, scene, Params{})
	why, err := m.Why(orb.Point{0, -20}, "detect")
	if err != nil || len(why.Cameras) != 1 || why.Cameras[0].Reason != OutOfField || !why.Cameras[0].CouldTurn {
		t.Errorf("why %+v, %v", why, err)
	}
}

func TestRecords(t *testing.T) {
	good := func() geo.Feature {
		f := camera("c", orb.Point{}, map[string]any{"name": "南门", "adcode": "370902", "code": "37090200011320000001"})
		return f
	}
	codes := CodeTable{
		Types:      []CodeEntry{{Code: "132", Camera: true}, {Code: "131", Camera: true}, {Code: "200"}},
		Industries: []CodeEntry{{Code: "01"}, {Code: "00"}}, Networks: []CodeEntry{{Code: "0"}},
	}
	divisions := Divisions{Provinces: []string{"37"}, Divisions: []Division{{Code: "370902"}, {Code: "370614"}}, Withdrawn: []Withdrawn{{Code: "370634", Now: "370614"}}}
	tests := []struct {
		name   string
		change func(*geo.Feature)
		want   string
	}{
		{"right", func(*geo.Feature) {}, "position_missing"},
		{"no code", func(f *geo.Feature) { f.Set("code", nil) }, "code_missing position_missing"},
		{"18 digits", func(f *geo.Feature) { f.Set("code", "370902000113200000") }, "code_length position_missing"},
		{"a number that a table rounded", func(f *geo.Feature) { f.Set("code", "3.70902E+19") }, "code_digits position_missing"},
		{"a server", func(f *geo.Feature) { f.Set("code", "37090200012000000001") }, "code_not_camera position_missing"},
		{"no such type", func(f *geo.Feature) { f.Set("code", "37090200019990000001") }, "code_type position_missing"},
		{"no such industry", func(f *geo.Feature) { f.Set("code", "37090200771320000001") }, "code_industry position_missing"},
		{"no such network", func(f *geo.Feature) { f.Set("code", "37090200011325000001") }, "code_network position_missing"},
		{"Changdao, which is no more", func(f *geo.Feature) { f.Set("code", "37063400011320000001") }, "code_division_withdrawn position_missing"},
		{"no such division", func(f *geo.Feature) { f.Set("code", "37999900011320000001") }, "code_division_unknown position_missing"},
		{"elsewhere", func(f *geo.Feature) { f.Set("code", "37061400011320000001") }, "code_division position_missing"},
		{"elsewhere in the record", func(f *geo.Feature) { f.Set("adcode", "370614") }, "adcode_division position_missing"},
		{"street in the record", func(f *geo.Feature) { f.Set("adcode", "370902001") }, "position_missing"},
		{"no name", func(f *geo.Feature) { f.Set("name", " ") }, "name_missing position_missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			scene := plainScene()
			f := good()
			test.change(&f)
			scene.Layers["cameras"] = []geo.Feature{f}
			m := mustModel(t, scene, Params{Codes: codes, Divisions: divisions})
			r, err := m.newRegistry()
			if err != nil {
				t.Fatal(err)
			}
			rec := r.check(&f)
			if got := rec.text(); got != test.want {
				t.Errorf("faults %q, want %q", got, test.want)
			}
		})
	}
	scene := plainScene()
	a, b := good(), good()
	b.ID = "d"
	scene.Layers["cameras"] = []geo.Feature{a, b}
	r, err := mustModel(t, scene, Params{}).newRegistry()
	if err != nil {
		t.Fatal(err)
	}
	if rec := r.check(&a); !slices.Contains(rec.faults, CodeTwice) {
		t.Errorf("the same code twice: %v", rec.faults)
	}
}

func TestBadParametersAreRefused(t *testing.T) {
	for name, p := range map[string]Params{
		"no table":         {},
		"falling classes":  {Table: Table{Classes: []Class{{ID: "a", PxPerM: 5}, {ID: "b", PxPerM: 4}}}},
		"bad id":           {Table: dori, ID: "a b"},
		"bad target":       {Table: dori, TargetM: -1},
		"not a number":     {Table: dori, ReachM: math.NaN()},
		"unknown ptz":      {Table: dori, PTZ: "spin"},
		"unknown class":    {Table: dori, Redundancy: "stare"},
		"unknown required": {Table: dori, Required: map[string]string{"other": "stare"}},
		"unknown kind":     {Table: dori, Derive: []string{"moon"}},
		"bad façade":       {Table: dori, Facade: Facade{CellM: -1}},
		"bad advice":       {Table: dori, Advice: &Advice{Most: -1}},
	} {
		if _, err := NewModel(plainScene(), p); geo.AsFault(err) == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNothingToSee(t *testing.T) {
	result, err := Run(plainScene(), Params{Table: dori, Advice: &Advice{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range result.Values {
		if v.Value != nil && !strings.HasSuffix(v.ID, "_advice_cameras") {
			t.Errorf("%s is %v", v.ID, *v.Value)
		}
	}
}

// The same scene gives the same bytes, however many processors there are.
func TestSameBytes(t *testing.T) {
	run := func(processors int) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		scene := richTown(5)
		result, err := Run(scene, Params{Table: dori, ReachM: 80, Advice: &Advice{}, Derive: []string{"building_door"}, Required: map[string]string{"building_door": "detect"}})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(result)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	one := run(1)
	for range 3 {
		if two := run(2); one != two {
			t.Fatal(cmp.Diff(one, two))
		}
	}
}

// richTown has everything that a run looks at.
func richTown(seed uint64) *analysis.Scene {
	scene := randomTown(seed, 120, 25, 6, 20, hills{1, 30})
	for i := range scene.Layers["buildings"] {
		b := &scene.Layers["buildings"][i]
		b.Set("use", "residential")
		if i%5 == 0 {
			b.Set("floors", int64(13))
			b.Set("height_m", 39.0)
		}
		c, _ := geo.Centroid(b.Geometry)
		scene.Layers["entrances"] = append(scene.Layers["entrances"], geo.Feature{ID: b.ID, Geometry: c, Attributes: map[string]any{"kind": "building_door"}})
	}
	o := orb.Point{500_000, 4_000_000}
	scene.Layers["keypoints"] = []geo.Feature{
		gate("k1", orb.Point{o[0] + 30, o[1] + 40}, "detect"),
		{ID: "k2", Geometry: orb.LineString{{o[0], o[1] + 60}, {o[0] + 120, o[1] + 55}}, Attributes: map[string]any{"kind": "fire_lane", "required_class": "detect"}},
	}
	return scene
}

// Azimuths are from true north: half a zone east of its middle meridian, the grid
// is turned by more than half a degree.
func TestAzimuthsAreFromTrueNorth(t *testing.T) {
	scene := plainScene()
	scene.CRS = "EPSG:4548" // middle meridian 117°
	o := orb.Point{626_000, 4_010_000}
	scene.Community.Geometry = box(o, 400, 400, 0)
	scene.Layers["cameras"] = []geo.Feature{camera("c", o, nil)}
	m := mustModel(t, scene, Params{})
	// 1.4° of longitude × sin 36.2° is the convergence of meridians.
	if want := 1.4 * math.Sin(36.2*math.Pi/180); math.Abs(m.north+want) > 0.02 {
		t.Errorf("true north is at %.3f° on the grid, want %.3f°", m.north, -want)
	}
	result, err := m.Run()
	if err != nil {
		t.Fatal(err)
	}
	if got := layerOf(t, result, "cameras_cameras")[0].Attributes["azimuth_deg"]; got != 0.0 && got != 360.0 {
		t.Errorf("the camera looks to %v°", got)
	}
}

// Whatever figures a camera is said to have, nothing breaks.
func TestOddCamerasDoNoHarm(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 12))
	pick := func(v ...float64) float64 { return v[r.IntN(len(v))] }
	for seed := range uint64(24) {
		var ground analysis.Terrain
		if seed%2 == 1 {
			ground = patchy{hills{3, 20}}
		}
		scene := randomTown(seed, 60, 8, 3, 12, ground)
		for i := range scene.Layers["cameras"] {
			c := &scene.Layers["cameras"][i]
			c.Attributes["kind"] = []string{"fixed", "panoramic", "ptz", "facade", "dome", "odd", ""}[r.IntN(7)]
			c.Attributes["height_m"] = pick(0, 0.01, 1.5, 3, 500)
			c.Attributes["azimuth_deg"] = pick(0, 90, 180, 360, 45)
			c.Attributes["tilt_deg"] = pick(-90, -45, 0, 45, 89.9999, 90)
			c.Attributes["hfov_deg"] = pick(1, 90, 149.9, 150, 180, 359, 360)
			c.Attributes["vfov_deg"] = pick(1, 60, 149.9, 150, 180)
			c.Attributes["pixels_w"] = int64(pick(1, 100, 1920, 100_000))
			c.Attributes["range_m"] = pick(0, 0.001, 10, 20_000)
			if r.IntN(4) == 0 { // on a corner of a house
				c.Geometry = scene.Layers["buildings"][r.IntN(8)].Geometry.(orb.Polygon)[0][r.IntN(4)]
			}
		}
		scene.Layers["buildings"] = append(scene.Layers["buildings"],
			geo.Feature{ID: "z1", Geometry: orb.Polygon{{{0, 0}, {0, 0}, {0, 0}, {0, 0}}}, Attributes: map[string]any{"height_m": 5.0}},
			geo.Feature{ID: "z2", Geometry: orb.Polygon{{{math.NaN(), 0}, {1, 0}, {0, 1}, {math.NaN(), 0}}}, Attributes: map[string]any{"height_m": 5.0}},
			geo.Feature{ID: "z3"})
		scene.Layers["keypoints"] = []geo.Feature{
			{ID: "k", Geometry: scene.Layers["cameras"][0].Geometry, Attributes: map[string]any{"required_class": "detect"}},
			{ID: "l", Geometry: orb.LineString{{500_000, 4_000_000}, {500_000, 4_000_000}, {500_060, 4_000_060}}, Attributes: map[string]any{"required_class": "detect"}},
		}
		result, err := Run(scene, Params{Table: dori, ReachM: 60, Advice: &Advice{}})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range result.Layers {
			for i := range l.Features {
				for _, p := range l.Schema.Check(&l.Features[i]) {
					t.Error(p)
				}
			}
		}
	}
}

// patchy is a terrain that does not know everything.
type patchy struct{ analysis.Terrain }

func (p patchy) HeightAt(at orb.Point) (float64, bool) {
	z, _ := p.Terrain.HeightAt(at)
	return z, math.Mod(at[0]+at[1], 30) > 12
}
