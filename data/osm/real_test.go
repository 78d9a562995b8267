package osm

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"

	"yiju/internal/sample"
)

// testMapping is the product's own mapping, read from beside this package.
func testMapping(t testing.TB) *Mapping {
	t.Helper()
	file, err := os.ReadFile("../standards/osm_mapping.yaml")
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile("../standards/categories.yaml")
	if err != nil {
		t.Fatal(err)
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
		t.Fatal(err)
	}
	var categories []Category
	for _, g := range groups.Groups {
		for _, k := range g.Kinds {
			categories = append(categories, Category{Code: g.Code + "/" + k.Code, Conds: k.OSM})
		}
	}
	m, err := NewMapping(file, categories)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

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

func TestExplore(t *testing.T) {
	for _, name := range []string{"osm-neuss/neuss-s11.osm.pbf", "osm-monaco/monaco-2021-04-19.osm.pbf", "osm-dem-pop-porto-alegre/poa_osm.pbf", "cameras-switzerland/overpass_surveillance_ch.json"} {
		d := readFile(t, sample.Path(t, name))
		r, err := d.Features(context.Background(), testMapping(t), nil)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(name, d.Counts(), d.Extent())
		for _, l := range sortedKeys(r.Layers) {
			fmt.Println("  ", l, len(r.Layers[l]))
		}
		cat := map[string]int{}
		for _, f := range r.Layers["facilities"] {
			c, _ := f.Text("category")
			cat[c]++
		}
		fmt.Println(cat)
		for _, l := range []string{"barriers", "devices", "ways", "greens", "cameras", "entrances", "pipe_nodes"} {
			kinds := map[string]int{}
			for _, f := range r.Layers[l] {
				k, _ := f.Text("kind")
				if l == "ways" {
					k, _ = f.Text("class")
				}
				kinds[k]++
			}
			fmt.Println(l, kinds)
		}
		lv, hg, az := 0, 0, 0
		for _, f := range r.Layers["buildings"] {
			if _, ok := f.Number("floors"); ok {
				lv++
			}
			if _, ok := f.Number("height_m"); ok {
				hg++
			}
		}
		for _, f := range r.Layers["cameras"] {
			if _, ok := f.Number("azimuth_deg"); ok {
				az++
			}
		}
		fmt.Println("levels", lv, "heights", hg, "cam azimuth", az, "unmapped", r.Unmapped)
		for _, e := range append(d.Problems().Entries(), r.Problems.Entries()...) {
			fmt.Println("   !", e.Code, e.Count, e.Examples)
		}
	}
}
