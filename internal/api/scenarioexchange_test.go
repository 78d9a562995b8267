package api

import (
	"encoding/json"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiju/layers"
)

// A scenario goes out as a file and comes back as the same content, by either format.
func TestExportAndImport(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	onStores(t, func(t *testing.T, s *Server, store layers.Store) {
		before := inputs(t, store)
		id := create(t, s, "来回 50%")
		sc := edit(t, s, id, appends(newLamp("x", orb.Point{place[0], place[1] + 0.0003}),
			obj{"layer": "buildings", "op": "change", "id": "house", "set": obj{"floors": 7}},
			obj{"layer": "devices", "op": "delete", "id": "lamp-03"})).Scenario
		for format, contentType := range map[string]string{"gpkg": gpkgType, "geojson": geoJSONType} {
			w := call{path: "/api/scenarios/" + id + "/export?format=" + format}.do(t, s)
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != contentType {
				t.Fatalf("%s: status %d, %s", format, w.Code, w.Header().Get("Content-Type"))
			}
			_, params, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
			if err != nil || params["filename"] != "来回 50%."+format {
				t.Errorf("%s: name %q, %v", format, params["filename"], err)
			}
			body := obj{"name": "回来", "author": "乙", "file": obj{"name": `C:\files\x.` + format, "data": w.Body.Bytes()}, "dry_run": true}
			dry := send[importBody](t, s, "POST", "/api/scenarios/import", body, 200)
			if dry.Scenario != nil || dry.Report == nil || !dry.Report.DryRun || dry.Report.Hash != sc.Hash {
				t.Errorf("%s: dry run %+v", format, dry)
			}
			body["dry_run"] = false
			back := send[importBody](t, s, "POST", "/api/scenarios/import", body, 200)
			if back.Scenario == nil || back.Scenario.Hash != sc.Hash || back.Scenario.Name != "回来" || back.Scenario.Author != "乙" {
				t.Errorf("%s: came back as %+v", format, back.Scenario)
			}
		}
		if n := len(get[scenariosBody](t, s, "/api/scenarios").Scenarios); n != 3 {
			t.Errorf("%d scenarios, want the first and two that came back", n)
		}
		if after := inputs(t, store); after != before {
			t.Error("the base changed")
		}
		if left, err := filepath.Glob(filepath.Join(os.TempDir(), "yiju-*")); err != nil || len(left) != 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
}

// A drawing becomes what it changes; a file that is none is refused whole.
func TestImportADrawing(t *testing.T) {
	s, _ := serve(t)
	point := func(id string, p orb.Point, smart bool) obj {
		return obj{"type": "Feature", "id": id, "properties": obj{"kind": "lamp", "smart": smart}, "geometry": obj{"type": "Point", "coordinates": p}}
	}
	drawing, err := json.Marshal(obj{"type": "FeatureCollection", "features": []obj{
		point("a", place, true), point("b", place, true), point("new", orb.Point{place[0] + 0.001, place[1]}, false)}})
	if err != nil {
		t.Fatal(err)
	}
	try := func(name string, data []byte, layer string, status int) importBody {
		return send[importBody](t, s, "POST", "/api/scenarios/import", obj{"layer": layer, "file": obj{"name": name, "data": data}}, status)
	}
	done := try("devices.geojson", drawing, "devices", 200)
	got := make(map[touchedBody]bool)
	for _, touched := range done.Scenario.Touched {
		got[touched] = true
	}
	if len(got) != 2 || !got[touchedBody{"devices", "b", "changed"}] {
		t.Errorf("touched %+v; report %+v", done.Scenario.Touched, done.Report)
	}
	for name, status := range map[string]int{"x.geojson": 422, "x.gpkg": 422, "x.exe": 422, "..": 422, "/": 422} {
		try(name, []byte("\x00\x01nothing"), "devices", status)
	}
	try("devices.geojson", drawing, "runs", 422)
	huge := call{method: "POST", path: "/api/scenarios/import", body: strings.Repeat(" ", maxLayoutBody+1)}
	expect[problem](t, huge.do(t, s), http.StatusRequestEntityTooLarge)
	if n := len(get[scenariosBody](t, s, "/api/scenarios").Scenarios); n != 1 {
		t.Errorf("%d scenarios, want 1", n)
	}
}
