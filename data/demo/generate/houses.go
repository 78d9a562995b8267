package main

import (
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// house draws a building that is no dwelling slab. Its door becomes a vertex of
// the footprint, an entrance, and the end of a path that leads to the point to;
// the zero door draws none of them.
func (p *plan) house(id string, footprint orb.Polygon, door, to orb.Point, a attrs) {
	ring := footprint[0]
	if door != (orb.Point{}) {
		door = mm(door)
		ring = withVertex(ring, door)
		name, _ := a["name"].(string)
		p.add("entrances", "e-"+id[len("b-"):], door, attrs{
			"name": name, "kind": "facility", "step_free": true, "locked": false, "foot": "yes", "of": id,
		})
		path := yard("", "footway", 2).with(attrs{"surface": "paving_stones", "wheelchair": "yes"})
		delete(path, "lit")
		p.way(line(door, to), path)
	}
	f := p.add("buildings", id, orb.Polygon{tidyRing(ring)}, a)
	if _, known := a["height_m"]; !known {
		if floors, ok := a["floors"].(int); ok {
			f.Set("height_m", round(float64(floors)*3, 10))
			f.Quality = append(f.Quality, "height_source=floors×3")
		}
	}
}

// withVertex puts a point that lies on a ring into it.
func withVertex(ring orb.Ring, at orb.Point) orb.Ring {
	near := geo.NearestOnLine(orb.LineString(ring), at)
	if near.Dist > touch {
		panic("a door must lie on the wall of its building")
	}
	if slices.Contains(ring, at) {
		return ring
	}
	return slices.Insert(ring.Clone(), near.Segment+1, at)
}

// garage draws the roof over a ramp to an underground garage, its opening and the
// drive that joins it to a road.
func (p *plan) garage(id, name string, roof orb.Polygon, mouth, to orb.Point) {
	mouth = mm(mouth)
	p.add("buildings", "b-ramp-"+id, orb.Polygon{withVertex(roof[0], mouth)}, attrs{
		"name": name, "use": "garage", "floors": 1, "floors_below": 1, "height_m": 3.4, "lift": false, "fire_alarm": true,
	})
	p.add("entrances", "e-ramp-"+id, mouth, attrs{
		"name": name, "kind": "garage", "access_person": true, "access_vehicle": true, "step_free": true, "locked": false,
		"foot": "private", "of": "b-ramp-" + id,
	})
	p.add("keypoints", "k-ramp-"+id, mouth, attrs{"name": name, "kind": "garage_entrance", "required_class": "recognise"})
	p.way(line(to, mouth), yard(name, "service", 5).with(attrs{"main_road": false}))
}
