package metric

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/geo/index"
)

// facadePieceM is how long the pieces of a façade are at the most, in metres; each is
// judged by its middle.
const facadePieceM = 1.0

var renewedField = field{"renewed", "是否已微更新", "whether they are renewed"}

func facadeMetrics() []Metric {
	return []Metric{{
		ID: "facade.renewed_share", Title: geo.T("沿街建筑立面更新率", "Share of street fronts that are renewed"),
		Definition: geo.T("已微更新建筑的沿街立面长度 ÷ 社区沿街立面长度。沿街立面：正前方 street_m 内有道路（居住区道路及以上等级、生活街道、步行街）中心线且中间没有其他建筑的外墙",
			"length of the street fronts of renewed buildings ÷ length of all street fronts of the community. A street front is a wall that has the line of a street (from residential streets upwards, living and pedestrian streets) straight ahead within street_m, and no other building before it"),
		Source: yantai(16, "建筑微更新", "renewal of buildings"), Unit: "%", Of: "m", Layers: []string{"buildings", "communities", "ways"}, Spatial: true,
		Params:  []ParamInfo{{Name: "street_m", Title: geo.T("立面到道路中心线的最大距离", "How far the line of a street may be from a front"), Unit: "m"}},
		margin:  byNumber("street_m"),
		measure: onGround(renewedFronts),
	}}
}

// isFrontage tells a street that fronts face.
func isFrontage(f *geo.Feature) bool {
	class := wayClass(f)
	return isRoad(f) || class == "living_street" || class == "pedestrian"
}

// sideSet is sides that can be looked at from a wall.
type sideSet struct {
	sides [][2]orb.Point
	at    index.Index
}

func (s *sideSet) add(a, b orb.Point) {
	s.at.Add(len(s.sides), spanned(a, b))
	s.sides = append(s.sides, [2]orb.Point{a, b})
}

// wall is one side of a building, seen in a frame of its own: x along it, y away from
// the building.
type wall struct {
	from, along, out orb.Point // along and out have length 1
	length           float64
}

// ahead lists the sides of a set within reach before the wall, in the wall's frame.
func (w *wall) ahead(s *sideSet, reach_m float64, list [][2]orb.Point) [][2]orb.Point {
	e := geo.EmptyExtent()
	for _, x := range [2]float64{0, w.length} {
		for _, y := range [2]float64{0, reach_m} {
			e.IncludePoint(orb.Point{w.from[0] + x*w.along[0] + y*w.out[0], w.from[1] + x*w.along[1] + y*w.out[1]})
		}
	}
	frame := func(p orb.Point) orb.Point {
		dx, dy := p[0]-w.from[0], p[1]-w.from[1]
		return orb.Point{dx*w.along[0] + dy*w.along[1], dx*w.out[0] + dy*w.out[1]}
	}
	s.at.Each(e, func(i int) bool {
		a, b := frame(s.sides[i][0]), frame(s.sides[i][1])
		if max(a[0], b[0]) >= 0 && min(a[0], b[0]) <= w.length && max(a[1], b[1]) > 0 && min(a[1], b[1]) <= reach_m {
			list = append(list, [2]orb.Point{a, b})
		}
		return true
	})
	return list
}

// touchingM is how near to a wall, in metres, another one is the same wall.
const touchingM = 0.01

// nearestAhead is how far straight ahead of x the nearest of some sides is.
func nearestAhead(x float64, sides [][2]orb.Point) float64 {
	best := math.Inf(1)
	for _, s := range sides {
		a, b := s[0], s[1]
		if a[0] > b[0] {
			a, b = b, a
		}
		if x < a[0] || x > b[0] || a[0] == b[0] {
			continue
		}
		if y := a[1] + (x-a[0])/(b[0]-a[0])*(b[1]-a[1]); y > touchingM {
			best = min(best, y)
		}
	}
	return best
}

// fronts finds the parts of walls that face a street.
type fronts struct {
	streets, walls sideSet
	reach_m        float64
}

// of lists the street fronts of a building.
func (f *fronts) of(building *geo.Feature) []orb.LineString {
	var out []orb.LineString
	for _, poly := range geo.Polygons(building.Geometry) {
		for i, ring := range poly {
			turn := -1.0
			if (ring.Orientation() == orb.CCW) != (i == 0) {
				turn = 1
			}
			for k := 1; k < len(ring); k++ {
				out = f.front(ring[k-1], ring[k], turn, out)
			}
		}
	}
	return out
}

// front adds the parts of one wall that face a street; turn is 1 where the outside
// lies to the left of it.
func (f *fronts) front(a, b orb.Point, turn float64, out []orb.LineString) []orb.LineString {
	length := geo.Distance(a, b)
	if length == 0 {
		return out
	}
	along := orb.Point{(b[0] - a[0]) / length, (b[1] - a[1]) / length}
	w := wall{a, along, orb.Point{-turn * along[1], turn * along[0]}, length}
	streets := w.ahead(&f.streets, f.reach_m, nil)
	if len(streets) == 0 {
		return out
	}
	walls := w.ahead(&f.walls, f.reach_m, nil)
	pieces := math.Ceil(length / facadePieceM)
	step := length / pieces
	var faces spans
	for k := range int(pieces) {
		x := (float64(k) + 0.5) * step
		if d := nearestAhead(x, streets); d <= f.reach_m && d <= nearestAhead(x, walls) {
			faces = append(faces, span{float64(k) * step, float64(k+1) * step})
		}
	}
	t := measured(orb.LineString{a, b})
	for _, s := range faces.joined() {
		out = append(out, t.piece(s))
	}
	return out
}

// frontsOf looks at the streets that are wanted, among what touches a window.
func frontsOf(ways, buildings []*item, reach_m float64, wanted func(*geo.Feature) bool) *fronts {
	f := &fronts{reach_m: reach_m}
	for _, x := range ways {
		if tunnel, _ := x.Bool("tunnel"); !tunnel && wanted(&x.Feature) {
			eachSide(x.Geometry, f.streets.add)
		}
	}
	for _, x := range buildings {
		eachSide(x.Geometry, f.walls.add)
	}
	return f
}

// fronted is the street fronts of a building.
type fronted struct {
	parts    []orb.LineString
	lengths  []float64
	length_m float64
	more_m   float64 // what more there would be if all ways without a class were streets
	drawn    []geo.Feature
}

// streetFronts finds the street fronts of the buildings of the community.
func streetFronts(in *Input, g *ground, reach_m float64) []fronted {
	ways, buildings := g.view(in, "ways"), g.view(in, "buildings")
	return around[fronted]{
		key: "facade|" + number(reach_m), of: g.insideItems(in, "buildings"), near: []*view{ways, buildings}, reach_m: reach_m,
		prepare: func(window geo.Extent) func(*item) fronted {
			streets, walls := ways.touching(window), buildings.touching(window)
			sure := frontsOf(streets, walls, reach_m, isFrontage)
			var doubtful *fronts
			if slices.ContainsFunc(streets, func(x *item) bool { return wayClass(&x.Feature) == "" }) {
				doubtful = frontsOf(streets, walls, reach_m, func(f *geo.Feature) bool { return isFrontage(f) || wayClass(f) == "" })
			}
			return func(x *item) (out fronted) {
				out.parts = sure.of(&x.Feature)
				state := frontState(&x.Feature)
				for i, part := range out.parts {
					length := geo.Length(part)
					out.lengths, out.length_m = append(out.lengths, length), out.length_m+length
					out.drawn = append(out.drawn, drawn(partID(x.ID, i), part, "state", state, "building", x.ID, "length_m", hundredths(length)))
				}
				if doubtful != nil {
					out.more_m = lengthOf(doubtful.of(&x.Feature)) - out.length_m
				}
				return out
			}
		},
	}.ask(g)
}

// frontState says whether a building is renewed.
func frontState(f *geo.Feature) string {
	switch renewed, known := f.Bool("renewed"); {
	case !known:
		return "unknown"
	case renewed:
		return "renewed"
	}
	return "old"
}

func renewedFronts(in *Input, p indicator.Params, g *ground) (indicator.Measure, error) {
	var m indicator.Measure
	buildings := g.insideItems(in, "buildings")
	if len(buildings) == 0 {
		absent(&m, "buildings", buildingsTitle.ZH, buildingsTitle.EN)
		return m, nil
	}
	if len(in.Scene.Layers["ways"]) == 0 {
		return noWays(), nil
	}
	const id = "facade.renewed_share"
	s := newSheet(id, "沿街立面", "Street fronts", geo.Line,
		stateField(analysis.CodeOf("renewed", "已更新", "Renewed"), analysis.CodeOf("old", "未更新", "Not renewed"), analysis.CodeOf("unknown", "未知", "Not known")),
		analysis.TextField("building", "建筑标识", "Building (id)"), lengthField())
	c, lack, undecided := newCounter("buildings"), lackingOnce{lacking: lacking{layer: "buildings"}}, false
	for i, fronts := range streetFronts(in, g, parameter(p, "street_m")) {
		b := &buildings[i].Feature
		renewed, known := b.Bool("renewed")
		if fronts.more_m > leastSpanM {
			c.maybe(b.ID, fronts.more_m, renewed, known)
			lack.note(b, renewedField)
			undecided = true
		}
		if len(fronts.parts) == 0 {
			continue
		}
		lack.note(b, renewedField)
		for _, length := range fronts.lengths {
			c.add(b.ID, length, renewed, known)
		}
		s.layer.Features = append(s.layer.Features, fronts.drawn...)
	}
	m = lengthShare(c)
	lack.tell(&m)
	if undecided {
		g.classless(in, &m)
	}
	m.Drawn, m.Layers = s.done(), []string{drawnName(id), "buildings"}
	return m, nil
}

func lengthOf(lines []orb.LineString) float64 {
	sum := 0.0
	for _, l := range lines {
		sum += geo.Length(l)
	}
	return sum
}
