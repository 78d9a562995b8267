package sight

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Lines are cut exactly. A target that moves evenly along a segment comes into
// sight or leaves it where it meets one of a few planes through the eye (sides of
// the picture, ends and tops of panels), a sphere around it (pixels, range) or a
// wall: each is an equation of the first or second degree. Between two of those
// places the verdict is that of the middle. The ground is another matter: there,
// changes are looked for in steps and closed in on.

// lineState is what a camera has of a stretch of a line.
type lineState struct {
	from, to float64 // parameters of the line, as lengthOf takes them
	v        verdict
}

// lineFinding is what all cameras have of a stretch of a line.
type lineFinding struct {
	from, to float64
	finding
}

const (
	lineStep_m = 1    // on terrain
	lineTol_m  = 0.01 // on terrain
)

// findLine tells what all cameras have of a line.
func (s *sightline) findLine(line orb.LineString, need int) []lineFinding {
	m := s.m
	near := m.around(geo.ExtentOf(line))
	states := make([][]lineState, len(near))
	for k, i := range near {
		if c := &m.cameras[i]; m.follows(c, line) {
			states[k] = s.lineStates(line, c, max(need, 0))
		}
	}
	return s.mergeLine(line, need, near, states)
}

// follows tells whether a line is followed through the view of a camera.
func (m *Model) follows(c *Camera, line orb.LineString) bool {
	return c.able && lineDistance(line, c.At) <= m.p.ReachM
}

// mergeLine forms findings from what each camera near a line has; states are nil for
// those that have nothing.
func (s *sightline) mergeLine(line orb.LineString, need int, near []int, states [][]lineState) []lineFinding {
	cuts := []float64{0, float64(len(line) - 1)}
	doubts := s.doubtful(line, near, need)
	for _, d := range doubts {
		cuts = append(cuts, d[0], d[1])
	}
	for _, st := range states {
		for _, x := range st {
			cuts = append(cuts, x.from)
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []lineFinding
	at := make([]int, len(states))
	for j := 1; j < len(cuts); j++ {
		from, to := cuts[j-1], cuts[j]
		mid := (from + to) / 2
		g := newMerging(s.m)
		for k, st := range states {
			if st == nil {
				continue
			}
			for st[at[k]].to <= mid {
				at[k]++
			}
			g.take(int32(near[k]), &st[at[k]].v)
		}
		for _, d := range doubts {
			if d[0] <= mid && mid <= d[1] {
				g.doubt()
			}
		}
		out = appendFinding(out, lineFinding{from, to, g.done(need)})
	}
	return out
}

func lineDistance(line orb.LineString, p orb.Point) float64 { return geo.NearestOnLine(line, p).Dist }

// appendFinding joins a stretch to the last where both tell the same.
func appendFinding(list []lineFinding, f lineFinding) []lineFinding {
	if n := len(list) - 1; n >= 0 {
		l := &list[n]
		if l.to == f.from && l.state == f.state && l.class == f.class && l.reason == f.reason && l.camera == f.camera &&
			l.obstacle.solid == f.obstacle.solid && slices.Equal(l.cameras, f.cameras) {
			l.to = f.to
			return list
		}
	}
	return append(list, f)
}

// doubtful lists the stretches that a camera of which nothing is known may see.
func (s *sightline) doubtful(line orb.LineString, near []int, need int) [][2]float64 {
	var out [][2]float64
	for _, i := range near {
		c := &s.m.cameras[i]
		if c.able {
			continue
		}
		reach := s.m.mayReach(c, need)
		for k := 1; k < len(line); k++ {
			if lo, hi, ok := inCircle(line[k-1], line[k], c.At, reach); ok {
				out = append(out, [2]float64{float64(k-1) + lo, float64(k-1) + hi})
			}
		}
	}
	return out
}

// inCircle is the part of a segment, 0 to 1, that lies within a circle.
func inCircle(a, b, centre orb.Point, radius float64) (lo, hi float64, ok bool) {
	dx, dy, x, y := b[0]-a[0], b[1]-a[1], a[0]-centre[0], a[1]-centre[1]
	qa, qb, qc := dx*dx+dy*dy, x*dx+y*dy, x*x+y*y-radius*radius
	d := qb*qb - qa*qc
	if radius < 0 || d <= 0 || qa == 0 {
		return 0, 0, false
	}
	d = math.Sqrt(d)
	lo, hi = max((-qb-d)/qa, 0), min((-qb+d)/qa, 1)
	return lo, hi, lo < hi
}

// lineStates is what one camera has of a line, stretch after stretch, all of it.
func (s *sightline) lineStates(line orb.LineString, c *Camera, need int) []lineState {
	var out []lineState
	for k := 1; k < len(line); k++ {
		a, b := line[k-1], line[k]
		length := geo.Distance(a, b)
		if length == 0 {
			out = appendState(out, float64(k-1), float64(k), verdict{class: -1, reason: OutOfRange, obstacle: obstacle{solid: noSolid}})
			continue
		}
		judge := func(t float64) verdict { return s.judge(c, &c.now, s.m.target(between(a, b, t)), need) }
		cuts := s.cuts(a, b, c)
		last, lastAt := judge((cuts[0]+cuts[1])/2), (cuts[0]+cuts[1])/2
		out = appendState(out, float64(k-1)+cuts[0], float64(k-1)+cuts[1], last)
		for j := 2; j < len(cuts); j++ {
			mid := (cuts[j-1] + cuts[j]) / 2
			v := judge(mid)
			edge := cuts[j-1]
			if !s.m.ground.flat && !v.same(&last) {
				edge = s.close(lastAt, mid, edge, lineTol_m/length, last, v, judge)
				out[len(out)-1].to = float64(k-1) + edge
			}
			out = appendState(out, float64(k-1)+edge, float64(k-1)+cuts[j], v)
			last, lastAt = v, mid
		}
	}
	return out
}

// close finds, on uneven ground, where between two places the verdict changes: at
// the edge between them if it does there, or by halving.
func (s *sightline) close(lo, hi, edge, tol float64, at, after verdict, judge func(float64) verdict) float64 {
	before, behind := judge(edge-tol), judge(edge+tol)
	switch {
	case before.same(&at) && behind.same(&after):
		return edge
	case before.same(&at):
		lo = edge
	default:
		hi = edge
	}
	for hi-lo > tol {
		mid := (lo + hi) / 2
		if v := judge(mid); v.same(&at) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

// same tells whether two verdicts say the same, distances apart.
func (v *verdict) same(o *verdict) bool {
	return v.reason == o.reason && v.class == o.class && v.obstacle.solid == o.obstacle.solid && v.obstacle.unknown == o.obstacle.unknown
}

func appendState(list []lineState, from, to float64, v verdict) []lineState {
	if n := len(list) - 1; n >= 0 && list[n].v.same(&v) {
		list[n].to = to
		return list
	}
	return append(list, lineState{from, to, v})
}

// cuts lists, ascending, the places of a segment where the verdict of a camera may
// change, 0 and 1 included. What stands in the way is asked for where the picture
// holds the target, and nowhere else.
func (s *sightline) cuts(a, b orb.Point, c *Camera) []float64 {
	l := &c.now
	near, far, ok := inCircle(a, b, l.eye.plan(), l.limit_m)
	if !ok {
		return []float64{0, 1}
	}
	length := geo.Distance(a, b)
	out := []float64{0, 1, near, far}
	s.breaks = s.m.ground.breaks(a, (b[0]-a[0])/length, (b[1]-a[1])/length, length, s.breaks[:0])
	for _, r := range s.breaks {
		if t := r / length; t > near && t < far {
			out = append(out, t)
		}
	}
	out = tidyCuts(out)
	pieces := slices.Clone(out)
	for i := 1; i < len(pieces); i++ {
		if mid := (pieces[i-1] + pieces[i]) / 2; mid > near && mid < far {
			v := s.moving(a, b, c, pieces[i-1], pieces[i], &out)
			s.optical(&v, c)
		}
	}
	out = tidyCuts(out)
	pieces = slices.Clone(out)
	for i := 1; i < len(pieces); i++ {
		lo, hi := pieces[i-1], pieces[i]
		q := s.m.target(between(a, b, (lo+hi)/2))
		if d := q.minus(l.eye); d.dot(d) > l.limit_m*l.limit_m || l.holds(q) != inField {
			continue
		}
		v := s.moving(a, b, c, lo, hi, &out)
		s.panelCuts(&v, l)
		if !s.m.ground.flat {
			for n, k := int(math.Ceil((hi-lo)*length/lineStep_m)), 1; k < n; k++ {
				out = append(out, lo+(hi-lo)*float64(k)/float64(n))
			}
		}
	}
	return tidyCuts(out)
}

// tidyCuts sorts cuts and takes out those that are the same.
func tidyCuts(list []float64) []float64 {
	slices.Sort(list)
	list = slices.CompactFunc(list, func(x, y float64) bool { return math.Abs(y-x) < 1e-12 })
	list[len(list)-1] = 1
	return list
}

// moving makes the target on a stretch of a segment over which the ground is even.
func (s *sightline) moving(a, b orb.Point, c *Camera, lo, hi float64, out *[]float64) moving {
	p, q := s.m.target(between(a, b, lo)), s.m.target(between(a, b, hi))
	return moving{p.minus(c.now.eye), q.minus(p), lo, hi, out}
}

// moving is a target that moves evenly: from at + 0·way to at + 1·way, relative to
// the eye. Places found go to out, as parts of the whole segment.
type moving struct {
	at, way vec
	lo, hi  float64
	out     *[]float64
}

// linear adds where c0 + c1·t = 0.
func (v *moving) linear(c0, c1 float64) {
	if c1 == 0 {
		return
	}
	if t := -c0 / c1; t > 0 && t < 1 {
		*v.out = append(*v.out, v.lo+t*(v.hi-v.lo))
	}
}

// plane adds where the target is in a plane through the eye.
func (v *moving) plane(n vec) { v.linear(n.dot(v.at), n.dot(v.way)) }

// quadratic adds where a·t² + 2·b·t + c = 0.
func (v *moving) quadratic(a, b, c float64) {
	if a == 0 {
		v.linear(c, 2*b)
		return
	}
	d := b*b - a*c
	if d < 0 {
		return
	}
	d = math.Sqrt(d)
	v.linear(b-d, a) // t = (−b + d)/a
	v.linear(b+d, a)
}

// optical adds the bounds of the picture, of range and of the classes.
func (s *sightline) optical(v *moving, c *Camera) {
	l := &c.now
	for _, class := range s.m.p.Table.Classes {
		r := min(l.density/class.PxPerM, l.limit_m)
		v.quadratic(v.way.dot(v.way), v.at.dot(v.way), v.at.dot(v.at)-r*r)
	}
	v.quadratic(v.way.dot(v.way), v.at.dot(v.way), v.at.dot(v.at)-l.limit_m*l.limit_m)
	// Where outside the field turns into the blind zone.
	half := l.halfH
	if !l.flat {
		half = l.halfAz
	}
	sin, cos := math.Sincos(half)
	x, y := l.axis[0], l.axis[1]
	for _, k := range [2]float64{1, -1} {
		dx, dy := x*cos-k*y*sin, y*cos+k*x*sin
		v.plane(vec{-dy, dx, 0})
	}
	v.cone(math.Tan(-l.down))
	if l.flat {
		for i := range l.sides {
			v.plane(l.sides[i])
		}
		return
	}
	for _, slope := range [2]float64{l.slopeLo, l.slopeHi} {
		if !math.IsInf(slope, 0) {
			v.cone(slope)
		}
	}
}

// cone adds where the target is seen at a slope.
func (v *moving) cone(slope float64) {
	s2 := slope * slope
	q := func(p, w vec) float64 { return p[2]*w[2] - s2*(p[0]*w[0]+p[1]*w[1]) }
	v.quadratic(q(v.way, v.way), q(v.at, v.way), q(v.at, v.at))
}

// panelCuts adds where panels begin or cease to hide a moving target.
func (s *sightline) panelCuts(v *moving, l *lens) {
	t := &s.m.town
	p := combine(1, l.eye, 1, v.at)
	q := combine(1, p, 1, v.way)
	e := geo.ExtentOf(orb.LineString{l.eye.plan(), p.plan(), q.plan()})
	s.met = s.met[:0]
	t.inPlan.Within(e, func(i int32) { s.met = append(s.met, i) })
	slices.Sort(s.met)
	s.met = slices.Compact(s.met)
	for _, i := range s.met {
		ed, pn := &t.edges[i], &t.panels[i]
		sd := &t.solids[pn.solid]
		a := vec{ed.A[0], ed.A[1], pn.topA}.minus(l.eye)
		b := vec{ed.B[0], ed.B[1], pn.topB}.minus(l.eye)
		v.plane(vec{-a[1], a[0], 0})
		v.plane(vec{-b[1], b[0], 0})
		// Through the wall in plan.
		ex, ey := b[0]-a[0], b[1]-a[1]
		v.linear((v.at[0]-a[0])*ey-(v.at[1]-a[1])*ex, v.way[0]*ey-v.way[1]*ex)
		if !math.IsInf(pn.topA, 0) {
			v.plane(cross(a, b))
			v.linear(v.at[2]-a[2], v.way[2])
		}
		if !math.IsInf(sd.base, 0) {
			base := sd.base - l.eye[2]
			v.plane(cross(vec{a[0], a[1], base}, vec{b[0], b[1], base}))
			v.linear(v.at[2]-base, v.way[2])
		}
		if !sd.area {
			s.touchCuts(v, a, b)
		}
	}
}

// touchCuts adds where the target comes so close to a wall that the wall is what is
// looked at.
func (s *sightline) touchCuts(v *moving, a, b vec) {
	ex, ey := b[0]-a[0], b[1]-a[1]
	d := math.Hypot(ex, ey)
	if d == 0 {
		return
	}
	nx, ny := ey/d, -ex/d
	off := func(k float64) {
		v.linear(nx*(v.at[0]-a[0])+ny*(v.at[1]-a[1])-k, nx*v.way[0]+ny*v.way[1])
	}
	off(touch_m)
	off(-touch_m)
	for _, end := range [2]vec{a, b} {
		x, y := v.at[0]-end[0], v.at[1]-end[1]
		v.quadratic(v.way[0]*v.way[0]+v.way[1]*v.way[1], x*v.way[0]+y*v.way[1], x*x+y*y-touch_m*touch_m)
	}
}

func cross(a, b vec) vec {
	return vec{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}
