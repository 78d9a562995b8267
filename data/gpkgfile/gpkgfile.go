// Package gpkgfile reads the feature tables of any GeoPackage, such as QGIS and
// ogr2ogr write. It reads what the file says; which layer a table belongs to is
// for the caller.
package gpkgfile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver

	"yiju/geo"
	"yiju/geo/tally"
)

// Table is one feature table. Columns are in Extra of the features.
type Table struct {
	Name string
	// CRS names the system of the coordinates, as a code or as WKT; empty when the
	// file leaves it undefined.
	CRS string
	// Features in the order of their keys. ID is the key.
	Features []geo.Feature
	// RowIDs tells that the keys are numbers that the database gave.
	RowIDs bool
	// Broken lists the features whose geometry cannot be read; they are not among
	// Features.
	Broken []geo.Problem
}

// File is what was read.
type File struct {
	Tables   []Table
	Problems tally.List
}

// MaxFeatures bounds what one file may hold.
const MaxFeatures = 20_000_000

// Read reads all feature tables of a file, which is never written to. only, when
// not empty, names the one table to read.
func Read(ctx context.Context, path, only string) (*File, error) {
	name := filepath.Base(path)
	if err := check(path, name); err != nil {
		return nil, err
	}
	db, err := open(path)
	if err != nil {
		return nil, broken(name, err)
	}
	defer db.Close()
	r := &reader{db: db, name: name, file: &File{}}
	if err := r.read(ctx, only); err != nil {
		return nil, broken(name, err)
	}
	return r.file, nil
}

// check looks at the first bytes, because SQLite takes an empty file for a good
// database and has little to say about others.
func check(path, name string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("gpkgfile.Read: %w", err)
	}
	defer f.Close()
	head := make([]byte, 16)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return fmt.Errorf("gpkgfile.Read: %w", err)
	}
	again := geo.T("重新导出为 GeoPackage", "export it as a GeoPackage again")
	switch {
	case n == 0:
		return geo.Refuse(geo.Tf("文件 %s 是空的", "file %s is empty", name), again)
	case string(head[:n]) != "SQLite format 3\x00":
		return geo.Refuse(geo.Tf("文件 %s 不是 GeoPackage", "file %s is not a GeoPackage", name), again)
	}
	return nil
}

func open(path string) (*sql.DB, error) {
	query := url.Values{"mode": {"ro"}, "_pragma": {"query_only(1)", "trusted_schema(0)"}}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() == 0 {
		query.Set("immutable", "1") // nobody is writing: no lock files beside it
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: filepath.ToSlash(absolute), RawQuery: query.Encode()}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

func broken(name string, err error) error {
	if geo.AsFault(err) != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return geo.Refuse(geo.Tf("GeoPackage 文件 %s 无法读取：%v", "the GeoPackage %s cannot be read: %v", name, err),
		geo.T("在 QGIS 中打开检查，或重新导出", "open it in QGIS to check, or export it again")).Because(err)
}

type reader struct {
	db   *sql.DB
	name string
	file *File
	n    int
}

func (r *reader) read(ctx context.Context, only string) error {
	tables, err := r.tables(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, t := range tables {
		names = append(names, t.name)
		if only != "" && t.name != only {
			continue
		}
		out, err := r.table(ctx, t)
		if err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
		r.file.Tables = append(r.file.Tables, out)
	}
	switch {
	case len(names) == 0:
		return geo.Refuse(geo.Tf("GeoPackage 文件 %s 里没有要素表", "the GeoPackage %s has no feature table", r.name),
			geo.T("检查导出时是否选了矢量图层", "check whether a vector layer was exported"))
	case len(r.file.Tables) == 0:
		return geo.Refuse(geo.Tf("GeoPackage 文件 %[1]s 里没有表 %[2]q", "the GeoPackage %[1]s has no table %[2]q", r.name, only),
			geo.Tf("其中有：%s", "it has: %s", strings.Join(names, ", ")))
	}
	return nil
}

type table struct {
	name, geometry, crs string
}

// tables lists the feature tables by name.
func (r *reader) tables(ctx context.Context) ([]table, error) {
	var n int
	err := r.db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE name IN ('gpkg_contents', 'gpkg_geometry_columns', 'gpkg_spatial_ref_sys')`).Scan(&n)
	if err != nil {
		return nil, err
	}
	if n < 3 {
		return nil, geo.Refuse(geo.Tf("文件 %s 是 SQLite 数据库，但不是 GeoPackage", "file %s is an SQLite database, but not a GeoPackage", r.name),
			geo.T("在 QGIS 中另存为 GeoPackage", "save it as a GeoPackage in QGIS"))
	}
	rows, err := r.db.QueryContext(ctx, `
		SELECT g.table_name, g.column_name, g.srs_id, coalesce(s.organization, ''), coalesce(s.organization_coordsys_id, 0), coalesce(s.definition, '')
		FROM gpkg_geometry_columns g
		JOIN gpkg_contents c ON c.table_name = g.table_name
		LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
		WHERE c.data_type = 'features' ORDER BY g.table_name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []table
	for rows.Next() {
		var t table
		var srs, code int64
		var organization, definition string
		if err := rows.Scan(&t.name, &t.geometry, &srs, &organization, &code, &definition); err != nil {
			return nil, err
		}
		switch {
		case strings.EqualFold(organization, "EPSG") && code > 0:
			t.crs = fmt.Sprintf("EPSG:%d", code)
		case srs > 0 && strings.Contains(definition, "["):
			t.crs = definition
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// key finds the column that numbers the rows; empty when there is none.
func (r *reader) key(ctx context.Context, t table) (string, error) {
	rows, err := r.db.QueryContext(ctx, `SELECT name FROM pragma_table_info(?) WHERE pk > 0`, t.name)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var keys []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return "", err
		}
		keys = append(keys, name)
	}
	if len(keys) != 1 {
		return "", rows.Err()
	}
	return keys[0], rows.Err()
}

func (r *reader) table(ctx context.Context, t table) (Table, error) {
	key, err := r.key(ctx, t)
	if err != nil {
		return Table{}, err
	}
	query := "SELECT * FROM " + quote(t.name)
	if key != "" {
		query += " ORDER BY " + quote(key)
	}
	rows, err := r.db.QueryContext(ctx, query)
	if err != nil {
		return Table{}, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return Table{}, err
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return Table{}, err
	}
	out := Table{Name: t.name, CRS: t.crs, RowIDs: true}
	values, pointers := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		pointers[i] = &values[i]
	}
	for row := 1; rows.Next(); row++ {
		if err := rows.Scan(pointers...); err != nil {
			return Table{}, err
		}
		if r.n++; r.n > MaxFeatures {
			return Table{}, fmt.Errorf("more than %d features", MaxFeatures)
		}
		for i, typ := range types {
			// SQLite has no yes and no of its own; the column says what it means.
			if n, is := values[i].(int64); is && strings.EqualFold(typ.DatabaseTypeName(), "boolean") {
				values[i] = n != 0
			}
		}
		r.row(&out, t, key, columns, values, row)
	}
	return out, rows.Err()
}

// row makes a feature of a row.
func (r *reader) row(out *Table, t table, key string, columns []string, values []any, row int) {
	f := geo.Feature{ID: fmt.Sprint(row), Extra: make(map[string]any, len(columns))}
	var blob []byte
	for i, column := range columns {
		switch {
		case column == t.geometry:
			blob, _ = values[i].([]byte)
		case column == key:
			f.ID = fmt.Sprint(plain(values[i]))
			if _, number := values[i].(int64); !number {
				out.RowIDs = false
			}
		default:
			if b, is := values[i].([]byte); is {
				r.file.Problems.Add("blob_dropped", geo.T("二进制字段不导入", "binary columns are not taken"), fmt.Sprintf("%s.%s (%d B)", t.name, column, len(b)))
				continue
			}
			f.Extra[column] = plain(values[i])
		}
	}
	f.Source = geo.Source{Name: r.name, ID: t.name + "/" + f.ID}
	if blob != nil {
		g, z, dropped, err := decodeBlob(blob)
		if err != nil {
			out.Broken = append(out.Broken, geo.Problem{Layer: t.name, ID: f.ID, Field: t.geometry, Message: geo.Tf("几何无法读取：%v", "the geometry cannot be read: %v", err)})
			return
		}
		if dropped {
			r.file.Problems.Add("height_dropped", geo.T("坐标中的高程只有单条线才保留，其余已舍去", "heights in coordinates are kept for single lines only; others were dropped"), f.Source.ID)
		}
		f.Geometry, f.Z = g, z
	}
	out.Features = append(out.Features, f)
}

// plain turns a value of the driver into one of a feature.
func plain(v any) any {
	switch v := v.(type) {
	case nil, bool, int64, float64:
		return v
	case string:
		return strings.ReplaceAll(strings.ToValidUTF8(v, "\uFFFD"), "\x00", "\uFFFD")
	case time.Time:
		if v.Equal(v.Truncate(24 * time.Hour)) {
			return v.Format(time.DateOnly)
		}
		return v.Format(time.RFC3339)
	}
	return fmt.Sprint(v)
}
