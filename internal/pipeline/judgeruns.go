package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"yiju/analysis"
	"yiju/analysis/indicator/metric"
	"yiju/analysis/walk"
	"yiju/geo"
	"yiju/layers"
)

// judgedRunPrefix begins the names of runs that judgements make.
const judgedRunPrefix = "judge_"

// OfJudgement tells whether a run or a layer belongs to judgements, and not to an
// analysis that somebody ran.
func OfJudgement(name string) bool { return strings.HasPrefix(name, judgedRunPrefix) }

// judgedRun is the result of an analysis that metrics need.
type judgedRun struct {
	id, analysis string
	title        geo.Text
	request      any
	inputs       []string
	answer       answer
	drawn        atomic.Pointer[analysis.Result] // all of the answer, where it was drawn already
	missing      *geo.Fault                      // why there is no result
	scene        *scene
}

// analyse runs what the metrics need, each once. Where an analysis has nothing to
// work on, the reason stands in place of its result.
func (w *judging) analyse(ctx context.Context) error {
	if err := w.prepareWalks(); err != nil {
		return err
	}
	for _, need := range w.needs {
		if err := ctx.Err(); err != nil {
			return err
		}
		run, err := w.answer(ctx, need)
		if err != nil {
			return err
		}
		w.runs[need.Key()] = run
	}
	return nil
}

// prepareWalks finds how far the network of each way of walking must reach.
func (w *judging) prepareWalks() error {
	for _, need := range w.needs {
		if need.Analysis != "walk" {
			continue
		}
		k, err := w.walker(need.Profile)
		if err != nil {
			return err
		}
		k.minutes = max(k.minutes, slices.Max(append([]float64{0}, need.Minutes...)))
	}
	return nil
}

// answer runs what one need asks for. Where there is nothing to work on, the reason
// stands in place of an answer.
func (w *judging) answer(ctx context.Context, need metric.Need) (*judgedRun, error) {
	var run *judgedRun
	var err error
	switch need.Analysis {
	case "walk":
		run, err = w.walk(ctx, need)
	case "radio":
		run, err = w.radio(ctx, need)
	case "cameras":
		run, err = w.cameras(ctx, need)
	default:
		err = fmt.Errorf("pipeline: no analysis %q", need.Analysis)
	}
	if fault := geo.AsFault(err); fault != nil && run != nil {
		run.missing, err = fault, nil
	}
	return run, err
}

// walker is a way of walking with its network, built when it is first asked for.
type walker struct {
	profile walk.Profile
	minutes float64 // as far as the network must reach
	scene   *scene
	network *walk.Network
	err     error
	built   bool
}

// walker finds a way of walking by its id.
func (w *judging) walker(profile string) (*walker, error) {
	if k := w.walkers[profile]; k != nil {
		return k, nil
	}
	choices, err := loadWalkChoices()
	if err != nil {
		return nil, err
	}
	p, err := choices.profile(profile)
	if err != nil {
		return nil, err
	}
	k := &walker{profile: p}
	w.walkers[profile] = k
	return k, nil
}

// leastNetworkMin is how far a network reaches where no walk asks for more.
const leastNetworkMin = 10

// build makes the network of a way of walking, as far as its walks need it.
func (w *judging) build(ctx context.Context, k *walker) (*walk.Network, error) {
	if k.built {
		return k.network, k.err
	}
	k.built = true
	if k.scene, k.err = w.ground.scene(ctx, k.spec(w.scene.Community.ID, w.at)); k.err != nil {
		return nil, k.err
	}
	if len(k.scene.Layers["ways"]) == 0 {
		k.err = noWays()
		return nil, k.err
	}
	k.network, k.err = w.ground.network(k)
	return k.network, k.err
}

// spec is the scene that a way of walking needs.
func (k *walker) spec(community string, at layers.Revision) sceneSpec {
	params := walk.Params{MinutesCutoffs: []float64{max(k.minutes, leastNetworkMin)}, Profile: k.profile}
	return walkSpec(community, at, params)
}

// network gives metrics a network, that of the walks where there are any.
func (w *judging) network(ctx context.Context) func(string) (*walk.Network, error) {
	return func(profile string) (*walk.Network, error) {
		k, err := w.walker(profile)
		if err != nil {
			return nil, err
		}
		return w.build(ctx, k)
	}
}

// walk runs one question on the network of its way of walking. Stretches of ways,
// joins and islands are left to the analysis of that name: a judgement shows areas,
// buildings and venues.
func (w *judging) walk(ctx context.Context, need metric.Need) (*judgedRun, error) {
	k, err := w.walker(need.Profile)
	if err != nil {
		return nil, err
	}
	request := WalkRequest{
		ID: judgedWalkID(need), Categories: need.Categories, Minutes: need.Minutes, Profile: need.Profile, Community: w.scene.Community.ID,
	}
	run := &judgedRun{
		id: request.ID, analysis: "walk", request: request, inputs: walkInputs,
		title: judgedWalkTitle(need),
	}
	if err := knownCategories(need.Categories); err != nil {
		return run, err
	}
	if _, err := w.build(ctx, k); err != nil {
		return run, err
	}
	run.scene = k.scene
	if err := checkWalkable(k.scene, need.Categories); err != nil {
		return run, err
	}
	run.answer, err = w.ground.walk(k, walk.Params{
		ID: run.id, Title: run.title, Categories: need.Categories, MinutesCutoffs: need.Minutes, Profile: k.profile,
		Omit: []string{"edges", "snaps", "islands"},
	})
	return run, err
}

// judgedWalkTitle names a walk in few words, since layers are called after it.
func judgedWalkTitle(need metric.Need) geo.Text {
	const most = 3
	venues := categoryTitles(need.Categories[:min(len(need.Categories), most)])
	if n := len(need.Categories); n > most {
		venues = geo.T(fmt.Sprintf("%s等 %d 类", venues.ZH, n), fmt.Sprintf("%s and %d more", venues.EN, n-most))
	}
	return geo.Tf("%[1]s：步行 %[3]g 分钟", "%[2]s: %[3]g minutes on foot", venues.ZH, venues.EN, need.Minutes[0])
}

// judgedWalkID names the run of a walk after what it asks, so that the same question
// has the same name in every profile.
func judgedWalkID(need metric.Need) string {
	const mostName = 18
	name := ""
	if len(need.Categories) > 0 {
		name = strings.ReplaceAll(need.Categories[0], "/", "_")
	}
	sum := sha256.Sum256([]byte(need.Key()))
	return judgedRunPrefix + "walk_" + name[:min(len(name), mostName)] + "_" + hex.EncodeToString(sum[:3])
}

func (w *judging) radio(ctx context.Context, need metric.Need) (*judgedRun, error) {
	request := RadioRequest{ID: judgedRunPrefix + "radio", Thresholds: need.Thresholds, Community: w.scene.Community.ID}
	if need.Thresholds != "" {
		request.ID += "_" + strings.ReplaceAll(need.Thresholds, "-", "_")
	}
	run := &judgedRun{id: request.ID, analysis: "radio", inputs: radioInputs, title: geo.T("5G 覆盖", "5G coverage"), request: request}
	choices, err := LoadRadioChoices()
	if err != nil {
		return run, err
	}
	if w.request.Assume {
		request.Assume = choices.Defaults[0].ID
	}
	params, request, err := choices.complete(request)
	if err != nil {
		return run, err
	}
	run.title, run.request = params.Title, request
	if run.scene, err = w.ground.scene(ctx, radioSpec(request.Community, w.at, params)); err != nil {
		return run, err
	}
	if len(run.scene.Layers["cells"]) == 0 {
		return run, noCells(params)
	}
	run.answer, err = w.ground.radio(run.scene, params)
	return run, err
}

func (w *judging) cameras(ctx context.Context, need metric.Need) (*judgedRun, error) {
	request := CamerasRequest{ID: judgedRunPrefix + "cameras", Derive: need.Derive, Community: w.scene.Community.ID}
	if len(need.Derive) > 0 {
		sum := sha256.Sum256([]byte(need.Key()))
		request.ID += "_" + hex.EncodeToString(sum[:3])
	}
	run := &judgedRun{id: request.ID, analysis: "cameras", inputs: cameraInputs, title: geo.T("视频覆盖", "Cameras"), request: request}
	data, err := loadCameraData()
	if err != nil {
		return run, err
	}
	if w.request.Assume {
		request.Assume = data.defaults[0].ID
	}
	params, request, err := data.complete(request)
	if err != nil {
		return run, err
	}
	run.title, run.request = params.Title, request
	if run.scene, err = w.ground.scene(ctx, cameraSpec(request.Community, w.at, params)); err != nil {
		return run, err
	}
	if len(run.scene.Layers["cameras"]) == 0 {
		return run, noCameras(params.MarginM())
	}
	run.answer, err = w.ground.cameras(run.scene, params)
	return run, err
}

// all is the whole result.
func (r *judgedRun) all() (analysis.Result, error) {
	if drawn := r.result(); drawn != nil {
		return *drawn, nil
	}
	return r.answer.all()
}

func (r *judgedRun) result() *analysis.Result { return r.drawn.Load() }

// record is the run as the store keeps it.
func (r *judgedRun) record(w *judging, result *analysis.Result) (Run, error) {
	asked, err := json.Marshal(r.request)
	if err != nil {
		return Run{}, fmt.Errorf("pipeline: %s: %w", r.id, err)
	}
	return Run{
		ID: r.id, Analysis: r.analysis, Title: r.title, Params: asked, Values: result.Values, Notes: result.Notes,
		Revision: w.at, Engine: Engine, Community: w.scene.Community.ID, Inputs: r.inputs, Outputs: layerNames(result.Layers),
	}, nil
}
