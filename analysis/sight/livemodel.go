package sight

import (
	"cmp"
	"maps"
	"reflect"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/analysis/sight/plan"
	"yiju/geo"
)

// next is the model of another scene of the same community on the same terrain. It is
// false where it has to be made from the beginning: where other ground must be read.
func (m *Model) next(scene *analysis.Scene, edits edited) (*Model, bool) {
	out := *m
	out.scene = scene
	out.reach = out.reachExtent()
	if scene.Terrain != nil && groundFrame(out.reach) != groundFrame(m.reach) || geo.ExtentOf(scene.Community.Geometry).IsEmpty() {
		return nil, false
	}
	if len(edits) == 0 {
		return &out, true
	}
	if edits.any("buildings") || edits.any("barriers") {
		out.build()
	}
	out.parts = maps.Clone(m.parts)
	for _, layer := range []string{"keypoints", "entrances", "ways"} {
		for id := range edits[layer] {
			delete(out.parts, partsKey(layer, id))
		}
	}
	out.people()
	return &out, true
}

// delta is what of two models differs.
type delta struct {
	// cameras and solids are the new places of the old ones; −1 for those that are gone
	// or not the same any more.
	cameras, solids []int32
	// watchersAt is where cameras for façades are new, gone or not the same any more.
	watchersAt []orb.Point
	// boxes are where solids came, went or changed. aligned is false where all that was
	// seen must be looked at again.
	boxes   []geo.Extent
	aligned bool
	// moved tells that places of cameras or solids in their lists changed.
	moved bool
}

func newDelta(was, m *Model, edits edited) *delta {
	d := &delta{aligned: was.town.inPlan.Aligned(m.town.inPlan)}
	d.pairSolids(&was.town, &m.town, edits)
	d.pairCameras(was, m, edits)
	return d
}

// solidKey tells solids apart.
type solidKey struct {
	barrier bool
	id      string
	part    int
}

func (a *solidKey) compare(b *solidKey) int {
	if a.barrier != b.barrier {
		if b.barrier {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.part, b.part))
}

// key is that of a solid, made from the one before it in the town.
func (t *town) key(n int, before solidKey) solidKey {
	s := &t.solids[n]
	k := solidKey{barrier: s.layer == "barriers", id: s.id}
	if n > 0 && before.id == k.id && before.barrier == k.barrier {
		k.part = before.part + 1
	}
	return k
}

// pairSolids walks over both towns, whose solids have one order.
func (d *delta) pairSolids(was, now *town, edits edited) {
	d.solids = make([]int32, len(was.solids))
	if len(was.solids) == len(now.solids) && (len(was.solids) == 0 || &was.solids[0] == &now.solids[0]) {
		for i := range d.solids {
			d.solids[i] = int32(i)
		}
		return
	}
	i, k := 0, 0
	var a, b solidKey
	if len(was.solids) > 0 {
		a = was.key(0, a)
	}
	if len(now.solids) > 0 {
		b = now.key(0, b)
	}
	left := func() {
		if i++; i < len(was.solids) {
			a = was.key(i, a)
		}
	}
	right := func() {
		if k++; k < len(now.solids) {
			b = now.key(k, b)
		}
	}
	for i < len(was.solids) || k < len(now.solids) {
		order := 0
		switch {
		case i == len(was.solids):
			order = 1
		case k == len(now.solids):
			order = -1
		default:
			order = a.compare(&b)
		}
		switch {
		case order < 0:
			d.solids[i] = -1
			d.boxes = append(d.boxes, was.box(i))
			left()
		case order > 0:
			d.boxes = append(d.boxes, now.box(k))
			right()
		default:
			d.solids[i] = int32(k)
			if edits[now.solids[k].layer][b.id] && !was.same(i, now, k) {
				d.solids[i] = -1
				d.boxes = append(d.boxes, was.box(i), now.box(k))
			}
			d.moved = d.moved || i != k
			left()
			right()
		}
	}
}

// box is the extent of a solid.
func (t *town) box(n int) geo.Extent {
	e := geo.EmptyExtent()
	for _, g := range t.edges[t.solids[n].first:t.solids[n].last] {
		e.IncludePoint(g.A)
		e.IncludePoint(g.B)
	}
	return e
}

// same tells whether a solid stands in the way as one of another town does.
func (t *town) same(n int, o *town, k int) bool {
	a, b := &t.solids[n], &o.solids[k]
	if a.top != b.top || a.base != b.base || a.unknown != b.unknown || a.assumed != b.assumed || a.area != b.area ||
		a.ground_m != b.ground_m || a.last-a.first != b.last-b.first || !reflect.DeepEqual(a.rings, b.rings) {
		return false
	}
	for i := range a.last - a.first {
		p, q := t.panels[a.first+i], o.panels[b.first+i]
		if t.edges[a.first+i] != o.edges[b.first+i] || p.topA != q.topA || p.topB != q.topB {
			return false
		}
	}
	return true
}

// pairCameras walks over the cameras of both models, which are in the order of their
// ids.
func (d *delta) pairCameras(was, m *Model, edits edited) {
	d.cameras = make([]int32, len(was.cameras))
	changes := func(c *Camera) {
		if slices.Contains(m.p.Facade.Kinds, c.Kind) {
			d.watchersAt = append(d.watchersAt, c.At)
		}
	}
	i := 0
	gone := func() {
		d.cameras[i] = -1
		changes(&was.cameras[i])
		i++
	}
	for k := range m.cameras {
		c := &m.cameras[k]
		for i < len(was.cameras) && was.cameras[i].ID < c.ID {
			gone()
		}
		if i == len(was.cameras) || was.cameras[i].ID != c.ID {
			changes(c)
			continue
		}
		if o := &was.cameras[i]; edits["cameras"][c.ID] || !d.sameCamera(o, c) {
			gone()
			changes(c)
			continue
		}
		d.cameras[i] = int32(k)
		d.moved = d.moved || i != k
		i++
	}
	for i < len(was.cameras) {
		gone()
	}
}

// sameCamera tells whether what a camera sees is the same as long as its feature and
// what stands around it are.
func (d *delta) sameCamera(a, b *Camera) bool {
	if a.At != b.At || a.GroundM != b.GroundM || a.HeightM != b.HeightM || a.On != b.On || a.Roof != b.Roof || a.Indoor != b.Indoor ||
		a.able != b.able || len(a.roofs) != len(b.roofs) {
		return false
	}
	for i, n := range a.roofs {
		if d.solids[n] != b.roofs[i] {
			return false
		}
	}
	return true
}

// inView tells whether a box may be in a view.
func inView(v *plan.View, e geo.Extent) bool {
	const slack = 0.01 // more than rounding
	e = e.Grow(slack)
	if e.Contains(v.From) {
		return true
	}
	dx, dy := max(e.MinX-v.From[0], 0, v.From[0]-e.MaxX), max(e.MinY-v.From[1], 0, v.From[1]-e.MaxY)
	if dx*dx+dy*dy > v.ReachM*v.ReachM {
		return false
	}
	lo, hi := plan.Last, plan.First
	for _, p := range e.Polygon()[0][:4] {
		a := plan.Angle(v.Local(p))
		lo, hi = min(lo, a), max(hi, a)
	}
	// Wider than a half circle: it lies across the back, where angles begin and end.
	return hi-lo > 2 || hi >= -v.Half && lo <= v.Half
}
