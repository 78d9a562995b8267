package indicator

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yiju/geo"
)

// small is a profile with one of everything, line by line.
const small = `standard: my-standard
title: {zh: 标准, en: Standard}
version: "2024"
source: {zh: 出处, en: Source}
note: {zh: 说明, en: Note}
levels:
  - {id: basic, title: {zh: 基础, en: Basic}}
  - {id: further, title: {zh: 提升, en: Further}}
tiers:
  - {id: low, title: {zh: 低, en: Low}, levels: [basic]}
  - {id: high, title: {zh: 高, en: High}}
parameters:
  - {id: walk_share, title: {zh: 住户比例, en: Share of households}, value: 90, unit: "%", source: {zh: 自定, en: Our own}}
  - {id: minutes, title: {zh: 分钟, en: Minutes}, value: 10, unit: min, source: {zh: 自定, en: Our own}}
indicators:
  - number: 1
    group: {zh: 组, en: Group}
    title: {zh: 照明, en: Lighting}
    requirements:
      - id: 1-basic
        level: basic
        title: {zh: 智能灯具, en: Smart lamps}
        kind: ratio
        metric: lamps.smart_share
        operator: ">="
        threshold: 80
        unit: "%"
      - id: 1-further
        level: further
        title: {zh: 方案, en: Scheme}
        kind: attested
        wanted: [{zh: 方案文本, en: The scheme}]
  - number: 2
    group: {zh: 组, en: Group}
    title: {zh: 健身, en: Fitness}
    requirements:
      - id: 2-further
        level: further
        title: {zh: 健身圈, en: Fitness nearby}
        kind: spatial
        metric: walk.reach_share
        params: {categories: [sport], minutes: {parameter: minutes}}
        operator: ">="
        threshold: {parameter: walk_share}
        unit: "%"
        condition:
          title: {zh: 有住宅, en: There is housing}
          metric: households.count
          operator: ">"
          threshold: 0
          unit: households
`

// known are metrics as a program may have them: units and parameters.
func known() Rules {
	units := map[string]string{"lamps.smart_share": "%", "walk.reach_share": "%", "households.count": "households"}
	wanted := map[string][]string{"walk.reach_share": {"categories", "minutes"}}
	return Rules{
		Unit: func(m string) (string, bool) { u, ok := units[m]; return u, ok },
		Check: func(m string, params map[string]Param) (string, geo.Text, bool) {
			if _, ok := units[m]; !ok {
				return "metric", geo.T("没有指标算法", "there is no metric "+m), false
			}
			for _, name := range wanted[m] {
				if _, ok := params[name]; !ok {
					return name, geo.T("缺少", "it is needed"), false
				}
			}
			for name := range params {
				if !strings.Contains(strings.Join(wanted[m], " "), name) {
					return name, geo.T("没有这个参数", "there is none such"), false
				}
			}
			return "", geo.Text{}, true
		},
	}
}

func parsed(t *testing.T, r Rules, name, text string) []Profile {
	t.Helper()
	out, err := r.Parse(File{Name: name, Text: []byte(text)})
	if err != nil {
		t.Fatal(geo.AsFault(err).Say("en"))
	}
	return out
}

func TestParseGivesAProfileForEachTier(t *testing.T) {
	got := parsed(t, known(), "small.yaml", small)
	if len(got) != 2 {
		t.Fatalf("%d profiles", len(got))
	}
	low, high := got[0], got[1]
	// The lower tier has the basic requirement alone: its indicator 2 asks for nothing,
	// and no parameter is used.
	if low.ID != "my-standard/low" || len(low.Indicators) != 1 || len(low.Indicators[0].Requirements) != 1 || low.Parameters != nil {
		t.Errorf("low is %+v", low)
	}
	if diff := cmp.Diff([]Level{{"basic", geo.T("基础", "Basic")}}, low.Levels); diff != "" {
		t.Error(diff)
	}
	if len(high.Levels) != 2 || len(high.Indicators) != 2 || len(high.Parameters) != 2 {
		t.Errorf("high is %+v", high)
	}
	r := high.Indicators[1].Requirements[0]
	if v := high.Number(r.Threshold); v == nil || *v != 90 {
		t.Errorf("the threshold of the parameter is %v", v)
	}
	if m, ok := high.Resolve(r.Params).Number("minutes"); !ok || m != 10 {
		t.Errorf("minutes are %v", m)
	}
}

// Each mistake is a change of one line of small, or of some lines; it must be told
// with its own line and requirement, and nothing beside it.
func TestMistakesAreToldWithTheirLine(t *testing.T) {
	tests := []struct{ name, from, to, want string }{
		{"unknown key", "        level: further\n        title: {zh: 方案", "        levels: further\n        title: {zh: 方案",
			`line 29 (1-further): there is no key "levels"` + "\n  → perhaps level"},
		{"unknown metric", "metric: lamps.smart_share", "metric: lamps.smart", `line 24 (1-basic): there is no metric lamps.smart`},
		{"no metric", "        metric: lamps.smart_share\n", "", `line 20 (1-basic): metric is missing`},
		{"metric of attested", "kind: attested", "kind: attested\n        metric: lamps.smart_share\n        operator: \">=\"\n        threshold: 1\n        unit: \"%\"",
			`line 32 (1-further): an attested requirement takes no metric`},
		{"bad operator", `">="`, `"=>"`, `line 25 (1-basic): unknown operator "=>"`},
		{"no operator", "        operator: \">=\"\n        threshold: 80", "        threshold: 80", `line 25 (1-basic): there is a threshold and no operator`},
		{"bad kind", "kind: ratio", "kind: ration", `line 23 (1-basic): unknown kind "ration"`},
		{"no threshold", "        threshold: 80\n", "", `line 20 (1-basic): threshold is missing`},
		{"a word for a number", "threshold: 80", "threshold: eighty", `line 26 (1-basic): "eighty" is not a number`},
		{"an endless number", "threshold: 80", "threshold: .inf", `line 26 (1-basic): ".inf" is not a number`},
		{"a share as a fraction", "threshold: 80", "threshold: 0.8", `line 26 (1-basic): the threshold 0.8 % should perhaps be 80 %`},
		{"wrong unit", "unit: \"%\"\n      - id: 1-further", "unit: m\n      - id: 1-further", `line 27 (1-basic): unit "m" does not fit metric lamps.smart_share, which is in "%"`},
		{"unit of a parameter", `value: 90, unit: "%"`, `value: 90, unit: m`, `line 44 (2-further): parameter walk_share is in "m", the requirement in "%"`},
		{"unknown level", "level: basic\n        title", "level: base\n        title", `line 21 (1-basic): there is no level "base"`},
		{"unknown level of a tier", "levels: [basic]", "levels: [basics]", `line 10: there is no level "basics"`},
		{"undeclared parameter", "threshold: {parameter: walk_share}", "threshold: {parameter: walk_shar}", `line 44 (2-further): there is no parameter "walk_shar"` + "\n  → perhaps walk_share"},
		{"undeclared parameter of a metric", "minutes: {parameter: minutes}", "minutes: {parameter: hours}", `line 42 (2-further): there is no parameter "hours"`},
		{"unused parameter", "threshold: {parameter: walk_share}", "threshold: 90", `line 13: parameter walk_share is not used`},
		{"source of a parameter", `unit: "%", source: {zh: 自定, en: Our own}`, `unit: "%"`, `line 13: source is missing (zh and en)`},
		{"parameter twice", "  - {id: minutes,", "  - {id: walk_share, title: {zh: 又, en: Again}, value: 1, unit: \"%\", source: {zh: 自定, en: Our own}}\n  - {id: minutes,", `line 14: parameter walk_share is there twice`},
		{"number twice", "number: 2\n    group: {zh: 组, en: Group}\n    title: {zh: 健身, en: Fitness}\n    requirements:\n      - id: 2-f", "number: 1\n    group: {zh: 组, en: Group}\n    title: {zh: 健身, en: Fitness}\n    requirements:\n      - id: 1-more-f", `line 33 (1): indicator 1 is there twice`},
		{"requirement twice", "id: 1-further", "id: 1-basic", `line 28 (1-basic): requirement 1-basic is there twice`},
		{"id of another indicator", "id: 1-further", "id: 3-further", `line 28 (3-further): the id "3-further" of a requirement should begin with the number 1`},
		{"no English", "title: {zh: 智能灯具, en: Smart lamps}", "title: {zh: 智能灯具}", `line 22 (1-basic): title has no English (en)`},
		{"no Chinese", "title: {zh: 智能灯具, en: Smart lamps}", "title: {zh: , en: Smart lamps}", `line 22 (1-basic): title has no Chinese (zh)`},
		{"no title", "        title: {zh: 智能灯具, en: Smart lamps}\n", "", `line 20 (1-basic): title is missing (zh and en)`},
		{"half a document", "wanted: [{zh: 方案文本, en: The scheme}]", "wanted: [{zh: 方案文本}]", `line 32 (1-further): a text needs Chinese (zh) and English (en)`},
		{"condition without figure", "          threshold: 0\n", "", `line 47 (2-further): the condition has no figure (threshold)`},
		{"parameter that the metric lacks", "        operator: \">=\"\n        threshold: 80", "        params: {floors: 3}\n        operator: \">=\"\n        threshold: 80", `line 25 (1-basic): parameter floors: there is none such`},
		{"parameter that the metric wants", "categories: [sport], ", "", `line 42 (2-further): parameter categories: it is needed`},
		{"no base", "note: {zh: 说明, en: Note}", "base: nobody/none", `line 5: there is no profile "nobody/none"`},
		{"itself as base", "note: {zh: 说明, en: Note}", "base: my-standard/high", `line 5: profile my-standard/high rests upon itself`},
		{"changes without base", "note: {zh: 说明, en: Note}", "changes: {1-basic: {threshold: 3}}", `line 5: changes need a base`},
		{"unstated without base", "note: {zh: 说明, en: Note}", "unstated: true", `line 5: unstated needs a base`},
		{"modal", "kind: attested", "kind: attested\n        modal: 必须", `line 32 (1-further): unknown modal "必须"`},
		{"key twice", "version: \"2024\"", "version: \"2024\"\nversion: \"2025\"", `line 4: key "version" is in line 3 already`},
		{"a list for a text", "kind: attested", "kind: [attested]", `line 31 (1-further): there should be a single value and not a list`},
		{"an empty entry", "wanted: [{zh: 方案文本, en: The scheme}]", "wanted: [null]", `line 32 (1-further): an entry of the list is empty`},
		{"standard", "standard: my-standard", "standard: 我的标准", `line 1: standard cannot be "我的标准"`},
		{"no version", "version: \"2024\"\n", "", `line 1: version is missing`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(small, tt.from, tt.to, 1)
			if text == small {
				t.Fatal("nothing was changed")
			}
			_, err := known().Parse(File{Name: "small.yaml", Text: []byte(text)})
			if err == nil {
				t.Fatal("it was let through")
			}
			fault := geo.AsFault(err)
			if fault == nil {
				t.Fatalf("not for a person: %v", err)
			}
			if got := fault.Say("en"); !strings.HasPrefix(got, "profile small.yaml "+tt.want) {
				t.Errorf("said %s\nwant %s", got, tt.want)
			}
			if fault.What.ZH == "" || fault.What.ZH == fault.What.EN {
				t.Errorf("in Chinese it is %q", fault.What.ZH)
			}
		})
	}
}

func TestFilesThatAreNoProfile(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", "profile x.yaml is empty"},
		{"a list", "- a\n- b\n", "profile x.yaml is no list of keys and values"},
		{"broken", "a: [1\nb: 2\n", "profile x.yaml line "},
		{"two documents", small + "---\n" + small, "profile x.yaml holds more than one YAML document"},
		{"large", strings.Repeat("# comment\n", 120_000), "profile x.yaml is larger than 1024 KB"},
		{"aliases that grow", bomb(), "profile x.yaml holds more than 50000 values"},
		{"an alias of itself", "standard: a\nindicators: &a [*a]\n", "profile x.yaml"},
	}
	for _, tt := range tests {
		_, err := Rules{}.Parse(File{Name: "x.yaml", Text: []byte(tt.text)})
		if fault := geo.AsFault(err); fault == nil || !strings.HasPrefix(fault.Say("en"), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// bomb is a short text that is long when its aliases are written out: 1000 indicators
// of 1000 requirements each.
func bomb() string {
	return "a: 1\nindicators:\n  - &i\n    requirements: [&r {id: x}" + strings.Repeat(", *r", 999) + "]\n" + strings.Repeat("  - *i\n", 999)
}

func TestAllMistakesAtOnceAndNotTooMany(t *testing.T) {
	text := strings.NewReplacer("kind: ratio", "kind: ration", "threshold: {parameter: walk_share}", "threshold: soon", "en: Smart lamps", "en: ", "level: further\n        title: {zh: 方案", "lvl: further\n        title: {zh: 方案").Replace(small)
	_, err := known().Parse(File{Name: "small.yaml", Text: []byte(text)})
	want := `profile small.yaml has 4 mistakes
  → line 22 (1-basic): title has no English (en)
  → line 23 (1-basic): unknown kind "ration"; there is: spatial, ratio, attested
  → line 29 (1-further): there is no key "lvl"; perhaps level
  → line 44 (2-further): "soon" is not a number; write the figure alone; its unit goes under unit`
	if diff := cmp.Diff(want, geo.AsFault(err).Say("en")); diff != "" {
		t.Error(diff)
	}
	many := small
	for i := range 100 {
		many += fmt.Sprintf("mistake%d: 1\n", i)
	}
	_, err = known().Parse(File{Name: "many.yaml", Text: []byte(many)})
	if fault := geo.AsFault(err); len(fault.Fix) != maxMistakes+1 || fault.Fix[maxMistakes].EN != "and 70 more" {
		t.Errorf("%d lines, the last: %s", len(fault.Fix), fault.Fix[len(fault.Fix)-1].EN)
	}
}

// rules with a base.
func above(base *Profile) Rules {
	r := known()
	r.Base = func(id string) (*Profile, bool) { return base, base != nil && id == base.ID }
	return r
}

const head = `standard: my-standard
title: {zh: 标准, en: Standard}
version: "2025"
source: {zh: 出处, en: Source}
tiers: [{id: own, title: {zh: 自用, en: Own}, note: {zh: 说明, en: Note}}]
base: my-standard/high
`

func TestBaseAndChanges(t *testing.T) {
	base := parsed(t, known(), "small.yaml", small)[1]
	before, _ := json.Marshal(base)
	own := parsed(t, above(&base), "own.yaml", head+`parameters:
  - {id: minutes, title: {zh: 分钟, en: Minutes}, value: 15, unit: min, source: {zh: 自定, en: Our own}}
changes:
  1-basic: {threshold: 85, title: {zh: 更多, en: More}}
indicators:
  - number: 3
    group: {zh: 组, en: Group}
    title: {zh: 附加, en: Added}
    requirements: [{id: "3", level: basic, title: {zh: 附加, en: Added}, kind: attested}]
`)[0]
	if own.ID != "my-standard/own" || own.Version != "2025" || len(own.Indicators) != 3 || len(own.Levels) != 2 {
		t.Errorf("own is %+v", own)
	}
	r := own.Indicators[0].Requirements[0]
	if *r.Threshold.Value != 85 || r.Title.EN != "More" || r.Metric != "lamps.smart_share" || r.Operator != AtLeast {
		t.Errorf("changed: %+v", r)
	}
	if p, _ := own.Parameter("minutes"); *p.Value != 15 {
		t.Errorf("the parameter is %v", *p.Value)
	}
	if after, _ := json.Marshal(base); string(after) != string(before) {
		t.Error("the base was changed")
	}
}

func TestUnstatedThresholdsStayUnknown(t *testing.T) {
	base := parsed(t, known(), "small.yaml", small)[1]
	own := parsed(t, above(&base), "own.yaml", head+"unstated: true\nchanges: {1-basic: {threshold: 70}}\n")[0]
	first, last := own.Indicators[0].Requirements, own.Indicators[1].Requirements[0]
	if *first[0].Threshold.Value != 70 || first[1].Threshold.Given() {
		t.Errorf("first: %+v", first)
	}
	// The condition asks for more than none, which is no figure of the tier.
	if diff := cmp.Diff(Figure{Unknown: true}, last.Threshold); diff != "" || *last.Condition.Threshold.Value != 0 {
		t.Error(diff, last.Condition.Threshold)
	}
	// The parameter of the threshold is not used any more.
	if len(own.Parameters) != 1 || own.Parameters[0].ID != "minutes" {
		t.Errorf("parameters: %+v", own.Parameters)
	}
}

func TestMistakesInChanges(t *testing.T) {
	base := parsed(t, known(), "small.yaml", small)[1]
	tests := []struct{ name, text, want string }{
		{"unknown requirement", "changes: {1-basics: {threshold: 70}}\n", `line 7 (1-basics): my-standard/high has no requirement "1-basics"` + "\n  → perhaps 1-basic"},
		{"unknown key", "changes: {1-basic: {treshold: 70}}\n", `line 7: there is no key "treshold"` + "\n  → perhaps threshold"},
		{"half a title", "changes: {1-basic: {title: {zh: 好}}}\n", `line 7 (1-basic): title has no English (en)`},
		{"wrong params", "changes:\n  1-basic:\n    params: {floors: 3}\n", `line 9 (1-basic): parameter floors: there is none such`},
		{"a number of the base", "indicators: [{number: 1, group: {zh: 组, en: G}, title: {zh: 标, en: T}, requirements: [{id: 1-c, level: basic, title: {zh: 要, en: R}, kind: attested}]}]\n", `line 7 (1): indicator 1 is there twice`},
	}
	for _, tt := range tests {
		_, err := above(&base).Parse(File{Name: "own.yaml", Text: []byte(head + tt.text)})
		if fault := geo.AsFault(err); fault == nil || !strings.HasPrefix(fault.Say("en"), "profile own.yaml "+tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"lamps.smart_share", "meters.smart_share", "walk.reach_share", "tv.access_share"}
	for word, want := range map[string][]string{
		"lamps.smart_shar":  {"lamps.smart_share"},
		"met.smart_share":   {"meters.smart_share", "lamps.smart_share"},
		"walk.reachshare":   {"walk.reach_share"},
		"something.else":    {},
		"tv.access_share ":  {"tv.access_share"},
		"lamp.smart_shares": {"lamps.smart_share"},
	} {
		if diff := cmp.Diff(want, Nearest(word, names)); diff != "" {
			t.Errorf("%s: %s", word, diff)
		}
	}
}

// Whatever the bytes are, reading them ends, with profiles that can be encoded or
// with a fault for a person.
func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(head + "unstated: true\nchanges: {1-basic: {threshold: 70}}\n"))
	f.Add([]byte(bomb()))
	f.Add([]byte("a: &a [*a]\n<<: {b: 1}\n? [x]\n: 1\n"))
	files, _ := filepath.Glob("../../data/standards/*/*.yaml")
	for _, name := range files {
		const large = 10_000 // bytes; such seeds slow the fuzzer down
		if text, err := os.ReadFile(name); err == nil && len(text) < large {
			f.Add(text)
		}
	}
	base, err := known().Parse(File{Name: "small.yaml", Text: []byte(small)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, rules := range []Rules{{}, above(&base[1])} {
			profiles, err := rules.Parse(File{Name: "fuzz.yaml", Text: text})
			if err != nil {
				if fault := geo.AsFault(err); fault == nil || fault.What.ZH == "" || fault.What.EN == "" {
					t.Fatalf("not for a person: %v", err)
				}
				continue
			}
			if len(profiles) == 0 {
				t.Fatal("neither profiles nor a fault")
			}
			for i := range profiles {
				if _, err := json.Marshal(profiles[i]); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
