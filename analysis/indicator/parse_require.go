package indicator

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"yiju/geo"
)

// requirement checks one requirement of the file.
func (p *parser) requirement(in *Indicator, r *Requirement, n *yaml.Node) {
	if p.tainted[n] {
		return
	}
	number := strconv.Itoa(in.Number)
	rest, begins := strings.CutPrefix(r.ID, number)
	if !requirementPattern.MatchString(r.ID) || !begins || rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		p.wrong(keyed(n, "id"), geo.Tf("要求标识 %s 应以指标序号 %d 开头", "the id %s of a requirement should begin with the number %d of its indicator", quoted(r.ID), in.Number),
			geo.T("例如 "+number+"、"+number+".1、"+number+".1a 或 "+number+"-basic", "such as "+number+", "+number+".1, "+number+".1a or "+number+"-basic"))
	}
	p.wording(n, "title", r.Title)
	p.remark(n, "note", r.Note)
	for i, w := range r.Wanted {
		p.wordingOf(item(at(n, "wanted"), i), w)
	}
	if r.Part < 0 {
		p.wrong(keyed(n, "part"), geo.T("part 不能为负", "part cannot be negative"))
	}
	if levels := p.levels(); len(levels) > 0 || r.Level != "" {
		p.knownLevel(keyed(n, "level"), r.Level)
	}
	if r.Modal != "" && !slices.Contains(modals, r.Modal) {
		p.wrong(keyed(n, "modal"), geo.Tf("不认识的用词 %s", "unknown modal %s", quoted(r.Modal)), oneOf(modals))
	}
	p.reads(&r.Reads, at(n, "reads"))
	p.requirementUse(r, n)
}

// wordingOf checks an entry of a list of texts.
func (p *parser) wordingOf(n *yaml.Node, t geo.Text) {
	if p.tainted[n] || strings.TrimSpace(t.ZH) != "" && strings.TrimSpace(t.EN) != "" {
		return
	}
	p.wrong(n, geo.T("文字须有中文（zh）和英文（en）", "a text needs Chinese (zh) and English (en)"))
}

func (p *parser) reads(r *Reads, n *yaml.Node) {
	p.remark(n, "definition", r.Definition)
	p.remark(n, "verify", r.Verify)
	for i, d := range r.Doubts {
		doubt := item(at(n, "doubts"), i)
		p.wording(doubt, "text", d.Text)
		if len(d.Words) == 0 && !p.tainted[doubt] {
			p.wrong(doubt, geo.T("存疑用语（words）为空", "a doubt needs words"))
		}
	}
	for i, list := range r.Terms {
		if len(list) == 0 {
			p.wrong(item(at(n, "terms"), i), geo.T("terms 的一组词为空", "a list of terms is empty"))
		}
	}
}

// requirementUse checks what a requirement is judged by.
func (p *parser) requirementUse(r *Requirement, n *yaml.Node) {
	switch r.Kind {
	case Attested:
		if r.Metric != "" {
			p.wrong(keyed(n, "metric"), geo.T("凭材料认定的要求不带指标算法", "an attested requirement takes no metric"),
				geo.T("把它放到 also 里，或改 kind 为 spatial、ratio", "put it under also, or make the kind spatial or ratio"))
		}
	case Spatial, Ratio:
		if r.Metric == "" {
			p.wrong(n, geo.T("缺少指标算法（metric）", "metric is missing"), geo.T("凭材料认定的要求写 kind: attested", "write kind: attested where a document decides"))
		}
	default:
		p.wrong(keyed(n, "kind"), geo.Tf("不认识的 kind %s", "unknown kind %s", quoted(string(r.Kind))), oneOf([]string{string(Spatial), string(Ratio), string(Attested)}))
	}
	if (r.Metric != "" || r.Operator != "") && !r.Threshold.Given() {
		p.wrong(n, geo.T("缺少门限（threshold）", "threshold is missing"), geo.T("查不到时写 threshold: unknown", "write threshold: unknown where it could not be found"))
	}
	if r.Metric == "" && len(r.Params) > 0 {
		p.wrong(keyed(n, "params"), geo.T("有参数（params）而没有指标算法", "there are params and no metric"))
	}
	p.figureUse(n, r.Operator, r.Threshold, r.Unit)
	p.metricUse(n, r.Metric, r.Params, r.Unit)
	if c := r.Condition; c != nil {
		p.conditionUse(c, at(n, "condition"))
	}
	for i, b := range r.Also {
		beside := item(at(n, "also"), i)
		if b.Metric == "" && !p.tainted[beside] {
			p.wrong(beside, geo.T("缺少指标算法（metric）", "metric is missing"))
		}
		p.paramsUse(beside, b.Metric, b.Params)
	}
}

func (p *parser) conditionUse(c *Condition, n *yaml.Node) {
	if p.tainted[n] {
		return
	}
	p.wording(n, "title", c.Title)
	if c.Metric == "" {
		p.wrong(n, geo.T("条件缺少指标算法（metric）", "the condition has no metric"))
	}
	if !c.Threshold.Given() {
		p.wrong(n, geo.T("条件缺少数值（threshold）", "the condition has no figure (threshold)"))
	}
	p.figureUse(n, c.Operator, c.Threshold, c.Unit)
	p.metricUse(n, c.Metric, c.Params, c.Unit)
}

// figureUse checks operator and threshold.
func (p *parser) figureUse(n *yaml.Node, op Operator, f Figure, unit string) {
	switch {
	case op != "" && !op.Known():
		p.wrong(keyed(n, "operator"), geo.Tf("不认识的比较符 %s", "unknown operator %s", quoted(string(op))),
			oneOf([]string{string(AtLeast), string(AtMost), string(Above), string(Below), string(Exactly)}))
	case op == "" && f.Given():
		p.wrong(keyed(n, "threshold"), geo.T("有门限而没有比较符（operator）", "there is a threshold and no operator"))
	}
	if x, ok := p.declared(at(n, "threshold"), f.Parameter); ok && x.Unit != unit {
		p.wrong(keyed(n, "threshold"), geo.Tf("参数 %s 的单位是 %s，要求的单位是 %s", "parameter %s is in %s, the requirement in %s", x.ID, quoted(x.Unit), quoted(unit)))
	}
	if v := f.Value; v != nil && unit == "%" && *v > 0 && *v < 1 {
		p.wrong(keyed(n, "threshold"), geo.Tf("门限 %g %% 可能应为 %g %%", "the threshold %g %% should perhaps be %g %%", *v, 100**v),
			geo.T("百分比写成 80，不写 0.8", "write shares as 80, not 0.8"))
	}
}

// declared finds a parameter; false where none is named or there is none such.
func (p *parser) declared(n *yaml.Node, id string) (Parameter, bool) {
	if id == "" {
		return Parameter{}, false
	}
	all := p.parameters()
	i := slices.IndexFunc(all, func(x Parameter) bool { return x.ID == id })
	if i < 0 {
		known := idsOf(all, parameterID)
		fix := p.suggest(id, known)
		if fix == (geo.Text{}) {
			fix = geo.T("在 parameters 中写明它的数值、单位和出处", "give its value, unit and source under parameters")
		}
		p.wrong(n, geo.Tf("没有参数 %s", "there is no parameter %s", quoted(id)), fix)
		p.undeclared = true
		return Parameter{}, false
	}
	return all[i], true
}

// metricUse checks a metric, its parameters and its unit.
func (p *parser) metricUse(n *yaml.Node, metric string, params map[string]Param, unit string) {
	if !p.paramsUse(n, metric, params) || metric == "" || p.rules.Unit == nil {
		return
	}
	if of, ok := p.rules.Unit(metric); ok && of != unit {
		p.wrong(keyed(n, "unit"), geo.Tf("单位 %[1]s 与指标算法 %[2]s 不符，它的单位是 %[3]s", "unit %[1]s does not fit metric %[2]s, which is in %[3]s", quoted(unit), metric, quoted(of)))
	}
}

// paramsUse checks a metric and its parameters.
func (p *parser) paramsUse(n *yaml.Node, metric string, params map[string]Param) bool {
	ok := true
	list := at(n, "params")
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if id := params[name].Parameter; id != "" {
			_, found := p.declared(at(list, name), id)
			ok = ok && found
		}
	}
	if metric == "" || p.rules.Check == nil {
		return ok
	}
	name, problem, good := p.rules.Check(metric, params)
	switch {
	case good:
		return ok
	case name == "metric":
		p.wrong(keyed(n, "metric"), problem)
	default:
		where := n
		if list != n {
			where = keyed(list, name)
		}
		p.wrong(where, geo.T("参数 "+name+"："+problem.ZH, "parameter "+name+": "+problem.EN))
	}
	return false
}
