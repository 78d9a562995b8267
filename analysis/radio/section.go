package radio

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/radio/link"
	"yiju/geo"
)

// mostSectionPoints bounds the ground line of a section.
const mostSectionPoints = 500

// Section is the side view along the path from a cell to a place: the ground, the
// buildings that the way runs over, and which of them block.
func (m *Model) Section(cell int, at orb.Point) Section {
	s := m.receiver(at)
	t := m.transmitters[cell]
	length := geo.Distance(t.at, at)
	out := Section{Cell: t.cell.ID, LengthM: length, FromM: t.z, ToM: s.z}
	if d := math.Hypot(length, s.z-t.z); d > 0 {
		out.FresnelM = link.FresnelM(d/2, d/2, t.fGHz)
	}
	out.Ground = m.groundLine(t.at, at, length)
	for _, i := range m.along(t.at, at) {
		p := &m.prisms[i]
		if !p.known {
			continue
		}
		owns, holds := slices.Contains(t.exempt, int32(i)), slices.Contains(s.holders, int32(i))
		solid := Solid{Building: m.buildings[i].ID, BaseM: p.baseM, TopM: p.topM, OwnsAntenna: owns, HoldsPhone: holds,
			Assumed: p.assumed, Blocks: !owns && !holds && p.stands(t, &s)}
		solid.Name, _ = m.buildings[i].Text("name")
		parts := p.parts(t.at, at, nil)
		for k := 0; k+1 < len(parts); k += 2 {
			solid.FromM, solid.ToM = parts[k]*length, parts[k+1]*length
			out.Solids = append(out.Solids, solid)
		}
	}
	slices.SortStableFunc(out.Solids, func(a, b Solid) int {
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

// groundLine samples the ground along a way, both ends included.
func (m *Model) groundLine(s, q orb.Point, length float64) []SectionPoint {
	n := 1
	if m.ground != nil {
		n = min(max(int(math.Ceil(length/(groundStepM/2))), 1), mostSectionPoints-1)
	}
	out := make([]SectionPoint, n+1)
	for i := range out {
		t := float64(i) / float64(n)
		p := orb.Point{s[0] + (q[0]-s[0])*t, s[1] + (q[1]-s[1])*t}
		out[i] = SectionPoint{t * length, m.ground.height(p)}
	}
	return out
}
