package osm

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"yiju/geo"
)

// Boundary finds an area by object id (r123, w123, relation/123, or a bare number
// for a relation) or by its exact name, and gives it as a feature of layer
// communities.
func (d *Data) Boundary(ctx context.Context, asked string) (geo.Feature, error) {
	b := &builder{d: d, m: &Mapping{}, out: &Result{Layers: map[string][]geo.Feature{}}}
	if kind, id, ok := objectID(asked); ok {
		return b.boundaryByID(asked, kind, id)
	}
	found, others, err := b.boundariesByName(ctx, asked)
	if err != nil {
		return geo.Feature{}, err
	}
	switch len(found) {
	case 1:
		return b.boundary(found[0])
	case 0:
		what := geo.Tf("文件 %s 里没有名为 %q 的边界", "file %s has no boundary named %q", d.name, asked)
		if len(others) == 0 {
			return geo.Feature{}, geo.Refuse(what, geo.T("改用 --boundary 文件或 --bbox 给出边界", "give the boundary by --boundary FILE or --bbox"))
		}
		return geo.Feature{}, geo.Refuse(what, geo.Tf("用 --boundary-id 指定其一：%s", "name one of these with --boundary-id: %s", strings.Join(others, "; ")))
	}
	var ids []string
	for _, o := range found[:min(len(found), maxListed)] {
		ids = append(ids, o.id)
	}
	return geo.Feature{}, geo.Refuse(geo.Tf("文件 %[1]s 里有 %[3]d 个名为 %[2]q 的边界", "file %[1]s has %[3]d boundaries named %[2]q", d.name, asked, len(found)),
		geo.Tf("用标识指定其一：--boundary-id %s", "name one by its id: --boundary-id %s", strings.Join(ids, " | ")))
}

const maxListed = 10

func objectID(s string) (kind string, id int64, ok bool) {
	for _, form := range [][2]string{{"relation/", "relation"}, {"way/", "way"}, {"r", "relation"}, {"w", "way"}, {"", "relation"}} {
		number, has := strings.CutPrefix(s, form[0])
		if !has {
			continue
		}
		if id, err := strconv.ParseInt(number, 10, 64); err == nil {
			return form[1], id, true
		}
	}
	return "", 0, false
}

func (b *builder) boundaryByID(asked, kind string, id int64) (geo.Feature, error) {
	if kind == "way" {
		if w, ok := b.d.way(id); ok && b.d.closed(w) {
			return b.boundary(&object{id: fmt.Sprintf("w%d", id), kind: "way", num: id, tags: b.d.tagsOf(w.tags), way: w})
		}
	}
	for _, r := range b.d.relations {
		if kind == "relation" && r.id == id {
			return b.boundary(&object{id: fmt.Sprintf("r%d", id), kind: "relation", num: id, tags: b.d.tagsOf(r.tags), rel: r})
		}
	}
	return geo.Feature{}, geo.Refuse(geo.Tf("文件 %s 里没有边界 %q", "file %s has no boundary %q", b.d.name, asked),
		geo.T("检查标识，或改用 --boundary 文件、--bbox", "check the id, or use --boundary FILE or --bbox"))
}

// boundariesByName lists the areas with a name, and some others to choose from.
func (b *builder) boundariesByName(ctx context.Context, name string) (found []*object, others []string, err error) {
	take := func(o *object) {
		is, _ := o.tags.get("name")
		switch {
		case !boundaryTags(o.tags):
		case is == name || hasName(o.tags, name):
			found = append(found, o)
		case is != "" && len(others) < maxListed:
			others = append(others, fmt.Sprintf("%s (%s)", o.id, is))
		}
	}
	for _, r := range b.d.relations {
		take(&object{id: fmt.Sprintf("r%d", r.id), kind: "relation", num: r.id, tags: b.d.tagsOf(r.tags), rel: r})
	}
	for i, w := range b.d.ways {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if w.tags.to > w.tags.from && b.d.closed(w) {
			take(&object{id: fmt.Sprintf("w%d", w.id), kind: "way", num: w.id, tags: b.d.tagsOf(w.tags), way: w})
		}
	}
	return found, others, nil
}

func boundaryTags(t tags) bool {
	for _, key := range []string{"boundary", "place"} {
		if _, ok := t.get(key); ok {
			return true
		}
	}
	use, _ := t.get("landuse")
	return use == "residential"
}

func hasName(t tags, name string) bool {
	for _, key := range []string{"name:zh", "name:en", "official_name", "alt_name", "short_name"} {
		if v, ok := t.get(key); ok && v == name {
			return true
		}
	}
	return false
}

func (b *builder) boundary(o *object) (geo.Feature, error) {
	g := b.areaShape(o, false)
	if len(g) == 0 {
		reason := "?"
		for _, e := range b.out.Problems.Entries() {
			reason = e.Text.EN + " " + strings.Join(e.Examples, ", ")
		}
		return geo.Feature{}, geo.Refuse(
			geo.Tf("边界 %s 在文件 %s 里不完整：%s", "boundary %s is not complete in file %s: %s", o.id, b.d.name, reason),
			geo.T("导出数据时包含整条边界，或改用 --boundary 文件、--bbox", "extract the data with the whole boundary, or use --boundary FILE or --bbox"))
	}
	f := geo.Feature{ID: o.id, Geometry: g[0], Source: geo.Source{Name: b.d.name, ID: fmt.Sprintf("%s/%d", o.kind, o.num)}}
	for _, t := range o.tags {
		if t.key == "name" {
			f.Set("name", t.value)
			continue
		}
		if f.Extra == nil {
			f.Extra = make(map[string]any)
		}
		f.Extra[t.key] = t.value
	}
	return f, nil
}
