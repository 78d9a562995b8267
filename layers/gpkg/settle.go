package gpkg

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/internal/codec"
	"yiju/layers/internal/commit"
	"yiju/layers/internal/sqldb"
)

// history begins to add states that are past.
func (w *writer) history() *inserter {
	return w.into("yiju_history (layer, id, since, until, geom, body)", 6)
}

func (w *writer) past(ctx context.Context, in *inserter, t *table, f *geo.Feature) error {
	blob, err := blobArg(f)
	if err != nil {
		return err
	}
	return in.add(ctx, t.key, f.ID, f.Version, w.revision, blob, string(codec.AppendBody(nil, codec.BodyOf(f))))
}

// keepOld writes to history what the writes replace or take away.
func (w *writer) keepOld(ctx context.Context, t *table, writes []commit.Write) error {
	in := w.history()
	for i := range writes {
		if old := writes[i].Old; old != nil {
			if err := w.past(ctx, in, t, old); err != nil {
				return err
			}
		}
	}
	return in.flush(ctx)
}

// keepAll writes to history all that a table holds.
func (w *writer) keepAll(ctx context.Context, t *table) error {
	in := w.history()
	if err := w.each(ctx, t, "t.id IS NOT NULL", nil, func(f geo.Feature) error { return w.past(ctx, in, t, &f) }); err != nil {
		return err
	}
	return in.flush(ctx)
}

// measuring tells how the extent of a layer is found.
type measuring int

const (
	known measuring = iota
	remeasure
)

// settle writes what is known of a layer once its features are in place.
func (w *writer) settle(ctx context.Context, t *table, change layers.LayerChange, after commit.Sum, how measuring) error {
	if how == remeasure {
		e, err := t.measure(ctx, w.tx)
		if err != nil {
			return err
		}
		after.Extent = e
	}
	kinds, err := json.Marshal(t.kinds)
	if err != nil {
		return err
	}
	box := sqldb.ExtentArgs(after.Extent)
	if _, err := w.tx.ExecContext(ctx, "UPDATE yiju_layers SET count = ?, changed = ?, kinds = ?, min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE key = ?",
		append(append([]any{after.Count, w.revision, string(kinds)}, box...), t.key)...); err != nil {
		return err
	}
	if _, err := w.tx.ExecContext(ctx, "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now'), min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
		append(box, t.name)...); err != nil {
		return err
	}
	z := 0
	if t.kinds.Z {
		z = 2
	}
	if _, err := w.tx.ExecContext(ctx, "UPDATE gpkg_geometry_columns SET geometry_type_name = ?1, z = ?2 WHERE table_name = ?3 AND (geometry_type_name != ?1 OR z != ?2)",
		t.kinds.Declared, z, t.name); err != nil {
		return err
	}
	w.changes = append(w.changes, change)
	return nil
}

// measure finds the extent of all features: the R-tree, which keeps 32 bits, tells
// which features are at its rim; their own extents are exact.
func (t *table) measure(ctx context.Context, tx *sql.Tx) (geo.Extent, error) {
	e := geo.EmptyExtent()
	if !t.spatial() {
		return e, nil
	}
	for _, rim := range []string{"min(minx)", "min(miny)", "max(maxx)", "max(maxy)"} {
		rows, err := tx.QueryContext(ctx, fmt.Sprintf("SELECT t.geom FROM %[1]s r CROSS JOIN %[2]s t ON t.fid = r.id WHERE r.%[4]s = (SELECT %[3]s FROM %[1]s)",
			quote(t.rtree()), quote(t.name), rim, rim[4:8]))
		if err != nil {
			return e, err
		}
		for rows.Next() {
			var blob sql.RawBytes
			if err := rows.Scan(&blob); err != nil {
				rows.Close()
				return e, err
			}
			own, err := extentOf(blob)
			if err != nil {
				rows.Close()
				return e, err
			}
			e = e.Union(own)
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return e, err
		}
	}
	return e, nil
}
