package scenario

import (
	"errors"
	"fmt"
	"maps"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/internal/commit"
)

// checkForm tells whether an edit holds what its operation needs, and no more.
func checkForm(e *Edit) error {
	if e.ID == "" {
		return errors.New("scenario: an edit names no feature")
	}
	switch place := e.Geometry != nil; e.Op {
	case Add:
		if e.Feature == nil || e.Feature.ID != e.ID || e.Set != nil || place || e.Z != nil {
			return errors.New("scenario: an addition holds its feature under its id, and nothing else")
		}
		return checkVertices(e.Feature.Geometry)
	case Change:
		if e.Feature != nil || len(e.Set) == 0 && !place || e.Z != nil && !place {
			return errors.New("scenario: a change holds attributes or a geometry, and no feature")
		}
	case Move:
		if e.Feature != nil || e.Set != nil || !place {
			return errors.New("scenario: a move holds a geometry, and nothing else")
		}
	case Delete:
		if e.Feature != nil || e.Set != nil || place || e.Z != nil {
			return errors.New("scenario: a deletion holds nothing beside an id")
		}
	default:
		return fmt.Errorf("scenario: there is no operation %q", e.Op)
	}
	return checkVertices(e.Geometry)
}

func checkVertices(g orb.Geometry) error {
	if n := vertices(g); n > MaxVertices {
		return geo.Refuse(geo.Tf("几何有 %[1]d 个顶点，最多 %[2]d 个", "a geometry has %[1]d vertices; %[2]d are the most", n, MaxVertices),
			geo.T("简化几何", "simplify the geometry"))
	}
	return nil
}

// vertices counts the vertices of a geometry.
func vertices(g orb.Geometry) int {
	n := 0
	switch g := g.(type) {
	case orb.Point:
		n = 1
	case orb.MultiPoint:
		n = len(g)
	case orb.LineString:
		n = len(g)
	case orb.Ring:
		n = len(g)
	case orb.Polygon:
		for _, r := range g {
			n += len(r)
		}
	case orb.MultiLineString:
		for _, l := range g {
			n += len(l)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			n += vertices(p)
		}
	case orb.Collection:
		for _, m := range g {
			n += vertices(m)
		}
	case orb.Bound:
		n = 5
	}
	return n
}

// pieces is a feature that has just what an edit says, to be held against a schema.
func (e *Edit) pieces() geo.Feature {
	if e.Op == Add {
		return *e.Feature
	}
	return geo.Feature{ID: e.ID, Attributes: e.Set, Geometry: e.Geometry, Z: e.Z}
}

// tidied gives an edit in the one form in which it is kept, sharing nothing with what
// the caller gave. It is one that checkForm and the schema let pass.
func (e *Edit) tidied(s *geo.Schema) Edit {
	out := *e
	f := e.pieces()
	f = commit.Tidy(s, f.Clone())
	if e.Op == Add {
		out.Feature = &f
		return out
	}
	out.Geometry, out.Z, out.Set = f.Geometry, f.Z, nil
	if len(e.Set) > 0 {
		out.Set = make(map[string]any, len(e.Set))
		for name := range e.Set {
			out.Set[name] = f.Attributes[name]
		}
	}
	return out
}

// drafted gives an edit that a caller brings with its ids filled in, or says what is
// wrong with its form. An addition without an id is given one.
func drafted(e *Edit) (Edit, error) {
	if e == nil {
		return Edit{}, geo.Refuse(geo.T("步骤缺少编辑内容", "a step lacks its edit"), geo.T("给出编辑的图层、操作和要素", "give the layer, operation and feature of the edit"))
	}
	out := *e
	if out.Op == Add && out.Feature != nil {
		f := out.Feature.Clone()
		switch {
		case out.ID == "" && f.ID == "":
			out.ID = "new-" + out.Layer + "-" + randomText()
		case out.ID == "":
			out.ID = f.ID
		}
		if f.ID != "" && f.ID != out.ID {
			return out, geo.Refuse(geo.Tf("新增要素的标识 %[1]q 与编辑的标识 %[2]q 不一致", "the added feature has the id %[1]q, its edit %[2]q", f.ID, out.ID))
		}
		f.ID, f.Version = out.ID, 0
		out.Feature = &f
	}
	if len(out.Set) == 0 {
		out.Set = nil
	}
	out.Set = maps.Clone(out.Set)
	out.Geometry = commit.Tidy(&geo.Schema{}, geo.Feature{Geometry: out.Geometry}).Geometry // a nil one of any kind is none
	if len(out.Z) == 0 {
		out.Z = nil
	}
	if err := checkForm(&out); geo.AsFault(err) != nil {
		return out, err
	} else if err != nil {
		return out, geo.Refuse(
			geo.Tf("对 %[1]s/%[2]s 的编辑（%[3]s）内容不正确", "the edit (%[3]s) of %[1]s/%[2]s does not hold what its operation needs", out.Layer, out.ID, out.Op),
			geo.T("新增带要素，修改带属性或几何，移动只带几何，删除只带标识",
				"an addition brings a feature, a change attributes or a geometry, a move a geometry alone, a deletion an id alone")).Because(err)
	}
	for _, words := range []struct {
		title geo.Text
		text  string
		most  int
	}{
		{geo.T("备注", "comment"), out.Comment, MaxComment}, {geo.T("分组", "group"), out.Group, MaxName}, {geo.T("类别", "kind"), out.Kind, MaxName},
	} {
		if err := checkWords(words.title, words.text, words.most); err != nil {
			return out, err
		}
	}
	return out, nil
}

// checkLayer refuses layers that scenarios cannot edit: results are computed, and the
// workspace's own books are not part of the place.
func checkLayer(s *geo.Schema) error {
	if s.Kind == geo.Result || layers.Own(s.Layer) {
		return geo.Refuse(
			geo.Tf("图层 %s 不能在方案中编辑", "layer %s cannot be edited in a scenario", s.Layer),
			geo.T("结果图层由分析得出，请修改其输入图层", "results are computed; edit the layers they are made from"))
	}
	return nil
}
