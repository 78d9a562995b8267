package walk

import (
	"math"
	"slices"
)

// Which part of an edge is within a limit: from the start up to fromA, and from
// toB up to the end. All of it when fromA ≥ toB; fromA is negative when nothing is
// covered from the start, and toB greater than the length when nothing is from the
// end.
type coverage struct{ fromA, toB float64 }

// covered cuts an edge at a limit, exactly: the time from a place is the least of
// the times over both ends, each of which falls evenly between two points.
func (f *field) covered(e int32, limit int64) coverage {
	ed := &f.n.edges[e]
	length := f.n.cum[ed.last]
	return coverage{f.reachFromA(e, limit), length - f.reachFromB(e, limit, length)}
}

// reachFromA is how many metres from the start of an edge are within the limit by
// going back over the start; negative for none.
func (f *field) reachFromA(e int32, limit int64) float64 {
	ed := &f.n.edges[e]
	base := f.viaA(e, ed.first)
	if base > limit {
		return -1
	}
	left := limit - base
	if f.c.bwd[ed.last] <= left {
		return f.n.cum[ed.last]
	}
	i, j := ed.first, ed.last // cost at i is within, at j beyond
	for j-i > 1 {
		if mid := (i + j) / 2; f.c.bwd[mid] <= left {
			i = mid
		} else {
			j = mid
		}
	}
	t := float64(left-f.c.bwd[i]) / float64(f.c.bwd[j]-f.c.bwd[i])
	return f.n.cum[i] + t*(f.n.cum[j]-f.n.cum[i])
}

// reachFromB is the same from the end.
func (f *field) reachFromB(e int32, limit int64, length float64) float64 {
	ed := &f.n.edges[e]
	base := f.viaB(e, ed.last)
	if base > limit {
		return -1
	}
	left, total := limit-base, f.c.fwd[ed.last]
	if total <= left {
		return length
	}
	i, j := ed.first, ed.last // cost at i is beyond, at j within
	for j-i > 1 {
		if mid := (i + j) / 2; total-f.c.fwd[mid] <= left {
			j = mid
		} else {
			i = mid
		}
	}
	t := float64(left-(total-f.c.fwd[j])) / float64(f.c.fwd[j]-f.c.fwd[i])
	return length - (f.n.cum[j] - t*(f.n.cum[j]-f.n.cum[i]))
}

// meet is the place along an edge from which both ends are equally far from the
// sources; the start or the end when one of them is better everywhere.
func (f *field) meet(e int32) float64 {
	ed := &f.n.edges[e]
	if f.viaA(e, ed.first) == maxCost {
		return 0
	}
	if f.viaB(e, ed.first) == maxCost {
		return f.n.cum[ed.last]
	}
	gap := func(i int32) int64 { return f.viaA(e, i) - f.viaB(e, i) } // never falls along the edge
	if gap(ed.first) >= 0 {
		return 0
	}
	if gap(ed.last) <= 0 {
		return f.n.cum[ed.last]
	}
	i, j := ed.first, ed.last
	for j-i > 1 {
		if mid := (i + j) / 2; gap(mid) <= 0 {
			i = mid
		} else {
			j = mid
		}
	}
	gi, gj := float64(gap(i)), float64(gap(j))
	return f.n.cum[i] + (f.n.cum[j]-f.n.cum[i])*(-gi/(gj-gi))
}

// part is a stretch of an edge all of which is reached within one band, on which
// the cost rises or falls evenly in one direction.
type part struct {
	edge     int32
	lo, hi   float64 // metres along the edge
	from, to float64 // cost at lo and at hi
	band     int     // the least limit that covers it
	label    uint32  // the source
}

// minPartM is the shortest part worth telling, in metres.
const minPartM = 1e-6

// parts cuts an edge at the limits, which ascend, and where the two ways round
// meet.
func (f *field) parts(e int32, limits []int64, out []part) []part {
	ed := &f.n.edges[e]
	length, mid := f.n.cum[ed.last], f.meet(e)
	cuts := make([]float64, 0, 16)
	cuts = append(cuts, 0, mid, length)
	for _, limit := range limits {
		c := f.covered(e, limit)
		if c.fromA > 0 && c.fromA < mid {
			cuts = append(cuts, c.fromA)
		}
		if c.toB < length && c.toB > mid {
			cuts = append(cuts, c.toB)
		}
	}
	slices.Sort(cuts)
	for k := 1; k < len(cuts); k++ {
		lo, hi := cuts[k-1], cuts[k]
		if hi-lo < minPartM {
			continue
		}
		if p, ok := f.part(e, lo, hi, hi <= mid, limits); ok {
			out = append(out, p)
		}
	}
	return out
}

// part describes the stretch lo…hi of an edge; backward tells that its best way
// leads over the start of the edge.
func (f *field) part(e int32, lo, hi float64, backward bool, limits []int64) (part, bool) {
	ed := &f.n.edges[e]
	node, via := ed.b, f.viaB
	if backward {
		node, via = ed.a, f.viaA
	}
	at := func(along_m float64) float64 {
		i, t := f.n.segmentOf(ed, along_m)
		x := via(e, i)
		if x == maxCost {
			return math.Inf(1)
		}
		return float64(x) + t*float64(via(e, min(i+1, ed.last))-x)
	}
	p := part{edge: e, lo: lo, hi: hi, from: at(lo), to: at(hi)}
	worst := math.Max(p.from, p.to)
	for p.band < len(limits) && worst > float64(limits[p.band])+0.5 {
		p.band++
	}
	if p.band == len(limits) {
		return part{}, false
	}
	p.label = uint32(f.s.at(node) & labelMask)
	return p, true
}
