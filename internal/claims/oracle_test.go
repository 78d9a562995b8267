package claims

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/audit"
	"yiju/data/demo"
	"yiju/data/standards"
)

const growth = "shandong-smart-community/growth"

// profiles are the built-in ones. A file that rests upon another is read after it.
func profiles(t testing.TB) []indicator.Profile {
	t.Helper()
	var out []indicator.Profile
	base := func(id string) (*indicator.Profile, bool) {
		i := slices.IndexFunc(out, func(p indicator.Profile) bool { return p.ID == id })
		if i < 0 {
			return nil, false
		}
		return &out[i], true
	}
	files := standards.ProfileFiles()
	for range len(files) {
		files = slices.DeleteFunc(files, func(f standards.ProfileFile) bool {
			list, err := indicator.Parse(indicator.File{Name: f.Name, Text: f.Text}, base, nil)
			if err == nil {
				out = append(out, list...)
			}
			return err == nil
		})
	}
	for _, f := range files {
		t.Fatalf("%s does not parse", f.Name)
	}
	return out
}

// profileOf gives a built-in profile and all others.
func profileOf(t testing.TB, id string) (*indicator.Profile, []indicator.Profile) {
	t.Helper()
	all := profiles(t)
	i := slices.IndexFunc(all, func(p indicator.Profile) bool { return p.ID == id })
	if i < 0 {
		t.Fatalf("there is no profile %s", id)
	}
	p := all[i]
	return &p, slices.Delete(all, i, i+1)
}

// audited reads a file and audits it.
func audited(t testing.TB, id, name string, body []byte) (audit.Audited, *indicator.Claims) {
	t.Helper()
	p, others := profileOf(t, id)
	c, err := Read(context.Background(), name, bytes.NewReader(body), p, others...)
	if err != nil {
		t.Fatal(err)
	}
	tiers := slices.DeleteFunc(slices.Clone(others), func(o indicator.Profile) bool { return o.Standard != p.Standard })
	return audit.Audit(p, tiers, c), c
}

// published is the table of acceptance results as it was published, or skips the test.
func published(t testing.TB) []byte {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	folder := filepath.Join(filepath.Dir(here), "..", "..", "..", "shared", "seeds")
	if data := os.Getenv("YIJU_DATA"); data != "" {
		folder = filepath.Join(data, "..", "seeds")
	}
	names, _ := filepath.Glob(filepath.Join(folder, "004_*.txt"))
	if len(names) == 0 {
		t.Skip("the published table is not here")
	}
	body, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// outcome is what the audit must find of one requirement.
type outcome struct {
	Verdict indicator.Verdict
	Codes   []indicator.Code // in the order of the alphabet
}

func outcomeOf(r *indicator.Reading) outcome {
	out := outcome{Verdict: r.Verdict}
	for _, f := range r.Findings {
		out.Codes = append(out.Codes, f.Code)
	}
	slices.Sort(out.Codes)
	return out
}

func is(v indicator.Verdict, codes ...indicator.Code) outcome {
	slices.Sort(codes)
	return outcome{v, codes}
}

// huaxin is what the table of the community Huaxin comes to under the growth tier, of
// which all 28 rows say that they are met. The figures are those of the table: in row
// 5, 85 of 109 lamps are 77.98 %, and 0.8 × 109 = 87.2 asks for 88.
var huaxin = map[string]outcome{
	"1":    is(indicator.Pass, indicator.FindMismatch, indicator.FindEcho),
	"2":    is(indicator.Conflict, indicator.FindBelow, indicator.FindMismatch, indicator.FindRounded, indicator.FindEcho),
	"3":    is(indicator.Pass, indicator.FindMismatch, indicator.FindEcho),
	"4.1a": is(indicator.Fail, indicator.FindBelow),
	"4.1b": is(indicator.Conflict, indicator.FindSelf),
	"4.1c": is(indicator.Fail, indicator.FindBelow),
	"4.2":  is(indicator.Insufficient, indicator.FindEcho),
	"4.3":  is(indicator.Insufficient, indicator.FindEcho),
	"5":    is(indicator.Fail, indicator.FindCounts, indicator.FindMismatch),
	"6":    is(indicator.Pass),
	"7":    is(indicator.Pass, indicator.FindMismatch, indicator.FindEcho, indicator.FindDefinition, indicator.FindUnit),
	"8.1":  is(indicator.ByDocument, indicator.FindRestated),
	"8.2":  is(indicator.ByDocument, indicator.FindRestated),
	"8.3":  is(indicator.Insufficient, indicator.FindRestated),
	"9":    is(indicator.ByDocument),
	"10.1": is(indicator.Insufficient, indicator.FindRestated, indicator.FindText),
	"10.2": is(indicator.NotApplicable, indicator.FindNumeral, indicator.FindDoubt),
	"11.1": is(indicator.Pass),
	"11.2": is(indicator.Pass),
	"12":   is(indicator.Pass),
	"13.1": is(indicator.ByDocument, indicator.FindDoubt),
	"13.2": is(indicator.Insufficient, indicator.FindImpossible, indicator.FindEcho),
	"14":   is(indicator.ByDocument, indicator.FindRestated),
	"15":   is(indicator.ByDocument),
	"16":   is(indicator.Insufficient, indicator.FindRestated),
	"17":   is(indicator.NotApplicable, indicator.FindVacuous),
	"18":   is(indicator.ByDocument, indicator.FindRestated),
	"19.1": is(indicator.Insufficient, indicator.FindImpossible, indicator.FindEcho),
	"19.2": is(indicator.NotApplicable, indicator.FindText),
	"20":   is(indicator.Insufficient, indicator.FindEcho, indicator.FindDoubt),
	"21.1": is(indicator.ByDocument, indicator.FindRestated),
	"21.2": is(indicator.ByDocument, indicator.FindRestated),
	"22.1": is(indicator.ByDocument, indicator.FindRestated),
	"22.2": is(indicator.ByDocument, indicator.FindEcho, indicator.FindEvidence),
	"22.3": is(indicator.ByDocument, indicator.FindRestated),
	"23.1": is(indicator.ByDocument, indicator.FindRestated),
	"23.2": is(indicator.ByDocument, indicator.FindRestated),
	"24.1": is(indicator.ByDocument, indicator.FindRestated),
	"24.2": is(indicator.ByDocument, indicator.FindDoubt),
	"24.3": is(indicator.ByDocument, indicator.FindRestated),
	"25":   is(indicator.ByDocument, indicator.FindEcho, indicator.FindEvidence),
	"26.1": is(indicator.ByDocument, indicator.FindRestated),
	"26.2": is(indicator.ByDocument, indicator.FindRestated),
	"27":   is(indicator.Conflict, indicator.FindGrade),
	"28":   is(indicator.Insufficient, indicator.FindEcho),
}

// words are what the texts of a requirement must say, reason and findings together.
var words = map[string][]string{
	"2":    {"0.413平方公里÷0.413平方公里=100%", "低于要求的 90%", "80%恰为门限值（基础型）"},
	"4.1b": {"80%不达标", "96%可达标", "96 % would pass"},
	"5":    {"申报 85%", "85个÷109个=77.98%", "低于要求的 80%", "需88个，尚差3个", "85 ÷ 109 = 77.98 %", "88 are needed, 3 short", "85个是数量，不是百分比"},
	"7":    {"4379个 与 4379户"},
	"10.1": {"漏掉了标准中的“常住”"},
	"10.2": {"13.5%", "30%", "4 种", "“提供种社区养老服务”缺少数字", "日间照料"},
	"13.2": {"只能是 0、50、100%", "2 个中做到 2 个", "takes 2 of 2"},
	"17":   {"总数为 0栋"},
	"19.2": {"未安装电梯"},
	"24.2": {"华新社区"},
	"27":   {"要求市级", "“区级”"},
}

func holdToOracle(t *testing.T, a audit.Audited) {
	t.Helper()
	got := make(map[string]outcome)
	for id, r := range a.Readings {
		got[id] = outcomeOf(&r)
		if r.Reason.ZH == "" || r.Reason.EN == "" {
			t.Errorf("%s has no reason in one of the languages", id)
		}
	}
	if diff := cmp.Diff(huaxin, got); diff != "" {
		t.Errorf("(- as it should be, + as it is)\n%s", diff)
	}
	for id, list := range words {
		r := a.Readings[id]
		text := r.Reason.ZH + "\n" + r.Reason.EN
		for _, f := range r.Findings {
			text += "\n" + f.Text.ZH + "\n" + f.Text.EN
		}
		for _, w := range list {
			if !strings.Contains(text, w) {
				t.Errorf("%s does not say %q:\n%s", id, w, text)
			}
		}
	}
	if a.Met != 28 || a.Rows != 28 {
		t.Errorf("met %d of %d, want 28 of 28", a.Met, a.Rows)
	}
	if len(a.Findings) > 0 {
		t.Errorf("findings of no single row: %v", a.Findings)
	}
}

func TestPublishedTable(t *testing.T) {
	a, c := audited(t, growth, "table.txt", published(t))
	holdToOracle(t, a)
	if c.Applicant != "华新社区" || c.Tier != "growth" || c.Standard != "shandong-smart-community" || c.Date != "2024-08-01" || c.Title != "山东省智慧社区建设指标（成长型）" {
		t.Errorf("%q %q %q %q %q", c.Applicant, c.Tier, c.Standard, c.Date, c.Title)
	}
}

func TestDemoClaims(t *testing.T) {
	a, c := audited(t, growth, "huaxin.csv", demo.Claims())
	holdToOracle(t, a)
	if c.Applicant != "华新社区" || c.Tier != "growth" || c.Date != "2024-08" {
		t.Errorf("%q %q %q", c.Applicant, c.Tier, c.Date)
	}
}

// The same text without its tabs, as a paste into a plain field leaves it, comes to
// the same, with empty lines and without.
func TestPublishedTableWithoutTabs(t *testing.T) {
	text := strings.ReplaceAll(string(published(t)), "\t", "")
	var tight []string
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			tight = append(tight, strings.TrimSpace(line))
		}
	}
	for name, body := range map[string]string{"with empty lines": text, "without": strings.Join(tight, "\n")} {
		t.Run(name, func(t *testing.T) {
			a, c := audited(t, growth, "paste.txt", []byte(body))
			holdToOracle(t, a)
			if c.Applicant != "华新社区" || c.Tier != "growth" {
				t.Errorf("%q %q", c.Applicant, c.Tier)
			}
		})
	}
}

// Under the basic tier the 80 % of row 2 is its threshold: nothing is below, the
// counts pass, and the cell of the requirement is that of another tier. Under the
// benchmark tier, of which the thresholds are not known, nothing is judged by them.
func TestAnotherTier(t *testing.T) {
	a, _ := audited(t, "shandong-smart-community/basic", "huaxin.csv", demo.Claims())
	got := a.Readings["2"]
	want := is(indicator.Pass, indicator.FindMismatch, indicator.FindEcho, indicator.FindRounded, indicator.FindText)
	if diff := cmp.Diff(want, outcomeOf(&got)); diff != "" {
		t.Error(diff)
	}
	if len(a.Findings) != 1 || a.Findings[0].Code != indicator.FindText || !strings.Contains(a.Findings[0].Text.ZH, "成长型") {
		t.Errorf("the tier of the table: %v", a.Findings)
	}
	a, _ = audited(t, "shandong-smart-community/benchmark", "huaxin.csv", demo.Claims())
	for _, id := range []string{"1", "2", "3", "5"} {
		r := a.Readings[id]
		if r.Verdict != indicator.Insufficient || !strings.Contains(r.Reason.EN, "threshold of this tier is not known") {
			t.Errorf("%s: %s, %s", id, r.Verdict, r.Reason.EN)
		}
	}
	if r := a.Readings["17"]; r.Verdict != indicator.NotApplicable {
		t.Errorf("17: %s", r.Verdict)
	}
}
