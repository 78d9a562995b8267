package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"maps"
)

// The committed files are what this program writes: no more, no less, to the byte.
func TestCommittedFilesAreGenerated(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		committed, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(committed, files[name]) {
			t.Errorf("%s differs from what is generated at byte %d; run go generate ./data/demo", name, firstDifference(committed, files[name]))
		}
		total += len(committed)
	}
	present, err := filepath.Glob(filepath.Join("..", "layers", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range present {
		if name := "layers/" + filepath.Base(path); files[name] == nil {
			t.Errorf("%s is not generated", name)
		}
	}
	const most = 3 << 20
	if total > most {
		t.Errorf("the files have %d bytes together, at most %d are wanted", total, most)
	}
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}
