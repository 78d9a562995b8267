package survey

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"yiju/analysis"
	"yiju/analysis/radio"
	"yiju/analysis/radio/link"
	"yiju/geo"
)

// Report is a survey with its figures.
type Report struct {
	Options Options `json:"options"`
	// Rows are all rows read, Used those that the figures are of; Left says where
	// the others went.
	Rows  int    `json:"rows"`
	Used  int    `json:"used"`
	Left  []Left `json:"left"`
	Cells int    `json:"cells"`
	Sites []Site `json:"sites"`
	// FitSites and TestSites are how many sites the calibration was fitted and
	// tested on.
	FitSites  int       `json:"fit_sites"`
	TestSites int       `json:"test_sites"`
	Obstacles Obstacles `json:"obstacles"`
	// References are simpler predictions of the rows of the test sites: what a
	// calibrated one has to beat. The first is the nominal prediction.
	References []Judged `json:"references"`
	// Fit and Test are the figures of the calibration on either part; Reverse those
	// of one fitted on the test sites, on the sites of the fit. Test and Reverse are
	// nil when all sites were fitted on.
	Fit     Figures  `json:"fit"`
	Test    *Figures `json:"test"`
	Reverse *Figures `json:"reverse"`
	// Folds are of calibrations fitted without the fold that they are tested on;
	// Cross is of all those predictions together.
	Folds []Figures `json:"folds"`
	Cross Figures   `json:"cross"`

	Kinds     []Group        `json:"kinds"`
	Distances []DistanceStep `json:"distances"`
	ByBand    []Group        `json:"by_band"`
	BySite    []Group        `json:"by_site"` // in the order of Sites
	ByCell    []Group        `json:"by_cell"`
	// Nominal and Calibrated count pairs of predicted and measured levels.
	Nominal    Scatter   `json:"nominal_scatter"`
	Calibrated Scatter   `json:"calibrated_scatter"`
	Errors     Histogram `json:"errors"`

	Fitted      []Fitted          `json:"fitted"`
	Calibration radio.Calibration `json:"calibration"`
	Notes       []analysis.Note   `json:"notes"`
}

// Judged is a way to predict with its figures.
type Judged struct {
	ID    string   `json:"id"`
	Title geo.Text `json:"title"`
	Figures
}

// Group is the figures of the rows that have something in common.
type Group struct {
	ID    string `json:"id"`
	Test  bool   `json:"test"` // of a site that was not fitted on
	Sites int    `json:"sites,omitempty"`
	// Nominal and Calibrated are the figures without and with the calibration.
	Nominal    Figures `json:"nominal"`
	Calibrated Figures `json:"calibrated"`
}

// DistanceStep is medians of the rows at a distance.
type DistanceStep struct {
	FromM       float64 `json:"from_m"`
	ToM         float64 `json:"to_m"`
	Rows        int     `json:"rows"`
	Measured    float64 `json:"measured_dbm"`
	LowMeasured float64 `json:"measured_p10_dbm"`
	HiMeasured  float64 `json:"measured_p90_dbm"`
	Nominal     float64 `json:"nominal_dbm"`
	Calibrated  float64 `json:"calibrated_dbm"`
}

// stepM is the width of distance steps.
const stepM = 100.0

// Report fits the calibration, tests it and gathers the figures. id and title name
// the calibration.
func (s *Survey) Report(id string, title geo.Text) (*Report, error) {
	if len(s.samples) < LeastRows || len(s.sites) < LeastSites {
		return nil, geo.Refuse(
			geo.Tf("可用的实测数据只有 %d 行、%d 个站点，不足以校准", "only %d rows at %d sites can be used, too few for a calibration", len(s.samples), len(s.sites)),
			geo.Tf("至少需要 %d 行、%d 个站点", "at least %d rows at %d sites are needed", LeastRows, LeastSites))
	}
	r := &Report{Options: s.options, Used: len(s.samples), Left: s.left, Sites: s.sites, Obstacles: s.obstacles}
	r.Rows = r.Used
	for _, l := range s.left {
		r.Rows += l.Rows
	}
	for i := range s.cells {
		if s.cells[i].rows > 0 {
			r.Cells++
		}
	}
	fit, test := s.halves()
	r.FitSites, r.TestSites = fit.sites(), test.sites()
	bands, fitted := s.fit(fit)
	r.Fitted = fitted
	r.Calibration = radio.Calibration{ID: id, Title: title, Bands: bands}
	s.tested(r, fit, test)
	s.crossed(r)
	s.references(r, test)
	s.gather(r, test)
	r.Calibration.Source = r.source()
	r.Notes = s.reading(r)
	return r, nil
}

// judge is the figures of a calibration on a part; nil is the nominal prediction.
func (s *Survey) judge(c *radio.Calibration, on part, t *tally) Figures {
	var own tally
	each := s.perBand(c)
	for i := range s.samples {
		a := &s.samples[i]
		if !on.has(s, a) {
			continue
		}
		p := a.predicted(each[a.cell])
		own.add(p, a.rsrp)
		if t != nil {
			t.add(p, a.rsrp)
		}
	}
	return own.figures()
}

// perBand finds the calibration of each cell once.
func (s *Survey) perBand(c *radio.Calibration) []*radio.BandCalibration {
	out := make([]*radio.BandCalibration, len(s.cells))
	for i := range s.cells {
		out[i] = c.Of(s.cells[i].Band)
	}
	return out
}

func (s *Survey) tested(r *Report, fit, test part) {
	r.Fit = s.judge(&r.Calibration, fit, nil)
	if r.TestSites == 0 {
		return
	}
	f := s.judge(&r.Calibration, test, nil)
	r.Test = &f
	s.spread(&r.Calibration, test)
	bands, _ := s.fit(test)
	reverse := s.judge(&radio.Calibration{Bands: bands}, fit, nil)
	r.Reverse = &reverse
}

// spread takes the standard deviations that remain from the sites tested on: where a
// calibration was fitted they look smaller than they are.
func (s *Survey) spread(c *radio.Calibration, test part) {
	left := make(map[string]*remains)
	for i := range s.samples {
		a := &s.samples[i]
		band := s.cells[a.cell].Band
		if _, own := c.Bands[band]; !own {
			band = ""
		}
		b, ok := c.Bands[band]
		if !ok || !test.has(s, a) {
			continue
		}
		if left[band] == nil {
			left[band] = &remains{}
		}
		left[band].add(a, &b)
	}
	for band, l := range left {
		b := c.Bands[band]
		l.into(&b, LeastRows)
		c.Bands[band] = b
	}
}

// crossed tests each fold of the sites with a calibration fitted on the others.
func (s *Survey) crossed(r *Report) {
	folds := min(s.options.Folds, len(s.sites))
	var all tally
	for k := range folds {
		fit, test := s.fold(k, folds)
		bands, _ := s.fit(fit)
		r.Folds = append(r.Folds, s.judge(&radio.Calibration{Bands: bands}, test, &all))
	}
	r.Cross = all.figures()
}

// references judges the nominal prediction and simpler ones on the test sites, or on
// all where there are none.
func (s *Survey) references(r *Report, test part) {
	if r.TestSites == 0 {
		test = s.everywhere()
	}
	var free, round, beamed tally
	for i := range s.samples {
		a := &s.samples[i]
		if !test.has(s, a) {
			continue
		}
		c := &s.cells[a.cell]
		losses := link.UMa.Losses(c.HeightM, DefaultPhoneM, c.FreqMHz/1000)
		blocked := losses.NLOS(a.distance, a.at.Distance3DM)
		free.add(c.EPREdBm-freeSpaceDB-20*math.Log10(c.FreqMHz/1000)-20*math.Log10(max(a.at.Distance3DM, 1)), a.rsrp)
		round.add(c.EPREdBm-blocked, a.rsrp)
		beamed.add(c.EPREdBm+c.GainDBi-blocked-a.at.AntennaDB(), a.rsrp)
	}
	r.References = []Judged{
		{"nominal", geo.T("未校准的预测", "prediction without calibration"), s.judge(nil, test, nil)},
		{"free_space", geo.T("自由空间，全向", "free space, isotropic"), free.figures()},
		{"uma_nlos", geo.T("UMa 非视距，全向", "UMa NLOS, isotropic"), round.figures()},
		{"uma_nlos_pattern", geo.T("UMa 非视距，带方向图", "UMa NLOS with antenna pattern"), beamed.figures()},
	}
}

func (s *Survey) everywhere() part {
	p := make(part, len(s.sites))
	for i := range p {
		p[i] = true
	}
	return p
}

// pair gathers the figures of a group.
type pair struct {
	nominal, calibrated tally
	sites               map[int]bool
}

func (p *pair) add(a *linked, nominal, calibrated float64, site int) {
	p.nominal.add(nominal, a.rsrp)
	p.calibrated.add(calibrated, a.rsrp)
	if p.sites == nil {
		p.sites = make(map[int]bool)
	}
	p.sites[site] = true
}

func (p *pair) group(id string, test bool) Group {
	return Group{ID: id, Test: test, Sites: len(p.sites), Nominal: p.nominal.figures(), Calibrated: p.calibrated.figures()}
}

// gather fills in the figures of groups, over the rows of the test sites where not by
// site or cell: a calibration looks better than it is where it was fitted.
func (s *Survey) gather(r *Report, test part) {
	scored := test
	if r.TestSites == 0 {
		scored = s.everywhere()
	}
	sites, cells := make([]pair, len(s.sites)), make([]pair, len(s.cells))
	kinds, bands := make([]pair, 3), map[string]*pair{}
	far := int(math.Ceil(s.options.MaxDistanceM/stepM)) + 1
	steps := make([]levels, far)
	each := s.perBand(&r.Calibration)
	for i := range s.samples {
		a := &s.samples[i]
		nominal, calibrated := a.nominal(), a.predicted(each[a.cell])
		site := s.cells[a.cell].site
		sites[site].add(a, nominal, calibrated, site)
		cells[a.cell].add(a, nominal, calibrated, site)
		if !scored[site] {
			continue
		}
		kinds[a.kind()].add(a, nominal, calibrated, site)
		band := s.cells[a.cell].Band
		if bands[band] == nil {
			bands[band] = &pair{}
		}
		bands[band].add(a, nominal, calibrated, site)
		steps[int(a.distance/stepM)].add(a.rsrp, nominal, calibrated)
		r.Nominal.add(nominal, a.rsrp)
		r.Calibrated.add(calibrated, a.rsrp)
		r.Errors.add(calibrated - a.rsrp)
	}
	for i := range sites {
		r.BySite = append(r.BySite, sites[i].group(s.sites[i].ID, test[i]))
	}
	for i := range cells {
		if c := &s.cells[i]; c.rows > 0 {
			r.ByCell = append(r.ByCell, cells[i].group(c.ID, test[c.site]))
		}
	}
	for i, name := range [...]string{"los", "nlos", "indoor"} {
		r.Kinds = append(r.Kinds, kinds[i].group(name, r.TestSites > 0))
	}
	for band, p := range bands {
		r.ByBand = append(r.ByBand, p.group(band, r.TestSites > 0))
	}
	slices.SortFunc(r.ByBand, func(a, b Group) int { return cmp.Compare(a.ID, b.ID) })
	for i := range steps {
		if len(steps[i].measured) > 0 {
			r.Distances = append(r.Distances, steps[i].step(float64(i)*stepM))
		}
	}
}

// kind is 0 for a free path, 1 for a blocked one, 2 for a phone indoors.
func (s *linked) kind() int {
	switch {
	case s.indoor:
		return 2
	case s.path != radio.LOS:
		return 1
	}
	return 0
}

// levels are gathered for medians.
type levels struct{ measured, nominal, calibrated []float64 }

func (l *levels) add(measured, nominal, calibrated float64) {
	l.measured = append(l.measured, measured)
	l.nominal = append(l.nominal, nominal)
	l.calibrated = append(l.calibrated, calibrated)
}

func (l *levels) step(from float64) DistanceStep {
	d := DistanceStep{FromM: from, ToM: from + stepM, Rows: len(l.measured), Measured: median(l.measured),
		Nominal: median(l.nominal), Calibrated: median(l.calibrated)}
	tenth := (len(l.measured) - 1) / 10 // median has sorted them
	d.LowMeasured, d.HiMeasured = l.measured[tenth], l.measured[len(l.measured)-1-tenth]
	return d
}

// source words where the calibration comes from.
func (r *Report) source() geo.Text {
	zh := fmt.Sprintf("由 %d 行实测 RSRP（%d 个站点，距小区 %g 米以内）拟合", r.Fit.Rows, r.FitSites, r.Options.MaxDistanceM)
	en := fmt.Sprintf("fitted on %d rows of measured RSRP (%d sites, within %g m of the cell)", r.Fit.Rows, r.FitSites, r.Options.MaxDistanceM)
	if r.Test != nil {
		zh += fmt.Sprintf("；在另外 %d 个站点上：RMSE %.1f dB，相关系数 %.2f", r.TestSites, r.Test.RMSEDB, r.Test.Correlation)
		en += fmt.Sprintf("; on %d other sites: RMSE %.1f dB, correlation %.2f", r.TestSites, r.Test.RMSEDB, r.Test.Correlation)
	}
	if r.Obstacles.Source == "measured" {
		zh += "；遮挡来自实测点处的建筑高度，不是建筑轮廓"
		en += "; obstacles are heights of buildings at the measured places, not outlines"
	}
	return geo.T(zh, en)
}
