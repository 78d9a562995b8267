package walk

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// snapper finds where places join the ways. It knows the stretches that the
// builder made, which later cutting into edges does not change.
type snapper struct {
	segs    []snapSeg
	grid    *grid
	raws    []snapRaw
	large   []bool // of components: worth snapping to
	rules   Snapping
	network *Network
}

type snapSeg struct {
	a, b  orb.Point
	start float64 // metres from the start of the stretch to a
	raw   int32
}

// snapRaw is what the snapper knows of a stretch.
type snapRaw struct {
	length     float64
	comp       int32
	private    bool
	leave      bool
	firstPiece int32 // first edge cut from it
}

func (b *builder) newSnapper() *snapper {
	s := &snapper{rules: b.prof.Snap, large: make([]bool, len(b.compLen))}
	for c, l := range b.compLen {
		s.large[c] = l >= s.rules.IslandM || int32(c) == b.main
	}
	for _, node := range b.cuts { // what walls and gates cut off is no mistake in the drawing
		s.large[b.comp[node]] = true
	}
	points := 0
	for i := range b.edges {
		points += int(b.edges[i].j - b.edges[i].i)
	}
	s.segs, s.raws = make([]snapSeg, 0, points), make([]snapRaw, 0, len(b.edges))
	for i := range b.edges {
		e := &b.edges[i]
		d, st := &b.dense[e.strand], &b.strands[e.strand]
		leave := st.walk.leave && !st.chord && !st.link
		s.raws = append(s.raws, snapRaw{length: b.length(e), comp: b.edgeComponent(e), private: e.private, leave: leave})
		if !leave {
			continue
		}
		for k := e.i; k < e.j; k++ {
			s.segs = append(s.segs, snapSeg{d.pts[k], d.pts[k+1], d.cum[k] - d.cum[e.i], int32(i)})
		}
	}
	s.grid = newGrid(len(s.segs), func(i int) geo.Extent { return segmentExtent(s.segs[i].a, s.segs[i].b) })
	return s
}

// place is where something joins a way.
type place struct {
	raw        int32
	offset     float64   // metres from the start of the stretch
	on         orb.Point // the place on the way
	from       orb.Point // the door, or the nearest place of the outline
	distance_m float64   // between the two
}

// comparePlaces puts the nearest place first. The order is whole: it must not hang on
// the order in which an index tells of segments, since that changes with things far
// away.
func comparePlaces(x, y place) int {
	return cmp.Or(cmp.Compare(x.distance_m, y.distance_m), cmp.Compare(x.raw, y.raw), cmp.Compare(x.offset, y.offset),
		comparePoints(x.on, y.on), comparePoints(x.from, y.from))
}

// refusal says why a place does not join the network.
type refusal string

// The refusals.
const (
	joined  refusal = ""
	noWay   refusal = "no_way"  // no way within the longest walk off the network
	blocked refusal = "blocked" // walls lie between the place and all such ways
)

// wish says which ways a place may join.
type wish struct {
	publicFirst bool // private ways only when nothing else is near
	own         int32
}

// outlook is the memory of looking for places, and knows where one has looked.
type outlook struct {
	sight
	places []place
	seat   []int32  // by stretch: its place in places, if round says so
	round  []uint32 // by stretch
	now    uint32
	side   int32 // of a building, that was in the way last; -1 for none
}

// sight is where somebody looked who joins ways: what changes elsewhere cannot change
// what was found.
type sight struct {
	ways  geo.Extent // for ways
	lines geo.Extent // for what stands between them and the place, and at the place
}

func newOutlook() *outlook {
	l := &outlook{}
	l.begin()
	return l
}

// begin forgets where one has looked.
func (l *outlook) begin() { l.sight, l.side = sight{geo.EmptyExtent(), geo.EmptyExtent()}, -1 }

// start forgets the places of the last time.
func (l *outlook) start(stretches int) {
	if len(l.seat) < stretches || l.now == math.MaxUint32 {
		l.seat, l.round, l.now = make([]int32, stretches), make([]uint32, stretches), 0
	}
	l.places = l.places[:0]
	l.now++
}

// known is the place on a stretch that was found already; nil for none.
func (l *outlook) known(raw int32) *place {
	if l.round[raw] != l.now {
		return nil
	}
	return &l.places[l.seat[raw]]
}

func (l *outlook) add(p place) {
	l.round[p.raw], l.seat[p.raw] = l.now, int32(len(l.places))
	l.places = append(l.places, p)
}

// at looks around at a place.
func (l *outlook) at(e geo.Extent) { l.ways, l.lines = l.ways.Union(e), l.lines.Union(e) }

func extentOf(shape []orb.Point) geo.Extent {
	e := geo.EmptyExtent()
	for _, p := range shape {
		e.IncludePoint(p)
	}
	return e
}

// candidates lists the stretches within reach of a shape, the nearest first, with
// the closest place of each. ring holds one point or an outline.
func (s *snapper) candidates(shape []orb.Point, reach_m float64, look *outlook) []place {
	look.start(len(s.raws))
	extent := extentOf(shape).Grow(reach_m)
	s.grid.each(extent, func(i int32) bool {
		seg := &s.segs[i]
		own := segmentExtent(seg.a, seg.b)
		if !own.Touches(extent) {
			return true
		}
		known := look.known(seg.raw)
		within_m := reach_m
		if known != nil {
			within_m = min(within_m, known.distance_m)
		}
		best := seg.closest(shape, &own, within_m)
		if best.distance_m > within_m {
			return true
		}
		best.offset = seg.start + geo.Distance(seg.a, best.on)
		switch {
		case known == nil:
			look.add(best)
		case comparePlaces(best, *known) < 0:
			*known = best
		}
		return true
	})
	slices.SortFunc(look.places, comparePlaces)
	return look.places
}

// closest is the place of a segment that is closest to a shape. own is its extent.
// Places farther off than within_m may be passed over.
func (seg *snapSeg) closest(shape []orb.Point, own *geo.Extent, within_m float64) place {
	best := place{raw: seg.raw, distance_m: math.Inf(1)}
	if len(shape) == 1 {
		q, _ := geo.NearestOnSegment(seg.a, seg.b, shape[0])
		best.on, best.from, best.distance_m = q, shape[0], geo.Distance(q, shape[0])
		return best
	}
	for k := 1; k < len(shape); k++ {
		// A side whose extent is farther off than the best so far cannot be nearer.
		side := segmentExtent(shape[k-1], shape[k])
		if bound := min(best.distance_m, within_m) + 1e-3; squareApart(own, &side) > bound*bound {
			continue
		}
		p, q, d := segmentDistance(shape[k-1], shape[k], seg.a, seg.b)
		// Of equally close places, one inside a side is better than a corner.
		inside := p != shape[k-1] && p != shape[k]
		if d < best.distance_m-1e-6 || d <= best.distance_m+1e-6 && inside {
			best.from, best.on, best.distance_m = p, q, d
		}
	}
	return best
}

// maxTries bounds the ways that are tried for one place.
const maxTries = 64

// join finds the way that a shape joins: the nearest that no wall hides, on a part
// of the network worth joining, and not through another building if there is any.
func (s *snapper) join(shape []orb.Point, w wish, look *outlook) (place, refusal) {
	for reach := 15.0; ; reach *= 3 {
		reach = math.Min(reach, s.rules.MaxM)
		list := s.candidates(shape, reach, look)
		p, why, bound_m := s.choose(list[:min(len(list), maxTries)], w, look)
		if bound_m > reach && reach < s.rules.MaxM {
			continue
		}
		// Ways beyond the bound were not looked at.
		look.ways = look.ways.Union(extentOf(shape).Grow(math.Min(bound_m, reach) + sameM))
		return p, why
	}
}

// publicDetourM is how much farther, in metres, a venue's public way may be than a
// private one. A venue deep inside private ground is for those inside.
const publicDetourM = 20

// choose takes the best of the candidates, ordered by distance. None farther off than
// the bound can be better.
func (s *snapper) choose(list []place, w wish, look *outlook) (best place, why refusal, bound_m float64) {
	why = noWay
	rank, score := math.MaxInt, math.Inf(1)
	for i := range list {
		c := &list[i]
		if rank == 0 && c.distance_m >= score {
			break
		}
		// What stands where a private and a public way meet is on the public one.
		d := c.distance_m
		switch private := s.raws[c.raw].private; {
		case private && w.publicFirst:
			d += publicDetourM
		case private:
			d += sameM
		}
		below := rank
		if why == joined && d < score {
			below++
		}
		look.lines = look.lines.Union(segmentExtent(c.from, c.on))
		r, walled := s.rank(c, w, below, look)
		if walled && why == noWay {
			why = blocked
		}
		if r < below {
			best, rank, score, why = *c, r, d, joined
		}
	}
	if rank > 0 {
		return best, why, math.Inf(1)
	}
	return best, why, score
}

// rank judges one candidate: 0 is as good as can be; MaxInt cannot be walked, because
// of a wall, or is not below what is asked for.
func (s *snapper) rank(c *place, w wish, below int, look *outlook) (rank int, walled bool) {
	n := s.network
	if !s.large[s.raws[c.raw].comp] {
		rank = 2
	}
	if rank >= below {
		return math.MaxInt, false
	}
	if n.houses.between(c.from, c.on, w.own, &look.side) {
		rank++
	}
	if rank >= below {
		return math.MaxInt, false
	}
	if wallBetween(n.walls, n.wallSegs, n.wallGrid, c.from, c.on) >= 0 {
		return math.MaxInt, true
	}
	return rank, false
}

// edgeAt finds the edge, and the metres along it, of a place on a stretch.
func (n *Network) edgeAt(raw int32, offset float64) (e int32, along_m float64) {
	e = n.snaps.raws[raw].firstPiece
	for int(e)+1 < len(n.edges) && n.edges[e+1].raw == raw && n.edges[e+1].start <= offset {
		e++
	}
	return e, max(0, min(offset-n.edges[e].start, n.cum[n.edges[e].last]))
}
