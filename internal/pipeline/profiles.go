package pipeline

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/metric"
	"yiju/data/standards"
	"yiju/geo"
)

// Profiles lists the profiles that come with the product, one for each tier of each
// standard, in the order in which a person would read them.
func Profiles() ([]indicator.Profile, error) {
	s, err := loadShelf()
	if err != nil {
		return nil, err
	}
	return s.profiles(), nil
}

// LoadProfile finds a profile: by the id of a built-in one; by a standard alone,
// where it has one tier or one that is called like the project type of the
// community; or by the path of a file of one's own, with #tier behind it where the
// file has several. readFile reads such a file; nil takes no files. A copy of a
// built-in profile gets the name of its file behind its id. The hash is the
// SHA-256 of the file's text in hex.
func LoadProfile(idOrPath string, readFile func(string) ([]byte, error), projectType string) (indicator.Profile, string, error) {
	s, err := loadShelf()
	if err != nil {
		return indicator.Profile{}, "", err
	}
	file := s.file(idOrPath)
	name, tier, _ := strings.Cut(idOrPath, "#")
	if file == nil && readFile != nil && (isYAML(name) || tier != "") {
		if file, err = s.own(name, readFile); err != nil {
			return indicator.Profile{}, "", err
		}
		if tier == "" && slices.Contains(tiersOf(file.profiles), projectType) {
			tier = projectType
		}
		profile, sum, err := file.tier(name, tier)
		if s.file(profile.ID) != nil { // a copy is not the one it was copied from
			profile.ID += "~" + ownName(name)
		}
		return profile, sum, err
	}
	if file != nil {
		return file.choose(func(p indicator.Profile) bool { return p.ID == idOrPath })
	}
	return s.byStandard(idOrPath, projectType)
}

// ProfileText is the text of the file of a built-in profile, to copy and change.
func ProfileText(id string) ([]byte, error) {
	s, err := loadShelf()
	if err != nil {
		return nil, err
	}
	if file := s.file(id); file != nil {
		return file.text, nil
	}
	var of []*shelved
	for _, file := range s {
		if file.profiles[0].Standard == id {
			of = append(of, file)
		}
	}
	if len(of) == 1 {
		return of[0].text, nil
	}
	return nil, s.unknown(id)
}

// shelf holds the built-in profiles, file by file.
type shelf []*shelved

// shelved is a file that was read.
type shelved struct {
	text     []byte
	profiles []indicator.Profile
}

// loadShelf reads the built-in profiles: those that rest upon no other first.
func loadShelf() (shelf, error) {
	files := standards.ProfileFiles()
	s := make(shelf, len(files))
	for _, rests := range []bool{false, true} {
		for i, file := range files {
			if bytes.Contains(file.Text, []byte("\nbase:")) != rests {
				continue
			}
			read, err := s.parse(file.Name, file.Text)
			if err != nil {
				return nil, err
			}
			s[i] = read
		}
	}
	return s, nil
}

// parse reads a file; its base may be any on the shelf.
func (s shelf) parse(name string, text []byte) (*shelved, error) {
	rules := indicator.Rules{
		Base: func(id string) (*indicator.Profile, bool) {
			profiles := s.profiles()
			i := slices.IndexFunc(profiles, func(p indicator.Profile) bool { return p.ID == id })
			if i < 0 {
				return nil, false
			}
			return &profiles[i], true
		},
		Check: checkMetric,
		Unit: func(id string) (string, bool) {
			m, ok := metric.ByID(id)
			return m.Unit, ok
		},
	}
	profiles, err := rules.Parse(indicator.File{Name: name, Text: text})
	if err != nil {
		return nil, err
	}
	return &shelved{text: text, profiles: profiles}, nil
}

// own reads a file of the user's.
func (s shelf) own(path string, readFile func(string) ([]byte, error)) (*shelved, error) {
	text, err := readFile(path)
	switch {
	case geo.AsFault(err) != nil:
		return nil, err
	case errors.Is(err, fs.ErrNotExist):
		return nil, geo.Refuse(geo.Tf("标准文件 %s 不存在", "there is no profile file %s", path),
			geo.T("检查路径", "check the path"), s.known())
	case err != nil:
		return nil, geo.Refuse(geo.Tf("无法读取标准文件 %s", "profile file %s cannot be read", path),
			geo.T("检查路径和权限", "check the path and the rights")).Because(err)
	}
	return s.parse(path, text)
}

// checkMetric holds the use of a metric against the list of metrics.
func checkMetric(id string, params map[string]indicator.Param) (string, geo.Text, bool) {
	m, ok := metric.ByID(id)
	if ok {
		return m.CheckParams(params)
	}
	problem := geo.Tf("没有指标算法 %q", "there is no metric %q", id)
	near := indicator.Nearest(id, idsOf(metric.All(), func(m metric.Metric) string { return m.ID }))
	if len(near) > 0 {
		list := strings.Join(near, ", ")
		problem = geo.T(problem.ZH+"，可能是 "+list, problem.EN+"; perhaps "+list)
	}
	return "metric", problem, false
}

func isYAML(path string) bool {
	return strings.HasSuffix(path, ".yaml") || strings.HasSuffix(path, ".yml")
}

// ownName is the name of a file of the user's without its folder and ending.
func ownName(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}

// profiles lists all on the shelf.
func (s shelf) profiles() []indicator.Profile {
	var out []indicator.Profile
	for _, file := range s {
		if file != nil {
			out = append(out, file.profiles...)
		}
	}
	return out
}

// file is the one that holds a profile; nil where none does.
func (s shelf) file(id string) *shelved {
	for _, file := range s {
		if slices.ContainsFunc(file.profiles, func(p indicator.Profile) bool { return p.ID == id }) {
			return file
		}
	}
	return nil
}

// choose takes the first profile of a file that is wanted, with the hash of the file.
func (f *shelved) choose(wanted func(indicator.Profile) bool) (indicator.Profile, string, error) {
	sum := sha256.Sum256(f.text)
	return f.profiles[slices.IndexFunc(f.profiles, wanted)], hex.EncodeToString(sum[:]), nil
}

// tier takes a tier of a file of the user's; its only one where none is named.
func (f *shelved) tier(path, tier string) (indicator.Profile, string, error) {
	tiers := tiersOf(f.profiles)
	list := strings.Join(tiers, ", ")
	switch {
	case tier == "" && len(tiers) > 1:
		return indicator.Profile{}, "", geo.Refuse(
			geo.Tf("标准文件 %s 有多个档次，未指明用哪一个", "%s has several tiers, and none of them was named", path),
			geo.Tf("在路径后加 #档次：%s", "put #tier behind the path: %s", list))
	case tier != "" && !slices.Contains(tiers, tier):
		return indicator.Profile{}, "", geo.Refuse(geo.Tf("标准文件 %s 没有档次 %q", "%s has no tier %q", path, tier), geo.Tf("可选：%s", "there is: %s", list))
	}
	return f.choose(func(p indicator.Profile) bool { return tier == "" || p.Tier == tier })
}

func tiersOf(profiles []indicator.Profile) []string {
	return idsOf(profiles, func(p indicator.Profile) string { return p.Tier })
}

// byStandard takes the tier of a standard that the project type names, or the only
// one.
func (s shelf) byStandard(standard, projectType string) (indicator.Profile, string, error) {
	tiers := slices.DeleteFunc(s.profiles(), func(p indicator.Profile) bool { return p.Standard != standard })
	i := 0
	if len(tiers) > 1 {
		i = slices.Index(tiersOf(tiers), projectType)
	}
	switch {
	case len(tiers) == 0:
		return indicator.Profile{}, "", s.unknown(standard)
	case i >= 0:
		id := tiers[i].ID
		return s.file(id).choose(func(p indicator.Profile) bool { return p.ID == id })
	}
	list := idsOf(tiers, func(p indicator.Profile) string { return p.ID })
	fault := geo.Refuse(geo.Tf("标准 %s 有多个档次，未指明用哪一个", "standard %s has several tiers, and none of them was named", standard),
		geo.Tf("写明档次：%s", "name the tier: %s", strings.Join(list, ", ")))
	if byType := tiersOf(tiers); slices.Contains(byType, "renewal") {
		fault.Fix = append(fault.Fix, geo.Tf("或在社区图层填写 project_type（%s）", "or fill in project_type of the community (%s)", strings.Join(byType, ", ")))
	}
	return indicator.Profile{}, "", fault
}

func (s shelf) unknown(asked string) error {
	fault := geo.Refuse(geo.Tf("没有标准 %q", "there is no standard %q", asked))
	ids := idsOf(s.profiles(), func(p indicator.Profile) string { return p.ID })
	if near := indicator.Nearest(asked, ids); len(near) > 0 {
		fault.Fix = append(fault.Fix, geo.Tf("可能是 %s", "perhaps %s", strings.Join(near, ", ")))
	}
	fault.Fix = append(fault.Fix, s.known(), geo.T("或给出自己的标准文件（.yaml）", "or name a profile file of your own (.yaml)"))
	return fault
}

// known lists the built-in profiles.
func (s shelf) known() geo.Text {
	list := strings.Join(idsOf(s.profiles(), func(p indicator.Profile) string { return p.ID }), ", ")
	return geo.Tf("内置标准：%s", "built in: %s", list)
}
