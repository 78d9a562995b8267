// Package radio answers where 5G can be received in a community, from which cell,
// how well, and why not elsewhere.
//
// A Model is a scene made ready: cells with everything a link budget needs,
// buildings as prisms on the ground, a grid of pixels over the community. A Link is
// one cell at one place with every term of its budget. Line of sight is decided by
// geometry, never by chance; a blocked path takes the statistical loss of 3GPP TR
// 38.901 or the diffraction over the edge that blocks it, never both. Run turns
// the pixels into areas, spots, shares and notes. A LiveRun is told what is edited and
// gives the same answers, computing again only what an edit touches.
//
// Levels are SS-RSRP: the power of one resource element of the synchronisation
// signal, in dBm. All answers are the same to the byte for the same scene, however
// many processors work on them.
package radio

import (
	"yiju/geo"
)

// Params are the parameters of a run.
type Params struct {
	// ID is the id of the run and the start of the names of its layers; "radio"
	// when empty.
	ID    string   `json:"id"`
	Title geo.Text `json:"title"`
	// ResM is the side of a pixel in metres; 2 when zero.
	ResM float64 `json:"res_m"`
	// ReachM is how far from a cell its signal is followed; 1,500 when zero.
	ReachM float64 `json:"reach_m"`
	// ReceiverM is the height of the phone above the ground (or floor); 1.5 when zero.
	ReceiverM  float64    `json:"receiver_m"`
	Thresholds Thresholds `json:"thresholds"`
	// Blocked says what a path that is not free loses.
	Blocked BlockedLoss `json:"blocked"`
	// Entry says how walls are taken where a building does not tell.
	Entry EntryLoss `json:"entry"`
	// LoadShare is the share of the time in which interfering cells send, 0 to 1;
	// nil is 1, as when the synchronisation signals of all cells coincide.
	LoadShare *float64 `json:"load_share,omitempty"`
	// NoiseFigureDB is that of the phone; 9 when nil.
	NoiseFigureDB *float64 `json:"noise_figure_db,omitempty"`
	// Defaults take the place of missing attributes; nil leaves them unknown, and
	// then nothing is computed from the cells and buildings concerned.
	Defaults *Defaults `json:"defaults,omitempty"`
	// Calibration moves the prediction onto measurements; nil leaves it.
	Calibration *Calibration `json:"calibration,omitempty"`
	// Omit names results that are not wanted: "classes", "covered", "spots", "gaps",
	// "servers", "cells", "buildings".
	Omit []string `json:"omit,omitempty"`
}

// BlockedLoss is the loss of a path that is not free.
type BlockedLoss string

// The losses of blocked paths.
const (
	// Statistical is the NLOS loss of TR 38.901, which holds diffraction and
	// scattering on average.
	Statistical BlockedLoss = "statistical"
	// KnifeEdge is the loss of a free path and the diffraction (ITU-R P.526) over
	// the edge that obstructs the path most, but no more than Statistical.
	KnifeEdge BlockedLoss = "knife_edge"
)

// EntryLoss is how hard walls are to enter (TR 38.901, 7.4.3.1).
type EntryLoss string

// The classes of walls.
const (
	LowLoss  EntryLoss = "low"  // plain glass and concrete
	HighLoss EntryLoss = "high" // coated glass and concrete
)

// Thresholds say when a place is covered, and the classes of levels.
type Thresholds struct {
	ID     string   `json:"id" yaml:"id"`
	Title  geo.Text `json:"title" yaml:"title"`
	Source geo.Text `json:"source" yaml:"source"`
	// Sourced is false where no primary text was found for the figures.
	Sourced bool `json:"sourced" yaml:"sourced"`
	// RSRPdBm is the least level; SINRdB the least SS-SINR, nil where none is asked.
	RSRPdBm float64  `json:"rsrp_dbm" yaml:"rsrp_dbm"`
	SINRdB  *float64 `json:"sinr_db,omitempty" yaml:"sinr_db"`
	// Probability, 0 to 1, is the least chance that a place is covered, shadowing
	// considered; nil compares the median.
	Probability *float64 `json:"probability,omitempty" yaml:"probability"`
	// Classes go from strong to weak. The last has no lower bound (nil).
	Classes []Class `json:"classes" yaml:"classes"`
}

// Class is a band of levels.
type Class struct {
	ID    string   `json:"id" yaml:"id"`
	Title geo.Text `json:"title" yaml:"title"`
	// FromDBm is the least level of the class; nil for the weakest.
	FromDBm *float64 `json:"from_dbm" yaml:"from_dbm"`
}

// Defaults stand in for missing attributes, each with its source.
type Defaults struct {
	ID     string   `json:"id" yaml:"id"`
	Title  geo.Text `json:"title" yaml:"title"`
	Source geo.Text `json:"source" yaml:"source"`
	// Bands gives cell attributes by band; the entry "" is for other bands. Keys
	// are field names of layer cells, such as "freq_mhz" or "height_m".
	Bands map[string]map[string]float64 `json:"bands" yaml:"bands"`
	// BuildingM gives heights of buildings of unknown height and floors, by use; the
	// entry "" is for other uses.
	BuildingM map[string]float64 `json:"building_m" yaml:"building_m"`
}

// Calibration moves predictions onto measurements.
type Calibration struct {
	ID     string   `json:"id" yaml:"id"`
	Title  geo.Text `json:"title" yaml:"title"`
	Source geo.Text `json:"source" yaml:"source"`
	// Bands by band; the entry "" is for other bands.
	Bands map[string]BandCalibration `json:"bands" yaml:"bands"`
}

// FloorM is the height of a storey where a building tells its floors and not its
// height.
const FloorM = 3.0

// MarginM is how far beyond the community, in metres, a scene must reach: cells
// and what stands in their way.
func (p *Params) MarginM() float64 {
	if p.ReachM == 0 {
		return defaultReachM
	}
	return p.ReachM
}

// Values that stand for parameters left out.
const (
	defaultResM      = 2.0
	defaultReachM    = 1500.0
	defaultReceiverM = 1.5
	defaultNFdB      = 9.0
)
