// Command generate draws the demo community and writes it beside package demo.
// The same program always writes the same bytes.
package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	if err := run(".."); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// run writes all files below a folder.
func run(folder string) error {
	files, err := generate()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, files[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generate gives the content of every file by its path below data/demo.
func generate() (map[string][]byte, error) {
	p := draw()
	files := make(map[string][]byte)
	for layer, features := range p.features {
		if err := place(features); err != nil {
			return nil, err
		}
		if layer == "cameras" {
			registerCameras(features)
		}
		text, err := encode(layer, features)
		if err != nil {
			return nil, err
		}
		files["layers/"+layer+".geojson"] = text
	}
	heights, err := encodeTIFF(p.terrain())
	if err != nil {
		return nil, err
	}
	files["terrain.tif"] = heights
	return files, nil
}
