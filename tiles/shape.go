package tiles

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// kind is a geometry type of the tile format.
type kind uint8

const (
	noKind kind = iota
	pointKind
	lineKind
	areaKind
)

// outcome tells what became of a geometry.
type outcome uint8

const (
	away     outcome = iota // nothing of it is in the tile, or it is too small
	isDrawn                 // geometry was appended
	isFaulty                // it cannot be drawn
)

// window is the part of a tile in which one kind of geometry is drawn.
type window struct {
	box box
	// reach is in degrees and a little larger than the box: what does not touch it
	// is not in the window. What is within core, a little smaller, is not cut.
	reach, core geo.Extent
}

func newWindow(c Coord, buffer int) window {
	const slack = 2 // units; rounding moves a point by less than one
	return window{
		box:   tileBox(buffer),
		reach: worldless(c, float64(buffer+slack)),
		core:  worldless(c, float64(buffer-slack)),
	}
}

// worldless is like Coord.grown, but goes on beyond the end of the world, where
// geometry is still cut at the buffer.
func worldless(c Coord, margin float64) geo.Extent {
	n := math.Exp2(float64(c.Z))
	m := margin / Extent
	x, y := float64(c.X), float64(c.Y)
	lat := func(row float64) float64 { return math.Atan(math.Sinh(math.Pi*(1-2*row/n))) * 180 / math.Pi }
	return geo.Extent{
		MinX: (x-m)/n*360 - 180, MinY: lat(y + 1 + m),
		MaxX: (x+1+m)/n*360 - 180, MaxY: lat(y - m),
	}
}

// cull tells how an extent lies to the window: away from it, or wholly within, in
// which case nothing need be cut and cull is nil.
func (w *window) cull(e geo.Extent) (cull *geo.Extent, touches bool) {
	if !e.Touches(w.reach) {
		return nil, false
	}
	if e.MinX >= w.core.MinX && e.MaxX <= w.core.MaxX && e.MinY >= w.core.MinY && e.MaxY <= w.core.MaxY {
		return nil, true
	}
	return &w.reach, true
}

// shaper draws geometries into one tile, as commands of the tile format. It keeps
// its buffers from one geometry to the next.
type shaper struct {
	tracer
	tolerance           float64
	points, lines, area window

	line   []pt // points, or the vertices of the line parts
	parts  [][2]int
	cutter ringCutter
	rings  ringSet
	valid  validator
	tiny   tinyArea
	faulty bool
}

// tinyArea is the largest area that vanished by rounding.
type tinyArea struct {
	at   pt
	size float64 // square units; 0 when there is none
}

func (s *shaper) aim(c Coord, f *frame, o *Options) {
	s.frame = f
	s.tolerance = 0
	if c.Z < o.FullZoom {
		s.tolerance = o.Tolerance
	}
	s.points, s.lines, s.area = newWindow(c, o.PointBuffer), newWindow(c, o.LineBuffer), newWindow(c, o.AreaBuffer)
}

// size is about how many bytes the buffers take.
func (s *shaper) size() int {
	const point, edge = 16, 72
	points := cap(s.grid) + cap(s.block) + cap(s.line) + cap(s.rings.points) +
		cap(s.cutter.from.points) + cap(s.cutter.to.points)
	return points*point + cap(s.valid.segments)*edge
}

// kinds tells which kinds of geometry are in g, by bit.
func kinds(g orb.Geometry) uint8 {
	switch g := g.(type) {
	case orb.Point, orb.MultiPoint:
		return 1 << pointKind
	case orb.LineString, orb.MultiLineString:
		return 1 << lineKind
	case orb.Ring, orb.Polygon, orb.MultiPolygon, orb.Bound:
		return 1 << areaKind
	case orb.Collection:
		var all uint8
		for _, m := range g {
			all |= kinds(m)
		}
		return all
	}
	return 0
}

// draw appends the commands for all of g that is of kind k to dst.
func (s *shaper) draw(dst []byte, g orb.Geometry, k kind) ([]byte, outcome) {
	s.line, s.parts, s.faulty, s.tiny = s.line[:0], s.parts[:0], false, tinyArea{}
	s.rings.reset()
	s.gather(g, k)
	before := len(dst)
	switch k {
	case pointKind:
		dst = s.writePoints(dst)
	case lineKind:
		dst = s.writeLines(dst)
	case areaKind:
		dst = s.writeAreas(dst)
	}
	switch {
	case s.faulty:
		return dst[:before], isFaulty
	case len(dst) == before:
		return dst, away
	}
	return dst, isDrawn
}

func (s *shaper) gather(g orb.Geometry, k kind) {
	if kinds(g)>>k&1 == 0 {
		return
	}
	switch g := g.(type) {
	case orb.Point:
		s.addPoint(g)
	case orb.MultiPoint:
		for _, p := range g {
			s.addPoint(p)
		}
	case orb.LineString:
		s.addLine(g)
	case orb.MultiLineString:
		for _, l := range g {
			s.addLine(l)
		}
	case orb.Ring:
		s.addArea(orb.Polygon{g})
	case orb.Bound:
		s.addArea(g.ToPolygon())
	case orb.Polygon:
		s.addArea(g)
	case orb.MultiPolygon:
		for _, p := range g {
			s.addArea(p)
		}
	case orb.Collection:
		for _, m := range g {
			s.gather(m, k)
		}
	}
}

func (s *shaper) addPoint(p orb.Point) {
	if !finite(p) {
		s.faulty = true
		return
	}
	if !s.points.reach.Contains(p) {
		return
	}
	if at := snap(s.frame.at(p)); s.points.box.holds(at) {
		s.line = append(s.line, at)
	}
}

func (s *shaper) addLine(l orb.LineString) {
	e, ok := extent(l)
	if !ok {
		s.faulty = true
		return
	}
	cull, touches := s.lines.cull(e)
	if !touches {
		return
	}
	line := s.trace(l, false, cull, s.tolerance)
	if cull != nil {
		s.line, s.parts = cutLine(line, s.lines.box, s.line, s.parts)
		return
	}
	if line = straighten(line); len(line) > 1 {
		from := len(s.line)
		s.line = append(s.line, line...)
		s.parts = append(s.parts, [2]int{from, len(s.line)})
	}
}

// addArea adds the rings of a polygon, cut and tidy but not yet known to be valid.
func (s *shaper) addArea(polygon orb.Polygon) {
	if len(polygon) == 0 {
		return
	}
	outer, ok := extent(polygon[0])
	for _, hole := range polygon[1:] {
		_, fine := extent(hole)
		ok = ok && fine
	}
	if !ok {
		s.faulty = true
		return
	}
	cull, touches := s.area.cull(outer)
	if !touches || flat(polygon[0], outer) {
		return
	}
	s.cutter.from.reset()
	if !s.addRing(polygon[0], cull, true) {
		s.noteTiny(outer)
		return
	}
	for _, hole := range polygon[1:] {
		s.addRing(hole, cull, false)
	}
	if cull != nil {
		s.cutter.cut(s.area.box)
	}
	for i := range s.cutter.from.rings {
		if ring := tidy(s.cutter.from.ring(i)); len(ring) > 2 {
			s.rings.add(ring...)
		}
	}
}

// addRing traces a ring; false when nothing of it is left on the grid.
func (s *shaper) addRing(r orb.Ring, cull *geo.Extent, outline bool) bool {
	if n := len(r); n > 1 && r[0] == r[n-1] {
		r = r[:n-1]
	}
	if len(r) < 3 {
		return false
	}
	ring := s.trace(r, true, cull, s.tolerance)
	if len(ring) < 3 && s.tolerance > 0 {
		// Narrow, but perhaps not too narrow for the grid.
		ring = s.trace(r, true, cull, 0)
	}
	if len(ring) < 3 {
		return false
	}
	if (farArea(ring) > 0) != outline {
		slices.Reverse(ring)
	}
	s.cutter.from.add(ring...)
	return true
}

// farArea is like area2, for rings whose coordinates are too large for it.
func farArea(ring []pt) float64 {
	sum := 0.0
	o := ring[0]
	for i := 2; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		sum += float64(a[0]-o[0])*float64(b[1]-o[1]) - float64(b[0]-o[0])*float64(a[1]-o[1])
	}
	return sum
}

// noteTiny remembers where an area was that rounding left nothing of. One that is
// long and narrow is not remembered, since a square would not stand for it.
func (s *shaper) noteTiny(e geo.Extent) {
	const most = 2 // units along a side
	a, b := s.frame.at(orb.Point{e.MinX, e.MaxY}), s.frame.at(orb.Point{e.MaxX, e.MinY})
	size := (b.x - a.x) * (b.y - a.y)
	if b.x-a.x > most || b.y-a.y > most || size <= s.tiny.size {
		return
	}
	at := pt{int64(math.Floor((a.x + b.x) / 2)), int64(math.Floor((a.y + b.y) / 2))}
	if s.area.box.holds(at) && s.area.box.holds(pt{at[0] + 1, at[1] + 1}) {
		s.tiny = tinyArea{at: at, size: size}
	}
}

// flat tells whether all of a ring lies on one straight, but for the rounding of
// its coordinates. A bow-tie, whose halves cancel out, is not flat.
func flat(r orb.Ring, e geo.Extent) bool {
	const rounding = 1e-6 // of the area of the extent
	most := rounding * (e.MaxX - e.MinX) * (e.MaxY - e.MinY)
	sum := 0.0
	for i := 1; i < len(r); i++ {
		sum += cross2(r[0], r[i-1], r[i])
	}
	if math.Abs(sum) > most {
		return false
	}
	far, dist := r[0], 0.0
	for _, p := range r {
		if d := math.Abs(p[0]-r[0][0]) + math.Abs(p[1]-r[0][1]); d > dist {
			far, dist = p, d
		}
	}
	for _, p := range r {
		if math.Abs(cross2(r[0], far, p)) > most {
			return false
		}
	}
	return true
}

func cross2(a, b, c orb.Point) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
}

func finite(p orb.Point) bool {
	// The difference is NaN for what is not finite.
	return p[0]-p[0] == 0 && p[1]-p[1] == 0
}

// extent is the extent of a line; false when a coordinate is not finite.
func extent(line []orb.Point) (geo.Extent, bool) {
	if len(line) == 0 {
		return geo.EmptyExtent(), true
	}
	e := geo.Extent{MinX: line[0][0], MaxX: line[0][0], MinY: line[0][1], MaxY: line[0][1]}
	for _, p := range line {
		if !finite(p) {
			return e, false
		}
		if p[0] < e.MinX {
			e.MinX = p[0]
		} else if p[0] > e.MaxX {
			e.MaxX = p[0]
		}
		if p[1] < e.MinY {
			e.MinY = p[1]
		} else if p[1] > e.MaxY {
			e.MaxY = p[1]
		}
	}
	return e, true
}

func (s *shaper) writePoints(dst []byte) []byte {
	if len(s.line) > 1 {
		slices.SortFunc(s.line, func(a, b pt) int { return cmp.Or(cmp.Compare(a[1], b[1]), cmp.Compare(a[0], b[0])) })
		s.line = slices.Compact(s.line)
	}
	if len(s.line) == 0 {
		return dst
	}
	var c cursor
	return c.points(dst, s.line)
}

func (s *shaper) writeLines(dst []byte) []byte {
	var c cursor
	for _, part := range s.parts {
		dst = c.path(dst, s.line[part[0]:part[1]])
	}
	return dst
}

func (s *shaper) writeAreas(dst []byte) []byte {
	var c cursor
	if len(s.rings.rings) == 0 {
		if x, y := s.tiny.at[0], s.tiny.at[1]; s.tiny.size > 0 {
			dst = c.ring(dst, []pt{{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}})
		}
		return dst
	}
	owner, ok := s.valid.areas(&s.rings)
	if !ok {
		if err := repair(&s.rings); err != nil {
			s.faulty = true
			return dst
		}
		for i := range s.rings.rings {
			dst = c.ring(dst, s.rings.ring(i))
		}
		return dst
	}
	for i, o := range owner {
		if o != i {
			continue
		}
		dst = c.ring(dst, s.rings.ring(i))
		for j, of := range owner {
			if of == i && j != i {
				dst = c.ring(dst, s.rings.ring(j))
			}
		}
	}
	return dst
}
