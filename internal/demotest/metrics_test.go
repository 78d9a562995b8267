package demotest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/analysis/indicator/metric"
	"yiju/analysis/radio"
	"yiju/analysis/sight"
	"yiju/data/demo"
	"yiju/data/standards"
	"yiju/geo"
	"yiju/geo/crs"
	"yiju/layers"
)

// Every metric is named, defined and sourced in both languages, reads layers that
// are declared, and takes parameters that are named.
func TestMetricsAreDescribed(t *testing.T) {
	seen := make(map[string]bool)
	for _, m := range metric.All() {
		if seen[m.ID] {
			t.Errorf("%s is there twice", m.ID)
		}
		seen[m.ID] = true
		for what, text := range map[string]geo.Text{"title": m.Title, "definition": m.Definition, "source": m.Source} {
			if text.ZH == "" || text.EN == "" || text.ZH == text.EN || strings.Contains(text.ZH+text.EN, "%!") {
				t.Errorf("%s: %s %+v", m.ID, what, text)
			}
		}
		if m.Unit == "%" && !strings.Contains(m.Definition.ZH, "÷") {
			t.Errorf("%s: a share is defined as %s", m.ID, m.Definition.ZH)
		}
		if !slices.Contains(m.Layers, "communities") {
			t.Errorf("%s does not depend on the outline of the community", m.ID)
		}
		for _, layer := range m.Layers {
			s, ok := layers.Schema(layer)
			if ok && layer != "terrain" && layer != "crossings" && metric.LayerName(layer) != s.Title.ZH {
				t.Errorf("%s: layer %s is called %q, and its schema says %q", m.ID, layer, metric.LayerName(layer), s.Title.ZH)
			}
			if !ok || s.Kind != geo.Input {
				t.Errorf("%s reads layer %s, which is not declared", m.ID, layer)
			}
		}
		for _, p := range m.Params {
			if p.Title.ZH == "" || p.Title.EN == "" || p.Name == "" {
				t.Errorf("%s: parameter %+v", m.ID, p)
			}
		}
	}
}

// demoInput is the demo as metrics see it, with what its cameras see and where 5G is
// received.
func demoInput(t *testing.T) *metric.Input {
	t.Helper()
	transform, err := crs.New(crs.WGS84, "EPSG:4548")
	if err != nil {
		t.Fatal(err)
	}
	scene := sightScene(t)
	for _, layer := range demo.Layers() {
		if scene.Layers[layer] != nil || layer == "terrain" {
			continue
		}
		all := features(t, layer)
		if err := transform.ForwardFeatures(all); err != nil {
			t.Fatal(err)
		}
		scene.Layers[layer] = all
	}
	in := &metric.Input{Scene: scene, Runs: make(map[string]metric.Run)}
	cameras := metric.Need{Analysis: "cameras", Derive: []string{"compound_gate", "garage_entrance", "main_road", "fire_lane"}}
	p := sightParams(t, 0)
	p.Derive, p.Omit = cameras.Derive, []string{"views", "redundancy"}
	seen, err := sight.Run(scene, p)
	if err != nil {
		t.Fatal(err)
	}
	in.Runs[cameras.Key()] = metric.Run{ID: "cameras", Result: seen}
	in.Runs[metric.Need{Analysis: "cameras"}.Key()] = metric.Run{ID: "cameras", Result: seen}
	received, err := radio.Run(scene, radioParams(t))
	if err != nil {
		t.Fatal(err)
	}
	in.Runs[metric.Need{Analysis: "radio"}.Key()] = metric.Run{ID: "radio", Result: received}
	return in
}

func radioParams(t *testing.T) radio.Params {
	t.Helper()
	var file struct {
		Thresholds []radio.Thresholds `yaml:"thresholds"`
	}
	if err := yaml.Unmarshal(standards.RadioThresholds(), &file); err != nil {
		t.Fatal(err)
	}
	return radio.Params{ResM: 10, Thresholds: file.Thresholds[0]}
}

// The demo gives the figures that its community published, and those that were made
// up beside them. The first word is the value, ? where it is not known.
func TestMetricsOfTheDemo(t *testing.T) {
	words := func(name string, list ...string) indicator.Params {
		return indicator.Params{Words: map[string][]string{name: list}}
	}
	number := func(name string, v float64) indicator.Params {
		return indicator.Params{Numbers: map[string]float64{name: v}}
	}
	none := indicator.Params{}
	tests := []struct {
		id     string
		params indicator.Params
		want   string
	}{
		// Rows of the published table.
		{"broadband.gigabit_share", none, "100 = 4379/4379"},
		{"tv.access_share", none, "100 = 4379/4379"},
		{"meters.smart_share", none, "100 = 4379/4379"},
		{"households.count", none, "4379"},
		{"cameras.networked_share", none, "96 = 96/100"},
		{"cameras.working_share", none, "80 = 80/100"},
		{"cameras.platform_share", none, "85 = 85/100"},
		{"cameras.record_share", none, "95 = 95/100"},
		{"lamps.smart_share", none, "77.98 = 85/109"},
		{"compounds.ebike_share", none, "100 = 2/2"},
		{"elders.share", none, "13.5 = 1593/11800"},
		{"facilities.count", words("categories", "service/reading_room"), "2"},
		{"devices.kinds", words("kinds", "locker", "waste_bin", "water_dispenser"), "3 = 3/3"},
		{"compounds.waste_smart_share", none, "100 = 2/2"},
		{"compounds.perimeter_share", none, "100 = 2/2"},
		{"compounds.perimeter_length_share", none, "100"},
		{"cameras.facade_share", none, "? = 0/0"},
		{"buildings.high_rise_count", number("floors", 12), "0"},
		{"buildings.lift_count", none, "0"},
		{"compounds.fire_detection_share", none, "100 = 2/2"},
		{"buildings.fire_alarm_share", none, "100 = 93/93"},
		{"survey.satisfied_share", none, "70 = 350/500"},
		// What is ours.
		{"elders.alarm_share", none, "100 = 127/127"},
		{"ehealth.records_share", none, "84 = 9912/11800"},
		{"illegal.removed_share", none, "89.13 = 41/46"},
		{"childcare.places_share", none, "48.44 = 310/640"},
		{"care.nursing_share", none, "30 = 12/40"},
		{"parking.smart_share", none, "42.47 = 310/730"},
		{"parking.spaces_per_household", none, "0.17 = 730/4379"},
		{"parking.bicycle_spaces", none, "210"},
		{"chargers.per_space_share", none, "1.37 = 10/730"},
		{"lockers.cells_per_household", none, "0.12 = 504/4379"},
		{"buildings.clean_heating_share", none, "100 = 4379/4379"},
		{"buildings.pv_area", none, "4680"}, // 39 buildings since 2009, 120 m² each
		{"facilities.kinds", words("categories", "service/service_centre", "service/police", "service/party_centre", "service/reading_room|culture/library"), "4 = 4/4"},
		{"rain.reuse_m3", none, "1200"},
		{"lifts.equipped_share", number("floors", 4), "0 = 0/93"},
	}
	in := demoInput(t)
	for _, test := range tests {
		m, ok := metric.ByID(test.id)
		if !ok {
			t.Errorf("there is no metric %s", test.id)
			continue
		}
		got, err := m.Compute(in, test.params)
		if err != nil {
			t.Errorf("%s: %v", test.id, err)
			continue
		}
		if s := brief(got); s != test.want && !strings.HasPrefix(s, test.want+" =") {
			t.Errorf("%s: %s, want %s; missing %v", test.id, s, test.want, got.Missing)
		}
	}
	checkGates(t, in)
	checkCoverage(t, in)
}

// brief writes value, numerator and denominator to the second decimal.
func brief(m indicator.Measure) string {
	short := func(v float64) string {
		s := strconv.FormatFloat(v, 'f', 2, 64)
		return strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	out := "?"
	if m.Value != nil {
		out = short(*m.Value)
	}
	if m.Numerator != nil && m.Denominator != nil {
		out += fmt.Sprintf(" = %s/%s", short(*m.Numerator), short(*m.Denominator))
	}
	return out
}

// Every gate of both compounds has access control but those that are kept locked,
// and a road is not covered as a whole by cameras.
func checkGates(t *testing.T, in *metric.Input) {
	t.Helper()
	gates, locked := 0.0, 0.0
	for _, f := range in.Scene.Layers["entrances"] {
		if kind, _ := f.Text("kind"); kind == "compound_gate" {
			gates++
			if shut, _ := f.Bool("locked"); shut {
				locked++
			}
		}
	}
	m, _ := metric.ByID("gates.access_share")
	got, err := m.Compute(in, indicator.Params{})
	if err != nil || got.Value == nil || *got.Value != 100 || *got.Denominator != gates-locked || locked != 1 {
		t.Errorf("gates: %s of %g, %g locked: %v, %v", brief(got), gates, locked, err, got.Missing)
	}
}

// What the demo's own analyses find stands in the measures as they tell it.
func checkCoverage(t *testing.T, in *metric.Input) {
	t.Helper()
	for id, suffix := range map[string]string{"radio.covered_share": "radio_covered_share", "cameras.keypoints_share": "cameras_keypoints_covered_share"} {
		m, _ := metric.ByID(id)
		got, err := m.Compute(in, indicator.Params{})
		if err != nil {
			t.Fatal(err)
		}
		var told *analysis.Value
		for _, key := range slices.Sorted(maps.Keys(in.Runs)) {
			for i, v := range in.Runs[key].Result.Values {
				if v.ID == suffix {
					told = &in.Runs[key].Result.Values[i]
				}
			}
		}
		if told == nil || told.Value == nil || got.Value == nil || *got.Value != *told.Value {
			t.Errorf("%s: %s, the run tells %+v", id, brief(got), told)
			continue
		}
		t.Logf("%s: %s", id, brief(got))
		if id == "radio.covered_share" && got.Scale == nil {
			t.Errorf("%s has no scale", id)
		}
	}
}
