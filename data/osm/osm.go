// Package osm reads OpenStreetMap data (PBF, XML, Overpass JSON; plain, gzip or
// bzip2) and makes features of it by a mapping that is data.
//
// It decodes PBF by itself because the common Go decoder works in goroutines of
// its own, in which a hostile file ends the whole program: it indexes string
// tables unchecked, allocates by sizes the file declares, and panics on plain
// nodes, which are legal.
//
// Coordinates are taken as they are: neither split nor simplified nor rounded, so
// that ways which share a node share the exact point.
package osm

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/tally"
)

// Options say how to read.
type Options struct {
	// Name is the file's name, for messages and as the source of features.
	Name string
}

// Data is the content of one file, before any mapping. It may be read by several
// goroutines.
type Data struct {
	name   string
	header geo.Extent // what the file says it covers; may be empty

	nodes     []node
	implicit  []node // coordinates that ways brought along
	ways      []way
	relations []relation

	refs    []int64  // node ids of ways, by span
	members []member // of relations, by span
	tags    []uint32 // pairs of string numbers, by span
	strings []string
	values  []any // the same, each made a value once for all features

	nodeTags []nodeTag
	problems tally.List
	counts   Counts
}

// Counts says how many objects a file has.
type Counts struct {
	Nodes     int `json:"nodes"`
	Ways      int `json:"ways"`
	Relations int `json:"relations"`
	Tagged    int `json:"tagged"` // objects with at least one tag
}

type span struct{ from, to int }

// node is a place; a deleted node and one with an unusable place have NaN.
type node struct {
	id int64
	p  orb.Point
}

type nodeTag struct {
	id      int64
	tags    span
	deleted bool
}

type way struct {
	id         int64
	refs, tags span
	deleted    bool
}

type relation struct {
	id            int64
	members, tags span
	deleted       bool
}

type memberType byte

const (
	memberNode memberType = iota
	memberWay
	memberRelation
)

type member struct {
	ref  int64
	role uint32
	typ  memberType
}

// Read reads a whole file into memory. What it takes is a small multiple of the
// file: about 24 bytes a node and 8 bytes a reference. Objects may come in any
// order; of two with the same id the later one counts.
func Read(ctx context.Context, r io.Reader, opts Options) (*Data, error) {
	d := &Data{name: opts.Name, header: geo.EmptyExtent()}
	l := &loader{d: d, ctx: ctx, ids: make(map[string]uint32)}
	l.source = &meter{r: r, ctx: ctx}
	if err := l.read(); err != nil {
		return nil, err
	}
	d.settle()
	if d.counts.Nodes+d.counts.Ways+d.counts.Relations == 0 {
		return nil, geo.Refuse(
			geo.Tf("文件 %s 里没有任何 OSM 对象", "file %s holds no OSM object", opts.Name),
			geo.T("检查下载或裁剪是否选对了范围", "check whether the download or the extract covered the right place"))
	}
	return d, nil
}

// Counts says how many objects were read.
func (d *Data) Counts() Counts { return d.counts }

// Problems lists what was wrong with the objects themselves.
func (d *Data) Problems() *tally.List { return &d.problems }

// Extent is what the file says it covers or, when it does not say, the extent of
// its nodes.
func (d *Data) Extent() geo.Extent {
	if !d.header.IsEmpty() {
		return d.header
	}
	e := geo.EmptyExtent()
	for _, n := range d.nodes {
		if n.p[0] == n.p[0] {
			e.IncludePoint(n.p)
		}
	}
	return e
}

// settle sorts objects by id, keeps the last of several with one id and takes
// deleted ones out.
func (d *Data) settle() {
	d.values = make([]any, len(d.strings))
	for i, s := range d.strings {
		d.values[i] = s
	}
	d.nodes = lastByID(d.nodes, func(n node) int64 { return n.id }, d.duplicate("n"))
	d.implicit = lastByID(d.implicit, func(n node) int64 { return n.id }, func(int64) {})
	d.ways = lastByID(d.ways, func(w way) int64 { return w.id }, d.duplicate("w"))
	d.relations = lastByID(d.relations, func(r relation) int64 { return r.id }, d.duplicate("r"))
	d.nodeTags = lastByID(d.nodeTags, func(n nodeTag) int64 { return n.id }, func(int64) {})
	d.ways = slices.DeleteFunc(d.ways, func(w way) bool { return w.deleted })
	d.relations = slices.DeleteFunc(d.relations, func(r relation) bool { return r.deleted })
	d.nodeTags = slices.DeleteFunc(d.nodeTags, func(n nodeTag) bool { return n.deleted || n.tags.from == n.tags.to })
	d.counts = Counts{Nodes: len(d.nodes), Ways: len(d.ways), Relations: len(d.relations), Tagged: len(d.nodeTags)}
	for _, w := range d.ways {
		if w.tags.to > w.tags.from {
			d.counts.Tagged++
		}
	}
	for _, r := range d.relations {
		if r.tags.to > r.tags.from {
			d.counts.Tagged++
		}
	}
}

func (d *Data) duplicate(kind string) func(int64) {
	return func(id int64) {
		d.problems.Add("duplicate_object", geo.T("同一标识的对象出现多次，以最后一个为准", "an object is there more than once; the last one counts"), fmt.Sprintf("%s%d", kind, id))
	}
}

func lastByID[T any](list []T, id func(T) int64, twice func(int64)) []T {
	byID := func(a, b T) int { return cmp.Compare(id(a), id(b)) }
	if !slices.IsSortedFunc(list, byID) {
		slices.SortStableFunc(list, byID)
	}
	out := list[:0]
	for i, v := range list {
		if i+1 < len(list) && id(list[i+1]) == id(v) {
			twice(id(v))
			continue
		}
		out = append(out, v)
	}
	return out
}

// point finds where a node is; false when the file does not have it or its place
// is unusable.
func (d *Data) point(id int64) (orb.Point, bool) {
	for _, list := range [2][]node{d.nodes, d.implicit} {
		i := sort.Search(len(list), func(i int) bool { return list[i].id >= id })
		if i < len(list) && list[i].id == id && list[i].p[0] == list[i].p[0] {
			return list[i].p, true
		}
	}
	return orb.Point{}, false
}

func (d *Data) way(id int64) (way, bool) {
	i := sort.Search(len(d.ways), func(i int) bool { return d.ways[i].id >= id })
	if i < len(d.ways) && d.ways[i].id == id {
		return d.ways[i], true
	}
	return way{}, false
}

func (d *Data) wayRefs(w way) []int64 { return d.refs[w.refs.from:w.refs.to] }

func (d *Data) tagsOf(s span) tags {
	pairs := d.tags[s.from:s.to]
	out := make(tags, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, tag{key: d.strings[pairs[i]], value: d.strings[pairs[i+1]], any: d.values[pairs[i+1]]})
	}
	return out
}

// tags are the tags of one object, in the file's order.
type tags []tag

type tag struct {
	key, value string
	any        any // the value as features hold it
}

func (t tags) get(key string) (string, bool) {
	for _, tag := range t {
		if tag.key == key {
			return tag.value, true
		}
	}
	return "", false
}

// loader collects what the decoders read.
type loader struct {
	d      *Data
	ctx    context.Context
	source *meter
	ids    map[string]uint32
	bytes  int64 // estimate of what Data takes
}

// Bounds on what a file may make of itself. Real files stay far below: PBF grows
// about fivefold.
const (
	maxGrowth  = 50       // times the bytes read
	baseMemory = 64 << 20 // for small files
	maxTags    = 100_000  // of one object
	maxRefs    = 1 << 20  // of one way or relation
)

func (l *loader) spend(n int) error {
	l.bytes += int64(n)
	if l.bytes <= baseMemory || l.bytes <= maxGrowth*l.source.n {
		return nil
	}
	return geo.Refuse(geo.Tf("文件 %s 展开后超过自身大小的 %d 倍，不是正常的 OSM 数据", "file %s grows to more than %d times its size, which OSM data does not", l.d.name, maxGrowth),
		geo.T("换一个来源重新下载", "get the file again from another source"))
}

// intern gives a string its number. Text that is not UTF-8 and NUL, which no
// database stores, become U+FFFD.
func (l *loader) intern(s string) (uint32, error) {
	if id, ok := l.ids[s]; ok {
		return id, nil
	}
	clean := s
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		clean = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
		l.d.problems.Add("bad_text", geo.T("文字不是有效的 UTF-8，已替换坏字符", "text is not valid UTF-8; the bad characters were replaced"), clean)
	}
	id := uint32(len(l.d.strings))
	key := strings.Clone(s)
	if clean == s {
		clean = key
	}
	l.d.strings = append(l.d.strings, clean)
	l.ids[key] = id
	return id, l.spend(64 + len(s))
}

// addNode takes a node in; tagged says which pairs it has.
func (l *loader) addNode(id int64, p orb.Point, pairs []uint32, visible bool) error {
	if !usable(p) && visible {
		l.d.problems.Add("bad_coordinate", geo.T("节点坐标超出经纬度范围，按缺失处理", "a node lies outside longitude and latitude; it is taken as missing"), fmt.Sprintf("n%d (%g, %g)", id, p[0], p[1]))
		p[0] = math.NaN()
	}
	if !visible {
		l.deleted("n", id)
		p[0] = math.NaN()
	}
	l.d.nodes = append(l.d.nodes, node{id: id, p: p})
	// Also without tags, so that the last version of a node clears an earlier one.
	if len(pairs) > 0 || len(l.d.nodeTags) > 0 && l.d.nodeTags[len(l.d.nodeTags)-1].id == id {
		l.d.nodeTags = append(l.d.nodeTags, nodeTag{id: id, tags: l.addTags(pairs), deleted: p[0] != p[0]})
	}
	return l.spend(24 + 4*len(pairs))
}

// bring keeps the place of a node that a way carries with it.
func (l *loader) bring(id int64, p orb.Point) {
	l.bytes += 24 // checked with the way itself
	l.d.implicit = append(l.d.implicit, node{id: id, p: p})
}

func usable(p orb.Point) bool {
	return p[0] >= -180 && p[0] <= 180 && p[1] >= -90 && p[1] <= 90
}

func (l *loader) deleted(kind string, id int64) {
	l.d.problems.Add("deleted_object", geo.T("对象已标记删除，不导入", "an object is marked as deleted and is not taken"), fmt.Sprintf("%s%d", kind, id))
}

func (l *loader) addTags(pairs []uint32) span {
	from := len(l.d.tags)
	l.d.tags = append(l.d.tags, pairs...)
	return span{from, len(l.d.tags)}
}

func (l *loader) addWay(id int64, refs []int64, pairs []uint32, visible bool) error {
	if len(refs) > maxRefs {
		return l.tooLong("w", id)
	}
	if !visible {
		l.deleted("w", id)
	}
	from := len(l.d.refs)
	l.d.refs = append(l.d.refs, refs...)
	l.d.ways = append(l.d.ways, way{id: id, refs: span{from, len(l.d.refs)}, tags: l.addTags(pairs), deleted: !visible})
	return l.spend(48 + 8*len(refs) + 4*len(pairs))
}

func (l *loader) addRelation(id int64, members []member, pairs []uint32, visible bool) error {
	if len(members) > maxRefs {
		return l.tooLong("r", id)
	}
	if !visible {
		l.deleted("r", id)
	}
	from := len(l.d.members)
	l.d.members = append(l.d.members, members...)
	l.d.relations = append(l.d.relations, relation{id: id, members: span{from, len(l.d.members)}, tags: l.addTags(pairs), deleted: !visible})
	return l.spend(48 + 16*len(members) + 4*len(pairs))
}

func (l *loader) tooLong(kind string, id int64) error {
	return geo.Refuse(geo.Tf("文件 %[1]s 的对象 %[2]s%[3]d 有超过 %[4]d 个成员，文件已损坏", "object %[2]s%[3]d of file %[1]s has more than %[4]d members; the file is broken", l.d.name, kind, id, maxRefs),
		geo.T("换一个来源重新下载", "get the file again from another source"))
}

func (l *loader) include(e geo.Extent) {
	if usable(orb.Point{e.MinX, e.MinY}) && usable(orb.Point{e.MaxX, e.MaxY}) && e.MinX < e.MaxX && e.MinY < e.MaxY {
		l.d.header = l.d.header.Union(e)
	}
}
