package main

import (
	"math"

	"github.com/paulmach/orb"
)

// street is one of the streets of the town grid.
type street struct {
	name    string
	class   string
	at      float64 // x of a street that runs north, y of one that runs east
	width_m float64
	to      float64 // where it ends in the north, when not at the edge of the drawing
}

// The drawing reaches so far on every side that a quarter of an hour's walk from
// the community is not cut off.
const (
	edgeWest, edgeEast   = -1760.0, 1780.0
	edgeSouth, edgeNorth = -1710.0, 1700.0
)

// northward lists the streets that run north, from west to east.
func northward() []street {
	return []street{
		{name: "桃源路", class: "tertiary", at: -1560, width_m: 18},
		{name: "银杏路", class: "secondary", at: -1130, width_m: 30},
		{name: "柏年路", class: "tertiary", at: -700, width_m: 20},
		{name: "望岳路", class: "secondary", at: -354, width_m: 28, to: 745},
		{name: "清溪路", class: "secondary", at: 352, width_m: 28, to: 745},
		{name: "石泉路", class: "tertiary", at: 770, width_m: 20},
		{name: "长岭路", class: "primary", at: 1190, width_m: 40},
		{name: "东环路", class: "tertiary", at: 1590, width_m: 18},
	}
}

// eastward lists the streets that run east, from south to north.
func eastward() []street {
	return []street{
		{name: "南湖街", class: "tertiary", at: -1560, width_m: 18},
		{name: "汇源大街", class: "primary", at: -1160, width_m: 40},
		{name: "康宁街", class: "tertiary", at: -700, width_m: 20},
		{name: "丰泽大街", class: "primary", at: -295, width_m: 40},
		{name: "安和街", class: "tertiary", at: 0, width_m: 20}, // its place comes from the site
		{name: "文启街", class: "secondary", at: 745, width_m: 26},
	}
}

// Where the streets around the community stand in the lists above.
const westOf, eastOf, southOf, northOf = 3, 4, 3, 4

// grid is the town grid with its crossings moved off the ruler: cross[i][j] is
// where northward street i meets eastward street j.
type grid struct {
	ns, ew []street
	cross  [][]orb.Point
	// up[i][j] runs along street i from crossing j−1 to crossing j, the first from
	// the southern edge and the last to the northern; right[i][j] likewise along
	// eastward street j from crossing i−1 to i. Nil where there is no street.
	up, right [][]orb.LineString
}

func (p *plan) townGrid() *grid {
	g := &grid{ns: northward(), ew: eastward()}
	s := &p.site
	g.ew[northOf].at = s.north[0][1]
	for i := range g.ns {
		column := make([]orb.Point, len(g.ew))
		for j := range g.ew {
			column[j] = mm(orb.Point{p.around(g.ns[i].at, 16), p.around(g.ew[j].at, 14)})
		}
		g.cross = append(g.cross, column)
	}
	g.cross[westOf][southOf], g.cross[eastOf][southOf] = s.south[0], s.south[1]
	g.cross[westOf][northOf], g.cross[eastOf][northOf] = s.north[0], s.north[1]
	for i := range g.ns {
		g.up = append(g.up, p.upward(g, i))
	}
	for i := range len(g.ns) + 1 {
		g.right = append(g.right, p.rightward(g, i))
	}
	g.up[westOf][northOf], g.up[eastOf][northOf] = s.west, s.east
	g.right[eastOf][southOf], g.right[eastOf][northOf] = s.south, s.north
	return g
}

func (p *plan) upward(g *grid, i int) []orb.LineString {
	var out []orb.LineString
	for j := range len(g.ew) + 1 {
		a := orb.Point{g.ns[i].at, edgeSouth}
		b := orb.Point{g.ns[i].at, edgeNorth}
		if j > 0 {
			a = g.cross[i][j-1]
		}
		if j < len(g.ew) {
			b = g.cross[i][j]
		}
		if g.ns[i].to != 0 && j == len(g.ew) {
			out = append(out, nil)
			continue
		}
		out = append(out, p.bent(a, b))
	}
	return out
}

func (p *plan) rightward(g *grid, i int) []orb.LineString {
	var out []orb.LineString
	for j := range g.ew {
		a := orb.Point{edgeWest, g.ew[j].at}
		b := orb.Point{edgeEast, g.ew[j].at}
		if i > 0 {
			a = g.cross[i-1][j]
		}
		if i < len(g.ns) {
			b = g.cross[i][j]
		}
		out = append(out, p.bent(a, b))
	}
	return out
}

// bent is a slightly curved line between two points.
func (p *plan) bent(a, b orb.Point) orb.LineString {
	nx, ny := normal(a, b)
	sag := p.around(0, 9)
	out := orb.LineString{mm(a)}
	const parts = 4
	for k := 1; k < parts; k++ {
		t := float64(k) / parts
		lift := sag * math.Sin(math.Pi*t)
		out = append(out, mm(orb.Point{a[0] + t*(b[0]-a[0]) + nx*lift, a[1] + t*(b[1]-a[1]) + ny*lift}))
	}
	return append(out, mm(b))
}

// carriageway are the attributes of a town street.
func carriageway(s street) attrs {
	return attrs{
		"name": s.name, "class": s.class, "width_m": s.width_m, "surface": "asphalt", "foot": "yes",
		"sidewalk": "both", "oneway_foot": "no", "bridge": false, "tunnel": false, "level": 0.0, "lit": true,
	}
}

// drawStreets draws the town grid and, around the community, the pavements and
// the crossings one by one: there nobody walks on the carriageway.
func (p *plan) drawStreets() {
	g := p.townGrid()
	p.site.grid = g
	for i := range g.ns {
		for j, l := range g.up[i] {
			if l == nil {
				continue
			}
			a := carriageway(g.ns[i])
			if (i == westOf || i == eastOf) && j == northOf {
				a = a.with(attrs{"foot": "no", "sidewalk": "separate"})
			}
			p.way(l, a)
		}
	}
	for i := range g.right {
		for j, l := range g.right[i] {
			a := carriageway(g.ew[j])
			if i == eastOf && (j == southOf || j == northOf) {
				a = a.with(attrs{"foot": "no", "sidewalk": "separate"})
			}
			p.way(l, a)
		}
	}
	p.drawPavements()
	p.drawCrossings()
	p.drawOverpass()
	p.drawLanes()
}

// pavement are the attributes of a public pavement drawn beside its street.
func pavement(name string, width_m float64) attrs {
	return attrs{
		"name": name + "人行道", "class": "footway", "foot": "yes", "width_m": width_m, "surface": "paving_stones",
		"oneway_foot": "no", "bridge": false, "tunnel": false, "level": 0.0, "lit": true, "wheelchair": "yes",
	}
}

func (p *plan) drawPavements() {
	for _, k := range []kerbs{p.site.inner, p.site.outer} {
		p.way(k.west, pavement("望岳路", 3.5))
		p.way(k.south, pavement("丰泽大街", 4.5))
		p.way(k.east, pavement("清溪路", 3.5))
		p.way(k.north, pavement("安和街", 3))
	}
}

// crossing are the attributes of a way over a carriageway.
func crossing(kind, name string) attrs {
	return attrs{
		"name": name, "class": "footway", "foot": "yes", "width_m": 5.0, "surface": "asphalt", "crossing": kind,
		"oneway_foot": "no", "bridge": false, "tunnel": false, "level": 0.0, "lit": true, "wheelchair": "yes",
	}
}

// drawCrossings draws four arms at each corner of the block and the crossings
// between the corners.
func (p *plan) drawCrossings() {
	s := &p.site
	in, out := s.inner, s.outer
	last := len(s.east) - 1
	corners := []struct {
		name           string
		nw, ne, sw, se orb.Point
	}{
		{"望岳路丰泽大街路口", beyond(out.west, in.south), in.south[0], out.south[0], beyond(in.west, out.south)},
		{"清溪路丰泽大街路口", in.south[1], beyond(out.east, in.south), beyond(in.east, out.south), out.south[1]},
		{"望岳路安和街路口", out.north[0], beyond(in.west, out.north), beyond(out.west, in.north), in.north[0]},
		{"清溪路安和街路口", beyond(reversed(in.east), out.north), out.east[last], in.east[last], beyond(reversed(out.east), in.north)},
	}
	for _, c := range corners {
		for _, arm := range [][2]orb.Point{{c.nw, c.ne}, {c.ne, c.se}, {c.se, c.sw}, {c.sw, c.nw}} {
			p.way(line(arm[0], arm[1]), crossing("signals", c.name))
		}
	}
	p.cross(s.south, 58, walkSouth_m, "signals", "同心巷南口")
	p.cross(s.north, 29, walkNorth_m, "zebra", "同心巷北口")
	p.cross(s.north, pineNorthGate[0]+9, walkNorth_m, "zebra", "松涛苑北门")
	p.crossEast(109, "育才街东口", "signals")
	p.crossWest(27, "松涛苑西门", "zebra")
}

// beyond is where the first segments of two pavements meet when continued.
func beyond(a, b orb.LineString) orb.Point { return meet(a[0], a[1], b[0], b[1]) }

// cross draws a crossing over one of the two streets that run east.
func (p *plan) cross(street orb.LineString, x, half_m float64, kind, name string) {
	y := street[0][1]
	p.way(line(orb.Point{x, y - half_m}, orb.Point{x, y + half_m}), crossing(kind, name))
}

func (p *plan) crossEast(y float64, name, kind string) {
	p.way(line(orb.Point{xAt(p.site.inner.east, y), y}, orb.Point{xAt(p.site.outer.east, y), y}), crossing(kind, name))
}

func (p *plan) crossWest(y float64, name, kind string) {
	p.way(line(orb.Point{p.site.outer.west[0][0], y}, orb.Point{p.site.inner.west[0][0], y}), crossing(kind, name))
}

// drawOverpass draws the footbridge over the southern main street. Its stairs
// stand on the kerb side of the pavements.
func (p *plan) drawOverpass() {
	const x, run = 216.0, 15.0
	north, south := p.site.inner.south[0][1], p.site.outer.south[0][1]
	stairs := attrs{
		"name": "丰泽大街人行天桥", "class": "steps", "foot": "yes", "width_m": 2.4, "surface": "concrete", "step_count": 34,
		"incline_pct": 34.0, "oneway_foot": "no", "bridge": true, "tunnel": false, "level": 0.5, "lit": true, "wheelchair": "no",
	}
	top, bottom := orb.Point{x, north - 2.8}, orb.Point{x, south + 2.8}
	p.raisedWay(line(orb.Point{x + run + 2, north}, orb.Point{x + run, north - 2.8}, top), 1, stairs)
	p.raisedWay(line(orb.Point{x + run + 2, south}, orb.Point{x + run, south + 2.8}, bottom), 1, stairs)
	p.raisedWay(line(top, bottom), 1, attrs{
		"name": "丰泽大街人行天桥", "class": "footway", "foot": "yes", "width_m": 3.5, "surface": "concrete",
		"oneway_foot": "no", "bridge": true, "tunnel": false, "level": 1.0, "lit": true, "covered": false, "wheelchair": "no",
	})
}

// laneMiddle is the centre of the public lane between the two compounds.
func (p *plan) laneMiddle() orb.LineString {
	return line(orb.Point{46, -295}, orb.Point{46, -30}, orb.Point{40, 50}, orb.Point{40, p.site.north[0][1]})
}

// drawLanes draws the two public streets inside the block.
func (p *plan) drawLanes() {
	lane := attrs{
		"class": "residential", "foot": "yes", "surface": "asphalt", "sidewalk": "both", "oneway_foot": "no",
		"bridge": false, "tunnel": false, "level": 0.0, "lit": true, "main_road": true, "fire_lane": true,
	}
	p.way(p.laneMiddle(), lane.with(attrs{"name": "同心巷", "width_m": 12.0}))
	p.way(line(orb.Point{40, 118}, orb.Point{xAt(p.site.east, 118), 118}), lane.with(attrs{"name": "育才街", "width_m": 9.0}))
}

// markCrossings notes the places where a crossing meets the middle of its street.
func (p *plan) markCrossings() {
	streets := make(map[orb.Point]string)
	for i := range p.features["ways"] {
		f := &p.features["ways"][i]
		if class, _ := f.Text("class"); class == "primary" || class == "secondary" || class == "tertiary" {
			for _, at := range f.Geometry.(orb.LineString) {
				streets[at] = class
			}
		}
	}
	for i := range p.features["ways"] {
		f := &p.features["ways"][i]
		kind, isCrossing := f.Text("crossing")
		if !isCrossing {
			continue
		}
		for _, at := range f.Geometry.(orb.LineString) {
			if class, meets := streets[at]; meets {
				p.add("crossings", p.next("crossing", 2), at, attrs{
					"kind": kind, "island": class == "primary", "foot": "yes", "wheelchair": "yes",
				})
			}
		}
	}
}

// markKeyRoads makes the main roads and the fire lanes of the community key
// points, each as long as the way is.
func (p *plan) markKeyRoads() {
	for i := range p.features["ways"] {
		f := &p.features["ways"][i]
		name, _ := f.Text("name")
		mainRoad, _ := f.Bool("main_road")
		fireLane, _ := f.Bool("fire_lane")
		switch {
		case mainRoad:
			p.add("keypoints", p.next("k-road", 2), f.Geometry, attrs{"name": name, "kind": "main_road", "required_class": "observe"})
		case fireLane:
			p.add("keypoints", p.next("k-lane", 2), f.Geometry, attrs{"name": name, "kind": "fire_lane", "required_class": "detect"})
		}
	}
}
