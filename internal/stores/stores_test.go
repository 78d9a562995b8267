package stores_test

import (
	"crypto/rand"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yiju/geo"
	"yiju/internal/stores"
	"yiju/layers"
)

func TestOpenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "城市.GPKG")
	if _, err := stores.Open(t.Context(), path, stores.MustExist); geo.AsFault(err) == nil {
		t.Errorf("a file that is not there: %v; want a Fault", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Fatal("the file was made")
	}
	for _, mode := range []stores.Mode{stores.CreateIfMissing, stores.CreateIfMissing, stores.MustExist} {
		s, err := stores.Open(t.Context(), path, mode)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Apply(t.Context(), layers.Batch{}); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, spec := range map[string]string{
		"nothing": "", "other file": "city.shp", "folder": dir, "other database": "mysql://u:s3cr3t@host/db", "no folder": filepath.Join(dir, "x", "a.gpkg"),
		"bad address": "postgres://u:s3cr3t%zz@host/db", "web": "https://host/a.gpkg?key=s3cr3t",
	} {
		s, err := stores.Open(t.Context(), spec, stores.CreateIfMissing)
		if err == nil {
			s.Close()
		}
		f := geo.AsFault(err)
		if f == nil || f.What.ZH == "" || len(f.Fix) == 0 || strings.Contains(f.Error()+f.Say("zh"), "s3cr3t") {
			t.Errorf("%s: %v; want a Fault that tells what to do and no password", name, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%d files were left: %v", len(left), err)
	}
}

func TestOpenServer(t *testing.T) {
	address := os.Getenv("YIJU_TEST_POSTGRES")
	if address == "" {
		const what = "YIJU_TEST_POSTGRES is not set; CONTRIBUTING.md tells how to run the tests that need PostGIS"
		if os.Getenv("YIJU_REQUIRE_POSTGIS") == "1" {
			t.Fatal(what)
		}
		t.Skip(what)
	}
	schema := "test_" + strings.ToLower(rand.Text())
	join := "?"
	if strings.Contains(address, "?") {
		join = "&"
	}
	spec := address + join + "schema=" + schema
	if _, err := stores.Open(t.Context(), spec, stores.MustExist); geo.AsFault(err) == nil {
		t.Errorf("a workspace that is not there: %v; want a Fault", err)
	}
	for _, mode := range []stores.Mode{stores.CreateIfMissing, stores.MustExist} {
		s, err := stores.Open(t.Context(), spec, mode)
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
	}
	db, err := sql.Open("postgres", address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("DROP SCHEMA " + schema + " CASCADE"); err != nil {
		t.Error(err)
	}
}
