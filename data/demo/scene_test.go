package demo_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"yiju/data/demo"
	"yiju/geo"
	"yiju/geo/crs"
)

const workingCRS = "EPSG:4548"

// loaded is the demo in metres, by layer.
type loaded struct {
	layers map[string][]geo.Feature
	err    error
}

var load = sync.OnceValue(func() loaded {
	transform, err := crs.New(crs.WGS84, workingCRS)
	if err != nil {
		return loaded{err: err}
	}
	out := loaded{layers: make(map[string][]geo.Feature)}
	for _, layer := range demo.Layers() {
		features, err := demo.Features(layer)
		if err != nil {
			return loaded{err: err}
		}
		if err := transform.ForwardFeatures(features); err != nil {
			return loaded{err: err}
		}
		out.layers[layer] = features
	}
	return out
})

// scene gives the features of a layer in metres.
func scene(t *testing.T, layer string) []geo.Feature {
	t.Helper()
	l := load()
	if l.err != nil {
		t.Fatal(l.err)
	}
	if len(l.layers[layer]) == 0 {
		t.Fatalf("layer %s is empty", layer)
	}
	return l.layers[layer]
}

func community(t *testing.T) geo.Feature { return scene(t, "communities")[0] }

// where selects features by an attribute.
func where(features []geo.Feature, name string, value any) []geo.Feature {
	return only(features, func(f *geo.Feature) bool { return f.Attributes[name] == value })
}

func only(features []geo.Feature, keep func(*geo.Feature) bool) []geo.Feature {
	var out []geo.Feature
	for i := range features {
		if keep(&features[i]) {
			out = append(out, features[i])
		}
	}
	return out
}

func sum(features []geo.Feature, name string) float64 {
	total := 0.0
	for i := range features {
		n, _ := features[i].Number(name)
		total += n
	}
	return total
}

func byID(features []geo.Feature) map[string]geo.Feature {
	out := make(map[string]geo.Feature, len(features))
	for _, f := range features {
		out[f.ID] = f
	}
	return out
}

// inside selects the features that lie in a place, by their first vertex.
func inside(features []geo.Feature, place orb.Geometry) []geo.Feature {
	return only(features, func(f *geo.Feature) bool { return geo.Inside(place, first(f.Geometry)) })
}

func first(g orb.Geometry) orb.Point {
	var out orb.Point
	found := false
	geo.EachPoint(g, func(p orb.Point) {
		if !found {
			out, found = p, true
		}
	})
	return out
}

func text(f geo.Feature, name string) string {
	s, _ := f.Text(name)
	return s
}

// vertices collects the vertices of features, as they are.
func vertices(features []geo.Feature) map[orb.Point]bool {
	out := make(map[orb.Point]bool)
	for i := range features {
		geo.EachPoint(features[i].Geometry, func(p orb.Point) { out[p] = true })
	}
	return out
}

func ids(features []geo.Feature) []string {
	var out []string
	for _, f := range features {
		out = append(out, f.ID)
	}
	slices.Sort(out)
	return out
}
