package indicator

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"yiju/geo"
)

// The walk over the nodes of a file finds keys that do not exist and values of the
// wrong form, and takes them out, so that what is left can be decoded and the rest
// of the file can be checked all the same.

var (
	figureType      = reflect.TypeFor[Figure]()
	paramType       = reflect.TypeFor[Param]()
	requirementType = reflect.TypeFor[Requirement]()
	indicatorType   = reflect.TypeFor[Indicator]()
)

// maxTextRunes bounds one text of a profile.
const maxTextRunes = 2000

// maxNodes bounds the values of a file, aliases written out.
const maxNodes = 50_000

// shape checks the whole file.
func (p *parser) shape() *geo.Fault {
	p.shapeStruct(p.root, reflect.TypeFor[profileFile]())
	if p.visits > maxNodes {
		return geo.Refuse(geo.Tf("标准文件 %s 展开后超过 %d 个值", "profile %s holds more than %d values, aliases written out", p.name, maxNodes),
			geo.T("减少 YAML 别名（*）的使用", "use fewer YAML aliases (*)"))
	}
	return nil
}

// follow gives what an alias stands for.
func follow(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// fits checks a value against the type that it is decoded into; false where it has
// to be taken out.
func (p *parser) fits(n *yaml.Node, t reflect.Type) bool {
	if p.visits++; p.visits > maxNodes {
		return false
	}
	n = follow(n)
	switch t {
	case figureType:
		return p.figure(n)
	case paramType:
		return p.param(n)
	}
	switch t.Kind() {
	case reflect.Pointer:
		return p.fits(n, t.Elem())
	case reflect.Struct:
		return p.is(n, yaml.MappingNode) && p.shapeStruct(n, t)
	case reflect.Map:
		return p.is(n, yaml.MappingNode) && p.shapeMap(n, t.Elem())
	case reflect.Slice:
		return p.is(n, yaml.SequenceNode) && p.shapeList(n, t.Elem())
	case reflect.Float64:
		return p.number(n)
	case reflect.Int:
		return p.integer(n)
	case reflect.Bool:
		return p.boolean(n)
	}
	return p.text(n)
}

// kinds words the forms of YAML values.
func kinds(k yaml.Kind) geo.Text {
	switch k {
	case yaml.MappingNode:
		return geo.T("“键: 值”", "keys and values")
	case yaml.SequenceNode:
		return geo.T("列表", "a list")
	}
	return geo.T("单个值", "a single value")
}

func (p *parser) is(n *yaml.Node, kind yaml.Kind) bool {
	if n.Kind == kind {
		return true
	}
	want, got := kinds(kind), kinds(n.Kind)
	p.wrong(n, geo.T("此处应为"+want.ZH+"，却是"+got.ZH, "there should be "+want.EN+" and not "+got.EN))
	return false
}

func null(n *yaml.Node) bool {
	n = follow(n)
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// shapeStruct checks the keys of a mapping and their values. It is always kept.
func (p *parser) shapeStruct(n *yaml.Node, t reflect.Type) bool {
	defer func(was string) { p.where = was }(p.where)
	switch t {
	case requirementType:
		p.where = scalarOf(n, "id")
	case indicatorType:
		p.where = scalarOf(n, "number")
	}
	form := p.form(t)
	p.entries(n, func(key, value *yaml.Node) bool {
		i := slices.Index(form.names, key.Value)
		if i < 0 {
			p.wrong(key, geo.Tf("没有 %s 这个键", "there is no key %s", quoted(key.Value)), p.suggest(key.Value, form.names))
			return false
		}
		return null(value) || p.fits(value, form.types[i])
	})
	return true
}

// form is what keys a mapping may have, and the types of their values.
type form struct {
	names []string
	types []reflect.Type
}

// form gives the keys of a struct.
func (p *parser) form(t reflect.Type) *form {
	if f := p.forms[t]; f != nil {
		return f
	}
	f := &form{}
	for i := range t.NumField() {
		name := t.Field(i).Tag.Get("yaml")
		if name == "" {
			name = strings.ToLower(t.Field(i).Name)
		}
		f.names, f.types = append(f.names, name), append(f.types, t.Field(i).Type)
	}
	p.forms[t] = f
	return f
}

// shapeMap checks a mapping with free keys. It is always kept.
func (p *parser) shapeMap(n *yaml.Node, t reflect.Type) bool {
	p.entries(n, func(key, value *yaml.Node) bool {
		if null(value) {
			p.wrong(key, geo.Tf("%s 没有值", "%s has no value", quoted(key.Value)))
			return false
		}
		return p.fits(value, t)
	})
	return true
}

// entries goes through a mapping and takes out the entries that keep does not want,
// and keys that are there twice.
func (p *parser) entries(n *yaml.Node, keep func(key, value *yaml.Node) bool) {
	seen := make(map[string]int)
	kept := n.Content[:0]
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		ok := p.key(key)
		if line := seen[key.Value]; ok && line > 0 {
			p.wrong(key, geo.Tf("键 %s 在第 %d 行已有", "key %s is in line %d already", quoted(key.Value), line))
			ok = false
		}
		if !ok || !keep(key, value) {
			p.tainted[n] = true
			continue
		}
		seen[key.Value] = key.Line
		kept = append(kept, key, value)
	}
	n.Content = kept
}

func (p *parser) key(n *yaml.Node) bool {
	if n.Kind == yaml.ScalarNode && n.ShortTag() != "!!merge" && utf8.ValidString(n.Value) && n.ShortTag() != "!!binary" {
		return true
	}
	p.wrong(n, geo.T("键应为一个词", "a key is a single word"))
	return false
}

// shapeList checks a list and takes out what does not fit. It is always kept.
func (p *parser) shapeList(n *yaml.Node, t reflect.Type) bool {
	kept := n.Content[:0]
	for _, item := range n.Content {
		if null(item) {
			p.wrong(item, geo.T("列表中有空项", "an entry of the list is empty"))
		} else if p.fits(item, t) {
			kept = append(kept, item)
		}
	}
	if len(kept) < len(n.Content) {
		p.tainted[n] = true
	}
	n.Content = kept
	return true
}

func (p *parser) text(n *yaml.Node) bool {
	switch {
	case !p.is(n, yaml.ScalarNode):
	case n.ShortTag() == "!!binary" || !utf8.ValidString(n.Value) || strings.ContainsRune(n.Value, 0):
		p.wrong(n, geo.T("文字不是 UTF-8", "the text is not UTF-8"))
	case utf8.RuneCountInString(n.Value) > maxTextRunes:
		p.wrong(n, geo.Tf("文字超过 %d 字", "the text is longer than %d characters", maxTextRunes))
	default:
		return true
	}
	return false
}

func (p *parser) number(n *yaml.Node) bool {
	var v float64
	if n.Kind == yaml.ScalarNode && n.Decode(&v) == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
		return true
	}
	p.wrong(n, geo.Tf("%s 不是数值", "%s is not a number", quoted(n.Value)), geo.T("只写数字，单位写在 unit 里", "write the figure alone; its unit goes under unit"))
	return false
}

func (p *parser) integer(n *yaml.Node) bool {
	var v int
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!int" && n.Decode(&v) == nil {
		return true
	}
	p.wrong(n, geo.Tf("%s 不是整数", "%s is not a whole number", quoted(n.Value)))
	return false
}

func (p *parser) boolean(n *yaml.Node) bool {
	var v bool
	if n.Kind == yaml.ScalarNode && n.Decode(&v) == nil {
		return true
	}
	p.wrong(n, geo.Tf("%s 应为 true 或 false", "%s should be true or false", quoted(n.Value)))
	return false
}

// figure takes a number, the word unknown, or {parameter: id}.
func (p *parser) figure(n *yaml.Node) bool {
	switch {
	case n.Kind == yaml.ScalarNode && n.Value == "unknown":
		return true
	case n.Kind == yaml.ScalarNode:
		return p.number(n)
	}
	return p.parameter(n)
}

// param takes a number, a word, a list of words, or {parameter: id}.
func (p *parser) param(n *yaml.Node) bool {
	switch n.Kind {
	case yaml.ScalarNode:
		if tag := n.ShortTag(); tag == "!!int" || tag == "!!float" {
			return p.number(n)
		}
		return p.text(n)
	case yaml.SequenceNode:
		return p.shapeList(n, reflect.TypeFor[string]())
	}
	return p.parameter(n)
}

func (p *parser) parameter(n *yaml.Node) bool {
	if n.Kind == yaml.MappingNode && len(n.Content) == 2 && n.Content[0].Value == "parameter" &&
		n.Content[1].Kind == yaml.ScalarNode && n.Content[1].Value != "" && !null(n.Content[1]) {
		return p.text(n.Content[1])
	}
	p.wrong(n, geo.T("应为数值或 {parameter: 参数标识}", "there should be a number or {parameter: id}"))
	return false
}

// at finds the value under a key; the mapping itself where there is none.
func at(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return follow(n.Content[i+1])
		}
	}
	return n
}

// keyed finds a key itself; the mapping where there is none.
func keyed(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i]
		}
	}
	return n
}

// item is an entry of a list, counted as it was decoded.
func item(n *yaml.Node, i int) *yaml.Node {
	if n.Kind == yaml.SequenceNode && i < len(n.Content) {
		return follow(n.Content[i])
	}
	return n
}

// scalarOf is the single value under a key as it is written; empty where there is none.
func scalarOf(n *yaml.Node, key string) string {
	if v := at(n, key); v != n && v.Kind == yaml.ScalarNode && utf8.ValidString(v.Value) && len(v.Value) < maxCompared {
		return v.Value
	}
	return ""
}
