package walk

import (
	"math"
	"slices"

	"yiju/geo"
)

// manner is how a way is walked under a profile. Ways that are walked alike share
// one.
type manner struct {
	class    string
	sPerM    float64 // seconds for a metre on the flat
	waitS    float64 // spread evenly over the line
	gradient float64 // along the line, NaN-free: see inclined
	inclined bool    // gradient is known from the way itself
	sloped   bool    // gradients change the time
	limited  bool    // gradients above the limit close the way
	forward  bool
	backward bool
	private  bool
	level    float64
	span     bool // bridge or tunnel: the terrain counts at its ends only
	grounded bool // walls and gates on the ground stop it
	leave    bool // one can step off it at any place
	major    bool // takes time to cross
	crossing bool // is a crossing with a wait of its own
	fenced   bool // closed to walkers and cannot be crossed off the network
	thorough bool // a public road that no compound can close
	steps    bool
}

// thoroughfares are classes of roads that the boundary of a gated compound does
// not cut: where one crosses it, the boundary is drawn carelessly.
var thoroughfares = []string{"trunk", "primary", "secondary", "tertiary"}

// manner judges a way; open is false when nobody may walk on it.
func (b *builder) manner(f *geo.Feature) (m manner, open bool) {
	p := b.prof
	class, known := f.Text("class")
	class = baseClass(class)
	if !known {
		b.notes.Add("ways_without_class", noteClass, "", f.ID)
	}
	m = manner{
		class: class, steps: class == "steps",
		major: slices.Contains(p.MajorClasses, class), thorough: slices.Contains(thoroughfares, class),
	}
	b.place(f, &m)
	b.speed(f, &m)
	b.direction(f, &m)
	forbidden := slices.Contains(p.ForbiddenClasses, class)
	open = b.access(f, &m, forbidden) && p.suits(f, class)
	if open && p.SeparateSidewalks == IsClosed {
		if sidewalk, _ := f.Text("sidewalk"); sidewalk == "separate" {
			b.notes.Add("separate_sidewalks", noteSeparate, "", f.ID)
			open = false
		}
	}
	m.fenced = !open && m.grounded && (class == "motorway" || class == "trunk")
	return m, open
}

// place fills in where a way lies in height.
func (b *builder) place(f *geo.Feature, m *manner) {
	bridge, _ := f.Bool("bridge")
	tunnel, _ := f.Bool("tunnel")
	m.level, _ = f.Number("level")
	m.span = bridge || tunnel
	m.grounded = !m.span && m.level == 0
	m.leave = m.grounded && m.class != "elevator"
}

// speed fills in how long a metre takes.
func (b *builder) speed(f *geo.Feature, m *manner) {
	p := b.prof
	surface, _ := f.Text("surface")
	m.sPerM = factor(p.ClassFactors, m.class) * factor(p.SurfaceFactors, surface) / p.SpeedMPS
	if kind, ok := f.Text("crossing"); ok && kind != "" {
		m.crossing = true
		m.waitS = p.CrossingWaitS.of(kind)
	}
	switch {
	case m.steps:
		m.sPerM *= p.Steps.TimeFactor
		return
	case m.class == "elevator":
		m.waitS += p.Lift.WaitS
		return
	}
	m.sloped = p.Slope.Model == slopeTobler
	chair, _ := f.Text("wheelchair")
	m.limited = p.Slope.MaxGradientPct > 0 && !(p.Wheelchair && chair == "yes")
	if incline, ok := f.Number("incline_pct"); ok && (m.sloped || m.limited) {
		m.inclined, m.gradient = true, math.Max(-2, math.Min(2, incline/100))
	}
}

func (b *builder) direction(f *geo.Feature, m *manner) {
	oneway, _ := f.Text("oneway_foot")
	m.forward, m.backward = oneway != "reverse", oneway != "yes"
}

// access tells whether people on foot may use the way at all.
func (b *builder) access(f *geo.Feature, m *manner, forbidden bool) bool {
	foot, known := f.Text("foot")
	crossing, _ := f.Text("crossing")
	switch {
	case foot == "no":
		return false
	case foot == "yes":
		return true
	case crossing == "no":
		return false
	case foot == "private":
		m.private = true
	case foot == "customers":
		return b.prof.CustomersWays && !forbidden
	case known && foot != "":
		b.notes.Add("ways_access_word", noteAccessWord, "", f.ID)
	}
	return !forbidden
}

// suits tells whether a way suits the profile: steps, lifts, surface, wheelchair.
func (p *Profile) suits(f *geo.Feature, class string) bool {
	chair, _ := f.Text("wheelchair")
	if p.Wheelchair {
		switch chair {
		case "yes":
			return true
		case "no":
			return false
		case "limited":
			return p.WheelchairLimited
		}
	}
	surface, _ := f.Text("surface")
	switch {
	case class == "steps" && p.Steps.Open == IsClosed:
		return false
	case class == "elevator" && p.Lift.Open == IsClosed:
		return false
	}
	return !slices.Contains(p.ForbiddenSurfaces, surface)
}

// ofLink is how the gap is walked between a loose end of a way and another way.
func (m *manner) ofLink() *manner {
	out := *m
	out.waitS, out.inclined, out.forward, out.backward = 0, false, true, true
	return &out
}

// ofChord is how a square is walked across.
func (m *manner) ofChord() *manner {
	out := *m
	out.waitS = 0
	return &out
}
