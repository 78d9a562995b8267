package scenario

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
)

// FuzzEditOf reads the record of an edit, which in a GeoPackage may come from anywhere.
// What can be read is what would be written for it.
func FuzzEditOf(f *testing.F) {
	seeds := []Edit{
		{Seq: 1, Layer: "ways", Op: Move, ID: "w", Geometry: orb.LineString{{117, 36}, {117.1, 36.1}}, Z: []float64{1, 2}},
		{Seq: 2, Layer: "ways", Op: Change, ID: "w", Set: map[string]any{"a": nil, "b": int64(1), "c": 1.0, "d": true, "e": "x\"\\\n宜"}},
		{Seq: 3, Layer: "greens", Op: Add, ID: "g", Feature: &geo.Feature{ID: "g", Geometry: orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}, {}},
			Attributes: map[string]any{"name": "绿"}, Extra: map[string]any{"k": 1.5}, Source: geo.Source{Name: "n"}, Quality: []string{"q"}}},
		{Seq: 4, Layer: "greens", Op: Delete, ID: "g"},
	}
	for _, e := range seeds {
		body, err := appendBody(nil, &e)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(e.Op), e.ID, body)
	}
	f.Add("change", "w", []byte(`{"set":{"a":1e999},"geometry":""}`))
	f.Add("change", "w", []byte(`{"set":{"a":{}},"unset":["a","a"],"geometry":"zz"}`))
	f.Add("add", "w", []byte(`{"feature":{"attributes":null},"geometry":"0101000000"}`))
	f.Fuzz(func(t *testing.T, op, id string, body []byte) {
		row := geo.Feature{ID: "s-1/00000007", Version: 9, Attributes: map[string]any{
			"scenario": "s-1", "number": int64(7), "layer": "ways", "op": op, "feature": id, "off": false, "at": "2025-01-02T03:04:05Z", "body": string(body),
		}}
		e, err := editOf(&row)
		if err != nil {
			if geo.AsFault(err) == nil {
				t.Errorf("an error that is not for a person: %v", err)
			}
			return
		}
		again, err := e.row("s-1")
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again.Version = 9
		back, err := editOf(&again)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if diff := cmp.Diff(bodyText(t, e), bodyText(t, back)); diff != "" {
			t.Errorf("an edit changes by being kept:\n%s", diff)
		}
		_ = vertices(e.Geometry)
	})
}

// bodyText is what an edit holds, NaN coordinates included.
func bodyText(t *testing.T, e *Edit) string {
	t.Helper()
	b, err := appendBody(nil, e)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
