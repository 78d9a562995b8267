package claims

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"yiju/analysis/indicator"
)

// loose reads a text that lost its tabs: every line of every cell is a line of its
// own. A row begins at a line that is a number, with the title of the indicator of
// that number in the next line. Found is false where too few such rows are there.
func (in *reading) loose(lines []string) (c *indicator.Claims, found bool, err error) {
	var trimmed []string
	var at []int // the line that each is in the file
	for i, line := range lines {
		if line = strings.TrimSpace(noise.ReplaceAllString(line, "")); line != "" {
			trimmed, at = append(trimmed, line), append(at, i+1)
		}
	}
	starts, from, to := in.section(trimmed, in.anchors(trimmed))
	const least = 3
	if len(starts) < least {
		return nil, false, nil
	}
	l := headerAbove(trimmed[from:starts[0]])
	groups := in.groupNames()
	var records []record
	for k, start := range starts {
		end := to
		if k+1 < len(starts) {
			end = starts[k+1]
		}
		body, _ := withoutGroup(trimmed[start+2:end], groups, k+1 == len(starts))
		r := record{where: fmt.Sprintf("line %d", at[start]), cells: map[role]cell{number: {text: trimmed[start]}, title: {text: trimmed[start+1]}}}
		for as, text := range cellsOf(body, l.has(definition)) {
			r.cells[as] = cell{text: text}
		}
		if records = append(records, r); len(records) > MaxRows {
			return nil, true, in.tooManyRows()
		}
	}
	c, err = in.build(records, titlesAbove(trimmed[from:starts[0]]), &l)
	return c, true, err
}

// section gives the rows of one table where a text holds several, each under names of
// columns of its own: of the table whose heading names the tier asked for, else of the
// first. From and to bound its lines.
func (in *reading) section(lines []string, anchors []anchor) (starts []int, from, to int) {
	var sections [][]anchor
	for i, a := range anchors {
		if i == 0 || a.number <= anchors[i-1].number && len(headerAbove(lines[anchors[i-1].line:a.line]).roles) > 1 {
			sections = append(sections, nil)
		}
		sections[len(sections)-1] = append(sections[len(sections)-1], a)
	}
	if len(sections) == 0 {
		return nil, 0, len(lines)
	}
	const heading = 15 // lines, with the names of the columns among them
	chosen := 0
	for i, list := range sections {
		above := lines[max(0, list[0].line-heading):list[0].line]
		if len(sections) > 1 && in.tierIn(strings.Join(above, "\n")) == in.profile.Tier {
			chosen = i
			break
		}
	}
	for _, a := range sections[chosen] {
		starts = append(starts, a.line)
	}
	to = len(lines)
	if chosen > 0 {
		from = max(0, starts[0]-heading)
	}
	if chosen+1 < len(sections) {
		to = in.tableEnd(lines, starts[len(starts)-1]+2)
	}
	return starts, from, to
}

// tableEnd is where a table ends before another: at the next names of columns, without
// the heading above them.
func (in *reading) tableEnd(lines []string, from int) int {
	to := from
	for to+1 < len(lines) && (!known(lines[to]) || !known(lines[to+1])) {
		to++
	}
	for to > from && (in.tierIn(lines[to-1]) != "" || in.standardIn(lines[to-1]) != "") {
		to--
	}
	return to
}

// anchor is where a row begins.
type anchor struct{ line, number int }

// anchors are the lines at which rows begin.
func (in *reading) anchors(lines []string) []anchor {
	titles := in.knownTitles()
	var out []anchor
	for i := 0; i+1 < len(lines); i++ {
		if !isNumber(lines[i]) {
			continue
		}
		n, err := strconv.Atoi(strings.TrimRight(width.Fold.String(lines[i]), ".、"))
		if err == nil && slices.Contains(titles[n], plainName(lines[i+1])) {
			out = append(out, anchor{i, n})
			i++
		}
	}
	return out
}

// headerAbove reads the names of columns, one in each line, above the first row.
func headerAbove(lines []string) layout {
	var names []string
	for _, line := range lines {
		if known(line) {
			names = append(names, line)
		}
	}
	return layoutOf(names)
}

func titlesAbove(lines []string) []string {
	var out []string
	for _, line := range lines {
		if !known(line) {
			out = append(out, line)
		}
	}
	return out
}

// withoutGroup takes the name of the next group off the end of a row, which lines may
// have split, and empty lines.
func withoutGroup(lines []string, groups map[string]bool, last bool) ([]string, string) {
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	const split = 4
	for n := min(split, len(lines)-1); n >= 1 && !last; n-- {
		if name := plainName(strings.Join(lines[len(lines)-n:], "")); groups[name] {
			rest := lines[:len(lines)-n]
			for len(rest) > 0 && rest[len(rest)-1] == "" {
				rest = rest[:len(rest)-1]
			}
			return rest, name
		}
	}
	return lines, ""
}

// claimBegins are the words with which a claim begins in published tables.
var claimBegins = regexp.MustCompile(`^(?:达标|不达标|未达标|基本达标|部分达标|已达标|尚未达标)(?:$|[。.,;:、\s])`)

var partBegins = regexp.MustCompile(`^(?:1[.、)]|\(1\)|①|一、)`)

// cellsOf parts the lines of a row into definition, requirement and claim.
func cellsOf(lines []string, defined bool) map[role]string {
	out := make(map[role]string)
	lines = slices.DeleteFunc(slices.Clone(lines), func(s string) bool { return s == "" })
	if len(lines) == 0 {
		return out
	}
	at := slices.IndexFunc(lines, func(s string) bool { return claimBegins.MatchString(width.Fold.String(s)) })
	first := slices.IndexFunc(lines, func(s string) bool { return partBegins.MatchString(width.Fold.String(s)) })
	if at < 0 { // the second numbered list, or the last line
		at = len(lines) - 1
		if first >= 0 {
			if second := slices.IndexFunc(lines[first+1:], func(s string) bool { return partBegins.MatchString(width.Fold.String(s)) }); second >= 0 {
				at = first + 1 + second
			}
		}
	}
	out[claim] = strings.Join(lines[at:], "\n")
	front := lines[:at]
	if len(front) == 0 {
		return out
	}
	begin := len(front) - 1
	if first >= 0 && first < at {
		begin = first
	}
	if !defined && first < 0 {
		begin = 0
	}
	out[requirement] = strings.Join(front[begin:], "\n")
	if begin > 0 {
		out[definition] = strings.Join(front[:begin], "\n")
	}
	return out
}
