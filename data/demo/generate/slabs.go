package main

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Sizes of a dwelling slab, in metres.
const (
	unitWidth_m    = 14.0
	slabDepth_m    = 11.5
	stairWidth_m   = 2.8
	stairBay_m     = 0.9 // how far the stairwell stands out to the north
	doorToPath_m   = 4.5 // from the north wall to the middle of the path behind it
	stagger_m      = 1.6 // how far every second unit of a staggered slab is set back
	floorHeight_m  = 2.9
	plinthAndTop_m = 1.4 // plinth and parapet together
)

// slab is a row of dwelling units with a stair each, seen from the south.
type slab struct {
	id, name, compound string
	ring               orb.Ring
	doors              []orb.Point
	units, floors      int
	flatsPerLanding    int
	otherUse           int // flats on the ground floor that are not lived in
	year               int
	households         int
	residents          int
	residents60        int
}

// stepFree tells whether the doors have ramps: only the newest do.
func (s *slab) stepFree() bool { return s.year >= 2009 }

func (s *slab) wheelchair() string {
	if s.stepFree() {
		return "yes"
	}
	return "limited"
}

// slabPlan says where a slab stands and how it is built.
type slabPlan struct {
	x, y      float64 // south-west corner
	units     int
	staggered bool
}

// outline is the footprint of a slab with the doors of its units as vertices, all
// on the north side.
func (s slabPlan) outline() (ring orb.Ring, doors []orb.Point) {
	shift := func(unit int) float64 {
		if s.staggered && unit%2 == 1 {
			return stagger_m
		}
		return 0
	}
	for u := range s.units {
		x, y := s.x+float64(u)*unitWidth_m, s.y+shift(u)
		ring = append(ring, orb.Point{x, y}, orb.Point{x + unitWidth_m, y})
	}
	for u := s.units - 1; u >= 0; u-- {
		x, y := s.x+float64(u)*unitWidth_m, s.y+slabDepth_m+shift(u)
		middle := x + unitWidth_m/2
		door := orb.Point{middle, y + stairBay_m}
		ring = append(ring,
			orb.Point{x + unitWidth_m, y}, orb.Point{middle + stairWidth_m/2, y}, orb.Point{middle + stairWidth_m/2, y + stairBay_m},
			door, orb.Point{middle - stairWidth_m/2, y + stairBay_m}, orb.Point{middle - stairWidth_m/2, y}, orb.Point{x, y})
		doors = append([]orb.Point{door}, doors...)
	}
	return tidyRing(ring), doors
}

// tidyRing closes a ring and takes repeated points and corners that are none out
// of it, but keeps the doors, which lie in the middle of straight walls.
func tidyRing(ring orb.Ring) orb.Ring {
	var out orb.Ring
	for _, at := range ring {
		at = mm(at)
		if len(out) == 0 || out[len(out)-1] != at {
			out = append(out, at)
		}
	}
	if out[0] != out[len(out)-1] {
		out = append(out, out[0])
	}
	return out
}

// height_m is the height of a building with flats up to the roof.
func height_m(floors int) float64 {
	return math.Round((float64(floors)*floorHeight_m+plinthAndTop_m)*10) / 10
}

// addSlab draws a slab with its doors and their paths to the way behind it, which
// runs at pathY.
func (p *plan) addSlab(s *slab, at slabPlan, pathY float64) {
	s.units = at.units
	s.ring, s.doors = at.outline()
	for u, door := range s.doors {
		door = mm(door)
		s.doors[u] = door
		p.add("entrances", fmt.Sprintf("e-%s-%d", s.id[len("b-"):], u+1), door, attrs{
			"name": fmt.Sprintf("%s%d单元", s.name, u+1), "kind": "building_door", "access_person": s.year >= 2000, "step_free": s.stepFree(),
			"locked": false, "foot": "private", "of": s.id,
		})
		p.way(line(door, orb.Point{door[0], pathY}), attrs{
			"class": "footway", "foot": "yes", "width_m": 1.8, "surface": "concrete", "oneway_foot": "no",
			"bridge": false, "tunnel": false, "level": 0.0, "lit": false, "wheelchair": s.wheelchair(),
		})
	}
	p.slabs = append(p.slabs, s)
}

// yard are the attributes of a way inside a compound.
func yard(name, class string, width_m float64) attrs {
	return attrs{
		"name": name, "class": class, "foot": "yes", "width_m": width_m, "surface": "concrete", "oneway_foot": "no",
		"bridge": false, "tunnel": false, "level": 0.0, "lit": false, "main_road": false, "fire_lane": false,
	}
}

// mainRoad marks a way as a main road of its compound, fireLane as one that fire
// engines use.
func mainRoad() attrs {
	return attrs{"main_road": true, "fire_lane": true, "lit": true, "surface": "asphalt"}
}

func fireLane() attrs { return attrs{"fire_lane": true} }

// lawnBefore adds the lawn on the south side of a slab, as deep as given.
func (p *plan) lawnBefore(at slabPlan, depth_m float64, irrigated any) {
	const inset = 1.2 // from the gable walls
	width := float64(at.units) * unitWidth_m
	a := attrs{"kind": "lawn", "access": "residents", "counted_share": 1.0}
	if irrigated != nil {
		a["irrigated"] = irrigated
	}
	y1 := at.y - 1.5
	p.add("greens", p.next("green", 3), rect(at.x+inset, y1-depth_m, at.x+width-inset, y1), a)
}

// compoundGate is an opening in the wall of a compound with its barrier.
type compoundGate struct {
	id, name  string
	at        orb.Point
	width_m   float64
	kind      string // of the barrier
	locked    bool
	perimeter float64 // where on the wall; filled when the wall is drawn
}

// addGate draws the barrier, the entrance and the key point of a gate. E-bikes go
// through all of them, so all have control of vehicles.
func (p *plan) addGate(g compoundGate, compound string) {
	at := p.anchor(g.at)
	foot := "private" // residents hold cards; who is inside may always leave
	if g.locked {
		foot = "no"
	}
	p.add("barriers", "gate-"+g.id, at, attrs{
		"name": g.name, "kind": g.kind, "foot": foot, "locked": g.locked, "wheelchair": wheelchairThrough(g), "height_m": 1.1,
	})
	p.add("entrances", "e-"+g.id, at, attrs{
		"name": g.name, "kind": "compound_gate", "access_person": true, "access_vehicle": true, "step_free": true,
		"locked": g.locked, "foot": foot, "of": compound,
	})
	p.add("keypoints", "k-"+g.id, at, attrs{"name": g.name, "kind": "compound_gate", "required_class": "recognise"})
}

func wheelchairThrough(g compoundGate) string {
	if g.locked {
		return "no"
	}
	return "yes"
}

// addWall draws the wall around a ring with an opening at each gate, as one line
// from gate to gate.
func (p *plan) addWall(ring orb.LineString, gates []compoundGate, prefix string, a attrs) {
	total := 0.0
	for i := 1; i < len(ring); i++ {
		total += math.Hypot(ring[i][0]-ring[i-1][0], ring[i][1]-ring[i-1][1])
	}
	for i := range gates {
		gates[i].perimeter = whereOn(ring, gates[i].at)
	}
	sortGates(gates)
	for i, g := range gates {
		next := gates[(i+1)%len(gates)]
		from, to := g.perimeter+g.width_m/2, next.perimeter-next.width_m/2
		if i+1 == len(gates) {
			to += total
		}
		p.add("barriers", fmt.Sprintf("%s-%d", prefix, i+1), cut(ring, total, from, to), a)
	}
}
