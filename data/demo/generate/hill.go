package main

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// drawHill draws the hill park north of the town: the road that winds up, the
// stairs that go straight, the trail around, and the woods.
func (p *plan) drawHill() {
	g := p.site.grid
	edge := func(x float64) float64 { return g.streetNorth(x) }
	outline := line(
		orb.Point{-360, edge(-360) + 22}, orb.Point{0, edge(0) + 22}, orb.Point{360, edge(360) + 22}, orb.Point{738, edge(738) + 22},
		orb.Point{745, 1120}, orb.Point{600, 1420}, orb.Point{380, 1640}, orb.Point{-80, 1690}, orb.Point{-460, 1610}, orb.Point{-640, 1300},
		orb.Point{-672, edge(-672) + 22}, orb.Point{-360, edge(-360) + 22})
	p.add("greens", "green-hill", area(fillet(outline, 1)), attrs{"name": "北山公园", "kind": "wood", "access": "public", "counted_share": 1.0, "irrigated": false})
	p.add("areas", "plot-hill", area(fillet(outline, 1)), attrs{"name": "北山公园", "use": "公园绿地", "plot": "TS-63"})

	road := fillet(line(
		orb.Point{-250, edge(-250)}, orb.Point{-300, 880}, orb.Point{-90, 950}, orb.Point{170, 960}, orb.Point{330, 1050}, orb.Point{180, 1150},
		orb.Point{-80, 1150}, orb.Point{-260, 1230}, orb.Point{-170, 1360}, orb.Point{20, 1400}), 2)
	for at := 0; at+1 < len(road); at += 5 {
		part := road[at:min(at+6, len(road))]
		p.way(part, attrs{
			"name": "盘山路", "class": "unclassified", "foot": "yes", "width_m": 6.0, "surface": "asphalt", "sidewalk": "left",
			"oneway_foot": "no", "bridge": false, "tunnel": false, "level": 0.0, "lit": false, "incline_pct": p.incline(part),
		})
	}
	p.drawHillStairs(orb.Point{40, edge(40)})
	loop := fillet(line(orb.Point{-540, edge(-540)}, orb.Point{-560, 900}, orb.Point{-380, 1010}, orb.Point{-160, 1040}, orb.Point{40, 1055}, orb.Point{300, 940}, orb.Point{500, 880}, orb.Point{560, edge(560)}), 2)
	p.way(loop, attrs{"name": "北山健身步道", "class": "path", "foot": "yes", "width_m": 2.5, "surface": "compacted", "oneway_foot": "no", "lit": false})
	p.facility(loop[len(loop)-1], "sport/trail", "北山健身步道（东口）", attrs{"foot": "yes", "indoor": false})
	p.facility(loop[0], "sport/trail", "北山健身步道（西口）", attrs{"foot": "yes", "indoor": false})
	p.facility(orb.Point{64, edge(40) + 40}, "sport/fitness_station", "北山公园健身点", attrs{"foot": "yes", "area_m2": 350.0, "indoor": false})
	p.add("buildings", "b-0901", area(oval(orb.Point{60, 1420}, 9, 9, 8)), attrs{"name": "望岳亭", "use": "other", "floors": 1, "height_m": 7.0})
}

// streetNorth is where the northernmost street runs at x.
func (g *grid) streetNorth(x float64) float64 {
	j := len(g.ew) - 1
	for i := range g.right {
		l := g.right[i][j]
		if x >= l[0][0] && x <= l[len(l)-1][0] {
			return yAt(l, x)
		}
	}
	return g.ew[j].at
}

// drawHillStairs climbs straight from the street to the top: paved where it is
// gentle, stairs where it is steep.
func (p *plan) drawHillStairs(from orb.Point) {
	at := from
	for k, y := range []float64{800, 850, 905, 945, 1000, 1050, 1110, 1180, 1250, 1310, 1400} {
		to := orb.Point{at[0] + []float64{3, -2, 4, 0, -5}[k%5], y}
		part := line(at, to)
		a := attrs{"name": "北山登山道", "foot": "yes", "width_m": 3.0, "surface": "stone", "oneway_foot": "no", "lit": k < 3, "incline_pct": p.incline(part)}
		if slope := p.incline(part); slope > 9 {
			rise := slope / 100 * lengthOf(part)
			a = a.with(attrs{"class": "steps", "step_count": int(math.Ceil(rise / 0.15)), "wheelchair": "no"})
		} else {
			a["class"] = "footway"
		}
		p.way(part, a)
		at = to
	}
}

// incline is how steeply a line rises from its first to its last point, in per
// cent of its length.
func (p *plan) incline(l orb.LineString) float64 {
	rise := p.ground(l[len(l)-1]) - p.ground(l[0])
	return round(100*rise/geo.Length(l), 10)
}
