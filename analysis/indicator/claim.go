package indicator

import "yiju/geo"

// Claims are what an applicant reported, row by row, as read from a file.
type Claims struct {
	// File is the name of the file, SHA256 the hash of its bytes in hex.
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
	// Title is what stands above the table; Applicant who reports, Standard and Tier
	// what the title names, Date when; all empty where the file does not say.
	Title     string  `json:"title,omitempty"`
	Applicant string  `json:"applicant,omitempty"`
	Standard  string  `json:"standard,omitempty"`
	Tier      string  `json:"tier,omitempty"`
	Date      string  `json:"date,omitempty"`
	Rows      []Claim `json:"rows"`
}

// Claim is one row of the table.
type Claim struct {
	// Where is the place in the file, such as "Sheet1 row 7".
	Where string `json:"where"`
	// Number is that of the indicator. Part is the number of the sentence of the
	// standard's cell, and Level the id of the level, where the table gives them rows
	// of their own.
	Number int    `json:"number"`
	Part   int    `json:"part,omitempty"`
	Level  string `json:"level,omitempty"`
	Group  string `json:"group,omitempty"`
	Title  string `json:"title"`
	// Definition and Requirement are the standard's words as they stand in the file.
	Definition  string `json:"definition,omitempty"`
	Requirement string `json:"requirement,omitempty"`
	// Text is what the applicant says.
	Text string `json:"text"`
	// Verdict is the applicant's own, such as 达标, where it has a column of its own.
	Verdict string `json:"verdict,omitempty"`
	// Stated are figures that the file gives in columns of their own.
	Stated []Stated `json:"stated,omitempty"`
	// Evidence are documents that the file names.
	Evidence []Evidence `json:"evidence,omitempty"`
}

// Stated is a figure given apart from the text, for one requirement or, with an
// empty Requirement, for the only one of the row.
type Stated struct {
	Requirement string   `json:"requirement,omitempty"`
	Value       *float64 `json:"value,omitempty"` // in the unit of the requirement
	Numerator   *float64 `json:"numerator,omitempty"`
	Denominator *float64 `json:"denominator,omitempty"`
	Unit        string   `json:"unit,omitempty"`
}

// Basis is what a claim's value comes from.
type Basis string

// The bases, the harder first.
const (
	FromCounts Basis = "counts" // the applicant's own numerator and denominator
	FromCount  Basis = "count"  // a number of things
	FromRate   Basis = "rate"   // a share without counts
	FromWords  Basis = "words"  // words alone
	FromNone   Basis = "none"   // the claim says nothing on this requirement
)

// Reading is what a claim says on one requirement, and what is wrong with it.
type Reading struct {
	Requirement string `json:"requirement"`
	Where       string `json:"where"`
	// Asked and Text are the parts of the requirement cell and of the claim that
	// belong here, as they stand in the file.
	Asked string `json:"asked,omitempty"`
	Text  string `json:"text,omitempty"`
	// Met is the applicant's own verdict; nil where there is none.
	Met *bool `json:"met,omitempty"`
	// Rates are all shares claimed, in per cent, in the order of the text.
	Rates       []float64 `json:"rates,omitempty"`
	Numerator   *float64  `json:"numerator,omitempty"`
	Denominator *float64  `json:"denominator,omitempty"`
	// Of is the unit of the counts as written.
	Of string `json:"of,omitempty"`
	// Value is what the claim amounts to, in Unit: the requirement's, or what is
	// claimed instead; from Basis.
	Value *float64 `json:"value,omitempty"`
	Unit  string   `json:"unit,omitempty"`
	Basis Basis    `json:"basis"`
	// Verdict is that of the table alone, with the reason.
	Verdict  Verdict   `json:"verdict"`
	Reason   geo.Text  `json:"reason"`
	Findings []Finding `json:"findings,omitempty"`
}

// Code names a kind of finding.
type Code string

// The kinds of findings of an audit.
const (
	FindBelow      Code = "below"      // the claim itself is under the threshold
	FindCounts     Code = "counts"     // the applicant's own counts are under the threshold
	FindMismatch   Code = "mismatch"   // the claim is not what its own counts give
	FindComputed   Code = "computed"   // the claim is not what the layers give
	FindImpossible Code = "impossible" // no whole number of so few gives that share
	FindSelf       Code = "self"       // several values of one row disagree
	FindVacuous    Code = "vacuous"    // nothing to count, yet claimed as met
	FindEcho       Code = "echo"       // equals a threshold, and nothing backs it
	FindRestated   Code = "restated"   // repeats the requirement and shows nothing
	FindText       Code = "text"       // the requirement's text was changed, in its cell or in the claim
	FindDefinition Code = "definition" // the formula is unclear for what was counted
	FindUnit       Code = "unit"       // the units do not fit
	FindShared     Code = "shared"     // rows count the same things differently
	FindExceeds    Code = "exceeds"    // more counted than there are
	FindNumeral    Code = "numeral"    // a number is missing in the text
	FindGrade      Code = "grade"      // the wrong administrative level
	FindDoubt      Code = "doubt"      // a wording to ask about
	FindRounded    Code = "rounded"    // numerator and denominator are the same to the last digit
	FindRow        Code = "row"        // a row is missing, twice or not of the standard
	FindCondition  Code = "condition"  // the condition does not hold, or is not shown
	FindEvidence   Code = "evidence"   // a document lacks its date, author or file
)

// Severity orders findings.
type Severity string

// The severities.
const (
	Grave  Severity = "grave"  // it decides the verdict
	Doubts Severity = "doubts" // it must be answered
	Remark Severity = "remark"
)

// Finding is one thing that is wrong or doubtful.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	Text     geo.Text `json:"text"`
	// Where is the place in the claims file; empty where the finding is of the data.
	Where string `json:"where,omitempty"`
}
