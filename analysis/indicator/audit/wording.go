package audit

import (
	"slices"
	"strings"
	"unicode"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// changed tells where the requirement cell is not the profile's requirement.
func (r *reader) changed() {
	asked := plain(r.e.asked)
	if len(asked) == 0 {
		return
	}
	say := func(zh, en string) { r.find(indicator.FindText, indicator.Doubts, geo.T(zh, en)) }
	if c := r.r.Condition; c != nil {
		if at := slices.IndexFunc(c.Absent, func(w string) bool { return contains(asked, w) }); at >= 0 {
			say("要求栏被写成社区自身的情况（“"+c.Absent[at]+"”），不是标准的要求", "the cell of the requirement was overwritten with the community's own situation (“"+c.Absent[at]+"”)")
			return
		}
		if f, limit := r.e.wants.condition, r.profile.Number(c.Threshold); f != nil && limit != nil && c.Unit == "%" && f.value != *limit {
			say("要求栏的条件写作 "+f.words()+"，标准为 "+number(*limit)+c.Unit, "the cell of the requirement has the condition "+f.words()+", the standard "+number(*limit)+" "+c.Unit)
		}
	}
	r.otherFigure(say)
	const sentence = 6 // letters; what is shorter is a heading or a figure
	if r.asksSame() || len([]rune(letters(r.e.asked))) < sentence {
		return
	}
	for _, list := range r.r.Reads.Terms {
		if len(list) > 0 && !containsAny(asked, list) {
			say("要求栏缺少“"+firstName(list[0])+"”，与标准不同", "the cell of the requirement lacks “"+firstName(list[0])+"” and so is not the standard's")
			return
		}
	}
}

// asksSame tells whether the cell of the requirement has its figure, however short
// it is worded.
func (r *reader) asksSame() bool {
	want := r.r.Threshold.Value
	return want != nil && slices.ContainsFunc(r.asks(), func(f figure) bool { return f.value == *want })
}

// asks are the figures of the cell of the requirement that are of the kind of its
// threshold.
func (r *reader) asks() []figure {
	w := &r.e.wants
	if r.r.Unit == "%" && r.r.Reads.CountIs == nil {
		return w.rates
	}
	var out []figure
	for _, c := range w.counts {
		out = append(out, c.figure)
	}
	return out
}

// otherFigure tells where the cell of the requirement has another threshold.
func (r *reader) otherFigure(say func(zh, en string)) {
	want := r.r.Threshold.Value
	if want == nil {
		return
	}
	if r.r.Reads.CountIs != nil {
		want = r.r.Reads.CountIs
	}
	has := r.asks()
	if len(has) == 0 || slices.ContainsFunc(has, func(f figure) bool { return f.value == *want }) {
		return
	}
	zh, en := "要求栏写作 "+has[0].words()+"，标准为 "+number(*want), "the cell of the requirement has "+has[0].words()+", the standard "+number(*want)
	if r.r.Unit == "%" && r.r.Reads.CountIs == nil {
		zh, en = zh+"%", en+" %"
	}
	if whose, ok := r.thresholdOf(has[0].value); ok {
		zh, en = zh+"（那是"+whose.ZH+"的门限）", en+" (the threshold of another tier: "+whose.EN+")"
	}
	say(zh, en)
}

// wording tells of words that are missing, doubtful or the applicant's own name.
func (r *reader) wording() {
	text := r.e.plain
	if len(text) == 0 {
		return
	}
	if gap := numberless(text); gap != "" {
		r.find(indicator.FindNumeral, indicator.Doubts, geo.T("“"+gap+"”缺少数字", "a number is missing in “"+gap+"”"))
	}
	for _, d := range r.r.Reads.Doubts {
		if containsAny(text, d.Words) {
			r.find(indicator.FindDoubt, indicator.Doubts, d.Text)
		}
	}
	if r.e.answer.partly {
		r.find(indicator.FindDoubt, indicator.Doubts, geo.T("申报写作基本达标或部分达标，不是明确结论", "it is said to be partly met, which is no answer"))
	}
	r.ownName()
}

// dropped tells of words of the requirement that the claim left out.
func (r *reader) dropped() {
	for _, w := range r.r.Reads.Keep {
		if !contains(r.e.plain, w) {
			r.find(indicator.FindText, indicator.Doubts, geo.T("申报漏掉了标准中的“"+firstName(w)+"”", "the claim leaves out “"+firstName(w)+"” of the requirement"))
		}
	}
}

// ownName tells where somebody who should be another is the applicant itself.
func (r *reader) ownName() {
	own := letters(r.claims.Applicant)
	if own == "" {
		return
	}
	for _, label := range r.r.Reads.NotSelf {
		name := nameBehind(r.e.plain, label)
		const shortest = 2
		if n := len([]rune(name)); n < shortest || !strings.Contains(name, own) && (!strings.Contains(own, name) || n <= shortest) {
			continue
		}
		r.find(indicator.FindDoubt, indicator.Doubts, geo.T("所写单位就是申报人“"+r.claims.Applicant+"”自己", "the body named is the applicant itself, “"+r.claims.Applicant+"”"))
		return
	}
}

// nameBehind is the name that stands behind a label.
func nameBehind(text []rune, label string) string {
	w := plain(label)
	at := index(text, w, 0)
	if at < 0 {
		return ""
	}
	rest := text[at+len(w):]
	for len(rest) > 0 && strings.ContainsRune("是为:", rest[0]) {
		rest = rest[1:]
	}
	end := 0
	for end < len(rest) && (unicode.IsLetter(rest[end]) || unicode.IsDigit(rest[end])) {
		end++
	}
	return letters(string(rest[:end]))
}

// verbs before a counter that lacks its number.
var verbs = []string{"提供", "共", "共有", "拥有", "达到", "配备", "部署", "开展", "设有", "建有", "不少于", "共计", "整合", "新建", "举办", "超过", "没超过", "建成", "安装"}

// numberless finds a counter without its number, as in 提供种服务; empty for none.
func numberless(text []rune) string {
	for i, r := range text {
		front := string(text[max(0, i-4):i])
		verb := ""
		for _, v := range verbs {
			if strings.HasSuffix(front, v) && len(v) > len(verb) {
				verb = v
			}
		}
		if verb == "" || verb == "共" && strings.HasSuffix(front, "公共") {
			continue
		}
		if r == '%' {
			return clip(text, i-len([]rune(verb)))
		}
		if strings.ContainsRune("种项次处户栋盏台套座名个", r) && !notCounter(text, i) && i+1 < len(text) && unicode.IsLetter(text[i+1]) && !compound(verb, r) {
			return clip(text, i-len([]rune(verb)))
		}
	}
	return ""
}

// compound tells whether the end of a verb and a counter are one word, such as 共处.
func compound(verb string, counter rune) bool {
	return verb == "共" && strings.ContainsRune("处户座", counter)
}

// clip is a short piece of a text from a place on.
func clip(text []rune, from int) string {
	const longest = 10
	end := from
	for end < len(text) && end-from < longest && !strings.ContainsRune(boundaries, text[end]) {
		end++
	}
	return string(text[from:end])
}

// grade decides where the claim names a lower administrative level than is asked for.
func (r *reader) grade() bool {
	want, lower := r.r.Reads.Grade, r.r.Reads.Lower
	if len(want) == 0 {
		return false
	}
	names := func(list []string) string {
		if at := slices.IndexFunc(list, func(w string) bool { return contains(r.e.plain, w) }); at >= 0 {
			return firstName(list[at])
		}
		return ""
	}
	has, low := names(want), names(lower)
	asked := firstName(want[0])
	switch {
	case has == "" && low != "":
		text := geo.T("要求"+asked+"，申报只写“"+low+"”", "the level asked for is “"+asked+"”, the claim names “"+low+"” only")
		r.find(indicator.FindGrade, indicator.Grave, text)
		r.decided(indicator.Conflict, text)
		return true
	case has == "":
		r.find(indicator.FindGrade, indicator.Doubts, geo.T("申报没有写明是"+asked, "the claim does not say that it is “"+asked+"”"))
	case low != "":
		r.find(indicator.FindGrade, indicator.Doubts, geo.T("申报中“"+has+"”与“"+low+"”并存，需核实", "the claim names both “"+has+"” and “"+low+"”"))
	}
	return false
}

// documents are those that the claim names, by their titles.
func (r *reader) documents() []string {
	var out []string
	for i := range r.e.row.Evidence {
		if d := &r.e.row.Evidence[i]; d.Kind == indicator.Document && (d.Requirement == "" || d.Requirement == r.r.ID) {
			name := d.Title
			if name == "" {
				name = d.File
			}
			if name != "" && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	for rest := r.e.text; ; {
		_, behind, found := strings.Cut(rest, "《")
		name, after, closed := strings.Cut(behind, "》")
		if !found || !closed {
			return out
		}
		out = append(out, "《"+name+"》")
		rest = after
	}
}
