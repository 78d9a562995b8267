package pipeline_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yiju/analysis/indicator"
	"yiju/data/demo"
	"yiju/geo"
	"yiju/internal/claims"
	"yiju/internal/pipeline"
	"yiju/layers"
)

const growth = "shandong-smart-community/growth"

// published are the claims that a real community published.
func published(t *testing.T) *indicator.Claims {
	t.Helper()
	profile, _, err := pipeline.LoadProfile(growth, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	out, err := claims.Read(t.Context(), "huaxin.csv", bytes.NewReader(demo.Claims()), &profile)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func judge(t *testing.T, store layers.Store, request pipeline.JudgeRequest) *indicator.Judgement {
	t.Helper()
	j, err := pipeline.New(store).Judge(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// requirement finds one of a judgement.
func requirement(t *testing.T, j *indicator.Judgement, id string) indicator.Judged {
	t.Helper()
	for _, item := range j.Items {
		for _, r := range item.Requirements {
			if r.ID == id {
				return r
			}
		}
	}
	t.Fatalf("%s has no requirement %s", j.Profile.ID, id)
	return indicator.Judged{}
}

// The demo is judged alike on both stores, to the byte, and every layer that a
// judgement names can be drawn.
func TestJudgementsAgreeBetweenStores(t *testing.T) {
	stores := []layers.Store{fileStore(t), serverStore(t)}
	for _, store := range stores {
		if err := pipeline.LoadDemo(t.Context(), store); err != nil {
			t.Fatal(err)
		}
	}
	for _, profile := range []string{growth, "yantai-beautiful-community/new"} {
		request := pipeline.JudgeRequest{Profile: profile}
		if profile == growth {
			request.Claims = published(t)
		}
		one, two := judge(t, stores[0], request), judge(t, stores[1], request)
		if diff := cmp.Diff(encoded(t, one), encoded(t, two)); diff != "" {
			t.Errorf("%s differs (-file +server):\n%.3000s", profile, diff)
		}
		for _, item := range one.Items {
			for _, r := range item.Requirements {
				drawable(t, stores, &r)
			}
		}
	}
}

// drawable holds the layers and features that a requirement names to what the stores
// hold.
func drawable(t *testing.T, stores []layers.Store, r *indicator.Judged) {
	t.Helper()
	if r.Measure == nil {
		return
	}
	for _, layer := range r.Measure.Layers {
		if diff := cmp.Diff(all(t, stores[0], layer), all(t, stores[1], layer)); diff != "" {
			t.Errorf("%s: layer %s differs (-file +server):\n%.2000s", r.ID, layer, diff)
		}
	}
	for _, refs := range r.Measure.Features {
		held := make(map[string]bool)
		for _, f := range all(t, stores[0], refs.Layer) {
			held[f.ID] = true
		}
		for _, id := range refs.IDs {
			if !held[id] {
				t.Errorf("%s: there is no %s in layer %s", r.ID, id, refs.Layer)
			}
		}
		if refs.Count < len(refs.IDs) || len(refs.IDs) == 0 {
			t.Errorf("%s: %d ids, count %d", r.ID, len(refs.IDs), refs.Count)
		}
	}
}

// Judging what was judged gives the same bytes, and leaves the same layers.
func TestJudgingAgainChangesNothing(t *testing.T) {
	store := demoStore(t)
	request := pipeline.JudgeRequest{Profile: growth, Claims: published(t)}
	first := judge(t, store, request)
	if first.Since != nil {
		t.Errorf("the first judgement says what changed: %+v", first.Since)
	}
	held := func() map[string]string {
		infos, err := store.Layers(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out := make(map[string]string)
		for _, info := range infos {
			for _, f := range all(t, store, info.Schema.Layer) {
				f.Version = 0
				out[info.Schema.Layer] += encoded(t, f)
			}
		}
		return out
	}
	before := held()
	if diff := cmp.Diff(encoded(t, first), encoded(t, judge(t, store, request))); diff != "" {
		t.Errorf("another judgement (-first +second):\n%.3000s", diff)
	}
	if diff := cmp.Diff(before, held()); diff != "" {
		t.Errorf("other layers (-first +second):\n%.3000s", diff)
	}
}

// part is the growth tier with a few of its indicators: those that need no other
// analysis are judged in no time.
func part(t *testing.T, numbers ...int) pipeline.JudgeRequest {
	t.Helper()
	profile, sha256, err := pipeline.LoadProfile(growth, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	profile.Indicators = slices.DeleteFunc(slices.Clone(profile.Indicators), func(in indicator.Indicator) bool { return !slices.Contains(numbers, in.Number) })
	return pipeline.JudgeRequest{Loaded: &profile, SHA256: sha256}
}

// Claims that were sent once stay in force, unless they are dropped.
func TestClaimsStay(t *testing.T) {
	store, request := demoStore(t), part(t, 5, 6, 14)
	request.Claims = published(t)
	sent := judge(t, store, request)
	request.Claims, request.KeepClaims = nil, true
	kept := judge(t, store, request)
	if diff := cmp.Diff(encoded(t, sent), encoded(t, kept)); diff != "" {
		t.Errorf("with claims kept (-sent +kept):\n%.3000s", diff)
	}
	request.KeepClaims = false
	if dropped := judge(t, store, request); dropped.Claims != nil || requirement(t, dropped, "5").Claim != nil {
		t.Error("claims came back by themselves")
	}
}

// What a judgement kept and does not need any more is taken away; what is another's
// stays.
func TestRunsOfJudgementsComeAndGo(t *testing.T) {
	store := demoStore(t)
	if _, err := pipeline.New(store).Radio(t.Context(), pipeline.RadioRequest{}); err != nil {
		t.Fatal(err)
	}
	judge(t, store, pipeline.JudgeRequest{Profile: growth})
	judge(t, store, pipeline.JudgeRequest{Profile: "yantai-beautiful-community/improvement"})
	judge(t, store, part(t, 5))
	runs, err := pipeline.Runs(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	infos, err := store.Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	owned := make(map[string]bool)
	for _, run := range runs {
		ids = append(ids, run.ID)
		for _, layer := range run.Outputs {
			owned[layer] = true
		}
	}
	if !slices.Contains(ids, "radio") || slices.Contains(ids, "judge_radio") {
		t.Errorf("runs %v: radio is the user's own, judge_radio nobody's", ids)
	}
	if !slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(id, "judge_walk_") }) {
		t.Errorf("runs %v: the walks of the other standard are gone", ids)
	}
	for _, info := range infos {
		// The shares of circles draw a layer of their own.
		if layer := info.Schema.Layer; strings.HasPrefix(layer, "judge_radio") || strings.HasPrefix(layer, "judge_walk_") && !owned[layer] && !strings.HasPrefix(layer, "judge_walk_circle_share") {
			t.Errorf("layer %s was left behind", layer)
		}
	}
}

func TestEvidenceCounts(t *testing.T) {
	store := demoStore(t)
	p := pipeline.New(store)
	judge(t, store, part(t, 5, 6, 14))
	document := indicator.Evidence{Standard: "shandong-smart-community", Requirement: "14", Kind: indicator.Document, Title: "警务功能验收单", Date: "2024-08-20", Author: "区公安分局"}
	waiver := indicator.Evidence{Standard: "shandong-smart-community", Requirement: "5", Kind: indicator.Waiver, Reason: "老旧灯杆列入明年改造", Date: "2024-08-21", Author: "王审核"}
	for _, e := range []indicator.Evidence{document, waiver} {
		if err := p.AddEvidence(t.Context(), e, ""); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := pipeline.Judgements(t.Context(), store)
	if err != nil || len(kept) != 1 || !kept[0].Stale {
		t.Fatalf("%d judgements kept, %v; new evidence makes the old one stale", len(kept), err)
	}
	j := judge(t, store, part(t, 5, 6, 14))
	if got := requirement(t, j, "14"); got.Verdict != indicator.ByDocument || !strings.Contains(got.Reason.ZH, "区公安分局") {
		t.Errorf("14: %s, %s", got.Verdict, got.Reason.ZH)
	}
	if got := requirement(t, j, "5"); got.Verdict != indicator.Waived || !strings.Contains(got.Reason.EN, "王审核") {
		t.Errorf("5: %s, %s", got.Verdict, got.Reason.EN)
	}
	if j.Since == nil || len(j.Since.Changed) != 2 {
		t.Errorf("since: %+v, want the two", j.Since)
	}
	nameless, dateless, elsewhere := document, waiver, document
	nameless.Title, dateless.Date, elsewhere.Requirement = "", "", "99"
	for _, e := range []indicator.Evidence{nameless, dateless, elsewhere} {
		if err := p.AddEvidence(t.Context(), e, ""); geo.AsFault(err) == nil {
			t.Errorf("%+v gave %v, want a refusal", e, err)
		}
	}
}

// Documents that the applicant's table names count beside those of the workspace.
func TestDocumentsOfClaimsCount(t *testing.T) {
	store, request := demoStore(t), part(t, 5, 14, 22)
	request.Claims = published(t)
	for i := range request.Claims.Rows {
		if row := &request.Claims.Rows[i]; row.Number == 14 {
			row.Evidence = []indicator.Evidence{{Standard: "shandong-smart-community", Requirement: "14", Kind: indicator.Document, Title: "警务平台验收单", Date: "2024-07-01", Author: "派出所"}}
		}
	}
	j := judge(t, store, request)
	if got := requirement(t, j, "14"); got.Verdict != indicator.ByDocument || len(got.Evidence) != 1 || !strings.Contains(got.Reason.ZH, "派出所") {
		t.Errorf("14: %s, %s, with %+v", got.Verdict, got.Reason.ZH, got.Evidence)
	}
	// The demo's own paper is still there.
	if got := requirement(t, j, "22.2"); len(got.Evidence) != 1 || !strings.Contains(got.Reason.ZH, "居民议事协商会记录") {
		t.Errorf("22.2: %s with %+v", got.Reason.ZH, got.Evidence)
	}
}

// A threshold in a copy of a profile changes verdicts, and nothing else has to.
func TestCopiedProfile(t *testing.T) {
	text, err := pipeline.ProfileText(growth)
	if err != nil {
		t.Fatal(err)
	}
	mine := bytes.Replace(text, []byte("metric: lamps.smart_share\n        operator: \">=\"\n        threshold: 80"), []byte("metric: lamps.smart_share\n        operator: \">=\"\n        threshold: 77"), 1)
	if bytes.Equal(mine, text) {
		t.Fatal("the threshold of the lamps was not found in the profile")
	}
	profile, sha256, err := pipeline.LoadProfile("mine.yaml", func(string) ([]byte, error) { return mine, nil }, "")
	if err != nil {
		t.Fatal(err)
	}
	store := demoStore(t)
	was, is := judge(t, store, pipeline.JudgeRequest{Profile: growth}), judge(t, store, pipeline.JudgeRequest{Loaded: &profile, SHA256: sha256})
	for _, item := range was.Items {
		for _, r := range item.Requirements {
			want := r.Verdict
			if r.ID == "5" {
				want = indicator.Pass // 77.98 %
			}
			if got := requirement(t, is, r.ID).Verdict; got != want {
				t.Errorf("%s: %s, want %s", r.ID, got, want)
			}
		}
	}
	if was.Profile.SHA256 == is.Profile.SHA256 {
		t.Error("two texts of a profile have one hash")
	}
}

// Real cities lack most of what an inventory holds: their ratios are insufficient
// evidence with a list of what to collect; what the map alone gives is computed.
func TestCitiesUnderBothStandards(t *testing.T) {
	pipeline.Unwatched(t)
	for _, c := range cities[:2] {
		t.Run(c.name, func(t *testing.T) {
			store := fileStore(t)
			c.fill(t, store)
			for _, profile := range []string{growth, "yantai-beautiful-community/new"} {
				j := judge(t, store, pipeline.JudgeRequest{Profile: profile})
				var ratios, lacking, computed int
				for _, item := range j.Items {
					for _, r := range item.Requirements {
						if r.Verdict == indicator.Insufficient && r.Measure != nil && len(r.Measure.Collect) == 0 {
							t.Errorf("%s %s: nothing says what to collect", profile, r.ID)
						}
						switch {
						case r.Kind == indicator.Ratio:
							ratios++
							if r.Verdict == indicator.Insufficient {
								lacking++
							}
						case r.Kind == indicator.Spatial && r.Measure != nil && r.Measure.Value != nil:
							computed++
							if len(r.Measure.Layers) == 0 {
								t.Errorf("%s %s: computed, and no layer shows it", profile, r.ID)
							}
						}
					}
				}
				t.Logf("%s: %d of %d ratios lack data, %d spatial ones computed; %s", profile, lacking, ratios, computed, j.Answer.Text.EN)
				if 2*lacking < ratios || profile != growth && computed < 5 {
					t.Errorf("%s: %d of %d ratios lack data, %d spatial ones computed", profile, lacking, ratios, computed)
				}
			}
		})
	}
}
