package audit

import (
	"math"
	"slices"
	"strings"
)

// shift multiplies by a hundred without the error of binary fractions: 0.57 is 57.
func shift(v float64) float64 { return math.Round(v*1e10) / 1e8 }

// unlabelled reads figures that no label explains, where one requirement alone can be
// meant: counts such as 85/109 or 共3个，其中2个, and a share.
func (s *statement) unlabelled(of int) {
	d, r := &s.out[of], s.reqs[of]
	if !s.only(of) {
		return
	}
	if r.Unit != "%" {
		s.plainCount(of)
		return
	}
	if d.num == nil && d.den == nil {
		s.fraction(of)
	}
	s.among(d)
	if len(d.rates) > 0 || r.Reads.CountIs != nil {
		return
	}
	for i, f := range s.figures {
		if f.sort == percent && !s.used[i] {
			s.used[i] = true
			d.rates = append(d.rates, f)
		}
	}
}

// only tells whether a requirement is the only one in the text that wants figures.
func (s *statement) only(of int) bool {
	for i, r := range s.reqs {
		if i != of && r.Threshold.Given() {
			return false
		}
	}
	return true
}

// plainCount takes the one number of things in one of the requirement's units.
func (s *statement) plainCount(of int) {
	d, r := &s.out[of], s.reqs[of]
	if len(d.counts) > 0 || !r.Threshold.Given() || len(r.Reads.Units) == 0 {
		return
	}
	at := -1
	for i, f := range s.figures {
		if s.used[i] || f.sort != count || !s.listedUnit(of, &f) {
			continue
		}
		if at >= 0 {
			return // which of them is not clear
		}
		at = i
	}
	if at >= 0 {
		s.used[at] = true
		d.counts = append(d.counts, labelled{s.figures[at], ""})
	}
}

// fractions reads counts of which one is written over the other, such as 85/109: for
// the only requirement that wants figures, or for that whose label stands before.
func (s *statement) fractions() {
	for i := 0; i+1 < len(s.figures); i++ {
		a, b := &s.figures[i], &s.figures[i+1]
		if !counted(a) || !counted(b) || s.divided[i] || !s.over(a, b) {
			continue
		}
		of := s.owner(a.pos)
		if of < 0 {
			continue
		}
		s.divided[i], s.divided[i+1], s.used[i], s.used[i+1] = true, true, true, true
		s.set(of, *a, *b)
	}
}

// over tells whether one figure is written over the other. A date and 24/7 are not.
func (s *statement) over(a, b *figure) bool {
	switch string(s.text[a.end:b.pos]) {
	case "/", "÷", " of ", " out of ", "of":
	default:
		return false
	}
	if b.end < len(s.text) && s.text[b.end] == '/' || a.pos > 0 && s.text[a.pos-1] == '/' || b.sort == other {
		return false
	}
	return a.value != 24 || b.value != 7
}

// owner is the requirement that counts at a place are for; -1 where that is not clear.
func (s *statement) owner(pos int) int {
	best := -1
	for i, r := range s.reqs {
		if r.Unit == "%" && s.only(i) {
			return i
		}
	}
	for _, m := range s.mentions {
		if m.role == value && m.end <= pos && s.reqs[m.of].Unit == "%" && !strings.ContainsAny(string(s.text[m.end:pos]), ";。\n") {
			best = m.of
		}
	}
	return best
}

// set gives a requirement its counts; labels do not change them.
func (s *statement) set(of int, num, den figure) {
	if d := &s.out[of]; d.num == nil && d.den == nil {
		if num.sort == bare {
			num.unit, num.sort, num.size = den.unit, den.sort, den.size // 85/109盏
		}
		d.num, d.den = &num, &den
		s.ranks[[2]int{of, int(numerator)}], s.ranks[[2]int{of, int(denominator)}] = -1, -1
	}
}

// fraction reads two counts of which one is said to be among the other: 2个小区中1个.
func (s *statement) fraction(of int) {
	for i := 0; i+1 < len(s.figures); i++ {
		a, b := &s.figures[i], &s.figures[i+1]
		if !counted(a) || !counted(b) || s.used[i] || s.used[i+1] || !alikeUnits(a, b) {
			continue
		}
		gap := string(s.text[a.end:b.pos])
		if len([]rune(gap)) <= maxGap && (strings.Contains(gap, "中") || strings.HasPrefix(gap, "里")) {
			s.used[i], s.used[i+1] = true, true
			s.set(of, *b, *a)
			return
		}
	}
}

func counted(f *figure) bool { return f.sort == count || f.sort == area || f.sort == bare }

// alikeUnits tells whether two figures may count the same things.
func alikeUnits(a, b *figure) bool {
	return a.sort == b.sort && (a.unit == b.unit || a.sort == area)
}

// among reads 其中2个 where the whole is known, and 共3个 where the part is.
func (s *statement) among(d *said) {
	for i := range s.figures {
		f := s.figures[i]
		if s.used[i] || !counted(&f) {
			continue
		}
		front := string(s.text[max(0, f.pos-8):f.pos])
		switch {
		case d.den != nil && d.num == nil && f.pos >= d.den.end && alikeUnits(&f, d.den) && (strings.Contains(front, "其中") || s.sameThings(&f, d.den)):
			d.num, s.used[i] = &f, true
		case d.num != nil && d.den == nil && alikeUnits(&f, d.num) && (strings.HasSuffix(front, "共") || strings.HasSuffix(front, "共有") || strings.HasSuffix(front, "总计") || strings.HasSuffix(front, "合计")):
			d.den, s.used[i] = &f, true
		}
	}
}

// sameThings tells whether two figures are followed by the same word, as in
// 共2个小区，2个小区拥有.
func (s *statement) sameThings(a, b *figure) bool {
	const letters = 2
	if a.end+letters > len(s.text) || b.end+letters > len(s.text) {
		return false
	}
	return string(s.text[a.end:a.end+letters]) == string(s.text[b.end:b.end+letters])
}

// allWords claim everything; each is looked for where it is no part of another word.
var allWords = []string{"全覆盖", "全部", "均", "全都", "皆", "all "}

// partWords say that it is not everything.
var partWords = []string{"部分", "尚未", "未全", "未完全", "逐步", "大部", "基本", "平均", "人均", "户均"}

// everything reads claims in words: all of the whole that is named.
func (s *statement) everything(of int) {
	d, r := &s.out[of], s.reqs[of]
	if r.Unit != "%" {
		return
	}
	d.all = (containsAny(s.text, r.Reads.All) || containsAny(s.text, allWords)) && !containsAny(s.text, partWords)
	if !d.all || len(d.rates) > 0 {
		return
	}
	switch {
	case d.num == nil && d.den != nil && d.den.value > 0:
		n := *d.den
		d.num, d.inferred = &n, true
	case d.num == nil && d.den == nil:
		s.allOf(of)
	case d.den == nil && d.num != nil && d.num.value > 0 && s.wholly(d.num):
		n := *d.num
		d.den, d.inferred = &n, true
	}
}

// allOf reads 2个小区均部署 where no label stands by the number.
func (s *statement) allOf(of int) {
	at := -1
	for i := range s.figures {
		f := &s.figures[i]
		if s.used[i] || f.sort != count || f.value == 0 || !s.listedUnit(of, f) || !s.wholly(f) || !s.only(of) {
			continue
		}
		if at >= 0 {
			return
		}
		at = i
	}
	if at >= 0 {
		n, m := s.figures[at], s.figures[at]
		s.used[at] = true
		s.out[of].num, s.out[of].den, s.out[of].inferred = &n, &m, true
	}
}

// listedUnit tells whether the profile counts in the unit that stands behind a figure.
func (s *statement) listedUnit(of int, f *figure) bool {
	return slices.ContainsFunc(s.reqs[of].Reads.Units, func(u string) bool { return startsWith(s.text[f.at:], plain(u)) })
}

// wholly tells whether the clause of a figure says that all are meant: 3个小区均已建成.
func (s *statement) wholly(f *figure) bool {
	from, to := f.pos, f.end
	for from > 0 && !strings.ContainsRune(boundaries, s.text[from-1]) {
		from--
	}
	for to < len(s.text) && !strings.ContainsRune(boundaries, s.text[to]) {
		to++
	}
	return containsAny(s.text[from:to], allWords)
}
