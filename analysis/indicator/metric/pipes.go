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
var pipeFields = []string{"diameter_mm", "material", "depth_m", "year"}

// pipesInside lists the pipes a part of which lies in the community.
func pipesInside(in *Input) []geo.Feature {
	g, err := groundOf(in.Scene)
	if err != nil || g == nil {
		return nil
	}
	var out []geo.Feature
	for _, f := range in.Scene.Layers["pipes"] {
		if g.piped(&f) > 0 {
			out = append(out, f)
		}
	}
	return out
}

// byLength weighs lines by their length in the community.
func (g *ground) byLength() weight {
	return weight{of: func(f *geo.Feature) (float64, bool) { return g.piped(f), true }}
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
				fields := p.Words["fields"]
				if len(fields) == 0 {
					fields = pipeFields
				}
				return completePipes(in, g, fields), nil
			}),
		},
		{
			ID: "pipes.renewed_share", Title: geo.T("更新管线占比", "Pipes laid since a year"),
			Definition: geo.T("给定年份及以后敷设的管线长度 ÷ 管线长度，只计社区内的部分", "length of pipes laid in the year or later ÷ length of pipes, of the parts in the community"),
			Source:     source, Unit: "%", Of: "m", Layers: layers, Spatial: true,
			Params: []ParamInfo{{Name: "since_year", Title: geo.T("起始年份", "first year")}},
			measure: onGround(func(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
				laid := atLeast("year", "敷设年份", "the year in which they were laid", parameter(p, "since_year"))
				return portion{layer: "pipes", things: pipesTitle, from: pipesInside, is: laid, by: g.byLength()}.share(in), nil
			}),
		},
	}
}

// completePipes notes the length that lacks each attribute.
func completePipes(in *Input, g *ground, fields []string) indicator.Measure {
	lost := make([]float64, len(fields))
	complete := question{ask: func(f *geo.Feature) (bool, bool) {
		return !slices.ContainsFunc(fields, func(name string) bool { return !has(f, name) }), true
	}}
	m := portion{layer: "pipes", things: pipesTitle, from: pipesInside, is: complete, by: g.byLength()}.share(in)
	if m.Value == nil {
		return m
	}
	for _, f := range pipesInside(in) {
		for i, name := range fields {
			if !has(&f, name) {
				lost[i] += g.piped(&f)
			}
		}
	}
	for i, name := range fields {
		if lost[i] > 0 {
			part := fmt.Sprintf("%.1f m", lost[i])
			m.Notes = append(m.Notes, geo.Tf("缺少字段 %[1]s 的长度：%[2]s", "length without field %[1]s: %[2]s", name, part))
		}
	}
	return m
}

// has tells whether a feature has an attribute that says something.
func has(f *geo.Feature, name string) bool {
	v := f.Attributes[name]
	return v != nil && v != ""
}
