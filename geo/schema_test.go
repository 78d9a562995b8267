package geo_test

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
)

func lampSchema() geo.Schema {
	low, high := 0.0, 360.0
	return geo.Schema{
		Layer: "lamps", Kind: geo.Custom, Title: geo.T("路灯", "Lamps"), Shapes: []geo.Shape{geo.Point, geo.Line},
		Fields: []geo.Field{
			{Name: "name", Type: geo.String},
			{Name: "azimuth_deg", Type: geo.Real, Unit: "°", Min: &low, Max: &high},
			{Name: "height_m", Type: geo.Real, Unit: "m", Min: &low},
			{Name: "bulbs", Type: geo.Integer, Max: &high},
			{Name: "working", Type: geo.Boolean},
			{Name: "state", Type: geo.String, Closed: true, Codes: []geo.Code{{Value: "on"}, {Value: "off"}}},
			{Name: "colour", Type: geo.String, Codes: []geo.Code{{Value: "white"}}},
		},
	}
}

// One thing is changed in a good feature at a time; want is "field: words of the
// message", and empty for what is accepted.
func TestCheck(t *testing.T) {
	attribute := func(name string, v any) func(*geo.Feature) {
		return func(f *geo.Feature) { f.Attributes = map[string]any{name: v} }
	}
	shape := func(g orb.Geometry) func(*geo.Feature) { return func(f *geo.Feature) { f.Geometry = g } }
	for _, tc := range []struct {
		name   string
		change func(*geo.Feature)
		want   string
	}{
		{"good", func(*geo.Feature) {}, ""},
		{"no id", func(f *geo.Feature) { f.ID = "" }, "id: has no id"},
		{"id too long", func(f *geo.Feature) { f.ID = strings.Repeat("字", 400) }, "id: more than 1000 bytes"},
		{"id with a zero", func(f *geo.Feature) { f.ID = "a\x00" }, "id: zero character"},
		{"id not UTF-8", func(f *geo.Feature) { f.ID = "\xb5\xc0" }, "id: not valid UTF-8"},
		{"nothing known", func(f *geo.Feature) { f.Geometry, f.Attributes = nil, nil }, ""},
		{"unknown value", attribute("state", nil), ""},

		{"text", attribute("name", "灯 1"), ""},
		{"text for a number", attribute("height_m", "8"), "height_m: is a text; the field takes a number"},
		{"text not UTF-8", attribute("name", "\xb5\xc6"), "name: not valid UTF-8"},
		{"number for text", attribute("name", 8.0), "name: is a number; the field takes a text"},
		{"yes for a number", attribute("bulbs", true), "bulbs: is a yes or no; the field takes a whole number"},
		{"number for yes", attribute("working", int64(1)), "working: is a whole number; the field takes a yes or no"},
		{"whole number for a number", attribute("height_m", int64(8)), ""},
		{"number for a whole number", attribute("bulbs", 8.0), "bulbs: is a number; the field takes a whole number"},
		{"int, which is no stored type", attribute("bulbs", 8), "bulbs: cannot be stored"},
		{"list", attribute("name", []string{"a"}), "name: cannot be stored"},
		{"field that is not declared", attribute("colour_2", "x"), "colour_2: layer lamps has no such field"},

		{"lowest", attribute("azimuth_deg", 0.0), ""},
		{"highest", attribute("azimuth_deg", 360.0), ""},
		{"too low", attribute("azimuth_deg", -0.001), "azimuth_deg: outside the accepted range 0 … 360 °"},
		{"too high", attribute("azimuth_deg", 361.0), "azimuth_deg: outside the accepted range 0 … 360 °"},
		{"whole number too high", attribute("bulbs", int64(361)), "bulbs: outside the accepted range −∞ … 360"},
		{"no upper bound", attribute("height_m", 1e300), ""},
		{"below the only bound", attribute("height_m", -1.0), "height_m: outside the accepted range 0 … ∞ m"},
		{"not a number", attribute("height_m", math.NaN()), "height_m: outside the accepted range"},
		{"infinite", attribute("height_m", math.Inf(1)), "height_m: outside the accepted range"},

		{"code", attribute("state", "off"), ""},
		{"no such code", attribute("state", "broken"), "state: is not one of on, off"},
		{"code of an open list", attribute("colour", "green"), ""},

		{"line", shape(orb.LineString{{0, 0}, {1, 1}}), ""},
		{"points", shape(orb.MultiPoint{{0, 0}, {1, 1}}), ""},
		{"polygon", shape(orb.Polygon{square}), "geometry: is a polygon; the layer holds point or line"},
		{"collection with a polygon", shape(orb.Collection{orb.Point{1, 1}, orb.Polygon{square}}), "geometry: is a polygon"},
		{"bound", shape(orb.Bound{}), "geometry: is a polygon"},
		{"not finite", shape(orb.Point{math.NaN(), 1}), "geometry: not a finite number"},
		{"line of one vertex", shape(orb.LineString{{1, 1}}), "geometry: line with a single vertex"},
		{"ring that is not closed", shape(orb.Polygon{square[:4]}), "geometry: ring that is not closed"},
		{"ring too short", shape(orb.Polygon{{{0, 0}, {1, 1}, {0, 0}}}), "geometry: ring of 3 vertices"},
		{"collection with nothing in it", shape(orb.Collection{nil}), "geometry: member missing"},
		{"heights", func(f *geo.Feature) { f.Geometry, f.Z = orb.LineString{{0, 0}, {1, 1}}, []float64{1, 2} }, ""},
		{"too few heights", func(f *geo.Feature) { f.Geometry, f.Z = orb.LineString{{0, 0}, {1, 1}}, []float64{1} }, "geometry: heights that do not match"},
		{"heights of a point", func(f *geo.Feature) { f.Z = []float64{1} }, "geometry: heights that do not match"},
		{"height not finite", func(f *geo.Feature) {
			f.Geometry, f.Z = orb.LineString{{0, 0}, {1, 1}}, []float64{1, math.NaN()}
		}, "geometry: height that is not a finite number"},

		{"further attribute", func(f *geo.Feature) { f.Extra = map[string]any{"anything": 1.5} }, ""},
		{"further attribute not finite", func(f *geo.Feature) { f.Extra = map[string]any{"x": math.Inf(-1)} }, "x: not a finite number"},
		{"source not UTF-8", func(f *geo.Feature) { f.Source.ID = "\xb5" }, "source: not valid UTF-8"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := lampSchema()
			f := geo.Feature{ID: "lamp 1", Geometry: orb.Point{117, 36}}
			tc.change(&f)
			problems := s.Check(&f)
			if tc.want == "" {
				if len(problems) > 0 {
					t.Fatalf("refused: %v", problems)
				}
				return
			}
			field, words, _ := strings.Cut(tc.want, ": ")
			if len(problems) != 1 {
				t.Fatalf("%d problems %v, want one: %s", len(problems), problems, tc.want)
			}
			p := problems[0]
			if p.Layer != "lamps" || p.Field != field || !strings.Contains(p.Message.EN, words) {
				t.Errorf("%v, want %s", p, tc.want)
			}
			if !strings.ContainsFunc(p.Message.ZH, func(r rune) bool { return r > 0x2e80 }) || strings.Contains(p.Message.ZH, "%!") || strings.Contains(p.Message.EN, "%!") {
				t.Errorf("worded %q and %q", p.Message.ZH, p.Message.EN)
			}
			if !utf8.ValidString(p.ID + p.Value + p.Field) {
				t.Errorf("%q cannot be shown", p)
			}
		})
	}
}

func TestCheckListsEverythingInOrder(t *testing.T) {
	s := lampSchema()
	f := geo.Feature{Geometry: orb.Polygon{square}, Attributes: map[string]any{
		"working": "yes", "bulbs": int64(999), "azimuth_deg": -1.0, "name": strings.Repeat("长", 1000) + "\xff", "state": "?",
	}}
	var got []string
	for _, p := range s.Check(&f) {
		got = append(got, p.Field)
		if len([]rune(p.Value)) > 100 || !utf8.ValidString(p.Value) {
			t.Errorf("%s: the value shown has %d bytes", p.Field, len(p.Value))
		}
	}
	if diff := cmp.Diff([]string{"id", "geometry", "azimuth_deg", "bulbs", "name", "state", "working"}, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestTableTakesNoGeometry(t *testing.T) {
	s := geo.Schema{Layer: "runs"}
	if got := s.Check(&geo.Feature{ID: "a", Geometry: orb.Point{1, 1}}); len(got) != 1 || !strings.Contains(got[0].Message.EN, "table") {
		t.Errorf("%v", got)
	}
	if got := s.Check(&geo.Feature{ID: "a"}); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestFeatureValues(t *testing.T) {
	var f geo.Feature
	f.Set("height_m", 8.5)
	f.Set("bulbs", int64(3))
	f.Set("working", false)
	f.Set("name", "灯")
	if v, ok := f.Number("height_m"); v != 8.5 || !ok {
		t.Error("Number of a real")
	}
	if v, ok := f.Number("bulbs"); v != 3 || !ok {
		t.Error("Number of a whole number")
	}
	if _, ok := f.Number("name"); ok {
		t.Error("a text is a number")
	}
	if v, known := f.Bool("working"); v || !known {
		t.Error("no is not unknown")
	}
	if _, known := f.Bool("missing"); known {
		t.Error("missing is known")
	}
	if v, ok := f.Text("name"); v != "灯" || !ok {
		t.Error("Text")
	}
	if _, ok := f.Text("bulbs"); ok {
		t.Error("a number is text")
	}

	f.Geometry, f.Z, f.Quality, f.Extra = orb.LineString{{0, 0}, {1, 1}}, []float64{1, 2}, []string{"a=b"}, map[string]any{"k": "v"}
	before, copied := f.Clone(), f.Clone()
	copied.Set("name", nil)
	copied.Geometry.(orb.LineString)[0] = orb.Point{9, 9}
	copied.Z[0], copied.Quality[0], copied.Extra["k"] = 9, "x", "x"
	if diff := cmp.Diff(before, f); diff != "" {
		t.Errorf("a change of the copy shows in the feature (-want +got):\n%s", diff)
	}
	if _, known := copied.Attributes["name"]; known {
		t.Error("Set to nil keeps the attribute")
	}
}
