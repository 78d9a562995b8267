package pipeline

import (
	"context"
	"slices"

	"yiju/analysis/radio"
	"yiju/geo"
)

// RadioAdviceRequest asks which single change would cover the most outdoor ground
// that is not covered. Fields left empty take everything.
type RadioAdviceRequest struct {
	Community  string
	Candidates []string // "rooftops", "lamps"
	Changes    []string // "add", "tilt", "turn", "raise"
	// Operator asks for the gaps of one operator; empty for places without any.
	Operator string
	Limit    int
}

// candidateKinds are where cells could be added.
var candidateKinds = []string{"rooftops", "lamps"}

// RadioAdvice is a list of changes, the best first.
type RadioAdvice struct {
	Run    string        `json:"run,omitempty" doc:"The run whose parameters were taken; empty when there is none"`
	Advice []RadioChange `json:"advice"`
}

// RadioChange is a single change and what it does.
type RadioChange struct {
	Title              geo.Text     `json:"title"`
	Change             string       `json:"change" enum:"add,tilt,turn,raise"`
	Cell               string       `json:"cell,omitempty"`
	Candidate          string       `json:"candidate,omitempty" doc:"Id of the building or lamp that would carry a new cell"`
	Kind               string       `json:"kind,omitempty" doc:"Kind of the candidate"`
	At                 []float64    `json:"at"`
	Before             RadioSetting `json:"before"`
	After              RadioSetting `json:"after"`
	Gained_m2          float64      `json:"gained_m2" doc:"Outdoor ground newly covered"`
	Lost_m2            float64      `json:"lost_m2" doc:"Outdoor ground no longer covered"`
	Outdoor_before_pct float64      `json:"outdoor_share_before_pct"`
	Outdoor_after_pct  float64      `json:"outdoor_share_after_pct"`
}

// RadioSetting is how an antenna stands; null where it stays or does not apply.
type RadioSetting struct {
	Azimuth_deg *float64 `json:"azimuth_deg"`
	Tilt_deg    *float64 `json:"tilt_deg"`
	Height_m    *float64 `json:"height_m"`
}

// AdviseRadio works out advice under the parameters of the newest radio run.
func (p *Pipeline) AdviseRadio(ctx context.Context, request RadioAdviceRequest) (RadioAdvice, error) {
	changes, err := checkAdvice(&request)
	if err != nil {
		return RadioAdvice{}, err
	}
	built, err := p.radioFor(ctx, request.Community)
	if err != nil {
		return RadioAdvice{}, err
	}
	if built == nil {
		return RadioAdvice{}, geo.Refuse(
			geo.T("社区及周边没有 5G 小区", "there is no 5G cell in the community or around it"),
			geo.T("导入站点清单，例如 yiju import table 站点.xlsx --layer cells", "import a list of sites, for example yiju import table sites.xlsx --layer cells"))
	}
	candidates, err := p.radioCandidates(ctx, built, request.Candidates)
	if err != nil {
		return RadioAdvice{}, err
	}
	p.running.Lock()
	defer p.running.Unlock()
	group, err := operatorGroup(built.model, request.Operator)
	if err != nil {
		return RadioAdvice{}, err
	}
	found, err := built.model.Advise(candidates, radio.AdviceOptions{Group: group, Changes: changes, Limit: request.Limit})
	if err != nil {
		return RadioAdvice{}, err
	}
	out := RadioAdvice{Run: built.run, Advice: []RadioChange{}}
	for _, a := range found {
		at, err := built.scene.transform.InversePoint(a.At)
		if err != nil {
			return RadioAdvice{}, err
		}
		out.Advice = append(out.Advice, RadioChange{
			Title: a.Title, Change: string(a.Change), Cell: a.Cell, Candidate: a.Candidate, Kind: a.Kind, At: at[:],
			Before: setting(a.Before), After: setting(a.After), Gained_m2: a.GainedM2, Lost_m2: a.LostM2,
			Outdoor_before_pct: a.OutdoorShareBeforePct, Outdoor_after_pct: a.OutdoorShareAfterPct,
		})
	}
	return out, ctx.Err()
}

// operatorGroup is the group of an operator's cells; empty for all.
func operatorGroup(m *radio.Model, operator string) (string, error) {
	if operator == "" {
		return "", nil
	}
	var known []string
	for _, g := range m.Groups() {
		if g.Operator == "" || g.Band != "" {
			continue
		}
		if g.Operator == operator {
			return g.ID, nil
		}
		known = append(known, g.Operator)
	}
	return "", unknownChoice("运营商", "operator", operator, known)
}

func setting(s radio.Setting) RadioSetting { return RadioSetting{s.AzimuthDeg, s.TiltDeg, s.HeightM} }

// checkAdvice refuses what there is not, and gives the changes to try.
func checkAdvice(request *RadioAdviceRequest) ([]radio.Change, error) {
	for _, kind := range request.Candidates {
		if !slices.Contains(candidateKinds, kind) {
			return nil, unknownChoice("候选点位", "kind of candidates", kind, candidateKinds)
		}
	}
	known := idsOf(radio.Changes, func(c radio.Change) string { return string(c) })
	var changes []radio.Change
	for _, c := range request.Changes {
		if !slices.Contains(known, c) {
			return nil, unknownChoice("改动方式", "kind of change", c, known)
		}
		changes = append(changes, radio.Change(c))
	}
	return changes, nil
}

// radioCandidates are the roofs and lamp posts of the community.
func (p *Pipeline) radioCandidates(ctx context.Context, built *radioModel, kinds []string) ([]radio.Candidate, error) {
	if len(kinds) == 0 {
		kinds = candidateKinds
	}
	var out []radio.Candidate
	if slices.Contains(kinds, "rooftops") {
		out = append(out, built.model.Rooftops()...)
	}
	if !slices.Contains(kinds, "lamps") {
		return out, nil
	}
	at, err := newest(ctx, p.store)
	if err != nil {
		return nil, err
	}
	s, err := readScene(ctx, p.store, sceneSpec{community: built.request.Community, layers: []string{"devices"}, at: at})
	if err != nil {
		return nil, err
	}
	return append(out, built.model.LampPosts(s.Layers["devices"])...), nil
}
