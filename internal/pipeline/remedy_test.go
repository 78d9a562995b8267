package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/layers/scenario"
)

// What a remedy promises is what the whole judgement says once its edits are in a
// scenario.
func TestRemediesKeepTheirWord(t *testing.T) {
	Unwatched(t)
	s, _ := demoScenarios(t)
	const yantai = "yantai-beautiful-community/new"
	for _, c := range []struct {
		profile, requirement string
		passes               bool
	}{
		{growthProfile, "4.1a", false}, // no corner or lamp sees the rest of the lanes
		{growthProfile, "5", true},     // smart lamps
		{yantai, "14-basic", true},     // ten minutes to a fitness place
		{yantai, "5-basic", true},      // near a clinic as the crow flies
		{yantai, "24-basic", true},     // near a bin
		{yantai, "4-basic", true},      // nurseries, one where the first does not reach
		{yantai, "11-basic", true},     // lamps along what is dark
		{yantai, "23-basic", true},     // chargers at car parks
		{yantai, "20-basic", true},     // ramps
		{yantai, "22-basic", true},     // retrofit, by area
		{yantai, "10-basic", false},    // there is little free ground
	} {
		t.Run(c.requirement, func(t *testing.T) {
			found, err := s.Remedies(t.Context(), RemedyRequest{Profile: c.profile, Requirement: c.requirement})
			if err != nil {
				t.Fatal(err)
			}
			if len(found.Remedies) == 0 {
				t.Fatalf("none: %s", found.Note.EN)
			}
			best := &found.Remedies[0]
			for _, r := range found.Remedies {
				t.Logf("%s: %v → %v %s, %d things, passes %v", r.Title.EN, *r.Before, *r.After, r.Unit, r.Things, r.Passes)
			}
			if best.Passes != c.passes {
				t.Errorf("the best does not pass")
			}
			checkRemedy(t, s, c.profile, c.requirement, best)
			checkSensible(t, s, best)
		})
	}
}

// checkSensible holds what is put up against what is there: nothing in a shed, a garage
// or a school, no green on what stands.
func checkSensible(t *testing.T, s *Scenarios, r *Remedy) {
	t.Helper()
	if strings.Contains(r.Title.ZH+r.Why.ZH+r.Title.EN+r.Why.EN, "%!") {
		t.Errorf("%s: %s", r.Title.ZH, r.Why.ZH)
	}
	houses := features(t, s.base, "buildings")
	for _, e := range r.Edits {
		if e.Op != scenario.Add || e.Layer != "facilities" && e.Layer != "greens" {
			continue
		}
		at, _ := geo.Centroid(e.Feature.Geometry)
		for i := range houses {
			use, _ := houses[i].Text("use")
			if geo.Inside(houses[i].Geometry, at) && (e.Layer == "greens" || !slices.Contains([]string{"public", "commercial", "office", "residential"}, use)) {
				t.Errorf("%s %s stands in %s (%s)", e.Layer, e.ID, houses[i].ID, use)
			}
		}
	}
}

func checkRemedy(t *testing.T, s *Scenarios, profile, requirement string, r *Remedy) {
	t.Helper()
	place := openScenario(t, s, "remedy "+requirement, r.Edits...)
	for _, e := range place.Scenario().Edits {
		if why, idle := place.View.Net().Idle(e.Seq); idle {
			t.Errorf("edit %d: %s", e.Seq, why.EN)
		}
	}
	j, err := place.Pipeline.Judge(t.Context(), JudgeRequest{Profile: profile, Discard: true})
	if err != nil {
		t.Fatal(err)
	}
	got := judgedOf(j, requirement)
	if got == nil || got.Verdict != r.Verdict || reached(got) == nil || *reached(got) != *r.After {
		t.Errorf("judged %v, promised %v %v", fmt.Sprint(got.Verdict, *reached(got)), r.Verdict, *r.After)
	}
	if r.Passes != (got.Verdict == indicator.Pass) {
		t.Errorf("passes %v, verdict %s", r.Passes, got.Verdict)
	}
}

func judgedOf(j *indicator.Judgement, id string) *indicator.Judged {
	for _, item := range j.Items {
		for i := range item.Requirements {
			if item.Requirements[i].ID == id {
				return &item.Requirements[i]
			}
		}
	}
	return nil
}

// Where cells were taken away, cells on roofs bring the signal back.
func TestRemediesForRadio(t *testing.T) {
	Unwatched(t)
	s, store := demoScenarios(t)
	var edits []scenario.Edit
	for i, f := range features(t, store, "cells") {
		if i > 0 {
			edits = append(edits, scenario.Edit{Layer: "cells", Op: scenario.Delete, ID: f.ID})
		}
	}
	place := openScenario(t, s, "few cells", edits...)
	found, err := s.Remedies(t.Context(), RemedyRequest{Scenario: place.ID, Profile: growthProfile, Requirement: "2"})
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Remedies) == 0 {
		t.Fatalf("none: %s", found.Note.EN)
	}
	best := &found.Remedies[0]
	t.Logf("%s: %v → %v, passes %v", best.Title.EN, *best.Before, *best.After, best.Passes)
	if *best.After <= *best.Before {
		t.Errorf("from %v to %v", *best.Before, *best.After)
	}
	best.Edits = append(edits, best.Edits...)
	checkRemedy(t, s, growthProfile, "2", best)
}
