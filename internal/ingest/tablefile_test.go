package ingest

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"yiju/data/standards"
	"yiju/geo"
	"yiju/internal/sample"
	"yiju/layers"
	"yiju/layers/memory"
)

// Every mapping of the product leads to attributes that its layers have, by words
// that they take.
func TestMappingsFitTheLayers(t *testing.T) {
	columns, err := standards.LoadColumns()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range columns.Mappings {
		for _, l := range m.Into {
			schema, ok := layers.Schema(l.Layer)
			if !ok {
				t.Errorf("%s: there is no layer %s", m.ID, l.Layer)
			}
			if err := (&run{}).checkFields(l, m.ID); err != nil {
				t.Error(err)
			}
			for name, f := range l.Fields {
				field, _ := schema.Field(name)
				if _, ok := schema.Field(f.Spread); f.Spread != "" && !ok {
					t.Errorf("%s: %s: there is no %s", m.ID, name, f.Spread)
				}
				for value := range f.Words {
					known := len(field.Codes) == 0 || field.Type != geo.String || name == "band"
					for _, c := range field.Codes {
						known = known || c.Value == value
					}
					if !known {
						t.Errorf("%s: %s is none of the values of %s", m.ID, value, name)
					}
				}
			}
		}
	}
}

// The register of French antennas: supports in one sheet, emission bands in
// another. It is of before 5G.
func TestANFR(t *testing.T) {
	path := sample.Path(t, "montpellier/ANFR_MTP_Antennes/ANFR_MTP_Supports.xls")
	_, err := Run(context.Background(), memory.New(), Options{Format: Table, Path: path})
	if fault := geo.AsFault(err); fault == nil || !strings.Contains(err.Error(), "none of the 6035 rows") || !strings.Contains(err.Error(), "anfr_all") || !strings.Contains(err.Error(), "UMTS 2100") {
		t.Errorf("%v", err)
	}
	store, report := importTable(t, "", Options{Path: path, Columns: "anfr_all"})
	cells := read(t, store, "cells")
	count := func(name string) (n int) {
		for i := range cells {
			if cells[i].Attributes[name] != nil {
				n++
			}
		}
		return n
	}
	// 6035 rows, 409 of them not mobile, 2554 in the bands of phones, 11 twice.
	if len(cells) != 3061 || count("azimuth_deg") != 3028 || count("height_m") != 3061 || count("hbw_deg") != 33 || count("operator") != 0 {
		t.Errorf("%d cells, %d look somewhere, %d omnidirectional\n%s", len(cells), count("azimuth_deg"), count("hbw_deg"), report.Text("en"))
	}
	for i := range cells {
		if e := geo.ExtentOf(cells[i].Geometry); !e.Touches(geo.Extent{MinX: 3.8, MinY: 43.56, MaxX: 3.95, MaxY: 43.66}) {
			t.Fatalf("%s lies at %v", cells[i].ID, e)
		}
	}
	first := "29973-78726-17649-GSM 1800-1805-1880 @3.83556,43.61556 azimuth_deg=20 band=GSM 1800 bandwidth_mhz=75 freq_mhz=1842.5 height_m=59.7 site=29973 technology=gsm"
	if got := saidOf(cells, "29973-78726-17649-GSM 1800-1805-1880"); !strings.HasPrefix(got, first) {
		t.Errorf("%s", got)
	}
	// With a mapping of one's own every row comes, in a layer of one's own.
	mine := write(t, "antennas.yaml", `
title: {zh: 天线, en: antennas}
join: {sheet: [Supports], on: [Numéro de support]}
into:
  - layer: antennas
    place: [{lon: [Longitude], lat: [Latitude]}]
    fields:
      azimuth_deg: {columns: [Azimut], unit: "°"}
      height_m: {columns: [Hauteur/sol], unit: m}
      start_mhz: {columns: [Début], unit: MHz, unit_column: [Unité]}
`)
	store, report = importTable(t, "", Options{Path: path, Columns: mine})
	all := read(t, store, "antennas")
	cells = all
	if len(all) != 6035-36 || count("azimuth_deg") != 5867-28 || !strings.Contains(report.Text("en"), "    36  the very same row") || count("height_m") != len(all) || count("start_mhz") != len(all) {
		t.Errorf("%d rows, %d with azimuth, %d with a frequency", len(all), count("azimuth_deg"), count("start_mhz"))
	}
	// A sheet without a mapping, as it is.
	store, _ = importTable(t, "", Options{Path: path, Table: "Supports", Layer: "masts", IDField: "Numéro de support"})
	masts := read(t, store, "masts")
	if len(masts) != 206 || masts[0].Attributes["Hauteur en m"] == nil || masts[0].Attributes["Code postal"] != "34000" {
		t.Errorf("%d masts, %s", len(masts), said(masts[0]))
	}
}

func saidOf(features []geo.Feature, id string) string {
	for i := range features {
		if features[i].ID == id {
			return said(features[i])
		}
	}
	return ""
}

// A table of cells and of the places that heard them, in metres of a grid that it
// does not name; four of its rows are of one cell without a height.
func TestContest(t *testing.T) {
	path := sample.Path(t, "rsrp-chengdu-centre/cells_rsrp.csv.gz")
	head := firstLines(t, path, 4000)
	for _, test := range []struct {
		o    Options
		want string
	}{
		{Options{}, "cells Height=0: is outside the accepted range 0.5 … 1000 m (D3561"},
		{Options{Care: Lenient}, "--crs EPSG:32648"},
	} {
		test.o.Format, test.o.Path = Table, head
		if _, err := Run(context.Background(), memory.New(), test.o); geo.AsFault(err) == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("no %q in: %v", test.want, err)
		}
	}
	box := geo.Extent{MinX: 104.07, MinY: 30.65, MaxX: 104.09, MaxY: 30.66}
	store, report := importTable(t, "", Options{Path: path, Care: Lenient, CRS: "EPSG:32648", BBox: &box})
	var cells, measured LayerCount
	for _, l := range report.Layers {
		switch l.Layer {
		case "cells":
			cells = l
		case "measurements":
			measured = l
		}
	}
	if cells.Written+cells.Outside != 125 || measured.Written+measured.Outside != 392_922 || measured.Written == 0 || measured.Refused+cells.Refused != 0 {
		t.Errorf("%+v %+v", cells, measured)
	}
	if n := len(read(t, store, "measurements")); n != measured.Written {
		t.Errorf("%d in the store, %d in the report", n, measured.Written)
	}
	got := saidOf(read(t, store, "cells"), "154201")
	if !strings.HasPrefix(got, "154201 @") || !strings.HasSuffix(got, " azimuth_deg=270 band=n41 freq_mhz=2585 ground_m=498 height_m=27 rs_power_dbm=9.2 tilt_deg=12 +Cell Building Height=12 +Cell Clutter Index=6 [band=by Frequency Band] [tilt_deg=Electrical Downtilt + Mechanical Downtilt]") {
		t.Errorf("%s", got)
	}
}

// firstLines copies the beginning of a packed table.
func firstLines(t *testing.T, path string, n int) string {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	z, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	lines := bufio.NewScanner(z)
	for range n {
		if !lines.Scan() {
			break
		}
		b.WriteString(lines.Text() + "\n")
	}
	return write(t, "head.csv", b.String())
}

// A file without places says what it has, and which row the names are in.
func TestCamerasWithoutPlaces(t *testing.T) {
	path := sample.Path(t, "montpellier/VilleMTP_MTP_CameraSurv/VilleMTP_MTP_CameraSurv.csv")
	_, err := Run(context.Background(), memory.New(), Options{Format: Table, Path: path, Layer: "cameras"})
	if geo.AsFault(err) == nil || !strings.Contains(err.Error(), "no columns of coordinates") || !strings.Contains(err.Error(), "Année") {
		t.Errorf("%v", err)
	}
}

// With the places from another file, the rows complete what is there.
func TestCompleteByTable(t *testing.T) {
	folder := sample.Path(t, "montpellier/VilleMTP_MTP_CameraSurv") + "/VilleMTP_MTP_CameraSurv"
	store := memory.New()
	run1(t, store, Options{Format: GeoJSON, Path: folder + ".geojson", Layer: "cameras", CRS: "EPSG:2154"})
	places := read(t, store, "cameras")
	report := run1(t, store, Options{Format: Table, Path: folder + ".csv", Layer: "cameras", Match: "Nom"})
	got := read(t, store, "cameras")
	if len(got) != 141 || report.Total() != 141 || !strings.Contains(report.Text("en"), "141 features that were there were completed") {
		t.Fatalf("%d cameras\n%s", len(got), report.Text("en"))
	}
	for i := range got {
		before, after := &places[i], &got[i]
		name, _ := after.Text("name")
		if before.ID != after.ID || before.Geometry != after.Geometry || name == "" || name != before.Extra["Nom"] {
			t.Fatalf("%s\n%s", said(*before), said(*after))
		}
	}
	for _, test := range []struct {
		text string
		o    Options
		want string
	}{
		{"Nom,名称\nC59.04,甲\nC999,乙\n", Options{Match: "Nom"}, "Nom=C999: layer cameras has no such feature (A3)"},
		{"FID_1,名称\n17,甲\n", Options{Match: "编号"}, "no column \"编号\" (--match)"},
		{"LIBQUART,名称\n17,甲\n", Options{Match: "LIBQUART"}, "have the same LIBQUART"},
		{"名称,编号\n17,甲\n", Options{Match: "编号", Layer: "devices"}, "no features to complete"},
	} {
		test.o.Format, test.o.Path = Table, write(t, "a.csv", test.text)
		test.o.Layer = first(test.o.Layer, "cameras")
		if _, err := Run(context.Background(), store, test.o); geo.AsFault(err) == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("no %q in: %v", test.want, err)
		}
	}
}

// A workbook of several sheets.
func TestWorkbooks(t *testing.T) {
	x := excelize.NewFile()
	fill := func(sheet string, rows ...[]any) {
		t.Helper()
		if _, err := x.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if err := x.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	fill("移动", []any{"泰山区站点"}, []any{"站名", "小区标识", "经度", "纬度", "方位角", "下倾角"}, []any{"A", 101, 117.1234, 36.2345, 0, 3}, []any{nil, 102, nil, nil, 120, 3})
	fill("联通", []any{"小区标识", "经度", "纬度", "下倾角"}, []any{"u1", 117.1, 36.2, 3})
	fill("路灯", []any{"名称", "类型", "经度", "纬度", "完好"}, []any{"灯1", "路灯", 117.1, 36.2, "是"})
	for _, m := range []string{"A", "C", "D"} {
		if err := x.MergeCell("移动", m+"3", m+"4"); err != nil {
			t.Fatal(err)
		}
	}
	path := workbook(t, x)
	_, err := Run(context.Background(), memory.New(), Options{Format: Table, Path: path})
	if geo.AsFault(err) == nil || !strings.Contains(err.Error(), "2 tables of the same kind: 移动, 联通") || !strings.Contains(err.Error(), "--sheet") {
		t.Errorf("%v", err)
	}
	store, report := importTable(t, "", Options{Path: path, Table: "移动"})
	want := []string{
		"101 @117.12340,36.23450 azimuth_deg=0 site=A tilt_deg=3",
		"102 @117.12340,36.23450 azimuth_deg=120 site=A tilt_deg=3",
	}
	if diff := cmp.Diff(want, saidAll(t, store, "cells")); diff != "" {
		t.Errorf("%s\n%s", diff, report.Text("en"))
	}
	if f := read(t, store, "cells")[1]; f.Source.ID != "移动!C4" {
		t.Errorf("its source is %q", f.Source.ID)
	}
	store, _ = importTable(t, "", Options{Path: path, Table: "路灯", Layer: "设备"})
	if diff := cmp.Diff([]string{"h @117.10000,36.20000 kind=lamp name=灯1 working=true"}, noHash(saidAll(t, store, "devices"))); diff != "" {
		t.Error(diff)
	}
}

func noHash(lines []string) []string {
	for i, line := range lines {
		_, rest, _ := strings.Cut(line, " ")
		lines[i] = "h " + rest
	}
	return lines
}

// A mapping in a file of one's own, with everything that it can say; and what is
// wrong with one.
func TestOwnMapping(t *testing.T) {
	mine := write(t, "mine.yaml", `
crs: EPSG:4548
rows:
  - {title: {zh: 状态, en: state}, columns: [St], keep: [live]}
  - {title: {zh: 频率, en: frequency}, columns: [F], outside: [[100, 200]], unit: MHz}
into:
  - layer: cells
    place: [{x: [E], y: [N]}]
    id: [{join: [[S], [C]]}]
    closed: true
    extra: [Rem]
    fields:
      operator: {value: 中国广电}
      site: {columns: [S]}
      band: {columns: [F], unit: GHz, ranges: [{from: 600, to: 900, value: n28}, {from: 3300, to: 3800, value: n78}]}
      freq_mhz: {columns: [F], unit: GHz}
      power_w: {columns: [P], unit: dBm}
      hbw_deg: {columns: [W], words: {"360": [round]}, only_words: true}
      height_m: {columns: [H], unit: km, most: 0.2}
      tilt_deg: {sum: [[T1], [T2]], least: 0}
`)
	const head = "S,C,E,N,St,F,P,W,H,T1,T2,Rem,Other\n"
	text := head + "A,1,500130.5,3985712.25,live,3.5,43,round,0.00002,1,2,x,y\nA,2,500130.5,3985712.25,planned,3.5,43,round,0.00002,1,2,x,y\nA,3,500130.5,3985712.25,live,0.15,43,round,0.00002,1,2,x,y\n"
	_, err := Run(context.Background(), memory.New(), Options{Format: Table, Path: write(t, "a.csv", text), Columns: mine})
	if err == nil {
		t.Fatal("0.15 GHz is read as a frequency of 0.15 MHz")
	}
	text = strings.Replace(text, "0.15,", "150MHz,", 1)
	store, report := importTable(t, text, Options{Columns: mine})
	want := []string{"A-1 @117.00145,36.00153 band=n78 freq_mhz=3500 hbw_deg=360 height_m=0.02 operator=中国广电 power_w=19.95262315 site=A tilt_deg=3 +Rem=x [band=by F] [tilt_deg=T1 + T2]"}
	if diff := cmp.Diff(want, saidAll(t, store, "cells")); diff != "" {
		t.Errorf("%s\n%s", diff, report.Text("en"))
	}
	for text, want := range map[string]string{
		"into: [{layer: cells, place: [{x: [E], y: [N]}], fields: {colour: {columns: [C]}}}]":          "no field \"colour\"",
		"into: [{layer: cells, placs: []}]":                                                            "placs",
		"into: [{layer: cells, place: [{lon: [E2], lat: [N2]}], fields: {site: {columns: [S]}}}]":      "no columns of coordinates",
		"into: [{layer: cells, place: [{lon: [E2], lat: [N2]}], fields: {site: {columns: [nobody]}}}]": "none of the columns",
	} {
		_, err := Run(context.Background(), memory.New(), Options{Format: Table, Path: write(t, "a.csv", head), Columns: write(t, "bad.yaml", text)})
		if geo.AsFault(err) == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in: %v", want, err)
		}
	}
}

func first(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
