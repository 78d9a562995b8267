// Package walk answers who reaches what on foot, how fast, and which way.
//
// BuildNetwork turns the ways of a scene into a graph for one kind of person (a
// Profile): ways join where they share a vertex, walls and gated compounds stop
// them except at gates, squares are crossed in straight lines, slopes, stairs,
// gates and crossings take time. RunOn searches from all venues at once, backwards,
// so that the time is that of walking to the venue; every place of every edge has
// its exact time, the least over both ends of the edge. Results are stretches of
// ways cut at the limits, areas that hold every reached stretch and no other, the
// time of every building, how everything joined the network, and shares.
//
// Three measures stand side by side and are never mixed: the straight line, the
// distance through the network, and the time through the network.
//
// A Live keeps a network and its answers while the scene changes, and gives at any
// time what BuildNetwork and RunOn would give. So nothing in an answer may hang on how
// nodes, edges or cells of an index are numbered: a change far away numbers them anew.
//
// Costs are whole microseconds (time) and micrometres (length), rounded along
// whole lines and not edge by edge. All answers are the same to the byte for the
// same scene, however many processors work on them.
package walk

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"yiju/analysis"
	"yiju/geo"
)

// Params are the parameters of a run.
type Params struct {
	// ID is the id of the run and the start of the names of its layers: letters,
	// digits, _ and -; "walk" when empty.
	ID    string   `json:"id"`
	Title geo.Text `json:"title"`
	// Categories of the venues, as "group" or "group/kind". A venue of any of them
	// will do.
	Categories []string `json:"categories"`
	// MinutesCutoffs are the limits, in minutes.
	MinutesCutoffs []float64 `json:"minutes"`
	// Radii gives the distances that a standard sets beside minutes. Cut-offs that
	// are not listed have no measures of distance.
	Radii   []Cutoff `json:"radii,omitempty"`
	Profile Profile  `json:"profile"`
	// Omit names results that are not wanted: "edges", "areas", "buildings",
	// "snaps", "islands", "venues", "land". What needs no area is much faster.
	Omit []string `json:"omit,omitempty"`
}

// Bounds of the parameters.
const (
	maxCutoffs = 12
	maxMinutes = 240
	maxRadiusM = 50_000
)

var idPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,59}$`)

// normal fills in what may be left out and refuses what makes no sense.
func (p Params) normal() (Params, error) {
	if p.ID == "" {
		p.ID = "walk"
	}
	if p.Title == (geo.Text{}) {
		p.Title = geo.T("步行可达", "Reach on foot")
	}
	if !idPattern.MatchString(p.ID) {
		return p, geo.Refuse(
			geo.Tf("步行分析的名称 %q 不可用", "%q cannot be the id of a walk run", p.ID),
			geo.T("用字母开头的字母、数字、_ 或 -", "use letters, digits, _ and -, beginning with a letter"))
	}
	if len(p.Categories) == 0 {
		return p, geo.Refuse(
			geo.T("步行分析没有设施类别", "a walk run has no category of venues"),
			geo.T("给出类别，例如 sport 或 sport/pitch", "give categories, such as sport or sport/pitch"))
	}
	minutes := slices.Clone(p.MinutesCutoffs)
	slices.Sort(minutes)
	minutes = slices.Compact(minutes)
	bad := slices.ContainsFunc(minutes, func(m float64) bool { return !(m > 0 && m <= maxMinutes) })
	if len(minutes) == 0 || len(minutes) > maxCutoffs || bad {
		return p, geo.Refuse(
			geo.Tf("步行分析的分钟数 %v 不可用", "the minutes %v of a walk run cannot be used", p.MinutesCutoffs),
			geo.Tf("给出 1 到 %d 个大于 0、不超过 %d 的分钟数", "give 1 to %d limits above 0 and up to %d minutes", maxCutoffs, maxMinutes))
	}
	p.MinutesCutoffs = minutes
	for _, r := range p.Radii {
		if !(r.RadiusM >= 0 && r.RadiusM <= maxRadiusM) {
			return p, geo.Refuse(
				geo.Tf("步行分析的半径 %v 米不可用", "the radius %v m of a walk run cannot be used", r.RadiusM),
				geo.Tf("给出 0 到 %d 米", "give 0 to %d metres", maxRadiusM))
		}
	}
	return p, nil
}

func (p *Params) wants(result string) bool { return !slices.Contains(p.Omit, result) }

// radius is the distance beside a limit; 0 for none.
func (p *Params) radius(minutes float64) float64 {
	for _, r := range p.Radii {
		if r.Minutes == minutes {
			return r.RadiusM
		}
	}
	return 0
}

// MarginM is how far beyond the community, in metres, a scene must reach so that
// no walk within the limits leaves it.
func (p *Params) MarginM() float64 {
	reach := 0.0
	for _, m := range p.MinutesCutoffs {
		// Tobler's function is at its fastest, 1.19 times the speed, 5 % downhill.
		reach = max(reach, m*60*p.Profile.SpeedMPS*1.2, p.radius(m))
	}
	return reach + p.Profile.Snap.MaxM
}

// limits are the cut-offs in microseconds.
func (p *Params) limits() []int64 {
	out := make([]int64, len(p.MinutesCutoffs))
	for i, m := range p.MinutesCutoffs {
		out[i] = int64(m * 60 / microsecond)
	}
	return out
}

// minutesName writes minutes for the name of a layer: 15, 7_5.
func minutesName(m float64) string {
	return strings.ReplaceAll(strconv.FormatFloat(m, 'f', -1, 64), ".", "_")
}

// Run builds the network of a scene and runs on it. Faults are those of
// BuildNetwork and RunOn.
func Run(scene *analysis.Scene, p Params) (analysis.Result, error) {
	n, err := BuildNetwork(scene, p.Profile)
	if err != nil {
		return analysis.Result{}, err
	}
	return RunOn(n, p)
}

// onProfile is normal for a network of a profile, and refuses another one.
func (p Params) onProfile(profile *Profile) (Params, error) {
	p, err := p.normal()
	if err != nil {
		return p, err
	}
	if p.Profile.ID != "" && p.Profile.ID != profile.ID {
		return p, geo.Refuse(
			geo.Tf("路网是为方案 %q 建的，不能用于 %q", "the network was built for profile %q, not for %q", profile.ID, p.Profile.ID),
			geo.T("按所需方案重建路网", "build the network for the profile that is wanted"))
	}
	p.Profile = *profile
	return p, nil
}

// RunOn answers one question on a network. The profile of the network counts, that
// of the parameters must be the same. Layers are <id>_edges, <id>_area_<minutes>,
// <id>_buildings, <id>_venues, <id>_snaps and <id>_islands, in metres of the scene.
// A scene without any venue or any way gives a result that says so, not an error;
// parameters that make no sense give a *geo.Fault.
func RunOn(n *Network, p Params) (analysis.Result, error) {
	p, err := p.onProfile(&n.profile)
	if err != nil {
		return analysis.Result{}, err
	}
	r := newRun(n, p)
	r.notes = n.notes.Clone()
	r.search()
	defer r.done()
	r.draw()
	r.reachBuildings()
	r.countVenues()
	r.drawn.Wait()
	var out analysis.Result
	out.Layers = r.layers()
	out.Values = r.values()
	r.tell()
	out.Notes = r.notes.Sorted()
	return out, r.err
}
