package claims

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/audit"
	"yiju/analysis/indicator/wording"
	"yiju/geo"
)

// accept refuses files that say nothing and tables of another standard. Said is how
// many rows claim anything.
func (in *reading) accept(c *indicator.Claims, said int) error {
	if len(c.Rows) == 0 {
		return geo.Refuse(geo.Tf("文件 %s 中没有指标行", "file %s has no rows of indicators", in.name), geo.T("检查表头下面是否有内容", "check that there is something below the names of the columns"))
	}
	if err := in.tooLong(c); err != nil {
		return err
	}
	if err := in.anotherStandard(c); err != nil {
		return err
	}
	if said == 0 {
		return geo.Refuse(geo.Tf("文件 %s 的申报一列全是空的", "file %s claims nothing: the column is empty", in.name), geo.T("填写完成情况后再核查", "fill it in and try again"))
	}
	return nil
}

// tooLong refuses texts beyond the bounds.
func (in *reading) tooLong(c *indicator.Claims) error {
	all := 0
	for i := range c.Rows {
		row := &c.Rows[i]
		for _, text := range []string{row.Title, row.Definition, row.Requirement, row.Text} {
			n := utf8.RuneCountInString(text)
			if all += n; n > MaxCellRunes {
				return geo.Refuse(at(in.name, row.Where, "一格的文字超过 %[1]d 字", "a cell is longer than %[1]d characters", MaxCellRunes),
					geo.T("检查该行是否粘连了其他行", "check whether other rows were pasted into it"))
			}
		}
	}
	if all > MaxRunes {
		return geo.Refuse(geo.Tf("文件 %s 的文字超过 %d 字，不像申报表", "file %s has more than %d characters and is hardly a table of claims", in.name, MaxRunes),
			geo.T("检查是否选错了文件", "check that it is the file you mean"))
	}
	return nil
}

// anotherStandard refuses a table of which fewer than half of the rows have number and
// title of the profile, or whose title names another standard.
func (in *reading) anotherStandard(c *indicator.Claims) error {
	fits, of, first := fitting(in.profile, c)
	named := c.Standard != "" && c.Standard != in.profile.Standard
	if !named && 2*fits >= of {
		return nil
	}
	what := geo.Tf("文件 %[1]s 不是“%[2]s”的申报表：%[4]d 行中只有 %[5]d 行的序号和名称相符", "file %[1]s is no table of “%[3]s”: of %[4]d rows %[5]d have its number and title",
		in.name, in.profile.Title.ZH, in.profile.Title.EN, of, fits)
	if first != nil {
		own := geo.Text{}
		for i := range in.profile.Indicators {
			if x := &in.profile.Indicators[i]; x.Number == first.Number {
				own = geo.T(fmt.Sprintf("，本标准第 %d 项为“%s”", x.Number, x.Title.ZH), fmt.Sprintf(", where this standard has “%s”", x.Title.EN))
			}
		}
		what = geo.T(fmt.Sprintf("%s；第一处不符在%s：第 %d 项“%s”%s", what.ZH, wording.Place(first.Where).ZH, first.Number, shorten(first.Title), own.ZH),
			fmt.Sprintf("%s; the first that does not fit is %s: %d “%s”%s", what.EN, first.Where, first.Number, shorten(first.Title), own.EN))
	}
	fault := geo.Refuse(what)
	if like := in.lookalike(c); like != nil {
		fault.What = geo.T(what.ZH+"。看起来是“"+like.Title.ZH+"”", what.EN+". It looks like “"+like.Title.EN+"”")
		fault.Fix = append(fault.Fix, geo.T("改用 --profile "+like.ID, "use --profile "+like.ID))
	}
	fault.Fix = append(fault.Fix, geo.T("检查是否选错了文件或标准", "check that file and standard are those you mean"))
	return fault
}

// fitting counts the rows that are of a profile by number and title, of those that
// have either, and finds the first that is not. Where the table has no titles or no
// numbers, what it has must do.
func fitting(p *indicator.Profile, c *indicator.Claims) (fits, of int, first *indicator.Claim) {
	numbers, titles := false, false
	for i := range c.Rows {
		numbers = numbers || c.Rows[i].Number != 0
		titles = titles || c.Rows[i].Title != ""
	}
	for i := range c.Rows {
		row := &c.Rows[i]
		if numbers && row.Number == 0 {
			continue
		}
		of++
		_, fit := audit.Match(p, row.Number, row.Title)
		switch {
		case fit == audit.ByBoth, fit == audit.ByTitle && !numbers, fit == audit.ByNumber && !titles:
			fits++
		case first == nil:
			first = row
		}
	}
	return fits, of, first
}

// lookalike is the profile of another standard that a table fits best, by more than
// half of its rows or by its title; nil for none.
func (in *reading) lookalike(c *indicator.Claims) *indicator.Profile {
	var best *indicator.Profile
	most := 0
	for i := range in.others {
		p := &in.others[i]
		if p.Standard == in.profile.Standard {
			continue
		}
		fits, of, _ := fitting(p, c)
		if p.Standard == c.Standard {
			fits += of
		}
		if fits*2 >= of && fits > most {
			best, most = p, fits
		}
	}
	return best
}

// knownTitles are the titles and other names of indicators of all profiles, in plain
// form, by number.
func (in *reading) knownTitles() map[int][]string {
	out := make(map[int][]string)
	for _, p := range in.profiles() {
		for i := range p.Indicators {
			x := &p.Indicators[i]
			for _, name := range append([]string{x.Title.ZH, x.Title.EN}, x.Aliases...) {
				if name = plainName(name); name != "" {
					out[x.Number] = append(out[x.Number], name)
				}
			}
		}
	}
	return out
}

// groupNames are the names of groups of all profiles, in plain form.
func (in *reading) groupNames() map[string]bool {
	out := make(map[string]bool)
	for _, p := range in.profiles() {
		for i := range p.Indicators {
			if name := plainName(p.Indicators[i].Group.ZH); name != "" {
				out[name] = true
			}
		}
	}
	return out
}

// lines of a text with their numbers are kept apart by "\n" alone.
func linesOf(text string) []string { return strings.Split(strings.TrimPrefix(text, "\uFEFF"), "\n") }

// at says something of a place in a file.
func at(name, where, zh, en string, args ...any) geo.Text {
	place, said := wording.Place(where), geo.Tf(zh, en, args...)
	return geo.T("文件 "+name+"（"+place.ZH+"）："+said.ZH, "file "+name+" ("+place.EN+"): "+said.EN)
}
