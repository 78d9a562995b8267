// Package sqldb is what the stores in SQL databases have in common: how rows of
// features, extents and revisions are read.
package sqldb

import (
	"database/sql"

	"yiju/geo"
	"yiju/layers/internal/codec"
)

// Row is one line of a selection of features: of a layer's table, or of history
// when Since is valid.
type Row struct {
	Since   sql.NullInt64 // the revision that wrote what Body keeps
	Body    sql.RawBytes
	ID      sql.NullString
	Geom    sql.RawBytes
	Extra   sql.RawBytes
	Source  sql.RawBytes
	Quality sql.RawBytes
	Version sql.NullInt64
	Fields  []any // in the order of the schema
}

// Dest lists where a row is scanned to, beginning with extra destinations.
func (r *Row) Dest(fields int, first ...any) []any {
	r.Fields = make([]any, fields)
	out := append(first, &r.ID, &r.Geom, &r.Extra, &r.Source, &r.Quality, &r.Version)
	for i := range r.Fields {
		out = append(out, &r.Fields[i])
	}
	return out
}

// Put gives a feature all that the row holds of it but geometry and fields. done
// tells that these fields were in the body of history.
func (r *Row) Put(f *geo.Feature) (done bool, err error) {
	f.ID, f.Version = r.ID.String, r.Version.Int64
	if r.Since.Valid {
		body, err := codec.ParseBody(r.Body)
		if err != nil {
			return true, err
		}
		body.Put(f)
		f.Version = r.Since.Int64
		return true, nil
	}
	if f.Extra, err = codec.ParseValues(r.Extra); err != nil {
		return false, err
	}
	if f.Source, err = codec.ParseSource(r.Source); err != nil {
		return false, err
	}
	f.Quality, err = codec.ParseTexts(r.Quality)
	return false, err
}

// Bytes is about how much memory the row takes.
func (r *Row) Bytes() int {
	n := 200 + len(r.Geom) + len(r.Body) + len(r.Extra)
	for _, v := range r.Fields {
		if s, ok := v.(string); ok {
			n += len(s)
		}
	}
	return n
}
