package metric

import (
	"slices"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/geo"
)

func rescueMetrics() []Metric {
	return []Metric{{
		ID: "rescue.access_share", Title: geo.T("消防车可达建筑占比", "Share of buildings that a fire engine gets to"),
		Definition: geo.T(
			"轮廓距消防车可行道路中心线不超过 reach_m 的建筑数 ÷ 社区建筑数。可行：机动车道路或消防车道，宽度不小于 least_width_m；宽度未填的，居住区道路及以上等级和消防车道视为可行，其余未知；等级未填的未知",
			"buildings with their outline within reach_m of the line of a way that a fire engine can take ÷ buildings of the community. It can take streets and fire lanes at least least_width_m wide; where no width is told, roads from residential streets upwards and fire lanes, while others are unknown, as are ways without a class"),
		Source: yantai(17, "交通微循环", "micro-circulation"), Unit: "%", Of: "buildings",
		Layers: []string{"buildings", "communities", "ways"}, Spatial: true,
		Params: []ParamInfo{
			{Name: "reach_m", Title: geo.T("道路到建筑的最大距离", "How far a way may be from the building"), Unit: "m"},
			{Name: "least_width_m", Title: geo.T("消防车道最小宽度", "Least width for a fire engine"), Unit: "m"},
		},
		margin:  byNumber("reach_m"),
		measure: onGround(engineAccess),
	}}
}

// engine tells whether a fire engine can take a way, as far as is known.
func engine(f *geo.Feature, least_m float64) (can, known bool) {
	lane, _ := f.Bool("fire_lane")
	class := wayClass(f)
	width, told := f.Number("width_m")
	switch {
	case !lane && class != "" && !isStreet(f), told && width < least_m:
		return false, true
	case told:
		return true, lane || class != ""
	}
	return true, lane || slices.Contains(roadClasses, class)
}

// doubt is what would tell whether a fire engine can take a way.
func doubt(f *geo.Feature) field {
	if wayClass(f) == "" {
		return classField
	}
	return widthField
}

// access is how a fire engine gets to a building, and by which way; nil for none.
type access struct {
	state      string
	way        *geo.Feature
	distance_m float64
}

// engineAccesses tells it of the buildings of the community, in their order.
func engineAccesses(in *Input, g *ground, least_m, reach_m float64) []access {
	var open, doubtful []*item
	for _, x := range g.view(in, "ways").items {
		switch can, known := engine(&x.Feature, least_m); {
		case can && known:
			open = append(open, x)
		case !known:
			doubtful = append(doubtful, x)
		}
	}
	buildings, key := g.insideItems(in, "buildings"), "engine|"+number(least_m)
	sure, maybe := g.nearest(key, buildings, open, reach_m), g.nearest(key+"?", buildings, doubtful, reach_m)
	out := make([]access, len(buildings))
	for i := range out {
		switch {
		case sure[i].x != nil:
			out[i] = access{"reached", &sure[i].x.Feature, sure[i].distance_m}
		case maybe[i].x != nil:
			out[i] = access{"unknown", &maybe[i].x.Feature, maybe[i].distance_m}
		default:
			out[i] = access{state: "beyond"}
		}
	}
	return out
}

func engineAccess(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
	var m indicator.Measure
	buildings := g.insideItems(in, "buildings")
	if len(buildings) == 0 {
		absent(&m, "buildings", buildingsTitle.ZH, buildingsTitle.EN)
		return m, nil
	}
	if len(in.Scene.Layers["ways"]) == 0 {
		return noWays(), nil
	}
	c, lack := newCounter("buildings"), lackingOnce{lacking: lacking{layer: "ways"}}
	var asked []string // ways of which the width would decide
	s := newSheet("rescue.access_share", "消防车可达", "Fire engine access", geo.Polygon,
		stateField(analysis.CodeOf("reached", "可达", "Reached"), analysis.CodeOf("beyond", "不可达", "Beyond reach"),
			analysis.CodeOf("unknown", "道路宽度或等级未知", "Width or class of the way not known")),
		wayField(), analysis.RealField("distance_m", "离路距离", "Distance to the way", "m"))
	accesses := engineAccesses(in, g, parameter(p, "least_width_m"), parameter(p, "reach_m"))
	for i, x := range buildings {
		a := &accesses[i]
		c.add(x.ID, 1, a.state == "reached", a.state != "unknown")
		if a.state == "unknown" {
			asked = append(asked, a.way.ID)
			lack.note(a.way, doubt(a.way))
		}
	}
	s.layer.Features = redrawn(g, "rescue.access_share", buildings, accesses, func(x *item, a access) geo.Feature {
		if a.way == nil {
			return drawn(x.ID, x.Geometry, "state", a.state)
		}
		return drawn(x.ID, x.Geometry, "state", a.state, "way", a.way.ID, "distance_m", hundredths(a.distance_m))
	})
	m = c.share()
	point(&m, indicator.Unknown, "ways", asked)
	lack.tell(&m)
	m.Drawn, m.Layers = s.done(), []string{drawnName("rescue.access_share"), "ways"}
	return m, nil
}
