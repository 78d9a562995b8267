package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestEChartsIsThereOnceBuilt(t *testing.T) {
	script := ECharts()
	if !Built() {
		if script != nil {
			t.Errorf("without a build: %d bytes of script, want none", len(script))
		}
		return
	}
	if !strings.Contains(string(script), "Apache") || len(script) < 500_000 {
		t.Errorf("the script has %d bytes and starts %.60q", len(script), script)
	}
}

func TestHandlerServesThePageAndNothingElseInItsPlace(t *testing.T) {
	if !Built() {
		if w := get(t, "/"); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "make build") {
			t.Fatalf("without a build: got %d %q, want 503 that says what to run", w.Code, w.Body)
		}
		t.Skip("the web map is not built: run npm run build in web/")
	}
	page := get(t, "/")
	if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), `id="app"`) {
		t.Fatalf("page: got %d %.80q", page.Code, page.Body)
	}
	if got := page.Header().Get("Cache-Control"); got != "no-cache" {
		t.Errorf("page: Cache-Control %q, want no-cache", got)
	}
	_, rest, _ := strings.Cut(page.Body.String(), `src="./`)
	script, _, _ := strings.Cut(rest, `"`)
	asset := get(t, "/"+script)
	if asset.Code != http.StatusOK || !strings.Contains(asset.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("asset %q: got %d, Cache-Control %q", script, asset.Code, asset.Header().Get("Cache-Control"))
	}
	for _, path := range []string{"/_/", "/_/none.js", "/none", "/.keep/"} {
		if w := get(t, path); w.Code != http.StatusNotFound || strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: got %d, Cache-Control %q, want 404 that is not kept", path, w.Code, w.Header().Get("Cache-Control"))
		}
	}
}
