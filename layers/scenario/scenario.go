// Package scenario lays edits over a pinned revision of a workspace without changing
// it: what a community would be like if this gate were opened and that camera hung.
//
// A Scenario is an ordered list of edits. Resolve works out what they come to, the
// Net: for every feature touched, what the base holds and what the scenario makes of
// it. A View is a workspace seen through a Net: a layers.Store whose input layers are
// those of the base with the net laid over, and whose result layers live in memory, so
// that whatever reads a store reads a scenario too. A Book keeps scenarios in the
// workspace they belong to.
//
// Edits say what they change and no more: an attribute that an edit does not name is
// that of the base. So a scenario can follow when the base moves on (Book.Rebase), and
// become the base (Book.Adopt).
package scenario

import (
	"time"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
)

// Op is what an edit does.
type Op string

// The operations.
const (
	Add    Op = "add"    // a feature that the scenario brings
	Change Op = "change" // attributes, or the geometry, or both
	Move   Op = "move"   // the geometry alone
	Delete Op = "delete"
)

// Edit is one step of a scenario.
type Edit struct {
	// Seq numbers the edits of a scenario in the order they are applied, from 1. A
	// number is not used again when its edit is taken away.
	Seq   int64
	Layer string
	Op    Op
	// ID is the feature's; of an Add, that of Feature.
	ID string
	// Feature is what an Add brings, in degrees.
	Feature *geo.Feature
	// Set are the attributes that a Change gives; nil makes one unknown. Others stay.
	Set map[string]any
	// Geometry in degrees is what a Move or a Change gives, with the heights Z of a
	// line; nil leaves both.
	Geometry orb.Geometry
	Z        []float64
	// Off edits stay in the list and have no effect.
	Off bool
	// Group ties edits that make one thing together, such as a house that goes and the
	// green that comes: they are switched and counted as one. Empty is alone.
	Group string
	// Kind is the entry of the palette that the edit came from, such as "gate": what it
	// costs hangs on it. Empty is none.
	Kind    string
	Comment string
	Author  string
	At      time.Time // when it was made
	// Version is the revision of the workspace that last wrote the edit.
	Version int64
}

// State is how far a scenario has come.
type State string

// The states. An edit of an approved scenario makes it a draft again.
const (
	Draft    State = "draft"
	Approved State = "approved"
	Adopted  State = "adopted"  // its edits are in the base; it can be read and copied
	Archived State = "archived" // out of the way; it can be read, copied and restored
)

// Scenario is a named list of edits over a revision.
type Scenario struct {
	ID          string
	Name        string
	Description string
	// Base is the revision that the edits are laid over.
	Base layers.Revision
	// Parent is the scenario that it was copied from; empty for none.
	Parent string
	State  State
	// MayEdit and MayCopy tell what others than the author may do.
	MayEdit, MayCopy bool
	Author           string
	Created, Changed time.Time
	// ApprovedBy approved the content ApprovedHash.
	ApprovedBy, ApprovedHash string
	// AdoptedAs is the revision that the scenario became; 0 before.
	AdoptedAs layers.Revision
	// Costs are unit costs by kind of edit, as the user gave them.
	Costs []Cost
	// Next is the number of the next edit.
	Next int64
	// Version is the revision of the workspace that last wrote the scenario or one of
	// its edits.
	Version int64
	// Count is the number of edits, those that are off included.
	Count int
	// Edits are ordered by Seq; nil in a list of scenarios.
	Edits []Edit
}

// Cost is what one thing of a kind costs.
type Cost struct {
	// Kind is that of edits.
	Kind string `json:"kind"`
	// Amount in Currency for each thing, metre or square metre, as Per says.
	Amount   float64 `json:"amount"`
	Currency string  `json:"currency"`
	Per      Per     `json:"per"`
}

// Per is what a cost is counted by.
type Per string

// The measures of costs. Lengths and areas are those of the geometry that the edit
// leaves, of a deletion those of what goes.
const (
	PerThing       Per = "thing"
	PerMetre       Per = "m"
	PerSquareMetre Per = "m2"
)
