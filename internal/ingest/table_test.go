package ingest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"yiju/geo"
	"yiju/geo/crs"
	"yiju/layers/memory"
)

// said writes a feature as text: id, place, attributes, further ones, notes.
func said(f geo.Feature) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", f.ID)
	if p, ok := f.Geometry.(orb.Point); ok {
		fmt.Fprintf(&b, " @%.5f,%.5f", p[0], p[1])
	}
	for _, name := range slices.Sorted(maps.Keys(f.Attributes)) {
		fmt.Fprintf(&b, " %s=%v", name, f.Attributes[name])
	}
	for _, name := range slices.Sorted(maps.Keys(f.Extra)) {
		fmt.Fprintf(&b, " +%s=%v", name, f.Extra[name])
	}
	for _, q := range f.Quality {
		b.WriteString(" [" + q + "]")
	}
	return b.String()
}

func saidAll(t *testing.T, store *memory.Store, layer string) (out []string) {
	t.Helper()
	for _, f := range read(t, store, layer) {
		out = append(out, said(f))
	}
	return out
}

func importTable(t *testing.T, text string, o Options) (*memory.Store, *Report) {
	t.Helper()
	o.Format = Table
	if o.Path == "" {
		o.Path = write(t, "表.csv", text)
	}
	store := memory.New()
	return store, run1(t, store, o)
}

// Site lists in the forms that offices send, and what becomes of each.
func TestSiteLists(t *testing.T) {
	gcj := crs.ToGCJ02(orb.Point{117.12345, 36.19876})
	bd := crs.GCJ02ToBD09(gcj)
	tests := []struct {
		name, text string
		o          Options
		want       []string
	}{
		{"Chinese", `泰山区5G工参表,,,,,,,,,,,,,,
站名,小区名称,运营商,经度,纬度,方位角,电下倾角,机械下倾,挂高(米),功率(dBm),频段,带宽,水平半功率角,中心频点,室内外
岱庙站,岱庙1,移动,117.12345,36.19876,0,3,6,32.5,53,2.6G,100M,65,513000,室外
岱庙站,岱庙2,移动公司,117.12345,36.19876,120,3,—,32.5,53.0103,D频段,100,65,513000,室外
合计,2,,,,,,,,,,,,,
`, Options{}, []string{
			"岱庙1 @117.12345,36.19876 azimuth_deg=0 band=n41 bandwidth_mhz=100 freq_mhz=2565 hbw_deg=65 height_m=32.5 operator=中国移动 power_w=199.526231497 site=岱庙站 tilt_deg=9 +室内外=室外 [tilt_deg=电下倾角 + 机械下倾]",
			"岱庙2 @117.12345,36.19876 azimuth_deg=120 band=n41 bandwidth_mhz=100 freq_mhz=2565 hbw_deg=65 height_m=32.5 operator=中国移动 power_w=200.000001997 site=岱庙站 +室内外=室外 +机械下倾=— +电下倾角=3",
		}},
		{"English", "Site name;Cell ID;Operator;Longitude;Latitude;Azimuth;Total tilt;Antenna height (ft);Tx power (W);Band;Frequency (GHz);SCS\nA;370-1;China Unicom;117,12345;36,19876;SE;6,5;100;200;3.5GHz;3,55;30kHz\n", Options{}, []string{
			"370-1 @117.12345,36.19876 azimuth_deg=135 band=n78 freq_mhz=3550 height_m=30.48 operator=中国联通 power_w=200 scs_khz=30 site=A tilt_deg=6.5",
		}},
		{"only 5G", "小区标识,制式,经度,纬度,下倾角,站高\na,5G,117.1,36.2,3,30\nb,LTE,117.1,36.2,3,30\nc,NR SA,117.1,36.2,3,30\nd,,117.1,36.2,3,30\ne,n78,117.1,36.2,3,30\n", Options{}, []string{
			"a @117.10000,36.20000 height_m=30 technology=nr tilt_deg=3", "c @117.10000,36.20000 height_m=30 technology=nr tilt_deg=3",
			"d @117.10000,36.20000 height_m=30 tilt_deg=3", "e @117.10000,36.20000 height_m=30 technology=nr tilt_deg=3",
		}},
		{"three in a row", "站名,小区标识,经度,纬度,方位角,下倾角,挂高\nA,s,117.1,36.2,0/120/240,3/4/5,30\nB,t,117.1,36.2,90,3,30\n", Options{}, []string{
			"s-1 @117.10000,36.20000 azimuth_deg=0 height_m=30 site=A tilt_deg=3 [azimuth_deg=number 1 of 3 directions of one row]",
			"s-2 @117.10000,36.20000 azimuth_deg=120 height_m=30 site=A tilt_deg=4 [azimuth_deg=number 2 of 3 directions of one row]",
			"s-3 @117.10000,36.20000 azimuth_deg=240 height_m=30 site=A tilt_deg=5 [azimuth_deg=number 3 of 3 directions of one row]",
			"t @117.10000,36.20000 azimuth_deg=90 height_m=30 site=B tilt_deg=3",
		}},
		{"metres", "小区标识,X坐标,Y坐标,下倾角\na,500130.5,3985712.25,3\n", Options{CRS: "EPSG:4548"}, []string{"a @117.00145,36.00153 tilt_deg=3"}},
		{"one column", "小区标识,经纬度,下倾角\na,\"117.12345,36.19876\",3\nb,POINT(117.1 36.2),3\nc,北纬36°12′ 东经117°6′,3\n", Options{}, []string{
			"a @117.12345,36.19876 tilt_deg=3", "b @117.10000,36.20000 tilt_deg=3", "c @117.10000,36.20000 tilt_deg=3",
		}},
		{"degrees and minutes", "小区标识,经度,纬度,下倾角\na,117°07′24.42″E,36°11′55.536″N,3\nb,东经117度7分24.42秒,北纬36度11分55.536秒,3\nc,117-07-24.42,36-11-55.536,3\n", Options{}, []string{
			"a @117.12345,36.19876 tilt_deg=3", "b @117.12345,36.19876 tilt_deg=3", "c @117.12345,36.19876 tilt_deg=3",
		}},
		{"its own system", fmt.Sprintf("小区标识,经度(GCJ-02),纬度(GCJ-02),下倾角\na,%.6f,%.6f,3\n", gcj[0], gcj[1]), Options{}, []string{"a @117.12345,36.19876 tilt_deg=3 [geometry=converted from GCJ02, about a metre]"}},
		{"Baidu", fmt.Sprintf("小区标识,百度经度,百度纬度,下倾角\na,%.6f,%.6f,3\n", bd[0], bd[1]), Options{}, []string{"a @117.12345,36.19876 tilt_deg=3 [geometry=converted from BD09, about a metre]"}},
		{"full width", "小区标识（必填）,经度,纬度,下倾角\nａ,１１７．１２,３６．２,６°\n", Options{}, []string{"ａ @117.12000,36.20000 tilt_deg=6"}},
		{"identical rows", "小区标识,经度,纬度,下倾角\na,117.1,36.2,3\na,117.1,36.2,3\n", Options{}, []string{"a @117.10000,36.20000 tilt_deg=3"}},
		{"composed id", "基站ID,扇区号,经度,纬度,下倾角\n7,1,117.1,36.2,3\n7,2,117.1,36.2,3\n", Options{}, []string{"7-1 @117.10000,36.20000 tilt_deg=3 +基站ID=7 +扇区号=1", "7-2 @117.10000,36.20000 tilt_deg=3 +基站ID=7 +扇区号=2"}},
		{"omni", "小区标识,经度,纬度,半功率角,下倾角\na,117.1,36.2,全向,0\n", Options{}, []string{"a @117.10000,36.20000 hbw_deg=360 tilt_deg=0"}},
		{"ours", "id,lon,lat,band,power_w,rs_power_dbm,height_m\na,117.1,36.2,n78,200,17.8,30\n", Options{Layer: "cells"}, []string{"a @117.10000,36.20000 band=n78 height_m=30 power_w=200 rs_power_dbm=17.8"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store, report := importTable(t, test.text, test.o)
			if diff := cmp.Diff(test.want, saidAll(t, store, "cells")); diff != "" {
				t.Errorf("%s\n%s", diff, report.Text("en"))
			}
		})
	}
}

// Camera registers, in which a code has more digits than a number.
func TestCameraLists(t *testing.T) {
	const text = `设备编码,设备名称,摄像机类型,经度,纬度,安装高度,朝向,水平视场角,分辨率,是否联网,设备状态,是否出图,备注
37090200001320000001,东门,枪机,117.12345,36.19876,3.5米,东南,90,1920*1080,是,在用,是,
37090200001320000002,西门,遥控枪机,117.12345,36.19876,6,190-100,,1080P,否,维修,无图,坏
37090200001320000003,南门,半球,117.12345,36.19876,,0;180,,200万,有,正常,,
37090200001320000004,北门,未知,117.12345,36.19876,6,北偏东30°,,4K,,,,
`
	place := " @117.12345,36.19876"
	lonLat := " lat=36.19876 lon=117.12345"
	want := []string{
		"37090200001320000001" + place + " azimuth_deg=135 code=37090200001320000001 height_m=3.5 hfov_deg=90 kind=fixed" + lonLat + " name=东门 networked=true on_platform=true pixels_h=1080 pixels_w=1920 working=true",
		"37090200001320000002" + place + " azimuth_deg=325 code=37090200001320000002 height_m=6 hfov_deg=270 kind=ptz" + lonLat + " name=西门 networked=false on_platform=false pixels_h=1080 pixels_w=1920 working=false +备注=坏 [hfov_deg=width of 190-100] [azimuth_deg=middle of 190-100]",
		"37090200001320000003-1" + place + " azimuth_deg=0 code=37090200001320000003 kind=dome" + lonLat + " name=南门 networked=true working=true +分辨率=200万 [azimuth_deg=number 1 of 2 directions of one row]",
		"37090200001320000003-2" + place + " azimuth_deg=180 code=37090200001320000003 kind=dome" + lonLat + " name=南门 networked=true working=true +分辨率=200万 [azimuth_deg=number 2 of 2 directions of one row]",
		"37090200001320000004" + place + " azimuth_deg=30 code=37090200001320000004 height_m=6" + lonLat + " name=北门 pixels_h=2160 pixels_w=3840",
	}
	store, report := importTable(t, text, Options{})
	if diff := cmp.Diff(want, saidAll(t, store, "cameras")); diff != "" {
		t.Errorf("%s\n%s", diff, report.Text("en"))
	}
	// The same from an office: GBK, or a workbook whose codes are text.
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	x := excelize.NewFile()
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		row := []any{}
		for _, cell := range strings.Split(line, ",") {
			row = append(row, cell)
		}
		if err := x.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+3), &row); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{write(t, "gbk.csv", gbk), workbook(t, x)} {
		store, _ := importTable(t, "", Options{Path: path})
		if diff := cmp.Diff(want, saidAll(t, store, "cameras")); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	// Numbers for directions and kinds, where all values are such numbers.
	store, _ = importTable(t, "DeviceID,PTZType,DirectionType,经度,纬度,联网属性,设备状态\nc1,1,3,117.1,36.2,0,1\nc2,3,9,117.1,36.2,1,2\n", Options{})
	want = []string{"c1 @117.10000,36.20000 azimuth_deg=180 code=c1 kind=ptz lat=36.2 lon=117.1 working=true +联网属性=0", "c2 @117.10000,36.20000 code=c2 kind=fixed lat=36.2 lon=117.1 working=false +DirectionType=9 +联网属性=1"}
	if diff := cmp.Diff(want, saidAll(t, store, "cameras")); diff != "" {
		t.Error(diff)
	}
	store, _ = importTable(t, "DeviceID,监视方位,经度,纬度\nc1,3,117.1,36.2\nc2,90,117.1,36.2\n", Options{})
	if got := saidAll(t, store, "cameras")[0]; !strings.Contains(got, "azimuth_deg=3 ") {
		t.Errorf("degrees taken for codes: %s", got)
	}
}

func workbook(t *testing.T, x *excelize.File) string {
	t.Helper()
	b, err := x.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return write(t, "book.xlsx", b.String())
}

func TestMeasurements(t *testing.T) {
	store, report := importTable(t, "时间\t经度\t纬度\tNR SS-RSRP\tNR SS-SINR\tPCI\n2024-05-06 10:00:00\t117.12345\t36.19876\t-85.5\t12.3\t301\n2024-05-06 10:00:01\t117.12346\t36.19876\t-86\t\t301\n2024-05-06 10:00:02\t\t\t-86\t\t301\n", Options{Care: Lenient})
	got := saidAll(t, store, "measurements")
	for i := range got {
		_, got[i], _ = strings.Cut(got[i], " ")
	}
	slices.Sort(got)
	want := []string{"@117.12345,36.19876 cell=301 rsrp_dbm=-85.5 sinr_db=12.3 time=2024-05-06 10:00:00", "@117.12346,36.19876 cell=301 rsrp_dbm=-86 time=2024-05-06 10:00:01"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if text := report.Text("zh"); !strings.Contains(text, "未写入 1") || !strings.Contains(text, "没有坐标") && !strings.Contains(text, "has no coordinates") {
		t.Error(text)
	}
	// Without ids of its own, a row has the same id when it comes again.
	before := read(t, store, "measurements")
	again, _ := importTable(t, "PCI,NR SS-RSRP,NR SS-SINR,时间,经度,纬度\n", Options{Care: Lenient, Layer: "measurements", Path: write(t, "b.csv", "时间,经度,纬度,NR SS-RSRP,NR SS-SINR,PCI\n2024-05-06 10:00:00,117.12345,36.19876,-85.5,12.3,301\n")})
	if after := read(t, again, "measurements"); after[0].ID != before[0].ID && after[0].ID != before[1].ID {
		t.Errorf("%s is neither of %v", after[0].ID, ids(before))
	}
}

// What a spreadsheet has destroyed, or a file leaves open, is refused with the cell
// and the remedy, and nothing is written.
func TestTablesRefused(t *testing.T) {
	const head = "小区标识,经度,纬度,下倾角,挂高\n"
	tests := []struct {
		name, text string
		o          Options
		want       []string
	}{
		{"codes in powers of ten", "设备编码,经度,纬度\n3.70902E+19,117.1,36.2\n", Options{}, []string{"lost their last digits", "A2: 3.70902E+19", "set the column to text"}},
		{"codes that end in zeros", "设备编码,经度,纬度\n37090200001320000000,117.1,36.2\n37090200001320000000,117.2,36.2\n", Options{}, []string{"lost their last digits", "A3: 37090200001320000000"}},
		{"cut coordinates", head + "a,1.17E+02,36.2,3,30\n", Options{}, []string{"have lost digits", "经度", "B2: 1.17E+02", "six decimals"}},
		{"swapped columns", head + "a,36.2,117.1,3,30\nb,36.3,117.1,3,30\n", Options{}, []string{"seem swapped", "exchange the names"}},
		{"a swapped row", head + "a,117.1,36.2,3,30\nb,36.2,117.1,3,30\nc,117.1,36.2,3,30\n", Options{}, []string{"经度=36.2: longitude and latitude are swapped (B3)"}},
		{"metres", head + "a,500130.5,3985712.25,3,30\n", Options{}, []string{"not longitude and latitude", "--crs EPSG:4548"}},
		{"north first", "小区标识,X坐标,Y坐标,下倾角\na,3985712.25,500130.5,3\n", Options{}, []string{"name column \"X坐标\" northing"}},
		{"north first in a zone", "小区标识,X坐标,Y坐标,下倾角\na,3985712.25,39500130.5,3\n", Options{CRS: "EPSG:4527"}, []string{"\"Y坐标\" easting"}},
		{"zero", head + "a,0,0,3,30\n", Options{}, []string{"0, 0", "(B2)"}},
		{"no coordinates", head + "a,,,3,30\nb,117.1,36.2,3,30\n", Options{}, []string{"has no coordinates (B2)"}},
		{"half of them", head + "a,117.1,,3,30\n", Options{}, []string{"a coordinate is missing (C2)"}},
		{"words", head + "a,东边,36.2,3,30\n", Options{}, []string{"经度=东边", "is not a coordinate"}},
		{"out of bounds", head + "a,117.1,36.2,120,0\n", Options{}, []string{"下倾角=120: is outside the accepted range -90 … 90 ° (D2)", "挂高=0: is outside the accepted range 0.5 … 1000 m (E2)"}},
		{"no number", head + "a,117.1,36.2,三度,30\n", Options{}, []string{"下倾角=三度: should be a number (°) (D2)"}},
		{"one id for two", head + "a,117.1,36.2,3,30\na,117.1,36.2,4,30\n", Options{}, []string{"has the id of row 2", "(A3)"}},
		{"no id", head + "a,117.1,36.2,3,30\n,117.1,36.2,4,30\n", Options{}, []string{"has no id (A3)"}},
		{"watts or dBm", "小区标识,经度,纬度,下倾角,功率\na,117.1,36.2,3,46\n", Options{}, []string{"功率", "may be watts or dBm", "功率(dBm)"}},
		{"another unit", "小区标识,经度,纬度,下倾角,挂高(mi)\na,117.1,36.2,3,46\n", Options{}, []string{"the unit mi of column \"挂高(mi)\"", "into m"}},
		{"a separator within", head + "a,117.1,36.2,3,30,40\n", Options{}, []string{"more cells than there are names (by 1)", "(A2)"}},
		{"all of them 4G", "小区标识,制式,经度,纬度,下倾角\na,LTE,117.1,36.2,3\n", Options{}, []string{"none of the 1 rows", "technology: 1 (LTE)"}},
		{"what table", "甲,乙\n1,2\n", Options{}, []string{"not clear what table", "甲, 乙", "--layer"}},
		{"no such mapping", head, Options{Columns: "nowhere"}, []string{"neither the name of a mapping nor a file", "cells, measurements"}},
		{"no such sheet", head + "a,117.1,36.2,3,30\n", Options{Table: "第二张"}, []string{"no sheet", "表.csv"}},
		{"another mapping", head + "a,117.1,36.2,3,30\n", Options{Columns: "anfr"}, []string{"none of the columns", "小区标识"}},
		{"no id column", head + "a,117.1,36.2,3,30\n", Options{IDField: "名"}, []string{"no column \"名\" (--id)"}},
		{"nothing to place", "设备编码,设备名称\n1,东门\n", Options{}, []string{"no columns of coordinates", "row 1", "设备编码, 设备名称"}},
		{"not ours", head, Options{Layer: "runs"}, []string{"made by the program"}},
		{"names alone", head, Options{}, []string{"holds no feature"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := memory.New()
			o := test.o
			o.Format, o.Path = Table, write(t, "表.csv", test.text)
			_, err := Run(context.Background(), store, o)
			fault := geo.AsFault(err)
			if fault == nil {
				t.Fatalf("%v", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("no %q in: %v", want, err)
				}
			}
			if zh := fault.Say("zh"); strings.Contains(zh, "%!") || !strings.ContainsAny(zh, "文表列图") {
				t.Error(zh)
			}
			if infos, err := store.Layers(context.Background()); err != nil || len(infos) != 0 {
				t.Errorf("%v written, %v", infos, err)
			}
		})
	}
}

// With lenient care everything that can be kept is.
func TestLenientTables(t *testing.T) {
	const text = "小区标识,经度,纬度,方位角,下倾角,挂高,功率\na,117.1,36.2,400,3,30,46\nb,117.1,36.2,0,-3,0,43\nc,,,0,3,30,\n,117.1,36.2,0,3,三十,\na,117.1,36.2,0,3,30,\n"
	store, report := importTable(t, text, Options{Care: Lenient})
	want := []string{
		"a @117.10000,36.20000 height_m=30 tilt_deg=3 +功率=46 +方位角=400",
		"a.2 @117.10000,36.20000 azimuth_deg=0 height_m=30 tilt_deg=3",
		"b @117.10000,36.20000 azimuth_deg=0 tilt_deg=-3 +功率=43 +挂高=0",
		"c azimuth_deg=0 height_m=30 tilt_deg=3",
		"h… @117.10000,36.20000 azimuth_deg=0 tilt_deg=3 +挂高=三十",
	}
	got := saidAll(t, store, "cells")
	last := &got[len(got)-1]
	*last = "h…" + strings.TrimPrefix((*last)[17:], "")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s\n%s", diff, report.Text("en"))
	}
	for _, want := range []string{"F3: 0 (is outside the accepted range 0.5 … 1000 m)", "D2: 400", "unit of column \"功率\" is not known"} {
		if !strings.Contains(report.Text("en"), want) {
			t.Errorf("no %q in\n%s", want, report.Text("en"))
		}
	}
}

// The sides of a picture may stand in columns of their own.
func TestSidesOfAPicture(t *testing.T) {
	const text = "设备编码,经度,纬度,水平像素,垂直像素\n37090200001320000001,117.12345,36.19876,3840,2160\n"
	store, report := importTable(t, text, Options{})
	want := []string{"37090200001320000001 @117.12345,36.19876 code=37090200001320000001 lat=36.19876 lon=117.12345 pixels_h=2160 pixels_w=3840"}
	if diff := cmp.Diff(want, saidAll(t, store, "cameras")); diff != "" {
		t.Errorf("%s\n%s", diff, report.Text("en"))
	}
}

// Evidence is a table without places. It needs a workspace that has some.
func TestEvidence(t *testing.T) {
	const papers = "标准,指标编号,类型,材料名称,文件,日期,出具单位,理由,载明数值\n" +
		"shandong-smart-community,25,证明材料,宣传活动记录,b.pdf,2024-08-01,居委会,,3次\n" +
		"shandong-smart-community,23,豁免,,,2024-08-02,街道办,已并入日常管理,\n"
	store := memory.New()
	run1(t, store, Options{Format: Table, Path: write(t, "建筑.csv", "编号,经度,纬度,名称\n1,117.1,36.2,示范点\n"), Layer: "facilities"})
	o := Options{Format: Table, Path: write(t, "佐证材料.csv", papers)}
	run1(t, store, o)
	want := []string{
		"author=居委会 date=2024-08-01 file=b.pdf kind=document requirement=25 standard=shandong-smart-community title=宣传活动记录 value=3",
		"author=街道办 date=2024-08-02 kind=waiver reason=已并入日常管理 requirement=23 standard=shandong-smart-community",
	}
	var got []string
	for _, s := range saidAll(t, store, "evidence") {
		_, rest, _ := strings.Cut(s, " ") // ids are made up
		rest, _, _ = strings.Cut(rest, " [")
		got = append(got, rest)
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := Run(t.Context(), memory.New(), o); geo.AsFault(err) == nil || !strings.Contains(err.Error(), "no places") {
		t.Errorf("into an empty workspace: %v", err)
	}
}
