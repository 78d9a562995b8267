package sight

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// Proposed is a camera that would be put up.
type Proposed struct {
	At orb.Point
	// Carrier is "corner" or "lamp", On the id of the building or the lamp.
	Carrier, On         string
	AzimuthDeg, TiltDeg float64 // on the grid of the scene
	// Keypoints are those of which it covers something that is open and that no
	// camera before it in the list covers.
	Keypoints []string
	Points    int
	LengthM   float64
}

// advice is what the search for more cameras found.
type advised struct {
	list []Proposed
	// proven tells that no smaller number covers as much.
	proven bool
	// beyond counts the places that are open and that no position can cover.
	beyond int
	rest   int // places left open because no more cameras were asked for
}

// place is a part of a key point that is open: a point, or a stretch of a line that
// is covered when both its ends and its middle are.
type place struct {
	keypoint int
	at       []vec
	need     int
	length   float64
}

// post is where a camera could be put up.
type post struct {
	at          orb.Point
	carrier, on string
	eye         vec
	roofs       []int32
}

// aim is a way to aim a camera at a post.
type aim struct {
	post          int
	azimuth, tilt float64
	covers        bitset
}

const (
	// openStep_m is the longest stretch of a line that is covered or open as a whole.
	openStep_m = 5
	// mostPlaces and mostPosts bound the search; the first ones in order are taken.
	mostPlaces = 4000
	mostPosts  = 5000
)

// tilts, in degrees, that a camera is tried at.
var tilts = [...]float64{5, 15, 25, 35, 50}

// advise looks for the fewest cameras that cover what is open.
func (r *run) advise() {
	places := r.openPlaces()
	posts := r.posts(places)
	aims := r.aims(posts, places)
	sets := make([]bitset, len(aims))
	for i := range aims {
		sets[i] = aims[i].covers
	}
	keep := undominated(sets)
	kept := make([]bitset, len(keep))
	all := newBitset(len(places))
	for i, k := range keep {
		kept[i] = sets[k]
		for w := range all {
			all[w] |= sets[k][w]
		}
	}
	chosen := greedy(kept, all, len(kept))
	chosen, r.advised.proven = fewest(kept, all, chosen)
	r.advised.beyond = len(places) - all.count()
	// The most useful first.
	var best []bitset
	for _, c := range chosen {
		best = append(best, kept[c])
	}
	order := greedy(best, all, r.p.Advice.Most)
	open := slices.Clone(all)
	for _, o := range order {
		a := &aims[keep[chosen[o]]]
		r.propose(a, &posts[a.post], places, open)
		open.remove(a.covers)
	}
	r.advised.rest = open.count()
}

// propose adds an aim to the list, with what it covers of what is open.
func (r *run) propose(a *aim, p *post, places []place, open bitset) {
	out := Proposed{At: p.at, Carrier: p.carrier, On: p.on, AzimuthDeg: a.azimuth, TiltDeg: a.tilt}
	for i := range places {
		if !a.covers.has(i) || !open.has(i) {
			continue
		}
		id := r.m.keypoints[places[i].keypoint].id
		if !slices.Contains(out.Keypoints, id) {
			out.Keypoints = append(out.Keypoints, id)
		}
		if len(places[i].at) == 1 {
			out.Points++
		}
		out.LengthM += places[i].length
	}
	r.advised.list = append(r.advised.list, out)
}

// mended tells whether what is open needs no new camera, only one that works again,
// and notes which.
func (r *run) mended(f *finding) bool {
	if f.reason != Off {
		return false
	}
	r.notes.Add("advice_repair", geo.T("修复停用的摄像机即可覆盖，不建议加装", "places that a repaired camera would cover; no new one is proposed for them"), "cameras", r.m.cameras[f.camera].ID)
	return true
}

// openPlaces lists what is not covered.
func (r *run) openPlaces() []place {
	m := r.m
	var out []place
	for i := range r.points {
		if p := &r.points[i]; p.state == No && !r.mended(&p.finding) {
			out = append(out, place{keypoint: p.keypoint, need: m.keypoints[p.keypoint].need, at: []vec{m.target(m.before(p.at))}})
		}
	}
	for i := range r.lines {
		l := &r.lines[i]
		for _, p := range l.parts {
			if p.state != No || r.mended(&p.finding) {
				continue
			}
			piece := part(l.line, p.from, p.to)
			n := int(math.Ceil(geo.Length(piece) / openStep_m))
			for k := range n {
				out = append(out, m.stretch(l.keypoint, piece, float64(k)/float64(n), float64(k+1)/float64(n)))
			}
		}
	}
	if len(out) > mostPlaces {
		r.notes.Add("advice_bounded", geo.Tf("未覆盖处太多，建议只考虑前 %d 处", "too much is open: the advice considers the first %d places", mostPlaces), "keypoints", "")
		out = out[:mostPlaces]
	}
	return out
}

// stretch is the part of a line between two shares of its length.
func (m *Model) stretch(keypoint int, line orb.LineString, from, to float64) place {
	length := geo.Length(line)
	out := place{keypoint: keypoint, need: m.keypoints[keypoint].need, length: (to - from) * length}
	for _, share := range [3]float64{from, (from + to) / 2, to} {
		left := share * length
		at := line[len(line)-1]
		for i := 1; i < len(line); i++ {
			d := geo.Distance(line[i-1], line[i])
			if d > 0 && left <= d {
				at = between(line[i-1], line[i], left/d)
				break
			}
			left -= d
		}
		out.at = append(out.at, m.target(at))
	}
	return out
}

// lens is the camera of a proposal, aimed.
func (a *Advice) lens(eye vec, azimuth, tilt float64) lens {
	c := &a.Camera
	o := optics{azimuth: azimuth, tilt: tilt, hfov: c.HFOVDeg, vfov: c.VFOVDeg, pixelsW: c.PixelsW, range_m: math.Inf(1)}
	if c.RangeM > 0 {
		o.range_m = c.RangeM
	}
	return newLens(eye, o)
}

// posts lists the corners of buildings and the lamp posts from which something
// open is near enough, in the order of their ids.
func (r *run) posts(places []place) []post {
	m, l := r.m, r.p.Advice.lens(vec{}, 0, 0)
	reach := min(l.density/m.p.Table.Classes[0].PxPerM, l.range_m, m.p.ReachM)
	want := geo.EmptyExtent()
	for i := range places {
		for _, q := range places[i].at {
			want.IncludePoint(q.plan())
		}
	}
	want = want.Grow(reach)
	var out []post
	community := m.scene.Community.Geometry
	add := func(at orb.Point, carrier, on string) {
		if len(out) >= mostPosts || !want.Contains(at) || community != nil && !geo.Inside(community, at) {
			return
		}
		eye := vec{at[0], at[1], m.ground.at(at) + r.p.Advice.Camera.HeightM}
		if m.town.holds(eye) {
			return
		}
		out = append(out, post{at: at, carrier: carrier, on: on, eye: eye, roofs: m.town.holding(at)})
	}
	for i := range m.town.solids {
		s := &m.town.solids[i]
		if s.layer != "buildings" || s.unknown || s.top-s.ground_m < r.p.Advice.Camera.HeightM {
			continue
		}
		for _, ring := range s.rings {
			for j := 1; j < len(ring); j++ {
				if at, ok := corner(ring, j); ok {
					add(at, "corner", s.id)
				}
			}
		}
	}
	for i := range m.scene.Layers["devices"] {
		f := &m.scene.Layers["devices"][i]
		kind, _ := f.Text("kind")
		if at, ok := f.Geometry.(orb.Point); ok && kind == "lamp" && geo.Finite(at) {
			add(at, "lamp", f.ID)
		}
	}
	return out
}

// corner is the place in front of vertex j, from 1, of a ring where it juts out, in
// the direction between its walls.
func corner(ring orb.Ring, j int) (orb.Point, bool) {
	before, at, after := ring[j-1], ring[j], ring[1]
	if j+1 < len(ring) {
		after = ring[j+1]
	}
	ux, uy := at[0]-before[0], at[1]-before[1]
	vx, vy := after[0]-at[0], after[1]-at[1]
	l1, l2 := math.Hypot(ux, uy), math.Hypot(vx, vy)
	const leastTurn = 0.3 // sine of the angle by which a wall turns at a corner
	if l1 == 0 || l2 == 0 || (ux*vy-uy*vx)/(l1*l2) < leastTurn {
		return orb.Point{}, false
	}
	nx, ny := uy/l1+vy/l2, -ux/l1-vx/l2
	n := math.Hypot(nx, ny)
	return orb.Point{at[0] + 2*wallOffset_m*nx/n, at[1] + 2*wallOffset_m*ny/n}, true
}

// aims lists the ways to aim at every post that cover something. The best
// direction has something open near one side of the picture; so only those are
// tried.
func (r *run) aims(posts []post, places []place) []aim {
	byPost := make([][]aim, len(posts))
	parallel(len(posts), func() func(int) {
		s := &sightline{m: r.m}
		return func(i int) { byPost[i] = r.aimsAt(s, i, &posts[i], places) }
	})
	return slices.Concat(byPost...)
}

func (r *run) aimsAt(s *sightline, n int, p *post, places []place) []aim {
	a := r.p.Advice
	l := a.lens(p.eye, 0, 0)
	var seen []int
	for i := range places {
		if s.free(&l, p, &places[i]) {
			seen = append(seen, i)
		}
	}
	var out []aim
	var sets []bitset
	for _, i := range seen {
		q := places[i].at[0]
		for _, at := range [2]vec{q, places[i].at[len(places[i].at)-1]} {
			bearing := math.Atan2(at[0]-p.eye[0], at[1]-p.eye[1]) * 180 / math.Pi
			azimuth := math.Mod(math.Round(bearing+a.Camera.HFOVDeg*0.4)+720, 360)
			for _, tilt := range tilts {
				l := a.lens(p.eye, azimuth, tilt)
				covers := newBitset(len(places))
				for _, k := range seen {
					if !slices.ContainsFunc(places[k].at, func(q vec) bool { return l.holds(q) != inField }) {
						covers.set(k)
					}
				}
				if covers.count() > 0 {
					out = append(out, aim{n, azimuth, tilt, covers})
					sets = append(sets, covers)
				}
			}
			if len(places[i].at) == 1 {
				break
			}
		}
	}
	var kept []aim
	for _, k := range undominated(sets) {
		kept = append(kept, out[k])
	}
	return kept
}

// free tells whether a place is near enough to a post and nothing stands in the
// way.
func (s *sightline) free(l *lens, p *post, at *place) bool {
	for _, q := range at.at {
		d := q.minus(p.eye)
		dist := math.Sqrt(d.dot(d))
		if dist == 0 || l.pxPerM(dist) < s.m.p.Table.Classes[at.need].PxPerM || dist > min(l.range_m, s.m.p.ReachM) {
			return false
		}
	}
	for _, q := range at.at {
		if s.blocked(p.eye, q, p.roofs).solid != noSolid {
			return false
		}
	}
	return true
}

func (r *run) adviceSchema() geo.Schema {
	return r.schema("advice", "加装建议", "Cameras proposed", []geo.Shape{geo.Point},
		analysis.WholeField("order", "次序", "Order, the most useful first"),
		analysis.TextField("carrier", "安装位置", "Put up on", geo.Code{Value: "corner", Title: geo.T("楼角", "Corner of a building")}, geo.Code{Value: "lamp", Title: geo.T("灯杆", "Lamp post")}),
		analysis.TextField("on", "建筑或灯杆标识", "Building or lamp (id)"),
		analysis.RealField("height_m", "安装高度", "Mounting height", "m"),
		analysis.RealField("azimuth_deg", "方位角", "Azimuth", "°"),
		analysis.RealField("tilt_deg", "俯角", "Tilt, down positive", "°"),
		analysis.RealField("hfov_deg", "水平视场角", "Horizontal field of view", "°"),
		analysis.RealField("vfov_deg", "垂直视场角", "Vertical field of view", "°"),
		analysis.WholeField("points", "新增覆盖的点", "Points gained"),
		analysis.RealField("length_m", "新增覆盖的线长", "Length of lines gained", "m"),
		analysis.TextField("keypoints", "新增覆盖的重点部位", "Key points gained (ids)"))
}

func (r *run) adviceFeatures() []geo.Feature {
	var out []geo.Feature
	for i, p := range r.advised.list {
		c := &r.p.Advice.Camera
		out = append(out, geo.Feature{ID: fmt.Sprintf("%04d", i+1), Geometry: p.At, Attributes: map[string]any{
			"order": int64(i + 1), "carrier": p.Carrier, "on": p.On, "height_m": c.HeightM, "azimuth_deg": cm(math.Mod(p.AzimuthDeg-r.m.north+360, 360)), "tilt_deg": p.TiltDeg,
			"hfov_deg": c.HFOVDeg, "vfov_deg": c.VFOVDeg, "points": int64(p.Points), "length_m": cm(p.LengthM), "keypoints": strings.Join(p.Keypoints, " "),
		}})
	}
	return out
}
