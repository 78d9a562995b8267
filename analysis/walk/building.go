package walk

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"yiju/geo"
)

// target is a building with the places where people leave it.
type target struct {
	building int32
	centre   orb.Point
	doors    []door
	why      refusal
	drawn    bool // the doors are drawn; otherwise the nearest place of the outline
	// tries is what came of every door that is drawn, in the order of Network.doors;
	// those that joined are doors.
	tries []refusal

	places []place // of each door
	seen   sight   // where its doors looked for ways
}

// door is where people from a building step onto a way.
type door struct {
	edge    int32
	along_m float64
	off_m   float64
	from    orb.Point
	on      orb.Point
	comp    int32
}

// noDoor is why a building is not joined when none of its doors can be used, stepped
// why a door cannot be used that has steps.
const (
	noDoor  refusal = "no_door"
	stepped refusal = "steps"
)

// allTargets joins the buildings of the community to the network when it is first
// asked for; without a community, all buildings of the scene.
func (n *Network) allTargets() []target {
	n.targetsOnce.Do(func() {
		list := make([]target, len(n.houses.features))
		parallel(len(list), func() func(int) {
			look := newOutlook()
			return func(i int) {
				list[i].building = -1
				if n.inCommunity(int32(i)) {
					list[i] = n.locateBuilding(int32(i), look)
				}
			}
		})
		n.targets = slices.DeleteFunc(list, func(t target) bool { return t.building < 0 })
	})
	return n.targets
}

// inCommunity tells whether a building counts in the community: whether its inner
// point lies in it.
func (n *Network) inCommunity(building int32) bool {
	g, community := n.houses.features[building].Geometry, n.scene.Community.Geometry
	ring := outline(g)
	if ring == nil || !geo.Finite(g) {
		return false
	}
	return community == nil || geo.Inside(community, insidePoint(g, ring))
}

// parallel does n jobs on all processors. worker is called once for each worker
// and gives the function that does a job; jobs must write to places of their own.
func parallel(n int, worker func() func(job int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		do := worker()
		for i := range n {
			do(i)
		}
		return
	}
	const chunk = 16
	var next int
	var mu sync.Mutex
	var wg sync.WaitGroup
	take := func() (lo, hi int) {
		mu.Lock()
		defer mu.Unlock()
		lo, hi = next, min(next+chunk, n)
		next = hi
		return lo, hi
	}
	for range workers {
		wg.Go(func() {
			do := worker()
			for lo, hi := take(); lo < hi; lo, hi = take() {
				for i := lo; i < hi; i++ {
					do(i)
				}
			}
		})
	}
	wg.Wait()
}

// locateBuilding joins one building: its doors, or the place of its outline that
// is nearest to a way.
func (n *Network) locateBuilding(i int32, look *outlook) target {
	look.begin()
	f := &n.houses.features[i]
	ring := outline(f.Geometry)
	if ring == nil || !geo.Finite(f.Geometry) {
		return target{building: -1}
	}
	t := target{building: i}
	t.centre = insidePoint(f.Geometry, ring)
	for _, k := range n.doors[i] {
		e := &n.scene.Layers["entrances"][k]
		why := stepped
		if stepFree, known := e.Bool("step_free"); !n.profile.Wheelchair || !known || stepFree {
			why = t.join(n, []orb.Point{e.Geometry.(orb.Point)}, look)
		}
		t.tries = append(t.tries, why)
	}
	t.drawn = len(t.tries) > 0
	switch {
	case !t.drawn:
		t.join(n, ring, look)
	case len(t.doors) == 0 && t.why == joined:
		t.why = noDoor
	}
	t.seen = look.sight
	return t
}

func (t *target) join(n *Network, shape []orb.Point, look *outlook) refusal {
	p, why := n.snaps.join(shape, wish{own: t.building}, look)
	if why != joined {
		if len(t.doors) == 0 {
			t.why = why
		}
		return why
	}
	t.why = joined
	t.places = append(t.places, p)
	t.doors = append(t.doors, n.doorAt(p))
	return joined
}

func (n *Network) doorAt(p place) door {
	e, along_m := n.edgeAt(p.raw, p.offset)
	return door{e, along_m, p.distance_m, p.from, p.on, n.snaps.raws[p.raw].comp}
}

// outline is the outer ring of the largest polygon.
func outline(g orb.Geometry) orb.Ring {
	var best orb.Ring
	area := -1.0
	for _, poly := range geo.Polygons(g) {
		if a := math.Abs(planar.Area(poly[0])); len(poly[0]) > 2 && a > area {
			best, area = poly[0], a
		}
	}
	return best
}

// insidePoint is the centre of gravity of an area, or a point of its outline when
// that lies outside.
func insidePoint(g orb.Geometry, ring orb.Ring) orb.Point {
	c, ok := geo.Centroid(g)
	if ok && geo.Inside(g, c) {
		return c
	}
	return ring[0]
}

// reach is what a building gets in a run. Costs are infinite where nothing was
// found within the limits.
type reach struct {
	time     float64 // microseconds, least over the doors
	venue    uint32
	door     int32
	path_m   float64 // metres of that walk
	length   float64 // micrometres, least over the doors; to any venue
	straight float64 // metres
	choices  int     // venues within the greatest limit
}

// best finds the least cost over the doors of a building.
func (f *field) best(t *target) (cost float64, label uint32, at int32) {
	cost, at = math.Inf(1), -1
	for k := range t.doors {
		d := &t.doors[k]
		c, l, _ := f.at(d.edge, d.along_m)
		if c += d.off_m * f.c.offPerM; c <= float64(f.limit)+0.5 && (c < cost || c == cost && l < label) {
			cost, label, at = c, l, int32(k)
		}
	}
	return cost, label, at
}

// sortedByID orders positions by the ids of features.
func sortedByID(features []geo.Feature, list []int32) {
	slices.SortFunc(list, func(x, y int32) int { return cmp.Compare(features[x].ID, features[y].ID) })
}
