package table

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"
)

// headerSearch is how many rows may stand above the names.
const headerSearch = 40

// findHeader finds the names of the columns among the first rows and what stands
// above them.
func (s *Sheet) findHeader(ctx context.Context, opts Options) error {
	head, err := firstRows(ctx, s.raw)
	if err != nil || len(head) == 0 {
		return err
	}
	spans, err := s.raw.merged(ctx)
	if err != nil {
		return err
	}
	at := nameRow(head, opts.Known)
	wide := 0
	for _, row := range head {
		wide = max(wide, len(row.Cells))
	}
	g := &grid{rows: head, spans: spans, wide: wide}
	first, last := g.extend(at, opts.Known)
	names := g.names(first, last)
	if _, text := s.raw.(*textSheet); text {
		// A cell beyond the names comes of a separator within a cell.
		for len(names) > 0 && names[len(names)-1].own == "" {
			names = names[:len(names)-1]
		}
	}
	s.HeaderRow = head[last].Number
	if last+1 < len(head) && g.isUnits(last+1, opts.Unit) {
		last++
		s.HeaderRow = head[last].Number
		names = withUnits(names, head[last].Cells)
	}
	if last+1 < len(head) && counts(head[last+1].Cells) {
		last++
		s.HeaderRow = head[last].Number
	}
	for _, row := range head[:first] {
		s.Titles = append(s.Titles, words(row.Cells))
	}
	s.Columns = columnsOf(names)
	return nil
}

func firstRows(ctx context.Context, raw rawSheet) ([]Row, error) {
	var out []Row
	for row, err := range raw.rows(ctx) {
		if err != nil {
			return nil, err
		}
		row.Cells = slices.Clone(row.Cells)
		if out = append(out, row); len(out) == headerSearch {
			break
		}
	}
	return out, nil
}

// nameRow finds the row with most known names; where none has two, the first row
// of nothing but text that is as wide as the table.
func nameRow(head []Row, known func(string) bool) int {
	best, most := -1, 0
	for i, row := range head {
		n := 0
		for _, c := range row.Cells {
			if c.Kind == Text && known(columnName(c.Text)) {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	if most >= 2 || most == 1 && filled(head[best].Cells) == 1 {
		return best
	}
	most = 0
	for _, row := range head {
		most = max(most, filled(row.Cells))
	}
	for i, row := range head {
		n := 0
		for _, c := range row.Cells {
			if c.Kind == Text && !numeric(c.Text) {
				n++
			}
		}
		if n == filled(row.Cells) && n*10 >= most*6 {
			return i
		}
	}
	return max(best, 0)
}

func filled(cells []Cell) (n int) {
	for _, c := range cells {
		if c.Kind != Blank {
			n++
		}
	}
	return n
}

// numeric tells whether a text is a number, also with a decimal comma or in
// full-width digits.
func numeric(s string) bool {
	_, err := strconv.ParseFloat(strings.Replace(width.Narrow.String(s), ",", ".", 1), 64)
	return err == nil
}

// grid is the first rows with the cells that are shown as one.
type grid struct {
	rows  []Row
	spans []span
	wide  int
}

// own is what stands in a cell itself.
func (g *grid) own(i, col int) Cell {
	if cells := g.rows[i].Cells; col < len(cells) {
		return cells[col]
	}
	return Cell{}
}

// shown is what a cell shows: its own text, or that of the range it belongs to.
func (g *grid) shown(i, col int) Cell {
	if c := g.own(i, col); c.Kind != Blank {
		return c
	}
	number := g.rows[i].Number
	for _, m := range g.spans {
		if m.row0 > number || m.row1 < number || m.col0 > col || m.col1 < col {
			continue
		}
		for k := range g.rows {
			if g.rows[k].Number == m.row0 {
				return g.own(k, m.col0)
			}
		}
	}
	return Cell{}
}

// extend finds the rows above and below that hold names too: headings over groups
// of columns, and the names below such headings.
func (g *grid) extend(at int, known func(string) bool) (first, last int) {
	first, last = at, at
	if at > 0 && g.isHeading(at-1, at) {
		first = at - 1
	}
	if at+1 < len(g.rows) && g.isBelow(at, at+1, known) {
		last = at + 1
	}
	return first, last
}

// isHeading tells whether the row above gives names to columns that have none in
// the row of names, and so is no title.
func (g *grid) isHeading(above, names int) bool {
	row := g.rows[above]
	if row.Number+1 != g.rows[names].Number || !allText(row.Cells) || filled(row.Cells) < 2 {
		return false
	}
	for col := range g.wide {
		if g.own(names, col).Kind == Blank && g.own(above, col).Kind == Text {
			return true
		}
	}
	return false
}

// isBelow tells whether the next row holds names for columns that share a heading:
// nothing but text, with known names, and nothing below a name that stands over one
// column alone.
func (g *grid) isBelow(names, below int, known func(string) bool) bool {
	row := g.rows[below]
	if g.rows[names].Number+1 != row.Number || !allText(row.Cells) {
		return false
	}
	n := 0
	for col, c := range row.Cells {
		if c.Kind == Blank {
			continue
		}
		if known(columnName(c.Text)) {
			n++
		}
		group := col+1 < g.wide && g.own(names, col+1).Kind == Blank && g.own(below, col+1).Kind == Text
		if g.own(names, col).Kind != Blank && !group {
			return false
		}
	}
	return n > 0
}

func allText(cells []Cell) bool {
	for _, c := range cells {
		if c.Kind != Blank && (c.Kind != Text || numeric(c.Text)) {
			return false
		}
	}
	return true
}

// name is what a column is called and what heading it stands under.
type name struct{ own, group string }

// names reads the names of all columns from the rows that hold them.
func (g *grid) names(first, last int) []name {
	out := make([]name, g.wide)
	heading := ""
	for col := range out {
		low := columnName(g.shown(last, col).Text)
		if first == last {
			out[col].own = low
			continue
		}
		high := columnName(g.shown(first, col).Text)
		if high != "" {
			heading = high
		}
		switch {
		case low == "" || low == high:
			out[col].own = high
		case high == "" && g.own(last, col).Kind != Blank:
			out[col] = name{low, heading} // a heading over several columns, not merged
		default:
			out[col] = name{low, high}
		}
	}
	return out
}

// columnsOf gives every column a name of its own. A name that comes twice takes the
// heading above it, then a number.
func columnsOf(names []name) []Column {
	count := make(map[string]int)
	for _, n := range names {
		count[n.own]++
	}
	out := make([]Column, len(names))
	seen := make(map[string]int)
	for i, n := range names {
		text := n.own
		if count[n.own] > 1 && n.group != "" {
			text = n.group + " " + n.own
		}
		if text == "" {
			text = letter(i)
		}
		if seen[text]++; seen[text] > 1 {
			text = fmt.Sprintf("%s (%d)", text, seen[text])
		}
		out[i] = Column{Name: text, Letter: letter(i)}
	}
	return out
}

// dBase is what exports of dBase tables add to a name: type, length, decimals.
var dBase = regexp.MustCompile(`^([^,]+),[CNDLFM](,\d+){0,2}$`)

// columnName is the text of a name in one line.
func columnName(s string) string {
	s = oneLine(s)
	if m := dBase.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return s
}

// isUnits tells whether a row holds the units of the columns above.
func (g *grid) isUnits(i int, unit func(string) bool) bool {
	n := 0
	for _, c := range g.rows[i].Cells {
		if c.Kind == Blank {
			continue
		}
		if c.Kind != Text || !unit(strings.Trim(c.Text, "()（）[]")) {
			return false
		}
		n++
	}
	return n > 0
}

func withUnits(names []name, units []Cell) []name {
	for i, c := range units[:min(len(units), len(names))] {
		if c.Kind == Text && !strings.HasSuffix(names[i].own, ")") {
			names[i].own += "(" + strings.Trim(c.Text, "()（）[]") + ")"
		}
	}
	return names
}

// counts tells whether a row numbers the columns, as some forms do.
func counts(cells []Cell) bool {
	const least = 4
	n := 0
	for _, c := range cells {
		if c.Kind == Blank {
			continue
		}
		if n++; strings.Trim(c.Text, "()（）") != strconv.Itoa(n) {
			return false
		}
	}
	return n >= least
}

// words joins what stands in a row.
func words(cells []Cell) string {
	var out []string
	for _, c := range cells {
		if c.Kind != Blank {
			out = append(out, oneLine(c.Text))
		}
	}
	return strings.Join(out, " ")
}
