package metric

import (
	"fmt"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// shandong names an item of the Shandong standard, whose formula a metric is.
func shandong(item int, zh, en string) geo.Text {
	return geo.T(
		fmt.Sprintf("山东省智慧社区建设指标 第%d项 %s", item, zh),
		fmt.Sprintf("Shandong indicators of smart communities, no. %d, %s", item, en))
}

// yantai names an item of the Yantai standard. It states no formulas: they are ours.
func yantai(item int, zh, en string) geo.Text {
	return geo.T(
		fmt.Sprintf("烟台市美好社区创建指标 第%d项 %s；计算方法由本系统给出", item, zh),
		fmt.Sprintf("Yantai indicators of beautiful communities, no. %d, %s; the formula is the product's", item, en))
}

// both names two sources.
func both(a, b geo.Text) geo.Text { return geo.T(a.ZH+"；"+b.ZH, a.EN+"; "+b.EN) }

// Parameters that several metrics take.
func categoriesParam(optional bool, zh, en string) ParamInfo {
	return ParamInfo{Name: "categories", Title: geo.T(zh, en), Words: true, Optional: optional}
}

func deviceKinds() ParamInfo {
	return ParamInfo{Name: "kinds", Title: geo.T("设备类型", "kinds of devices"), Words: true}
}

// floorsParam is the least number of floors.
func floorsParam() ParamInfo {
	return ParamInfo{Name: "floors", Title: geo.T("最少层数", "least number of floors")}
}

// parameter is a number that Compute has found to be set.
func parameter(p indicator.Params, name string) float64 {
	v, _ := p.Number(name)
	return v
}
