package ingest

import (
	"context"
	"iter"
	"regexp"
	"slices"

	"yiju/data/standards"
	tablefile "yiju/data/table"
	"yiju/geo"
)

// headers are the names of the columns of a sheet in comparable form.
type headers struct {
	names, forms []string
	behind       []string // what stands in brackets behind the name, in plain form
	letters      []string
}

func headersOf(s *tablefile.Sheet) headers {
	var h headers
	for _, c := range s.Columns {
		h.add(c.Name, c.Letter)
	}
	return h
}

func (h *headers) add(name, letter string) {
	form, behind := nameForm(name)
	h.names, h.forms, h.behind, h.letters = append(h.names, name), append(h.forms, form), append(h.behind, behind), append(h.letters, letter)
}

// none stands for a column that is not there.
const none = -1

// find is the first column that has one of the names, the best name first.
func (h *headers) find(names []string) int {
	for _, name := range names {
		form, _ := nameForm(name)
		if i := slices.Index(h.forms, form); i >= 0 {
			return i
		}
	}
	return none
}

// count is how many columns have one of the names.
func (h *headers) count(names []string) (n int) {
	want := make(map[string]bool, len(names))
	for _, name := range names {
		form, _ := nameForm(name)
		want[form] = true
	}
	for _, form := range h.forms {
		if want[form] {
			n++
		}
	}
	return n
}

// has tells whether all that a mapping needs is there.
func (h *headers) has(m *standards.ColumnMapping) bool {
	for _, names := range m.Needs {
		if h.find(names) == none {
			return false
		}
	}
	return true
}

// grid is a sheet on its way into layers.
type grid struct {
	run     *run
	d       *dictionary
	words   *columnWords
	mapping *standards.ColumnMapping
	sheet   *tablefile.Sheet
	headers headers
	rows    func(context.Context) iter.Seq2[tablefile.Row, error]
	stats   []columnStats
	filters []filterPlan
	plans   []*layerPlan
	text    bool   // nothing in the file is of another type
	prefix  string // of the names of cells, where a file has several sheets

	// Of the row being read, where another sheet is joined: its row there, or the
	// name of the sheet that has none.
	joinAt, joinedRow int
	noMatch           string
}

// layerPlan is how rows become the features of one layer.
type layerPlan struct {
	layer    string
	schema   geo.Schema // with the bounds of the mapping
	declared bool
	columns  *standards.LayerColumns
	place    *placePlan
	id       *idPlan
	ids      []*idPlan  // those to choose from
	match    *matchPlan // or nil: rows make new features
	fields   []*fieldPlan
	extra    []int
	split    *fieldPlan

	features []geo.Feature
	problems []geo.Problem
	byID     map[string]origin
}

// fieldPlan is where one attribute comes from.
type fieldPlan struct {
	field   geo.Field
	columns standards.FieldColumns
	// at are the columns: one, or those that are put together as how says.
	at      []int
	how     putTogether
	unit    string // of numbers that say none
	unitAt  int
	pattern []*regexp.Regexp
	words   map[string]any // by plain form
	codes   map[string]any // where the column holds codes
	value   any
	memo    map[string]reading
}

type putTogether int

const (
	single putTogether = iota
	sum
	middle
	span
)

// filterPlan is a filter of rows with its columns.
type filterPlan struct {
	*standards.RowFilter
	at, unitAt int
	keep       map[string]bool
	match      []*regexp.Regexp
}

// plan resolves the mapping on the columns of the sheet.
func (g *grid) plan(ctx context.Context) error {
	for i := range g.mapping.Rows {
		f := &g.mapping.Rows[i]
		if at := g.headers.find(f.Columns); at != none {
			p := filterPlan{RowFilter: f, at: at, unitAt: g.headers.find(f.UnitColumn), keep: make(map[string]bool)}
			for _, word := range f.Keep {
				p.keep[plainForm(word)] = true
			}
			for _, m := range f.Match {
				p.match = append(p.match, regexp.MustCompile(m))
			}
			g.filters = append(g.filters, p)
		}
	}
	target := g.run.targetLayer()
	for i := range g.mapping.Into {
		l := g.mapping.Into[i]
		if target != "" && target != l.Layer {
			if len(g.mapping.Into) > 1 {
				continue
			}
			l.Layer = target
			if err := g.run.checkFields(l, g.mapping.ID); err != nil {
				return err
			}
		}
		p, err := g.layer(&l)
		if err != nil {
			return err
		}
		if g.run.opts.Match != "" {
			if err := g.match(ctx, p); err != nil {
				return err
			}
		}
		g.plans = append(g.plans, p)
	}
	if len(g.plans) == 0 {
		return geo.Refuse(geo.Tf("列对应 %s 不产生图层 %s", "the mapping %s gives no layer %s", g.mapping.ID, target), geo.T("检查 --layer", "check --layer"))
	}
	return nil
}

func (g *grid) layer(l *standards.LayerColumns) (*layerPlan, error) {
	if err := g.run.writable(l.Layer); err != nil {
		return nil, err
	}
	schema, declared := g.run.schema(l.Layer)
	p := &layerPlan{layer: l.Layer, schema: schema, declared: declared, columns: l, byID: make(map[string]origin)}
	p.schema.Layer = l.Layer
	p.schema.Fields = slices.Clone(schema.Fields)
	var err error
	placed := !declared || len(schema.Shapes) > 0 // a layer without shapes is a table
	if placed {
		p.place, err = g.placeOf(l.Place)
	}
	if err != nil && g.run.opts.Match == "" {
		return nil, err
	}
	used, err := g.named(p)
	if err != nil {
		return nil, err
	}
	if !l.Closed {
		g.byName(p, used)
	}
	for _, f := range p.fields {
		if f.field.Name == l.Split && f.how == single {
			p.split = f
		}
	}
	p.extra = g.extras(l, used)
	return p, nil
}

// named resolves the ids and attributes that the mapping names, and tells which
// columns are taken then.
func (g *grid) named(p *layerPlan) (used map[int]bool, err error) {
	used = make(map[int]bool)
	if p.place != nil {
		used[p.place.x], used[p.place.y] = true, true
	}
	for _, id := range p.columns.ID {
		if plan := g.idOf(id); plan != nil {
			p.ids = append(p.ids, plan)
		}
	}
	for _, name := range sortedKeys(p.columns.Fields) {
		f, err := g.field(p, name, p.columns.Fields[name])
		if err != nil {
			return nil, err
		}
		if f == nil {
			continue
		}
		for _, at := range append(slices.Clone(f.at), f.unitAt) {
			used[at] = true
		}
		p.fields = append(p.fields, f)
	}
	return used, nil
}

// extras are the columns that are kept as further attributes.
func (g *grid) extras(l *standards.LayerColumns, used map[int]bool) (out []int) {
	if l.Closed {
		for _, name := range l.Extra {
			if at := g.headers.find([]string{name}); at != none {
				out = append(out, at)
			}
		}
		return out
	}
	for at := range g.headers.names {
		if !used[at] {
			out = append(out, at)
		}
	}
	return out
}

// byName takes columns that no mapping names for attributes whose names or usual
// aliases they have.
func (g *grid) byName(p *layerPlan, used map[int]bool) {
	if !p.declared {
		return
	}
	planned := make(map[string]bool)
	for _, f := range p.fields {
		planned[f.field.Name] = true
	}
	var free []string
	for at, name := range g.headers.names {
		if !used[at] && !slices.Contains(free, name) {
			free = append(free, name)
		}
	}
	schema := p.schema
	schema.Fields = slices.DeleteFunc(slices.Clone(schema.Fields), func(f geo.Field) bool { return planned[f.Name] })
	columns, taken := g.d.columns(&schema, free)
	for _, c := range columns {
		at := slices.Index(g.headers.names, c.name)
		used[at] = true
		p.fields = append(p.fields, &fieldPlan{field: c.field, at: []int{at}, unit: g.headers.behind[at], unitAt: none})
	}
	if len(taken) > 0 {
		g.run.report.note(geo.Tf("%s 的字段重复，保留为附加属性：%s", "columns of %s that mean the same as another stay further attributes: %s", p.layer, list(taken)))
	}
}

// field resolves one attribute; nil when the table has nothing for it.
func (g *grid) field(p *layerPlan, name string, c standards.FieldColumns) (*fieldPlan, error) {
	field, ok := p.schema.Field(name)
	if !ok {
		field = geo.Field{Name: name, Type: geo.String, Unit: c.Unit, Title: geo.T(name, name)}
		if c.Least != nil || c.Most != nil || len(c.Sum)+len(c.Middle)+len(c.Width) > 0 || c.Unit != "" {
			field.Type = geo.Real
		}
	}
	f := &fieldPlan{field: field, columns: c, unitAt: g.headers.find(c.UnitColumn), value: c.Value}
	if i, whole := c.Value.(int); whole {
		f.value = int64(i)
		if field.Type == geo.Real {
			f.value = float64(i)
		}
	}
	if !g.locate(f) {
		if f.value == nil {
			return nil, nil
		}
		return f, nil
	}
	for _, m := range c.Patterns {
		f.pattern = append(f.pattern, regexp.MustCompile(m.Match))
	}
	f.words = g.wordsOf(field, c.Words)
	if c.Coded != nil && f.how == single && slices.Contains(f.at, g.headers.find(c.Coded.Columns)) {
		f.codes = g.wordsOf(field, c.Coded.Words)
	}
	bound(&p.schema, name, c)
	return f, g.unitOf(f)
}

// locate finds the columns of an attribute.
func (g *grid) locate(f *fieldPlan) bool {
	c := &f.columns
	if at := g.headers.find(c.Columns); at != none {
		f.at = []int{at}
		return true
	}
	if c.Coded != nil {
		if at := g.headers.find(c.Coded.Columns); at != none {
			f.at = []int{at}
			return true
		}
	}
	for _, names := range c.Sum {
		if at := g.headers.find(names); at != none {
			f.at = append(f.at, at)
		}
	}
	if len(f.at) > 0 {
		f.how = sum
		return true
	}
	return g.pair(f, c.Middle, middle) || g.pair(f, c.Width, span)
}

func (g *grid) pair(f *fieldPlan, names [][]string, how putTogether) bool {
	if len(names) != 2 {
		return false
	}
	from, to := g.headers.find(names[0]), g.headers.find(names[1])
	if from == none || to == none {
		return false
	}
	f.at, f.how = []int{from, to}, how
	return true
}

// wordsOf brings values for words into the type of the attribute.
func (g *grid) wordsOf(field geo.Field, words map[string][]string) map[string]any {
	out := make(map[string]any)
	for _, value := range sortedKeys(words) {
		v, how := g.d.read(column{name: field.Name, field: field, factor: 1}, value)
		if how == wrong {
			v = value
		}
		out[plainForm(value)] = v
		for _, word := range words[value] {
			out[plainForm(word)] = v
		}
	}
	if field.Type != geo.String {
		// The values themselves are no words for others: 0 stays a number.
		for value := range words {
			if !slices.ContainsFunc(words[value], func(w string) bool { return plainForm(w) == plainForm(value) }) {
				delete(out, plainForm(value))
			}
		}
	}
	return out
}

// bound narrows what an attribute may be.
func bound(schema *geo.Schema, name string, c standards.FieldColumns) {
	for i := range schema.Fields {
		f := &schema.Fields[i]
		if f.Name != name {
			continue
		}
		if c.Least != nil && (f.Min == nil || *f.Min < *c.Least) {
			f.Min = c.Least
		}
		if c.Most != nil && (f.Max == nil || *f.Max > *c.Most) {
			f.Max = c.Most
		}
	}
}

// rangeUnit is that of ranges of numbers that stand for a value: all of them are
// of frequencies.
const rangeUnit = "MHz"

// unitOf finds the unit of the numbers of an attribute: behind the name of its
// column, else as the mapping says, else the attribute's own. A unit that does not
// go with the attribute is refused; other words behind a name are remarks.
func (g *grid) unitOf(f *fieldPlan) error {
	f.unit = plainForm(f.columns.Unit)
	target := f.field.Unit
	switch {
	case len(f.columns.Ranges) > 0:
		target = rangeUnit
	case f.field.Type != geo.Real && f.field.Type != geo.Integer:
		return nil
	}
	for _, at := range f.at {
		behind := g.headers.behind[at]
		if behind == "" || digitsOnly.MatchString(behind) {
			continue
		}
		if _, ok := g.d.convert(1, behind, target); ok {
			f.unit = behind
			continue
		}
		if unitLike.MatchString(behind) && f.columns.Read != standards.ReadDegrees && target == f.field.Unit {
			return geo.Refuse(geo.Tf("文件 %[1]s 列“%[2]s”的单位 %[3]s 不能换算为 %[4]s", "the unit %[3]s of column %[2]q of file %[1]s cannot be changed into %[4]s", g.run.report.File, g.headers.names[at], behind, f.field.Unit),
				geo.T("换算后重新导出，或改正列名中的单位", "convert the column, or mend the unit in its name"))
		}
	}
	return nil
}

var (
	digitsOnly = regexp.MustCompile(`^[0-9]+$`)
	unitLike   = regexp.MustCompile(`^[a-z%°/²³µ]{1,6}$`)
)
