package walk

import (
	"math"
	"sync"
)

// venueTable keeps what each venue serves. It is the same for all questions: whoever
// asks for fewer minutes takes the buildings within them.
type venueTable struct {
	n        *Network
	venues   []tableRow
	byEdge   sync.Once
	head     []int32
	list     [][2]int32
	infinite sync.Pool // *[]float64, one for each target, all infinite
}

// tableRow is what one venue serves within a limit.
type tableRow struct {
	mu    sync.Mutex
	limit int64 // that it is known for; -1 for nothing
	wish  int64 // the greatest limit that was asked for before
	count venueCount
}

// newVenueTable makes the table of a network, going on from that of the network
// before.
func newVenueTable(n *Network, was *venueTable, s *step) *venueTable {
	t := &venueTable{n: n, venues: make([]tableRow, len(n.venues))}
	t.infinite.New = func() any {
		list := make([]float64, len(n.allTargets()))
		for i := range list {
			list[i] = math.Inf(1)
		}
		return &list
	}
	for i := range t.venues {
		t.venues[i].limit = -1
		if s != nil && s.venueWas[i] >= 0 {
			t.venues[i].wish = was.venues[s.venueWas[i]].wish
		}
	}
	return t
}

// within gives what a venue serves within a limit.
func (t *venueTable) within(i int32, limit int64) venueCount {
	row := &t.venues[i]
	row.mu.Lock()
	defer row.mu.Unlock()
	row.wish = max(row.wish, limit)
	if row.limit < limit {
		t.search(i, row)
	}
	if row.limit == limit {
		return row.count
	}
	var out venueCount
	for k, target := range row.count.served {
		if row.count.times[k] <= float64(limit)+0.5 {
			out.served = append(out.served, target)
		}
	}
	return out
}

func (t *venueTable) search(i int32, row *tableRow) {
	n := t.n
	targets := n.allTargets()
	t.byEdge.Do(func() { t.head, t.list = n.doorsByEdge(targets) })
	best := t.infinite.Get().(*[]float64)
	defer t.infinite.Put(best)
	s := n.borrow()
	defer n.release(s)
	f := n.fieldTo(&n.time, s, n.venues[i].sources(0, n.time.offPerM, nil), row.wish)
	row.count, row.limit = f.serve(targets, t.head, t.list, *best), row.wish
}

// countFrom is countVenues from the table.
func (r *run) countFrom(t *venueTable) {
	r.venues = make([]venueCount, len(r.chosen))
	last := r.lastLimit()
	parallel(len(r.chosen), func() func(int) {
		return func(k int) {
			if i := r.chosen[k]; len(r.n.venues[i].access) > 0 && r.twin[k] < 0 {
				r.venues[k] = t.within(i, last)
			}
		}
	})
	r.countChoices()
}
