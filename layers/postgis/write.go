package postgis

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/lib/pq"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/internal/codec"
	"yiju/layers/internal/commit"
	"yiju/layers/internal/naming"
	"yiju/layers/internal/sqldb"
)

// pageFeatures is how many features are looked up, or moved to history, at a time.
const pageFeatures = 5000

// manyWrites is from where a batch makes the server count a table's rows anew.
const manyWrites = 2000

// writer writes one revision.
type writer struct {
	store    *Store
	tx       *sql.Tx
	revision int64
	changes  []layers.LayerChange
}

// Apply writes a batch as one new revision, wholly or not at all.
func (s *Store) Apply(ctx context.Context, b layers.Batch) (layers.Revision, error) {
	r, err := s.apply(ctx, b)
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return 0, s.fault(err)
	}
	return r, nil
}

func (s *Store) apply(ctx context.Context, b layers.Batch) (layers.Revision, error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	if err := run(ctx, tx, "SET LOCAL statement_timeout = "+millis(writeTimeout)); err != nil {
		return 0, err
	}
	w := &writer{store: s, tx: tx}
	// Writers wait here for one another, and then see what the others committed.
	if err := tx.QueryRowContext(ctx, "UPDATE yiju_state SET newest = newest + 1 RETURNING newest").Scan(&w.revision); err != nil {
		return 0, err
	}
	if err := w.plan(ctx, b); err != nil {
		return 0, err
	}
	if err := w.finish(ctx, b); err != nil {
		return 0, err
	}
	if err := tx.Commit(); err != nil {
		return 0, err
	}
	s.applied.Note(w.revision)
	return layers.Revision(w.revision), nil
}

func (w *writer) plan(ctx context.Context, b layers.Batch) error {
	all, err := w.store.layers(ctx, w.tx, "")
	if err != nil {
		return err
	}
	byName, known := map[string]*held{}, map[string]commit.Held{}
	for _, h := range all {
		byName[h.schema.Layer] = h
		known[h.schema.Layer] = commit.Held{Schema: h.schema, Count: h.sum.Count}
	}
	plan, err := commit.Plan(ctx, b, known, func(ctx context.Context, layer string, ids []string) (map[string]geo.Feature, error) {
		return w.lookup(ctx, byName[layer].table, ids)
	})
	if err != nil {
		return err
	}
	for i := range plan {
		if err := w.layer(ctx, &plan[i], byName[plan[i].Name]); err != nil {
			return fmt.Errorf("postgis: writing layer %s: %w", plan[i].Name, err)
		}
	}
	return nil
}

// lookup gives the features that a table holds under ids.
func (w *writer) lookup(ctx context.Context, t *table, ids []string) (map[string]geo.Feature, error) {
	out := make(map[string]geo.Feature, len(ids))
	for chunk := range slices.Chunk(ids, pageFeatures) {
		var a words
		where := filter(&a, layers.Query{IDs: chunk})
		features, err := w.features(ctx, t, "WHERE "+where, a.args)
		if err != nil {
			return nil, err
		}
		for _, f := range features {
			out[f.ID] = f
		}
	}
	return out, nil
}

// features reads features of a table.
func (w *writer) features(ctx context.Context, t *table, rest string, args []any) ([]geo.Feature, error) {
	rows, err := w.tx.QueryContext(ctx, "SELECT "+t.selection()+" FROM "+quote(t.name)+" t "+rest, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var r row
	dest := r.Dest(len(t.schema.Fields))
	var out []geo.Feature
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		f, err := r.feature(t)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

// layer writes down what a batch does to one layer. h is nil for a new one.
func (w *writer) layer(ctx context.Context, p *commit.Layer, h *held) error {
	before := commit.Sum{Extent: geo.EmptyExtent()}
	if h != nil {
		before = h.sum
	}
	change, after, exact := p.Sums(before)
	w.changes = append(w.changes, change)
	if p.Dropped {
		if err := w.drop(ctx, h.table); err != nil {
			return err
		}
		h = nil
	}
	if p.After == nil {
		return nil
	}
	t, fresh, err := w.table(ctx, p, h)
	if err != nil {
		return err
	}
	if err := w.write(ctx, p, t); err != nil {
		return err
	}
	if fresh {
		if err := t.createIndex(ctx, w.tx); err != nil {
			return err
		}
	}
	if len(p.Writes) >= manyWrites {
		// Until the server counts rows by itself it would guess how to find them.
		if err := run(ctx, w.tx, "ANALYZE "+quote(t.name)); err != nil {
			return err
		}
	}
	if !exact {
		if after.Extent, err = t.measure(ctx, w.tx); err != nil {
			return err
		}
	}
	_, err = w.tx.ExecContext(ctx, "UPDATE yiju_layers SET count = $1, changed = $2, min_x = $3, min_y = $4, max_x = $5, max_y = $6 WHERE key = $7",
		append(append([]any{after.Count, w.revision}, sqldb.ExtentArgs(after.Extent)...), t.key)...)
	return err
}

// drop takes a layer away with its history.
func (w *writer) drop(ctx context.Context, t *table) error {
	if err := t.drop(ctx, w.tx); err != nil {
		return err
	}
	for _, s := range []string{"DELETE FROM yiju_history WHERE layer = $1", "DELETE FROM yiju_layers WHERE key = $1"} {
		if _, err := w.tx.ExecContext(ctx, s, t.key); err != nil {
			return err
		}
	}
	return nil
}

// table makes or changes a layer's table, and empties one that is cleared. A
// fresh table has no index yet.
func (w *writer) table(ctx context.Context, p *commit.Layer, h *held) (t *table, fresh bool, err error) {
	if h == nil {
		t = &table{schema: *p.After, columns: naming.Columns(p.After, nil), defined: w.revision}
		if err := w.tx.QueryRowContext(ctx, "INSERT INTO yiju_layers (name) VALUES ($1) RETURNING key", p.Name).Scan(&t.key); err != nil {
			return nil, false, err
		}
		return t, true, w.make(ctx, t)
	}
	t = h.table
	if p.Cleared && p.Keeps() {
		if err := w.keepAll(ctx, t); err != nil {
			return nil, false, err
		}
	}
	if p.After == p.Before {
		if p.Cleared {
			err = run(ctx, w.tx, "DELETE FROM "+quote(t.name))
		}
		return t, false, err
	}
	if p.Cleared {
		if err := t.drop(ctx, w.tx); err != nil {
			return nil, false, err
		}
		t = &table{key: t.key, schema: *p.After, columns: naming.Columns(p.After, nil), defined: w.revision}
		return t, true, w.make(ctx, t)
	}
	if err := t.grow(ctx, w.tx, *p.After, w.revision); err != nil {
		return nil, false, err
	}
	if err := t.keep(ctx, w.tx); err != nil {
		return nil, false, err
	}
	return t, false, t.describe(ctx, w.tx)
}

// make makes the table of a layer whose entry is there.
func (w *writer) make(ctx context.Context, t *table) error {
	rows, err := w.tx.QueryContext(ctx, "SELECT lower(relname) FROM pg_class WHERE relnamespace = $1::regnamespace", w.store.schema)
	if err != nil {
		return err
	}
	defer rows.Close()
	taken := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		taken[name] = true
	}
	if err := rows.Err(); err != nil {
		return err
	}
	t.name = naming.Table(t.schema.Layer, func(lower string) bool { return taken[lower] || taken[lower+"_geom"] || taken[lower+"_pkey"] })
	if err := t.create(ctx, w.tx); err != nil {
		return err
	}
	if err := t.keep(ctx, w.tx); err != nil {
		return err
	}
	return t.describe(ctx, w.tx)
}

// write writes the changes of features: what goes or is replaced is deleted, what
// comes or replaces it is copied in.
func (w *writer) write(ctx context.Context, p *commit.Layer, t *table) error {
	if p.Keeps() {
		if err := w.keepOld(ctx, t, p.Writes); err != nil {
			return err
		}
	}
	var old []string
	for i := range p.Writes {
		if p.Writes[i].Old != nil {
			old = append(old, p.Writes[i].ID)
		}
	}
	for chunk := range slices.Chunk(old, pageFeatures) {
		if _, err := w.tx.ExecContext(ctx, "DELETE FROM "+quote(t.name)+" WHERE id = ANY($1)", pq.Array(chunk)); err != nil {
			return err
		}
	}
	in := w.copyInto(t.name, t.all())
	for i := range p.Writes {
		f := p.Writes[i].New
		if f == nil {
			continue
		}
		row, err := w.row(t, f)
		if err != nil {
			return err
		}
		if err := in.add(ctx, row...); err != nil {
			return err
		}
	}
	return in.flush(ctx)
}

// row gives a feature's values in the order of the table's columns.
func (w *writer) row(t *table, f *geo.Feature) ([]any, error) {
	out := make([]any, 0, 6+len(t.schema.Fields))
	out = append(out, f.ID)
	if t.spatial() {
		geom, err := geometry(f)
		if err != nil {
			return nil, err
		}
		out = append(out, geom)
	}
	out = append(out, nil, nil, nil, w.revision)
	rest := out[len(out)-4:]
	if f.Extra != nil {
		rest[0] = string(codec.AppendValues(nil, f.Extra))
	}
	if f.Source != (geo.Source{}) {
		rest[1] = string(codec.AppendSource(nil, f.Source))
	}
	if f.Quality != nil {
		rest[2] = string(codec.AppendTexts(nil, f.Quality))
	}
	for i := range t.schema.Fields {
		out = append(out, f.Attributes[t.schema.Fields[i].Name])
	}
	return out, nil
}

// ewkbSRID marks WKB that names its reference system, in PostGIS' notation.
const ewkbSRID = 0x20000000

// geometry gives a feature's geometry as PostGIS reads it from text: WKB with its
// reference system, in hexadecimal. nil when there is none.
func geometry(f *geo.Feature) (any, error) {
	wkb, err := f.MarshalWKB()
	if err != nil || wkb == nil {
		return nil, err
	}
	b := make([]byte, 0, len(wkb)+4)
	b = append(b, wkb[0])
	b = binary.LittleEndian.AppendUint32(b, binary.LittleEndian.Uint32(wkb[1:])|ewkbSRID)
	b = binary.LittleEndian.AppendUint32(b, 4326)
	b = append(b, wkb[5:]...)
	return hex.EncodeToString(b), nil
}

// copier adds rows by COPY, which begins with the first of them.
type copier struct {
	tx   *sql.Tx
	text string
	stmt *sql.Stmt
}

func (w *writer) copyInto(table string, columns []string) *copier {
	return &copier{tx: w.tx, text: "COPY " + quote(table) + " (" + quoteAll(columns) + ") FROM STDIN"}
}

func (c *copier) add(ctx context.Context, row ...any) error {
	if c.stmt == nil {
		var err error
		if c.stmt, err = c.tx.PrepareContext(ctx, c.text); err != nil {
			return err
		}
	}
	_, err := c.stmt.ExecContext(ctx, row...)
	return err
}

// flush ends the COPY; only then is another statement possible.
func (c *copier) flush(ctx context.Context) error {
	if c.stmt == nil {
		return nil
	}
	if _, err := c.stmt.ExecContext(ctx); err != nil {
		return err
	}
	return c.stmt.Close()
}

// history begins to add states that are past.
func (w *writer) history() *copier {
	return w.copyInto("yiju_history", []string{"layer", "id", "since", "until", "geom", "body"})
}

func (w *writer) past(ctx context.Context, in *copier, t *table, f *geo.Feature) error {
	geom, err := geometry(f)
	if err != nil {
		return err
	}
	return in.add(ctx, t.key, f.ID, f.Version, w.revision, geom, string(codec.AppendBody(nil, codec.BodyOf(f))))
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

// keepAll writes to history all that a table holds, page by page: a COPY leaves
// no room for reading at the same time.
func (w *writer) keepAll(ctx context.Context, t *table) error {
	last := ""
	for {
		page, err := w.features(ctx, t, "WHERE t.id > $1 ORDER BY t.id LIMIT "+strconv.Itoa(pageFeatures), []any{last})
		if err != nil || len(page) == 0 {
			return err
		}
		in := w.history()
		for i := range page {
			if err := w.past(ctx, in, t, &page[i]); err != nil {
				return err
			}
		}
		if err := in.flush(ctx); err != nil {
			return err
		}
		last = page[len(page)-1].ID
	}
}

// measure finds the extent of all features.
func (t *table) measure(ctx context.Context, tx *sql.Tx) (geo.Extent, error) {
	if !t.spatial() {
		return geo.EmptyExtent(), nil
	}
	var e sqldb.Extent
	err := tx.QueryRowContext(ctx, "SELECT min(ST_XMin(geom)), min(ST_YMin(geom)), max(ST_XMax(geom)), max(ST_YMax(geom)) FROM "+quote(t.name)).Scan(&e[0], &e[1], &e[2], &e[3])
	return e.Value(), err
}

// finish writes the revision itself, and has its number told on commit.
func (w *writer) finish(ctx context.Context, b layers.Batch) error {
	if _, err := w.tx.ExecContext(ctx, "INSERT INTO yiju_revisions (revision, at, author, reason) VALUES ($1, $2, $3, $4)",
		w.revision, time.Now().UTC().Truncate(time.Microsecond), commit.Wording(b.Author), commit.Wording(b.Reason)); err != nil {
		return err
	}
	in := w.copyInto("yiju_changes", []string{"revision", "layer", "added", "updated", "deleted", "min_x", "min_y", "max_x", "max_y"})
	for _, c := range w.changes {
		if err := in.add(ctx, append([]any{w.revision, c.Layer, c.Added, c.Updated, c.Deleted}, sqldb.ExtentArgs(c.Extent)...)...); err != nil {
			return err
		}
	}
	if err := in.flush(ctx); err != nil {
		return err
	}
	_, err := w.tx.ExecContext(ctx, "SELECT pg_notify($1, $2)", w.store.channel(), strconv.FormatInt(w.revision, 10))
	return err
}
