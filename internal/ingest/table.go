package ingest

import (
	"context"
	"os"
	"slices"
	"strings"

	"yiju/data/standards"
	tablefile "yiju/data/table"
	"yiju/geo"
	"yiju/layers"
)

// sheets brings in a spreadsheet or a text table.
func (r *run) sheets(ctx context.Context) error {
	d, err := newDictionary()
	if err != nil {
		return err
	}
	words, err := newColumnWords(d)
	if err != nil {
		return err
	}
	var m *standards.ColumnMapping
	if r.opts.Columns != "" {
		if m, err = r.namedMapping(words); err != nil {
			return err
		}
	}
	file, err := r.readSheets(ctx, words)
	if err != nil {
		return err
	}
	s, m, err := r.mapping(words, file, m)
	if err != nil {
		return err
	}
	g := &grid{text: file.Format == "csv", run: r, d: d, words: words, mapping: m, sheet: s, headers: headersOf(s), rows: s.Rows}
	if len(file.Sheets) > 1 {
		g.prefix = s.Name + "!"
	}
	if m.Join != nil {
		if err := g.join(ctx, file); err != nil {
			return err
		}
	}
	if err := g.into(ctx); err != nil {
		return err
	}
	return r.around(ctx, nil)
}

func (r *run) readSheets(ctx context.Context, words *columnWords) (*tablefile.File, error) {
	in, err := r.file(ctx)
	if err != nil {
		return nil, err
	}
	defer in.f.Close()
	file, err := tablefile.Read(ctx, in, tablefile.Options{Name: r.report.File, Encoding: r.opts.Encoding, Known: words.known, Unit: words.isUnit})
	if err != nil {
		return nil, err
	}
	r.problems.Merge(&file.Problems)
	if file.Encoding != "" && file.Encoding != "utf-8" && r.opts.Encoding == "" {
		r.report.note(geo.Tf("文字编码：%s", "encoding of the text: %s", file.Encoding))
	}
	return file, nil
}

// columnWords knows the names of columns that mappings look for.
type columnWords struct {
	*standards.Columns
	names map[string]bool // in their plain form
	units map[string]bool
}

func newColumnWords(d *dictionary) (*columnWords, error) {
	columns, err := standards.LoadColumns()
	if err != nil {
		return nil, err
	}
	w := &columnWords{Columns: columns, names: make(map[string]bool), units: make(map[string]bool)}
	for i := range columns.Mappings {
		w.learn(columns.Mappings[i].Names())
	}
	for _, p := range columns.Place {
		w.learn(p.Names())
	}
	for _, id := range columns.ID {
		w.learn(id.Columns)
	}
	for _, names := range d.aliases.Any {
		w.learn(names)
	}
	for _, s := range layers.Schemas() {
		for _, f := range s.Fields {
			w.learn([]string{f.Name, f.Title.ZH, f.Title.EN})
		}
	}
	for _, u := range columns.Units {
		w.units[plainForm(u)] = true
	}
	return w, nil
}

func (w *columnWords) learn(names []string) {
	for _, name := range names {
		form, _ := nameForm(name)
		w.names[form] = true
	}
}

func (w *columnWords) known(name string) bool {
	form, _ := nameForm(name)
	return w.names[form]
}

func (w *columnWords) isUnit(text string) bool { return w.units[plainForm(text)] }

// mapping finds the sheet to read and how: as the options say, else the mapping
// whose signs a sheet has.
func (r *run) mapping(w *columnWords, file *tablefile.File, named *standards.ColumnMapping) (*tablefile.Sheet, *standards.ColumnMapping, error) {
	sheets, err := r.candidates(file)
	if err != nil {
		return nil, nil, err
	}
	if named != nil {
		return r.sheetFor(sheets, named)
	}
	best, others := choose(w, sheets, r.targetLayer())
	switch {
	case len(others) > 0:
		return nil, nil, r.undecided(append([]*tablefile.Sheet{best.sheet}, others...))
	case best != nil:
		r.passedOver(sheets, best.sheet)
		title, id := best.mapping.Title, best.mapping.ID
		r.report.note(geo.T("按“"+title.ZH+"”读取（--columns "+id+"）", "read as: "+title.EN+" (--columns "+id+")"))
		return best.sheet, best.mapping, nil
	}
	return r.plainMapping(w, sheets)
}

func (r *run) targetLayer() string {
	if layer, ok := r.layerNamed(r.opts.Layer); ok {
		return layer
	}
	return r.opts.Layer
}

// candidates are the sheets that may be meant: the one named, else those that are
// shown and hold something.
func (r *run) candidates(file *tablefile.File) ([]*tablefile.Sheet, error) {
	var out []*tablefile.Sheet
	var names []string
	for _, s := range file.Sheets {
		names = append(names, s.Name)
		if r.opts.Table != "" && plainForm(s.Name) == plainForm(r.opts.Table) {
			return []*tablefile.Sheet{s}, nil
		}
		if !s.Hidden && s.HeaderRow > 0 {
			out = append(out, s)
		}
	}
	if r.opts.Table != "" {
		return nil, geo.Refuse(geo.Tf("文件 %s 没有工作表 %q", "file %s has no sheet %q", r.report.File, r.opts.Table), geo.Tf("现有：%s", "there are: %s", list(names)))
	}
	if len(out) == 0 {
		return nil, geo.Refuse(geo.Tf("文件 %s 中没有表格", "file %s holds no table", r.report.File), geo.T("检查文件内容", "check what is in the file"))
	}
	return out, nil
}

// namedMapping is the one that --columns names, by its id or as a file.
func (r *run) namedMapping(w *columnWords) (*standards.ColumnMapping, error) {
	var ids []string
	for i := range w.Mappings {
		if w.Mappings[i].ID == r.opts.Columns {
			return &w.Mappings[i], nil
		}
		ids = append(ids, w.Mappings[i].ID)
	}
	text, err := os.ReadFile(r.opts.Columns)
	if err != nil {
		return nil, geo.Refuse(geo.Tf("--columns %s 既不是列对应的名称，也不是可读的文件", "--columns %s is neither the name of a mapping nor a file that can be read", r.opts.Columns),
			geo.Tf("可用名称：%s", "there are: %s", strings.Join(ids, ", "))).Because(err)
	}
	m, err := standards.ParseMapping(r.opts.Columns, text)
	if err != nil {
		return nil, geo.Refuse(geo.Tf("列对应文件 %s 有误：%v", "the mapping %s is wrong: %v", r.opts.Columns, err),
			geo.T("对照 docs/columns.md 改正", "mend it after docs/columns.md"))
	}
	for _, l := range m.Into {
		if err := r.checkFields(l, r.opts.Columns); err != nil {
			return nil, err
		}
	}
	w.learn(m.Names())
	return m, nil
}

// checkFields refuses a mapping to attributes that a layer does not have.
func (r *run) checkFields(l standards.LayerColumns, name string) error {
	schema, ok := r.schema(l.Layer)
	if !ok {
		return nil // a layer of the user's own takes any
	}
	for _, field := range sortedKeys(l.Fields) {
		if _, ok := schema.Field(field); !ok {
			var have []string
			for _, f := range schema.Fields {
				have = append(have, f.Name)
			}
			return geo.Refuse(geo.Tf("列对应文件 %s：图层 %s 没有字段 %q", "the mapping %s: layer %s has no field %q", name, l.Layer, field),
				geo.Tf("可用字段：%s", "there are: %s", strings.Join(have, ", ")))
		}
	}
	return nil
}

// sheetFor finds the sheet that a mapping is for: by its name, else the one with
// most of its columns.
func (r *run) sheetFor(sheets []*tablefile.Sheet, m *standards.ColumnMapping) (*tablefile.Sheet, *standards.ColumnMapping, error) {
	best, most := (*tablefile.Sheet)(nil), 0
	for _, s := range sheets {
		h := headersOf(s)
		n := h.count(m.Names())
		if slices.ContainsFunc(m.Sheet, func(name string) bool { return plainForm(name) == plainForm(s.Name) }) {
			n += 1000
		}
		if n > most {
			best, most = s, n
		}
	}
	if best == nil {
		return nil, nil, geo.Refuse(geo.Tf("文件 %s 中没有列对应 %s 所需的列", "file %s has none of the columns that the mapping %s looks for", r.report.File, r.opts.Columns),
			geo.Tf("表中的列：%s", "the table has: %s", list(columnNames(sheets[0]))))
	}
	r.passedOver(sheets, best)
	return best, m, nil
}

func (r *run) passedOver(sheets []*tablefile.Sheet, read *tablefile.Sheet) {
	var names []string
	for _, s := range sheets {
		if s != read {
			names = append(names, s.Name)
		}
	}
	if len(names) > 0 {
		r.report.note(geo.Tf("读取工作表 %s，未读取：%s", "sheet %s was read; not read: %s", read.Name, list(names)))
	}
}

// fit is a mapping that a sheet has the signs of.
type fit struct {
	sheet   *tablefile.Sheet
	mapping *standards.ColumnMapping
	signs   int
	columns int
}

func (f *fit) better(o *fit) int {
	if f.signs != o.signs {
		return f.signs - o.signs
	}
	return f.columns - o.columns
}

// choose finds the best fit. others are sheets that the same mapping fits.
func choose(w *columnWords, sheets []*tablefile.Sheet, layer string) (best *fit, others []*tablefile.Sheet) {
	for _, s := range sheets {
		own := fitting(w, s, layer)
		switch {
		case own == nil:
		case best == nil || own.mapping != best.mapping && own.better(best) > 0:
			best, others = own, nil
		case own.mapping == best.mapping:
			others = append(others, s)
		}
	}
	return best, others
}

// fitting is the mapping that fits one sheet best, if one does.
func fitting(w *columnWords, s *tablefile.Sheet, layer string) (best *fit) {
	h := headersOf(s)
	for i := range w.Mappings {
		m := &w.Mappings[i]
		into := func(l standards.LayerColumns) bool { return l.Layer == layer }
		if m.Manual || layer != "" && !slices.ContainsFunc(m.Into, into) || !h.has(m) {
			continue
		}
		f := &fit{s, m, h.count(m.Signs), h.count(m.Names())}
		if (f.signs > 0 || layer != "") && (best == nil || f.better(best) > 0) {
			best = f
		}
	}
	return best
}

// undecided refuses several sheets that may be meant alike.
func (r *run) undecided(sheets []*tablefile.Sheet) error {
	var names []string
	for _, s := range sheets {
		names = append(names, s.Name)
	}
	return geo.Refuse(geo.Tf("文件 %s 有 %d 张同类的表：%s", "file %s has %d tables of the same kind: %s", r.report.File, len(names), list(names)),
		geo.T("每次用 --sheet 指定一张，分别导入", "name one with --sheet, and import one after the other"))
}

// plainMapping reads a table for which there is no mapping: coordinates and ids by
// their usual names, everything else as in other formats.
func (r *run) plainMapping(w *columnWords, sheets []*tablefile.Sheet) (*tablefile.Sheet, *standards.ColumnMapping, error) {
	layer := r.targetLayer()
	for _, s := range sheets {
		for _, name := range []string{s.Name, r.stem()} {
			if found, ok := r.layerNamed(name); ok && layer == "" {
				layer = found
			}
		}
	}
	if layer == "" {
		var ids []string
		for _, m := range w.Mappings {
			ids = append(ids, m.ID)
		}
		return nil, nil, geo.Refuse(geo.Tf("无法确定文件 %s 是什么表；表头为第 %d 行：%s", "it is not clear what table file %s is; its names are in row %d: %s", r.report.File, sheets[0].HeaderRow, list(columnNames(sheets[0]))),
			geo.Tf("用 --layer 指定图层：%s", "name its layer with --layer: %s", strings.Join(layerNames(), ", ")),
			geo.Tf("或用 --columns 指定列对应：%s，或自己的 YAML 文件", "or its kind with --columns: %s, or a YAML file of your own", strings.Join(ids, ", ")))
	}
	if err := r.writable(layer); err != nil {
		return nil, nil, err
	}
	sheet, err := r.placedSheet(w, sheets)
	if err != nil {
		return nil, nil, err
	}
	m := &standards.ColumnMapping{ID: layer, Into: []standards.LayerColumns{{Layer: layer, Place: w.Place, ID: w.ID}}}
	return sheet, m, nil
}

// placedSheet is the one sheet that has coordinates.
func (r *run) placedSheet(w *columnWords, sheets []*tablefile.Sheet) (*tablefile.Sheet, error) {
	var best []*tablefile.Sheet
	most := 0
	for _, s := range sheets {
		h := headersOf(s)
		n := h.count(placeNames(w.Place))
		if n > most {
			best, most = nil, n
		}
		if n == most {
			best = append(best, s)
		}
	}
	if len(best) > 1 {
		return nil, r.undecided(best)
	}
	r.passedOver(sheets, best[0])
	return best[0], nil
}

func placeNames(places []standards.PlaceColumns) (out []string) {
	for i := range places {
		out = append(out, places[i].Names()...)
	}
	return out
}

func columnNames(s *tablefile.Sheet) (out []string) {
	for _, c := range s.Columns {
		out = append(out, c.Name)
	}
	return out
}
