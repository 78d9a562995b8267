package metric

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/geo/index"
)

func lightMetrics() []Metric {
	return []Metric{{
		ID: "light.lit_share", Title: geo.T("步行道路照明覆盖率", "Share of walked ways that are lit"),
		Definition: geo.T(
			"社区内有照明的步行可用道路长度 ÷ 社区内步行可用道路长度。注明有照明、或距一盏路灯不超过 reach_m 的路段为有照明；社区有路灯数据时，其余路段为暗段",
			"length of the ways that people walk in the community and that are lit ÷ length of all such ways. Lit is what says so itself or lies within reach_m of a lamp; where lamps are known, all else is dark"),
		Source: yantai(11, "智慧照明", "smart lighting"),
		Unit:   "%", Of: "m", Layers: []string{"communities", "devices", "ways"}, Spatial: true,
		Params:  []ParamInfo{{Name: "reach_m", Title: geo.T("一盏路灯照亮的距离", "How far a lamp lights"), Unit: "m"}},
		margin:  byNumber("reach_m"),
		measure: onGround(litShare),
	}}
}

// lamps are the places of the lamps that may shine.
type lamps struct {
	places []orb.Point
	at     index.Index
	any    bool // there are lamps in the data, if only broken ones
	broken int
}

// lampsAmong takes the lamps out of devices.
func lampsAmong(devices []*item) *lamps {
	out := &lamps{}
	for _, x := range devices {
		p, ok := geo.Centroid(x.Geometry)
		if kind, _ := x.Text("kind"); kind != "lamp" || !ok {
			continue
		}
		out.any = true
		if working, known := x.Bool("working"); known && !working {
			out.broken++
			continue
		}
		out.at.Add(len(out.places), spanned(p, p))
		out.places = append(out.places, p)
	}
	return out
}

// light lists the stretches of a line within reach of a lamp, exactly.
func (l *lamps) light(t track, reach_m float64) spans {
	var out spans
	for i := 1; i < len(t.line); i++ {
		p, q := t.line[i-1], t.line[i]
		length := t.along_m[i] - t.along_m[i-1]
		if length == 0 {
			continue
		}
		l.at.Each(spanned(p, q).Grow(reach_m), func(k int) bool {
			if from, to, ok := chord(p, q, l.places[k], reach_m); ok {
				out = append(out, span{t.along_m[i-1] + from*length, t.along_m[i-1] + to*length})
			}
			return true
		})
	}
	return out.joined()
}

// chord is the part of the segment p–q, as shares of it, in a circle.
func chord(p, q, centre orb.Point, radius_m float64) (from, to float64, ok bool) {
	dx, dy := q[0]-p[0], q[1]-p[1]
	fx, fy := p[0]-centre[0], p[1]-centre[1]
	// |f + s·d|² ≤ r², a parabola in s.
	a, half, c := dx*dx+dy*dy, fx*dx+fy*dy, fx*fx+fy*fy-radius_m*radius_m
	under := half*half - a*c
	if a == 0 || under < 0 {
		return 0, 0, false
	}
	root := math.Sqrt(under)
	from, to = max(0, (-half-root)/a), min(1, (-half+root)/a)
	return from, to, from < to
}

// litPart is a stretch of a way that is lit, dark, or of which that is not known.
type litPart struct {
	length_m float64
	state    string
}

// litWay is a way with its light.
type litWay struct {
	parts []litPart
	drawn []geo.Feature
}

// litOf finds the light on a way. dark tells that what is not lit is dark.
func (g *ground) litOf(x *item, lamps *lamps, reach_m float64, dark bool) (out litWay) {
	says, told := x.Bool("lit")
	rests := "unknown"
	if told || dark {
		rests = "dark"
	}
	for _, w := range g.pieces(x) {
		lit := w.in
		if !told || !says {
			lit = w.in.and(lamps.light(w.track, reach_m))
		}
		put := func(state string, parts spans) {
			for _, part := range parts {
				length := part.to - part.from
				out.drawn = append(out.drawn, drawn(partID(x.ID, len(out.parts)), w.track.piece(part), "state", state, "way", x.ID, "length_m", hundredths(length)))
				out.parts = append(out.parts, litPart{length, state})
			}
		}
		put("lit", lit)
		put(rests, w.in.without(lit))
	}
	return out
}

func litShare(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
	if len(g.wayItems(in)) == 0 {
		return noWays(), nil
	}
	var walked []*item
	for _, x := range g.wayItems(in) {
		if isWalked(&x.Feature) {
			walked = append(walked, x)
		}
	}
	devices, reach_m := g.view(in, "devices"), parameter(p, "reach_m")
	all := lampsAmong(devices.items)
	ways := around[litWay]{
		key: fmt.Sprintf("light|%v|%v", reach_m, all.any), of: walked, near: []*view{devices}, reach_m: reach_m,
		prepare: func(window geo.Extent) func(*item) litWay {
			lamps := lampsAmong(devices.touching(window))
			return func(x *item) litWay { return g.litOf(x, lamps, reach_m, all.any) }
		},
	}.ask(g)
	s := newSheet("light.lit_share", "照明覆盖", "Light along ways", geo.Line,
		stateField(analysis.CodeOf("lit", "有照明", "Lit"), analysis.CodeOf("dark", "暗段", "Dark"), analysis.CodeOf("unknown", "未知", "Not known")),
		wayField(), lengthField())
	c := newCounter("ways")
	untold := 0
	for i, x := range walked {
		for _, part := range ways[i].parts {
			c.add(x.ID, part.length_m, part.state == "lit", part.state != "unknown")
		}
		s.layer.Features = append(s.layer.Features, ways[i].drawn...)
		if slices.ContainsFunc(ways[i].parts, func(part litPart) bool { return part.state == "unknown" }) {
			untold++
		}
	}
	m := lengthShare(c)
	m.Drawn, m.Layers = s.done(), []string{drawnName("light.lit_share"), "devices", "ways"}
	if !all.any && untold > 0 {
		absent(&m, "devices", "路灯", "lamps")
		lacks(&m, untold, "ways", "lit", "有无照明", "whether they are lit")
	}
	tellLamps(&m, all)
	return m, nil
}

func tellLamps(m *indicator.Measure, l *lamps) {
	if l.any {
		m.Notes = append(m.Notes, geo.Tf("按 %d 盏路灯计算，视路灯数据为完整", "computed from %d lamps; the list of lamps is taken to be complete", len(l.places)))
	}
	if l.broken > 0 {
		m.Notes = append(m.Notes, geo.Tf("%d 盏路灯不亮，未计入", "%d lamps do not work and are left out", l.broken))
	}
}
