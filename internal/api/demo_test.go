package api

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"testing"

	"github.com/paulmach/orb"

	"yiju/data/demo"
	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers"
	"yiju/layers/memory"
	"yiju/tiles"
	"yiju/tiles/mvt"
)

// The demo from end to end over HTTP: run an analysis, read its record, draw its
// result, ask about a place, change an input and see the result go stale.
func TestDemoOverHTTP(t *testing.T) {
	store := memory.New()
	if err := pipeline.LoadDemo(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	s, err := New(t.Context(), store, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	adult := walkOver(t, s, `{"preset":"sport"}`)
	elderly := walkOver(t, s, `{"preset":"sport","profile":"elderly"}`)
	if a, e := share(t, adult, "time_10_households"), share(t, elderly, "time_10_households"); !(a > 50 && a < 95 && e < a) {
		t.Errorf("within 10 minutes: adults %.1f %%, older people %.1f %%", a, e)
	}
	if n := *value(t, adult, "time_10_households").Denominator; n != 4379 {
		t.Errorf("%v households in the demo, want 4379", n)
	}
	checkTiles(t, s, elderly)
	checkWhy(t, s)

	f := firstFeature(t, store, "facilities")
	f.Set("name", "改名")
	if _, err := store.Apply(t.Context(), layers.Batch{Edits: []layers.Edit{{Layer: "facilities", Op: layers.Update, Feature: f}}}); err != nil {
		t.Fatal(err)
	}
	runs := decode[runsBody](t, call{path: "/api/runs"}.do(t, s)).Runs
	if len(runs) != 1 || !runs[0].Stale {
		t.Errorf("after an input changed: %d runs, stale %v", len(runs), runs[0].Stale)
	}
}

func walkOver(t *testing.T, s http.Handler, body string) pipeline.Run {
	t.Helper()
	w := call{method: http.MethodPost, path: "/api/analyses/walk", body: body}.do(t, s)
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return decode[pipeline.Run](t, w)
}

func value(t *testing.T, run pipeline.Run, id string) (v struct{ Value, Denominator *float64 }) {
	t.Helper()
	for _, got := range run.Values {
		if got.ID == run.ID+"_"+id {
			v.Value, v.Denominator = got.Value, got.Denominator
			return v
		}
	}
	t.Fatalf("run %s has no value %s", run.ID, id)
	return v
}

func share(t *testing.T, run pipeline.Run, id string) float64 {
	t.Helper()
	v := value(t, run, id)
	if v.Value == nil {
		t.Fatalf("%s is unknown", id)
	}
	return *v.Value
}

// checkTiles draws the reached ways; every stretch lies within its band.
func checkTiles(t *testing.T, s http.Handler, run pipeline.Run) {
	t.Helper()
	var at tiles.Coord
	for c := range tiles.Cover(geo.ExtentOf(orb.Point{117.09, 36.17}), 15, 15) {
		at = c
	}
	w := call{path: fmt.Sprintf("/tiles/%s_edges/%s.mvt", run.ID, at)}.do(t, s)
	tile, err := mvt.Decode(w.Body.Bytes())
	if err != nil || len(tile.Layers) != 1 || len(tile.Layers[0].Features) < 50 {
		t.Fatalf("tile %s: status %d, %v", at, w.Code, err)
	}
	if broken := mvt.Check(w.Body.Bytes()); len(broken) > 0 {
		t.Errorf("tile breaks the rules: %v", broken)
	}
}

// checkWhy asks about a place inside a compound: the walk starts there, ends at a
// venue that exists, and is as long as it says and no shorter than the straight line.
func checkWhy(t *testing.T, s http.Handler) {
	t.Helper()
	w := call{path: "/api/why?lon=117.0885&lat=36.1702"}.do(t, s)
	var why pipeline.Why
	if err := json.Unmarshal(w.Body.Bytes(), &why); err != nil || w.Code != 200 {
		t.Fatalf("status %d, %v", w.Code, err)
	}
	if why.Snap == nil || len(why.Walks) < 5 || len(why.Features) == 0 {
		t.Fatalf("snap %v, %d walks, %d features", why.Snap, len(why.Walks), len(why.Features))
	}
	sport := why.Walks[0]
	if sport.Venue == nil || sport.Path == nil || *sport.Distance_m < *sport.Straight_m {
		t.Fatalf("sport: %+v", sport)
	}
	line := sport.Path.Coordinates.(orb.LineString)
	if d := metres(line); math.Abs(d-*sport.Distance_m) > 0.01**sport.Distance_m {
		t.Errorf("the path is %.1f m long and says %.1f m", d, *sport.Distance_m)
	}
	venues, err := demo.Features("facilities")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range venues {
		if v.ID == sport.Venue.ID {
			return
		}
	}
	t.Errorf("there is no venue %q", sport.Venue.ID)
}

// metres measures a line of degrees on a sphere, good to a few parts in a thousand.
func metres(l orb.LineString) float64 {
	sum := 0.0
	for i := 1; i < len(l); i++ {
		k := math.Pi / 180 * 6_371_000
		dx := (l[i][0] - l[i-1][0]) * k * math.Cos(l[i][1]*math.Pi/180)
		sum += math.Hypot(dx, (l[i][1]-l[i-1][1])*k)
	}
	return sum
}

func firstFeature(t *testing.T, r layers.Reader, layer string) geo.Feature {
	t.Helper()
	for f, err := range r.Features(t.Context(), layer, layers.Query{Limit: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	t.Fatalf("layer %s is empty", layer)
	return geo.Feature{}
}
