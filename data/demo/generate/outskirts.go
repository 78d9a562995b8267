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

// fillSlabs fills a block with rows of dwelling slabs of one period.
func (p *plan) fillSlabs(b *block) {
	u := &builder{p: p, b: b}
	u.crossRoads(260, "service", 6)
	e := geo.ExtentOf(b.ring)
	floors, year, depth, pitch := 6, p.between(1994, 2008), 11.5, 36.0
	if p.rng.IntN(3) == 0 {
		floors, year, depth, pitch = 11, p.between(2011, 2019), 13.5, 50
	}
	lift := floors > 6
	for y := e.MinY + 9; y+depth < e.MaxY; y += pitch {
		for x := e.MinX + 6; x < e.MaxX; {
			width := float64(oneOf(p, 3, 3, 4, 4, 5)) * unitWidth_m
			if !u.fits(x, y, x+width, y+depth, 7) {
				x += 6
				continue
			}
			own := floors
			if floors == 6 && p.rng.IntN(4) == 0 {
				own = 5
			}
			name := fmt.Sprintf("%s%d号楼", b.name, u.count+1)
			u.put(rect(x, y, x+width, y+depth), name, "residential", own, attrs{"year": year, "lift": lift})
			x += width + 11
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
	drive := line(orb.Point{x - 120, y - 30}, orb.Point{x + 120, y - 30})
	u.road(drive, "", "service", 6, attrs{"foot": "private"})
	down := b.throughNorth(x)
	u.road(line(down[0], orb.Point{x, y - 30}), "", "service", 7, attrs{"foot": "private"})
	for k, at := range []orb.Point{{x - 110, y - 66}, {x + 20, y - 66}, {x - 110, y - 110}, {x + 20, y - 110}} {
		if u.fits(at[0], at[1], at[0]+86, at[1]+16, 8) {
			u.put(rect(at[0], at[1], at[0]+86, at[1]+16), fmt.Sprintf("%s教学楼%d", b.name, k+1), "school", 5, attrs{"year": 2006, "height_m": 19.5, "lift": false})
		}
	}
	if u.fits(x+96, y+30, x+136, y+90, 8) {
		u.put(rect(x+96, y+30, x+136, y+90), b.name+"体育馆", "school", 2, attrs{"year": 2012, "height_m": 14.0})
	}
	field := trackRing(orb.Point{x - 20, y + 62}, 85, 44)
	p.facility(area(field), "sport/pitch", b.name+"田径场", attrs{"foot": "private", "area_m2": math.Round(geo.Area(area(field))), "indoor": false})
	p.facility(orb.Point{x, y - 40}, "education/middle", b.name, attrs{"foot": "private", "capacity": 1800, "indoor": true})
	p.add("greens", p.next("green", 3), area(trackRing(orb.Point{x - 20, y + 62}, 80, 34)), attrs{"kind": "lawn", "access": "private"})
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
	p.facility(orb.Point{c[0] - 100, c[1] - 125}, "health/hospital", b.name, attrs{"capacity": 600, "indoor": true})
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
	p.doorPath(u, hall, orb.Point{x + 46, y + 110}, orb.Point{x + 30, y + 110}, "sport/hall", "望岳体育馆", 3996)
	p.doorPath(u, pool, orb.Point{x + 10, y + 110}, orb.Point{x + 30, y + 110}, "sport/pool", "望岳游泳馆", 2800)
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
func (p *plan) doorPath(_ *builder, footprint orb.Polygon, door, to orb.Point, category, name string, area_m2 float64) {
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
	p.doorPath(u, mall, orb.Point{x - 60, y + 20}, orb.Point{x - 60, y - 20}, "commerce/supermarket", "丰泽广场超市", 5200)
	p.doorPath(u, mall, orb.Point{x + 20, y + 20}, orb.Point{x + 20, y - 20}, "sport/hall", "丰泽广场羽毛球乒乓球馆", 1200)
}

func (p *plan) fillPark(b *block) {
	u := &builder{p: p, b: b}
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
	_ = u
}
