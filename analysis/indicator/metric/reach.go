package metric

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"yiju/analysis/indicator"
	"yiju/analysis/walk"
	"yiju/geo"
)

// longestWalkMin bounds the walks that are asked for, in minutes, as walk does.
const longestWalkMin = 240

// walkLayers are the layers that a walk reads.
func walkLayers() []string {
	return []string{"barriers", "buildings", "communities", "compounds", "crossings", "entrances", "facilities", "terrain", "ways"}
}

func reachMetrics() []Metric {
	minutes := ParamInfo{Name: "minutes", Title: geo.T("步行分钟数", "Minutes on foot"), Unit: "min"}
	profile := ParamInfo{Name: "profile", Words: true, Optional: true, Title: geo.T("步行者（默认 adult 成年人）", "Who walks (adult by default)")}
	categories := categoriesParam(false, "设施类别，任一类即可", "Categories of facilities, any of which will do")
	source := geo.T("本系统的步行可达口径（路网、坡度、门禁、过街）；分钟数按标准或项目参数", "The product's reach on foot (network, slopes, gates, crossings); minutes are those of the standard or a parameter of the project")
	return []Metric{{
		ID: "walk.reach_share", Title: geo.T("步行可达占比", "Share that reaches a facility on foot"),
		Definition: geo.T("步行 minutes 分钟内可达所列任一类别设施的户数（或居民、60岁以上居民、住宅楼）÷ 社区总数；到不了的建筑计为未达",
			"households (or residents, those aged 60 and over, buildings) that reach a facility of any of the categories within minutes on foot ÷ all of the community; buildings that cannot get there count as not reaching it"),
		Source: source, Unit: "%", Of: "households", Layers: walkLayers(), Spatial: true,
		Params: []ParamInfo{categories, minutes, weightParam(), profile},
		needs:  reachNeeds, measure: onGround(reachShare),
	}, {
		ID: "walk.venues_in_reach", Title: geo.T("步行可达设施数", "Facilities reached on foot"),
		Definition: geo.T("社区内至少一栋住宅（或用途未知的建筑）步行 minutes 分钟内可达的设施数，重复登记的只计一次",
			"facilities that at least one building of the community that is or may be lived in reaches within minutes on foot; those listed twice count once"),
		Source: source, Unit: "", Of: "facilities", Layers: walkLayers(), Spatial: true,
		Params: []ParamInfo{categories, minutes, profile},
		needs:  venueNeeds, measure: venuesInReach,
	}, {
		ID: "walk.circle_share", Title: geo.T("生活圈完整占比", "Share that reaches everything on foot"),
		Definition: geo.T("步行 minutes 分钟内每一项所列设施都可达的户数（或居民、60岁以上居民、住宅楼）÷ 社区总数；一项中用 | 隔开的类别任一即可",
			"households (or residents, those aged 60 and over, buildings) that reach every entry of the list within minutes on foot ÷ all of the community; of categories parted by | in an entry any will do"),
		Source: source, Unit: "%", Of: "households", Layers: walkLayers(), Spatial: true,
		Params: []ParamInfo{
			{Name: "categories", Words: true, Title: geo.T("各项设施类别，可写 a|b", "Entries of categories, each may be a|b")},
			minutes, weightParam(), profile,
		},
		needs: circleNeeds, measure: onGround(circleShare),
	}}
}

// walkNeed asks for a walk; nil where it is not known how long. Times up to twice as
// long tell by how much a building misses.
func walkNeed(p indicator.Params, categories []string, times ...float64) []Need {
	minutes, ok := p.Number("minutes")
	if !ok || len(categories) == 0 {
		return nil
	}
	n := Need{Analysis: "walk", Categories: categories, Profile: onFoot}
	if words := p.Words["profile"]; len(words) > 0 {
		n.Profile = words[0]
	}
	for _, t := range times {
		n.Minutes = append(n.Minutes, min(t*minutes, max(minutes, longestWalkMin)))
	}
	n.Minutes = slices.Compact(n.Minutes)
	return []Need{n}
}

func reachNeeds(p indicator.Params) []Need { return walkNeed(p, p.Words["categories"], 1, 2) }

func venueNeeds(p indicator.Params) []Need { return walkNeed(p, p.Words["categories"], 1) }

func circleNeeds(p indicator.Params) []Need {
	var out []Need
	for _, entry := range p.Words["categories"] {
		out = append(out, walkNeed(p, alternatives(entry), 1, 2)...)
	}
	return out
}

// walked is what a walk found.
type walked struct {
	id     string
	to     []visit // of the buildings that count in the community, in their order
	venues []geo.Feature
	// none tells that there is no facility of the categories: nobody gets anywhere.
	none bool
	// doubts counts the facilities around of which the category is not known: who gets
	// nowhere in time may get to one of them.
	doubts int
	notes  []geo.Text
}

// walked reads the result of a need; without one, m says what is missing, and ok is
// false, unless facilities are known and just none is of the categories.
func (in *Input) walked(need Need, m *indicator.Measure) (w walked, ok bool, err error) {
	run, found := in.Runs[need.Key()]
	if !found {
		return w, false, fmt.Errorf("there is no run for %s", need.Key())
	}
	buildings := in.inside("buildings")
	w = walked{id: run.ID, to: make([]visit, len(buildings)), doubts: in.kindless()}
	if run.Missing != nil {
		ok := in.nobodyWalks(need, run.Missing, m)
		w.none = ok
		return w, ok, nil
	}
	for _, l := range run.Result.Layers {
		switch l.Schema.Layer {
		case run.ID + "_venues":
			w.venues = l.Features
		case run.ID + "_buildings":
			w.read(buildings, l.Features)
		}
	}
	if in.Network != nil {
		if network, err := in.Network(need.Profile); err == nil {
			w.notes = cutShort(network, need.Minutes[0])
		}
	}
	return w, true, nil
}

// cutShort says that the ways end before the minutes do: walks that leave the data and
// come back are then missing.
func cutShort(n *walk.Network, minutes float64) []geo.Text {
	p := walk.Params{MinutesCutoffs: []float64{minutes}, Profile: n.Profile()}
	need := p.MarginM() - n.Profile().Snap.MaxM
	margin, known := n.BeyondM()
	if !known || margin >= need {
		return nil
	}
	return []geo.Text{geo.Tf(
		"道路数据只超出社区 %[1]s 米，%[3]s 分钟步行需要 %[2]s 米，边缘的可达性可能偏低",
		"ways are drawn only %[1]s m beyond the community, a walk of %[3]s minutes needs %[2]s m; reach near the edge may come out too low",
		number(math.Round(max(margin, 0))), number(math.Round(need)), number(minutes))}
}

// visit is how a building gets to a venue.
type visit struct {
	minutes float64
	arrives bool
	told    *geo.Feature // what the walk says of the building; nil for nothing
}

// why says for what reason it does not get there; empty where it does, or none is told.
func (v *visit) why() string {
	if v.arrives || v.told == nil {
		return ""
	}
	why, _ := v.told.Text("reason")
	return why
}

// read finds what a walk says of buildings; both are in the order of their ids.
func (w *walked) read(buildings, told []geo.Feature) {
	k := 0
	for i := range buildings {
		for k < len(told) && told[k].ID < buildings[i].ID {
			k++
		}
		if k == len(told) || told[k].ID != buildings[i].ID {
			continue
		}
		v := &w.to[i]
		v.told = &told[k]
		v.minutes, v.arrives = told[k].Number("minutes")
	}
}

// nobodyWalks tells whether a walk without result means that nobody gets anywhere:
// there are ways and facilities, and none of the categories. Otherwise it is not known.
func (in *Input) nobodyWalks(need Need, fault *geo.Fault, m *indicator.Measure) bool {
	facilities := in.Scene.Layers["facilities"]
	switch {
	case len(in.Scene.Layers["ways"]) == 0:
		absent(m, "ways", "道路", "ways")
	case len(facilities) == 0:
		absent(m, "facilities", "设施", "facilities")
	case slices.ContainsFunc(facilities, func(f geo.Feature) bool { return ofCategories(need.Categories)(&f) }):
		m.Missing = append(m.Missing, fault.What)
		m.Collect = append(m.Collect, fault.Fix...)
	case in.kindless() > 0:
		lacks(m, in.kindless(), "facilities", "category", "类别", "the category")
	default:
		m.Notes = append(m.Notes, in.noneOf(need.Categories))
		return true
	}
	return false
}

// kindless counts the facilities in the scene that have no category.
func (in *Input) kindless() int {
	n := 0
	facilities := in.Scene.Layers["facilities"]
	for i := range facilities {
		if _, ok := textOf(&facilities[i], "category"); !ok {
			n++
		}
	}
	return n
}

// arrival is what a building, given by its id, takes to all that is asked for.
type arrival struct {
	id      string
	counts  weighed
	minutes float64
	arrives bool
}

// reachMeasure is the share of those that arrive in time, with the scale of minutes.
// Where there are facilities of which it is not known what they are, who does not
// arrive may arrive at one of them.
func reachMeasure(list []arrival, weight string, minutes float64, kindless int) indicator.Measure {
	who := population{weight: weight}
	m := who.arriving(list, minutes, kindless)
	if who.doubts > 0 {
		lacks(&m, kindless, "facilities", "category", "类别", "the category")
	}
	if who.complete() && who.yes+who.no > 0 {
		m.Scale = minuteScale(list, &who, minutes)
	}
	return m
}

// arriving is the share that arrives in time.
func (p *population) arriving(list []arrival, minutes float64, kindless int) indicator.Measure {
	for i := range list {
		a := &list[i]
		switch in := a.arrives && a.minutes <= minutes; {
		case !in && kindless > 0:
			p.doubtWeighed(a.id, a.counts)
		default:
			p.addWeighed(a.id, a.counts, in)
		}
	}
	return p.measure()
}

// minuteScale is the share that would be reached if there were more minutes or fewer.
func minuteScale(list []arrival, who *population, minutes float64) *indicator.Scale {
	arrived := make([]int32, 0, len(list))
	for i := range list {
		if list[i].arrives {
			arrived = append(arrived, int32(i))
		}
	}
	slices.SortFunc(arrived, func(a, b int32) int {
		return cmp.Or(cmp.Compare(list[a].minutes, list[b].minutes), cmp.Compare(a, b))
	})
	out := &indicator.Scale{Title: geo.T("步行时间", "walking time"), Unit: "min", Zero: minutes, Stairs: true}
	all, sum := who.yes+who.no, 0.0
	put := func(at float64) {
		step := indicator.Step{At: at, Value: 100 * sum / all}
		if n := len(out.Steps); n > 0 && out.Steps[n-1].At == at {
			out.Steps[n-1] = step
			return
		}
		out.Steps = append(out.Steps, step)
	}
	put(0)
	for _, i := range arrived {
		a := &list[i]
		if last := out.Steps[len(out.Steps)-1].At; last < minutes && a.minutes > minutes {
			put(minutes)
		}
		sum += a.counts.weight
		put(a.minutes)
	}
	if out.Steps[len(out.Steps)-1].At < minutes {
		put(minutes)
	}
	return out
}

func reachShare(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
	var m indicator.Measure
	buildings := in.inside("buildings")
	if len(buildings) == 0 {
		absent(&m, "buildings", buildingsTitle.ZH, buildingsTitle.EN)
		return m, nil
	}
	w, ok, err := in.walked(reachNeeds(p)[0], &m)
	if err != nil || !ok {
		return m, err
	}
	notes, minutes := m.Notes, parameter(p, "minutes")
	list, weights := make([]arrival, len(buildings)), g.weights(in, weightOf(p))
	for i := range buildings {
		list[i] = arrival{buildings[i].ID, weights[i], w.to[i].minutes, w.to[i].arrives}
	}
	m = reachMeasure(list, weightOf(p), minutes, w.doubts)
	m.Notes = slices.Concat(m.Notes, notes, w.notes, w.stuck(buildings))
	m.Layers = w.layers(minutes)
	return m, nil
}

// layers are those that show a walk.
func (w *walked) layers(minutes float64) []string {
	if w.none {
		return []string{"buildings"}
	}
	return []string{w.id + "_buildings", w.id + "_area_" + minutesName(minutes), w.id + "_venues"}
}

// Why buildings get nowhere, in the order in which it is told.
var stuckReasons = []struct {
	code string
	text func(n int) geo.Text
}{
	{"island", func(n int) geo.Text {
		return geo.Tf("%d 栋建筑所在道路与主路网不连通", "%d buildings are on ways that are cut off from the main network", n)
	}},
	{"blocked", func(n int) geo.Text {
		return geo.Tf("%d 栋建筑被围墙隔开", "%d buildings are behind walls", n)
	}},
	{"no_door", func(n int) geo.Text {
		return geo.Tf("%d 栋建筑没有可用的门", "%d buildings have no door that can be used", n)
	}},
	{"no_way", func(n int) geo.Text {
		return geo.Tf("%d 栋建筑附近没有可步行的道路", "%d buildings have no way to walk on nearby", n)
	}},
}

// stuck tells how many buildings get nowhere for a reason that may lie in the data.
func (w *walked) stuck(buildings []geo.Feature) []geo.Text {
	counts := make(map[string]int)
	for i := range buildings {
		if livedIn(&buildings[i]) {
			counts[w.to[i].why()]++
		}
	}
	var out []geo.Text
	for _, r := range stuckReasons {
		if n := counts[r.code]; n > 0 {
			out = append(out, r.text(n))
		}
	}
	return out
}

func venuesInReach(in *Input, p indicator.Params) (indicator.Measure, error) {
	var m indicator.Measure
	buildings := in.inside("buildings")
	if len(buildings) == 0 {
		absent(&m, "buildings", buildingsTitle.ZH, buildingsTitle.EN)
		return m, nil
	}
	w, ok, err := in.walked(venueNeeds(p)[0], &m)
	if err != nil || !ok {
		return m, err
	}
	at := homeVisits{in: in, need: venueNeeds(p)[0], walked: &w, buildings: buildings}
	c := newCounter("facilities")
	for i := range w.venues {
		if served, ok := w.venues[i].Number("buildings"); ok && served > 0 {
			is, known := at.visits(&w.venues[i])
			c.add(w.venues[i].ID, 1, is, known)
		}
	}
	notes := m.Notes
	m = c.count()
	m.Notes = append(notes, w.notes...)
	if c.yes == 0 && w.doubts > 0 {
		forget(&m)
		lacks(&m, w.doubts, "facilities", "category", "类别", "the category")
	}
	if c.unknown > 0 {
		m.Missing = append(m.Missing, geo.Tf("%d 处设施可能只有非住宅建筑可达", "%d facilities may be reached by buildings alone that nobody lives in", int(c.unknown)))
		m.Collect = append(m.Collect, geo.T("补充图层 buildings 的字段 households（户数）", "fill in field households of layer buildings (the number of households)"))
	}
	if m.Layers = []string{"facilities"}; !w.none {
		m.Layers = []string{w.id + "_venues", w.id + "_area_" + minutesName(parameter(p, "minutes"))}
	}
	return m, nil
}

// homeVisits finds out whether a venue that buildings reach is reached by one that may
// be lived in: a run counts them all alike.
type homeVisits struct {
	in        *Input
	need      Need
	walked    *walked
	buildings []geo.Feature
	homes     map[string]bool // buildings that may be lived in
	others    int             // buildings that nobody lives in and that get somewhere
	err       error           // why the network does not tell
}

// visits tells of one venue; it is not known where neither the counts nor the network
// tell.
func (h *homeVisits) visits(venue *geo.Feature) (is, known bool) {
	if h.homes == nil {
		h.homes = make(map[string]bool)
		for i := range h.buildings {
			home := livedIn(&h.buildings[i])
			if h.homes[h.buildings[i].ID] = home; !home && h.walked.to[i].arrives {
				h.others++
			}
		}
	}
	served, _ := venue.Number("buildings")
	if households, _ := venue.Number("households"); households > 0 || int(served) > h.others {
		return true, true
	}
	if h.in.Network == nil || h.err != nil {
		return true, false
	}
	network, err := h.in.Network(h.need.Profile)
	if h.err = err; err != nil {
		return true, false
	}
	ids, found := network.Served(venue.ID, h.need.Minutes[0])
	return slices.ContainsFunc(ids, func(id string) bool { return h.homes[id] }), found
}
