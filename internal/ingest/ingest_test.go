package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"yiju/data/geotiff"
	"yiju/geo"
	"yiju/geo/raster"
	"yiju/internal/sample"
	"yiju/layers"
	"yiju/layers/gpkg"
	"yiju/layers/memory"
)

func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func run1(t testing.TB, store layers.Store, o Options) *Report {
	t.Helper()
	report, err := Run(context.Background(), store, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func read(t testing.TB, store layers.Store, layer string) []geo.Feature {
	t.Helper()
	var out []geo.Feature
	for f, err := range store.Features(context.Background(), layer, layers.Query{}) {
		if err != nil {
			var missing *layers.NoLayerError
			if errors.As(err, &missing) {
				return nil
			}
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

func ids(features []geo.Feature) []string {
	out := make([]string, len(features))
	for i := range features {
		out[i] = features[i].ID
	}
	return out
}

// village is OSM data: a building in the west, one in the east 5 km away, a way
// between them, and a boundary around the western one.
const village = `<osm version="0.6">
<node id="1" lon="117.100" lat="36.200"/><node id="2" lon="117.101" lat="36.200"/><node id="3" lon="117.101" lat="36.201"/><node id="4" lon="117.100" lat="36.201"/>
<node id="5" lon="117.155" lat="36.200"/><node id="6" lon="117.156" lat="36.200"/><node id="7" lon="117.156" lat="36.201"/><node id="8" lon="117.155" lat="36.201"/>
<node id="11" lon="117.09" lat="36.19"/><node id="12" lon="117.11" lat="36.19"/><node id="13" lon="117.11" lat="36.21"/><node id="14" lon="117.09" lat="36.21"/>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="building" v="yes"/><tag k="height" v="5000"/><tag k="building:levels" v="6"/></way>
<way id="2"><nd ref="5"/><nd ref="6"/><nd ref="7"/><nd ref="8"/><nd ref="5"/><tag k="building" v="yes"/></way>
<way id="3"><nd ref="1"/><nd ref="5"/><tag k="highway" v="residential"/></way>
<way id="4"><nd ref="5"/><nd ref="7"/><nd ref="6"/><nd ref="8"/><nd ref="5"/><tag k="landuse" v="grass"/></way>
<way id="10"><nd ref="11"/><nd ref="12"/><nd ref="13"/><nd ref="14"/><nd ref="11"/></way>
<relation id="9"><member type="way" ref="10" role="outer"/><tag k="type" v="boundary"/><tag k="boundary" v="administrative"/><tag k="admin_level" v="10"/><tag k="name" v="西村"/></relation>
</osm>`

func TestBoundaries(t *testing.T) {
	polygon := func(name string) string {
		return `{"type":"Feature","properties":{"名称":"` + name + `"},"geometry":{"type":"Polygon","coordinates":[[[117.09,36.19],[117.11,36.19],[117.11,36.21],[117.09,36.21],[117.09,36.19]]]}}`
	}
	// The same square in zone 39 of CGCS2000, without saying so.
	projected := `{"type":"Polygon","coordinates":[[[508098,4006000],[509896,4006000],[509896,4008220],[508098,4008220],[508098,4006000]]]}`
	west := geo.Extent{MinX: 117.09, MinY: 36.19, MaxX: 117.11, MaxY: 36.21}
	tests := []struct {
		name      string
		set       func(o *Options)
		community string
		title     string
		ways      []string // buildings that are kept
	}{
		{"rectangle", func(o *Options) { o.BBox = &west }, "bbox", "village", []string{"w1"}},
		{"rectangle with a name", func(o *Options) { o.BBox = &west; o.Name = "西" }, "bbox", "西", []string{"w1"}},
		{"rectangle with a wide margin", func(o *Options) { o.BBox = &west; o.Margin = 5000 }, "bbox", "village", []string{"w1", "w2"}},
		{"relation", func(o *Options) { o.BoundaryID = "r9" }, "r9", "西村", []string{"w1"}},
		{"name", func(o *Options) { o.BoundaryID = "西村" }, "r9", "西村", []string{"w1"}},
		{"file", func(o *Options) { o.Boundary = write(t, "b.geojson", polygon("从文件")) }, "boundary", "从文件", []string{"w1"}},
		{"one of several in a file", func(o *Options) {
			o.Boundary = write(t, "b.geojson", `{"type":"FeatureCollection","features":[`+polygon("甲")+","+polygon("乙")+`]}`)
			o.Name = "乙"
		}, "boundary", "乙", []string{"w1"}},
		{"file in metres", func(o *Options) { o.Boundary = write(t, "b.geojson", projected); o.CRS = "EPSG:4548" }, "boundary", "village", []string{"w1"}},
		{"none", func(*Options) {}, "extent", "village", []string{"w1", "w2"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := memory.New()
			o := Options{Format: OSM, Path: write(t, "village.osm", village), Margin: 1500}
			test.set(&o)
			report := run1(t, store, o)
			if diff := cmp.Diff(test.ways, ids(read(t, store, "buildings"))); diff != "" {
				t.Error(diff)
			}
			if got := ids(read(t, store, "ways")); !slices.Equal(got, []string{"w3"}) {
				t.Errorf("ways %v: a way that leads out must be kept whole", got)
			}
			settings := read(t, store, "settings")
			community, _ := settings[0].Text("community")
			system, _ := settings[0].Text("crs")
			if community != test.community || system != "EPSG:4548" || report.Community.ID != test.community || report.Community.Name != test.title {
				t.Errorf("settings %v, report %+v", settings, report.Community)
			}
			found := slices.IndexFunc(read(t, store, "communities"), func(f geo.Feature) bool {
				name, _ := f.Text("name")
				return f.ID == test.community && name == test.title
			})
			if found < 0 {
				t.Errorf("communities %v", read(t, store, "communities"))
			}
		})
	}
}

// Messy values of OSM go along outside the schema; broken areas are repaired.
func TestMessyOSM(t *testing.T) {
	store := memory.New()
	report := run1(t, store, Options{Format: OSM, Path: write(t, "village.osm", village)})
	building := read(t, store, "buildings")[0]
	if _, known := building.Number("height_m"); known || building.Extra["height_m"] != 5000.0 {
		t.Errorf("height of 5 km: %v, %v", building.Attributes, building.Extra)
	}
	green := read(t, store, "greens")[0]
	if !slices.Contains(green.Quality, "geometry=made valid") || geo.Area(green.Geometry) <= 0 {
		t.Errorf("bow tie: %+v", green)
	}
	codes := make(map[string]int)
	for _, p := range report.Problems {
		codes[p.Code] = p.Count
	}
	want := map[string]int{"dropped_buildings_height_m": 1, "made_valid": 2} // the bow tie is green and land use
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Error(diff)
	}
}

const buildingsGeoJSON = `{"type":"FeatureCollection","name":"建筑","features":[
{"type":"Feature","properties":{"编号":"A1","名称":" 一号楼 ","层数":"１２层","建筑高度(cm)":3600,"用途":"住宅","建成年代":"1998年","电梯":"有","户数":"1,024","备注":"东区"},
 "geometry":{"type":"MultiPolygon","coordinates":[[[[117.1,36.2],[117.101,36.2],[117.101,36.201],[117.1,36.201],[117.1,36.2]]]]}},
{"type":"Feature","properties":{"编号":"A2","名称":"二号楼","层数":"无","建筑高度(cm)":null,"用途":"写字楼","建成年代":"—","电梯":"无","户数":0,"备注":null},
 "geometry":{"type":"Polygon","coordinates":[[[117.102,36.2],[117.103,36.2],[117.103,36.201],[117.102,36.201],[117.102,36.2]]]}}]}`

func TestChineseTable(t *testing.T) {
	store := memory.New()
	report := run1(t, store, Options{Format: GeoJSON, Path: write(t, "a.geojson", buildingsGeoJSON), Margin: 100})
	got := read(t, store, "buildings")
	want := []map[string]any{
		{"name": "一号楼", "floors": int64(12), "height_m": 36.0, "use": "residential", "year": int64(1998), "lift": true, "households": int64(1024)},
		{"name": "二号楼", "use": "office", "lift": false, "households": int64(0)},
	}
	for i, f := range got {
		if diff := cmp.Diff(want[i], f.Attributes); diff != "" {
			t.Errorf("%s: %s", f.ID, diff)
		}
	}
	if diff := cmp.Diff([]string{"A1", "A2"}, ids(got)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]any{"备注": "东区"}, got[0].Extra); diff != "" {
		t.Error(diff)
	}
	if _, ok := got[0].Geometry.(orb.Polygon); !ok {
		t.Errorf("a multipolygon of one stays a %T", got[0].Geometry)
	}
	if text := report.Text("zh"); !strings.Contains(text, "层数 → floors") || !strings.Contains(text, "１２层 → 12") {
		t.Errorf("the report does not tell what was done:\n%s", text)
	}
}

// What the program writes, it reads back without a flag.
func TestOwnFormatsComeBack(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "city.gpkg")
	first, err := gpkg.Create(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	run1(t, first, Options{Format: OSM, Path: write(t, "village.osm", village)})
	want := read(t, first, "buildings")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := memory.New()
	report := run1(t, second, Options{Format: GPKG, Path: file})
	got := read(t, second, "buildings")
	if len(got) != len(want) {
		t.Fatalf("%d buildings, want %d\n%s", len(got), len(want), report.Text("en"))
	}
	for i := range want {
		if diff := cmp.Diff(want[i], got[i], cmpopts.IgnoreFields(geo.Feature{}, "Version")); diff != "" {
			t.Error(diff)
		}
	}
}

// refusal imports into a workspace that has something, and wants it refused with
// nothing changed.
func refusal(t *testing.T, o Options) *geo.Fault {
	t.Helper()
	store := memory.New()
	run1(t, store, Options{Format: OSM, Path: write(t, "village.osm", village)})
	before, err := store.Layers(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	report, err := Run(context.Background(), store, o)
	fault := geo.AsFault(err)
	if fault == nil {
		t.Fatalf("not refused for the user: %v, %+v", err, report)
	}
	after, err := store.Layers(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the workspace changed: %s", diff)
	}
	if fault.What.ZH == "" || fault.What.EN == "" || fault.What.ZH == fault.What.EN {
		t.Errorf("not in both languages: %+v", fault.What)
	}
	return fault
}

func TestRefusals(t *testing.T) {
	feature := func(props, geometry string) string {
		return `{"type":"FeatureCollection","features":[{"type":"Feature","id":"a","properties":` + props + `,"geometry":` + geometry + `}]}`
	}
	square := `{"type":"Polygon","coordinates":[[[117.1,36.2],[117.101,36.2],[117.101,36.201],[117.1,36.2]]]}`
	at := func(x, y float64) string {
		return feature("{}", fmt.Sprintf(`{"type":"Point","coordinates":[%f,%f]}`, x, y))
	}
	box := func(w, s, e, n float64) *geo.Extent { return &geo.Extent{MinX: w, MinY: s, MaxX: e, MaxY: n} }
	osmFile := func() string { return write(t, "village.osm", village) }
	tests := []struct {
		name string
		o    Options
		say  string
	}{
		{"no file", Options{Format: OSM, Path: "/nowhere/a.osm"}, "no file"},
		{"a folder", Options{Format: OSM, Path: t.TempDir()}, "folder"},
		{"a web page", Options{Format: OSM, Path: write(t, "a.osm", "<html></html>")}, "web page"},
		{"two boundaries", Options{Format: OSM, Path: osmFile(), BBox: box(117, 36, 118, 37), BoundaryID: "r9"}, "only one"},
		{"margin", Options{Format: OSM, Path: osmFile(), Margin: -1}, "--margin"},
		{"margin that is no number", Options{Format: OSM, Path: osmFile(), Margin: math.NaN()}, "--margin"},
		{"boundary elsewhere", Options{Format: OSM, Path: osmFile(), BBox: box(120, 36, 120.1, 36.1)}, "nothing inside the boundary"},
		{"boundary beside all features", Options{Format: OSM, Path: osmFile(), BBox: box(117.12, 36.202, 117.13, 36.205), Margin: 5000}, "nothing inside the boundary"},
		{"rectangle inside out", Options{Format: OSM, Path: osmFile(), BBox: box(118, 36, 117, 37)}, "west,south,east,north"},
		{"rectangle of the latitude first", Options{Format: OSM, Path: osmFile(), BBox: box(36, 117, 37, 118)}, "west,south,east,north"},
		{"boundary that is not there", Options{Format: OSM, Path: osmFile(), BoundaryID: "r77"}, "no boundary"},
		{"boundary file with a point", Options{Format: OSM, Path: osmFile(), Boundary: write(t, "b.geojson", at(117.1, 36.2))}, "no polygon"},
		{"boundary file that is a folder", Options{Format: OSM, Path: osmFile(), Boundary: t.TempDir()}, "folder"},
		{"boundary file in metres", Options{Format: OSM, Path: osmFile(), Boundary: write(t, "b.geojson", feature("{}", `{"type":"Polygon","coordinates":[[[508098,4006000],[509896,4006000],[509896,4008220],[508098,4006000]]]}`))}, "EPSG:4548"},
		{"Lambert-93 without saying so", Options{Format: GeoJSON, Layer: "cameras", Path: write(t, "a.geojson", at(770000, 6280000))}, "--crs EPSG:2154"},
		{"Gauss-Krüger with zone", Options{Format: GeoJSON, Layer: "cameras", Path: write(t, "a.geojson", at(39510000, 4006000))}, "--crs EPSG:4527"},
		{"swapped degrees", Options{Format: GeoJSON, Layer: "cameras", Path: write(t, "a.geojson", at(36.2, 117.1))}, "axes seem swapped"},
		{"huge coordinates", Options{Format: GeoJSON, Layer: "cameras", Path: write(t, "a.geojson", at(3.7562e11, 4e11))}, "no usual CRS"},
		{"one stray among many", Options{Format: GeoJSON, Layer: "cameras", Path: write(t, "a.geojson", strays30())}, "s17"},
		{"wrong --crs", Options{Format: GeoJSON, Layer: "cameras", CRS: "EPSG:4549", Path: write(t, "a.geojson", at(39510000, 4006000))}, "EPSG:4527"},
		{"no such system", Options{Format: GeoJSON, Layer: "cameras", CRS: "EPSG:999999", Path: write(t, "a.geojson", at(1, 1))}, "EPSG:999999"},
		{"no layer", Options{Format: GeoJSON, Path: write(t, "stuff.geojson", at(117, 36))}, "--layer"},
		{"a result layer", Options{Format: GeoJSON, Layer: "runs", Path: write(t, "a.geojson", at(117, 36))}, "cannot be imported"},
		{"settings", Options{Format: GeoJSON, Layer: "settings", Path: write(t, "a.geojson", at(117, 36))}, "cannot be imported"},
		{"wrong shape", Options{Format: GeoJSON, Layer: "cameras", Path: write(t, "a.geojson", feature("{}", square))}, "polygon"},
		{"text for a number", Options{Format: GeoJSON, Layer: "buildings", Path: write(t, "a.geojson", feature(`{"层数":"很多"}`, square))}, "层数=很多"},
		{"out of range", Options{Format: GeoJSON, Layer: "buildings", Path: write(t, "a.geojson", feature(`{"floors":999}`, square))}, "floors=999"},
		{"half a floor", Options{Format: GeoJSON, Layer: "buildings", Path: write(t, "a.geojson", feature(`{"floors":2.5}`, square))}, "whole number"},
		{"code that is none", Options{Format: GeoJSON, Layer: "pipes", Path: write(t, "a.geojson", feature(`{"管网":"果汁"}`, `{"type":"LineString","coordinates":[[117,36],[117.1,36]]}`))}, "果汁"},
		{"broken geometry", Options{Format: GeoJSON, Layer: "cameras", Path: write(t, "a.geojson", feature(`{}`, `{"type":"Point","coordinates":["x"]}`))}, "cannot be read"},
		{"the same id twice", Options{Format: GeoJSON, Layer: "cameras", Path: write(t, "a.geojson", `{"type":"FeatureCollection","features":[`+
			`{"type":"Feature","id":"a","properties":{},"geometry":{"type":"Point","coordinates":[117,36]}},{"type":"Feature","id":"a","properties":{},"geometry":{"type":"Point","coordinates":[117.1,36]}}]}`)}, "--id"},
		{"id column that is not there", Options{Format: GeoJSON, Layer: "cameras", IDField: "nope", Path: write(t, "a.geojson", at(117, 36))}, "--id"},
		{"--set of no field", Options{Format: GeoJSON, Layer: "cameras", Set: map[string]string{"wheels": "4"}, Path: write(t, "a.geojson", at(117, 36))}, "wheels"},
		{"--set of a wrong value", Options{Format: GeoJSON, Layer: "cameras", Set: map[string]string{"height_m": "high"}, Path: write(t, "a.geojson", at(117, 36))}, "high"},
		{"no features at all", Options{Format: GeoJSON, Layer: "cameras", Path: write(t, "a.geojson", `{"type":"FeatureCollection","features":[]}`)}, "no feature"},
		{"cut GeoPackage", Options{Format: GPKG, Path: write(t, "a.gpkg", "SQLite format 3\x00")}, "cannot be read"},
		{"terrain elsewhere", Options{Format: Terrain, Path: height(t, 12, "EPSG:4326")}, "does not reach the community"},
		{"terrain in another system than said", Options{Format: Terrain, CRS: "EPSG:4548", Path: height(t, 117, "EPSG:4326")}, "cannot lie in"},
		{"no terrain", Options{Format: Terrain, Path: write(t, "a.tif", "hello")}, "not a TIFF"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if fault := refusal(t, test.o); !strings.Contains(fault.Say("en"), test.say) {
				t.Errorf("says %v", fault.Say("en"))
			}
		})
	}
}

// strays30 is thirty points, one of which lies off the Earth.
func strays30() string {
	var list []string
	for i := range 30 {
		x := 117.1
		if i == 17 {
			x = 11710
		}
		list = append(list, fmt.Sprintf(`{"type":"Feature","id":"s%d","properties":{},"geometry":{"type":"Point","coordinates":[%g,36.2]}}`, i, x))
	}
	return `{"type":"FeatureCollection","features":[` + strings.Join(list, ",") + `]}`
}

// height writes a small height grid beginning at a longitude and 36.3°N.
func height(t testing.TB, west float64, system string) string {
	t.Helper()
	g := &raster.Grid{CRS: system, West: west, North: 36.3, StepX: 0.0005, StepY: 0.0005, Cols: 600, Rows: 400}
	for r := range g.Rows {
		for c := range g.Cols {
			g.Z = append(g.Z, float32(c)+float32(r)/1000)
		}
	}
	path := filepath.Join(t.TempDir(), "dem.tif")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := geotiff.Write(file, g, geotiff.Float32); err != nil {
		t.Fatal(err)
	}
	return path
}

// Heights in the workspace are those of the file, wherever tiles meet; a part of
// the file gives the very tiles that the whole gives.
func TestTerrain(t *testing.T) {
	path := height(t, 117, "EPSG:4326")
	whole, part := memory.New(), memory.New()
	run1(t, whole, Options{Format: Terrain, Path: path})
	report := run1(t, part, Options{Format: Terrain, Path: path, BBox: &geo.Extent{MinX: 117.1, MinY: 36.2, MaxX: 117.11, MaxY: 36.21}, Margin: 100})
	all := make(map[string]geo.Feature)
	for _, f := range read(t, whole, "terrain") {
		all[f.ID] = f
	}
	if len(all) != 3*2 || report.Layers[len(report.Layers)-1].Written != 1 {
		t.Errorf("%d tiles, %+v of the part", len(all), report.Layers)
	}
	for _, f := range read(t, part, "terrain") {
		if diff := cmp.Diff(all[f.ID].Attributes, f.Attributes); diff != "" {
			t.Errorf("%s: %s", f.ID, diff)
		}
	}
	var grids []*raster.Grid
	for _, f := range read(t, whole, "terrain") {
		g, err := raster.FromFeature(&f)
		if err != nil {
			t.Fatal(err)
		}
		grids = append(grids, g)
	}
	for _, p := range []orb.Point{{117, 36.3}, {117.12751, 36.25}, {117.1275, 36.1725}, {117.2995, 36.1005}, {117.00025, 36.20013}} {
		want := (p[0]-117)/0.0005 + (36.3-p[1])/0.0005/1000
		found := false
		for _, g := range grids {
			if z, ok := g.HeightAt(p); ok {
				found = true
				if math.Abs(z-want) > 1e-3 {
					t.Errorf("%v is %g m high, want %g", p, z, want)
				}
			}
		}
		if !found {
			t.Errorf("no tile knows %v", p)
		}
	}
}

func TestLenient(t *testing.T) {
	text := `{"type":"FeatureCollection","features":[
	{"type":"Feature","id":"a","properties":{"floors":"很多","height_m":-5},"geometry":{"type":"Polygon","coordinates":[[[117.1,36.2],[117.101,36.2],[117.101,36.201],[117.1,36.2]]]}},
	{"type":"Feature","id":"a","properties":{"floors":3},"geometry":{"type":"Polygon","coordinates":[[[117.2,36.2],[117.201,36.2],[117.201,36.201],[117.2,36.2]]]}},
	{"type":"Feature","id":"p","properties":{},"geometry":{"type":"Point","coordinates":[117.1,36.2]}},
	{"type":"Feature","id":"q","properties":{},"geometry":{"type":"Point","coordinates":["?"]}}]}`
	store := memory.New()
	report := run1(t, store, Options{Format: GeoJSON, Layer: "buildings", Care: Lenient, Path: write(t, "a.geojson", text)})
	got := read(t, store, "buildings")
	if diff := cmp.Diff([]string{"a", "a.2"}, ids(got)); diff != "" {
		t.Fatal(diff)
	}
	if diff := cmp.Diff(map[string]any{"floors": "很多", "height_m": -5.0}, got[0].Extra); diff != "" || len(got[0].Attributes) != 0 {
		t.Errorf("%v %s", got[0].Attributes, diff)
	}
	i := slices.IndexFunc(report.Layers, func(l LayerCount) bool { return l.Layer == "buildings" })
	if l := report.Layers[i]; l.Written != 2 || l.Refused != 2 {
		t.Errorf("%+v", l)
	}
}

func TestMergeAndReplace(t *testing.T) {
	one := func(id, name string) string {
		return write(t, "cameras.geojson", fmt.Sprintf(`{"type":"Feature","id":%q,"properties":{"name":%q},"geometry":{"type":"Point","coordinates":[117.1,36.2]}}`, id, name))
	}
	store := memory.New()
	run1(t, store, Options{Format: GeoJSON, Path: one("a", "old")})
	run1(t, store, Options{Format: GeoJSON, Path: one("b", "second")})
	run1(t, store, Options{Format: GeoJSON, Path: one("a", "new")})
	got := read(t, store, "cameras")
	if name, _ := got[0].Text("name"); len(got) != 2 || name != "new" {
		t.Errorf("merged %+v", got)
	}
	report := run1(t, store, Options{Format: GeoJSON, Path: one("c", "only"), Mode: Replace})
	if got := ids(read(t, store, "cameras")); !slices.Equal(got, []string{"c"}) || !report.Layers[0].Cleared || report.Revision != 4 {
		t.Errorf("replaced %v, %+v", got, report)
	}
}

func TestOwnLayers(t *testing.T) {
	text := `{"type":"FeatureCollection","features":[
	{"type":"Feature","id":"a","properties":{"树种":"松","胸径":30,"古树":true},"geometry":{"type":"Point","coordinates":[117.1,36.2]}},
	{"type":"Feature","id":"b","properties":{"树种":"柏","胸径":25.5},"geometry":{"type":"Point","coordinates":[117.2,36.3]}}]}`
	store := memory.New()
	run1(t, store, Options{Format: GeoJSON, Layer: "树木", Path: write(t, "a.geojson", text)})
	infos, err := store.Layers(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(infos, func(i layers.Info) bool { return i.Schema.Layer == "树木" })
	s := infos[i].Schema
	var types []string
	for _, f := range s.Fields {
		types = append(types, f.Name+" "+string(f.Type))
	}
	slices.Sort(types)
	if diff := cmp.Diff([]string{"古树 boolean", "树种 text", "胸径 real"}, types); diff != "" || s.Kind != geo.Custom || infos[i].Count != 2 {
		t.Errorf("%+v %s", infos[i], diff)
	}
}

// Positions of Chinese web maps come back to where they are.
func TestShiftedSystems(t *testing.T) {
	// Both are the same place, 117.1°E 36.2°N.
	for system, p := range map[string]orb.Point{"GCJ-02": {117.10587, 36.20047}, "BD09": {117.11231, 36.20673}} {
		store := memory.New()
		path := write(t, "cameras.geojson", fmt.Sprintf(`{"type":"Feature","id":"a","properties":{},"geometry":{"type":"Point","coordinates":[%f,%f]}}`, p[0], p[1]))
		report := run1(t, store, Options{Format: GeoJSON, Path: path, CRS: system})
		got := read(t, store, "cameras")[0]
		if d := geo.Distance(got.Geometry.(orb.Point), orb.Point{117.1, 36.2}); d > 0.0005 || len(got.Quality) != 1 {
			t.Errorf("%s: %v %v, %g degrees off; %s", system, got.Geometry, got.Quality, d, report.SourceCRS)
		}
	}
}

// The same file gives the same report and the same features, to the byte.
func TestDeterministic(t *testing.T) {
	path := sample.Path(t, "osm-monaco/monaco-2021-04-19.osm.pbf")
	var before string
	for range 2 {
		store := memory.New()
		report := run1(t, store, Options{Format: OSM, Path: path, BBox: &geo.Extent{MinX: 7.415, MinY: 43.73, MaxX: 7.43, MaxY: 43.74}, Margin: 500})
		body, err := json.Marshal(struct {
			Report   *Report
			Features []geo.Feature
		}{report, append(read(t, store, "ways"), read(t, store, "facilities")...)})
		if err != nil {
			t.Fatal(err)
		}
		if before != "" && before != string(body) {
			t.Error("two imports of one file differ")
		}
		before = string(body)
	}
}

func TestCancelledLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	store := memory.New()
	o := Options{Format: OSM, Path: write(t, "village.osm", village)}
	o.Progress = func(stage Stage, _, _ int64) {
		if stage == Checking {
			cancel()
		}
	}
	_, err := Run(ctx, store, o)
	infos, listErr := store.Layers(context.Background())
	if !errors.Is(err, context.Canceled) || listErr != nil || len(infos) != 0 {
		t.Errorf("%v, %v, %v", err, infos, listErr)
	}
}

// Every attribute that the mapping fills is one of the layer, and every word it
// can give is one that the layer takes.
func TestMappingFitsTheSchemas(t *testing.T) {
	m, err := NewOSMMapping()
	if err != nil {
		t.Fatal(err)
	}
	for layer, fields := range m.Fields() {
		schema, ok := layers.Schema(layer)
		if !ok {
			t.Errorf("there is no layer %s", layer)
			continue
		}
		for name, values := range fields {
			field, ok := schema.Field(name)
			if !ok {
				t.Errorf("layer %s has no field %s", layer, name)
				continue
			}
			for _, v := range values {
				f := geo.Feature{ID: "x", Attributes: map[string]any{name: v}}
				if n, isNumber := v.(float64); isNumber && n == 1 {
					continue // stands for any number
				}
				for _, p := range schema.Check(&f) {
					t.Errorf("%s.%s = %v: %s", layer, name, v, p.Message.EN)
				}
				if s, ok := v.(string); ok && len(field.Codes) > 0 && !slices.ContainsFunc(field.Codes, func(c geo.Code) bool { return c.Value == s }) {
					t.Errorf("%s.%s = %q is none of its codes", layer, name, s)
				}
			}
		}
	}
}

// Scenarios speak of revisions of their own workspace: their tables do not come in as
// layers, and are not offered.
func TestScenariosAreNoLayers(t *testing.T) {
	text := `{"type":"FeatureCollection","features":[{"type":"Feature","id":"s-1","properties":{"name":"x"},"geometry":null}]}`
	for _, layer := range []string{layers.ScenariosLayer, layers.ScenarioEditsLayer} {
		_, err := Run(t.Context(), memory.New(), Options{Format: GeoJSON, Layer: layer, Path: write(t, "a.geojson", text)})
		if f := geo.AsFault(err); f == nil || !strings.Contains(f.Error(), "scenario import") {
			t.Errorf("%s: %v", layer, err)
		}
	}
	if names := layerNames(); slices.ContainsFunc(names, layers.Own) {
		t.Errorf("offered: %v", names)
	}
}
