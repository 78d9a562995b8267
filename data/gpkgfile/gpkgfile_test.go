package gpkgfile

import (
	"context"
	"database/sql"
	"encoding/binary"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"yiju/geo"
)

// gp puts the header of a GeoPackage geometry before WKB.
func gp(flags byte, envelope int, body []byte) []byte {
	out := append([]byte{'G', 'P', 0, flags, 0, 0, 0, 0}, make([]byte, envelope)...)
	return append(out, body...)
}

func marshal(t testing.TB, g orb.Geometry, order binary.ByteOrder) []byte {
	t.Helper()
	b, err := wkb.Marshal(g, order)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// iso writes a geometry with more than two dimensions.
func iso(typ uint32, counts []uint32, values ...float64) []byte {
	b := binary.LittleEndian.AppendUint32([]byte{1}, typ)
	for _, n := range counts {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

func TestDecodeBlob(t *testing.T) {
	square := orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}
	tests := []struct {
		name    string
		blob    []byte
		want    orb.Geometry
		z       []float64
		dropped bool
		bad     string
	}{
		{name: "point", blob: gp(1, 0, marshal(t, orb.Point{1, 2}, binary.LittleEndian)), want: orb.Point{1, 2}},
		{name: "big endian with envelope", blob: gp(2, 32, marshal(t, square, binary.BigEndian)), want: square},
		{name: "envelope with heights", blob: gp(5, 48, marshal(t, square, binary.LittleEndian)), want: square},
		{name: "envelope with all", blob: gp(9, 64, marshal(t, square, binary.LittleEndian)), want: square},
		{name: "multi", blob: gp(1, 0, marshal(t, orb.MultiPolygon{square, square}, binary.LittleEndian)), want: orb.MultiPolygon{square, square}},
		{name: "collection", blob: gp(1, 0, marshal(t, orb.Collection{orb.Point{1, 2}, square}, binary.LittleEndian)), want: orb.Collection{orb.Point{1, 2}, square}},
		{name: "line Z", blob: gp(1, 0, iso(1002, []uint32{2}, 1, 2, 3, 4, 5, 6)), want: orb.LineString{{1, 2}, {4, 5}}, z: []float64{3, 6}},
		{name: "line ZM", blob: gp(1, 0, iso(3002, []uint32{2}, 1, 2, 3, 9, 4, 5, 6, 9)), want: orb.LineString{{1, 2}, {4, 5}}, z: []float64{3, 6}},
		{name: "line M", blob: gp(1, 0, iso(2002, []uint32{2}, 1, 2, 3, 4, 5, 6)), want: orb.LineString{{1, 2}, {4, 5}}},
		{name: "line Z as PostGIS writes it", blob: gp(1, 0, iso(2|ewkbZ, []uint32{2}, 1, 2, 3, 4, 5, 6)), want: orb.LineString{{1, 2}, {4, 5}}, z: []float64{3, 6}},
		{name: "polygon Z", blob: gp(1, 0, iso(1003, []uint32{1, 4}, 0, 0, 9, 1, 0, 9, 1, 1, 9, 0, 0, 9)), want: square, dropped: true},
		{name: "empty point", blob: gp(0x11, 0, iso(1, nil, math.NaN(), math.NaN()))},
		{name: "empty polygon", blob: gp(0x11, 0, iso(3, []uint32{0}))},
		{name: "curve", blob: gp(1, 0, iso(8, []uint32{0})), bad: "not supported"},
		{name: "extended", blob: gp(0x21, 0, iso(1, nil, 1, 2)), bad: "extended"},
		{name: "not finite", blob: gp(1, 0, iso(1, nil, 1, math.Inf(1))), bad: "finite"},
		{name: "count far too large", blob: gp(1, 0, iso(2, []uint32{math.MaxUint32}, 1, 2)), bad: "ends early"},
		{name: "cut", blob: gp(1, 0, iso(1, nil, 1)), bad: "ends early"},
		{name: "no header", blob: []byte("POINT(1 2)"), bad: "not a GeoPackage"},
		{name: "nothing", blob: nil, bad: "not a GeoPackage"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g, z, dropped, err := decodeBlob(test.blob)
			if test.bad != "" {
				if err == nil || !strings.Contains(err.Error(), test.bad) {
					t.Errorf("got %v, %v", g, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, g); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.z, z); diff != "" || dropped != test.dropped {
				t.Errorf("dropped %v %s", dropped, diff)
			}
		})
	}
}

// made writes a small GeoPackage by hand.
func made(t *testing.T, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.gpkg")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	frame := []string{
		`CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT, organization_coordsys_id INTEGER, definition TEXT)`,
		`INSERT INTO gpkg_spatial_ref_sys VALUES ('a', 4548, 'EPSG', 4548, 'PROJCS[...]'), ('u', 0, 'NONE', 0, 'undefined'), ('c', 100001, 'NONE', 100001, 'GEOGCS["own"]')`,
		`CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, srs_id INTEGER)`,
		`CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z INTEGER, m INTEGER)`,
	}
	for _, s := range append(frame, statements...) {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return path
}

func TestReadTables(t *testing.T) {
	path := made(t,
		`CREATE TABLE "管 线" (fid INTEGER PRIMARY KEY, geom BLOB, 管径 TEXT, n INTEGER, r REAL, ok BOOLEAN, d DATE, photo BLOB)`,
		`INSERT INTO gpkg_contents VALUES ('管 线', 'features', 4548), ('notes', 'attributes', 0)`,
		`INSERT INTO gpkg_geometry_columns VALUES ('管 线', 'geom', 'LINESTRING', 4548, 1, 0)`,
		`INSERT INTO "管 线" VALUES (7, x'4750000100000000010200000002000000000000000000F03F000000000000004000000000000008400000000000001040', '300', 5, 2.5, 1, '2024-08-01', x'FFD8'), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (9, x'00', '', 0, 0, 0, NULL, NULL)`,
		`CREATE TABLE empty (id TEXT PRIMARY KEY, g BLOB)`,
		`INSERT INTO gpkg_contents VALUES ('empty', 'features', 100001)`,
		`INSERT INTO gpkg_geometry_columns VALUES ('empty', 'g', 'POINT', 100001, 0, 0)`,
	)
	file, err := Read(context.Background(), path, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Tables) != 2 || file.Tables[0].Name != "empty" || file.Tables[0].CRS != `GEOGCS["own"]` {
		t.Fatalf("%+v", file.Tables)
	}
	got := file.Tables[1]
	want := Table{Name: "管 线", CRS: "EPSG:4548", RowIDs: true, Features: []geo.Feature{
		{ID: "3", Source: geo.Source{Name: "a.gpkg", ID: "管 线/3"}, Extra: map[string]any{"管径": nil, "n": nil, "r": nil, "ok": nil, "d": nil, "photo": nil}},
		{ID: "7", Source: geo.Source{Name: "a.gpkg", ID: "管 线/7"}, Geometry: orb.LineString{{1, 2}, {3, 4}},
			Extra: map[string]any{"管径": "300", "n": int64(5), "r": 2.5, "ok": true, "d": "2024-08-01"}},
	}}
	broken := got.Broken
	got.Broken = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(broken) != 1 || broken[0].ID != "9" || file.Problems.Count("blob_dropped") != 1 {
		t.Errorf("broken %v, problems %v", broken, file.Problems.Entries())
	}
	if _, err := Read(context.Background(), path, "roads"); geo.AsFault(err) == nil || !strings.Contains(err.Error(), "管 线") {
		t.Errorf("asked for a table that is not there: %v", err)
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	whole, err := os.ReadFile(made(t, `CREATE TABLE x (a)`))
	if err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(folder, "plain.db")
	db, err := sql.Open("sqlite", plain)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`CREATE TABLE a (b)`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	tests := []struct{ name, path, say string }{
		{"empty", write("empty.gpkg", ""), "empty"},
		{"text", write("text.gpkg", "hello, this is not a database"), "not a GeoPackage"},
		{"cut off", write("cut.gpkg", string(whole[:len(whole)/2])), ""},
		{"header alone", write("head.gpkg", string(whole[:100])), ""},
		{"another database", plain, "not a GeoPackage"},
		{"no feature table", made(t), "no feature table"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Read(context.Background(), test.path, "")
			fault := geo.AsFault(err)
			if fault == nil || !strings.Contains(fault.Say("en"), test.say) || len(fault.Fix) == 0 {
				t.Errorf("got %v", err)
			}
		})
	}
}

// What the usual tool writes must come back as it was.
func TestFilesOfOGR(t *testing.T) {
	tool, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Skip("ogr2ogr is not installed")
	}
	folder := t.TempDir()
	source := filepath.Join(folder, "in.geojson")
	text := `{"type":"FeatureCollection","features":[
		{"type":"Feature","properties":{"name":"管","n":1},"geometry":{"type":"LineString","coordinates":[[117.1,36.2,12.5],[117.2,36.3,13]]}},
		{"type":"Feature","properties":{"name":null,"n":2},"geometry":null}]}`
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(folder, "out.gpkg")
	if out, err := exec.Command(tool, "-t_srs", "EPSG:4548", "-nln", "pipes", target, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	file, err := Read(context.Background(), target, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Tables) != 1 || file.Tables[0].Name != "pipes" || file.Tables[0].CRS != "EPSG:4548" || len(file.Tables[0].Features) != 2 {
		t.Fatalf("%+v", file.Tables)
	}
	f := file.Tables[0].Features[0]
	if diff := cmp.Diff([]float64{12.5, 13}, f.Z); diff != "" || f.Extra["name"] != "管" || f.Extra["n"] != int64(1) {
		t.Errorf("%+v", f)
	}
	// 117.1°E on the meridian of 117° is some nine kilometres east of 500 000 m.
	if line, ok := f.Geometry.(orb.LineString); !ok || math.Abs(line[0][0]-509_000) > 1000 || math.Abs(line[0][1]-4_007_000) > 2000 {
		t.Errorf("geometry %v", f.Geometry)
	}
}

func FuzzGPKGGeometry(f *testing.F) {
	f.Add(gp(1, 0, marshal(f, orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}}, binary.LittleEndian)))
	f.Add(gp(0, 0, marshal(f, orb.Collection{orb.Point{1, 2}}, binary.BigEndian)))
	f.Add(gp(1, 0, iso(1002, []uint32{2}, 1, 2, 3, 4, 5, 6)))
	f.Add(gp(9, 64, iso(3001, nil, 1, 2, 3, 4)))
	f.Add([]byte("GP"))
	f.Fuzz(func(t *testing.T, blob []byte) {
		g, z, _, err := decodeBlob(blob)
		if err != nil || g == nil {
			return
		}
		feature := geo.Feature{ID: "x", Geometry: g, Z: z}
		schema := geo.Schema{Shapes: []geo.Shape{geo.Point, geo.Line, geo.Polygon}}
		if problems := schema.Check(&feature); len(problems) > 0 {
			t.Errorf("unusable: %v", problems)
		}
		if _, err := feature.MarshalWKB(); err != nil {
			t.Errorf("cannot be stored: %v", err)
		}
	})
}
