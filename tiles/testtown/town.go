// Package testtown builds a town out of a seed: streets on a turned grid, houses
// along them, parks with ponds, lamps and one community around it all. Tests and
// benchmarks draw it; the same seed gives the same town everywhere.
package testtown

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Set is a layer of the town.
type Set struct {
	Schema   geo.Schema
	Features []geo.Feature
}

// Sizes of the town, in metres.
const (
	blockLong, blockWide = 110, 70
	setBack              = 9 // from the middle of the street to a house
)

// town places things in metres east and north of its centre.
type town struct {
	rng    *rand.Rand
	centre orb.Point
	cos    float64 // of the latitude
	turn   float64 // of the grid, in radians
	half   int     // blocks from the centre to the edge
	sets   [5]Set
}

// The layers, in the order in which Make gives them.
const (
	communities = iota
	greens
	buildings
	ways
	devices
)

// Make builds a town of about so many houses around a place in degrees.
func Make(seed uint64, houses int, centre orb.Point) []Set {
	const perBlock = 12
	t := &town{
		rng: rand.New(rand.NewPCG(seed, 1)), centre: centre,
		cos: math.Cos(centre[1] * math.Pi / 180), turn: 0.21,
		half: max(1, int(math.Sqrt(float64(houses)/perBlock)/2+0.5)),
	}
	t.declare()
	for row := -t.half; row < t.half; row++ {
		for column := -t.half; column < t.half; column++ {
			x, y := float64(column)*blockLong, float64(row)*blockWide
			if t.rng.IntN(15) == 0 {
				t.park(x+blockLong/2, y+blockWide/2)
			} else {
				t.block(x, y)
			}
			t.street(x, y, x+blockLong, y)
			t.street(x, y, x, y+blockWide)
		}
	}
	t.community()
	return t.sets[:]
}

func (t *town) declare() {
	text := func(name string) geo.Field { return geo.Field{Name: name, Type: geo.String} }
	whole := func(name string) geo.Field { return geo.Field{Name: name, Type: geo.Integer} }
	real := func(name string) geo.Field { return geo.Field{Name: name, Type: geo.Real} }
	yes := func(name string) geo.Field { return geo.Field{Name: name, Type: geo.Boolean} }
	make := func(at int, layer string, shape geo.Shape, fields ...geo.Field) {
		t.sets[at].Schema = geo.Schema{Layer: layer, Kind: geo.Input, Title: geo.T(layer, layer), Shapes: []geo.Shape{shape}, Fields: fields}
	}
	make(communities, "communities", geo.Polygon, text("name"), whole("households"))
	make(greens, "greens", geo.Polygon, text("kind"), text("name"))
	make(buildings, "buildings", geo.Polygon, text("name"), text("use"), whole("floors"), real("height_m"), whole("households"), yes("lift"))
	make(ways, "ways", geo.Line, text("class"), text("name"), real("width_m"), yes("lit"))
	make(devices, "devices", geo.Point, text("kind"), yes("smart"))
}

// at turns metres into degrees.
func (t *town) at(x, y float64) orb.Point {
	const perDegree = 111_320
	sin, cos := math.Sincos(t.turn)
	x, y = x*cos-y*sin, x*sin+y*cos
	return orb.Point{t.centre[0] + x/(perDegree*t.cos), t.centre[1] + y/perDegree}
}

func (t *town) add(layer int, prefix string, g orb.Geometry, attributes map[string]any) {
	s := &t.sets[layer]
	s.Features = append(s.Features, geo.Feature{
		ID: fmt.Sprintf("%s%05d", prefix, len(s.Features)), Geometry: g, Attributes: attributes,
	})
}

// block has two rows of houses back to back; some have a wing.
func (t *town) block(x, y float64) {
	const perRow = 6
	for i := range 2 * perRow {
		wide, deep := 8+6*t.rng.Float64(), 9+5*t.rng.Float64()
		left := x + setBack + float64(i%perRow)*(blockLong-2*setBack)/perRow
		low := y + setBack
		if i >= perRow {
			low = y + blockWide - setBack - deep
		}
		ring := orb.Ring{t.at(left, low), t.at(left+wide, low), t.at(left+wide, low+deep)}
		if t.rng.IntN(3) == 0 {
			ring = append(ring, t.at(left+wide*0.6, low+deep), t.at(left+wide*0.6, low+deep+4), t.at(left, low+deep+4))
		} else {
			ring = append(ring, t.at(left, low+deep))
		}
		floors := int64(1 + t.rng.IntN(6))
		attributes := map[string]any{"use": "residential", "floors": floors, "height_m": float64(floors)*3 + 0.5}
		if t.rng.IntN(4) == 0 {
			attributes["households"], attributes["lift"] = floors*2, floors > 4
		}
		if t.rng.IntN(10) == 0 {
			attributes["name"], attributes["use"] = fmt.Sprintf("阳光花园%d号楼", i+1), "public"
		}
		t.add(buildings, "b", orb.Polygon{append(ring, ring[0])}, attributes)
	}
}

// street is a slightly bent line with lamps.
func (t *town) street(x0, y0, x1, y1 float64) {
	n := 3 + t.rng.IntN(5)
	line := make(orb.LineString, 0, n+1)
	for i := range n + 1 {
		k := float64(i) / float64(n)
		bend := 0.0
		if i > 0 && i < n {
			bend = t.rng.Float64() - 0.5
		}
		line = append(line, t.at(x0+(x1-x0)*k+bend, y0+(y1-y0)*k+bend))
	}
	class := []string{"residential", "footway", "path", "service"}[t.rng.IntN(4)]
	attributes := map[string]any{"class": class, "lit": t.rng.IntN(2) == 0}
	if class == "residential" {
		attributes["name"], attributes["width_m"] = fmt.Sprintf("和平路%.0f", y0/blockWide), 4+float64(t.rng.IntN(8))/2
	}
	t.add(ways, "w", line, attributes)
	for k := range 2 {
		p := line[k*n/2]
		t.add(devices, "d", p, map[string]any{"kind": "lamp", "smart": t.rng.IntN(3) == 0})
	}
}

// wave is a ring of n vertices around a place, with a mean radius.
func (t *town) wave(x, y, radius float64, n int) orb.Ring {
	ring := make(orb.Ring, 0, n+1)
	a, b := t.rng.Float64()*7, t.rng.Float64()*7
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		r := radius * (1 + 0.15*math.Sin(5*float64(i)/float64(n)*2*math.Pi+a) + 0.02*math.Sin(float64(i)*1.7+b))
		ring = append(ring, t.at(x+r*cos, y+r*sin))
	}
	return append(ring, ring[0])
}

func (t *town) park(x, y float64) {
	outline := t.wave(x, y, 28, 60+t.rng.IntN(90))
	pond := t.wave(x+4, y, 8, 24)
	pond.Reverse()
	t.add(greens, "g", orb.Polygon{outline, pond}, map[string]any{"kind": "park", "name": "口袋公园"})
}

func (t *town) community() {
	radius := float64(t.half) * blockLong * 1.1
	t.add(communities, "c", orb.Polygon{t.wave(0, 0, radius, 420)}, map[string]any{"name": "示范社区", "households": int64(3120)})
}
