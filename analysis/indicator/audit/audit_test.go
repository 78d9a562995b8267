package audit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yiju/analysis/indicator"
)

// profile is a small standard: lamps as a share, meters with an unclear formula,
// compounds twice, a count of corners, meetings, a conditional service.
func profile(t testing.TB) *indicator.Profile {
	t.Helper()
	list, err := indicator.Parse(indicator.File{Name: "test.yaml", Text: []byte(`
standard: test
title: {zh: 测试标准, en: Test standard}
version: "1"
source: {zh: 测试, en: test}
tiers: [{id: one, title: {zh: 一档, en: Tier one}}]
indicators:
  - number: 1
    group: {zh: 组, en: Group}
    title: {zh: 智能照明设施, en: Smart lighting}
    aliases: [智慧路灯]
    requirements:
      - id: "1"
        title: {zh: 智能灯占比, en: Smart lamps}
        kind: ratio
        metric: m
        operator: ">="
        threshold: 80
        unit: "%"
        reads: {value: [安装率], numerator: [智能灯], denominator: [总数], units: [盏], shared: lamps}
  - number: 2
    group: {zh: 组, en: Group}
    title: {zh: 灯具完好情况, en: Lamps in order}
    requirements:
      - id: "2"
        title: {zh: 完好灯占比, en: Lamps in order}
        kind: ratio
        metric: m
        operator: ">="
        threshold: 90
        unit: "%"
        reads: {value: [完好率], numerator: [完好], denominator: [总数], units: [盏], shared: lamps}
  - number: 3
    group: {zh: 组, en: Group}
    title: {zh: 灯具噪声情况, en: Noise of lamps}
    requirements:
      - id: "3"
        title: {zh: 有噪声的灯占比, en: Noisy lamps}
        kind: ratio
        metric: m
        operator: "<="
        threshold: 5
        unit: "%"
        reads: {value: [噪声率], numerator: [有噪声], denominator: [总数], units: [盏], shared: lamps}
`)}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &list[0]
}

func auditOf(p *indicator.Profile, texts ...string) Audited {
	c := &indicator.Claims{Applicant: "某某社区"}
	for i, text := range texts {
		if text != "" {
			c.Rows = append(c.Rows, indicator.Claim{Where: fmt.Sprintf("row %d", i+2), Number: i + 1, Title: p.Indicators[i].Title.ZH, Text: text})
		}
	}
	return Audit(p, nil, c)
}

func codes(r indicator.Reading) []indicator.Code {
	var out []indicator.Code
	for _, f := range r.Findings {
		out = append(out, f.Code)
	}
	slices.Sort(out)
	return out
}

// More lamps never turn a pass into a fail, nor do they for a limit of noisy ones
// turn a fail into a pass, whatever is claimed beside the counts.
func TestMoreIsNeverWorse(t *testing.T) {
	p := profile(t)
	for _, rate := range []string{"", "，安装率80%", "，安装率95%", "，安装率60%"} {
		passed := false
		for n := 0; n <= 115; n++ {
			v := auditOf(p, fmt.Sprintf("智能灯%d盏，总数109盏%s", n, rate)).Readings["1"].Verdict
			if passed && v == indicator.Fail {
				t.Fatalf("%d of 109%s fails and fewer did not", n, rate)
			}
			passed = passed || v != indicator.Fail
			// 87.2 lamps are 80 %: 88 of 109 suffice, 87 do not.
			if want := n < 88; want != (v == indicator.Fail) {
				t.Fatalf("%d of 109%s: %s", n, rate, v)
			}
		}
	}
	failed := false
	for n := 0; n <= 100; n++ {
		v := auditOf(p, "", "", fmt.Sprintf("有噪声%d盏，总数100盏", n)).Readings["3"].Verdict
		if failed && v == indicator.Pass {
			t.Fatalf("%d noisy lamps pass and fewer did not", n)
		}
		failed = failed || v == indicator.Fail
	}
}

// Totals of rows that count the same: the odd one is told, a tie on both sides; where
// the usual total turns the verdict it is a conflict. 88 of 100 lamps pass, of the 120
// that two other rows have they are 73 %.
func TestSharedTotals(t *testing.T) {
	p := profile(t)
	a := auditOf(p, "智能灯88盏，总数100盏", "完好115盏，总数120盏", "有噪声3盏，总数120盏")
	if r := a.Readings["1"]; r.Verdict != indicator.Conflict || !slices.Contains(codes(r), indicator.FindShared) || !strings.Contains(r.Reason.ZH, "73.33%") {
		t.Errorf("%s %v %s", r.Verdict, codes(r), r.Reason.ZH)
	}
	if r := a.Readings["2"]; r.Verdict != indicator.Pass || len(r.Findings) > 0 {
		t.Errorf("%s %v", r.Verdict, codes(r))
	}
	a = auditOf(p, "智能灯88盏，总数100盏", "完好115盏，总数120盏", "")
	for _, id := range []string{"1", "2"} {
		if r := a.Readings[id]; r.Verdict != indicator.Pass || !slices.Contains(codes(r), indicator.FindShared) {
			t.Errorf("%s: %s %v", id, r.Verdict, codes(r))
		}
	}
}

// The whole of a share that is claimed without counts is known from another row.
func TestWholesOfOtherRows(t *testing.T) {
	p := profile(t)
	for _, test := range []struct {
		claim string
		want  []indicator.Code
	}{
		{"安装率80%", []indicator.Code{indicator.FindEcho, indicator.FindImpossible}}, // of 3: 0, 33.3, 66.7, 100
		{"安装率67%", []indicator.Code{indicator.FindBelow}},                          // 2 of 3
		{"安装率66%", []indicator.Code{indicator.FindBelow}},                          // 2 of 3, cut off
		{"安装率66.5%", []indicator.Code{indicator.FindImpossible}},
		{"安装率100%", nil},
	} {
		r := auditOf(p, test.claim, "完好3盏，总数3盏").Readings["1"]
		if diff := cmp.Diff(test.want, codes(r)); diff != "" {
			t.Errorf("%s: %s", test.claim, diff)
		}
	}
}

func TestDivide(t *testing.T) {
	for _, test := range []struct {
		cell string
		want []part
	}{
		{"1.甲；\n2.乙。", []part{{1, "甲；"}, {2, "乙。"}}},
		{"达标。1、甲 2、乙", []part{{0, "达标。"}, {1, "甲"}, {2, "乙"}}},
		{"①甲②乙③丙", []part{{1, "甲"}, {2, "乙"}, {3, "丙"}}},
		{"（1）甲（2）乙", []part{{1, "甲"}, {2, "乙"}}},
		{"一、甲\n二、乙", []part{{1, "甲"}, {2, "乙"}}},
		{"一是甲；二是乙", []part{{1, "甲；"}, {2, "乙"}}},
		{"１．甲\n２．乙", []part{{1, "甲"}, {2, "乙"}}},
		{"1.60岁老人；\n2.60岁占比", []part{{1, "60岁老人；"}, {2, "60岁占比"}}},
		{"1.5G覆盖90%", []part{{1, "5G覆盖90%"}}},
		{"1.甲（1）子（2）丑；2.乙", []part{{1, "甲（1）子（2）丑；"}, {2, "乙"}}},
		{"1.5公里内有2处", []part{{0, "1.5公里内有2处"}}},
		{"1、2号楼", []part{{0, "1、2号楼"}}},
		{"建于2024.1.2日", []part{{0, "建于2024.1.2日"}}},
		{"", []part{{0, ""}}},
	} {
		if diff := cmp.Diff(test.want, divide(test.cell), cmp.AllowUnexported(part{})); diff != "" {
			t.Errorf("%q: %s", test.cell, diff)
		}
	}
}

func TestFigures(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"覆盖率达到８５．５％", "85.5%"},
		{"共4,379户、1.2万户、4300余户", "4379户 12000户 4300户"},
		{"0.413平方公里=41.3公顷=413000㎡=619.5亩", "0.413平方公里 41.3公顷 413000平方米 619.5亩"},
		{"两个小区、十二处场地、第一个、一站式、每一个、统一", "2个 12处"},
		{"百分之八十、百分之85", "80% 85%"},
		{"5G和4K，GB/T 28181-2016", "5 4 28181 2016"}, // names with numbers are other figures
		{"2024年8月1日，15分钟，60岁，12层，3号楼", "2024年 8月 1日 15分钟 60岁 12层 3号"},
		{"80-90%", "80% 90%"},
		{"个人、项目、户外", ""},
	} {
		var got []string
		for _, f := range figures(plain(test.text)) {
			got = append(got, f.words())
		}
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("%s: %s, want %s", test.text, s, test.want)
		}
	}
	for text, want := range map[string]rune{"不足80%": '<', "不低于80%": '>', "80%以上": '>', "没超过30%": '<', "超过30%": '>', "80%": 0} {
		if f := figures(plain(text)); len(f) != 1 || f[0].bound != want {
			t.Errorf("%s: %+v", text, f)
		}
	}
}

func TestAnswers(t *testing.T) {
	for text, want := range map[string]string{
		"达标。\n覆盖率": "yes 覆盖率", "不达标，尚缺3盏": "no 尚缺3盏", "未达标": "no ", "基本达标。甲": "partly 甲", "覆盖率96%，达标。": "yes 覆盖率96%，",
		"达标率96%": "- 达标率96%", "√": "yes ", "否": "no ", "是": "yes ", "是否": "- 是否", "Met. 4379": "yes 4379", "未达到标准": "no ", "已完成": "yes ", "未完成。": "no ", "已完成平台建设": "- 已完成平台建设", "基本完成，甲": "partly 甲", "": "- ",
	} {
		said, rest := answerOf(text)
		got := "-"
		switch {
		case said.partly:
			got = "partly"
		case said.met != nil && *said.met:
			got = "yes"
		case said.met != nil:
			got = "no"
		}
		if got += " " + rest; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestNumberless(t *testing.T) {
	for text, want := range map[string]string{
		"提供种社区养老服务": "提供种社区养老服务", "覆盖率达到%": "达到%", "建设个性化服务": "", "提供种类齐全": "", "开展项目": "", "公共处所": "", "共处一室": "",
		"提供2种服务": "", "提供两种服务": "", "配备个人装置": "", "拥有处": "",
	} {
		if got := numberless(plain(text)); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestMatch(t *testing.T) {
	p := profile(t)
	for _, test := range []struct {
		number int
		title  string
		want   int
		fit    Fit
	}{
		{1, "智能照明设施", 1, ByBoth}, {1, "智能 照明\n设施", 1, ByBoth}, {1, "智慧路灯", 1, ByBoth}, {1, "智能照明", 1, ByBoth}, {1, "智能照明设施（路灯）", 1, ByBoth},
		{7, "智能照明设施", 1, ByTitle}, {0, "Smart lighting", 1, ByTitle}, {2, "", 2, ByNumber}, {2, "智能照明设施", 1, ByTitle},
		{1, "共建共治共享", 0, NoFit}, {9, "", 0, NoFit}, {1, "智能照朋设施", 1, ByBoth},
	} {
		in, fit := Match(p, test.number, test.title)
		got := 0
		if in != nil {
			got = in.Number
		}
		if got != test.want || fit != test.fit {
			t.Errorf("%d %q: %d %d, want %d %d", test.number, test.title, got, fit, test.want, test.fit)
		}
	}
}

// FuzzAudit gives any text as a claim. Every reading has a verdict and a reason in
// both languages, and values that are numbers.
func FuzzAudit(f *testing.F) {
	for _, s := range []string{
		"达标。安装率达到85%，其中智能灯85盏，总数109盏。", "1.甲；2.乙", "智能灯110/109盏", "0盏，均实现", "安装率80-90%", "提供种服务（若超过30%请列出）", "百分之八十", "①安装率%②", "总数1e9盏", "《", "(", "万",
	} {
		f.Add(s, s)
	}
	p := profile(f)
	f.Fuzz(func(t *testing.T, asked, text string) {
		const longest = 4000
		if len(asked)+len(text) > longest {
			t.Skip()
		}
		c := &indicator.Claims{Applicant: "某某社区"}
		for i := range p.Indicators {
			c.Rows = append(c.Rows, indicator.Claim{Number: i + 1, Title: p.Indicators[i].Title.ZH, Requirement: asked, Text: text})
		}
		a := Audit(p, []indicator.Profile{*p}, c)
		if len(a.Readings) != 3 {
			t.Fatalf("%d readings", len(a.Readings))
		}
		for id, r := range a.Readings {
			if !slices.Contains(indicator.Verdicts(), r.Verdict) || r.Reason.ZH == "" || r.Reason.EN == "" {
				t.Errorf("%s: verdict %q, reason %v", id, r.Verdict, r.Reason)
			}
			for _, x := range r.Findings {
				if x.Text.ZH == "" || x.Text.EN == "" || x.Severity == "" {
					t.Errorf("%s: %v", id, x)
				}
			}
			if r.Value != nil && *r.Value != *r.Value {
				t.Errorf("%s: the value is no number", id)
			}
		}
	})
}
