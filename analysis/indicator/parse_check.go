package indicator

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"yiju/geo"
)

var (
	idPattern          = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,59}$`)
	requirementPattern = regexp.MustCompile(`^[0-9]+([.-]?[0-9a-z]+)*$`)
	modals             = []string{"应", "宜", "鼓励", "支持"}
)

// check finds what is wrong with the meaning of the file.
func (p *parser) check() {
	f := &p.file
	p.identity(p.root, "standard", f.Standard)
	p.wording(p.root, "title", f.Title)
	p.wording(p.root, "source", f.Source)
	p.remark(p.root, "note", f.Note)
	if f.Version == "" && !p.tainted[p.root] {
		p.wrong(keyed(p.root, "version"), geo.T("缺少 version（标准的年份或文号）", "version is missing (year or number of the standard)"))
	}
	p.checkBase()
	p.checkLevels()
	p.checkTiers()
	p.checkParameters()
	p.checkIndicators()
	p.checkChanges()
	p.checkUse()
}

// identity checks an id of small letters.
func (p *parser) identity(n *yaml.Node, key, id string) {
	if !idPattern.MatchString(id) && !(id == "" && p.tainted[n]) {
		p.wrong(keyed(n, key), geo.Tf("%s 的值 %s 不可用", "%s cannot be %s", key, quoted(id)),
			geo.T("以小写字母开头，只用小写字母、数字、- 和 _", "begin with a small letter; use small letters, digits, - and _"))
	}
}

// wording checks a text that must be there in both languages.
func (p *parser) wording(n *yaml.Node, key string, t geo.Text) {
	if (t == geo.Text{}) && p.tainted[n] || p.tainted[at(n, key)] {
		return
	}
	zh, en := strings.TrimSpace(t.ZH) == "", strings.TrimSpace(t.EN) == ""
	switch {
	case zh && en:
		p.wrong(keyed(n, key), geo.Tf("缺少 %s（中文 zh 和英文 en）", "%s is missing (zh and en)", key))
	case zh:
		p.wrong(keyed(n, key), geo.Tf("%s 缺少中文（zh）", "%s has no Chinese (zh)", key))
	case en:
		p.wrong(keyed(n, key), geo.Tf("%s 缺少英文（en）", "%s has no English (en)", key))
	}
}

// remark checks a text that may be left out.
func (p *parser) remark(n *yaml.Node, key string, t geo.Text) {
	if t != (geo.Text{}) {
		p.wording(n, key, t)
	}
}

func (p *parser) checkBase() {
	f, here := &p.file, keyed(p.root, "base")
	if f.Base == "" {
		switch {
		case p.tainted[p.root]:
		case f.Unstated:
			p.wrong(keyed(p.root, "unstated"), geo.T("unstated 只能与 base 一起使用", "unstated needs a base"))
		case len(f.Changes) > 0:
			p.wrong(keyed(p.root, "changes"), geo.T("changes 只能与 base 一起使用", "changes need a base"))
		case len(f.Indicators) == 0:
			p.wrong(p.root, geo.T("没有指标（indicators），也没有 base", "there are no indicators and no base"))
		}
		return
	}
	for _, t := range f.Tiers {
		if f.Base == f.Standard+"/"+t.ID {
			p.wrong(here, geo.Tf("标准 %s 以自身为 base", "profile %s rests upon itself", f.Base),
				geo.T("另取 standard 或档次标识", "give it another standard or tier id"))
			return
		}
	}
	if p.rules.Base != nil {
		if base, ok := p.rules.Base(f.Base); ok {
			p.base = base
			return
		}
	}
	p.wrong(here, geo.Tf("没有标准 %s", "there is no profile %s", quoted(f.Base)), geo.T("base 写成 标准/档次", "write base as standard/tier"))
}

// levels are those of the file, or else of the base.
func (p *parser) levels() []Level {
	if len(p.file.Levels) == 0 && p.base != nil {
		return p.base.Levels
	}
	return p.file.Levels
}

func idsOf[T any](list []T, id func(T) string) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = id(x)
	}
	return out
}

func levelID(l Level) string         { return l.ID }
func parameterID(x Parameter) string { return x.ID }

func (p *parser) checkLevels() {
	list, seen := at(p.root, "levels"), make(map[string]bool)
	for i, l := range p.file.Levels {
		n := item(list, i)
		p.identity(n, "id", l.ID)
		p.wording(n, "title", l.Title)
		p.unique(keyed(n, "id"), "层级", "level", l.ID, seen)
	}
}

// unique checks that an id is not among those before it, and adds it to them.
func (p *parser) unique(n *yaml.Node, zh, en, id string, before map[string]bool) {
	if id != "" && before[id] {
		p.wrong(n, geo.Tf("%[1]s %[3]s 重复", "%[2]s %[3]s is there twice", zh, en, id))
	}
	before[id] = true
}

func (p *parser) checkTiers() {
	list, seen := at(p.root, "tiers"), make(map[string]bool)
	if len(p.file.Tiers) == 0 && !p.tainted[p.root] && !p.tainted[list] {
		p.wrong(keyed(p.root, "tiers"), geo.T("没有档次（tiers），至少需要一个", "there are no tiers; give one at least"))
	}
	for i, t := range p.file.Tiers {
		n := item(list, i)
		p.identity(n, "id", t.ID)
		p.wording(n, "title", t.Title)
		p.remark(n, "note", t.Note)
		p.unique(keyed(n, "id"), "档次", "tier", t.ID, seen)
		for j, level := range t.Levels {
			p.knownLevel(item(at(n, "levels"), j), level)
		}
	}
}

func (p *parser) knownLevel(n *yaml.Node, level string) {
	known := idsOf(p.levels(), levelID)
	if !slices.Contains(known, level) {
		p.wrong(n, geo.Tf("没有层级 %s", "there is no level %s", quoted(level)), oneOf(known))
	}
}

// oneOf words a choice; empty where there is none.
func oneOf(known []string) geo.Text {
	if len(known) == 0 {
		return geo.Text{}
	}
	list := strings.Join(known, ", ")
	return geo.T("可选："+list, "there is: "+list)
}

func (p *parser) checkParameters() {
	list, seen := at(p.root, "parameters"), make(map[string]bool)
	for i, x := range p.file.Parameters {
		n := item(list, i)
		p.identity(n, "id", x.ID)
		p.wording(n, "title", x.Title)
		p.wording(n, "source", x.Source)
		p.unique(keyed(n, "id"), "参数", "parameter", x.ID, seen)
	}
}

// parameters are all that may be used: those of the base, of which the file may
// replace some, and its own.
func (p *parser) parameters() []Parameter {
	if p.base == nil {
		return p.file.Parameters
	}
	out := slices.Clone(p.base.Parameters)
	for _, x := range p.file.Parameters {
		if i := slices.IndexFunc(out, func(y Parameter) bool { return y.ID == x.ID }); i >= 0 {
			out[i] = x
		} else {
			out = append(out, x)
		}
	}
	return out
}

// indicators are those of the base and those of the file.
func (p *parser) indicators() []Indicator {
	if p.base == nil {
		return p.file.Indicators
	}
	return slices.Concat(p.base.Indicators, p.file.Indicators)
}

func (p *parser) checkIndicators() {
	list := at(p.root, "indicators")
	numbers, ids := make(map[string]bool), make(map[string]bool)
	if p.base != nil {
		for _, in := range p.base.Indicators {
			numbers[strconv.Itoa(in.Number)] = true
			for i := range in.Requirements {
				ids[in.Requirements[i].ID] = true
			}
		}
	}
	for i := range p.file.Indicators {
		in, n := &p.file.Indicators[i], item(list, i)
		p.where = strconv.Itoa(in.Number)
		if in.Number < 1 && !p.tainted[n] {
			p.wrong(keyed(n, "number"), geo.T("指标序号（number）应为正整数", "the number of an indicator is 1 or more"))
		}
		p.unique(keyed(n, "number"), "指标序号", "indicator", strconv.Itoa(in.Number), numbers)
		p.wording(n, "title", in.Title)
		p.wording(n, "group", in.Group)
		requirements := at(n, "requirements")
		if len(in.Requirements) == 0 && !p.tainted[n] && !p.tainted[requirements] {
			p.wrong(n, geo.T("指标没有要求（requirements）", "the indicator has no requirements"))
		}
		for j := range in.Requirements {
			r, node := &in.Requirements[j], item(requirements, j)
			p.where = r.ID
			p.unique(keyed(node, "id"), "要求", "requirement", r.ID, ids)
			p.requirement(in, r, node)
			p.where = ""
		}
	}
	p.where = ""
}

func requirementID(r Requirement) string { return r.ID }

// checkChanges holds the changes against the base, in the order of their keys.
func (p *parser) checkChanges() {
	if p.base == nil {
		return
	}
	list := at(p.root, "changes")
	var known []string
	for _, in := range p.base.Indicators {
		known = append(known, idsOf(in.Requirements, requirementID)...)
	}
	for _, id := range slices.Sorted(maps.Keys(p.file.Changes)) {
		c, n := p.file.Changes[id], at(list, id)
		p.where = id
		if !slices.Contains(known, id) {
			p.wrong(keyed(list, id), geo.Tf("%s 没有要求 %s", "%s has no requirement %s", p.file.Base, quoted(id)), p.suggest(id, known))
			continue
		}
		p.remark(n, "title", c.Title)
		p.remark(n, "note", c.Note)
		p.remark(n, "condition_title", c.ConditionTitle)
		for i := range p.base.Indicators {
			in := &p.base.Indicators[i]
			if j := slices.IndexFunc(in.Requirements, func(r Requirement) bool { return r.ID == id }); j >= 0 {
				r := c.apply(in.Requirements[j])
				p.requirementUse(&r, n)
			}
		}
	}
	p.where = ""
}

// checkUse finds parameters that nothing uses: mostly a slip in an id. Where a part
// of the file could not be read or a parameter is misspelt, that cannot be said.
func (p *parser) checkUse() {
	if len(p.tainted) > 0 || p.undeclared || p.file.Base != "" && p.base == nil {
		return
	}
	used := make(map[string]bool)
	for _, in := range p.indicators() {
		for i := range in.Requirements {
			r := in.Requirements[i]
			if c, ok := p.file.Changes[r.ID]; ok {
				r = c.apply(r)
			}
			usedBy(&r, used)
		}
	}
	for i, x := range p.file.Parameters {
		if !used[x.ID] && x.ID != "" {
			p.wrong(item(at(p.root, "parameters"), i), geo.Tf("参数 %s 没有被使用", "parameter %s is not used", x.ID),
				geo.T("删去它，或用 {parameter: "+x.ID+"} 引用", "leave it out, or use it as {parameter: "+x.ID+"}"))
		}
	}
}

// usedBy marks the parameters that a requirement uses.
func usedBy(r *Requirement, used map[string]bool) {
	params := []map[string]Param{r.Params}
	used[r.Threshold.Parameter] = true
	if r.Condition != nil {
		used[r.Condition.Threshold.Parameter] = true
		params = append(params, r.Condition.Params)
	}
	for _, b := range r.Also {
		params = append(params, b.Params)
	}
	for _, m := range params {
		for _, x := range m {
			used[x.Parameter] = true
		}
	}
}
