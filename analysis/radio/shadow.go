package radio

import (
	"math"
	"math/bits"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Behind a wall seen from an antenna, a phone is hidden where it is below the plane
// through the antenna and the top of the wall. At ρ times the wall's distance that
// plane is at height hs + (H−hs)·ρ, hs being that of the antenna and H that of the
// wall. So the pixels that a wall hides are those of a wedge with ρ from 1 to a
// limit, on flat ground, and those of a larger wedge below the plane elsewhere. Of a
// building as high as the antenna the walls that face it hide most, of a lower one
// those that face away: the others need not be looked at.

const shadeWords = TileSide / 64

// shade finds the pixels of a canvas that a cell cannot see. Lengths are in pixels
// from the antenna.
type shade struct {
	cv      *canvas
	t       *transmitter
	ax, ay  float64 // antenna, in columns and rows of the canvas
	scale   float64 // pixels per metre
	hidden  []uint64
	own     []uint64 // shadow of a building that holds pixels of the canvas
	near    float64  // distance of the canvas in metres
	left    orb.Point
	right   orb.Point // the canvas lies between these directions; unset within it
	bounded bool
	raised  []int32
	// counts are the buildings in the way of each pixel, where the calibration asks;
	// edges the squares of ν of the edge that obstructs most, and lengths how long
	// paths are, where blocked paths diffract.
	counting, diffracts bool
	counts              []uint16
	edges, lengths      []float32
	parts               []float64
	inside              []float32 // where the last wall is, as a fraction of the way, of indoor pixels
}

// begin aims at a canvas from a cell.
func (s *shade) begin(cv *canvas, t *transmitter, diffracts bool) {
	s.cv, s.t, s.scale = cv, t, 1/cv.grid.ResM
	s.counting, s.diffracts = t.counts, diffracts
	s.ax, s.ay = (t.at[0]-cv.grid.West)*s.scale, (t.at[1]-cv.grid.South)*s.scale
	n := cv.grid.Rows * shadeWords
	s.hidden, s.own = resize(s.hidden, n), resize(s.own, n)
	clear(s.hidden)
	clear(s.own)
	s.raised = s.raised[:0]
	if s.counting {
		s.counts = resize(s.counts, len(cv.kind))
		clear(s.counts)
	}
	if s.diffracts {
		s.measure()
	}
	s.aimAt(cv.box)
}

// aimAt finds the directions between which the tile lies.
func (s *shade) aimAt(box geo.Extent) {
	at := s.t.at
	dx := max(box.MinX-at[0], 0, at[0]-box.MaxX)
	dy := max(box.MinY-at[1], 0, at[1]-box.MaxY)
	s.near = math.Hypot(dx, dy)
	s.bounded = s.near > 0
	if !s.bounded {
		return
	}
	corners := box.Polygon()[0][:4]
	s.left, s.right = sub(corners[0], at), sub(corners[0], at)
	for _, c := range corners[1:] {
		d := sub(c, at)
		if cross(s.left, d) > 0 {
			s.left = d
		}
		if cross(s.right, d) < 0 {
			s.right = d
		}
	}
}

// apart tells that a box does not touch the directions between the antenna and the
// canvas.
func (s *shade) apart(e *geo.Extent) bool {
	if !s.bounded {
		return false
	}
	at := s.t.at
	// Right of the left direction and left of the right one is within.
	return reachOf(s.left[1], -s.left[0], e, at) < 0 || reachOf(-s.right[1], s.right[0], e, at) < 0
}

// reachOf is the greatest value of nx·x + ny·y over a box seen from a place.
func reachOf(nx, ny float64, e *geo.Extent, at orb.Point) float64 {
	x, y := e.MaxX, e.MaxY
	if nx < 0 {
		x = e.MinX
	}
	if ny < 0 {
		y = e.MinY
	}
	return nx*(x-at[0]) + ny*(y-at[1])
}

// shadows marks what buildings hide.
func (m *Model) shadows(s *shade) {
	e := s.cv.box
	e.IncludePoint(s.t.at)
	m.index.Each(e, func(i int) bool {
		p := &m.prisms[i]
		if !p.known || s.apart(&p.box) {
			return true
		}
		if _, own := slices.BinarySearch(s.t.exempt, int32(i)); own {
			return true
		}
		if p.raised {
			s.raised = append(s.raised, int32(i))
			return true
		}
		s.building(p, int32(i))
		if s.diffracts {
			s.diffract(p, int32(i))
		}
		return true
	})
	for _, i := range s.raised {
		m.shadowRaised(s, i)
	}
}

// building marks what a building on the ground hides, its own pixels excepted.
func (s *shade) building(p *prism, i int32) {
	rise := p.topM - s.t.z
	if s.overlooks(p, s.cv.low) {
		return
	}
	mine := s.mine(p, i)
	words := s.hidden
	if mine != nil || s.counting {
		words = s.own
	}
	for k := range p.walls {
		w := &p.walls[k]
		var g wedge
		if !g.aim(s, w) || p.oriented && g.faces != (rise >= 0) {
			continue
		}
		s.wall(&g, rise, words)
	}
	if mine != nil || s.counting {
		s.merge(mine)
	}
}

// overlooks tells that the antenna sees all phones from low up over a building,
// wherever in the canvas they are.
func (s *shade) overlooks(p *prism, low float64) bool {
	switch rise := p.topM - s.t.z; {
	case rise < 0:
		limit := (s.t.z - low) / -rise // of ρ
		return limit <= 1 || farthest(&p.box, s.t.at)*limit < s.near
	case rise == 0:
		return low >= s.t.z
	}
	return false
}

// mine is the pixels that a building holds; nil for none.
func (s *shade) mine(p *prism, i int32) *held {
	if !p.holds || !p.box.Touches(s.cv.box) {
		return nil
	}
	k, ok := slices.BinarySearchFunc(s.cv.held, i, func(h held, i int32) int { return int(h.prism - i) })
	if !ok {
		return nil
	}
	return &s.cv.held[k]
}

// farthest is no less than the distance of the farthest place of a box.
func farthest(e *geo.Extent, at orb.Point) float64 {
	dx, dy := max(at[0]-e.MinX, e.MaxX-at[0]), max(at[1]-e.MinY, e.MaxY-at[1])
	return math.Sqrt(dx*dx + dy*dy)
}

// merge adds the shadow of a building, without the pixels that it holds.
func (s *shade) merge(mine *held) {
	if mine != nil {
		for _, r := range mine.runs {
			setBits(s.own[int(r.row)*shadeWords:], int(r.from), int(r.to)-1, false)
		}
	}
	for k, v := range s.own {
		s.hidden[k] |= v
		for ; s.counting && v != 0; v &= v - 1 {
			s.count(k/shadeWords, k%shadeWords*64+bits.TrailingZeros64(v))
		}
	}
	clear(s.own)
}

// count counts a building in the way of a pixel.
func (s *shade) count(row, c int) {
	if n := &s.counts[row*s.cv.grid.Cols+c]; *n < math.MaxUint16 {
		*n++
	}
}

// wall marks what a wall hides whose top stands rise above the antenna.
func (s *shade) wall(g *wedge, rise float64, words []uint64) {
	cv, hs := s.cv, s.t.z
	surely, perhaps := span{1, math.Inf(1)}, span{1, math.Inf(1)}
	switch {
	case rise > 0:
		surely.from, perhaps.from = max(1, (cv.high-hs)/rise), max(1, (cv.low-hs)/rise)
	case rise < 0:
		surely.to, perhaps.to = (hs-cv.high)/-rise, (hs-cv.low)/-rise
	case cv.high >= hs: // as high as the antenna: what is lower is hidden
		surely.to = 0
	}
	g.each(s, surely, func(row, from, to int) { setBits(words[row*shadeWords:], from, to, true) })
	if cv.z == nil || surely == perhaps {
		return
	}
	rest := perhaps
	switch {
	case surely.to < surely.from: // nothing is sure
	case rise > 0:
		rest.to = surely.from
	case rise < 0:
		rest.from = max(surely.to, 1)
	}
	g.each(s, rest, func(row, from, to int) {
		y := float64(row) - s.ay
		for i := from; i <= to; i++ {
			rho := (float64(i)-s.ax)*g.rx + y*g.ry
			if hs+rise*rho > cv.z[row*cv.grid.Cols+i] {
				words[row*shadeWords+i>>6] |= 1 << (i & 63)
			}
		}
	})
}

// shadowRaised marks what a building hides that paths may pass below, pixel by
// pixel.
func (m *Model) shadowRaised(s *shade, i int32) {
	p, cv := &m.prisms[i], s.cv
	from, to := s.ring(p)
	mine := s.mine(p, i)
	s.mark(mine, true)
	try := func(row, c0, c1 int) {
		dy := cv.grid.South + float64(row)*cv.grid.ResM - s.t.at[1]
		for c := c0; c <= c1; c++ {
			dx := cv.grid.West + float64(c)*cv.grid.ResM - s.t.at[0]
			if d2 := dx*dx + dy*dy; d2 >= from*from && d2 <= to*to && s.own[row*shadeWords+c>>6]>>(c&63)&1 == 0 {
				s.tryRaised(p, row, c)
			}
		}
	}
	if p.box.Contains(s.t.at) {
		for row := range cv.grid.Rows {
			try(row, 0, cv.grid.Cols-1)
		}
	} else {
		var g wedge
		around := p.box.Polygon()[0]
		for k := 1; k < len(around); k++ {
			w := wall{around[k-1], around[k]}
			if g.aim(s, &w) && g.faces {
				g.each(s, span{1, math.Inf(1)}, try)
			}
		}
	}
	s.mark(mine, false)
}

// ring is from where to where, in metres from the antenna, phones may be whose paths
// meet a raised building: nearer ones are seen below it, farther ones above.
func (s *shade) ring(p *prism) (from, to float64) {
	hs, to := s.t.z, math.Inf(1)
	if hs > p.baseM {
		dx := max(p.box.MinX-s.t.at[0], 0, s.t.at[0]-p.box.MaxX)
		dy := max(p.box.MinY-s.t.at[1], 0, s.t.at[1]-p.box.MaxY)
		from = math.Sqrt(dx*dx+dy*dy) * max(1, (hs-s.cv.high)/(hs-p.baseM))
	}
	if hs > p.topM {
		to = farthest(&p.box, s.t.at) * max(1, (hs-s.cv.low)/(hs-p.topM))
	}
	return from, to
}

// tryRaised decides a raised building at a pixel.
func (s *shade) tryRaised(p *prism, row, c int) {
	cv := s.cv
	k := row*cv.grid.Cols + c
	if cv.kind[k] == Outside || s.isHidden(row, c) && !s.counting && !s.diffracts {
		return
	}
	r := receiver{at: cv.grid.At(c, row), z: cv.low}
	if cv.z != nil {
		r.z = cv.z[k]
	}
	s.parts = p.parts(s.t.at, r.at, s.parts[:0])
	if !p.meets(s.t, &r, s.parts) {
		return
	}
	s.hide(row, c)
	if s.counting {
		s.count(row, c)
	}
	if s.diffracts {
		s.edges[k] = max(s.edges[k], float32(p.edges(s.t, &r, float64(s.lengths[k]))))
	}
}

func (s *shade) isHidden(row, c int) bool { return s.hidden[row*shadeWords+c>>6]>>(c&63)&1 != 0 }

func (s *shade) hide(row, c int) { s.hidden[row*shadeWords+c>>6] |= 1 << (c & 63) }

// setBits sets or clears bits from to to, both included.
func setBits(words []uint64, from, to int, on bool) {
	for k := from >> 6; k <= to>>6; k++ {
		mask := ^uint64(0)
		if k == from>>6 {
			mask <<= from & 63
		}
		if k == to>>6 {
			mask &= ^uint64(0) >> (63 - to&63)
		}
		if on {
			words[k] |= mask
		} else {
			words[k] &^= mask
		}
	}
}
