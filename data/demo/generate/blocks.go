package main

import (
	"fmt"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// block is the land between four streets of the town grid, without their
// carriageways and pavements.
type block struct {
	i, j  int // of the streets to its east and north
	name  string
	kind  string
	ring  orb.Ring
	south orb.LineString // the streets themselves; nil at the edge of the drawing
	north orb.LineString
	west  orb.LineString
	east  orb.LineString
}

// blockKinds says what fills the blocks: a row for each strip between streets
// from south to north, an entry for each block from west to east.
func blockKinds() [][]string {
	return [][]string{
		{"field", "field", "field", "field", "field", "field", "field", "field", "field"},
		{"field", "village", "works", "slabs", "hospital", "slabs", "works", "works", "field"},
		{"field", "slabs", "school", "sports", "slabs", "slabs", "slabs", "works", "field"},
		{"field", "slabs", "slabs", "slabs", "mall", "slabs", "school", "slabs", "village"},
		{"village", "slabs", "slabs", "slabs", "community", "slabs", "slabs", "park", "field"},
		{"field", "village", "slabs", "slabs", "slabs", "slabs", "slabs", "slabs", "field"},
		{"field", "field", "village", "hill", "hill", "hill", "village", "field", "field"},
	}
}

// blockNames names the blocks in the order of blockKinds; fields have none.
func blockNames() [][]string {
	return [][]string{
		{"", "", "", "", "", "", "", "", ""},
		{"", "南湖村", "汇源机械厂", "汇源小区", "示范区人民医院", "清溪南苑", "食品产业园", "东环物流园", ""},
		{"", "桃源新村", "康宁中学", "望岳体育公园", "康宁花园", "溪畔家园", "石泉小区", "长岭工业园", ""},
		{"", "银杏花园", "柏年小区", "望岳南里", "丰泽广场", "清溪花园", "石泉中学", "长岭新城", "东李村"},
		{"西张村", "银杏北苑", "柏年家园", "望岳东里", "", "溪东小区", "石泉花园", "石泉公园", ""},
		{"", "桃源村", "文启小区", "文启花园", "安和家园", "溪北雅苑", "石泉北里", "长岭北苑", ""},
		{"", "", "北山前村", "", "", "", "东山村", "", ""},
	}
}

func (p *plan) drawOutskirts() {
	kinds, names := blockKinds(), blockNames()
	for j := range kinds {
		for i, kind := range kinds[j] {
			if kind == "community" || kind == "hill" {
				continue
			}
			b := p.block(i, j)
			b.kind, b.name = kind, names[j][i]
			p.fill(b)
		}
	}
}

func (p *plan) fill(b *block) {
	use := map[string]string{
		"slabs": "二类居住用地", "village": "村庄建设用地", "works": "工业用地", "field": "耕地", "school": "中小学用地",
		"hospital": "医院用地", "sports": "体育用地", "mall": "商业用地", "park": "公园绿地",
	}[b.kind]
	a := attrs{"use": use, "plot": fmt.Sprintf("TS-%d%d", b.j, b.i)}
	if b.name != "" {
		a["name"] = b.name
	}
	p.add("areas", fmt.Sprintf("plot-%d%d", b.j, b.i), orb.Polygon{b.ring}, a)
	switch b.kind {
	case "slabs":
		p.fillSlabs(b)
	case "village":
		p.fillVillage(b)
	case "works":
		p.fillWorks(b)
	case "school":
		p.fillSchool(b)
	case "hospital":
		p.fillHospital(b)
	case "sports":
		p.fillSports(b)
	case "mall":
		p.fillMall(b)
	case "park":
		p.fillPark(b)
	case "field":
		p.fillField(b)
	}
}

// block cuts the block to the west of street i and south of street j out of the
// grid.
func (p *plan) block(i, j int) *block {
	g := p.site.grid
	b := &block{i: i, j: j}
	setback := func(list []street, k int) float64 {
		if k < 0 || k >= len(list) {
			return 4
		}
		return list[k].width_m/2 + 4
	}
	b.west, b.east = g.side(i-1, j), g.side(i, j)
	b.south, b.north = g.shelf(i, j-1), g.shelf(i, j)
	w, e := setback(g.ns, i-1), setback(g.ns, i)
	if i-1 == eastOf && j < len(g.ew) {
		w = greenTo_m + 6
	}
	west, east := offset(b.west, -w), offset(b.east, e)
	south, north := offset(b.south, setback(g.ew, j-1)), offset(b.north, -setback(g.ew, j))
	b.ring = ringOf(west, south, east, north)
	if i == 0 {
		b.west = nil
	}
	if i == len(g.ns) {
		b.east = nil
	}
	if j == 0 {
		b.south = nil
	}
	if j == len(g.ew) {
		b.north = nil
	}
	return b
}

// side is the street, or the edge of the drawing, beside a strip of blocks.
func (g *grid) side(i, j int) orb.LineString {
	switch {
	case i < 0:
		return line(orb.Point{edgeWest, g.ew[max(j-1, 0)].at}, orb.Point{edgeWest, g.ew[min(j, len(g.ew)-1)].at + 1})
	case i >= len(g.ns):
		return line(orb.Point{edgeEast, g.ew[max(j-1, 0)].at}, orb.Point{edgeEast, g.ew[min(j, len(g.ew)-1)].at + 1})
	case g.up[i][j] == nil:
		return line(g.cross[i][j-1], orb.Point{g.ns[i].at, edgeNorth})
	}
	return g.up[i][j]
}

func (g *grid) shelf(i, j int) orb.LineString {
	switch {
	case j < 0:
		return line(orb.Point{g.ns[max(i-1, 0)].at, edgeSouth}, orb.Point{g.ns[min(i, len(g.ns)-1)].at + 1, edgeSouth})
	case j >= len(g.ew):
		return line(orb.Point{g.ns[max(i-1, 0)].at, edgeNorth}, orb.Point{g.ns[min(i, len(g.ns)-1)].at + 1, edgeNorth})
	}
	return g.right[i][j]
}

// ringOf joins four sides, two running north and two running east, at the places
// where they meet.
func ringOf(west, south, east, north orb.LineString) orb.Ring {
	w, s, e, n := len(west)-1, len(south)-1, len(east)-1, len(north)-1
	sw := meet(west[0], west[1], south[0], south[1])
	se := meet(east[0], east[1], south[s-1], south[s])
	ne := meet(east[e-1], east[e], north[n-1], north[n])
	nw := meet(west[w-1], west[w], north[0], north[1])
	ring := orb.Ring{sw}
	ring = append(ring, south[1:s]...)
	ring = append(ring, se)
	ring = append(ring, east[1:e]...)
	ring = append(ring, ne)
	ring = append(ring, reversed(north)[1:n]...)
	ring = append(ring, nw)
	ring = append(ring, reversed(west)[1:w]...)
	return append(ring, sw)
}

// yAt is where a line that runs east has a given x.
func yAt(l orb.LineString, x float64) float64 {
	for i := 1; i < len(l); i++ {
		if x <= l[i][0] || i+1 == len(l) {
			t := (x - l[i-1][0]) / (l[i][0] - l[i-1][0])
			return round(l[i-1][1]+t*(l[i][1]-l[i-1][1]), 1000)
		}
	}
	return l[0][1]
}

// throughNorth is a road through the block at x, from its southern street to its
// northern one, as far as there are streets.
func (b *block) throughNorth(x float64) orb.LineString {
	e := geo.ExtentOf(b.ring)
	y0, y1 := e.MinY, e.MaxY
	if b.south != nil {
		y0 = yAt(b.south, x)
	}
	if b.north != nil {
		y1 = yAt(b.north, x)
	}
	return line(orb.Point{x, y0}, orb.Point{x, y1})
}

// throughEast is a road through the block at y.
func (b *block) throughEast(y float64) orb.LineString {
	e := geo.ExtentOf(b.ring)
	x0, x1 := e.MinX, e.MaxX
	if b.west != nil {
		x0 = xAt(b.west, y)
	}
	if b.east != nil {
		x1 = xAt(b.east, y)
	}
	return line(orb.Point{x0, y}, orb.Point{x1, y})
}

// builder places buildings in a block and keeps them off its roads and off one
// another.
type builder struct {
	p     *plan
	b     *block
	taken []geo.Extent
	homes int // dwelling slabs so far
}

// keepOff reserves the land of a road.
func (u *builder) keepOff(l orb.LineString, half_m float64) {
	for i := 1; i < len(l); i++ {
		u.taken = append(u.taken, geo.ExtentOf(l[i-1:i+1]).Grow(half_m))
	}
}

func (u *builder) fits(x0, y0, x1, y1, margin float64) bool {
	box := geo.Extent{MinX: x0, MinY: y0, MaxX: x1, MaxY: y1}
	for _, t := range u.taken {
		if t.Touches(box) {
			return false
		}
	}
	return roomFor(u.b.ring, x0, y0, x1, y1, margin)
}

// put draws a building outside the community. Its households are not known: they
// are no part of the community's register.
func (u *builder) put(footprint orb.Polygon, name, use string, floors int, more attrs) string {
	u.p.serial["outer buildings"]++
	id := fmt.Sprintf("b-%d", 1000+u.p.serial["outer buildings"])
	a := attrs{"use": use, "floors": floors, "height_m": height_m(floors)}
	if name != "" {
		a["name"] = name
	}
	u.p.add("buildings", id, footprint, a.with(more))
	u.taken = append(u.taken, geo.ExtentOf(footprint).Grow(3))
	return id
}

// road draws a road through a block and keeps buildings off it.
func (u *builder) road(l orb.LineString, name, class string, width_m float64, more attrs) {
	a := attrs{"class": class, "foot": "yes", "width_m": width_m, "surface": "concrete", "oneway_foot": "no"}
	if name != "" {
		a["name"] = name
	}
	u.p.way(l, a.with(more))
	u.keepOff(l, width_m/2+3)
}
