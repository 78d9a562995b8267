package metric

import (
	"yiju/analysis/indicator"
	"yiju/geo"
)

// Attributes that many metrics name.
var (
	householdsField = field{"households", "户数", "the number of households"}
	residentsField  = field{"residents", "居民人数", "the number of residents"}
	eldersField     = field{"residents_60plus", "60岁以上人数", "the number of residents aged 60 and over"}
)

// residential asks whether a building is for living in.
func residential() question { return oneOf("use", "用途", "use", "residential") }

// livedIn tells whether a building may be lived in, as far as is known: it is for
// living in, or it is not known what it is for.
func livedIn(f *geo.Feature) bool {
	use, ok := textOf(f, "use")
	return !ok || use == "residential"
}

// people is a number of people or households in a building. One that is not for
// living in and has no number has none.
func people(f *geo.Feature, name string) (n float64, known bool) {
	if n, known = f.Number(name); known {
		return n, true
	}
	return 0, !livedIn(f)
}

// byPeople weighs buildings by such a number.
func byPeople(a field) weight {
	return weight{of: func(f *geo.Feature) (float64, bool) { return people(f, a.name) }, fields: []field{a}}
}

// buildingsTitle names buildings where there are none.
var buildingsTitle = geo.T("建筑", "buildings")

// total is a sum over the features of a layer that lie in the community.
type total struct {
	sum  float64
	lack lacking
	// none tells that the layer has nothing there that could be summed.
	none bool
	ids  []string // those with an amount, and those of which it is not known
	lost []string
}

// known tells whether the sum is complete.
func (t *total) known() bool { return !t.none && len(t.lost) == 0 }

// tell says what is missing of the sum.
func (t *total) tell(m *indicator.Measure, things geo.Text) {
	if t.none {
		absent(m, t.lack.layer, things.ZH, things.EN)
		return
	}
	t.lack.tell(m)
}

// sum adds up an amount over the features of a layer of which a question is true.
// Those of which it is not known whether it is true are lost as well, unless their
// amount is 0.
func (in *Input) sum(layer string, who question, by weight) total {
	t := total{lack: lacking{layer: layer}}
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

// forget takes away what a measure says of its value: it is not known.
func forget(m *indicator.Measure) {
	m.Value, m.Low, m.High, m.Numerator, m.Denominator = nil, nil, nil, nil, nil
}

// households is the sum of the households of the buildings in the community.
func (in *Input) households() total {
	return in.sum("buildings", everyone(), byPeople(householdsField))
}

// inhabitants is a number of people: the community's own figure, else the sum of its
// buildings, which from then says. unknown tells what is missing of both.
func (in *Input) inhabitants(a field) (n float64, from geo.Text, unknown func(*indicator.Measure)) {
	if n, ok := in.Scene.Community.Number(a.name); ok {
		return n, geo.Text{}, nil
	}
	t := in.sum("buildings", everyone(), byPeople(a))
	if t.known() {
		return t.sum, geo.Tf("社区没有填%[1]s，取自建筑合计", "the community does not tell %[2]s; it is the sum of its buildings", a.zh, a.en), nil
	}
	return 0, geo.Text{}, func(m *indicator.Measure) { lacks(m, 1, "communities", a.name, a.zh, a.en) }
}

// perHousehold is the share of households of which buildings tell a number, a
// household of which counts at most so many times.
func perHousehold(in *Input, a field, most float64) indicator.Measure {
	c, lack := newCounter("buildings"), lacking{layer: "buildings"}
	features := in.inside("buildings")
	var m indicator.Measure
	if len(features) == 0 {
		absent(&m, "buildings", buildingsTitle.ZH, buildingsTitle.EN)
		return m
	}
	incomplete, more := false, 0
	for i := range features {
		f := &features[i]
		all, known := people(f, "households")
		part, told := f.Number(a.name)
		switch {
		case !known:
			incomplete = true
			lack.note(f, householdsField)
			c.add(f.ID, 0, false, false)
		case all == 0:
		case !told:
			lack.note(f, a)
			c.add(f.ID, all, false, false)
		default:
			c.split(f.ID, part, all)
			if part > all {
				more++
			}
		}
	}
	m = c.share()
	if incomplete {
		forget(&m)
	}
	if m.High != nil {
		high := 100 * (c.yes + most*c.unknown) / c.all()
		m.High = &high
	}
	lack.tell(&m)
	if more > 0 {
		m.Notes = append(m.Notes, geo.Tf("%[1]d 栋建筑的%[2]s多于户数", "%[1]d buildings tell more of %[3]s than they have households", more, a.zh, a.en))
	}
	return m
}
