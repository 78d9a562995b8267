package tiles_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yiju/tiles"
	"yiju/tiles/mvt"
	"yiju/tiles/testtown"
)

var update = flag.Bool("update", false, "write golden files anew")

// A small town, tile by tile, as text. A change of how tiles are drawn shows here.
func TestGoldenTiles(t *testing.T) {
	var layers []tiles.Layer
	for _, s := range testtown.Make(3, 50, jinan) {
		layers = append(layers, tiles.Hold(s.Schema.Layer, s.Schema, s.Features))
	}
	for _, z := range []uint8{6, 11, 14, 17} {
		c := tileAt(jinan, z)
		tile := encode(t, c, tiles.Options{}, layers...)
		for _, v := range mvt.Check(tile.Data) {
			t.Errorf("%s: %s", c, v)
		}
		decoded := decode(t, tile)
		got := decoded.Text()
		file := filepath.Join("testdata", fmt.Sprintf("town-z%d.txt", z))
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("%s (-want +got); go test -update writes the file anew:\n%s", file, diff)
		}
	}
}

// GDAL reads the same from a tile as we wrote.
func TestGDALReadsTiles(t *testing.T) {
	tool, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo of GDAL is not installed")
	}
	var layers []tiles.Layer
	want := map[string]int{}
	for _, s := range testtown.Make(3, 50, jinan) {
		layers = append(layers, tiles.Hold(s.Schema.Layer, s.Schema, s.Features))
	}
	c := tileAt(jinan, 15)
	tile := encode(t, c, tiles.Options{}, layers...)
	dir := filepath.Join(t.TempDir(), "15", fmt.Sprint(c.X))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, fmt.Sprintf("%d.mvt", c.Y))
	if err := os.WriteFile(file, tile.Data, 0o644); err != nil {
		t.Fatal(err)
	}
	decoded := decode(t, tile)
	for i := range decoded.Layers {
		want[decoded.Layers[i].Name] = len(decoded.Layers[i].Features)
	}
	out, err := exec.Command(tool, "-ro", "-al", file).CombinedOutput()
	if err != nil || strings.Contains(string(out), "ERROR") || strings.Contains(string(out), "Warning") {
		t.Fatalf("ogrinfo: %v\n%s", err, out)
	}
	for name, n := range want {
		if !strings.Contains(string(out), fmt.Sprintf("Layer name: %s\n", name)) {
			t.Errorf("GDAL sees no layer %s", name)
		}
		_, part, _ := strings.Cut(string(out), "Layer name: "+name+"\n")
		if head, _, _ := strings.Cut(part, "Layer SRS"); !strings.Contains(head, fmt.Sprintf("Feature Count: %d\n", n)) {
			t.Errorf("GDAL does not see %d features in %s", n, name)
		}
	}
	for _, s := range []string{"阳光花园", "kind (String) = lamp", "lit (Integer(Boolean))", "height_m (Real)", "floors (Integer"} {
		if !strings.Contains(string(out), s) {
			t.Errorf("GDAL does not read %q", s)
		}
	}
}
