package ingest

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"yiju/data/standards"
	tablefile "yiju/data/table"
	"yiju/geo"
)

// reading is what became of the value of a cell.
type reading struct {
	value  any
	how    outcome
	why    geo.Text // where it is wrong
	spread float64  // width of a range of directions, 0 for none
}

// conversions into the unit of an attribute: by that unit, by another. Powers in
// dBm are 10·lg of milliwatts; a dipole has 2.15 dBi.
var conversions = map[string]map[string]func(float64) float64{
	"W": {
		"dbm": func(v float64) float64 { return clean(math.Pow(10, v/10) / 1000) },
		"dbw": func(v float64) float64 { return clean(math.Pow(10, v/10)) },
		"mw":  times(0.001), "毫瓦": times(0.001),
	},
	"dBm": {
		"w":   func(v float64) float64 { return clean(10*math.Log10(v) + 30) },
		"瓦":   func(v float64) float64 { return clean(10*math.Log10(v) + 30) },
		"mw":  func(v float64) float64 { return clean(10 * math.Log10(v)) },
		"dbw": func(v float64) float64 { return clean(v + 30) }, "db": times(1),
	},
	"dBi": {"dbd": func(v float64) float64 { return clean(v + 2.15) }, "db": times(1)},
	"dB":  {"db": times(1)},
	"MHz": {"ghz": times(1000), "g": times(1000), "吉赫": times(1000), "m": times(1), "兆": times(1), "khz": times(0.001), "千赫": times(0.001), "hz": times(1e-6)},
	"kHz": {"k": times(1), "hz": times(0.001), "mhz": times(1000)},
	"m":   {"km": times(1000), "ft": times(0.3048), "英尺": times(0.3048)},
}

func times(factor float64) func(float64) float64 {
	return func(v float64) float64 { return clean(v * factor) }
}

// convert takes a number from one unit, in plain form, into another; false where
// the two do not go together.
func (d *dictionary) convert(v float64, from, to string) (float64, bool) {
	if from == "" || plainForm(to) == from {
		return v, true
	}
	if f, ok := conversions[to][from]; ok {
		out := f(v)
		return out, !math.IsNaN(out) && !math.IsInf(out, 0)
	}
	factor, ok := d.factor(geo.Field{Type: geo.Real, Unit: to}, from)
	return clean(v * factor), ok
}

var shouldBeDate = geo.T("电子表格把它变成了日期：把该列设为“文本”格式后重新填写", "a spreadsheet made a date of it: set the column to text and fill it in again")

// read reads one cell for an attribute that comes from one column.
func (g *grid) read(f *fieldPlan, c tablefile.Cell, unit string) reading {
	if c.Kind == tablefile.Blank {
		return reading{how: unknown}
	}
	if c.Kind == tablefile.Broken {
		if g.d.unknown[plainForm(c.Text)] {
			return reading{how: unknown}
		}
		return reading{how: wrong, why: geo.Tf("公式出错（%s）", "its formula failed (%s)", c.Text)}
	}
	if r, done := g.translated(f, c); done {
		return r
	}
	switch f.columns.Read {
	case standards.ReadDirection:
		return g.direction(f, c)
	case standards.ReadAcross, standards.ReadDown:
		if g.plain(f) {
			return g.number(f, c, unit)
		}
		return pixels(c, f.columns.Read == standards.ReadDown)
	case standards.ReadDegrees:
		return degrees(f, c)
	}
	switch f.field.Type {
	case geo.Real, geo.Integer:
		return g.number(f, c, unit)
	case geo.Boolean:
		v, how := g.d.boolean(plainValue(c))
		return reading{value: v, how: how, why: wrongValue(f.field)}
	}
	if c.Kind == tablefile.Date && codeLike(f.field.Name) {
		return reading{how: wrong, why: shouldBeDate}
	}
	if g.d.unknown[plainForm(c.Text)] {
		return reading{how: unknown}
	}
	v, how := g.d.text(f.field, c.Text)
	return reading{value: v, how: how, why: wrongValue(f.field)}
}

// translated applies the words, patterns and ranges of the mapping. done is false
// where the value is to be read in the ordinary way.
func (g *grid) translated(f *fieldPlan, c tablefile.Cell) (r reading, done bool) {
	form := plainForm(c.Text)
	if v, ok := f.codes[form]; ok {
		if v == nil || v == "unknown" {
			return reading{how: unknown}, true
		}
		return reading{value: v, how: fixed}, true
	}
	if v, ok := f.words[form]; ok {
		if v == c.Text {
			return reading{value: v}, true
		}
		return reading{value: v, how: fixed}, true
	}
	for i, p := range f.pattern {
		if p.MatchString(form) {
			return reading{value: f.columns.Patterns[i].Value, how: fixed}, true
		}
	}
	if len(f.columns.Ranges) > 0 {
		if v, unit, ok := g.amount(f, c); ok {
			if v, ok = g.d.convert(v, cmp.Or(unit, f.unit), rangeUnit); ok {
				for _, r := range f.columns.Ranges {
					if v >= r.From && v <= r.To {
						return reading{value: r.Value, how: fixed}, true
					}
				}
			}
		}
		return reading{how: unknown}, true
	}
	if f.columns.OnlyWords {
		return reading{how: unknown}, true
	}
	return reading{}, false
}

// codeLike are attributes that hold codes, which no spreadsheet may touch.
func codeLike(name string) bool { return name == "code" || name == "cell" || name == "adcode" }

// plainValue is a cell as a value of a feature.
func plainValue(c tablefile.Cell) any {
	switch c.Kind {
	case tablefile.Blank:
		return nil
	case tablefile.Boolean:
		return c.Text == "true"
	case tablefile.Number:
		return numberValue(c.Text)
	}
	return c.Text
}

// numberValue is a whole number or a fraction; what has more digits than either
// keeps stays text.
func numberValue(s string) any {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil && i < 1<<53 && i > -1<<53 {
		return i
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && math.Abs(f) < 1e15 {
		return f
	}
	return s
}

// number reads a number with the unit that it may carry.
func (g *grid) number(f *fieldPlan, c tablefile.Cell, unit string) reading {
	switch c.Kind {
	case tablefile.Date:
		return reading{how: wrong, why: shouldBeDate}
	case tablefile.Boolean:
		return reading{how: wrong, why: wrongValue(f.field)}
	case tablefile.Text:
		if g.d.unknown[plainForm(c.Text)] {
			return reading{how: unknown}
		}
	}
	v, own, ok := g.amount(f, c)
	if !ok {
		return reading{how: wrong, why: wrongValue(f.field)}
	}
	how := asIs
	if own != "" {
		unit, how = own, fixed
	}
	if f.columns.Read == standards.ReadFrequency && unit == "" && v >= firstChannel {
		v, ok = channelMHz(v)
		how = fixed
	} else {
		v, ok = g.d.convert(v, unit, f.field.Unit)
	}
	if !ok || math.IsInf(v, 0) || math.IsNaN(v) {
		return reading{how: wrong, why: wrongValue(f.field)}
	}
	if f.field.Type == geo.Integer {
		if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
			return reading{how: wrong, why: wrongValue(f.field)}
		}
		return reading{value: int64(v), how: how}
	}
	return reading{value: v, how: how}
}

// firstChannel is above all frequencies in MHz and below the channels in use.
const firstChannel = 110_000

// channelMHz is the frequency of a channel number, NR-ARFCN (TS 38.104, 5.4.2.1).
func channelMHz(n float64) (float64, bool) {
	switch {
	case n != math.Trunc(n) || n < 0 || n > 3_279_165:
		return 0, false
	case n < 600_000:
		return clean(0.005 * n), true
	case n < 2_016_667:
		return clean(3000 + 0.015*(n-600_000)), true
	}
	return clean(24_250.08 + 0.06*(n-2_016_667)), true
}

// amount reads a number and the unit behind it, in plain form.
func (g *grid) amount(f *fieldPlan, c tablefile.Cell) (v float64, unit string, ok bool) {
	if c.Kind != tablefile.Number && c.Kind != tablefile.Text {
		return 0, "", false
	}
	commas := len(f.at) == 1 && g.stats[f.at[0]].decimalComma()
	return g.d.amountText(c.Text, commas)
}

// amountText reads a text such as "12层", "４６ dBm", "3,5". With commas, a comma
// is the decimal sign whatever follows it.
func (d *dictionary) amountText(s string, commas bool) (v float64, unit string, ok bool) {
	if v, err := strconv.ParseFloat(s, 64); err == nil && !math.IsInf(v, 0) && !math.IsNaN(v) {
		return v, "", true
	}
	m := numberForm.FindStringSubmatch(plainForm(s))
	if m == nil || !d.prefix(m[1]) {
		return 0, "", false
	}
	digits := m[2]
	if commas && strings.Count(digits, ",") == 1 && !strings.Contains(digits, ".") {
		digits = strings.Replace(digits, ",", ".", 1)
	}
	digits, ok = thousands(digits)
	if !ok {
		return 0, "", false
	}
	v, err := strconv.ParseFloat(digits, 64)
	return v, m[3], err == nil && !math.IsInf(v, 0)
}

// pixels reads one side of a resolution such as 1920×1080 or 1080P.
var (
	resolution = regexp.MustCompile(`^(\d{3,5})[x×*✕＊xх](\d{3,5})`)
	named      = map[string][2]int64{
		"720p": {1280, 720}, "1080p": {1920, 1080}, "4k": {3840, 2160}, "uhd": {3840, 2160}, "2160p": {3840, 2160}, "d1": {704, 576}, "cif": {352, 288}, "4cif": {704, 576},
	}
)

// plain tells that the column of an attribute that is one of a pair holds it alone.
func (g *grid) plain(f *fieldPlan) bool {
	return slices.ContainsFunc(f.columns.Plain, func(name string) bool {
		form, _ := nameForm(name)
		return form == g.headers.forms[f.at[0]]
	})
}

func pixels(c tablefile.Cell, down bool) reading {
	form := plainForm(c.Text)
	side := 0
	if down {
		side = 1
	}
	if m := resolution.FindStringSubmatch(form); m != nil {
		v, err := strconv.ParseInt(m[1+side], 10, 64)
		return reading{value: v, how: map[bool]outcome{true: wrong, false: fixed}[err != nil]}
	}
	if v, ok := named[form]; ok {
		return reading{value: v[side], how: fixed}
	}
	return reading{how: unknown} // 200万像素 says neither side
}

func degrees(f *fieldPlan, c tablefile.Cell) reading {
	a, ok := parseAngle(c.Text)
	if !ok {
		return reading{how: wrong, why: wrongValue(f.field)}
	}
	return reading{value: a.value}
}

// direction reads where something looks.
func (g *grid) direction(f *fieldPlan, c tablefile.Cell) reading {
	if c.Kind == tablefile.Date {
		return reading{how: wrong, why: shouldBeDate}
	}
	if v, err := strconv.ParseFloat(c.Text, 64); err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
		return reading{value: v}
	}
	if g.d.unknown[plainForm(c.Text)] {
		return reading{how: unknown}
	}
	if azimuth, spread, ok := parseDirection(c.Text); ok {
		return reading{value: azimuth, how: fixed, spread: spread}
	}
	if v, unit, ok := g.amount(f, c); ok {
		if v, ok = g.d.convert(v, unit, "°"); ok {
			return reading{value: v, how: fixed}
		}
	}
	return reading{how: wrong, why: geo.T("应为方位角（正北为 0，顺时针，度）或方向", "should be an azimuth in degrees from north, or a direction")}
}

// several takes a list such as 0/120/240 apart; nil for a single value.
func several(s string) []string {
	s = width.Narrow.String(s)
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("/、;|", r) })
	if len(parts) < 2 {
		parts = strings.Split(s, ",")
		if strings.Contains(s, ", ") || len(parts) > 2 || len(parts) == 2 && len(parts[1]) == 3 {
			return numbersAll(parts)
		}
		return nil
	}
	return numbersAll(parts)
}

// maxSeveral bounds how many features one row may make.
const maxSeveral = 12

func numbersAll(parts []string) []string {
	if len(parts) > maxSeveral {
		return nil
	}
	for i, p := range parts {
		parts[i] = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(p), "°"))
		if _, err := strconv.ParseFloat(parts[i], 64); err != nil {
			if _, _, ok := parseDirection(parts[i]); !ok {
				return nil
			}
		}
	}
	return slices.Clone(parts)
}

// assemble reads an attribute that several columns make, in the units of each row.
func (g *grid) assemble(f *fieldPlan, cells []tablefile.Cell, unit string) (reading, int) {
	var values []float64
	for _, at := range f.at {
		one := *f
		one.at, one.columns.Read = []int{at}, ""
		one.field.Type = geo.Real
		r := g.read(&one, cells[at], unit)
		if r.how == wrong {
			return r, at
		}
		v, ok := r.value.(float64)
		if !ok {
			return reading{how: unknown}, f.at[0] // a part that is unknown leaves the whole unknown
		}
		values = append(values, v)
	}
	var v float64
	switch f.how {
	case sum:
		for _, part := range values {
			v += part
		}
	case middle:
		v = (values[0] + values[1]) / 2
	case span:
		v = math.Abs(values[1] - values[0])
	}
	return reading{value: clean(v)}, f.at[0]
}

// made words how an attribute was put together, for the notes of a feature.
func (f *fieldPlan) made(h *headers) string {
	names := make([]string, len(f.at))
	for i, at := range f.at {
		names[i] = h.names[at]
	}
	switch f.how {
	case sum:
		if len(f.at) > 1 {
			return fmt.Sprintf("%s=%s", f.field.Name, strings.Join(names, " + "))
		}
	case middle:
		return fmt.Sprintf("%s=middle of %s and %s", f.field.Name, names[0], names[1])
	case span:
		return fmt.Sprintf("%s=from %s to %s", f.field.Name, names[0], names[1])
	case single:
		if len(f.columns.Ranges) > 0 {
			return fmt.Sprintf("%s=by %s", f.field.Name, names[0])
		}
	}
	return ""
}
