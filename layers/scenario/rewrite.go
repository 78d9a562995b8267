package scenario

import (
	"bytes"
	"maps"
	"slices"

	"yiju/geo"
)

// rewrite changes the edits of one feature so that they come to what was merged. It
// takes the first of several ways that does; each keeps the edits one by one as far as
// it can.
func (r *rebasing) rewrite(t *target) {
	on := r.on(t)
	if t.yielded || differ(t.unchanged, t.merged) && !differ(t.merged, t.theirs) {
		r.switchOff(on)
		return
	}
	if !differ(t.unchanged, t.merged) {
		return
	}
	for _, way := range []func(*target, []Edit) ([]Edit, []Edit){trim, revive, relay, renew} {
		edits, left := way(t, on)
		if edits != nil && !differ(r.outcome(t, edits), t.merged) {
			r.replace(on, edits)
			r.leave(left)
			return
		}
	}
	r.switchOff(on)
	r.anew(t, on)
}

// on gives copies of the edits of a feature that are on.
func (r *rebasing) on(t *target) []Edit {
	var out []Edit
	for _, e := range r.s.Edits {
		if e.Layer == t.layer && e.ID == t.id && !e.Off {
			out = append(out, e)
		}
	}
	return out
}

// outcome is what edits make of the feature of the new base.
func (r *rebasing) outcome(t *target, edits []Edit) *geo.Feature {
	s := &slot{old: t.theirs, now: t.theirs}
	w := &resolver{
		schemas: r.schemas, slots: map[string]map[string]*slot{t.layer: {t.id: s}},
		net: &Net{idle: map[int64]geo.Text{}}, met: map[int64]*geo.Feature{},
	}
	for i := range edits {
		if !edits[i].Off {
			w.apply(&edits[i])
		}
	}
	return s.now
}

// replace puts edits in the place of those of the same numbers, where they differ.
func (r *rebasing) replace(old, edits []Edit) {
	for i := range edits {
		if !sameEdit(&old[i], &edits[i]) {
			at := slices.IndexFunc(r.s.Edits, func(e Edit) bool { return e.Seq == edits[i].Seq })
			if edits[i].Off {
				edits[i].Comment = r.remark(edits[i].Comment)
			}
			r.s.Edits[at] = r.tidied(&edits[i])
			r.put[edits[i].Seq] = true
		}
	}
}

// sameEdit compares what edits do.
func sameEdit(a, b *Edit) bool {
	if a.Op != b.Op || a.Off != b.Off {
		return false
	}
	x, errX := appendBody(nil, a)
	y, errY := appendBody(nil, b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// switchOff keeps edits in the list without effect, and says why.
func (r *rebasing) switchOff(on []Edit) {
	off := slices.Clone(on)
	for i := range off {
		off[i].Off = true
	}
	r.replace(on, off)
}

// leave appends what edits lost, switched off.
func (r *rebasing) leave(left []Edit) {
	for _, e := range left {
		e.Off = true
		e.Comment = r.remark(e.Comment)
		r.add(e)
	}
}

// add appends an edit that the rebase makes.
func (r *rebasing) add(e Edit) {
	e.Seq, e.Author, e.At, e.Version = r.s.Next, r.author, now(), 0
	r.s.Next++
	r.s.Edits = append(r.s.Edits, r.tidied(&e))
	r.put[e.Seq] = true
}

// tidied gives an edit in the form in which it is kept.
func (r *rebasing) tidied(e *Edit) Edit {
	schema := r.schemas[e.Layer]
	return e.tidied(&schema)
}

// remark adds to a comment why its edit is off.
func (r *rebasing) remark(comment string) string {
	if comment != "" {
		comment += "\n"
	}
	said := geo.Tf("变基到版本 %d 时未被采用，已停用", "not taken when the scenario was rebased onto revision %d; switched off", r.to)
	return comment + said.ZH + " / " + said.EN
}

// trim takes from changes of a feature what the base won, and puts in what was
// answered. Edits with nothing left are switched off; what others lost is left over.
func trim(t *target, on []Edit) (edits, left []Edit) {
	if t.theirs == nil || t.merged == nil {
		return nil, nil
	}
	edits = slices.Clone(on)
	lost := make([]Edit, len(on)) // what each loses
	names := make(map[string]bool)
	for i := range on {
		for name := range on[i].Set {
			names[name] = true
		}
		edits[i].Set = maps.Clone(on[i].Set)
	}
	for name := range names {
		trimAttribute(t, edits, lost, name)
	}
	trimPlace(t, edits, lost)
	for i := range edits {
		e := &edits[i]
		if len(e.Set) == 0 {
			e.Set = nil
		}
		if lost[i].Set == nil && lost[i].Geometry == nil {
			continue
		}
		if e.Set == nil && e.Geometry == nil {
			edits[i] = on[i]
			edits[i].Off = true
			continue
		}
		left = append(left, Edit{
			Layer: t.layer, Op: Change, ID: t.id, Set: lost[i].Set, Geometry: lost[i].Geometry, Z: lost[i].Z,
			Group: on[i].Group, Kind: on[i].Kind, Comment: on[i].Comment,
		})
	}
	return edits, left
}

// trimAttribute makes edits come to one merged attribute.
func trimAttribute(t *target, edits, lost []Edit, name string) {
	last := -1
	for i := range edits {
		if _, sets := edits[i].Set[name]; sets {
			last = i
		}
	}
	want := t.merged.Attributes[name]
	if last < 0 || edits[last].Set[name] == want {
		return
	}
	lose := func(i int) {
		if lost[i].Set == nil {
			lost[i].Set = make(map[string]any)
		}
		lost[i].Set[name] = edits[i].Set[name]
	}
	if want != t.theirs.Attributes[name] {
		lose(last)
		edits[last].Set[name] = want
		return
	}
	for i := range edits {
		if _, sets := edits[i].Set[name]; sets {
			lose(i)
			delete(edits[i].Set, name)
		}
	}
}

// trimPlace makes edits come to the merged place.
func trimPlace(t *target, edits, lost []Edit) {
	last := -1
	for i := range edits {
		if edits[i].Geometry != nil && edits[i].Op != Add {
			last = i
		}
	}
	want := placeContent(t.merged)
	if last < 0 || bytes.Equal(placeContent(&geo.Feature{Geometry: edits[last].Geometry, Z: edits[last].Z}), want) {
		return
	}
	if t.merged.Geometry != nil && !bytes.Equal(want, placeContent(t.theirs)) {
		lost[last].Geometry, lost[last].Z = edits[last].Geometry, edits[last].Z
		edits[last].Geometry, edits[last].Z = t.merged.Geometry, t.merged.Z
		return
	}
	for i := range edits {
		if edits[i].Geometry != nil {
			lost[i].Geometry, lost[i].Z = edits[i].Geometry, edits[i].Z
			edits[i].Geometry, edits[i].Z = nil, nil
		}
	}
}

// revive makes the first change of a feature that the base took away bring it back.
func revive(t *target, on []Edit) (edits, left []Edit) {
	if t.theirs != nil || t.merged == nil || t.ancestor == nil {
		return nil, nil
	}
	edits = slices.Clone(on)
	for i := range edits {
		e := &edits[i]
		if e.Op != Change && e.Op != Move {
			continue
		}
		f := t.ancestor.Clone()
		for name, v := range e.Set {
			f.Set(name, v)
		}
		if e.Geometry != nil {
			f.Geometry, f.Z = e.Geometry, e.Z
		}
		f.Version = 0
		e.Op, e.Feature, e.Set, e.Geometry, e.Z = Add, &f, nil, nil, nil
		return edits, nil
	}
	return nil, nil
}

// relay makes the addition of a feature that the base brought too a change of that.
func relay(t *target, on []Edit) (edits, left []Edit) {
	if t.theirs == nil || t.merged == nil {
		return nil, nil
	}
	edits = slices.Clone(on)
	i := slices.IndexFunc(edits, func(e Edit) bool { return e.Op == Add })
	if i < 0 {
		return nil, nil
	}
	if e := &edits[i]; !e.becomeChange(t.theirs, e.Feature) {
		return nil, nil
	}
	return edits, nil
}

// becomeChange makes an edit the change of one feature to another; it cannot where
// they differ in what no change gives.
func (e *Edit) becomeChange(from, to *geo.Feature) bool {
	if !bytes.Equal(restOf(from), restOf(to)) || to.Geometry == nil && from.Geometry != nil {
		return false
	}
	e.Op, e.Feature, e.Set, e.Geometry, e.Z = Change, nil, nil, nil, nil
	for _, name := range attributeNames(from, to) {
		if v := to.Attributes[name]; v != from.Attributes[name] {
			if e.Set == nil {
				e.Set = make(map[string]any)
			}
			e.Set[name] = v
		}
	}
	if !bytes.Equal(placeContent(from), placeContent(to)) {
		e.Geometry, e.Z = to.Geometry, to.Z
	}
	return e.Set != nil || e.Geometry != nil
}

// renew has the last addition of a feature that the scenario took away and brought
// again bring what was merged. What it brought before is left over.
func renew(t *target, on []Edit) (edits, left []Edit) {
	last := -1
	for i := range on {
		if on[i].Op == Add {
			last = i
		}
	}
	if t.merged == nil || last < 0 {
		return nil, nil
	}
	rest := *t
	rest.theirs = t.merged // what the later edits lie on
	after, left := trim(&rest, on[last+1:])
	edits = append(slices.Clone(on[:last+1]), after...)
	f := t.merged.Clone()
	f.ID, f.Version = t.id, 0
	edits[last].Feature = &f
	was := on[last]
	return edits, append(left, was)
}

// anew appends edits that make the feature of the base what was merged.
func (r *rebasing) anew(t *target, on []Edit) {
	e := Edit{Layer: t.layer, ID: t.id}
	if len(on) > 0 {
		last := on[len(on)-1]
		e.Group, e.Kind, e.Comment = last.Group, last.Kind, last.Comment
	}
	if t.theirs != nil && t.merged != nil && e.becomeChange(t.theirs, t.merged) {
		r.add(e)
		return
	}
	if t.theirs != nil {
		gone := e
		gone.Op = Delete
		r.add(gone)
	}
	if t.merged != nil {
		f := t.merged.Clone()
		f.ID, f.Version = t.id, 0
		e.Op, e.Feature = Add, &f
		r.add(e)
	}
}
