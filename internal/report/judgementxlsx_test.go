package report

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"yiju/analysis/indicator"
	"yiju/data/table"
)

func workbookOf(t *testing.T, j *indicator.Judgement, lang string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := JudgementXLSX(&b, j, lang); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The workbook is what a clerk hands in: read back by our own reader it has the rows
// of the standard under the names that officials use.
func TestJudgementXLSX(t *testing.T) {
	j := shandong()
	b := workbookOf(t, j, "zh")
	if !bytes.Equal(b, workbookOf(t, shandong(), "zh")) {
		t.Error("a second workbook has other bytes")
	}
	names := []string{"一级指标", "序号", "二级指标", "标准要求", "申报情况", "核验结果", "结论", "说明"}
	known := func(name string) bool { return strings.Contains(strings.Join(names, " "), name) }
	f, err := table.Read(context.Background(), bytes.NewReader(b), table.Options{Name: "核验表.xlsx", Known: known})
	if err != nil {
		t.Fatal(err)
	}
	sheet := f.Sheets[0]
	var got []string
	for _, c := range sheet.Columns {
		got = append(got, c.Name)
	}
	if diff := cmp.Diff(names, got); diff != "" || len(f.Sheets) != 4 {
		t.Fatalf("%d sheets, columns (-want +got):\n%s", len(f.Sheets), diff)
	}
	rows := make(map[string][]table.Cell)
	n, requirements := 0, 0
	for _, item := range j.Items {
		requirements += len(item.Requirements)
	}
	for row, err := range sheet.Rows(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		id, _, _ := strings.Cut(row.Cells[3].Text, " ")
		rows[id] = append([]table.Cell(nil), row.Cells...)
		if row.Cells[1].Text == "5" {
			rows["5"] = rows[id]
		}
	}
	if n != requirements {
		t.Errorf("%d rows for %d requirements", n, requirements)
	}
	lamps := rows["5"]
	if lamps[5].Kind != table.Number || !strings.HasPrefix(lamps[5].Text, "77.98165") || lamps[6].Text != "× 不达标" || lamps[3].Text != "≥ 80%" || !strings.Contains(lamps[7].Text, "85 ÷ 109 盏\n严重：自报数量只有 77.98%") {
		t.Errorf("smart lighting: %q", lamps)
	}
	if c := rows["13.1"]; !strings.HasPrefix(c[4].Text, hostile) || c[4].Kind != table.Text {
		t.Errorf("the claim is not the text that it was: %q", c[4])
	}
	if c := rows["4.1c"]; c[3].Text != "4.1c 完好率 ≥ 95%" {
		t.Errorf("requirement: %q", c[3].Text)
	}
}

// No cell is a formula; what a person sees is a number with its unit; groups are
// merged; the table prints on A4 with its head on each page.
func TestJudgementXLSXLooks(t *testing.T) {
	x, err := excelize.OpenReader(bytes.NewReader(workbookOf(t, shandong(), "zh")))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	sheets := x.GetSheetList()
	if diff := cmp.Diff([]string{"核验表", "问题", "数值", "依据"}, sheets); diff != "" {
		t.Fatalf("sheets (-want +got):\n%s", diff)
	}
	for _, s := range sheets {
		rows, err := x.GetRows(s)
		if err != nil {
			t.Fatal(err)
		}
		for r := range rows {
			for c := range rows[r] {
				if formula, _ := x.GetCellFormula(s, at(c+1, r+1)); formula != "" {
					t.Errorf("%s %s is a formula: %s", s, at(c+1, r+1), formula)
				}
			}
		}
	}
	cell := func(column string, number string) string {
		rows, _ := x.GetRows("核验表")
		for r := range rows {
			if v, _ := x.GetCellValue("核验表", fmt.Sprintf("B%d", r+1)); v == number {
				v, _ := x.GetCellValue("核验表", fmt.Sprintf("%s%d", column, r+1))
				return v
			}
		}
		return ""
	}
	for _, c := range [][3]string{{"F", "5", "78.0%"}, {"F", "2", "91.2%"}, {"F", "1", "100%"}, {"F", "7", "68.5%–70.02%（部分未知）"}, {"G", "20", "○ 豁免"}, {"A", "1", "基础设施"}, {"A", "8", "基础设施"}, {"C", "4", "视频监控设施"}} {
		if got := cell(c[0], c[1]); got != c[2] {
			t.Errorf("column %s of indicator %s shows %q, want %q", c[0], c[1], got, c[2])
		}
	}
	merged, err := x.GetMergeCells("核验表")
	if err != nil || len(merged) < 3+5+3*2 {
		t.Errorf("%d merged ranges: %v", len(merged), err)
	}
	layout, err := x.GetPageLayout("核验表")
	if err != nil || *layout.Orientation != "landscape" || *layout.Size != 9 || *layout.FitToHeight != 0 {
		t.Errorf("page: %+v, %v", layout, err)
	}
	titles := false
	for _, d := range x.GetDefinedName() {
		titles = titles || d.Name == "_xlnm.Print_Titles" && d.Scope == "核验表" && d.RefersTo == "'核验表'!$4:$4"
	}
	if panes, err := x.GetPanes("核验表"); !titles || err != nil || !panes.Freeze || panes.YSplit != 4 {
		t.Errorf("the head is not repeated or not kept: %+v, %v", panes, err)
	}
}

// Findings and values have sheets of their own, and English its names.
func TestJudgementXLSXSheets(t *testing.T) {
	j := shandong()
	x, err := excelize.OpenReader(bytes.NewReader(workbookOf(t, j, "en")))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	findings, _ := x.GetRows("Findings")
	want := len(j.Findings)
	for _, item := range j.Items {
		for _, q := range item.Requirements {
			want += len(q.Findings)
		}
	}
	if len(findings) != want+1 || findings[0][4] != "Finding" {
		t.Errorf("%d findings, want %d: %q", len(findings)-1, want, findings[0])
	}
	values, _ := x.GetRows("Values", excelize.Options{RawCellValue: true})
	for _, r := range values {
		if r[0] == "5" {
			if diff := cmp.Diff([]string{"5", "Smart lighting", "share of smart lamps (lamps.smart_share)", "77.98165137614679", "85", "109", "lamps", "", "", "%", "80", "-2.018348623853214", "3", "lamps", "Not met"}, r); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
		}
	}
	basis, _ := x.GetRows("Basis")
	text := fmt.Sprint(basis)
	for _, want := range []string{"shandong-smart-community/growth", "SHA-256 4f1c", "EPSG:4548", "distance within which a gate belongs to a compound 15 m", "not set", "申报表.xlsx"} {
		if !strings.Contains(text, want) {
			t.Errorf("the basis lacks %q: %s", want, text)
		}
	}
	yantai, err := excelize.OpenReader(bytes.NewReader(workbookOf(t, yantai(), "zh")))
	if err != nil {
		t.Fatal(err)
	}
	defer yantai.Close()
	rows, _ := yantai.GetRows("核验表")
	if diff := cmp.Diff([]string{"体系", "序号", "指标", "指标性质", "标准要求", "申报情况", "核验结果", "结论", "说明"}, rows[3]); diff != "" || len(rows) != 4+101 {
		t.Errorf("%d rows (-want +got):\n%s", len(rows), diff)
	}
	if rows[5][3] != "引导性" || !strings.Contains(rows[5][4], "（宜）") {
		t.Errorf("the level: %q", rows[5])
	}
	if err := JudgementXLSX(&bytes.Buffer{}, nil, "zh"); err == nil {
		t.Error("no judgement is no error")
	}
}
