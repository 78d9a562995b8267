package api

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
)

// A scenario follows its base: what only one side changed is kept, what both changed is
// asked about, and nothing is written before the last answer. Then it is approved and
// becomes the base.
func TestRebaseAndAdopt(t *testing.T) {
	onStores(t, func(t *testing.T, s *Server, store layers.Store) {
		id := create(t, s, "跟上现状")
		path := "/api/scenarios/" + id
		edit(t, s, id, appends(
			obj{"layer": "buildings", "op": "change", "id": "house", "set": obj{"floors": 7, "name": "方案"}},
			obj{"layer": "ways", "op": "move", "id": "way", "geometry": obj{"type": "LineString", "coordinates": [][]float64{{117.09, 36.17, 90}, {117.091, 36.171, 91}}}},
			obj{"layer": "devices", "op": "change", "id": "lamp-02", "set": obj{"smart": false}}))
		changeBase(t, store)
		before := get[scenarioBody](t, s, path)
		if !before.Behind {
			t.Error("it does not say that the base moved on")
		}
		asked := send[rebaseBody](t, s, "POST", path+"/rebase", obj{}, 200)
		if asked.Done || asked.Scenario.Version != before.Version || asked.To <= asked.From {
			t.Errorf("with conflicts open: %+v", asked)
		}
		checkConflicts(t, asked.Conflicts)
		half := send[rebaseBody](t, s, "POST", path+"/rebase", obj{"to": asked.To, "answers": []obj{{"layer": "devices", "id": "lamp-02", "take": "theirs"}}}, 200)
		if half.Done || len(half.Conflicts) != 2 || half.Scenario.Version != before.Version {
			t.Errorf("with two conflicts open: %+v", half)
		}
		bad := obj{"layer": "ways", "id": "way", "field": "geometry", "take": "value", "value": "anywhere"}
		send[problem](t, s, "POST", path+"/rebase", obj{"answers": []obj{bad}}, 422)
		line := obj{"type": "LineString", "coordinates": [][]float64{{117.09, 36.17, 1}, {117.092, 36.17, 2}}}
		done := send[rebaseBody](t, s, "POST", path+"/rebase", obj{"to": asked.To, "seen": before.Version, "answers": []obj{
			{"layer": "devices", "id": "lamp-02", "take": "theirs"},
			{"layer": "buildings", "id": "house", "field": "floors", "take": "value", "value": 8},
			{"layer": "ways", "id": "way", "field": "geometry", "take": "value", "value": line}}}, 200)
		if !done.Done || done.Scenario.Behind || done.Scenario.Base != asked.To || len(done.Conflicts) != 0 || len(done.Scenario.Edits) < 3 {
			t.Fatalf("with every answer: %+v", done)
		}
		house := get[feature](t, s, "/api/layers/buildings/features/house?scenario="+id)
		want := map[string]any{"floors": 8.0, "name": "方案", "height_m": 20.5}
		if diff := cmp.Diff(want, house.Properties); diff != "" {
			t.Errorf("the house -want +got:\n%s", diff)
		}
		way := get[feature](t, s, "/api/layers/ways/features/way?scenario="+id)
		if diff := cmp.Diff([]float64{1, 2}, way.Z); diff != "" {
			t.Errorf("heights of the way: %s", diff)
		}
		adopt(t, s, store, done.Scenario)
	})
}

// changeBase changes what the scenario changes, and something of the same feature that
// it does not.
func changeBase(t *testing.T, store layers.Store) {
	t.Helper()
	if _, err := store.Apply(t.Context(), layers.Batch{Edits: []layers.Edit{
		{Layer: "buildings", Op: layers.Put, Feature: geo.Feature{ID: "house", Geometry: geo.ExtentOf(place).Grow(0.0002).Polygon(), Attributes: map[string]any{"floors": int64(5), "height_m": 20.5}}},
		{Layer: "ways", Op: layers.Put, Feature: geo.Feature{ID: "way", Geometry: orb.LineString{place, {place[0], place[1] + 0.001}}, Attributes: map[string]any{"class": "footway"}}},
		{Layer: "devices", Op: layers.Delete, Feature: geo.Feature{ID: "lamp-02"}},
	}}); err != nil {
		t.Fatal(err)
	}
}

// checkConflicts looks at the three sides of each: an attribute, a place and a feature.
func checkConflicts(t *testing.T, list []rebaseConflict) {
	t.Helper()
	if len(list) != 3 {
		t.Fatalf("%d conflicts, want 3: %+v", len(list), list)
	}
	floors, lamp, way := list[0], list[1], list[2]
	if floors.Field != "floors" || floors.Ancestor != 6.0 || floors.Ours != 7.0 || floors.Theirs != 5.0 {
		t.Errorf("floors: %+v", floors)
	}
	if ours, ok := lamp.Ours.(map[string]any); lamp.Field != "" || lamp.Theirs != nil || !ok || ours["id"] != "lamp-02" || ours["type"] != "Feature" {
		t.Errorf("lamp: %+v", lamp)
	}
	ours, ok := way.Ours.(map[string]any)
	if !ok || way.Field != "geometry" || ours["geometry"].(map[string]any)["type"] != "LineString" {
		t.Fatalf("way: %+v", way)
	}
	if diff := cmp.Diff([]any{90.0, 91.0}, ours["z_m"]); diff != "" {
		t.Errorf("heights: %s", diff)
	}
}

// adopt makes the scenario the base, which then is what the scenario showed.
func adopt(t *testing.T, s *Server, store layers.Store, sc scenarioBody) {
	t.Helper()
	path := "/api/scenarios/" + sc.ID
	send[problem](t, s, "POST", path+"/adopt", obj{"by": "丁"}, http.StatusUnprocessableEntity) // nobody approved it
	send[scenarioBody](t, s, "POST", path+"/approve", obj{"by": "乙", "hash": sc.Hash}, 200)
	at, err := s.at(t.Context(), sc.ID)
	if err != nil {
		t.Fatal(err)
	}
	shown := inputs(t, at.store)
	done := send[adoptBody](t, s, "POST", path+"/adopt", obj{"by": "丁"}, 200)
	if done.Revision <= sc.Base {
		t.Errorf("adopted as revision %d over %d", done.Revision, sc.Base)
	}
	if base := inputs(t, store); base != shown {
		t.Errorf("the base is not what the scenario showed: %s", cmp.Diff(shown, base))
	}
	if after := get[scenarioBody](t, s, path); after.State != "adopted" || after.AdoptedAs != done.Revision {
		t.Errorf("afterwards: %+v", after.ScenarioHead)
	}
	send[problem](t, s, "POST", path+"/edits", appends(newLamp("late", place)), http.StatusUnprocessableEntity)
}
