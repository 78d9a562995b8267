package metric

import (
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// compoundsTitle names compounds where there are none.
var compoundsTitle = geo.T("小区", "compounds")

func gated() question { return yes("gated", "是否封闭管理", "whether they are gated") }

// guarded asks for a perimeter guard; none is an answer.
func guarded() question {
	a := field{"perimeter_guard", "周界防护", "the perimeter guard"}
	return question{
		ask: func(f *geo.Feature) (bool, bool) {
			v, ok := textOf(f, a.name)
			return v != "none", ok
		},
		fields: []field{a},
	}
}

func compoundMetrics() []Metric {
	compounds := []string{"communities", "compounds"}
	parking, charging := yes("ebike_parking", "有无电动自行车停放场所", "whether they have e-bike parking"), yes("ebike_smart_charging", "有无电动自行车智能充电", "whether they have smart e-bike charging")
	served := all(parking, charging)
	perimeter := shandong(16, "周界防范", "perimeter protection")
	return []Metric{
		{
			ID: "compounds.ebike_share", Title: geo.T("有停放和智能充电设施的小区占比", "Compounds with e-bike parking and smart charging"),
			Definition: geo.T("停放场所和智能充电设施齐备的小区数 ÷ 有电动自行车的小区数；未填是否有电动自行车而两项齐备的，按有计", "compounds with both e-bike parking and smart charging ÷ compounds that have e-bikes; one that does not tell and has both is taken to have them"),
			Source:     both(shandong(6, "智能充电设施", "e-bike charging"), yantai(23, "绿色能源", "green energy")), Unit: "%", Of: "compounds", Layers: compounds,
			measure: fixed(portion{layer: "compounds", things: compoundsTitle, who: withEbikes(served), is: served}),
		},
		{
			ID: "compounds.waste_smart_share", Title: geo.T("智能垃圾分类小区占比", "Compounds with smart waste sorting"),
			Definition: geo.T("有智能垃圾分类的小区数 ÷ 小区数；未填的小区内有智能垃圾箱的，按有计", "compounds with smart waste sorting ÷ compounds; one that does not tell counts where a smart waste bin stands in it"),
			Source:     shandong(13, "物业服务", "property service"), Unit: "%", Of: "compounds", Layers: append(compounds, "devices"),
			measure: counting(func(in *Input, _ indicator.Params) indicator.Measure {
				return portion{layer: "compounds", things: compoundsTitle, is: sortsWaste(in)}.share(in)
			}),
		},
		{
			ID: "compounds.fire_detection_share", Title: geo.T("消防隐患自动监测小区占比", "Compounds with automatic detection of fire hazards"),
			Definition: geo.T("有消防自动监测报警的小区数 ÷ 小区数", "compounds with automatic fire detection ÷ compounds"),
			Source:     shandong(19, "消防隐患管理", "fire hazards"), Unit: "%", Of: "compounds", Layers: compounds,
			measure: fixed(portion{layer: "compounds", things: compoundsTitle, is: yes("fire_auto", "有无消防自动报警", "whether they have automatic fire detection")}),
		},
		{
			ID: "compounds.perimeter_share", Title: geo.T("有周界防护的封闭小区占比", "Gated compounds with a perimeter guard"),
			Definition: geo.T("有任一种周界防护的封闭小区数 ÷ 封闭小区数", "gated compounds with a perimeter guard of any kind ÷ gated compounds"),
			Source:     perimeter, Unit: "%", Of: "compounds", Layers: compounds,
			measure: fixed(portion{layer: "compounds", things: compoundsTitle, who: gated(), is: guarded()}),
		},
		{
			ID: "compounds.perimeter_length_share", Title: geo.T("有周界防护的小区边界长度占比", "Outline of gated compounds with a perimeter guard"),
			Definition: geo.T("有周界防护的封闭小区外边界长度 ÷ 封闭小区外边界长度", "outer outline of gated compounds with a perimeter guard ÷ outer outline of gated compounds"),
			Source:     perimeter, Unit: "%", Of: "m", Layers: compounds, Spatial: true,
			measure: fixed(portion{layer: "compounds", things: compoundsTitle, who: gated(), is: guarded(), by: weight{
				of: func(f *geo.Feature) (float64, bool) { return outlineLength(f.Geometry), true },
			}}),
		},
		gatesMetric(),
	}
}

// withEbikes asks whether a compound has e-bikes. One that does not tell but serves
// them has them.
func withEbikes(served question) question {
	has := yes("ebikes", "是否有电动自行车", "whether they have e-bikes")
	return question{
		ask: func(f *geo.Feature) (is, known bool) {
			if is, known = has.ask(f); known {
				return is, true
			}
			serves, _ := served.ask(f)
			return serves, serves
		},
		fields: has.fields,
	}
}

// sortsWaste asks for smart waste sorting; a smart bin in the compound is a yes where
// it does not tell.
func sortsWaste(in *Input) question {
	told := yes("waste_smart", "有无智能垃圾分类", "whether they have smart waste sorting")
	smartBin := all(ofKind("waste_bin"), yes("smart", "", ""))
	var bins []orb.Point
	devices := in.Scene.Layers["devices"]
	for i := range devices {
		if yes, _ := smartBin.ask(&devices[i]); yes {
			if at, ok := geo.Centroid(devices[i].Geometry); ok {
				bins = append(bins, at)
			}
		}
	}
	return question{
		ask: func(f *geo.Feature) (is, known bool) {
			if is, known = told.ask(f); known {
				return is, true
			}
			e := geo.ExtentOf(f.Geometry)
			within := slices.ContainsFunc(bins, func(at orb.Point) bool { return e.Contains(at) && geo.Inside(f.Geometry, at) })
			return within, within
		},
		fields: told.fields,
	}
}
