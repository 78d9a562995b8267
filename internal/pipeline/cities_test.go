package pipeline_test

import (
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lib/pq"

	"yiju/geo"
	"yiju/internal/ingest"
	"yiju/internal/pipeline"
	"yiju/internal/sample"
	"yiju/layers"
	"yiju/layers/gpkg"
	"yiju/layers/postgis"
)

// city is a real place with what its data is known to hold.
type city struct {
	name, osm, terrain string
	box                geo.Extent
	least              map[string]int // features by layer
}

var cities = []city{
	{name: "neuss", osm: "osm-neuss/neuss-s11.osm.pbf", box: geo.Extent{MinX: 6.6722, MinY: 51.1851, MaxX: 6.6936, MaxY: 51.2187},
		least: map[string]int{"buildings": 2200, "ways": 1000, "barriers": 200, "entrances": 200, "facilities": 100, "pipe_nodes": 100}},
	{name: "monaco", osm: "osm-monaco/monaco-2021-04-19.osm.pbf", box: geo.Extent{MinX: 7.4090, MinY: 43.7248, MaxX: 7.4398, MaxY: 43.7519},
		least: map[string]int{"buildings": 1000, "ways": 1500, "greens": 15, "cameras": 5, "entrances": 40}},
	{name: "porto alegre", osm: "osm-dem-pop-porto-alegre/poa_osm.pbf", terrain: "osm-dem-pop-porto-alegre/poa_elevation.tif",
		box:   geo.Extent{MinX: -51.24, MinY: -30.06, MaxX: -51.20, MaxY: -30.02},
		least: map[string]int{"ways": 5000, "barriers": 100, "terrain": 1}},
}

// Real cities come out of both stores as the same numbers and the same features,
// to the last bit.
func TestCitiesAgreeBetweenStores(t *testing.T) {
	for _, c := range cities {
		t.Run(c.name, func(t *testing.T) {
			file := fileStore(t)
			c.fill(t, file)
			for layer, least := range c.least {
				if n := count(t, file, layer); n < least {
					t.Errorf("%d %s, want %d or more", n, layer, least)
				}
			}
			fromFile := runSport(t, file)
			if len(fromFile.Values) == 0 || len(fromFile.Outputs) < 5 {
				t.Fatalf("%d values and layers %v", len(fromFile.Values), fromFile.Outputs)
			}
			server := serverStore(t)
			c.fill(t, server)
			fromServer := runSport(t, server)
			if diff := cmp.Diff(text(t, fromFile), text(t, fromServer)); diff != "" {
				t.Errorf("runs differ (-file +server):\n%s", diff)
			}
			for _, layer := range fromFile.Outputs {
				if diff := cmp.Diff(all(t, file, layer), all(t, server, layer)); diff != "" {
					t.Errorf("layer %s differs (-file +server):\n%.3000s", layer, diff)
				}
			}
		})
	}
}

// fill imports the city as a user would.
func (c city) fill(t *testing.T, store layers.Store) {
	t.Helper()
	box := c.box
	_, err := ingest.Run(t.Context(), store, ingest.Options{
		Format: ingest.OSM, Path: sample.Path(t, c.osm), BBox: &box, Name: c.name, Margin: 1500})
	if err != nil {
		t.Fatal(err)
	}
	if c.terrain == "" {
		return
	}
	if _, err := ingest.Run(t.Context(), store, ingest.Options{Format: ingest.Terrain, Path: sample.Path(t, c.terrain), Margin: 1500}); err != nil {
		t.Fatal(err)
	}
}

func runSport(t *testing.T, store layers.Store) pipeline.Run {
	t.Helper()
	run, err := pipeline.New(store).Walk(t.Context(), pipeline.WalkRequest{Categories: []string{"sport"}, Minutes: []float64{5, 10, 15}})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func fileStore(t *testing.T) layers.Store {
	t.Helper()
	s, err := gpkg.Create(t.Context(), filepath.Join(t.TempDir(), "city.gpkg"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// serverStore is a workspace in a schema of its own, gone when the test ends.
func serverStore(t *testing.T) layers.Store {
	t.Helper()
	address := os.Getenv("YIJU_TEST_POSTGRES")
	if address == "" {
		const what = "YIJU_TEST_POSTGRES is not set; CONTRIBUTING.md tells how to run the tests that need PostGIS"
		if os.Getenv("YIJU_REQUIRE_POSTGIS") == "1" {
			t.Fatal(what)
		}
		t.Skip(what)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	plain := u.String()
	schema := "city_" + strings.ToLower(rand.Text())
	q := u.Query()
	q.Set("schema", schema)
	u.RawQuery = q.Encode()
	s, err := postgis.Open(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		db, err := sql.Open("postgres", plain)
		if err != nil {
			t.Error(err)
			return
		}
		defer db.Close()
		if _, err := db.Exec("DROP SCHEMA " + pq.QuoteIdentifier(schema) + " CASCADE"); err != nil {
			t.Error(err)
		}
	})
	return s
}

func all(t *testing.T, r layers.Reader, layer string) []geo.Feature {
	t.Helper()
	var out []geo.Feature
	for f, err := range r.Features(t.Context(), layer, layers.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

func count(t *testing.T, r layers.Reader, layer string) int {
	t.Helper()
	return len(all(t, r, layer))
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
