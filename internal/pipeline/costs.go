package pipeline

import (
	"cmp"
	"slices"

	"yiju/geo"
	"yiju/geo/crs"
	"yiju/layers/scenario"
)

// CostSheet is what a scenario costs by the unit costs that its user gave.
type CostSheet struct {
	Lines []CostLine `json:"lines"`
	// Sums are by currency.
	Sums []CostSum `json:"sums"`
	// Unpriced are kinds of edits that have no unit cost; they count for nothing.
	Unpriced []UnpricedKind `json:"unpriced"`
}

// CostLine is one kind of edit: Amount things, metres or square metres at UnitCost.
type CostLine struct {
	Kind     string       `json:"kind"`
	Count    int          `json:"count"` // things
	Amount   float64      `json:"amount"`
	Per      scenario.Per `json:"per"`
	UnitCost float64      `json:"unit_cost"`
	Currency string       `json:"currency"`
	Sum      float64      `json:"sum"`
}

// CostSum is a sum in one currency.
type CostSum struct {
	Currency string  `json:"currency"`
	Sum      float64 `json:"sum"`
}

// UnpricedKind is a kind of edit without a unit cost; the kind is empty for edits that
// came from no entry of the palette.
type UnpricedKind struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// thing is what edits of one kind make together: a feature, or a group of them.
type thing struct {
	kind, name  string
	length_m    float64
	area_m2     float64
	measuredIDs []string
}

// costsOf sums the costs of the edits of a scenario that have an effect. What is
// edited twice, and a group of edits, is one thing. Lengths and areas are measured in
// the working CRS: of what is there in the end, or of what goes.
func costsOf(s *scenario.Scenario, net *scenario.Net, to *crs.Transform) (CostSheet, error) {
	things, err := thingsOf(s, net, to)
	if err != nil {
		return CostSheet{}, err
	}
	out := CostSheet{Lines: []CostLine{}, Sums: []CostSum{}, Unpriced: []UnpricedKind{}}
	for _, c := range s.Costs {
		line := CostLine{Kind: c.Kind, Per: c.Per, UnitCost: c.Amount, Currency: c.Currency}
		for i := range things {
			if things[i].kind == c.Kind {
				line.Count++
				line.Amount += things[i].amount(c.Per)
			}
		}
		if line.Count > 0 {
			line.Sum = line.Amount * line.UnitCost
			out.Lines = append(out.Lines, line)
			out.add(line.Currency, line.Sum)
		}
	}
	for i := range things {
		if !slices.ContainsFunc(s.Costs, func(c scenario.Cost) bool { return c.Kind == things[i].kind }) {
			out.unpriced(things[i].kind)
		}
	}
	return out, nil
}

func (t *thing) amount(per scenario.Per) float64 {
	switch per {
	case scenario.PerMetre:
		return t.length_m
	case scenario.PerSquareMetre:
		return t.area_m2
	}
	return 1
}

func (c *CostSheet) add(currency string, sum float64) {
	i, there := slices.BinarySearchFunc(c.Sums, currency, func(s CostSum, name string) int { return cmp.Compare(s.Currency, name) })
	if !there {
		c.Sums = slices.Insert(c.Sums, i, CostSum{Currency: currency})
	}
	c.Sums[i].Sum += sum
}

func (c *CostSheet) unpriced(kind string) {
	i, there := slices.BinarySearchFunc(c.Unpriced, kind, func(u UnpricedKind, name string) int { return cmp.Compare(u.Kind, name) })
	if !there {
		c.Unpriced = slices.Insert(c.Unpriced, i, UnpricedKind{Kind: kind})
	}
	c.Unpriced[i].Count++
}

// thingsOf lists what the edits of a scenario make, in the order of their first edits.
func thingsOf(s *scenario.Scenario, net *scenario.Net, to *crs.Transform) ([]thing, error) {
	var out []thing
	for i := range s.Edits {
		e := &s.Edits[i]
		t := net.Find(e.Layer, e.ID)
		if e.Off || t == nil || !slices.Contains(t.Edits, e.Seq) {
			continue
		}
		name := e.Group
		if name == "" {
			name = e.Layer + "/" + e.ID
		}
		k := slices.IndexFunc(out, func(x thing) bool { return x.kind == e.Kind && x.name == name })
		if k < 0 {
			k = len(out)
			out = append(out, thing{kind: e.Kind, name: name})
		}
		if err := out[k].measure(t, to); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// measure adds a feature to a thing, once.
func (t *thing) measure(of *scenario.Touched, to *crs.Transform) error {
	id := of.Layer + "/" + of.ID
	if slices.Contains(t.measuredIDs, id) {
		return nil
	}
	t.measuredIDs = append(t.measuredIDs, id)
	f := of.New
	if f == nil {
		f = of.Old
	}
	if f.Geometry == nil {
		return nil
	}
	g, err := to.Forward(f.Geometry)
	if err != nil {
		return err
	}
	for _, line := range geo.Lines(g) {
		t.length_m += geo.Length(line)
	}
	t.area_m2 += geo.Area(g)
	return nil
}
