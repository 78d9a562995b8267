package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// attrs are the attributes of a feature.
type attrs map[string]any

// plan is the neighbourhood while it is drawn. Geometry is in metres on the
// drawing board until it is written.
type plan struct {
	rng      *rand.Rand
	features map[string][]geo.Feature
	serial   map[string]int // last number given out, by prefix of the id
	deck     map[string]int // storey of ways that do not lie on the ground
	anchors  []orb.Point    // places that the way through them must have as a vertex
	site     site
	slabs    []*slab
}

// seed makes every run the same.
const seed = 4379

func newPlan() *plan {
	return &plan{
		rng:      rand.New(rand.NewPCG(seed, 413)),
		features: make(map[string][]geo.Feature),
		serial:   make(map[string]int),
		deck:     make(map[string]int),
	}
}

// draw makes the whole neighbourhood.
func draw() *plan {
	p := newPlan()
	p.drawSite()
	p.drawStreets()
	p.drawPineCourt()
	p.drawBrookside()
	p.drawCivicQuarter()
	p.drawStreetFront()
	p.drawOutskirts()
	p.drawHill()
	p.drawStream()
	p.drawFacilities()
	p.settleHouseholds()
	p.joinWays()
	p.markCrossings()
	p.markKeyRoads()
	p.drawPipes()
	p.drawDevices()
	p.drawCameras()
	p.drawCells()
	p.drawMeasurements()
	p.drawSettings()
	p.fillInventory()
	return p
}

// add puts a feature into a layer.
func (p *plan) add(layer, id string, g orb.Geometry, a attrs) *geo.Feature {
	if name, given := a["name"]; given && name == "" {
		a = a.with(nil)
		delete(a, "name")
	}
	p.features[layer] = append(p.features[layer], geo.Feature{ID: id, Geometry: g, Attributes: a})
	return &p.features[layer][len(p.features[layer])-1]
}

// next gives the next id with a prefix, such as way-0012.
func (p *plan) next(prefix string, digits int) string {
	p.serial[prefix]++
	return fmt.Sprintf("%s-%0*d", prefix, digits, p.serial[prefix])
}

// way adds a way on the ground.
func (p *plan) way(line orb.Geometry, a attrs) string {
	id := p.next("way", 4)
	p.add("ways", id, line, a)
	return id
}

// openArea adds a square: people cross it in any direction, so it has no width.
func (p *plan) openArea(closed orb.LineString, a attrs) {
	a = a.with(nil)
	delete(a, "width_m")
	p.way(area(closed), a)
}

// raisedWay adds a way that meets ways on the ground only with its ends.
func (p *plan) raisedWay(line orb.LineString, storey int, a attrs) {
	p.deck[p.way(line, a)] = storey
}

// anchor makes sure that the way through a place has a vertex there.
func (p *plan) anchor(at orb.Point) orb.Point {
	at = mm(at)
	p.anchors = append(p.anchors, at)
	return at
}

// with returns a with more attributes; those of more win.
func (a attrs) with(more attrs) attrs {
	out := make(attrs, len(a)+len(more))
	for k, v := range a {
		out[k] = v
	}
	for k, v := range more {
		out[k] = v
	}
	return out
}

// between gives a whole number from low to high, both included.
func (p *plan) between(low, high int) int { return low + p.rng.IntN(high-low+1) }

// around gives a number at most spread away from middle.
func (p *plan) around(middle, spread float64) float64 {
	return middle + spread*(2*p.rng.Float64()-1)
}

// oneOf picks an entry.
func oneOf[T any](p *plan, list ...T) T { return list[p.rng.IntN(len(list))] }
