package sight

import (
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Findings are kept by camera: what each has of a point or a line. Those of one camera
// change with it and with what stands before it; the rest is merging.

// partKey tells parts of key points apart.
type partKey struct {
	id, kind string
	derived  bool
	part     int
}

// livePoint is a point of a key point, with what the cameras around have of it.
type livePoint struct {
	key     partKey
	at      orb.Point
	need    int
	target  vec // what is looked at
	aimed   bool
	list    []pointPair // ascending
	found   bool
	finding finding
}

// pointPair is what a camera has of a point, where that is good.
type pointPair struct {
	camera int32
	good   bool
	v      verdict
}

// liveLine is a line of a key point, with what the cameras around have of it.
type liveLine struct {
	key    partKey
	line   orb.LineString
	need   int
	list   []linePair // ascending
	found  bool
	parts  []lineFinding
	length float64
}

// linePair is what a camera has of a line, where that is good; nil for nothing.
type linePair struct {
	camera int32
	good   bool
	states []lineState
}

// newFindings lists the points and lines of the model, of which nothing is known yet.
func (l *Live) newFindings() ([]livePoint, []liveLine) {
	m := l.m
	var points []livePoint
	var lines []liveLine
	for i := range m.keypoints {
		k := &m.keypoints[i]
		key := partKey{id: k.id, kind: k.kind, derived: k.derived}
		for j, p := range k.points {
			key.part = j
			points = append(points, livePoint{key: key, at: p, need: k.need})
		}
		for j, line := range k.lines {
			key.part = j
			lines = append(lines, liveLine{key: key, line: line, need: k.need, length: lengthOf(line, 0, float64(len(line)-1))})
		}
	}
	for i := range points {
		for _, c := range m.around(geo.ExtentOf(points[i].at)) {
			points[i].list = append(points[i].list, pointPair{camera: int32(c)})
		}
	}
	for i := range lines {
		for _, c := range m.around(geo.ExtentOf(lines[i].line)) {
			lines[i].list = append(lines[i].list, linePair{camera: int32(c)})
		}
	}
	return points, lines
}

// turnFindings keeps the findings of what stays as it is.
func (l *Live) turnFindings(d *delta) {
	points, lines := make(map[partKey]*livePoint, len(l.points)), make(map[partKey]*liveLine, len(l.lines))
	for i := range l.points {
		points[l.points[i].key] = &l.points[i]
	}
	for i := range l.lines {
		lines[l.lines[i].key] = &l.lines[i]
	}
	nextPoints, nextLines := l.newFindings()
	for i := range nextPoints {
		p := &nextPoints[i]
		if o := points[p.key]; o != nil && o.at == p.at && o.need == p.need {
			l.turnPoint(p, o, d)
		}
	}
	for i := range nextLines {
		n := &nextLines[i]
		if o := lines[n.key]; o != nil && o.need == n.need && slices.Equal(o.line, n.line) {
			l.turnLine(n, o, d)
		}
	}
	l.points, l.lines = nextPoints, nextLines
}

// beforeReach_m is how far from a point a building may stand that moves what is looked
// at before its wall: four times as deep as walls are looked for, and as far before
// them.
const beforeReach_m = 4 * (wallSlack_m + 2*wallOffset_m)

// turnPoint keeps what is known of a point.
func (l *Live) turnPoint(p, o *livePoint, d *delta) {
	if !o.aimed || touchAny(d.boxes, geo.ExtentOf(o.at).Grow(beforeReach_m)) {
		return
	}
	p.target, p.aimed = o.target, true
	p.found, p.finding = o.found && !d.moved && len(p.list) == len(o.list), o.finding
	old := 0
	for i := range p.list {
		pair := &p.list[i]
		for old < len(o.list) && d.cameras[o.list[old].camera] < pair.camera {
			if d.cameras[o.list[old].camera] < 0 {
				p.found = false
			}
			old++
		}
		if old == len(o.list) || d.cameras[o.list[old].camera] != pair.camera {
			p.found = false
			continue
		}
		was := &o.list[old]
		old++
		pair.v, pair.good = was.v, was.good && !(was.v.asked && l.crosses(pair.camera, p.target, d))
		if n := pair.v.obstacle.solid; pair.good && n >= 0 {
			pair.v.obstacle.solid = d.solids[n]
			pair.good = d.solids[n] >= 0
		}
		p.found = p.found && pair.good
	}
}

// crosses tells whether the line from a camera to a target may pass what changed.
func (l *Live) crosses(camera int32, target vec, d *delta) bool {
	if len(d.boxes) == 0 {
		return false
	}
	eye := l.m.cameras[camera].now.eye.plan()
	e := geo.ExtentOf(orb.LineString{eye, target.plan()})
	return touchAny(d.boxes, e)
}

// turnLine keeps what is known of a line.
func (l *Live) turnLine(n, o *liveLine, d *delta) {
	n.found, n.parts = o.found && !d.moved && len(n.list) == len(o.list), o.parts
	old := 0
	for i := range n.list {
		pair := &n.list[i]
		for old < len(o.list) && d.cameras[o.list[old].camera] < pair.camera {
			if d.cameras[o.list[old].camera] < 0 {
				n.found = false
			}
			old++
		}
		if old == len(o.list) || d.cameras[o.list[old].camera] != pair.camera {
			n.found = false
			continue
		}
		was := &o.list[old]
		old++
		pair.states, pair.good = was.states, was.good && !(was.states != nil && l.meets(pair.camera, n.line, d))
		if d.moved && pair.good {
			pair.states, pair.good = renumbered(was.states, d)
		}
		n.found = n.found && pair.good
	}
}

// renumbered are states with the solids in their new places; false where one is gone.
func renumbered(states []lineState, d *delta) ([]lineState, bool) {
	if states == nil {
		return nil, true
	}
	out := slices.Clone(states)
	for i := range out {
		if n := out[i].v.obstacle.solid; n >= 0 {
			if out[i].v.obstacle.solid = d.solids[n]; d.solids[n] < 0 {
				return nil, false
			}
		}
	}
	return out, true
}

// meets tells whether what a camera has of a line may change with what changed: where
// panels near the triangle of the eye and the stretch in its reach are among it. All of
// them cut the line, whether they hide something or not.
func (l *Live) meets(camera int32, line orb.LineString, d *delta) bool {
	if len(d.boxes) == 0 {
		return false
	}
	if !d.aligned {
		return true
	}
	lens := &l.m.cameras[camera].now
	eye, slack := lens.eye.plan(), l.m.town.inPlan.CellM()+1
	reach := geo.ExtentOf(eye).Grow(lens.limit_m + slack)
	if !touchAny(d.boxes, reach) {
		return false
	}
	for k := 1; k < len(line); k++ {
		a, b := line[k-1], line[k]
		lo, hi, ok := inCircle(a, b, eye, lens.limit_m)
		if ok && touchAny(d.boxes, geo.ExtentOf(orb.LineString{eye, between(a, b, lo), between(a, b, hi)}).Grow(slack)) {
			return true
		}
	}
	return false
}

// find makes the findings that are not good any more, and hands all to a run.
func (l *Live) find(r *run) {
	var lines, points []int
	for i := range l.lines {
		if !l.lines[i].found {
			lines = append(lines, i)
		}
	}
	for i := range l.points {
		if !l.points[i].found {
			points = append(points, i)
		}
	}
	parallel(len(lines)+len(points), func() func(int) {
		s := &sightline{m: l.m}
		return func(i int) {
			if i < len(lines) { // the longer work first
				s.findKeptLine(&l.lines[lines[i]])
			} else {
				s.findKeptPoint(&l.points[points[i-len(lines)]])
			}
		}
	})
	r.listKeypoints()
	for i := range r.points {
		r.points[i].finding = l.points[i].finding
	}
	for i := range r.lines {
		r.lines[i].parts, r.lines[i].length = l.lines[i].parts, l.lines[i].length
	}
}

// findKeptPoint is findPoint with what is kept.
func (s *sightline) findKeptPoint(p *livePoint) {
	if !p.aimed {
		p.target, p.aimed = s.m.target(s.m.before(p.at)), true
	}
	g := newMerging(s.m)
	for k := range p.list {
		pair := &p.list[k]
		c := &s.m.cameras[pair.camera]
		if !c.able {
			pair.good = true
			if geo.Distance(c.At, p.at) <= s.m.mayReach(c, p.need) {
				g.doubt()
			}
			continue
		}
		if !pair.good {
			pair.v, pair.good = s.judge(c, &c.now, p.target, max(p.need, 0)), true
		}
		g.take(pair.camera, &pair.v)
	}
	p.finding, p.found = g.done(p.need), true
}

// findKeptLine is findLine with what is kept.
func (s *sightline) findKeptLine(l *liveLine) {
	near, states := make([]int, len(l.list)), make([][]lineState, len(l.list))
	for k := range l.list {
		pair := &l.list[k]
		near[k] = int(pair.camera)
		if !pair.good {
			pair.good = true
			pair.states = nil
			if c := &s.m.cameras[pair.camera]; s.m.follows(c, l.line) {
				pair.states = s.lineStates(l.line, c, max(l.need, 0))
			}
		}
		states[k] = pair.states
	}
	l.parts, l.found = s.mergeLine(l.line, l.need, near, states), true
}
