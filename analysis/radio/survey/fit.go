package survey

import (
	"maps"
	"math"
	"slices"

	"yiju/analysis/radio"
	"yiju/analysis/radio/link"
)

// Unknowns of a calibration: what is its own for each kind of path, and what all
// share.
const (
	losLoss = iota // at 100 m, and per decade
	losDecade
	nlosLoss
	nlosDecade
	patternShare
	patternFade
	tiltShare
	powerShare
	entryShare
	blockersDB
	builtDB
	cellBuiltDB
	unknowns
)

// How a calibration is fitted.
const (
	// LeastRows and LeastSites are needed for a kind of path, or a band, to have
	// figures of its own.
	LeastRows  = 300
	LeastSites = 3
	// ridgeShare keeps terms apart that go together in the data.
	ridgeShare = 1e-3
	// robust is how many standard deviations an error counts in full (Huber).
	robust = 3
	// passes of reweighting.
	passes = 3
	// mostCellBuiltDB bounds a term of either sign.
	mostCellBuiltDB = 20.0
)

// Fitted tells how a calibration of a band came about.
type Fitted struct {
	Band  string `json:"band"`
	Rows  int    `json:"rows"`
	Sites int    `json:"sites"`
	// Rows by kind of path; those indoors count in both.
	LOSRows    int `json:"los_rows"`
	NLOSRows   int `json:"nlos_rows"`
	IndoorRows int `json:"indoor_rows"`
	// Enough tells that the band has rows enough for a calibration of its own; Pooled
	// that it stands for all bands, as none has.
	Enough bool `json:"enough"`
	Pooled bool `json:"pooled,omitempty"`
	// Shared tells that a kind of path had too few rows and took the figures of the
	// other.
	Shared bool `json:"shared"`
}

// fitter gathers what one fit needs.
type fitter struct {
	s       *Survey
	samples []*linked
	power   float64 // reference EPRE
	fGHz    float64
	// lone tells that only one kind of path has rows enough: both use its unknowns.
	lone   bool
	spread float64
	// weight of the rows of a cell: all cells weigh alike. What a cell is off by, all
	// its rows are off by, so that more rows of it say little more.
	weight map[int32]float64
}

// fit fits a calibration on the sites of a part, one for each band with rows enough.
// Cells that tell no band are a band of their own, "". What is fitted on one band says
// nothing of another; only where no band has rows enough are all taken together.
func (s *Survey) fit(on part) (map[string]radio.BandCalibration, []Fitted) {
	groups := map[string][]*linked{}
	var all []*linked
	for i := range s.samples {
		a := &s.samples[i]
		if on.has(s, a) {
			all = append(all, a)
			band := s.cells[a.cell].Band
			groups[band] = append(groups[band], a)
		}
	}
	out := make(map[string]radio.BandCalibration)
	var told []Fitted
	for _, band := range slices.Sorted(maps.Keys(groups)) {
		f := fitter{s: s, samples: groups[band]}
		how := f.count()
		how.Band = band
		if how.Enough = how.Rows >= LeastRows && how.Sites >= LeastSites; how.Enough {
			out[band] = f.run()
		}
		told = append(told, how)
	}
	if len(out) == 0 && len(all) > 0 {
		f := fitter{s: s, samples: all}
		how := f.count()
		how.Pooled, how.Enough = true, true
		out[""] = f.run()
		told = append(told, how)
	}
	return out, told
}

// count looks at what there is to fit on.
func (f *fitter) count() Fitted {
	how := Fitted{Rows: len(f.samples)}
	sites := map[int]bool{}
	powers, freqs := make([]float64, 0, len(f.samples)), make([]float64, 0, len(f.samples))
	los, nlos := map[int]bool{}, map[int]bool{}
	f.weight = make(map[int32]float64)
	for _, a := range f.samples {
		f.weight[a.cell]++
		c := &f.s.cells[a.cell]
		sites[c.site] = true
		powers, freqs = append(powers, c.EPREdBm), append(freqs, c.FreqMHz)
		if a.path == radio.LOS {
			how.LOSRows++
			los[c.site] = true
		} else {
			how.NLOSRows++
			nlos[c.site] = true
		}
		if a.indoor {
			how.IndoorRows++
		}
	}
	cells := float64(len(f.weight))
	for c, rows := range f.weight {
		f.weight[c] = float64(len(f.samples)) / (cells * rows)
	}
	how.Sites = len(sites)
	f.lone = how.LOSRows < LeastRows || how.NLOSRows < LeastRows || len(los) < LeastSites || len(nlos) < LeastSites
	how.Shared = f.lone
	f.power, f.fGHz = median(powers), median(freqs)/1000
	return how
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	return v[(len(v)-1)/2]
}

// row fills in the equation of a sample and gives its right side.
func (f *fitter) row(a *linked, row []float64) float64 {
	clear(row)
	log := a.at.LogDistance()
	kind := losLoss
	if a.path != radio.LOS && !f.lone {
		kind = nlosLoss
	}
	row[kind], row[kind+1] = -1, -log
	row[patternShare], row[patternFade], row[tiltShare] = -a.at.SideDB, a.at.SideDB*log, -link.DownDB(a.at.UpWidths/f.spread)
	row[powerShare] = a.at.EPREdBm - f.power
	row[entryShare] = -a.at.EntryDB
	row[blockersDB], row[builtDB], row[cellBuiltDB] = -a.at.LogBlockers, -a.at.BuiltShare, -a.at.CellBuiltShare
	return a.rsrp - a.port + row[powerShare]
}

// spreads are the widenings of the vertical beam that are tried.
var spreads = [...]float64{1, 1.5, 2, 3, 4}

// run fits with each widening of the beam and keeps the one that leaves least.
func (f *fitter) run() radio.BandCalibration {
	bounds := f.bounds()
	best, left, spread := []float64(nil), math.Inf(1), 1.0
	for _, f.spread = range spreads {
		if x, rest := f.pass(bounds, nil, math.Inf(1)); rest < left {
			best, left, spread = x, rest, f.spread
		}
	}
	f.spread = spread
	for range passes {
		best, _ = f.pass(bounds, best, f.limit(best))
	}
	return f.calibration(best)
}

// pass fits by least squares. Rows that an earlier fit x misses by more than limit
// count less. The rest is the sum of squares, but for a constant.
func (f *fitter) pass(bounds []bound, x []float64, limit float64) (fitted []float64, rest float64) {
	s := newSystem(unknowns)
	s.bounds = bounds
	row := make([]float64, unknowns)
	squares := 0.0
	for _, a := range f.samples {
		y := f.row(a, row)
		weight := f.weight[a.cell]
		if x != nil {
			if off := math.Abs(y - dot(row, x)); off > limit {
				weight *= limit / off
			}
		}
		squares += weight * y * y
		s.add(row, y, weight)
	}
	s.ridge(ridgeShare, losLoss, nlosLoss)
	fitted = s.solve()
	return fitted, squares + s.energy(fitted)
}

// limit is the error from which rows count less.
func (f *fitter) limit(x []float64) float64 {
	row := make([]float64, unknowns)
	misses := make([]float64, len(f.samples))
	for i, a := range f.samples {
		y := f.row(a, row)
		misses[i] = math.Abs(y - dot(row, x))
	}
	return max(robust*1.4826*median(misses), 0.1) // 1.4826·MAD is σ of a normal distribution
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// bounds keep the physics: shares within 0 and 1, losses not negative and no less
// than in free space, no level that grows with the distance, no blocked path better
// than a free one of the same length.
func (f *fitter) bounds() []bound {
	var out []bound
	most := func(most float64, terms ...term) {
		sum := make([]float64, unknowns)
		for _, t := range terms {
			sum[t.unknown] += t.factor
		}
		out = append(out, bound{sum, most})
	}
	for _, share := range []int{patternShare, tiltShare, powerShare, entryShare} {
		most(1, term{share, 1})
		most(0, term{share, -1})
	}
	for _, loss := range []int{patternFade, blockersDB, builtDB} {
		most(0, term{loss, -1})
	}
	most(mostCellBuiltDB, term{cellBuiltDB, 1})
	most(mostCellBuiltDB, term{cellBuiltDB, -1})
	kinds := []int{losLoss, nlosLoss}
	if f.lone {
		kinds = kinds[:1]
	}
	free := 20*math.Log10(radio.CalibratedAtM) + 20*math.Log10(f.fGHz) + freeSpaceDB
	for _, kind := range kinds {
		most(-free, term{kind, -1})
		most(0, term{kind + 1, -1}, term{patternFade, link.FrontToBackDB})
	}
	if !f.lone {
		for _, d := range []float64{nearest, f.s.options.MaxDistanceM} {
			log := math.Log10(d / radio.CalibratedAtM)
			most(0, term{losLoss, 1}, term{losDecade, log}, term{nlosLoss, -1}, term{nlosDecade, -log}, term{blockersDB, -math.Log10(2)})
		}
	}
	return out
}

// nearest is where bounds over the distance begin to hold, in metres.
const nearest = 20.0

// freeSpaceDB is the loss of free space over 1 m at 1 GHz.
const freeSpaceDB = 32.45

type term struct {
	unknown int
	factor  float64
}

// calibration words the unknowns as a calibration.
func (f *fitter) calibration(x []float64) radio.BandCalibration {
	share := func(i int) *float64 {
		v := min(max(round(x[i]), 0), 1)
		return &v
	}
	class := func(kind int) radio.ClassCalibration {
		return radio.ClassCalibration{
			Loss:         &radio.DistanceLaw{At100DB: round(x[kind]), PerDecadeDB: round(x[kind+1])},
			PatternShare: share(patternShare), PatternFade: round(x[patternFade]), TiltShare: share(tiltShare), TiltSpread: f.spread,
			PowerShare: share(powerShare), PowerdBm: round(f.power),
			BlockersDB: round(x[blockersDB]), BuiltDB: round(x[builtDB]), CellBuiltDB: round(x[cellBuiltDB]),
		}
	}
	c := radio.BandCalibration{LOS: class(losLoss), NLOS: class(losLoss)}
	if !f.lone {
		c.NLOS = class(nlosLoss)
	}
	c.Indoor = radio.ClassCalibration{EntryShare: share(entryShare)}
	f.sigma(&c)
	return c
}

// round keeps four decimals: more says nothing, and a file should read well.
func round(v float64) float64 { return math.Round(v*1e4)/1e4 + 0 } // + 0: no negative zero

// sigma fills in what remains on the rows of the fit.
func (f *fitter) sigma(c *radio.BandCalibration) {
	var left remains
	for _, a := range f.samples {
		left.add(a, c)
	}
	left.into(c, 2)
}

// remains gathers errors by kind of path; of a phone indoors apart.
type remains [3]tally

func (r *remains) add(a *linked, c *radio.BandCalibration) { r[a.kind()].add(a.predicted(c), a.rsrp) }

// into writes down the standard deviations of kinds with rows enough.
func (r *remains) into(c *radio.BandCalibration, least float64) {
	for i, class := range []*radio.ClassCalibration{&c.LOS, &c.NLOS, &c.Indoor} {
		if t := &r[i]; t.n >= least {
			class.SigmaDB = math.Round(100*t.figures().SigmaDB) / 100
		}
	}
}
