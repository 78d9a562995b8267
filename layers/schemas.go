package layers

import "yiju/geo"

// Schemas lists the layers that the product declares, in the order in which a
// person would read them. Each call gives a fresh list.
func Schemas() []geo.Schema {
	return []geo.Schema{
		communities(), compounds(), buildings(), entrances(), ways(), crossings(), barriers(),
		cells(), measurements(), cameras(), keypoints(), greens(), facilities(),
		pipes(), pipeNodes(), devices(), terrain(), areas(), evidence(), runs(), settings(),
		scenarios(), scenarioEdits(),
	}
}

// Schema finds a declared schema by layer name.
func Schema(layer string) (geo.Schema, bool) {
	for _, s := range Schemas() {
		if s.Layer == layer {
			return s, true
		}
	}
	return geo.Schema{}, false
}

func schema(layer, zh, en string, shapes []geo.Shape, fields ...geo.Field) geo.Schema {
	return geo.Schema{Layer: layer, Kind: geo.Input, Title: geo.T(zh, en), Shapes: shapes, Fields: fields}
}

func shapes(s ...geo.Shape) []geo.Shape { return s }

func text(name, zh, en string, codes ...geo.Code) geo.Field {
	return geo.Field{Name: name, Type: geo.String, Title: geo.T(zh, en), Codes: codes}
}

// oneOf is a text that takes no value outside its codes.
func oneOf(name, zh, en string, codes ...geo.Code) geo.Field {
	f := text(name, zh, en, codes...)
	f.Closed = true
	return f
}

func code(value, zh, en string) geo.Code { return geo.Code{Value: value, Title: geo.T(zh, en)} }

func yes(name, zh, en string) geo.Field {
	return geo.Field{Name: name, Type: geo.Boolean, Title: geo.T(zh, en)}
}

func number(typ geo.Type, name, zh, en, unit string, bounds []float64) geo.Field {
	f := geo.Field{Name: name, Type: typ, Unit: unit, Title: geo.T(zh, en)}
	if len(bounds) > 0 {
		f.Min = &bounds[0]
	}
	if len(bounds) > 1 {
		f.Max = &bounds[1]
	}
	return f
}

// integer and real take the lower and the upper bound, or the lower, or none.
func integer(name, zh, en, unit string, bounds ...float64) geo.Field {
	return number(geo.Integer, name, zh, en, unit, bounds)
}

func real(name, zh, en, unit string, bounds ...float64) geo.Field {
	return number(geo.Real, name, zh, en, unit, bounds)
}

func name() geo.Field { return text("name", "名称", "Name") }

func communities() geo.Schema {
	return schema("communities", "社区", "Communities", shapes(geo.Polygon),
		name(),
		text("adcode", "行政区划代码", "Division code (GB/T 2260)"),
		integer("households", "户数", "Households", "", 0),
		integer("residents", "居民人数", "Residents", "", 0),
		integer("residents_60plus", "60岁以上人数", "Residents aged 60 and over", "", 0),
		integer("lone_60plus", "独居老人数", "Residents aged 60 and over living alone", "", 0),
		integer("alarm_devices", "独居老人紧急呼叫设备数", "Emergency call devices of residents aged 60 and over living alone", "", 0),
		integer("children_under6", "6岁以下儿童数", "Children under 6", "", 0),
		integer("ehealth_records", "电子健康档案数", "Electronic health records", "", 0),
		integer("survey_answers", "居民调查有效答卷数", "Valid answers of the survey of residents", "", 0),
		integer("survey_satisfied", "居民调查满意数", "Answers of the survey that are satisfied", "", 0),
		integer("illegal_identified", "认定违建数", "Illegal structures identified", "", 0),
		integer("illegal_removed", "拆除违建数", "Illegal structures removed", "", 0),
		real("rain_reuse_m3", "雨水年利用量", "Rainwater used in a year", "m³", 0),
		text("project_type", "项目类型", "Project type",
			code("improvement", "综合提升", "Comprehensive improvement"),
			code("renewal", "拆改更新", "Demolition and renewal"),
			code("new", "规划新建", "New build")),
	)
}

func compounds() geo.Schema {
	return schema("compounds", "小区", "Compounds", shapes(geo.Polygon),
		name(),
		yes("gated", "封闭管理", "Gated"),
		integer("households", "户数", "Households", "", 0),
		text("perimeter_guard", "周界防护", "Perimeter guard",
			code("infrared", "红外对射", "Infrared beam"), code("radar", "雷达", "Radar"),
			code("fence", "电子围栏", "Electronic fence"), code("video", "视频", "Video"),
			code("none", "无", "None")),
		yes("waste_smart", "智能垃圾分类", "Smart waste sorting"),
		yes("fire_auto", "消防自动报警", "Automatic fire alarm"),
		yes("ebikes", "有电动自行车", "Has e-bikes"),
		yes("ebike_parking", "电动自行车停放场所", "E-bike parking"),
		yes("ebike_smart_charging", "电动自行车智能充电", "Smart e-bike charging"),
	)
}

func buildings() geo.Schema {
	return schema("buildings", "建筑", "Buildings", shapes(geo.Polygon),
		name(),
		text("use", "用途", "Use",
			code("residential", "住宅", "Residential"), code("public", "公共建筑", "Public"),
			code("school", "学校", "School"), code("commercial", "商业", "Commercial"),
			code("office", "办公", "Office"), code("industrial", "工业", "Industrial"),
			code("garage", "车库", "Garage"), code("other", "其他", "Other")),
		integer("floors", "地上层数", "Floors above ground", "", 0, 200),
		integer("floors_below", "地下层数", "Floors below ground", "", 0, 20),
		real("height_m", "高度", "Height", "m", 0, 1000),
		real("base_m", "底部离地高度", "Height of the underside above ground", "m", -50, 500),
		integer("households", "户数", "Households", "", 0),
		integer("residents", "居民人数", "Residents", "", 0),
		integer("residents_60plus", "60岁以上人数", "Residents aged 60 and over", "", 0),
		integer("year", "建成年份", "Year built", "", 0, 2200),
		yes("lift", "电梯", "Lift"),
		yes("fire_alarm", "火灾报警", "Fire alarm"),
		integer("gigabit_households", "千兆光纤户数", "Households with gigabit fibre", "", 0),
		integer("tv_households", "有线电视户数", "Households with cable television", "", 0),
		integer("smart_meters", "智能表户数", "Households with smart meters", "", 0),
		integer("water_meters", "智能水表数", "Smart water meters", "", 0),
		integer("power_meters", "智能电表数", "Smart electricity meters", "", 0),
		integer("gas_meters", "智能燃气表数", "Smart gas meters", "", 0),
		yes("intercom", "智能对讲", "Smart intercom"),
		yes("renewed", "已微更新", "Renewed"),
		yes("bim", "有 BIM 模型", "Has a BIM model"),
		yes("retrofitted", "已节能改造", "Retrofitted to save energy"),
		yes("clean_heating", "清洁取暖", "Clean heating"),
		real("pv_m2", "光伏面积", "Photovoltaic area", "m²", 0),
		text("cim_level", "CIM 级别", "CIM level"),
	)
}

func entrances() geo.Schema {
	return schema("entrances", "出入口", "Entrances", shapes(geo.Point),
		name(),
		text("kind", "类型", "Kind",
			code("compound_gate", "小区大门", "Compound gate"), code("building_door", "楼门", "Building door"),
			code("garage", "车库出入口", "Garage entrance"), code("fire", "消防出入口", "Fire entrance"),
			code("facility", "设施入口", "Facility entrance")),
		yes("access_person", "人员门禁", "Access control for persons"),
		yes("access_vehicle", "车辆门禁", "Access control for vehicles"),
		yes("step_free", "无台阶", "Step-free"),
		yes("locked", "常闭", "Kept locked"),
		text("foot", "步行通行", "Access on foot", access()...),
		text("of", "所属要素标识", "Belongs to (id)"),
	)
}

func access() []geo.Code {
	return []geo.Code{
		code("yes", "允许", "Allowed"), code("no", "禁止", "Forbidden"),
		code("private", "仅内部人员", "Private"), code("customers", "仅顾客", "Customers"),
	}
}

func ways() geo.Schema {
	return schema("ways", "道路", "Ways", shapes(geo.Line, geo.Polygon),
		name(),
		text("class", "等级", "Class",
			code("footway", "步行道", "Footway"), code("path", "小径", "Path"), code("steps", "台阶", "Steps"),
			code("pedestrian", "步行街", "Pedestrian street"), code("corridor", "廊道", "Corridor"),
			code("elevator", "电梯", "Lift"), code("cycleway", "自行车道", "Cycleway"),
			code("living_street", "生活街道", "Living street"), code("service", "内部道路", "Service road"),
			code("residential", "居住区道路", "Residential street"), code("unclassified", "支路", "Minor road"),
			code("tertiary", "次支路", "Tertiary road"), code("secondary", "次干路", "Secondary road"),
			code("primary", "主干路", "Primary road"), code("trunk", "快速路", "Trunk road"),
			code("motorway", "高速公路", "Motorway"), code("track", "机耕路", "Track")),
		text("foot", "步行通行", "Access on foot", access()...),
		text("oneway_foot", "步行单向", "One way on foot",
			code("no", "双向", "Both ways"), code("yes", "沿绘制方向", "As drawn"),
			code("reverse", "逆绘制方向", "Against drawing")),
		text("surface", "路面", "Surface"),
		real("width_m", "宽度", "Width", "m", 0, 200),
		real("incline_pct", "坡度", "Incline along the line, up positive", "%", -200, 200),
		integer("step_count", "台阶数", "Number of steps", "", 0),
		yes("lit", "有照明", "Lit"),
		yes("bridge", "桥", "Bridge"),
		yes("tunnel", "隧道", "Tunnel"),
		real("level", "层", "Level", "", -20, 200),
		text("crossing", "过街方式", "Crossing",
			code("signals", "信号灯", "Signals"), code("zebra", "斑马线", "Zebra"),
			code("unmarked", "无标线", "Unmarked"), code("no", "禁止过街", "No crossing"),
			code("yes", "方式未知", "Kind not known")),
		text("sidewalk", "人行道", "Sidewalk",
			code("both", "两侧", "Both sides"), code("left", "左侧", "Left"), code("right", "右侧", "Right"),
			code("no", "无", "None"), code("separate", "另绘", "Drawn separately")),
		yes("main_road", "主要道路", "Main road"),
		yes("fire_lane", "消防车道", "Fire lane"),
		yes("covered", "有顶盖", "Covered"),
		text("wheelchair", "轮椅通行", "Wheelchair",
			code("yes", "可", "Yes"), code("no", "不可", "No"), code("limited", "受限", "Limited")),
	)
}

// crossings are the places where a way crosses a road or a railway: points that
// are exact vertices of the ways concerned.
func crossings() geo.Schema {
	return schema("crossings", "过街点", "Crossings", shapes(geo.Point),
		text("kind", "类型", "Kind",
			code("signals", "信号灯", "Signals"), code("zebra", "斑马线", "Zebra"),
			code("unmarked", "无标线", "Unmarked"), code("no", "禁止过街", "No crossing"),
			code("rail", "铁路道口", "Railway crossing"), code("yes", "方式未知", "Kind not known")),
		yes("island", "安全岛", "Refuge island"),
		text("foot", "步行通行", "Access on foot", access()...),
		text("wheelchair", "轮椅通行", "Wheelchair",
			code("yes", "可", "Yes"), code("no", "不可", "No"), code("limited", "受限", "Limited")),
	)
}

func barriers() geo.Schema {
	return schema("barriers", "障碍", "Barriers", shapes(geo.Point, geo.Line, geo.Polygon),
		name(),
		text("kind", "类型", "Kind",
			code("gate", "门", "Gate"), code("wall", "围墙", "Wall"), code("fence", "围栏", "Fence"),
			code("retaining_wall", "挡土墙", "Retaining wall"), code("hedge", "绿篱", "Hedge"),
			code("kerb", "路缘", "Kerb"), code("bollard", "隔离柱", "Bollard"),
			code("lift_gate", "道闸", "Lift gate"), code("turnstile", "旋转门", "Turnstile"),
			code("stile", "翻越梯", "Stile"), code("block", "石墩", "Block")),
		text("foot", "步行通行", "Access on foot", access()...),
		yes("locked", "常闭", "Kept locked"),
		text("wheelchair", "轮椅通行", "Wheelchair",
			code("yes", "可", "Yes"), code("no", "不可", "No"), code("limited", "受限", "Limited")),
		real("height_m", "高度", "Height", "m", 0, 100),
	)
}

func areas() geo.Schema {
	return schema("areas", "用地", "Land use", shapes(geo.Polygon),
		name(), text("use", "用地性质", "Land use"), text("plot", "地块号", "Plot number"))
}

// terrain keeps a height grid as features, so that it has history and place like
// everything else: one feature is one tile of the grid.
func terrain() geo.Schema {
	heights := text("heights", "高程数据", "Heights")
	heights.Bulk = true
	return schema("terrain", "地形", "Terrain", shapes(geo.Polygon),
		integer("cols", "列数", "Columns", "", 1, 1024),
		integer("rows", "行数", "Rows", "", 1, 1024),
		text("crs", "坐标系", "CRS of the grid"),
		real("west", "首列中心横坐标", "Centre of the first column", ""),
		real("north", "首行中心纵坐标", "Centre of the first row", ""),
		real("step_x", "列间距", "Column spacing, eastwards", "", 0),
		real("step_y", "行间距", "Row spacing, southwards", "", 0),
		heights,
	)
}

// evidence is what rests on paper: documents for a requirement of a standard, and
// waivers that a reviewer gave. It holds where a document is, not the document.
func evidence() geo.Schema {
	return schema("evidence", "佐证材料", "Evidence", nil,
		text("standard", "标准", "Standard (id)"),
		text("requirement", "指标要求", "Requirement (id)"),
		oneOf("kind", "类型", "Kind", code("document", "材料", "Document"), code("waiver", "豁免", "Waiver")),
		text("title", "材料名称", "Title"),
		text("file", "文件", "File"),
		text("date", "日期", "Date"),
		text("author", "出具人", "Author"),
		text("reason", "理由", "Reason"),
		real("value", "载明数值", "Figure stated", ""),
		text("community", "社区标识", "Community (id)"),
	)
}

// runs records every analysis whose results the store holds.
func runs() geo.Schema {
	params, values, notes := text("params", "参数", "Parameters (JSON)"), text("values", "数值", "Values (JSON)"), text("notes", "说明", "Notes (JSON)")
	params.Bulk, values.Bulk, notes.Bulk = true, true, true
	s := schema("runs", "分析记录", "Runs", nil,
		text("analysis", "分析", "Analysis"),
		text("title_zh", "中文标题", "Title in Chinese"),
		text("title_en", "英文标题", "Title in English"),
		params, values, notes,
		integer("revision", "输入版本", "Input revision", "", 0),
		text("engine", "引擎版本", "Engine version"),
		text("community", "社区", "Community"),
		text("inputs", "输入图层", "Input layers"),
		text("outputs", "结果图层", "Result layers"),
	)
	s.Kind = geo.Result
	return s
}

// settings holds the workspace's own facts under the id "workspace".
func settings() geo.Schema {
	return schema("settings", "设置", "Settings", nil,
		name(), text("crs", "工作坐标系", "Working CRS"), text("community", "默认社区标识", "Default community (id)"),
		yes("synthetic", "合成数据", "Synthetic data"))
}

// Names of the tables that keep scenarios.
const (
	ScenariosLayer     = "scenarios"
	ScenarioEditsLayer = "scenario_edits"
)

// Own tells whether a layer is one of the workspace's own books, which say nothing of
// the place itself: records of runs and judgements, settings, scenarios.
func Own(layer string) bool {
	switch layer {
	case "runs", "judgements", "settings", ScenariosLayer, ScenarioEditsLayer:
		return true
	}
	return false
}

// Planning tells whether a layer keeps scenarios: what is tried, not what is.
func Planning(layer string) bool { return layer == ScenariosLayer || layer == ScenarioEditsLayer }

// scenarios holds what is known of each scenario beside its edits.
func scenarios() geo.Schema {
	costs := text("costs", "单价", "Unit costs (JSON)")
	costs.Bulk = true
	return schema(ScenariosLayer, "方案", "Scenarios", nil,
		name(),
		text("description", "说明", "Description"),
		integer("base", "基准版本", "Base revision", "", 0),
		text("parent", "源方案标识", "Copied from (id)"),
		oneOf("state", "状态", "State", code("draft", "编制中", "Draft"), code("approved", "已批准", "Approved"),
			code("adopted", "已采纳", "Adopted"), code("archived", "已归档", "Archived")),
		yes("may_edit", "他人可编辑", "Others may edit"),
		yes("may_copy", "他人可复制", "Others may copy"),
		text("author", "编制人", "Author"),
		text("created", "创建时间", "Created"),
		text("changed", "修改时间", "Changed"),
		text("approved_by", "批准人", "Approved by"),
		text("approved_hash", "批准内容摘要", "Hash of what was approved"),
		// Unknown in the very row that adoption writes: a batch cannot know its number.
		integer("adopted_as", "采纳版本", "Revision it became", "", 0),
		integer("next", "下一编辑序号", "Number of the next edit", "", 1),
		integer("edits", "编辑数", "Edits", "", 0),
		costs,
	)
}

// scenarioEdits holds the edits of all scenarios, under <scenario>/<number>.
func scenarioEdits() geo.Schema {
	body := text("body", "内容", "What it changes (JSON)")
	body.Bulk = true
	return schema(ScenarioEditsLayer, "方案编辑", "Edits of scenarios", nil,
		text("scenario", "方案标识", "Scenario (id)"),
		integer("number", "序号", "Number", "", 1),
		text("layer", "图层", "Layer"),
		oneOf("op", "操作", "Operation", code("add", "新增", "Add"), code("change", "修改", "Change"),
			code("move", "移动", "Move"), code("delete", "删除", "Delete")),
		text("feature", "要素标识", "Feature (id)"),
		yes("off", "停用", "Switched off"),
		text("group", "分组", "Group"),
		text("kind", "类别", "Kind"),
		text("comment", "备注", "Comment"),
		text("author", "编制人", "Author"),
		text("at", "时间", "Time"),
		body,
	)
}
