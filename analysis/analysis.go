// Package analysis is the shape that every analysis has: a pure function from a
// Scene and parameters to a Result. Analyses do no input or output, read no clock
// and no global random numbers, and give the same bytes for the same scene.
package analysis

import (
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Scene is what an analysis sees: features in metres of one working CRS, ordered
// by id. It is not changed by any analysis and may be shared.
type Scene struct {
	// CRS is the working CRS, such as "EPSG:4548".
	CRS string
	// Community is the polygon that shares are measured in, with its attributes.
	Community geo.Feature
	// Layers holds the features by layer name. Features reach beyond the
	// community by as much as the analysis asked for.
	Layers map[string][]geo.Feature
	// Terrain gives heights; nil when the workspace has none.
	Terrain Terrain
}

// Terrain tells the height of the ground in metres at a place in the working
// CRS; false where it is not known.
type Terrain interface {
	HeightAt(p orb.Point) (z_m float64, ok bool)
}

// Result is what an analysis gives: layers to draw, values to judge, notes to read.
type Result struct {
	Layers []Layer
	Values []Value
	Notes  []Note
}

// Layer is a result layer: its schema (of kind geo.Result) and its features, in
// metres of the scene's CRS, ordered by id.
type Layer struct {
	Schema   geo.Schema
	Features []geo.Feature
}

// Value is a number with everything needed to trust it. Pointers are nil where a
// number is not known, with the reason in Missing.
type Value struct {
	ID    string   `json:"id"`
	Title geo.Text `json:"title"`
	// Value is Numerator ÷ Denominator for a share, in Unit.
	Value       *float64 `json:"value"`
	Numerator   *float64 `json:"numerator,omitempty"`
	Denominator *float64 `json:"denominator,omitempty"`
	Unit        string   `json:"unit"`
	// Of is the unit of numerator and denominator, such as "households" or "m²".
	Of string `json:"of,omitempty"`
	// Layer is the result layer that shows the value.
	Layer string `json:"layer,omitempty"`
	// Missing says which inputs were unknown; empty when none mattered.
	Missing []geo.Text `json:"missing,omitempty"`
	// Low and High bound a value that is not known, where they can be told. Like
	// Scale, they are for those who work on with the result, and are not kept with it.
	Low  *float64 `json:"-"`
	High *float64 `json:"-"`
	// Scale tells what Value would be if another quantity were moved; nil for none.
	Scale *Scale `json:"-"`
}

// Scale is what a value would be on another scale: the share covered if the level
// asked for were higher, the share reached if there were more minutes.
type Scale struct {
	// Title names the quantity that moves, such as 所需电平; Unit is that of At, such as
	// "dB" or "min".
	Title geo.Text
	Unit  string
	// Zero is the At of the value itself, which a step at Zero repeats: 0 where At is
	// an offset, the minutes asked for where At is minutes.
	Zero float64
	// Steps are ordered by At, each At once. Value holds from its At up to the next
	// one where Stairs is set; otherwise the value is known at each At alone. It is
	// monotone: it only rises, or only falls.
	Steps  []Step
	Stairs bool
}

// Step is one point of a scale.
type Step struct {
	At    float64 // in Scale.Unit
	Value float64 // in the unit of the value
}

// Note is something a reader of the result should know.
type Note struct {
	Code string   `json:"code"`
	Text geo.Text `json:"text"`
	// Layer is the layer of the features concerned; empty when there are none.
	Layer string `json:"layer,omitempty"`
	// IDs are the first features concerned, Count how many there are.
	IDs   []string `json:"ids,omitempty"`
	Count int      `json:"count,omitempty"`
}

// Share is a Value of numerator ÷ denominator in per cent. A denominator of zero
// gives no value.
func Share(id string, title geo.Text, of string, numerator, denominator float64) Value {
	v := Value{ID: id, Title: title, Unit: "%", Of: of, Numerator: &numerator, Denominator: &denominator}
	if denominator > 0 {
		share := 100 * numerator / denominator
		v.Value = &share
	}
	return v
}

// SortByID puts features in the order that scenes and results have.
func SortByID(features []geo.Feature) {
	slices.SortFunc(features, func(a, b geo.Feature) int {
		switch {
		case a.ID < b.ID:
			return -1
		case a.ID > b.ID:
			return 1
		}
		return 0
	})
}
