package walk

import (
	"math"
	"slices"
	"sync"
)

// venueTable keeps what each venue serves. It is the same for all questions: whoever
// asks for fewer minutes takes the buildings within them.
type venueTable struct {
	n        *Network
	step     *step // from the network before; nil for none
	rows     []tableRow
	byEdge   sync.Once
	head     []int32
	list     [][2]int32
	infinite sync.Pool // *[]float64, one for each target, all infinite
	marks    sync.Pool // *[]bool, one for each target, all false
}

// tableRow is what one venue serves within a limit.
type tableRow struct {
	mu     sync.Mutex
	limit  int64 // that it is known for; -1 for nothing
	wish   int64 // the greatest limit that was asked for
	count  venueCount
	labels []uint64  // of all nodes; nil where there are too many to keep
	was    *tableRow // on the network before, as long as this one is not known
	place  int32     // of the venue before
}

// maxKeptLabels bounds the memory of all labels of a table: 8 bytes each.
const maxKeptLabels = 1 << 24

// newVenueTable makes the table of a network, going on from that of the network
// before.
func newVenueTable(n *Network, was *venueTable, s *step) *venueTable {
	t := &venueTable{n: n, step: s, rows: make([]tableRow, len(n.venues))}
	t.infinite.New = func() any {
		list := make([]float64, len(n.allTargets()))
		for i := range list {
			list[i] = math.Inf(1)
		}
		return &list
	}
	t.marks.New = func() any {
		list := make([]bool, len(n.allTargets()))
		return &list
	}
	for i := range t.rows {
		row := &t.rows[i]
		row.limit = -1
		if s == nil || s.venueWas[i] < 0 {
			continue
		}
		old := &was.rows[s.venueWas[i]]
		row.wish = old.wish
		if old.was = nil; old.limit == old.wish && old.labels != nil {
			row.was, row.place = old, s.venueWas[i]
		}
	}
	return t
}

// within gives what a venue serves within a limit.
func (t *venueTable) within(i int32, limit int64) venueCount {
	row := &t.rows[i]
	row.mu.Lock()
	defer row.mu.Unlock()
	row.wish = max(row.wish, limit)
	if row.limit < limit {
		t.find(i, row)
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

// find works out a row, from the one before where that looked as far.
func (t *venueTable) find(i int32, row *tableRow) {
	n := t.n
	targets := n.allTargets()
	t.byEdge.Do(func() { t.head, t.list = n.doorsByEdge(targets) })
	s := n.borrow()
	defer n.release(s)
	f := field{n, &n.time, s, row.wish}
	sources := n.venues[i].sources(0, n.time.offPerM, nil)
	if was := row.was; was != nil && was.limit == row.wish {
		s.repair(t.step, was.labels, t.step.was.venues[row.place].access, sources, row.wish)
		row.count = t.amend(&f, was)
	} else {
		f = n.fieldTo(&n.time, s, sources, row.wish)
		best := t.infinite.Get().(*[]float64)
		row.count = f.serve(targets, t.head, t.list, *best)
		t.infinite.Put(best)
	}
	row.limit, row.was = row.wish, nil
	if len(n.nodes)*len(n.venues) <= maxKeptLabels {
		row.labels = make([]uint64, len(n.nodes))
		for v := range row.labels {
			row.labels[v] = s.at(int32(v))
		}
	}
}

// amend brings what a venue served up to date: only those buildings are looked at
// again near whose doors a label or an edge is another.
func (t *venueTable) amend(f *field, was *tableRow) venueCount {
	n, s := t.n, t.step
	again := t.marks.Get().(*[]bool)
	mark := *again
	var list []int32
	add := func(target int32) {
		if !mark[target] {
			mark[target] = true
			list = append(list, target)
		}
	}
	for _, i := range s.moved {
		add(i)
	}
	for v, o := range s.links.nodeWas {
		if o >= 0 && was.labels[o] == f.s.at(int32(v)) {
			continue
		}
		for _, g := range [2]*csr{&n.in, &n.out} {
			for k := g.head[v]; k < g.head[v+1]; k++ {
				if e := g.edge[k] >> 1; e >= 0 {
					for _, td := range t.list[t.head[e]:t.head[e+1]] {
						add(td[0])
					}
				}
			}
		}
	}
	slices.Sort(list)
	out := t.merge(f, was, list, mark)
	for _, i := range list {
		mark[i] = false
	}
	t.marks.Put(again)
	return out
}

// merge puts what was served beside what the listed targets get now.
func (t *venueTable) merge(f *field, was *tableRow, list []int32, listed []bool) venueCount {
	if len(list) == 0 && t.step.targetsKept {
		return was.count
	}
	out := venueCount{
		served: make([]int32, 0, len(was.count.served)+len(list)), times: make([]float64, 0, len(was.count.served)+len(list)),
	}
	fresh := func(below int32) {
		for len(list) > 0 && list[0] < below {
			if us, _, _ := f.best(&t.n.targets[list[0]]); !math.IsInf(us, 1) {
				out.served, out.times = append(out.served, list[0]), append(out.times, us)
			}
			list = list[1:]
		}
	}
	for k, o := range was.count.served {
		i := t.step.targetNow[o]
		if i < 0 || listed[i] {
			continue
		}
		fresh(i)
		out.served, out.times = append(out.served, i), append(out.times, was.count.times[k])
	}
	fresh(math.MaxInt32)
	return out
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
