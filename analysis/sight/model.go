package sight

import (
	"yiju/analysis"
	"yiju/geo"
	"yiju/geo/index"
)

// Model is a scene made ready for looking. It is not changed once made; its methods
// may be called from several goroutines.
type Model struct {
	p         Params
	scene     *analysis.Scene
	ground    *ground
	town      town
	cameras   []Camera
	byPlace   *index.Index // cameras
	keypoints []keypoint
	notes     notebook
}

// NewModel makes a scene ready. Layers used are cameras, buildings, barriers,
// keypoints, entrances, ways, compounds, communities and devices; azimuths are
// taken from the north of the scene's CRS. Faults are those of the parameters.
func NewModel(scene *analysis.Scene, p Params) (*Model, error) {
	p, err := p.normal()
	if err != nil {
		return nil, err
	}
	m := &Model{p: p, scene: scene}
	m.ground = newGround(scene.Terrain, m.reachExtent())
	switch {
	case m.ground.flat:
		m.notes.add("no_terrain", noteNoTerrain, "", "")
	case m.ground.unknown > 0:
		m.notes.add("terrain_gaps", noteTerrainGap, "", "")
	}
	if !p.Table.Verified {
		m.notes.add("table_unverified", noteUnverified, "", "")
	}
	m.addBuildings()
	m.addBarriers()
	m.town.index()
	m.readCameras()
	m.indexCameras()
	m.readKeypoints()
	return m, nil
}

// reachExtent is all that any camera may look at.
func (m *Model) reachExtent() geo.Extent {
	e := geo.ExtentOf(m.scene.Community.Geometry)
	for _, layer := range []string{"cameras", "keypoints"} {
		for i := range m.scene.Layers[layer] {
			if g := m.scene.Layers[layer][i].Geometry; geo.Finite(g) {
				e = e.Union(geo.ExtentOf(g))
			}
		}
	}
	if e.IsEmpty() {
		return e
	}
	return e.Grow(m.p.ReachM)
}

// Cameras lists the cameras that have a place, by id. The list is shared; do not
// change it.
func (m *Model) Cameras() []Camera { return m.cameras }
