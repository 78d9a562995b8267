// Package survey lays measured levels over the prediction: how far off is it, where,
// and by how much of each term of the link budget. It fits a radio.Calibration on
// the cells of some sites and tests it on those of the others, so that what is told
// of it holds for sites that it has not seen.
//
// Measurements often come without a map of buildings, only with the height of the
// building at each place. Their squares then stand in for it: squares of one height
// that touch are a building, and squares amid measured ones where no phone ever was
// are presumed to be built on. Where there are outlines of buildings, those are used.
//
// What a survey cannot tell: measurements exist where a phone was served, so that a
// place without any is not known to be without signal, and levels near the limit of
// service are seen more seldom than they occur.
package survey

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"yiju/analysis/radio"
	"yiju/geo"
)

// Options say how a survey is made. Zero values stand for the defaults below.
type Options struct {
	// MaxDistanceM leaves out rows farther from their cell; positions and cells of
	// such rows are mostly wrong.
	MaxDistanceM float64 `json:"max_distance_m"`
	// FitShare is the share of the sites that the calibration is fitted on; at 1 all
	// are, and only Folds tell how it does elsewhere.
	FitShare float64 `json:"fit_share"`
	// Folds is how many parts the sites are split into for cross-validation.
	Folds int `json:"folds"`
	// Seed picks another split of the sites.
	Seed uint64 `json:"seed"`
	// PhoneM is the height of a phone above the ground where a row does not tell.
	PhoneM float64 `json:"phone_m"`
	// PlaceM is how uncertain the places of phones are: buildings in the way are
	// counted at the place and at four places this far from it, and averaged.
	// Negative takes places as exact.
	PlaceM float64 `json:"place_m"`
	// SquareM is the side of the squares that obstacles are made of.
	SquareM float64 `json:"square_m"`
	// Entry is the class of walls.
	Entry radio.EntryLoss `json:"entry"`
	// Defaults stand in for gain, beam widths and power that cells do not tell; nil
	// leaves such cells out.
	Defaults *radio.Defaults `json:"-"`
}

// Values that stand for options left out.
const (
	DefaultMaxDistanceM = 1500.0
	DefaultFitShare     = 0.5
	DefaultFolds        = 5
	DefaultPhoneM       = 1.5
	DefaultPlaceM       = 20.0
	DefaultSquareM      = 5.0
)

// Bounds of a survey.
const (
	mostRows    = 20_000_000
	mostSquares = 100_000_000
	mostFolds   = 50
	mostPlaceM  = 200.0
)

func (o Options) normal() (Options, error) {
	def := func(v *float64, d float64) {
		if *v == 0 {
			*v = d
		}
	}
	def(&o.MaxDistanceM, DefaultMaxDistanceM)
	def(&o.FitShare, DefaultFitShare)
	def(&o.PhoneM, DefaultPhoneM)
	def(&o.PlaceM, DefaultPlaceM)
	def(&o.SquareM, DefaultSquareM)
	o.PlaceM = max(o.PlaceM, 0)
	if o.Folds == 0 {
		o.Folds = DefaultFolds
	}
	if o.Entry == "" {
		o.Entry = radio.LowLoss
	}
	for _, b := range []struct {
		zh, en         string
		v, least, most float64
	}{
		{"最大距离（米）", "the greatest distance in metres", o.MaxDistanceM, 50, 20_000},
		{"拟合站点比例", "the share of sites to fit on", o.FitShare, 0.1, 1},
		{"交叉验证份数", "the number of folds", float64(o.Folds), 2, mostFolds},
		{"终端高度（米）", "the height of the phone in metres", o.PhoneM, 0.5, 100},
		{"位置误差（米）", "the uncertainty of places in metres", o.PlaceM, 0, mostPlaceM},
		{"方格边长（米）", "the side of the squares in metres", o.SquareM, 1, 100},
	} {
		if !(b.v >= b.least && b.v <= b.most) {
			return o, geo.Refuse(geo.Tf("%[1]s %[3]g 不可用", "%[2]s, %[3]g, cannot be used", b.zh, b.en, b.v),
				geo.Tf("给出 %g 到 %g", "give %g to %g", b.least, b.most))
		}
	}
	return o, nil
}

// Measurement is a level that a phone met. Numbers that are not known are NaN.
type Measurement struct {
	Cell string
	At   orb.Point // metres of the working CRS
	// RSRPdBm is the level, HeightM the phone's height above ground, GroundM that of
	// the ground there above the datum, BuildingM that of the building there, 0 for
	// none.
	RSRPdBm, HeightM, GroundM, BuildingM float64
}

// Input is what a survey looks at, in metres of one working CRS.
type Input struct {
	// Cells and Buildings are features of the layers of these names.
	Cells, Buildings []geo.Feature
	Rows             []Measurement
}

// Survey is measurements with everything a prediction needs beside them.
type Survey struct {
	options   Options
	cells     []cell
	sites     []Site
	samples   []linked
	left      []Left
	obstacles Obstacles
	notes     notes
	squares   *squares
}

// Left is how many rows were left out, and why.
type Left struct {
	Reason string   `json:"reason"`
	Text   geo.Text `json:"text"`
	Rows   int      `json:"rows"`
	Cells  []string `json:"cells,omitempty"` // the first concerned
	// CellCount is how many cells are concerned, where the reason lies with them.
	CellCount int `json:"cell_count,omitempty"`
}

// Site is a place with cells, that of the first of them. Splits keep sites whole.
type Site struct {
	ID    string    `json:"id"`
	At    orb.Point `json:"at"`
	Cells int       `json:"cells"`
	Rows  int       `json:"rows"`
}

// New makes a survey ready: sorts out what cannot be used, with a count for each
// reason, finds obstacles and works out the terms of every link. Input that no
// survey can be made of is refused with a *geo.Fault.
func New(in Input, o Options) (*Survey, error) {
	o, err := o.normal()
	if err != nil {
		return nil, err
	}
	if len(in.Rows) > mostRows {
		return nil, geo.Refuse(geo.Tf("实测数据有 %d 行，超过上限 %d", "there are %d rows of measurements; the limit is %d", len(in.Rows), mostRows),
			geo.T("分区导入后再校准", "import a part of the area"))
	}
	s := &Survey{options: o}
	s.readCells(in.Cells)
	rows := s.sortOut(in.Rows)
	if len(rows) == 0 {
		return nil, s.nothing(len(in.Rows))
	}
	s.findSites()
	if err := s.survey(rows, &in); err != nil {
		return nil, err
	}
	s.measure(rows)
	return s, nil
}

// nothing words that no row is left.
func (s *Survey) nothing(rows int) error {
	if rows == 0 {
		return geo.Refuse(geo.T("工作区里没有实测数据", "the workspace has no measurements"),
			geo.T("先用 yiju import table --layer measurements 导入", "import some first, with yiju import table --layer measurements"))
	}
	zh, en := "", ""
	for _, l := range s.left {
		if l.Rows > 0 {
			zh += fmt.Sprintf("\n    %s：%d 行", l.Text.ZH, l.Rows)
			en += fmt.Sprintf("\n    %s: %d rows", l.Text.EN, l.Rows)
		}
	}
	return geo.Refuse(geo.T("没有一行实测数据可用："+zh, "no row of the measurements can be used:"+en),
		geo.T("补全小区属性，或用 --assume 采用缺省值", "complete the cells' attributes, or take defaults with --assume"))
}

// known tells that a number is known.
func known(v float64) bool { return !math.IsNaN(v) }
