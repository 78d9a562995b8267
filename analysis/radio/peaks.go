package radio

import (
	"math"
	"math/bits"
)

// peaks are the greatest heights of the ground in squares of patches.
type peaks struct {
	cols, rows int
	z          []float32
}

// raise finds the peaks of patches, of squares of 2 by 2 of them, of 4 by 4, and so
// on.
func (g *ground) raise() {
	one := peaks{cols: max(g.cols-1, 1), rows: max(g.rows-1, 1)}
	one.z = make([]float32, one.cols*one.rows)
	for i := range one.z {
		c, r := i%one.cols, i/one.cols
		one.z[i] = float32(max(g.at(c, r), g.at(c+1, r), g.at(c, r+1), g.at(c+1, r+1)))
	}
	g.peaks = []peaks{one}
	for last := one; last.cols > 1 || last.rows > 1; {
		next := peaks{cols: (last.cols + 1) / 2, rows: (last.rows + 1) / 2}
		next.z = make([]float32, next.cols*next.rows)
		for i := range next.z {
			c, r := 2*(i%next.cols), 2*(i/next.cols)
			d, q := min(c+1, last.cols-1), min(r+1, last.rows-1)
			next.z[i] = max(last.z[r*last.cols+c], last.z[r*last.cols+d], last.z[q*last.cols+c], last.z[q*last.cols+d])
		}
		g.peaks = append(g.peaks, next)
		last = next
	}
}

// peak is no less than the ground anywhere in a rectangle, counted in nodes.
func (g *ground) peak(x0, y0, x1, y1 float64) float64 {
	p := &g.peaks[0]
	c0, c1 := clampInt(x0, p.cols), clampInt(x1, p.cols)
	r0, r1 := clampInt(y0, p.rows), clampInt(y1, p.rows)
	level := bits.Len(uint(max(c1-c0, r1-r0)))
	if level >= len(g.peaks) {
		level = len(g.peaks) - 1
	}
	p = &g.peaks[level]
	c0, c1, r0, r1 = c0>>level, c1>>level, r0>>level, r1>>level
	a, b := r0*p.cols, r1*p.cols
	return float64(max(p.z[a+c0], p.z[a+c1], p.z[b+c0], p.z[b+c1]))
}

// clampInt is the whole part of x, kept within 0 and n−1.
func clampInt(x float64, n int) int { return int(min(max(x, 0), float64(n-1))) }

// Sides of the squares of pixels that are tried together, each a part of the one
// before.
var blockSides = [...]int{32, 8, 4, 1}

// lows are the lowest phones in squares of pixels, for all sides but the last.
type lows [len(blockSides) - 1][]float64

func (l *lows) set(z []float64, g *Grid) {
	for k := range l {
		side := blockSides[k]
		cols, rows := (g.Cols+side-1)/side, (g.Rows+side-1)/side
		l[k] = resize(l[k], cols*rows)
		for i := range l[k] {
			l[k][i] = math.Inf(1)
		}
		for i, v := range z {
			at := i/g.Cols/side*cols + i%g.Cols/side
			l[k][at] = min(l[k][at], v)
		}
	}
}
