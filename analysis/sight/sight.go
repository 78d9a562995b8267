// Package sight answers what cameras see: where, how well, what stands in the way,
// and whether the places that matter are watched.
//
// A Model is a scene made ready: cameras with everything that their view depends
// on, buildings as prisms and walls as panels on the ground, key points. A view is
// the pyramid of the picture cut by what it meets: the near blind zone below it,
// the distance at which a target has too few pixels, buildings, walls, ground. On
// flat ground the areas seen are exact polygons: a straight edge throws a shadow
// with straight edges. On terrain they are followed to a centimetre.
//
// The classes of seeing (detect, observe …) are a table of pixels per metre at the
// slanting distance. Why a place is not covered is told in a fixed order: out of
// range, outside the field, in the blind zone, blocked by a building or by the
// ground, camera off.
//
// What is unknown stays unknown: a camera that lacks its direction is not given
// one, and a key point that only such a camera could see is neither covered nor
// not. Params.Defaults may fill in; results that rest on it are marked assumed.
// Answers are the same to the byte for the same scene, however many processors
// work on them. A Live is told what is edited and gives the same answers, looking again
// only where an edit may be seen.
package sight

import (
	"regexp"
	"slices"

	"yiju/geo"
)

// Params are the parameters of a run. The zero value of a field asks for what its
// comment says.
type Params struct {
	// ID is the id of the run and the start of the names of its layers; "cameras".
	ID    string   `json:"id"`
	Title geo.Text `json:"title"`
	// Table says how many pixels a metre of the target must fill. It must be given.
	Table Table `json:"table"`
	// TargetM is how high above the ground the target is that must be in sight: 1.5,
	// the face of a person.
	TargetM float64 `json:"target_m"`
	// ReachM is how far any camera looks: 300.
	ReachM float64 `json:"reach_m"`
	// PTZ says how cameras that turn count for key points: as they stand now, "now",
	// or as they could stand, "could".
	PTZ PTZ `json:"ptz"`
	// Required is the class that a key point needs which does not say so, by kind;
	// without an entry what it needs is unknown. See Table.Required.
	Required map[string]string `json:"required,omitempty"`
	// Derive makes key points of the scene's entrances and ways, for the kinds named:
	// "compound_gate", "garage_entrance", "building_door", "main_road", "fire_lane".
	Derive []string `json:"derive,omitempty"`
	// Redundancy is the class that the map of redundancy counts: the first.
	Redundancy string `json:"redundancy"`
	// Opaque lists the kinds of barriers that cannot be seen through; nil is wall,
	// retaining_wall and hedge.
	Opaque []string `json:"opaque,omitempty"`
	// Defaults take the place of missing attributes; nil leaves them unknown.
	Defaults *Defaults `json:"defaults,omitempty"`
	// Codes and Divisions say what records of cameras are held against; without them
	// codes are held to their length alone.
	Codes     CodeTable `json:"codes"`
	Divisions Divisions `json:"divisions"`
	// PositionM is how far the registered position may be from the surveyed one: 20,
	// the product's choice.
	PositionM float64 `json:"position_m"`
	Facade    Facade  `json:"facade"`
	// Advice asks where more cameras would do most; nil asks nothing.
	Advice *Advice `json:"advice,omitempty"`
	// Omit names results that are not wanted: "views", "keypoints", "redundancy",
	// "facades", "cameras".
	Omit []string `json:"omit,omitempty"`
}

// PTZ says which view of a camera that turns counts.
type PTZ string

// The views of a camera that turns.
const (
	PTZNow   PTZ = "now"   // as its azimuth and tilt say
	PTZCould PTZ = "could" // wherever it can turn: all around, from its foot to the sky
)

// Values that stand for parameters left out, and the bounds of parameters.
const (
	defaultTargetM   = 1.5
	defaultReachM    = 300
	defaultPositionM = 20
	mostReachM       = 2000
	mostTargetM      = 100
	mostClasses      = 12
)

// FloorM is the height of a storey where a building tells its floors and not its
// height.
const FloorM = 3.0

var opaqueBarriers = []string{"wall", "retaining_wall", "hedge"}

var idPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,59}$`)

// MarginM is how far beyond the community, in metres, a scene must reach: cameras
// that look in, and what stands in their way.
func (p *Params) MarginM() float64 {
	if p.ReachM == 0 {
		return defaultReachM
	}
	return p.ReachM
}

func (p *Params) wants(result string) bool { return !slices.Contains(p.Omit, result) }

// normal fills in what may be left out and refuses what makes no sense.
func (p Params) normal() (Params, error) {
	p.fill()
	if !idPattern.MatchString(p.ID) {
		return p, geo.Refuse(
			geo.Tf("视频分析的名称 %q 不可用", "%q cannot be the id of a camera run", p.ID),
			geo.T("用字母开头的字母、数字、_ 或 -", "use letters, digits, _ and -, beginning with a letter"))
	}
	if err := p.Table.check(); err != nil {
		return p, err
	}
	numbers := []struct {
		zh, en         string
		v, least, most float64
	}{
		{"目标高度", "height of the target", p.TargetM, 0, mostTargetM},
		{"最大视距", "reach", p.ReachM, 1, mostReachM},
		{"位置容差", "tolerance of positions", p.PositionM, 0, 1e6},
	}
	for _, n := range numbers {
		if !(n.v >= n.least && n.v <= n.most) {
			return p, geo.Refuse(
				geo.T(n.zh+"不可用", "the "+n.en+" cannot be used"),
				geo.Tf("给出 %g 到 %g 米", "give %g to %g metres", n.least, n.most))
		}
	}
	if p.PTZ != PTZNow && p.PTZ != PTZCould {
		return p, geo.Refuse(
			geo.Tf("云台方式 %q 不认识", "the way %q to count cameras that turn is not known", string(p.PTZ)),
			geo.T("用 now（当前朝向）或 could（可转到的全部方向）", "use now (as they stand) or could (wherever they turn)"))
	}
	if err := p.checkClasses(); err != nil {
		return p, err
	}
	var err error
	if p.Advice, err = p.Advice.normal(); err != nil {
		return p, err
	}
	return p, p.Facade.check()
}

func (p *Params) fill() {
	if p.ID == "" {
		p.ID = "cameras"
	}
	if p.Title == (geo.Text{}) {
		p.Title = geo.T("视频覆盖", "Cameras")
	}
	if p.TargetM == 0 {
		p.TargetM = defaultTargetM
	}
	if p.ReachM == 0 {
		p.ReachM = defaultReachM
	}
	if p.PositionM == 0 {
		p.PositionM = defaultPositionM
	}
	if p.PTZ == "" {
		p.PTZ = PTZNow
	}
	if p.Opaque == nil {
		p.Opaque = opaqueBarriers
	}
	if p.Redundancy == "" && len(p.Table.Classes) > 0 {
		p.Redundancy = p.Table.Classes[0].ID
	}
	p.Facade.fill()
}

// checkClasses holds the classes named in parameters to the table.
func (p *Params) checkClasses() error {
	named := []string{p.Redundancy}
	for _, c := range p.Required {
		named = append(named, c)
	}
	slices.Sort(named)
	for _, c := range named {
		if _, ok := p.Table.rank(c); !ok {
			return geo.Refuse(
				geo.Tf("像素密度表 %q 没有等级 %q", "table %q has no class %q", p.Table.ID, c),
				geo.Tf("可用等级：%s", "its classes are %s", p.Table.list()))
		}
	}
	kinds := []string{"compound_gate", "garage_entrance", "building_door", "main_road", "fire_lane"}
	for _, k := range p.Derive {
		if !slices.Contains(kinds, k) {
			return geo.Refuse(
				geo.Tf("不能从数据推出重点部位类型 %q", "key points of kind %q cannot be derived", k),
				geo.T("可用：compound_gate、garage_entrance、building_door、main_road、fire_lane", "use compound_gate, garage_entrance, building_door, main_road, fire_lane"))
		}
	}
	return nil
}
