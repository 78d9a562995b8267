package table

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// rec makes a record.
func rec(kind uint16, body []byte) []byte {
	out := binary.LittleEndian.AppendUint16(nil, kind)
	return append(binary.LittleEndian.AppendUint16(out, uint16(len(body))), body...)
}

func le16(v ...int) (out []byte) {
	for _, n := range v {
		out = binary.LittleEndian.AppendUint16(out, uint16(n))
	}
	return out
}

// wideText makes a text of two-byte characters with a length of two bytes.
func wideText(s string) []byte {
	units := utf16.Encode([]rune(s))
	out := append(le16(len(units)), 1)
	for _, u := range units {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// compoundOf makes a compound file of one stream.
func compoundOf(name string, stream []byte) []byte {
	const sector = 512
	for len(stream) < miniCutoff {
		stream = append(stream, 0)
	}
	size := len(stream)
	for len(stream)%sector != 0 {
		stream = append(stream, 0)
	}
	n := len(stream) / sector
	fats := (n+2)/128 + 1
	head := make([]byte, sector)
	copy(head, cfbMagic)
	copy(head[24:], le16(0x3E, 3, 0xFFFE, 9, 6))
	binary.LittleEndian.PutUint32(head[44:], uint32(fats))
	binary.LittleEndian.PutUint32(head[48:], uint32(fats)) // directory
	binary.LittleEndian.PutUint32(head[56:], miniCutoff)
	binary.LittleEndian.PutUint32(head[60:], endOfChain)
	binary.LittleEndian.PutUint32(head[68:], endOfChain)
	for i := range headerFATs {
		v := uint32(0xFFFFFFFF)
		if i < fats {
			v = uint32(i)
		}
		binary.LittleEndian.PutUint32(head[76+4*i:], v)
	}
	fat := bytes.Repeat([]byte{0xFF}, fats*sector)
	set := func(i int, v uint32) { binary.LittleEndian.PutUint32(fat[4*i:], v) }
	for i := range fats {
		set(i, 0xFFFFFFFD)
	}
	set(fats, endOfChain)
	for i := range n {
		next := uint32(fats + 2 + i)
		if i == n-1 {
			next = endOfChain
		}
		set(fats+1+i, next)
	}
	entries := slices.Concat(dirEntry("Root Entry", rootEntry, endOfChain, 0), dirEntry(name, streamEntry, uint32(fats+1), size))
	for len(entries) < sector {
		entries = append(entries, 0)
	}
	return slices.Concat(head, fat, entries, stream)
}

func dirEntry(name string, kind byte, start uint32, size int) []byte {
	out := make([]byte, entrySize)
	units := utf16.Encode([]rune(name))
	for i, u := range units {
		binary.LittleEndian.PutUint16(out[2*i:], u)
	}
	binary.LittleEndian.PutUint16(out[64:], uint16(2*len(units)+2))
	out[66] = kind
	binary.LittleEndian.PutUint32(out[116:], start)
	binary.LittleEndian.PutUint64(out[120:], uint64(size))
	return out
}

func bof(kind int) []byte { return rec(recBOF, le16(biff8, kind, 0, 0, 0, 0, 0, 0)) }

// buildXLS makes a workbook of two sheets: names over two rows, one shared text cut
// across a record in the middle and changing its width there, every form of number,
// formulas with all kinds of results, dates, ranges shown as one.
func buildXLS(more []byte) []byte {
	texts := [][]byte{wideText("站名"), wideText("经度"), wideText("备注")}
	sst := append(binary.LittleEndian.AppendUint32(nil, 5), 5, 0, 0, 0)
	sst = slices.Concat(sst, texts[0], texts[1], texts[2])
	// A rich text with further data, whose characters go on in the next record.
	rich := slices.Concat(le16(4), []byte{0x0D}, le16(1), []byte{4, 0, 0, 0}, wideText("岱庙")[3:])
	rest := append([]byte{0}, []byte("ab")...) // now in one byte each
	rest = append(rest, make([]byte, 4+4)...)
	rest = append(rest, append(le16(2), 0, 'o', 'k')...)
	globals := func(at1, at2 int) []byte {
		line := func(at int, name string, hidden byte) []byte {
			units := utf16.Encode([]rune(name))
			out := binary.LittleEndian.AppendUint32(nil, uint32(at))
			out = append(out, hidden, 0, byte(len(units)), 1)
			for _, u := range units {
				out = binary.LittleEndian.AppendUint16(out, u)
			}
			return rec(recBoundSh, out)
		}
		return slices.Concat(bof(5),
			rec(recFormat, append(le16(164), wideText(`yyyy"年"m"月"`)...)),
			rec(recXF, le16(0, 0)), rec(recXF, le16(0, 164)), rec(recXF, le16(0, 14)),
			line(at1, "小区表", 0), line(at2, "说明", 1),
			rec(recSST, append(sst, rich...)), rec(recContinue, rest), rec(recEOF, nil))
	}
	label := func(row, col, i int) []byte {
		return rec(recLabelSST, slices.Concat(le16(row, col, 0), []byte{byte(i), 0, 0, 0}))
	}
	number := func(row, col, style int, v float64) []byte {
		return rec(recNumber, binary.LittleEndian.AppendUint64(le16(row, col, style), math.Float64bits(v)))
	}
	formula := func(row, col int, result []byte) []byte {
		return rec(recFormula, slices.Concat(le16(row, col, 0), result, make([]byte, 6)))
	}
	rk := func(v uint32) []byte { return binary.LittleEndian.AppendUint32(nil, v) }
	sheet := slices.Concat(bof(worksheet),
		label(0, 0, 0), label(0, 1, 1), label(0, 2, 2), label(0, 3, 4),
		label(1, 0, 3), number(1, 1, 0, 117.05000000000001), number(1, 2, 1, 45292), number(1, 3, 2, 45292.5),
		rec(recRK, slices.Concat(le16(2, 1, 0), rk(11705<<2|3))),
		rec(recMulRK, slices.Concat(le16(2, 2, 0), rk(uint32(math.Float64bits(-1.5)>>32)&^3), le16(0), rk(0xFFFFFFE6), le16(3))),
		formula(3, 0, []byte{0, 0, 0, 0, 0, 0, 0xFF, 0xFF}), rec(recString, wideText("算出")),
		formula(3, 1, []byte{1, 0, 1, 0, 0, 0, 0xFF, 0xFF}),
		formula(3, 2, []byte{2, 0, 0x2A, 0, 0, 0, 0xFF, 0xFF}),
		formula(3, 3, binary.LittleEndian.AppendUint64(nil, math.Float64bits(3.7090200001319998e19))),
		rec(recBoolErr, append(le16(4, 1, 0), 0, 0)), rec(recLabel, append(le16(4, 0, 0), append(le16(1), 0, 'x')...)),
		rec(recMerged, append(le16(1), le16(1, 2, 0, 0)...)),
		rec(recRow, append(le16(3, 0, 4, 255, 0, 0), 0x20, 1, 0, 0)),
		bof(0x20), rec(recEOF, nil), more, rec(recEOF, nil))
	second := slices.Concat(bof(worksheet), rec(recEOF, nil))
	head := len(globals(0, 0))
	return compoundOf("Workbook", slices.Concat(globals(head, head+len(sheet)), sheet, second))
}

func TestXLS(t *testing.T) {
	f := readBytes(t, buildXLS(nil), options("a.xls"))
	want := []string{
		"站名|经度|备注|ok",
		"2:岱庙ab|117.05|2024-01-01|2024-01-01 12:00:00",
		"3:岱庙ab|117.05|-1.5|-7",
		"4:算出|true|#N/A|37090200001320000000",
		"5:x|false||",
	}
	if diff := cmp.Diff(want, lines(t, f.Sheets[0])); diff != "" {
		t.Error(diff)
	}
	kinds := [][]Kind{{Text, Number, Date, Date}, {Text, Number, Number, Number}, {Text, Boolean, Broken, Number}, {Text, Boolean, Blank, Blank}}
	i := 0
	for row := range f.Sheets[0].Rows(ctx) {
		if row.Hidden != (row.Number == 4) {
			t.Errorf("row %d is hidden: %v", row.Number, row.Hidden)
		}
		for k, c := range row.Cells {
			if c.Kind != kinds[i][k] {
				t.Errorf("%s is of kind %d", f.Sheets[0].Columns[k].Letter, c.Kind)
			}
		}
		i++
	}
	if f.Sheets[0].Hidden || !f.Sheets[1].Hidden || f.Sheets[1].Name != "说明" || f.Sheets[1].HeaderRow != 0 {
		t.Errorf("%+v", f.Sheets[1])
	}
}

func TestDates(t *testing.T) {
	for _, test := range []struct {
		days float64
		from epoch
		want string
	}{
		{1, epoch1900, "1900-01-01"}, {59, epoch1900, "1900-02-28"}, {61, epoch1900, "1900-03-01"}, {45292, epoch1900, "2024-01-01"},
		{0.5, epoch1900, "12:00:00"}, {45292.999999, epoch1900, "2024-01-02"}, {0, epoch1904, "1904-01-01"}, {43830, epoch1904, "2024-01-01"},
		{45292.75, epoch1900, "2024-01-01 18:00:00"}, {2958465, epoch1900, "9999-12-31"},
	} {
		if got := dateText(test.days, test.from); got != test.want {
			t.Errorf("%g: %s, want %s", test.days, got, test.want)
		}
	}
	for format, want := range map[string]bool{
		"General": false, "0.00": false, "#,##0": false, "yyyy-mm-dd": true, `yyyy"年"m"月"d"日"`: true, "[h]:mm": true, "0.00E+00": false,
		`0"days"`: false, "[Red]0.0": false, "[$-804]h:mm:ss": true, `0\d`: false, "@": false, "h:mm AM/PM": true, `_(* #,##0_)`: false, "m/d": true,
	} {
		if showsDate(format) != want {
			t.Errorf("%q shows a date: %v", format, !want)
		}
	}
	for v, want := range map[float64]string{37090200001319998000: "37090200001320000000", 1e25: "1e+25", 0.1 + 0.2: "0.3", -5: "-5", 1e-9: "1e-09", 117.123456789012: "117.123456789012"} {
		if got := shortest(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
}

func FuzzXLS(f *testing.F) {
	f.Add(buildXLS(nil))
	f.Add(compoundOf("Workbook", bof(5)))
	small := buildXLS(nil)
	for i := 600; i < len(small); i += 97 {
		bent := slices.Clone(small)
		bent[i] ^= 0x55
		f.Add(bent)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		readThrough(t, append(slices.Clone(cfbMagic), body[min(len(body), 8):]...), options("f.xls"))
	})
}
