package audit

import (
	"strconv"
	"strings"
)

// sort is what kind of quantity a figure is.
type sort uint8

const (
	bare    sort = iota // a number alone
	percent             // a share, value in per cent
	count               // so many things
	area                // value as written, size gives m² of its unit
	other               // years, minutes, floors, names with numbers
)

// figure is a number in a plain text.
type figure struct {
	pos, end int // runes, unit included
	at       int // where the unit begins
	value    float64
	unit     string
	size     float64 // m² of one unit of an area
	sort     sort
	decimals int
	// bound is '<' where the text says less than, '>' where it says more than or at
	// least, 0 where it says neither.
	bound rune
}

// unit is how a unit is written.
type unit struct {
	word string
	sort sort
	size float64
	as   string // what it is called; word where empty
}

// units are tried in order, so that the longer of two that begin alike comes first.
var units = []unit{
	{"%", percent, 0, ""}, {"个百分点", other, 0, ""}, {"百分点", other, 0, ""}, {"percent", percent, 0, "%"}, {" percent", percent, 0, "%"}, {" per cent", percent, 0, "%"},
	{"万平方米", area, 1e4, ""}, {"万平米", area, 1e4, "万平方米"}, {"万㎡", area, 1e4, "万平方米"}, {"万m2", area, 1e4, "万平方米"}, {"万m²", area, 1e4, "万平方米"},
	{"平方公里", area, 1e6, ""}, {"平方千米", area, 1e6, "平方公里"}, {"km²", area, 1e6, "平方公里"}, {"km2", area, 1e6, "平方公里"}, {" km²", area, 1e6, "平方公里"}, {" km2", area, 1e6, "平方公里"},
	{"公顷", area, 1e4, ""}, {"hm²", area, 1e4, "公顷"}, {"hm2", area, 1e4, "公顷"}, {" ha", area, 1e4, "公顷"},
	{"平方米", area, 1, ""}, {"平米", area, 1, "平方米"}, {"㎡", area, 1, "平方米"}, {"m²", area, 1, "平方米"}, {"m2", area, 1, "平方米"}, {"亩", area, 2000.0 / 3, ""},
	{"分钟", other, 0, ""}, {"小时", other, 0, ""}, {"个小时", other, 0, ""}, {"个月", other, 0, ""}, {"周岁", other, 0, ""}, {"岁", other, 0, ""}, {"年", other, 0, ""}, {"月", other, 0, ""},
	{"日", other, 0, ""}, {"号", other, 0, ""}, {"天", other, 0, ""}, {"周", other, 0, ""}, {"层", other, 0, ""}, {"楼", other, 0, ""}, {"级", other, 0, ""}, {"秒", other, 0, ""}, {"期", other, 0, ""},
	{"千兆", other, 0, ""}, {"兆", other, 0, ""}, {"公里", other, 0, ""}, {"千米", other, 0, ""}, {"米", other, 0, ""}, {"万元", other, 0, ""}, {"元", other, 0, ""}, {"度", other, 0, ""},
	{"人次", count, 0, ""}, {"个家庭", count, 0, "户"}, {"个住户", count, 0, "户"}, {"户", count, 0, ""}, {"家庭", count, 0, "户"}, {"家", count, 0, ""}, {"个", count, 0, ""}, {"盏", count, 0, ""},
	{"栋", count, 0, ""}, {"幢", count, 0, "栋"}, {"座", count, 0, ""}, {"名", count, 0, ""}, {"人", count, 0, ""}, {"位", count, 0, ""}, {"处", count, 0, ""}, {"台", count, 0, ""}, {"种", count, 0, ""},
	{"次", count, 0, ""}, {"项", count, 0, ""}, {"套", count, 0, ""}, {"只", count, 0, ""}, {"块", count, 0, ""}, {"部", count, 0, ""}, {"路", count, 0, ""}, {"张", count, 0, ""}, {"份", count, 0, ""},
	{"条", count, 0, ""}, {"场", count, 0, ""}, {"件", count, 0, ""}, {"支", count, 0, ""}, {"组", count, 0, ""}, {"类", count, 0, ""}, {"所", count, 0, ""}, {"间", count, 0, ""}, {"辆", count, 0, ""},
	{"块表", count, 0, "块"}, {"枚", count, 0, ""}, {"根", count, 0, ""}, {"杆", count, 0, ""}, {"基", count, 0, ""},
}

// multipliers may stand between a number and its unit.
var multipliers = map[rune]float64{'百': 100, '千': 1000, '万': 1e4, '亿': 1e8}

// figures finds the numbers of a plain text with their units.
func figures(text []rune) []figure {
	var out []figure
	for i := 0; i < len(text); {
		f, ok := numberAt(text, i)
		if !ok {
			f, ok = numeralAt(text, i)
		}
		if !ok {
			i++
			continue
		}
		f.bound = boundOf(text, f)
		if n := len(out); n > 0 && f.sort == percent && out[n-1].sort == bare && strings.Contains("-~—至到", string(text[out[n-1].end:f.pos])) && f.pos == out[n-1].end+1 {
			out[n-1].sort, out[n-1].unit = percent, "%" // 80-90%
		}
		out = append(out, f)
		i = f.end
	}
	return out
}

// maxDigits bounds a number; what is longer is a code.
const maxDigits = 12

// numberAt reads digits with their unit.
func numberAt(text []rune, i int) (figure, bool) {
	if !isDigit(text[i]) || i > 0 && (isDigit(text[i-1]) || text[i-1] == '.' || text[i-1] >= 'a' && text[i-1] <= 'z') {
		return figure{}, false
	}
	end, dot := i, -1
	for end < len(text) && (isDigit(text[end]) || text[end] == '.' && dot < 0 && end+1 < len(text) && isDigit(text[end+1])) {
		if text[end] == '.' {
			dot = end
		}
		end++
	}
	f := figure{pos: i, end: end}
	if end-i > maxDigits {
		f.sort = other
		return f, true
	}
	value, err := strconv.ParseFloat(string(text[i:end]), 64)
	if err != nil {
		return figure{}, false
	}
	f.value = value
	if dot >= 0 {
		f.decimals = end - dot - 1
	}
	return withUnit(text, f), true
}

// withUnit reads the unit behind a number.
func withUnit(text []rune, f figure) figure {
	rest := text[f.end:]
	if u, ok := unitOf(rest); ok {
		return f.in(u)
	}
	// 4300余户, 1.2万户, 2千余个
	skipped, times := 0, 1.0
	if len(rest) > 0 && multipliers[rest[0]] > 0 {
		times, skipped = multipliers[rest[0]], 1
	}
	if skipped < len(rest) && (rest[skipped] == '余' || rest[skipped] == '多') {
		skipped++
	}
	if skipped > 0 {
		if u, ok := unitOf(rest[skipped:]); ok && u.sort != percent {
			f.value *= times
			f.end += skipped
			return f.in(u)
		}
	}
	if len(rest) > 0 && rest[0] >= 'a' && rest[0] <= 'z' {
		f.sort = other // 5g, 4k
	}
	return f
}

func (f figure) in(u unit) figure {
	f.at = f.end
	f.end += len([]rune(u.word))
	f.sort, f.size, f.unit = u.sort, u.size, u.word
	if u.as != "" {
		f.unit = u.as
	}
	return f
}

func unitOf(rest []rune) (unit, bool) {
	best := unit{}
	for _, u := range units {
		if len(u.word) > len(best.word) && startsWith(rest, []rune(u.word)) {
			best = u
		}
	}
	return best, best.word != ""
}

// numeralAt reads a count in Chinese numerals, such as 两个 or 十二处, and a share such
// as 百分之八十. 一站式 and 第一 are none.
func numeralAt(text []rune, i int) (figure, bool) {
	if share := []rune("百分之"); startsWith(text[i:], share) {
		at := i + len(share)
		if v, end := numeral(text, at); end > at {
			return figure{pos: i, end: end, value: v, unit: "%", sort: percent}, true
		}
		if at < len(text) && isDigit(text[at]) {
			if f, ok := numberAt(text, at); ok && f.sort == bare {
				f.pos, f.unit, f.sort = i, "%", percent
				return f, true
			}
		}
		return figure{}, false
	}
	if i > 0 && strings.ContainsRune("第统同专唯万任某每各单逐之零一二两三四五六七八九十百千", text[i-1]) {
		return figure{}, false
	}
	v, end := numeral(text, i)
	if end == i {
		return figure{}, false
	}
	u, ok := unitOf(text[end:])
	if !ok || u.sort != count || !strings.Contains("个处种项次台座栋套名盏场类间所", u.word) || notCounter(text, end) {
		return figure{}, false
	}
	return figure{pos: i, end: end, value: v}.in(u), true
}

// numeral reads a Chinese numeral below a hundred.
func numeral(text []rune, i int) (float64, int) {
	const ones = "零一二三四五六七八九"
	digit := func(r rune) (int, bool) {
		if r == '两' {
			return 2, true
		}
		at := strings.IndexRune(ones, r)
		return at / len("一"), at > 0
	}
	v, end := 0, i
	if end < len(text) {
		if d, ok := digit(text[end]); ok {
			v = d
			end++
		}
	}
	if end < len(text) && text[end] == '十' {
		v = max(v, 1) * 10
		end++
		if end < len(text) {
			if d, ok := digit(text[end]); ok {
				v += d
				end++
			}
		}
	}
	return float64(v), end
}

// words that begin with a counter and are none.
var notCounters = map[rune]string{
	'种': "类植子", '个': "人性体别案", '项': "目", '次': "序日要", '处': "理置罚于", '户': "外型籍主口", '名': "单称录义为",
	'台': "账式阶", '座': "谈椅位", '套': "餐", '场': "景所地", '类': "型别", '所': "有以需", '部': "分门署", '条': "件",
}

// notCounter tells whether what stands at i is a longer word, such as 个人 or 项目.
func notCounter(text []rune, i int) bool {
	return i+1 < len(text) && strings.ContainsRune(notCounters[text[i]], text[i+1])
}

// boundOf reads whether a figure is said to be a bound.
func boundOf(text []rune, f figure) rune {
	behind := text[f.end:]
	if startsWith(behind, []rune("以上")) || startsWith(behind, []rune("及以上")) {
		return '>'
	}
	if startsWith(behind, []rune("以下")) || startsWith(behind, []rune("以内")) {
		return '<'
	}
	front := string(text[max(0, f.pos-4):f.pos])
	for _, b := range []struct {
		words string
		bound rune
	}{
		{"不低于 不少于 大于等于 至少 ≥ >= atleast", '>'},
		{"没有超过 未超过 没超过 不超过 不足 低于 少于 小于 不到 未达到 未达 没达到 尚未达到 未到 ≤ <= <", '<'},
		{"超过 高于 大于 >", '>'},
	} {
		for _, w := range strings.Fields(b.words) {
			if strings.HasSuffix(front, w) {
				return b.bound
			}
		}
	}
	return 0
}

// base is the value in a unit that figures of its kind share: m² of an area.
func (f figure) base() float64 {
	if f.sort == area {
		return f.value * f.size
	}
	return f.value
}

// same tells whether two figures say the same.
func (f figure) same(g figure) bool {
	return f.sort == g.sort && f.base() == g.base() && (f.unit == g.unit || f.sort != other)
}

// words is the figure as a person writes it.
func (f figure) words() string { return number(f.value) + f.unit }

// number writes a value with all the digits that it was given.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
