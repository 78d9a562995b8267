package sight

import (
	"slices"

	"yiju/analysis"
	"yiju/geo"
)

// tally counts yes, no and not known.
type tally struct {
	yes, no, unknown float64
}

func (t *tally) add(s State, weight float64) {
	switch s {
	case Yes:
		t.yes += weight
	case No:
		t.no += weight
	default:
		t.unknown += weight
	}
}

// share makes a value of a tally. With something unknown there is no value; the
// numerator counts what is certain, and the bounds tell between what the share lies.
func (r *run) share(id string, title geo.Text, of string, t tally, layer string, lack geo.Text) analysis.Value {
	all := cm(t.yes + t.no + t.unknown)
	v := analysis.Share(r.p.ID+"_"+id, title, of, cm(t.yes), all)
	if r.p.wants(layer) {
		v.Layer = r.p.ID + "_" + layer
	}
	if t.unknown > 0 {
		v.Value = nil
		lo, hi := 100*t.yes/all, 100*(t.yes+t.unknown)/all
		v.Low, v.High = &lo, &hi
		v.Missing = append(v.Missing, geo.Tf(
			"%[1]s：%[3]g %[6]s未知，占比在 %.1[4]f%% 和 %.1[5]f%% 之间",
			"%[2]s: %[3]g%[7]s unknown, the share is between %.1[4]f %% and %.1[5]f %%", lack.ZH, lack.EN, cm(t.unknown), lo, hi, unitZH(of), unitEN(of)))
	}
	return v
}

// unitZH and unitEN follow a number of what a share is of: lengths and areas have
// units, the rest is counted.
func unitZH(of string) string {
	if of == "m" || of == "m²" {
		return of + " "
	}
	return "项"
}

func unitEN(of string) string {
	if of == "m" || of == "m²" {
		return " " + of
	}
	return ""
}

// kinds of key points, in the order in which they are told.
var kinds = []struct {
	kind   string
	zh, en string
}{
	{"compound_gate", "小区大门", "compound gates"},
	{"garage_entrance", "车库出入口", "garage entrances"},
	{"building_door", "楼门", "building doors"},
	{"main_road", "主要道路", "main roads"},
	{"fire_lane", "消防通道", "fire lanes"},
	{"other", "其他部位", "other places"},
}

// values are the shares of the run.
func (r *run) values() []analysis.Value {
	out := r.keypointValues()
	inventory := func(id, zh, en string, lack geo.Text, state func(i int) State) {
		var t tally
		for i := range r.m.cameras {
			if r.m.cameras[i].Inside {
				t.add(state(i), 1)
			}
		}
		out = append(out, r.share(id, geo.T(zh, en), "cameras", t, "cameras", lack))
	}
	attribute := func(name string) geo.Text {
		return geo.T("摄像机是否"+stateZH(name), "attribute "+name+" of cameras")
	}
	inventory("networked_share", "摄像机联网率", "Share of cameras that are networked", attribute("networked"),
		func(i int) State { return stateOf(r.m.cameras[i].Networked) })
	inventory("working_share", "摄像机完好率", "Share of cameras that work", attribute("working"),
		func(i int) State { return stateOf(known(r.m.cameras[i].feature, "working")) })
	inventory("platform_share", "摄像机出图率", "Share of cameras that give a picture on the platform", attribute("on_platform"),
		func(i int) State { return stateOf(r.m.cameras[i].OnPlatform) })
	inventory("compliant_share", "摄像机档案合规率", "Share of cameras whose record is right", geo.T("所在区划", "the division they stand in"),
		func(i int) State { return r.records[i].state() })
	inventory("known_views_share", "视野可计算的摄像机占比", "Share of cameras whose view can be computed", geo.Text{},
		func(i int) State {
			if c := &r.m.cameras[i]; c.able || c.Indoor != "" {
				return Yes
			}
			return No
		})
	out = append(out, r.facadeValues()...)
	if r.p.Advice != nil {
		n := float64(len(r.advised.list))
		out = append(out, analysis.Value{ID: r.p.ID + "_advice_cameras", Title: geo.T("建议加装的摄像机数", "Cameras proposed"), Value: &n, Layer: r.p.ID + "_advice"})
	}
	return out
}

// coverage sums key points: points and lines of some kinds, in their own units, and
// key points as such, each of which counts as the share of it that is covered.
func (r *run) coverage(kind string) (points, metres, all tally) {
	shares := make([]tally, len(r.m.keypoints))
	for i := range r.points {
		p := &r.points[i]
		if k := &r.m.keypoints[p.keypoint]; kind == "" || k.kind == kind {
			points.add(p.state, 1)
			shares[p.keypoint].add(p.state, 1)
		}
	}
	for i := range r.lines {
		l := &r.lines[i]
		if k := &r.m.keypoints[l.keypoint]; kind != "" && k.kind != kind {
			continue
		}
		for _, p := range l.parts {
			length := lengthOf(l.line, p.from, p.to)
			metres.add(p.state, length)
			shares[l.keypoint].add(p.state, length)
		}
	}
	for i := range shares {
		if sum := shares[i].yes + shares[i].no + shares[i].unknown; sum > 0 {
			all.add(Yes, shares[i].yes/sum)
			all.add(No, shares[i].no/sum)
			all.add(Unknown, shares[i].unknown/sum)
		}
	}
	return points, metres, all
}

func (r *run) keypointValues() []analysis.Value {
	lack := geo.T("重点部位是否覆盖", "whether key points are covered")
	points, metres, all := r.coverage("")
	out := []analysis.Value{
		r.share("keypoints_covered_share", geo.T("重点部位覆盖率（线状部位按长度折算）", "Share of key points covered, lines by their length"), "key points", all, "keypoints", lack),
		r.share("points_share", geo.T("点状重点部位覆盖率", "Share of points covered"), "points", points, "keypoints", lack),
		r.share("roads_share", geo.T("线状重点部位（道路、通道）覆盖率", "Share of roads and lanes covered, by length"), "m", metres, "keypoints", lack),
	}
	for _, k := range kinds {
		points, metres, _ := r.coverage(k.kind)
		if points != (tally{}) {
			out = append(out, r.share(k.kind+"_share", geo.T(k.zh+"覆盖率", "Share of "+k.en+" covered"), "points", points, "keypoints", lack))
		}
		if metres != (tally{}) {
			id := k.kind + "_share"
			if points != (tally{}) {
				id = k.kind + "_length_share"
			}
			out = append(out, r.share(id, geo.T(k.zh+"覆盖率（按长度）", "Share of "+k.en+" covered, by length"), "m", metres, "keypoints", lack))
		}
	}
	return out
}

func (r *run) facadeValues() []analysis.Value {
	var buildings, area tally
	for i := range r.facades {
		f := &r.facades[i]
		buildings.add(f.state(), 1)
		area.add(Yes, f.seen_m2)
		area.add(Unknown, f.unknown_m2)
		area.add(No, f.all_m2-f.seen_m2-f.unknown_m2)
	}
	buildings.unknown += float64(r.facadeDoubts)
	lack := geo.T("高层住宅立面是否监测", "whether façades of high residential buildings are watched")
	return []analysis.Value{
		r.share("facade_share", geo.Tf("%d层及以上住宅从%d层起全部立面受监测的占比", "Share of residential buildings of %d floors and more whose façades are all watched from floor %d up", r.p.Facade.Floors, r.p.Facade.FromFloor),
			"buildings", buildings, "facades", lack),
		r.share("facade_area_share", geo.T("高层住宅立面受监测的面积占比", "Share of the façades of these buildings that is watched"), "m²", area, "facades", lack),
	}
}

// tell writes the notes that name what fails.
func (r *run) tell() {
	for i := range r.m.cameras {
		c := &r.m.cameras[i]
		if !c.Inside {
			continue
		}
		r.tellCamera(c, &r.records[i])
	}
	open := func(k int, state State) {
		switch state {
		case No:
			r.notes.Add("keypoints_open", geo.T("重点部位未覆盖或未全部覆盖", "key points that are not covered, or not wholly"), "keypoints", r.m.keypoints[k].id)
		case Unknown:
			r.notes.Add("keypoints_unknown", geo.T("重点部位是否覆盖不能判定", "key points of which cannot be said whether they are covered"), "keypoints", r.m.keypoints[k].id)
		}
	}
	told := make(map[[2]string]bool)
	once := func(k int, state State) {
		key := [2]string{r.m.keypoints[k].id, string(state)}
		if !told[key] {
			told[key] = true
			open(k, state)
		}
	}
	for i := range r.points {
		once(r.points[i].keypoint, r.points[i].state)
	}
	for i := range r.lines {
		for _, p := range r.lines[i].parts {
			once(r.lines[i].keypoint, p.state)
		}
	}
	if len(r.m.keypoints) == 0 {
		r.notes.Add("no_keypoints", geo.T("没有重点部位", "there are no key points"), "keypoints", "")
	}
	if len(r.m.cameras) == 0 {
		r.notes.Add("no_cameras", geo.T("没有摄像机", "there are no cameras"), "cameras", "")
	}
	r.tellFacades()
	r.tellAdvice()
}

func (r *run) tellAdvice() {
	a := &r.advised
	switch {
	case r.p.Advice == nil:
		return
	case a.proven:
		r.notes.Add("advice_least", geo.T("加装台数已证明最少", "no smaller number of cameras on these positions covers as much"), "", "")
	default:
		r.notes.Add("advice_greedy", geo.T("加装台数由贪心法得到，可能不是最少", "the number of cameras is found greedily and may not be the least"), "", "")
	}
	if a.beyond > 0 {
		r.notes.Add("advice_beyond", geo.Tf("%d 处未覆盖，楼角和灯杆都看不到", "%d places stay open: no corner of a building and no lamp post sees them", a.beyond), "", "")
	}
	if a.rest > 0 {
		r.notes.Add("advice_rest", geo.Tf("达到台数上限，还有 %d 处未覆盖", "the greatest number of cameras is reached, %d places stay open", a.rest), "", "")
	}
}

// stateZH names a yes-or-no attribute of cameras in Chinese.
func stateZH(name string) string {
	return map[string]string{"networked": "联网", "working": "完好", "on_platform": "出图"}[name]
}

func (r *run) tellCamera(c *Camera, rec *record) {
	states := []struct {
		v      *bool
		code   string
		zh, en string
	}{
		{c.Networked, "networked", "未联网的摄像机", "cameras that are not networked"},
		{known(c.feature, "working"), "working", "不完好的摄像机", "cameras that do not work"},
		{c.OnPlatform, "on_platform", "未出图的摄像机", "cameras that give no picture on the platform"},
	}
	for _, s := range states {
		switch stateOf(s.v) {
		case No:
			r.notes.Add("not_"+s.code, geo.T(s.zh, s.en), "cameras", c.ID)
		case Unknown:
			r.notes.Add("unknown_"+s.code, geo.T("摄像机是否"+stateZH(s.code)+"未知", "attribute "+s.code+" of cameras is unknown"), "cameras", c.ID)
		}
	}
	for _, t := range faultTexts {
		if slices.Contains(rec.faults, t.fault) {
			r.notes.Add("record_"+string(t.fault), t.text, "cameras", c.ID)
		}
	}
	if rec.unsure {
		r.notes.Add("record_no_division", geo.T("社区没有行政区划代码，摄像机的区划不能核对", "the community has no division code, so those of its cameras cannot be checked"), "cameras", c.ID)
	}
}

func (r *run) tellFacades() {
	if len(r.facades) == 0 && r.facadeDoubts == 0 {
		r.notes.Add("no_high_rise", geo.Tf("没有%d层及以上住宅，高空抛物监测不适用", "there are no residential buildings of %d floors and more; watching their façades does not apply", r.p.Facade.Floors), "buildings", "")
	}
	for i := range r.facades {
		id := r.m.scene.Layers["buildings"][r.facades[i].feature].ID
		switch r.facades[i].state() {
		case No:
			r.notes.Add("facades_open", geo.T("高层住宅立面未全部监测", "high residential buildings whose façades are not all watched"), "buildings", id)
		case Unknown:
			r.notes.Add("facades_doubtful", geo.T("高层住宅立面是否监测不能判定", "high residential buildings of which cannot be said whether their façades are watched"), "buildings", id)
		}
	}
}
