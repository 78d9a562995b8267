package codec_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yiju/geo"
	"yiju/layers/internal/codec"
)

func sample() map[string]any {
	return map[string]any{
		"": "", "yes": true, "no": false, "n": int64(math.MinInt64), "m": int64(math.MaxInt64), "one": int64(1), "real one": 1.0,
		"small": 5e-324, "large": -math.MaxFloat64, "tenth": 0.1, "名": "a\"b\\c\n\x01\x7f\u2028😀", "\"": "}",
	}
}

func TestValuesRoundTrip(t *testing.T) {
	text := codec.AppendValues(nil, sample())
	if !json.Valid(text) {
		t.Fatalf("not JSON: %s", text)
	}
	for name, spaced := range map[string]string{
		"as written": string(text),
		"with space": " {\n" + strings.TrimPrefix(string(text), "{") + "\t\r ",
	} {
		got, err := codec.ParseValues([]byte(spaced))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(sample(), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestBodyRoundTrip(t *testing.T) {
	for name, want := range map[string]codec.Body{
		"empty": {},
		"full":  {sample(), sample(), geo.Source{Name: "f\"", ID: "1"}, []string{"", "a\\", "a\\"}},
		"id":    {Source: geo.Source{ID: "x"}},
		"name":  {Source: geo.Source{Name: "x"}},
	} {
		got, err := codec.ParseBody(codec.AppendBody(nil, want))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestParseValuesRefuses(t *testing.T) {
	for _, text := range []string{
		"{", "}", "[]", `{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `{"a":1 "b":2}`, `{"a":1}x`, `{"a":1}}`, `{"a":{}}`, `{"a":[1]}`, `{"a":01}`,
		`{"a":+1}`, `{"a":1.}`, `{"a":1e999}`, `{"a":nul}`, `{a:1}`, `{"a":"`, `{"a":"\x"}`, "{\"a\":\"\n\"}", `"a"`, "{\"a\":1}\x00",
	} {
		if got, err := codec.ParseValues([]byte(text)); err == nil {
			t.Errorf("%q gives %v; want an error", text, got)
		}
	}
}

// FuzzParseValues compares with the standard library.
func FuzzParseValues(f *testing.F) {
	f.Add(string(codec.AppendValues(nil, sample())))
	f.Add(`{"a":null,"b":1e2,"b":-0.5}`)
	f.Add(`{"a":"\ud83d\ude00\ud83d","b":"` + "\xff" + `"}`)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := codec.ParseValues([]byte(text))
		if err != nil {
			return
		}
		var want map[string]any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if text != "" {
			if err := d.Decode(&want); err != nil {
				t.Fatalf("%q is taken, but encoding/json says %v", text, err)
			}
		}
		for name, v := range want {
			n, isNumber := v.(json.Number)
			switch g := got[name].(type) {
			case int64:
				i, err := n.Int64()
				if err != nil || i != g {
					t.Errorf("%q: %s = %d", text, name, g)
				}
			case float64:
				x, _ := n.Float64()
				if x != g {
					t.Errorf("%q: %s = %v", text, name, g)
				}
			default:
				if isNumber || g != v {
					t.Errorf("%q: %s = %v, want %v", text, name, g, v)
				}
			}
		}
		again, err := codec.ParseValues(codec.AppendValues(nil, got))
		if diff := cmp.Diff(got, again); diff != "" || err != nil {
			t.Errorf("%q written again: %v (-first +again):\n%s", text, err, diff)
		}
	})
}

func BenchmarkParseValues(b *testing.B) {
	text := codec.AppendValues(nil, map[string]any{"addr:street": "长江路", "addr:housenumber": "12", "building:levels": int64(6), "roof:height": 2.5})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := codec.ParseValues(text); err != nil {
			b.Fatal(err)
		}
	}
}
