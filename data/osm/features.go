package osm

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/tally"
)

// Result is what a mapping makes of the data.
type Result struct {
	// Layers holds the features by layer, each ordered by object: nodes, then
	// relations, then ways.
	Layers map[string][]geo.Feature
	// Problems lists what could not be made a feature or an attribute, and why.
	Problems tally.List
	// Outside counts features that do not touch the window.
	Outside int
	// Unmapped counts tagged objects for which the mapping has no rule.
	Unmapped int
}

// Features makes features of all objects that the mapping knows and that touch
// the window, in degrees; nil is everything. Nothing is clipped.
func (d *Data) Features(ctx context.Context, m *Mapping, window *geo.Extent) (*Result, error) {
	b := &builder{
		d: d, m: m, window: window,
		out:    &Result{Layers: make(map[string][]geo.Feature)},
		doors:  make(map[int64][]owner),
		double: make(map[doubled]string),
	}
	b.nodes()
	for i, r := range d.relations {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		b.relation(r)
	}
	for i, w := range d.ways {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		b.way(w)
	}
	b.link()
	return b.out, nil
}

type builder struct {
	d      *Data
	m      *Mapping
	window *geo.Extent
	out    *Result
	// doors are the nodes that became entrances, with the areas they lie on.
	doors map[int64][]owner
	// double names, by outline way and layer, the value of the tag for which a
	// relation already became a feature.
	double map[doubled]string
}

type owner struct{ layer, id string }

type doubled struct {
	way   int64
	layer string
	key   string
}

// object is one OSM object on its way to features.
type object struct {
	id   string // n1, w2, r3
	kind string // node, way, relation
	num  int64
	tags tags
	way  way
	rel  relation

	area     *area // once asked for
	areaSeen bool
}

func (b *builder) nodes() {
	for _, n := range b.d.nodeTags {
		b.object(&object{id: fmt.Sprintf("n%d", n.id), kind: "node", num: n.id, tags: b.d.tagsOf(n.tags)})
	}
}

func (b *builder) way(w way) {
	if w.tags.from == w.tags.to {
		return
	}
	b.object(&object{id: fmt.Sprintf("w%d", w.id), kind: "way", num: w.id, tags: b.d.tagsOf(w.tags), way: w})
}

func (b *builder) relation(r relation) {
	t := b.d.tagsOf(r.tags)
	typ, _ := t.get("type")
	if typ != "multipolygon" && typ != "boundary" {
		if len(b.m.candidates(t)) > 0 {
			b.out.Problems.Add("other_relation", geo.T("关系不是多边形，未导入", "a relation is not an area; it is left out"), fmt.Sprintf("r%d (type=%s)", r.id, typ))
		}
		return
	}
	t = slices.DeleteFunc(t, func(t tag) bool { return t.key == "type" })
	if len(t) == 0 {
		b.out.Problems.Add("bare_multipolygon", geo.T("多边形关系没有标签（旧式标注），其孔洞未计", "a multipolygon has no tags of its own (old style); its holes do not count"), fmt.Sprintf("r%d", r.id))
		return
	}
	b.object(&object{id: fmt.Sprintf("r%d", r.id), kind: "relation", num: r.id, tags: t, rel: r})
}

// object gives one feature, or more, in each layer that a rule leads to, and in
// facilities for each category.
func (b *builder) object(o *object) {
	found := false
	done := ""
	open := ""
	for _, i := range b.m.candidates(o.tags) {
		r := b.m.rules[i]
		if r.layer.Layer == done {
			continue
		}
		cond, ok := met(r.When, o.tags)
		if _, no := met(r.Unless, o.tags); !ok || no {
			continue
		}
		found = true
		g, fits := b.shape(o, r)
		if !fits {
			if o.kind == "way" && slices.Equal(r.From, []string{"area"}) && r.Area != "tagged" && !r.Pieces {
				open = r.layer.Layer
			}
			continue
		}
		done = r.layer.Layer
		if len(g) > 0 && !b.isDouble(o, r.layer.Layer, cond) {
			b.emit(o, r.layer, r, g)
		}
		if open == done {
			open = ""
		}
	}
	if open != "" && done != open {
		b.out.Problems.Add("open_way", geo.T("应为面的路径没有闭合，未导入", "a way that should be an area is not closed; it is left out"), fmt.Sprintf("%s (%s)", o.id, open))
	}
	if b.facilities(o) {
		found = true
	}
	if !found && len(o.tags) > 0 {
		b.out.Unmapped++
	}
}

// shape gives the geometries that a rule takes from an object; fits is false when
// the rule is for other shapes.
func (b *builder) shape(o *object, r *rule) (g []orb.Geometry, fits bool) {
	switch o.kind {
	case "node":
		if !slices.Contains(r.From, "node") {
			return nil, false
		}
		return b.nodeShape(o), true
	case "relation":
		if !slices.Contains(r.From, "area") {
			return nil, false
		}
		return b.areaShape(o, r.Point), true
	}
	if slices.Contains(r.From, "area") && b.d.closed(o.way) {
		says, _ := o.tags.get("area")
		if says == "yes" || r.Area != "tagged" && says != "no" {
			return b.areaShape(o, r.Point), true
		}
	}
	if !slices.Contains(r.From, "line") {
		return nil, false
	}
	return b.lineShape(o, r.Point), true
}

func (b *builder) nodeShape(o *object) []orb.Geometry {
	if p, ok := b.d.point(o.num); ok {
		return []orb.Geometry{p}
	}
	return nil // its bad place is already reported
}

func (b *builder) areaShape(o *object, point bool) []orb.Geometry {
	if !o.areaSeen {
		o.areaSeen = true
		if o.kind == "way" {
			o.area, _ = b.wayArea(o.way)
		} else {
			o.area, _ = b.relationArea(o.rel)
		}
	}
	if o.area == nil {
		return nil
	}
	if point {
		return middle(o.area.g)
	}
	return []orb.Geometry{o.area.g}
}

func middle(g orb.Geometry) []orb.Geometry {
	if c, ok := geo.Centroid(g); ok {
		return []orb.Geometry{c}
	}
	return nil
}

func (b *builder) lineShape(o *object, point bool) []orb.Geometry {
	runs, missing := b.d.wayPoints(o.way)
	if len(missing) > 0 {
		b.out.Problems.Add("way_cut", geo.T("线缺少节点，在缺处断开", "a line lacks nodes that the file does not have; it is cut there"), fmt.Sprintf("%s (n%d)", o.id, missing[0]))
	}
	var out []orb.Geometry
	for _, run := range runs {
		if len(run) > 1 {
			out = append(out, run)
		}
	}
	if len(out) == 0 {
		b.out.Problems.Add("degenerate_way", geo.T("线少于两个点，未导入", "a line has fewer than two points; it is left out"), o.id)
		return nil
	}
	if point {
		return middle(out[0])
	}
	return out
}

// isDouble tells whether the relation of which a way is the outline has already
// become this very feature, as happens when both carry the tags.
func (b *builder) isDouble(o *object, layer string, cond condition) bool {
	key := cond[0].key
	value, _ := o.tags.get(key)
	if o.kind == "relation" && o.area != nil {
		for _, w := range o.area.outers {
			b.double[doubled{w, layer, key}] = value
		}
		return false
	}
	if o.kind != "way" {
		return false
	}
	other, there := b.double[doubled{o.num, layer, key}]
	if !there || other != value && other != "yes" && value != "yes" {
		return false
	}
	b.out.Problems.Add("tagged_twice", geo.T("关系与其外环路径重复标注，只算一次", "a relation and its outline carry the same tag; it counts once"), fmt.Sprintf("%s (%s)", o.id, layer))
	return true
}

// facilities emits a feature for each category of the object.
func (b *builder) facilities(o *object) bool {
	l := b.m.layer("facilities")
	codes := b.m.facility(o.tags)
	if l == nil || len(codes) == 0 {
		return false
	}
	var g []orb.Geometry
	switch {
	case o.kind == "node":
		g = b.nodeShape(o)
	case o.kind == "relation", b.d.closed(o.way):
		g = b.areaShape(o, false)
	default:
		b.out.Problems.Add("open_way", geo.T("应为面的路径没有闭合，未导入", "a way that should be an area is not closed; it is left out"), fmt.Sprintf("%s (facilities)", o.id))
		return true
	}
	if len(g) == 0 {
		return true
	}
	for i, code := range codes {
		cond := b.categoryCond(code, o.tags)
		if b.isDouble(o, "facilities", cond) {
			continue
		}
		f := b.feature(o, l, g[0])
		f.ID = numbered(o.id, i)
		f.Set("category", code)
		b.keep(o, l.Layer, f)
	}
	return true
}

func (b *builder) categoryCond(code string, t tags) condition {
	for _, c := range b.m.categories {
		if c.code == code {
			cond, _ := met(c.when, t)
			return cond
		}
	}
	return nil
}

// numbered is the id of the i-th feature of one object.
func numbered(id string, i int) string {
	if i == 0 {
		return id
	}
	return fmt.Sprintf("%s.%d", id, i+1)
}

// emit makes the features of one rule: one for each geometry and each direction.
func (b *builder) emit(o *object, l *layerMapping, r *rule, shapes []orb.Geometry) {
	n := 0
	for _, g := range shapes {
		f := b.feature(o, l, g)
		for _, name := range sortedKeys(r.Set) {
			f.Set(name, r.Set[name])
		}
		f.Quality = append(f.Quality, r.Note...)
		if r.Point && o.kind != "node" {
			f.Quality = append(f.Quality, "geometry=middle of the outline")
		}
		if len(shapes) > 1 {
			f.Quality = append(f.Quality, "geometry=part of a way whose nodes are not all in the file")
		}
		for _, f := range b.spreadOut(o, l, f) {
			f.ID = numbered(o.id, n)
			n++
			b.keep(o, l.Layer, f)
		}
	}
}

// keep puts a feature into its layer when it touches the window.
func (b *builder) keep(o *object, layer string, f geo.Feature) {
	if b.window != nil && !geo.ExtentOf(f.Geometry).Touches(*b.window) {
		b.out.Outside++
		return
	}
	b.out.Layers[layer] = append(b.out.Layers[layer], f)
	switch {
	case layer == "entrances":
		if _, ok := b.doors[o.num]; !ok {
			b.doors[o.num] = nil
		}
	case o.area != nil && (layer == "buildings" || layer == "facilities"):
		for _, ref := range o.area.refs {
			if owners, ok := b.doors[ref]; ok && !slices.Contains(owners, owner{layer, f.ID}) {
				b.doors[ref] = append(owners, owner{layer, f.ID})
			}
		}
	}
}
