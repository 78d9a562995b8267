package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/geo/index"
	"yiju/layers"
	"yiju/layers/scenario"
)

// walkCandidates opens gates that are locked, puts gates into walls, and puts venues
// where they serve most.
func (t *trial) walkCandidates(ctx context.Context, p indicator.Params) ([]candidate, error) {
	minutes, ok := p.Number("minutes")
	if !ok {
		return nil, nil
	}
	const usual_mps = 1.1
	radius_m := minutes * 60 * usual_mps * 0.7 // ways are longer than straight lines
	s, err := t.around(ctx, gateReach_m, "barriers", "buildings", "compounds", "entrances", "ways")
	if err != nil {
		return nil, err
	}
	out := t.lockedGates(s)
	gates, err := t.newGates(s)
	if err != nil {
		return nil, err
	}
	out = append(out, gates...)
	var asked [][]string
	if t.asked.metric.ID == "walk.circle_share" {
		for _, entry := range p.Words["categories"] {
			asked = append(asked, alternativesOf(entry))
		}
	} else {
		asked = [][]string{p.Words["categories"]}
	}
	for _, categories := range asked {
		venues, err := t.facilityCandidates(ctx, categories, radius_m)
		if err != nil {
			return nil, err
		}
		if len(asked) > 1 {
			venues = venues[:min(len(venues), 4)]
		}
		out = append(out, venues...)
	}
	return out, nil
}

func alternativesOf(entry string) []string {
	var out []string
	from := 0
	for i, r := range entry {
		if r == '|' {
			out = append(out, entry[from:i])
			from = i + 1
		}
	}
	return append(out, entry[from:])
}

// sameGate_m is how near an entrance and the gate drawn for it lie.
const sameGate_m = 1.5

// lockedGates opens what is locked, each gate with the entrance that stands at it.
func (t *trial) lockedGates(s *scene) []candidate {
	type leaf struct {
		layer string
		f     *geo.Feature
		at    orb.Point
	}
	var shut []leaf
	for _, layer := range []string{"barriers", "entrances"} {
		for i := range s.Layers[layer] {
			f := &s.Layers[layer][i]
			p, isPoint := f.Geometry.(orb.Point)
			kind, _ := f.Text("kind")
			gate := layer == "barriers" && kind == "gate" || layer == "entrances" && (kind == "compound_gate" || kind == "fire" || kind == "facility")
			locked, _ := f.Bool("locked")
			if foot, _ := f.Text("foot"); isPoint && gate && (locked || foot == "no") {
				shut = append(shut, leaf{layer, f, p})
			}
		}
	}
	var out []candidate
	taken := make([]bool, len(shut))
	for i := range shut {
		if taken[i] {
			continue
		}
		c := candidate{kind: "gate", things: 1, hint: math.MaxFloat64}
		name := ""
		group := "open-" + shut[i].f.ID
		for k := i; k < len(shut); k++ {
			if taken[k] || geo.Distance(shut[i].at, shut[k].at) > sameGate_m {
				continue
			}
			taken[k] = true
			n, _ := shut[k].f.Text("name")
			name = cmp.Or(name, n, shut[k].f.ID)
			c.edits = append(c.edits, scenario.Edit{
				Layer: shut[k].layer, Op: scenario.Change, ID: shut[k].f.ID, Set: map[string]any{"locked": false, "foot": "yes"}, Kind: "gate", Group: group,
			})
		}
		c.title = geo.T("开放常闭的门："+name, "Open a locked gate: "+name)
		c.why = geo.T("这道门现在常闭，行人绕行", "it is kept locked and people walk round")
		out = append(out, c)
	}
	return out
}

// gateReach_m is how far from a wall the ways may be that a gate leads to;
// gateSpacing_m how far apart gates are tried.
const (
	gateReach_m   = 60
	gateSpacing_m = 30
)

// newGates tries gates along the walls of gated compounds, where ways run on both
// sides.
func (t *trial) newGates(s *scene) ([]candidate, error) {
	g := newGateGround(s)
	failing := t.failingBuildings(s)
	var out []candidate
	for i := range s.Layers["compounds"] {
		f := &s.Layers["compounds"][i]
		if gated, _ := f.Bool("gated"); !gated || !geo.Finite(f.Geometry) {
			continue
		}
		hint := 1.0
		for k := range failing {
			if c, ok := geo.Centroid(failing[k].Geometry); ok && geo.Inside(f.Geometry, c) {
				n, _ := failing[k].Number("households")
				hint += max(n, 1)
			}
		}
		name, _ := f.Text("name")
		for _, p := range g.alongWall(f) {
			path, ok := g.through(f, p)
			if !ok {
				continue
			}
			c, err := gateCandidate(s, f, p, path)
			if err != nil {
				return nil, err
			}
			c.hint = hint
			c.title = geo.T("围墙开门："+cmp.Or(name, f.ID)+side(f, p).ZH, "Gate in the wall of "+cmp.Or(name, f.ID)+side(f, p).EN)
			out = append(out, c)
		}
	}
	return thin(out, maxFirstTries/2), nil
}

// thin keeps every so many of a list, so that at most most are left.
func thin(list []candidate, most int) []candidate {
	if len(list) <= most {
		return list
	}
	out := make([]candidate, 0, most)
	for i := range most {
		out = append(out, list[i*len(list)/most])
	}
	return out
}

// side says on which side of an area a place lies.
func side(f *geo.Feature, p orb.Point) geo.Text {
	c, ok := geo.Centroid(f.Geometry)
	if !ok {
		return geo.Text{}
	}
	words := []geo.Text{
		geo.T("东侧", ", east side"), geo.T("东北侧", ", north-east side"), geo.T("北侧", ", north side"), geo.T("西北侧", ", north-west side"),
		geo.T("西侧", ", west side"), geo.T("西南侧", ", south-west side"), geo.T("南侧", ", south side"), geo.T("东南侧", ", south-east side"),
	}
	angle := math.Atan2(p[1]-c[1], p[0]-c[0]) * 180 / math.Pi
	return words[int(math.Round(angle/45)+8)%8]
}

// gateCandidate makes a gate with the path through it.
func gateCandidate(s *scene, compound *geo.Feature, gate orb.Point, path orb.LineString) (candidate, error) {
	c := candidate{kind: "gate", things: 1}
	entry, _ := entryByID("gate")
	group := "gate-" + shortHash(gate)
	at, err := s.transform.InversePoint(gate)
	if err != nil {
		return c, err
	}
	line, err := s.transform.Inverse(path)
	if err != nil {
		return c, err
	}
	door := geo.Feature{ID: "new-" + group, Geometry: at, Attributes: maps.Clone(entry.Attributes)}
	door.Set("of", compound.ID)
	way := geo.Feature{ID: "new-path-" + shortHash(gate), Geometry: line, Attributes: map[string]any{"class": "footway", "foot": "yes"}}
	for _, part := range entry.Parts {
		if part.Layer == "ways" {
			way.Attributes = maps.Clone(part.Attributes)
		}
	}
	c.edits = []scenario.Edit{
		{Layer: "entrances", Op: scenario.Add, ID: door.ID, Feature: &door, Kind: "gate", Group: group},
		{Layer: "ways", Op: scenario.Add, ID: way.ID, Feature: &way, Kind: "footpath", Group: group},
	}
	c.why = geo.Tf("墙两侧都有道路，新开门和 %.0f 米步道即可连通", "ways run on both sides; a gate and %.0f m of path join them", geo.Length(path))
	return c, nil
}

// gateGround is what gates are put into: walls, and what is in the way of paths.
type gateGround struct {
	ways, houses, walls []segmentOf
	wayIndex            index.Index
	houseIndex          index.Index
	wallIndex           index.Index
}

type segmentOf struct{ a, b orb.Point }

func newGateGround(s *scene) *gateGround {
	g := &gateGround{}
	add := func(to *[]segmentOf, ix *index.Index, line []orb.Point) {
		for i := 1; i < len(line); i++ {
			e := geo.EmptyExtent()
			e.IncludePoint(line[i-1])
			e.IncludePoint(line[i])
			ix.Add(len(*to), e)
			*to = append(*to, segmentOf{line[i-1], line[i]})
		}
	}
	for i := range s.Layers["ways"] {
		if f := &s.Layers["ways"][i]; walkableWay(f) {
			for _, line := range geo.Lines(f.Geometry) {
				add(&g.ways, &g.wayIndex, line)
			}
		}
	}
	for i := range s.Layers["buildings"] {
		for _, poly := range geo.Polygons(s.Layers["buildings"][i].Geometry) {
			for _, ring := range poly {
				add(&g.houses, &g.houseIndex, ring)
			}
		}
	}
	for i := range s.Layers["barriers"] {
		f := &s.Layers["barriers"][i]
		kind, _ := f.Text("kind")
		foot, _ := f.Text("foot")
		if foot == "yes" || !slices.Contains([]string{"wall", "fence", "hedge", "retaining_wall"}, kind) {
			continue
		}
		for _, line := range geo.Lines(f.Geometry) {
			add(&g.walls, &g.wallIndex, line)
		}
		for _, poly := range geo.Polygons(f.Geometry) {
			for _, ring := range poly {
				add(&g.walls, &g.wallIndex, ring)
			}
		}
	}
	return g
}

// drawnWall_m is how near a boundary a wall drawn along it is: that is what a gate goes
// into then.
const drawnWall_m = 10

// alongWall lists places on the wall of a compound, gateSpacing_m apart: on the wall
// drawn along its boundary, or on the boundary.
func (g *gateGround) alongWall(compound *geo.Feature) []orb.Point {
	var out []orb.Point
	for _, poly := range geo.Polygons(compound.Geometry) {
		ring := poly[0]
		left := gateSpacing_m / 2.0
		for i := 1; i < len(ring); i++ {
			length := geo.Distance(ring[i-1], ring[i])
			for ; left <= length; left += gateSpacing_m {
				share := left / length
				out = append(out, g.onWall(orb.Point{ring[i-1][0] + share*(ring[i][0]-ring[i-1][0]), ring[i-1][1] + share*(ring[i][1]-ring[i-1][1])}))
			}
			left -= length
		}
	}
	return out
}

// onWall moves a place of a boundary onto the wall drawn beside it, if there is one.
func (g *gateGround) onWall(p orb.Point) orb.Point {
	best, nearest := p, float64(drawnWall_m)
	e := geo.EmptyExtent()
	e.IncludePoint(p)
	for _, i := range g.wallIndex.Touching(e.Grow(drawnWall_m)) {
		if q, _ := geo.NearestOnSegment(g.walls[i].a, g.walls[i].b, p); geo.Distance(p, q) < nearest {
			best, nearest = q, geo.Distance(p, q)
		}
	}
	return best
}

// through finds a path from the nearest way outside a compound through a place on its
// wall to the nearest way inside; neither part may meet a house or another wall.
func (g *gateGround) through(compound *geo.Feature, gate orb.Point) (orb.LineString, bool) {
	e := geo.EmptyExtent()
	e.IncludePoint(gate)
	best := [2]orb.Point{}
	far := [2]float64{gateReach_m, gateReach_m}
	for _, i := range g.wayIndex.Touching(e.Grow(gateReach_m)) {
		q, _ := geo.NearestOnSegment(g.ways[i].a, g.ways[i].b, gate)
		d := geo.Distance(q, gate)
		k := 0
		if geo.Inside(compound.Geometry, q) {
			k = 1
		}
		if d < far[k] && d > 0.5 && g.free(gate, q) {
			best[k], far[k] = q, d
		}
	}
	if far[0] == gateReach_m || far[1] == gateReach_m {
		return nil, false
	}
	return orb.LineString{best[0], gate, best[1]}, true
}

// free tells whether a straight path from a gate meets no house and no wall but its own.
func (g *gateGround) free(gate, to orb.Point) bool {
	e := geo.EmptyExtent()
	e.IncludePoint(gate)
	e.IncludePoint(to)
	d := geo.Distance(gate, to)
	start := orb.Point{gate[0] + (to[0]-gate[0])*0.2/d, gate[1] + (to[1]-gate[1])*0.2/d} // beyond its own wall
	for _, i := range g.houseIndex.Touching(e) {
		if crosses(start, to, g.houses[i]) {
			return false
		}
	}
	for _, i := range g.wallIndex.Touching(e) {
		if crosses(start, to, g.walls[i]) {
			return false
		}
	}
	return true
}

// crosses tells whether two segments meet.
func crosses(a, b orb.Point, s segmentOf) bool {
	turn := func(p, q, r orb.Point) float64 { return (q[0]-p[0])*(r[1]-p[1]) - (q[1]-p[1])*(r[0]-p[0]) }
	d1, d2 := turn(s.a, s.b, a), turn(s.a, s.b, b)
	d3, d4 := turn(a, b, s.a), turn(a, b, s.b)
	return d1*d2 <= 0 && d3*d4 <= 0 && !(d1 == 0 && d2 == 0 && d3 == 0 && d4 == 0)
}

// shortHash names a place in a few letters, the same for the same place.
func shortHash(p orb.Point) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%.2f %.2f", p[0], p[1])))
	return hex.EncodeToString(sum[:4])
}

func fieldOf(layer, name string) (geo.Field, bool) {
	schema, ok := layers.Schema(layer)
	if !ok {
		return geo.Field{}, false
	}
	return schema.Field(name)
}
