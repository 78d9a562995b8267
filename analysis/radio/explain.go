package radio

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/radio/link"
	"yiju/geo"
)

// Link computes one cell at one place, term by term, from all buildings. Tiles finds
// the same levels its own, faster way.
func (m *Model) Link(cell int, at orb.Point) Link {
	s := m.receiver(at)
	t := m.transmitters[cell]
	l := m.budget(t, &s)
	l.Blockers = m.blockers(t, &s)
	l.Flags = slices.Clone(t.flags)
	switch {
	case l.DistanceM < nearM:
		l.Flags = append(l.Flags, "too_near")
	case l.DistanceM > farM:
		l.Flags = append(l.Flags, "too_far")
	}
	l.SINRdB = m.ratio(t, &s, &l)
	l.Probability = link.Q((m.params.Thresholds.RSRPdBm - l.RSRPdBm) / l.SigmaDB)
	return l
}

// budget is a link without what needs the other cells or only serves to explain.
func (m *Model) budget(t *transmitter, s *receiver) Link {
	d := sub(s.at, t.at)
	dz := s.z - t.z
	l := Link{Cell: t.cell.ID, Scenario: t.scenario.String(), Path: NLOS, Indoor: len(s.holders) > 0}
	l.DistanceM = math.Hypot(d[0], d[1])
	l.Distance3DM = math.Hypot(l.DistanceM, dz)
	if l.DistanceM > 0 {
		l.OffAzimuthDeg = math.Remainder(math.Atan2(d[0], d[1])*180/math.Pi-t.cell.AzimuthDeg, 360)
	}
	l.BelowHorizonDeg = math.Atan2(-dz, l.DistanceM) * 180 / math.Pi
	if m.free(t, s) {
		l.Path = LOS
	}
	if l.Indoor {
		l.InsideM = m.prisms[s.holders[0]].insideM(t, s)
	}
	t.level(&l, d[0], d[1], dz)
	if l.Path == NLOS && m.params.Blocked == KnifeEdge {
		m.diffract(t, s, &l)
	}
	m.finishLink(t, s, &l)
	return l
}

// finishLink calibrates a link and sums it up.
func (m *Model) finishLink(t *transmitter, s *receiver, l *Link) {
	l.CalibrationDB = 0
	if c := t.calibration; c != nil {
		at := m.circumstances(t, s, l)
		l.CalibrationDB = c.ChangeDB(l.Path, l.Indoor, &at)
	}
	l.RSRPdBm = l.sum()
}

// freeLevel is the level that a place would have if nothing stood in the way.
func (m *Model) freeLevel(t *transmitter, s *receiver, l Link) float64 {
	l.Path, l.DiffractionDB = LOS, 0
	t.level(&l, s.at[0]-t.at[0], s.at[1]-t.at[1], s.z-t.z)
	m.finishLink(t, s, &l)
	return l.RSRPdBm
}

// diffract takes the free loss and that of the edge instead of the statistical loss,
// where that is less.
func (m *Model) diffract(t *transmitter, s *receiver, l *Link) {
	free := t.losses.LOS(l.DistanceM, l.Distance3DM)
	if edge := link.EdgeDB(math.Sqrt(m.diffraction(t, s))); free+edge < l.PathLossDB {
		l.PathLossDB, l.DiffractionDB = free, edge
	} else {
		l.DiffractionDB = l.PathLossDB - free
		l.PathLossDB = free
	}
}

// ratio is the SINR of a link against the other cells of its carrier.
func (m *Model) ratio(t *transmitter, s *receiver, l *Link) float64 {
	others := 0.0
	for _, o := range m.transmitters {
		if o == t || o.carrier != t.carrier || geo.Distance(o.at, s.at) > m.params.ReachM {
			continue
		}
		other := m.budget(o, s)
		others += milliwatts(other.RSRPdBm)
	}
	return link.SINRdB(milliwatts(l.RSRPdBm), others, *m.params.LoadShare, t.noise)
}

// blockers lists what stands in the way of a path, from the cell on.
func (m *Model) blockers(t *transmitter, s *receiver) []Blocker {
	var out []Blocker
	length := geo.Distance(t.at, s.at)
	m.inTheWay(t, s, func(i int) {
		if !m.prisms[i].stands(t, s) {
			return
		}
		b := m.prisms[i].block(t, s, length)
		b.Building = m.buildings[i].ID
		b.Name, _ = m.buildings[i].Text("name")
		out = append(out, b)
	})
	if m.ground != nil {
		out = append(out, m.hills(t, s, length)...)
	}
	slices.SortStableFunc(out, func(a, b Blocker) int {
		switch {
		case a.FromM < b.FromM:
			return -1
		case a.FromM > b.FromM:
			return 1
		}
		return 0
	})
	return out
}

// block measures how a building that stands in the way does so.
func (p *prism) block(t *transmitter, s *receiver, length float64) Blocker {
	b := Blocker{FromM: math.Inf(1), ToM: math.Inf(-1), AboveM: math.Inf(-1)}
	height := func(at float64) float64 { return t.z + (s.z-t.z)*at }
	parts := p.parts(t.at, s.at, nil)
	if len(parts) == 0 { // touched at a corner
		parts = p.passes(t, s, nil)
		parts = append(parts, parts[len(parts)-1])
	}
	for i := 0; i+1 < len(parts); i += 2 {
		from, to := parts[i], parts[i+1]
		a, c := p.topM-height(from), p.topM-height(to)
		if a < 0 && c < 0 {
			continue
		}
		b.AboveM = max(b.AboveM, a, c)
		if a < 0 {
			from += (to - from) * a / (a - c)
		}
		if c < 0 {
			to = from + (to-from)*a/(a-c)
		}
		b.FromM, b.ToM = min(b.FromM, from*length), max(b.ToM, to*length)
	}
	return b
}

// hills lists the stretches where the ground stands into the path.
func (m *Model) hills(t *transmitter, s *receiver, length float64) []Blocker {
	var out []Blocker
	open := false
	m.ground.eachPatch(t.at, s.at, func(from, to float64) bool {
		_, above := m.ground.rise(t.at, s.at, t.z, s.z, from, to)
		switch {
		case above <= grazeM:
			open = false
		case open:
			last := &out[len(out)-1]
			last.ToM, last.AboveM = to*length, max(last.AboveM, above)
		default:
			out = append(out, Blocker{FromM: from * length, ToM: to * length, AboveM: above})
			open = true
		}
		return true
	})
	return out
}
