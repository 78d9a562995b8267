package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/data/geojson"
	"yiju/data/gpkgfile"
	"yiju/geo"
	"yiju/layers"
	"yiju/layers/gpkg"
	"yiju/layers/scenario"
)

// A change set holds everything of a scenario: what is read is what was written, it is
// written again as the same bytes, and imported it comes to the same.
func TestChangeSetRoundTrip(t *testing.T) {
	ctx := context.Background()
	store, book := demoStore(t)
	edits := randomEdits(t, store, rand.New(rand.NewPCG(1, 2)), 60)
	edits[3].Off, edits[4].Group, edits[5].Group, edits[5].Kind, edits[6].Comment = true, "g1", "g1", "camera", `"<&>`
	edits = append(edits,
		scenario.Edit{Layer: "ways", Op: scenario.Add, ID: "bridge", Kind: "footbridge", Feature: &geo.Feature{ID: "bridge",
			Geometry: orb.LineString{{117.09, 36.17}, {117.0901, 36.17}}, Z: []float64{141.25, 146},
			Attributes: map[string]any{"class": "footway", "level": 1.0, "width_m": 3.0, "step_count": int64(3)}}},
		scenario.Edit{Layer: "ways", Op: scenario.Change, ID: "bridge", Set: map[string]any{"step_count": nil}},
		scenario.Edit{Layer: "greens", Op: scenario.Add, ID: "two", Feature: &geo.Feature{ID: "two", Geometry: orb.MultiPolygon{square(117.09, 36.17), square(117.1, 36.17)}}},
		scenario.Edit{Layer: "evidence", Op: scenario.Add, ID: "paper", Feature: &geo.Feature{ID: "paper", Attributes: map[string]any{"value": 1e21}}},
	)
	s := create(t, book, edits)
	net := netOf(t, store, s)

	var text, again bytes.Buffer
	if err := WriteGeoJSON(ctx, &text, store, s); err != nil {
		t.Fatal(err)
	}
	p, err := ReadGeoJSON(bytes.NewReader(text.Bytes()), "a.geojson")
	if err != nil {
		t.Fatal(err)
	}
	if p.Hash != net.Hash() {
		t.Errorf("hash %s, want %s", p.Hash, net.Hash())
	}
	want := *s
	want.MayEdit, want.MayCopy, want.Version = false, false, 0
	for i := range want.Edits {
		want.Edits[i].Version = 0
	}
	if diff := cmp.Diff(want, p.Scenario, writtenWith); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	if err := WriteGeoJSON(ctx, &again, store, &p.Scenario); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text.Bytes(), again.Bytes()) {
		t.Error("it is written again otherwise")
	}

	path := inDir(t, "方案.geojson")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	imported, report, err := Import(ctx, store, book, Options{Path: path, Author: "other"})
	if err != nil {
		t.Fatal(err)
	}
	if got := netOf(t, store, imported).Hash(); got != net.Hash() || report.Hash != got || report.Kind != ChangeSet || imported.Base != s.Base {
		t.Errorf("hash %s, want %s; %+v", got, net.Hash(), report)
	}
	sameEdits(t, imported.Edits, s.Edits)

	// Other programs see plain features: what comes, and of what goes what it was.
	plain, err := geojson.Read(ctx, bytes.NewReader(text.Bytes()), geojson.Options{Name: "a"})
	if err != nil || len(plain.Features) != len(s.Edits) || len(plain.Broken) > 0 {
		t.Fatalf("%d plain features, %v", len(plain.Features), err)
	}
	for i, e := range s.Edits {
		shown := plain.Features[i].Geometry
		var held orb.Geometry
		if t := net.Find(e.Layer, e.ID); t != nil && e.Op == scenario.Delete {
			held = t.Old.Geometry
		}
		if e.Op == scenario.Delete && !e.Off && !orb.Equal(shown, held) {
			t.Errorf("edit %d deletes %s and shows %v", e.Seq, e.ID, shown)
		}
		if e.Op != scenario.Delete && e.Layer != "evidence" && shown == nil {
			t.Errorf("edit %d shows nothing", e.Seq)
		}
	}
}

func square(x, y float64) orb.Polygon {
	const d = 0.0005
	return orb.Polygon{{{x, y}, {x + d, y}, {x + d, y + d}, {x, y + d}, {x, y}}}
}

// A GeoPackage holds the layers as the scenario makes them, and gives the scenario
// again; other programs read its tables.
func TestGeoPackageRoundTrip(t *testing.T) {
	ctx := context.Background()
	store, book := demoStore(t)
	s := create(t, book, randomEdits(t, store, rand.New(rand.NewPCG(3, 4)), 50))
	net := netOf(t, store, s)
	view, err := scenario.NewView(ctx, store, s.Base)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := view.Show(ctx, net); err != nil {
		t.Fatal(err)
	}
	for _, whole := range []bool{false, true} {
		path := inDir(t, "out.gpkg")
		if err := WriteGPKG(ctx, path, store, s, GPKGOptions{All: whole}); err != nil {
			t.Fatal(err)
		}
		beside, err := os.ReadDir(filepath.Dir(path))
		if err != nil || len(beside) != 1 {
			t.Fatalf("beside the file: %v, %v", beside, err)
		}
		imported, _, err := Import(ctx, store, book, Options{Path: path, Author: "other"})
		if err != nil {
			t.Fatal(err)
		}
		sameEdits(t, imported.Edits, s.Edits)
		if got := netOf(t, store, imported).Hash(); got != net.Hash() {
			t.Errorf("hash %s, want %s", got, net.Hash())
		}
		out, err := gpkg.Open(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		for _, layer := range net.Layers() {
			want := all(t, view, layer, 0)
			if !whole {
				kept := want[:0]
				for _, f := range want {
					if net.Find(layer, f.ID) != nil {
						kept = append(kept, f)
					}
				}
				want = kept
			}
			got := all(t, out, layer, 0)
			for i := range got {
				got[i].Version = 0
			}
			for i := range want {
				want[i].Version = 0
			}
			if diff := cmp.Diff(want, got, writtenWith); diff != "" {
				t.Errorf("%s, whole %v (-want +got):\n%s", layer, whole, diff)
			}
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
		if file, err := gpkgfile.Read(ctx, path, ""); err != nil || len(file.Tables) != len(net.Layers()) {
			t.Errorf("%d tables, %v", len(file.Tables), err)
		}
	}
}

// What is written over another file takes its place whole; what cannot be written
// leaves nothing.
func TestGeoPackageTakesThePlaceOfAnother(t *testing.T) {
	ctx := context.Background()
	store, book := demoStore(t)
	s := create(t, book, randomEdits(t, store, rand.New(rand.NewPCG(5, 6)), 5))
	path := inDir(t, "out.gpkg")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteGPKG(ctx, filepath.Join(path, "x", "y.gpkg"), store, s, GPKGOptions{}); geo.AsFault(err) == nil {
		t.Errorf("a folder that is not there: %v", err)
	}
	if err := WriteGPKG(ctx, path, store, s, GPKGOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, report, err := Import(ctx, store, book, Options{Path: path, DryRun: true}); err != nil || report.Edits != 5 {
		t.Errorf("%+v, %v", report, err)
	}
	list, err := book.List(ctx)
	if err != nil || len(list) != 1 {
		t.Errorf("a dry run leaves %d scenarios, %v", len(list), err)
	}
}

// In another workspace, where a feature is not there, its edits are switched off and
// the rest comes.
func TestChangeSetInAnotherWorkspace(t *testing.T) {
	ctx := context.Background()
	store, book := demoStore(t)
	cameras := all(t, store, "cameras", 0)
	s := create(t, book, []scenario.Edit{
		{Layer: "cameras", Op: scenario.Change, ID: cameras[0].ID, Set: map[string]any{"height_m": 5.0}},
		{Layer: "cameras", Op: scenario.Delete, ID: cameras[1].ID},
	})
	path := inDir(t, "a.geojson")
	var text bytes.Buffer
	if err := WriteGeoJSON(ctx, &text, store, s); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	other, otherBook := demoStore(t)
	if _, err := other.Apply(ctx, layers.Batch{Edits: []layers.Edit{{Layer: "cameras", Op: layers.Delete, Feature: geo.Feature{ID: cameras[1].ID}}}}); err != nil {
		t.Fatal(err)
	}
	got, report, err := Import(ctx, other, otherBook, Options{Path: path, Base: 2})
	if err != nil {
		t.Fatal(err)
	}
	if got.Edits[0].Off || !got.Edits[1].Off || !cmp.Equal(report.SwitchedOff, []int64{2}) || report.Hash == report.FileHash || len(report.Notes) != 2 {
		t.Errorf("%+v\n%+v", got.Edits, report)
	}
}

// A file that was drawn in after it was exported is a drawing: what was drawn counts,
// not the edits that it still holds.
func TestExportedFileThatWasDrawnIn(t *testing.T) {
	ctx := context.Background()
	store, book := demoStore(t)
	cameras := all(t, store, "cameras", 0)
	s := create(t, book, []scenario.Edit{
		{Layer: "cameras", Op: scenario.Change, ID: cameras[0].ID, Set: map[string]any{"height_m": 9.0}},
		{Layer: "cameras", Op: scenario.Delete, ID: cameras[1].ID},
	})
	path := inDir(t, "plan.gpkg")
	if err := WriteGPKG(ctx, path, store, s, GPKGOptions{All: true}); err != nil {
		t.Fatal(err)
	}
	// What the store leaves behind when it takes in what another program wrote.
	drawn, err := gpkg.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	turned, put := cameras[2].Clone(), cameras[3].Clone()
	turned.Set("tilt_deg", 33.0)
	put.ID, put.Geometry = "x101", moved(put.Geometry, 50*metre, 0)
	_, err = drawn.Apply(ctx, layers.Batch{Author: gpkg.Adopter, Edits: []layers.Edit{
		{Layer: "cameras", Op: layers.Update, Feature: turned}, {Layer: "cameras", Op: layers.Add, Feature: put},
	}})
	if err := errors.Join(err, drawn.Close()); err != nil {
		t.Fatal(err)
	}
	got, report, err := Import(ctx, store, book, Options{Path: path, DeleteMissing: true})
	if err != nil {
		t.Fatal(err)
	}
	net := netOf(t, store, got)
	touched := net.Touched("cameras")
	if report.Kind != Drawing || len(report.Notes) == 0 || len(touched) != 4 {
		t.Fatalf("%d touched, %s\n%+v", len(touched), words(report), report)
	}
	if f := net.Find("cameras", cameras[0].ID).New; f.Attributes["height_m"] != 9.0 {
		t.Errorf("%+v", f)
	}
	if net.Find("cameras", cameras[1].ID).New != nil {
		t.Error("what was deleted is there")
	}
	if f := net.Find("cameras", cameras[2].ID).New; f.Attributes["tilt_deg"] != 33.0 {
		t.Errorf("%+v", f)
	}
	if f := net.Find("cameras", "x101"); f == nil || f.Old != nil {
		t.Errorf("%+v", f)
	}
}

// Reading never panics, and what is read can be written and read again.
func FuzzReadGeoJSON(f *testing.F) {
	store, book := demoStore(f)
	s := create(f, book, randomEdits(f, store, rand.New(rand.NewPCG(7, 8)), 8))
	var text bytes.Buffer
	if err := WriteGeoJSON(context.Background(), &text, store, s); err != nil {
		f.Fatal(err)
	}
	f.Add(text.Bytes())
	head := `{"type":"FeatureCollection","yiju:scenario":{"format":1,"base":1},"features":[`
	f.Add([]byte(head + `]}`))
	f.Add([]byte(head + `{"geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2,3]}]},"yiju:edit":{"seq":1,"layer":"ways","op":"move","id":"a","brings_geometry":true}}]}`))
	f.Add([]byte(head + `{"geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1e400,1],[1,1],[0,0]]]]},"yiju:edit":{"seq":1,"op":"add","feature":{"attributes":{"a":1e5,"b":9223372036854775808}},"brings_geometry":true}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ReadGeoJSON(bytes.NewReader(text), "f")
		if err != nil {
			if geo.AsFault(err) == nil {
				t.Fatalf("not for a person: %v", err)
			}
			return
		}
		var out bytes.Buffer
		w := &plainWriter{&out}
		if err := w.edits(&p.Scenario); err != nil {
			return // a number that no file can hold
		}
		again, err := ReadGeoJSON(bytes.NewReader(out.Bytes()), "f")
		if err != nil {
			t.Fatalf("%v\n%s", err, out.Bytes())
		}
		if a, b := asJSON(t, p), asJSON(t, again); !bytes.Equal(a, b) {
			t.Fatalf("%s\n%s", a, b)
		}
	})
}

func asJSON(t *testing.T, p *Parcel) []byte {
	text, err := json.Marshal(p.Scenario.Edits)
	if err != nil {
		t.Skip() // a date that JSON has no words for
	}
	return text
}

// plainWriter writes edits without looking at a base.
type plainWriter struct{ out *bytes.Buffer }

func (p *plainWriter) edits(s *scenario.Scenario) error {
	w := newWriter(p.out)
	w.collection(s, "", sight{})
	return w.end()
}

// A file that calls itself a GeoPackage is a scenario, a drawing or refused, whatever
// it holds, and is left as it was.
func FuzzReadGPKG(f *testing.F) {
	ctx := context.Background()
	store, book := demoStore(f)
	s := create(f, book, []scenario.Edit{{Layer: "devices", Op: scenario.Add, ID: "x", Feature: &geo.Feature{ID: "x", Attributes: map[string]any{"kind": "lamp"}}}})
	good := inDir(f, "good.gpkg")
	if err := WriteGPKG(ctx, good, store, s, GPKGOptions{}); err != nil {
		f.Fatal(err)
	}
	text, err := os.ReadFile(good)
	if err != nil {
		f.Fatal(err)
	}
	// A page of the file and where it goes: mutations of the whole would hardly ever
	// leave a database.
	f.Add(uint16(0), []byte{})
	f.Add(uint16(100), []byte("exchange_format"))
	f.Add(uint16(3), bytes.Repeat([]byte{0xff}, 512))
	path := inDir(f, "fuzz.gpkg")
	f.Fuzz(func(t *testing.T, at uint16, over []byte) {
		hurt := bytes.Clone(text)
		copy(hurt[int(at)*16%len(hurt):], over)
		if err := os.WriteFile(path, hurt, 0o600); err != nil {
			t.Fatal(err)
		}
		p, _, err := readGPKG(ctx, path)
		if err != nil && geo.AsFault(err) == nil {
			t.Errorf("not for a person: %v", err)
		}
		if err == nil && p != nil && p.Scenario.ID == "" {
			t.Errorf("%+v", p)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, hurt) {
			t.Error("the file is another")
		}
	})
}
