package walk

import (
	"bytes"
	"math"
	"os"
	"testing"

	"go.yaml.in/yaml/v3"

	"yiju/geo"
)

// profiles reads the file that comes with the product; an unknown key fails.
func profiles(t testing.TB) map[string]Profile {
	t.Helper()
	raw, err := os.ReadFile("../../data/standards/walk_profiles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file ProfileFile
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		t.Fatal(err)
	}
	out := make(map[string]Profile)
	for _, p := range file.Profiles {
		out[p.ID] = p
	}
	return out
}

func profile(t testing.TB, id string) Profile {
	t.Helper()
	p, ok := profiles(t)[id]
	if !ok {
		t.Fatalf("there is no profile %q", id)
	}
	return p
}

// plain walks a metre a second, on and off the network, and nothing slows it.
func plain(t testing.TB) Profile {
	p := profile(t, "norm")
	p.ID, p.SpeedMPS, p.OffNetworkMPS = "plain", 1, 1
	p.Snap.IslandM = 0 // drawings are small
	return p
}

func TestShippedProfiles(t *testing.T) {
	all := profiles(t)
	for _, want := range []struct {
		id    string
		speed float64
	}{{"adult", 1.2}, {"elderly", 0.8}, {"child", 0.9}, {"wheelchair", 0.8}, {"norm", 1000.0 / 900}} {
		p, ok := all[want.id]
		if !ok || math.Abs(p.SpeedMPS-want.speed) > 1e-9 {
			t.Errorf("%s walks %v m/s, want %v", want.id, p.SpeedMPS, want.speed)
		}
		if err := p.Validate(); err != nil {
			t.Error(err)
		}
		if p.Title.ZH == "" || p.Title.EN == "" || len(p.Sources) == 0 {
			t.Errorf("%s lacks a title or sources", want.id)
		}
	}
	if w := all["wheelchair"]; w.Steps.Open != IsClosed || w.Slope.MaxGradientPct != 8.3 || !w.Wheelchair || w.Barriers["gate"].DelayS != 3 {
		t.Errorf("the wheelchair profile is wrong: %+v", w)
	}
}

func TestShippedPresets(t *testing.T) {
	raw, err := os.ReadFile("../../data/standards/walk_presets.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file PresetFile
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		t.Fatal(err)
	}
	all := profiles(t)
	radius := map[string]float64{}
	for _, q := range file.Presets {
		p, ok := all[q.Profile]
		if !ok {
			t.Errorf("preset %s names profile %q, which is not there", q.ID, q.Profile)
		}
		params, err := q.Params(p).normal()
		if err != nil {
			t.Errorf("preset %s: %v", q.ID, err)
		}
		if params.ID != "walk_"+q.ID || q.Title.ZH == "" || len(q.Sources) == 0 {
			t.Errorf("preset %s has no title, no source or the wrong id %q", q.ID, params.ID)
		}
		last := q.Cutoffs[len(q.Cutoffs)-1]
		radius[q.ID] = last.RadiusM
	}
	if radius["sport"] != 1000 || radius["fitness"] != 500 {
		t.Errorf("radii of sport and fitness: %v", radius)
	}
}

func TestValidateRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*Profile){
		"no speed":       func(p *Profile) { p.SpeedMPS = 0 },
		"NaN":            func(p *Profile) { p.OffNetworkMPS = math.NaN() },
		"negative delay": func(p *Profile) { p.Barriers = map[string]Barrier{"gate": {IsOpen, -1}} },
		"factor 0":       func(p *Profile) { p.SurfaceFactors = map[string]float64{"sand": 0} },
		"unknown slope":  func(p *Profile) { p.Slope.Model = "naismith" },
		"neither":        func(p *Profile) { p.Steps.Open = "ajar" },
		"no id":          func(p *Profile) { p.ID = "" },
	} {
		p := plain(t)
		spoil(&p)
		if err := p.Validate(); geo.AsFault(err) == nil {
			t.Errorf("%s: %v, want a fault", name, err)
		}
	}
}

func TestToblerFactor(t *testing.T) {
	for _, c := range []struct{ g, want float64 }{
		{0, 1}, {-0.05, math.Exp(-0.175)}, {0.05, math.Exp(0.175)}, {-0.10, 1}, {0.15, math.Exp(0.525)}, {9, toblerFactor(1)},
	} {
		if got := toblerFactor(c.g); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("toblerFactor(%v) = %v, want %v", c.g, got, c.want)
		}
	}
}
