package postgis

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/internal/codec"
)

// row is one line of a selection.
type row struct {
	since   sql.NullInt64
	body    sql.RawBytes
	id      string
	geom    sql.RawBytes
	extra   sql.RawBytes
	source  sql.RawBytes
	quality sql.RawBytes
	version sql.NullInt64
	fields  []any
}

// dest lists where a row is scanned to, beginning with extra destinations.
func (r *row) dest(fields int, first ...any) []any {
	r.fields = make([]any, fields)
	out := append(first, &r.id, &r.geom, &r.extra, &r.source, &r.quality, &r.version)
	for i := range r.fields {
		out = append(out, &r.fields[i])
	}
	return out
}

// feature reads the row.
func (r *row) feature(t *table) (geo.Feature, error) {
	f := geo.Feature{ID: r.id, Version: r.version.Int64}
	if err := f.UnmarshalWKB(r.geom); err != nil {
		return f, err
	}
	if r.since.Valid {
		body, err := codec.ParseBody(r.body)
		if err != nil {
			return f, fmt.Errorf("postgis: %s/%s: %w", t.schema.Layer, f.ID, err)
		}
		body.Put(&f)
		f.Version = r.since.Int64
		return f, nil
	}
	var err error
	if f.Extra, err = codec.ParseValues(r.extra); err == nil {
		if f.Source, err = codec.ParseSource(r.source); err == nil {
			f.Quality, err = codec.ParseTexts(r.quality)
		}
	}
	for i, v := range r.fields {
		if v == nil {
			continue
		}
		if f.Attributes == nil {
			f.Attributes = make(map[string]any, 8)
		}
		f.Attributes[t.schema.Fields[i].Name] = v
	}
	if err != nil {
		return f, fmt.Errorf("postgis: %s/%s: %w", t.schema.Layer, f.ID, err)
	}
	return f, nil
}

// bytes is about how much memory the row takes.
func (r *row) bytes() int {
	n := 200 + len(r.geom) + len(r.body) + len(r.extra)
	for _, v := range r.fields {
		if s, ok := v.(string); ok {
			n += len(s)
		}
	}
	return n
}

// rows reads features through a cursor, so that neither side keeps them all and a
// slow reader meets no timeout. What surely fits in one page is asked for outright.
type rows struct {
	store *Store
	ctx   context.Context
	table *table
	tx    *sql.Tx
	query layers.Query
	row   row
	dest  []any

	fetch *sql.Stmt // nil without a cursor
	page  *sql.Rows
	n     int // rows of the page so far
}

// start sends the question.
func (r *rows) start(text string, args []any) error {
	r.dest = r.row.dest(len(r.table.schema.Fields), &r.row.since, &r.row.body)
	q := r.query
	var err error
	if q.Limit > 0 && q.Limit <= fetchRows || q.IDs != nil && len(q.IDs) <= fetchRows {
		r.page, err = r.tx.QueryContext(r.ctx, text, args...)
		return err
	}
	if _, err := r.tx.ExecContext(r.ctx, "DECLARE yiju NO SCROLL CURSOR FOR "+text, args...); err != nil {
		return err
	}
	if r.fetch, err = r.tx.PrepareContext(r.ctx, "FETCH FORWARD "+strconv.Itoa(fetchRows)+" FROM yiju"); err != nil {
		return err
	}
	r.page, err = r.fetch.QueryContext(r.ctx)
	return err
}

// Next gives the next feature that the query selects.
func (r *rows) Next() (geo.Feature, int, bool, error) {
	for {
		for r.page.Next() {
			r.n++
			if err := r.page.Scan(r.dest...); err != nil {
				return geo.Feature{}, 0, false, r.store.fault(err)
			}
			if r.row.id <= r.query.After && r.query.After != "" {
				continue
			}
			f, err := r.row.feature(r.table)
			return f, r.row.bytes(), true, err
		}
		if err := r.page.Err(); err != nil {
			return geo.Feature{}, 0, false, r.store.fault(err)
		}
		if r.fetch == nil || r.n < fetchRows {
			return geo.Feature{}, 0, false, nil
		}
		r.page.Close()
		r.n = 0
		var err error
		if r.page, err = r.fetch.QueryContext(r.ctx); err != nil {
			return geo.Feature{}, 0, false, r.store.fault(err)
		}
	}
}

func (r *rows) Close() error {
	if r.page != nil {
		r.page.Close()
	}
	r.tx.Rollback()
	return nil
}
