package layers

import "yiju/geo"

func cells() geo.Schema {
	return schema("cells", "5G小区", "5G cells", shapes(geo.Point),
		text("site", "站址", "Site"),
		text("operator", "运营商", "Operator"),
		text("technology", "制式", "Technology", code("nr", "5G", "5G NR"), code("lte", "4G", "LTE"),
			code("umts", "3G", "UMTS"), code("gsm", "2G", "GSM")),
		text("band", "频段", "Band", bands()...),
		real("freq_mhz", "中心频率", "Centre frequency", "MHz", 400, 100_000),
		real("bandwidth_mhz", "带宽", "Bandwidth", "MHz", 1, 2000),
		real("scs_khz", "子载波间隔", "Subcarrier spacing", "kHz", 15, 960),
		real("power_w", "发射功率", "Transmit power", "W", 0, 2000),
		real("rs_power_dbm", "参考信号功率", "Power of a resource element", "dBm", -60, 60),
		real("eirp_dbm", "EIRP", "EIRP", "dBm", -50, 100),
		real("gain_dbi", "天线增益", "Antenna gain", "dBi", -20, 60),
		real("azimuth_deg", "方位角", "Azimuth", "°", 0, 360),
		real("hbw_deg", "水平波束宽度", "Horizontal beam width", "°", 1, 360),
		real("vbw_deg", "垂直波束宽度", "Vertical beam width", "°", 0.5, 180),
		real("tilt_deg", "下倾角", "Tilt, down positive", "°", -90, 90),
		real("height_m", "离地高度", "Height above ground", "m", 0, 1000),
		real("ground_m", "地面高程", "Ground level", "m", -500, 9000),
		text("on_building", "所在建筑标识", "On building (id)"),
	)
}

func bands() []geo.Code {
	return []geo.Code{
		code("n78", "n78", "n78"), code("n41", "n41", "n41"), code("n79", "n79", "n79"),
		code("n28", "n28", "n28"), code("n1", "n1", "n1"),
	}
}

// measurements are levels that phones met: one feature for each cell at each place.
func measurements() geo.Schema {
	return schema("measurements", "实测信号", "Measured signal", shapes(geo.Point),
		text("cell", "小区标识", "Cell (id)"),
		text("operator", "运营商", "Operator"),
		text("band", "频段", "Band", bands()...),
		real("rsrp_dbm", "RSRP", "RSRP", "dBm", -160, 0),
		real("sinr_db", "SINR", "SINR", "dB", -50, 60),
		real("height_m", "离地高度", "Height above ground", "m", -100, 1000),
		real("ground_m", "地面高程", "Ground level", "m", -500, 9000),
		real("building_height_m", "所在建筑高度", "Height of the building there, 0 for none", "m", 0, 1000),
		text("clutter", "地物类型", "Clutter"),
		text("time", "时间", "Time"),
	)
}

func cameras() geo.Schema {
	return schema("cameras", "摄像机", "Cameras", shapes(geo.Point),
		text("code", "设备编码", "Code (GB/T 28181, 20 digits)"),
		name(),
		text("adcode", "行政区划代码", "Division code"),
		real("lon", "登记经度", "Longitude as registered", "°", -180, 180),
		real("lat", "登记纬度", "Latitude as registered", "°", -90, 90),
		text("kind", "类型", "Kind",
			code("fixed", "枪机", "Fixed"), code("dome", "半球", "Dome"), code("ptz", "云台", "PTZ"),
			code("panoramic", "全景", "Panoramic"), code("facade", "高空抛物", "Façade")),
		real("height_m", "安装高度", "Mounting height", "m", 0, 500),
		real("azimuth_deg", "方位角", "Azimuth", "°", 0, 360),
		real("tilt_deg", "俯角", "Tilt, down positive", "°", -90, 90),
		real("hfov_deg", "水平视场角", "Horizontal field of view", "°", 1, 360),
		real("vfov_deg", "垂直视场角", "Vertical field of view", "°", 1, 180),
		integer("pixels_w", "水平像素", "Pixels across", "", 1, 100_000),
		integer("pixels_h", "垂直像素", "Pixels down", "", 1, 100_000),
		real("range_m", "有效距离", "Range", "m", 0, 20_000),
		yes("networked", "联网", "Networked"),
		yes("working", "完好", "Working"),
		yes("on_platform", "出图", "On the platform"),
	)
}

func keypoints() geo.Schema {
	return schema("keypoints", "重点部位", "Key points", shapes(geo.Point, geo.Line),
		name(),
		text("kind", "类型", "Kind",
			code("compound_gate", "小区大门", "Compound gate"), code("garage_entrance", "车库出入口", "Garage entrance"),
			code("main_road", "主要道路", "Main road"), code("fire_lane", "消防通道", "Fire lane"),
			code("building_door", "楼门", "Building door"), code("other", "其他", "Other")),
		oneOf("required_class", "要求等级", "Class required",
			code("detect", "发现", "Detect"), code("observe", "观察", "Observe"),
			code("recognise", "辨认", "Recognise"), code("identify", "识别", "Identify")),
	)
}

func greens() geo.Schema {
	return schema("greens", "绿地", "Greens", shapes(geo.Polygon),
		name(),
		text("kind", "类型", "Kind",
			code("park", "公园", "Park"), code("pocket_park", "口袋公园", "Pocket park"),
			code("garden", "花园", "Garden"), code("lawn", "草坪", "Lawn"),
			code("greenway", "绿道", "Greenway"), code("wood", "林地", "Wood"),
			code("allotments", "菜园", "Allotments"), code("other", "其他", "Other")),
		text("access", "开放范围", "Access", code("public", "公众", "Public"), code("residents", "居民", "Residents"),
			code("private", "不开放", "Private")),
		real("counted_share", "计入面积比例", "Share of the area counted", "", 0, 1),
		yes("irrigated", "有灌溉", "Irrigated"),
	)
}

func facilities() geo.Schema {
	return schema("facilities", "设施", "Facilities", shapes(geo.Point, geo.Polygon),
		text("category", "类别", "Category (group/kind, such as sport/pitch)"),
		name(),
		real("area_m2", "面积", "Area", "m²", 0),
		integer("capacity", "容量", "Capacity", "", 0),
		integer("nursing_beds", "护理型床位数", "Nursing beds", "", 0),
		yes("smart", "智能管理", "Smart"),
		yes("accessible", "无障碍", "Accessible"),
		text("opening", "开放时间", "Opening hours"),
		yes("indoor", "室内", "Indoor"),
		text("foot", "步行通行", "Access on foot", access()...),
		text("entrances", "入口标识", "Entrances (ids, separated by spaces)"),
	)
}

func pipes() geo.Schema {
	return schema("pipes", "管线", "Pipes", shapes(geo.Line),
		oneOf("network", "管网", "Network", networks()...),
		real("diameter_mm", "管径", "Diameter", "mm", 0, 10_000),
		text("material", "材质", "Material"),
		real("depth_m", "埋深", "Depth of cover", "m", -20, 100),
		real("pressure_mpa", "压力", "Pressure", "MPa", 0, 20),
		real("voltage_kv", "电压", "Voltage", "kV", 0, 1200),
		text("laid", "敷设方式", "How laid", code("direct", "直埋", "Direct burial"), code("duct", "管道", "Duct")),
		integer("year", "敷设年份", "Year laid", "", 0, 2200),
		text("from", "起点标识", "From node (id)"),
		text("to", "终点标识", "To node (id)"),
		yes("in_cim", "纳入 CIM", "In the CIM base"),
	)
}

func networks() []geo.Code {
	return []geo.Code{
		code("water", "给水", "Water"), code("sewage", "污水", "Sewage"), code("rain", "雨水", "Rain"),
		code("gas", "燃气", "Gas"), code("heat", "热力", "Heat"), code("power", "电力", "Power"),
		code("telecom", "通信", "Telecom"), code("other", "其他", "Other"),
	}
}

func pipeNodes() geo.Schema {
	return schema("pipe_nodes", "管点", "Pipe nodes", shapes(geo.Point),
		text("kind", "类型", "Kind",
			code("valve", "阀门", "Valve"), code("manhole", "检查井", "Manhole"), code("hydrant", "消火栓", "Hydrant"),
			code("meter", "表", "Meter"), code("source", "源", "Source"), code("tank", "水箱", "Tank"),
			code("pump", "泵", "Pump"), code("junction", "连接点", "Junction")),
		oneOf("network", "管网", "Network", networks()...),
		text("state", "状态", "State", code("open", "开", "Open"), code("closed", "关", "Closed")),
		real("ground_m", "地面高程", "Ground level", "m", -500, 9000),
		real("invert_m", "管底高程", "Invert level", "m", -500, 9000),
	)
}

func devices() geo.Schema {
	return schema("devices", "设备", "Devices", shapes(geo.Point),
		name(),
		text("kind", "类型", "Kind",
			code("lamp", "路灯", "Lamp"), code("ev_charger", "电动汽车充电桩", "EV charger"),
			code("ebike_charger", "电动自行车充电桩", "E-bike charger"), code("swap_cabinet", "换电柜", "Battery swap cabinet"),
			code("locker", "快递柜", "Parcel locker"), code("waste_bin", "垃圾箱", "Waste bin"),
			code("water_dispenser", "直饮水机", "Water dispenser"), code("noise_monitor", "噪声监测", "Noise monitor"),
			code("screen", "电子屏", "Screen"), code("notice_board", "公告栏", "Notice board"),
			code("bench", "座椅", "Bench"), code("defibrillator", "除颤仪", "Defibrillator"),
			code("elevator", "电梯", "Lift")),
		yes("smart", "智能", "Smart"),
		yes("working", "完好", "Working"),
		integer("capacity", "容量", "Capacity (cells of a parcel locker)", "", 0),
	)
}
