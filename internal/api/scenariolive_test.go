package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers"
)

// An edit of the demo answers with every figure beside its base; it is what a judgement
// of the scenario says. The result layers behind it come after, with news of it, and
// belong to the scenario alone.
func TestEditsAnswerWithFigures(t *testing.T) {
	s := serveDemo(t)
	before := inputs(t, s.store)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	id := create(t, s, "少一盏灯")
	news := follow(t, server.URL, id, "")
	news.next(t)

	lamp := smartLamp(t, s.store)
	body := appends(obj{"layer": "devices", "op": "delete", "id": lamp.ID})
	body["profile"] = growth
	done := edit(t, s, id, body)
	if done.Note != nil || done.Live == nil || done.Live.Version != done.Scenario.Version || done.Live.Hash != done.Scenario.Hash || done.Live.Scenario != id {
		t.Fatalf("live %+v, note %v", done.Live, done.Note)
	}
	checkLamps(t, done.Live)
	for news.event(t) != "drawn" {
	}
	results, drawn := 0, 0
	for _, l := range get[layersBody](t, s, "/api/layers?scenario="+id).Layers {
		if l.Kind == geo.Result {
			results++
			drawn += featuresOf(t, s, l.Name, id)
			expect[problem](t, call{path: "/tiles/" + l.Name + ".json"}.do(t, s), http.StatusNotFound)
			if w := (call{path: "/tiles/" + l.Name + ".json?scenario=" + id}).do(t, s); w.Code != 200 || !strings.Contains(w.Body.String(), "{y}.mvt?scenario="+id) {
				t.Errorf("TileJSON of %s: status %d: %s", l.Name, w.Code, w.Body)
			}
		}
	}
	if results == 0 || drawn == 0 {
		t.Errorf("%d features in %d result layers were drawn", drawn, results)
	}
	judged := expect[indicator.Judgement](t, call{method: "POST", path: "/api/judgements?scenario=" + id, body: `{"profile":"` + growth + `"}`}.do(t, s), 200)
	want := make(map[string]indicator.Verdict)
	for _, item := range judged.Items {
		for _, r := range item.Requirements {
			want[r.ID] = r.Verdict
		}
	}
	got := make(map[string]indicator.Verdict)
	for _, v := range done.Live.Values {
		got[v.Requirement] = v.Verdict
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts of the judgement and of the live answer: %s", diff)
	}
	if kept := get[judgementsBody](t, s, "/api/judgements").Judgements; len(kept) != 0 {
		t.Errorf("the base has %d judgements of the scenario", len(kept))
	}
	if kept := get[judgementsBody](t, s, "/api/judgements?scenario="+id).Judgements; len(kept) != 1 || kept[0].Stale {
		t.Errorf("the scenario has %d judgements", len(kept))
	}
	if w := (call{path: "/api/judgements/report?format=json&profile=" + growth + "&scenario=" + id}).do(t, s); w.Code != 200 || !json.Valid(w.Body.Bytes()) {
		t.Errorf("report: status %d", w.Code)
	}
	if w := (call{path: "/api/judgements/report?format=json&profile=" + growth}).do(t, s); w.Code != http.StatusNotFound {
		t.Errorf("report of the base: status %d", w.Code)
	}
	page := call{path: "/api/judgements/report?profile=" + growth + "&scenario=" + id}.do(t, s).Body.String()
	for _, want := range []string{"少一盏灯", done.Live.Hash, "#scenario=" + id + "&amp;indicator="} {
		if !strings.Contains(page, want) {
			t.Errorf("the report does not hold %q", want)
		}
	}
	checkDelta(t, s, id)
	checkAnalyses(t, s, id)
	if after := inputs(t, s.store); after != before {
		t.Error("the base changed")
	}
}

// event waits for the next event of any kind, and gives its name.
func (l *listener) event(t *testing.T) string {
	t.Helper()
	for l.lines.Scan() {
		if name, ok := strings.CutPrefix(l.lines.Text(), "event: "); ok {
			return name
		}
	}
	t.Fatalf("the stream ended: %v", l.lines.Err())
	return ""
}

func smartLamp(t *testing.T, r layers.Reader) geo.Feature {
	t.Helper()
	for f, err := range r.Features(t.Context(), "devices", layers.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		kind, _ := f.Text("kind")
		if smart, known := f.Bool("smart"); kind == "lamp" && known && smart {
			return f
		}
	}
	t.Fatal("the demo has no smart lamp")
	return geo.Feature{}
}

// checkLamps looks at the share of smart lamps: 85 of 109 in the demo, one fewer of both
// in the scenario.
func checkLamps(t *testing.T, live *pipeline.LiveAnswer) {
	t.Helper()
	for _, v := range live.Values {
		if v.Requirement != "5" {
			continue
		}
		if v.Numerator == nil || *v.Numerator != 84 || *v.Denominator != 108 || *v.BaseNum != 85 || *v.BaseDen != 109 || v.Better != -1 {
			t.Errorf("lamps: %+v", v)
		}
		return
	}
	t.Error("there is no requirement 5")
}

// featuresOf counts the features of a layer on a page.
func featuresOf(t *testing.T, s *Server, layer, scenario string) int {
	t.Helper()
	return len(get[struct{ Features []struct{ ID string } }](t, s, "/api/layers/"+layer+"/features?scenario="+scenario).Features)
}

// checkAnalyses runs the analyses on the scenario; the base hears nothing of them.
func checkAnalyses(t *testing.T, s *Server, id string) {
	t.Helper()
	in := "?scenario=" + id
	for path, body := range map[string]string{
		"/api/analyses/walk": `{"preset":"sport"}`, "/api/analyses/radio": `{"assume":"urban"}`, "/api/analyses/cameras": `{}`,
	} {
		w := call{method: "POST", path: path + in, body: body}.do(t, s)
		if w.Code == http.StatusUnprocessableEntity { // such as an assumption of another name
			t.Errorf("%s: %s", path, w.Body)
			continue
		}
		run := expect[pipeline.Run](t, w, 200)
		if len(run.Outputs) == 0 {
			t.Errorf("%s drew nothing", path)
		}
	}
	if w := (call{path: "/api/why?lon=117.0885&lat=36.1702&scenario=" + id}).do(t, s); w.Code != 200 {
		t.Errorf("why: status %d: %s", w.Code, w.Body)
	}
	if runs := get[runsBody](t, s, "/api/runs").Runs; len(runs) != 0 {
		t.Errorf("the base has %d runs of the scenario", len(runs))
	}
	if runs := get[runsBody](t, s, "/api/runs"+in).Runs; len(runs) < 3 {
		t.Errorf("the scenario has %d runs", len(runs))
	}
}

// What cannot be computed takes nothing away from an edit that is written.
func TestFailingFiguresKeepTheEdit(t *testing.T) {
	s, _ := serve(t)
	id := create(t, s, "算不出")
	body := appends(newLamp("x", orb.Point{117.09, 36.17}))
	body["profile"] = "nobody/none"
	done := edit(t, s, id, body)
	if done.Live != nil || done.Note == nil || done.Note.ZH == "" || len(done.Seqs) != 1 {
		t.Errorf("live %+v, note %v, seqs %v", done.Live, done.Note, done.Seqs)
	}
	if sc := get[scenarioBody](t, s, "/api/scenarios/"+id); len(sc.Edits) != 1 {
		t.Errorf("%d edits, want 1", len(sc.Edits))
	}
	expect[problem](t, call{path: "/api/scenarios/" + id + "/live?profile=nobody/none"}.do(t, s), http.StatusUnprocessableEntity)
}

// checkDelta compares the scenario with its base, and a copy with an edit more with it.
func checkDelta(t *testing.T, s *Server, id string) {
	t.Helper()
	query := "?profile=" + growth
	d := get[pipeline.Delta](t, s, "/api/scenarios/"+id+"/delta"+query)
	if d.A != nil || d.B.ID != id || len(d.Features) != 1 || d.Features[0].Layer != "devices" || len(d.Features[0].Lost) != 1 || len(d.Features[0].Gained) != 0 {
		t.Errorf("against the base: %+v of %+v, features %+v", d.B, d.A, d.Features)
	}
	other := send[scenarioBody](t, s, "POST", "/api/scenarios/"+id+"/copy", obj{"name": "再加一盏"}, 200).ID
	edit(t, s, other, appends(newLamp("more", orb.Point{117.09, 36.17})))
	d = get[pipeline.Delta](t, s, "/api/scenarios/"+other+"/delta"+query+"&against="+id)
	if d.A == nil || d.A.ID != id || d.B.ID != other || len(d.Features) != 1 || len(d.Features[0].Lost) != 0 || !slices.Equal(d.Features[0].Gained, []string{"more"}) {
		t.Errorf("against each other: %+v of %+v, features %+v", d.B, d.A, d.Features)
	}
	expect[problem](t, call{path: "/api/scenarios/" + id + "/delta" + query + "&against=none"}.do(t, s), http.StatusNotFound)
	expect[problem](t, call{path: "/api/scenarios/none/delta" + query}.do(t, s), http.StatusNotFound)
}
