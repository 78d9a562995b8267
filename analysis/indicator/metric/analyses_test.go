package metric

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/analysis/radio"
	"yiju/analysis/sight"
	"yiju/geo"
	"yiju/geo/crs"
)

// table is a table of one class: 25 pixels on a metre.
var table = sight.Table{ID: "t", Title: geo.T("表", "table"), Classes: []sight.Class{{ID: "detect", Title: geo.T("发现", "Detect"), PxPerM: 25}}}

// watched is a town with what its cameras see, as all metrics of cameras need it.
func watched(p indicator.Params, in *Input, assume *sight.Defaults) *Input {
	result, err := sight.Run(in.Scene, sight.Params{
		ID: "cam", Table: table, Derive: p.Words["derive"], Defaults: assume, Required: map[string]string{"compound_gate": "detect"}, Omit: []string{"views", "redundancy"},
	})
	if err != nil {
		panic(err)
	}
	run := Run{ID: "cam", Result: result}
	in.Runs = map[string]Run{camerasNeed(p, nil).Key(): run, camerasNeed(p, usualKeypoints).Key(): run}
	return in
}

// failing gives every need the same reason why there is no result.
func failing(in *Input, needs ...Need) *Input {
	in.Runs = make(map[string]Run)
	for _, n := range needs {
		in.Runs[n.Key()] = Run{ID: "cam", Missing: geo.Refuse(geo.T("没有数据", "there are no data"), geo.T("导入数据", "import some"))}
	}
	return in
}

// looking is camera k<n>, which looks north from 3.5 m: it tells 25 pixels on a metre
// up to 40 m. Cameras stand in a row, 100 m apart.
func looking(n int, attributes string) layered {
	return feature("cameras", fmt.Sprint("k", n), orb.Point{100 * float64(n), 500},
		"kind=fixed height_m=3.5 azimuth_deg=0.0 tilt_deg=0.0 hfov_deg=90.0 vfov_deg=60.0 pixels_w=2000 working=true "+attributes)
}

// keyPoint is a gate, so far north of camera n.
func keyPoint(id string, n int, north float64) layered {
	return feature("keypoints", id, orb.Point{100 * float64(n), 500 + north}, "kind=compound_gate required_class=detect")
}

func analysisExamples() map[string][]example {
	none := indicator.Params{}
	noCameras := func() *Input { return failing(town(""), camerasNeed(none, nil), camerasNeed(none, usualKeypoints)) }
	out := map[string][]example{
		"cameras.keypoints_share": {
			// One in sight, one too far away, one behind.
			{name: "known", in: watched(none, town("", looking(1, ""), keyPoint("a", 1, 20), keyPoint("b", 1, 60), keyPoint("d", 1, -20)), nil), want: "33.3333 = 1/3; made a:0001; failed b:0001 d:0001"},
			// Nobody knows where the second camera looks.
			{name: "unknown", in: watched(none, town("", looking(1, ""), looking(2, "azimuth_deg="), keyPoint("a", 1, 20), keyPoint("b", 2, 20)), nil),
				want: "? 50..100 = 1/2; made a:0001; unknown b:0001; lacks whether key points are covered: 1 unknown, the share is between 50.0 % and 100.0 %"},
			{name: "no key point", in: watched(none, town("", looking(1, "")), nil), want: "?; lacks there are no key points in the community"},
			{name: "derived", params: words("derive", "compound_gate"), in: watched(words("derive", "compound_gate"), town("", looking(1, ""), feature("entrances", "e", orb.Point{100, 520}, "kind=compound_gate")), nil), want: "100 = 1/1; made compound_gate:e:0001"},
			{name: "no data", in: noCameras(), want: "?; lacks there are no data"},
		},
		"cameras.facade_share": {
			{name: "none so high", in: watched(none, town("", looking(1, ""), house(1, "use=residential floors=6 height_m=18.0"), house(2, "use=office floors=20 height_m=60.0")), nil), want: "? = 0/0"},
			{name: "none so high, no camera", in: addTo(noCameras(), house(1, "use=residential floors=6")), want: "? = 0/0"},
			{name: "not watched", in: watched(none, town("", looking(1, ""), house(1, "use=residential floors=12 height_m=36.0")), nil), want: "0 = 0/1; failed b1"},
			{name: "floors unknown", in: watched(none, town("", looking(1, ""), house(1, "use=residential floors=12 height_m=36.0"), house(2, "use=residential")), nil),
				want: "? 0..50 = 0/2; failed b1; unknown b2; lacks whether façades of high residential buildings are watched: 1 unknown, the share is between 0.0 % and 50.0 %; lacks features of layer buildings that do not tell the number of floors: 1"},
			{name: "no camera", in: addTo(noCameras(), house(1, "use=residential floors=12")), want: "?; lacks there are no data"},
			{name: "no building", in: noCameras(), want: "?; " + noHouses},
		},
	}
	for id, attribute := range map[string]string{"cameras.networked_share": "networked", "cameras.platform_share": "on_platform", "cameras.working_share": "working"} {
		zh := map[string]string{"working": "attribute working", "networked": "attribute networked", "on_platform": "attribute on_platform"}[attribute]
		yes, no, nobody := attribute+"=true", attribute+"=false", attribute+"="
		out[id] = []example{
			// The fourth stands outside.
			{name: "known", in: watched(none, town("", looking(1, yes), looking(2, no), looking(3, yes), looking(11, no)), nil), want: "66.6667 = 2/3; made k1 k3; failed k2"},
			{name: "unknown", in: watched(none, town("", looking(1, yes), looking(2, nobody)), nil), want: "? 50..100 = 1/2; made k1; unknown k2; lacks " + zh + " of cameras: 1 unknown, the share is between 50.0 % and 100.0 %"},
			{name: "no camera inside", in: watched(none, town("", looking(11, yes)), nil), want: "?; lacks layer cameras holds no cameras in the community"},
			{name: "no data", in: noCameras(), want: "?; lacks there are no data"},
		}
	}
	out["cameras.working_share"] = append(out["cameras.working_share"], example{
		// What defaults say of the second is not known of it.
		name: "assumed", in: watched(none, town("", looking(1, ""), looking(2, "working=")), &sight.Defaults{Working: new(bool)}),
		want: "? 50..100 = 1/2; made k1; unknown k2; lacks attribute working of cameras: 1 unknown, the share is between 50.0 % and 100.0 %",
	})
	record := "adcode='370902 code='3709020000131%07d name=gate lon=%v lat=%v"
	out["cameras.record_share"] = []example{
		// The registered positions are those of the scene, taken back to degrees; the code of
		// the second has another division.
		{name: "known", in: watched(none, town("adcode='370902", looking(1, fmt.Sprintf(record, 1, degrees(100, 500)[0], degrees(100, 500)[1])),
			looking(2, fmt.Sprintf(record, 2, degrees(200, 500)[0], degrees(200, 500)[1])+" code='37098200001310000002")), nil), want: "50 = 1/2; made k1; failed k2"},
		{name: "division unknown", in: watched(none, town("", looking(1, fmt.Sprintf(record, 1, degrees(100, 500)[0], degrees(100, 500)[1]))), nil),
			want: "? 0..100 = 0/1; unknown k1; lacks the division they stand in: 1 unknown, the share is between 0.0 % and 100.0 %"},
		{name: "no register", in: watched(none, town("adcode='370902", looking(1, "name=gate")), nil), want: "?; lacks no camera has a code or a division: the register was not imported"},
		{name: "no data", in: noCameras(), want: "?; lacks there are no data"},
	}
	out["radio.covered_share"] = radioExamples("covered_share", "0.8 = 8000/1000000; failed uncovered:00001")
	out["radio.outdoor_share"] = radioExamples("outdoor_share", "50 = 4000/8000; failed uncovered:00001")
	return out
}

// addTo puts more into the layers of an input.
func addTo(in *Input, features ...layered) *Input {
	for _, f := range features {
		in.Scene.Layers[f.layer] = append(in.Scene.Layers[f.layer], f.Feature)
	}
	return in
}

// radioExamples are those of one value of a prediction. byHand is what the result
// drawn by hand amounts to.
func radioExamples(suffix, byHand string) []example {
	none := indicator.Params{}
	served := func(cell string) *Input {
		in := town("", feature("cells", "g1", orb.Point{500, 500}, cell))
		result, err := radio.Run(in.Scene, radio.Params{ID: "r", ResM: 20, Thresholds: radio.Thresholds{RSRPdBm: -110}})
		if err != nil {
			panic(err)
		}
		in.Runs = map[string]Run{radioNeed(none).Key(): {ID: "r", Result: result}}
		return in
	}
	const strong = "operator=A technology=nr band=n78 freq_mhz=3500.0 bandwidth_mhz=100.0 scs_khz=30.0 rs_power_dbm=20.0 gain_dbi=24.0 hbw_deg=360.0 vbw_deg=20.0 tilt_deg=2.0 height_m=30.0"
	in := town("")
	in.Runs = map[string]Run{radioNeed(words("thresholds", "x")).Key(): {ID: "r", Result: analysis.Result{
		Values: []analysis.Value{
			analysis.Share("r_covered_share", geo.T("覆盖", "covered"), "m²", 8000, 1_000_000),
			analysis.Share("r_outdoor_share", geo.T("室外", "outdoors"), "m²", 4000, 8000),
		},
		Layers: []analysis.Layer{{Schema: geo.Schema{Layer: "r_spots"}, Features: []geo.Feature{
			{ID: "uncovered:00001", Attributes: map[string]any{"kind": "uncovered"}}, {ID: "weak:00001", Attributes: map[string]any{"kind": "weak"}},
		}}},
	}}}
	return []example{
		{name: "all of it", in: served(strong + " azimuth_deg=0.0"), want: "100 = 1000000/1000000"},
		{name: "by hand", params: words("thresholds", "x"), in: in, want: byHand},
		{name: "no power told", in: served("operator=A technology=nr band=n78 freq_mhz=3500.0 height_m=30.0"), want: "?; lacks cells without azimuth, bandwidth, antenna gain, horizontal beam width, power, subcarrier spacing, tilt, vertical beam width: 1; lacks there are no cells that can be used; " +
			"lacks insufficient evidence, nothing was computed; fill in the attributes or choose defaults and run again"},
		{name: "no data", in: failing(town(""), radioNeed(none)), want: "?; lacks there are no data"},
	}
}

// A metric of radio passes the scale on, and shows the layers that were made.
func TestRadioIsShown(t *testing.T) {
	m, _ := ByID("radio.covered_share")
	in := radioExamples("covered_share", "")[0].in
	got, err := m.Compute(in, indicator.Params{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"r_covered", "r_spots"}, got.Layers); diff != "" {
		t.Error(diff)
	}
	if got.Scale == nil || !slices.ContainsFunc(got.Scale.Steps, func(s indicator.Step) bool { return s.At == 0 && s.Value == *got.Value }) {
		t.Errorf("scale %+v", got.Scale)
	}
}

// Metrics of cameras share one run, whatever key points are asked for.
func TestCamerasShareARun(t *testing.T) {
	keys := make(map[string]bool)
	for _, m := range cameraMetrics() {
		var p indicator.Params
		if m.ID == "cameras.keypoints_share" {
			p = words("derive", usualKeypoints...)
		}
		for _, n := range m.Needs(p) {
			keys[n.Key()] = true
		}
	}
	if len(keys) != 1 {
		t.Errorf("%d runs are asked for: %v", len(keys), keys)
	}
}

// degrees is a place of the scene, which is in EPSG:4548, in longitude and latitude.
func degrees(x, y float64) orb.Point {
	way, err := crs.New("EPSG:4548", crs.WGS84)
	if err != nil {
		panic(err)
	}
	p, err := way.ForwardPoint(orb.Point{x, y})
	if err != nil {
		panic(err)
	}
	return p
}
