package claims

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/audit"
)

// read is what a reading comes to, as a line: verdict, rates, counts, codes.
func line(r *indicator.Reading) string {
	out := string(r.Verdict)
	if len(r.Rates) > 0 {
		out += fmt.Sprintf(" %v%%", r.Rates)
	}
	if r.Numerator != nil || r.Denominator != nil {
		out += " " + part(r.Numerator) + "/" + part(r.Denominator) + r.Of
	} else if r.Basis == indicator.FromCount {
		out += " " + part(r.Value) + r.Of
	}
	if codes := outcomeOf(r).Codes; len(codes) > 0 {
		out += fmt.Sprintf(" %v", codes)
	}
	return out
}

func part(v *float64) string {
	if v == nil {
		return "?"
	}
	return fmt.Sprintf("%g", *v)
}

// phrases are ways in which applicants write, one claim each, with what it comes to under
// the growth tier. The lines are worked out by hand from the thresholds of the tier: 80 %
// for rows 1, 3 and 5, 90 % for row 2, 95 % for row 4.1, 80 % of compounds for rows 13.2
// and 19.1.
var phrases = []struct{ id, text, want string }{
	// 2950 ÷ 3120 = 94.55 %.
	{"1", "达标。全社区共3,120户，具备千兆接入能力的家庭2,950户，覆盖率94.55%。", "pass [94.55]% 2950/3120户"},
	{"1", "达标，千兆覆盖率达９５％，千兆户数２８５０户／总户数３０００户", "pass [95]% 2850/3000户"},
	{"1", "千兆光纤覆盖率 93.3 %（1.4万户/1.5万户）", "pass [93.3]% 14000/15000户"},
	{"1", "已实现千兆光纤全覆盖", "insufficient [restated]"},
	{"1", "社区总户数2000户，已全部具备千兆接入能力", "pass 2000/2000户"},
	{"1", "社区共2000户，其中1500户已接入千兆光纤", "fail 1500/2000户 [counts]"},
	{"1", "不达标。千兆覆盖率只有62%", "fail [62]% [below]"},
	{"1", "覆盖率不足80%", "fail [80]% [below echo]"},
	{"1", "Gigabit coverage: 2850 of 3000 households", "pass 2850/3000"},
	{"1", "达标", "insufficient"},
	{"1", "家庭千兆光纤网络覆盖率达到百分之八十五", "insufficient [85]%"},
	{"1", "基本达标。千兆光纤覆盖率达到92%。", "insufficient [92]% [doubt]"},
	// 39 ÷ 40 = 97.5 %, 198 ÷ 200 = 99 %: counts without a rate, several in one sentence.
	{"4.1a", "1.共安装摄像机200台，联网198台，完好192台，关键位置40处覆盖39处", "pass 39/40处"},
	{"4.1b", "1.共安装摄像机200台，联网198台，完好192台，关键位置40处覆盖39处", "pass 198/200台"},
	{"4.1c", "1.共安装摄像机200台，联网198台，完好192台，关键位置40处覆盖39处", "pass 192/200台"},
	{"4.2", "2.公共视频200路，出图168路", "fail 168/200路 [counts]"}, // 84 %
	{"4.3", "3.共200路，合规198路", "pass 198/200路"},
	{"13.2", "2.社区现有3个小区，67%的小区完成", "fail [67]% ?/3个 [below]"},
	{"20", "住宅0栋", "not_applicable ?/0栋"},
	// 33 ÷ 41.3 公顷 = 79.9 %.
	{"2", "5G覆盖面积33公顷，社区总面积0.413平方公里", "fail 0.33/0.413平方公里 [counts unit]"},
	{"2", "5G网络覆盖率98%，其中5G信号覆盖面积40.5万平方米，社区面积41.3万平方米", "pass [98]% 40.5/41.3万平方米"},
	{"2", "移动、联通、电信5G网络覆盖率分别为95%、92%、88%", "conflict [95 92 88]% [self]"},
	{"2", "移动5G覆盖率95%，联通5G覆盖率93%，电信5G覆盖率91%", "insufficient [95 93 91]% [self]"},
	{"2", "5G网络覆盖率95%，4G网络覆盖率100%", "insufficient [95]%"},
	{"4.1a", "1.覆盖率、联网率、完好率分别为97%、98%、96%；2.出图率90%；3.合规率97%", "insufficient [97]%"},
	{"4.1b", "1.覆盖率、联网率、完好率分别为97%、94%、96%；2.出图率90%；3.合规率97%", "fail [94]% [below]"},
	{"4.1b", "1.联网率98%（摄像机总数50台，联网摄像机49台）；2.出图率90%；3.合规率97%", "pass [98]% 49/50台"},
	{"4.2", "①覆盖率、联网率、完好率均为97%；②出图率90%；③合规率97%", "insufficient [90]%"},
	{"4.3", "（1）覆盖率97%（2）出图率90%（3）合规率94%", "fail [94]% [below]"},
	// 110 of 109, 0 of 0, 88 ÷ 110 = 80 % exactly: no echo, for the counts give it.
	{"5", "公共照明设备总数109盏，智能照明设备110盏", "conflict 110/109盏 [exceeds]"},
	{"5", "110/109盏", "conflict 110/109盏 [exceeds]"},
	{"5", "智能照明设备数0盏，公共照明设备总数0盏，达标", "not_applicable 0/0盏 [vacuous]"},
	{"5", "智能照明设施安装率80%，智能路灯88盏，路灯总数110盏", "pass [80]% 88/110盏"},
	{"5", "智能照明设施安装率80.3%，智能路灯88盏，路灯总数110盏", "pass [80.3]% 88/110盏"},
	{"5", "智能照明设施安装率81%，智能路灯88盏，路灯总数110盏", "pass [81]% 88/110盏 [mismatch]"},
	{"5", "智能路灯96户，路灯总数120盏", "pass 96/120盏 [unit]"},
	{"6", "辖区共有3个小区，其中2个小区建有集中停放场所和智能充电设施", "fail 2/3个 [counts]"},
	{"6", "3个小区均建有集中停放场所和充电设施", "pass 3/3个"},
	{"8.3", "1.信息已汇聚更新；2.已与物业平台对接；3.建成应用场景6个：养老服务、医疗服务、社区警务、出入管理、疫情防控、应急管理。", "attested 6个"},
	{"8.3", "1.信息已汇聚更新；2.已与物业平台对接；3.建成应用场景3个：养老服务、医疗服务、社区警务。", "fail 3个 [below]"},
	{"8.3", "1.信息已汇聚更新；2.已与物业平台对接；3.建成应用场景6个：养老服务、医疗服务、社区警务。", "insufficient 6个 [self]"},
	{"10.1", "1.60岁及以上常住独居老人46人，已配备紧急呼叫装置46台，15分钟内响应；2.老年人占比12%", "pass 46/46人"},
	{"10.1", "1.60岁及以上常住独居老人46人，已配备紧急呼叫装置40台，15分钟内响应；2.老年人占比12%", "fail 40/46人 [counts]"},
	{"10.2", "1.独居老人配备呼叫装置；2.60岁以上老年人占比34.2%，提供助餐、助医两种服务", "attested 2种 [text]"},
	{"10.2", "1.独居老人配备呼叫装置；2.60岁以上老年人占比34.2%，提供助餐1种服务", "fail 1种 [below text]"},
	{"10.2", "1.独居老人配备呼叫装置；2.老年人占比不足30%，本项不涉及", "not_applicable"},
	{"11.1", "1.社区内设有2处图书角；2.步行15分钟内有2处体育场地", "pass 2处"},
	{"11.2", "1.社区内设有图书角1处；2.15分钟范围内有体育场地3处", "pass 3处"},
	{"13.2", "1.可线上缴费；2.3个小区中2个小区有智能垃圾分类", "fail 2/3个 [counts]"},
	{"15", "社区内封闭式小区2个，出入口共5个，均部署智能门禁", "attested 2/2个"},
	{"17", "社区内12层及以上住宅6栋，其中5栋实现高空抛物监控", "fail 5/6栋 [counts]"},
	{"17", "12层及以上住宅0栋，本项不涉及", "not_applicable ?/0栋"},
	{"19.2", "1.80%的小区实现；2.小区无电梯", "not_applicable"},
	{"20", "住宅楼共32栋，已安装火灾自动报警系统32栋", "pass 32/32栋"},
	{"22.2", "1.网上选民登记；2.每年开展线上议事1次；3.公开", "fail 1次 [below]"},
	{"22.2", "1.网上选民登记；2.2023年3月、6月、9月各开展线上议事1次，全年开展3次；3.公开", "attested 3次"},
	{"25", "每年开展4次宣传活动", "attested 4次"},
	{"25", "2023年3月5日、10月20日开展宣传活动，全年开展2次", "attested 2次 [echo]"},
	{"27", "形成智慧停车应用场景1项，2023年由市级发文推广", "attested 1项"},
	{"27", "智慧停车应用场景在全区推广", "conflict [grade]"},
	// The formula written out; ranges; bounds; counts in brackets.
	{"5", "智能照明设施安装率=社区内智能照明设备数/社区内公共照明设备总数=85/109=77.98%", "fail [77.98]% 85/109 [below counts]"},
	{"4.1b", "1.视频监控联网率=49/50=98%；2.出图率90%；3.合规率97%", "pass [98]% 49/50"},
	{"4.1c", "1.覆盖率97%（38/39）、联网率98%（49/50）、完好率92%（46/50）；2.出图率90%；3.合规率97%", "fail [92]% 46/50 [below counts]"},
	{"1", "千兆覆盖率在75%-85%之间", "conflict [75 85]% [self]"},
	{"1", "千兆覆盖率80-90%", "insufficient [80 90]% [echo self]"},
	{"1", "千兆覆盖率90%以上", "insufficient [90]%"},
	{"1", "千兆覆盖率100%（4379户/4379户）", "pass [100]% 4379/4379户"},
	{"1", "基本实现千兆全覆盖", "insufficient [restated]"},
	{"2", "5G网络覆盖率 0.39平方公里÷0.413平方公里=94.4%", "pass [94.4]% 0.39/0.413平方公里"},
	{"2", "辖区面积41.3公顷，5G信号全覆盖", "pass 41.3/41.3公顷 [rounded]"},
	{"13.2", "1.线上缴费；2.2个小区均部署智能垃圾分类设施", "pass 2/2个"},
	{"19.1", "1.100%小区实现消防隐患自动识别；2.无电梯", "insufficient [100]%"},
	{"12", "按需配备智能便民设施", "insufficient [restated]"},
	{"12", "设有智能快递柜2组", "pass 1"},
	{"16", "2个封闭小区均安装电子围栏", "pass 2/2个"},
	{"18", "2023年印发《特殊人群管理办法》，建档35人", "attested"},
	{"24.2", "1.有领导机构；2.运营单位为某某科技有限公司；3.有规划", "attested"},
	{"26.2", "1.已加密；2.通过等保二级测评", "attested"},
	{"28", "发放问卷220份，回收有效问卷200份，满意150份，满意度75%", "pass [75]% 150/200份"},
	{"28", "居民满意度70%，有效问卷200份，满意140份", "pass [70]% 140/200份"},
}

func TestPhrases(t *testing.T) {
	p, others := profileOf(t, growth)
	for _, test := range phrases {
		in := indicatorOf(p, test.id)
		c := &indicator.Claims{Rows: []indicator.Claim{{Where: "row 1", Number: in.Number, Title: in.Title.ZH, Text: test.text}}}
		r := audit.Audit(p, others, c).Readings[test.id]
		if diff := cmp.Diff(test.want, line(&r)); diff != "" {
			t.Errorf("%s %s\n%s%s", test.id, test.text, diff, r.Reason.ZH)
		}
	}
}

func indicatorOf(p *indicator.Profile, id string) *indicator.Indicator {
	for i := range p.Indicators {
		for _, r := range p.Indicators[i].Requirements {
			if r.ID == id {
				return &p.Indicators[i]
			}
		}
	}
	return nil
}
