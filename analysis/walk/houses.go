package walk

import (
	"cmp"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// houses knows the outlines of buildings.
type houses struct {
	features []geo.Feature
	grid     *grid
	sides    [][2]orb.Point
	owner    []int32 // building of each side
	sideGrid *grid

	homesOnce sync.Once
	homes     []home
}

// home is who lives in a building, as far as is known.
type home struct {
	households, residents         float64
	householdsTold, residentsTold bool
	lived                         bool // people may live in it
	unused                        bool // its use is not told
}

// people tells of all buildings who lives in them; it is asked often.
func (h *houses) people() []home {
	h.homesOnce.Do(func() {
		h.homes = make([]home, len(h.features))
		for i := range h.homes {
			f, out := &h.features[i], &h.homes[i]
			out.households, out.householdsTold = f.Number("households")
			out.residents, out.residentsTold = f.Number("residents")
			use, known := f.Text("use")
			out.unused = !known || use == ""
			out.lived = out.unused || use == "residential"
		}
	})
	return h.homes
}

func newHouses(scene *analysis.Scene) *houses {
	h := &houses{features: scene.Layers["buildings"]}
	h.grid = newGrid(len(h.features), func(i int) geo.Extent {
		if !geo.Finite(h.features[i].Geometry) {
			return geo.EmptyExtent()
		}
		return geo.ExtentOf(h.features[i].Geometry)
	})
	points := 0
	for i := range h.features {
		geo.EachPoint(h.features[i].Geometry, func(orb.Point) { points++ })
	}
	h.sides, h.owner = make([][2]orb.Point, 0, points), make([]int32, 0, points)
	for i := range h.features {
		if !geo.Finite(h.features[i].Geometry) {
			continue
		}
		for _, poly := range geo.Polygons(h.features[i].Geometry) {
			for _, ring := range poly {
				for k := 1; k < len(ring); k++ {
					h.sides = append(h.sides, [2]orb.Point{ring[k-1], ring[k]})
					h.owner = append(h.owner, int32(i))
				}
			}
		}
	}
	h.sideGrid = newGrid(len(h.sides), func(i int) geo.Extent { return segmentExtent(h.sides[i][0], h.sides[i][1]) })
	return h
}

// between tells whether the straight walk p–q goes through a building other than
// own. hint is the side that was in the way last, tried first; -1 for none.
func (h *houses) between(p, q orb.Point, own int32, hint *int32) bool {
	length := geo.Distance(p, q)
	if length <= 2*touchM || len(h.sides) == 0 {
		return false
	}
	t := touchM / length
	p, q = along(p, q, t), along(p, q, 1-t)
	blocks := func(i int32) bool {
		return h.owner[i] != own && passesThrough(p, q, h.sides[i][0], h.sides[i][1])
	}
	if *hint >= 0 && blocks(*hint) {
		return true
	}
	found := false
	h.sideGrid.each(segmentExtent(p, q), func(i int32) bool {
		if found = blocks(i); found {
			*hint = i
		}
		return !found
	})
	return found
}

// at finds the building that holds a point; -1 for none. Of several the first.
func (h *houses) at(p orb.Point) int32 {
	best := int32(-1)
	h.grid.each(pointExtent(p, 0), func(i int32) bool {
		if (best < 0 || i < best) && geo.Inside(h.features[i].Geometry, p) {
			best = i
		}
		return true
	})
	return best
}

// doorM is how far from an outline an entrance may be drawn, in metres.
const doorM = 0.5

// doors lists the entrances of each building: those that name it, and those on
// its outline that name nothing.
func (h *houses) doors(scene *analysis.Scene) [][]int32 {
	out := make([][]int32, len(h.features))
	byID := make(map[string]int32, len(h.features))
	for i := range h.features {
		byID[h.features[i].ID] = int32(i)
	}
	for k := range scene.Layers["entrances"] {
		f := &scene.Layers["entrances"][k]
		p, ok := f.Geometry.(orb.Point)
		if kind, _ := f.Text("kind"); !ok || !geo.Finite(p) || kind == "garage" || kind == "compound_gate" {
			continue
		}
		of, named := f.Text("of")
		i, known := byID[of]
		if !known && !(named && of != "") {
			i, known = h.beside(p)
		}
		if known {
			out[i] = append(out[i], int32(k))
		}
	}
	return out
}

// beside finds the building whose outline runs through a point, the nearest of
// several.
func (h *houses) beside(p orb.Point) (int32, bool) {
	type hit struct {
		d float64
		i int32
	}
	var hits []hit
	h.sideGrid.each(pointExtent(p, doorM), func(i int32) bool {
		q, _ := geo.NearestOnSegment(h.sides[i][0], h.sides[i][1], p)
		if d := geo.Distance(q, p); d <= doorM {
			hits = append(hits, hit{d, h.owner[i]})
		}
		return true
	})
	if len(hits) == 0 {
		return 0, false
	}
	best := slices.MinFunc(hits, func(x, y hit) int { return cmp.Or(cmp.Compare(x.d, y.d), cmp.Compare(x.i, y.i)) })
	return best.i, true
}
