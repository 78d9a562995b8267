package radio

import (
	"math"

	"yiju/analysis/radio/link"
)

// measure finds how long the paths of a canvas are.
func (s *shade) measure() {
	cv := s.cv
	s.edges, s.lengths = resize(s.edges, len(cv.kind)), resize(s.lengths, len(cv.kind))
	clear(s.edges)
	dz := cv.low - s.t.z
	for row := range cv.grid.Rows {
		dy := cv.grid.South + float64(row)*cv.grid.ResM - s.t.at[1]
		for c := range cv.grid.Cols {
			k := row*cv.grid.Cols + c
			if cv.z != nil {
				dz = cv.z[k] - s.t.z
			}
			dx := cv.grid.West + float64(c)*cv.grid.ResM - s.t.at[0]
			s.lengths[k] = float32(math.Sqrt(dx*dx + dy*dy + dz*dz))
		}
	}
}

// diffract notes the walls of a building on the ground that paths pass below their
// tops: all of them, since of two edges the lower may obstruct more.
func (s *shade) diffract(p *prism, i int32) {
	cv, hs := s.cv, s.t.z
	rise := p.topM - hs
	part := span{1, math.Inf(1)}
	switch {
	case rise > 0:
		part.from = max(1, (cv.low-hs)/rise)
	case rise < 0:
		part.to = (hs - cv.low) / -rise
	}
	if part.to <= 1 || farthest(&p.box, s.t.at)*part.to < s.near {
		return
	}
	mine := s.mine(p, i)
	s.mark(mine, true)
	wave := link.Wavelength(s.t.fGHz)
	for k := range p.walls {
		var g wedge
		if !g.aim(s, &p.walls[k]) {
			continue
		}
		g.each(s, part, func(row, from, to int) {
			y := float64(row) - s.ay
			for c := from; c <= to; c++ {
				k, z := row*cv.grid.Cols+c, cv.low
				if cv.z != nil {
					z = cv.z[k]
				}
				at := 1 / ((float64(c)-s.ax)*g.rx + y*g.ry)
				if above := rise - (z-hs)*at; above > 0 && s.own[row*shadeWords+c>>6]>>(c&63)&1 == 0 {
					s.edges[k] = max(s.edges[k], float32(edgeV2(above, float64(s.lengths[k]), at, wave)))
				}
			}
		})
	}
	s.mark(mine, false)
}

// mark sets or clears the pixels that a building holds.
func (s *shade) mark(mine *held, on bool) {
	if mine == nil {
		return
	}
	for _, r := range mine.runs {
		setBits(s.own[int(r.row)*shadeWords:], int(r.from), int(r.to)-1, on)
	}
}
