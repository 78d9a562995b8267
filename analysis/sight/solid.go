package sight

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/sight/plan"
	"yiju/geo"
	"yiju/geo/index"
)

// solid is something that stands in the way: a building as a prism with a level
// roof, or a wall as panels that follow the ground.
type solid struct {
	layer, id, name string
	feature         int
	// top and base are heights above the datum; base is −Inf for what stands on the
	// ground. The top of a wall is that of each panel.
	top, base float64
	// unknown tells that its height is not known. It then hides everything behind it,
	// and what it hides counts as not known.
	unknown bool
	assumed bool // its height is a default
	// area tells that it has an inside; rings are counter-clockwise, holes clockwise.
	area        bool
	rings       []orb.Ring
	first, last int32 // its panels
	floors      float64
	ground_m    float64
}

// panel is an upright rectangle (or trapezoid) over an edge in plan.
type panel struct {
	solid      int32
	topA, topB float64
}

// town is all that stands in the way, indexed.
type town struct {
	solids []solid
	panels []panel
	edges  []plan.Edge // by panel
	inPlan *plan.Index
	areas  *index.Index // solids that have an inside, by extent
}

// heightOf is how high above the ground a building is.
func (m *Model) heightOf(f *geo.Feature) (h float64, known, assumed bool) {
	if h, ok := f.Number("height_m"); ok {
		return h, true, false
	}
	if floors, ok := f.Number("floors"); ok {
		m.notes.Add("heights_from_floors", noteFloors, "buildings", f.ID)
		return floors * FloorM, true, false
	}
	if d := m.p.Defaults; d != nil {
		use, _ := f.Text("use")
		if h, ok := d.BuildingM[use]; ok {
			return h, true, true
		}
		if h, ok := d.BuildingM[""]; ok {
			return h, true, true
		}
	}
	return 0, false, false
}

// leastFloat_m is the height of an underside from which a building is taken to
// stand free of the ground.
const leastFloat_m = 0.5

func (m *Model) addBuildings() {
	features := m.scene.Layers["buildings"]
	for i := range features {
		f := &features[i]
		polygons := geo.Polygons(f.Geometry)
		if len(polygons) == 0 || !geo.Finite(f.Geometry) {
			continue
		}
		h, known, assumed := m.heightOf(f)
		switch {
		case !known:
			m.notes.Add("height_unknown", noteNoHeight, "buildings", f.ID)
		case assumed:
			m.notes.Add("height_assumed", noteAssumedHeight, "buildings", f.ID)
		}
		if known && h <= 0 {
			continue
		}
		base, _ := f.Number("base_m")
		name, _ := f.Text("name")
		for _, poly := range polygons {
			s := solid{layer: "buildings", id: f.ID, name: name, feature: i, area: true, assumed: assumed, unknown: !known}
			s.rings = oriented(poly)
			if len(s.rings) == 0 {
				continue
			}
			s.ground_m = m.meanGround(s.rings[0])
			s.top, s.base = s.ground_m+h, math.Inf(-1)
			if base >= leastFloat_m {
				s.base = s.ground_m + base
			}
			if !known {
				s.top = math.Inf(1)
			}
			m.addPrism(s)
		}
	}
}

// oriented gives the rings of a polygon, shell counter-clockwise, holes clockwise,
// without those that have no area.
func oriented(poly orb.Polygon) []orb.Ring {
	var out []orb.Ring
	for i, r := range poly {
		if len(r) > 1 && r[0] == r[len(r)-1] {
			r = r[:len(r)-1]
		}
		r = slices.Compact(slices.Clone(r))
		if len(r) < 3 {
			if i == 0 {
				return nil
			}
			continue
		}
		r = append(r, r[0])
		if (signedArea(r) > 0) != (i == 0) {
			slices.Reverse(r)
		}
		out = append(out, r)
	}
	return out
}

// signedArea is positive for a counter-clockwise ring.
func signedArea(r orb.Ring) float64 {
	sum := 0.0
	for i := 1; i+1 < len(r); i++ {
		ax, ay := r[i][0]-r[0][0], r[i][1]-r[0][1]
		bx, by := r[i+1][0]-r[0][0], r[i+1][1]-r[0][1]
		sum += ax*by - ay*bx
	}
	return sum / 2
}

func (m *Model) meanGround(r orb.Ring) float64 {
	if m.ground.flat {
		return 0
	}
	sum := 0.0
	for _, p := range r[:len(r)-1] {
		sum += m.ground.at(p)
	}
	return sum / float64(len(r)-1)
}

func (m *Model) addPrism(s solid) {
	t := &m.town
	n := int32(len(t.solids))
	s.first = int32(len(t.panels))
	for _, r := range s.rings {
		for i := 1; i < len(r); i++ {
			t.edges = append(t.edges, plan.Edge{A: r[i-1], B: r[i], OneSided: true})
			t.panels = append(t.panels, panel{n, s.top, s.top})
		}
	}
	s.last = int32(len(t.panels))
	t.solids = append(t.solids, s)
}

// addBarriers takes in the barriers that cannot be seen through.
func (m *Model) addBarriers() {
	features := m.scene.Layers["barriers"]
	for i := range features {
		f := &features[i]
		kind, _ := f.Text("kind")
		if !slices.Contains(m.p.Opaque, kind) || !geo.Finite(f.Geometry) {
			if kind == "fence" {
				m.notes.Add("fences", noteFences, "barriers", f.ID)
			}
			continue
		}
		h, known := f.Number("height_m")
		assumed := false
		if !known && m.p.Defaults != nil {
			h, known = m.p.Defaults.BarrierM[kind]
			assumed = known
		}
		switch {
		case !known:
			h = math.Inf(1)
			m.notes.Add("barrier_height_unknown", noteNoBarrier, "barriers", f.ID)
		case assumed:
			m.notes.Add("barrier_height_assumed", noteAssumedBarrier, "barriers", f.ID)
		case h <= 0:
			continue
		}
		name, _ := f.Text("name")
		s := solid{layer: "barriers", id: f.ID, name: name, feature: i, base: math.Inf(-1), unknown: !known, assumed: assumed}
		for _, part := range geo.Parts(f.Geometry) {
			m.addBarrier(s, part, h)
		}
	}
}

func (m *Model) addBarrier(s solid, part orb.Geometry, h float64) {
	switch part := part.(type) {
	case orb.LineString:
		s.top = math.Inf(-1)
		n, first := int32(len(m.town.solids)), int32(len(m.town.panels))
		for i := 1; i < len(part); i++ {
			m.addPanels(n, part[i-1], part[i], h, &s.top)
		}
		s.first, s.last = first, int32(len(m.town.panels))
		m.town.solids = append(m.town.solids, s)
	case orb.Polygon:
		s.area, s.rings = true, oriented(part)
		if len(s.rings) > 0 {
			s.ground_m = m.meanGround(s.rings[0])
			s.top = s.ground_m + h
			m.addPrism(s)
		}
	}
}

// panelStep_m is the greatest length of a panel of a wall on uneven ground.
const panelStep_m = 10

// addPanels sets up a stretch of wall, in pieces where the ground is not flat.
func (m *Model) addPanels(n int32, a, b orb.Point, h float64, top *float64) {
	if a == b {
		return
	}
	pieces := 1
	if !m.ground.flat {
		pieces = int(min(math.Ceil(geo.Distance(a, b)/panelStep_m), 1000))
	}
	at := func(k int) orb.Point {
		if k == pieces {
			return b
		}
		t := float64(k) / float64(pieces)
		return orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
	}
	for k := range pieces {
		p, q := at(k), at(k+1)
		zp, zq := m.ground.at(p)+h, m.ground.at(q)+h
		m.town.edges = append(m.town.edges, plan.Edge{A: p, B: q})
		m.town.panels = append(m.town.panels, panel{n, zp, zq})
		*top = max(*top, zp, zq)
	}
}

// index makes everything in the town findable.
func (t *town) index() {
	t.inPlan = plan.New(t.edges)
	t.areas = &index.Index{}
	for i := range t.solids {
		if s := &t.solids[i]; s.area {
			t.areas.Add(i, geo.ExtentOf(s.rings[0]))
		}
	}
}

// holding lists, ascending, the solids that a place is inside of, outlines counted
// as outside.
func (t *town) holding(p orb.Point) []int32 {
	var out []int32
	t.areas.Each(geo.Extent{MinX: p[0], MinY: p[1], MaxX: p[0], MaxY: p[1]}, func(i int) bool {
		if t.solids[i].inside(p) {
			out = append(out, int32(i))
		}
		return true
	})
	slices.Sort(out)
	return out
}

// inside counts the edges that a ray from p eastwards crosses.
func (s *solid) inside(p orb.Point) bool {
	in := false
	for _, r := range s.rings {
		for i := 1; i < len(r); i++ {
			a, b := r[i-1], r[i]
			if (a[1] > p[1]) == (b[1] > p[1]) {
				continue
			}
			cross := (b[0]-a[0])*(p[1]-a[1]) - (p[0]-a[0])*(b[1]-a[1])
			if cross == 0 {
				return false
			}
			if (cross > 0) == (b[1] > a[1]) {
				in = !in
			}
		}
	}
	return in
}

// spans tells whether a height is between the underside and the roof.
func (s *solid) spans(z float64) bool { return z < s.top && z > s.base }
