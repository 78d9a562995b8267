package layerstest

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
)

func invalid(t *testing.T, s layers.Store) {
	apply(t, s, layers.Batch{Define: []geo.Schema{trees(geo.Custom)}, Edits: edit("trees", layers.Add, at("there", 1, 1))})
	bad := func(name string, v any) geo.Feature {
		return geo.Feature{ID: "x", Attributes: map[string]any{name: v}}
	}
	shape := func(g orb.Geometry, z ...float64) geo.Feature { return geo.Feature{ID: "x", Geometry: g, Z: z} }
	for name, f := range map[string]geo.Feature{
		"no id":                  {},
		"id too long":            {ID: strings.Repeat("x", geo.MaxIDBytes+1)},
		"id with zero":           {ID: "a\x00b"},
		"id not UTF-8":           {ID: "\xd6\xd0"},
		"unknown field":          bad("colour", "red"),
		"text for a number":      bad("height_m", "12"),
		"number for a text":      bad("name", 12.0),
		"real for a whole":       bad("count", 1.0),
		"yes for a whole":        bad("count", true),
		"plain int":              bad("count", 1),
		"too large":              bad("height_m", 1.1e300),
		"not a number":           bad("height_m", math.NaN()),
		"code not known":         bad("state", "ugly"),
		"text with zero":         bad("name", "a\x00"),
		"text not UTF-8":         bad("name", "\xff"),
		"extra list":             {ID: "x", Extra: map[string]any{"k": []string{"a"}}},
		"extra infinite":         {ID: "x", Extra: map[string]any{"k": math.Inf(-1)}},
		"extra not UTF-8":        {ID: "x", Extra: map[string]any{"k": "\xff"}},
		"extra key not UTF-8":    {ID: "x", Extra: map[string]any{"\xff": "k"}},
		"source not UTF-8":       {ID: "x", Source: geo.Source{Name: "\xff"}},
		"quality with zero":      {ID: "x", Quality: []string{"\x00"}},
		"infinite place":         shape(orb.Point{math.Inf(1), 0}),
		"place not a number":     shape(orb.LineString{{0, 0}, {0, math.NaN()}}),
		"single vertex":          shape(orb.LineString{{0, 0}}),
		"open ring":              shape(orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}}),
		"short ring":             shape(orb.Polygon{{{0, 0}, {1, 0}, {0, 0}}}),
		"empty ring":             shape(orb.Polygon{{}}),
		"open hole":              shape(orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}, {{0, 0}, {1, 0}, {1, 1}, {0, 1}}}}),
		"missing member":         shape(orb.Collection{nil}),
		"heights of a point":     shape(orb.Point{1, 2}, 3),
		"too few heights":        shape(orb.LineString{{0, 0}, {1, 1}}, 3),
		"height not a number":    shape(orb.LineString{{0, 0}, {1, 1}}, 3, math.NaN()),
		"heights without a line": {ID: "x", Z: []float64{1, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, op := range []layers.Op{layers.Add, layers.Put} {
				err := untouched(t, s, layers.Batch{Edits: edit("trees", op, at("good", 1, 1), f)})
				var want *layers.InvalidError
				if !errors.As(err, &want) || want.Total < 1 || len(want.Problems) < 1 {
					t.Fatalf("%s: %v; want an InvalidError", op, err)
				}
				if p := want.Problems[0]; p.Layer != "trees" || p.Message.ZH == "" || p.Message.EN == "" {
					t.Errorf("the problem %+v does not say where and what", p)
				}
			}
		})
	}
	err := untouched(t, s, adding("pipes", geo.Feature{ID: "x", Geometry: orb.Point{1, 2}}))
	if !errors.As(err, new(*layers.InvalidError)) {
		t.Errorf("a point among lines: %v; want an InvalidError", err)
	}
	err = untouched(t, s, adding("settings", geo.Feature{ID: "x", Geometry: orb.Collection{}}))
	if !errors.As(err, new(*layers.InvalidError)) {
		t.Errorf("a geometry in a table: %v; want an InvalidError", err)
	}
}

// failedBatch spoils a batch at its very end, in each way there is.
func failedBatch(t *testing.T, s layers.Store) {
	apply(t, s, layers.Batch{Define: []geo.Schema{trees(geo.Result)}, Edits: edit("trees", layers.Add, at("old", 1, 1))})
	many := make([]geo.Feature, 2000)
	for i := range many {
		many[i] = at(fmt.Sprintf("n%d", i), float64(i)/100, 30)
	}
	good := append(edit("cameras", layers.Put, many...), edit("trees", layers.Put, at("old", 2, 2))...)
	for name, last := range map[string]layers.Edit{
		"schema":    {Layer: "trees", Op: layers.Put, Feature: geo.Feature{ID: "x", Attributes: map[string]any{"old": 3.0}}},
		"taken":     {Layer: "cameras", Op: layers.Add, Feature: at("n7", 1, 1)},
		"free":      {Layer: "trees", Op: layers.Update, Feature: at("gone", 1, 1)},
		"nothing":   {Layer: "trees", Op: layers.Delete, Feature: at("gone", 1, 1)},
		"seen":      {Layer: "cameras", Op: layers.Put, Feature: at("n7", 1, 1), Seen: 1},
		"layer":     {Layer: "no such layer", Op: layers.Put, Feature: at("x", 1, 1)},
		"operation": {Layer: "trees", Op: "upsert", Feature: at("x", 1, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			untouched(t, s, layers.Batch{Edits: append(good[:len(good):len(good)], last)})
			untouched(t, s, layers.Batch{Clear: []string{"trees"}, Define: []geo.Schema{{Layer: "new", Kind: geo.Custom}}, Edits: append(good[:len(good):len(good)], last)})
		})
	}
	problems := make([]geo.Feature, 3*layers.MaxProblems)
	for i := range problems {
		problems[i] = geo.Feature{ID: fmt.Sprint(i), Attributes: map[string]any{"colour": "red"}}
	}
	var bad *layers.InvalidError
	if err := untouched(t, s, adding("trees", problems...)); !errors.As(err, &bad) || bad.Total != len(problems) || len(bad.Problems) != layers.MaxProblems {
		t.Errorf("%d problems: %v; want all counted and %d listed", len(problems), err, layers.MaxProblems)
	}
	apply(t, s, adding("cameras", at("n7", 1, 1)))
	same(t, "newest revision", last(t, s).Revision, 2)
}

func operations(t *testing.T, s layers.Store) {
	a := geo.Feature{ID: "a", Geometry: orb.Point{1, 1}, Attributes: map[string]any{"name": "一", "code": "37"}, Extra: map[string]any{"k": "v"}}
	apply(t, s, adding("cameras", a, at("b", 2, 2)))
	// An update replaces the whole feature: what it does not carry is gone.
	a2 := geo.Feature{ID: "a", Attributes: map[string]any{"name": "二"}}
	apply(t, s, layers.Batch{Edits: edit("cameras", layers.Update, a2)})
	same(t, "after update", read(t, s, "cameras", layers.Query{}), append(version(2, a2), version(1, at("b", 2, 2))...))
	apply(t, s, layers.Batch{Edits: edit("cameras", layers.Put, at("b", 3, 3), at("c", 4, 4))})
	same(t, "after put", read(t, s, "cameras", layers.Query{}), append(version(2, a2), version(3, at("b", 3, 3), at("c", 4, 4))...))
	apply(t, s, layers.Batch{Edits: edit("cameras", layers.Delete, geo.Feature{ID: "b"})})
	same(t, "after delete", readIDs(t, s, "cameras", layers.Query{}), []string{"a", "c"})
	apply(t, s, adding("cameras", at("b", 5, 5)))
	same(t, "added again", read(t, s, "cameras", layers.Query{IDs: []string{"b"}}), version(5, at("b", 5, 5)))
	if r := apply(t, s, layers.Batch{Author: "王工", Reason: "无"}); r != 6 {
		t.Errorf("an empty batch made revision %d, want 6", r)
	}
}

func editsInOrder(t *testing.T, s layers.Store) {
	apply(t, s, adding("cameras", at("a", 1, 1), at("b", 1, 1), at("c", 1, 1)))
	one := func(op layers.Op, f geo.Feature, seen int64) layers.Edit {
		return layers.Edit{Layer: "cameras", Op: op, Feature: f, Seen: seen}
	}
	r := apply(t, s, layers.Batch{Edits: []layers.Edit{
		one(layers.Delete, at("a", 0, 0), 1), one(layers.Add, at("a", 7, 7), 1), one(layers.Update, at("a", 8, 8), 0),
		one(layers.Update, at("b", 3, 3), 1), one(layers.Update, at("b", 4, 4), 1), one(layers.Delete, at("b", 0, 0), 1),
		one(layers.Add, at("n", 5, 5), 0), one(layers.Put, at("n", 6, 6), 0),
		one(layers.Add, at("m", 90, 90), 0), one(layers.Delete, at("m", 0, 0), 0),
	}})
	same(t, "features", read(t, s, "cameras", layers.Query{}),
		append(append(version(r, at("a", 8, 8)), version(1, at("c", 1, 1))...), version(r, at("n", 6, 6))...))
	same(t, "net changes", last(t, s).Layers, []layers.LayerChange{{
		Layer: "cameras", Added: 1, Updated: 1, Deleted: 1, Extent: geo.Extent{MinX: 1, MinY: 1, MaxX: 8, MaxY: 8},
	}})
}

func conflicts(t *testing.T, s layers.Store) {
	apply(t, s, adding("cameras", at("a", 1, 1), at("b", 1, 1)))
	apply(t, s, layers.Batch{Edits: edit("cameras", layers.Update, at("a", 2, 2))})
	apply(t, s, layers.Batch{Edits: edit("cameras", layers.Delete, at("b", 0, 0))})
	theirs := version(2, at("a", 2, 2))[0]
	for name, c := range map[string]struct {
		edit   layers.Edit
		theirs *geo.Feature
	}{
		"add what is there":        {layers.Edit{Op: layers.Add, Feature: at("a", 9, 9)}, &theirs},
		"update what is not":       {layers.Edit{Op: layers.Update, Feature: at("b", 9, 9)}, nil},
		"delete what is not":       {layers.Edit{Op: layers.Delete, Feature: at("b", 9, 9)}, nil},
		"update an older version":  {layers.Edit{Op: layers.Update, Feature: at("a", 9, 9), Seen: 1}, &theirs},
		"put over an older one":    {layers.Edit{Op: layers.Put, Feature: at("a", 9, 9), Seen: 1}, &theirs},
		"delete an older version":  {layers.Edit{Op: layers.Delete, Feature: at("a", 9, 9), Seen: 1}, &theirs},
		"a version to come":        {layers.Edit{Op: layers.Update, Feature: at("a", 9, 9), Seen: 9}, &theirs},
		"put on what others took":  {layers.Edit{Op: layers.Put, Feature: at("b", 9, 9), Seen: 1}, nil},
		"add with a version known": {layers.Edit{Op: layers.Add, Feature: at("b", 9, 9), Seen: 1}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c.edit.Layer = "cameras"
			err := untouched(t, s, layers.Batch{Edits: append(edit("cameras", layers.Put, at("good", 1, 1)), c.edit)})
			var got *layers.ConflictError
			if !errors.As(err, &got) {
				t.Fatalf("%v; want a ConflictError", err)
			}
			want := []layers.Conflict{{Layer: "cameras", Op: c.edit.Op, Yours: c.edit.Feature, Seen: c.edit.Seen, Theirs: c.theirs}}
			same(t, "conflicts", got.Conflicts, want)
		})
	}
	var all *layers.ConflictError
	taken := make([]layers.Edit, 2*layers.MaxProblems)
	for i := range taken {
		taken[i] = layers.Edit{Layer: "cameras", Op: layers.Update, Feature: at(fmt.Sprint(i), 1, 1)}
	}
	if err := untouched(t, s, layers.Batch{Edits: taken}); !errors.As(err, &all) || all.Total != len(taken) || len(all.Conflicts) != layers.MaxProblems {
		t.Errorf("%d conflicts: %v; want all counted and %d listed", len(taken), err, layers.MaxProblems)
	}
}

func declared(t *testing.T, s layers.Store) {
	for _, schema := range layers.Schemas() {
		apply(t, s, layers.Batch{Clear: []string{schema.Layer}})
		got, ok := info(t, s, schema.Layer)
		if !ok {
			t.Fatalf("layer %s is not there after it was cleared", schema.Layer)
		}
		same(t, "schema of "+schema.Layer, got.Schema, schema)
		same(t, "features of "+schema.Layer, len(read(t, s, schema.Layer, layers.Query{})), 0)
	}
	apply(t, s, layers.Batch{Drop: []string{"runs"}})
	apply(t, s, layers.Batch{Edits: edit("runs", layers.Put, geo.Feature{ID: "walk", Attributes: map[string]any{"revision": int64(3), "values": "{}"}})})
	same(t, "runs", readIDs(t, s, "runs", layers.Query{}), []string{"walk"})
	// A layer kept since a time when the product declared less.
	older, _ := layers.Schema("greens")
	older.Fields = older.Fields[:2]
	apply(t, s, layers.Batch{Define: []geo.Schema{older}, Clear: []string{"greens"}, Edits: edit("greens", layers.Put, geo.Feature{ID: "a", Attributes: map[string]any{"name": "园"}})})
	apply(t, s, layers.Batch{Edits: edit("greens", layers.Put, geo.Feature{ID: "b", Attributes: map[string]any{"irrigated": true}})})
	got, _ := info(t, s, "greens")
	whole, _ := layers.Schema("greens")
	same(t, "schema after growth", got.Schema, whole)
	same(t, "features after growth", read(t, s, "greens", layers.Query{IDs: []string{"a"}})[0].Attributes, map[string]any{"name": "园"})
}

// isFault checks an error that is for the person at the keyboard.
func isFault(t *testing.T, what string, err error) {
	t.Helper()
	f := geo.AsFault(err)
	if f == nil || f.What.ZH == "" || f.What.EN == "" {
		t.Errorf("%s: %v; want a Fault in both languages", what, err)
	}
}

func definitions(t *testing.T, s layers.Store) {
	base := trees(geo.Custom)
	apply(t, s, layers.Batch{Define: []geo.Schema{base}, Edits: edit("trees", layers.Add, geo.Feature{ID: "a", Attributes: map[string]any{"name": "槐", "count": int64(3)}})})
	same(t, "changes of a definition", last(t, s).Layers[0].Layer, "trees")
	change := func(f func(*geo.Schema)) geo.Schema {
		c := trees(geo.Custom)
		f(&c)
		return c
	}
	for name, bad := range map[string]geo.Schema{
		"no name":            change(func(s *geo.Schema) { s.Layer = "" }),
		"quote in the name":  change(func(s *geo.Schema) { s.Layer = `a"b` }),
		"slash in the name":  change(func(s *geo.Schema) { s.Layer = "a/b" }),
		"comma in the name":  change(func(s *geo.Schema) { s.Layer = "a,b" }),
		"name too long":      change(func(s *geo.Schema) { s.Layer = strings.Repeat("长", 30) }),
		"unknown kind":       change(func(s *geo.Schema) { s.Kind = "other" }),
		"unknown shape":      change(func(s *geo.Schema) { s.Shapes = []geo.Shape{"cube"} }),
		"field without name": change(func(s *geo.Schema) { s.Fields[0].Name = "" }),
		"zero in a field":    change(func(s *geo.Schema) { s.Fields[0].Name = "a\x00" }),
		"field twice":        change(func(s *geo.Schema) { s.Fields[0].Name = "count" }),
		"unknown type":       change(func(s *geo.Schema) { s.Fields[0].Type = "date" }),
		"infinite bound":     change(func(s *geo.Schema) { s.Fields[2].Max = ptr(math.Inf(1)) }),
		"field taken away":   change(func(s *geo.Schema) { s.Fields = s.Fields[1:] }),
		"field retyped":      change(func(s *geo.Schema) { s.Fields[1].Type = geo.Real }),
		"shape taken away":   change(func(s *geo.Schema) { s.Shapes = s.Shapes[1:] }),
		"other kind":         change(func(s *geo.Schema) { s.Kind = geo.Result }),
	} {
		isFault(t, name, untouched(t, s, layers.Batch{Define: []geo.Schema{bad}, Edits: edit("cameras", layers.Add, at("x", 1, 1))}))
	}
	more := change(func(s *geo.Schema) {
		s.Fields = append([]geo.Field{{Name: "年份", Type: geo.Integer, Min: ptr(0.0)}}, s.Fields...)
		s.Title = geo.T("古树", "Old trees")
		s.Fields[2].Max = ptr(2.0)
	})
	apply(t, s, layers.Batch{Define: []geo.Schema{more}, Edits: edit("trees", layers.Add, geo.Feature{ID: "b", Attributes: map[string]any{"年份": int64(1911), "name": "柏"}})})
	got, _ := info(t, s, "trees")
	same(t, "schema", got.Schema, more)
	same(t, "features", read(t, s, "trees", layers.Query{}), append(
		version(1, geo.Feature{ID: "a", Attributes: map[string]any{"name": "槐", "count": int64(3)}}),
		version(2, geo.Feature{ID: "b", Attributes: map[string]any{"年份": int64(1911), "name": "柏"}})...))
}

func redefinition(t *testing.T, s layers.Store) {
	old := geo.Feature{ID: "a", Geometry: orb.Point{1, 2}, Attributes: map[string]any{"name": "槐", "count": int64(3), "height_m": 12.0, "old": true, "state": "good"}}
	apply(t, s, layers.Batch{Define: []geo.Schema{trees(geo.Custom)}, Edits: edit("trees", layers.Add, old)})
	next := geo.Schema{Layer: "trees", Kind: geo.Custom, Fields: []geo.Field{
		{Name: "count", Type: geo.String}, {Name: "height_m", Type: geo.Integer}, {Name: "girth_cm", Type: geo.Real}, {Name: "state", Type: geo.Boolean},
	}}
	now := geo.Feature{ID: "a", Attributes: map[string]any{"count": "三", "height_m": int64(12), "girth_cm": 88.0, "state": false}}
	apply(t, s, layers.Batch{Define: []geo.Schema{next}, Clear: []string{"trees"}, Edits: edit("trees", layers.Add, now)})
	same(t, "features now", read(t, s, "trees", layers.Query{}), version(2, now))
	same(t, "features before", read(t, s, "trees", layers.Query{At: 1}), version(1, old))
	same(t, "change", last(t, s).Layers, []layers.LayerChange{{Layer: "trees", Added: 1, Deleted: 1, Extent: geo.Extent{MinX: 1, MinY: 2, MaxX: 1, MaxY: 2}}})
	apply(t, s, layers.Batch{Define: []geo.Schema{trees(geo.Custom)}, Clear: []string{"trees"}, Edits: edit("trees", layers.Add, old)})
	for r, want := range map[layers.Revision]geo.Feature{1: old, 2: now, 3: old} {
		same(t, fmt.Sprintf("features at revision %d", r), read(t, s, "trees", layers.Query{At: r}), version(r, want))
	}
}

func hardNames(t *testing.T, s layers.Store) {
	fields := []string{"id", "ID", "fid", "geom", "Geom", "a", "A", "order", "select", `q"uote`, "it's", "名称", "名稱", "with space", "per%cent", "$1", "x.y", "version",
		"yiju_version", "yiju_extra", "rowid", "oid", "ctid", "xmin", "tableoid", "seq", "existed", strings.Repeat("长", 25), strings.Repeat("长", 25) + "x", strings.Repeat("l", 64), strings.Repeat("l", 65), "source", "quality"}
	names := []string{"yiju_layers", "gpkg_contents", "sqlite_x", "rtree_a", "Trees", "TREES", "trees", "树木", "pg_class", "user", "2024", "a-b", strings.Repeat("长", 20)}
	schema := geo.Schema{Kind: geo.Custom, Shapes: []geo.Shape{geo.Point}}
	f := at("a", 1, 2)
	for i, name := range fields {
		schema.Fields = append(schema.Fields, geo.Field{Name: name, Type: geo.Integer})
		f.Set(name, int64(i))
	}
	var b layers.Batch
	for _, name := range names {
		schema.Layer = name
		b.Define = append(b.Define, schema)
		f := f.Clone()
		f.Source.Name = name
		b.Edits = append(b.Edits, edit(name, layers.Add, f)...)
	}
	apply(t, s, b)
	for _, name := range names {
		f.Source.Name = name
		same(t, "features of "+name, read(t, s, name, layers.Query{}), version(1, f))
		more := schema
		more.Layer, more.Fields = name, append([]geo.Field{{Name: "fId", Type: geo.String}}, schema.Fields...)
		apply(t, s, layers.Batch{Define: []geo.Schema{more}})
		same(t, "features of "+name+" with one more field", read(t, s, name, layers.Query{}), version(1, f))
	}
	if diff := cmp.Diff(len(names), len(dump(t, s).Layers)); diff != "" {
		t.Errorf("number of layers (-want +got):\n%s", diff)
	}
}
