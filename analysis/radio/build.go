package radio

import (
	"cmp"
	"slices"

	"yiju/analysis"
	"yiju/geo"
	"yiju/geo/index"
)

// Model is a scene made ready. It is safe for use by several goroutines.
type Model struct {
	params    Params
	community geo.Feature
	area      region
	grid      Grid
	terrain   analysis.Terrain
	around    geo.Extent // all paths run within
	ground    *ground

	buildings []geo.Feature
	prisms    []prism // of buildings
	byID      map[string]int
	index     *index.Index // of the prisms' boxes

	cells        []Cell
	transmitters []*transmitter // of cells
	carriers     []carrier
	groups       []Group

	lacks []Lack
	// others are the ids of cells of other technologies.
	others []string
	// unknownCells and unknownBuildings tell that something is unknown that coverage
	// depends on.
	unknownCells, unknownBuildings bool
	// looksRound tells that a calibration asks for what is built around.
	looksRound bool
}

// NewModel makes a scene ready. It reads layers "cells" and "buildings"; a scene
// without terrain is flat, at height 0. Parameters that make no sense, a community
// without area, a terrain that does not cover the community and what exceeds a
// bound are refused with a *geo.Fault.
func NewModel(s *analysis.Scene, p Params) (*Model, error) {
	p, err := p.normal()
	if err != nil {
		return nil, err
	}
	m := &Model{params: p, community: s.Community, area: newRegion(s.Community.Geometry), looksRound: p.Calibration.asksRound()}
	if len(m.area.rings) == 0 {
		return nil, geo.Refuse(
			geo.Tf("社区 %q 没有面状边界", "community %q has no boundary with an area", s.Community.ID),
			geo.T("为社区画出边界后重试", "draw its boundary and try again"))
	}
	place := geo.ExtentOf(s.Community.Geometry)
	if m.grid, err = newGrid(place, p.ResM); err != nil {
		return nil, err
	}
	m.terrain, m.around = s.Terrain, m.window(place, s.Layers["cells"])
	if m.ground, err = newGround(s.Terrain, m.around, s.Community.Geometry); err != nil {
		return nil, err
	}
	if err := m.setCells(s.Layers["cells"]); err != nil {
		return nil, err
	}
	m.setBuildings(s.Layers["buildings"])
	m.setTransmitters()
	return m, nil
}

// window is the extent of the community and of all cells that reach it: all paths
// run within.
func (m *Model) window(place geo.Extent, cells []geo.Feature) geo.Extent {
	within, out := place.Grow(m.params.ReachM), place
	for i := range cells {
		if p, ok := pointOf(cells[i].Geometry); ok && within.Contains(p) {
			out.IncludePoint(p)
		}
	}
	return out
}

func (m *Model) setCells(features []geo.Feature) error {
	features = slices.Clone(features)
	analysis.SortByID(features)
	if len(features) > mostCells {
		return geo.Refuse(
			geo.Tf("小区有 %d 个，超过上限 %d", "there are %d cells; the limit is %d", len(features), mostCells),
			geo.T("只导入社区周围的小区", "import only the cells around the community"))
	}
	m.readCells(features)
	return m.setGroups()
}

// setBuildings makes the buildings ready. One of unknown height leaves coverage
// unknown where paths may run.
func (m *Model) setBuildings(features []geo.Feature) {
	m.buildings = inOrderOfIDs(features)
	m.prisms = make([]prism, len(m.buildings))
	for i := range m.buildings {
		m.prisms[i] = m.newPrism(&m.buildings[i])
	}
	m.indexBuildings()
	m.tellUnknown()
}

// inOrderOfIDs are features in their order, copied where they are not.
func inOrderOfIDs(features []geo.Feature) []geo.Feature {
	if slices.IsSortedFunc(features, func(a, b geo.Feature) int { return cmp.Compare(a.ID, b.ID) }) {
		return features
	}
	features = slices.Clone(features)
	analysis.SortByID(features)
	return features
}

// indexBuildings makes the buildings findable.
func (m *Model) indexBuildings() {
	m.byID = make(map[string]int, len(m.buildings))
	m.index = &index.Index{}
	for i := range m.buildings {
		m.byID[m.buildings[i].ID] = i
		m.index.Add(i, m.prisms[i].box)
	}
}

// tellUnknown lists the buildings that do not tell their height, and whether paths may
// meet one of which no height is known at all.
func (m *Model) tellUnknown() {
	m.unknownBuildings = false
	m.lacks = slices.DeleteFunc(slices.Clone(m.lacks), func(k Lack) bool { return k.Layer == "buildings" })
	for i := range m.prisms {
		p := &m.prisms[i]
		if p.lacking {
			m.lacks = append(m.lacks, Lack{"buildings", m.buildings[i].ID, []string{"height_m"}})
			m.unknownBuildings = m.unknownBuildings || !p.known && p.box.Touches(m.around)
		}
	}
	m.sortLacks()
}

func (m *Model) sortLacks() {
	slices.SortStableFunc(m.lacks, func(a, b Lack) int {
		return cmp.Or(cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.ID, b.ID))
	})
}

// Params are the parameters, with what was left out filled in.
func (m *Model) Params() Params { return m.params }

// Cells are the cells that can be used, in order of their ids.
func (m *Model) Cells() []Cell { return m.cells }

// Groups are what shares are told for. The first is all cells.
func (m *Model) Groups() []Group { return m.groups }

// Buildings are the buildings of the scene, in order of their ids.
func (m *Model) Buildings() []geo.Feature { return m.buildings }

// Grid is the grid of pixels over the community's extent.
func (m *Model) Grid() Grid { return m.grid }

// Lacks lists cells and buildings that lack attributes, by layer and id: those that
// cannot be used, and those that are used with defaults.
func (m *Model) Lacks() []Lack { return m.lacks }

// Others lists the ids of features of layer cells that say they are not 5G.
func (m *Model) Others() []string { return m.others }

// Known is false where something that coverage depends on is unknown.
func (m *Model) Known() bool { return !m.unknownCells && !m.unknownBuildings }

// TerrainFilled is the share of the heights of the ground, 0 to 1, that the terrain
// does not know (beyond the community) and that were taken from the nearest place it
// knows.
func (m *Model) TerrainFilled() float64 {
	if m.ground == nil {
		return 0
	}
	return m.ground.filled(m.around)
}
