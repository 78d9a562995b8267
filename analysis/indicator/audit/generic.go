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
		s.fraction(d)
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
		if s.used[i] || f.sort != count || !slices.Contains(r.Reads.Units, f.unit) {
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

// fraction reads two counts that are set against each other: 85/109, 85 of 109,
// 2个小区中1个, 共3个小区，其中2个.
func (s *statement) fraction(d *said) {
	for i := 0; i+1 < len(s.figures); i++ {
		a, b := &s.figures[i], &s.figures[i+1]
		if !counted(a) || !counted(b) || s.used[i] || s.used[i+1] {
			continue
		}
		gap := string(s.text[a.end:b.pos])
		num, den := a, b
		switch {
		case gap == "/" || gap == "÷" || gap == " of " || gap == " out of " || gap == "of" || gap == " / ":
			if b.end < len(s.text) && s.text[b.end] == '/' || a.pos > 0 && s.text[a.pos-1] == '/' || a.value == 24 && b.value == 7 || a.value == 7 && b.value == 24 {
				continue // a date, or around the clock
			}
		case alikeUnits(a, b) && len([]rune(gap)) <= maxGap && (strings.Contains(gap, "中") || strings.HasPrefix(gap, "里")):
			num, den = b, a
		default:
			continue
		}
		s.used[i], s.used[i+1] = true, true
		n, m := *num, *den
		if n.sort == bare {
			n.unit, n.sort, n.size = m.unit, m.sort, m.size // 85/109盏
		}
		d.num, d.den = &n, &m
		return
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
		case d.den != nil && d.num == nil && f.pos >= d.den.end && alikeUnits(&f, d.den) && strings.Contains(front, "其中"):
			d.num, s.used[i] = &f, true
		case d.num != nil && d.den == nil && alikeUnits(&f, d.num) && (strings.HasSuffix(front, "共") || strings.HasSuffix(front, "共有") || strings.HasSuffix(front, "总计") || strings.HasSuffix(front, "合计")):
			d.den, s.used[i] = &f, true
		}
	}
}

// allWords claim everything; each is looked for where it is no part of another word.
var allWords = []string{"全覆盖", "全部", "均", "全都", "皆", "all "}

// partWords say that it is not everything.
var partWords = []string{"部分", "尚未", "未全", "未完全", "逐步", "大部", "平均", "人均", "户均"}

// everything reads claims in words: all of the whole that is named.
func (s *statement) everything(of int) {
	d, r := &s.out[of], s.reqs[of]
	if r.Unit != "%" {
		return
	}
	d.all = (containsAny(s.text, r.Reads.All) || containsAny(s.text, allWords)) && !containsAny(s.text, partWords)
	if d.all && len(d.rates) == 0 && d.num == nil && d.den != nil && d.den.value > 0 {
		n := *d.den
		d.num = &n
	}
}
