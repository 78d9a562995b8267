package osm

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// read is what a reader makes of the text of a tag.
type read struct {
	v    any    // bool, int64, float64 or string; nil says that the tag says nothing
	note string // how the value was derived, when it is not what the text says
}

// readers by the name they have in mapping files.
var readers = map[string]func(string) (read, bool){
	"": text, "text": text, "integer": integer, "floors": floors, "metres": metres,
	"millimetres": millimetres, "degrees": degrees, "percent": percent, "level": level,
	"yes": yes, "year": year, "kilovolts": kilovolts, "megapascals": megapascals,
	"direction": func(s string) (read, bool) {
		d, ok := directions(s)
		if !ok || len(d) != 1 {
			return read{}, false
		}
		return read{v: d[0].azimuth, note: d[0].note(s)}, true
	},
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func text(s string) (read, bool) {
	s = strings.TrimSpace(s)
	return read{v: s}, s != ""
}

func yes(s string) (read, bool) { return read{v: s == "yes"}, s == "yes" || s == "no" }

func integer(s string) (read, bool) {
	v, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err == nil {
		return read{v: v}, true
	}
	f, ok := decimal(s)
	if !ok || f != math.Trunc(f) || math.Abs(f) > 1e15 {
		return read{}, false
	}
	return read{v: int64(f)}, true
}

var decimalPattern = regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)$`)

// decimal reads a plain number. A comma is taken as the decimal sign, except
// before exactly three digits, where it could as well part thousands.
func decimal(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if before, after, ok := strings.Cut(s, ","); ok {
		if len(after) == 3 || strings.Contains(after, ",") || strings.Contains(s, ".") {
			return 0, false
		}
		s = before + "." + after
	}
	if !decimalPattern.MatchString(s) {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil
}

// floors reads a count of floors. Half a floor is an attic and does not count;
// of several values the highest counts.
func floors(s string) (read, bool) {
	best := math.Inf(-1)
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == ',' && strings.Count(s, ",") > 1 })
	if len(parts) == 1 {
		if from, to, ok := strings.Cut(s, "-"); ok && from != "" {
			parts = []string{from, to}
		}
	}
	for _, part := range parts {
		v, ok := decimal(part)
		if !ok || v < 0 {
			return read{}, false
		}
		best = max(best, v)
	}
	if math.IsInf(best, 0) || best > 1e6 {
		return read{}, false
	}
	out := read{v: int64(best)}
	if len(parts) > 1 {
		out.note = "highest of " + s
	} else if best != math.Trunc(best) {
		out.note = "whole floors of " + s
	}
	return out, true
}

// Lengths in metres.
var lengthUnits = map[string]float64{
	"": 1, "m": 1, "metre": 1, "metres": 1, "meter": 1, "meters": 1, "米": 1,
	"km": 1000, "cm": 0.01, "mm": 0.001, "ft": 0.3048, "feet": 0.3048, "foot": 0.3048, "'": 0.3048,
	"in": 0.0254, "inch": 0.0254, "inches": 0.0254, "\"": 0.0254,
}

var (
	measurePattern = regexp.MustCompile(`^([+-]?[\d.,]+)\s*([^\d\s.,][^\d]*)?$`)
	feetPattern    = regexp.MustCompile(`^(\d+)\s*(?:'|ft|feet)\s*(\d+(?:\.\d+)?)\s*(?:"|''|in|inches)?$`)
)

// measure reads a number with a unit from a table; "" is the unit meant when none
// is given.
func measure(s string, units map[string]float64) (float64, bool) {
	m := measurePattern.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0, false
	}
	v, ok := decimal(m[1])
	factor, known := units[strings.TrimSpace(m[2])]
	if !known {
		factor, known = units[strings.ToLower(strings.TrimSpace(m[2]))]
	}
	return v * factor, ok && known
}

func metres(s string) (read, bool) {
	if m := feetPattern.FindStringSubmatch(strings.TrimSpace(s)); m != nil {
		feet, _ := strconv.ParseFloat(m[1], 64)
		inches, _ := strconv.ParseFloat(m[2], 64)
		return read{v: round(feet*0.3048 + inches*0.0254)}, true
	}
	v, ok := measure(s, lengthUnits)
	return read{v: round(v)}, ok
}

// round takes off what binary fractions add to a converted decimal.
func round(v float64) float64 { return math.Round(v*1e6) / 1e6 }

// millimetres reads a diameter: a number without unit is millimetres.
func millimetres(s string) (read, bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "DN")
	if v, ok := decimal(s); ok {
		return read{v: v}, true
	}
	v, ok := measure(s, lengthUnits)
	return read{v: round(v * 1000)}, ok
}

func degrees(s string) (read, bool) {
	v, ok := measure(s, map[string]float64{"": 1, "°": 1, "deg": 1, "degrees": 1})
	return read{v: v}, ok
}

// percent reads an incline. "up" and "down" say nothing in per cent; a number
// without a sign is refused, because it could be either.
func percent(s string) (read, bool) {
	s = strings.TrimSpace(s)
	if s == "up" || s == "down" || s == "yes" {
		return read{}, true
	}
	if v, ok := measure(s, map[string]float64{"%": 1}); ok {
		return read{v: v}, true
	}
	if v, ok := measure(s, map[string]float64{"°": 1, "deg": 1}); ok && math.Abs(v) < 90 {
		return read{v: round(100 * math.Tan(v*math.Pi/180)), note: "from " + s}, true
	}
	rise, run, ok := strings.Cut(s, ":")
	a, ok1 := decimal(rise)
	b, ok2 := decimal(run)
	if !ok || !ok1 || !ok2 || b <= 0 {
		if v, plain := decimal(s); plain && v == 0 {
			return read{v: 0.0}, true
		}
		return read{}, false
	}
	return read{v: round(100 * a / b), note: "from " + s}, true
}

// level reads a storey. An object on several has none of its own.
func level(s string) (read, bool) {
	if strings.Contains(s, ";") {
		return read{}, true
	}
	if from, _, ok := strings.Cut(strings.TrimPrefix(s, "-"), "-"); ok && from != "" {
		return read{}, true
	}
	v, ok := decimal(s)
	return read{v: v}, ok
}

var yearPattern = regexp.MustCompile(`^(\d{4})(-\d{2}(-\d{2})?)?$`)

// year reads a date of which the year is certain.
func year(s string) (read, bool) {
	m := yearPattern.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return read{}, false
	}
	v, err := strconv.ParseInt(m[1], 10, 64)
	return read{v: v}, err == nil
}

// kilovolts reads volts; of several circuits the highest counts.
func kilovolts(s string) (read, bool) {
	best := math.Inf(-1)
	for _, part := range strings.Split(s, ";") {
		v, ok := measure(part, map[string]float64{"": 1, "v": 1, "kv": 1000})
		if !ok {
			return read{}, false
		}
		best = max(best, v)
	}
	return read{v: best / 1000}, true
}

// megapascals reads a pressure: a number without unit is bar.
func megapascals(s string) (read, bool) {
	v, ok := measure(s, map[string]float64{"": 0.1, "bar": 0.1, "mpa": 1, "kpa": 0.001, "pa": 1e-6})
	return read{v: round(v)}, ok
}

// direction is where something looks: degrees clockwise from north, and how wide,
// 0 when that is not said.
type direction struct {
	azimuth, spread float64
}

func (d direction) note(raw string) string {
	if d.spread == 0 {
		return ""
	}
	return fmt.Sprintf("middle of %s", strings.TrimSpace(raw))
}

// maxDirections bounds the cameras that one pole can have.
const maxDirections = 8

// directions reads one or more directions: degrees, points of the compass in
// letters or words, and ranges, which run clockwise. Ends of lists are separated
// by ";", "," or "/".
func directions(s string) ([]direction, bool) {
	var out []direction
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == ',' || r == '/' || r == '，' }) {
		d, ok := oneDirection(strings.ToLower(strings.TrimSpace(part)))
		if !ok {
			return nil, false
		}
		if !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out, len(out) > 0 && len(out) <= maxDirections
}

func oneDirection(s string) (direction, bool) {
	if v, ok := bearing(s); ok {
		return direction{azimuth: v}, true
	}
	for i := 1; i < len(s)-1; i++ {
		if s[i] != '-' {
			continue
		}
		from, ok1 := bearing(s[:i])
		to, ok2 := bearing(s[i+1:])
		if !ok1 || !ok2 {
			continue
		}
		spread := math.Mod(to-from+360, 360)
		if spread == 0 {
			spread = 360
		}
		return direction{azimuth: math.Mod(from+spread/2, 360), spread: spread}, true
	}
	return direction{}, false
}

var compass = []string{"n", "nne", "ne", "ene", "e", "ese", "se", "sse", "s", "ssw", "sw", "wsw", "w", "wnw", "nw", "nnw"}

var compassWords = strings.NewReplacer("north", "n", "east", "e", "south", "s", "west", "w", " ", "", "-", "", "_", "",
	"北", "n", "东", "e", "南", "s", "西", "w")

// bearing reads one direction into 0 … 360.
func bearing(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if v, ok := measure(s, map[string]float64{"": 1, "°": 1, "deg": 1, "degrees": 1}); ok {
		if v < -360 || v > 360 {
			return 0, false
		}
		return math.Mod(v+360, 360), true
	}
	letters := compassWords.Replace(s)
	if i := slices.Index(compass, letters); i >= 0 {
		return 22.5 * float64(i), true
	}
	// Chinese names the east or the west first.
	if i := slices.Index([]string{"en", "es", "ws", "wn"}, letters); i >= 0 {
		return 45 + 90*float64(i), true
	}
	return 0, false
}
