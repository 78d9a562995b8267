// Package wording writes numbers with their units as a person reads them, in both
// languages: no more digits than mean something, never rounded onto a threshold or
// across it, never all or nothing where it is not.
package wording

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"yiju/geo"
)

// mostDecimals is where rounding ends: beyond it a number is written as it is.
const mostDecimals = 6

// Quantity words a value with its unit. A number that is compared with a threshold
// is never rounded onto it or across it; against is nil where there is none.
func Quantity(v float64, unit string, against *float64) geo.Text {
	return withUnit(Rounded(v, unit, against), unit)
}

// Stated words a number as somebody stated it, with all its digits.
func Stated(v float64, unit string) geo.Text { return withUnit(Shortest(v), unit) }

// Rounded writes a number without false precision: a share with one decimal, or two
// within a tenth of its threshold; other numbers with about three digits, whole ones
// whole. A share that is not all or nothing never looks as if it were.
func Rounded(v float64, unit string, against *float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "—"
	}
	if v == math.Trunc(v) {
		return grouped(v, 0)
	}
	for d := decimals(v, unit, against); d <= mostDecimals; d++ {
		r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', d, 64), 64)
		if err == nil && faithful(v, r, unit, against) {
			return grouped(v, d)
		}
	}
	return Shortest(v)
}

// faithful tells whether a rounded number still says what the number says: on which
// side of the threshold it is, and that it is not zero or everything.
func faithful(v, r float64, unit string, against *float64) bool {
	side := func(x, y float64) int {
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	if side(v, 0) != side(r, 0) || unit == "%" && side(v, 100) != side(r, 100) {
		return false
	}
	return against == nil || side(v, *against) == side(r, *against)
}

// decimals is how many a number of that size and unit deserves.
func decimals(v float64, unit string, against *float64) int {
	if unit == "%" {
		if against != nil && math.Abs(v-*against) <= 0.1 {
			return 2
		}
		return 1
	}
	switch size := math.Abs(v); {
	case unit == "km²":
		return 3
	case size >= 100:
		return 0
	case size >= 10:
		return 1
	}
	return 2
}

// Shortest writes a number with the digits that it has.
func Shortest(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	_, fraction, _ := strings.Cut(s, ".")
	return grouped(v, len(fraction))
}

// grouped writes a number with so many decimals, thousands apart and a real minus.
func grouped(v float64, decimals int) string {
	whole, fraction, point := strings.Cut(strconv.FormatFloat(math.Abs(v), 'f', decimals, 64), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if point {
		whole += "." + fraction
	}
	if v < 0 && strings.Trim(whole, "0.,") != "" {
		return "−" + whole
	}
	return whole
}

// Area words an area in the unit that people would use for it.
func Area(m2 float64) geo.Text {
	if m2 >= 100_000 {
		return Quantity(m2/1e6, "km²", nil)
	}
	return Quantity(m2, "m²", nil)
}

// withUnit sets a unit behind a number.
func withUnit(number, unit string) geo.Text {
	w := UnitOf(unit)
	if number == "1" {
		w.EN = singular(w.EN)
	}
	return geo.T(number+w.ZH, number+w.EN)
}

// singular is an English unit as it follows a one.
func singular(unit string) string {
	switch {
	case strings.HasSuffix(unit, "ies"):
		return strings.TrimSuffix(unit, "ies") + "y"
	case len(unit) > 4:
		return strings.TrimSuffix(unit, "s")
	}
	return unit
}

// Plural is an English word for so many things.
func Plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// UnitOf is a unit as it follows a number, with the space that it takes. Units that
// are not listed are taken as they are.
func UnitOf(unit string) geo.Text {
	unit = strings.TrimSpace(unit)
	switch unit {
	case "":
		return geo.Text{}
	case "%", "％":
		return geo.T("%", " %")
	}
	for _, u := range units {
		if slices.Contains(u.names, unit) {
			return geo.T(" "+u.text.ZH, " "+u.text.EN)
		}
	}
	for _, c := range counters {
		if slices.Contains(c.names, unit) {
			return geo.T(" "+unit, strings.TrimRight(" "+Counted(c.of).EN, " "))
		}
	}
	t := Counted(unit)
	return geo.T(" "+t.ZH, " "+t.EN)
}

// UnitFor is a unit as it follows that number.
func UnitFor(v float64, unit string) geo.Text {
	t := UnitOf(unit)
	if v == 1 {
		t.EN = singular(t.EN)
	}
	return t
}

// Alone words a unit that stands without a number.
func Alone(unit string) geo.Text {
	t := UnitOf(unit)
	return geo.T(strings.TrimSpace(t.ZH), strings.TrimSpace(t.EN))
}

// units are those of measurement that metrics and claims use, and how they are written.
var units = []struct {
	names []string
	text  geo.Text
}{
	{[]string{"m", "米"}, geo.T("米", "m")},
	{[]string{"km", "公里", "千米"}, geo.T("公里", "km")},
	{[]string{"m²", "m2", "平方米", "㎡"}, geo.T("平方米", "m²")},
	{[]string{"km²", "km2", "平方公里", "平方千米"}, geo.T("平方公里", "km²")},
	{[]string{"ha", "公顷"}, geo.T("公顷", "ha")},
	{[]string{"m³", "m3", "立方米"}, geo.T("立方米", "m³")},
	{[]string{"km/km²"}, geo.T("公里/平方公里", "km/km²")},
	{[]string{"min", "minutes", "分钟"}, geo.T("分钟", "min")},
	{[]string{"a year", "次/年"}, geo.T("次/年", "a year")},
}

// counters are the words with which claims count, and what they count in English.
var counters = []struct {
	names []string
	of    string
}{
	{[]string{"户"}, "households"},
	{[]string{"人", "名"}, "residents"},
	{[]string{"栋", "幢", "座"}, "buildings"},
	{[]string{"个小区", "小区"}, "compounds"},
	{[]string{"盏"}, "lamps"},
	{[]string{"处"}, "facilities"},
	{[]string{"台", "套"}, "devices"},
	{[]string{"只表", "块表", "表"}, "meters"},
	{[]string{"个车位", "车位"}, "spaces"},
	{[]string{"张", "张床位"}, "beds"},
	{[]string{"份"}, "answers"},
	{[]string{"种", "类"}, "kinds"},
	{[]string{"次"}, "times"},
	{[]string{"个场景"}, "scenarios"},
	{[]string{"个", "项", "只", "部", "路", "支"}, ""},
}
