package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yiju/analysis/indicator"
	"yiju/data/standards"
	"yiju/geo"
	"yiju/layers"
)

func builtIn(t *testing.T) map[string]indicator.Profile {
	t.Helper()
	list, err := Profiles()
	if err != nil {
		t.Fatal(geo.AsFault(err).Say("en"))
	}
	out := make(map[string]indicator.Profile)
	for _, p := range list {
		out[p.ID] = p
	}
	return out
}

func requirementsOf(p indicator.Profile) []indicator.Requirement {
	var out []indicator.Requirement
	for _, in := range p.Indicators {
		out = append(out, in.Requirements...)
	}
	return out
}

const (
	growthID  = "shandong-smart-community/growth"
	newTownID = "yantai-beautiful-community/new"
)

func TestBuiltInProfiles(t *testing.T) {
	list, err := Profiles()
	if err != nil {
		t.Fatal(geo.AsFault(err).Say("en"))
	}
	type count struct {
		ID                               string
		Indicators, Requirements, Levels int
	}
	var got []count
	for _, p := range list {
		got = append(got, count{p.ID, len(p.Indicators), len(requirementsOf(p)), len(p.Levels)})
		for i, in := range p.Indicators {
			if in.Number != i+1 {
				t.Errorf("%s: indicator %d stands in place %d", p.ID, in.Number, i+1)
			}
			if p.Standard == "yantai-beautiful-community" {
				checkLevels(t, p, in)
			}
		}
	}
	want := []count{
		{"shandong-smart-community/basic", 28, 45, 0}, {growthID, 28, 45, 0}, {"shandong-smart-community/benchmark", 28, 45, 0},
		{"yantai-beautiful-community/improvement", 34, 34, 1}, {"yantai-beautiful-community/renewal", 34, 68, 2}, {newTownID, 34, 101, 3},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// checkLevels: each indicator has one requirement of each level of the tier, but
// no. 21 has none that is innovative.
func checkLevels(t *testing.T, p indicator.Profile, in indicator.Indicator) {
	t.Helper()
	var want []string
	for _, l := range p.Levels {
		if l.ID != "innovative" || in.Number != 21 {
			want = append(want, l.ID)
		}
	}
	if diff := cmp.Diff(want, idsOf(in.Requirements, func(r indicator.Requirement) string { return r.Level })); diff != "" {
		t.Errorf("%s no. %d: %s", p.ID, in.Number, diff)
	}
}

// The figures of the growth tier, by hand from its published table.
func TestGrowthIsAsPublished(t *testing.T) {
	type figures struct {
		op    indicator.Operator
		value float64
		unit  string
	}
	share := func(v float64) figures { return figures{">=", v, "%"} }
	count := func(v float64) figures { return figures{">=", v, ""} }
	want := map[string]figures{
		"1": share(80), "2": share(90), "3": share(80), "4.1a": share(95), "4.1b": share(95), "4.1c": share(95), "4.2": share(85), "4.3": share(95),
		"5": share(80), "6": share(100), "7": share(70), "8.3": count(5), "10.1": share(100), "10.2": count(2), "11.1": count(1), "13.2": share(80),
		"15": share(100), "16": share(100), "17": share(100), "19.1": share(80), "20": share(100), "22.2": count(2), "25": count(2), "27": count(1), "28": share(70),
	}
	p := builtIn(t)[growthID]
	got := make(map[string]figures)
	var parameters []string
	for _, r := range requirementsOf(p) {
		switch {
		case r.Threshold.Value != nil:
			got[r.ID] = figures{r.Operator, *r.Threshold.Value, r.Unit}
		case r.Threshold.Given():
			parameters = append(parameters, r.ID+" "+r.Threshold.Parameter)
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(figures{})); diff != "" {
		t.Error(diff)
	}
	// What the table asks for without a figure is a parameter.
	if diff := cmp.Diff([]string{"11.2 sport_households", "12 convenience_kinds"}, parameters); diff != "" {
		t.Error(diff)
	}
	for _, r := range requirementsOf(p) {
		if c := r.Condition; (c != nil) != (r.ID == "10.2" || r.ID == "19.2") {
			t.Errorf("%s has the condition %v", r.ID, c)
		} else if r.ID == "10.2" && (c.Metric != "elders.share" || c.Operator != ">" || *c.Threshold.Value != 30) {
			t.Errorf("the condition of 10.2 is %+v", c)
		}
	}
}

func TestOtherTiersOfShandong(t *testing.T) {
	all := builtIn(t)
	// By a notice of Shizhong district of Jinan: of the basic tier no more is known.
	stated := map[string]float64{"1": 70, "2": 80, "3": 70, "4.1a": 90, "4.1b": 90, "4.1c": 90, "4.2": 80}
	for id, want := range map[string]map[string]float64{"basic": stated, "benchmark": {}} {
		p := all["shandong-smart-community/"+id]
		got := make(map[string]float64)
		for i, r := range requirementsOf(p) {
			of := requirementsOf(all[growthID])[i]
			if r.Threshold.Value != nil {
				got[r.ID] = *r.Threshold.Value
			} else if r.Threshold.Unknown != of.Threshold.Given() {
				t.Errorf("%s %s: the threshold is %+v, in the growth tier %+v", id, r.ID, r.Threshold, of.Threshold)
			}
			// No wording of the growth tier tells a figure that is not known here.
			if c := r.Condition; c != nil && c.Threshold.Unknown && (strings.Contains(c.Title.ZH, "30") || c.Title.EN == "") {
				t.Errorf("%s %s: the condition reads %s", id, r.ID, c.Title.ZH)
			}
			if r.Metric != of.Metric || r.Kind != of.Kind || r.Title != of.Title {
				t.Errorf("%s %s is another requirement", id, r.ID)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
		if len(p.Parameters) > 0 {
			t.Errorf("%s keeps parameters of thresholds that are not known: %+v", id, p.Parameters)
		}
		if strings.Contains(p.Source.ZH, "〔2022〕16号") {
			t.Errorf("%s cites the document of the growth tier", id)
		}
	}
}

// Classes of the items, by hand: S computed from geometry, R counted, A by document.
// A star is evidence beside a document.
func TestComputableItemsHaveAMetric(t *testing.T) {
	shandong := strings.Fields("R S R S+R R R+S R A A R+A S R A+R A S R S A R R A A A A A A A R")
	yantai := strings.Fields(`A/A/A S/A/A S/A/R S/A/S* S/R/S* S/A/A S/A/A S/A/A S/A/S S/S/S S/R/A A/A/A S/A/A S/S/A R/A/A R/R/A S/S/A S/S/A R/R/A S/R/A R/A
		R/A/A R/S/R S/A/A S/R/A S/A/A S/A/A A/A/A A/S/A A/A/A A/A/A R/S/A R/R/A S*/A/A`)
	kinds := map[string]indicator.Kind{"S": indicator.Spatial, "R": indicator.Ratio, "A": indicator.Attested, "S*": indicator.Attested}
	all := builtIn(t)
	for i, in := range all[growthID].Indicators {
		for class := range strings.SplitSeq(shandong[i], "+") {
			if !slices.ContainsFunc(in.Requirements, func(r indicator.Requirement) bool { return fits(r, kinds[class]) }) {
				t.Errorf("Shandong no. %d has no requirement of class %s", in.Number, class)
			}
		}
	}
	for i, in := range all[newTownID].Indicators {
		for j, class := range strings.Split(yantai[i], "/") {
			if r := in.Requirements[j]; r.Kind != kinds[class] || (r.Metric != "") != (class == "S" || class == "R") || class == "S*" && len(r.Also) == 0 {
				t.Errorf("Yantai %s is %s with metric %q, class %s", r.ID, r.Kind, r.Metric, class)
			}
		}
	}
}

// fits tells whether a requirement is of a kind. Charging of e-bikes is counted, and
// the chargers are places beside it.
func fits(r indicator.Requirement, kind indicator.Kind) bool {
	return r.Kind == kind && (r.Metric != "") == (kind != indicator.Attested) || r.ID == "6" && kind == indicator.Spatial && len(r.Also) > 0
}

// Every number that a standard does not state is a parameter. Yantai states 15, 10
// and 30 minutes and 全覆盖; one and none mean that something is there at all.
func TestNumbersNotOfTheStandardAreParameters(t *testing.T) {
	stated := map[string]float64{"6-basic": 15, "14-basic": 10, "32-guiding": 30}
	for _, r := range requirementsOf(builtIn(t)[newTownID]) {
		if v := r.Threshold.Value; v != nil {
			presence := *v == 1 && r.Operator == ">=" && r.Unit == "" || *v == 0 && r.Operator == ">"
			if !presence && (r.ID != "3-basic" || *v != 100) {
				t.Errorf("%s has the threshold %s %g", r.ID, r.Operator, *v)
			}
		}
		uses := []map[string]indicator.Param{r.Params}
		for _, b := range r.Also {
			uses = append(uses, b.Params)
		}
		for _, params := range uses {
			for name, x := range params {
				if x.Number != nil && (name != "minutes" || *x.Number != stated[r.ID]) {
					t.Errorf("%s has %s: %g", r.ID, name, *x.Number)
				}
			}
		}
	}
	for _, p := range builtIn(t) {
		for _, x := range p.Parameters {
			if x.Value == nil || x.Source.ZH == "" || x.Source.EN == "" {
				t.Errorf("%s: parameter %s has no value or source", p.ID, x.ID)
			}
		}
	}
}

// Words given to metrics are codes that exist.
func TestWordsOfParametersExist(t *testing.T) {
	groups, err := standards.Groups()
	if err != nil {
		t.Fatal(err)
	}
	profiles, _, err := WalkChoices()
	if err != nil {
		t.Fatal(err)
	}
	codes := func(layer string) []string {
		s, _ := layers.Schema(layer)
		f, _ := s.Field("kind")
		return idsOf(f.Codes, func(c geo.Code) string { return c.Value })
	}
	category := func(w string) bool { _, ok := standards.CategoryTitle(groups, w); return ok }
	known := func(id, name, word string) bool {
		switch {
		case name == "categories" || name == "from" || name == "to":
			return category(word)
		case name == "derive":
			return slices.Contains(codes("keypoints"), word)
		case name == "kinds" && strings.HasPrefix(id, "green."):
			return slices.Contains(codes("greens"), word)
		case name == "kinds":
			return slices.Contains(codes("devices"), word)
		case name == "weight":
			return slices.Contains([]string{"households", "residents_60plus"}, word)
		case name == "profile":
			return slices.ContainsFunc(profiles, func(p ProfileInfo) bool { return p.ID == word })
		}
		return false
	}
	for _, p := range builtIn(t) {
		for _, r := range requirementsOf(p) {
			uses := append([]indicator.Beside{{Metric: r.Metric, Params: r.Params}}, r.Also...)
			for _, use := range uses {
				for name, x := range use.Params {
					for _, w := range x.Words {
						for word := range strings.SplitSeq(w, "|") {
							if !known(use.Metric, name, word) {
								t.Errorf("%s %s: %s of %s has the unknown word %q", p.ID, r.ID, name, use.Metric, word)
							}
						}
					}
				}
			}
		}
	}
}

const own = `standard: own
title: {zh: 自用, en: Own}
version: "1"
source: {zh: 自定, en: Our own}
tiers: [{id: a, title: {zh: 甲, en: A}}, {id: b, title: {zh: 乙, en: B}}]
base: shandong-smart-community/growth
changes: {"5": {threshold: 90}}
`

func TestLoadProfile(t *testing.T) {
	growth, err := ProfileText(growthID)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"own.yaml": own, "dir/copy.yml": strings.Replace(string(growth), "threshold: 90", "threshold: 93", 1),
		"bom.yaml": "\ufeff" + own, "bad.yaml": strings.Replace(own, "title:", "titel:", 1),
	}
	read := func(path string) ([]byte, error) {
		if text, ok := files[path]; ok {
			return []byte(text), nil
		}
		if path == "closed.yaml" {
			return nil, fs.ErrPermission
		}
		return nil, fs.ErrNotExist
	}
	tests := []struct{ asked, projectType, want string }{
		{growthID, "", growthID},
		{"yantai-beautiful-community/renewal", "new", "yantai-beautiful-community/renewal"},
		{"yantai-beautiful-community", "improvement", "yantai-beautiful-community/improvement"},
		{"yantai-beautiful-community", "new", newTownID},
		{"yantai-beautiful-community", "", "standard yantai-beautiful-community has several tiers"},
		{"yantai-beautiful-community", "other", "standard yantai-beautiful-community has several tiers"},
		{"shandong-smart-community", "new", "standard shandong-smart-community has several tiers"},
		{"shandong-smart-community/grow", "", `there is no standard "shandong-smart-community/grow"` + "\n  → perhaps shandong-smart-community/growth\n  → built in: shandong-smart-community/basic, "},
		{"", "", `there is no standard ""`},
		{"own.yaml#b", "", "own/b"},
		{"own.yaml", "b", "own/b"},
		{"own.yaml", "", "own.yaml has several tiers, and none of them was named\n  → put #tier behind the path: a, b"},
		{"own.yaml#c", "", `own.yaml has no tier "c"` + "\n  → there is: a, b"},
		{"bom.yaml#a", "", "own/a"},
		{"dir/copy.yml", "", growthID + "~copy"},
		{"bad.yaml", "", `profile bad.yaml line 2: there is no key "titel"`},
		{"none.yaml", "", "there is no profile file none.yaml"},
		{"closed.yaml", "", "profile file closed.yaml cannot be read"},
	}
	for _, tt := range tests {
		p, sum, err := LoadProfile(tt.asked, read, tt.projectType)
		if err != nil {
			fault := geo.AsFault(err)
			if fault == nil || !strings.HasPrefix(fault.Say("en"), tt.want) {
				t.Errorf("%s (%s): %v", tt.asked, tt.projectType, err)
			}
			continue
		}
		if p.ID != tt.want || len(sum) != 64 {
			t.Errorf("%s (%s) is %s, hash %s", tt.asked, tt.projectType, p.ID, sum)
		}
	}
	if _, _, err := LoadProfile("own.yaml", nil, ""); err == nil {
		t.Error("a file was read without being allowed")
	}
}

// A copy of a built-in profile with one figure changed is read, and differs in that.
func TestCopyOfAProfile(t *testing.T) {
	text, err := ProfileText(growthID)
	if err != nil {
		t.Fatal(err)
	}
	built, builtSum, err := LoadProfile(growthID, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != builtSum {
		t.Error("the hash is not that of the text")
	}
	changed := strings.Replace(string(text), "threshold: 90", "threshold: 93", 1)
	copied, sum, err := LoadProfile("copy.yaml", func(string) ([]byte, error) { return []byte(changed), nil }, "")
	if err != nil {
		t.Fatal(err)
	}
	if sum == builtSum {
		t.Error("the hash is the same")
	}
	if v := copied.Indicators[1].Requirements[0].Threshold.Value; *v != 93 {
		t.Errorf("the threshold of 5G is %g", *v)
	}
	*copied.Indicators[1].Requirements[0].Threshold.Value = 90
	if copied.ID != growthID+"~copy" {
		t.Errorf("the copy is called %s, as if it were the standard itself", copied.ID)
	}
	copied.ID = growthID
	if diff := cmp.Diff(built, copied); diff != "" {
		t.Error(diff)
	}
}

func TestProfileText(t *testing.T) {
	basic, err := ProfileText("shandong-smart-community/basic")
	if err != nil || !strings.Contains(string(basic), "base: shandong-smart-community/growth") {
		t.Errorf("%v\n%s", err, basic)
	}
	// One file holds all tiers of Yantai.
	for _, id := range []string{"yantai-beautiful-community", newTownID} {
		if text, err := ProfileText(id); err != nil || !strings.Contains(string(text), "id: 21-guiding") {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, id := range []string{"shandong-smart-community", "none"} {
		if _, err := ProfileText(id); geo.AsFault(err) == nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestUnknownMetricsAreSuggested(t *testing.T) {
	name, problem, ok := checkMetric("lamps.smart_shares", nil)
	if ok || name != "metric" || !strings.Contains(problem.EN, "lamps.smart_share") || !strings.Contains(problem.ZH, "lamps.smart_share") {
		t.Error(name, problem, ok)
	}
}

// The example of the documentation is one that is read.
func TestExampleOfTheDocumentation(t *testing.T) {
	for _, name := range []string{"profiles.md", "profiles.zh-CN.md"} {
		doc, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(doc), "```yaml\n")
		example, _, _ := strings.Cut(rest, "```")
		p, _, err := LoadProfile("example.yaml", func(string) ([]byte, error) { return []byte(example), nil }, "")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		share, _ := p.Parameter("sport_households")
		if lamps := p.Indicators[4].Requirements[0]; p.ID != "our-district/all" || *lamps.Threshold.Value != 85 || *share.Value != 90 {
			t.Errorf("%s gives %s with %v and %v", name, p.ID, *lamps.Threshold.Value, *share.Value)
		}
	}
}
