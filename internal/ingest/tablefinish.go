package ingest

import (
	"context"
	"iter"
	"slices"

	"yiju/data/standards"
	tablefile "yiju/data/table"
	"yiju/geo"
	"yiju/geo/crs"
)

// finish brings the features of all layers into degrees and hands them on.
func (g *grid) finish() error {
	var problems []geo.Problem
	for _, p := range g.plans {
		problems = append(problems, p.problems...)
	}
	if err := g.run.wrongValues(problems); err != nil {
		return err
	}
	for _, p := range g.plans {
		if err := g.degrees(p); err != nil {
			return err
		}
		if err := g.complete(p); err != nil {
			return err
		}
		if err := g.defaults(p); err != nil {
			return err
		}
		g.notes(p)
		if !p.declared {
			if err := g.ownLayer(p); err != nil {
				return err
			}
		}
		g.run.features[p.layer] = append(g.run.features[p.layer], p.features...)
		p.features, p.byID = nil, nil
	}
	return nil
}

// degrees brings the features of a layer into longitude and latitude.
func (g *grid) degrees(p *layerPlan) error {
	if p.place == nil {
		return nil
	}
	declared := p.place.crs
	if declared == "" {
		declared = g.mapping.CRS
	}
	r := g.run
	if shifted(declared) && r.opts.CRS == "" {
		if r.report.SourceCRS == "" {
			r.report.SourceCRS = declared
		}
		r.report.note(geo.Tf("坐标系按列名取 %s（列“%s”）", "the name of column %[2]q says the coordinates are in %[1]s", declared, g.headers.names[p.place.x]))
		return r.unshift(r.report.File, p.features, declared)
	}
	used, err := r.toDegrees(r.report.File, p.features, declared)
	if err != nil {
		return g.advised(err, p)
	}
	if r.report.SourceCRS == "" {
		r.report.SourceCRS = used
	}
	return nil
}

// advised puts the system that this kind of table is likely in before other advice.
func (g *grid) advised(err error, p *layerPlan) error {
	fault := geo.AsFault(err)
	if fault == nil {
		return err
	}
	out := *fault
	e := coreExtent(p.features)
	if northFirst(e) {
		x, y := g.headers.names[p.place.x], g.headers.names[p.place.y]
		return geo.Refuse(out.What, geo.Tf("测量上 X 常指北、Y 常指东：把列“%[1]s”改名为“北坐标”、“%[2]s”改名为“东坐标”，再导入", "surveyors call north X and east Y: name column %[1]q northing and %[2]q easting, and import again", x, y)).Because(fault.Err)
	}
	if maybe := g.mapping.Maybe; maybe != "" && g.run.opts.CRS == "" {
		t, err := crs.New(maybe, crs.WGS84)
		if err == nil && crs.Fits(maybe, e) {
			if place, err := t.ForwardPoint(e.Centre()); err == nil {
				out.Fix = append([]geo.Text{geo.Tf("这类数据多为 %[1]s（位于 %.4[2]f, %.4[3]f）：加上 --crs %[1]s", "data of this kind is usually in %[1]s, which puts it at %.4[2]f, %.4[3]f: add --crs %[1]s", maybe, place[0], place[1])}, out.Fix...)
			}
		}
	}
	return &out
}

// northFirst tells whether coordinates make sense with x and y exchanged, and not as
// they are. Web Mercator, which takes nearly any number, is no sense.
func northFirst(e geo.Extent) bool {
	sense := func(e geo.Extent) bool {
		return slices.ContainsFunc(crs.Guesses(e), func(g crs.Guess) bool { return !g.Swapped && g.Code != "EPSG:3857" })
	}
	return !sense(e) && sense(geo.Extent{MinX: e.MinY, MinY: e.MinX, MaxX: e.MaxY, MaxY: e.MaxX})
}

// defaults gives what --set says to features that do not have it.
func (g *grid) defaults(p *layerPlan) error {
	if len(g.run.opts.Set) == 0 {
		return nil
	}
	schema := p.schema
	if !p.declared {
		return geo.Refuse(geo.Tf("--set 不能用于新建的图层 %s", "--set is not for layer %s, which is new", p.layer))
	}
	values, err := g.run.defaults(g.d, &schema)
	if err != nil {
		return err
	}
	for i := range p.features {
		for _, name := range sortedKeys(values) {
			if _, known := p.features[i].Attributes[name]; !known {
				p.features[i].Set(name, values[name])
			}
		}
	}
	return nil
}

// notes tells which column became what.
func (g *grid) notes(p *layerPlan) {
	var columns []column
	rest := make(map[string]bool)
	for _, at := range p.extra {
		rest[g.headers.names[at]] = true
	}
	for _, f := range p.fields {
		for _, at := range f.at {
			columns = append(columns, column{name: g.headers.names[at], field: f.field})
		}
		if f.columns.Value != nil && len(f.at) == 0 {
			g.run.report.note(geo.Tf("%s：%s 按列对应取 %v", "%s: the mapping gives %s=%v", p.layer, f.field.Name, f.value))
		}
		if f.how == sum && len(f.at) == 1 && len(f.columns.Sum) > 1 {
			g.run.report.note(geo.Tf("%s 只有列“%s”一部分，按其取值", "of what makes up %s there is column %q alone", f.field.Name, g.headers.names[f.at[0]]))
		}
	}
	g.run.noteColumns(p.layer, columns, nil, rest)
	g.run.noteUnusual(g.d, p.features, p.layer, columns)
}

// ownLayer declares a layer of the user's own by what its rows hold.
func (g *grid) ownLayer(p *layerPlan) error {
	for i := range p.features {
		f := &p.features[i]
		for name, v := range f.Attributes {
			if f.Extra == nil {
				f.Extra = make(map[string]any)
			}
			f.Extra[name] = v
		}
		f.Attributes = nil
	}
	g.run.custom[p.layer] = inferSchema(p.layer, p.features)
	g.run.report.note(geo.Tf("新建图层 %s", "layer %s was created", p.layer))
	return g.run.conform(g.d, p.features, p.layer)
}

// join adds the columns of another sheet to the rows.
func (g *grid) join(ctx context.Context, file *tablefile.File) error {
	j := g.mapping.Join
	other := otherSheet(file, g.sheet, j)
	g.joinAt = g.headers.find(j.On)
	if other == nil || g.joinAt == none {
		return geo.Refuse(geo.Tf("文件 %s 中没有与工作表 %s 对应的工作表 %s", "file %s has no sheet to go with %s, such as %s", g.run.report.File, g.sheet.Name, list(j.Sheet)),
			geo.T("在表格软件里把各表合并为一个工作簿，或并成一张表", "put the tables together in one workbook, or join them into one table"))
	}
	h := headersOf(other)
	key := h.find(j.On)
	found := make(map[string]tablefile.Row)
	for row, err := range other.Rows(ctx) {
		if err != nil {
			return err
		}
		text := row.Cells[key].Text
		if text == "" {
			continue
		}
		if before, twice := found[text]; twice {
			return geo.Refuse(geo.Tf("工作表 %s 第 %d 行和第 %d 行的“%s”相同：%s", "rows %[2]d and %[3]d of sheet %[1]s have the same %[4]s: %[5]s", other.Name, before.Number, row.Number, h.names[key], text),
				geo.T("删除重复的行", "delete the row that is there twice"))
		}
		row.Cells = slices.Clone(row.Cells)
		found[text] = row
	}
	var extra []int
	for at, name := range h.names {
		if at != key {
			extra = append(extra, at)
			if g.headers.find([]string{name}) != none {
				name = other.Name + " " + name
			}
			g.headers.add(name, other.Name+"!"+h.letters[at])
		}
	}
	g.rows = g.joined(found, extra, other.Name)
	return nil
}

func otherSheet(file *tablefile.File, own *tablefile.Sheet, j *standards.SheetJoin) *tablefile.Sheet {
	for _, s := range file.Sheets {
		h := headersOf(s)
		named := slices.ContainsFunc(j.Sheet, func(name string) bool { return plainForm(name) == plainForm(s.Name) })
		if s != own && named && h.find(j.On) != none {
			return s
		}
	}
	return nil
}

// joined gives the rows with the cells of the other sheet behind them.
func (g *grid) joined(found map[string]tablefile.Row, extra []int, sheet string) func(context.Context) iter.Seq2[tablefile.Row, error] {
	return func(ctx context.Context) iter.Seq2[tablefile.Row, error] {
		return func(yield func(tablefile.Row, error) bool) {
			var cells []tablefile.Cell
			for row, err := range g.sheet.Rows(ctx) {
				if err != nil {
					yield(row, err)
					return
				}
				other, ok := found[row.Cells[g.joinAt].Text]
				if g.noMatch = sheet; ok {
					g.noMatch = ""
				}
				g.joinedRow = other.Number
				cells = append(cells[:0], row.Cells...)
				for _, at := range extra {
					c := tablefile.Cell{}
					if ok {
						c = other.Cells[at]
					}
					cells = append(cells, c)
				}
				row.Cells = cells
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}
