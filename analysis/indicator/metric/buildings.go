package metric

import (
	"yiju/analysis/indicator"
	"yiju/geo"
)

// leastStoreyM is the least height of a storey in metres: a building that is lower
// than so many of them has fewer floors, even where it does not tell them.
const leastStoreyM = 2.5

// tall asks whether a building has at least so many floors.
func tall(floors float64) question {
	told := atLeast("floors", "层数", "the number of floors", floors)
	return question{
		ask: func(f *geo.Feature) (is, known bool) {
			if is, known = told.ask(f); known {
				return is, true
			}
			h, ok := f.Number("height_m")
			return false, ok && h < floors*leastStoreyM
		},
		fields: told.fields,
	}
}

// floorArea weighs buildings by the area of their footprint times their floors.
func floorArea() weight {
	return weight{
		of: func(f *geo.Feature) (float64, bool) {
			n, ok := f.Number("floors")
			return geo.Area(f.Geometry) * n, ok
		},
		fields: []field{{"floors", "层数", "the number of floors"}},
	}
}

func buildingMetrics() []Metric {
	renewal := yantai(16, "建筑微更新", "building renewal")
	lifts := yantai(21, "电梯加装", "lifts")
	renewed := yes("renewed", "是否已微更新", "whether they were renewed")
	bim := yes("bim", "是否有 BIM 模型", "whether they have a BIM model")
	lift := yes("lift", "有无电梯", "whether they have a lift")
	of := func(id, zh, en, formulaZH, formulaEN string, source geo.Text, p portion) Metric {
		p.layer, p.things = "buildings", buildingsTitle
		return Metric{
			ID: id, Title: geo.T(zh, en), Definition: geo.T(formulaZH+"；社区内建筑按中心点计", formulaEN+"; buildings whose centre lies in the community"),
			Source: source, Unit: "%", Of: "buildings", Layers: []string{"communities", "buildings"}, measure: fixed(p),
		}
	}
	retrofit := of("buildings.retrofitted_area_share", "住宅节能改造面积占比", "Floor area of retrofitted dwellings",
		"已节能改造住宅的建筑面积 ÷ 住宅的建筑面积（基底面积 × 层数）", "floor area of retrofitted residential buildings ÷ that of all (footprint × floors)",
		yantai(22, "绿色建筑", "green building"), portion{who: residential(), is: yes("retrofitted", "是否已节能改造", "whether they were retrofitted"), by: floorArea()})
	retrofit.Of, retrofit.Spatial = "m²", true
	return []Metric{
		of("buildings.fire_alarm_share", "住宅火灾自动报警覆盖率", "Residential buildings with a fire alarm",
			"有火灾自动报警的住宅数 ÷ 住宅数", "residential buildings with a fire alarm ÷ residential buildings",
			shandong(20, "火灾自动报警", "fire alarm"), portion{who: residential(), is: yes("fire_alarm", "有无火灾报警", "whether they have a fire alarm")}),
		liftCount(lift, both(shandong(19, "消防隐患管理", "fire hazards"), lifts)),
		{
			ID: "lifts.equipped_share", Title: geo.T("有电梯的住宅占比", "Residential buildings with a lift"),
			Definition: geo.T("有电梯的住宅数 ÷ 不低于给定层数的住宅数；社区内建筑按中心点计", "residential buildings with a lift ÷ residential buildings of at least so many floors, of those whose centre lies in the community"),
			Source:     lifts, Unit: "%", Of: "buildings", Layers: []string{"communities", "buildings"}, Params: []ParamInfo{floorsParam()},
			measure: counting(func(in *Input, p indicator.Params) indicator.Measure {
				return portion{layer: "buildings", things: buildingsTitle, who: all(residential(), tall(parameter(p, "floors"))), is: lift}.share(in)
			}),
		},
		{
			ID: "buildings.high_rise_count", Title: geo.T("高层住宅数", "High residential buildings"),
			Definition: geo.T("社区内不低于给定层数的住宅数；未填层数而高度不足的（每层至少 2.5 米）不计", "residential buildings of at least so many floors in the community; one that does not tell its floors and is too low for them, at 2.5 m each, does not count"),
			Source:     shandong(17, "高空抛物监测", "objects thrown from height"), Unit: "", Of: "buildings", Layers: []string{"communities", "buildings"}, Params: []ParamInfo{floorsParam()},
			measure: counting(func(in *Input, p indicator.Params) indicator.Measure {
				return portion{layer: "buildings", things: buildingsTitle, is: all(residential(), tall(parameter(p, "floors")))}.count(in)
			}),
		},
		of("buildings.renewed_share", "已微更新建筑占比", "Buildings renewed", "已微更新的建筑数 ÷ 建筑数", "buildings renewed ÷ buildings", renewal, portion{is: renewed}),
		of("buildings.renewed_bim_share", "已更新建筑的 BIM 覆盖率", "Renewed buildings with a BIM model", "有 BIM 模型的已微更新建筑数 ÷ 已微更新建筑数", "renewed buildings with a BIM model ÷ renewed buildings", renewal, portion{who: renewed, is: bim}),
		of("buildings.bim_share", "建筑 BIM 覆盖率", "Buildings with a BIM model", "有 BIM 模型的建筑数 ÷ 建筑数", "buildings with a BIM model ÷ buildings", yantai(29, "数字住区", "digital quarter"), portion{is: bim}),
		retrofit,
		{
			ID: "buildings.pv_area", Title: geo.T("光伏面积", "Photovoltaic area"),
			Definition: geo.T("社区内建筑的光伏面积之和", "the sum of the photovoltaic area of the buildings in the community"),
			Source:     yantai(23, "绿色能源", "green energy"), Unit: "m²", Layers: []string{"communities", "buildings"},
			measure: counting(func(in *Input, _ indicator.Params) indicator.Measure {
				t := in.sum("buildings", everyone(), amountOf("pv_m2", "光伏面积", "the photovoltaic area"))
				return t.measure(buildingsTitle, "m²")
			}),
		},
		cimMetric(),
	}
}

func liftCount(lift question, source geo.Text) Metric {
	return Metric{
		ID: "buildings.lift_count", Title: geo.T("有电梯的住宅数", "Residential buildings with a lift"),
		Definition: geo.T("社区内有电梯的住宅数", "residential buildings with a lift in the community"),
		Source:     source, Of: "buildings", Layers: []string{"communities", "buildings"},
		measure: counting(func(in *Input, _ indicator.Params) indicator.Measure {
			return portion{layer: "buildings", things: buildingsTitle, is: all(residential(), lift)}.count(in)
		}),
	}
}

// inModel asks whether a building is in the CIM base: it tells its level there, or
// that it has none.
func inModel() question {
	a := field{"cim_level", "CIM 级别", "the CIM level"}
	none := map[string]bool{"no": true, "none": true, "无": true, "否": true, "未纳入": true, "0": true, "CIM0": true}
	return question{
		ask: func(f *geo.Feature) (bool, bool) {
			v, ok := textOf(f, a.name)
			return !none[v], ok
		},
		fields: []field{a},
	}
}

func cimMetric() Metric {
	return Metric{
		ID: "cim.share", Title: geo.T("纳入 CIM 的建筑和管线占比", "Buildings and pipes in the CIM base"),
		Definition: geo.T("有 CIM 级别的建筑数与纳入 CIM 的管线段数之和 ÷ 建筑数与管线段数之和；管线按在社区内有一段计", "buildings with a CIM level and pipes in the CIM base ÷ buildings and pipes; a pipe counts where a part of it lies in the community"),
		Source:     yantai(9, "数字市政", "digital utilities"), Unit: "%", Of: "features", Layers: []string{"communities", "buildings", "pipes"},
		measure: counting(func(in *Input, _ indicator.Params) indicator.Measure {
			houses := portion{layer: "buildings", is: inModel()}.tally(in)
			pipes := portion{layer: "pipes", from: pipesInside, is: yes("in_cim", "是否纳入 CIM", "whether they are in the CIM base")}.tally(in)
			c := newCounter("")
			c.yes, c.no, c.unknown = houses.counter.yes+pipes.counter.yes, houses.counter.no+pipes.counter.no, houses.counter.unknown+pipes.counter.unknown
			m := c.share()
			m.Features = append(houses.counter.refs(), pipes.counter.refs()...)
			for _, half := range []struct {
				t      tallied
				things geo.Text
			}{{houses, buildingsTitle}, {pipes, pipesTitle}} {
				if half.t.empty {
					forget(&m)
					absent(&m, half.t.lack.layer, half.things.ZH, half.things.EN)
				}
				half.t.lack.tell(&m)
			}
			return m
		}),
	}
}
