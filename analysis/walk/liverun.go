package walk

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"

	"yiju/analysis"
	"yiju/geo"
)

// Answer is what a run gives at once. What is costly to draw is drawn when it is
// asked for. Nothing of it is ever changed.
type Answer struct {
	// Values are those of the run but for shares of land, which need areas.
	Values []analysis.Value
	Notes  []analysis.Note
	// Layers are <id>_buildings and <id>_venues, as far as they are wanted.
	Layers []analysis.Layer
	// Names are the names of all layers of Result, in its order.
	Names []string
	// Same tells that Values, Notes and Layers are those of the last answer to the
	// same question. Areas and stretches of ways may differ all the same.
	Same bool

	network *Network
	params  Params
}

// Result draws everything: exactly what RunOn gives for the network of the answer.
func (a *Answer) Result() (analysis.Result, error) { return RunOn(a.network, a.params) }

// Layer finds one of Layers by the end of its name: "buildings", "venues"; nil where
// it was not wanted.
func (a *Answer) Layer(suffix string) *analysis.Layer {
	for i := range a.Layers {
		if a.Layers[i].Schema.Layer == a.params.ID+"_"+suffix {
			return &a.Layers[i]
		}
	}
	return nil
}

// maxQuestions bounds the questions of which the last answers are kept.
const maxQuestions = 128

// answers are the questions that were asked, with what helps to answer them again.
type answers struct {
	mu        sync.Mutex
	serial    int // counts the networks
	step      *step
	questions map[string]*question
	counts    *venueTable
}

// forget drops all that was kept: the network is another one altogether.
func (a *answers) forget(n *Network) {
	a.serial++
	a.step, a.questions = nil, make(map[string]*question)
	a.counts = newVenueTable(n, nil, nil)
}

// follow goes on after a step. Questions that were not asked of the network before
// are forgotten: their answers help no more.
func (a *answers) follow(s *step) {
	maps.DeleteFunc(a.questions, func(_ string, q *question) bool { return q.serial != a.serial })
	a.serial++
	a.step = s
	a.counts = newVenueTable(s.now, a.counts, s)
}

// question is one set of parameters with what is known of its answer.
type question struct {
	mu        sync.Mutex
	serial    int     // of the network that the answer is for; 0 for none
	answer    *Answer // that one, or that for the network before; nil for none
	cards     []card  // of all targets, which are in the order of the ids of buildings
	buildings []geo.Feature
	venues    []geo.Feature
	crow      []crow

	spareReach []reach // memory that the next answer may use
	spareCrow  []crow
}

// crow is a straight distance from a building, and to which venue.
type crow struct {
	metres float64
	to     int32 // position of the venue; -1 for none
}

// Run answers one question as the scene is now. The profile is that of the network,
// and that of the parameters must be the same. Faults are those of RunOn.
func (l *Live) Run(p Params) (Answer, error) {
	p, err := p.onProfile(&l.profile)
	if err != nil {
		return Answer{}, err
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	q := l.answers.question(&p)
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.serial == l.answers.serial {
		again := *q.answer
		again.Same = true
		return again, nil
	}
	a := q.ask(l.network, &l.answers, p)
	q.answer, q.serial = &a, l.answers.serial
	return a, nil
}

func (a *answers) question(p *Params) *question {
	key := fmt.Sprintf("%q %q %q %v %v %q", p.ID, p.Title, p.Categories, p.MinutesCutoffs, p.Radii, p.Omit)
	a.mu.Lock()
	defer a.mu.Unlock()
	q := a.questions[key]
	if q == nil {
		if len(a.questions) >= maxQuestions {
			clear(a.questions)
		}
		q = &question{}
		a.questions[key] = q
	}
	return q
}

// ask finds the answer on a network, going on from the last one where that was for
// the network before.
func (q *question) ask(n *Network, all *answers, p Params) Answer {
	s := all.step
	if q.answer == nil {
		s = nil // there is nothing to go on from
	}
	fast := p
	fast.Omit = append(append([]string(nil), p.Omit...), "areas", "land")
	r := newRun(n, fast)
	r.notes = n.notes.Clone()
	r.search()
	defer r.done()
	r.reached = slices.Grow(q.spareReach[:0], len(n.allTargets()))[:len(n.allTargets())]
	q.spareReach = r.reached // which nothing keeps that an answer holds
	clear(r.reached)
	for i := range r.reached {
		r.reachBuilding(&n.targets[i], &r.reached[i])
	}
	q.flyTo(r, s)
	if p.wants("venues") {
		r.countFrom(all.counts)
	}
	a := Answer{network: n, params: p, Names: r.names(&p)}
	same := true
	if p.wants("buildings") {
		same = q.drawBuildings(r, s, &a)
	}
	if p.wants("venues") {
		same = q.drawVenues(r, s, &a) && same
	}
	a.Values = r.values()
	r.tell()
	a.Notes = r.notes.Sorted()
	a.Same = same && s != nil && reflect.DeepEqual(a.Values, q.answer.Values) && reflect.DeepEqual(a.Notes, q.answer.Notes)
	if a.Same {
		a.Values, a.Notes, a.Layers = q.answer.Values, q.answer.Notes, q.answer.Layers
	}
	return a
}

// names are the names of the layers of a result.
func (r *run) names(p *Params) []string {
	var out []string
	for _, name := range []string{"edges", "areas", "buildings", "venues", "snaps", "islands"} {
		switch {
		case !p.wants(name):
		case name == "areas":
			for _, m := range p.MinutesCutoffs {
				out = append(out, p.ID+"_area_"+minutesName(m))
			}
		default:
			out = append(out, p.ID+"_"+name)
		}
	}
	return out
}

// flyTo measures straight distances, from scratch only where buildings or venues
// are others.
func (q *question) flyTo(r *run, s *step) {
	n := r.n
	old := q.crow
	q.crow = slices.Grow(q.spareCrow[:0], len(r.reached))[:len(r.reached)]
	q.spareCrow = old
	clear(q.crow)
	all := r.crowFlight()
	var more crowFlight // venues that were not there or not the same
	fate := flights(r, s, &more)
	for i := range q.crow {
		t, c := &n.targets[i], &q.crow[i]
		if s != nil && s.startSame[i] {
			*c = old[s.targetWas[i]]
			if c.to >= 0 {
				c.to = fate[c.to]
			}
			if c.to >= 0 { // the nearest is there still
				if metres, to := more.from(t); metres < c.metres {
					*c = crow{metres, to}
				}
				r.reached[i].straight = c.metres
				continue
			}
		}
		c.metres, c.to = all.from(t)
		r.reached[i].straight = c.metres
	}
}

// flights tells for each venue that was: its position now where straight lines still
// end at it as they did, or -1. It gathers the others into more.
func flights(r *run, s *step, more *crowFlight) []int32 {
	if s == nil {
		return nil
	}
	fate := make([]int32, len(s.was.venues))
	for i := range fate {
		fate[i] = -1
	}
	for _, i := range r.chosen {
		if o := s.venueWas[i]; o >= 0 && sameLanding(s, o, i) {
			fate[o] = i
		} else {
			more.add(&r.n.venues[i])
		}
	}
	return fate
}

// sameLanding tells whether straight lines to a venue end where they ended.
func sameLanding(s *step, o, i int32) bool {
	v, w := &s.was.venues[o], &s.now.venues[i]
	ends := func(v *venue) bool { return v.why != venueNoPlace && v.why != venueClosed }
	if s.ids["facilities"][w.id] || ends(v) != ends(w) || len(v.entrances) != len(w.entrances) {
		return false
	}
	for k := range v.entrances {
		if v.entrances[k] != w.entrances[k] {
			return false
		}
	}
	return true
}

// card is a building as it was drawn, and from what.
type card struct {
	of    reach
	venue string
	name  string
	snap  bool
	why   string
}

// drawBuildings makes the layer of buildings. What comes out as it was is the very
// same feature; same tells that all did.
func (q *question) drawBuildings(r *run, s *step, a *Answer) (same bool) {
	old, drawn := q.cards, q.buildings
	l := analysis.Layer{Schema: r.buildingSchema(), Features: drawn}
	same = s != nil && s.targetsKept
	if !same {
		q.cards, l.Features = make([]card, len(r.reached)), nil
		if len(r.reached) > 0 {
			l.Features = make([]geo.Feature, len(r.reached))
		}
	}
	for i := range r.reached {
		c := r.card(i)
		k := int32(-1)
		if s != nil && s.homeSame[i] {
			k = s.targetWas[i]
		}
		kept := k >= 0 && c == old[k]
		if same && !kept { // the first that differs
			same, q.cards, l.Features = false, slices.Clone(old), slices.Clone(drawn)
		}
		switch {
		case same:
		case kept:
			q.cards[i], l.Features[i] = c, drawn[k]
		default:
			q.cards[i], l.Features[i] = c, r.buildingFeature(&r.n.targets[i], &r.reached[i])
		}
	}
	q.buildings = l.Features
	a.Layers = append(a.Layers, l)
	return same
}

// card is from what the building of a target is drawn.
func (r *run) card(i int) card {
	t := &r.n.targets[i]
	c := card{of: r.reached[i], snap: len(t.doors) > 0}
	c.of.venue = 0 // whose number says nothing on another network
	if c.of.door < 0 {
		c.why = r.reason(t)
	} else {
		v := &r.n.venues[r.chosen[r.reached[i].venue]]
		c.venue, c.name = v.id, v.name
	}
	return c
}

// drawVenues makes the layer of venues; same tells that it is what it was.
func (q *question) drawVenues(r *run, s *step, a *Answer) (same bool) {
	old := q.venues
	l := analysis.Layer{Schema: r.venueSchema(), Features: r.venueFeatures()}
	same = s != nil && len(old) == len(l.Features)
	k := 0
	for i := range l.Features {
		f := &l.Features[i]
		for k < len(old) && old[k].ID < f.ID {
			k++
		}
		if s != nil && k < len(old) && old[k].ID == f.ID && !s.ids["facilities"][f.ID] && maps.Equal(f.Attributes, old[k].Attributes) {
			*f = old[k]
		} else {
			same = false
		}
	}
	q.venues = l.Features
	analysis.SortByID(l.Features)
	a.Layers = append(a.Layers, l)
	return same
}
