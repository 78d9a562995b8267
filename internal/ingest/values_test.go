package ingest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"yiju/geo"
	"yiju/layers"
)

func testDictionary(t testing.TB) *dictionary {
	t.Helper()
	d, err := newDictionary()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestReadValues(t *testing.T) {
	d := testDictionary(t)
	field := func(layer, name string) geo.Field {
		s, _ := layers.Schema(layer)
		f, ok := s.Field(name)
		if !ok {
			t.Fatalf("%s has no %s", layer, name)
		}
		return f
	}
	tests := []struct {
		layer, name string
		in          any
		want        any
		how         outcome
	}{
		{"buildings", "floors", int64(12), int64(12), asIs},
		{"buildings", "floors", "12层", int64(12), fixed},
		{"buildings", "floors", "１２", int64(12), fixed},
		{"buildings", "floors", 12.0, int64(12), fixed},
		{"buildings", "floors", 12.5, nil, wrong},
		{"buildings", "floors", "12.5层", nil, wrong},
		{"buildings", "floors", "12-18", nil, wrong},
		{"buildings", "floors", "无", nil, unknown},
		{"buildings", "floors", "—", nil, unknown},
		{"buildings", "floors", "/", nil, unknown},
		{"buildings", "floors", "", nil, unknown},
		{"buildings", "floors", true, nil, wrong},
		{"buildings", "floors", "12米", nil, wrong},
		{"buildings", "height_m", "36米", 36.0, fixed},
		{"buildings", "height_m", "36.5m", 36.5, fixed},
		{"buildings", "height_m", "约36.5", 36.5, fixed},
		{"buildings", "height_m", "3650cm", 36.5, fixed},
		{"buildings", "height_m", "1.2e1", 12.0, fixed},
		{"buildings", "height_m", "36,5", 36.5, fixed},
		{"buildings", "height_m", "高", nil, wrong},
		{"buildings", "height_m", "36层", nil, wrong},
		{"buildings", "height_m", int64(36), 36.0, asIs},
		{"buildings", "households", "1,024户", int64(1024), fixed},
		{"buildings", "households", "1，024", int64(1024), fixed},
		{"buildings", "year", "1998年", int64(1998), fixed},
		{"buildings", "year", "1998-05-01", int64(1998), fixed},
		{"buildings", "year", "2024年8月1日", int64(2024), fixed},
		{"buildings", "year", "九十年代", nil, wrong},
		{"buildings", "lift", "有", true, fixed},
		{"buildings", "lift", "无", false, fixed},
		{"buildings", "lift", int64(1), true, fixed},
		{"buildings", "lift", int64(2), nil, wrong},
		{"buildings", "lift", "也许", nil, wrong},
		{"buildings", "lift", "未知", nil, unknown},
		{"buildings", "use", "住宅", "residential", fixed},
		{"buildings", "use", "Residential", "residential", fixed},
		{"buildings", "use", "写字楼", "office", fixed},
		{"buildings", "use", "仙境", "仙境", asIs},
		{"buildings", "name", int64(7), "7", fixed},
		{"pipes", "network", "自来水", "water", fixed},
		{"pipes", "network", "果汁", nil, wrong},
		{"pipes", "diameter_mm", "DN300", 300.0, fixed},
		{"pipes", "diameter_mm", "φ300", 300.0, fixed},
		{"pipes", "diameter_mm", "0.3米", 300.0, fixed},
		{"pipes", "diameter_mm", "300×400", nil, wrong},
		{"facilities", "category", "健身点", "sport/fitness_station", fixed},
		{"facilities", "category", "fitness_station", "sport/fitness_station", fixed},
		{"facilities", "category", "sport/pitch", "sport/pitch", asIs},
		{"facilities", "area_m2", "3亩", 2000.0, fixed},
	}
	for _, test := range tests {
		f := field(test.layer, test.name)
		got, how := d.read(column{name: test.name, field: f, factor: 1}, test.in)
		if how != test.how || !cmp.Equal(got, test.want) {
			t.Errorf("%s %v = %v (%d), want %v (%d)", test.name, test.in, got, how, test.want, test.how)
		}
	}
}

func TestColumns(t *testing.T) {
	d := testDictionary(t)
	s, _ := layers.Schema("buildings")
	columns, taken := d.columns(&s, []string{"层数", "floors", "建筑 高度（厘米）", "名称", "户数", "FID", "备注", "高度(光年)", "Ｙｅａｒ"})
	got := make(map[string]string)
	for _, c := range columns {
		got[c.name] = c.field.Name
		if c.field.Name == "height_m" && c.factor != 0.01 {
			t.Errorf("centimetres have the factor %g", c.factor)
		}
	}
	want := map[string]string{"floors": "floors", "建筑 高度（厘米）": "height_m", "名称": "name", "户数": "households", "Ｙｅａｒ": "year"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"层数"}, taken); diff != "" {
		t.Error(diff)
	}
}
