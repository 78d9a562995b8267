package metric

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// gateReachM is how far, in metres, a gate that does not name its compound may lie
// from the outline of the compound that it is taken to belong to.
const gateReachM = 15

func gatesMetric() Metric {
	return Metric{
		ID: "gates.access_share", Title: geo.T("有人员和车辆门禁的小区出入口占比", "Gates with access control for persons and vehicles"),
		Definition: geo.Tf("人员门禁和车辆门禁齐备的出入口数 ÷ 封闭小区的出入口数（小区大门，常闭的除外）；出入口按所属小区计，未填的归入边界 %d 米内最近的小区",
			"gates with access control for both persons and vehicles ÷ gates of gated compounds that are not kept locked; a gate belongs to the compound that it names, else to the nearest whose outline is within %d m", gateReachM),
		Source: shandong(15, "出入管理", "access control"), Unit: "%", Of: "gates", Layers: []string{"communities", "compounds", "entrances"},
		measure: onGround(gateAccess),
	}
}

// gateCount goes over the gates of gated compounds.
type gateCount struct {
	compounds []*item
	byID      map[string]int
	// isGated and sure tell it of each compound; gates counts its gates, open those of
	// them without access control.
	isGated, sure []bool
	gates, open   []int
	c             *counter
	lack          lacking // of entrances
	locked        int
}

func gateAccess(in *Input, _ indicator.Params, g *ground) (indicator.Measure, error) {
	var m indicator.Measure
	compounds := g.insideItems(in, "compounds")
	if len(compounds) == 0 {
		absent(&m, "compounds", compoundsTitle.ZH, compoundsTitle.EN)
		return m, nil
	}
	n := &gateCount{compounds: compounds, byID: make(map[string]int), c: newCounter("entrances"), lack: lacking{layer: "entrances"}}
	missing := lacking{layer: "compounds"}
	for i, x := range compounds {
		is, sure := gated().ask(&x.Feature)
		if !sure {
			missing.note(&x.Feature, gated().fields...)
		}
		n.isGated, n.sure, n.byID[x.ID] = append(n.isGated, is), append(n.sure, sure), i
	}
	n.gates, n.open = make([]int, len(compounds)), make([]int, len(compounds))
	for i := range in.Scene.Layers["entrances"] {
		n.add(&in.Scene.Layers["entrances"][i])
	}
	m = n.c.share()
	n.bare(&m)
	missing.tell(&m)
	n.lack.tell(&m)
	n.note(&m)
	return m, nil
}

// add counts an entrance that is a gate of a gated compound, or may be.
func (g *gateCount) add(f *geo.Feature) {
	kind := ofKind("compound_gate")
	isGate, gateSure := kind.ask(f)
	k := g.compoundOf(f)
	if gateSure && !isGate || k < 0 || g.sure[k] && !g.isGated[k] {
		return
	}
	kept := yes("locked", "是否常闭", "whether they are kept locked")
	locked, lockSure := kept.ask(f)
	if gateSure {
		g.gates[k]++
	}
	if lockSure && locked {
		if gateSure {
			g.locked++
		}
		return
	}
	access := all(yes("access_person", "有无人员门禁", "whether they have access control for persons"), yes("access_vehicle", "有无车辆门禁", "whether they have access control for vehicles"))
	is, known := access.ask(f)
	if !known {
		g.lack.note(f, access.fields...)
	}
	if !gateSure {
		g.lack.note(f, kind.fields...)
	}
	if !lockSure {
		g.lack.note(f, kept.fields...)
	}
	if gateSure && lockSure && g.sure[k] {
		g.c.add(f.ID, 1, is, known)
	} else {
		g.c.maybe(f.ID, 1, is, known)
	}
	if known && !is {
		g.open[k]++
	}
}

// compoundOf finds the compound of an entrance: the one that it names, else the
// nearest that is gated, or may be, within reach of its outline; −1 for none.
func (g *gateCount) compoundOf(f *geo.Feature) int {
	at, placed := f.Geometry.(orb.Point)
	named, _ := textOf(f, "of")
	if k, ok := g.byID[named]; ok {
		return k
	}
	best, nearest := -1, math.Inf(1)
	for k, x := range g.compounds {
		if !placed || g.sure[k] && !g.isGated[k] || !x.extent.Grow(gateReachM+slackM).Contains(at) {
			continue
		}
		for _, poly := range geo.Polygons(g.compounds[k].Geometry) {
			if d := geo.NearestOnLine(orb.LineString(poly[0]), at).Dist; d <= gateReachM && d < nearest {
				best, nearest = k, d
			}
		}
	}
	return best
}

// bare names gated compounds of which no gate is known: their gates are missing from
// the count, so that nothing can be said.
func (g *gateCount) bare(m *indicator.Measure) {
	n := 0
	for k := range g.compounds {
		if g.isGated[k] && g.gates[k] == 0 {
			n++
		}
	}
	if n == 0 {
		return
	}
	forget(m)
	m.Missing = append(m.Missing, geo.Tf("%d 个封闭小区没有出入口数据", "gated compounds without a gate in layer entrances: %d", n))
	m.Collect = append(m.Collect, geo.T("导入各封闭小区的出入口（图层 entrances，kind=compound_gate，of=小区标识）", "import the gates of each gated compound (layer entrances, kind=compound_gate, of=id of the compound)"))
}

func (g *gateCount) note(m *indicator.Measure) {
	open := 0
	for _, n := range g.open {
		if n > 0 {
			open++
		}
	}
	if open > 0 {
		m.Notes = append(m.Notes, geo.Tf("%d 个封闭小区有出入口缺少门禁", "gated compounds with a gate that lacks access control: %d", open))
	}
	if g.locked > 0 {
		m.Notes = append(m.Notes, geo.Tf("%d 个常闭的出入口未计", "gates that are kept locked and not counted: %d", g.locked))
	}
}
