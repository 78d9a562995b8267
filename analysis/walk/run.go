package walk

import (
	"math"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
	"yiju/geo/index"
)

// run is one question being answered.
type run struct {
	n       *Network
	p       Params
	limits  []int64
	radii   []float64 // metres, ascending, without zeroes
	notes   analysis.Notebook
	err     error
	chosen  []int32 // venues that are asked for, in the order of their ids
	twin    []int32 // for each chosen one, an earlier one that is the same; -1 for none
	reached []reach // by target
	venues  []venueCount

	timeScratch, lengthScratch *scratch
	time, length               field
	drawn                      sync.WaitGroup     // for the areas
	areas                      []orb.MultiPolygon // by limit
	lengthAreas                []orb.MultiPolygon // by radius
}

// venueCount is what one venue serves.
type venueCount struct {
	served []int32   // targets within the greatest limit, ascending
	times  []float64 // of each
}

func newRun(n *Network, p Params) *run {
	r := &run{n: n, p: p, limits: p.limits()}
	for _, m := range p.MinutesCutoffs {
		if radius := p.radius(m); radius > 0 {
			r.radii = append(r.radii, radius)
		}
	}
	slices.Sort(r.radii)
	r.radii = slices.Compact(r.radii)
	for i := range n.venues {
		if inCategory(n.venues[i].category, p.Categories) {
			r.chosen = append(r.chosen, int32(i))
		}
	}
	sortedByID(n.scene.Layers["facilities"], r.chosen)
	r.findTwins()
	return r
}

// duplicateM is how close two venues of a category, with the same name or none,
// must be to count as one and the same, in metres.
const duplicateM = 25

// findTwins finds venues that are listed twice: the same category, the same name
// or one without a name, and one inside the other or close by. The first counts.
func (r *run) findTwins() {
	r.twin = make([]int32, len(r.chosen))
	var ix index.Index
	for k, i := range r.chosen {
		v := &r.n.venues[i]
		r.twin[k] = -1
		if v.why == venueNoPlace {
			continue
		}
		e := geo.ExtentOf(v.shape)
		for _, o := range ix.Touching(e.Grow(duplicateM)) {
			w := &r.n.venues[r.chosen[o]]
			sameName := v.name == w.name || v.name == "" || w.name == ""
			if r.twin[o] < 0 && v.category == w.category && sameName && near(v, w) {
				r.twin[k] = int32(o)
				break
			}
		}
		ix.Add(k, e)
	}
}

// near tells whether two venues lie so that they may be one: a point in or beside
// the other's shape. Two areas side by side are two pitches.
func near(v, w *venue) bool {
	p, isPoint := v.shape.(orb.Point)
	q, isPoint2 := w.shape.(orb.Point)
	switch {
	case isPoint && isPoint2:
		return v.name == w.name && geo.Distance(p, q) <= duplicateM && (v.name != "" || p == q)
	case isPoint:
		return geo.DistanceTo(w.shape, p) <= sameM
	case isPoint2:
		return geo.DistanceTo(v.shape, q) <= sameM
	}
	return orb.Equal(v.shape, w.shape)
}

// straightTo is the straight distance to a venue: to its shape, or to an entrance
// that lies nearer.
func (v *venue) straightTo(p orb.Point) float64 {
	d := geo.DistanceTo(v.shape, p)
	for _, e := range v.entrances {
		d = min(d, geo.Distance(e, p))
	}
	return d
}

// sources starts a search at all accesses of a venue.
func (v *venue) sources(label uint32, offPerM float64, out []source) []source {
	for _, a := range v.access {
		out = append(out, source{a.node, int64(math.Round(a.off_m * offPerM)), label})
	}
	return out
}

// search finds time and distance to the nearest venue from everywhere.
func (r *run) search() {
	n := r.n
	r.timeScratch, r.lengthScratch = n.borrow(), n.borrow()
	fields := func(c *costs, s *scratch, limit int64) field {
		var from []source
		for k, i := range r.chosen {
			from = n.venues[i].sources(uint32(k), c.offPerM, from)
		}
		return n.fieldTo(c, s, from, limit)
	}
	last := r.limits[len(r.limits)-1]
	r.time = fields(&n.time, r.timeScratch, last)
	reach_m := float64(last) * microsecond * n.profile.SpeedMPS
	for _, m := range r.radii {
		reach_m = max(reach_m, m)
	}
	r.length = fields(&n.length, r.lengthScratch, int64(reach_m*1e6))
	r.time.reachedEdges() // listed before several goroutines ask for them
	r.drawn.Go(r.drawAreas)
}

// drawAreas makes the areas that are wanted, beside everything else.
func (r *run) drawAreas() {
	if r.p.wants("areas") || r.p.wants("land") {
		r.areas = r.time.areas(r.limits)
	}
	if r.p.wants("land") && len(r.radii) > 0 {
		limits := make([]int64, len(r.radii))
		for i, m := range r.radii {
			limits[i] = int64(m * 1e6)
		}
		r.lengthAreas = r.length.areas(limits)
	}
}

func (r *run) done() {
	r.n.release(r.timeScratch)
	r.n.release(r.lengthScratch)
}

// reachBuildings finds what every building gets.
func (r *run) reachBuildings() {
	targets := r.n.allTargets()
	r.reached = make([]reach, len(targets))
	var ix index.Index
	for k, i := range r.chosen {
		if v := &r.n.venues[i]; v.why != venueNoPlace && v.why != venueClosed {
			e := geo.ExtentOf(v.shape)
			for _, p := range v.entrances {
				e.IncludePoint(p)
			}
			ix.Add(k, e)
		}
	}
	parallel(len(targets), func() func(int) {
		return func(i int) {
			t, out := &targets[i], &r.reached[i]
			out.time, out.venue, out.door = r.time.best(t)
			out.length, _, _ = r.length.best(t)
			out.straight = r.straight(&ix, t)
			if out.door >= 0 {
				out.path_m = r.pathLength(&t.doors[out.door])
			}
		}
	})
}

// straight is the shortest straight distance from a door of a building, or from its
// centre when it has none, to any venue.
func (r *run) straight(ix *index.Index, t *target) float64 {
	best := math.Inf(1)
	from := func(p orb.Point) {
		dist := func(k int) float64 { return r.n.venues[r.chosen[k]].straightTo(p) }
		ix.Nearest(p, dist, func(_ int, d float64) bool {
			best = min(best, d)
			return false
		})
	}
	for _, d := range t.doors {
		from(d.from)
	}
	if len(t.doors) == 0 {
		from(t.centre)
	}
	return best
}

// pathLength is how many metres the fastest walk from a door has.
func (r *run) pathLength(d *door) float64 {
	n, f := r.n, &r.time
	e := &n.edges[d.edge]
	i, t := n.segmentOf(e, d.along_m)
	mix := func(x, y int64) float64 { return float64(x) + t*float64(y-x) }
	j := min(i+1, e.last)
	node, metres := e.a, d.along_m
	viaA, viaB := math.Inf(1), math.Inf(1)
	if c := f.viaA(d.edge, i); c < maxCost {
		viaA = mix(c, f.viaA(d.edge, j))
	}
	if c := f.viaB(d.edge, i); c < maxCost {
		viaB = mix(c, f.viaB(d.edge, j))
	}
	if viaB < viaA {
		node, metres = e.b, n.cum[e.last]-d.along_m
	}
	metres += d.off_m
	for {
		arc := f.s.pred[node]
		if arc < 0 {
			break
		}
		metres += float64(n.length.inW[arc]) * 1e-6
		node = n.in.rowOf(arc)
	}
	// What is left at the source is the walk off the network to the venue.
	return metres + float64(f.s.cost(node))/n.time.offPerM
}

// rowOf is the node whose list an arc stands in.
func (g *csr) rowOf(arc int32) int32 {
	lo, hi := 0, len(g.head)-2
	for lo < hi { // the last node whose list begins at or before the arc
		mid := (lo + hi + 1) / 2
		if g.head[mid] <= arc {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return int32(lo)
}

// countVenues searches from every venue on its own: which buildings it serves.
func (r *run) countVenues() {
	if !r.p.wants("venues") {
		return
	}
	n := r.n
	targets := n.allTargets()
	head, list := r.targetsByEdge(targets)
	r.venues = make([]venueCount, len(r.chosen))
	last := r.limits[len(r.limits)-1]
	parallel(len(r.chosen), func() func(int) {
		best := make([]float64, len(targets))
		for i := range best {
			best[i] = math.Inf(1)
		}
		var from []source
		return func(k int) {
			v := &n.venues[r.chosen[k]]
			if len(v.access) == 0 || r.twin[k] >= 0 {
				return
			}
			s := n.borrow()
			defer n.release(s)
			from = v.sources(0, n.time.offPerM, from[:0])
			f := n.fieldTo(&n.time, s, from, last)
			r.venues[k] = f.serve(targets, head, list, best)
		}
	})
	for k := range r.venues {
		for _, t := range r.venues[k].served {
			r.reached[t].choices++
		}
	}
}

// targetsByEdge lists the doors on each edge, as pairs of target and door.
func (r *run) targetsByEdge(targets []target) (head []int32, list [][2]int32) {
	head = make([]int32, len(r.n.edges)+1)
	each := func(f func(edge, t, d int32)) {
		for t := range targets {
			for d := range targets[t].doors {
				f(targets[t].doors[d].edge, int32(t), int32(d))
			}
		}
	}
	each(func(e, _, _ int32) { head[e+1]++ })
	for i := 1; i < len(head); i++ {
		head[i] += head[i-1]
	}
	list = make([][2]int32, head[len(head)-1])
	next := append([]int32(nil), head...)
	each(func(e, t, d int32) {
		list[next[e]] = [2]int32{t, d}
		next[e]++
	})
	return head, list
}

// serve lists the targets within the limit of a field. best must be infinite
// everywhere and is left so.
func (f *field) serve(targets []target, head []int32, list [][2]int32, best []float64) venueCount {
	var out venueCount
	for _, e := range f.reachedEdges() {
		for _, td := range list[head[e]:head[e+1]] {
			d := &targets[td[0]].doors[td[1]]
			c, _, ok := f.at(e, d.along_m)
			if c += d.off_m * f.c.offPerM; !ok || c > float64(f.limit)+0.5 {
				continue
			}
			if math.IsInf(best[td[0]], 1) {
				out.served = append(out.served, td[0])
			}
			best[td[0]] = min(best[td[0]], c)
		}
	}
	slices.Sort(out.served)
	out.times = make([]float64, len(out.served))
	for i, t := range out.served {
		out.times[i] = best[t]
		best[t] = math.Inf(1)
	}
	return out
}
