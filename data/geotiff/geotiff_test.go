package geotiff

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/raster"
	"yiju/internal/sample"
)

// hills is a grid of whole numbers with a hole, so that every type can hold it.
func hills(cols, rows int) *raster.Grid {
	g := &raster.Grid{CRS: "EPSG:4326", West: 117, North: 36.5, StepX: 1.0 / 3600, StepY: 1.0 / 3600, Cols: cols, Rows: rows}
	for r := range rows {
		for c := range cols {
			g.Z = append(g.Z, float32((c*c+7*r*c+r)%251))
		}
	}
	g.Z[cols+1] = float32(math.NaN())
	return g
}

func written(t testing.TB, g *raster.Grid, sample Sample) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := Write(&buf, g, sample); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func readAll(data []byte) (*File, *raster.Grid, error) {
	f, err := Open(bytes.NewReader(data), int64(len(data)), "a.tif")
	if err != nil {
		return nil, nil, err
	}
	g, err := f.Grid(context.Background(), nil)
	return f, g, err
}

// close compares grids; coordinates may differ by rounding.
func sameGrid(want, got *raster.Grid) string {
	return cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-12, 1e-12))
}

func TestWriteAndRead(t *testing.T) {
	for _, sample := range []Sample{Float32, Int16} {
		for _, size := range [][2]int{{3, 2}, {100, 64}, {65, 130}} {
			g := hills(size[0], size[1])
			_, back, err := readAll(written(t, g, sample))
			if err != nil {
				t.Fatal(err)
			}
			if diff := sameGrid(g, back); diff != "" {
				t.Errorf("%v %v: %s", sample, size, diff)
			}
		}
	}
	g := hills(9, 9)
	g.CRS = "EPSG:4548"
	f, _, err := readAll(written(t, g, Float32))
	if err != nil || f.CRS != "EPSG:4548" {
		t.Errorf("projected: %v, %v", f, err)
	}
}

// Every window gives the same numbers as the whole.
func TestWindows(t *testing.T) {
	g := hills(300, 200)
	data := written(t, g, Float32)
	f, err := Open(bytes.NewReader(data), int64(len(data)), "a.tif")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []geo.Extent{
		{MinX: 117.01, MinY: 36.46, MaxX: 117.02, MaxY: 36.47},
		{MinX: 100, MinY: 0, MaxX: 117.001, MaxY: 90},
		{MinX: 117.083, MinY: 36.4449, MaxX: 200, MaxY: 36.446},
		{MinX: -180, MinY: -90, MaxX: 180, MaxY: 90},
	} {
		part, err := f.Grid(context.Background(), &w)
		if err != nil || part == nil {
			t.Fatalf("%v: %v, %v", w, part, err)
		}
		p := orb.Point{math.Min(math.Max(w.MinX, g.Extent().MinX), w.MaxX), math.Max(w.MinY, g.Extent().MinY)}
		want, known := g.HeightAt(p)
		got, ok := part.HeightAt(p)
		if ok != known || math.Abs(got-want) > 1e-6 {
			t.Errorf("%v: %g %v at %v, want %g %v", w, got, ok, p, want, known)
		}
	}
	outside := geo.Extent{MinX: 1, MinY: 1, MaxX: 2, MaxY: 2}
	if part, err := f.Grid(context.Background(), &outside); part != nil || err != nil {
		t.Errorf("outside: %v, %v", part, err)
	}
}

// The same grid in all the ways that the usual tool can write it.
func TestVariants(t *testing.T) {
	tool, err := exec.LookPath("gdal_translate")
	if err != nil {
		t.Skip("gdal_translate is not installed")
	}
	folder := t.TempDir()
	g := hills(150, 90)
	source := filepath.Join(folder, "in.tif")
	if err := os.WriteFile(source, written(t, g, Float32), 0o600); err != nil {
		t.Fatal(err)
	}
	variants := []string{
		"-ot Byte -a_nodata 255 -co COMPRESS=NONE", "-ot UInt16 -a_nodata 255 -co COMPRESS=PACKBITS",
		"-ot Float64 -a_nodata 255 -co COMPRESS=ZSTD", "-ot Int16 -a_nodata 255 -co COMPRESS=LZW",
		"-ot Int16 -a_nodata 255 -co COMPRESS=LZW -co PREDICTOR=2 -co TILED=YES -co BLOCKXSIZE=64 -co BLOCKYSIZE=32",
		"-ot Float32 -a_nodata 255 -co COMPRESS=DEFLATE -co PREDICTOR=3 -co TILED=YES -co BLOCKXSIZE=64 -co BLOCKYSIZE=64",
		"-ot Float64 -a_nodata 255 -co COMPRESS=LZW -co PREDICTOR=3",
		"-ot Int32 -a_nodata 255 -co COMPRESS=DEFLATE -co PREDICTOR=2 -co ENDIANNESS=BIG",
		"-ot Float32 -a_nodata 255 -co COMPRESS=LZW -co ENDIANNESS=BIG",
		"-ot UInt16 -a_nodata 255 -co BIGTIFF=YES -co COMPRESS=LZW",
		"-ot UInt16 -a_nodata 255 -co BLOCKYSIZE=1",
	}
	filled := hills(150, 90) // gdal cannot turn NaN into an integer by itself
	for i, v := range filled.Z {
		if v != v {
			filled.Z[i] = 255
		}
	}
	if err := os.WriteFile(source, written(t, filled, Float32), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, variant := range variants {
		target := filepath.Join(folder, fmt.Sprint(i, ".tif"))
		args := append(strings.Fields(variant), "-q", source, target)
		if out, err := exec.Command(tool, args...).CombinedOutput(); err != nil {
			if strings.Contains(string(out), "ZSTD") {
				continue // built without it
			}
			t.Fatalf("%s: %v\n%s", variant, err, out)
		}
		data, err := os.ReadFile(target)
		if err != nil {
			t.Fatal(err)
		}
		_, back, err := readAll(data)
		if err != nil {
			t.Errorf("%s: %v", variant, err)
			continue
		}
		if diff := sameGrid(g, back); diff != "" {
			t.Errorf("%s: %s", variant, diff)
		}
	}
}

// The place and the numbers of a real file, against what gdal says of it.
func TestPortoAlegre(t *testing.T) {
	path := sample.Path(t, "osm-dem-pop-porto-alegre/poa_elevation.tif")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, g, err := readAll(data)
	if err != nil {
		t.Fatal(err)
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, z := range g.Z {
		low, high = math.Min(low, float64(z)), math.Max(high, float64(z))
	}
	if f.CRS != "EPSG:4326" || g.Cols != 413 || g.Rows != 403 || low != 0 || high != 255 {
		t.Errorf("%s %d×%d from %g to %g", f.CRS, g.Cols, g.Rows, low, high)
	}
	tool, err := exec.LookPath("gdallocationinfo")
	if err != nil {
		t.Skip("gdallocationinfo is not installed")
	}
	for _, cell := range [][2]int{{0, 0}, {412, 402}, {200, 100}, {17, 399}} {
		out, err := exec.Command(tool, "-valonly", path, strconv.Itoa(cell[0]), strconv.Itoa(cell[1])).Output()
		if err != nil {
			t.Fatal(err)
		}
		want, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		if err != nil {
			t.Fatal(err)
		}
		p := orb.Point{g.West + float64(cell[0])*g.StepX, g.North - float64(cell[1])*g.StepY}
		if z, ok := g.HeightAt(p); !ok || math.Abs(z-want) > 1e-6 {
			t.Errorf("cell %v is %g, want %g", cell, z, want)
		}
	}
}

// Feet in the place but not in the heights, and marks for unknown.
func TestKentucky(t *testing.T) {
	data, err := os.ReadFile(sample.Path(t, "water-ky4/ky4_elevation.tif"))
	if err != nil {
		t.Fatal(err)
	}
	f, g, err := readAll(data)
	if err != nil {
		t.Fatal(err)
	}
	if f.CRS != "EPSG:3547" || g.Cols != 587 || g.Rows != 402 || math.Abs(g.West-(4940983.429056217+90.9751993475/2)) > 1e-6 {
		t.Errorf("%s %d×%d at %f", f.CRS, g.Cols, g.Rows, g.West)
	}
}

// patched changes the value of a tag with a short or long in a written file.
func patched(t *testing.T, data []byte, id uint16, value uint32) []byte {
	t.Helper()
	out := bytes.Clone(data)
	n := int(binary.LittleEndian.Uint16(out[8:]))
	for i := range n {
		e := out[10+12*i:]
		if binary.LittleEndian.Uint16(e) == id {
			binary.LittleEndian.PutUint32(e[8:], value)
			return out
		}
	}
	t.Fatalf("there is no tag %d", id)
	return nil
}

func TestBadFilesAreRefused(t *testing.T) {
	good := written(t, hills(30, 20), Float32)
	tests := []struct {
		name string
		data []byte
		say  string
	}{
		{"empty", nil, "empty"},
		{"text", []byte("ncols 5\nnrows 6\nthis is an ASCII grid"), "not a TIFF"},
		{"head alone", good[:8], "cut off"},
		{"cut in the heights", good[:len(good)-40], "cut off"},
		{"cut in the directory", good[:60], "cut off"},
		{"no size", patched(t, good, tagWidth, 0), "size"},
		{"huge", patched(t, good, tagWidth, math.MaxUint32), "size"},
		{"large beyond its blocks", patched(t, good, tagHeight, 1_000_000), "blocks"},
		{"strips too large", patched(t, patched(t, good, tagWidth, 1<<20), tagRowsPerStrip, 1<<20), "blocks"},
		{"three bands", patched(t, good, tagSamples, 3), "bands"},
		{"JPEG", patched(t, good, tagCompression, 7), "packed"},
		{"12 bits", patched(t, good, tagBits, 12), "kind"},
		{"float predictor of integers", patched(t, patched(t, good, tagSampleFormat, 2), tagPredictor, 3), "predictor"},
		{"packed in another way than said", patched(t, good, tagCompression, packLZW), ""},
		{"not packed at all", patched(t, good, tagCompression, packNone), "cut off"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, g, err := readAll(test.data)
			fault := geo.AsFault(err)
			if fault == nil || !strings.Contains(fault.Say("en"), test.say) || len(fault.Fix) == 0 {
				t.Errorf("got %v, %v", g, err)
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	f := &File{Rows: 3, Cols: 2, name: "a.tif"}
	keys := func(raster, key, code float64) tag {
		return tag{numbers: []float64{1, 1, 0, 2, keyRasterType, 0, 1, raster, key, 0, 1, code}}
	}
	tests := []struct {
		name  string
		tags  map[int]tag
		place place
		crs   string
		bad   bool
	}{
		{"pixel is area", map[int]tag{tagPixelScale: {numbers: []float64{2, 4, 0}}, tagTiepoint: {numbers: []float64{0, 0, 0, 100, 50, 0}}, tagGeoKeys: keys(1, keyProjected, 4548)},
			place{west: 101, north: 48, stepX: 2, stepY: 4}, "EPSG:4548", false},
		{"pixel is point", map[int]tag{tagPixelScale: {numbers: []float64{2, 4, 0}}, tagTiepoint: {numbers: []float64{0, 0, 0, 100, 50, 0}}, tagGeoKeys: keys(2, keyGeographic, 4490)},
			place{west: 100, north: 50, stepX: 2, stepY: 4}, "EPSG:4490", false},
		{"tied elsewhere", map[int]tag{tagPixelScale: {numbers: []float64{2, 4, 0}}, tagTiepoint: {numbers: []float64{1, 3, 0, 102, 38, 0}}},
			place{west: 101, north: 48, stepX: 2, stepY: 4}, "", false},
		{"matrix", map[int]tag{tagTransformation: {numbers: []float64{2, 0, 0, 100, 0, -4, 0, 50, 0, 0, 0, 0, 0, 0, 0, 1}}},
			place{west: 101, north: 48, stepX: 2, stepY: 4}, "", false},
		{"matrix from the south", map[int]tag{tagTransformation: {numbers: []float64{2, 0, 0, 100, 0, 4, 0, 38, 0, 0, 0, 0, 0, 0, 0, 1}}},
			place{west: 101, north: 48, stepX: 2, stepY: 4, flipped: true}, "", false},
		{"rotated", map[int]tag{tagTransformation: {numbers: []float64{2, 1, 0, 100, 1, -4, 0, 50, 0, 0, 0, 0, 0, 0, 0, 1}}}, place{}, "", true},
		{"nowhere", map[int]tag{}, place{}, "", true},
		{"not finite", map[int]tag{tagPixelScale: {numbers: []float64{math.NaN(), 4, 0}}, tagTiepoint: {numbers: []float64{0, 0, 0, 100, 50, 0}}}, place{}, "", true},
		{"no system of its own", map[int]tag{tagPixelScale: {numbers: []float64{2, 4, 0}}, tagTiepoint: {numbers: []float64{0, 0, 0, 100, 50, 0}}, tagGeoKeys: keys(1, keyProjected, userDefined)},
			place{west: 101, north: 48, stepX: 2, stepY: 4}, "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f.place, f.CRS = place{}, ""
			err := f.readPlace(test.tags)
			if (err != nil) != test.bad {
				t.Fatal(err)
			}
			if err == nil && (f.place != test.place || f.CRS != test.crs) {
				t.Errorf("got %+v %q", f.place, f.CRS)
			}
		})
	}
}

func TestHeightsBecomeMetres(t *testing.T) {
	f := &File{}
	f.readValues(map[int]tag{
		tagNodata:   {text: "-9999 "},
		tagMetadata: {text: `<GDALMetadata><Item name="OFFSET" sample="0" role="offset">100</Item><Item name="SCALE" sample="0" role="scale">0.1</Item></GDALMetadata>`},
		tagGeoKeys:  {numbers: []float64{1, 1, 0, 1, keyVerticalUnits, 0, 1, 9002}},
	})
	if got := f.height(1000); math.Abs(float64(got)-200*0.3048) > 1e-4 {
		t.Errorf("1000 is %g m", got)
	}
	if got := f.height(-9999); got == got {
		t.Errorf("nodata is %g", got)
	}
	if got := f.height(1e9); got == got || f.Implausible != 1 {
		t.Errorf("1e9 is %g, counted %d", got, f.Implausible)
	}
}

func FuzzGeoTIFF(f *testing.F) {
	f.Add(written(f, hills(9, 7), Float32))
	f.Add(written(f, hills(9, 70), Int16))
	f.Add([]byte("MM\x00\x2B\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, g, err := readAll(data)
		if err == nil && g.Check() != nil {
			t.Errorf("unusable grid: %v", g.Check())
		}
	})
}

func BenchmarkGrid(b *testing.B) {
	data := written(b, hills(1000, 1000), Float32)
	b.SetBytes(4_000_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := readAll(data); err != nil {
			b.Fatal(err)
		}
	}
}
