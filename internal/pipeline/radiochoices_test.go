package pipeline

import (
	"strings"
	"testing"

	"yiju/analysis/radio"
	"yiju/geo"
)

// The figures that people argue about must not change by a slip of the pen.
func TestRadioChoices(t *testing.T) {
	choices, err := LoadRadioChoices()
	if err != nil {
		t.Fatal(err)
	}
	first := choices.Thresholds[0]
	if first.RSRPdBm != -105 || first.SINRdB == nil || *first.SINRdB != -3 || first.Sourced {
		t.Errorf("default profile %q: %g dBm, %v dB, sourced %v; want −105, −3 and marked as not sourced", first.ID, first.RSRPdBm, first.SINRdB, first.Sourced)
	}
	for _, p := range choices.Thresholds {
		if !p.Sourced && !strings.Contains(p.Source.ZH, "未找到出处") {
			t.Errorf("profile %q is not sourced, but its source does not say so: %s", p.ID, p.Source.ZH)
		}
	}
	for band, values := range choices.Defaults[0].Bands {
		for _, field := range []string{"freq_mhz", "bandwidth_mhz", "scs_khz", "power_w", "gain_dbi", "hbw_deg", "vbw_deg", "tilt_deg", "height_m"} {
			if values[field] == 0 {
				t.Errorf("defaults of band %q lack %s", band, field)
			}
		}
	}
}

func TestRadioRequests(t *testing.T) {
	choices, err := LoadRadioChoices()
	if err != nil {
		t.Fatal(err)
	}
	params, filled, err := choices.complete(RadioRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if params.Defaults != nil || params.Blocked != radio.Statistical || filled.ID != "radio" || filled.Thresholds != "area-105" {
		t.Errorf("an empty request became %+v, %+v", params, filled)
	}
	for name, bad := range map[string]RadioRequest{
		"profile": {Thresholds: "area-95"}, "defaults": {Assume: "rural"}, "resolution": {Res_m: 0.1}, "reach": {Reach_m: 1e6},
		"blocked": {Blocked: "both"}, "entry": {Entry: "thick"}, "name": {ID: "Radio 1"},
	} {
		_, _, err := choices.complete(bad)
		if fault := geo.AsFault(err); fault == nil {
			t.Errorf("%s: %+v gave %v, want a refusal", name, bad, err)
		}
	}
}
