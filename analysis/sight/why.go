package sight

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Explanation says what cameras have of a place.
type Explanation struct {
	At      orb.Point `json:"-"` // metres of the scene
	GroundM float64   `json:"ground_m"`
	TargetM float64   `json:"target_m"` // above the ground
	// Building is the one that the place is inside of, id; empty outdoors.
	Building string `json:"building"`
	// Need is the class that was asked for.
	Need string `json:"need"`
	// Covered says whether a camera that works sees it at that class.
	Covered State `json:"covered"`
	// Cameras are those that see it, clearest first, then those that do not, the
	// closest to seeing it first.
	Cameras []Glance `json:"cameras"`
}

// Glance is what one camera has of a place.
type Glance struct {
	Camera string `json:"camera"` // id
	Name   string `json:"name"`
	// Covers tells that it works and sees the place at the class needed.
	Covers bool `json:"covers"`
	// Class is the class at which it sees the place, if it works or not; empty where
	// it does not.
	Class string `json:"class"`
	// PxPerM is the density of pixels at that distance, DistanceM along the line of
	// sight; 0 where not known.
	PxPerM    float64 `json:"px_per_m"`
	DistanceM float64 `json:"distance_m"`
	// OffAxisDeg is the angle in plan between its axis and the place, BelowDeg the
	// angle of the place below the horizon of the camera.
	OffAxisDeg float64 `json:"off_axis_deg"`
	BelowDeg   float64 `json:"below_deg"`
	Reason     Reason  `json:"reason"`
	// BlockedBy is what stands in the way first; nil for nothing.
	BlockedBy *Obstacle `json:"blocked_by"`
	// CouldTurn tells that it turns, and would cover the place if it turned there.
	CouldTurn bool `json:"could_turn"`
	// Lacks and Assumed name attributes that are missing or are defaults.
	Lacks   []string `json:"lacks"`
	Assumed []string `json:"assumed"`
	Text    geo.Text `json:"text"`
}

// Obstacle is something in the way.
type Obstacle struct {
	// Layer is "buildings", "barriers" or "terrain"; ID and Name are empty for that.
	Layer string `json:"layer"`
	ID    string `json:"id"`
	Name  string `json:"name"`
	// FromM is how far from the camera it begins to block, in plan; AboveM how far it
	// stands above the line of sight at the most, infinite (and so left out of JSON as
	// 0) where its height is unknown.
	FromM         float64 `json:"from_m"`
	AboveM        float64 `json:"above_m"`
	HeightUnknown bool    `json:"height_unknown"`
}

// maxGlances bounds the cameras that an explanation lists.
const maxGlances = 50

// Why explains a place, in metres of the scene. need is a class of the table; empty
// is the first. It gives a *geo.Fault for a class that is not in the table.
func (m *Model) Why(p orb.Point, need string) (Explanation, error) {
	rank := 0
	if need != "" {
		var ok bool
		if rank, ok = m.p.Table.rank(need); !ok {
			return Explanation{}, geo.Refuse(
				geo.Tf("像素密度表 %q 没有等级 %q", "table %q has no class %q", m.p.Table.ID, need),
				geo.Tf("可用等级：%s", "its classes are %s", m.p.Table.list()))
		}
	}
	out := Explanation{At: p, GroundM: m.ground.at(p), TargetM: m.p.TargetM, Need: m.p.Table.Classes[rank].ID}
	at := m.before(p)
	for _, n := range m.town.holding(at) {
		if s := &m.town.solids[n]; s.layer == "buildings" {
			out.Building = s.id
		}
	}
	line := &sightline{m: m}
	f := line.findPoint(p, rank)
	out.Covered = f.state
	q := m.target(at)
	for _, i := range m.around(geo.ExtentOf(p)) {
		c := &m.cameras[i]
		if geo.Distance(c.At, p) <= m.p.ReachM {
			out.Cameras = append(out.Cameras, line.glance(c, q, rank))
		}
	}
	slices.SortStableFunc(out.Cameras, func(a, b Glance) int {
		if c := b.Reason.order() - a.Reason.order(); c != 0 {
			return c
		}
		if a.Covers {
			return cmp.Compare(b.PxPerM, a.PxPerM)
		}
		return cmp.Compare(a.DistanceM, b.DistanceM)
	})
	out.Cameras = out.Cameras[:min(len(out.Cameras), maxGlances)]
	return out, nil
}

// glance words what a camera has of a target.
func (s *sightline) glance(c *Camera, q vec, need int) Glance {
	g := Glance{Camera: c.ID, Name: c.Name, Lacks: c.Lacks, Assumed: c.Assumed}
	if !c.able {
		g.Reason, g.DistanceM = Doubtful, cm(geo.Distance(c.At, q.plan()))
		g.Text = geo.Tf("缺少属性，视野不能判定：%s", "its view cannot be said for want of attributes: %s", fmt.Sprint(c.Lacks))
		if c.Indoor != "" {
			g.Reason = OutOfField
			g.Text = geo.Tf("在建筑 %s 内部，看不到室外", "it stands inside building %s and sees nothing outdoors", c.Indoor)
		}
		return g
	}
	v := s.judge(c, &c.now, q, need)
	d := q.minus(c.now.eye)
	g.Covers, g.Reason = v.reason == Covered, v.reason
	g.PxPerM, g.DistanceM = cm(v.px), cm(v.distance)
	g.OffAxisDeg = cm(c.now.off(d) * 180 / math.Pi)
	g.BelowDeg = cm(math.Atan2(-d[2], math.Hypot(d[0], d[1])) * 180 / math.Pi)
	if v.class >= 0 {
		g.Class = s.m.p.Table.Classes[v.class].ID
	}
	g.BlockedBy = s.m.obstacle(&v.obstacle, math.Hypot(d[0], d[1]))
	if c.canTurn && !g.Covers {
		g.CouldTurn = s.judge(c, &c.could, q, need).reason == Covered
	}
	g.Text = s.m.word(c, &v, g.BlockedBy, need)
	return g
}

// obstacle names what stands in the way; nil for nothing.
func (m *Model) obstacle(o *obstacle, length float64) *Obstacle {
	switch o.solid {
	case noSolid:
		return nil
	case groundItself:
		return &Obstacle{Layer: "terrain", FromM: cm(o.t * length), AboveM: cm(o.above)}
	}
	s := &m.town.solids[o.solid]
	out := &Obstacle{Layer: s.layer, ID: s.id, Name: s.name, FromM: cm(o.t * length), HeightUnknown: s.unknown}
	if !s.unknown {
		out.AboveM = cm(o.above)
	}
	return out
}

// word says a verdict in a sentence.
func (m *Model) word(c *Camera, v *verdict, o *Obstacle, need int) geo.Text {
	class := m.p.Table.Classes[need]
	switch v.reason {
	case Covered:
		seen := m.p.Table.Classes[max(v.class, 0)].Title
		return geo.T(
			fmt.Sprintf("看得到：%.1f 米，%.0f 像素/米，%s", v.distance, v.px, seen.ZH),
			fmt.Sprintf("sees it: %.1f m away, %.0f px/m, %s", v.distance, v.px, seen.EN))
	case OutOfRange:
		switch {
		case v.distance > c.now.range_m:
			return geo.Tf("距离 %.1f 米，超出有效距离 %.0f 米", "%.1f m away, beyond its range of %.0f m", v.distance, c.now.range_m)
		case v.px >= class.PxPerM:
			return geo.Tf("距离 %.1f 米，超出分析的最大视距 %.0f 米", "%.1f m away, beyond the %.0f m that any camera is followed", v.distance, m.p.ReachM)
		}
		return geo.T(
			fmt.Sprintf("距离 %.1f 米，只有 %.0f 像素/米，“%s”需要 %.4g", v.distance, v.px, class.Title.ZH, class.PxPerM),
			fmt.Sprintf("%.1f m away, only %.0f px/m; %s needs %.4g", v.distance, v.px, class.Title.EN, class.PxPerM))
	case OutOfField:
		return geo.T("不在视场内", "it is outside the field of view")
	case BlindZone:
		return geo.T("在摄像机下方的近处盲区", "it is in the blind zone below the camera")
	case Off:
		return geo.T("位置和朝向都看得到，但摄像机停用", "it would see the place, but it does not work")
	}
	return wordObstacle(v.reason, o)
}

func wordObstacle(reason Reason, o *Obstacle) geo.Text {
	if o == nil {
		return geo.T("位置和朝向都看得到，但不知道是否完好", "it would see the place, but whether it works is not known")
	}
	name := o.Name
	if name == "" {
		name = o.ID
	}
	switch {
	case o.Layer == "terrain":
		return geo.Tf("被地面遮挡，从 %.1f 米处起高出视线 %.1f 米", "the ground is in the way from %.1f m on, %.1f m above the line of sight", o.FromM, o.AboveM)
	case reason == Doubtful:
		return geo.Tf("%s 在中间，高度未知，不能判定", "%s is in between; its height is unknown, so it cannot be said", name)
	}
	return geo.T(
		fmt.Sprintf("被 %s 遮挡，从 %.1f 米处起高出视线 %.1f 米", name, o.FromM, o.AboveM),
		fmt.Sprintf("%s is in the way from %.1f m on, %.1f m above the line of sight", name, o.FromM, o.AboveM))
}

// Loss is what is lost when cameras fail: key points that no other covers.
type Loss struct {
	Keypoints []string `json:"keypoints"` // ids, ascending
	Points    int      `json:"points"`
	LengthM   float64  `json:"length_m"`
}

// Lost tells what is lost when the cameras named fail together.
func (m *Model) Lost(ids ...string) Loss {
	r := &run{m: m, p: &m.p}
	r.findKeypoints()
	var out Loss
	gone := func(cameras []int32) bool {
		return len(cameras) > 0 && !slices.ContainsFunc(cameras, func(c int32) bool { return !slices.Contains(ids, m.cameras[c].ID) })
	}
	for i := range r.points {
		if p := &r.points[i]; gone(p.cameras) {
			out.Points++
			out.Keypoints = append(out.Keypoints, m.keypoints[p.keypoint].id)
		}
	}
	for i := range r.lines {
		l := &r.lines[i]
		for _, p := range l.parts {
			if gone(p.cameras) {
				out.LengthM += lengthOf(l.line, p.from, p.to)
				out.Keypoints = append(out.Keypoints, m.keypoints[l.keypoint].id)
			}
		}
	}
	slices.Sort(out.Keypoints)
	out.Keypoints = slices.Compact(out.Keypoints)
	out.LengthM = cm(out.LengthM)
	return out
}
