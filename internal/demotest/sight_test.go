package demotest

import (
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"go.yaml.in/yaml/v3"

	"yiju/analysis"
	"yiju/analysis/sight"
	"yiju/data/demo"
	"yiju/data/standards"
	"yiju/geo"
	"yiju/geo/crs"
	"yiju/geo/raster"
)

// sightScene is the demo as an analysis sees it.
func sightScene(t *testing.T) *analysis.Scene {
	t.Helper()
	const system = "EPSG:4548"
	transform, err := crs.New(crs.WGS84, system)
	if err != nil {
		t.Fatal(err)
	}
	scene := &analysis.Scene{CRS: system, Layers: make(map[string][]geo.Feature)}
	for _, layer := range []string{"communities", "compounds", "buildings", "barriers", "cameras", "keypoints", "entrances", "ways", "devices"} {
		all := features(t, layer)
		if err := transform.ForwardFeatures(all); err != nil {
			t.Fatal(err)
		}
		scene.Layers[layer] = all
	}
	scene.Community = scene.Layers["communities"][0]
	scene.Terrain = readDemoTerrain(t, system)
	return scene
}

type demoTerrain struct {
	grids []*raster.Grid
	way   []*crs.Transform
}

func readDemoTerrain(t *testing.T, system string) analysis.Terrain {
	t.Helper()
	tiles, err := demo.Features("terrain")
	if err != nil {
		t.Fatal(err)
	}
	out := &demoTerrain{}
	for i := range tiles {
		g, err := raster.FromFeature(&tiles[i])
		if err != nil {
			t.Fatal(err)
		}
		w, err := crs.New(system, g.CRS)
		if err != nil {
			t.Fatal(err)
		}
		out.grids, out.way = append(out.grids, g), append(out.way, w)
	}
	return out
}

func (d *demoTerrain) HeightAt(p orb.Point) (float64, bool) {
	for i, g := range d.grids {
		q, err := d.way[i].ForwardPoint(p)
		if err != nil {
			continue
		}
		if z, ok := g.HeightAt(q); ok {
			return z, true
		}
	}
	return 0, false
}

// sightParams are the parameters that the data of the standards give.
func sightParams(t *testing.T, edition int) sight.Params {
	t.Helper()
	var classes struct {
		Editions []sight.Table `yaml:"editions"`
	}
	var p sight.Params
	for name, load := range map[string]struct {
		data []byte
		into any
	}{
		"classes":   {standards.CameraClasses(), &classes},
		"codes":     {standards.CameraCodes(), &p.Codes},
		"divisions": {standards.CameraDivisions(), &p.Divisions},
	} {
		if err := yaml.Unmarshal(load.data, load.into); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	p.Table = classes.Editions[edition]
	p.Required = p.Table.Required
	return p
}

// The demo was drawn to have the rates that its community published, and one wrong
// record of each kind.
func TestCamerasOfTheDemo(t *testing.T) {
	p := sightParams(t, 0)
	p.Advice = &sight.Advice{}
	result, err := sight.Run(sightScene(t), p)
	if err != nil {
		t.Fatal(err)
	}
	type share struct{ numerator, denominator float64 }
	want := map[string]share{
		"cameras_points_share":          {8, 10},
		"cameras_compound_gate_share":   {6, 7},
		"cameras_garage_entrance_share": {2, 3},
		"cameras_networked_share":       {96, 100},
		"cameras_working_share":         {80, 100},
		"cameras_platform_share":        {85, 100},
		"cameras_compliant_share":       {95, 100},
		"cameras_known_views_share":     {100, 100},
		"cameras_facade_share":          {0, 0}, // no dwelling of 12 floors: not applicable
	}
	for _, v := range result.Values {
		if v.Numerator != nil {
			t.Logf("%s: %v of %v", v.ID, *v.Numerator, *v.Denominator)
		}
		w, ok := want[v.ID]
		if !ok {
			continue
		}
		delete(want, v.ID)
		if *v.Numerator != w.numerator || *v.Denominator != w.denominator || (v.Value == nil) != (w.denominator == 0) {
			t.Errorf("%s: %v of %v, want %v of %v", v.ID, *v.Numerator, *v.Denominator, w.numerator, w.denominator)
		}
	}
	if len(want) > 0 {
		t.Errorf("there are no values %v", want)
	}
	counts := make(map[string]int)
	for _, n := range result.Notes {
		counts[n.Code] = n.Count
		t.Logf("%s (%d): %s %v", n.Code, n.Count, n.Text.EN, n.IDs[:min(len(n.IDs), 8)])
	}
	for _, code := range []string{"record_code_length", "record_code_not_camera", "record_name_missing", "record_adcode_division", "record_position_gcj02"} {
		if counts[code] != 1 {
			t.Errorf("note %s counts %d, want 1", code, counts[code])
		}
	}
	if _, told := counts["no_high_rise"]; !told {
		t.Error("nothing tells that there is no high building")
	}
	for _, l := range result.Layers {
		t.Logf("%s: %d features", l.Schema.Layer, len(l.Features))
		for i := range l.Features {
			for _, p := range l.Schema.Check(&l.Features[i]) {
				t.Error(p)
			}
		}
	}
}

// Both editions of the classes are usable, and what key points need is found in
// either.
func TestEditionsOfClasses(t *testing.T) {
	scene := sightScene(t)
	for edition, verified := range []bool{true, false} {
		p := sightParams(t, edition)
		if p.Table.Verified != verified {
			t.Errorf("%s: verified %v", p.Table.ID, p.Table.Verified)
		}
		p.Omit = []string{"views", "redundancy", "cameras"}
		result, err := sight.Run(scene, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range result.Notes {
			if n.Code == "required_unknown" {
				t.Errorf("%s: key points whose class is not in the table: %v", p.Table.ID, n.IDs)
			}
		}
	}
}

func TestDivisionsAndDefaultsLoad(t *testing.T) {
	p := sightParams(t, 0)
	exists := func(code string) bool {
		return slices.ContainsFunc(p.Divisions.Divisions, func(d sight.Division) bool { return d.Code == code })
	}
	for _, code := range []string{"370614", "370902", "370116", "370117"} {
		if !exists(code) {
			t.Errorf("division %s is missing", code)
		}
	}
	for _, code := range []string{"370634", "370684"} {
		if exists(code) || !slices.ContainsFunc(p.Divisions.Withdrawn, func(d sight.Withdrawn) bool { return d.Code == code && exists(d.Now) }) {
			t.Errorf("division %s is not withdrawn", code)
		}
	}
	var file struct {
		Defaults []sight.Defaults `yaml:"defaults"`
	}
	if err := yaml.Unmarshal(standards.CameraDefaults(), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Defaults) == 0 || file.Defaults[0].Kinds["fixed"]["hfov_deg"] == 0 || file.Defaults[0].Working == nil || file.Defaults[0].Source.ZH == "" {
		t.Errorf("defaults %+v", file.Defaults)
	}
}
