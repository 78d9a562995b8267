package main

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Published figures that the drawing is made to have.
const (
	communityArea_m2 = 413_000
	communityID      = "community-1"
	communityName    = "示范社区（合成数据）"
	adcode           = "370902"
)

// site is the block that the community fills: the centre lines of the four
// streets around it and the pavements along them.
type site struct {
	west, south, east, north orb.LineString // centre lines; west and east run north, south and north run east
	inner, outer             kerbs
	grid                     *grid
}

// kerbs are the four pavements on one side of the streets around the block,
// running like the centre lines.
type kerbs struct {
	west, south, east, north orb.LineString
}

// Distance of the pavements from the centre lines of the streets.
const (
	walkWest_m  = 12.0
	walkSouth_m = 17.0
	walkEast_m  = 12.0
	walkNorth_m = 8.5
)

// eastStreet follows the stream; its north end is where the north street meets it.
func eastStreet(north float64) orb.LineString {
	return line(orb.Point{352, -295}, orb.Point{354, -150}, orb.Point{357, 0}, orb.Point{363, 150}, orb.Point{372, north})
}

// boundary is the community: the block to the middle of its streets.
func boundary(north float64) orb.Polygon {
	ring := orb.Ring{{-354, -295}}
	ring = append(ring, eastStreet(north)...)
	ring = append(ring, orb.Point{-354, north}, orb.Point{-354, -295})
	return orb.Polygon{ring}
}

// northStreet finds how far north the north street must lie for the block to
// have the published area.
func northStreet() float64 {
	low, high := 250.0, 320.0
	for range 60 {
		middle := (low + high) / 2
		if geo.Area(boundary(middle)) < communityArea_m2 {
			low = middle
		} else {
			high = middle
		}
	}
	return math.Round(low*1000) / 1000
}

func (p *plan) drawSite() {
	north := northStreet()
	s := &p.site
	s.west = line(orb.Point{-354, -295}, orb.Point{-354, north})
	s.south = line(orb.Point{-354, -295}, orb.Point{352, -295})
	s.east = eastStreet(north)
	s.north = line(orb.Point{-354, north}, orb.Point{372, north})
	s.inner = pavements(s, 1)
	s.outer = pavements(s, -1)
	p.add("communities", communityID, boundary(north), attrs{
		"name": communityName, "adcode": adcode, "project_type": "improvement",
	})
}

// pavements moves the centre lines sideways, inwards for sense 1 and outwards
// for −1, and cuts them where they meet.
func pavements(s *site, sense float64) kerbs {
	k := kerbs{
		west: offset(s.west, -sense*walkWest_m), south: offset(s.south, sense*walkSouth_m),
		east: offset(s.east, sense*walkEast_m), north: offset(s.north, -sense*walkNorth_m),
	}
	last := len(k.east) - 1
	sw := meet(k.west[0], k.west[1], k.south[0], k.south[1])
	nw := meet(k.west[0], k.west[1], k.north[0], k.north[1])
	se := meet(k.east[0], k.east[1], k.south[0], k.south[1])
	ne := meet(k.east[last-1], k.east[last], k.north[0], k.north[1])
	k.west[0], k.west[1] = sw, nw
	k.north[0], k.north[1] = nw, ne
	k.south[0], k.south[1] = sw, se
	k.east[0], k.east[last] = se, ne
	return k
}

func (p *plan) drawSettings() {
	p.add("settings", "workspace", nil, attrs{
		"name": communityName, "crs": workingCRS, "community": communityID, "synthetic": true,
	})
}
