package radio

import (
	"math"

	"github.com/paulmach/orb"
)

// sights are the lines of sight from an antenna to the pixels of a canvas, over the
// ground. Lengths are in nodes of the ground.
type sights struct {
	g      *ground
	s      *shade
	x, y   float64 // antenna
	z      float64
	px, py float64 // first pixel
	step   float64 // of pixels
}

// relief marks what the ground hides. Squares of pixels are tried together: where the
// peaks of the ground stay below all lines of sight to them, they are free. Those that
// are not free for certain are tried in smaller squares, from where it became
// uncertain, down to pixels, which are decided exactly.
func (m *Model) relief(s *shade) {
	if m.ground == nil {
		return
	}
	g, cv := m.ground, s.cv
	v := sights{
		g: g, s: s, x: (s.t.at[0] - g.west) / groundStepM, y: (s.t.at[1] - g.south) / groundStepM, z: s.t.z,
		px: (cv.grid.West - g.west) / groundStepM, py: (cv.grid.South - g.south) / groundStepM, step: cv.grid.ResM / groundStepM,
	}
	for r := 0; r < cv.grid.Rows; r += blockSides[0] {
		for c := 0; c < cv.grid.Cols; c += blockSides[0] {
			v.block(0, c, r, 0)
		}
	}
}

// block tries the square of pixels from (c, r) on, of the kth side, its lines of sight
// being free up to a fraction of them.
func (v *sights) block(k, c, r int, from float64) {
	cv, side := v.s.cv, blockSides[k]
	c1, r1 := min(c+side, cv.grid.Cols), min(r+side, cv.grid.Rows)
	if v.settled(c, r, c1, r1) {
		return
	}
	low := 0.0
	if side == 1 {
		low = cv.z[r*cv.grid.Cols+c]
	} else {
		low = cv.lows[k][r/side*((cv.grid.Cols+side-1)/side)+c/side]
	}
	free := v.free(float64(c), float64(r), float64(c1-1), float64(r1-1), low, from)
	switch {
	case free >= 1:
	case side == 1:
		v.exact(c, r, free)
	default:
		next := blockSides[k+1]
		for y := r; y < r1; y += next {
			for x := c; x < c1; x += next {
				v.block(k+1, x, y, free)
			}
		}
	}
}

// settled tells that nothing in a square of pixels is left to be decided.
func (v *sights) settled(c0, r0, c1, r1 int) bool {
	cv := v.s.cv
	if c1-c0 > blockSides[1] || v.s.diffracts {
		return false
	}
	for r := r0; r < r1; r++ {
		for c := c0; c < c1; c++ {
			if !v.s.isHidden(r, c) && cv.kind[r*cv.grid.Cols+c] != Outside {
				return false
			}
		}
	}
	return true
}

// free is up to where, as a fraction of them, the lines of sight to a rectangle of
// pixels are free for certain, from where they are known to be.
func (v *sights) free(c0, r0, c1, r1, low, from float64) float64 {
	dx0, dx1 := v.px+c0*v.step-v.x, v.px+c1*v.step-v.x
	dy0, dy1 := v.py+r0*v.step-v.y, v.py+r1*v.step-v.y
	far := max(math.Abs(dx0), math.Abs(dx1), math.Abs(dy0), math.Abs(dy1))
	// No step shorter than this pays, in nodes: as long as the rectangle is wide, or
	// half a patch.
	least := max((c1-c0)*v.step, 0.5) / max(far, 1)
	fall := low - v.z
	for step := 1 - from; from < 1; {
		to := min(from+step, 1)
		if v.g.peak(v.x+min(from*dx0, to*dx0), v.y+min(from*dy0, to*dy0), v.x+max(from*dx1, to*dx1), v.y+max(from*dy1, to*dy1)) <=
			v.z+min(from*fall, to*fall) {
			from = to
			step *= 2
			continue
		}
		if step /= 2; step < least {
			return from
		}
	}
	return 1
}

// exact decides a pixel whose line of sight is free up to a fraction.
func (v *sights) exact(c, r int, from float64) {
	cv, s := v.s.cv, v.s
	k := r*cv.grid.Cols + c
	if cv.kind[k] == Outside {
		return
	}
	p, z := cv.grid.At(c, r), cv.z[k]
	start := orb.Point{s.t.at[0] + from*(p[0]-s.t.at[0]), s.t.at[1] + from*(p[1]-s.t.at[1])}
	if !v.g.blocks(start, p, s.t.z+from*(z-s.t.z), z) {
		return
	}
	s.hide(r, c)
	if s.diffracts {
		at := receiver{at: p, z: z}
		s.edges[k] = max(s.edges[k], float32(v.g.edges(s.t, &at, float64(s.lengths[k]))))
	}
}
