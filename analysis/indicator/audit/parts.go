package audit

import (
	"regexp"
	"slices"
	"strings"
)

// part is a numbered sentence of a cell; number 0 is what stands in front of the
// first, or the whole cell where nothing is numbered.
type part struct {
	number int
	text   string // as it stands in the file
}

// mark is where a number of a part stands in a text, in runes.
type mark struct{ number, start, end int }

// divide splits a cell into its numbered parts: 1. or 1、 or (1) or ① or 一、, at the
// beginning of a line or sentence and in ascending order from 1. Decimals, dates and
// lists such as 1、2号楼 are not numbers of parts.
func divide(cell string) []part {
	raw := []rune(cell)
	marks := marksOf(fold(raw))
	if len(marks) == 0 {
		return []part{{0, strings.TrimSpace(cell)}}
	}
	out := []part{}
	if head := strings.TrimSpace(string(raw[:marks[0].start])); head != "" {
		out = append(out, part{0, head})
	}
	for i, m := range marks {
		end := len(raw)
		if i+1 < len(marks) {
			end = marks[i+1].start
		}
		out = append(out, part{m.number, strings.TrimSpace(string(raw[m.end:end]))})
	}
	return out
}

// marksOf finds the numbers of parts, all of one style: the style that is met first,
// so that numbers within a part do not part it.
func marksOf(text []rune) []mark {
	var best []mark
	for _, style := range styles {
		var list []mark
		for i := range text {
			want := len(list) + 1
			if !begins(text, i) && (want == 1 || text[i] != '(' && (text[i] < '①' || text[i] > '⑳')) {
				continue
			}
			if end := style(text, i, want); end > i {
				list = append(list, mark{want, i, end})
			}
		}
		if len(list) == 1 && decimal(text, list[0].end) {
			continue
		}
		if len(list) > 0 && (best == nil || list[0].start < best[0].start) {
			best = list
		}
	}
	return best
}

// decimal tells whether what looks like the number of the only part goes on as a number:
// 1.5, 1、2号楼, but not 1.5G网络.
func decimal(text []rune, end int) bool {
	for end < len(text) && isDigit(text[end]) {
		end++
		if end < len(text) && text[end] >= 'a' && text[end] <= 'z' {
			return false
		}
	}
	return end > 0 && isDigit(text[end-1])
}

// begins tells whether a line or sentence may begin at i.
func begins(text []rune, i int) bool {
	j := i - 1
	for j >= 0 && (text[j] == ' ' || text[j] == '\t' || text[j] == '\u00A0' || hidden(text[j])) {
		j--
	}
	switch {
	case j < 0 || strings.ContainsRune("\n\r。;:!?", text[j]):
		return true
	case text[j] == ',' || text[j] == '.':
		return j == 0 || !isDigit(text[j-1])
	}
	return j < i-1 && text[j] > 0x2E80 && text[j] != '、'
}

// A style reads the number of a part at a place; it gives where the sentence begins,
// or 0.
var styles = []func(text []rune, i, want int) int{
	func(text []rune, i, want int) int { // 1. 1、 1) 1:
		end := digits(text, i, want)
		if end == 0 || end >= len(text) || !strings.ContainsRune(".、):", text[end]) {
			return 0
		}
		return end + 1
	},
	func(text []rune, i, want int) int { // (1)
		if text[i] != '(' || i+1 >= len(text) {
			return 0
		}
		if end := digits(text, i+1, want); end > 0 && end < len(text) && text[end] == ')' {
			return end + 1
		}
		return 0
	},
	func(text []rune, i, want int) int { // ①
		if want <= 20 && text[i] == rune('①'+want-1) {
			return i + 1
		}
		return 0
	},
	func(text []rune, i, want int) int { // 一、 (一)
		const numerals = "一二三四五六七八九"
		n := []rune(numerals)
		if want > len(n) {
			return 0
		}
		if text[i] == n[want-1] && i+1 < len(text) && text[i+1] == '、' {
			return i + 2
		}
		if text[i] == '(' && i+2 < len(text) && text[i+1] == n[want-1] && text[i+2] == ')' {
			return i + 3
		}
		return 0
	},
	func(text []rune, i, want int) int { // 一是
		n := []rune("一二三四五六七八九")
		if want <= len(n) && text[i] == n[want-1] && i+1 < len(text) && text[i+1] == '是' {
			return i + 2
		}
		return 0
	},
}

// digits reads the wanted number at i; it gives where it ends, or 0.
func digits(text []rune, i, want int) int {
	n, end := 0, i
	for end < len(text) && isDigit(text[end]) && end-i < 3 {
		n = 10*n + int(text[end]-'0')
		end++
	}
	if end == i || n != want {
		return 0
	}
	return end
}

// The words by which an applicant says whether a row is met. They stand at the
// beginning or at the end, as a sentence of their own.
var (
	saysFirst = regexp.MustCompile(`^(已?达标|已?达到(?:标准|要求)|(?:已|完全)?(?:符合|满足)(?:标准|要求)?|不达标|未达标|尚未达标|没有达标|未达到(?:标准|要求)?|不(?:符合|满足)(?:标准|要求)?|基本达标|部分达标|基本(?:符合|满足)(?:标准|要求)?|已?完成|未完成|尚未完成|基本完成|部分完成|met|not met|partly met|pass|fail|yes|no|是|否|√|✓|✔|×|✗|✘)(?:$|[\s。.,;:!、]+)`)
	saysLast  = regexp.MustCompile(`(?:^|[。.,;:!\s])(已?达标|不达标|未达标|尚未达标|基本达标|部分达标|met|not met)[。.!]?$`)
	negative  = []string{"没有达标", "尚未达标", "尚未完成", "not met", "fail", "no", "否", "×", "✗", "✘"}
)

// answer is what an applicant says of a row or a part.
type answer struct {
	met    *bool
	partly bool // 基本达标: neither yes nor no
}

// answerOf reads whether a text says that it is met, and gives the rest of it.
func answerOf(text string) (answer, string) {
	text = strings.TrimSpace(text)
	raw := []rune(text)
	folded := string(fold(raw))
	if m := saysFirst.FindStringSubmatchIndex(folded); m != nil {
		return answerWord(folded[m[2]:m[3]]), strings.TrimSpace(string(raw[len([]rune(folded[:m[1]])):]))
	}
	if m := saysLast.FindStringSubmatchIndex(folded); m != nil {
		return answerWord(folded[m[2]:m[3]]), strings.TrimSpace(string(raw[:len([]rune(folded[:m[2]]))]))
	}
	return answer{}, text
}

func answerWord(word string) answer {
	no, yes := false, true
	switch {
	case strings.HasPrefix(word, "基本") || strings.HasPrefix(word, "部分") || word == "partly met":
		return answer{partly: true}
	case slices.Contains(negative, word) || strings.HasPrefix(word, "不") || strings.HasPrefix(word, "未"):
		return answer{met: &no}
	}
	return answer{met: &yes}
}
