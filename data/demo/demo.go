// Package demo holds the demo community: an invented neighbourhood in the shape
// of a real kind of place, with the figures that one real community published.
// Nothing in it is surveyed; every feature says so in its source.
//
// The command in folder generate draws it; what it writes is embedded here.
package demo

//go:generate go -C generate run .

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"yiju/geo"
)

//go:embed layers/*.geojson
var files embed.FS

//go:embed terrain.tif
var terrainTIFF []byte

//go:embed claims/huaxin.csv
var claims []byte

// SourceName is the name of the source of every feature.
const SourceName = "示范数据（合成）"

const (
	folder   = "layers"
	suffix   = ".geojson"
	terrain  = "terrain"
	tileSide = 128 // columns and rows of a terrain tile
)

// Layers lists the layers that have features, ordered by name.
func Layers() []string {
	entries, err := fs.ReadDir(files, folder)
	if err != nil {
		panic(err) // the folder is embedded
	}
	out := []string{terrain}
	for _, e := range entries {
		out = append(out, strings.TrimSuffix(e.Name(), suffix))
	}
	slices.Sort(out)
	return out
}

// Features reads a layer afresh, ordered by id, in degrees. Terrain comes in
// tiles made from the GeoTIFF.
func Features(layer string) ([]geo.Feature, error) {
	if layer == terrain {
		return terrainTiles()
	}
	text, err := files.ReadFile(folder + "/" + layer + suffix)
	if err != nil {
		return nil, fmt.Errorf("demo.Features(%q): %w", layer, err)
	}
	features, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("demo.Features(%q): %w", layer, err)
	}
	for i := range features {
		features[i].Source = geo.Source{Name: SourceName, ID: features[i].ID}
	}
	return features, nil
}

// Claims is the table of claims whose figures the demo has: CSV in UTF-8 with a mark,
// as one community published it.
func Claims() []byte { return bytes.Clone(claims) }

// TerrainTIFF is the height grid of the demo as a GeoTIFF file.
func TerrainTIFF() []byte { return bytes.Clone(terrainTIFF) }

func terrainTiles() ([]geo.Feature, error) {
	grid, err := readTIFF(terrainTIFF)
	if err != nil {
		return nil, fmt.Errorf("demo.Features(%q): %w", terrain, err)
	}
	var out []geo.Feature
	for _, tile := range grid.Tiles(tileSide) {
		f, err := tile.Grid.Feature(fmt.Sprintf("terrain-%d-%d", tile.Row, tile.Col))
		if err != nil {
			return nil, fmt.Errorf("demo.Features(%q): %w", terrain, err)
		}
		f.Source = geo.Source{Name: SourceName, ID: f.ID}
		out = append(out, f)
	}
	return out, nil
}
