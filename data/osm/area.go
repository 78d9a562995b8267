package osm

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// area is an outline put together, with the ids of the nodes on it.
type area struct {
	g      orb.Geometry // polygon or multipolygon
	refs   []int64
	outers []int64 // member ways of the outline, for a relation
}

// wayPoints gives the places of a way's nodes, in runs that are cut where the
// file does not have a node. missing names those nodes.
func (d *Data) wayPoints(w way) (runs []orb.LineString, missing []int64) {
	var run orb.LineString
	for _, ref := range d.wayRefs(w) {
		p, ok := d.point(ref)
		if ok {
			run = append(run, p)
			continue
		}
		missing = append(missing, ref)
		if len(run) > 0 {
			runs = append(runs, run)
			run = nil
		}
	}
	if len(run) > 0 {
		runs = append(runs, run)
	}
	return runs, missing
}

func (d *Data) closed(w way) bool {
	refs := d.wayRefs(w)
	return len(refs) >= minRing && refs[0] == refs[len(refs)-1]
}

// wayArea makes an area of a closed way.
func (b *builder) wayArea(w way) (*area, bool) {
	runs, missing := b.d.wayPoints(w)
	if len(missing) > 0 {
		b.out.Problems.Add("missing_node", geo.T("闭合路径缺少节点，未导入", "an outline lacks nodes that the file does not have; it is left out"), fmt.Sprintf("w%d (n%d)", w.id, missing[0]))
		return nil, false
	}
	return &area{g: orb.Polygon{orb.Ring(runs[0])}, refs: b.d.wayRefs(w)}, true
}

// maxRings bounds the rings of one relation: nesting compares each with others.
const maxRings = 20_000

// relationArea assembles a multipolygon. An area that lacks a part of its outline
// is left out, because what remains would be wrong without anybody seeing it.
func (b *builder) relationArea(r relation) (*area, bool) {
	pieces, outers, lacking := b.pieces(r)
	if lacking != "" {
		b.out.Problems.Add("missing_member", geo.T("多边形关系的成员不在文件内，未导入", "a multipolygon has members that the file does not have; it is left out"), fmt.Sprintf("r%d (%s)", r.id, lacking))
		return nil, false
	}
	closed, open := join(pieces)
	if len(open) > 0 {
		b.out.Problems.Add("open_ring", geo.T("多边形关系的环没有闭合，未导入", "a ring of a multipolygon is not closed; it is left out"),
			fmt.Sprintf("r%d (n%d … n%d)", r.id, open[0][0], last(open[0])))
		return nil, false
	}
	a := &area{outers: outers}
	var rings []ring
	for _, refs := range closed {
		line, ok := b.ringLine(refs)
		if !ok {
			b.out.Problems.Add("degenerate_ring", geo.T("多边形关系的环少于三个点，已忽略该环", "a ring of a multipolygon has fewer than three points; the ring is left out"), fmt.Sprintf("r%d (n%d)", r.id, refs[0]))
			continue
		}
		rings = append(rings, ring{refs: refs, line: line})
		a.refs = append(a.refs, refs...)
	}
	if len(rings) == 0 || len(rings) > maxRings {
		b.out.Problems.Add("no_area", geo.T("多边形关系没有可用的环，未导入", "a multipolygon has no usable ring; it is left out"), fmt.Sprintf("r%d", r.id))
		return nil, false
	}
	polygons := nest(rings)
	a.g = polygons
	if len(polygons) == 1 {
		a.g = polygons[0]
	}
	return a, true
}

// pieces collects the outline of a relation from its member ways, each once.
// lacking names the first member way that is not there or not whole.
func (b *builder) pieces(r relation) (pieces []chain, outers []int64, lacking string) {
	var seen []int64
	for _, m := range b.d.members[r.members.from:r.members.to] {
		if m.typ != memberWay || !outlineRole(b.d.strings[m.role]) {
			continue
		}
		seen = append(seen, m.ref)
	}
	inOrder := slices.Clone(seen)
	slices.Sort(seen)
	seen = slices.Compact(seen)
	taken := make(map[int64]bool, len(seen))
	for _, ref := range inOrder {
		if taken[ref] {
			b.out.Problems.Add("member_twice", geo.T("关系中同一条路径出现两次，只算一次", "a way is twice in a relation; it counts once"), fmt.Sprintf("r%d (w%d)", r.id, ref))
			continue
		}
		taken[ref] = true
		w, ok := b.d.way(ref)
		if !ok {
			return nil, nil, fmt.Sprintf("w%d", ref)
		}
		refs := b.d.wayRefs(w)
		for _, n := range refs {
			if _, ok := b.d.point(n); !ok {
				return nil, nil, fmt.Sprintf("n%d", n)
			}
		}
		if len(refs) > 1 {
			pieces = append(pieces, chain(refs))
			outers = append(outers, ref)
		}
	}
	return pieces, outers, ""
}

// outlineRole tells whether a member way with this role is part of the outline.
func outlineRole(role string) bool {
	switch role {
	case "", "outer", "inner", "exclave", "enclave":
		return true
	}
	return false
}

func (b *builder) ringLine(refs []int64) (orb.Ring, bool) {
	if len(refs) < minRing {
		return nil, false
	}
	line := make(orb.Ring, 0, len(refs))
	for _, ref := range refs {
		p, ok := b.d.point(ref)
		if !ok {
			return nil, false
		}
		line = append(line, p)
	}
	return line, true
}
