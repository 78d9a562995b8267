package claims

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/audit"
	"yiju/geo"
)

// invented is a small table of an invented community: group, number, title,
// requirement, claim.
var invented = [][]string{
	{"基础设施", "1", "有线宽带网络", "家庭千兆光纤网络覆盖率达到80%", "达标。\n千兆覆盖率94.55%，具备千兆接入能力的家庭数2950户，社区家庭总数3120户。"},
	{"基础设施", "3", "广播电视", "广播电视覆盖率达到80%", "达标。\n覆盖率96%，接入户数2995户，社区家庭总数3020户"},
	{"基础设施", "5", "智能照明设施", "智能照明设施安装率达到80%", "不达标。智能路灯40盏，路灯总数60盏"},
	{"基础设施", "6", "智能充电设施", "每个小区有集中停放和充电设施", "达标。共有3个小区，3个小区均有"},
	{"基础设施", "7", "家庭能源采集设施", "家庭能源自动化采集设施安装率达到70%", "达标。远传表数量3000只，社区家庭总数3120户，安装率96.2%"},
	{"社区服务", "13", "物业（公共事业）服务", "1.可线上缴费；\n2.社区内80%小区实现垃圾分类智能化", "达标。\n1.支付宝缴费；\n2.社区内67%小区实现。"},
	{"社区安全", "17", "高空抛物监测", "12层及以上住宅实现高空抛物监控，覆盖3层及以上", "达标。12层及以上住宅4栋，均实现监控"},
	{"居民体验", "28", "居民体验调查", "居民满意度达到70%", "达标。满意度91%"},
}

// inventedLines are worked out by hand: 2950 ÷ 3120 = 94.55; the television row has
// another total than the others, with which its 2995 would still be 95.99 %; 40 ÷ 60 =
// 66.7 %; 67 % of 3 compounds is 2 of 3, possible and too few.
var inventedLines = map[string]string{
	"1": "pass [94.55]% 2950/3120户", "3": "pass [96]% 2995/3020户 [mismatch shared]", "5": "fail 40/60盏 [counts]", "6": "pass 3/3个",
	"7": "pass [96.2]% 3000/3120户 [definition unit]", "13.2": "fail [67]% [below]", "17": "pass 4/4栋", "28": "insufficient [91]%",
}

func holdInvented(t *testing.T, body []byte, name string) *indicator.Claims {
	t.Helper()
	a, c := audited(t, growth, name, body)
	got := make(map[string]string)
	for id := range inventedLines {
		r := a.Readings[id]
		got[id] = line(&r)
	}
	if diff := cmp.Diff(inventedLines, got); diff != "" {
		t.Errorf("(- as it should be)\n%s", diff)
	}
	if a.Met != 7 || a.Rows != 8 {
		t.Errorf("met %d of %d, want 7 of 8", a.Met, a.Rows)
	}
	return c
}

func csvOf(header []string, rows [][]string, comma rune) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = comma
	_ = w.Write(header)
	_ = w.WriteAll(rows)
	return b.Bytes()
}

// picked gives columns in another order.
func picked(rows [][]string, columns ...int) [][]string {
	var out [][]string
	for _, row := range rows {
		var cells []string
		for _, c := range columns {
			cells = append(cells, row[c])
		}
		out = append(out, cells)
	}
	return out
}

// The same table in every form comes to the same readings.
func TestForms(t *testing.T) {
	header := []string{"一级指标", "序号", "二级指标", "标准要求", "东湖社区完成情况"}
	text := string(csvOf(header, invented, ','))
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	var pasted strings.Builder
	pasted.WriteString("山东省智慧社区建设指标（成长型）\n\t一级指标\n\t序号\n\t二级指标\n\t标准要求\n\t东湖社区完成情况\n\n")
	for _, row := range invented {
		pasted.WriteString("\t" + strings.Join(row, "\n\t") + "\n\n")
	}
	for name, body := range map[string]string{
		"utf8.csv":  "\uFEFF" + text,
		"gbk.csv":   gbk,
		"wide.csv":  wide,
		"crlf.csv":  strings.ReplaceAll(text, "\n", "\r\n"),
		"tabs.txt":  string(csvOf(header, invented, '\t')),
		"semi.csv":  string(csvOf(header, invented, ';')),
		"order.csv": string(csvOf([]string{"自评情况", "指标名称", "建设标准", "序 号"}, picked(invented, 4, 2, 3, 1), ',')),
		"english.csv": string(csvOf([]string{"No.", "Indicator", "Requirement", "Claim"},
			picked(invented, 1, 2, 3, 4), ',')),
		"pasted.txt": pasted.String(),
	} {
		t.Run(name, func(t *testing.T) {
			c := holdInvented(t, []byte(body), name)
			if want := "东湖社区"; strings.Contains(body, want) && c.Applicant != want {
				t.Errorf("applicant %q", c.Applicant)
			}
		})
	}
}

// workbook writes a spreadsheet with a title, two rows of names, merged cells of
// groups, and figures in columns of their own as numbers.
func workbook(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	const s = "Sheet1"
	set := func(cell string, v any) {
		if err := f.SetCellValue(s, cell, v); err != nil {
			t.Fatal(err)
		}
	}
	merge := func(a, b string) {
		if err := f.MergeCell(s, a, b); err != nil {
			t.Fatal(err)
		}
	}
	set("A1", "山东省智慧社区建设指标（成长型）自评表")
	merge("A1", "I1")
	set("A2", "申报单位：东湖社区")
	for i, name := range []string{"一级指标", "序号", "二级指标", "建设标准"} {
		set(fmt.Sprintf("%c3", 'A'+i), name)
		merge(fmt.Sprintf("%c3", 'A'+i), fmt.Sprintf("%c4", 'A'+i))
	}
	set("E3", "自评情况")
	merge("E3", "I3")
	for i, name := range []string{"申报值", "分子", "分母", "单位", "情况说明"} {
		set(fmt.Sprintf("%c4", 'E'+i), name)
	}
	percent, err := f.NewStyle(&excelize.Style{NumFmt: 10})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range []struct {
		group, title  string
		number        int
		value         any
		num, den      any
		unit, comment string
	}{
		{"基础设施", "有线宽带网络", 1, 0.9455, 2950, 3120, "户", "达标。"},
		{"", "广播电视", 3, "96 %", 2995, 3020, "户", "达标。"},
		{"", "智能照明设施", 5, nil, 40, 60, "盏", "不达标。"},
		{"", "智能充电设施", 6, 1, 3, 3, "个", "达标。共有3个小区"},
		{"", "家庭能源采集设施", 7, 96.2, nil, nil, "", "达标。远传表数量3000只，社区家庭总数3120户"},
		{"社区服务", "物业（公共事业）服务", 13, "67%", nil, nil, "", "达标。1.支付宝缴费；2.智能垃圾分类"},
		{"社区安全", "高空抛物监测", 17, nil, 4, 4, "栋", "达标"},
		{"居民体验", "居民体验调查", 28, 0.91, "—", "/", "", "达标"},
	} {
		n := 5 + i
		set(fmt.Sprintf("A%d", n), row.group)
		set(fmt.Sprintf("B%d", n), row.number)
		set(fmt.Sprintf("C%d", n), row.title)
		for k, v := range []any{row.value, row.num, row.den} {
			if v != nil {
				set(fmt.Sprintf("%c%d", 'E'+k, n), v)
			}
		}
		if v, ok := row.value.(float64); ok && v < 1 {
			_ = f.SetCellStyle(s, fmt.Sprintf("E%d", n), fmt.Sprintf("E%d", n), percent)
		}
		set(fmt.Sprintf("H%d", n), row.unit)
		set(fmt.Sprintf("I%d", n), row.comment)
	}
	merge("A5", "A9")
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbook(t *testing.T) {
	body := workbook(t)
	// As inventedLines; the share of row 6 is stated as well.
	want := map[string]string{}
	for id, line := range inventedLines {
		want[id] = line
	}
	want["6"] = "pass [100]% 3/3个"
	a, c := audited(t, growth, "book.xlsx", body)
	got := make(map[string]string)
	for id := range want {
		r := a.Readings[id]
		got[id] = line(&r)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(- as it should be)\n%s", diff)
	}
	if c.Applicant != "东湖社区" || c.Tier != "growth" || c.Rows[1].Group != "基础设施" || c.Rows[1].Where != "Sheet1 row 6" {
		t.Errorf("%q %q %q %q", c.Applicant, c.Tier, c.Rows[1].Group, c.Rows[1].Where)
	}
}

// YAML, and the JSON of what was read, come to the same.
func TestRoundTrip(t *testing.T) {
	p, others := profileOf(t, growth)
	read := func(name string, body []byte) (*indicator.Claims, audit.Audited) {
		t.Helper()
		c, err := Read(context.Background(), name, bytes.NewReader(body), p, others...)
		if err != nil {
			t.Fatal(err)
		}
		return c, audit.Audit(p, others, c)
	}
	for _, body := range [][]byte{workbook(t), csvOf([]string{"一级指标", "序号", "二级指标", "标准要求", "完成情况"}, invented, ',')} {
		c, a := read("table", body)
		asJSON, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		again, b := read("claims.json", asJSON)
		if diff := cmp.Diff(c.Rows, again.Rows); diff != "" {
			t.Errorf("rows: %s", diff)
		}
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("readings: %s", diff)
		}
	}
	_, a := read("claims.yaml", []byte(`
applicant: 东湖社区
tier: 成长型
rows:
  - {number: 5, title: 智能照明设施, verdict: 达标, stated: [{value: 85, numerator: 85, denominator: 109, unit: 盏}]}
  - number: 4
    title: 视频监控设施
    stated:
      - {requirement: 4.1b, value: 96}
      - {requirement: "2", value: 85}
  - {number: 22, title: 居民参与共治, text: 每年开展线上议事2次, evidence: [{requirement: "22.2", title: 会议记录, file: a.pdf, date: 2024-03-01, author: 居委会}]}
`))
	for id, want := range map[string]string{"5": "fail [85]% 85/109盏 [counts mismatch]", "4.1a": "insufficient", "4.1b": "insufficient [96]%", "4.2": "insufficient [85]% [echo]", "22.2": "attested 2次 [echo]"} {
		r := a.Readings[id]
		if got := line(&r); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

// Sentences of one requirement in rows of their own, with merged cells in front of
// them, are parts; a row that is there again is told.
func TestRowsOfParts(t *testing.T) {
	head := "序号,二级指标,标准要求,完成情况\n"
	a, c := audited(t, growth, "parts.csv", []byte(head+
		"4,视频监控设施,覆盖率、联网率、完好率均达到95%,覆盖率97%，联网率94%，完好率96%\n,,公共视频资源出图率达到85%,出图率88%\n,,编码等合规率达到95%,合规率95%\n"+
		"5,智能照明设施,安装率达到80%,安装率90%\n5,智能照明设施,安装率达到80%,安装率70%\n"+
		"28,居民体验调查,满意度达到70%,满意度80%\n29,新增指标,要求,情况\n"))
	for id, want := range map[string]string{
		"4.1a": "insufficient [97]%", "4.1b": "fail [94]% [below]", "4.1c": "insufficient [96]%", "4.2": "insufficient [88]%", "4.3": "insufficient [95]% [echo]",
		"5": "conflict [90]% [row]", "1": "insufficient",
	} {
		r := a.Readings[id]
		if got := line(&r); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	if len(c.Rows) != 7 || c.Rows[1].Part != 2 {
		t.Errorf("%d rows, part %d", len(c.Rows), c.Rows[1].Part)
	}
	var text strings.Builder
	for _, f := range a.Findings {
		fmt.Fprintln(&text, f.Code, f.Text.ZH)
	}
	for _, want := range []string{"“新增指标”不是本标准的指标", "出现 2 次", "缺少 25 项"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no finding says %q:\n%s", want, text.String())
		}
	}
}

// What cannot be read is refused whole, and the fault names the place.
func TestRefusals(t *testing.T) {
	p, others := profileOf(t, growth)
	head := "序号,二级指标,标准要求,申报值,完成情况\n"
	rows := "1,有线宽带网络,80%,85%,达标\n2,移动通信网络,90%,,达标\n"
	yantai := "序号,体系,指标,指标内容,完成情况\n1,功能完善,共建共治共享,治理体系,达标\n2,功能完善,党群中心,布局合理,达标\n3,功能完善,幸福康养,服务全覆盖,达标\n"
	for name, test := range map[string]struct{ body, want string }{
		"empty":                {" \n ", "是空的"},
		"words":                {"本社区各项工作已完成。\n特此报告。\n", "没有申报内容一列"},
		"no claims":            {"序号,二级指标,标准要求\n1,有线宽带网络,80%\n", "没有申报内容一列"},
		"empty column":         {"序号,二级指标,标准要求,完成情况\n1,有线宽带网络,80%,\n2,移动通信网络,90%,\n", "申报一列全是空的"},
		"text for a number":    {head + rows + "5,智能照明设施,80%,大部分,达标\n", "（第 4 行）：“申报值”一列应为数字，却是“大部分”"},
		"number that is none":  {head + "一甲,有线宽带网络,80%,85%,达标\n", "（第 2 行）：序号“一甲”不是数字"},
		"another standard":     {yantai, "不是“山东省智慧社区建设指标”的申报表"},
		"title of another":     {"烟台市美好社区创建指标体系自评表,,,,\n" + head + rows, "看起来是“烟台市美好社区创建指标体系"},
		"yaml":                 {"rows:\n  - {number: 1, titel: x}\n", "第 2 行"},
		"yaml number":          {"rows:\n  - {number: 1, title: 有线宽带网络, stated: [{value: .inf}]}\n", "不是可用的数字"},
		"pdf":                  {"%PDF-1.4 ...", "PDF"},
		"cell too many, paste": {"\t序号\n\t二级指标\n\t完成情况\n\n\t1\n\t有线宽带网络\n\t达标\n\t多一格\n\n", "第 5 行"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(context.Background(), "claims.csv", strings.NewReader(test.body), p, others...)
			fault := geo.AsFault(err)
			if fault == nil {
				t.Fatalf("not refused: %v", err)
			}
			if !strings.Contains(fault.What.ZH, test.want) || fault.What.EN == "" {
				t.Errorf("%s / %s", fault.What.ZH, fault.What.EN)
			}
		})
	}
	_, err := Read(context.Background(), "claims.csv", strings.NewReader(yantai), p, others...)
	fault := geo.AsFault(err)
	for _, want := range []string{"“烟台市美好社区创建指标体系", "第 2 行：第 1 项“共建共治共享”", "本标准第 1 项为“有线宽带网络”"} {
		if !strings.Contains(fault.What.ZH, want) {
			t.Errorf("%s does not say %s", fault.What.ZH, want)
		}
	}
	if len(fault.Fix) == 0 || !strings.Contains(fault.Fix[0].ZH, "yantai-beautiful-community") {
		t.Errorf("%v", fault.Fix)
	}
}

// A page of the web, copied: every line by itself with empty lines between, two tables
// one after another, and no words but 已完成. The table of the tier asked for is read.
func TestTwoTablesOnePage(t *testing.T) {
	table := func(tier string, rates ...string) string {
		return "（一）" + tier + "智慧社区\n\n一级指标\n\n序号\n\n二级指标\n\n指标释义\n\n标准要求\n\n入围社区完成情况\n\n基础设施\n\n" +
			"1\n\n有线宽带网络\n\n覆盖情况\n\n家庭千兆光纤网络覆盖率达到" + rates[0] + "\n\n已完成\n\n" +
			"2\n\n移动通信网络\n\n覆盖情况\n\n5G网络覆盖率达到" + rates[1] + "\n\n已完成，覆盖率" + rates[2] + "\n\n" +
			"3\n\n广播电视\n\n覆盖情况\n\n广播电视覆盖率达到" + rates[0] + "\n\n已完成\n\n" +
			"社区服务\n\n9\n\n政务服务\n\n提升能力\n\n提供“一站式”政务服务\n\n未完成\n\n"
	}
	page := "2024年度智慧社区建设验收结果公示\n\n发布日期：2024-11-08\n\n" + table("基础型", "70%", "80%", "82%") + table("成长型", "80%", "90%", "93%")
	for _, test := range []struct {
		tier string
		rate float64
	}{{"basic", 82}, {"growth", 93}} {
		a, c := audited(t, "shandong-smart-community/"+test.tier, "page.txt", []byte(page))
		if len(c.Rows) != 4 || c.Tier != test.tier || c.Applicant != "" {
			t.Errorf("%s: %d rows, tier %q, applicant %q", test.tier, len(c.Rows), c.Tier, c.Applicant)
		}
		if r := a.Readings["2"]; len(r.Rates) != 1 || r.Rates[0] != test.rate || r.Verdict != indicator.Insufficient || len(r.Findings) > 0 {
			t.Errorf("%s: %v %s %v", test.tier, r.Rates, r.Verdict, r.Findings)
		}
		if r := a.Readings["1"]; r.Verdict != indicator.Insufficient || !strings.Contains(r.Reason.ZH, "只写达标") {
			t.Errorf("%s: %s %s", test.tier, r.Verdict, r.Reason.ZH)
		}
		if r := a.Readings["9"]; r.Verdict != indicator.Fail || a.Met != 3 {
			t.Errorf("%s: %s, %d met", test.tier, r.Verdict, a.Met)
		}
	}
}
