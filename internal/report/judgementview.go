package report

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/wording"
	"yiju/geo"
)

// Bounds on what the first page lists; the rest stands further down.
const (
	maxFirstWorst   = 8
	maxFirstThread  = 6
	maxFirstCollect = 8
	maxFirstChanges = 10
)

// maxListed bounds the ids of features that are written out.
const maxListed = 30

// maxClaimRunes bounds what is quoted of a claim in the table.
const maxClaimRunes = 64

// judgementView is what the page shows.
type judgementView struct {
	*indicator.Judgement
	Lang       string
	Script     []byte
	Drawings   template.HTML // what pictures share
	TotalRows  []totalView
	Bar        []totalView // of indicators, those that there are
	Applicant  geo.Text
	WorstRows  []*rowView
	WorstMore  int
	Threads    []*rowView
	ThreadMore int
	Changes    []changeView
	ChangeMore int
	Collect    []collectView
	FirstFew   []collectView
	Levelled   bool
	Claimed    bool
	Groups     []groupView
	Blocks     []blockView
	Charts     []chartView
	Verdicts   []verdictView
	Facts      []factView
}

// Columns is how many columns the table has, Between how many stand between the
// number and the verdict.
func (v *judgementView) Columns() int { return v.Between() + 3 }

// Between see Columns.
func (v *judgementView) Between() int {
	n := 2
	if v.Levelled {
		n++
	}
	if v.Claimed {
		n++
	}
	return n
}

type totalView struct {
	indicator.Total
	Percent string // of all indicators, for the width of a bar
}

type verdictView struct {
	Verdict indicator.Verdict
	Meaning geo.Text
}

// groupView is a group of indicators.
type groupView struct {
	Title geo.Text
	Items []itemView
}

type itemView struct {
	*indicator.Item
	Rows []*rowView
}

// rowView is a requirement as the table shows it.
type rowView struct {
	*indicator.Judged
	Item   *indicator.Item
	Anchor string
	Link   string // to the web map; empty for none
	Single bool   // the only one of its indicator
	Block  bool   // there is a picture or a list further down

	Asked     geo.Text // the figure that is asked for
	From      geo.Text // where that comes from, if not from the standard
	If        geo.Text
	LevelName geo.Text
	Verb      geo.Text
	Claims    []geo.Text
	Quote     string
	Met       geo.Text
	Values    []geo.Text
	Papers    []geo.Text
}

// Name is the indicator with the requirement, where these differ.
func (r *rowView) Name() geo.Text {
	if r.Single || r.Title == r.Item.Title || empty(r.Title) {
		return r.Item.Title
	}
	return join(r.Item.Title, geo.T("：", ": "), r.Title)
}

// Short is the id without the level, which stands in a column of its own.
func (r *rowView) Short() string {
	if r.Level == "" {
		return r.ID
	}
	return strings.TrimSuffix(r.ID, "-"+r.Level)
}

// Label is the id with the level in words.
func (r *rowView) Label() geo.Text {
	short := r.Short()
	if short == r.ID {
		return geo.T(short, short)
	}
	return join(geo.T(short+" ", short+" "), r.LevelName)
}

// Top is the gravest finding that the reason does not tell already, or nothing.
func (r *rowView) Top() []indicator.Finding {
	for _, s := range []indicator.Severity{indicator.Grave, indicator.Doubts} {
		for _, f := range r.Findings {
			if f.Severity == s && !strings.Contains(r.Reason.ZH, f.Text.ZH) && !strings.Contains(r.Reason.EN, f.Text.EN) {
				return []indicator.Finding{f}
			}
		}
	}
	return nil
}

type changeView struct {
	indicator.Change
	Anchor                     string
	Label, ValueThen, ValueNow geo.Text
}

// collectView is something to bring, and for what.
type collectView struct {
	Text  geo.Text
	Paper bool
	For   []*rowView
}

func newJudgementView(page *JudgementPage) (*judgementView, error) {
	j := page.Judgement
	if j == nil {
		return nil, errNoJudgement
	}
	v := &judgementView{Judgement: j, Lang: page.Lang, Script: page.Script}
	if v.Lang == "" {
		v.Lang = "zh"
	}
	rows := v.rows(page)
	byID := make(map[string]*rowView, len(rows))
	for _, r := range rows {
		byID[r.ID] = r
		v.Levelled = v.Levelled || r.Level != ""
		v.Claimed = v.Claimed || r.Claim != nil
	}
	v.totals()
	v.first(rows, byID)
	v.Charts = chartsOf(j, rows)
	var err error
	if v.Blocks, v.Drawings, err = blocksOf(page, rows); err != nil {
		return nil, err
	}
	for _, verdict := range indicator.Verdicts() {
		v.Verdicts = append(v.Verdicts, verdictView{verdict, verdictMeaning(verdict)})
	}
	v.Facts = factsOf(j)
	return v, nil
}

// rows lays the requirements out in groups, in the order of the standard.
func (v *judgementView) rows(page *JudgementPage) []*rowView {
	var all []*rowView
	for i := range v.Items {
		item := &v.Items[i]
		if len(v.Groups) == 0 || v.Groups[len(v.Groups)-1].Title != item.Group {
			v.Groups = append(v.Groups, groupView{Title: item.Group})
		}
		in := itemView{Item: item}
		for k := range item.Requirements {
			in.Rows = append(in.Rows, newRow(page, item, &item.Requirements[k]))
		}
		group := &v.Groups[len(v.Groups)-1]
		group.Items = append(group.Items, in)
		all = append(all, in.Rows...)
	}
	return all
}

func newRow(page *JudgementPage, item *indicator.Item, q *indicator.Judged) *rowView {
	r := &rowView{Judged: q, Item: item, Anchor: "r-" + q.ID, Single: len(item.Requirements) == 1, Asked: requirementText(q), From: thresholdSource(q), Verb: modalTitle(q.Modal)}
	if page.MapURL != "" {
		r.Link = mapLink(page.MapURL, page.Judgement.Profile.ID, q.ID)
	}
	if q.Condition != nil {
		r.If = conditionText(q.Condition)
	}
	for _, l := range page.Judgement.Profile.Levels {
		if l.ID == q.Level {
			r.LevelName = l.Title
		}
	}
	if q.Level != "" && empty(r.LevelName) {
		r.LevelName = geo.T(q.Level, q.Level)
	}
	if m := q.Measure; m != nil {
		r.Values = append(r.Values, valueText(m, q.Threshold))
		if of := ratioText(m.Numerator, m.Denominator, m.Of); !empty(of) && m.Denominator != nil {
			r.Values = append(r.Values, of)
		}
	}
	r.claim()
	for i := range q.Evidence {
		r.Papers = append(r.Papers, evidenceText(&q.Evidence[i]))
	}
	return r
}

// claim words what the applicant says.
func (r *rowView) claim() {
	c := r.Claim
	if c == nil {
		return
	}
	for i, rate := range c.Rates {
		if !slices.Contains(c.Rates[:i], rate) {
			r.Claims = append(r.Claims, wording.Stated(rate, "%"))
		}
	}
	if of := statedRatio(c); !empty(of) {
		if c.Basis == indicator.FromCounts && c.Value != nil {
			of = join(of, geo.T(" = ", " = "), wording.Quantity(*c.Value, r.Unit, r.Threshold))
		}
		r.Claims = append(r.Claims, of)
	} else if c.Value != nil && (c.Basis == indicator.FromCount || len(c.Rates) == 0) {
		r.Claims = append(r.Claims, wording.Stated(*c.Value, r.claimUnit()))
	}
	r.Quote = excerpt(c.Text, maxClaimRunes)
	if c.Basis == indicator.FromNone && len(r.Claims) == 0 {
		r.Claims = append(r.Claims, geo.T("未说明", "nothing said"))
	}
	if c.Met != nil {
		r.Met = geo.T("自报未达标", "says: not met")
		if *c.Met {
			r.Met = geo.T("自报达标", "says: met")
		}
	}
}

// claimUnit is the unit of a value that the applicant counted or stated: a count is no
// share, even where a share is asked.
func (r *rowView) claimUnit() string {
	if r.Claim.Basis == indicator.FromCount && (r.Claim.Of != "" || r.Unit == "%") {
		return r.Claim.Of
	}
	return r.Unit
}

// excerpt cuts a text to so many letters, in one line.
func excerpt(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if letters := []rune(s); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return s
}

// mapLink is the address at which the web map shows a requirement.
func mapLink(base, profile, requirement string) string {
	at, state, _ := strings.Cut(base, "#")
	if state != "" { // such as the scenario that was judged
		state += "&"
	}
	var parts []string
	for _, p := range append(strings.Split(profile, "/"), requirement) {
		parts = append(parts, url.PathEscape(p))
	}
	return at + "#" + state + "indicator=" + strings.Join(parts, "/")
}

// totals counts, and says what the applicant said.
func (v *judgementView) totals() {
	all := 0
	for _, t := range v.Totals {
		all += t.Indicators
	}
	passed := 0
	for _, verdict := range indicator.Verdicts() {
		for _, t := range v.Totals {
			if t.Verdict != verdict {
				continue
			}
			row := totalView{Total: t, Percent: shareOf(t.Indicators, all)}
			v.TotalRows = append(v.TotalRows, row)
			if t.Indicators > 0 {
				v.Bar = append(v.Bar, row)
			}
			if verdict == indicator.Pass {
				passed = t.Indicators
			}
		}
	}
	if c := v.Judgement.Claims; c != nil {
		v.Applicant = geo.Tf("申报表自报 %[1]d 项中 %[2]d 项达标；核验认定达标 %[3]d 项。", "The applicant reports %[2]d of %[1]d met; the check finds %[3]d met.", c.Rows, c.Met, passed)
	}
}

// first gathers what stands on the first page.
func (v *judgementView) first(rows []*rowView, byID map[string]*rowView) {
	for _, id := range v.Worst {
		if r, ok := byID[id]; ok {
			v.WorstRows = append(v.WorstRows, r)
		}
	}
	v.WorstRows, v.WorstMore = cut(v.WorstRows, maxFirstWorst)
	for _, r := range rows {
		if r.Flip != nil && r.Flip.Thread {
			v.Threads = append(v.Threads, r)
		}
	}
	v.Threads, v.ThreadMore = cut(v.Threads, maxFirstThread)
	if v.Since != nil {
		for _, c := range v.Since.Changed {
			row := changeView{Change: c, ValueThen: valueOr(c.ValueBefore, c.Unit, c.ValueAfter), ValueNow: valueOr(c.ValueAfter, c.Unit, c.ValueBefore)}
			row.Label = geo.T(c.Requirement, c.Requirement)
			if r, ok := byID[c.Requirement]; ok {
				row.Anchor, row.Label, row.Title = r.Anchor, r.Label(), r.Name()
			}
			v.Changes = append(v.Changes, row)
		}
		v.Changes, v.ChangeMore = cut(v.Changes, maxFirstChanges)
	}
	v.Collect = collectOf(rows)
	v.FirstFew, _ = cut(v.Collect, maxFirstCollect)
}

func valueOr(v *float64, unit string, other *float64) geo.Text {
	if v == nil {
		return geo.T("—", "—")
	}
	return wording.Quantity(*v, unit, other)
}

func cut[T any](list []T, most int) ([]T, int) {
	if len(list) <= most {
		return list, 0
	}
	return list[:most], len(list) - most
}

// papered tells whether a document with its date and author stands behind a row.
func (r *rowView) papered() bool {
	return slices.ContainsFunc(r.Evidence, func(e indicator.Evidence) bool { return e.Kind == indicator.Document && e.Complete() })
}

// collectOf gathers what to bring for requirements that are not settled, each thing
// once, what most of them wait for first.
func collectOf(rows []*rowView) []collectView {
	var out []collectView
	add := func(t geo.Text, paper bool, r *rowView) {
		i := slices.IndexFunc(out, func(c collectView) bool { return c.Text == t && c.Paper == paper })
		if i < 0 {
			i = len(out)
			out = append(out, collectView{Text: t, Paper: paper})
		}
		if !slices.Contains(out[i].For, r) {
			out[i].For = append(out[i].For, r)
		}
	}
	for _, r := range rows {
		switch {
		case r.Verdict == indicator.Insufficient, r.Verdict == indicator.Conflict, r.Verdict == indicator.Fail:
		case r.Verdict == indicator.ByDocument && !r.papered(): // there is the applicant's word alone
		default:
			continue
		}
		if r.Measure != nil {
			for _, t := range r.Measure.Collect {
				add(t, false, r)
			}
		}
		if r.Verdict == indicator.Fail {
			continue // no paper changes what was counted
		}
		for _, t := range r.Wanted {
			add(t, true, r)
		}
	}
	slices.SortStableFunc(out, func(a, b collectView) int { return cmp.Compare(len(b.For), len(a.For)) })
	return out
}
