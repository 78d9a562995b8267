package metric

import (
	"maps"
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
	roofs, ground    orb.Geometry // ground is what is sealed besides roofs
	roof_m2, seal_m2 float64
	// most_m2 is seal_m2 if all ways of which the width is not known are as wide as can
	// be; boundless where nothing says how wide that is.
	most_m2   float64
	boundless bool
	notes     indicator.Measure // what was missing and noted
	any       bool
}

// coverOf finds what is sealed in the community.
func coverOf(in *Input, p indicator.Params, g *ground) (*cover, error) {
	out := &cover{}
	var roofs []orb.Geometry
	buildings := in.Scene.Layers["buildings"]
	for i := range buildings {
		if geo.ExtentOf(buildings[i].Geometry).Touches(g.extent) {
			roofs = append(roofs, patches(&buildings[i])...)
		}
	}
	var s seals
	s.collect(in, p, g)
	if len(roofs) == 0 {
		absent(&out.notes, "buildings", buildingsTitle.ZH, buildingsTitle.EN)
	}
	if !s.any {
		absent(&out.notes, "ways", "道路", "ways")
	}
	if out.any = len(roofs) > 0 && s.any; !out.any {
		return out, nil
	}
	shape, err := clippedUnion(g, roofs)
	if err != nil {
		return nil, err
	}
	out.roofs, out.roof_m2 = shape, geo.Area(shape)
	if out.ground, err = s.beside(g, out.roofs, false); err != nil {
		return nil, err
	}
	out.seal_m2 = geo.Area(out.ground)
	out.most_m2, out.boundless = out.seal_m2, s.boundless
	if len(s.doubtful) > 0 && !s.boundless {
		widest, err := s.beside(g, out.roofs, true)
		if err != nil {
			return nil, err
		}
		out.most_m2 = geo.Area(widest)
	}
	s.tell(&out.notes)
	return out, nil
}

func clippedUnion(g *ground, shapes []orb.Geometry) (orb.Geometry, error) {
	all, err := union(shapes)
	if err != nil {
		return nil, err
	}
	return g.clip(all)
}

// seals collects what is sealed besides roofs.
type seals struct {
	any     bool
	areas   []orb.Geometry
	byWidth map[float64]orb.MultiLineString
	// doubtful are ways of which neither width nor class is known; they are taken to be as
	// wide as widest_m at the most. boundless tells that a class has no width either.
	doubtful  orb.MultiLineString
	widest_m  float64
	boundless bool
	assumed   int // ways that took the width of their class
	lack      lackingOnce
	untold    int // ways that do not tell their surface
}

func (s *seals) collect(in *Input, p indicator.Params, g *ground) {
	s.byWidth = make(map[float64]orb.MultiLineString)
	s.lack = lackingOnce{lacking: lacking{layer: "ways"}}
	s.widest_m = byWidth(p)
	ways := in.Scene.Layers["ways"]
	for i := range ways {
		f := &ways[i]
		tunnel, _ := f.Bool("tunnel")
		near := geo.Finite(f.Geometry) && geo.ExtentOf(f.Geometry).Grow(max(s.widest_m, 1)/2).Touches(g.extent)
		if !near || tunnel || letsRainThrough(f) || slices.Contains([]string{"elevator", "corridor"}, wayClass(f)) {
			s.any = s.any || near
			continue
		}
		s.any = true
		if _, told := textOf(f, "surface"); !told {
			s.untold++
		}
		s.areas = append(s.areas, patches(f)...)
		s.line(f, p)
	}
	facilities := in.Scene.Layers["facilities"]
	for i := range facilities {
		f := &facilities[i]
		category, _ := f.Text("category")
		indoor, _ := f.Bool("indoor")
		if !indoor && (inCategory(category, "transport/parking") || inCategory(category, "culture/plaza")) {
			s.areas = append(s.areas, patches(f)...)
		}
	}
}

// line takes the lines of a way by its width.
func (s *seals) line(f *geo.Feature, p indicator.Params) {
	lines := geo.Lines(f.Geometry)
	if len(lines) == 0 {
		return
	}
	width, told := f.Number("width_m")
	if !told {
		width, told = p.Number(widthParameter(f))
		if told {
			s.assumed++
		}
	}
	if !told {
		s.lack.note(f, widthField)
		s.doubtful = append(s.doubtful, lines...)
		s.boundless = s.boundless || wayClass(f) != "" || s.widest_m == 0
		return
	}
	s.byWidth[width] = append(s.byWidth[width], lines...)
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

// beside is what is sealed besides roofs, with doubtful ways as wide as can be or left out.
func (s *seals) beside(g *ground, roofs orb.Geometry, widest bool) (orb.Geometry, error) {
	shapes := slices.Clone(s.areas)
	strip := func(lines orb.MultiLineString, width float64) error {
		for _, line := range lines { // one by one is faster than a net at once
			around, err := overlay.Buffer(line, width/2, overlay.Round)
			if err != nil {
				return err
			}
			shapes = append(shapes, around)
		}
		return nil
	}
	for _, width := range slices.Sorted(maps.Keys(s.byWidth)) {
		if err := strip(s.byWidth[width], width); err != nil {
			return nil, err
		}
	}
	if widest {
		if err := strip(s.doubtful, s.widest_m); err != nil {
			return nil, err
		}
	}
	all, err := clippedUnion(g, shapes)
	if err != nil || all == nil {
		return nil, err
	}
	return overlay.Difference(all, roofs)
}

func (s *seals) tell(m *indicator.Measure) {
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
	m := c.notes
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
	s.areas("roof", c.roofs)
	s.areas("sealed", c.ground)
	m.Drawn, m.Layers = s.done(), []string{drawnName(id)}
	return m, nil
}

// noted is what is missing of a cover; nothing where there was an error.
func noted(c *cover) indicator.Measure {
	if c == nil {
		return indicator.Measure{}
	}
	return c.notes
}

func runoffCoefficient(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
	c, err := coverOf(in, p, g)
	if err != nil || !c.any {
		return noted(c), err
	}
	m := c.notes
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
