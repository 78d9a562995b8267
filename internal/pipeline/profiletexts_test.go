package pipeline

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v3"

	"yiju/analysis/indicator"
	"yiju/data/standards"
	"yiju/internal/sample"
)

// published are the texts of the standards, by file. They lie outside the project.
func published(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(sample.Path(t, "../seeds"), "*.txt"))
	if err != nil || len(files) == 0 {
		t.Skip("no text of a standard is here")
	}
	out := make(map[string]string)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = string(text)
	}
	return out
}

// han keeps the Chinese characters of a text alone.
func han(s string) []rune {
	var out []rune
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			out = append(out, r)
		}
	}
	return out
}

// The wording of the profiles is our own: no text in them has a long run of
// characters of a standard, but for the names of standards and indicators.
func TestWordingIsOurOwn(t *testing.T) {
	const longest = 12 // characters; terms of a formula may be longer, but not a sentence
	runs := make(map[string]bool)
	for _, text := range published(t) {
		all := han(text)
		for i := 0; i+longest <= len(all); i++ {
			runs[string(all[i:i+longest])] = true
		}
	}
	names := regexp.MustCompile(`山东省智慧社区建设指标|烟台市美好社区创建指标体系|成长型|试行`)
	for _, file := range standards.ProfileFiles() {
		var doc yaml.Node
		if err := yaml.Unmarshal(file.Text, &doc); err != nil {
			t.Fatal(err)
		}
		texts(&doc, func(n *yaml.Node) {
			all := han(names.ReplaceAllString(n.Value, ""))
			for i := 0; i+longest <= len(all); i++ {
				if run := string(all[i : i+longest]); runs[run] && !formulaTerm[n.Value] {
					t.Errorf("%s line %d has words of the standard: %s", file.Name, n.Line, run)
					return
				}
			}
		})
	}
}

// formulaTerm are terms of the formulas of the standard that applicants write.
var formulaTerm = map[string]bool{
	"具备千兆接入能力的家庭数": true, "家庭能源自动化采集设施安装率": true, "能源自动化采集设施安装率": true,
}

func texts(n *yaml.Node, visit func(*yaml.Node)) {
	if n.Kind == yaml.ScalarNode {
		visit(n)
	}
	for _, c := range n.Content {
		texts(c, visit)
	}
}

var (
	numberLine = regexp.MustCompile(`^\t(\d+)$`)
	levelLine  = regexp.MustCompile(`^\t(基础|引导|创新)性$`)
)

// yantaiCells reads the cells of the standard of Yantai by requirement id.
func yantaiCells(t *testing.T) map[string]string {
	t.Helper()
	levels := map[string]string{"基础": "basic", "引导": "guiding", "创新": "innovative"}
	out := make(map[string]string)
	for _, text := range published(t) {
		if !strings.Contains(text, "烟台市美好社区创建指标体系") {
			continue
		}
		number, id := 0, ""
		for line := range strings.SplitSeq(text, "\n") {
			if m := numberLine.FindStringSubmatch(line); m != nil {
				number, _ = strconv.Atoi(m[1])
			} else if m := levelLine.FindStringSubmatch(line); m != nil {
				id = strconv.Itoa(number) + "-" + levels[m[1]]
			} else if id != "" && strings.TrimSpace(line) != "" {
				out[id], id = strings.TrimSpace(line), ""
			}
		}
	}
	return out
}

// Every cell of the standard is a requirement, no more and no less, with its modal
// word: 应, 宜, 鼓励, 支持.
func TestYantaiCellByCell(t *testing.T) {
	cells := yantaiCells(t)
	if len(cells) == 0 {
		t.Skip("the text of Yantai is not here")
	}
	requirements := requirementsOf(builtIn(t)[newTownID])
	if len(cells) != 101 || len(requirements) != 101 {
		t.Errorf("%d cells, %d requirements", len(cells), len(requirements))
	}
	// 应 and 支持 are parts of other words as well; 宜 of none but 宜居.
	hidden := regexp.MustCompile(`供应|应用|应急|响应|适应|应答|感应|反应|资金支持|便宜|宜居|适宜`)
	for _, r := range requirements {
		cell, ok := cells[r.ID]
		if !ok {
			t.Errorf("the standard has no %s", r.ID)
			continue
		}
		want := ""
		for _, modal := range []string{"鼓励", "支持", "宜", "应"} {
			if strings.Contains(hidden.ReplaceAllString(cell, ""), modal) {
				want = modal
				break
			}
		}
		if r.Modal != want {
			t.Errorf("%s has the modal %q, the standard %q: %s", r.ID, r.Modal, want, cell)
		}
	}
}

// In the growth tier, the words that a requirement must have stand in the standard's
// own cell, and its figure as well.
func TestTermsStandInTheStandard(t *testing.T) {
	var all string
	for _, text := range published(t) {
		if strings.Contains(text, "山东省智慧社区建设指标") {
			all = text
		}
	}
	if all == "" {
		t.Skip("the text of Shandong is not here")
	}
	for _, r := range requirementsOf(builtIn(t)[growthID]) {
		if r.ID == "19.2" {
			continue // its wording was not found
		}
		for _, list := range r.Reads.Terms {
			if !anyIn(all, list) {
				t.Errorf("%s: none of %v stands in the standard", r.ID, list)
			}
		}
		if v := r.Threshold.Value; v != nil && r.Unit == "%" && *v != 100 && !strings.Contains(all, indicator.Plain(*v)+"%") {
			t.Errorf("%s: %g %% does not stand in the standard", r.ID, *v)
		}
	}
}

func anyIn(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}
