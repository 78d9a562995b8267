package sight

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/sight/plan"
	"yiju/geo"
)

func nearEdge(e *plan.Edge, p orb.Point) float64 {
	q, _ := geo.NearestOnSegment(e.A, e.B, p)
	return geo.Distance(p, q)
}

// eval finds the stretches of a ray on which the target is seen, for the sector at
// hand. Heights are relative to the eye. Along the ray runs a horizon: the steepest
// slope to the top of anything passed; a target is seen when the slope to it is no
// less.
func (k *looker) eval(angle float64) piece {
	out := piece{from: len(k.arena)}
	x, y := plan.Direction(angle)
	l := math.Hypot(x, y)
	x, y = x/l, y/l
	end := mark{k.view.ReachM, labelLimit}
	if k.span >= 0 {
		sp := k.spans[k.span]
		if d := k.sweep.Dist(sp, angle); d < end.r {
			end = mark{d, 4*sp.Edge + byFace}
		}
	}
	k.collect(x, y, end.r)
	east, north := x*k.view.Cos-y*k.view.Sin, x*k.view.Sin+y*k.view.Cos
	k.breaks = k.m.ground.breaks(k.view.From, east, north, end.r, k.breaks[:0])
	k.open, k.bands = k.open[:0], k.bands[:0]
	for _, n := range k.roofs {
		k.open = append(k.open, opened{n, 0})
	}
	k.horizon = mark{math.Inf(-1), labelGround}
	k.walk(out.from, east, north, end)
	out.to = len(k.arena)
	return out
}

// collect lists the low panels that a ray passes before end, from the eye on.
func (k *looker) collect(x, y, end float64) {
	k.hits = k.hits[:0]
	for _, j := range k.active {
		p := &k.low[j]
		ex, ey := p.bx-p.ax, p.by-p.ay
		den := x*ey - y*ex
		if den == 0 {
			continue
		}
		r := (p.ax*ey - p.ay*ex) / den
		if r <= 0 || r >= end {
			continue
		}
		u := min(max((p.ax*y-p.ay*x)/den, 0), 1)
		h := hit{r, p.topA + u*(p.topB-p.topA), p.panel}
		i := len(k.hits)
		k.hits = append(k.hits, h)
		for ; i > 0 && (k.hits[i-1].r > r || k.hits[i-1].r == r && k.hits[i-1].panel > p.panel); i-- {
			k.hits[i] = k.hits[i-1]
		}
		k.hits[i] = h
	}
}

// walk follows the ray from break to break: panels, and lines of the ground.
func (k *looker) walk(first int, east, north float64, end mark) {
	g, from := k.m.ground, k.view.From
	rise := k.m.p.TargetM - k.lens.eye[2] // of the target above the eye, over ground at 0
	at := func(r float64) float64 {
		if g.flat {
			return rise
		}
		return g.at(orb.Point{from[0] + r*east, from[1] + r*north}) + rise
	}
	lo, zLo := mark{0, labelEye}, at(0)
	i, j := 0, 0
	for lo.r < end.r {
		hi, what := end, 0
		if j < len(k.breaks) && k.breaks[j] < hi.r {
			hi, what = mark{k.breaks[j], labelGround}, 1
		}
		if i < len(k.hits) && k.hits[i].r <= hi.r {
			hi, what = mark{k.hits[i].r, 4*k.hits[i].panel + byFace}, 2
		}
		zHi := at(hi.r)
		if hi.r > lo.r {
			k.seen(first, lo, hi, zLo, zHi, east, north)
		}
		switch what {
		case 1:
			j++
			k.raise((zHi-k.m.p.TargetM)/hi.r, labelGround)
		case 2:
			k.pass(&k.hits[i])
			i++
		default:
			return
		}
		lo, zLo = hi, zHi
	}
}

// raise lets the horizon rise.
func (k *looker) raise(slope float64, label int32) {
	if slope > k.horizon.r {
		k.horizon = mark{slope, label}
	}
}

// pass takes note of a panel that the ray passes.
func (k *looker) pass(h *hit) {
	n := k.m.town.panels[h.panel].solid
	s := &k.m.town.solids[n]
	if math.IsInf(s.base, -1) {
		k.raise(h.top/h.r, 4*h.panel+byShadow)
	}
	if !s.area {
		return
	}
	i := slices.IndexFunc(k.open, func(o opened) bool { return o.solid == n })
	if i < 0 {
		k.open = append(k.open, opened{n, h.r})
		return
	}
	if !math.IsInf(s.base, -1) {
		k.bands = append(k.bands, band{
			lo: steeper(s.base-k.lens.eye[2], k.open[i].r, h.r), hi: steeper(-(s.top-k.lens.eye[2]), k.open[i].r, h.r) * -1, panel: h.panel,
		})
	}
	k.open = slices.Delete(k.open, i, i+1)
}

// steeper is the least of z/a and z/b, for 0 ≤ a < b.
func steeper(z, a, b float64) float64 {
	switch {
	case z >= 0:
		return z / b
	case a == 0:
		return math.Inf(-1)
	}
	return z / a
}

// seen finds what of a stretch is seen, where the target rises evenly from zLo to
// zHi above the eye, and adds it by classes.
func (k *looker) seen(first int, lo, hi mark, zLo, zHi, east, north float64) {
	slope := (zHi - zLo) / (hi.r - lo.r)
	rise := zLo - slope*lo.r // the target is rise + slope·r above the eye
	ok := true
	// need keeps where c0 + c1·r ≥ 0.
	need := func(c0, c1 float64, label int32) {
		switch {
		case c1 > 0:
			if r := -c0 / c1; r > lo.r {
				lo = mark{r, label}
			}
		case c1 < 0:
			if r := -c0 / c1; r < hi.r {
				hi = mark{r, label}
			}
		default:
			ok = ok && c0 >= 0
		}
	}
	l := k.lens
	if l.flat {
		for i := range l.sides {
			n := &l.sides[i]
			need(n[2]*rise, n[0]*east+n[1]*north+n[2]*slope, labelSide-int32(i))
		}
	} else {
		if !math.IsInf(l.slopeLo, -1) {
			need(rise, slope-l.slopeLo, labelSlope)
		}
		if !math.IsInf(l.slopeHi, 1) {
			need(-rise, l.slopeHi-slope, labelSlope-1)
		}
	}
	if !math.IsInf(k.horizon.r, -1) {
		need(rise, slope-k.horizon.r, k.horizon.label)
	}
	for _, o := range k.open {
		s := &k.m.town.solids[o.solid]
		top := s.top - l.eye[2]
		if math.IsInf(s.base, -1) {
			need(rise-top, slope, 4*s.first+byRoof)
			continue
		}
		// Free of the ground: the line must not go in where the ray entered, or came
		// from, the outline.
		base, z := s.base-l.eye[2], rise+slope*(lo.r+hi.r)/2
		switch {
		case z <= base:
			need(-rise*o.r, base-slope*o.r, 4*s.first+byUnder)
		case z >= top:
			need(rise*o.r, slope*o.r-top, 4*s.first+byRoof)
		default:
			ok = false
		}
	}
	if ok && lo.r < hi.r {
		k.outOfBands(first, 0, lo, hi, rise, slope)
	}
}

// outOfBands cuts away what solids free of the ground hide behind them, then adds
// what is left.
func (k *looker) outOfBands(first, i int, lo, hi mark, rise, slope float64) {
	if lo.r >= hi.r {
		return
	}
	if i == len(k.bands) {
		k.classes(first, lo, hi, rise, slope)
		return
	}
	b := &k.bands[i]
	// Hidden where lo < (rise + slope·r)/r < hi: between two bounds of r.
	from, to := lo, hi
	narrow := func(c0, c1 float64) {
		switch {
		case c1 > 0:
			if r := -c0 / c1; r > from.r {
				from = mark{r, 4*b.panel + byUnder}
			}
		case c1 < 0:
			if r := -c0 / c1; r < to.r {
				to = mark{r, 4*b.panel + byShadow}
			}
		case c0 <= 0:
			to = mark{math.Inf(-1), 0}
		}
	}
	if !math.IsInf(b.lo, -1) {
		narrow(rise, slope-b.lo)
	}
	if !math.IsInf(b.hi, 1) {
		narrow(-rise, b.hi-slope)
	}
	if from.r >= to.r {
		k.outOfBands(first, i+1, lo, hi, rise, slope)
		return
	}
	k.outOfBands(first, i+1, lo, from, rise, slope)
	k.outOfBands(first, i+1, to, hi, rise, slope)
}

// classes cuts a stretch where the density of pixels passes from one class to the
// next, and adds it.
func (k *looker) classes(first int, lo, hi mark, rise, slope float64) {
	// The line of sight to r is √(r² + (rise + slope·r)²) long.
	a, b, c := 1+slope*slope, rise*slope, rise*rise
	k.roots = k.roots[:0]
	for i, radius := range k.radii {
		d := b*b - a*(c-radius*radius)
		if d < 0 {
			continue
		}
		d = math.Sqrt(d)
		k.roots = append(k.roots, mark{(-b - d) / a, labelArc - int32(2*i) - 1}, mark{(-b + d) / a, labelArc - int32(2*i)})
	}
	slices.SortFunc(k.roots, func(x, y mark) int {
		switch {
		case x.r < y.r:
			return -1
		case x.r > y.r:
			return 1
		}
		return int(y.label - x.label)
	})
	at := lo
	for _, root := range append(k.roots, hi) {
		to := root
		if to.r >= hi.r {
			to = hi
		}
		if to.r <= at.r {
			continue
		}
		mid := (at.r + to.r) / 2
		k.put(first, at, to, k.class(math.Sqrt(a*mid*mid+2*b*mid+c)))
		at = to
	}
}

// class is the best class that holds at a distance along the line of sight.
func (k *looker) class(dist float64) int8 {
	best := int8(-1)
	for i, radius := range k.radii {
		if dist <= radius {
			best = int8(i)
		}
	}
	return best
}

// put adds a stretch to the ray's, or lengthens the last.
func (k *looker) put(first int, lo, hi mark, class int8) {
	if class < 0 {
		return
	}
	if n := len(k.arena) - 1; n >= first && k.arena[n].class == class && k.arena[n].hi.r == lo.r {
		k.arena[n].hi = hi
		return
	}
	k.arena = append(k.arena, stretch{lo, hi, class})
}
