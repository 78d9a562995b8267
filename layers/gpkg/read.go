package gpkg

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/internal/codec"
	"yiju/layers/internal/commit"
	"yiju/layers/internal/sqldb"
	"yiju/layers/internal/stream"
)

// snapshot is a read transaction: what it sees is of one revision.
type snapshot struct {
	tx     *sql.Tx
	newest layers.Revision
}

// begin opens a snapshot, after edits of other programs are taken in.
func (s *Store) begin(ctx context.Context) (snapshot, error) {
	for {
		snap, drift, err := s.look(ctx)
		if err != nil {
			return snapshot{}, fault(s.path, err)
		}
		if !drift {
			return snap, nil
		}
		snap.tx.Rollback()
		err = s.adopt(ctx)
		if c := code(err); c == sqlite3.SQLITE_BUSY || c == sqlite3.SQLITE_LOCKED {
			// The other program is still at it: its edits are read as they are,
			// and taken in later.
			snap, _, err = s.look(ctx)
			return snap, fault(s.path, err)
		}
		if err != nil {
			return snapshot{}, fault(s.path, err)
		}
	}
}

// look opens a snapshot and tells whether there is something to take in.
func (s *Store) look(ctx context.Context) (snap snapshot, drift bool, err error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return snapshot{}, false, err
	}
	var version int64
	err = tx.StmtContext(ctx, s.state).QueryRowContext(ctx).Scan(&snap.newest, &drift, &version)
	if err == nil && !drift && version != s.schemaVersion.Load() {
		if drift, err = s.altered(ctx, tx); err == nil && !drift {
			s.schemaVersion.Store(version)
		}
	}
	if err != nil {
		tx.Rollback()
		return snapshot{}, false, err
	}
	snap.tx = tx
	return snap, drift, nil
}

// held is a layer with what is known of it at a revision.
type held struct {
	*table
	sum     commit.Sum
	changed layers.Revision
}

const layerColumns = "key, name, defined, kinds, count, changed, min_x, min_y, max_x, max_y"

// layer finds one layer; nil when it is not there.
func (s *Store) layer(ctx context.Context, tx *sql.Tx, name string) (*held, error) {
	all, err := s.layers(ctx, tx, "WHERE name = ?", name)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// layers lists layers by name. Their tables are shared: they must not be changed.
func (s *Store) layers(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]*held, error) {
	rows, err := tx.QueryContext(ctx, "SELECT "+layerColumns+" FROM yiju_layers "+where+" ORDER BY name", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []*held
	for rows.Next() {
		var h held
		var t table
		var kinds string
		var e sqldb.Extent
		if err := rows.Scan(&t.key, &t.name, &t.defined, &kinds, &h.sum.Count, &h.changed, &e[0], &e[1], &e[2], &e[3]); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(kinds), &t.kinds); err != nil {
			return nil, err
		}
		h.sum.Extent = e.Value()
		h.table = &t
		out = append(out, &h)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for _, h := range out {
		if err := s.definition(ctx, tx, h.table); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// tableID tells one definition of a layer from all others.
type tableID struct{ key, defined int64 }

// definition fills in schema and columns, from memory when they were read before.
func (s *Store) definition(ctx context.Context, tx *sql.Tx, t *table) error {
	id := tableID{t.key, t.defined}
	if known, ok := s.tables.Load(id); ok {
		k := known.(*table)
		t.name, t.schema, t.columns = k.name, k.schema, k.columns
		return nil
	}
	var schema, columns string
	if err := tx.QueryRowContext(ctx, "SELECT tab, definition, columns FROM yiju_layers WHERE key = ?", t.key).Scan(&t.name, &schema, &columns); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(schema), &t.schema); err != nil {
		return fmt.Errorf("gpkg: schema of layer %d: %w", t.key, err)
	}
	if err := json.Unmarshal([]byte(columns), &t.columns); err != nil {
		return fmt.Errorf("gpkg: columns of layer %d: %w", t.key, err)
	}
	return nil
}

// remember keeps definitions in memory; only what is committed may be.
func (s *Store) remember(all []*held) {
	for _, h := range all {
		s.tables.LoadOrStore(tableID{h.key, h.defined}, &table{name: h.name, schema: h.schema, columns: h.columns})
	}
}

// Layers lists the layers that exist, ordered by name.
func (s *Store) Layers(ctx context.Context) ([]layers.Info, error) {
	snap, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer snap.tx.Rollback()
	all, err := s.layers(ctx, snap.tx, "")
	if err != nil {
		return nil, fault(s.path, err)
	}
	s.remember(all)
	out := make([]layers.Info, len(all))
	for i, h := range all {
		out[i] = layers.Info{Schema: commit.CloneSchema(h.schema), Count: h.sum.Count, Extent: h.sum.Extent, Changed: h.changed}
	}
	return out, nil
}

// Newest gives the number of the newest revision.
func (s *Store) Newest(ctx context.Context) (layers.Revision, error) {
	var newest layers.Revision
	var drift bool
	var version int64
	err := s.state.QueryRowContext(ctx).Scan(&newest, &drift, &version)
	if err != nil {
		return 0, fault(s.path, err)
	}
	if !drift && version == s.schemaVersion.Load() {
		return newest, nil
	}
	snap, err := s.begin(ctx)
	if err != nil {
		return 0, err
	}
	return snap.newest, snap.tx.Rollback()
}

// Changes lists the revisions after since, oldest first.
func (s *Store) Changes(ctx context.Context, since layers.Revision) ([]layers.Change, error) {
	snap, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer snap.tx.Rollback()
	out, err := readChanges(ctx, snap.tx, since)
	if err != nil {
		return nil, fault(s.path, err)
	}
	return out, nil
}

func readChanges(ctx context.Context, tx *sql.Tx, since layers.Revision) ([]layers.Change, error) {
	rows, err := tx.QueryContext(ctx, sqldb.ChangesText("?"), since)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return sqldb.Changes(rows, func(at string) time.Time {
		// A time that another program wrote over in its own way is unknown.
		t, _ := time.Parse(time.RFC3339Nano, at)
		return t
	})
}

// Features gives the features of a layer that q asks for.
func (s *Store) Features(ctx context.Context, layer string, q layers.Query) iter.Seq2[geo.Feature, error] {
	return stream.Sequence(ctx, q.Limit, func() (stream.Rows, error) {
		snap, err := s.begin(ctx)
		if err != nil {
			return nil, err
		}
		rows, err := s.open(ctx, snap, layer, q)
		if err != nil {
			snap.tx.Rollback()
			return nil, fault(s.path, err)
		}
		rows.path = s.path
		return rows, nil
	})
}

// open begins to read what a query asks for.
func (s *Store) open(ctx context.Context, snap snapshot, layer string, q layers.Query) (*rows, error) {
	if q.At < 0 || q.At > snap.newest {
		return nil, &layers.NoRevisionError{Asked: q.At, Newest: snap.newest}
	}
	h, err := s.layer(ctx, snap.tx, layer)
	if err != nil {
		return nil, err
	}
	if h == nil {
		return nil, &layers.NoLayerError{Layer: layer}
	}
	s.remember([]*held{h})
	if h.schema.Kind == geo.Result || q.At == snap.newest {
		q.At = 0
	}
	text, args := h.query(q)
	found, err := snap.tx.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	return newRows(h.table, snap.tx, found, q), nil
}

// query words what a Query selects, and a little more: the rows finish extents
// and ids, and the sequence keeps the limit.
func (h *held) query(q layers.Query) (string, []any) {
	from := quote(h.name) + " t"
	where, args := idFilter(q)
	if q.At == 0 {
		if e := q.Extent; e != nil && h.spatial() && q.IDs == nil && !covers(*e, h.sum.Extent) {
			// The R-tree leads; CROSS JOIN keeps the planner from turning them round.
			from = quote(h.rtree()) + " r CROSS JOIN " + from + " ON t.fid = r.id"
			where += " AND r.minx <= ? AND r.maxx >= ? AND r.miny <= ? AND r.maxy >= ?"
			args = append(args, e.MaxX, e.MinX, e.MaxY, e.MinY)
		}
		return "SELECT NULL, NULL, " + h.selection() + " FROM " + from + " WHERE " + where + " ORDER BY t.id", args
	}
	query := "SELECT NULL, NULL, " + h.selection() + " FROM " + from + " WHERE t.yiju_version <= ? AND " + where +
		" UNION ALL SELECT t.since, t.body, t.id, t.geom" + strings.Repeat(", NULL", 4+len(h.schema.Fields)) +
		" FROM yiju_history t WHERE t.layer = ? AND t.since <= ? AND t.until > ? AND " + where + " ORDER BY id"
	both := append([]any{q.At}, args...)
	return query, append(append(both, h.key, q.At, q.At), args...)
}

// selection lists the columns of a layer: id, geometry, what is not of fields,
// then the fields.
func (t *table) selection() string {
	geom := "NULL"
	if t.spatial() {
		geom = "t.geom"
	}
	out := "t.id, " + geom + ", t.yiju_extra, t.yiju_source, t.yiju_quality, t.yiju_version"
	for _, f := range t.schema.Fields {
		column := "t." + quote(t.columns[f.Name])
		if f.Type == geo.String {
			// Columns of other programs may be declared as dates, which the driver
			// would turn into something else than their text.
			column = "CAST(" + column + " AS TEXT)"
		}
		out += ", " + column
	}
	return out
}

func covers(outer, inner geo.Extent) bool {
	return outer.MinX <= inner.MinX && outer.MinY <= inner.MinY && outer.MaxX >= inner.MaxX && outer.MaxY >= inner.MaxY
}

// idFilter words the ids that a query selects. Text that cannot be in the file is
// left out of the question, and cut from where to go on.
func idFilter(q layers.Query) (string, []any) {
	where, args := "t.id IS NOT NULL", []any(nil)
	if after := codec.Fit(q.After); after != "" {
		where, args = where+" AND t.id > ?", append(args, after)
	}
	if q.IDs != nil {
		var ids []string
		for _, id := range q.IDs {
			if codec.Fit(id) == id {
				ids = append(ids, id)
			}
		}
		where, args = where+" AND t.id IN (SELECT value FROM json_each(?))", append(args, string(codec.AppendTexts(nil, ids)))
	}
	return where, args
}
