package api

import (
	"encoding/json"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiju/analysis/indicator"
	"yiju/internal/pipeline"
	"yiju/layers/memory"
)

const growth = "shandong-smart-community/growth"

// The demo judged over HTTP: with a table of claims, again without one, with a
// document, and taken away as a report.
func TestJudgeOverHTTP(t *testing.T) {
	s := serveDemo(t)
	j := judgeOver(t, s, map[string]any{"profile": growth, "claims": map[string]any{"name": `C:\table\huaxin.csv`, "data": huaxin(t)}})
	if len(j.Items) != 28 || j.Claims == nil || j.Claims.File != "huaxin.csv" || j.Claims.Rows != 28 || j.Claims.Met != 28 {
		t.Fatalf("%d items, claims %+v", len(j.Items), j.Claims)
	}
	lamps := requirementOf(t, j, "5")
	// 85 of the 109 lamps of the demo are smart.
	if m := lamps.Measure; m == nil || m.Numerator == nil || *m.Numerator != 85 || *m.Denominator != 109 {
		t.Fatalf("lamps: %+v", m)
	}
	if n := failing(lamps); n != 24 {
		t.Errorf("%d lamps fail, want 24", n)
	}

	kept := decode[judgementsBody](t, call{path: "/api/judgements"}.do(t, s)).Judgements
	if len(kept) != 1 || kept[0].Stale || kept[0].Profile.ID != growth {
		t.Fatalf("kept: %d judgements, stale %v", len(kept), kept[0].Stale)
	}
	checkJudgedLayers(t, s)

	if again := judgeOver(t, s, map[string]any{"profile": growth}); again.Claims == nil {
		t.Error("the table kept before is no longer in force")
	}
	addEvidence(t, s)
	checkReports(t, s)
	if dropped := judgeOver(t, s, map[string]any{"profile": growth, "claims": nil, "drop_claims": true}); dropped.Claims != nil {
		t.Errorf("after it was dropped: %+v", dropped.Claims)
	}
}

func serveDemo(t *testing.T) *Server {
	t.Helper()
	store := memory.New()
	if err := pipeline.LoadDemo(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	s, err := New(t.Context(), store, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func huaxin(t *testing.T) []byte {
	t.Helper()
	table, err := os.ReadFile(filepath.Join("..", "..", "data", "demo", "claims", "huaxin.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func judgeOver(t *testing.T, s *Server, ask map[string]any) indicator.Judgement {
	t.Helper()
	w := postJSON(t, s, "/api/judgements", ask)
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return decode[indicator.Judgement](t, w)
}

func requirementOf(t *testing.T, j indicator.Judgement, id string) *indicator.Judged {
	t.Helper()
	for _, item := range j.Items {
		for i := range item.Requirements {
			if item.Requirements[i].ID == id {
				return &item.Requirements[i]
			}
		}
	}
	t.Fatalf("there is no requirement %q", id)
	return nil
}

func failing(r *indicator.Judged) int {
	n := 0
	for _, refs := range r.Measure.Features {
		if refs.Role == indicator.Failed {
			n += refs.Count
		}
	}
	return n
}

// checkJudgedLayers looks for the result layers of the judgement among the layers, and
// for none of the workspace's books.
func checkJudgedLayers(t *testing.T, s *Server) {
	t.Helper()
	list := decode[layersBody](t, call{path: "/api/layers"}.do(t, s)).Layers
	judged := 0
	for _, l := range list {
		if l.Name == "judgements" {
			t.Error("the book of judgements is listed as a layer")
		}
		if strings.HasPrefix(l.Name, "judge_") && l.Run != nil && l.Count > 0 {
			judged++
		}
	}
	if judged == 0 {
		t.Error("no result layer of the judgement is listed")
	}
}

// addEvidence brings the minutes of meetings; the judgement is then out of date, and
// the next one names them.
func addEvidence(t *testing.T, s *Server) {
	t.Helper()
	minutes := map[string]any{
		"standard": "shandong-smart-community", "requirement": "22.2", "kind": "document", "title": "议事会记录", "date": "2024-06-20", "author": "居委会",
	}
	if w := postJSON(t, s, "/api/evidence", minutes); w.Code != http.StatusNoContent {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	if kept := decode[judgementsBody](t, call{path: "/api/judgements"}.do(t, s)).Judgements; !kept[0].Stale {
		t.Error("a document came, and the judgement is not out of date")
	}
	r := requirementOf(t, judgeOver(t, s, map[string]any{"profile": growth}), "22.2")
	if !slices.ContainsFunc(r.Evidence, func(e indicator.Evidence) bool { return e.Title == "议事会记录" }) {
		t.Errorf("evidence of 22.2: %+v", r.Evidence)
	}
}

func checkReports(t *testing.T, s *Server) {
	t.Helper()
	for _, tt := range []struct{ format, contentType, start string }{
		{"html", htmlType, "<!doctype html"}, {"xlsx", xlsxType, "PK"}, {"json", jsonType, "{"},
	} {
		w := call{path: "/api/judgements/report?profile=" + growth + "&lang=zh&format=" + tt.format}.do(t, s)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != tt.contentType {
			t.Errorf("%s: status %d, %s", tt.format, w.Code, w.Header().Get("Content-Type"))
			continue
		}
		if start := strings.TrimSpace(w.Body.String()); !strings.HasPrefix(strings.ToLower(start), strings.ToLower(tt.start)) {
			t.Errorf("%s starts with %.40q", tt.format, start)
		}
		disposition, params, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
		if err != nil || disposition != "attachment" || !strings.HasSuffix(params["filename"], "成长型."+tt.format) {
			t.Errorf("%s: %v, %q", tt.format, err, params["filename"])
		}
		if tt.format == "html" && !strings.Contains(w.Body.String(), "http://127.0.0.1:8080/#indicator="+growth+"/5") {
			t.Error("the report has no link to the map of requirement 5")
		}
	}
}

func TestStandards(t *testing.T) {
	s, _ := serve(t)
	list := decode[standardsBody](t, call{path: "/api/standards"}.do(t, s)).Standards
	i := slices.IndexFunc(list, func(x standardBody) bool { return x.ID == growth })
	if i < 0 {
		t.Fatalf("of %d standards none is %s", len(list), growth)
	}
	if x := list[i]; x.Indicators != 28 || x.Requirements < 28 || !strings.HasPrefix(x.TierTitle.ZH, "成长") || x.Levels == nil {
		t.Errorf("%+v", x)
	}
}

func TestJudgingIsRefused(t *testing.T) {
	s, _ := serve(t)
	table := func(data []byte) map[string]any { return map[string]any{"name": "table.csv", "data": data} }
	for _, tt := range []struct {
		name, path string
		ask        map[string]any
		status     int
	}{
		{"an unknown standard", "/api/judgements", map[string]any{"profile": "nobody/none"}, http.StatusUnprocessableEntity},
		{"the path of a file", "/api/judgements", map[string]any{"profile": "/etc/passwd.yaml"}, http.StatusUnprocessableEntity},
		{"an unknown community", "/api/judgements", map[string]any{"profile": growth, "community": "elsewhere"}, http.StatusUnprocessableEntity},
		{"a table that is none", "/api/judgements", map[string]any{"profile": growth, "claims": table([]byte("\x00\x01"))}, http.StatusUnprocessableEntity},
		{"a table that is too large", "/api/judgements", map[string]any{"profile": growth, "claims": table(make([]byte, maxClaims+1))}, http.StatusUnprocessableEntity},
		{"a waiver without its reason", "/api/evidence", map[string]any{"standard": "shandong-smart-community", "requirement": "5", "kind": "waiver", "date": "2024-06-20", "author": "甲"}, http.StatusUnprocessableEntity},
		{"a kind that is none", "/api/evidence", map[string]any{"standard": "shandong-smart-community", "requirement": "5", "kind": "rumour"}, http.StatusUnprocessableEntity},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := postJSON(t, s, tt.path, tt.ask)
			if p := decode[problem](t, w); w.Code != tt.status || p.Message.ZH == "" {
				t.Errorf("status %d, want %d: %s", w.Code, tt.status, w.Body)
			}
		})
	}
	if w := (call{path: "/api/judgements/report?profile=" + growth}).do(t, s); w.Code != http.StatusNotFound {
		t.Errorf("a report of what was not judged: status %d", w.Code)
	}
}

func postJSON(t *testing.T, s *Server, path string, body map[string]any) *httptest.ResponseRecorder {
	t.Helper()
	raw, err := json.Marshal(body) // bytes become base64
	if err != nil {
		t.Fatal(err)
	}
	return call{method: http.MethodPost, path: path, body: string(raw)}.do(t, s)
}
