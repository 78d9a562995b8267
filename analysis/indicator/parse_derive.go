package indicator

import (
	"maps"
	"slices"

	"yiju/geo"
)

// apply gives a requirement of the base with the change made. What the requirement
// shares with the base is not touched.
func (c *change) apply(r Requirement) Requirement {
	if c.Title != (geo.Text{}) {
		r.Title = c.Title
	}
	if c.Modal != "" {
		r.Modal = c.Modal
	}
	if c.Operator != "" {
		r.Operator = c.Operator
	}
	if c.Threshold.Given() {
		r.Threshold = c.Threshold
	}
	if c.ConditionTitle != (geo.Text{}) && r.Condition != nil {
		worded := *r.Condition
		worded.Title = c.ConditionTitle
		r.Condition = &worded
	}
	if c.Wanted != nil {
		r.Wanted = c.Wanted
	}
	if c.Note != (geo.Text{}) {
		r.Note = c.Note
	}
	if c.Params != nil {
		r.Params = maps.Clone(r.Params)
		if r.Params == nil {
			r.Params = make(map[string]Param)
		}
		maps.Copy(r.Params, c.Params)
	}
	return r
}

// withoutFigures gives a requirement of which the figures are not known. That a
// condition asks for more than none of something is no figure of a tier.
func withoutFigures(r Requirement) Requirement {
	if r.Threshold.Given() {
		r.Threshold = Figure{Unknown: true}
	}
	if c := r.Condition; c != nil && !(c.Threshold.Value != nil && *c.Threshold.Value == 0) {
		blank := *c
		blank.Threshold = Figure{Unknown: true}
		r.Condition = &blank
	}
	return r
}

// profile puts a tier together from the file and its base.
func (p *parser) profile(t *tier) Profile {
	f := &p.file
	out := Profile{
		ID: f.Standard + "/" + t.ID, Standard: f.Standard, Tier: t.ID, Title: f.Title, TierTitle: t.Title,
		Version: f.Version, Source: f.Source, Note: joined(f.Note, t.Note),
	}
	for _, l := range p.levels() {
		if len(t.Levels) == 0 || slices.Contains(t.Levels, l.ID) {
			out.Levels = append(out.Levels, l)
		}
	}
	used := make(map[string]bool)
	for i, in := range p.indicators() {
		inherited := p.base != nil && i < len(p.base.Indicators)
		list := in.Requirements
		in.Requirements = nil
		for _, r := range list {
			if inherited {
				r = p.inherit(r)
			}
			if r.Level != "" && !slices.ContainsFunc(out.Levels, func(l Level) bool { return l.ID == r.Level }) {
				continue
			}
			usedBy(&r, used)
			in.Requirements = append(in.Requirements, r)
		}
		if len(in.Requirements) > 0 {
			out.Indicators = append(out.Indicators, in)
		}
	}
	for _, x := range p.parameters() {
		if used[x.ID] {
			out.Parameters = append(out.Parameters, x)
		}
	}
	return out
}

// inherit gives a requirement of the base as it is in this file.
func (p *parser) inherit(r Requirement) Requirement {
	if p.file.Unstated {
		r = withoutFigures(r)
	}
	if c, ok := p.file.Changes[r.ID]; ok {
		r = c.apply(r)
	}
	return r
}

// joined puts two texts behind one another; either may be empty.
func joined(a, b geo.Text) geo.Text {
	if a == (geo.Text{}) || b == (geo.Text{}) {
		return geo.T(a.ZH+b.ZH, a.EN+b.EN)
	}
	return geo.T(a.ZH+b.ZH, a.EN+" "+b.EN)
}
