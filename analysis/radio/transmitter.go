package radio

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/radio/link"
	"yiju/geo"
)

// Kinds of paths as budgets know them.
const (
	freePath = iota
	blockedPath
	indoorPath
	pathKinds
)

// How the scenario of a cell is chosen.
const (
	// roofsWithinM is how far around a cell roofs count.
	roofsWithinM = 200.0
	// fewestRoofs are enough for a median; with fewer, macroM decides.
	fewestRoofs = 3
	macroM      = 20.0
)

// Where the formulas hold.
const (
	nearM, farM           = 10.0, 5000.0
	lowestGHz, highestGHz = 0.5, 100.0
	// heightSlack is how many times higher or lower than in the scenario (25 m, 10
	// m) an antenna may be before it is flagged.
	heightSlack              = 2.5
	macroHeightM, microHighM = 25.0, 10.0
)

// transmitter is a cell made ready for many links.
type transmitter struct {
	cell     Cell
	at       orb.Point
	z        float64 // of the antenna, like heights of the ground
	fGHz     float64
	scenario link.Scenario
	losses   link.Losses
	antenna  link.Antenna
	// calibration is that of the band; nil for none. counts tells that it asks for
	// the number of buildings in the way, looksRound for what is built around.
	calibration        *BandCalibration
	counts, looksRound bool
	builtShare         float64 // around the cell
	// sigma by kind of path; entry is the loss of a wall.
	sigma [pathKinds]float64
	entry float64
	// exempt are the buildings (by index, ascending) that never block: the one that
	// carries the antenna and those whose footprint it stands on.
	exempt  []int32
	flags   []string
	carrier int
	groups  uint64
	noise   float64 // mW
}

func (m *Model) newTransmitter(c *Cell) *transmitter {
	t := &transmitter{cell: *c, at: c.At, z: c.GroundM + c.HeightM, fGHz: c.FreqMHz / 1000, noise: m.noise(c)}
	t.exempt = m.under(c)
	t.scenario = m.scenario(t)
	t.losses = t.scenario.Losses(c.HeightM, m.params.ReceiverM, t.fGHz)
	t.antenna = link.NewAntenna(link.Beam{HBWDeg: c.HBWDeg, VBWDeg: c.VBWDeg}, c.AzimuthDeg, c.TiltDeg)
	high := m.params.Entry == HighLoss
	if t.entry = link.EntryLowDB(t.fGHz); high {
		t.entry = link.EntryHighDB(t.fGHz)
	}
	t.sigma = [pathKinds]float64{t.scenario.SigmaDB(true), t.scenario.SigmaDB(false), link.SigmaEntryDB(high)}
	m.calibrate(t)
	t.flag(m)
	return t
}

// under lists the buildings that an antenna stands on or in.
func (m *Model) under(c *Cell) []int32 {
	var out []int32
	if i, ok := m.byID[c.OnBuilding]; ok && c.OnBuilding != "" {
		out = append(out, int32(i))
	}
	m.index.Each(geo.Extent{MinX: c.At[0], MinY: c.At[1], MaxX: c.At[0], MaxY: c.At[1]}, func(i int) bool {
		if m.prisms[i].holds && geo.Inside(m.buildings[i].Geometry, c.At) {
			out = append(out, int32(i))
		}
		return true
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// scenario is UMa for an antenna above the median of the roofs around it, else UMi.
func (m *Model) scenario(t *transmitter) link.Scenario {
	around := geo.Extent{MinX: t.at[0], MinY: t.at[1], MaxX: t.at[0], MaxY: t.at[1]}.Grow(roofsWithinM)
	var roofs []float64
	m.index.Each(around, func(i int) bool {
		if m.prisms[i].known && geo.DistanceTo(m.buildings[i].Geometry, t.at) <= roofsWithinM {
			roofs = append(roofs, m.prisms[i].topM)
		}
		return true
	})
	above := t.cell.HeightM >= macroM
	if n := len(roofs); n >= fewestRoofs {
		slices.Sort(roofs)
		above = t.z > (roofs[(n-1)/2]+roofs[n/2])/2
	}
	if above {
		return link.UMa
	}
	return link.UMi
}

// flag notes what is outside the range of the formulas whatever the place.
func (t *transmitter) flag(m *Model) {
	usual := macroHeightM
	if t.scenario == link.UMi {
		usual = microHighM
	}
	switch {
	case t.cell.HeightM < usual/heightSlack:
		t.flags = append(t.flags, "antenna_low")
	case t.cell.HeightM > usual*heightSlack:
		t.flags = append(t.flags, "antenna_high")
	}
	if t.fGHz < lowestGHz || t.fGHz > highestGHz {
		t.flags = append(t.flags, "frequency")
	}
	for _, i := range t.exempt {
		if p := &m.prisms[i]; p.known && t.z < p.topM {
			t.flags = append(t.flags, "below_roof")
			break
		}
	}
}

// level fills in the nominal terms of a budget that follow from geometry: distances
// must be there, and how the path runs.
func (t *transmitter) level(l *Link, dx, dy, dz float64) {
	l.EPREdBm, l.GainDBi = t.cell.EPREdBm, t.cell.GainDBi-t.antenna.LossDB(dx, dy, dz)
	if l.Path == LOS {
		l.PathLossDB = t.losses.LOS(l.DistanceM, l.Distance3DM)
	} else {
		l.PathLossDB = t.losses.NLOS(l.DistanceM, l.Distance3DM)
	}
	if l.Indoor {
		l.EntryDB = t.entry + link.InsideDBPerM*l.InsideM
	}
	l.SigmaDB = t.sigma[l.kind()]
}

// kind is the kind of path that σ goes by.
func (l *Link) kind() int {
	switch {
	case l.Indoor:
		return indoorPath
	case l.Path == NLOS:
		return blockedPath
	}
	return freePath
}

func (l *Link) sum() float64 {
	return l.EPREdBm + l.GainDBi - l.PathLossDB - l.DiffractionDB - l.EntryDB + l.CalibrationDB
}

func milliwatts(dBm float64) float64 { return math.Pow(10, dBm/10) }
