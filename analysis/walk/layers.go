package walk

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// Schemas of the result layers.

func (r *run) schema(suffix, zh, en string, shapes []geo.Shape, fields ...geo.Field) geo.Schema {
	return geo.Schema{
		Layer: r.p.ID + "_" + suffix, Kind: geo.Result, Shapes: shapes, Fields: fields,
		Title: geo.T(r.p.Title.ZH+" · "+zh, r.p.Title.EN+" · "+en),
	}
}

// layers makes the result layers that are wanted.
func (r *run) layers() []analysis.Layer {
	var out []analysis.Layer
	add := func(name string, s geo.Schema, features func() []geo.Feature) {
		if !r.p.wants(name) {
			return
		}
		l := analysis.Layer{Schema: s, Features: features()}
		analysis.SortByID(l.Features)
		out = append(out, l)
	}
	add("edges", r.edgeSchema(), r.edgeFeatures)
	if r.p.wants("areas") {
		for i := range r.limits {
			add("areas", r.areaSchema(i), func() []geo.Feature { return r.areaFeatures(i) })
		}
	}
	add("buildings", r.buildingSchema(), r.buildingFeatures)
	add("venues", r.venueSchema(), r.venueFeatures)
	add("snaps", r.snapSchema(), r.snapFeatures)
	add("islands", r.islandSchema(), r.islandFeatures)
	return out
}

func (r *run) edgeSchema() geo.Schema {
	return r.schema("edges", "步行时间", "Walking time", []geo.Shape{geo.Line},
		analysis.RealField("minutes", "近端分钟数", "Minutes at the nearer end", "min"),
		analysis.RealField("minutes_from", "起点分钟数", "Minutes at the start as drawn", "min"),
		analysis.RealField("minutes_to", "终点分钟数", "Minutes at the end as drawn", "min"),
		analysis.RealField("band", "分钟档", "Least limit that covers it", "min"),
		analysis.TextField("way", "道路标识", "Way (id)"),
		analysis.TextField("venue", "最近设施标识", "Nearest venue (id)"))
}

// edgeFeatures draws the reached stretches of ways.
func (r *run) edgeFeatures() []geo.Feature {
	n := r.n
	edges := slices.Clone(r.time.reachedEdges())
	slices.Sort(edges)
	var list []part
	for _, e := range edges {
		if n.edges[e].flags&isChord == 0 {
			list = r.time.parts(e, r.limits, list)
		}
	}
	out := make([]geo.Feature, len(list))
	serial := make(map[int32]int)
	for i, p := range list {
		e := &n.edges[p.edge]
		serial[e.way]++
		id := n.ways[e.way].ID
		out[i] = geo.Feature{
			ID:       fmt.Sprintf("%s:%d", id, serial[e.way]),
			Geometry: n.line(e, p.lo, p.hi),
			Attributes: map[string]any{
				"minutes":      toMinutes(math.Min(p.from, p.to)),
				"minutes_from": toMinutes(p.from),
				"minutes_to":   toMinutes(p.to),
				"band":         r.p.MinutesCutoffs[p.band],
				"way":          id,
				"venue":        n.venues[r.chosen[p.label]].id,
			},
		}
	}
	return out
}

// toMinutes rounds to a thousandth of a minute, finer than any input.
func toMinutes(us float64) float64 { return math.Round(us*microsecond/60*1000) / 1000 }

// toMetres rounds to centimetres.
func toMetres(m float64) float64 { return math.Round(m*100) / 100 }

func (r *run) areaSchema(i int) geo.Schema {
	m := minutesName(r.p.MinutesCutoffs[i])
	return r.schema("area_"+m, m+"分钟范围", "Within "+m+" minutes", []geo.Shape{geo.Polygon},
		analysis.RealField("minutes", "分钟数", "Minutes", "min"),
		analysis.RealField("area_m2", "面积", "Area", "m²"))
}

// areaFeatures draws the parts of an area, each a feature.
func (r *run) areaFeatures(i int) []geo.Feature {
	var out []geo.Feature
	for k, poly := range r.areas[i] {
		out = append(out, geo.Feature{
			ID:       fmt.Sprintf("%s:%05d", minutesName(r.p.MinutesCutoffs[i]), k+1),
			Geometry: poly,
			Attributes: map[string]any{
				"minutes": r.p.MinutesCutoffs[i],
				"area_m2": toMetres(geo.Area(poly)),
			},
		})
	}
	return out
}

// Reasons why a building is not reached.
var reasons = []geo.Code{
	analysis.CodeOf("beyond", "超过最大分钟数", "Beyond the greatest limit"),
	analysis.CodeOf(string(noWay), "附近没有可步行的道路", "No way to walk on nearby"),
	analysis.CodeOf(string(blocked), "被围墙隔开", "Behind walls"),
	analysis.CodeOf(string(noDoor), "没有可用的门", "No door that can be used"),
	analysis.CodeOf("island", "所在路网与主路网不连通", "On ways that are cut off from the main network"),
}

func (r *run) buildingSchema() geo.Schema {
	return r.schema("buildings", "建筑步行时间", "Walking time of buildings", []geo.Shape{geo.Polygon},
		analysis.TextField("name", "名称", "Name"),
		analysis.RealField("minutes", "到最近设施的分钟数", "Minutes to the nearest venue", "min"),
		analysis.RealField("distance_m", "最短路网距离（可能是另一处设施）", "Shortest distance through the network, maybe to another venue", "m"),
		analysis.RealField("path_m", "该步行路线的长度", "Length of that walk", "m"),
		analysis.RealField("straight_m", "最近设施的直线距离", "Straight distance to the nearest venue", "m"),
		analysis.TextField("venue", "最近设施标识", "Nearest venue (id)"),
		analysis.TextField("venue_name", "最近设施名称", "Name of the nearest venue"),
		analysis.WholeField("choices", "最大分钟数内的设施数", "Venues within the greatest limit"),
		analysis.TextField("snap", "接入标识", "How it joins the network (id)"),
		analysis.WholeField("households", "户数", "Households"),
		analysis.WholeField("residents", "居民人数", "Residents"),
		analysis.TextField("use", "用途", "Use"),
		analysis.WholeField("floors", "地上层数", "Floors above ground"),
		analysis.RealField("height_m", "高度", "Height", "m"),
		analysis.TextField("reason", "未达原因", "Why it is not reached", reasons...))
}

func (r *run) buildingFeatures() []geo.Feature {
	targets := r.n.allTargets()
	var out []geo.Feature
	for i := range targets {
		out = append(out, r.buildingFeature(&targets[i], &r.reached[i]))
	}
	return out
}

func (r *run) buildingFeature(t *target, got *reach) geo.Feature {
	src := &r.n.houses.features[t.building]
	f := geo.Feature{ID: src.ID, Geometry: src.Geometry, Attributes: make(map[string]any, 16)}
	for _, name := range []string{"name", "households", "residents", "use", "floors", "height_m"} {
		f.Set(name, src.Attributes[name])
	}
	if !math.IsInf(got.length, 1) {
		f.Set("distance_m", toMetres(got.length*1e-6))
	}
	if !math.IsInf(got.straight, 1) {
		f.Set("straight_m", toMetres(got.straight))
	}
	if r.p.wants("venues") {
		f.Set("choices", int64(got.choices))
	}
	if len(t.doors) > 0 {
		f.Set("snap", r.buildingSnapID(t, max(got.door, 0)))
	}
	if got.door < 0 {
		f.Set("reason", r.reason(t))
		return f
	}
	v := &r.n.venues[r.chosen[got.venue]]
	f.Set("minutes", toMinutes(got.time))
	f.Set("path_m", toMetres(got.path_m))
	f.Set("venue", v.id)
	if v.name != "" {
		f.Set("venue_name", v.name)
	}
	return f
}

// reason words why a building is not reached.
func (r *run) reason(t *target) string {
	if len(t.doors) == 0 {
		return string(t.why)
	}
	for _, d := range t.doors {
		if r.n.rank[d.comp] == 0 {
			return "beyond"
		}
	}
	return "island"
}

func (r *run) buildingSnapID(t *target, door int32) string {
	return fmt.Sprintf("building:%s:%d", r.n.houses.features[t.building].ID, door+1)
}

func (r *run) snapSchema() geo.Schema {
	return r.schema("snaps", "接入路网", "How places join the network", []geo.Shape{geo.Line, geo.Point},
		analysis.TextField("kind", "类型", "Kind", analysis.CodeOf("building", "建筑", "Building"), analysis.CodeOf("venue", "设施", "Venue")),
		analysis.TextField("of", "所属要素标识", "Of (id)"),
		analysis.RealField("distance_m", "离路距离", "Distance off the network", "m"),
		analysis.TextField("way", "道路标识", "Way (id)"),
		analysis.WholeField("component", "连通分量（0 为主路网）", "Part of the network, 0 is the main one"),
		geo.Field{Name: "door", Type: geo.Boolean, Title: geo.T("有入口数据", "At a drawn entrance")})
}

func (r *run) snapFeatures() []geo.Feature {
	n := r.n
	var out []geo.Feature
	add := func(id, kind, of string, from, on orb.Point, off_m float64, way, comp int32, drawn bool) {
		var g orb.Geometry = orb.LineString{from, on}
		if geo.Distance(from, on) <= sameM {
			g = on
		}
		out = append(out, geo.Feature{ID: id, Geometry: g, Attributes: map[string]any{
			"kind": kind, "of": of, "distance_m": toMetres(off_m), "way": n.ways[way].ID,
			"component": int64(n.rank[comp]), "door": drawn,
		}})
	}
	targets := n.allTargets()
	for i := range targets {
		t := &targets[i]
		for k := range t.doors {
			d := &t.doors[k]
			add(r.buildingSnapID(t, int32(k)), "building", n.houses.features[t.building].ID,
				d.from, d.on, d.off_m, n.edges[d.edge].way, d.comp, t.drawn)
		}
	}
	for _, i := range r.chosen {
		v := &n.venues[i]
		for k, a := range v.access {
			p := &v.places[a.place]
			e, _ := n.edgeAt(p.raw, p.offset)
			add(fmt.Sprintf("venue:%s:%d", v.id, k+1), "venue", v.id,
				p.from, p.on, p.distance_m, n.edges[e].way, n.comp[a.node], len(v.entrances) > 0)
		}
	}
	return out
}

func (r *run) venueSchema() geo.Schema {
	last := minutesName(r.p.MinutesCutoffs[len(r.limits)-1])
	return r.schema("venues", "设施服务量", "What venues serve", []geo.Shape{geo.Point, geo.Line, geo.Polygon},
		analysis.TextField("name", "名称", "Name"),
		analysis.TextField("category", "类别", "Category"),
		analysis.WholeField("buildings", last+"分钟内的建筑数", "Buildings within "+last+" minutes"),
		analysis.WholeField("households", last+"分钟内的户数", "Households within "+last+" minutes"),
		analysis.WholeField("residents", last+"分钟内的居民", "Residents within "+last+" minutes"),
		analysis.WholeField("only_buildings", "只有此处可达的建筑数", "Buildings that reach no other venue"),
		analysis.WholeField("only_households", "只有此处可达的户数", "Households that reach no other venue"),
		analysis.TextField("same_as", "与此重复", "Listed twice, the same as (id)"),
		analysis.TextField("reason", "不可达原因", "Why it cannot be reached",
			analysis.CodeOf(venueNoPlace, "没有几何", "No geometry"), analysis.CodeOf(venueClosed, "不对公众开放", "Not open to the public"),
			analysis.CodeOf(venueLocked, "入口均不可用", "No entrance can be used"),
			analysis.CodeOf(string(noWay), "附近没有可步行的道路", "No way to walk on nearby"), analysis.CodeOf(string(blocked), "被围墙隔开", "Behind walls")))
}

func (r *run) venueFeatures() []geo.Feature {
	targets := r.n.allTargets()
	var out []geo.Feature
	for k, i := range r.chosen {
		v := &r.n.venues[i]
		f := geo.Feature{ID: v.id, Geometry: v.shape, Attributes: map[string]any{"category": v.category}}
		if v.name != "" {
			f.Set("name", v.name)
		}
		switch {
		case v.why != "":
			f.Set("reason", v.why)
		case r.twin[k] >= 0:
			f.Set("same_as", r.n.venues[r.chosen[r.twin[k]]].id)
		default:
			r.countServed(&f, &r.venues[k], targets)
		}
		out = append(out, f)
	}
	return out
}

// countServed sums what a venue serves. Unknown households are not counted; the
// values of the run say how many there are.
func (r *run) countServed(f *geo.Feature, c *venueCount, targets []target) {
	var households, residents, only, onlyHouseholds float64
	homes := r.n.houses.people()
	for _, t := range c.served {
		src := &homes[targets[t].building]
		h := src.households
		households += h
		residents += src.residents
		if r.reached[t].choices == 1 {
			only++
			onlyHouseholds += h
		}
	}
	f.Set("buildings", int64(len(c.served)))
	f.Set("households", int64(households))
	f.Set("residents", int64(residents))
	f.Set("only_buildings", int64(only))
	f.Set("only_households", int64(onlyHouseholds))
}

func (r *run) islandSchema() geo.Schema {
	return r.schema("islands", "孤立路网", "Ways cut off from the main network", []geo.Shape{geo.Line},
		analysis.WholeField("component", "连通分量", "Part of the network"),
		analysis.RealField("length_m", "长度", "Length", "m"),
		analysis.WholeField("ways", "道路数", "Ways"))
}

// maxIslands bounds the islands that are drawn, the longest first.
const maxIslands = 5000

func (r *run) islandFeatures() []geo.Feature {
	n := r.n
	lines := make(map[int32]orb.MultiLineString)
	ways := make(map[int32][]int32)
	for i := range n.edges {
		e := &n.edges[i]
		c := n.comp[e.a]
		if c != n.comp[e.b] || n.rank[c] == 0 || n.rank[c] > maxIslands || e.flags&isChord != 0 {
			continue
		}
		lines[c] = append(lines[c], n.line(e, 0, n.cum[e.last]))
		ways[c] = append(ways[c], e.way)
	}
	var out []geo.Feature
	for c := range n.compLen {
		line, ok := lines[int32(c)]
		if !ok {
			continue
		}
		w := ways[int32(c)]
		slices.Sort(w)
		out = append(out, geo.Feature{
			ID:       fmt.Sprintf("%05d", n.rank[c]),
			Geometry: line,
			Attributes: map[string]any{
				"component": int64(n.rank[c]), "length_m": toMetres(n.compLen[c]), "ways": int64(len(slices.Compact(w))),
			},
		})
	}
	return out
}
