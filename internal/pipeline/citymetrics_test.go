package pipeline_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/metric"
	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers"
)

// usual are usual parameters of metrics, by name.
var usual = map[string]float64{
	"street_m": 30, "radius_m": 300, "least_m2": 2000, "reach_m": 20, "least_m": 4, "least_width_m": 4, "distance_m": 1000,
	"service_width_m": 4, "street_width_m": 8, "path_width_m": 2, "roof": 0.9, "sealed": 0.8, "green": 0.15, "minutes": 10,
}

// spatialProfile asks for every metric that is computed from geometry or from walks.
func spatialProfile() *indicator.Profile {
	p := &indicator.Profile{ID: "test/spatial", Standard: "test", Tier: "spatial"}
	for _, m := range metric.All() {
		if !m.Spatial || strings.HasPrefix(m.ID, "radio.") || strings.HasPrefix(m.ID, "cameras.") {
			continue
		}
		r := indicator.Requirement{ID: m.ID, Title: m.Title, Kind: indicator.Spatial, Metric: m.ID, Operator: indicator.AtLeast, Unit: m.Unit, Params: make(map[string]indicator.Param)}
		r.Threshold.Value = new(float64)
		for _, info := range m.Params {
			v, number := usual[info.Name]
			switch {
			case number:
				r.Params[info.Name] = indicator.Param{Number: &v}
			case info.Name == "categories" && m.ID != "rescue.station_share":
				r.Params[info.Name] = indicator.Param{Words: []string{"sport", "commerce/supermarket|commerce/convenience"}}
			case info.Name == "from":
				r.Params[info.Name] = indicator.Param{Words: []string{"culture"}}
			case info.Name == "to":
				r.Params[info.Name] = indicator.Param{Words: []string{"service"}}
			case info.Name == "weight":
				r.Params[info.Name] = indicator.Param{Words: []string{"buildings"}}
			}
		}
		if m.ID == "walk.reach_share" || m.ID == "walk.venues_in_reach" || m.ID == "facilities.near_share" {
			r.Params["categories"] = indicator.Param{Words: []string{"sport"}}
		}
		p.Indicators = append(p.Indicators, indicator.Indicator{Number: len(p.Indicators) + 1, Title: m.Title, Requirements: []indicator.Requirement{r}})
	}
	return p
}

// Every spatial metric runs on real cities, and says either a value, bounds or what is
// missing. What it draws fits the place.
func TestSpatialMetricsOfCities(t *testing.T) {
	pipeline.Unwatched(t)
	for _, c := range cities[:2] {
		t.Run(c.name, func(t *testing.T) {
			store := fileStore(t)
			c.fill(t, store)
			start := time.Now()
			p := pipeline.New(store)
			j, err := p.Judge(t.Context(), pipeline.JudgeRequest{Loaded: spatialProfile()})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d indicators of %s (%.3f km²) in %v", len(j.Items), c.name, j.Community.Area_m2/1e6, time.Since(start).Round(time.Millisecond))
			known := 0
			for _, item := range j.Items {
				m := item.Requirements[0].Measure
				if m.Value != nil {
					known++
				}
				checkCityMeasure(t, m)
			}
			if known < 15 {
				t.Errorf("only %d metrics have a value", known)
			}
			checkDrawn(t, store)
		})
	}
}

func checkCityMeasure(t *testing.T, m *indicator.Measure) {
	t.Helper()
	switch {
	case m.Value != nil:
		t.Logf("%-26s %.3f %s", m.Metric, *m.Value, m.Unit)
		if m.Unit == "%" && (*m.Value < 0 || *m.Value > 100) {
			t.Errorf("%s is %v %%", m.Metric, *m.Value)
		}
	case m.Low != nil:
		t.Logf("%-26s %.3f to %.3f %s; %s", m.Metric, *m.Low, *m.High, m.Unit, m.Missing[0].EN)
		if *m.Low > *m.High || m.Unit == "%" && (*m.Low < 0 || *m.High > 100) {
			t.Errorf("%s is between %v and %v", m.Metric, *m.Low, *m.High)
		}
	case len(m.Missing) > 0:
		t.Logf("%-26s lacks: %s", m.Metric, m.Missing[0].EN)
	case m.Denominator == nil || *m.Denominator != 0:
		t.Errorf("%s has neither a value nor anything missing", m.Metric)
	}
}

// checkDrawn holds the layers that were kept to their schemas.
func checkDrawn(t *testing.T, store layers.Store) {
	t.Helper()
	infos, err := store.Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	drawn := 0
	for _, info := range infos {
		if info.Schema.Kind != geo.Result || !strings.HasPrefix(info.Schema.Layer, "judge_") {
			continue
		}
		drawn++
		features := all(t, store, info.Schema.Layer)
		if !slices.IsSortedFunc(features, func(a, b geo.Feature) int { return strings.Compare(a.ID, b.ID) }) {
			t.Errorf("%s is not in order", info.Schema.Layer)
		}
		for i := range features {
			if problems := info.Schema.Check(&features[i]); len(problems) > 0 {
				t.Errorf("%s", problems[0])
				break
			}
		}
	}
	if drawn < 10 {
		t.Errorf("%d layers are drawn", drawn)
	}
}
