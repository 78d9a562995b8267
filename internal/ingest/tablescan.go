package ingest

import (
	"context"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	tablefile "yiju/data/table"
	"yiju/geo"
)

// columnStats is what the values of a column are like, all rows together.
type columnStats struct {
	filled  int
	numbers int // plain ones, without zeros in front
	largest float64
	// scientific are written like 3.7E+19; long have more digits than a spreadsheet
	// keeps, zeros those of them of which nothing but zeros is left beyond.
	scientific, long, zeros int
	lost                    []string // examples of them, with their cells
	coarse                  int      // no more than three decimals
	fractions, thousands    int      // commas that can only be the one or the other
	values                  map[string]bool
}

const (
	keptDigits  = 15 // of a number in a spreadsheet
	maxDistinct = 64 // values of a column that are remembered
	maxLost     = 5
)

func (s *columnStats) decimalComma() bool { return s.fractions > 0 && s.thousands == 0 }

// allNumbers tells whether the column can be kept as numbers.
func (s *columnStats) allNumbers() bool { return s.filled > 0 && s.numbers == s.filled && s.long == 0 }

var (
	scientific    = regexp.MustCompile(`^[+-]?\d(?:[.,]\d+)?[eE]\+?\d{1,2}$`)
	digitsAlone   = regexp.MustCompile(`^\d{16,}$`)
	commaFraction = regexp.MustCompile(`^[+-]?(?:0,\d+|\d+,(?:\d{1,2}|\d{4,}))$`)
	commaThousand = regexp.MustCompile(`^[+-]?\d{1,3}(?:(?:,\d{3}){2,}(?:\.\d*)?|,\d{3}\.\d*)$`)
)

// see takes a cell into account.
func (s *columnStats) see(c tablefile.Cell, where func() string) {
	if c.Kind == tablefile.Blank {
		return
	}
	s.filled++
	if s.values == nil {
		s.values = make(map[string]bool)
	}
	text := c.Text
	if len(s.values) <= maxDistinct && !s.values[text] {
		s.values[plainForm(text)] = true
	}
	v, err := strconv.ParseFloat(text, 64)
	if c.Kind != tablefile.Date && err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
		padded := len(text) > 1 && text[0] == '0' && text[1] != '.'
		if !padded {
			s.numbers++
		}
		s.largest = max(s.largest, math.Abs(v))
		if dot := strings.IndexByte(text, '.'); dot < 0 || len(text)-dot-1 <= 3 {
			s.coarse++
		}
	}
	s.seeDigits(c, where)
	if strings.IndexByte(text, ',') >= 0 {
		switch {
		case commaFraction.MatchString(text):
			s.fractions++
		case commaThousand.MatchString(text):
			s.thousands++
		}
	}
}

// seeDigits looks for numbers that lost digits on their way through a spreadsheet.
func (s *columnStats) seeDigits(c tablefile.Cell, where func() string) {
	text := c.Text
	if len(text) < 4 {
		return
	}
	switch {
	case strings.ContainsAny(text, "eE") && scientific.MatchString(text):
		s.scientific++
	case len(text) > keptDigits && digitsAlone.MatchString(text):
		s.long++
		if strings.Trim(text[keptDigits:], "0") != "" {
			return
		}
		s.zeros++
		if c.Kind == tablefile.Number {
			s.scientific++ // no text: the digits are gone for certain
		}
	default:
		return
	}
	if len(s.lost) < maxLost {
		s.lost = append(s.lost, where()+": "+text)
	}
}

// lostDigits tells whether codes of the column have lost their last digits: some
// are written as numbers, or all long ones end in zeros.
func (s *columnStats) lostDigits() bool {
	return s.scientific > 0 || s.zeros > 1 && s.zeros == s.long
}

// scan goes through all rows once to see what the columns are like, and settles
// what depends on it.
func (g *grid) scan(ctx context.Context) error {
	g.stats = make([]columnStats, len(g.headers.names))
	n, hidden := 0, 0
	turned := make([]int, len(g.plans))
	for row, err := range g.rows(ctx) {
		if err != nil {
			return err
		}
		n++
		if row.Hidden {
			hidden++
		}
		for at := range g.stats {
			g.stats[at].see(row.Cells[at], func() string { return g.cell(row, at) })
		}
		for i, p := range g.plans {
			for _, id := range p.ids {
				id.see(row.Cells)
			}
			if p.place != nil && p.place.turned(row.Cells) {
				turned[i]++
			}
		}
	}
	g.run.report.Read = append(g.run.report.Read, Count{geo.T("行", "rows"), n})
	if hidden > 0 {
		g.run.report.note(geo.Tf("其中 %d 行在表格软件中被隐藏（例如经筛选），也一并导入", "%d of the rows are hidden in the spreadsheet, by a filter perhaps; they were imported too", hidden))
	}
	for i, p := range g.plans {
		if err := g.settle(p, turned[i]*2 > n); err != nil {
			return err
		}
	}
	return nil
}

// settle decides what the values of the columns decide.
func (g *grid) settle(p *layerPlan, turned bool) error {
	if p.place != nil {
		if err := g.soundPlace(p.place, turned); err != nil {
			return err
		}
	}
	for _, f := range p.fields {
		if f.codes != nil && !allIn(g.stats[f.at[0]].values, f.codes) {
			f.codes = nil
		}
		if codeLike(f.field.Name) && len(f.at) == 1 && g.stats[f.at[0]].lostDigits() {
			if err := g.digitsGone(f.at[0]); err != nil {
				return err
			}
		}
	}
	if err := g.sureUnits(p); err != nil {
		return err
	}
	return g.chooseID(p)
}

func allIn(values map[string]bool, codes map[string]any) bool {
	for v := range values {
		if _, ok := codes[v]; !ok {
			return false
		}
	}
	return true
}

// digitsGone refuses codes of which a spreadsheet has kept 15 digits.
func (g *grid) digitsGone(at int) error {
	return geo.Refuse(
		geo.Tf("文件 %[1]s 列“%[2]s”的编码在电子表格中丢失了末尾数字：%[3]s", "the codes in column %[2]q of file %[1]s have lost their last digits in a spreadsheet: %[3]s", g.run.report.File, g.headers.names[at], strings.Join(g.stats[at].lost, ", ")),
		geo.T("电子表格中的数字只有 15 位：先把该列设为“文本”格式，再从原系统重新复制或导出", "a number in a spreadsheet has 15 digits: set the column to text first, then copy or export from the source again"),
		geo.T("CSV 不要用电子表格打开后另存；直接导入原始导出的文件", "do not open a CSV file in a spreadsheet and save it; import the file as it was exported"))
}

// sureUnits refuses numbers that may be in either of two units.
func (g *grid) sureUnits(p *layerPlan) error {
	for i, f := range slices.Backward(p.fields) {
		if f.columns.SureAbove == nil || f.how != single || f.unit != "" || len(f.at) == 0 {
			continue
		}
		s := &g.stats[f.at[0]]
		if s.numbers == 0 || s.largest > *f.columns.SureAbove {
			continue
		}
		name := g.headers.names[f.at[0]]
		if g.run.strict() {
			return geo.Refuse(
				geo.Tf("文件 %[1]s 列“%[2]s”没有写明单位，数值（最大 %[3]g）可能是 W，也可能是 dBm", "column %[2]q of file %[1]s names no unit; its numbers (the largest is %[3]g) may be watts or dBm", g.run.report.File, name, s.largest),
				geo.Tf("把列名改为“%[1]s(W)”或“%[1]s(dBm)”；或加 --lenient，按未知处理", "name the column %[1]s(W) or %[1]s(dBm); or add --lenient, and they are unknown", name))
		}
		g.run.report.note(geo.Tf("列“%s”单位不明（W 或 dBm），按未知处理", "the unit of column %q is not known (W or dBm); it is unknown", name))
		p.fields = slices.Delete(p.fields, i, i+1)
		p.extra = append(p.extra, f.at[0])
	}
	return nil
}
