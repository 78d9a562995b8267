package scenario

import (
	"bytes"
	"maps"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/internal/codec"
	"yiju/layers/internal/commit"
)

// target is what a feature is to become on the new base.
type target struct {
	layer, id string
	// ancestor is what the edits were made on, theirs what they now lie on; nil for
	// nothing.
	ancestor, theirs *geo.Feature
	// unchanged is what the edits come to on theirs if nothing is done about them;
	// merged is what they are to come to.
	unchanged, merged *geo.Feature
	// yielded tells that the whole feature of the base was taken.
	yielded bool
}

type answerKey struct{ layer, id, field string }

// answersBy finds answers by what they answer; the last one counts.
func answersBy(list []Answer) (map[answerKey]Answer, error) {
	out := make(map[answerKey]Answer, len(list))
	for _, a := range list {
		if !slices.Contains([]Take{TakeOurs, TakeTheirs, TakeValue}, a.Take) {
			return nil, geo.Refuse(geo.Tf("对 %[1]s/%[2]s 的答复 %[3]q 未知", "the answer %[3]q about %[1]s/%[2]s is unknown", a.Layer, a.ID, a.Take),
				geo.T("使用 ours、theirs 或 value", "use ours, theirs or value"))
		}
		out[answerKey{a.Layer, a.ID, a.Field}] = a
	}
	return out, nil
}

// merge works out a feature that the base changed. A conflict without an answer is
// noted as open.
func (r *rebasing) merge(layer, id string, ancestor, ours, theirs *geo.Feature) target {
	t := target{layer: layer, id: id, ancestor: ancestor, theirs: theirs}
	switch {
	case !differ(ours, ancestor), !differ(ours, theirs):
		t.merged = theirs
	case ancestor == nil || ours == nil || theirs == nil:
		r.wholly(&t, ours)
	default:
		r.fields(&t, ours)
	}
	return t
}

// wholly settles a feature as a whole.
func (r *rebasing) wholly(t *target, ours *geo.Feature) {
	a, ok := r.answers[answerKey{t.layer, t.id, ""}]
	switch {
	case !ok:
		r.open = append(r.open, Conflict{t.layer, t.id, "", anyFeature(t.ancestor), anyFeature(ours), anyFeature(t.theirs)})
	case a.Take == TakeOurs:
		t.merged = ours
	case a.Take == TakeTheirs:
		t.merged, t.yielded = t.theirs, true
	default:
		f, given := a.Value.(*geo.Feature)
		if !given && a.Value != nil {
			r.problem(t, "", geo.T("答复不是要素", "the answer is no feature"))
			return
		}
		if f != nil {
			own := f.Clone()
			own.ID = t.id
			f = &own
		}
		t.merged = f
		r.checked(t)
	}
}

func anyFeature(f *geo.Feature) any {
	if f == nil {
		return nil
	}
	return f
}

// fields merges a feature that both sides have, field by field.
func (r *rebasing) fields(t *target, ours *geo.Feature) {
	m := t.theirs.Clone()
	clash := func(a, o, t []byte) bool {
		return !bytes.Equal(o, a) && !bytes.Equal(t, a) && !bytes.Equal(o, t)
	}
	if clash(restOf(t.ancestor), restOf(ours), restOf(t.theirs)) {
		r.wholly(t, ours)
		return
	}
	if !bytes.Equal(restOf(ours), restOf(t.ancestor)) {
		m.Extra, m.Source, m.Quality = maps.Clone(ours.Extra), ours.Source, slices.Clone(ours.Quality)
	}
	asked := false
	if a, o, th := placeContent(t.ancestor), placeContent(ours), placeContent(t.theirs); clash(a, o, th) {
		place := r.settle(t, GeometryField, &asked, placeOfFeature(t.ancestor), placeOfFeature(ours), placeOfFeature(t.theirs))
		r.putPlace(t, &m, place)
	} else if !bytes.Equal(o, a) {
		m.Geometry, m.Z = ours.Geometry, ours.Z
	}
	for _, name := range attributeNames(t.ancestor, ours, t.theirs) {
		a, o, th := t.ancestor.Attributes[name], ours.Attributes[name], t.theirs.Attributes[name]
		switch {
		case o == a:
		case th == a, o == th:
			m.Set(name, o)
		default:
			m.Set(name, r.settle(t, fieldOf(name), &asked, a, o, th))
		}
	}
	t.merged = &m
	if asked {
		r.checked(t)
	}
}

// settle gives what an answer makes of one field; the base's where there is none.
// asked is set where a value of the answer's own came in.
func (r *rebasing) settle(t *target, field string, asked *bool, ancestor, ours, theirs any) any {
	a, ok := r.answers[answerKey{t.layer, t.id, field}]
	if !ok {
		a, ok = r.answers[answerKey{t.layer, t.id, ""}]
		ok = ok && a.Take != TakeValue
	}
	switch {
	case !ok:
		r.open = append(r.open, Conflict{t.layer, t.id, field, ancestor, ours, theirs})
		return theirs
	case a.Take == TakeOurs:
		return ours
	case a.Take == TakeTheirs:
		return theirs
	}
	*asked = true
	return a.Value
}

// putPlace gives a feature the place that a conflict was settled to.
func (r *rebasing) putPlace(t *target, f *geo.Feature, place any) {
	switch p := place.(type) {
	case nil:
		f.Geometry, f.Z = nil, nil
	case *Place:
		f.Geometry, f.Z = p.Geometry, p.Z
	case Place:
		f.Geometry, f.Z = p.Geometry, p.Z
	case orb.Geometry:
		f.Geometry, f.Z = p, nil
	default:
		r.problem(t, GeometryField, geo.T("答复不是几何", "the answer is no geometry"))
	}
}

// checked holds a feature with values of answers against its schema and gives it the
// form in which it is kept.
func (r *rebasing) checked(t *target) {
	if t.merged == nil {
		return
	}
	schema := r.schemas[t.layer]
	if err := checkVertices(t.merged.Geometry); err != nil {
		r.problem(t, GeometryField, geo.AsFault(err).What)
		return
	}
	for _, p := range schema.Check(t.merged) {
		r.note(p)
	}
	f := commit.Tidy(&schema, *t.merged)
	t.merged = &f
}

func (r *rebasing) problem(t *target, field string, what geo.Text) {
	r.note(geo.Problem{Layer: t.layer, ID: t.id, Field: field, Message: what})
}

func (r *rebasing) note(p geo.Problem) {
	r.invalid.Total++
	if len(r.invalid.Problems) < layers.MaxProblems {
		r.invalid.Problems = append(r.invalid.Problems, p)
	}
}

// fieldOf names an attribute in conflicts.
func fieldOf(attribute string) string {
	if attribute == GeometryField {
		return "attributes." + attribute
	}
	return attribute
}

func attributeNames(features ...*geo.Feature) []string {
	all := make(map[string]bool)
	for _, f := range features {
		for name := range f.Attributes {
			all[name] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// restOf is what a feature has beside place and attributes.
func restOf(f *geo.Feature) []byte {
	b := codec.BodyOf(f)
	b.Attributes = nil
	return codec.AppendBody(nil, b)
}

// placeContent is a place, the same bytes for the same place.
func placeContent(f *geo.Feature) []byte {
	return content(&geo.Feature{Geometry: f.Geometry, Z: f.Z})
}

func placeOfFeature(f *geo.Feature) *Place { return &Place{Geometry: f.Geometry, Z: f.Z} }
