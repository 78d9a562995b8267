package metric

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/geo"
)

// circle is what is asked of a living circle, entry by entry.
type circle struct {
	entries []string
	names   []geo.Text // of the entries
	walks   []walked
	minutes float64
	weight  string
	weights []weighed // of the buildings
}

func circleShare(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
	var m indicator.Measure
	buildings := in.inside("buildings")
	if len(buildings) == 0 {
		absent(&m, "buildings", buildingsTitle.ZH, buildingsTitle.EN)
		return m, nil
	}
	c := circle{entries: p.Words["categories"], minutes: parameter(p, "minutes"), weight: weightOf(p)}
	c.weights = g.weights(in, c.weight)
	for _, entry := range c.entries {
		c.names = append(c.names, in.wordEntry("facilities", "category", entry))
	}
	for _, need := range circleNeeds(p) {
		w, ok, err := in.walked(need, &m)
		if err != nil {
			return m, err
		}
		if !ok {
			return indicator.Measure{Missing: m.Missing, Collect: m.Collect}, nil
		}
		c.walks = append(c.walks, w)
	}
	list := make([]arrival, len(buildings))
	for i := range buildings {
		list[i] = c.arrival(i, buildings[i].ID)
	}
	notes := m.Notes
	m = reachMeasure(list, c.weight, c.minutes, in.kindless())
	m.Notes = append(m.Notes, notes...)
	c.tell(in, &m, buildings)
	m.Drawn = c.draw(in, g, list)
	return m, nil
}

// minutesTo is what a building takes to an entry; infinite where it does not get there.
func (c *circle) minutesTo(entry, building int) float64 {
	if v := &c.walks[entry].to[building]; v.arrives {
		return v.minutes
	}
	return math.Inf(1)
}

// arrival is that to the last of all entries.
func (c *circle) arrival(building int, id string) arrival {
	worst := 0.0
	for k := range c.walks {
		worst = max(worst, c.minutesTo(k, building))
	}
	return arrival{id, c.weights[building], worst, !math.IsInf(worst, 1)}
}

// tell notes the share of each entry, and lists the layers, those of the entry that the
// fewest reach first.
func (c *circle) tell(in *Input, m *indicator.Measure, buildings []geo.Feature) {
	shares := make([]float64, len(c.entries)) // the lower bound where that is all that is known
	order := make([]int, len(c.entries))
	kindless := in.kindless()
	for k, name := range c.names {
		order[k] = k
		one := c.entry(k, buildings, kindless)
		switch {
		case one.Value != nil:
			shares[k] = *one.Value
			m.Notes = append(m.Notes, geo.Tf("%[1]s：%[3]s%%", "%[2]s: %[3]s %%", name.ZH, name.EN, percent(*one.Value)))
		case one.Low != nil:
			shares[k] = *one.Low
			m.Notes = append(m.Notes, geo.Tf("%[1]s：%[3]s%%～%[4]s%%", "%[2]s: %[3]s to %[4]s %%", name.ZH, name.EN, percent(*one.Low), percent(*one.High)))
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(shares[a], shares[b]) })
	m.Layers = []string{drawnName("walk.circle_share")}
	for _, k := range order {
		if w := &c.walks[k]; !w.none {
			m.Layers = append(m.Layers, w.layers(c.minutes)...)
		}
	}
	for _, w := range c.walks { // the network is the same for all
		if len(w.notes) > 0 {
			m.Notes = append(m.Notes, w.notes...)
			break
		}
	}
}

// entry is the share of one entry alone.
func (c *circle) entry(k int, buildings []geo.Feature, kindless int) indicator.Measure {
	list := make([]arrival, len(buildings))
	for i := range buildings {
		at := c.minutesTo(k, i)
		list[i] = arrival{buildings[i].ID, c.weights[i], at, !math.IsInf(at, 1)}
	}
	who := population{weight: c.weight, nameless: true}
	return who.arriving(list, c.minutes, kindless)
}

// circled is what is drawn of a building.
type circled struct {
	reached int
	lacks   string
	minutes float64 // to the last of all; infinite where it does not get there
}

// draw shows what each building lacks.
func (c *circle) draw(in *Input, g *ground, list []arrival) *analysis.Layer {
	s := newSheet("walk.circle_share", "生活圈", "Living circle", geo.Polygon,
		stateField(analysis.CodeOf("complete", "齐全", "Complete"), analysis.CodeOf("partial", "缺项", "Something lacks")),
		analysis.WholeField("reached", "可达项数", "Entries reached"),
		analysis.TextField("lacks", "缺少", "What lacks"),
		analysis.RealField("minutes", "到最后一项的分钟数", "Minutes to the last of all", "min"))
	var who []*item
	var states []circled
	words := make(map[string]string) // by the entries that lack, a byte each
	lacking := make([]byte, len(c.entries))
	for i, x := range g.insideItems(in, "buildings") {
		if c.weights[i].nobody() {
			continue // nobody who is counted lives there
		}
		state := circled{minutes: list[i].minutes}
		for k := range c.entries {
			lacking[k] = 0
			if c.minutesTo(k, i) > c.minutes {
				lacking[k] = 1
				continue
			}
			state.reached++
		}
		text, ok := words[string(lacking)]
		if !ok {
			text = c.lacks(lacking)
			words[string(lacking)] = text
		}
		state.lacks = text
		who, states = append(who, x), append(states, state)
	}
	s.layer.Features = redrawn(g, "walk.circle_share", who, states, func(x *item, found circled) geo.Feature {
		state, what, minutes := "complete", any(nil), any(nil)
		if found.lacks != "" {
			state, what = "partial", found.lacks
		}
		if !math.IsInf(found.minutes, 1) {
			minutes = found.minutes
		}
		return drawn(x.ID, x.Geometry, "state", state, "reached", int64(found.reached), "lacks", what, "minutes", minutes)
	})
	return s.done()
}

// lacks names the entries that lack.
func (c *circle) lacks(lacking []byte) string {
	var names []string
	for k, no := range lacking {
		if no == 1 {
			names = append(names, c.names[k].ZH)
		}
	}
	return strings.Join(names, "、")
}

// percent writes a share to the tenth, but none as all or nothing that is not.
func percent(v float64) string {
	tenth := math.Round(v*10) / 10
	if tenth == 0 || tenth == 100 {
		return indicator.PlainBeside(v, tenth)
	}
	return number(tenth)
}

// minutesName writes minutes as walk does in the names of its layers: 15, 7_5.
func minutesName(m float64) string { return strings.ReplaceAll(number(m), ".", "_") }
