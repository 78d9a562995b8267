package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"yiju/geo"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// conform moves what the columns of a file say into the attributes of a layer.
func (r *run) conform(d *dictionary, features []geo.Feature, layer string) error {
	schema, _ := r.schema(layer)
	names := make(map[string]bool)
	for i := range features {
		for name := range features[i].Extra {
			names[name] = true
		}
	}
	columns, taken := d.columns(&schema, sortedKeys(names))
	defaults, err := r.defaults(d, &schema)
	if err != nil {
		return err
	}
	r.noteColumns(layer, columns, taken, names)
	r.drawing.columns(layer, columns)
	var problems []geo.Problem
	for i := range features {
		problems = append(problems, r.fit(d, &features[i], layer, columns, defaults)...)
	}
	r.noteUnusual(d, features, layer, columns)
	return r.wrongValues(problems)
}

// noteUnusual tells of columns whose middle value is so far from what is usual
// that the unit is likely another.
func (r *run) noteUnusual(d *dictionary, features []geo.Feature, layer string, columns []column) {
	for _, c := range columns {
		usual, ok := d.aliases.Usual[c.field.Name]
		if !ok {
			continue
		}
		var values []float64
		for i := range features {
			if v, known := features[i].Number(c.field.Name); known && v != 0 {
				values = append(values, v)
			}
		}
		if len(values) == 0 {
			continue
		}
		slices.Sort(values)
		if m := values[len(values)/2]; m < usual[0] || m > usual[1] {
			r.report.note(geo.Tf("请核对 %[1]s 的字段 %[2]s：中位数为 %[3]g %[4]s，单位可能不是 %[4]s（可在字段名后注明单位，如“管径(cm)”）",
				"check column %[2]s of %[1]s: half of its values are below %[3]g (%[4]s), its unit may be another (say it in the name, as in \"diameter (cm)\")", layer, c.name, m, c.field.Unit))
		}
	}
}

// fit moves one feature's values. With strict care the values that cannot be read
// come back as problems.
func (r *run) fit(d *dictionary, f *geo.Feature, layer string, columns []column, defaults map[string]any) (problems []geo.Problem) {
	for _, c := range columns {
		raw, there := f.Extra[c.name]
		if !there {
			continue
		}
		v, how := d.read(c, raw)
		example := fmt.Sprintf("%s: %s=%s", f.ID, c.name, show(raw))
		switch how {
		case wrong:
			if r.strict() {
				problems = append(problems, geo.Problem{Layer: layer, ID: f.ID, Field: c.name, Value: show(raw), Message: wrongValue(c.field)})
				continue
			}
			r.dropped(layer, c.field.Name, example)
			continue // it stays in Extra as it was
		case fixed:
			r.problems.Add("fixed_"+c.field.Name, geo.Tf("%s 的写法已换算为规范值", "%s was brought into its usual form", c.field.Name), example+" → "+show(v))
		case unknown:
			r.problems.Add("unknown_text", geo.T("“无”“—”等文字按未知处理", "texts such as \"—\" or \"none\" are taken as unknown"), example)
		}
		delete(f.Extra, c.name)
		f.Set(c.field.Name, v)
	}
	for _, name := range sortedKeys(defaults) {
		if _, known := f.Attributes[name]; !known {
			f.Set(name, defaults[name])
		}
	}
	maps.DeleteFunc(f.Extra, func(_ string, v any) bool { return v == nil })
	return problems
}

func (r *run) dropped(layer, field, example string) {
	r.problems.Add("dropped_"+layer+"_"+field, geo.Tf("图层 %[1]s 的 %[2]s 不合要求，按未知处理，原值保留在附加属性中", "%[2]s of layer %[1]s does not fit; it is unknown, the value stays among the further attributes", layer, field), example)
}

func wrongValue(f geo.Field) geo.Text {
	if len(f.Codes) > 0 && f.Closed {
		var codes []string
		for _, c := range f.Codes {
			codes = append(codes, c.Value+" "+c.Title.ZH)
		}
		return geo.Tf("不是 %s 的可用值（%s）", "is not a value of %s (%s)", f.Name, strings.Join(codes, ", "))
	}
	kind := map[geo.Type]geo.Text{
		geo.Integer: geo.T("整数", "a whole number"), geo.Real: geo.T("数字", "a number"),
		geo.Boolean: geo.T("是或否", "yes or no"), geo.String: geo.T("文字", "text"),
	}[f.Type]
	unit := ""
	if f.Unit != "" {
		unit = " (" + f.Unit + ")"
	}
	return geo.T("应为"+kind.ZH+unit, "should be "+kind.EN+unit)
}

// wrongValues refuses a file for the values found wrong. Features with the same
// trouble share a line.
func (r *run) wrongValues(problems []geo.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	const most = 20
	var zh, en strings.Builder
	lines := alike(problems)
	for _, p := range lines[:min(len(lines), most)] {
		fmt.Fprintf(&zh, "\n    %s：%s（%s）", p.subject(), p.Message.ZH, p.where())
		fmt.Fprintf(&en, "\n    %s: %s (%s)", p.subject(), p.Message.EN, p.where())
	}
	if len(lines) > most {
		zh.WriteString("\n    …")
		en.WriteString("\n    …")
	}
	return geo.Refuse(
		geo.T(fmt.Sprintf("文件 %s 有 %d 处数据不合图层要求，未写入任何内容：%s", r.report.File, len(problems), zh.String()),
			fmt.Sprintf("%d values of file %s do not fit their layer; nothing was written:%s", len(problems), r.report.File, en.String())),
		geo.T("改正后重试，或加 --lenient：不合要求的值按未知处理并保留原值，几何不合的要素跳过", "mend them, or add --lenient: values that do not fit become unknown and stay among the further attributes, features whose geometry does not fit are left out"))
}

// alikeProblem is one trouble that several features have.
type alikeProblem struct {
	geo.Problem
	ids   []string
	count int
}

func (p *alikeProblem) subject() string {
	if p.Value == "" {
		return p.Layer + " " + p.Field
	}
	return p.Layer + " " + p.Field + "=" + p.Value
}

func (p *alikeProblem) where() string {
	s := strings.Join(p.ids, ", ")
	if p.count > len(p.ids) {
		s += fmt.Sprintf(" … ×%d", p.count)
	}
	return s
}

func alike(problems []geo.Problem) []alikeProblem {
	const ids = 5
	var out []alikeProblem
	at := make(map[string]int)
	for _, p := range problems {
		key := p.Layer + "\x00" + p.Field + "\x00" + p.Value + "\x00" + p.Message.EN
		i, there := at[key]
		if !there {
			i = len(out)
			at[key] = i
			out = append(out, alikeProblem{Problem: p})
		}
		out[i].count++
		if len(out[i].ids) < ids {
			out[i].ids = append(out[i].ids, p.ID)
		}
	}
	return out
}

// defaults reads the values that --set gives.
func (r *run) defaults(d *dictionary, schema *geo.Schema) (map[string]any, error) {
	out := make(map[string]any, len(r.opts.Set))
	for _, name := range sortedKeys(r.opts.Set) {
		f, ok := schema.Field(name)
		if !ok {
			return nil, geo.Refuse(geo.Tf("图层 %s 没有字段 %q", "layer %s has no field %q", schema.Layer, name), geo.T("检查 --set", "check --set"))
		}
		v, how := d.read(column{name: name, field: f, factor: 1}, r.opts.Set[name])
		if how == wrong || v == nil {
			m := wrongValue(f)
			return nil, geo.Refuse(geo.T("--set "+name+"="+r.opts.Set[name]+"："+m.ZH, "--set "+name+"="+r.opts.Set[name]+": "+m.EN))
		}
		out[name] = v
	}
	return out, nil
}

// noteColumns says which column became which attribute.
func (r *run) noteColumns(layer string, columns []column, taken []string, names map[string]bool) {
	var mapped []string
	rest := maps.Clone(names)
	for _, c := range columns {
		delete(rest, c.name)
		if c.name != c.field.Name {
			mapped = append(mapped, c.name+" → "+c.field.Name)
		}
	}
	if len(mapped) > 0 {
		r.report.note(geo.Tf("%s 的字段对应：%s", "columns of %s: %s", layer, strings.Join(mapped, ", ")))
	}
	if len(taken) > 0 {
		r.report.note(geo.Tf("%s 的字段重复，保留为附加属性：%s", "columns of %s that mean the same as another stay further attributes: %s", layer, list(taken)))
	}
	if len(rest) > 0 {
		r.report.note(geo.Tf("%s 的附加属性：%s", "further attributes of %s: %s", layer, list(sortedKeys(rest))))
	}
}

// identify gives the features of a table their ids: their own, those of a column
// that names every feature once, or, where there are none, one made of what the
// feature holds, which is the same whenever the same feature comes again.
func (r *run) identify(t *table, layer string) error {
	how := geo.T("文件自带", "the file's own")
	switch field := r.idColumn(t); {
	case field != "" && r.drawing != nil:
		r.drawing.ids(t, field)
		how = geo.Tf("字段 %s", "column %s", field)
	case field != "":
		for i := range t.features {
			t.features[i].ID = strings.TrimSpace(fmt.Sprint(t.features[i].Extra[field]))
			delete(t.features[i].Extra, field)
		}
		how = geo.Tf("字段 %s", "column %s", field)
	case t.rowIDs:
		r.drawing.noIDs(layer)
		prefix := r.stem()
		if r.opts.Format == GPKG {
			prefix += "." + t.name
		}
		for i := range t.features {
			t.features[i].ID = prefix + "." + t.features[i].ID
		}
		how = geo.Tf("行号（加前缀 %s.）", "row numbers, with %s. before them", prefix)
	default:
		made := 0
		for i := range t.features {
			if t.features[i].ID == "" {
				t.features[i].ID = hashID(&t.features[i])
				made++
			}
		}
		if made == len(t.features) {
			r.drawing.noIDs(layer)
		}
		if made > 0 {
			how = geo.Tf("其中 %d 个由内容生成", "%d of them made from what the features hold", made)
		}
	}
	r.report.note(geo.T(layer+" 的标识："+how.ZH, "ids of "+layer+": "+how.EN))
	return r.distinct(t, layer)
}

// idColumn finds the column that names the features. One asked for must be there.
func (r *run) idColumn(t *table) string {
	if r.opts.IDField != "" {
		return r.opts.IDField
	}
	own := false
	for i := range t.features {
		own = own || t.features[i].ID != ""
	}
	if own && !t.rowIDs {
		return ""
	}
	d, err := newDictionary()
	if err != nil || len(t.features) == 0 {
		return ""
	}
	for _, alias := range d.aliases.ID {
		want, _ := nameForm(alias)
		for _, name := range sortedKeys(t.features[0].Extra) {
			if form, _ := nameForm(name); form == want && (names(t.features, name) || r.drawing.names(t.features, name)) {
				return name
			}
		}
	}
	return ""
}

// names tells whether a column has one value for each feature, and each once.
func names(features []geo.Feature, column string) bool {
	seen := make(map[string]bool, len(features))
	for i := range features {
		v := features[i].Extra[column]
		if v == nil {
			return false
		}
		s := strings.TrimSpace(fmt.Sprint(v))
		if s == "" || seen[s] {
			return false
		}
		seen[s] = true
	}
	return true
}

func hashID(f *geo.Feature) string {
	h := sha256.New()
	body, err := f.MarshalWKB()
	if err == nil {
		h.Write(body)
	}
	text, err := json.Marshal(f.Extra) // sorted by key
	if err == nil {
		h.Write(text)
	}
	return "h" + hex.EncodeToString(h.Sum(nil)[:8])
}

// free numbers an id that is taken until it is not.
func free(id string, seen map[string]string, count map[string]int) string {
	for {
		count[id]++
		out := fmt.Sprintf("%s.%d", id, count[id]+1)
		if _, taken := seen[out]; !taken {
			return out
		}
	}
}

// distinct looks for ids that are there twice. The same feature twice counts once;
// different ones are refused, or numbered.
func (r *run) distinct(t *table, layer string) error {
	seen := make(map[string]string, len(t.features))
	count := make(map[string]int)
	var twice []string
	kept := t.features[:0]
	for _, f := range t.features {
		if f.ID == "" || f.ID == "<nil>" {
			twice = append(twice, "?")
			r.problems.Add("no_id", geo.T("要素没有标识，未写入", "a feature has no id; it is left out"), f.Source.ID)
			r.layerCount(layer).Refused++
			continue
		}
		content := hashID(&f)
		other, there := seen[f.ID]
		switch {
		case !there:
			seen[f.ID] = content
		case other == content:
			r.problems.Add("same_feature", geo.T("完全相同的要素重复出现，只写入一次", "the very same feature is there more than once; it is written once"), layer+"/"+f.ID)
			continue
		default:
			twice = append(twice, f.ID)
			r.problems.Add("same_id", geo.T("不同要素标识相同，已加序号区分", "different features have one id; they were numbered"), layer+"/"+f.ID)
			f.ID = free(f.ID, seen, count)
			seen[f.ID] = content
		}
		kept = append(kept, f)
	}
	if len(twice) > 0 && r.strict() {
		slices.Sort(twice)
		return geo.Refuse(geo.Tf("文件 %s 中有 %d 个要素的标识缺失或重复：%s", "%[2]d features of file %[1]s have no id, or one that another has: %[3]s", r.report.File, len(twice), list(slices.Compact(twice))),
			geo.T("用 --id 指定标识字段，或加 --lenient 自动编号", "name the column of ids with --id, or add --lenient to number them"))
	}
	t.features = kept
	return nil
}
