package pmtiles_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/tiles"
	"yiju/tiles/pmtiles"
	"yiju/tiles/testtown"
)

func TestIDs(t *testing.T) {
	for c, want := range map[tiles.Coord]uint64{
		{}: 0, {Z: 1}: 1, {Z: 1, Y: 1}: 2, {Z: 1, X: 1, Y: 1}: 3, {Z: 1, X: 1}: 4, {Z: 2}: 5,
		{Z: 12, X: 3423, Y: 1763}: 19_078_479, // the example of the specification
	} {
		if got := pmtiles.ID(c); got != want {
			t.Errorf("ID(%s) = %d, want %d", c, got, want)
		}
	}
	next := uint64(0)
	for z := uint8(0); z <= 6; z++ {
		var before tiles.Coord
		for i := range uint64(1) << (2 * z) {
			c, ok := pmtiles.CoordOf(next)
			if !ok || c.Z != z || pmtiles.ID(c) != next {
				t.Fatalf("number %d is tile %s, which has number %d", next, c, pmtiles.ID(c))
			}
			if i > 0 && far(before.X, c.X)+far(before.Y, c.Y) != 1 {
				t.Fatalf("the curve jumps from %s to %s", before, c)
			}
			before = c
			next++
		}
	}
	last := tiles.Coord{Z: tiles.MaxZoom, X: 1<<tiles.MaxZoom - 1}
	if c, ok := pmtiles.CoordOf(pmtiles.ID(last)); !ok || c != last {
		t.Errorf("the last tile comes back as %s", c)
	}
	if c, ok := pmtiles.CoordOf(pmtiles.ID(last) + 1); ok {
		t.Errorf("there is a tile %s beyond the last", c)
	}
}

func far(a, b uint32) uint32 { return max(a, b) - min(a, b) }

var jinan = orb.Point{117.02, 36.65}

func town() (layers []tiles.Layer, about []tiles.VectorLayer, extent geo.Extent) {
	var schemas []geo.Schema
	extent = geo.EmptyExtent()
	for _, s := range testtown.Make(5, 400, jinan) {
		layers = append(layers, tiles.Hold(s.Schema.Layer, s.Schema, s.Features))
		schemas = append(schemas, s.Schema)
		for i := range s.Features {
			extent = extent.Union(geo.ExtentOf(s.Features[i].Geometry))
		}
	}
	return layers, tiles.VectorLayers(schemas, 0, 16, "zh"), extent
}

// An archive gives back each tile as it was drawn, none is missing and none is too
// many, though the tiles below empty ones were never drawn.
func TestRoundTrip(t *testing.T) {
	layers, about, extent := town()
	ctx := context.Background()
	var asked atomic.Int64
	source := func(ctx context.Context, c tiles.Coord) (tiles.Tile, error) {
		asked.Add(1)
		return tiles.Encode(ctx, c, layers, tiles.Options{})
	}
	path := filepath.Join(t.TempDir(), "town.pmtiles")
	wide := extent.Grow(0.05)
	plan := pmtiles.Plan{Bounds: wide, MaxZoom: 15, Meta: pmtiles.Meta{Name: "小城", VectorLayers: about}}
	report, err := pmtiles.File(ctx, path, source, plan)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a, err := pmtiles.Open(f)
	if err != nil {
		t.Fatal(err)
	}
	found := uint64(0)
	for c := range tiles.Cover(wide, 0, 15) {
		want, err := tiles.Encode(ctx, c, layers, tiles.Options{})
		if err != nil {
			t.Fatal(err)
		}
		kept, err := a.Tile(c)
		if err != nil {
			t.Fatal(err)
		}
		body := tiles.Body{Gzip: kept, Size: len(want.Data)}
		got, err := body.Plain()
		if err != nil || !bytes.Equal(got, want.Data) {
			t.Fatalf("%s: %d bytes come back of %d, %v", c, len(got), len(want.Data), err)
		}
		if len(got) > 0 {
			found++
		}
	}
	if found != report.Tiles || found != a.Addressed || found < 20 {
		t.Errorf("%d tiles found, %d reported, %d in the header", found, report.Tiles, a.Addressed)
	}
	if all := tiles.CoverCount(wide, 0, 15); uint64(asked.Load())+report.Skipped != all || report.Skipped < all/4 {
		t.Errorf("%d tiles drawn and %d skipped of %d", asked.Load(), report.Skipped, all)
	}
	checkMetadata(t, a, about)
	again := filepath.Join(t.TempDir(), "again.pmtiles")
	if _, err := pmtiles.File(ctx, again, source, plan); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, path), read(t, again)) {
		t.Error("writing twice gives different bytes")
	}
	if n := int64(len(read(t, path))); n != report.Bytes {
		t.Errorf("%d bytes reported, %d written", report.Bytes, n)
	}
	verify(t, path)
}

func read(t *testing.T, path string) []byte {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func checkMetadata(t *testing.T, a *pmtiles.Reader, about []tiles.VectorLayer) {
	b, err := a.Metadata()
	if err != nil {
		t.Fatal(err)
	}
	var meta pmtiles.Meta
	if err := json.Unmarshal(b, &meta); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(pmtiles.Meta{Name: "小城", VectorLayers: about}, meta); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
}

// verify asks the reference implementation, where it is installed.
func verify(t *testing.T, path string) {
	tool, err := exec.LookPath("pmtiles")
	if err != nil {
		t.Log("the tool pmtiles of protomaps/go-pmtiles is not installed; not verified with it")
		return
	}
	if out, err := exec.Command(tool, "verify", path).CombinedOutput(); err != nil || bytes.Contains(out, []byte("rror")) {
		t.Errorf("pmtiles verify: %v\n%s", err, out)
	}
}

// memory is a file in memory.
type memory struct {
	bytes.Buffer
	at  int
	all []byte
}

func (m *memory) Write(b []byte) (int, error) {
	if grow := m.at + len(b) - len(m.all); grow > 0 {
		m.all = append(m.all, make([]byte, grow)...)
	}
	m.at += copy(m.all[m.at:], b)
	return len(b), nil
}

func (m *memory) Seek(offset int64, _ int) (int64, error) {
	m.at = int(offset)
	return offset, nil
}

// Many tiles need leaf directories; equal ones are kept once.
func TestLeavesAndEqualTiles(t *testing.T) {
	content := func(c tiles.Coord) []byte {
		switch {
		case c.X%7 == 3:
			return nil
		case c.Y%2 == 0:
			return []byte("the same")
		}
		rng := rand.New(rand.NewPCG(uint64(c.X), uint64(c.Y)))
		return fmt.Appendf(nil, "tile %s %0*d", c, rng.IntN(200), rng.Uint64())
	}
	source := func(_ context.Context, c tiles.Coord) (tiles.Tile, error) {
		return tiles.Tile{Data: content(c), Vanished: 1}, nil
	}
	var m memory
	world := tiles.World()
	report, err := pmtiles.Write(context.Background(), &m, source, pmtiles.Plan{Bounds: world, MinZoom: 4, MaxZoom: 7})
	if err != nil {
		t.Fatal(err)
	}
	a, err := pmtiles.Open(bytes.NewReader(m.all))
	if err != nil {
		t.Fatal(err)
	}
	different, n := map[string]bool{}, 0
	for c := range tiles.Cover(world, 3, 8) {
		want := content(c)
		if c.Z < 4 || c.Z > 7 {
			want = nil
		}
		if want != nil {
			different[string(want)] = true
		}
		if n++; n%5 > 0 {
			continue
		}
		kept, err := a.Tile(c)
		if err != nil {
			t.Fatalf("%s: %v", c, err)
		}
		got, err := (&tiles.Body{Gzip: kept, Size: len(want)}).Plain()
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%s: %q comes back of %q, %v", c, got, want, err)
		}
	}
	if int(report.Contents) != len(different) || a.Contents != report.Contents {
		t.Errorf("%d contents reported, %d in the header, %d are different", report.Contents, a.Contents, len(different))
	}
	if a.Entries >= a.Addressed || a.Entries <= a.Contents {
		t.Errorf("%d entries for %d tiles of %d contents: no runs", a.Entries, a.Addressed, a.Contents)
	}
	if leaves := binary.LittleEndian.Uint64(m.all[48:]); leaves == 0 {
		t.Errorf("%d entries fit into the root", a.Entries)
	}
	path := filepath.Join(t.TempDir(), "leaves.pmtiles")
	if err := os.WriteFile(path, m.all, 0o644); err != nil {
		t.Fatal(err)
	}
	verify(t, path)
}

func TestRefusals(t *testing.T) {
	ctx := context.Background()
	nothing := func(context.Context, tiles.Coord) (tiles.Tile, error) { return tiles.Tile{}, nil }
	for name, p := range map[string]pmtiles.Plan{
		"nothing":        {Bounds: tiles.World(), MaxZoom: 20},
		"no area":        {Bounds: geo.EmptyExtent(), MaxZoom: 3},
		"zooms reversed": {Bounds: tiles.World(), MinZoom: 4, MaxZoom: 3},
		"zoom too deep":  {Bounds: tiles.World(), MaxZoom: 23},
		"too many":       {Bounds: tiles.World(), MinZoom: 14, MaxZoom: 14},
	} {
		path := filepath.Join(t.TempDir(), "x.pmtiles")
		if _, err := pmtiles.File(ctx, path, nothing, p); geo.AsFault(err) == nil {
			t.Errorf("%s: error %v, want a fault", name, err)
		}
	}
	dir := t.TempDir()
	broken := errors.New("broken")
	fail := func(_ context.Context, c tiles.Coord) (tiles.Tile, error) {
		if c.Z == 3 {
			return tiles.Tile{}, broken
		}
		return tiles.Tile{Data: []byte{1}, Features: 1}, nil
	}
	if _, err := pmtiles.File(ctx, filepath.Join(dir, "x.pmtiles"), fail, pmtiles.Plan{Bounds: tiles.World(), MaxZoom: 5}); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the source", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%v is left behind", left)
	}
}

// GDAL reads the archive's tiles.
func TestGDALReadsArchives(t *testing.T) {
	tool, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo of GDAL is not installed")
	}
	if out, err := exec.Command(tool, "--formats").Output(); err != nil || !bytes.Contains(out, []byte("PMTiles")) {
		t.Skip("this GDAL does not read PMTiles; versions from 3.8 do")
	}
	layers, about, extent := town()
	path := filepath.Join(t.TempDir(), "town.pmtiles")
	source := func(ctx context.Context, c tiles.Coord) (tiles.Tile, error) {
		return tiles.Encode(ctx, c, layers, tiles.Options{})
	}
	if _, err := pmtiles.File(context.Background(), path, source, pmtiles.Plan{Bounds: extent, MaxZoom: 14, Meta: pmtiles.Meta{VectorLayers: about}}); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-ro", "-so", path, "buildings").CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("height_m")) {
		t.Errorf("ogrinfo: %v\n%s", err, out)
	}
}

func FuzzOpen(f *testing.F) {
	source := func(_ context.Context, c tiles.Coord) (tiles.Tile, error) {
		return tiles.Tile{Data: fmt.Appendf(nil, "%s", c), Features: 1}, nil
	}
	var m memory
	if _, err := pmtiles.Write(context.Background(), &m, source, pmtiles.Plan{Bounds: tiles.World(), MaxZoom: 2}); err != nil {
		f.Fatal(err)
	}
	f.Add(m.all)
	f.Add(m.all[:127])
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := pmtiles.Open(bytes.NewReader(b))
		if err != nil {
			return
		}
		_, _ = a.Metadata()
		for c := range tiles.Cover(tiles.World(), 0, 3) {
			kept, err := a.Tile(c)
			if err == nil && len(kept) > len(b) {
				t.Fatalf("%s: %d bytes out of %d", c, len(kept), len(b))
			}
		}
	})
}

func BenchmarkFile(b *testing.B) {
	layers, about, extent := town()
	b.ReportAllocs()
	for b.Loop() {
		source := func(ctx context.Context, c tiles.Coord) (tiles.Tile, error) {
			return tiles.Encode(ctx, c, layers, tiles.Options{})
		}
		if _, err := pmtiles.Write(context.Background(), &memory{}, source, pmtiles.Plan{Bounds: extent, MaxZoom: 16, Meta: pmtiles.Meta{VectorLayers: about}}); err != nil {
			b.Fatal(err)
		}
	}
}
