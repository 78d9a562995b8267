package metric

import (
	"yiju/analysis/indicator"
	"yiju/geo"
)

// total is a sum over the features of a layer that lie in the community.
type total struct {
	layer string
	sum   float64
	lack  lacking
	// none tells that the layer has nothing there that could be summed.
	none bool
	ids  []string // those with an amount
	lost []string // those of which the amount is not known
}

// sum adds up an amount over the features of a layer of which a question is true.
// Those of which it is not known whether it is true are lost as well, unless their
// amount is 0.
func (in *Input) sum(layer string, who question, by weight) total {
	t := total{layer: layer, lack: lacking{layer: layer}}
	features := in.inside(layer)
	t.none = len(features) == 0
	for i := range features {
		f := &features[i]
		counts, sure := who.ask(f)
		w, weighed := by.of(f)
		switch {
		case sure && !counts, weighed && w == 0:
		case !sure || !weighed:
			t.lost = append(t.lost, f.ID)
			if !sure {
				t.lack.note(f, who.fields...)
			}
			if !weighed {
				t.lack.note(f, by.fields...)
			}
		default:
			t.sum += w
			t.ids = append(t.ids, f.ID)
		}
	}
	return t
}

// known tells whether the sum is complete.
func (t *total) known() bool { return !t.none && len(t.lost) == 0 }

// tell says what is missing of the sum.
func (t *total) tell(m *indicator.Measure, things geo.Text) {
	if t.none {
		absent(m, t.layer, things.ZH, things.EN)
		return
	}
	t.lack.tell(m)
}

// measure is the sum as a value. What is known of an incomplete one is noted.
func (t *total) measure(things geo.Text, unit string) indicator.Measure {
	var m indicator.Measure
	point(&m, indicator.Unknown, t.layer, t.lost)
	point(&m, indicator.Made, t.layer, t.ids)
	if t.known() {
		m.Value = &t.sum
	} else if t.sum > 0 {
		m.Notes = append(m.Notes, geo.Tf("已知部分合计 %s", "what is known adds up to %s", quantity(t.sum, unit)))
	}
	t.tell(&m, things)
	return m
}

// quantity writes an amount with its unit.
func quantity(v float64, unit string) string {
	s := number(hundredths(v))
	if unit != "" {
		s += " " + unit
	}
	return s
}

// per is one sum over another, times a factor. Where the other is 0 there is nothing
// to tell.
func per(part, whole total, partThings, wholeThings geo.Text, factor float64) indicator.Measure {
	var m indicator.Measure
	for _, t := range []*total{&part, &whole} {
		point(&m, indicator.Unknown, t.layer, t.lost)
	}
	point(&m, indicator.Made, part.layer, part.ids)
	part.tell(&m, partThings)
	whole.tell(&m, wholeThings)
	if part.known() {
		m.Numerator = &part.sum
	}
	if whole.known() {
		m.Denominator = &whole.sum
	}
	divide(&m, factor)
	return m
}

// divide gives a measure the value of its numerator over its denominator, times a
// factor, where both are known and the denominator is not 0.
func divide(m *indicator.Measure, factor float64) {
	if m.Numerator != nil && m.Denominator != nil && *m.Denominator > 0 {
		v := factor * *m.Numerator / *m.Denominator
		m.Value = &v
	}
}

// ofCommunity is one attribute of the community over another, in per cent.
func ofCommunity(part, whole field) func(*Input, indicator.Params) (indicator.Measure, error) {
	return func(in *Input, _ indicator.Params) (indicator.Measure, error) {
		m := indicator.Measure{Numerator: told(in, part), Denominator: told(in, whole)}
		for _, a := range []field{part, whole} {
			if told(in, a) == nil {
				untold(&m, a)
			}
		}
		divide(&m, 100)
		point(&m, roleOf(m.Value != nil), "communities", []string{in.Scene.Community.ID})
		if m.Value != nil && *m.Numerator > *m.Denominator {
			m.Notes = append(m.Notes, geo.Tf("%[1]s多于%[3]s，请核对", "%[2]s is more than %[4]s; check both", part.zh, part.en, whole.zh, whole.en))
		}
		return m, nil
	}
}

// told is an attribute of the community; nil where it is not known.
func told(in *Input, a field) *float64 {
	v, ok := in.Scene.Community.Number(a.name)
	if !ok {
		return nil
	}
	return &v
}

// untold says that the community lacks an attribute, and how to bring it.
func untold(m *indicator.Measure, a field) {
	m.Missing = append(m.Missing, geo.Tf("社区未填“%[1]s”", "the community does not tell %[2]s", a.zh, a.en))
	m.Collect = append(m.Collect, geo.Tf("补充图层 communities 的字段 %[1]s（%[2]s）", "fill in field %[1]s of layer communities (%[3]s)", a.name, a.zh, a.en))
}

func roleOf(known bool) indicator.Role {
	if known {
		return indicator.Made
	}
	return indicator.Unknown
}
