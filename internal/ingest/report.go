package ingest

import (
	"fmt"
	"strings"

	"yiju/geo"
	"yiju/geo/tally"
	"yiju/layers"
)

// Report tells what an import read, did and left out. Lists are in a fixed order.
type Report struct {
	File     string          `json:"file"`
	Format   Format          `json:"format"`
	Bytes    int64           `json:"bytes"`
	Revision layers.Revision `json:"revision"`
	// Read counts what the file holds.
	Read []Count `json:"read"`
	// Layers counts what was written, in the order of the layers.
	Layers []LayerCount `json:"layers"`
	// Community is the one the workspace works on; nil when it has none yet.
	Community *Community `json:"community"`
	Margin    float64    `json:"margin_m"`
	// SourceCRS is what the file's coordinates were taken to be in, CRS what the
	// workspace measures in.
	SourceCRS string `json:"source_crs"`
	CRS       string `json:"crs"`
	// Notes are decisions that a person may want to know of.
	Notes []geo.Text `json:"notes"`
	// Problems counts what was repaired, dropped or left out, with examples.
	Problems []tally.Entry `json:"problems"`
}

// Count is a number of things.
type Count struct {
	What  geo.Text `json:"what"`
	Count int      `json:"count"`
}

// LayerCount says what became of the features of one layer.
type LayerCount struct {
	Layer   string   `json:"layer"`
	Title   geo.Text `json:"title"`
	Written int      `json:"written"`
	// Outside did not touch the community and its margin, Refused could not be
	// written; the problems say why.
	Outside int  `json:"outside"`
	Refused int  `json:"refused"`
	Cleared bool `json:"cleared"`
}

// Community says which area the import was about.
type Community struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	How    geo.Text   `json:"how"`
	Extent geo.Extent `json:"extent"`
	// New tells that the import wrote it.
	New bool `json:"new"`
}

func (r *Report) note(t geo.Text) { r.Notes = append(r.Notes, t) }

// Total is the number of features written, the community included.
func (r *Report) Total() int {
	n := 0
	for _, l := range r.Layers {
		n += l.Written
	}
	return n
}

// Text words the report for a person, in "zh" or "en".
func (r *Report) Text(lang string) string {
	var b strings.Builder
	say := func(t geo.Text) { b.WriteString(t.In(lang)); b.WriteByte('\n') }
	say(geo.Tf("导入 %s（%s，%.1f MB）：写入 %d 个要素，版本 %d", "imported %s (%s, %.1f MB): %d features written, revision %d",
		r.File, r.Format, float64(r.Bytes)/1e6, r.Total(), r.Revision))
	var read []string
	for _, c := range r.Read {
		read = append(read, fmt.Sprintf("%d %s", c.Count, c.What.In(lang)))
	}
	say(geo.T("读入："+strings.Join(read, "，"), "read: "+strings.Join(read, ", ")))
	if c := r.Community; c != nil {
		say(geo.Tf("社区：%s（%s），%s", "community: %s (%s), %s", c.Name, c.ID, c.How.In(lang)))
	}
	if r.SourceCRS != "" { // a table without coordinates has none
		say(geo.Tf("坐标系：文件 %s，工作区 %s", "CRS: file %s, workspace %s", r.SourceCRS, r.CRS))
	}
	say(geo.T("图层：", "layers:"))
	for _, l := range r.Layers {
		b.WriteString("  " + l.line(lang) + "\n")
	}
	for _, n := range r.Notes {
		b.WriteString("· " + n.In(lang) + "\n")
	}
	if len(r.Problems) > 0 {
		say(geo.T("请留意：", "to note:"))
	}
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "  %6d  %s", p.Count, p.Text.In(lang))
		if len(p.Examples) > 0 {
			more := ""
			if p.Count > len(p.Examples) {
				more = " …"
			}
			fmt.Fprintf(&b, "\n          %s%s", strings.Join(p.Examples, "; "), more)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (l *LayerCount) line(lang string) string {
	s := geo.Tf("%6[2]d  %[1]s", "%6[2]d  %[1]s", l.Title.In(lang), l.Written).In(lang)
	if lang == "zh" || l.Title.EN == l.Layer {
		s += " " + l.Layer
	} else {
		s += " (" + l.Layer + ")"
	}
	var more []string
	if l.Outside > 0 {
		more = append(more, geo.Tf("范围外 %d", "%d outside", l.Outside).In(lang))
	}
	if l.Refused > 0 {
		more = append(more, geo.Tf("未写入 %d", "%d left out", l.Refused).In(lang))
	}
	if l.Cleared {
		more = append(more, geo.T("原有要素已清空", "emptied first").In(lang))
	}
	if len(more) > 0 {
		s += " — " + strings.Join(more, ", ")
	}
	return s
}
