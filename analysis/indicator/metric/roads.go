package metric

import (
	"slices"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/geo"
)

var streetsDefinition = geo.T(
	"。道路指机动车可行的 trunk 至 service 各等级；出了社区边界的道路视为连通，门和隔离柱不计",
	". Streets are ways for cars, from class trunk to service; one that leaves the community leads on; gates and bollards do not count")

func roadMetrics() []Metric {
	source := yantai(17, "交通微循环", "micro-circulation")
	layers := []string{"communities", "ways"}
	return []Metric{{
		ID: "roads.dead_end_share", Title: geo.T("断头路长度占比", "Share of streets in dead ends"),
		Definition: geo.T("只能原路返回的道路长度 ÷ 社区内道路长度"+streetsDefinition.ZH,
			"length of streets from which there is only the way back ÷ length of the streets in the community"+streetsDefinition.EN),
		Source: source, Unit: "%", Of: "m", Layers: layers, Spatial: true, measure: onGround(deadEnds),
	}, {
		ID: "roads.looped_share", Title: geo.T("成环道路长度占比", "Share of streets on loops"),
		Definition: geo.T("断开后仍可绕行的道路长度 ÷ 社区内道路长度"+streetsDefinition.ZH,
			"length of streets that one can drive around when they are closed ÷ length of the streets in the community"+streetsDefinition.EN),
		Source: source, Unit: "%", Of: "m", Layers: layers, Spatial: true, measure: onGround(looped),
	}, {
		ID: "roads.wide_share", Title: geo.T("达到宽度的道路长度占比", "Share of streets that are wide enough"),
		Definition: geo.T("宽度不小于 least_m 的道路长度 ÷ 社区内道路长度；宽度未填的为未知",
			"length of streets at least least_m wide ÷ length of the streets in the community; a width that is not told is unknown"),
		Source: source, Unit: "%", Of: "m", Layers: layers, Spatial: true,
		Params:  []ParamInfo{{Name: "least_m", Title: geo.T("最小宽度", "Least width"), Unit: "m"}},
		measure: onGround(wideStreets),
	}}
}

func deadEnds(in *Input, _ indicator.Params, g *ground) (indicator.Measure, error) {
	graph, ok := streetsIn(in, g)
	if !ok {
		return noWays(), nil
	}
	c := newCounter("ways")
	for i := range graph.edges {
		e := &graph.edges[i]
		c.add(graph.pieces[e.piece].way.ID, e.length(), !e.dead, true)
	}
	m := lengthShare(c)
	m.Numerator = &c.no // the share of what is wrong
	if all := c.all(); all > 0 {
		m.Value = ptr(100 * c.no / all)
	}
	graph.show(&m, "roads.dead_end_share")
	m.Notes = append(m.Notes, geo.Tf("共 %d 处断头", "%d dead ends", graph.tips()))
	unlessClassless(in, g, &m)
	return m, nil
}

func looped(in *Input, _ indicator.Params, g *ground) (indicator.Measure, error) {
	graph, ok := streetsIn(in, g)
	if !ok {
		return noWays(), nil
	}
	c := newCounter("ways")
	for i := range graph.edges {
		e := &graph.edges[i]
		c.add(graph.pieces[e.piece].way.ID, e.length(), e.loop, true)
	}
	m := lengthShare(c)
	graph.show(&m, "roads.looped_share")
	unlessClassless(in, g, &m)
	return m, nil
}

// unlessClassless takes the value away where ways do not tell whether they are streets:
// one more could end any dead end.
func unlessClassless(in *Input, g *ground, m *indicator.Measure) {
	if g.classless(in, m) {
		forget(m)
	}
}

func streetsIn(in *Input, g *ground) (*streetGraph, bool) {
	graph, _ := keep(g, "streets", []any{g.view(in, "ways")}, func() (*streetGraph, error) {
		pieces, any := g.ways(in, isStreet)
		if !any {
			return nil, nil
		}
		return streetGraphOf(g, pieces), nil
	})
	return graph, graph != nil
}

// drawn gives the streets as they are drawn, ordered by id. The list is shared.
func (g *streetGraph) drawn() []geo.Feature {
	g.drawOnce.Do(func() {
		var s sheet
		s.layer, s.serial = &analysis.Layer{}, make(map[string]int)
		for i := range g.edges {
			e := &g.edges[i]
			state := "link"
			switch {
			case e.dead:
				state = "dead_end"
			case e.loop:
				state = "loop"
			}
			p := &g.pieces[e.piece]
			s.part(p.way.ID, p.track.piece(e.part), "state", state, "way", p.way.ID, "length_m", hundredths(e.length()))
		}
		g.features = s.done().Features
	})
	return g.features
}

// show draws the streets.
func (g *streetGraph) show(m *indicator.Measure, metric string) {
	s := newSheet(metric, "道路连通", "How streets connect", geo.Line,
		stateField(analysis.CodeOf("dead_end", "断头", "Dead end"), analysis.CodeOf("link", "单线联系", "The only link"), analysis.CodeOf("loop", "成环", "On a loop")),
		wayField(), lengthField())
	s.layer.Features = slices.Clone(g.drawn())
	m.Drawn, m.Layers = s.done(), []string{drawnName(metric), "ways"}
}

func wideStreets(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
	pieces, any := g.ways(in, func(f *geo.Feature) bool { return isStreet(f) || wayClass(f) == "" })
	if !any {
		return noWays(), nil
	}
	c, lack := newCounter("ways"), lackingOnce{lacking: lacking{layer: "ways"}}
	for i := range pieces {
		w := &pieces[i]
		width, known := w.way.Number("width_m")
		is := known && width >= parameter(p, "least_m")
		if wayClass(w.way) == "" {
			c.maybe(w.way.ID, w.length(), is, known)
			lack.note(w.way, classField, widthField)
			continue
		}
		c.add(w.way.ID, w.length(), is, known)
		lack.note(w.way, widthField)
	}
	m := lengthShare(c)
	m.Layers = []string{"ways"}
	lack.tell(&m)
	return m, nil
}

var widthField = field{"width_m", "宽度", "the width"}
