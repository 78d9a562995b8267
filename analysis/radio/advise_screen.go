package radio

import (
	"cmp"
	"runtime"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"yiju/analysis/radio/link"
	"yiju/geo"
)

// Advice is found in two steps. A screen holds a sample of outdoor pixels, what every
// cell gives them, and compares all variants there: turning and tilting change the
// antenna's loss alone, so a place and height is computed once. What comes out best
// is then computed on all pixels.

// Bounds of the sample: covered and uncovered pixels each, and all numbers kept.
const (
	mostSampled = 6000
	mostPowers  = 48_000_000
)

func smallestKeys(list []sampled, n int) []sampled {
	slices.SortFunc(list, func(a, b sampled) int { return cmp.Compare(a.key, b.key) })
	return list[:min(len(list), n)]
}

// screen is the sample with what cells give it.
type screen struct {
	m      *Model
	group  int
	judge  *judge
	pixels []screened // by tile, then pixel
	powers [][]float32
	first  []int32 // of each tile, and one more
	// coveredBy counts the carriers that cover a pixel, covers tells which.
	coveredBy []int16
	covers    [][]bool
}

// screened is a pixel of the screen.
type screened struct {
	at      orb.Point
	z       float64
	pixel   int32
	weight  float64 // how many pixels it stands for
	covered bool
}

// newScreen computes every cell at a sample of covered and uncovered pixels.
func (m *Model) newScreen(base *coverage) *screen {
	s := &screen{m: m, group: base.group, judge: m.judge()}
	type placed struct {
		sampled
		screened
	}
	var all []placed
	size := min(mostSampled, mostPowers/(2*(len(m.cells)+1)))
	for k, n := range []int64{base.outdoor - base.covered, base.covered} {
		list := smallestKeys(base.sample[k], size)
		for _, p := range list {
			all = append(all, placed{p, screened{weight: float64(n) / float64(len(list)), covered: k == 1, pixel: p.pixel}})
		}
	}
	slices.SortFunc(all, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.tile, b.tile), cmp.Compare(a.sampled.pixel, b.sampled.pixel))
	})
	s.first = make([]int32, base.tiles+1)
	for i, p := range all {
		s.pixels = append(s.pixels, p.screened)
		s.first[p.tile+1] = int32(i + 1)
	}
	for t := range base.tiles {
		s.first[t+1] = max(s.first[t+1], s.first[t])
	}
	s.powers = s.compute(m.transmitters)
	s.judgeCarriers()
	return s
}

// compute finds what transmitters give the sample, in mW as in Model.powers.
func (s *screen) compute(transmitters []*transmitter) [][]float32 {
	out := make([][]float32, len(transmitters))
	for i := range out {
		out[i] = make([]float32, len(s.pixels))
	}
	cols, rows := s.m.grid.tiles()
	_ = inOrder(cols*rows, func(w *work, k int) {
		from, to := s.first[k], s.first[k+1]
		if from == to {
			return
		}
		s.m.paint(&w.canvas, k%cols, k/cols, nil)
		s.place(&w.canvas, from, to)
		for i, t := range transmitters {
			if s.m.reaches(t, &w.canvas) {
				s.sweep(t, w, from, to, out[i])
			}
		}
	}, func(*work) error { return nil })
	return out
}

// sweep is Model.powers for the pixels of the sample in a tile alone. They are
// outdoors.
func (s *screen) sweep(t *transmitter, w *work, from, to int32, out []float32) {
	cv, sh := &w.canvas, &w.shade
	sh.begin(cv, t, s.m.params.Blocked == KnifeEdge)
	s.m.shadows(sh)
	s.m.relief(sh)
	f := newFeeder(t)
	for p := from; p < to; p++ {
		k := int(s.pixels[p].pixel)
		px := s.spot(t, p)
		if px.dx*px.dx+px.dy*px.dy > s.m.params.ReachM*s.m.params.ReachM {
			continue
		}
		px.free = !sh.isHidden(k/cv.grid.Cols, k%cv.grid.Cols)
		if t.counts {
			px.blockers = sh.counts[k]
		}
		if t.looksRound {
			px.built = float64(cv.built[k])
		}
		if sh.diffracts && !px.free {
			px.edgeDB = quickEdgeDB(sh.edges[k])
		}
		out[p] = float32(quickExp2(octave * f.level(&px)))
		if !px.free {
			out[p] = -out[p]
		}
	}
}

// spot is a pixel of the sample as seen from a transmitter.
func (s *screen) spot(t *transmitter, p int32) spot2 {
	px := &s.pixels[p]
	return spot2{dx: px.at[0] - t.at[0], dy: px.at[1] - t.at[1], dz: px.z - t.z, edgeDB: -1}
}

// place gives pixels of the sample their places.
func (s *screen) place(cv *canvas, from, to int32) {
	for p := from; p < to; p++ {
		k := int(s.pixels[p].pixel)
		r := cv.receiver(k%cv.grid.Cols, k/cv.grid.Cols)
		s.pixels[p].at, s.pixels[p].z = r.at, r.z
	}
}

// judgeCarriers finds which carriers cover which pixels as the cells are.
func (s *screen) judgeCarriers() {
	s.coveredBy = make([]int16, len(s.pixels))
	var sum carrierSum
	for c := range s.m.carriers {
		s.add(&sum, c, -1)
		covers := make([]bool, len(s.pixels))
		for p := range covers {
			if covers[p] = s.carrierCovers(&sum, p); covers[p] {
				s.coveredBy[p]++
			}
		}
		s.covers = append(s.covers, covers)
	}
}

// counts tells whether what a cell covers counts for the group.
func (s *screen) counts(cell int16) bool {
	return cell >= 0 && s.m.transmitters[cell].groups>>s.group&1 != 0
}

// add sums up a carrier without one of its cells (−1 for none).
func (s *screen) add(sum *carrierSum, carrier, without int) {
	sum.reset(len(s.pixels))
	for i, t := range s.m.transmitters {
		if t.carrier == carrier && i != without {
			sum.add(i, s.powers[i])
		}
	}
}

// promising are the candidates with the most uncovered ground near them, ordered by
// id.
func (s *screen) promising(candidates []Candidate) []*Candidate {
	type scored struct {
		c    *Candidate
		near float64
	}
	var all []scored
	for i := range candidates {
		near := 0.0
		if len(candidates) > triedCandidates {
			for k := range s.pixels {
				if p := &s.pixels[k]; !p.covered && geo.Distance(p.at, candidates[i].At) <= candidateReachM {
					near += p.weight
				}
			}
		}
		all = append(all, scored{&candidates[i], near})
	}
	slices.SortStableFunc(all, func(a, b scored) int {
		return cmp.Or(-cmp.Compare(a.near, b.near), cmp.Compare(a.c.ID, b.c.ID))
	})
	var out []*Candidate
	for _, c := range all[:min(len(all), triedCandidates)] {
		out = append(out, c.c)
	}
	slices.SortStableFunc(out, func(a, b *Candidate) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// strongest are those of some cells, n at the most, that are the strongest of their
// carrier on the most uncovered ground, in their order.
func (s *screen) strongest(cells []int, n int) []int {
	if len(cells) <= n {
		return cells
	}
	ground := make([]float64, len(s.m.cells))
	var sum carrierSum
	for c := range s.m.carriers {
		s.add(&sum, c, -1)
		for p, cell := range sum.bestOf {
			if px := &s.pixels[p]; cell >= 0 && !px.covered {
				ground[cell] += px.weight
			}
		}
	}
	out := slices.Clone(cells)
	slices.SortStableFunc(out, func(a, b int) int { return -cmp.Compare(ground[a], ground[b]) })
	out = out[:n]
	slices.Sort(out)
	return out
}

// compare estimates all tries, keeps of each the best variant, and of several tries
// of one kind for one cell the best.
func (s *screen) compare(tries []*try) []*try {
	// What stands at a new place or height is computed; the rest is turned about.
	var fresh []*try
	var transmitters []*transmitter
	at := make(map[*try]int)
	for _, t := range tries {
		if t.change == AddCell || t.change == RaiseCell {
			at[t] = len(fresh)
			fresh, transmitters = append(fresh, t), append(transmitters, s.m.newTransmitter(&t.variants[0]))
		}
	}
	var powers [][]float32
	if len(fresh) > 0 {
		powers = s.compute(transmitters)
	}
	groups := s.alike(tries)
	workers := min(runtime.GOMAXPROCS(0), len(groups))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			var rest rest
			for g := w; g < len(groups); g += workers {
				s.leaveOut(&rest, groups[g][0])
				for _, t := range groups[g] {
					if i, ok := at[t]; ok {
						s.estimate(t, transmitters[i], powers[i], &rest)
					} else {
						s.estimate(t, s.m.transmitters[t.cell], s.powers[t.cell], &rest)
					}
				}
			}
		})
	}
	wg.Wait()
	return bestOfKind(tries)
}

// alike puts tries together that leave the same cell out of the same carrier.
func (s *screen) alike(tries []*try) [][]*try {
	type key struct{ cell, carrier int }
	at := make(map[key]int)
	var out [][]*try
	for _, t := range tries {
		k := key{t.cell, s.carrierOf(&t.variants[0])}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], t)
	}
	return out
}

// bestOfKind keeps the first best of the tries of a kind for a cell.
func bestOfKind(tries []*try) []*try {
	type key struct {
		change Change
		cell   int
	}
	best := make(map[key]*try)
	for _, t := range tries {
		k := key{t.change, t.cell}
		if old := best[k]; t.cell >= 0 && (old == nil || t.score() > old.score()) {
			best[k] = t
		}
	}
	return slices.DeleteFunc(tries, func(t *try) bool { return t.cell >= 0 && best[key{t.change, t.cell}] != t })
}

// carrierOf is the carrier of a cell; −1 for one that no cell of the model is on.
func (s *screen) carrierOf(c *Cell) int {
	return slices.Index(s.m.carriers, carrier{c.Operator, c.FreqMHz})
}

// rest is what the sample has without a cell: its carrier, and the pixels where the
// cell matters.
type rest struct {
	sum  carrierSum
	open []int32
}

// leaveOut makes the rest for a try: without its cell, or without any for a new one.
// Pixels that another carrier covers stay covered whatever the cell does, and so do,
// where no ratio is asked for, those that another cell covers.
func (s *screen) leaveOut(r *rest, t *try) {
	carrier := s.carrierOf(&t.variants[0])
	s.add(&r.sum, carrier, t.cell) // all zero where no cell is on the carrier
	r.open = r.open[:0]
	for p := range s.pixels {
		others := s.coveredBy[p]
		if carrier >= 0 && s.covers[carrier][p] {
			others--
		}
		if others > 0 {
			continue
		}
		if s.judge.ratio < 0 && s.counts(r.sum.bestOf[p]) && s.judge.covers(r.sum.bestOf[p], r.sum.best[p], Outdoor, 0) {
			continue
		}
		r.open = append(r.open, int32(p))
	}
}

// estimate finds the best variant of a try. base and powers are of the try's place
// and height; direction and tilt change the antenna's part alone.
func (s *screen) estimate(t *try, base *transmitter, powers []float32, r *rest) {
	was := make([]float64, len(r.open))
	f := newFeeder(base)
	for k, p := range r.open {
		was[k] = s.level(&f, p, powers[p])
	}
	own := s.newTrial(&try{cell: t.cell, best: t.variants[0]})
	for i := range t.variants {
		v := &t.variants[i]
		turned := *base
		turned.cell = *v
		turned.antenna = link.NewAntenna(link.Beam{HBWDeg: v.HBWDeg, VBWDeg: v.VBWDeg}, v.AzimuthDeg, v.TiltDeg)
		f := newFeeder(&turned)
		gained, lost := 0.0, 0.0
		for k, p := range r.open {
			px := &s.pixels[p]
			power := powers[p]
			if change := s.level(&f, p, power) - was[k]; change != 0 {
				power = float32(float64(power) * quickExp2(octave*change))
			}
			switch now := s.joined(own, power, r.sum.best[p], r.sum.bestOf[p], r.sum.sum[p]); {
			case now && !px.covered:
				gained += px.weight
			case !now && px.covered:
				lost += px.weight
			}
		}
		if i == 0 || gained-lost > t.score() {
			t.best, t.gained, t.lost = *v, gained, lost
		}
	}
}

// level is the level but for what does not depend on the antenna, for a path that
// runs as the sign of the power tells; 0 where the cell does not reach.
func (s *screen) level(f *feeder, p int32, power float32) float64 {
	if power == 0 {
		return 0
	}
	px := s.spot(f.t, p)
	px.free = power > 0
	return f.level(&px)
}

// demands are those of a transmitter that need not be one of the model's.
func (s *screen) demands(t *transmitter) []demand {
	m := *s.m
	m.transmitters = []*transmitter{t}
	return m.demands()
}
