package standards

import (
	"strings"
	"testing"
)

func TestColumns(t *testing.T) {
	c, err := LoadColumns()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range c.Mappings {
		if len(m.Signs) == 0 || m.Source.ZH == "" || m.Source.EN == "" {
			t.Errorf("%s: no signs, or no source", m.ID)
		}
		for _, name := range m.Names() {
			if strings.TrimSpace(name) == "" {
				t.Errorf("%s looks for a column without a name", m.ID)
			}
		}
	}
	if len(c.Place) == 0 || len(c.ID) == 0 || len(c.Systems["GCJ02"]) == 0 || len(c.Totals) == 0 {
		t.Error("a part is missing")
	}
}

// A mapping of a user's own is checked before any table is.
func TestParseMapping(t *testing.T) {
	good := "into: [{layer: cells, place: [{lon: [a], lat: [b]}], fields: {site: {columns: [c]}, band: {value: n78}}}]"
	if m, err := ParseMapping("a.yaml", []byte(good)); err != nil || m.Into[0].Fields["band"].Value != "n78" {
		t.Errorf("%+v, %v", m, err)
	}
	for text, want := range map[string]string{
		"into: []": "no layer", "": "no layer", "inti: []": "inti",
		"into: [{fields: {}}]":                                                               "no name",
		"into: [{layer: cells, place: [{lon: [a]}]}]":                                        "one of lon",
		"into: [{layer: cells, place: [{lon: [a], lat: [b], both: [c]}]}]":                   "one of lon",
		"into: [{layer: cells, fields: {site: {columns: [a], read: loud}}}]":                 "loud",
		"into: [{layer: cells, fields: {site: {}}}]":                                         "neither",
		"into: [{layer: cells, fields: {site: {value: [1]}}}]":                               "neither text",
		"into: [{layer: cells, fields: {site: {columns: [a], patterns: [{match: \"(\"}]}}}]": "missing",
		"into: [{layer: cells, fields: {site: {middle: [[a]]}}}]":                            "two lists",
		"into: [{layer: cells, id: [{soft: true}]}]":                                         "either",
		"rows: [{columns: [a]}]\ninto: [{layer: cells}]":                                     "filter",
		"rows: [{columns: [a], match: [\"[\"]}]\ninto: [{layer: cells}]":                     "missing",
	} {
		if _, err := ParseMapping("a.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
