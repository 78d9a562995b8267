package pipeline

import (
	"strings"
	"testing"

	"yiju/layers/scenario"
)

// A camera that a scenario adds has no code before it is registered: the share falls and
// says why, after an edit as in a judgement of the whole, and the base says nothing.
func TestPlannedCamerasAreTold(t *testing.T) {
	Unwatched(t)
	s, store := demoScenarios(t)
	bare := openScenario(t, s, "none")
	one := features(t, store, "cameras")[0].Clone()
	one.ID = "new-camera"
	one.Set("code", nil)
	registered := one.Clone()
	coded := openScenario(t, s, "planned", scenario.Edit{Layer: "cameras", Op: scenario.Add, ID: one.ID, Feature: &one})
	registered.ID = "another"
	registered.Set("code", "37090200011320009999")
	with := openScenario(t, s, "registered", scenario.Edit{Layer: "cameras", Op: scenario.Add, ID: registered.ID, Feature: &registered})
	for name, c := range map[string]struct {
		place *Place
		told  bool
	}{"no camera": {bare, false}, "a planned one": {coded, true}, "a registered one": {with, false}} {
		t.Run(name, func(t *testing.T) {
			j, err := c.place.Pipeline.Judge(t.Context(), JudgeRequest{Profile: growthProfile, Discard: true})
			if err != nil {
				t.Fatal(err)
			}
			m := judgedOf(j, "4.3").Measure
			told := false
			for _, note := range m.Notes {
				told = told || strings.Contains(note.ZH, "1 台为方案新增") && strings.Contains(note.ZH, "95 ÷ 100")
			}
			if told != c.told {
				t.Errorf("notes %v", m.Notes)
			}
		})
	}
}
