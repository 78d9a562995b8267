package gpkg

import (
	"database/sql"
	"encoding/hex"
	"fmt"
	"math"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/internal/codec"
	"yiju/layers/internal/sqldb"
)

// row is one line of a selection.
type row struct{ sqldb.Row }

// rows reads features from a selection.
type rows struct {
	table *table
	tx    *sql.Tx
	found *sql.Rows
	query layers.Query
	path  string
	row   row
	dest  []any
}

func newRows(t *table, tx *sql.Tx, found *sql.Rows, q layers.Query) *rows {
	r := &rows{table: t, tx: tx, found: found, query: q}
	r.dest = r.row.Dest(len(t.schema.Fields), &r.row.Since, &r.row.Body)
	return r
}

// Next gives the next feature that the query selects.
func (r *rows) Next() (geo.Feature, int, bool, error) {
	for r.found.Next() {
		if err := r.found.Scan(r.dest...); err != nil {
			return geo.Feature{}, 0, false, fault(r.path, err)
		}
		if r.row.ID.String <= r.query.After && r.query.After != "" {
			continue
		}
		if e := r.query.Extent; e != nil {
			own, err := extentOf(r.row.Geom)
			if err != nil || own.IsEmpty() || !own.Touches(*e) {
				continue
			}
		}
		f, err := r.row.feature(r.table)
		return f, r.row.Bytes(), true, err
	}
	return geo.Feature{}, 0, false, fault(r.path, r.found.Err())
}

func (r *rows) Close() error {
	r.found.Close()
	r.tx.Rollback()
	return nil
}

// feature reads the row as the store wrote it.
func (r *row) feature(t *table) (geo.Feature, error) {
	var f geo.Feature
	done, err := r.Put(&f)
	if err == nil {
		_, err = decode(r.Geom, &f)
	}
	if err != nil {
		return f, fmt.Errorf("gpkg: %s/%s: %w", t.schema.Layer, f.ID, err)
	}
	if done {
		return f, nil
	}
	r.attributes(t, &f, func(name string, v any) {
		err = fmt.Errorf("gpkg: %s/%s: %s holds a %T", t.schema.Layer, f.ID, name, v)
	})
	return f, err
}

// attributes gives a feature the values of its fields; those of another type go
// to misfit.
func (r *row) attributes(t *table, f *geo.Feature, misfit func(name string, v any)) {
	for i, v := range r.Fields {
		if v == nil {
			continue
		}
		field := &t.schema.Fields[i]
		typed, ok := as(field.Type, v)
		if !ok {
			misfit(field.Name, v)
			continue
		}
		if f.Attributes == nil {
			f.Attributes = make(map[string]any, 8)
		}
		f.Attributes[field.Name] = typed
	}
}

// as gives a value of SQLite the type of a field, if nothing is lost by it.
func as(t geo.Type, v any) (any, bool) {
	switch v := v.(type) {
	case string:
		return v, t == geo.String
	case float64:
		return v, t == geo.Real
	case int64:
		switch t {
		case geo.Integer:
			return v, true
		case geo.Boolean:
			return v != 0, v == 0 || v == 1
		case geo.Real:
			return float64(v), int64(float64(v)) == v
		}
	}
	return nil, false
}

// Notes on what other programs wrote.
const (
	noteValue    = "external_edit: value moved to extra: "
	noteGeometry = "external_edit: geometry moved to extra"
	noteFlat     = "external_edit: heights or measures left out"
	noteBody     = "external_edit: text was not JSON: "
	wkbExtra     = "geometry_blob"
)

// loosely reads a row that another program may have written. What a feature of
// the layer cannot hold is moved to the further attributes, with a note. The id
// may be missing.
func (r *row) loosely(t *table) geo.Feature {
	f := geo.Feature{ID: r.ID.String, Version: r.Version.Int64}
	moved := map[string]any{}
	var notes []string
	move := func(name string, v any, note string) {
		moved[name], notes = v, append(notes, note)
	}
	flattened, err := decode(r.Geom, &f)
	if err == nil {
		err = geometryProblem(t, &f)
	}
	if err != nil {
		f.Geometry, f.Z = nil, nil
		move(wkbExtra, hex.EncodeToString(r.Geom), noteGeometry)
	} else if flattened {
		notes = append(notes, noteFlat)
	}
	if f.Extra, err = codec.ParseValues(r.Extra); err != nil {
		f.Extra = nil
		move("extra", plain(string(r.Extra)), noteBody+"extra")
	}
	if f.Source, err = codec.ParseSource(r.Source); err != nil {
		f.Source = geo.Source{Name: plain(string(r.Source))}
	}
	if f.Quality, err = codec.ParseTexts(r.Quality); err != nil {
		f.Quality = []string{plain(string(r.Quality))}
	}
	r.attributes(t, &f, func(name string, v any) { move(name, v, noteValue+name) })
	for _, p := range t.schema.Check(&geo.Feature{ID: "x", Attributes: f.Attributes}) {
		move(p.Field, f.Attributes[p.Field], noteValue+p.Field)
		f.Set(p.Field, nil)
	}
	for name, v := range moved {
		if f.Extra == nil {
			f.Extra = map[string]any{}
		}
		f.Extra[name] = scalar(v)
	}
	f.Quality = append(f.Quality, notes...)
	return clean(f)
}

// geometryProblem tells whether the layer cannot hold the geometry.
func geometryProblem(t *table, f *geo.Feature) error {
	for _, p := range t.schema.Check(&geo.Feature{ID: "x", Geometry: f.Geometry, Z: f.Z}) {
		return fmt.Errorf("gpkg: %s", p.Message.EN)
	}
	return nil
}

// scalar makes a value fit for the further attributes.
func scalar(v any) any {
	switch v := v.(type) {
	case bool, int64:
		return v
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Sprint(v)
		}
		return v
	case string:
		return plain(v)
	case []byte:
		return hex.EncodeToString(v)
	}
	return plain(fmt.Sprint(v))
}
