// Package table reads spreadsheets and text tables: CSV and its relatives in the
// encodings and with the separators that people use, XLSX and the older XLS. It
// finds the row of names, whatever stands above it, and gives the rows below with
// the numbers that a person sees beside them. What the columns mean is for the
// caller.
package table

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"strings"

	"yiju/geo"
	"yiju/geo/tally"
)

// Bounds on what a file may hold. A file beyond them is refused, not cut.
const (
	MaxFileBytes = 512 << 20 // as it lies on the disk
	MaxBytes     = 1 << 30   // unpacked: the text of a table, or one part of a spreadsheet
	MaxRows      = 2_000_000
	MaxColumns   = 2048 // up to the last one with something in it
	MaxCellBytes = 1 << 17
	MaxSheets    = 255
)

// Kind is what a cell holds.
type Kind uint8

// The kinds. A cell of a text table is Text or Blank.
const (
	Blank Kind = iota
	Text
	Number  // Text has up to 15 digits, all that a spreadsheet keeps
	Date    // Text is 2006-01-02, 15:04:05 or both
	Boolean // Text is true or false
	Broken  // a formula that failed; Text is #REF! and the like
)

// Cell is one value.
type Cell struct {
	Kind Kind
	Text string
}

// Row is a row below the names.
type Row struct {
	// Number is the one that a spreadsheet program shows beside the row.
	Number int
	// Cells by column, as many as Sheet.Columns; they are valid until the next row.
	Cells []Cell
	// Beyond counts the cells with something in them to the right of the last
	// column. Where a text table has such, a separator stands inside of a cell.
	Beyond int
	// Hidden tells that a spreadsheet program does not show the row, because of a
	// filter for example.
	Hidden bool
}

// Column is a column with its name.
type Column struct {
	// Name is in one line; a column without one is called after its letter. Where
	// a group of columns shares a heading and names come twice, the heading stands
	// in front.
	Name string
	// Letter is what a spreadsheet program shows above the column.
	Letter string
}

// Sheet is one table of a file.
type Sheet struct {
	Name    string
	Columns []Column
	// HeaderRow is the number of the row that the names are in, the last if they
	// take several; 0 when there is nothing in the sheet.
	HeaderRow int
	// Titles are what stands above the names.
	Titles []string
	Hidden bool

	raw rawSheet
}

// File is what was read.
type File struct {
	Format string // csv, xlsx or xls
	// Encoding and Separator are those of a text table.
	Encoding  string
	Separator rune
	Sheets    []*Sheet
	Problems  tally.List
}

// Options say how to read.
type Options struct {
	// Name is the file's name, for messages.
	Name string
	// Encoding names the encoding of a text table; empty finds it where it is
	// certain.
	Encoding string
	// Known tells whether a text is the name of a column that somebody looks for.
	// It helps to find the row of names and the separator.
	Known func(name string) bool
	// Unit tells whether a text is a unit of measurement.
	Unit func(text string) bool

	// Most bounds the unpacked bytes where that is less than MaxBytes; 0 is MaxBytes.
	Most int64

	most int64 // in place of MaxBytes, for tests
}

// rawSheet gives the rows as they lie in the file, ascending, without those that
// are empty. It can be read as often as one likes.
type rawSheet interface {
	rows(ctx context.Context) iter.Seq2[Row, error]
	// merged lists the ranges of cells that are shown as one.
	merged(ctx context.Context) ([]span, error)
}

// span is a rectangle of cells, rows from 1 and columns from 0, ends included.
type span struct{ row0, col0, row1, col1 int }

// Read reads a whole file. Rows are read from it when they are asked for.
func Read(ctx context.Context, r io.Reader, opts Options) (*File, error) {
	if opts.Known == nil {
		opts.Known = func(string) bool { return false }
	}
	if opts.Unit == nil {
		opts.Unit = func(string) bool { return false }
	}
	if opts.most == 0 {
		opts.most = MaxBytes
	}
	if opts.Most > 0 {
		opts.most = min(opts.most, opts.Most)
	}
	body, err := readAll(r, opts.Name, opts.most)
	if err != nil {
		return nil, err
	}
	f := &File{}
	switch {
	case bytes.HasPrefix(body, []byte("PK\x03\x04")):
		err = f.xlsx(ctx, body, opts)
	case bytes.HasPrefix(body, cfbMagic):
		err = f.xls(body, opts)
	default:
		err = f.csv(ctx, body, opts)
	}
	if err != nil {
		return nil, err
	}
	for _, s := range f.Sheets {
		if err := s.findHeader(ctx, opts); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// readAll reads a file within its bound, unpacked if it is packed by gzip.
func readAll(r io.Reader, name string, most int64) ([]byte, error) {
	body, err := within(r, MaxFileBytes, name)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, geo.Refuse(geo.Tf("文件 %s 是空的", "file %s is empty", name), geo.T("重新导出该文件", "export the file again"))
	}
	if bytes.HasPrefix(body, []byte("\x1f\x8b")) {
		return gunzip(body, name, most)
	}
	return body, nil
}

func within(r io.Reader, most int64, name string) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, fmt.Errorf("table.Read %s: %w", name, err)
	}
	if int64(len(body)) > most {
		return nil, tooLarge(name, geo.Tf("超过 %d MB", "is larger than %d MB", most>>20))
	}
	return body, nil
}

func tooLarge(name string, how geo.Text) error {
	return geo.Refuse(geo.T("文件 "+name+" "+how.ZH, "file "+name+" "+how.EN), geo.T("拆分后分别导入", "split it and import the parts"))
}

// broken is the refusal of a file whose inside does not hold together.
func broken(name, kind string, err error) error {
	return geo.Refuse(geo.Tf("文件 %[1]s 不是完整的 %[2]s 文件", "file %[1]s is not a whole %[2]s file", name, kind),
		geo.T("用表格软件打开确认，另存为 .xlsx 后再导入", "open it in a spreadsheet program, save it as .xlsx and import that")).Because(err)
}

// Rows gives the rows below the names that hold anything. Rows that repeat the
// names, as printed pages do, are left out; what a merged cell shows is given to
// all rows that it reaches over.
func (s *Sheet) Rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if s.HeaderRow == 0 {
			return
		}
		below, err := s.down(ctx)
		if err != nil {
			yield(Row{}, err)
			return
		}
		n := 0
		for row, err := range s.raw.rows(ctx) {
			if err != nil {
				yield(Row{}, err)
				return
			}
			if row.Number <= s.HeaderRow {
				below.see(row)
				continue
			}
			row.Beyond = beyond(row.Cells, len(s.Columns))
			row.Cells = fitted(row.Cells, len(s.Columns))
			below.fill(&row)
			if s.repeats(row) {
				continue
			}
			if n++; n > MaxRows {
				yield(Row{}, geo.Refuse(geo.Tf("工作表 %s 超过 %d 行", "table %s has more than %d rows", s.Name, MaxRows), geo.T("拆分后分别导入", "split it and import the parts")))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func beyond(cells []Cell, columns int) (n int) {
	for i := columns; i < len(cells); i++ {
		if cells[i].Kind != Blank {
			n++
		}
	}
	return n
}

// fitted gives cells the wanted length.
func fitted(cells []Cell, n int) []Cell {
	if len(cells) > n {
		return cells[:n]
	}
	for len(cells) < n {
		cells = append(cells, Cell{})
	}
	return cells
}

// repeats tells whether a row says the names again.
func (s *Sheet) repeats(row Row) bool {
	said := 0
	for i, c := range row.Cells {
		if c.Kind == Blank {
			continue
		}
		if c.Kind != Text || columnName(c.Text) != s.Columns[i].Name {
			return false
		}
		said++
	}
	return said > 1
}

// letter is the name of a column in a spreadsheet program: A … Z, AA …
func letter(column int) string {
	out := ""
	for column++; column > 0; column = (column - 1) / 26 {
		out = string(rune('A'+(column-1)%26)) + out
	}
	return out
}

// oneLine takes line breaks and doubled spaces out of a text.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
