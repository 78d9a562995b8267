package pipeline

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"yiju/analysis/walk"
	"yiju/data/standards"
	"yiju/geo"
)

// DefaultWalkID is the run that a walk without preset and name is kept under.
const DefaultWalkID = "walk"

// WalkRequest asks who reaches what on foot. Fields left empty are taken from the
// preset, or from the default preset.
type WalkRequest struct {
	ID         string    `json:"id,omitempty"`
	Preset     string    `json:"preset,omitempty"`
	Categories []string  `json:"categories,omitempty"`
	Minutes    []float64 `json:"minutes,omitempty"`
	Profile    string    `json:"profile,omitempty"`
	Community  string    `json:"community,omitempty"`
}

// ProfileInfo names a profile to choose.
type ProfileInfo struct {
	ID        string   `json:"id"`
	Title     geo.Text `json:"title"`
	Speed_mps float64  `json:"speed_mps"`
}

// PresetInfo names a preset to choose.
type PresetInfo struct {
	ID         string    `json:"id"`
	Title      geo.Text  `json:"title"`
	Categories []string  `json:"categories"`
	Minutes    []float64 `json:"minutes"`
	Profile    string    `json:"profile"`
}

// walkChoices are the profiles and presets of data/standards. The first of each
// is the default.
type walkChoices struct {
	profiles []walk.Profile
	presets  []walk.Preset
}

// loadWalkChoices reads them once. They are shared and must not be changed.
var loadWalkChoices = sync.OnceValues(readWalkChoices)

func readWalkChoices() (walkChoices, error) {
	var profiles walk.ProfileFile
	var presets walk.PresetFile
	for _, file := range []struct {
		name string
		text []byte
		into any
	}{{"walk_profiles.yaml", standards.WalkProfiles(), &profiles}, {"walk_presets.yaml", standards.WalkPresets(), &presets}} {
		decoder := yaml.NewDecoder(bytes.NewReader(file.text))
		decoder.KnownFields(true)
		if err := decoder.Decode(file.into); err != nil {
			return walkChoices{}, fmt.Errorf("pipeline: %s: %w", file.name, err)
		}
	}
	return walkChoices{profiles.Profiles, presets.Presets}, nil
}

// WalkChoices lists the profiles and presets that a request may name.
func WalkChoices() ([]ProfileInfo, []PresetInfo, error) {
	choices, err := loadWalkChoices()
	if err != nil {
		return nil, nil, err
	}
	profiles := make([]ProfileInfo, len(choices.profiles))
	for i, p := range choices.profiles {
		profiles[i] = ProfileInfo{ID: p.ID, Title: p.Title, Speed_mps: p.SpeedMPS}
	}
	presets := make([]PresetInfo, len(choices.presets))
	for i, p := range choices.presets {
		presets[i] = PresetInfo{ID: p.ID, Title: p.Title, Categories: p.Categories, Profile: p.Profile}
		for _, c := range p.Cutoffs {
			presets[i].Minutes = append(presets[i].Minutes, c.Minutes)
		}
	}
	return profiles, presets, nil
}

// complete fills a request from its preset and makes parameters of it.
func (c walkChoices) complete(request WalkRequest) (walk.Params, WalkRequest, error) {
	preset := c.presets[0]
	if request.Preset != "" {
		i := slices.IndexFunc(c.presets, func(p walk.Preset) bool { return p.ID == request.Preset })
		if i < 0 {
			return walk.Params{}, request, unknownChoice("预设", "preset", request.Preset, c.presetIDs())
		}
		preset = c.presets[i]
	}
	if request.Profile == "" {
		request.Profile = preset.Profile
	}
	profile, err := c.profile(request.Profile)
	if err != nil {
		return walk.Params{}, request, err
	}
	params := preset.Params(profile)
	asPreset := true
	if len(request.Categories) > 0 && !slices.Equal(request.Categories, params.Categories) {
		params.Categories, asPreset = request.Categories, false
	}
	if len(request.Minutes) > 0 && !slices.Equal(request.Minutes, params.MinutesCutoffs) {
		params.MinutesCutoffs, asPreset = request.Minutes, false
	}
	if err := knownCategories(params.Categories); err != nil {
		return walk.Params{}, request, err
	}
	if !asPreset {
		params.Title = walkTitle(params.Categories, params.MinutesCutoffs)
	}
	if request.Profile != preset.Profile {
		params.Title = geo.T(params.Title.ZH+"（"+profile.Title.ZH+"）", params.Title.EN+" ("+profile.Title.EN+")")
	}
	if request.ID == "" {
		request.ID = DefaultWalkID
		if request.Preset != "" {
			request.ID += "_" + preset.ID
		}
	}
	if !runName(request.ID) {
		return walk.Params{}, request, badRunName(request.ID)
	}
	params.ID = request.ID
	request.Categories, request.Minutes = params.Categories, params.MinutesCutoffs
	return params, request, nil
}

func (c walkChoices) profile(id string) (walk.Profile, error) {
	i := slices.IndexFunc(c.profiles, func(p walk.Profile) bool { return p.ID == id })
	if i < 0 {
		return walk.Profile{}, unknownChoice("步行者", "profile", id, idsOf(c.profiles, func(p walk.Profile) string { return p.ID }))
	}
	return c.profiles[i], nil
}

func (c walkChoices) presetIDs() []string {
	return idsOf(c.presets, func(p walk.Preset) string { return p.ID })
}

func unknownChoice(zh, en, asked string, known []string) error {
	list := strings.Join(known, ", ")
	return geo.Refuse(geo.Tf("没有%[1]s %[3]q", "there is no %[2]s %[3]q", zh, en, asked),
		geo.Tf("可选：%s", "there is: %s", list))
}

// runName tells whether a run may be called so: its layers are named after it.
func runName(id string) bool {
	const longest = 40
	for i, r := range id {
		letter := r >= 'a' && r <= 'z'
		if !letter && (i == 0 || !(r >= '0' && r <= '9' || r == '_')) {
			return false
		}
	}
	return id != "" && len(id) <= longest
}

func badRunName(id string) error {
	return geo.Refuse(geo.Tf("结果名称 %q 不可用", "the name %q cannot be used for a run", id),
		geo.T("以小写字母开头，只用小写字母、数字和下划线，最多 40 个字符", "begin with a small letter; use small letters, digits and underscores, 40 at most"))
}

// walkTitle names a question that is no preset.
func walkTitle(categories []string, minutes []float64) geo.Text {
	venues := categoryTitles(categories)
	last := slices.Max(append([]float64{0}, minutes...))
	return geo.Tf("%[1]s：%[3]g 分钟步行可达", "%[2]s within %[3]g minutes on foot", venues.ZH, venues.EN, last)
}

// categoryTitles names several categories in a row.
func categoryTitles(codes []string) geo.Text {
	zh, en := make([]string, len(codes)), make([]string, len(codes))
	for i, c := range codes {
		title := categoryTitle(c)
		zh[i], en[i] = title.ZH, title.EN
	}
	return geo.T(strings.Join(zh, "、"), strings.Join(en, ", "))
}

// facilityGroups are the categories, read once: many metrics ask for their names.
var facilityGroups = sync.OnceValues(standards.Groups)

// categoryTitle names a category; its code where the list does not have it.
func categoryTitle(code string) geo.Text {
	groups, err := facilityGroups()
	if err != nil {
		return geo.T(code, code)
	}
	if title, ok := standards.CategoryTitle(groups, code); ok {
		return title
	}
	return geo.T(code, code)
}

// knownCategories refuses categories that the list does not have, so that a slip
// of the pen is not reported as a community without venues.
func knownCategories(codes []string) error {
	groups, err := facilityGroups()
	if err != nil {
		return err
	}
	for _, code := range codes {
		if _, ok := standards.CategoryTitle(groups, code); ok {
			continue
		}
		known := make([]string, len(groups))
		for i, g := range groups {
			known[i] = g.Code
		}
		return unknownChoice("设施类别", "facility category", code, known)
	}
	return nil
}
