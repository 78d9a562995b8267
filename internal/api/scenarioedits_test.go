package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/layers"
)

// JSON knows one kind of number; attributes take the types that the schema declares,
// and what does not fit is named, all of it at once.
func TestEditsTakeTheTypesOfTheSchema(t *testing.T) {
	onStores(t, func(t *testing.T, s *Server, _ layers.Store) {
		id := create(t, s, "类型")
		edit(t, s, id, appends(
			obj{"layer": "buildings", "op": "change", "id": "house", "set": obj{"floors": 12, "height_m": 36, "name": "一号楼"}},
			obj{"layer": "buildings", "op": "add", "id": "new", "feature": obj{"properties": obj{"floors": 2.0, "height_m": 6.5},
				"extra": obj{"whole": 3, "real": 3.5, "text": "3", "yes": true}, "source": obj{"name": "图纸"}, "quality": []string{"drawn"}}}))
		at, err := s.at(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		got := make(map[string]map[string]any)
		for f, err := range at.store.Features(t.Context(), "buildings", layers.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
			got[f.ID] = f.Attributes
			for name, v := range f.Extra {
				got[f.ID]["extra "+name] = v
			}
		}
		want := map[string]map[string]any{
			"house": {"floors": int64(12), "height_m": 36.0, "name": "一号楼"},
			"new":   {"floors": int64(2), "height_m": 6.5, "extra whole": int64(3), "extra real": 3.5, "extra text": "3", "extra yes": true},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		p := send[problem](t, s, "POST", "/api/scenarios/"+id+"/edits", appends(
			obj{"layer": "buildings", "op": "change", "id": "house", "set": obj{"floors": 2.5, "name": 7, "nothing": "x"}},
			obj{"layer": "devices", "op": "change", "id": "lamp-00", "set": obj{"smart": "yes"}}), 422)
		var named []string
		for _, one := range p.Problems {
			named = append(named, one.Layer+"/"+one.ID+" "+one.Field)
		}
		slices.Sort(named)
		if diff := cmp.Diff([]string{"buildings/house floors", "buildings/house name", "buildings/house nothing", "devices/lamp-00 smart"}, named); diff != "" || p.Code != "invalid" {
			t.Errorf("%s: %s", p.Code, diff)
		}
	})
}

// What cannot be an edit is refused in both languages, and nothing of its batch is
// written.
func TestWrongEditsAreRefused(t *testing.T) {
	s, _ := serve(t)
	id := create(t, s, "错误")
	way := func(geometry string) string {
		return `{"steps":[{"do":"append","edit":{"layer":"devices","op":"add","feature":{"id":"good"}}},{"do":"append","edit":{"layer":"ways","op":"add","feature":{"id":"w","geometry":` + geometry + `}}}]}`
	}
	step := func(json string) string { return `{"steps":[` + json + `]}` }
	nested := strings.Repeat(`{"type":"GeometryCollection","geometries":[`, 50) + strings.Repeat(`]}`, 50)
	deep := strings.Repeat(`{"type":"GeometryCollection","geometries":[`, 5000) + strings.Repeat(`]}`, 5000)
	for name, tt := range map[string]struct {
		body   string
		status int
	}{
		"not JSON":                  {`{"steps":`, 400},
		"no steps":                  {`{"steps":[]}`, 422},
		"an unknown member":         {`{"steps":[{"do":"remove","seqs":[1]}],"stpes":[]}`, 422},
		"an unknown member inside":  {step(`{"do":"append","edit":{"layer":"devices","op":"delete","id":"a","colour":"red"}}`), 422},
		"an unknown step":           {step(`{"do":"undo","seqs":[1]}`), 422},
		"an unknown layer":          {step(`{"do":"append","edit":{"layer":"nothing","op":"delete","id":"a"}}`), 404},
		"a result layer":            {step(`{"do":"append","edit":{"layer":"runs","op":"add","feature":{"id":"r"}}}`), 422},
		"a book":                    {step(`{"do":"append","edit":{"layer":"scenarios","op":"delete","id":"x"}}`), 422},
		"an unknown operation":      {step(`{"do":"append","edit":{"layer":"devices","op":"burn","id":"a"}}`), 422},
		"no edit":                   {step(`{"do":"append"}`), 422},
		"an edit too many":          {step(`{"do":"remove","seqs":[1],"edit":{"layer":"devices","op":"delete","id":"a"}}`), 422},
		"no feature":                {step(`{"do":"append","edit":{"layer":"devices","op":"add","id":"a"}}`), 422},
		"an id that differs":        {step(`{"do":"append","edit":{"layer":"devices","op":"add","id":"a1","feature":{"id":"a2"}}}`), 422},
		"a set in a move":           {step(`{"do":"append","edit":{"layer":"devices","op":"move","id":"a","set":{"smart":true}}}`), 422},
		"an edit that is not there": {step(`{"do":"remove","seqs":[99]}`), 422},
		"a replacement of two":      {step(`{"do":"replace","seqs":[1,2],"edit":{"layer":"devices","op":"delete","id":"a"}}`), 422},
		"a geometry of no kind":     {way(`{"type":"Spiral","coordinates":[]}`), 422},
		"a geometry as text":        {way(`"POINT(1 2)"`), 422},
		"a number in its place":     {way(`7`), 422},
		"a feature in its place":    {way(`{"type":"Feature","geometry":null,"properties":{}}`), 422},
		"a ring that is open":       {way(`{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1]]]}`), 422},
		"a height for one of two":   {way(`{"type":"LineString","coordinates":[[0,0,1],[0,1]]}`), 422},
		"heights of an area":        {way(`{"type":"Polygon","coordinates":[[[0,0,5],[0,1,5],[1,1,5],[0,0,5]]]}`), 422},
		"heights that do not fit":   {step(`{"do":"append","edit":{"layer":"ways","op":"add","feature":{"id":"w","z_m":[1],"geometry":{"type":"LineString","coordinates":[[0,0],[0,1]]}}}}`), 422},
		"two heights at odds":       {step(`{"do":"append","edit":{"layer":"ways","op":"add","feature":{"id":"w","z_m":[1,2],"geometry":{"type":"LineString","coordinates":[[0,0,1],[0,1,3]]}}}}`), 422},
		"a wrong shape":             {way(`{"type":"Point","coordinates":[0,0]}`), 422},
		"a coordinate too large":    {way(`{"type":"LineString","coordinates":[[1e999,0],[0,1]]}`), 400},
		"collections without end":   {way(deep), 400},
		"collections that nest":     {way(nested), 422},
		"extra that nests":          {step(`{"do":"append","edit":{"layer":"devices","op":"add","feature":{"id":"d","extra":{"a":{"b":1}}}}}`), 422},
		"a name without end":        {step(`{"do":"append","edit":{"layer":"devices","op":"add","feature":{"id":"` + strings.Repeat("x", 5000) + `"}}}`), 422},
		"a comment without end":     {step(`{"do":"append","edit":{"layer":"devices","op":"delete","id":"a","comment":"` + strings.Repeat("x", 5000) + `"}}`), 422},
		"too many steps":            {step(strings.TrimSuffix(strings.Repeat(`{"do":"remove","seqs":[1]},`, 1001), ",")), 422},
		"too many bytes":            {step(`{"do":"append","edit":{"layer":"devices","op":"delete","id":"a","comment":"` + strings.Repeat("x", maxEditsBody) + `"}}`), 413},
	} {
		t.Run(name, func(t *testing.T) {
			w := call{method: "POST", path: "/api/scenarios/" + id + "/edits", body: tt.body}.do(t, s)
			p := expect[problem](t, w, tt.status)
			if p.Code == "" || p.Message.ZH == "" || p.Message.EN == "" || len(w.Body.String()) > 10_000 {
				t.Errorf("not a problem in both languages: %.500s", w.Body)
			}
		})
	}
	if sc := get[scenarioBody](t, s, "/api/scenarios/"+id); len(sc.Edits) != 0 {
		t.Errorf("%d edits of what was refused are there", len(sc.Edits))
	}
}

// No route knows a scenario that is not there.
func TestUnknownScenario(t *testing.T) {
	s, _ := serve(t)
	for _, c := range []call{
		{path: "/api/scenarios/none"}, {path: "/api/scenarios/none/live?profile=" + growth}, {path: "/api/scenarios/none/events"},
		{method: "PATCH", path: "/api/scenarios/none", body: `{"name":"x"}`},
		{method: "POST", path: "/api/scenarios/none/copy", body: `{"name":"x"}`},
		{method: "POST", path: "/api/scenarios/none/archive"}, {method: "POST", path: "/api/scenarios/none/restore"},
		{method: "POST", path: "/api/scenarios/none/approve", body: `{"by":"x","hash":"y"}`},
		{method: "POST", path: "/api/scenarios/none/edits", body: `{"steps":[{"do":"remove","seqs":[1]}]}`},
		{path: "/api/workspace?scenario=none"}, {path: "/api/layers?scenario=none"}, {path: "/api/layers/devices/features?scenario=none"},
		{path: "/api/layers/devices/features/a?scenario=none"}, {path: "/api/runs?scenario=none"}, {path: "/api/judgements?scenario=none"},
		{path: "/api/why?lon=117&lat=36&scenario=none"}, {path: "/api/radio/section?cell=a&lon=117&lat=36&scenario=none"},
		{path: "/api/cameras/section?camera=a&lon=117&lat=36&scenario=none"}, {path: "/api/judgements/report?profile=x&scenario=none"},
		{method: "POST", path: "/api/judgements?scenario=none", body: `{"profile":"` + growth + `"}`},
		{method: "POST", path: "/api/analyses/walk?scenario=none", body: `{}`}, {method: "POST", path: "/api/analyses/radio?scenario=none", body: `{}`},
		{method: "POST", path: "/api/analyses/radio/advice?scenario=none", body: `{}`}, {method: "POST", path: "/api/analyses/cameras?scenario=none", body: `{}`},
		{path: "/tiles/devices.json?scenario=none"}, {path: "/tiles/devices/1/0/0.mvt?scenario=none"},
	} {
		if p := expect[problem](t, c.do(t, s), http.StatusNotFound); p.Code != "no-scenario" {
			t.Errorf("%s %s: %s", c.method, c.path, p.Code)
		}
	}
}

// Who edits what somebody else has edited meanwhile is told, and shown both sides;
// who edits something else is not.
func TestTwoEditors(t *testing.T) {
	onStores(t, func(t *testing.T, s *Server, _ layers.Store) {
		id := create(t, s, "两人")
		path := "/api/scenarios/" + id + "/edits"
		base := get[feature](t, s, "/api/layers/devices/features/lamp-01?scenario="+id)
		seen := func(smart bool, lamp string) obj {
			return obj{"author": "乙", "steps": []obj{{"do": "append", "seen": base.Version, "edit": obj{
				"layer": "devices", "op": "change", "id": lamp, "set": obj{"smart": smart}}}}}
		}
		edit(t, s, id, seen(true, "lamp-01"))
		p := send[problem](t, s, "POST", path, seen(false, "lamp-01"), http.StatusConflict)
		if p.Code != "conflict" || len(p.Conflicts) != 1 {
			t.Fatalf("%+v", p)
		}
		c := p.Conflicts[0]
		if c.Layer != "devices" || c.ID != "lamp-01" || c.Yours == nil || c.Theirs == nil ||
			c.Yours.Properties["smart"] != false || c.Theirs.Properties["smart"] != true || c.Theirs.Geometry == nil {
			t.Errorf("conflict %+v", c)
		}
		edit(t, s, id, seen(true, "lamp-03"))
		gone := edit(t, s, id, appends(obj{"layer": "devices", "op": "delete", "id": "lamp-05"}))
		p = send[problem](t, s, "POST", path, seen(true, "lamp-05"), http.StatusConflict)
		if len(p.Conflicts) != 1 || p.Conflicts[0].Theirs != nil {
			t.Errorf("what was deleted: %+v", p.Conflicts)
		}
		old := gone.Scenario.Edits[0].Version
		send[problem](t, s, "POST", path, obj{"steps": []obj{{"do": "remove", "seqs": []int{1}, "seen": old - 1}}}, http.StatusConflict)
		edit(t, s, id, obj{"steps": []obj{{"do": "remove", "seqs": []int{1}, "seen": old}}})
	})
}

// Editors who come at the same time lose nothing.
func TestManyEditorsAtOnce(t *testing.T) {
	onStores(t, func(t *testing.T, s *Server, _ layers.Store) {
		id := create(t, s, "许多人")
		var work sync.WaitGroup
		for who := range 4 {
			work.Go(func() {
				for n := range 5 {
					body, err := json.Marshal(appends(newLamp(fmt.Sprintf("l-%d-%d", who, n), orb.Point{place[0], place[1]})))
					if err != nil {
						t.Error(err)
						return
					}
					if w := (call{method: "POST", path: "/api/scenarios/" + id + "/edits", body: string(body)}).do(t, s); w.Code != 200 {
						t.Errorf("editor %d: status %d: %s", who, w.Code, w.Body)
					}
				}
			})
		}
		work.Wait()
		sc := get[scenarioBody](t, s, "/api/scenarios/"+id)
		if len(sc.Edits) != 20 || len(sc.Touched) != 20 || sc.Edits[19].Seq != 20 {
			t.Errorf("%d edits, %d touched, want 20", len(sc.Edits), len(sc.Touched))
		}
	})
}

// Requests of one scenario take turns, those of another do not wait for them, and one
// that is overtaken while it waits gives up.
func TestTurns(t *testing.T) {
	var turns turns
	leave, err := turns.take(t.Context(), "a", 1)
	if err != nil {
		t.Fatal(err)
	}
	other, err := turns.take(t.Context(), "b", 1)
	if err != nil {
		t.Fatal(err)
	}
	other()
	type outcome struct {
		version int64
		err     error
		late    bool // the turn of version 3 had come before
	}
	results := make(chan outcome)
	var third atomic.Bool
	for _, version := range []int64{2, 3} {
		go func() {
			leave, err := turns.take(t.Context(), "a", version)
			late := third.Load()
			if err == nil {
				third.Store(version == 3)
				leave()
			}
			results <- outcome{version, err, late}
		}()
	}
	for waiting := 0; waiting < 3; time.Sleep(time.Millisecond) {
		turns.mu.Lock()
		waiting = len(turns.by["a"].wanted)
		turns.mu.Unlock()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := turns.take(ctx, "a", 4); !errors.Is(err, context.Canceled) {
		t.Errorf("a request that ended: %v", err)
	}
	leave()
	for range 2 {
		// Version 4 was asked for, by a request that is gone; nobody computes for it.
		got := <-results
		overtaken := errors.Is(got.err, errOvertaken)
		if got.version == 2 && !overtaken && !got.late || got.version == 3 && got.err != nil {
			t.Errorf("version %d: %v", got.version, got.err)
		}
	}
	if len(turns.by) != 0 {
		t.Errorf("%d turns are left behind", len(turns.by))
	}
}
