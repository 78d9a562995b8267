package metric

import (
	"fmt"
	"slices"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/geo"
)

// run gives the result of a need; an error where it was not brought.
func (in *Input) run(need Need) (*Run, error) {
	run, ok := in.Runs[need.Key()]
	if !ok {
		return nil, fmt.Errorf("there is no run for %s", need.Key())
	}
	return &run, nil
}

// why is the measure of what could not be analysed: the reason, and what helps.
func (r *Run) why() indicator.Measure {
	m := indicator.Measure{Missing: []geo.Text{r.Missing.What}, Collect: slices.Clone(r.Missing.Fix)}
	if len(m.Collect) == 0 {
		m.Collect = []geo.Text{geo.T("补齐所缺数据后重新评价", "bring what is missing and judge again")}
	}
	return m
}

// value is a value of the run as a measure; collect says what to bring where
// something of it is missing.
func (r *Run) value(suffix string, collect geo.Text) (indicator.Measure, error) {
	id := r.ID + "_" + suffix
	i := slices.IndexFunc(r.Result.Values, func(v analysis.Value) bool { return v.ID == id })
	if i < 0 {
		return indicator.Measure{}, fmt.Errorf("run %s has no value %s", r.ID, id)
	}
	v := &r.Result.Values[i]
	m := indicator.Measure{
		Value: v.Value, Numerator: v.Numerator, Denominator: v.Denominator, Low: v.Low, High: v.High,
		Missing: slices.Clone(v.Missing), Scale: v.Scale,
	}
	if len(m.Missing) > 0 {
		m.Collect = []geo.Text{collect}
	}
	return m, nil
}

// layer is a result layer of the run; nil where it was not made.
func (r *Run) layer(suffix string) *analysis.Layer {
	i := slices.IndexFunc(r.Result.Layers, func(l analysis.Layer) bool { return l.Schema.Layer == r.ID+"_"+suffix })
	if i < 0 {
		return nil
	}
	return &r.Result.Layers[i]
}

// show names the layers of the run that show a measure, those that were made.
func (r *Run) show(m *indicator.Measure, suffixes ...string) {
	for _, s := range suffixes {
		if l := r.layer(s); l != nil {
			m.Layers = append(m.Layers, l.Schema.Layer)
		}
	}
}

// states adds the features of a result layer by what of tells of each: yes, no, or
// anything else for not known. Those that it does not count are left out.
func (r *Run) states(m *indicator.Measure, suffix string, of func(*geo.Feature) (state string, counts bool)) {
	l := r.layer(suffix)
	if l == nil {
		return
	}
	ids := make(map[indicator.Role][]string)
	for i := range l.Features {
		f := &l.Features[i]
		state, counts := of(f)
		if !counts {
			continue
		}
		role := indicator.Unknown
		switch state {
		case "yes":
			role = indicator.Made
		case "no":
			role = indicator.Failed
		}
		ids[role] = append(ids[role], f.ID)
	}
	for _, role := range []indicator.Role{indicator.Failed, indicator.Unknown, indicator.Made} {
		point(m, role, l.Schema.Layer, ids[role])
	}
}
