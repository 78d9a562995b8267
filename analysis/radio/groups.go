package radio

import (
	"slices"

	"yiju/analysis/radio/link"
	"yiju/geo"
)

// carrier is what shares a frequency: the cells of an operator on it disturb one
// another and no one else.
type carrier struct {
	operator string
	freqMHz  float64
}

// setGroups finds carriers and groups. Groups are: all, each operator, each band of
// an operator.
func (m *Model) setGroups() error {
	m.carriers, m.groups = nil, []Group{{ID: "all"}}
	var operators []string
	bands := make(map[string][]string)
	for i := range m.cells {
		c := &m.cells[i]
		if !slices.Contains(operators, c.Operator) {
			operators = append(operators, c.Operator)
		}
		if !slices.Contains(bands[c.Operator], c.Band) {
			bands[c.Operator] = append(bands[c.Operator], c.Band)
		}
		if k := (carrier{c.Operator, c.FreqMHz}); !slices.Contains(m.carriers, k) {
			m.carriers = append(m.carriers, k)
		}
	}
	slices.Sort(operators)
	for _, operator := range operators {
		slices.Sort(bands[operator])
		m.groups = append(m.groups, Group{ID: "operator:" + operator, Operator: operator})
		for _, band := range bands[operator] {
			m.groups = append(m.groups, Group{ID: "operator:" + operator + "/" + band, Operator: operator, Band: band})
		}
	}
	if len(m.groups) > mostGroups {
		return geo.Refuse(
			geo.Tf("运营商与频段的组合有 %d 个，上限 %d", "there are %d operators and bands; the limit is %d", len(m.groups), mostGroups),
			geo.T("检查 cells 图层的 operator 与 band 字段", "check fields operator and band of layer cells"))
	}
	for g := range m.groups {
		for i := range m.cells {
			if m.in(g, i) {
				m.groups[g].Cells = append(m.groups[g].Cells, i)
			}
		}
	}
	return nil
}

// in tells whether a cell belongs to a group.
func (m *Model) in(group, cell int) bool {
	g, c := &m.groups[group], &m.cells[cell]
	return group == 0 || g.Operator == c.Operator && (g.Band == c.Band || g.ID == "operator:"+g.Operator)
}

// setTransmitters makes the cells ready.
func (m *Model) setTransmitters() {
	m.transmitters = make([]*transmitter, len(m.cells))
	for i := range m.cells {
		m.transmitters[i] = m.newTransmitter(&m.cells[i])
	}
	m.regroup()
}

// regroup tells transmitters their carriers and groups. Those that change are new
// ones: other models may hold the old.
func (m *Model) regroup() {
	for i, t := range m.transmitters {
		k, groups := slices.Index(m.carriers, carrier{t.cell.Operator, t.cell.FreqMHz}), uint64(0)
		for g := range m.groups {
			if m.in(g, i) {
				groups |= 1 << g
			}
		}
		if t.carrier != k || t.groups != groups {
			other := *t
			other.carrier, other.groups = k, groups
			m.transmitters[i] = &other
		}
	}
}

// noise is the noise in one resource element of a cell, in mW.
func (m *Model) noise(c *Cell) float64 {
	return milliwatts(link.NoiseDBm(c.SCSkHz, *m.params.NoiseFigureDB))
}
