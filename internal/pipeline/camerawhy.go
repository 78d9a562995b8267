package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/sight"
	"yiju/geo"
)

// Watch tells what cameras have of a place.
type Watch struct {
	Run      string   `json:"run,omitempty" doc:"The run whose parameters were taken; empty when there is none"`
	Covered  string   `json:"covered" enum:"yes,no,unknown" doc:"Whether a camera that works sees the place at the class needed"`
	Need     string   `json:"need" doc:"The class asked for"`
	Title    geo.Text `json:"title" doc:"Of that class"`
	Target_m float64  `json:"target_m" doc:"Height above the ground of what is to be seen"`
	Building string   `json:"building" doc:"The building that the place is inside of; empty outdoors"`
	Cameras  []Glance `json:"cameras" doc:"Those that see it, clearest first, then the others, the closest to seeing it first"`
}

// Glance is what one camera has of the place.
type Glance struct {
	Camera       string        `json:"camera"`
	Name         string        `json:"name"`
	At           []float64     `json:"at"`
	Covers       bool          `json:"covers"`
	Class        string        `json:"class" doc:"At which it sees the place, if it works or not; empty where it does not"`
	Px_per_m     float64       `json:"px_per_m"`
	Distance_m   float64       `json:"distance_m"`
	Off_axis_deg float64       `json:"off_axis_deg"`
	Below_deg    float64       `json:"below_deg"`
	Reason       string        `json:"reason" doc:"Why it does not cover the place: out_of_range, outside_field, blind_zone, blocked, camera_off, unknown; empty where it does"`
	Blocked_by   *GlanceHinder `json:"blocked_by"`
	Could_turn   bool          `json:"could_turn" doc:"It would cover the place if it turned there"`
	Lacks        []string      `json:"lacks"`
	Assumed      []string      `json:"assumed"`
	Text         geo.Text      `json:"text"`
}

// GlanceHinder stands in the way.
type GlanceHinder struct {
	Layer          string  `json:"layer" doc:"buildings, barriers or terrain"`
	ID             string  `json:"id"`
	Name           string  `json:"name"`
	From_m         float64 `json:"from_m"`
	Above_m        float64 `json:"above_m"`
	Height_unknown bool    `json:"height_unknown"`
}

// cameraModel is a model with what it was built from.
type cameraModel struct {
	run   string
	table sight.Table
	model *sight.Model
	scene *scene
}

// camerasFor gives the model that explains the results on the map; nil when there
// are no cameras around.
func (p *Pipeline) camerasFor(ctx context.Context, community string) (*cameraModel, error) {
	request := CamerasRequest{Community: community}
	run, err := p.newestRequest(ctx, "cameras", community, &request)
	if err != nil {
		return nil, err
	}
	request.Advise = false
	key, err := json.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("pipeline: cameras: %w", err)
	}
	at, err := p.changed(ctx, cameraInputs)
	if err != nil {
		return nil, err
	}
	return p.watches.get(run+" "+string(key), at, func() (*cameraModel, error) {
		data, err := loadCameraData()
		if err != nil {
			return nil, err
		}
		params, request, err := data.complete(request)
		if err != nil {
			return nil, err
		}
		at, err := newest(ctx, p.store)
		if err != nil {
			return nil, err
		}
		s, err := readCameraScene(ctx, p.store, at, request.Community, params)
		if err != nil || len(s.Layers["cameras"]) == 0 {
			return nil, err
		}
		model, err := sight.NewModel(s.Scene, params)
		return &cameraModel{run: run, table: params.Table, model: model, scene: s}, err
	})
}

// watch explains what cameras have of a place given in degrees; nil when there are
// none. need is a class; empty is the one that asks for least.
func (p *Pipeline) watch(ctx context.Context, community string, lonLat orb.Point, need string) (*Watch, error) {
	built, err := p.camerasFor(ctx, community)
	if err != nil || built == nil {
		return nil, err
	}
	here, err := built.scene.transform.ForwardPoint(lonLat)
	if err != nil {
		return nil, err
	}
	found, err := built.model.Why(here, need)
	if err != nil {
		return nil, err
	}
	out := &Watch{
		Run: built.run, Covered: string(found.Covered), Need: found.Need, Title: built.className(found.Need),
		Target_m: found.TargetM, Building: found.Building, Cameras: []Glance{},
	}
	for _, g := range found.Cameras {
		glance, err := built.glance(g)
		if err != nil {
			return nil, err
		}
		out.Cameras = append(out.Cameras, glance)
	}
	return out, nil
}

func (b *cameraModel) className(id string) geo.Text {
	for _, c := range b.table.Classes {
		if c.ID == id {
			return c.Title
		}
	}
	return geo.T(id, id)
}

func (b *cameraModel) glance(g sight.Glance) (Glance, error) {
	out := Glance{
		Camera: g.Camera, Name: g.Name, Covers: g.Covers, Class: g.Class, Px_per_m: g.PxPerM, Distance_m: g.DistanceM,
		Off_axis_deg: g.OffAxisDeg, Below_deg: g.BelowDeg, Reason: string(g.Reason), Could_turn: g.CouldTurn,
		Lacks: orEmpty(g.Lacks), Assumed: orEmpty(g.Assumed), Text: g.Text,
	}
	if o := g.BlockedBy; o != nil {
		out.Blocked_by = &GlanceHinder{o.Layer, o.ID, o.Name, o.FromM, o.AboveM, o.HeightUnknown}
	}
	cameras := b.model.Cameras()
	i := slices.IndexFunc(cameras, func(c sight.Camera) bool { return c.ID == g.Camera })
	if i < 0 {
		return out, fmt.Errorf("pipeline: camera %q is not in its own model", g.Camera)
	}
	at, err := b.scene.transform.InversePoint(cameras[i].At)
	out.At = at[:]
	return out, err
}

// CameraSection is the side view from a camera to a place.
type CameraSection struct {
	Camera    string        `json:"camera"`
	Length_m  float64       `json:"length_m"`
	At_m      float64       `json:"at_m" doc:"Where the place is"`
	Ground    [][2]float64  `json:"ground" doc:"Metres along the section, and height in metres"`
	Solids    []CameraSolid `json:"solids"`
	Eye_m     float64       `json:"eye_m" doc:"Height of the camera"`
	Target_m  float64       `json:"target_m" doc:"Height of what is looked at"`
	Lower_deg *float64      `json:"lower_deg" doc:"Elevations between which the picture lies in this direction; null outside the picture"`
	Upper_deg *float64      `json:"upper_deg"`
	Classes   []CameraReach `json:"classes" doc:"How far each class holds, along the line of sight"`
	Glance    Glance        `json:"glance"`
}

// CameraReach is how far a class holds.
type CameraReach struct {
	Class   string   `json:"class"`
	Title   geo.Text `json:"title"`
	Reach_m float64  `json:"reach_m"`
}

// CameraSolid is a building or a wall cut by the section.
type CameraSolid struct {
	Layer   string  `json:"layer"`
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	From_m  float64 `json:"from_m"`
	To_m    float64 `json:"to_m"`
	Base_m  float64 `json:"base_m"`
	Top_m   float64 `json:"top_m"`
	Unknown bool    `json:"unknown" doc:"Its height is not known"`
	Assumed bool    `json:"assumed"`
	Blocks  bool    `json:"blocks"`
}

// CameraSection draws the line from a camera to a place given in degrees.
func (p *Pipeline) CameraSection(ctx context.Context, community, camera string, lonLat orb.Point) (CameraSection, error) {
	built, err := p.camerasFor(ctx, community)
	if err != nil {
		return CameraSection{}, err
	}
	if built == nil {
		return CameraSection{}, geo.Refuse(geo.Tf("没有摄像机 %q", "there is no camera %q", camera))
	}
	here, err := built.scene.transform.ForwardPoint(lonLat)
	if err != nil {
		return CameraSection{}, err
	}
	s, err := built.model.Section(camera, here, "")
	if err != nil {
		return CameraSection{}, err
	}
	glance, err := built.glance(s.Glance)
	if err != nil {
		return CameraSection{}, err
	}
	out := CameraSection{
		Camera: s.Camera, Length_m: s.LengthM, At_m: s.AtM, Ground: make([][2]float64, len(s.Ground)), Solids: make([]CameraSolid, len(s.Solids)),
		Eye_m: s.EyeM, Target_m: s.TargetM, Lower_deg: s.LowerDeg, Upper_deg: s.UpperDeg, Classes: []CameraReach{}, Glance: glance,
	}
	for i, g := range s.Ground {
		out.Ground[i] = [2]float64{g.AtM, g.HeightM}
	}
	for i, x := range s.Solids {
		out.Solids[i] = CameraSolid{x.Layer, x.ID, x.Name, x.FromM, x.ToM, x.BaseM, x.TopM, x.Unknown, x.Assumed, x.Blocks}
	}
	for _, c := range s.Classes {
		out.Classes = append(out.Classes, CameraReach{c.Class, built.className(c.Class), c.ReachM})
	}
	return out, nil
}
