package sight

import (
	"math/bits"
	"slices"
)

// Set cover: the fewest sets that hold all elements. Greedy first, the set with
// most new elements each time; then, where the problem is small, a search that
// tries all ways and keeps to those that can still be better.

// bitset is a set of small numbers.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) set(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bitset) has(i int) bool { return b[i/64]>>(i%64)&1 == 1 }

func (b bitset) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// gain counts what of b is in open.
func (b bitset) gain(open bitset) int {
	n := 0
	for i, w := range b {
		n += bits.OnesCount64(w & open[i])
	}
	return n
}

func (b bitset) remove(o bitset) {
	for i := range b {
		b[i] &^= o[i]
	}
}

func (b bitset) within(o bitset) bool {
	for i, w := range b {
		if w&^o[i] != 0 {
			return false
		}
	}
	return true
}

// greedy chooses sets until nothing more can be gained, or most are chosen. Of
// equal sets the first wins.
func greedy(sets []bitset, open bitset, most int) []int {
	open = slices.Clone(open)
	var out []int
	for len(out) < most {
		best, gain := -1, 0
		for i, s := range sets {
			if g := s.gain(open); g > gain {
				best, gain = i, g
			}
		}
		if best < 0 {
			break
		}
		out = append(out, best)
		open.remove(sets[best])
	}
	return out
}

// Bounds of the search for the least number.
const (
	exactElements = 512
	exactSets     = 2000
	exactNodes    = 30_000
)

// solver searches for a smaller cover than is known.
type solver struct {
	sets  []bitset
	by    [][]int // sets by element
	best  []int
	path  []int
	nodes int
}

// fewest finds the fewest sets that cover open, which some of them together must
// do, beginning with a cover that is known. proven tells that there is no smaller
// one; otherwise the search was given up.
func fewest(sets []bitset, open bitset, known []int) (best []int, proven bool) {
	if len(known) <= 1 {
		return known, true
	}
	if open.count() > exactElements || len(sets) > exactSets {
		return known, false
	}
	s := &solver{sets: sets, best: slices.Clone(known), by: make([][]int, 64*len(open))}
	for i, set := range sets {
		for e := range s.by {
			if open.has(e) && set.has(e) {
				s.by[e] = append(s.by[e], i)
			}
		}
	}
	s.search(open)
	return s.best, s.nodes <= exactNodes
}

// search covers what is open in all ways that may be better than the best.
func (s *solver) search(open bitset) {
	if s.nodes++; s.nodes > exactNodes {
		return
	}
	left := open.count()
	if left == 0 {
		if len(s.path) < len(s.best) {
			s.best = slices.Clone(s.path)
		}
		return
	}
	// At least as many more as the largest gain goes into what is left.
	largest := 0
	for _, set := range s.sets {
		largest = max(largest, set.gain(open))
	}
	if largest == 0 || len(s.path)+(left+largest-1)/largest >= len(s.best) {
		return
	}
	// The element that fewest sets hold: one of them must be chosen.
	element, fewestSets := -1, 0
	for e := range s.by {
		if open.has(e) && (element < 0 || len(s.by[e]) < fewestSets) {
			element, fewestSets = e, len(s.by[e])
		}
	}
	choices := slices.Clone(s.by[element])
	slices.SortStableFunc(choices, func(a, b int) int { return s.sets[b].gain(open) - s.sets[a].gain(open) })
	for _, c := range choices {
		next := slices.Clone(open)
		next.remove(s.sets[c])
		s.path = append(s.path, c)
		s.search(next)
		s.path = s.path[:len(s.path)-1]
	}
}

// undominated leaves out sets that lie within another; of equal sets the first
// stays.
func undominated(sets []bitset) []int {
	order := make([]int, len(sets))
	sizes := make([]int, len(sets))
	for i := range sets {
		order[i], sizes[i] = i, sets[i].count()
	}
	slices.SortStableFunc(order, func(a, b int) int { return sizes[b] - sizes[a] })
	var keep []int
	for _, i := range order {
		if sizes[i] > 0 && !slices.ContainsFunc(keep, func(k int) bool { return sets[i].within(sets[k]) }) {
			keep = append(keep, i)
		}
	}
	slices.Sort(keep)
	return keep
}
