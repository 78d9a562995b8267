package exchange

import (
	"fmt"
	"strings"

	"yiju/geo"
)

// Text words the report for a person, in "zh" or "en".
func (r *Report) Text(lang string) string {
	var b strings.Builder
	say := func(t geo.Text) { b.WriteString(t.In(lang) + "\n") }
	what := geo.T("图纸", "drawing")
	if r.Kind == ChangeSet {
		what = geo.T("方案文件", "scenario")
	}
	if r.DryRun {
		say(geo.Tf("%[1]s %[3]s（试运行，未建立方案）：%[4]d 个编辑，基准版本 %[5]d", "%[2]s %[3]s (dry run, no scenario was made): %[4]d edits over revision %[5]d", what.ZH, what.EN, r.File, r.Edits, r.Base))
	} else {
		say(geo.Tf("%[1]s %[3]s：%[4]d 个编辑，基准版本 %[5]d", "%[2]s %[3]s: %[4]d edits over revision %[5]d", what.ZH, what.EN, r.File, r.Edits, r.Base))
	}
	if r.SourceCRS != "" {
		say(geo.T("坐标系："+r.SourceCRS, "CRS: "+r.SourceCRS))
	}
	for i := range r.Layers {
		r.Layers[i].write(&b, r.Kind, lang)
	}
	for _, a := range r.Ambiguous {
		say(geo.Tf("? %[1]s/%[2]s 可能是 %[3]s；已作为关闭的新增", "? %[1]s/%[2]s may be %[3]s; it is an addition that is switched off", a.Layer, a.ID, strings.Join(a.Candidates, ", ")))
	}
	for _, n := range r.Notes {
		say(geo.T("· "+n.ZH, "· "+n.EN))
	}
	for _, p := range r.Problems {
		say(geo.T(fmt.Sprintf("! %6d  %s（%s）", p.Count, p.Text.ZH, strings.Join(p.Examples, "；")), fmt.Sprintf("! %6d  %s (%s)", p.Count, p.Text.EN, strings.Join(p.Examples, "; "))))
	}
	return b.String()
}

// write words what became of a layer.
func (l *LayerReport) write(b *strings.Builder, kind, lang string) {
	name := l.Title.In(lang)
	if name != l.Layer {
		name += " " + l.Layer
	}
	fmt.Fprintf(b, "%s: %s\n", name, geo.Tf("新增 %d，修改 %d，删除 %d", "%d added, %d changed, %d deleted", l.Added, l.Changed, l.Deleted).In(lang))
	if kind == ChangeSet {
		return
	}
	say := func(t geo.Text) { b.WriteString("  " + t.In(lang) + "\n") }
	say(geo.Tf("图中 %d 个：按标识匹配 %d，按形状匹配 %d（无变化 %d），无法判断 %d", "%d in the file: %d matched by id, %d by shape (%d unchanged), %d ambiguous", l.InFile, l.ByID, l.ByGeometry, l.Unchanged, l.Ambiguous))
	if l.Moved > 0 {
		say(geo.Tf("移动或改形 %d 个，最多 %.2f 米", "%d moved or reshaped, by %.2f m at the most", l.Moved, l.Moved_m))
	}
	if left := l.MissingCount - l.Deleted; left > 0 {
		more := ""
		if l.MissingCount > len(l.Missing) {
			more = " …"
		}
		say(geo.Tf("图纸范围内现状有而图中没有 %d 个（未删除）：%s%s", "%d of the base inside the area are not in the file, and stay: %s%s", left, strings.Join(l.Missing, ", "), more))
	}
	if l.EmptyLeft > 0 {
		say(geo.Tf("图中为空的值 %d 处，保留现状的值", "%d values are empty in the file; those of the base stay", l.EmptyLeft))
	}
	if len(l.ColumnsLeft) > 0 {
		say(geo.Tf("不属于图层属性、未用于修改的字段：%s", "columns that are no attributes of the layer, not taken for changes: %s", strings.Join(l.ColumnsLeft, ", ")))
	}
}
