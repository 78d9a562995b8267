package metric

import (
	"yiju/analysis/indicator"
	"yiju/geo"
)

// bedded asks for facilities that have beds: homes and day care. The seats of a
// canteen are a capacity too, and no beds.
func bedded() question { return ofCategory("care/nursing", "care/day_care") }

func nursingBeds() weight {
	return amountOf("nursing_beds", "护理型床位数", "the number of nursing beds")
}

func careMetrics() []Metric {
	layers := []string{"communities", "facilities"}
	care := yantai(3, "幸福康养", "elder care")
	return []Metric{
		{
			ID: "care.nursing_beds", Title: geo.T("护理型床位数", "Nursing beds"),
			Definition: geo.T("社区内养老院和日间照料设施的护理型床位数之和", "nursing beds of the nursing homes and day care in the community"),
			Source:     care, Of: "beds", Layers: layers,
			measure: counting(func(in *Input, _ indicator.Params) indicator.Measure {
				t := in.sum("facilities", bedded(), nursingBeds())
				return t.measure(facilitiesTitle, "")
			}),
		},
		{
			ID: "care.nursing_share", Title: geo.T("护理型床位占比", "Nursing beds among all beds"),
			Definition: geo.T("护理型床位数 ÷ 养老院和日间照料设施的容量，均为社区内之和", "nursing beds ÷ the capacity of nursing homes and day care, both summed over the community"),
			Source:     care, Unit: "%", Of: "beds", Layers: layers,
			measure: counting(func(in *Input, _ indicator.Params) indicator.Measure {
				return per(in.sum("facilities", bedded(), nursingBeds()), in.sum("facilities", bedded(), capacity("床位数", "the number of beds")), facilitiesTitle, facilitiesTitle, 100)
			}),
		},
		{
			ID: "childcare.places_share", Title: geo.T("托育和幼儿园学位占比", "Places in nurseries and kindergartens per child"),
			Definition: geo.T("社区内托育和幼儿园的容量之和 ÷ 6岁以下儿童数", "the capacity of nurseries and kindergartens in the community ÷ children under 6"),
			Source:     yantai(4, "优质教养", "childcare and education"), Unit: "%", Layers: layers,
			measure: counting(func(in *Input, _ indicator.Params) indicator.Measure {
				t := in.sum("facilities", ofCategory("education/nursery", "education/kindergarten"), capacity("学位数", "the number of places"))
				m := indicator.Measure{Denominator: told(in, childrenField)}
				point(&m, indicator.Unknown, t.layer, t.lost)
				point(&m, indicator.Made, t.layer, t.ids)
				t.tell(&m, facilitiesTitle)
				if t.known() {
					m.Numerator = &t.sum
				}
				if m.Denominator == nil {
					untold(&m, childrenField)
				}
				divide(&m, 100)
				return m
			}),
		},
	}
}
