package main

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Pine Court, 松涛苑, is the western compound: a southern half of the nineties in
// straight rows, and a northern half that came later, staggered and with other
// roads between. Only its eastern gate, the one towards the school and the
// square, is kept locked.
const (
	pineID   = "compound-1"
	pineName = "松涛苑"

	pineWest, pineEast   = -335.0, 31.0
	pineSouth, pineNorth = -232.0, 272.0

	pineAvenueX = -186.75 // the north-south main road
	pineAxisY   = 19.0    // the east-west main road
	pinePitch_m = 35.4    // from row to row
	pineFirstX  = -319.0
	gap_m       = 13.5 // between slabs of a row
)

// Rows of slabs, by the units of their slabs from west to east.
func pineColumns(north bool) []int {
	if north {
		return []int{5, 3, 4, 3, 5}
	}
	return []int{4, 4, 4, 4, 4}
}

func pineRowY(north bool, row int) float64 {
	if north {
		return 35.5 + pinePitch_m*float64(row)
	}
	return -214 + pinePitch_m*float64(row)
}

const pineRows = 7 // in each half

var pineNorthGate = orb.Point{pineAvenueX, pineNorth}

func pineGates() []compoundGate {
	return []compoundGate{
		{id: "pine-south", name: "松涛苑南门", at: orb.Point{pineAvenueX, pineSouth}, width_m: 9, kind: "lift_gate"},
		{id: "pine-east", name: "松涛苑东门（常闭）", at: orb.Point{pineEast, pineAxisY}, width_m: 6, kind: "gate", locked: true},
		{id: "pine-north", name: "松涛苑北门", at: pineNorthGate, width_m: 8, kind: "lift_gate"},
		{id: "pine-west", name: "松涛苑西门", at: orb.Point{pineWest, pineAxisY}, width_m: 6, kind: "lift_gate"},
	}
}

func (p *plan) drawPineCourt() {
	wall := line(
		orb.Point{pineWest, pineSouth}, orb.Point{pineEast, pineSouth}, orb.Point{pineEast, pineNorth},
		orb.Point{pineWest + 9, pineNorth}, orb.Point{pineWest, pineNorth - 9}, orb.Point{pineWest, pineSouth})
	gates := pineGates()
	p.add("compounds", pineID, area(wall), attrs{
		"name": pineName, "gated": true, "perimeter_guard": "infrared", "waste_smart": true, "fire_auto": true,
		"ebike_parking": true, "ebike_smart_charging": true,
	})
	for _, g := range gates {
		p.addGate(g, pineID)
	}
	p.addWall(wall, gates, "wall-pine", attrs{"name": pineName + "围墙", "kind": "wall", "foot": "no", "height_m": 2.2})
	p.drawPineRoads()
	for _, north := range []bool{false, true} {
		for row := range pineRows {
			p.drawPineRow(north, row)
		}
	}
	p.drawPineGarden()
	p.drawPineSheds()
}

func (p *plan) drawPineRoads() {
	north, west := p.site.north[0][1], p.site.west[0][0]
	p.way(line(orb.Point{pineAvenueX, -295}, orb.Point{pineAvenueX, pineSouth}), yard("松涛苑南门路", "service", 8).with(mainRoad()))
	p.way(line(orb.Point{pineAvenueX, pineSouth}, orb.Point{pineAvenueX, pineNorth}), yard("松涛大道", "service", 7).with(mainRoad()))
	p.way(line(orb.Point{pineAvenueX, pineNorth}, orb.Point{pineAvenueX, north}), yard("松涛苑北门路", "service", 7).with(mainRoad()))
	p.way(line(orb.Point{west, pineAxisY}, orb.Point{pineWest, pineAxisY}), yard("松涛苑西门路", "service", 6).with(mainRoad()))
	p.way(line(orb.Point{pineWest, pineAxisY}, orb.Point{pineEast, pineAxisY}), yard("松涛中路", "service", 6).with(mainRoad()))
	laneX := xAt(p.laneMiddle(), pineAxisY)
	p.way(line(orb.Point{pineEast, pineAxisY}, orb.Point{laneX, pineAxisY}), yard("松涛苑东门路", "service", 5).with(attrs{"main_road": false}))
	p.way(roundedRect(-326, -223, 22, 266, 9), yard("松涛环路", "service", 5.5).with(fireLane()).with(attrs{"lit": true}))

	belowGarden, aboveGarden := pineRowY(false, 5)+slabDepth_m+doorToPath_m, pineRowY(true, 0)+slabDepth_m+doorToPath_m
	for _, road := range []struct {
		x, from, to float64
		fire        bool
	}{
		{-256.25, -223, pineAxisY, true}, {-117.25, -223, belowGarden, false}, {-47.75, -223, pineAxisY, true},
		{-242.25, pineAxisY, 266, true}, {-117.25, aboveGarden, 266, false}, {-61.75, pineAxisY, 266, true},
	} {
		a := yard("", "service", 4)
		if road.fire {
			a = a.with(fireLane())
		}
		p.way(line(orb.Point{road.x, road.from}, orb.Point{road.x, road.to}), a)
	}
}

// pineHole tells whether a place in the rows is left free for something else.
func pineHole(north bool, row, column int) bool {
	if north {
		return row == 0 && (column == 2 || column == 3) || row == 6 && column == 4
	}
	return row == 6 && (column == 2 || column == 3) || row == 0 && column == 0
}

// pineFloors: the first rows were built lower, so as not to shade one another.
func pineFloors(north bool, row, column int) int {
	if !north && (row < 3 || row == 3 && column < 4) {
		return 5
	}
	return 6
}

func (p *plan) drawPineRow(north bool, row int) {
	y := pineRowY(north, row)
	pathY := y + slabDepth_m + doorToPath_m
	switch {
	case !north && row == pineRows-1:
		pathY = pineAxisY
	case north && row == pineRows-1:
		pathY = 266
	default:
		a := yard("", "service", 3)
		p.way(line(orb.Point{-326, pathY}, orb.Point{22, pathY}), a)
	}
	year := 1997 + row/3
	if north {
		year = 2004 + row/4
	}
	x := pineFirstX
	for column, units := range pineColumns(north) {
		if !pineHole(north, row, column) {
			number := p.serial[pineID] + 1
			p.serial[pineID] = number
			at := slabPlan{x: x, y: y, units: units, staggered: north}
			p.addSlab(&slab{
				id: fmt.Sprintf("b-01%02d", number), name: fmt.Sprintf("%s%d号楼", pineName, number), compound: pineID,
				floors: pineFloors(north, row, column), flatsPerLanding: 2, year: year,
			}, at, pathY)
			depth_m := 15.0
			switch {
			case !north && row == 0:
				depth_m = 3
			case north && row == 0: // the main road is near
				depth_m = 11
			}
			p.lawnBefore(at, depth_m, north)
		}
		x += float64(units)*unitWidth_m + gap_m
	}
}

// drawPineGarden draws the green in the middle, on both sides of the main road.
func (p *plan) drawPineGarden() {
	path := yard("松涛园园路", "footway", 2.2).with(attrs{"surface": "paving_stones", "wheelchair": "yes", "lit": true})
	plaza := oval(orb.Point{-128, -2}, 11, 8, 12)
	p.openArea(plaza, yard("松涛园小广场", "pedestrian", 0).with(attrs{"surface": "paving_stones", "wheelchair": "yes", "lit": true}))
	p.way(line(orb.Point{-117.25, -21}, orb.Point{-120, -14}, plaza[9]), path)
	p.way(line(plaza[3], orb.Point{-128, pineAxisY}), path)
	p.way(fillet(line(plaza[6], orb.Point{-158, 0}, orb.Point{-168, -10}, orb.Point{-168, -21}), 2), path)
	p.way(fillet(line(plaza[0], orb.Point{-96, 4}, orb.Point{-72, -12}, orb.Point{-47.75, -4}), 2), path)
	p.add("greens", "green-pine-south", orb.Polygon{rect(-180, -18.5, -54.5, 15)[0], reversedRing(plaza)}, attrs{
		"name": "松涛园（南）", "kind": "garden", "access": "residents", "counted_share": 1.0, "irrigated": true,
	})

	loop := oval(orb.Point{-128, 35}, 34, 8, 24)
	pond := oval(orb.Point{-128, 35}, 25, 4.6, 24)
	p.way(loop, path)
	p.way(line(orb.Point{-128, pineAxisY}, loop[18]), path)
	p.way(line(loop[6], orb.Point{-128, 51.5}), path)
	p.way(line(loop[12], orb.Point{-178, 35}, orb.Point{pineAvenueX, 35}), path)
	p.add("greens", "green-pine-north", orb.Polygon{rect(-180, 23.5, -88, 48.5)[0], reversedRing(pond)}, attrs{
		"name": "松涛园（北）", "kind": "garden", "access": "residents", "counted_share": 1.0, "irrigated": true,
	})
	p.add("areas", "plot-pine-pond", area(pond), attrs{"name": "松涛园水池", "use": "水域"})
}

func reversedRing(l orb.LineString) orb.Ring { return orb.Ring(reversed(l)) }

// drawPineSheds draws what a compound needs beside dwellings, in the places that
// the rows leave free.
func (p *plan) drawPineSheds() {
	p.garage("pine-a", "松涛苑地下车库1号出入口", rect(-80, 24, -74, 44), orb.Point{-77, 24}, orb.Point{-77, pineAxisY})
	p.garage("pine-b", "松涛苑地下车库2号出入口", rect(-280, -216, -274, -202), orb.Point{-277, -216}, orb.Point{-277, -223})
	p.house("b-0191", rect(-317, -214, -287, -203), orb.Point{-302, -214}, orb.Point{-302, -223}, attrs{
		"name": "松涛苑物业服务中心", "use": "public", "floors": 2, "height_m": 7.5, "year": 1998, "lift": false, "fire_alarm": true,
	})
	p.house("b-0192", rect(-52, 250, -18, 255.5), orb.Point{-35, 255.5}, orb.Point{-35, 266}, attrs{
		"name": "松涛苑北区电动自行车棚", "use": "other", "floors": 1, "height_m": 3.2, "year": 2021, "lift": false, "fire_alarm": true,
	})
	p.house("b-0193", rect(-8, 249, 6, 256), orb.Point{-1, 256}, orb.Point{-1, 266}, attrs{
		"name": "松涛苑垃圾分类房", "use": "other", "floors": 1, "height_m": 3.6, "year": 2021, "lift": false,
	})
	p.house("b-0194", rect(-334, -198, -330.2, -160), orb.Point{-330.2, -180}, orb.Point{-326, -180}, attrs{
		"name": "松涛苑南区电动自行车棚", "use": "other", "floors": 1, "height_m": 2.8, "year": 2020, "lift": false, "fire_alarm": true,
	})
	for _, g := range []struct {
		id, name string
		x0, y0   float64
	}{
		{"b-0195", "松涛苑南门门卫室", -179.5, -231.5}, {"b-0196", "松涛苑北门门卫室", -180.5, 269.6},
	} {
		p.house(g.id, rect(g.x0, g.y0, g.x0+4.5, g.y0+2.1), orb.Point{}, orb.Point{}, attrs{
			"name": g.name, "use": "other", "floors": 1, "height_m": 3.2, "lift": false,
		})
	}
}
