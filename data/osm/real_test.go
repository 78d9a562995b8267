package osm

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"go.yaml.in/yaml/v3"

	"yiju/geo"
	"yiju/internal/sample"
)

// testMapping is the product's own mapping, read from beside this package.
func testMapping(t testing.TB) *Mapping {
	t.Helper()
	m, err := productMapping()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var productMapping = sync.OnceValues(func() (*Mapping, error) {
	file, err := os.ReadFile("../standards/osm_mapping.yaml")
	if err != nil {
		return nil, err
	}
	list, err := os.ReadFile("../standards/categories.yaml")
	if err != nil {
		return nil, err
	}
	var groups struct {
		Groups []struct {
			Code  string
			Kinds []struct {
				Code string
				OSM  []string `yaml:"osm"`
			}
		}
	}
	if err := yaml.Unmarshal(list, &groups); err != nil {
		return nil, err
	}
	var categories []Category
	for _, g := range groups.Groups {
		for _, k := range g.Kinds {
			categories = append(categories, Category{Code: g.Code + "/" + k.Code, Conds: k.OSM})
		}
	}
	return NewMapping(file, categories)
})

func readFile(t testing.TB, path string) *Data {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := Read(context.Background(), f, Options{Name: filepath.Base(path)})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// with counts the features of a layer that have one of some values, or any value
// when none is given, in an attribute or a tag that was kept.
func with(r *Result, layer, name string, values ...string) int {
	n := 0
	for _, f := range r.Layers[layer] {
		v, ok := f.Attributes[name]
		if !ok {
			v, ok = f.Extra[name]
		}
		match := ok && len(values) == 0
		for _, want := range values {
			match = match || ok && v == want
		}
		if match {
			n++
		}
	}
	return n
}

// Counts of real files, against those taken from the files with other tools.
func TestRealCounts(t *testing.T) {
	type count struct {
		what string
		got  int
		want int
	}
	check := func(name string, counts func(r *Result) []count) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			d := readFile(t, sample.Path(t, name))
			r, err := d.Features(context.Background(), testMapping(t), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range counts(r) {
				if c.got != c.want {
					t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
				}
			}
		})
	}
	check("osm-neuss/neuss-s11.osm.pbf", func(r *Result) []count {
		return []count{
			// 2309 objects carry the tag; four of them are nodes, which have no outline.
			{"buildings", len(r.Layers["buildings"]), 2305}, {"with floors", with(r, "buildings", "floors"), 354},
			{"paths", with(r, "ways", "highway", "path") + with(r, "ways", "class", "path"), 237}, {"steps", with(r, "ways", "class", "steps"), 35},
			{"fitness stations", with(r, "facilities", "category", "sport/fitness_station"), 5},
			{"pitches, small ones are courts", with(r, "facilities", "category", "sport/pitch", "sport/court"), 28},
			{"playgrounds", with(r, "facilities", "category", "sport/playground"), 18},
			// 16 objects carry the key surveillance: seven cameras, a parcel locker and
			// eight trains with cameras on board.
			{"cameras", len(r.Layers["cameras"]), 7}, {"cameras that look somewhere", with(r, "cameras", "azimuth_deg"), 1},
			{"masts with mobile radio", len(r.Layers["cells"]), 8},
			{"lamps", with(r, "devices", "kind", "lamp"), 29}, {"hydrants", with(r, "pipe_nodes", "kind", "hydrant"), 119},
			{"gates, one of them a swing gate", with(r, "barriers", "kind", "gate"), 121},
			{"fences and walls", with(r, "barriers", "kind", "fence", "wall"), 113},
			{"entrances", with(r, "entrances", "entrance"), 239}, {"entrances of garages", with(r, "entrances", "amenity", "parking_entrance"), 22},
		}
	})
	check("osm-monaco/monaco-2021-04-19.osm.pbf", func(r *Result) []count {
		return []count{
			{"buildings", len(r.Layers["buildings"]), 1207}, {"with floors", with(r, "buildings", "floors"), 101}, {"with height", with(r, "buildings", "height_m"), 35},
			{"steps", with(r, "ways", "class", "steps"), 269}, {"lifts", with(r, "devices", "kind", "elevator"), 45},
			{"playgrounds", with(r, "facilities", "category", "sport/playground"), 13}, {"cameras", len(r.Layers["cameras"]), 10},
			{"cameras that look somewhere", with(r, "cameras", "azimuth_deg"), 3}, {"lamps", with(r, "devices", "kind", "lamp"), 17},
			{"parks", with(r, "greens", "kind", "park"), 15},
		}
	})
	check("osm-dem-pop-porto-alegre/poa_osm.pbf", func(r *Result) []count {
		return []count{
			{"buildings", len(r.Layers["buildings"]), 19}, {"steps", with(r, "ways", "class", "steps"), 413},
			{"residential streets", with(r, "ways", "class", "residential"), 3237}, {"gates", with(r, "barriers", "kind", "gate"), 299},
			{"entrances", with(r, "entrances", "entrance"), 577},
		}
	})
}

// Of 529 cameras with a direction, all but the few whose words say none are read.
func TestSwissCameras(t *testing.T) {
	d := readFile(t, sample.Path(t, "cameras-switzerland/overpass_surveillance_ch.json"))
	r, err := d.Features(context.Background(), testMapping(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if d.Counts().Nodes != 2144 {
		t.Errorf("%d nodes", d.Counts().Nodes)
	}
	unread := r.Problems.Count("unread_cameras_azimuth_deg")
	looking := with(r, "cameras", "azimuth_deg")
	if unread > 5 || looking < 524 {
		t.Errorf("%d cameras look somewhere, %d directions were not understood: %v", looking, unread, r.Problems.Entries())
	}
	for _, f := range r.Layers["cameras"] {
		if a, ok := f.Number("azimuth_deg"); ok && !(a >= 0 && a < 360) {
			t.Errorf("%s looks to %g", f.ID, a)
		}
	}
}

// In a real city, the doors on outlines find their buildings, and ways keep
// sharing the points they share in the file.
func TestRealLinks(t *testing.T) {
	d := readFile(t, sample.Path(t, "osm-neuss/neuss-s11.osm.pbf"))
	r, err := d.Features(context.Background(), testMapping(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	buildings := make(map[string]bool)
	for _, f := range r.Layers["buildings"] {
		buildings[f.ID] = true
	}
	linked := 0
	for _, f := range r.Layers["entrances"] {
		of, ok := f.Text("of")
		if ok {
			linked++
		}
		if kind, _ := f.Text("kind"); kind == "building_door" && !buildings[of] {
			t.Errorf("%s belongs to %q, which is no building", f.ID, of)
		}
	}
	if linked < 230 {
		t.Errorf("only %d of %d entrances belong to something", linked, len(r.Layers["entrances"]))
	}
	vertices := make(map[int64]bool)
	total := 0
	for _, f := range r.Layers["ways"] {
		geo.EachPoint(f.Geometry, func(orb.Point) { total++ })
	}
	for _, w := range d.ways {
		if _, ok := d.tagsOf(w.tags).get("highway"); ok {
			for _, ref := range d.wayRefs(w) {
				vertices[ref] = true
			}
		}
	}
	if total < len(vertices) {
		t.Errorf("the ways have %d vertices, their nodes are %d", total, len(vertices))
	}
}
