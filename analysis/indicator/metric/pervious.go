package metric

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/geo/overlay"
)

// Parameters of the width of ways that do not tell it.
const (
	streetWidth  = "street_width_m"
	serviceWidth = "service_width_m"
	pathWidth    = "path_width_m"
)

func perviousMetrics() []Metric {
	source := yantai(25, "海绵社区", "sponge community")
	layers := []string{"buildings", "communities", "facilities", "ways"}
	widths := func(optional bool) []ParamInfo {
		return []ParamInfo{
			{Name: streetWidth, Title: geo.T("城市道路宽度（未填宽度时）", "Width of roads that do not tell it"), Unit: "m", Optional: optional},
			{Name: serviceWidth, Title: geo.T("内部道路宽度（未填宽度时）", "Width of service roads and living streets that do not tell it"), Unit: "m", Optional: optional},
			{Name: pathWidth, Title: geo.T("步道和自行车道宽度（未填宽度时）", "Width of paths and cycleways that do not tell it"), Unit: "m", Optional: optional},
		}
	}
	sealed := geo.T("不透水面：建筑占地、硬化道路（按宽度）、面状道路、停车场和广场；路面为透水铺装、碎石、土路等的不计，隧道不计",
		"Sealed are footprints of buildings, ways by their width, ways drawn as areas, car parks and squares, but for surfaces such as permeable paving, gravel and earth; tunnels do not count")
	return []Metric{{
		ID: "pervious.share", Title: geo.T("透水地面占比", "Share of pervious ground"),
		Definition: geo.T("1 − 社区内不透水面面积 ÷ 社区面积。"+sealed.ZH, "1 − sealed area in the community ÷ area of the community. "+sealed.EN),
		Source:     source, Unit: "%", Of: "m²", Layers: layers, Spatial: true, Params: widths(false),
		margin: byWidth, measure: onGround(perviousShare),
	}, {
		ID: "runoff.coefficient", Title: geo.T("综合径流系数", "Runoff coefficient"),
		Definition: geo.T("（屋面面积 × roof + 其他不透水面 × sealed + 其余 × green）÷ 社区面积。"+sealed.ZH, "(roofs × roof + other sealed ground × sealed + the rest × green) ÷ area of the community. "+sealed.EN),
		Source:     source, Unit: "", Layers: layers, Spatial: true,
		Params: append([]ParamInfo{
			{Name: "roof", Title: geo.T("屋面径流系数", "Coefficient of roofs")},
			{Name: "sealed", Title: geo.T("硬化地面径流系数", "Coefficient of sealed ground")},
			{Name: "green", Title: geo.T("绿地等其余地面径流系数", "Coefficient of all other ground")},
		}, widths(true)...),
		margin: byWidth, measure: onGround(runoffCoefficient),
	}}
}

// byWidth is how far beyond the community a way may lie that covers some of it.
func byWidth(p indicator.Params) float64 {
	return max(parameter(p, streetWidth), parameter(p, serviceWidth), parameter(p, pathWidth))
}

// openSurfaces let rain through.
var openSurfaces = []string{
	"unpaved", "grass", "grass_paver", "ground", "dirt", "earth", "mud", "sand", "gravel", "fine_gravel", "pebblestone",
	"woodchips", "bark", "permeable", "permeable_paving", "草地", "土路", "泥土", "沙土", "沙地", "砂石", "碎石", "砾石", "卵石",
}

// letsRainThrough tells a surface that is not sealed; one that is not told is.
func letsRainThrough(f *geo.Feature) bool {
	surface, _ := textOf(f, "surface")
	return slices.Contains(openSurfaces, surface) || strings.Contains(surface, "透水") && !strings.Contains(surface, "不透水") || strings.Contains(surface, "植草")
}

// cover is what keeps rain from the ground of the community.
type cover struct {
	roof_m2, seal_m2 float64 // seal_m2 is what is sealed besides roofs
	// most_m2 is seal_m2 if all ways of which the width is not known are as wide as can
	// be; boundless where nothing says how wide that is.
	most_m2   float64
	boundless bool
	notes     indicator.Measure // what was missing and noted
	any       bool
	roofs     []roofed
	squares   []sealed
}

// roofed is what roofs cover of a square.
type roofed struct {
	area_m2 float64
	shape   orb.Geometry
	drawn   []geo.Feature
}

// sealed is what else is sealed of a square.
type sealed struct {
	area_m2, most_m2 float64
	drawn            []geo.Feature
}

// coverOf finds what is sealed in the community.
func coverOf(in *Input, p indicator.Params, g *ground) (*cover, error) {
	s := sealing{key: "cover"}
	for _, name := range []string{streetWidth, serviceWidth, pathWidth} {
		width, told := p.Number(name)
		s.key += fmt.Sprintf("|%v %v", width, told)
	}
	s.params, s.widest_m = p, byWidth(p)
	s.buildings, s.ways, s.facilities = g.view(in, "buildings"), g.view(in, "ways"), g.view(in, "facilities")
	return keep(g, s.key+"|sum", []any{s.buildings, s.ways, s.facilities}, func() (*cover, error) { return s.cover(g) })
}

// clippedUnion is what of some areas lies in the community.
func clippedUnion(g *ground, shapes []orb.Geometry) (orb.Geometry, error) {
	all, err := union(shapes)
	if err != nil {
		return nil, err
	}
	return g.clip(all)
}

// sealing finds what is sealed.
type sealing struct {
	key                         string
	params                      indicator.Params
	widest_m                    float64 // of ways of which neither width nor class is known
	buildings, ways, facilities *view
}

// cover adds up the squares.
func (s *sealing) cover(g *ground) (*cover, error) {
	out := &cover{}
	built := slices.ContainsFunc(s.buildings.items, func(x *item) bool { return x.extent.Touches(g.extent) && len(x.patches()) > 0 })
	t := s.collect(g)
	if !built {
		absent(&out.notes, "buildings", buildingsTitle.ZH, buildingsTitle.EN)
	}
	if !t.any {
		absent(&out.notes, "ways", "道路", "ways")
	}
	if out.any = built && t.any; !out.any {
		return out, nil
	}
	var err error
	if out.roofs, err = g.roofs(s.buildings); err != nil {
		return nil, err
	}
	out.squares, err = tiling[sealed]{
		key: s.key, near: []*view{s.buildings, s.ways, s.facilities}, extent: s.extent,
		find: func(q *plot, near [][]*item) (sealed, error) {
			return s.square(q, near[1], near[2], out.roofs[q.index].shape)
		},
	}.ask(g)
	if err != nil {
		return nil, err
	}
	for i := range out.squares {
		q := &out.squares[i]
		out.roof_m2, out.seal_m2, out.most_m2 = out.roof_m2+out.roofs[i].area_m2, out.seal_m2+q.area_m2, out.most_m2+q.most_m2
	}
	if out.boundless = t.boundless; t.boundless {
		out.most_m2 = out.seal_m2
	}
	t.tell(&out.notes)
	return out, nil
}

// roofs are what buildings cover of each square.
func (g *ground) roofs(buildings *view) ([]roofed, error) {
	return tiling[roofed]{
		key: "roofs", near: []*view{buildings}, extent: func(_ int, x *item) geo.Extent { return x.extent },
		find: func(q *plot, near [][]*item) (out roofed, err error) {
			var shapes []orb.Geometry
			for _, x := range near[0] {
				shapes = append(shapes, x.patches()...)
			}
			if out.shape, err = q.clippedUnion(shapes); err != nil {
				return out, err
			}
			out.area_m2, out.drawn = geo.Area(out.shape), drawnAreas("roof", q.name, out.shape)
			return out, nil
		},
	}.ask(g)
}

// extent is how far a building, a way or a facility is felt.
func (s *sealing) extent(layer int, x *item) geo.Extent {
	switch layer {
	case 0:
		return x.extent
	case 1:
		if !sealedWay(&x.Feature) {
			return geo.EmptyExtent()
		}
		width, told := s.width(&x.Feature)
		if !told {
			width = s.widest_m
		}
		return x.extent.Grow(max(width, 0) / 2)
	}
	if !sealedPlace(&x.Feature) {
		return geo.EmptyExtent()
	}
	return x.extent
}

// sealedWay tells a way that keeps rain from the ground.
func sealedWay(f *geo.Feature) bool {
	tunnel, _ := f.Bool("tunnel")
	class := wayClass(f)
	return !tunnel && !letsRainThrough(f) && class != "elevator" && class != "corridor"
}

// sealedPlace tells a facility that does, where it is drawn as an area.
func sealedPlace(f *geo.Feature) bool {
	category, _ := f.Text("category")
	indoor, _ := f.Bool("indoor")
	return !indoor && (inCategory(category, "transport/parking") || inCategory(category, "culture/plaza"))
}

// width is that of a way or, where it does not tell it, of its class.
func (s *sealing) width(f *geo.Feature) (width float64, told bool) {
	if width, told = f.Number("width_m"); told {
		return width, true
	}
	return s.params.Number(widthParameter(f))
}

// square finds what is sealed in a square besides roofs.
func (s *sealing) square(q *plot, ways, facilities []*item, roofs orb.Geometry) (out sealed, err error) {
	var shapes, doubtful []orb.Geometry
	for _, x := range ways {
		shapes = append(shapes, x.patches()...)
		width, told := s.width(&x.Feature)
		into := &shapes
		if !told {
			width, into = s.widest_m, &doubtful
		}
		if *into, err = strips(*into, x, width, q.extent); err != nil {
			return out, err
		}
	}
	for _, x := range facilities {
		shapes = append(shapes, x.patches()...)
	}
	ground, err := q.beside(shapes, roofs)
	if err != nil {
		return out, err
	}
	out.area_m2, out.drawn = geo.Area(ground), drawnAreas("sealed", q.name, ground)
	if out.most_m2 = out.area_m2; len(doubtful) > 0 {
		widest, err := q.beside(append(shapes, doubtful...), roofs)
		if err != nil {
			return out, err
		}
		out.most_m2 = geo.Area(widest)
	}
	return out, nil
}

// strips adds the ground along the lines of a way, as far as it may lie in an extent:
// what lies farther away makes no difference to it.
func strips(out []orb.Geometry, x *item, width float64, e geo.Extent) ([]orb.Geometry, error) {
	if width <= 0 {
		return out, nil
	}
	e = e.Grow(width/2 + 1)
	for _, line := range geo.Lines(x.Geometry) {
		from := -1
		for i := 1; i <= len(line); i++ {
			near := i < len(line) && spanned(line[i-1], line[i]).Touches(e)
			switch {
			case near && from < 0:
				from = i - 1
			case !near && from >= 0:
				around, err := overlay.Buffer(line[from:i], width/2, overlay.Round)
				if err != nil {
					return nil, err
				}
				out, from = append(out, around), -1
			}
		}
	}
	return out, nil
}

// clippedUnion is what of some areas lies in the square and in the community.
func (s *plot) clippedUnion(shapes []orb.Geometry) (orb.Geometry, error) {
	all, err := union(shapes)
	if err != nil || all == nil {
		return nil, err
	}
	return overlay.Intersection(all, s.shape)
}

// beside is what of some areas lies in the square and not under roofs.
func (s *plot) beside(shapes []orb.Geometry, roofs orb.Geometry) (orb.Geometry, error) {
	all, err := s.clippedUnion(shapes)
	if err != nil || all == nil || roofs == nil {
		return all, err
	}
	return overlay.Difference(all, roofs)
}

// sealsTold is what ways tell of what they seal.
type sealsTold struct {
	any bool
	// boundless tells that there are ways of which neither width nor class is known, and
	// none that says how wide they may be, or a class without a width.
	boundless bool
	assumed   int // ways that took the width of their class
	lack      lackingOnce
	untold    int // ways that do not tell their surface
}

func (s *sealing) collect(g *ground) *sealsTold {
	t := &sealsTold{lack: lackingOnce{lacking: lacking{layer: "ways"}}}
	for _, x := range s.ways.items {
		if !x.extent.Grow(max(s.widest_m, 1) / 2).Touches(g.extent) {
			continue
		}
		t.any = true
		f := &x.Feature
		if !sealedWay(f) {
			continue
		}
		if _, told := textOf(f, "surface"); !told {
			t.untold++
		}
		if len(geo.Lines(f.Geometry)) == 0 {
			continue
		}
		if _, told := f.Number("width_m"); told {
			continue
		}
		if _, told := s.width(f); told {
			t.assumed++
			continue
		}
		t.lack.note(f, widthField)
		t.boundless = t.boundless || wayClass(f) != "" || s.widest_m == 0
	}
	return t
}

// widthParameter names the parameter that gives the width of a class of ways; empty
// where the class is not known.
func widthParameter(f *geo.Feature) string {
	switch class := wayClass(f); {
	case class == "":
		return ""
	case isRoad(f), class == "motorway":
		return streetWidth
	case slices.Contains(laneClasses, class), class == "track":
		return serviceWidth
	}
	return pathWidth
}

func (s *sealsTold) tell(m *indicator.Measure) {
	if s.assumed > 0 {
		m.Notes = append(m.Notes, geo.Tf("%d 条道路未填宽度，按等级宽度参数计", "%d ways do not tell their width and took that of their class", s.assumed))
	}
	if s.untold > 0 {
		m.Notes = append(m.Notes, geo.Tf("%d 条道路未填路面，按硬化计", "%d ways do not tell their surface and count as sealed", s.untold))
	}
	s.lack.tell(m)
}

func perviousShare(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
	c, err := coverOf(in, p, g)
	if err != nil || !c.any {
		return noted(c), err
	}
	m := c.measure()
	all := hundredths(g.area_m2)
	open := func(seal_m2 float64) float64 { return hundredths(g.area_m2 - c.roof_m2 - seal_m2) }
	m.Numerator, m.Denominator = ptr(open(c.most_m2)), &all
	if !c.boundless {
		between(&m, 100*open(c.most_m2)/all, 100*open(c.seal_m2)/all)
	}
	const id = "pervious.share"
	s := newSheet(id, "不透水面", "Sealed ground", geo.Polygon,
		stateField(analysis.CodeOf("roof", "屋面", "Roof"), analysis.CodeOf("sealed", "硬化地面", "Sealed ground")),
		analysis.RealField("area_m2", "面积", "Area", "m²"))
	for i := range c.roofs {
		s.layer.Features = append(s.layer.Features, c.roofs[i].drawn...)
	}
	for i := range c.squares {
		s.layer.Features = append(s.layer.Features, c.squares[i].drawn...)
	}
	m.Drawn, m.Layers = s.done(), []string{drawnName(id)}
	return m, nil
}

// noted is what is missing of a cover; nothing where there was an error.
func noted(c *cover) indicator.Measure {
	if c == nil {
		return indicator.Measure{}
	}
	return c.measure()
}

// measure begins a measure with what was missing and noted; the cover is shared.
func (c *cover) measure() indicator.Measure {
	return indicator.Measure{Missing: slices.Clone(c.notes.Missing), Collect: slices.Clone(c.notes.Collect), Notes: slices.Clone(c.notes.Notes)}
}

func runoffCoefficient(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
	c, err := coverOf(in, p, g)
	if err != nil || !c.any {
		return noted(c), err
	}
	m := c.measure()
	runoff := func(seal_m2 float64) float64 {
		rest := g.area_m2 - c.roof_m2 - seal_m2
		return (c.roof_m2*parameter(p, "roof") + seal_m2*parameter(p, "sealed") + rest*parameter(p, "green")) / g.area_m2
	}
	low, high := runoff(c.seal_m2), runoff(c.most_m2)
	if !c.boundless {
		between(&m, min(low, high), max(low, high))
	}
	m.Layers = []string{"buildings", "ways"}
	return m, nil
}
