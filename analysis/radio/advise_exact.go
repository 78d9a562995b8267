package radio

import (
	"math"
	"sync"
)

// coverage is what a group covers outdoors.
type coverage struct {
	group            int
	covered, outdoor int64
	tiles            int
	sample           [2][]sampled // of pixels that are not covered and that are
}

// sampled is a pixel of the sample.
type sampled struct {
	key         uint64
	tile, pixel int32
}

// coverage visits all pixels as the cells are.
func (m *Model) coverage(group int) (*coverage, error) {
	base := &coverage{group: group}
	err := m.Tiles(func(t *Tile) error {
		for i, kind := range t.Kind {
			if kind != Outdoor {
				continue
			}
			base.outdoor++
			covered := t.Covers[i] >> group & 1
			base.covered += int64(covered)
			list := &base.sample[covered]
			*list = append(*list, sampled{scatter(t.C0+i%t.Grid.Cols, t.R0+i/t.Grid.Cols), int32(base.tiles), int32(i)})
			if len(*list) >= 4*mostSampled {
				*list = smallestKeys(*list, mostSampled)
			}
		}
		base.tiles++
		return nil
	})
	return base, err
}

// outcome is what a try does, in pixels.
type outcome struct{ gained, lost int64 }

// exact works tries out on all pixels. It visits the tiles once more: what the other
// cells give a tile serves all tries.
func (s *screen) exact(base *coverage, tries []*try) []Advice {
	m := s.m
	trials := make([]*trial, len(tries))
	for i, t := range tries {
		trials[i] = s.newTrial(t)
	}
	cols, rows := m.grid.tiles()
	byTile := make([][]outcome, cols*rows)
	var pool sync.Pool
	_ = inOrder(cols*rows, func(w *work, k int) {
		x, ok := pool.Get().(*tileTrials)
		if !ok {
			x = &tileTrials{}
		}
		m.paint(&w.canvas, k%cols, k/cols, nil)
		if len(w.canvas.rows) > 0 {
			byTile[k] = s.tryTile(w, x, trials)
		}
		pool.Put(x)
	}, func(*work) error { return nil })
	out := make([]Advice, len(tries))
	for i, t := range tries {
		var sum outcome
		for _, o := range byTile {
			if o != nil {
				sum.gained, sum.lost = sum.gained+o[i].gained, sum.lost+o[i].lost
			}
		}
		out[i] = m.advice(base, t, sum.gained, sum.lost)
	}
	return out
}

// trial is a try made ready for many tiles.
type trial struct {
	cell, carrier int
	t             *transmitter // as it would be
	own           judge
	counts        bool // what it covers counts for the group
}

func (s *screen) newTrial(t *try) *trial {
	out := &trial{cell: t.cell, carrier: s.carrierOf(&t.best), t: s.m.newTransmitter(&t.best)}
	out.own = judge{demands: s.demands(out.t), ratio: s.judge.ratio, load: s.judge.load}
	g := &s.m.groups[s.group]
	out.counts = g.isAll() || g.Operator == t.best.Operator && (g.isOperator() || g.Band == t.best.Band)
	return out
}

// tileTrials is the memory for the trials of one tile.
type tileTrials struct {
	sums  []carrierSum // by carrier
	was   [][]float32  // by trial, of the cell that is changed
	cover []int16      // carriers that cover each pixel
	now   []float32
}

// tryTile counts what each trial does in a tile.
func (s *screen) tryTile(w *work, x *tileTrials, trials []*trial) []outcome {
	m, kinds := s.m, w.canvas.kind
	n := len(kinds)
	x.sums, x.was = resize(x.sums, len(m.carriers)), resize(x.was, len(trials))
	x.cover = resize(x.cover, n)
	clear(x.cover)
	w.powers = resize(w.powers, n)
	for c := range m.carriers {
		x.sums[c].reset(n)
	}
	for i := range trials {
		x.was[i] = resize(x.was[i], n)
		clear(x.was[i])
	}
	for cell, t := range m.transmitters {
		if !m.reaches(t, &w.canvas) {
			continue
		}
		m.powers(t, w, w.powers, nil)
		x.sums[t.carrier].add(cell, w.powers)
		for i, trial := range trials {
			if trial.cell == cell {
				copy(x.was[i], w.powers)
			}
		}
	}
	for c := range x.sums {
		for p := range n {
			if kinds[p] == Outdoor && s.carrierCovers(&x.sums[c], p) {
				x.cover[p]++
			}
		}
	}
	out := make([]outcome, len(trials))
	for i, trial := range trials {
		x.now = resize(x.now, n)
		clear(x.now)
		if m.reaches(trial.t, &w.canvas) {
			m.powers(trial.t, w, x.now, nil)
		} else if trial.cell < 0 || !m.reaches(m.transmitters[trial.cell], &w.canvas) {
			continue
		}
		out[i] = s.tryPixels(trial, x, x.was[i], kinds)
	}
	return out
}

// carrierCovers tells whether a carrier covers a pixel outdoors for the group.
func (s *screen) carrierCovers(sum *carrierSum, p int) bool {
	return s.counts(sum.bestOf[p]) && s.judge.covers(sum.bestOf[p], sum.best[p], Outdoor, sum.sum[p]-math.Abs(float64(sum.best[p])))
}

// noCarrier is that of a cell on a frequency of its own.
var noCarrier = carrierSum{best: []float32{0}, second: []float32{0}, bestOf: []int16{NoServer}, secondOf: []int16{NoServer}, sum: []float64{0}}

func (s *screen) tryPixels(trial *trial, x *tileTrials, was []float32, kinds []uint8) (out outcome) {
	for p, kind := range kinds {
		if kind != Outdoor {
			continue
		}
		sum, k := &noCarrier, 0
		others := x.cover[p]
		if trial.carrier >= 0 {
			sum, k = &x.sums[trial.carrier], p
			if s.carrierCovers(sum, k) {
				others--
			}
		}
		if others > 0 {
			continue // covered, whatever becomes of this carrier
		}
		// The carrier without the cell, then with it as it would be.
		best, bestOf := sum.best[k], sum.bestOf[k]
		rest := sum.sum[k] - math.Abs(float64(was[p]))
		if trial.cell >= 0 && int(bestOf) == trial.cell {
			best, bestOf = sum.second[k], sum.secondOf[k]
		}
		switch now, before := s.joined(trial, x.now[p], best, bestOf, rest), x.cover[p] > 0; {
		case now && !before:
			out.gained++
		case !now && before:
			out.lost++
		}
	}
	return out
}

// joined tells whether a carrier covers a pixel when the power of a trial joins the
// rest of it, of which best is the strongest.
func (s *screen) joined(trial *trial, power, best float32, bestOf int16, rest float64) bool {
	size, strongest := math.Abs(float64(power)), math.Abs(float64(best))
	if strongest >= size {
		return s.counts(bestOf) && s.judge.covers(bestOf, best, Outdoor, rest-strongest+size)
	}
	return trial.counts && trial.own.covers(0, power, Outdoor, rest)
}
