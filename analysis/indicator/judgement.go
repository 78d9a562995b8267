package indicator

import "yiju/geo"

// Verdict is what is found of a requirement.
type Verdict string

// The verdicts.
const (
	Pass          Verdict = "pass"
	Fail          Verdict = "fail"
	Conflict      Verdict = "conflict"       // the claim contradicts its own counts, the computed value, another row or itself
	NotApplicable Verdict = "not_applicable" // its condition is false, or there is nothing to count
	Insufficient  Verdict = "insufficient"   // inputs are missing or unknown
	ByDocument    Verdict = "attested"       // rests on a document
	Waived        Verdict = "waived"         // a reviewer waived it, with a reason
)

// Verdicts lists the verdicts, the worst first.
func Verdicts() []Verdict {
	return []Verdict{Fail, Conflict, Insufficient, Waived, ByDocument, NotApplicable, Pass}
}

// Title words a verdict.
func (v Verdict) Title() geo.Text {
	switch v {
	case Pass:
		return geo.T("达标", "Met")
	case Fail:
		return geo.T("不达标", "Not met")
	case Conflict:
		return geo.T("矛盾", "Conflict")
	case NotApplicable:
		return geo.T("不适用", "Not applicable")
	case Insufficient:
		return geo.T("证据不足", "Insufficient evidence")
	case ByDocument:
		return geo.T("凭材料认定", "By document")
	case Waived:
		return geo.T("豁免", "Waived")
	}
	return geo.T(string(v), string(v))
}

// Judgement is a community judged under a profile.
type Judgement struct {
	Profile   ProfileInfo   `json:"profile"`
	Community CommunityInfo `json:"community"`
	// Answer is whether the community meets the standard as a whole.
	Answer Answer `json:"answer"`
	// Revision is the newest revision of the inputs, Scenario the hash of the scenario
	// judged, empty for the base; Engine is the version of the program.
	Revision int64  `json:"revision"`
	Scenario string `json:"scenario,omitempty"`
	// ScenarioName is what people call it, for reports; who judges does not ask for it.
	ScenarioName string `json:"scenario_name,omitempty"`
	Engine       string `json:"engine"`
	CRS          string `json:"crs,omitempty"`
	// Claims tells what was audited; nil where nothing was claimed.
	Claims *ClaimsInfo `json:"claims,omitempty"`
	// Measured is false where only claims were audited, without a workspace.
	Measured bool `json:"measured"`
	// Assumed tells that documented usual values stood in for missing attributes.
	Assumed    bool        `json:"assumed,omitempty"`
	Totals     []Total     `json:"totals"`
	Items      []Item      `json:"items"`
	Findings   []Finding   `json:"findings,omitempty"` // that concern no single row
	Parameters []Parameter `json:"parameters,omitempty"`
	// Worst lists the ids of requirements that a reader should look at first.
	Worst []string `json:"worst"`
	// Since is what changed since the judgement that was kept before; nil where nothing did.
	Since *Since `json:"since,omitempty"`
}

// ProfileInfo names the profile of a judgement.
type ProfileInfo struct {
	ID        string   `json:"id"`
	Standard  string   `json:"standard"`
	Tier      string   `json:"tier"`
	Title     geo.Text `json:"title"`
	TierTitle geo.Text `json:"tier_title"`
	Version   string   `json:"version"`
	Source    geo.Text `json:"source"`
	Note      geo.Text `json:"note"`
	// Levels are those whose requirements count.
	Levels []Level `json:"levels,omitempty"`
	// SHA256 is that of the profile's text, in hex.
	SHA256 string `json:"sha256"`
}

// CommunityInfo names the community judged; by its id where it has no name.
type CommunityInfo struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Area_m2 float64 `json:"area_m2"`
}

// ClaimsInfo names the claims audited.
type ClaimsInfo struct {
	File      string `json:"file"`
	SHA256    string `json:"sha256"`
	Title     string `json:"title,omitempty"`
	Applicant string `json:"applicant,omitempty"`
	Date      string `json:"date,omitempty"`
	// Met is how many indicators the applicant says are met, of Rows.
	Met  int `json:"met"`
	Rows int `json:"rows"`
}

// Answer is the verdict on the whole.
type Answer struct {
	// Verdict is pass, fail or insufficient.
	Verdict Verdict  `json:"verdict"`
	Text    geo.Text `json:"text"`
}

// Total counts verdicts of requirements and of indicators.
type Total struct {
	Verdict      Verdict `json:"verdict"`
	Requirements int     `json:"requirements"`
	Indicators   int     `json:"indicators"`
}

// Item is an indicator judged.
type Item struct {
	Number int      `json:"number"`
	Group  geo.Text `json:"group"`
	Title  geo.Text `json:"title"`
	// Verdict is the worst of its requirements.
	Verdict      Verdict  `json:"verdict"`
	Requirements []Judged `json:"requirements"`
}

// Judged is a requirement with its verdict and all that it rests on.
type Judged struct {
	ID    string   `json:"id"`
	Level string   `json:"level,omitempty"`
	Title geo.Text `json:"title"`
	Kind  Kind     `json:"kind"`
	Modal string   `json:"modal,omitempty"`

	Verdict Verdict  `json:"verdict"`
	Reason  geo.Text `json:"reason"`

	Operator  Operator `json:"operator,omitempty"`
	Threshold *float64 `json:"threshold"`
	Unit      string   `json:"unit,omitempty"`
	// ThresholdFrom is empty where the standard states the threshold; else it says
	// where the number comes from.
	ThresholdFrom geo.Text `json:"threshold_from"`
	// Unstated tells that the threshold of this tier could not be found.
	Unstated bool `json:"unstated,omitempty"`

	Condition *JudgedCondition `json:"condition,omitempty"`
	// Measure is what was computed; nil where nothing was.
	Measure *Measure `json:"measure,omitempty"`
	// Computed is the verdict of the computed value alone; empty where there is none.
	Computed Verdict    `json:"computed,omitempty"`
	Also     []Measure  `json:"also,omitempty"`
	Claim    *Reading   `json:"claim,omitempty"`
	Findings []Finding  `json:"findings,omitempty"`
	Evidence []Evidence `json:"evidence,omitempty"`
	Wanted   []geo.Text `json:"wanted,omitempty"`
	Note     geo.Text   `json:"note"`
	// Flip tells how far the verdict is from turning; nil where that has no meaning.
	Flip *Flip `json:"flip,omitempty"`
}

// JudgedCondition is a condition with what was found of it.
type JudgedCondition struct {
	Title     geo.Text `json:"title"`
	Holds     *bool    `json:"holds"` // nil is not known
	Operator  Operator `json:"operator"`
	Threshold *float64 `json:"threshold"`
	Value     *float64 `json:"value"`
	Unit      string   `json:"unit,omitempty"`
	// From is "computed" or "claim".
	From string `json:"from,omitempty"`
}

// Flip tells how far a pass is from failing, or a fail from passing.
type Flip struct {
	// Amount of Of that must be lost or gained, such as 3 lamps; at least the least
	// that can change where things are counted.
	Amount float64 `json:"amount"`
	Of     string  `json:"of"`
	// Points is the distance between value and threshold in the requirement's unit.
	Points float64  `json:"points"`
	Text   geo.Text `json:"text"`
	// Thread tells that it hangs by a thread: one thing more or less, or a hundredth
	// of the threshold.
	Thread bool `json:"thread"`
	// Reserve is the distance on another scale.
	Reserve *Reserve `json:"reserve,omitempty"`
}

// Since tells what changed since the judgement kept before.
type Since struct {
	Revision int64    `json:"revision"` // of the inputs then
	Changed  []Change `json:"changed"`
}

// Change is a verdict or a value that is another one than before.
type Change struct {
	Requirement string   `json:"requirement"`
	Title       geo.Text `json:"title"`
	Before      Verdict  `json:"before"`
	After       Verdict  `json:"after"`
	ValueBefore *float64 `json:"value_before"`
	ValueAfter  *float64 `json:"value_after"`
	Unit        string   `json:"unit,omitempty"`
}
