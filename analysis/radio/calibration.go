package radio

import (
	"math"

	"yiju/analysis/radio/link"
)

// CalibratedAtM is the distance at which the slope of a calibration takes nothing.
const CalibratedAtM = 100.0

// BuiltWithinM is how far around a phone or a cell built ground counts for BuiltDB
// and CellBuiltDB, in metres.
const BuiltWithinM = 50.0

// ClassCalibration is the calibration of a class of paths. It says how much of each
// nominal term of the budget counts, and what the surroundings take:
//
//	RSRP' = RSRP + OffsetDB + SlopeDB·log10(d3D/100 m)
//	             + P − Loss.At100DB − Loss.PerDecadeDB·log10(d3D/100 m)   way
//	             + L − min(s·side + t·down, 30 dB)         antenna
//	             − (1−PowerShare)·(EPRE − PowerdBm)        power
//	             + (1−EntryShare)·Entry                    walls
//	             − BlockersDB·log10(1+n)                   buildings in the way
//	             − BuiltDB·b − CellBuiltDB·c               surroundings
//
// P is the nominal loss of the way, with diffraction; where Loss is nil it stays.
// side and down are what the pattern takes beside and above or below the main
// direction, L = min(side + down, 30 dB) what the nominal budget has of them; down is
// that of a beam TiltSpread times as wide. s = PatternShare −
// PatternFade·log10(d3D/100 m), kept within 0 and 1, and t = TiltShare. n
// is the number of buildings that block the path (Link.Blockers without the ground),
// b and c the share of the ground within 50 m of phone and cell that is built on.
// Shares that are nil are 1; the zero ClassCalibration changes nothing.
type ClassCalibration struct {
	OffsetDB float64 `json:"offset_db" yaml:"offset_db"`
	SlopeDB  float64 `json:"slope_db" yaml:"slope_db"`
	// Loss takes the place of the formulas of TR 38.901, whose dependence on the
	// height of the antenna and on the break point measurements need not show.
	Loss *DistanceLaw `json:"loss,omitempty" yaml:"loss,omitempty"`
	// PatternShare is how much of the antenna's loss beside its main direction
	// counts, TiltShare of that above and below it (as PatternShare where nil): far
	// from the main lobe a phone lives on what buildings scatter, so that less of
	// the pattern is felt, and the less the farther away (PatternFade, per tenfold
	// distance).
	PatternShare *float64 `json:"pattern_share,omitempty" yaml:"pattern_share,omitempty"`
	PatternFade  float64  `json:"pattern_fade,omitempty" yaml:"pattern_fade,omitempty"`
	TiltShare    *float64 `json:"tilt_share,omitempty" yaml:"tilt_share,omitempty"`
	// TiltSpread is how many times wider than nominal, up and down, the beam is felt,
	// as buildings scatter it; 1 where zero.
	TiltSpread float64 `json:"tilt_spread,omitempty" yaml:"tilt_spread,omitempty"`
	// PowerShare is how much of the difference of the EPRE to PowerdBm counts. Lists
	// of sites often give the power of one antenna port and not the number of ports;
	// then cells of little power per port are no weaker.
	PowerShare *float64 `json:"power_share,omitempty" yaml:"power_share,omitempty"`
	PowerdBm   float64  `json:"power_dbm,omitempty" yaml:"power_dbm,omitempty"`
	// EntryShare is how much of the loss of walls and rooms counts.
	EntryShare *float64 `json:"entry_share,omitempty" yaml:"entry_share,omitempty"`
	// BlockersDB is lost for the first nine buildings in the way, and again for the
	// next ninety.
	BlockersDB float64 `json:"blockers_db,omitempty" yaml:"blockers_db,omitempty"`
	// BuiltDB is lost where all the ground around the phone is built on; CellBuiltDB
	// around the cell (negative where streets between buildings guide the signal).
	BuiltDB     float64 `json:"built_db,omitempty" yaml:"built_db,omitempty"`
	CellBuiltDB float64 `json:"cell_built_db,omitempty" yaml:"cell_built_db,omitempty"`
	// SigmaDB is the standard deviation that remains; 0 keeps that of TR 38.901.
	SigmaDB float64 `json:"sigma_db" yaml:"sigma_db"`
}

// DistanceLaw is a loss of At100DB at 100 m from the antenna and PerDecadeDB more for
// every tenfold of it.
type DistanceLaw struct {
	At100DB     float64 `json:"at_100m_db" yaml:"at_100m_db"`
	PerDecadeDB float64 `json:"per_decade_db" yaml:"per_decade_db"`
}

// BandCalibration is the calibration of a band. LOS and NLOS are by how the path
// runs; Indoor is added to them for a phone inside a building.
type BandCalibration struct {
	LOS    ClassCalibration `json:"los" yaml:"los"`
	NLOS   ClassCalibration `json:"nlos" yaml:"nlos"`
	Indoor ClassCalibration `json:"indoor" yaml:"indoor"`
}

// Path is the calibration by how the path runs.
func (b *BandCalibration) Path(p Path) *ClassCalibration {
	if p == LOS {
		return &b.LOS
	}
	return &b.NLOS
}

// ChangeDB is what the calibration adds to a nominal level.
func (b *BandCalibration) ChangeDB(p Path, indoor bool, at *Circumstances) float64 {
	change := b.Path(p).ChangeDB(at)
	if indoor {
		change += b.Indoor.ChangeDB(at)
	}
	return change
}

// Of is the calibration of a band; nil without one.
func (c *Calibration) Of(band string) *BandCalibration {
	if c == nil {
		return nil
	}
	b, ok := c.Bands[band]
	if !ok {
		if b, ok = c.Bands[""]; !ok {
			return nil
		}
	}
	return &b
}

// Circumstances are what a calibration needs to know of a link.
type Circumstances struct {
	Distance3DM float64
	// PathLossDB is the nominal loss of the way, with diffraction.
	PathLossDB float64
	// SideDB is what the antenna's pattern takes beside its main direction; UpWidths
	// the angle of the path above its axis in vertical beam widths (link.Antenna.Parts).
	SideDB, UpWidths float64
	EPREdBm          float64
	EntryDB          float64
	// LogBlockers is log10(1+n) of the number of buildings that block the path.
	LogBlockers float64
	// BuiltShare and CellBuiltShare, 0 to 1, are how much of the ground within
	// BuiltWithinM of phone and cell is built on.
	BuiltShare, CellBuiltShare float64
}

// LogDistance is the logarithm of the distance that slopes are per.
func (c *Circumstances) LogDistance() float64 {
	return math.Log10(max(c.Distance3DM, 1) / CalibratedAtM)
}

// AntennaDB is what the nominal budget has of the antenna's pattern.
func (c *Circumstances) AntennaDB() float64 {
	return min(c.SideDB+link.DownDB(c.UpWidths), link.FrontToBackDB)
}

// Surroundings tells whether the calibration asks for the ground around phone or
// cell.
func (c *ClassCalibration) Surroundings() bool { return c.BuiltDB != 0 || c.CellBuiltDB != 0 }

// ChangeDB is what the calibration adds to a nominal level.
func (c *ClassCalibration) ChangeDB(at *Circumstances) float64 {
	return c.changeDB(at, at.LogDistance())
}

// changeDB is ChangeDB with LogDistance at hand.
func (c *ClassCalibration) changeDB(at *Circumstances, log float64) float64 {
	change := c.OffsetDB + c.SlopeDB*log
	if c.Loss != nil {
		change += at.PathLossDB - c.Loss.At100DB - c.Loss.PerDecadeDB*log
	}
	side := shareOf(c.PatternShare, 1)
	down := shareOf(c.TiltShare, side)
	side = min(max(side-c.PatternFade*log, 0), 1)
	spread := c.TiltSpread
	if spread == 0 {
		spread = 1
	}
	change += at.AntennaDB() - min(side*at.SideDB+down*link.DownDB(at.UpWidths/spread), link.FrontToBackDB)
	change -= (1 - shareOf(c.PowerShare, 1)) * (at.EPREdBm - c.PowerdBm)
	change += (1 - shareOf(c.EntryShare, 1)) * at.EntryDB
	return change - c.BlockersDB*at.LogBlockers - c.BuiltDB*at.BuiltShare - c.CellBuiltDB*at.CellBuiltShare
}

func shareOf(p *float64, otherwise float64) float64 {
	if p == nil {
		return otherwise
	}
	return *p
}
