package claims

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"yiju/analysis/indicator"
)

// noise is what copying leaves in a text.
var noise = regexp.MustCompile(`\[bookmark:[^\]\n]*\]`)

// maxTitleRunes is the length up to which a line above the table can be its title.
const maxTitleRunes = 60

// entitle reads what stands above the table: the title, and who reports under which
// standard and tier, and when.
func (in *reading) entitle(c *indicator.Claims, titles []string) {
	var lines []string
	for _, t := range titles {
		if t = oneLine(noise.ReplaceAllString(t, "")); t != "" {
			lines = append(lines, t)
		}
	}
	all := strings.Join(lines, "\n")
	for i := len(lines) - 1; i >= 0 && c.Title == ""; i-- {
		if len([]rune(lines[i])) <= maxTitleRunes && !strings.Contains(plainName(lines[i]), "申报单位") && !strings.Contains(plainName(lines[i]), "填报") {
			c.Title = lines[i]
		}
	}
	c.Standard = in.standardIn(c.Title)
	if c.Tier = in.tierIn(c.Title); c.Tier == "" {
		c.Tier = in.tierIn(all)
	}
	if c.Applicant == "" {
		c.Applicant = applicantIn(all)
	}
	c.Date = dateIn(all)
}

// profiles are all that are known, the one asked for first.
func (in *reading) profiles() []indicator.Profile {
	return append([]indicator.Profile{*in.profile}, in.others...)
}

// standardIn is the id of the standard that a text names; empty for none.
func (in *reading) standardIn(text string) string {
	text = plainName(text)
	best, longest := "", 0
	for _, p := range in.profiles() {
		if name := plainName(p.Title.ZH); name != "" && strings.Contains(text, name) && len(name) > longest {
			best, longest = p.Standard, len(name)
		}
	}
	return best
}

var tierWord = regexp.MustCompile(`[(\[]([^()\[\]]{1,6}型)[)\]]`)

// tierIn is the id of the tier of this standard that a text names, or the name where
// it is none that is known; empty where none or several are named.
func (in *reading) tierIn(text string) string {
	text = width.Fold.String(text)
	found := ""
	for _, p := range in.profiles() {
		if p.Standard != in.profile.Standard || p.TierTitle.ZH == "" || !strings.Contains(text, p.TierTitle.ZH) {
			continue
		}
		if found != "" && found != p.Tier {
			return ""
		}
		found = p.Tier
	}
	if found == "" {
		if m := tierWord.FindStringSubmatch(text); m != nil {
			return m[1]
		}
	}
	return found
}

// who are the ways in which the applicant is named above a table.
var who = []*regexp.Regexp{
	regexp.MustCompile(`(?:申报|申请|填报|自评|创建)(?:单位|社区|主体|人)\s*:\s*([^\s,;。:]{2,30})`),
	regexp.MustCompile(`(?:社区名称|社区|名称)\s*:\s*([^\s,;。:]{2,30})`),
	regexp.MustCompile(`经([^\s,;。:]{2,20}?社区)申请`),
	regexp.MustCompile(`(?m)^([^\s,;。:()]{2,20}?社区)(?:智慧社区|美好社区|自评|申报|完成|建设|验收)`),
	regexp.MustCompile(`(?i)applicant\s*:\s*([^\n,;]{2,40})`),
}

func applicantIn(text string) string {
	text = width.Fold.String(text)
	for _, re := range who {
		if m := re.FindStringSubmatch(text); m != nil {
			if name := applicantOf(strings.TrimSpace(m[1])); name != "" && !strings.Contains(name, "智慧社区") && !strings.ContainsAny(name, "0123456789") {
				return name
			}
		}
	}
	return ""
}

var day = regexp.MustCompile(`((?:19|20)\d{2})\s*[年./\-]\s*(\d{1,2})\s*(?:[月./\-]\s*(\d{1,2}))?`)

// dateIn is the first date of a text as 2006-01-02 or 2006-01; empty for none.
func dateIn(text string) string {
	for _, m := range day.FindAllStringSubmatch(width.Fold.String(text), -1) {
		month, _ := strconv.Atoi(m[2])
		if month < 1 || month > 12 {
			continue
		}
		if d, _ := strconv.Atoi(m[3]); d >= 1 && d <= 31 {
			return fmt.Sprintf("%s-%02d-%02d", m[1], month, d)
		}
		return fmt.Sprintf("%s-%02d", m[1], month)
	}
	return ""
}
