package scenario

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/internal/commit"
)

// Touched is what a scenario makes of one feature.
type Touched struct {
	Layer, ID string
	// Old is what the base holds, nil where it holds nothing; New what the scenario
	// has, nil where it takes the feature away. They differ. The Version of New is
	// that of the last edit that shaped it.
	Old, New *geo.Feature
	// Edits are the numbers of the edits behind it, ascending.
	Edits []int64
}

// Extent holds the old and the new place, in degrees.
func (t *Touched) Extent() geo.Extent {
	e := geo.EmptyExtent()
	if t.Old != nil {
		e = e.Union(geo.ExtentOf(t.Old.Geometry))
	}
	if t.New != nil {
		e = e.Union(geo.ExtentOf(t.New.Geometry))
	}
	return e
}

// Net is what the edits of a scenario come to. It does not change once made.
type Net struct {
	base   layers.Revision
	layers map[string]*netLayer
	idle   map[int64]geo.Text
	hash   string
}

// netLayer holds what is touched in one layer, ordered by id.
type netLayer struct {
	touched []Touched
	schema  geo.Schema
}

// Base is the revision below.
func (n *Net) Base() layers.Revision { return n.base }

// Hash tells contents apart: equal for the same effect over the same base, whatever
// edits made it in whatever order; empty where the net holds nothing.
func (n *Net) Hash() string { return n.hash }

// Empty tells that the scenario is its base.
func (n *Net) Empty() bool { return len(n.layers) == 0 }

// Idle tells why an edit that is on has no effect, such as a change of a feature whose
// addition is off; false for edits that have one.
func (n *Net) Idle(seq int64) (geo.Text, bool) {
	why, ok := n.idle[seq]
	return why, ok
}

// Layers names the layers that are touched, in order.
func (n *Net) Layers() []string { return slices.Sorted(maps.Keys(n.layers)) }

// Touched lists what is touched in a layer, ordered by id. The list is shared and
// must not be changed.
func (n *Net) Touched(layer string) []Touched {
	if l := n.layers[layer]; l != nil {
		return l.touched
	}
	return nil
}

// Find gives what a scenario makes of one feature; nil where it leaves it alone.
func (n *Net) Find(layer, id string) *Touched {
	list := n.Touched(layer)
	if i, ok := find(list, id); ok {
		return &list[i]
	}
	return nil
}

func find(list []Touched, id string) (int, bool) {
	return slices.BinarySearchFunc(list, id, func(t Touched, id string) int { return cmp.Compare(t.ID, id) })
}

// slot is one feature while the edits go through.
type slot struct {
	old, now *geo.Feature
	edits    []int64
}

// resolver works out a Net.
type resolver struct {
	schemas map[string]geo.Schema
	slots   map[string]map[string]*slot
	net     *Net
	met     map[int64]*geo.Feature // what idle edits found, nil for nothing
}

// Resolve works out what the edits that are on come to over a revision of base. An
// edit that finds nothing to work on is idle, not an error: its ground may be switched
// off, its layer dropped or defined anew. A change of a feature to what it is has no effect.
func Resolve(ctx context.Context, base layers.Reader, at layers.Revision, edits []Edit) (*Net, error) {
	r, err := resolve(ctx, base, at, edits)
	if err != nil {
		return nil, err
	}
	return r.net, nil
}

// resolve is Resolve with the features of the base that all edits speak of, also those
// that are off.
func resolve(ctx context.Context, base layers.Reader, at layers.Revision, edits []Edit) (*resolver, error) {
	r := &resolver{
		slots: make(map[string]map[string]*slot),
		net:   &Net{base: at, layers: make(map[string]*netLayer), idle: make(map[int64]geo.Text)},
		met:   make(map[int64]*geo.Feature),
	}
	var err error
	if r.schemas, err = schemasOf(ctx, base); err != nil {
		return nil, err
	}
	if err := r.load(ctx, base, at, edits); err != nil {
		return nil, err
	}
	for i := range edits {
		if !edits[i].Off {
			r.apply(&edits[i])
		}
	}
	r.settle()
	r.net.hash = hashOf(r.net)
	return r, nil
}

// schemasOf gives the schemas of the layers there are and of those that are declared.
func schemasOf(ctx context.Context, base layers.Reader) (map[string]geo.Schema, error) {
	out := make(map[string]geo.Schema)
	for _, s := range layers.Schemas() {
		out[s.Layer] = s
	}
	infos, err := base.Layers(ctx)
	if err != nil {
		return nil, err
	}
	for _, info := range infos {
		if declared, ok := out[info.Schema.Layer]; !ok || !commit.Grows(&info.Schema, &declared) {
			out[info.Schema.Layer] = info.Schema
		}
	}
	return out, nil
}

// load reads the features of the base that edits speak of.
func (r *resolver) load(ctx context.Context, base layers.Reader, at layers.Revision, edits []Edit) error {
	ids := make(map[string][]string)
	for i := range edits {
		e := &edits[i]
		if r.slots[e.Layer] == nil {
			r.slots[e.Layer] = make(map[string]*slot)
		}
		if r.slots[e.Layer][e.ID] == nil {
			r.slots[e.Layer][e.ID] = &slot{}
			ids[e.Layer] = append(ids[e.Layer], e.ID)
		}
	}
	for layer, want := range ids {
		if _, ok := r.schemas[layer]; !ok {
			continue
		}
		slices.Sort(want)
		for f, err := range base.Features(ctx, layer, layers.Query{IDs: want, At: at}) {
			if isNoLayer(err) {
				break // declared, and not there yet
			}
			if err != nil {
				return err
			}
			s := r.slots[layer][f.ID]
			s.old = &f
			s.now = s.old
		}
	}
	return nil
}

// apply does one edit; one that finds nothing to work on is idle.
func (r *resolver) apply(e *Edit) {
	schema, ok := r.schemas[e.Layer]
	if !ok {
		r.net.idle[e.Seq] = geo.Tf("图层 %s 已不存在", "there is no layer %s any more", e.Layer)
		return
	}
	// A Book lets nothing in that breaks a schema; but schemas change, and records may
	// come from other programs.
	pieces := e.pieces()
	if problems := schema.Check(&pieces); len(problems) > 0 {
		p := &problems[0]
		r.net.idle[e.Seq] = geo.T("不符合图层 "+e.Layer+" 的要求（"+p.Field+"）："+p.Message.ZH, "breaks the schema of layer "+e.Layer+" ("+p.Field+"): "+p.Message.EN)
		return
	}
	s := r.slots[e.Layer][e.ID]
	if (e.Op == Add) == (s.now != nil) {
		r.met[e.Seq] = s.now
		r.net.idle[e.Seq] = idleText(e)
		return
	}
	s.edits = append(s.edits, e.Seq)
	if e.Op == Delete {
		s.now = nil
		return
	}
	var f geo.Feature
	if e.Op == Add {
		f = e.Feature.Clone()
	} else {
		f = s.now.Clone()
	}
	for name, v := range e.Set {
		f.Set(name, v)
	}
	if e.Op != Add && e.Geometry != nil {
		f.Geometry, f.Z = e.Geometry, slices.Clone(e.Z)
	}
	f = commit.Tidy(&schema, f)
	f.Version = e.Version
	s.now = &f
}

func idleText(e *Edit) geo.Text {
	if e.Op == Add {
		return geo.Tf("%s 中已有要素 %s", "layer %s has a feature %s already", e.Layer, e.ID)
	}
	return geo.Tf("%s 中没有要素 %s，无从修改", "layer %s has no feature %s to work on", e.Layer, e.ID)
}

// settle keeps what differs from the base.
func (r *resolver) settle() {
	for name, slots := range r.slots {
		l := &netLayer{schema: r.schemas[name]}
		for id, s := range slots {
			if len(s.edits) == 0 || s.old == nil && s.now == nil || s.old != nil && s.now != nil && Same(s.old, s.now) {
				continue
			}
			l.touched = append(l.touched, Touched{Layer: name, ID: id, Old: s.old, New: s.now, Edits: s.edits})
		}
		if len(l.touched) == 0 {
			continue
		}
		slices.SortFunc(l.touched, func(a, b Touched) int { return cmp.Compare(a.ID, b.ID) })
		r.net.layers[name] = l
	}
}

// written gives features the version of the edits that shaped them, once that is known;
// the net must not be shared yet.
func (n *Net) written(put map[int64]bool, version int64) {
	for _, l := range n.layers {
		for i := range l.touched {
			if t := &l.touched[i]; t.New != nil && put[t.Edits[len(t.Edits)-1]] {
				t.New.Version = version
			}
		}
	}
}

// Check holds what edits make of features against the schemas of their layers, and
// gives an *layers.InvalidError that names everything that is wrong. Only the features
// under the numbers in seqs are looked at; nil looks at all.
func (n *Net) Check(seqs []int64) error {
	bad := &layers.InvalidError{}
	for _, name := range n.Layers() {
		l := n.layers[name]
		for i := range l.touched {
			t := &l.touched[i]
			mine := seqs == nil || slices.ContainsFunc(t.Edits, func(s int64) bool { return slices.Contains(seqs, s) })
			if t.New == nil || !mine {
				continue
			}
			problems := l.schema.Check(t.New)
			bad.Total += len(problems)
			room := layers.MaxProblems - len(bad.Problems)
			bad.Problems = append(bad.Problems, problems[:min(room, len(problems))]...)
		}
	}
	if bad.Total > 0 {
		return bad
	}
	return nil
}

// String tells the size of a net, for logs.
func (n *Net) String() string {
	count := 0
	for _, l := range n.layers {
		count += len(l.touched)
	}
	return fmt.Sprintf("%d features of %d layers over revision %d", count, len(n.layers), n.base)
}
