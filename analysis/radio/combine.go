package radio

import "math"

// Levels are combined as powers in mW. A power is negative where the path is
// blocked, and zero where a cell does not reach.

// carrierSum is what the cells of one carrier give the pixels of a tile.
type carrierSum struct {
	best, second     []float32
	bestOf, secondOf []int16
	sum              []float64
}

func (s *carrierSum) reset(n int) {
	s.best, s.second = resize(s.best, n), resize(s.second, n)
	s.bestOf, s.secondOf = resize(s.bestOf, n), resize(s.secondOf, n)
	s.sum = resize(s.sum, n)
	for i := range n {
		s.best[i], s.second[i], s.bestOf[i], s.secondOf[i], s.sum[i] = 0, 0, NoServer, NoServer, 0
	}
}

// bytes is how much memory the sum takes.
func (s *carrierSum) bytes() int { return 20 * len(s.best) }

// add adds a cell. Cells must come in their order.
func (s *carrierSum) add(cell int, powers []float32) {
	best, second, sum := s.best[:len(powers)], s.second[:len(powers)], s.sum[:len(powers)]
	for i, p := range powers {
		if p == 0 {
			continue
		}
		size := max(p, -p)
		sum[i] += float64(size)
		if size <= max(second[i], -second[i]) {
			continue
		}
		if size > max(best[i], -best[i]) {
			second[i], s.secondOf[i] = best[i], s.bestOf[i]
			best[i], s.bestOf[i] = p, int16(cell)
		} else {
			second[i], s.secondOf[i] = p, int16(cell)
		}
	}
}

// demand is what a level must meet: a least power by kind of path, in mW, and a
// least ratio (0 for none).
type demand struct {
	least [pathKinds]float64
	noise float64
}

// demands makes the thresholds ready for each cell.
func (m *Model) demands() []demand {
	out := make([]demand, len(m.transmitters))
	th := &m.params.Thresholds
	for i, t := range m.transmitters {
		out[i].noise = t.noise
		for k, sigma := range t.sigma {
			level := th.RSRPdBm
			if th.Probability != nil { // Q((thr−RSRP)/σ) ≥ P
				level -= sigma * math.Sqrt2 * math.Erfinv(1-2**th.Probability)
			}
			out[i].least[k] = milliwatts(level)
		}
	}
	return out
}

// judge is what folding needs to know of the parameters.
type judge struct {
	demands []demand
	ratio   float64 // least SINR, linear; negative for none
	load    float64
}

func (m *Model) judge() *judge {
	j := &judge{demands: m.demands(), ratio: -1, load: *m.params.LoadShare}
	if r := m.params.Thresholds.SINRdB; r != nil {
		j.ratio = milliwatts(*r)
	}
	return j
}

// kindOf is the kind of a path from the sign of its power and the kind of its pixel.
func kindOf(power float32, pixel uint8) int {
	switch {
	case pixel == Indoor:
		return indoorPath
	case power < 0:
		return blockedPath
	}
	return freePath
}

// margin is how many times a cell's power is the least that is asked for, where it
// meets the ratio beside others, the sum of the rest of its carrier; else 0.
func (j *judge) margin(cell int16, power float32, pixel uint8, others float64) float64 {
	if cell < 0 {
		return 0
	}
	d := &j.demands[cell]
	size := math.Abs(float64(power))
	if j.ratio >= 0 && size < j.ratio*(j.load*max(others, 0)+d.noise) {
		return 0
	}
	return size / d.least[kindOf(power, pixel)]
}

// covers tells whether a cell's power meets the demands. A quotient of floats is 1 or
// more exactly where the first is no smaller than the second.
func (j *judge) covers(cell int16, power float32, pixel uint8, others float64) bool {
	return j.margin(cell, power, pixel, others) >= 1
}

// fold brings a finished carrier into a tile: servers so far, what they cover, and
// what of it hangs on one cell. ratios holds the powers that SINR is made of.
func (m *Model) fold(s *carrierSum, j *judge, w *work) {
	tile := &w.tile
	for i, best := range s.best {
		cell := s.bestOf[i]
		if cell < 0 {
			continue
		}
		size := math.Abs(float64(best))
		others := s.sum[i] - size
		had := math.Abs(float64(w.power[i]))
		if tile.Server[i] < 0 || size > had || size == had && cell < tile.Server[i] {
			tile.Server[i], w.power[i], w.others[i] = cell, best, others
		}
		margin := j.margin(cell, best, tile.Kind[i], others)
		w.margin[i] = max(w.margin[i], margin)
		if margin < 1 {
			continue
		}
		if tile.Covers[i] == 0 {
			next := math.Abs(float64(s.second[i]))
			if !j.covers(s.secondOf[i], s.second[i], tile.Kind[i], others-next) {
				tile.Sole[i] = cell
			}
		} else {
			tile.Sole[i] = NoServer
		}
		tile.Covers[i] |= m.transmitters[cell].groups
	}
}

// finish turns the powers of the servers into levels.
func (m *Model) finish(j *judge, w *work) {
	tile := &w.tile
	for i, cell := range tile.Server {
		tile.Spare[i] = spareOf(w.margin[i])
		if cell < 0 {
			tile.RSRP[i], tile.SINR[i] = float32(math.Inf(-1)), float32(math.Inf(-1))
			tile.Chance[i], tile.Free[i] = 0, false
			continue
		}
		t, power := m.transmitters[cell], w.power[i]
		size := math.Abs(float64(power))
		level := 10 * math.Log10(size)
		tile.RSRP[i] = float32(level)
		tile.SINR[i] = float32(decibel * quickLog2(size/(j.load*max(w.others[i], 0)+t.noise)))
		tile.Chance[i] = float32(quickQ((m.params.Thresholds.RSRPdBm - level) / t.sigma[kindOf(power, tile.Kind[i])]))
		tile.Free[i] = power > 0
	}
}
