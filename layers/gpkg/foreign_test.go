package gpkg_test

import (
	"database/sql"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/gpkg"
	"yiju/layers/memory"
)

func camera(id string, x float64, name string) geo.Feature {
	f := geo.Feature{ID: id, Geometry: orb.Point{x, 36}}
	if name != "" {
		f.Set("name", name)
	}
	return f
}

func read(t *testing.T, s layers.Reader, layer string, q layers.Query) []geo.Feature {
	t.Helper()
	var out []geo.Feature
	for f, err := range s.Features(t.Context(), layer, q) {
		if err != nil {
			t.Fatalf("Features(%s, %+v): %v", layer, q, err)
		}
		out = append(out, f)
	}
	return out
}

// three cameras, at revision 1.
func three(t *testing.T) (*gpkg.Store, *sql.DB) {
	t.Helper()
	s, path := create(t)
	apply(t, s, layers.Batch{Edits: adds("cameras", camera("a", 1, "一"), camera("b", 2, "二"), camera("c", 3, "三"))})
	return s, gpkg.Foreign(t, path)
}

func exec1(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// The same edits are made from outside and, as edits, to the store in memory; the
// two must agree in all but the author.
func TestExternalEditsAreARevision(t *testing.T) {
	s, db := three(t)
	oracle := memory.New()
	apply(t, oracle, layers.Batch{Edits: adds("cameras", camera("a", 1, "一"), camera("b", 2, "二"), camera("c", 3, "三"))})
	moved := camera("c", 9, "三")
	steps := []struct {
		outside []string
		edits   []layers.Edit
	}{
		{[]string{"UPDATE cameras SET name = 'neu' WHERE id = 'a'"}, []layers.Edit{{Layer: "cameras", Op: layers.Update, Feature: camera("a", 1, "neu")}}},
		{[]string{"DELETE FROM cameras WHERE id = 'b'"}, []layers.Edit{{Layer: "cameras", Op: layers.Delete, Feature: camera("b", 0, "")}}},
		{[]string{"UPDATE cameras SET geom = x'" + fmt.Sprintf("%x", gpkg.Blob(t, moved)) + "' WHERE id = 'c'"}, []layers.Edit{{Layer: "cameras", Op: layers.Update, Feature: moved}}},
		{[]string{"INSERT INTO cameras (id, name) VALUES ('d', '四')"}, []layers.Edit{{Layer: "cameras", Op: layers.Add, Feature: geo.Feature{ID: "d", Attributes: map[string]any{"name": "四"}}}}},
		{[]string{"UPDATE cameras SET id = 'e' WHERE id = 'd'", "UPDATE cameras SET name = 'a1' WHERE id = 'a'", "UPDATE cameras SET name = 'a2' WHERE id = 'a'", "INSERT INTO cameras (id) VALUES ('gone')", "DELETE FROM cameras WHERE id = 'gone'"},
			[]layers.Edit{{Layer: "cameras", Op: layers.Delete, Feature: geo.Feature{ID: "d"}}, {Layer: "cameras", Op: layers.Add, Feature: geo.Feature{ID: "e", Attributes: map[string]any{"name": "四"}}}, {Layer: "cameras", Op: layers.Update, Feature: camera("a", 1, "a2")}}},
	}
	for _, step := range steps {
		for _, q := range step.outside {
			exec1(t, db, q)
		}
		apply(t, oracle, layers.Batch{Author: gpkg.Adopter, Edits: step.edits})
		// Reading is enough for them to be taken in.
		if diff := cmp.Diff(read(t, oracle, "cameras", layers.Query{}), read(t, s, "cameras", layers.Query{})); diff != "" {
			t.Fatalf("after %v (-want +got):\n%s", step.outside, diff)
		}
	}
	apply(t, s, layers.Batch{Clear: []string{"cameras"}})
	apply(t, oracle, layers.Batch{Clear: []string{"cameras"}})
	newest := layers.Revision(len(steps) + 2)
	for r := layers.Revision(1); r <= newest; r++ {
		if diff := cmp.Diff(read(t, oracle, "cameras", layers.Query{At: r}), read(t, s, "cameras", layers.Query{At: r})); diff != "" {
			t.Errorf("at revision %d (-want +got):\n%s", r, diff)
		}
	}
	want, _ := oracle.Changes(t.Context(), 0)
	got, err := s.Changes(t.Context(), 0)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d changes, %v; want %d", len(got), err, len(want))
	}
	for i := range want {
		want[i].At = got[i].At
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestExternalRowsThatBreakTheSchema(t *testing.T) {
	s, db := three(t)
	line := geo.Feature{Geometry: orb.LineString{{1, 2}, {3, 4}}}
	exec1(t, db, "INSERT INTO cameras (fid, name, height_m) VALUES (50, 'no id', 12)")
	exec1(t, db, "INSERT INTO cameras (fid, id, height_m, networked, pixels_w, name) VALUES (51, '', -7, 5, 'abc', x'ff00')")
	exec1(t, db, "INSERT INTO cameras (fid, id, geom) VALUES (52, 'line', ?)", gpkg.Blob(t, line))
	exec1(t, db, "INSERT INTO cameras (fid, id, geom, yiju_extra, yiju_quality, yiju_source, yiju_version) VALUES (53, 'x50', 'text', 'no json', '[1', '{\"name\": 3}', 999)")
	exec1(t, db, "INSERT INTO cameras (fid, id, geom, yiju_extra) VALUES (54, 'z', x'4750000100000000010100000000000000000000000000000000000040', '{\"a\": {\"b\": 1}}')")
	got := map[string]geo.Feature{}
	for _, f := range read(t, s, "cameras", layers.Query{At: 2}) {
		if f.Version == 2 {
			got[f.ID] = f
		}
	}
	const note = "external_edit: "
	want := map[string]geo.Feature{
		"x50.2": {ID: "x50.2", Version: 2, Attributes: map[string]any{"name": "no id", "height_m": 12.0}},
		"x51": {ID: "x51", Version: 2, Extra: map[string]any{"height_m": -7.0, "networked": int64(5), "pixels_w": "abc", "name": "��"},
			Quality: []string{note + "value moved to extra: pixels_w", note + "value moved to extra: networked", note + "value moved to extra: height_m", note + "value moved to extra: name"}},
		"line": {ID: "line", Version: 2, Extra: map[string]any{"geometry_blob": fmt.Sprintf("%x", gpkg.Blob(t, line))}, Quality: []string{note + "geometry moved to extra"}},
		"x50":  {ID: "x50", Version: 2, Extra: map[string]any{"geometry_blob": fmt.Sprintf("%x", "text"), "extra": "no json"}, Quality: []string{"[1", note + "geometry moved to extra", note + "text was not JSON: extra"}},
		"z":    {ID: "z", Version: 2, Geometry: orb.Point{0, 2}, Extra: map[string]any{"extra": `{"a": {"b": 1}}`}, Quality: []string{note + "text was not JSON: extra"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("features taken in (-want +got):\n%s", diff)
	}
	schema, _ := layers.Schema("cameras")
	for _, f := range read(t, s, "cameras", layers.Query{}) {
		for _, p := range schema.Check(&f) {
			t.Errorf("the store holds what it would refuse: %v", p)
		}
	}
	box := geo.Extent{MinX: -1, MinY: 1, MaxX: 0.5, MaxY: 3}
	if got := read(t, s, "cameras", layers.Query{Extent: &box}); len(got) != 1 || got[0].ID != "z" {
		t.Errorf("within an extent: %v", got)
	}
}

func TestExternalTables(t *testing.T) {
	s, db := three(t)
	apply(t, s, layers.Batch{Edits: adds("greens", geo.Feature{ID: "g"})})
	infos := func() map[string]layers.Info {
		all, err := s.Layers(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]layers.Info{}
		for _, i := range all {
			out[i.Schema.Layer] = i
		}
		return out
	}
	exec1(t, db, "ALTER TABLE cameras ADD COLUMN 品牌 TEXT(20)")
	exec1(t, db, "ALTER TABLE cameras ADD COLUMN photo BLOB")
	exec1(t, db, "ALTER TABLE cameras ADD COLUMN bought DATE")
	exec1(t, db, "UPDATE cameras SET 品牌 = '甲', bought = '2024-05-01', photo = x'00' WHERE id = 'b'")
	got := read(t, s, "cameras", layers.Query{IDs: []string{"b"}})
	if want := map[string]any{"name": "二", "品牌": "甲", "bought": "2024-05-01"}; len(got) != 1 || cmp.Diff(want, got[0].Attributes) != "" {
		t.Errorf("with new columns: %v", got)
	}
	schema := infos()["cameras"].Schema
	if f, ok := schema.Field("品牌"); !ok || f.Type != geo.String {
		t.Errorf("the column is the field %v", f)
	}
	f := camera("n", 5, "")
	f.Set("品牌", "乙")
	apply(t, s, layers.Batch{Edits: adds("cameras", f)})
	before := read(t, s, "cameras", layers.Query{})

	// A program that makes the table anew loses the triggers.
	exec1(t, db, "DROP TRIGGER yiju_was_1_insert; DROP TRIGGER yiju_was_1_update; DROP TRIGGER yiju_was_1_delete; ALTER TABLE cameras DROP COLUMN code")
	exec1(t, db, "UPDATE cameras SET name = 'unseen' WHERE id = 'a'")
	after := read(t, s, "cameras", layers.Query{})
	if len(after) != len(before) || after[0].Attributes["name"] != "unseen" || after[0].Version <= before[0].Version {
		t.Errorf("after triggers were lost: %v", after)
	}
	exec1(t, db, "UPDATE cameras SET name = 'seen' WHERE id = 'a'")
	r, err := s.Newest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if now, then := read(t, s, "cameras", layers.Query{}), read(t, s, "cameras", layers.Query{At: r - 1}); now[0].Attributes["name"] != "seen" || then[0].Attributes["name"] != "unseen" {
		t.Errorf("triggers are not back: now %v, before %v", now[0], then[0])
	}
	f.Set("code", "37060200001320000001")
	apply(t, s, layers.Batch{Edits: []layers.Edit{{Layer: "cameras", Op: layers.Update, Feature: f}}})

	exec1(t, db, "DROP TABLE greens")
	if _, there := infos()["greens"]; there {
		t.Error("a layer without table is there")
	}
	apply(t, s, layers.Batch{Edits: adds("greens", geo.Feature{ID: "again"})})
	if got := read(t, s, "greens", layers.Query{At: 2}); len(got) != 0 {
		t.Errorf("the new layer has the history of the old one: %v", got)
	}
}

// A conflict must be seen by the author of an edit, whoever else wrote.
func TestExternalEditsConflict(t *testing.T) {
	s, db := three(t)
	exec1(t, db, "UPDATE cameras SET name = 'theirs' WHERE id = 'a'")
	_, err := s.Apply(t.Context(), layers.Batch{Edits: []layers.Edit{{Layer: "cameras", Op: layers.Update, Feature: camera("a", 1, "mine"), Seen: 1}}})
	if c, ok := err.(*layers.ConflictError); !ok || c.Conflicts[0].Theirs.Attributes["name"] != "theirs" || c.Conflicts[0].Theirs.Version != 2 {
		t.Errorf("Apply: %v; want a conflict with their version 2", err)
	}
}

// GDAL edits as QGIS does.
func TestGDALEdits(t *testing.T) {
	ogrinfo, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo is not here; install gdal-bin")
	}
	s, path := create(t)
	apply(t, s, layers.Batch{Edits: adds("cameras", camera("a", 1, "一"), camera("b", 2, "二"), camera("c", 3, "三"))})
	gdal := func(sql string) {
		t.Helper()
		cmd := exec.Command(ogrinfo, "-q", path, "-sql", sql)
		var said strings.Builder
		cmd.Stderr = &said
		if err := cmd.Run(); err != nil || said.Len() > 0 {
			t.Fatalf("%s: %v\n%s", sql, err, said.String())
		}
	}
	for _, running := range []bool{true, false} {
		if !running {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		gdal("UPDATE cameras SET name = 'by GDAL', height_m = 4.5 WHERE id = 'b'")
		gdal("INSERT INTO cameras (name, geom) SELECT 'new', geom FROM cameras WHERE id = 'a'")
		gdal(fmt.Sprintf("ALTER TABLE cameras ADD COLUMN colour_%v TEXT", running))
		if !running {
			if s, err = gpkg.Open(t.Context(), path); err != nil {
				t.Fatal(err)
			}
			defer s.Close()
		}
		got := read(t, s, "cameras", layers.Query{})
		b := got[1]
		if b.Attributes["name"] != "by GDAL" || b.Attributes["height_m"] != 4.5 {
			t.Errorf("running %v: b = %v", running, b)
		}
		added := got[len(got)-1]
		if !strings.HasPrefix(added.ID, "x") || added.Attributes["name"] != "new" || cmp.Diff(orb.Geometry(orb.Point{1, 36}), added.Geometry) != "" {
			t.Errorf("running %v: added %v", running, added)
		}
	}
	all, err := s.Changes(t.Context(), 1)
	if err != nil || len(all) < 2 || all[0].Author != gpkg.Adopter {
		t.Errorf("changes %v, %v", all, err)
	}
}
