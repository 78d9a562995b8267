package pipeline

import (
	"math"
	"slices"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// LiveAnswer is what an edit comes to: every requirement in the scenario beside its base.
type LiveAnswer struct {
	Scenario  string       `json:"scenario"`
	Version   int64        `json:"version"`
	Hash      string       `json:"hash"`
	Community string       `json:"community"`
	Profile   string       `json:"profile"`
	Answer    SidedVerdict `json:"answer"`
	Values    []SidedValue `json:"values"`
	Totals    []SidedTotal `json:"totals"`
	Flips     []string     `json:"flips"`
	Took_ms   float64      `json:"took_ms"`
	// Recomputed are the requirements and the runs that were computed anew.
	Recomputed []string `json:"recomputed"`
}

// SidedVerdict is a verdict in the scenario beside that of the base.
type SidedVerdict struct {
	Verdict indicator.Verdict `json:"verdict"`
	Base    indicator.Verdict `json:"base_verdict"`
	Text    geo.Text          `json:"text"`
}

// SidedTotal counts the requirements of a verdict in the scenario and in the base.
type SidedTotal struct {
	Verdict indicator.Verdict `json:"verdict"`
	Count   int               `json:"count"`
	Base    int               `json:"base"`
}

// SidedValue is a requirement in the scenario beside what it is in the base, or in
// another scenario.
type SidedValue struct {
	Requirement string             `json:"requirement"`
	Number      int                `json:"number"`
	Group       geo.Text           `json:"group"`
	Indicator   geo.Text           `json:"indicator"`
	Title       geo.Text           `json:"title"`
	Kind        indicator.Kind     `json:"kind"`
	Verdict     indicator.Verdict  `json:"verdict"`
	BaseVerdict indicator.Verdict  `json:"base_verdict"`
	Value       *float64           `json:"value"`
	Base        *float64           `json:"base"`
	Numerator   *float64           `json:"numerator,omitempty"`
	Denominator *float64           `json:"denominator,omitempty"`
	BaseNum     *float64           `json:"base_numerator,omitempty"`
	BaseDen     *float64           `json:"base_denominator,omitempty"`
	Low         *float64           `json:"low,omitempty"`
	High        *float64           `json:"high,omitempty"`
	Unit        string             `json:"unit"`
	Of          string             `json:"of,omitempty"`
	Operator    indicator.Operator `json:"op,omitempty"`
	Threshold   *float64           `json:"threshold"`
	// Delta is Value − Base in Unit; nil where either is not known.
	Delta *float64 `json:"delta"`
	// Better is 1 where the change is for the better as the requirement sees it, −1
	// where for the worse, 0 where nothing changed or it cannot be said.
	Better int `json:"better"`
	// Flip is "gained" where the requirement comes to be met, "lost" where it ceases to
	// be, "changed" for any other change of verdict, empty for none.
	Flip   string   `json:"flip"`
	Layers []string `json:"layers"`
}

// sidedValues sets two judgements under one profile side by side, in the order of the
// profile.
func sidedValues(base, now *indicator.Judgement) []SidedValue {
	was := make(map[string]*indicator.Judged)
	for _, item := range base.Items {
		for i := range item.Requirements {
			was[item.Requirements[i].ID] = &item.Requirements[i]
		}
	}
	var out []SidedValue
	for _, item := range now.Items {
		for i := range item.Requirements {
			r := &item.Requirements[i]
			v := sided(was[r.ID], r)
			v.Number, v.Group, v.Indicator = item.Number, item.Group, item.Title
			out = append(out, v)
		}
	}
	return out
}

func sided(base, now *indicator.Judged) SidedValue {
	v := SidedValue{
		Requirement: now.ID, Title: now.Title, Kind: now.Kind, Verdict: now.Verdict, BaseVerdict: now.Verdict,
		Unit: now.Unit, Operator: now.Operator, Threshold: now.Threshold, Layers: []string{},
	}
	if m := now.Measure; m != nil {
		v.Value, v.Numerator, v.Denominator, v.Low, v.High, v.Of = m.Value, m.Numerator, m.Denominator, m.Low, m.High, m.Of
		v.Layers = append(v.Layers, m.Layers...)
	}
	if base == nil {
		return v
	}
	v.BaseVerdict = base.Verdict
	if m := base.Measure; m != nil {
		v.Base, v.BaseNum, v.BaseDen = m.Value, m.Numerator, m.Denominator
	}
	if v.Value != nil && v.Base != nil {
		d := *v.Value - *v.Base
		v.Delta = &d
		v.Better = better(d, now.Operator, now.Threshold, *v.Base, *v.Value)
	}
	v.Flip = flipOf(base.Verdict, now.Verdict)
	if v.Better == 0 && v.Delta == nil {
		v.Better = map[string]int{"gained": 1, "lost": -1}[v.Flip]
	}
	return v
}

// better tells a change for the better from one for the worse. Differences in the last
// bits of a sum are none.
func better(d float64, op indicator.Operator, threshold *float64, from, to float64) int {
	if math.Abs(d) <= 1e-9*math.Max(1, math.Abs(from)) {
		return 0
	}
	sign := 1
	if d < 0 {
		sign = -1
	}
	switch op {
	case indicator.AtLeast, indicator.Above:
		return sign
	case indicator.AtMost, indicator.Below:
		return -sign
	case indicator.Exactly:
		if threshold != nil {
			return cmpDistance(math.Abs(from-*threshold), math.Abs(to-*threshold))
		}
	}
	return 0
}

func cmpDistance(from, to float64) int {
	switch {
	case to < from:
		return 1
	case to > from:
		return -1
	}
	return 0
}

func flipOf(base, now indicator.Verdict) string {
	switch {
	case base == now:
		return ""
	case now == indicator.Pass:
		return "gained"
	case base == indicator.Pass:
		return "lost"
	}
	return "changed"
}

// flips lists the requirements whose verdict turned: those gained first, then those
// lost, then others.
func flips(values []SidedValue) []string {
	out := []string{}
	for _, kind := range []string{"gained", "lost", "changed"} {
		for i := range values {
			if values[i].Flip == kind {
				out = append(out, values[i].Requirement)
			}
		}
	}
	return out
}

func sidedTotals(base, now *indicator.Judgement) []SidedTotal {
	out := make([]SidedTotal, 0, len(now.Totals))
	for _, t := range now.Totals {
		s := SidedTotal{Verdict: t.Verdict, Count: t.Requirements}
		if i := slices.IndexFunc(base.Totals, func(b indicator.Total) bool { return b.Verdict == t.Verdict }); i >= 0 {
			s.Base = base.Totals[i].Requirements
		}
		out = append(out, s)
	}
	return out
}

// answer words the state of a live community; the lock must be held.
func (l *Live) answer() *LiveAnswer {
	values := sidedValues(l.base, l.now)
	recomputed := append([]string{}, l.recomputed...)
	slices.Sort(recomputed)
	return &LiveAnswer{
		Hash: l.net.Hash(), Community: l.now.Community.ID, Profile: l.now.Profile.ID,
		Answer: SidedVerdict{Verdict: l.now.Answer.Verdict, Base: l.base.Answer.Verdict, Text: l.now.Answer.Text},
		Values: values, Totals: sidedTotals(l.base, l.now), Flips: flips(values),
		Took_ms: float64(l.took.Microseconds()) / 1000, Recomputed: recomputed,
	}
}
