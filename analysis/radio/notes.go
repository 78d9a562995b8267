package radio

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"yiju/analysis"
	"yiju/geo"
)

// ModelVersion names the formulas and their order. It changes when the same scene
// may give other levels.
const ModelVersion = "1"

// tell writes the notes of a run.
func (r *answer) tell() {
	r.tellModel()
	r.tellAssumed()
	r.tellBuildings()
	r.tellLacking()
	if !r.known {
		return
	}
	r.tellFlags()
	r.tellTerrain()
	r.tellPixels()
	if s := r.spots; s.small > 0 {
		r.notes.Add("small_spots", geo.Tf(
			"另有 %[1]d 处小于 %[2]d m² 的未覆盖或弱覆盖地点没有绘出，共 %.0[3]f m²",
			"%[1]d uncovered or weak spots smaller than %[2]d m² are not drawn; together they have %.0[3]f m²",
			s.small, minSpotM2, r.areaM2(s.smallPixels)), "", "")
	}
}

func (r *answer) tellModel() {
	p, t := &r.p, &r.p.Thresholds
	loss := geo.T("被遮挡的路径取统计的非视距损耗", "blocked paths take the statistical loss without line of sight")
	if p.Blocked == KnifeEdge {
		loss = geo.T("被遮挡的路径取自由路径损耗加刃形绕射（ITU-R P.526），不超过统计值", "blocked paths take the loss of a free path and knife-edge diffraction (ITU-R P.526), no more than the statistical loss")
	}
	entry := geo.T("普通墙体", "plain walls")
	if p.Entry == HighLoss {
		entry = geo.T("高损耗墙体", "walls of high loss")
	}
	r.notes.Add("radio_model", geo.Text{
		ZH: fmt.Sprintf("模型版本 %s：3GPP TR 38.901 UMa/UMi，视距由建筑和地形的几何关系判定；%s；室内按%s计入穿透损耗；像元 %g m，终端高 %g m，每个小区计算到 %g m",
			ModelVersion, loss.ZH, entry.ZH, p.ResM, p.ReceiverM, p.ReachM),
		EN: fmt.Sprintf("Model version %s: 3GPP TR 38.901 UMa/UMi, line of sight decided by the geometry of buildings and ground; %s; indoors the entry loss of %s; pixels of %g m, phone at %g m, each cell followed to %g m",
			ModelVersion, loss.EN, entry.EN, p.ResM, p.ReceiverM, p.ReachM),
	}, "", "")
	r.notes.Add("thresholds", thresholdText(t), "", "")
	if !t.Sourced {
		r.notes.Add("threshold_unsourced", geo.Text{
			ZH: "门限“" + t.Title.ZH + "”未找到出处原文：" + t.Source.ZH,
			EN: "No primary text was found for the thresholds “" + t.Title.EN + "”: " + t.Source.EN,
		}, "", "")
	}
	if c := p.Calibration; c != nil {
		r.notes.Add("calibrated", geo.Text{
			ZH: "电平按实测校正“" + c.Title.ZH + "”修正：" + c.Source.ZH,
			EN: "Levels are corrected by the calibration “" + c.Title.EN + "”: " + c.Source.EN,
		}, "", "")
	} else {
		r.notes.Add("uncalibrated", geo.T("未经实测校正；未校正的模型与实测常差十几分贝，通常偏乐观", "Not calibrated with measurements; models that are not often differ from them by more than ten decibels, mostly on the bright side"), "", "")
	}
}

// thresholdText says in words when a place is covered.
func thresholdText(t *Thresholds) geo.Text {
	zh := fmt.Sprintf("覆盖的判定：SS-RSRP ≥ %g dBm", t.RSRPdBm)
	en := fmt.Sprintf("Covered means SS-RSRP ≥ %g dBm", t.RSRPdBm)
	if t.SINRdB != nil {
		zh += fmt.Sprintf("，且 SS-SINR ≥ %g dB", *t.SINRdB)
		en += fmt.Sprintf(" and SS-SINR ≥ %g dB", *t.SINRdB)
	}
	if t.Probability != nil {
		zh += fmt.Sprintf("，且计入阴影衰落的达标概率 ≥ %g%%", 100**t.Probability)
		en += fmt.Sprintf(", met with a probability of %g %% or more when shadowing is considered", 100**t.Probability)
	}
	return geo.T(zh+"（"+t.Title.ZH+"）", en+" ("+t.Title.EN+")")
}

// fieldTitles words the attributes that cells and buildings may lack.
var fieldTitles = map[string]geo.Text{
	"position": geo.T("位置", "place"), "freq_mhz": geo.T("中心频率", "frequency"),
	"bandwidth_mhz": geo.T("带宽", "bandwidth"), "scs_khz": geo.T("子载波间隔", "subcarrier spacing"),
	"power_w": geo.T("发射功率", "power"), "eirp_dbm": geo.T("EIRP", "EIRP"), "gain_dbi": geo.T("天线增益", "antenna gain"),
	"azimuth_deg": geo.T("方位角", "azimuth"), "hbw_deg": geo.T("水平波束宽度", "horizontal beam width"),
	"vbw_deg": geo.T("垂直波束宽度", "vertical beam width"), "tilt_deg": geo.T("下倾角", "tilt"),
	"height_m": geo.T("高度", "height"), "floors": geo.T("层数", "floors"),
}

func fieldText(fields []string) geo.Text {
	var zh, en []string
	for _, f := range fields {
		t, ok := fieldTitles[f]
		if !ok {
			t = geo.T(f, f)
		}
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	return geo.T(strings.Join(zh, "、"), strings.Join(en, ", "))
}

// lackTexts words what is missing, one sentence for each layer and set of fields.
func lackTexts(lacks []Lack) []geo.Text {
	type group struct {
		layer  string
		fields []string
		n      int
	}
	var groups []group
	for _, l := range lacks {
		i := slices.IndexFunc(groups, func(g group) bool { return g.layer == l.Layer && slices.Equal(g.fields, l.Fields) })
		if i < 0 {
			i = len(groups)
			groups = append(groups, group{layer: l.Layer, fields: l.Fields})
		}
		groups[i].n++
	}
	slices.SortStableFunc(groups, func(a, b group) int {
		return cmp.Or(-cmp.Compare(a.layer, b.layer), -cmp.Compare(a.n, b.n), slices.Compare(a.fields, b.fields))
	})
	var out []geo.Text
	for _, g := range groups {
		f := fieldText(g.fields)
		if g.layer == "cells" {
			out = append(out, geo.T(fmt.Sprintf("缺少%s的小区：%d 个", f.ZH, g.n), fmt.Sprintf("cells without %s: %d", f.EN, g.n)))
		} else {
			out = append(out, geo.T(fmt.Sprintf("缺少%s的建筑：%d 栋", f.ZH, g.n), fmt.Sprintf("buildings without %s: %d", f.EN, g.n)))
		}
	}
	return out
}

// missingTexts words what keeps coverage from being told: not what defaults gave.
func missingTexts(p *Params, cells []Cell, lacks []Lack, others []string) []geo.Text {
	used := make(map[string]bool, len(cells))
	for i := range cells {
		used[cells[i].ID] = true
	}
	var needed []Lack
	for _, l := range lacks {
		given := l.Layer == "cells" && used[l.ID]
		if p.Defaults != nil && l.Layer == "buildings" {
			_, given = p.Defaults.BuildingM[""]
		}
		if !given {
			needed = append(needed, l)
		}
	}
	out := lackTexts(needed)
	if len(others) > 0 && len(cells) == 0 {
		out = append(out, geo.Tf("注明不是 5G 的小区：%d 个", "cells that say they are not 5G: %d", len(others)))
	}
	if len(cells) == 0 {
		out = append(out, geo.T("没有可用的小区", "there are no cells that can be used"))
	}
	return out
}

// Missing words what keeps coverage from being told; nothing where it is known.
func (m *Model) Missing() []geo.Text {
	if m.Known() && len(m.cells) > 0 {
		return nil
	}
	return missingTexts(&m.params, m.cells, m.lacks, m.others)
}

// assumedTexts words what was assumed, for the values that rest on it.
func (r *answer) assumedTexts() []geo.Text {
	if r.p.Defaults == nil {
		return nil
	}
	title := r.p.Defaults.Title
	var out []geo.Text
	n := 0
	for i := range r.cells {
		if len(r.cells[i].Assumed) > 0 {
			n++
		}
	}
	if n > 0 {
		out = append(out, geo.T(fmt.Sprintf("缺少的属性按“%s”取值的小区：%d 个", title.ZH, n), fmt.Sprintf("cells with assumed attributes (%s): %d", title.EN, n)))
	}
	if n = len(r.assumedBuildings()); n > 0 {
		out = append(out, geo.T(fmt.Sprintf("高度按“%s”取值的建筑：%d 栋", title.ZH, n), fmt.Sprintf("buildings with assumed heights (%s): %d", title.EN, n)))
	}
	return out
}

// assumedBuildings lists the buildings that tell neither height nor floors.
func (r *answer) assumedBuildings() []string {
	var out []string
	for i := range r.buildings {
		if buildingHeight(&r.buildings[i]) == heightUnknown {
			out = append(out, r.buildings[i].ID)
		}
	}
	return out
}

// How the height of a building is known.
const (
	heightGiven = iota
	heightFromFloors
	heightUnknown
)

func buildingHeight(f *geo.Feature) int {
	if _, ok := f.Number("height_m"); ok {
		return heightGiven
	}
	if _, ok := f.Number("floors"); ok {
		return heightFromFloors
	}
	return heightUnknown
}

func (r *answer) tellAssumed() {
	for i := range r.cells {
		c := &r.cells[i]
		if len(c.Assumed) == 0 {
			continue
		}
		for _, field := range c.Assumed {
			t := fieldText([]string{field})
			r.notes.Add("assumed_"+field, geo.Text{
				ZH: "小区缺少" + t.ZH + "，按缺省值“" + r.p.Defaults.title().ZH + "”计算",
				EN: "cells lack their " + t.EN + ", which is taken from the defaults “" + r.p.Defaults.title().EN + "”",
			}, "cells", c.ID)
		}
	}
}

func (d *Defaults) title() geo.Text {
	if d == nil {
		return geo.Text{}
	}
	return d.Title
}

func (r *answer) tellBuildings() {
	estimated := geo.Tf("建筑高度由层数估计，每层 %g m", "heights of buildings are estimated from their floors, %g m each", FloorM)
	for i := range r.buildings {
		f := &r.buildings[i]
		switch buildingHeight(f) {
		case heightFromFloors:
			r.notes.Add("estimated_heights", estimated, "buildings", f.ID)
		case heightUnknown:
			if r.p.Defaults != nil {
				r.notes.Add("assumed_building_height", geo.Text{
					ZH: "建筑高度和层数未知，按缺省值“" + r.p.Defaults.Title.ZH + "”计算",
					EN: "buildings tell neither height nor floors; their heights are taken from the defaults “" + r.p.Defaults.Title.EN + "”",
				}, "buildings", f.ID)
			}
		}
	}
}

// tellLacking lists what cannot be used.
func (r *answer) tellLacking() {
	for _, l := range r.lacking {
		r.notes.Add("incomplete_cells", geo.T("小区缺少必需的属性，未参与计算", "cells lack attributes they need and are left out"), "cells", l.ID)
	}
	for _, id := range r.m.Others() {
		r.notes.Add("other_technology", geo.T("不是 5G 的小区（制式另有说明），未参与计算", "cells say that they are not 5G and are left out"), "cells", id)
	}
	if r.p.Defaults != nil {
		return
	}
	for _, l := range r.m.Lacks() {
		if l.Layer == "buildings" {
			r.notes.Add("unknown_heights", geo.T("建筑高度和层数未知", "buildings tell neither height nor floors"), "buildings", l.ID)
		}
	}
}

// flagTexts words the flags of a link that belong to the cell and not to the place.
var flagTexts = []geo.Code{
	analysis.CodeOf("antenna_low", "天线低于公式的适用范围", "the antenna is lower than the formulas are made for"),
	analysis.CodeOf("antenna_high", "天线高于公式的适用范围", "the antenna is higher than the formulas are made for"),
	analysis.CodeOf("frequency", "频率超出公式的适用范围", "the frequency is outside the range of the formulas"),
	analysis.CodeOf("below_roof", "天线低于所在建筑的屋顶", "the antenna is below the roof of its own building"),
}

// tellFlags lists cells outside the range of the formulas.
func (r *answer) tellFlags() {
	for i := range r.cells {
		flags := r.m.flagsOf(i)
		for _, f := range flagTexts {
			if slices.Contains(flags, f.Value) {
				r.notes.Add("cell_"+f.Value, f.Title, "cells", r.cells[i].ID)
			}
		}
	}
}

// tellPixels says what the pixels cannot show: how far their area is from that of the
// outline, and buildings that hold no pixel's centre.
func (r *answer) tellPixels() {
	if r.scene == nil {
		return
	}
	community := r.scene.Community.Geometry
	place := geo.ExtentOf(community)
	r.notes.Add("pixel_area", geo.Tf(
		"面积按 %[1]g m 像元统计：社区 %.0[2]f m²（边界面积 %.0[3]f m²），其中室外 %.0[4]f m²",
		"Areas are counted in pixels of %[1]g m: the community has %.0[2]f m² (its outline %.0[3]f m²), of which outdoors %.0[4]f m²",
		r.grid.ResM, r.areaM2(r.all.total()), geo.Area(community), r.areaM2(r.all.outdoor)), "", "")
	for i := range r.buildings {
		f := &r.buildings[i]
		n, ok := f.Number("households")
		if !ok || n == 0 || r.perHouse[i].pixels > 0 || !geo.ExtentOf(f.Geometry).Touches(place) {
			continue
		}
		if at, ok := geo.Centroid(f.Geometry); ok && geo.Inside(community, at) {
			r.notes.Add("small_buildings", geo.T("建筑比像元小或全部架空，其户数没有计入", "buildings are smaller than a pixel or stand on posts; their households are not counted"), "buildings", f.ID)
		}
	}
}
