package pipeline

import (
	"context"
	"fmt"
	"maps"

	"github.com/paulmach/orb"

	"yiju/analysis/radio"
	"yiju/analysis/sight"
	"yiju/geo"
	"yiju/layers/scenario"
)

// Bounds on what is proposed.
const (
	maxAdvisedCells   = 20
	maxAdvisedCameras = 200
)

// cameraCandidates are the cameras that cover most open key points, in the order in
// which each adds most to those before.
func (t *trial) cameraCandidates(ctx context.Context) ([]candidate, error) {
	data, err := loadCameraData()
	if err != nil {
		return nil, err
	}
	w := t.live.w
	if len(w.needs) == 0 {
		return nil, nil
	}
	params, _, err := data.complete(CamerasRequest{ID: "advice", Derive: w.needs[0].Derive, Community: w.scene.Community.ID})
	if err != nil {
		return nil, err
	}
	params.Advice = &sight.Advice{Camera: proposedCamera, Most: maxAdvisedCameras}
	s, err := readCameraScene(ctx, t.view, t.view.Applied(), w.scene.Community.ID, params)
	if err != nil {
		return nil, err
	}
	result, err := sight.Run(s.Scene, params)
	if err != nil {
		return nil, err
	}
	advice := layerOf(&result, "advice_advice")
	if advice == nil {
		return nil, nil
	}
	t.ordered = true
	entry, _ := entryByID("camera")
	var out []candidate
	for i := range advice.Features {
		f := &advice.Features[i]
		at, ok := f.Geometry.(orb.Point)
		if !ok {
			continue
		}
		c, err := cameraCandidate(s, f, at, entry.Attributes)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func cameraCandidate(s *scene, f *geo.Feature, at orb.Point, usual map[string]any) (candidate, error) {
	lonLat, err := s.transform.InversePoint(at)
	if err != nil {
		return candidate{}, err
	}
	id := "new-camera-" + shortHash(at) + "-" + f.ID
	camera := geo.Feature{ID: id, Geometry: lonLat, Attributes: maps.Clone(usual)}
	for _, name := range []string{"height_m", "azimuth_deg", "tilt_deg", "hfov_deg", "vfov_deg"} {
		if v, ok := f.Number(name); ok {
			camera.Set(name, v)
		}
	}
	camera.Set("pixels_w", int64(proposedCamera.PixelsW))
	on, _ := f.Text("on")
	points, _ := f.Number("points")
	length_m, _ := f.Number("length_m")
	azimuth, _ := f.Number("azimuth_deg")
	return candidate{
		kind: "camera", things: 1, hint: points + length_m/100,
		title: geo.Tf("加装摄像机：%s，朝 %.0f°", "A camera at %s, looking %.0f°", on, azimuth),
		why:   geo.Tf("新覆盖重点部位 %g 处、线状部位 %.0f 米", "covers %g more key points and %.0f m of lines", points, length_m),
		edits: []scenario.Edit{{Layer: "cameras", Op: scenario.Add, ID: id, Feature: &camera, Kind: "camera"}},
	}, nil
}

// cellCandidates are new cells on roofs and lamp posts, and other tilts, azimuths and
// heights of those there are, by the ground that each would newly cover.
func (t *trial) cellCandidates(ctx context.Context) ([]candidate, error) {
	choices, err := LoadRadioChoices()
	if err != nil {
		return nil, err
	}
	w := t.live.w
	request := RadioRequest{ID: "advice", Community: w.scene.Community.ID}
	if len(w.needs) > 0 {
		request.Thresholds = w.needs[0].Thresholds
	}
	params, _, err := choices.complete(request)
	if err != nil {
		return nil, err
	}
	s, err := readRadioScene(ctx, t.view, t.view.Applied(), request.Community, params)
	if err != nil {
		return nil, err
	}
	model, err := radio.NewModel(s.Scene, params)
	if err != nil {
		return nil, err
	}
	lamps, err := t.around(ctx, 0, "devices")
	if err != nil {
		return nil, err
	}
	places := append(model.Rooftops(), model.LampPosts(lamps.Layers["devices"])...)
	found, err := model.Advise(places, radio.AdviceOptions{Limit: maxAdvisedCells})
	if err != nil {
		return nil, err
	}
	var out []candidate
	for i := range found {
		c, err := cellCandidate(s, &found[i])
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func cellCandidate(s *scene, a *radio.Advice) (candidate, error) {
	c := candidate{
		kind: "cell", things: 1, hint: a.GainedM2 - a.LostM2, title: a.Title,
		why: geo.Tf("新覆盖室外 %.0f m²，失去 %.0f m²", "covers %.0f m² more outdoors, loses %.0f m²", a.GainedM2, a.LostM2),
	}
	set := make(map[string]any)
	for name, v := range map[string]*float64{"azimuth_deg": a.After.AzimuthDeg, "tilt_deg": a.After.TiltDeg, "height_m": a.After.HeightM} {
		if v != nil {
			set[name] = *v
		}
	}
	if a.Cell != "" {
		c.kind = "cell_" + string(a.Change)
		c.edits = []scenario.Edit{{Layer: "cells", Op: scenario.Change, ID: a.Cell, Set: set, Kind: c.kind}}
		return c, nil
	}
	at, err := s.transform.InversePoint(a.At)
	if err != nil {
		return c, err
	}
	id := fmt.Sprintf("new-cell-%s", shortHash(a.At))
	cell := geo.Feature{ID: id, Geometry: at, Attributes: cellAttributes(&a.Changed)}
	maps.Copy(cell.Attributes, set)
	if a.Kind == radio.Rooftop {
		cell.Set("on_building", a.Candidate)
	}
	c.edits = []scenario.Edit{{Layer: "cells", Op: scenario.Add, ID: id, Feature: &cell, Kind: "cell"}}
	return c, nil
}

// cellAttributes writes a cell as its layer has it.
func cellAttributes(c *radio.Cell) map[string]any {
	out := map[string]any{"technology": "nr"}
	if c.Operator != "" {
		out["operator"] = c.Operator
	}
	if c.Band != "" {
		out["band"] = c.Band
	}
	for name, v := range map[string]float64{
		"freq_mhz": c.FreqMHz, "scs_khz": c.SCSkHz, "gain_dbi": c.GainDBi, "hbw_deg": c.HBWDeg, "vbw_deg": c.VBWDeg,
	} {
		if v != 0 {
			out[name] = v
		}
	}
	out["rs_power_dbm"] = c.EPREdBm // what the power of the carrier comes to for one element
	return out
}
