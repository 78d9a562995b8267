package walk

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
	"yiju/geo/overlay"
)

// sandwich checks the promise of areas: every reached stretch is inside, every
// other stretch outside, but for sandwichM; areas are valid and each holds those
// of smaller limits.
func sandwich(t *testing.T, f *field, limits []int64) {
	t.Helper()
	var last orb.Geometry
	for i, area := range f.areas(limits) {
		name := fmt.Sprintf("limit %.1f min", float64(limits[i])*microsecond/60)
		if len(area) == 0 {
			if len(f.s.nodes) > 0 && f.s.cost(f.s.nodes[0]) < limits[i] {
				t.Errorf("%s: no area", name)
			}
			continue
		}
		if why, err := overlay.Invalid(area); err != nil || why != "" {
			t.Errorf("%s: invalid: %s %v", name, why, err)
		}
		in, out := reachedLines(f, limits[i])
		wide := buffer(t, area, sandwichM)
		if lost := difference(t, in, wide); geo.Length(lost) > sandwichM {
			t.Errorf("%s: %.3f m of reached ways lie outside the area, near %v", name, geo.Length(lost), geo.ExtentOf(lost).Centre())
		}
		if len(out) > 0 {
			// Crossings without a joint (bridges) are places of both.
			shared := buffer(t, in, 2*sandwichM)
			narrow := buffer(t, area, -sandwichM)
			leak := difference(t, intersection(t, out, narrow), shared)
			if geo.Length(leak) > sandwichM {
				t.Errorf("%s: %.3f m of ways that are not reached lie inside the area, near %v", name, geo.Length(leak), geo.ExtentOf(leak).Centre())
			}
		}
		if last != nil {
			if lost := difference(t, last, wide); geo.Area(lost) > 1e-3 {
				t.Errorf("%s: %.4f m² of a smaller limit are lost, near %v", name, geo.Area(lost), geo.ExtentOf(lost).Centre())
			}
		}
		last = area
	}
}

// reachedLines gives the stretches of ways that are reached within a limit, and the
// others.
func reachedLines(f *field, limit int64) (in, out orb.MultiLineString) {
	n := f.n
	for e := range n.edges {
		ed := &n.edges[e]
		if ed.flags&isChord != 0 {
			continue
		}
		length := n.cum[ed.last]
		c := f.covered(int32(e), limit)
		if c.fromA >= c.toB {
			in = append(in, n.line(ed, 0, length))
			continue
		}
		if c.fromA > 0 {
			in = append(in, n.line(ed, 0, c.fromA))
		}
		if c.toB < length {
			in = append(in, n.line(ed, c.toB, length))
		}
		out = append(out, n.line(ed, math.Max(0, c.fromA), math.Min(length, c.toB)))
	}
	return in, out
}

// probe checks the promise of areas the way sandwich does, but at single places: a
// hundred times faster.
func probe(t *testing.T, f *field, limits []int64) {
	t.Helper()
	var last orb.MultiPolygon
	for i, area := range f.areas(limits) {
		name := fmt.Sprintf("limit %.1f min", float64(limits[i])*microsecond/60)
		if area != nil {
			if why, err := overlay.Invalid(area); err != nil || why != "" {
				t.Errorf("%s: invalid: %s %v", name, why, err)
			}
		}
		in, out := reachedLines(f, limits[i])
		edge, before := outlines(area), outlines(last)
		for _, p := range places(in) {
			if !geo.Inside(area, p) && !liesBy(edge, p, sandwichM) {
				t.Errorf("%s: %v is reached and lies outside the area", name, p)
			}
		}
		for _, p := range places(out) {
			if geo.Inside(area, p) && !liesBy(edge, p, sandwichM) && !liesBy(in, p, 2*sandwichM) {
				t.Errorf("%s: %v is not reached and lies inside the area", name, p)
			}
		}
		for _, p := range places(before) {
			if !geo.Inside(area, p) && !liesBy(edge, p, sandwichM) {
				t.Errorf("%s: %v of a smaller limit is lost", name, p)
			}
		}
		for _, p := range places(edge) {
			if geo.Inside(last, p) && !liesBy(before, p, sandwichM) {
				t.Errorf("%s: there is an outline at %v, inside the area of a smaller limit", name, p)
			}
		}
		last = area
	}
}

// liesBy tells whether p lies within a distance of lines.
func liesBy(lines orb.MultiLineString, p orb.Point, metres float64) bool {
	for _, line := range lines {
		for k := 1; k < len(line); k++ {
			if a, b := line[k-1], line[k]; segmentExtent(a, b).Grow(metres).Contains(p) {
				if q, _ := geo.NearestOnSegment(a, b, p); geo.Distance(p, q) <= metres {
					return true
				}
			}
		}
	}
	return false
}

func outlines(area orb.MultiPolygon) orb.MultiLineString {
	var out orb.MultiLineString
	for _, poly := range area {
		for _, ring := range poly {
			out = append(out, orb.LineString(ring))
		}
	}
	return out
}

// places lists places along lines that are worth it: close to the ends of every segment, and between.
func places(lines orb.MultiLineString) []orb.Point {
	var out []orb.Point
	for _, line := range lines {
		if geo.Length(line) < sandwichM {
			continue
		}
		for k := 1; k < len(line); k++ {
			a, b := line[k-1], line[k]
			end := min(1.5*sandwichM/geo.Distance(a, b), 0.5)
			out = append(out, along(a, b, end), along(a, b, 0.43), along(a, b, 1-end))
		}
	}
	return out
}

func buffer(t *testing.T, g orb.Geometry, d float64) orb.Geometry {
	t.Helper()
	out, err := overlay.Buffer(g, d, overlay.Round)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func difference(t *testing.T, a, b orb.Geometry) orb.Geometry {
	t.Helper()
	out, err := overlay.Difference(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func intersection(t *testing.T, a, b orb.Geometry) orb.Geometry {
	t.Helper()
	if b == nil {
		return nil
	}
	out, err := overlay.Intersection(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// toVenue searches for one venue, or for all of them when i is negative.
func toVenue(n *Network, i int, minutes float64) (field, func()) {
	s := n.borrow()
	var from []source
	for k := range n.venues {
		if i < 0 || k == i {
			from = n.venues[k].sources(uint32(k), n.time.offPerM, from)
		}
	}
	return n.fieldTo(&n.time, s, from, int64(minutes*60/microsecond)), func() { n.release(s) }
}

func TestAreaSandwichOfRealTowns(t *testing.T) {
	for name, scene := range map[string]*analysis.Scene{"neuss": neuss(t), "monaco": monaco(t)} {
		n, err := BuildNetwork(scene, profile(t, "adult"))
		if err != nil {
			t.Fatal(err)
		}
		minutes := func(m float64) int64 { return int64(m * 60 / microsecond) }
		for i := 0; i < len(n.venues); i += 9 {
			if len(n.venues[i].access) == 0 {
				continue
			}
			t.Run(name+"/"+n.venues[i].id, func(t *testing.T) {
				f, done := toVenue(n, i, 12)
				defer done()
				sandwich(t, &f, []int64{minutes(0.5), minutes(3), minutes(7.5), minutes(12)})
			})
		}
		t.Run(name+"/all", func(t *testing.T) {
			f, done := toVenue(n, -1, 10)
			defer done()
			sandwich(t, &f, []int64{minutes(2), minutes(10)})
		})
	}
}
