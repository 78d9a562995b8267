package metric

import (
	"yiju/analysis/indicator"
	"yiju/geo"
)

func irrigationMetric() Metric {
	return Metric{
		ID: "greens.irrigated_share", Title: geo.T("有灌溉的绿地占比", "Irrigated green space"),
		Definition: geo.T("有灌溉的绿地面积 ÷ 绿地面积，只计社区内的部分，按要素相加", "area of irrigated greens ÷ area of greens, of the parts in the community, feature by feature"),
		Source:     yantai(10, "山海花园", "gardens"), Unit: "%", Of: "m²", Layers: []string{"communities", "greens"}, Spatial: true,
		measure: onGround(func(in *Input, _ indicator.Params, g *ground) (indicator.Measure, error) {
			area := make(map[string]float64)
			var inside []geo.Feature
			for _, x := range g.view(in, "greens").items {
				a, err := g.area(x)
				if err != nil {
					return indicator.Measure{}, err
				}
				if a > 0 {
					area[x.ID] = a
					inside = append(inside, x.Feature)
				}
			}
			return portion{
				layer: "greens", things: geo.T("绿地", "greens"), from: func(*Input) []geo.Feature { return inside },
				is: yes("irrigated", "有无灌溉", "whether they are irrigated"),
				by: weight{of: func(f *geo.Feature) (float64, bool) { return area[f.ID], true }},
			}.share(in), nil
		}),
	}
}
