package radio

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
	"yiju/geo/raster"
)

func (p *Params) wants(name string) bool { return !slices.Contains(p.Omit, name) }

// Schemas of the result layers.

func (r *answer) schema(suffix, zh, en string, shape geo.Shape, fields ...geo.Field) geo.Schema {
	return geo.Schema{
		Layer: r.id() + "_" + suffix, Kind: geo.Result, Shapes: []geo.Shape{shape}, Fields: fields,
		Title: geo.T(r.title().ZH+" · "+zh, r.title().EN+" · "+en),
	}
}

func (r *answer) id() string {
	if r.p.ID == "" {
		return "radio"
	}
	return r.p.ID
}

func (r *answer) title() geo.Text {
	if r.p.Title == (geo.Text{}) {
		return geo.T("5G 覆盖", "5G coverage")
	}
	return r.p.Title
}

// round keeps a number of decimals.
func round(v float64, decimals int) float64 {
	k := math.Pow10(decimals)
	return math.Round(v*k) / k
}

// percent is a share in per cent, to a hundredth; ok is false where nothing was
// counted.
func percent(part, whole float64) (pct float64, ok bool) {
	if whole == 0 {
		return 0, false
	}
	return round(100*part/whole, 2), true
}

// sheet is a result layer that may be drawn.
type sheet struct {
	schema geo.Schema
	draw   func() []geo.Feature
}

// sheets are the result layers that are wanted, in their order.
func (r *answer) sheets() []sheet {
	var out []sheet
	add := func(name string, s geo.Schema, draw func() []geo.Feature) {
		if r.wants(name) {
			out = append(out, sheet{s, draw})
		}
	}
	if r.known {
		add("classes", r.classSchema(), r.classFeatures)
		add("covered", r.coveredSchema(), r.coveredFeatures)
		add("spots", r.spotSchema(), r.spotFeatures)
		if r.wantsGaps() {
			add("gaps", r.gapSchema(), r.gapFeatures)
		}
		add("servers", r.serverSchema(), r.serverFeatures)
		add("buildings", r.buildingSchema(), r.buildingFeatures)
	}
	add("cells", r.cellSchema(), r.cellFeatures)
	return out
}

// layers draws the result layers that are wanted.
func (r *answer) layers() []analysis.Layer {
	var out []analysis.Layer
	for _, s := range r.sheets() {
		l := analysis.Layer{Schema: s.schema, Features: s.draw()}
		analysis.SortByID(l.Features)
		out = append(out, l)
	}
	return out
}

// maxCorners bounds the corners of a feature of many parts: a store and a tile read
// features whole. The parts beyond go into further features.
const maxCorners = 200_000

// gathered makes features of many parts from regions of one label.
func (r *answer) gathered(id string, regions []raster.Region, attributes func() map[string]any) []geo.Feature {
	var out []geo.Feature
	var parts orb.MultiPolygon
	corners, pixels := 0, int64(0)
	flush := func() {
		if len(parts) == 0 {
			return
		}
		f := geo.Feature{ID: id, Geometry: parts, Attributes: attributes()}
		if len(out) > 0 {
			f.ID = fmt.Sprintf("%s:%d", id, len(out)+1)
		}
		f.Set("area_m2", r.areaM2(pixels))
		out = append(out, f)
		parts, corners, pixels = nil, 0, 0
	}
	for _, region := range regions {
		n := 0
		for _, ring := range region.Polygon {
			n += len(ring)
		}
		if corners+n > maxCorners {
			flush()
		}
		parts, corners, pixels = append(parts, region.Polygon), corners+n, pixels+region.Pixels
	}
	flush()
	return out
}

// byLabel cuts sorted regions into runs of one label.
func byLabel(regions []raster.Region, f func(label int32, regions []raster.Region)) {
	for len(regions) > 0 {
		n := 1
		for n < len(regions) && regions[n].Label == regions[0].Label {
			n++
		}
		f(regions[0].Label, regions[:n])
		regions = regions[n:]
	}
}

var placeCodes = []geo.Code{analysis.CodeOf("outdoor", "室外", "Outdoors"), analysis.CodeOf("indoor", "室内", "Indoors")}

func (r *answer) classSchema() geo.Schema {
	var codes []geo.Code
	for _, c := range r.p.Thresholds.Classes {
		codes = append(codes, geo.Code{Value: c.ID, Title: c.Title})
	}
	return r.schema("classes", "电平分级", "Classes of levels", geo.Polygon,
		analysis.TextField("class", "电平分级", "Class", codes...),
		analysis.TextField("place", "位置", "Place", placeCodes...),
		analysis.RealField("area_m2", "面积", "Area", "m²"))
}

func (r *answer) classFeatures() []geo.Feature {
	var out []geo.Feature
	byLabel(r.areas[0].regions, func(label int32, regions []raster.Region) {
		class := r.p.Thresholds.Classes[(label-1)/2].ID
		place := placeCodes[(label-1)%2].Value
		out = append(out, r.gathered(class+":"+place, regions, func() map[string]any {
			return map[string]any{"class": class, "place": place}
		})...)
	})
	return out
}

func (r *answer) coveredSchema() geo.Schema {
	var codes []geo.Code
	for i := range r.groups {
		codes = append(codes, geo.Code{Value: r.groups[i].ID, Title: r.groups[i].title()})
	}
	return r.schema("covered", "覆盖范围", "Covered area", geo.Polygon,
		analysis.TextField("group", "统计对象", "Group", codes...),
		analysis.TextField("operator", "运营商", "Operator"),
		analysis.TextField("band", "频段", "Band"),
		analysis.RealField("area_m2", "面积", "Area", "m²"),
		analysis.RealField("share_pct", "占社区面积", "Share of the community", "%"))
}

// title names a group.
func (g *Group) title() geo.Text {
	if g.isAll() {
		return geo.T("全部小区", "all cells")
	}
	t := geo.T(g.Operator, g.Operator)
	if g.Operator == "" {
		t = geo.T("运营商未知", "operator unknown")
	}
	switch {
	case g.isOperator():
		return t
	case g.Band == "":
		return geo.T(t.ZH+"，频段未知", t.EN+", band unknown")
	}
	return geo.T(t.ZH+" "+g.Band, t.EN+" "+g.Band)
}

func (r *answer) coveredFeatures() []geo.Feature {
	var out []geo.Feature
	for i := range r.groups {
		g := &r.groups[i]
		out = append(out, r.gathered(g.ID, r.areas[2+i].regions, func() map[string]any {
			a := map[string]any{"group": g.ID}
			setText(a, "operator", g.Operator)
			setText(a, "band", g.Band)
			if pct, ok := percent(float64(r.covered[i].total()), float64(r.all.total())); ok {
				a["share_pct"] = pct
			}
			return a
		})...)
	}
	return out
}

// setText sets an attribute that is known.
func setText(a map[string]any, name, value string) {
	if value != "" {
		a[name] = value
	}
}

func (r *answer) spotSchema() geo.Schema {
	return r.schema("spots", "未覆盖与弱覆盖", "Uncovered and weak spots", geo.Polygon,
		analysis.TextField("kind", "类型", "Kind", analysis.CodeOf("uncovered", "未覆盖", "Uncovered"), analysis.CodeOf("weak", "弱覆盖", "Weak")),
		analysis.RealField("area_m2", "面积", "Area", "m²"),
		analysis.RealField("households", "临近户数", "Households beside it", ""),
		analysis.TextField("best_cell", "最强小区标识", "Strongest cell (id)"),
		analysis.RealField("rsrp_dbm", "最强电平中位数", "Median of the strongest level", "dBm"),
		analysis.TextField("reason", "主要原因", "Main reason", reasons...),
		analysis.RealField("reason_pct", "该原因所占像元", "Pixels with that reason", "%"),
		analysis.TextField("blocker", "遮挡建筑标识", "Building that blocks (id)"),
		analysis.TextField("blocker_name", "遮挡建筑名称", "Name of the building that blocks"))
}

func (r *answer) spotFeatures() []geo.Feature {
	var out []geo.Feature
	serial := 0
	for i := range r.spots.spots {
		s := &r.spots.spots[i]
		if i == 0 || r.spots.spots[i-1].kind != s.kind {
			serial = 0
		}
		serial++
		kind := "uncovered"
		if s.kind == weakSpot {
			kind = "weak"
		}
		f := geo.Feature{ID: fmt.Sprintf("%s:%05d", kind, serial), Geometry: s.region.Polygon, Attributes: map[string]any{
			"kind": kind, "area_m2": r.areaM2(s.region.Pixels), "households": round(r.householdsAt(s), 1),
			"reason": s.reason, "reason_pct": round(s.reasonPct, 0),
		}}
		if s.server >= 0 {
			f.Set("best_cell", r.cells[s.server].ID)
		}
		if s.heard {
			f.Set("rsrp_dbm", s.level)
		}
		if s.building != "" {
			f.Set("blocker", s.building)
			setText(f.Attributes, "blocker_name", r.buildingName(s.building))
		}
		out = append(out, f)
	}
	return out
}

func (r *answer) buildingName(id string) string {
	i := slices.IndexFunc(r.buildings, func(f geo.Feature) bool { return f.ID == id })
	if i < 0 {
		return ""
	}
	name, _ := r.buildings[i].Text("name")
	return name
}

func (r *answer) serverSchema() geo.Schema {
	return r.schema("servers", "最佳小区", "Best servers", geo.Polygon,
		analysis.TextField("cell", "小区标识", "Cell (id)"),
		analysis.TextField("site", "站址", "Site"),
		analysis.TextField("operator", "运营商", "Operator"),
		analysis.TextField("band", "频段", "Band"),
		analysis.RealField("area_m2", "面积", "Area", "m²"))
}

func (r *answer) serverFeatures() []geo.Feature {
	var out []geo.Feature
	byLabel(r.areas[1].regions, func(label int32, regions []raster.Region) {
		c := &r.cells[label-1]
		out = append(out, r.gathered(c.ID, regions, func() map[string]any {
			a := map[string]any{"cell": c.ID}
			setText(a, "site", c.Site)
			setText(a, "operator", c.Operator)
			setText(a, "band", c.Band)
			return a
		})...)
	})
	return out
}

func (r *answer) cellSchema() geo.Schema {
	return r.schema("cells", "参与计算的小区", "Cells as they were used", geo.Point,
		analysis.TextField("site", "站址", "Site"),
		analysis.TextField("operator", "运营商", "Operator"),
		analysis.TextField("band", "频段", "Band"),
		analysis.TextField("state", "状态", "State", analysis.CodeOf("used", "参与计算", "Used"),
			analysis.CodeOf("assumed", "部分属性为缺省值", "Used with assumed attributes"), analysis.CodeOf("incomplete", "缺少属性，未参与计算", "Lacks attributes, not used")),
		analysis.TextField("missing", "缺少的属性", "Missing attributes"),
		analysis.RealField("freq_mhz", "中心频率", "Centre frequency", "MHz"),
		analysis.RealField("azimuth_deg", "方位角", "Azimuth", "°"),
		analysis.RealField("hbw_deg", "水平波束宽度", "Horizontal beam width", "°"),
		analysis.RealField("tilt_deg", "下倾角", "Tilt, down positive", "°"),
		analysis.RealField("height_m", "离地高度", "Height above ground", "m"),
		analysis.RealField("epre_dbm", "每资源单元功率", "Power of a resource element", "dBm"),
		analysis.RealField("gain_dbi", "天线增益", "Antenna gain", "dBi"),
		analysis.RealField("server_m2", "作为最佳小区的面积", "Area where it is the strongest", "m²"),
		analysis.RealField("sole_m2", "只由它覆盖的面积", "Area that only it covers", "m²"),
		analysis.RealField("households", "由它服务的户数", "Households it serves", ""))
}

func (r *answer) cellFeatures() []geo.Feature {
	var out []geo.Feature
	if r.known {
		households := r.householdsByCell()
		for i := range r.cells {
			out = append(out, r.cellFeature(i, households[i]))
		}
	}
	for _, l := range r.lacking {
		out = append(out, r.incomplete(l))
	}
	return out
}

func (r *answer) cellFeature(i int, households float64) geo.Feature {
	c := &r.cells[i]
	a := map[string]any{
		"state": "used", "freq_mhz": c.FreqMHz, "hbw_deg": c.HBWDeg, "tilt_deg": c.TiltDeg, "height_m": c.HeightM,
		"epre_dbm": round(c.EPREdBm, 2), "gain_dbi": c.GainDBi, "households": round(households, 1),
		"server_m2": r.areaM2(r.perCell[i].server), "sole_m2": r.areaM2(r.perCell[i].sole),
	}
	if c.HBWDeg < 360 {
		a["azimuth_deg"] = c.AzimuthDeg
	}
	if len(c.Assumed) > 0 {
		a["state"], a["missing"] = "assumed", strings.Join(c.Assumed, ", ")
	}
	setText(a, "site", c.Site)
	setText(a, "operator", c.Operator)
	setText(a, "band", c.Band)
	return geo.Feature{ID: c.ID, Geometry: c.At, Attributes: a}
}

// incomplete is a cell that cannot be used, with what it tells of itself.
func (r *answer) incomplete(l Lack) geo.Feature {
	f := geo.Feature{ID: l.ID, Attributes: map[string]any{"state": "incomplete", "missing": strings.Join(l.Fields, ", ")}}
	if r.scene == nil {
		return f
	}
	cells := r.scene.Layers["cells"]
	i := slices.IndexFunc(cells, func(c geo.Feature) bool { return c.ID == l.ID })
	if i < 0 {
		return f
	}
	f.Geometry = cells[i].Geometry
	for _, name := range []string{"site", "operator", "band"} {
		f.Set(name, cells[i].Attributes[name])
	}
	for _, name := range []string{"freq_mhz", "azimuth_deg", "hbw_deg", "tilt_deg", "height_m", "gain_dbi"} {
		if v, ok := cells[i].Number(name); ok {
			f.Set(name, v)
		}
	}
	return f
}

// householdsByCell shares out the households of each building by the covered pixels
// of the building in which a cell is the strongest.
func (r *answer) householdsByCell() []float64 {
	out := make([]float64, len(r.cells))
	for b := range r.perHouse {
		h := &r.perHouse[b]
		n, ok := r.buildings[b].Number("households")
		if !ok || h.pixels == 0 {
			continue
		}
		for c, pixels := range h.cells {
			out[c] += n * float64(pixels) / float64(h.pixels)
		}
	}
	return out
}

func (r *answer) buildingSchema() geo.Schema {
	return r.schema("buildings", "建筑室内覆盖", "Coverage inside buildings", geo.Polygon,
		analysis.TextField("name", "名称", "Name"),
		analysis.TextField("use", "用途", "Use"),
		analysis.RealField("covered_pct", "室内覆盖比例", "Covered share indoors", "%"),
		analysis.RealField("rsrp_dbm", "室内电平中位数", "Median level indoors", "dBm"),
		analysis.RealField("households", "户数", "Households", ""),
		geo.Field{Name: "served", Type: geo.Boolean, Title: geo.T("室内覆盖过半", "Covered by half or more")})
}

// servedPct is the covered share of a building's indoor pixels from which on its
// households count as served.
const servedPct = 50

func (h *houseCount) served() bool { return 100*h.covered >= servedPct*h.pixels }

func (r *answer) buildingFeatures() []geo.Feature {
	var out []geo.Feature
	for i := range r.buildings {
		h := &r.perHouse[i]
		if h.pixels == 0 {
			continue
		}
		src := &r.buildings[i]
		pct, _ := percent(float64(h.covered), float64(h.pixels))
		f := geo.Feature{ID: src.ID, Geometry: src.Geometry, Attributes: map[string]any{
			"covered_pct": pct, "served": h.served(),
		}}
		for _, name := range []string{"name", "use"} {
			if v, ok := src.Text(name); ok {
				f.Set(name, v)
			}
		}
		if n, ok := src.Number("households"); ok {
			f.Set("households", n)
		}
		if m, ok := h.level.median(); ok {
			f.Set("rsrp_dbm", m)
		}
		out = append(out, f)
	}
	return out
}
