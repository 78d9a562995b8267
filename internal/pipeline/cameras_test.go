package pipeline_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers"
)

// What the cameras of the demo see comes out of both stores as the same numbers
// and the same features, to the last bit.
func TestCamerasAgreeBetweenStores(t *testing.T) {
	stores := []layers.Store{fileStore(t), serverStore(t)}
	var runs []pipeline.Run
	for _, store := range stores {
		if err := pipeline.LoadDemo(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		run, err := pipeline.New(store).Cameras(t.Context(), pipeline.CamerasRequest{Advise: true})
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, run)
	}
	if diff := cmp.Diff(text(t, runs[0]), text(t, runs[1])); diff != "" {
		t.Errorf("runs differ (-file +server):\n%s", diff)
	}
	for _, layer := range runs[0].Outputs {
		if diff := cmp.Diff(all(t, stores[0], layer), all(t, stores[1], layer)); diff != "" {
			t.Errorf("layer %s differs (-file +server):\n%.3000s", layer, diff)
		}
	}
}

func TestCameraRequestsThatCannotBe(t *testing.T) {
	store := demoStore(t)
	for name, bad := range map[string]pipeline.CamerasRequest{
		"classes": {Classes: "dori-1999"}, "defaults": {Assume: "guess"}, "turning": {PTZ: "both"},
		"target": {Target_m: 1e4}, "derived": {Derive: []string{"garden"}}, "name": {ID: "Cameras 1"},
	} {
		if _, err := pipeline.New(store).Cameras(t.Context(), bad); geo.AsFault(err) == nil {
			t.Errorf("%s: %+v gave %v, want a refusal", name, bad, err)
		}
	}
}

// A section says of its camera what the explanation of the place says, and cuts
// what blocks it.
func TestCameraSectionAgreesWithWhy(t *testing.T) {
	store := demoStore(t)
	p := pipeline.New(store)
	reasons := make(map[string]int)
	for _, f := range all(t, store, "keypoints") {
		at := geo.ExtentOf(f.Geometry).Centre()
		watch := why(t, store, p, at).Cameras
		if watch == nil {
			t.Fatal("nothing is told of cameras")
		}
		for _, g := range watch.Cameras[:min(len(watch.Cameras), 6)] {
			reasons[g.Reason]++
			section, err := p.CameraSection(t.Context(), "", g.Camera, at)
			if geo.AsFault(err) != nil && len(g.Lacks) > 0 {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(g, section.Glance); diff != "" {
				t.Errorf("%s, %s (-why +section):\n%s", f.ID, g.Camera, diff)
			}
			if g.Blocked_by == nil || g.Blocked_by.Layer == "terrain" {
				continue
			}
			cut := false
			for _, s := range section.Solids {
				cut = cut || s.ID == g.Blocked_by.ID && s.Blocks
			}
			if !cut {
				t.Errorf("%s: %s blocks %s but not its section", f.ID, g.Blocked_by.ID, g.Camera)
			}
		}
	}
	if reasons[""] == 0 || reasons["blocked"] == 0 {
		t.Errorf("reasons %v: no place is seen, or none is hidden", reasons)
	}
}
