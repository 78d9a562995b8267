package sight

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// Schemas and features of the result layers.

func (r *run) schema(suffix, zh, en string, shapes []geo.Shape, fields ...geo.Field) geo.Schema {
	return geo.Schema{
		Layer: r.p.ID + "_" + suffix, Kind: geo.Result, Shapes: shapes, Fields: fields,
		Title: geo.T(r.p.Title.ZH+" · "+zh, r.p.Title.EN+" · "+en),
	}
}

// cm rounds to centimetres, or to hundredths of anything else.
func cm(m float64) float64 { return math.Round(m*100) / 100 }

func (r *run) classCodes() []geo.Code {
	var out []geo.Code
	for _, c := range r.p.Table.Classes {
		out = append(out, geo.Code{Value: c.ID, Title: c.Title})
	}
	return out
}

// className is the id of a rank; nil below the first.
func (r *run) className(rank int) any {
	if rank < 0 {
		return nil
	}
	return r.p.Table.Classes[rank].ID
}

func reasonCodes() []geo.Code {
	return []geo.Code{
		analysis.CodeOf(string(OutOfRange), "超出距离（像素密度不足）", "Out of range (too few pixels)"),
		analysis.CodeOf(string(OutOfField), "不在视场内", "Outside the field"),
		analysis.CodeOf(string(BlindZone), "在近处盲区", "In the blind zone"),
		analysis.CodeOf(string(Blocked), "被遮挡", "Blocked"),
		analysis.CodeOf(string(Off), "摄像机停用", "Camera off"),
		analysis.CodeOf(string(Doubtful), "资料不足，不能判定", "Not known for want of data"),
	}
}

func stateCodes() []geo.Code {
	return []geo.Code{analysis.CodeOf(string(Yes), "是", "Yes"), analysis.CodeOf(string(No), "否", "No"), analysis.CodeOf(string(Unknown), "未知", "Unknown")}
}

// sheet is a result layer that may be drawn.
type sheet struct {
	name   string
	schema geo.Schema
	draw   func() []geo.Feature
}

// sheets are the result layers that are wanted, in their order.
func (r *run) sheets() []sheet {
	all := []sheet{
		{"views", r.viewSchema(), r.viewFeatures}, {"keypoints", r.keypointSchema(), r.keypointFeatures},
		{"redundancy", r.redundancySchema(), r.redundancyFeatures}, {"facades", r.facadeSchema(), r.facadeFeatures},
		{"cameras", r.cameraSchema(), r.cameraFeatures},
	}
	if r.p.Advice != nil {
		all = append(all, sheet{"advice", r.adviceSchema(), r.adviceFeatures})
	}
	return slices.DeleteFunc(all, func(s sheet) bool { return !r.p.wants(s.name) })
}

// layer draws a sheet.
func (s *sheet) layer() analysis.Layer {
	l := analysis.Layer{Schema: s.schema, Features: s.draw()}
	analysis.SortByID(l.Features)
	return l
}

// layers draws the result layers that are wanted.
func (r *run) layers() []analysis.Layer {
	var out []analysis.Layer
	for _, s := range r.sheets() {
		out = append(out, s.layer())
	}
	return out
}

func (r *run) viewSchema() geo.Schema {
	return r.schema("views", "可视区域", "Areas seen", []geo.Shape{geo.Polygon},
		analysis.TextField("camera", "摄像机标识", "Camera (id)"),
		analysis.TextField("name", "名称", "Name"),
		analysis.TextField("class", "等级", "Class", r.classCodes()...),
		analysis.WholeField("rank", "等级序号（1 起，越大越清晰）", "Rank of the class, from 1, the higher the clearer"),
		analysis.TextField("mode", "方式", "Mode", analysis.CodeOf("now", "当前朝向", "As it stands"), analysis.CodeOf("could", "云台可达", "Wherever it can turn")),
		analysis.RealField("area_m2", "面积", "Area", "m²"),
		analysis.TextField("working", "完好", "Working", stateCodes()...),
		analysis.YesField("assumed", "含默认值", "Rests on defaults"))
}

func (r *run) viewFeatures() []geo.Feature {
	var out []geo.Feature
	add := func(i int, mode string, bands []orb.MultiPolygon) {
		c := &r.m.cameras[i]
		for rank, g := range bands {
			if len(g) == 0 {
				continue
			}
			f := geo.Feature{
				ID: fmt.Sprintf("%s:%s:%d", c.ID, mode, rank+1), Geometry: g,
				Attributes: map[string]any{
					"camera": c.ID, "class": r.p.Table.Classes[rank].ID, "rank": int64(rank + 1), "mode": mode,
					"area_m2": cm(geo.Area(g)), "working": string(workState(c)), "assumed": len(c.Assumed) > 0,
				},
			}
			if c.Name != "" {
				f.Set("name", c.Name)
			}
			out = append(out, f)
		}
	}
	for i := range r.views {
		mode := "now"
		if r.m.cameras[i].canTurn && r.p.PTZ == PTZCould {
			mode = "could"
		}
		add(i, mode, r.views[i].bands)
		add(i, "could", r.views[i].could)
	}
	return out
}

func workState(c *Camera) State {
	switch working, known := c.on(); {
	case !known:
		return Unknown
	case working:
		return Yes
	}
	return No
}

func (r *run) keypointSchema() geo.Schema {
	return r.schema("keypoints", "重点部位", "Key points", []geo.Shape{geo.Point, geo.Line},
		analysis.TextField("keypoint", "重点部位标识", "Key point (id)"),
		analysis.TextField("name", "名称", "Name"),
		analysis.TextField("kind", "类型", "Kind", kindCodes()...),
		analysis.YesField("derived", "由出入口或道路推出", "Made from an entrance or a way"),
		analysis.TextField("required_class", "要求等级", "Class required", r.classCodes()...),
		analysis.TextField("covered", "已覆盖", "Covered", stateCodes()...),
		analysis.TextField("class", "可达到的等级", "Class at which it is seen", r.classCodes()...),
		analysis.TextField("cameras", "覆盖它的摄像机", "Cameras that cover it (ids)"),
		analysis.WholeField("camera_count", "覆盖它的摄像机数", "Cameras that cover it"),
		analysis.TextField("reason", "未覆盖原因", "Why it is not covered", reasonCodes()...),
		analysis.TextField("nearest_camera", "最接近覆盖的摄像机", "Camera that comes closest to covering it (id)"),
		analysis.TextField("blocked_by", "遮挡物标识", "Blocked by (id; ground)"),
		analysis.TextField("blocked_by_layer", "遮挡物图层", "Layer of what blocks"),
		analysis.RealField("length_m", "长度", "Length", "m"),
		analysis.YesField("assumed", "含默认值", "Rests on defaults"))
}

func (r *run) keypointFeatures() []geo.Feature {
	var out []geo.Feature
	serial := make(map[int]int)
	add := func(keypoint int, g orb.Geometry, f *finding) *geo.Feature {
		serial[keypoint]++
		k := &r.m.keypoints[keypoint]
		a := map[string]any{"keypoint": k.id, "kind": k.kind, "derived": k.derived, "covered": string(f.state),
			"camera_count": int64(len(f.cameras)), "assumed": f.assumed}
		out = append(out, geo.Feature{ID: fmt.Sprintf("%s:%04d", k.id, serial[keypoint]), Geometry: g, Attributes: a})
		o := &out[len(out)-1]
		if k.name != "" {
			o.Set("name", k.name)
		}
		o.Set("required_class", r.className(k.need))
		o.Set("class", r.className(f.class))
		if len(f.cameras) > 0 {
			o.Set("cameras", r.cameraIDs(f.cameras))
		}
		if f.reason != Covered {
			o.Set("reason", string(f.reason))
			r.setObstacle(o, f)
		}
		return o
	}
	for i := range r.points {
		p := &r.points[i]
		add(p.keypoint, p.at, &p.finding)
	}
	for i := range r.lines {
		l := &r.lines[i]
		for j := range l.parts {
			p := &l.parts[j]
			f := add(l.keypoint, part(l.line, p.from, p.to), &p.finding)
			f.Set("length_m", cm(lengthOf(l.line, p.from, p.to)))
		}
	}
	return out
}

func (r *run) setObstacle(o *geo.Feature, f *finding) {
	if f.camera >= 0 {
		o.Set("nearest_camera", r.m.cameras[f.camera].ID)
	}
	if f.reason != Blocked && f.reason != Doubtful {
		return
	}
	switch {
	case f.obstacle.solid == groundItself:
		o.Set("blocked_by", "ground")
		o.Set("blocked_by_layer", "terrain")
	case f.obstacle.solid >= 0:
		s := &r.m.town.solids[f.obstacle.solid]
		o.Set("blocked_by", s.id)
		o.Set("blocked_by_layer", s.layer)
	}
}

func (r *run) cameraIDs(list []int32) string {
	ids := make([]string, len(list))
	for i, c := range list {
		ids[i] = r.m.cameras[c].ID
	}
	return strings.Join(ids, " ")
}

func (r *run) redundancySchema() geo.Schema {
	return r.schema("redundancy", "重复覆盖", "How many cameras see a place", []geo.Shape{geo.Polygon},
		analysis.WholeField("cameras", "摄像机数", "Cameras"),
		analysis.YesField("and_more", "及以上", "And more"),
		analysis.TextField("class", "等级", "Class", r.classCodes()...),
		analysis.RealField("area_m2", "面积", "Area", "m²"))
}

func (r *run) redundancyFeatures() []geo.Feature {
	var out []geo.Feature
	for _, c := range r.covers {
		for k, poly := range c.area {
			out = append(out, geo.Feature{ID: fmt.Sprintf("%d:%05d", c.cameras, k+1), Geometry: poly, Attributes: map[string]any{
				"cameras": int64(c.cameras), "and_more": c.cameras == mostCovers, "class": r.p.Redundancy, "area_m2": cm(geo.Area(poly)),
			}})
		}
	}
	return out
}

func (r *run) facadeSchema() geo.Schema {
	return r.schema("facades", "高空抛物", "Façades watched", []geo.Shape{geo.Polygon},
		analysis.TextField("kind", "类型", "Kind", analysis.CodeOf("building", "整栋", "Whole building"), analysis.CodeOf("band", "墙段", "Stretch of wall")),
		analysis.TextField("building", "建筑标识", "Building (id)"),
		analysis.TextField("name", "名称", "Name"),
		analysis.TextField("seen", "已监测", "Watched", stateCodes()...),
		analysis.RealField("share_pct", "监测面积占比", "Share of façade watched", "%"),
		analysis.RealField("area_m2", "立面面积", "Area of façade", "m²"),
		analysis.TextField("unseen_floors", "未完全监测的楼层", "Floors not wholly watched"),
		analysis.WholeField("wall", "墙面序号", "Wall"),
		analysis.WholeField("floor", "楼层", "Floor"),
		analysis.RealField("base_m", "底部离地高度", "Underside above ground", "m"),
		analysis.RealField("top_m", "顶部离地高度", "Top above ground", "m"),
		analysis.WholeField("cameras", "摄像机数", "Cameras"),
		analysis.TextField("camera", "最清晰的摄像机", "Clearest camera (id)"),
		analysis.RealField("px_per_m", "物体像素密度", "Pixels per metre across the line of sight", "px/m"),
		analysis.RealField("wall_px_per_m", "沿墙向上的像素密度", "Pixels per metre up the wall", "px/m"),
		analysis.RealField("grazing_deg", "视线与墙面夹角", "Angle between line of sight and wall", "°"),
		analysis.YesField("assumed", "含默认值", "Rests on defaults"))
}

// bandDepth_m is how thick a stretch of façade is drawn.
const bandDepth_m = 0.3

func (r *run) facadeFeatures() []geo.Feature {
	var out []geo.Feature
	for i := range r.facades {
		f := &r.facades[i]
		if f.drawn == nil {
			f.drawn = r.drawFacade(f)
		}
		out = append(out, f.drawn...)
	}
	return out
}

// drawFacade draws a building and the stretches of its walls.
func (r *run) drawFacade(f *facadeResult) []geo.Feature {
	b := &r.m.scene.Layers["buildings"][f.feature]
	whole := geo.Feature{ID: b.ID, Geometry: b.Geometry, Attributes: map[string]any{
		"kind": "building", "building": b.ID, "seen": string(f.state()), "area_m2": cm(f.all_m2), "assumed": f.assumed,
	}}
	if name, ok := b.Text("name"); ok {
		whole.Set("name", name)
	}
	if f.all_m2 > 0 {
		whole.Set("share_pct", cm(100*f.seen_m2/f.all_m2))
	}
	if len(f.unseen) > 0 {
		whole.Set("unseen_floors", floorsText(f.unseen))
	}
	out := append(make([]geo.Feature, 0, 1+len(f.bands)), whole)
	for j := range f.bands {
		out = append(out, r.bandFeature(b.ID, f, j))
	}
	return out
}

func (r *run) bandFeature(building string, f *facadeResult, j int) geo.Feature {
	b := &f.bands[j]
	x, y := bandDepth_m*b.out[0], bandDepth_m*b.out[1]
	o := geo.Feature{
		ID:       fmt.Sprintf("%s:%06d", building, j+1),
		Geometry: orb.Polygon{{b.a, {b.a[0] + x, b.a[1] + y}, {b.b[0] + x, b.b[1] + y}, b.b, b.a}},
		Attributes: map[string]any{
			"kind": "band", "building": building, "seen": string(b.state), "wall": int64(b.wall), "floor": int64(b.floor),
			"base_m": cm(b.base_m), "top_m": cm(b.top_m), "cameras": int64(b.cameras), "assumed": f.assumed,
			"area_m2": cm(geo.Distance(b.a, b.b) * (b.top_m - b.base_m)),
		},
	}
	if b.camera >= 0 {
		o.Set("camera", r.m.cameras[b.camera].ID)
		o.Set("px_per_m", cm(b.px))
		o.Set("wall_px_per_m", cm(b.pxUp))
		o.Set("grazing_deg", cm(b.grazing_deg))
	}
	return o
}

func (r *run) cameraSchema() geo.Schema {
	var faults []geo.Code
	for _, f := range faultTexts {
		faults = append(faults, geo.Code{Value: string(f.fault), Title: f.text})
	}
	return r.schema("cameras", "摄像机核查", "Cameras checked", []geo.Shape{geo.Point},
		analysis.TextField("name", "名称", "Name"),
		analysis.TextField("kind", "类型", "Kind", analysis.CodeOf("fixed", "枪机", "Fixed"), analysis.CodeOf("dome", "半球", "Dome"), analysis.CodeOf("ptz", "云台", "PTZ"),
			analysis.CodeOf("panoramic", "全景", "Panoramic"), analysis.CodeOf("facade", "高空抛物", "Façade")),
		analysis.RealField("azimuth_deg", "方位角", "Azimuth", "°"),
		analysis.RealField("hfov_deg", "水平视场角", "Horizontal field of view", "°"),
		analysis.YesField("inside", "在社区内", "In the community"),
		analysis.TextField("view", "视野", "View", analysis.CodeOf("known", "可计算", "Computed"), analysis.CodeOf("assumed", "含默认值", "Rests on defaults"),
			analysis.CodeOf("insufficient", "资料不足", "Insufficient evidence"), analysis.CodeOf("indoors", "在室内", "Indoors")),
		analysis.TextField("lacks", "缺少的属性", "Attributes that are missing"),
		analysis.TextField("assumed", "取默认值的属性", "Attributes that are defaults"),
		analysis.TextField("working", "完好", "Working", stateCodes()...),
		analysis.TextField("networked", "联网", "Networked", stateCodes()...),
		analysis.TextField("on_platform", "出图", "On the platform", stateCodes()...),
		analysis.TextField("compliant", "档案合规", "Record right", stateCodes()...),
		analysis.TextField("faults", "档案问题", "Faults of the record", faults...),
		analysis.RealField("position_off_m", "登记坐标偏差", "Registered from surveyed position", "m"),
		analysis.TextField("on_wall", "所在墙面的建筑", "Building whose wall carries it (id)"),
		analysis.RealField("area_m2", "可视面积", "Area seen", "m²"),
		analysis.RealField("alone_area_m2", "只有它看到的面积", "Area that it alone sees", "m²"),
		analysis.WholeField("points", "覆盖的重点部位点", "Points covered"),
		analysis.WholeField("alone_points", "只有它覆盖的点", "Points that it alone covers"),
		analysis.RealField("lines_m", "覆盖的线长", "Length of lines covered", "m"),
		analysis.RealField("alone_lines_m", "只有它覆盖的线长", "Length of lines that it alone covers", "m"),
		analysis.TextField("alone_keypoints", "只有它覆盖的重点部位", "Key points that lose something when it fails (ids)"))
}

func stateOf(v *bool) State {
	switch {
	case v == nil:
		return Unknown
	case *v:
		return Yes
	}
	return No
}

func (r *run) cameraFeatures() []geo.Feature {
	var out []geo.Feature
	for i := range r.m.cameras {
		c := &r.m.cameras[i]
		rec := &r.records[i]
		f := geo.Feature{ID: c.ID, Geometry: c.Surveyed, Attributes: map[string]any{
			"inside": c.Inside, "view": viewState(c), "working": string(workState(c)), "networked": string(stateOf(c.Networked)),
			"on_platform": string(stateOf(c.OnPlatform)), "compliant": string(rec.state()),
		}}
		for name, v := range map[string]string{
			"name": c.Name, "kind": c.Kind, "lacks": strings.Join(c.Lacks, " "), "assumed": strings.Join(c.Assumed, " "),
			"faults": rec.text(), "on_wall": c.On, "alone_keypoints": strings.Join(r.lone[i].ids, " "),
		} {
			if v != "" {
				f.Attributes[name] = v
			}
		}
		if rec.off_m >= 0 {
			f.Set("position_off_m", cm(rec.off_m))
		}
		if c.able {
			setDirection(&f, &c.now, r.m.north)
			l := &r.lone[i]
			f.Set("points", int64(l.covers))
			f.Set("alone_points", int64(l.points))
			f.Set("lines_m", cm(l.covers_m))
			f.Set("alone_lines_m", cm(l.length_m))
			area := 0.0
			for _, g := range r.views[i].bands {
				area += geo.Area(g)
			}
			f.Set("area_m2", cm(area))
			f.Set("alone_area_m2", cm(l.area_m2))
		}
		out = append(out, f)
	}
	return out
}

// setDirection tells where a camera looks, from true north, which is at an azimuth on
// the grid: all around has no azimuth.
func setDirection(f *geo.Feature, l *lens, north float64) {
	hfov := math.Min(360, 2*l.halfH*180/math.Pi)
	if !l.flat && l.halfAz >= math.Pi {
		hfov = 360 // also of one that turns
	}
	f.Set("hfov_deg", cm(hfov))
	if hfov < 360 {
		f.Set("azimuth_deg", cm(math.Mod(720+math.Atan2(l.axis[0], l.axis[1])*180/math.Pi-north, 360)))
	}
}

func kindCodes() []geo.Code {
	return []geo.Code{
		analysis.CodeOf("compound_gate", "小区大门", "Compound gate"), analysis.CodeOf("garage_entrance", "车库出入口", "Garage entrance"),
		analysis.CodeOf("building_door", "楼门", "Building door"), analysis.CodeOf("main_road", "主要道路", "Main road"),
		analysis.CodeOf("fire_lane", "消防通道", "Fire lane"), analysis.CodeOf("other", "其他", "Other"),
	}
}

func viewState(c *Camera) string {
	switch {
	case c.Indoor != "":
		return "indoors"
	case !c.able:
		return "insufficient"
	case len(c.Assumed) > 0:
		return "assumed"
	}
	return "known"
}

// state tells whether a record is right.
func (r *record) state() State {
	switch {
	case len(r.faults) > 0:
		return No
	case r.unsure:
		return Unknown
	}
	return Yes
}

func (r *record) text() string {
	list := make([]string, len(r.faults))
	for i, f := range r.faults {
		list[i] = string(f)
	}
	return strings.Join(list, " ")
}
