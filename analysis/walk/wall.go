package walk

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/overlay"
)

// wall is a line that nobody walks through: a wall or fence, or the boundary of a
// gated compound that has no wall drawn along it.
type wall struct {
	id       string
	line     []orb.Point
	compound bool
}

// wallMark says that a wall passes through a vertex of a strand.
type wallMark struct {
	vertex int32
	strand int32
	at     segRef // segment of the wall
}

// drawnWallM is how near, in metres, a drawn wall makes the boundary of a gated
// compound superfluous: the wall is then what stops people.
const drawnWallM = insetM + 5

// collectWalls lists drawn walls and the boundaries of gated compounds.
func (b *plan) collectWalls() {
	for i := range b.scene.Layers["barriers"] {
		f := &b.scene.Layers["barriers"][i]
		kind, _ := f.Text("kind")
		if foot, _ := f.Text("foot"); foot == "yes" || !slices.Contains(b.rules.walls, kind) || !geo.Finite(f.Geometry) {
			continue
		}
		b.addWalls(f, false)
	}
	drawn := len(b.wallSegs)
	drawnGrid := b.gridOfWalls()
	for i := range b.scene.Layers["compounds"] {
		f := &b.scene.Layers["compounds"][i]
		if gated, _ := f.Bool("gated"); gated && geo.Finite(f.Geometry) {
			inner := *f
			inner.Geometry = inset(f.Geometry)
			b.addWalls(&inner, true)
		}
	}
	kept := b.wallSegs[:drawn]
	for _, r := range b.wallSegs[drawn:] {
		kept = append(kept, b.undrawn(drawnGrid, r)...)
	}
	b.wallSegs = kept
	b.wallGrid = b.gridOfWalls()
}

// insetM is how far inside its boundary, in metres, a gated compound without walls
// is taken to be closed: boundaries are drawn along streets, a little on this side
// or that, and shops in the outer row face the street.
const insetM = 5

// inset moves the boundary of a compound inwards; a compound too narrow for that
// keeps it.
func inset(g orb.Geometry) orb.Geometry {
	inner, err := overlay.Buffer(g, -insetM, overlay.Round)
	if err != nil || inner == nil {
		return g
	}
	return inner
}

func (b *plan) addWalls(f *geo.Feature, compound bool) {
	add := func(line []orb.Point) {
		if len(line) < 2 {
			return
		}
		w := int32(len(b.walls))
		b.walls = append(b.walls, wall{f.ID, slices.Clone(line), compound})
		for k := range len(line) - 1 {
			b.wallSegs = append(b.wallSegs, segRef{w, int32(k)})
		}
	}
	for _, line := range geo.Lines(f.Geometry) {
		add(line)
	}
	for _, poly := range geo.Polygons(f.Geometry) {
		for _, ring := range poly {
			add(ring)
		}
	}
}

func (b *plan) gridOfWalls() *grid {
	return newGrid(len(b.wallSegs), func(i int) geo.Extent { return segmentExtent(b.wallSegment(b.wallSegs[i])) })
}

func (b *plan) wallSegment(r segRef) (from, to orb.Point) {
	line := b.walls[r.line].line
	return line[r.seg], line[r.seg+1]
}

// undrawn gives the parts of a segment of a compound's boundary that no drawn
// wall accompanies. Parts are told apart at a spacing of drawnWallM; each becomes
// a wall of its own, so that the gaps between them are gaps.
func (b *plan) undrawn(drawn *grid, r segRef) []segRef {
	from, to := b.wallSegment(r)
	n := min(max(1, int(math.Ceil(geo.Distance(from, to)/drawnWallM))), 2000)
	covered := func(p orb.Point) bool {
		found := false
		drawn.each(pointExtent(p, drawnWallM), func(i int32) bool {
			a, c := b.wallSegment(b.wallSegs[i])
			q, _ := geo.NearestOnSegment(a, c, p)
			found = geo.Distance(p, q) <= drawnWallM
			return !found
		})
		return found
	}
	anyCovered := false
	free := make([]bool, n)
	for i := range free {
		free[i] = !covered(along(from, to, (float64(i)+0.5)/float64(n)))
		anyCovered = anyCovered || !free[i]
	}
	if !anyCovered {
		return []segRef{r}
	}
	var out []segRef
	for lo := 0; lo < n; {
		hi := lo
		for hi < n && free[hi] {
			hi++
		}
		if hi > lo {
			part := []orb.Point{along(from, to, float64(lo)/float64(n)), along(from, to, float64(hi)/float64(n))}
			out = append(out, segRef{int32(len(b.walls)), 0})
			b.walls = append(b.walls, wall{b.walls[r.line].id, part, true})
		}
		lo = hi + 1
	}
	return out
}

// markWalls finds where walls pass through strands on the ground. The places
// become vertices.
func (b *plan) markWalls() {
	if len(b.wallSegs) == 0 {
		return
	}
	extents := make([]geo.Extent, len(b.wallSegs))
	for i, w := range b.wallSegs {
		extents[i] = segmentExtent(b.wallSegment(w))
	}
	for _, r := range b.segs {
		if !b.strands[r.line].walk.grounded {
			continue
		}
		from, to := b.segment(r)
		around := segmentExtent(from, to).Grow(2 * sameM)
		b.wallGrid.each(segmentExtent(from, to).Grow(sameM), func(i int32) bool {
			if around.Touches(extents[i]) { // which most in a cell do not
				b.markWall(r, from, to, b.wallSegs[i])
			}
			return true
		})
	}
}

// markWall looks at one segment of a strand and one of a wall.
func (b *plan) markWall(r segRef, from, to orb.Point, w segRef) {
	if b.walls[w.line].compound && b.strands[r.line].walk.thorough {
		return
	}
	a, c := b.wallSegment(w)
	mark := func(v int32) { b.wallMarks = append(b.wallMarks, wallMark{v, r.line, w}) }
	touches := func(p orb.Point) bool {
		q, _ := geo.NearestOnSegment(a, c, p)
		return geo.Distance(p, q) <= sameM
	}
	v := b.strands[r.line].v
	fromOn, toOn := touches(from), touches(to)
	if fromOn {
		mark(v[r.seg])
	}
	if toOn {
		mark(v[r.seg+1])
	}
	if fromOn || toOn {
		return
	}
	for _, p := range [2]orb.Point{a, c} { // the way passes through an end of the segment
		if q, t := geo.NearestOnSegment(from, to, p); geo.Distance(p, q) <= sameM {
			mark(b.vertexOn(r, t))
			return
		}
	}
	if t, ok := properCrossing(from, to, a, c); ok {
		mark(b.vertexOn(r, t))
	}
}

// touchM is how far, in metres, the ends of an off-network walk may reach into a
// wall: doors are drawn on walls.
const touchM = 0.1

// wallBetween gives the wall that the straight walk from p to q goes through, or
// -1. Walls that merely touch an end of it do not count.
func wallBetween(walls []wall, segs []segRef, index *grid, p, q orb.Point) int32 {
	length := geo.Distance(p, q)
	if length <= 2*touchM || len(segs) == 0 {
		return -1
	}
	t := touchM / length
	p, q = along(p, q, t), along(p, q, 1-t)
	found := int32(-1)
	index.each(segmentExtent(p, q), func(i int32) bool {
		line := walls[segs[i].line].line
		if passesThrough(p, q, line[segs[i].seg], line[segs[i].seg+1]) {
			found = segs[i].line
		}
		return found < 0
	})
	return found
}

// rays gives the directions in which a wall leaves the vertex at p: two where it
// passes, one where it ends.
func (b *builder) rays(m wallMark, p orb.Point) []float64 {
	line := b.walls[m.at.line].line
	i := int(m.at.seg)
	last := len(line) - 1
	closed := last > 0 && line[0] == line[last]
	from, to := line[i], line[i+1]
	var out []float64
	switch {
	case geo.Distance(p, from) <= sameM:
		out = append(out, bearing(p, to))
		if i > 0 {
			out = append(out, bearing(p, line[i-1]))
		} else if closed {
			out = append(out, bearing(p, line[last-1]))
		}
	case geo.Distance(p, to) <= sameM:
		out = append(out, bearing(p, from))
		if i+2 <= last {
			out = append(out, bearing(p, line[i+2]))
		} else if closed {
			out = append(out, bearing(p, line[1]))
		}
	default:
		out = append(out, bearing(p, from), bearing(p, to))
	}
	return out
}

// sameRay is the difference in radians within which two directions are one.
const sameRay = 1e-4

// raysAt gives the directions of all walls at a vertex, sorted, each once.
func (b *builder) raysAt(v int32, marks []wallMark) []float64 {
	var all []float64
	for _, m := range marks {
		all = append(all, b.rays(m, b.verts[v])...)
	}
	slices.Sort(all)
	all = slices.CompactFunc(all, func(x, y float64) bool { return math.Abs(y-x) <= sameRay })
	if n := len(all); n > 1 && all[0]+2*math.Pi-all[n-1] <= sameRay {
		all = all[:n-1]
	}
	return all
}

// sector numbers the space between walls that a direction leads into; -1 when it
// leads along a wall.
func sector(rays []float64, direction float64) int {
	for _, r := range rays {
		d := math.Abs(direction - r)
		if d <= sameRay || 2*math.Pi-d <= sameRay {
			return -1
		}
	}
	i, _ := slices.BinarySearch(rays, direction)
	return i % len(rays)
}

func compareMarks(x, y wallMark) int {
	return cmp.Or(cmp.Compare(x.vertex, y.vertex), cmp.Compare(x.at.line, y.at.line), cmp.Compare(x.at.seg, y.at.seg), cmp.Compare(x.strand, y.strand))
}
