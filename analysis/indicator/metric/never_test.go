package metric

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"yiju/analysis"
	"yiju/analysis/testmap"
	"yiju/geo"
)

// Something good more never makes a value worse.
func TestMoreIsNeverLess(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	with := func(in *Input, f layered) *Input {
		out, scene := *in, *in.Scene
		scene.Layers = make(map[string][]geo.Feature)
		for name, list := range in.Scene.Layers {
			scene.Layers[name] = slices.Clone(list)
		}
		scene.Layers[f.layer] = append(scene.Layers[f.layer], f.Feature)
		analysis.SortByID(scene.Layers[f.layer])
		out.Scene = &scene
		return &out
	}
	in := quarter(1, 5)
	somewhere := func() (x, y float64) { return 400 * rng.Float64(), 400 * rng.Float64() }
	for _, c := range []struct {
		metric, with string
		more         func(id string) layered
	}{
		{"light.lit_share", "reach_m=25", func(id string) layered { x, y := somewhere(); return at("devices", id, x, y, "kind=lamp") }},
		{"green.ratio", "", func(id string) layered {
			x, y := somewhere()
			return feature("greens", id, square(x, y, 60), "kind=park counted_share="+number(rng.Float64()))
		}},
		{"green.park_service_share", "", func(id string) layered {
			x, y := somewhere()
			return feature("greens", id, square(x, y, 60), "kind=park")
		}},
		{"facilities.near_share", "categories=sport radius_m=60", func(id string) layered {
			x, y := somewhere()
			return at("facilities", id, x, y, "category=sport/pitch")
		}},
		{"rescue.access_share", "reach_m=18 least_width_m=4", func(id string) layered {
			x, y := somewhere()
			return way(id, "class=footway fire_lane=true", x, y, x+60, y+20)
		}},
		{"paths.length", "", func(id string) layered { x, y := somewhere(); return way(id, "class=footway", x, y, x+60, y+20) }},
	} {
		before := in
		last := value(compute(t, c.metric, before, c.with))
		for k := range 15 {
			before = with(before, c.more(fmt.Sprintf("zz%02d", k)))
			now := value(compute(t, c.metric, before, c.with))
			if now < last-1e-9 {
				t.Errorf("%s falls from %v to %v with one more", c.metric, last, now)
			}
			last = now
		}
		if first := value(compute(t, c.metric, in, c.with)); !(last > first) {
			t.Errorf("%s stays at %v whatever is added", c.metric, first)
		}
	}
}

// A step that is opened never makes fewer doors reachable.
func TestOpeningAStepNeverLowers(t *testing.T) {
	drawing := func(first, second string) *Input {
		m := testmap.Must(40, `
			     h1        h2        h3
			A----B====C----D----E====F

			BC: class=`+first+`
			EF: class=`+second+`
			entrances/d1: at=h1@0/-12 kind=building_door step_free=true
			entrances/d2: at=h2@0/-12 kind=building_door step_free=true
			entrances/d3: at=h3@0/-12 kind=building_door step_free=true
		`)
		return onWays(&Input{Scene: m.Scene})
	}
	var doors, length []float64
	for _, c := range [][2]string{{"steps", "steps"}, {"steps", "footway"}, {"footway", "footway"}} {
		in := drawing(c[0], c[1])
		doors = append(doors, value(compute(t, "stepfree.door_share", in, "")))
		length = append(length, value(compute(t, "stepfree.path_share", in, "")))
	}
	if !slices.IsSorted(doors) || !slices.IsSorted(length) || doors[0] == doors[2] || doors[2] != 100 || length[2] != 100 {
		t.Errorf("doors %v, length %v", doors, length)
	}
}
