package pipeline

import (
	"context"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"yiju/analysis/walk"
	"yiju/geo"
)

// Viewer hands out the features of a layer that touch an extent, in degrees, for
// reading only.
type Viewer interface {
	View(ctx context.Context, layer string, extent geo.Extent, f func(*geo.Feature) bool) error
}

// WhyRequest asks about a place.
type WhyRequest struct {
	Lon, Lat  float64
	Profile   string // empty is the default profile
	Community string // empty is the default community
	Need      string // the class that cameras must see the place at; empty asks for least
}

// Why tells what is reached from a place, how, and what lies there.
type Why struct {
	Point     []float64    `json:"point"`
	Profile   string       `json:"profile"`
	Snap      *WhySnap     `json:"snap" doc:"How the place joined the network; null when it did not"`
	Walks     []WhyWalk    `json:"walks"`
	Pipes     []WhyPipe    `json:"pipes" doc:"Pipes within 10 m, nearest first"`
	Signals   *Signals     `json:"signals" doc:"5G at the place; null when there are no cells around"`
	Cameras   *Watch       `json:"cameras" doc:"What cameras have of the place; null when there are none around"`
	Buildings []string     `json:"buildings" doc:"Ids of the buildings the place lies in"`
	Features  []WhyFeature `json:"features" doc:"Input features at the place"`
	Notes     []geo.Text   `json:"notes"`
}

// WhySnap is the way on foot from the place to the network.
type WhySnap struct {
	Distance_m float64   `json:"distance_m"`
	Way        string    `json:"way"`
	Point      []float64 `json:"point"`
}

// WhyWalk is the way to the nearest venue of a category.
type WhyWalk struct {
	Category   string            `json:"category"`
	Title      geo.Text          `json:"title"`
	Venue      *WhyVenue         `json:"venue"`
	Minutes    *float64          `json:"minutes"`
	Distance_m *float64          `json:"distance_m"`
	Straight_m *float64          `json:"straight_m"`
	Path       *geojson.Geometry `json:"path"`
	Note       *geo.Text         `json:"note" doc:"Why there is no way, or what to know of it"`
}

// WhyVenue names a venue.
type WhyVenue struct {
	ID   string  `json:"id"`
	Name *string `json:"name"`
}

// WhyPipe is a pipe near the place.
type WhyPipe struct {
	ID          string   `json:"id"`
	Network     string   `json:"network"`
	Distance_m  float64  `json:"distance_m"`
	Depth_m     *float64 `json:"depth_m"`
	Diameter_mm *float64 `json:"diameter_mm"`
}

// WhyFeature names a feature at the place.
type WhyFeature struct {
	Layer string  `json:"layer"`
	ID    string  `json:"id"`
	Name  *string `json:"name"`
}

// Why explains a place. Views of layers come from view, which may be faster than
// the store itself.
func (p *Pipeline) Why(ctx context.Context, view Viewer, request WhyRequest) (Why, error) {
	choices, err := loadWalkChoices()
	if err != nil {
		return Why{}, err
	}
	if request.Profile == "" {
		request.Profile = choices.profiles[0].ID
	}
	profile, err := choices.profile(request.Profile)
	if err != nil {
		return Why{}, err
	}
	built, err := p.network(ctx, request.Community, profile)
	if err != nil {
		return Why{}, err
	}
	lonLat := orb.Point{request.Lon, request.Lat}
	here, err := built.transform.ForwardPoint(lonLat)
	if err != nil {
		return Why{}, err
	}
	why := Why{
		Point: []float64{request.Lon, request.Lat}, Profile: profile.ID,
		Walks: []WhyWalk{}, Pipes: []WhyPipe{}, Buildings: []string{}, Features: []WhyFeature{}, Notes: []geo.Text{},
	}
	if !built.window.Contains(lonLat) {
		why.Notes = append(why.Notes, geo.T("这里在社区及其步行范围之外，没有步行数据", "this place lies beyond the community and its surroundings; nothing is known of walks here"))
	} else if err := why.walks(built, here, choices.presets); err != nil {
		return Why{}, err
	}
	if why.Signals, err = p.signals(ctx, request.Community, lonLat); err != nil {
		return Why{}, err
	}
	if why.Cameras, err = p.watch(ctx, request.Community, lonLat, request.Need); err != nil {
		return Why{}, err
	}
	infos, err := p.store.Layers(ctx)
	if err != nil {
		return Why{}, err
	}
	return why, why.at(ctx, view, infos, lonLat, built.transform)
}

// walks asks the network for the walk to each preset's nearest venue.
func (w *Why) walks(built *builtNetwork, here orb.Point, presets []walk.Preset) error {
	var asked []string
	for _, preset := range presets {
		asked = append(asked, preset.Categories...)
	}
	slices.Sort(asked)
	asked = slices.Compact(asked)
	found := built.network.Why(here, asked...)
	if s := found.Snap; s != nil {
		on, err := built.transform.InversePoint(s.On)
		if err != nil {
			return err
		}
		w.Snap = &WhySnap{Distance_m: s.DistanceM, Way: s.Way, Point: on[:]}
	}
	for _, preset := range presets {
		answer, err := whyWalk(built, preset, found.Walks)
		if err != nil {
			return err
		}
		w.Walks = append(w.Walks, answer)
	}
	return nil
}

// whyWalk is the fastest of the walks to the categories of a preset. Where there
// is none, it says why of the venue that is nearest in a straight line.
func whyWalk(built *builtNetwork, preset walk.Preset, walks []walk.Walk) (WhyWalk, error) {
	answer := WhyWalk{Category: preset.ID, Title: preset.Venue}
	var best *walk.Walk
	for i := range walks {
		w := &walks[i]
		if slices.Contains(preset.Categories, w.Category) && (best == nil || nearer(w, best)) {
			best = w
		}
	}
	if best == nil {
		return answer, nil
	}
	if best.Venue == "" {
		answer.Note = best.Note
		if best.StraightM > 0 {
			answer.Straight_m = &best.StraightM
		}
		return answer, nil
	}
	path, err := built.transform.Inverse(best.Path)
	if err != nil {
		return answer, err
	}
	answer.Venue = &WhyVenue{ID: best.Venue}
	if best.VenueName != "" {
		answer.Venue.Name = &best.VenueName
	}
	answer.Minutes, answer.Distance_m, answer.Straight_m = &best.Minutes, &best.DistanceM, &best.StraightM
	answer.Path, answer.Note = geojson.NewGeometry(path), best.Note
	return answer, nil
}

// nearer orders walks: reached before not reached, then by minutes, and those not
// reached by straight distance, with kinds that have no venue last.
func nearer(a, b *walk.Walk) bool {
	if (a.Venue == "") != (b.Venue == "") {
		return a.Venue != ""
	}
	if a.Venue != "" {
		return a.Minutes < b.Minutes
	}
	return a.StraightM > 0 && (b.StraightM == 0 || a.StraightM < b.StraightM)
}
