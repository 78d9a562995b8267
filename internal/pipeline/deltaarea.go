package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
	"yiju/geo/overlay"
)

// leastDelta_m2 is the least part of an area that counts as gained or lost: less is the
// rounding of outlines.
const leastDelta_m2 = 1

// areaOf gives, of a result layer, the features whose areas are compared; nil for
// layers that show no area of service.
func areaOf(l *analysis.Layer) []geo.Feature {
	name := l.Schema.Layer
	switch {
	case strings.Contains(name, "_area_"):
		return l.Features
	case strings.HasSuffix(name, "_covered"):
		return only(l.Features, func(f *geo.Feature) bool { return f.ID == "all" })
	case strings.HasSuffix(name, "_views"):
		return only(l.Features, func(f *geo.Feature) bool {
			mode, _ := f.Text("mode")
			return mode != "could"
		})
	}
	return nil
}

func isArea(name string) bool {
	return strings.Contains(name, "_area_") || strings.HasSuffix(name, "_covered") || strings.HasSuffix(name, "_views")
}

func only(list []geo.Feature, keep func(*geo.Feature) bool) []geo.Feature {
	var out []geo.Feature
	for i := range list {
		if keep(&list[i]) {
			out = append(out, list[i])
		}
	}
	return out
}

// areasOf compares the areas of two results of one question. For each area there are
// two layers, of what is gained and of what is lost.
func areasOf(from, to *analysis.Result) ([]AreaDelta, []analysis.Layer, error) {
	var deltas []AreaDelta
	var made []analysis.Layer
	for _, name := range areaNames(from, to) {
		a, b := layerOf(from, name), layerOf(to, name)
		title := geo.Text{}
		for _, l := range []*analysis.Layer{a, b} {
			if l != nil {
				title = l.Schema.Title
			}
		}
		was, err := unionOf(a)
		if err != nil {
			return nil, nil, err
		}
		is, err := unionOf(b)
		if err != nil {
			return nil, nil, err
		}
		d := AreaDelta{Layer: name, Title: title, GainedLayer: deltaName(name, "gained"), LostLayer: deltaName(name, "lost")}
		gained, err := differenceLayer(d.GainedLayer, geo.T(title.ZH+"：新增", title.EN+": gained"), is, was)
		if err != nil {
			return nil, nil, err
		}
		lost, err := differenceLayer(d.LostLayer, geo.T(title.ZH+"：减少", title.EN+": lost"), was, is)
		if err != nil {
			return nil, nil, err
		}
		d.Gained_m2, d.Lost_m2 = areaSum(gained.Features), areaSum(lost.Features)
		if d.Gained_m2+d.Lost_m2 > 0 {
			deltas, made = append(deltas, d), append(made, gained, lost)
		}
	}
	return deltas, made, nil
}

// areaNames lists the layers with areas that either result has, in order.
func areaNames(results ...*analysis.Result) []string {
	var out []string
	for _, r := range results {
		for i := range r.Layers {
			if name := r.Layers[i].Schema.Layer; isArea(name) && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return out
}

func layerOf(r *analysis.Result, name string) *analysis.Layer {
	i := slices.IndexFunc(r.Layers, func(l analysis.Layer) bool { return l.Schema.Layer == name })
	if i < 0 {
		return nil
	}
	return &r.Layers[i]
}

func unionOf(l *analysis.Layer) (orb.Geometry, error) {
	if l == nil {
		return nil, nil
	}
	var parts []orb.Geometry
	for _, f := range areaOf(l) {
		for _, poly := range geo.Polygons(f.Geometry) {
			parts = append(parts, poly)
		}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	out, err := overlay.Union(parts...)
	if err != nil {
		return nil, fmt.Errorf("pipeline: area of %s: %w", l.Schema.Layer, err)
	}
	return out, nil
}

// differenceLayer is what a has and b has not, part by part.
func differenceLayer(name string, title geo.Text, a, b orb.Geometry) (analysis.Layer, error) {
	out := analysis.Layer{Schema: geo.Schema{
		Layer: name, Kind: geo.Result, Title: title, Shapes: []geo.Shape{geo.Polygon},
		Fields: []geo.Field{{Name: "area_m2", Type: geo.Real, Unit: "m²", Title: geo.T("面积", "Area")}},
	}}
	rest := a
	if a != nil && b != nil {
		var err error
		if rest, err = overlay.Difference(a, b); err != nil {
			return out, fmt.Errorf("pipeline: %s: %w", name, err)
		}
	}
	for _, poly := range geo.Polygons(rest) {
		if area := geo.Area(poly); area >= leastDelta_m2 {
			out.Features = append(out.Features, geo.Feature{
				ID: fmt.Sprintf("%05d", len(out.Features)+1), Geometry: poly,
				Attributes: map[string]any{"area_m2": math.Round(area*100) / 100},
			})
		}
	}
	return out, nil
}

func areaSum(list []geo.Feature) float64 {
	sum := 0.0
	for i := range list {
		sum += geo.Area(list[i].Geometry)
	}
	return math.Round(sum*100) / 100
}

// deltaName names the layer of a comparison after the layer compared; a long name is
// cut and told apart by its hash.
func deltaName(layer, what string) string {
	const most = 60
	name := deltaPrefix + strings.TrimPrefix(layer, judgedRunPrefix) + "_" + what
	if len(name) <= most {
		return name
	}
	sum := sha256.Sum256([]byte(layer))
	return name[:most-8-len(what)-1] + hex.EncodeToString(sum[:3]) + "_" + what
}
