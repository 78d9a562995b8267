package audit

import (
	"slices"
	"strings"
	"unicode"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// usual are words that any claim has and that show nothing.
var usual = strings.Fields(`依托 通过 利用 采用 使用 运用 实现 提供 支持 开展 推动 推进 形成 建立 建设 进行 组织 加强 做好 完成 达到 具有 具备 拥有 设有 相关 有关 工作 服务 活动
社区 小区 居民 群众 住户 人员 智慧社区 综合信息平台 信息平台 平台 系统 信息 管理 市级 县级 区级 区县级 统一 统建 部署 一体化 智能 智慧 智能化 信息化 能够 方式 手段 措施 功能 情况
要求 标准 达标 发布 实时 及时 明确 统筹 协调 有效 切实 积极 进一步 不断 全面 各类 多种 相应 以及 其中 包括 等 并 的 了 和 与 及 或 对 为 在 将 由 其 可 按 已 均 内 中 上 至 从 等等`)

// restated tells of claims that repeat the requirement and show nothing.
func (r *reader) restated() {
	if len(r.e.plain) == 0 {
		return
	}
	v := r.out.Verdict
	if v != indicator.NotApplicable {
		r.dropped()
	}
	if v != indicator.ByDocument && v != indicator.Insufficient || r.found(indicator.FindEcho, indicator.FindImpossible, indicator.FindVacuous) {
		return
	}
	severity := indicator.Doubts
	if v == indicator.ByDocument {
		severity = indicator.Remark
	}
	switch {
	case r.copied():
		r.find(indicator.FindRestated, severity, geo.T("照抄标准所列的全部种类", "it copies the whole list of the standard"))
	case r.concrete():
	case r.newShare() <= maxNew:
		r.find(indicator.FindRestated, severity, geo.T("只重复标准的要求，没有实际内容", "it only repeats the requirement and shows nothing"))
		if v == indicator.ByDocument && len(r.out.Findings) > 0 {
			r.out.Reason = geo.T("只重复标准的要求，凭材料认定", "it only repeats the requirement; a document decides")
		}
	}
}

// maxNew is the share of a claim's letters, beyond the requirement's own and usual
// words, up to which it shows nothing new.
const maxNew = 0.4

// copied tells whether a claim lists all that the requirement lists, three kinds or
// more, in the same order, and nothing else of its own.
func (r *reader) copied() bool {
	if r.countsKinds() && r.r.Kind != indicator.Attested {
		return false
	}
	const least = 3
	has := r.kinds()
	asked := kindsIn(plain(r.e.asked), r.r.Reads.Kinds)
	return len(asked) >= least && slices.Equal(has, asked)
}

// concrete tells whether a claim has something of its own: a figure that the
// requirement does not have, a date, a document, a name in quotation marks or in
// Latin letters, a kind of thing, an operator.
func (r *reader) concrete() bool {
	asked := plain(r.e.asked)
	theirs := figures(asked)
	for _, f := range figures(r.e.plain) {
		if f.sort == other && f.unit == "" {
			continue // 5g
		}
		if !slices.ContainsFunc(theirs, f.same) && !r.isThreshold(f) {
			return true
		}
	}
	if len(r.kinds()) > 0 || len(r.documents()) > 0 || len(r.e.row.Evidence) > 0 {
		return true
	}
	known := string(plain(r.known()))
	for _, w := range names(r.e.plain) {
		if !strings.Contains(known, w) {
			return true
		}
	}
	for _, label := range r.r.Reads.NotSelf {
		if contains(r.e.plain, label) {
			return true
		}
	}
	return false
}

// isThreshold tells whether a figure is the requirement's own, for tables without a
// cell of the requirement.
func (r *reader) isThreshold(f figure) bool {
	if t := r.threshold; t != nil && *t == f.value || r.r.Reads.CountIs != nil && *r.r.Reads.CountIs == f.value {
		return true
	}
	return slices.ContainsFunc(figures(plain(r.known())), f.same)
}

// names are words in quotation marks and words of Latin letters.
func names(text []rune) []string {
	var out []string
	var word []rune
	open := -1
	for i, c := range append(slices.Clone(text), 0) {
		if c >= 'a' && c <= 'z' {
			word = append(word, c)
		} else {
			const shortest = 2
			if len(word) >= shortest {
				out = append(out, string(word))
			}
			word = nil
		}
		if c == '"' {
			if open >= 0 {
				out = append(out, string(text[open+1:i]))
				open = -1
			} else {
				open = i
			}
		}
	}
	return out
}

// known is all that the table and the profile say of the requirement itself.
func (r *reader) known() string {
	d := &r.r.Reads
	list := []string{r.e.asked, r.e.row.Definition, r.e.row.Title, r.e.in.Title.ZH, r.e.in.Title.EN, r.r.Title.ZH, r.r.Title.EN, r.r.Note.ZH}
	for _, w := range r.r.Wanted {
		list = append(list, w.ZH)
	}
	list = slices.Concat(list, d.Value, d.Numerator, d.Denominator, d.All, d.Keep)
	for _, t := range d.Terms {
		list = append(list, t...)
	}
	return strings.Join(list, "。")
}

// newShare is how much of the claim's letters stands neither in what is known nor is
// a usual word: pairs of letters are looked up, so that the order of words is free.
func (r *reader) newShare() float64 {
	text := []rune(letters(r.e.text))
	if len(text) == 0 {
		return 0
	}
	old := make([]bool, len(text))
	known := []rune(letters(r.known()))
	pairs := make(map[[2]rune]bool)
	for i := 0; i+1 < len(known); i++ {
		pairs[[2]rune{known[i], known[i+1]}] = true
	}
	for i := 0; i+1 < len(text); i++ {
		if pairs[[2]rune{text[i], text[i+1]}] {
			old[i], old[i+1] = true, true
		}
	}
	for _, w := range usual {
		word := []rune(w)
		for at := index(text, word, 0); at >= 0; at = index(text, word, at+1) {
			for k := range word {
				old[at+k] = true
			}
		}
	}
	n := 0
	for i, c := range text {
		if !old[i] && unicode.IsLetter(c) {
			n++
		}
	}
	return float64(n) / float64(len(text))
}
