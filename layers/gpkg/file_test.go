package gpkg_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/gpkg"
	"yiju/layers/layerstest"
)

// workspace writes a file with something in it, and closes it.
func workspace(t *testing.T) string {
	t.Helper()
	s, path := create(t)
	apply(t, s, layers.Batch{Edits: adds("buildings", layerstest.Town(800)...)})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func apply(t *testing.T, s layers.Store, b layers.Batch) layers.Revision {
	t.Helper()
	r, err := s.Apply(t.Context(), b)
	if err != nil {
		t.Fatalf("Apply: %v", err)
	}
	return r
}

func adds(layer string, features ...geo.Feature) []layers.Edit {
	var out []layers.Edit
	for _, f := range features {
		out = append(out, layers.Edit{Layer: layer, Op: layers.Add, Feature: f})
	}
	return out
}

// folder gives the files of a folder with what they hold.
func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil && !e.IsDir() {
			t.Fatal(err)
		}
		out[e.Name()] = string(b)
	}
	return out
}

// refused checks that an error tells the person what to do, and that the folder
// is as it was.
func refused(t *testing.T, dir string, before map[string]string, err error) {
	t.Helper()
	f := geo.AsFault(err)
	if f == nil {
		t.Fatalf("got %v; want a Fault", err)
	}
	if f.What.ZH == "" || f.What.EN == "" || len(f.Fix) == 0 || f.Fix[0].ZH == "" || strings.Contains(f.Error(), "logic error") {
		t.Errorf("the fault does not say what to do: %s / %s", f.Say("zh"), f.Say("en"))
	}
	if diff := cmp.Diff(before, folder(t, dir)); diff != "" {
		t.Error("the folder was changed")
	}
}

func TestOpenRefuses(t *testing.T) {
	good, err := os.ReadFile(workspace(t))
	if err != nil {
		t.Fatal(err)
	}
	change := func(at int, b ...byte) []byte {
		out := append([]byte(nil), good...)
		copy(out[at:], b)
		return out
	}
	for name, content := range map[string][]byte{
		"empty file":              {},
		"text":                    []byte("宜居\n"),
		"short":                   good[:50],
		"header only":             good[:100],
		"cut in a page":           good[:5000],
		"cut between pages":       good[:len(good)/4096/2*4096],
		"last byte missing":       good[:len(good)-1],
		"no GeoPackage":           change(68, 0, 0, 0, 0),
		"shapefile":               append([]byte{0, 0, 0x27, 0x0a}, make([]byte, 200)...),
		"SQLite header, then 1s":  append(append([]byte(nil), good[:100]...), []byte(strings.Repeat("\x01", len(good)-100))...),
		"first page all zero":     append(append(append([]byte(nil), good[:100]...), make([]byte, 3996)...), good[4096:]...),
		"impossible page size":    change(16, 0x12, 0x34),
		"of a version yet to be":  change(18, 9, 9),
		"text in the size fields": change(24, []byte("lorem ipsum dolor sit amet")...),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "a.gpkg")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			before := folder(t, dir)
			s, err := gpkg.Open(t.Context(), path)
			if err == nil {
				s.Close()
			}
			refused(t, dir, before, err)
		})
	}
	dir := t.TempDir()
	for name, path := range map[string]string{"no file": "b.gpkg", "no folder": "x/b.gpkg", "a folder": "."} {
		t.Run(name, func(t *testing.T) {
			_, err := gpkg.Open(t.Context(), filepath.Join(dir, path))
			refused(t, dir, map[string]string{}, err)
		})
	}
}

func TestOpenRefusesOtherGeoPackages(t *testing.T) {
	for name, statements := range map[string]string{
		"of other software": "PRAGMA application_id = 1196444487; CREATE TABLE gpkg_contents (a)",
		"of a later format": "",
	} {
		path := filepath.Join(t.TempDir(), "a.gpkg")
		if statements == "" {
			path = workspace(t)
			statements = "UPDATE yiju_state SET format = 99"
		}
		db, err := sql.Open("sqlite", "file:"+strings.NewReplacer("%", "%25", "#", "%23", "?", "%3f").Replace(path))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(statements); err != nil {
			t.Fatal(err)
		}
		db.Close()
		before := folder(t, filepath.Dir(path))
		_, err = gpkg.Open(t.Context(), path)
		t.Log(name)
		refused(t, filepath.Dir(path), before, err)
	}
}

func TestCreateRefuses(t *testing.T) {
	dir := t.TempDir()
	taken := filepath.Join(dir, "taken.gpkg")
	if err := os.WriteFile(taken, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := folder(t, dir)
	for name, path := range map[string]string{"taken": taken, "no folder": filepath.Join(dir, "x", "a.gpkg"), "not a folder": filepath.Join(taken, "a.gpkg"), "the folder": dir} {
		t.Run(name, func(t *testing.T) {
			_, err := gpkg.Create(t.Context(), path)
			refused(t, dir, before, err)
		})
	}
	t.Run("read-only folder", func(t *testing.T) {
		if os.Geteuid() == 0 {
			t.Skip("the superuser may write anywhere")
		}
		locked := t.TempDir()
		if err := os.Chmod(locked, 0o500); err != nil {
			t.Fatal(err)
		}
		_, err := gpkg.Create(t.Context(), filepath.Join(locked, "a.gpkg"))
		refused(t, locked, map[string]string{}, err)
	})
}

func TestOpenInReadOnlyFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("the superuser may write anywhere")
	}
	path := workspace(t)
	dir := filepath.Dir(path)
	before := folder(t, dir)
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o700)
	_, err := gpkg.Open(t.Context(), path)
	refused(t, dir, before, err)
}

// A closed workspace is one file that can be copied.
func TestCloseLeavesOneFile(t *testing.T) {
	path := workspace(t)
	if got := folder(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("%d files beside one another", len(got))
	}
}

// Whatever is wrong with a file, reading it ends with features or an error.
func TestDamagedFilesNeverPanic(t *testing.T) {
	path := workspace(t)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 7))
	worked := 0
	for range 60 {
		bad := append([]byte(nil), good...)
		for range 1 + rng.IntN(20) {
			bad[100+rng.IntN(len(bad)-100)] ^= byte(1 << rng.IntN(8))
		}
		file := filepath.Join(t.TempDir(), "a.gpkg")
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := gpkg.Open(t.Context(), file)
		if err != nil {
			continue
		}
		world := geo.Extent{MinX: 117.001, MinY: -90, MaxX: 180, MaxY: 90}
		for _, q := range []layers.Query{{}, {Extent: &world}, {At: 1}} {
			for _, err = range s.Features(t.Context(), "buildings", q) {
			}
		}
		if err == nil {
			worked++
		}
		_, _ = s.Apply(t.Context(), layers.Batch{Clear: []string{"buildings"}})
		s.Close()
	}
	if worked == 0 {
		t.Error("no file could be read at all; the damage is too great for the test to tell anything")
	}
}

// GDAL stands in for all programs that read GeoPackages.
func TestOtherProgramsReadItWithoutWarning(t *testing.T) {
	ogrinfo, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo is not here; install gdal-bin")
	}
	s, path := create(t)
	for _, schema := range layers.Schemas() {
		apply(t, s, layers.Batch{Clear: []string{schema.Layer}})
	}
	square := orb.Polygon{{{117, 36}, {117.1, 36}, {117.1, 36.1}, {117, 36}}}
	apply(t, s, layers.Batch{Author: "王工", Reason: "导入", Edits: append(append(
		adds("buildings", layerstest.Town(300)...),
		adds("greens", geo.Feature{ID: "a", Geometry: square}, geo.Feature{ID: "b", Geometry: orb.MultiPolygon{square, square}})...),
		adds("pipes", geo.Feature{ID: "flat", Geometry: orb.LineString{{117, 36}, {117.1, 36}}}, geo.Feature{ID: "high", Geometry: orb.LineString{{117, 36}, {117.1, 36}}, Z: []float64{1, 2}})...)})
	apply(t, s, layers.Batch{Define: []geo.Schema{
		{Layer: "树木", Kind: geo.Custom, Title: geo.T("树", "Trees"), Shapes: []geo.Shape{geo.Point}, Fields: []geo.Field{{Name: "胸径 (cm)", Type: geo.Real}}},
		{Layer: "gpkg_x-y", Kind: geo.Custom, Shapes: []geo.Shape{geo.Point, geo.Line}},
	}, Edits: adds("树木", geo.Feature{ID: "一", Geometry: orb.Point{117, 36}, Attributes: map[string]any{"胸径 (cm)": 12.5}})})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(ogrinfo, "-al", path)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil || said.Len() > 0 {
		t.Fatalf("ogrinfo: %v\n%s", err, said.String())
	}
	text := string(out)
	for _, want := range []string{
		"Layer name: buildings", "Feature Count: 300", "Geometry: Polygon", "Geometry: Point", "Geometry: 3D Line String", "ID[\"EPSG\",4326]", "lift: Integer(Boolean)", "floors: Integer64", "height_m: Real",
		"Layer name: 树木", "胸径__cm_ (Real) = 12.5", "id (String) = 一", "Layer name: yiju_revisions", "author (String) = 王工", "IDENTIFIER=建筑",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("ogrinfo does not show %q", want)
		}
	}
	if strings.Contains(text, "yiju_history") || strings.Contains(text, "yiju_layers") {
		t.Error("ogrinfo shows tables that are of no use to others")
	}
	validate(t, path)
}

// validate runs the checks of GDAL's sample validator, where it is installed.
func validate(t *testing.T, path string) {
	t.Helper()
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import osgeo_utils.samples.validate_gpkg").Run() != nil {
			continue
		}
		out, err := exec.Command(python, "-m", "osgeo_utils.samples.validate_gpkg", "-q", "--extra", path).CombinedOutput()
		if err != nil || len(out) > 0 {
			t.Errorf("the file breaks the standard: %v\n%s", err, out)
		}
		return
	}
	t.Log("GDAL's validator is not here; install python3-gdal")
}

// writerEnv makes a process of this test binary a writer of the named file.
const writerEnv = "YIJU_TEST_GPKG_WRITER"

func TestMain(m *testing.M) {
	if path := os.Getenv(writerEnv); path != "" {
		os.Exit(writeFromOutside(path))
	}
	os.Exit(m.Run())
}

func writeFromOutside(path string) int {
	ctx := context.Background()
	s, err := gpkg.Open(ctx, path)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer s.Close()
	for i := range 20 {
		f := geo.Feature{ID: fmt.Sprintf("p%d-%d", os.Getpid(), i), Geometry: orb.Point{float64(i), 36}}
		_, err := s.Apply(ctx, layers.Batch{Edits: append(adds("cameras", f), layers.Edit{Layer: "settings", Op: layers.Put, Feature: geo.Feature{ID: "workspace"}})})
		if err != nil {
			fmt.Println(err)
			return 1
		}
	}
	return 0
}

func TestProcessesShareAFile(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s, path := create(t)
	apply(t, s, layers.Batch{Clear: []string{"cameras", "settings"}})
	news, err := s.Notify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 3)
	for range 3 {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), writerEnv+"="+path)
		go func() {
			out, err := cmd.CombinedOutput()
			if err != nil {
				err = errors.New(string(out))
			}
			done <- err
		}()
	}
	for left := 3; left > 0; {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			left--
		default:
			// Reads go on meanwhile, and see whole revisions.
			var n int
			var newest int64
			for f, err := range s.Features(t.Context(), "cameras", layers.Query{}) {
				if err != nil {
					t.Fatal(err)
				}
				n, newest = n+1, max(newest, f.Version)
			}
			if n > 0 && int(newest) != n+1 {
				t.Fatalf("%d features, the newest of revision %d", n, newest)
			}
		}
	}
	for r := range news {
		if r == 61 {
			break
		}
	}
	if r, err := s.Newest(t.Context()); r != 61 || err != nil {
		t.Errorf("Newest = %d, %v; want 61", r, err)
	}
}
