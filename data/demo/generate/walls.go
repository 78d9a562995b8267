package main

import (
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// whereOn is how far along a line a point on it lies.
func whereOn(l orb.LineString, at orb.Point) float64 { return geo.NearestOnLine(l, at).Along }

func sortGates(gates []compoundGate) {
	slices.SortFunc(gates, func(a, b compoundGate) int {
		if a.perimeter < b.perimeter {
			return -1
		}
		return 1
	})
}

// cut is the part of a closed line of a given length between two distances from
// its start; to may lie beyond the end, on the next round.
func cut(closed orb.LineString, length, from, to float64) orb.LineString {
	at, _ := along(closed, from)
	out := orb.LineString{at}
	for _, round := range []float64{0, length} {
		walked := round
		for i := 1; i < len(closed); i++ {
			walked += geo.Distance(closed[i-1], closed[i])
			if walked > from+touch && walked < to-touch {
				out = append(out, closed[i])
			}
		}
	}
	if to > length {
		to -= length
	}
	end, _ := along(closed, to)
	return append(out, end)
}
