package walk

import (
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// venue is a facility with the places where it joins the network.
type venue struct {
	feature   int32 // in the layer of facilities
	id        string
	name      string
	category  string
	shape     orb.Geometry
	entrances []orb.Point // that were used
	places    []place
	access    []access
	why       string // no access: a reason code
	seen      sight  // where it looked for ways
}

// access is a node from which a venue is entered after some metres off the
// network.
type access struct {
	node  int32
	off_m float64
	place int32 // in places
}

// Reasons why a venue cannot be reached from anywhere, besides the refusals.
const (
	venueNoPlace = "no_place" // has no usable geometry
	venueClosed  = "closed"   // closed to people on foot, or private
	venueLocked  = "locked"   // all its entrances are locked or unusable
)

// Bounds of the ways into one venue.
const (
	maxOutlinePlaces = 64
	maxInnerPlaces   = 2000
)

// locateVenues finds the places where all facilities of the scene join ways.
func (n *Network) locateVenues() {
	l := newVenueLocator(n)
	facilities := n.scene.Layers["facilities"]
	n.venues = make([]venue, len(facilities))
	for i := range facilities {
		n.venues[i] = l.venue(int32(i), &facilities[i])
	}
}

// venue finds where one facility joins ways.
func (l *venueLocator) venue(i int32, f *geo.Feature) venue {
	v := venue{feature: i, id: f.ID, shape: f.Geometry}
	v.name, _ = f.Text("name")
	v.category, _ = f.Text("category")
	l.look.begin()
	v.why = l.locate(f, &v)
	v.seen = l.look.sight
	v.thin()
	return v
}

// venueLocator holds what finding the ways into venues needs.
type venueLocator struct {
	n         *Network
	entrances []geo.Feature
	byID      map[string]int32
	of        map[string][]int32 // entrances by the id they belong to
	points    []orb.Point        // usable entrances and gates
	grid      *grid
	look      *outlook
}

func newVenueLocator(n *Network) *venueLocator {
	l := &venueLocator{n: n, entrances: n.scene.Layers["entrances"], look: newOutlook()}
	l.byID = make(map[string]int32, len(l.entrances))
	l.of = make(map[string][]int32)
	for i := range l.entrances {
		f := &l.entrances[i]
		l.byID[f.ID] = int32(i)
		if of, ok := f.Text("of"); ok && of != "" {
			l.of[of] = append(l.of[of], int32(i))
		}
		kind, _ := f.Text("kind")
		if p, ok := l.usable(int32(i)); ok && kind != "garage" && kind != "fire" {
			l.points = append(l.points, p)
		}
	}
	for i := range l.n.scene.Layers["barriers"] {
		f := &l.n.scene.Layers["barriers"][i]
		kind, _ := f.Text("kind")
		p, ok := f.Geometry.(orb.Point)
		pass, _ := l.n.profile.passage(f, kind)
		if ok && geo.Finite(p) && pass == passOpen && kind != "kerb" {
			l.points = append(l.points, p)
		}
	}
	l.grid = newGrid(len(l.points), func(i int) geo.Extent { return pointExtent(l.points[i], 0) })
	return l
}

// usable gives the place of an entrance that visitors can use.
func (l *venueLocator) usable(i int32) (orb.Point, bool) {
	f := &l.entrances[i]
	p, ok := f.Geometry.(orb.Point)
	pass, _ := l.n.profile.passage(f, "entrance")
	return p, ok && geo.Finite(p) && pass == passOpen
}

// locate fills in the places of a venue, or tells why it has none.
func (l *venueLocator) locate(f *geo.Feature, v *venue) string {
	if !geo.Finite(f.Geometry) || len(geo.Parts(f.Geometry)) == 0 {
		return venueNoPlace
	}
	l.look.at(geo.ExtentOf(f.Geometry).Grow(2 * doorM))
	if foot, _ := f.Text("foot"); foot == "no" || foot == "private" && !l.n.profile.PrivateVenues {
		return venueClosed
	}
	if named, any := l.namedEntrances(f); any {
		if len(named) == 0 {
			return venueLocked
		}
		return l.joinAll(v, named, refusal(venueLocked))
	}
	if polys := geo.Polygons(f.Geometry); len(polys) > 0 {
		return l.locateArea(v, polys)
	}
	return l.locatePoints(f, v)
}

// namedEntrances lists the entrances that name the venue or that it names; any
// tells that there are some, usable or not.
func (l *venueLocator) namedEntrances(f *geo.Feature) (points []orb.Point, any bool) {
	list := slices.Clone(l.of[f.ID])
	if ids, ok := f.Text("entrances"); ok {
		for _, id := range strings.Fields(ids) {
			if i, known := l.byID[id]; known {
				list = append(list, i)
			}
		}
	}
	slices.Sort(list)
	for _, i := range slices.Compact(list) {
		if p, ok := l.usable(i); ok {
			points = append(points, p)
		}
	}
	return points, len(list) > 0
}

// joinAll joins each of some doors to its way.
func (l *venueLocator) joinAll(v *venue, doors []orb.Point, why refusal) string {
	for _, p := range doors {
		got, refused := l.n.snaps.join([]orb.Point{p}, wish{publicFirst: true, own: l.n.houses.at(p)}, l.look)
		if refused != joined {
			why = refused
			continue
		}
		v.entrances = append(v.entrances, p)
		v.places = append(v.places, got)
	}
	if len(v.places) == 0 {
		return string(why)
	}
	return ""
}

// locatePoints places a venue that is a point: the doors of the building it is
// in, else the nearest way.
func (l *venueLocator) locatePoints(f *geo.Feature, v *venue) string {
	var doors []orb.Point
	geo.EachPoint(f.Geometry, func(p orb.Point) { doors = append(doors, p) })
	if len(doors) > maxOutlinePlaces {
		doors = doors[:maxOutlinePlaces]
	}
	if len(doors) == 1 {
		if house := l.n.houses.at(doors[0]); house >= 0 {
			var own []orb.Point
			for _, k := range l.n.doors[house] {
				if p, ok := l.usable(k); ok {
					own = append(own, p)
				}
			}
			if len(own) > 0 {
				return l.joinAll(v, own, noWay)
			}
		}
	}
	return l.joinAll(v, doors, noWay)
}

// locateArea places a venue that is an area: entrances and gates on its outline
// and ways that go in; failing both, the ways nearest to its outline.
func (l *venueLocator) locateArea(v *venue, polys []orb.Polygon) string {
	var doors []orb.Point
	for _, poly := range polys {
		for _, ring := range poly {
			doors = append(doors, l.doorsOn(ring)...)
		}
	}
	l.joinAll(v, doors[:min(len(doors), maxInnerPlaces)], noWay)
	for _, poly := range polys {
		l.waysInto(v, poly)
	}
	if len(v.places) > 0 {
		return ""
	}
	return l.aroundOutline(v, polys)
}

func (l *venueLocator) doorsOn(ring orb.Ring) []orb.Point {
	var out []int32
	for k := 1; k < len(ring); k++ {
		l.grid.each(segmentExtent(ring[k-1], ring[k]).Grow(doorM), func(i int32) bool {
			q, _ := geo.NearestOnSegment(ring[k-1], ring[k], l.points[i])
			if geo.Distance(q, l.points[i]) <= doorM {
				out = append(out, i)
			}
			return true
		})
	}
	slices.Sort(out)
	var points []orb.Point
	for _, i := range slices.Compact(out) {
		points = append(points, l.points[i])
	}
	return points
}

// waysInto lists the places where ways on the ground cross the outline, and the
// ends of ways inside: whoever is there has arrived. Bridges over a venue and
// tunnels under it do not lead into it.
func (l *venueLocator) waysInto(v *venue, poly orb.Polygon) {
	s := l.n.snaps
	var inside []int32
	s.grid.each(geo.ExtentOf(poly), func(i int32) bool {
		inside = append(inside, i)
		return true
	})
	slices.Sort(inside) // where the bound cuts must not hang on the cells of the grid
	for _, i := range inside {
		if len(v.places) >= maxInnerPlaces {
			return
		}
		seg := &s.segs[i]
		for _, ring := range poly {
			for k := 1; k < len(ring); k++ {
				if !segmentExtent(ring[k-1], ring[k]).Grow(sameM).Touches(segmentExtent(seg.a, seg.b)) {
					continue
				}
				p, q, d := segmentDistance(seg.a, seg.b, ring[k-1], ring[k])
				if d > sameM {
					continue
				}
				v.places = append(v.places, place{seg.raw, seg.start + geo.Distance(seg.a, p), p, q, 0})
			}
		}
		raw := &s.raws[seg.raw]
		if seg.start == 0 && geo.Inside(poly, seg.a) {
			v.places = append(v.places, place{seg.raw, 0, seg.a, seg.a, 0})
		}
		if end := seg.start + geo.Distance(seg.a, seg.b); end > raw.length-sameM/2 && geo.Inside(poly, seg.b) {
			v.places = append(v.places, place{seg.raw, raw.length, seg.b, seg.b, 0})
		}
	}
}

// aroundOutline tries places along the outline of a venue that no way enters:
// people come across the grass from any side, as far as the longest walk off the
// network and no wall lets them.
func (l *venueLocator) aroundOutline(v *venue, polys []orb.Polygon) string {
	why := noWay
	tries := 0
	for _, poly := range polys {
		ring := poly[0]
		total := geo.Length(orb.LineString(ring))
		step := math.Max(l.n.profile.Snap.OutlineM, total/maxOutlinePlaces)
		var starts []orb.Point
		for along_m := 0.0; along_m < total; along_m += step {
			if p, ok := pointAlong(ring, along_m); ok {
				starts = append(starts, p)
			}
		}
		if len(ring) <= maxOutlinePlaces {
			starts = append(starts, ring[:len(ring)-1]...)
		}
		for _, p := range starts {
			if tries++; tries > 2*maxOutlinePlaces {
				break
			}
			got, refused := l.n.snaps.join([]orb.Point{p}, wish{publicFirst: true, own: l.n.houses.at(p)}, l.look)
			if refused != joined {
				if refused == blocked {
					why = blocked
				}
				continue
			}
			v.places = append(v.places, got)
		}
		if got, refused := l.n.snaps.join(ring, wish{publicFirst: true, own: -1}, l.look); refused == joined {
			v.places = append(v.places, got)
		} else if refused == blocked {
			why = blocked
		}
	}
	if len(v.places) == 0 {
		return string(why)
	}
	return ""
}

func pointAlong(ring orb.Ring, along_m float64) (orb.Point, bool) {
	for k := 1; k < len(ring); k++ {
		d := geo.Distance(ring[k-1], ring[k])
		if along_m <= d && d > 0 {
			return along(ring[k-1], ring[k], along_m/d), true
		}
		along_m -= d
	}
	return orb.Point{}, false
}

// cutPlaces lists, for each stretch, the metres at which it is cut into edges
// because a venue joins there.
func (n *Network) cutPlaces() [][]float64 {
	cuts := make([][]float64, len(n.snaps.raws))
	for i := range n.venues {
		for _, p := range n.venues[i].places {
			length := n.snaps.raws[p.raw].length
			if p.offset > sameM && p.offset < length-sameM {
				cuts[p.raw] = append(cuts[p.raw], p.offset)
			}
		}
	}
	first := int32(0)
	for raw := range cuts {
		c := cuts[raw]
		slices.Sort(c)
		c = slices.CompactFunc(c, func(x, y float64) bool { return math.Abs(y-x) <= sameM })
		cuts[raw] = c
		n.snaps.raws[raw].firstPiece = first
		first += int32(len(c)) + 1
	}
	return cuts
}

// thin keeps of places that are the same, or a few metres apart on one stretch,
// the one with the shortest walk off the network.
func (v *venue) thin() {
	const apart_m = 5.0
	slices.SortFunc(v.places, comparePlaces)
	kept := v.places[:0]
	last := make(map[int32][]float64)
	for _, p := range v.places {
		near := sameM
		if p.distance_m > 0 {
			near = apart_m
		}
		if slices.ContainsFunc(last[p.raw], func(o float64) bool { return math.Abs(o-p.offset) <= near }) {
			continue
		}
		last[p.raw] = append(last[p.raw], p.offset)
		kept = append(kept, p)
	}
	v.places = kept
}

// settleVenues turns places into nodes, now that edges are cut there.
func (n *Network) settleVenues() {
	for i := range n.venues {
		v := &n.venues[i]
		for k, p := range v.places {
			e, along_m := n.edgeAt(p.raw, p.offset)
			node := n.edges[e].a
			if length := n.cum[n.edges[e].last]; along_m > length/2 {
				node = n.edges[e].b
			}
			v.access = append(v.access, access{node, p.distance_m, int32(k)})
		}
	}
}

// inCategory tells whether a category is asked for by "group" or "group/kind".
func inCategory(category string, wanted []string) bool {
	group, _, _ := strings.Cut(category, "/")
	return slices.ContainsFunc(wanted, func(w string) bool { return w == category || w == group })
}
