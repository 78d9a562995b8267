package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"yiju/analysis"
	"yiju/geo"
	"yiju/internal/pipeline"
)

// shareID is the form of the ids of shares: run, measure, limit, what is counted.
var shareID = regexp.MustCompile(`^.+_(time|distance|straight)_([0-9]+(?:_[0-9]+)?)_([a-z]+)$`)

// printRun writes a run as a table of shares, the other values and the notes.
func (a *app) printRun(out io.Writer, run pipeline.Run) error {
	fmt.Fprintf(out, "%s  [%s]\n", run.Title.In(a.lang), run.ID)
	rows, rest := a.shareTable(run.Values)
	for _, line := range align(rows) {
		fmt.Fprintln(out, "  "+line)
	}
	for _, line := range align(a.valueTable(rest)) {
		fmt.Fprintln(out, "  "+line)
	}
	for _, m := range missing(run.Values) {
		fmt.Fprintln(out, "  ! "+m.In(a.lang))
	}
	for _, n := range run.Notes {
		fmt.Fprintln(out, "  · "+n.Text.In(a.lang)+noteIDs(n))
	}
	return nil
}

// shareTable puts shares into rows by limit and columns by what is counted, and
// gives back the values that are no shares.
func (a *app) shareTable(values []analysis.Value) (rows [][]string, rest []analysis.Value) {
	columns := []string{"households", "residents", "buildings", "land"}
	header := []string{a.say("范围", "within"), a.say("户", "households"), a.say("居民", "residents"), a.say("住宅楼", "residential buildings"), a.say("用地", "land")}
	at := make(map[string]int)
	for _, v := range values {
		m := shareID.FindStringSubmatch(v.ID)
		column := -1
		if m != nil {
			column = slices.Index(columns, m[3])
		}
		if column < 0 {
			rest = append(rest, v)
			continue
		}
		key := m[1] + m[2]
		if _, ok := at[key]; !ok {
			at[key] = len(rows)
			rows = append(rows, append([]string{a.limit(m[1], m[2])}, make([]string, len(columns))...))
		}
		rows[at[key]][column+1] = a.value(v)
	}
	if len(rows) > 0 {
		rows = append([][]string{header}, rows...)
	}
	return rows, rest
}

func (a *app) limit(measure, number string) string {
	number = strings.ReplaceAll(number, "_", ".")
	switch measure {
	case "time":
		return fmt.Sprintf(a.say("步行 %s 分钟", "%s min on foot"), number)
	case "distance":
		return fmt.Sprintf(a.say("路网距离 %s 米", "%s m on foot"), number)
	}
	return fmt.Sprintf(a.say("直线距离 %s 米", "%s m straight"), number)
}

func (a *app) value(v analysis.Value) string {
	switch {
	case v.Value == nil && len(v.Missing) == 0 && v.Denominator != nil && *v.Denominator == 0:
		return a.say("不适用", "not applicable")
	case v.Value == nil:
		return a.say("未知", "unknown")
	}
	// A share is not rounded to all or nothing.
	switch {
	case v.Unit == "%" && *v.Value < 100 && *v.Value >= 99.95:
		return "> 99.9 %"
	case v.Unit == "%" && *v.Value > 0 && *v.Value < 0.05:
		return "< 0.1 %"
	}
	digits := 1
	if v.Unit == "" {
		digits = -1
	}
	return strings.TrimSpace(strconv.FormatFloat(*v.Value, 'f', digits, 64) + " " + v.Unit)
}

// valueTable is a row for each value: what it is, the value, and its numerator over
// its denominator.
func (a *app) valueTable(values []analysis.Value) [][]string {
	rows := make([][]string, len(values))
	for i, v := range values {
		rows[i] = []string{v.Title.In(a.lang), a.value(v), a.fraction(v)}
	}
	return rows
}

// fraction words numerator over denominator.
func (a *app) fraction(v analysis.Value) string {
	if v.Numerator == nil || v.Denominator == nil {
		return ""
	}
	trimmed := func(v float64) string { return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0") }
	return fmt.Sprintf("%s / %s %s", trimmed(*v.Numerator), trimmed(*v.Denominator), a.counted(v.Of))
}

// counted names what is counted; units are the same in both languages.
func (a *app) counted(of string) string {
	zh, ok := map[string]string{
		"households": "户", "residents": "人", "buildings": "栋", "cameras": "台", "key points": "处", "points": "处",
	}[of]
	if !ok {
		return of
	}
	return a.say(zh, of)
}

// missing lists what was unknown to any of the values, each once.
func missing(values []analysis.Value) []geo.Text {
	var out []geo.Text
	for _, v := range values {
		for _, m := range v.Missing {
			if !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	return out
}

func noteIDs(n analysis.Note) string {
	const most = 5
	if len(n.IDs) == 0 {
		return ""
	}
	ids := "  (" + strings.Join(n.IDs[:min(len(n.IDs), most)], ", ")
	if n.Count > most {
		ids += fmt.Sprintf(" … %d", n.Count)
	}
	return ids + ")"
}

// align pads cells to columns as a terminal shows them, where a Chinese character
// takes two places; numbers stand to the right.
func align(rows [][]string) []string {
	return inColumns(rows, func(column int) bool { return column == 0 })
}

// alignWords puts columns of words under one another, all of them to the left.
func alignWords(rows [][]string) []string {
	return inColumns(rows, func(int) bool { return true })
}

func inColumns(rows [][]string, toLeft func(column int) bool) []string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], places(cell))
		}
	}
	out := make([]string, len(rows))
	for r, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-places(cell))
			if toLeft(i) {
				cells[i] = cell + pad
			} else {
				cells[i] = pad + cell
			}
		}
		out[r] = strings.TrimRight(strings.Join(cells, "   "), " ")
	}
	return out
}

func places(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
