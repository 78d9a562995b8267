package mvt_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiju/internal/sample"
	"yiju/tiles/mvt"
)

// differs lists the fixtures whose stated validity we do not share, and why.
var differs = map[string]string{
	"016": "byte for byte the same as 003, which is stated invalid for the type that it lacks",
	"057": "a MoveTo that promises half a billion points and gives one; 051, the same with other numbers, is stated invalid",
}

func fixtures(t testing.TB) []string {
	dirs, err := filepath.Glob(filepath.Join(sample.Path(t, "mvt-fixtures/fixtures"), "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	return dirs
}

func musts(all []mvt.Violation) []mvt.Violation {
	return slices.DeleteFunc(all, func(v mvt.Violation) bool { return v.Should })
}

func TestCheckAgreesWithFixtures(t *testing.T) {
	for _, dir := range fixtures(t) {
		name := filepath.Base(dir)
		t.Run(name, func(t *testing.T) {
			var info struct {
				Description string
				Validity    struct{ V2 bool }
			}
			b, err := os.ReadFile(filepath.Join(dir, "info.json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(b, &info); err != nil {
				t.Fatal(err)
			}
			tile, err := os.ReadFile(filepath.Join(dir, "tile.mvt"))
			if err != nil {
				t.Fatal(err)
			}
			found := musts(mvt.Check(tile))
			_, known := differs[name]
			if agrees := (len(found) == 0) == info.Validity.V2; agrees == known {
				t.Errorf("stated valid: %t (%s); found %v; known to differ: %t", info.Validity.V2, info.Description, found, known)
			}
		})
	}
}

// tilesBelow gives the real tiles of a dataset, uncompressed.
func tilesBelow(t testing.TB, each func(name string, tile []byte)) {
	root := sample.Path(t, "mvt-fixtures/real-world")
	n := 0
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(d.Name(), ".mvt") {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
			z, err := gzip.NewReader(bytes.NewReader(b))
			if err != nil {
				return err
			}
			if b, err = io.ReadAll(z); err != nil {
				return err
			}
		}
		n++
		each(filepath.ToSlash(path[len(root)+1:]), b)
		return nil
	})
	if err != nil || n == 0 {
		t.Fatalf("%d tiles below %s: %v", n, root, err)
	}
}

func TestRealTilesDecode(t *testing.T) {
	features := 0
	tilesBelow(t, func(name string, b []byte) {
		tile, err := mvt.Decode(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		for i := range tile.Layers {
			l := &tile.Layers[i]
			for j := range l.Features {
				features++
				if _, err := l.Features[j].Orb(); err != nil {
					t.Errorf("%s layer %s feature %d: %v", name, l.Name, j, err)
				}
			}
		}
	})
	if features < 10_000 {
		t.Errorf("only %d features read", features)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	for _, dir := range fixtures(f) {
		b, err := os.ReadFile(filepath.Join(dir, "tile.mvt"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		tile, err := mvt.Decode(b)
		found := mvt.Check(b)
		if err != nil {
			if len(found) != 1 || found[0].Rule != mvt.Readable {
				t.Fatalf("Decode: %v, Check: %v", err, found)
			}
			return
		}
		_ = tile.Text()
		for i := range tile.Layers {
			l := &tile.Layers[i]
			for j := range l.Features {
				l.Properties(&l.Features[j])
				g, err := l.Features[j].Orb()
				if n := len(l.Features[j].Commands); err == nil && g != nil && n < 3 {
					t.Fatalf("%d numbers gave %v", n, g)
				}
			}
		}
	})
}
