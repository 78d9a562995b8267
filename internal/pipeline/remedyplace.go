package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/layers/scenario"
)

// candidates lists what could help the requirement, by its metric.
func (t *trial) candidates(ctx context.Context) ([]candidate, error) {
	id, p := t.asked.metric.ID, t.asked.params
	if attribute, ok := mendable[id]; ok {
		return t.mends(attribute), nil
	}
	switch id {
	case "walk.reach_share", "walk.venues_in_reach", "walk.circle_share":
		return t.walkCandidates(ctx, p)
	case "facilities.near_share", "rescue.station_share":
		radius, _ := p.Number("radius_m")
		if id == "rescue.station_share" {
			radius, _ = p.Number("distance_m")
		}
		return t.facilityCandidates(ctx, p.Words["categories"], radius)
	case "waste.near_share":
		radius, _ := p.Number("radius_m")
		return t.deviceCandidates(ctx, "waste_bin", radius)
	case "cameras.keypoints_share":
		return t.cameraCandidates(ctx)
	case "radio.covered_share", "radio.outdoor_share":
		return t.cellCandidates(ctx)
	}
	return nil, nil
}

// mendable are the metrics that count things with an attribute, by the attribute that
// makes a thing count.
var mendable = map[string]string{
	"lamps.smart_share": "smart", "cameras.networked_share": "networked", "cameras.working_share": "working",
	"cameras.platform_share": "on_platform", "greens.irrigated_share": "irrigated", "facilities.accessible_share": "accessible",
	"parking.smart_share": "smart", "buildings.fire_alarm_share": "fire_alarm", "lifts.equipped_share": "lift",
}

// mends changes as many failing things as are short, one attribute each.
func (t *trial) mends(attribute string) []candidate {
	var ids []string
	layer := ""
	for _, refs := range t.before.Measure.Features {
		if refs.Role == indicator.Failed {
			layer, ids = inputOf(refs.Layer), append(ids, refs.IDs...)
		}
	}
	if len(ids) == 0 || layer == "" {
		return nil
	}
	n := len(ids)
	if f := t.before.Flip; f != nil && f.Amount > 0 && f.Amount < float64(n) {
		n = int(f.Amount)
	}
	what := geo.T(attribute, attribute)
	if field, ok := fieldOf(layer, attribute); ok {
		what = field.Title
	}
	c := candidate{
		kind: "mend_" + layer, things: n, hint: float64(n),
		title: geo.T(fmt.Sprintf("改造 %d 处：%s", n, what.ZH), fmt.Sprintf("Mend %d: %s", n, what.EN)),
		why:   geo.Tf("列出的未达要素共 %[1]d 个，改造其中 %[2]d 个即够", "of the %[1]d things that fail, %[2]d are enough", len(ids), n),
	}
	for _, id := range ids[:n] {
		c.edits = append(c.edits, scenario.Edit{Layer: layer, Op: scenario.Change, ID: id, Set: map[string]any{attribute: true}, Kind: c.kind, Group: "mend-" + id})
	}
	return []candidate{c}
}

// inputOf is the input layer of features that a measure names: results of cameras bear
// the ids of the cameras.
func inputOf(layer string) string {
	if strings.HasPrefix(layer, judgedRunPrefix+"cameras") && strings.HasSuffix(layer, "_cameras") {
		return "cameras"
	}
	return layer
}

// spot is a place where something could be put.
type spot struct {
	at    orb.Point // in metres
	name  geo.Text
	green string // id of the green that it lies on
	hint  float64
}

// spots lists places for something that serves failing buildings within a radius: on
// greens and squares outdoors, in buildings that nobody lives in indoors, else beside
// the way nearest to a failing building. The best come first, not next to one another.
func (t *trial) spots(s *scene, radius_m float64, outdoors bool) []spot {
	failing := t.failingBuildings(s)
	var centres []orb.Point
	var weights []float64
	for i := range failing {
		if c, ok := geo.Centroid(failing[i].Geometry); ok {
			weight := 1.0
			if n, ok := failing[i].Number("households"); ok {
				weight = n
			}
			centres, weights = append(centres, c), append(weights, weight)
		}
	}
	list := t.places(s, failing, outdoors)
	for i := range list {
		for k, c := range centres {
			if geo.Distance(c, list[i].at) <= radius_m {
				list[i].hint += weights[k]
			}
		}
	}
	list = slices.DeleteFunc(list, func(p spot) bool { return p.hint == 0 })
	slices.SortStableFunc(list, func(a, b spot) int { return cmp.Compare(b.hint, a.hint) })
	var out []spot
	for _, p := range list {
		if !slices.ContainsFunc(out, func(q spot) bool { return geo.Distance(p.at, q.at) < radius_m/6 }) {
			out = append(out, p)
		}
	}
	return out[:min(len(out), maxFirstTries/2)]
}

// places lists where something could stand in the community.
func (t *trial) places(s *scene, failing []geo.Feature, outdoors bool) []spot {
	var out []spot
	add := func(f *geo.Feature, zh, en string) {
		p, ok := innerPoint(f.Geometry)
		if !ok || !geo.Inside(s.Community.Geometry, p) {
			return
		}
		name, _ := f.Text("name")
		out = append(out, spot{at: p, name: geo.T(zh+cmp.Or(name, f.ID), en+cmp.Or(name, f.ID))})
	}
	if outdoors {
		for i := range s.Layers["greens"] {
			f := &s.Layers["greens"][i]
			if access, _ := f.Text("access"); access != "private" {
				add(f, "绿地 ", "green ")
			}
		}
	} else {
		for i := range s.Layers["buildings"] {
			f := &s.Layers["buildings"][i]
			if use, known := f.Text("use"); known && use != "residential" && geo.Area(f.Geometry) >= leastRoom_m2 {
				add(f, "建筑 ", "building ")
			}
		}
	}
	for i := range failing {
		if p, ok := besideWay(s, failing[i].Geometry); ok && geo.Inside(s.Community.Geometry, p) {
			name, _ := failing[i].Text("name")
			out = append(out, spot{at: p, name: geo.T("靠近 "+cmp.Or(name, failing[i].ID), "near "+cmp.Or(name, failing[i].ID))})
		}
	}
	return out
}

// innerPoint is a point inside an area: its centre, or a place between where the centre
// lies outside.
func innerPoint(g orb.Geometry) (orb.Point, bool) {
	c, ok := geo.Centroid(g)
	if !ok || geo.Inside(g, c) {
		return c, ok
	}
	for _, poly := range geo.Polygons(g) {
		for i := range poly[0] {
			for k := i + 2; k < len(poly[0]); k++ {
				m := orb.Point{(poly[0][i][0] + poly[0][k][0]) / 2, (poly[0][i][1] + poly[0][k][1]) / 2}
				if geo.Inside(g, m) && geo.DistanceTo(poly[0], m) > 1 {
					return m, true
				}
			}
		}
	}
	return c, false
}

// leastRoom_m2 is the least footprint of a building that takes a facility in.
const leastRoom_m2 = 100

// farthestWay_m is how far the way may be that something stands beside.
const farthestWay_m = 80

// besideWay is the place on a way nearest to a building.
func besideWay(s *scene, g orb.Geometry) (orb.Point, bool) {
	c, ok := geo.Centroid(g)
	if !ok {
		return c, false
	}
	best, found := orb.Point{}, false
	nearest := float64(farthestWay_m)
	ways := s.Layers["ways"]
	for i := range ways {
		if !walkableWay(&ways[i]) || !geo.ExtentOf(ways[i].Geometry).Grow(nearest).Contains(c) {
			continue
		}
		for _, line := range geo.Lines(ways[i].Geometry) {
			if n := geo.NearestOnLine(line, c); n.Dist < nearest {
				best, nearest, found = n.Point, n.Dist, true
			}
		}
	}
	return best, found
}

// walkableWay tells whether people walk on a way on the ground, as far as it says.
func walkableWay(f *geo.Feature) bool {
	foot, _ := f.Text("foot")
	class, _ := f.Text("class")
	bridge, _ := f.Bool("bridge")
	tunnel, _ := f.Bool("tunnel")
	level, _ := f.Number("level")
	switch {
	case foot == "no" || bridge || tunnel || level != 0:
		return false
	case foot == "yes":
		return true
	}
	return !slices.Contains([]string{"motorway", "trunk", "elevator", "steps"}, class)
}

// outdoorCategories are the groups of facilities that stand in the open.
func outdoorCategory(category string) bool {
	return strings.HasPrefix(category, "sport") && !slices.Contains([]string{"sport/hall", "sport/pool", "sport/fitness_centre", "sport/sports_centre"}, category)
}

// facilityCandidates puts a facility of the first category for which the palette has
// one, or else the first, where it serves most.
func (t *trial) facilityCandidates(ctx context.Context, categories []string, radius_m float64) ([]candidate, error) {
	if len(categories) == 0 {
		categories = []string{"rescue"}
	}
	category, kind, attributes := categories[0], "facility", map[string]any{}
	if e, ok := paletteEntry(func(e *PaletteEntry) bool {
		c, _ := e.Attributes["category"].(string)
		return e.Layer == "facilities" && slices.Contains(categories, c) && e.Shape == geo.Point
	}); ok {
		kind, attributes = e.ID, maps.Clone(e.Attributes)
		category = attributes["category"].(string)
	}
	attributes["category"] = category
	s, err := t.around(ctx, 0, "buildings", "greens", "ways")
	if err != nil {
		return nil, err
	}
	title := categoryTitle(category)
	var out []candidate
	for _, p := range t.spots(s, radius_m, outdoorCategory(category)) {
		at, err := s.transform.InversePoint(p.at)
		if err != nil {
			return nil, err
		}
		id := fmt.Sprintf("new-%s-%s", strings.ReplaceAll(category, "/", "-"), shortHash(p.at))
		f := geo.Feature{ID: id, Geometry: at, Attributes: maps.Clone(attributes)}
		out = append(out, candidate{
			kind: kind, things: 1, hint: p.hint,
			title: geo.T(title.ZH+"："+p.name.ZH, title.EN+": "+p.name.EN),
			why:   geo.Tf("周边 %[1]g 米直线范围内有 %[2]g 户（栋）未达标", "%[2]g households (or buildings) that fall short lie within %[1]g m as the crow flies", radius_m, p.hint),
			edits: []scenario.Edit{{Layer: "facilities", Op: scenario.Add, ID: id, Feature: &f, Kind: kind}},
		})
	}
	return out, nil
}

// deviceCandidates puts a device where it serves most.
func (t *trial) deviceCandidates(ctx context.Context, kind string, radius_m float64) ([]candidate, error) {
	s, err := t.around(ctx, 0, "buildings", "greens", "ways")
	if err != nil {
		return nil, err
	}
	field, _ := fieldOf("devices", "kind")
	title := geo.T(kind, kind)
	for _, c := range field.Codes {
		if c.Value == kind {
			title = c.Title
		}
	}
	var out []candidate
	for _, p := range t.spots(s, radius_m, true) {
		at, err := s.transform.InversePoint(p.at)
		if err != nil {
			return nil, err
		}
		id := "new-" + kind + "-" + shortHash(p.at)
		f := geo.Feature{ID: id, Geometry: at, Attributes: map[string]any{"kind": kind, "smart": true, "working": true}}
		out = append(out, candidate{
			kind: kind, things: 1, hint: p.hint, title: geo.T(title.ZH+"："+p.name.ZH, title.EN+": "+p.name.EN),
			why:   geo.Tf("周边 %[1]g 米直线范围内有 %[2]g 户（栋）未达标", "%[2]g households (or buildings) that fall short lie within %[1]g m as the crow flies", radius_m, p.hint),
			edits: []scenario.Edit{{Layer: "devices", Op: scenario.Add, ID: id, Feature: &f, Kind: kind}},
		})
	}
	return out, nil
}
