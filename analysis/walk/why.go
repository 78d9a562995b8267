package walk

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Explanation says how one place reaches venues.
type Explanation struct {
	// Snap is how the place joins the network; nil when it does not.
	Snap  *SnapInfo `json:"snap"`
	Walks []Walk    `json:"walks"`
}

// SnapInfo is where a place steps onto a way.
type SnapInfo struct {
	From      orb.Point `json:"-"` // the place, or the door of the building it is in
	On        orb.Point `json:"-"` // on the way
	DistanceM float64   `json:"distance_m"`
	Way       string    `json:"way"`       // id
	Building  string    `json:"building"`  // id of the building the place is in, or empty
	Component int64     `json:"component"` // part of the network, 0 is the main one
}

// Walk is the fastest walk from a place to a venue of a category. Venue is empty
// when none is reached; StraightM is then the straight distance to the nearest
// one, and Note says why it is not reached.
type Walk struct {
	Category  string         `json:"category"`
	Venue     string         `json:"venue"` // id
	VenueName string         `json:"venue_name"`
	Minutes   float64        `json:"minutes"`
	DistanceM float64        `json:"distance_m"` // of the walk
	StraightM float64        `json:"straight_m"` // to the venue
	Path      orb.LineString `json:"-"`          // metres of the scene; nil when not reached
	Note      *geo.Text      `json:"note"`
}

// whyMinutes is how far Why looks for venues.
const whyMinutes = 60

// Why explains one place: for each category ("group" or "group/kind"), the venue
// that is reached first, with the walk. p is in metres of the scene. A place
// inside a building starts at its doors, as that building does in a run.
func (n *Network) Why(p orb.Point, categories ...string) Explanation {
	var out Explanation
	doors, refused, building := n.doorsAt(p)
	if len(doors) > 0 {
		d := &doors[0]
		for i := range doors {
			if doors[i].off_m < d.off_m {
				d = &doors[i]
			}
		}
		out.Snap = &SnapInfo{
			From: d.from, On: d.on, DistanceM: d.off_m, Way: n.ways[n.edges[d.edge].way].ID,
			Component: int64(n.rank[d.comp]),
		}
		if building >= 0 {
			out.Snap.Building = n.houses.features[building].ID
		}
	}
	s := n.borrow()
	defer n.release(s)
	best := n.firstVenues(s, doors, categories)
	for k, c := range categories {
		out.Walks = append(out.Walks, n.explain(s, p, c, best[k], doors, refused))
	}
	return out
}

// doorsAt are the doors of the building at a place, else where the place itself
// joins the network.
func (n *Network) doorsAt(p orb.Point) (doors []door, why refusal, building int32) {
	look := newOutlook()
	building = n.houses.at(p)
	if building >= 0 {
		t := n.locateBuilding(building, look)
		if len(t.doors) > 0 {
			return t.doors, joined, building
		}
		return nil, t.why, building
	}
	got, why := n.snaps.join([]orb.Point{p}, wish{own: -1}, look)
	if why != joined {
		return nil, why, -1
	}
	return []door{n.doorAt(got)}, joined, -1
}

// arrival is a venue found by walking on.
type arrival struct {
	venue int32 // -1 for none
	acc   int32 // in its accesses
	cost  int64
}

// firstVenues walks from doors until the nearest venue of each category is found.
func (n *Network) firstVenues(s *scratch, doors []door, categories []string) []arrival {
	best := make([]arrival, len(categories))
	for k := range best {
		best[k] = arrival{-1, -1, int64(whyMinutes*60/microsecond) + 1}
	}
	at := n.accessNodes()
	settled := func(node int32, cost int64) bool {
		for _, ref := range at[node] {
			v := &n.venues[ref[0]]
			total := cost + int64(math.Round(v.access[ref[1]].off_m*n.time.offPerM))
			for k, c := range categories {
				b := &best[k]
				if inCategory(v.category, []string{c}) && (total < b.cost || total == b.cost && b.venue >= 0 && v.id < n.venues[b.venue].id) {
					*b = arrival{ref[0], ref[1], total}
				}
			}
		}
		return slices.ContainsFunc(best, func(b arrival) bool { return cost < b.cost })
	}
	s.search(&n.out, n.time.outW, nil, n.startsFrom(doors), int64(whyMinutes*60/microsecond), settled)
	return best
}

// startsFrom are the sources of a walk that begins at doors: both ends of their
// edges. The label is the door, twice, plus 1 for the end.
func (n *Network) startsFrom(doors []door) []source {
	var out []source
	for k := range doors {
		d := &doors[k]
		e := &n.edges[d.edge]
		i, t := n.segmentOf(e, d.along_m)
		j := min(i+1, e.last)
		off := d.off_m * n.time.offPerM
		mix := func(c []int64) float64 { return float64(c[i]) + t*float64(c[j]-c[i]) }
		if e.flags&isBackward != 0 || d.along_m <= sameM {
			c := off + mix(n.time.bwd) + float64(n.time.endA[d.edge])
			out = append(out, source{node: e.a, cost: int64(math.Round(c)), label: uint32(2 * k)})
		}
		if e.flags&isForward != 0 || d.along_m >= n.cum[e.last]-sameM {
			c := off + float64(n.time.fwd[e.last]) - mix(n.time.fwd) + float64(n.time.endB[d.edge])
			out = append(out, source{node: e.b, cost: int64(math.Round(c)), label: uint32(2*k + 1)})
		}
	}
	return out
}

// accessNodes lists the accesses at each node, as pairs of venue and access.
func (n *Network) accessNodes() map[int32][][2]int32 {
	n.accessOnce.Do(func() {
		n.accessAt = make(map[int32][][2]int32)
		for i := range n.venues {
			for k, a := range n.venues[i].access {
				n.accessAt[a.node] = append(n.accessAt[a.node], [2]int32{int32(i), int32(k)})
			}
		}
	})
	return n.accessAt
}

// explain describes one walk.
func (n *Network) explain(s *scratch, p orb.Point, category string, got arrival, doors []door, refused refusal) Walk {
	w := Walk{Category: category}
	if got.venue >= 0 {
		v := &n.venues[got.venue]
		w.Venue, w.VenueName = v.id, v.name
		w.Minutes = float64(got.cost) * microsecond / 60
		w.StraightM = v.straightTo(p)
		w.Path = n.path(s, v, got.acc, doors)
		w.DistanceM = geo.Length(w.Path)
		return w
	}
	nearest := n.nearestStraight(p, category)
	if nearest == nil {
		t := geo.T("数据中没有这类设施", "there is no venue of this kind in the data")
		w.Note = &t
		return w
	}
	w.StraightM = nearest.straightTo(p)
	t := n.whyNot(nearest, doors, refused)
	w.Note = &t
	return w
}

func (n *Network) nearestStraight(p orb.Point, category string) *venue {
	var best *venue
	least := math.Inf(1)
	for i := range n.venues {
		v := &n.venues[i]
		if v.why == venueNoPlace || !inCategory(v.category, []string{category}) {
			continue
		}
		if d := v.straightTo(p); d < least {
			best, least = v, d
		}
	}
	return best
}

// whyNot words why the nearest venue is not reached.
func (n *Network) whyNot(v *venue, doors []door, refused refusal) geo.Text {
	name := v.name
	if name == "" {
		name = v.id
	}
	switch {
	case refused == blocked:
		return geo.T("这里被围墙与所有道路隔开", "walls part this place from every way")
	case refused == noDoor:
		return geo.T("这栋建筑没有可用的门", "this building has no door that can be used")
	case refused != joined:
		return geo.Tf("周围 %.0f 米内没有可步行的道路", "there is no way to walk on within %.0f m", n.profile.Snap.MaxM)
	case v.why == venueClosed:
		return geo.Tf("直线最近的“%s”不对公众开放", "the nearest one, %q, is not open to the public", name)
	case v.why == string(blocked):
		return geo.Tf("直线最近的“%s”被围墙围住，没有画出门", "the nearest one, %q, is walled in and no gate is drawn", name)
	case v.why != "":
		return geo.Tf("直线最近的“%s”没有接入道路", "the nearest one, %q, joins no way", name)
	}
	if !slices.ContainsFunc(doors, func(d door) bool { return n.rank[d.comp] == 0 }) {
		return geo.T("这里的道路与主路网不连通", "the ways here are cut off from the main network")
	}
	if slices.ContainsFunc(v.access, func(a access) bool { return n.rank[n.comp[a.node]] == 0 }) {
		return geo.Tf("步行 %d 分钟内到不了直线最近的“%[2]s”：路太远，或沿途有外人不能进的门、私人道路", "the nearest one, %[2]q, is not reached within %[1]d minutes: it is too far, or behind gates or ways that are not open to strangers", whyMinutes, name)
	}
	return geo.Tf("直线最近的“%s”所在的道路与主路网不连通", "the ways to the nearest one, %q, are cut off from the main network", name)
}

// path draws the walk that a search ended with.
func (n *Network) path(s *scratch, v *venue, acc int32, doors []door) orb.LineString {
	node := v.access[acc].node
	var back []orb.LineString // stretches, last first
	for {
		arc := s.pred[node]
		if arc < 0 {
			break
		}
		if e := n.out.edge[arc]; e >= 0 {
			ed := &n.edges[e>>1]
			line := n.line(ed, 0, n.cum[ed.last])
			if e&1 == 1 {
				line.Reverse()
			}
			back = append(back, line)
		}
		node = n.out.rowOf(arc)
	}
	start := uint32(s.at(node) & labelMask)
	d := &doors[start/2]
	ed := &n.edges[d.edge]
	var first orb.LineString
	if start%2 == 0 {
		first = n.line(ed, 0, d.along_m)
		first.Reverse()
	} else {
		first = n.line(ed, d.along_m, n.cum[ed.last])
	}
	out := orb.LineString{d.from}
	add := func(l orb.LineString) {
		for _, p := range l {
			if geo.Distance(out[len(out)-1], p) > 1e-9 {
				out = append(out, p)
			}
		}
	}
	add(first)
	slices.Reverse(back)
	for _, l := range back {
		add(l)
	}
	add(orb.LineString{v.places[v.access[acc].place].from})
	if len(out) == 1 {
		out = append(out, out[0])
	}
	return out
}
