package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/crs"
	"yiju/layers"
	"yiju/layers/gpkg"
	"yiju/layers/memory"
	"yiju/layers/scenario"
)

// zone is the Gauss-Krüger zone of the demo, which Chinese drawings are in.
const zone = "EPSG:4548"

var zoneTransform = sync.OnceValues(func() (*crs.Transform, error) { return crs.New(crs.WGS84, zone) })

func toZone(t testing.TB) *crs.Transform {
	t.Helper()
	transform, err := zoneTransform()
	if err != nil {
		t.Fatal(err)
	}
	return transform
}

// drawn writes features as another program would: projected, rounded to millimetres,
// with a column for each field and without ids.
func drawn(t testing.TB, path, layer string, features []geo.Feature) {
	t.Helper()
	transform := toZone(t)
	schema, _ := layers.Schema(layer)
	var out bytes.Buffer
	fmt.Fprintf(&out, `{"type":"FeatureCollection","name":%q,"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4548"}},"features":[`, layer)
	for i := range features {
		f := features[i].Clone()
		place, err := transform.Forward(f.Geometry)
		if err != nil {
			t.Fatal(err)
		}
		place = geo.MapPoints(place, func(p orb.Point) orb.Point { return orb.Point{rounded(p[0]), rounded(p[1])} })
		w := newWriter(&out)
		if i > 0 {
			w.text(",")
		}
		w.text("\n" + `{"type":"Feature","geometry":`)
		w.geometry(place, f.Z)
		w.text(`,"properties":`)
		values := make(map[string]any)
		for _, field := range schema.Fields {
			values[field.Name] = f.Attributes[field.Name]
		}
		w.values(values)
		w.text("}")
		if err := w.end(); err != nil {
			t.Fatal(err)
		}
	}
	out.WriteString("]}")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func rounded(v float64) float64 {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'f', 3, 64), 64)
	return v
}

var wholeDemo = orb.Polygon{{{116.5, 35.5}, {117.7, 35.5}, {117.7, 36.7}, {116.5, 36.7}, {116.5, 35.5}}}

// The oracle of drawings: a layer as a scenario makes it, written as another program
// would write it, in a zone's metres and without ids, compares to the edits that made
// it, layer by layer.
func TestDrawingComparesToTheEditsThatMadeIt(t *testing.T) {
	ctx := context.Background()
	store, book := demoStore(t)
	for seed := range uint64(2) {
		r := rand.New(rand.NewPCG(seed, 9))
		s := create(t, book, randomEdits(t, store, r, 120))
		net := netOf(t, store, s)
		view, err := scenario.NewView(ctx, store, s.Base)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := view.Show(ctx, net); err != nil {
			t.Fatal(err)
		}
		for _, layer := range net.Layers() {
			path := inDir(t, layer+".geojson")
			drawn(t, path, layer, shuffled(r, all(t, view, layer, 0)))
			imported, report, err := Import(ctx, store, book, Options{Path: path, Area: wholeDemo, DeleteMissing: true, ClearEmpty: true})
			if err != nil {
				t.Fatalf("%s: %v", layer, err)
			}
			if len(report.Ambiguous) > 0 {
				t.Errorf("%s: %+v", layer, report.Ambiguous)
			}
			sameOutcome(t, layer, net.Touched(layer), netOf(t, store, imported).Touched(layer))
			if t.Failed() {
				t.Fatalf("seed %d: %s", seed, words(report))
			}
		}
	}
}

// sameOutcome compares what is touched, but for the ids of additions, what a drawing
// does not hold, and a centimetre.
func sameOutcome(t *testing.T, layer string, want, got []scenario.Touched) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("%s: %d features are touched, want %d", layer, len(got), len(want))
	}
	left := slices.Clone(got)
	for i := range want {
		k := slices.IndexFunc(left, func(g scenario.Touched) bool { return sameTouch(t, &want[i], &g) })
		if k < 0 {
			t.Errorf("%s: %s is not touched in the same way", layer, want[i].ID)
			continue
		}
		left = slices.Delete(left, k, k+1)
	}
	for i := range left {
		t.Errorf("%s: %s is touched; old %v new %v", layer, left[i].ID, left[i].Old, left[i].New)
	}
}

func sameTouch(t *testing.T, a, b *scenario.Touched) bool {
	if (a.Old == nil) != (b.Old == nil) || (a.New == nil) != (b.New == nil) || a.Old != nil && a.ID != b.ID {
		return false
	}
	if a.New == nil {
		return true
	}
	return cmp.Equal(a.New.Attributes, b.New.Attributes, writtenWith) && cmp.Equal(a.New.Z, b.New.Z, writtenWith) && apartDegrees(t, a.New.Geometry, b.New.Geometry) <= same_m
}

func apartDegrees(t *testing.T, a, b orb.Geometry) float64 {
	transform := toZone(t)
	x, err1 := transform.Forward(a)
	y, err2 := transform.Forward(b)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	return apart_m(x, y)
}

// A copy of the workspace in which somebody drew compares to what was drawn, to the
// last bit: ids tell where things went, however far, and what is new may lack one.
func TestCopyOfWorkspaceComparesByIDs(t *testing.T) {
	ctx := context.Background()
	store, book := demoStore(t)
	edits := randomEdits(t, store, rand.New(rand.NewPCG(11, 12)), 120)
	for i := range edits {
		if edits[i].Op == scenario.Move {
			edits[i].Geometry = moved(edits[i].Geometry, 2000*metre, -1500*metre)
		}
	}
	s := create(t, book, edits)
	net := netOf(t, store, s)
	view, err := scenario.NewView(ctx, store, s.Base)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := view.Show(ctx, net); err != nil {
		t.Fatal(err)
	}
	path := inDir(t, "copy.gpkg")
	out, err := gpkg.Create(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	batch := &layers.Batch{}
	for _, layer := range net.Layers() {
		if err := putAll(ctx, batch, view, layer, layers.Query{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := out.Apply(ctx, *batch); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	o := Options{Path: path, Area: orb.Polygon{{{100, 20}, {130, 20}, {130, 50}, {100, 50}, {100, 20}}}, DeleteMissing: true, ClearEmpty: true}
	imported, report, err := Import(ctx, store, book, o)
	if err != nil {
		t.Fatal(err)
	}
	if got := netOf(t, store, imported); got.Hash() != net.Hash() {
		t.Errorf("it comes to another; %d shifts, the first %+v\n%s", len(scenario.Compare(net, got)), scenario.Compare(net, got)[0], words(report))
	}
	_, again, err := Import(ctx, store, book, Options{Path: path, Area: o.Area, DeleteMissing: true, ClearEmpty: true, DryRun: true})
	if err != nil || again.Hash != report.Hash {
		t.Errorf("the second time: %+v, %v", again, err)
	}
}

// place is a tiny workspace of lamps, and a file of such.
type place struct {
	t     *testing.T
	store layers.Store
	book  *scenario.Book
}

// origin is where tiny maps begin, in metres of the zone.
var origin = orb.Point{508_000, 4_004_000}

func at(t testing.TB, x, y float64) orb.Point {
	t.Helper()
	p, err := toZone(t).InversePoint(orb.Point{origin[0] + x, origin[1] + y})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func lamp(t testing.TB, id string, x, y float64, attributes ...any) geo.Feature {
	f := geo.Feature{ID: id, Geometry: at(t, x, y), Attributes: map[string]any{"kind": "lamp"}}
	for i := 0; i < len(attributes); i += 2 {
		f.Attributes[attributes[i].(string)] = attributes[i+1]
	}
	return f
}

func tiny(t *testing.T, features ...geo.Feature) *place {
	t.Helper()
	store := memory.New()
	batch := layers.Batch{Edits: []layers.Edit{{Layer: "settings", Op: layers.Put, Feature: geo.Feature{ID: "workspace", Attributes: map[string]any{"crs": zone}}}}}
	for _, f := range features {
		batch.Edits = append(batch.Edits, layers.Edit{Layer: "devices", Op: layers.Put, Feature: f})
	}
	if _, err := store.Apply(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	return &place{t, store, scenario.NewBook(store)}
}

// compare imports a drawing and tells edits in short, such as "delete a".
func (p *place) compare(o Options, features ...geo.Feature) ([]string, *Report) {
	p.t.Helper()
	path := inDir(p.t, "devices.geojson")
	drawn(p.t, path, "devices", features)
	o.Path = path
	made, report, err := prepare(context.Background(), p.store, Options{
		Path: path, Match_m: DefaultMatch_m, DeleteMissing: o.DeleteMissing, ClearEmpty: o.ClearEmpty, Area: o.Area,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	var out []string
	for _, e := range made.Edits {
		word := string(e.Op)
		if e.Off {
			word = "off " + word
		}
		if e.Op == scenario.Add {
			name, _ := e.Feature.Text("name")
			out = append(out, word+" "+name)
			continue
		}
		set, err := json.Marshal(e.Set)
		if err != nil {
			p.t.Fatal(err)
		}
		if e.Set == nil {
			set = nil
		}
		if e.Geometry != nil {
			word += "+"
		}
		out = append(out, word+" "+e.ID+string(set))
	}
	return out, report
}

func TestMatching(t *testing.T) {
	base := tiny(t, lamp(t, "a", 0, 0), lamp(t, "b", 10, 0, "smart", true), lamp(t, "c", 20, 0, "name", "C"), lamp(t, "d", 60, 0), lamp(t, "e", 5, 500))
	for _, c := range []struct {
		name string
		o    Options
		file []geo.Feature
		want []string
	}{
		{"nothing differs", Options{}, []geo.Feature{lamp(t, "", 20, 0, "name", "C"), lamp(t, "", 10, 0, "smart", true), lamp(t, "", 0, 0)}, nil},
		{"a centimetre is nothing", Options{}, []geo.Feature{lamp(t, "", 0.007, -0.006)}, nil},
		{"moved a little", Options{}, []geo.Feature{lamp(t, "", 0.3, 0.2)}, []string{"move+ a"}},
		{"moved too far is another", Options{}, []geo.Feature{lamp(t, "", 0.4, 0.4, "name", "new")}, []string{"add new"}},
		{"what is empty stays", Options{}, []geo.Feature{lamp(t, "", 10, 0), lamp(t, "", 20, 0, "smart", false)}, []string{`change c{"smart":false}`}},
		{"what is empty is cleared", Options{ClearEmpty: true}, []geo.Feature{lamp(t, "", 10, 0), lamp(t, "", 20, 0, "name", "C")}, []string{`change b{"smart":null}`}},
		{"missing inside is deleted", Options{DeleteMissing: true}, []geo.Feature{lamp(t, "", 0, -1, "name", "new"), lamp(t, "", 20, 0, "name", "C"), lamp(t, "", 0, 0)}, []string{"add new", "delete b"}},
		{"missing is left unless asked", Options{}, []geo.Feature{lamp(t, "", 0, 0), lamp(t, "", 60, 0)}, nil},
		{"the area is what was drawn", Options{DeleteMissing: true, Area: orb.Polygon{{at(t, -1, -1), at(t, 30, -1), at(t, 30, 1), at(t, -1, 1), at(t, -1, -1)}}},
			[]geo.Feature{lamp(t, "", 0, 0), lamp(t, "", 60, 0, "name", "D")}, []string{`change d{"name":"D"}`, "delete b", "delete c"}},
		{"the nearest first", Options{}, []geo.Feature{lamp(t, "", 0.4, 0, "name", "far"), lamp(t, "", 0.1, 0, "name", "near")}, []string{"add far", `change+ a{"name":"near"}`}},
		{"one of two at once", Options{}, []geo.Feature{lamp(t, "", 0.2, 0, "name", "x"), lamp(t, "", 0, 0.2, "name", "y")}, []string{"off add x", "off add y"}},
		{"what it says decides", Options{}, []geo.Feature{lamp(t, "", 0.2, 0, "name", "x"), lamp(t, "", 0, 0.2)}, []string{"add x", "move+ a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 2 {
				got, report := base.compare(c.o, c.file...)
				slices.Sort(got)
				slices.Sort(c.want)
				if !slices.Equal(got, c.want) {
					t.Errorf("%q, want %q\n%s", got, c.want, words(report))
				}
				slices.Reverse(c.file) // the order of a file means nothing
			}
		})
	}
}

// Two things of the base that one of the drawing may be: neither is taken, neither is
// deleted, and the thing itself is there to be switched on.
func TestAmbiguous(t *testing.T) {
	base := tiny(t, lamp(t, "a", 0, 0, "name", "A"), lamp(t, "b", 0.4, 0, "name", "B"), lamp(t, "c", 5, 5), lamp(t, "d", -5, -5))
	got, report := base.compare(Options{DeleteMissing: true}, lamp(t, "", 0.2, 0, "name", "X"), lamp(t, "", 5, 5), lamp(t, "", -5, -5))
	if !slices.Equal(got, []string{"off add X"}) {
		t.Errorf("%q", got)
	}
	if len(report.Ambiguous) != 1 || !slices.Equal(report.Ambiguous[0].Candidates, []string{"a", "b"}) || report.Layers[0].Ambiguous != 1 || report.Layers[0].MissingCount != 0 {
		t.Errorf("%+v", report)
	}
	// Told apart by what they say.
	got, _ = base.compare(Options{}, lamp(t, "", 0.2, 0, "name", "B"))
	if !slices.Equal(got, []string{"move+ b"}) {
		t.Errorf("%q", got)
	}
	// Stacked things that did not change are themselves.
	stacked := tiny(t, lamp(t, "a", 0, 0, "name", "A"), lamp(t, "b", 0, 0, "name", "B"), lamp(t, "c", 0, 0))
	if got, report := stacked.compare(Options{DeleteMissing: true}, lamp(t, "", 0, 0, "name", "B"), lamp(t, "", 0, 0, "name", "A"), lamp(t, "", 0, 0)); got != nil {
		t.Errorf("%q %s", got, words(report))
	}
}

// However many things stand close together, each of the file is paired once, put aside
// or added, and what is moved alone finds its own.
func TestCrowdIsMatchedOneToOne(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		crowd := func(prefix string) []thing {
			out := make([]thing, 1+r.IntN(8))
			for i := range out {
				f := &geo.Feature{ID: fmt.Sprint(prefix, i), Attributes: map[string]any{"name": fmt.Sprint(r.IntN(3))}}
				out[i] = thingOf(f, orb.Point{r.Float64(), r.Float64()})
			}
			return out
		}
		file, base := crowd("f"), crowd("b")
		match := func(file, base []thing) *matching {
			m := newMatching(file, base, DefaultMatch_m, func(i, k int) (int, int) {
				if file[i].f.Attributes["name"] != base[k].f.Attributes["name"] {
					return 1, 1
				}
				return 0, 0
			})
			m.shapes()
			return m
		}
		outcome := func(m *matching) map[string]string {
			out := make(map[string]string)
			taken := make(map[int]bool)
			for i, k := range m.to {
				if k == none {
					out[m.file[i].f.ID] = fmt.Sprint(len(m.doubt[i]))
					continue
				}
				if taken[k] || m.from[k] != i || m.doubt[i] != nil || geo.Distance(m.file[i].place.(orb.Point), m.base[k].place.(orb.Point)) > DefaultMatch_m {
					t.Fatalf("seed %d: %d is paired with %d", seed, i, k)
				}
				taken[k] = true
				out[m.file[i].f.ID] = m.base[k].f.ID
			}
			return out
		}
		m := match(file, base)
		want := outcome(m)
		for i := range file { // nothing within reach is left over
			for k := range base {
				if c, near := m.candidate(i, k); near && m.free(&c) {
					t.Errorf("seed %d: %d and %d are left", seed, i, k)
				}
			}
		}
		if got := outcome(match(shuffled(r, file), shuffled(r, base))); !cmp.Equal(got, want) {
			t.Errorf("seed %d: in another order %v, not %v", seed, got, want)
		}
	}
}

// Lines and areas are compared as shapes: where a ring begins means nothing, which way
// a line goes does.
func TestEqualShapes(t *testing.T) {
	l := orb.LineString{{0, 0}, {10, 0}, {10, 10}}
	p := orb.Polygon{{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}, {{2, 2}, {4, 2}, {4, 4}, {2, 4}, {2, 2}}}
	for _, c := range []struct {
		name string
		a, b orb.Geometry
		want bool
	}{
		{"a line", l, orb.LineString{{0, 0.005}, {10, 0}, {10.005, 10}}, true},
		{"a vertex on the way", l, orb.LineString{{0, 0}, {5, 0}, {10, 0}, {10, 10}}, true},
		{"the other way", l, orb.LineString{{10, 10}, {10, 0}, {0, 0}}, false},
		{"a spike", l, orb.LineString{{0, 0}, {5, 0}, {5, 1}, {5, 0}, {10, 0}, {10, 10}}, false},
		{"there and back", l, orb.LineString{{0, 0}, {10, 0}, {0, 0}, {10, 0}, {10, 10}}, false},
		{"moved", l, orb.LineString{{0, 0.02}, {10, 0}, {10, 10}}, false},
		{"one part", l, orb.MultiLineString{l}, true},
		{"a ring turned and begun elsewhere", p, orb.Polygon{{{5, 0}, {0, 0}, {0, 10}, {10, 10}, {10, 0}, {5, 0}}, p[1]}, true},
		{"without the hole", p, orb.Polygon{p[0]}, false},
		{"another hole", p, orb.Polygon{p[0], {{6, 6}, {8, 6}, {8, 8}, {6, 8}, {6, 6}}}, false},
		{"parts in another order", orb.MultiPoint{{0, 0}, {1, 1}}, orb.MultiPoint{{1, 1}, {0, 0}}, true},
		{"a part twice", orb.MultiPoint{{0, 0}, {0, 0}}, orb.MultiPoint{{0, 0}, {1, 1}}, false},
		{"a point and a line", orb.Point{0, 0}, l, false},
		{"nothing", nil, l, false},
		{"nothing twice", nil, nil, true},
	} {
		if got := equalShapes(c.a, c.b); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
		if got := equalShapes(c.b, c.a); got != c.want {
			t.Errorf("%s, turned: %v", c.name, got)
		}
	}
}

// What was redrawn with other vertices is found by what it shares with the base.
func TestRedrawnShapesAreFound(t *testing.T) {
	a := orb.Polygon{{{0, 0}, {20, 0}, {20, 20}, {0, 20}, {0, 0}}}
	larger := orb.Polygon{{{0, 0}, {24, 0}, {24, 20}, {0, 20}, {0, 0}}}
	twice := orb.Polygon{{{0, 0}, {40, 0}, {40, 20}, {0, 20}, {0, 0}}}
	l, longer, other := orb.LineString{{0, 0}, {100, 0}}, orb.LineString{{0, 0.1}, {50, 0.1}, {110, 0}}, orb.LineString{{0, 0}, {60, 0}, {60, 40}}
	for _, c := range []struct {
		a, b orb.Geometry
		want bool
	}{{a, larger, true}, {a, twice, false}, {l, longer, true}, {l, other, false}, {orb.Point{0, 0}, orb.Point{0.6, 0}, false}} {
		m := newMatching([]thing{thingOf(&geo.Feature{ID: "f"}, c.b)}, []thing{thingOf(&geo.Feature{ID: "b"}, c.a)}, DefaultMatch_m, func(int, int) (int, int) { return 1, 1 })
		m.shapes()
		if got := m.to[0] == 0; got != c.want {
			t.Errorf("%v %v: %v", c.a, c.b, got)
		}
	}
}

// A wrong file is refused whole, in words for a person, and leaves no scenario.
func TestRefused(t *testing.T) {
	ctx := context.Background()
	store, book := demoStore(t)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.shp":              "x",
		"missing":            "",
		"buildings.gpkg":     "SQLite format 3\x00 and then nothing",
		"empty.geojson":      "",
		"nowhere.geojson":    `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[117,36]},"properties":{}}]}`,
		"cameras.geojson":    `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[117,36]},"properties":{"height_m":"tall"}}]}`,
		"devices.geojson":    `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[508000,4004000]},"properties":{}}]}`,
		"elsewhere.geojson":  `{"type":"FeatureCollection","yiju:scenario":{"format":1,"base":1,"name":"n"},"features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[7.41,43.73]},"properties":{},"yiju:edit":{"layer":"cameras","op":"add","id":"x","brings_geometry":true}}]}`,
		"keypoints.geojson":  `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[7.41,43.73]},"properties":{"name":"Monaco"}}]}`,
		"torn.geojson":       `{"type":"FeatureCollection","yiju:scenario":{"format":1,`,
		"newer.geojson":      `{"type":"FeatureCollection","yiju:scenario":{"format":9},"features":[]}`,
		"nothing.geojson":    `{"type":"FeatureCollection","yiju:scenario":{"format":1,"base":1,"name":"n"},"features":[]}`,
		"resaved.geojson":    `{"type":"FeatureCollection","yiju:scenario":{"format":1,"base":1,"name":"n"},"features":[{"type":"Feature","geometry":null,"properties":{}}]}`,
		"stale.geojson":      `{"type":"FeatureCollection","yiju:scenario":{"format":1,"base":1,"name":"n"},"features":[{"type":"Feature","geometry":null,"properties":{"height_m":6},"yiju:edit":{"layer":"cameras","op":"change","id":"cam-001","set":{"height_m":5.0}}}]}`,
		"impossible.geojson": `{"type":"FeatureCollection","yiju:scenario":{"format":1,"base":1,"name":"n"},"features":[{"geometry":{"type":"Point","coordinates":[117,36]},"yiju:edit":{"seq":1,"layer":"cameras","op":"add","id":"x","feature":{"attributes":{"height_m":"tall"}},"brings_geometry":true}}]}`,
	} {
		path := filepath.Join(dir, name)
		if name != "missing" {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		} else {
			path += ".geojson"
		}
		_, _, err := Import(ctx, store, book, Options{Path: path})
		var invalid *layers.InvalidError
		if geo.AsFault(err) == nil && !asInvalid(err, &invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list, err := book.List(ctx); err != nil || len(list) != 0 {
		t.Errorf("%d scenarios, %v", len(list), err)
	}
}
