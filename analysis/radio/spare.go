package radio

import (
	"math"

	"yiju/analysis"
	"yiju/geo"
)

// How far coverage is told for other levels than the one asked for: up and down by
// so much, in steps.
const (
	mostSpareDB  = 40.0
	spareStepDB  = 0.5
	spareOffsets = 2*int(mostSpareDB/spareStepDB) + 1
)

// SpareOffsets lists the offsets in dB, ascending, at which coverage is told for a
// higher level than the one asked for. 0 is among them.
func SpareOffsets() []float64 {
	out := make([]float64, spareOffsets)
	for i := range out {
		out[i] = float64(i)*spareStepDB - mostSpareDB
	}
	return out
}

// spareTimes are the offsets as ratios of powers.
var spareTimes = func() (out [spareOffsets]float64) {
	for i, offset := range SpareOffsets() {
		out[i] = math.Pow(10, offset/10)
	}
	return out
}()

// spareOf counts the offsets that a margin, a ratio of powers, reaches.
func spareOf(margin float64) uint8 {
	if margin < spareTimes[0] {
		return 0
	}
	// A quick guess, then exactly.
	guess := (decibel*quickLog2(margin) + mostSpareDB) / spareStepDB
	n := int(min(max(guess, 0), float64(spareOffsets)))
	for n < spareOffsets && margin >= spareTimes[n] {
		n++
	}
	for n > 0 && margin < spareTimes[n-1] {
		n--
	}
	return uint8(n)
}

// spares counts the pixels of the community, outdoors and indoors, by Tile.Spare.
type spares struct {
	outdoor, indoor [spareOffsets + 1]int64
	pixels          int64
}

func (s *spares) add(t *Tile) {
	for i, n := range t.Spare {
		switch t.Kind[i] {
		case Outdoor:
			s.outdoor[n]++
		case Indoor:
			s.indoor[n]++
		default:
			continue
		}
		s.pixels++
	}
}

// scale tells the share covered at each offset of the level; that of the ratio stays
// as it is. Counts are by Tile.Spare. Without pixels there is none.
func (r *answer) scale(counts *[spareOffsets + 1]int64, whole int64) *analysis.Scale {
	if whole == 0 || r.spare.pixels != r.all.total() {
		return nil
	}
	out := &analysis.Scale{Title: geo.T("所需电平", "the level asked for"), Unit: "dB", Steps: make([]analysis.Step, spareOffsets)}
	offsets, covered := SpareOffsets(), int64(0)
	for i := spareOffsets - 1; i >= 0; i-- {
		covered += counts[i+1]
		share := analysis.Share("", geo.Text{}, "m²", r.areaM2(covered), r.areaM2(whole))
		out.Steps[i] = analysis.Step{At: offsets[i], Value: *share.Value}
	}
	return out
}

// scales gives the shares of all cells their scales.
func (r *answer) scales(covered, outdoor *analysis.Value) {
	both := r.spare.outdoor
	for i, n := range r.spare.indoor {
		both[i] += n
	}
	covered.Scale = r.scale(&both, r.all.total())
	outdoor.Scale = r.scale(&r.spare.outdoor, r.all.outdoor)
}
