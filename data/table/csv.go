package table

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"strings"

	"yiju/geo"
)

func gunzip(body []byte, name string, most int64) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, broken(name, "gzip", err)
	}
	out, err := within(z, most, name)
	if err != nil && geo.AsFault(err) == nil {
		return nil, broken(name, "gzip", err)
	}
	return out, err
}

// separators are what may stand between the cells of a text table, the likelier
// first.
var separators = []rune{',', '\t', ';', '|'}

// csv reads a text table.
func (f *File) csv(ctx context.Context, body []byte, opts Options) error {
	if err := notATable(body, opts.Name); err != nil {
		return err
	}
	text, encoding, err := decoded(body, opts)
	if err != nil {
		return err
	}
	if !bytes.ContainsRune(text, '\n') {
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	}
	s := &textSheet{name: opts.Name, text: text}
	s.separator, s.text, s.skipped = namedSeparator(text)
	if s.separator == 0 {
		s.separator = s.findSeparator(ctx, opts)
	}
	f.Format, f.Encoding, f.Separator = "csv", encoding, s.separator
	f.Sheets = []*Sheet{{Name: opts.Name, raw: s}}
	return nil
}

// notATable refuses what is often named .csv or .xls and is neither.
func notATable(body []byte, name string) error {
	head := bytes.ToLower(bytes.TrimLeft(body[:min(len(body), 4096)], "\xEF\xBB\xBF \t\r\n"))
	saveAs := geo.T("用表格软件打开，另存为 .xlsx 后再导入", "open it in a spreadsheet program, save it as .xlsx and import that")
	switch {
	case bytes.HasPrefix(head, []byte("<?xml")) && bytes.Contains(head, []byte("urn:schemas-microsoft-com:office:spreadsheet")):
		return geo.Refuse(geo.Tf("文件 %s 是 XML 表格（2003 格式），不能直接读取", "file %s is an XML spreadsheet of 2003, which is not read", name), saveAs)
	case bytes.HasPrefix(head, []byte("<")):
		return geo.Refuse(geo.Tf("文件 %s 是网页或 XML，不是表格", "file %s is a web page or XML, not a table", name), saveAs)
	case bytes.HasPrefix(head, []byte("%pdf")):
		return geo.Refuse(geo.Tf("文件 %s 是 PDF，不是表格", "file %s is a PDF, not a table", name), geo.T("向提供方索取表格原件", "ask its author for the table itself"))
	case bytes.HasPrefix(head, []byte("{")), bytes.HasPrefix(head, []byte("[")):
		return geo.Refuse(geo.Tf("文件 %s 是 JSON，不是表格", "file %s is JSON, not a table", name), geo.T("GeoJSON 用 yiju import geojson 导入", "import GeoJSON with yiju import geojson"))
	}
	return nil
}

// namedSeparator reads the first line "sep=;" that some programs write.
func namedSeparator(text []byte) (separator rune, rest []byte, lines int) {
	line, after, _ := bytes.Cut(text, []byte("\n"))
	line = bytes.Trim(bytes.TrimSpace(line), `"`)
	if len(line) == 5 && bytes.EqualFold(line[:4], []byte("sep=")) && bytes.ContainsRune([]byte(",;|\t"), rune(line[4])) {
		return rune(line[4]), after, 1
	}
	return 0, text, 0
}

// textSheet is the table of a text file.
type textSheet struct {
	name      string
	text      []byte
	separator rune
	skipped   int // lines before text
}

// findSeparator tries all separators on the first rows. The one that gives known
// names wins; else the one that cuts most rows into the same number of cells.
func (s *textSheet) findSeparator(ctx context.Context, opts Options) rune {
	best, score := ',', -1
	for _, separator := range separators {
		try := textSheet{name: s.name, text: s.text[:min(len(s.text), sampleBytes)], separator: separator}
		if v := try.score(ctx, opts); v > score {
			best, score = separator, v
		}
	}
	return best
}

const (
	sampleBytes = 256 << 10
	sampleRows  = 100
)

func (s *textSheet) score(ctx context.Context, opts Options) int {
	widths := make(map[int]int)
	names, n := 0, 0
	for row, err := range s.rows(ctx) {
		if err != nil || n == sampleRows {
			break
		}
		n++
		widths[len(row.Cells)]++
		known := 0
		for _, c := range row.Cells {
			if c.Kind == Text && opts.Known(columnName(c.Text)) {
				known++
			}
		}
		names = max(names, known)
	}
	alike := 0
	for width, rows := range widths {
		if width > 1 {
			alike = max(alike, rows*1000+min(width, 999))
		}
	}
	const name = 1_000_000 // counts for more than any likeness
	return names*name + alike
}

func (s *textSheet) merged(context.Context) ([]span, error) { return nil, nil }

// stopEvery is after how many rows a reader looks whether it should go on.
const stopEvery = 4096

func (s *textSheet) rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		r := csv.NewReader(bytes.NewReader(s.text))
		r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = s.separator, true, -1, true
		inside := -s.skipped // lines that lie inside of cells, and so are no rows
		var cells []Cell
		for n := 0; ; n++ {
			if n%stopEvery == 0 && ctx.Err() != nil {
				yield(Row{}, ctx.Err())
				return
			}
			record, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Row{}, broken(s.name, "CSV", err))
				return
			}
			line, _ := r.FieldPos(0)
			row := Row{Number: line - inside}
			cells = cells[:0]
			full := false
			for i, field := range record {
				if len(field) > MaxCellBytes {
					yield(Row{}, s.openQuote(row.Number, i))
					return
				}
				inside += strings.Count(field, "\n")
				c := textCell(field)
				full = full || c.Kind != Blank
				cells = append(cells, c)
			}
			cells = trimmed(cells)
			if row.Cells = cells; !full {
				continue
			}
			if len(cells) > MaxColumns {
				yield(Row{}, tooManyColumns(s.name, row.Number))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func (s *textSheet) openQuote(row, column int) error {
	return geo.Refuse(geo.Tf("文件 %[1]s 第 %[2]d 行 %[3]s 列的文字过长，可能缺少结束引号", "the text in column %[3]s of row %[2]d of file %[1]s is too long; a quotation mark may not be closed", s.name, row, letter(column)),
		geo.T("改正引号，或另存为 .xlsx 后再导入", "mend the quotation marks, or save the file as .xlsx and import that"))
}

func tooManyColumns(name string, row int) error {
	return geo.Refuse(geo.Tf("文件 %s 第 %d 行超过 %d 列", "row %[2]d of file %[1]s has more than %[3]d columns", name, row, MaxColumns),
		geo.T("检查分隔符，删除多余的列", "check the separator, delete columns that are not needed"))
}

// textCell makes a cell of a text. Spaces around it mean nothing, nor does a text
// of spaces alone.
func textCell(s string) Cell {
	if s = strings.TrimFunc(s, blank); s == "" {
		return Cell{}
	}
	return Cell{Kind: Text, Text: clean(s)}
}

// blank tells of characters that nobody sees: spaces of all widths, also the mark
// that may begin a text.
func blank(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\r', '\v', '\f', '\u00A0', '\u3000', '\u200B', '\uFEFF', '\u2007', '\u202F', 0:
		return true
	}
	return r >= '\u2000' && r <= '\u200A'
}

// clean takes out what no store keeps.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	}
	return s
}

// trimmed takes empty cells off the end.
func trimmed(cells []Cell) []Cell {
	for len(cells) > 0 && cells[len(cells)-1].Kind == Blank {
		cells = cells[:len(cells)-1]
	}
	return cells
}
