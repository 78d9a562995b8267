package postgis

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/internal/codec"
	"yiju/layers/internal/commit"
	"yiju/layers/internal/sqldb"
	"yiju/layers/internal/stream"
)

// fetchRows is how many rows a cursor gives at a time.
const fetchRows = 1000

// readTries is how often a read begins anew when its table was dropped just before.
const readTries = 5

// snapshot opens a transaction that sees one revision.
func (s *Store) snapshot(ctx context.Context) (*sql.Tx, error) {
	return s.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
}

// held is a layer with what is known of it at a revision.
type held struct {
	*table
	sum     commit.Sum
	changed layers.Revision
}

// layers lists layers by name. Their tables are shared: they must not be changed.
func (s *Store) layers(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]*held, error) {
	rows, err := tx.QueryContext(ctx, "SELECT key, name, defined, count, changed, min_x, min_y, max_x, max_y FROM yiju_layers "+where+" ORDER BY name", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []*held
	for rows.Next() {
		h := held{table: &table{}}
		var e sqldb.Extent
		if err := rows.Scan(&h.key, &h.name, &h.defined, &h.sum.Count, &h.changed, &e[0], &e[1], &e[2], &e[3]); err != nil {
			return nil, err
		}
		h.sum.Extent = e.Value()
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

// definition fills in table, schema and columns, from memory when they were read
// before.
func (s *Store) definition(ctx context.Context, tx *sql.Tx, t *table) error {
	if known, ok := s.tables.Load(tableID{t.key, t.defined}); ok {
		*t = *known.(*table)
		return nil
	}
	var schema, columns string
	if err := tx.QueryRowContext(ctx, "SELECT tab, definition, columns FROM yiju_layers WHERE key = $1", t.key).Scan(&t.name, &schema, &columns); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(schema), &t.schema); err != nil {
		return fmt.Errorf("postgis: schema of layer %d: %w", t.key, err)
	}
	if err := json.Unmarshal([]byte(columns), &t.columns); err != nil {
		return fmt.Errorf("postgis: columns of layer %d: %w", t.key, err)
	}
	return nil
}

// remember keeps definitions in memory; only what is committed may be.
func (s *Store) remember(all []*held) {
	for _, h := range all {
		t := *h.table
		s.tables.LoadOrStore(tableID{h.key, h.defined}, &t)
	}
}

// Layers lists the layers that exist, ordered by name.
func (s *Store) Layers(ctx context.Context) ([]layers.Info, error) {
	tx, err := s.snapshot(ctx)
	if err != nil {
		return nil, s.fault(err)
	}
	defer tx.Rollback()
	all, err := s.layers(ctx, tx, "")
	if err != nil {
		return nil, s.fault(err)
	}
	s.remember(all)
	out := make([]layers.Info, len(all))
	for i, h := range all {
		out[i] = layers.Info{Schema: commit.CloneSchema(h.schema), Count: h.sum.Count, Extent: h.sum.Extent, Changed: h.changed}
	}
	return out, nil
}

// Newest gives the number of the newest revision.
func (s *Store) Newest(ctx context.Context) (r layers.Revision, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT newest FROM yiju_state").Scan(&r)
	return r, s.fault(err)
}

// Changes lists the revisions after since, oldest first.
func (s *Store) Changes(ctx context.Context, since layers.Revision) ([]layers.Change, error) {
	out, err := s.readChanges(ctx, since)
	return out, s.fault(err)
}

func (s *Store) readChanges(ctx context.Context, since layers.Revision) ([]layers.Change, error) {
	rows, err := s.db.QueryContext(ctx, sqldb.ChangesText("$1"), since)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return sqldb.Changes(rows, time.Time.UTC)
}

// Features gives the features of a layer that q asks for.
func (s *Store) Features(ctx context.Context, layer string, q layers.Query) iter.Seq2[geo.Feature, error] {
	return stream.Sequence(ctx, q.Limit, func() (stream.Rows, error) {
		for try := 1; ; try++ {
			rows, err := s.open(ctx, layer, q)
			if err == nil {
				return rows, nil
			}
			if c := code(err); try < readTries && (errors.Is(err, errMoved) || c == undefinedTable || c == undefinedColumn) {
				s.names.Delete(layer)
				continue
			}
			return nil, s.fault(err)
		}
	})
}

// PostgreSQL's codes for a table and a column that is not there.
const (
	undefinedTable  = "42P01"
	undefinedColumn = "42703"
)

// errMoved tells that a layer is in another table than was thought.
var errMoved = errors.New("postgis: the layer has moved to another table")

// open begins to read what a query asks for. The table is locked, against being
// dropped, before the transaction fixes what it sees: a table that is dropped and
// made anew in between would seem empty.
func (s *Store) open(ctx context.Context, layer string, q layers.Query) (*rows, error) {
	name, err := s.tableOf(ctx, layer)
	if err != nil {
		return nil, err
	}
	tx, err := s.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	r, err := s.openIn(ctx, tx, layer, name, q)
	if err != nil {
		tx.Rollback()
		return nil, err
	}
	return r, nil
}

// tableOf finds the table of a layer, perhaps an outdated one; empty when there is
// no such layer.
func (s *Store) tableOf(ctx context.Context, layer string) (string, error) {
	if name, ok := s.names.Load(layer); ok {
		return name.(string), nil
	}
	if codec.Fit(layer) != layer {
		return "", nil
	}
	var name string
	err := s.db.QueryRowContext(ctx, "SELECT tab FROM yiju_layers WHERE name = $1", layer).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err == nil {
		s.names.Store(layer, name)
	}
	return name, err
}

func (s *Store) openIn(ctx context.Context, tx *sql.Tx, layer, name string, q layers.Query) (*rows, error) {
	if name != "" {
		if _, err := tx.ExecContext(ctx, "LOCK TABLE "+quote(name)+" IN ACCESS SHARE MODE"); err != nil {
			return nil, err
		}
	}
	var newest layers.Revision
	if err := tx.QueryRowContext(ctx, "SELECT newest FROM yiju_state").Scan(&newest); err != nil {
		return nil, err
	}
	if q.At < 0 || q.At > newest {
		return nil, &layers.NoRevisionError{Asked: q.At, Newest: newest}
	}
	var all []*held
	if codec.Fit(layer) == layer {
		var err error
		if all, err = s.layers(ctx, tx, "WHERE name = $1", layer); err != nil {
			return nil, err
		}
	}
	if len(all) == 0 {
		return nil, &layers.NoLayerError{Layer: layer}
	}
	s.remember(all)
	h := all[0]
	if h.name != name {
		return nil, errMoved
	}
	if h.schema.Kind == geo.Result || q.At == newest {
		q.At = 0
	}
	w := words{}
	text := h.query(&w, q)
	r := &rows{store: s, ctx: ctx, table: h.table, tx: tx, query: q}
	return r, r.start(text, w.args)
}

// words collects the arguments of a statement as it is put together.
type words struct{ args []any }

// arg gives the mark of an argument.
func (w *words) arg(v any) string {
	w.args = append(w.args, v)
	return "$" + strconv.Itoa(len(w.args))
}

// query words what a Query selects. Only where to go on after text that no id can
// hold is left to the rows.
func (h *held) query(w *words, q layers.Query) string {
	where := filter(w, q)
	from := quote(h.name) + " t"
	spot := "FALSE"
	if h.spatial() {
		spot = touching(w, q)
	} else if q.Extent == nil {
		spot = "TRUE"
	}
	if q.At == 0 {
		return "SELECT NULL::bigint, NULL::text, " + h.selection() + " FROM " + from + " WHERE " + where + " AND " + spot + " ORDER BY t.id" + limit(q)
	}
	at := w.arg(int64(q.At))
	now := "SELECT NULL::bigint, NULL::text, " + h.selection() + " FROM " + from + " WHERE t.yiju_version <= " + at + " AND " + where + " AND " + spot
	then := "SELECT t.since, t.body, t.id, ST_AsBinary(t.geom, 'NDR')" + strings.Repeat(", NULL", 4+len(h.schema.Fields)) +
		" FROM yiju_history t WHERE t.layer = " + w.arg(h.key) + " AND t.since <= " + at + " AND t.until > " + at + " AND " + where + " AND " + touching(w, q)
	return now + " UNION ALL " + then + " ORDER BY id" + limit(q)
}

func limit(q layers.Query) string {
	if q.Limit <= 0 || codec.Fit(q.After) != q.After {
		return ""
	}
	return " LIMIT " + strconv.Itoa(q.Limit)
}

// selection lists the columns of a layer: id, geometry, what is not of fields,
// then the fields.
func (t *table) selection() string {
	geom := "NULL::bytea"
	if t.spatial() {
		geom = "ST_AsBinary(t.geom, 'NDR')"
	}
	out := "t.id, " + geom + ", t.yiju_extra::text, t.yiju_source::text, t.yiju_quality::text, t.yiju_version"
	for _, f := range t.schema.Fields {
		out += ", t." + quote(t.columns[f.Name])
	}
	return out
}

// filter words the ids that a query selects. Text that cannot be in the database
// is left out of the question, and cut from where to go on.
func filter(w *words, q layers.Query) string {
	where := "TRUE"
	if after := codec.Fit(q.After); after != "" {
		where += " AND t.id > " + w.arg(after)
	}
	if q.IDs != nil {
		ids := []string{}
		for _, id := range q.IDs {
			if codec.Fit(id) == id {
				ids = append(ids, id)
			}
		}
		where += " AND t.id = ANY(" + w.arg(pq.Array(ids)) + ")"
	}
	return where
}

// touching words the extent of a query. The index keeps 32-bit floats; the exact
// comparisons take away what it finds too much.
func touching(w *words, q layers.Query) string {
	e := q.Extent
	if e == nil {
		return "TRUE"
	}
	if e.IsEmpty() {
		return "FALSE"
	}
	finite := func(v float64) string { return w.arg(max(min(v, math.MaxFloat64), -math.MaxFloat64)) + "::float8" }
	minX, minY, maxX, maxY := finite(e.MinX), finite(e.MinY), finite(e.MaxX), finite(e.MaxY)
	return "t.geom && ST_MakeEnvelope(" + minX + ", " + minY + ", " + maxX + ", " + maxY + ", 4326)" +
		" AND ST_XMin(t.geom) <= " + maxX + " AND ST_XMax(t.geom) >= " + minX + " AND ST_YMin(t.geom) <= " + maxY + " AND ST_YMax(t.geom) >= " + minY
}
