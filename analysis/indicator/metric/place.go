package metric

import (
	"yiju/analysis/indicator"
	"yiju/geo"

	"github.com/paulmach/orb"
)

// inside lists the features of a layer that count in the community by their centre,
// in the order of their ids. The list is shared.
func (in *Input) inside(layer string) []geo.Feature {
	g, err := in.ground()
	if err != nil || g == nil {
		return nil
	}
	v := g.view(in, layer)
	v.count(g)
	return v.inside
}

// insideItems lists them with what is known of each.
func (g *ground) insideItems(in *Input, layer string) []*item {
	v := g.view(in, layer)
	v.count(g)
	return v.counted
}

// counting makes a metric's function of one that looks into the community.
func counting(measure func(*Input, indicator.Params) indicator.Measure) func(*Input, indicator.Params) (indicator.Measure, error) {
	return onGround(func(in *Input, p indicator.Params, _ *ground) (indicator.Measure, error) { return measure(in, p), nil })
}

// covered is how much of the areas of a feature lies in the community, in square metres.
func (g *ground) covered(f *geo.Feature) (float64, error) {
	sum := 0.0
	for _, area := range patches(f) {
		part, err := g.clip(area)
		if err != nil {
			return 0, err
		}
		sum += geo.Area(part)
	}
	return sum, nil
}

// outlineLength is the length of the outer boundaries of the areas of g, in metres.
func outlineLength(g orb.Geometry) float64 {
	sum := 0.0
	for _, p := range geo.Polygons(g) {
		sum += geo.Length(orb.LineString(p[0]))
	}
	return sum
}
