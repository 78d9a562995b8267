package layerstest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
)

func clears(t *testing.T, s layers.Store) {
	apply(t, s, adding("cameras", at("a", 1, 1), at("b", 2, 2)))
	r := apply(t, s, layers.Batch{Clear: []string{"cameras", "cameras"}, Edits: edit("cameras", layers.Add, at("b", 3, 3))})
	same(t, "features", read(t, s, "cameras", layers.Query{}), version(r, at("b", 3, 3)))
	same(t, "change", last(t, s).Layers, []layers.LayerChange{{Layer: "cameras", Added: 1, Deleted: 2, Extent: geo.Extent{MinX: 1, MinY: 1, MaxX: 3, MaxY: 3}}})
	same(t, "features before", read(t, s, "cameras", layers.Query{At: 1}), version(1, at("a", 1, 1), at("b", 2, 2)))
	// Nothing is left that an author could have seen.
	err := untouched(t, s, layers.Batch{Clear: []string{"cameras"}, Edits: []layers.Edit{{Layer: "cameras", Op: layers.Put, Feature: at("b", 3, 3), Seen: 2}}})
	if !errors.As(err, new(*layers.ConflictError)) {
		t.Errorf("an edit of what the batch cleared: %v; want a ConflictError", err)
	}
	err = untouched(t, s, layers.Batch{Clear: []string{"no such layer"}})
	if !errors.As(err, new(*layers.NoLayerError)) {
		t.Errorf("clearing what is not there: %v; want a NoLayerError", err)
	}
	apply(t, s, layers.Batch{Clear: []string{"cameras"}})
	got, _ := info(t, s, "cameras")
	same(t, "layer", []any{got.Count, got.Extent.IsEmpty(), got.Changed}, []any{0, true, layers.Revision(3)})
}

func drops(t *testing.T, s layers.Store) {
	result := trees(geo.Result)
	result.Layer = "walk_edges"
	apply(t, s, layers.Batch{
		Define: []geo.Schema{trees(geo.Custom), result},
		Edits:  append(edit("trees", layers.Add, at("a", 1, 1), at("b", 5, 5)), edit("walk_edges", layers.Add, at("e", 2, 2))...),
	})
	apply(t, s, adding("cameras", at("c", 3, 3)))
	isFault(t, "dropping an input layer", untouched(t, s, layers.Batch{Drop: []string{"cameras"}}))
	err := untouched(t, s, layers.Batch{Drop: []string{"buildings"}})
	if !errors.As(err, new(*layers.NoLayerError)) {
		t.Errorf("dropping what is not there: %v; want a NoLayerError", err)
	}
	err = untouched(t, s, layers.Batch{Drop: []string{"trees"}, Edits: edit("trees", layers.Put, at("z", 1, 1))})
	if !errors.As(err, new(*layers.NoLayerError)) {
		t.Errorf("editing what the batch drops: %v; want a NoLayerError", err)
	}
	apply(t, s, layers.Batch{Drop: []string{"trees", "walk_edges"}})
	same(t, "change", last(t, s).Layers, []layers.LayerChange{
		{Layer: "trees", Deleted: 2, Extent: geo.Extent{MinX: 1, MinY: 1, MaxX: 5, MaxY: 5}},
		{Layer: "walk_edges", Deleted: 1, Extent: geo.Extent{MinX: 2, MinY: 2, MaxX: 2, MaxY: 2}},
	})
	_, err = collect(s.Features(t.Context(), "trees", layers.Query{At: 1}))
	if !errors.As(err, new(*layers.NoLayerError)) {
		t.Errorf("reading what was dropped: %v; want a NoLayerError", err)
	}
	other := geo.Schema{Layer: "trees", Kind: geo.Custom, Shapes: []geo.Shape{geo.Point}, Fields: []geo.Field{{Name: "count", Type: geo.String}}}
	r := apply(t, s, layers.Batch{Define: []geo.Schema{other}, Edits: edit("trees", layers.Add, at("n", 9, 9))})
	same(t, "features of the new layer", read(t, s, "trees", layers.Query{}), version(r, at("n", 9, 9)))
	same(t, "its features before it was there", len(read(t, s, "trees", layers.Query{At: 1})), 0)
	r = apply(t, s, layers.Batch{Drop: []string{"trees"}, Define: []geo.Schema{trees(geo.Result)}, Edits: edit("trees", layers.Add, at("m", 8, 8))})
	same(t, "dropped and made anew", read(t, s, "trees", layers.Query{}), version(r, at("m", 8, 8)))
	same(t, "change", last(t, s).Layers, []layers.LayerChange{{Layer: "trees", Added: 1, Deleted: 1, Extent: geo.Extent{MinX: 8, MinY: 8, MaxX: 9, MaxY: 9}}})
}

// infos moves the features that make the rim of the layer's extent.
func infos(t *testing.T, s layers.Store) {
	all, err := s.Layers(t.Context())
	if err != nil || len(all) != 0 {
		t.Fatalf("Layers of an empty store = %v, %v", all, err)
	}
	box := func(minX, minY, maxX, maxY float64) geo.Extent {
		return geo.Extent{MinX: minX, MinY: minY, MaxX: maxX, MaxY: maxY}
	}
	x := 117.0123456789012
	for i, step := range []struct {
		edits  []layers.Edit
		count  int
		extent geo.Extent
	}{
		{edit("ways", layers.Add, geo.Feature{ID: "nowhere"}, geo.Feature{ID: "empty", Geometry: orb.LineString{}}), 2, geo.EmptyExtent()},
		{edit("ways", layers.Add, geo.Feature{ID: "a", Geometry: orb.LineString{{x, 1}, {x, 2}}}), 3, box(x, 1, x, 2)},
		{edit("ways", layers.Add, geo.Feature{ID: "b", Geometry: orb.LineString{{0, 0}, {5, 9.1}}}), 4, box(0, 0, x, 9.1)},
		{edit("ways", layers.Update, geo.Feature{ID: "b", Geometry: orb.LineString{{1.1, 1.5}, {5, 8}}}), 4, box(1.1, 1, x, 8)},
		{edit("ways", layers.Delete, geo.Feature{ID: "a"}), 3, box(1.1, 1.5, 5, 8)},
		{edit("ways", layers.Put, geo.Feature{ID: "b"}), 3, geo.EmptyExtent()},
	} {
		apply(t, s, layers.Batch{Edits: step.edits})
		got, _ := info(t, s, "ways")
		same(t, fmt.Sprintf("layer after step %d", i), []any{got.Count, got.Extent, got.Changed}, []any{step.count, step.extent, layers.Revision(i + 1)})
	}
	apply(t, s, adding("cameras", at("a", 1, 1)))
	got, _ := info(t, s, "ways")
	same(t, "revision of a layer that was left alone", got.Changed, layers.Revision(6))
	all, err = s.Layers(t.Context())
	if err != nil || len(all) != 2 || all[0].Schema.Layer != "cameras" {
		t.Errorf("Layers = %v, %v; want cameras, then ways", all, err)
	}
}

func changes(t *testing.T, s layers.Store) {
	none, err := s.Changes(t.Context(), 0)
	if err != nil || len(none) != 0 {
		t.Fatalf("Changes of an empty store = %v, %v", none, err)
	}
	start := time.Now().Add(-time.Minute)
	apply(t, s, layers.Batch{Author: "王工", Reason: "导入", Edits: append(edit("ways", layers.Add, geo.Feature{ID: "w", Geometry: orb.LineString{{1, 1}, {2, 2}}}), edit("cameras", layers.Add, at("c", 50, 5))...)})
	apply(t, s, layers.Batch{Author: "李工", Reason: "a'b\x00\xff", Edits: edit("ways", layers.Update, geo.Feature{ID: "w", Geometry: orb.LineString{{7, 7}, {8, 8}}})})
	apply(t, s, layers.Batch{Edits: append(edit("ways", layers.Delete, geo.Feature{ID: "w"}), edit("cameras", layers.Put, geo.Feature{ID: "d"})...)})
	box := func(minX, minY, maxX, maxY float64) geo.Extent {
		return geo.Extent{MinX: minX, MinY: minY, MaxX: maxX, MaxY: maxY}
	}
	want := []layers.Change{
		{Revision: 1, Author: "王工", Reason: "导入", Layers: []layers.LayerChange{
			{Layer: "cameras", Added: 1, Extent: box(50, 5, 50, 5)}, {Layer: "ways", Added: 1, Extent: box(1, 1, 2, 2)}}},
		{Revision: 2, Author: "李工", Reason: "a'b��", Layers: []layers.LayerChange{{Layer: "ways", Updated: 1, Extent: box(1, 1, 8, 8)}}},
		{Revision: 3, Layers: []layers.LayerChange{{Layer: "cameras", Added: 1, Extent: geo.EmptyExtent()}, {Layer: "ways", Deleted: 1, Extent: box(7, 7, 8, 8)}}},
	}
	for since := layers.Revision(-1); since <= 5; since++ {
		got, err := s.Changes(t.Context(), since)
		if err != nil {
			t.Fatal(err)
		}
		same(t, fmt.Sprintf("changes since %d", since), append([]layers.Change{}, got...), want[min(max(since, 0), 3):], timeless)
		for _, c := range got {
			if c.At.Before(start) || c.At.After(time.Now().Add(time.Minute)) || c.At.Location() != time.UTC {
				t.Errorf("revision %d was written at %v; want now, in UTC", c.Revision, c.At)
			}
		}
	}
}

func history(t *testing.T, s layers.Store) {
	apply(t, s, adding("cameras", at("a", 1, 1), at("b", 2, 2)))                     // 1
	apply(t, s, adding("greens", geo.Feature{ID: "g"}))                              // 2
	apply(t, s, layers.Batch{Edits: edit("cameras", layers.Update, at("a", 50, 5))}) // 3
	apply(t, s, layers.Batch{Edits: edit("cameras", layers.Delete, at("b", 0, 0))})  // 4
	apply(t, s, layers.Batch{Edits: edit("cameras", layers.Add, at("b", 3, 3))})     // 5
	apply(t, s, layers.Batch{Clear: []string{"cameras"}})                            // 6
	apply(t, s, layers.Batch{Edits: edit("cameras", layers.Put, at("c", 4, 4))})     // 7
	west := geo.Extent{MinX: 0, MinY: 0, MaxX: 10, MaxY: 10}
	for r, want := range map[layers.Revision][]geo.Feature{
		1: version(1, at("a", 1, 1), at("b", 2, 2)),
		2: version(1, at("a", 1, 1), at("b", 2, 2)),
		3: append(version(3, at("a", 50, 5)), version(1, at("b", 2, 2))...),
		4: version(3, at("a", 50, 5)),
		5: append(version(3, at("a", 50, 5)), version(5, at("b", 3, 3))...),
		6: nil,
		7: version(7, at("c", 4, 4)),
		0: version(7, at("c", 4, 4)),
	} {
		what := fmt.Sprintf("at revision %d", r)
		same(t, what, read(t, s, "cameras", layers.Query{At: r}), want)
		var near, first []geo.Feature
		for _, f := range want {
			if west.Contains(f.Geometry.(orb.Point)) {
				near = append(near, f)
			}
			if f.ID > "a" && len(first) < 1 {
				first = append(first, f)
			}
		}
		same(t, what+", in an extent", read(t, s, "cameras", layers.Query{At: r, Extent: &west}), near)
		same(t, what+", one after a", read(t, s, "cameras", layers.Query{At: r, After: "a", Limit: 1}), first)
	}
	same(t, "a layer before it was there", len(read(t, s, "greens", layers.Query{At: 1})), 0)
}

func results(t *testing.T, s layers.Store) {
	apply(t, s, layers.Batch{Define: []geo.Schema{trees(geo.Result)}, Edits: edit("trees", layers.Add, at("a", 1, 1), at("b", 2, 2))})
	apply(t, s, layers.Batch{Edits: append(edit("trees", layers.Update, at("a", 3, 3)), edit("trees", layers.Delete, at("b", 0, 0))...)})
	for r := layers.Revision(0); r <= 2; r++ {
		same(t, fmt.Sprintf("at revision %d", r), read(t, s, "trees", layers.Query{At: r}), version(2, at("a", 3, 3)))
	}
	_, err := collect(s.Features(t.Context(), "trees", layers.Query{At: 3}))
	if !errors.As(err, new(*layers.NoRevisionError)) {
		t.Errorf("at a revision to come: %v; want a NoRevisionError", err)
	}
	r := apply(t, s, layers.Batch{Clear: []string{"trees"}, Edits: edit("trees", layers.Add, at("c", 4, 4))})
	same(t, "after a clear", read(t, s, "trees", layers.Query{At: 1}), version(r, at("c", 4, 4)))
}
