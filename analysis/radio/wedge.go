package radio

import (
	"math"

	"github.com/paulmach/orb"
)

// wedge is what lies behind a wall, seen from an antenna. Lengths are in pixels from
// the antenna.
type wedge struct {
	a, b orb.Point // ends of the wall, b to the left of a
	// rho of a place is rx·x + ry·y.
	rx, ry float64
	// faces tells that the wall's outside faces the antenna.
	faces bool
}

// span is a range of ρ, both ends included.
type span struct{ from, to float64 }

// aim makes the wedge of a wall; false for one that is seen end on.
func (g *wedge) aim(s *shade, w *wall) bool {
	at := s.t.at
	a := orb.Point{(w.a[0] - at[0]) * s.scale, (w.a[1] - at[1]) * s.scale}
	b := orb.Point{(w.b[0] - at[0]) * s.scale, (w.b[1] - at[1]) * s.scale}
	k := cross(a, b)
	if k == 0 {
		return false
	}
	g.faces = k < 0
	if g.faces {
		a, b, k = b, a, -k
	}
	g.a, g.b = a, b
	g.rx, g.ry = (b[1]-a[1])/k, (a[0]-b[0])/k
	return true
}

// farRho stands for an infinite ρ: no pixel is so far behind a wall.
const farRho = 1e9

// bound is a limit of a row: x ≥ or ≤ at + slope·y.
type bound struct{ at, slope float64 }

// edges are the limits of the rows of a wedge.
type edges struct {
	left, right   [4]bound
	nLeft, nRight int
	low, high     float64 // of y
}

// need adds the condition p·x + q·y ≥ r.
func (e *edges) need(p, q, r float64) {
	switch {
	case p > 0:
		e.left[e.nLeft] = bound{r / p, -q / p}
		e.nLeft++
	case p < 0:
		e.right[e.nRight] = bound{r / p, -q / p}
		e.nRight++
	case q > 0:
		e.low = max(e.low, r/q)
	case q < 0:
		e.high = min(e.high, r/q)
	case r > 0:
		e.low = math.Inf(1)
	}
}

// each gives the pixels of the canvas in a part of the wedge, row by row, as the
// first and the last column.
func (g *wedge) each(s *shade, part span, f func(row, from, to int)) {
	if !(part.from <= part.to) {
		return
	}
	far := min(part.to, farRho)
	cols, rows := s.cv.grid.Cols, s.cv.grid.Rows
	low := min(g.a[1]*part.from, g.b[1]*part.from, g.a[1]*far, g.b[1]*far)
	high := max(g.a[1]*part.from, g.b[1]*part.from, g.a[1]*far, g.b[1]*far)
	west := min(g.a[0]*part.from, g.b[0]*part.from, g.a[0]*far, g.b[0]*far)
	east := max(g.a[0]*part.from, g.b[0]*part.from, g.a[0]*far, g.b[0]*far)
	if east+s.ax < 0 || west+s.ax > float64(cols-1) || high+s.ay < 0 || low+s.ay > float64(rows-1) {
		return
	}
	e := edges{low: low, high: high}
	e.need(-g.a[1], g.a[0], 0)
	e.need(g.b[1], -g.b[0], 0)
	e.need(g.rx, g.ry, part.from)
	if part.to < farRho {
		e.need(-g.rx, -g.ry, -part.to)
	}
	south, north := max(e.low+s.ay, 0), min(e.high+s.ay, float64(rows-1))
	if !(south <= north) {
		return
	}
	for row := int(math.Ceil(south)); row <= int(north); row++ {
		y := float64(row) - s.ay
		from, to := 0.0, float64(cols-1)
		for k := range e.nLeft {
			from = max(from, e.left[k].at+e.left[k].slope*y+s.ax)
		}
		for k := range e.nRight {
			to = min(to, e.right[k].at+e.right[k].slope*y+s.ax)
		}
		if to < from {
			continue
		}
		i, j := int(from), int(to)
		if float64(i) < from {
			i++
		}
		if i <= j {
			f(row, i, j)
		}
	}
}
