package metric

import (
	"yiju/analysis/indicator"
	"yiju/geo"
)

// portion is a share of the features of one layer in the community.
type portion struct {
	layer string
	// from lists the features; nil is those whose centre lies in the community.
	from func(*Input) []geo.Feature
	// things are what base asks for, as a person calls them.
	things geo.Text
	// base are the features without which nothing is known; its zero value is all
	// features of the layer. who are those of the base that count; its zero value is all.
	base, who question
	// is is asked of those that count.
	is question
	// by says how much each counts; its zero value is once.
	by weight
}

// fixed makes a metric's function of a share without parameters.
func fixed(p portion) func(*Input, indicator.Params) (indicator.Measure, error) {
	return counting(func(in *Input, _ indicator.Params) indicator.Measure { return p.share(in) })
}

// share measures it. Where it is not known how much a feature counts, there is
// neither a value nor bounds.
func (p portion) share(in *Input) indicator.Measure {
	t := p.tally(in)
	if t.empty {
		var m indicator.Measure
		absent(&m, p.layer, p.things.ZH, p.things.EN)
		return m
	}
	m := t.counter.share()
	if t.unweighed {
		forget(&m)
	}
	t.lack.tell(&m)
	return m
}

// count measures how many of those that count are so.
func (p portion) count(in *Input) indicator.Measure {
	t := p.tally(in)
	if t.empty {
		var m indicator.Measure
		absent(&m, p.layer, p.things.ZH, p.things.EN)
		return m
	}
	m := t.counter.count()
	if t.unweighed {
		forget(&m)
	}
	t.lack.tell(&m)
	return m
}

// tallied are the features of a portion, counted.
type tallied struct {
	counter   *counter
	lack      lacking
	empty     bool // the base has nothing
	unweighed bool // of some it is not known how much they count
}

func (p portion) tally(in *Input) tallied {
	if p.base.ask == nil {
		p.base = everyone()
	}
	if p.who.ask == nil {
		p.who = everyone()
	}
	if p.by.of == nil {
		p.by = each()
	}
	t := tallied{counter: newCounter(p.layer), lack: lacking{layer: p.layer}, empty: true}
	if p.from == nil {
		p.from = func(in *Input) []geo.Feature { return in.inside(p.layer) }
	}
	features, member := p.from(in), all(p.base, p.who)
	for i := range features {
		if is, known := p.base.ask(&features[i]); is || !known {
			t.empty = false
			p.add(&t, &features[i], &member)
		}
	}
	return t
}

// add counts one feature of the base, or one that may be; member asks whether it counts.
func (p *portion) add(t *tallied, f *geo.Feature, member *question) {
	counts, sure := member.ask(f)
	if sure && !counts {
		return
	}
	w, weighed := p.by.of(f)
	if weighed && w == 0 {
		return
	}
	is, known := p.is.ask(f)
	if !sure {
		t.lack.note(f, member.fields...)
	}
	if !known {
		t.lack.note(f, p.is.fields...)
	}
	if !weighed {
		t.lack.note(f, p.by.fields...)
		t.unweighed, w, known = true, 0, false
	}
	if sure {
		t.counter.add(f.ID, w, is, known)
	} else {
		t.counter.maybe(f.ID, w, is, known)
	}
}
