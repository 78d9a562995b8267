package geo

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// Bounds of what a feature may hold.
const (
	MaxIDBytes   = 1000     // what every store can index
	MaxTextBytes = 16 << 20 // one text value; a terrain tile of 1024 × 1024 heights fits
)

// checkText tells what is wrong with a text that is to be stored.
func checkText(s string) (Text, bool) {
	switch {
	case len(s) > MaxTextBytes:
		return Tf("文本超过 %d 字节", "is a text of more than %d bytes", MaxTextBytes), true
	case !utf8.ValidString(s):
		return T("不是有效的 UTF-8 文本（文件编码可能有误）", "is not valid UTF-8 (was the file read in the wrong encoding?)"), true
	case strings.IndexByte(s, 0) >= 0:
		return T("文本含有零字符", "holds a zero character"), true
	}
	return Text{}, false
}

func checkID(id string) (Text, bool) {
	switch {
	case id == "":
		return T("缺少标识", "has no id"), true
	case len(id) > MaxIDBytes:
		return Tf("标识超过 %d 字节", "has an id of more than %d bytes", MaxIDBytes), true
	}
	return checkText(id)
}

// checkRest looks at what the schema does not declare: further attributes,
// source and quality notes.
func checkRest(f *Feature, add func(field string, value any, message Text)) {
	for _, name := range slices.Sorted(maps.Keys(f.Extra)) {
		if m, bad := checkText(name); bad {
			add(strings.ToValidUTF8(name, "�"), nil, m)
			continue
		}
		if m, bad := checkScalar(f.Extra[name]); bad {
			add(name, f.Extra[name], m)
		}
	}
	for _, s := range append([]string{f.Source.Name, f.Source.ID}, f.Quality...) {
		if m, bad := checkText(s); bad {
			add("source", strings.ToValidUTF8(s, "�"), m)
		}
	}
}

func checkScalar(v any) (Text, bool) {
	switch v := v.(type) {
	case nil, bool, int64:
		return Text{}, false
	case string:
		return checkText(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return T("不是有限数", "is not a finite number"), true
		}
		return Text{}, false
	}
	return unstorable(v), true
}

// unstorable words that a value is none that an attribute may have.
func unstorable(v any) Text {
	switch v.(type) {
	case map[string]any, []any:
		return T("是嵌套结构；属性值只能是文本、数、是/否", "is a structure; attributes are texts, numbers, yes or no")
	}
	return Tf("值的类型 %T 不可存储", "holds a %T, which cannot be stored", v)
}

// checkStructure tells whether a geometry is built as its kind demands, so that
// every store and every reader takes it. Crossing rings are another matter.
func checkStructure(f *Feature) (Text, bool) {
	if m, bad := checkVertices(f.Geometry); bad {
		return m, true
	}
	if len(f.Z) == 0 {
		return Text{}, false
	}
	line, ok := f.Geometry.(orb.LineString)
	if !ok || len(line) != len(f.Z) {
		return T("高程数与线的顶点数不符", "has heights that do not match the vertices of a line"), true
	}
	for _, z := range f.Z {
		if math.IsNaN(z) || math.IsInf(z, 0) {
			return T("高程不是有限数", "has a height that is not a finite number"), true
		}
	}
	return Text{}, false
}

func checkVertices(g orb.Geometry) (Text, bool) {
	switch g := g.(type) {
	case nil, orb.Point, orb.MultiPoint, orb.Bound:
		return Text{}, false
	case orb.LineString:
		if len(g) == 1 {
			return T("线只有一个顶点", "is a line with a single vertex"), true
		}
		return Text{}, false
	case orb.Ring:
		return checkRing(g)
	case orb.Polygon:
		return firstBad(g, checkRing)
	case orb.MultiLineString:
		return firstBad(g, func(l orb.LineString) (Text, bool) { return checkVertices(l) })
	case orb.MultiPolygon:
		return firstBad(g, func(p orb.Polygon) (Text, bool) { return checkVertices(p) })
	case orb.Collection:
		return firstBad(g, func(m orb.Geometry) (Text, bool) {
			if orb.Clone(m) == nil {
				return T("几何集合含有空成员", "is a collection with a member missing"), true
			}
			return checkVertices(m)
		})
	}
	return T("几何类型未知", fmt.Sprintf("is a %T, which is no geometry", g)), true
}

func firstBad[S ~[]G, G any](s S, check func(G) (Text, bool)) (Text, bool) {
	for _, g := range s {
		if m, bad := check(g); bad {
			return m, true
		}
	}
	return Text{}, false
}

func checkRing(r orb.Ring) (Text, bool) {
	switch {
	case len(r) < 4:
		return Tf("面的环只有 %d 个顶点，至少需要 4 个", "has a ring of %d vertices; 4 are the least", len(r)), true
	case r[0] != r[len(r)-1]:
		return T("面的环没有闭合", "has a ring that is not closed"), true
	}
	return Text{}, false
}
