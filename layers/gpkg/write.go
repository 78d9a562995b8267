package gpkg

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/internal/commit"
	"yiju/layers/internal/naming"
	"yiju/layers/internal/sqldb"
)

const (
	// maxArgs keeps statements below SQLite's bound on parameters; maxRows is how
	// many rows one statement adds.
	maxArgs = 16_000
	maxRows = 64
	// lookupIDs is how many features one question asks for.
	lookupIDs = 5000
	// manyWrites is from where triggers are put off and the R-tree is filled at once.
	manyWrites = 500
)

// writer writes one revision.
type writer struct {
	store    *Store
	tx       *sql.Tx
	revision int64
	batch    layers.Batch
	changes  []layers.LayerChange
}

// writer begins a revision within a transaction.
func (s *Store) writer(ctx context.Context, tx *sql.Tx, b layers.Batch) (*writer, error) {
	w := &writer{store: s, tx: tx, batch: b}
	err := tx.QueryRowContext(ctx, "UPDATE yiju_state SET busy = 1, newest = newest + 1 RETURNING newest").Scan(&w.revision)
	return w, err
}

// Apply writes a batch as one new revision, wholly or not at all.
func (s *Store) Apply(ctx context.Context, b layers.Batch) (layers.Revision, error) {
	for {
		r, drift, err := s.try(ctx, b)
		switch {
		case err != nil && ctx.Err() != nil:
			return 0, ctx.Err()
		case err != nil:
			return 0, applyFault(s.path, err)
		case !drift:
			return r, nil
		}
		if err := s.adopt(ctx); err != nil {
			return 0, fault(s.path, err)
		}
	}
}

// applyFault lets the errors pass that callers look for.
func applyFault(path string, err error) error {
	switch err.(type) { //nolint:errorlint // the plan gives them unwrapped
	case *layers.InvalidError, *layers.ConflictError, *layers.NoLayerError:
		return err
	}
	return fault(path, err)
}

// try writes a batch, unless there are edits of other programs to take in first.
func (s *Store) try(ctx context.Context, b layers.Batch) (r layers.Revision, drift bool, err error) {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return 0, false, err
	}
	defer tx.Rollback()
	var version int64
	if err := tx.QueryRowContext(ctx, "SELECT drift, schema_version FROM yiju_state, pragma_schema_version").Scan(&drift, &version); err != nil {
		return 0, false, err
	}
	if !drift && version != s.schemaVersion.Load() {
		if drift, err = s.altered(ctx, tx); err != nil {
			return 0, false, err
		}
		if !drift {
			s.schemaVersion.Store(version)
		}
	}
	if drift {
		return 0, true, nil
	}
	w, err := s.writer(ctx, tx, b)
	if err != nil {
		return 0, false, err
	}
	if err := w.apply(ctx); err != nil {
		return 0, false, err
	}
	return layers.Revision(w.revision), false, w.finish(ctx)
}

func (w *writer) apply(ctx context.Context) error {
	all, err := w.store.layers(ctx, w.tx, "")
	if err != nil {
		return err
	}
	byName, known := map[string]*held{}, map[string]commit.Held{}
	for _, h := range all {
		byName[h.schema.Layer] = h
		known[h.schema.Layer] = commit.Held{Schema: h.schema, Count: h.sum.Count}
	}
	plan, err := commit.Plan(ctx, w.batch, known, func(ctx context.Context, layer string, ids []string) (map[string]geo.Feature, error) {
		return w.lookup(ctx, byName[layer].table, ids)
	})
	if err != nil {
		return err
	}
	for i := range plan {
		if err := w.layer(ctx, &plan[i], byName[plan[i].Name]); err != nil {
			return fmt.Errorf("gpkg: writing layer %s: %w", plan[i].Name, err)
		}
	}
	return nil
}

// lookup gives the features that a table holds under ids.
func (w *writer) lookup(ctx context.Context, t *table, ids []string) (map[string]geo.Feature, error) {
	out := make(map[string]geo.Feature, len(ids))
	for chunk := range slices.Chunk(ids, lookupIDs) {
		where, args := idFilter(layers.Query{IDs: chunk})
		err := w.each(ctx, t, where, args, func(f geo.Feature) error {
			out[f.ID] = f
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// each calls f for the features of a table.
func (w *writer) each(ctx context.Context, t *table, where string, args []any, f func(geo.Feature) error) error {
	rows, err := w.tx.QueryContext(ctx, "SELECT "+t.selection()+" FROM "+quote(t.name)+" t WHERE "+where, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var r row
	dest := r.Dest(len(t.schema.Fields))
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		feature, err := r.feature(t)
		if err != nil {
			return err
		}
		if err := f(feature); err != nil {
			return err
		}
	}
	return rows.Err()
}

// layer writes down what a batch does to one layer. h is nil for a new one.
func (w *writer) layer(ctx context.Context, p *commit.Layer, h *held) error {
	before := commit.Sum{Extent: geo.EmptyExtent()}
	if h != nil {
		before = h.sum
	}
	change, after, exact := p.Sums(before)
	if p.Dropped {
		if err := h.drop(ctx, w.tx); err != nil {
			return err
		}
		if err := w.erase(ctx, h.key); err != nil {
			return err
		}
		h = nil
	}
	if p.After == nil {
		w.changes = append(w.changes, change)
		return nil
	}
	t, err := w.table(ctx, p, h)
	if err != nil {
		return err
	}
	if err := w.features(ctx, p, t); err != nil {
		return err
	}
	how := known
	if !exact {
		how = remeasure
	}
	return w.settle(ctx, t, change, after, how)
}

// table makes or changes a layer's table, and empties one that is cleared.
func (w *writer) table(ctx context.Context, p *commit.Layer, h *held) (*table, error) {
	if h == nil {
		t := &table{schema: *p.After, columns: naming.Columns(p.After, nil), defined: w.revision}
		if err := w.tx.QueryRowContext(ctx, "INSERT INTO yiju_layers (name) VALUES (?) RETURNING key", p.Name).Scan(&t.key); err != nil {
			return nil, err
		}
		return t, w.make(ctx, t)
	}
	t := h.table
	if p.Cleared && p.Keeps() {
		err := w.keepAll(ctx, t)
		if err != nil {
			return nil, err
		}
	}
	if p.After == p.Before {
		if p.Cleared {
			return t, w.empty(ctx, t)
		}
		return t, nil
	}
	if p.Cleared {
		if err := t.drop(ctx, w.tx); err != nil {
			return nil, err
		}
		t = &table{key: t.key, schema: *p.After, columns: naming.Columns(p.After, nil), defined: w.revision}
		return t, w.make(ctx, t)
	}
	if err := t.grow(ctx, w.tx, *p.After, w.revision); err != nil {
		return nil, err
	}
	if err := t.keep(ctx, w.tx); err != nil {
		return nil, err
	}
	return t, t.describe(ctx, w.tx)
}

// make makes the table of a layer whose entry is there.
func (w *writer) make(ctx context.Context, t *table) error {
	taken, err := pairs(ctx, w.tx, "SELECT lower(name), '' FROM sqlite_master")
	if err != nil {
		return err
	}
	t.name = naming.Table(t.schema.Layer, func(lower string) bool { _, ok := taken[lower]; return ok })
	if err := t.create(ctx, w.tx); err != nil {
		return err
	}
	if err := t.keep(ctx, w.tx); err != nil {
		return err
	}
	return t.describe(ctx, w.tx)
}

// empty takes all features out of a table.
func (w *writer) empty(ctx context.Context, t *table) error {
	t.kinds.Names, t.kinds.Z = nil, false
	if err := t.unwatch(ctx, w.tx); err != nil {
		return err
	}
	if err := run(ctx, w.tx, "DELETE FROM "+quote(t.name)); err != nil {
		return err
	}
	if t.spatial() {
		if err := w.fillRTree(ctx, t, nil); err != nil {
			return err
		}
	}
	return t.watch(ctx, w.tx)
}

// erase takes a layer's entry and history away.
func (w *writer) erase(ctx context.Context, key int64) error {
	for _, s := range []string{"DELETE FROM yiju_history WHERE layer = ?", "DELETE FROM yiju_layers WHERE key = ?"} {
		if _, err := w.tx.ExecContext(ctx, s, key); err != nil {
			return err
		}
	}
	return nil
}

// features writes the changes of features.
func (w *writer) features(ctx context.Context, p *commit.Layer, t *table) error {
	for i := range p.Writes {
		t.kinds.add(p.Writes[i].New)
	}
	if err := t.retype(ctx, w.tx); err != nil {
		return err
	}
	if p.Keeps() {
		if err := w.keepOld(ctx, t, p.Writes); err != nil {
			return err
		}
	}
	if p.Emptied() && len(p.Writes) >= manyWrites {
		return w.load(ctx, t, p.Writes)
	}
	if err := w.replace(ctx, t, p.Writes); err != nil {
		return err
	}
	in := w.into(quote(t.name)+" ("+quoteAll("", t.all())+")", len(t.all()))
	for _, c := range p.Writes {
		if c.Old != nil {
			continue
		}
		args, err := w.args(t, c.New)
		if err != nil {
			return err
		}
		if err := in.add(ctx, args...); err != nil {
			return err
		}
	}
	return in.flush(ctx)
}

// replace updates and deletes the features that were there.
func (w *writer) replace(ctx context.Context, t *table, writes []commit.Write) error {
	update, err := w.tx.PrepareContext(ctx, t.updateText("id"))
	if err != nil {
		return err
	}
	defer update.Close()
	var gone []string
	for _, c := range writes {
		switch {
		case c.Old == nil:
		case c.New == nil:
			gone = append(gone, c.ID)
		default:
			args, err := w.args(t, c.New)
			if err != nil {
				return err
			}
			if _, err := update.ExecContext(ctx, append(args, c.ID)...); err != nil {
				return err
			}
		}
	}
	for chunk := range slices.Chunk(gone, lookupIDs) {
		where, args := idFilter(layers.Query{IDs: chunk})
		if _, err := w.tx.ExecContext(ctx, "DELETE FROM "+quote(t.name)+" AS t WHERE "+where, args...); err != nil {
			return err
		}
	}
	return nil
}

// load fills an empty table: without triggers, then the R-tree at once.
func (w *writer) load(ctx context.Context, t *table, writes []commit.Write) error {
	if err := t.unwatch(ctx, w.tx); err != nil {
		return err
	}
	var last sql.NullInt64
	if err := w.tx.QueryRowContext(ctx, "SELECT max(seq) FROM sqlite_sequence WHERE name = ?", t.name).Scan(&last); err != nil {
		return err
	}
	in := w.into(quote(t.name)+" (fid, "+quoteAll("", t.all())+")", 1+len(t.all()))
	var cells []cell
	for i := range writes {
		fid, f := last.Int64+1+int64(i), writes[i].New
		args, err := w.args(t, f)
		if err != nil {
			return err
		}
		if err := in.add(ctx, append([]any{fid}, args...)...); err != nil {
			return err
		}
		if e := geo.ExtentOf(f.Geometry); !e.IsEmpty() {
			cells = append(cells, cellOf(fid, e))
		}
	}
	if err := in.flush(ctx); err != nil {
		return err
	}
	if t.spatial() {
		if err := w.fillRTree(ctx, t, cells); err != nil {
			return err
		}
	}
	return t.watch(ctx, w.tx)
}

func (t *table) updateText(by string) string {
	sets := make([]string, 0, len(t.all()))
	for _, c := range t.all() {
		sets = append(sets, quote(c)+" = ?")
	}
	return "UPDATE " + quote(t.name) + " SET " + strings.Join(sets, ", ") + " WHERE " + by + " = ?"
}

// finish writes the revision itself and commits.
func (w *writer) finish(ctx context.Context) error {
	if _, err := w.tx.ExecContext(ctx, "INSERT INTO yiju_revisions (revision, at, author, reason) VALUES (?, ?, ?, ?)",
		w.revision, time.Now().UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano), commit.Wording(w.batch.Author), commit.Wording(w.batch.Reason)); err != nil {
		return err
	}
	in := w.into("yiju_changes (revision, layer, added, updated, deleted, min_x, min_y, max_x, max_y)", 9)
	for _, c := range w.changes {
		row := append([]any{w.revision, c.Layer, c.Added, c.Updated, c.Deleted}, sqldb.ExtentArgs(c.Extent)...)
		if err := in.add(ctx, row...); err != nil {
			return err
		}
	}
	if err := in.flush(ctx); err != nil {
		return err
	}
	if err := run(ctx, w.tx, "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now') WHERE table_name = 'yiju_revisions'",
		"UPDATE yiju_state SET busy = 0"); err != nil {
		return err
	}
	if err := w.tx.Commit(); err != nil {
		return err
	}
	w.store.applied.Note(w.revision)
	w.store.wakeAll()
	return nil
}
