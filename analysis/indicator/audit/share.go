package audit

import (
	"fmt"
	"slices"
	"strings"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// group is a count that several rows give, such as the households of the community.
type group struct {
	entries []*entry
	// usual is what most rows say; nil where no value is given by more rows than any
	// other.
	usual *figure
	// by are the rows that say so.
	by []*entry
}

// share gathers the counts that rows have in common.
func (a *auditor) share(list []*entry) {
	a.groups = make(map[string]*group)
	for _, e := range list {
		name := e.req.Reads.Shared
		if name == "" || e.said.den == nil || e.said.den.sort == percent || e.said.den.sort == other {
			continue
		}
		g := a.groups[name]
		if g == nil {
			g = &group{}
			a.groups[name] = g
		}
		g.entries = append(g.entries, e)
	}
	for _, g := range a.groups {
		g.decide()
	}
}

func (g *group) decide() {
	tied := false
	for _, e := range g.entries {
		var same []*entry
		for _, o := range g.entries {
			if o.said.den.base() == e.said.den.base() {
				same = append(same, o)
			}
		}
		switch {
		case len(same) > len(g.by):
			g.usual, g.by, tied = e.said.den, same, false
		case len(same) == len(g.by) && e.said.den.base() != g.usual.base():
			tied = true
		}
	}
	if tied {
		g.usual, g.by = nil, nil
	}
}

// shared tells where a count is another one than in other rows.
func (a *auditor) shared(e *entry) *indicator.Finding {
	g := a.groups[e.req.Reads.Shared]
	if g == nil || e.said.den == nil {
		return nil
	}
	var zh, en []string
	for _, o := range g.entries {
		if o.said.den.base() != e.said.den.base() {
			zh = append(zh, fmt.Sprintf("%s 为 %s", o.req.ID, o.said.den.words()))
			en = append(en, fmt.Sprintf("%s has %s", o.req.ID, o.said.den.words()))
		}
	}
	if len(zh) == 0 || g.usual != nil && g.usual.base() == e.said.den.base() {
		return nil
	}
	text := geo.T("总数写作 "+e.said.den.words()+"，与其他项不一致："+strings.Join(zh, "，"),
		"its total is "+e.said.den.words()+", other rows say otherwise: "+strings.Join(en, ", "))
	return &indicator.Finding{Code: indicator.FindShared, Severity: indicator.Doubts, Text: text}
}

// wholes is how many things a requirement counts, from its own row or from those that
// count the same things, and the numbers of those rows; nil where that is not known or
// is no whole number.
func (a *auditor) wholes(e *entry) (*figure, []int) {
	if e.said.den != nil {
		return wholeNumber(e.said.den), nil
	}
	g := a.groups[e.req.Reads.Shared]
	if g == nil || g.usual == nil {
		return nil, nil
	}
	var rows []int
	for _, o := range g.by {
		if !slices.Contains(rows, o.in.Number) {
			rows = append(rows, o.in.Number)
		}
	}
	return wholeNumber(g.usual), rows
}

func wholeNumber(f *figure) *figure {
	if f.sort == area || f.value != float64(int(f.value)) || f.value < 0 || f.value > 1e9 {
		return nil
	}
	return f
}
