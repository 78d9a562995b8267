package radio

import (
	"cmp"
	"maps"
	"slices"

	"yiju/geo/raster"
)

// A spot is a connected piece of outdoor ground of the community that no cell
// covers, or that is covered but weak: the strongest level is in the weakest class
// above the threshold.
type spot struct {
	kind   int32
	region raster.Region
	level  float64 // median of the strongest level, dBm
	heard  bool    // false where no cell is received at all
	server int16   // the strongest cell of most pixels; NoServer for none
	edges  []edgeCount
	sample []pixel

	reason   string
	building string // id of what blocks, for reason "blocked"
	// reasonPct is how much of the sample has the reason.
	reasonPct float64
}

// Kinds of spots, as labels.
const (
	uncoveredSpot int32 = 1
	weakSpot      int32 = 2
)

// minSpotM2 is the area of the smallest spot that is drawn. Smaller ones are single
// pixels behind corners; a note counts them.
const minSpotM2 = 100

// sampleSize is how many pixels of a spot are asked for their reason.
const sampleSize = 24

// edgeCount is how many sides of pixels a building shares with a spot.
type edgeCount struct {
	building int32
	n        int32
}

// pixel is a pixel of a sample. Samples are the pixels with the smallest keys, which
// are scattered over the grid.
type pixel struct {
	key    uint64
	c, r   int32
	server int16
	rsrp   float32
	sinr   float32
}

// weakFrom is the level below which a covered place is weak: the least bound of a
// class above the threshold, or the threshold where there is none.
func weakFrom(t *Thresholds) float64 {
	out := t.RSRPdBm
	for _, c := range t.Classes {
		if c.FromDBm != nil && *c.FromDBm > t.RSRPdBm && (out == t.RSRPdBm || *c.FromDBm < out) {
			out = *c.FromDBm
		}
	}
	return out
}

// spotter finds spots while rows arrive, one row late: what lies north of a pixel
// must be known.
type spotter struct {
	r *answer
	// label is the kind of spot that a pixel of row here belongs to, 0 for none.
	label func(c int) int32
	// plain leaves out levels, cells and reasons.
	plain    bool
	outlines *raster.Outlines
	parts    []*spotPart
	labels   []int32
	row      int // of here
	south    spotRow
	here     spotRow
	north    spotRow
	have     bool // here is a row
	spots    []spot
	// small counts the spots that are not drawn.
	small       int
	smallPixels int64
}

// spotRow is what is kept of a row.
type spotRow struct {
	kind     []uint8
	building []int32
	server   []int16
	rsrp     []float32
	sinr     []float32
	covers   []uint64
}

// spotPart is what is known of a spot that may still grow.
type spotPart struct {
	level   levels
	servers map[int16]int64
	edges   map[int32]int32
	sample  []pixel
}

func newSpotter(r *answer) *spotter {
	s := &spotter{r: r, labels: make([]int32, r.grid.Cols)}
	for _, row := range []*spotRow{&s.south, &s.here, &s.north} {
		*row = spotRow{
			kind: make([]uint8, r.grid.Cols), building: make([]int32, r.grid.Cols), server: make([]int16, r.grid.Cols),
			rsrp: make([]float32, r.grid.Cols), sinr: make([]float32, r.grid.Cols), covers: make([]uint64, r.grid.Cols),
		}
	}
	s.outlines = raster.NewOutlines(r.grid.Cols, r.grid.frame(), s.done)
	s.outlines.Run, s.outlines.Merge = s.run, s.merge
	s.label = s.spotLabel
	return s
}

// spotLabel tells uncovered and weak pixels outdoors.
func (s *spotter) spotLabel(c int) int32 {
	h := &s.here
	return s.r.spotKind(h.kind[c], h.covers[c], h.rsrp[c])
}

func (s *spotter) addBand(b *band) {
	for row := range b.rows {
		from, to := row*b.cols, (row+1)*b.cols
		copy(s.north.kind, b.kind[from:to])
		copy(s.north.building, b.building[from:to])
		copy(s.north.server, b.server[from:to])
		copy(s.north.rsrp, b.rsrp[from:to])
		copy(s.north.sinr, b.sinr[from:to])
		copy(s.north.covers, b.covers[from:to])
		s.advance()
	}
}

// advance takes the row before the newest, now that both its neighbours are known.
func (s *spotter) advance() {
	if s.have {
		s.take()
		s.row++
	}
	s.have = true
	s.south, s.here, s.north = s.here, s.north, s.south
}

func (s *spotter) close() {
	clear(s.north.kind)
	s.advance()
	s.outlines.Close()
	slices.SortFunc(s.spots, func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), -cmp.Compare(a.region.Pixels, b.region.Pixels),
			cmp.Compare(a.region.Row, b.region.Row), cmp.Compare(a.region.Col, b.region.Col))
	})
}

func (s *spotter) take() {
	for c, kind := range s.here.kind {
		s.labels[c] = s.label(c)
		if kind == Indoor && !s.plain {
			s.countEdges(c)
		}
	}
	s.outlines.Add(s.labels)
}

// neighbours calls f for the four neighbours of a pixel of row here; outside the
// grid is Outside.
func (s *spotter) neighbours(c int, f func(kind uint8, building int32)) {
	for _, row := range []*spotRow{&s.south, &s.north} {
		f(row.kind[c], row.building[c])
	}
	for _, k := range []int{c - 1, c + 1} {
		if k < 0 || k >= len(s.here.kind) {
			f(Outside, -1)
		} else {
			f(s.here.kind[k], s.here.building[k])
		}
	}
}

// countEdges counts the sides of an indoor pixel that face no building.
func (s *spotter) countEdges(c int) {
	h := &s.r.perHouse[s.here.building[c]]
	s.neighbours(c, func(kind uint8, _ int32) {
		if kind != Indoor {
			h.edges++
		}
	})
}

// run adds pixels of a row to a part.
func (s *spotter) run(part, c0, c1 int) {
	p := s.part(part)
	h := &s.here
	for c := c0; c < c1; c++ {
		s.neighbours(c, func(kind uint8, building int32) {
			if kind == Indoor {
				p.edges[building]++
			}
		})
		if s.plain {
			continue
		}
		if h.server[c] >= 0 {
			p.level.add(h.rsrp[c])
			p.servers[h.server[c]]++
		}
		p.sample = append(p.sample, pixel{scatter(c, s.row), int32(c), int32(s.row), h.server[c], h.rsrp[c], h.sinr[c]})
		p.thin()
	}
}

func (s *spotter) part(i int) *spotPart {
	for len(s.parts) <= i {
		s.parts = append(s.parts, &spotPart{servers: make(map[int16]int64), edges: make(map[int32]int32)})
	}
	return s.parts[i]
}

func (s *spotter) merge(into, from int) {
	a, b := s.part(into), s.part(from)
	a.level.merge(&b.level)
	for k, n := range b.servers {
		a.servers[k] += n
	}
	for k, n := range b.edges {
		a.edges[k] += n
	}
	a.sample = append(a.sample, b.sample...)
	a.thin()
	b.reset()
}

func (p *spotPart) reset() {
	p.level = levels{few: p.level.few[:0]}
	clear(p.servers)
	clear(p.edges)
	p.sample = p.sample[:0]
}

// scatter gives each pixel a key that looks random and is always the same
// (the mixing step of SplitMix64).
func scatter(c, r int) uint64 {
	z := uint64(r)<<32 + uint64(c) + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// thin keeps the smallest keys of a sample.
func (p *spotPart) thin() {
	if len(p.sample) >= 4*sampleSize {
		p.sample = smallest(p.sample)
	}
}

func smallest(sample []pixel) []pixel {
	slices.SortFunc(sample, func(a, b pixel) int { return cmp.Compare(a.key, b.key) })
	return sample[:min(len(sample), sampleSize)]
}

// done keeps a spot that is large enough.
func (s *spotter) done(r raster.Region) {
	p := s.part(r.Part)
	defer p.reset()
	if s.r.areaM2(r.Pixels) < minSpotM2 {
		s.small++
		s.smallPixels += r.Pixels
		return
	}
	out := spot{kind: r.Label, region: r, server: NoServer, sample: slices.Clone(smallest(p.sample))}
	out.level, out.heard = p.level.median()
	out.server = mostCommon(p.servers, NoServer)
	for _, b := range slices.Sorted(maps.Keys(p.edges)) {
		out.edges = append(out.edges, edgeCount{b, p.edges[b]})
	}
	s.spots = append(s.spots, out)
}

// mostCommon is the key with the greatest count, the smallest of equals.
func mostCommon[K cmp.Ordered, N cmp.Ordered](counts map[K]N, none K) K {
	best, found := none, false
	for k, n := range counts {
		if !found || n > counts[best] || n == counts[best] && k < best {
			best, found = k, true
		}
	}
	return best
}

// households shares out the households of the buildings beside a spot: each gives
// as much of them as it has of its outline on the spot. Unknown households count
// nothing.
func (r *answer) householdsAt(s *spot) float64 {
	sum := 0.0
	for _, e := range s.edges {
		n, ok := r.buildings[e.building].Number("households")
		if all := r.perHouse[e.building].edges; ok && all > 0 {
			sum += n * float64(e.n) / float64(all)
		}
	}
	return sum
}
