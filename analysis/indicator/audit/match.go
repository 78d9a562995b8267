package audit

import (
	"strings"

	"yiju/analysis/indicator"
)

// Fit tells how a row of a table belongs to an indicator.
type Fit uint8

// The fits, the better last.
const (
	NoFit    Fit = iota
	ByNumber     // the row has no title, and its number is that of the indicator
	ByTitle      // the title is that of the indicator, the number is another or missing
	ByBoth       // number and title are those of the indicator
)

// exactly is the likeness of a title that is the indicator's own.
const exactly = 1.0

// Match finds the indicator that a row is about. A title counts for more than a
// number: a row whose title is of no indicator matches none.
func Match(p *indicator.Profile, number int, title string) (*indicator.Indicator, Fit) {
	key := letters(title)
	if key == "" {
		for i := range p.Indicators {
			if p.Indicators[i].Number == number {
				return &p.Indicators[i], ByNumber
			}
		}
		return nil, NoFit
	}
	var best *indicator.Indicator
	most := 0.0
	for i := range p.Indicators {
		in := &p.Indicators[i]
		score := likeness(in, key)
		if score > most || score == most && score > 0 && in.Number == number {
			best, most = in, score
		}
	}
	// A title that is written a little differently needs its number to agree.
	const near, nearWithNumber = 0.85, 0.6
	switch {
	case best == nil || most < nearWithNumber:
		return nil, NoFit
	case best.Number == number:
		return best, ByBoth
	case most >= near:
		return best, ByTitle
	}
	return nil, NoFit
}

// likeness is how much a title in plain letters is that of an indicator.
func likeness(in *indicator.Indicator, key string) float64 {
	best := 0.0
	for _, name := range append([]string{in.Title.ZH, in.Title.EN}, in.Aliases...) {
		name = letters(name)
		const shortest = 4 // letters of a title that may stand within another
		switch {
		case name == "":
			continue
		case name == key:
			return exactly
		case len([]rune(name)) >= shortest && strings.Contains(key, name), len([]rune(key)) >= shortest && strings.Contains(name, key):
			best = max(best, 0.9)
		}
		best = max(best, min(alike(name, key), 0.95))
	}
	return best
}
