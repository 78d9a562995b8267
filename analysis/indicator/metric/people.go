package metric

import (
	"yiju/analysis/indicator"
	"yiju/geo"
)

// Attributes of the community.
var (
	loneField       = field{"lone_60plus", "独居老人数", "the number of residents aged 60 and over living alone"}
	alarmsField     = field{"alarm_devices", "独居老人紧急呼叫设备数", "the number of emergency call devices of elders living alone"}
	answersField    = field{"survey_answers", "居民调查有效答卷数", "the number of valid answers of the survey"}
	satisfiedField  = field{"survey_satisfied", "居民调查满意数", "the number of satisfied answers of the survey"}
	childrenField   = field{"children_under6", "6岁以下儿童数", "the number of children under 6"}
	recordsField    = field{"ehealth_records", "电子健康档案数", "the number of electronic health records"}
	identifiedField = field{"illegal_identified", "认定违建数", "the number of illegal structures identified"}
	removedField    = field{"illegal_removed", "拆除违建数", "the number of illegal structures removed"}
	rainField       = field{"rain_reuse_m3", "雨水年利用量", "the rainwater used in a year"}
)

func peopleMetrics() []Metric {
	community := []string{"communities"}
	return []Metric{
		{
			ID: "elders.share", Title: geo.T("60岁以上人口占比", "Residents aged 60 and over"),
			Definition: geo.T("60岁以上人数 ÷ 居民人数，取社区填报数；社区缺任一项时取建筑合计", "residents aged 60 and over ÷ residents, as the community tells them; where it lacks either, both summed over its buildings"),
			Source:     shandong(10, "养老服务", "elder care"), Unit: "%", Of: "residents", Layers: []string{"communities", "buildings"},
			measure: counting(func(in *Input, _ indicator.Params) indicator.Measure { return elders(in) }),
		},
		{
			ID: "elders.alarm_share", Title: geo.T("独居老人紧急呼叫设备配备率", "Elders living alone with a call device"),
			Definition: geo.T("独居老人紧急呼叫设备数 ÷ 独居老人数；只计数量，不涉及个人", "emergency call devices ÷ residents aged 60 and over living alone; counts only, never persons"),
			Source:     shandong(10, "养老服务", "elder care"), Unit: "%", Of: "elders", Layers: community, measure: ofCommunity(alarmsField, loneField),
		},
		{
			ID: "survey.satisfied_share", Title: geo.T("居民满意率", "Satisfied residents"),
			Definition: geo.T("居民调查满意数 ÷ 有效答卷数", "satisfied answers ÷ valid answers of the survey of residents"),
			Source:     shandong(28, "居民体验调查", "survey of residents"), Unit: "%", Of: "answers", Layers: community, measure: ofCommunity(satisfiedField, answersField),
		},
		{
			ID: "illegal.removed_share", Title: geo.T("违建拆除率", "Illegal structures removed"),
			Definition: geo.T("拆除违建数 ÷ 认定违建数", "illegal structures removed ÷ illegal structures identified"),
			Source:     yantai(15, "拆违拆临", "illegal structures"), Unit: "%", Of: "structures", Layers: community, measure: ofCommunity(removedField, identifiedField),
		},
		{
			ID: "ehealth.records_share", Title: geo.T("电子健康档案建档率", "Residents with an electronic health record"),
			Definition: geo.T("电子健康档案数 ÷ 居民人数；社区缺居民人数时取建筑合计", "electronic health records ÷ residents; where the community lacks residents, their sum over its buildings"),
			Source:     yantai(5, "我家医疗", "health care"), Unit: "%", Layers: []string{"communities", "buildings"},
			measure: counting(func(in *Input, _ indicator.Params) indicator.Measure { return healthRecords(in) }),
		},
		{
			ID: "rain.reuse_m3", Title: geo.T("雨水年利用量", "Rainwater used in a year"),
			Definition: geo.T("社区填报的雨水年利用量", "the rainwater used in a year, as the community tells it"),
			Source:     yantai(25, "海绵社区", "sponge community"), Unit: "m³", Layers: community,
			measure: func(in *Input, _ indicator.Params) (indicator.Measure, error) {
				m := indicator.Measure{Value: told(in, rainField)}
				if m.Value == nil {
					untold(&m, rainField)
				}
				point(&m, roleOf(m.Value != nil), "communities", []string{in.Scene.Community.ID})
				return m, nil
			},
		},
	}
}

// elders takes both numbers from the same place.
func elders(in *Input) indicator.Measure {
	var m indicator.Measure
	old, all := told(in, eldersField), told(in, residentsField)
	if old != nil && all != nil {
		m.Numerator, m.Denominator = old, all
		divide(&m, 100)
		point(&m, indicator.Made, "communities", []string{in.Scene.Community.ID})
		return m
	}
	sums := []total{in.sum("buildings", everyone(), byPeople(eldersField)), in.sum("buildings", everyone(), byPeople(residentsField))}
	if sums[0].known() && sums[1].known() {
		m = per(sums[0], sums[1], buildingsTitle, buildingsTitle, 100)
		m.Notes = append(m.Notes, geo.T("社区没有填全人数，取自建筑合计", "the community does not tell both numbers; they are the sums of its buildings"))
		return m
	}
	for i, a := range []field{eldersField, residentsField} {
		if told(in, a) == nil {
			untold(&m, a)
		}
		sums[i].lack.tell(&m)
	}
	point(&m, indicator.Unknown, "communities", []string{in.Scene.Community.ID})
	return m
}

func healthRecords(in *Input) indicator.Measure {
	m := indicator.Measure{Numerator: told(in, recordsField)}
	if m.Numerator == nil {
		untold(&m, recordsField)
	}
	m.Denominator = in.inhabitants(residentsField, &m)
	divide(&m, 100)
	return m
}
