package pipeline

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"yiju/analysis/radio"
	"yiju/data/standards"
	"yiju/geo"
)

// DefaultRadioID is the run that a radio analysis without a name is kept under.
const DefaultRadioID = "radio"

// RadioRequest asks where 5G can be received. Fields left empty take the default.
type RadioRequest struct {
	ID         string `json:"id,omitempty"`
	Community  string `json:"community,omitempty"`
	Thresholds string `json:"thresholds,omitempty"` // id of a profile
	// Assume names the defaults that stand in for missing attributes; empty leaves
	// them unknown.
	Assume  string  `json:"assume,omitempty"`
	Res_m   float64 `json:"res_m,omitempty"`
	Reach_m float64 `json:"reach_m,omitempty"`
	Blocked string  `json:"blocked,omitempty"`
	Entry   string  `json:"entry,omitempty"`
	// Calibration is kept with the run whole, so that it can be read and repeated.
	Calibration *radio.Calibration `json:"calibration,omitempty"`
}

// Bounds of a request.
const (
	minRes_m, maxRes_m     = 0.5, 50.0
	minReach_m, maxReach_m = 50.0, 5000.0 // TR 38.901 ends at 5 km
)

// RadioChoices are what a request may name. The first of each is the default.
type RadioChoices struct {
	Thresholds []radio.Thresholds `json:"thresholds"`
	Defaults   []radio.Defaults   `json:"defaults"`
}

// LoadRadioChoices gives the thresholds and defaults of data/standards, read once.
// They are shared and must not be changed.
func LoadRadioChoices() (RadioChoices, error) { return radioChoicesOnce() }

var radioChoicesOnce = sync.OnceValues(readRadioChoices)

func readRadioChoices() (RadioChoices, error) {
	var thresholds struct {
		Thresholds []radio.Thresholds `yaml:"thresholds"`
	}
	var defaults struct {
		Defaults []radio.Defaults `yaml:"defaults"`
	}
	for _, file := range []struct {
		name string
		text []byte
		into any
	}{{"radio_thresholds.yaml", standards.RadioThresholds(), &thresholds}, {"radio_defaults.yaml", standards.RadioDefaults(), &defaults}} {
		decoder := yaml.NewDecoder(bytes.NewReader(file.text))
		decoder.KnownFields(true)
		if err := decoder.Decode(file.into); err != nil {
			return RadioChoices{}, fmt.Errorf("pipeline: %s: %w", file.name, err)
		}
	}
	for _, t := range thresholds.Thresholds {
		if err := checkThresholds(t); err != nil {
			return RadioChoices{}, fmt.Errorf("pipeline: radio_thresholds.yaml: %w", err)
		}
	}
	return RadioChoices{thresholds.Thresholds, defaults.Defaults}, nil
}

// checkThresholds finds what makes a profile unusable: classes out of order, no
// weakest class, no source.
func checkThresholds(t radio.Thresholds) error {
	switch {
	case t.ID == "" || t.Title.ZH == "" || t.Title.EN == "" || t.Source.ZH == "" || t.Source.EN == "":
		return fmt.Errorf("profile %q lacks an id, a title or a source", t.ID)
	case t.Probability != nil && !(*t.Probability > 0 && *t.Probability < 1):
		return fmt.Errorf("profile %q: probability %g is not between 0 and 1", t.ID, *t.Probability)
	case len(t.Classes) == 0:
		return fmt.Errorf("profile %q has no classes", t.ID)
	}
	for i, c := range t.Classes {
		last := i == len(t.Classes)-1
		if (c.FromDBm == nil) != last {
			return fmt.Errorf("profile %q, class %q: only the last class has no lower bound", t.ID, c.ID)
		}
		if i > 0 && !last && *c.FromDBm >= *t.Classes[i-1].FromDBm {
			return fmt.Errorf("profile %q, class %q: classes go from strong to weak", t.ID, c.ID)
		}
	}
	return nil
}

// complete makes parameters of a request and fills in what it left out.
func (c RadioChoices) complete(request RadioRequest) (radio.Params, RadioRequest, error) {
	fail := func(err error) (radio.Params, RadioRequest, error) { return radio.Params{}, request, err }
	if request.ID == "" {
		request.ID = DefaultRadioID
	}
	if !runName(request.ID) {
		return fail(badRunName(request.ID))
	}
	params := radio.Params{
		ID: request.ID, Title: geo.T("5G 覆盖", "5G coverage"),
		ResM: request.Res_m, ReachM: request.Reach_m,
		Blocked: radio.BlockedLoss(request.Blocked), Entry: radio.EntryLoss(request.Entry), Calibration: request.Calibration,
	}
	if request.Thresholds == "" {
		request.Thresholds = c.Thresholds[0].ID
	}
	i := slices.IndexFunc(c.Thresholds, func(t radio.Thresholds) bool { return t.ID == request.Thresholds })
	if i < 0 {
		return fail(unknownChoice("门限方案", "threshold profile", request.Thresholds, idsOf(c.Thresholds, func(t radio.Thresholds) string { return t.ID })))
	}
	params.Thresholds = c.Thresholds[i]
	if request.Assume != "" {
		i := slices.IndexFunc(c.Defaults, func(d radio.Defaults) bool { return d.ID == request.Assume })
		if i < 0 {
			return fail(unknownChoice("缺省值方案", "set of defaults", request.Assume, idsOf(c.Defaults, func(d radio.Defaults) string { return d.ID })))
		}
		params.Defaults = &c.Defaults[i]
	}
	if err := checkRadioNumbers(request); err != nil {
		return fail(err)
	}
	if params.Blocked == "" {
		params.Blocked = radio.Statistical
	}
	if params.Entry == "" {
		params.Entry = radio.LowLoss
	}
	request.Blocked, request.Entry = string(params.Blocked), string(params.Entry)
	return params, request, nil
}

// checkRadioNumbers refuses what no analysis could take. Zero is left out.
func checkRadioNumbers(r RadioRequest) error {
	blocked := []string{string(radio.Statistical), string(radio.KnifeEdge)}
	entry := []string{string(radio.LowLoss), string(radio.HighLoss)}
	switch {
	case r.Res_m != 0 && !(r.Res_m >= minRes_m && r.Res_m <= maxRes_m):
		return geo.Refuse(geo.Tf("像元边长 %g 米不可用", "pixels of %g m cannot be used", r.Res_m),
			geo.Tf("给出 %g 到 %g 米", "give %g to %g metres", minRes_m, maxRes_m))
	case r.Reach_m != 0 && !(r.Reach_m >= minReach_m && r.Reach_m <= maxReach_m):
		return geo.Refuse(geo.Tf("计算半径 %g 米不可用", "a reach of %g m cannot be used", r.Reach_m),
			geo.Tf("给出 %g 到 %g 米", "give %g to %g metres", minReach_m, maxReach_m))
	case r.Blocked != "" && !slices.Contains(blocked, r.Blocked):
		return unknownChoice("遮挡损耗方式", "loss of blocked paths", r.Blocked, blocked)
	case r.Entry != "" && !slices.Contains(entry, r.Entry):
		return unknownChoice("墙体类型", "class of walls", r.Entry, entry)
	}
	return nil
}

func idsOf[T any](list []T, id func(T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = id(v)
	}
	return out
}
