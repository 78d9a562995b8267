package audit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// matched is a row with the indicator that it is about.
type matched struct {
	row *indicator.Claim
	// nth counts the rows for the same part of the same indicator from 0.
	nth int
}

// rows finds the rows of each indicator, by its number, and tells of those that are
// missing, twice, misnumbered or of no indicator.
func (a *auditor) rows() map[int][]matched {
	out := make(map[int][]matched)
	for i := range a.claims.Rows {
		row := &a.claims.Rows[i]
		in, fit := Match(a.profile, row.Number, row.Title)
		if in == nil {
			a.tell(indicator.FindRow, indicator.Doubts, row.Where, geo.Tf("第 %[1]d 项“%[2]s”不是本标准的指标，未核查", "row %[1]d “%[2]s” is no indicator of this standard and was not audited", row.Number, row.Title))
			continue
		}
		if fit == ByTitle && row.Number != 0 {
			a.tell(indicator.FindRow, indicator.Remark, row.Where, geo.Tf("“%[1]s”的序号写作 %[2]d，标准中为 %[3]d", "“%[1]s” is numbered %[2]d, in the standard %[3]d", row.Title, row.Number, in.Number))
		}
		nth := 0
		for _, m := range out[in.Number] {
			if m.row.Part == row.Part && m.row.Level == row.Level {
				nth++
			}
		}
		if nth > 0 {
			a.tell(indicator.FindRow, indicator.Doubts, row.Where, geo.Tf("第 %[1]d 项“%[2]s”出现 %[3]d 次", "indicator %[1]d “%[2]s” is there %[3]d times", in.Number, row.Title, nth+1))
		}
		out[in.Number] = append(out[in.Number], matched{row, nth})
	}
	a.missing(out)
	a.count(out)
	a.tier()
	return out
}

// tell notes a finding that concerns no single requirement.
func (a *auditor) tell(code indicator.Code, severity indicator.Severity, where string, text geo.Text) {
	a.out.Findings = append(a.out.Findings, indicator.Finding{Code: code, Severity: severity, Text: text, Where: where})
}

// missing tells of indicators without a row.
func (a *auditor) missing(rows map[int][]matched) {
	var zh, en []string
	for i := range a.profile.Indicators {
		in := &a.profile.Indicators[i]
		if len(rows[in.Number]) == 0 && len(in.Requirements) > 0 {
			zh = append(zh, fmt.Sprintf("%d %s", in.Number, in.Title.ZH))
			en = append(en, fmt.Sprintf("%d %s", in.Number, in.Title.EN))
		}
	}
	if len(zh) > 0 {
		a.tell(indicator.FindRow, indicator.Doubts, "", geo.Tf("申报表缺少 %[1]d 项指标：%[2]s", "the table lacks %[1]d indicators: %[3]s", len(zh), strings.Join(zh, "、"), strings.Join(en, ", ")))
	}
}

// count counts the indicators that are said to be met.
func (a *auditor) count(rows map[int][]matched) {
	for _, list := range rows {
		a.out.Rows++
		met := 0
		for _, m := range list {
			if said := rowAnswer(m.row); said.met != nil && *said.met {
				met++
			}
		}
		if met == len(list) {
			a.out.Met++
		}
	}
}

// rowAnswer is what the applicant says of a whole row.
func rowAnswer(row *indicator.Claim) answer {
	if row.Verdict != "" {
		if said, _ := answerOf(row.Verdict); said.met != nil || said.partly {
			return said
		}
	}
	said, _ := answerOf(row.Text)
	return said
}

// tier tells of a table for another tier.
func (a *auditor) tier() {
	named := a.claims.Tier
	if named == "" || named == a.profile.Tier || strings.EqualFold(named, a.profile.TierTitle.EN) || letters(named) == letters(a.profile.TierTitle.ZH) {
		return
	}
	title := geo.T(named, named)
	for i := range a.tiers {
		if t := &a.tiers[i]; t.Tier == named {
			title = t.TierTitle
		}
	}
	a.tell(indicator.FindText, indicator.Doubts, "", geo.Tf("申报表是“%[1]s”的，现按“%[2]s”核查", "the table is of the tier “%[3]s”, it was audited under “%[4]s”",
		title.ZH, a.profile.TierTitle.ZH, title.EN, a.profile.TierTitle.EN))
}

// claimsOf are the rows of an indicator that are there for the nth time.
func claimsOf(list []matched, nth int) []*indicator.Claim {
	var out []*indicator.Claim
	for _, m := range list {
		if m.nth == nth {
			out = append(out, m.row)
		}
	}
	return out
}

// entries brings the requirements of an indicator together with what its rows say.
// Where there is no row, each requirement has an entry without one.
func entries(in *indicator.Indicator, rows []*indicator.Claim) []*entry {
	out := make([]*entry, len(in.Requirements))
	for i := range in.Requirements {
		out[i] = &entry{in: in, req: &in.Requirements[i]}
		out[i].cells(rows)
	}
	for _, list := range together(out, func(e *entry) string { return e.text }) {
		for i, d := range listen(list[0].text, requirementsOf(list)) {
			list[i].said = d
		}
	}
	for _, list := range together(out, func(e *entry) string { return e.asked }) {
		for i, d := range listen(list[0].asked, requirementsOf(list)) {
			list[i].wants = d
		}
	}
	for _, e := range out {
		e.stated()
	}
	return out
}

func requirementsOf(list []*entry) []*indicator.Requirement {
	out := make([]*indicator.Requirement, len(list))
	for i, e := range list {
		out[i] = e.req
	}
	return out
}

// together groups entries that have the same text of the same row.
func together(list []*entry, text func(*entry) string) [][]*entry {
	var out [][]*entry
	for _, e := range list {
		at := slices.IndexFunc(out, func(g []*entry) bool { return g[0].row == e.row && text(g[0]) == text(e) })
		if at < 0 {
			out = append(out, []*entry{e})
			continue
		}
		out[at] = append(out[at], e)
	}
	return out
}

// cells finds the row of a requirement and its parts of the cells.
func (e *entry) cells(rows []*indicator.Claim) {
	for _, row := range rows {
		if row.Part != 0 && row.Part != e.req.Part || row.Level != "" && row.Level != e.req.Level {
			continue
		}
		e.row = row
		break
	}
	if e.row == nil {
		return
	}
	e.answer = rowAnswer(e.row)
	_, text := answerOf(e.row.Text)
	parts := e.parts()
	if e.row.Part != 0 {
		parts = 1
	}
	e.text = partOf(text, e.req.Part, parts)
	if own, rest := answerOf(e.text); own.met != nil || own.partly {
		e.answer, e.text = own, rest
	}
	e.asked = partOf(e.row.Requirement, e.req.Part, parts)
	e.plain = withoutHints(plain(e.text))
}

// parts is how many numbered sentences the indicator's requirements have.
func (e *entry) parts() int {
	most := 1
	for i := range e.in.Requirements {
		most = max(most, e.in.Requirements[i].Part)
	}
	return most
}

// partOf is the text of a numbered part. Where nothing is numbered and there are as
// many sentences as parts, the sentences are the parts; else it is the whole.
func partOf(cell string, number, of int) string {
	cell = strings.TrimSpace(cell)
	if of < 2 || number == 0 {
		return cell
	}
	parts := divide(cell)
	if parts[len(parts)-1].number > 0 {
		for _, p := range parts {
			if p.number == number {
				return p.text
			}
		}
		return ""
	}
	sentences := strings.FieldsFunc(strings.Trim(cell, "；;。 \n"), func(r rune) bool { return r == ';' || r == '；' })
	if len(sentences) == of {
		return strings.TrimSpace(sentences[number-1])
	}
	return cell
}

// stated lets figures in columns of their own take the place of those in the text.
func (e *entry) stated() {
	if e.row == nil {
		return
	}
	for i := range e.row.Stated {
		s := &e.row.Stated[i]
		if !e.concerns(s) {
			continue
		}
		if s.Value != nil {
			e.said.rates, e.said.counts = nil, nil
			f := statedFigure(*s.Value, s.Unit)
			if e.req.Unit == "%" && (f.sort == bare || f.sort == count && e.req.Reads.CountIs == nil) {
				f.sort, f.unit = percent, "%" // the unit is that of the counts
			}
			e.said.add(e.req, "", f)
		}
		if s.Numerator != nil {
			f := statedFigure(*s.Numerator, s.Unit)
			e.said.num = &f
		}
		if s.Denominator != nil {
			f := statedFigure(*s.Denominator, s.Unit)
			e.said.den = &f
		}
		e.said.given = true
	}
}

// concerns tells whether stated figures are for this requirement: by its id, by the
// number of its part, or as the only one of the row that compares with anything.
func (e *entry) concerns(s *indicator.Stated) bool {
	if s.Requirement != "" {
		return s.Requirement == e.req.ID || e.req.Part > 0 && s.Requirement == strconv.Itoa(e.req.Part)
	}
	if e.row.Part != 0 {
		return e.row.Part == e.req.Part && e.only()
	}
	return e.only()
}

// only tells whether no other requirement of the row compares with a figure.
func (e *entry) only() bool {
	for i := range e.in.Requirements {
		r := &e.in.Requirements[i]
		if r.ID != e.req.ID && r.Threshold.Given() && (e.row.Part == 0 || e.row.Part == r.Part) && (e.row.Level == "" || e.row.Level == r.Level) {
			return false
		}
	}
	return len(e.in.Requirements) == 1 || e.req.Threshold.Given()
}

func statedFigure(v float64, written string) figure {
	f := figure{pos: -1, value: v}
	if s := number(v); strings.Contains(s, ".") {
		f.decimals = len(s) - strings.IndexByte(s, '.') - 1
	}
	w := plain(written)
	if u, ok := unitOf(w); ok {
		end := f.end
		f = f.in(u)
		f.end = end
		return f
	}
	if len(w) > 0 {
		f.unit, f.sort = written, count
	}
	return f
}
