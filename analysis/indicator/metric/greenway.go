package metric

import (
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/indicator"
	"yiju/geo"
)

func greenwayMetrics() []Metric {
	return []Metric{{
		ID: "greenway.length", Title: geo.T("绿道和健身步道长度", "Length of greenways and fitness trails"),
		Definition: geo.T("社区内位于绿道（greens 的 greenway）或健身步道（sport/trail）范围内的步行可用道路长度", "length of the ways to walk on that lie in greenways (greens of kind greenway) or fitness trails (sport/trail) in the community"),
		Source:     yantai(14, "乐享空间", "places for fitness"), Unit: "m", Layers: []string{"communities", "facilities", "greens", "ways"}, Spatial: true,
		measure: onGround(greenwayLength),
	}, {
		ID: "plaza.area", Title: geo.T("广场面积", "Area of squares"),
		Definition: geo.T("社区内步行街等级的面状道路与文化广场（culture/plaza）的面积，重叠处只计一次；只有点位的广场按填报面积计", "area in the community of ways of class pedestrian that are drawn as areas and of squares (culture/plaza), where they overlap once; squares that are points count with the area they tell"),
		Source:     yantai(13, "多彩文化", "culture"), Unit: "m²", Layers: []string{"communities", "facilities", "ways"}, Spatial: true,
		measure: onGround(plazaArea),
	}}
}

func greenwayLength(in *Input, _ indicator.Params, g *ground) (indicator.Measure, error) {
	var m indicator.Measure
	greens := g.trails(in, "greens", ofKind("greenway"))
	facilities := g.trails(in, "facilities", ofCategory("sport/trail"))
	if !greens.any && len(facilities.yes) == 0 { // other facilities say nothing of greenways
		absent(&m, "greens", "绿地", "greens")
		return m, nil
	}
	pieces, any := g.ways(in, isWalked)
	if !any {
		return noWays(), nil
	}
	sure := slices.Concat(greens.yes, facilities.yes)
	length, ways := lengthWithin(pieces, sure)
	if open := slices.Concat(greens.open, facilities.open); len(open) == 0 {
		m.Value = &length
	} else { // what is not known may all be greenway
		most, _ := lengthWithin(pieces, append(sure, open...))
		m.Low, m.High = &length, &most
		greens.tell(&m)
		facilities.tell(&m)
	}
	point(&m, indicator.Made, "ways", ways)
	point(&m, indicator.Made, "greens", greens.ids)
	point(&m, indicator.Made, "facilities", facilities.ids)
	m.Layers = []string{"greens", "ways"}
	return m, nil
}

// trails are the areas of a layer that are asked for, and those that may be.
type trails struct {
	layer     string
	asked     question
	any       bool // there is something in the community
	yes, open []orb.Geometry
	ids       []string
	doubts    int
}

func (g *ground) trails(in *Input, layer string, asked question) *trails {
	out := &trails{layer: layer, asked: asked}
	for _, x := range g.view(in, layer).items {
		if !g.touched(x) {
			continue
		}
		out.any = true
		areas := x.patches()
		switch is, known := asked.ask(&x.Feature); {
		case is:
			out.yes, out.ids = append(out.yes, areas...), append(out.ids, x.ID)
		case !known && len(areas) > 0:
			out.open = append(out.open, areas...)
			out.doubts++
		}
	}
	return out
}

func (t *trails) tell(m *indicator.Measure) {
	for _, a := range t.asked.fields {
		lacks(m, t.doubts, t.layer, a.name, a.zh, a.en)
	}
}

// lengthWithin adds up, to centimetres, the parts of ways that lie in any of some
// areas, and names the ways.
func lengthWithin(pieces []wayPiece, shapes []orb.Geometry) (length_m float64, ways []string) {
	var areas places
	for i, shape := range shapes {
		areas.add(i, shape)
	}
	for i := range pieces {
		if part := pieces[i].in.and(areas.within(pieces[i].track)); len(part) > 0 {
			length_m += part.length()
			ways = append(ways, pieces[i].way.ID)
		}
	}
	return hundredths(length_m), ways
}

// within lists the stretches of a line that lie in any of the areas.
func (s *places) within(t track) spans {
	cuts := []float64{0, t.total()}
	hit := false
	for i := 1; i < len(t.line); i++ {
		p, q := t.line[i-1], t.line[i]
		s.in.Each(spanned(p, q), func(int) bool { hit = true; return false })
		s.at.Each(spanned(p, q).Grow(onOutlineM), func(k int) bool {
			for _, share := range meetings(p, q, s.bits[k].a, s.bits[k].b) {
				cuts = append(cuts, t.along_m[i-1]+share*(t.along_m[i]-t.along_m[i-1]))
			}
			return true
		})
	}
	if !hit {
		return nil
	}
	return t.where(cuts, func(p orb.Point) bool {
		inside := false
		s.in.Each(spanned(p, p), func(k int) bool {
			inside = geo.Inside(s.areas[k].poly, p)
			return !inside
		})
		return inside
	})
}

func plazaArea(in *Input, _ indicator.Params, g *ground) (indicator.Measure, error) {
	var m indicator.Measure
	p := plazas{ground: g}
	p.ways(g.view(in, "ways").items)
	p.facilities(g.view(in, "facilities").items)
	if !p.known {
		absent(&m, "ways", "道路", "ways")
		absent(&m, "facilities", "设施", "facilities")
		return m, nil
	}
	inside, err := clippedUnion(g, p.shapes)
	if err != nil {
		return m, err
	}
	area := hundredths(geo.Area(inside) + p.told_m2)
	if len(p.sizeless)+len(p.classless)+len(p.kindless) == 0 {
		m.Value = &area
	} else if area > 0 {
		m.Notes = append(m.Notes, geo.Tf("已知部分合计 %s", "what is known adds up to %s", quantity(area, "m²")))
	}
	lacks(&m, len(p.sizeless), "facilities", "area_m2", "面积", "the area")
	lacks(&m, len(p.kindless), "facilities", "category", "类别", "the category")
	lacks(&m, len(p.classless), "ways", classField.name, classField.zh, classField.en)
	m.Features = append(roles("facilities", nil, slices.Concat(p.sizeless, p.kindless), p.places), roles("ways", nil, p.classless, p.squares)...)
	m.Layers = []string{"facilities", "ways"}
	return m, nil
}

// plazas collects squares.
type plazas struct {
	ground  *ground
	known   bool // there is something in the community
	shapes  []orb.Geometry
	told_m2 float64 // of squares without a shape
	// ids of ways and facilities that count, and of those that may
	squares, classless, places, sizeless, kindless []string
}

func (p *plazas) ways(items []*item) {
	for _, x := range items {
		if !p.ground.touched(x) {
			continue
		}
		p.known = true
		areas := x.patches()
		switch class := wayClass(&x.Feature); {
		case len(areas) == 0:
		case class == "pedestrian":
			p.shapes, p.squares = append(p.shapes, areas...), append(p.squares, x.ID)
		case class == "":
			p.classless = append(p.classless, x.ID)
		}
	}
}

func (p *plazas) facilities(items []*item) {
	for _, x := range items {
		if !p.ground.touched(x) {
			continue
		}
		p.known = true
		category, told := textOf(&x.Feature, "category")
		if !told {
			p.kindless = append(p.kindless, x.ID)
		}
		if !inCategory(category, "culture/plaza") {
			continue
		}
		areas := x.patches()
		area, sized := x.Number("area_m2")
		switch {
		case len(areas) > 0:
			p.shapes, p.places = append(p.shapes, areas...), append(p.places, x.ID)
		case sized:
			p.told_m2, p.places = p.told_m2+area, append(p.places, x.ID)
		default:
			p.sizeless = append(p.sizeless, x.ID)
		}
	}
}
