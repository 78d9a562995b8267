package report

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// tree is a parsed page.
type tree struct {
	*html.Node
	ids map[string]*html.Node
}

func parsed(t *testing.T, page JudgementPage) (*tree, string) {
	t.Helper()
	var b bytes.Buffer
	if err := JudgementHTML(&b, page); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	d := &tree{root, make(map[string]*html.Node)}
	for n := range root.Descendants() {
		if id := attribute(n, "id"); id != "" {
			if d.ids[id] != nil {
				t.Errorf("two elements have the id %s", id)
			}
			d.ids[id] = n
		}
	}
	return d, b.String()
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func hasClass(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(attribute(n, "class")), class)
}

// textIn is what stands in an element, in one language.
func textIn(n *html.Node, lang string) string {
	other := map[string]string{"zh": "en", "en": "zh"}[lang]
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if hasClass(n, other) {
			return
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func find(n *html.Node, is func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	for d := range n.Descendants() {
		if is(d) {
			out = append(out, d)
		}
	}
	return out
}

func element(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.Type == html.ElementNode && n.Data == name }
}

// The page answers first, has a row for each requirement in the order of the standard,
// a picture for each that has one, and every link leads somewhere.
func TestJudgementPage(t *testing.T) {
	page := shandongPage()
	d, source := parsed(t, page)
	first := find(d.Node, func(n *html.Node) bool { return hasClass(n, "first") })[0]
	for lang, wants := range map[string][]string{
		"zh": {"示范社区 · 山东省智慧社区建设指标（成长型）", "未达到成长型标准", "自报 28 项中 28 项达标；核验认定达标 6 项", "× 不达标", "智能照明设施", "核算 78.0% (85 ÷ 109 盏)", "申报 85%；85 ÷ 109 盏 = 78.0%", "90.0% → 91.2%", "数据版本 37 → 42", "再有 2 户可达即达标；放宽到 15.6 分钟即全部可达", "另有 1 条", "平台功能说明与场景清单 8, 12", "第 13 行未给户数"},
		"en": {"Shandong smart community indicators (growth tier)", "The growth tier is not met", "reports 28 of 28 met; the check finds 6 met", "computed 78.0 % (85 of 109 lamps)", "claimed 80 %; 0.413 of 0.413 km² = 100 %", "asked ≥\u00a01 scenario claimed 3 scenarios", "99.95 % (4,377 of 4,379 households)"},
	} {
		got := strings.ReplaceAll(textIn(first, lang), "\u00a0", " ")
		for _, want := range wants {
			if want = strings.ReplaceAll(want, "\u00a0", " "); !strings.Contains(got, want) {
				t.Errorf("%s: the first page does not say %q:\n%s", lang, want, got)
			}
		}
	}
	var order []string
	for _, n := range find(d.Node, func(n *html.Node) bool { return hasClass(n, "row") }) {
		order = append(order, strings.TrimPrefix(attribute(n, "id"), "r-"))
	}
	var want []string
	for _, item := range page.Judgement.Items {
		for _, q := range item.Requirements {
			want = append(want, q.ID)
			block := d.ids["b-"+q.ID]
			_, has := page.Pictures[q.ID]
			if block == nil && (has || q.Kind == indicator.Spatial && q.Measure != nil) {
				t.Errorf("%s has no block", q.ID)
			}
			if has && len(find(block, func(n *html.Node) bool { return hasClass(n, "map") })) != 1 {
				t.Errorf("%s has no picture", q.ID)
			}
			if chips := find(d.ids["r-"+q.ID], func(n *html.Node) bool { return hasClass(n, string(q.Verdict)) }); len(chips) != 1 {
				t.Errorf("%s shows its verdict %d times", q.ID, len(chips))
			}
		}
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	rows := map[string]string{
		"4.1a": "≥ 95% 申报80%自报达标“覆盖率80%”核算95%57 ÷ 60 台≠ 矛盾",
		"7":    "68.5%–70.02%（部分未知）3,001 ÷ 4,379 只表",
		"10.2": "≥ 2 种前提：60 岁以上人口超过 30%（不成立，申报 13.5%）",
		"11.1": "≥ 1 申报2 处", "11.2": "非标准规定：按“居民”理解为全部住户",
		"13.1": "材料：物业缴费平台合同，合同.pdf，物业公司，2023-03-01",
		"17":   "没有对象0 ÷ 0 栋", "20": "豁免：多层住宅无公共区域探测系统（评审组，2023-06-01）",
		"22": "载明 2", "25": "◇ 凭材料认定",
	}
	for id, want := range rows {
		if got := textIn(d.ids["r-"+id], "zh"); !strings.Contains(squeezed(got), squeezed(want)) {
			t.Errorf("row %s does not say %q: %s", id, want, got)
		}
	}
	if !strings.Contains(textIn(d.ids["r-20"], "zh"), "本档数值未查到") || !strings.Contains(textIn(d.ids["r-20"], "en"), "not known at this tier") {
		t.Error("the threshold that is not known is not said to be")
	}
	block := textIn(d.ids["b-11.2"], "zh")
	for _, want := range []string{"建筑 · 140：", "30b-030", "… 另 110 个", "未知 · 建筑 · 5：u-001", "15 分钟；", "住宅建筑占比: 97.6%"} {
		if !strings.Contains(block, want) {
			t.Errorf("the block does not say %q: %s", want, block)
		}
	}
	if strings.Contains(block, "b-031") {
		t.Error("more than the first 30 features are listed")
	}
	links(t, d, page.MapURL)
	for _, bad := range []string{"NaN", "+Inf", "-Inf", "%!", "ZgotmplZ", "&lt;span", "@import", "<nil>"} {
		if strings.Contains(source, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if zh, en := strings.Count(source, `class="zh"`), strings.Count(source, `class="en"`); zh != en || zh < 300 {
		t.Errorf("%d texts in Chinese, %d in English", zh, en)
	}
	if !strings.Contains(source, `href="http://127.0.0.1:8080/#indicator=shandong-smart-community/growth/4.1a"`) {
		t.Error("the row does not link to the map")
	}
}

// squeezed leaves white space out.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// links finds addresses that lead outside, or nowhere.
func links(t *testing.T, d *tree, mapURL string) {
	t.Helper()
	for n := range d.Descendants() {
		for _, a := range n.Attr {
			inside, local := strings.CutPrefix(a.Val, "#")
			switch {
			case !slices.Contains([]string{"href", "src", "srcset", "data", "action", "poster", "background", "xlink:href"}, a.Key):
				if strings.HasPrefix(a.Key, "on") || strings.Contains(a.Val, "url(http") {
					t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
				}
			case local && d.ids[inside] == nil:
				t.Errorf("%s leads nowhere", a.Val)
			case !local && (mapURL == "" || !strings.HasPrefix(a.Val, mapURL+"#")):
				t.Errorf("<%s> loads or leads to %q", n.Data, a.Val)
			}
		}
		if n.Type == html.ElementNode && slices.Contains([]string{"link", "iframe", "img", "object", "embed", "base"}, n.Data) {
			t.Errorf("there is a <%s>", n.Data)
		}
	}
}

// What a claim holds is shown and not obeyed; a script that holds its own end ends
// where it should; the page is the same each time and in both languages.
func TestJudgementEscapes(t *testing.T) {
	page := shandongPage()
	page.MapURL = ""
	page.Script = []byte("var a = '</script><p id=\"leak\">', b = /<!--<script>/, echarts")
	d, source := parsed(t, page)
	if d.ids["leak"] != nil {
		t.Error("the script ends early")
	}
	scripts := find(d.Node, element("script"))
	if want := 2 + 2*3; len(scripts) != want {
		t.Errorf("%d scripts, want %d", len(scripts), want)
	}
	if n := strings.Count(source, "var a = '"); n != 1 {
		t.Errorf("the charting library is there %d times", n)
	}
	for _, s := range scripts {
		if attribute(s, "type") == "application/json" && !json.Valid([]byte(s.FirstChild.Data)) {
			t.Errorf("options of %s: %.200s", attribute(s, "id"), s.FirstChild.Data)
		}
	}
	if got := textIn(d.ids["r-13.1"], "zh"); !strings.Contains(got, hostile) || !strings.Contains(got, "“"+excerpt(hostile, maxClaimRunes)+"”") {
		t.Errorf("claim and document are not shown as they are: %s", got)
	}
	links(t, d, "")
	var again bytes.Buffer
	if err := JudgementHTML(&again, page); err != nil || again.String() != source {
		t.Errorf("a second page is another one: %v", err)
	}
	page.Lang = "en"
	english, _ := parsed(t, page)
	for id, want := range map[string]bool{"zh": false, "en": true} {
		checked := slices.ContainsFunc(english.ids[id].Attr, func(a html.Attribute) bool { return a.Key == "checked" })
		if checked != want {
			t.Errorf("language %s: checked %v", id, checked)
		}
	}
	if err := JudgementHTML(&again, JudgementPage{}); err == nil {
		t.Error("no judgement is no error")
	}
}

// A chart is a table with bars where there is no library, and the same figures.
func TestJudgementCharts(t *testing.T) {
	d, _ := parsed(t, shandongPage())
	if n := len(find(d.Node, element("script"))); n != 0 {
		t.Errorf("%d scripts without a library", n)
	}
	// Infrastructure: 1, 3, 4.1b, 6 pass; 2, 4.1a conflict; 4.1c, 5 fail; 4.2, 7, 8 lack evidence.
	groups := find(d.ids["chart-groups"], element("tr"))
	if got := textIn(groups[1], "zh"); squeezed(got) != "基础设施×2≠2?3√411" {
		t.Errorf("the first group is %q", got)
	}
	shares := textIn(d.ids["chart-shares"], "en")
	for _, want := range []string{"5 Smart lighting", "78.0 %", "4.1c Video surveillance: working", "94.99 %"} {
		if !strings.Contains(shares, want) {
			t.Errorf("the shares lack %q", want)
		}
	}
	widths := regexp.MustCompile(`left:0;width:([0-9.]+)%`)
	for _, tr := range find(d.ids["chart-shares"], element("tr")) {
		if !strings.HasPrefix(textIn(tr, "en"), "5 Smart") {
			continue
		}
		var b bytes.Buffer
		if err := html.Render(&b, tr); err != nil {
			t.Fatal(err)
		}
		if m := widths.FindStringSubmatch(b.String()); m == nil || m[1] != "77.98" || !strings.Contains(b.String(), "left:80.00%") {
			t.Errorf("the bar of 85 in 109 against 80: %s", b.String())
		}
	}
	for _, canvas := range find(d.Node, func(n *html.Node) bool { return hasClass(n, "canvas") }) {
		if attribute(canvas, "role") != "img" || !strings.Contains(attribute(canvas, "aria-label"), " / ") {
			t.Errorf("a chart without words: %v", canvas.Attr)
		}
	}
}

// A judgement of claims alone, of nothing, and with pictures of nothing is a page too.
func TestJudgementOfLittle(t *testing.T) {
	claims := shandong()
	claims.Measured, claims.Since, claims.Parameters, claims.Worst = false, nil, nil, nil
	for i := range claims.Items {
		for k := range claims.Items[i].Requirements {
			q := &claims.Items[i].Requirements[k]
			q.Measure, q.Computed, q.Also, q.Flip = nil, "", nil, nil
		}
	}
	d, _ := parsed(t, JudgementPage{Judgement: claims})
	if facts := textIn(d.Node, "zh"); !strings.Contains(facts, "未使用工作区数据") || strings.Contains(facts, "图与明细") {
		t.Error("claims alone: the page speaks of data, or shows pictures")
	}
	parsed(t, JudgementPage{Judgement: &indicator.Judgement{}})
	nothing := shandongPage()
	nothing.Pictures = map[string]Picture{"2": {}, "5": {Layers: []PictureLayer{{Role: DrawFailed, Features: []geo.Feature{{ID: "x"}}}}}}
	parsed(t, nothing)
}

// 101 requirements, each with a picture of its own of 5,000 houses, stay a file that
// can be sent by mail.
func TestJudgementStaysSmall(t *testing.T) {
	page := yantaiPage(5000)
	page.Script = bytes.Repeat([]byte("x"), 1_130_000)
	d, source := parsed(t, page)
	if most := 6_000_000; len(source) > most {
		t.Errorf("%d bytes, at most %d", len(source), most)
	}
	maps := find(d.Node, func(n *html.Node) bool { return hasClass(n, "map") })
	if len(maps) != 101 {
		t.Errorf("%d pictures", len(maps))
	}
	for i, m := range maps {
		if len(find(m, func(n *html.Node) bool { return hasClass(n, "failed") && attribute(n, "d") != "" })) == 0 {
			t.Errorf("picture %d shows nothing that fails", i)
		}
	}
	t.Logf("%d bytes", len(source))
	head := textIn(d.ids["r-3-guiding"], "zh")
	for _, want := range []string{"3", "引导性 宜", "（部分未知）"} {
		if !strings.Contains(head, want) {
			t.Errorf("the row of a level does not say %q: %s", want, head)
		}
	}
}

func TestJudgementJSON(t *testing.T) {
	j := shandong()
	var b bytes.Buffer
	if err := JudgementJSON(&b, j); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(b.String(), "\n}\n") || !strings.Contains(b.String(), `"operator": ">="`) {
		t.Errorf("%.300s", b.String())
	}
	var back indicator.Judgement
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(*j, back); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
}
