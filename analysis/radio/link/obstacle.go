package link

import "math"

// leastV is the parameter below which an edge takes nothing.
const leastV = -0.78

// EdgeV is the diffraction parameter ν of an edge that stands h metres into the path
// (negative: below it) at d1 and d2 metres from its ends (ITU-R P.526, 4.1).
func EdgeV(hM, d1M, d2M, fGHz float64) float64 {
	return hM * math.Sqrt(2*(d1M+d2M)/(Wavelength(fGHz)*d1M*d2M))
}

// EdgeDB is the loss J(ν) over a knife edge (ITU-R P.526, equation 31); 0 for edges
// far below the path.
func EdgeDB(v float64) float64 {
	if v <= leastV {
		return 0
	}
	return 6.9 + 20*math.Log10(math.Hypot(v-0.1, 1)+v-0.1)
}

// GlassDB is the loss through plain glass at f GHz (TR 38.901, table 7.4.3-1).
func GlassDB(fGHz float64) float64 { return 2 + 0.2*fGHz }

// GlassIRRDB is the loss through coated glass as Release 16 has it; Release 19 has
// 25.4 + 0.11·f.
func GlassIRRDB(fGHz float64) float64 { return 23 + 0.3*fGHz }

// ConcreteDB is the loss through concrete.
func ConcreteDB(fGHz float64) float64 { return 5 + 4*fGHz }

// EntryLowDB is the loss of an outer wall of the low class (TR 38.901, table 7.4.3-2).
func EntryLowDB(fGHz float64) float64 { return entry(0.3, GlassDB(fGHz), ConcreteDB(fGHz)) }

// EntryHighDB is the loss of an outer wall of the high class.
func EntryHighDB(fGHz float64) float64 { return entry(0.7, GlassIRRDB(fGHz), ConcreteDB(fGHz)) }

func entry(share, glass, concrete float64) float64 {
	return 5 - 10*math.Log10(share*math.Pow(10, -glass/10)+(1-share)*math.Pow(10, -concrete/10))
}

// InsideDBPerM is the loss of a room per metre behind its wall (TR 38.901, table
// 7.4.3-2).
const InsideDBPerM = 0.5

// Standard deviations of entry in dB, and of shadowing for phones indoors (TR
// 38.901, tables 7.4.3-2 and 7.5-6).
const (
	SigmaEntryLowDB  = 4.4
	SigmaEntryHighDB = 6.5
	SigmaIndoorDB    = 7.0
)

// SigmaEntryDB is the standard deviation of a level indoors: shadowing and entry are
// independent.
func SigmaEntryDB(high bool) float64 {
	if high {
		return math.Hypot(SigmaIndoorDB, SigmaEntryHighDB)
	}
	return math.Hypot(SigmaIndoorDB, SigmaEntryLowDB)
}
