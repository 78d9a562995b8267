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
	n := f.n
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
		var in, out orb.MultiLineString
		for e := range n.edges {
			ed := &n.edges[e]
			if ed.flags&isChord != 0 {
				continue
			}
			length := n.cum[ed.last]
			c := f.covered(int32(e), limits[i])
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
