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
	walks   []walked
	minutes float64
	weight  string
}

func circleShare(in *Input, p indicator.Params) (indicator.Measure, error) {
	var m indicator.Measure
	buildings := in.inside("buildings")
	if len(buildings) == 0 {
		absent(&m, "buildings", buildingsTitle.ZH, buildingsTitle.EN)
		return m, nil
	}
	c := circle{entries: p.Words["categories"], minutes: parameter(p, "minutes"), weight: weightOf(p)}
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
		list[i] = c.arrival(&buildings[i])
	}
	notes := m.Notes
	m = reachMeasure(list, c.weight, c.minutes, in.kindless())
	m.Notes = append(m.Notes, notes...)
	c.tell(in, &m, buildings)
	m.Drawn = c.draw(in, list)
	return m, nil
}

// minutesTo is what a building takes to an entry; infinite where it does not get there.
func (c *circle) minutesTo(entry int, id string) float64 {
	if minutes, ok := c.walks[entry].minutes[id]; ok {
		return minutes
	}
	return math.Inf(1)
}

// arrival is that to the last of all entries.
func (c *circle) arrival(f *geo.Feature) arrival {
	worst := 0.0
	for k := range c.walks {
		worst = max(worst, c.minutesTo(k, f.ID))
	}
	return arrival{f, worst, !math.IsInf(worst, 1)}
}

// tell notes the share of each entry, and lists the layers, those of the entry that the
// fewest reach first.
func (c *circle) tell(in *Input, m *indicator.Measure, buildings []geo.Feature) {
	shares := make([]float64, len(c.entries)) // the lower bound where that is all that is known
	order := make([]int, len(c.entries))
	for k, entry := range c.entries {
		order[k] = k
		one := c.entry(k, buildings, in.kindless())
		name := in.wordEntry("facilities", "category", entry)
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
		at := c.minutesTo(k, buildings[i].ID)
		list[i] = arrival{&buildings[i], at, !math.IsInf(at, 1)}
	}
	return reachMeasure(list, c.weight, c.minutes, kindless)
}

// draw shows what each building lacks.
func (c *circle) draw(in *Input, list []arrival) *analysis.Layer {
	s := newSheet("walk.circle_share", "生活圈", "Living circle", geo.Polygon,
		stateField(analysis.CodeOf("complete", "齐全", "Complete"), analysis.CodeOf("partial", "缺项", "Something lacks")),
		analysis.WholeField("reached", "可达项数", "Entries reached"),
		analysis.TextField("lacks", "缺少", "What lacks"),
		analysis.RealField("minutes", "到最后一项的分钟数", "Minutes to the last of all", "min"))
	who := population{weight: c.weight}
	for _, a := range list {
		if w, known, sure := who.weigh(a.building); known && sure && w == 0 {
			continue // nobody who is counted lives there
		}
		var lacking []string
		for k, entry := range c.entries {
			if c.minutesTo(k, a.building.ID) > c.minutes {
				lacking = append(lacking, in.wordEntry("facilities", "category", entry).ZH)
			}
		}
		state, what, minutes := "complete", any(nil), any(nil)
		if len(lacking) > 0 {
			state, what = "partial", strings.Join(lacking, "、")
		}
		if a.arrives {
			minutes = a.minutes
		}
		s.put(a.building.ID, a.building.Geometry, "state", state, "reached", int64(len(c.entries)-len(lacking)), "lacks", what, "minutes", minutes)
	}
	return s.done()
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
