package metric

import (
	"yiju/analysis/indicator"
	"yiju/geo"
)

// radioNeed asks for a prediction of 5G coverage.
func radioNeed(p indicator.Params) Need {
	n := Need{Analysis: "radio"}
	if thresholds := p.Words["thresholds"]; len(thresholds) > 0 {
		n.Thresholds = thresholds[0]
	}
	return n
}

func radioMetrics() []Metric {
	source := both(shandong(2, "移动通信网络", "mobile network"), geo.T("覆盖门限见分析参数", "what counts as covered is a parameter of the analysis"))
	of := func(id, zh, en, formulaZH, formulaEN, suffix string) Metric {
		return Metric{
			ID: id, Title: geo.T(zh, en),
			Definition: geo.T(formulaZH+"；由 5G 覆盖分析得出，按像元计面积", formulaEN+"; found by the analysis of 5G coverage, in whole pixels"),
			Source:     source, Unit: "%", Of: "m²", Layers: []string{"communities", "cells", "buildings", "terrain"}, Spatial: true,
			Params: []ParamInfo{{Name: "thresholds", Title: geo.T("5G 覆盖门限；不填为缺省", "thresholds of 5G coverage; the default if left out"), Words: true, Optional: true}},
			needs:  func(p indicator.Params) []Need { return []Need{radioNeed(p)} },
			measure: func(in *Input, p indicator.Params) (indicator.Measure, error) {
				return radioShare(in, radioNeed(p), suffix)
			},
		}
	}
	return []Metric{
		of("radio.covered_share", "5G 网络覆盖率", "5G coverage", "5G 信号覆盖的社区面积 ÷ 社区面积", "area of the community that 5G covers ÷ area of the community", "covered_share"),
		of("radio.outdoor_share", "5G 室外覆盖率", "Outdoor 5G coverage", "5G 信号覆盖的室外面积 ÷ 社区室外面积", "outdoor area that 5G covers ÷ outdoor area of the community", "outdoor_share"),
	}
}

// radioShare shows what is covered, and names the spots that are not.
func radioShare(in *Input, need Need, suffix string) (indicator.Measure, error) {
	run, err := in.run(need)
	if err != nil {
		return indicator.Measure{}, err
	}
	if run.Missing != nil {
		return run.why(), nil
	}
	m, err := run.value(suffix, geo.T("补齐 5G 小区和建筑的所列属性，或采用有出处的缺省值后重新评价", "fill in the attributes of cells and buildings that are named, or accept documented usual values and judge again"))
	if err != nil {
		return m, err
	}
	run.show(&m, "covered", "classes", "spots")
	if len(m.Layers) == 0 {
		run.show(&m, "cells")
	}
	if spots := run.layer("spots"); spots != nil {
		var ids []string
		for i := range spots.Features {
			if kind, _ := spots.Features[i].Text("kind"); kind == "uncovered" {
				ids = append(ids, spots.Features[i].ID)
			}
		}
		point(&m, indicator.Failed, spots.Schema.Layer, ids)
	}
	return m, nil
}
