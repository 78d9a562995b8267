package report

import (
	"fmt"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"yiju/analysis/indicator"
	"yiju/geo"
)

func num(v float64) *float64 { return &v }

func yes(b bool) *bool { return &b }

// hostile is what a claim or an id may hold that a page or a spreadsheet must not obey.
const hostile = `=HYPERLINK("http://evil.example/","x") <script>alert('1')</script> & "quoted"`

// share is a measure of a share with its counts.
func share(metric, zh, en, of string, yes, all float64, failed ...string) *indicator.Measure {
	m := &indicator.Measure{Metric: metric, Title: geo.T(zh, en), Definition: geo.T("符合要求的÷全部", "those that do ÷ all"), Unit: "%", Of: of, Numerator: &yes, Denominator: &all}
	if all > 0 {
		m.Value = num(100 * yes / all)
	}
	if len(failed) > 0 {
		m.Features = append(m.Features, indicator.Refs{Role: indicator.Failed, Layer: "devices", IDs: failed, Count: len(failed)})
	}
	return m
}

// bounded is a share of which a part is not known.
func bounded(m *indicator.Measure, unknown float64, missing, collect geo.Text) *indicator.Measure {
	low, high := 100**m.Numerator / *m.Denominator, 100*(*m.Numerator+unknown) / *m.Denominator
	m.Value, m.Low, m.High = nil, &low, &high
	m.Missing, m.Collect = []geo.Text{missing}, []geo.Text{collect}
	return m
}

func finding(code indicator.Code, s indicator.Severity, zh, en, where string) indicator.Finding {
	return indicator.Finding{Code: code, Severity: s, Text: geo.T(zh, en), Where: where}
}

func claim(id, where, text string, basis indicator.Basis, value *float64, rates ...float64) *indicator.Reading {
	return &indicator.Reading{Requirement: id, Where: where, Text: text, Basis: basis, Value: value, Rates: rates, Met: yes(true), Verdict: indicator.Pass, Reason: geo.T("仅看申报表", "of the table alone")}
}

func counts(c *indicator.Reading, numerator, denominator float64, of string) *indicator.Reading {
	c.Numerator, c.Denominator, c.Of = &numerator, &denominator, of
	return c
}

func ids(prefix string, n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("%s-%03d", prefix, i+1))
	}
	return out
}

// shandong is a judgement like that of an applicant under the smart community
// standard: 28 indicators in their groups, every verdict, everything that can hang
// on one.
func shandong() *indicator.Judgement {
	j := &indicator.Judgement{
		Profile:   indicator.ProfileInfo{ID: "shandong-smart-community/growth", Standard: "shandong-smart-community", Tier: "growth", Title: geo.T("山东省智慧社区建设指标", "Shandong smart community indicators"), TierTitle: geo.T("成长型", "growth tier"), Version: "2022", Source: geo.T("示例来源", "a source"), SHA256: "4f1c"},
		Community: indicator.CommunityInfo{ID: "demo", Name: "示范社区", Area_m2: 412_873},
		Answer:    indicator.Answer{Verdict: indicator.Fail, Text: geo.T("未达到成长型标准：28 项中 3 项不达标，3 项矛盾，3 项证据不足。", "The growth tier is not met: of 28 indicators 3 fail, 3 conflict and 3 lack evidence.")},
		Revision:  42, Engine: "0.4.0", CRS: "EPSG:4548", Measured: true,
		Claims:     &indicator.ClaimsInfo{File: "申报表.xlsx", SHA256: "9b2e", Title: "成长型智慧社区自评表", Applicant: "示范社区居委会", Date: "2023-05", Met: 28, Rows: 28},
		Findings:   []indicator.Finding{finding(indicator.FindShared, indicator.Doubts, "第 1、3、7 行的户数相同，第 13 行未给户数。", "Rows 1, 3 and 7 count the same households, row 13 counts none.", "")},
		Parameters: []indicator.Parameter{{ID: "gate_m", Title: geo.T("出入口归属距离", "distance within which a gate belongs to a compound"), Value: num(15), Unit: "m", Source: geo.T("项目设定", "set by the project")}, {ID: "unset", Title: geo.T("未设定的参数", "a parameter not set"), Source: geo.T("待定", "to be decided")}},
		Worst:      []string{"5", "4.1c", "2", "13.2", "8", "27", "11.2", "4.2", "10.1"},
	}
	groups := map[int]geo.Text{1: geo.T("基础设施", "Infrastructure"), 9: geo.T("社区服务", "Services"), 14: geo.T("社区安全", "Safety"), 21: geo.T("社区治理", "Governance"), 24: geo.T("保障措施", "Support"), 27: geo.T("创新", "Innovation"), 28: geo.T("居民体验", "Residents' view")}
	titles := []string{"有线宽带网络|Wired broadband", "移动通信网络|Mobile network", "广播电视|Broadcast television", "视频监控设施|Video surveillance", "智能照明设施|Smart lighting", "智能充电设施|E-bike charging", "家庭能源采集设施|Smart meters", "智慧社区综合信息平台|Community platform", "政务服务|Government services", "养老服务|Care of the elderly", "文体服务|Culture and sport", "便民生活服务|Everyday services", "物业服务|Property services", "社区警务|Policing", "出入管理|Access control", "周界防范|Perimeter", "高空抛物监测|Falling objects", "特殊人群管理|Special groups", "消防隐患管理|Fire hazards", "火灾自动报警|Fire alarm", "治理方式创新|Ways of governing", "居民参与共治|Residents taking part", "疫情防控|Epidemic control", "体制机制|Organisation", "宣传普及|Publicity", "信息安全|Information security", "创新应用场景|New applications", "居民体验调查|Survey of residents"}
	var group geo.Text
	for i, title := range titles {
		n := i + 1
		if g, ok := groups[n]; ok {
			group = g
		}
		t := two(title)
		j.Items = append(j.Items, indicator.Item{Number: n, Group: group, Title: t, Requirements: shandongRow(n, t)})
	}
	j.Since = &indicator.Since{Revision: 37, Changed: []indicator.Change{
		{Requirement: "5", Title: geo.T("智能照明设施", "Smart lighting"), Before: indicator.Insufficient, After: indicator.Fail, ValueAfter: num(100 * 85.0 / 109), Unit: "%"},
		{Requirement: "2", Title: geo.T("移动通信网络", "Mobile network"), Before: indicator.Conflict, After: indicator.Conflict, ValueBefore: num(90.04), ValueAfter: num(91.23), Unit: "%"},
	}}
	total(j)
	return j
}

func two(s string) geo.Text {
	for i := range s {
		if s[i] == '|' {
			return geo.T(s[:i], s[i+1:])
		}
	}
	return geo.T(s, s)
}

func shandongRow(n int, t geo.Text) []indicator.Judged {
	where := fmt.Sprintf("Sheet1 第 %d 行", n+3)
	q := indicator.Judged{ID: fmt.Sprint(n), Title: t, Kind: indicator.Ratio, Operator: indicator.AtLeast, Unit: "%", Verdict: indicator.Pass, Reason: geo.T("达到要求", "it meets the requirement")}
	switch n {
	case 1, 3:
		q.Threshold = num(80)
		q.Measure = share("broadband.gigabit_share", "具备千兆能力的住户占比", "share of households that can have gigabit", "households", 4379, 4379)
		q.Claim = counts(claim(q.ID, where, "覆盖率80%，4379户/4379户", indicator.FromCounts, num(100), 80), 4379, 4379, "户")
		q.Findings = []indicator.Finding{finding(indicator.FindMismatch, indicator.Doubts, "称 80%，按自报户数为 100%", "says 80 %, its own counts give 100 %", where), finding(indicator.FindEcho, indicator.Remark, "80% 恰为要求值", "80 % is just what is asked", where)}
		q.Flip = &indicator.Flip{Amount: 876, Of: "households", Points: 20, Text: geo.T("再少 876 户即不达标", "876 households fewer and it fails")}
	case 2:
		q.Kind, q.Threshold, q.Verdict, q.Computed = indicator.Spatial, num(90), indicator.Conflict, indicator.Pass
		q.Reason = geo.T("申报 80% 低于要求，核算 91.2%", "80 % is claimed, less than is asked; 91.2 % is computed")
		q.Measure = share("radio.covered_share", "5G 覆盖面积占比", "share of the area covered by 5G", "m²", 376_664, 412_873)
		q.Measure.Layers = []string{"5g_covered", "5g_spots"}
		q.Measure.Features = []indicator.Refs{{Role: indicator.Failed, Layer: "5g_spots", IDs: ids("spot", 3), Count: 3}}
		q.Measure.Params.Words = map[string][]string{"thresholds": {"unicom-2020"}}
		q.Claim = counts(claim(q.ID, where, "覆盖率80%，覆盖面积0.413平方公里/社区面积0.413平方公里", indicator.FromCounts, num(100), 80), 0.413, 0.413, "平方公里")
		q.Findings = []indicator.Finding{finding(indicator.FindBelow, indicator.Grave, "申报 80% 低于要求 90%", "80 % claimed is under the 90 % asked", where), finding(indicator.FindRounded, indicator.Doubts, "分子与分母到千分位完全相同", "numerator and denominator agree to three decimals", where)}
		q.Flip = &indicator.Flip{Amount: 5078, Of: "m²", Points: 1.23, Text: geo.T("再少 5,078 平方米即不达标", "5,078 m² fewer and it fails"), Reserve: &indicator.Reserve{Amount: 1.4, Unit: "dB", Text: geo.T("电平余量 1.4 dB", "1.4 dB of level to spare")}}
	case 4:
		return cameras(where)
	case 5:
		q.Kind, q.Threshold, q.Verdict, q.Computed = indicator.Ratio, num(80), indicator.Fail, indicator.Fail
		q.Reason = geo.T("智能路灯 85 盏，至少应有 88 盏", "85 smart lamps, at least 88 are needed")
		q.Measure = share("lamps.smart_share", "智能路灯占比", "share of smart lamps", "lamps", 85, 109, ids("lamp", 24)...)
		q.Claim = counts(claim(q.ID, where, "智能照明占比85%，85盏/109盏", indicator.FromCounts, num(100*85.0/109), 85), 85, 109, "盏")
		q.Findings = []indicator.Finding{finding(indicator.FindCounts, indicator.Grave, "自报数量只有 77.98%，低于 80%", "its own counts give 77.98 %, under 80 %", where), finding(indicator.FindMismatch, indicator.Doubts, "85 是盏数，不是占比", "85 is the count, not the share", where)}
		q.Flip = &indicator.Flip{Amount: 3, Of: "lamps", Points: 2.02, Text: geo.T("再改造 3 盏即达标", "3 lamps more and it passes")}
	case 7:
		q.Threshold = num(70)
		q.Measure = bounded(share("meters.smart_share", "智能表占比", "share of smart meters", "meters", 3001, 4379), 65, geo.T("65 户没有表计数据", "65 households lack a meter"), geo.T("补充图层建筑的字段 smart_meters", "fill in field smart_meters of layer buildings"))
		q.Verdict, q.Reason = indicator.Insufficient, geo.T("未知部分足以改变结论", "what is not known could turn the verdict")
		q.Claim = counts(claim(q.ID, where, "70%，4379个/4379户", indicator.FromCounts, num(100), 70), 4379, 4379, "户")
	case 10:
		q.ID, q.Threshold, q.Unit, q.Verdict = "10.1", nil, "", indicator.Insufficient
		q.Kind, q.Reason = indicator.Attested, geo.T("没有独居老人数与设备数", "neither the number of lone elders nor of devices is given")
		q.Wanted = []geo.Text{geo.T("独居老人与设备清单", "list of lone elders and devices")}
		q.Claim = claim(q.ID, where, "为独居老人配备设备，15分钟内响应", indicator.FromWords, nil)
		q2 := indicator.Judged{ID: "10.2", Title: geo.T("60 岁以上超过三成的社区提供两类服务", "two kinds of service where over 30 % are 60 or older"), Kind: indicator.Ratio, Operator: indicator.AtLeast, Threshold: num(2), Unit: "kinds", Verdict: indicator.NotApplicable, Reason: geo.T("前提不成立：60 岁以上占 13.5%", "its condition is false: 13.5 % are 60 or older"),
			Condition: &indicator.JudgedCondition{Title: geo.T("60 岁以上人口超过 30%", "over 30 % are 60 or older"), Holds: yes(false), Operator: indicator.Above, Threshold: num(30), Value: num(13.5), Unit: "%", From: "claim"}}
		q2.Claim = claim(q2.ID, where, "60岁以上人口占13.5%，提供种服务", indicator.FromNone, nil)
		return []indicator.Judged{q, q2}
	case 11:
		q.ID, q.Threshold, q.Unit, q.Title = "11.1", num(1), "", geo.T("图书角或书柜", "a book corner or cabinet")
		q.Measure = &indicator.Measure{Metric: "facilities.count", Title: geo.T("图书角数量", "number of book corners"), Value: num(2), Numerator: num(2)}
		q.Claim = counts(claim(q.ID, where, "图书角1处，书柜1处", indicator.FromCount, num(2)), 2, 2, "处")
		q.Claim.Numerator, q.Claim.Denominator = nil, nil
		q.Flip = &indicator.Flip{Amount: 2, Text: geo.T("少 2 处即不达标", "2 fewer and it fails")}
		q2 := q
		q2.ID, q2.Kind, q2.Threshold, q2.Unit, q2.Title = "11.2", indicator.Spatial, num(100), "%", geo.T("15 分钟内可达运动场地", "a sports ground within 15 minutes")
		q2.ThresholdFrom, q2.Verdict, q2.Computed = geo.T("按“居民”理解为全部住户", "residents are read as all households"), indicator.Fail, indicator.Fail
		q2.Measure = share("walk.reach_share", "15 分钟步行可达的住户占比", "share of households within 15 minutes", "households", 4377, 4379)
		q2.Measure.Params.Numbers = map[string]float64{"minutes": 15}
		q2.Measure.Params.Words = map[string][]string{"categories": {"sport/court", "sport/field"}}
		q2.Measure.Features = []indicator.Refs{{Role: indicator.Failed, Layer: "buildings", IDs: ids("b", 40), Count: 140}, {Role: indicator.Unknown, Layer: "buildings", IDs: ids("u", 5), Count: 5}}
		q2.Measure.Layers = []string{"sport_buildings", "ways"}
		q2.Also = []indicator.Measure{*share("walk.reach_share", "住宅建筑占比", "share of residential buildings", "buildings", 81, 83)}
		q2.Reason = geo.T("2 户走不到", "2 households cannot get there")
		q2.Claim = claim(q2.ID, where, "运动场地1处", indicator.FromCount, num(1))
		q2.Flip = &indicator.Flip{Amount: 2, Of: "households", Points: 0.05, Thread: true, Text: geo.T("再有 2 户可达即达标", "2 households more and it passes"), Reserve: &indicator.Reserve{Amount: -0.6, Unit: "min", Text: geo.T("放宽到 15.6 分钟即全部可达", "at 15.6 minutes all of them can")}}
		return []indicator.Judged{q, q2}
	case 13:
		q.ID, q.Threshold, q.Unit, q.Title, q.Kind = "13.1", nil, "", geo.T("线上缴费", "paying online"), indicator.Attested
		q.Verdict, q.Reason = indicator.ByDocument, geo.T("凭材料认定", "rests on a document")
		q.Evidence = []indicator.Evidence{{ID: "e1", Kind: indicator.Document, Title: "物业缴费平台合同", File: "合同.pdf", Date: "2023-03-01", Author: "物业公司"}, {ID: "e2", Kind: indicator.Document, Title: hostile}}
		q.Claim = claim(q.ID, where, hostile, indicator.FromWords, nil)
		q2 := indicator.Judged{ID: "13.2", Title: geo.T("智能垃圾分类的小区占比", "share of compounds with smart waste sorting"), Kind: indicator.Ratio, Operator: indicator.AtLeast, Threshold: num(80), Unit: "%", Verdict: indicator.Conflict, Reason: geo.T("2 个小区不可能得出 80%", "2 compounds cannot give 80 %")}
		q2.Claim = counts(claim(q2.ID, where, "80%小区实现全覆盖", indicator.FromRate, num(80), 80), 2, 2, "个")
		q2.Claim.Numerator = nil
		q2.Findings = []indicator.Finding{finding(indicator.FindImpossible, indicator.Grave, "2 个小区只能是 0、50% 或 100%", "of 2 compounds only 0, 50 or 100 % are possible", where)}
		q2.Flip = &indicator.Flip{Amount: 1, Of: "compounds", Points: 20, Thread: true, Text: geo.T("差 1 个小区", "1 compound short")}
		return []indicator.Judged{q, q2}
	case 17:
		q.Kind, q.Threshold, q.Verdict = indicator.Spatial, num(100), indicator.NotApplicable
		q.Reason = geo.T("社区内没有 12 层及以上的住宅", "there is no residential building of 12 floors or more")
		q.Measure = share("cameras.facade_share", "高层住宅立面受监测占比", "share of façades watched", "buildings", 0, 0)
		q.Claim = claim(q.ID, where, "12层以上0栋，均实现监测", indicator.FromNone, nil)
	case 20:
		q.Threshold, q.Unstated, q.Operator = nil, true, ""
		q.Verdict, q.Reason = indicator.Waived, geo.T("评审人豁免", "waived by the reviewer")
		q.Evidence = []indicator.Evidence{{ID: "w", Kind: indicator.Waiver, Reason: "多层住宅无公共区域探测系统", Author: "评审组", Date: "2023-06-01"}}
		q.Claim = claim(q.ID, where, "全覆盖", indicator.FromWords, nil)
	case 22, 25:
		q.Kind, q.Threshold, q.Unit, q.Verdict = indicator.Attested, num(2), "times", indicator.ByDocument
		q.Reason = geo.T("自报 2 次，恰为要求", "2 times are reported, just what is asked")
		q.Claim = claim(q.ID, where, "每年2次", indicator.FromCount, num(2))
		q.Claim.Of = "次"
		q.Evidence = []indicator.Evidence{{ID: "e", Kind: indicator.Document, Title: "会议记录", Date: "2023-01-05", Author: "居委会", Value: num(2)}}
	case 28:
		q.Threshold, q.Verdict, q.Reason = num(70), indicator.Insufficient, geo.T("没有样本数", "the number of answers is not given")
		q.Claim = claim(q.ID, where, "70%", indicator.FromRate, num(70), 70)
		q.Wanted = []geo.Text{geo.T("调查问卷汇总", "summary of the survey")}
	case 27:
		q.Kind, q.Threshold, q.Unit, q.Verdict = indicator.Attested, num(1), "scenarios", indicator.Conflict
		q.Reason = geo.T("推广级别为区级，要求市级", "promoted at district level, the city is asked")
		q.Claim = claim(q.ID, where, "区级平台推广3个场景", indicator.FromCount, num(3))
		q.Findings = []indicator.Finding{finding(indicator.FindGrade, indicator.Grave, "区级不等于市级", "a district is not the city", where)}
	case 8, 14, 18, 21, 23, 24, 26, 9, 12:
		q.Kind, q.Threshold, q.Unit, q.Operator, q.Verdict = indicator.Attested, nil, "", "", indicator.ByDocument
		q.Reason = geo.T("凭材料认定", "rests on a document")
		q.Claim = claim(q.ID, where, "已建成并运行，功能齐全，数据对接至区县级平台", indicator.FromWords, nil)
		q.Evidence = []indicator.Evidence{{ID: "e", Kind: indicator.Document, Title: "说明材料", File: "材料.pdf", Date: "2023-04", Author: "居委会"}}
		if n == 8 || n == 12 {
			q.Verdict, q.Evidence = indicator.Insufficient, nil
			q.Reason = geo.T("只复述要求，未列出场景", "it repeats what is asked and lists no scenario")
			q.Wanted = []geo.Text{geo.T("平台功能说明与场景清单", "functions of the platform and a list of scenarios")}
			q.Findings = []indicator.Finding{finding(indicator.FindRestated, indicator.Grave, "复述要求", "repeats the requirement", where)}
		}
	case 19:
		q.ID, q.Title, q.Threshold = "19.1", geo.T("自动发现隐患的小区占比", "share of compounds that detect hazards"), num(80)
		q.Measure = share("compounds.fire_detection_share", "自动发现隐患的小区占比", "share of compounds that detect hazards", "compounds", 2, 2)
		q.Claim = claim(q.ID, where, "80%", indicator.FromRate, num(80), 80)
		q.Findings = []indicator.Finding{finding(indicator.FindImpossible, indicator.Doubts, "2 个小区不可能得出 80%", "2 compounds cannot give 80 %", where)}
	default:
		q.Threshold = num(100)
		q.Measure = share("compounds.share", "符合要求的小区占比", "share of compounds that do", "compounds", 2, 2)
		q.Claim = counts(claim(q.ID, where, "2个小区全部实现", indicator.FromCounts, num(100)), 2, 2, "个")
	}
	return []indicator.Judged{q}
}

func cameras(where string) []indicator.Judged {
	var out []indicator.Judged
	for _, c := range []struct {
		id, title, metric string
		threshold         float64
		text              string
		rates             []float64
		yes, all          float64
		verdict           indicator.Verdict
	}{
		{"4.1a", "重点部位覆盖率|key points covered", "cameras.keypoints_share", 95, "覆盖率80%", []float64{80}, 57, 60, indicator.Conflict},
		{"4.1b", "联网率|networked", "cameras.networked_share", 95, "均达到80%，联网率96%", []float64{80, 96}, 96, 100, indicator.Pass},
		{"4.1c", "完好率|working", "cameras.working_share", 95, "完好率80%", []float64{80}, 949, 999, indicator.Fail},
		{"4.2", "出图率|giving a picture", "cameras.picture_share", 85, "85%", []float64{85}, 0, 0, indicator.Insufficient},
	} {
		t := two(c.title)
		q := indicator.Judged{ID: c.id, Title: t, Kind: indicator.Ratio, Operator: indicator.AtLeast, Threshold: num(c.threshold), Unit: "%", Verdict: c.verdict, Claim: claim(c.id, where, c.text, indicator.FromRate, num(c.rates[len(c.rates)-1]), c.rates...)}
		q.Reason = geo.T("按数据核算", "computed from the data")
		if c.all > 0 {
			q.Measure = share(c.metric, t.ZH, t.EN, "cameras", c.yes, c.all, ids("cam", 5)...)
			q.Computed = indicator.Fail
			if *q.Measure.Value >= c.threshold {
				q.Computed = indicator.Pass
			}
		} else {
			q.Measure = &indicator.Measure{Metric: c.metric, Title: t, Unit: "%", Missing: []geo.Text{geo.T("没有出图记录", "no record of pictures")}, Collect: []geo.Text{geo.T("导入摄像机在线记录", "import the records of cameras")}}
			q.Reason = geo.T("没有数据", "there is no data")
		}
		if c.id == "4.1a" {
			q.Kind = indicator.Spatial
			q.Findings = []indicator.Finding{finding(indicator.FindBelow, indicator.Grave, "申报 80% 低于要求 95%", "80 % claimed is under the 95 % asked", where)}
			q.Flip = &indicator.Flip{Amount: 1, Of: "key points", Points: 0, Thread: true, Text: geo.T("再少 1 个即不达标", "1 fewer and it fails")}
		}
		out = append(out, q)
	}
	return out
}

// total counts the verdicts, and makes each indicator as bad as its worst requirement.
func total(j *indicator.Judgement) {
	j.Totals = nil
	requirements, indicators := map[indicator.Verdict]int{}, map[indicator.Verdict]int{}
	for i := range j.Items {
		item := &j.Items[i]
		rank := len(indicator.Verdicts())
		for k := range item.Requirements {
			requirements[item.Requirements[k].Verdict]++
			for r, v := range indicator.Verdicts() {
				if v == item.Requirements[k].Verdict && r < rank {
					rank, item.Verdict = r, v
				}
			}
		}
		indicators[item.Verdict]++
	}
	for _, v := range indicator.Verdicts() {
		j.Totals = append(j.Totals, indicator.Total{Verdict: v, Requirements: requirements[v], Indicators: indicators[v]})
	}
}

// yantai is a judgement with levels and modal verbs: 34 indicators, 101 requirements.
func yantai() *indicator.Judgement {
	levels := []indicator.Level{{ID: "basic", Title: geo.T("基础性", "basic")}, {ID: "guiding", Title: geo.T("引导性", "guiding")}, {ID: "innovative", Title: geo.T("创新性", "innovative")}}
	j := &indicator.Judgement{
		Profile:   indicator.ProfileInfo{ID: "yantai-beautiful-community/new-build", Standard: "yantai-beautiful-community", Tier: "new-build", Title: geo.T("烟台市美好社区创建指标体系（试行）", "Yantai beautiful community indicators (trial)"), TierTitle: geo.T("规划新建类", "new build"), Version: "trial", Source: geo.T("示例来源", "a source"), Levels: levels, SHA256: "77aa"},
		Community: indicator.CommunityInfo{ID: "demo", Name: "示范社区", Area_m2: 98_321.4},
		Answer:    indicator.Answer{Verdict: indicator.Insufficient, Text: geo.T("证据不足，尚不能认定。", "There is not enough evidence to say.")},
		Revision:  7, Scenario: "c0ffee", Engine: "0.4.0", CRS: "EPSG:4548", Measured: true, Worst: []string{"3-basic", "6-guiding"},
	}
	systems := []struct {
		title string
		last  int
	}{{"功能完善|Complete functions", 9}, {"环境优美|Pleasant surroundings", 16}, {"出行便捷|Easy to get about", 21}, {"绿色低碳|Green and low-carbon", 25}, {"安全韧性|Safe and resilient", 28}, {"智慧治理|Smart governance", 34}}
	modals := []string{"应", "宜", "鼓励"}
	at := 0
	for n := 1; n <= 34; n++ {
		if n > systems[at].last {
			at++
		}
		item := indicator.Item{Number: n, Group: two(systems[at].title), Title: geo.Tf("指标%d", "Indicator %d", n)}
		for i, l := range levels {
			if n == 21 && i == 2 {
				continue
			}
			q := indicator.Judged{ID: fmt.Sprintf("%d-%s", n, l.ID), Level: l.ID, Modal: modals[i], Title: geo.Tf("%[1]s要求：到达设施的住户占比不低于规定值", "%[2]s: the share of households that reach it", l.Title.ZH, l.Title.EN), Kind: indicator.Spatial, Operator: indicator.AtLeast, Threshold: num(90), Unit: "%", ThresholdFrom: geo.T("项目设定", "set by the project"), Reason: geo.T("按步行网络核算", "computed on the walking network"), Note: geo.T("按本级文字理解", "as the text of this level is read")}
			yes := float64(880 + (n*37+i*61)%121)
			q.Measure = share("walk.reach_share", "可达住户占比", "share of households", "households", yes, 1000, ids("f", 31)...)
			q.Measure.Features[0].Layer = "buildings"
			q.Verdict = indicator.Fail
			if *q.Measure.Value >= 90 {
				q.Verdict = indicator.Pass
			}
			if n%7 == 3 {
				q.Measure = bounded(q.Measure, 150, geo.T("部分建筑没有户数", "some buildings lack households"), geo.T("补充户数", "fill in households"))
				q.Verdict = indicator.Insufficient
			}
			item.Requirements = append(item.Requirements, q)
		}
		j.Items = append(j.Items, item)
	}
	total(j)
	return j
}

// town draws a picture of a made-up town with n houses; those of failed are so drawn.
func town(seed uint64, n int, failed []string) Picture {
	random := rand.New(rand.NewPCG(seed, 1))
	const x0, y0, side = 500_000.0, 4_000_000.0, 640.0
	p := Picture{Community: orb.Polygon{{{x0, y0}, {x0 + side, y0 + 30}, {x0 + side - 40, y0 + 560}, {x0 + 300, y0 + 610}, {x0 + 20, y0 + 540}, {x0, y0}}}}
	ground := PictureLayer{Title: geo.T("绿地", "green"), Role: DrawGround, Features: []geo.Feature{{ID: "g1", Geometry: orb.Polygon{{{x0 + 250, y0 + 220}, {x0 + 400, y0 + 220}, {x0 + 400, y0 + 330}, {x0 + 250, y0 + 330}, {x0 + 250, y0 + 220}}}}}}
	ways := PictureLayer{Title: geo.T("道路", "ways"), Role: DrawWay}
	for i := range 9 {
		d := float64(i) * 80
		ways.Features = append(ways.Features, geo.Feature{ID: fmt.Sprint("h", i), Geometry: orb.LineString{{x0 - 100, y0 + d}, {x0 + side + 100, y0 + d + 15}}}, geo.Feature{ID: fmt.Sprint("v", i), Geometry: orb.LineString{{x0 + d, y0 - 100}, {x0 + d - 9, y0 + side + 80}}})
	}
	buildings := PictureLayer{Title: geo.T("建筑", "buildings"), Role: DrawBuilding}
	result := PictureLayer{Title: geo.T("步行时间", "walking time"), Role: DrawResult, Attribute: "minutes", Unit: "min"}
	bad := PictureLayer{Title: geo.T("不达标的建筑", "buildings that fail"), Role: DrawFailed}
	dim := PictureLayer{Title: geo.T("未知", "not known"), Role: DrawUnknown}
	for i := range n {
		x, y := x0-60+random.Float64()*(side+80), y0-40+random.Float64()*660
		w, h := 8+14*random.Float64(), 6+9*random.Float64()
		f := geo.Feature{ID: fmt.Sprintf("b-%03d", i+1), Geometry: orb.Polygon{{{x, y}, {x + w, y + 1}, {x + w - 1, y + h}, {x, y + h}, {x, y}}}}
		buildings.Features = append(buildings.Features, f)
		switch {
		case i < len(failed):
			f.ID = failed[i]
			bad.Features = append(bad.Features, f)
		case i%23 == 5:
			dim.Features = append(dim.Features, f)
		default:
			f.Attributes = map[string]any{"minutes": 2 + 12*random.Float64()}
			result.Features = append(result.Features, f)
		}
	}
	p.Layers = []PictureLayer{ground, ways, buildings, result, dim, bad}
	return p
}

func shandongPage() JudgementPage {
	j := shandong()
	pictures := map[string]Picture{"2": town(2, 160, ids("spot", 3)), "11.2": town(2, 160, ids("b", 40)), "4.1a": town(3, 160, ids("cam", 5)), "5": lampPicture()}
	return JudgementPage{Judgement: j, Pictures: pictures, MapURL: "http://127.0.0.1:8080/", Lang: "zh"}
}

func lampPicture() Picture {
	p := town(3, 160, nil)
	p.Layers = p.Layers[:3]
	good, bad := PictureLayer{Title: geo.T("智能路灯", "smart lamps"), Role: DrawMade}, PictureLayer{Title: geo.T("普通路灯", "other lamps"), Role: DrawFailed}
	random := rand.New(rand.NewPCG(9, 9))
	for i := range 109 {
		f := geo.Feature{ID: fmt.Sprintf("lamp-%03d", i+1), Geometry: orb.Point{500_000 + 600*random.Float64(), 4_000_020 + 520*random.Float64()}}
		if i < 24 {
			bad.Features = append(bad.Features, f)
		} else {
			good.Features = append(good.Features, f)
		}
	}
	p.Layers = append(p.Layers, good, bad)
	return p
}

// yantaiPage has a picture of its own for each of the 101 requirements.
func yantaiPage(houses int) JudgementPage {
	j := yantai()
	page := JudgementPage{Judgement: j, Pictures: make(map[string]Picture), Lang: "zh"}
	seed := uint64(10)
	for i := range j.Items {
		for k := range j.Items[i].Requirements {
			seed++
			page.Pictures[j.Items[i].Requirements[k].ID] = town(seed, houses, ids("f", houses/6))
		}
	}
	return page
}
