package tiles

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/overlay"
)

// smallRing is the number of edges up to which every pair is compared; beyond,
// edges are swept from west to east.
const smallRing = 24

// segment is an edge of a ring.
type segment struct {
	a, b                   pt
	minX, maxX, minY, maxY int64
	ring, at               int
}

// validator decides whether rings on the grid make valid areas, and which hole is
// whose.
type validator struct {
	segments []segment
	order    []int
	owner    []int
}

// areas checks rings that are clockwise when they are outlines and the other way
// round when they are holes. It gives the outline of each ring, an outline being
// its own. It is cautious: ok means that no two edges meet except where they
// follow one another and that outlines and holes alternate from the outside in,
// which is stricter than valid.
func (v *validator) areas(s *ringSet) (owner []int, ok bool) {
	v.owner = v.owner[:0]
	if len(s.rings) == 1 && convex(s.ring(0)) {
		return append(v.owner, 0), true
	}
	if v.touching(s) {
		return nil, false
	}
	if len(s.rings) == 1 {
		v.owner = append(v.owner, 0)
		return v.owner, area2(s.ring(0)) > 0
	}
	for i := range s.rings {
		v.owner = append(v.owner, i)
	}
	for i := range s.rings {
		outer, depth := holder(s, i)
		if isHole := area2(s.ring(i)) < 0; isHole != (depth%2 == 1) {
			return nil, false
		} else if isHole {
			v.owner[i] = outer
		}
	}
	return v.owner, true
}

// convex tells that a triangle or quadrangle turns right at every corner, which
// makes it valid; false for rings of more corners, which could do so and still
// cross themselves.
func convex(ring []pt) bool {
	n := len(ring)
	if n > 4 {
		return false
	}
	for i := range n {
		if cross(ring[i], ring[(i+1)%n], ring[(i+2)%n]) <= 0 {
			return false
		}
	}
	return true
}

// holder finds the smallest ring around ring i and how many there are, in rings
// that do not meet.
func holder(s *ringSet, i int) (outer, depth int) {
	p := s.ring(i)[0]
	outer = -1
	smallest := int64(math.MaxInt64)
	for j := range s.rings {
		if j == i || where(p, s.ring(j)) < 0 {
			continue
		}
		depth++
		area := area2(s.ring(j))
		if area = max(area, -area); area < smallest {
			outer, smallest = j, area
		}
	}
	return outer, depth
}

// touching tells whether two edges meet that are not neighbours in a ring.
// Neighbours meet in their vertex only, in a tidy ring.
func (v *validator) touching(s *ringSet) bool {
	v.list(s)
	if len(v.segments) <= smallRing {
		for i := range v.segments {
			for j := range i {
				if v.meet(s, i, j) {
					return true
				}
			}
		}
		return false
	}
	slices.SortFunc(v.segments, func(a, b segment) int { return cmp.Compare(a.minX, b.minX) })
	v.order = v.order[:0] // edges that reach the sweep line
	for i := range v.segments {
		open := v.order[:0]
		for _, j := range v.order {
			if v.segments[j].maxX < v.segments[i].minX {
				continue
			}
			open = append(open, j)
			if v.meet(s, i, j) {
				return true
			}
		}
		v.order = append(open, i)
	}
	return false
}

func (v *validator) list(s *ringSet) {
	v.segments = v.segments[:0]
	for r := range s.rings {
		ring := s.ring(r)
		a := ring[len(ring)-1]
		for k, b := range ring {
			v.segments = append(v.segments, segment{
				a: a, b: b, ring: r, at: k,
				minX: min(a[0], b[0]), maxX: max(a[0], b[0]),
				minY: min(a[1], b[1]), maxY: max(a[1], b[1]),
			})
			a = b
		}
	}
}

func (v *validator) meet(s *ringSet, i, j int) bool {
	a, b := &v.segments[i], &v.segments[j]
	if a.minX > b.maxX || b.minX > a.maxX || a.minY > b.maxY || b.minY > a.maxY {
		return false
	}
	if a.ring == b.ring {
		n := s.rings[a.ring][1] - s.rings[a.ring][0]
		if d := (a.at - b.at + n) % n; d == 1 || d == n-1 {
			return false
		}
	}
	return !sameSide(cross(a.a, a.b, b.a), cross(a.a, a.b, b.b)) &&
		!sameSide(cross(b.a, b.b, a.a), cross(b.a, b.b, a.b))
}

func sameSide(a, b int64) bool { return a > 0 && b > 0 || a < 0 && b < 0 }

// repair makes rings that areas did not accept into valid areas on the grid, each
// outline followed by its holes. Rings that enclose nothing on the grid vanish.
func repair(s *ringSet) error {
	g, err := overlay.OnGrid(toOrb(s), 1)
	if err != nil {
		return err
	}
	s.reset()
	for _, polygon := range geo.Polygons(g) {
		for i, ring := range polygon {
			from := len(s.points)
			for _, p := range ring[:len(ring)-1] {
				s.points = append(s.points, pt{int64(math.Round(p[0])), int64(math.Round(p[1]))})
			}
			tidied := wind(tidy(s.points[from:]), i == 0)
			s.points = append(s.points[:from], tidied...)
			s.close(from)
		}
	}
	return nil
}

// wind turns a ring, in place, clockwise as drawn when it is an outline and the
// other way round when it is a hole.
func wind(ring []pt, outline bool) []pt {
	if (area2(ring) > 0) != outline {
		slices.Reverse(ring)
	}
	return ring
}

// toOrb gives each hole to the outline that it lies in. Holes in no outline have
// nothing to be cut from and are left out. A ring without an area of its own, such
// as a bow-tie whose halves cancel out, counts as an outline.
func toOrb(s *ringSet) orb.MultiPolygon {
	var out orb.MultiPolygon
	var outlines []int
	for i := range s.rings {
		if area2(s.ring(i)) >= 0 {
			out = append(out, orb.Polygon{closedRing(s.ring(i))})
			outlines = append(outlines, i)
		}
	}
	for i := range s.rings {
		if area2(s.ring(i)) >= 0 {
			continue
		}
		for k, o := range outlines {
			if within(s.ring(i), s.ring(o)) {
				out[k] = append(out[k], closedRing(s.ring(i)))
				break
			}
		}
	}
	return out
}

// within tells whether a hole cuts something from an outline: a vertex of it lies
// inside, or all lie on it.
func within(hole, outline []pt) bool {
	outside := false
	for _, p := range hole {
		switch where(p, outline) {
		case 1:
			return true
		case -1:
			outside = true
		}
	}
	return !outside
}

func closedRing(ring []pt) orb.Ring {
	out := make(orb.Ring, 0, len(ring)+1)
	for _, p := range ring {
		out = append(out, orb.Point{float64(p[0]), float64(p[1])})
	}
	return append(out, out[0])
}
