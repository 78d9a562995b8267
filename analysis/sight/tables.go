package sight

import (
	"math"
	"strings"

	"yiju/geo"
)

// Table is an edition of the classes of seeing.
type Table struct {
	ID     string   `json:"id" yaml:"id"`
	Title  geo.Text `json:"title" yaml:"title"`
	Source geo.Text `json:"source" yaml:"source"`
	// Verified is false where the figures were not read in the standard.
	Verified bool `json:"verified" yaml:"verified"`
	// Classes ask for more and more, from 1 to 12 of them.
	Classes []Class `json:"classes" yaml:"classes"`
	// SameAs names, for a class of another edition, the class here that stands for
	// it.
	SameAs map[string]string `json:"same_as,omitempty" yaml:"same_as"`
	// Required is what key points need by kind, for use as Params.Required.
	Required map[string]string `json:"required,omitempty" yaml:"required"`
}

// Class is a class of seeing.
type Class struct {
	ID    string   `json:"id" yaml:"id"`
	Title geo.Text `json:"title" yaml:"title"`
	// PxPerM is the least number of pixels on a metre of the target.
	PxPerM float64 `json:"px_per_m" yaml:"px_per_m"`
}

func (t *Table) check() error {
	last := 0.0
	bad := len(t.Classes) == 0 || len(t.Classes) > mostClasses
	for _, c := range t.Classes {
		bad = bad || c.ID == "" || !(c.PxPerM > last) || math.IsInf(c.PxPerM, 1)
		last = c.PxPerM
	}
	if !bad {
		return nil
	}
	return geo.Refuse(
		geo.Tf("像素密度表 %q 不可用", "the table of classes %q cannot be used", t.ID),
		geo.Tf("给出 1 到 %d 个等级，像素/米从小到大", "give 1 to %d classes, their pixels per metre ascending", mostClasses))
}

// rank is the place of a class in the table, 0 for the one that asks for least.
// Classes of another edition count as the class that stands for them.
func (t *Table) rank(id string) (int, bool) {
	for _, name := range []string{id, t.SameAs[id]} {
		for i := range t.Classes {
			if name != "" && t.Classes[i].ID == name {
				return i, true
			}
		}
	}
	return 0, false
}

func (t *Table) list() string {
	ids := make([]string, len(t.Classes))
	for i := range t.Classes {
		ids[i] = t.Classes[i].ID
	}
	return strings.Join(ids, ", ")
}

// at is the rank of a density in pixels per metre; −1 below the first class.
func (t *Table) at(pxPerM float64) int {
	rank := -1
	for i := range t.Classes {
		if pxPerM >= t.Classes[i].PxPerM*(1-1e-12) {
			rank = i
		}
	}
	return rank
}

// Defaults stand in for missing attributes, each with its source.
type Defaults struct {
	ID     string   `json:"id" yaml:"id"`
	Title  geo.Text `json:"title" yaml:"title"`
	Source geo.Text `json:"source" yaml:"source"`
	// Kinds gives attributes by kind of camera; the entry "" is for other kinds. Keys
	// are fields of layer cameras: "height_m", "azimuth_deg", "tilt_deg", "hfov_deg",
	// "vfov_deg", "pixels_w", "pixels_h".
	Kinds map[string]map[string]float64 `json:"kinds" yaml:"kinds"`
	// Working is taken for cameras that do not say whether they work; nil leaves it.
	Working *bool `json:"working,omitempty" yaml:"working"`
	// BuildingM gives heights of buildings of unknown height and floors, by use; the
	// entry "" is for other uses.
	BuildingM map[string]float64 `json:"building_m,omitempty" yaml:"building_m"`
	// BarrierM gives heights of barriers that block a view, by kind.
	BarrierM map[string]float64 `json:"barrier_m,omitempty" yaml:"barrier_m"`
}

// of is the default of an attribute for a kind of camera.
func (d *Defaults) of(kind, field string) (float64, bool) {
	if d == nil {
		return 0, false
	}
	if v, ok := d.Kinds[kind][field]; ok {
		return v, true
	}
	if _, own := d.Kinds[kind]; own {
		return 0, false
	}
	v, ok := d.Kinds[""][field]
	return v, ok
}

// CodeTable is what the parts of a device code may be.
type CodeTable struct {
	Source     geo.Text    `json:"source" yaml:"source"`
	Types      []CodeEntry `json:"types" yaml:"types"`
	Industries []CodeEntry `json:"industries" yaml:"industries"`
	Networks   []CodeEntry `json:"networks" yaml:"networks"`
}

// CodeEntry is a value of a part of a device code.
type CodeEntry struct {
	Code  string   `json:"code" yaml:"code"`
	Title geo.Text `json:"title" yaml:"title"`
	// Camera marks types that a camera may have.
	Camera bool `json:"camera,omitempty" yaml:"camera"`
}

// Divisions are the codes of administrative divisions that exist.
type Divisions struct {
	Source  geo.Text `json:"source" yaml:"source"`
	Edition string   `json:"edition" yaml:"edition"`
	// Provinces are the first two digits that the list is complete for; codes that
	// begin otherwise are not judged.
	Provinces []string    `json:"provinces" yaml:"provinces"`
	Divisions []Division  `json:"divisions" yaml:"divisions"`
	Withdrawn []Withdrawn `json:"withdrawn" yaml:"withdrawn"`
}

// Division is a division that exists.
type Division struct {
	Code string `json:"code" yaml:"code"`
	Name string `json:"name" yaml:"name"`
	// Zone marks a development zone that statistics count apart; GB/T 2260 has no
	// such code.
	Zone bool `json:"zone,omitempty" yaml:"zone"`
}

// Withdrawn is a division that exists no more.
type Withdrawn struct {
	Code string `json:"code" yaml:"code"`
	Name string `json:"name" yaml:"name"`
	Now  string `json:"now" yaml:"now"` // the code of its land today
}
