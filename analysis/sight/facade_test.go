package sight

import (
	"math"
	"testing"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// tower is a residential building of 12 floors, 36 m.
func tower(id string, ring orb.Ring) geo.Feature {
	return geo.Feature{ID: id, Geometry: orb.Polygon{ring}, Attributes: map[string]any{"use": "residential", "floors": int64(12), "height_m": 36.0}}
}

func square(x0, y0, x1, y1 float64) orb.Ring {
	return geo.Extent{MinX: x0, MinY: y0, MaxX: x1, MaxY: y1}.Polygon()[0]
}

// up is a camera that looks up at a façade: 4000 pixels over 80° × 80°.
func up(id string, at orb.Point, azimuth float64) geo.Feature {
	return camera(id, at, map[string]any{"kind": "facade", "azimuth_deg": azimuth, "tilt_deg": -40.0, "hfov_deg": 80.0, "vfov_deg": 80.0, "pixels_w": int64(4000)})
}

// wallsSeen sums the façade seen and all of it by the direction that it faces.
func wallsSeen(t *testing.T, scene *analysis.Scene, p Params) (seen, all map[string]float64, result analysis.Result) {
	t.Helper()
	p.Table = dori
	result, err := Run(scene, p)
	if err != nil {
		t.Fatal(err)
	}
	seen, all = make(map[string]float64), make(map[string]float64)
	for _, f := range layerOf(t, result, "cameras_facades") {
		if f.Attributes["kind"] != "band" {
			continue
		}
		ring := f.Geometry.(orb.Polygon)[0]
		side := map[[2]int]string{{0, -1}: "south", {1, 0}: "east", {0, 1}: "north", {-1, 0}: "west"}[[2]int{
			int(math.Round((ring[1][0] - ring[0][0]) / bandDepth_m)), int(math.Round((ring[1][1] - ring[0][1]) / bandDepth_m)),
		}]
		area := f.Attributes["area_m2"].(float64)
		all[side] += area
		if f.Attributes["seen"] == "yes" {
			seen[side] += area
		}
	}
	return seen, all, result
}

func TestFacadesOfATower(t *testing.T) {
	scene := plainScene()
	scene.Layers["buildings"] = []geo.Feature{tower("t", square(-10, 20, 10, 35))}
	scene.Layers["cameras"] = []geo.Feature{up("c", orb.Point{0, 0}, 0)}
	seen, all, result := wallsSeen(t, scene, Params{})
	// Ten floors of 3 m from the third up.
	if math.Abs(all["south"]-20*30) > 0.1 || math.Abs(all["west"]-15*30) > 0.1 {
		t.Errorf("walls %v", all)
	}
	if seen["south"] < all["south"]*0.99 || seen["north"]+seen["east"]+seen["west"] != 0 {
		t.Errorf("seen %v of %v", seen, all)
	}
	v := valueOf(t, result, "cameras_facade_share")
	if *v.Numerator != 0 || *v.Denominator != 1 {
		t.Errorf("buildings watched: %v of %v", *v.Numerator, *v.Denominator)
	}
	// Four cameras see all of it.
	scene.Layers["cameras"] = []geo.Feature{up("c1", orb.Point{0, 0}, 0), up("c2", orb.Point{0, 55}, 180), up("c3", orb.Point{-30, 27}, 90), up("c4", orb.Point{30, 27}, 270)}
	_, _, result = wallsSeen(t, scene, Params{})
	if v := valueOf(t, result, "cameras_facade_share"); *v.Value != 100 {
		t.Errorf("with four cameras %v %% are watched", *v.Value)
	}
	// A neighbour in between hides the lower floors.
	scene.Layers["buildings"] = append(scene.Layers["buildings"], house("n", -12, 8, 12, 12, 12))
	_, _, result = wallsSeen(t, scene, Params{})
	for _, f := range layerOf(t, result, "cameras_facades") {
		if f.ID == "t" {
			if floors, _ := f.Text("unseen_floors"); floors == "" || floors[0] != '3' {
				t.Errorf("behind a house the floors %q are not watched", floors)
			}
		}
	}
}

// The wing of an L hides part of the wall in its corner; a party wall is none.
func TestFacadesOfWings(t *testing.T) {
	scene := plainScene()
	l := orb.Ring{{-10, 20}, {0, 20}, {0, 0}, {10, 0}, {10, 30}, {-10, 30}, {-10, 20}}
	scene.Layers["buildings"] = []geo.Feature{tower("t", l)}
	// From the east of the wing's line, the inner south wall (x −10…0) is hidden.
	scene.Layers["cameras"] = []geo.Feature{up("c", orb.Point{14, -14}, 340)}
	seen, _, _ := wallsSeen(t, scene, Params{})
	if seen["south"] > 10*30+0.1 {
		t.Errorf("%v m² of the southern walls are seen through the wing", seen["south"])
	}
	scene.Layers["cameras"] = []geo.Feature{up("c", orb.Point{-14, -5}, 20)}
	seen, _, _ = wallsSeen(t, scene, Params{})
	if seen["south"] < 10*30*0.9 {
		t.Errorf("only %v m² of the southern walls are seen past the wing", seen["south"])
	}
	scene.Layers["buildings"] = append(scene.Layers["buildings"], house("beside", 10, 0, 20, 30, 40))
	_, all, _ := wallsSeen(t, scene, Params{})
	if all["east"] != 0 {
		t.Errorf("a party wall of %v m² is to be watched", all["east"])
	}
}

// No such building is not "all watched"; one of unknown floors is unknown.
func TestFacadesNotApplicable(t *testing.T) {
	scene := plainScene()
	scene.Layers["buildings"] = []geo.Feature{house("h", 0, 0, 10, 10, 18)}
	_, _, result := wallsSeen(t, scene, Params{})
	if v := valueOf(t, result, "cameras_facade_share"); v.Value != nil || *v.Denominator != 0 || len(v.Missing) != 0 {
		t.Errorf("without any: %+v", v)
	}
	high := house("h", 0, 0, 10, 10, 60)
	high.Set("use", "residential")
	scene.Layers["buildings"] = []geo.Feature{high}
	_, _, result = wallsSeen(t, scene, Params{})
	if v := valueOf(t, result, "cameras_facade_share"); v.Value != nil || len(v.Missing) != 1 {
		t.Errorf("with unknown floors: %+v", v)
	}
}

func TestSectionShowsWhatBlocks(t *testing.T) {
	scene := plainScene()
	scene.Terrain = hills{0.5, 40}
	scene.Layers["buildings"] = []geo.Feature{house("h", -3, 8, 3, 12, 9), house("far", -3, 22, 3, 30, 9)}
	scene.Layers["barriers"] = []geo.Feature{{ID: "w", Geometry: orb.LineString{{-5, 5}, {5, 5}}, Attributes: map[string]any{"kind": "wall", "height_m": 1.0}}}
	scene.Layers["cameras"] = []geo.Feature{camera("c", orb.Point{}, nil)}
	m := mustModel(t, scene, Params{})
	s, err := m.Section("c", orb.Point{0, 18}, "detect")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Solids) != 3 || s.Solids[0].ID != "w" || s.Solids[0].Blocks || s.Solids[1].ID != "h" || !s.Solids[1].Blocks || s.Solids[2].Blocks {
		t.Errorf("solids %+v", s.Solids)
	}
	if h := s.Solids[1]; math.Abs(h.FromM-8) > 0.01 || math.Abs(h.ToM-12) > 0.01 || h.TopM < 50 {
		t.Errorf("house %+v", h)
	}
	if s.AtM != 18 || s.Glance.Reason != Blocked || s.Glance.BlockedBy.ID != "h" || math.Abs(s.Glance.BlockedBy.FromM-8) > 0.01 {
		t.Errorf("section %+v", s.Glance)
	}
	if s.LowerDeg == nil || math.Abs(*s.LowerDeg+30) > 0.01 || math.Abs(*s.UpperDeg-30) > 0.01 {
		t.Errorf("picture from %v to %v", s.LowerDeg, s.UpperDeg)
	}
	if _, err := m.Section("nobody", orb.Point{}, ""); geo.AsFault(err) == nil {
		t.Errorf("a camera that is not there: %v", err)
	}
}
