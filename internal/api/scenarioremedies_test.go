package api

import (
	"encoding/json"
	"net/http"
	"testing"

	"yiju/analysis/indicator"
	"yiju/internal/pipeline"
)

// A remedy's steps, posted as they came, make a scenario in which the requirement is
// what the remedy said.
func TestRemediesOpenAsScenarios(t *testing.T) {
	s := serveDemo(t)
	ask := obj{"profile": growth, "requirement": "5"} // smart lamps: 85 of 109
	w := postJSON(t, s, "/api/scenarios/remedies", ask)
	var found struct {
		Remedies []struct {
			Title, Why struct{ ZH, EN string }
			Steps      []json.RawMessage
			Before     *float64 `json:"value_before"`
			After      *float64 `json:"value_after"`
			Passes     bool
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &found); err != nil || w.Code != http.StatusOK {
		t.Fatalf("status %d, %v: %.500s", w.Code, err, w.Body)
	}
	if len(found.Remedies) == 0 {
		t.Fatalf("no remedies: %s", w.Body)
	}
	passed := false
	for _, r := range found.Remedies {
		id := create(t, s, r.Title.ZH)
		made := edit(t, s, id, obj{"steps": r.Steps, "profile": growth})
		v := valueOf(t, made.Live, "5")
		if v.Value == nil || r.After == nil || *v.Value != *r.After || (v.Verdict == indicator.Pass) != r.Passes {
			t.Errorf("%s: the remedy says %v, its scenario has %+v", r.Title.EN, r.After, v)
		}
		passed = passed || r.Passes
	}
	if !passed {
		t.Error("no remedy is enough")
	}
	for name, body := range map[string]obj{
		"an unknown requirement": {"profile": growth, "requirement": "none"}, "an unknown profile": {"profile": "none", "requirement": "5"},
	} {
		if w := postJSON(t, s, "/api/scenarios/remedies", body); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d: %s", name, w.Code, w.Body)
		}
	}
	ask["scenario"] = "none"
	if w := postJSON(t, s, "/api/scenarios/remedies", ask); w.Code != http.StatusNotFound {
		t.Errorf("an unknown scenario: status %d", w.Code)
	}
}

func valueOf(t *testing.T, live *pipeline.LiveAnswer, id string) *pipeline.SidedValue {
	t.Helper()
	if live == nil {
		t.Fatal("no live answer")
	}
	for i := range live.Values {
		if live.Values[i].Requirement == id {
			return &live.Values[i]
		}
	}
	t.Fatalf("there is no requirement %s", id)
	return nil
}
