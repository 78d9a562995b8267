package sight

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/sight/plan"
)

// touch_m is how close to a wall an eye or a target may be and not be hidden by it:
// the wall is what carries the one, or what is looked at.
const touch_m = 0.05

// touches tells whether a place is at an edge.
func touches(e *plan.Edge, p vec) bool { return nearEdge(e, p.plan()) <= touch_m }

// crossing is where a line of sight passes over or through a panel.
type crossing struct {
	t     float64 // 0 at the eye, 1 at the target
	panel int32
	above float64 // how far the top of the panel is above the line
	z     float64 // height of the line there
}

// obstacle is what stands in the way first; solid −1 is the ground, −2 nothing.
type obstacle struct {
	solid   int32
	t       float64
	above   float64 // how far it stands above the line of sight at the most
	unknown bool    // nothing stands in the way for certain, but this one may
}

const (
	noSolid      = -2
	groundItself = -1
)

// sightline is the working memory of lines of sight, for one goroutine.
type sightline struct {
	m         *Model
	crossings []crossing
	breaks    []float64
	open      []int32 // solids that the line is inside of, in plan
	enters    []float64
	met       []int32
}

// blocked finds what stands between an eye and a target. inside are the solids
// whose outline holds the eye in plan. What certainly blocks comes before what may
// block because its height is unknown.
func (s *sightline) blocked(eye, q vec, inside []int32) obstacle {
	s.collect(eye, q)
	best := obstacle{solid: noSolid, t: math.Inf(1)}
	doubt := obstacle{solid: noSolid, t: math.Inf(1)}
	s.eachBlocker(eye, q, inside, func(solid int32, t, above float64) {
		to := &best
		if s.m.town.solids[solid].unknown {
			to = &doubt
		}
		if t < to.t {
			to.t, to.solid = t, solid
		}
		if to.solid == solid {
			to.above = max(to.above, above)
		}
	})
	if t, above := s.groundAbove(eye, q); t < best.t {
		best = obstacle{solid: groundItself, t: t, above: above}
	}
	if best.solid == noSolid && doubt.solid != noSolid {
		doubt.unknown = true
		return doubt
	}
	return best
}

// collect finds the panels that a line crosses in plan, from the eye on.
func (s *sightline) collect(eye, q vec) {
	s.crossings = s.crossings[:0]
	t := &s.m.town
	a, b := eye.plan(), q.plan()
	dx, dy := b[0]-a[0], b[1]-a[1]
	if dx == 0 && dy == 0 {
		return
	}
	t.inPlan.Along(a, b, func(i int32) bool {
		e := &t.edges[i]
		// Which side of the line the ends are on; an end on the line counts as left,
		// so that a corner is crossed once or not at all.
		sa := dx*(e.A[1]-a[1]) - dy*(e.A[0]-a[0])
		sb := dx*(e.B[1]-a[1]) - dy*(e.B[0]-a[0])
		if (sa >= 0) == (sb >= 0) {
			return true
		}
		u := sa / (sa - sb)
		x, y := e.A[0]+u*(e.B[0]-e.A[0]), e.A[1]+u*(e.B[1]-e.A[1])
		w := ((x-a[0])*dx + (y-a[1])*dy) / (dx*dx + dy*dy)
		if w < 0 || w > 1 {
			return true
		}
		p := &t.panels[i]
		z := eye[2] + w*(q[2]-eye[2])
		s.crossings = append(s.crossings, crossing{t: w, panel: i, above: p.topA + u*(p.topB-p.topA) - z, z: z})
		return true
	})
	slices.SortFunc(s.crossings, func(x, y crossing) int {
		switch {
		case x.t < y.t:
			return -1
		case x.t > y.t:
			return 1
		}
		return int(x.panel) - int(y.panel)
	})
	s.crossings = slices.CompactFunc(s.crossings, func(x, y crossing) bool { return x.panel == y.panel })
}

// eachBlocker calls f for everything that blocks the collected line, with where it
// begins to and by how much it stands above the line.
func (s *sightline) eachBlocker(eye, q vec, inside []int32, f func(solid int32, t, above float64)) {
	t := &s.m.town
	s.open, s.enters = append(s.open[:0], inside...), s.enters[:0]
	for range inside {
		s.enters = append(s.enters, 0)
	}
	for _, c := range s.crossings {
		n := t.panels[c.panel].solid
		sd := &t.solids[n]
		if !sd.area {
			if e := &t.edges[c.panel]; c.above > 0 && !touches(e, eye) && !touches(e, q) {
				f(n, c.t, c.above)
			}
			continue
		}
		if k := slices.Index(s.open, n); k >= 0 {
			s.through(sd, n, eye, q, s.enters[k], c.t, f)
			s.open = slices.Delete(s.open, k, k+1)
			s.enters = slices.Delete(s.enters, k, k+1)
		} else {
			s.open, s.enters = append(s.open, n), append(s.enters, c.t)
		}
	}
	for k, n := range s.open {
		s.through(&t.solids[n], n, eye, q, s.enters[k], 1, f)
	}
}

// through tells f when the stretch of a line from t0 to t1, which lies inside the
// outline of a solid, dips into it.
func (s *sightline) through(sd *solid, n int32, eye, q vec, t0, t1 float64, f func(int32, float64, float64)) {
	z0, z1 := eye[2]+t0*(q[2]-eye[2]), eye[2]+t1*(q[2]-eye[2])
	lo, hi := min(z0, z1), max(z0, z1)
	if lo >= sd.top || hi <= sd.base {
		return
	}
	t := t0
	switch { // where it goes in, if not through the wall
	case z0 > sd.top:
		t = t0 + (t1-t0)*(sd.top-z0)/(z1-z0)
	case z0 < sd.base:
		t = t0 + (t1-t0)*(sd.base-z0)/(z1-z0)
	}
	f(n, t, sd.top-lo)
}

// groundAbove finds where the ground first stands above a line; infinity for
// nowhere.
func (s *sightline) groundAbove(eye, q vec) (t, above float64) {
	g := s.m.ground
	t = math.Inf(1)
	dx, dy := q[0]-eye[0], q[1]-eye[1]
	length := math.Hypot(dx, dy)
	if g.flat || length == 0 {
		return t, 0
	}
	s.breaks = g.breaks(eye.plan(), dx/length, dy/length, length, s.breaks[:0])
	for _, r := range s.breaks {
		w := r / length
		z := g.at(orb.Point{eye[0] + w*dx, eye[1] + w*dy})
		if over := z - (eye[2] + w*(q[2]-eye[2])); over > 1e-9 {
			t, above = min(t, w), max(above, over)
		}
	}
	return t, above
}
