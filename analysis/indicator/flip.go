package indicator

import (
	"math"

	"yiju/analysis/indicator/wording"
	"yiju/geo"
)

// threadPart is the part of a threshold within which a verdict hangs by a thread.
const threadPart = 0.01

// flip tells how far a computed verdict is from turning. A share that is counted
// turns by whole things; one that is measured, and any other value, by the distance
// to the threshold.
func flip(m *Measure, op Operator, threshold float64) *Flip {
	value := m.Value
	if value == nil { // bounds decided: the nearer one is what may turn
		value = m.Low
		if !op.Holds(*value, threshold) {
			value = m.High
		}
	}
	out := &Flip{Points: *value - threshold, Of: m.Unit}
	if op == AtMost || op == Below {
		out.Points = -out.Points
	}
	met := op.Holds(*value, threshold)
	out.Amount = math.Abs(out.Points)
	whole := false // everything is needed: there is never anything to spare
	if m.Unit == "%" && m.Numerator != nil && m.Denominator != nil && *m.Denominator > 0 {
		out.Of = m.Of
		if measured(m.Of) || *m.Numerator != math.Trunc(*m.Numerator) {
			out.Amount = math.Abs(*m.Numerator - threshold**m.Denominator/100)
		} else {
			whole = out.count(m, op, threshold, met)
		}
	}
	near := threshold != 0 && math.Abs(out.Points) <= threadPart*math.Abs(threshold)
	one := !measured(out.Of) && out.Of != "%" && out.Amount <= 1 && out.Of == m.Of && m.Unit == "%"
	out.Thread = (near || one) && !(met && whole) && !math.IsInf(out.Amount, 0)
	out.Text = flipWords(out, met)
	out.Reserve = reserve(m, op, threshold)
	return out
}

// count finds how many things must turn. It tells whether a pass needs every one.
func (f *Flip) count(m *Measure, op Operator, threshold float64, met bool) (whole bool) {
	numerator := *m.Numerator
	if m.Value == nil && !met { // what is unknown may all be good
		numerator = math.Floor(*m.High * *m.Denominator / 100)
	}
	of := int(math.Round(*m.Denominator))
	need, ok := Needed(op, threshold, of)
	if !ok {
		f.Amount = math.Inf(1)
		return false
	}
	f.Amount = math.Abs(numerator - float64(need))
	if met {
		f.Amount++
	}
	return need == of && (op == AtLeast || op == Above)
}

func flipWords(f *Flip, met bool) geo.Text {
	if math.IsInf(f.Amount, 1) {
		f.Amount = 0
		return geo.T("数量再多也达不到门限", "no count meets the threshold")
	}
	if f.Amount == 0 && !met {
		return geo.T("须越过门限", "it must go beyond the threshold")
	}
	a := Explained(f.Amount, f.Of, nil)
	switch {
	case !met:
		return geo.T("还差 "+a.ZH, a.EN+" short")
	case f.Of == "%" || measured(f.Of) || f.Of == "":
		return geo.T("富余 "+a.ZH, a.EN+" to spare")
	}
	return geo.T("再少 "+a.ZH+"即不达标", a.EN+" fewer would turn it")
}

// reserve finds on the scale of a measure where the requirement turns; nil where it
// does not turn within the scale.
func reserve(m *Measure, op Operator, threshold float64) *Reserve {
	if m.Scale == nil || len(m.Scale.Steps) < 2 {
		return nil
	}
	s := m.Scale
	first, last := s.Steps[0], s.Steps[len(s.Steps)-1]
	begins, ends := op.Holds(first.Value, threshold), op.Holds(last.Value, threshold)
	if begins == ends {
		return nil
	}
	var amount float64
	for i, step := range s.Steps {
		holds := op.Holds(step.Value, threshold)
		if ends && holds { // it holds from here on
			amount = s.Zero - step.At
			break
		}
		if begins && !holds { // it held up to the step before
			at := s.Steps[i-1].At
			if s.Stairs {
				at = step.At
			}
			amount = at - s.Zero
			break
		}
	}
	shown := wording.Quantity(math.Abs(amount), s.Unit, nil)
	text := geo.T(s.Title.ZH+"尚有 "+shown.ZH+" 余量", s.Title.EN+": "+shown.EN+" to spare")
	if amount < 0 {
		text = geo.T(s.Title.ZH+"差 "+shown.ZH, s.Title.EN+": "+shown.EN+" short")
	}
	return &Reserve{Amount: amount, Unit: s.Unit, Text: text}
}
