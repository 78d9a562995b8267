package walk

import (
	"math"
	"strings"

	"yiju/geo"
)

// Profile says how a kind of person walks. It is data: the file
// walk_profiles.yaml holds the ones that come with the product, and a team may
// bring its own. Factors multiply time: 3 means three times as long.
type Profile struct {
	ID    string   `yaml:"id" json:"id"`
	Title geo.Text `yaml:"title" json:"title"`
	// SpeedMPS is the speed on a flat, good way, in metres a second.
	SpeedMPS float64 `yaml:"speed_mps" json:"speed_mps"`
	// OffNetworkMPS is the speed between a way and a door that no way leads to.
	OffNetworkMPS float64 `yaml:"off_network_mps" json:"off_network_mps"`
	// ForbiddenClasses are classes of ways closed to people on foot, unless the
	// way itself says foot=yes.
	ForbiddenClasses []string `yaml:"forbidden_classes" json:"forbidden_classes,omitempty"`
	// MajorClasses are the classes of roads that take time to cross.
	MajorClasses []string `yaml:"major_classes" json:"major_classes,omitempty"`
	// ClassFactors and SurfaceFactors give slower ways; 1 where nothing is said.
	ClassFactors   map[string]float64 `yaml:"class_factors" json:"class_factors,omitempty"`
	SurfaceFactors map[string]float64 `yaml:"surface_factors" json:"surface_factors,omitempty"`
	// ForbiddenSurfaces close a way, unless it says wheelchair=yes.
	ForbiddenSurfaces []string `yaml:"forbidden_surfaces" json:"forbidden_surfaces,omitempty"`
	Steps             Steps    `yaml:"steps" json:"steps"`
	Lift              Lift     `yaml:"lift" json:"lift"`
	Slope             Slope    `yaml:"slope" json:"slope"`
	CrossingWaitS     Waits    `yaml:"crossing_wait_s" json:"crossing_wait_s"`
	// Barriers says by kind what a point barrier on a way does; OtherBarriers
	// holds for kinds that are not listed.
	Barriers      map[string]Barrier `yaml:"barriers" json:"barriers,omitempty"`
	OtherBarriers Barrier            `yaml:"other_barriers" json:"other_barriers"`
	// Walls are the kinds of line barriers that stop a walk.
	Walls []string `yaml:"walls" json:"walls,omitempty"`
	// Private says what happens on private ways and behind private gates.
	Private Private `yaml:"private" json:"private"`
	// CustomersWays opens ways and gates that are for customers.
	CustomersWays bool `yaml:"customers_ways" json:"customers_ways"`
	// PrivateVenues counts venues that are for their own members only.
	PrivateVenues bool `yaml:"private_venues" json:"private_venues"`
	// Wheelchair holds to the wheelchair and step_free attributes.
	Wheelchair bool `yaml:"wheelchair" json:"wheelchair"`
	// WheelchairLimited accepts wheelchair=limited.
	WheelchairLimited bool `yaml:"wheelchair_limited" json:"wheelchair_limited"`
	// SeparateSidewalks says whether people walk on the line of a road whose
	// sidewalks are drawn as ways of their own.
	SeparateSidewalks Open     `yaml:"separate_sidewalks" json:"separate_sidewalks"`
	Snap              Snapping `yaml:"snap" json:"snap"`
	// AreaReachM is how far from a way an area of reach may extend, in metres.
	AreaReachM float64  `yaml:"area_reach_m" json:"area_reach_m"`
	Sources    []Source `yaml:"sources" json:"sources,omitempty"`
}

// Source says where a number comes from.
type Source struct {
	Of   string `yaml:"of" json:"of"`
	Text string `yaml:"text" json:"text"`
}

// Open tells whether something may be used.
type Open string

// The two states of Open.
const (
	IsOpen   Open = "open"
	IsClosed Open = "closed"
)

// Steps says how stairs are walked. Gradients do not count on stairs.
type Steps struct {
	Open       Open    `yaml:"open" json:"open"`
	TimeFactor float64 `yaml:"time_factor" json:"time_factor"`
}

// Lift says how lifts drawn as ways are used: a wait and then the speed.
type Lift struct {
	Open  Open    `yaml:"open" json:"open"`
	WaitS float64 `yaml:"wait_s" json:"wait_s"`
}

// Slope says what gradients do.
type Slope struct {
	// Model is "none" or "tobler".
	Model string `yaml:"model" json:"model"`
	// BaselineM is the length over which heights of the terrain are compared.
	BaselineM float64 `yaml:"baseline_m" json:"baseline_m"`
	// MaxGradientPct closes what is steeper, up or down; 0 is no limit.
	MaxGradientPct float64 `yaml:"max_gradient_pct" json:"max_gradient_pct"`
}

// Waits are the mean delays of crossing a major road, in seconds, by the kind of
// crossing. Unknown holds where a way meets a major road and nothing is known.
type Waits struct {
	Signals  float64 `yaml:"signals" json:"signals"`
	Zebra    float64 `yaml:"zebra" json:"zebra"`
	Unmarked float64 `yaml:"unmarked" json:"unmarked"`
	Rail     float64 `yaml:"rail" json:"rail"`
	Unknown  float64 `yaml:"unknown" json:"unknown"`
}

// of is the wait of a kind of crossing.
func (w *Waits) of(kind string) float64 {
	switch kind {
	case "signals":
		return w.Signals
	case "zebra":
		return w.Zebra
	case "unmarked":
		return w.Unmarked
	case "rail":
		return w.Rail
	}
	return w.Unknown
}

// Barrier says what a point barrier on a way does.
type Barrier struct {
	Open   Open    `yaml:"open" json:"open"`
	DelayS float64 `yaml:"delay_s" json:"delay_s"`
}

// Private says who may use what is private. Whoever starts inside may always
// leave.
type Private struct {
	// Enter is open when strangers may go in.
	Enter Open `yaml:"enter" json:"enter"`
	// EnterS is the delay of going in, in seconds, when Enter is open.
	EnterS float64 `yaml:"enter_s" json:"enter_s"`
}

// Snapping says how places join the network, in metres.
type Snapping struct {
	// MaxM is the longest walk between a place and its way.
	MaxM float64 `yaml:"max_m" json:"max_m"`
	// FarM is the length from which such a walk is reported.
	FarM float64 `yaml:"far_m" json:"far_m"`
	// JoinM is the gap that a loose end of a way is joined over.
	JoinM float64 `yaml:"join_m" json:"join_m"`
	// GateM is how far from the crossing of a way and a wall a gate may be drawn.
	GateM float64 `yaml:"gate_m" json:"gate_m"`
	// IslandM is the length of ways from which a part that is cut off from the
	// main network is worth snapping to.
	IslandM float64 `yaml:"island_m" json:"island_m"`
	// OutlineM is the spacing of the places tried along the outline of a venue.
	OutlineM float64 `yaml:"outline_m" json:"outline_m"`
}

// Slope models.
const (
	slopeNone   = "none"
	slopeTobler = "tobler"
)

// Bounds of what a profile may say.
const (
	minSpeedMPS  = 0.05
	maxSpeedMPS  = 20 // faster than any cyclist
	maxFactor    = 1000
	maxDelayS    = 3600
	maxSnapM     = 2000
	minBaselineM = 1
)

// Validate tells the first thing that is wrong with a profile, as a *geo.Fault.
func (p *Profile) Validate() error {
	type bound struct {
		field         string
		value, lo, hi float64
	}
	bounds := []bound{
		{"speed_mps", p.SpeedMPS, minSpeedMPS, maxSpeedMPS},
		{"off_network_mps", p.OffNetworkMPS, minSpeedMPS, maxSpeedMPS},
		{"steps.time_factor", p.Steps.TimeFactor, 1.0 / maxFactor, maxFactor},
		{"lift.wait_s", p.Lift.WaitS, 0, maxDelayS},
		{"slope.max_gradient_pct", p.Slope.MaxGradientPct, 0, maxFactor},
		{"slope.baseline_m", p.Slope.BaselineM, minBaselineM, maxSnapM},
		{"crossing_wait_s.signals", p.CrossingWaitS.Signals, 0, maxDelayS},
		{"crossing_wait_s.zebra", p.CrossingWaitS.Zebra, 0, maxDelayS},
		{"crossing_wait_s.unmarked", p.CrossingWaitS.Unmarked, 0, maxDelayS},
		{"crossing_wait_s.rail", p.CrossingWaitS.Rail, 0, maxDelayS},
		{"crossing_wait_s.unknown", p.CrossingWaitS.Unknown, 0, maxDelayS},
		{"private.enter_s", p.Private.EnterS, 0, maxDelayS},
		{"other_barriers.delay_s", p.OtherBarriers.DelayS, 0, maxDelayS},
		{"snap.max_m", p.Snap.MaxM, 0, maxSnapM},
		{"snap.far_m", p.Snap.FarM, 0, maxSnapM},
		{"snap.join_m", p.Snap.JoinM, 0, 50},
		{"snap.gate_m", p.Snap.GateM, 0, 50},
		{"snap.island_m", p.Snap.IslandM, 0, 1e9},
		{"snap.outline_m", p.Snap.OutlineM, 1, maxSnapM},
		{"area_reach_m", p.AreaReachM, 0, maxSnapM},
	}
	for _, b := range bounds {
		if err := p.within(b.field, b.value, b.lo, b.hi); err != nil {
			return err
		}
	}
	if err := p.validateTables(); err != nil {
		return err
	}
	return p.validateWords()
}

func (p *Profile) within(field string, v, lo, hi float64) error {
	if v >= lo && v <= hi { // false for NaN
		return nil
	}
	return geo.Refuse(
		geo.Tf("步行方案 %q 的 %s = %v 不在 %v … %v 之内", "walk profile %q: %s = %v is not within %v … %v", p.ID, field, v, lo, hi),
		geo.T("在步行方案文件中更正这个数", "correct the number in the file of walk profiles"))
}

func (p *Profile) validateTables() error {
	for _, table := range []map[string]float64{p.ClassFactors, p.SurfaceFactors} {
		worst, at := 1.0, ""
		for key, v := range table { // the least name of the bad ones is told
			if !(v >= 1.0/maxFactor && v <= maxFactor) && (at == "" || key < at) {
				worst, at = v, key
			}
		}
		if at != "" {
			return p.within("factor of "+at, worst, 1.0/maxFactor, maxFactor)
		}
	}
	worst, at := 0.0, ""
	for key, b := range p.Barriers {
		if !(b.DelayS >= 0 && b.DelayS <= maxDelayS) && (at == "" || key < at) {
			worst, at = b.DelayS, key
		}
	}
	if at != "" {
		return p.within("barriers."+at+".delay_s", worst, 0, maxDelayS)
	}
	return nil
}

func (p *Profile) validateWords() error {
	if p.ID == "" {
		return geo.Refuse(geo.T("步行方案没有 id", "a walk profile has no id"), geo.T("补上 id", "give it an id"))
	}
	if p.Slope.Model != slopeNone && p.Slope.Model != slopeTobler {
		return geo.Refuse(
			geo.Tf("步行方案 %q 的坡度模型 %q 不存在", "walk profile %q: there is no slope model %q", p.ID, p.Slope.Model),
			geo.T("写 none 或 tobler", "write none or tobler"))
	}
	open := []Open{p.Steps.Open, p.Lift.Open, p.Private.Enter, p.SeparateSidewalks, p.OtherBarriers.Open}
	for _, b := range p.Barriers {
		open = append(open, b.Open)
	}
	for _, o := range open {
		if o != IsOpen && o != IsClosed {
			return geo.Refuse(
				geo.Tf("步行方案 %q 里有一项既不是 open 也不是 closed", "walk profile %q has an entry that is neither open nor closed", p.ID),
				geo.T("写 open 或 closed", "write open or closed"))
		}
	}
	return nil
}

// barrier is what a point barrier of a kind does.
func (p *Profile) barrier(kind string) Barrier {
	if b, ok := p.Barriers[kind]; ok {
		return b
	}
	return p.OtherBarriers
}

// baseClass takes the slip road off a class: primary_link is primary.
func baseClass(class string) string { return strings.TrimSuffix(class, "_link") }

// factor looks a time factor up; 1 when the table says nothing.
func factor(table map[string]float64, key string) float64 {
	if f, ok := table[key]; ok {
		return f
	}
	return 1
}

// toblerFactor multiplies the time of a metre by Tobler's hiking function,
// normalised to 1 on the flat: exp(3.5·(|g+0.05|−0.05)) for a gradient g, up
// positive (W. Tobler, Three presentations on geographical analysis and modeling,
// 1993). Gradients are held to ±1.
func toblerFactor(g float64) float64 {
	g = math.Max(-1, math.Min(1, g))
	return math.Exp(3.5 * (math.Abs(g+0.05) - 0.05))
}

// Preset is a question that is often asked: which venues, within which minutes.
type Preset struct {
	ID    string   `yaml:"id" json:"id"`
	Title geo.Text `yaml:"title" json:"title"`
	// Venue names what is looked for, without the limit.
	Venue      geo.Text `yaml:"venue" json:"venue"`
	Categories []string `yaml:"categories" json:"categories"`
	Cutoffs    []Cutoff `yaml:"cutoffs" json:"cutoffs"`
	// Profile is the id of the profile that the question is usually asked with.
	Profile string   `yaml:"profile" json:"profile"`
	Sources []Source `yaml:"sources" json:"sources,omitempty"`
}

// Cutoff is a limit in minutes and the distance that a standard sets beside it.
type Cutoff struct {
	Minutes float64 `yaml:"minutes" json:"minutes"`
	// RadiusM is the distance in metres; 0 when the standard names none.
	RadiusM float64 `yaml:"radius_m" json:"radius_m,omitempty"`
}

// Params makes the parameters of a run from a preset: id walk_<preset>, all its
// cut-offs and radii.
func (q *Preset) Params(profile Profile) Params {
	p := Params{ID: "walk_" + q.ID, Title: q.Title, Categories: q.Categories, Radii: q.Cutoffs, Profile: profile}
	for _, c := range q.Cutoffs {
		p.MinutesCutoffs = append(p.MinutesCutoffs, c.Minutes)
	}
	return p
}

// ProfileFile is the shape of walk_profiles.yaml.
type ProfileFile struct {
	Profiles []Profile `yaml:"profiles" json:"profiles"`
}

// PresetFile is the shape of walk_presets.yaml.
type PresetFile struct {
	Presets []Preset `yaml:"presets" json:"presets"`
}
