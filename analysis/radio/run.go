package radio

import (
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// Run predicts coverage in a scene and gives layers, values and notes. Where
// something that coverage depends on is unknown and no defaults were asked for, no
// coverage is told: values are unknown and say what is missing, and the only layer
// has the cells that lack it. Errors are those of NewModel.
//
// The layers are, each after the id of the run:
//
//   - classes: areas of each class of levels, outdoors and indoors
//   - covered: what each group covers
//   - spots: outdoor ground that is not covered, or weak, with its main reason
//   - gaps: outdoor ground that some operators cover and others do not
//   - servers: where each cell is the strongest
//   - cells: the cells as they were used, with what each contributes
//   - buildings: how much of each is covered indoors
//
// The values are covered_share, outdoor_share, indoor_share and households_share for
// all cells, covered_share/G and outdoor_share/G for each group G, and
// outdoor_share/every for what every operator covers. All areas are whole pixels of
// the community. Covered_share and outdoor_share carry a Scale: what they would be if
// the level asked for were higher or lower, the ratio asked for staying as it is.
func Run(s *analysis.Scene, p Params) (analysis.Result, error) {
	m, err := NewModel(s, p)
	if err != nil {
		return analysis.Result{}, err
	}
	return m.Result(s)
}

// Result is what Run gives, from a model that was made of the scene.
func (m *Model) Result(s *analysis.Scene) (analysis.Result, error) { return result(m, s) }

// flagsOf are the flags of a cell that hold wherever its signal goes.
func (m *Model) flagsOf(cell int) []string { return m.transmitters[cell].flags }

// path is a link without SINR and probability, and the level that the place would
// have if nothing stood in the way.
func (m *Model) path(cell int, at orb.Point) (l Link, freeDBm float64) {
	s, t := m.receiver(at), m.transmitters[cell]
	l = m.budget(t, &s)
	l.Blockers = m.blockers(t, &s)
	return l, m.freeLevel(t, &s, l)
}

// result turns a prediction into layers, values and notes.
func result(m predictor, scene *analysis.Scene) (analysis.Result, error) {
	r := newAnswer(m, scene)
	if r.known {
		if err := r.collect(); err != nil {
			return analysis.Result{}, fmt.Errorf("radio: %w", err)
		}
		if r.p.wants("spots") {
			r.explainSpots()
		}
	}
	r.tell()
	out := analysis.Result{Layers: r.layers(), Notes: r.notes.Sorted()}
	if r.known {
		out.Values = r.values()
	} else {
		out.Values = r.unknownValues()
	}
	return out, nil
}

// explainSpots finds the reason of each spot, several at a time.
func (r *answer) explainSpots() {
	spots := r.spots.spots
	workers := min(runtime.GOMAXPROCS(0), len(spots))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(spots); i += workers {
				r.explain(&spots[i])
			}
		})
	}
	wg.Wait()
}

// filled is implemented by a prediction over terrain with gaps.
type filled interface{ TerrainFilled() float64 }

// tellTerrain says where heights of the ground were continued beyond the terrain.
func (r *answer) tellTerrain() {
	f, ok := r.m.(filled)
	if !ok {
		return
	}
	if share := f.TerrainFilled(); share > 0 {
		r.notes.Add("terrain_margin", geo.Tf(
			"地形没有覆盖社区周围的全部范围，%.0f%% 的高程取自最近的已知点",
			"the terrain does not reach all around the community; %.0f %% of the heights are taken from the nearest known place", math.Ceil(100*share)), "", "")
	}
}
