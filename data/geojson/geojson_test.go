package geojson

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/simplifiedchinese"

	"yiju/geo"
	"yiju/internal/sample"
)

func read(text string, encoding string) (*File, error) {
	return Read(context.Background(), strings.NewReader(text), Options{Name: "a.geojson", Encoding: encoding})
}

const point = `{"type":"Feature","properties":{"名称":"市场","n":3,"r":2.5,"ok":true,"x":null,"o":{"a":[1]}},"geometry":{"type":"Point","coordinates":[117.1,36.2]}}`

func TestForms(t *testing.T) {
	want := []geo.Feature{{
		Geometry: orb.Point{117.1, 36.2}, Source: geo.Source{Name: "a.geojson"},
		Extra: map[string]any{"名称": "市场", "n": int64(3), "r": 2.5, "ok": true, "x": nil, "o": `{"a":[1]}`},
	}}
	collection := `{"name":"buildings","type":"FeatureCollection","features":[` + point + `]}`
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(collection)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, text, encoding string
	}{
		{"collection", collection, ""},
		{"features before type", `{"features":[` + point + `],"type":"FeatureCollection"}`, ""},
		{"byte order mark", "\xEF\xBB\xBF" + collection, ""},
		{"byte order mark against the flag", "\xEF\xBB\xBF" + collection, "gb18030"},
		{"single feature", point, ""},
		{"lines", point + "\n", ""},
		{"text sequence", "\x1E" + point + "\n", ""},
		{"GB18030", gbk, "gb18030"},
		{"GBK by its other name", gbk, "gbk"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f, err := read(test.text, test.encoding)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, f.Features); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestGeometries(t *testing.T) {
	tests := []struct {
		name, text string
		want       orb.Geometry
		z          []float64
	}{
		{"line with heights", `{"type":"LineString","coordinates":[[1,2,3],[4,5,6.5]]}`, orb.LineString{{1, 2}, {4, 5}}, []float64{3, 6.5}},
		{"line with one height", `{"type":"LineString","coordinates":[[1,2],[4,5,6.5]]}`, orb.LineString{{1, 2}, {4, 5}}, nil},
		{"point with height", `{"type":"Point","coordinates":[1,2,3]}`, orb.Point{1, 2}, nil},
		{"four numbers", `{"type":"Point","coordinates":[ 1 , 2 , 3 , 4 ]}`, orb.Point{1, 2}, nil},
		{"multipoint", `{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}`, orb.MultiPoint{{1, 2}, {3, 4}}, nil},
		{"multiline", `{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}`, orb.MultiLineString{{{1, 2}, {3, 4}}}, nil},
		{"polygon left open", `{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}`, orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}, nil},
		{"multipolygon", `{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}`, orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}}, nil},
		{"collection", `{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}`, orb.Collection{orb.Point{1, 2}}, nil},
		{"empty polygon", `{"type":"Polygon","coordinates":[]}`, nil, nil},
		{"small exponents", `{"type":"Point","coordinates":[1.17e2,3.6E1]}`, orb.Point{117, 36}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f, err := read(test.text, "")
			if err != nil || len(f.Features) != 1 {
				t.Fatalf("%v, %+v", err, f)
			}
			got := f.Features[0]
			if diff := cmp.Diff(test.want, got.Geometry); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.z, got.Z); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCRSMember(t *testing.T) {
	tests := []struct{ name, want string }{
		{"urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"},
		{"urn:ogc:def:crs:EPSG::2154", "EPSG:2154"},
		{"urn:ogc:def:crs:EPSG:6.9:4548", "EPSG:4548"},
		{"EPSG:4490", "EPSG:4490"},
		{"http://www.opengis.net/def/crs/EPSG/0/3857", "EPSG:3857"},
	}
	for _, test := range tests {
		f, err := read(`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"`+test.name+`"}},"features":[`+point+`]}`, "")
		if err != nil || f.CRS != test.want {
			t.Errorf("%s gives %v, %v", test.name, f, err)
		}
	}
	if _, err := read(`{"type":"FeatureCollection","crs":{"type":"link","properties":{"href":"http://x"}},"features":[]}`, ""); geo.AsFault(err) == nil {
		t.Errorf("a linked CRS gives %v", err)
	}
}

func TestIDs(t *testing.T) {
	feature := func(id string) string {
		return `{"type":"Feature","id":` + id + `,"properties":null,"geometry":null}`
	}
	tests := []struct {
		name string
		ids  []string
		want []string
		rows bool
	}{
		{"row numbers", []string{"0", "1", "2"}, []string{"0", "1", "2"}, true},
		{"row numbers from one", []string{"1", "2"}, []string{"1", "2"}, true},
		{"numbers with meaning", []string{"7", "8"}, []string{"7", "8"}, false},
		{"numbers out of order", []string{"0", "2", "1"}, []string{"0", "2", "1"}, false},
		{"text", []string{`"w1"`, `"w2"`}, []string{"w1", "w2"}, false},
		{"none", []string{"null", "null"}, []string{"", ""}, false},
		{"large", []string{"9007199254740993"}, []string{"9007199254740993"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var list []string
			for _, id := range test.ids {
				list = append(list, feature(id))
			}
			f, err := read(`{"type":"FeatureCollection","features":[`+strings.Join(list, ",")+`]}`, "")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, feature := range f.Features {
				got = append(got, feature.ID)
			}
			if diff := cmp.Diff(test.want, got); diff != "" || f.RowIDs != test.rows {
				t.Errorf("rows %v %s", f.RowIDs, diff)
			}
		})
	}
}

// An export of the product carries what GeoJSON has no place for beside the
// properties.
func TestOwnExport(t *testing.T) {
	f, err := read(`{"type":"FeatureCollection","name":"ways","features":[{"type":"Feature","id":"w7","properties":{"class":"steps"},`+
		`"extra":{"tactile_paving":"yes","class":"other"},"source":{"name":"city.pbf","id":"way/7"},"quality":["step_count=counted"],"geometry":null}]}`, "")
	if err != nil {
		t.Fatal(err)
	}
	want := geo.Feature{ID: "w7", Source: geo.Source{Name: "city.pbf", ID: "way/7"}, Quality: []string{"step_count=counted"},
		Extra: map[string]any{"class": "steps", ExtraMember: `{"tactile_paving":"yes","class":"other"}`}}
	if diff := cmp.Diff([]geo.Feature{want}, f.Features); diff != "" || f.Title != "ways" {
		t.Errorf("title %q %s", f.Title, diff)
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	wrap := func(geometry string) string {
		return `{"type":"Feature","properties":{},"geometry":` + geometry + `}`
	}
	tests := []struct {
		name, text string
		say        string // in the English message
	}{
		{"empty", "", "empty"},
		{"white space", " \n ", "empty"},
		{"cut off", `{"type":"FeatureCollection","features":[` + point, "cut off"},
		{"cut off in a line", point + "\n" + point[:50], "cut off"},
		{"web page", "<!DOCTYPE html><html></html>", "web page"},
		{"a list", "[1,2]", "not GeoJSON"},
		{"TopoJSON", `{"type":"Topology","objects":{}}`, "TopoJSON"},
		{"other JSON", `{"hello":1}`, "not GeoJSON"},
		{"not a number", wrap(`{"type":"Point","coordinates":[NaN,1]}`), "not valid JSON"},
		{"nested a million deep", strings.Repeat(`[`, 1_000_000), "not GeoJSON"},
		{"nested deep in coordinates", wrap(`{"type":"Polygon","coordinates":` + strings.Repeat(`[`, 1_000_000)), ""},
		{"Latin-1", "{\"type\":\"Feature\",\"properties\":{\"nom\":\"Val\xE9ry\"},\"geometry\":null}", "latin1"},
		{"GBK", "{\"type\":\"Feature\",\"properties\":{\"n\":\"\xC3\xFB\xB3\xC6\"},\"geometry\":null}", "gb18030"},
		{"features is no list", `{"type":"FeatureCollection","features":{}}`, "not GeoJSON"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := read(test.text, "")
			fault := geo.AsFault(err)
			if fault == nil || !strings.Contains(fault.Say("en"), test.say) || len(fault.Fix) == 0 || fault.What.ZH == "" {
				t.Errorf("got %v", err)
			}
		})
	}
}

// The first encoding named is the likely one.
func TestEncodingAdviceTellsChineseFromFrench(t *testing.T) {
	for text, want := range map[string]string{
		"\"nom\":\"Esplanade Paul Val\xE9ry\",\"CR\xE9aTION\":1":    "latin1",
		"\"\xC3\xFB\xB3\xC6\":\"\xB7\xAB\xCD\xA4\xBB\xA8\xD4\xB0\"": "gb18030",
	} {
		_, err := read(`{"type":"Feature",`+text+"}", "")
		fault := geo.AsFault(err)
		if fault == nil || !strings.Contains(fault.Fix[0].EN, want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestBrokenGeometriesAreNamed(t *testing.T) {
	tests := []string{
		`{"type":"Point","coordinates":["117","36"]}`,
		`{"type":"Point","coordinates":[117]}`,
		`{"type":"Point","coordinates":[1e999,36]}`,
		`{"type":"Point","coordinates":[null,null]}`,
		`{"type":"LineString","coordinates":[[1,2]]}`,
		`{"type":"LineString","coordinates":[1,2]}`,
		`{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}`,
		`{"type":"Polygon","coordinates":[[0,0],[1,1]]}`,
		`{"type":"Point","coordinates":[[[[[[1]]]]]]}`,
		`{"type":"Circle","coordinates":[1,2]}`,
		`{"type":"Point"}`,
		strings.Repeat(`{"type":"GeometryCollection","geometries":[`, 20) + `{"type":"Point","coordinates":[1,2]}` + strings.Repeat(`]}`, 20),
	}
	for _, geometry := range tests {
		f, err := read(`{"type":"FeatureCollection","features":[`+point+`,{"type":"Feature","id":"b","properties":{},"geometry":`+geometry+`}]}`, "")
		if err != nil {
			t.Errorf("%.80s: %v", geometry, err)
			continue
		}
		if len(f.Features) != 1 || len(f.Broken) != 1 || f.Broken[0].ID != "#2 b" {
			t.Errorf("%.80s: %d features, broken %v", geometry, len(f.Features), f.Broken)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Read(ctx, strings.NewReader(`{"type":"FeatureCollection","features":[`+point+`]}`), Options{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Real files with everything that exports get wrong.
func TestMontpellier(t *testing.T) {
	folder := sample.Path(t, "montpellier")
	tests := []struct {
		file, encoding string
		n              int
		lost           bool
	}{
		{"VilleMTP_MTP_Batiments", "", 3356, false},
		{"VilleMTP_MTP_AccTrottoir", "", 7654, false},
		{"VilleMTP_MTP_CameraSurv", "", 141, false},
		{"VilleMTP_MTP_EspacesVertsGlobal", "latin1", 203, false},
		{"VilleMTP_MTP_JeuEnfantType", "", 97, true},
	}
	for _, test := range tests {
		path := filepath.Join(folder, test.file, test.file+".geojson")
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Read(context.Background(), file, Options{Name: test.file, Encoding: test.encoding})
		file.Close()
		if err != nil {
			t.Errorf("%s: %v", test.file, err)
			continue
		}
		if len(f.Features) != test.n || !f.RowIDs || len(f.Broken) > 0 || (f.Problems.Count("lost_characters") > 0) != test.lost {
			t.Errorf("%s: %d features, rows %v, broken %v, problems %v", test.file, len(f.Features), f.RowIDs, f.Broken, f.Problems.Entries())
		}
	}
}

func FuzzGeoJSON(f *testing.F) {
	for _, seed := range []string{point, "", "\xEF\xBB\xBF{}", `{"type":"FeatureCollection","crs":null,"features":[` + point + `]}`,
		`{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]],[]]]}`, "\x1E" + point + "\n\x1E" + point, "\xFF\xFE{\x00}\x00"} {
		f.Add([]byte(seed), "")
	}
	f.Add([]byte("{\"\xC3\xFB\":1}"), "gb18030")
	f.Fuzz(func(t *testing.T, data []byte, encoding string) {
		file, err := Read(context.Background(), strings.NewReader(string(data)), Options{Encoding: encoding})
		if err != nil {
			return
		}
		schema := geo.Schema{Shapes: []geo.Shape{geo.Point, geo.Line, geo.Polygon}}
		for _, feature := range file.Features {
			feature.ID = "x"
			if problems := schema.Check(&feature); len(problems) > 0 {
				t.Errorf("unusable feature: %v", problems)
			}
			if _, err := feature.MarshalWKB(); err != nil {
				t.Errorf("cannot be stored: %v", err)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	data, err := os.ReadFile(sample.Path(b, "montpellier/VilleMTP_MTP_Batiments/VilleMTP_MTP_Batiments.geojson"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := read(string(data), ""); err != nil {
			b.Fatal(err)
		}
	}
}
