package postgis_test

import (
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"testing"

	"yiju/layers"
	"yiju/layers/layerstest"
	"yiju/layers/postgis"
)

// server gives the URL of a database in which tests may make schemas.
func server(t testing.TB) *url.URL {
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
	if !u.Query().Has("sslmode") {
		u, _ = url.Parse(with(u, "sslmode", "prefer"))
	}
	return u
}

// with gives the URL with a parameter added.
func with(u *url.URL, name, value string) string {
	c := *u
	q := c.Query()
	q.Set(name, value)
	c.RawQuery = q.Encode()
	return c.String()
}

// plain opens the database without a store.
func plain(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", server(t).String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// workspace gives the address of a workspace that is not there yet and is gone
// when the test ends.
func workspace(t testing.TB) (address, schema string) {
	t.Helper()
	schema = "test_" + strings.ToLower(rand.Text())
	address = with(server(t), "schema", schema)
	t.Cleanup(func() {
		if _, err := plain(t).Exec("DROP SCHEMA IF EXISTS " + schema + " CASCADE"); err != nil {
			t.Errorf("cleaning up: %v", err)
		}
	})
	return address, schema
}

func open(t testing.TB, address string) *postgis.Store {
	t.Helper()
	s, err := postgis.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestStore(t *testing.T) {
	layerstest.Run(t, func(t *testing.T) layers.Store {
		address, _ := workspace(t)
		return open(t, address)
	})
}

func TestReopen(t *testing.T) {
	var address string
	layerstest.RunReopen(t, func(t *testing.T) layers.Store {
		address, _ = workspace(t)
		return open(t, address)
	}, func(t *testing.T, old layers.Store) layers.Store {
		if err := old.Close(); err != nil {
			t.Fatal(err)
		}
		return open(t, address)
	})
}

func BenchmarkStore(b *testing.B) {
	layerstest.Benchmark(b, func(b *testing.B) layers.Store {
		address, _ := workspace(b)
		return open(b, address)
	})
}
