package survey

// Scatter counts pairs of levels in squares of ScatterDB, from ScatterFrom on.
type Scatter struct {
	// Counts has a row for each step of the measured level, of counts by the
	// predicted one.
	Counts [scatterSteps][scatterSteps]int `json:"counts"`
	// Beyond is how many pairs lie outside.
	Beyond int `json:"beyond"`
}

// The squares of a Scatter, in dBm and dB.
const (
	ScatterFrom  = -140.0
	ScatterDB    = 2.0
	scatterSteps = 50
)

func (s *Scatter) add(predicted, measured float64) {
	x, y := (predicted-ScatterFrom)/ScatterDB, (measured-ScatterFrom)/ScatterDB
	if !(x >= 0 && y >= 0 && x < scatterSteps && y < scatterSteps) {
		s.Beyond++
		return
	}
	s.Counts[int(y)][int(x)]++
}

// Histogram counts errors in steps of HistogramDB, from HistogramFrom on; the first
// and last step hold what lies beyond.
type Histogram struct {
	Counts [histogramSteps]int `json:"counts"`
}

// The steps of a Histogram, in dB.
const (
	HistogramFrom  = -30.0
	HistogramDB    = 2.0
	histogramSteps = 30
)

func (h *Histogram) add(errorDB float64) {
	i := int((errorDB - HistogramFrom) / HistogramDB)
	h.Counts[min(max(i, 0), histogramSteps-1)]++
}
