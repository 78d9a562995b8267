package gpkg

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/internal/codec"
	"yiju/layers/internal/commit"
	"yiju/layers/internal/naming"
)

// shape is what became of a layer's table.
type shape struct {
	gone    bool              // the table is not there
	blind   bool              // triggers are missing: nobody saw what was changed
	missing []string          // columns that are not there
	extra   map[string]string // columns that were added, with their declared types
}

func (s shape) sound() bool {
	return !s.gone && !s.blind && len(s.missing) == 0 && len(s.extra) == 0
}

// altered tells whether another program changed the tables of layers.
func (s *Store) altered(ctx context.Context, tx *sql.Tx) (bool, error) {
	all, err := s.layers(ctx, tx, "")
	if err != nil {
		return false, err
	}
	for _, h := range all {
		now, err := h.inspect(ctx, tx)
		if err != nil || !now.sound() {
			return true, err
		}
	}
	return false, nil
}

// inspect compares a table with what the store made of it.
func (t *table) inspect(ctx context.Context, tx *sql.Tx) (shape, error) {
	columns, err := pairs(ctx, tx, "SELECT name, type FROM pragma_table_info(?)", t.name)
	if err != nil {
		return shape{}, err
	}
	if len(columns) == 0 {
		return shape{gone: true}, nil
	}
	triggers, err := pairs(ctx, tx, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", t.name)
	if err != nil {
		return shape{}, err
	}
	now := shape{extra: map[string]string{}}
	for name, text := range t.wasTriggers() {
		now.blind = now.blind || triggers[name] != text
	}
	known := map[string]bool{naming.Key: true}
	for _, c := range t.all() {
		known[c] = true
		if _, ok := columns[c]; !ok {
			now.missing = append(now.missing, c)
		}
	}
	for c, typ := range columns {
		_, named := t.schema.Field(c)
		if _, ok := fieldType(typ); ok && !known[c] && !named {
			now.extra[c] = typ
		}
	}
	return now, nil
}

// fieldType finds the type of a field for a column that another program declared.
func fieldType(declared string) (geo.Type, bool) {
	base, _, _ := strings.Cut(strings.ToUpper(declared), "(")
	switch strings.TrimSpace(base) {
	case "TINYINT", "SMALLINT", "MEDIUMINT", "INT", "INTEGER":
		return geo.Integer, true
	case "FLOAT", "DOUBLE", "REAL":
		return geo.Real, true
	case "BOOLEAN":
		return geo.Boolean, true
	case "TEXT", "DATE", "DATETIME":
		return geo.String, true
	}
	return "", false
}

func pairs(ctx context.Context, tx *sql.Tx, query string, args ...any) (map[string]string, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var a, b string
		if err := rows.Scan(&a, &b); err != nil {
			return nil, err
		}
		out[a] = b
	}
	return out, rows.Err()
}

// adopt takes in, as one revision, what other programs wrote.
func (s *Store) adopt(ctx context.Context) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	w, err := s.writer(ctx, tx, layers.Batch{Author: Adopter})
	if err != nil {
		return err
	}
	all, err := s.layers(ctx, tx, "")
	if err != nil {
		return err
	}
	for _, h := range all {
		if err := w.adoptLayer(ctx, h); err != nil {
			return fmt.Errorf("gpkg: taking in edits of layer %s: %w", h.schema.Layer, err)
		}
	}
	if _, err := tx.ExecContext(ctx, "UPDATE yiju_state SET drift = 0"); err != nil {
		return err
	}
	if len(w.changes) == 0 {
		// What was written has been taken back, or another process was faster.
		if _, err := tx.ExecContext(ctx, "UPDATE yiju_state SET busy = 0"); err != nil {
			return err
		}
		return tx.Commit()
	}
	return w.finish(ctx)
}

func (w *writer) adoptLayer(ctx context.Context, h *held) error {
	now, err := h.inspect(ctx, w.tx)
	if err != nil {
		return err
	}
	if now.gone {
		return w.forget(ctx, h)
	}
	before := h.schema
	if !now.sound() {
		if err := w.mend(ctx, h, now); err != nil {
			return err
		}
	}
	edits, err := w.drifted(ctx, h.table, now.blind)
	if err != nil || now.sound() && len(edits) == 0 {
		return err
	}
	plan := commit.Layer{Name: h.schema.Layer, Before: &before, After: &h.schema, Count: h.sum.Count}
	for _, id := range slices.Sorted(maps.Keys(edits)) {
		e := edits[id]
		plan.Writes = append(plan.Writes, commit.Write{ID: id, Old: e.old, New: e.now})
		h.kinds.add(e.now)
	}
	if err := h.retype(ctx, w.tx); err != nil {
		return err
	}
	for _, e := range edits {
		if e.now != nil {
			if err := w.rewrite(ctx, h.table, e.fid, e.now); err != nil {
				return err
			}
		}
	}
	if plan.Keeps() {
		if err := w.keepOld(ctx, h.table, plan.Writes); err != nil {
			return err
		}
	}
	change, after, _ := plan.Sums(h.sum)
	if err := w.tx.QueryRowContext(ctx, "SELECT count(*) FROM "+quote(h.name)).Scan(&after.Count); err != nil {
		return err
	}
	return w.settle(ctx, h.table, change, after, remeasure)
}

// forget takes away a layer whose table another program dropped.
func (w *writer) forget(ctx context.Context, h *held) error {
	if err := h.drop(ctx, w.tx); err != nil {
		return err
	}
	w.changes = append(w.changes, layers.LayerChange{Layer: h.schema.Layer, Deleted: h.sum.Count, Extent: h.sum.Extent})
	return w.erase(ctx, h.key)
}

// mend puts back columns and triggers, and takes in new columns as fields.
func (w *writer) mend(ctx context.Context, h *held, now shape) error {
	if err := h.unwatch(ctx, w.tx); err != nil {
		return err
	}
	for _, c := range now.missing {
		typ, own := ownTypes[c]
		if !own {
			for _, f := range h.schema.Fields {
				if h.columns[f.Name] == c {
					typ = columnType(f.Type)
				}
			}
		}
		if err := run(ctx, w.tx, fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", quote(h.name), quote(c), strings.TrimSuffix(typ, " UNIQUE"))); err != nil {
			return err
		}
		if c == naming.ID {
			if err := run(ctx, w.tx, fmt.Sprintf("CREATE UNIQUE INDEX %s ON %s (id)", quote("yiju_id_"+h.name), quote(h.name))); err != nil {
				return err
			}
		}
	}
	h.schema, h.columns = commit.CloneSchema(h.schema), maps.Clone(h.columns)
	for _, c := range slices.Sorted(maps.Keys(now.extra)) {
		typ, _ := fieldType(now.extra[c])
		h.schema.Fields = append(h.schema.Fields, geo.Field{Name: c, Type: typ, Title: geo.T(c, c)})
		h.columns[c] = c
	}
	if err := h.widenWas(ctx, w.tx); err != nil {
		return err
	}
	h.defined = w.revision
	if err := h.keep(ctx, w.tx); err != nil {
		return err
	}
	return h.watch(ctx, w.tx)
}

// widenWas gives the table of what was changed the columns it lacks.
func (t *table) widenWas(ctx context.Context, tx *sql.Tx) error {
	has, err := pairs(ctx, tx, "SELECT name, type FROM pragma_table_info(?)", t.was())
	if err != nil {
		return err
	}
	if len(has) == 0 {
		return t.createWas(ctx, tx)
	}
	for _, c := range t.all() {
		if _, ok := has[c]; ok {
			continue
		}
		if err := run(ctx, tx, fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s", quote(t.was()), quote(c))); err != nil {
			return err
		}
	}
	return nil
}

// edited is what another program did to one feature.
type edited struct {
	fid      int64
	old, now *geo.Feature
}

// drifted finds the features that other programs changed, by id, and gives an id
// to those that have none. Blind, it takes all features for changed.
func (w *writer) drifted(ctx context.Context, t *table, blind bool) (map[string]*edited, error) {
	before, err := w.before(ctx, t, blind)
	if err != nil {
		return nil, err
	}
	out := map[string]*edited{}
	at := func(id string) *edited {
		if out[id] == nil {
			out[id] = &edited{}
		}
		return out[id]
	}
	for _, fid := range slices.Sorted(maps.Keys(before)) {
		if old := before[fid]; old != nil {
			at(old.ID).old = old
		}
		now, err := w.byFID(ctx, t, fid)
		if err != nil {
			return nil, err
		}
		if now == nil {
			continue
		}
		if now.ID, err = w.identify(ctx, t, fid, now.ID); err != nil {
			return nil, err
		}
		e := at(now.ID)
		e.fid, e.now = fid, now
	}
	for id, e := range out {
		if e.old == nil && e.now == nil {
			delete(out, id)
		}
	}
	return out, nil
}

// before gives, by row number, what features were before other programs changed
// them; nil for those that were not there. What is told is then forgotten.
func (w *writer) before(ctx context.Context, t *table, blind bool) (map[int64]*geo.Feature, error) {
	query := "SELECT t.fid, t.existed, " + t.selection() + " FROM " + quote(t.was()) + " t ORDER BY t.seq"
	if blind {
		query = "SELECT t.fid, t.yiju_version IS NOT NULL AND t.id IS NOT NULL, " + t.selection() + " FROM " + quote(t.name) + " t"
	}
	rows, err := w.tx.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var r row
	var fid int64
	var existed bool
	dest := r.Dest(len(t.schema.Fields), &fid, &existed)
	out := map[int64]*geo.Feature{}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		if _, seen := out[fid]; seen {
			continue
		}
		out[fid] = nil
		if existed {
			f := r.loosely(t)
			out[fid] = &f
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return out, run(ctx, w.tx, "DELETE FROM "+quote(t.was()))
}

func (w *writer) byFID(ctx context.Context, t *table, fid int64) (*geo.Feature, error) {
	var r row
	rows, err := w.tx.QueryContext(ctx, "SELECT "+t.selection()+" FROM "+quote(t.name)+" t WHERE t.fid = ?", fid)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next() {
		return nil, rows.Err()
	}
	if err := rows.Scan(r.Dest(len(t.schema.Fields))...); err != nil {
		return nil, err
	}
	f := r.loosely(t)
	return &f, nil
}

// identify gives a row an id when it has none that can be kept.
func (w *writer) identify(ctx context.Context, t *table, fid int64, id string) (string, error) {
	if id != "" && len(id) <= geo.MaxIDBytes && codec.Fit(id) == id {
		return id, nil
	}
	for n := 1; ; n++ {
		id = fmt.Sprintf("x%d", fid)
		if n > 1 {
			id = fmt.Sprintf("x%d.%d", fid, n)
		}
		var taken bool
		if err := w.tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+quote(t.name)+" WHERE id = ?)", id).Scan(&taken); err != nil || !taken {
			return id, err
		}
	}
}

// clean gives a feature the one form in which features are kept.
func clean(f geo.Feature) geo.Feature {
	if len(f.Z) == 0 {
		f.Z = nil
	}
	if len(f.Quality) == 0 {
		f.Quality = nil
	}
	if len(f.Attributes) == 0 {
		f.Attributes = nil
	}
	if line, ok := f.Geometry.(orb.LineString); ok && len(line) != len(f.Z) {
		f.Z = nil
	}
	return f
}

// plain makes a text fit to be kept.
func plain(s string) string { return commit.Wording(s) }
