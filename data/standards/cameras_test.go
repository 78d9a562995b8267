package standards

import (
	"regexp"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Codes are text of the right length, none twice, and everything has its source.
func TestCameraFilesAreSound(t *testing.T) {
	type words struct{ ZH, EN string }
	var divisions struct {
		Source    words
		Provinces []string
		Divisions []struct{ Code, Name string }
		Withdrawn []struct{ Code, Name, Now string }
	}
	var codes struct {
		Source                      words
		Types, Industries, Networks []struct {
			Code  string
			Title words
		}
	}
	var classes struct {
		Editions []struct {
			ID      string
			Source  words
			Classes []struct {
				ID     string
				PxPerM float64 `yaml:"px_per_m"`
			}
		}
	}
	for _, f := range []struct {
		data []byte
		into any
	}{{CameraDivisions(), &divisions}, {CameraCodes(), &codes}, {CameraClasses(), &classes}} {
		if err := yaml.Unmarshal(f.data, f.into); err != nil {
			t.Fatal(err)
		}
	}
	var known []string
	six := regexp.MustCompile(`^37[0-9]{4}$`)
	for _, d := range divisions.Divisions {
		if !six.MatchString(d.Code) || d.Name == "" || slices.Contains(known, d.Code) {
			t.Errorf("division %+v", d)
		}
		known = append(known, d.Code)
	}
	if len(known) < 136 { // the districts and counties of Shandong
		t.Errorf("%d divisions", len(known))
	}
	for _, w := range divisions.Withdrawn {
		if slices.Contains(known, w.Code) || !slices.Contains(known, w.Now) {
			t.Errorf("withdrawn division %+v", w)
		}
	}
	for digits, list := range map[int][]struct {
		Code  string
		Title words
	}{3: codes.Types, 2: codes.Industries, 1: codes.Networks} {
		seen := make(map[string]bool)
		for _, c := range list {
			if len(c.Code) != digits || seen[c.Code] || c.Title.ZH == "" || c.Title.EN == "" {
				t.Errorf("code %+v", c)
			}
			seen[c.Code] = true
		}
	}
	for _, e := range classes.Editions {
		last := 0.0
		for _, c := range e.Classes {
			if c.PxPerM <= last {
				t.Errorf("%s: %s asks for no more than the class before", e.ID, c.ID)
			}
			last = c.PxPerM
		}
		if e.Source.ZH == "" || e.Source.EN == "" {
			t.Errorf("%s has no source", e.ID)
		}
	}
	if classes.Editions[0].ID != "dori-2014" || divisions.Source.ZH == "" || codes.Source.ZH == "" {
		t.Error("the default edition or a source is missing")
	}
}
