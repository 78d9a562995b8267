package main

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// inner roads of a block, evenly spread.
func (u *builder) crossRoads(most float64, class string, width_m float64) {
	e := geo.ExtentOf(u.b.ring)
	for k, n := 1, int(math.Ceil((e.MaxX-e.MinX)/most)); k < n; k++ {
		x := round(u.p.around(e.MinX+(e.MaxX-e.MinX)*float64(k)/float64(n), 12), 10)
		u.road(u.b.throughNorth(x), "", class, width_m, nil)
	}
	for k, n := 1, int(math.Ceil((e.MaxY-e.MinY)/most)); k < n; k++ {
		y := round(u.p.around(e.MinY+(e.MaxY-e.MinY)*float64(k)/float64(n), 12), 10)
		u.road(u.b.throughEast(y), "", class, width_m, nil)
	}
}

// estate is how a block of dwelling slabs was built.
type estate struct {
	floors, year    int
	depth_m         float64
	pitch_m         float64 // from row to row
	units           []int   // lengths of slabs
	chequered, lift bool
}

// estates lists the kinds in the order in which they were built.
func estates() []estate {
	return []estate{
		{floors: 5, year: 1988, depth_m: 10.5, pitch_m: 30, units: []int{3, 4, 4, 5}},
		{floors: 6, year: 1999, depth_m: 11.5, pitch_m: 34, units: []int{3, 4, 5, 5}},
		{floors: 6, year: 2006, depth_m: 12.5, pitch_m: 37, units: []int{2, 3, 4, 4}, chequered: true},
		{floors: 11, year: 2014, depth_m: 13.5, pitch_m: 50, units: []int{2, 2, 3}, chequered: true, lift: true},
	}
}

// fillSlabs fills a block with rows of dwelling slabs of one period, with shops
// along its southern street and a green in the middle.
func (p *plan) fillSlabs(b *block) {
	u := &builder{p: p, b: b}
	u.crossRoads(260, "service", 6)
	kind := oneOf(p, estates()...)
	kind.year += p.between(0, 5)
	if p.rng.IntN(2) == 0 {
		u.shops()
	}
	u.green()
	e := geo.ExtentOf(b.ring)
	row := 0
	for y := e.MinY + 9; y+kind.depth_m < e.MaxY; y += kind.pitch_m {
		x := e.MinX + 6
		if kind.chequered && row%2 == 1 {
			x += 21
		}
		row++
		for x < e.MaxX {
			width := float64(oneOf(p, kind.units...)) * unitWidth_m
			if !u.fits(x, y, x+width, y+kind.depth_m, 7) {
				x += 6
				continue
			}
			floors := kind.floors
			if floors == 6 && p.rng.IntN(5) == 0 {
				floors = 5
			}
			u.homes++
			u.put(u.slab(x, y, width, kind.depth_m), fmt.Sprintf("%s%d号楼", b.name, u.homes), "residential", floors, attrs{"year": kind.year, "lift": kind.lift})
			x += width + 11
		}
	}
}

// slab is the outline of a slab outside the community: straight, or with one half
// set back.
func (u *builder) slab(x, y, width, depth_m float64) orb.Polygon {
	if u.p.rng.IntN(3) > 0 || width < 3*unitWidth_m {
		return rect(x, y, x+width, y+depth_m)
	}
	const back = 1.8
	m := round(x+width/2, 10)
	return polygon(
		orb.Point{x, y}, orb.Point{m, y}, orb.Point{m, y + back}, orb.Point{x + width, y + back},
		orb.Point{x + width, y + depth_m}, orb.Point{m, y + depth_m}, orb.Point{m, y + depth_m - back}, orb.Point{x, y + depth_m - back})
}

// shops puts low shops along the southern side of a block.
func (u *builder) shops() {
	e := geo.ExtentOf(u.b.ring)
	for x := e.MinX + 4; x < e.MaxX; {
		width := u.p.around(40, 12)
		y := e.MinY
		for ; y < e.MinY+24 && !u.fits(x, y, x+width, y+10, 3); y += 3 {
		}
		if y >= e.MinY+24 {
			x += 9
			continue
		}
		u.put(rect(x, y, x+width, y+10), "", "commercial", u.p.between(1, 2), nil)
		x += width + 7
	}
}

// green keeps a piece of land in the middle of a block free and makes it a garden.
func (u *builder) green() {
	c := geo.ExtentOf(u.b.ring).Centre()
	for _, shift := range []float64{38, -38, 60, -60} {
		w, h := u.p.around(30, 6), u.p.around(20, 4)
		x, y := c[0]+shift, c[1]-0.8*shift
		if u.fits(x-w, y-h, x+w, y+h, 6) {
			u.p.add("greens", u.p.next("green", 3), area(oval(orb.Point{x, y}, w, h, 16)), attrs{"name": u.b.name + "花园", "kind": "garden", "access": "residents", "counted_share": 1.0})
			u.taken = append(u.taken, geo.Extent{MinX: x - w, MinY: y - h, MaxX: x + w, MaxY: y + h}.Grow(4))
			return
		}
	}
}

// fillVillage fills a block with rows of low houses between narrow lanes.
func (p *plan) fillVillage(b *block) {
	u := &builder{p: p, b: b}
	u.crossRoads(140, "unclassified", 4)
	e := geo.ExtentOf(b.ring)
	for y := e.MinY + 12; y < e.MaxY; y += p.around(27, 2) {
		for x := e.MinX + 10; x < e.MaxX; {
			width := p.around(36, 14)
			depth := p.around(9.5, 1.5)
			shift := p.around(0, 2)
			if !u.fits(x, y+shift, x+width, y+shift+depth, 6) {
				x += 9
				continue
			}
			u.put(rect(x, y+shift, x+width, y+shift+depth), "", "residential", p.between(1, 2), nil)
			x += width + p.around(8, 3)
		}
	}
}

// fillWorks fills a block with industrial sheds.
func (p *plan) fillWorks(b *block) {
	u := &builder{p: p, b: b}
	u.crossRoads(230, "service", 8)
	e := geo.ExtentOf(b.ring)
	for y := e.MinY + 14; y < e.MaxY; y += 58 {
		for x := e.MinX + 10; x < e.MaxX; {
			width, depth := p.around(74, 22), p.around(34, 6)
			if !u.fits(x, y, x+width, y+depth, 8) {
				x += 12
				continue
			}
			u.put(rect(x, y, x+width, y+depth), "", "industrial", p.between(1, 2), attrs{"height_m": round(p.around(10, 2), 10)})
			x += width + 16
		}
	}
}

// fillSchool draws a middle school: teaching blocks in the south, the track in
// the north.
func (p *plan) fillSchool(b *block) {
	u := &builder{p: p, b: b}
	c := geo.ExtentOf(b.ring).Centre()
	x, y := math.Round(c[0]), math.Round(c[1])
	u.road(line(orb.Point{x - 130, y - 30}, orb.Point{x + 130, y - 30}), "", "service", 6, attrs{"foot": "private"})
	down := b.throughNorth(x)
	u.road(line(down[0], orb.Point{x, y - 30}), "", "service", 7, attrs{"foot": "private"})
	field := trackRing(orb.Point{x - 20, y + 66}, 85, 44)
	u.keepOff(field, 4)
	names := []string{"教学楼", "教学楼", "实验楼", "办公楼", "体育馆", "学生公寓", "学生公寓", "食堂"}
	for k, box := range [][4]float64{
		{-118, -70, 86, 16}, {20, -70, 86, 16}, {-118, -116, 86, 16}, {20, -116, 86, 16}, {104, 30, 42, 62}, {-164, 0, 16, 70}, {-164, 84, 16, 60}, {104, 104, 42, 28},
	} {
		x0, y0 := x+box[0], y+box[1]
		if u.fits(x0, y0, x0+box[2], y0+box[3], 6) {
			u.put(rect(x0, y0, x0+box[2], y0+box[3]), fmt.Sprintf("%s%s%d", b.name, names[k], k+1), "school", 5-k/4*2, attrs{"year": 2006, "lift": false})
		}
	}
	p.facility(area(field), "sport/track", b.name+"田径场", attrs{"foot": "private", "area_m2": math.Round(geo.Area(area(field))), "indoor": false})
	p.facility(orb.Point{x, y - 40}, "education/middle", b.name, attrs{"capacity": 1800, "indoor": true})
	p.add("greens", p.next("green", 3), area(trackRing(orb.Point{x - 20, y + 66}, 80, 34)), attrs{"kind": "lawn", "access": "private"})
}

func (p *plan) fillHospital(b *block) {
	u := &builder{p: p, b: b}
	u.crossRoads(380, "service", 7)
	e := geo.ExtentOf(b.ring)
	c := e.Centre()
	for k, box := range [][4]float64{{-150, -120, -60, -90}, {-150, -70, -60, -45}, {40, -120, 150, -85}, {40, 60, 120, 90}, {-140, 60, -50, 84}, {170, -60, 200, 60}} {
		x0, y0, x1, y1 := c[0]+box[0], c[1]+box[1], c[0]+box[2], c[1]+box[3]
		if !u.fits(x0, y0, x1, y1, 8) {
			continue
		}
		u.put(rect(x0, y0, x1, y1), fmt.Sprintf("%s%d号楼", b.name, k+1), "public", []int{10, 6, 5, 4, 8, 3}[k], attrs{"year": 2009, "lift": true})
	}
	for k, box := range [][4]float64{{-40, -70, 30, 20}, {-240, -110, 60, 200}, {220, -110, 60, 200}, {-40, 50, 60, 60}} {
		x0, y0 := c[0]+box[0], c[1]+box[1]
		if u.fits(x0, y0, x0+box[2], y0+box[3], 5) {
			p.add("greens", p.next("green", 3), area(oval(orb.Point{x0 + box[2]/2, y0 + box[3]/2}, box[2]/2, box[3]/2, 20)), attrs{"name": fmt.Sprintf("医院花园%d", k+1), "kind": "garden", "access": "public", "counted_share": 1.0})
		}
	}
	main := rect(c[0]-150, c[1]-120, c[0]-60, c[1]-90)
	door := mm(orb.Point{c[0] - 105, c[1] - 120})
	p.doorPath(main, door, orb.Point{door[0], yAt(b.south, door[0])}, "health/hospital", b.name, 52_000)
}

// fillSports draws the district's sports park.
func (p *plan) fillSports(b *block) {
	u := &builder{p: p, b: b}
	e := geo.ExtentOf(b.ring)
	c := e.Centre()
	x, y := math.Round(c[0]), math.Round(c[1])
	u.road(b.throughNorth(x+30), "望岳体育公园中路", "pedestrian", 8, attrs{"surface": "asphalt", "lit": true})
	u.road(b.throughEast(y+70), "望岳体育公园横路", "pedestrian", 8, attrs{"surface": "asphalt", "lit": true})
	hall := rect(x+46, y+86, x+120, y+140)
	u.put(hall, "望岳体育馆", "public", 2, attrs{"year": 2014, "height_m": 18.0, "lift": true})
	pool := rect(x-60, y+92, x+10, y+132)
	u.put(pool, "望岳游泳馆", "public", 2, attrs{"year": 2014, "height_m": 13.0, "lift": true})
	p.doorPath(hall, orb.Point{x + 46, y + 110}, orb.Point{x + 30, y + 110}, "sport/hall", "望岳体育馆", 3996)
	p.doorPath(pool, orb.Point{x + 10, y + 110}, orb.Point{x + 30, y + 110}, "sport/pool", "望岳游泳馆", 2800)
	field := trackRing(orb.Point{x - 60, y - 60}, 85, 42)
	p.facility(area(field), "sport/pitch", "望岳体育公园田径场", attrs{"foot": "yes", "area_m2": math.Round(geo.Area(area(field))), "opening": "05:30-21:30", "indoor": false})
	p.way(line(orb.Point{x + 30, y - 60}, orb.Point{x + 24.5, y - 60}), publicPath("", 3))
	for k := range 4 {
		y0 := y - 130 + 34*float64(k)
		court := rect(x+60, y0, x+88, y0+15)
		p.facility(court, "sport/court", fmt.Sprintf("望岳体育公园篮球场%d", k+1), attrs{"foot": "yes", "area_m2": 420.0, "opening": "05:30-21:30", "indoor": false})
		p.way(line(orb.Point{x + 30, y0 + 7}, orb.Point{x + 60, y0 + 7}), publicPath("", 2.5))
	}
	p.facility(orb.Point{x + 40, y + 40}, "sport/fitness_station", "望岳体育公园健身点", attrs{"foot": "yes", "area_m2": 300.0, "indoor": false})
	p.add("greens", "green-sports", orb.Polygon{b.ring}, attrs{"name": "望岳体育公园", "kind": "park", "access": "public", "counted_share": 0.4})
}

// doorPath gives a building outside the community one entrance, which its
// facility is reached by.
func (p *plan) doorPath(footprint orb.Polygon, door, to orb.Point, category, name string, area_m2 float64) {
	id := p.next("e-f", 3)
	p.add("entrances", id, mm(door), attrs{"name": name, "kind": "facility", "step_free": true, "locked": false, "foot": "yes"})
	p.way(line(mm(door), to), publicPath("", 4))
	c := geo.ExtentOf(footprint).Centre()
	p.facility(c, category, name, attrs{"foot": "yes", "area_m2": area_m2, "indoor": true, "opening": "06:00-21:30", "entrances": id})
}

func (p *plan) fillMall(b *block) {
	u := &builder{p: p, b: b}
	e := geo.ExtentOf(b.ring)
	c := e.Centre()
	x, y := math.Round(c[0]), math.Round(c[1])
	u.road(b.throughNorth(x+84), "丰泽广场东路", "residential", 10, attrs{"lit": true, "sidewalk": "both"})
	u.road(b.throughNorth(x-210), "丰泽广场西路", "residential", 10, attrs{"lit": true, "sidewalk": "both"})
	u.road(b.throughEast(y-20), "丰泽步行街", "pedestrian", 14, attrs{"lit": true, "surface": "paving_stones"})
	mall := rect(x-180, y+20, x+50, y+120)
	u.put(mall, "丰泽广场购物中心", "commercial", 5, attrs{"year": 2015, "height_m": 27.0, "lift": true})
	for k, box := range [][4]float64{{-150, -120, -110, -80}, {-60, -120, -20, -80}, {110, 40, 146, 76}, {190, 40, 226, 76}} {
		x0, y0 := x+box[0], y+box[1]
		if u.fits(x0, y0, x+box[2], y+box[3], 8) {
			u.put(rect(x0, y0, x+box[2], y+box[3]), fmt.Sprintf("丰泽广场写字楼%d座", k+1), "office", 18-2*k, attrs{"year": 2015, "lift": true})
		}
	}
	for yy := y - 150; yy < y+130; yy += 40 {
		for xx := x + 100; xx < x+300; xx += 62 {
			if u.fits(xx, yy, xx+48, yy+14, 8) {
				u.put(rect(xx, yy, xx+48, yy+14), "", "commercial", 3, attrs{"year": 2012})
			}
		}
	}
	p.doorPath(mall, orb.Point{x - 60, y + 20}, orb.Point{x - 60, y - 20}, "commerce/supermarket", "丰泽广场超市", 5200)
	p.doorPath(mall, orb.Point{x + 20, y + 20}, orb.Point{x + 20, y - 20}, "sport/hall", "丰泽广场羽毛球乒乓球馆", 1200)
}

func (p *plan) fillPark(b *block) {
	e := geo.ExtentOf(b.ring)
	c := e.Centre()
	lake := oval(orb.Point{c[0] - 10, c[1] + 40}, 95, 130, 28)
	p.add("areas", "plot-lake", area(lake), attrs{"name": "石泉湖", "use": "水域"})
	p.add("greens", "green-shiquan", orb.Polygon{b.ring, reversedRing(lake)}, attrs{"name": "石泉公园", "kind": "park", "access": "public", "counted_share": 1.0})
	shore := oval(orb.Point{c[0] - 10, c[1] + 40}, 112, 148, 28)
	p.way(shore, publicPath("石泉湖环湖健身步道", 4))
	y := round(c[1]+40, 10)
	through := b.throughEast(y)
	p.way(line(through[0], shore[14]), publicPath("石泉公园西路", 4))
	p.way(line(shore[0], through[1]), publicPath("石泉公园东路", 4))
	down := b.throughNorth(shore[21][0])
	p.way(line(down[0], shore[21]), publicPath("石泉公园南路", 4))
	p.way(line(shore[7], orb.Point{shore[7][0], b.throughNorth(shore[7][0])[1][1]}), publicPath("石泉公园北路", 4))
	p.facility(shore[21], "sport/trail", "石泉湖健身步道", attrs{"foot": "yes", "indoor": false})
	p.facility(orb.Point{c[0] - 10, c[1] - 150}, "sport/fitness_station", "石泉公园健身点", attrs{"foot": "yes", "area_m2": 260.0, "indoor": false})
}

// fillField leaves a block to the plough, with a track through it and a few
// greenhouses.
func (p *plan) fillField(b *block) {
	u := &builder{p: p, b: b}
	e := geo.ExtentOf(b.ring)
	if e.MaxX-e.MinX < 150 || e.MaxY-e.MinY < 100 || b.south == nil && b.north == nil {
		return
	}
	u.road(b.throughNorth(round(p.around((e.MinX+e.MaxX)/2, 20), 10)), "", "track", 3.5, attrs{"surface": "compacted"})
	for y := e.MinY + 20; y < e.MaxY && y < e.MinY+220; y += 24 {
		x := e.MinX + 14
		if u.fits(x, y, x+64, y+11, 6) && p.rng.IntN(4) > 0 {
			u.put(rect(x, y, x+64, y+11), "", "other", 1, attrs{"height_m": 3.5})
		}
	}
}
