package postgis

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/internal/sqldb"
)

// row is one line of a selection.
type row struct{ sqldb.Row }

// feature reads the row.
func (r *row) feature(t *table) (geo.Feature, error) {
	var f geo.Feature
	done, err := r.Put(&f)
	if err == nil {
		err = f.UnmarshalWKB(r.Geom)
	}
	if err != nil {
		return f, fmt.Errorf("postgis: %s/%s: %w", t.schema.Layer, f.ID, err)
	}
	if done {
		return f, nil
	}
	for i, v := range r.Fields {
		if v == nil {
			continue
		}
		if f.Attributes == nil {
			f.Attributes = make(map[string]any, 8)
		}
		f.Attributes[t.schema.Fields[i].Name] = v
	}
	return f, nil
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
	r.dest = r.row.Dest(len(r.table.schema.Fields), &r.row.Since, &r.row.Body)
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
			if r.row.ID.String <= r.query.After && r.query.After != "" {
				continue
			}
			f, err := r.row.feature(r.table)
			return f, r.row.Bytes(), true, err
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
