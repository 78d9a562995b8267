package report

import (
	"math"
	"strings"
	"unicode"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/wording"
	"yiju/geo"
)

// tableSheet writes the table as officials have it: groups and indicators in merged
// cells, a row for each requirement.
func (b *book) tableSheet(v *judgementView) {
	type column struct {
		name  geo.Text
		width float64
	}
	columns := []column{{geo.T("一级指标", "Group"), 10}, {geo.T("序号", "No."), 6}, {geo.T("二级指标", "Indicator"), 15}, {geo.T("标准要求", "Requirement"), 27}, {geo.T("申报情况", "Claimed"), 27}, {geo.T("核验结果", "Computed"), 14}, {geo.T("结论", "Verdict"), 12}, {geo.T("说明", "Remarks"), 50}}
	if v.Levelled {
		columns[0].name, columns[2].name = geo.T("体系", "System"), geo.T("指标", "Indicator")
		columns = append(columns[:3], append([]column{{geo.T("指标性质", "Level"), 10}}, columns[3:]...)...)
	}
	var names []geo.Text
	var widths []float64
	for _, c := range columns {
		names, widths = append(names, c.name), append(widths, c.width)
	}
	b.start(geo.T("核验表", "Judgement"), widths...)
	title := join(geo.T(v.Community.Name+" ", v.Community.Name+": "), v.Profile.Title, geo.T("（", " ("), v.Profile.TierTitle, geo.T("）核验表", ")"))
	b.banner(1, len(columns), title.In(b.lang), widths, look{plain: true, bold: true, centre: true, large: true})
	b.banner(2, len(columns), v.Answer.Text.In(b.lang), widths, look{plain: true, bold: true})
	b.banner(3, len(columns), b.totalsLine(v), widths, look{plain: true})
	const headRow = 4
	b.head(headRow, names...)
	row := headRow + 1
	for g := range v.Groups {
		first := row
		for i := range v.Groups[g].Items {
			row = b.itemRows(v, &v.Groups[g].Items[i], row, widths)
		}
		for r := first; r < row; r++ {
			b.text(1, r, "", look{centre: true})
		}
		b.text(1, first, v.Groups[g].Title.In(b.lang), look{centre: true, bold: true})
		b.merge(1, first, 1, row-1)
	}
	b.printed(headRow)
}

// banner writes a text across a row.
func (b *book) banner(row, columns int, s string, widths []float64, l look) {
	b.text(1, row, s, l)
	b.merge(1, row, columns, row)
	all := 0.0
	for _, w := range widths {
		all += w
	}
	height := lineHeight * lines(s, all)
	if l.large {
		height = 26
	}
	b.keep(b.file.SetRowHeight(b.sheet, row, max(height, 18)))
}

// totalsLine counts the verdicts in words.
func (b *book) totalsLine(v *judgementView) string {
	var parts []string
	for _, t := range v.Bar {
		parts = append(parts, t.Verdict.Title().In(b.lang)+" "+count(t.Indicators)+b.say(" 项", ""))
	}
	s := b.say("指标：", "Indicators: ") + strings.Join(parts, b.say("，", ", "))
	if !empty(v.Applicant) {
		s += b.say("。", ". ") + v.Applicant.In(b.lang)
	}
	return s
}

// itemRows writes an indicator and gives the row below it.
func (b *book) itemRows(v *judgementView, item *itemView, row int, widths []float64) int {
	first := row
	for _, r := range item.Rows {
		cells := b.rowTexts(v, r)
		height := 0.0
		for i, c := range cells {
			column := i + 4
			height = max(height, lines(c, widths[column-1]))
			switch {
			case column == len(widths)-2 && r.Measure != nil && r.Measure.Value != nil:
				m := r.Measure
				b.number(column, row, *m.Value, look{centre: true, bold: true, format: unitFormat(*m.Value, valueUnit(m), b.lang, r.Judged.Threshold)})
			case column == len(widths)-2:
				b.text(column, row, c, look{centre: true})
			case column == len(widths)-1:
				b.text(column, row, c, verdictLook(r.Verdict))
			default:
				b.text(column, row, c, look{})
			}
		}
		titleLines := lines(item.Title.In(b.lang), widths[2]) / float64(len(item.Rows))
		b.keep(b.file.SetRowHeight(b.sheet, row, min(max(height, titleLines, 1.4)*lineHeight+3, mostRowHeight)))
		b.number(2, row, float64(item.Number), look{centre: true, format: "0"})
		b.text(3, row, "", look{bold: true})
		row++
	}
	b.text(3, first, item.Title.In(b.lang), look{bold: true})
	b.merge(2, first, 2, row-1)
	b.merge(3, first, 3, row-1)
	return row
}

// rowTexts are the cells of a requirement behind its indicator.
func (b *book) rowTexts(v *judgementView, r *rowView) []string {
	var out []string
	if v.Levelled {
		out = append(out, r.LevelName.In(b.lang))
	}
	asked := []string{}
	if !r.Single && !v.Levelled {
		asked = append(asked, r.ID)
	}
	if !r.Single || r.Title != r.Item.Title {
		asked = append(asked, r.Title.In(b.lang))
	}
	asked = append(asked, strings.ReplaceAll(r.Asked.In(b.lang), "\u00a0", " "))
	if r.Modal != "" {
		asked = append(asked, b.say("（", "(")+r.Verb.In(b.lang)+b.say("）", ")"))
	}
	required := nonEmpty("\n", nonEmpty(" ", asked...), r.From.In(b.lang), r.If.In(b.lang))
	claimed := ""
	if r.Claim != nil {
		claimed = nonEmpty("\n", r.Claim.Text, r.Met.In(b.lang))
	}
	computed := ""
	if len(r.Values) > 0 {
		computed = r.Values[0].In(b.lang)
	}
	return append(out, required, claimed, computed, verdictSign(r.Verdict)+" "+r.Verdict.Title().In(b.lang), b.remarks(r))
}

// remarks are the reason and what else there is to say, a line each.
func (b *book) remarks(r *rowView) string {
	out := []string{r.Reason.In(b.lang)}
	if len(r.Values) > 1 {
		out[0] = nonEmpty(b.say("；", "; "), out[0], r.Values[1].In(b.lang))
	}
	for _, f := range r.Findings {
		out = append(out, severityTitle(f.Severity).In(b.lang)+b.say("：", ": ")+f.Text.In(b.lang))
	}
	if r.Flip != nil {
		out = append(out, r.Flip.Text.In(b.lang))
	}
	for _, p := range r.Papers {
		out = append(out, p.In(b.lang))
	}
	return nonEmpty("\n", out...)
}

// nonEmpty joins the texts that hold something.
func nonEmpty(by string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if strings.TrimSpace(p) != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, by)
}

const (
	lineHeight    = 14.6 // points
	mostRowHeight = 400  // a spreadsheet takes 409
)

// lines is how many lines a text takes in a column, for letters as wide as two and
// others as one.
func lines(s string, width float64) float64 {
	all := 0.0
	for line := range strings.SplitSeq(s, "\n") {
		wide := 0.0
		for _, r := range line {
			wide++
			if unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xff60 {
				wide++
			}
		}
		all += math.Max(1, math.Ceil(wide*1.06/max(width-1, 1)))
	}
	return all
}

// listed writes rows of texts, with heights that they fit in.
func (b *book) listed(row int, widths []float64, cells ...string) {
	height := 1.0
	for i, c := range cells {
		b.text(i+1, row, c, look{})
		height = max(height, lines(c, widths[i]))
	}
	b.keep(b.file.SetRowHeight(b.sheet, row, min(height*lineHeight+3, mostRowHeight)))
}

// findingSheet writes the findings, one in a row.
func (b *book) findingSheet(v *judgementView) {
	widths := []float64{14, 20, 30, 12, 70, 22}
	b.start(geo.T("问题", "Findings"), widths...)
	b.head(1, geo.T("编号", "Id"), geo.T("指标", "Indicator"), geo.T("要求", "Requirement"), geo.T("程度", "Severity"), geo.T("问题", "Finding"), geo.T("位置", "Where"))
	row := 2
	add := func(id, item, title string, f indicator.Finding) {
		b.listed(row, widths, id, item, title, severityTitle(f.Severity).In(b.lang), f.Text.In(b.lang), wording.Place(f.Where).In(b.lang))
		row++
	}
	for _, f := range v.Findings {
		add("", b.say("整表", "the whole table"), "", f)
	}
	for _, r := range v.all() {
		for _, f := range r.Findings {
			add(r.ID, r.Item.Title.In(b.lang), r.Title.In(b.lang), f)
		}
	}
	b.printed(1)
}

// all lists the rows of all groups.
func (v *judgementView) all() []*rowView {
	var out []*rowView
	for _, g := range v.Groups {
		for _, item := range g.Items {
			out = append(out, item.Rows...)
		}
	}
	return out
}

// valueSheet writes the values as numbers, with all their digits.
func (b *book) valueSheet(v *judgementView) {
	widths := []float64{14, 30, 30, 12, 12, 12, 14, 12, 12, 12, 12, 12, 12, 14, 13}
	b.start(geo.T("数值", "Values"), widths...)
	b.head(1, geo.T("编号", "Id"), geo.T("要求", "Requirement"), geo.T("算法", "Metric"), geo.T("数值", "Value"), geo.T("分子", "Numerator"), geo.T("分母", "Denominator"), geo.T("分子分母单位", "Counted in"), geo.T("下限", "Low"), geo.T("上限", "High"), geo.T("单位", "Unit"), geo.T("要求值", "Threshold"), geo.T("差值", "Difference"), geo.T("翻转所需", "To turn it"), geo.T("翻转单位", "Turned in"), geo.T("结论", "Verdict"))
	row := 2
	for _, r := range v.all() {
		m := r.Measure
		if m == nil {
			continue
		}
		name := nonEmpty(" ", m.Title.In(b.lang), "("+m.Metric+")")
		b.listed(row, widths, r.ID, r.Name().In(b.lang), name)
		b.optional(4, row, m.Value)
		b.optional(5, row, m.Numerator)
		b.optional(6, row, m.Denominator)
		b.text(7, row, wording.Alone(m.Of).In(b.lang), look{})
		b.optional(8, row, m.Low)
		b.optional(9, row, m.High)
		b.text(10, row, wording.Alone(m.Unit).In(b.lang), look{})
		b.optional(11, row, r.Judged.Threshold)
		var difference *float64
		if m.Value != nil && r.Judged.Threshold != nil {
			d := *m.Value - *r.Judged.Threshold
			difference = &d
		}
		b.optional(12, row, difference)
		if r.Flip != nil {
			b.optional(13, row, &r.Flip.Amount)
			b.text(14, row, wording.Alone(r.Flip.Of).In(b.lang), look{})
		} else {
			b.style(13, row, look{})
			b.style(14, row, look{})
		}
		b.text(15, row, r.Verdict.Title().In(b.lang), verdictLook(r.Verdict))
		row++
	}
	b.printed(1)
}

// basisSheet writes where the judgement comes from, and the numbers that are not
// from the standard.
func (b *book) basisSheet(v *judgementView) {
	widths := []float64{30, 50, 60}
	b.start(geo.T("依据", "Basis"), widths...)
	b.head(1, geo.T("项目", "Item"), geo.T("内容", "What"), geo.T("编号或来源", "Id or source"))
	row := 2
	for _, f := range v.Facts {
		b.listed(row, widths, f.Name.In(b.lang), f.Text.In(b.lang), f.Code)
		row++
	}
	for _, p := range v.Parameters {
		b.listed(row, widths, b.say("非标准参数：", "not from the standard: ")+p.Title.In(b.lang), "", nonEmpty(" ", p.Source.In(b.lang), "("+p.ID+")"))
		if p.Value != nil {
			b.number(2, row, *p.Value, look{centre: true, format: unitFormat(*p.Value, p.Unit, b.lang, nil)})
		} else {
			b.text(2, row, parameterValue(&p).In(b.lang), look{})
		}
		row++
	}
	for _, m := range v.Verdicts {
		b.listed(row, widths, b.say("结论：", "verdict: ")+m.Verdict.Title().In(b.lang), m.Meaning.In(b.lang), "")
		row++
	}
	b.printed(1)
}
