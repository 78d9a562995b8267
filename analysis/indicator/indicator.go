// Package indicator judges a community under a standard: measures become values,
// values become verdicts, and what the applicant claims is held against both.
//
// A Profile is a standard at one tier, as data: its indicators, each with the
// requirements that it makes. A requirement that can be computed names a metric
// (package metric); one that rests on paper names the documents it wants. Judge
// brings together what was measured, what was claimed (package audit reads the
// claims) and what documents there are, and gives a Judgement with a verdict for
// every requirement and everything that the verdict rests on.
//
// What is unknown stays unknown: a share whose unknown part could turn the verdict
// gives "insufficient evidence", and says what to collect. Nothing is scored or
// weighted. The same input gives the same bytes.
package indicator

import (
	"yiju/geo"
)

// Kind says what a requirement rests on.
type Kind string

// The kinds.
const (
	Spatial  Kind = "spatial"  // computed from geometry
	Ratio    Kind = "ratio"    // counted from an inventory
	Attested Kind = "attested" // rests on a document
)

// Operator compares a value with a threshold.
type Operator string

// The operators.
const (
	AtLeast Operator = ">="
	AtMost  Operator = "<="
	Above   Operator = ">"
	Below   Operator = "<"
	Exactly Operator = "="
)

// Holds tells whether a value meets a threshold.
func (o Operator) Holds(value, threshold float64) bool {
	switch o {
	case AtLeast:
		return value >= threshold
	case AtMost:
		return value <= threshold
	case Above:
		return value > threshold
	case Below:
		return value < threshold
	}
	return value == threshold
}

// Known tells whether the operator is one of the list.
func (o Operator) Known() bool {
	return o == AtLeast || o == AtMost || o == Above || o == Below || o == Exactly
}

// Sign is the operator as it is printed.
func (o Operator) Sign() string {
	switch o {
	case AtLeast:
		return "≥"
	case AtMost:
		return "≤"
	}
	return string(o)
}

// Profile is a standard at one tier.
type Profile struct {
	// ID is <standard>/<tier>, such as "shandong-smart-community/growth".
	ID       string   `json:"id"`
	Standard string   `json:"standard"`
	Tier     string   `json:"tier"`
	Title    geo.Text `json:"title"`
	// TierTitle names the tier, such as 成长型.
	TierTitle geo.Text `json:"tier_title"`
	Version   string   `json:"version"`
	Source    geo.Text `json:"source"`
	Note      geo.Text `json:"note"`
	// Levels are the levels whose requirements count, in order; empty where the
	// standard has no levels.
	Levels     []Level     `json:"levels,omitempty"`
	Parameters []Parameter `json:"parameters,omitempty"`
	Indicators []Indicator `json:"indicators"`
}

// Level is a class of requirements within an indicator, such as 基础性.
type Level struct {
	ID    string   `json:"id" yaml:"id"`
	Title geo.Text `json:"title" yaml:"title"`
}

// Parameter is a number that the standard does not state. It is set by the project
// and shown as not from the standard.
type Parameter struct {
	ID     string   `json:"id" yaml:"id"`
	Title  geo.Text `json:"title" yaml:"title"`
	Value  *float64 `json:"value" yaml:"value"` // nil is not set
	Unit   string   `json:"unit,omitempty" yaml:"unit"`
	Source geo.Text `json:"source" yaml:"source"`
}

// Indicator is a numbered item of a standard.
type Indicator struct {
	Number int      `json:"number" yaml:"number"`
	Group  geo.Text `json:"group" yaml:"group"`
	Title  geo.Text `json:"title" yaml:"title"`
	// Aliases are other ways in which applicants write the Chinese title.
	Aliases      []string      `json:"aliases,omitempty" yaml:"aliases"`
	Requirements []Requirement `json:"requirements" yaml:"requirements"`
}

// Requirement is one condition.
type Requirement struct {
	// ID is unique in the profile: the number of the indicator, then what it takes to
	// tell its requirements apart, such as "4.1a" or "6-guiding".
	ID string `json:"id" yaml:"id"`
	// Part is the number of the sentence of the standard's cell that it belongs to;
	// 0 where the cell has one sentence.
	Part  int      `json:"part,omitempty" yaml:"part"`
	Level string   `json:"level,omitempty" yaml:"level"`
	Title geo.Text `json:"title" yaml:"title"`
	Kind  Kind     `json:"kind" yaml:"kind"`
	// Modal is the verb of the standard: 应, 宜, 鼓励, 支持; empty where it has none.
	Modal  string           `json:"modal,omitempty" yaml:"modal"`
	Metric string           `json:"metric,omitempty" yaml:"metric"`
	Params map[string]Param `json:"params,omitempty" yaml:"params"`
	// Operator and Threshold say when the value is enough. Attested requirements
	// have neither, unless a claimed count is compared.
	Operator  Operator   `json:"operator,omitempty" yaml:"operator"`
	Threshold Figure     `json:"threshold" yaml:"threshold"`
	Unit      string     `json:"unit,omitempty" yaml:"unit"`
	Condition *Condition `json:"condition,omitempty" yaml:"condition"`
	// Also names metrics that are shown beside and not judged.
	Also []Beside `json:"also,omitempty" yaml:"also"`
	// Reads says how a claim on it is read.
	Reads Reads `json:"reads" yaml:"reads"`
	// Wanted lists the evidence to bring.
	Wanted []geo.Text `json:"wanted,omitempty" yaml:"wanted"`
	// Note says what the requirement rests on and how it was read.
	Note geo.Text `json:"note" yaml:"note"`
}

// Beside is a metric shown beside a requirement.
type Beside struct {
	Metric string           `json:"metric" yaml:"metric"`
	Params map[string]Param `json:"params,omitempty" yaml:"params"`
}

// Condition says when a requirement applies at all.
type Condition struct {
	Title     geo.Text         `json:"title" yaml:"title"`
	Metric    string           `json:"metric" yaml:"metric"`
	Params    map[string]Param `json:"params,omitempty" yaml:"params"`
	Operator  Operator         `json:"operator" yaml:"operator"`
	Threshold Figure           `json:"threshold" yaml:"threshold"`
	Unit      string           `json:"unit,omitempty" yaml:"unit"`
	// Labels are the words before the figure in a claim that decide it.
	Labels []string `json:"labels,omitempty" yaml:"labels"`
	// Absent are phrases of a claim that say it is not so, such as 未安装电梯.
	Absent []string `json:"absent,omitempty" yaml:"absent"`
}

// Reads says how a claim on a requirement is read from the applicant's words. Labels
// are words that stand before a figure.
type Reads struct {
	// Value are labels of the claimed rate or count.
	Value []string `json:"value,omitempty" yaml:"value"`
	// Numerator and Denominator are labels of the applicant's own counts.
	Numerator   []string `json:"numerator,omitempty" yaml:"numerator"`
	Denominator []string `json:"denominator,omitempty" yaml:"denominator"`
	// Units are what the counts are in, such as 户, 盏, 平方公里.
	Units []string `json:"units,omitempty" yaml:"units"`
	// Shared names what the denominator counts, so that all rows can be held
	// against each other: "households", "compounds", "gated_compounds".
	Shared string `json:"shared,omitempty" yaml:"shared"`
	// All are words by which the applicant claims everything, such as 全覆盖.
	All []string `json:"all,omitempty" yaml:"all"`
	// Kinds are what a list in the claim may name; Kinds are counted where the
	// requirement asks for a number of kinds.
	Kinds []string `json:"kinds,omitempty" yaml:"kinds"`
	// CountIs is a count that is claimed in another unit than the value that is
	// computed: the least number that the claim must state.
	CountIs *float64 `json:"count_is,omitempty" yaml:"count_is"`
	// Terms are the words without which the requirement's text is another one; of
	// each list one must stand in the requirement cell.
	Terms [][]string `json:"terms,omitempty" yaml:"terms"`
	// Keep are words of the requirement that the claim must not drop, such as 常住.
	Keep []string `json:"keep,omitempty" yaml:"keep"`
	// Grade is the administrative level that the claim must name; Lower are those
	// that are not enough.
	Grade []string `json:"grade,omitempty" yaml:"grade"`
	Lower []string `json:"lower,omitempty" yaml:"lower"`
	// NotSelf are labels before a name that must not be the applicant's own.
	NotSelf []string `json:"not_self,omitempty" yaml:"not_self"`
	// Doubts are words that make the claim weaker than it looks, each with why.
	Doubts []Doubt `json:"doubts,omitempty" yaml:"doubts"`
	// Definition says what is unclear about the standard's own formula; it is told
	// where a claim has counts.
	Definition geo.Text `json:"definition" yaml:"definition"`
	// Verify says what a reviewer has to check where the claim has words and no
	// counts. Such a claim is then attested; without it, evidence is insufficient.
	Verify geo.Text `json:"verify" yaml:"verify"`
}

// Doubt is a wording that a reviewer should ask about.
type Doubt struct {
	Words []string `json:"words" yaml:"words"`
	Text  geo.Text `json:"text" yaml:"text"`
}
