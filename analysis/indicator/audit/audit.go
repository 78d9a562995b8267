// Package audit reads what an applicant claims under a profile, and finds what is
// wrong with it from the table alone: claims against their own counts, against the
// thresholds, against each other; shares that no whole number gives; figures that
// echo a threshold; requirements whose text was changed. It knows no files: rows
// come as indicator.Claims.
package audit

import "yiju/analysis/indicator"

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
