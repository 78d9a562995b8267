package metric

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/analysis/indicator"
	"yiju/analysis/walk"
	"yiju/geo"
)

func nearbyMetrics() []Metric {
	ours := geo.T("本系统的直线距离口径；距离为项目参数", "The product's: as the crow flies; the distance is a parameter of the project")
	return []Metric{{
		ID: "waste.near_share", Title: geo.T("垃圾投放点就近户数占比", "Share of households near a waste bin"),
		Definition: geo.T("直线 radius_m 内有垃圾投放点的户数 ÷ 社区户数；从楼门量起，未画楼门的从建筑轮廓量起",
			"households within radius_m of a waste bin, as the crow flies ÷ households of the community; from the doors of the building, or its outline where none is drawn"),
		Source: yantai(24, "无废社区", "zero waste"), Unit: "%", Of: "households", Layers: []string{"buildings", "communities", "devices", "entrances"}, Spatial: true,
		Params:  []ParamInfo{{Name: "radius_m", Title: geo.T("距离", "Distance"), Unit: "m"}},
		margin:  byNumber("radius_m"),
		measure: onGround(nearBins),
	}, {
		ID: "facilities.near_share", Title: geo.T("设施直线服务范围占比", "Share within a straight distance of a facility"),
		Definition: geo.T("直线 radius_m 内有所列任一类别设施的户数（或居民、60岁以上居民、住宅楼）÷ 社区总数；从楼门量起，未画楼门的从建筑轮廓量起，不对外开放的设施不计",
			"households (or residents, those aged 60 and over, buildings) within radius_m of a facility of any of the categories, as the crow flies ÷ all of the community; from the doors of the building, or its outline where none is drawn; facilities that are not open do not count"),
		Source: ours, Unit: "%", Of: "households", Layers: []string{"buildings", "communities", "entrances", "facilities"}, Spatial: true,
		Params: []ParamInfo{
			categoriesParam(false, "设施类别", "Categories of facilities"), {Name: "radius_m", Title: geo.T("距离", "Distance"), Unit: "m"}, weightParam(),
		},
		margin:  byNumber("radius_m"),
		measure: onGround(nearFacilities),
	}, {
		ID: "facilities.apart", Title: geo.T("两类设施的最近距离", "Distance between two kinds of facilities"),
		Definition: geo.T("社区内 from 类设施与 to 类设施之间最近的一对的直线距离",
			"straight distance of the nearest pair of a facility of from and one of to, both in the community"),
		Source: ours, Unit: "m", Layers: []string{"communities", "facilities"}, Spatial: true,
		Params: []ParamInfo{
			{Name: "from", Words: true, Title: geo.T("一方的类别", "Categories on one side")},
			{Name: "to", Words: true, Title: geo.T("另一方的类别", "Categories on the other side")},
		},
		measure: counting(facilitiesApart),
	}, {
		ID: "rescue.station_share", Title: geo.T("救援站点覆盖建筑占比", "Share of buildings near a rescue station"),
		Definition: geo.T("直线 distance_m 内有消防站、急救站等（类别 rescue）的建筑数 ÷ 社区建筑数",
			"buildings within distance_m of a fire, ambulance or other rescue station (category rescue), as the crow flies ÷ buildings of the community"),
		Source: yantai(26, "应急救援", "emergency rescue"),
		Unit:   "%", Of: "buildings", Layers: []string{"buildings", "communities", "entrances", "facilities"}, Spatial: true,
		Params: []ParamInfo{
			{Name: "distance_m", Title: geo.T("距离", "Distance"), Unit: "m"},
			{Name: "categories", Words: true, Optional: true, Title: geo.T("站点类别（默认 rescue）", "Categories of stations (rescue by default)")},
		},
		margin:  byNumber("distance_m"),
		measure: onGround(nearStations),
	}}
}

// byNumber is a margin that a parameter gives.
func byNumber(name string) func(indicator.Params) float64 {
	return func(p indicator.Params) float64 { return parameter(p, name) }
}

// homes are the places from which distances of the buildings of the community are taken,
// in their order: the doors of a building, or its outline where none is drawn.
func (g *ground) homes(in *Input) []*item {
	buildings, entrances := g.view(in, "buildings"), g.view(in, "entrances")
	counted := g.insideItems(in, "buildings")
	out, _ := keep(g, "homes", []any{buildings, entrances}, func() ([]*item, error) {
		a := g.memory.answer("homes|last")
		a.Lock()
		defer a.Unlock()
		last, _ := a.value.(map[*item]*item)
		now, doors := make(map[*item]*item), g.doors(in)
		out := slices.Clone(counted)
		for i, x := range counted {
			if list := doors[x]; len(list) > 0 {
				if out[i] = last[x]; out[i] == nil || !sameGeometry(out[i].Geometry, list) {
					out[i] = newItem(&geo.Feature{ID: x.ID, Geometry: list})
				}
				now[x] = out[i]
			}
		}
		a.value = now
		return out, nil
	})
	return out
}

// doors finds the doors of buildings.
func (g *ground) doors(in *Input) map[*item]orb.MultiPoint {
	out := make(map[*item]orb.MultiPoint)
	entrances := in.Scene.Layers["entrances"]
	if len(entrances) == 0 {
		return out
	}
	items := g.view(in, "buildings").items
	for i, list := range walk.Doors(in.Scene) {
		for _, k := range list {
			out[items[i]] = append(out[items[i]], entrances[k].Geometry.(orb.Point))
		}
	}
	return out
}

// nearShare is the share of people within a straight distance of some things. Who is
// near a thing alone of which it is not known what it is may be reached or not.
func nearShare(in *Input, g *ground, weight string, things *chosen, radius_m float64) indicator.Measure {
	var m indicator.Measure
	buildings := in.inside("buildings")
	if len(buildings) == 0 {
		absent(&m, "buildings", buildingsTitle.ZH, buildingsTitle.EN)
		return m
	}
	who, weights := population{weight: weight}, g.weights(in, weight)
	for i, near := range things.near(in, g, radius_m) {
		if near.known {
			who.addWeighed(buildings[i].ID, weights[i], near.is)
		} else {
			who.doubtWeighed(buildings[i].ID, weights[i])
		}
	}
	m = who.measure()
	if who.doubts > 0 {
		things.lack(&m)
	}
	return m
}

// chosen are the features of a layer that are wanted, and those that may be.
type chosen struct {
	key       string // tells the choice from others of the layer
	layer     string
	asked     question
	yes, open []*item
	ids       []string // of those that are wanted
	any       bool     // there is something, wanted or not
	doubts    int
}

// choose sorts out the features of a layer; key tells the question from others.
func (g *ground) choose(in *Input, layer, key string, wanted question) *chosen {
	out := &chosen{key: layer + "|" + key, layer: layer, asked: wanted}
	for _, x := range g.view(in, layer).items {
		if x.extent.IsEmpty() {
			continue
		}
		out.any = true
		switch is, known := wanted.ask(&x.Feature); {
		case !known:
			out.open = append(out.open, x)
			out.doubts++
		case is:
			out.yes = append(out.yes, x)
			out.ids = append(out.ids, x.ID)
		}
	}
	return out
}

// nearness tells whether something wanted is within reach; it is not known where only
// things are that may be.
type nearness struct{ is, known bool }

// near asks it of the buildings of the community, in their order.
func (c *chosen) near(in *Input, g *ground, reach_m float64) []nearness {
	homes := g.homes(in)
	near, open := g.nearest(c.key, homes, c.yes, reach_m), g.nearest(c.key+"?", homes, c.open, reach_m)
	out := make([]nearness, len(homes))
	for i := range out {
		is := near[i].x != nil
		out[i] = nearness{is, is || open[i].x == nil}
	}
	return out
}

// nearest finds the nearest of some things, within reach, to each of some others; of
// several as near the first. key tells the question from others.
func (g *ground) nearest(key string, of, things []*item, reach_m float64) []found {
	crowd := g.memory.crowd(things)
	return around[found]{
		key: "nearest|" + key + "|" + number(reach_m), of: of, near: []*view{crowd}, reach_m: reach_m,
		prepare: func(window geo.Extent) func(*item) found {
			some, at := crowd.touching(window), &places{}
			for i, x := range some {
				at.add(i, x.Geometry)
			}
			return func(x *item) found {
				if i, d := at.nearest(x.Geometry, reach_m); i >= 0 {
					return found{some[i], d}
				}
				return found{}
			}
		},
	}.ask(g)
}

// found is a thing that is near, and how far away; nil for none.
type found struct {
	x          *item
	distance_m float64
}

// lack says that it is not known what some of the features are.
func (c *chosen) lack(m *indicator.Measure) {
	for _, a := range c.asked.fields {
		lacks(m, c.doubts, c.layer, a.name, a.zh, a.en)
	}
}

// made names the things that serve, behind the buildings.
func made(m *indicator.Measure, layer string, ids []string) {
	if r, ok := refs(indicator.Made, layer, ids); ok {
		m.Features = append(m.Features, r)
	}
	m.Layers = append([]string{"buildings"}, layer)
}

func nearBins(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
	bins := g.choose(in, "devices", "waste", ofKind("waste_bin"))
	if !bins.any {
		var m indicator.Measure
		absent(&m, "devices", "垃圾投放点", "waste bins")
		return m, nil
	}
	m := nearShare(in, g, byHouseholds, bins, parameter(p, "radius_m"))
	made(&m, "devices", bins.ids)
	if len(bins.ids) == 0 && bins.doubts == 0 {
		m.Notes = append(m.Notes, geo.T("设备数据中没有垃圾投放点", "there is no waste bin among the devices"))
	}
	return m, nil
}

// closedVenue tells a facility that is not open to residents.
func closedVenue(f *geo.Feature) bool {
	foot, _ := f.Text("foot")
	return foot == "no" || foot == "private"
}

// openAnd asks a question of facilities that are open to residents; for others the
// answer is no.
func openAnd(q question) question {
	return question{fields: q.fields, ask: func(f *geo.Feature) (bool, bool) {
		if closedVenue(f) {
			return false, true
		}
		return q.ask(f)
	}}
}

// ofCategories tells whether a facility is of one of the categories.
func ofCategories(categories []string) func(*geo.Feature) bool {
	return func(f *geo.Feature) bool {
		have, _ := f.Text("category")
		return slices.ContainsFunc(categories, func(c string) bool { return inCategory(have, c) })
	}
}

func nearFacilities(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
	things := g.choose(in, "facilities", "open|"+strings.Join(p.Words["categories"], ","), openAnd(ofCategory(p.Words["categories"]...)))
	if !things.any {
		return noFacilities(), nil
	}
	m := nearShare(in, g, weightOf(p), things, parameter(p, "radius_m"))
	made(&m, "facilities", things.ids)
	if len(things.ids) == 0 && things.doubts == 0 {
		m.Notes = append(m.Notes, in.noneOf(p.Words["categories"]))
	}
	return m, nil
}

// noFacilities says that no facility at all is known.
func noFacilities() indicator.Measure {
	var m indicator.Measure
	absent(&m, "facilities", "设施", "facilities")
	return m
}

// noneOf says that there is no facility of the categories among others.
func (in *Input) noneOf(categories []string) geo.Text {
	t := in.named(categories)
	return geo.Tf("社区及周边没有%[1]s", "there is no %[2]s in or around the community", t.ZH, t.EN)
}

// named puts categories in a row, any of which would do.
func (in *Input) named(categories []string) geo.Text {
	return in.wordEntry("facilities", "category", strings.Join(categories, "|"))
}

func facilitiesApart(in *Input, p indicator.Params) indicator.Measure {
	features := in.inside("facilities")
	if len(features) == 0 {
		return noFacilities()
	}
	var m indicator.Measure
	from, to := ofCategories(p.Words["from"]), ofCategories(p.Words["to"])
	any := [2]bool{}
	var others places
	for k := range features {
		any[0] = any[0] || from(&features[k])
		if to(&features[k]) {
			any[1] = true
			others.add(k, features[k].Geometry)
		}
	}
	best, pair := float64(farthestM), [2]int{-1, -1}
	for i := range features {
		if !from(&features[i]) {
			continue
		}
		if item, d := others.nearestBut(i, features[i].Geometry, best); item >= 0 && (pair[0] < 0 || d < best) {
			best, pair = d, [2]int{i, item}
		}
	}
	if pair[0] >= 0 {
		m.Value = ptr(hundredths(best))
		m.Features = roles("facilities", nil, nil, []string{features[pair[0]].ID, features[pair[1]].ID})
		m.Layers = []string{"facilities"}
		return m
	}
	for k, categories := range [][]string{p.Words["from"], p.Words["to"]} {
		if !any[k] || any[0] && any[1] { // the only one is of both kinds
			m.Missing = append(m.Missing, geo.Tf("社区内没有可比的%[1]s", "the community has no %[2]s to measure to", in.named(categories).ZH, in.named(categories).EN))
		}
	}
	m.Collect = append(m.Collect, geo.T("补充图层 facilities 的设施", "add the facilities to layer facilities"))
	return m
}

// farthestM is farther than anything in a scene, in metres.
const farthestM = 1e6

func nearStations(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
	categories := p.Words["categories"]
	if len(categories) == 0 {
		categories = []string{"rescue"}
	}
	stations := g.choose(in, "facilities", strings.Join(categories, ","), ofCategory(categories...))
	if !stations.any {
		return noFacilities(), nil
	}
	var m indicator.Measure
	buildings := in.inside("buildings")
	if len(buildings) == 0 {
		absent(&m, "buildings", buildingsTitle.ZH, buildingsTitle.EN)
		return m, nil
	}
	c := newCounter("buildings")
	for i, near := range stations.near(in, g, parameter(p, "distance_m")) {
		c.add(buildings[i].ID, 1, near.is, near.known)
	}
	m = c.share()
	if c.unknown > 0 {
		stations.lack(&m)
	}
	made(&m, "facilities", stations.ids)
	if len(stations.ids) == 0 && stations.doubts == 0 {
		m.Notes = append(m.Notes, in.noneOf(categories))
	}
	return m, nil
}
