package indicator

import (
	"math"
	"strconv"
	"strings"

	"yiju/analysis/indicator/wording"
	"yiju/geo"
)

// measured tells whether a unit is measured and not counted, so that parts of one
// are possible.
func measured(of string) bool {
	switch of {
	case "m", "km", "m²", "km²", "ha", "m³":
		return true
	}
	return false
}

// Plain writes a number with as many decimals as are needed, two at the most.
func Plain(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}

// PlainBeside writes a number so that it does not look like another one that it is
// not: 79.996 beside 80 is not written 80.
func PlainBeside(v, other float64) string {
	for decimals := 2; decimals <= 9; decimals++ {
		s := strconv.FormatFloat(v, 'f', decimals, 64)
		shown, _ := strconv.ParseFloat(s, 64)
		if (shown < other) == (v < other) && (shown > other) == (v > other) || math.IsNaN(v) {
			if decimals == 2 {
				return Plain(v)
			}
			return s
		}
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// Explained words a value with its unit, so that it does not look like the threshold
// that it is held against. Shares have two decimals here, where they are explained.
func Explained(v float64, unit string, against *float64) geo.Text {
	if unit != "%" {
		return wording.Quantity(v, unit, against)
	}
	number := Plain(v)
	if against != nil {
		number = PlainBeside(v, *against)
	}
	return geo.T(number+"%", number+" %")
}

// limit words a threshold with its operator.
func limit(op Operator, threshold float64, unit string) geo.Text {
	t := wording.Stated(threshold, unit)
	return geo.T(op.Sign()+" "+t.ZH, op.Sign()+" "+t.EN)
}

// fraction words numerator over denominator of a measure; empty where it has none.
func fraction(m *Measure) geo.Text {
	if m.Numerator == nil || m.Denominator == nil {
		return geo.Text{}
	}
	numbers := wording.Rounded(*m.Numerator, "", m.Denominator) + " ÷ " + wording.Rounded(*m.Denominator, "", m.Numerator)
	unit := wording.UnitOf(m.Of)
	return geo.T(numbers+unit.ZH, numbers+unit.EN)
}
