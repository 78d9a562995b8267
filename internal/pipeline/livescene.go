package pipeline

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"yiju/geo"
	"yiju/geo/crs"
	"yiju/layers/scenario"
)

// keptScene is a scene that follows a scenario: a feature that an edit touches is
// projected anew, all others stay.
type keptScene struct {
	spec   sceneSpec
	window geo.Extent // in degrees
	now    *scene
	// changed are the ids that the last update touched, by layer.
	changed map[string][]string
}

// keepScene reads a scene and the window that it was read from.
func keepScene(ctx context.Context, view *scenario.View, spec sceneSpec) (*keptScene, error) {
	s, err := readScene(ctx, view, spec)
	if err != nil {
		return nil, err
	}
	community, err := chooseCommunity(ctx, view, spec.at, spec.community)
	if err != nil {
		return nil, err
	}
	return &keptScene{spec: spec, window: growMetres(geo.ExtentOf(community.Geometry), spec.margin_m), now: s}, nil
}

// update makes the scene that of a view after shifts, none of which may be of the
// community itself or of terrain. Scenes given out before stay as they were.
func (k *keptScene) update(shifts []scenario.Shift) error {
	k.changed = make(map[string][]string)
	var next map[string][]geo.Feature
	for i := range shifts {
		s := &shifts[i]
		if s.Layer == "terrain" || !slices.Contains(k.spec.layers, s.Layer) {
			continue
		}
		was, is := k.sees(s.Old), k.sees(s.New)
		if !was && !is {
			continue
		}
		if next == nil {
			next = maps.Clone(k.now.Layers)
		}
		list, err := laidOver(next[s.Layer], s, is, k.now.transform)
		if err != nil {
			return err
		}
		next[s.Layer] = list
		k.changed[s.Layer] = append(k.changed[s.Layer], s.ID)
	}
	if next != nil {
		inner := *k.now.Scene
		inner.Layers = next
		k.now = &scene{transform: k.now.transform, Scene: &inner}
	}
	return nil
}

func (k *keptScene) sees(f *geo.Feature) bool {
	if f == nil {
		return false
	}
	e := geo.ExtentOf(f.Geometry)
	return !e.IsEmpty() && e.Touches(k.window)
}

// laidOver is a list in metres with one feature put in, replaced or taken out.
func laidOver(list []geo.Feature, s *scenario.Shift, is bool, to *crs.Transform) ([]geo.Feature, error) {
	i, there := slices.BinarySearchFunc(list, s.ID, func(f geo.Feature, id string) int { return strings.Compare(f.ID, id) })
	out := make([]geo.Feature, 0, len(list)+1)
	out = append(out, list[:i]...)
	if is {
		one := []geo.Feature{s.New.Clone()}
		if err := to.ForwardFeatures(one); err != nil {
			return nil, err
		}
		out = append(out, one[0])
	}
	if there {
		i++
	}
	return append(out, list[i:]...), nil
}

// key tells scenes of one community apart.
func (s sceneSpec) key() string {
	return fmt.Sprintf("%s|%g|%s", s.community, s.margin_m, strings.Join(s.layers, ","))
}

// rebuilds tells whether a shift moves the ground that scenes are cut from: then
// everything is read anew.
func rebuilds(s *scenario.Shift, community string) bool {
	return s.Layer == "terrain" || s.Layer == "communities" && s.ID == community
}
