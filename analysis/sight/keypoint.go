package sight

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/index"
)

// keypoint is a place that must be watched: points, or lines that count by their
// length.
type keypoint struct {
	id, name, kind string
	points         []orb.Point
	lines          []orb.LineString
	need           int // rank of the class needed, −1 where it is not known
	derived        bool
}

// readKeypoints takes the key points in the community, lines by their part in it.
func (m *Model) readKeypoints() {
	held := make(map[string]bool)
	features := m.scene.Layers["keypoints"]
	for i := range features {
		f := &features[i]
		kind, _ := f.Text("kind")
		held[kind] = true
		need := -1
		if class, ok := f.Text("required_class"); ok && class != "" {
			if rank, ok := m.p.Table.rank(class); ok {
				need = rank
			}
		} else if class, ok := m.p.Required[kind]; ok {
			need, _ = m.p.Table.rank(class)
			m.notes.Add("required_by_kind", noteRequired, "keypoints", f.ID)
		}
		m.addKeypoint("keypoints", f, keypoint{id: f.ID, kind: kind, need: need})
	}
	for _, kind := range m.p.Derive {
		if !held[kind] {
			m.derive(kind)
		}
	}
	slices.SortFunc(m.keypoints, func(a, b keypoint) int {
		switch {
		case a.id < b.id:
			return -1
		case a.id > b.id:
			return 1
		}
		return 0
	})
	for i := range m.keypoints {
		if m.keypoints[i].need < 0 {
			m.notes.Add("required_unknown", noteNoRequired, "keypoints", m.keypoints[i].id)
		}
	}
}

// derive makes key points of a kind from entrances or ways.
func (m *Model) derive(kind string) {
	need := -1
	if class, ok := m.p.Required[kind]; ok {
		need, _ = m.p.Table.rank(class)
	}
	entrance := map[string]string{"compound_gate": "compound_gate", "garage_entrance": "garage", "building_door": "building_door"}[kind]
	if entrance != "" {
		features := m.scene.Layers["entrances"]
		for i := range features {
			if k, _ := features[i].Text("kind"); k == entrance {
				m.addKeypoint("entrances", &features[i], keypoint{id: kind + ":" + features[i].ID, kind: kind, need: need, derived: true})
			}
		}
		return
	}
	features := m.scene.Layers["ways"]
	for i := range features {
		if yes, _ := features[i].Bool(kind); yes {
			m.addKeypoint("ways", &features[i], keypoint{id: kind + ":" + features[i].ID, kind: kind, need: need, derived: true})
		}
	}
}

// parts are what of a feature lies in the community.
type parts struct {
	points []orb.Point
	lines  []orb.LineString
}

// partsOf finds them, once for each feature.
func (m *Model) partsOf(layer string, f *geo.Feature) *parts {
	key := partsKey(layer, f.ID)
	if p := m.parts[key]; p != nil {
		return p
	}
	p := &parts{}
	m.parts[key] = p
	community := m.scene.Community.Geometry
	if !geo.Finite(f.Geometry) {
		return p
	}
	for _, part := range geo.Parts(f.Geometry) {
		switch part := part.(type) {
		case orb.Point:
			if community == nil || geo.Inside(community, part) {
				p.points = append(p.points, part)
			}
		case orb.LineString:
			p.lines = append(p.lines, within(part, community)...)
		}
	}
	return p
}

func partsKey(layer, id string) string { return layer + "/" + id }

// addKeypoint adds a key point at the place of a feature of a layer.
func (m *Model) addKeypoint(layer string, f *geo.Feature, k keypoint) {
	k.name, _ = f.Text("name")
	p := m.partsOf(layer, f)
	if k.points, k.lines = p.points, p.lines; len(k.points)+len(k.lines) > 0 {
		m.keypoints = append(m.keypoints, k)
	}
}

// within cuts a line to an area; nil is everywhere.
func within(line orb.LineString, area orb.Geometry) []orb.LineString {
	if area == nil {
		return []orb.LineString{line}
	}
	var out []orb.LineString
	var at orb.LineString
	end := func() {
		if geo.Length(at) > 1e-6 {
			out = append(out, at)
		}
		at = nil
	}
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		cuts := []float64{0, 1}
		for _, poly := range geo.Polygons(area) {
			for _, ring := range poly {
				for j := 1; j < len(ring); j++ {
					if t, ok := cutAt(a, b, ring[j-1], ring[j]); ok {
						cuts = append(cuts, t)
					}
				}
			}
		}
		slices.Sort(cuts)
		for j := 1; j < len(cuts); j++ {
			if cuts[j] <= cuts[j-1] {
				continue
			}
			if !geo.Inside(area, between(a, b, (cuts[j-1]+cuts[j])/2)) {
				end()
				continue
			}
			if at == nil {
				at = orb.LineString{between(a, b, cuts[j-1])}
			}
			at = append(at, between(a, b, cuts[j]))
		}
	}
	end()
	return out
}

func between(a, b orb.Point, t float64) orb.Point {
	if t == 1 {
		return b
	}
	return orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
}

// cutAt is where the segment a–b meets the segment c–d, 0 at a.
func cutAt(a, b, c, d orb.Point) (float64, bool) {
	ex, ey, fx, fy := b[0]-a[0], b[1]-a[1], d[0]-c[0], d[1]-c[1]
	den := ex*fy - ey*fx
	if den == 0 {
		return 0, false
	}
	t := ((c[0]-a[0])*fy - (c[1]-a[1])*fx) / den
	u := ((c[0]-a[0])*ey - (c[1]-a[1])*ex) / den
	return t, t > 0 && t < 1 && u >= 0 && u <= 1
}

// State is yes, no or not known.
type State string

// The states.
const (
	Yes     State = "yes"
	No      State = "no"
	Unknown State = "unknown"
)

// finding is what all cameras together have of a place.
type finding struct {
	state   State
	class   int     // best rank at which a working camera sees it, −1 for none
	cameras []int32 // that cover it, ascending
	// reason, camera and obstacle are those of the camera that comes closest to
	// covering it, where none does. camera is −1 for none in reach.
	reason   Reason
	camera   int32
	obstacle obstacle
	distance float64
	assumed  bool // a camera or a height that it rests on is a default
	doubts   bool // a camera of which nothing is known may see it
}

// merge forms a finding from what each camera has.
type merging struct {
	finding
	m *Model
}

func newMerging(m *Model) merging {
	return merging{m: m, finding: finding{class: -1, camera: -1, reason: OutOfRange, obstacle: obstacle{solid: noSolid}}}
}

// take adds the verdict of a camera. Cameras come in ascending order.
func (g *merging) take(i int32, v *verdict) {
	c := &g.m.cameras[i]
	if v.reason == Covered {
		g.cameras = append(g.cameras, i)
	}
	if working, known := c.on(); known && working {
		g.class = max(g.class, v.class)
	}
	closer := v.reason.order() - g.reason.order()
	if g.camera < 0 || closer > 0 || closer == 0 && v.distance < g.distance {
		g.reason, g.camera, g.obstacle, g.distance = v.reason, i, v.obstacle, v.distance
	}
}

// doubt adds a camera of which nothing is known.
func (g *merging) doubt() { g.doubts = true }

// done closes the finding.
func (g *merging) done(need int) finding {
	switch {
	case need < 0:
		g.state, g.reason = Unknown, Doubtful
		g.cameras = nil
	case len(g.cameras) > 0:
		g.state, g.reason, g.camera, g.obstacle = Yes, Covered, -1, obstacle{solid: noSolid}
		g.assumed = !slices.ContainsFunc(g.cameras, func(i int32) bool { return len(g.m.cameras[i].Assumed) == 0 })
	case g.reason == Doubtful:
		g.state = Unknown
	case g.doubts:
		g.state, g.reason, g.camera = Unknown, Doubtful, -1
	default:
		g.state = No
		g.assumed = g.camera >= 0 && len(g.m.cameras[g.camera].Assumed) > 0
		if n := g.obstacle.solid; n >= 0 {
			g.assumed = g.assumed || g.m.town.solids[n].assumed
		}
	}
	return g.finding
}

// mayReach is how far a camera of which nothing is known may see at a class.
func (m *Model) mayReach(c *Camera, need int) float64 {
	if working, known := c.on(); known && !working || c.Indoor != "" {
		return -1
	}
	reach := m.p.ReachM
	if v, ok := c.feature.Number("range_m"); ok && v > 0 {
		reach = min(reach, v)
	}
	hfov, ok1 := c.feature.Number("hfov_deg")
	pixels, ok2 := c.feature.Number("pixels_w")
	if ok1 && ok2 {
		l := newLens(vec{}, optics{hfov: hfov, pixelsW: pixels, panoramic: c.Kind == "panoramic"})
		reach = min(reach, l.density/m.p.Table.Classes[max(need, 0)].PxPerM)
	}
	return reach
}

// cameraIndex finds cameras by place.
func (m *Model) indexCameras() {
	m.byPlace = &index.Index{}
	for i := range m.cameras {
		m.byPlace.Add(i, geo.ExtentOf(m.cameras[i].At))
	}
}

// around lists, ascending, the cameras that may be in reach of an extent.
func (m *Model) around(e geo.Extent) []int { return m.byPlace.Touching(e.Grow(m.p.ReachM)) }

// findPoint tells what all cameras have of a point.
func (s *sightline) findPoint(p orb.Point, need int) finding {
	g := newMerging(s.m)
	q := s.m.target(s.m.before(p))
	for _, i := range s.m.around(geo.ExtentOf(p)) {
		c := &s.m.cameras[i]
		if !c.able {
			if geo.Distance(c.At, p) <= s.m.mayReach(c, need) {
				g.doubt()
			}
			continue
		}
		v := s.judge(c, &c.now, q, max(need, 0))
		g.take(int32(i), &v)
	}
	return g.done(need)
}

// lengthOf is the length of a line between two of its parameters: 2.25 is a
// quarter of the third segment.
func lengthOf(line orb.LineString, from, to float64) float64 {
	sum := 0.0
	for i := int(from); i < len(line)-1 && float64(i) < to; i++ {
		lo, hi := max(from-float64(i), 0), min(to-float64(i), 1)
		sum += (hi - lo) * geo.Distance(line[i], line[i+1])
	}
	return sum
}

// part is the line between two of its parameters.
func part(line orb.LineString, from, to float64) orb.LineString {
	at := func(t float64) orb.Point {
		i := min(int(math.Floor(t)), len(line)-2)
		return between(line[i], line[i+1], t-float64(i))
	}
	out := orb.LineString{at(from)}
	for i := int(math.Floor(from)) + 1; float64(i) < to; i++ {
		out = append(out, line[i])
	}
	return append(out, at(to))
}
