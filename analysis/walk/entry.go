package walk

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// Profile is how people walk on the network.
func (n *Network) Profile() Profile { return n.profile }

// BeyondM is how far beyond the extent of the community, in metres, the ways reach on
// the side where they reach least; negative where they end within. It is not known
// without a community or ways.
func (n *Network) BeyondM() (margin float64, known bool) {
	community := geo.ExtentOf(n.scene.Community.Geometry)
	if community.IsEmpty() || len(n.pts) == 0 {
		return 0, false
	}
	n.extentOnce.Do(func() { n.extent = extentOf(n.pts) })
	ways := n.extent
	return min(community.MinX-ways.MinX, community.MinY-ways.MinY, ways.MaxX-community.MaxX, ways.MaxY-community.MaxY), true
}

// Stretch is a piece of a way between two junctions of the network.
type Stretch struct {
	Way  *geo.Feature // of the scene; not to be changed
	Line orb.LineString
	// Part numbers the connected part of the network that it belongs to: 0 is the main
	// one, the others follow by falling length.
	Part int
}

// Stretches lists the pieces of all ways that are drawn as lines, in the order of
// the layer. What joins loose ends and what crosses squares is left out.
func (n *Network) Stretches() []Stretch {
	out := make([]Stretch, 0, len(n.edges))
	for i := range n.edges {
		e := &n.edges[i]
		way := &n.ways[e.way]
		if e.flags&(isChord|isLink) != 0 || len(geo.Lines(way.Geometry)) == 0 {
			continue
		}
		part := min(n.rank[n.comp[e.a]], n.rank[n.comp[e.b]])
		out = append(out, Stretch{Way: way, Line: n.line(e, 0, n.cum[e.last]), Part: int(part)})
	}
	return out
}

// reasonIsland is the reason of an Entry on a part of the network that is cut off.
const reasonIsland = "island"

// Entry is one way into a building of the community, and how it joins the network.
type Entry struct {
	Building *geo.Feature // of the scene; not to be changed
	// Entrance is the door as drawn; nil for the outline of a building without any.
	Entrance *geo.Feature
	// Main tells that it joins the main part of the network.
	Main bool
	// Reason says why it does not: "no_way", "blocked" by walls, "island" for a part
	// that is cut off, "steps" for a door that the profile cannot pass.
	Reason string
}

// Entries lists the ways into the buildings of the community, building by building
// in the order of the layer: every door that is drawn, or the outline where none is.
// They join where the buildings do that walks begin at, so that a network that follows
// its scene looks again only where it must.
func (n *Network) Entries() []Entry {
	targets := n.allTargets()
	out := make([]Entry, 0, len(targets))
	for i := range targets {
		t := &targets[i]
		building := &n.houses.features[t.building]
		if !t.drawn {
			out = append(out, n.entry(building, nil, t.why, t.doors))
			continue
		}
		doors := t.doors
		for k, why := range t.tries {
			entrance := &n.scene.Layers["entrances"][n.doors[t.building][k]]
			out = append(out, n.entry(building, entrance, why, doors))
			if why == joined {
				doors = doors[1:]
			}
		}
	}
	return out
}

// entry is a way in that joins at the first of some doors, or is refused.
func (n *Network) entry(building, entrance *geo.Feature, why refusal, doors []door) Entry {
	e := Entry{Building: building, Entrance: entrance}
	switch {
	case why != joined:
		e.Reason = string(why)
	case n.rank[doors[0].comp] != 0:
		e.Reason = reasonIsland
	default:
		e.Main = true
	}
	return e
}

// Served lists the ids of the buildings of the community that reach a venue within
// minutes, in the order of the layer; ok is false where there is no such venue.
func (n *Network) Served(id string, minutes float64) (ids []string, ok bool) {
	i := slices.IndexFunc(n.venues, func(v venue) bool { return v.id == id })
	if i < 0 {
		return nil, false
	}
	targets := n.allTargets()
	head, list := n.doorsByEdge(targets)
	best := make([]float64, len(targets))
	for k := range best {
		best[k] = math.Inf(1)
	}
	s := n.borrow()
	defer n.release(s)
	f := n.fieldTo(&n.time, s, n.venues[i].sources(0, n.time.offPerM, nil), int64(minutes*60/microsecond))
	served := f.serve(targets, head, list, best).served
	for _, t := range served {
		ids = append(ids, n.houses.features[targets[t].building].ID)
	}
	return ids, true
}

// Doors lists, for each building of a scene in order, the positions in layer
// entrances of its doors: those that name it, and those on its outline that name
// nothing.
func Doors(scene *analysis.Scene) [][]int32 { return newHouses(scene).doors(scene) }

// CentreOf is the place by which a building counts as inside an area: its centre of
// gravity, or a corner where that lies outside the building; false without an outline.
func CentreOf(building *geo.Feature) (orb.Point, bool) {
	ring := outline(building.Geometry)
	if ring == nil || !geo.Finite(building.Geometry) {
		return orb.Point{}, false
	}
	return insidePoint(building.Geometry, ring), true
}
