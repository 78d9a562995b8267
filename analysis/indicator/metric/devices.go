package metric

import (
	"slices"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// devicesTitle names devices where there are none.
var devicesTitle = geo.T("设备", "devices")

func smart() question { return yes("smart", "是否智能", "whether they are smart") }

func deviceMetrics() []Metric {
	layers := []string{"communities", "devices"}
	convenience := both(shandong(12, "便民生活服务", "convenience"), geo.T("设备计数", "a count of devices"))
	return []Metric{
		{
			ID: "lamps.smart_share", Title: geo.T("智能照明设施占比", "Smart lamps"),
			Definition: geo.T("智能路灯数 ÷ 路灯数；社区内的公共照明设施", "smart lamps ÷ lamps in the community"),
			Source:     both(shandong(5, "智能照明设施", "smart lighting"), yantai(11, "智慧照明", "lighting")), Unit: "%", Of: "lamps", Layers: layers,
			measure: fixed(portion{layer: "devices", things: geo.T("路灯", "lamps"), base: ofKind("lamp"), is: smart()}),
		},
		{
			ID: "devices.count", Title: geo.T("设备数", "Devices"),
			Definition: geo.T("社区内给定类型的设备数；smart=1 时只计智能的", "devices of the kinds named in the community; with smart=1 smart ones alone"),
			Source:     convenience, Of: "devices", Layers: layers, Params: []ParamInfo{deviceKinds(), {Name: "smart", Title: geo.T("1 为只计智能设备；不填为全部", "1 counts smart ones alone; all if left out"), Optional: true}},
			measure: counting(func(in *Input, p indicator.Params) indicator.Measure {
				is := ofKind(p.Words["kinds"]...)
				if parameter(p, "smart") == 1 {
					is = all(is, smart())
				}
				return portion{layer: "devices", things: devicesTitle, is: is}.count(in)
			}),
		},
		{
			ID: "devices.kinds", Title: geo.T("设备种类数", "Kinds of devices"),
			Definition: geo.T("给定类型中社区内已有的种类数 ÷ 给定的种类数；以“|”相连的任一种即可", "how many of the kinds named are there in the community, of how many; of kinds joined by | one is enough"),
			Source:     convenience, Of: "kinds", Layers: layers, Params: []ParamInfo{deviceKinds()},
			measure: counting(func(in *Input, p indicator.Params) indicator.Measure {
				return variety{layer: "devices", attribute: "kind", things: devicesTitle, same: func(v, asked string) bool { return v == asked }}.measure(in, p.Words["kinds"])
			}),
		},
		{
			ID: "devices.per_100_households", Title: geo.T("每百户设备数", "Devices per 100 households"),
			Definition: geo.T("社区内给定类型的设备数 ÷ 户数 × 100", "devices of the kinds named ÷ households × 100, in the community"),
			Source:     yantai(24, "无废社区", "zero waste"), Layers: append(layers, "buildings"), Params: []ParamInfo{deviceKinds()},
			measure: counting(func(in *Input, p indicator.Params) indicator.Measure {
				return per(in.sum("devices", ofKind(p.Words["kinds"]...), each()), in.households(), devicesTitle, buildingsTitle, 100)
			}),
		},
		{
			ID: "devices.per_gate", Title: geo.T("每个小区出入口的设备数", "Devices per gate"),
			Definition: geo.T("社区内给定类型的设备数 ÷ 小区大门数", "devices of the kinds named ÷ gates of compounds, in the community"),
			Source:     yantai(33, "信息共享", "information"), Layers: append(layers, "entrances"), Params: []ParamInfo{deviceKinds()},
			measure: counting(func(in *Input, p indicator.Params) indicator.Measure {
				gates := in.sum("entrances", ofKind("compound_gate"), each())
				return per(in.sum("devices", ofKind(p.Words["kinds"]...), each()), gates, devicesTitle, geo.T("出入口", "entrances"), 1)
			}),
		},
		{
			ID: "lockers.cells_per_household", Title: geo.T("户均快递柜格口数", "Cells of parcel lockers per household"),
			Definition: geo.T("社区内快递柜格口数之和 ÷ 户数", "cells of parcel lockers ÷ households, in the community"),
			Source:     yantai(32, "智能配送", "delivery"), Layers: append(layers, "buildings"),
			measure: counting(func(in *Input, _ indicator.Params) indicator.Measure {
				cells := in.sum("devices", ofKind("locker"), amountOf("capacity", "格口数", "the number of cells"))
				return per(cells, in.households(), devicesTitle, buildingsTitle, 1)
			}),
		},
	}
}

// variety counts how many of several kinds are there.
type variety struct {
	layer, attribute string
	things           geo.Text
	// same tells whether a value is of a kind that is asked for.
	same func(value, asked string) bool
}

// measure counts the entries of which one alternative is there. A feature that does
// not tell its kind may be of one that is not.
func (v variety) measure(in *Input, entries []string) indicator.Measure {
	var m indicator.Measure
	features := in.inside(v.layer)
	if len(features) == 0 {
		absent(&m, v.layer, v.things.ZH, v.things.EN)
		return m
	}
	var made, unknown []string
	lack := lacking{layer: v.layer}
	there := make([]bool, len(entries))
	for i := range features {
		f := &features[i]
		value, known := textOf(f, v.attribute)
		if !known {
			unknown = append(unknown, f.ID)
			lack.note(f, kindField(v.attribute))
			continue
		}
		for k, entry := range entries {
			if slices.ContainsFunc(alternatives(entry), func(asked string) bool { return v.same(value, asked) }) {
				there[k] = true
				made = append(made, f.ID)
			}
		}
	}
	v.sum(in, &m, entries, there, len(unknown))
	if m.Value == nil {
		lack.tell(&m)
		point(&m, indicator.Unknown, v.layer, unknown)
	}
	point(&m, indicator.Made, v.layer, made)
	return m
}

// kindField is the attribute that tells a kind.
func kindField(name string) field { return field{name, "类型", "the kind"} }

// sum gives the measure its numbers and names what is not there.
func (v variety) sum(in *Input, m *indicator.Measure, entries []string, there []bool, unknown int) {
	var lost []geo.Text
	n, of := 0.0, float64(len(entries))
	for k, yes := range there {
		if yes {
			n++
		} else {
			lost = append(lost, in.wordEntry(v.layer, v.attribute, entries[k]))
		}
	}
	m.Numerator, m.Denominator = &n, &of
	if most := min(of, n+float64(unknown)); most > n {
		low := n
		m.Low, m.High = &low, &most
	} else {
		value := n
		m.Value = &value
	}
	if len(lost) > 0 {
		zh, en := enumerated(lost)
		m.Notes = append(m.Notes, geo.Tf("没有：%[1]s", "not there: %[2]s", zh, en))
	}
}
