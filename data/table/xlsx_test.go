package table

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"yiju/geo"
)

func zipOf(parts map[string]string) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		w, _ := z.Create(name)
		_, _ = io.WriteString(w, parts[name])
	}
	_ = z.Close()
	return out.Bytes()
}

func saved(t testing.TB, f *excelize.File) []byte {
	t.Helper()
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A workbook as an office makes it: a merged title, two rows of names, a site
// merged over its cells, a hidden sheet.
func TestXLSX(t *testing.T) {
	x := excelize.NewFile()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(x.SetSheetName("Sheet1", "站点"))
	rows := map[string][]any{
		"A1": {"泰山区5G站点"},
		"A3": {"站名", "位置", nil, "方位角", "备注", "编码", "日期"},
		"A4": {nil, "经度", "纬度"},
		"A5": {"岱庙站", 117.12, 36.19, 0, "a&b<c>", "37090200001320000001", time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC)},
		"A6": {nil, nil, nil, 120, true, 37090200001320000001.0},
		"A8": {"望岳站", "１１７．１３", 36.2, "#N/A", " x\n y "},
	}
	for at, row := range rows {
		must(x.SetSheetRow("站点", at, &row))
	}
	for _, m := range [][2]string{{"A1", "G1"}, {"B3", "C3"}, {"A3", "A4"}, {"D3", "D4"}, {"A5", "A6"}, {"B5", "B6"}, {"C5", "C6"}} {
		must(x.MergeCell("站点", m[0], m[1]))
	}
	must(x.SetCellRichText("站点", "G8", []excelize.RichTextRun{{Text: "富"}, {Text: "文本"}}))
	_, err := x.NewSheet("隐")
	must(err)
	must(x.SetSheetVisible("隐", false))
	must(x.SetRowVisible("站点", 6, false))
	f := readBytes(t, saved(t, x), options("a.xlsx"))
	want := []string{
		"站名|经度|纬度|方位角|备注|编码|日期",
		"5:岱庙站|117.12|36.19|0|a&b<c>|37090200001320000001|2024-05-06",
		"6:岱庙站|117.12|36.19|120|true|37090200001320000000|",
		"8:望岳站|１１７．１３|36.2|#N/A|x\n y||富文本",
	}
	if diff := cmp.Diff(want, lines(t, f.Sheets[0])); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"泰山区5G站点"}, f.Sheets[0].Titles); diff != "" {
		t.Error(diff)
	}
	var kinds []Kind
	for row := range f.Sheets[0].Rows(ctx) {
		if row.Hidden != (row.Number == 6) {
			t.Errorf("row %d is hidden: %v", row.Number, row.Hidden)
		}
		kinds = append(kinds, row.Cells[5].Kind)
	}
	if diff := cmp.Diff([]Kind{Text, Number, Blank}, kinds); diff != "" {
		t.Errorf("a text of digits must stay apart from a number: %s", diff)
	}
	if f.Format != "xlsx" || len(f.Sheets) != 2 || !f.Sheets[1].Hidden {
		t.Errorf("%+v", f)
	}
}

// What the library does not write: other forms of the same that programs do.
func TestXLSXForms(t *testing.T) {
	sheet := `<?xml version="1.0"?><x:worksheet xmlns:x="u"><x:sheetData>
<x:row><x:c t="inlineStr"><x:is><x:t>名称</x:t></x:is></x:c><x:c t="inlineStr"><x:is><x:r><x:t>编</x:t></x:r><x:r><x:t>码</x:t></x:r><x:rPh><x:t>bian</x:t></x:rPh></x:is></x:c></x:row>
<x:row r="7"><x:c r="B7" t="s"><x:v>0</x:v></x:c><x:c r="D7" t="b"><x:v>1</x:v></x:c></x:row>
<x:row><x:c t="str"><x:f>A1</x:f><x:v>f_x0041_</x:v></x:c><x:c t="d"><x:v>2024-01-02T00:00:00</x:v></x:c><x:c t="e"><x:v>#REF!</x:v></x:c><x:c s="1"><x:v>1.5</x:v></x:c></x:row>
</x:sheetData></x:worksheet>`
	body := zipOf(map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="r" Type="http://x/officeDocument" Target="/book/main.xml"/></Relationships>`,
		"book/main.xml":              `<workbook xmlns:r="u"><workbookPr date1904="1"/><sheets><sheet name="一" r:id="a"/><sheet name="图" r:id="c"/></sheets></workbook>`,
		"book/_rels/main.xml.rels":   `<R><Relationship Id="a" Type="http://x/worksheet" Target="s/1.xml"/><Relationship Id="b" Type="http://x/sharedStrings" Target="t.xml"/><Relationship Id="c" Type="http://x/chartsheet" Target="s/2.xml"/><Relationship Id="d" Type="http://x/styles" Target="y.xml"/></R>`,
		"book/t.xml":                 `<sst><si><t>共</t><phoneticPr/><rPh><t>gong</t></rPh></si></sst>`,
		"book/y.xml":                 `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="m/d h:mm"/></numFmts><cellStyleXfs><xf numFmtId="170"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>`,
		"book/s/1.xml":               sheet,
		"book/s/2.xml":               "<chartsheet/>",
		"xl/worksheets/unlisted.xml": "<worksheet/>",
	})
	f := readBytes(t, body, options("a.xlsx"))
	want := []string{"名称|编码|C|D", "7:|共||true", "8:fA|2024-01-02|#REF!|1904-01-02 12:00:00"}
	if len(f.Sheets) != 1 {
		t.Fatalf("%d sheets", len(f.Sheets))
	}
	if diff := cmp.Diff(want, lines(t, f.Sheets[0])); diff != "" {
		t.Error(diff)
	}
}

// A small file that unpacks to more than the bound is refused, wherever it does.
func TestBombs(t *testing.T) {
	huge := strings.Repeat(" ", 8<<20)
	for name, part := range map[string]string{"sheet": "xl/s.xml", "strings": "xl/t.xml"} {
		parts := map[string]string{
			"xl/workbook.xml":            `<workbook xmlns:r="u"><sheets><sheet name="一" r:id="a"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<R><Relationship Id="a" Type="x/worksheet" Target="s.xml"/><Relationship Id="b" Type="x/sharedStrings" Target="t.xml"/></R>`,
			"xl/s.xml":                   "<worksheet><sheetData/></worksheet>",
			"xl/t.xml":                   "<sst/>",
		}
		parts[part] = "<a>" + huge
		o := options("bomb.xlsx")
		o.most = int64(len(huge))
		_, err := Read(ctx, bytes.NewReader(zipOf(parts)), o)
		if geo.AsFault(err) == nil || !strings.Contains(err.Error(), "unpacks to more") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzXLSX(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c></row><row r="3"><c r="ZZ3" s="1"><v>45000.5</v></c></row></sheetData><mergeCells><mergeCell ref="A1:A3"/></mergeCells></worksheet>`,
		`<sst><si><t>站名</t></si><si><r><t>a</t></r><rPh><t>b</t></rPh></si></sst>`, `<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>`)
	f.Add(`<row><c t="inlineStr"><is><t>_x0041_`, `<si>`, `<xf`)
	f.Fuzz(func(t *testing.T, sheet, texts, styles string) {
		readThrough(t, zipOf(map[string]string{
			"xl/workbook.xml":            `<workbook xmlns:r="u"><sheets><sheet name="一" r:id="a"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<R><Relationship Id="a" Type="x/worksheet" Target="s.xml"/><Relationship Id="b" Type="x/sharedStrings" Target="t.xml"/><Relationship Id="c" Type="x/styles" Target="y.xml"/></R>`,
			"xl/s.xml":                   sheet, "xl/t.xml": texts, "xl/y.xml": styles,
		}), options("f.xlsx"))
	})
}

// FuzzFile tries whole files, as they come.
func FuzzFile(f *testing.F) {
	f.Add(zipOf(map[string]string{"xl/workbook.xml": "<workbook/>"}))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, body []byte) { readThrough(t, body, options("f")) })
}

// benchTable is a list of 20 000 cells of 18 columns.
func benchTable(b *testing.B, write func(row []any)) {
	b.Helper()
	const rows, columns = 20_000, 18
	rng := rand.New(rand.NewPCG(1, 2))
	names := make([]any, columns)
	for i := range names {
		names[i] = fmt.Sprintf("列%d", i)
	}
	names[0], names[1], names[2] = "站名", "经度", "纬度"
	write(names)
	for range rows {
		row := make([]any, columns)
		for i := range row {
			row[i] = float64(rng.IntN(1e6)) / 100
		}
		row[0] = fmt.Sprintf("站%d", rng.IntN(500))
		write(row)
	}
}

func benchRead(b *testing.B, body []byte) {
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		f := readBytes(b, body, options("b"))
		n := 0
		for _, err := range f.Sheets[0].Rows(ctx) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 20_000 {
			b.Fatalf("%d rows", n)
		}
	}
}

func BenchmarkCSV(b *testing.B) {
	var out bytes.Buffer
	benchTable(b, func(row []any) { fmt.Fprintln(&out, strings.Trim(strings.ReplaceAll(fmt.Sprint(row), " ", ","), "[]")) })
	benchRead(b, out.Bytes())
}

func BenchmarkXLSX(b *testing.B) {
	x := excelize.NewFile()
	w, err := x.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	benchTable(b, func(row []any) {
		n++
		if err := w.SetRow(fmt.Sprintf("A%d", n), row); err != nil {
			b.Fatal(err)
		}
	})
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	benchRead(b, saved(b, x))
}
