package scenario_test

import (
	"crypto/rand"
	"database/sql"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "github.com/lib/pq" // opens the database without a store

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/gpkg"
	"yiju/layers/memory"
	"yiju/layers/postgis"
	"yiju/layers/scenario"
)

// kind is a kind of store. opened gives a store of an empty workspace, and the address
// under which openAt finds it once more.
type kind struct {
	name   string
	opened func(t testing.TB) (layers.Store, string)
	openAt func(t testing.TB, address string) layers.Store // nil in memory
}

var kinds = []kind{
	{"memory", func(t testing.TB) (layers.Store, string) { return closing(t)(memory.New(), nil), "" }, nil},
	{"gpkg", func(t testing.TB) (layers.Store, string) {
		path := filepath.Join(t.TempDir(), "小区.gpkg")
		return closing(t)(gpkg.Create(t.Context(), path)), path
	}, func(t testing.TB, path string) layers.Store { return closing(t)(gpkg.Open(t.Context(), path)) }},
	{"postgis", func(t testing.TB) (layers.Store, string) {
		address := newSchema(t)
		return closing(t)(postgis.Open(t.Context(), address)), address
	}, func(t testing.TB, address string) layers.Store {
		return closing(t)(postgis.OpenExisting(t.Context(), address))
	}},
}

// onEach runs a test on every kind of store.
func onEach(t *testing.T, test func(t *testing.T, store layers.Store)) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			store, _ := k.opened(t)
			test(t, store)
		})
	}
}

func closing(t testing.TB) func(s layers.Store, err error) layers.Store {
	return func(s layers.Store, err error) layers.Store {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
}

// newSchema gives the address of a workspace that is not there yet and is gone when the
// test ends.
func newSchema(t testing.TB) string {
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
		t.Fatal("YIJU_TEST_POSTGRES is not a URL")
	}
	schema := "test_" + strings.ToLower(rand.Text())
	t.Cleanup(func() {
		db, err := sql.Open("postgres", address)
		if err != nil {
			t.Error(err)
			return
		}
		defer db.Close()
		if _, err := db.Exec("DROP SCHEMA IF EXISTS " + schema + " CASCADE"); err != nil {
			t.Errorf("cleaning up: %v", err)
		}
	})
	q := u.Query()
	q.Set("schema", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// exact compares numbers by their bits.
var exact = cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })

// same fails when got is not want to the last bit.
func same(t testing.TB, what string, got, want any, opts ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, append(opts, exact)...); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func apply(t testing.TB, s layers.Store, edits ...layers.Edit) layers.Revision {
	t.Helper()
	r, err := s.Apply(t.Context(), layers.Batch{Author: "base", Edits: edits})
	if err != nil {
		t.Fatalf("Apply: %v", err)
	}
	return r
}

// read gives all that a query selects; nothing where there is no such layer.
func read(t testing.TB, s layers.Reader, layer string, q layers.Query) []geo.Feature {
	t.Helper()
	out := []geo.Feature{}
	for f, err := range s.Features(t.Context(), layer, q) {
		if _, none := err.(*layers.NoLayerError); none { //nolint:errorlint // stores give it unwrapped
			break
		}
		if err != nil {
			t.Fatalf("Features(%s, %+v): %v", layer, q, err)
		}
		out = append(out, f)
	}
	return out
}

// placeDump is all that a reader tells of the place, its own books left out.
func placeDump(t testing.TB, s layers.Reader) map[string][]geo.Feature {
	t.Helper()
	infos, err := s.Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]geo.Feature{}
	for _, info := range infos {
		if name := info.Schema.Layer; !layers.Own(name) {
			if f := read(t, s, name, layers.Query{}); len(f) > 0 {
				out[name] = f
			}
		}
	}
	return out
}

// must gives a value that came without an error.
func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// edit does steps that must succeed.
func edit(t testing.TB, b *scenario.Book, id, author string, steps ...scenario.Step) (*scenario.Scenario, []int64) {
	t.Helper()
	s, seqs, err := b.Edit(t.Context(), id, scenario.Order{Author: author, Steps: steps})
	if err != nil {
		t.Fatalf("Edit: %v", err)
	}
	return s, seqs
}

func appended(e scenario.Edit) scenario.Step { return scenario.Step{Do: scenario.Append, Edit: &e} }
