package api

import (
	"time"

	"github.com/paulmach/orb/geojson"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// ScenarioHead is a scenario without its edits.
type ScenarioHead struct {
	ID          string          `json:"id"`
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Base        layers.Revision `json:"base" doc:"The revision that the edits are laid over"`
	Parent      string          `json:"parent" doc:"The scenario that it was copied from; empty for none"`
	State       scenario.State  `json:"state" enum:"draft,approved,adopted,archived"`
	MayEdit     bool            `json:"may_edit" doc:"Others than the author may edit it"`
	MayCopy     bool            `json:"may_copy" doc:"Others than the author may copy it"`
	Author      string          `json:"author"`
	Created     time.Time       `json:"created"`
	Changed     time.Time       `json:"changed"`
	ApprovedBy  string          `json:"approved_by"`
	AdoptedAs   layers.Revision `json:"adopted_as" doc:"The revision that it became; 0 before"`
	Costs       []scenario.Cost `json:"costs"`
	Version     int64           `json:"version"`
	EditsCount  int             `json:"edits_count"`
	Behind      bool            `json:"behind" doc:"Layers of the base have changed since its revision"`
}

// scenarioBody is a scenario with its edits and what they come to.
type scenarioBody struct {
	ScenarioHead
	Hash    string        `json:"hash" doc:"Equal for the same effect over the same base; empty where there is none"`
	Edits   []editBody    `json:"edits"`
	Extent  []float64     `json:"extent" doc:"West, south, east, north in degrees of all that is touched, before and after; null for nothing"`
	Touched []touchedBody `json:"touched"`
}

// touchedBody names a feature that a scenario makes different from its base.
type touchedBody struct {
	Layer string `json:"layer"`
	ID    string `json:"id"`
	Op    string `json:"op" enum:"added,changed,deleted"`
}

// editBody is an edit of a scenario.
type editBody struct {
	Seq      int64             `json:"seq" doc:"Numbers the edits in the order they are applied"`
	Layer    string            `json:"layer"`
	Op       scenario.Op       `json:"op" enum:"add,change,move,delete"`
	ID       string            `json:"id"`
	Feature  *feature          `json:"feature,omitempty" doc:"What an add brings"`
	Set      map[string]any    `json:"set,omitempty" doc:"The attributes that a change gives; null makes one unknown"`
	Geometry *geojson.Geometry `json:"geometry,omitempty"`
	Z        []float64         `json:"z_m,omitempty" doc:"Height of each vertex of a line"`
	Off      bool              `json:"off" doc:"It stays in the list and has no effect"`
	Idle     *geo.Text         `json:"idle" doc:"Why an edit that is on has no effect"`
	Group    string            `json:"group"`
	Kind     string            `json:"kind" doc:"The entry of the palette that it came from"`
	Comment  string            `json:"comment"`
	Author   string            `json:"author"`
	At       time.Time         `json:"at"`
	Version  int64             `json:"version"`
}

// headJSON describes a scenario that has so many edits; infos are the layers of the
// workspace now.
func headJSON(sc *scenario.Scenario, edits int, infos []layers.Info) ScenarioHead {
	return ScenarioHead{
		ID: sc.ID, Name: sc.Name, Description: sc.Description, Base: sc.Base, Parent: sc.Parent, State: sc.State,
		MayEdit: sc.MayEdit, MayCopy: sc.MayCopy, Author: sc.Author, Created: sc.Created, Changed: sc.Changed,
		ApprovedBy: sc.ApprovedBy, AdoptedAs: sc.AdoptedAs, Costs: append([]scenario.Cost{}, sc.Costs...),
		Version: sc.Version, EditsCount: edits, Behind: behind(sc, infos),
	}
}

// behind tells whether the place itself has changed since a scenario's base. A
// scenario that was adopted has nothing to follow any more.
func behind(sc *scenario.Scenario, infos []layers.Info) bool {
	if sc.State == scenario.Adopted {
		return false
	}
	for _, info := range infos {
		if info.Schema.Kind != geo.Result && !layers.Own(info.Schema.Layer) && info.Changed > sc.Base {
			return true
		}
	}
	return false
}

func scenarioJSON(sc *scenario.Scenario, net *scenario.Net, infos []layers.Info) scenarioBody {
	out := scenarioBody{
		ScenarioHead: headJSON(sc, len(sc.Edits), infos), Hash: net.Hash(),
		Edits: make([]editBody, len(sc.Edits)), Touched: []touchedBody{},
	}
	for i := range sc.Edits {
		out.Edits[i] = editJSON(&sc.Edits[i], net)
	}
	extent := geo.EmptyExtent()
	for _, layer := range net.Layers() {
		touched := net.Touched(layer)
		for i := range touched {
			t := &touched[i]
			extent = extent.Union(t.Extent())
			out.Touched = append(out.Touched, touchedBody{Layer: layer, ID: t.ID, Op: touchedOp(t)})
		}
	}
	out.Extent = numbers(extent)
	return out
}

func touchedOp(t *scenario.Touched) string {
	switch {
	case t.Old == nil:
		return "added"
	case t.New == nil:
		return "deleted"
	}
	return "changed"
}

func editJSON(e *scenario.Edit, net *scenario.Net) editBody {
	out := editBody{
		Seq: e.Seq, Layer: e.Layer, Op: e.Op, ID: e.ID, Set: e.Set, Z: e.Z, Off: e.Off,
		Group: e.Group, Kind: e.Kind, Comment: e.Comment, Author: e.Author, At: e.At, Version: e.Version,
	}
	if e.Feature != nil {
		f := featureJSON(e.Feature)
		out.Feature = &f
	}
	if e.Geometry != nil {
		out.Geometry = geojson.NewGeometry(e.Geometry)
	}
	if why, idle := net.Idle(e.Seq); idle && !e.Off {
		out.Idle = &why
	}
	return out
}
