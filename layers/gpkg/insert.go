package gpkg

import (
	"context"
	"database/sql"
	"strings"

	"yiju/geo"
	"yiju/layers/internal/codec"
)

// inserter adds rows, several with each statement.
type inserter struct {
	tx      *sql.Tx
	into    string
	columns int
	each    int
	args    []any
	whole   *sql.Stmt // adds each rows; made when so many have come
}

// into begins to add rows of so many columns to a table.
func (w *writer) into(table string, columns int) *inserter {
	return &inserter{tx: w.tx, into: table, columns: columns, each: min(max(maxArgs/columns, 1), maxRows)}
}

func (in *inserter) text(rows int) string {
	marks := "(?" + strings.Repeat(", ?", in.columns-1) + ")"
	return "INSERT INTO " + in.into + " VALUES " + marks + strings.Repeat(", "+marks, rows-1)
}

func (in *inserter) add(ctx context.Context, row ...any) error {
	in.args = append(in.args, row...)
	if len(in.args) < in.each*in.columns {
		return nil
	}
	if in.whole == nil {
		var err error
		if in.whole, err = in.tx.PrepareContext(ctx, in.text(in.each)); err != nil {
			return err
		}
	}
	_, err := in.whole.ExecContext(ctx, in.args...)
	in.args = in.args[:0]
	return err
}

// flush adds what is left, and ends.
func (in *inserter) flush(ctx context.Context) error {
	if in.whole != nil {
		in.whole.Close()
	}
	if len(in.args) == 0 {
		return nil
	}
	_, err := in.tx.ExecContext(ctx, in.text(len(in.args)/in.columns), in.args...)
	in.args = nil
	return err
}

// rewrite puts a feature in the row of that number.
func (w *writer) rewrite(ctx context.Context, t *table, fid int64, f *geo.Feature) error {
	args, err := w.args(t, f)
	if err != nil {
		return err
	}
	_, err = w.tx.ExecContext(ctx, t.updateText("fid"), append(args, fid)...)
	return err
}

// args gives a feature's values in the order of the table's columns.
func (w *writer) args(t *table, f *geo.Feature) ([]any, error) {
	out := make([]any, 0, 6+len(t.schema.Fields))
	out = append(out, f.ID)
	if t.spatial() {
		blob, err := blobArg(f)
		if err != nil {
			return nil, err
		}
		out = append(out, blob)
	}
	out = append(out, orNull(f.Extra != nil, func() []byte { return codec.AppendValues(nil, f.Extra) }),
		orNull(f.Source != geo.Source{}, func() []byte { return codec.AppendSource(nil, f.Source) }),
		orNull(f.Quality != nil, func() []byte { return codec.AppendTexts(nil, f.Quality) }),
		w.revision)
	for i := range t.schema.Fields {
		v := f.Attributes[t.schema.Fields[i].Name]
		if yes, ok := v.(bool); ok {
			v = int64(0)
			if yes {
				v = int64(1)
			}
		}
		out = append(out, v)
	}
	return out, nil
}

// blobArg gives the geometry as an argument: a blob, or NULL.
func blobArg(f *geo.Feature) (any, error) {
	blob, err := encode(f)
	if blob == nil {
		return nil, err
	}
	return blob, err
}

func orNull(there bool, text func() []byte) any {
	if !there {
		return nil
	}
	return string(text())
}
