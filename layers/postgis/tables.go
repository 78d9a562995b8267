package postgis

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"yiju/geo"
	"yiju/layers/internal/naming"
)

// table is a layer as the database keeps it.
type table struct {
	key     int64 // of the layer in yiju_layers
	name    string
	schema  geo.Schema
	columns map[string]string // by field
	defined int64             // the revision that wrote schema and columns
}

func (t *table) spatial() bool { return len(t.schema.Shapes) > 0 }

func (t *table) own() []string { return naming.Own(&t.schema) }

func (t *table) all() []string { return naming.All(&t.schema, t.columns) }

var ownTypes = map[string]string{
	naming.ID:    `text COLLATE "C" PRIMARY KEY`,
	naming.Geom:  "geometry CHECK (ST_SRID(geom) = 4326)",
	naming.Extra: "jsonb", naming.Source: "jsonb", naming.Quality: "jsonb",
	naming.Version: "bigint NOT NULL",
}

func columnType(t geo.Type) string {
	return map[geo.Type]string{geo.String: "text", geo.Integer: "bigint", geo.Real: "double precision", geo.Boolean: "boolean"}[t]
}

func quote(name string) string { return pq.QuoteIdentifier(name) }

func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quote(name)
	}
	return strings.Join(quoted, ", ")
}

func run(ctx context.Context, tx *sql.Tx, statements ...string) error {
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("postgis: %s: %w", s, err)
		}
	}
	return nil
}

// create makes the table, without the index on places: that is faster made when
// the features are in.
func (t *table) create(ctx context.Context, tx *sql.Tx) error {
	var defs []string
	for _, c := range t.own() {
		defs = append(defs, c+" "+ownTypes[c])
	}
	for _, f := range t.schema.Fields {
		defs = append(defs, quote(t.columns[f.Name])+" "+columnType(f.Type))
	}
	return run(ctx, tx, "CREATE TABLE "+quote(t.name)+" ("+strings.Join(defs, ", ")+")")
}

func (t *table) createIndex(ctx context.Context, tx *sql.Tx) error {
	if !t.spatial() {
		return nil
	}
	return run(ctx, tx, "CREATE INDEX "+quote(t.name+"_geom")+" ON "+quote(t.name)+" USING gist (geom)")
}

func (t *table) drop(ctx context.Context, tx *sql.Tx) error {
	return run(ctx, tx, "DROP TABLE "+quote(t.name))
}

// grow adds columns for fields that are new, and a geometry where there was none.
func (t *table) grow(ctx context.Context, tx *sql.Tx, s geo.Schema, revision int64) error {
	before, had := t.spatial(), t.columns
	t.schema, t.columns, t.defined = s, naming.Columns(&s, had), revision
	var adds []string
	if !before && t.spatial() {
		adds = append(adds, "ADD COLUMN geom "+ownTypes[naming.Geom])
	}
	for _, f := range s.Fields {
		if _, ok := had[f.Name]; !ok {
			adds = append(adds, "ADD COLUMN "+quote(t.columns[f.Name])+" "+columnType(f.Type))
		}
	}
	if len(adds) == 0 {
		return nil
	}
	if err := run(ctx, tx, "ALTER TABLE "+quote(t.name)+" "+strings.Join(adds, ", ")); err != nil {
		return err
	}
	if before {
		return nil
	}
	return t.createIndex(ctx, tx)
}

// describe puts titles where tools that browse a database show them.
func (t *table) describe(ctx context.Context, tx *sql.Tx) error {
	statements := []string{"COMMENT ON TABLE " + quote(t.name) + " IS " + pq.QuoteLiteral(wording(t.schema.Title, ""))}
	for _, f := range t.schema.Fields {
		statements = append(statements, "COMMENT ON COLUMN "+quote(t.name)+"."+quote(t.columns[f.Name])+" IS "+pq.QuoteLiteral(wording(f.Title, f.Unit)))
	}
	return run(ctx, tx, strings.Join(statements, "; "))
}

func wording(title geo.Text, unit string) string {
	s := title.ZH + " / " + title.EN
	if unit != "" {
		s += " (" + unit + ")"
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

// keep writes the layer's entry in yiju_layers.
func (t *table) keep(ctx context.Context, tx *sql.Tx) error {
	schema, err := json.Marshal(t.schema)
	if err != nil {
		return err
	}
	columns, err := json.Marshal(t.columns)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE yiju_layers SET tab = $1, definition = $2, columns = $3, defined = $4 WHERE key = $5",
		t.name, string(schema), string(columns), t.defined, t.key)
	return err
}
