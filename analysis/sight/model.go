package sight

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
	"yiju/geo/crs"
	"yiju/geo/index"
)

// Model is a scene made ready for looking. It is not changed once made; its methods
// may be called from several goroutines.
type Model struct {
	p         Params
	scene     *analysis.Scene
	reach     geo.Extent // all that any camera may look at
	ground    *ground
	town      town
	townNotes analysis.Notebook // of what stands in the way
	cameras   []Camera
	byPlace   *index.Index // cameras
	keypoints []keypoint
	parts     map[string]*parts // of features that key points are made from
	notes     analysis.Notebook
	way       degrees
	// north is the azimuth of true north on the grid of the scene's CRS, in degrees.
	north float64
}

// NewModel makes a scene ready. Layers used are cameras, buildings, barriers,
// keypoints, entrances, ways, communities and devices; azimuths are from true
// north. Faults are those of the parameters.
func NewModel(scene *analysis.Scene, p Params) (*Model, error) {
	return newModel(scene, p, degrees{})
}

// newModel makes one with a way from degrees that is known, if it is that of the scene.
func newModel(scene *analysis.Scene, p Params, way degrees) (*Model, error) {
	p, err := p.normal()
	if err != nil {
		return nil, err
	}
	m := &Model{p: p, scene: scene, way: way, parts: make(map[string]*parts)}
	if way.crs != scene.CRS || way.transform == nil {
		m.way = degrees{crs: scene.CRS}
		m.way.transform, m.way.err = crs.New(crs.WGS84, scene.CRS)
	}
	m.reach = m.reachExtent()
	m.ground = newGround(scene.Terrain, m.reach)
	m.north = convergence(scene, m.way)
	m.build()
	m.people()
	return m, nil
}

// degrees is the way from degrees into a working CRS; err where that is none.
type degrees struct {
	crs       string
	transform *crs.Transform
	err       error
}

// build sets up what stands in the way, and notes it.
func (m *Model) build() {
	m.town = town{}
	m.notes = analysis.Notebook{MaxIDs: maxNoteIDs}
	m.addBuildings()
	m.addBarriers()
	m.town.index()
	m.townNotes = m.notes
}

// people puts cameras and key points into the town.
func (m *Model) people() {
	m.notes = m.townNotes.Clone()
	switch {
	case m.ground.flat:
		m.notes.Add("no_terrain", noteNoTerrain, "", "")
	case m.ground.lacks(m.reach):
		m.notes.Add("terrain_gaps", noteTerrainGap, "", "")
	}
	if !m.p.Table.Verified {
		m.notes.Add("table_unverified", noteUnverified, "", "")
	}
	m.cameras, m.keypoints = nil, nil
	m.readCameras()
	m.indexCameras()
	m.readKeypoints()
}

// convergence is the azimuth of true north on the grid, in degrees, at the middle of
// the community: up to a degree where the grid is that of a zone. It is 0 where the
// CRS is not one that has a north.
func convergence(scene *analysis.Scene, way degrees) float64 {
	e := geo.ExtentOf(scene.Community.Geometry)
	if e.IsEmpty() {
		for i := range scene.Layers["cameras"] {
			if g := scene.Layers["cameras"][i].Geometry; geo.Finite(g) {
				e = e.Union(geo.ExtentOf(g))
			}
		}
	}
	if way.err != nil || e.IsEmpty() {
		return 0
	}
	at, err1 := way.transform.InversePoint(e.Centre())
	const step_deg = 0.001
	from, err2 := way.transform.ForwardPoint(at)
	to, err3 := way.transform.ForwardPoint(orb.Point{at[0], at[1] + step_deg})
	if err1 != nil || err2 != nil || err3 != nil {
		return 0
	}
	angle := math.Atan2(to[0]-from[0], to[1]-from[1]) * 180 / math.Pi
	const most_deg = 10 // beyond, the place is not where the CRS is good
	if math.IsNaN(angle) || math.Abs(angle) > most_deg {
		return 0
	}
	return angle
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
