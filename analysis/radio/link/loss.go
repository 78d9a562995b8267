package link

import "math"

// Scenario is an environment of TR 38.901.
type Scenario uint8

// The scenarios.
const (
	UMa Scenario = iota // urban macro: antennas above the roofs
	UMi                 // urban micro, street canyon: antennas below the roofs
)

// String is the name in TR 38.901.
func (s Scenario) String() string {
	if s == UMi {
		return "UMi"
	}
	return "UMa"
}

// environmentM is the effective height of the environment, h_E, for phones below
// 13 m.
const environmentM = 1.0

// Heights of phones that the formulas take, in metres: below HighestPhoneM the
// effective height of the environment is certain.
const (
	LowestPhoneM  = 1.5
	HighestPhoneM = 13.0
)

// leastEffectiveM keeps the break point positive for antennas near the ground.
const leastEffectiveM = 0.5

// BreakM is the break-point distance d'BP = 4·(hBS−hE)·(hUT−hE)·f/c in metres in
// plan, with hE = 1 m.
func BreakM(baseM, phoneM, fGHz float64) float64 {
	base, phone := max(baseM-environmentM, leastEffectiveM), max(phoneM-environmentM, leastEffectiveM)
	return 4 * base * phone * fGHz * 1e9 / SpeedMPS
}

// Line is a loss in dB of AtM + PerDecade·log10(d), d the distance in space in
// metres.
type Line struct{ AtM, PerDecade float64 }

func (l Line) at(log10d float64) float64 { return l.AtM + l.PerDecade*log10d }

// Losses are the formulas of one scenario for given heights and frequency (TR
// 38.901, table 7.4.1-1), as straight lines over the logarithm of the distance.
type Losses struct {
	BreakM    float64 // in plan
	Near, Far Line    // free path, before and beyond the break point
	Blocked   Line    // blocked path, before the maximum with the free one
}

// Losses makes the formulas for an antenna and a phone at heights above ground.
func (s Scenario) Losses(baseM, phoneM, fGHz float64) Losses {
	b := BreakM(baseM, phoneM, fGHz)
	log, square := math.Log10(fGHz), math.Log10(b*b+(baseM-phoneM)*(baseM-phoneM))
	if s == UMi {
		return Losses{
			BreakM:  b,
			Near:    Line{32.4 + 20*log, 21},
			Far:     Line{32.4 + 20*log - 9.5*square, 40},
			Blocked: Line{22.4 + 21.3*log - 0.3*(phoneM-1.5), 35.3},
		}
	}
	return Losses{
		BreakM:  b,
		Near:    Line{28 + 20*log, 22},
		Far:     Line{28 + 20*log - 9*square, 40},
		Blocked: Line{13.54 + 20*log - 0.6*(phoneM-1.5), 39.08},
	}
}

// leastM is the least distance in space that enters a formula, in metres.
const leastM = 1.0

// LOS is the loss of a free path over d2 metres in plan and d3 in space.
func (l *Losses) LOS(d2M, d3M float64) float64 {
	log := math.Log10(max(d3M, leastM))
	if d2M <= l.BreakM {
		return l.Near.at(log)
	}
	return l.Far.at(log)
}

// NLOS is the loss of a blocked path, never less than that of a free one.
func (l *Losses) NLOS(d2M, d3M float64) float64 {
	return max(l.LOS(d2M, d3M), l.Blocked.at(math.Log10(max(d3M, leastM))))
}

// SigmaDB is the standard deviation of shadowing outdoors (TR 38.901, table
// 7.4.1-1).
func (s Scenario) SigmaDB(free bool) float64 {
	switch {
	case free:
		return 4
	case s == UMi:
		return 7.82
	}
	return 6
}
