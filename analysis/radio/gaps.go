package radio

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"yiju/analysis"
	"yiju/geo"
)

// A gap is a connected piece of outdoor ground that some operators cover and others
// do not: whoever is with the others has no signal there. Each gap lacks the same
// operators all over.

// gapper finds gaps as a spotter does. Labels stand for sets of lacking operators, in
// the order in which they are met.
type gapper struct {
	*spotter
	operators uint64 // bits of groups
	sets      []uint64
	labels    map[uint64]int32
}

func newGapper(r *answer) *gapper {
	g := &gapper{spotter: newSpotter(r), operators: r.operatorBits(), labels: make(map[uint64]int32)}
	g.plain = true
	g.label = g.gapLabel
	return g
}

func (g *gapper) gapLabel(c int) int32 {
	h := &g.here
	lacks := g.operators &^ h.covers[c]
	if h.kind[c] != Outdoor || lacks == 0 || lacks == g.operators {
		return 0
	}
	label, ok := g.labels[lacks]
	if !ok {
		g.sets = append(g.sets, lacks)
		label = int32(len(g.sets))
		g.labels[lacks] = label
	}
	return label
}

// wantsGaps tells whether the layer of gaps is made: where there are several
// operators.
func (r *answer) wantsGaps() bool {
	bits := r.operatorBits()
	return bits&(bits-1) != 0 && r.wants("gaps")
}

func (r *answer) gapSchema() geo.Schema {
	return r.schema("gaps", "部分运营商未覆盖", "Not covered by every operator", geo.Polygon,
		analysis.TextField("operators", "未覆盖的运营商", "Operators that do not cover it"),
		analysis.RealField("area_m2", "面积", "Area", "m²"),
		analysis.RealField("households", "临近户数", "Households beside it", ""))
}

// gapFeatures are the gaps, the largest first.
func (r *answer) gapFeatures() []geo.Feature {
	gaps := r.gaps.spots
	slices.SortFunc(gaps, func(a, b spot) int {
		return cmp.Or(-cmp.Compare(a.region.Pixels, b.region.Pixels), cmp.Compare(a.region.Row, b.region.Row), cmp.Compare(a.region.Col, b.region.Col))
	})
	out := make([]geo.Feature, 0, len(gaps))
	for i := range gaps {
		s := &gaps[i]
		out = append(out, geo.Feature{
			ID: fmt.Sprintf("gap:%05d", i+1), Geometry: s.region.Polygon,
			Attributes: map[string]any{
				"operators": r.operatorsIn(r.gaps.sets[s.kind-1]), "area_m2": r.areaM2(s.region.Pixels), "households": round(r.householdsAt(s), 1),
			},
		})
	}
	return out
}

// operatorsIn names operators by the bits of their groups.
func (r *answer) operatorsIn(bits uint64) string {
	var names []string
	for i := range r.groups {
		if bits>>i&1 != 0 {
			names = append(names, r.groups[i].title().ZH)
		}
	}
	return strings.Join(names, "、")
}
