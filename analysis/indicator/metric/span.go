package metric

import (
	"cmp"
	"slices"
	"sort"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// track is a line that knows how many metres lie before each of its vertices.
type track struct {
	line    orb.LineString
	along_m []float64
}

func measured(line orb.LineString) track {
	t := track{line, make([]float64, len(line))}
	for i := 1; i < len(line); i++ {
		t.along_m[i] = t.along_m[i-1] + geo.Distance(line[i-1], line[i])
	}
	return t
}

func (t track) total() float64 { return t.along_m[len(t.along_m)-1] }

// at is the place after so many metres.
func (t track) at(along_m float64) orb.Point {
	i := sort.SearchFloat64s(t.along_m, along_m)
	switch {
	case i == 0:
		return t.line[0]
	case i == len(t.line):
		return t.line[i-1]
	case t.along_m[i] == along_m:
		return t.line[i]
	}
	share := (along_m - t.along_m[i-1]) / (t.along_m[i] - t.along_m[i-1])
	p, q := t.line[i-1], t.line[i]
	return orb.Point{p[0] + share*(q[0]-p[0]), p[1] + share*(q[1]-p[1])}
}

// piece cuts a stretch out of the line.
func (t track) piece(s span) orb.LineString {
	out := orb.LineString{t.at(s.from)}
	for i := range t.line {
		if t.along_m[i] > s.from && t.along_m[i] < s.to {
			out = append(out, t.line[i])
		}
	}
	return append(out, t.at(s.to))
}

// where lists the stretches between cuts of which the middle is so.
func (t track) where(cuts []float64, so func(orb.Point) bool) spans {
	slices.Sort(cuts)
	var out spans
	for i := 1; i < len(cuts); i++ {
		s := span{cuts[i-1], cuts[i]}
		if s.to-s.from > leastSpanM && so(t.at((s.from+s.to)/2)) {
			out = append(out, s)
		}
	}
	return out.joined()
}

// leastSpanM is the length in metres below which a stretch is nothing.
const leastSpanM = 1e-6

// span is a stretch of a line, in metres along it.
type span struct{ from, to float64 }

// spans are stretches of one line, in order and apart from one another.
type spans []span

// joined puts stretches in order and makes one of those that touch.
func (s spans) joined() spans {
	slices.SortFunc(s, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	out := s[:0]
	for _, x := range s {
		if n := len(out); n > 0 && x.from <= out[n-1].to+leastSpanM {
			out[n-1].to = max(out[n-1].to, x.to)
			continue
		}
		out = append(out, x)
	}
	return out
}

// and is what lies in both.
func (s spans) and(o spans) spans {
	var out spans
	for i, j := 0, 0; i < len(s) && j < len(o); {
		x := span{max(s[i].from, o[j].from), min(s[i].to, o[j].to)}
		if x.to-x.from > leastSpanM {
			out = append(out, x)
		}
		if s[i].to < o[j].to {
			i++
		} else {
			j++
		}
	}
	return out
}

// without is what of s lies outside o.
func (s spans) without(o spans) spans {
	var out spans
	for _, x := range s {
		for _, y := range o {
			if y.to <= x.from || y.from >= x.to {
				continue
			}
			if y.from-x.from > leastSpanM {
				out = append(out, span{x.from, y.from})
			}
			x.from = min(y.to, x.to)
		}
		if x.to-x.from > leastSpanM {
			out = append(out, x)
		}
	}
	return out
}

func (s spans) length() float64 {
	sum := 0.0
	for _, x := range s {
		sum += x.to - x.from
	}
	return sum
}
