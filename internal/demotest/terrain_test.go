package demotest

import (
	"bytes"
	"math"
	"testing"

	"yiju/data/demo"
	"yiju/data/geotiff"
	"yiju/geo"
	"yiju/geo/raster"
)

// The GeoTIFF, read by the importer for anybody's height grids, and the tiles that
// the demo makes of it agree everywhere.
func TestTerrainTilesAgreeWithTheFile(t *testing.T) {
	b := demo.TerrainTIFF()
	file, err := geotiff.Open(bytes.NewReader(b), int64(len(b)), "terrain.tif")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := file.Grid(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if whole.CRS != "EPSG:4548" {
		t.Errorf("the file is in %s", whole.CRS)
	}
	seen := make(map[[2]float64]bool)
	for _, f := range features(t, "terrain") {
		tile, err := raster.FromFeature(&f)
		if err != nil {
			t.Fatal(err)
		}
		for i, z := range tile.Z {
			at := [2]float64{tile.West + float64(i%tile.Cols)*tile.StepX, tile.North - float64(i/tile.Cols)*tile.StepY}
			seen[at] = true
			if want, ok := whole.HeightAt(at); !ok || math.Abs(want-float64(z)) > 1e-6 {
				t.Fatalf("%s at %v: %g, the file has %g (%v)", f.ID, at, z, want, ok)
			}
		}
	}
	if len(seen) != len(whole.Z) {
		t.Errorf("the tiles hold %d places, the file %d", len(seen), len(whole.Z))
	}
	e := geo.EmptyExtent()
	for _, z := range whole.Z {
		e.IncludePoint([2]float64{0, float64(z)})
	}
	if e.MinY < 100 || e.MaxY > 300 || e.MaxY-e.MinY < 60 {
		t.Errorf("heights from %g to %g m are no plain with a hill near Tai'an", e.MinY, e.MaxY)
	}
}
