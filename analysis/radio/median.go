package radio

import (
	"math"
	"slices"
)

// levels gathers levels in dBm to a tenth of a decibel and gives their median. It
// takes two bytes for a level while there are few, and a fixed number of bins when
// there are many.
type levels struct {
	few  []int16
	bins []int32
	n    int
}

const (
	fewLevels    = 1024
	weakestLevel = -300.0 // dBm; weaker ones count as this
	levelBins    = 4000   // up to +100 dBm
)

func (l *levels) add(dBm float32) {
	bin := int16(0)
	if v := math.Round((float64(dBm) - weakestLevel) * 10); v > 0 {
		bin = int16(min(v, levelBins-1))
	}
	l.put(bin)
}

func (l *levels) put(bin int16) {
	l.n++
	if l.bins != nil {
		l.bins[bin]++
		return
	}
	l.few = append(l.few, bin)
	if len(l.few) > fewLevels {
		l.bins = make([]int32, levelBins)
		for _, b := range l.few {
			l.bins[b]++
		}
		l.few = nil
	}
}

// merge adds what another gathered.
func (l *levels) merge(o *levels) {
	for _, b := range o.few {
		l.put(b)
	}
	if o.bins == nil {
		return
	}
	if l.bins == nil {
		few := l.few
		*l = levels{bins: o.bins, n: o.n}
		for _, b := range few {
			l.put(b)
		}
		return
	}
	for i, n := range o.bins {
		l.bins[i] += n
	}
	l.n += o.n
}

// median is the lower of the two in the middle where their number is even; false
// where there is none.
func (l *levels) median() (dBm float64, ok bool) {
	if l.n == 0 {
		return 0, false
	}
	rank, bin := (l.n-1)/2, 0
	if l.bins == nil {
		slices.Sort(l.few)
		bin = int(l.few[rank])
	} else {
		for before := int(l.bins[0]); before <= rank; before += int(l.bins[bin]) {
			bin++
		}
	}
	return math.Round((weakestLevel+float64(bin)/10)*10) / 10, true
}
