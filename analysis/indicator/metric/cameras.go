package metric

import (
	"slices"
	"strings"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// usualKeypoints are the key points that the standard names. Metrics of cameras that
// do not depend on key points ask for them as well, so that one run serves all.
var usualKeypoints = []string{"compound_gate", "garage_entrance", "main_road", "fire_lane"}

// facadeFloors is from how many floors on the façades of a dwelling must be watched.
const facadeFloors = 12

var (
	camerasTitle  = geo.T("摄像机", "cameras")
	fillInCameras = geo.T("补齐图层 cameras 中所列的属性，或采用有出处的缺省值后重新评价", "fill in the attributes of layer cameras that are named, or accept documented usual values and judge again")
)

// camerasNeed asks for what cameras see, with the key points that the parameters
// name, else those given.
func camerasNeed(p indicator.Params, derive []string) Need {
	if words := p.Words["derive"]; len(words) > 0 {
		derive = words
	}
	return Need{Analysis: "cameras", Derive: slices.Clone(derive)}
}

func deriveParam() ParamInfo {
	return ParamInfo{Name: "derive", Title: geo.T("由出入口和道路推出的重点部位类型；不填为只用图层 keypoints", "kinds of key points taken from entrances and ways; layer keypoints alone if left out"), Words: true, Optional: true}
}

func cameraMetrics() []Metric {
	cameras := shandong(4, "视频监控设施", "video surveillance")
	inputs := []string{"communities", "cameras", "keypoints", "entrances", "ways", "buildings", "barriers", "terrain"}
	out := []Metric{{
		ID: "cameras.keypoints_share", Title: geo.T("重点部位视频覆盖率", "Key points covered by cameras"),
		Definition: geo.T("被摄像机覆盖的重点部位 ÷ 重点部位；每个部位计一，线状部位按被覆盖的长度折算；由视频覆盖分析得出", "key points that cameras cover ÷ key points, each counted once and lines by the share of their length; found by the analysis of cameras"),
		Source:     cameras, Unit: "%", Of: "key points", Layers: inputs, Spatial: true, Params: []ParamInfo{deriveParam()},
		needs:   func(p indicator.Params) []Need { return []Need{camerasNeed(p, nil)} },
		measure: keypointsCovered,
	}}
	for _, s := range []struct{ id, suffix, attribute, zh, en, formulaZH, formulaEN string }{
		{"cameras.networked_share", "networked_share", "networked", "摄像机联网率", "Cameras that are networked", "联网的摄像机数", "cameras that are networked"},
		{"cameras.working_share", "working_share", "working", "摄像机完好率", "Cameras that work", "完好的摄像机数", "cameras that work"},
		{"cameras.platform_share", "platform_share", "on_platform", "摄像机出图率", "Cameras that give a picture", "在平台出图的摄像机数", "cameras that give a picture on the platform"},
		{"cameras.record_share", "compliant_share", "compliant", "摄像机档案合规率", "Cameras with a right record", "编码、名称、行政区划和坐标都合规的摄像机数", "cameras of which code, name, division and position are right"},
	} {
		out = append(out, Metric{
			ID: s.id, Title: geo.T(s.zh, s.en),
			Definition: geo.T(s.formulaZH+" ÷ 社区内的摄像机数", s.formulaEN+" ÷ cameras in the community"),
			Source:     cameras, Unit: "%", Of: "cameras", Layers: []string{"communities", "cameras"}, Params: []ParamInfo{deriveParam()},
			needs: func(p indicator.Params) []Need { return []Need{camerasNeed(p, usualKeypoints)} },
			measure: func(in *Input, p indicator.Params) (indicator.Measure, error) {
				if s.attribute == "compliant" && noRegister(in) {
					return unregistered(), nil
				}
				return camerasThatAre(in, camerasNeed(p, usualKeypoints), s.suffix, s.attribute)
			},
		})
	}
	return append(out, Metric{
		ID: "cameras.facade_share", Title: geo.T("高空抛物监测覆盖率", "High dwellings whose façades are watched"),
		Definition: geo.Tf("从3层起全部立面受监测的%[1]d层及以上住宅数 ÷ %[1]d层及以上住宅数；由视频覆盖分析得出", "residential buildings of %[1]d floors and more whose façades are all watched from floor 3 up ÷ all of them; found by the analysis of cameras", facadeFloors),
		Source:     shandong(17, "高空抛物监测", "objects thrown from height"), Unit: "%", Of: "buildings", Layers: []string{"communities", "cameras", "buildings", "barriers", "terrain"}, Spatial: true,
		Params:  []ParamInfo{deriveParam()},
		needs:   func(p indicator.Params) []Need { return []Need{camerasNeed(p, usualKeypoints)} },
		measure: facadesWatched,
	})
}

// keypointsCovered cannot be told where there are no key points at all.
func keypointsCovered(in *Input, p indicator.Params) (indicator.Measure, error) {
	run, err := in.run(camerasNeed(p, nil))
	if err != nil {
		return indicator.Measure{}, err
	}
	if run.Missing != nil {
		return run.why(), nil
	}
	m, err := run.value("keypoints_covered_share", fillInCameras)
	if err != nil {
		return m, err
	}
	if m.Denominator == nil || *m.Denominator == 0 {
		forget(&m)
		m.Missing = append(m.Missing, geo.T("社区内没有重点部位的数据", "there are no key points in the community"))
		m.Collect = append(m.Collect, geo.T("画出重点部位（图层 keypoints），或补齐小区大门、车库出入口（图层 entrances）和主要道路、消防车道（图层 ways）", "draw the key points (layer keypoints), or bring gates and garages (layer entrances), main roads and fire lanes (layer ways)"))
		return m, nil
	}
	run.show(&m, "keypoints", "views", "cameras")
	run.states(&m, "keypoints", func(f *geo.Feature) (string, bool) {
		state, _ := f.Text("covered")
		return state, true
	})
	return m, nil
}

// camerasThatAre is a share of the cameras that stand in the community.
func camerasThatAre(in *Input, need Need, suffix, attribute string) (indicator.Measure, error) {
	run, err := in.run(need)
	if err != nil {
		return indicator.Measure{}, err
	}
	if run.Missing != nil {
		return run.why(), nil
	}
	m, err := run.value(suffix, fillInCameras)
	if err != nil {
		return m, err
	}
	if m.Denominator == nil || *m.Denominator == 0 {
		forget(&m)
		absent(&m, "cameras", camerasTitle.ZH, camerasTitle.EN)
		return m, nil
	}
	run.show(&m, "cameras")
	run.states(&m, "cameras", func(f *geo.Feature) (string, bool) {
		inside, _ := f.Bool("inside")
		state, _ := f.Text(attribute)
		// A value that is taken from defaults is not known of the camera.
		if assumed, _ := f.Text("assumed"); slices.Contains(strings.Fields(assumed), attribute) {
			state = "unknown"
		}
		return state, inside
	})
	return m, nil
}

// noRegister tells whether there are cameras in the community and none has a code or
// a division: then it is the register that is missing, and not every record wrong.
func noRegister(in *Input) bool {
	cameras := in.inside("cameras")
	return len(cameras) > 0 && !slices.ContainsFunc(cameras, func(f geo.Feature) bool {
		code, _ := f.Text("code")
		division, _ := f.Text("adcode")
		return code != "" || division != ""
	})
}

func unregistered() indicator.Measure {
	return indicator.Measure{
		Missing: []geo.Text{geo.T("摄像机都没有编码和行政区划，台账未导入", "no camera has a code or a division: the register was not imported")},
		Collect: []geo.Text{geo.T("导入视频监控台账（图层 cameras 的字段 code、adcode、lon、lat）", "import the register of cameras (fields code, adcode, lon, lat of layer cameras)")},
	}
}

// facadesWatched is not applicable without high dwellings, whether or not there are
// cameras.
func facadesWatched(in *Input, p indicator.Params) (indicator.Measure, error) {
	run, err := in.run(camerasNeed(p, usualKeypoints))
	if err != nil {
		return indicator.Measure{}, err
	}
	high := portion{layer: "buildings", who: all(residential(), tall(facadeFloors)), is: everyone()}.tally(in)
	if high.empty {
		var m indicator.Measure
		absent(&m, "buildings", buildingsTitle.ZH, buildingsTitle.EN)
		return m, nil
	}
	if high.counter.all() == 0 {
		return high.counter.share(), nil
	}
	if run.Missing != nil {
		return run.why(), nil
	}
	m, err := run.value("facade_share", fillInCameras)
	if err != nil {
		return m, err
	}
	run.show(&m, "facades", "views")
	run.states(&m, "facades", func(f *geo.Feature) (string, bool) {
		kind, _ := f.Text("kind")
		state, _ := f.Text("seen")
		return state, kind == "building"
	})
	point(&m, indicator.Unknown, "buildings", high.counter.ids[indicator.Unknown])
	high.lack.tell(&m)
	return m, nil
}
