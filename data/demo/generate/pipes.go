package main

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// utility is how the pipes of a network lie: where across a road, how deep and
// how thick.
type utility struct {
	network, letter          string
	across_m                 float64 // from the middle of a trunk road, eastwards
	beyond_m                 float64 // from the middle of a path behind slabs, northwards
	fromSouth_m              float64 // of the main, from the middle of the southern street
	main_mm, trunk_mm        float64
	branch_mm                float64
	depth_m                  float64 // cover of trunk and branches
	mainDepth_m              float64
	gravity                  bool
	pressure_mpa, voltage_kv float64
	laid                     string
	materials                [3]string // before 2000, before 2008, since
	valves                   bool
	inspected                bool // has manholes at every node
}

func utilities() []utility {
	return []utility{
		{network: "water", letter: "w", across_m: 1.4, beyond_m: -1.4, fromSouth_m: 9, main_mm: 400, trunk_mm: 200, branch_mm: 100, depth_m: 1.0, mainDepth_m: 1.4, pressure_mpa: 0.35, laid: "direct", materials: [3]string{"铸铁", "球墨铸铁", "PE"}, valves: true},
		{network: "sewage", letter: "s", across_m: 0, beyond_m: 0, fromSouth_m: -4, main_mm: 800, trunk_mm: 400, branch_mm: 300, depth_m: 2.0, mainDepth_m: 3.2, gravity: true, laid: "direct", materials: [3]string{"混凝土", "混凝土", "HDPE"}, inspected: true},
		{network: "rain", letter: "r", across_m: -1.5, beyond_m: 1.6, fromSouth_m: 4, main_mm: 1000, trunk_mm: 500, branch_mm: 300, depth_m: 1.5, mainDepth_m: 2.5, gravity: true, laid: "direct", materials: [3]string{"混凝土", "混凝土", "HDPE"}, inspected: true},
		{network: "gas", letter: "g", across_m: -2.9, beyond_m: 3.1, fromSouth_m: -9, main_mm: 250, trunk_mm: 160, branch_mm: 90, depth_m: 0.9, mainDepth_m: 1.2, pressure_mpa: 0.1, laid: "direct", materials: [3]string{"钢", "PE", "PE"}, valves: true},
		{network: "heat", letter: "h", across_m: -4.3, beyond_m: 7.0, fromSouth_m: 6.4, main_mm: 500, trunk_mm: 250, branch_mm: 150, depth_m: 1.1, mainDepth_m: 1.5, pressure_mpa: 0.8, laid: "direct", materials: [3]string{"钢", "预制保温钢管", "预制保温钢管"}, valves: true},
		{network: "power", letter: "p", across_m: 2.8, beyond_m: 4.5, fromSouth_m: 12, main_mm: 150, trunk_mm: 150, branch_mm: 100, depth_m: 0.8, mainDepth_m: 1.0, voltage_kv: 10, laid: "duct", materials: [3]string{"XLPE电缆", "XLPE电缆", "XLPE电缆"}, inspected: true},
		{network: "telecom", letter: "t", across_m: 3.9, beyond_m: 5.6, fromSouth_m: -12, main_mm: 220, trunk_mm: 110, branch_mm: 110, depth_m: 0.8, mainDepth_m: 1.0, laid: "duct", materials: [3]string{"PVC", "PVC", "HDPE"}, inspected: true},
	}
}

// network collects the nodes and pipes of one utility.
type network struct {
	p *plan
	utility
	nodes, pipes int
}

// pipeNode is a node while the network is drawn.
type pipeNode struct {
	id       string
	at       orb.Point
	invert_m float64 // of gravity networks
}

// pipeRow is a path behind slabs that a branch follows on both sides of a trunk.
type pipeRow struct {
	y       float64
	squeeze float64 // share of the usual distances across, where there is less room
	stops   [][]float64
	year    int
}

// pipeTrunk is a road that a trunk follows northwards.
type pipeTrunk struct {
	x, squeeze float64
	rows       []pipeRow
	inCIM      any
}

func (p *plan) drawPipes() {
	for _, u := range utilities() {
		n := &network{p: p, utility: u}
		west, brook := n.southMain()
		n.trunk(west, pinePipes())
		corner := n.brookCorner(brook)
		for _, t := range brookPipes() {
			aside := orb.Point{t.x + t.squeeze*n.across_m, corner.at[1]}
			n.trunk(n.rising(corner, aside, n.trunk_mm, 2009, n.kindOf("junction"), true), t)
		}
	}
}

// pinePipes follow the avenue of Pine Court.
func pinePipes() pipeTrunk {
	t := pipeTrunk{x: pineAvenueX, squeeze: 1}
	for _, north := range []bool{false, true} {
		for row := range pineRows {
			r := pipeRow{y: pineRowY(north, row) + slabDepth_m + doorToPath_m, squeeze: 1, year: 1997 + row/3}
			r.stops = [][]float64{{-256.25, -314}, {-117.25, -47.75, 10}}
			if north {
				r.year = 2004 + row/4
				r.stops = [][]float64{{-242.25, -314}, {-117.25, -61.75, 10}}
			}
			if row == pineRows-1 {
				// The main road and the ring leave less room.
				r.y, r.squeeze = pineAxisY, 0.5
				if north {
					r.y, r.squeeze = 266, 0.45
				}
			}
			if !north && row < 2 && r.year < 2000 {
				r.year = 2021 // renewed
			}
			t.rows = append(t.rows, r)
		}
	}
	return t
}

// brookPipes follow the two secondary roads of Brookside.
func brookPipes() []pipeTrunk {
	west := pipeTrunk{x: 135, squeeze: 0.88, inCIM: true}
	east := pipeTrunk{x: 255, squeeze: 0.88, inCIM: true}
	for row := range brookRows {
		y := -214 + brookPitch_m*float64(row) + slabDepth_m + doorToPath_m
		w := pipeRow{y: y, squeeze: 1, stops: [][]float64{{78}, {178}}, year: 2009 + row/5}
		e := pipeRow{y: y, squeeze: 1, stops: [][]float64{{212}, {312}}, year: 2009 + row/5}
		if row >= 3 && row <= 5 {
			w.stops, e.stops = [][]float64{{78}, nil}, [][]float64{nil, {312}}
		}
		if row == brookRows-1 {
			w.squeeze, e.squeeze = 0.9, 0.9
		}
		west.rows, east.rows = append(west.rows, w), append(east.rows, e)
	}
	return []pipeTrunk{west, east}
}

// southMain draws the main under the southern street and gives the nodes where
// the two compounds join it.
func (n *network) southMain() (pine, brook pipeNode) {
	y := -295 + n.fromSouth_m
	kind := "source"
	if n.gravity {
		kind = "manhole"
	}
	end := n.node(orb.Point{-338, y}, n.level(orb.Point{-338, y}, n.mainDepth_m+n.main_mm/1000), kind)
	at := func(x float64, before pipeNode) pipeNode {
		here := orb.Point{x, y}
		next := n.node(here, before.invert_m+0.003*(x-before.at[0]), n.kindOf("junction"))
		n.pipe(before, next, n.main_mm, 2001, true)
		if n.network == "water" {
			n.hydrant(next, orb.Point{x + 6, -295 + 13.5})
		}
		return next
	}
	pine = at(pineAvenueX+n.across_m, end)
	middle := at(-70, pine)
	middle = at(36, middle)
	brook = at(brookAvenueX+n.across_m, middle)
	at(330, brook)
	return pine, brook
}

// brookCorner leads from the main up the southern road of Brookside to the place
// where its two trunks part.
func (n *network) brookCorner(main pipeNode) pipeNode {
	y := -225.5 - 0.5*n.beyond_m
	corner := n.reach(main, orb.Point{brookAvenueX + n.across_m, y}, n.depth_m+0.3, n.kindOf("junction"))
	n.pipe(main, corner, n.trunk_mm, 2009, true)
	return corner
}

// trunk draws a trunk from a node on the main northwards, and its branches.
func (n *network) trunk(from pipeNode, t pipeTrunk) {
	for k, row := range t.rows {
		at := orb.Point{t.x + t.squeeze*n.across_m, row.y + row.squeeze*n.beyond_m}
		next := n.reach(from, at, n.depth_m, n.kindOf("junction"))
		n.pipe(from, next, n.trunk_mm, row.year, t.inCIM)
		if n.network == "water" && k%3 == 1 {
			n.hydrant(next, orb.Point{t.x + 5, row.y - 4})
		}
		for _, stops := range row.stops {
			end := n.branch(next, row, stops, t.inCIM)
			if n.network == "water" && k%2 == 1 && len(stops) > 0 {
				n.hydrant(end, orb.Point{end.at[0] + math.Copysign(3, end.at[0]-next.at[0]), row.y + 3})
			}
		}
		from = next
	}
}

// branch follows a row of slabs from stop to stop and gives its end.
func (n *network) branch(from pipeNode, row pipeRow, stops []float64, inCIM any) pipeNode {
	y := row.y + row.squeeze*n.beyond_m
	if n.network == "gas" && row.y == -126 && len(stops) > 0 && stops[0] == 312 {
		y = row.y - 1.6 // laid on the wrong side, close to the wall
	}
	for k, x := range stops {
		kind := n.kindOf("junction")
		switch {
		case k == len(stops)-1 && n.network == "gas":
			kind = "meter"
		case k == 0 && n.valves:
			mid := n.rising(from, orb.Point{from.at[0] + math.Copysign(2.5, x-from.at[0]), y}, n.branch_mm, row.year, "valve", inCIM)
			from = mid
		}
		from = n.rising(from, orb.Point{x, y}, n.branch_mm, row.year, kind, inCIM)
	}
	return from
}

// rising draws a pipe to a new node; a gravity pipe falls towards its start.
func (n *network) rising(from pipeNode, at orb.Point, diameter_mm float64, year int, kind string, inCIM any) pipeNode {
	next := n.node(at, from.invert_m+0.004*geo.Distance(from.at, mm(at)), kind)
	n.pipe(from, next, diameter_mm, year, inCIM)
	return next
}

// reach makes a node at the usual depth, or higher where a gravity pipe would
// otherwise run uphill.
func (n *network) reach(from pipeNode, at orb.Point, depth_m float64, kind string) pipeNode {
	invert := n.level(at, depth_m+n.trunk_mm/1000)
	if least := from.invert_m + 0.003*geo.Distance(from.at, mm(at)); n.gravity && invert < least {
		invert = least
	}
	return n.node(at, invert, kind)
}

func (n *network) level(at orb.Point, below_m float64) float64 { return n.p.ground(at) - below_m }

func (n *network) kindOf(plain string) string {
	if n.inspected {
		return "manhole"
	}
	return plain
}

// node adds a node. Levels are surveyed where the network runs by gravity.
func (n *network) node(at orb.Point, invert_m float64, kind string) pipeNode {
	n.nodes++
	node := pipeNode{id: fmt.Sprintf("pn-%s-%03d", n.letter, n.nodes), at: mm(at), invert_m: invert_m}
	a := attrs{"kind": kind, "network": n.network, "ground_m": round(n.p.ground(at), 100)}
	if n.gravity {
		a["invert_m"] = round(invert_m, 100)
	}
	if kind == "valve" {
		a["state"] = "open"
		if n.nodes%41 == 0 {
			a["state"] = "closed"
		}
	}
	n.p.add("pipe_nodes", node.id, node.at, a)
	return node
}

// hydrant adds a hydrant on a short lead.
func (n *network) hydrant(from pipeNode, at orb.Point) {
	n.pipe(from, n.node(at, 0, "hydrant"), 100, 2012, true)
}

// pipe draws a pipe between two nodes, in the direction of flow: away from the
// source, or down to the outlet.
func (n *network) pipe(a, b pipeNode, diameter_mm float64, year int, inCIM any) {
	n.pipes++
	from, to := a, b
	if n.gravity {
		from, to = b, a
	}
	period := 0
	if year >= 2000 {
		period = 1
	}
	if year >= 2008 {
		period = 2
	}
	v := attrs{"network": n.network, "diameter_mm": diameter_mm, "material": n.materials[period], "laid": n.laid, "year": year, "from": from.id, "to": to.id}
	if inCIM != nil {
		v["in_cim"] = inCIM
	} else {
		v["in_cim"] = false
	}
	if n.pressure_mpa > 0 {
		v["pressure_mpa"] = n.pressure_mpa
	}
	if n.voltage_kv > 0 {
		v["voltage_kv"] = n.voltage_kv
		if diameter_mm == n.branch_mm {
			v["voltage_kv"] = 0.4
		}
	}
	f := n.p.add("pipes", fmt.Sprintf("pipe-%s-%03d", n.letter, n.pipes), line(from.at, to.at), v)
	n.depth(f, from, to, diameter_mm)
	n.forget(f, year)
}

// depth sets the cover: for gravity pipes from the levels of both ends, which the
// line carries as well.
func (n *network) depth(f *geo.Feature, from, to pipeNode, diameter_mm float64) {
	if !n.gravity {
		cover := n.depth_m
		if diameter_mm == n.main_mm {
			cover = n.mainDepth_m
		}
		f.Set("depth_m", cover)
		return
	}
	f.Z = []float64{round(from.invert_m, 100), round(to.invert_m, 100)}
	middle := orb.Point{(from.at[0] + to.at[0]) / 2, (from.at[1] + to.at[1]) / 2}
	cover := n.p.ground(middle) - (from.invert_m+to.invert_m)/2 - diameter_mm/1000
	f.Set("depth_m", round(cover, 100))
	f.Quality = append(f.Quality, "z=invert level")
}

// forget leaves out what nobody knows any more about old pipes.
func (n *network) forget(f *geo.Feature, year int) {
	if year >= 2000 {
		return
	}
	switch n.pipes % 9 {
	case 2:
		f.Set("material", nil)
		f.Quality = append(f.Quality, "material=unknown: no record")
	case 5:
		f.Set("year", nil)
		f.Quality = append(f.Quality, "year=unknown: no record")
	case 7:
		if !n.gravity {
			f.Set("depth_m", nil)
			f.Quality = append(f.Quality, "depth_m=unknown: not surveyed")
		}
	}
}
