package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/geo/index"
	"yiju/layers/scenario"
)

const (
	clearance_m   = 3   // between a new green and what is there
	maxNewGreens  = 120 // greens that are proposed
	greenToWay_m  = 40  // a green lies by a way: open water and cliffs have none
	parkMargin    = 1.01
	largePark_m2  = 2000 // the least park with a service radius
	parkService_m = 300
)

// greenSides_m are the sides of the squares of green that are tried, the largest first.
var greenSides_m = []float64{50, 35, 25, 18}

// freeGround is what of a community nothing stands on, as far as the map knows.
type freeGround struct {
	area   geo.Feature
	edges  []segmentOf
	edgeAt index.Index
	shapes []orb.Geometry
	within index.Index
	ways   []segmentOf
	wayAt  index.Index
}

func newFreeGround(s *scene) *freeGround {
	g := &freeGround{area: s.Community}
	for _, layer := range []string{"buildings", "ways", "barriers", "greens", "facilities"} {
		for i := range s.Layers[layer] {
			g.take(s.Layers[layer][i].Geometry)
		}
	}
	for i := range s.Layers["areas"] {
		if use, _ := s.Layers["areas"][i].Text("use"); slices.Contains(noGround, use) {
			g.take(s.Layers["areas"][i].Geometry)
		}
	}
	for i := range s.Layers["ways"] {
		if f := &s.Layers["ways"][i]; walkableWay(f) {
			for _, line := range geo.Lines(f.Geometry) {
				for k := 1; k < len(line); k++ {
					e := pointExtent(line[k-1])
					e.IncludePoint(line[k])
					g.wayAt.Add(len(g.ways), e)
					g.ways = append(g.ways, segmentOf{line[k-1], line[k]})
				}
			}
		}
	}
	return g
}

// noGround are uses of land that no green is put on.
var noGround = []string{"water", "水域", "railway", "military", "cemetery", "耕地"}

func (g *freeGround) take(shape orb.Geometry) {
	lines := geo.Lines(shape)
	for _, poly := range geo.Polygons(shape) {
		g.within.Add(len(g.shapes), geo.ExtentOf(poly))
		g.shapes = append(g.shapes, poly)
		for _, ring := range poly {
			lines = append(lines, orb.LineString(ring))
		}
	}
	for _, line := range lines {
		for i := 1; i < len(line); i++ {
			e := geo.EmptyExtent()
			e.IncludePoint(line[i-1])
			e.IncludePoint(line[i])
			g.edgeAt.Add(len(g.edges), e)
			g.edges = append(g.edges, segmentOf{line[i-1], line[i]})
		}
	}
}

// free tells whether a rectangle lies in the community and clear of everything.
func (g *freeGround) free(e geo.Extent) bool {
	for _, p := range e.Polygon()[0] {
		if !geo.Inside(g.area.Geometry, p) {
			return false
		}
	}
	for _, i := range g.within.Touching(e) {
		if geo.Inside(g.shapes[i], e.Centre()) {
			return false
		}
	}
	around := e.Grow(clearance_m)
	for _, i := range g.edgeAt.Touching(around) {
		if meets(around, g.edges[i]) {
			return false
		}
	}
	near := e.Grow(greenToWay_m)
	return slices.ContainsFunc(g.wayAt.Touching(near), func(i int) bool { return meets(near, g.ways[i]) })
}

// meets tells whether a segment has a point in a rectangle.
func meets(e geo.Extent, s segmentOf) bool {
	from, to := 0.0, 1.0
	for axis, bound := range [2][2]float64{{e.MinX, e.MaxX}, {e.MinY, e.MaxY}} {
		at, d := s.a[axis], s.b[axis]-s.a[axis]
		if d == 0 {
			if at < bound[0] || at > bound[1] {
				return false
			}
			continue
		}
		near, far := (bound[0]-at)/d, (bound[1]-at)/d
		from, to = max(from, min(near, far)), min(to, max(near, far))
	}
	return from <= to
}

// squares lists free squares that do not meet one another, the largest first.
func (g *freeGround) squares(sides_m []float64) []geo.Extent {
	e := geo.ExtentOf(g.area.Geometry)
	var out []geo.Extent
	for _, side := range sides_m {
		step := side / 2
		for y := e.MinY; y+side <= e.MaxY; y += step {
			for x := e.MinX; x+side <= e.MaxX; x += step {
				square := geo.Extent{MinX: x, MinY: y, MaxX: x + side, MaxY: y + side}
				if g.free(square) {
					out = append(out, square)
					g.take(square.Polygon())
				}
			}
		}
	}
	return out
}

// greenCandidates are pocket parks on free ground, the largest first.
func (t *trial) greenCandidates(ctx context.Context) ([]candidate, error) {
	s, err := t.around(ctx, greenToWay_m, "areas", "barriers", "buildings", "facilities", "greens", "ways")
	if err != nil {
		return nil, err
	}
	t.ordered = true
	squares := newFreeGround(s).squares(greenSides_m)
	return t.pocketParks(s, squares[:min(len(squares), maxNewGreens)])
}

// parkCandidates are parks of at least a size near what has none: lawns that become
// parks, and free ground.
func (t *trial) parkCandidates(ctx context.Context, radius_m, least_m2 float64) ([]candidate, error) {
	s, err := t.around(ctx, greenToWay_m, "areas", "barriers", "buildings", "facilities", "greens", "ways")
	if err != nil {
		return nil, err
	}
	failing := t.failingBuildings(s)
	if len(failing) == 0 {
		failing = only(s.Layers["buildings"], func(f *geo.Feature) bool { use, _ := f.Text("use"); return use == "residential" })
	}
	near := func(p orb.Point) (sum float64) {
		for i := range failing {
			if c, ok := geo.Centroid(failing[i].Geometry); ok && geo.Distance(c, p) <= radius_m {
				n, _ := failing[i].Number("households")
				sum += max(n, 1)
			}
		}
		return sum
	}
	var out []candidate
	for i := range s.Layers["greens"] {
		f := &s.Layers["greens"][i]
		kind, _ := f.Text("kind")
		access, _ := f.Text("access")
		c, ok := geo.Centroid(f.Geometry)
		if !ok || geo.Area(f.Geometry) < least_m2 || access == "private" || !slices.Contains([]string{"lawn", "other"}, kind) || near(c) == 0 {
			continue
		}
		name, _ := f.Text("name")
		name = cmp.Or(name, f.ID)
		out = append(out, candidate{
			kind: "mend_greens", things: 1, hint: near(c), noun: geo.T("草坪改为口袋公园", "lawn made a pocket park"),
			title: geo.T("草坪改为口袋公园："+name, "Make a lawn a pocket park: "+name),
			why:   geo.Tf("现有绿地 %.0f m²，增设步道和坐凳即可开放", "the green of %.0f m² is there; with paths and seats people can use it", geo.Area(f.Geometry)),
			edits: []scenario.Edit{{Layer: "greens", Op: scenario.Change, ID: f.ID, Set: map[string]any{"kind": "pocket_park", "access": "public"}, Kind: "mend_greens"}},
		})
	}
	side := math.Sqrt(least_m2) * parkMargin
	squares := newFreeGround(s).squares([]float64{side})
	slices.SortStableFunc(squares, func(a, b geo.Extent) int { return cmp.Compare(near(b.Centre()), near(a.Centre())) })
	parks, err := t.pocketParks(s, squares[:min(len(squares), maxFirstTries/2)])
	for i := range parks {
		parks[i].hint = near(squares[i].Centre())
	}
	return append(out, parks...), err
}

// pocketParks makes parks of squares.
func (t *trial) pocketParks(s *scene, squares []geo.Extent) ([]candidate, error) {
	entry, _ := entryByID("green")
	var out []candidate
	for _, square := range squares {
		shape, err := s.transform.Inverse(square.Polygon())
		if err != nil {
			return nil, err
		}
		id := "new-green-" + shortHash(square.Centre())
		f := geo.Feature{ID: id, Geometry: shape, Attributes: maps.Clone(entry.Attributes)}
		where := nearestNamed(s, square.Centre())
		side := square.MaxX - square.MinX
		out = append(out, candidate{
			kind: "green", things: 1, hint: side * side,
			title: geo.T("口袋公园："+where.ZH, "Pocket park: "+where.EN),
			why:   geo.Tf("图上无建筑、道路和设施的空地，约 %.0f m²；权属和地下管线待核", "about %.0f m² with no building, way or facility on the map; who owns it and what lies below is to be checked", side*side),
			edits: []scenario.Edit{{Layer: "greens", Op: scenario.Add, ID: id, Feature: &f, Kind: "green"}},
		})
	}
	return out, nil
}

// nearestNamed names a place after the nearest building, preferring none over another.
func nearestNamed(s *scene, p orb.Point) geo.Text {
	name, nearest := "", math.Inf(1)
	for i := range s.Layers["buildings"] {
		f := &s.Layers["buildings"][i]
		if c, ok := geo.Centroid(f.Geometry); ok && geo.Distance(c, p) < nearest {
			own, _ := f.Text("name")
			name, nearest = cmp.Or(own, f.ID), geo.Distance(c, p)
		}
	}
	if name == "" {
		return geo.T("社区内空地", "free ground in the community")
	}
	return geo.T("靠近 "+name, "near "+name)
}

// rampCandidates make ramps of steps, the longest first, and doors step-free.
func (t *trial) rampCandidates(ctx context.Context, doors bool) ([]candidate, error) {
	s, err := t.around(ctx, 0, "entrances", "ways")
	if err != nil {
		return nil, err
	}
	t.ordered = true
	entry, _ := entryByID("ramp")
	var out []candidate
	for i := range s.Layers["ways"] {
		f := &s.Layers["ways"][i]
		if class, _ := f.Text("class"); class != "steps" {
			continue
		}
		name, _ := f.Text("name")
		name = cmp.Or(name, f.ID)
		out = append(out, candidate{
			kind: "ramp", things: 1, hint: geo.Length(f.Geometry),
			title: geo.T("台阶改坡道："+name, "Make steps a ramp: "+name),
			why:   geo.T("轮椅不能走台阶；坡道需更长，线形待设计", "a wheelchair cannot take the steps; a ramp is longer, and its line the design's to draw"),
			edits: []scenario.Edit{{Layer: "ways", Op: scenario.Change, ID: f.ID, Set: maps.Clone(entry.Attributes), Kind: "ramp"}},
		})
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return cmp.Compare(b.hint, a.hint) })
	if !doors {
		return out, nil
	}
	ramps := out // where doors alone are not enough
	out = nil
	for _, id := range slices.Sorted(maps.Keys(t.failing()["entrances"])) {
		out = append(out, candidate{
			kind: "mend_entrances", things: 1, noun: geo.T("楼门坡道", "ramp at a door"),
			title: geo.T("楼门增设坡道："+id, "A ramp at the door "+id),
			why:   geo.T("门前有台阶或未说明无台阶", "the door has a step, or is not known to have none"),
			edits: []scenario.Edit{{Layer: "entrances", Op: scenario.Change, ID: id, Set: map[string]any{"step_free": true}, Kind: "mend_entrances"}},
		})
	}
	return append(out, ramps...), nil
}

// eachMends changes failing things one by one, the largest first: for shares that weigh
// them by area or length.
func (t *trial) eachMends(ctx context.Context, m mend) ([]candidate, error) {
	s, err := t.around(ctx, 0, "buildings")
	if err != nil {
		return nil, err
	}
	failing := t.failingBuildings(s)
	size := func(f *geo.Feature) float64 {
		floors, _ := f.Number("floors")
		return geo.Area(f.Geometry) * max(floors, 1)
	}
	slices.SortStableFunc(failing, func(a, b geo.Feature) int { return cmp.Compare(size(&b), size(&a)) })
	t.ordered = true
	var out []candidate
	for i := range failing {
		f := &failing[i]
		name, _ := f.Text("name")
		name = cmp.Or(name, f.ID)
		out = append(out, candidate{
			kind: "mend_buildings", things: 1, noun: m.what,
			title: geo.T(m.what.ZH+"："+name, m.what.EN+": "+name),
			why:   geo.Tf("建筑面积约 %.0f m²", "a floor area of about %.0f m²", size(f)),
			edits: []scenario.Edit{{Layer: "buildings", Op: scenario.Change, ID: f.ID, Set: map[string]any{m.attribute: true}, Kind: "mend_buildings"}},
		})
	}
	return out, nil
}

// short is how many more things a count wants, at least one.
func short(before *indicator.Judged) int {
	m := before.Measure
	if m.Value == nil || before.Threshold == nil {
		return 1
	}
	n := *before.Threshold - *m.Value
	if m.Denominator != nil && m.Numerator != nil && before.Unit == "%" {
		n = *before.Threshold/100**m.Denominator - *m.Numerator
	}
	return max(1, int(math.Ceil(n-1e-9)))
}

// countCandidates are devices of a kind, as many as are short and a few more: chargers
// at car parks, all else beside the ways of the community.
func (t *trial) countCandidates(ctx context.Context, kinds []string) ([]candidate, error) {
	if len(kinds) == 0 {
		return nil, nil
	}
	kind := kinds[0]
	s, err := t.around(ctx, 0, "buildings", "facilities", "greens", "ways")
	if err != nil {
		return nil, err
	}
	attributes := map[string]any{"kind": kind, "smart": true, "working": true}
	entryID := kind
	if e, ok := paletteEntry(func(e *PaletteEntry) bool { return e.Layer == "devices" && e.Attributes["kind"] == kind }); ok {
		entryID, attributes = e.ID, maps.Clone(e.Attributes)
	}
	title := deviceTitle(kind)
	t.ordered = true
	var out []candidate
	for _, p := range deviceSpots(s, kind, short(&t.before)+2) {
		at, err := s.transform.InversePoint(p.at)
		if err != nil {
			return nil, err
		}
		id := fmt.Sprintf("new-%s-%s", kind, shortHash(p.at))
		f := geo.Feature{ID: id, Geometry: at, Attributes: maps.Clone(attributes)}
		out = append(out, candidate{
			kind: entryID, things: 1, noun: title, title: geo.T(title.ZH+"："+p.name.ZH, title.EN+": "+p.name.EN),
			why:   geo.Tf("还差 %d 个", "%d more are wanted", short(&t.before)),
			edits: []scenario.Edit{{Layer: "devices", Op: scenario.Add, ID: id, Feature: &f, Kind: entryID}},
		})
	}
	return out, nil
}

// deviceSpots lists so many places for devices of a kind, in the community.
func deviceSpots(s *scene, kind string, n int) []spot {
	var out []spot
	if kind == "ev_charger" { // side by side, as spaces are
		const space_m = 2.5
		for k := 0; len(out) < n && k < n; k++ {
			for i := range s.Layers["facilities"] {
				f := &s.Layers["facilities"][i]
				category, _ := f.Text("category")
				p, ok := f.Geometry.(orb.Point)
				if !ok {
					p, ok = innerPoint(f.Geometry)
				}
				if category != "transport/parking" || !ok || len(out) == n {
					continue
				}
				name, _ := f.Text("name")
				if p[0] += float64(k) * space_m; geo.Inside(s.Community.Geometry, p) {
					out = append(out, spot{at: p, name: geo.T("停车场 "+cmp.Or(name, f.ID), "car park "+cmp.Or(name, f.ID))})
				}
			}
		}
		return out
	}
	homes := only(s.Layers["buildings"], func(f *geo.Feature) bool {
		use, _ := f.Text("use")
		return use == "residential" && geo.Inside(s.Community.Geometry, centreOf(f))
	})
	middle, _ := geo.Centroid(s.Community.Geometry)
	slices.SortStableFunc(homes, func(a, b geo.Feature) int {
		return cmp.Compare(geo.Distance(centreOf(&a), middle), geo.Distance(centreOf(&b), middle))
	})
	for i := range homes {
		name, _ := homes[i].Text("name")
		if p, ok := besideWay(s, homes[i].Geometry); ok && len(out) < n && geo.Inside(s.Community.Geometry, p) {
			out = append(out, spot{at: p, name: geo.T("靠近 "+cmp.Or(name, homes[i].ID), "near "+cmp.Or(name, homes[i].ID))})
		}
	}
	return out
}

func centreOf(f *geo.Feature) orb.Point {
	p, _ := geo.Centroid(f.Geometry)
	return p
}

func deviceTitle(kind string) geo.Text {
	field, _ := fieldOf("devices", "kind")
	for _, c := range field.Codes {
		if c.Value == kind {
			return c.Title
		}
	}
	return geo.T(kind, kind)
}
