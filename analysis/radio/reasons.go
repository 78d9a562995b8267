package radio

import (
	"cmp"
	"slices"

	"yiju/analysis"
	"yiju/geo"
)

// Reasons why a spot is what it is, in the order in which they are told where as
// many pixels have them.
const (
	reasonNoCell       = "no_cell"
	reasonBlocked      = "blocked"
	reasonGround       = "ground"
	reasonBeam         = "beam"
	reasonFar          = "far"
	reasonInterference = "interference"
	reasonMargin       = "margin"
)

var reasonOrder = []string{reasonBlocked, reasonGround, reasonBeam, reasonFar, reasonInterference, reasonMargin, reasonNoCell}

var reasons = []geo.Code{
	analysis.CodeOf(reasonNoCell, "收不到任何小区", "No cell is received"),
	analysis.CodeOf(reasonBlocked, "被建筑遮挡", "Blocked by a building"),
	analysis.CodeOf(reasonGround, "被地形遮挡", "Blocked by the ground"),
	analysis.CodeOf(reasonBeam, "在天线波束之外", "Outside the beam of the antenna"),
	analysis.CodeOf(reasonFar, "距离太远", "Too far away"),
	analysis.CodeOf(reasonInterference, "同频干扰", "Interference on the same frequency"),
	analysis.CodeOf(reasonMargin, "电平达标但余量不足", "Strong enough in the middle, not for the probability asked for"),
}

// beamLossDB is how much an antenna must lose beside its main direction for a place
// to count as outside its beam.
const beamLossDB = 12

// explain finds the reason that most pixels of a spot share.
func (r *answer) explain(s *spot) {
	counts := make(map[string]int)
	blockers := make(map[string]int)
	for _, p := range s.sample {
		why, building := r.reason(s.kind, p)
		counts[why]++
		if building != "" {
			blockers[building]++
		}
	}
	for _, why := range reasonOrder {
		if counts[why] > counts[s.reason] {
			s.reason = why
		}
	}
	if s.reason == reasonBlocked {
		s.building = mostCommon(blockers, "")
	}
	s.reasonPct = 100 * float64(counts[s.reason]) / float64(len(s.sample))
}

// reason tells why a pixel is not covered, or weak, by its strongest cell. Where the
// level is too low: what stands in the way, where the path would do if it were free;
// else the antenna, where it sends past the place and would do if it did not; else
// whichever of the two takes more; else the distance.
func (r *answer) reason(kind int32, p pixel) (why, building string) {
	if p.server < 0 {
		return reasonNoCell, ""
	}
	t := &r.p.Thresholds
	need := t.RSRPdBm
	if kind == weakSpot {
		need = r.weakFrom
	} else if float64(p.rsrp) >= need {
		if t.SINRdB != nil && float64(p.sinr) < *t.SINRdB {
			return reasonInterference, ""
		}
		return reasonMargin, ""
	}
	l, free := r.m.path(int(p.server), r.grid.At(int(p.c), int(p.r)))
	past := r.cells[p.server].GainDBi - l.GainDBi
	beam := past > beamLossDB
	blocked := l.Path == NLOS && len(l.Blockers) > 0
	byBeam := beam && (!blocked || free < need && (l.RSRPdBm+past >= need || past > free-l.RSRPdBm))
	switch {
	case byBeam:
		return reasonBeam, ""
	case blocked:
		b := slices.MaxFunc(l.Blockers, func(a, b Blocker) int { return cmp.Compare(a.AboveM, b.AboveM) })
		if b.Building == "" {
			return reasonGround, ""
		}
		return reasonBlocked, b.Building
	}
	return reasonFar, ""
}
