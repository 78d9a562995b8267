package osm

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Mapping says how objects become features. It is made from data by NewMapping
// and may be used by several goroutines.
type Mapping struct {
	words      map[string]map[string]string
	layers     []layerMapping
	categories []category
	rules      []*rule            // all rules, in order
	byKey      map[string][]int   // rules by a key one of their conditions begins with
	byCategory map[string][]int32 // categories likewise
}

// Category is a facility category with the conditions on tags that lead to it.
type Category struct {
	Code  string // group/kind
	Conds []string
}

type category struct {
	code, group string
	when        []condition
}

type layerMapping struct {
	Layer      string              `yaml:"layer"`
	Rules      []*rule             `yaml:"rules"`
	Attributes map[string][]source `yaml:"attributes"`
	names      []string            // of the attributes, sorted
}

type rule struct {
	When   []condition       `yaml:"when"`
	Unless []condition       `yaml:"unless"`
	From   []string          `yaml:"from"`
	Area   string            `yaml:"area"`
	Point  bool              `yaml:"point"`
	Pieces bool              `yaml:"pieces"`
	Set    map[string]string `yaml:"set"`
	Note   []string          `yaml:"note"`

	layer *layerMapping
}

type source struct {
	Tag    string      `yaml:"tag"`
	When   []condition `yaml:"when"`
	As     string      `yaml:"as"`
	Words  string      `yaml:"words"`
	Value  *string     `yaml:"value"`
	Spread string      `yaml:"spread"`
}

// condition is met when all its terms are.
type condition []term

type term struct {
	key    string
	values []string // nil is any value
	deny   bool
}

// UnmarshalYAML reads the notation key=value|value & key!=value.
func (c *condition) UnmarshalYAML(n *yaml.Node) error {
	var text string
	if err := n.Decode(&text); err != nil {
		return err
	}
	parsed, err := parseCondition(text)
	if err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	*c = parsed
	return nil
}

func parseCondition(text string) (condition, error) {
	var out condition
	for _, part := range strings.Split(text, " & ") {
		key, values, ok := strings.Cut(part, "=")
		t := term{key: strings.TrimSuffix(key, "!"), deny: strings.HasSuffix(key, "!")}
		if !ok || t.key == "" || values == "" || strings.ContainsAny(part, " ") {
			return nil, fmt.Errorf("%q is not a condition", text)
		}
		if values != "*" {
			t.values = strings.Split(values, "|")
		}
		out = append(out, t)
	}
	if out[0].deny {
		return nil, fmt.Errorf("%q must begin with what is there", text)
	}
	return out, nil
}

// met tells whether tags meet the condition. A tag with several values, separated
// by semicolons, meets a term by any of them.
func (c condition) met(t tags) bool {
	for _, term := range c {
		value, there := t.get(term.key)
		if there && term.values != nil {
			there = anyValue(value, term.values)
		}
		if there == term.deny {
			return false
		}
	}
	return true
}

func anyValue(value string, accepted []string) bool {
	for {
		first, rest, more := strings.Cut(value, ";")
		if slices.Contains(accepted, strings.TrimSpace(first)) {
			return true
		}
		if !more {
			return false
		}
		value = rest
	}
}

func met(conditions []condition, t tags) (condition, bool) {
	for _, c := range conditions {
		if c.met(t) {
			return c, true
		}
	}
	return nil, false
}

// NewMapping reads a mapping file and joins it with the facility categories.
func NewMapping(file []byte, categories []Category) (*Mapping, error) {
	var content struct {
		Words  map[string]map[string]string `yaml:"words"`
		Layers []layerMapping               `yaml:"layers"`
	}
	d := yaml.NewDecoder(bytes.NewReader(file))
	d.KnownFields(true)
	if err := d.Decode(&content); err != nil {
		return nil, fmt.Errorf("osm: mapping: %w", err)
	}
	m := &Mapping{words: content.Words, layers: content.Layers, byKey: make(map[string][]int), byCategory: make(map[string][]int32)}
	for i := range m.layers {
		if err := m.addLayer(&m.layers[i]); err != nil {
			return nil, fmt.Errorf("osm: mapping: layer %s: %w", m.layers[i].Layer, err)
		}
	}
	for _, c := range categories {
		if err := m.addCategory(c); err != nil {
			return nil, fmt.Errorf("osm: mapping: category %s: %w", c.Code, err)
		}
	}
	return m, nil
}

func (m *Mapping) addLayer(l *layerMapping) error {
	for _, r := range l.Rules {
		if err := r.check(); err != nil {
			return err
		}
		r.layer = l
		m.rules = append(m.rules, r)
		for _, c := range r.When {
			m.byKey[c[0].key] = append(m.byKey[c[0].key], len(m.rules)-1)
		}
	}
	for name, sources := range l.Attributes {
		l.names = append(l.names, name)
		for _, s := range sources {
			if err := m.checkSource(s); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	slices.Sort(l.names)
	return nil
}

func (r *rule) check() error {
	if len(r.When) == 0 || len(r.From) == 0 {
		return fmt.Errorf("a rule without when or from")
	}
	for _, from := range r.From {
		if from != "node" && from != "line" && from != "area" {
			return fmt.Errorf("from %q", from)
		}
	}
	if r.Area != "" && r.Area != "closed" && r.Area != "tagged" {
		return fmt.Errorf("area %q", r.Area)
	}
	return nil
}

func (m *Mapping) checkSource(s source) error {
	if (s.Tag == "") == (s.Value == nil) {
		return fmt.Errorf("a source needs either a tag or a value")
	}
	if _, ok := m.words[s.Words]; s.Words != "" && !ok {
		return fmt.Errorf("there is no table of words %q", s.Words)
	}
	if _, ok := readers[s.As]; !ok {
		return fmt.Errorf("nothing reads %q", s.As)
	}
	return nil
}

func (m *Mapping) addCategory(c Category) error {
	group, _, ok := strings.Cut(c.Code, "/")
	if !ok {
		return fmt.Errorf("the code is not group/kind")
	}
	parsed := category{code: c.Code, group: group}
	for _, text := range c.Conds {
		cond, err := parseCondition(text)
		if err != nil {
			return err
		}
		parsed.when = append(parsed.when, cond)
		m.byCategory[cond[0].key] = append(m.byCategory[cond[0].key], int32(len(m.categories)))
	}
	m.categories = append(m.categories, parsed)
	return nil
}

// Fields lists, by layer, the attributes the mapping fills, sorted, each with the
// values it can give by itself (nil where any text or number may come). It is for
// checking a mapping against schemas.
func (m *Mapping) Fields() map[string]map[string][]any {
	out := make(map[string]map[string][]any)
	for i := range m.layers {
		l := &m.layers[i]
		fields := make(map[string][]any)
		for _, name := range l.names {
			for _, s := range l.Attributes[name] {
				fields[name] = append(fields[name], m.possible(s)...)
			}
		}
		for _, r := range l.Rules {
			for name, value := range r.Set {
				fields[name] = append(fields[name], value)
			}
		}
		out[l.Layer] = fields
	}
	return out
}

func (m *Mapping) possible(s source) []any {
	if s.Words == "" && s.Value == nil {
		switch s.As {
		case "", "text":
			return nil
		case "integer", "floors", "year":
			return []any{int64(1)}
		}
		return []any{1.0}
	}
	raw := []string{}
	if s.Value != nil {
		raw = append(raw, *s.Value)
	}
	for _, v := range m.words[s.Words] {
		raw = append(raw, v)
	}
	slices.Sort(raw)
	var out []any
	for _, v := range slices.Compact(raw) {
		if read, ok := readers[s.As](v); ok && v != "" {
			out = append(out, read.v)
		}
	}
	return out
}

// candidates lists the rules that an object's keys may lead to, in order.
func (m *Mapping) candidates(t tags) []int {
	var out []int
	for _, tag := range t {
		out = append(out, m.byKey[tag.key]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// facility lists the categories of an object: in each group the first that fits.
func (m *Mapping) facility(t tags) []string {
	var found []int32
	for _, tag := range t {
		found = append(found, m.byCategory[tag.key]...)
	}
	if len(found) == 0 {
		return nil
	}
	slices.Sort(found)
	var out []string
	group := ""
	for _, i := range slices.Compact(found) {
		c := &m.categories[i]
		if c.group == group {
			continue // categories of a group stand together
		}
		if _, ok := met(c.when, t); ok {
			out = append(out, c.code)
			group = c.group
		}
	}
	return out
}

func (m *Mapping) layer(name string) *layerMapping {
	for i := range m.layers {
		if m.layers[i].Layer == name {
			return &m.layers[i]
		}
	}
	return nil
}
