package testmap

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
)

func ids(features []geo.Feature) []string {
	out := []string{}
	for _, f := range features {
		out = append(out, f.ID)
	}
	return out
}

func TestParse(t *testing.T) {
	m := Must(10, `
		h1  A---B
		    "    \
		  # | #   C
		  ##g##   |
		    |     ^
		    +-----^---D
		    v2    |
		          E

		AB: class=primary foot=private width_m=7.5
		h1: households=12
		facilities/gym: at=A@1/-2 category=sport/hall
		compounds/yard: at=A,B,C,A gated=true
	`)
	got := map[string][]string{}
	for layer, features := range m.Scene.Layers {
		got[layer] = ids(features)
	}
	want := map[string][]string{
		"ways":       {"+5.4D", "AB", "Ag3.4", "BC", "CE", "g3.4+5.4"},
		"buildings":  {"h1"},
		"facilities": {"gym", "v2"},
		"compounds":  {"yard"},
		"barriers":   {"g3.4", "wall2.2-3.2", "wall2.2-3.3", "wall2.6-3.5", "wall2.6-3.6", "wall3.2-3.3", "wall3.3-3.4", "wall3.4-3.5", "wall3.5-3.6"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	byID := func(layer, id string) geo.Feature {
		i := slices.IndexFunc(m.Scene.Layers[layer], func(f geo.Feature) bool { return f.ID == id })
		return m.Scene.Layers[layer][i]
	}
	if f := byID("ways", "AB"); f.Attributes["class"] != "primary" || f.Attributes["width_m"] != 7.5 || geo.Length(f.Geometry) != 40 {
		t.Errorf("AB is %v", f)
	}
	if f := byID("ways", "+5.4D"); f.Attributes["bridge"] != true {
		t.Error("the way from west to east is no bridge")
	}
	if f := byID("ways", "CE"); f.Attributes["bridge"] != nil {
		t.Error("the way below the bridge is a bridge")
	}
	if f := byID("ways", "Ag3.4"); f.Attributes["class"] != "steps" {
		t.Error("no stairs")
	}
	if f := byID("facilities", "gym"); f.Geometry != (orb.Point{m.At("A")[0] + 1, m.At("A")[1] - 2}) {
		t.Errorf("gym at %v", f.Geometry)
	}
	if !maps.Equal(byID("buildings", "h1").Attributes, map[string]any{"use": "residential", "households": int64(12)}) {
		t.Error("h1 has the wrong attributes")
	}
}

func TestParseRefuses(t *testing.T) {
	for name, drawing := range map[string]string{
		"a name that is not drawn":  "A--B\n\nAC: class=steps",
		"a word without value":      "A--B\n\nAB: steep",
		"a place that is not there": "A--B\n\nfacilities/x: at=Z",
		"a move that is none":       "A--B\n\nfacilities/x: at=A@north",
	} {
		if _, err := Parse(1, drawing); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
