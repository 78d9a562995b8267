package pipeline

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/crs"
	"yiju/layers"
)

// here brings metres around a place into degrees.
func here(t *testing.T) func(x, y float64) orb.Point {
	t.Helper()
	tr, err := crs.New(crs.WGS84, "EPSG:4548")
	if err != nil {
		t.Fatal(err)
	}
	zero, err := tr.ForwardPoint(taian)
	if err != nil {
		t.Fatal(err)
	}
	return func(x, y float64) orb.Point {
		p, err := tr.InversePoint(orb.Point{zero[0] + x, zero[1] + y})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

func offered(t *testing.T, id string) PaletteEntry {
	t.Helper()
	entries, err := Palette()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(entries, func(e PaletteEntry) bool { return e.ID == id })
	if i < 0 {
		t.Fatalf("there is no entry %s", id)
	}
	return entries[i]
}

// Whatever the palette puts into a layer can be kept there, and a cost can be counted.
func TestPaletteFitsTheSchemas(t *testing.T) {
	entries, err := Palette()
	if err != nil {
		t.Fatal(err)
	}
	themes, err := PaletteThemes()
	if err != nil || len(themes) == 0 {
		t.Fatal(themes, err)
	}
	check := func(what, layer string, shape geo.Shape, attributes map[string]any) {
		schema, _ := layers.Schema(layer)
		f := geo.Feature{ID: "x", Attributes: attributes, Geometry: map[geo.Shape]orb.Geometry{
			geo.Point: orb.Point{1, 1}, geo.Line: orb.LineString{{1, 1}, {2, 2}}, geo.Polygon: orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}},
		}[shape]}
		for _, p := range schema.Check(&f) {
			t.Errorf("%s: %v", what, p)
		}
	}
	for _, e := range entries {
		if e.Op == "add" {
			check(e.ID, e.Layer, e.Shape, e.Attributes)
		}
		for _, part := range e.Parts {
			check(e.ID+" "+part.Role, part.Layer, part.Shape, part.Attributes)
		}
	}
}

// A palette that does not fit names every mistake.
func TestPaletteMistakesAreNamed(t *testing.T) {
	e := offered(t, "gate")
	e.Attributes = map[string]any{"kind": "moon", "height": 3, "locked": "no"}
	e.Ask = append(slices.Clone(e.Ask), "colour")
	e.Shapes = []geo.Shape{geo.Polygon}
	e.Takes = slices.Clone(e.Takes)
	e.Takes[0].From = "kindness"
	e.Parts = slices.Clone(e.Parts)
	e.Parts[1].Attributes = map[string]any{"class": "road"}
	e.Parts[0].Layer = "gates"
	var all []string
	for _, err := range fitEntry(&e) {
		all = append(all, err.Error())
	}
	text := strings.Join(all, "\n")
	for _, want := range []string{`"moon"`, `"height"`, "locked", `"colour"`, "polygon", `"kindness"`, `"road"`, `"gates"`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not named:\n%s", want, text)
		}
	}
}

// What a camera of the palette sees is known: nothing is missing or assumed. (Its place
// in the register, with code and division, comes when it is registered.) Taking away any attribute of its picture is noticed.
func TestPaletteCamerasAreComplete(t *testing.T) {
	at := here(t)
	entries, err := Palette()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, e := range entries {
		if e.Layer != "cameras" {
			continue
		}
		found++
		lacks := func(attributes map[string]any) bool {
			store := fill(t, community("c1", "东湖社区", taian), put("cameras", "new", at(0, 0), attributes),
				put("keypoints", "k", at(5, 10), map[string]any{"kind": "other", "required_class": "detect"}))
			run, err := New(store).Cameras(t.Context(), CamerasRequest{})
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range run.Notes {
				if (n.Code == "cameras_lack_attributes" || n.Code == "cameras_assumed") && slices.Contains(n.IDs, "new") {
					return true
				}
			}
			return false
		}
		if lacks(e.Attributes) {
			t.Errorf("%s lacks something", e.ID)
		}
		for _, name := range []string{"height_m", "azimuth_deg", "tilt_deg", "hfov_deg", "pixels_w"} {
			less := maps.Clone(e.Attributes)
			delete(less, name)
			if !lacks(less) {
				t.Errorf("%s without %s lacks nothing", e.ID, name)
			}
		}
	}
	if found < 4 {
		t.Errorf("%d kinds of cameras", found)
	}
}

// A 5G cell of the palette is known wholly: nothing is assumed for it.
func TestPaletteCellsAreComplete(t *testing.T) {
	at := here(t)
	for _, id := range []string{"cell", "cell_n41", "site", "site_n41"} {
		e := offered(t, id)
		edits := []layers.Edit{community("c1", "东湖社区", taian)}
		turns := []float64{0}
		if len(e.Parts) > 0 {
			turns = nil
			for _, part := range e.Parts {
				turns = append(turns, part.Turn_deg)
			}
		}
		for i, turn := range turns {
			attributes := maps.Clone(e.Attributes)
			attributes["azimuth_deg"], attributes["operator"] = turn, "中国移动"
			edits = append(edits, put("cells", "new"+string(rune('1'+i)), at(0, 0), attributes))
		}
		run, err := New(fill(t, edits...)).Radio(t.Context(), RadioRequest{Res_m: 20})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range run.Notes {
			if slices.ContainsFunc(n.IDs, func(id string) bool { return strings.HasPrefix(id, "new") }) {
				t.Errorf("%s: %s", id, n.Text.EN)
			}
		}
		covered := false
		for _, v := range run.Values {
			covered = covered || v.Unit == "%" && v.Value != nil && *v.Value > 0
		}
		if !covered {
			t.Errorf("%s covers nothing: %+v", id, run.Values)
		}
	}
}

// walked is the share of households that reach the fitness place in 15 minutes.
func walked(t *testing.T, profile string, edits []layers.Edit) float64 {
	t.Helper()
	run, err := New(fill(t, edits...)).Walk(t.Context(), WalkRequest{Categories: []string{"sport"}, Minutes: []float64{15}, Profile: profile})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range run.Values {
		if strings.HasSuffix(v.ID, "_time_15_households") && v.Value != nil {
			return *v.Value
		}
	}
	t.Fatalf("no share of households: %+v", run.Values)
	return 0
}

// A gate of the palette, with the path that comes with it, opens a drawn wall, and the
// boundary of a gated compound without one; the point alone, or the path alone, does
// not.
func TestPaletteGateOpensWalls(t *testing.T) {
	at := here(t)
	box := func(x0, y0, x1, y1 float64) orb.Polygon {
		return orb.Polygon{{at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1), at(x0, y0)}}
	}
	base := []layers.Edit{
		community("c1", "东湖社区", taian),
		put("compounds", "q", box(-100, 0, 100, 100), map[string]any{"gated": true}),
		put("buildings", "b", box(-10, 50, 10, 60), map[string]any{"use": "residential", "households": int64(10), "height_m": 18.0}),
		put("ways", "inside", orb.LineString{at(-80, 40), at(80, 40)}, map[string]any{"class": "footway"}),
		put("ways", "outside", orb.LineString{at(-80, -20), at(80, -20)}, map[string]any{"class": "footway"}),
		put("facilities", "f", at(60, -25), offered(t, "fitness").Attributes),
	}
	gate := offered(t, "gate")
	point := put("entrances", "new-gate", at(0, 0), gate.Parts[0].Attributes)
	path := put("ways", "new-path", orb.LineString{at(0, 40), at(0, 0), at(0, -20)}, gate.Parts[1].Attributes)
	if gate.Parts[1].Place != "connect" || gate.Parts[1].Layer != "ways" || gate.Layer != "entrances" {
		t.Fatalf("%+v", gate)
	}
	for name, extra := range map[string][]layers.Edit{
		"a compound": nil, "a wall": {put("barriers", "w", orb.LineString{at(-100, 0), at(100, 0)}, map[string]any{"kind": "wall"})},
	} {
		with := func(more ...layers.Edit) float64 { return walked(t, "adult", slices.Concat(base, extra, more)) }
		if got := []float64{with(), with(point), with(path), with(point, path)}; !slices.Equal(got, []float64{0, 0, 0, 100}) {
			t.Errorf("%s: closed, gate, path, both: %v %%", name, got)
		}
	}
}

// The bridges of the palette carry people over a street that cannot be crossed, those
// with ramps wheelchairs too; steps made a ramp let wheelchairs up.
func TestPaletteBridgesAndRamps(t *testing.T) {
	at := here(t)
	box := func(x, y float64) orb.Polygon {
		return orb.Polygon{{at(x, y), at(x+10, y), at(x+10, y+10), at(x, y+10), at(x, y)}}
	}
	base := []layers.Edit{
		community("c1", "东湖社区", taian),
		put("buildings", "b", box(0, 110), map[string]any{"use": "residential", "households": int64(10), "height_m": 18.0}),
		put("ways", "north", orb.LineString{at(-80, 100), at(80, 100)}, map[string]any{"class": "footway"}),
		put("ways", "south", orb.LineString{at(-80, -100), at(80, -100)}, map[string]any{"class": "footway"}),
		put("ways", "street", orb.LineString{at(-250, 0), at(250, 0)}, map[string]any{"class": "motorway"}),
		put("facilities", "f", at(20, -105), offered(t, "fitness").Attributes),
	}
	line := []orb.Point{at(0, 100), at(0, 20), at(0, -20), at(0, -100)}
	bridge := func(id string) []layers.Edit {
		var out []layers.Edit
		for _, part := range offered(t, id).Parts {
			legs := map[string]orb.LineString{"first_leg": line[:2], "middle_legs": line[1:3], "last_leg": line[2:]}[part.Place]
			out = append(out, put("ways", "new-"+part.Role, legs, part.Attributes))
		}
		return out
	}
	for _, tc := range []struct {
		name, profile string
		edits         []layers.Edit
		want          float64
	}{
		{"nothing", "adult", nil, 0}, {"ramps", "adult", bridge("footbridge"), 100}, {"ramps", "wheelchair", bridge("footbridge"), 100},
		{"steps", "adult", bridge("footbridge_steps"), 100}, {"steps", "wheelchair", bridge("footbridge_steps"), 0},
	} {
		if got := walked(t, tc.profile, slices.Concat(base, tc.edits)); got != tc.want {
			t.Errorf("%s, %s: %g %%, want %g", tc.name, tc.profile, got, tc.want)
		}
	}
	steps := map[string]any{"class": "steps", "foot": "yes", "step_count": int64(12)}
	ramp := maps.Clone(steps)
	for name, v := range offered(t, "ramp").Attributes {
		if ramp[name] = v; v == nil {
			delete(ramp, name)
		}
	}
	up := func(attributes map[string]any) float64 {
		return walked(t, "wheelchair", slices.Concat(base[:4], base[5:], []layers.Edit{put("ways", "s", orb.LineString(line), attributes)}))
	}
	if got := []float64{up(steps), up(ramp)}; !slices.Equal(got, []float64{0, 100}) {
		t.Errorf("steps, ramp: %v %%", got)
	}
}
