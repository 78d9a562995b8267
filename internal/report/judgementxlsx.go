package report

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/wording"
	"yiju/geo"
)

// JudgementXLSX writes a judgement as a workbook in one language: the table in the
// order of the standard, ready to be printed and handed in; the findings; the values;
// what it all rests on. Texts stay texts, whatever they begin with. The same
// judgement gives the same bytes.
func JudgementXLSX(w io.Writer, j *indicator.Judgement, lang string) error {
	if j == nil {
		return errNoJudgement
	}
	view, err := newJudgementView(&JudgementPage{Judgement: j, Lang: lang})
	if err != nil {
		return err
	}
	b := newBook(lang)
	defer b.file.Close()
	b.tableSheet(view)
	b.findingSheet(view)
	b.valueSheet(view)
	b.basisSheet(view)
	if err := b.finish(); err != nil {
		return fmt.Errorf("report: judgement: %w", err)
	}
	if err := b.file.Write(w); err != nil {
		return fmt.Errorf("report: judgement: %w", err)
	}
	return nil
}

// bookDate stands in the properties of a workbook, in place of the time of writing.
const bookDate = "2000-01-01T00:00:00Z"

// book is a workbook being written. The first error is kept, and what follows it is
// of no effect.
type book struct {
	file   *excelize.File
	lang   string
	err    error
	styles map[look]int
	sheet  string
	sheets int
}

// look is how a cell looks.
type look struct {
	fill, colour string
	bold, centre bool
	plain        bool // without a frame
	large        bool
	format       string // of numbers; empty for texts
}

func newBook(lang string) *book {
	if lang == "" {
		lang = "zh"
	}
	return &book{file: excelize.NewFile(), lang: lang, styles: make(map[look]int)}
}

func (b *book) keep(err error) { b.err = errors.Join(b.err, err) }

// start begins a sheet with columns of so many letters' width.
func (b *book) start(name geo.Text, widths ...float64) {
	b.sheet = name.In(b.lang)
	if b.sheets == 0 {
		b.keep(b.file.SetSheetName("Sheet1", b.sheet))
	} else {
		_, err := b.file.NewSheet(b.sheet)
		b.keep(err)
	}
	b.sheets++
	for i, w := range widths {
		name, err := excelize.ColumnNumberToName(i + 1)
		b.keep(err)
		b.keep(b.file.SetColWidth(b.sheet, name, name, w))
	}
}

// printed sets a sheet up for A4 lying, as wide as the paper, with its rows above the
// first repeated on each page and kept in sight on the screen.
func (b *book) printed(headRow int) {
	landscape, a4, one, none, yes := "landscape", 9, 1, 0, true
	b.keep(b.file.SetPageLayout(b.sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &one, FitToHeight: &none}))
	b.keep(b.file.SetSheetProps(b.sheet, &excelize.SheetPropsOptions{FitToPage: &yes}))
	side, top := 0.4, 0.55
	b.keep(b.file.SetPageMargins(b.sheet, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &top, Bottom: &top}))
	b.keep(b.file.SetHeaderFooter(b.sheet, &excelize.HeaderFooterOptions{OddFooter: b.say("&C第 &P 页，共 &N 页", "&Cpage &P of &N")}))
	b.keep(b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", b.sheet, headRow, headRow), Scope: b.sheet}))
	b.keep(b.file.SetPanes(b.sheet, &excelize.Panes{Freeze: true, YSplit: headRow, TopLeftCell: at(1, headRow+1), ActivePane: "bottomLeft"}))
}

func (b *book) say(zh, en string) string { return geo.T(zh, en).In(b.lang) }

func at(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return ""
	}
	return name
}

// text writes a text, which stays one. Letters that a spreadsheet cannot hold are left out.
func (b *book) text(column, row int, s string, l look) {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' || r == '\uFFFE' || r == '\uFFFF' {
			return -1
		}
		return r
	}, s)
	if letters := []rune(s); len(letters) > excelize.TotalCellChars {
		s = string(letters[:excelize.TotalCellChars-1]) + "…"
	}
	b.keep(b.file.SetCellStr(b.sheet, at(column, row), s))
	b.style(column, row, l)
}

// number writes a number with a format.
func (b *book) number(column, row int, v float64, l look) {
	b.keep(b.file.SetCellFloat(b.sheet, at(column, row), v, -1, 64))
	b.style(column, row, l)
}

// optional writes a number as it is, or an empty cell where there is none.
func (b *book) optional(column, row int, v *float64) {
	switch {
	case v == nil:
		b.style(column, row, look{})
	case *v == math.Trunc(*v):
		b.number(column, row, *v, look{format: "#,##0"})
	default:
		b.number(column, row, *v, look{format: "#,##0.00"})
	}
}

func (b *book) style(column, row int, l look) {
	id, ok := b.styles[l]
	if !ok {
		var err error
		id, err = b.file.NewStyle(l.excel(b.lang))
		b.keep(err)
		b.styles[l] = id
	}
	b.keep(b.file.SetCellStyle(b.sheet, at(column, row), at(column, row), id))
}

func (l look) excel(lang string) *excelize.Style {
	s := &excelize.Style{
		Font:      &excelize.Font{Family: "Arial", Size: 10, Bold: l.bold, Color: strings.TrimPrefix(l.colour, "#")},
		Alignment: &excelize.Alignment{Vertical: "top", WrapText: true},
	}
	if lang == "zh" {
		s.Font.Family = "宋体"
	}
	if l.large {
		s.Font.Size = 14
	}
	if l.centre {
		s.Alignment.Horizontal, s.Alignment.Vertical = "center", "center"
	}
	if !l.plain {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			s.Border = append(s.Border, excelize.Border{Type: side, Color: "A6ADB4", Style: 1})
		}
	}
	if l.fill != "" {
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{strings.TrimPrefix(l.fill, "#")}}
	}
	if l.format == "" {
		s.NumFmt = 49 // text: what a person types over it stays text too
	} else {
		s.CustomNumFmt = &l.format
	}
	return s
}

// merge shows cells as one; nothing where it is a single one.
func (b *book) merge(column, row, column2, row2 int) {
	if column != column2 || row != row2 {
		b.keep(b.file.MergeCell(b.sheet, at(column, row), at(column2, row2)))
	}
}

// head writes a row of names.
func (b *book) head(row int, names ...geo.Text) {
	for i, n := range names {
		b.text(i+1, row, n.In(b.lang), look{fill: "#e4e9ee", bold: true, centre: true})
	}
}

// unitFormat shows a number as the report words it, with its unit.
func unitFormat(v float64, unit, lang string, against *float64) string {
	_, fraction, _ := strings.Cut(wording.Rounded(v, unit, against), ".")
	word := strings.ReplaceAll(wording.UnitFor(v, unit).In(lang), `"`, "")
	format := "#,##0"
	if fraction != "" {
		format += "." + strings.Repeat("0", len(fraction))
	}
	if word != "" {
		format += `"` + word + `"`
	}
	return format
}

// verdictLook is the cell of a verdict.
func verdictLook(v indicator.Verdict) look {
	fills := map[indicator.Verdict]look{
		indicator.Pass:          {fill: "#d8ecee", colour: "#1f656d"},
		indicator.Fail:          {fill: "#f7d3c6", colour: "#8f230a"},
		indicator.Conflict:      {fill: "#eadff2", colour: "#5b3579"},
		indicator.Insufficient:  {fill: "#faeec6", colour: "#6f5200"},
		indicator.ByDocument:    {fill: "#e0ebf6", colour: "#2f5f8f"},
		indicator.Waived:        {fill: "#e6e9ec", colour: "#4a545f"},
		indicator.NotApplicable: {fill: "#f2f4f5", colour: "#66707a"},
	}
	l := fills[v]
	l.bold, l.centre = true, true
	return l
}

// finish opens the workbook at its first sheet and fixes its properties.
func (b *book) finish() error {
	b.file.SetActiveSheet(0)
	b.keep(b.file.SetDocProps(&excelize.DocProperties{Creator: "Yiju", LastModifiedBy: "Yiju", Created: bookDate, Modified: bookDate}))
	return b.err
}
