package metric

import (
	"fmt"
	"slices"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// pipesTitle names pipes where there are none.
var pipesTitle = geo.T("管线", "pipes")

// pipeFields are the attributes without which the record of a pipe is not complete.
var pipeFields = []field{
	{"diameter_mm", "管径", "diameter"}, {"material", "材质", "material"}, {"depth_m", "埋深", "depth"}, {"year", "敷设年份", "year laid"},
}

// pipeFieldsNamed finds the attributes of that name; others are called by it.
func pipeFieldsNamed(names []string) []field {
	if len(names) == 0 {
		return pipeFields
	}
	var out []field
	for _, name := range names {
		a := field{name, name, name}
		if i := slices.IndexFunc(pipeFields, func(b field) bool { return b.name == name }); i >= 0 {
			a = pipeFields[i]
		}
		out = append(out, a)
	}
	return out
}

// pipesInside lists the pipes a part of which lies in the community.
func pipesInside(in *Input) []geo.Feature {
	g, err := in.ground()
	if err != nil || g == nil {
		return nil
	}
	var out []geo.Feature
	for _, x := range g.view(in, "pipes").items {
		if len(g.pieces(x)) > 0 {
			out = append(out, x.Feature)
		}
	}
	return out
}

// byLength weighs lines by their length in the community.
func (g *ground) byLength(in *Input) weight {
	lengths := g.pipeLengths(in)
	return weight{of: func(f *geo.Feature) (float64, bool) { return lengths[f.ID], true }}
}

// pipeLengths is how much of the lines of each pipe lies in the community, in metres.
func (g *ground) pipeLengths(in *Input) map[string]float64 {
	out := make(map[string]float64)
	for _, x := range g.view(in, "pipes").items {
		for _, p := range g.pieces(x) {
			out[x.ID] += p.length()
		}
	}
	return out
}

func pipeMetrics() []Metric {
	layers := []string{"communities", "pipes"}
	source := yantai(9, "数字市政", "digital utilities")
	return []Metric{
		{
			ID: "pipes.complete_share", Title: geo.T("属性完整的管线占比", "Pipes with a complete record"),
			Definition: geo.T("所要求的属性都已填的管线长度 ÷ 管线长度，只计社区内的部分", "length of pipes that tell all the attributes asked for ÷ length of pipes, of the parts in the community"),
			Source:     source, Unit: "%", Of: "m", Layers: layers, Spatial: true,
			Params: []ParamInfo{{Name: "fields", Title: geo.T("要求的属性；不填为管径、材质、埋深、敷设年份", "attributes asked for; diameter, material, depth and year if left out"), Words: true, Optional: true}},
			measure: onGround(func(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
				return completePipes(in, g, pipeFieldsNamed(p.Words["fields"])), nil
			}),
		},
		{
			ID: "pipes.renewed_share", Title: geo.T("更新管线占比", "Pipes laid since a year"),
			Definition: geo.T("给定年份及以后敷设的管线长度 ÷ 管线长度，只计社区内的部分", "length of pipes laid in the year or later ÷ length of pipes, of the parts in the community"),
			Source:     source, Unit: "%", Of: "m", Layers: layers, Spatial: true,
			Params: []ParamInfo{{Name: "since_year", Title: geo.T("起始年份", "first year")}},
			measure: onGround(func(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
				laid := atLeast("year", "敷设年份", "the year in which they were laid", parameter(p, "since_year"))
				return portion{layer: "pipes", things: pipesTitle, from: pipesInside, is: laid, by: g.byLength(in)}.share(in), nil
			}),
		},
	}
}

// completePipes notes the length that lacks each attribute.
func completePipes(in *Input, g *ground, fields []field) indicator.Measure {
	lost := make([]float64, len(fields))
	complete := question{ask: func(f *geo.Feature) (bool, bool) {
		return !slices.ContainsFunc(fields, func(a field) bool { return !has(f, a.name) }), true
	}}
	m := portion{layer: "pipes", things: pipesTitle, from: pipesInside, is: complete, by: g.byLength(in)}.share(in)
	if m.Value == nil {
		return m
	}
	lengths := g.pipeLengths(in)
	for _, f := range pipesInside(in) {
		for i, a := range fields {
			if !has(&f, a.name) {
				lost[i] += lengths[f.ID]
			}
		}
	}
	for i, a := range fields {
		if lost[i] > 0 {
			part := fmt.Sprintf("%.1f m", lost[i])
			m.Notes = append(m.Notes, geo.Tf("缺少%[1]s的长度：%[3]s", "length without %[2]s: %[3]s", a.zh, a.en, part))
		}
	}
	return m
}

// has tells whether a feature has an attribute that says something.
func has(f *geo.Feature, name string) bool {
	v := f.Attributes[name]
	return v != nil && v != ""
}
