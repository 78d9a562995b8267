package ingest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tablefile "yiju/data/table"
	"yiju/geo"
	"yiju/geo/tally"
)

// into reads the sheet into its layers.
func (g *grid) into(ctx context.Context) error {
	if err := g.plan(ctx); err != nil {
		return err
	}
	if err := g.scan(ctx); err != nil {
		return err
	}
	taken, n := 0, 0
	for row, err := range g.rows(ctx) {
		if err != nil {
			return err
		}
		if n++; n%stepRows == 0 {
			g.run.progress(Checking, int64(n), 0)
		}
		if !g.keeps(row) {
			continue
		}
		taken++
		for _, p := range g.plans {
			g.row(p, row)
		}
		if g.tooMany() {
			break
		}
	}
	if n > 0 && taken == 0 {
		return g.allFiltered(n)
	}
	return g.finish()
}

const (
	stepRows = 4096
	// maxProblems bounds what is remembered of a file that is refused anyway.
	maxProblems = 10_000
)

func (g *grid) tooMany() bool {
	n := 0
	for _, p := range g.plans {
		n += len(p.problems)
	}
	return n > maxProblems
}

// keeps tells whether a row is for any layer: not left out by a filter, no total and
// no remark below the table.
func (g *grid) keeps(row tablefile.Row) bool {
	r := g.run
	for i := range g.filters {
		f := &g.filters[i]
		if said, out := f.leavesOut(g.d, row.Cells); out {
			r.problems.Add("filtered_"+strconv.Itoa(i), geo.T("按“"+f.Title.ZH+"”未导入的行", "rows left out by "+f.Title.EN), said)
			return false
		}
	}
	for _, p := range g.plans {
		if p.match != nil && row.Cells[p.match.at].Kind != tablefile.Blank {
			return true
		}
		if p.place != nil && !(g.blank(row.Cells[p.place.x]) && g.blank(row.Cells[p.place.y])) {
			return true
		}
	}
	first := slices.IndexFunc(row.Cells, func(c tablefile.Cell) bool { return c.Kind != tablefile.Blank })
	if first < 0 {
		return false
	}
	text := plainForm(row.Cells[first].Text)
	for _, word := range slices.Concat(g.words.Totals, g.words.Remarks) {
		rest, ok := strings.CutPrefix(text, plainForm(word))
		if ok && (rest == "" || strings.ContainsAny(rest[:1], ":(0123456789") || strings.HasPrefix(rest, "：")) {
			r.problems.Add("remark_row", geo.T("合计或备注行，未导入", "rows of totals or remarks were left out"), g.cell(row, first)+": "+show(row.Cells[first].Text))
			return false
		}
	}
	return true
}

// leavesOut tells whether a filter leaves a row out, and what the row says.
func (f *filterPlan) leavesOut(d *dictionary, cells []tablefile.Cell) (said string, out bool) {
	c := cells[f.at]
	form := plainForm(c.Text)
	if form == "" {
		return "", false
	}
	if len(f.Outside) > 0 {
		v, unit, ok := d.amountText(c.Text, true)
		if f.unitAt != none && unit == "" {
			unit = plainForm(cells[f.unitAt].Text)
		}
		if ok {
			v, ok = d.convert(v, unit, f.Unit)
		}
		return "", ok && slices.ContainsFunc(f.Outside, func(span [2]float64) bool { return v >= span[0] && v <= span[1] })
	}
	fits := f.keep[form]
	for _, m := range f.match {
		fits = fits || m.MatchString(form)
	}
	return show(c.Text), !fits
}

func (g *grid) allFiltered(n int) error {
	var zh, en []string
	for _, e := range g.run.problems.Entries() {
		zh = append(zh, fmt.Sprintf("%s %d（%s）", e.Text.ZH, e.Count, strings.Join(e.Examples, ", ")))
		en = append(en, fmt.Sprintf("%s: %d (%s)", e.Text.EN, e.Count, strings.Join(e.Examples, ", ")))
	}
	return geo.Refuse(
		geo.T(fmt.Sprintf("文件 %s 的 %d 行都不在导入之列：%s", g.run.report.File, n, strings.Join(zh, "；")),
			fmt.Sprintf("none of the %d rows of file %s is to be imported: %s", n, g.run.report.File, strings.Join(en, "; "))),
		geo.T("换用其他列对应（--columns，例如 anfr_all），或用自己的 YAML 文件", "use another mapping (--columns, such as anfr_all), or a YAML file of your own"))
}

// row makes the features of one row for one layer: one, or one for each of several
// directions.
func (g *grid) row(p *layerPlan, row tablefile.Row) {
	if row.Beyond > 0 {
		g.wrong(p, row, 0, "", geo.Tf("这一行比表头多 %d 个单元格：某个单元格内有未加引号的分隔符", "the row has more cells than there are names (by %d): a separator stands in a cell without quotation marks", row.Beyond), true)
		return
	}
	if p.split == nil || row.Cells[p.split.at[0]].Kind != tablefile.Text {
		g.feature(p, row, 0, 1)
		return
	}
	parts := several(row.Cells[p.split.at[0]].Text)
	if parts == nil {
		g.feature(p, row, 0, 1)
		return
	}
	whole := row.Cells
	for i := range parts {
		row.Cells = slices.Clone(whole)
		for _, f := range p.fields {
			for _, at := range f.at {
				if list := several(whole[at].Text); len(list) == len(parts) && f.field.Type != geo.String {
					row.Cells[at].Text = list[i]
				}
			}
		}
		g.feature(p, row, i, len(parts))
	}
}

// feature makes the feature number i of n of a row.
func (g *grid) feature(p *layerPlan, row tablefile.Row, i, n int) {
	f := geo.Feature{Source: geo.Source{Name: g.run.report.File, ID: g.cell(row, max(p.firstColumn(), 0))}}
	if f.ID = g.idFor(p, row); f.ID == "" {
		if g.wrong(p, row, p.id.at[0], "", geo.T("缺少标识", "has no id"), false); g.run.strict() {
			return
		}
		f.ID = contentID(row)
	}
	if n > 1 {
		f.ID = fmt.Sprintf("%s-%d", f.ID, i+1)
		f.Quality = append(f.Quality, fmt.Sprintf("%s=number %d of %d directions of one row", p.split.field.Name, i+1, n))
	}
	if !g.firstOf(p, &f, row) {
		return
	}
	if !g.setPlace(p, &f, row) {
		return
	}
	for _, fp := range p.fields {
		g.setField(p, &f, fp, row)
	}
	for _, at := range p.extra {
		if c := row.Cells[at]; c.Kind != tablefile.Blank {
			g.keep(&f, at, c)
		}
	}
	if g.check(p, &f, row) {
		p.features = append(p.features, f)
	}
}

func (p *layerPlan) firstColumn() int {
	if p.place != nil {
		return p.place.x
	}
	return 0
}

// setPlace gives a feature its place. false: it cannot be written.
func (g *grid) setPlace(p *layerPlan, f *geo.Feature, row tablefile.Row) bool {
	if p.place == nil {
		return true
	}
	at, missing, why, column := g.placed(p.place, row.Cells)
	placeless := p.layer == "measurements" // a level is nothing without its place
	switch {
	case missing && p.match != nil:
		return true // it keeps the place that it has
	case missing && g.noMatch != "":
		g.wrong(p, row, g.joinAt, row.Cells[g.joinAt].Text, geo.Tf("在工作表 %s 中没有", "is not in sheet %s", g.noMatch), placeless)
	case missing:
		g.wrong(p, row, column, "", geo.T("没有坐标", "has no coordinates"), placeless)
	case why != nil:
		g.wrong(p, row, column, row.Cells[column].Text, *why, placeless)
		for _, at := range []int{p.place.x, p.place.y} {
			g.keep(f, at, row.Cells[at])
		}
	default:
		f.Geometry = at
		return true
	}
	return !placeless // the thing is known, its place is not
}

// setField gives a feature one attribute.
func (g *grid) setField(p *layerPlan, f *geo.Feature, fp *fieldPlan, row tablefile.Row) {
	if len(fp.at) == 0 {
		f.Set(fp.field.Name, fp.value)
		return
	}
	unit := fp.unit
	if fp.unitAt != none {
		unit = cmp.Or(plainForm(row.Cells[fp.unitAt].Text), unit)
	}
	at := fp.at[0]
	var r reading
	if fp.how == single {
		r = g.remembered(fp, row.Cells[at], unit)
	} else {
		r, at = g.assemble(fp, row.Cells, unit)
	}
	c := row.Cells[at]
	switch r.how {
	case wrong:
		g.wrong(p, row, at, c.Text, r.why, false)
		g.keep(f, at, c)
		return
	case unknown:
		g.setUnknown(f, fp, row)
		return
	case fixed:
		name := fp.field.Name
		g.tell("fixed_"+name, geo.Tf("%s 的写法已换算为规范值", "%s was brought into its usual form", name), func() string { return g.cell(row, at) + ": " + show(c.Text) + " → " + show(r.value) })
	}
	f.Set(fp.field.Name, r.value)
	if _, known := f.Attributes[fp.columns.Spread]; r.spread > 0 && fp.columns.Spread != "" && !known {
		f.Set(fp.columns.Spread, r.spread)
		f.Quality = append(f.Quality, fp.columns.Spread+"=width of "+c.Text, fp.field.Name+"=middle of "+c.Text)
	}
	if note := fp.made(&g.headers); note != "" {
		f.Quality = append(f.Quality, note)
	}
}

// setUnknown keeps what the cells of an unknown attribute say.
func (g *grid) setUnknown(f *geo.Feature, fp *fieldPlan, row tablefile.Row) {
	if fp.value != nil {
		f.Set(fp.field.Name, fp.value)
	}
	for _, at := range fp.at {
		c := row.Cells[at]
		switch {
		case c.Kind == tablefile.Blank:
		case fp.codes != nil:
			g.keep(f, at, c)
			name := g.headers.names[at]
			g.tell("unknown_code_"+name, geo.Tf("列“%s”的代码各处含义不一，按未知处理，原值保留", "codes of column %q mean this here and that there; they are unknown, and stay among the further attributes", name), func() string { return g.cell(row, at) + ": " + show(c.Text) })
		case fp.how != single || fp.columns.OnlyWords || fp.columns.Read != "":
			g.keep(f, at, c)
		default:
			g.tell("unknown_text", geo.T("“无”“—”等文字按未知处理", "texts such as \"—\" or \"none\" are taken as unknown"), func() string { return g.cell(row, at) + ": " + show(c.Text) })
		}
	}
}

// maxMemo bounds the values of a column that are remembered with what they mean.
const maxMemo = 1 << 15

// remembered reads a cell, or knows already what its text means.
func (g *grid) remembered(f *fieldPlan, c tablefile.Cell, unit string) reading {
	key := string(rune(c.Kind)) + unit + "\x00" + c.Text
	if r, ok := f.memo[key]; ok {
		return r
	}
	r := g.read(f, c, unit)
	if f.memo == nil {
		f.memo = make(map[string]reading)
	}
	if len(f.memo) < maxMemo {
		f.memo[key] = r
	}
	return r
}

// keep keeps a cell among the further attributes, under the name of its column.
func (g *grid) keep(f *geo.Feature, at int, c tablefile.Cell) {
	if f.Extra == nil {
		f.Extra = make(map[string]any)
	}
	v := any(c.Text)
	switch {
	case c.Kind == tablefile.Text && g.text && g.stats[at].allNumbers():
		v = numberValue(c.Text)
	case c.Kind != tablefile.Text:
		v = plainValue(c)
	}
	f.Extra[g.headers.names[at]] = v
}

// tell counts something that was done, with the first examples.
func (g *grid) tell(code string, text geo.Text, example func() string) {
	if g.run.problems.Count(code) >= tally.MaxExamples {
		g.run.problems.Add(code, text, "")
		return
	}
	g.run.problems.Add(code, text, example())
}

// wrong notes a value that cannot be used: a reason to refuse the file, or with
// lenient care a line of the report. whole tells that the row is lost with it.
func (g *grid) wrong(p *layerPlan, row tablefile.Row, at int, value string, why geo.Text, whole bool) {
	where := g.cell(row, at)
	if g.run.strict() {
		p.problems = append(p.problems, geo.Problem{Layer: p.layer, ID: where, Field: g.headers.names[at], Value: show(value), Message: why})
		return
	}
	code, text := "dropped_"+p.layer+"_"+g.headers.names[at], geo.T("列“"+g.headers.names[at]+"”中不合要求的值，按未知处理，原值保留在附加属性中", "values of column "+g.headers.names[at]+" that do not fit; they are unknown, and stay among the further attributes")
	if whole {
		code, text = "left_out_"+p.layer, geo.T("不可用的行，未写入", "rows that cannot be used were left out")
		g.run.layerCount(p.layer).Refused++
	}
	g.tell(code, text, func() string { return where + ": " + cmp.Or(show(value), "—") + " (" + why.EN + ")" })
}

// check holds a feature against the schema, in the words of the table.
func (g *grid) check(p *layerPlan, f *geo.Feature, row tablefile.Row) bool {
	if !p.declared {
		return true
	}
	fine := true
	for _, problem := range p.schema.Check(f) {
		i := slices.IndexFunc(p.fields, func(fp *fieldPlan) bool { return fp.field.Name == problem.Field })
		if i < 0 || len(p.fields[i].at) == 0 {
			i = slices.IndexFunc(p.fields, func(fp *fieldPlan) bool { return fp.columns.Spread == problem.Field && len(fp.at) > 0 })
		}
		if i < 0 {
			g.wrong(p, row, p.firstColumn(), problem.Value, problem.Message, true)
			fine = false
			continue
		}
		at := p.fields[i].at[0]
		value := row.Cells[at].Text
		if p.fields[i].how != single {
			value = problem.Value
		}
		g.wrong(p, row, at, value, problem.Message, false)
		f.Set(problem.Field, nil)
		for _, at := range p.fields[i].at {
			g.keep(f, at, row.Cells[at])
		}
	}
	return fine
}

// cell names a cell as a spreadsheet program does, with its sheet where the file
// has several.
func (g *grid) cell(row tablefile.Row, at int) string {
	if at < len(g.sheet.Columns) {
		return g.prefix + g.headers.letters[at] + strconv.Itoa(row.Number)
	}
	return g.headers.letters[at] + strconv.Itoa(g.joinedRow)
}
