package metric

import (
	"yiju/analysis/indicator"
	"yiju/geo"
)

// facilitiesTitle names facilities where there are none.
var facilitiesTitle = geo.T("设施", "facilities")

// groundArea weighs facilities by their area: that of the polygon, else the one told.
func groundArea() weight {
	return weight{
		of: func(f *geo.Feature) (float64, bool) {
			if a := geo.Area(f.Geometry); a > 0 {
				return a, true
			}
			return f.Number("area_m2")
		},
		fields: []field{{"area_m2", "面积", "the area"}},
	}
}

func capacity(zh, en string) weight { return amountOf("capacity", zh, en) }

func facilityMetrics() []Metric {
	layers := []string{"communities", "facilities"}
	params := []ParamInfo{categoriesParam(false, "设施类别", "categories of facilities")}
	hub := both(yantai(2, "党群中心", "party and community centre"), yantai(8, "社区驿站", "community hub"))
	asked := func(p indicator.Params) question { return ofCategory(p.Words["categories"]...) }
	return []Metric{
		{
			ID: "facilities.count", Title: geo.T("设施数", "Facilities"),
			Definition: geo.T("社区内给定类别的设施数", "facilities of the categories named in the community"),
			Source:     both(shandong(11, "文体服务", "culture and sport"), hub), Of: "facilities", Layers: layers, Params: params,
			measure: counting(func(in *Input, p indicator.Params) indicator.Measure { return countFacilities(in, asked(p)) }),
		},
		{
			ID: "facilities.kinds", Title: geo.T("设施种类数", "Kinds of facilities"),
			Definition: geo.T("给定类别中社区内已有的种类数 ÷ 给定的种类数；以“|”相连的任一种即可", "how many of the categories named are there in the community, of how many; of categories joined by | one is enough"),
			Source:     hub, Of: "categories", Layers: layers, Params: params,
			measure: counting(func(in *Input, p indicator.Params) indicator.Measure {
				return variety{layer: "facilities", attribute: "category", things: facilitiesTitle, same: inCategory}.measure(in, p.Words["categories"])
			}),
		},
		{
			ID: "facilities.area", Title: geo.T("设施面积", "Area of facilities"),
			Definition: geo.T("社区内给定类别的设施面积之和；面状要素取图上面积，否则取所填面积", "the area of facilities of the categories named in the community: that of the outline, else the one told"),
			Source:     hub, Unit: "m²", Layers: layers, Params: params,
			measure: counting(func(in *Input, p indicator.Params) indicator.Measure {
				t := in.sum("facilities", asked(p), groundArea())
				return t.measure(facilitiesTitle, "m²")
			}),
		},
		{
			ID: "facilities.area_per_head", Title: geo.T("人均设施面积", "Area of facilities per resident"),
			Definition: geo.T("社区内给定类别的设施面积之和 ÷ 居民人数；社区缺居民人数时取建筑合计", "the area of facilities of the categories named ÷ residents; where the community lacks residents, their sum over its buildings"),
			Source:     yantai(28, "韧性治理", "resilience"), Unit: "m²", Layers: append(layers, "buildings"), Params: params,
			measure: counting(func(in *Input, p indicator.Params) indicator.Measure {
				t := in.sum("facilities", asked(p), groundArea())
				return perHead(in, t, facilitiesTitle)
			}),
		},
		{
			ID: "facilities.capacity", Title: geo.T("设施容量", "Capacity of facilities"),
			Definition: geo.T("社区内给定类别的设施容量之和（座位、床位、车位等）", "the capacity of facilities of the categories named in the community: seats, beds, spaces"),
			Source:     yantai(7, "社区食堂", "community canteen"), Layers: layers, Params: params,
			measure: counting(func(in *Input, p indicator.Params) indicator.Measure {
				t := in.sum("facilities", asked(p), capacity("容量", "the capacity"))
				return t.measure(facilitiesTitle, "")
			}),
		},
		{
			ID: "facilities.accessible_share", Title: geo.T("无障碍设施占比", "Accessible facilities"),
			Definition: geo.T("设有无障碍服务（低位柜台、屏幕、盲文或语音、无障碍卫生间）的设施数 ÷ 设施数；给定类别时只计这些类别", "facilities that serve everybody (low counter, screen, braille or sound, accessible toilet) ÷ facilities, of the categories named where any are"),
			Source:     yantai(20, "友好出行", "barrier-free travel"), Unit: "%", Of: "facilities", Layers: layers,
			Params: []ParamInfo{categoriesParam(true, "设施类别；不填为全部", "categories of facilities; all if left out")},
			measure: counting(func(in *Input, p indicator.Params) indicator.Measure {
				share := portion{layer: "facilities", things: facilitiesTitle, is: yes("accessible", "是否无障碍", "whether they are accessible")}
				if len(p.Words["categories"]) > 0 {
					share.who = asked(p)
				}
				return share.share(in)
			}),
		},
	}
}

// perHead is a sum over the residents of the community.
func perHead(in *Input, t total, things geo.Text) indicator.Measure {
	var m indicator.Measure
	point(&m, indicator.Unknown, t.layer, t.lost)
	point(&m, indicator.Made, t.layer, t.ids)
	t.tell(&m, things)
	if t.known() {
		m.Numerator = &t.sum
	}
	m.Denominator = in.inhabitants(residentsField, &m)
	divide(&m, 1)
	return m
}

// countFacilities notes area and capacity of what it counts.
func countFacilities(in *Input, asked question) indicator.Measure {
	counted := portion{layer: "facilities", things: facilitiesTitle, is: asked}
	m := counted.count(in)
	for _, amount := range []struct {
		by           weight
		zh, en, unit string
	}{
		{groundArea(), "面积", "area", "m²"}, {capacity("", ""), "容量", "capacity", ""},
	} {
		t := in.sum("facilities", asked, amount.by)
		if t.sum == 0 {
			continue
		}
		text := geo.Tf("%[1]s合计 %[3]s", "%[2]s: %[3]s in all", amount.zh, amount.en, quantity(t.sum, amount.unit))
		if n := len(t.lost); n > 0 {
			text = geo.Tf("%[1]s（另有 %[3]d 处未知）", "%[2]s (of %[3]d more it is not known)", text.ZH, text.EN, n)
		}
		m.Notes = append(m.Notes, text)
	}
	return m
}
