package metric

import (
	"yiju/analysis/indicator"
	"yiju/geo"
)

func spaces() weight { return capacity("车位数", "the number of spaces") }

func (in *Input) parkingSpaces() total {
	return in.sum("facilities", ofCategory("transport/parking"), spaces())
}

func parkingMetrics() []Metric {
	layers := []string{"communities", "facilities"}
	parking, energy := yantai(19, "智能停车", "parking"), yantai(23, "绿色能源", "green energy")
	return []Metric{
		{
			ID: "parking.spaces_per_household", Title: geo.T("户均停车位", "Parking spaces per household"),
			Definition: geo.T("社区内停车场的车位数之和 ÷ 户数", "spaces of the car parks in the community ÷ households"),
			Source:     parking, Layers: append(layers, "buildings"),
			measure: counting(func(in *Input, _ indicator.Params) indicator.Measure {
				return per(in.parkingSpaces(), in.households(), facilitiesTitle, buildingsTitle, 1)
			}),
		},
		{
			ID: "parking.smart_share", Title: geo.T("智能管理车位占比", "Parking spaces under smart management"),
			Definition: geo.T("智能管理停车场的车位数 ÷ 停车场的车位数，社区内之和", "spaces of car parks under smart management ÷ spaces of car parks, summed over the community"),
			Source:     parking, Unit: "%", Of: "spaces", Layers: layers,
			measure: fixed(portion{layer: "facilities", things: facilitiesTitle, who: ofCategory("transport/parking"), is: yes("smart", "是否智能管理", "whether they are under smart management"), by: spaces()}),
		},
		{
			ID: "parking.bicycle_spaces", Title: geo.T("自行车停放位数", "Bicycle parking spaces"),
			Definition: geo.T("社区内自行车停放点的容量之和", "the capacity of the bicycle parking in the community"),
			Source:     parking, Of: "spaces", Layers: layers,
			measure: counting(func(in *Input, _ indicator.Params) indicator.Measure {
				t := in.sum("facilities", ofCategory("transport/bicycle_parking"), capacity("停放位数", "the number of spaces"))
				return t.measure(facilitiesTitle, "")
			}),
		},
		{
			ID: "chargers.per_space_share", Title: geo.T("充电桩与车位之比", "EV chargers per parking space"),
			Definition: geo.T("社区内电动汽车充电桩数 ÷ 停车场的车位数", "chargers of electric cars ÷ spaces of car parks, in the community"),
			Source:     energy, Unit: "%", Layers: append(layers, "devices"),
			measure: counting(func(in *Input, _ indicator.Params) indicator.Measure {
				return per(in.sum("devices", ofKind("ev_charger"), each()), in.parkingSpaces(), devicesTitle, facilitiesTitle, 100)
			}),
		},
		{
			ID: "chargers.fire_clearance_share", Title: geo.T("满足防火间距的电动自行车充电设施占比", "E-bike chargers clear of dwellings"),
			Definition: geo.T("到最近住人建筑的距离不小于给定间距的电动自行车充电设施数 ÷ 其总数；住人建筑为住宅或有户数的建筑，不论是否在社区内", "e-bike chargers at least so far from every building that is lived in ÷ e-bike chargers in the community; lived in is what is residential or has households, within the community or not"),
			Source:     energy, Unit: "%", Of: "chargers", Layers: []string{"communities", "devices", "buildings"}, Spatial: true,
			Params: []ParamInfo{{Name: "clearance_m", Title: geo.T("最小间距", "least distance"), Unit: "m"}},
			margin: func(p indicator.Params) float64 { return parameter(p, "clearance_m") },
			measure: onGround(func(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
				return chargersApart(in, g, parameter(p, "clearance_m")), nil
			}),
		},
	}
}

// chargersApart asks of chargers whether they are clear of buildings that are lived
// in. One that is near a building of unknown use alone cannot be judged.
func chargersApart(in *Input, g *ground, clearance_m float64) indicator.Measure {
	buildings := g.view(in, "buildings").items
	if len(buildings) == 0 {
		var m indicator.Measure
		absent(&m, "buildings", buildingsTitle.ZH, buildingsTitle.EN)
		return m
	}
	var lived, doubtful, chargers []*item
	for _, x := range buildings {
		households, _ := x.Number("households")
		use, known := textOf(&x.Feature, "use")
		switch {
		case households > 0, use == "residential":
			lived = append(lived, x)
		case !known:
			doubtful = append(doubtful, x)
		}
	}
	kind := ofKind("ebike_charger")
	for _, x := range g.insideItems(in, "devices") {
		if is, known := kind.ask(&x.Feature); is || !known {
			chargers = append(chargers, x)
		}
	}
	near := func(key string, things []*item) map[string]bool { // by charger
		out := make(map[string]bool)
		for i, f := range g.nearest("chargers|"+key, chargers, things, clearance_m) {
			out[chargers[i].ID] = f.x != nil && f.distance_m < clearance_m
		}
		return out
	}
	nearLived, nearDoubtful := near("lived", lived), near("doubtful", doubtful)
	doubts := make(map[string]bool) // by charger
	apart := question{ask: func(f *geo.Feature) (bool, bool) {
		switch {
		case nearLived[f.ID]:
			return false, true
		case nearDoubtful[f.ID]:
			doubts[f.ID] = true
			return false, false
		}
		return true, true
	}}
	m := portion{layer: "devices", things: devicesTitle, who: kind, is: apart}.share(in)
	if len(doubts) > 0 {
		m.Missing = append(m.Missing, geo.Tf("%d 个充电设施旁边的建筑用途未知", "chargers beside a building of unknown use: %d", len(doubts)))
		m.Collect = append(m.Collect, geo.T("补充图层 buildings 的字段 use（用途）", "fill in field use of layer buildings"))
	}
	return m
}
