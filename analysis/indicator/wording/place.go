package wording

import (
	"regexp"

	"yiju/geo"
)

var rowOrLine = regexp.MustCompile(`\b(?:row|line) (\d+)`)

// Place words a place in a file, such as "Sheet1 row 7", in both languages.
func Place(where string) geo.Text {
	return geo.T(rowOrLine.ReplaceAllString(where, "第 $1 行"), where)
}
