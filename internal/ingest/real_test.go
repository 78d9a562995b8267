package ingest

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiju/geo"
	"yiju/internal/sample"
	"yiju/layers/memory"
)

// Real files of one town, each wrong in its own way: refused with the flag that
// helps, and right with that flag.
func TestMontpellier(t *testing.T) {
	folder := sample.Path(t, "montpellier")
	town := geo.Extent{MinX: 3.8, MinY: 43.56, MaxX: 3.95, MaxY: 43.66}
	path := func(name string) string { return filepath.Join(folder, name, name+".geojson") }
	tests := []struct {
		file, layer string
		first       string // what the refusal advises first; empty when there is none
		with        Options
		n           int
	}{
		{"VilleMTP_MTP_Batiments", "buildings", "", Options{}, 3356},
		{"VilleMTP_MTP_CameraSurv", "cameras", "--crs EPSG:2154", Options{CRS: "EPSG:2154"}, 141},
		{"VilleMTP_MTP_JeuEnfantType", "facilities", "--crs EPSG:3943", Options{CRS: "EPSG:3943", Set: map[string]string{"category": "儿童游乐场"}}, 97},
		{"VilleMTP_MTP_EspacesVertsGlobal", "keypoints", "--encoding latin1", Options{CRS: "EPSG:2154", Encoding: "latin1"}, 203},
		{"VilleMTP_MTP_AccTrottoir", "ways", "--crs EPSG:2154", Options{CRS: "EPSG:2154"}, 7654},
		{"VilleMTP_MTP_Quartiers", "communities", "", Options{}, 0},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			o := Options{Format: GeoJSON, Path: path(test.file), Layer: test.layer}
			if test.first != "" {
				_, err := Run(context.Background(), memory.New(), o)
				fault := geo.AsFault(err)
				if fault == nil || !strings.Contains(fault.Fix[0].EN, test.first) {
					t.Fatalf("advice: %v", err)
				}
			}
			o.CRS, o.Encoding, o.Set = test.with.CRS, test.with.Encoding, test.with.Set
			store := memory.New()
			report := run1(t, store, o)
			got := read(t, store, test.layer)
			if test.n > 0 && len(got) != test.n {
				t.Errorf("%d features, want %d\n%s", len(got), test.n, report.Text("en"))
			}
			for _, f := range got {
				if e := geo.ExtentOf(f.Geometry); !e.Touches(town) {
					t.Fatalf("%s lies at %v", f.ID, e)
				}
			}
		})
	}
}

// The whole chain on a real town: what is written is what was read, inside the
// margin, and the report adds up.
func TestNeuss(t *testing.T) {
	store := memory.New()
	box := geo.Extent{MinX: 6.6722, MinY: 51.1851, MaxX: 6.6936, MaxY: 51.2187}
	report := run1(t, store, Options{Format: OSM, Path: sample.Path(t, "osm-neuss/neuss-s11.osm.pbf"), BBox: &box, Margin: DefaultMargin, Name: "诺伊斯"})
	window := growMetres(box, DefaultMargin)
	for _, l := range report.Layers {
		got := read(t, store, l.Layer)
		if len(got) != l.Written {
			t.Errorf("%s: %d in the store, %d in the report", l.Layer, len(got), l.Written)
		}
		for _, f := range got {
			if !geo.ExtentOf(f.Geometry).Touches(window) {
				t.Errorf("%s/%s lies outside", l.Layer, f.ID)
			}
		}
	}
	i := slices.IndexFunc(report.Layers, func(l LayerCount) bool { return l.Layer == "buildings" })
	if report.Layers[i].Written != 2305 || report.CRS != "EPSG:32632" || report.Community.Name != "诺伊斯" {
		t.Errorf("%+v", report)
	}
	zh, en := report.Text("zh"), report.Text("en")
	for _, want := range []string{"诺伊斯", "2305  建筑 buildings", "26898 个节点", "EPSG:32632"} {
		if !strings.Contains(zh, want) {
			t.Errorf("no %q in\n%s", want, zh)
		}
	}
	for _, want := range []string{"2305  Buildings", "26898 nodes", "a multipolygon has members that the file does not have", "r8002166 (w80258521)"} {
		if !strings.Contains(en, want) {
			t.Errorf("no %q in\n%s", want, en)
		}
	}
}

// A GeoPackage of several tables, in a Chinese zone, as QGIS and ogr2ogr write it.
func TestGeoPackageOfOGR(t *testing.T) {
	tool, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Skip("ogr2ogr is not installed")
	}
	file := filepath.Join(t.TempDir(), "data.gpkg")
	add := func(table, text string) {
		args := []string{"-t_srs", "EPSG:4527", "-nln", table, "-update", "-append", file, write(t, "in.geojson", text)}
		if table == "管线" {
			args = []string{"-t_srs", "EPSG:4527", "-nln", table, file, args[len(args)-1]}
		}
		if out, err := exec.Command(tool, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	add("管线", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"编号":"P1","管网":"给水","管径":"DN300"},"geometry":{"type":"LineString","coordinates":[[117.1,36.2,90],[117.11,36.2,91]]}}]}`)
	add("杂项", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1},"geometry":{"type":"Point","coordinates":[117.1,36.2]}}]}`)
	store := memory.New()
	report := run1(t, store, Options{Format: GPKG, Path: file})
	got := read(t, store, "pipes")
	if len(got) != 1 || got[0].ID != "P1" || got[0].Attributes["network"] != "water" || got[0].Attributes["diameter_mm"] != 300.0 || len(got[0].Z) != 2 {
		t.Fatalf("%+v", got)
	}
	// Back and forth through the projection must not move a pipe by a millimetre.
	line := geo.Lines(got[0].Geometry)[0]
	if dx, dy := line[0][0]-117.1, line[0][1]-36.2; dx*dx+dy*dy > 1e-16 || report.SourceCRS != "EPSG:4527" {
		t.Errorf("%v from %s", line, report.SourceCRS)
	}
	if !strings.Contains(report.Text("zh"), "杂项") {
		t.Errorf("the report does not tell of the table passed over:\n%s", report.Text("zh"))
	}
	run1(t, store, Options{Format: GPKG, Path: file, Table: "杂项", Layer: "我的点"})
	if n := len(read(t, store, "我的点")); n != 1 {
		t.Errorf("%d features in the layer of one's own", n)
	}
	if _, err := Run(context.Background(), store, Options{Format: GPKG, Path: file, Layer: "pipes"}); geo.AsFault(err) == nil || !strings.Contains(err.Error(), "--table") {
		t.Errorf("two tables for one layer: %v", err)
	}
}
