package pipeline

import (
	"context"
	"errors"
	"slices"
	"time"

	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/layers/scenario"
)

// trial tries edits out on one requirement, on a view of its own.
type trial struct {
	live     *Live
	view     *scenario.View
	base     scenario.Base
	scenario scenario.Scenario // that is gone on from
	before   indicator.Judged
	asked    *askedMetric
	// ordered tells that each candidate was chosen for what it adds to those before.
	ordered bool
	// unclear tells that with a candidate in place the requirement cannot be judged.
	unclear bool
	// until is when no further candidate is tried.
	until time.Time
}

// newTrial makes a scenario ready to be tried on.
func (s *Scenarios) newTrial(ctx context.Context, request RemedyRequest) (*trial, error) {
	t := &trial{base: s.base}
	if request.Scenario != "" {
		found, err := s.book.Get(ctx, request.Scenario)
		if err != nil {
			return nil, err
		}
		t.scenario = *found
	} else {
		at, err := newest(ctx, s.base)
		if err != nil {
			return nil, err
		}
		t.scenario.Base = at
	}
	var err error
	if t.view, err = scenario.NewView(ctx, s.base, t.scenario.Base); err != nil {
		return nil, err
	}
	t.live = &Live{pipeline: New(t.view), view: t.view, request: LiveRequest{Community: request.Community, Profile: request.Profile}, only: request.Requirement}
	if err := t.show(ctx, nil); err != nil {
		return nil, err
	}
	if err := t.live.begin(ctx, t.view); err != nil {
		if errors.Is(err, errNoRequirement) {
			return nil, geo.Refuse(geo.Tf("标准中没有空间或比例要求 %q", "the standard has no computed requirement %q", request.Requirement))
		}
		return nil, err
	}
	t.before = t.judged()
	t.asked = &t.live.w.asked[slices.IndexFunc(t.live.w.asked, func(a askedMetric) bool { return a.use == judged })]
	return t, nil
}

func (t *trial) judged() indicator.Judged {
	for _, item := range t.live.now.Items {
		for i := range item.Requirements {
			if item.Requirements[i].ID == t.live.only {
				return item.Requirements[i]
			}
		}
	}
	return indicator.Judged{}
}

// show puts edits on top of those of the scenario.
func (t *trial) show(ctx context.Context, more []scenario.Edit) error {
	edits := slices.Clone(t.scenario.Edits)
	next := t.scenario.Next
	for _, e := range edits {
		next = max(next, e.Seq+1)
	}
	for _, e := range more {
		e.Seq, next = next, next+1
		edits = append(edits, e)
	}
	net, err := scenario.Resolve(ctx, t.base, t.scenario.Base, edits)
	if err != nil {
		return err
	}
	if err := net.Check(nil); err != nil {
		return err
	}
	_, err = t.view.Show(ctx, net)
	return err
}

// value is the requirement with edits in place.
func (t *trial) value(ctx context.Context, more []scenario.Edit) (indicator.Judged, error) {
	if err := t.show(ctx, more); err != nil {
		return indicator.Judged{}, err
	}
	if _, err := t.live.Update(ctx); err != nil {
		return indicator.Judged{}, err
	}
	return t.judged(), nil
}

// costs are those of edits alone, by the unit costs of the scenario.
func (t *trial) costs(edits []scenario.Edit) (CostSheet, error) {
	s := scenario.Scenario{Costs: t.scenario.Costs}
	for i, e := range edits {
		e.Seq = int64(i + 1)
		s.Edits = append(s.Edits, e)
	}
	net, err := scenario.Resolve(context.Background(), t.base, t.scenario.Base, s.Edits)
	if err != nil {
		return CostSheet{}, err
	}
	return costsOf(&s, net, t.live.w.scene.transform)
}

// around reads layers of the community and some metres around it, as the scenario has
// them now, in metres.
func (t *trial) around(ctx context.Context, margin_m float64, names ...string) (*scene, error) {
	return readScene(ctx, t.view, sceneSpec{community: t.live.w.scene.Community.ID, layers: names, at: t.view.Applied(), margin_m: margin_m})
}

// failing are the ids that the requirement fails for, by layer.
func (t *trial) failing() map[string]map[string]bool {
	out := make(map[string]map[string]bool)
	for _, refs := range t.before.Measure.Features {
		if refs.Role != indicator.Failed {
			continue
		}
		if out[refs.Layer] == nil {
			out[refs.Layer] = make(map[string]bool)
		}
		for _, id := range refs.IDs {
			out[refs.Layer][id] = true
		}
	}
	return out
}

// failingBuildings are the buildings that the requirement fails for, in metres: those
// of the input layer, or those of the result that bear the same ids.
func (t *trial) failingBuildings(s *scene) []geo.Feature {
	ids := make(map[string]bool)
	for _, list := range t.failing() {
		for id := range list {
			ids[id] = true
		}
	}
	if len(ids) > 0 {
		return only(s.Layers["buildings"], func(f *geo.Feature) bool { return ids[f.ID] })
	}
	// Where there is no venue at all, nothing was walked and nobody is named.
	return only(s.Layers["buildings"], func(f *geo.Feature) bool {
		use, _ := f.Text("use")
		return use == "residential" && geo.Inside(s.Community.Geometry, centreOf(f))
	})
}

// paletteEntry finds an entry of the palette.
func paletteEntry(is func(*PaletteEntry) bool) (PaletteEntry, bool) {
	all, err := Palette()
	if err != nil {
		return PaletteEntry{}, false
	}
	i := slices.IndexFunc(all, func(e PaletteEntry) bool { return is(&e) })
	if i < 0 {
		return PaletteEntry{}, false
	}
	return all[i], true
}

func entryByID(id string) (PaletteEntry, bool) {
	return paletteEntry(func(e *PaletteEntry) bool { return e.ID == id })
}
