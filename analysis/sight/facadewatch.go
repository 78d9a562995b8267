package sight

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// facadeResult is how well the façades of a building are watched.
type facadeResult struct {
	feature int
	floors  int
	bands   []facadeBand
	// Square metres of façade: all, seen, and of which it cannot be said.
	all_m2, seen_m2, unknown_m2 float64
	unseen                      []int // floors not seen wholly
	assumed                     bool
	drawn                       []geo.Feature // once they are
}

// facadeBand is a stretch of wall on one floor.
type facadeBand struct {
	wall, floor   int
	a, b          orb.Point // left to right as seen from inside
	out           [2]float64
	base_m, top_m float64 // above the ground of the building
	state         State
	cameras       int
	camera        int32   // the one with most pixels, −1 for none
	px, pxUp      float64 // of that camera: across the line of sight, and up the wall
	grazing_deg   float64
}

// highRise tells whether a building is one whose façades must be watched; unknown
// where its use or its floors are.
func (m *Model) highRise(f *geo.Feature) (floors int, is State) {
	use, known := f.Text("use")
	known = known && use != ""
	n, ok := f.Number("floors")
	if !ok {
		h, hasHeight := f.Number("height_m")
		const leastStorey_m = 2.5
		if hasHeight && h < float64(m.p.Facade.Floors)*leastStorey_m || known && use != "residential" {
			return 0, No
		}
		return 0, Unknown
	}
	switch {
	case n < float64(m.p.Facade.Floors), known && use != "residential":
		return 0, No
	case !known:
		return 0, Unknown
	}
	return int(n), Yes
}

// mustWatch tells it for those in the community alone.
func (m *Model) mustWatch(f *geo.Feature) (floors int, is State) {
	c, ok := geo.Centroid(f.Geometry)
	if community := m.scene.Community.Geometry; !ok || community != nil && !geo.Inside(community, c) {
		return 0, No
	}
	return m.highRise(f)
}

// wantFacade lists a building where it must be watched.
func (r *run) wantFacade(feature, floors int, is State) {
	switch is {
	case Yes:
		r.facades = append(r.facades, facadeResult{feature: feature, floors: floors})
	case Unknown:
		r.notes.Add("facades_unknown", noteFacadeUnknown, "buildings", r.m.scene.Layers["buildings"][feature].ID)
		r.facadeDoubts++
	}
}

// watchFacades finds which façades of high residential buildings are watched.
func (r *run) watchFacades() {
	m := r.m
	features := m.scene.Layers["buildings"]
	for i := range features {
		floors, is := m.mustWatch(&features[i])
		r.wantFacade(i, floors, is)
	}
	watchers, solids := m.watchers(), m.solidsOfBuildings()
	parallel(len(r.facades), func() func(int) {
		s := &sightline{m: m}
		return func(i int) {
			f := &r.facades[i]
			f.watch(s, m.near(watchers, geo.ExtentOf(features[f.feature].Geometry)), solids[f.feature])
		}
	})
	r.dropWalled()
}

// solidsOfBuildings lists the solids of each building, by its place in its layer.
func (m *Model) solidsOfBuildings() map[int][]int32 {
	solids := make(map[int][]int32)
	for n := range m.town.solids {
		if s := &m.town.solids[n]; s.layer == "buildings" {
			solids[s.feature] = append(solids[s.feature], int32(n))
		}
	}
	return solids
}

// near are those of some cameras that may be in reach of an extent.
func (m *Model) near(cameras []int32, e geo.Extent) []int32 {
	e = e.Grow(m.p.ReachM)
	return slices.DeleteFunc(slices.Clone(cameras), func(c int32) bool { return !e.Contains(m.cameras[c].At) })
}

// dropWalled leaves out buildings whose walls all stand against others: they have no
// façade to watch.
func (r *run) dropWalled() {
	features := r.m.scene.Layers["buildings"]
	r.facades = slices.DeleteFunc(r.facades, func(f facadeResult) bool {
		if f.all_m2 > 0 {
			return false
		}
		r.notes.Add("facades_none", noteFacadeNone, "buildings", features[f.feature].ID)
		return true
	})
}

// watchers are the cameras that count for façades.
func (m *Model) watchers() []int32 {
	var out []int32
	for i := range m.cameras {
		if slices.Contains(m.p.Facade.Kinds, m.cameras[i].Kind) {
			out = append(out, int32(i))
		}
	}
	return out
}

// watch goes over all walls of a building, floor by floor, cell by cell.
func (f *facadeResult) watch(s *sightline, watchers, solids []int32) {
	wall := 0
	unseen := make(map[int]bool)
	for _, n := range solids {
		sd := &s.m.town.solids[n]
		f.assumed = f.assumed || sd.assumed
		height := sd.top - sd.ground_m
		if math.IsInf(height, 1) {
			height = float64(f.floors) * FloorM
		}
		storey := height / float64(f.floors)
		for _, ring := range sd.rings {
			for i := 1; i < len(ring); i++ {
				wall++
				for floor := s.m.p.Facade.FromFloor; floor <= f.floors; floor++ {
					f.watchFloor(s, watchers, sd, ring[i-1], ring[i], wall, floor, storey, unseen)
				}
			}
		}
	}
	for floor := range unseen {
		f.unseen = append(f.unseen, floor)
	}
	slices.Sort(f.unseen)
}

// watchFloor goes along one wall on one floor.
func (f *facadeResult) watchFloor(s *sightline, watchers []int32, sd *solid, a, b orb.Point, wall, floor int, storey float64, unseen map[int]bool) {
	length := geo.Distance(a, b)
	n := int(math.Ceil(length / s.m.p.Facade.CellM))
	out := [2]float64{(b[1] - a[1]) / length, (a[0] - b[0]) / length}
	z := sd.ground_m + (float64(floor)-0.5)*storey
	for k := range n {
		p, q := between(a, b, float64(k)/float64(n)), between(a, b, float64(k+1)/float64(n))
		mid := between(p, q, 0.5)
		at := vec{mid[0] + wallOffset_m*out[0], mid[1] + wallOffset_m*out[1], z}
		if s.m.town.holds(at) {
			continue // a party wall: nothing falls from it
		}
		band := s.watchCell(watchers, at, out)
		band.wall, band.floor, band.a, band.b, band.out = wall, floor, p, q, out
		band.base_m, band.top_m = float64(floor-1)*storey, float64(floor)*storey
		area := length / float64(n) * storey
		f.all_m2 += area
		switch band.state {
		case Yes:
			f.seen_m2 += area
		case Unknown:
			f.unknown_m2 += area
		}
		if band.state != Yes {
			unseen[floor] = true
		}
		f.join(band)
	}
}

// holds tells whether a place is within anything.
func (t *town) holds(at vec) bool {
	return slices.ContainsFunc(t.holding(at.plan()), func(n int32) bool { return t.solids[n].spans(at[2]) })
}

// join adds a cell to the band before it where nothing changes.
func (f *facadeResult) join(b facadeBand) {
	if n := len(f.bands) - 1; n >= 0 {
		l := &f.bands[n]
		if l.wall == b.wall && l.floor == b.floor && l.state == b.state && l.cameras == b.cameras && l.camera == b.camera && geo.Distance(l.b, b.a) < 1e-9 {
			l.b = b.b
			l.px, l.pxUp, l.grazing_deg = min(l.px, b.px), min(l.pxUp, b.pxUp), min(l.grazing_deg, b.grazing_deg)
			return
		}
	}
	f.bands = append(f.bands, b)
}

// watchCell finds which cameras watch a cell of a façade.
func (s *sightline) watchCell(watchers []int32, at vec, out [2]float64) facadeBand {
	band := facadeBand{state: No, camera: -1}
	p := &s.m.p
	sine := math.Sin(radians(p.Facade.GrazingDeg))
	doubt := false
	for _, i := range watchers {
		c := &s.m.cameras[i]
		working, known := c.on()
		if known && !working || c.Indoor != "" {
			continue
		}
		if !c.able {
			doubt = doubt || geo.Distance(c.At, at.plan()) <= s.m.mayReach(c, 0)
			continue
		}
		l := &c.now
		d := l.eye.minus(at)
		dist := math.Sqrt(d.dot(d))
		facing := (d[0]*out[0] + d[1]*out[1]) / dist
		if facing <= 0 || facing < sine || dist > min(l.range_m, p.ReachM) || l.pxPerM(dist) < p.Facade.PxPerM || l.holds(at) != inField {
			continue
		}
		o := s.blocked(l.eye, at, c.roofs)
		if o.unknown || o.solid == noSolid && !known {
			doubt = true
			continue
		}
		if o.solid != noSolid {
			continue
		}
		band.cameras++
		if px := l.pxPerM(dist); px > band.px {
			band.px, band.camera = px, i
			band.pxUp = px * math.Hypot(d[0], d[1]) / dist
			band.grazing_deg = math.Asin(min(facing, 1)) * 180 / math.Pi
		}
	}
	switch {
	case band.cameras > 0:
		band.state = Yes
	case doubt:
		band.state = Unknown
	}
	return band
}

// state tells whether all of a building's façades are watched.
func (f *facadeResult) state() State {
	const share = 1 - 1e-9
	switch {
	case f.seen_m2 >= f.all_m2*share:
		return Yes
	case f.seen_m2+f.unknown_m2 >= f.all_m2*share:
		return Unknown
	}
	return No
}

// floorsText writes floors for reading: 3-5, 12.
func floorsText(floors []int) string {
	var parts []string
	for i := 0; i < len(floors); {
		j := i
		for j+1 < len(floors) && floors[j+1] == floors[j]+1 {
			j++
		}
		if i == j {
			parts = append(parts, fmt.Sprint(floors[i]))
		} else {
			parts = append(parts, fmt.Sprintf("%d-%d", floors[i], floors[j]))
		}
		i = j + 1
	}
	return strings.Join(parts, ", ")
}
