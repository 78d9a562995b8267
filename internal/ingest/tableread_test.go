package ingest

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yiju/geo"
	"yiju/layers/memory"
)

func TestParseAngle(t *testing.T) {
	for text, want := range map[string]angle{
		"117.1234":              {117.1234, 0},
		"-3.5":                  {-3.5, 0},
		"117,1234":              {117.1234, 0},
		"１１７．５°":                {117.5, 0},
		"117°30′":               {117.5, 0},
		"117°30'36\"":           {117.51, 0},
		"117度30分36秒":            {117.51, 0},
		"117-30-36":             {117.51, 0},
		"117:30:36.0":           {117.51, 0},
		"117 30 36":             {117.51, 0},
		"E117°30′36″":           {117.51, 'x'},
		"117.5E":                {117.5, 'x'},
		"东经117.5度":              {117.5, 'x'},
		"西经 3°30′":              {-3.5, 'x'},
		"36.5N":                 {36.5, 'y'},
		"S 36°30′":              {-36.5, 'y'},
		"北纬36度30分":              {36.5, 'y'},
		"03° 50' 08.00'' Est":   {3.835555556, 'x'},
		"43° 36' 56.00'' Nord":  {43.615555556, 'y'},
		"03° 50' 08.00'' Ouest": {-3.835555556, 'x'},
		"43°36’56”N":            {43.615555556, 'y'},
	} {
		if got, ok := parseAngle(text); !ok || got != want {
			t.Errorf("%s: %v %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "东边", "117°75′", "1e400", "117.1.2", "117°30′36″4", "NaN", "°", "E"} {
		if got, ok := parseAngle(text); ok {
			t.Errorf("%s is read as %v", text, got)
		}
	}
}

func TestParsePair(t *testing.T) {
	for text, want := range map[string][2]float64{
		"117.1,36.2": {117.1, 36.2}, "117.1 36.2": {117.1, 36.2}, "117.1，36.2": {117.1, 36.2}, "POINT (117.1 36.2)": {117.1, 36.2}, "[117.1, 36.2]": {117.1, 36.2},
		"N36.2 E117.1": {117.1, 36.2}, "36°12′N, 117°6′E": {117.1, 36.2}, "117.1;36.2": {117.1, 36.2}, "117,1; 36,2": {117.1, 36.2}, "3,83, 43,61": {3.83, 43.61}, "（117.1、36.2）": {117.1, 36.2},
		"117°06′00″/36°12′00″": {117.1, 36.2}, "03° 50' 08.00'' Est, 43° 36' 56.00'' Nord": {3.835555556, 43.615555556},
	} {
		x, y, ok := parsePair(text)
		if !ok || x.value != want[0] || y.value != want[1] {
			t.Errorf("%s: %v %v %v", text, x, y, ok)
		}
	}
	for _, text := range []string{"", "117.1", "a,b", "1,2,3", "POINT EMPTY"} {
		if x, y, ok := parsePair(text); ok {
			t.Errorf("%s is read as %v %v", text, x, y)
		}
	}
}

func TestParseDirection(t *testing.T) {
	for text, want := range map[string][2]float64{
		"S": {180, 0}, "nne": {22.5, 0}, "东南": {135, 0}, "正北": {0, 0}, "朝西": {270, 0}, "东北方向": {45, 0}, "坐北朝南": {180, 0}, "由北向南": {180, 0}, "西偏北30°": {300, 0}, "北偏东45度": {45, 0},
		"N30E": {0, -1}, "南偏东15": {165, 0}, "190-100": {325, 270}, "100°-190°": {145, 90}, "350~10": {0, 20}, "South-West": {225, 0}, "Sud-Ouest": {225, 0}, "NO": {315, 0}, "北北西": {337.5, 0}, "東": {0, -1},
		"东偏东30": {0, -1}, "": {0, -1}, "90°": {0, -1}, "400-500": {0, -1}, "90-90": {0, -1},
	} {
		azimuth, spread, ok := parseDirection(text)
		if ok != (want[1] >= 0) || ok && (azimuth != want[0] || spread != want[1]) {
			t.Errorf("%s: %g, %g wide, %v", text, azimuth, spread, ok)
		}
	}
}

func TestUnits(t *testing.T) {
	d, err := newDictionary()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		v        float64
		from, to string
		want     float64
	}{
		{43, "dbm", "W", 19.952623150}, {10, "dbw", "W", 10}, {500, "mw", "W", 0.5}, {2, "kw", "W", 2000}, {200, "w", "dBm", 53.010299957}, {15, "dbd", "dBi", 17.15},
		{3.5, "ghz", "MHz", 3500}, {15, "khz", "kHz", 15}, {2, "km", "m", 2000}, {100, "ft", "m", 30.48}, {7, "", "m", 7}, {5, "米", "m", 5},
	} {
		if got, ok := d.convert(test.v, test.from, test.to); !ok || math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%g %s is %g %s, want %g", test.v, test.from, got, test.to, test.want)
		}
	}
	for _, pair := range [][2]string{{"mi", "m"}, {"v", "W"}, {"m", "°"}} {
		if _, ok := d.convert(1, pair[0], pair[1]); ok {
			t.Errorf("%s goes into %s", pair[0], pair[1])
		}
	}
	if _, ok := d.convert(0, "w", "dBm"); ok {
		t.Error("no power at all has no level")
	}
	// NR-ARFCN: the corners of TS 38.104 table 5.4.2.1-1, and carriers in use.
	for n, want := range map[float64]float64{0: 0, 599_999: 2999.995, 600_000: 3000, 2_016_666: 24249.99, 2_016_667: 24250.08, 3_279_165: 99999.96, 513_000: 2565, 636_666: 3549.99, 154_600: 773} {
		if got, ok := channelMHz(n); !ok || math.Abs(got-want) > 1e-6 {
			t.Errorf("channel %g is %g MHz, want %g", n, got, want)
		}
	}
}

// Whatever stands in a cell, reading it ends, and what is read is finite.
func FuzzCells(f *testing.F) {
	for _, s := range []string{"117°07′24.42″E", "POINT(117.1 36.2)", "北偏东30°", "190-100", "1920*1080", "0/120/240", "1,234.5", "４６ dBm", "3.7E+19", "东经117度7分24.42秒"} {
		f.Add(s)
	}
	d, err := newDictionary()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if a, ok := parseAngle(s); ok && (math.IsNaN(a.value) || math.IsInf(a.value, 0)) {
			t.Errorf("%q is %v", s, a)
		}
		if x, y, ok := parsePair(s); ok && math.IsNaN(x.value+y.value) {
			t.Errorf("%q is %v, %v", s, x, y)
		}
		if a, spread, ok := parseDirection(s); ok && !(a >= 0 && a < 360 && spread >= 0 && spread < 360) {
			t.Errorf("%q looks to %g, %g wide", s, a, spread)
		}
		for _, commas := range []bool{false, true} {
			if v, _, ok := d.amountText(s, commas); ok && (math.IsNaN(v) || math.IsInf(v, 0)) {
				t.Errorf("%q is %g", s, v)
			}
		}
		if parts := several(s); len(parts) > maxSeveral || len(parts) == 1 {
			t.Errorf("%q is %d values", s, len(parts))
		}
	})
}

// Whatever a table holds, it lands or is refused with a reason; with lenient care a
// feature that landed fits its layer.
func FuzzTable(f *testing.F) {
	f.Add("站名,经度,纬度,方位角,电下倾角,机械下倾角,挂高,功率(dBm)\nA,117.1,36.2,0/120,3,6,30,43\n", "")
	f.Add("设备编码,经纬度,朝向,分辨率\n1,\"117.1,36.2\",东南,1920*1080\n", "cameras")
	f.Add("Cell Index,Cell X,Cell Y,X,Y,RSRP,Height\n1,411750,3392255,411605,3391820,-83,0\n", "")
	f.Add("a;b\n1;2\n", "devices")
	f.Fuzz(func(t *testing.T, text, layer string) {
		path := filepath.Join(t.TempDir(), "f.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, care := range []Care{Strict, Lenient} {
			report, err := Run(context.Background(), memory.New(), Options{Format: Table, Path: path, Layer: strings.ToValidUTF8(layer, ""), Care: care})
			if err != nil && geo.AsFault(err) == nil {
				t.Fatalf("not for a person: %v", err)
			}
			if err == nil && report.Total() == 0 {
				t.Fatal("nothing was written, and nothing said")
			}
		}
	})
}
