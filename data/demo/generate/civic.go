package main

import (
	"github.com/paulmach/orb"
)

// The civic quarter lies north of the school street: a pocket park by the lane,
// the primary school, and on a terrace the square with the community's service
// centre, the courts and the kindergarten.

// squareRing is the community square, counter-clockwise.
func squareRing() orb.LineString {
	return line(orb.Point{242, 136}, orb.Point{296, 136}, orb.Point{306, 146}, orb.Point{306, 182}, orb.Point{242, 182}, orb.Point{242, 136})
}

func (p *plan) drawCivicQuarter() {
	p.drawSquare()
	p.drawServiceCentre()
	p.drawSchool()
	p.drawKindergarten()
	p.drawPocketPark()
	p.drawPlots()
}

// drawPlots draws the land use of the block of the community.
func (p *plan) drawPlots() {
	ring := func(layer, id string) orb.Polygon {
		for _, f := range p.features[layer] {
			if f.ID == id {
				return f.Geometry.(orb.Polygon)
			}
		}
		panic("no " + id)
	}
	for _, plot := range []struct {
		id, name, use string
		shape         orb.Polygon
	}{
		{"TS-44-01", "松涛苑", "二类居住用地", ring("compounds", pineID)},
		{"TS-44-02", "清溪里", "二类居住用地", ring("compounds", brookID)},
		{"TS-44-03", "示范实验小学", "中小学用地", rect(schoolWest, schoolSouth, schoolEast, schoolNorth)},
		{"TS-44-04", "示范幼儿园", "服务设施用地", rect(240, 216, 346, 270)},
		{"TS-44-05", "文体广场", "文化体育用地", polygon(orb.Point{230, 128}, orb.Point{348, 128}, orb.Point{352, 214}, orb.Point{230, 214})},
		{"TS-44-06", "同心口袋公园", "公园绿地", polygon(orb.Point{49, 126}, orb.Point{84, 126}, orb.Point{84, 270}, orb.Point{49, 270})},
		{"TS-44-07", "丰泽大街西段商业", "商业用地", polygon(orb.Point{-335, -272}, orb.Point{32, -272}, orb.Point{32, -234}, orb.Point{-335, -234})},
		{"TS-44-08", "丰泽大街东段商业", "商业用地", polygon(orb.Point{58, -272}, orb.Point{335, -272}, orb.Point{335, -234}, orb.Point{58, -234})},
	} {
		p.add("areas", "plot-"+plot.id[len("TS-"):], plot.shape, attrs{"name": plot.name, "use": plot.use, "plot": plot.id})
	}
}

// publicPath are the attributes of a paved public path.
func publicPath(name string, width_m float64) attrs {
	return attrs{
		"name": name, "class": "footway", "foot": "yes", "width_m": width_m, "surface": "paving_stones", "oneway_foot": "no",
		"bridge": false, "tunnel": false, "level": 0.0, "lit": true, "wheelchair": "yes",
	}
}

// drawSquare draws the square, its stairs and ramp through the retaining wall,
// and its courts.
func (p *plan) drawSquare() {
	p.openArea(squareRing(), publicPath("文体广场", 0).with(attrs{"class": "pedestrian"}))
	p.way(line(orb.Point{270, 118}, orb.Point{270, 126}), publicPath("文体广场步道", 4))
	p.way(line(orb.Point{270, 126}, orb.Point{270, 131}), attrs{
		"name": "文体广场台阶", "class": "steps", "foot": "yes", "width_m": 5.0, "surface": "stone", "step_count": 12,
		"incline_pct": 36.0, "oneway_foot": "no", "bridge": false, "tunnel": false, "level": 0.0, "lit": true, "wheelchair": "no",
	})
	p.way(line(orb.Point{270, 131}, orb.Point{270, 136}), publicPath("文体广场步道", 4))
	p.bollard(orb.Point{336, 124}, "文体广场坡道隔离柱")
	p.way(line(orb.Point{336, 118}, orb.Point{336, 131}, orb.Point{301, 131}, orb.Point{301, 141}), publicPath("文体广场无障碍坡道", 2.5).with(attrs{"incline_pct": 4.3}))
	p.way(line(orb.Point{306, 182}, orb.Point{312, 191}, orb.Point{xAt(p.site.inner.east, 192), 192}), publicPath("文体广场东步道", 3))
	for _, part := range []orb.LineString{
		line(orb.Point{236, 127}, orb.Point{266, 127}), line(orb.Point{274, 127}, orb.Point{333, 127}), line(orb.Point{339, 127}, orb.Point{348, 127}),
	} {
		p.add("barriers", p.next("retaining", 2), part, attrs{"name": "文体广场挡土墙", "kind": "retaining_wall", "foot": "no", "height_m": 1.8})
	}
	p.way(line(orb.Point{306, 152}, orb.Point{311, 152}), publicPath("", 3))
	p.way(line(orb.Point{306, 172}, orb.Point{311, 172}), publicPath("", 3))
}

func (p *plan) drawServiceCentre() {
	p.house("b-0301", polygon(orb.Point{244, 190}, orb.Point{296, 190}, orb.Point{296, 208}, orb.Point{284, 208}, orb.Point{284, 203}, orb.Point{244, 203}),
		orb.Point{270, 190}, orb.Point{270, 182}, attrs{
			"name": "示范社区党群服务中心", "use": "public", "floors": 3, "height_m": 12.6, "year": 2016, "lift": false, "fire_alarm": true,
		})
	p.house("b-0302", rect(306, 196, 322, 206), orb.Point{314, 196}, orb.Point{314, 191.04878}, attrs{
		"name": "广场公共卫生间", "use": "public", "floors": 1, "height_m": 4.0, "year": 2016, "lift": false,
	})
}

// school grounds, a gate on the school street.
const (
	schoolWest, schoolEast   = 86.0, 228.0
	schoolSouth, schoolNorth = 128.0, 271.0
)

func (p *plan) drawSchool() {
	gate := compoundGate{id: "school", name: "示范实验小学南门", at: orb.Point{112, schoolSouth}, width_m: 7}
	at := p.anchor(gate.at)
	p.add("barriers", "gate-school", at, attrs{"name": gate.name, "kind": "gate", "foot": "customers", "locked": false, "wheelchair": "yes", "height_m": 1.6})
	p.add("entrances", "e-school-gate", at, attrs{
		"name": gate.name, "kind": "facility", "access_person": true, "access_vehicle": true, "step_free": true, "locked": false, "foot": "customers", "of": "b-0311",
	})
	fence := line(
		orb.Point{schoolWest, schoolSouth}, orb.Point{schoolEast, schoolSouth}, orb.Point{schoolEast, schoolNorth},
		orb.Point{schoolWest, schoolNorth}, orb.Point{schoolWest, schoolSouth})
	p.addWall(fence, []compoundGate{gate}, "fence-school", attrs{"name": "示范实验小学围栏", "kind": "fence", "foot": "no", "height_m": 2.4})
	inside := yard("示范实验小学校内路", "service", 5).with(attrs{"foot": "customers", "main_road": false})
	p.way(line(orb.Point{112, 118}, orb.Point{112, schoolSouth}, orb.Point{112, 138}, orb.Point{204, 138}, orb.Point{204, 206}, orb.Point{148, 206}), inside)
	block := attrs{"use": "school", "floors": 4, "height_m": 15.8, "base_m": 0.0, "year": 2002, "lift": false, "fire_alarm": true}
	p.house("b-0311", rect(96, 146, 190, 160), orb.Point{144, 146}, orb.Point{144, 138}, block.with(attrs{"name": "示范实验小学南教学楼"}))
	p.house("b-0313", rect(96, 180, 190, 193), orb.Point{}, orb.Point{}, block.with(attrs{"name": "示范实验小学北教学楼"}))
	p.house("b-0314", rect(138, 160, 143, 180), orb.Point{}, orb.Point{}, block.with(attrs{
		"name": "示范实验小学连廊", "floors": 3, "height_m": 14.4, "base_m": 4.2,
	}))
	p.house("b-0312", rect(208, 142, 225, 176), orb.Point{208, 158}, orb.Point{204, 158}, attrs{
		"name": "示范实验小学风雨操场", "use": "school", "floors": 2, "height_m": 11.0, "year": 2011, "lift": false, "fire_alarm": true,
	})
	p.add("greens", p.next("green", 3), rect(92, 165, 134, 176), attrs{"kind": "lawn", "access": "private", "counted_share": 1.0})
}

// trackRing is a running track: two straights and two half circles.
func trackRing(centre orb.Point, straight, radius float64) orb.LineString {
	var out orb.LineString
	const steps = 8
	for half := range 2 {
		sign := 1 - 2*float64(half)
		arc := oval(orb.Point{}, radius, radius, 4*steps)
		for i := range 2*steps + 1 {
			at := arc[(4*steps+i-steps)%(4*steps)]
			out = append(out, mm(orb.Point{centre[0] + sign*(straight/2+at[0]), centre[1] + sign*at[1]}))
		}
	}
	return append(out, out[0])
}

func (p *plan) drawKindergarten() {
	x1 := 346.0
	gate := compoundGate{id: "kinder", name: "示范幼儿园东门", at: orb.Point{x1, 240}, width_m: 5}
	at := p.anchor(gate.at)
	p.add("barriers", "gate-kinder", at, attrs{"name": gate.name, "kind": "gate", "foot": "customers", "locked": false, "wheelchair": "yes", "height_m": 1.6})
	p.add("entrances", "e-kinder-gate", at, attrs{
		"name": gate.name, "kind": "facility", "access_person": true, "step_free": true, "locked": false, "foot": "customers", "of": "b-0321",
	})
	fence := line(orb.Point{240, 216}, orb.Point{x1, 216}, orb.Point{x1, 270}, orb.Point{240, 270}, orb.Point{240, 216})
	p.addWall(fence, []compoundGate{gate}, "fence-kinder", attrs{"name": "示范幼儿园围栏", "kind": "fence", "foot": "no", "height_m": 2.0})
	p.way(line(orb.Point{xAt(p.site.inner.east, 240), 240}, at, orb.Point{330, 240}), yard("示范幼儿园园内路", "service", 4).with(attrs{"foot": "customers", "main_road": false}))
	p.house("b-0321", polygon(orb.Point{252, 246}, orb.Point{300, 246}, orb.Point{300, 226}, orb.Point{318, 226}, orb.Point{318, 264}, orb.Point{252, 264}),
		orb.Point{318, 240}, orb.Point{330, 240}, attrs{
			"name": "示范幼儿园", "use": "school", "floors": 3, "height_m": 12.0, "year": 2010, "lift": false, "fire_alarm": true,
		})
	for _, lawn := range []orb.Polygon{rect(231, 178, 240, 210), rect(341, 134, 345, 186), rect(198, 214, 224, 266), rect(90, 198, 140, 210), rect(324, 213, 344, 215.4)} {
		p.add("greens", p.next("green", 3), lawn, attrs{"kind": "lawn", "access": "public", "counted_share": 1.0})
	}
	p.add("greens", p.next("green", 3), rect(246, 220, 262, 240), attrs{"kind": "lawn", "access": "private", "counted_share": 1.0})
}

func (p *plan) drawPocketPark() {
	ring := line(orb.Point{50, 127}, orb.Point{82, 127}, orb.Point{82, 196}, orb.Point{64, 202}, orb.Point{50, 196}, orb.Point{50, 127})
	p.add("greens", "green-pocket", area(ring), attrs{
		"name": "同心口袋公园", "kind": "pocket_park", "access": "public", "counted_share": 1.0, "irrigated": true,
	})
	path := publicPath("同心口袋公园园路", 2)
	p.way(fillet(line(orb.Point{66, 118}, orb.Point{66, 136}, orb.Point{74, 152}, orb.Point{58, 172}, orb.Point{40, 178}), 2), path)
	p.add("greens", "green-lane", polygon(orb.Point{50, 204}, orb.Point{82, 200}, orb.Point{82, 268}, orb.Point{50, 268}), attrs{
		"name": "同心巷绿地", "kind": "lawn", "access": "public", "counted_share": 1.0,
	})
}

// shop is a building of the row along the southern main street.
type shop struct {
	id, name, use string
	x0, x1, depth float64
	floors        int
	height        float64
	doors         int
}

func frontage() []shop {
	return []shop{
		{"b-0401", "丰泽大街商铺一", "commercial", -322, -262, 14, 2, 7.8, 3},
		{"b-0402", "丰泽大街商铺二", "commercial", -257, -203, 14, 2, 7.8, 3},
		{"b-0403", "丰泽大街商铺三", "commercial", -168, -112, 14, 2, 7.8, 3},
		{"b-0404", "丰泽大街商铺四", "commercial", -107, -56, 14, 2, 8.2, 2},
		{"b-0405", "同心便民市场", "commercial", -44, 26, 27, 1, 8.5, 2},
		{"b-0406", "示范社区卫生服务站", "public", 62, 96, 15, 3, 11.4, 1},
		{"b-0407", "丰泽大街商铺五", "commercial", 101, 147, 14, 2, 7.8, 2},
		{"b-0408", "幸福食堂与日间照料中心", "public", 152, 183, 16, 2, 8.8, 1},
		{"b-0409", "丰泽大街商铺六", "commercial", 240, 284, 14, 2, 7.8, 2},
		{"b-0410", "丰泽大街商务楼", "office", 289, 332, 18, 8, 31.2, 1},
	}
}

// drawStreetFront draws the row of shops between the compounds and the southern
// main street.
func (p *plan) drawStreetFront() {
	const front = -265.0
	pave := p.site.inner.south[0][1]
	for _, s := range frontage() {
		ring := rect(s.x0, front, s.x1, front+s.depth)
		a := attrs{"name": s.name, "use": s.use, "floors": s.floors, "height_m": s.height, "year": 2001, "fire_alarm": s.use != "commercial"}
		if s.floors < 8 {
			a["lift"] = false
		}
		step := (s.x1 - s.x0) / float64(s.doors)
		for d := 1; d < s.doors; d++ {
			door := mm(orb.Point{s.x0 + step*(float64(d)+0.5), front})
			ring = orb.Polygon{withVertex(ring[0], door)}
			p.way(line(door, orb.Point{door[0], pave}), publicPath("", 3).with(attrs{"lit": false}))
		}
		first := mm(orb.Point{s.x0 + step/2, front})
		p.house(s.id, ring, first, orb.Point{first[0], pave}, a)
	}
}
