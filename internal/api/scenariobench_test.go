package api

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers"
	"yiju/layers/gpkg"
	"yiju/layers/memory"
	"yiju/tiles"
)

// benchStores runs a benchmark on the demo in each kind of store.
func benchStores(b *testing.B, run func(b *testing.B, s *Server, id string)) {
	for name, open := range map[string]func(*testing.B) (layers.Store, error){
		"memory": func(*testing.B) (layers.Store, error) { return memory.New(), nil },
		"gpkg": func(b *testing.B) (layers.Store, error) {
			return gpkg.Create(b.Context(), filepath.Join(b.TempDir(), "w.gpkg"))
		},
	} {
		b.Run(name, func(b *testing.B) {
			store, err := open(b)
			if err != nil {
				b.Fatal(err)
			}
			defer store.Close()
			if err := pipeline.LoadDemo(b.Context(), store); err != nil {
				b.Fatal(err)
			}
			s, err := New(b.Context(), store, slog.New(slog.NewTextHandler(io.Discard, nil)))
			if err != nil {
				b.Fatal(err)
			}
			made := ask(b, s, "POST", "/api/scenarios", obj{"name": "基准"})
			var sc scenarioBody
			if err := json.Unmarshal(made.Body.Bytes(), &sc); err != nil {
				b.Fatal(err)
			}
			run(b, s, sc.ID)
		})
	}
}

func ask(b *testing.B, s http.Handler, method, path string, body any) *httptest.ResponseRecorder {
	b.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequestWithContext(b.Context(), method, "http://127.0.0.1"+path, strings.NewReader(string(raw)))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatalf("%s %s: status %d: %s", method, path, w.Code, w.Body)
	}
	return w
}

func lampsFrom(n, count int) obj {
	edits := make([]obj, count)
	for i := range edits {
		edits[i] = newLamp(fmt.Sprintf("extra-%d", n+i), orb.Point{117.09 + float64((n+i)%100)*1e-5, 36.17 + float64((n+i)/100)*1e-5})
	}
	return appends(edits...)
}

// BenchmarkEdit appends an edit to a scenario of 200 and takes it away again, without
// figures.
func BenchmarkEdit(b *testing.B) {
	benchStores(b, func(b *testing.B, s *Server, id string) {
		path := "/api/scenarios/" + id + "/edits"
		ask(b, s, "POST", path, lampsFrom(0, 200))
		b.ReportAllocs()
		n := 200
		for b.Loop() {
			n++
			ask(b, s, "POST", path, lampsFrom(n, 1))
			ask(b, s, "POST", path, obj{"steps": []obj{{"do": "remove", "seqs": []int{n}}}})
		}
	})
}

// BenchmarkScenarioTile asks for a tile of a scenario: one that is the base's, and one
// that an edit before each request makes it draw.
func BenchmarkScenarioTile(b *testing.B) {
	benchStores(b, func(b *testing.B, s *Server, id string) {
		at := func(p orb.Point) string {
			for c := range tiles.Cover(geo.ExtentOf(p), 16, 16) {
				return fmt.Sprintf("/tiles/buildings,ways,devices/%s.mvt?scenario=%s", c, id)
			}
			return ""
		}
		ask(b, s, "POST", "/api/scenarios/"+id+"/edits", lampsFrom(0, 1))
		b.Run("base", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ask(b, s, "GET", at(orb.Point{117.0985, 36.17}), nil)
			}
		})
		b.Run("own", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ask(b, s, "GET", at(orb.Point{117.09, 36.17}), nil)
			}
		})
	})
}
