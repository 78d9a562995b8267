package radio

import (
	"yiju/analysis"
	"yiju/geo"
)

// values are the shares of the run. Areas are those of the community's pixels, so
// that what is covered and what is not add up to all of it.
func (r *answer) values() []analysis.Value {
	missing := r.assumedTexts()
	out := []analysis.Value{
		r.share("covered_share", shareTitles[0], "covered", coveredOf(r, allGroup).total(), r.all.total()),
		r.share("outdoor_share", shareTitles[1], "covered", coveredOf(r, allGroup).outdoor, r.all.outdoor),
		r.share("indoor_share", shareTitles[2], "buildings", coveredOf(r, allGroup).indoor, r.all.indoor),
		r.households(),
	}
	r.scales(&out[0], &out[1])
	for i := range r.groups {
		g := &r.groups[i]
		t := g.title()
		out = append(out,
			r.share("covered_share/"+g.ID, geo.T("覆盖率："+t.ZH, "Coverage: "+t.EN), "covered", r.covered[i].total(), r.all.total()),
			r.share("outdoor_share/"+g.ID, geo.T("室外覆盖率："+t.ZH, "Outdoor coverage: "+t.EN), "covered", r.covered[i].outdoor, r.all.outdoor))
	}
	if r.operatorBits() != 0 {
		out = append(out, r.share("outdoor_share/every", geo.T("室外覆盖率：每家运营商都覆盖", "Outdoor coverage by every operator"), "covered", r.every.outdoor, r.all.outdoor))
	}
	for i := range out {
		out[i].Missing = append(out[i].Missing, missing...)
	}
	return out
}

// shareTitles name the four shares of all cells.
var shareTitles = []geo.Text{
	geo.T("5G 覆盖率（覆盖面积÷社区面积）", "5G coverage (covered area ÷ area of the community)"),
	geo.T("5G 室外覆盖率", "Outdoor 5G coverage"),
	geo.T("5G 室内覆盖率", "Indoor 5G coverage"),
	geo.T("5G 室内覆盖的户数占比", "Share of households covered indoors by 5G"),
}

// coveredOf is what a group covers; nothing where there is no group.
func coveredOf(r *answer, group int) count {
	if group >= len(r.covered) {
		return count{}
	}
	return r.covered[group]
}

func (r *answer) share(id string, title geo.Text, layer string, part, whole int64) analysis.Value {
	v := analysis.Share(r.id()+"_"+id, title, "m²", r.areaM2(part), r.areaM2(whole))
	v.Layer = r.layerOf(layer)
	return v
}

// layerOf is the layer that shows a value; none where it is not made.
func (r *answer) layerOf(name string) string {
	if !r.wants(name) {
		return ""
	}
	return r.id() + "_" + name
}

// households is the share of households in served buildings. A building counts
// where it has a pixel in the community and tells its households; one that may be
// lived in and does not tell is named in Missing.
func (r *answer) households() analysis.Value {
	var served, all float64
	unknown, known := 0, 0
	for i := range r.buildings {
		h := &r.perHouse[i]
		if h.pixels == 0 {
			continue
		}
		n, ok := r.buildings[i].Number("households")
		if !ok {
			if livedIn(&r.buildings[i]) {
				unknown++
			}
			continue
		}
		known++
		all += n
		if h.served() {
			served += n
		}
	}
	v := analysis.Share(r.id()+"_households_share", shareTitles[3], "households", served, all)
	v.Layer = r.layerOf("buildings")
	if known == 0 {
		v.Value, v.Numerator, v.Denominator = nil, nil, nil
	}
	switch {
	case unknown == 0 && known == 0:
		v.Missing = append(v.Missing, geo.T("社区内没有可计户数的建筑", "no building in the community tells of households"))
	case unknown > 0:
		v.Missing = append(v.Missing, geo.Tf("缺少户数的住宅或用途未知的建筑：%d 栋", "buildings that may be lived in, without their number of households: %d", unknown))
	}
	return v
}

// livedIn tells whether people live in a building, as far as is known.
func livedIn(f *geo.Feature) bool {
	use, ok := f.Text("use")
	return !ok || use == "" || use == "residential"
}

// unknownValues are the values of a run that lacks what it needs: none, with what
// is missing.
func (r *answer) unknownValues() []analysis.Value {
	missing := missingTexts(&r.p, r.cells, r.m.Lacks(), r.m.Others())
	missing = append(missing, geo.T("证据不足，未计算覆盖；补齐属性，或选择缺省值后重新计算", "insufficient evidence, nothing was computed; fill in the attributes or choose defaults and run again"))
	var out []analysis.Value
	for i, v := range [][2]string{{"covered_share", "m²"}, {"outdoor_share", "m²"}, {"indoor_share", "m²"}, {"households_share", "households"}} {
		out = append(out, analysis.Value{
			ID: r.id() + "_" + v[0], Title: shareTitles[i], Unit: "%", Of: v[1], Layer: r.layerOf("cells"), Missing: missing,
		})
	}
	return out
}
