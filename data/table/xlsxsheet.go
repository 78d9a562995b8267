package table

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"regexp"
	"strconv"
	"strings"
)

// xmlSheet is one sheet of an XLSX file.
type xmlSheet struct {
	w          *workbook
	part, name string
	spans      []span
	known      bool // spans were read
}

func (s *xmlSheet) rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		in, err := s.w.open(s.w.parts[strings.ToLower(s.part)])
		if err != nil {
			yield(Row{}, s.w.failed(err))
			return
		}
		defer in.Close()
		r := &rowReader{w: s.w, d: decoder(in)}
		for n := 0; ; n++ {
			if n%stopEvery == 0 && ctx.Err() != nil {
				yield(Row{}, ctx.Err())
				return
			}
			row, err := r.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Row{}, s.w.failed(err))
				return
			}
			if len(row.Cells) > 0 && !yield(row, nil) {
				return
			}
		}
	}
}

// rowReader takes rows off the XML of a sheet.
type rowReader struct {
	w     *workbook
	d     *xml.Decoder
	last  int // number of the row before
	cells []Cell
}

var errOrder = errors.New("rows are not in ascending order")

// next reads the next row; io.EOF after the last. Empty rows have no cells.
func (r *rowReader) next() (Row, error) {
	for {
		t, err := r.d.RawToken()
		if err != nil {
			return Row{}, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local != "row" {
				continue
			}
			number := r.last + 1
			if v, err := strconv.Atoi(attr(t, "r")); err == nil {
				number = v
			}
			if number <= r.last || number > maxNumber {
				return Row{}, errOrder
			}
			r.last = number
			row, err := r.row(number)
			row.Hidden = attr(t, "hidden") == "1" || attr(t, "hidden") == "true"
			return row, err
		case xml.EndElement:
			if t.Name.Local == "sheetData" {
				return Row{}, io.EOF
			}
		}
	}
}

// maxNumber bounds the numbers of rows; formats end far below.
const maxNumber = 1 << 30

func (r *rowReader) row(number int) (Row, error) {
	r.cells = r.cells[:0]
	for {
		t, err := r.d.RawToken()
		if err != nil {
			return Row{}, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "c" {
				if err := r.cell(t, number); err != nil {
					return Row{}, err
				}
			}
		case xml.EndElement:
			if t.Name.Local == "row" {
				return Row{Number: number, Cells: trimmed(r.cells)}, nil
			}
		}
	}
}

// cell reads one cell and puts it where its reference says.
func (r *rowReader) cell(start xml.StartElement, number int) error {
	at := len(r.cells)
	var kind, style string
	for _, a := range start.Attr {
		switch a.Name.Local {
		case "r":
			if col, ok := columnOf(a.Value); ok {
				at = col
			}
		case "t":
			kind = a.Value
		case "s":
			style = a.Value
		}
	}
	value, err := r.value(kind)
	if err != nil {
		return err
	}
	c := r.w.cell(kind, style, value)
	if c.Kind == Blank {
		return nil
	}
	if at >= MaxColumns {
		return tooManyColumns(r.w.name, number)
	}
	for len(r.cells) <= at {
		r.cells = append(r.cells, Cell{})
	}
	r.cells[at] = c
	return nil
}

// value reads the text of a cell up to its end.
func (r *rowReader) value(kind string) (string, error) {
	if kind == "inlineStr" {
		return richText(r.d, "c")
	}
	text, inside := "", false
	for {
		t, err := r.d.RawToken()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			inside = t.Name.Local == "v"
		case xml.EndElement:
			if t.Name.Local == "c" {
				return text, nil
			}
			inside = false
		case xml.CharData:
			if inside {
				text += string(t)
			}
			if len(text) > MaxCellBytes {
				return "", errors.New("a text is too long")
			}
		}
	}
}

// cell makes a value of what an XLSX cell holds.
func (w *workbook) cell(kind, style, value string) Cell {
	switch kind {
	case "s":
		if i, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && i >= 0 && i < len(w.strings) {
			return textCell(w.strings[i])
		}
		return Cell{}
	case "str":
		return textCell(unescaped(value))
	case "inlineStr":
		return textCell(value)
	case "b":
		return booleanCell(strings.TrimSpace(value) == "1")
	case "e":
		return Cell{Kind: Broken, Text: clean(value)}
	case "d":
		return Cell{Kind: Date, Text: strings.Replace(strings.TrimSuffix(clean(value), "T00:00:00"), "T", " ", 1)}
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return textCell(value)
	}
	i, err := strconv.Atoi(style)
	return numberCell(v, err == nil && i >= 0 && i < len(w.dates) && w.dates[i], w.from)
}

func booleanCell(v bool) Cell { return Cell{Kind: Boolean, Text: strconv.FormatBool(v)} }

// columnOf reads the column of a reference such as AB12, from 0.
func columnOf(ref string) (int, bool) {
	col := 0
	for i := range len(ref) {
		c := ref[i] &^ 0x20 // a capital letter
		if c < 'A' || c > 'Z' {
			return col - 1, i > 0
		}
		if col = col*26 + int(c-'A') + 1; col > 1<<20 {
			return 0, false
		}
	}
	return 0, false
}

var mergeCell = regexp.MustCompile(`mergeCell\s[^<>]*ref="([A-Za-z]+)(\d+):([A-Za-z]+)(\d+)"`)

const (
	maxMerged = 500_000
	blockSize = 64 << 10
)

// merged reads the ranges, which stand behind all rows. The rows are not taken
// apart on the way there.
func (s *xmlSheet) merged(ctx context.Context) ([]span, error) {
	if s.known {
		return s.spans, nil
	}
	in, err := s.w.open(s.w.parts[strings.ToLower(s.part)])
	if err != nil {
		return nil, s.w.failed(err)
	}
	defer in.Close()
	const carry = 256 // longer than any one range
	buffer := make([]byte, 0, blockSize+carry)
	for {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		n, err := io.ReadFull(in, buffer[len(buffer):len(buffer)+blockSize])
		buffer = buffer[:len(buffer)+n]
		end := len(buffer)
		if bytes.Contains(buffer, []byte("mergeCell")) {
			for _, m := range mergeCell.FindAllSubmatchIndex(buffer, maxMerged) {
				s.addSpan(buffer, m)
			}
			if i := bytes.LastIndexByte(buffer, '>'); i >= 0 {
				end = i + 1
			}
			copied := copy(buffer, buffer[max(end, len(buffer)-carry):])
			buffer = buffer[:copied]
		} else {
			copied := copy(buffer, buffer[max(0, len(buffer)-carry):])
			buffer = buffer[:copied]
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return nil, s.w.failed(err)
		}
	}
	s.known = true
	return s.spans, nil
}

func (s *xmlSheet) addSpan(text []byte, m []int) {
	if len(s.spans) >= maxMerged {
		return
	}
	col0, ok0 := columnOf(string(text[m[2]:m[3]]) + "1")
	col1, ok1 := columnOf(string(text[m[6]:m[7]]) + "1")
	row0, err0 := strconv.Atoi(string(text[m[4]:m[5]]))
	row1, err1 := strconv.Atoi(string(text[m[8]:m[9]]))
	if ok0 && ok1 && err0 == nil && err1 == nil && row0 <= row1 && col0 <= col1 {
		s.spans = append(s.spans, span{row0, col0, row1, col1})
	}
}
