package tiles_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/tiles"
)

// anything makes features of every kind that geometry comes in, whole and broken,
// in and around a tile.
type anything struct {
	rng *rand.Rand
	in  geo.Extent
}

func newAnything(seed uint64, c tiles.Coord) *anything {
	e := c.Extent()
	return &anything{rng: rand.New(rand.NewPCG(seed, 7)), in: e.Grow((e.MaxX - e.MinX) / 3)}
}

func (a *anything) point() orb.Point {
	return orb.Point{
		a.in.MinX + a.rng.Float64()*(a.in.MaxX-a.in.MinX),
		a.in.MinY + a.rng.Float64()*(a.in.MaxY-a.in.MinY),
	}
}

// size is a share of the tile, small ones more likely.
func (a *anything) size() float64 {
	return math.Pow(10, -4*a.rng.Float64()) * (a.in.MaxX - a.in.MinX)
}

func (a *anything) near(p orb.Point, d float64) orb.Point {
	return orb.Point{p[0] + d*(a.rng.Float64()-0.5), p[1] + d*(a.rng.Float64()-0.5)}
}

func (a *anything) line(n int) orb.LineString {
	p, d := a.point(), a.size()
	out := make(orb.LineString, n)
	for i := range out {
		p = a.near(p, d)
		out[i] = p
		if a.rng.IntN(12) == 0 && i > 0 {
			p = out[i-1] // back the way it came
		}
	}
	return out
}

// star is a ring around a place that does not cross itself.
func (a *anything) star(p orb.Point, d float64, n int) orb.Ring {
	out := make(orb.Ring, 0, n+1)
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		r := d * (0.1 + a.rng.Float64())
		out = append(out, orb.Point{p[0] + r*cos, p[1] + r*sin})
	}
	return append(out, out[0])
}

func (a *anything) polygon() orb.Polygon {
	p, d := a.point(), a.size()
	corner := func(x, y float64) orb.Point { return orb.Point{p[0] + x*d, p[1] + y*d} }
	square := orb.Ring{corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1), corner(0, 0)}
	switch a.rng.IntN(12) {
	case 0: // bow-tie
		return orb.Polygon{{corner(0, 0), corner(1, 1), corner(1, 0), corner(0, 1), corner(0, 0)}}
	case 1: // spike
		return orb.Polygon{{corner(0, 0), corner(1, 0), corner(1, 1), corner(3, 4), corner(1, 1), corner(0, 1), corner(0, 0)}}
	case 2: // a hole that touches the outline in a point, and one along a side
		return orb.Polygon{square, {corner(0, 0.5), corner(0.5, 0.4), corner(0.5, 0.6), corner(0, 0.5)},
			{corner(1, 0.2), corner(1, 0.3), corner(0.8, 0.3), corner(0.8, 0.2), corner(1, 0.2)}}
	case 3: // a hole that sticks out, one outside, two that overlap
		return orb.Polygon{square, {corner(0.5, 0.5), corner(1.5, 0.5), corner(1.5, 0.6), corner(0.5, 0.6), corner(0.5, 0.5)},
			{corner(2, 2), corner(3, 2), corner(3, 3), corner(2, 2)},
			{corner(0.1, 0.1), corner(0.3, 0.1), corner(0.2, 0.3), corner(0.1, 0.1)},
			{corner(0.2, 0.1), corner(0.4, 0.1), corner(0.3, 0.3), corner(0.2, 0.1)}}
	case 4: // a comb, cut often by an edge of the tile
		comb := orb.Ring{corner(0, 0)}
		for i := range 12 {
			y := float64(i) / 12
			comb = append(comb, corner(3, y), corner(3, y+0.04), corner(0.1, y+0.04), corner(0.1, y+0.08))
		}
		return orb.Polygon{append(comb, corner(0, 1), corner(0, 0))}
	case 5: // no area
		return orb.Polygon{{corner(0, 0), corner(1, 1), corner(2, 2), corner(0, 0)}}
	case 6: // not closed, wound the other way
		return orb.Polygon{{corner(0, 0), corner(0, 1), corner(1, 1), corner(1, 0)}}
	case 7: // narrow
		return orb.Polygon{{corner(0, 0), corner(5, 1e-3), corner(5, 2e-3), corner(0, 1e-3), corner(0, 0)}}
	case 8: // tangled
		return orb.Polygon{orb.Ring(a.line(3 + a.rng.IntN(30)))}
	case 9: // far larger than the tile, with a hole around it
		far := a.star(p, 40*(a.in.MaxX-a.in.MinX), 200)
		return orb.Polygon{far, a.star(p, 2*(a.in.MaxX-a.in.MinX), 90)}
	}
	return orb.Polygon{a.star(p, d, 3+a.rng.IntN(60)), a.star(p, d/12, 5)}
}

func (a *anything) geometry() orb.Geometry {
	switch a.rng.IntN(20) {
	case 0:
		return nil
	case 1:
		return a.point()
	case 2:
		m := orb.MultiPoint{}
		for range a.rng.IntN(6) {
			p := a.point()
			m = append(m, p, a.near(p, a.size()/1000), p)
		}
		return m
	case 3, 4:
		return a.line(a.rng.IntN(40))
	case 5:
		return orb.MultiLineString{a.line(2), a.line(1), nil, a.line(500)}
	case 6:
		return a.star(a.point(), a.size(), 9)
	case 7:
		p := a.point()
		return orb.Bound{Min: p, Max: orb.Point{p[0] + a.size(), p[1] + a.size()}}
	case 8:
		return orb.MultiPolygon{a.polygon(), nil, a.polygon(), {}, {nil}}
	case 9:
		return orb.Collection{a.point(), a.polygon(), a.line(5), nil, orb.Collection{a.polygon()}}
	case 10:
		return orb.Collection{}
	case 11:
		return orb.LineString{a.point(), {math.NaN(), 1}, {math.Inf(1), 2}}
	case 12:
		return orb.LineString{a.point(), {1e300, -1e300}, a.point()}
	}
	return a.polygon()
}

func (a *anything) attributes() map[string]any {
	out := map[string]any{}
	if a.rng.IntN(3) > 0 {
		out["name"] = fmt.Sprintf("名称 %d", a.rng.IntN(9))
	}
	if a.rng.IntN(3) > 0 {
		out["floors"] = int64(a.rng.IntN(40) - 4)
	}
	if a.rng.IntN(3) > 0 {
		out["height_m"] = a.rng.NormFloat64()
	}
	if a.rng.IntN(3) > 0 {
		out["lift"] = a.rng.IntN(2) == 0
	}
	return out
}

var anySchema = geo.Schema{Layer: "any", Fields: []geo.Field{
	{Name: "name", Type: geo.String}, {Name: "floors", Type: geo.Integer},
	{Name: "height_m", Type: geo.Real}, {Name: "lift", Type: geo.Boolean},
}}

func (a *anything) features(n int) []geo.Feature {
	out := make([]geo.Feature, n)
	for i := range out {
		out[i] = geo.Feature{ID: fmt.Sprintf("f%d", i), Geometry: a.geometry(), Attributes: a.attributes()}
	}
	return out
}
