package table

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"yiju/geo"
)

// Records of an XLS file (MS-XLS 2.3).
const (
	recFormula   = 0x0006
	recEOF       = 0x000A
	recDateMode  = 0x0022
	recFilePass  = 0x002F
	recContinue  = 0x003C
	recBoundSh   = 0x0085
	recMulRK     = 0x00BD
	recXF        = 0x00E0
	recMerged    = 0x00E5
	recSST       = 0x00FC
	recLabelSST  = 0x00FD
	recNumber    = 0x0203
	recLabel     = 0x0204
	recBoolErr   = 0x0205
	recString    = 0x0207
	recRow       = 0x0208
	recRK        = 0x027E
	recFormat    = 0x041E
	recBOF       = 0x0809
	biff8        = 0x0600
	worksheet    = 0x0010
	xlsColumns   = 256
	xlsMaxString = 32_767 // characters of a cell
)

// maxCells bounds the cells of a workbook, which are kept in memory.
const maxCells = 16_777_216

// xls reads a workbook of Excel 97 to 2003.
func (f *File) xls(body []byte, opts Options) error {
	c, err := openCompound(body)
	if err != nil {
		return broken(opts.Name, "XLS", err)
	}
	stream, ok, err := c.stream("Workbook")
	switch {
	case err != nil:
		return broken(opts.Name, "XLS", err)
	case !ok && (c.has("EncryptedPackage") || c.has("EncryptionInfo")):
		return locked(opts.Name)
	case !ok && c.has("Book"):
		return geo.Refuse(geo.Tf("文件 %s 是 Excel 95 或更早的格式，不能直接读取", "file %s has the format of Excel 95 or older, which is not read", opts.Name),
			geo.T("另存为 .xlsx 后再导入", "save it as .xlsx and import that"))
	case !ok:
		return geo.Refuse(geo.Tf("文件 %s 不是表格（可能是 Word 等其他文档）", "file %s is not a spreadsheet, but perhaps a document of another program", opts.Name),
			geo.T("把表格另存为 .xlsx 后再导入", "save the table as .xlsx and import that"))
	}
	w := &biffBook{name: opts.Name, body: stream}
	if err := w.globals(); err != nil {
		if geo.AsFault(err) != nil {
			return err
		}
		return broken(opts.Name, "XLS", err)
	}
	f.Format = "xls"
	for _, s := range w.sheets {
		raw := &biffSheet{}
		if err := w.sheet(s.at, raw); err != nil {
			if geo.AsFault(err) != nil {
				return err
			}
			return broken(opts.Name, "XLS", fmt.Errorf("sheet %q: %w", s.name, err))
		}
		f.Sheets = append(f.Sheets, &Sheet{Name: s.name, Hidden: s.hidden, raw: raw})
	}
	return nil
}

func locked(name string) error {
	return geo.Refuse(geo.Tf("文件 %s 有密码保护", "file %s is protected by a password", name),
		geo.T("取消密码后另存，再导入", "save it without the password and import that"))
}

// biffBook is what the sheets of an XLS file share.
type biffBook struct {
	name    string
	body    []byte
	sheets  []biffLine
	strings []string
	formats map[uint16]bool // formats of one's own that show dates
	dates   []bool          // by style
	styles  []uint16
	from    epoch
	cells   int // of all sheets
}

type biffLine struct {
	name   string
	at     int
	hidden bool
}

// record is one record with the parts of it that continue in further records.
type record struct {
	kind  uint16
	parts [][]byte
	next  int
}

var errCut = errors.New("a record is cut off")

// record reads the record at an offset.
func (w *biffBook) record(at int) (record, error) {
	kind, part, next, err := w.one(at)
	if err != nil {
		return record{}, err
	}
	r := record{kind: kind, parts: [][]byte{part}, next: next}
	for {
		kind, part, next, err := w.one(r.next)
		if err != nil || kind != recContinue {
			return r, nil //nolint:nilerr // what follows is looked at when it is read
		}
		r.parts, r.next = append(r.parts, part), next
	}
}

func (w *biffBook) one(at int) (kind uint16, body []byte, next int, err error) {
	if at < 0 || at+4 > len(w.body) {
		return 0, nil, 0, errCut
	}
	kind = binary.LittleEndian.Uint16(w.body[at:])
	n := int(binary.LittleEndian.Uint16(w.body[at+2:]))
	if at+4+n > len(w.body) {
		return 0, nil, 0, errCut
	}
	return kind, w.body[at+4 : at+4+n], at + 4 + n, nil
}

// globals reads what stands before the sheets.
func (w *biffBook) globals() error {
	w.formats = make(map[uint16]bool)
	first := true
	for at := 0; ; {
		r, err := w.record(at)
		if err != nil {
			return err
		}
		at = r.next
		b := r.parts[0]
		switch {
		case first && (r.kind != recBOF || len(b) < 4 || binary.LittleEndian.Uint16(b) != biff8):
			return errors.New("it does not begin as BIFF8 does")
		case r.kind == recFilePass:
			return locked(w.name)
		case r.kind == recEOF:
			return w.styleDates()
		default:
			if err := w.global(r, b); err != nil {
				return err
			}
		}
		first = false
	}
}

func (w *biffBook) global(r record, b []byte) error {
	switch {
	case r.kind == recDateMode && len(b) >= 2 && binary.LittleEndian.Uint16(b) == 1:
		w.from = epoch1904
	case r.kind == recFormat && len(b) >= 5:
		text, err := (&pieces{parts: [][]byte{b[2:]}}).text(2)
		if err != nil {
			return err
		}
		w.formats[binary.LittleEndian.Uint16(b)] = showsDate(text)
	case r.kind == recXF && len(b) >= 4 && len(w.styles) < maxStyles:
		w.styles = append(w.styles, binary.LittleEndian.Uint16(b[2:]))
	case r.kind == recBoundSh && len(b) >= 8:
		if b[5] != 0 {
			return nil // a chart or macros
		}
		name, err := (&pieces{parts: [][]byte{b[6:]}}).text(1)
		if err != nil {
			return err
		}
		w.sheets = append(w.sheets, biffLine{clean(name), int(binary.LittleEndian.Uint32(b)), b[4]&3 != 0})
		if len(w.sheets) > MaxSheets {
			return tooLarge(w.name, geo.Tf("超过 %d 张工作表", "has more than %d sheets", MaxSheets))
		}
	case r.kind == recSST:
		return w.readStrings(r)
	}
	return nil
}

func (w *biffBook) styleDates() error {
	for _, id := range w.styles {
		is, own := w.formats[id]
		w.dates = append(w.dates, own && is || !own && builtInDate(fmt.Sprint(id)))
	}
	return nil
}

// biffSheet is one sheet of an XLS file.
type biffSheet struct {
	cells  []biffCell
	spans  []span
	hidden map[int]bool // rows, from 0
}

type biffCell struct {
	row, col int
	cell     Cell
}

func (s *biffSheet) merged(context.Context) ([]span, error) { return s.spans, nil }

func (s *biffSheet) rows(context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		var cells []Cell
		for i := 0; i < len(s.cells); {
			row := Row{Number: s.cells[i].row + 1, Hidden: s.hidden[s.cells[i].row]}
			cells = cells[:0]
			for ; i < len(s.cells) && s.cells[i].row == row.Number-1; i++ {
				for len(cells) <= s.cells[i].col {
					cells = append(cells, Cell{})
				}
				cells[s.cells[i].col] = s.cells[i].cell
			}
			if row.Cells = cells; !yield(row, nil) {
				return
			}
		}
	}
}

// sheet reads the cells of the sheet that begins at an offset.
func (w *biffBook) sheet(at int, s *biffSheet) error {
	r, err := w.record(at)
	if err != nil {
		return err
	}
	if b := r.parts[0]; r.kind != recBOF || len(b) < 4 || binary.LittleEndian.Uint16(b[2:]) != worksheet {
		return nil // something else than a table
	}
	formula := -1 // the cell whose text follows
	for depth := 1; depth > 0; {
		if r, err = w.record(r.next); err != nil {
			return err
		}
		switch {
		case r.kind == recBOF:
			depth++ // a chart within
		case r.kind == recEOF:
			depth--
		case depth == 1 && r.kind == recString && formula >= 0:
			text, err := (&pieces{parts: r.parts}).text(2)
			if err != nil {
				return err
			}
			s.cells[formula].cell = textCell(text)
			formula = -1
		case depth == 1:
			formula = w.cellRecord(r, s)
		}
		if w.cells+len(s.cells) > maxCells {
			return tooLarge(w.name, geo.Tf("超过 %d 个单元格", "has more than %d cells", maxCells))
		}
	}
	w.cells += len(s.cells)
	s.cells = slices.DeleteFunc(s.cells, func(c biffCell) bool { return c.cell.Kind == Blank })
	slices.SortStableFunc(s.cells, func(a, b biffCell) int {
		if a.row != b.row {
			return a.row - b.row
		}
		return a.col - b.col
	})
	return nil
}

// cellRecord reads a record of cells. It gives the index of a formula whose text
// comes in a record of its own, else −1.
func (w *biffBook) cellRecord(r record, s *biffSheet) int {
	b := r.parts[0]
	u16 := func(at int) int { return int(binary.LittleEndian.Uint16(b[at:])) }
	add := func(col int, c Cell) {
		if col < xlsColumns {
			s.cells = append(s.cells, biffCell{u16(0), col, c})
		}
	}
	switch {
	case r.kind == recRow && len(b) >= 16 && b[12]&0x20 != 0:
		if s.hidden == nil {
			s.hidden = make(map[int]bool)
		}
		s.hidden[u16(0)] = true
	case r.kind == recMerged && len(b) >= 2:
		for i := 2; i+8 <= len(b) && len(s.spans) < maxMerged; i += 8 {
			s.spans = append(s.spans, span{u16(i) + 1, u16(i + 4), u16(i+2) + 1, u16(i + 6)})
		}
	case r.kind == recLabelSST && len(b) >= 10:
		if i := binary.LittleEndian.Uint32(b[6:]); int64(i) < int64(len(w.strings)) {
			add(u16(2), textCell(w.strings[i]))
		}
	case r.kind == recLabel && len(b) >= 9:
		if text, err := (&pieces{parts: [][]byte{b[6:]}}).text(2); err == nil {
			add(u16(2), textCell(text))
		}
	case r.kind == recNumber && len(b) >= 14:
		add(u16(2), w.number(u16(4), float64At(b[6:])))
	case r.kind == recRK && len(b) >= 10:
		add(u16(2), w.number(u16(4), packed(binary.LittleEndian.Uint32(b[6:]))))
	case r.kind == recMulRK && len(b) >= 6:
		for i, col := 4, u16(2); i+6 <= len(b)-2; i, col = i+6, col+1 {
			add(col, w.number(u16(i), packed(binary.LittleEndian.Uint32(b[i+2:]))))
		}
	case r.kind == recBoolErr && len(b) >= 8:
		add(u16(2), boolOrError(b[6], b[7] != 0))
	case r.kind == recFormula && len(b) >= 20:
		return w.formula(b, add, s)
	}
	return -1
}

// formula reads the result that is kept with a formula.
func (w *biffBook) formula(b []byte, add func(int, Cell), s *biffSheet) int {
	col, style := int(binary.LittleEndian.Uint16(b[2:])), int(binary.LittleEndian.Uint16(b[4:]))
	if b[12] != 0xFF || b[13] != 0xFF {
		add(col, w.number(style, float64At(b[6:])))
		return -1
	}
	switch b[6] {
	case 0:
		if col < xlsColumns {
			add(col, Cell{})
			return len(s.cells) - 1
		}
	case 1:
		add(col, boolOrError(b[8], false))
	case 2:
		add(col, boolOrError(b[8], true))
	}
	return -1
}

func (w *biffBook) number(style int, v float64) Cell {
	return numberCell(v, style < len(w.dates) && w.dates[style], w.from)
}

func float64At(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }

// packed reads the short form of a number (MS-XLS 2.5.218): 30 bits of a whole
// number or the upper ones of a fraction, perhaps times a hundred.
func packed(v uint32) float64 {
	var f float64
	if v&2 != 0 {
		f = float64(int32(v) >> 2)
	} else {
		f = math.Float64frombits(uint64(v&^3) << 32)
	}
	if v&1 != 0 {
		f /= 100
	}
	return f
}

// boolOrError reads a yes or no, or the error that a formula gave (MS-XLS 2.5.10).
func boolOrError(v byte, failed bool) Cell {
	if !failed {
		return booleanCell(v != 0)
	}
	name := map[byte]string{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}[v]
	if name == "" {
		name = "#ERROR"
	}
	return Cell{Kind: Broken, Text: name}
}
