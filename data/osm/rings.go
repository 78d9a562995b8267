package osm

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"yiju/geo"
)

// ring is a closed outline: node ids, the first again at the end, and their places.
type ring struct {
	refs  []int64
	line  orb.Ring
	box   geo.Extent
	size  float64 // area in square degrees, for the order of nesting
	depth int
	outer int                // for a hole, the ring it lies in
	on    map[orb.Point]bool // its corners, once somebody asked
}

// chain is an open piece of outline.
type chain []int64

// join makes closed rings of pieces, joining them where their ends are the same
// node, and gives back the pieces that are left over.
//
// A walk goes from piece to piece. When it comes to a node where it was before,
// the part since then is a ring and is cut off; so rings that touch in a node come
// apart there by themselves, whatever order the pieces have.
func join(pieces []chain) (closed []chain, open []chain) {
	used := make([]bool, len(pieces))
	at := make(map[int64][]int) // pieces by end
	for i, p := range pieces {
		if p[0] == p[len(p)-1] {
			used[i] = true
			closed = append(closed, p)
			continue
		}
		at[p[0]] = append(at[p[0]], i)
		at[p[len(p)-1]] = append(at[p[len(p)-1]], i)
	}
	for i := range pieces {
		if used[i] {
			continue
		}
		used[i] = true
		rings, rest := walk(pieces, used, at, i)
		closed = append(closed, rings...)
		open = append(open, rest...)
	}
	return closed, open
}

// walk goes from piece start as far as it gets.
func walk(pieces []chain, used []bool, at map[int64][]int, start int) (closed, open []chain) {
	stack := []chain{pieces[start]} // in walking direction
	seen := map[int64]int{stack[0][0]: 0, last(stack[0]): 1}
	for len(stack) > 0 {
		end := last(stack[len(stack)-1])
		for len(at[end]) > 0 && used[at[end][0]] {
			at[end] = at[end][1:]
		}
		if len(at[end]) == 0 {
			break
		}
		next := at[end][0]
		used[next] = true
		piece := pieces[next]
		if piece[0] != end {
			piece = slices.Clone(piece)
			slices.Reverse(piece)
		}
		stack = append(stack, piece)
		from, before := seen[last(piece)]
		if !before {
			seen[last(piece)] = len(stack)
			continue
		}
		closed = append(closed, concat(stack[from:]))
		for _, p := range stack[from:] {
			if last(p) != last(piece) {
				delete(seen, last(p))
			}
		}
		stack = stack[:from]
	}
	if len(stack) > 0 {
		open = append(open, concat(stack))
	}
	return closed, open
}

func last(c chain) int64 { return c[len(c)-1] }

func concat(parts []chain) chain {
	out := slices.Clone(parts[0])
	for _, p := range parts[1:] {
		out = append(out, p[1:]...)
	}
	return out
}

// minRing is the least number of points of a ring, the first counted twice.
const minRing = 4

// nest sorts rings into polygons: a ring in an even number of others is an outer
// one, a ring in an odd number is a hole of the smallest ring around it. Roles are
// not asked; they are wrong too often.
func nest(rings []ring) orb.MultiPolygon {
	for i := range rings {
		rings[i].box = geo.ExtentOf(rings[i].line)
		rings[i].size = math.Abs(planar.Area(rings[i].line))
	}
	slices.SortStableFunc(rings, func(a, b ring) int { return cmp.Compare(b.size, a.size) })
	var out orb.MultiPolygon
	place := make([]int, len(rings)) // polygon of each outer ring
	for i := range rings {
		r := &rings[i]
		r.outer = -1
		for k := i - 1; k >= 0; k-- { // from the smallest larger ring up
			if rings[k].size > r.size && holds(&rings[k], r) {
				r.depth, r.outer = rings[k].depth+1, k
				break
			}
		}
		if r.depth%2 == 0 {
			place[i] = len(out)
			out = append(out, orb.Polygon{r.line})
			continue
		}
		to := place[r.outer]
		out[to] = append(out[to], r.line)
	}
	return out
}

// holds tells whether b lies inside a. The rings may share points and edges: the
// first point of b, or middle of an edge of b, that is not on a decides.
func holds(a, b *ring) bool {
	if b.box.MinX < a.box.MinX || b.box.MaxX > a.box.MaxX || b.box.MinY < a.box.MinY || b.box.MaxY > a.box.MaxY {
		return false
	}
	if a.on == nil {
		a.on = make(map[orb.Point]bool, len(a.line))
		for _, p := range a.line {
			a.on[p] = true
		}
	}
	for _, p := range b.line {
		if !a.on[p] {
			return planar.RingContains(a.line, p)
		}
	}
	for i := 1; i < len(b.line); i++ {
		m := orb.Point{(b.line[i-1][0] + b.line[i][0]) / 2, (b.line[i-1][1] + b.line[i][1]) / 2}
		if !edgeOf(a.line, b.line[i-1], b.line[i]) {
			return planar.RingContains(a.line, m)
		}
	}
	return false
}

func edgeOf(r orb.Ring, p, q orb.Point) bool {
	for i := 1; i < len(r); i++ {
		if r[i-1] == p && r[i] == q || r[i-1] == q && r[i] == p {
			return true
		}
	}
	return false
}
