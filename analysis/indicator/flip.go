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
	met := op.Holds(*value, threshold)
	d := distanceOf(m, op, threshold, *value, met)
	out := &Flip{Points: *value - threshold, Amount: d.amount, Of: d.of, Text: d.words(op, met), Reserve: reserve(m, op, threshold)}
	if op == AtMost || op == Below {
		out.Points = -out.Points
	}
	near := threshold != 0 && math.Abs(out.Points) <= threadPart*math.Abs(threshold)
	out.Thread = (near || d.things && d.amount <= 1) && !(met && d.whole) && !d.never
	return out
}

// distance is what must change so that a verdict turns.
type distance struct {
	amount float64
	of     string
	// things tells that whole things are counted: one fewer or one more turns it.
	things bool
	// whole tells that every one is needed, so that there is never anything to spare.
	whole bool
	// never tells that no count meets the threshold.
	never bool
}

// distanceOf measures by whole things where things are counted, else by what lies
// between the value, or its numerator, and the threshold.
func distanceOf(m *Measure, op Operator, threshold, value float64, met bool) distance {
	whole := func(v float64) bool { return v == math.Trunc(v) }
	switch {
	case m.Unit == "%" && m.Numerator != nil && m.Denominator != nil && *m.Denominator > 0:
		if measured(m.Of) || !whole(*m.Numerator) {
			return distance{amount: math.Abs(*m.Numerator - threshold**m.Denominator/100), of: m.Of}
		}
		return countOf(m, op, threshold, met)
	case m.Unit == "" && whole(value) && whole(threshold) && (op == AtLeast || op == AtMost):
		d := distance{amount: math.Abs(value - threshold), of: m.Of, things: true}
		if met {
			d.amount++
		}
		d.whole = op == AtLeast && (threshold <= 1 || m.Denominator != nil && threshold >= *m.Denominator)
		return d
	}
	return distance{amount: math.Abs(value - threshold), of: m.Unit}
}

// countOf finds how many things of a share must turn.
func countOf(m *Measure, op Operator, threshold float64, met bool) distance {
	numerator := *m.Numerator
	if m.Value == nil && !met { // what is unknown may all be good
		numerator = math.Floor(*m.High * *m.Denominator / 100)
	}
	of := int(math.Round(*m.Denominator))
	need, ok := Needed(op, threshold, of)
	if !ok {
		return distance{of: m.Of, things: true, never: true}
	}
	d := distance{amount: math.Abs(numerator - float64(need)), of: m.Of, things: true}
	if met {
		d.amount++
	}
	d.whole = need == of && (op == AtLeast || op == Above)
	return d
}

func (d *distance) words(op Operator, met bool) geo.Text {
	switch {
	case d.never:
		return geo.T("数量再多也达不到门限", "no count meets the threshold")
	case d.amount == 0 && !met:
		return geo.T("须越过门限", "it must go beyond the threshold")
	}
	a := Explained(d.amount, d.of, nil)
	if d.things && d.of == "" {
		a.ZH += " 项"
	}
	switch less := op == AtLeast || op == Above; {
	case !met && less:
		return geo.T("还差 "+a.ZH, a.EN+" short")
	case !met:
		return geo.T("超出 "+a.ZH, a.EN+" too many")
	case !d.things:
		return geo.T("富余 "+a.ZH, a.EN+" to spare")
	case less:
		return geo.T("再少 "+a.ZH+"即不达标", a.EN+" fewer would turn it")
	}
	return geo.T("再多 "+a.ZH+"即不达标", a.EN+" more would turn it")
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
