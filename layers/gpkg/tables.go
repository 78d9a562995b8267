package gpkg

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"yiju/geo"
	"yiju/layers/internal/naming"
)

// What the file's header says it is: "GPKG" and version 1.3, the newest that
// programs of the last years read without a warning.
const (
	applicationID = 0x47504B47
	userVersion   = 10300
)

// base holds the tables that every file has from the start.
//
//go:embed base.sql
var base string

// table is a layer as the file keeps it.
type table struct {
	key     int64 // of the layer in yiju_layers
	name    string
	schema  geo.Schema
	columns map[string]string // by field
	defined int64             // the revision that wrote schema and columns
	kinds   kinds
}

// kinds are the types of geometries that a layer has held since it was last empty.
type kinds struct {
	Names []string `json:"names,omitempty"` // as the standard spells them, such as POLYGON
	Z     bool     `json:"z,omitempty"`
	// Declared is the type of the column in the table; it must hold all Names.
	Declared string `json:"declared,omitempty"`
}

func (k *kinds) add(f *geo.Feature) {
	if f == nil || f.Geometry == nil {
		return
	}
	k.Z = k.Z || f.Z != nil
	name := strings.ToUpper(f.Geometry.GeoJSONType())
	if !slices.Contains(k.Names, name) {
		k.Names = append(k.Names, name)
		slices.Sort(k.Names)
	}
}

// wanted is the type to declare for a geometry column: the one there is, or one
// for all. An empty layer declares what its schema leads to expect. A column for
// all stays one.
func (k kinds) wanted(shapes []geo.Shape) string {
	switch {
	case k.Declared == anyGeometry:
	case len(k.Names) == 1:
		return k.Names[0]
	case len(k.Names) == 0 && k.Declared != "":
		return k.Declared
	case len(k.Names) == 0 && len(shapes) == 1:
		return map[geo.Shape]string{geo.Point: "POINT", geo.Line: "LINESTRING", geo.Polygon: "POLYGON"}[shapes[0]]
	}
	return anyGeometry
}

const anyGeometry = "GEOMETRY"

func (t *table) spatial() bool { return len(t.schema.Shapes) > 0 }

func (t *table) rtree() string { return "rtree_" + t.name + "_" + naming.Geom }

// was is the table in which triggers keep what other programs change.
func (t *table) was() string { return fmt.Sprintf("yiju_was_%d", t.key) }

func (t *table) own() []string { return naming.Own(&t.schema) }

func (t *table) all() []string { return naming.All(&t.schema, t.columns) }

// quote makes an SQL identifier.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteAll(prefix string, names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = prefix + quote(name)
	}
	return strings.Join(quoted, ", ")
}

// text makes an SQL string.
func text(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// ownTypes are the declarations of the columns that are not of fields. The id may
// be NULL so that other programs can add rows without one.
var ownTypes = map[string]string{
	naming.ID: "TEXT UNIQUE", naming.Geom: anyGeometry, naming.Extra: "TEXT", naming.Source: "TEXT", naming.Quality: "TEXT", naming.Version: "INTEGER",
}

func columnType(t geo.Type) string {
	return map[geo.Type]string{geo.String: "TEXT", geo.Integer: "INTEGER", geo.Real: "DOUBLE", geo.Boolean: "BOOLEAN"}[t]
}

func run(ctx context.Context, tx *sql.Tx, statements ...string) error {
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("gpkg: %s: %w", firstLine(s), err)
		}
	}
	return nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// createText is the statement that makes the table.
func (t *table) createText() string {
	defs := []string{"fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"}
	for _, c := range t.own() {
		if c == naming.Geom {
			defs = append(defs, "geom "+t.kinds.Declared)
			continue
		}
		defs = append(defs, c+" "+ownTypes[c])
	}
	for _, f := range t.schema.Fields {
		defs = append(defs, quote(t.columns[f.Name])+" "+columnType(f.Type))
	}
	return fmt.Sprintf("CREATE TABLE %s (\n  %s\n)", quote(t.name), strings.Join(defs, ",\n  "))
}

// retype makes the table anew when its geometry column must be declared
// otherwise, which SQLite cannot change in place. Row numbers stay.
func (t *table) retype(ctx context.Context, tx *sql.Tx) error {
	wanted := t.kinds.wanted(t.schema.Shapes)
	if !t.spatial() || wanted == t.kinds.Declared {
		return nil
	}
	if err := t.unwatch(ctx, tx); err != nil {
		return err
	}
	t.kinds.Declared = wanted
	columns := "fid, " + quoteAll("", t.all())
	if err := run(ctx, tx,
		"ALTER TABLE "+quote(t.name)+" RENAME TO yiju_old",
		t.createText(),
		"INSERT INTO "+quote(t.name)+" ("+columns+") SELECT "+columns+" FROM yiju_old",
		"DELETE FROM sqlite_sequence WHERE name = "+text(t.name),
		"UPDATE sqlite_sequence SET name = "+text(t.name)+" WHERE name = 'yiju_old'",
		"DROP TABLE yiju_old",
	); err != nil {
		return err
	}
	return t.watch(ctx, tx)
}

// create makes the table of a layer and tells the GeoPackage of it.
func (t *table) create(ctx context.Context, tx *sql.Tx) error {
	kind := "attributes"
	if t.spatial() {
		kind = "features"
		t.kinds.Declared = t.kinds.wanted(t.schema.Shapes)
	}
	if err := run(ctx, tx, t.createText(),
		fmt.Sprintf("INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (%[1]s, '%[2]s', %[1]s, %[3]d)", text(t.name), kind, srsWGS84),
	); err != nil {
		return err
	}
	if t.spatial() {
		if err := t.createSpatial(ctx, tx); err != nil {
			return err
		}
	}
	if err := t.createWas(ctx, tx); err != nil {
		return err
	}
	return t.watch(ctx, tx)
}

// createSpatial declares the geometry column and makes its R-tree.
func (t *table) createSpatial(ctx context.Context, tx *sql.Tx) error {
	return run(ctx, tx,
		fmt.Sprintf("INSERT INTO gpkg_geometry_columns VALUES (%s, 'geom', 'GEOMETRY', %d, 0, 0)", text(t.name), srsWGS84),
		fmt.Sprintf("INSERT INTO gpkg_extensions VALUES (%s, 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')", text(t.name)),
		fmt.Sprintf("CREATE VIRTUAL TABLE %s USING rtree(id, minx, maxx, miny, maxy)", quote(t.rtree())),
	)
}

// createWas makes the table that keeps what other programs change.
func (t *table) createWas(ctx context.Context, tx *sql.Tx) error {
	return run(ctx, tx, fmt.Sprintf("CREATE TABLE %s (seq INTEGER PRIMARY KEY, fid INTEGER, existed INTEGER, %s)", quote(t.was()), quoteAll("", t.all())))
}

// rtreeTriggers keep the R-tree in step, as the standard's R-tree extension has
// them (OGC 12-128r18, annex F.3).
func (t *table) rtreeTriggers() map[string]string {
	r := strings.NewReplacer("{T}", quote(t.name), "{R}", quote(t.rtree()),
		"{box}", "(NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom))",
		"{there}", "(NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))",
		"{gone}", "(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))")
	out := map[string]string{}
	for suffix, body := range map[string]string{
		"insert":  "AFTER INSERT ON {T} WHEN {there} BEGIN INSERT OR REPLACE INTO {R} VALUES {box}; END",
		"update1": "AFTER UPDATE OF geom ON {T} WHEN OLD.fid = NEW.fid AND {there} BEGIN INSERT OR REPLACE INTO {R} VALUES {box}; END",
		"update2": "AFTER UPDATE OF geom ON {T} WHEN OLD.fid = NEW.fid AND {gone} BEGIN DELETE FROM {R} WHERE id = OLD.fid; END",
		"update3": "AFTER UPDATE ON {T} WHEN OLD.fid != NEW.fid AND {there} BEGIN DELETE FROM {R} WHERE id = OLD.fid; INSERT OR REPLACE INTO {R} VALUES {box}; END",
		"update4": "AFTER UPDATE ON {T} WHEN OLD.fid != NEW.fid AND {gone} BEGIN DELETE FROM {R} WHERE id IN (OLD.fid, NEW.fid); END",
		"delete":  "AFTER DELETE ON {T} WHEN OLD.geom NOT NULL BEGIN DELETE FROM {R} WHERE id = OLD.fid; END",
	} {
		name := t.rtree() + "_" + suffix
		out[name] = "CREATE TRIGGER " + quote(name) + " " + r.Replace(body)
	}
	return out
}

// wasTriggers keep what other programs change, before it is changed.
func (t *table) wasTriggers() map[string]string {
	columns := quoteAll("", t.all())
	out := map[string]string{}
	for event, row := range map[string]string{
		"insert": "NEW.fid, 0" + strings.Repeat(", NULL", len(t.all())),
		"update": "OLD.fid, 1, " + quoteAll("OLD.", t.all()),
		"delete": "OLD.fid, 1, " + quoteAll("OLD.", t.all()),
	} {
		name := t.was() + "_" + event
		out[name] = fmt.Sprintf("CREATE TRIGGER %s AFTER %s ON %s WHEN (SELECT busy FROM yiju_state) = 0 BEGIN\n"+
			"INSERT INTO %s (fid, existed, %s) VALUES (%s);\nUPDATE yiju_state SET drift = 1 WHERE drift = 0;\nEND",
			quote(name), strings.ToUpper(event), quote(t.name), quote(t.was()), columns, row)
	}
	return out
}

// triggers lists all triggers of the table by name.
func (t *table) triggers() map[string]string {
	out := t.wasTriggers()
	if t.spatial() {
		maps.Copy(out, t.rtreeTriggers())
	}
	return out
}

// watch makes all triggers of the table; unwatch takes them away.
func (t *table) watch(ctx context.Context, tx *sql.Tx) error {
	all := t.triggers()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if err := run(ctx, tx, all[name]); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) unwatch(ctx context.Context, tx *sql.Tx) error {
	for _, name := range slices.Sorted(maps.Keys(t.triggers())) {
		if err := run(ctx, tx, "DROP TRIGGER IF EXISTS "+quote(name)); err != nil {
			return err
		}
	}
	return nil
}

// drop takes the table away, and all that the file tells of it. History and the
// entry in yiju_layers stay.
func (t *table) drop(ctx context.Context, tx *sql.Tx) error {
	name := text(t.name)
	return run(ctx, tx,
		"DROP TABLE IF EXISTS "+quote(t.rtree()),
		"DROP TABLE IF EXISTS "+quote(t.name),
		"DROP TABLE IF EXISTS "+quote(t.was()),
		"DELETE FROM gpkg_data_columns WHERE table_name = "+name,
		"DELETE FROM gpkg_extensions WHERE table_name = "+name,
		"DELETE FROM gpkg_geometry_columns WHERE table_name = "+name,
		"DELETE FROM gpkg_contents WHERE table_name = "+name,
		"DELETE FROM sqlite_sequence WHERE name = "+name,
	)
}

// grow adds columns for fields that are new, and a geometry where there was none.
func (t *table) grow(ctx context.Context, tx *sql.Tx, s geo.Schema, revision int64) error {
	before, had := t.spatial(), t.columns
	if len(s.Fields) == len(t.schema.Fields) && before == (len(s.Shapes) > 0) {
		t.schema, t.defined = s, revision
		return nil
	}
	if err := t.unwatch(ctx, tx); err != nil {
		return err
	}
	t.schema, t.columns, t.defined = s, naming.Columns(&s, had), revision
	if !before && t.spatial() {
		t.kinds.Declared = anyGeometry
		if err := run(ctx, tx, fmt.Sprintf("ALTER TABLE %s ADD COLUMN geom GEOMETRY", quote(t.name)),
			"UPDATE gpkg_contents SET data_type = 'features' WHERE table_name = "+text(t.name)); err != nil {
			return err
		}
		if err := t.createSpatial(ctx, tx); err != nil {
			return err
		}
	}
	for _, f := range s.Fields {
		if _, ok := had[f.Name]; ok {
			continue
		}
		if err := run(ctx, tx, fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", quote(t.name), quote(t.columns[f.Name]), columnType(f.Type))); err != nil {
			return err
		}
	}
	if err := run(ctx, tx, "DROP TABLE IF EXISTS "+quote(t.was())); err != nil {
		return err
	}
	if err := t.createWas(ctx, tx); err != nil {
		return err
	}
	return t.watch(ctx, tx)
}

// describe writes titles and closed code lists where other programs look for
// them, the standard's schema extension.
func (t *table) describe(ctx context.Context, tx *sql.Tx) error {
	name := text(t.name)
	if err := run(ctx, tx,
		"DELETE FROM gpkg_data_columns WHERE table_name = "+name,
		fmt.Sprintf("UPDATE gpkg_contents SET identifier = %s, description = %s WHERE table_name = %[3]s AND NOT EXISTS (SELECT 1 FROM gpkg_contents WHERE identifier = %[1]s AND table_name != %[3]s)",
			text(orName(t.schema.Title.ZH, t.name)), text(t.schema.Title.EN), name),
	); err != nil {
		return err
	}
	for _, f := range t.schema.Fields {
		title, english := f.Title.ZH, f.Title.EN
		if f.Unit != "" {
			title, english = title+" ("+f.Unit+")", english+" ("+f.Unit+")"
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description) VALUES (?, ?, NULL, ?, ?)",
			t.name, t.columns[f.Name], title, english); err != nil {
			return fmt.Errorf("gpkg: describing a column: %w", err)
		}
	}
	return nil
}

func orName(title, name string) string {
	if title == "" {
		return name
	}
	return title
}

// keep writes the layer's entry in yiju_layers.
func (t *table) keep(ctx context.Context, tx *sql.Tx) error {
	schema, err := json.Marshal(t.schema)
	if err != nil {
		return fmt.Errorf("gpkg: %w", err)
	}
	columns, err := json.Marshal(t.columns)
	if err != nil {
		return fmt.Errorf("gpkg: %w", err)
	}
	_, err = tx.ExecContext(ctx, "UPDATE yiju_layers SET tab = ?, definition = ?, columns = ?, defined = ? WHERE key = ?",
		t.name, string(schema), string(columns), t.defined, t.key)
	if err != nil {
		return fmt.Errorf("gpkg: keeping a schema: %w", err)
	}
	return nil
}
