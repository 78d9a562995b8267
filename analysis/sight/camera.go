package sight

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Camera is a camera with everything that its view depends on.
type Camera struct {
	ID, Name, Kind string
	// At is where its eye is taken to be, in metres of the scene; Surveyed where the
	// feature lies. They differ for a camera on a wall.
	At, Surveyed orb.Point
	// GroundM is the height of the ground below it, HeightM of the eye above that.
	GroundM, HeightM float64
	// On is the building whose wall carries it, Roof the one it stands on, Indoor the
	// one it is inside of: from there it sees nothing outdoors. Ids, or empty.
	On, Roof, Indoor string
	// Working, Networked and OnPlatform are nil where not known.
	Working, Networked, OnPlatform *bool
	// Lacks names the attributes for want of which nothing can be said of its view.
	Lacks []string
	// Assumed names those that Defaults gave, Derived those that others gave.
	Assumed, Derived []string
	// Inside tells that it stands in the community and counts in the inventory.
	Inside bool

	feature *geo.Feature
	now     lens // good only when it lacks nothing
	could   lens // of a camera that turns, good when canTurn
	canTurn bool
	roofs   []int32 // solids whose outline holds the eye
	able    bool
}

// Sees tells whether something can be said of its view.
func (c *Camera) Sees() bool { return c.able }

// on tells whether a camera works, and whether that is known.
func (c *Camera) on() (working, known bool) {
	if c.Working == nil {
		return false, false
	}
	return *c.Working, true
}

// Places of cameras on walls.
const (
	// wallOffset_m is how far in front of its wall the eye of a camera is, and how far
	// in front of a wall a door is looked at.
	wallOffset_m = 0.1
	// wallSlack_m is how deep inside an outline a camera may be drawn and still be
	// taken to hang on its wall.
	wallSlack_m = 1.5
)

func known(f *geo.Feature, name string) *bool {
	v, ok := f.Bool(name)
	if !ok {
		return nil
	}
	return &v
}

// readCameras makes the cameras of the scene, in the order of their ids.
func (m *Model) readCameras() {
	features := m.scene.Layers["cameras"]
	for i := range features {
		f := &features[i]
		at, ok := f.Geometry.(orb.Point)
		if !ok || !geo.Finite(at) {
			m.notes.Add("cameras_without_place", noteNoPlace, "cameras", f.ID)
			continue
		}
		m.cameras = append(m.cameras, m.readCamera(f, at))
	}
}

func (m *Model) readCamera(f *geo.Feature, at orb.Point) Camera {
	c := Camera{ID: f.ID, At: at, Surveyed: at, feature: f,
		Working: known(f, "working"), Networked: known(f, "networked"), OnPlatform: known(f, "on_platform")}
	c.Name, _ = f.Text("name")
	c.Kind, _ = f.Text("kind")
	community := m.scene.Community.Geometry
	c.Inside = community == nil || geo.Inside(community, at)
	if c.Working == nil && m.p.Defaults != nil && m.p.Defaults.Working != nil {
		v := *m.p.Defaults.Working
		c.Working = &v
		c.Assumed = append(c.Assumed, "working")
	}
	o, height, ok := m.optics(&c)
	if !ok {
		m.notes.Add("cameras_lack_attributes", noteLacks, "cameras", c.ID)
		return c
	}
	c.HeightM = height
	m.mount(&c, o)
	if c.Indoor != "" {
		m.notes.Add("cameras_indoors", noteIndoors, "cameras", c.ID)
		return c
	}
	m.fit(&c, o)
	if len(c.Assumed) > 0 {
		m.notes.Add("cameras_assumed", noteAssumed, "cameras", c.ID)
	}
	c.able = true
	return c
}

// fit gives a camera its lenses.
func (m *Model) fit(c *Camera, o optics) {
	eye := vec{c.At[0], c.At[1], c.GroundM + c.HeightM}
	c.roofs = m.town.holding(c.At)
	reach := func(l *lens) {
		l.limit_m = min(l.range_m, l.density/m.p.Table.Classes[0].PxPerM, m.p.ReachM)
	}
	c.now = newLens(eye, o)
	reach(&c.now)
	if c.Kind == "ptz" {
		o.turns = true
		c.could, c.canTurn = newLens(eye, o), true
		reach(&c.could)
		if m.p.PTZ == PTZCould {
			c.now = c.could
		}
	}
}

// optics reads what a lens is made from, and the mounting height.
func (m *Model) optics(c *Camera) (o optics, height float64, ok bool) {
	get := func(name string) float64 {
		if v, ok := c.feature.Number(name); ok {
			return v
		}
		if v, ok := m.p.Defaults.of(c.Kind, name); ok {
			c.Assumed = append(c.Assumed, name)
			return v
		}
		c.Lacks = append(c.Lacks, name)
		return math.NaN()
	}
	height = get("height_m")
	o.hfov, o.pixelsW = get("hfov_deg"), get("pixels_w")
	o.panoramic = c.Kind == "panoramic"
	turned := c.Kind == "ptz" && m.p.PTZ == PTZCould
	if !turned {
		if o.hfov < 360 || math.IsNaN(o.hfov) {
			o.azimuth = get("azimuth_deg") + m.north
		}
		o.tilt = get("tilt_deg")
		o.vfov = m.vfov(c, &o, get)
	}
	o.range_m = math.Inf(1)
	if v, ok := c.feature.Number("range_m"); ok && v > 0 {
		o.range_m = v
	}
	return o, height, len(c.Lacks) == 0
}

// vfov is the angle of view upright: as recorded, or from that across and the shape
// of the picture, whose pixels are square.
func (m *Model) vfov(c *Camera, o *optics, get func(string) float64) float64 {
	if v, ok := c.feature.Number("vfov_deg"); ok {
		return v
	}
	if o.panoramic || o.hfov >= widest_deg {
		return get("vfov_deg")
	}
	h, ok := c.feature.Number("pixels_h")
	if !ok {
		if h, ok = m.p.Defaults.of(c.Kind, "pixels_h"); ok {
			c.Assumed = append(c.Assumed, "pixels_h")
		}
	}
	if !ok || math.IsNaN(o.hfov) || math.IsNaN(o.pixelsW) {
		return get("vfov_deg")
	}
	c.Derived = append(c.Derived, "vfov_deg")
	return 2 * math.Atan(math.Tan(radians(o.hfov)/2)*h/o.pixelsW) * 180 / math.Pi
}

// mount finds what carries a camera. One that is drawn inside a building, below
// its roof and close to its wall, hangs on the wall: its eye is a little in front
// of it, on the side that it looks to.
func (m *Model) mount(c *Camera, o optics) {
	c.GroundM = m.ground.at(c.At)
	eye := c.GroundM + c.HeightM
	all := o.turns || o.hfov >= 180 || math.IsNaN(o.azimuth)
	sin, cos := math.Sincos(radians(o.azimuth))
	looks := [2]float64{sin, cos}
	for range 4 { // out of one building into its neighbour, and out of that
		held := -1
		for _, n := range m.town.near(c.At, wallOffset_m) {
			s := &m.town.solids[n]
			if eye >= s.top || eye <= s.base {
				continue
			}
			held = int(n)
			break
		}
		if held < 0 {
			break
		}
		s := &m.town.solids[held]
		p, ok := s.front(c.At, looks, all)
		if !ok {
			c.Indoor = s.id
			return
		}
		c.At, c.On = p, s.id
		c.GroundM = m.ground.at(c.At)
		eye = c.GroundM + c.HeightM
	}
	for _, n := range m.town.holding(c.At) {
		if s := &m.town.solids[n]; eye > s.base && eye < s.top {
			c.Indoor = s.id
			return
		} else if eye >= s.top {
			c.Roof = s.id
		}
	}
}

// near lists, ascending, the solids with an inside that hold a place or have a wall
// nearer than dist.
func (t *town) near(p orb.Point, dist float64) []int32 {
	var out []int32
	t.areas.Each(geo.Extent{MinX: p[0] - dist, MinY: p[1] - dist, MaxX: p[0] + dist, MaxY: p[1] + dist}, func(i int) bool {
		s := &t.solids[i]
		if s.inside(p) || s.wall(p) < dist*(1-1e-6) {
			out = append(out, int32(i))
		}
		return true
	})
	slices.Sort(out)
	return out
}

// wall is how far a place is from the nearest wall.
func (s *solid) wall(p orb.Point) float64 {
	best := math.Inf(1)
	for _, r := range s.rings {
		best = min(best, geo.NearestOnLine(orb.LineString(r), p).Dist)
	}
	return best
}

// front moves a place in front of the nearest wall whose outside lies in the
// direction looked to, or of the nearest of all walls. It is false for a place
// deeper inside than wallSlack_m.
func (s *solid) front(p orb.Point, looks [2]float64, all bool) (orb.Point, bool) {
	var best orb.Point
	least, faced := math.Inf(1), false
	for _, r := range s.rings {
		for i := 1; i < len(r); i++ {
			a, b := r[i-1], r[i]
			q, t := geo.NearestOnSegment(a, b, p)
			d := geo.Distance(p, q)
			if d > wallSlack_m {
				continue
			}
			l := geo.Distance(a, b)
			nx, ny := (b[1]-a[1])/l, (a[0]-b[0])/l
			faces := all || nx*looks[0]+ny*looks[1] > 1e-9
			if faced && !faces || faces == faced && d >= least-1e-9 {
				continue
			}
			// Not in the very corner: there the wall beside would be in front.
			along := min(max(t*l, min(wallOffset_m, l/2)), l-min(wallOffset_m, l/2))
			x, y := a[0]+along/l*(b[0]-a[0]), a[1]+along/l*(b[1]-a[1])
			best, least, faced = orb.Point{x + wallOffset_m*nx, y + wallOffset_m*ny}, d, faces
		}
	}
	return best, !math.IsInf(least, 1)
}
