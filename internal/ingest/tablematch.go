package ingest

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"yiju/geo"
)

// matchPlan leads from a column to features that the layer has already, which the
// rows complete.
type matchPlan struct {
	at   int
	have map[string]geo.Feature // by the value that the column names
}

// match finds the features that --match is about: those whose id the column gives,
// or that keep the same column among their attributes.
func (g *grid) match(ctx context.Context, p *layerPlan) error {
	name := g.run.opts.Match
	at := g.headers.find([]string{name})
	if at == none {
		return geo.Refuse(geo.Tf("表中没有列 %q（--match）", "the table has no column %q (--match)", name), geo.Tf("现有：%s", "there are: %s", list(g.headers.names)))
	}
	features, err := g.run.all(ctx, p.layer)
	if err != nil {
		return err
	}
	if len(features) == 0 {
		return geo.Refuse(geo.Tf("图层 %s 中没有可补充的要素", "layer %s has no features to complete", p.layer), geo.T("先导入带位置的数据", "import the data with the places first"))
	}
	p.match = &matchPlan{at: at, have: make(map[string]geo.Feature, len(features))}
	byColumn := func(f *geo.Feature) string { return kept(f, g.headers.names[at]) }
	key := byColumn
	if !slices.ContainsFunc(features, func(f geo.Feature) bool { return byColumn(&f) != "" }) {
		key = func(f *geo.Feature) string { return f.ID }
	}
	for _, f := range features {
		k := key(&f)
		if before, twice := p.match.have[k]; twice && k != "" {
			return geo.Refuse(geo.Tf("图层 %[1]s 的要素 %[2]s 和 %[3]s 的“%[4]s”相同：%[5]s", "features %[2]s and %[3]s of layer %[1]s have the same %[4]s: %[5]s", p.layer, before.ID, f.ID, name, k),
				geo.T("换用能区分要素的列", "use a column that tells them apart"))
		}
		p.match.have[k] = f
	}
	p.id, p.ids = &idPlan{at: []int{at}}, nil
	p.extra = slices.DeleteFunc(p.extra, func(i int) bool { return i == at })
	return nil
}

// kept is what a feature has under the name of a column, as text.
func kept(f *geo.Feature, name string) string {
	form, _ := nameForm(name)
	for _, values := range []map[string]any{f.Attributes, f.Extra} {
		for _, key := range sortedKeys(values) {
			if other, _ := nameForm(key); other == form && values[key] != nil {
				return fmt.Sprint(values[key])
			}
		}
	}
	return ""
}

// complete puts what the rows say into the features that were there.
func (g *grid) complete(p *layerPlan) error {
	if p.match == nil {
		return nil
	}
	var missing []geo.Problem
	done := p.features[:0]
	for _, f := range p.features {
		have, ok := p.match.have[f.ID]
		if !ok {
			why := geo.Tf("图层 %s 中没有这个要素", "layer %s has no such feature", p.layer)
			missing = append(missing, geo.Problem{Layer: p.layer, ID: f.Source.ID, Field: g.headers.names[p.match.at], Value: show(f.ID), Message: why})
			continue
		}
		whole := have.Clone()
		if f.Geometry != nil {
			whole.Geometry = f.Geometry
		}
		for _, name := range sortedKeys(f.Attributes) {
			whole.Set(name, f.Attributes[name])
		}
		if whole.Extra == nil {
			whole.Extra = make(map[string]any)
		}
		maps.Copy(whole.Extra, f.Extra)
		whole.Quality = append(whole.Quality, f.Quality...)
		done = append(done, whole)
	}
	p.features = done
	g.run.report.note(geo.Tf("%[1]s：按列“%[3]s”补充了已有的 %[2]d 个要素", "%[1]s: %[2]d features that were there were completed by column %[3]q", p.layer, len(done), g.headers.names[p.match.at]))
	if len(missing) > 0 && g.run.strict() {
		return g.run.wrongValues(missing)
	}
	for _, m := range missing {
		g.run.layerCount(p.layer).Refused++
		g.run.problems.Add("no_match_"+p.layer, geo.T("没有对应的已有要素，未写入", "rows without a feature to complete were left out"), m.ID+": "+m.Value)
	}
	return nil
}
