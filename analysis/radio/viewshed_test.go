package radio

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// comparison is what the two ways take for all observers, in seconds.
type comparison struct {
	gdalWall, gdalCPU, oursWall, oursCPU, allWall, allCPU float64
	agree, compared                                       int
}

// TestBesideViewshed runs gdal_viewshed for the same antennas, radius and buildings
// as the model and prints time and agreement of both. scripts/bench-viewshed runs it.
// Antennas stand on masts in the open: gdal_viewshed lets a roof hide its own
// surroundings. It is asked for visibility only; the model also computes levels.
func TestBesideViewshed(t *testing.T) {
	if os.Getenv("YIJU_VIEWSHED") != "1" {
		t.Skip("a comparison, run by scripts/bench-viewshed")
	}
	const radius, side, masts = 1000.0, 2100.0, 20
	town := lujiazui(t, side, 0)
	rng := rand.New(rand.NewPCG(9, 9))
	e := geo.ExtentOf(town.scene.Community.Geometry)
	grid, err := newGrid(e, 2)
	if err != nil {
		t.Fatal(err)
	}
	open := town.model(t, Params{Defaults: assumed()})
	for len(town.scene.Layers["cells"]) < masts {
		at := grid.At(rng.IntN(grid.Cols), rng.IntN(grid.Rows))
		if s := open.receiver(at); len(s.holders) == 0 {
			town.cell(at, 15+rng.Float64()*20, 0, "hbw_deg", 360.0)
		}
	}
	dir := t.TempDir()
	dsm := town.rasterise(t, dir, &grid)
	var sum comparison
	for i := range town.scene.Layers["cells"] {
		one := *town
		one.scene.Layers = map[string][]geo.Feature{"cells": town.scene.Layers["cells"][i : i+1], "buildings": town.scene.Layers["buildings"]}
		compare(t, one.model(t, Params{Defaults: assumed(), ReachM: radius}), dsm, dir, radius, &sum)
	}
	together := town.model(t, Params{Defaults: assumed(), ReachM: radius})
	start, used := time.Now(), processor()
	if err := together.Tiles(func(*Tile) error { return nil }); err != nil {
		t.Fatal(err)
	}
	sum.allWall, sum.allCPU = time.Since(start).Seconds(), processor()-used
	fmt.Printf("%d antennas, radius %g m, pixels of %g m, %d buildings\n\n", masts, radius, grid.ResM, len(open.buildings))
	fmt.Printf("%-34s %12s %12s\n", "", "s/antenna", "CPU s/antenna")
	fmt.Printf("%-34s %12.3f %12.3f\n", "gdal_viewshed (sight)", sum.gdalWall/masts, sum.gdalCPU/masts)
	fmt.Printf("%-34s %12.3f %12.3f\n", "yiju (sight, levels), one by one", sum.oursWall/masts, sum.oursCPU/masts)
	fmt.Printf("%-34s %12.3f %12.3f\n", "yiju (… and ratios), together", sum.allWall/masts, sum.allCPU/masts)
	fmt.Printf("\nOutdoor pixels seen alike: %.2f %% of %d\n", 100*float64(sum.agree)/float64(sum.compared), sum.compared)
	if share := float64(sum.agree) / float64(sum.compared); share < 0.95 {
		t.Errorf("only %.4f seen alike", share)
	}
}

// rasterise burns the buildings into a grid of heights with gdal_rasterize, those
// that stand on the ground; raised ones are taken out of the town, since a grid of
// heights cannot hold them.
func (t *town) rasterise(tb testing.TB, dir string, g *Grid) string {
	tb.Helper()
	type feature struct {
		Type       string         `json:"type"`
		Properties map[string]any `json:"properties"`
		Geometry   any            `json:"geometry"`
	}
	var kept []geo.Feature
	var out []feature
	for _, f := range t.scene.Layers["buildings"] {
		if _, raised := f.Number("base_m"); raised {
			continue
		}
		kept = append(kept, f)
		h, ok := f.Number("height_m")
		if !ok {
			h = 18
		}
		for _, p := range geo.Polygons(f.Geometry) {
			out = append(out, feature{"Feature", map[string]any{"h": h}, map[string]any{"type": "Polygon", "coordinates": p}})
		}
	}
	t.scene.Layers["buildings"] = kept
	raw, err := json.Marshal(map[string]any{"type": "FeatureCollection", "name": "b", "features": out,
		"crs": map[string]any{"type": "name", "properties": map[string]any{"name": "urn:ogc:def:crs:EPSG::4549"}}})
	if err != nil {
		tb.Fatal(err)
	}
	in, dsm := filepath.Join(dir, "b.geojson"), filepath.Join(dir, "dsm.tif")
	if err := os.WriteFile(in, raw, 0o600); err != nil {
		tb.Fatal(err)
	}
	half := g.ResM / 2
	far := g.At(g.Cols-1, g.Rows-1)
	tool(tb, "gdal_rasterize", "-q", "-a", "h", "-init", "0", "-ot", "Float32", "-tr", fmt.Sprint(g.ResM), fmt.Sprint(g.ResM),
		"-te", num(g.West-half), num(g.South-half), num(far[0]+half), num(far[1]+half), in, dsm)
	return dsm
}

func num(v float64) string { return fmt.Sprintf("%.3f", v) }

// tool runs a program of GDAL and returns the time it took, by clock and processor.
func tool(tb testing.TB, name string, args ...string) (wall, cpu float64) {
	tb.Helper()
	start := time.Now()
	c := exec.Command(name, args...)
	if out, err := c.CombinedOutput(); err != nil {
		tb.Fatalf("%s: %v\n%s", name, err, out)
	}
	wall = time.Since(start).Seconds()
	if u, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		cpu = float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	}
	return wall, cpu
}

func compare(t *testing.T, m *Model, dsm, dir string, radius float64, sum *comparison) {
	t.Helper()
	c := m.cells[0]
	seen, raw := filepath.Join(dir, "seen.tif"), filepath.Join(dir, "seen.bin")
	wall, cpu := tool(t, "gdal_viewshed", "-q", "-md", num(radius), "-ox", num(c.At[0]), "-oy", num(c.At[1]), "-oz", num(c.HeightM),
		"-tz", num(m.params.ReceiverM), "-cc", "0", dsm, seen)
	sum.gdalWall, sum.gdalCPU = sum.gdalWall+wall, sum.gdalCPU+cpu
	start, used := time.Now(), processor()
	px := all(t, m.grid, m.Tiles)
	sum.oursWall, sum.oursCPU = sum.oursWall+time.Since(start).Seconds(), sum.oursCPU+processor()-used

	// gdal_viewshed cuts its output to the radius; bring it back to the grid.
	half, far := m.grid.ResM/2, m.grid.At(m.grid.Cols-1, m.grid.Rows-1)
	tool(t, "gdal_translate", "-q", "-of", "ENVI", "-ot", "Byte", "-projwin", num(m.grid.West-half), num(far[1]+half), num(far[0]+half), num(m.grid.South-half), seen, raw)
	b, err := os.ReadFile(raw)
	if err != nil || len(b) != len(px.kind) {
		t.Fatalf("%d pixels, want %d: %v", len(b), len(px.kind), err)
	}
	for k, kind := range px.kind {
		col, row := k%px.grid.Cols, k/px.grid.Cols
		at := px.grid.At(col, row)
		if kind != Outdoor || geo.Distance(at, orb.Point(c.At)) > radius-2*m.grid.ResM || math.IsInf(float64(px.rsrp[k]), 0) {
			continue
		}
		sum.compared++
		if (b[(px.grid.Rows-1-row)*px.grid.Cols+col] == 255) == px.free[k] {
			sum.agree++
		}
	}
}
