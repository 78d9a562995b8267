package audit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"yiju/analysis/indicator/wording"
)

// variants are ways of writing a character that mean the same one.
var variants = map[rune]rune{
	'虛': '虚', '戶': '户', '內': '内', '為': '为', '爲': '为', '區': '区', '車': '车', '電': '电', '網': '网', '絡': '络', '標': '标', '準': '准',
	'﹪': '%', '―': '—', '–': '-', '－': '-', '−': '-', '～': '~', '〜': '~', '｡': '。', '﹐': ',', '﹔': ';', '﹕': ':', '∕': '/', '⁄': '/', '＝': '=',
	'“': '"', '”': '"', '＂': '"', '「': '"', '」': '"', '‘': '\'', '’': '\'', '〔': '[', '〕': ']', '【': '[', '】': ']', '﹝': '[', '﹞': ']',
}

// fold gives each character its usual form, one for one: half-width digits and
// punctuation, small letters, no variant characters, no radicals of copied PDF.
func fold(runes []rune) []rune {
	out := make([]rune, len(runes))
	for i, r := range runes {
		out[i] = foldRune(r)
	}
	for i := 1; i < len(out); i++ {
		if out[i-1] == '建' && out[i] == '全' {
			out[i-1] = '健' // 建全 is a usual slip for 健全
		}
	}
	return out
}

func foldRune(r rune) rune {
	if v, ok := variants[r]; ok {
		return v
	}
	if v := width.LookupRune(r).Folded(); v != 0 {
		r = v
	}
	if r >= 0x2E80 && r <= 0x2FDF || r >= 0xF900 && r <= 0xFAFF {
		if s := norm.NFKC.String(string(r)); utf8.RuneCountInString(s) == 1 {
			r, _ = utf8.DecodeRuneInString(s)
		}
	}
	if v, ok := variants[r]; ok {
		return v
	}
	return unicode.ToLower(r)
}

// hidden tells of characters that nobody sees.
func hidden(r rune) bool {
	return r == '\u200B' || r == '\uFEFF' || r == '\u200C' || r == '\u200D' || r == '\u00AD' || r < ' ' && r != '\n' && r != '\t'
}

// plain is a text as it is compared: folded, without spaces except between letters
// or digits of the Latin script, and without the commas of thousands.
func plain(s string) []rune {
	raw := []rune(s)
	folded := fold(raw)
	out := make([]rune, 0, len(folded))
	for i, r := range folded {
		switch {
		case hidden(r), raw[i] == ',' && thousands(folded, i):
			continue
		case unicode.IsSpace(r):
			if next := after(folded, i); next != 0 && len(out) > 0 && latin(out[len(out)-1]) && latin(next) {
				out = append(out, ' ')
			}
			continue
		}
		out = append(out, r)
	}
	return out
}

// thousands tells whether the comma at i parts thousands: 4,379.
func thousands(runes []rune, i int) bool {
	digits := 0
	for j := i + 1; j < len(runes) && isDigit(runes[j]); j++ {
		digits++
	}
	return i > 0 && isDigit(runes[i-1]) && digits == 3
}

// after is the next character that is seen.
func after(runes []rune, i int) rune {
	for _, r := range runes[i+1:] {
		if !unicode.IsSpace(r) && !hidden(r) {
			return r
		}
		if r == '\n' {
			return 0
		}
	}
	return 0
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func latin(r rune) bool { return isDigit(r) || r < unicode.MaxASCII && unicode.IsLetter(r) }

// letters is a text without anything but letters and digits, for titles and for
// comparing sentences.
func letters(s string) string {
	var b strings.Builder
	for _, r := range fold([]rune(s)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// index finds a word in a text from a place on; -1 where it is not.
func index(text, word []rune, from int) int {
	if len(word) == 0 {
		return -1
	}
	for i := max(from, 0); i+len(word) <= len(text); i++ {
		if startsWith(text[i:], word) {
			return i
		}
	}
	return -1
}

func startsWith(text, word []rune) bool {
	if len(word) > len(text) {
		return false
	}
	for i, r := range word {
		if text[i] != r {
			return false
		}
	}
	return true
}

// contains tells whether a word stands in a text; both are brought into plain form.
// Alternatives of a word are parted by |.
func contains(text []rune, word string) bool { return find(text, word) >= 0 }

// find is the first place of a word or one of its alternatives; -1 for none.
func find(text []rune, word string) int {
	best := -1
	for w := range strings.SplitSeq(word, "|") {
		if i := index(text, plain(w), 0); i >= 0 && (best < 0 || i < best) {
			best = i
		}
	}
	return best
}

func containsAny(text []rune, words []string) bool {
	for _, w := range words {
		if contains(text, w) {
			return true
		}
	}
	return false
}

// alike is how much of two texts is the same, from 0 to 1: 1 less their edit
// distance over the length of the longer.
func alike(a, b string) float64 {
	s, t := []rune(a), []rune(b)
	if len(s) == 0 || len(t) == 0 || len(s) > maxCompared || len(t) > maxCompared {
		return 0
	}
	return 1 - float64(wording.EditDistance(s, t))/float64(max(len(s), len(t)))
}

// maxCompared bounds the length of titles that are compared letter by letter.
const maxCompared = 120
