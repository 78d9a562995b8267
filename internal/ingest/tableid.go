package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"yiju/data/standards"
	tablefile "yiju/data/table"
	"yiju/geo"
)

// idPlan are the columns of an id.
type idPlan struct {
	at   []int
	soft bool
	seen map[string]bool // while it is not known to be ambiguous
	bad  bool            // a soft one that does not tell rows apart
}

func (g *grid) idOf(c standards.IDColumns) *idPlan {
	p := &idPlan{soft: c.Soft, seen: make(map[string]bool)}
	if at := g.headers.find(c.Columns); at != none {
		p.at = []int{at}
		return p
	}
	for _, names := range c.Join {
		at := g.headers.find(names)
		if at == none {
			return nil
		}
		p.at = append(p.at, at)
	}
	if len(p.at) == 0 {
		return nil
	}
	return p
}

// named makes the id plan that --id asks for.
func (g *grid) namedID() (*idPlan, error) {
	at := g.headers.find([]string{g.run.opts.IDField})
	if at == none {
		return nil, geo.Refuse(geo.Tf("表中没有列 %q（--id）", "the table has no column %q (--id)", g.run.opts.IDField), geo.Tf("现有：%s", "there are: %s", list(g.headers.names)))
	}
	return &idPlan{at: []int{at}}, nil
}

// see notes the id that a row would have.
func (id *idPlan) see(cells []tablefile.Cell) {
	if id.bad || !id.soft {
		return
	}
	key := id.of(cells)
	if key == "" || id.seen[key] {
		id.bad, id.seen = true, nil
		return
	}
	id.seen[key] = true
}

// of puts the id of a row together; "" when a part is missing.
func (id *idPlan) of(cells []tablefile.Cell) string {
	if len(id.at) == 1 {
		return cells[id.at[0]].Text
	}
	parts := make([]string, len(id.at))
	for i, at := range id.at {
		if parts[i] = cells[at].Text; parts[i] == "" {
			return ""
		}
	}
	return strings.Join(parts, "-")
}

// chooseID settles where ids come from: the first sure column, else the first that
// tells all rows apart, else what a row holds.
func (g *grid) chooseID(p *layerPlan) error {
	if g.run.opts.IDField != "" && p.match == nil {
		id, err := g.namedID()
		if err != nil {
			return err
		}
		p.id = id
	}
	for _, id := range p.ids {
		if p.id == nil && !id.bad {
			p.id = id
		}
		id.seen = nil
	}
	if p.id == nil {
		g.run.drawing.noIDs(p.layer)
		g.run.report.note(geo.Tf("%s 的标识由每行内容生成：没有可区分各行的标识列", "ids of %s are made from what rows hold: no column of ids tells them apart", p.layer))
		return nil
	}
	var names []string
	for _, at := range p.id.at {
		names = append(names, g.headers.names[at])
		if g.stats[at].lostDigits() {
			return g.digitsGone(at)
		}
	}
	if len(p.id.at) == 1 { // the id says it
		p.extra = slices.DeleteFunc(p.extra, func(at int) bool { return at == p.id.at[0] })
	}
	g.run.report.note(geo.Tf("%s 的标识：列 %s", "ids of %s: column %s", p.layer, strings.Join(names, " + ")))
	return nil
}

// origin is the row that an id was first seen in.
type origin struct {
	row  int
	hash uint64
	// texts are the cells of the columns of a layer whose rows must agree.
	texts []string
}

func (g *grid) idFor(p *layerPlan, row tablefile.Row) string {
	if p.id == nil {
		return contentID(row)
	}
	return p.id.of(row.Cells)
}

// contentID makes an id of what a row holds, which is the same whenever the same
// row comes again.
func contentID(row tablefile.Row) string {
	h := sha256.New()
	for _, c := range row.Cells {
		h.Write([]byte(c.Text))
		h.Write([]byte{0})
	}
	return "h" + hex.EncodeToString(h.Sum(nil)[:8])
}

// firstOf tells whether an id comes for the first time. The same row again counts
// once, and so do rows of a layer of one feature for many rows, which must agree.
func (g *grid) firstOf(p *layerPlan, f *geo.Feature, row tablefile.Row) bool {
	before, there := p.byID[f.ID]
	if p.columns.Once {
		texts := p.texts(row.Cells, before.texts)
		if !there {
			p.byID[f.ID] = origin{row: row.Number, texts: texts}
			return true
		}
		g.agree(p, before, row)
		return false
	}
	hash := rowHash(row)
	if !there {
		p.byID[f.ID] = origin{row: row.Number, hash: hash}
		return true
	}
	if before.hash == hash {
		g.run.problems.Add("same_row", geo.T("完全相同的行重复出现，只写入一次", "the very same row is there more than once; it is written once"), g.cell(row, 0))
		return false
	}
	if g.run.strict() {
		at := 0
		if p.id != nil {
			at = p.id.at[0]
		}
		g.wrong(p, row, at, f.ID, geo.Tf("与第 %d 行标识相同，内容不同", "has the id of row %d, and says something else", before.row), true)
		return false
	}
	g.run.problems.Add("same_id", geo.T("不同要素标识相同，已加序号区分", "different features have one id; they were numbered"), p.layer+"/"+f.ID)
	for k := 2; there; k++ {
		id := fmt.Sprintf("%s.%d", f.ID, k)
		if _, there = p.byID[id]; !there {
			f.ID = id
		}
	}
	p.byID[f.ID] = origin{row: row.Number, hash: hash}
	return true
}

func rowHash(row tablefile.Row) uint64 {
	h := fnv.New64a()
	for _, c := range row.Cells {
		_, _ = h.Write([]byte(c.Text))
		_, _ = h.Write([]byte{0})
	}
	return h.Sum64()
}

// uses lists the columns that the layer reads.
func (p *layerPlan) uses() (out []int) {
	if p.place != nil {
		out = append(out, p.place.x, p.place.y)
	}
	for _, f := range p.fields {
		out = append(out, f.at...)
	}
	return append(out, p.extra...)
}

// texts are the cells that must agree; nil where they are known already.
func (p *layerPlan) texts(cells []tablefile.Cell, known []string) (out []string) {
	if known != nil {
		return known
	}
	for _, at := range p.uses() {
		out = append(out, cells[at].Text)
	}
	return out
}

// agree holds a row against the first with its id.
func (g *grid) agree(p *layerPlan, first origin, row tablefile.Row) {
	for i, at := range p.uses() {
		if now := row.Cells[at].Text; now != first.texts[i] {
			g.wrong(p, row, at, now, geo.Tf("与第 %d 行同一标识的值 %s 不同", "row %d says %s for the same id", first.row, show(first.texts[i])), false)
		}
	}
}
