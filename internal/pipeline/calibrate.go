package pipeline

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/analysis/radio"
	"yiju/analysis/radio/survey"
	"yiju/geo"
	"yiju/geo/crs"
	"yiju/layers"
)

// DefaultCalibrationID is what a calibration without a name is called.
const DefaultCalibrationID = "measured"

// CalibrateRequest asks to lay measured levels over the prediction. Fields left empty
// take the defaults of package survey.
type CalibrateRequest struct {
	ID string `json:"id,omitempty"`
	// Assume names the defaults that stand in for gain, beam widths and power.
	Assume        string  `json:"assume,omitempty"`
	MaxDistance_m float64 `json:"max_distance_m,omitempty"`
	FitShare      float64 `json:"fit_share,omitempty"`
	Folds         int     `json:"folds,omitempty"`
	Seed          uint64  `json:"seed,omitempty"`
	Place_m       float64 `json:"place_m,omitempty"`
	Square_m      float64 `json:"square_m,omitempty"`
	Entry         string  `json:"entry,omitempty"`
}

// CalibrateRadio reads cells, measurements and, where there are any, buildings, fits a
// calibration on a part of the sites and tests it on the others. Nothing is written.
func (p *Pipeline) CalibrateRadio(ctx context.Context, request CalibrateRequest) (*survey.Report, error) {
	o, err := request.options()
	if err != nil {
		return nil, err
	}
	p.running.Lock()
	defer p.running.Unlock()
	at, err := newest(ctx, p.store)
	if err != nil {
		return nil, err
	}
	in, err := readSurvey(ctx, p.store, at)
	if err != nil {
		return nil, err
	}
	s, err := survey.New(in, o)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	id := request.ID
	if id == "" {
		id = DefaultCalibrationID
	}
	return s.Report(id, geo.T("按实测校准", "calibrated on measurements"))
}

func (r *CalibrateRequest) options() (survey.Options, error) {
	o := survey.Options{
		MaxDistanceM: r.MaxDistance_m, FitShare: r.FitShare, Folds: r.Folds, Seed: r.Seed,
		PlaceM: r.Place_m, SquareM: r.Square_m, Entry: radio.EntryLoss(r.Entry),
	}
	if r.ID != "" && !runName(r.ID) {
		return o, badRunName(r.ID)
	}
	if entries := []string{string(radio.LowLoss), string(radio.HighLoss)}; r.Entry != "" && !slices.Contains(entries, r.Entry) {
		return o, unknownChoice("墙体类型", "class of walls", r.Entry, entries)
	}
	if r.Assume == "" {
		return o, nil
	}
	choices, err := LoadRadioChoices()
	if err != nil {
		return o, err
	}
	i := slices.IndexFunc(choices.Defaults, func(d radio.Defaults) bool { return d.ID == r.Assume })
	if i < 0 {
		return o, unknownChoice("缺省值方案", "set of defaults", r.Assume, idsOf(choices.Defaults, func(d radio.Defaults) string { return d.ID }))
	}
	o.Defaults = &choices.Defaults[i]
	return o, nil
}

// readSurvey reads what a survey looks at into metres.
func readSurvey(ctx context.Context, r layers.Reader, at layers.Revision) (survey.Input, error) {
	var in survey.Input
	var err error
	if in.Rows, err = readMeasurements(ctx, r, at); err != nil {
		return in, err
	}
	if in.Cells, err = readAll(ctx, r, "cells", layers.Query{At: at}); err != nil {
		return in, err
	}
	switch {
	case len(in.Rows) == 0:
		return in, geo.Refuse(geo.T("工作区里没有实测信号", "the workspace has no measured signal"),
			geo.T("用 yiju import table 导入路测或 MR 数据（图层 measurements）", "import drive tests or reports of phones with yiju import table (layer measurements)"))
	case len(in.Cells) == 0:
		return in, geo.Refuse(geo.T("工作区里没有小区", "the workspace has no cells"),
			geo.T("导入站点清单，例如 yiju import table 站点.xlsx --layer cells", "import a list of sites, for example yiju import table sites.xlsx --layer cells"))
	}
	window := geo.EmptyExtent()
	for i := range in.Rows {
		if p := in.Rows[i].At; !math.IsNaN(p[0]) {
			window.IncludePoint(p)
		}
	}
	if window.IsEmpty() {
		return in, geo.Refuse(geo.T("实测信号都没有位置", "no measurement has a position"),
			geo.T("带坐标重新导入", "import them again with their coordinates"))
	}
	if in.Buildings, err = readAll(ctx, r, "buildings", layers.Query{Extent: &window, At: at}); err != nil {
		return in, err
	}
	system, err := workingCRS(ctx, r, at, window)
	if err != nil {
		return in, err
	}
	if err := surveyInMetres(&in, system); err != nil {
		return in, err
	}
	terrain, err := readTerrain(ctx, r, at, window, system)
	if err == nil && terrain != nil {
		takeGround(&in, terrain)
	}
	return in, err
}

// readMeasurements reads the layer row by row: there may be millions.
func readMeasurements(ctx context.Context, r layers.Reader, at layers.Revision) ([]survey.Measurement, error) {
	var out []survey.Measurement
	cells := make(map[string]string) // one copy of each id
	for f, err := range r.Features(ctx, "measurements", layers.Query{At: at}) {
		var missing *layers.NoLayerError
		if errors.As(err, &missing) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		m := survey.Measurement{At: orb.Point{math.NaN(), math.NaN()}}
		if p, ok := f.Geometry.(orb.Point); ok {
			m.At = p
		}
		id, _ := f.Text("cell")
		if known, ok := cells[id]; ok {
			id = known
		} else {
			cells[id] = id
		}
		m.Cell = id
		m.RSRPdBm, m.HeightM = numberOrNaN(&f, "rsrp_dbm"), numberOrNaN(&f, "height_m")
		m.GroundM, m.BuildingM = numberOrNaN(&f, "ground_m"), numberOrNaN(&f, "building_height_m")
		out = append(out, m)
	}
	return out, nil
}

func numberOrNaN(f *geo.Feature, name string) float64 {
	if v, ok := f.Number(name); ok {
		return v
	}
	return math.NaN()
}

func surveyInMetres(in *survey.Input, system string) error {
	transform, err := crs.New(crs.WGS84, system)
	if err != nil {
		return err
	}
	if err := transform.ForwardFeatures(in.Cells); err != nil {
		return err
	}
	if err := transform.ForwardFeatures(in.Buildings); err != nil {
		return err
	}
	points, at := make(orb.MultiPoint, 0, len(in.Rows)), make([]int, 0, len(in.Rows))
	for i := range in.Rows {
		if p := in.Rows[i].At; !math.IsNaN(p[0]) {
			points, at = append(points, p), append(at, i)
		}
	}
	moved, err := transform.Forward(points)
	if err != nil {
		return err
	}
	for i, p := range moved.(orb.MultiPoint) {
		in.Rows[at[i]].At = p
	}
	return nil
}

// takeGround takes the heights of the ground from the terrain where measurements or
// cells do not tell all of them themselves: those of two sources do not fit together.
func takeGround(in *survey.Input, terrain analysis.Terrain) {
	told := true
	for i := range in.Rows {
		told = told && !math.IsNaN(in.Rows[i].GroundM)
	}
	for i := range in.Cells {
		_, ok := in.Cells[i].Number("ground_m")
		told = told && ok
	}
	if told {
		return
	}
	for i := range in.Rows {
		m := &in.Rows[i]
		m.GroundM = math.NaN()
		if z, ok := terrain.HeightAt(m.At); ok {
			m.GroundM = z
		}
	}
	for i := range in.Cells {
		f := &in.Cells[i]
		f.Set("ground_m", nil)
		if p, ok := f.Geometry.(orb.Point); ok {
			if z, ok := terrain.HeightAt(p); ok {
				f.Set("ground_m", z)
			}
		}
	}
}
