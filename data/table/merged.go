package table

import (
	"cmp"
	"context"
	"slices"
)

// down carries what a merged cell shows to the rows below its first.
type down struct {
	byColumn map[int][]span // ascending by their first row, of more rows than one
	value    map[span]Cell
}

func (s *Sheet) down(ctx context.Context) (*down, error) {
	spans, err := s.raw.merged(ctx)
	if err != nil {
		return nil, err
	}
	d := &down{byColumn: make(map[int][]span), value: make(map[span]Cell)}
	for _, m := range spans {
		if m.row1 > m.row0 && m.row1 > s.HeaderRow && m.col0 < len(s.Columns) {
			d.byColumn[m.col0] = append(d.byColumn[m.col0], m)
		}
	}
	for _, list := range d.byColumn {
		sortSpans(list)
	}
	return d, nil
}

// see remembers what the first row of a merged cell holds.
func (d *down) see(row Row) {
	for col, list := range d.byColumn {
		if col < len(row.Cells) && list[0].row0 == row.Number {
			d.value[list[0]] = row.Cells[col]
		}
	}
}

// fill puts the value into the rows that follow. Rows come in ascending order, so
// that ranges passed are dropped.
func (d *down) fill(row *Row) {
	for col, list := range d.byColumn {
		for len(list) > 0 && list[0].row1 < row.Number {
			list = list[1:]
		}
		if d.byColumn[col] = list; len(list) == 0 {
			delete(d.byColumn, col)
			continue
		}
		switch m := list[0]; {
		case m.row0 == row.Number:
			d.value[m] = row.Cells[col]
		case m.row0 < row.Number && row.Cells[col].Kind == Blank:
			row.Cells[col] = d.value[m]
		}
	}
}

func sortSpans(list []span) {
	slices.SortFunc(list, func(a, b span) int { return cmp.Or(a.row0-b.row0, a.col0-b.col0, a.row1-b.row1) })
}
