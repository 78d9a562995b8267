package table

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// epoch is the day that the dates of a spreadsheet count from.
type epoch int

const (
	epoch1900 epoch = iota
	epoch1904
)

// lastSerial is 9999-12-31, after which spreadsheet programs show no dates.
const lastSerial = 2_958_466

// numberCell makes a cell of a number, or of the date that it is shown as.
func numberCell(v float64, date bool, from epoch) Cell {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Cell{Kind: Broken, Text: "#NUM!"}
	}
	if date && v >= 0 && v < lastSerial {
		return Cell{Kind: Date, Text: dateText(v, from)}
	}
	return Cell{Kind: Number, Text: shortest(v)}
}

// shortest writes a number with the 15 digits that a spreadsheet keeps.
func shortest(v float64) string {
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil {
		short = v
	}
	const plain = 1e21 // beyond, digits would be zeros
	if math.Abs(short) < plain && (short == 0 || math.Abs(short) > 1e-7) {
		return strconv.FormatFloat(short, 'f', -1, 64)
	}
	return strconv.FormatFloat(short, 'g', -1, 64)
}

// dateText writes the date that a spreadsheet shows for a number of days. Its
// calendar has a 29th of February in 1900, which there was not.
func dateText(days float64, from epoch) string {
	const daySeconds = 86400
	seconds := math.Round(days * daySeconds)
	if days < 1 && from == epoch1900 {
		return time.Unix(int64(seconds), 0).UTC().Format("15:04:05")
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case from == epoch1904:
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days < 60:
		start = start.AddDate(0, 0, 1)
	}
	whole := math.Floor(seconds / daySeconds)
	t := start.AddDate(0, 0, int(whole)).Add(time.Duration(seconds-whole*daySeconds) * time.Second)
	if seconds == whole*daySeconds {
		return t.Format("2006-01-02")
	}
	return t.Format("2006-01-02 15:04:05")
}

// builtInDate tells whether one of the formats that need no code shows a date;
// 27 to 36 and 50 to 58 are those of East Asian versions (ECMA-376 part 1,
// 18.8.30).
func builtInDate(id string) bool {
	n, err := strconv.Atoi(id)
	return err == nil && (n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58)
}

// literal is what a format shows as it stands: quoted text, escaped characters,
// colours, conditions and languages in brackets.
var literal = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]]*\]`)

// elapsed are hours, minutes and seconds beyond a day.
var elapsed = regexp.MustCompile(`(?i)\[(h+|m+|s+)\]`)

// showsDate tells whether a format shows a number as date or time.
func showsDate(format string) bool {
	if elapsed.MatchString(format) {
		return true
	}
	f := strings.ToLower(literal.ReplaceAllString(format, ""))
	f = strings.ReplaceAll(strings.ReplaceAll(f, "general", ""), "am/pm", "h")
	return strings.ContainsAny(f, "ymdhs")
}
