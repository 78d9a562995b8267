package sight

import (
	"math"
	"slices"

	"yiju/analysis/sight/plan"
)

// The area seen is found as a fan. Nearest opaque panels come from a look in plan;
// panels that are lower than some line of sight throw shadows. Between two
// directions in which an end of a panel lies nothing begins and nothing ends, and
// on flat ground every bound of what is seen is straight: two rays and the bounds
// between them are exact. Where a bound bends (pixels, terrain) or two of them
// cross, the sector is halved until a chord is as good.

// mark is a bound of a stretch of a ray: how far from the eye, and what makes it.
type mark struct {
	r     float64
	label int32
}

// stretch is a part of a ray on which the target is seen, at a class.
type stretch struct {
	lo, hi mark
	class  int8
}

// Labels of bounds that are not made by a panel. A panel makes 4·panel + one of
// the kinds below.
const (
	labelEye    int32 = -1
	labelLimit  int32 = -2
	labelSlope  int32 = -3 // −3, −4: bounds of a picture that is even in angles
	labelGround int32 = -5
	labelSide   int32 = -10 // −10 … −13
	labelArc    int32 = -30 // −30, −32 …: a class begins going outwards, −31 …: going inwards
)

// Kinds of bounds that a panel makes.
const (
	byFace   int32 = iota // where the panel stands
	byShadow              // where its shadow ends
	byRoof
	byUnder
)

// lowPanel is a panel that may be seen over, in the frame of a view.
type lowPanel struct {
	a0, a1         float64 // directions, ascending
	ax, ay, bx, by float64 // ends, along the axis and to its left
	topA, topB     float64 // above the eye
	panel          int32
}

// hit is where a ray passes a low panel.
type hit struct {
	r, top float64
	panel  int32
}

// opened is a solid that a ray has entered, in plan.
type opened struct {
	solid int32
	r     float64
}

// band is a range of slopes that a solid free of the ground hides.
type band struct {
	lo, hi float64
	panel  int32
}

// looker is the working memory of one goroutine.
type looker struct {
	m      *Model
	sweep  plan.Sweep
	line   sightline
	lens   *lens
	view   plan.View
	spans  []plan.Span
	low    []lowPanel
	roofs  []int32
	events []float64

	// Of the sector at hand.
	span   int // in spans, −1 for none
	active []int32

	// Of the ray at hand.
	hits    []hit
	breaks  []float64
	open    []opened
	bands   []band
	horizon mark // its r is a slope
	roots   []mark

	arena []stretch
	fan   fan
	// radii are the distances along the line of sight up to which each class holds.
	radii []float64
}

// fan is what a look found: rays, and quadrilaterals between neighbouring ones.
type fan struct {
	angles []float64
	quads  []quad
	whole  bool // the last ray is the first
}

// quad is what is seen at a class between ray and the one after it.
type quad struct {
	ray      int32
	class    int8
	loA, hiA float64 // on ray
	loB, hiB float64 // on the next one
}

func newLooker(m *Model) *looker {
	return &looker{m: m, line: sightline{m: m}}
}

// chordTol_m is how far a chord may be from the bound it stands for; leastTurn how
// narrow a sector may become. On terrain, which is not known to centimetres, less
// will do.
const (
	chordTol_m      = 0.01
	leastTurn       = 2e-5
	terrainTol_m    = 0.05
	terrainTurn     = 5e-4
	greatestTurn    = 0.25
	terrainGreatest = 0.1
	sameTurn        = 1e-12
)

// look finds what a lens sees of a target at the usual height. The fan is good
// until the next look.
func (k *looker) look(l *lens, roofs []int32) *fan {
	k.lens, k.roofs = l, roofs
	k.view = l.view(l.limit_m)
	k.radii = k.radii[:0]
	for _, c := range k.m.p.Table.Classes {
		k.radii = append(k.radii, min(l.density/c.PxPerM, l.limit_m))
	}
	var low []int32
	k.spans, low = k.sweep.Look(k.m.town.inPlan, k.view, k.opacity())
	k.prepare(low)
	k.findEvents()
	k.fan.angles, k.fan.quads = k.fan.angles[:0], k.fan.quads[:0]
	k.fan.whole = k.view.Half >= plan.Last
	k.sectors()
	return &k.fan
}

// opacity says what panels do to this view: what is taller than every line of
// sight hides for good, what is lower than all of them is nothing.
func (k *looker) opacity() func(int32) plan.Opacity {
	m, eye := k.m, k.lens.eye
	lo, hi := m.ground.span(k.view.From, k.view.ReachM)
	low, high := min(eye[2], lo+m.p.TargetM), max(eye[2], hi+m.p.TargetM)
	t := &m.town
	return func(e int32) plan.Opacity {
		p := &t.panels[e]
		s := &t.solids[p.solid]
		switch {
		case max(p.topA, p.topB) <= low || s.base >= high || !s.area && touches(&t.edges[e], eye):
			return plan.Clear
		case min(p.topA, p.topB) < high || !math.IsInf(s.base, -1) || slices.Contains(k.roofs, p.solid):
			return plan.Low
		}
		return plan.Opaque
	}
}

// prepare brings low panels into the frame of the view.
func (k *looker) prepare(low []int32) {
	k.low = k.low[:0]
	t := &k.m.town
	for _, e := range low {
		ed, p := &t.edges[e], &t.panels[e]
		l := lowPanel{panel: e, topA: p.topA - k.lens.eye[2], topB: p.topB - k.lens.eye[2]}
		l.ax, l.ay = k.view.Local(ed.A)
		l.bx, l.by = k.view.Local(ed.B)
		turn := l.ax*l.by - l.ay*l.bx
		if turn == 0 {
			continue // seen edge-on
		}
		if turn < 0 {
			l.ax, l.ay, l.bx, l.by = l.bx, l.by, l.ax, l.ay
			l.topA, l.topB = l.topB, l.topA
		}
		l.a0, l.a1 = plan.Angle(l.ax, l.ay), plan.Angle(l.bx, l.by)
		near := nearEdge(ed, k.view.From)
		if l.a0 <= l.a1 {
			k.keep(l, l.a0, l.a1, near)
		} else {
			k.keep(l, l.a0, plan.Last, near)
			k.keep(l, plan.First, l.a1, near)
		}
	}
}

// keep takes a low panel in between two directions, unless it is hidden there.
func (k *looker) keep(l lowPanel, a0, a1, near float64) {
	l.a0, l.a1 = max(a0, -k.view.Half), min(a1, k.view.Half)
	if l.a0 < l.a1 && near < k.view.ReachM && !k.sweep.Covered(l.a0, l.a1, near) {
		k.low = append(k.low, l)
	}
}

// findEvents lists the directions in which something begins or ends.
func (k *looker) findEvents() {
	half := k.view.Half
	ev := append(k.events[:0], -half, half)
	for _, s := range k.spans {
		ev = append(ev, s.A0, s.A1)
	}
	for i := range k.low {
		ev = append(ev, k.low[i].a0, k.low[i].a1)
	}
	ev = k.corners(ev)
	slices.Sort(ev)
	most := greatestTurn
	if !k.m.ground.flat {
		most = terrainGreatest
	}
	out := ev[:1]
	var extra []float64
	for _, a := range ev[1:] {
		last := out[len(out)-1]
		if a-last <= sameTurn {
			continue
		}
		for n, i := int(math.Ceil((a-last)/most)), 1; i < n; i++ {
			extra = append(extra, last+(a-last)*float64(i)/float64(n))
		}
		out = append(out, a)
	}
	out[len(out)-1] = half
	out = append(out, extra...)
	slices.Sort(out)
	k.events = out
}

// corners adds the directions of the corners of a flat picture on flat ground.
func (k *looker) corners(ev []float64) []float64 {
	l := k.lens
	if !l.flat || !k.m.ground.flat {
		return ev
	}
	dz := k.m.p.TargetM - l.eye[2]
	for i := range l.sides {
		for j := range i {
			a, b := &l.sides[i], &l.sides[j]
			den := a[0]*b[1] - a[1]*b[0]
			if math.Abs(den) < 1e-12 {
				continue
			}
			x, y := (-a[2]*b[1]+a[1]*b[2])*dz/den, (-a[0]*b[2]+a[2]*b[0])*dz/den
			along, left := x*l.axis[0]+y*l.axis[1], y*l.axis[0]-x*l.axis[1]
			if along == 0 && left == 0 {
				continue
			}
			if t := plan.Angle(along, left); t > -k.view.Half && t < k.view.Half {
				ev = append(ev, t)
			}
		}
	}
	return ev
}

// sectors goes once around.
func (k *looker) sectors() {
	k.fan.angles = append(k.fan.angles, k.events[0])
	at := 0
	for i := 1; i < len(k.events); i++ {
		a, b := k.events[i-1], k.events[i]
		mid := a + (b-a)/2
		for at < len(k.spans) && k.spans[at].A1 <= mid {
			at++
		}
		k.span = -1
		if at < len(k.spans) && k.spans[at].A0 <= mid {
			k.span = at
		}
		k.active = k.active[:0]
		for j := range k.low {
			if k.low[j].a0 <= mid && mid <= k.low[j].a1 {
				k.active = append(k.active, int32(j))
			}
		}
		k.arena = k.arena[:0]
		left, right := k.eval(a), k.eval(b)
		k.halve(a, b, left, right)
	}
}

// piece is where a ray's stretches lie in the arena.
type piece struct{ from, to int }

// halve gives the fan a sector, in one or in two halves.
func (k *looker) halve(a, b float64, left, right piece) {
	mark := len(k.arena)
	mid := a + (b-a)/2
	middle := k.eval(mid)
	least := leastTurn
	if !k.m.ground.flat {
		least = terrainTurn
	}
	switch {
	case k.fits(a, mid, b, left, middle, right):
		k.emit(b, left, right)
	case b-a <= least:
		k.emit(b, middle, middle)
	default:
		k.halve(a, mid, left, middle)
		k.halve(mid, b, middle, right)
	}
	k.arena = k.arena[:mark]
}

// fits tells whether the bounds between two rays are chords, as far as the ray
// between them shows.
func (k *looker) fits(a, mid, b float64, left, middle, right piece) bool {
	n := left.to - left.from
	if middle.to-middle.from != n || right.to-right.from != n {
		return false
	}
	tol := chordTol_m
	if !k.m.ground.flat {
		tol = terrainTol_m
	}
	ax, ay := k.view.Unit(a)
	mx, my := k.view.Unit(mid)
	bx, by := k.view.Unit(b)
	chord := func(ra, rm, rb float64) bool {
		ex, ey := rb*bx-ra*ax, rb*by-ra*ay
		den := mx*ey - my*ex
		if den == 0 {
			return ra == 0 && rm == 0 && rb == 0
		}
		return math.Abs(ra*(ax*ey-ay*ex)/den-rm) <= tol
	}
	for i := range n {
		l, c, r := &k.arena[left.from+i], &k.arena[middle.from+i], &k.arena[right.from+i]
		if l.class != c.class || r.class != c.class ||
			l.lo.label != c.lo.label || r.lo.label != c.lo.label ||
			l.hi.label != c.hi.label || r.hi.label != c.hi.label ||
			!chord(l.lo.r, c.lo.r, r.lo.r) || !chord(l.hi.r, c.hi.r, r.hi.r) {
			return false
		}
	}
	return true
}

// gridPerM is how many steps of the grid that bounds are put on go into a metre:
// bounds that meet then meet exactly, whatever they were computed from.
const gridPerM = 1 << 16

func onGrid(r float64) float64 { return math.Round(r*gridPerM) / gridPerM }

// emit gives the fan the quadrilaterals of a sector that ends at b.
func (k *looker) emit(b float64, left, right piece) {
	ray := int32(len(k.fan.angles) - 1)
	for i := range left.to - left.from {
		l, r := &k.arena[left.from+i], &k.arena[right.from+i]
		k.fan.quads = append(k.fan.quads, quad{ray, l.class, onGrid(l.lo.r), onGrid(l.hi.r), onGrid(r.lo.r), onGrid(r.hi.r)})
	}
	k.fan.angles = append(k.fan.angles, b)
}
