package gpkg

import (
	"database/sql"
	"testing"

	"yiju/geo"
)

// Foreign opens a file as another program would that knows GeoPackages.
func Foreign(t testing.TB, path string) *sql.DB {
	t.Helper()
	c, err := connect(path, "mode=rw")
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(c)
	t.Cleanup(func() { db.Close() })
	return db
}

// Blob makes a GeoPackage geometry.
func Blob(t testing.TB, f geo.Feature) []byte {
	t.Helper()
	b, err := encode(&f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
