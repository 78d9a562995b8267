package main

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Distances from the middle of the street beside the stream, eastwards, in metres.
const (
	bankPath_m    = 30.0
	greenFrom_m   = 19.0
	waterFrom_m   = 44.0
	waterTo_m     = 58.0
	greenTo_m     = 80.0
	farBankPath_m = 68.0
)

// drawStream draws the stream beside the eastern street with its greenway and
// paths, from street to street, and the footbridges over it.
func (p *plan) drawStream() {
	g := p.site.grid
	for j, street := range g.up[eastOf] {
		if street == nil {
			continue
		}
		from, to := 24.0, 24.0
		middle := trimmed(street, from, to)
		side := func(m float64) orb.LineString { return offset(middle, -m) }
		band := func(a, b float64) orb.Polygon {
			ring := append(append(orb.Ring{}, side(b)...), reversed(side(a))...)
			return orb.Polygon{append(ring, ring[0])}
		}
		p.add("areas", fmt.Sprintf("plot-stream-%d", j), band(waterFrom_m, waterTo_m), attrs{"name": "清溪", "use": "水域"})
		green := attrs{"name": "清溪绿道", "kind": "greenway", "access": "public", "counted_share": 1.0}
		if j == northOf || j == southOf {
			green["irrigated"] = true
		}
		p.add("greens", fmt.Sprintf("green-stream-west-%d", j), band(greenFrom_m, waterFrom_m-2), green)
		p.add("greens", fmt.Sprintf("green-stream-east-%d", j), band(waterTo_m+2, greenTo_m), green)
		p.drawBankPaths(j, street)
	}
	p.drawFootbridge(118)
	p.drawFootbridge(-150)
}

// drawBankPaths draws the paths on both banks between two crossing streets.
func (p *plan) drawBankPaths(j int, street orb.LineString) {
	g := p.site.grid
	for _, m := range []float64{bankPath_m, farBankPath_m} {
		l := offset(street, -m)
		if j < len(g.ew) {
			l[len(l)-1] = ontoStreet(l, g.right[eastOf+1][j])
		}
		if j > 0 {
			l = reversed(l)
			l[len(l)-1] = ontoStreet(l, g.right[eastOf+1][j-1])
		}
		p.way(l, publicPath("清溪绿道", 3).with(attrs{"surface": "asphalt", "lit": m == bankPath_m}))
	}
}

// ontoStreet continues the end of a line to the street that it runs into.
func ontoStreet(l, street orb.LineString) orb.Point {
	a, b := l[len(l)-2], l[len(l)-1]
	best := b
	for i := 1; i < len(street); i++ {
		at := meet(a, b, street[i-1], street[i])
		if at[0] >= street[i-1][0]-touch && at[0] <= street[i][0]+touch {
			best = at
			break
		}
	}
	return best
}

// trimmed is a line without so many metres at its ends.
func trimmed(l orb.LineString, head, tail float64) orb.LineString {
	length := lengthOf(l)
	out := orb.LineString{}
	first, _ := along(l, head)
	out = append(out, first)
	walked := 0.0
	for i := 1; i+1 < len(l); i++ {
		walked += lengthOf(l[i-1 : i+1])
		if walked > head && walked < length-tail {
			out = append(out, l[i])
		}
	}
	last, _ := along(l, length-tail)
	return append(out, last)
}

// drawFootbridge joins the pavement of the eastern street with both banks.
func (p *plan) drawFootbridge(y float64) {
	street := p.site.east
	at := func(m float64) orb.Point { return orb.Point{xAt(offset(street, -m), y), y} }
	p.way(line(at(walkEast_m), at(bankPath_m)), publicPath("清溪步道", 3))
	p.way(line(at(bankPath_m), at(waterFrom_m-1)), publicPath("清溪步道", 3))
	p.way(line(at(waterFrom_m-1), at(waterTo_m+1)), publicPath("清溪步行桥", 3).with(attrs{"bridge": true, "level": 1.0}))
	p.way(line(at(waterTo_m+1), at(farBankPath_m)), publicPath("清溪步道", 3))
	p.bollard(mm(at(walkEast_m+4)), "清溪步道隔离柱")
}

// bollard keeps cars off a path; people walk past it.
func (p *plan) bollard(at orb.Point, name string) {
	p.add("barriers", p.next("bollard", 2), p.anchor(at), attrs{
		"name": name, "kind": "bollard", "foot": "yes", "wheelchair": "yes", "height_m": 0.7,
	})
}
