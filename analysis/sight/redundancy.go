package sight

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/overlay"
)

// cover is where a number of cameras see the target.
type cover struct {
	cameras int // mostCovers stands for that many and more
	area    orb.MultiPolygon
}

// mostCovers is the number of cameras from which on the map does not count.
const mostCovers = 5

// Redundancy is worked out in squares. One that many areas pass through is cut in
// four: parts that an area fills, or does not reach, need no geometry, and where
// mostCovers areas fill a square nothing more is asked.
const (
	plotSide_m  = 128
	leastSide_m = 0.5
	mostEdges   = 96 // that are laid over one another at once
)

// plot is one of these squares.
type plot struct {
	row, col int
	extent   geo.Extent
	areas    []int             // cameras that see into it
	levels   []orb.Geometry    // by number of cameras, less one
	lone     map[int32]float64 // by camera: what it alone sees, in square metres
}

// redundancy counts the cameras that see each place, of those that work for all
// that is known.
func (r *run) redundancy() {
	draw := r.p.wants("redundancy")
	if !draw && !r.p.wants("cameras") {
		return
	}
	plots := r.plots()
	parallel(len(plots), func() func(int) {
		c := &counter{}
		return func(i int) { c.count(&plots[i], r.views, draw) }
	})
	for i := range plots {
		for _, c := range plots[i].areas {
			r.lone[c].area_m2 += plots[i].lone[int32(c)]
		}
	}
	if draw {
		r.covers = joinLevels(plots)
	}
}

// joinLevels puts the squares together.
func joinLevels(plots []plot) []cover {
	parts := make([][]orb.Geometry, mostCovers)
	for i := range plots {
		for n, g := range plots[i].levels {
			if g != nil {
				parts[n] = append(parts[n], g)
			}
		}
	}
	covers := make([]cover, mostCovers)
	parallel(mostCovers, func() func(int) {
		return func(n int) {
			c := cover{cameras: n + 1}
			for _, poly := range geo.Polygons(dissolve(parts[n])) {
				if geo.Area(poly) > leastArea_m2 {
					c.area = append(c.area, poly)
				}
			}
			covers[n] = c
		}
	})
	return covers
}

// dissolve joins areas; where GEOS cannot, they stay with their seams.
func dissolve(parts []orb.Geometry) orb.Geometry {
	if len(parts) < 2 {
		return orb.Collection(parts)
	}
	whole, err := overlay.Union(parts...)
	if err != nil {
		return orb.Collection(parts)
	}
	return whole
}

// plots lists the squares that any camera sees into, row by row.
func (r *run) plots() []plot {
	type key struct{ row, col int }
	found := make(map[key]*plot)
	for i := range r.views {
		if working, known := r.m.cameras[i].on(); known && !working {
			continue
		}
		e := geo.ExtentOf(r.views[i].counted)
		if e.IsEmpty() {
			continue
		}
		for row := int(math.Floor(e.MinY / plotSide_m)); float64(row)*plotSide_m < e.MaxY; row++ {
			for col := int(math.Floor(e.MinX / plotSide_m)); float64(col)*plotSide_m < e.MaxX; col++ {
				p := found[key{row, col}]
				if p == nil {
					p = &plot{row: row, col: col, extent: geo.Extent{MinX: float64(col) * plotSide_m, MinY: float64(row) * plotSide_m,
						MaxX: float64(col+1) * plotSide_m, MaxY: float64(row+1) * plotSide_m}}
					found[key{row, col}] = p
				}
				p.areas = append(p.areas, i)
			}
		}
	}
	out := make([]plot, 0, len(found))
	for _, k := range slices.SortedFunc(maps.Keys(found), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col))
	}) {
		out = append(out, *found[k])
	}
	return out
}

// seg is an edge of an area, upwards.
type seg struct{ ax, ay, bx, by float64 }

// at is where an edge passes a height between its ends.
func (s *seg) at(y float64) float64 {
	switch {
	case y <= s.ay:
		return s.ax
	case y >= s.by:
		return s.bx
	}
	return s.ax + (y-s.ay)*(s.bx-s.ax)/(s.by-s.ay)
}

// shard is what of an area lies in a square: its edges inside, and which stretches
// of the western side it holds.
type shard struct {
	camera int32
	edges  []seg
	// west tells whether the area holds the south-western corner, flips at which
	// heights along the western side that changes, ascending.
	west  bool
	flips []float64
}

// cut takes the part of a shard that lies in a square. What lies to the west of it
// leaves its trace on the western side, what lies to the east does not matter.
func (s *shard) cut(e geo.Extent) shard {
	out := shard{camera: s.camera, west: s.west}
	flip := func(y float64) {
		switch {
		case y <= e.MinY:
			out.west = !out.west
		case y < e.MaxY:
			out.flips = append(out.flips, y)
		}
	}
	for _, y := range s.flips {
		flip(y)
	}
	for _, g := range s.edges {
		if g.by <= e.MinY || g.ay >= e.MaxY {
			continue
		}
		x0, y0, x1, y1 := g.ax, g.ay, g.bx, g.by
		if y0 < e.MinY {
			x0, y0 = g.at(e.MinY), e.MinY
		}
		if y1 > e.MaxY {
			x1, y1 = g.at(e.MaxY), e.MaxY
		}
		c := seg{x0, y0, x1, y1}
		if min(x0, x1) >= e.MaxX {
			continue
		}
		if x0 < e.MinX != (x1 < e.MinX) { // across the western side
			y := y0 + (e.MinX-x0)*(y1-y0)/(x1-x0)
			if x0 < e.MinX {
				flip(y0)
				flip(y)
				c.ax, c.ay = e.MinX, y
			} else {
				flip(y)
				flip(y1)
				c.bx, c.by = e.MinX, y
			}
		} else if max(x0, x1) <= e.MinX {
			flip(y0)
			flip(y1)
			continue
		}
		if c.ax > e.MaxX != (c.bx > e.MaxX) { // across the eastern side
			y := c.ay + (e.MaxX-c.ax)*(c.by-c.ay)/(c.bx-c.ax)
			if c.ax > e.MaxX {
				c.ax, c.ay = e.MaxX, y
			} else {
				c.bx, c.by = e.MaxX, y
			}
		}
		if c.ay < c.by {
			out.edges = append(out.edges, c)
		}
	}
	out.settle()
	return out
}

// settle sorts the flips and takes out those that undo one another.
func (s *shard) settle() {
	slices.Sort(s.flips)
	n := 0
	for _, y := range s.flips {
		if n > 0 && s.flips[n-1] == y {
			n--
			continue
		}
		s.flips[n] = y
		n++
	}
	s.flips = s.flips[:n]
}

// holds tells whether the area holds the western side at a height.
func (s *shard) holds(y float64) bool {
	in := s.west
	for _, f := range s.flips {
		if f >= y {
			break
		}
		in = !in
	}
	return in
}

// counter lays areas over one another; working memory of one goroutine.
type counter struct {
	plot   *plot
	draw   bool
	found  [][]orb.Geometry
	weaver weaver
	slabs  fan
	active []crossingEdge
	on     []bool
}

// crossingEdge is an edge that passes through a slab.
type crossingEdge struct {
	mid    float64
	lo, hi float64 // where it passes the lower and the upper line
	shard  int
}

// count works a plot out.
func (c *counter) count(p *plot, views []seen, draw bool) {
	c.plot, c.draw = p, draw
	c.found = make([][]orb.Geometry, mostCovers)
	p.lone = make(map[int32]float64)
	shards := make([]shard, len(p.areas))
	for k, i := range p.areas {
		shards[k] = shard{camera: int32(i)}
		for _, poly := range views[i].counted {
			for _, ring := range poly {
				for j := 1; j < len(ring); j++ {
					a, b := ring[j-1], ring[j]
					if a[1] > b[1] {
						a, b = b, a
					}
					if a[1] < b[1] {
						shards[k].edges = append(shards[k].edges, seg{a[0], a[1], b[0], b[1]})
					}
				}
			}
		}
	}
	c.split(p.extent, nil, shards)
	p.levels = make([]orb.Geometry, mostCovers)
	for n := range c.found {
		p.levels[n] = onlyAreas(dissolve(c.found[n]))
	}
}

// split counts in a square, or in its quarters. filling are the cameras that see
// all of what the square is a part of.
func (c *counter) split(e geo.Extent, filling []int32, shards []shard) {
	filling = slices.Clone(filling)
	var kept []shard
	edges := 0
	for k := range shards {
		s := shards[k].cut(e)
		switch {
		case len(s.edges) > 0 || len(s.flips) > 0:
			kept = append(kept, s)
			edges += len(s.edges) + len(s.flips)
		case s.west:
			filling = append(filling, s.camera)
		}
		if len(filling) >= mostCovers {
			c.put(mostCovers, e.Polygon())
			return
		}
	}
	switch {
	case len(kept) == 0:
		if len(filling) > 0 {
			c.put(len(filling), e.Polygon())
		}
		if len(filling) == 1 {
			c.plot.lone[filling[0]] += geo.Area(e.Polygon())
		}
	case edges <= mostEdges || e.MaxX-e.MinX <= leastSide_m:
		c.lay(e, filling, kept)
	default:
		m := e.Centre()
		for _, q := range [4]geo.Extent{
			{MinX: e.MinX, MinY: e.MinY, MaxX: m[0], MaxY: m[1]}, {MinX: m[0], MinY: e.MinY, MaxX: e.MaxX, MaxY: m[1]},
			{MinX: e.MinX, MinY: m[1], MaxX: m[0], MaxY: e.MaxY}, {MinX: m[0], MinY: m[1], MaxX: e.MaxX, MaxY: e.MaxY},
		} {
			c.split(q, filling, kept)
		}
	}
}

// put adds an area that so many cameras see.
func (c *counter) put(n int, g orb.Geometry) {
	if c.draw {
		c.found[n-1] = append(c.found[n-1], g)
	}
}

// lay cuts a square into slabs in which no edges meet, and counts along each from
// west to east.
func (c *counter) lay(e geo.Extent, filling []int32, shards []shard) {
	f := &c.slabs
	f.angles, f.quads = heights(f.angles[:0], e, shards), f.quads[:0]
	for i := 1; i < len(f.angles); i++ {
		c.slab(e, int32(i-1), f.angles[i-1], f.angles[i], filling, shards)
	}
	if !c.draw {
		return
	}
	for n := range mostCovers {
		if g := c.weaver.levels(f, int8(n+1)); len(g) > 0 {
			c.put(n+1, g)
		}
	}
}

// heights lists, ascending, the heights at which edges begin, end or meet.
func heights(out []float64, e geo.Extent, shards []shard) []float64 {
	out = append(out, e.MinY, e.MaxY)
	for i := range shards {
		out = append(out, shards[i].flips...)
		for _, s := range shards[i].edges {
			out = append(out, s.ay, s.by)
		}
		for j := range i {
			for a := range shards[i].edges {
				for b := range shards[j].edges {
					if y, ok := meet(&shards[i].edges[a], &shards[j].edges[b]); ok {
						out = append(out, y)
					}
				}
			}
		}
	}
	slices.Sort(out)
	const same = 1e-9
	return slices.CompactFunc(out, func(x, y float64) bool { return math.Abs(x-y) <= same })
}

// meet is the height at which two edges cross.
func meet(s, t *seg) (float64, bool) {
	lo, hi := max(s.ay, t.ay), min(s.by, t.by)
	if lo >= hi || max(s.ax, s.bx) < min(t.ax, t.bx) || max(t.ax, t.bx) < min(s.ax, s.bx) {
		return 0, false
	}
	d0, d1 := s.at(lo)-t.at(lo), s.at(hi)-t.at(hi)
	if d0 > 0 == (d1 > 0) || d0 == 0 || d1 == 0 {
		return 0, false
	}
	return lo + (hi-lo)*d0/(d0-d1), true
}

// slab counts between two heights.
func (c *counter) slab(e geo.Extent, line int32, y0, y1 float64, filling []int32, shards []shard) {
	mid := y0 + (y1-y0)/2
	c.active, c.on = c.active[:0], c.on[:0]
	n, which := len(filling), int32(0) // how many see it; if it is one, which
	for _, k := range filling {
		which ^= k
	}
	for i := range shards {
		in := shards[i].holds(mid)
		c.on = append(c.on, in)
		if in {
			n++
			which ^= shards[i].camera
		}
		for j := range shards[i].edges {
			if s := &shards[i].edges[j]; s.ay < mid && mid < s.by {
				c.active = append(c.active, crossingEdge{s.at(mid), onGrid(s.at(y0)), onGrid(s.at(y1)), i})
			}
		}
	}
	slices.SortFunc(c.active, func(a, b crossingEdge) int {
		return cmp.Or(cmp.Compare(a.mid, b.mid), a.shard-b.shard)
	})
	lo := crossingEdge{lo: e.MinX, hi: e.MinX}
	emit := func(hi crossingEdge) {
		if n == 0 || hi.lo <= lo.lo && hi.hi <= lo.hi {
			return
		}
		c.slabs.quads = append(c.slabs.quads, quad{line, int8(min(n, mostCovers)), lo.lo, hi.lo, lo.hi, hi.hi})
		if n == 1 {
			c.plot.lone[which] += (y1 - y0) * (hi.lo - lo.lo + hi.hi - lo.hi) / 2
		}
	}
	for _, x := range c.active {
		// Where edges meet, rounding must not put one before the other.
		x.lo, x.hi = min(max(x.lo, lo.lo), e.MaxX), min(max(x.hi, lo.hi), e.MaxX)
		emit(x)
		if c.on[x.shard] = !c.on[x.shard]; c.on[x.shard] {
			n++
		} else {
			n--
		}
		which ^= shards[x.shard].camera
		lo = x
	}
	emit(crossingEdge{lo: e.MaxX, hi: e.MaxX})
}

// onlyAreas drops points and lines that areas share where they touch.
func onlyAreas(g orb.Geometry) orb.Geometry {
	polygons := geo.Polygons(g)
	polygons = slices.DeleteFunc(polygons, func(p orb.Polygon) bool { return geo.Area(p) <= leastArea_m2/100 })
	if len(polygons) == 0 {
		return nil
	}
	return orb.MultiPolygon(polygons)
}
