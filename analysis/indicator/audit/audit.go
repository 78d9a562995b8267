// Package audit reads what an applicant claims under a profile, and finds what is
// wrong with it from the table alone: claims against their own counts, against the
// thresholds, against each other; shares that no whole number gives; figures that
// echo a threshold; requirements whose text was changed. It knows no files: rows
// come as indicator.Claims.
//
// A claim cell is cut into its numbered parts, and in each part figures are found by
// the labels of the profile (indicator.Reads): a label stands in front of its figure
// (覆盖率达到80%), directly behind it (80%小区), or says where the figure is (共#).
package audit

import (
	"slices"

	"yiju/analysis/indicator"
)

// Audited are the claims of a file, requirement by requirement.
type Audited struct {
	// Readings by requirement id; every requirement of the profile has one, with
	// Basis FromNone where the file says nothing on it.
	Readings map[string]indicator.Reading
	// Findings are those that concern several rows or none.
	Findings []indicator.Finding
	// Met is how many rows the applicant says are met, Rows how many there are.
	Met, Rows int
}

// auditor holds one audit.
type auditor struct {
	profile *indicator.Profile
	tiers   []indicator.Profile
	claims  *indicator.Claims
	// groups are the counts that several rows share, by indicator.Reads.Shared.
	groups map[string]*group
	out    Audited
}

// entry is a requirement with what the table says on it.
type entry struct {
	in  *indicator.Indicator
	req *indicator.Requirement
	// row is nil where the table has no row for it.
	row *indicator.Claim
	// asked and text are the parts of the cells of requirement and claim.
	asked, text string
	// plain is text in plain form.
	plain  []rune
	answer answer
	said   said
	// wants is what the requirement cell itself says, read in the same way.
	wants said
}

// Audit reads the claims of a file under a profile. Tiers are the other tiers of the
// standard: a claim that equals a threshold of one of them is an echo, too.
func Audit(p *indicator.Profile, tiers []indicator.Profile, c *indicator.Claims) Audited {
	a := &auditor{profile: p, tiers: tiers, claims: c, out: Audited{Readings: make(map[string]indicator.Reading)}}
	rows := a.rows()
	var first, again []*entry
	for i := range p.Indicators {
		in := &p.Indicators[i]
		list := rows[in.Number]
		first = append(first, entries(in, claimsOf(list, 0))...)
		for nth := 1; len(claimsOf(list, nth)) > 0; nth++ {
			again = append(again, entries(in, claimsOf(list, nth))...)
		}
	}
	a.share(slices.Concat(first, again))
	for _, e := range first {
		a.out.Readings[e.req.ID] = a.read(e)
	}
	for _, e := range again {
		a.twice(e)
	}
	return a.out
}

// twice holds the reading of a second row for an indicator against the first.
func (a *auditor) twice(e *entry) {
	was, is := a.out.Readings[e.req.ID], a.read(e)
	if was.Verdict == is.Verdict && slices.Equal(was.Rates, is.Rates) && equal(was.Numerator, is.Numerator) && equal(was.Denominator, is.Denominator) {
		return
	}
	text := twoRows(was.Where, is.Where)
	was.Findings = append(was.Findings, indicator.Finding{Code: indicator.FindRow, Severity: indicator.Grave, Text: text, Where: is.Where})
	if was.Verdict != is.Verdict {
		was.Verdict, was.Reason = indicator.Conflict, text
	}
	a.out.Readings[e.req.ID] = was
}

func equal(a, b *float64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
