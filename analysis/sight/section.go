package sight

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Section is the side view from a camera to a place and a little beyond, in metres
// from the camera in plan and metres above the datum of the terrain (or above flat
// ground).
type Section struct {
	Camera  string         `json:"camera"`
	LengthM float64        `json:"length_m"`
	AtM     float64        `json:"at_m"` // where the place is
	Ground  []SectionPoint `json:"ground"`
	Solids  []Cut          `json:"solids"`
	EyeM    float64        `json:"eye_m"`    // height of the camera
	TargetM float64        `json:"target_m"` // height of what is looked at
	// LowerDeg and UpperDeg are the elevations between which the picture lies in this
	// direction, from the horizon up; nil where the direction is outside the picture.
	LowerDeg *float64 `json:"lower_deg"`
	UpperDeg *float64 `json:"upper_deg"`
	// Classes are the distances along the line of sight up to which each class holds,
	// in the order of the table.
	Classes []ClassReach `json:"classes"`
	Glance  Glance       `json:"glance"`
}

// ClassReach is how far a class holds.
type ClassReach struct {
	Class  string  `json:"class"`
	ReachM float64 `json:"reach_m"`
}

// SectionPoint is a height along a section.
type SectionPoint struct {
	AtM     float64 `json:"at_m"`
	HeightM float64 `json:"height_m"`
}

// Cut is a building or a wall cut by a section.
type Cut struct {
	Layer string  `json:"layer"`
	ID    string  `json:"id"`
	Name  string  `json:"name"`
	FromM float64 `json:"from_m"` // along the section; the same as ToM for a wall
	ToM   float64 `json:"to_m"`
	BaseM float64 `json:"base_m"` // heights
	TopM  float64 `json:"top_m"`
	// Unknown tells that the height is not known (TopM is then 0), Assumed that it is
	// a default.
	Unknown bool `json:"unknown"`
	Assumed bool `json:"assumed"`
	Blocks  bool `json:"blocks"`
}

const (
	sectionBeyond_m = 5
	sectionStep_m   = 2
)

// Section cuts the scene from a camera to a place, in metres of the scene. need is
// a class of the table; empty is the first. It gives a *geo.Fault for a camera that
// is not there or of whose view nothing is known.
func (m *Model) Section(camera string, p orb.Point, need string) (Section, error) {
	i := slices.IndexFunc(m.cameras, func(c Camera) bool { return c.ID == camera })
	if i < 0 {
		return Section{}, geo.Refuse(geo.Tf("没有摄像机 %q", "there is no camera %q", camera),
			geo.T("检查标识，或重新运行分析", "check the id, or run the analysis again"))
	}
	c := &m.cameras[i]
	if !c.able {
		return Section{}, geo.Refuse(geo.Tf("摄像机 %q 的视野不能判定", "nothing can be said of the view of camera %q", camera),
			geo.T("补充高度、方位角、俯角、视场角和像素", "add its height, azimuth, tilt, angles of view and pixels"))
	}
	rank, ok := 0, true
	if need != "" {
		rank, ok = m.p.Table.rank(need)
	}
	if !ok {
		return Section{}, geo.Refuse(geo.Tf("像素密度表 %q 没有等级 %q", "table %q has no class %q", m.p.Table.ID, need))
	}
	line := &sightline{m: m}
	p = m.before(p)
	q := m.target(p)
	out := Section{Camera: c.ID, EyeM: cm(c.now.eye[2]), TargetM: cm(q[2]), Glance: line.glance(c, q, rank)}
	out.AtM = geo.Distance(c.At, p)
	dir := [2]float64{c.now.axis[0], c.now.axis[1]}
	if out.AtM > 0 {
		dir = [2]float64{(p[0] - c.At[0]) / out.AtM, (p[1] - c.At[1]) / out.AtM}
	}
	out.LengthM = out.AtM + sectionBeyond_m
	end := orb.Point{c.At[0] + out.LengthM*dir[0], c.At[1] + out.LengthM*dir[1]}
	m.cutGround(&out, c, dir)
	line.cutSolids(&out, c, q, end)
	out.LowerDeg, out.UpperDeg = c.now.elevations(dir)
	for _, class := range m.p.Table.Classes {
		out.Classes = append(out.Classes, ClassReach{class.ID, cm(min(c.now.density/class.PxPerM, c.now.limit_m))})
	}
	return out, nil
}

func (m *Model) cutGround(out *Section, c *Camera, dir [2]float64) {
	at := []float64{0, out.LengthM}
	at = m.ground.breaks(c.At, dir[0], dir[1], out.LengthM, at)
	for r := float64(sectionStep_m); m.ground.flat && r < out.LengthM; r += sectionStep_m {
		at = append(at, r)
	}
	slices.Sort(at)
	for _, r := range slices.Compact(at) {
		out.Ground = append(out.Ground, SectionPoint{cm(r), cm(m.ground.at(orb.Point{c.At[0] + r*dir[0], c.At[1] + r*dir[1]}))})
	}
}

// cutSolids lists what the section passes through.
func (s *sightline) cutSolids(out *Section, c *Camera, q vec, end orb.Point) {
	t := &s.m.town
	blockers := make(map[int32]bool)
	s.collect(c.now.eye, q)
	s.eachBlocker(c.now.eye, q, c.roofs, func(n int32, _, _ float64) { blockers[n] = true })
	far := vec{end[0], end[1], c.now.eye[2]}
	s.collect(c.now.eye, far)
	open := make(map[int32]float64)
	for _, n := range c.roofs {
		open[n] = 0
	}
	add := func(n int32, from, to, top float64) {
		sd := &t.solids[n]
		cut := Cut{Layer: sd.layer, ID: sd.id, Name: sd.name, FromM: cm(from), ToM: cm(to), TopM: cm(top), Unknown: sd.unknown, Assumed: sd.assumed, Blocks: blockers[n]}
		if sd.unknown {
			cut.TopM = 0
		}
		mid := between(c.At, end, (from+to)/2/out.LengthM)
		cut.BaseM = cm(max(s.m.ground.at(mid), sd.base))
		out.Solids = append(out.Solids, cut)
	}
	for _, x := range s.crossings {
		n := t.panels[x.panel].solid
		at := x.t * out.LengthM
		if !t.solids[n].area {
			add(n, at, at, x.z+x.above)
			continue
		}
		if from, ok := open[n]; ok {
			add(n, from, at, t.solids[n].top)
			delete(open, n)
		} else {
			open[n] = at
		}
	}
	var left []int32
	for n := range open {
		left = append(left, n)
	}
	slices.Sort(left)
	for _, n := range left {
		add(n, open[n], out.LengthM, t.solids[n].top)
	}
	slices.SortStableFunc(out.Solids, func(a, b Cut) int {
		switch {
		case a.FromM < b.FromM:
			return -1
		case a.FromM > b.FromM:
			return 1
		}
		return 0
	})
}

// elevations are the bounds of the picture in a direction, in degrees above the
// horizon; nil where it is outside.
func (l *lens) elevations(dir [2]float64) (lower, upper *float64) {
	deg := func(slope float64) *float64 {
		v := cm(math.Atan(slope) * 180 / math.Pi)
		return &v
	}
	if !l.flat {
		if l.off(vec{dir[0], dir[1], 0}) > l.halfAz+1e-12 {
			return nil, nil
		}
		return deg(l.slopeLo), deg(l.slopeHi)
	}
	lo, hi := math.Inf(-1), math.Inf(1)
	for i := range l.sides {
		n := &l.sides[i]
		c0, c1 := n[0]*dir[0]+n[1]*dir[1], n[2] // c0 + c1·slope ≥ 0
		switch {
		case c1 > 1e-12:
			lo = max(lo, -c0/c1)
		case c1 < -1e-12:
			hi = min(hi, -c0/c1)
		case c0 < 0:
			return nil, nil
		}
	}
	if lo > hi {
		return nil, nil
	}
	return deg(lo), deg(hi)
}
