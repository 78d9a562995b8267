package api

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/memory"
	"yiju/tiles"
	"yiju/tiles/mvt"
	"yiju/web"
)

// place is where the test's features lie, and the tile at zoom 16 that holds it.
var place = orb.Point{117.09, 36.17}

func serve(t *testing.T) (*Server, *memory.Store) {
	t.Helper()
	store := memory.New()
	edits := []layers.Edit{
		{Layer: "settings", Op: layers.Put, Feature: geo.Feature{ID: "workspace", Attributes: map[string]any{"name": "测试", "crs": "EPSG:4548", "synthetic": true}}},
		{Layer: "communities", Op: layers.Put, Feature: geo.Feature{ID: "c", Geometry: geo.ExtentOf(place).Grow(0.002).Polygon(), Attributes: map[string]any{"name": "社区"}}},
	}
	for _, id := range []string{"a", "b", "c"} {
		edits = append(edits, layers.Edit{Layer: "devices", Op: layers.Put, Feature: geo.Feature{
			ID: id, Geometry: place, Attributes: map[string]any{"kind": "lamp", "smart": id == "a"}}})
	}
	if _, err := store.Apply(t.Context(), layers.Batch{Edits: edits}); err != nil {
		t.Fatal(err)
	}
	s, err := New(t.Context(), store, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return s, store
}

type call struct {
	method, path, body string
	header             map[string]string
}

func (c call) do(t *testing.T, s http.Handler) *httptest.ResponseRecorder {
	t.Helper()
	if c.method == "" {
		c.method = http.MethodGet
	}
	r := httptest.NewRequestWithContext(t.Context(), c.method, "http://127.0.0.1:8080"+c.path, strings.NewReader(c.body))
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, v := range c.header {
		if name == "Host" {
			r.Host = v
		}
		r.Header.Set(name, v)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func decode[T any](t *testing.T, w *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return v
}

func TestWorkspaceAndLayers(t *testing.T) {
	s, _ := serve(t)
	ws := decode[workspaceBody](t, call{path: "/api/workspace"}.do(t, s))
	if ws.Name != "测试" || ws.CRS != "EPSG:4548" || !ws.Synthetic || len(ws.Communities) != 1 || ws.Communities[0].Name != "社区" {
		t.Errorf("workspace %+v", ws)
	}
	list := decode[layersBody](t, call{path: "/api/layers"}.do(t, s))
	var names []string
	for _, l := range list.Layers {
		names = append(names, l.Name)
	}
	if strings.Join(names, " ") != "communities devices" || list.Layers[1].Count != 3 {
		t.Errorf("layers %v: the workspace's books must not be among them", names)
	}
}

func TestFeaturesPageByPage(t *testing.T) {
	s, _ := serve(t)
	type page struct {
		Features []struct{ ID string }
		Next     *string
	}
	first := decode[page](t, call{path: "/api/layers/devices/features?limit=2"}.do(t, s))
	if len(first.Features) != 2 || first.Next == nil || *first.Next != "b" {
		t.Fatalf("first page %+v", first)
	}
	second := decode[page](t, call{path: "/api/layers/devices/features?limit=2&after=b"}.do(t, s))
	if len(second.Features) != 1 || second.Features[0].ID != "c" || second.Next != nil {
		t.Errorf("second page %+v", second)
	}
	far := decode[page](t, call{path: "/api/layers/devices/features?bbox=1,1,2,2"}.do(t, s))
	if len(far.Features) != 0 {
		t.Errorf("a box elsewhere gives %+v", far)
	}
}

// Everything that cannot be answered says so in both languages, with a code, and
// nothing of the inside.
func TestRefusals(t *testing.T) {
	s, _ := serve(t)
	for _, tc := range []struct {
		name   string
		call   call
		status int
	}{
		{"no layer", call{path: "/api/layers/nothing/features"}, 404},
		{"no feature", call{path: "/api/layers/devices/features/zzz"}, 404},
		{"box of three", call{path: "/api/layers/devices/features?bbox=1,2,3"}, 422},
		{"box upside down", call{path: "/api/layers/devices/features?bbox=1,2,3,1"}, 422},
		{"box not numbers", call{path: "/api/layers/devices/features?bbox=a,b,c,NaN"}, 422},
		{"limit too high", call{path: "/api/layers/devices/features?limit=100000"}, 422},
		{"tile of no layer", call{path: "/tiles/nothing/1/0/0.mvt"}, 404},
		{"tile named twice", call{path: "/tiles/devices,devices/1/0/0.mvt"}, 422},
		{"tile outside", call{path: "/tiles/devices/1/2/0.mvt"}, 422},
		{"tile too deep", call{path: "/tiles/devices/99/0/0.mvt"}, 422},
		{"tile of huge number", call{path: "/tiles/devices/3/99999999999999999999/0.mvt"}, 422},
		{"walk of nothing known", call{method: "POST", path: "/api/analyses/walk", body: `{"preset":"nothing"}`}, 422},
		{"walk with a wrong body", call{method: "POST", path: "/api/analyses/walk", body: `{"minutes":"five"}`}, 422},
		{"why without a place", call{path: "/api/why"}, 422},
		{"why beyond the world", call{path: "/api/why?lon=500&lat=0"}, 422},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := tc.call.do(t, s)
			if w.Code != tc.status {
				t.Errorf("status %d, want %d: %s", w.Code, tc.status, w.Body)
			}
			p := decode[problem](t, w)
			if p.Code == "" || p.Message.ZH == "" || p.Message.EN == "" {
				t.Errorf("not a problem in both languages: %s", w.Body)
			}
		})
	}
}

// Other sites, and names that other sites have point here, get nothing.
func TestOnlyThisMachine(t *testing.T) {
	s, _ := serve(t)
	if w := (call{path: "/api/workspace", header: map[string]string{"Host": "evil.example"}}).do(t, s); w.Code != http.StatusMisdirectedRequest {
		t.Errorf("foreign host: status %d", w.Code)
	}
	post := call{method: "POST", path: "/api/analyses/walk", body: `{}`, header: map[string]string{"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}}
	if w := post.do(t, s); w.Code != http.StatusForbidden {
		t.Errorf("write from another site: status %d", w.Code)
	}
	for addr, ok := range map[string]bool{"127.0.0.1:80": true, "localhost:1": true, "[::1]:80": true, ":8080": false, "0.0.0.0:80": false, "192.168.1.2:80": false, "nonsense": false} {
		if err := RequireLoopback(addr); (err == nil) != ok {
			t.Errorf("RequireLoopback(%q) = %v", addr, err)
		}
	}
}

func TestTileFollowsTheStore(t *testing.T) {
	s, store := serve(t)
	var at tiles.Coord
	for c := range tiles.Cover(geo.ExtentOf(place), 16, 16) {
		at = c
	}
	get := func(etag string) *httptest.ResponseRecorder {
		return call{path: "/tiles/devices,communities/" + at.String() + ".mvt", header: map[string]string{"If-None-Match": etag}}.do(t, s)
	}
	first := get("")
	tile, err := mvt.Decode(first.Body.Bytes())
	if err != nil || first.Code != 200 || len(tile.Layers) != 2 {
		t.Fatalf("status %d, %v, %d layers", first.Code, err, len(tile.Layers))
	}
	etag := first.Header().Get("ETag")
	if w := get(etag); w.Code != http.StatusNotModified {
		t.Errorf("unchanged tile answers %d", w.Code)
	}
	if _, err := store.Apply(t.Context(), layers.Batch{Edits: []layers.Edit{{Layer: "devices", Op: layers.Delete, Feature: geo.Feature{ID: "a"}}}}); err != nil {
		t.Fatal(err)
	}
	if w := get(etag); w.Code != 200 || w.Header().Get("ETag") == etag {
		t.Errorf("a tile whose feature is gone answers %d with the old tag", w.Code)
	}
}

func TestTileJSON(t *testing.T) {
	s, _ := serve(t)
	d := decode[tiles.TileJSON](t, call{path: "/tiles/devices.json"}.do(t, s))
	if d.TileJSON != "3.0.0" || len(d.VectorLayers) != 1 || !strings.HasSuffix(d.Tiles[0], "/tiles/devices/{z}/{x}/{y}.mvt") {
		t.Errorf("%+v", d)
	}
}

func TestPlainRoutes(t *testing.T) {
	s, _ := serve(t)
	missing := http.StatusNotFound
	if !web.Built() { // the page then says how to build it
		missing = http.StatusServiceUnavailable
	}
	for path, status := range map[string]int{"/healthz": 204, "/readyz": 204, "/metrics": 200, "/openapi.json": 200, "/nowhere": 404, "/_/nothing.js": missing} {
		if w := (call{path: path}).do(t, s); w.Code != status {
			t.Errorf("%s answers %d, want %d", path, w.Code, status)
		}
	}
}
