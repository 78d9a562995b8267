package survey

import (
	"math"

	"github.com/paulmach/orb"
)

// tracer counts buildings along paths. It is for one goroutine.
type tracer struct {
	q    *squares
	seen []int32 // by building: the path it was last met on
	path int32
}

func newTracer(q *squares) *tracer { return &tracer{q: q, seen: make([]int32, len(q.top))} }

// block counts the buildings that stand above the straight path from an antenna to a
// phone, both with their heights, besides the one under the antenna and the one
// around the phone; insideM is how far behind the wall of the latter the phone is.
// The squares that the path runs through are visited in order (Amanatides and Woo).
func (t *tracer) block(from, to orb.Point, zFrom, zTo float64) (n int, insideM float64) {
	q := t.q
	t.path++
	length := math.Hypot(to[0]-from[0], to[1]-from[1])
	host, holder := q.label[q.at(from)], q.label[q.at(to)]
	entered := 0.0
	w := newWalk(q, from, to)
	for {
		at, next := w.at, w.next()
		label := q.label[w.row*q.cols+w.col]
		if label != holder {
			entered = next
		}
		if label != 0 && label != host && label != holder && t.seen[label] != t.path {
			if low := min(zFrom+(zTo-zFrom)*at, zFrom+(zTo-zFrom)*next); low < q.top[label] {
				t.seen[label] = t.path
				n++
			}
		}
		if !w.step() {
			break
		}
	}
	if holder != 0 {
		insideM = (1 - entered) * length
	}
	return n, insideM
}

// walk goes from square to square along a segment.
type walk struct {
	col, row         int
	left             int // squares still to enter
	stepX, stepY     int
	nextX, nextY     float64 // where the next column and row begin, as fractions
	acrossX, acrossY float64 // how long a column and a row are
	at               float64
}

func newWalk(q *squares, from, to orb.Point) walk {
	a, b := q.at(from), q.at(to)
	w := walk{col: a % q.cols, row: a / q.cols}
	w.left = abs(b%q.cols-w.col) + abs(b/q.cols-w.row)
	w.stepX, w.nextX, w.acrossX = axis(from[0], to[0], q.west, q.side, w.col, b%q.cols)
	w.stepY, w.nextY, w.acrossY = axis(from[1], to[1], q.south, q.side, w.row, b/q.cols)
	return w
}

func axis(from, to, origin, side float64, at, end int) (step int, next, across float64) {
	switch {
	case end > at:
		return 1, (origin + float64(at+1)*side - from) / (to - from), side / (to - from)
	case end < at:
		return -1, (origin + float64(at)*side - from) / (to - from), side / (from - to)
	}
	return 0, math.Inf(1), 0
}

// next is where the path leaves the square, as a fraction.
func (w *walk) next() float64 { return min(w.nextX, w.nextY, 1) }

// step goes to the next square; false at the end.
func (w *walk) step() bool {
	if w.left == 0 {
		return false
	}
	w.left--
	if w.nextX < w.nextY {
		w.col += w.stepX
		w.at = w.nextX
		w.nextX += w.acrossX
	} else {
		w.row += w.stepY
		w.at = w.nextY
		w.nextY += w.acrossY
	}
	return true
}

func abs(v int) int {
	if v < 0 {
		return -v
	}
	return v
}
