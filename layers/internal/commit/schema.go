package commit

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"yiju/geo"
)

// Bounds of what a schema may declare; all stores can keep so much.
const (
	maxLayerBytes = 60
	maxFieldBytes = 200
	maxFields     = 500
)

// checkSchema refuses a schema that no store could keep.
func checkSchema(s *geo.Schema) error {
	if !layerName(s.Layer) {
		return geo.Refuse(
			geo.Tf("图层名 %q 不可用", "%q cannot be the name of a layer", s.Layer),
			geo.Tf("使用文字、数字、“_”和“-”，以文字或数字开头，不超过 %d 字节；完整的名称写在标题里",
				"use letters, digits, _ and -, begin with a letter or digit, at most %d bytes; the title takes any wording", maxLayerBytes))
	}
	if !slices.Contains([]geo.Kind{geo.Input, geo.Result, geo.Custom}, s.Kind) {
		return geo.Refuse(geo.Tf("图层 %s 的种类 %q 未知", "layer %s is of the unknown kind %q", s.Layer, s.Kind))
	}
	for _, shape := range s.Shapes {
		if !slices.Contains([]geo.Shape{geo.Point, geo.Line, geo.Polygon}, shape) {
			return geo.Refuse(geo.Tf("图层 %s 的几何类型 %q 未知", "layer %s declares the unknown shape %q", s.Layer, shape))
		}
	}
	if len(s.Fields) > maxFields {
		return geo.Refuse(
			geo.Tf("图层 %s 有 %d 个字段，最多 %d 个", "layer %s declares %d fields; %d are the most", s.Layer, len(s.Fields), maxFields),
			geo.T("把其余属性放入附加属性", "keep the rest as further attributes"))
	}
	return checkFields(s)
}

func checkFields(s *geo.Schema) error {
	seen := make(map[string]bool, len(s.Fields))
	for _, f := range s.Fields {
		switch {
		case !fieldName(f.Name):
			return geo.Refuse(
				geo.Tf("图层 %s 的字段名 %q 不可用", "layer %s: %q cannot be the name of a field", s.Layer, f.Name),
				geo.Tf("使用不含控制字符、不超过 %d 字节的文字", "use text without control characters, at most %d bytes", maxFieldBytes))
		case seen[f.Name]:
			return geo.Refuse(geo.Tf("图层 %s 的字段 %s 重复", "layer %s declares the field %s twice", s.Layer, f.Name))
		case !slices.Contains([]geo.Type{geo.String, geo.Integer, geo.Real, geo.Boolean}, f.Type):
			return geo.Refuse(geo.Tf("图层 %s 的字段 %s 的类型 %q 未知", "layer %s: field %s is of the unknown type %q", s.Layer, f.Name, f.Type))
		case !finite(f.Min) || !finite(f.Max):
			return geo.Refuse(geo.Tf("图层 %s 的字段 %s 的范围不是有限数", "layer %s: field %s has a bound that is not a finite number", s.Layer, f.Name))
		}
		seen[f.Name] = true
	}
	return nil
}

func finite(v *float64) bool { return v == nil || !math.IsNaN(*v) && !math.IsInf(*v, 0) }

func layerName(s string) bool {
	if s == "" || len(s) > maxLayerBytes || !utf8.ValidString(s) {
		return false
	}
	for i, r := range s {
		word := unicode.IsLetter(r) || unicode.IsDigit(r)
		if !word && (i == 0 || r != '_' && r != '-' && !unicode.IsMark(r)) {
			return false
		}
	}
	return true
}

func fieldName(s string) bool {
	return s != "" && len(s) <= maxFieldBytes && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// checkRedefinition refuses a new schema that would leave stored features
// without a field or shape they use.
func checkRedefinition(old, s *geo.Schema) error {
	clear := geo.Tf("在同一批次中清空图层 %s", "clear layer %s in the same batch", s.Layer)
	if old.Kind != s.Kind {
		return geo.Refuse(geo.Tf("图层 %[1]s 的种类不能由 %[2]s 改为 %[3]s", "layer %[1]s cannot turn from %[2]s to %[3]s", s.Layer, old.Kind, s.Kind), clear)
	}
	for _, shape := range old.Shapes {
		if !slices.Contains(s.Shapes, shape) {
			return geo.Refuse(geo.Tf("图层 %s 有数据，不能去掉几何类型 %s", "layer %s holds features and cannot lose the shape %s", s.Layer, shape), clear)
		}
	}
	for _, f := range old.Fields {
		now, ok := s.Field(f.Name)
		if !ok {
			return geo.Refuse(geo.Tf("图层 %s 有数据，不能去掉字段 %s", "layer %s holds features and cannot lose the field %s", s.Layer, f.Name), clear)
		}
		if now.Type != f.Type {
			return geo.Refuse(geo.Tf("图层 %[1]s 有数据，字段 %[2]s 不能由 %[3]s 改为 %[4]s", "layer %[1]s holds features; its field %[2]s cannot turn from %[3]s to %[4]s",
				s.Layer, f.Name, f.Type, now.Type), clear)
		}
	}
	return nil
}

// grows tells whether a schema is old with more fields or shapes, and nothing
// taken away.
func grows(old, s *geo.Schema) bool {
	return (len(s.Fields) > len(old.Fields) || len(s.Shapes) > len(old.Shapes)) && checkRedefinition(old, s) == nil
}

// Grows tells whether a layer of an old schema gains fields or shapes, and loses
// nothing, when a batch reaches it: s is what the product has come to declare.
func Grows(old, s *geo.Schema) bool { return grows(old, s) }

// CloneSchema copies a schema so that nothing is shared that could be changed.
// Lists that hold nothing come out as nil.
func CloneSchema(s geo.Schema) geo.Schema {
	s.Shapes = clone(s.Shapes)
	s.Fields = clone(s.Fields)
	for i := range s.Fields {
		f := &s.Fields[i]
		f.Codes = clone(f.Codes)
		f.Min, f.Max = cloneBound(f.Min), cloneBound(f.Max)
	}
	return s
}

func clone[S ~[]E, E any](s S) S {
	if len(s) == 0 {
		return nil
	}
	return slices.Clone(s)
}

func cloneBound(v *float64) *float64 {
	if v == nil {
		return nil
	}
	c := *v
	return &c
}
