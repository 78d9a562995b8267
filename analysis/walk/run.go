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
		out = append(out, source{a.node, int64(math.Round(a.off_m * offPerM)), label, micro(a.off_m)})
	}
	return out
}

// search finds time and distance to the nearest venue from everywhere.
func (r *run) search() {
	n := r.n
	r.timeScratch, r.lengthScratch = n.borrow(), n.borrow()
	r.time = n.walksTo(r.timeScratch, r.sources(&n.time), r.lastLimit())
	r.length = n.fieldTo(&n.length, r.lengthScratch, r.sources(&n.length), r.lengthLimit())
}

// draw makes the areas beside everything else.
func (r *run) draw() {
	r.time.reachedEdges() // listed before several goroutines ask for them
	r.drawn.Go(r.drawAreas)
}

// sources are the ways into all venues, which their places in chosen tell apart.
func (r *run) sources(c *costs) []source {
	var from []source
	for k, i := range r.chosen {
		from = r.n.venues[i].sources(uint32(k), c.offPerM, from)
	}
	return from
}

func (r *run) lastLimit() int64 { return r.limits[len(r.limits)-1] }

// lengthLimit is how far distances are looked for, in micrometres.
func (r *run) lengthLimit() int64 {
	reach_m := float64(r.lastLimit()) * microsecond * r.n.profile.SpeedMPS
	for _, m := range r.radii {
		reach_m = max(reach_m, m)
	}
	return int64(reach_m * 1e6)
}

// drawAreas makes the areas that are wanted.
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
	crow := r.crowFlight()
	parallel(len(targets), func() func(int) {
		return func(i int) {
			t, out := &targets[i], &r.reached[i]
			r.reachBuilding(t, out)
			out.straight, _ = crow.from(t)
		}
	})
}

// reachBuilding finds what one building gets through the network.
func (r *run) reachBuilding(t *target, out *reach) {
	out.time, out.venue, out.door = r.time.best(t)
	out.length, _, _ = r.length.best(t)
	if out.door >= 0 {
		out.path_m = r.pathLength(&t.doors[out.door])
	}
}

// crowFlight measures straight distances to venues.
type crowFlight struct {
	venues  []*venue
	extents []geo.Extent // of each
}

// crowFlight gathers the venues that a straight line may end at.
func (r *run) crowFlight() crowFlight {
	var c crowFlight
	for _, i := range r.chosen {
		c.add(&r.n.venues[i])
	}
	return c
}

func (c *crowFlight) add(v *venue) {
	if v.why == venueNoPlace || v.why == venueClosed {
		return
	}
	e := geo.ExtentOf(v.shape)
	for _, p := range v.entrances {
		e.IncludePoint(p)
	}
	c.venues, c.extents = append(c.venues, v), append(c.extents, e)
}

// from is the shortest straight distance from a door of a building, or from its
// centre when it has none, to any venue, and the position of that venue in the layer;
// -1 where there is none.
func (c *crowFlight) from(t *target) (metres float64, to int32) {
	metres, to = math.Inf(1), -1
	for _, d := range t.doors {
		c.nearer(d.from, &metres, &to)
	}
	if len(t.doors) == 0 {
		c.nearer(t.centre, &metres, &to)
	}
	return metres, to
}

// nearer looks for a venue nearer to p than metres.
func (c *crowFlight) nearer(p orb.Point, metres *float64, to *int32) {
	// The venue with the nearest extent comes first: then few others need measuring.
	first, least := -1, math.Inf(1)
	for k := range c.extents {
		if d := distanceToExtent(p, &c.extents[k]); d < least {
			first, least = k, d
		}
	}
	try := func(k int) {
		if d := c.venues[k].straightTo(p); d < *metres {
			*metres, *to = d, c.venues[k].feature
		}
	}
	if first >= 0 && least <= *metres {
		try(first)
	}
	const rounding = 1e-6 // no venue is passed over because an extent was rounded up
	for k := range c.extents {
		if k != first && distanceToExtent(p, &c.extents[k]) <= *metres+rounding {
			try(k)
		}
	}
}

func distanceToExtent(p orb.Point, e *geo.Extent) float64 {
	dx := max(e.MinX-p[0], 0, p[0]-e.MaxX)
	dy := max(e.MinY-p[1], 0, p[1]-e.MaxY)
	return math.Sqrt(dx*dx + dy*dy)
}

// pathLength is how many metres the fastest walk from a door has, the shortest of
// equally fast ones.
func (r *run) pathLength(d *door) float64 {
	e := &r.n.edges[d.edge]
	node, metres := e.a, d.along_m
	if viaA, viaB := r.time.bothWays(d.edge, d.along_m); viaB < viaA {
		node, metres = e.b, r.n.cum[e.last]-d.along_m
	}
	return metres + d.off_m + float64(r.time.s.um[node])*1e-6
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
	head, list := n.doorsByEdge(targets)
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
	r.countChoices()
}

// countChoices counts for every building the venues that serve it.
func (r *run) countChoices() {
	for k := range r.venues {
		for _, t := range r.venues[k].served {
			r.reached[t].choices++
		}
	}
}

// doorsByEdge lists the doors on each edge, as pairs of target and door.
func (n *Network) doorsByEdge(targets []target) (head []int32, list [][2]int32) {
	head = make([]int32, len(n.edges)+1)
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
			c, _, _ := f.at(e, d.along_m)
			if c += d.off_m * f.c.offPerM; !(c <= float64(f.limit)+0.5) {
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
