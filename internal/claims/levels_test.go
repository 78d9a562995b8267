package claims

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"yiju/analysis/indicator"
)

// A table with a row for each level of an indicator, number and title only in the
// first of them: each requirement reads its own row.
func TestLevels(t *testing.T) {
	a, c := audited(t, "yantai-beautiful-community/renewal", "levels.csv", []byte(
		"序号,体系,指标,指标性质,指标内容,完成情况\n"+
			"1,功能完善,共建共治共享,基础性,治理体系和居民自治,达标。已成立议事会\n"+
			",,,引导性,培育群众团体,不达标。尚无\n"+
			",,,创新性,与城市平台衔接,达标。已衔接\n"+
			"2,功能完善,党群中心,基础,党群服务中心和邻里中心,达标。建有党群服务中心1处、邻里中心1处\n"+
			"3,功能完善,幸福康养,基础性,养老服务全覆盖,达标。全覆盖\n"))
	if len(c.Rows) != 5 || c.Rows[1].Number != 1 || c.Rows[1].Level != "guiding" || c.Rows[3].Level != "basic" {
		t.Fatalf("%d rows, %+v", len(c.Rows), c.Rows)
	}
	for id, want := range map[string]string{"1-basic": "已成立议事会", "1-guiding": "尚无", "2-basic": "建有党群服务中心1处、邻里中心1处", "2-guiding": ""} {
		if got := a.Readings[id].Text; got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	if v := a.Readings["1-guiding"].Verdict; v != indicator.Fail {
		t.Errorf("a requirement that the applicant says is not met: %s", v)
	}
	// Indicator 1 is not met at one of its levels.
	if a.Met != 2 || a.Rows != 3 {
		t.Errorf("met %d of %d, want 2 of 3", a.Met, a.Rows)
	}
}

// The text of the other published standard, with a column of claims put behind it: 34
// indicators, 101 rows of three levels, names of systems split over lines.
func TestPublishedLevels(t *testing.T) {
	_, here, _, _ := runtime.Caller(0)
	names, _ := filepath.Glob(filepath.Join(filepath.Dir(here), "..", "..", "..", "shared", "seeds", "000_*.txt"))
	if len(names) == 0 {
		t.Skip("the published standard is not here")
	}
	text, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i, block := range strings.Split(string(text), "\n\n") {
		b.WriteString(block)
		if at := strings.Index(block, "\t"); at >= 0 {
			if strings.Contains(block, "指标内容") {
				b.WriteString("\n\t完成情况")
			} else {
				fmt.Fprintf(&b, "\n\t达标。第%d段已落实", i)
			}
		}
		b.WriteString("\n\n")
	}
	a, c := audited(t, "yantai-beautiful-community/new", "levels.txt", []byte(b.String()))
	if len(c.Rows) != 101 || len(a.Readings) != 101 || a.Met != 34 {
		t.Errorf("%d rows, %d readings, %d met", len(c.Rows), len(a.Readings), a.Met)
	}
	for id, r := range a.Readings {
		if r.Text == "" || r.Asked == "" || r.Met == nil || !*r.Met {
			t.Errorf("%s: %q %q", id, r.Asked, r.Text)
		}
	}
	if len(a.Findings) > 0 {
		t.Errorf("%v", a.Findings)
	}
	changed := 0
	for id, r := range a.Readings {
		for _, f := range r.Findings {
			if f.Code == indicator.FindText {
				changed++
				t.Logf("%s: %s | %s", id, f.Text.ZH, r.Asked)
			}
		}
	}
	if changed > 0 {
		t.Errorf("%d requirements are said to be changed", changed)
	}
}
