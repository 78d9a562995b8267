// Package codec writes the attributes of features as JSON text that keeps the
// type of every number: a whole number is written without a point, a real one
// always with it and never with an exponent, so that PostgreSQL's jsonb, which
// takes numbers apart, gives back the same text.
package codec

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"yiju/geo"
)

// Body is what history keeps of a feature beside its id and geometry.
type Body struct {
	Attributes map[string]any
	Extra      map[string]any
	Source     geo.Source
	Quality    []string
}

// BodyOf takes the body of a feature.
func BodyOf(f *geo.Feature) Body {
	return Body{f.Attributes, f.Extra, f.Source, f.Quality}
}

// Put gives a feature the body.
func (b Body) Put(f *geo.Feature) {
	f.Attributes, f.Extra, f.Source, f.Quality = b.Attributes, b.Extra, b.Source, b.Quality
}

// AppendBody adds a body as a JSON object.
func AppendBody(to []byte, b Body) []byte {
	to = append(to, `{"attributes":`...)
	to = AppendValues(to, b.Attributes)
	to = append(to, `,"extra":`...)
	to = AppendValues(to, b.Extra)
	to = append(to, `,"source":`...)
	to = AppendSource(to, b.Source)
	to = append(to, `,"quality":`...)
	to = AppendTexts(to, b.Quality)
	return append(to, '}')
}

// ParseBody reads what AppendBody wrote.
func ParseBody(text []byte) (Body, error) {
	var raw struct {
		Attributes, Extra, Source, Quality json.RawMessage
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return Body{}, fmt.Errorf("codec: body: %w", err)
	}
	var b Body
	var err error
	if b.Attributes, err = ParseValues(raw.Attributes); err != nil {
		return Body{}, err
	}
	if b.Extra, err = ParseValues(raw.Extra); err != nil {
		return Body{}, err
	}
	if b.Source, err = ParseSource(raw.Source); err != nil {
		return Body{}, err
	}
	b.Quality, err = ParseTexts(raw.Quality)
	return b, err
}

// AppendValues adds attributes as a JSON object, ordered by name. Values are
// those a feature may hold; anything else is left out.
func AppendValues(to []byte, values map[string]any) []byte {
	to = append(to, '{')
	first := true
	for _, name := range slices.Sorted(maps.Keys(values)) {
		mark := len(to)
		if !first {
			to = append(to, ',')
		}
		to = append(AppendText(to, name), ':')
		switch v := values[name].(type) {
		case bool:
			to = strconv.AppendBool(to, v)
		case int64:
			to = strconv.AppendInt(to, v, 10)
		case float64:
			to = AppendReal(to, v)
		case string:
			to = AppendText(to, v)
		default:
			to = to[:mark]
			continue
		}
		first = false
	}
	return append(to, '}')
}

// AppendReal adds a finite number with its point.
func AppendReal(to []byte, v float64) []byte {
	mark := len(to)
	to = strconv.AppendFloat(to, v, 'f', -1, 64)
	if !slices.Contains(to[mark:], '.') {
		to = append(to, '.', '0')
	}
	return to
}

// AppendSource adds a source as a JSON object.
func AppendSource(to []byte, s geo.Source) []byte {
	to = append(to, '{')
	if s.Name != "" {
		to = AppendText(append(to, `"name":`...), s.Name)
	}
	if s.ID != "" {
		if s.Name != "" {
			to = append(to, ',')
		}
		to = AppendText(append(to, `"id":`...), s.ID)
	}
	return append(to, '}')
}

// AppendTexts adds a JSON array of texts.
func AppendTexts(to []byte, texts []string) []byte {
	to = append(to, '[')
	for i, s := range texts {
		if i > 0 {
			to = append(to, ',')
		}
		to = AppendText(to, s)
	}
	return append(to, ']')
}

const hex = "0123456789abcdef"

// AppendText adds a JSON string. The text must be valid UTF-8.
func AppendText(to []byte, s string) []byte {
	to = append(to, '"')
	mark := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		to = append(to, s[mark:i]...)
		mark = i + 1
		if c < ' ' {
			to = append(to, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		} else {
			to = append(to, '\\', c)
		}
	}
	return append(append(to, s[mark:]...), '"')
}

// ParseSource reads a source; text that is empty is the empty source.
func ParseSource(text []byte) (geo.Source, error) {
	var s geo.Source
	if len(text) == 0 || string(text) == "{}" {
		return s, nil
	}
	values, err := ParseValues(text)
	if err != nil {
		return s, fmt.Errorf("codec: source: %w", err)
	}
	s.Name, _ = values["name"].(string)
	s.ID, _ = values["id"].(string)
	return s, nil
}

// ParseTexts reads a list of texts; an empty one is nil.
func ParseTexts(text []byte) ([]string, error) {
	if len(text) == 0 || string(text) == "[]" {
		return nil, nil
	}
	p := parser{rest: text}
	var out []string
	err := p.list('[', ']', func() error {
		s, err := p.text()
		out = append(out, s)
		return err
	})
	return out, err
}

// ParseValues reads a flat JSON object; an empty one, and empty text, are nil.
// Names whose value is null are left out. A value that is an object or a list is
// refused.
func ParseValues(text []byte) (map[string]any, error) {
	if len(text) == 0 || string(text) == "{}" {
		return nil, nil
	}
	p := parser{rest: text}
	out := make(map[string]any, strings.Count(string(text), ":"))
	err := p.list('{', '}', func() error {
		name, err := p.text()
		if err != nil {
			return err
		}
		if err := p.take(':'); err != nil {
			return err
		}
		v, err := p.value()
		if v != nil {
			out[name] = v
		}
		return err
	})
	if len(out) == 0 {
		out = nil
	}
	return out, err
}

// parser reads the few forms of JSON that occur here.
type parser struct{ rest []byte }

func (p *parser) bad(what string) error {
	near := string(p.rest[:min(len(p.rest), 20)])
	return fmt.Errorf("codec: no %s at %q", what, strings.ToValidUTF8(near, "�"))
}

func (p *parser) space() {
	for len(p.rest) > 0 && (p.rest[0] == ' ' || p.rest[0] == '\n' || p.rest[0] == '\t' || p.rest[0] == '\r') {
		p.rest = p.rest[1:]
	}
}

func (p *parser) peek() byte {
	p.space()
	if len(p.rest) == 0 {
		return 0
	}
	return p.rest[0]
}

func (p *parser) take(c byte) error {
	if p.peek() != c {
		return p.bad(strconv.QuoteRune(rune(c)))
	}
	p.rest = p.rest[1:]
	return nil
}

// list reads items between brackets, and that nothing follows.
func (p *parser) list(open, shut byte, item func() error) error {
	if err := p.take(open); err != nil {
		return err
	}
	for n := 0; p.peek() != shut; n++ {
		if n > 0 {
			if err := p.take(','); err != nil {
				return err
			}
		}
		if err := item(); err != nil {
			return err
		}
	}
	p.rest = p.rest[1:]
	if p.peek() != 0 || len(p.rest) > 0 {
		return p.bad("end")
	}
	return nil
}

func (p *parser) text() (string, error) {
	if p.peek() != '"' {
		return "", p.bad("text")
	}
	escaped := false
	for i := 1; i < len(p.rest); i++ {
		switch p.rest[i] {
		case '\\':
			escaped = true
			i++
		case '"':
			quoted := p.rest[:i+1]
			p.rest = p.rest[i+1:]
			if escaped || !plain(quoted) {
				var s string
				err := json.Unmarshal(quoted, &s)
				return s, err
			}
			return string(quoted[1:i]), nil
		}
	}
	return "", p.bad("end of text")
}

// plain tells whether a quoted text is its own meaning.
func plain(quoted []byte) bool {
	for _, c := range quoted {
		if c < ' ' {
			return false
		}
	}
	return utf8.Valid(quoted)
}

func (p *parser) value() (any, error) {
	switch c := p.peek(); {
	case c == '"':
		return p.text()
	case p.word("true"):
		return true, nil
	case p.word("false"):
		return false, nil
	case p.word("null"):
		return nil, nil
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	}
	return nil, p.bad("value")
}

func (p *parser) word(w string) bool {
	if len(p.rest) < len(w) || string(p.rest[:len(w)]) != w {
		return false
	}
	p.rest = p.rest[len(w):]
	return true
}

func (p *parser) number() (any, error) {
	n := 0
	for n < len(p.rest) && strings.IndexByte("+-.eE0123456789", p.rest[n]) >= 0 {
		n++
	}
	digits := string(p.rest[:n])
	if !json.Valid(p.rest[:n]) {
		return nil, p.bad("number")
	}
	p.rest = p.rest[n:]
	if !strings.ContainsAny(digits, ".eE") {
		if v, err := strconv.ParseInt(digits, 10, 64); err == nil {
			return v, nil
		}
	}
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return nil, fmt.Errorf("codec: number %s: %w", digits, err)
	}
	return v, nil
}

// Fit gives the part of a text before the first byte that no stored text holds:
// a zero, or one that is not UTF-8. An id that is not its own Fit is in no store.
func Fit(s string) string {
	for i, r := range s {
		if r == 0 || r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return s[:i]
		}
	}
	return s
}
