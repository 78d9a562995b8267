package indicator

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yiju/analysis/indicator/wording"
	"yiju/geo"
)

// File is a profile as a person wrote it.
type File struct {
	// Name is shown where something is wrong; Text is YAML.
	Name string
	Text []byte
}

// Checker checks the use of a metric: whether there is one of that id and what its
// parameters are. Where not, name is the parameter at fault, or "metric" where the
// id is unknown. metric.ByID and Metric.CheckParams stand behind it.
type Checker func(metric string, params map[string]Param) (name string, problem geo.Text, ok bool)

// Rules are what a parser asks of others. What is nil is not asked.
type Rules struct {
	// Base finds the profile that another rests upon.
	Base func(id string) (*Profile, bool)
	// Check checks the use of a metric.
	Check Checker
	// Unit is the unit of a metric's values; false for an unknown metric.
	Unit func(metric string) (string, bool)
}

// Bounds of a profile. The longest built-in one has a tenth of this.
const (
	maxProfileBytes = 1 << 20
	// maxMistakes is how many mistakes of a file are told at once.
	maxMistakes = 30
)

// Parse reads a profile and checks it: one Profile for each tier. Everything that is
// wrong with the file is told in one *geo.Fault, each with its line.
func Parse(file File, base func(id string) (*Profile, bool), check Checker) ([]Profile, error) {
	return Rules{Base: base, Check: check}.Parse(file)
}

// profileFile is the form of a file.
type profileFile struct {
	Standard string   `yaml:"standard"`
	Title    geo.Text `yaml:"title"`
	Version  string   `yaml:"version"`
	Source   geo.Text `yaml:"source"`
	Note     geo.Text `yaml:"note"`
	Levels   []Level  `yaml:"levels"`
	Tiers    []tier   `yaml:"tiers"`
	// Parameters beside those of the base; one with the same id takes its place.
	Parameters []Parameter `yaml:"parameters"`
	// Base is the id of a profile whose levels, parameters and indicators are taken.
	Base string `yaml:"base"`
	// Unstated tells that the thresholds of the base do not hold here and that those
	// of this tier are not known, but for those under Changes.
	Unstated   bool              `yaml:"unstated"`
	Changes    map[string]change `yaml:"changes"`
	Indicators []Indicator       `yaml:"indicators"`
}

// tier is a grade of the standard. Levels are those whose requirements count; all
// where there are none.
type tier struct {
	ID     string   `yaml:"id"`
	Title  geo.Text `yaml:"title"`
	Note   geo.Text `yaml:"note"`
	Levels []string `yaml:"levels"`
}

// change is what differs in a requirement from the base.
type change struct {
	Title     geo.Text         `yaml:"title"`
	Modal     string           `yaml:"modal"`
	Params    map[string]Param `yaml:"params"`
	Operator  Operator         `yaml:"operator"`
	Threshold Figure           `yaml:"threshold"`
	// ConditionTitle words the condition anew, where a figure in it is not known.
	ConditionTitle geo.Text   `yaml:"condition_title"`
	Wanted         []geo.Text `yaml:"wanted"`
	Note           geo.Text   `yaml:"note"`
}

// parser holds a file while it is read.
type parser struct {
	rules Rules
	name  string
	root  *yaml.Node
	file  profileFile
	base  *Profile
	// tainted are mappings in which something was left out as wrong; what is then
	// missing in them is not told as well.
	tainted map[*yaml.Node]bool
	// undeclared tells that some use of a parameter is of none that there is.
	undeclared bool
	visits     int
	forms      map[reflect.Type]*form
	// where names the requirement or indicator that is being read.
	where    string
	mistakes []mistake
}

// mistake is one thing that is wrong.
type mistake struct {
	line  int
	where string
	text  geo.Text
	fix   geo.Text // empty where the text says enough
}

// Parse reads a profile under the rules.
func (r Rules) Parse(file File) ([]Profile, error) {
	p := &parser{rules: r, name: file.Name, tainted: make(map[*yaml.Node]bool), forms: make(map[reflect.Type]*form)}
	if fault := p.load(file.Text); fault != nil {
		return nil, fault
	}
	if fault := p.shape(); fault != nil {
		return nil, fault
	}
	if err := p.root.Decode(&p.file); err != nil {
		return nil, p.unreadable(err)
	}
	p.check()
	if fault := p.fault(); fault != nil {
		return nil, fault
	}
	out := make([]Profile, len(p.file.Tiers))
	for i := range p.file.Tiers {
		out[i] = p.profile(&p.file.Tiers[i])
	}
	return out, nil
}

// load reads the YAML into nodes.
func (p *parser) load(text []byte) *geo.Fault {
	if len(text) > maxProfileBytes {
		return geo.Refuse(geo.Tf("标准文件 %s 超过 %d KB", "profile %s is larger than %d KB", p.name, maxProfileBytes>>10),
			geo.T("检查是否选错了文件", "check that it is the file you mean"))
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	switch err := decoder.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return geo.Refuse(geo.Tf("标准文件 %s 是空的", "profile %s is empty", p.name))
	case err != nil:
		return p.unreadable(err)
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return geo.Refuse(geo.Tf("标准文件 %s 含有多个 YAML 文档", "profile %s holds more than one YAML document", p.name),
			geo.T("一个文件只写一个标准，删去分隔线 ---", "write one standard to a file, without the separator ---"))
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return geo.Refuse(geo.Tf("标准文件 %s 的内容不是“键: 值”形式", "profile %s is no list of keys and values", p.name),
			geo.T("以内置标准为样本", "take a built-in profile as a pattern"))
	}
	p.root = doc.Content[0]
	return nil
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// unreadable words an error of the YAML reader.
func (p *parser) unreadable(err error) *geo.Fault {
	at := geo.T(p.name, p.name)
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		at = geo.T(p.name+" 第 "+m[1]+" 行", p.name+" line "+m[1])
	}
	detail := strings.TrimPrefix(err.Error(), "yaml: ")
	return geo.Refuse(geo.T("标准文件 "+at.ZH+"：YAML 格式有误（"+detail+"）", "profile "+at.EN+": this is not YAML ("+detail+")"),
		geo.T("检查缩进、冒号后的空格和引号", "check the indentation, the space behind colons, and quotes")).Because(err)
}

// wrong notes a mistake.
func (p *parser) wrong(n *yaml.Node, text geo.Text, fix ...geo.Text) {
	m := mistake{line: n.Line, where: p.where, text: text}
	if len(fix) > 0 {
		m.fix = fix[0]
	}
	p.mistakes = append(p.mistakes, m)
}

// fault words all mistakes; nil where there are none.
func (p *parser) fault() *geo.Fault {
	slices.SortStableFunc(p.mistakes, func(a, b mistake) int { return a.line - b.line })
	switch n := len(p.mistakes); {
	case n == 0:
		return nil
	case n == 1:
		m := p.mistakes[0]
		at := m.at()
		f := geo.Refuse(geo.T("标准文件 "+p.name+" "+at.ZH+"："+m.text.ZH, "profile "+p.name+" "+at.EN+": "+m.text.EN))
		if m.fix != (geo.Text{}) {
			f.Fix = []geo.Text{m.fix}
		}
		return f
	}
	f := geo.Refuse(geo.Tf("标准文件 %s 有 %d 处错误", "profile %s has %d mistakes", p.name, len(p.mistakes)))
	for _, m := range p.mistakes[:min(len(p.mistakes), maxMistakes)] {
		at := m.at()
		t := geo.T(at.ZH+"："+m.text.ZH, at.EN+": "+m.text.EN)
		if m.fix != (geo.Text{}) {
			t = geo.T(t.ZH+"；"+m.fix.ZH, t.EN+"; "+m.fix.EN)
		}
		f.Fix = append(f.Fix, t)
	}
	if more := len(p.mistakes) - maxMistakes; more > 0 {
		f.Fix = append(f.Fix, geo.Tf("另有 %d 处", "and %d more", more))
	}
	return f
}

func (m *mistake) at() geo.Text {
	t := geo.Tf("第 %d 行", "line %d", m.line)
	if m.where != "" {
		t = geo.T(t.ZH+"（"+m.where+"）", t.EN+" ("+m.where+")")
	}
	return t
}

// maxNearest is how many names are suggested for an unknown one.
const maxNearest = 3

// Nearest finds the names most like a word, the most alike first: what was likely
// meant where the word is none of them. Names that are nothing like it are left out.
func Nearest(word string, names []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	var list []candidate
	for _, name := range names {
		if d := editDistance(word, name); d <= max(2, len([]rune(name))/3) {
			list = append(list, candidate{name, d})
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return a.distance - b.distance })
	const further = 1 // letters by which a name may be less like it than the first
	out := make([]string, 0, maxNearest)
	for _, c := range list[:min(len(list), maxNearest)] {
		if c.distance <= list[0].distance+further {
			out = append(out, c.name)
		}
	}
	return out
}

// maxCompared bounds the length of words that are compared letter by letter.
const maxCompared = 80

// editDistance is that of two short words; long ones are as far apart as can be.
func editDistance(a, b string) int {
	s, t := []rune(a), []rune(b)
	if len(s) > maxCompared || len(t) > maxCompared {
		return max(len(s), len(t))
	}
	return wording.EditDistance(s, t)
}

// suggest words the nearest names; empty where nothing is near, or where there are
// more mistakes than are told.
func (p *parser) suggest(word string, names []string) geo.Text {
	if len(p.mistakes) >= maxMistakes {
		return geo.Text{}
	}
	near := Nearest(word, names)
	if len(near) == 0 {
		return geo.Text{}
	}
	list := strings.Join(near, ", ")
	return geo.T("可能是 "+list, "perhaps "+list)
}

func quoted(s string) string {
	const longest = 60
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
