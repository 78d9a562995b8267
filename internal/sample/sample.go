// Package sample finds real datasets for tests and benchmarks. They lie outside
// the project, in the folder named by YIJU_DATA or in ../shared/data beside the
// project; a test that needs one is skipped where it is absent.
package sample

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Path returns the file or folder of a dataset, such as
// "osm-neuss/neuss-s11.osm.pbf", or skips the test.
func Path(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(folder(), filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("dataset %s is not here; set YIJU_DATA to the folder that holds it", name)
	}
	return path
}

func folder() string {
	if dir := os.Getenv("YIJU_DATA"); dir != "" {
		return dir
	}
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..", "..", "shared", "data")
}
