package sight

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/sight/plan"
	"yiju/geo"
	"yiju/geo/overlay"
)

// knot is a vertex of an area seen: on a ray, so far from the eye.
type knot struct {
	ray int32
	r   float64
}

func (a knot) compare(b knot) int {
	switch {
	case a.ray != b.ray:
		return int(a.ray) - int(b.ray)
	case a.r < b.r:
		return -1
	case a.r > b.r:
		return 1
	}
	return 0
}

// side is a directed edge of an area, which lies to its left.
type side struct {
	from, to knot
	used     bool
}

// weaver makes polygons of quadrilaterals between neighbouring lines: the rays of a
// fan, or level lines. Working memory of one goroutine.
type weaver struct {
	view  *plan.View
	fan   *fan
	level bool // the angles of the fan are heights of level lines, r is along them
	sides []side
	ends  [2][]float64 // bounds of stretches on one ray: before and after it
	quads []quad
	dirs  [][2]float64
	head  []int32 // by ray: its first side
	spare []side
}

// area draws where classes from least to most are seen; nil for nowhere.
func (w *weaver) area(v *plan.View, f *fan, least, most int8) orb.MultiPolygon {
	w.view, w.fan, w.level = v, f, false
	w.choose(least, most)
	if len(w.quads) == 0 {
		return nil
	}
	w.dirs = w.dirs[:0]
	for _, a := range f.angles {
		e, n := v.Unit(a)
		w.dirs = append(w.dirs, [2]float64{e, n})
	}
	return w.outline()
}

// levels draws what has a class of a pile of slabs.
func (w *weaver) levels(f *fan, class int8) orb.MultiPolygon {
	w.fan, w.level = f, true
	w.choose(class, class)
	if len(w.quads) == 0 {
		return nil
	}
	return w.outline()
}

// outline draws the quadrilaterals that were chosen, joined.
func (w *weaver) outline() orb.MultiPolygon {
	w.sides = w.sides[:0]
	for i := range w.quads {
		q := &w.quads[i]
		w.add(w.knot(q.ray+1, q.loB), w.knot(q.ray, q.loA))
		w.add(w.knot(q.ray, q.hiA), w.knot(q.ray+1, q.hiB))
	}
	w.radial()
	return w.weave()
}

// choose takes the quadrilaterals of the classes, neighbours joined.
func (w *weaver) choose(least, most int8) {
	w.quads = w.quads[:0]
	for _, q := range w.fan.quads {
		if q.class < least || q.class > most {
			continue
		}
		if n := len(w.quads) - 1; n >= 0 && w.quads[n].ray == q.ray && w.quads[n].hiA == q.loA && w.quads[n].hiB == q.loB {
			w.quads[n].hiA, w.quads[n].hiB = q.hiA, q.hiB
			continue
		}
		w.quads = append(w.quads, q)
	}
}

// knot is a vertex; the eye is the same on all rays, and so are the first and the
// last ray of a view all around.
func (w *weaver) knot(ray int32, r float64) knot {
	if !w.level && r == 0 || w.fan.whole && int(ray) == len(w.fan.angles)-1 {
		ray = 0
	}
	return knot{ray, r}
}

func (w *weaver) add(from, to knot) {
	if from != to {
		w.sides = append(w.sides, side{from: from, to: to})
	}
}

// radial adds what of each ray bounds the area: where only one of its sides is
// seen.
func (w *weaver) radial() {
	last := int32(len(w.fan.angles) - 1)
	at := 0
	var before []float64
	if w.fan.whole {
		for i := range w.quads {
			if q := &w.quads[i]; q.ray == last-1 {
				before = append(before, q.loB, q.hiB)
			}
		}
	}
	for ray := int32(0); ray <= last; ray++ {
		after := w.ends[0][:0]
		next := w.ends[1][:0]
		for ; at < len(w.quads) && w.quads[at].ray == ray; at++ {
			q := &w.quads[at]
			after = append(after, q.loA, q.hiA)
			next = append(next, q.loB, q.hiB)
		}
		if ray < last || !w.fan.whole {
			w.edge(ray, before, after)
		}
		w.ends[0], w.ends[1] = after, before[:0]
		before = next
	}
}

// edge compares what is seen before and after a ray, as sorted bounds.
func (w *weaver) edge(ray int32, before, after []float64) {
	i, j, at := 0, 0, math.Inf(-1)
	for i < len(before) || j < len(after) {
		r := math.Inf(1)
		if i < len(before) {
			r = before[i]
		}
		if j < len(after) {
			r = min(r, after[j])
		}
		if r > at {
			switch b, a := i%2 == 1, j%2 == 1; {
			case a && !b: // seen after it only: outwards
				w.add(w.knot(ray, at), w.knot(ray, r))
			case b && !a:
				w.add(w.knot(ray, r), w.knot(ray, at))
			}
		}
		for i < len(before) && before[i] == r {
			i++
		}
		for j < len(after) && after[j] == r {
			j++
		}
		at = r
	}
}

// weave links sides to rings, and rings to polygons.
func (w *weaver) weave() orb.MultiPolygon {
	touching := w.sort()
	var shells, holes []orb.Ring
	for i := range w.sides {
		if w.sides[i].used {
			continue
		}
		ring, touches := w.ring(i)
		touching = touching || touches
		switch area := signedArea(ring); {
		case area > leastArea_m2:
			shells = append(shells, ring)
		case area < -leastArea_m2:
			holes = append(holes, ring)
		}
	}
	out := nest(shells, holes)
	if touching {
		out = valid(out)
	}
	return out
}

// sort puts sides in the order of where they begin: first by ray, which there are
// few sides to each of, then among themselves. It tells whether any two begin so
// close to one another that rounding may make them cross.
func (w *weaver) sort() (touching bool) {
	w.head = append(w.head[:0], make([]int32, len(w.fan.angles)+1)...)
	for i := range w.sides {
		w.head[w.sides[i].from.ray+1]++
	}
	for i := 1; i < len(w.head); i++ {
		w.head[i] += w.head[i-1]
	}
	w.spare = slices.Grow(w.spare[:0], len(w.sides))[:len(w.sides)]
	for i := len(w.sides) - 1; i >= 0; i-- {
		ray := w.sides[i].from.ray + 1
		w.head[ray]--
		w.spare[w.head[ray]] = w.sides[i]
	}
	// What was the end of each ray has moved to its beginning.
	copy(w.head, w.head[1:])
	w.head[len(w.head)-1] = int32(len(w.sides))
	w.sides, w.spare = w.spare, w.sides
	for ray := range len(w.head) - 1 {
		slices.SortFunc(w.sides[w.head[ray]:w.head[ray+1]], func(a, b side) int {
			if c := a.from.compare(b.from); c != 0 {
				return c
			}
			return a.to.compare(b.to)
		})
		for i := w.head[ray] + 1; i < w.head[ray+1]; i++ {
			gap := w.sides[i].from.r - w.sides[i-1].from.r
			touching = touching || gap > 0 && gap < touching_m
		}
	}
	return touching
}

// touching_m is how close bounds may come and still not be looked at again;
// straight_m how far a vertex may be beside the way of its neighbours to be left out.
const (
	touching_m = 2e-4
	straight_m = 4e-5
)

// leastArea_m2 is the area below which a ring is rounding.
const leastArea_m2 = 1e-4

// ring follows sides from one on until it is back.
func (w *weaver) ring(first int) (ring orb.Ring, touches bool) {
	for i := first; ; {
		s := &w.sides[i]
		s.used = true
		ring = w.put(ring, w.place(s.from))
		next, choices := w.next(s)
		touches = touches || choices > 1
		if next < 0 || w.sides[next].used {
			break
		}
		i = next
	}
	if n := len(ring); n > 2 && collinear(ring[n-2], ring[n-1], ring[0]) {
		ring = ring[:n-1]
	}
	if len(ring) > 0 {
		ring = append(ring, ring[0])
	}
	return ring, touches
}

// next is the side to follow after s: of several, the one that keeps to the
// nearest corner of the area.
func (w *weaver) next(s *side) (best, choices int) {
	lo, end := int(w.head[s.to.ray]), int(w.head[s.to.ray+1])
	for lo < end && w.sides[lo].from.r < s.to.r {
		lo++
	}
	hi := lo
	for hi < end && w.sides[hi].from.r == s.to.r {
		hi++
	}
	switch hi - lo {
	case 0:
		return -1, 0
	case 1:
		return lo, 1
	}
	best = lo
	least := math.Inf(1)
	at, back := w.place(s.to), w.place(s.from)
	for i := lo; i < hi; i++ {
		p := w.place(w.sides[i].to)
		// Clockwise from the way back to the way on.
		turn := math.Atan2(back[1]-at[1], back[0]-at[0]) - math.Atan2(p[1]-at[1], p[0]-at[0])
		if turn <= 1e-12 {
			turn += 2 * math.Pi
		}
		if !w.sides[i].used && turn < least {
			best, least = i, turn
		}
	}
	return best, hi - lo
}

func (w *weaver) place(k knot) orb.Point {
	if w.level {
		return orb.Point{k.r, w.fan.angles[k.ray]}
	}
	d := w.dirs[k.ray]
	return orb.Point{w.view.From[0] + k.r*d[0], w.view.From[1] + k.r*d[1]}
}

// put adds a vertex to a ring, leaving out the one before where it is on the way.
func (w *weaver) put(ring orb.Ring, p orb.Point) orb.Ring {
	n := len(ring)
	if n > 0 && ring[n-1] == p {
		return ring
	}
	if n > 1 && collinear(ring[n-2], ring[n-1], p) {
		ring = ring[:n-1]
	}
	return append(ring, p)
}

// collinear tells whether b lies on the way from a to c.
func collinear(a, b, c orb.Point) bool {
	ux, uy, vx, vy := c[0]-a[0], c[1]-a[1], b[0]-a[0], b[1]-a[1]
	l2 := ux*ux + uy*uy
	along := ux*vx + uy*vy
	return math.Abs(ux*vy-uy*vx) <= straight_m*math.Sqrt(l2) && along > 0 && along < l2
}

// nest gives every hole to the smallest shell around it.
func nest(shells, holes []orb.Ring) orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(shells))
	for i, s := range shells {
		out[i] = orb.Polygon{s}
	}
	for _, h := range holes {
		best, least := -1, math.Inf(1)
		for i, s := range shells {
			if area := signedArea(s); area < least && holdsRing(s, h) {
				best, least = i, area
			}
		}
		if best >= 0 {
			out[best] = append(out[best], h)
		}
	}
	return out
}

// holdsRing tells whether most vertices of a hole are inside a shell: some may lie
// on its outline.
func holdsRing(shell, hole orb.Ring) bool {
	in := 0
	for _, p := range hole {
		if geo.Inside(orb.Polygon{shell}, p) {
			in++
		}
	}
	return 2*in > len(hole)
}

// valid repairs areas that touch themselves in a point.
func valid(g orb.MultiPolygon) orb.MultiPolygon {
	if reason, err := overlay.Invalid(g); err == nil && reason == "" {
		return g
	}
	fixed, err := overlay.MakeValid(g)
	if err != nil {
		return g
	}
	var out orb.MultiPolygon
	for _, p := range geo.Polygons(fixed) {
		out = append(out, p)
	}
	return out
}
