package gpkg_test

import (
	"path/filepath"
	"testing"

	"yiju/layers"
	"yiju/layers/gpkg"
	"yiju/layers/layerstest"
)

// create makes a workspace in a folder of its own, with a name that must be
// escaped in a connection string.
func create(t testing.TB) (*gpkg.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "小区 50% #1?.gpkg")
	s, err := gpkg.Create(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, path
}

func TestStore(t *testing.T) {
	layerstest.Run(t, func(t *testing.T) layers.Store {
		s, _ := create(t)
		return s
	})
}

func TestReopen(t *testing.T) {
	var path string
	layerstest.RunReopen(t, func(t *testing.T) layers.Store {
		var s *gpkg.Store
		s, path = create(t)
		return s
	}, func(t *testing.T, old layers.Store) layers.Store {
		if err := old.Close(); err != nil {
			t.Fatal(err)
		}
		s, err := gpkg.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	})
}

func BenchmarkStore(b *testing.B) {
	layerstest.Benchmark(b, func(b *testing.B) layers.Store {
		s, _ := create(b)
		return s
	})
}
