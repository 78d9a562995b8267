package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
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
	if m, ok := mendable[id]; ok {
		return t.mends(m), nil
	}
	if m, ok := mendableEach[id]; ok {
		return t.eachMends(ctx, m)
	}
	number := func(name string) float64 { v, _ := p.Number(name); return v }
	switch id {
	case "walk.reach_share", "walk.venues_in_reach", "walk.circle_share":
		return t.walkCandidates(ctx, p)
	case "facilities.near_share":
		return t.facilityCandidates(ctx, p.Words["categories"], number("radius_m"))
	case "rescue.station_share":
		return t.facilityCandidates(ctx, p.Words["categories"], number("distance_m"))
	case "facilities.count", "facilities.kinds":
		return t.roomCandidates(ctx, p.Words["categories"])
	case "waste.near_share":
		return t.deviceCandidates(ctx, "waste_bin", number("radius_m"))
	case "devices.count", "devices.per_100_households":
		return t.countCandidates(ctx, p.Words["kinds"])
	case "chargers.per_space_share":
		return t.countCandidates(ctx, []string{"ev_charger"})
	case "cameras.keypoints_share":
		return t.cameraCandidates(ctx)
	case "radio.covered_share", "radio.outdoor_share":
		return t.cellCandidates(ctx)
	case "light.lit_share":
		return t.lampCandidates(ctx, number("reach_m"))
	case "green.ratio", "green.per_head", "green.park_count":
		return t.greenCandidates(ctx)
	case "green.park_near_share":
		return t.parkCandidates(ctx, number("radius_m"), number("least_m2"))
	case "green.park_service_share":
		return t.parkCandidates(ctx, parkService_m, largePark_m2)
	case "stepfree.path_share", "stepfree.door_share":
		return t.rampCandidates(ctx, id == "stepfree.door_share")
	}
	return nil, nil
}

// mend is a change of one attribute that makes a thing count.
type mend struct {
	attribute string
	// what is done, and the word that counts the things that it is done to.
	what  geo.Text
	count string
}

// mendable are the metrics that count things with an attribute.
var mendable = map[string]mend{
	"lamps.smart_share":           {"smart", geo.T("路灯改为智能控制", "Lamps made smart"), "盏"},
	"cameras.networked_share":     {"networked", geo.T("摄像机接入网络", "Cameras connected to the network"), "台"},
	"cameras.working_share":       {"working", geo.T("修复摄像机", "Cameras repaired"), "台"},
	"cameras.platform_share":      {"on_platform", geo.T("摄像机接入平台", "Cameras connected to the platform"), "台"},
	"greens.irrigated_share":      {"irrigated", geo.T("绿地增设灌溉", "Greens given irrigation"), "处"},
	"facilities.accessible_share": {"accessible", geo.T("设施无障碍改造", "Facilities made accessible"), "处"},
	"parking.smart_share":         {"smart", geo.T("停车场智能化改造", "Car parks made smart"), "处"},
	"buildings.fire_alarm_share":  {"fire_alarm", geo.T("楼栋加装火灾报警", "Buildings given a fire alarm"), "栋"},
	"lifts.equipped_share":        {"lift", geo.T("楼栋加装电梯", "Buildings given a lift"), "栋"},
}

// mendableEach are those that weigh buildings by their size.
var mendableEach = map[string]mend{
	"buildings.retrofitted_area_share": {"retrofitted", geo.T("节能改造", "Retrofit to save energy"), "栋"},
	"buildings.clean_heating_share":    {"clean_heating", geo.T("清洁取暖改造", "Clean heating"), "栋"},
}

// mends changes as many failing things as are short, one attribute each.
func (t *trial) mends(m mend) []candidate {
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
		n = int(math.Ceil(f.Amount))
	}
	c := candidate{
		kind: "mend_" + layer, things: n, hint: float64(n),
		title: geo.T(fmt.Sprintf("%s %d %s", m.what.ZH, n, m.count), fmt.Sprintf("%s: %d", m.what.EN, n)),
		why:   geo.Tf("未达要求的共 %[1]d %[3]s，改造其中 %[2]d %[3]s", "%[1]d fail; %[2]d of them are changed", len(ids), n, m.count),
	}
	if n == len(ids) {
		c.why = geo.Tf("未达要求的共 %[1]d %[2]s，全部改造", "%[1]d fail; all of them are changed", len(ids), m.count)
	}
	for _, id := range ids[:n] {
		c.edits = append(c.edits, scenario.Edit{Layer: layer, Op: scenario.Change, ID: id, Set: map[string]any{m.attribute: true}, Kind: c.kind, Group: "mend-" + id})
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
	at   orb.Point // in metres
	name geo.Text
	hint float64
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
	return spread(list, centres, weights, radius_m)
}

// spread picks places that serve all there is to serve, each the one that serves most of
// what those before leave, then others not next to them.
func spread(list []spot, centres []orb.Point, weights []float64, radius_m float64) []spot {
	const most = maxFirstTries / 2
	var out []spot
	served := make([]bool, len(centres))
	taken := make([]bool, len(list))
	for len(out) < most {
		best, gain := -1, 0.0
		for i := range list {
			sum := 0.0
			for k, c := range centres {
				if !taken[i] && !served[k] && geo.Distance(c, list[i].at) <= radius_m {
					sum += weights[k]
				}
			}
			if sum > gain {
				best, gain = i, sum
			}
		}
		if best < 0 {
			break
		}
		taken[best] = true
		out = append(out, list[best])
		for k, c := range centres {
			served[k] = served[k] || geo.Distance(c, list[best].at) <= radius_m
		}
	}
	for _, p := range list {
		if len(out) < most && !slices.ContainsFunc(out, func(q spot) bool { return geo.Distance(p.at, q.at) < radius_m/6 }) {
			out = append(out, p)
		}
	}
	return out
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
			kind, _ := f.Text("kind")
			if access, _ := f.Text("access"); access != "private" && kind != "wood" && kind != "allotments" {
				add(f, "绿地 ", "green ")
			}
		}
	} else {
		for i := range s.Layers["buildings"] {
			f := &s.Layers["buildings"][i]
			if takesIn(f) {
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

// takesIn tells whether a building may take a facility in: one that people go to, and
// not a school, a shed or a garage.
func takesIn(f *geo.Feature) bool {
	use, _ := f.Text("use")
	return slices.Contains([]string{"public", "commercial", "office"}, use) && geo.Area(f.Geometry) >= leastRoom_m2
}

// leastRoom_m2 is the least footprint of a building that takes a facility in.
const leastRoom_m2 = 100

// farthestWay_m is how far the way may be that something stands beside.
const farthestWay_m = 80

// aside_m is how far beside its way something stands.
const aside_m = 2.5

// besideWay is a place beside the way nearest to a building, on the side of the
// building, and not in one.
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
	if nearest > 2*aside_m {
		p := orb.Point{best[0] + (c[0]-best[0])*aside_m/nearest, best[1] + (c[1]-best[1])*aside_m/nearest}
		if !geo.Inside(g, p) {
			best = p
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

// wholeGroup is what stands for a group of categories, where all of it is asked for.
var wholeGroup = map[string]string{"care": "care/day_care", "sport": "sport/fitness_station"}

// facilityOf is the facility of the first category for which the palette has an entry,
// or else of the first: its kind, attributes and name.
func (t *trial) facilityOf(categories []string) (kind string, attributes map[string]any, title geo.Text) {
	category, kind, attributes := cmp.Or(wholeGroup[categories[0]], categories[0]), "facility", map[string]any{}
	categories = append([]string{category}, categories...)
	if e, ok := paletteEntry(func(e *PaletteEntry) bool {
		c, _ := e.Attributes["category"].(string)
		return e.Layer == "facilities" && e.Shape == geo.Point && slices.Contains(categories, c)
	}); ok {
		kind, attributes = e.ID, maps.Clone(e.Attributes)
		category = attributes["category"].(string)
	}
	attributes["category"] = category
	return kind, attributes, categoryTitle(category)
}

// facilityCandidates puts a facility of the first category for which the palette has
// one, or else the first, where it serves most.
func (t *trial) facilityCandidates(ctx context.Context, categories []string, radius_m float64) ([]candidate, error) {
	if len(categories) == 0 {
		categories = []string{"rescue"}
	}
	kind, attributes, title := t.facilityOf(categories)
	category, _ := attributes["category"].(string)
	s, err := t.around(ctx, 0, "buildings", "greens", "ways")
	if err != nil {
		return nil, err
	}
	var out []candidate
	for _, p := range t.spots(s, radius_m, outdoorCategory(category)) {
		at, err := s.transform.InversePoint(p.at)
		if err != nil {
			return nil, err
		}
		id := fmt.Sprintf("new-%s-%s", strings.ReplaceAll(category, "/", "-"), shortHash(p.at))
		f := geo.Feature{ID: id, Geometry: at, Attributes: maps.Clone(attributes)}
		out = append(out, candidate{
			kind: kind, things: 1, hint: p.hint, noun: title,
			title: geo.T(title.ZH+"："+p.name.ZH, title.EN+": "+p.name.EN),
			why:   geo.Tf("直线 %.0[1]f 米内有 %.0[2]f 户（未填户数的按栋计）未达标", "%.0[2]f households that fall short, buildings without a number counted as one, lie within %.0[1]f m as the crow flies", radius_m, p.hint),
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
	title := deviceTitle(kind)
	var out []candidate
	for _, p := range t.spots(s, radius_m, true) {
		at, err := s.transform.InversePoint(p.at)
		if err != nil {
			return nil, err
		}
		id := "new-" + kind + "-" + shortHash(p.at)
		f := geo.Feature{ID: id, Geometry: at, Attributes: map[string]any{"kind": kind, "smart": true, "working": true}}
		out = append(out, candidate{
			kind: kind, things: 1, hint: p.hint, noun: title, title: geo.T(title.ZH+"："+p.name.ZH, title.EN+": "+p.name.EN),
			why:   geo.Tf("直线 %.0[1]f 米内有 %.0[2]f 户（未填户数的按栋计）未达标", "%.0[2]f households that fall short, buildings without a number counted as one, lie within %.0[1]f m as the crow flies", radius_m, p.hint),
			edits: []scenario.Edit{{Layer: "devices", Op: scenario.Add, ID: id, Feature: &f, Kind: kind}},
		})
	}
	return out, nil
}

// roomCandidates put one facility of each category that is asked for into a building
// that takes it in, or beside a way where there is none; of alternatives the first.
func (t *trial) roomCandidates(ctx context.Context, categories []string) ([]candidate, error) {
	s, err := t.around(ctx, 0, "buildings", "ways")
	if err != nil {
		return nil, err
	}
	middle, _ := geo.Centroid(s.Community.Geometry)
	var places []spot
	for i := range s.Layers["buildings"] {
		f := &s.Layers["buildings"][i]
		name, _ := f.Text("name")
		if p, ok := innerPoint(f.Geometry); ok && takesIn(f) && geo.Inside(s.Community.Geometry, p) {
			use, _ := f.Text("use")
			rank := 0.0 // what is public can be asked for first, what has a name of its own last
			if use == "public" {
				rank = 2
			} else if name == "" {
				rank = 1
			}
			places = append(places, spot{at: p, hint: rank, name: geo.T("建筑 "+cmp.Or(name, f.ID), "building "+cmp.Or(name, f.ID))})
		}
	}
	slices.SortStableFunc(places, func(a, b spot) int {
		return cmp.Or(cmp.Compare(b.hint, a.hint), cmp.Compare(geo.Distance(a.at, middle), geo.Distance(b.at, middle)))
	})
	if len(places) == 0 {
		places = deviceSpots(s, "", maxSingles)
	}
	var out []candidate
	for _, entry := range categories {
		category := alternativesOf(entry)[0]
		kind, attributes, title := t.facilityOf([]string{category})
		for _, p := range places[:min(len(places), short(&t.before)+2)] {
			at, err := s.transform.InversePoint(p.at)
			if err != nil {
				return nil, err
			}
			id := fmt.Sprintf("new-%s-%s", strings.ReplaceAll(category, "/", "-"), shortHash(p.at))
			f := geo.Feature{ID: id, Geometry: at, Attributes: maps.Clone(attributes)}
			out = append(out, candidate{
				kind: kind, things: 1, noun: title, title: geo.T(title.ZH+"："+p.name.ZH, title.EN+": "+p.name.EN),
				why:   geo.T("靠近社区中心、可容纳设施的建筑", "a building near the middle of the community that can take it in"),
				edits: []scenario.Edit{{Layer: "facilities", Op: scenario.Add, ID: id, Feature: &f, Kind: kind}},
			})
		}
	}
	return out, nil
}
