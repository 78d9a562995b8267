package audit

import (
	"math"
	"slices"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// reader reads one requirement: what is claimed becomes a reading with its findings
// and a verdict of the table alone.
type reader struct {
	*auditor
	e *entry
	r *indicator.Requirement
	// threshold is nil where there is none or it is not known.
	threshold *float64
	// ratio is what the applicant's own counts give, in per cent.
	ratio *float64
	out   indicator.Reading
}

// read gives the reading of an entry.
func (a *auditor) read(e *entry) indicator.Reading {
	r := &reader{auditor: a, e: e, r: e.req, threshold: a.profile.Number(e.req.Threshold)}
	r.out = indicator.Reading{Requirement: e.req.ID, Basis: indicator.FromNone}
	if e.row == nil {
		r.decided(indicator.Insufficient, geo.T("申报表没有这一项", "the table has no row for it"))
		return r.out
	}
	r.out.Where, r.out.Asked, r.out.Text, r.out.Met = e.row.Where, e.asked, e.text, e.answer.met
	r.figures()
	r.changed()
	r.wording()
	r.verdict()
	r.restated()
	r.order()
	return r.out
}

func (r *reader) decided(v indicator.Verdict, why geo.Text) { r.out.Verdict, r.out.Reason = v, why }

// find notes a finding.
func (r *reader) find(code indicator.Code, severity indicator.Severity, text geo.Text) {
	r.out.Findings = append(r.out.Findings, indicator.Finding{Code: code, Severity: severity, Text: text, Where: r.out.Where})
}

// found tells whether there is a finding of one of the kinds.
func (r *reader) found(codes ...indicator.Code) bool {
	return slices.ContainsFunc(r.out.Findings, func(f indicator.Finding) bool { return slices.Contains(codes, f.Code) })
}

// order puts the findings that decide first.
func (r *reader) order() {
	rank := map[indicator.Severity]int{indicator.Grave: 0, indicator.Doubts: 1, indicator.Remark: 2}
	slices.SortStableFunc(r.out.Findings, func(a, b indicator.Finding) int { return rank[a.Severity] - rank[b.Severity] })
}

// figures puts the figures of the claim into the reading.
func (r *reader) figures() {
	d := &r.e.said
	for _, f := range d.rates {
		r.out.Rates = append(r.out.Rates, f.value)
	}
	r.counts()
	switch {
	case r.ratio != nil:
		r.out.Basis, r.out.Value = indicator.FromCounts, r.ratio
	case len(d.rates) > 0:
		v := d.rates[len(d.rates)-1].value
		r.out.Basis, r.out.Value = indicator.FromRate, &v
	case len(d.counts) > 0:
		v := total(d.counts)
		r.out.Basis, r.out.Value, r.out.Of = indicator.FromCount, &v, d.counts[0].unit
	case r.countsKinds() && len(r.kinds()) > 0:
		v := float64(len(r.kinds()))
		r.out.Basis, r.out.Value = indicator.FromCount, &v
	case len(r.e.plain) > 0:
		r.out.Basis = indicator.FromWords
	}
	if d.all && r.out.Basis == indicator.FromWords {
		v := 100.0
		r.out.Value = &v
	}
}

// counts puts the applicant's own counts into the reading, both in one unit.
func (r *reader) counts() {
	num, den := r.e.said.num, r.e.said.den
	if den != nil {
		v := den.value
		r.out.Denominator, r.out.Of = &v, den.unit
	}
	if num != nil {
		v := num.value
		if den != nil && num.sort == area && den.sort == area {
			v = num.base() / den.size
		}
		r.out.Numerator = &v
		if r.out.Of == "" {
			r.out.Of = num.unit
		}
	}
	if r.r.Unit == "%" && num != nil && den != nil && den.value > 0 {
		v := 100 * num.base() / den.base()
		if num.base() == den.base() {
			v = 100
		}
		r.ratio = &v
	}
}

// sums are words of labels whose figure is the sum of the others: 全年开展3次.
var sums = []string{"全年", "每年", "年内", "累计", "合计", "总", "共计"}

// total adds up what was counted under different labels. Of one label that comes
// twice the last figure counts; where a label says that its figure is the sum, that
// is it.
func total(list []labelled) (sum float64) {
	for i, c := range list {
		if containsAny([]rune(c.label), sums) {
			return c.value
		}
		later := slices.ContainsFunc(list[i+1:], func(o labelled) bool { return o.label == c.label })
		if !later {
			sum += c.value
		}
	}
	return sum
}

// countsKinds tells whether kinds of things are what is counted.
func (r *reader) countsKinds() bool {
	return r.r.Unit != "%" && len(r.r.Reads.Kinds) > 0 && r.r.Threshold.Given()
}

// kinds are those of the profile's list that the claim names.
func (r *reader) kinds() []string { return kindsIn(r.e.plain, r.r.Reads.Kinds) }

// kindsIn are the kinds that a text names, in the order of the text, each under the
// first of its names.
func kindsIn(text []rune, kinds []string) []string {
	type named struct {
		name string
		at   int
	}
	var list []named
	for _, k := range kinds {
		if at := find(text, k); at >= 0 {
			list = append(list, named{firstName(k), at})
		}
	}
	slices.SortStableFunc(list, func(a, b named) int { return a.at - b.at })
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = n.name
	}
	return out
}

func firstName(kind string) string {
	for i, r := range kind {
		if r == '|' {
			return kind[:i]
		}
	}
	return kind
}

// tolerance of a claimed share beside the applicant's own counts, in points.
const tolerance = 0.5

func near(a, b float64) bool { return math.Abs(a-b) <= tolerance+1e-9 }

// holds tells whether a value meets the threshold.
func (r *reader) holds(v float64) bool { return r.r.Operator.Holds(v, *r.threshold) }

// rateHolds tells whether a claimed share meets the threshold; one that is said to be
// less than the threshold does not.
func (r *reader) rateHolds(f figure) bool {
	if f.bound == '<' && (r.r.Operator == indicator.AtLeast || r.r.Operator == indicator.Above) {
		return f.value > *r.threshold
	}
	return r.holds(f.value)
}
