// Package metric holds what can be measured of a community for a standard, by id:
// shares of an inventory, reach on foot, what results of other analyses say, green,
// light, parking, pipes. Each metric is a pure function from a scene and
// parameters to a Measure with its unit, its denominator and the features behind it.
//
// An attribute that is missing is unknown: it is counted as such, named, and the
// share is then given between bounds. What lies in the community counts: points
// and buildings by their centre, lines and areas by the part that lies inside.
package metric

import (
	"fmt"
	"slices"
	"strings"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/analysis/walk"
	"yiju/geo"
)

// Metric is something that can be measured.
type Metric struct {
	// ID is <theme>.<what>, such as "lamps.smart_share".
	ID    string   `json:"id"`
	Title geo.Text `json:"title"`
	// Definition is the formula in words, with what numerator and denominator count.
	Definition geo.Text `json:"definition"`
	// Source says where the formula is from.
	Source geo.Text `json:"source"`
	Unit   string   `json:"unit"`         // of the value: "%", "m", "" for a count
	Of     string   `json:"of,omitempty"` // of numerator and denominator
	// Layers are the input layers read; a change in them makes the measure stale.
	Layers []string `json:"layers"`
	// Params are the parameters that it takes.
	Params []ParamInfo `json:"params,omitempty"`
	// Spatial tells that it is computed from geometry, and not counted alone.
	Spatial bool `json:"spatial"`

	// margin is how far beyond the community, in metres, the scene must reach; nil is 0.
	margin func(indicator.Params) float64
	// needs are the analyses whose results it reads; nil is none.
	needs func(indicator.Params) []Need
	// measure computes. It fills in what is particular; Compute does the rest.
	measure func(*Input, indicator.Params) (indicator.Measure, error)
}

// ParamInfo describes a parameter of a metric.
type ParamInfo struct {
	Name  string   `json:"name"`
	Title geo.Text `json:"title"`
	Unit  string   `json:"unit,omitempty"`
	// Words tells that it takes words and not a number.
	Words bool `json:"words,omitempty"`
	// Optional parameters may be left out; what holds then stands in the title.
	Optional bool `json:"optional,omitempty"`
}

// Input is what metrics see.
type Input struct {
	Scene *analysis.Scene
	// Runs are the results that were needed, by Need.Key.
	Runs map[string]Run
	// Network gives the walking network of the scene for a profile of walking, built
	// once; a *geo.Fault where there is nothing to walk on.
	Network func(profile string) (*walk.Network, error)
	// Words gives the wording of a code of an attribute, such as care/canteen of
	// category in layer facilities; nil leaves codes as they are.
	Words func(layer, field, code string) geo.Text
	// Memo remembers what metrics found out, for other metrics and for the scenes of
	// edits to come; nil forgets it after each metric.
	Memo *Memo
}

// Run is the result of an analysis under the name that it is kept under.
type Run struct {
	ID     string
	Result analysis.Result
	// Missing tells why there is no result; nil where there is one.
	Missing *geo.Fault
}

// Need asks for the result of another analysis.
type Need struct {
	Analysis string // "walk", "radio" or "cameras"
	// Categories, Minutes and Profile are those of a walk. Times up to the last of
	// Minutes are known.
	Categories []string
	Minutes    []float64
	Profile    string
	// Thresholds is the id of the radio thresholds; empty is the default.
	Thresholds string
	// Derive are the kinds of key points taken from entrances and ways, for cameras.
	Derive []string
}

// Key tells needs apart.
func (n Need) Key() string {
	parts := []string{n.Analysis, strings.Join(n.Categories, ","), n.Profile, n.Thresholds, strings.Join(n.Derive, ",")}
	for _, m := range n.Minutes {
		parts = append(parts, number(m))
	}
	return strings.Join(parts, "|")
}

// MarginM is how far beyond the community, in metres, the scene must reach.
func (m *Metric) MarginM(p indicator.Params) float64 {
	if m.margin == nil {
		return 0
	}
	return m.margin(p)
}

// Needs are the analyses whose results the metric reads.
func (m *Metric) Needs(p indicator.Params) []Need {
	if m.needs == nil {
		return nil
	}
	return m.needs(p)
}

// Compute measures. The parameters must be those that CheckParams accepts. Metrics may
// be computed at the same time, from the same input or from inputs that share a memo.
func (m *Metric) Compute(in *Input, p indicator.Params) (indicator.Measure, error) {
	out, set := m.unset(p)
	if set {
		if in.Memo == nil {
			alone := *in
			alone.Memo, in = NewMemo(), &alone
		}
		var err error
		if out, err = m.measure(in, p); err != nil {
			return indicator.Measure{}, fmt.Errorf("metric %s: %w", m.ID, err)
		}
	}
	out.Metric, out.Title, out.Definition, out.Params = m.ID, m.Title, m.Definition, p
	if out.Unit == "" {
		out.Unit = m.Unit
	}
	if out.Of == "" {
		out.Of = m.Of
	}
	if len(out.Layers) == 0 {
		out.Layers = m.shownBy(&out)
	}
	return out, nil
}

// shownBy are the layers that show a measure which has none of its own: those of the
// features behind it, or else what the metric reads.
func (m *Metric) shownBy(out *indicator.Measure) []string {
	var layers []string
	for _, refs := range out.Features {
		if !slices.Contains(layers, refs.Layer) {
			layers = append(layers, refs.Layer)
		}
	}
	if len(layers) > 0 {
		return layers
	}
	return slices.DeleteFunc(slices.Clone(m.Layers), func(layer string) bool { return layer == "communities" && len(m.Layers) > 1 })
}

// unset is the measure of a metric one of whose parameters has no value yet: nothing
// is known. set tells that all have one.
func (m *Metric) unset(p indicator.Params) (out indicator.Measure, set bool) {
	set = true
	for _, info := range m.Params {
		_, number := p.Numbers[info.Name]
		if info.Optional || number || len(p.Words[info.Name]) > 0 {
			continue
		}
		set = false
		out.Missing = append(out.Missing, geo.Tf("参数“%[1]s”没有设定", "parameter %[2]q is not set", info.Title.ZH, info.Title.EN))
		out.Collect = append(out.Collect, geo.Tf("在标准参数中设定“%[1]s”并注明来源", "set %[2]q among the parameters of the profile, with its source", info.Title.ZH, info.Title.EN))
	}
	return out, set
}

// CheckParams finds the first parameter that the metric does not take, takes as
// something else, or lacks. known tells of parameters whose value is not known yet.
func (m *Metric) CheckParams(p map[string]indicator.Param) (name string, problem geo.Text, ok bool) {
	for _, name := range sortedKeys(p) {
		i := slices.IndexFunc(m.Params, func(x ParamInfo) bool { return x.Name == name })
		if i < 0 {
			return name, geo.Tf("指标算法 %s 没有这个参数", "metric %s has no such parameter", m.ID), false
		}
		if words := p[name].Words != nil; words != m.Params[i].Words && p[name].Parameter == "" {
			return name, geo.T("参数类型不对（数值或文字）", "the parameter is of the wrong kind (number or words)"), false
		}
	}
	for _, info := range m.Params {
		if _, given := p[info.Name]; !given && !info.Optional {
			return info.Name, geo.Tf("指标算法 %s 需要这个参数", "metric %s needs this parameter", m.ID), false
		}
	}
	return "", geo.Text{}, true
}

// ByID finds a metric.
func ByID(id string) (Metric, bool) {
	all := All()
	i := slices.IndexFunc(all, func(m Metric) bool { return m.ID == id })
	if i < 0 {
		return Metric{}, false
	}
	return all[i], true
}
