package ingest

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"yiju/data/standards"
	"yiju/geo"
)

// dictionary knows how attributes and values are written in other people's tables.
type dictionary struct {
	aliases *standards.Aliases
	groups  []standards.Group
	unknown map[string]bool
	yes, no map[string]bool
}

func newDictionary() (*dictionary, error) {
	aliases, err := standards.LoadAliases()
	if err != nil {
		return nil, err
	}
	groups, err := standards.Groups()
	if err != nil {
		return nil, err
	}
	set := func(words []string) map[string]bool {
		out := make(map[string]bool, len(words))
		for _, w := range words {
			out[plainForm(w)] = true
		}
		return out
	}
	return &dictionary{aliases: aliases, groups: groups, unknown: set(aliases.Unknown), yes: set(aliases.Yes), no: set(aliases.No)}, nil
}

// plainForm makes texts comparable: full-width forms become plain ones, letters
// small, spaces go.
func plainForm(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(width.Fold.String(s))), "")
}

var bracketed = regexp.MustCompile(`^(.+?)[(\[（【]([^)\]）】]*)[)\]）】]$`)

// nameForm is plainForm of a column's name without the unit it may carry.
func nameForm(s string) (name, unit string) {
	s = strings.TrimSpace(width.Fold.String(s))
	if m := bracketed.FindStringSubmatch(s); m != nil {
		s, unit = m[1], plainForm(m[2])
	}
	return strings.ReplaceAll(plainForm(s), "_", ""), unit
}

// column is how the values of one column reach an attribute.
type column struct {
	name   string // as the file has it
	field  geo.Field
	factor float64 // into the unit of the attribute
}

// columns finds the attributes that columns of a file are for. Where several
// could be the same attribute, its own name goes before its title, and that
// before aliases in their order. rest are the names left over, taken tells of
// those that lost against another.
func (d *dictionary) columns(schema *geo.Schema, names []string) (out []column, taken []string) {
	type claim struct {
		column
		rank int
	}
	best := make(map[string]claim)
	for _, name := range slices.Sorted(slices.Values(names)) {
		field, rank, factor, ok := d.match(schema, name)
		if !ok {
			continue
		}
		c := claim{column{name, field, factor}, rank}
		old, there := best[field.Name]
		switch {
		case !there:
			best[field.Name] = c
		case rank < old.rank:
			best[field.Name] = c
			taken = append(taken, old.name)
		default:
			taken = append(taken, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(best)) {
		out = append(out, best[name].column)
	}
	return out, taken
}

// match finds the attribute a column is for; rank is small for a sure match.
func (d *dictionary) match(schema *geo.Schema, name string) (field geo.Field, rank int, factor float64, ok bool) {
	form, unit := nameForm(name)
	rank = math.MaxInt
	for _, f := range schema.Fields {
		if r, is := d.rank(f, name, form); is && r < rank {
			field, rank, ok = f, r, true
		}
	}
	if !ok {
		return field, 0, 0, false
	}
	factor, ok = d.factor(field, unit)
	return field, rank, factor, ok
}

func (d *dictionary) rank(f geo.Field, name, form string) (int, bool) {
	own, _ := nameForm(f.Name)
	zh, _ := nameForm(f.Title.ZH)
	en, _ := nameForm(f.Title.EN)
	switch form {
	case own:
		if name == f.Name {
			return 0, true
		}
		return 1, true
	case zh, en:
		return 2, true
	}
	for i, alias := range d.aliases.Any[f.Name] {
		if other, _ := nameForm(alias); other == form {
			return 3 + i, true
		}
	}
	return 0, false
}

// factors between units that people mix up.
var factors = map[string]map[string]float64{
	"m":  {"cm": 0.01, "mm": 0.001, "km": 1000, "dm": 0.1, "厘米": 0.01, "毫米": 0.001, "公里": 1000, "千米": 1000},
	"mm": {"cm": 10, "m": 1000, "厘米": 10, "米": 1000},
	"m²": {"公顷": 10_000, "ha": 10_000, "亩": 10_000.0 / 15},
	"kV": {"v": 0.001, "伏": 0.001},
	"W":  {"kw": 1000, "千瓦": 1000},
}

// factor takes a unit written somewhere into that of a field; false when the two
// do not go together.
func (d *dictionary) factor(f geo.Field, unit string) (float64, bool) {
	if unit == "" || f.Type == geo.String || f.Type == geo.Boolean {
		return 1, true
	}
	for _, known := range d.aliases.Units[f.Unit] {
		if plainForm(known) == unit {
			return 1, true
		}
	}
	v, ok := factors[f.Unit][unit]
	return v, ok
}

// outcome of reading a value.
type outcome int

const (
	asIs    outcome = iota
	fixed           // by a named rule
	unknown         // the text says that it is not known
	wrong
)

// read makes a value fit a field.
func (d *dictionary) read(c column, v any) (any, outcome) {
	if v == nil {
		return nil, asIs
	}
	if s, ok := v.(string); ok && c.field.Type != geo.Boolean && d.unknown[plainForm(s)] {
		return nil, unknown
	}
	switch c.field.Type {
	case geo.Boolean:
		return d.boolean(v)
	case geo.String:
		return d.text(c.field, v)
	case geo.Integer:
		f, how := d.number(c, v)
		if how == wrong || how == unknown {
			return nil, how
		}
		if f != math.Trunc(f) || math.Abs(f) > 1<<53 {
			return nil, wrong
		}
		if _, float := v.(float64); float {
			how = fixed
		}
		return int64(f), how
	}
	f, how := d.number(c, v)
	if how == wrong || how == unknown {
		return nil, how
	}
	return f, how
}

func (d *dictionary) boolean(v any) (any, outcome) {
	switch v := v.(type) {
	case bool:
		return v, asIs
	case int64:
		if v == 0 || v == 1 {
			return v == 1, fixed
		}
	case float64:
		if v == 0 || v == 1 {
			return v == 1, fixed
		}
	case string:
		form := plainForm(v)
		switch {
		case d.yes[form]:
			return true, fixed
		case d.no[form]:
			return false, fixed
		case d.unknown[form]:
			return nil, unknown
		}
	}
	return nil, wrong
}

func (d *dictionary) text(f geo.Field, v any) (any, outcome) {
	how := asIs
	s, ok := v.(string)
	switch v := v.(type) {
	case bool:
		s, how = map[bool]string{true: "yes", false: "no"}[v], fixed
	case int64:
		s, how = strconv.FormatInt(v, 10), fixed
	case float64:
		s, how = strconv.FormatFloat(v, 'f', -1, 64), fixed
	default:
		if !ok {
			return nil, wrong
		}
	}
	if trimmed := strings.TrimSpace(s); trimmed != s {
		s, how = trimmed, fixed
	}
	if code, ok := d.code(f, s); ok {
		if code != s {
			how = fixed
		}
		return code, how
	}
	if f.Closed {
		return nil, wrong
	}
	return s, how
}

// code finds the code that a text stands for.
func (d *dictionary) code(f geo.Field, s string) (string, bool) {
	form := plainForm(s)
	for _, c := range f.Codes {
		if c.Value == s || plainForm(c.Value) == form || plainForm(c.Title.ZH) == form || plainForm(c.Title.EN) == form {
			return c.Value, true
		}
	}
	for _, c := range f.Codes {
		for _, word := range d.aliases.Words[f.Name][c.Value] {
			if plainForm(word) == form {
				return c.Value, true
			}
		}
	}
	if f.Name == "category" {
		return d.category(s, form)
	}
	return "", false
}

// category finds a facility category by its code, its kind alone or its title.
func (d *dictionary) category(s, form string) (string, bool) {
	for _, g := range d.groups {
		for _, k := range g.Kinds {
			code := g.Code + "/" + k.Code
			if s == code || form == k.Code || form == plainForm(k.Title.ZH) || form == plainForm(k.Title.EN) {
				return code, true
			}
		}
	}
	return "", false
}

var numberForm = regexp.MustCompile(`^([^\d.+-]*)([+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[+-]?\d+)?)(.*)$`)

// number reads a number, also from text such as "12层", "DN300", "１２.５米".
func (d *dictionary) number(c column, v any) (float64, outcome) {
	how := asIs
	if c.factor != 1 {
		how = fixed
	}
	switch v := v.(type) {
	case int64:
		return float64(v) * c.factor, how
	case float64:
		return v * c.factor, how
	case string:
		f, ok := d.numberText(c, v)
		if !ok {
			return 0, wrong
		}
		return f, fixed
	}
	return 0, wrong
}

func (d *dictionary) numberText(c column, s string) (float64, bool) {
	m := numberForm.FindStringSubmatch(plainForm(s))
	if m == nil || !d.prefix(m[1]) {
		return 0, false
	}
	digits, ok := thousands(m[2])
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return 0, false
	}
	factor := c.factor
	if m[3] != "" && !(c.field.Name == "year" && dateRest.MatchString(m[3])) {
		if factor, ok = d.factor(c.field, m[3]); !ok {
			return 0, false
		}
	}
	return clean(v * factor), true
}

// dateRest is what follows the year in a date.
var dateRest = regexp.MustCompile(`^[-/.年]\d{1,2}([-/.月]\d{1,2})?[日月]?(t.*)?$`)

// clean takes off what binary fractions add to a converted decimal.
func clean(v float64) float64 {
	if math.Abs(v) > 1e9 {
		return v
	}
	return math.Round(v*1e9) / 1e9
}

func (d *dictionary) prefix(s string) bool {
	return s == "" || slices.ContainsFunc(d.aliases.Prefixes, func(p string) bool { return plainForm(p) == s })
}

var grouped = regexp.MustCompile(`^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$`)

// thousands takes commas out of a number that has them between groups of three,
// and reads a single other comma as the decimal sign.
func thousands(s string) (string, bool) {
	switch n := strings.Count(s, ","); {
	case n == 0:
		return s, true
	case grouped.MatchString(s):
		return strings.ReplaceAll(s, ",", ""), true
	case n == 1 && !strings.Contains(s, "."):
		return strings.Replace(s, ",", ".", 1), true
	}
	return "", false
}

func show(v any) string {
	s := fmt.Sprint(v)
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return s
}
