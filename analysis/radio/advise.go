package radio

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Change is a way to change the network.
type Change string

// The changes that Advise tries.
const (
	AddCell   Change = "add"   // a cell at a candidate place, in the best of AddAzimuths directions
	TiltCell  Change = "tilt"  // an antenna up or down, by TiltSteps
	TurnCell  Change = "turn"  // an antenna to a side, by TurnSteps
	RaiseCell Change = "raise" // an antenna up its mast, by RaiseSteps
)

// Changes lists all changes, in the order in which equally good advice is given.
var Changes = []Change{TiltCell, TurnCell, RaiseCell, AddCell}

// What is tried, in degrees and metres.
var (
	TiltSteps  = []float64{-8, -6, -4, -2, 2, 4, 6, 8}
	TurnSteps  = []float64{-60, -50, -40, -30, -20, -10, 10, 20, 30, 40, 50, 60}
	RaiseSteps = []float64{2, 4, 6}
)

// AddAzimuths is how many directions of a new cell are tried, from north on.
const AddAzimuths = 12

// Tilts outside these bounds are not advised.
const leastTiltDeg, mostTiltDeg = -5, 20

// Bounds of the work.
const (
	mostCandidates = 5000 // that may be given
	// triedCandidates are looked at closely: those with the most uncovered ground
	// within candidateReachM.
	triedCandidates = 120
	candidateReachM = 300.0
	// raisedCells are tried higher up: those that are the strongest of their carrier on
	// the most uncovered ground. Each height asks for a new look at all paths.
	raisedCells   = 60
	defaultAdvice = 10
	mostAdvice    = 100
	// spareAdvice is how much more advice than asked for is worked out in full:
	// sampling may put the best a little behind.
	spareAdvice = 6
)

// Candidate is a place where a cell could be added.
type Candidate struct {
	ID string
	// Kind is "rooftop" or "lamp".
	Kind string
	At   orb.Point
	// HeightM is that of the antenna above the ground.
	HeightM float64
	// OnBuilding is the building that would carry it; empty for none.
	OnBuilding string
}

// AdviceOptions say what to try.
type AdviceOptions struct {
	// Changes to try; all when empty.
	Changes []Change
	// Group is the id of the group (Model.Groups) whose coverage counts; "all" when
	// empty. For an operator only its cells are changed, and a new one is like them.
	Group string
	// Limit is how much advice to give at the most; 10 when zero.
	Limit int
	// Template is what an added cell is like, but for place, height and azimuth.
	// When nil it is the first cell (by id) of the group's most common operator and
	// band.
	Template *Cell
	// Templates are for kinds of candidates that differ.
	Templates map[string]*Cell
}

// Setting is how an antenna stands; nil for what does not change or does not apply.
type Setting struct {
	AzimuthDeg *float64 `json:"azimuth_deg,omitempty"`
	TiltDeg    *float64 `json:"tilt_deg,omitempty"`
	HeightM    *float64 `json:"height_m,omitempty"`
}

// Advice is a single change and what it does. Areas are of outdoor pixels of the
// community, covered in the sense of the group asked for.
type Advice struct {
	Change    Change    `json:"change"`
	Cell      string    `json:"cell,omitempty"`      // for changes of a cell
	Candidate string    `json:"candidate,omitempty"` // for a new cell
	Kind      string    `json:"kind,omitempty"`      // of the candidate
	At        orb.Point `json:"at"`                  // in metres of the scene's CRS
	Before    Setting   `json:"before"`
	After     Setting   `json:"after"`
	// GainedM2 is newly covered, LostM2 no longer.
	GainedM2 float64 `json:"gained_m2"`
	LostM2   float64 `json:"lost_m2"`
	// The shares of outdoor ground that is covered.
	OutdoorShareBeforePct float64  `json:"outdoor_share_before_pct"`
	OutdoorShareAfterPct  float64  `json:"outdoor_share_after_pct"`
	Title                 geo.Text `json:"title"`
	// Changed is the cell as it would be.
	Changed Cell `json:"-"`
}

// try is a change of one kind of one cell or at one candidate.
type try struct {
	change    Change
	cell      int // −1 for a new one
	candidate *Candidate
	variants  []Cell // at one place and height
	// best is the variant with the best estimate.
	best         Cell
	gained, lost float64 // pixels, estimated
}

func (t *try) score() float64 { return t.gained - t.lost }

// key orders tries that are equally good.
func (t *try) key() string {
	if t.candidate != nil {
		return t.candidate.ID
	}
	return t.best.ID
}

// Advise finds the single changes that cover the most outdoor ground, less what they
// take away elsewhere; the best first, at most one of each kind for each cell and
// candidate, none that brings nothing. Variants are compared on a sample of pixels
// (on all of them in a small community); what is returned was then computed on all.
// It refuses, with a *geo.Fault, where coverage is unknown, a group there is not,
// where there is nothing to take a new cell from, and more candidates than it can
// look at.
func (m *Model) Advise(candidates []Candidate, o AdviceOptions) ([]Advice, error) {
	if err := m.checkAdvice(candidates, &o); err != nil {
		return nil, err
	}
	group := slices.IndexFunc(m.groups, func(g Group) bool { return g.ID == o.Group })
	base, err := m.coverage(group)
	if err != nil || base.outdoor == base.covered {
		return nil, err
	}
	s := m.newScreen(base)
	tries := s.compare(m.tries(s, candidates, &o))
	tries = slices.DeleteFunc(tries, func(t *try) bool { return t.score() <= 0 })
	slices.SortStableFunc(tries, func(a, b *try) int {
		return cmp.Or(-cmp.Compare(a.score(), b.score()), cmp.Compare(a.key(), b.key()))
	})
	tries = tries[:min(len(tries), o.Limit+spareAdvice)]
	out := slices.DeleteFunc(s.exact(base, tries), func(a Advice) bool { return a.GainedM2 <= a.LostM2 })
	slices.SortStableFunc(out, func(a, b Advice) int {
		return cmp.Or(-cmp.Compare(a.GainedM2-a.LostM2, b.GainedM2-b.LostM2),
			cmp.Compare(slices.Index(Changes, a.Change), slices.Index(Changes, b.Change)), cmp.Compare(a.Cell+a.Candidate, b.Cell+b.Candidate))
	})
	return out[:min(len(out), o.Limit)], nil
}

// Advise is Model.Advise.
func Advise(m *Model, candidates []Candidate, o AdviceOptions) ([]Advice, error) {
	return m.Advise(candidates, o)
}

func (m *Model) checkAdvice(candidates []Candidate, o *AdviceOptions) error {
	if !m.Known() {
		return geo.Refuse(
			geo.T("证据不足，无法给出建议：有小区或建筑缺少必需的属性", "too little is known for advice: cells or buildings lack attributes they need"),
			geo.T("补齐属性，或选择缺省值后重试", "fill in the attributes, or choose defaults"))
	}
	if len(candidates) > mostCandidates {
		return geo.Refuse(
			geo.Tf("候选位置有 %d 处，超过上限 %d", "there are %d candidate places; the limit is %d", len(candidates), mostCandidates),
			geo.T("减少候选位置", "give fewer"))
	}
	for i := range candidates {
		c := &candidates[i]
		if !geo.Finite(c.At) || !(c.HeightM > 0 && c.HeightM <= mostCandidateM) {
			return geo.Refuse(
				geo.Tf("候选位置 %q 的位置或高度不可用", "the place or height of candidate %q cannot be used", c.ID),
				geo.Tf("高度应在 0 到 %d m 之间", "heights are between 0 and %d m", mostCandidateM))
		}
	}
	if len(o.Changes) == 0 {
		o.Changes = Changes
	}
	for _, c := range o.Changes {
		if !slices.Contains(Changes, c) {
			return geo.Refuse(geo.Tf("没有调整方式 %q", "there is no change %q", string(c)), geo.T("可选：add、tilt、turn、raise", "there are add, tilt, turn and raise"))
		}
	}
	if o.Group == "" {
		o.Group = m.groups[allGroup].ID
	}
	if !slices.ContainsFunc(m.groups, func(g Group) bool { return g.ID == o.Group }) {
		return geo.Refuse(geo.Tf("没有统计对象 %q", "there is no group %q", o.Group),
			geo.T("用 all、operator:运营商 或 operator:运营商/频段", "use all, operator:NAME or operator:NAME/BAND"))
	}
	if o.Limit <= 0 {
		o.Limit = defaultAdvice
	}
	o.Limit = min(o.Limit, mostAdvice)
	if len(m.cells) == 0 && o.Template == nil && len(candidates) > 0 {
		return geo.Refuse(
			geo.T("没有小区可作为新增小区的样板", "there is no cell that a new one could be like"),
			geo.T("先导入或绘制至少一个属性完整的小区", "import or draw a cell with all its attributes first"))
	}
	return nil
}

// mostCandidateM is the greatest height of a candidate, in metres.
const mostCandidateM = 1000

// tries lists what to try.
func (m *Model) tries(s *screen, candidates []Candidate, o *AdviceOptions) []*try {
	var out []*try
	for _, change := range Changes {
		if !slices.Contains(o.Changes, change) {
			continue
		}
		if change == AddCell {
			out = append(out, m.triesToAdd(s, candidates, o)...)
			continue
		}
		cells := m.groups[s.group].Cells
		if change == RaiseCell {
			cells = s.strongest(cells, raisedCells)
		}
		for _, i := range cells {
			out = append(out, m.triesAt(i, change)...)
		}
	}
	return out
}

// triesAt lists the variants of a cell. Those of different height are tries of their
// own, of which the best is kept later.
func (m *Model) triesAt(i int, change Change) []*try {
	c := m.cells[i]
	t := &try{change: change, cell: i}
	var out []*try
	switch change {
	case TiltCell:
		for _, d := range TiltSteps {
			v := c
			v.TiltDeg = round(c.TiltDeg+d, 6)
			if v.TiltDeg >= leastTiltDeg && v.TiltDeg <= mostTiltDeg {
				t.variants = append(t.variants, v)
			}
		}
	case TurnCell:
		for _, d := range TurnSteps {
			v := c
			v.AzimuthDeg = round(math.Mod(c.AzimuthDeg+d+360, 360), 6)
			if c.HBWDeg < 360 {
				t.variants = append(t.variants, v)
			}
		}
	case RaiseCell:
		for _, d := range RaiseSteps {
			v := c
			v.HeightM = round(c.HeightM+d, 6)
			out = append(out, &try{change: change, cell: i, variants: []Cell{v}})
		}
		return out
	}
	if len(t.variants) == 0 {
		return nil
	}
	return []*try{t}
}

func (m *Model) triesToAdd(s *screen, candidates []Candidate, o *AdviceOptions) []*try {
	var out []*try
	for _, c := range s.promising(candidates) {
		like := o.Templates[c.Kind]
		if like == nil {
			like = m.template(s.group, c.Kind, o)
		}
		v := *like
		v.ID, v.Site, v.At, v.HeightM, v.OnBuilding, v.Assumed = "new:"+c.ID, c.ID, c.At, c.HeightM, c.OnBuilding, nil
		v.GroundM = m.GroundM(c.At)
		t := &try{change: AddCell, cell: -1, candidate: c}
		for k := range AddAzimuths {
			v.AzimuthDeg = float64(k) * 360 / AddAzimuths
			t.variants = append(t.variants, v)
			if v.HBWDeg >= 360 {
				break
			}
		}
		out = append(out, t)
	}
	return out
}

// lampLossDB is how much less power a cell on a lamp post has than its template: a
// tenth, as posts carry small cells.
const lampLossDB = 10

// template is what a new cell is like.
func (m *Model) template(group int, kind string, o *AdviceOptions) *Cell {
	like := o.Template
	if like == nil {
		like = m.usualCell(m.groups[group].Cells)
	}
	out := *like
	if kind == LampPost {
		out.EPREdBm -= lampLossDB
	}
	return &out
}

// usualCell is the first of cells of the operator and band that has the most.
func (m *Model) usualCell(cells []int) *Cell {
	type kind struct{ operator, band string }
	count := make(map[kind]int)
	for _, i := range cells {
		count[kind{m.cells[i].Operator, m.cells[i].Band}]++
	}
	best, most := 0, 0
	for _, i := range cells {
		if n := count[kind{m.cells[i].Operator, m.cells[i].Band}]; n > most {
			best, most = i, n
		}
	}
	return &m.cells[best]
}

// advice words a try with what it does on all pixels.
func (m *Model) advice(base *coverage, t *try, gained, lost int64) Advice {
	pixel := m.grid.ResM * m.grid.ResM
	a := Advice{
		Change: t.change, At: t.best.At, Changed: t.best,
		GainedM2: float64(gained) * pixel, LostM2: float64(lost) * pixel,
	}
	a.OutdoorShareBeforePct, _ = percent(float64(base.covered), float64(base.outdoor))
	a.OutdoorShareAfterPct, _ = percent(float64(base.covered+gained-lost), float64(base.outdoor))
	v := &t.best
	if t.candidate != nil {
		a.Candidate, a.Kind = t.candidate.ID, t.candidate.Kind
		a.After = Setting{TiltDeg: number(v.TiltDeg), HeightM: number(v.HeightM)}
		if v.HBWDeg < 360 {
			a.After.AzimuthDeg = number(v.AzimuthDeg)
		}
	} else {
		c := &m.cells[t.cell]
		a.Cell = c.ID
		switch t.change {
		case TiltCell:
			a.Before.TiltDeg, a.After.TiltDeg = number(c.TiltDeg), number(v.TiltDeg)
		case TurnCell:
			a.Before.AzimuthDeg, a.After.AzimuthDeg = number(c.AzimuthDeg), number(v.AzimuthDeg)
		case RaiseCell:
			a.Before.HeightM, a.After.HeightM = number(c.HeightM), number(v.HeightM)
		}
	}
	a.Title = a.title()
	return a
}

func (a *Advice) title() geo.Text {
	var t geo.Text
	switch a.Change {
	case TiltCell:
		t = geo.Tf("小区 %s 下倾角由 %g° 调到 %g°", "Tilt cell %s from %g° to %g°", a.Cell, *a.Before.TiltDeg, *a.After.TiltDeg)
	case TurnCell:
		t = geo.Tf("小区 %s 方位角由 %g° 调到 %g°", "Turn cell %s from %g° to %g°", a.Cell, *a.Before.AzimuthDeg, *a.After.AzimuthDeg)
	case RaiseCell:
		t = geo.Tf("小区 %s 天线由 %g m 升到 %g m", "Raise cell %s from %g m to %g m", a.Cell, *a.Before.HeightM, *a.After.HeightM)
	default:
		where := geo.T(a.Candidate, a.Candidate)
		switch a.Kind {
		case Rooftop:
			where = geo.T("楼顶 "+a.Candidate, "roof "+a.Candidate)
		case LampPost:
			where = geo.T("灯杆 "+a.Candidate, "lamp post "+a.Candidate)
		}
		t = geo.T(fmt.Sprintf("在%s 新增小区", where.ZH), fmt.Sprintf("Add a cell on %s", where.EN))
		if a.After.AzimuthDeg != nil {
			t = geo.T(t.ZH+fmt.Sprintf("，方位角 %g°", *a.After.AzimuthDeg), t.EN+fmt.Sprintf(", azimuth %g°", *a.After.AzimuthDeg))
		}
	}
	effect := geo.Tf("：室外新增覆盖 %.0f m²", ": %.0f m² more outdoors", a.GainedM2)
	if a.LostM2 > 0 {
		effect = geo.Tf("：室外新增覆盖 %.0f m²，失去 %.0f m²", ": %.0f m² more outdoors, %.0f m² lost", a.GainedM2, a.LostM2)
	}
	return geo.T(t.ZH+effect.ZH, t.EN+effect.EN)
}
