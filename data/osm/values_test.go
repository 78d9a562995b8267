package osm

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReaders(t *testing.T) {
	tests := []struct {
		as, text string
		want     any // nil with ok says that the tag says nothing
		ok       bool
	}{
		{"metres", "12", 12.0, true}, {"metres", "12 m", 12.0, true}, {"metres", "12m", 12.0, true},
		{"metres", "12,5", 12.5, true}, {"metres", "12.5 metres", 12.5, true}, {"metres", "40'", 12.192, true},
		{"metres", "5'10\"", 1.778, true}, {"metres", "6 ft 2 in", 1.8796, true}, {"metres", "39 ft", 11.8872, true},
		{"metres", "250 cm", 2.5, true}, {"metres", "0.5 km", 500.0, true}, {"metres", "3 米", 3.0, true},
		{"metres", "-3", -3.0, true}, {"metres", ".5", 0.5, true},
		{"metres", "12,500", nil, false}, {"metres", "~12", nil, false}, {"metres", "10-12", nil, false},
		{"metres", "default", nil, false}, {"metres", "", nil, false}, {"metres", "12 parsecs", nil, false},
		{"metres", "1e3", nil, false}, {"metres", "NaN", nil, false}, {"metres", "Inf", nil, false},
		{"floors", "5", int64(5), true}, {"floors", "3.5", int64(3), true}, {"floors", "3,5", int64(3), true},
		{"floors", "3;4", int64(4), true}, {"floors", "3-5", int64(5), true}, {"floors", "0", int64(0), true},
		{"floors", "1,2,3", int64(3), true}, {"floors", "-1", nil, false}, {"floors", "zwei", nil, false},
		{"floors", "3;x", nil, false}, {"floors", ";", nil, false}, {"floors", "1e99", nil, false},
		{"integer", "12", int64(12), true}, {"integer", "12.0", int64(12), true}, {"integer", "12.5", nil, false},
		{"integer", "~100", nil, false}, {"integer", "99999999999999999999", nil, false},
		{"percent", "10%", 10.0, true}, {"percent", "-3 %", -3.0, true}, {"percent", "2,5 %", 2.5, true},
		{"percent", "45°", 100.0, true}, {"percent", "1:20", 5.0, true}, {"percent", "up", nil, true},
		{"percent", "down", nil, true}, {"percent", "0", 0.0, true}, {"percent", "10", nil, false},
		{"percent", "steep", nil, false}, {"percent", "90°", nil, false}, {"percent", "1:0", nil, false},
		{"level", "0", 0.0, true}, {"level", "-1", -1.0, true}, {"level", "0.5", 0.5, true},
		{"level", "0;1", nil, true}, {"level", "0-2", nil, true}, {"level", "-1-0", nil, true}, {"level", "EG", nil, false},
		{"year", "1998", int64(1998), true}, {"year", "1998-05", int64(1998), true}, {"year", "1998-05-31", int64(1998), true},
		{"year", "C19", nil, false}, {"year", "~1950", nil, false}, {"year", "1930s", nil, false}, {"year", "before 1945", nil, false},
		{"millimetres", "1200", 1200.0, true}, {"millimetres", "DN300", 300.0, true}, {"millimetres", "1.2 m", 1200.0, true},
		{"millimetres", "12\"", 304.8, true},
		{"kilovolts", "110000", 110.0, true}, {"kilovolts", "110000;20000", 110.0, true}, {"kilovolts", "20 kV", 20.0, true},
		{"kilovolts", "high", nil, false},
		{"megapascals", "16", 1.6, true}, {"megapascals", "1.6 MPa", 1.6, true},
		{"degrees", "15", 15.0, true}, {"degrees", "15°", 15.0, true}, {"degrees", "down", nil, false},
		{"yes", "yes", true, true}, {"yes", "no", false, true}, {"yes", "maybe", nil, false},
		{"text", " a ", "a", true}, {"text", "  ", nil, false},
	}
	for _, test := range tests {
		got, ok := readers[test.as](test.text)
		if ok != test.ok || ok && got.v != test.want {
			t.Errorf("%s %q = %v, %v; want %v, %v", test.as, test.text, got.v, ok, test.want, test.ok)
		}
	}
}

func TestDirections(t *testing.T) {
	tests := []struct {
		text string
		want []direction
	}{
		{"190", []direction{{190, 0}}}, {"0", []direction{{0, 0}}}, {"360", []direction{{0, 0}}}, {"-90", []direction{{270, 0}}},
		{"45°", []direction{{45, 0}}}, {"22.5", []direction{{22.5, 0}}},
		{"N", []direction{{0, 0}}}, {"nnw", []direction{{337.5, 0}}}, {"south", []direction{{180, 0}}}, {"South-West", []direction{{225, 0}}},
		{"north east", []direction{{45, 0}}}, {"西北", []direction{{315, 0}}}, {"南", []direction{{180, 0}}},
		{"190-100", []direction{{325, 270}}}, {"100-190", []direction{{145, 90}}}, {"350-10", []direction{{0, 20}}},
		{"0-360", []direction{{180, 360}}}, {"NW-SE", []direction{{45, 180}}}, {"N-S", []direction{{90, 180}}},
		{"180, 270", []direction{{180, 0}, {270, 0}}}, {"90;160;270", []direction{{90, 0}, {160, 0}, {270, 0}}},
		{"90;90", []direction{{90, 0}}}, {"0-90;180", []direction{{45, 90}, {180, 0}}},
		{"", nil}, {";", nil}, {"forward", nil}, {"both", nil}, {"720", nil}, {"N;?", nil}, {"1;2;3;4;5;6;7;8;9", nil}, {"-", nil}, {"10-", nil},
	}
	for _, test := range tests {
		got, ok := directions(test.text)
		if !ok {
			got = nil
		}
		if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(direction{})); diff != "" {
			t.Errorf("%q: %s", test.text, diff)
		}
	}
}

// Whatever a direction is read from, it must be one that a camera can have.
func FuzzDirections(f *testing.F) {
	for _, seed := range []string{"190-100", "NW-SE", "-90--10", "1e308", "北-南"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, ok := directions(text)
		if !ok {
			return
		}
		for _, d := range list {
			if !(d.azimuth >= 0 && d.azimuth < 360 && d.spread >= 0 && d.spread <= 360) {
				t.Errorf("%q gives %+v", text, d)
			}
		}
		for name, read := range readers {
			got, ok := read(text)
			if v, number := got.v.(float64); ok && number && (math.IsNaN(v) || math.IsInf(v, 0)) {
				t.Errorf("%s %q gives %g", name, text, v)
			}
		}
	})
}
