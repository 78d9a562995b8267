package api

import (
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/gpkg"
	"yiju/layers/memory"
	"yiju/layers/postgis"
)

// onStores runs a test on a server over each kind of store; over PostGIS where there is
// one for tests.
func onStores(t *testing.T, test func(t *testing.T, s *Server, store layers.Store)) {
	for name, open := range map[string]func(*testing.T) layers.Store{
		"memory": func(*testing.T) layers.Store { return memory.New() },
		"gpkg": func(t *testing.T) layers.Store {
			store, err := gpkg.Create(t.Context(), filepath.Join(t.TempDir(), "w.gpkg"))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := store.Close(); err != nil {
					t.Error(err)
				}
			})
			return store
		},
		"postgis": func(t *testing.T) layers.Store {
			address := newSchema(t)
			store, err := postgis.Open(t.Context(), address)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { store.Close() })
			return addressed{store, address}
		},
	} {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			fill(t, store)
			s, err := New(t.Context(), store, slog.New(slog.NewTextHandler(io.Discard, nil)))
			if err != nil {
				t.Fatal(err)
			}
			test(t, s, store)
		})
	}
}

// newSchema gives the address of a workspace that is not there yet and is gone when the
// test ends.
func newSchema(t *testing.T) string {
	t.Helper()
	address := os.Getenv("YIJU_TEST_POSTGRES")
	if address == "" {
		if os.Getenv("YIJU_REQUIRE_POSTGIS") == "1" {
			t.Fatal("YIJU_TEST_POSTGRES is not set")
		}
		t.Skip("YIJU_TEST_POSTGRES is not set; CONTRIBUTING.md tells how to run the tests that need PostGIS")
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal("YIJU_TEST_POSTGRES is not a URL")
	}
	schema := "test_" + strings.ToLower(rand.Text())
	t.Cleanup(func() {
		db, err := sql.Open("postgres", address)
		if err != nil {
			t.Error(err)
			return
		}
		defer db.Close()
		if _, err := db.Exec("DROP SCHEMA IF EXISTS " + schema + " CASCADE"); err != nil {
			t.Errorf("cleaning up: %v", err)
		}
	})
	q := u.Query()
	q.Set("schema", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// addressed is a store on PostGIS with the address that it was opened under.
type addressed struct {
	*postgis.Store
	address string
}

// another is a second server on a workspace; on PostGIS through connections of its own,
// as if it ran elsewhere.
func another(t *testing.T, store layers.Store) *Server {
	t.Helper()
	if a, ok := store.(addressed); ok {
		other, err := postgis.Open(t.Context(), a.address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { other.Close() })
		store = other
	}
	s, err := New(t.Context(), store, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fill writes a small town: lamps in a row of tiles, a way with heights, a house.
func fill(t *testing.T, store layers.Store) {
	t.Helper()
	edits := []layers.Edit{
		{Layer: "settings", Op: layers.Put, Feature: geo.Feature{ID: "workspace", Attributes: map[string]any{"name": "测试", "crs": "EPSG:4548"}}},
		{Layer: "communities", Op: layers.Put, Feature: geo.Feature{ID: "c", Geometry: geo.ExtentOf(place).Grow(0.002).Polygon(), Attributes: map[string]any{"name": "社区"}}},
		{Layer: "buildings", Op: layers.Put, Feature: geo.Feature{ID: "house", Geometry: geo.ExtentOf(place).Grow(0.0002).Polygon(), Attributes: map[string]any{"floors": int64(6)}}},
		{Layer: "ways", Op: layers.Put, Feature: geo.Feature{ID: "way", Geometry: orb.LineString{place, {place[0] + 0.001, place[1]}}, Z: []float64{100, 101.5}, Attributes: map[string]any{"class": "footway"}}},
	}
	for i := range 12 {
		edits = append(edits, layers.Edit{Layer: "devices", Op: layers.Put, Feature: geo.Feature{
			ID: fmt.Sprintf("lamp-%02d", i), Geometry: orb.Point{place[0] + float64(i)*0.006, place[1]},
			Attributes: map[string]any{"kind": "lamp", "smart": i%2 == 0}}})
	}
	if _, err := store.Apply(t.Context(), layers.Batch{Edits: edits}); err != nil {
		t.Fatal(err)
	}
}

// inputs writes down all input layers of a place, but for the versions of features.
func inputs(t *testing.T, r layers.Reader) string {
	t.Helper()
	infos, err := r.Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, info := range infos {
		if info.Schema.Kind == geo.Result || layers.Own(info.Schema.Layer) {
			continue
		}
		fmt.Fprintf(&b, "%s %d\n", info.Schema.Layer, info.Count)
		for f, err := range r.Features(t.Context(), info.Schema.Layer, layers.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
			f.Version = 0
			line, err := json.Marshal(featureJSON(&f))
			if err != nil {
				t.Fatal(err)
			}
			b.Write(append(line, '\n'))
		}
	}
	return b.String()
}

// send posts or patches JSON and wants a status.
func send[T any](t *testing.T, s http.Handler, method, path string, body any, status int) T {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return expect[T](t, call{method: method, path: path, body: string(raw)}.do(t, s), status)
}

func get[T any](t *testing.T, s http.Handler, path string) T {
	t.Helper()
	return expect[T](t, call{path: path}.do(t, s), http.StatusOK)
}

func expect[T any](t *testing.T, w *httptest.ResponseRecorder, status int) T {
	t.Helper()
	if w.Code != status {
		t.Fatalf("status %d, want %d: %s", w.Code, status, w.Body)
	}
	return decode[T](t, w)
}

type obj = map[string]any

func appends(edits ...obj) obj {
	steps := make([]obj, len(edits))
	for i, e := range edits {
		steps[i] = obj{"do": "append", "edit": e}
	}
	return obj{"steps": steps}
}

func newLamp(id string, p orb.Point) obj {
	return obj{"layer": "devices", "op": "add", "kind": "lamp", "feature": obj{
		"type": "Feature", "id": id, "geometry": obj{"type": "Point", "coordinates": p}, "properties": obj{"kind": "lamp", "smart": true}}}
}

func create(t *testing.T, s http.Handler, name string) string {
	t.Helper()
	return send[scenarioBody](t, s, "POST", "/api/scenarios", obj{"name": name, "author": "甲"}, 200).ID
}

func edit(t *testing.T, s http.Handler, id string, body obj) editAnswer {
	t.Helper()
	return send[editAnswer](t, s, "POST", "/api/scenarios/"+id+"/edits", body, 200)
}

// The life of a scenario over HTTP, from empty to approved, archived and copied. The
// base stays what it was.
func TestScenarioLife(t *testing.T) {
	onStores(t, func(t *testing.T, s *Server, store layers.Store) {
		before := inputs(t, store)
		id := create(t, s, "开门方案")
		sc := get[scenarioBody](t, s, "/api/scenarios/"+id)
		if sc.Name != "开门方案" || sc.Author != "甲" || sc.State != "draft" || sc.Hash != "" || sc.Base == 0 || sc.Behind || !sc.MayEdit || sc.Extent != nil || len(sc.Edits) != 0 {
			t.Errorf("new: %+v", sc)
		}
		made := edit(t, s, id, appends(newLamp("", orb.Point{place[0], place[1] + 0.001}),
			obj{"layer": "buildings", "op": "change", "id": "house", "set": obj{"floors": 7, "name": nil}},
			obj{"layer": "ways", "op": "move", "id": "way", "geometry": obj{"type": "LineString", "coordinates": [][]float64{{117.09, 36.17, 99}, {117.0905, 36.1702, 98.5}}}},
			obj{"layer": "devices", "op": "delete", "id": "lamp-03"}))
		sc = made.Scenario
		if diff := cmp.Diff([]int64{1, 2, 3, 4}, made.Seqs); diff != "" || made.Live != nil || made.Note != nil {
			t.Errorf("seqs %v, live %v, note %v", made.Seqs, made.Live, made.Note)
		}
		lamp := sc.Edits[0].ID
		want := []touchedBody{{"buildings", "house", "changed"}, {"devices", "lamp-03", "deleted"}, {"devices", lamp, "added"}, {"ways", "way", "changed"}}
		if diff := cmp.Diff(want, sc.Touched); diff != "" || !strings.HasPrefix(lamp, "new-lamp-") || sc.Hash == "" || sc.Extent == nil {
			t.Errorf("touched (-want +got):\n%s hash %q, extent %v", diff, sc.Hash, sc.Extent)
		}
		checkReads(t, s, id, lamp)

		moved := sc.Edits[2]
		if diff := cmp.Diff([]float64{99, 98.5}, moved.Z); diff != "" {
			t.Errorf("heights of the moved way: %s", diff)
		}
		off := edit(t, s, id, obj{"steps": []obj{{"do": "switch", "seqs": []int{1, 2, 3, 4}, "off": true}}})
		if off.Scenario.Hash != "" || len(off.Scenario.Touched) != 0 || !off.Scenario.Edits[0].Off {
			t.Errorf("all switched off: %+v", off.Scenario)
		}
		on := edit(t, s, id, obj{"steps": []obj{{"do": "switch", "seqs": []int{1, 2, 3, 4}, "off": false}}})
		if on.Scenario.Hash != sc.Hash {
			t.Error("switched on again, it has another hash")
		}
		finish(t, s, id, on.Scenario)
		if after := inputs(t, store); after != before {
			t.Errorf("the base changed: %s", cmp.Diff(before, after))
		}
	})
}

// checkReads looks at the scenario and at its base through the routes that serve both.
func checkReads(t *testing.T, s *Server, id, lamp string) {
	t.Helper()
	in := "?scenario=" + id
	counts := func(path string) map[string]int {
		out := make(map[string]int)
		for _, l := range get[layersBody](t, s, path).Layers {
			out[l.Name] = l.Count
		}
		return out
	}
	if diff := cmp.Diff(counts("/api/layers"), counts("/api/layers"+in)); diff != "" { // one lamp more, one less
		t.Errorf("counts: %s", diff)
	}
	house := get[feature](t, s, "/api/layers/buildings/features/house"+in)
	if house.Properties["floors"] != 7.0 {
		t.Errorf("house %v", house.Properties)
	}
	if house := get[feature](t, s, "/api/layers/buildings/features/house"); house.Properties["floors"] != 6.0 {
		t.Errorf("house of the base %v", house.Properties)
	}
	expect[problem](t, call{path: "/api/layers/devices/features/lamp-03" + in}.do(t, s), 404)
	get[feature](t, s, "/api/layers/devices/features/lamp-03")
	get[feature](t, s, "/api/layers/devices/features/"+lamp+in)
	expect[problem](t, call{path: "/api/layers/devices/features/" + lamp}.do(t, s), 404)
	if ws := get[workspaceBody](t, s, "/api/workspace"+in); ws.Name != "测试" || len(ws.Communities) != 1 {
		t.Errorf("workspace %+v", ws)
	}
	get[runsBody](t, s, "/api/runs"+in)
	get[judgementsBody](t, s, "/api/judgements"+in)
}

// finish approves, copies, archives and restores.
func finish(t *testing.T, s *Server, id string, sc scenarioBody) {
	t.Helper()
	path := "/api/scenarios/" + id
	expect[problem](t, call{method: "POST", path: path + "/approve", body: `{"by":"乙","hash":"another"}`}.do(t, s), 409)
	approved := send[scenarioBody](t, s, "POST", path+"/approve", obj{"by": "乙", "hash": sc.Hash}, 200)
	if approved.State != "approved" || approved.ApprovedBy != "乙" {
		t.Errorf("approved: %+v", approved.ScenarioHead)
	}
	copied := send[scenarioBody](t, s, "POST", path+"/copy", obj{"name": "另一个", "author": "丙"}, 200)
	if copied.Parent != id || copied.Hash != sc.Hash || copied.Author != "丙" || copied.State != "draft" {
		t.Errorf("copy: %+v", copied.ScenarioHead)
	}
	described := send[scenarioBody](t, s, "PATCH", path, obj{"author": "甲", "name": "改名", "may_edit": false, "costs": []obj{{"kind": "lamp", "amount": 3500, "currency": "CNY", "per": "thing"}}}, 200)
	if described.Name != "改名" || described.MayEdit || len(described.Costs) != 1 || described.State != "draft" {
		t.Errorf("described: %+v", described.ScenarioHead)
	}
	stale := obj{"author": "甲", "name": "又改", "seen": approved.Version}
	send[problem](t, s, "PATCH", path, stale, 409)
	send[problem](t, s, "POST", path+"/edits", obj{"author": "丁", "steps": []obj{{"do": "remove", "seqs": []int{1}}}}, 422)
	if gone := send[scenarioBody](t, s, "POST", path+"/archive", obj{"author": "甲"}, 200); gone.State != "archived" {
		t.Errorf("archived: %s", gone.State)
	}
	if back := send[scenarioBody](t, s, "POST", path+"/restore", obj{"author": "甲"}, 200); back.State != "draft" {
		t.Errorf("restored: %s", back.State)
	}
	list := get[scenariosBody](t, s, "/api/scenarios").Scenarios
	if len(list) != 2 {
		t.Fatalf("%d scenarios in the list, want 2", len(list))
	}
	for _, head := range list {
		if head.EditsCount != 4 || head.Behind {
			t.Errorf("in the list: %+v", head)
		}
	}
}
