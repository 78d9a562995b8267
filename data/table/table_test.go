package table

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"yiju/geo"
	"yiju/internal/sample"
)

var ctx = context.Background()

// options know a few names and units.
func options(name string) Options {
	names := []string{"站名", "经度", "纬度", "方位角", "备注", "挂高", "名称", "编码", "lon", "lat", "Année", "Hauteur"}
	units := []string{"m", "°", "米", "度"}
	return Options{
		Name:  name,
		Known: func(s string) bool { return slices.Contains(names, s) },
		Unit:  func(s string) bool { return slices.Contains(units, s) },
	}
}

func readBytes(t testing.TB, body []byte, opts Options) *File {
	t.Helper()
	f, err := Read(ctx, bytes.NewReader(body), opts)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// lines writes a sheet as text: the names, then each row with its number.
func lines(t testing.TB, s *Sheet) []string {
	t.Helper()
	var names []string
	for _, c := range s.Columns {
		names = append(names, c.Name)
	}
	out := []string{strings.Join(names, "|")}
	for row, err := range s.Rows(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		var cells []string
		for _, c := range row.Cells {
			cells = append(cells, c.Text)
		}
		out = append(out, fmt.Sprintf("%d:%s", row.Number, strings.Join(cells, "|")))
	}
	return out
}

// The same table in every encoding and with every separator is the same table.
func TestEncodings(t *testing.T) {
	const text = "站名,经度,纬度,备注\r\n岱庙站,117.12,36.19,\"两行\n备注\"\r\n\r\n望岳站,117.13,36.20,“引号”\r\n"
	want := []string{"站名|经度|纬度|备注", "2:岱庙站|117.12|36.19|两行\n备注", "4:望岳站|117.13|36.20|“引号”"}
	encode := func(e encoding.Encoding, s string) []byte {
		out, err := e.NewEncoder().Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	tests := []struct {
		name, encoding, told string
		body                 []byte
	}{
		{"plain", "utf-8", "", []byte(text)},
		{"mark", "utf-8", "", []byte("\uFEFF" + text)},
		{"gzip", "utf-8", "", packed.Bytes()},
		{"gbk", "gb18030", "", encode(simplifiedchinese.GBK, text)},
		{"gbk told", "gbk", "GBK", encode(simplifiedchinese.GBK, text)},
		{"utf-16", "utf-16", "", encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), text)},
		{"utf-16 big", "utf-16", "", encode(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), text)},
		{"utf-16 told", "utf-16le", "utf-16le", encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), text)},
		{"tab", "utf-8", "", []byte(strings.ReplaceAll(text, ",", "\t"))},
		{"semicolon", "utf-8", "", []byte(strings.ReplaceAll(text, ",", ";"))},
		{"bar", "utf-8", "", []byte(strings.ReplaceAll(text, ",", "|"))},
		{"old lines", "utf-8", "", []byte(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\r"), "\n", "\r"))},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := options("a.csv")
			o.Encoding = test.told
			f := readBytes(t, test.body, o)
			if f.Encoding != test.encoding {
				t.Errorf("encoding %q", f.Encoding)
			}
			if diff := cmp.Diff(want, lines(t, f.Sheets[0])); diff != "" {
				t.Error(diff)
			}
		})
	}
	// A file without any Chinese name cannot be GBK for want of other reasons.
	f := readBytes(t, encode(charmap.Windows1252, "Id;Année;Adresse\n1;2004;rue de l'Hôtel\n2;2005;Déjà\n"), options("b.csv"))
	if f.Encoding != "latin1" || f.Sheets[0].Columns[1].Name != "Année" || f.Separator != ';' {
		t.Errorf("%q %q %v", f.Encoding, f.Separator, f.Sheets[0].Columns)
	}
	// UTF-16 without a mark is known by its zeros.
	f = readBytes(t, encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "lon,lat\n117.12,36.19\n117.13,36.20\n"), options("c.csv"))
	if f.Encoding != "utf-16" || len(lines(t, f.Sheets[0])) != 3 {
		t.Errorf("%q %v", f.Encoding, f.Sheets[0].Columns)
	}
}

// What stands around a table in a file from an office.
func TestLayouts(t *testing.T) {
	tests := []struct {
		name, text string
		titles     []string
		want       []string
	}{
		{"titles", "泰安市5G站点表,,\n填报单位：某公司,,日期：2024\n\n站名,经度,纬度\nA,117,36\n", []string{"泰安市5G站点表", "填报单位：某公司 日期：2024"}, []string{"站名|经度|纬度", "5:A|117|36"}},
		{"headings", "站名,位置,,天线,\n,经度,纬度,方位角,挂高\nA,117,36,90,30\n", nil, []string{"站名|经度|纬度|方位角|挂高", "3:A|117|36|90|30"}},
		{"names above", "站名,位置,\n,经度,纬度\nA,117,36\n", nil, []string{"站名|经度|纬度", "3:A|117|36"}},
		{"twice", "站名,规划,,实际,\n,经度,纬度,经度,纬度\nA,1,2,3,4\n", nil, []string{"站名|规划 经度|规划 纬度|实际 经度|实际 纬度", "3:A|1|2|3|4"}},
		{"same names", "名称,名称,\nA,B\nD,E,\n", nil, []string{"名称|名称 (2)", "2:A|B", "3:D|E"}},
		{"units", "站名,挂高,方位角\n,(m),°\nA,30,90\n", nil, []string{"站名|挂高(m)|方位角(°)", "3:A|30|90"}},
		{"numbers of columns", "站名,经度,纬度,备注\n1,2,3,4\nA,117,36,x\n", nil, []string{"站名|经度|纬度|备注", "3:A|117|36|x"}},
		{"repeated", "站名,经度,纬度\nA,117,36\n站名,经度,纬度\nB,118,37\n", nil, []string{"站名|经度|纬度", "2:A|117|36", "4:B|118|37"}},
		{"sep", "sep=;\n站名;经度\nA;117,5\n", nil, []string{"站名|经度", "3:A|117,5"}},
		{"unknown names", "甲,乙\nx,1\ny,2\n", nil, []string{"甲|乙", "2:x|1", "3:y|2"}},
		{"title over unknown names", "总表,,\n甲,乙,丙\nx,1,2\n", []string{"总表"}, []string{"甲|乙|丙", "3:x|1|2"}},
		{"dBase", "\"FID_1,N,9,0\",\"Nom,C,254\"\n17,x\n", nil, []string{"FID_1|Nom", "2:17|x"}},
		{"text rows", "名称,编码\n小学,教育\n中学,教育\n", nil, []string{"名称|编码", "2:小学|教育", "3:中学|教育"}},
		{"wide spaces", "　站名　, 经 度\nＡ,１１７\n", nil, []string{"站名|经 度", "2:Ａ|１１７"}},
		{"quotes within", "名称,备注\nA,他说\"好\"\nB,12\" 管\n", nil, []string{"名称|备注", "2:A|他说\"好\"", "3:B|12\" 管"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := readBytes(t, []byte(test.text), options("a.csv")).Sheets[0]
			if diff := cmp.Diff(test.want, lines(t, s)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.titles, s.Titles); diff != "" {
				t.Error(diff)
			}
		})
	}
	s := readBytes(t, []byte("站名,经度\nA,117,多\nB,118\n"), options("a.csv")).Sheets[0]
	for row, err := range s.Rows(ctx) {
		if err != nil || row.Beyond != map[int]int{2: 1, 3: 0}[row.Number] {
			t.Errorf("row %d: %d cells beyond the names, %v", row.Number, row.Beyond, err)
		}
	}
}

// What is refused names the file, the reason and the way out.
func TestRefused(t *testing.T) {
	doc := buildXLS(nil)
	tests := []struct {
		name string
		body []byte
		want string
	}{
		{"empty", []byte(" \n"), "is empty"},
		{"page", []byte("<html><table></table></html>"), "web page"},
		{"xml", []byte("<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>"), "of 2003"},
		{"pdf", []byte("%PDF-1.7"), "is a PDF"},
		{"json", []byte("{\"a\":1}"), "import geojson"},
		{"gzip", []byte("\x1f\x8b\x08rubbish"), "not a whole gzip"},
		{"archive", zipOf(map[string]string{"a.txt": "x"}), "without a workbook"},
		{"ods", zipOf(map[string]string{"content.xml": "<x/>"}), "OpenDocument"},
		{"xlsb", zipOf(map[string]string{"xl/workbook.bin": "x"}), "binary workbook"},
		{"zip cut", zipOf(map[string]string{"xl/workbook.xml": "<workbook/>"})[:40], "not a whole XLSX"},
		{"xml cut", zipOf(map[string]string{"xl/workbook.xml": "<workbook><sheets><sheet name="}), "not a whole XLSX"},
		{"cfb cut", doc[:700], "not a whole XLS"},
		{"cfb", append([]byte(nil), append(slices.Clone(cfbMagic), make([]byte, 600)...)...), "not a whole XLS"},
		{"word", compoundOf("WordDocument", make([]byte, 5000)), "another program"},
		{"excel 95", compoundOf("Book", make([]byte, 5000)), "Excel 95"},
		{"locked", compoundOf("EncryptedPackage", make([]byte, 5000)), "password"},
		{"locked xls", compoundOf("Workbook", append(rec(recBOF, []byte{0, 6, 5, 0}), rec(recFilePass, make([]byte, 6))...)), "password"},
		{"undecided", []byte("a,b\n\xe9\x9f,\xe9 \xff\n"), "not certain"},
		{"quote", []byte("站名,备注\nA,\"" + strings.Repeat("x\n", MaxCellBytes)), "quotation mark"},
		{"wide", []byte("站名,备注\n" + strings.Repeat("x,", MaxColumns) + "x\n"), "columns"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f, err := Read(ctx, bytes.NewReader(test.body), options("a.dat"))
			if err == nil {
				for _, s := range f.Sheets {
					for _, rowErr := range s.Rows(ctx) {
						err = rowErr
					}
				}
			}
			fault := geo.AsFault(err)
			if fault == nil || len(fault.Fix) == 0 || !strings.Contains(err.Error(), "a.dat") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v", err)
			}
		})
	}
	o := options("a.csv")
	o.Encoding = "klingon"
	if _, err := Read(ctx, strings.NewReader("a,b\n"), o); geo.AsFault(err) == nil {
		t.Errorf("an encoding that is none: %v", err)
	}
}

// The XLS reader against the one of GDAL, on files that no one made for us.
func TestAgainstGDAL(t *testing.T) {
	folder := sample.Path(t, "montpellier/ANFR_MTP_Antennes")
	tool, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Skip("ogr2ogr is not installed")
	}
	rows := map[string]int{"Supports": 206, "Antennes|Emetteurs|Bandes": 6035, "Dates": 340, "Mesures_globales": 149, "Mesures_par_service": 1537}
	for _, name := range []string{"ANFR_MTP_Supports.xls", "ANFR_MTP_Mesures.xls"} {
		out := filepath.Join(t.TempDir(), "csv")
		if text, err := exec.Command(tool, "-f", "CSV", out, filepath.Join(folder, name)).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		body, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range readBytes(t, body, options(name)).Sheets {
			theirs, err := os.ReadFile(filepath.Join(out, s.Name+".csv"))
			if err != nil {
				t.Fatal(err)
			}
			got := lines(t, s)
			want := lines(t, readBytes(t, theirs, options("gdal.csv")).Sheets[0])
			if len(got) != rows[s.Name]+1 {
				t.Errorf("%s: %d rows", s.Name, len(got)-1)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s:\n%.2000s", s.Name, diff)
			}
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte("站名,经度\nA,117\n"), "")
	f.Add([]byte("\xFF\xFEa\x00,\x00b\x00\n\x00"), "")
	f.Add([]byte("sep=;\n\"a\nb\";c\n\n1;2;3\n"), "gbk")
	f.Add([]byte("a|b\r1|2\r"), "latin1")
	f.Fuzz(func(t *testing.T, body []byte, encoding string) {
		o := options("f")
		o.Encoding = encoding
		readThrough(t, body, o)
	})
}

// readThrough reads everything; rows ascend and cells are as many as columns.
func readThrough(t *testing.T, body []byte, o Options) {
	file, err := Read(ctx, bytes.NewReader(body), o)
	if err != nil {
		if geo.AsFault(err) == nil {
			t.Fatalf("not for a person: %v", err)
		}
		return
	}
	for _, s := range file.Sheets {
		last := s.HeaderRow
		for row, err := range s.Rows(ctx) {
			if err != nil {
				if geo.AsFault(err) == nil {
					t.Fatalf("not for a person: %v", err)
				}
				break
			}
			if row.Number <= last || len(row.Cells) != len(s.Columns) {
				t.Fatalf("row %d after %d, %d cells of %d", row.Number, last, len(row.Cells), len(s.Columns))
			}
			last = row.Number
			for i, c := range row.Cells {
				if (c.Kind == Blank) != (c.Text == "") || strings.ToValidUTF8(c.Text, "") != c.Text {
					t.Fatalf("a cell of column %s holds %q as %d", s.Columns[i].Letter, c.Text, c.Kind)
				}
			}
		}
	}
}
