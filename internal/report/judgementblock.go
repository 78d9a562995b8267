package report

import (
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/metric"
	"yiju/analysis/indicator/wording"
	"yiju/data/standards"
	"yiju/geo"
	"yiju/layers"
)

// maxLayers bounds the layers that are named of a measure, the best first.
const maxLayers = 4

// blockView is a requirement with its picture and what is behind its value.
type blockView struct {
	*rowView
	Drawing *drawingView
	Params  []factView
	Layers  []geo.Text
	Lists   []*listView
	Beside  []factView
}

// factView is a name with what belongs to it.
type factView struct {
	Name, Text geo.Text
	Code       string // an id or a hash, written as code behind the text
}

// listView names features of one role and layer.
type listView struct {
	Role  indicator.Role
	Layer geo.Text
	Count int
	IDs   []numberedView
	More  int
}

// Title words the role.
func (l *listView) Title() geo.Text { return roleTitle(l.Role) }

// numberedView is a feature with the number that it has on the picture; 0 for none.
type numberedView struct {
	ID string
	No int
}

// blocksOf makes the blocks, and what their pictures share. There is one for each
// requirement that has a picture, is computed from the map, or has failed features.
func blocksOf(page *JudgementPage, rows []*rowView) ([]blockView, template.HTML, error) {
	groups, err := standards.Groups()
	if err != nil {
		return nil, "", fmt.Errorf("report: judgement: %w", err)
	}
	e := newEasel(len(page.Pictures))
	var out []blockView
	for _, r := range rows {
		picture, has := page.Pictures[r.ID]
		if !has && (r.Measure == nil || r.Kind != indicator.Spatial && len(refsOf(r.Measure, indicator.Failed)) == 0) {
			continue
		}
		r.Block = true
		b := blockView{rowView: r}
		var numbers map[string]int
		b.Lists, numbers = listsOf(r.Measure, page.layerTitle)
		if has {
			b.Drawing = e.draw(&picture, numbers, r.Name())
		}
		b.numbered()
		if r.Measure != nil {
			b.Params = paramsOf(r.Measure, groups)
			for _, l := range r.Measure.Layers[:min(len(r.Measure.Layers), maxLayers)] {
				b.Layers = append(b.Layers, page.layerTitle(l))
			}
			if n := len(r.Measure.Layers) - maxLayers; n > 0 {
				b.Layers = append(b.Layers, geo.Tf("另 %d 个", "%d more", n))
			}
		}
		for i := range r.Also {
			m := &r.Also[i]
			text := valueText(m, nil)
			if of := ratioText(m.Numerator, m.Denominator, m.Of); !empty(of) {
				text = join(text, geo.T("（", " ("), of, geo.T("）", ")"))
			}
			b.Beside = append(b.Beside, factView{Name: m.Title, Text: text})
		}
		out = append(out, b)
	}
	return out, template.HTML(e.defs.String()), nil
}

func refsOf(m *indicator.Measure, role indicator.Role) []indicator.Refs {
	var out []indicator.Refs
	for _, r := range m.Features {
		if r.Role == role && r.Count > 0 {
			out = append(out, r)
		}
	}
	return out
}

// listsOf lists the features that failed, then those that are not known, and numbers
// the failed ones.
func listsOf(m *indicator.Measure, title func(layer string) geo.Text) ([]*listView, map[string]int) {
	numbers := make(map[string]int)
	if m == nil {
		return nil, numbers
	}
	var out []*listView
	for _, role := range []indicator.Role{indicator.Failed, indicator.Unknown} {
		for _, refs := range refsOf(m, role) {
			l := &listView{Role: role, Layer: title(refs.Layer), Count: refs.Count}
			for _, id := range refs.IDs[:min(len(refs.IDs), maxListed)] {
				no := 0
				if role == indicator.Failed && len(numbers) < maxListed {
					if numbers[id] == 0 {
						numbers[id] = len(numbers) + 1
					}
					no = numbers[id]
				}
				l.IDs = append(l.IDs, numberedView{id, no})
			}
			l.More = refs.Count - len(l.IDs)
			out = append(out, l)
		}
	}
	return out, numbers
}

// numbered takes the numbers away that found no room on the picture.
func (b *blockView) numbered() {
	for i := range b.Lists {
		for k := range b.Lists[i].IDs {
			id := &b.Lists[i].IDs[k]
			if b.Drawing == nil || !b.Drawing.Numbered[id.ID] {
				id.No = 0
			}
		}
	}
}

func (p *JudgementPage) layerTitle(name string) geo.Text {
	if t, ok := p.LayerTitles[name]; ok {
		return t
	}
	if s, ok := layers.Schema(name); ok {
		return s.Title
	}
	return geo.T(name, name)
}

// codeTitle words what a parameter names: categories of facilities, codes of fields.
// Alternatives stand with a bar between them.
func codeTitle(groups []standards.Group, code string) geo.Text {
	if one, other, several := strings.Cut(code, "|"); several {
		return join(codeTitle(groups, one), geo.T("或", " or "), codeTitle(groups, other))
	}
	if t, ok := standards.CategoryTitle(groups, code); ok {
		return t
	}
	for _, s := range layers.Schemas() {
		for _, f := range s.Fields {
			for _, c := range f.Codes {
				if c.Value == code && !empty(c.Title) {
					return c.Title
				}
			}
		}
	}
	return wording.Counted(code)
}

// paramsOf words the parameters of a measure in the order of their names.
func paramsOf(m *indicator.Measure, groups []standards.Group) []factView {
	var infos []metric.ParamInfo
	if known, ok := metric.ByID(m.Metric); ok {
		infos = known.Params
	}
	var out []factView
	add := func(name string, word func(unit string) geo.Text) {
		f := factView{Name: geo.T(name, name)}
		unit := ""
		if i := slices.IndexFunc(infos, func(p metric.ParamInfo) bool { return p.Name == name }); i >= 0 {
			f.Name, unit = infos[i].Title, infos[i].Unit
		}
		f.Text = word(unit)
		out = append(out, f)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Params.Numbers)) {
		add(name, func(unit string) geo.Text { return wording.Stated(m.Params.Numbers[name], unit) })
	}
	for _, name := range slices.Sorted(maps.Keys(m.Params.Words)) {
		words := m.Params.Words[name]
		add(name, func(string) geo.Text {
			var zh, en []string
			for _, w := range words {
				t := codeTitle(groups, w)
				zh, en = append(zh, t.In("zh")), append(en, t.In("en"))
			}
			return geo.T(strings.Join(zh, "、"), strings.Join(en, ", "))
		})
	}
	return out
}

// factsOf says where the judgement comes from.
func factsOf(j *indicator.Judgement) []factView {
	var out []factView
	add := func(zh, en string, text geo.Text, code string) {
		if !empty(text) || code != "" {
			out = append(out, factView{geo.T(zh, en), text, code})
		}
	}
	p, c := &j.Profile, &j.Community
	add("标准", "standard", join(p.Title, geo.T("（", " ("), p.TierTitle, geo.T("）", ")")), p.ID)
	add("版本", "version", geo.T(p.Version, p.Version), "")
	add("出处", "source", p.Source, "")
	add("说明", "note", p.Note, "")
	add("标准文本哈希", "hash of the profile", geo.Text{}, hash(p.SHA256))
	add("社区", "community", geo.T(c.Name, c.Name), c.ID)
	if c.Area_m2 > 0 {
		add("社区面积", "area of the community", wording.Area(c.Area_m2), "")
	}
	if j.Measured {
		add("数据版本", "revision of the data", geo.Tf("%d", "%d", j.Revision), "")
		scenario := geo.T("现状", "as it is")
		if j.Scenario != "" {
			scenario = geo.T("方案", "scenario")
		}
		if j.ScenarioName != "" {
			scenario = geo.Tf("方案“%s”", "scenario “%s”", j.ScenarioName)
		}
		add("情景", "scenario", scenario, j.Scenario)
		add("工作坐标系", "working CRS", geo.Text{}, j.CRS)
	} else {
		add("数据", "data", geo.T("未使用工作区数据，仅核对申报表", "no workspace: the claims alone were audited"), "")
	}
	if k := j.Claims; k != nil {
		add("申报表", "claims", geo.T(dotted(k.Title, k.Applicant, k.Date), dotted(k.Title, k.Applicant, k.Date)), k.File)
		add("申报表哈希", "hash of the claims", geo.Text{}, hash(k.SHA256))
	}
	add("程序版本", "version of the program", geo.T("宜居 "+j.Engine, "Yiju "+j.Engine), "")
	return out
}

func hash(sha256 string) string {
	if sha256 == "" {
		return ""
	}
	return "SHA-256 " + sha256
}

// dotted sets what there is side by side.
func dotted(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// shareOf is a part of a whole in per cent, as a width.
func shareOf(part, whole int) string {
	if whole == 0 {
		return "0"
	}
	return fmt.Sprintf("%.2f", 100*float64(part)/float64(whole))
}

// parameterView is a number that is not from the standard.
type parameterView struct {
	Name, Value, Text geo.Text
	Code              string
}

// ParameterRows lists the numbers that are not from the standard.
func (v *judgementView) ParameterRows() []parameterView {
	var out []parameterView
	for _, p := range v.Parameters {
		out = append(out, parameterView{p.Title, parameterValue(&p), p.Source, p.ID})
	}
	return out
}

func parameterValue(p *indicator.Parameter) geo.Text {
	if p.Value == nil {
		return geo.T("未设定", "not set")
	}
	return wording.Stated(*p.Value, p.Unit)
}
