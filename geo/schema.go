package geo

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// Shape is a kind of geometry that a layer may hold. Multi-geometries count as
// the shape of their parts.
type Shape string

// The shapes. A layer with no shape at all is a table.
const (
	Point   Shape = "point"
	Line    Shape = "line"
	Polygon Shape = "polygon"
)

// Kind tells what a layer is for.
type Kind string

// The kinds of layers.
const (
	Input  Kind = "input"  // declared by the product, filled by the user
	Result Kind = "result" // computed; can be thrown away and made again
	Custom Kind = "custom" // made by the user, any attributes
)

// Type is the type of an attribute.
type Type string

// The types. Codes are text.
const (
	String  Type = "text"
	Integer Type = "integer"
	Real    Type = "real"
	Boolean Type = "boolean"
)

// Code is a value that a text field may or usually does take.
type Code struct {
	Value string `json:"value"`
	Title Text   `json:"title"`
}

// Field declares an attribute.
type Field struct {
	Name  string `json:"name"`
	Type  Type   `json:"type"`
	Unit  string `json:"unit,omitempty"` // "m", "°", "%", "MHz" …
	Title Text   `json:"title"`
	// Min and Max bound a number, both included; nil is unbounded.
	Min *float64 `json:"min,omitempty"`
	Max *float64 `json:"max,omitempty"`
	// Codes lists values. With Closed no other value is accepted.
	Codes  []Code `json:"codes,omitempty"`
	Closed bool   `json:"closed,omitempty"`
	// Bulk marks data that belongs neither in a tile nor in a table of attributes.
	Bulk bool `json:"bulk,omitempty"`
}

// Schema declares a layer: its name, what it may hold and how that is named.
type Schema struct {
	Layer  string  `json:"layer"`
	Kind   Kind    `json:"kind"`
	Title  Text    `json:"title"`
	Shapes []Shape `json:"shapes"`
	Fields []Field `json:"fields"`
}

// Field finds a declared field by name.
func (s *Schema) Field(name string) (Field, bool) {
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return s.Fields[i], true
}

// Problem is one thing wrong with one feature.
type Problem struct {
	Layer   string `json:"layer"`
	ID      string `json:"id"`
	Field   string `json:"field,omitempty"`
	Value   string `json:"value,omitempty"`
	Message Text   `json:"message"`
}

func (p Problem) String() string {
	return fmt.Sprintf("%s/%s %s=%s: %s", p.Layer, p.ID, p.Field, p.Value, p.Message.EN)
}

// Check compares a feature with the schema and lists everything that is wrong:
// wrong shapes, values of the wrong type, outside their range or code list,
// attributes that are not declared, coordinates that are not finite, lines and
// rings with too few vertices, rings that are not closed, heights that do not
// match their line, text that is not valid UTF-8.
func (s *Schema) Check(f *Feature) []Problem {
	var out []Problem
	add := func(field string, value any, message Text) {
		p := Problem{Layer: s.Layer, ID: shorten(f.ID), Field: field, Message: message}
		if value != nil {
			p.Value = shorten(fmt.Sprint(value))
		}
		out = append(out, p)
	}
	if m, bad := checkID(f.ID); bad {
		add("id", nil, m)
	}
	if m, bad := s.checkGeometry(f); bad {
		add("geometry", nil, m)
	}
	names := make([]string, 0, len(f.Attributes))
	for name := range f.Attributes {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		v := f.Attributes[name]
		field, ok := s.Field(name)
		if !ok {
			add(name, v, Tf("图层 %s 没有这个字段", "layer %s has no such field", s.Layer))
			continue
		}
		if m, bad := field.check(v); bad {
			add(name, v, m)
		}
	}
	checkRest(f, add)
	return out
}

func (s *Schema) checkGeometry(f *Feature) (Text, bool) {
	if m, bad := checkStructure(f); bad {
		return m, true
	}
	if f.Geometry == nil {
		return Text{}, false
	}
	if len(s.Shapes) == 0 {
		return Tf("图层 %s 是表，不含几何", "has a geometry; layer %s is a table", s.Layer), true
	}
	if !Finite(f.Geometry) {
		return T("坐标不是有限数", "has a coordinate that is not a finite number"), true
	}
	for _, part := range Parts(f.Geometry) {
		shape := ShapeOf(part)
		if !slices.Contains(s.Shapes, shape) {
			return s.wrongShape(shape), true
		}
	}
	return Text{}, false
}

func (s *Schema) wrongShape(shape Shape) Text {
	var zh, en []string
	for _, held := range s.Shapes {
		zh, en = append(zh, held.title().ZH), append(en, held.title().EN)
	}
	return T("是"+shape.title().ZH+"，图层只接受"+strings.Join(zh, "、"),
		"is a "+shape.title().EN+"; the layer holds "+strings.Join(en, " or "))
}

func (s Shape) title() Text {
	switch s {
	case Point:
		return T("点", "point")
	case Line:
		return T("线", "line")
	}
	return T("面", "polygon")
}

// maxShown bounds, in characters, what a problem shows of a value.
const maxShown = 80

// shorten makes a value fit to be shown.
func shorten(s string) string {
	const atMost = 4 * maxShown // bytes; no character has more than 4
	if len(s) <= maxShown && utf8.ValidString(s) {
		return s
	}
	r := []rune(strings.ToValidUTF8(s[:min(len(s), atMost)], "\uFFFD"))
	if len(r) <= maxShown && len(s) <= atMost {
		return string(r)
	}
	return string(r[:min(len(r), maxShown)]) + "…"
}

// ShapeOf names the shape of a simple geometry.
func ShapeOf(g orb.Geometry) Shape {
	switch g.(type) {
	case orb.Point, orb.MultiPoint:
		return Point
	case orb.LineString, orb.MultiLineString:
		return Line
	}
	return Polygon
}

// check tells what is wrong with a value, if anything. Unknown is never wrong.
func (f *Field) check(v any) (Text, bool) {
	var number float64
	switch v := v.(type) {
	case nil:
		return Text{}, false
	case string:
		if f.Type != String {
			return f.wrongType("文本", "a text"), true
		}
		if m, bad := checkText(v); bad {
			return m, true
		}
		return f.checkCode(v)
	case bool:
		if f.Type != Boolean {
			return f.wrongType("是/否", "a yes or no"), true
		}
		return Text{}, false
	case int64:
		if f.Type != Integer && f.Type != Real {
			return f.wrongType("整数", "a whole number"), true
		}
		number = float64(v)
	case float64:
		if f.Type != Real {
			return f.wrongType("小数", "a number"), true
		}
		number = v
	default:
		return unstorable(v), true
	}
	if math.IsNaN(number) || math.IsInf(number, 0) || f.Min != nil && number < *f.Min || f.Max != nil && number > *f.Max {
		return Tf("超出允许范围 %s", "is outside the accepted range %s", f.Range()), true
	}
	return Text{}, false
}

func (f *Field) wrongType(zh, en string) Text {
	return T("是"+zh+"，字段要求"+f.Type.title().ZH, "is "+en+"; the field takes "+f.Type.title().EN)
}

func (t Type) title() Text {
	switch t {
	case Integer:
		return T("整数", "a whole number")
	case Real:
		return T("数值", "a number")
	case Boolean:
		return T("是/否", "a yes or no")
	}
	return T("文本", "a text")
}

func (f *Field) checkCode(v string) (Text, bool) {
	if !f.Closed || slices.ContainsFunc(f.Codes, func(c Code) bool { return c.Value == v }) {
		return Text{}, false
	}
	known := make([]string, len(f.Codes))
	for i, c := range f.Codes {
		known[i] = c.Value
	}
	list := strings.Join(known, ", ")
	return Tf("不在允许的代码 %s 之内", "is not one of %s", list), true
}

// Range words the accepted range of a number, such as "0 … 360 °".
func (f *Field) Range() string {
	low, high := "−∞", "∞"
	if f.Min != nil {
		low = fmt.Sprint(*f.Min)
	}
	if f.Max != nil {
		high = fmt.Sprint(*f.Max)
	}
	return strings.TrimSpace(low + " … " + high + " " + f.Unit)
}
