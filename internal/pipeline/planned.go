package pipeline

import (
	"slices"

	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/layers/scenario"
)

// tellPlanned says of the share of cameras with valid records how many of those without
// are only planned. A code after GB/T 28181 is given when a camera is registered, so one
// that a scenario adds has none yet. It counts as not valid all the same: that is what
// an inspection would find on the day the camera is hung.
func (w *judging) tellPlanned(m *indicator.Measure) {
	if w.net == nil || m.Metric != "cameras.record_share" || m.Numerator == nil || m.Denominator == nil {
		return
	}
	n := 0
	for _, refs := range m.Features {
		if refs.Role != indicator.Failed {
			continue
		}
		for _, id := range refs.IDs {
			if planned(w.net.Find("cameras", id)) {
				n++
			}
		}
	}
	if n == 0 {
		return
	}
	m.Notes = append(slices.Clone(m.Notes), geo.Tf(
		"其中 %[1]d 台为方案新增，尚未备案、没有编码，按不合规计；不计这些为 %[2]g ÷ %[3]g，备案后重新计算",
		"%[1]d of those that fail are added by the scenario and have no code before they are registered; they count as not valid. Without them it is %[2]g ÷ %[3]g; judge again once they are registered",
		n, *m.Numerator, *m.Denominator-float64(n)))
}

// planned tells of a camera that a scenario adds and that has no code.
func planned(t *scenario.Touched) bool {
	if t == nil || t.Old != nil || t.New == nil {
		return false
	}
	code, _ := t.New.Text("code")
	return code == ""
}
