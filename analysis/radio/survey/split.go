package survey

import (
	"cmp"
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"
)

// order puts the sites in an order that depends on their places and the seed alone.
func (s *Survey) order() []int {
	type ranked struct {
		hash uint64
		site int
	}
	list := make([]ranked, len(s.sites))
	for i, site := range s.sites {
		h := fnv.New64a()
		var b [24]byte
		binary.LittleEndian.PutUint64(b[:], uint64(int64(math.Round(site.At[0]))))
		binary.LittleEndian.PutUint64(b[8:], uint64(int64(math.Round(site.At[1]))))
		binary.LittleEndian.PutUint64(b[16:], s.options.Seed)
		_, _ = h.Write(b[:])
		list[i] = ranked{mix(h.Sum64()), i}
	}
	slices.SortFunc(list, func(a, b ranked) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.site, b.site)) })
	out := make([]int, len(list))
	for i, r := range list {
		out[i] = r.site
	}
	return out
}

// mix spreads a hash over all its bits (the finish of SplitMix64).
func mix(v uint64) uint64 {
	v ^= v >> 30
	v *= 0xbf58476d1ce4e5b9
	v ^= v >> 27
	v *= 0x94d049bb133111eb
	return v ^ v>>31
}

// part tells for each site whether it is in a part.
type part []bool

// halves splits the sites into those to fit on and those to test on, by the share of
// the sites.
func (s *Survey) halves() (fit, test part) {
	order := s.order()
	n := int(math.Round(s.options.FitShare * float64(len(order))))
	n = min(max(n, 1), len(order))
	fit, test = make(part, len(order)), make(part, len(order))
	for i, site := range order {
		fit[site] = i < n
		test[site] = i >= n
	}
	return fit, test
}

// fold gives the sites of one fold, to test on, and those of the others.
func (s *Survey) fold(k, of int) (fit, test part) {
	fit, test = make(part, len(s.sites)), make(part, len(s.sites))
	for i, site := range s.order() {
		fit[site] = i%of != k
		test[site] = i%of == k
	}
	return fit, test
}

// has tells whether a sample belongs to a part.
func (p part) has(s *Survey, a *linked) bool { return p[s.cells[a.cell].site] }

func (p part) sites() int {
	n := 0
	for _, in := range p {
		if in {
			n++
		}
	}
	return n
}
