package sight

import (
	"math"

	"github.com/paulmach/orb"
)

// Reason is why a camera does not cover a place. Reasons are looked for in the
// order in which they stand here, and the first that holds is told.
type Reason string

// The reasons.
const (
	Covered    Reason = ""
	OutOfRange Reason = "out_of_range" // too far for the class needed
	OutOfField Reason = "outside_field"
	BlindZone  Reason = "blind_zone" // below the picture, too near
	Blocked    Reason = "blocked"
	Off        Reason = "camera_off"
	// Doubtful stands where it depends on something that is not known.
	Doubtful Reason = "unknown"
)

// order is the place of a reason: the further, the closer to being covered.
func (r Reason) order() int {
	for i, o := range [...]Reason{OutOfRange, OutOfField, BlindZone, Blocked, Off, Doubtful, Covered} {
		if r == o {
			return i
		}
	}
	return -1
}

// verdict is what one camera has of one place.
type verdict struct {
	reason Reason
	// class is the rank at which the place is seen, −1 where it is not, by a camera
	// that may be off.
	class    int
	px       float64 // pixels per metre there, whether it is seen or not
	distance float64 // along the line of sight
	obstacle obstacle
	// asked tells that what stands in the way was looked for: elsewhere it does not
	// matter.
	asked bool
}

// judge tells what a camera has of a target that needs a class. Whether it works
// comes last.
func (s *sightline) judge(c *Camera, l *lens, q vec, need int) verdict {
	v := s.looks(l, c.roofs, q, need)
	if v.reason != Covered {
		return v
	}
	switch working, known := c.on(); {
	case !known:
		v.reason = Doubtful
	case !working:
		v.reason = Off
	}
	return v
}

// looks is judge for a lens alone.
func (s *sightline) looks(l *lens, roofs []int32, q vec, need int) verdict {
	d := q.minus(l.eye)
	v := verdict{class: -1, distance: math.Sqrt(d.dot(d)), obstacle: obstacle{solid: noSolid}}
	v.px = l.pxPerM(v.distance)
	rank := s.m.p.Table.at(v.px)
	if v.distance > l.limit_m*(1+1e-12) {
		rank = -1
	}
	if rank < 0 {
		v.reason = OutOfRange
		return v
	}
	where := l.holds(q)
	if where == inField {
		v.asked = true
		v.obstacle = s.blocked(l.eye, q, roofs)
	}
	free := where == inField && v.obstacle.solid == noSolid
	if free {
		v.class = rank
	}
	switch {
	case rank < need:
		v.reason = OutOfRange
	case where == outside:
		v.reason = OutOfField
	case where == blindZone:
		v.reason = BlindZone
	case v.obstacle.unknown:
		v.reason = Doubtful
	case !free:
		v.reason = Blocked
	}
	return v
}

// target is the place at the usual height above the ground.
func (m *Model) target(p orb.Point) vec { return vec{p[0], p[1], m.ground.at(p) + m.p.TargetM} }

// before moves a place that lies in a wall, or close to it, in front of the wall:
// the doors of buildings are drawn on their outlines.
func (m *Model) before(p orb.Point) orb.Point {
	for range 4 {
		moved := false
		for _, n := range m.town.near(p, wallOffset_m) {
			s := &m.town.solids[n]
			z := m.ground.at(p) + m.p.TargetM
			if z >= s.top || z <= s.base {
				continue
			}
			if q, ok := s.front(p, [2]float64{}, true); ok {
				p, moved = q, true
				break
			}
		}
		if !moved {
			return p
		}
	}
	return p
}
