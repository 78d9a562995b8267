package metric

import (
	"yiju/analysis/indicator"
	"yiju/geo"
)

// By what buildings are weighed: the values of the parameter weight.
const (
	byHouseholds = "households"
	byResidents  = "residents"
	byElders     = "residents_60plus"
	byBuildings  = "buildings"
)

// weightParam is the parameter that says by what buildings are weighed.
func weightParam(words ...string) ParamInfo {
	return ParamInfo{Name: "weight", Words: true, Optional: true, Title: geo.T(
		"按什么计：households 户（默认）、residents 居民、residents_60plus 60岁以上居民、buildings 住宅楼",
		"Counted by: households (the default), residents, residents_60plus, buildings that are lived in")}
}

// weightOf reads that parameter.
func weightOf(p indicator.Params) string {
	if words := p.Words["weight"]; len(words) > 0 {
		return words[0]
	}
	return byHouseholds
}

// ofWeight is the unit that so weighed things are counted in.
func ofWeight(weight string) string {
	if weight == byElders {
		return "elders"
	}
	return weight
}

// population parts what people live in into what a service reaches and what not. It
// bounds the share where it is not known who lives in a building, or whether anybody
// does.
type population struct {
	weight string
	// yes and no are sums of what is known, maybeYes and maybeNo of buildings that may
	// not be lived in.
	yes, no, maybeYes, maybeNo float64
	// either is the sum of those of which it is not known whether they are reached.
	either float64
	doubts int // buildings of which that is not known
	// openYes and openNo count buildings with so many people in them that nobody knows.
	openYes, openNo int
	maybe           int // buildings of which it is not known whether they are lived in
	members         int
	made, failed    []string
	unknown         []string
	nameless        bool // nobody asks which buildings they are
}

// doubt counts a building of which it is not known whether it is reached.
func (p *population) doubt(f *geo.Feature) {
	p.doubtWeighed(f.ID, p.weighed(f))
}

func (p *population) doubtWeighed(id string, x weighed) {
	w, known, sure := x.weight, x.known, x.sure
	if x.nobody() {
		return
	}
	p.members++
	p.doubts++
	p.name(&p.unknown, id)
	switch {
	case !known:
		p.openYes, p.openNo = p.openYes+1, p.openNo+1
	case !sure:
		p.maybe++
		p.maybeYes, p.maybeNo = p.maybeYes+w, p.maybeNo+w
	default:
		p.either += w
	}
}

// add counts a building that is reached or not.
func (p *population) add(f *geo.Feature, reached bool) {
	p.addWeighed(f.ID, p.weighed(f), reached)
}

func (p *population) addWeighed(id string, x weighed, reached bool) {
	w, known, sure := x.weight, x.known, x.sure
	if x.nobody() {
		return
	}
	p.members++
	sum := func(yes, no *float64) {
		if reached {
			*yes += w
		} else {
			*no += w
		}
	}
	switch {
	case !known && reached:
		p.openYes++
	case !known:
		p.openNo++
	case !sure:
		p.maybe++
		sum(&p.maybeYes, &p.maybeNo)
	default:
		sum(&p.yes, &p.no)
	}
	switch {
	case !known || !sure:
		p.name(&p.unknown, id)
	case reached:
		p.name(&p.made, id)
	default:
		p.name(&p.failed, id)
	}
}

// name keeps the id of a building, unless nobody asks which they are.
func (p *population) name(into *[]string, id string) {
	if !p.nameless {
		*into = append(*into, id)
	}
}

// weighed is how much a building counts, whether that is known, and whether it is sure
// to count at all.
type weighed struct {
	weight      float64
	known, sure bool
}

// nobody tells that nobody who is counted lives there.
func (x weighed) nobody() bool { return x.known && x.sure && x.weight == 0 }

func (p *population) weighed(f *geo.Feature) (x weighed) {
	x.weight, x.known, x.sure = p.weigh(f)
	return x
}

// weights weighs the buildings that count in the community, in their order.
func (g *ground) weights(in *Input, weight string) []weighed {
	v := g.view(in, "buildings")
	out, _ := keep(g, "weights|"+weight, []any{v}, func() ([]weighed, error) {
		who := population{weight: weight}
		var list []weighed
		for _, x := range g.insideItems(in, "buildings") {
			list = append(list, who.weighed(&x.Feature))
		}
		return list, nil
	})
	return out
}

// weigh tells how much a building counts, whether that is known, and whether it is
// sure to count at all.
func (p *population) weigh(f *geo.Feature) (w float64, known, sure bool) {
	households, counted := f.Number(byHouseholds)
	if p.weight != byBuildings {
		w, known = people(f, p.weight)
		if empty := counted && households == 0; !known && empty {
			known = true
		}
		return w, known, true
	}
	if use, ok := textOf(f, "use"); ok {
		if use == "residential" {
			return 1, true, true
		}
		return 0, true, true
	}
	switch {
	case counted && households > 0:
		return 1, true, true
	case counted:
		return 0, true, true
	}
	return 1, true, false
}

// measure is the share that is reached.
func (p *population) measure() indicator.Measure {
	m := indicator.Measure{Of: ofWeight(p.weight), Features: p.refs()}
	all := p.yes + p.no
	switch {
	case p.complete():
		m.Numerator, m.Denominator = &p.yes, &all
		if all > 0 {
			value := 100 * p.yes / all
			m.Value = &value
		}
		return m
	case p.no+p.maybeNo == 0 && p.openNo == 0 && p.doubts == 0:
		m.Value = ptr(100)
	case p.yes+p.maybeYes == 0 && p.openYes == 0 && p.doubts == 0:
		m.Value = ptr(0)
	default:
		p.bound(&m)
		if p.openYes+p.openNo+p.maybe == 0 { // how many they are is known
			all += p.either
			m.Numerator, m.Denominator = &p.yes, &all
		}
	}
	p.tell(&m)
	return m
}

// bound gives the bounds of a share of which something is not known. Where any number
// of people may be on both sides there are none.
func (p *population) bound(m *indicator.Measure) {
	if p.openYes > 0 && p.openNo > 0 {
		return
	}
	low, high := 0.0, 100.0
	if all := p.yes + p.no + p.either + p.maybeNo; p.openNo == 0 && all > 0 {
		low = 100 * p.yes / all
	}
	if all := p.yes + p.either + p.maybeYes + p.no; p.openYes == 0 && all > 0 {
		high = 100 * (p.yes + p.either + p.maybeYes) / all
	}
	m.Low, m.High = &low, &high
}

// tell says what is not known, as a note where the value does not rest on it.
func (p *population) tell(m *indicator.Measure) {
	told := indicator.Measure{}
	if p.openYes+p.openNo > 0 {
		a := map[string]field{byHouseholds: householdsField, byResidents: residentsField, byElders: eldersField}[p.weight]
		lacks(&told, p.openYes+p.openNo, "buildings", a.name, a.zh, a.en)
	}
	lacks(&told, p.maybe, "buildings", "use", "用途", "the use")
	if m.Value != nil {
		m.Notes = append(m.Notes, told.Missing...)
		return
	}
	m.Missing = append(m.Missing, told.Missing...)
	m.Collect = append(m.Collect, told.Collect...)
}

// complete tells whether everything is known.
func (p *population) complete() bool { return p.openYes+p.openNo+p.maybe+p.doubts == 0 }

func (p *population) refs() []indicator.Refs { return roles("buildings", p.failed, p.unknown, p.made) }

// roles names features of a layer by what they do for a value, what failed first.
func roles(layer string, failed, unknown, made []string) []indicator.Refs {
	var out []indicator.Refs
	for _, part := range []struct {
		role indicator.Role
		ids  []string
	}{{indicator.Failed, failed}, {indicator.Unknown, unknown}, {indicator.Made, made}} {
		if r, ok := refs(part.role, layer, part.ids); ok {
			out = append(out, r)
		}
	}
	return out
}

func ptr(v float64) *float64 { return &v }

// lackingOnce counts the features that lack an attribute, each once however often it
// is met.
type lackingOnce struct {
	lacking
	seen map[string]bool
}

func (l *lackingOnce) note(f *geo.Feature, fields ...field) {
	if l.seen[f.ID] {
		return
	}
	if l.seen == nil {
		l.seen = make(map[string]bool)
	}
	l.seen[f.ID] = true
	l.lacking.note(f, fields...)
}
