package metric

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/geo"
)

// onFoot is the profile of walking whose network stands for everybody's.
const onFoot = "adult"

// aroundM is how far around the community, in metres, the network is looked at: two
// paths may be joined by one outside.
const aroundM = 500

func pathMetrics() []Metric {
	source := yantai(18, "健康步道", "walking paths")
	layers := []string{"communities", "ways"}
	walkways := geo.T("步道：步行道、小径、步行街、台阶、生活街道，人行道按所绘计", "Walkways: footways, paths, pedestrian streets, steps and living streets, sidewalks as far as they are drawn")
	return []Metric{{
		ID: "paths.length", Title: geo.T("步道长度", "Length of walkways"),
		Definition: geo.T("社区内步道长度。"+walkways.ZH, "length of the walkways in the community. "+walkways.EN),
		Source:     source, Unit: "km", Layers: layers, Spatial: true, measure: onGround(pathLength),
	}, {
		ID: "paths.density", Title: geo.T("步道密度", "Density of walkways"),
		Definition: geo.T("社区内步道长度（km）÷ 社区面积（km²）。"+walkways.ZH, "length of the walkways in the community in km ÷ its area in km². "+walkways.EN),
		Source:     source, Unit: "km/km²", Layers: layers, Spatial: true, measure: onGround(pathDensity),
	}, {
		ID: "cycle.density", Title: geo.T("自行车道密度", "Density of cycleways"),
		Definition: geo.T("社区内自行车道（等级或名称为自行车道、骑行道）长度（km）÷ 社区面积（km²）", "length of the cycleways (by class or name) in the community in km ÷ its area in km²"),
		Source:     source, Unit: "km/km²", Layers: layers, Spatial: true, measure: onGround(cycleDensity),
	}, {
		ID: "paths.connected_share", Title: geo.T("步行网络连通率", "Share of the walking network that is connected"),
		Definition: geo.T("步行网络在社区内最大连通部分的长度 ÷ 步行网络在社区内的长度；经社区外道路相连的也算连通，居民专用的门算开",
			"length in the community of the largest connected part of the walking network ÷ its length in the community; what is joined by ways outside is connected, gates for residents are open"),
		Source: source, Unit: "%", Of: "m", Layers: []string{"barriers", "communities", "compounds", "crossings", "entrances", "ways"}, Spatial: true,
		margin:  func(indicator.Params) float64 { return aroundM },
		measure: onGround(connectedPaths),
	}}
}

// walkwaysIn gives the length of walkways in the community in metres, and that of ways
// of which the class is not known.
func walkwaysIn(in *Input, g *ground) (m indicator.Measure, known_m, unknown_m float64, ok bool) {
	pieces, any := g.ways(in, func(f *geo.Feature) bool { return isWalkway(f) || wayClass(f) == "" && !closedOnFoot(f) })
	if !any {
		return noWays(), 0, 0, false
	}
	var is, maybe []string
	lack := lackingOnce{lacking: lacking{layer: "ways"}}
	for i := range pieces {
		w := &pieces[i]
		if wayClass(w.way) == "" {
			maybe, unknown_m = append(maybe, w.way.ID), unknown_m+w.length()
			lack.note(w.way, classField)
		} else {
			is, known_m = append(is, w.way.ID), known_m+w.length()
		}
	}
	point(&m, indicator.Unknown, "ways", maybe)
	point(&m, indicator.Made, "ways", is)
	lack.tell(&m)
	m.Layers = []string{"ways"}
	return m, known_m, unknown_m, true
}

// kilometres rounds metres to centimetres and gives kilometres.
func kilometres(metres float64) float64 { return hundredths(metres) / 1000 }

// between gives a measure a value, or bounds where the two differ.
func between(m *indicator.Measure, low, high float64) {
	if low == high {
		m.Value = &low
		return
	}
	m.Low, m.High = &low, &high
}

func pathLength(in *Input, _ indicator.Params, g *ground) (indicator.Measure, error) {
	m, known, unknown, ok := walkwaysIn(in, g)
	if ok {
		between(&m, kilometres(known), kilometres(known+unknown))
	}
	return m, nil
}

func pathDensity(in *Input, _ indicator.Params, g *ground) (indicator.Measure, error) {
	m, known, unknown, ok := walkwaysIn(in, g)
	if !ok {
		return m, nil
	}
	area := squareKilometres(g)
	between(&m, kilometres(known)/area, kilometres(known+unknown)/area)
	m.Numerator, m.Denominator = ptr(kilometres(known)), &area
	return m, nil
}

// squareKilometres is the area of the community, rounded to hundredths of a square metre.
func squareKilometres(g *ground) float64 { return hundredths(g.area_m2) / 1e6 }

// cycleNames are what the names of cycleways hold.
var cycleNames = []string{"自行车道", "骑行道", "自行车专用", "cycleway", "cycle path", "bike path", "radweg"}

func isCycleway(f *geo.Feature) bool {
	name, _ := f.Text("name")
	name = strings.ToLower(name)
	return wayClass(f) == "cycleway" || slices.ContainsFunc(cycleNames, func(s string) bool { return strings.Contains(name, s) })
}

func cycleDensity(in *Input, _ indicator.Params, g *ground) (indicator.Measure, error) {
	pieces, any := g.ways(in, func(f *geo.Feature) bool { return isCycleway(f) || wayClass(f) == "" })
	if !any {
		return noWays(), nil
	}
	area := squareKilometres(g)
	m := indicator.Measure{Denominator: &area, Layers: []string{"ways"}}
	var is []string
	known, maybe := 0.0, 0.0
	for i := range pieces {
		if w := &pieces[i]; isCycleway(w.way) {
			is, known = append(is, w.way.ID), known+w.length()
		} else {
			maybe += w.length()
		}
	}
	if maybe > 0 {
		g.classless(in, &m)
	}
	point(&m, indicator.Made, "ways", is)
	m.Numerator = ptr(kilometres(known))
	between(&m, kilometres(known)/area, kilometres(known+maybe)/area)
	return m, nil
}

// pathPart is a connected part of the walking network, as far as it lies in the
// community.
type pathPart struct {
	number   int
	length_m float64
	lines    orb.MultiLineString
	ways     []string
}

// partsIn parts the walking network of the community, the longest part first.
func partsIn(in *Input, g *ground, profile string) ([]pathPart, error) {
	network, err := in.Network(profile)
	if err != nil {
		return nil, err
	}
	at := make(map[int]int)
	var out []pathPart
	for _, s := range network.Stretches() {
		t := measured(s.Line)
		inside := g.within(t)
		if len(inside) == 0 {
			continue
		}
		i, ok := at[s.Part]
		if !ok {
			i = len(out)
			at[s.Part], out = i, append(out, pathPart{number: s.Part})
		}
		p := &out[i]
		p.length_m += inside.length()
		p.ways = append(p.ways, s.Way.ID)
		for _, x := range inside {
			p.lines = append(p.lines, t.piece(x))
		}
	}
	slices.SortFunc(out, func(a, b pathPart) int {
		return cmp.Or(cmp.Compare(b.length_m, a.length_m), cmp.Compare(a.number, b.number))
	})
	return out, nil
}

// unwalkable turns the fault of a network into what is missing.
func unwalkable(err error) (indicator.Measure, error) {
	fault := geo.AsFault(err)
	if fault == nil {
		return indicator.Measure{}, err
	}
	return indicator.Measure{Missing: []geo.Text{fault.What}, Collect: fault.Fix}, nil
}

func connectedPaths(in *Input, _ indicator.Params, g *ground) (indicator.Measure, error) {
	if _, any := g.ways(in, isWalked); !any {
		return noWays(), nil
	}
	parts, err := partsIn(in, g, onFoot)
	if err != nil {
		return unwalkable(err)
	}
	c := newCounter("ways")
	s := newSheet("paths.connected_share", "步行网络连通部分", "Parts of the walking network", geo.Line,
		stateField(analysis.CodeOf("connected", "连通", "Connected"), analysis.CodeOf("cut_off", "不连通", "Cut off")),
		lengthField(), analysis.WholeField("ways", "道路数", "Ways"))
	for i := range parts {
		p := &parts[i]
		slices.Sort(p.ways)
		p.ways = slices.Compact(p.ways)
		state := "connected"
		if i > 0 {
			state = "cut_off"
		}
		for k, id := range p.ways {
			length := 0.0
			if k == 0 {
				length = p.length_m
			}
			c.add(id, length, i == 0, true)
		}
		s.put(fmt.Sprintf("%05d", i), p.lines, "state", state, "length_m", hundredths(p.length_m), "ways", int64(len(p.ways)))
	}
	m := lengthShare(c)
	m.Drawn, m.Layers = s.done(), []string{drawnName("paths.connected_share"), "ways"}
	if len(parts) > 1 {
		m.Notes = append(m.Notes, geo.Tf("%d 个部分与主网络不连通", "%d parts are cut off from the main one", len(parts)-1))
	}
	return m, nil
}
