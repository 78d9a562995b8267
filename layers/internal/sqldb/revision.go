package sqldb

import (
	"database/sql"
	"sync/atomic"
	"time"

	"yiju/geo"
	"yiju/layers"
)

// Extent is an extent as columns hold it: MinX, MinY, MaxX, MaxY, or NULLs.
type Extent [4]sql.NullFloat64

// Value is empty where a column is NULL.
func (e *Extent) Value() geo.Extent {
	if !e[0].Valid || !e[1].Valid || !e[2].Valid || !e[3].Valid {
		return geo.EmptyExtent()
	}
	return geo.Extent{MinX: e[0].Float64, MinY: e[1].Float64, MaxX: e[2].Float64, MaxY: e[3].Float64}
}

// ExtentArgs gives an extent to columns.
func ExtentArgs(e geo.Extent) []any {
	if e.IsEmpty() {
		return []any{nil, nil, nil, nil}
	}
	return []any{e.MinX, e.MinY, e.MaxX, e.MaxY}
}

// ChangesText asks for the revisions after the one that the mark stands for.
func ChangesText(mark string) string {
	return `SELECT r.revision, r.at, r.author, r.reason, c.layer, c.added, c.updated, c.deleted, c.min_x, c.min_y, c.max_x, c.max_y
		FROM yiju_revisions r LEFT JOIN yiju_changes c USING (revision) WHERE r.revision > ` + mark + ` ORDER BY r.revision, c.layer`
}

// Changes reads what ChangesText asked for. at makes a time of what the database
// keeps as one.
func Changes[T any](rows *sql.Rows, at func(T) time.Time) ([]layers.Change, error) {
	var out []layers.Change
	for rows.Next() {
		var c layers.Change
		var when T
		var layer sql.NullString
		var counts [3]sql.NullInt64
		var e Extent
		if err := rows.Scan(&c.Revision, &when, &c.Author, &c.Reason, &layer, &counts[0], &counts[1], &counts[2], &e[0], &e[1], &e[2], &e[3]); err != nil {
			return nil, err
		}
		c.At = at(when)
		if n := len(out); n == 0 || out[n-1].Revision != c.Revision {
			out = append(out, c)
		}
		if last := &out[len(out)-1]; layer.Valid {
			last.Layers = append(last.Layers, layers.LayerChange{
				Layer: layer.String, Added: int(counts[0].Int64), Updated: int(counts[1].Int64), Deleted: int(counts[2].Int64), Extent: e.Value(),
			})
		}
	}
	return out, rows.Err()
}

// Applied is the newest revision that a store wrote, 0 when it wrote none.
type Applied struct{ revision atomic.Int64 }

// Newest gives the revision.
func (a *Applied) Newest() layers.Revision { return layers.Revision(a.revision.Load()) }

// Note is told of revisions in any order.
func (a *Applied) Note(revision int64) {
	for {
		old := a.revision.Load()
		if revision <= old || a.revision.CompareAndSwap(old, revision) {
			return
		}
	}
}
