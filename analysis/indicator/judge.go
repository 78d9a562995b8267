package indicator

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"yiju/geo"
)

// Case is everything that a judgement rests on.
type Case struct {
	Profile   *Profile
	SHA256    string // of the profile's text
	Community CommunityInfo
	Revision  int64
	Scenario  string
	Engine    string
	CRS       string
	// Measured tells that there is a workspace; without one claims are all there is.
	Measured bool
	// Assumed tells that documented usual values stood in for missing attributes.
	Assumed bool
	// Measures, Conditions and Beside are what was computed, by requirement id.
	Measures   map[string]Measure
	Conditions map[string]Measure
	Beside     map[string][]Measure
	// Claims, Readings and Findings are those of the audit; Claims is nil where nothing
	// was claimed.
	Claims   *ClaimsInfo
	Readings map[string]Reading
	Findings []Finding
	Evidence []Evidence
	// Before is the judgement to compare with; nil for none.
	Before *Judgement
}

// Judge gives a verdict on every requirement of the profile that counts.
func Judge(c Case) *Judgement {
	p := c.Profile
	j := &Judgement{
		Profile: ProfileInfo{
			ID: p.ID, Standard: p.Standard, Tier: p.Tier, Title: p.Title, TierTitle: p.TierTitle, Version: p.Version,
			Source: p.Source, Note: p.Note, Levels: p.Levels, SHA256: c.SHA256,
		},
		Community: c.Community, Revision: c.Revision, Scenario: c.Scenario, Engine: c.Engine, CRS: c.CRS,
		Claims: c.Claims, Measured: c.Measured, Assumed: c.Assumed, Findings: c.Findings, Parameters: p.Parameters, Worst: []string{},
	}
	for _, in := range p.Indicators {
		item := Item{Number: in.Number, Group: in.Group, Title: in.Title, Requirements: []Judged{}}
		for i := range in.Requirements {
			item.Requirements = append(item.Requirements, c.requirement(&in.Requirements[i]))
		}
		item.Verdict = worstOf(item.Requirements)
		j.Items = append(j.Items, item)
	}
	j.Totals = totals(j.Items)
	j.Answer = answer(j.Totals)
	j.Worst = worst(j.Items)
	j.Since = since(c.Before, j)
	return j
}

// requirement judges one.
func (c *Case) requirement(r *Requirement) Judged {
	out := Judged{
		ID: r.ID, Level: r.Level, Title: r.Title, Kind: r.Kind, Modal: r.Modal, Operator: r.Operator,
		Threshold: c.Profile.Number(r.Threshold), Unit: r.Unit, Unstated: r.Threshold.Unknown, Wanted: r.Wanted, Note: r.Note,
		Also: c.Beside[r.ID],
	}
	if r.Threshold.Parameter != "" {
		parameter, _ := c.Profile.Parameter(r.Threshold.Parameter)
		out.ThresholdFrom = parameter.Source
	}
	if m, ok := c.Measures[r.ID]; ok {
		out.Measure = &m
		out.Computed = computed(&m, r.Operator, out.Threshold)
	}
	if reading, ok := c.Readings[r.ID]; ok && c.Claims != nil {
		reading.Unit = r.Unit
		if r.Reads.CountIs != nil { // a count is claimed where a share is computed
			reading.Unit = reading.Of
		}
		out.Claim = &reading
		out.Findings = append(out.Findings, reading.Findings...)
	}
	out.Condition = c.condition(r, out.Claim)
	out.Findings = append(out.Findings, againstMeasure(r, out.Claim, out.Measure)...)
	for _, e := range c.Evidence {
		if e.Standard == c.Profile.Standard && e.Requirement == r.ID {
			out.Evidence = append(out.Evidence, e)
		}
	}
	out.Findings = append(out.Findings, incomplete(out.Evidence)...)
	out.Verdict, out.Reason = c.decide(r, &out)
	if out.Measure != nil && (out.Computed == Pass || out.Computed == Fail) && out.Verdict != NotApplicable {
		out.Flip = flip(out.Measure, r.Operator, *out.Threshold)
	}
	return out
}

// computed is the verdict of a measure alone. Bounds decide where whatever is
// unknown cannot turn it.
func computed(m *Measure, op Operator, threshold *float64) Verdict {
	switch {
	case m.Value == nil && m.Denominator != nil && *m.Denominator == 0 && len(m.Missing) == 0:
		return NotApplicable
	case threshold == nil:
		return ""
	case m.Value != nil:
		return verdictOf(op.Holds(*m.Value, *threshold))
	case m.Low == nil || m.High == nil:
		return Insufficient
	}
	low, high := op.Holds(*m.Low, *threshold), op.Holds(*m.High, *threshold)
	if low != high || op == Exactly && *m.Low != *m.High {
		return Insufficient
	}
	return verdictOf(low)
}

func verdictOf(holds bool) Verdict {
	if holds {
		return Pass
	}
	return Fail
}

// condition tells whether a requirement applies, by what was computed or else by
// what was claimed; nil where there is no condition.
func (c *Case) condition(r *Requirement, claim *Reading) *JudgedCondition {
	if r.Condition == nil {
		return nil
	}
	t := r.Condition
	out := &JudgedCondition{Title: t.Title, Operator: t.Operator, Threshold: c.Profile.Number(t.Threshold), Unit: t.Unit}
	holds := func(yes bool, from string) *JudgedCondition {
		out.Holds, out.From = &yes, from
		return out
	}
	if m, ok := c.Conditions[r.ID]; ok {
		out.Value = m.Value
		switch computed(&m, t.Operator, out.Threshold) {
		case Pass:
			return holds(true, "computed")
		case Fail, NotApplicable:
			return holds(false, "computed")
		}
	}
	if claim != nil && claim.Verdict == NotApplicable {
		return holds(false, "claim")
	}
	return out
}

// worstOf is the verdict of an indicator: the worst of its requirements, of which
// those that do not apply count only where none does.
func worstOf(requirements []Judged) Verdict {
	for _, v := range []Verdict{Fail, Conflict, Insufficient, Waived, ByDocument, Pass} {
		if slices.ContainsFunc(requirements, func(j Judged) bool { return j.Verdict == v }) {
			return v
		}
	}
	return NotApplicable
}

func totals(items []Item) []Total {
	out := make([]Total, 0, len(Verdicts()))
	for _, v := range Verdicts() {
		t := Total{Verdict: v}
		for _, item := range items {
			if len(item.Requirements) > 0 && item.Verdict == v {
				t.Indicators++
			}
			for i := range item.Requirements {
				if item.Requirements[i].Verdict == v {
					t.Requirements++
				}
			}
		}
		out = append(out, t)
	}
	return out
}

// answer is the verdict on the whole: every requirement is a gate.
func answer(totals []Total) Answer {
	n, all := make(map[Verdict]int), 0
	for _, t := range totals {
		n[t.Verdict] = t.Requirements
		all += t.Requirements
	}
	switch {
	case n[Fail]+n[Conflict] > 0:
		some := counts(n, Fail, Conflict, Insufficient)
		return Answer{Fail, geo.T("不符合标准："+some.ZH, "The standard is not met: "+some.EN)}
	case n[Insufficient] > 0 && n[Insufficient] == all:
		return Answer{Insufficient, geo.Tf("尚不能认定：全部 %d 项要求证据不足", "It cannot be said yet: evidence is lacking for all %d requirements", all)}
	case n[Insufficient] > 0:
		return Answer{Insufficient, geo.Tf(
			"尚不能认定：%d 项要求证据不足，其余均符合",
			"It cannot be said yet: evidence is lacking for %d, the other requirements are met", n[Insufficient])}
	}
	text := geo.T("符合标准", "The standard is met")
	if n[ByDocument]+n[Waived] > 0 {
		text = geo.Tf("符合标准，其中 %d 项凭材料认定、%d 项豁免", "The standard is met, %d requirements by document, %d waived", n[ByDocument], n[Waived])
	}
	return Answer{Pass, text}
}

// counts words how many requirements have each of some verdicts, leaving out those
// that none has.
func counts(n map[Verdict]int, verdicts ...Verdict) geo.Text {
	words := map[Verdict]struct{ zh, one, many string }{
		Fail:         {"项要求不达标", "requirement fails", "requirements fail"},
		Conflict:     {"项矛盾", "is in conflict", "are in conflict"},
		Insufficient: {"项证据不足", "lacks evidence", "lack evidence"},
	}
	var zh, en []string
	for _, v := range verdicts {
		number, w := strconv.Itoa(n[v]), words[v]
		switch n[v] {
		case 0:
			continue
		case 1:
			en = append(en, number+" "+w.one)
		default:
			en = append(en, number+" "+w.many)
		}
		zh = append(zh, number+" "+w.zh)
	}
	return geo.T(strings.Join(zh, "，"), strings.Join(en, ", "))
}

// worst lists what a reader should look at first: failures by how far they miss,
// then conflicts, then the rest that has a grave finding.
func worst(items []Item) []string {
	type entry struct {
		id   string
		rank int
		gap  float64
	}
	var list []entry
	for _, item := range items {
		for i := range item.Requirements {
			r := &item.Requirements[i]
			grave := slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity == Grave })
			switch {
			case r.Verdict == Fail:
				list = append(list, entry{r.ID, 0, gap(r)})
			case r.Verdict == Conflict:
				list = append(list, entry{r.ID, 1, gap(r)})
			case grave && r.Verdict != Waived:
				list = append(list, entry{r.ID, 2, gap(r)})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.gap, a.gap))
	})
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = e.id
	}
	return out
}

// gap is how far the value misses its threshold, as a part of the threshold; 0 where
// that is not known.
func gap(r *Judged) float64 {
	if r.Threshold == nil {
		return 0
	}
	value := (*float64)(nil)
	switch {
	case r.Measure != nil && r.Measure.Value != nil:
		value = r.Measure.Value
	case r.Claim != nil:
		value = r.Claim.Value
	}
	if value == nil || r.Operator.Holds(*value, *r.Threshold) {
		return 0
	}
	return math.Abs(*value-*r.Threshold) / math.Max(math.Abs(*r.Threshold), 1e-9)
}

// since compares with a judgement kept before; nil where nothing is another one.
func since(before, now *Judgement) *Since {
	if before == nil || before.Profile.ID != now.Profile.ID || before.Community.ID != now.Community.ID {
		return nil
	}
	was := make(map[string]*Judged)
	for _, item := range before.Items {
		for i := range item.Requirements {
			was[item.Requirements[i].ID] = &item.Requirements[i]
		}
	}
	out := &Since{Revision: before.Revision}
	for _, item := range now.Items {
		for i := range item.Requirements {
			r := &item.Requirements[i]
			old, ok := was[r.ID]
			if !ok || old.Verdict == r.Verdict && same(valueOf(old), valueOf(r)) {
				continue
			}
			out.Changed = append(out.Changed, Change{
				Requirement: r.ID, Title: r.Title, Before: old.Verdict, After: r.Verdict,
				ValueBefore: valueOf(old), ValueAfter: valueOf(r), Unit: r.Unit,
			})
		}
	}
	if len(out.Changed) == 0 {
		return nil
	}
	return out
}

func valueOf(r *Judged) *float64 {
	if r.Measure == nil {
		return nil
	}
	return r.Measure.Value
}

// same tells whether two values are one, but for the last bits of a sum.
func same(a, b *float64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return math.Abs(*a-*b) <= 1e-9*math.Max(1, math.Abs(*a))
}
