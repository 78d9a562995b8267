package metric

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/geo/overlay"
)

// The service radii of parks: 城市体检 2022, 公园绿地服务半径覆盖率.
const (
	largeParkM2     = 5000
	largeParkReachM = 500
	smallParkM2     = 2000
	smallParkReachM = 300
)

// parkKinds are greens that are places to go to.
var parkKinds = []string{"park", "pocket_park", "garden"}

func greenMetrics() []Metric {
	source := yantai(10, "山海花园", "gardens")
	check := geo.T("2022年城市体检 公园绿地服务半径覆盖率", "City check-up 2022, coverage by the service radius of parks")
	greens := []string{"communities", "greens"}
	kinds := ParamInfo{Name: "kinds", Words: true, Optional: true, Title: geo.T("绿地类型（默认 park、pocket_park、garden）", "Kinds of greens (park, pocket_park and garden by default)")}
	return []Metric{{
		ID: "green.ratio", Title: geo.T("绿地率", "Green ratio"),
		Definition: geo.T("社区内绿地面积 × 计入比例 ÷ 社区面积；重叠处只计一次，取较高的计入比例", "area of greens in the community × the share of it that counts ÷ area of the community; where greens overlap they count once, with the greater share"),
		Source:     source, Unit: "%", Of: "m²", Layers: greens, Spatial: true, measure: onGround(greenRatio),
	}, {
		ID: "green.per_head", Title: geo.T("人均绿地面积", "Green area per resident"),
		Definition: geo.T("社区内计入的绿地面积 ÷ 居民人数；社区缺居民人数时取建筑合计", "area of greens that counts in the community ÷ residents; where the community lacks residents, their sum over its buildings"),
		Source:     source, Unit: "m²", Layers: []string{"buildings", "communities", "greens"}, Spatial: true, measure: onGround(greenPerHead),
	}, {
		ID: "green.park_count", Title: geo.T("公园、口袋公园数", "Parks and pocket parks"),
		Definition: geo.T("中心在社区内的公园、口袋公园、花园数", "parks, pocket parks and gardens with their centre in the community"),
		Source:     source, Unit: "", Of: "parks", Layers: greens, Spatial: true, Params: []ParamInfo{kinds}, measure: onGround(parkCount),
	}, {
		ID: "green.park_service_share", Title: geo.T("公园绿地服务半径覆盖率", "Residential land served by parks"),
		Definition: geo.T("5000 m² 及以上公园 500 m 内、或 2000～5000 m² 公园 300 m 内的居住用地面积 ÷ 社区居住用地面积；没有居住用地数据时以住宅建筑占地代替；仅居民可用或不开放的绿地不计",
			"residential land within 500 m of a park of at least 5000 m², or within 300 m of one of 2000 to 5000 m² ÷ residential land of the community; where no such land is drawn, footprints of residential buildings; greens that are not public do not count"),
		Source: check, Unit: "%", Of: "m²", Layers: []string{"areas", "buildings", "communities", "greens"}, Spatial: true,
		margin:  func(indicator.Params) float64 { return largeParkReachM },
		measure: onGround(parkService),
	}, {
		ID: "green.park_near_share", Title: geo.T("公园就近户数占比", "Households near a park"),
		Definition: geo.T("直线 radius_m 内有面积不小于 least_m2 的公园、口袋公园或花园的户数 ÷ 社区户数；从楼门量起，未画楼门的从建筑轮廓量起；不开放的绿地不计",
			"households within radius_m, as the crow flies, of a park, pocket park or garden of at least least_m2 ÷ households of the community; from the doors of the building, or its outline where none is drawn; greens that are not open do not count"),
		Source: source, Unit: "%", Of: "households", Layers: []string{"buildings", "communities", "entrances", "greens"}, Spatial: true,
		Params: []ParamInfo{
			{Name: "radius_m", Title: geo.T("距离", "Distance"), Unit: "m"},
			{Name: "least_m2", Title: geo.T("最小面积", "Least area"), Unit: "m²"},
		},
		margin: byNumber("radius_m"), measure: onGround(nearParks),
	}}
}

// greenCover is the greens of the community, added up.
type greenCover struct {
	area_m2 float64 // as far as it counts
	ids     []string
	untold  int // greens that do not tell what share of them counts
}

// greenArea is the area of greens in the community, as far as it counts; false where
// the community has none. It notes what it was taken from.
func greenArea(in *Input, g *ground, m *indicator.Measure) (area_m2 float64, there bool, err error) {
	greens := g.view(in, "greens")
	c, err := keep(g, "greens|sum", []any{greens}, func() (greenCover, error) { return g.greenCover(greens) })
	if err != nil || len(c.ids) == 0 {
		return 0, false, err
	}
	point(m, indicator.Made, "greens", c.ids)
	m.Layers = []string{"greens"}
	if c.untold > 0 {
		m.Notes = append(m.Notes, geo.Tf("%d 处绿地未填计入比例，按全部计入", "%d greens do not tell what share of them counts; they count whole", c.untold))
	}
	return c.area_m2, true, nil
}

func (g *ground) greenCover(greens *view) (out greenCover, err error) {
	for _, x := range greens.items {
		if !g.touched(x) {
			continue
		}
		out.ids = append(out.ids, x.ID)
		if _, told := x.Number("counted_share"); !told {
			out.untold++
		}
	}
	parts, err := tiling[float64]{
		key: "greens", near: []*view{greens}, find: greenIn,
		extent: func(_ int, x *item) geo.Extent { return x.extent },
	}.ask(g)
	for _, area := range parts {
		out.area_m2 += area
	}
	out.area_m2 = hundredths(out.area_m2)
	return out, err
}

// greenIn is the area of greens in a square, as far as it counts.
func greenIn(q *plot, near [][]*item) (area_m2 float64, err error) {
	type patch struct {
		share float64
		shape orb.Geometry
	}
	var all []patch
	for _, x := range near[0] {
		share, told := x.Number("counted_share")
		if !told {
			share = 1
		}
		for _, shape := range x.patches() {
			part, err := overlay.Intersection(shape, q.shape)
			if err != nil {
				return 0, err
			}
			if part != nil {
				all = append(all, patch{share, part})
			}
		}
	}
	// Of all places with at least a share, those that an earlier share had not.
	slices.SortStableFunc(all, func(a, b patch) int { return cmp.Compare(b.share, a.share) })
	var seen orb.Geometry
	before := 0.0
	for i := 0; i < len(all); {
		var group []orb.Geometry
		if seen != nil {
			group = append(group, seen)
		}
		share := all[i].share
		for ; i < len(all) && all[i].share == share; i++ {
			group = append(group, all[i].shape)
		}
		if seen = group[0]; len(group) > 1 {
			if seen, err = union(group); err != nil {
				return 0, err
			}
		}
		area := geo.Area(seen)
		area_m2 += share * (area - before)
		before = area
	}
	return area_m2, nil
}

// noGreens says that the community has no greens.
func noGreens() indicator.Measure {
	var m indicator.Measure
	absent(&m, "greens", "绿地", "greens")
	return m
}

func greenRatio(in *Input, _ indicator.Params, g *ground) (indicator.Measure, error) {
	var m indicator.Measure
	area, any, err := greenArea(in, g, &m)
	if err != nil || !any {
		return noGreens(), err
	}
	m.Numerator, m.Denominator = &area, ptr(hundredths(g.area_m2))
	divide(&m, 100)
	return m, nil
}

func greenPerHead(in *Input, _ indicator.Params, g *ground) (indicator.Measure, error) {
	var m indicator.Measure
	area, any, err := greenArea(in, g, &m)
	if err != nil || !any {
		return noGreens(), err
	}
	m.Numerator, m.Denominator = &area, in.inhabitants(residentsField, &m)
	divide(&m, 1)
	return m, nil
}

func parkCount(in *Input, p indicator.Params, _ *ground) (indicator.Measure, error) {
	greens := in.inside("greens")
	if len(greens) == 0 {
		return noGreens(), nil
	}
	kinds := p.Words["kinds"]
	if len(kinds) == 0 {
		kinds = parkKinds
	}
	c, lack, is := newCounter("greens"), lacking{layer: "greens"}, ofKind(kinds...)
	for i := range greens {
		yes, known := is.ask(&greens[i])
		c.add(greens[i].ID, 1, yes, known)
		lack.note(&greens[i], is.fields...)
	}
	m := c.count()
	m.Layers = []string{"greens"}
	lack.tell(&m)
	return m, nil
}

// park is a green to go to.
type park struct {
	*item
	area_m2 float64
	// kindless tells that it does not say what it is, and so may be no park.
	kindless bool
}

// parks lists the parks of at least a size that are open, and the greens that may be.
// untold counts those that do not say whom they are open to.
func parks(in *Input, g *ground, least_m2 float64, closed ...string) (out []park, untold int) {
	for _, x := range g.view(in, "greens").items {
		kind, hasKind := textOf(&x.Feature, "kind")
		access, told := textOf(&x.Feature, "access")
		if hasKind && !slices.Contains(parkKinds, kind) || slices.Contains(closed, access) {
			continue
		}
		area := x.patched_m2()
		if area < least_m2 || area == 0 {
			continue
		}
		out = append(out, park{x, area, !hasKind})
		if !told && hasKind {
			untold++
		}
	}
	return out, untold
}

// withKindless gives a measure the bounds that greens without a kind leave: more is
// what it would be if all of them were parks.
func withKindless(m *indicator.Measure, more indicator.Measure, list []park) {
	if !slices.ContainsFunc(list, func(p park) bool { return p.kindless }) {
		return
	}
	low, high := m.Value, more.Value
	if low == nil {
		low = m.Low
	}
	if high == nil {
		high = more.High
	}
	if low != nil && high != nil && *low == *high && m.Value != nil {
		return
	}
	if m.Value, m.Low, m.High = nil, nil, nil; low != nil && high != nil {
		m.Low, m.High = low, high
	}
	var ids []string
	for _, p := range list {
		if p.kindless {
			ids = append(ids, p.ID)
		}
	}
	point(m, indicator.Unknown, "greens", ids)
	lacks(m, len(ids), "greens", "kind", "类型", "the kind")
}

func noteOpenParks(m *indicator.Measure, untold int) {
	if untold > 0 {
		m.Notes = append(m.Notes, geo.Tf("%d 处公园未填开放范围，视为开放", "%d parks do not say whom they are open to; they count as open", untold))
	}
}

func nearParks(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
	if len(in.Scene.Layers["greens"]) == 0 {
		return noGreens(), nil
	}
	list, untold := parks(in, g, parameter(p, "least_m2"), "private")
	things := &chosen{key: "parks|" + number(parameter(p, "least_m2")), layer: "greens", asked: ofKind()}
	for _, f := range list {
		if f.kindless {
			things.open = append(things.open, f.item)
			things.doubts++
			continue
		}
		things.yes = append(things.yes, f.item)
		things.ids = append(things.ids, f.ID)
	}
	m := nearShare(in, g, byHouseholds, things, parameter(p, "radius_m"))
	made(&m, "greens", things.ids)
	noteOpenParks(&m, untold)
	return m, nil
}

// isResidentialLand tells land for living from the wording of its use: our own word,
// the codes R of GB 50137-2011 and 07 of the classes of 2023, or Chinese words.
func isResidentialLand(use string) bool {
	use = strings.ToLower(strings.TrimSpace(use))
	code := strings.HasPrefix(use, "r") && strings.Trim(use[1:], "0123456789") == ""
	return use == "residential" || code || strings.HasPrefix(use, "07") || strings.Contains(use, "居住") || strings.Contains(use, "住宅")
}

// homeLand is the land in the community that people live on, and how it was found.
func homeLand(in *Input, g *ground, m *indicator.Measure) []*item {
	take := func(layer string, wanted func(*geo.Feature) bool) (out []*item, ids []string) {
		for _, x := range g.view(in, layer).items {
			if wanted(&x.Feature) && g.touched(x) {
				out, ids = append(out, x), append(ids, x.ID)
			}
		}
		return out, ids
	}
	layer := "areas"
	land, ids := take("areas", func(f *geo.Feature) bool {
		use, _ := f.Text("use")
		return isResidentialLand(use)
	})
	if !anyArea(land) {
		layer = "buildings"
		land, ids = take("buildings", func(f *geo.Feature) bool {
			use, _ := textOf(f, "use")
			return use == "residential"
		})
		if anyArea(land) {
			m.Notes = append(m.Notes, geo.T("没有居住用地数据，以住宅建筑占地代替", "no residential land is drawn; footprints of residential buildings stand for it"))
		}
		_, unknown := take("buildings", func(f *geo.Feature) bool { _, told := textOf(f, "use"); return !told })
		if len(unknown) > 0 && anyArea(land) {
			m.Notes = append(m.Notes, geo.Tf("%d 栋建筑用途未知，未计入", "the use of %d buildings is not known; they do not count", len(unknown)))
		}
	}
	point(m, indicator.Made, layer, ids)
	return land
}

func anyArea(items []*item) bool {
	return slices.ContainsFunc(items, func(x *item) bool { return len(x.patches()) > 0 })
}

// service is the land of a square that parks serve and that they do not, in square metres.
type service struct {
	land_m2, served_m2, most_m2 float64 // most_m2 if greens without a kind were parks
	inside, beyond              []geo.Feature
}

// services finds it square by square.
func services(g *ground, land []*item, list []park) ([]service, error) {
	own := func(_ int, x *item) geo.Extent { return x.extent }
	lands := g.memory.crowd(land)
	shapes, err := tiling[orb.Geometry]{
		key: "homes|land", near: []*view{lands}, extent: own,
		find: func(q *plot, near [][]*item) (orb.Geometry, error) {
			var shapes []orb.Geometry
			for _, x := range near[0] {
				shapes = append(shapes, x.patches()...)
			}
			return q.clippedUnion(shapes)
		},
	}.ask(g)
	if err != nil {
		return nil, err
	}
	var parks, kindless []*item
	for _, f := range list {
		if f.kindless {
			kindless = append(kindless, f.item)
		} else {
			parks = append(parks, f.item)
		}
	}
	return tiling[service]{
		key: "homes|parks", near: []*view{lands, g.memory.crowd(parks), g.memory.crowd(kindless)},
		extent: func(layer int, x *item) geo.Extent {
			if layer == 0 {
				return x.extent
			}
			return x.extent.Grow(serviceReach(x) + slackM)
		},
		find: func(q *plot, near [][]*item) (service, error) { return q.service(shapes[q.index], near[1], near[2]) },
	}.ask(g)
}

// serviceReach is the service radius of a park in metres.
func serviceReach(x *item) float64 {
	if x.patched_m2() >= largeParkM2 {
		return largeParkReachM
	}
	return smallParkReachM
}

// service parts the land of a square into what lies within the service radius of a park
// and what does not.
func (q *plot) service(land orb.Geometry, parks, kindless []*item) (out service, err error) {
	if land == nil {
		return out, nil
	}
	out.land_m2 = geo.Area(land)
	served, err := q.around(nil, parks)
	if err != nil {
		return out, err
	}
	inside, beyond, err := parted(land, served)
	if err != nil {
		return out, err
	}
	out.served_m2 = geo.Area(inside)
	out.inside, out.beyond = drawnAreas("served", q.name, inside), drawnAreas("beyond", q.name, beyond)
	if out.most_m2 = out.served_m2; len(kindless) > 0 {
		if served, err = q.around(served, kindless); err != nil {
			return out, err
		}
		most, _, err := parted(land, served)
		if err != nil {
			return out, err
		}
		out.most_m2 = geo.Area(most)
	}
	return out, nil
}

// around is what of a square lies within the service radius of parks, besides what does
// already.
func (q *plot) around(served orb.Geometry, parks []*item) (orb.Geometry, error) {
	var shapes []orb.Geometry
	if served != nil {
		shapes = append(shapes, served)
	}
	for _, x := range parks {
		around, err := x.serviceArea()
		if err != nil {
			return nil, err
		}
		for _, shape := range around {
			part, err := overlay.Intersection(shape, q.shape)
			if err != nil {
				return nil, err
			}
			if part != nil {
				shapes = append(shapes, part)
			}
		}
	}
	return union(shapes)
}

// parted parts land into what another area covers and what it does not.
func parted(land, by orb.Geometry) (inside, beyond orb.Geometry, err error) {
	if by == nil {
		return nil, land, nil
	}
	if inside, err = overlay.Intersection(land, by); err != nil {
		return nil, nil, err
	}
	beyond, err = overlay.Difference(land, by)
	return inside, beyond, err
}

func parkService(in *Input, _ indicator.Params, g *ground) (indicator.Measure, error) {
	if len(in.Scene.Layers["greens"]) == 0 {
		return noGreens(), nil
	}
	var m indicator.Measure
	land := homeLand(in, g, &m)
	list, untold := parks(in, g, smallParkM2, "private", "residents")
	parts, err := services(g, land, list)
	if err != nil {
		return m, err
	}
	var sum service
	for i := range parts {
		q := &parts[i]
		sum.land_m2, sum.served_m2, sum.most_m2 = sum.land_m2+q.land_m2, sum.served_m2+q.served_m2, sum.most_m2+q.most_m2
	}
	if sum.land_m2 == 0 {
		m.Features = nil
		absent(&m, "areas", "居住用地", "residential land")
		return m, nil
	}
	noteOpenParks(&m, untold)
	var ids []string
	for _, f := range list {
		if !f.kindless {
			ids = append(ids, f.ID)
		}
	}
	point(&m, indicator.Made, "greens", ids)
	m.Numerator, m.Denominator = ptr(hundredths(sum.served_m2)), ptr(hundredths(sum.land_m2))
	divide(&m, 100)
	more := indicator.Measure{Numerator: ptr(hundredths(sum.most_m2)), Denominator: m.Denominator}
	divide(&more, 100)
	withKindless(&m, more, list)
	const id = "green.park_service_share"
	s := newSheet(id, "公园服务范围内的居住用地", "Residential land served by parks", geo.Polygon,
		stateField(analysis.CodeOf("served", "覆盖", "Served"), analysis.CodeOf("beyond", "未覆盖", "Beyond reach")),
		analysis.RealField("area_m2", "面积", "Area", "m²"))
	for i := range parts {
		s.layer.Features = append(s.layer.Features, parts[i].beyond...)
	}
	for i := range parts {
		s.layer.Features = append(s.layer.Features, parts[i].inside...)
	}
	m.Drawn, m.Layers = s.done(), []string{drawnName(id), "greens"}
	return m, nil
}
