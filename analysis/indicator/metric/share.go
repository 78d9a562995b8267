package metric

import (
	"maps"
	"slices"
	"strconv"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// number writes a number as short as it can be read back.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// counter sums weights of features that are so, are not so, and of which it is not
// known, and remembers which they are.
type counter struct {
	yes, no, unknown float64
	// Those of which it is not known whether they count at all.
	maybeYes, maybeNo, maybeUnknown float64

	layer string
	ids   map[indicator.Role][]string
}

func newCounter(layer string) *counter {
	return &counter{layer: layer, ids: make(map[indicator.Role][]string)}
}

// add counts a feature with its weight. known says whether is can be trusted.
func (c *counter) add(id string, weight float64, is, known bool) {
	role := indicator.Unknown
	switch {
	case !known:
		c.unknown += weight
	case is:
		role = indicator.Made
		c.yes += weight
	default:
		role = indicator.Failed
		c.no += weight
	}
	c.ids[role] = append(c.ids[role], id)
}

// maybe counts a feature of which it is not known whether it belongs to those that
// are counted.
func (c *counter) maybe(id string, weight float64, is, known bool) {
	switch {
	case !known:
		c.maybeUnknown += weight
	case is:
		c.maybeYes += weight
	default:
		c.maybeNo += weight
	}
	c.ids[indicator.Unknown] = append(c.ids[indicator.Unknown], id)
}

// split counts a feature a part of whose weight is so and the rest not. A part that is
// more than the whole stays so.
func (c *counter) split(id string, part, whole float64) {
	c.yes, c.no = c.yes+part, c.no+whole-part
	role := indicator.Made
	if part < whole {
		role = indicator.Failed
	}
	c.ids[role] = append(c.ids[role], id)
}

// sure is the sum of the weights that count for certain, all the sum of all weights.
func (c *counter) sure() float64 { return c.yes + c.no + c.unknown }
func (c *counter) all() float64  { return c.sure() + c.maybeYes + c.maybeNo + c.maybeUnknown }

// share is the measure yes ÷ all. Where something is unknown there is no value, but
// the bounds between which it lies; none where nothing counts for certain.
func (c *counter) share() indicator.Measure {
	numerator, all := c.yes, c.all()
	m := indicator.Measure{Numerator: &numerator, Denominator: &all, Features: c.refs()}
	sure := c.sure()
	if all == 0 || sure == 0 {
		return m
	}
	low := 100 * c.yes / (sure + c.maybeNo + c.maybeUnknown)
	high := c.yes + c.unknown + c.maybeYes + c.maybeUnknown
	high = 100 * high / (sure + c.maybeYes + c.maybeUnknown)
	switch {
	case c.unknown == 0 && sure == all:
		m.Value = &low
	case low == high: // all are so or none is, whoever counts
		numerator += c.maybeYes
		m.Value = &low
	default:
		m.Low, m.High = &low, &high
	}
	return m
}

// count is the measure yes, between bounds where something is unknown.
func (c *counter) count() indicator.Measure {
	low, high := c.yes, c.yes+c.unknown+c.maybeYes+c.maybeUnknown
	var m indicator.Measure
	point(&m, indicator.Unknown, c.layer, c.ids[indicator.Unknown])
	point(&m, indicator.Made, c.layer, c.ids[indicator.Made])
	if low == high {
		m.Value = &low
	} else {
		m.Low, m.High = &low, &high
	}
	return m
}

// refs lists the features by role, what failed first.
func (c *counter) refs() []indicator.Refs {
	var out []indicator.Refs
	for _, role := range []indicator.Role{indicator.Failed, indicator.Unknown, indicator.Made} {
		if r, ok := refs(role, c.layer, c.ids[role]); ok {
			out = append(out, r)
		}
	}
	return out
}

// refs names features of one role, ordered by id, each once; false where there are none.
func refs(role indicator.Role, layer string, ids []string) (indicator.Refs, bool) {
	ids = slices.Clone(ids)
	if !slices.IsSorted(ids) { // mostly they come in order
		slices.Sort(ids)
	}
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return indicator.Refs{}, false
	}
	return indicator.Refs{Role: role, Layer: layer, IDs: ids[:min(len(ids), indicator.MaxRefs)], Count: len(ids)}, true
}

// point adds features of one role to a measure.
func point(m *indicator.Measure, role indicator.Role, layer string, ids []string) {
	if r, ok := refs(role, layer, ids); ok {
		m.Features = append(m.Features, r)
	}
}

// lacks says that a number of features of a layer lack an attribute, and how to bring it.
func lacks(m *indicator.Measure, n int, layer, attribute, zh, en string) {
	if n == 0 {
		return
	}
	m.Missing = append(m.Missing, geo.Tf("“%[5]s”图层有 %[2]d 个要素未填“%[3]s”", "features of layer %[1]s that do not tell %[4]s: %[2]d", layer, n, zh, en, LayerName(layer)))
	m.Collect = append(m.Collect, geo.Tf("补充“%[5]s”图层（%[1]s）的“%[3]s”字段（%[2]s）", "fill in field %[2]s of layer %[1]s (%[4]s)", layer, attribute, zh, en, LayerName(layer)))
}

// tell names the attributes that features lack, and how to bring them.
func (l *lacking) tell(m *indicator.Measure) {
	for i, a := range l.fields {
		lacks(m, l.counts[i], l.layer, a.name, a.zh, a.en)
	}
}

// absent says that a layer has nothing of a kind in the community, so that nothing
// is known of it: an empty layer is not a count of zero.
func absent(m *indicator.Measure, layer, zh, en string) {
	m.Missing = append(m.Missing, geo.Tf("“%[4]s”图层在社区内没有%[2]s的数据", "layer %[1]s holds no %[3]s in the community", layer, zh, en, LayerName(layer)))
	m.Collect = append(m.Collect, geo.Tf("导入%[2]s（“%[4]s”图层 %[1]s）", "import %[3]s (layer %[1]s)", layer, zh, en, LayerName(layer)))
}
