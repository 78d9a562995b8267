package demotest

import (
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

func TestCamerasOfTheDemo(t *testing.T) {
	result, err := sight.Run(sightScene(t), sightParams(t, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range result.Values {
		value := -1.0
		if v.Value != nil {
			value = *v.Value
		}
		t.Logf("%-40s %6.2f %s  %v/%v %v", v.ID, value, v.Unit, *v.Numerator, *v.Denominator, v.Missing)
	}
	for _, n := range result.Notes {
		t.Logf("%s (%d) %s %v", n.Code, n.Count, n.Text.EN, n.IDs)
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
