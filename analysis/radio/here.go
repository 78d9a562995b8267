package radio

import (
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/radio/link"
	"yiju/geo"
)

// Here is what all cells give at a place.
type Here struct {
	Indoor bool
	// Covered tells that the best server of a carrier meets the thresholds.
	Covered bool
	// Links are those of the strongest cells, strongest first.
	Links []Link
}

// Here computes all cells that reach a place, in metres of the scene's CRS, and
// explains the strongest of them. Link gives the same for one cell, and Tiles finds
// the same coverage at the centres of pixels.
func (m *Model) Here(at orb.Point, most int) Here {
	s := m.receiver(at)
	out := Here{Indoor: len(s.holders) > 0}
	var of []int // transmitter by link
	sums, best := make(map[int]float64), make(map[int]int)
	for i, t := range m.transmitters {
		if geo.Distance(t.at, at) > m.params.ReachM {
			continue
		}
		l := m.budget(t, &s)
		if b, ok := best[t.carrier]; !ok || l.RSRPdBm > out.Links[b].RSRPdBm {
			best[t.carrier] = len(out.Links)
		}
		sums[t.carrier] += milliwatts(l.RSRPdBm)
		out.Links, of = append(out.Links, l), append(of, i)
	}
	order := make([]int, len(of))
	for k := range of {
		t, l := m.transmitters[of[k]], &out.Links[k]
		own := milliwatts(l.RSRPdBm)
		l.SINRdB = link.SINRdB(own, max(0, sums[t.carrier]-own), *m.params.LoadShare, t.noise)
		l.Probability = link.Q((m.params.Thresholds.RSRPdBm - l.RSRPdBm) / l.SigmaDB)
		out.Covered = out.Covered || best[t.carrier] == k && m.params.Thresholds.met(l)
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case out.Links[a].RSRPdBm > out.Links[b].RSRPdBm:
			return -1
		case out.Links[a].RSRPdBm < out.Links[b].RSRPdBm:
			return 1
		}
		return 0
	})
	strongest := make([]Link, min(most, len(order)))
	for k := range strongest {
		t := m.transmitters[of[order[k]]]
		strongest[k] = out.Links[order[k]]
		strongest[k].Blockers = m.blockers(t, &s)
		strongest[k].Flags = linkFlags(t, strongest[k].DistanceM)
	}
	out.Links = strongest
	return out
}

// met tells whether a link is enough.
func (t *Thresholds) met(l *Link) bool {
	if t.SINRdB != nil && l.SINRdB < *t.SINRdB {
		return false
	}
	if t.Probability != nil {
		return l.Probability >= *t.Probability
	}
	return l.RSRPdBm >= t.RSRPdBm
}

// linkFlags are those of a transmitter and of a distance from it.
func linkFlags(t *transmitter, distanceM float64) []string {
	flags := slices.Clone(t.flags)
	switch {
	case distanceM < nearM:
		flags = append(flags, "too_near")
	case distanceM > farM:
		flags = append(flags, "too_far")
	}
	return flags
}
