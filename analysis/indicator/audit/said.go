package audit

import (
	"cmp"
	"slices"
	"strings"

	"yiju/analysis/indicator"
)

// said is what a text says on one requirement, figures as they stand in it.
type said struct {
	rates []figure
	// counts are numbers of things, each with the label that it was found by.
	counts   []labelled
	num, den *figure
	// inferred tells that the numerator or denominator was not stated: all of the
	// other is claimed in words.
	inferred bool
	// condition is the figure that decides whether the requirement applies.
	condition *figure
	// all tells that the text claims everything in words.
	all bool
	// given tells that figures were stated in columns of their own.
	given bool
}

type labelled struct {
	figure
	label string
}

// role is what a figure is for.
type role uint8

const (
	value role = iota
	numerator
	denominator
	condition
)

// mention is a label found in a text.
type mention struct {
	of         int // index of the requirement
	role       role
	label      string
	rank       int // place in the list of labels, the surer first
	pos, end   int
	figure     *figure // set where the label itself says where the figure stands
	attributed bool
	// foreign is a label that is about something else: 4G网络覆盖率 is not 网络覆盖率.
	foreign bool
}

// statement is a text in which figures are looked for.
type statement struct {
	text    []rune
	figures []figure
	used    []bool
	// divided are figures of which one is written over the other, as 85/109.
	divided  []bool
	mentions []mention
	reqs     []*indicator.Requirement
	// ranks are those of the labels by which figures were taken, by requirement and role.
	ranks map[[2]int]int
	out   []said
}

// listen reads what a text says on requirements that share it.
func listen(text string, reqs []*indicator.Requirement) []said {
	s := &statement{text: withoutHints(plain(text)), reqs: reqs, ranks: make(map[[2]int]int), out: make([]said, len(reqs))}
	s.figures = figures(s.text)
	s.used, s.divided = make([]bool, len(s.figures)), make([]bool, len(s.figures))
	for i, r := range reqs {
		s.find(i, value, r.Reads.Value)
		s.find(i, numerator, r.Reads.Numerator)
		s.find(i, denominator, r.Reads.Denominator)
		if r.Condition != nil {
			s.find(i, condition, r.Condition.Labels)
		}
	}
	s.longest()
	s.fractions()
	s.chains()
	for i := range s.mentions {
		s.attribute(&s.mentions[i])
	}
	for i := range reqs {
		s.unlabelled(i)
		s.everything(i)
	}
	return s.out
}

// withoutHints blanks out bracketed instructions of the form, such as (若超过30%请列出).
func withoutHints(text []rune) []rune {
	out := slices.Clone(text)
	for i := 0; i < len(out); i++ {
		if out[i] != '(' {
			continue
		}
		end := slices.Index(out[i:], ')')
		if end < 0 {
			break
		}
		for _, hint := range []string{"若", "如", "注", "请", "填", "例"} {
			if startsWith(out[i+1:], []rune(hint)) {
				for j := i; j <= i+end; j++ {
					out[j] = '。'
				}
				break
			}
		}
	}
	return out
}

// find notes all places of labels. A label with # says where its figure stands: 共#.
func (s *statement) find(of int, as role, labels []string) {
	for rank, label := range labels {
		for word := range strings.SplitSeq(label, "|") {
			m := mention{of: of, role: as, label: word, rank: rank}
			if head, tail, exact := strings.Cut(word, "#"); exact {
				s.findExact(m, plain(head), plain(tail))
				continue
			}
			w := plain(word)
			for at := index(s.text, w, 0); at >= 0; at = index(s.text, w, at+1) {
				m.pos, m.end = at, at+len(w)
				m.foreign = as == value && at > 0 && latin(s.text[at-1]) && !latin(w[0])
				s.mentions = append(s.mentions, m)
			}
		}
	}
}

// findExact notes the figures that stand between two words. The word behind may begin
// with the unit: 覆盖#处 is found as 覆盖# is.
func (s *statement) findExact(m mention, head, tail []rune) {
	for i := range s.figures {
		f := &s.figures[i]
		from, to := f.pos-len(head), f.end+len(tail)
		if startsWith(s.text[f.at:], tail) {
			to = max(f.end, f.at+len(tail))
		} else if to > len(s.text) || !startsWith(s.text[f.end:], tail) {
			continue
		}
		if from < 0 || !startsWith(s.text[from:], head) || !s.accepts(m.of, m.role, f) {
			continue
		}
		m.pos, m.end, m.figure = from, to, f
		s.mentions = append(s.mentions, m)
	}
}

// longest drops labels that stand within longer ones and puts the rest in order.
func (s *statement) longest() {
	all := s.mentions
	within := func(m mention) bool {
		return slices.ContainsFunc(all, func(o mention) bool {
			return m.figure == nil && o.figure == nil && o.pos <= m.pos && o.end >= m.end && o.end-o.pos > m.end-m.pos
		})
	}
	var kept []mention
	for _, m := range all {
		if !m.foreign && !within(m) {
			kept = append(kept, m)
		}
	}
	slices.SortStableFunc(kept, func(a, b mention) int { return cmp.Or(a.pos-b.pos, b.end-a.end) })
	s.mentions = slices.CompactFunc(kept, func(a, b mention) bool {
		return a.of == b.of && a.role == b.role && a.pos == b.pos && a.end == b.end
	})
}

// accepts tells whether a figure can be what a label of a role stands for.
func (s *statement) accepts(of int, as role, f *figure) bool {
	r := s.reqs[of]
	switch {
	case f.sort == other:
		return false
	case as == condition:
		return f.sort != area
	case as != value:
		return f.sort != percent
	case r.Unit == "%" && r.Reads.CountIs == nil:
		return f.sort == percent || f.sort == bare
	case r.Unit == "%":
		return f.sort != area
	}
	return f.sort == count || f.sort == bare
}

// maxGap is how many characters may stand between a label and its figure.
const maxGap = 16

// boundaries end the reach of a label.
const boundaries = ",;。\n!?"

// between is what stands between two places, without what is in brackets; false
// where a sentence or clause ends there.
func (s *statement) between(from, to int) ([]rune, bool) {
	var gap []rune
	depth := 0
	for _, r := range s.text[from:to] {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth = max(depth-1, 0)
		case depth > 0:
		case strings.ContainsRune(boundaries, r):
			return nil, false
		default:
			gap = append(gap, r)
		}
	}
	return gap, depth == 0 && len(gap) <= maxGap
}

// chains gives labels that are listed together the figures that follow: one for all,
// as in A、B、C均达到80%, or one for each.
func (s *statement) chains() {
	for i := 0; i < len(s.mentions); {
		end := i + 1
		for end < len(s.mentions) && s.joined(&s.mentions[end-1], &s.mentions[end]) {
			end++
		}
		if end-i > 1 {
			s.chain(s.mentions[i:end])
		}
		i = end
	}
}

// joined tells whether two labels of values are listed together.
func (s *statement) joined(a, b *mention) bool {
	if a.role != value || b.role != value || b.pos < a.end || a.figure != nil || b.figure != nil || s.reqs[a.of].Unit != "%" || s.reqs[b.of].Unit != "%" {
		return false
	}
	gap, ok := s.between(a.end, b.pos)
	if !ok || len(gap) == 0 || len(gap) > 8 || len(figures(gap)) > 0 {
		return false
	}
	return strings.ContainsRune("、和与及/或", gap[0]) || gap[0] == '以'
}

func (s *statement) chain(list []mention) {
	last := list[len(list)-1]
	first := s.next(last.of, value, last.end)
	if first < 0 {
		return
	}
	if gap, ok := s.between(last.end, s.figures[first].pos); !ok || strings.ContainsRune(string(gap), '、') {
		return
	}
	// A figure for each label, parted by 、 or a comma.
	run := 1
	for first+run < len(s.figures) && run < len(list) && s.parted(first+run-1, first+run) {
		run++
	}
	for i := range list {
		at := first
		if run == len(list) {
			at = first + i
		}
		list[i].attributed = true
		s.take(&list[i], at)
	}
}

// parted tells whether nothing but a comma stands between two figures.
func (s *statement) parted(a, b int) bool {
	gap := string(s.text[s.figures[a].end:s.figures[b].pos])
	switch gap {
	case "、", ",", "和", "/", "-", "~", "—", "至", "到":
		return true
	}
	return false
}

// next is the first figure from a place on that a label can stand for; -1 for none.
func (s *statement) next(of int, as role, from int) int {
	for i := range s.figures {
		if f := &s.figures[i]; f.pos >= from && !s.divided[i] && s.accepts(of, as, f) {
			return i
		}
	}
	return -1
}

// attribute finds the figure of a label: directly in front of it (80%小区), behind it
// (覆盖率达到80%), or a little before it (1个智能图书柜).
func (s *statement) attribute(m *mention) {
	switch {
	case m.attributed:
		return
	case m.figure != nil:
		s.take(m, slices.IndexFunc(s.figures, func(f figure) bool { return f.pos == m.figure.pos }))
		return
	}
	before, gap := s.before(m)
	if before >= 0 && (len(gap) == 0 || string(gap) == "的") {
		s.take(m, before)
		return
	}
	if behind := s.behind(m); behind >= 0 {
		s.take(m, behind)
		s.listed(m, behind)
		return
	}
	const loose = 6
	if before >= 0 && len(gap) <= loose && !strings.ContainsRune(string(gap), '、') {
		s.take(m, before)
	}
}

// listed gives a label of a share the figures that follow its own in a list, such as
// 覆盖率分别为95%、92%、88%.
func (s *statement) listed(m *mention, i int) {
	for m.role == value && i+1 < len(s.figures) && s.parted(i, i+1) && s.figures[i+1].sort == percent && s.figures[i].sort == percent {
		i++
		s.take(m, i)
	}
}

// before is the last figure in front of a label in its clause, with what stands
// between; -1 for none.
func (s *statement) before(m *mention) (int, []rune) {
	for i := len(s.figures) - 1; i >= 0; i-- {
		f := &s.figures[i]
		if f.end > m.pos || s.divided[i] || !s.accepts(m.of, m.role, f) {
			continue
		}
		gap, ok := s.between(f.end, m.pos)
		if !ok {
			return -1, nil
		}
		return i, gap
	}
	return -1, nil
}

// behind is the first figure behind a label in its clause; -1 for none.
func (s *statement) behind(m *mention) int {
	i := s.next(m.of, m.role, m.end)
	if i < 0 {
		return -1
	}
	f := &s.figures[i]
	gap, ok := s.between(m.end, f.pos)
	const nearOfBare = 5
	if !ok || strings.ContainsRune(string(gap), '、') || f.sort == bare && len(gap) > nearOfBare {
		return -1
	}
	return i
}

// take gives a figure to the requirement of a label.
func (s *statement) take(m *mention, i int) {
	if i < 0 {
		return
	}
	f := s.figures[i]
	out := &s.out[m.of]
	s.used[i] = true
	if m.role == value {
		out.add(s.reqs[m.of], m.label, f)
		return
	}
	into := map[role]**figure{numerator: &out.num, denominator: &out.den, condition: &out.condition}[m.role]
	key := [2]int{m.of, int(m.role)}
	if *into == nil || m.rank < s.ranks[key] {
		*into, s.ranks[key] = &f, m.rank
	}
}

// add notes a claimed value: a share, or a number of things.
func (d *said) add(r *indicator.Requirement, label string, f figure) {
	if r.Unit == "%" && (f.sort == percent || f.sort == bare && r.Reads.CountIs == nil) {
		if f.sort == bare {
			f = asShare(f)
		}
		if !slices.ContainsFunc(d.rates, func(g figure) bool { return g.pos == f.pos }) {
			d.rates = append(d.rates, f)
		}
		return
	}
	at := slices.IndexFunc(d.counts, func(g labelled) bool { return g.pos == f.pos })
	switch {
	case at < 0:
		d.counts = append(d.counts, labelled{f, label})
	case len(label) > len(d.counts[at].label):
		d.counts[at].label = label // the longer says more: 图书角 before 拥有
	}
}

// asShare reads a number without a unit as a share: 0.85 and 85 are 85 %.
func asShare(f figure) figure {
	if f.value <= 1 {
		f.value = shift(f.value)
		f.decimals = max(f.decimals-2, 0)
	}
	f.sort, f.unit = percent, "%"
	return f
}
