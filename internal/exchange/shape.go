package exchange

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/overlay"
)

// same_m is the distance, in metres, within which coordinates are equal: what a
// projection there and back, and rounding to centimetres, may change.
const same_m = 0.01

// equalShapes tells whether two geometries in metres are the same to a centimetre.
// Where rings begin, which way they go, and what order the parts are in, does not
// matter; which way a line goes does. Vertices on a straight stretch do not matter.
func equalShapes(a, b orb.Geometry) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	as, bs := geo.Parts(a), geo.Parts(b)
	if len(as) != len(bs) {
		return false
	}
	used := make([]bool, len(bs))
	for _, p := range as {
		found := false
		for k, q := range bs {
			if !used[k] && equalParts(p, q) {
				used[k], found = true, true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

func equalParts(a, b orb.Geometry) bool {
	switch a := a.(type) {
	case orb.Point:
		b, ok := b.(orb.Point)
		return ok && geo.Distance(a, b) <= same_m
	case orb.LineString:
		b, ok := b.(orb.LineString)
		return ok && equalLines(a, b)
	case orb.Polygon:
		b, ok := b.(orb.Polygon)
		return ok && equalRings(a, b)
	}
	return false
}

func equalLines(a, b orb.LineString) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	if geo.Distance(a[0], b[0]) > same_m || geo.Distance(a[len(a)-1], b[len(b)-1]) > same_m {
		return false
	}
	if len(a) == len(b) && pairwise(a, b) {
		return true
	}
	return inOrder(a, b) && inOrder(b, a)
}

func pairwise(a, b []orb.Point) bool {
	for i := range a {
		if geo.Distance(a[i], b[i]) > same_m {
			return false
		}
	}
	return true
}

// inOrder tells whether the vertices of a line lie on another, each no earlier along
// it than the one before.
func inOrder(a, b []orb.Point) bool {
	k, t := 0, 0.0
	for _, p := range a {
		found := false
		for ; k+1 < len(b); k++ {
			q, at := geo.NearestOnSegment(b[k], b[k+1], p)
			length := geo.Distance(b[k], b[k+1])
			if geo.Distance(p, q) <= same_m && at*length >= t-same_m {
				t, found = math.Max(t, at*length), true
				break
			}
			t = 0
		}
		if !found {
			return false
		}
	}
	return true
}

// equalRings compares polygons by their rings; the first is the outline.
func equalRings(a, b orb.Polygon) bool {
	if len(a) != len(b) {
		return false
	}
	used := make([]bool, len(b))
	for i, r := range a {
		found := false
		for k, s := range b {
			if used[k] || (i == 0) != (k == 0) || !equalRing(r, s) {
				continue
			}
			used[k], found = true, true
			break
		}
		if !found {
			return false
		}
	}
	return true
}

func equalRing(a, b orb.Ring) bool {
	if len(a) < 2 || len(b) < 2 {
		return len(a) == len(b)
	}
	turned := slices.Clone(b)
	slices.Reverse(turned)
	for _, r := range []orb.Ring{b, turned} {
		if start, on := nearestStart(a[0], r); on {
			r = rotated(r, start, a[0])
			if inOrder(a, r) && inOrder(r, a) {
				return true
			}
		}
	}
	return false
}

// nearestStart finds the segment of a ring that a point lies on.
func nearestStart(p orb.Point, r orb.Ring) (segment int, on bool) {
	best := same_m
	for k := range len(r) - 1 {
		q, _ := geo.NearestOnSegment(r[k], r[k+1], p)
		if d := geo.Distance(p, q); d <= best && !on || d < best {
			segment, best, on = k, d, true
		}
	}
	return segment, on
}

// rotated is a ring that begins and ends at a point on one of its segments.
func rotated(r orb.Ring, segment int, p orb.Point) orb.Ring {
	open := r[:len(r)-1]
	out := make(orb.Ring, 0, len(r)+2)
	out = append(out, p)
	for i := range open {
		out = append(out, open[(segment+1+i)%len(open)])
	}
	return append(out, p)
}

// apart_m is how far two geometries are from one another at the most, in metres: the
// Hausdorff distance of their points, lines and outlines, taken at their vertices.
func apart_m(a, b orb.Geometry) float64 {
	return math.Max(reach_m(a, b), reach_m(b, a))
}

// reach_m is how far the vertices of a are from b at the most.
func reach_m(a, b orb.Geometry) float64 {
	lines, points := outlines(b)
	most := 0.0
	geo.EachPoint(a, func(p orb.Point) {
		least := math.Inf(1)
		for _, q := range points {
			least = math.Min(least, geo.Distance(p, q))
		}
		for _, l := range lines {
			for k := range len(l) - 1 {
				q, _ := geo.NearestOnSegment(l[k], l[k+1], p)
				least = math.Min(least, geo.Distance(p, q))
			}
		}
		most = math.Max(most, least)
	})
	return most
}

func outlines(g orb.Geometry) (lines []orb.LineString, points []orb.Point) {
	for _, part := range geo.Parts(g) {
		switch part := part.(type) {
		case orb.Point:
			points = append(points, part)
		case orb.LineString:
			lines = append(lines, part)
		case orb.Polygon:
			for _, r := range part {
				lines = append(lines, orb.LineString(r))
			}
		}
	}
	return lines, points
}

// shapeOf is the shape of the first part; false for a geometry that has none.
func shapeOf(g orb.Geometry) (geo.Shape, bool) {
	parts := geo.Parts(g)
	if len(parts) == 0 {
		return "", false
	}
	return geo.ShapeOf(parts[0]), true
}

// leastShared is the share that two geometries must have of one another to be taken
// for the same thing redrawn.
const leastShared = 0.8

// shared is the share, 0 to 1, that two geometries in metres have of one another, the
// smaller of both: of their areas or, within match_m, of their lengths.
func shared(a, b orb.Geometry, shape geo.Shape, match_m float64) float64 {
	switch shape {
	case geo.Polygon:
		whole := math.Max(geo.Area(a), geo.Area(b))
		if overlapArea(geo.ExtentOf(a), geo.ExtentOf(b)) < leastShared*whole {
			return 0 // without asking GEOS
		}
		both, err := overlay.Intersection(a, b)
		if err != nil || both == nil || whole <= 0 {
			return 0
		}
		return geo.Area(both) / whole
	case geo.Line:
		if boxedShare(a, geo.ExtentOf(b).Grow(match_m)) < leastShared || boxedShare(b, geo.ExtentOf(a).Grow(match_m)) < leastShared {
			return 0
		}
		return math.Min(lengthWithin(a, b, match_m), lengthWithin(b, a, match_m))
	}
	return 0
}

func overlapArea(a, b geo.Extent) float64 {
	w, h := math.Min(a.MaxX, b.MaxX)-math.Max(a.MinX, b.MinX), math.Min(a.MaxY, b.MaxY)-math.Max(a.MinY, b.MinY)
	return math.Max(w, 0) * math.Max(h, 0)
}

// boxedShare is the share of the length of lines that lies in a box: no less than what
// lies near anything in the box.
func boxedShare(g orb.Geometry, box geo.Extent) float64 {
	inside := 0.0
	for _, l := range geo.Lines(g) {
		for k := range len(l) - 1 {
			inside += boxed(l[k], l[k+1], box) * geo.Distance(l[k], l[k+1])
		}
	}
	return inside / geo.Length(g)
}

// boxed is the share of a segment that lies in a box.
func boxed(p, q orb.Point, box geo.Extent) float64 {
	from, to := 0.0, 1.0
	for axis, bounds := range [2][2]float64{{box.MinX, box.MaxX}, {box.MinY, box.MaxY}} {
		d := q[axis] - p[axis]
		if d == 0 {
			if p[axis] < bounds[0] || p[axis] > bounds[1] {
				return 0
			}
			continue
		}
		in, out := (bounds[0]-p[axis])/d, (bounds[1]-p[axis])/d
		from, to = math.Max(from, math.Min(in, out)), math.Min(to, math.Max(in, out))
	}
	return math.Max(to-from, 0)
}

// lengthWithin is the share of a line's length that lies within a distance of another.
func lengthWithin(a, b orb.Geometry, match_m float64) float64 {
	length := geo.Length(a)
	around, err := overlay.Buffer(b, match_m, overlay.Round)
	if err != nil || around == nil || length <= 0 {
		return 0
	}
	inside, err := overlay.Intersection(a, around)
	if err != nil || inside == nil {
		return 0
	}
	return geo.Length(inside) / length
}

// within tells whether a geometry lies wholly in an area.
func within(g, area orb.Geometry) bool {
	all := true
	geo.EachPoint(g, func(p orb.Point) { all = all && geo.Inside(area, p) })
	if !all {
		return false
	}
	if shape, _ := shapeOf(g); shape == geo.Point {
		return true
	}
	rest, err := overlay.Difference(g, area)
	return err == nil && (rest == nil || geo.Length(rest) <= same_m && geo.Area(rest) <= same_m)
}
