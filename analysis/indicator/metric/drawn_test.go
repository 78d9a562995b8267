package metric

import (
	"slices"
	"testing"

	"yiju/geo"
)

// What metrics draw fits its schema, and its name is that of the metric.
func TestDrawnLayersFitTheirSchema(t *testing.T) {
	drawn := make(map[string]bool)
	all := examples()
	for _, m := range slices.Concat(spatialMetrics(), reachMetrics()) {
		id := m.ID
		for _, x := range all[id] {
			got, err := m.Compute(x.in, x.params)
			if err != nil || got.Drawn == nil {
				continue
			}
			drawn[id] = true
			s := &got.Drawn.Schema
			if s.Layer != drawnName(id) || s.Kind != geo.Result || s.Title.ZH == "" || s.Title.EN == "" || got.Layers[0] != s.Layer {
				t.Errorf("%s/%s draws layer %q, shown are %v", id, x.name, s.Layer, got.Layers)
			}
			last := ""
			for i := range got.Drawn.Features {
				f := &got.Drawn.Features[i]
				for _, p := range s.Check(f) {
					t.Errorf("%s/%s: %s", id, x.name, p)
				}
				if f.ID <= last {
					t.Errorf("%s/%s: %q comes after %q", id, x.name, f.ID, last)
				}
				last = f.ID
				if state, _ := f.Text("state"); !knownState(s, state) {
					t.Errorf("%s/%s: state %q has no wording", id, x.name, state)
				}
			}
		}
	}
	for _, id := range []string{
		"facade.renewed_share", "green.park_service_share", "light.lit_share", "paths.connected_share", "pervious.share", "rescue.access_share",
		"roads.dead_end_share", "roads.looped_share", "stepfree.door_share", "stepfree.path_share", "walk.circle_share",
	} {
		if !drawn[id] {
			t.Errorf("%s draws nothing", id)
		}
	}
}

func knownState(s *geo.Schema, state string) bool {
	f, ok := s.Field("state")
	return ok && slices.ContainsFunc(f.Codes, func(c geo.Code) bool { return c.Value == state })
}
