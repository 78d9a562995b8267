package main

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Brookside, 清溪里, is the eastern compound: rows around an oval green. It has no
// gate towards the stream.
const (
	brookID   = "compound-2"
	brookName = "清溪里"

	brookWest, brookEast   = 56.0, 335.0
	brookSouth, brookNorth = -232.0, 108.0

	brookAvenueX = 195.0
	brookAxisY   = -54.0
	brookPitch_m = 36.0
	brookRows    = 9
)

// brookColumns are the western ends of the slabs of a row.
func brookColumns() []struct {
	x     float64
	units int
	inner bool
} {
	return []struct {
		x     float64
		units int
		inner bool
	}{{73, 4, false}, {141, 3, true}, {207, 3, true}, {261, 4, false}}
}

func brookGates() []compoundGate {
	return []compoundGate{
		{id: "brook-south", name: "清溪里南门", at: orb.Point{brookAvenueX, brookSouth}, width_m: 8, kind: "lift_gate"},
		{id: "brook-north", name: "清溪里北门", at: orb.Point{brookAvenueX, brookNorth}, width_m: 5, kind: "gate"},
		{id: "brook-west", name: "清溪里西门", at: orb.Point{brookWest, brookAxisY}, width_m: 8, kind: "lift_gate"},
	}
}

func brookOval() orb.LineString { return oval(orb.Point{brookAvenueX, brookAxisY}, 58, 46, 32) }

func (p *plan) drawBrookside() {
	wall := line(
		orb.Point{brookWest, brookSouth}, orb.Point{brookEast - 7, brookSouth}, orb.Point{brookEast, brookSouth + 7},
		orb.Point{brookEast, brookNorth}, orb.Point{brookWest, brookNorth}, orb.Point{brookWest, brookSouth})
	gates := brookGates()
	p.add("compounds", brookID, area(wall), attrs{
		"name": brookName, "gated": true, "perimeter_guard": "video", "waste_smart": true, "fire_auto": true,
		"ebike_parking": true, "ebike_smart_charging": true,
	})
	for _, g := range gates {
		p.addGate(g, brookID)
	}
	p.addWall(wall, gates, "wall-brook", attrs{"name": brookName + "铁艺围栏", "kind": "fence", "foot": "no", "height_m": 2.0})
	p.drawBrookRoads()
	for row := range brookRows {
		p.drawBrookRow(row)
	}
	p.drawBrookGreen()
	p.drawBrookSheds()
}

func (p *plan) drawBrookRoads() {
	ring := brookOval()
	laneX := xAt(p.laneMiddle(), brookAxisY)
	x, y := brookAvenueX, brookAxisY
	road := func(name string, width_m float64, points ...orb.Point) {
		p.way(line(points...), yard(name, "service", width_m).with(mainRoad()))
	}
	road("清溪里南门路", 7, orb.Point{x, -295}, orb.Point{x, brookSouth})
	road("清溪里中路", 7, orb.Point{x, brookSouth}, ring[24])
	road("清溪里中路", 6, ring[8], orb.Point{x, brookNorth})
	road("清溪里北门路", 5, orb.Point{x, brookNorth}, orb.Point{x, 118})
	road("清溪里西门路", 7, orb.Point{laneX, y}, orb.Point{brookWest, y})
	road("清溪里横路", 6, orb.Point{brookWest, y}, ring[16])
	road("清溪里横路", 6, ring[0], orb.Point{325, y})
	road("清溪里中心环路", 6, ring...)
	p.way(roundedRect(66, -223, 325, 99, 9), yard("清溪里环路", "service", 5.5).with(fireLane()))
	for _, sx := range []float64{135, 255} {
		for _, span := range [][2]float64{{-223, -90}, {-18, 99}} {
			a := yard("", "service", 4).with(fireLane())
			p.way(line(orb.Point{sx, span[0]}, orb.Point{sx, span[1]}), a)
		}
	}
}

// brookHole tells whether a place in the rows belongs to the green or to the
// sheds at the southern gate.
func brookHole(row, column int) bool {
	inner := column == 1 || column == 2
	return inner && row >= 3 && row <= 5 || row == 0 && column == 2
}

func (p *plan) drawBrookRow(row int) {
	y := -214 + brookPitch_m*float64(row)
	pathY := y + slabDepth_m + doorToPath_m
	p.drawBrookPath(pathY)
	for column, c := range brookColumns() {
		if brookHole(row, column) {
			continue
		}
		number := p.serial[brookID] + 1
		p.serial[brookID] = number
		flats := 2
		if c.inner {
			flats = 3
		}
		at := slabPlan{x: c.x, y: y, units: c.units, staggered: !c.inner && pathY != brookAxisY}
		p.addSlab(&slab{
			id: fmt.Sprintf("b-02%02d", number), name: fmt.Sprintf("%s%d号楼", brookName, number), compound: brookID,
			floors: 6, flatsPerLanding: flats, year: 2009 + row/5,
		}, at, pathY)
		p.lawnBefore(at, brookLawn(row, c.inner), true)
	}
}

// brookLawn is how deep the lawn before a slab is: less at the ring road and
// where the oval comes close.
func brookLawn(row int, inner bool) float64 {
	switch {
	case row == 0:
		return 3
	case inner && row == 6:
		return 4
	}
	return 15
}

// drawBrookPath draws the path behind a row; where the oval lies in its way it
// ends there, and where a main road runs there is none.
func (p *plan) drawBrookPath(y float64) {
	a := yard("", "service", 3)
	if y == brookAxisY {
		return
	}
	west, east, crossed := acrossOval(brookOval(), y)
	if !crossed {
		p.way(line(orb.Point{66, y}, orb.Point{325, y}), a)
		return
	}
	p.way(line(orb.Point{66, y}, west), a)
	p.way(line(east, orb.Point{325, y}), a)
}

// acrossOval is where a line that runs east meets a closed line, in the west and
// in the east.
func acrossOval(ring orb.LineString, y float64) (west, east orb.Point, crossed bool) {
	for i := 1; i < len(ring); i++ {
		if (ring[i-1][1] > y) == (ring[i][1] > y) {
			continue
		}
		at := meet(ring[i-1], ring[i], orb.Point{0, y}, orb.Point{1, y})
		if !crossed || at[0] < west[0] {
			west = at
		}
		if !crossed || at[0] > east[0] {
			east = at
		}
		crossed = true
	}
	return west, east, crossed
}

func (p *plan) drawBrookGreen() {
	centre := orb.Point{brookAvenueX, brookAxisY}
	ring, edge := brookOval(), oval(centre, 54, 42, 32)
	plaza := oval(centre, 16, 12, 16)
	path := yard("清溪里花园园路", "footway", 2.5).with(attrs{"surface": "paving_stones", "wheelchair": "yes", "lit": true})
	p.openArea(plaza, yard("清溪里健身小广场", "pedestrian", 0).with(attrs{"surface": "paving_stones", "wheelchair": "yes", "lit": true}))
	p.way(line(ring[24], plaza[12]), path)
	p.way(line(plaza[4], ring[8]), path)
	p.way(fillet(line(ring[16], orb.Point{160, -48}, orb.Point{168, -60}, plaza[8]), 2), path)
	p.way(fillet(line(plaza[0], orb.Point{222, -48}, orb.Point{230, -60}, ring[0]), 2), path)
	p.add("greens", "green-brook", orb.Polygon{orb.Ring(edge), reversedRing(plaza)}, attrs{
		"name": "清溪里中心花园", "kind": "garden", "access": "residents", "counted_share": 1.0, "irrigated": true,
	})
}

func (p *plan) drawBrookSheds() {
	p.garage("brook", "清溪里地下车库出入口", rect(240, -216, 246, -201.5), orb.Point{243, -216}, orb.Point{243, -223})
	p.house("b-0291", rect(208, -214, 222, -204), orb.Point{215, -214}, orb.Point{215, -223}, attrs{
		"name": "清溪里物业服务中心", "use": "public", "floors": 2, "height_m": 7.2, "year": 2010, "lift": false, "fire_alarm": true,
	})
	p.house("b-0292", rect(225, -213, 236, -203), orb.Point{230, -213}, orb.Point{230, -223}, attrs{
		"name": "清溪里电动自行车棚", "use": "other", "floors": 1, "height_m": 3.0, "year": 2020, "lift": false, "fire_alarm": true,
	})
	p.house("b-0293", rect(57.5, 86, 62, 100), orb.Point{62, 93}, orb.Point{66, 90}, attrs{
		"name": "清溪里垃圾分类房", "use": "other", "floors": 1, "height_m": 3.4, "year": 2021, "lift": false,
	})
	p.house("b-0294", rect(201, -236.5, 205, -233), orb.Point{}, orb.Point{}, attrs{
		"name": "清溪里南门门卫室", "use": "other", "floors": 1, "height_m": 3.2, "lift": false,
	})
	p.house("b-0295", rect(56.6, -47, 60, -43), orb.Point{}, orb.Point{}, attrs{
		"name": "清溪里西门门卫室", "use": "other", "floors": 1, "height_m": 3.2, "lift": false,
	})
	for _, x := range []float64{141, 207} {
		p.lawnBefore(slabPlan{x: x, y: -106, units: 3}, 15, true)
	}
}
