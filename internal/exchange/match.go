package exchange

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/index"
)

// thing is a feature of one side of a comparison, with its geometry in metres.
type thing struct {
	f     *geo.Feature
	place orb.Geometry
	shape geo.Shape
	has   bool // a geometry
	on    geo.Extent
}

func thingOf(f *geo.Feature, place orb.Geometry) thing {
	t := thing{f: f, place: place, on: geo.ExtentOf(place)}
	t.shape, t.has = shapeOf(place)
	return t
}

// none stands for no match.
const none = -1

// matching pairs the things of a file with those of the base, one to one.
type matching struct {
	file, base []thing
	match_m    float64
	// differs counts what a file's thing says otherwise than one of the base, but for
	// its place; changes those of them that would change the base.
	differs func(file, base int) (differs, changes int)

	to   []int // by thing of the file, that of the base; none for none
	from []int // the other way
	byID []bool
	// doubt lists candidates by thing of the file that cannot be told apart; doubted
	// are those of the base.
	doubt   map[int][]int
	doubted map[int]bool
}

func newMatching(file, base []thing, match_m float64, differs func(file, base int) (differs, changes int)) *matching {
	m := &matching{file: file, base: base, match_m: match_m, differs: differs, doubt: make(map[int][]int), doubted: make(map[int]bool)}
	m.to, m.from, m.byID = make([]int, len(file)), make([]int, len(base)), make([]bool, len(file))
	for i := range m.to {
		m.to[i] = none
	}
	for i := range m.from {
		m.from[i] = none
	}
	return m
}

func (m *matching) pair(file, base int) { m.to[file], m.from[base] = base, file }

// ids pairs things with the same id, and then those whose id is what the base came
// from, where only one thing of the base came from there.
func (m *matching) ids() {
	own, source := make(map[string]int, len(m.base)), make(map[string]int)
	for i := range m.base {
		own[m.base[i].f.ID] = i
		id := m.base[i].f.Source.ID
		if _, twice := source[id]; twice || id == "" {
			source[id] = none
			continue
		}
		source[id] = i
	}
	for _, known := range []map[string]int{own, source} {
		for i := range m.file {
			k, there := known[m.file[i].f.ID]
			if there && k != none && m.to[i] == none && m.from[k] == none {
				m.pair(i, k)
				m.byID[i] = true
			}
		}
	}
}

// candidate is a pair that may be the same thing. Cost is at most 1 where the shapes
// are within the matching distance, and more where they overlap.
type candidate struct {
	file, base int
	cost       float64
	differs    int
	same       bool // nothing differs at all
	idle       bool // nothing would change
}

// tie is how near to one another costs cannot be told apart: a tenth of the matching
// distance, or of the area.
const tie = 0.1

// shapes pairs what ids did not, the nearest first. First comes what is wholly the
// same, and what would change nothing, which no other match could serve better.
func (m *matching) shapes() {
	all := m.candidates()
	for _, first := range []func(*candidate) bool{func(c *candidate) bool { return c.same }, func(c *candidate) bool { return c.idle }} {
		for i := range all {
			if c := &all[i]; first(c) && m.free(c) {
				m.pair(c.file, c.base)
			}
		}
	}
	r := rivalry{m: m, all: all, byFile: make(map[int][]int), byBase: make(map[int][]int)}
	for i := range all {
		r.byFile[all[i].file] = append(r.byFile[all[i].file], i)
		r.byBase[all[i].base] = append(r.byBase[all[i].base], i)
	}
	for i := range all {
		for m.free(&all[i]) { // every turn settles a thing of the file
			r.settle(i)
		}
	}
}

// rivalry finds pairs that contend for the same things.
type rivalry struct {
	m              *matching
	all            []candidate
	byFile, byBase map[int][]int
}

// settle pairs the best of those that contend with a pair, or puts them aside where
// there is no best. What is better by what it says must have no equal of its own.
func (r *rivalry) settle(i int) {
	for {
		best := r.of(i)
		if len(best) > 1 {
			r.m.tied(best)
			return
		}
		if best[0] == &r.all[i] {
			r.m.pair(best[0].file, best[0].base)
			return
		}
		i = slices.IndexFunc(r.all, func(c candidate) bool { return c.file == best[0].file && c.base == best[0].base })
	}
}

// of lists, of a pair and those that it cannot be told from by its shape, the ones that
// say the least otherwise.
func (r *rivalry) of(i int) []*candidate {
	best := []*candidate{&r.all[i]}
	for _, k := range slices.Concat(r.byFile[r.all[i].file], r.byBase[r.all[i].base]) {
		c := &r.all[k]
		switch {
		case k == i || !r.m.free(c) || c.cost > r.all[i].cost+tie || c.differs > best[0].differs:
		case c.differs < best[0].differs:
			best = []*candidate{c}
		default:
			best = append(best, c)
		}
	}
	return best
}

// tied puts aside the things of the file that cannot be told apart.
func (m *matching) tied(rivals []*candidate) {
	for _, c := range rivals {
		if !slices.Contains(m.doubt[c.file], c.base) {
			m.doubt[c.file] = append(m.doubt[c.file], c.base)
			m.doubted[c.base] = true
		}
	}
}

func (m *matching) free(c *candidate) bool {
	return m.to[c.file] == none && m.from[c.base] == none && m.doubt[c.file] == nil
}

// candidates lists what may be the same thing, the nearest first; equal ones by ids, so
// that the order of neither side matters.
func (m *matching) candidates() []candidate {
	var at index.Index
	for k := range m.base {
		if m.from[k] == none && m.base[k].has {
			at.Add(k, m.base[k].on)
		}
	}
	var out []candidate
	for i := range m.file {
		if m.to[i] != none || !m.file[i].has {
			continue
		}
		for _, k := range at.Touching(m.file[i].on.Grow(m.match_m)) {
			if c, ok := m.candidate(i, k); ok {
				out = append(out, c)
			}
		}
	}
	slices.SortFunc(out, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.differs, b.differs),
			strings.Compare(m.base[a.base].f.ID, m.base[b.base].f.ID), strings.Compare(m.file[a.file].f.ID, m.file[b.file].f.ID))
	})
	return out
}

func (m *matching) candidate(file, base int) (candidate, bool) {
	a, b := &m.file[file], &m.base[base]
	c := candidate{file: file, base: base}
	if a.shape != b.shape {
		return c, false
	}
	if d := apart_m(a.place, b.place); d <= m.match_m {
		c.cost = d / m.match_m
	} else if share := shared(a.place, b.place, a.shape, m.match_m); share >= leastShared {
		c.cost = 2 - share
	} else {
		return c, false
	}
	var changes int
	c.differs, changes = m.differs(file, base)
	if changes == 0 {
		c.idle = equalShapes(a.place, b.place)
		c.same = c.idle && c.differs == 0
	}
	return c, true
}

// doubts lists the ambiguous things of the file, in order, with the ids of what they
// may be.
func (m *matching) doubts() (things []int, candidates map[int][]string) {
	candidates = make(map[int][]string, len(m.doubt))
	for i, list := range m.doubt {
		for _, k := range list {
			candidates[i] = append(candidates[i], m.base[k].f.ID)
		}
		slices.Sort(candidates[i])
	}
	return slices.Sorted(maps.Keys(m.doubt)), candidates
}
