package indicator

import (
	"yiju/analysis"
	"yiju/geo"
)

// Measure is a metric computed for a community, with everything needed to trust it.
type Measure struct {
	Metric string   `json:"metric"`
	Title  geo.Text `json:"title"`
	// Definition is the formula in words.
	Definition geo.Text `json:"definition"`
	Params     Params   `json:"params"`
	// Value is nil where it is not known. For a share it is 100 × Numerator ÷
	// Denominator, in "%".
	Value       *float64 `json:"value"`
	Numerator   *float64 `json:"numerator,omitempty"`
	Denominator *float64 `json:"denominator,omitempty"`
	// Low and High bound the value where a part of it is unknown; both nil where no
	// bound can be given.
	Low  *float64 `json:"low,omitempty"`
	High *float64 `json:"high,omitempty"`
	Unit string   `json:"unit"`
	// Of is the unit of numerator and denominator, such as "households" or "m²".
	Of string `json:"of,omitempty"`
	// Missing says what was unknown, Collect what to bring so that it is known.
	Missing []geo.Text `json:"missing,omitempty"`
	Collect []geo.Text `json:"collect,omitempty"`
	// Features are those behind the value, by role and layer.
	Features []Refs `json:"features,omitempty"`
	// Layers are the layers that show the value, the best first.
	Layers []string `json:"layers,omitempty"`
	// Reserve tells on another scale how far the value is from turning.
	Reserve *Reserve `json:"reserve,omitempty"`
	// Notes are things that a reader should know, such as what was left out.
	Notes []geo.Text `json:"notes,omitempty"`
	// Drawn is a layer that the metric makes itself to be shown, in metres of the
	// scene; nil for none.
	Drawn *analysis.Layer `json:"-"`
	// Scale tells what Value would be if another quantity were moved, such as the
	// level or the minutes that are enough; nil for none. The Reserve follows from it.
	Scale *Scale `json:"-"`
}

// Scale and its Step are those that analyses give with their values.
type (
	Scale = analysis.Scale
	Step  = analysis.Step
)

// Role is what a feature does for a value.
type Role string

// The roles.
const (
	Made    Role = "made"    // it counts for the value
	Failed  Role = "failed"  // it counts against it
	Unknown Role = "unknown" // it cannot be said
)

// Refs name features of one layer, ordered by id.
type Refs struct {
	Role  Role     `json:"role"`
	Layer string   `json:"layer"`
	IDs   []string `json:"ids"`
	// Count is how many there are; IDs has the first MaxRefs.
	Count int `json:"count"`
}

// MaxRefs bounds the ids that are named of one role and layer.
const MaxRefs = 2000

// Reserve is a distance to the verdict's turning on another scale than the value's:
// minutes of walking, decibels of level. Amount is positive where the requirement is
// met with something to spare, negative where it lacks.
type Reserve struct {
	Amount float64  `json:"amount"`
	Unit   string   `json:"unit"`
	Text   geo.Text `json:"text"`
}

// Evidence is a document that somebody brought, or a waiver that a reviewer gave.
type Evidence struct {
	ID string `json:"id"`
	// Standard and Requirement say what it is for.
	Standard    string       `json:"standard"`
	Requirement string       `json:"requirement"`
	Kind        EvidenceKind `json:"kind"`
	Title       string       `json:"title,omitempty"`
	File        string       `json:"file,omitempty"`
	Date        string       `json:"date,omitempty"`
	Author      string       `json:"author,omitempty"`
	Reason      string       `json:"reason,omitempty"`
	// Value is the count or share that the document states, if it states one.
	Value *float64 `json:"value,omitempty"`
}

// EvidenceKind tells documents from waivers.
type EvidenceKind string

// The kinds of evidence.
const (
	Document EvidenceKind = "document"
	Waiver   EvidenceKind = "waiver"
)

// Complete tells whether everything stands in the evidence that makes it count: a
// document has a name or file, a date and an author; a waiver has a reason, a date
// and an author.
func (e *Evidence) Complete() bool {
	if e.Kind == Waiver {
		return e.Reason != "" && e.Author != "" && e.Date != ""
	}
	return (e.File != "" || e.Title != "") && e.Date != "" && e.Author != ""
}
